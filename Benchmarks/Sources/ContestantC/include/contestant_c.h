/// The yardstick: libuv used directly from C, with frames of a four-byte little-endian length and a payload.

#ifndef CONTESTANT_C_H
#define CONTESTANT_C_H

#include "contest.h"

/// One end of a flood: one side sends frames as fast as the socket takes them. Returns when the connection ended.
void contestant_c_flood(const contest_task *task);

/// One end of a ping-pong: one frame goes back and forth. Returns when the connection ended.
void contestant_c_ping_pong(const contest_task *task);

/// Encodes and decodes one event, written by hand for this event alone, as often as the seconds allow.
void contestant_c_codec(double seconds);

/// The version of libuv that is used, such as `1.44.2`.
const char *contestant_c_libuv_version(void);

#endif
