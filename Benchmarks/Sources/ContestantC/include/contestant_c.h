/// The yardstick: libuv used directly from C, with frames of a four-byte little-endian length and a payload.

#ifndef CONTESTANT_C_H
#define CONTESTANT_C_H

#include "contest.h"

/// One end of a flood: one side sends frames as fast as the socket takes them. Returns when the connection ended.
void contestant_c_flood(const contest_task *task);

/// One end of a ping-pong: one frame goes back and forth. Returns when the connection ended.
void contestant_c_ping_pong(const contest_task *task);

/// One end of a fan-out: one side sends each frame over all its connections. Returns when they have ended.
void contestant_c_fan_out(const contest_task *task);

/// Holds idle connections and pings them. Ends the process when it has measured.
void contestant_c_idle(const contest_task *task);

/// The other end of idle connections, for every contestant: introduces itself as a client of Hark's native protocol
/// does, and answers pings. Returns when the server has gone.
void contestant_c_idle_clients(const contest_task *task);

/// One end of a closed window: one side has so many frames under way at most, the other acknowledges those of a read
/// together. Returns when the connection ended.
void contestant_c_acknowledged(const contest_task *task);

/// One end of a multicast group: one side sends messages in segments, with nothing but their numbers to tell what got
/// lost. Returns when the receiver was told that it is over.
///
/// - Parameter in_trains: many datagrams are sent and received with one call, cut and joined by the kernel. Without it
///   there is one call for each.
void contestant_c_multicast(const contest_task *task, bool in_trains);

/// Whether the system can do that.
bool contestant_c_has_trains(void);

/// Those who look in at an admin console, `count` of them, as `console_clients.c` says. Prints `ready` when each has been
/// there, and goes on until the process is ended.
void contestant_c_console_clients(const contest_task *task);

/// Encodes and decodes one event, written by hand for this event alone, as often as the seconds allow.
void contestant_c_codec(double seconds);

/// The version of libuv that is used, such as `1.44.2`.
const char *contestant_c_libuv_version(void);

#endif
