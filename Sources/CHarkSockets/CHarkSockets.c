#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "CHarkSockets.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#ifdef __linux__
/* linux/udp.h, which older systems do not have. */
enum { UDP_LEVEL = 17, SEGMENT_OPTION = 103, RUN_OPTION = 104 };

#ifndef SO_RXQ_OVFL
#define SO_RXQ_OVFL 40
#endif
#endif

static int result_of(ssize_t status) { return status < 0 ? -errno : (int)status; }

/* Addresses */

static uint64_t load_big_endian(const uint8_t *bytes) {
    uint64_t value = 0;
    for (int index = 0; index < 8; index++) value = value << 8 | bytes[index];
    return value;
}

static void store_big_endian(uint64_t value, uint8_t *bytes) {
    for (int index = 7; index >= 0; index--, value >>= 8) bytes[index] = (uint8_t)value;
}

unsigned int hark_address_store(hark_address address, void *storage) {
    if (address.is_ipv6) {
        struct sockaddr_in6 *ipv6 = storage;
        memset(ipv6, 0, sizeof *ipv6);
        ipv6->sin6_family = AF_INET6;
        ipv6->sin6_port = htons(address.port);
        ipv6->sin6_scope_id = address.scope;
        store_big_endian(address.high, ipv6->sin6_addr.s6_addr);
        store_big_endian(address.low, ipv6->sin6_addr.s6_addr + 8);
#ifdef __APPLE__
        ipv6->sin6_len = sizeof *ipv6;
#endif
        return sizeof *ipv6;
    }
    struct sockaddr_in *ipv4 = storage;
    memset(ipv4, 0, sizeof *ipv4);
    ipv4->sin_family = AF_INET;
    ipv4->sin_port = htons(address.port);
    ipv4->sin_addr.s_addr = htonl((uint32_t)address.low);
#ifdef __APPLE__
    ipv4->sin_len = sizeof *ipv4;
#endif
    return sizeof *ipv4;
}

hark_address hark_address_load(const void *address) {
    hark_address result = {0, 0, 0, 0, false};
    if (((const struct sockaddr *)address)->sa_family == AF_INET6) {
        const struct sockaddr_in6 *ipv6 = address;
        result.high = load_big_endian(ipv6->sin6_addr.s6_addr);
        result.low = load_big_endian(ipv6->sin6_addr.s6_addr + 8);
        result.scope = ipv6->sin6_scope_id;
        result.port = ntohs(ipv6->sin6_port);
        result.is_ipv6 = true;
    } else {
        const struct sockaddr_in *ipv4 = address;
        result.low = ntohl(ipv4->sin_addr.s_addr);
        result.port = ntohs(ipv4->sin_port);
    }
    return result;
}

/* Messages. Where the system has no call for several, only the head of each is used. */

#ifdef __linux__
typedef struct mmsghdr message;
#else
typedef struct {
    struct msghdr msg_hdr;
    unsigned int msg_len;
} message;
#endif

/* Sending */

typedef union {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(uint16_t))];
} segment_control;

struct hark_outgoing {
    message messages[HARK_OUTGOING_MAX];
    struct iovec bytes[HARK_OUTGOING_MAX];
    struct sockaddr_storage targets[HARK_OUTGOING_MAX];
    segment_control controls[HARK_OUTGOING_MAX];
};

hark_outgoing *hark_outgoing_make(void) {
    hark_outgoing *outgoing = calloc(1, sizeof *outgoing);
    if (outgoing == NULL) abort();
    for (int index = 0; index < HARK_OUTGOING_MAX; index++) {
        struct msghdr *head = &outgoing->messages[index].msg_hdr;
        head->msg_name = &outgoing->targets[index];
        head->msg_iov = &outgoing->bytes[index];
        head->msg_iovlen = 1;
    }
    return outgoing;
}

void hark_outgoing_free(hark_outgoing *outgoing) { free(outgoing); }

