/* Text that the route adds, links of a fixed length, forced encodings and segments that are not packed.
 *
 * Most texts need no look at all: what the route adds is added to their units.  A text with links, one whose segments
 * depend on where an escape sequence falls, and any under further rules is put together and measured as a whole. */
#include "billing.h"

#include <stdlib.h>
#include <string.h>

#include "links.h"
#include "points.h"
#include "rules.h"

/* Code points of a text that is put together without asking for memory. */
#define ROOM 2048

/* Code points that are compared at once. */
#define LANES 16

/* What is put in the place of a link or a field, and of what GSM-7 cannot send. */
#define FILLER 'x'
#define UNSENDABLE '?'

/* --- Links and fields ------------------------------------------------------------------------------------------- */

static uint32_t lower(uint32_t point) { return point >= 'A' && point <= 'Z' ? point + 32 : point; }

/* Length of the link that begins at `points`, 0 if none does. */
static size_t link_at(const segcore_tables *links, const uint32_t *points, size_t length)
{
    size_t slash, end;
    for (slash = 5; slash <= 6 && slash < length; slash++) {
        if (segcore_next_slashes(4, points, length < slash + 2 ? length : slash + 2, slash) == slash
            && segcore_scheme_before(4, points, slash) == 0) {
            end = segcore_link_end(links, 4, points, length, slash + 2);
            return end > slash + 2 ? end : 0;
        }
    }
    return 0;
}

/* Length of the field {#name#} that begins at `points`, 0 if none does. */
static size_t field_at(const uint32_t *points, size_t length)
{
    size_t i = 2;
    if (length < 5 || points[0] != '{' || points[1] != '#')
        return 0;
    while (i < length && ((lower(points[i]) >= 'a' && lower(points[i]) <= 'z') || (points[i] >= '0' && points[i] <= '9')
                          || points[i] == '_'))
        i++;
    return i > 2 && i + 1 < length && points[i] == '#' && points[i + 1] == '}' ? i + 2 : 0;
}

/* Put the fixed length of links in the place of their units.  Returns 0 where only the whole text can tell. */
SEGCORE_INLINE int shorten_links(const segcore_billing *billing, const segcore_links *links,
                                 segcore_measurement *found)
{
    const int is_gsm7 = found->encoding == SEGCORE_GSM7;
    const int64_t extra = is_gsm7 ? links->two_septets : 0;
    found->units += (int64_t)links->count * billing->link_length - links->points - extra;
    found->extra -= extra;
    return is_gsm7 || !links->has_unencodable;
}

static int find_links(const segcore_rules *rules, const segcore_text *text, segcore_links *links)
{
    if (rules->billing->link_length < 0)
        return 0;
    segcore_sum_links(&rules->tables, rules->billing->links, text, links);
    return links->count != 0;
}

static int has_field(const segcore_rules *rules, const segcore_text *text)
{
    const int kind = text->kind == SEGCORE_UTF8 ? 1 : text->kind;
    size_t hash = rules->billing->field_length < 0 ? text->length : 0;
    for (; (hash = segcore_find_point(kind, text->data, text->length, hash, '#')) < text->length; hash++)
        if (hash > 0 && segcore_read(kind, text->data, hash - 1) == '{')
            return 1;
    return 0;
}

/* --- Octets ----------------------------------------------------------------------------------------------------- */

SEGCORE_INLINE int64_t sum_octets(const segcore_text *text, int kind, int is_utf8)
{
    int64_t octets = 0, surrogates = 0;
    for (size_t i = 0; i < text->length; i++) {
        const uint32_t point = segcore_read(kind, text->data, i);
        octets += 1 + (point >= 0x80);
        octets += is_utf8 ? (point >= 0x800) + (point >= 0x10000) : 0;
        surrogates += (point & 0xFFFFF800u) == 0xD800;
    }
    /* Two halves are one code point, which takes two octets less in either encoding. */
    for (size_t i = 1; surrogates && i < text->length; i++)
        if (segcore_is_high_surrogate(segcore_read(kind, text->data, i - 1)) && segcore_is_low_surrogate(segcore_read(kind, text->data, i)))
            octets -= 2;
    return octets;
}

static int64_t count_octets(const segcore_text *text, int is_utf8)
{
    const uint8_t *data = (const uint8_t *)text->data;
    int64_t octets = 0;
    if (text->kind == 1)
        return sum_octets(text, 1, is_utf8);
    if (text->kind == 2)
        return sum_octets(text, 2, is_utf8);
    if (text->kind == 4)
        return sum_octets(text, 4, is_utf8);
    if (is_utf8)
        return (int64_t)text->length;
    for (size_t i = 0; i < text->length; i++)
        octets += (data[i] < 0x80) + 2 * (data[i] >= 0xC0);
    return octets;
}

/* --- Whole texts ------------------------------------------------------------------------------------------------ */

typedef struct {
    uint32_t *points;
    size_t length, capacity;
    int has_overflow;
} buffer;

static void put(buffer *to, const uint32_t *points, size_t count)
{
    if (count > to->capacity - to->length) {
        to->has_overflow = 1;
        return;
    }
    if (count)
        memcpy(to->points + to->length, points, count * sizeof *points);
    to->length += count;
}

