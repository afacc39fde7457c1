/* The measurement of a text under all rules, from a kernel's first answer. */
#include "rules.h"

#include "clusters.h"
#include "points.h"

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

/* Septets that are sent, up to a code point that cannot be sent in septets. */
static sums sum_septets(const segcore_rules *rules, const segcore_text *text)
{
    switch (text->kind) {
    case 1:
        return sum_until(&rules->septets, 1, text, SEGCORE_MARKED);
    case 2:
        return sum_until(&rules->septets, 2, text, SEGCORE_MARKED);
    case 4:
        return sum_until(&rules->septets, 4, text, SEGCORE_MARKED);
    default:
        return sum_until(&rules->septets, SEGCORE_UTF8, text, SEGCORE_MARKED);
    }
}

/* The sums of changes: most code points change nothing, so that only a few are looked at in the map. */

static sums sum_changes_utf8(const segcore_rules *rules, const segcore_text *text)
{
    const uint8_t *data = (const uint8_t *)text->data, *begins = rules->begins_changed;
    sums so_far = {0, 0, 0};
    for (size_t i = 0; i < text->length;) {
        const uint8_t *p = data + i;
        if (text->length - i >= 8
            && !(begins[p[0]] | begins[p[1]] | begins[p[2]] | begins[p[3]] | begins[p[4]] | begins[p[5]]
                 | begins[p[6]] | begins[p[7]])) {
            i += 8;
            continue;
        }
        for (size_t end = text->length - i < 8 ? text->length : i + 8; i < end;) {
            size_t at = i++;
            if (begins[data[at]]) {
                uint32_t point = segcore_read_utf8(data, &at);
                add_some(&rules->changes, 4, &point, 0, 1, &so_far);
            }
        }
    }
    return so_far;
}

SEGCORE_INLINE uint32_t is_changed(const segcore_rules *rules, int kind, uint32_t point)
{
    return rules->is_changed[kind == 4 && point > 0x10000 ? 0x10000 : point];
}

/* True if each of SEGCORE_SOME code points is in a quiet run: lanes that compilers put into vectors. */

static int are_quiet2(const segcore_rules *rules, const uint16_t *points)
{
    const uint16_t first = rules->quiet_first[0], more = rules->quiet_more[0];
    const uint16_t other = rules->quiet_first[1], other_more = rules->quiet_more[1];
    uint16_t loud = 0;
    for (size_t i = 0; i < SEGCORE_SOME; i++)
        loud |= (uint16_t)(((uint16_t)(points[i] - first) > more) & ((uint16_t)(points[i] - other) > other_more));
    return !loud;
}

static int are_quiet4(const segcore_rules *rules, const uint32_t *points)
{
    const uint32_t first = rules->quiet_first[0], more = rules->quiet_more[0];
    const uint32_t other = rules->quiet_first[1], other_more = rules->quiet_more[1];
    const uint32_t emoji = rules->quiet_emoji, emoji_more = rules->quiet_emoji_more;
    uint32_t loud = 0;
    for (size_t i = 0; i < SEGCORE_SOME; i++)
        loud |= (uint32_t)((points[i] - first > more) & (points[i] - other > other_more)
                           & (points[i] - emoji > emoji_more));
    return !loud;
}

SEGCORE_INLINE int are_quiet(const segcore_rules *rules, int kind, const segcore_text *text, size_t index)
{
    if (kind == 2)
        return are_quiet2(rules, (const uint16_t *)text->data + index);
    return kind == 4 && are_quiet4(rules, (const uint32_t *)text->data + index);
}

SEGCORE_INLINE sums sum_changes_wide(const segcore_rules *rules, int kind, const segcore_text *text)
{
    const size_t length = text->length;
    sums so_far = {0, 0, 0};
    for (size_t index = 0; index < length;) {
        const size_t rest = length - index, count = rest < SEGCORE_SOME ? rest : SEGCORE_SOME;
        /* At the end together with some that have been looked at. */
        const int is_quiet = length >= SEGCORE_SOME
                             && are_quiet(rules, kind, text, rest < SEGCORE_SOME ? length - SEGCORE_SOME : index);
        for (size_t i = index; !is_quiet && i < index + count; i++)
            if (is_changed(rules, kind, segcore_read(kind, text->data, i)))
                add_some(&rules->changes, kind, text->data, i, 1, &so_far);
        index += count;
    }
    return so_far;
}

