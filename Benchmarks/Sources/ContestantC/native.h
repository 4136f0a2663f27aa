/// The little of Hark's native protocol that idle connections speak.

#ifndef NATIVE_H
#define NATIVE_H

#include <stdint.h>

/// The kind is the first byte of a frame, the length of its body the next three, little-endian.
enum { native_hello = 1, native_welcome = 2, native_ping = 15, native_pong = 16 };

#define NATIVE_HEADER_BYTES 4
#define NATIVE_PING_BYTES (NATIVE_HEADER_BYTES + 8)

static const uint8_t native_magic[8] = {'H', 'A', 'R', 'K', '\r', '\n', 0x1A, 1};

/// How often connections ask each other for a sign of life, in milliseconds.
#define NATIVE_HEARTBEAT_MILLISECONDS 1000

#endif
