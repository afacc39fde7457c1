/* Number of texts in UCS-2 that each unencodable code point occurs in. */
#include <stdlib.h>
#include <string.h>

#include "tally.h"

/* Spans of counts kept at most, 2 KB each; what does not fit goes to the sums one by one. */
#define MOST_SPANS 4096

#define PLANES_PAGES 0x1100

/* Keep one more; 0 if out of memory. */
static int keep_span(segcore_tally *tally, segcore_span_count *made)
{
    /* In steps of powers of 2. */
    if (!(tally->span_count & (tally->span_count - 1))) {
        size_t room = tally->span_count ? 2 * tally->span_count : 1;
        void *more = realloc(tally->spans, room * sizeof *tally->spans);
        if (!more)
            return 0;
        tally->spans = more;
    }
    tally->spans[tally->span_count++] = made;
    return 1;
}

/* The bit of the only script of a span, or 0. */
static uint64_t only_script(const segcore_plan_of_tally *plan, uint32_t number)
{
    if (!plan->scripts)
        return 0;
    const uint8_t *scripts = plan->scripts + ((size_t)number << 3);
    for (size_t block = 1; block < 8; block++)
        if (scripts[block] != scripts[0])
            return 0;
    return (uint64_t)1 << scripts[0];
}

static int new_span(segcore_tally *tally, const segcore_plan_of_tally *plan, uint32_t group, uint32_t number)
{
    segcore_span_count *made = calloc(1, sizeof *made);
    if (!made || !keep_span(tally, made)) {
        free(made);
        return 0;
    }
    made->group = group;
    made->number = number;
    made->script = only_script(plan, number);
    if (plan->sets)
        made->replacements = segcore_replacements_of_span(plan->encoded, plan->sets, number);
    return 1;
}

/* Find the counts of a span of a group; *has_memory becomes 0 if out of memory, and NULL means one by one. */
static segcore_span_count *find_span(segcore_tally *tally, const segcore_plan_of_tally *plan, uint32_t group,
                                     uint32_t number, int *has_memory)
{
    segcore_counter *at = segcore_counter_of(&tally->span_places, group, number, 0);
    if (!at) {
        *has_memory = 0;
        return NULL;
    }
    if (!at->count && tally->span_count < MOST_SPANS) {
        if (!new_span(tally, plan, group, number)) {
            *has_memory = 0;
            return NULL;
        }
        at->count = (int64_t)tally->span_count;
    }
    if (!at->count) {
        tally->span_places.used--;
        return NULL;
    }
    return tally->spans[at->count - 1];
}

/* The same; most ask for the spans that others did before. */
SEGCORE_INLINE segcore_span_count *span_of(segcore_tally *tally, const segcore_plan_of_tally *plan, uint32_t group,
                                           uint32_t number, int *has_memory)
{
    segcore_span_count **recent = &tally->recent[(number + group) % SEGCORE_RECENT];
    if (*recent && (*recent)->group == group && (*recent)->number == number)
        return *recent;
    segcore_span_count *found = find_span(tally, plan, group, number, has_memory);
    if (found)
        *recent = found;
    return found;
}

static void flush_pending(segcore_tally *tally, segcore_span_count *counts)
{
    tally->sum_spans(counts->pending, counts->pending_count, counts->counts);
    counts->pending_count = 0;
}

static int count_points_of(segcore_tally *tally, uint32_t group, const segcore_span *span)
{
    for (uint32_t index = 0; index < 128; index++)
        if (span->points[index >> 6] >> (index & 63) & 1
            && !segcore_add_to(&tally->sums[SEGCORE_OCCURS], group, span->number << 7 | index, 0, 1))
            return 0;
    return 1;
}

/* The bits of the scripts that a span has code points of; bit 0 for those of none. */
SEGCORE_INLINE uint64_t scripts_of(const segcore_plan_of_tally *plan, const segcore_span *span)
{
    uint64_t found = 0;
    if (!plan->scripts)
        return 0;
    const uint8_t *scripts = plan->scripts + ((size_t)span->number << 3);
    for (uint32_t block = 0; block < 8; block++)
        found |= (uint64_t)((span->points[block >> 2] >> (16 * (block & 3)) & 0xFFFF) != 0) << scripts[block];
    return found;
}

/* 0 if out of memory. */
SEGCORE_INLINE int count_scripts(segcore_tally *tally, uint32_t group, uint64_t scripts)
{
    scripts &= ~(uint64_t)1;
    return !scripts || segcore_add_to(&tally->sums[SEGCORE_SCRIPTS], group, scripts, 0, 1);
}

