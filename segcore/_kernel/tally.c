/* Tallying: the kernels' measurements, summed; and a closer look at every text that is UCS-2. */
#include "tally.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 128

/* Pages of counts kept at most, 2 KB each; what does not fit goes to the sums one by one. */
#define MOST_PAGES 4096

SEGCORE_INLINE int add_to(segcore_sums *sums, uint64_t first, uint64_t second, uint64_t third, int64_t count)
{
    segcore_sum *entry = segcore_entry(sums, first, second, third);
    if (entry)
        entry->count += count;
    return entry != NULL;
}

/* --- Counts ------------------------------------------------------------------------------------------ */

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

/* `which`: SEGCORE_COUNTS or SEGCORE_ENCODED. */
static int count_message(segcore_tally *tally, int which, uint32_t group, int kind, int64_t segments)
{
    if (group >= SEGCORE_DENSE_GROUPS || segments >= SEGCORE_DENSE_SEGMENTS)
        return add_to(&tally->sums[which], group, (uint64_t)kind, (uint64_t)segments, 1);
    if (group >= tally->dense_groups && !make_dense(tally, group))
        return 0;
    tally->dense[group][which][kind][segments]++;
    return 1;
}

/* --- What forces UCS-2 ------------------------------------------------------------------------------- */

static int make_room(segcore_tally *tally, size_t points)
{
    if (points <= tally->points_room)
        return 1;
    size_t room = points + points / 2 + 256;
    free(tally->points);
    free(tally->foreign);
    tally->points = malloc(room * sizeof *tally->points);
    tally->foreign = malloc(room * sizeof *tally->foreign);
    tally->points_room = tally->points && tally->foreign ? room : 0;
    return tally->points_room != 0;
}

static size_t decode_utf8(const uint8_t *p, size_t octets, uint32_t *points)
{
    size_t n = 0;
    for (size_t i = 0; i < octets;) {
        if (p[i] < 0x80) {
            points[n++] = p[i++];
        } else if (p[i] < 0xE0) {
            points[n++] = (p[i] & 0x1Fu) << 6 | (p[i + 1] & 0x3Fu);
            i += 2;
        } else if (p[i] < 0xF0) {
            points[n++] = (p[i] & 0x0Fu) << 12 | (p[i + 1] & 0x3Fu) << 6 | (p[i + 2] & 0x3Fu);
            i += 3;
        } else {
            points[n++] =
                (p[i] & 0x07u) << 18 | (p[i + 1] & 0x3Fu) << 12 | (p[i + 2] & 0x3Fu) << 6 | (p[i + 3] & 0x3Fu);
            i += 4;
        }
    }
    return n;
}

static size_t widen(const segcore_text *text, uint32_t *points)
{
    switch (text->kind) {
    case SEGCORE_UTF8:
        return decode_utf8(text->data, text->length, points);
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

SEGCORE_INLINE size_t place(const segcore_map *map, uint32_t point)
{
    return (size_t)map->page_of[point >> 8] << 8 | (point & 0xFF);
}

static size_t replacement(const segcore_rules *rules, uint32_t point)
{
    return ((const uint16_t *)rules->replaced.pages)[place(&rules->replaced, point)];
}

/* Put replacements into tally->points, by way of tally->foreign; returns their number, or SIZE_MAX without memory. */
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
    return ((const uint64_t *)rules->masks.pages)[place(&rules->masks, point)] != 0;
}

/* In the first alphabet or its extension table. */
static int is_known_at_first(const segcore_rules *rules, uint32_t point)
{
    const segcore_coding *first = rules->codings;
    uint64_t tables = ((const uint64_t *)rules->masks.pages)[place(&rules->masks, point)];
    return (int)(tables >> first->alphabet & 1) | (int)(tables >> (32 + first->extension) & 1);
}

/* Put the foreign ones of tally->points into tally->foreign: those in no table, or if each is in some, those that are
 * not in the first.  No branch depends on the text: what comes next is anybody's guess. */
static size_t find_foreign(segcore_tally *tally, const segcore_rules *rules, size_t count)
{
    const uint32_t *points = tally->points;
    uint32_t *foreign = tally->foreign;
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        foreign[n] = points[i];
        n += !is_known(rules, points[i]);
    }
    if (n)
        return n;
    for (size_t i = 0; i < count; i++) {
        foreign[n] = points[i];
        n += !is_known_at_first(rules, points[i]);
    }
    return n;
}

