#include "endpoint.h"

#include <stdio.h>
#include <stdlib.h>

static stream_socket listener;

void endpoint_check(int status, const char *what) {
    if (status >= 0) return;
    fprintf(stderr, "contestant c: %s: %s\n", what, uv_strerror(status));
    exit(1);
}

void endpoint_init(const contest_task *task, stream_socket *socket) {
    if (task->is_unix) uv_pipe_init(uv_default_loop(), &socket->pipe, 0);
    else uv_tcp_init(uv_default_loop(), &socket->tcp);
}

void endpoint_listen(const contest_task *task, void *data, uv_connection_cb did_accept) {
    uint16_t port = 0;
    endpoint_init(task, &listener);
    listener.handle.data = data;
    if (task->is_unix) {
        endpoint_check(uv_pipe_bind(&listener.pipe, task->address), "bind");
    } else {
        struct sockaddr_in address;
        endpoint_check(uv_ip4_addr(task->address, task->port, &address), "address");
        endpoint_check(uv_tcp_bind(&listener.tcp, (const struct sockaddr *)&address, 0), "bind");
        int size = sizeof address;
        endpoint_check(uv_tcp_getsockname(&listener.tcp, (struct sockaddr *)&address, &size), "getsockname");
        port = ntohs(address.sin_port);
    }
    endpoint_check(uv_listen(&listener.stream, 511, did_accept), "listen");
    contest_print_ready(task, port);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}

void endpoint_stop_listening(void) { uv_close(&listener.handle, NULL); }

void endpoint_connect(
    const contest_task *task, uv_connect_t *request, stream_socket *socket, uv_connect_cb did_connect) {
    if (task->is_unix) {
        uv_pipe_connect(request, &socket->pipe, task->address, did_connect);
    } else {
        struct sockaddr_in address;
        endpoint_check(uv_ip4_addr(task->address, task->port, &address), "address");
        endpoint_check(
            uv_tcp_connect(request, &socket->tcp, (const struct sockaddr *)&address, did_connect), "connect");
    }
}
