/* Portable C: the kernel that every machine has. */
#include "kernel.h"
#include "spans.h"
#include "links.h"
#include "points.h"

/* Code points between two looks at whether the answer is known already. */
#define BLOCK 64

/* Octets whose weights can be summed before either half of the sum could overflow: 2 * 4096 < 0x10000. */
#define LATIN1_BLOCK 4096

typedef struct {
    uint64_t septets;   /* meaningless if is_unencodable */
    int is_unencodable; /* a code point is not in the alphabet */
} gsm7_scan;

/* Four sums, because each addition waits for the one before it in the same sum. */
static uint32_t sum_weights(const uint32_t *weights, const uint8_t *points, size_t length)
{
    uint32_t a = 0, b = 0, c = 0, d = 0;
    size_t i = 0;
    for (; i + 8 <= length; i += 8) {
        a += weights[points[i]] + weights[points[i + 4]];
        b += weights[points[i + 1]] + weights[points[i + 5]];
        c += weights[points[i + 2]] + weights[points[i + 6]];
        d += weights[points[i + 3]] + weights[points[i + 7]];
    }
    for (; i < length; i++)
        a += weights[points[i]];
    return a + b + c + d;
}

static gsm7_scan scan_latin1(const segcore_tables *tables, const uint8_t *points, size_t length)
{
    gsm7_scan scan = {0, 0};
    while (length && !scan.is_unencodable) {
        size_t block = length < LATIN1_BLOCK ? length : LATIN1_BLOCK;
        uint32_t sum = sum_weights(tables->weights, points, block);
        scan.septets += sum & (SEGCORE_UNENCODABLE - 1);
        scan.is_unencodable = sum >= SEGCORE_UNENCODABLE;
        points += block;
        length -= block;
    }
    return scan;
}

SEGCORE_INLINE gsm7_scan scan_wide(const segcore_tables *tables, int kind, const void *data, size_t length)
{
    gsm7_scan scan = {0, 0};
    for (size_t i = 0; i < length && !scan.is_unencodable;) {
        size_t end = length - i < BLOCK ? length : i + BLOCK;
        for (; i < end; i++) {
            uint32_t septets = segcore_septets(tables, segcore_read(kind, data, i));
            scan.septets += septets;
            scan.is_unencodable |= septets == 0;
        }
    }
    return scan;
}

static gsm7_scan scan_gsm7(const segcore_tables *tables, const segcore_text *text)
{
    switch (text->kind) {
    case 1:
        return scan_latin1(tables, text->data, text->length);
    case 2:
        return scan_wide(tables, 2, text->data, text->length);
    default:
        return scan_wide(tables, 4, text->data, text->length);
    }
}

/* Packing is only needed where a unit may stay free: several segments, and something of two units. */
static int64_t gsm7_segments(const segcore_tables *tables, const segcore_text *text, int64_t septets)
{
    if (septets <= tables->gsm7_single || septets == (int64_t)text->length)
        return segcore_even_segments(septets, tables->gsm7_single, tables->gsm7_part);
    return (int64_t)segcore_pack_gsm7(tables, text, NULL, 0);
}

static int64_t count_beyond_bmp(const uint32_t *points, size_t length)
{
    int64_t beyond = 0;
    for (size_t i = 0; i < length; i++)
        beyond += points[i] > 0xFFFF;
    return beyond;
}

static segcore_measurement as_ucs2(const segcore_tables *tables, const segcore_text *text)
{
    segcore_measurement found = {(int64_t)text->length, 1, 0, SEGCORE_UCS2};
    if (text->kind == 1) {
        found.segments = segcore_even_segments(found.units, tables->ucs2_single, tables->ucs2_part);
    } else if (text->kind == 2) {
        found.segments = segcore_utf16_segments(tables, text->data, text->length);
    } else {
        found.extra = count_beyond_bmp(text->data, text->length);
        found.units += found.extra;
        if (found.units > tables->ucs2_single)
            found.segments = (int64_t)segcore_pack_ucs2(tables, text, NULL, 0);
    }
    return found;
}

