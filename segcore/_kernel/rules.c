/* What a kernel's answer means under all the rules, and what else must be known. */
#include "rules.h"

#include "clusters.h"
#include "points.h"
#include "weigh.h"

/* Texts that are measured once more at a time. */
#define BLOCK 128

/* Sums of what a map says of each code point of a text. */
typedef struct {
    int64_t amount, marked;
    int flags;
} sums;

SEGCORE_INLINE void add_some(const segcore_map *map, int kind, const void *points, size_t first, size_t count,
                             sums *so_far)
{
    uint32_t amount = 0, marked = 0, flags = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t entry = ((const uint8_t *)map->pages)[segcore_place(map, segcore_read(kind, points, first + i))];
        amount += entry & SEGCORE_AMOUNT;
        marked += entry / SEGCORE_MARKED;
        flags |= entry;
    }
    so_far->amount += amount;
    so_far->marked += marked;
    so_far->flags |= (int)flags;
}

/* The sums as far as there is none of some flags. */
SEGCORE_INLINE sums sum_until(const segcore_map *map, int kind, const segcore_text *text, int flags)
{
    sums so_far = {0, 0, 0};
    uint32_t room[SEGCORE_SOME];
    for (size_t index = 0; index < text->length && !(so_far.flags & flags);) {
        if (kind == SEGCORE_UTF8) {
            size_t count = segcore_next_points(kind, text, &index, room);
            add_some(map, 4, room, 0, count, &so_far);
        } else {
            size_t rest = text->length - index, count = rest < SEGCORE_SOME ? rest : SEGCORE_SOME;
            add_some(map, kind, text->data, index, count, &so_far);
            index += count;
        }
    }
    return so_far;
}

static sums sum_up(const segcore_map *map, const segcore_text *text, int flags)
{
    switch (text->kind) {
    case 1:
        return sum_until(map, 1, text, flags);
    case 2:
        return sum_until(map, 2, text, flags);
    case 4:
        return sum_until(map, 4, text, flags);
    default:
        return sum_until(map, SEGCORE_UTF8, text, flags);
    }
}

/* Let segments end where clusters do.  The text is sent as it is. */
static void keep_clusters(const segcore_rules *rules, const segcore_text *text, segcore_measurement *found)
{
    if (found->segments <= 1 || !segcore_has_clusters(rules, found->encoding == SEGCORE_UCS2))
        return;
    found->segments = found->encoding == SEGCORE_UCS2 ? segcore_pack_whole(rules, text) : 0;
    if (!found->segments)
        *found = segcore_weigh(rules, text);
}

/* Measure a text with everything replaced, given how it was measured under tables with replacements: 0 segments
 * where only weighing can tell. */

static segcore_measurement replace_gsm7(const segcore_rules *rules, const segcore_measurement *found)
{
    segcore_measurement after = *found;
    if (found->extra && !rules->is_exact)
        after.segments = 0;
    else if (found->extra)
        /* Two septets may be those of two code points, which may be parted. */
        after.segments = segcore_sure_segments(found->units, rules->tables.gsm7_single, rules->tables.gsm7_part);
    if (found->segments > 1 && segcore_has_clusters(rules, 0))
        after.segments = 0;
    return after;
}

/* Of a text that stays UCS-2. */
static segcore_measurement replace_ucs2(const segcore_rules *rules, const segcore_text *text,
                                        const segcore_measurement *found)
{
    const int is_cut = !segcore_has_clusters(rules, 1);
    segcore_measurement after = *found;
    if (rules->partly == SEGCORE_ALL_OR_NOTHING)
        return after;
    sums changes = sum_up(&rules->changes, text, is_cut ? SEGCORE_UNSURE : SEGCORE_UNSURE | SEGCORE_MARKED);
    if (!changes.flags) {
        keep_clusters(rules, text, &after);
        return after;
    }
    after.units += changes.amount - changes.marked * SEGCORE_NO_CHANGE;
    after.segments = is_cut && !(changes.flags & SEGCORE_UNSURE)
                         ? segcore_sure_segments(after.units, rules->tables.ucs2_single, rules->tables.ucs2_part)
                         : 0;
    return after;
}

