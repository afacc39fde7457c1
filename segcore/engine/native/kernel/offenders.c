/* Code points that force texts to UCS-2, and the same texts as if smart encoded. */
#include <stdlib.h>
#include <string.h>

#include "points.h"
#include "tally.h"

/* --- A look at each code point of a text, by any rules ------------------------------------------------- */

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

/* Put the code points of a text into tally->points, and return how many there are; SIZE_MAX if out of memory. */
static size_t widen(segcore_tally *tally, const segcore_text *text)
{
    return make_room(tally, text->length + 1) ? segcore_decode_text(text, tally->points, tally->points_room) : SIZE_MAX;
}

/* Put replacements into tally->points; returns their number, or SIZE_MAX if out of memory. */
static size_t replace_all(segcore_tally *tally, const segcore_rules *rules, size_t count)
{
    size_t after = 0;
    for (size_t i = 0; i < count; i++) {
        size_t number = segcore_replacement(rules, tally->points[i]);
        after += number ? rules->starts[number + 1] - rules->starts[number] : 1;
    }
    uint32_t *points = malloc((after + 1) * sizeof *points);
    if (!points)
        return SIZE_MAX;
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        size_t number = segcore_replacement(rules, tally->points[i]);
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

/* True if a text that goes out as UCS-2 does so with its replacements. */
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
    const size_t count = widen(tally, text);
    return count != SIZE_MAX && goes_out_replaced(rules, text, found) ? replace_all(tally, rules, count) : count;
}

static int is_known(const segcore_rules *rules, uint32_t point)
{
    if (!rules->has_more)
        return segcore_septets(&rules->tables, point) != 0;
    return segcore_tables_with(rules, point) != 0;
}

/* In the first alphabet or its extension table. */
static int is_known_at_first(const segcore_rules *rules, uint32_t point)
{
    const segcore_coding *first = rules->codings;
    uint64_t tables = segcore_tables_with(rules, point);
    return (int)(tables >> first->alphabet & 1) | (int)(tables >> (32 + first->extension) & 1);
}

/* Put the unencodable ones of tally->points into tally->unencodable: those in no table, or if each is in some, those
 * that are not in the first.  No branch depends on the text: what comes next is anybody's guess. */
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
    /* All others stand in some table, and so in the basic multilingual plane. */
    for (size_t i = 0; i < count; i++)
        points[i] = (uint16_t)(tally->points[i] == only ? (uint32_t)plan->septet : tally->points[i]);
    const segcore_text text = {points, count, 2};
    segcore_measure_texts(plan->rules, &text, 1, &found);
    return found.segments;
}

int64_t segcore_with_septet(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_text *text,
                            uint32_t only, int64_t now)
{
    const size_t count = widen(tally, text);
    return count == SIZE_MAX ? -1 : with_septet(tally, plan, count, only, now);
}

