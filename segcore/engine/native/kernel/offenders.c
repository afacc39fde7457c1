/* A look at each code point of a text that goes out as UCS-2, by any rules. */
#include <stdlib.h>
#include <string.h>

#include "points.h"
#include "tally_parts.h"

static int make_room(segcore_tally *tally, size_t points)
{
    if (points <= tally->points_room)
        return 1;
    size_t room = points + points / 2 + 256;
    free(tally->points);
    free(tally->unencodable);
    tally->points = malloc(room * sizeof *tally->points);
    tally->unencodable = malloc(room * sizeof *tally->unencodable);
    tally->points_room = tally->points && tally->unencodable ? room : 0;
    return tally->points_room != 0;
}

static size_t widen(const segcore_text *text, uint32_t *points)
{
    size_t count = 0;
    switch (text->kind) {
    case SEGCORE_UTF8:
        for (size_t i = 0; i < text->length;)
            points[count++] = segcore_read_utf8((const uint8_t *)text->data, &i);
        return count;
    case 1:
        for (size_t i = 0; i < text->length; i++)
            points[i] = ((const uint8_t *)text->data)[i];
        break;
    case 2:
        for (size_t i = 0; i < text->length; i++)
            points[i] = ((const uint16_t *)text->data)[i];
        break;
    default:
        memcpy(points, text->data, text->length * sizeof *points);
    }
    return text->length;
}

static size_t replacement(const segcore_rules *rules, uint32_t point)
{
    return ((const uint16_t *)rules->replaced.pages)[segcore_place(&rules->replaced, point)];
}

/* Put replacements into tally->points; returns their number, or SIZE_MAX without memory. */
static size_t replace_all(segcore_tally *tally, const segcore_rules *rules, size_t count)
{
    size_t after = 0;
    for (size_t i = 0; i < count; i++) {
        size_t number = replacement(rules, tally->points[i]);
        after += number ? rules->starts[number + 1] - rules->starts[number] : 1;
    }
    uint32_t *points = malloc((after + 1) * sizeof *points);
    if (!points)
        return SIZE_MAX;
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        size_t number = replacement(rules, tally->points[i]);
        if (!number)
            points[n++] = tally->points[i];
        else
            for (uint32_t j = rules->starts[number]; j < rules->starts[number + 1]; j++)
                points[n++] = rules->points[j];
    }
    if (!make_room(tally, after + 1)) {
        free(points);
        return SIZE_MAX;
    }
    memcpy(tally->points, points, after * sizeof *points);
    free(points);
    return after;
}

/* Whether a text that goes out as UCS-2 does so with its replacements. */
static int goes_out_replaced(const segcore_rules *rules, const segcore_text *text, const segcore_measurement *found)
{
    if (!rules->starts || rules->partly == SEGCORE_ALL_OR_NOTHING)
        return 0;
    if (rules->partly == SEGCORE_ALWAYS)
        return 1;
    segcore_rules without = *rules;
    segcore_measurement unchanged;
    without.starts = NULL;
    segcore_measure_texts(&without, text, 1, &unchanged);
    return found->segments < unchanged.segments;
}

/* Put the code points of a text as it goes out into tally->points. */
static size_t points_as_sent(segcore_tally *tally, const segcore_rules *rules, const segcore_text *text,
                             const segcore_measurement *found)
{
    if (!make_room(tally, text->length + 1))
        return SIZE_MAX;
    size_t count = widen(text, tally->points);
    return goes_out_replaced(rules, text, found) ? replace_all(tally, rules, count) : count;
}

static int is_known(const segcore_rules *rules, uint32_t point)
{
    if (!rules->has_more)
        return segcore_septets(&rules->tables, point) != 0;
    return ((const uint64_t *)rules->masks.pages)[segcore_place(&rules->masks, point)] != 0;
}

/* In the first alphabet or its extension table. */
static int is_known_at_first(const segcore_rules *rules, uint32_t point)
{
    const segcore_coding *first = rules->codings;
    uint64_t tables = ((const uint64_t *)rules->masks.pages)[segcore_place(&rules->masks, point)];
    return (int)(tables >> first->alphabet & 1) | (int)(tables >> (32 + first->extension) & 1);
}

/* Put the unencodable ones of tally->points into tally->unencodable: those in no table, or if each is in some, those that are
 * not in the first.  No branch depends on the text: what comes next is anybody's guess. */
static size_t find_unencodable(segcore_tally *tally, const segcore_rules *rules, size_t count)
{
    const uint32_t *points = tally->points;
    uint32_t *unencodable = tally->unencodable;
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        unencodable[n] = points[i];
        n += !is_known(rules, points[i]);
    }
    if (n || !rules->has_more)
        return n;
    for (size_t i = 0; i < count; i++) {
        unencodable[n] = points[i];
        n += !is_known_at_first(rules, points[i]);
    }
    return n;
}

/* Segments with a septet in place of the one unencodable code point, in tally->points. */
static int64_t with_septet(segcore_tally *tally, const segcore_plan_of_tally *plan, size_t count, uint32_t only,
                           int64_t now)
{
    uint16_t *points = (uint16_t *)tally->unencodable;
    segcore_measurement found;
    if (plan->septet < 0)
        return now;
    /* What is left stands in some table, and so in the basic multilingual plane. */
    for (size_t i = 0; i < count; i++)
        points[i] = (uint16_t)(tally->points[i] == only ? (uint32_t)plan->septet : tally->points[i]);
    const segcore_text text = {points, count, 2};
    segcore_measure_texts(plan->rules, &text, 1, &found);
    return found.segments;
}

int64_t segcore_with_septet(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_text *text,
                            uint32_t only, int64_t now)
{
    if (!make_room(tally, text->length + 1))
        return -1;
    return with_septet(tally, plan, widen(text, tally->points), only, now);
}

int segcore_look_closer(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_text *text,
                        const segcore_measurement *found, int64_t encoded, uint32_t group)
{
    const size_t count = points_as_sent(tally, plan->rules, text, found);
    if (count == SIZE_MAX)
        return 0;
    const size_t unencodable = find_unencodable(tally, plan->rules, count);
    const uint32_t only = tally->unencodable[0];
    const int64_t different = segcore_count_points(tally, plan, group, unencodable);
    if (different != 1)
        return different >= 0;
    return segcore_add_alone(tally, group, only, found->segments,
                             with_septet(tally, plan, count, only, found->segments), encoded);
}
