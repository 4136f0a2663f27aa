// C++ only because the header of libnorm is.
#include "contestant_norm.h"

#include <normApi.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

namespace {

const contest_task *task;
contest_meter *meter;
NormInstanceHandle instance;
NormSessionHandle session;

/// Each node of a session has its own.
enum { receiver_id = 1, sender_id = 2 };

/// Blocks of 64 segments, for each of which up to 16 can be made that stand in for any that got lost. None are sent
/// before they are asked for.
enum { block_segments = 64, parity_segments = 16 };

/// What both ends keep for repairs.
const UINT32 buffer_bytes = 64 * 1024 * 1024;
const UINT32 kept_objects_min = 64, kept_objects_max = 512;

/// What the bytes on the wire are more than the payload, with something to spare.
const double overhead = 1.1;

/// NORM counts bits; this is what it is told where no pace is set.
const double fastest_bits_per_second = 40e9;

/// The round trip that it starts from: loopback is faster than the half second it assumes.
const double round_trip_seconds = 0.001;

/// How long a receiver waits for repairs, and a sender for its queue to become empty.
enum { patience_milliseconds = 1000 };

void check(bool is_good, const char *what) {
    if (is_good) return;
    fprintf(stderr, "contestant norm: %s failed\n", what);
    exit(1);
}

void open_session(NormNodeId id) {
    instance = NormCreateInstance();
    check(instance != NORM_INSTANCE_INVALID, "NormCreateInstance");
    session = NormCreateSession(instance, task->address, task->port, id);
    check(session != NORM_SESSION_INVALID, "NormCreateSession");
    NormSetRxPortReuse(session, true);
    check(NormSetMulticastInterface(session, CONTEST_GROUP_INTERFACE), "NormSetMulticastInterface");
    NormSetMulticastLoopback(session, true);
}

/// Takes the next event if there is one within so many milliseconds.
bool next_event(NormEvent *event, int milliseconds) {
    pollfd wait = {NormGetDescriptor(instance), POLLIN, 0};
    if (poll(&wait, 1, milliseconds) <= 0) return false;
    return NormGetNextEvent(instance, event, false);
}

// MARK: - Receiving

/// Of the object that says how many there have been.
const UINT32 farewell_bytes = sizeof(uint64_t);

void take(NormObjectHandle object) {
    const uint8_t *bytes = (const uint8_t *)NormDataAccessData(object);
    size_t count = (size_t)NormObjectGetSize(object);
    if (count == farewell_bytes && count != task->size) memcpy(&meter->sent, bytes, count);
    else contest_meter_received(meter, count, bytes[count - 1]);
}

void hear() {
    open_session(receiver_id);
    NormSetDefaultSyncPolicy(session, NORM_SYNC_ALL);
    NormSetRxCacheLimit(session, kept_objects_max);
    check(NormStartReceiver(session, buffer_bytes), "NormStartReceiver");
    NormSetRxSocketBuffer(session, CONTEST_GROUP_BUFFER_BYTES);
    contest_print_ready(task, task->port);
    uint64_t heard = contest_nanoseconds();
    while (meter->sent == 0 || meter->messages < meter->sent) {
        NormEvent event;
        uint64_t before = meter->messages;
        if (next_event(&event, 10) && event.type == NORM_RX_OBJECT_COMPLETED) take(event.object);
        uint64_t now = contest_nanoseconds();
        if (meter->messages != before) heard = now;
        bool is_patient = now - heard < (uint64_t)patience_milliseconds * 1000000;
        if (meter->sent != 0 && !is_patient) break;
    }
}

// MARK: - Sending

/// Returns how many.
uint64_t enqueue_allowed(contest_pace *pace, const char *payload) {
    uint64_t count = 0, turn = contest_turn(task->size);
    while (count < turn && (task->pace <= 0 || contest_pace_allows(pace) >= 1)) {
        // There is no room while what is kept for repairs is still young.
        if (NormDataEnqueue(session, payload, (UINT32)task->size) == NORM_OBJECT_INVALID) break;
        pace->allowed -= 1;
        count += 1;
    }
    return count;
}

void speak() {
    open_session(sender_id);
    double bits = task->pace > 0 ? task->pace * (double)task->size * 8 * overhead : fastest_bits_per_second;
    NormSetGrttEstimate(session, round_trip_seconds);
    NormSetCongestionControl(session, false);
    NormSetTxRate(session, bits);
    NormSetTxCacheBounds(session, buffer_bytes, kept_objects_min, kept_objects_max);
    check(NormStartSender(session, NormGetRandomSessionId(), buffer_bytes, (UINT16)task->segment, block_segments,
                          parity_segments),
          "NormStartSender");
    NormSetTxSocketBuffer(session, CONTEST_GROUP_BUFFER_BYTES);
    char *payload = (char *)malloc(task->size);
    if (payload == NULL) abort();
    memset(payload, 0x5A, task->size);
    contest_pace pace = {task->pace, 0, 0};
    NormEvent event;
    while (contest_meter_sent(meter, enqueue_allowed(&pace, payload))) next_event(&event, 1);
    uint64_t total = meter->messages;
    while (NormDataEnqueue(session, (const char *)&total, farewell_bytes) == NORM_OBJECT_INVALID) {
        next_event(&event, 1);
    }
    uint64_t until = contest_nanoseconds() + (uint64_t)patience_milliseconds * 1000000;
    event.type = NORM_EVENT_INVALID;
    while (event.type != NORM_TX_FLUSH_COMPLETED && contest_nanoseconds() < until) {
        if (!next_event(&event, 10)) event.type = NORM_EVENT_INVALID;
    }
}

} // namespace

void contestant_norm_multicast(const contest_task *given) {
    task = given;
    meter = contest_meter_create(task->is_receiver ? contest_group_stride(task) : 1, task->seconds);
    if (task->is_receiver) hear();
    else speak();
    contest_meter_report(meter);
    fflush(stdout);
    // Its thread is still at work, and there is nothing to say goodbye to.
    _Exit(0);
}

const char *contestant_norm_version(void) {
    static char text[32];
    int major = 0, minor = 0, patch = 0;
    NormGetVersion(&major, &minor, &patch);
    snprintf(text, sizeof text, "%d.%d.%d", major, minor, patch);
    return text;
}
