/* Tallying: the kernels' measurements, summed; and a closer look at every text that is UCS-2. */
#include "tally.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK SEGCORE_TALLIED

/* --- Messages by kind and segments ------------------------------------------------------------------- */

#define PLACES (SEGCORE_KINDS * SEGCORE_DENSE_SEGMENTS)

/* Sums side by side, because each addition waits for the one before it in the same sum. */
#define SIDES 4

static int make_dense(segcore_tally *tally, size_t group)
{
    size_t groups = tally->dense_groups ? tally->dense_groups : 1;
    while (groups <= group)
        groups *= 2;
    void *more = realloc(tally->dense, groups * sizeof *tally->dense);
    if (!more)
        return 0;
    tally->dense = more;
    memset(tally->dense + tally->dense_groups, 0, (groups - tally->dense_groups) * sizeof *tally->dense);
    tally->dense_groups = groups;
    return 1;
}

static int count_message(segcore_tally *tally, int which, uint32_t group, int kind, int32_t segments)
{
    if (group >= SEGCORE_DENSE_GROUPS || segments >= SEGCORE_DENSE_SEGMENTS)
        return segcore_add_to(&tally->sums[which], group, (uint64_t)kind, (uint64_t)segments, 1);
    if (group >= tally->dense_groups && !make_dense(tally, group))
        return 0;
    tally->dense[group][which][kind][segments]++;
    return 1;
}

/* All are of the first group, and of few segments. */
static void count_places(segcore_tally *tally, int which, size_t count, const uint8_t *places)
{
    uint8_t sums[SIDES][PLACES] = {{0}};
    const int kinds = which == SEGCORE_COUNTS ? SEGCORE_KINDS : SEGCORE_KIND_UCS2 + 1;
    for (size_t i = 0; i < count; i++)
        sums[i % SIDES][places[i]]++;
    for (int kind = 0; kind < kinds; kind++) {
        int64_t *to = tally->dense[0][which][kind];
        const size_t first = (size_t)kind * SEGCORE_DENSE_SEGMENTS;
        for (size_t i = 0; i < SEGCORE_DENSE_SEGMENTS; i++)
            to[i] += sums[0][first + i] + sums[1][first + i] + sums[2][first + i] + sums[3][first + i];
    }
}

static int count_messages(segcore_tally *tally, int which, size_t count, const int32_t *groups,
                          const segcore_outcomes *found)
{
    uint8_t places[SEGCORE_TALLIED];
    int32_t most = 0;
    for (size_t i = 0; i < count; i++) {
        places[i] = (uint8_t)(found->kinds[i] * SEGCORE_DENSE_SEGMENTS + found->segments[i]);
        most |= found->segments[i];
    }
    if (!groups && most < SEGCORE_DENSE_SEGMENTS && (tally->dense_groups || make_dense(tally, 0))) {
        count_places(tally, which, count, places);
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        if (which == SEGCORE_ENCODED && found->kinds[i] > SEGCORE_KIND_UCS2)
            continue;
        if (!count_message(tally, which, groups ? (uint32_t)groups[i] : 0, found->kinds[i], found->segments[i]))
            return 0;
    }
    return 1;
}

static int settle_group(segcore_tally *tally, size_t group, int which, int kind)
{
    int64_t *counts = tally->dense[group][which][kind];
    for (size_t segments = 0; segments < SEGCORE_DENSE_SEGMENTS; segments++) {
        if (counts[segments]
            && !segcore_add_to(&tally->sums[which], group, (uint64_t)kind, segments, counts[segments]))
            return 0;
        counts[segments] = 0;
    }
    return 1;
}

static int settle_counts(segcore_tally *tally)
{
    for (size_t group = 0; group < tally->dense_groups; group++)
        for (int kind = 0; kind < SEGCORE_KINDS; kind++)
            if (!settle_group(tally, group, SEGCORE_COUNTS, kind)
                || !settle_group(tally, group, SEGCORE_ENCODED, kind))
                return 0;
    return 1;
}

