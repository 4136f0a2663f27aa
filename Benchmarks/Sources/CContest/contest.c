#define _GNU_SOURCE
#include "contest.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/// Long enough for socket buffers to grow, caches to fill and a just-in-time compiler to be done.
static const uint64_t warm_up_nanoseconds = 100 * 1000 * 1000;

/// How fine the ends of the window are; asking for the usage more often would show up in it.
static const uint64_t mark_interval_nanoseconds = 2 * 1000 * 1000;

/// Room for a second of round trips at a quarter of a microsecond each. Untouched pages cost nothing.
static const size_t latency_count_max = 4 * 1000 * 1000;

uint64_t contest_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void contest_sleep_until(uint64_t nanoseconds) {
    uint64_t now = contest_nanoseconds();
    if (now >= nanoseconds) return;
    struct timespec length = {
        .tv_sec = (time_t)((nanoseconds - now) / 1000000000), .tv_nsec = (long)((nanoseconds - now) % 1000000000)};
    nanosleep(&length, NULL);
}

contest_meter *contest_meter_create(uint64_t stride, double seconds) {
    contest_meter *meter = calloc(1, sizeof *meter);
    if (meter == NULL) abort();
    meter->mask = stride - 1;
    meter->latencies = malloc(latency_count_max * sizeof *meter->latencies);
    if (meter->latencies == NULL) abort();
    // Until the first mark, this is a length of time.
    meter->stops_at = warm_up_nanoseconds + (uint64_t)(seconds * 1e9);
    return meter;
}

uint64_t contest_stride(size_t size) {
    uint64_t stride = 1;
    while (stride < 4096 && stride * size < 512 * 1024) stride *= 2;
    return stride;
}

uint64_t contest_group_stride(const contest_task *task) {
    return task->segment < task->size ? 1 : 64;
}

uint64_t contest_turn(size_t size) {
    uint64_t count = 1024 * 1024 / size;
    return count < 16 ? 16 : count;
}

uint64_t contest_fan_out_turn(size_t size) {
    uint64_t count = CONTEST_FAN_OUT_BYTES / size;
    return count < 1 ? 1 : count;
}

static uint64_t microseconds(struct timeval time) { return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec; }

static contest_mark mark(uint64_t messages, uint64_t now) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (contest_mark){
        .nanoseconds = now,
        .messages = messages,
        .user_microseconds = microseconds(usage.ru_utime),
        .system_microseconds = microseconds(usage.ru_stime),
    };
}

contest_mark contest_mark_now(uint64_t messages) { return mark(messages, contest_nanoseconds()); }

uint64_t contest_meter_mark(contest_meter *meter) {
    uint64_t now = contest_nanoseconds();
    if (now < meter->next_mark_at) return now;
    if (meter->next_mark_at == 0) {
        meter->stops_at += now;
        meter->next_mark_at = now + warm_up_nanoseconds;
        return now;
    }
    meter->last = mark(meter->messages, now);
    if (!meter->is_measuring) {
        meter->is_measuring = true;
        meter->first = meter->last;
    }
    meter->next_mark_at = now + mark_interval_nanoseconds;
    return now;
}

bool contest_meter_sent(contest_meter *meter, uint64_t count) {
    meter->messages += count;
    return !contest_meter_is_over(meter, contest_meter_mark(meter));
}

void contest_meter_sample(contest_meter *meter, uint64_t nanoseconds) {
    if (!meter->is_measuring || meter->latency_count == latency_count_max) return;
    meter->latencies[meter->latency_count++] = nanoseconds > UINT32_MAX ? UINT32_MAX : (uint32_t)nanoseconds;
}

uint64_t contest_meter_round_trip(contest_meter *meter, uint64_t began) {
    uint64_t now = contest_nanoseconds();
    meter->messages += 1;
    if (now >= meter->next_mark_at) contest_meter_mark(meter);
    contest_meter_sample(meter, now - began);
    return now;
}

static int ascending(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static double percentile(const contest_meter *meter, double share) {
    return meter->latencies[(size_t)(share * (double)(meter->latency_count - 1))] / 1000.0;
}

void contest_meter_report(contest_meter *meter) {
    const contest_mark *first = &meter->first, *last = &meter->last;
    printf("{\"messages\":%llu,\"seconds\":%.6f,\"userMicroseconds\":%llu,\"systemMicroseconds\":%llu",
           (unsigned long long)(last->messages - first->messages),
           (double)(last->nanoseconds - first->nanoseconds) / 1e9,
           (unsigned long long)(last->user_microseconds - first->user_microseconds),
           (unsigned long long)(last->system_microseconds - first->system_microseconds));
    if (meter->latency_count > 0) {
        qsort(meter->latencies, meter->latency_count, sizeof *meter->latencies, ascending);
        printf(",\"latencies\":{\"p50\":%.3f,\"p99\":%.3f,\"p999\":%.3f}", percentile(meter, 0.5),
               percentile(meter, 0.99), percentile(meter, 0.999));
    }
    if (meter->sent > 0) printf(",\"lost\":%lld", (long long)(meter->sent - meter->messages));
    printf("}\n");
    fflush(stdout);
}

void contest_print_ready(const contest_task *task, uint16_t port) {
    if (task->is_unix) printf("ready %s\n", task->address);
    else printf("ready %s:%u\n", task->address, port);
    fflush(stdout);
}

void contest_limit(unsigned seconds) { alarm(seconds); }

void contest_pin(int processor) {
#ifdef __linux__
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    sched_setaffinity(0, sizeof set, &set);
#else
    (void)processor;
#endif
}

void contest_stay_awake(void) {
#ifdef __linux__
    struct sched_param none = {0};
    sched_setscheduler(0, SCHED_IDLE, &none);
#endif
    for (volatile unsigned turns = 0;; turns += 1) {}
}

static double used_seconds(int who) {
    struct rusage usage;
    getrusage(who, &usage);
    return (double)(microseconds(usage.ru_utime) + microseconds(usage.ru_stime)) / 1e6;
}

double contest_used_seconds(void) { return used_seconds(RUSAGE_SELF) + used_seconds(RUSAGE_CHILDREN); }
