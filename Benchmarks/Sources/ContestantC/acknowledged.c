#include "connection.h"
#include "contestant_c.h"
#include "endpoint.h"

#include <stdlib.h>
#include <string.h>

static const contest_task *task;
static contest_meter *meter;
static connection peer;

// MARK: - Receiving

static uint64_t received;

static void count_frame(connection *connection, const uint8_t *bytes, size_t size) {
    (void)connection;
    received += 1;
    contest_meter_received(meter, size, bytes[size - 1]);
}

/// One acknowledgement for all that one read has brought.
static void acknowledge(connection *connection) {
    connection_send(connection, (const uint8_t *)&received, sizeof received);
}

static void did_accept(uv_stream_t *server, int status) {
    endpoint_check(status, "accept");
    connection_open(&peer, task);
    peer.on_frame = count_frame;
    peer.on_batch = acknowledge;
    endpoint_check(uv_accept(server, &peer.socket.stream), "accept");
    connection_start(&peer);
    endpoint_stop_listening();
}

// MARK: - Sending

static uint8_t *payload;
static uint64_t sent;
static uint64_t acknowledged;
static bool is_over;

/// As much as may be under way. What finds no room follows when bytes have left.
static void produce(connection *connection) {
    uint64_t before = sent;
    while (!is_over && sent - acknowledged < task->count &&
           connection_send(connection, payload, (uint32_t)task->size)) {
        sent += 1;
    }
    connection_flush(connection);
    if (!is_over && !contest_meter_sent(meter, sent - before)) is_over = true;
    if (is_over && acknowledged == sent) connection_finish(connection);
}

static void take_acknowledgement(connection *connection, const uint8_t *bytes, size_t size) {
    (void)connection;
    if (size != sizeof acknowledged) abort();
    memcpy(&acknowledged, bytes, sizeof acknowledged);
}

static void did_connect(uv_connect_t *request, int status) {
    (void)request;
    endpoint_check(status, "connect");
    peer.on_frame = take_acknowledgement;
    peer.on_batch = produce;
    peer.on_drained = produce;
    connection_start(&peer);
    produce(&peer);
}

static void dial(void) {
    static uv_connect_t request;
    payload = malloc(task->size);
    if (payload == NULL) abort();
    memset(payload, 0x5A, task->size);
    connection_open(&peer, task);
    endpoint_connect(task, &request, &peer.socket, did_connect);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}

void contestant_c_acknowledged(const contest_task *given) {
    task = given;
    meter = contest_meter_create(task->is_receiver ? contest_stride(task->size) : 1, task->seconds);
    if (task->is_receiver) endpoint_listen(task, NULL, did_accept);
    else dial();
    contest_meter_report(meter);
}