int segcore_find_offenders(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_text *text,
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

/* --- Texts under the first coding alone: span by span --------------------------------------------------- */

/* Texts looked at together, which stay in the first-level cache. */
#define SOME 64

/* The same texts, of a block. */
typedef struct {
    segcore_text texts[SOME];
    segcore_unencodable unencodable[SOME];
    const uint8_t *places;
    size_t count;
} some_texts;

static uint32_t group_of(const segcore_ucs2_texts *texts, size_t place)
{
    return texts->groups ? (uint32_t)texts->groups[place] : 0;
}

static int64_t points_of(const segcore_measurement *found) { return found->units - found->extra; }

/* Segments of a text in GSM-7 with one septet for each unencodable code point; 0 where only packing can tell. */
static int64_t as_septets(const segcore_tables *tables, const segcore_unencodable *unencodable, int64_t points)
{
    const int64_t septets = points + unencodable->two_septets;
    if (unencodable->two_septets < 0)
        return 0;
    const int64_t segments = segcore_sure_segments(tables, SEGCORE_GSM7, septets);
    return segments || unencodable->two_septets ? segments : segcore_divide_up(septets, tables->gsm7_part);
}

/* The place of the only bit that is set: each of 64 such numbers leaves another one in the six top bits. */
static uint32_t place_of_bit(uint64_t bit)
{
    static const uint8_t places[64] = {0,  1,  48, 2,  57, 49, 28, 3,  61, 58, 50, 42, 38, 29, 17, 4,
                                       62, 55, 59, 36, 53, 51, 43, 22, 45, 39, 33, 30, 24, 18, 12, 5,
                                       63, 47, 56, 27, 60, 41, 37, 16, 54, 35, 52, 21, 44, 32, 23, 11,
                                       46, 26, 40, 15, 34, 20, 31, 10, 25, 14, 19, 9,  13, 8,  7,  6};
    return places[bit * 0x03F79D71B4CB0A89u >> 58];
}

/* The one code point that is replaced by other than one septet, where there is but one and none is lost; or 0. */
static uint32_t long_replaced(const segcore_plan_of_tally *plan, const segcore_unencodable *unencodable)
{
    uint32_t found = 0;
    for (int i = 0; i < unencodable->count; i++) {
        const segcore_span *span = &unencodable->spans[i];
        const segcore_span_replacements replacements =
            segcore_replacements_of_span(plan->encoded, plan->sets, span->number);
        for (uint32_t half = 0; half < 2; half++) {
            const uint64_t odd = span->points[half] & replacements.others[half];
            if ((span->points[half] & replacements.lost[half]) || (odd & (odd - 1)) || (odd && found))
                return 0;
            found = odd ? span->number << 7 | half << 6 | place_of_bit(odd) : found;
        }
    }
    return found;
}

/* Occurrences of a code point below U+10000 in a text. */
static int64_t count_point(const segcore_text *text, uint32_t point)
{
    const uint8_t *data = (const uint8_t *)text->data;
    const uint8_t octets[3] = {(uint8_t)(0xE0 | point >> 12), (uint8_t)(0x80 | (point >> 6 & 0x3F)),
                               (uint8_t)(0x80 | (point & 0x3F))};
    int64_t times = 0;
    if (text->kind == 1)
        for (size_t i = 0; i < text->length; i++)
            times += data[i] == point;
    else if (text->kind == 2)
        for (size_t i = 0; i < text->length; i++)
            times += ((const uint16_t *)text->data)[i] == point;
    else if (text->kind == 4)
        for (size_t i = 0; i < text->length; i++)
            times += ((const uint32_t *)text->data)[i] == point;
    else if (point >= 0x800)
        for (size_t i = 0; i + 2 < text->length; i++)
            times += (data[i] == octets[0]) & (data[i + 1] == octets[1]) & (data[i + 2] == octets[2]);
    else
        for (size_t i = 0; i + 1 < text->length; i++)
            times += (data[i] == (0xC0 | point >> 6)) & (data[i + 1] == octets[2]);
    return times;
}

/* Segments with one septet for each unencodable code point but one, which is counted; 0 where that does not tell. */
static int64_t with_long_replaced(const segcore_plan_of_tally *plan, const segcore_text *text,
                                  const segcore_unencodable *unencodable, int64_t points)
{
    const segcore_tables *tables = &plan->rules->tables;
    const segcore_map *map = &plan->encoded->septets;
    const uint32_t odd = unencodable->two_septets < 0 ? 0 : long_replaced(plan, unencodable);
    const int64_t taken = ((const uint8_t *)map->pages)[segcore_place(map, odd)];
    if (odd < 0x80 || odd > 0xFFFF || taken > SEGCORE_AMOUNT)
        return 0;
    return segcore_only_segments(points + unencodable->two_septets + count_point(text, odd) * (taken - 1),
                                 tables->gsm7_single, tables->gsm7_part);
}

/* Find a text as if encoded from its code points alone; 0 if they do not tell. */
SEGCORE_INLINE int encode_simply(const segcore_plan_of_tally *plan, const segcore_text *text,
                                 const segcore_unencodable *unencodable, const segcore_measurement *found,
                                 int replaced, segcore_outcomes *to, size_t place)
{
    if (replaced == SEGCORE_STAYS_UCS2 || !plan->sets || unencodable->count < 0)
        return replaced == SEGCORE_STAYS_UCS2;
    const int64_t fewer = replaced == SEGCORE_ALL_SINGLE
                              ? as_septets(&plan->rules->tables, unencodable, points_of(found))
                              : with_long_replaced(plan, text, unencodable, points_of(found));
    if (fewer && (plan->encoded->partly != SEGCORE_WHEN_FEWER_SEGMENTS || fewer < found->segments)) {
        to->kinds[place] = SEGCORE_KIND_GSM7;
        to->segments[place] = (int32_t)fewer;
    }
    return fewer != 0;
}

/* Count the unencodable code points of each text, and find out what it is as if encoded.  0 if out of memory. */
static int count_unencodable(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_ucs2_texts *texts,
                             const some_texts *some)
{
    segcore_text unsure[SOME];
    segcore_measurement found[SOME];
    uint8_t places[SOME];
    size_t number = 0;
    const int is_asked = plan->encoded && plan->changes_ucs2_only;
    for (size_t i = 0; i < some->count; i++) {
        const size_t place = some->places[i];
        const int replaced = segcore_count_spans(tally, plan, group_of(texts, place), &some->unencodable[i]);
        if (replaced == SEGCORE_NO_MEMORY)
            return 0;
        unsure[number] = some->texts[i];
        places[number] = (uint8_t)place;
        number += is_asked
                  && !encode_simply(plan, &some->texts[i], &some->unencodable[i], &texts->found[place], replaced,
                                    texts->encoded, place);
    }
    if (number)
        segcore_measure_texts(plan->encoded, unsure, number, found);
    for (size_t i = 0; i < number; i++)
        segcore_put_outcome(texts->encoded, places[i], &found[i]);
    return 1;
}

/* The only code point of a span, which has one. */
static uint32_t only_point(const segcore_span *span)
{
    return span->number << 7 | (span->points[0] ? 0u : 64u) | place_of_bit(span->points[0] | span->points[1]);
}

static int is_alone(const segcore_unencodable *unencodable)
{
    if (unencodable->count != 1)
        return 0;
    const uint64_t low = unencodable->spans[0].points[0], high = unencodable->spans[0].points[1];
    return (!low | !high) && !((low | high) & ((low | high) - 1));
}

static int add_alone(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_ucs2_texts *texts,
                     size_t place, const segcore_unencodable *unencodable)
{
    const segcore_measurement *found = &texts->found[place];
    const uint32_t only = only_point(&unencodable->spans[0]);
    int64_t septet =
        plan->septet < 0 ? found->segments : as_septets(&plan->rules->tables, unencodable, points_of(found));
    if (!septet)
        septet = segcore_with_septet(tally, plan, &texts->texts[place], only, found->segments);
    if (septet < 0)
        return 0;
    return segcore_add_alone(tally, group_of(texts, place), only, found->segments, septet,
                             plan->encoded ? texts->encoded->segments[place] : 0);
}

static int add_reasons(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_ucs2_texts *texts,
                       size_t place, const segcore_unencodable *unencodable)
{
    if (unencodable->count < 0)
        return segcore_find_offenders(tally, plan, &texts->texts[place], &texts->found[place],
                                      plan->encoded ? texts->encoded->segments[place] : 0, group_of(texts, place));
    return !is_alone(unencodable) || add_alone(tally, plan, texts, place, unencodable);
}

int segcore_tally_ucs2(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_ucs2_texts *texts)
{
    const segcore_rules *rules = plan->rules;
    some_texts some;
    for (size_t start = 0; start < texts->count; start += SOME) {
        some.places = texts->places + start;
        some.count = texts->count - start < SOME ? texts->count - start : SOME;
        for (size_t i = 0; i < some.count; i++)
            some.texts[i] = texts->texts[some.places[i]];
        rules->kernel->find_spans(&rules->tables, some.texts, some.count, some.unencodable);
        if (!count_unencodable(tally, plan, texts, &some))
            return 0;
        for (size_t i = 0; i < some.count; i++)
            if (!add_reasons(tally, plan, texts, some.places[i], &some.unencodable[i]))
                return 0;
    }
    return 1;
}