void hark_outgoing_set(
    hark_outgoing *outgoing, int index, const void *bytes, size_t byte_count, size_t segment_byte_count,
    hark_address target) {
    struct msghdr *head = &outgoing->messages[index].msg_hdr;
    outgoing->bytes[index] = (struct iovec){(void *)bytes, byte_count};
    head->msg_namelen = hark_address_store(target, &outgoing->targets[index]);
    head->msg_control = NULL;
    head->msg_controllen = 0;
#ifdef __linux__
    if (segment_byte_count == 0) return;
    head->msg_control = &outgoing->controls[index];
    head->msg_controllen = sizeof outgoing->controls[index].bytes;
    struct cmsghdr *control = CMSG_FIRSTHDR(head);
    control->cmsg_level = UDP_LEVEL;
    control->cmsg_type = SEGMENT_OPTION;
    control->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    uint16_t value = (uint16_t)segment_byte_count;
    memcpy(CMSG_DATA(control), &value, sizeof value);
#else
    (void)segment_byte_count;
#endif
}

int hark_outgoing_send(hark_outgoing *outgoing, int descriptor, int first, int count, bool one_by_one) {
#ifdef __linux__
    if (!one_by_one) return result_of(sendmmsg(descriptor, &outgoing->messages[first], (unsigned int)count, 0));
#endif
    (void)one_by_one;
    for (int sent = 0; sent < count; sent++) {
        ssize_t status = sendmsg(descriptor, &outgoing->messages[first + sent].msg_hdr, 0);
        if (status < 0) return sent > 0 ? sent : -errno;
    }
    return count;
}

const void *hark_outgoing_bytes(const hark_outgoing *outgoing, int index, size_t *byte_count) {
    *byte_count = outgoing->bytes[index].iov_len;
    return outgoing->bytes[index].iov_base;
}

const void *hark_outgoing_target(const hark_outgoing *outgoing, int index) { return &outgoing->targets[index]; }

/* Receiving */

typedef union {
    struct cmsghdr head;
    /* The length of segments, and what was dropped. */
    char bytes[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(uint32_t))];
} arrival_control;

struct hark_incoming {
    int message_count;
    /* Those in use since the last call, which the kernel has written to. */
    int used_count;
    size_t message_byte_count;
    message *messages;
    struct iovec *bytes;
    struct sockaddr_storage *sources;
    arrival_control *controls;
    char *memory;
};

hark_incoming *hark_incoming_make(int message_count, size_t message_byte_count) {
    hark_incoming *incoming = calloc(1, sizeof *incoming);
    if (incoming == NULL) abort();
    size_t count = (size_t)message_count;
    incoming->message_count = message_count;
    incoming->used_count = message_count;
    incoming->message_byte_count = message_byte_count;
    incoming->messages = calloc(count, sizeof *incoming->messages);
    incoming->bytes = calloc(count, sizeof *incoming->bytes);
    incoming->sources = calloc(count, sizeof *incoming->sources);
    incoming->controls = calloc(count, sizeof *incoming->controls);
    incoming->memory = malloc(count * message_byte_count);
    if (incoming->messages == NULL || incoming->bytes == NULL || incoming->sources == NULL ||
        incoming->controls == NULL || incoming->memory == NULL)
        abort();
    for (int index = 0; index < message_count; index++) {
        struct msghdr *head = &incoming->messages[index].msg_hdr;
        incoming->bytes[index].iov_base = incoming->memory + (size_t)index * message_byte_count;
        incoming->bytes[index].iov_len = message_byte_count;
        head->msg_name = &incoming->sources[index];
        head->msg_iov = &incoming->bytes[index];
        head->msg_iovlen = 1;
        head->msg_control = &incoming->controls[index];
    }
    return incoming;
}

void hark_incoming_free(hark_incoming *incoming) {
    free(incoming->messages);
    free(incoming->bytes);
    free(incoming->sources);
    free(incoming->controls);
    free(incoming->memory);
    free(incoming);
}