static int merge_counts(segcore_tally *to, const segcore_tally *from)
{
    const size_t each = sizeof *from->dense / sizeof(int64_t), all = from->dense_groups * each;
    if (!all)
        return 1;
    if (to->dense_groups < from->dense_groups && !make_dense(to, from->dense_groups - 1))
        return 0;
    int64_t *sums = (int64_t *)to->dense;
    const int64_t *more = (const int64_t *)from->dense;
    for (size_t i = 0; i < all; i++)
        sums[i] += more[i];
    return 1;
}

/* --- What each message of a block is ------------------------------------------------------------------ */

/* A block of texts: what each is, and what it is as if encoded. */
typedef struct {
    const segcore_text *texts;
    const segcore_measurement *found;
    const int32_t *groups;
    size_t count;
    segcore_outcomes sent, encoded;
    /* Places of those that go out as UCS-2. */
    uint8_t ucs2[BLOCK];
    size_t ucs2_count;
    /* True if one may be empty or over a limit. */
    int may_be_exceptions;
} block;

/* All rows are SMS. */
static void sort_out_sms(block *of, const segcore_plan_of_tally *plan)
{
    int64_t most[3], are_exceptions = 0;
    size_t ucs2_count = 0;
    for (size_t i = 0; i < 3; i++)
        most[i] = plan->limits[i] ? plan->limits[i] : INT64_MAX;
    for (size_t i = 0; i < of->count; i++) {
        const segcore_measurement *found = &of->found[i];
        const int64_t length = (int64_t)of->texts[i].length;
        of->sent.kinds[i] = (uint8_t)found->encoding;
        of->sent.segments[i] = (int32_t)found->segments;
        of->ucs2[ucs2_count] = (uint8_t)i;
        ucs2_count += (size_t)found->encoding;
        /* Negative if one of them is. */
        are_exceptions |= (length - 1) | (most[0] - found->segments) | (most[1 + found->encoding] - length);
    }
    of->ucs2_count = ucs2_count;
    of->may_be_exceptions = are_exceptions < 0;
}

/* Kinds and segments of a row that is no SMS, whatever its text is. */
static void take_out(block *of, const uint8_t *mms, const uint8_t *valid)
{
    size_t ucs2_count = 0;
    for (size_t i = 0; i < of->count; i++) {
        const int is_null = valid && !valid[i], is_mms = mms && mms[i];
        if (is_null || is_mms) {
            of->sent.kinds[i] = is_null ? SEGCORE_KIND_NULL : SEGCORE_KIND_MMS;
            of->sent.segments[i] = is_null ? 0 : 1;
        }
        of->ucs2[ucs2_count] = (uint8_t)i;
        ucs2_count += of->sent.kinds[i] == SEGCORE_KIND_UCS2;
    }
    of->ucs2_count = ucs2_count;
}

/* --- Limits ------------------------------------------------------------------------------------------ */

static int64_t points_of(const segcore_text *text)
{
    int64_t points = 0;
    if (text->kind != SEGCORE_UTF8)
        return (int64_t)text->length;
    for (size_t i = 0; i < text->length; i++)
        points += (((const uint8_t *)text->data)[i] & 0xC0) != 0x80;
    return points;
}

static int is_over(const segcore_plan_of_tally *plan, const segcore_text *text, const segcore_measurement *found)
{
    const int64_t most = plan->limits[0], longest = plan->limits[1 + found->encoding];
    if (most && found->segments > most)
        return 1;
    return longest && (int64_t)text->length > longest && points_of(text) > longest;
}

static int count_exceptions(segcore_tally *tally, const segcore_plan_of_tally *plan, const block *of)
{
    for (size_t i = 0; i < of->count; i++) {
        const uint32_t group = of->groups ? (uint32_t)of->groups[i] : 0;
        if (of->sent.kinds[i] > SEGCORE_KIND_UCS2)
            continue;
        if (!of->texts[i].length && !segcore_add_to(&tally->sums[SEGCORE_EMPTY], group, 0, 0, 1))
            return 0;
        if (is_over(plan, &of->texts[i], &of->found[i])
            && !segcore_add_to(&tally->sums[SEGCORE_OVER], group, 0, 0, 1))
            return 0;
    }
    return 1;
}

