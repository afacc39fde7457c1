/* The unencodable code points of a text, in spans of 128. */
#ifndef SEGCORE_SPANS_H
#define SEGCORE_SPANS_H

#include "kernel.h"

/* Code points beyond the basic multilingual plane have the page of those that no alphabet has. */
SEGCORE_INLINE const segcore_sets *segcore_sets_of_span(const segcore_tables *tables, uint32_t number)
{
    return &tables->sets[number < 0x10000 >> 7 ? tables->page_of[number >> 1] : 0];
}

/* Enter the unencodable ones of code points that a text has, if there are any; there is room. */
SEGCORE_INLINE void segcore_enter_span(const segcore_tables *tables, uint32_t number, uint64_t low, uint64_t high,
                                       segcore_unencodable *to)
{
    const segcore_sets *sets = segcore_sets_of_span(tables, number);
    const size_t half = 2 * (number & 1);
    const uint64_t two_septets = (low & sets->has_two_septets[half]) | (high & sets->has_two_septets[half + 1]);
    segcore_span *span = &to->spans[to->count];
    span->number = number;
    span->points[0] = low & ~sets->is_known[half];
    span->points[1] = high & ~sets->is_known[half + 1];
    to->count += (span->points[0] | span->points[1]) != 0;
    to->two_septets = two_septets ? SEGCORE_UNSURE_TWO_SEPTETS : to->two_septets;
}

/* Code point by code point: any text, by any tables. */
void segcore_find_spans_of(const segcore_tables *tables, const segcore_text *text, segcore_unencodable *to);

/* Spans of what is found in a text, each once. */
typedef struct {
    segcore_span spans[SEGCORE_MOST_SPANS + 1]; /* one more for those that there is no room for */
    size_t count;
    /* That of the code point before. */
    segcore_span *last;
    int are_many;
} segcore_span_list;

SEGCORE_INLINE void segcore_begin_list(segcore_span_list *list)
{
    list->spans[0].number = ~(uint32_t)0;
    list->last = list->spans;
    list->count = 0;
    list->are_many = 0;
}

/* The span of a number, which is then the last. */
segcore_span *segcore_find_span(segcore_span_list *list, uint32_t number);

SEGCORE_INLINE segcore_span *segcore_span_of(segcore_span_list *list, uint32_t number)
{
    return list->last->number == number ? list->last : segcore_find_span(list, number);
}

/* No branch but on the span: letters of a script are in one. */
SEGCORE_INLINE void segcore_list_point(segcore_span_list *list, uint32_t point)
{
    segcore_span_of(list, point >> 7)->points[point >> 6 & 1] |= (uint64_t)1 << (point & 63);
}

/* Enter what is unencodable of all that was listed; `two_septets` are the code points of two septets that were not.
 */
void segcore_enter_list(const segcore_tables *tables, const segcore_span_list *list, int64_t two_septets,
                        segcore_unencodable *to);

segcore_find_spans segcore_find_spans_scalar;
segcore_sum_spans segcore_sum_spans_scalar;

#endif