static segcore_measurement replace_all(const segcore_rules *rules, const segcore_text *text,
                                       const segcore_measurement *found)
{
    const segcore_tables *tables = &rules->tables;
    if (found->encoding == SEGCORE_GSM7)
        return replace_gsm7(rules, found);
    /* Nothing but a replacement could bring a code point beyond the BMP to GSM-7. */
    if (found->extra && !rules->replaces_beyond_bmp)
        return replace_ucs2(rules, text, found);
    sums septets = sum_up(&rules->septets, text, SEGCORE_MARKED);
    if (septets.marked)
        return replace_ucs2(rules, text, found);
    segcore_measurement after = {septets.amount, 0, 0, SEGCORE_GSM7};
    if (!(septets.flags & SEGCORE_UNSURE)
        && (septets.amount <= tables->gsm7_single || !segcore_has_clusters(rules, 0)))
        after.segments = segcore_sure_segments(septets.amount, tables->gsm7_single, tables->gsm7_part);
    return after;
}

/* Take the better of `found`, the text as it is, and of what it is with replacements.  `replaced` is how it was
 * measured under tables with those. */
static void replace_if_better(const segcore_rules *rules, const segcore_text *text, segcore_measurement *found,
                              const segcore_measurement *replaced)
{
    segcore_measurement after = replace_all(rules, text, replaced);
    if (!after.segments) {
        *found = segcore_weigh(rules, text);
    } else if (rules->partly == SEGCORE_ALWAYS
               || (rules->partly == SEGCORE_ALL_OR_NOTHING && after.encoding == SEGCORE_GSM7)) {
        *found = after;
    } else {
        keep_clusters(rules, text, found);
        if (rules->partly == SEGCORE_WHEN_FEWER_SEGMENTS && after.segments < found->segments)
            *found = after;
    }
}

/* Whether a text is to be measured under the second tables: it may be sent in another coding, or with replacements.
 */
static int is_doubtful(const segcore_rules *rules, const segcore_measurement *found)
{
    if (rules->starts)
        return found->encoding == SEGCORE_UCS2 && found->segments > 1;
    return found->encoding == SEGCORE_GSM7 && found->extra;
}

static void measure_doubtful(const segcore_rules *rules, const segcore_text *texts, size_t count,
                             segcore_measurement *found)
{
    segcore_text some[BLOCK];
    segcore_measurement again[BLOCK];
    size_t places[BLOCK], number = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_doubtful(rules, &found[i])) {
            some[number] = texts[i];
            places[number++] = i;
        } else {
            keep_clusters(rules, &texts[i], &found[i]);
        }
    }
    rules->kernel->measure(&rules->second, some, number, again);
    for (size_t i = 0; i < number; i++) {
        if (rules->starts)
            replace_if_better(rules, &some[i], &found[places[i]], &again[i]);
        else if (again[i].encoding == SEGCORE_GSM7 && again[i].segments == 1)
            found[places[i]] = again[i];
        else
            found[places[i]] = segcore_weigh(rules, &some[i]);
    }
}

static void settle(const segcore_rules *rules, const segcore_text *text, segcore_measurement *found)
{
    const segcore_measurement before = *found;
    if (found->encoding == SEGCORE_NOT_UTF8)
        return;
    if (rules->starts)
        replace_if_better(rules, text, found, &before);
    else
        keep_clusters(rules, text, found);
}

void segcore_measure_texts(const segcore_rules *rules, const segcore_text *texts, size_t count,
                           segcore_measurement *found)
{
    rules->kernel->measure(&rules->tables, texts, count, found);
    if (!rules->has_more)
        return;
    for (size_t i = 0; !rules->has_second && i < count; i++)
        settle(rules, &texts[i], &found[i]);
    for (size_t i = 0; rules->has_second && i < count; i += BLOCK)
        measure_doubtful(rules, texts + i, count - i < BLOCK ? count - i : BLOCK, found + i);
}