static sums sum_changes(const segcore_rules *rules, const segcore_text *text)
{
    switch (text->kind) {
    case 1:
        return sum_changes_wide(rules, 1, text);
    case 2:
        return sum_changes_wide(rules, 2, text);
    case 4:
        return sum_changes_wide(rules, 4, text);
    default:
        return sum_changes_utf8(rules, text);
    }
}

/* Index of the first code point beyond ASCII, or the length. */
SEGCORE_INLINE size_t skip_ascii(int kind, const segcore_text *text)
{
    size_t i = 0;
    if (kind == SEGCORE_UTF8) {
        const uint8_t *data = (const uint8_t *)text->data;
        while (text->length - i >= 8 && !(segcore_octets8(data + i) & SEGCORE_TOP_BITS))
            i += 8;
        while (i < text->length && data[i] < 0x80)
            i++;
        return i;
    }
    for (; text->length - i >= 16; i += 16) {
        uint32_t any = 0;
        for (size_t j = 0; j < 16; j++)
            any |= segcore_read(kind, text->data, i + j);
        if (any >= 0x80)
            break;
    }
    while (i < text->length && segcore_read(kind, text->data, i) < 0x80)
        i++;
    return i;
}

/* True if a text that the first coding cannot send is sure to stay UCS-2: most of them by their first
 * code point beyond ASCII. */
static int stays_ucs2(const segcore_rules *rules, const segcore_text *text, const segcore_measurement *found)
{
    const segcore_map *map = &rules->septets;
    const int kind = text->kind;
    size_t i;
    uint32_t point;
    /* Nothing but a replacement could bring a code point beyond the BMP to GSM-7. */
    if (found->extra && !rules->replaces_beyond_bmp)
        return 1;
    i = kind == 2 ? skip_ascii(2, text) : kind == 4 ? skip_ascii(4, text) : kind ? 0 : skip_ascii(SEGCORE_UTF8, text);
    if (i >= text->length)
        return 0;
    point = kind ? segcore_read(kind, text->data, i) : segcore_read_utf8((const uint8_t *)text->data, &i);
    return ((const uint8_t *)map->pages)[segcore_place(map, point)] / SEGCORE_MARKED;
}

/* Let segments end where clusters do.  The text is sent as it is. */
static void keep_clusters(const segcore_rules *rules, const segcore_text *text, segcore_measurement *found)
{
    if (found->segments <= 1 || !segcore_has_clusters(rules, found->encoding == SEGCORE_UCS2))
        return;
    found->segments = found->encoding == SEGCORE_UCS2 ? segcore_pack_whole(rules, text) : 0;
    if (!found->segments)
        *found = segcore_choose_coding(rules, text);
}

/* Measure a text with everything replaced, given how it was measured under tables with replacements: 0 segments
 * where only segcore_choose_coding() can tell. */

static segcore_measurement replace_gsm7(const segcore_rules *rules, const segcore_measurement *found)
{
    segcore_measurement after = *found;
    if (found->extra && !rules->is_exact)
        after.segments = 0;
    else if (found->extra)
        /* Two septets may be those of two code points, which may be split. */
        after.segments = segcore_only_segments(found->units, rules->tables.gsm7_single, rules->tables.gsm7_part);
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
    sums changes = sum_changes(rules, text);
    if (!changes.flags) {
        keep_clusters(rules, text, &after);
        return after;
    }
    after.units += changes.amount - changes.marked * SEGCORE_NO_CHANGE;
    after.segments = is_cut && !(changes.flags & SEGCORE_UNSURE)
                         ? segcore_only_segments(after.units, rules->tables.ucs2_single, rules->tables.ucs2_part)
                         : 0;
    return after;
}

static segcore_measurement replace_all(const segcore_rules *rules, const segcore_text *text,
                                       const segcore_measurement *found, int is_ucs2)
{
    const segcore_tables *tables = &rules->tables;
    if (found->encoding == SEGCORE_GSM7)
        return replace_gsm7(rules, found);
    if (is_ucs2 || stays_ucs2(rules, text, found))
        return replace_ucs2(rules, text, found);
    sums septets = sum_septets(rules, text);
    if (septets.marked)
        return replace_ucs2(rules, text, found);
    segcore_measurement after = {septets.amount, 0, 0, SEGCORE_GSM7};
    if (!(septets.flags & SEGCORE_UNSURE)
        && (septets.amount <= tables->gsm7_single || !segcore_has_clusters(rules, 0)))
        after.segments = segcore_only_segments(septets.amount, tables->gsm7_single, tables->gsm7_part);
    return after;
}

