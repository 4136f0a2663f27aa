#include "contestant_c.h"

#include "connection.h"
#include "endpoint.h"

#include <stdlib.h>
#include <string.h>

static const contest_task *task;
static contest_meter *meter;
static connection peer;
static uv_idle_t producer;
static uint8_t *payload;
static uint64_t began;
static uint64_t turn;

// MARK: - Listening and connecting

static void did_accept(uv_stream_t *server, int status) {
    endpoint_check(status, "accept");
    connection_open(&peer, task);
    void *on_frame = server->data;
    memcpy(&peer.on_frame, &on_frame, sizeof on_frame);
    endpoint_check(uv_accept(server, &peer.socket.stream), "accept");
    connection_start(&peer);
    endpoint_stop_listening();
}

static void listen_for(connection_on_frame on_frame) {
    void *data;
    memcpy(&data, &on_frame, sizeof data);
    endpoint_listen(task, data, did_accept);
}

static void connect_and(uv_connect_cb did_connect) {
    static uv_connect_t request;
    connection_open(&peer, task);
    payload = malloc(task->size);
    if (payload == NULL) abort();
    memset(payload, 0x5A, task->size);
    endpoint_connect(task, &request, &peer.socket, did_connect);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}

// MARK: - Flood

static void count_frame(connection *connection, const uint8_t *bytes, size_t size) {
    (void)connection;
    contest_meter_received(meter, size, bytes[size - 1]);
}

static void produce(uv_idle_t *idle) {
    uint64_t count = 0;
    while (count < turn && connection_send(&peer, payload, (uint32_t)task->size)) count += 1;
    connection_flush(&peer);
    if (!contest_meter_sent(meter, count)) {
        uv_close((uv_handle_t *)idle, NULL);
        connection_finish(&peer);
    } else if (count < turn) {
        uv_idle_stop(idle);
    }
}

static void produce_again(connection *connection) {
    (void)connection;
    uv_idle_start(&producer, produce);
}

static void start_flood(uv_connect_t *request, int status) {
    endpoint_check(status, "connect");
    connection_start(&peer);
    peer.on_drained = produce_again;
    uv_idle_init(request->handle->loop, &producer);
    uv_idle_start(&producer, produce);
}

void contestant_c_flood(const contest_task *given) {
    task = given;
    meter = contest_meter_create(task->is_receiver ? contest_stride(task->size) : 1, task->seconds);
    turn = contest_turn(task->size);
    if (task->is_receiver) listen_for(count_frame);
    else connect_and(start_flood);
    contest_meter_report(meter);
}

// MARK: - Ping-pong

static void answer(connection *connection, const uint8_t *bytes, size_t size) {
    contest_meter_received(meter, size, bytes[size - 1]);
    connection_send(connection, bytes, (uint32_t)size);
}

static void serve_again(connection *connection, const uint8_t *bytes, size_t size) {
    meter->checksum += size + bytes[size - 1];
    began = contest_meter_round_trip(meter, began);
    if (contest_meter_is_over(meter, began)) connection_finish(connection);
    else connection_send(connection, payload, (uint32_t)task->size);
}

static void serve(uv_connect_t *request, int status) {
    (void)request;
    endpoint_check(status, "connect");
    peer.on_frame = serve_again;
    connection_start(&peer);
    began = contest_nanoseconds();
    connection_send(&peer, payload, (uint32_t)task->size);
    connection_flush(&peer);
}

void contestant_c_ping_pong(const contest_task *given) {
    task = given;
    meter = contest_meter_create(task->is_receiver ? 16 : 1, task->seconds);
    if (task->is_receiver) listen_for(answer);
    else connect_and(serve);
    contest_meter_report(meter);
}

const char *contestant_c_libuv_version(void) { return uv_version_string(); }
