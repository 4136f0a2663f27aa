#include "contestant_c.h"
#include "endpoint.h"
#include "native.h"

#include <stdlib.h>
#include <string.h>

// Holds connections and asks each of them for a sign of life, with a timer per connection. No handshake to speak of:
// whoever says something is welcome.

typedef struct idler {
    uv_tcp_t tcp;
    uv_timer_t timer;
    uint64_t heard_at;
    uint8_t missed;
    bool is_welcome;
} idler;

/// Intervals of silence after which a connection is given up.
static const uint8_t misses_max = 3;

static const contest_task *task;
static contest_idle idle;
static uv_timer_t end;
static char read_memory[CONTEST_BUFFER_BYTES];

static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
    (void)handle, (void)suggested;
    *buffer = uv_buf_init(read_memory, sizeof read_memory);
}

/// These few bytes fit any socket that is read at the other end.
static void write_bytes(idler *idler, const void *bytes, size_t count) {
    uv_buf_t buffer = uv_buf_init((char *)bytes, (unsigned)count);
    if (uv_try_write((uv_stream_t *)&idler->tcp, &buffer, 1) != (int)count) endpoint_check(UV_EAGAIN, "write");
}

static void beat(uv_timer_t *timer) {
    idler *idler = timer->data;
    uint64_t silence = uv_now(timer->loop) - idler->heard_at;
    if (silence < NATIVE_HEARTBEAT_MILLISECONDS) {
        uv_timer_start(timer, beat, NATIVE_HEARTBEAT_MILLISECONDS - silence, 0);
        return;
    }
    idler->missed += 1;
    if (idler->missed == misses_max) endpoint_check(UV_ETIMEDOUT, "heartbeat");
    uint8_t ping[NATIVE_PING_BYTES] = {native_ping, NATIVE_PING_BYTES - NATIVE_HEADER_BYTES};
    memcpy(ping + NATIVE_HEADER_BYTES, &silence, sizeof silence);
    write_bytes(idler, ping, sizeof ping);
    uv_timer_start(timer, beat, NATIVE_HEARTBEAT_MILLISECONDS, 0);
}

static void seconds_are_over(uv_timer_t *timer) {
    (void)timer;
    contest_idle_report(&idle);
}

static void welcome(idler *idler) {
    static const uint8_t nothing[NATIVE_HEADER_BYTES] = {native_welcome};
    idler->is_welcome = true;
    write_bytes(idler, native_magic, sizeof native_magic);
    write_bytes(idler, nothing, sizeof nothing);
    uv_timer_start(&idler->timer, beat, NATIVE_HEARTBEAT_MILLISECONDS, 0);
    if (contest_idle_connected(&idle)) uv_timer_start(&end, seconds_are_over, (uint64_t)(task->seconds * 1000), 0);
}

static void did_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
    (void)buffer;
    if (count == 0) return;
    endpoint_check((int)count, "read");
    idler *idler = stream->data;
    idler->heard_at = uv_now(stream->loop);
    idler->missed = 0;
    if (!idler->is_welcome) welcome(idler);
}

static void did_accept(uv_stream_t *server, int status) {
    endpoint_check(status, "accept");
    idler *idler = calloc(1, sizeof *idler);
    if (idler == NULL) abort();
    uv_tcp_init(server->loop, &idler->tcp);
    uv_timer_init(server->loop, &idler->timer);
    idler->tcp.data = idler;
    idler->timer.data = idler;
    endpoint_check(uv_accept(server, (uv_stream_t *)&idler->tcp), "accept");
    uv_tcp_nodelay(&idler->tcp, 1);
    uv_read_start((uv_stream_t *)&idler->tcp, give_buffer, did_read);
}

void contestant_c_idle(const contest_task *given) {
    task = given;
    idle.count = task->count;
    uv_timer_init(uv_default_loop(), &end);
    endpoint_listen(task, NULL, did_accept);
}
