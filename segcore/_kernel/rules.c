/* The second look at a text, code point by code point, for what a kernel cannot answer. */
#include "rules.h"

#include "clusters.h"

SEGCORE_INLINE size_t place(const segcore_map *map, uint32_t point)
{
    return (size_t)map->page_of[point >> 8] << 8 | (point & 0xFF);
}

/* Goes through a text as it goes out.  UTF-8 has been checked by a kernel. */
typedef struct {
    const segcore_rules *rules;
    const segcore_text *text;
    size_t index;
    /* The rest of a replacement. */
    const uint32_t *next, *end;
    int replaces;
    /* Whether anything was replaced. */
    int has_replaced;
} reader;

static reader read_from_start(const segcore_rules *rules, const segcore_text *text, int replaces)
{
    return (reader){.rules = rules, .text = text, .replaces = replaces};
}

static uint32_t read_utf8(reader *from)
{
    const uint8_t *p = (const uint8_t *)from->text->data + from->index;
    if (p[0] < 0x80) {
        from->index += 1;
        return p[0];
    }
    if (p[0] < 0xE0) {
        from->index += 2;
        return (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
    }
    if (p[0] < 0xF0) {
        from->index += 3;
        return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    }
    from->index += 4;
    return (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
}

static uint32_t read_point(reader *from)
{
    if (from->text->kind == SEGCORE_UTF8)
        return read_utf8(from);
    return segcore_read(from->text->kind, from->text->data, from->index++);
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
        if (from->index >= from->text->length)
            return 0;
        *point = read_point(from);
        if (!from->replaces)
            return 1;
        size_t number = ((const uint16_t *)rules->replaced.pages)[place(&rules->replaced, *point)];
        if (!number)
            return 1;
        from->next = rules->points + rules->starts[number];
        from->end = rules->points + rules->starts[number + 1];
        from->has_replaced = 1;
    }
}

/* What is sent in one piece: a code point in septets, a code unit or a surrogate pair. */
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
    if (!items->is_ucs2) {
        const segcore_map *masks = &items->from.rules->masks;
        uint64_t tables = ((const uint64_t *)masks->pages)[place(masks, *point)];
        return tables >> items->alphabet & 1 ? 1 : 2;
    }
    if (*point > 0xFFFF)
        return 2;
    if (!segcore_is_high_surrogate(*point) || !next_point(&items->from, &low))
        return 1;
    if (segcore_is_low_surrogate(low)) {
        *point = 0x10000 + ((*point & 0x3FF) << 10 | (low & 0x3FF));
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

static int64_t pack_items(item_reader items, int64_t part)
{
    filling state = {1, 0};
    uint32_t point;
    int64_t units;
    while ((units = next_item(&items, &point)) != 0)
        state = put(state, units, part);
    return state.segments;
}

/* A cluster that fits into no segment is cut between items: what this gives is followed beside the other. */
static int64_t pack_clusters(item_reader items, int64_t part)
{
    const segcore_map *classes = &items.from.rules->classes;
    segcore_cluster so_far = {.before = SEGCORE_CONTROL};
    filling state = {1, 0}, cut = {1, 0};
    int64_t cluster = 0, units;
    uint32_t point;
    while ((units = next_item(&items, &point)) != 0) {
        int class = ((const uint8_t *)classes->pages)[place(classes, point)];
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

static int has_clusters(const segcore_rules *rules, int is_ucs2)
{
    return rules->classes.page_of && (is_ucs2 || rules->has_septet_clusters);
}

/* Whether a segment may have room at its end, and how many there are then. */
static int64_t pack(const segcore_rules *rules, item_reader items, int64_t units, int64_t points, int64_t single,
                    int64_t part)
{
    if (units <= single)
        return 1;
    if (has_clusters(rules, items.is_ucs2))
        return pack_clusters(items, part);
    /* Halves of a pair are a unit each, and may not be parted. */
    return units == points && !items.is_ucs2 ? segcore_divide_up(units, part) : pack_items(items, part);
}

/* What a text takes in each alphabet. */
typedef struct {
    int64_t points, beyond_bmp;
    /* Code points that are not in an alphabet, and the extension tables that have all of those. */
    int64_t escapes[SEGCORE_MOST_TABLES];
    uint32_t extensions[SEGCORE_MOST_TABLES];
} weights;

static weights weigh_points(reader *from)
{
    const segcore_rules *rules = from->rules;
    weights found = {0, 0, {0}, {0}};
    uint32_t able = rules->alphabet_count < 32 ? (1u << rules->alphabet_count) - 1 : ~(uint32_t)0;
    uint32_t point;
    for (size_t i = 0; i < rules->alphabet_count; i++)
        found.extensions[i] = ~(uint32_t)0;
    while (next_point(from, &point)) {
        uint64_t tables = ((const uint64_t *)rules->masks.pages)[place(&rules->masks, point)];
        uint32_t missing = able & ~(uint32_t)tables;
        found.points++;
        found.beyond_bmp += point > 0xFFFF;
        for (int i = 0; missing; i++, missing >>= 1) {
            if (missing & 1) {
                found.escapes[i]++;
                found.extensions[i] &= (uint32_t)(tables >> 32);
                able &= ~((uint32_t)!found.extensions[i] << i);
            }
        }
    }
    return found;
}

/* Whether some units, packed without a hole, fit in fewer segments than the best coding so far takes. */
static int is_worth_packing(const segcore_coding *coding, int64_t units, int64_t best)
{
    return !best || (best > 1 && units <= (best == 2 ? coding->single : (best - 1) * coding->part));
}

static int can_send(const weights *found, const segcore_coding *coding)
{
    return !found->escapes[coding->alphabet] || found->extensions[coding->alphabet] >> coding->extension & 1;
}

static segcore_measurement weigh(const segcore_rules *rules, const segcore_text *text, int replaces,
                                 int *has_replaced)
{
    item_reader items = {.from = read_from_start(rules, text, replaces)};
    reader all = items.from;
    weights found = weigh_points(&all);
    segcore_measurement best = {0, 0, 0, SEGCORE_UCS2};
    *has_replaced = all.has_replaced;
    for (size_t i = 0; i < rules->coding_count; i++) {
        const segcore_coding *coding = &rules->codings[i];
        int64_t extra = found.escapes[coding->alphabet], units = found.points + extra;
        if (!can_send(&found, coding) || !is_worth_packing(coding, units, best.segments))
            continue;
        items.alphabet = coding->alphabet;
        int64_t segments = pack(rules, items, units, found.points, coding->single, coding->part);
        if (!best.segments || segments < best.segments)
            best = (segcore_measurement){units, segments, extra, SEGCORE_GSM7};
    }
    if (best.segments)
        return best;
    items.is_ucs2 = 1;
    best.extra = found.beyond_bmp;
    best.units = found.points + found.beyond_bmp;
    best.segments = pack(rules, items, best.units, found.points, rules->tables.ucs2_single, rules->tables.ucs2_part);
    return best;
}

static segcore_measurement weigh_replaced(const segcore_rules *rules, const segcore_text *text)
{
    int has_replaced = 0;
    segcore_measurement changed = weigh(rules, text, rules->starts != NULL, &has_replaced), unchanged;
    if (!has_replaced || rules->partly == SEGCORE_ALWAYS)
        return changed;
    if (rules->partly == SEGCORE_ALL_OR_NOTHING && changed.encoding == SEGCORE_GSM7)
        return changed;
    unchanged = weigh(rules, text, 0, &has_replaced);
    if (rules->partly == SEGCORE_WHEN_FEWER_SEGMENTS && changed.segments < unchanged.segments)
        return changed;
    return unchanged;
}

/* The code point at a code unit of a text of two octets a code point. */
static int class2(const segcore_rules *rules, const segcore_text *text, size_t index)
{
    const segcore_map *classes = &rules->classes;
    return ((const uint8_t *)classes->pages)[place(classes, ((const uint16_t *)text->data)[index])];
}

/* Whether every segment of a UCS-2 text that is filled to its end ends where a cluster does, as most do.  Only looked
 * at where there is nothing between code units and code points. */
static int ends_with_clusters(const segcore_rules *rules, const segcore_text *text)
{
    if (text->kind == 1)
        return 1;
    if (text->kind != 2)
        return 0;
    for (size_t end = (size_t)rules->tables.ucs2_part; end < text->length; end += (size_t)rules->tables.ucs2_part) {
        uint32_t point = ((const uint16_t *)text->data)[end];
        if (segcore_is_low_surrogate(point)
            || !segcore_begins(class2(rules, text, end - 1), class2(rules, text, end)))
            return 0;
    }
    return 1;
}

static int needs_second_look(const segcore_rules *rules, const segcore_text *text, const segcore_measurement *found)
{
    if (found->encoding == SEGCORE_NOT_UTF8)
        return 0;
    if (found->encoding == SEGCORE_GSM7)
        return (found->extra && (rules->coding_count > 1 || rules->starts))
               || (found->segments > 1 && has_clusters(rules, 0));
    return rules->starts || (found->segments > 1 && has_clusters(rules, 1) && !ends_with_clusters(rules, text));
}

void segcore_measure_texts(const segcore_rules *rules, const segcore_text *texts, size_t count,
                           segcore_measurement *found)
{
    rules->kernel->measure(&rules->tables, texts, count, found);
    if (!rules->has_more)
        return;
    for (size_t i = 0; i < count; i++)
        if (needs_second_look(rules, &texts[i], &found[i]))
            found[i] = weigh_replaced(rules, &texts[i]);
}
