#define _GNU_SOURCE
#include "group.h"

#include "endpoint.h"

#ifdef __linux__

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

/// Reads after which other descriptors have their turn; libuv's own number for datagrams.
enum { reads_max = 32 };

static uv_poll_t poll_handle;
static assembly *taker;

bool group_has_trains(void) { return true; }

static void set(uv_udp_t *socket, int option, int value, const char *what) {
    uv_os_fd_t descriptor;
    endpoint_check(uv_fileno((const uv_handle_t *)socket, &descriptor), what);
    if (setsockopt(descriptor, IPPROTO_UDP, option, &value, sizeof value) != 0) {
        endpoint_check(uv_translate_sys_error(errno), what);
    }
}

void group_set_train(uv_udp_t *socket, size_t count) { set(socket, UDP_SEGMENT, (int)count, "UDP_SEGMENT"); }

/// How long the datagrams are that were received as one; 0 when it is a single one.
static size_t datagram_bytes(struct msghdr *message) {
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL; part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level == IPPROTO_UDP && part->cmsg_type == UDP_GRO) {
            int size;
            memcpy(&size, CMSG_DATA(part), sizeof size);
            return (size_t)size;
        }
    }
    return 0;
}

static void did_poll(uv_poll_t *handle, int status, int events) {
    (void)events;
    static uint8_t buffer[CONTEST_BUFFER_BYTES];
    endpoint_check(status, "poll");
    for (int reads = 0; reads < reads_max && !taker->is_over; reads++) {
        union {
            char bytes[CMSG_SPACE(sizeof(int))];
            struct cmsghdr alignment;
        } control;
        struct iovec vector = {.iov_base = buffer, .iov_len = sizeof buffer};
        struct msghdr message = {
            .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
        ssize_t count = recvmsg(handle->io_watcher.fd, &message, MSG_DONTWAIT);
        if (count <= 0) break;
        size_t step = datagram_bytes(&message), end = (size_t)count;
        if (step == 0) step = end;
        for (size_t at = 0; at < end; at += step) assembly_take(taker, buffer + at, end - at < step ? end - at : step);
    }
    if (taker->is_over) uv_close((uv_handle_t *)handle, NULL);
}

void group_receive_trains(uv_udp_t *socket, assembly *assembly) {
    uv_os_fd_t descriptor;
    taker = assembly;
    set(socket, UDP_GRO, 1, "UDP_GRO");
    // The handle of the socket is never started, so its descriptor is free to be polled.
    endpoint_check(uv_fileno((const uv_handle_t *)socket, &descriptor), "descriptor");
    endpoint_check(uv_poll_init(uv_default_loop(), &poll_handle, descriptor), "poll");
    endpoint_check(uv_poll_start(&poll_handle, UV_READABLE, did_poll), "poll");
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}

#else

bool group_has_trains(void) { return false; }

void group_set_train(uv_udp_t *socket, size_t count) {
    (void)socket, (void)count;
    endpoint_check(UV_ENOTSUP, "UDP_SEGMENT");
}

void group_receive_trains(uv_udp_t *socket, assembly *assembly) {
    (void)socket, (void)assembly;
    endpoint_check(UV_ENOTSUP, "UDP_GRO");
}

#endif
