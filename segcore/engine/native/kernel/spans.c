/* The unencodable code points of a text, in spans of 128, one code point after the other. */
#include "spans.h"

#include <string.h>

#include "points.h"

segcore_span *segcore_find_span(segcore_span_list *list, uint32_t number)
{
    size_t at = 0;
    while (at < list->count && list->spans[at].number != number)
        at++;
    list->last = &list->spans[at];
    if (at == list->count) {
        *list->last = (segcore_span){number, {0, 0}};
        list->are_many |= at == SEGCORE_MOST_SPANS;
        list->count += at < SEGCORE_MOST_SPANS;
    }
    return list->last;
}

void segcore_enter_list(const segcore_tables *tables, const segcore_span_list *list, int64_t two_septets,
                        segcore_unencodable *to)
{
    to->count = 0;
    to->two_septets = two_septets;
    for (size_t i = 0; i < list->count; i++)
        segcore_enter_span(tables, list->spans[i].number, list->spans[i].points[0], list->spans[i].points[1], to);
    if (list->are_many)
        to->count = SEGCORE_MANY_SPANS;
}

/* Code points looked at together: most are ASCII that is known. */
#define TOGETHER 8

/* The septets of code points below U+0100, and 0 if one of them is unencodable. */
SEGCORE_INLINE uint32_t known_septets(const segcore_tables *tables, int kind, const void *data, size_t index)
{
    uint32_t all = 0, sum = 0;
    for (size_t i = 0; i < TOGETHER; i++)
        all |= segcore_read(kind, data, index + i);
    if (all > 0xFF)
        return 0;
    for (size_t i = 0; i < TOGETHER; i++)
        sum += tables->weights[segcore_read(kind, data, index + i)];
    return sum < SEGCORE_UNENCODABLE ? sum : 0;
}

/* Those of page 0 that are known are counted, all others listed. */
SEGCORE_INLINE void see_point(const segcore_tables *tables, segcore_span_list *list, int64_t *two_septets,
                              uint32_t point)
{
    const uint32_t weight = point > 0xFF ? SEGCORE_UNENCODABLE : tables->weights[point];
    if (weight == SEGCORE_UNENCODABLE)
        segcore_list_point(list, point);
    else
        *two_septets += weight - 1;
}

SEGCORE_INLINE void find_in(const segcore_tables *tables, int kind, const segcore_text *text, segcore_unencodable *to)
{
    segcore_span_list list;
    int64_t two_septets = 0;
    size_t i = 0;
    segcore_begin_list(&list);
    for (; i + TOGETHER <= text->length && !list.are_many; i += TOGETHER) {
        const uint32_t septets = known_septets(tables, kind, text->data, i);
        two_septets += septets ? septets - TOGETHER : 0;
        for (size_t j = 0; !septets && j < TOGETHER; j++)
            see_point(tables, &list, &two_septets, segcore_read(kind, text->data, i + j));
    }
    for (; i < text->length && !list.are_many; i++)
        see_point(tables, &list, &two_septets, segcore_read(kind, text->data, i));
    segcore_enter_list(tables, &list, two_septets, to);
}

static void find_in_utf8(const segcore_tables *tables, const segcore_text *text, segcore_unencodable *to)
{
    const uint8_t *data = (const uint8_t *)text->data;
    segcore_span_list list;
    int64_t two_septets = 0;
    segcore_begin_list(&list);
    for (size_t i = 0; i < text->length && !list.are_many;) {
        const int is_ascii = i + TOGETHER <= text->length && !(segcore_octets8(data + i) & SEGCORE_TOP_BITS);
        const uint32_t septets = is_ascii ? known_septets(tables, 1, data, i) : 0;
        if (septets) {
            two_septets += septets - TOGETHER;
            i += TOGETHER;
        } else {
            see_point(tables, &list, &two_septets, segcore_read_utf8(data, &i));
        }
    }
    segcore_enter_list(tables, &list, two_septets, to);
}

void segcore_find_spans_of(const segcore_tables *tables, const segcore_text *text, segcore_unencodable *to)
{
    switch (text->kind) {
    case SEGCORE_UTF8:
        find_in_utf8(tables, text, to);
        break;
    case 1:
        find_in(tables, 1, text, to);
        break;
    case 2:
        find_in(tables, 2, text, to);
        break;
    default:
        find_in(tables, 4, text, to);
    }
}

void segcore_find_spans_scalar(const segcore_tables *tables, const segcore_text *texts, size_t count,
                               segcore_unencodable *found)
{
    for (size_t i = 0; i < count; i++)
        segcore_find_spans_of(tables, &texts[i], &found[i]);
}

/* Bit i of an octet as 1 in octet i: at most one bit of each product falls in any place. */
static uint64_t spread(uint64_t octet)
{
    return ((octet & 0x7F) * 0x0002040810204081u & 0x0101010101010101u) | (octet >> 7) << 56;
}

void segcore_sum_spans_scalar(const uint64_t (*points)[2], size_t count, int64_t *counts)
{
    for (size_t octet = 0; octet < 16; octet++) {
        /* Eight sums of up to SEGCORE_PENDING_SPANS, an octet each. */
        uint64_t sums = 0;
        for (size_t i = 0; i < count; i++)
            sums += spread(points[i][octet >> 3] >> 8 * (octet & 7) & 0xFF);
        for (size_t bit = 0; bit < 8; bit++)
            counts[8 * octet + bit] += (int64_t)(sums >> 8 * bit & 0xFF);
    }
}
