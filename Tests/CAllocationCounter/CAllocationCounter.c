// Counts every allocation of the process it is linked into, whichever library makes it.
//
// glibc: the dynamic linker prefers the executable's definition of `malloc` and its relatives over the C library's,
// so that defining them here is all it takes; the work itself is left to glibc's own `__libc_` names.
// Darwin: the system calls the hook `malloc_logger`, meant for its own tools, for every call. Not tried yet.

#include "CAllocationCounter.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

// Initial-exec: reading a counter must not allocate, which is what the default model does on first use in a thread.
static _Thread_local __attribute__((tls_model("initial-exec"))) HarkAllocationCounts of_thread;
static _Atomic uint64_t process_allocations;
static _Atomic uint64_t process_frees;

static inline void count_allocation(void) {
    of_thread.allocations += 1;
    atomic_fetch_add_explicit(&process_allocations, 1, memory_order_relaxed);
}

static inline void count_free(void) {
    of_thread.frees += 1;
    atomic_fetch_add_explicit(&process_frees, 1, memory_order_relaxed);
}

HarkAllocationCounts hark_allocations_of_thread(void) {
    return of_thread;
}

HarkAllocationCounts hark_allocations_of_process(void) {
    HarkAllocationCounts counts = {
        .allocations = atomic_load_explicit(&process_allocations, memory_order_relaxed),
        .frees = atomic_load_explicit(&process_frees, memory_order_relaxed),
    };
    return counts;
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HARK_SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(HARK_SANITIZED)

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *pointer);

bool hark_allocations_are_counted(void) {
    return true;
}

void *malloc(size_t size) {
    count_allocation();
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    count_allocation();
    return __libc_calloc(count, size);
}

void *realloc(void *pointer, size_t size) {
    count_allocation();
    return __libc_realloc(pointer, size);
}

void *memalign(size_t alignment, size_t size) {
    count_allocation();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count_allocation();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
    count_allocation();
    void *pointer = __libc_memalign(alignment, size);
    if (pointer == NULL) return ENOMEM;
    *result = pointer;
    return 0;
}

void free(void *pointer) {
    if (pointer != NULL) count_free();
    __libc_free(pointer);
}

#elif defined(__APPLE__) && !defined(HARK_SANITIZED)

typedef void hark_malloc_logger(uint32_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t, uint32_t);
extern hark_malloc_logger *malloc_logger;

// Bits of the hook's first argument; a `realloc` has both.
enum { ALLOCATES = 2, FREES = 4 };

static void count(uint32_t type, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t result, uint32_t skip) {
    if (type & ALLOCATES) count_allocation();
    else if (type & FREES) count_free();
}

__attribute__((constructor)) static void begin(void) {
    malloc_logger = count;
}

bool hark_allocations_are_counted(void) {
    return true;
}

#else

bool hark_allocations_are_counted(void) {
    return false;
}

#endif
