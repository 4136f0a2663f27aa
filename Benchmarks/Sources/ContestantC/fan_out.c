#include "connection.h"
#include "contestant_c.h"
#include "endpoint.h"

#include <stdlib.h>
#include <string.h>

/// The sender's side of one connection: nothing but the socket. All write from the same buffer.
typedef struct outlet {
    stream_socket socket;
    uv_write_t request;
} outlet;

static const contest_task *task;
static contest_meter *meter;

static void *allocate(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (memory == NULL) abort();
    return memory;
}

// MARK: - Sending

static outlet *outlets;
static size_t outlet_count;
/// Connections that have not taken all of the buffer.
static size_t unfinished;
static uint8_t *payload;
static uint8_t *buffer;
static uint64_t turn;
static uv_idle_t producer;

static void produce(uv_idle_t *idle);

static void did_write(uv_write_t *request, int status) {
    (void)request;
    unfinished -= 1;
    if (status >= 0 && unfinished == 0 && !uv_is_closing((uv_handle_t *)&producer)) {
        uv_idle_start(&producer, produce);
    }
}

/// Writes frames as they would be emitted: each event once, whatever the number of connections.
static size_t fill(void) {
    uint32_t size = (uint32_t)task->size;
    uint8_t *end = buffer;
    for (uint64_t index = 0; index < turn; index++) {
        memcpy(end, &size, sizeof size);
        memcpy(end + sizeof size, payload, size);
        end += sizeof size + size;
    }
    return (size_t)(end - buffer);
}

static void send_to(outlet *outlet, size_t count) {
    uv_buf_t bytes = uv_buf_init((char *)buffer, (unsigned)count);
    int written = uv_try_write(&outlet->socket.stream, &bytes, 1);
    if (written < 0) written = 0;
    if ((size_t)written == count) return;
    bytes.base += written;
    bytes.len -= (size_t)written;
    unfinished += 1;
    endpoint_check(uv_write(&outlet->request, &outlet->socket.stream, &bytes, 1, did_write), "write");
}

static void produce(uv_idle_t *idle) {
    size_t count = fill();
    for (size_t index = 0; index < outlet_count; index++) send_to(&outlets[index], count);
    if (!contest_meter_sent(meter, turn * outlet_count)) {
        uv_close((uv_handle_t *)idle, NULL);
        // What is written before is sent before; the other side then reads the end.
        for (size_t index = 0; index < outlet_count; index++) {
            uv_shutdown_t *request = allocate(1, sizeof *request);
            uv_shutdown(request, &outlets[index].socket.stream, NULL);
        }
    } else if (unfinished > 0) {
        uv_idle_stop(idle);
    }
}

static void did_accept(uv_stream_t *server, int status) {
    endpoint_check(status, "accept");
    outlet *outlet = &outlets[outlet_count++];
    endpoint_init(task, &outlet->socket);
    endpoint_check(uv_accept(server, &outlet->socket.stream), "accept");
    if (!task->is_unix) uv_tcp_nodelay(&outlet->socket.tcp, 1);
    if (outlet_count < task->count) return;
    endpoint_stop_listening();
    uv_idle_init(server->loop, &producer);
    uv_idle_start(&producer, produce);
}

static void broadcast(void) {
    turn = contest_fan_out_turn(task->size);
    outlets = allocate(task->count, sizeof *outlets);
    payload = allocate(1, task->size);
    memset(payload, 0x5A, task->size);
    buffer = allocate(turn, sizeof(uint32_t) + task->size);
    endpoint_listen(task, NULL, did_accept);
}

// MARK: - Receiving

static void count_frame(connection *connection, const uint8_t *bytes, size_t size) {
    (void)connection;
    contest_meter_received(meter, size, bytes[size - 1]);
}

static void did_connect(uv_connect_t *request, int status) {
    endpoint_check(status, "connect");
    connection_start(request->data);
}

static void hear(void) {
    connection *connections = allocate(task->count, sizeof *connections);
    uv_connect_t *requests = allocate(task->count, sizeof *requests);
    for (size_t index = 0; index < task->count; index++) {
        connection_open(&connections[index], task);
        connections[index].on_frame = count_frame;
        requests[index].data = &connections[index];
        endpoint_connect(task, &requests[index], &connections[index].socket, did_connect);
    }
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}

void contestant_c_fan_out(const contest_task *given) {
    task = given;
    meter = contest_meter_create(task->is_receiver ? contest_stride(task->size) : 1, task->seconds);
    if (task->is_receiver) hear();
    else broadcast();
    contest_meter_report(meter);
}
