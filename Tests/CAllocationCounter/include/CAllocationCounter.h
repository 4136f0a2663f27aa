#ifndef HARK_ALLOCATION_COUNTER_H
#define HARK_ALLOCATION_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

/// Calls since the start; subtract two readings to know what happened between them. A `realloc` is an allocation.
typedef struct {
    uint64_t allocations;
    uint64_t frees;
} HarkAllocationCounts;

/// Whether this process is counted: glibc or Darwin, and no sanitizer, which would want `malloc` for itself.
bool hark_allocations_are_counted(void);

/// What the calling thread did.
HarkAllocationCounts hark_allocations_of_thread(void);

/// What all threads did.
HarkAllocationCounts hark_allocations_of_process(void);

#endif
