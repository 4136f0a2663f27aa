#include "contestant_c.h"
#include "endpoint.h"
#include "native.h"

#include <stdlib.h>
#include <string.h>

// The other end of idle connections, the same for all contestants: says hello and answers pings.

typedef struct idle_client {
    uv_tcp_t tcp;
    /// The start of a frame whose end has not arrived; of a frame that is not a ping only the header.
    uint8_t frame[NATIVE_PING_BYTES];
    size_t frame_count;
    /// Bytes to skip before the next frame.
    size_t skipped;
    bool is_welcome;
} idle_client;

/// Handshakes at the same time.
static const size_t handshakes_max = 64;

static const contest_task *task;
static contest_meter *meter;
static size_t started;
static size_t welcomed;
static char read_memory[CONTEST_BUFFER_BYTES];

/// A map of node, capabilities (sessions), limits (the defaults) and heartbeat, in CBOR. The node's bytes follow the
/// first key.
static const uint8_t hello_start[] = {0xA4, 0x64, 'n', 'o', 'd', 'e', 0x50};
static const uint8_t hello_end[] = {
    0x63, 'c', 'a', 'n', 0x01, 0x66, 'l', 'i', 'm', 'i', 't', 's', 0xA0, 0x64, 'b', 'e', 'a', 't', 0x00};

static void start_more(void);

static void did_close(uv_handle_t *handle) { free(handle->data); }

static void write_bytes(idle_client *client, const void *bytes, size_t count) {
    uv_buf_t buffer = uv_buf_init((char *)bytes, (unsigned)count);
    if (uv_try_write((uv_stream_t *)&client->tcp, &buffer, 1) != (int)count) endpoint_check(UV_EAGAIN, "write");
}

static void greet(idle_client *client) {
    enum { node_bytes = 16, body = sizeof hello_start + node_bytes + sizeof hello_end };
    static uint64_t node;
    uint8_t bytes[sizeof native_magic + NATIVE_HEADER_BYTES + body];
    uint8_t *at = bytes;
    uint8_t header[NATIVE_HEADER_BYTES] = {native_hello, body};
    memcpy(at, native_magic, sizeof native_magic), at += sizeof native_magic;
    memcpy(at, header, sizeof header), at += sizeof header;
    memcpy(at, hello_start, sizeof hello_start), at += sizeof hello_start;
    memset(at, 0, node_bytes);
    node += 1;
    memcpy(at, &node, sizeof node), at += node_bytes;
    memcpy(at, hello_end, sizeof hello_end);
    write_bytes(client, bytes, sizeof bytes);
}

static void take_frame(idle_client *client) {
    size_t body = client->frame[1] | (size_t)client->frame[2] << 8 | (size_t)client->frame[3] << 16;
    if (client->frame[0] == native_ping) {
        if (client->frame_count < NATIVE_PING_BYTES) return;
        client->frame[0] = native_pong;
        write_bytes(client, client->frame, NATIVE_PING_BYTES);
        contest_meter_received(meter, NATIVE_PING_BYTES, 0);
    } else {
        if (client->frame[0] == native_welcome && !client->is_welcome) {
            client->is_welcome = true;
            welcomed += 1;
            start_more();
        }
        client->skipped = body;
    }
    client->frame_count = 0;
}

static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
    (void)handle, (void)suggested;
    *buffer = uv_buf_init(read_memory, sizeof read_memory);
}

static void did_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
    idle_client *client = stream->data;
    if (count < 0) {
        // Servers just end when they have measured. Before, that is a failure.
        if (welcomed < task->count) endpoint_check((int)count, "read");
        uv_close((uv_handle_t *)stream, did_close);
        return;
    }
    for (ssize_t index = 0; index < count; index++) {
        if (client->skipped > 0) {
            size_t passed = client->skipped < (size_t)(count - index) ? client->skipped : (size_t)(count - index);
            client->skipped -= passed;
            index += (ssize_t)passed - 1;
            continue;
        }
        client->frame[client->frame_count++] = (uint8_t)buffer->base[index];
        if (client->frame_count >= NATIVE_HEADER_BYTES) take_frame(client);
    }
}

static void did_connect(uv_connect_t *request, int status) {
    endpoint_check(status, "connect");
    idle_client *client = request->handle->data;
    free(request);
    // The server's magic comes before its first frame.
    client->skipped = sizeof native_magic;
    uv_read_start((uv_stream_t *)&client->tcp, give_buffer, did_read);
    greet(client);
}

/// The first connections are complete before the others come: the server looks at its memory then.
static void start_more(void) {
    size_t until = welcomed < CONTEST_FIRST_CONNECTIONS ? CONTEST_FIRST_CONNECTIONS : task->count;
    while (started < until && started - welcomed < handshakes_max) {
        idle_client *client = calloc(1, sizeof *client);
        uv_connect_t *request = malloc(sizeof *request);
        if (client == NULL || request == NULL) abort();
        started += 1;
        uv_tcp_init(uv_default_loop(), &client->tcp);
        client->tcp.data = client;
        endpoint_connect(task, request, (stream_socket *)client, did_connect);
    }
}

void contestant_c_idle_clients(const contest_task *given) {
    task = given;
    meter = contest_meter_create(1, task->seconds);
    start_more();
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    contest_meter_report(meter);
}
