/// The codec a patient C programmer writes for one event: no tree of values, no table of types, every field known by
/// its place. The bytes are CBOR, as Hark's are, and so are the duties: shortest integers, bounds, types and UTF-8
/// checked, keys of the object in any order, and strings that outlive the bytes they came in.

#include "contestant_c.h"

#include <stdlib.h>
#include <string.h>

typedef struct order {
    int64_t sequence;
    double price;
    char *reference;
    int64_t id;
    bool is_paid;
    char *customer;
} order;

enum { major_unsigned = 0, major_negative = 1, major_text = 3, major_array = 4, major_map = 5, major_simple = 7 };

static const char event_name[] = "order.created";

// MARK: - Encoding

static uint8_t *put_head(uint8_t *at, uint8_t major, uint64_t argument) {
    uint8_t first = (uint8_t)(major << 5);
    if (argument < 24) {
        *at = first | (uint8_t)argument;
        return at + 1;
    }
    int width = argument <= UINT8_MAX ? 0 : argument <= UINT16_MAX ? 1 : argument <= UINT32_MAX ? 2 : 3;
    int count = 1 << width;
    *at++ = (uint8_t)(first | (24 + width));
    for (int index = count - 1; index >= 0; index--) *at++ = (uint8_t)(argument >> (8 * index));
    return at;
}

static uint8_t *put_integer(uint8_t *at, int64_t value) {
    if (value < 0) return put_head(at, major_negative, ~(uint64_t)value);
    return put_head(at, major_unsigned, (uint64_t)value);
}

static uint8_t *put_double(uint8_t *at, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits = __builtin_bswap64(bits);
    *at = major_simple << 5 | 27;
    memcpy(at + 1, &bits, sizeof bits);
    return at + 9;
}

static uint8_t *put_text(uint8_t *at, const char *text, size_t count) {
    at = put_head(at, major_text, count);
    memcpy(at, text, count);
    return at + count;
}

#define PUT_LITERAL(at, literal) put_text(at, literal, sizeof literal - 1)

static size_t encode(const order *order, uint8_t *bytes) {
    uint8_t *at = PUT_LITERAL(bytes, event_name);
    at = put_head(at, major_array, 4);
    at = put_integer(at, order->sequence);
    at = put_double(at, order->price);
    at = put_text(at, order->reference, strlen(order->reference));
    at = put_head(at, major_map, 3);
    at = put_integer(PUT_LITERAL(at, "id"), order->id);
    at = put_head(PUT_LITERAL(at, "paid"), major_simple, order->is_paid ? 21 : 20);
    at = put_text(PUT_LITERAL(at, "customer"), order->customer, strlen(order->customer));
    return (size_t)(at - bytes);
}

// MARK: - Decoding

typedef struct reader {
    const uint8_t *at;
    const uint8_t *end;
} reader;

static bool take_head(reader *from, uint8_t *major, uint64_t *argument) {
    if (from->at == from->end) return false;
    uint8_t first = *from->at++;
    uint8_t low = first & 31;
    *major = first >> 5;
    *argument = low;
    if (low < 24) return true;
    if (low > 27) return false;
    size_t count = (size_t)1 << (low - 24);
    if ((size_t)(from->end - from->at) < count) return false;
    *argument = 0;
    for (size_t index = 0; index < count; index++) *argument = *argument << 8 | *from->at++;
    return true;
}

static bool take(reader *from, uint8_t expected, uint64_t *argument) {
    uint8_t major;
    return take_head(from, &major, argument) && major == expected;
}

static bool take_integer(reader *from, int64_t *value) {
    uint8_t major;
    uint64_t argument;
    if (!take_head(from, &major, &argument) || major > major_negative || argument > INT64_MAX) return false;
    *value = major == major_negative ? ~(int64_t)argument : (int64_t)argument;
    return true;
}

