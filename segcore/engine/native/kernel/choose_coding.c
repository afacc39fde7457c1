/* The best coding of a text, code point by code point, among all that can send it. */
#include "rules.h"

#include "clusters.h"
#include "points.h"

/* Goes through a text as it goes out. */
typedef struct {
    const segcore_rules *rules;
    const segcore_text *text;
    size_t index;
    /* The rest of what was decoded. */
    uint32_t points[SEGCORE_SOME];
    size_t at, count;
    /* The rest of a replacement. */
    const uint32_t *next, *end;
    int replaces;
    /* True if anything was replaced. */
    int has_replaced;
} reader;

static void start(reader *from, const segcore_rules *rules, const segcore_text *text, int replaces)
{
    from->rules = rules;
    from->text = text;
    from->replaces = replaces;
    from->index = from->at = from->count = 0;
    from->next = from->end = NULL;
    from->has_replaced = 0;
}

/* Returns how many code points of the text are there. */
static size_t decode_more(reader *from)
{
    size_t *index = &from->index;
    from->at = 0;
    switch (from->text->kind) {
    case 1:
        return from->count = segcore_next_points(1, from->text, index, from->points);
    case 2:
        return from->count = segcore_next_points(2, from->text, index, from->points);
    case 4:
        return from->count = segcore_next_points(4, from->text, index, from->points);
    default:
        return from->count = segcore_next_points(SEGCORE_UTF8, from->text, index, from->points);
    }
}

/* 0 at the end. */
static int next_point(reader *from, uint32_t *point)
{
    const segcore_rules *rules = from->rules;
    for (;;) {
        if (from->next < from->end) {
            *point = *from->next++;
            return 1;
        }
        if (from->at == from->count && !decode_more(from))
            return 0;
        *point = from->points[from->at++];
        if (!from->replaces)
            return 1;
        size_t number = segcore_replacement(rules, *point);
        if (!number)
            return 1;
        from->next = rules->points + rules->starts[number];
        from->end = rules->points + rules->starts[number + 1];
        from->has_replaced = 1;
    }
}

/* Reads items, which are sent in one piece: a code point in septets, a code unit or a surrogate pair. */
typedef struct {
    reader from;
    int is_ucs2;
    int alphabet;
    /* A high surrogate read in the search for its other half may not be one: what follows it then comes next. */
    uint32_t held;
    int has_held;
} item_reader;

/* Units of the next item, 0 at the end; *point is its code point, that of a pair in halves too. */
static int64_t next_item(item_reader *items, uint32_t *point)
{
    uint32_t low;
    if (items->has_held) {
        *point = items->held;
        items->has_held = 0;
    } else if (!next_point(&items->from, point)) {
        return 0;
    }
    if (!items->is_ucs2)
        return segcore_tables_with(items->from.rules, *point) >> items->alphabet & 1 ? 1 : 2;
    if (*point > 0xFFFF)
        return 2;
    if (!segcore_is_high_surrogate(*point) || !next_point(&items->from, &low))
        return 1;
    if (segcore_is_low_surrogate(low)) {
        *point = segcore_pair(*point, low);
        return 2;
    }
    items->held = low;
    items->has_held = 1;
    return 1;
}

/* The segment being filled. */
typedef struct {
    int64_t segments, used;
} filling;

static filling put(filling state, int64_t units, int64_t part)
{
    if (state.used + units > part)
        return (filling){state.segments + 1, units};
    return (filling){state.segments, state.used + units};
}

static int64_t pack_items(item_reader *items, int64_t part)
{
    filling state = {1, 0};
    uint32_t point;
    int64_t units;
    while ((units = next_item(items, &point)) != 0)
        state = put(state, units, part);
    return state.segments;
}

/* A cluster that fits into no segment is cut between items: what this gives is followed beside the other. */
static int64_t pack_clusters(item_reader *items, int64_t part)
{
    const segcore_map *classes = &items->from.rules->classes;
    segcore_cluster so_far = {.before = SEGCORE_CONTROL};
    filling state = {1, 0}, cut = {1, 0};
    int64_t cluster = 0, units;
    uint32_t point;
    while ((units = next_item(items, &point)) != 0) {
        int class = ((const uint8_t *)classes->pages)[segcore_place(classes, point)];
        if (!segcore_joins(&so_far, class)) {
            cut = state = cluster > part ? cut : put(state, cluster, part);
            cluster = 0;
        }
        so_far = segcore_after(so_far, class);
        cluster += units;
        cut = put(cut, units, part);
    }
    return (cluster > part ? cut : put(state, cluster, part)).segments;
}

