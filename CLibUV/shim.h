#ifndef CLIBUV_SHIM_H
#define CLIBUV_SHIM_H

#include <uv.h>

/* libuv wants bytes to write as `char *`, although it only reads them. */
static inline uv_buf_t hark_uv_buffer(const void *bytes, size_t count) {
    uv_buf_t buffer;
    buffer.base = (char *)bytes;
    buffer.len = count;
    return buffer;
}

/* The option is variadic, which Swift cannot call. */
static inline int hark_uv_measure_idle_time(uv_loop_t *loop) {
    return uv_loop_configure(loop, UV_METRICS_IDLE_TIME);
}

#ifdef __linux__
#include <sys/timerfd.h>

/* The system's header shows it to those who define `_GNU_SOURCE` only, which a module cannot. */
extern int accept4(int, struct sockaddr *, socklen_t *, int);
#endif

#endif