static uint32_t *stamps_of(segcore_tally *tally, uint32_t page)
{
    if (!tally->stamps[page])
        tally->stamps[page] = calloc(256, sizeof(uint32_t));
    return tally->stamps[page];
}

static segcore_page_count *new_page(segcore_tally *tally, uint32_t group, uint32_t page)
{
    /* In steps of powers of 2. */
    if (!(tally->page_count & (tally->page_count - 1))) {
        size_t room = tally->page_count ? 2 * tally->page_count : 1;
        void *more = realloc(tally->pages, room * sizeof *tally->pages);
        if (!more)
            return NULL;
        tally->pages = more;
    }
    segcore_page_count *made = calloc(1, sizeof *made);
    if (made) {
        made->group = group;
        made->page = page;
        tally->pages[tally->page_count++] = made;
    }
    return made;
}

/* Where a page of a group is counted; *has_memory becomes 0 without memory, and NULL means one by one. */
static segcore_page_count *find_page(segcore_tally *tally, uint32_t group, uint32_t page, int *has_memory)
{
    segcore_sum *at = segcore_entry(&tally->page_places, group, page, 0);
    if (!at) {
        *has_memory = 0;
        return NULL;
    }
    if (!at->count && tally->page_count < MOST_PAGES) {
        if (!new_page(tally, group, page)) {
            *has_memory = 0;
            return NULL;
        }
        at->count = (int64_t)tally->page_count;
    }
    if (!at->count) {
        tally->page_places.used--;
        return NULL;
    }
    return tally->pages[at->count - 1];
}

/* The same; most ask for the pages that others did before. */
static segcore_page_count *page_of(segcore_tally *tally, uint32_t group, uint32_t page, int *has_memory)
{
    segcore_page_count *recent = tally->recent[page % SEGCORE_RECENT];
    if (recent && recent->group == group && recent->page == page)
        return recent;
    segcore_page_count *found = find_page(tally, group, page, has_memory);
    if (found)
        tally->recent[page % SEGCORE_RECENT] = found;
    return found;
}

static uint32_t new_stamp(segcore_tally *tally)
{
    if (++tally->stamp == 0) {
        for (size_t page = 0; page < SEGCORE_PLANES_PAGES; page++)
            if (tally->stamps[page])
                memset(tally->stamps[page], 0, 256 * sizeof(uint32_t));
        tally->stamp = 1;
    }
    return tally->stamp;
}

/* Fewer code points of a page are counted one by one. */
#define MANY 12

static void flush_pending(segcore_page_count *page)
{
    for (size_t low = 0; low < 256; low++)
        page->counts[low] += page->pending[low];
    memset(page->pending, 0, sizeof page->pending);
    page->texts_pending = 0;
}

/* Count each code point of the page of the first one once, and leave the others in tally->foreign; returns how many
 * different ones there were.  No branch depends on the text. */
static int64_t count_page(segcore_tally *tally, segcore_page_count *page, size_t *count)
{
    uint8_t seen[257] = {0};
    uint32_t *foreign = tally->foreign;
    size_t rest = 0;
    int64_t different = 0;
    for (size_t i = 0; i < *count; i++) {
        const int is_other = foreign[i] >> 8 != page->page;
        seen[is_other ? 256 : foreign[i] & 0xFF] = 1;
        foreign[rest] = foreign[i];
        rest += (size_t)is_other;
    }
    for (size_t low = 0; low < 256; low++) {
        page->pending[low] = (uint8_t)(page->pending[low] + seen[low]);
        different += seen[low];
    }
    if (++page->texts_pending == UINT8_MAX)
        flush_pending(page);
    *count = rest;
    return different;
}

