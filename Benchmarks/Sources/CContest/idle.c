#define _GNU_SOURCE
#include "contest.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/// What the program, its loop and its pipes need besides the connections.
static const size_t spare_descriptors = 64;

/// Memory of this process that is in RAM; 0 where the system does not tell.
static uint64_t resident_bytes(void) {
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL) return 0;
    if (fscanf(file, "%*u %llu", &pages) != 1) pages = 0;
    fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

bool contest_idle_connected(contest_idle *idle) {
    idle->connected += 1;
    if (idle->connected == CONTEST_FIRST_CONNECTIONS) idle->resident_before = resident_bytes();
    if (idle->connected != idle->count) return false;
    idle->began = contest_mark_now(0);
    return true;
}

void contest_idle_report(const contest_idle *idle) {
    contest_mark end = contest_mark_now(idle->count);
    uint64_t resident = resident_bytes();
    printf("{\"messages\":%zu,\"seconds\":%.6f,\"userMicroseconds\":%llu,\"systemMicroseconds\":%llu", idle->count,
           (double)(end.nanoseconds - idle->began.nanoseconds) / 1e9,
           (unsigned long long)(end.user_microseconds - idle->began.user_microseconds),
           (unsigned long long)(end.system_microseconds - idle->began.system_microseconds));
    if (resident > 0) {
        printf(",\"bytesPerConnection\":%.1f",
               ((double)resident - (double)idle->resident_before) / (double)(idle->count - CONTEST_FIRST_CONNECTIONS));
    }
    printf("}\n");
    fflush(stdout);
    _exit(0);
}

void contest_allow_descriptors(size_t count) {
    struct rlimit limit;
    rlim_t needed = count + spare_descriptors;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < needed) {
        if (limit.rlim_max < needed) limit.rlim_max = needed;
        limit.rlim_cur = needed;
        if (setrlimit(RLIMIT_NOFILE, &limit) == 0) return;
        getrlimit(RLIMIT_NOFILE, &limit);
        fprintf(stderr,
                "%zu connections need %llu file descriptors and this process may have %llu: raise the hard limit "
                "(`ulimit -Hn`), or leave this scenario out with --only\n",
                count, (unsigned long long)needed, (unsigned long long)limit.rlim_max);
        exit(1);
    }
}
