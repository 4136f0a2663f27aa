#include "contestant_c.h"

#include "connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const contest_task *task;
static contest_meter *meter;
static connection peer;
static uv_idle_t producer;
static uint8_t *payload;
static uint64_t began;
static uint64_t turn;

static union {
    uv_handle_t handle;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
} listener;

static void check(int status, const char *what) {
    if (status >= 0) return;
    fprintf(stderr, "contestant c: %s: %s\n", what, uv_strerror(status));
    exit(1);
}

// MARK: - Listening and connecting

static void did_accept(uv_stream_t *server, int status) {
    check(status, "accept");
    connection_open(&peer, server->loop, task);
    void *on_frame = server->data;
    memcpy(&peer.on_frame, &on_frame, sizeof on_frame);
    check(uv_accept(server, &peer.socket.stream), "accept");
    connection_start(&peer);
    uv_close((uv_handle_t *)server, NULL);
}

static void listen_for(connection_on_frame on_frame) {
    uv_loop_t *loop = uv_default_loop();
    uint16_t port = 0;
    if (task->is_unix) {
        uv_pipe_init(loop, &listener.pipe, 0);
        check(uv_pipe_bind(&listener.pipe, task->address), "bind");
    } else {
        struct sockaddr_in address;
        uv_tcp_init(loop, &listener.tcp);
        check(uv_ip4_addr(task->address, task->port, &address), "address");
        check(uv_tcp_bind(&listener.tcp, (const struct sockaddr *)&address, 0), "bind");
        int size = sizeof address;
        check(uv_tcp_getsockname(&listener.tcp, (struct sockaddr *)&address, &size), "getsockname");
        port = ntohs(address.sin_port);
    }
    memcpy(&listener.handle.data, &on_frame, sizeof on_frame);
    check(uv_listen(&listener.stream, 16, did_accept), "listen");
    contest_print_ready(task, port);
    uv_run(loop, UV_RUN_DEFAULT);
}

static void connect_and(uv_connect_cb did_connect) {
    static uv_connect_t request;
    uv_loop_t *loop = uv_default_loop();
    connection_open(&peer, loop, task);
    payload = malloc(task->size);
    if (payload == NULL) abort();
    memset(payload, 0x5A, task->size);
    if (task->is_unix) {
        uv_pipe_connect(&request, &peer.socket.pipe, task->address, did_connect);
    } else {
        struct sockaddr_in address;
        check(uv_ip4_addr(task->address, task->port, &address), "address");
        check(uv_tcp_connect(&request, &peer.socket.tcp, (const struct sockaddr *)&address, did_connect), "connect");
    }
    uv_run(loop, UV_RUN_DEFAULT);
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
    check(status, "connect");
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
    check(status, "connect");
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
