/* What all vector kernels share.  Each includes this once, after it has defined, for LANES code points a step
 * (a power of two, at most 64; bit i of a mask stands for code point i):
 *
 *   octets                            LANES octets
 *   luts                              the look-up tables of a page, in registers
 *   load_luts(tables, page)
 *   marks classify(luts, octets)      of code points of the page, given by their low octets
 *   uint64_t equal(octets, value)     mask of the octets that are `value`
 *   uint64_t at_least(octets, value)  mask of the octets that are `value` or more; value > 0
 *   halves joined(octets)             of UTF-8: in the lane of the last octet of a sequence of two or three, the
 *                                     low and the high octet of its code point; the other lanes are anything
 *   store(uint8_t *, octets)
 *   octets load1(points)              LANES code points of 1 octet
 *   octets load1_some(points, n)      n < LANES; nothing else is read; the other lanes are anything
 *   halves load2(points)              of 2 octets: the low octets and the high ones
 *   halves load2_some(points, n)
 *   uint64_t beyond4(points)          of 4 octets: mask of those above U+FFFF
 *   uint64_t beyond4_some(points, n)
 *   KERNEL_NAME, int is_usable(void), and KERNEL, the name of the kernel object
 */

#define ALL_LANES first_bits(LANES)

SEGCORE_INLINE marks only(marks found, uint64_t mask) { return (marks){found.foreign & mask, found.doubled & mask}; }

/* Code points above U+00FF, page by page: a text rarely has more than two, and a foreign one ends the search. */
SEGCORE_INLINE marks look_up_pages(const segcore_tables *tables, halves text, uint64_t wide, marks found)
{
    uint8_t highs[LANES];
    store(highs, text.high);
    found = only(found, ~wide);
    while (wide && !found.foreign) {
        uint8_t high = highs[__builtin_ctzll(wide)];
        uint64_t same = equal(text.high, high) & wide;
        luts look = load_luts(tables, tables->page_of[high]);
        marks more = only(classify(&look, text.low), same);
        found = (marks){found.foreign | more.foreign, found.doubled | more.doubled};
        wide &= ~same;
    }
    return found;
}

SEGCORE_INLINE marks classify2(const segcore_tables *tables, const luts *look, halves text, uint64_t lanes)
{
    uint64_t wide = ~equal(text.high, 0) & lanes;
    marks found = only(classify(look, text.low), lanes);
    return wide ? look_up_pages(tables, text, wide, found) : found;
}

/* The last code points of a text are loaded together with some before them, if there are enough, and the
 * marks of those shifted out: no octet outside the text is read, and none is handled one by one. */
SEGCORE_INLINE marks marks1(const luts *look, const uint8_t *points, size_t length, size_t index)
{
    size_t rest = length - index;
    if (rest >= LANES)
        return classify(look, load1(points + index));
    if (length < LANES)
        return only(classify(look, load1_some(points, length)), first_bits(length));
    marks found = classify(look, load1(points + length - LANES));
    return (marks){found.foreign >> (LANES - rest), found.doubled >> (LANES - rest)};
}

SEGCORE_INLINE marks marks2(const segcore_tables *tables, const luts *look, const uint16_t *points, size_t length,
                            size_t index)
{
    size_t rest = length - index;
    if (rest >= LANES)
        return classify2(tables, look, load2(points + index), ALL_LANES);
    if (length < LANES)
        return classify2(tables, look, load2_some(points, length), first_bits(length));
    points += length - LANES;
    marks found = classify2(tables, look, load2(points), ALL_LANES & ~first_bits(LANES - rest));
    return (marks){found.foreign >> (LANES - rest), found.doubled >> (LANES - rest)};
}

SEGCORE_INLINE uint64_t beyond(const uint32_t *points, size_t length, size_t index)
{
    size_t rest = length - index;
    if (rest >= LANES)
        return beyond4(points + index);
    if (length < LANES)
        return beyond4_some(points, length) & first_bits(length);
    return beyond4(points + length - LANES) >> (LANES - rest);
}

