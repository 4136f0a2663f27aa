/// What all contestants share: the task they are given, the meter that counts and times their messages, and the one
/// line they report. Written in C and inlined everywhere, so that measuring costs each of them the same.

#ifndef CONTEST_H
#define CONTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Calls of `emit` that are timed together.
#define CONTEST_BATCH_CALLS 1024

/// Idle connections that are there before memory is measured: the first ones pay for code, tables and pools.
#define CONTEST_FIRST_CONNECTIONS 100

/// A write buffer, and what is read at once: larger ones gain nothing on loopback, smaller ones cost system calls.
#define CONTEST_BUFFER_BYTES 65536

/// What is asked for as the receive buffer of a group's socket, whoever opens it. On Linux the limit for processes
/// without privileges, `net.core.rmem_max`, may be lower.
#define CONTEST_GROUP_BUFFER_BYTES (4 * 1024 * 1024)

/// Where a group is joined and sent on: nothing of it leaves this machine.
#define CONTEST_GROUP_INTERFACE "127.0.0.1"

/// Tells Swift that a value may cross threads: it is set up once and only read from then on.
#if defined(__has_attribute) && __has_attribute(swift_attr)
#define CONTEST_SENDABLE __attribute__((swift_attr("@Sendable")))
#else
#define CONTEST_SENDABLE
#endif

/// One end of one run.
typedef struct CONTEST_SENDABLE contest_task {
    bool is_receiver;
    bool is_unix;
    /// Path of the socket, or a numeric IPv4 host; the port of a receiver is 0.
    const char *address;
    uint16_t port;
    /// Payload bytes of one message.
    size_t size;
    /// Connections of a fan-out or of idle ones; messages under way of a window.
    size_t count;
    /// Of a group: payload bytes of one datagram.
    size_t segment;
    /// Of a group: messages per second; 0 for as many as the sender can.
    double pace;
    /// Path of the socket of an admin console; empty where there is none.
    const char *console;
    /// How long to measure, after the warm-up.
    double seconds;
} contest_task;

/// A moment of a run, and what it had cost by then.
typedef struct contest_mark {
    uint64_t nanoseconds;
    uint64_t messages;
    uint64_t user_microseconds;
    uint64_t system_microseconds;
} contest_mark;

/// This moment.
contest_mark contest_mark_now(uint64_t messages);

/// Counts messages. The window it reports starts after the warm-up and ends with the last mark.
typedef struct contest_meter {
    uint64_t messages;
    uint64_t checksum;
    /// Of a receiver to which messages may get lost: how many the sender says there were.
    uint64_t sent;
    /// The clock is read once in this many messages; a power of two, less one.
    uint64_t mask;
    uint64_t next_mark_at;
    uint64_t stops_at;
    bool is_measuring;
    contest_mark first;
    contest_mark last;
    uint32_t *latencies;
    size_t latency_count;
} contest_meter;

/// A monotonic clock.
uint64_t contest_nanoseconds(void);

/// Blocks the calling thread until that moment of the same clock.
void contest_sleep_until(uint64_t nanoseconds);

/// A meter that reads the clock once per `stride` messages, a power of two. Never freed: a run is a process.
contest_meter *contest_meter_create(uint64_t stride, double seconds);

/// The stride at which reading the clock disappears in the cost of messages of this size.
uint64_t contest_stride(size_t size);

/// The same for the receiver of a group, where a pace may be slow and a run short. Messages in segments are few and
/// large, and each looks at the clock.
uint64_t contest_group_stride(const contest_task *task);

/// How many messages of this size a flood sender produces before it lets its loop breathe: about a mebibyte. The last
/// write of a turn is a short one and wakes the receiver for little; turns of 128 KiB cost every contestant a third.
uint64_t contest_turn(size_t size);

/// What a fan-out sender says in a turn, in payload bytes. With any contestant's framing it fits one packet of the
/// loopback device, which has 64 KiB: a turn a little longer would measure what a second packet costs.
#define CONTEST_FAN_OUT_BYTES 51200

/// How many messages a fan-out sender produces in a turn; all of them go to each connection.
uint64_t contest_fan_out_turn(size_t size);

/// Reads the clock and, every few milliseconds, what the process has used. Returns now.
uint64_t contest_meter_mark(contest_meter *meter);

/// One message arrived; `byte` proves that its payload was looked at.
static inline void contest_meter_received(contest_meter *meter, size_t size, uint8_t byte) {
    meter->checksum += size + byte;
    meter->messages += 1;
    if ((meter->messages & meter->mask) == 0) contest_meter_mark(meter);
}

/// A turn of a sender produced `count` messages. Returns whether there is time for another turn.
bool contest_meter_sent(contest_meter *meter, uint64_t count);

/// Whether the warm-up and the seconds of a sender are over.
static inline bool contest_meter_is_over(const contest_meter *meter, uint64_t now) {
    return meter->next_mark_at != 0 && now >= meter->stops_at;
}

/// A round trip that began at `began` ended now. Returns now.
uint64_t contest_meter_round_trip(contest_meter *meter, uint64_t began);

/// Adds to the latencies, once the warm-up is over, something that took this long.
void contest_meter_sample(contest_meter *meter, uint64_t nanoseconds);

/// Paces a sender: what it may send now, in units of its own, at so many a second. Starts with nothing; after a pause
/// there is no more than a few milliseconds' worth.
typedef struct contest_pace {
    double per_second;
    double allowed;
    uint64_t since;
} contest_pace;

/// What may be sent now; whoever sends takes it off `allowed`.
double contest_pace_allows(contest_pace *pace);

/// Prints the report: one line of JSON.
void contest_meter_report(contest_meter *meter);

/// What idle connections are measured by: memory before most of them came, and processor time while they idle.
typedef struct contest_idle {
    size_t count;
    size_t connected;
    uint64_t resident_before;
    contest_mark began;
} contest_idle;

/// Notes that one more of `idle->count` connections is ready. Returns whether all are.
bool contest_idle_connected(contest_idle *idle);

/// Prints the report, and ends this process: who said goodbye to thousands would measure something else.
void contest_idle_report(const contest_idle *idle) __attribute__((noreturn));

/// Lets this process have as many descriptors, or ends it with a sentence that says what to do.
void contest_allow_descriptors(size_t count);

/// Prints `ready ADDRESS`, where ADDRESS is what a sender is to be given.
void contest_print_ready(const contest_task *task, uint16_t port);

/// A UDP port that nobody uses, or 0.
uint16_t contest_free_udp_port(void);

/// Ends this process if it still runs after as many seconds: a contestant that hangs must not hang the benchmark.
void contest_limit(unsigned seconds);

/// Keeps this process, and all threads it starts from now on, on one processor. Does nothing where it cannot.
void contest_pin(int processor);

/// Keeps its processor from falling asleep until the process is ended, and gives way to whoever has something to do.
void contest_stay_awake(void) __attribute__((noreturn));

/// Processor time used so far by this process and by those of its children that have ended.
double contest_used_seconds(void);

#ifdef __cplusplus
}
#endif

#endif
