// Lets system calls fail on demand, whichever library makes them.
//
// The dynamic linker prefers the executable's definition of a function over the C library's, so that defining them here
// is all it takes. What is not to fail goes to the kernel.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "CFaultInjector.h"

#include <stdatomic.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HARK_SANITIZED 1
#endif
#endif

#if defined(__linux__) && !defined(HARK_SANITIZED)

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static _Atomic int armed;
static _Atomic int remaining;
static _Atomic int fault;
static _Atomic int hits;
static _Atomic bool persists;

bool hark_faults_are_possible(void) {
    return true;
}

void hark_fault_arm(hark_fault_call call, int number, int error) {
    atomic_store(&hits, 0);
    atomic_store(&remaining, number);
    atomic_store(&fault, error);
    atomic_store(&persists, false);
    atomic_store(&armed, call);
}

void hark_fault_persist(void) {
    atomic_store(&persists, true);
}

int hark_fault_disarm(void) {
    atomic_store(&armed, HARK_FAULT_NONE);
    return atomic_load(&hits);
}

// Whether this is the call to fail.
static inline bool fails(hark_fault_call call) {
    if (atomic_load_explicit(&armed, memory_order_relaxed) != (int)call) return false;
    int number = atomic_fetch_sub(&remaining, 1);
    if (number > 1 || (number < 1 && !atomic_load(&persists))) return false;
    atomic_fetch_add(&hits, 1);
    errno = atomic_load(&fault);
    return true;
}

static inline bool fails_on_socket(hark_fault_call call, int descriptor) {
    if (atomic_load_explicit(&armed, memory_order_relaxed) != (int)call) return false;
    struct stat status;
    return fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode) && fails(call);
}

int socket(int domain, int type, int protocol) {
    if (fails(HARK_FAULT_SOCKET)) return -1;
    return (int)syscall(SYS_socket, domain, type, protocol);
}

int connect(int descriptor, const struct sockaddr *address, socklen_t length) {
    if (fails(HARK_FAULT_CONNECT)) return -1;
    return (int)syscall(SYS_connect, descriptor, address, length);
}

int bind(int descriptor, const struct sockaddr *address, socklen_t length) {
    if (fails(HARK_FAULT_BIND)) return -1;
    return (int)syscall(SYS_bind, descriptor, address, length);
}

int listen(int descriptor, int backlog) {
    if (fails(HARK_FAULT_LISTEN)) return -1;
    return (int)syscall(SYS_listen, descriptor, backlog);
}

int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags) {
    if (fails(HARK_FAULT_ACCEPT)) return -1;
    return (int)syscall(SYS_accept4, descriptor, address, length, flags);
}

ssize_t read(int descriptor, void *buffer, size_t count) {
    if (fails_on_socket(HARK_FAULT_READ, descriptor)) return -1;
    return syscall(SYS_read, descriptor, buffer, count);
}

ssize_t write(int descriptor, const void *buffer, size_t count) {
    if (fails_on_socket(HARK_FAULT_WRITE, descriptor)) return -1;
    return syscall(SYS_write, descriptor, buffer, count);
}

ssize_t writev(int descriptor, const struct iovec *buffers, int count) {
    if (fails_on_socket(HARK_FAULT_WRITE, descriptor)) return -1;
    return syscall(SYS_writev, descriptor, buffers, count);
}

ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags) {
    if (fails_on_socket(HARK_FAULT_WRITE, descriptor)) return -1;
    return syscall(SYS_sendmsg, descriptor, message, flags);
}

int sendmmsg(int descriptor, struct mmsghdr *messages, unsigned int count, int flags) {
    if (fails(HARK_FAULT_SENDMMSG)) return -1;
    return (int)syscall(SYS_sendmmsg, descriptor, messages, count, flags);
}

int recvmmsg(int descriptor, struct mmsghdr *messages, unsigned int count, int flags, struct timespec *timeout) {
    if (fails(HARK_FAULT_RECVMMSG)) return -1;
    return (int)syscall(SYS_recvmmsg, descriptor, messages, count, flags, timeout);
}

int setsockopt(int descriptor, int level, int option, const void *value, socklen_t length) {
    if (fails(HARK_FAULT_SETSOCKOPT)) return -1;
    return (int)syscall(SYS_setsockopt, descriptor, level, option, value, length);
}

int getsockname(int descriptor, struct sockaddr *address, socklen_t *length) {
    if (fails(HARK_FAULT_GETSOCKNAME)) return -1;
    return (int)syscall(SYS_getsockname, descriptor, address, length);
}

int getpeername(int descriptor, struct sockaddr *address, socklen_t *length) {
    if (fails(HARK_FAULT_GETPEERNAME)) return -1;
    return (int)syscall(SYS_getpeername, descriptor, address, length);
}

int shutdown(int descriptor, int how) {
    if (fails(HARK_FAULT_SHUTDOWN)) return -1;
    return (int)syscall(SYS_shutdown, descriptor, how);
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    // Directories of socket files; other files are opened by other libraries.
    if (flags & O_DIRECTORY && fails(HARK_FAULT_OPEN)) return -1;
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int flock(int descriptor, int operation) {
    if (fails(HARK_FAULT_FLOCK)) return -1;
    return (int)syscall(SYS_flock, descriptor, operation);
}

int unlink(const char *path) {
    if (fails(HARK_FAULT_UNLINK)) return -1;
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

typedef int lookup(const char *, const char *, const struct addrinfo *, struct addrinfo **);

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result) {
    if (fails(HARK_FAULT_GETADDRINFO)) return atomic_load(&fault);
    static _Atomic(lookup *) next;
    lookup *found = atomic_load(&next);
    if (found == NULL) {
        found = (lookup *)dlsym(RTLD_NEXT, "getaddrinfo");
        atomic_store(&next, found);
    }
    return found == NULL ? EAI_FAIL : found(node, service, hints, result);
}

#else

bool hark_faults_are_possible(void) {
    return false;
}

void hark_fault_arm(hark_fault_call call, int number, int error) {
}

void hark_fault_persist(void) {
}

int hark_fault_disarm(void) {
    return 0;
}

#endif