/* Greedy packing of a text that is known to be UTF-8. */
static int64_t pack_utf8(const segcore_tables *tables, const segcore_text *text, int is_ucs2)
{
    const uint8_t *data = (const uint8_t *)text->data;
    const int64_t part = is_ucs2 ? tables->ucs2_part : tables->gsm7_part;
    int64_t segments = 1, used = 0;
    uint32_t point;
    for (size_t i = 0; i < text->length;) {
        i += segcore_decode(data + i, text->length - i, &point);
        int64_t units = is_ucs2 ? 1 + (point > 0xFFFF) : segcore_septets(tables, point);
        segments += used + units > part;
        used = used + units > part ? units : used + units;
    }
    return segments;
}

static segcore_measurement measure_utf8(const segcore_tables *tables, const segcore_text *text)
{
    const uint8_t *data = (const uint8_t *)text->data;
    int64_t septets = 0, units = 0, points = 0;
    int is_ucs2 = 0;
    for (size_t i = 0; i < text->length;) {
        uint32_t point;
        size_t octets = segcore_decode(data + i, text->length - i, &point);
        if (!octets)
            return (segcore_measurement){0, 0, 0, SEGCORE_NOT_UTF8};
        uint32_t cost = segcore_septets(tables, point);
        is_ucs2 |= !cost;
        septets += cost;
        units += 1 + (point > 0xFFFF);
        points++;
        i += octets;
    }
    segcore_measurement found = {is_ucs2 ? units : septets, 1, 0, is_ucs2 ? SEGCORE_UCS2 : SEGCORE_GSM7};
    found.extra = found.units - points;
    const int64_t single = is_ucs2 ? tables->ucs2_single : tables->gsm7_single;
    const int64_t part = is_ucs2 ? tables->ucs2_part : tables->gsm7_part;
    found.segments = !found.extra || found.units <= single ? segcore_even_segments(found.units, single, part)
                                                           : pack_utf8(tables, text, is_ucs2);
    return found;
}

static segcore_measurement measure_one(const segcore_tables *tables, const segcore_text *text)
{
    if (text->kind == SEGCORE_UTF8)
        return measure_utf8(tables, text);
    gsm7_scan scan = scan_gsm7(tables, text);
    if (scan.is_unencodable)
        return as_ucs2(tables, text);
    const int64_t septets = (int64_t)scan.septets;
    return (segcore_measurement){septets, gsm7_segments(tables, text, septets), septets - (int64_t)text->length,
                                 SEGCORE_GSM7};
}

static void measure(const segcore_tables *tables, const segcore_text *texts, size_t count, segcore_measurement *found)
{
    for (size_t i = 0; i < count; i++)
        found[i] = measure_one(tables, &texts[i]);
}

void segcore_sum_links(const segcore_tables *tables, const segcore_tables *links, const segcore_text *text,
                       segcore_links *sums)
{
    const int kind = text->kind == SEGCORE_UTF8 ? 1 : text->kind;
    const size_t length = text->length;
    size_t slash = segcore_next_slashes(kind, text->data, length, 0);
    *sums = (segcore_links){0, 0, 0, 0};
    while (slash < length) {
        const size_t start = segcore_scheme_before(kind, text->data, slash), first = slash + 2;
        const size_t end = start < slash ? segcore_link_end(links, kind, text->data, length, first) : first;
        for (size_t i = start; end > first && i < end; i++) {
            const uint32_t septets = segcore_septets(tables, segcore_read(kind, text->data, i));
            sums->two_septets += septets == 2;
            sums->has_unencodable |= !septets;
        }
        sums->points += end > first ? (int64_t)(end - start) : 0;
        sums->count += end > first;
        slash = segcore_next_slashes(kind, text->data, length, end > first ? end : slash + 1);
    }
}

static size_t measure_links(const segcore_tables *tables, const segcore_tables *links, const segcore_text *texts,
                            size_t count, segcore_measurement *found, uint8_t *places, segcore_links *sums,
                            size_t capacity)
{
    size_t number = 0;
    measure(tables, texts, count, found);
    for (size_t i = 0; i < count && number < capacity; i++) {
        places[number] = (uint8_t)i;
        segcore_sum_links(tables, links, &texts[i], &sums[number]);
        number += sums[number].count != 0;
    }
    return number;
}

static int is_usable(void) { return 1; }

const segcore_kernel segcore_scalar = {"scalar", is_usable, measure, segcore_find_spans_scalar,
                                       segcore_sum_spans_scalar, measure_links};