static void fill(buffer *to, int64_t count)
{
    const uint32_t filler = FILLER;
    for (int64_t i = 0; i < count && !to->has_overflow; i++)
        put(to, &filler, 1);
}

/* Put the text together; `points` are those of the text itself. */
static void put_together(const segcore_billing *billing, const uint32_t *points, size_t length, buffer *to)
{
    put(to, billing->prefix, billing->prefix_length);
    for (size_t i = 0; i < length && !to->has_overflow;) {
        size_t link = billing->link_length >= 0 ? link_at(billing->links, points + i, length - i) : 0;
        size_t field = billing->field_length >= 0 && !link ? field_at(points + i, length - i) : 0;
        if (link || field)
            fill(to, link ? billing->link_length : billing->field_length);
        else
            put(to, points + i, 1);
        i += link ? link : field ? field : 1;
    }
    put(to, billing->suffix, billing->suffix_length);
}

/* Code points that a text may have when it is put together.  A link has 8 at least, a field 5. */
static size_t most_points(const segcore_billing *billing, size_t length)
{
    const size_t longest = (size_t)(billing->link_length > billing->field_length ? billing->link_length
                                    : billing->field_length > 0                  ? billing->field_length
                                                                                 : 0);
    const size_t more = billing->link_length >= 0 || billing->field_length >= 0 ? (length / 5 + 1) * longest : 0;
    return length + more + billing->prefix_length + billing->suffix_length;
}

static int is_unsendable(const segcore_rules *rules, uint32_t point)
{
    return !(rules->starts && segcore_replacement(rules, point)) && !segcore_tables_with(rules, point);
}

static void measure_together(const segcore_rules *rules, buffer *text, segcore_measurement *found)
{
    const segcore_billing *billing = rules->billing;
    const segcore_rules *chosen = billing->ucs2_rules ? billing->ucs2_rules : rules;
    segcore_text whole = {text->points, text->length, 4};
    if (billing->first_octets) {
        found->units = count_octets(&whole, billing->encoding == SEGCORE_ONLY_UTF8);
        return;
    }
    segcore_measure_given(chosen, &whole, 1, found);
    if (billing->encoding == SEGCORE_ONLY_GSM7 && found->encoding == SEGCORE_UCS2) {
        for (size_t i = 0; i < text->length; i++)
            if (is_unsendable(rules, text->points[i]))
                text->points[i] = UNSENDABLE;
        segcore_measure_given(chosen, &whole, 1, found);
    }
    /* The empty text, which needs no alphabet. */
    if (billing->encoding == SEGCORE_ONLY_UCS2)
        found->encoding = SEGCORE_UCS2;
}

static void measure_whole(const segcore_rules *rules, const segcore_text *text, segcore_measurement *found)
{
    uint32_t room[ROOM];
    const size_t most = most_points(rules->billing, text->length), all = text->length + most;
    uint32_t *points = all <= ROOM ? room : malloc(all * sizeof *points);
    /* Without memory the row is at fault, which is better than a wrong number. */
    if (!points) {
        found->encoding = SEGCORE_NOT_UTF8;
        return;
    }
    buffer whole = {points + text->length, 0, most, 0};
    put_together(rules->billing, points, segcore_decode_text(text, points, all), &whole);
    measure_together(rules, &whole, found);
    if (points != room)
        free(points);
}

static void bill_octets(const segcore_rules *rules, const segcore_text *text, segcore_measurement *found)
{
    const segcore_billing *billing = rules->billing;
    const int is_utf8 = billing->encoding == SEGCORE_ONLY_UTF8;
    segcore_links links;
    if (billing->adds_up && !has_field(rules, text) && !find_links(rules, text, &links))
        found->units = count_octets(text, is_utf8) + billing->octets;
    else
        measure_whole(rules, text, found);
    if (found->encoding == SEGCORE_NOT_UTF8)
        return;
    found->encoding = is_utf8 ? SEGCORE_AS_UTF8 : SEGCORE_AS_EUC_KR;
    found->extra = 0;
    found->segments = 1;
    if (!billing->has_classes && found->units > billing->first_octets)
        found->segments = segcore_divide_up(found->units, billing->first_octets);
}

/* --- Sums ------------------------------------------------------------------------------------------------------- */

/* Add what the route adds; 0 segments where only the whole text can tell.  Which encoding it is, is computed and not
 * asked: it is what a processor guesses worst. */
SEGCORE_INLINE void add_route(const segcore_rules *rules, segcore_measurement *found)
{
    const segcore_billing *billing = rules->billing;
    const int was_gsm7 = found->encoding == SEGCORE_GSM7, is_ucs2 = (!was_gsm7) | billing->is_ucs2;
    const int64_t units[2] = {billing->septets, billing->code_units};
    /* Nothing in an alphabet takes two code units. */
    const int64_t more = units[is_ucs2] - (found->extra & -(int64_t)(was_gsm7 & is_ucs2));
    found->units += more;
    found->extra += more - (int64_t)(billing->prefix_length + billing->suffix_length);
    found->encoding = is_ucs2;
    found->segments = segcore_sure_segments(&rules->tables, is_ucs2, found->units);
    if (!found->segments && !found->extra && !is_ucs2)
        found->segments = segcore_divide_up(found->units, rules->tables.gsm7_part);
}