/* Segments of a text of some units in a coding, which is UCS-2 without an alphabet. */
static int64_t pack(const reader *from, int is_ucs2, int alphabet, int64_t units, int64_t single, int64_t part)
{
    const segcore_rules *rules = from->rules;
    item_reader items = {.is_ucs2 = is_ucs2, .alphabet = alphabet};
    int64_t segments = segcore_only_segments(units, single, part);
    if (units <= single)
        return 1;
    if (!segcore_has_clusters(rules, is_ucs2)) {
        if (segments)
            return segments;
        start(&items.from, rules, from->text, from->replaces);
        return pack_items(&items, part);
    }
    segments = is_ucs2 && !from->has_replaced ? segcore_pack_whole(rules, from->text) : 0;
    if (segments)
        return segments;
    start(&items.from, rules, from->text, from->replaces);
    return pack_clusters(&items, part);
}

/* Septets of a text in each alphabet. */
typedef struct {
    int64_t points, beyond_bmp;
    /* Code points that are not in an alphabet, and the extension tables that have all of those. */
    int64_t escapes[SEGCORE_MOST_TABLES];
    uint32_t extensions[SEGCORE_MOST_TABLES];
} candidates;

/* Code points that are sent, at most SEGCORE_SOME; 0 at the end. */
static size_t next_sent(reader *from, const uint32_t **points, uint32_t *room)
{
    size_t count = 0;
    if (!from->replaces) {
        *points = from->points;
        return decode_more(from);
    }
    *points = room;
    while (count < SEGCORE_SOME && next_point(from, &room[count]))
        count++;
    return count;
}

/* Enter a code point that some alphabets lack, and return those that are still able to send the text. */
static uint32_t enter_missing(candidates *found, uint32_t able, uint32_t missing, uint32_t extensions)
{
    for (size_t i = 0; missing; i++, missing >>= 1) {
        if (missing & 1) {
            found->escapes[i]++;
            found->extensions[i] &= extensions;
            able &= ~((uint32_t)!found->extensions[i] << i);
        }
    }
    return able;
}

static void look_over(reader *from, candidates *found)
{
    const segcore_rules *rules = from->rules;
    const segcore_map *masks = &rules->masks;
    uint32_t able = rules->alphabet_count < 32 ? (1u << rules->alphabet_count) - 1 : ~(uint32_t)0;
    uint32_t room[SEGCORE_SOME];
    const uint32_t *points;
    size_t count;
    found->points = found->beyond_bmp = 0;
    for (size_t i = 0; i < rules->alphabet_count; i++) {
        found->escapes[i] = 0;
        found->extensions[i] = ~(uint32_t)0;
    }
    while ((count = next_sent(from, &points, room)) != 0) {
        found->points += (int64_t)count;
        for (size_t i = 0; i < count; i++) {
            uint64_t tables = ((const uint64_t *)masks->pages)[segcore_place(masks, points[i])];
            uint32_t missing = able & ~(uint32_t)tables;
            found->beyond_bmp += points[i] > 0xFFFF;
            if (missing)
                able = enter_missing(found, able, missing, (uint32_t)(tables >> 32));
        }
    }
}

/* True if some units, packed without a hole, fit in fewer segments than the best coding so far takes. */
static int is_worth_packing(const segcore_coding *coding, int64_t units, int64_t best)
{
    return !best || (best > 1 && units <= (best == 2 ? coding->single : (best - 1) * coding->part));
}

static int can_send(const candidates *found, const segcore_coding *coding)
{
    return !found->escapes[coding->alphabet] || found->extensions[coding->alphabet] >> coding->extension & 1;
}

static segcore_measurement choose(const segcore_rules *rules, const segcore_text *text, int replaces,
                                  int *has_replaced)
{
    reader from;
    candidates found;
    segcore_measurement best = {0, 0, 0, SEGCORE_UCS2};
    start(&from, rules, text, replaces);
    look_over(&from, &found);
    *has_replaced = from.has_replaced;
    for (size_t i = 0; i < rules->coding_count; i++) {
        const segcore_coding *coding = &rules->codings[i];
        int64_t extra = found.escapes[coding->alphabet], units = found.points + extra;
        if (!can_send(&found, coding) || !is_worth_packing(coding, units, best.segments))
            continue;
        int64_t segments = pack(&from, 0, coding->alphabet, units, coding->single, coding->part);
        if (!best.segments || segments < best.segments)
            best = (segcore_measurement){units, segments, extra, SEGCORE_GSM7};
    }
    if (best.segments)
        return best;
    best.extra = found.beyond_bmp;
    best.units = found.points + found.beyond_bmp;
    best.segments = pack(&from, 1, 0, best.units, rules->tables.ucs2_single, rules->tables.ucs2_part);
    return best;
}

segcore_measurement segcore_choose_coding(const segcore_rules *rules, const segcore_text *text)
{
    int has_replaced = 0;
    segcore_measurement changed = choose(rules, text, rules->starts != NULL, &has_replaced), unchanged;
    if (!has_replaced || rules->partly == SEGCORE_ALWAYS)
        return changed;
    if (rules->partly == SEGCORE_ALL_OR_NOTHING && changed.encoding == SEGCORE_GSM7)
        return changed;
    unchanged = choose(rules, text, 0, &has_replaced);
    if (rules->partly == SEGCORE_WHEN_FEWER_SEGMENTS && changed.segments < unchanged.segments)
        return changed;
    return unchanged;
}