/* Take the better of `found`, the text as it is, and of what it is with replacements.  `replaced` is how it was
 * measured under tables with those; `is_ucs2` if it is known to stay UCS-2. */
static void replace_if_better(const segcore_rules *rules, const segcore_text *text, segcore_measurement *found,
                              const segcore_measurement *replaced, int is_ucs2)
{
    segcore_measurement after = replace_all(rules, text, replaced, is_ucs2);
    if (!after.segments) {
        *found = segcore_choose_coding(rules, text);
    } else if (rules->partly == SEGCORE_ALWAYS
               || (rules->partly == SEGCORE_ALL_OR_NOTHING && after.encoding == SEGCORE_GSM7)) {
        *found = after;
    } else {
        keep_clusters(rules, text, found);
        if (rules->partly == SEGCORE_WHEN_FEWER_SEGMENTS && after.segments < found->segments)
            *found = after;
    }
}

static void settle(const segcore_rules *rules, const segcore_text *text, segcore_measurement *found)
{
    const int is_gsm7 = found->encoding == SEGCORE_GSM7;
    /* Most texts: nothing of two septets, or one segment whatever they stand for. */
    if (is_gsm7 && (!found->extra || (rules->is_exact && found->segments == 1))
        && (found->segments == 1 || !segcore_has_clusters(rules, 0)))
        return;
    if (found->encoding == SEGCORE_NOT_UTF8)
        return;
    const segcore_measurement before = *found;
    if (rules->starts)
        replace_if_better(rules, text, found, &before, 0);
    else
        keep_clusters(rules, text, found);
}

/* True if a text must be measured under the second tables: it may be sent in another coding, or with replacements.
 * Others are done. */
static int is_doubtful(const segcore_rules *rules, const segcore_text *text, segcore_measurement *found)
{
    if (!rules->starts && found->encoding == SEGCORE_GSM7 && found->extra)
        return 1;
    if (found->segments <= 1)
        return 0;
    if (rules->starts && found->encoding == SEGCORE_UCS2 && !stays_ucs2(rules, text, found))
        return 1;
    if (rules->starts && found->encoding == SEGCORE_UCS2) {
        const segcore_measurement before = *found;
        replace_if_better(rules, text, found, &before, 1);
    } else {
        keep_clusters(rules, text, found);
    }
    return 0;
}

static void measure_doubtful(const segcore_rules *rules, const segcore_text *texts, size_t count,
                             segcore_measurement *found)
{
    segcore_text some[BLOCK];
    segcore_measurement again[BLOCK];
    size_t places[BLOCK], number = 0;
    /* Computed and not asked where nothing else is to be done: the processor guesses wrong too often. */
    const int is_simple = !rules->starts && !rules->classes.page_of;
    for (size_t i = 0; i < count; i++) {
        some[number] = texts[i];
        places[number] = i;
        number += (size_t)(is_simple ? (found[i].encoding == SEGCORE_GSM7) & (found[i].extra != 0)
                                     : is_doubtful(rules, &texts[i], &found[i]));
    }
    if (number)
        rules->kernel->measure(&rules->second, some, number, again);
    for (size_t i = 0; i < number; i++) {
        if (rules->starts)
            replace_if_better(rules, &some[i], &found[places[i]], &again[i], 0);
        else if (again[i].encoding == SEGCORE_GSM7 && again[i].segments == 1)
            found[places[i]] = again[i];
        else
            found[places[i]] = segcore_choose_coding(rules, &some[i]);
    }
}

void segcore_measure_given(const segcore_rules *rules, const segcore_text *texts, size_t count,
                           segcore_measurement *found)
{
    rules->kernel->measure(&rules->tables, texts, count, found);
    if (!rules->has_more || (rules->billing && rules->billing->adds_up))
        return;
    for (size_t i = 0; !rules->has_second && i < count; i++)
        settle(rules, &texts[i], &found[i]);
    for (size_t i = 0; rules->has_second && i < count; i += BLOCK)
        measure_doubtful(rules, texts + i, count - i < BLOCK ? count - i : BLOCK, found + i);
}

void segcore_measure_texts(const segcore_rules *rules, const segcore_text *texts, size_t count,
                           segcore_measurement *found)
{
    /* Nearly always so, and then one call is saved for each single message. */
    if (!rules->has_more) {
        rules->kernel->measure(&rules->tables, texts, count, found);
        return;
    }
    if (rules->billing)
        segcore_bill(rules, texts, count, found);
    else
        segcore_measure_given(rules, texts, count, found);
}