/* Units of lanes: one for each that counts, one more for each that is doubled. */
SEGCORE_INLINE int64_t units_of(uint64_t counted, uint64_t doubled)
{
    return __builtin_popcountll(counted) + __builtin_popcountll(doubled);
}

/* How many of the first lanes fit into `room` units, found by halving. */
SEGCORE_INLINE size_t fitting(uint64_t counted, uint64_t doubled, int64_t room)
{
    size_t n = 0;
    for (size_t step = LANES / 2; step; step /= 2) {
        int64_t units = units_of(counted & first_bits(step), doubled & first_bits(step));
        if (units <= room) {
            room -= units;
            counted >>= step;
            doubled >>= step;
            n += step;
        }
    }
    return n;
}

/* The segment being filled. */
typedef struct {
    int64_t segments, room;
} filling;

/* Put the next lanes into segments. */
SEGCORE_INLINE filling fill(filling state, uint64_t counted, uint64_t doubled, int64_t part)
{
    for (;;) {
        int64_t units = units_of(counted, doubled);
        if (units <= state.room) {
            state.room -= units;
            return state;
        }
        size_t taken = fitting(counted, doubled, state.room);
        counted >>= taken;
        doubled >>= taken;
        state.segments++;
        state.room = part;
    }
}

/* Lanes of the step at index, of which the last may have fewer. */
SEGCORE_INLINE uint64_t lanes_at(size_t length, size_t index)
{
    return length - index < LANES ? first_bits(length - index) : ALL_LANES;
}

SEGCORE_APART int64_t pack_gsm7(const segcore_tables *tables, const luts *look, const segcore_text *text)
{
    filling state = {1, tables->gsm7_part};
    for (size_t i = 0; i < text->length; i += LANES) {
        marks found = text->kind == 1 ? marks1(look, text->data, text->length, i)
                                      : marks2(tables, look, text->data, text->length, i);
        state = fill(state, lanes_at(text->length, i), found.doubled, tables->gsm7_part);
    }
    return state.segments;
}

SEGCORE_APART int64_t pack_beyond(const segcore_tables *tables, const segcore_text *text)
{
    filling state = {1, tables->ucs2_part};
    for (size_t i = 0; i < text->length; i += LANES)
        state = fill(state, lanes_at(text->length, i), beyond(text->data, text->length, i), tables->ucs2_part);
    return state.segments;
}

static int has_surrogates(const uint32_t *points, size_t length)
{
    uint32_t found = 0;
    for (size_t i = 0; i < length; i++)
        found |= (points[i] & 0xFFFFF800u) == 0xD800;
    return (int)found;
}

SEGCORE_INLINE segcore_measurement as_gsm7(const segcore_tables *tables, const luts *look, const segcore_text *text,
                                           int64_t doubled)
{
    segcore_measurement found = {(int64_t)text->length + doubled, 1, doubled, SEGCORE_GSM7};
    if (found.units > tables->gsm7_single)
        found.segments = doubled ? pack_gsm7(tables, look, text) : segcore_divide_up(found.units, tables->gsm7_part);
    return found;
}

SEGCORE_INLINE segcore_measurement measure1(const segcore_tables *tables, const luts *look, const segcore_text *text)
{
    int64_t doubled = 0;
    for (size_t i = 0; i < text->length; i += LANES) {
        marks found = marks1(look, text->data, text->length, i);
        if (found.foreign) {
            int64_t units = (int64_t)text->length;
            return (segcore_measurement){units, segcore_even_segments(units, tables->ucs2_single, tables->ucs2_part),
                                         0, SEGCORE_UCS2};
        }
        doubled += __builtin_popcountll(found.doubled);
    }
    return as_gsm7(tables, look, text, doubled);
}

