/// A multicast group on this machine, with messages in segments. A segment is a datagram: this head, then the payload.

#ifndef GROUP_H
#define GROUP_H

#include "contest.h"

#include <uv.h>

typedef struct group_head {
    /// From 0. Where `segment_count` is 0: how many messages there have been.
    uint32_t message;
    uint16_t segment;
    /// 0 says that this was all.
    uint16_t segment_count;
} group_head;

/// Puts messages together again. Loopback keeps the order, so a segment that is not the next one means a loss.
typedef struct assembly {
    contest_meter *meter;
    uint8_t *bytes;
    size_t size;
    size_t segment_bytes;
    uint32_t message;
    uint16_t next;
    bool is_over;
} assembly;

/// How many datagrams one message is.
size_t group_segment_count(const contest_task *task);

void assembly_init(assembly *assembly, const contest_task *task, contest_meter *meter);

/// One datagram arrived.
static inline void assembly_take(assembly *assembly, const uint8_t *datagram, size_t count) {
    group_head head;
    if (count < sizeof head) return;
    __builtin_memcpy(&head, datagram, sizeof head);
    const uint8_t *payload = datagram + sizeof head;
    size_t payload_count = count - sizeof head;
    if (head.segment_count == 0) {
        assembly->is_over = true;
        assembly->meter->sent = head.message;
        return;
    }
    if (head.segment_count == 1) {
        contest_meter_received(assembly->meter, payload_count, payload[payload_count - 1]);
        return;
    }
    if (head.segment == 0) {
        assembly->message = head.message;
        assembly->next = 0;
    }
    size_t offset = head.segment * assembly->segment_bytes;
    if (head.message != assembly->message || head.segment != assembly->next) return;
    if (offset + payload_count > assembly->size) return;
    __builtin_memcpy(assembly->bytes + offset, payload, payload_count);
    assembly->next += 1;
    if (assembly->next == head.segment_count) {
        contest_meter_received(assembly->meter, assembly->size, assembly->bytes[assembly->size - 1]);
    }
}

/// Binds to the group and joins it.
void group_open_receiver(const contest_task *task, uv_udp_t *socket);

/// Binds to loopback, to send to the group there.
void group_open_sender(const contest_task *task, uv_udp_t *socket, struct sockaddr_in *group);

/// Whether the kernel cuts and joins datagrams: `UDP_SEGMENT` and `UDP_GRO`.
bool group_has_trains(void);

/// Has what is sent at once cut into datagrams of `count` bytes, the last of which may be shorter.
void group_set_train(uv_udp_t *socket, size_t count);

/// Receives trains of datagrams until the sender says that it is over; runs the loop.
void group_receive_trains(uv_udp_t *socket, assembly *assembly);

#endif
