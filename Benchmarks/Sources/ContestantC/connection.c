#include "connection.h"

#include <stdlib.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Lengths are written as they lie in memory"
#endif

/// All connections read into the same memory: `headroom` bytes for the carried start of a frame, then the buffer.
static uint8_t *read_memory;
static size_t headroom;

static void *allocate(size_t count) {
    void *memory = malloc(count);
    if (memory == NULL) abort();
    return memory;
}

void connection_open(connection *connection, const contest_task *task) {
    memset(connection, 0, sizeof *connection);
    connection->frame_size_max = sizeof(uint32_t) + task->size;
    connection->capacity =
        connection->frame_size_max > CONTEST_BUFFER_BYTES ? connection->frame_size_max : CONTEST_BUFFER_BYTES;
    connection->open = allocate(connection->capacity);
    connection->in_flight = allocate(connection->capacity);
    connection->carry = allocate(connection->frame_size_max);
    if (read_memory == NULL) {
        headroom = (connection->frame_size_max + 63) / 64 * 64;
        read_memory = allocate(headroom + CONTEST_BUFFER_BYTES);
    }
    endpoint_init(task, &connection->socket);
    connection->socket.handle.data = connection;
}

// MARK: - Reading

static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
    (void)handle, (void)suggested;
    *buffer = uv_buf_init((char *)read_memory + headroom, CONTEST_BUFFER_BYTES);
}

static void did_close(uv_handle_t *handle) { (void)handle; }

static void did_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
    connection *connection = stream->data;
    if (count == 0) return;
    if (count < 0) {
        uv_close((uv_handle_t *)stream, did_close);
        return;
    }
    const uint8_t *at = (const uint8_t *)buffer->base - connection->carry_count;
    const uint8_t *end = (const uint8_t *)buffer->base + count;
    memcpy((void *)at, connection->carry, connection->carry_count);
    connection_on_frame on_frame = connection->on_frame;
    uint32_t size;
    while ((size_t)(end - at) >= sizeof size) {
        memcpy(&size, at, sizeof size);
        if (sizeof size + size > connection->frame_size_max) abort();
        if ((size_t)(end - at) < sizeof size + size) break;
        on_frame(connection, at + sizeof size, size);
        at += sizeof size + size;
    }
    connection->carry_count = (size_t)(end - at);
    memcpy(connection->carry, at, connection->carry_count);
    if (connection->on_batch != NULL) connection->on_batch(connection);
    if (connection->open_count > 0) connection_flush(connection);
}

void connection_start(connection *connection) {
    if (connection->socket.handle.type == UV_TCP) uv_tcp_nodelay(&connection->socket.tcp, 1);
    uv_read_start(&connection->socket.stream, give_buffer, did_read);
}

// MARK: - Writing

static void did_write(uv_write_t *request, int status) {
    connection *connection = request->data;
    connection->is_in_flight = false;
    if (status < 0 || uv_is_closing(&connection->socket.handle)) return;
    if (connection_flush(connection) && connection->on_drained != NULL) connection->on_drained(connection);
}

bool connection_flush(connection *connection) {
    if (connection->is_in_flight) return false;
    if (connection->open_count == 0) return true;
    uv_buf_t buffer = uv_buf_init((char *)connection->open, (unsigned)connection->open_count);
    int written = uv_try_write(&connection->socket.stream, &buffer, 1);
    if (written < 0) written = 0;
    if ((size_t)written == connection->open_count) {
        connection->open_count = 0;
        return true;
    }
    buffer.base += written;
    buffer.len -= (size_t)written;
    uint8_t *rest = connection->open;
    connection->open = connection->in_flight;
    connection->in_flight = rest;
    connection->open_count = 0;
    connection->is_in_flight = true;
    connection->request.data = connection;
    uv_write(&connection->request, &connection->socket.stream, &buffer, 1, did_write);
    return true;
}

void connection_finish(connection *connection) {
    connection->on_drained = connection_finish;
    if (connection_flush(connection) && !connection->is_in_flight && !uv_is_closing(&connection->socket.handle)) {
        uv_close(&connection->socket.handle, did_close);
    }
}
