/// A stream that carries frames. Writes are gathered in one buffer and leave with one system call per turn; frames are
/// decoded where the socket put them.

#ifndef CONNECTION_H
#define CONNECTION_H

#include "contest.h"
#include "endpoint.h"

#include <uv.h>

typedef struct connection connection;

/// Called for each frame that arrived; `payload` is valid until it returns.
typedef void (*connection_on_frame)(connection *connection, const uint8_t *payload, size_t size);

struct connection {
    stream_socket socket;
    connection_on_frame on_frame;
    /// Called after the frames of one read.
    void (*on_batch)(connection *connection);
    /// Called when bytes that had to wait have been written.
    void (*on_drained)(connection *connection);

    uv_write_t request;
    uint8_t *open;
    uint8_t *in_flight;
    size_t open_count;
    size_t capacity;
    bool is_in_flight;

    /// The start of a frame whose end has not arrived.
    uint8_t *carry;
    size_t carry_count;
    size_t frame_size_max;
};

/// Makes the socket of a connection whose frames have payloads of up to `size` bytes.
void connection_open(connection *connection, const contest_task *task);

/// Starts to read. The connection closes itself when the other side does.
void connection_start(connection *connection);

/// Writes the gathered bytes, unless earlier ones still wait. Returns whether there is room again.
bool connection_flush(connection *connection);

/// Closes the socket when all bytes have been handed to it.
void connection_finish(connection *connection);

/// Adds one frame. Returns false, and adds nothing, when neither buffer has room.
static inline bool connection_send(connection *connection, const uint8_t *payload, uint32_t size) {
    size_t needed = sizeof size + size;
    if (connection->open_count + needed > connection->capacity && !connection_flush(connection)) return false;
    uint8_t *end = connection->open + connection->open_count;
    __builtin_memcpy(end, &size, sizeof size);
    __builtin_memcpy(end + sizeof size, payload, size);
    connection->open_count += needed;
    return true;
}

#endif
