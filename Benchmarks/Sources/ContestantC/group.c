#include "group.h"

#include "endpoint.h"

#include <stdlib.h>
#include <string.h>

size_t group_segment_count(const contest_task *task) { return (task->size + task->segment - 1) / task->segment; }

void assembly_init(assembly *assembly, const contest_task *task, contest_meter *meter) {
    memset(assembly, 0, sizeof *assembly);
    assembly->meter = meter;
    assembly->size = task->size;
    assembly->segment_bytes = task->segment;
    assembly->bytes = calloc(1, task->size);
    if (assembly->bytes == NULL) abort();
}

void group_open_receiver(const contest_task *task, uv_udp_t *socket) {
    struct sockaddr_in address;
    endpoint_check(uv_ip4_addr(task->address, task->port, &address), "address");
    endpoint_check(uv_udp_init(uv_default_loop(), socket), "socket");
    endpoint_check(uv_udp_bind(socket, (const struct sockaddr *)&address, 0), "bind");
    int size = CONTEST_GROUP_BUFFER_BYTES;
    endpoint_check(uv_recv_buffer_size((uv_handle_t *)socket, &size), "receive buffer");
    endpoint_check(uv_udp_set_membership(socket, task->address, CONTEST_GROUP_INTERFACE, UV_JOIN_GROUP), "join");
}

void group_open_sender(const contest_task *task, uv_udp_t *socket, struct sockaddr_in *group) {
    struct sockaddr_in here;
    endpoint_check(uv_ip4_addr(task->address, task->port, group), "address");
    endpoint_check(uv_ip4_addr(CONTEST_GROUP_INTERFACE, 0, &here), "address");
    endpoint_check(uv_udp_init(uv_default_loop(), socket), "socket");
    endpoint_check(uv_udp_bind(socket, (const struct sockaddr *)&here, 0), "bind");
    endpoint_check(uv_udp_set_multicast_interface(socket, CONTEST_GROUP_INTERFACE), "interface");
    endpoint_check(uv_udp_set_multicast_loop(socket, 1), "loopback");
}