int segcore_count_spans(segcore_tally *tally, const segcore_plan_of_tally *plan, uint32_t group,
                        const segcore_unencodable *unencodable)
{
    uint64_t lost = 0, others = 0, changed = 0, scripts = 0;
    int has_memory = 1;
    for (int i = 0; i < unencodable->count; i++) {
        const uint64_t low = unencodable->spans[i].points[0], high = unencodable->spans[i].points[1];
        segcore_span_count *counts = span_of(tally, plan, group, unencodable->spans[i].number, &has_memory);
        scripts |= counts && counts->script ? counts->script : scripts_of(plan, &unencodable->spans[i]);
        if (!counts) {
            if (!has_memory || !count_points_of(tally, group, &unencodable->spans[i]))
                return SEGCORE_NO_MEMORY;
            others = changed = ~(uint64_t)0;
            continue;
        }
        uint64_t *pending = counts->pending[counts->pending_count++];
        pending[0] = low;
        pending[1] = high;
        if (counts->pending_count == SEGCORE_PENDING_SPANS)
            flush_pending(tally, counts);
        lost |= (low & counts->replacements.lost[0]) | (high & counts->replacements.lost[1]);
        others |= (low & counts->replacements.others[0]) | (high & counts->replacements.others[1]);
        changed |= (low & counts->replacements.changed[0]) | (high & counts->replacements.changed[1]);
    }
    if (!count_scripts(tally, group, scripts))
        return SEGCORE_NO_MEMORY;
    if (!plan->sets || unencodable->count < 0)
        return SEGCORE_UNSURE_REPLACED;
    if (lost)
        return changed && plan->encoded->partly != SEGCORE_ALL_OR_NOTHING ? SEGCORE_UNSURE_REPLACED
                                                                          : SEGCORE_STAYS_UCS2;
    return others ? SEGCORE_UNSURE_REPLACED : SEGCORE_ALL_SINGLE;
}

/* NULL if out of memory. */
static uint32_t *stamps_of(segcore_tally *tally, uint32_t page)
{
    if (!tally->stamps[page])
        tally->stamps[page] = calloc(256, sizeof(uint32_t));
    return tally->stamps[page];
}

/* 0 if out of memory. */
static uint32_t new_stamp(segcore_tally *tally)
{
    if (!tally->stamps)
        tally->stamps = calloc(PLANES_PAGES, sizeof *tally->stamps);
    if (!tally->stamps)
        return 0;
    if (++tally->stamp == 0) {
        for (size_t page = 0; page < PLANES_PAGES; page++)
            if (tally->stamps[page])
                memset(tally->stamps[page], 0, 256 * sizeof(uint32_t));
        tally->stamp = 1;
    }
    return tally->stamp;
}

int64_t segcore_count_points(segcore_tally *tally, const segcore_plan_of_tally *plan, uint32_t group, size_t count)
{
    const uint32_t stamp = new_stamp(tally);
    int64_t different = 0;
    uint64_t scripts = 0;
    int has_memory = stamp != 0;
    for (size_t i = 0; has_memory && i < count; i++) {
        const uint32_t point = tally->unencodable[i], low = point & 0xFF;
        uint32_t *stamps = stamps_of(tally, point >> 8);
        if (!stamps)
            return -1;
        if (stamps[low] == stamp)
            continue;
        stamps[low] = stamp;
        different++;
        if (plan->scripts)
            scripts |= (uint64_t)1 << plan->scripts[point >> 4];
        segcore_span_count *counts = span_of(tally, plan, group, point >> 7, &has_memory);
        if (counts)
            counts->counts[point & 0x7F]++;
        if (!has_memory || (!counts && !segcore_add_to(&tally->sums[SEGCORE_OCCURS], group, point, 0, 1)))
            return -1;
    }
    return has_memory && count_scripts(tally, group, scripts) ? different : -1;
}

static int settle_span(segcore_tally *tally, segcore_span_count *counts)
{
    if (counts->pending_count)
        flush_pending(tally, counts);
    for (uint32_t index = 0; index < 128; index++) {
        if (counts->counts[index]
            && !segcore_add_to(&tally->sums[SEGCORE_OCCURS], counts->group, counts->number << 7 | index, 0,
                               counts->counts[index]))
            return 0;
        counts->counts[index] = 0;
    }
    return 1;
}

int segcore_settle_spans(segcore_tally *tally)
{
    for (size_t i = 0; i < tally->span_count; i++)
        if (!settle_span(tally, tally->spans[i]))
            return 0;
    return 1;
}

/* Take over a span, or its counts. */
static int merge_span(segcore_tally *to, segcore_tally *from, segcore_span_count **span)
{
    segcore_counter *at = segcore_counter_of(&to->span_places, (*span)->group, (*span)->number, 0);
    if (!at)
        return 0;
    if (at->count) {
        segcore_span_count *counts = to->spans[at->count - 1];
        if ((*span)->pending_count)
            flush_pending(from, *span);
        for (size_t index = 0; index < 128; index++)
            counts->counts[index] += (*span)->counts[index];
        return 1;
    }
    if (to->span_count == MOST_SPANS) {
        to->span_places.used--;
        return settle_span(to, *span);
    }
    if (!keep_span(to, *span)) {
        to->span_places.used--;
        return 0;
    }
    at->count = (int64_t)to->span_count;
    *span = NULL;
    return 1;
}

int segcore_merge_spans(segcore_tally *to, segcore_tally *from)
{
    to->sum_spans = from->sum_spans ? from->sum_spans : to->sum_spans;
    for (size_t i = 0; i < from->span_count; i++)
        if (!merge_span(to, from, &from->spans[i]))
            return 0;
    return 1;
}

void segcore_free_spans(segcore_tally *tally)
{
    for (size_t i = 0; i < tally->span_count; i++)
        free(tally->spans[i]);
    for (size_t page = 0; tally->stamps && page < PLANES_PAGES; page++)
        free(tally->stamps[page]);
    segcore_free_counters(&tally->span_places);
    free(tally->spans);
    free(tally->stamps);
}
