#ifndef CHARKSOCKETS_H
#define CHARKSOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What Swift cannot see of datagram sockets: calls that send and receive several, and the control data beside them.
   Functions that return a count return an `errno` below zero when there is none.

   No header of the system's sockets is included here: their types would belong to this module then, and to others that
   include it. */

/* An IPv4 or IPv6 address as numbers. IPv4 stands in `low`. */
typedef struct {
    uint64_t high;
    uint64_t low;
    uint32_t scope;
    uint16_t port;
    bool is_ipv6;
} hark_address;

/* Writes it to a `sockaddr_storage`, and returns how long it is there. */
unsigned int hark_address_store(hark_address address, void *storage);

/* Reads it from a `sockaddr`. */
hark_address hark_address_load(const void *address);

/* 64 messages at most are given to the kernel with one call. What a call costs is small beside what so many cost. */
enum { HARK_OUTGOING_MAX = 64 };

/* Messages to send. Their bytes are lent. */
typedef struct hark_outgoing hark_outgoing;

hark_outgoing *hark_outgoing_make(void);
void hark_outgoing_free(hark_outgoing *outgoing);

/* Sets a message. With segments the kernel cuts it into datagrams of so many bytes; 0 makes one datagram of it. */
void hark_outgoing_set(
    hark_outgoing *outgoing, int index, const void *bytes, size_t byte_count, size_t segment_byte_count,
    hark_address target);

/* Sends messages from `first` on, with one call or one call each, and returns how many: fewer than asked for when the
   next one fails, which the next call then tells. */
int hark_outgoing_send(hark_outgoing *outgoing, int descriptor, int first, int count, bool one_by_one);

/* A message, for those who send it themselves; its target is a `sockaddr`. */
const void *hark_outgoing_bytes(const hark_outgoing *outgoing, int index, size_t *byte_count);
const void *hark_outgoing_target(const hark_outgoing *outgoing, int index);

/* What has arrived in one message. */
typedef struct {
    const void *bytes;
    size_t byte_count;
    /* How long each of its datagrams is, when the kernel has put several together; 0 when there is one. */
    size_t segment_byte_count;
    hark_address source;
    /* How many messages the kernel has dropped on this socket so far; 0 also when it does not tell. */
    uint32_t drop_count;
    /* It was longer than the memory for it. `byte_count` is its true length then. */
    bool is_truncated;
} hark_arrival;

/* Memory to receive into. */
typedef struct hark_incoming hark_incoming;

/* For so many messages of so many bytes. The memory is the system's until something arrives in it. */
hark_incoming *hark_incoming_make(int message_count, size_t message_byte_count);
void hark_incoming_free(hark_incoming *incoming);

/* Receives what is there, with one call, or one message, and returns how many messages. */
int hark_incoming_receive(hark_incoming *incoming, int descriptor, bool one_by_one);

/* A message received with the last call. */
hark_arrival hark_incoming_arrival(const hark_incoming *incoming, int index);

/* Whether the kernel can cut messages of this socket into datagrams. */
int hark_probe_segments(int descriptor);

/* Asks the kernel to put datagrams together where it can, or to count what it drops. */
int hark_ask_for_runs(int descriptor);
int hark_ask_for_drops(int descriptor);

/* The longest packet that leaves through an interface, or to where the socket is connected, in bytes. */
int hark_interface_mtu(int descriptor, const char *name);
int hark_path_mtu(int descriptor, bool is_ipv6);

#endif