/* Count each of the foreign code points once; returns how many different ones there are, or -1 without memory. */
static int64_t count_one_by_one(segcore_tally *tally, uint32_t group, size_t count)
{
    const uint32_t stamp = new_stamp(tally);
    int64_t different = 0;
    int has_memory = 1;
    for (size_t i = 0; i < count; i++) {
        const uint32_t point = tally->foreign[i], low = point & 0xFF;
        uint32_t *stamps = stamps_of(tally, point >> 8);
        if (!stamps)
            return -1;
        if (stamps[low] == stamp)
            continue;
        stamps[low] = stamp;
        different++;
        segcore_page_count *page = page_of(tally, group, point >> 8, &has_memory);
        if (page)
            page->counts[low]++;
        if (!has_memory || (!page && !add_to(&tally->sums[SEGCORE_OCCURS], group, point, 0, 1)))
            return -1;
    }
    return different;
}

static int64_t count_foreign(segcore_tally *tally, uint32_t group, size_t count)
{
    int64_t different = 0;
    int has_memory = 1;
    /* Texts of one script have most on a page or two. */
    for (int pages = 0; pages < 2 && count >= MANY; pages++) {
        segcore_page_count *page = page_of(tally, group, tally->foreign[0] >> 8, &has_memory);
        if (!has_memory)
            return -1;
        if (!page)
            break;
        different += count_page(tally, page, &count);
    }
    int64_t others = count_one_by_one(tally, group, count);
    return others < 0 ? others : different + others;
}

/* Where a code point that is not in the alphabet goes, and what the others take: most are ASCII. */
typedef struct {
    uint32_t *foreign;
    size_t count;
    int64_t septets, points;
} simple_scan;

/* No branch depends on the code point, because what comes next is anybody's guess. */
SEGCORE_INLINE void scan_point(const segcore_tables *tables, simple_scan *scan, uint32_t point)
{
    const size_t place = (size_t)tables->page_of[point >> 8 & 0xFF] << 8 | (point & 0xFF);
    const uint32_t septets = tables->pages[place] & (point > 0xFFFF ? 0u : 0xFFu);
    scan->septets += septets;
    scan->foreign[scan->count] = point;
    scan->count += !septets;
}

/* Code points looked at together. */
#define TOGETHER 8

/* The septets of code points below U+0100, and 0 if one of them is foreign. */
SEGCORE_INLINE uint32_t plain_septets(const segcore_tables *tables, int kind, const void *data, size_t index)
{
    uint32_t all = 0, sum = 0;
    for (size_t i = 0; i < TOGETHER; i++)
        all |= segcore_read(kind, data, index + i);
    if (all > 0xFF)
        return 0;
    for (size_t i = 0; i < TOGETHER; i++)
        sum += tables->weights[segcore_read(kind, data, index + i)];
    return sum < SEGCORE_FOREIGN ? sum : 0;
}

SEGCORE_INLINE void scan_points(const segcore_tables *tables, simple_scan *scan, int kind, const void *data,
                                size_t length)
{
    size_t i = 0;
    for (; i + TOGETHER <= length; i += TOGETHER) {
        const uint32_t septets = plain_septets(tables, kind, data, i);
        scan->septets += septets;
        for (size_t j = 0; !septets && j < TOGETHER; j++)
            scan_point(tables, scan, segcore_read(kind, data, i + j));
    }
    for (; i < length; i++)
        scan_point(tables, scan, segcore_read(kind, data, i));
}