int hark_incoming_receive(hark_incoming *incoming, int descriptor, bool one_by_one) {
    for (int index = 0; index < incoming->used_count; index++) {
        struct msghdr *head = &incoming->messages[index].msg_hdr;
        head->msg_namelen = sizeof incoming->sources[index];
        head->msg_controllen = sizeof incoming->controls[index].bytes;
        head->msg_flags = 0;
    }
    incoming->used_count = 1;
#ifdef __linux__
    if (!one_by_one) {
        /* `MSG_TRUNC` asks for the true length. */
        int count = result_of(recvmmsg(
            descriptor, incoming->messages, (unsigned int)incoming->message_count, MSG_TRUNC, NULL));
        if (count > 1) incoming->used_count = count;
        return count;
    }
#endif
    (void)one_by_one;
    ssize_t byte_count = recvmsg(descriptor, &incoming->messages[0].msg_hdr, MSG_TRUNC);
    if (byte_count < 0) return -errno;
    incoming->messages[0].msg_len = (unsigned int)byte_count;
    return 1;
}

hark_arrival hark_incoming_arrival(const hark_incoming *incoming, int index) {
    const message *message = &incoming->messages[index];
    hark_arrival arrival = {
        .bytes = incoming->bytes[index].iov_base,
        .byte_count = message->msg_len,
        .segment_byte_count = 0,
        .source = hark_address_load(&incoming->sources[index]),
        .drop_count = 0,
        .is_truncated = (message->msg_hdr.msg_flags & MSG_TRUNC) != 0,
    };
#ifdef __linux__
    /* The macro that walks through them wants what it may change. */
    struct msghdr *head = (struct msghdr *)&message->msg_hdr;
    for (struct cmsghdr *control = CMSG_FIRSTHDR(head); control != NULL; control = CMSG_NXTHDR(head, control)) {
        if (control->cmsg_level == UDP_LEVEL && control->cmsg_type == RUN_OPTION) {
            int value = 0;
            memcpy(&value, CMSG_DATA(control), sizeof value);
            if (value > 0) arrival.segment_byte_count = (size_t)value;
        } else if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SO_RXQ_OVFL) {
            memcpy(&arrival.drop_count, CMSG_DATA(control), sizeof arrival.drop_count);
        }
    }
#endif
    return arrival;
}

/* Options */

#ifdef __linux__
static int set(int descriptor, int level, int option, int value) {
    return result_of(setsockopt(descriptor, level, option, &value, sizeof value));
}
#endif

int hark_probe_segments(int descriptor) {
#ifdef __linux__
    /* Kernels that do not know it pass over the control data in silence, and would send one long datagram. */
    return set(descriptor, UDP_LEVEL, SEGMENT_OPTION, 0);
#else
    (void)descriptor;
    return -ENOPROTOOPT;
#endif
}

int hark_ask_for_runs(int descriptor) {
#ifdef __linux__
    return set(descriptor, UDP_LEVEL, RUN_OPTION, 1);
#else
    (void)descriptor;
    return -ENOPROTOOPT;
#endif
}

int hark_ask_for_drops(int descriptor) {
#ifdef __linux__
    return set(descriptor, SOL_SOCKET, SO_RXQ_OVFL, 1);
#else
    (void)descriptor;
    return -ENOPROTOOPT;
#endif
}

int hark_interface_mtu(int descriptor, const char *name) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    if (strlen(name) >= sizeof request.ifr_name) return -ENODEV;
    strcpy(request.ifr_name, name);
    if (ioctl(descriptor, SIOCGIFMTU, &request) < 0) return -errno;
    return request.ifr_mtu;
}

int hark_path_mtu(int descriptor, bool is_ipv6) {
#ifdef __linux__
    /* linux/in.h, linux/in6.h. */
    enum { IPV4_MTU_OPTION = 14, IPV6_MTU_OPTION = 24 };
    int value = 0;
    socklen_t length = sizeof value;
    int status = getsockopt(
        descriptor, is_ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, is_ipv6 ? IPV6_MTU_OPTION : IPV4_MTU_OPTION, &value, &length);
    return status < 0 ? -errno : value;
#else
    (void)descriptor;
    (void)is_ipv6;
    return -ENOPROTOOPT;
#endif
}