SEGCORE_INLINE segcore_measurement measure2(const segcore_tables *tables, const luts *look, const segcore_text *text)
{
    int64_t doubled = 0;
    for (size_t i = 0; i < text->length; i += LANES) {
        marks found = marks2(tables, look, text->data, text->length, i);
        if (found.foreign)
            return (segcore_measurement){(int64_t)text->length,
                                         segcore_utf16_segments(tables, text->data, text->length), 0, SEGCORE_UCS2};
        doubled += __builtin_popcountll(found.doubled);
    }
    return as_gsm7(tables, look, text, doubled);
}

/* A string of four octets a code point holds one above U+FFFF, or it would have been stored in two; no
 * alphabet has such a code point.  Should one come without, the scalar kernel takes it. */
SEGCORE_APART segcore_measurement measure4(const segcore_tables *tables, const segcore_text *text)
{
    segcore_measurement found = {(int64_t)text->length, 1, 0, SEGCORE_UCS2};
    for (size_t i = 0; i < text->length; i += LANES)
        found.extra += __builtin_popcountll(beyond(text->data, text->length, i));
    found.units += found.extra;
    if (!found.extra) {
        segcore_scalar.measure(tables, text, 1, &found);
    } else if (found.units > tables->ucs2_single) {
        found.segments = has_surrogates(text->data, text->length) ? (int64_t)segcore_pack_ucs2(tables, text, NULL)
                                                                  : pack_beyond(tables, text);
    }
    return found;
}

#include "vector_utf8.h"

SEGCORE_INLINE int is_ascii(const uint8_t *text, size_t length)
{
    uint64_t beyond_ascii = 0;
    if (length < LANES)
        return !(at_least(load1_some(text, length), 0x80) & first_bits(length));
    for (size_t i = 0; i + LANES <= length; i += LANES)
        beyond_ascii |= at_least(load1(text + i), 0x80);
    return !(beyond_ascii | at_least(load1(text + length - LANES), 0x80));
}

/* Measure texts of one kind as long as they come, and return where they end.  Most lists have runs of them, and a
 * loop with nothing else in it keeps the look-up tables in registers. */
SEGCORE_APART size_t measure_run1(const segcore_tables *tables, const segcore_text *texts, size_t i, size_t count,
                                  segcore_measurement *found)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    for (; i < count && texts[i].kind == 1; i++)
        found[i] = measure1(tables, &look, &texts[i]);
    return i;
}

SEGCORE_APART size_t measure_run2(const segcore_tables *tables, const segcore_text *texts, size_t i, size_t count,
                                  segcore_measurement *found)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    for (; i < count && texts[i].kind == 2; i++)
        found[i] = measure2(tables, &look, &texts[i]);
    return i;
}

/* Most texts are ASCII through and through, and are the same in one octet a code point. */
SEGCORE_APART size_t measure_run_utf8(const segcore_tables *tables, const segcore_text *texts, size_t i, size_t count,
                                      segcore_measurement *found)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    for (; i < count && texts[i].kind == SEGCORE_UTF8; i++) {
        if (is_ascii(texts[i].data, texts[i].length)) {
            const segcore_text same = {texts[i].data, texts[i].length, 1};
            found[i] = measure1(tables, &look, &same);
        } else {
            found[i] = measure_utf8(tables, &texts[i]);
        }
    }
    return i;
}

SEGCORE_INLINE size_t measure_one4(const segcore_tables *tables, const segcore_text *texts, size_t i,
                                   segcore_measurement *found)
{
    found[i] = measure4(tables, &texts[i]);
    return i + 1;
}

static void measure(const segcore_tables *tables, const segcore_text *texts, size_t count, segcore_measurement *found)
{
    for (size_t i = 0; i < count;) {
        if (texts[i].kind == 1)
            i = measure_run1(tables, texts, i, count, found);
        else if (texts[i].kind == SEGCORE_UTF8)
            i = measure_run_utf8(tables, texts, i, count, found);
        else if (texts[i].kind == 2)
            i = measure_run2(tables, texts, i, count, found);
        else
            i = measure_one4(tables, texts, i, found);
    }
}

const segcore_kernel KERNEL = {KERNEL_NAME, is_usable, measure};