static bool take_double(reader *from, double *value) {
    uint64_t bits;
    if (from->end - from->at < 9 || *from->at != (major_simple << 5 | 27)) return false;
    memcpy(&bits, from->at + 1, sizeof bits);
    bits = __builtin_bswap64(bits);
    memcpy(value, &bits, sizeof bits);
    from->at += 9;
    return true;
}

/// Well-formed UTF-8 as of Unicode's table 3-7; eight bytes of ASCII at a time.
static bool is_utf8(const uint8_t *at, size_t count) {
    const uint8_t *end = at + count;
    while (at < end) {
        uint64_t word;
        if (end - at >= 8 && (memcpy(&word, at, 8), (word & 0x8080808080808080) == 0)) {
            at += 8;
            continue;
        }
        uint8_t first = *at++;
        if (first < 0x80) continue;
        int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        if (first < 0xC2 || first > 0xF4 || end - at < more) return false;
        uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        uint8_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (*at < low || *at > high) return false;
        for (at++; --more > 0; at++) {
            if ((*at & 0xC0) != 0x80) return false;
        }
    }
    return true;
}

static bool take_text(reader *from, const uint8_t **text, uint64_t *count) {
    if (!take(from, major_text, count) || (uint64_t)(from->end - from->at) < *count) return false;
    *text = from->at;
    from->at += *count;
    return is_utf8(*text, *count);
}

static bool take_string(reader *from, char **string) {
    const uint8_t *text;
    uint64_t count;
    if (*string != NULL || !take_text(from, &text, &count)) return false;
    *string = malloc(count + 1);
    if (*string == NULL) return false;
    memcpy(*string, text, count);
    (*string)[count] = 0;
    return true;
}

static bool take_boolean(reader *from, bool *value) {
    uint64_t argument;
    if (!take(from, major_simple, &argument) || (argument != 20 && argument != 21)) return false;
    *value = argument == 21;
    return true;
}

#define IS(text, count, literal) (count == sizeof literal - 1 && memcmp(text, literal, sizeof literal - 1) == 0)

static bool take_field(reader *from, order *order) {
    const uint8_t *key;
    uint64_t count;
    if (!take_text(from, &key, &count)) return false;
    if (IS(key, count, "id")) return take_integer(from, &order->id);
    if (IS(key, count, "paid")) return take_boolean(from, &order->is_paid);
    if (IS(key, count, "customer")) return take_string(from, &order->customer);
    return false;
}

static bool decode(order *order, const uint8_t *bytes, size_t size) {
    reader from = {bytes, bytes + size};
    const uint8_t *name;
    uint64_t count;
    if (!take_text(&from, &name, &count) || !IS(name, count, event_name)) return false;
    if (!take(&from, major_array, &count) || count != 4) return false;
    if (!take_integer(&from, &order->sequence) || !take_double(&from, &order->price)) return false;
    if (!take_string(&from, &order->reference)) return false;
    if (!take(&from, major_map, &count) || count != 3) return false;
    for (; count > 0; count--) {
        if (!take_field(&from, order)) return false;
    }
    return from.at == from.end && order->customer != NULL;
}

static void release(order *order) {
    free(order->reference);
    free(order->customer);
}

// MARK: - Measuring

/// Events between two looks at the clock.
enum { batch = 1024 };

/// Hides from the optimiser that both sides of the codec are in one file.
static void *opaque(void *pointer) {
    __asm__ volatile("" : "+r"(pointer) : : "memory");
    return pointer;
}

void contestant_c_codec(double seconds) {
    contest_meter *meter = contest_meter_create(1, seconds);
    uint8_t bytes[256];
    order sent = {1234567, 98.765, "abcdefghijklmnopqrstuvwx", 4711, true, "Ada Lovelace"};
    do {
        for (int index = 0; index < batch; index++) {
            order received = {0};
            sent.sequence += 1;
            size_t size = encode(opaque(&sent), opaque(bytes));
            if (!decode(&received, opaque(bytes), size) || received.sequence != sent.sequence) abort();
            release(opaque(&received));
        }
    } while (contest_meter_sent(meter, batch));
    contest_meter_report(meter);
}