static void divide(const segcore_rules *rules, segcore_measurement *found)
{
    const segcore_tables *tables = &rules->tables;
    const int is_ucs2 = found->encoding == SEGCORE_UCS2;
    const int64_t single = is_ucs2 ? tables->ucs2_single : tables->gsm7_single;
    const int64_t part = is_ucs2 ? tables->ucs2_part : tables->gsm7_part;
    if (rules->billing->packing == SEGCORE_FIRST && found->units > single)
        found->segments = 1 + segcore_divide_up(found->units - single, part);
    else
        found->segments = segcore_even_segments(found->units, single, part);
}

/* Turn the measurement of a text, as it is given, into the units and segments that are billed. */
static void bill_units(const segcore_rules *rules, const segcore_text *text, segcore_measurement *found)
{
    const segcore_billing *billing = rules->billing;
    segcore_links links;
    int adds_up = billing->adds_up;
    adds_up &= billing->encoding != SEGCORE_ONLY_GSM7 || found->encoding == SEGCORE_GSM7;
    adds_up = adds_up && !has_field(rules, text);
    if (adds_up && find_links(rules, text, &links))
        adds_up = shorten_links(billing, &links, found);
    if (adds_up)
        add_route(rules, found);
    if (!adds_up || (!found->segments && billing->packing == SEGCORE_EXACT))
        measure_whole(rules, text, found);
    if (billing->packing != SEGCORE_EXACT && found->encoding != SEGCORE_NOT_UTF8)
        divide(rules, found);
}

/* Texts whose places fit into octets. */
#define BLOCK 128

/* Whether halves of a surrogate pair may stand side by side: one pair, though of two code points. */
static int may_have_halves(const segcore_billing *billing, const segcore_text *text)
{
    const uint16_t *points = (const uint16_t *)text->data;
    int found = billing->prefix_length || billing->suffix_length || text->kind == 4;
    for (size_t i = 0; text->kind == 2 && i < text->length; i++)
        found |= segcore_is_low_surrogate(points[i]);
    return found;
}

/* Add what the route adds to a text that has been measured, and whose links have been shortened. */
SEGCORE_INLINE void bill_sum(const segcore_rules *rules, const segcore_text *text, segcore_measurement *found)
{
    if (found->encoding == SEGCORE_NOT_UTF8)
        return;
    add_route(rules, found);
    if (!found->segments && !found->extra && !may_have_halves(rules->billing, text))
        found->segments = segcore_divide_up(found->units, rules->tables.ucs2_part);
    if (!found->segments)
        measure_whole(rules, text, found);
}

/* Measure and bill up to BLOCK texts of a route that adds text or shortens links, and does nothing else: most have no
 * link. */
static void bill_sums(const segcore_rules *rules, const segcore_text *texts, size_t count, segcore_measurement *found)
{
    const segcore_billing *billing = rules->billing;
    segcore_links links[BLOCK];
    uint8_t places[BLOCK], whole[BLOCK];
    const int has_added = billing->prefix_length || billing->suffix_length || billing->is_ucs2;
    size_t number = 0, whole_count = 0;
    if (billing->link_length >= 0)
        number = rules->kernel->measure_links(&rules->tables, billing->links, texts, count, found, places, links, BLOCK);
    else
        rules->kernel->measure(&rules->tables, texts, count, found);
    for (size_t i = 0; i < number; i++) {
        segcore_measurement *one = &found[places[i]];
        whole[whole_count] = places[i];
        whole_count += one->encoding != SEGCORE_NOT_UTF8 && !shorten_links(billing, &links[i], one);
        if (!has_added)
            bill_sum(rules, &texts[places[i]], one);
    }
    for (size_t i = 0; has_added && i < count; i++)
        bill_sum(rules, &texts[i], &found[i]);
    for (size_t i = 0; i < whole_count; i++)
        measure_whole(rules, &texts[whole[i]], &found[whole[i]]);
}

void segcore_bill(const segcore_rules *rules, const segcore_text *texts, size_t count, segcore_measurement *found)
{
    const segcore_billing *billing = rules->billing;
    const int is_sum = billing->adds_up && billing->field_length < 0 && billing->encoding == SEGCORE_AUTO
                       && billing->packing == SEGCORE_EXACT;
    for (size_t i = 0; is_sum && i < count; i += BLOCK)
        bill_sums(rules, texts + i, count - i < BLOCK ? count - i : BLOCK, found + i);
    if (is_sum)
        return;
    segcore_measure_given(rules, texts, count, found);
    for (size_t i = 0; i < count; i++) {
        if (found[i].encoding == SEGCORE_NOT_UTF8)
            continue;
        if (billing->first_octets)
            bill_octets(rules, &texts[i], &found[i]);
        else
            bill_units(rules, &texts[i], &found[i]);
    }
}
