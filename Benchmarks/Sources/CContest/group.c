#include "contest.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/// What a sender that was late makes good: a few turns of a timer of a millisecond. More would be a burst that no pace
/// asked for.
static const double catch_up_seconds = 0.004;

double contest_pace_allows(contest_pace *pace) {
    uint64_t now = contest_nanoseconds();
    if (pace->since != 0) pace->allowed += (double)(now - pace->since) / 1e9 * pace->per_second;
    pace->since = now;
    double most = pace->per_second * catch_up_seconds;
    // Of what is sent less often than that, one.
    if (most < 1) most = 1;
    if (pace->allowed > most) pace->allowed = most;
    return pace->allowed;
}

uint16_t contest_free_udp_port(void) {
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    if (descriptor < 0) return 0;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    uint16_t port = 0;
    if (bind(descriptor, (const struct sockaddr *)&address, size) == 0 &&
        getsockname(descriptor, (struct sockaddr *)&address, &size) == 0) {
        port = ntohs(address.sin_port);
    }
    close(descriptor);
    return port;
}