static void scan_utf8(const segcore_tables *tables, simple_scan *scan, const uint8_t *p, size_t octets)
{
    for (const uint8_t *end = p + octets; p < end; scan->points++) {
        uint64_t next;
        if (end - p >= TOGETHER && (memcpy(&next, p, TOGETHER), !(next & 0x8080808080808080u))) {
            const uint32_t septets = plain_septets(tables, 1, p, 0);
            scan->septets += septets;
            for (size_t j = 0; !septets && j < TOGETHER; j++)
                scan_point(tables, scan, p[j]);
            scan->points += TOGETHER - 1;
            p += TOGETHER;
        } else if (p[0] < 0x80) {
            scan_point(tables, scan, p[0]);
            p += 1;
        } else if (p[0] < 0xE0) {
            scan_point(tables, scan, (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu));
            p += 2;
        } else if (p[0] < 0xF0) {
            scan_point(tables, scan, (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu));
            p += 3;
        } else {
            scan_point(tables, scan,
                       (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu));
            p += 4;
        }
    }
}

/* Find the foreign code points where nothing but the first alphabet counts; tally->foreign has room for all and one
 * more. */
static simple_scan scan_simple(const segcore_tally *tally, const segcore_tables *tables, const segcore_text *text)
{
    simple_scan scan = {tally->foreign, 0, 0, (int64_t)text->length};
    switch (text->kind) {
    case SEGCORE_UTF8:
        scan.points = 0;
        scan_utf8(tables, &scan, text->data, text->length);
        break;
    case 1:
        scan_points(tables, &scan, 1, text->data, text->length);
        break;
    case 2:
        scan_points(tables, &scan, 2, text->data, text->length);
        break;
    default:
        scan_points(tables, &scan, 4, text->data, text->length);
    }
    return scan;
}

