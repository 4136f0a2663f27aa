#include "contestant_c.h"
#include "endpoint.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

// Those who look in at an admin console, more than it admits. The first tenth reads no answer, and asks at once for more
// of them than the socket holds. Of the others eight of nine ask for the statistics once a second, say goodbye after
// three answers and come again; one sends a line that is longer than any may be. Who is refused or disconnected comes
// again after a second.

enum { patient, deaf, loud };

typedef struct console_client {
    stream_socket socket;
    uv_connect_t connecting;
    uv_timer_t timer;
    int kind;
    unsigned asked;
    bool has_been_there;
} console_client;

static const uint64_t interval_milliseconds = 1000;
static const unsigned questions_max = 3;

static const char question[] = "{\"command\":\"statistics\"}\n", goodbye[] = "{\"command\":\"quit\"}\n";
static char many_questions[400 * (sizeof question - 1)];
/// More than 64 KiB, and no end of the line.
static char long_line[70 * 1000];
static char read_memory[CONTEST_BUFFER_BYTES];

static const contest_task *task;
static size_t been_there;

static void begin(uv_timer_t *timer);

static void did_close(uv_handle_t *handle) {
    console_client *client = handle->data;
    uv_timer_start(&client->timer, begin, interval_milliseconds, 0);
}

static void come_again(console_client *client) {
    uv_timer_stop(&client->timer);
    if (!uv_is_closing(&client->socket.handle)) uv_close(&client->socket.handle, did_close);
}

/// A console that takes no more has enough to do.
static void say(console_client *client, const char *text, size_t count) {
    uv_buf_t buffer = uv_buf_init((char *)text, (unsigned)count);
    int taken = uv_try_write(&client->socket.stream, &buffer, 1);
    if (taken < 0 && taken != UV_EAGAIN) come_again(client);
}

static void ask(uv_timer_t *timer) {
    console_client *client = timer->data;
    if (client->kind == patient && client->asked == questions_max) say(client, goodbye, sizeof goodbye - 1);
    else say(client, question, sizeof question - 1);
    client->asked += 1;
}

static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
    (void)handle, (void)suggested;
    *buffer = uv_buf_init(read_memory, sizeof read_memory);
}

static void did_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
    (void)buffer;
    console_client *client = stream->data;
    if (count < 0) come_again(client);
    else if (client->kind == patient) uv_timer_start(&client->timer, ask, interval_milliseconds, 0);
}

static void did_connect(uv_connect_t *request, int status) {
    console_client *client = request->data;
    if (status < 0) return come_again(client);
    if (!client->has_been_there) {
        client->has_been_there = true;
        been_there += 1;
        if (been_there == task->count) contest_print_ready(task, task->port);
    }
    if (client->kind != deaf) uv_read_start(&client->socket.stream, give_buffer, did_read);
    if (client->kind == loud) return say(client, long_line, sizeof long_line);
    if (client->kind == patient) return ask(&client->timer);
    say(client, many_questions, sizeof many_questions);
    uv_timer_start(&client->timer, ask, interval_milliseconds, interval_milliseconds);
}

static void begin(uv_timer_t *timer) {
    console_client *client = timer->data;
    client->asked = 0;
    uv_pipe_init(uv_default_loop(), &client->socket.pipe, 0);
    client->socket.handle.data = client;
    client->connecting.data = client;
    uv_pipe_connect(&client->connecting, &client->socket.pipe, task->console, did_connect);
}

void contestant_c_console_clients(const contest_task *given) {
    task = given;
    signal(SIGPIPE, SIG_IGN);
    memset(long_line, 'x', sizeof long_line);
    for (size_t at = 0; at < sizeof many_questions; at += sizeof question - 1) {
        memcpy(many_questions + at, question, sizeof question - 1);
    }
    console_client *clients = calloc(task->count, sizeof *clients);
    if (clients == NULL) abort();
    for (size_t index = 0; index < task->count; index++) {
        console_client *client = &clients[index];
        client->kind = index < task->count / 10 ? deaf : index % 9 == 0 ? loud : patient;
        uv_timer_init(uv_default_loop(), &client->timer);
        client->timer.data = client;
        // Spread over the second in which all of them come again.
        uv_timer_start(&client->timer, begin, index * interval_milliseconds / task->count, 0);
    }
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