/* --- Blocks ------------------------------------------------------------------------------------------ */

/* Measure all SMS as if encoded that may change. */
static void measure_encoded(const segcore_plan_of_tally *plan, block *of)
{
    segcore_text texts[BLOCK];
    segcore_measurement found[BLOCK];
    uint8_t places[BLOCK];
    size_t number = 0;
    for (size_t i = 0; i < of->count; i++) {
        const int kind = of->sent.kinds[i];
        texts[number] = of->texts[i];
        places[number] = (uint8_t)i;
        number += kind == SEGCORE_KIND_UCS2 || (kind == SEGCORE_KIND_GSM7 && !plan->changes_ucs2_only);
    }
    segcore_measure_texts(plan->encoded, texts, number, found);
    for (size_t i = 0; i < number; i++)
        segcore_put_outcome(&of->encoded, places[i], &found[i]);
}

static int find_offenders(segcore_tally *tally, const segcore_plan_of_tally *plan, const block *of)
{
    for (size_t i = 0; i < of->ucs2_count; i++) {
        const size_t place = of->ucs2[i];
        if (!segcore_find_offenders(tally, plan, &of->texts[place], &of->found[place],
                                    plan->encoded ? of->encoded.segments[place] : 0,
                                    of->groups ? (uint32_t)of->groups[place] : 0))
            return 0;
    }
    return 1;
}

static int tally_ucs2(segcore_tally *tally, const segcore_plan_of_tally *plan, block *of)
{
    const segcore_ucs2_texts texts = {of->texts, of->found, of->groups, of->ucs2, of->ucs2_count, &of->encoded};
    const int is_simple = !plan->rules->has_more;
    if (plan->encoded) {
        of->encoded = of->sent;
        if (!is_simple || !plan->changes_ucs2_only)
            measure_encoded(plan, of);
    }
    return is_simple ? segcore_tally_ucs2(tally, plan, &texts) : find_offenders(tally, plan, of);
}

static int is_over_octets(const segcore_plan_of_tally *plan, const segcore_text *text,
                          const segcore_measurement *found)
{
    const int64_t most = plan->rules->billing->most_octets;
    if ((plan->limits[0] && found->segments > plan->limits[0]) || (most && found->units > most))
        return 1;
    return plan->limits[1] && points_of(text) > plan->limits[1];
}

/* Rows of a route that counts octets: no code point forces anything, and nothing is encoded otherwise. */
static int tally_octets(segcore_tally *tally, const segcore_plan_of_tally *plan, const block *of, const uint8_t *mms,
                        const uint8_t *valid)
{
    const segcore_billing *billing = plan->rules->billing;
    for (size_t i = 0; i < of->count; i++) {
        const segcore_measurement *found = &of->found[i];
        const uint32_t group = of->groups ? (uint32_t)of->groups[i] : 0;
        const int is_null = valid && !valid[i], is_mms = mms && mms[i];
        const int is_long = billing->has_classes && found->units > billing->first_octets;
        const int kind = is_null ? SEGCORE_KIND_NULL : is_mms ? SEGCORE_KIND_MMS : SEGCORE_KIND_OCTETS + is_long;
        const int64_t segments = is_null ? 0 : is_mms ? 1 : found->segments;
        if (!count_message(tally, SEGCORE_COUNTS, group, kind, (int32_t)segments))
            return 0;
        if (is_null || is_mms)
            continue;
        if (!of->texts[i].length && !segcore_add_to(&tally->sums[SEGCORE_EMPTY], group, 0, 0, 1))
            return 0;
        if (is_over_octets(plan, &of->texts[i], found)
            && !segcore_add_to(&tally->sums[SEGCORE_OVER], group, 0, 0, 1))
            return 0;
    }
    return 1;
}

