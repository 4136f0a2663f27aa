#ifndef HARK_FAULT_INJECTOR_H
#define HARK_FAULT_INJECTOR_H

#include <stdbool.h>

/// System calls that can be made to fail.
typedef enum {
    HARK_FAULT_NONE,
    HARK_FAULT_SOCKET,
    HARK_FAULT_CONNECT,
    HARK_FAULT_BIND,
    HARK_FAULT_LISTEN,
    HARK_FAULT_ACCEPT,
    HARK_FAULT_READ,
    HARK_FAULT_WRITE,
    HARK_FAULT_SENDMMSG,
    HARK_FAULT_RECVMMSG,
    HARK_FAULT_SETSOCKOPT,
    HARK_FAULT_GETSOCKNAME,
    HARK_FAULT_GETPEERNAME,
    HARK_FAULT_SHUTDOWN,
    HARK_FAULT_OPEN,
    HARK_FAULT_FLOCK,
    HARK_FAULT_UNLINK,
    HARK_FAULT_GETADDRINFO,
} hark_fault_call;

/// Whether calls can be made to fail in this process: Linux, and no sanitizer, which wants them for itself.
bool hark_faults_are_possible(void);

/// From now on the `number`th call of this kind, counted from 1, fails with `error`: an `errno`, or for the look-up of
/// names its own code. All others go through. Calls that are not about sockets or files of sockets never fail.
void hark_fault_arm(hark_fault_call call, int number, int error);

/// Those that come after the one that is armed fail as well.
void hark_fault_persist(void);

/// No call fails any more.
///
/// Returns how often one has failed.
int hark_fault_disarm(void);

#endif