/* Segments with a septet in place of the one foreign code point, in tally->points. */
static int64_t with_septet(segcore_tally *tally, const segcore_plan_of_tally *plan, size_t count, uint32_t only,
                           int64_t now)
{
    uint16_t *points = (uint16_t *)tally->foreign;
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

static int add_alone(segcore_tally *tally, uint32_t group, uint32_t only, int64_t now, int64_t septet,
                     const segcore_measurement *encoded)
{
    return add_to(&tally->sums[SEGCORE_ALONE], (uint64_t)group << 32 | only, (uint64_t)now << 32 | (uint64_t)septet,
                  encoded ? (uint64_t)encoded->segments : 0, 1);
}

/* Without further codings and replacements: in one pass, without a copy. */
static int look_simply(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_text *text,
                       const segcore_measurement *found, const segcore_measurement *encoded, uint32_t group)
{
    const segcore_tables *tables = &plan->rules->tables;
    if (!make_room(tally, text->length + 1))
        return 0;
    const simple_scan scan = scan_simple(tally, tables, text);
    const uint32_t only = tally->foreign[0];
    const int64_t different = count_foreign(tally, group, scan.count);
    if (different != 1)
        return different >= 0;
    const int64_t units = scan.septets + (int64_t)scan.count;
    int64_t septet = found->segments;
    if (plan->septet >= 0 && (units <= tables->gsm7_single || units == scan.points))
        septet = segcore_even_segments(units, tables->gsm7_single, tables->gsm7_part);
    else if (plan->septet >= 0)
        septet = with_septet(tally, plan, widen(text, tally->points), only, found->segments);
    return add_alone(tally, group, only, found->segments, septet, encoded);
}

static int look_closer(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_text *text,
                       const segcore_measurement *found, const segcore_measurement *encoded, uint32_t group)
{
    if (!plan->rules->has_more)
        return look_simply(tally, plan, text, found, encoded, group);
    size_t count = points_as_sent(tally, plan->rules, text, found);
    if (count == SIZE_MAX)
        return 0;
    size_t foreign = find_foreign(tally, plan->rules, count);
    const uint32_t only = tally->foreign[0];
    int64_t different = count_foreign(tally, group, foreign);
    if (different != 1)
        return different >= 0;
    const int64_t septet = with_septet(tally, plan, count, only, found->segments);
    return add_alone(tally, group, only, found->segments, septet, encoded);
}

/* --- Blocks ------------------------------------------------------------------------------------------ */

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

/* Measure as if encoded, of a block, the SMS that this may change. */
static void measure_encoded(const segcore_plan_of_tally *plan, const segcore_text *texts, const uint8_t *sms,
                            size_t count, const segcore_measurement *found, segcore_measurement *encoded)
{
    segcore_text changed[BLOCK];
    segcore_measurement results[BLOCK];
    uint8_t rows[BLOCK];
    size_t number = 0;
    for (size_t i = 0; i < count; i++) {
        encoded[i] = found[i];
        changed[number] = texts[i];
        rows[number] = (uint8_t)i;
        number += sms[i] && !(plan->changes_ucs2_only && found[i].encoding == SEGCORE_GSM7);
    }
    if (number)
        segcore_measure_texts(plan->encoded, changed, number, results);
    for (size_t i = 0; i < number; i++)
        encoded[rows[i]] = results[i];
}

static int tally_sms(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_text *text,
                     const segcore_measurement *found, const segcore_measurement *encoded, uint32_t group)
{
    if (!count_message(tally, SEGCORE_COUNTS, group, found->encoding, found->segments))
        return 0;
    if (encoded && !count_message(tally, SEGCORE_ENCODED, group, encoded->encoding, encoded->segments))
        return 0;
    if (!text->length && !add_to(&tally->sums[SEGCORE_EMPTY], group, 0, 0, 1))
        return 0;
    if (is_over(plan, text, found) && !add_to(&tally->sums[SEGCORE_OVER], group, 0, 0, 1))
        return 0;
    return found->encoding == SEGCORE_GSM7 || look_closer(tally, plan, text, found, encoded, group);
}

int segcore_tally_block(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_text *texts,
                        const segcore_measurement *found, int64_t start, size_t count, const uint8_t *mms,
                        const int32_t *groups, const uint8_t *valid)
{
    segcore_measurement encoded[BLOCK];
    uint8_t sms[BLOCK];
    for (size_t i = 0; i < count; i++)
        sms[i] = !(mms && mms[start + (int64_t)i]) && !(valid && !valid[start + (int64_t)i]);
    if (plan->encoded)
        measure_encoded(plan, texts, sms, count, found, encoded);
    for (size_t i = 0; i < count; i++) {
        const int64_t row = start + (int64_t)i;
        const uint32_t group = groups ? (uint32_t)groups[row] : 0;
        int has_memory;
        if (valid && !valid[row])
            has_memory = count_message(tally, SEGCORE_COUNTS, group, SEGCORE_KIND_NULL, 0);
        else if (!sms[i])
            has_memory = count_message(tally, SEGCORE_COUNTS, group, SEGCORE_KIND_MMS, 1);
        else
            has_memory = tally_sms(tally, plan, &texts[i], &found[i], plan->encoded ? &encoded[i] : NULL, group);
        if (!has_memory)
            return 0;
    }
    return 1;
}

/* Of texts that are there, the first `sound` of a block. */
static segcore_fault tally_texts(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_text *texts,
                                 int64_t start, size_t sound, const uint8_t *mms, const int32_t *groups,
                                 const uint8_t *valid, int64_t *row)
{
    segcore_measurement found[BLOCK];
    segcore_measure_texts(plan->rules, texts, sound, found);
    for (size_t i = 0; i < sound; i++) {
        if (found[i].encoding == SEGCORE_NOT_UTF8) {
            *row = start + (int64_t)i;
            return SEGCORE_FAULT_UTF8;
        }
    }
    return segcore_tally_block(tally, plan, texts, found, start, sound, mms, groups, valid) ? SEGCORE_FINE
                                                                                            : SEGCORE_FAULT_MEMORY;
}

segcore_fault segcore_tally_rows(segcore_tally *tally, const segcore_plan_of_tally *plan,
                                 const segcore_column *column, int64_t start, int64_t stop, const uint8_t *mms,
                                 const int32_t *groups, uint8_t *valid, int64_t *row)
{
    segcore_text texts[BLOCK];
    for (; start < stop; start += BLOCK) {
        size_t count = stop - start < BLOCK ? (size_t)(stop - start) : BLOCK;
        size_t sound = segcore_find_texts(column, start, count, texts, valid);
        segcore_fault fault = tally_texts(tally, plan, texts, start, sound, mms, groups, valid, row);
        if (fault != SEGCORE_FINE)
            return fault;
        if (sound < count) {
            *row = start + (int64_t)sound;
            return SEGCORE_FAULT_LAYOUT;
        }
    }
    return SEGCORE_FINE;
}

segcore_fault segcore_tally_references(segcore_tally *tally, const segcore_plan_of_tally *plan,
                                       const segcore_column *column, const segcore_references *references,
                                       int64_t start, int64_t stop, const uint8_t *mms, const int32_t *groups,
                                       uint8_t *valid, int64_t *row)
{
    segcore_text texts[BLOCK];
    for (; start < stop; start += BLOCK) {
        size_t count = stop - start < BLOCK ? (size_t)(stop - start) : BLOCK;
        size_t sound = segcore_find_references(column, references, start, count, texts, valid);
        segcore_fault fault = tally_texts(tally, plan, texts, start, sound, mms, groups, valid, row);
        if (fault != SEGCORE_FINE)
            return fault;
        if (sound < count) {
            *row = start + (int64_t)sound;
            return SEGCORE_FAULT_INDEX;
        }
    }
    return SEGCORE_FINE;
}

/* --- All together ------------------------------------------------------------------------------------ */

static int settle_group(segcore_tally *tally, size_t group, int which, int kind)
{
    int64_t *counts = tally->dense[group][which][kind];
    for (size_t segments = 0; segments < SEGCORE_DENSE_SEGMENTS; segments++) {
        if (counts[segments] && !add_to(&tally->sums[which], group, (uint64_t)kind, segments, counts[segments]))
            return 0;
        counts[segments] = 0;
    }
    return 1;
}

static int settle_dense(segcore_tally *tally)
{
    for (size_t group = 0; group < tally->dense_groups; group++)
        for (int kind = 0; kind < SEGCORE_KINDS; kind++)
            if (!settle_group(tally, group, SEGCORE_COUNTS, kind)
                || !settle_group(tally, group, SEGCORE_ENCODED, kind))
                return 0;
    return 1;
}

static int settle_page(segcore_tally *tally, segcore_page_count *page)
{
    flush_pending(page);
    for (uint32_t low = 0; low < 256; low++) {
        if (page->counts[low]
            && !add_to(&tally->sums[SEGCORE_OCCURS], page->group, page->page << 8 | low, 0, page->counts[low]))
            return 0;
        page->counts[low] = 0;
    }
    return 1;
}

int segcore_tally_settle(segcore_tally *tally)
{
    if (!settle_dense(tally))
        return 0;
    for (size_t i = 0; i < tally->page_count; i++)
        if (!settle_page(tally, tally->pages[i]))
            return 0;
    return 1;
}

int segcore_tally_merge(segcore_tally *to, const segcore_tally *from)
{
    for (int which = 0; which < SEGCORE_ALL_SUMS; which++) {
        const segcore_sums *sums = &from->sums[which];
        for (size_t i = 0; i < sums->room; i++) {
            const segcore_sum *entry = &sums->entries[i];
            if (entry->count && !add_to(&to->sums[which], entry->key[0], entry->key[1], entry->key[2], entry->count))
                return 0;
        }
    }
    return 1;
}

void segcore_tally_free(segcore_tally *tally)
{
    for (int which = 0; which < SEGCORE_ALL_SUMS; which++)
        segcore_free_sums(&tally->sums[which]);
    segcore_free_sums(&tally->page_places);
    for (size_t i = 0; i < tally->page_count; i++)
        free(tally->pages[i]);
    for (size_t page = 0; page < SEGCORE_PLANES_PAGES; page++)
        free(tally->stamps[page]);
    free(tally->pages);
    free(tally->dense);
    free(tally->points);
    free(tally->foreign);
    memset(tally, 0, sizeof *tally);
}
