#include "contestant_c.h"

#include "endpoint.h"
#include "group.h"

#include <stdlib.h>
#include <string.h>

static const contest_task *task;
static contest_meter *meter;
static uv_udp_t group;

// MARK: - Receiving

static assembly parts;

static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
    (void)handle, (void)suggested;
    static char memory[CONTEST_BUFFER_BYTES];
    *buffer = uv_buf_init(memory, sizeof memory);
}

static void did_receive(
    uv_udp_t *handle, ssize_t count, const uv_buf_t *buffer, const struct sockaddr *from, unsigned flags) {
    (void)flags;
    endpoint_check((int)count, "receive");
    if (from == NULL) return;
    assembly_take(&parts, (const uint8_t *)buffer->base, (size_t)count);
    if (parts.is_over) uv_close((uv_handle_t *)handle, NULL);
}

static void hear(bool in_trains) {
    group_open_receiver(task, &group);
    assembly_init(&parts, task, meter);
    contest_print_ready(task, task->port);
    if (in_trains) {
        group_receive_trains(&group, &parts);
    } else {
        endpoint_check(uv_udp_recv_start(&group, give_buffer, did_receive), "receive");
        uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    }
}

// MARK: - Sending

/// As many datagrams as Linux cuts out of one send, and as many bytes as it takes for one.
enum { train_datagrams_max = 64, train_bytes_max = 65000 };

/// Said so often, because nothing tells whether it was heard, and so many milliseconds apart: the first time the
/// receiver has taken what was sent before.
enum { farewells = 5, farewell_milliseconds = 20 };

static struct sockaddr_in to;
static uint8_t *payload;
static size_t segment_count;
static size_t datagrams_max;
static uint64_t turn;
static contest_pace pace;
static uv_timer_t timer;
static uv_idle_t idle;

/// What is sent next.
static uint32_t message;
static size_t segment;
static bool is_over;

/// Sends the next datagrams of up to `most` segments with one call. Returns how many; 0 when the socket takes no more.
static size_t send_some(size_t most) {
    static group_head heads[train_datagrams_max];
    uv_buf_t buffers[2 * train_datagrams_max];
    uint32_t next_message = message;
    size_t next = segment, count = 0, bytes = 0;
    bool is_full = true;
    while (count < most && is_full && bytes + sizeof *heads + task->segment <= train_bytes_max) {
        size_t offset = next * task->segment;
        size_t size = task->size - offset < task->segment ? task->size - offset : task->segment;
        heads[count] = (group_head){next_message, (uint16_t)next, (uint16_t)segment_count};
        buffers[2 * count] = uv_buf_init((char *)&heads[count], sizeof *heads);
        buffers[2 * count + 1] = uv_buf_init((char *)payload + offset, (unsigned)size);
        // Only the last one of a train may be short.
        is_full = size == task->segment;
        bytes += sizeof *heads + size;
        count += 1;
        next += 1;
        if (next == segment_count) {
            next = 0;
            next_message += 1;
        }
    }
    int sent = uv_udp_try_send(&group, buffers, (unsigned)(2 * count), (const struct sockaddr *)&to);
    if (sent == UV_EAGAIN || sent == UV_ENOBUFS) return 0;
    endpoint_check(sent, "send");
    message = next_message;
    segment = next;
    return count;
}

static void say_farewell(uv_timer_t *handle) {
    static int said;
    group_head head = {message, 0, 0};
    uv_buf_t buffer = uv_buf_init((char *)&head, sizeof head);
    uv_udp_try_send(&group, &buffer, 1, (const struct sockaddr *)&to);
    said += 1;
    if (said < farewells) return;
    uv_close((uv_handle_t *)handle, NULL);
    uv_close((uv_handle_t *)&group, NULL);
}

/// Sends up to so many segments. A message that has begun is finished before the end, so that the receiver misses only
/// what got lost.
static void produce(size_t most) {
    if (is_over && most > segment_count - segment) most = segment_count - segment;
    uint32_t first = message;
    size_t left = most;
    while (left > 0) {
        size_t count = send_some(left < datagrams_max ? left : datagrams_max);
        if (count == 0) break;
        left -= count;
    }
    pace.allowed -= (double)(most - left);
    is_over = !contest_meter_sent(meter, message - first);
    if (!is_over || segment != 0) return;
    uv_close((uv_handle_t *)&idle, NULL);
    uv_timer_start(&timer, say_farewell, farewell_milliseconds, farewell_milliseconds);
}

static void produce_turn(uv_idle_t *handle) {
    (void)handle;
    produce(turn);
}

static void produce_allowed(uv_timer_t *handle) {
    (void)handle;
    double allowed = contest_pace_allows(&pace);
    produce(allowed > 0 ? (size_t)allowed : 0);
}

static void speak(bool in_trains) {
    segment_count = group_segment_count(task);
    datagrams_max = in_trains ? train_datagrams_max : 1;
    turn = contest_turn(task->size) * segment_count;
    pace.per_second = task->pace * (double)segment_count;
    payload = malloc(task->size);
    if (payload == NULL) abort();
    memset(payload, 0x5A, task->size);
    group_open_sender(task, &group, &to);
    if (in_trains) group_set_train(&group, sizeof(group_head) + task->segment);
    uv_timer_init(uv_default_loop(), &timer);
    uv_idle_init(uv_default_loop(), &idle);
    if (task->pace > 0) uv_timer_start(&timer, produce_allowed, 1, 1);
    else uv_idle_start(&idle, produce_turn);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}

void contestant_c_multicast(const contest_task *given, bool in_trains) {
    task = given;
    meter = contest_meter_create(task->is_receiver ? contest_group_stride(task) : 1, task->seconds);
    if (task->is_receiver) hear(in_trains);
    else speak(in_trains);
    contest_meter_report(meter);
}

bool contestant_c_has_trains(void) { return group_has_trains(); }
