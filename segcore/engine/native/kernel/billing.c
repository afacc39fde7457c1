/* Text that the route adds, links of a fixed length, forced encodings and segments that are not packed.
 *
 * Most texts need no look at all: what the route adds is added to their units.  A text with links, one whose segments
 * depend on where an escape sequence falls, and any under further rules is put together and measured as a whole. */
#include "billing.h"

#include <stdlib.h>
#include <string.h>

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

/* What a link is made of: printable ASCII but the space, quotation marks and angle brackets. */
static int is_of_link(uint32_t point)
{
    return point > 0x20 && point < 0x7F && point != '"' && point != '<' && point != '>';
}

/* What a link may end with: no punctuation of the sentence around it. */
static int may_end_link(uint32_t point)
{
    switch (point) {
    case '!':
    case '\'':
    case '(':
    case ')':
    case ',':
    case '.':
    case ':':
    case ';':
    case '?':
    case '[':
    case ']':
    case '{':
    case '}':
        return 0;
    default:
        return is_of_link(point);
    }
}

static uint32_t lower(uint32_t point) { return point >= 'A' && point <= 'Z' ? point + 32 : point; }

/* Length of the link that begins at `points`, 0 if none does. */
static size_t link_at(const uint32_t *points, size_t length)
{
    static const char scheme[] = "https";
    size_t i = 0, end;
    while (i < 5 && i < length && lower(points[i]) == (uint32_t)scheme[i])
        i++;
    if (i < 4 || i + 3 > length || points[i] != ':' || points[i + 1] != '/' || points[i + 2] != '/')
        return 0;
    i += 3;
    end = i;
    while (end < length && is_of_link(points[end]))
        end++;
    while (end > i && !may_end_link(points[end - 1]))
        end--;
    return end > i ? end : 0;
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

/* Octets and code points of one octet are read alike: a link is ASCII. */
SEGCORE_INLINE uint32_t unit_at(const segcore_text *text, int kind, size_t index)
{
    return segcore_read(kind, text->data, index);
}

/* Index of the first of an ASCII code point from `from` on, or the length. */
SEGCORE_INLINE size_t find_point(const segcore_text *text, int kind, size_t from, uint32_t point)
{
    if (kind == 1) {
        const uint8_t *data = (const uint8_t *)text->data;
        const uint8_t *found = from < text->length ? memchr(data + from, (int)point, text->length - from) : NULL;
        return found ? (size_t)(found - data) : text->length;
    }
    for (; from + LANES <= text->length; from += LANES) {
        uint32_t any = 0;
        for (size_t j = 0; j < LANES; j++)
            any |= unit_at(text, kind, from + j) == point;
        if (any)
            break;
    }
    while (from < text->length && unit_at(text, kind, from) != point)
        from++;
    return from;
}

/* Where the scheme begins whose first slash is at an index, or that index if none does. */
SEGCORE_INLINE size_t scheme_before(const segcore_text *text, int kind, size_t slash)
{
    static const char http[] = "http";
    size_t start = slash;
    if (slash < 5 || unit_at(text, kind, --start) != ':')
        return slash;
    start -= lower(unit_at(text, kind, start - 1)) == 's';
    if (start < 4)
        return slash;
    start -= 4;
    for (size_t i = 0; i < 4; i++)
        if (lower(unit_at(text, kind, start + i)) != (uint32_t)http[i])
            return slash;
    return start;
}

#ifdef __GNUC__
/* 16 octets in lanes of 1, 2 or 4: vectors on every processor that has some. */
typedef uint8_t lanes1 __attribute__((vector_size(16)));
typedef uint16_t lanes2 __attribute__((vector_size(16)));
typedef uint32_t lanes4 __attribute__((vector_size(16)));
typedef uint64_t lanes8 __attribute__((vector_size(16)));

/* Lanes of which this unit and the next are slashes. */
#define LANES_OF_SLASHES(type, data, found)                                                                          \
    do {                                                                                                             \
        type here, next;                                                                                             \
        memcpy(&here, data, sizeof here);                                                                            \
        memcpy(&next, (data) + 1, sizeof next);                                                                      \
        (found) |= (lanes8)((here == '/') & (next == '/'));                                                          \
    } while (0)

/* True if two slashes begin in one of LANES units; the unit after those is read, too. */
SEGCORE_INLINE int has_slashes(const segcore_text *text, int kind, size_t from)
{
    lanes8 found = {0, 0};
    if (kind == 1)
        LANES_OF_SLASHES(lanes1, (const uint8_t *)text->data + from, found);
    for (size_t i = 0; kind == 2 && i < LANES; i += 8)
        LANES_OF_SLASHES(lanes2, (const uint16_t *)text->data + from + i, found);
    for (size_t i = 0; kind == 4 && i < LANES; i += 4)
        LANES_OF_SLASHES(lanes4, (const uint32_t *)text->data + from + i, found);
    return (found[0] | found[1]) != 0;
}
#else
/* True if two slashes begin in one of LANES units; the unit after those is read, too. */
SEGCORE_INLINE int has_slashes(const segcore_text *text, int kind, size_t from)
{
    uint32_t any = 0;
    for (size_t i = from; i < from + LANES; i++)
        any |= (unit_at(text, kind, i) == '/') & (unit_at(text, kind, i + 1) == '/');
    return any != 0;
}
#endif

/* Index of the first of two slashes from `from` on, or the length. */
SEGCORE_INLINE size_t find_slashes(const segcore_text *text, int kind, size_t from)
{
    const size_t length = text->length;
    /* Most texts have no slash at all, and no search is faster; most of the others have two. */
    if (kind == 1) {
        from = find_point(text, 1, from, '/');
        if (from + 1 < length && unit_at(text, 1, from + 1) == '/')
            return from;
    }
    while (from + LANES < length && !has_slashes(text, kind, from))
        from += LANES;
    /* The last ones together with some that have been looked at. */
    if (from + LANES >= length && from + 1 < length && length > LANES
        && !has_slashes(text, kind, length - LANES - 1))
        return length;
    while (from + 1 < length && (unit_at(text, kind, from) != '/' || unit_at(text, kind, from + 1) != '/'))
        from++;
    return from + 1 < length ? from : length;
}

#if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
typedef uint8_t octets8 __attribute__((vector_size(8)));
typedef uint8_t octets4 __attribute__((vector_size(4)));

/* Eight units as octets, the first of them lowest; those beyond ASCII become some octet beyond ASCII. */
SEGCORE_INLINE uint64_t eight_at(const segcore_text *text, int kind, size_t index)
{
    uint64_t word = 0;
    if (kind == 1)
        return segcore_octets8((const uint8_t *)text->data + index);
    if (kind == 2) {
        lanes2 units;
        memcpy(&units, (const uint16_t *)text->data + index, sizeof units);
        const octets8 narrow = __builtin_convertvector(units | (lanes2)(units > 0x7F), octets8);
        memcpy(&word, &narrow, sizeof word);
        return word;
    }
    for (size_t i = 0; i < 8; i += 4) {
        lanes4 units;
        uint32_t half;
        memcpy(&units, (const uint32_t *)text->data + index + i, sizeof units);
        const octets4 narrow = __builtin_convertvector(units | (lanes4)(units > 0x7F), octets4);
        memcpy(&half, &narrow, sizeof half);
        word |= (uint64_t)half << 8 * i;
    }
    return word;
}

/* How many of eight octets, from the lowest on, may be in a link. */
SEGCORE_INLINE size_t count_of_link(uint64_t some)
{
    const uint64_t ones = 0x0101010101010101u;
    const uint64_t quote = some ^ 0x22 * ones, less = some ^ 0x3C * ones, greater = some ^ 0x3E * ones;
    /* Below U+0021, beyond U+007E, or one of the three; an octet above the lowest may be taken for one. */
    uint64_t ends
        = (some - 0x21 * ones) | some | (some + ones) | (quote - ones) | (less - ones) | (greater - ones);
    ends &= SEGCORE_TOP_BITS;
    return ends ? (size_t)__builtin_ctzll(ends) / 8 : 8;
}

/* Index of the first code point from `from` on that is in no link, or the length. */
SEGCORE_INLINE size_t find_end(const segcore_text *text, int kind, size_t from)
{
    const size_t length = text->length;
    for (; from + 8 <= length; from += 8) {
        const size_t count = count_of_link(eight_at(text, kind, from));
        if (count < 8)
            return from + count;
    }
    if (from < length && length >= 8)
        /* The zeros that are shifted in are in no link. */
        return from + count_of_link(eight_at(text, kind, length - 8) >> 8 * (from + 8 - length));
    while (from < length && is_of_link(unit_at(text, kind, from)))
        from++;
    return from;
}
#else
/* Index of the first code point from `from` on that is in no link, or the length. */
SEGCORE_INLINE size_t find_end(const segcore_text *text, int kind, size_t from)
{
    while (from < text->length && is_of_link(unit_at(text, kind, from)))
        from++;
    return from;
}
#endif

/* Septets of ASCII beyond one each, or -1 if some has none. */
SEGCORE_INLINE int64_t more_septets(const segcore_tables *tables, const segcore_text *text, int kind, size_t start,
                                    size_t end)
{
    uint64_t sum = 0, unencodable = 0;
    for (size_t i = start; i < end; i++) {
        const uint32_t weight = tables->weights[unit_at(text, kind, i)];
        sum += weight;
        unencodable |= weight;
    }
    return unencodable >= SEGCORE_UNENCODABLE ? -1 : (int64_t)(sum - (end - start));
}

/* Put the fixed length of links in the place of their units.  Returns 0 where only the whole text can tell. */
SEGCORE_INLINE int shorten_links(const segcore_rules *rules, const segcore_text *text, int kind, size_t slash,
                                 segcore_measurement *found)
{
    while (slash < text->length) {
        const size_t start = scheme_before(text, kind, slash), first = slash + 2;
        size_t end;
        int64_t extra = 0;
        if (start == slash) {
            slash = find_slashes(text, kind, slash + 1);
            continue;
        }
        end = find_end(text, kind, first);
        while (end > first && !may_end_link(unit_at(text, kind, end - 1)))
            end--;
        /* Otherwise each code point takes one septet. */
        if (found->encoding == SEGCORE_UCS2 || found->extra) {
            extra = more_septets(&rules->tables, text, kind, start, end);
            if (extra < 0)
                return 0;
        }
        if (end > first) {
            extra = found->encoding == SEGCORE_GSM7 ? extra : 0;
            found->units += rules->billing->link_length - (int64_t)(end - start) - extra;
            found->extra -= extra;
        }
        slash = find_slashes(text, kind, end);
    }
    return 1;
}

/* 0 where only the whole text can tell, 1 where links have been replaced, -1 if there are none. */
SEGCORE_INLINE int replace_links_of(const segcore_rules *rules, const segcore_text *text, int kind,
                                    segcore_measurement *found)
{
    const size_t slash = find_slashes(text, kind, 0);
    return slash == text->length ? -1 : shorten_links(rules, text, kind, slash, found);
}

static int replace_links(const segcore_rules *rules, const segcore_text *text, segcore_measurement *found)
{
    if (text->kind == 2)
        return replace_links_of(rules, text, 2, found);
    if (text->kind == 4)
        return replace_links_of(rules, text, 4, found);
    return replace_links_of(rules, text, 1, found);
}

static int has_field(const segcore_text *text)
{
    const int kind = text->kind == SEGCORE_UTF8 ? 1 : text->kind;
    for (size_t hash = find_point(text, kind, 0, '#'); hash < text->length; hash = find_point(text, kind, hash + 1, '#'))
        if (hash > 0 && unit_at(text, kind, hash - 1) == '{')
            return 1;
    return 0;
}

/* --- Octets ----------------------------------------------------------------------------------------------------- */

SEGCORE_INLINE int64_t sum_octets(const segcore_text *text, int kind, int is_utf8)
{
    int64_t octets = 0, surrogates = 0;
    for (size_t i = 0; i < text->length; i++) {
        const uint32_t point = unit_at(text, kind, i);
        octets += 1 + (point >= 0x80);
        octets += is_utf8 ? (point >= 0x800) + (point >= 0x10000) : 0;
        surrogates += (point & 0xFFFFF800u) == 0xD800;
    }
    /* Two halves are one code point, which takes two octets less in either encoding. */
    for (size_t i = 1; surrogates && i < text->length; i++)
        if (segcore_is_high_surrogate(unit_at(text, kind, i - 1)) && segcore_is_low_surrogate(unit_at(text, kind, i)))
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

static int has_link(const segcore_text *text)
{
    const int kind = text->kind == SEGCORE_UTF8 ? 1 : text->kind;
    for (size_t at = find_slashes(text, kind, 0); at < text->length; at = find_slashes(text, kind, at + 1))
        if (scheme_before(text, kind, at) != at)
            return 1;
    return 0;
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
        size_t link = billing->link_length >= 0 ? link_at(points + i, length - i) : 0;
        size_t field = billing->field_length >= 0 && !link ? field_at(points + i, length - i) : 0;
        if (link || field)
            fill(to, link ? billing->link_length : billing->field_length);
        else
            put(to, points + i, 1);
        i += link ? link : field ? field : 1;
    }
    put(to, billing->suffix, billing->suffix_length);
}

static size_t decode(const segcore_text *text, uint32_t *points)
{
    size_t index = 0, count = 0;
    while (index < text->length) {
        if (text->kind == SEGCORE_UTF8)
            points[count++] = segcore_read_utf8((const uint8_t *)text->data, &index);
        else
            points[count++] = segcore_read(text->kind, text->data, index++);
    }
    return count;
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
    if (rules->starts && ((const uint16_t *)rules->replaced.pages)[segcore_place(&rules->replaced, point)])
        return 0;
    return !((const uint64_t *)rules->masks.pages)[segcore_place(&rules->masks, point)];
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
    put_together(rules->billing, points, decode(text, points), &whole);
    measure_together(rules, &whole, found);
    if (points != room)
        free(points);
}

static void bill_octets(const segcore_rules *rules, const segcore_text *text, segcore_measurement *found)
{
    const segcore_billing *billing = rules->billing;
    const int is_utf8 = billing->encoding == SEGCORE_ONLY_UTF8;
    if (billing->adds_up && (billing->field_length < 0 || !has_field(text))
        && (billing->link_length < 0 || !has_link(text)))
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
SEGCORE_INLINE void bill_units(const segcore_rules *rules, const segcore_text *text, int adds_nothing,
                               segcore_measurement *found)
{
    const segcore_billing *billing = rules->billing;
    int adds_up = billing->adds_up, links = -1;
    adds_up &= billing->encoding != SEGCORE_ONLY_GSM7 || found->encoding == SEGCORE_GSM7;
    adds_up = adds_up && (billing->field_length < 0 || !has_field(text));
    if (adds_up && billing->link_length >= 0)
        links = replace_links(rules, text, found);
    if (adds_up && links < 0 && adds_nothing)
        return;
    adds_up = adds_up && links;
    if (adds_up)
        add_route(rules, found);
    if (!adds_up || (!found->segments && billing->packing == SEGCORE_EXACT))
        measure_whole(rules, text, found);
    if (billing->packing != SEGCORE_EXACT && found->encoding != SEGCORE_NOT_UTF8)
        divide(rules, found);
}

/* Texts whose places fit into octets. */
#define BLOCK 128

/* Bill up to BLOCK texts of a route that shortens links and does nothing else: most have none. */
static void bill_links(const segcore_rules *rules, const segcore_text *texts, size_t count,
                       segcore_measurement *found)
{
    uint8_t places[BLOCK];
    const size_t number = rules->kernel->find_slashes(texts, count, places, BLOCK);
    for (size_t i = 0; i < number; i++)
        if (found[places[i]].encoding != SEGCORE_NOT_UTF8)
            bill_units(rules, &texts[places[i]], 1, &found[places[i]]);
}

/* Bill texts of a route that adds text and does nothing else. */
static void bill_added(const segcore_rules *rules, const segcore_text *texts, size_t count, segcore_measurement *found)
{
    for (size_t i = 0; i < count; i++) {
        if (found[i].encoding == SEGCORE_NOT_UTF8)
            continue;
        add_route(rules, &found[i]);
        if (!found[i].segments)
            measure_whole(rules, &texts[i], &found[i]);
    }
}

void segcore_bill(const segcore_rules *rules, const segcore_text *texts, size_t count, segcore_measurement *found)
{
    const segcore_billing *billing = rules->billing;
    const int is_exact = billing->adds_up && billing->field_length < 0 && billing->encoding == SEGCORE_AUTO
                         && billing->packing == SEGCORE_EXACT;
    const int adds_nothing = !billing->prefix_length && !billing->suffix_length && !billing->is_ucs2
                             && billing->packing == SEGCORE_EXACT;
    if (is_exact && billing->link_length < 0) {
        if (!adds_nothing)
            bill_added(rules, texts, count, found);
        return;
    }
    if (is_exact && adds_nothing) {
        for (size_t i = 0; i < count; i += BLOCK)
            bill_links(rules, texts + i, count - i < BLOCK ? count - i : BLOCK, found + i);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (found[i].encoding == SEGCORE_NOT_UTF8)
            continue;
        if (billing->first_octets)
            bill_octets(rules, &texts[i], &found[i]);
        else
            bill_units(rules, &texts[i], adds_nothing, &found[i]);
    }
}