int segcore_tally_block(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_text *texts,
                        const segcore_measurement *found, int64_t start, size_t count,
                        const segcore_row_inputs *inputs)
{
    const uint8_t *mms = inputs->mms, *valid = inputs->valid;
    block of;
    if (count > BLOCK || !segcore_has_room(inputs->capacity, start, count))
        return 0;
    of.texts = texts;
    of.found = found;
    of.groups = inputs->groups ? inputs->groups + start : NULL;
    of.count = count;
    tally->sum_spans = plan->rules->kernel->sum_spans;
    if (plan->rules->billing && plan->rules->billing->first_octets)
        return tally_octets(tally, plan, &of, mms ? mms + start : NULL, valid ? valid + start : NULL);
    sort_out_sms(&of, plan);
    if (mms || valid)
        take_out(&of, mms ? mms + start : NULL, valid ? valid + start : NULL);
    if (of.may_be_exceptions && !count_exceptions(tally, plan, &of))
        return 0;
    if (!tally_ucs2(tally, plan, &of) || !count_messages(tally, SEGCORE_COUNTS, count, of.groups, &of.sent))
        return 0;
    return !plan->encoded || count_messages(tally, SEGCORE_ENCODED, count, of.groups, &of.encoded);
}

/* Of texts that are there, the first `sound` of a block. */
static segcore_fault tally_texts(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_text *texts,
                                 int64_t start, size_t sound, const segcore_row_inputs *inputs, int64_t *row)
{
    segcore_measurement found[BLOCK];
    segcore_measure_texts(plan->rules, texts, sound, found);
    for (size_t i = 0; i < sound; i++) {
        if (found[i].encoding == SEGCORE_NOT_UTF8) {
            *row = start + (int64_t)i;
            return SEGCORE_FAULT_UTF8;
        }
    }
    return segcore_tally_block(tally, plan, texts, found, start, sound, inputs) ? SEGCORE_FINE : SEGCORE_FAULT_MEMORY;
}

segcore_fault segcore_tally_rows(segcore_tally *tally, const segcore_plan_of_tally *plan,
                                 const segcore_column *column, const segcore_references *references, int64_t start,
                                 int64_t stop, const segcore_row_inputs *inputs, int64_t *row)
{
    segcore_text texts[BLOCK];
    for (; start < stop; start += BLOCK) {
        const size_t count = stop - start < BLOCK ? (size_t)(stop - start) : BLOCK;
        *row = start;
        if (!segcore_has_room(inputs->capacity, start, count))
            return SEGCORE_FAULT_CAPACITY;
        const size_t sound = references
                                 ? segcore_find_references(column, references, start, count, texts, inputs->valid)
                                 : segcore_find_texts(column, start, count, texts, inputs->valid);
        const segcore_fault fault = tally_texts(tally, plan, texts, start, sound, inputs, row);
        if (fault != SEGCORE_FINE)
            return fault;
        if (sound < count) {
            *row = start + (int64_t)sound;
            return references ? SEGCORE_FAULT_INDEX : SEGCORE_FAULT_LAYOUT;
        }
    }
    return SEGCORE_FINE;
}

/* --- All together ------------------------------------------------------------------------------------ */

int segcore_tally_settle(segcore_tally *tally) { return settle_counts(tally) && segcore_settle_spans(tally); }

int segcore_tally_merge(segcore_tally *to, segcore_tally *from)
{
    for (int which = 0; which < SEGCORE_ALL_SUMS; which++) {
        const segcore_counter_map *sums = &from->sums[which];
        for (size_t i = 0; i < sums->room; i++) {
            const segcore_counter *entry = &sums->entries[i];
            if (entry->count
                && !segcore_add_to(&to->sums[which], entry->key[0], entry->key[1], entry->key[2], entry->count))
                return 0;
        }
    }
    return merge_counts(to, from) && segcore_merge_spans(to, from);
}

void segcore_tally_free(segcore_tally *tally)
{
    for (int which = 0; which < SEGCORE_ALL_SUMS; which++)
        segcore_free_counters(&tally->sums[which]);
    segcore_free_spans(tally);
    free(tally->dense);
    free(tally->points);
    free(tally->unencodable);
    memset(tally, 0, sizeof *tally);
}
