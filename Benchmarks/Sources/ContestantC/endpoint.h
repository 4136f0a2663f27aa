/// Listening and connecting, for all workloads.

#ifndef ENDPOINT_H
#define ENDPOINT_H

#include "contest.h"

#include <uv.h>

typedef union stream_socket {
    uv_handle_t handle;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
} stream_socket;

/// Ends the process with a sentence when `status` is an error.
void endpoint_check(int status, const char *what);

/// Makes a socket of the task's kind.
void endpoint_init(const contest_task *task, stream_socket *socket);

/// Listens, says so, and runs the loop until it has nothing more to do.
void endpoint_listen(const contest_task *task, void *data, uv_connection_cb did_accept);

/// Stops listening.
void endpoint_stop_listening(void);

/// Connects a socket that `endpoint_init` made.
void endpoint_connect(
    const contest_task *task, uv_connect_t *request, stream_socket *socket, uv_connect_cb did_connect);

#endif
