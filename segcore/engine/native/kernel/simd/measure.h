/* The measuring of texts, once for all instruction sets; each includes this after what lanes.h asks for. */

/* Texts sorted at a time; their places fit into octets. */
#define SORTED 128

/* A text up to this long is looked through in the same number of steps whatever its length: a number that changes
 * from text to text is guessed wrong too often by the processor, and costs more than the steps. */
#define SAME_POINTS 150
#define SAME_STEPS (SAME_POINTS / LANES + 1)

#include "links_lanes.h"
#include "pack_lanes.h"
#include "utf8_lanes.h"

/* Is a code point of the text unencodable or two_septets, or, in UTF-8, not one octet?  Steps may overlap.  For
 * `slashes`, which may be NULL, see still_no_slashes(). */
SEGCORE_INLINE int needs_review(const luts *look, const uint8_t *text, size_t length, int is_utf8, words *slashes)
{
    octets state = plain_so_far(), points;
#define STEP(next)                                                                                                   \
    (points = (next), state = is_utf8 ? still_plain_ascii(state, look, points) : still_plain(state, look, points),    \
     (void)(slashes && (*slashes = still_no_slashes(*slashes, points, 1), 0)))
    if (length < LANES) {
        STEP(load_some(text, length));
        return (not_plain(state) & first_bits(length)) != 0;
    }
    const size_t last = length - LANES;
    STEP(load(text));
    if (LANES == 16 && length <= 2 * LANES) {
        /* With steps this short a short text is worth a guess. */
        STEP(load(text + last));
    } else if (length <= LANES * SAME_STEPS) {
        for (size_t i = 1; i < SAME_STEPS; i++)
            STEP(load(text + (i * LANES < last ? i * LANES : last)));
    } else {
        for (size_t i = LANES; i < last; i += LANES)
            STEP(load(text + i));
        STEP(load(text + last));
    }
    return not_plain(state) != 0;
#undef STEP
}

/* Field by field, here and below: a measurement that is put together elsewhere and copied would be read back before
 * it is all written, which takes the processor longer than a short text does. */
SEGCORE_INLINE void plain(const segcore_tables *tables, const segcore_text *text, segcore_measurement *found)
{
    found->units = (int64_t)text->length;
    found->segments = segcore_even_segments(found->units, tables->gsm7_single, tables->gsm7_part);
    found->extra = 0;
    found->encoding = SEGCORE_GSM7;
}

/* Of a text of one or two octets a code point that goes out in GSM-7. */
SEGCORE_INLINE segcore_measurement as_gsm7(const segcore_tables *tables, const luts *look, const segcore_text *text,
                                           int64_t two_septets)
{
    segcore_measurement found = {(int64_t)text->length + two_septets, 0, two_septets, SEGCORE_GSM7};
    found.segments = segcore_sure_segments(tables, SEGCORE_GSM7, found.units);
    if (!found.segments)
        found.segments =
            two_septets ? pack_gsm7(tables, look, text) : segcore_divide_up(found.units, tables->gsm7_part);
    return found;
}

/* Look-up tables of its own: those of the caller can then stay in registers. */
SEGCORE_APART segcore_measurement review1(const segcore_tables *tables, const segcore_text *text)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    const int64_t units = (int64_t)text->length;
    int64_t two_septets = 0;
    for (size_t i = 0; i < text->length; i += LANES) {
        marks found = marks1(&look, text->data, text->length, i);
        if (found.unencodable)
            return (segcore_measurement){units, segcore_even_segments(units, tables->ucs2_single, tables->ucs2_part),
                                         0, SEGCORE_UCS2};
        two_septets += __builtin_popcountll(found.two_septets);
    }
    return as_gsm7(tables, &look, text, two_septets);
}

SEGCORE_INLINE void measure1(const segcore_tables *tables, const luts *look, const segcore_text *text,
                             segcore_measurement *found, words *slashes)
{
    if (needs_review(look, text->data, text->length, 0, slashes))
        *found = review1(tables, text);
    else
        plain(tables, text, found);
}

/* Septets of the first code point above U+00FF; 1 if there is none. */
SEGCORE_INLINE uint32_t first_wide_septets(const segcore_tables *tables, const uint16_t *points, size_t length)
{
    for (size_t i = 0; i < length; i += LANES) {
        halves some = length - i < LANES ? load_units_some(points + i, length - i) : load_units(points + i);
        uint64_t wide = ~eq_bitmask(some.high, 0) & ALL_LANES;
        if (wide)
            return segcore_septets(tables, points[i + (size_t)__builtin_ctzll(wide)]);
    }
    return 1;
}

SEGCORE_APART segcore_measurement review2(const segcore_tables *tables, const segcore_text *text)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    const int64_t units = (int64_t)text->length;
    int64_t two_septets = 0;
    for (size_t i = 0; i < text->length; i += LANES) {
        marks found = marks2(tables, &look, text->data, text->length, i);
        if (found.unencodable)
            return (segcore_measurement){units, segcore_utf16_segments(tables, text->data, text->length), 0,
                                         SEGCORE_UCS2};
        two_septets += __builtin_popcountll(found.two_septets);
    }
    return as_gsm7(tables, &look, text, two_septets);
}

/* A string is stored in two octets a code point because of one above U+00FF, and most of those are unencodable: look
 * at the first of them before anything else. */
SEGCORE_INLINE void measure2(const segcore_tables *tables, const segcore_text *text, segcore_measurement *found)
{
    if (first_wide_septets(tables, text->data, text->length)) {
        *found = review2(tables, text);
        return;
    }
    found->units = (int64_t)text->length;
    found->extra = 0;
    found->encoding = SEGCORE_UCS2;
    found->segments = segcore_sure_segments(tables, SEGCORE_UCS2, found->units);
    if (!found->segments)
        found->segments = segcore_utf16_segments(tables, text->data, text->length);
}

static int has_surrogates(const uint32_t *points, size_t length)
{
    uint32_t found = 0;
    for (size_t i = 0; i < length; i++)
        found |= (points[i] & 0xFFFFF800u) == 0xD800;
    return (int)found;
}

/* A string of four octets a code point holds one above U+FFFF, or it would have been stored in two; no
 * alphabet has such a code point.  Should one come without, the scalar kernel takes it. */
SEGCORE_INLINE void measure4(const segcore_tables *tables, const segcore_text *text, segcore_measurement *found)
{
    int64_t extra = 0;
    for (size_t i = 0; i < text->length; i += LANES)
        extra += __builtin_popcountll(beyond_bmp_at(text->data, text->length, i));
    if (!extra) {
        segcore_scalar.measure(tables, text, 1, found);
        return;
    }
    found->units = (int64_t)text->length + extra;
    found->extra = extra;
    found->encoding = SEGCORE_UCS2;
    found->segments = segcore_sure_segments(tables, SEGCORE_UCS2, found->units);
    if (!found->segments)
        found->segments = has_surrogates(text->data, text->length) ? (int64_t)segcore_pack_ucs2(tables, text, NULL, 0)
                                                                   : pack_beyond(tables, text);
}

/* Measure texts of one octet a code point as long as they come, and return where they end.  Most lists have nothing
 * else, and a loop with nothing else in it keeps the look-up tables in registers. */
SEGCORE_APART size_t measure_run1(const segcore_tables *tables, const segcore_text *texts, size_t count,
                                  segcore_measurement *found)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    size_t i = 0;
    for (; i < count && texts[i].kind == 1; i++)
        measure1(tables, &look, &texts[i], &found[i], NULL);
    return i;
}

/* First all are looked over, then all answers are given: what is behind a text in the processor's queue can be begun
 * while its answer waits for one look-up after the other, as long as the queue is not full of that text alone. */
SEGCORE_APART void measure_waiting(const segcore_tables *tables, const segcore_text *texts, const uint8_t *waiting,
                                   size_t number, segcore_measurement *found)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    const utf8_constants constants = make_utf8_constants(tables->filler);
    utf8_seen seen[SORTED];
    for (size_t i = 0; i < number; i++)
        see_utf8(tables, &look, &constants, &texts[waiting[i]], &seen[i]);
    for (size_t i = 0; i < number; i++)
        tell_utf8(tables, &texts[waiting[i]], &seen[i], &found[waiting[i]]);
}

/* Texts that are looked at first: if all of them need a closer look, then so do nearly all others. */
#define FIRST_FEW 8

/* Most texts are plain in one octet a code point.  The others wait until the run is through, so that the processor
 * need not guess which they are. */
SEGCORE_APART size_t measure_run_utf8(const segcore_tables *tables, const segcore_text *texts, size_t count,
                                      segcore_measurement *found)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    uint8_t waiting[SORTED];
    size_t i = 0, number = 0;
    for (; i < count && i < SORTED && texts[i].kind == SEGCORE_UTF8 && !(i == FIRST_FEW && number == i); i++) {
        plain(tables, &texts[i], &found[i]);
        waiting[number] = (uint8_t)i;
        number += (size_t)needs_review(&look, texts[i].data, texts[i].length, 1, NULL);
    }
    for (; i < count && i < SORTED && texts[i].kind == SEGCORE_UTF8 && i >= FIRST_FEW && number == i; i++)
        waiting[number++] = (uint8_t)i;
    measure_waiting(tables, texts, waiting, number, found);
    return i;
}

/* Ask for the octets of a text before they are needed.  Of one octet a code point most are there by then, of two and
 * four they take up some lines more of 64 octets, far from those of other texts. */
SEGCORE_INLINE void ask_for(const segcore_text *text)
{
    const char *first = (const char *)text->data, *end = first + text->length * (size_t)text->kind;
    __builtin_prefetch(first);
    __builtin_prefetch(first + 128);
    __builtin_prefetch(first + 192);
    __builtin_prefetch(end - 1);
}

/* Strings of all kinds, sorted by kind for the same reason.  Those that may have links are told, if they are asked for.
 */
SEGCORE_INLINE size_t measure_sorted(const segcore_tables *tables, const segcore_text *texts, size_t count,
                                     segcore_measurement *found, size_t first, suspects *of)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    uint8_t ones[SORTED], twos[SORTED], fours[SORTED];
    size_t i = 0, number1 = 0, number2 = 0, number4 = 0;
    for (; i < count && i < SORTED && texts[i].kind != SEGCORE_UTF8; i++) {
        const int kind = texts[i].kind;
        ask_for(&texts[i]);
        ones[number1] = twos[number2] = fours[number4] = (uint8_t)i;
        number1 += kind == 1;
        number2 += kind == 2;
        number4 += kind == 4;
    }
    for (size_t j = 0; j < number1; j++) {
        words slashes = no_slashes();
        measure1(tables, &look, &texts[ones[j]], &found[ones[j]], of ? &slashes : NULL);
        if (of)
            suspect(of, first + ones[j], has_slashes(slashes, 1));
    }
    for (size_t j = 0; j < number2; j++) {
        measure2(tables, &texts[twos[j]], &found[twos[j]]);
        if (of)
            suspect(of, first + twos[j], may_have_slashes(&texts[twos[j]], 2));
    }
    for (size_t j = 0; j < number4; j++) {
        measure4(tables, &texts[fours[j]], &found[fours[j]]);
        if (of)
            suspect(of, first + fours[j], may_have_slashes(&texts[fours[j]], 4));
    }
    return i;
}

SEGCORE_APART size_t measure_mixed(const segcore_tables *tables, const segcore_text *texts, size_t count,
                                   segcore_measurement *found)
{
    return measure_sorted(tables, texts, count, found, 0, NULL);
}

SEGCORE_APART size_t measure_strings(const segcore_tables *tables, const segcore_text *texts, size_t count,
                                     segcore_measurement *found, size_t first, suspects *of)
{
    return measure_sorted(tables, texts, count, found, first, of);
}

SEGCORE_APART size_t measure_one2(const segcore_tables *tables, const segcore_text *text, segcore_measurement *found)
{
    measure2(tables, text, found);
    return 1;
}

SEGCORE_APART size_t measure_one4(const segcore_tables *tables, const segcore_text *text, segcore_measurement *found)
{
    measure4(tables, text, found);
    return 1;
}

static void measure(const segcore_tables *tables, const segcore_text *texts, size_t count, segcore_measurement *found)
{
    for (size_t i = 0; i < count;) {
        const segcore_text *next = &texts[i];
        if (next->kind == 1)
            i += measure_run1(tables, next, count - i, &found[i]);
        else if (next->kind == SEGCORE_UTF8)
            i += measure_run_utf8(tables, next, count - i, &found[i]);
        else if (count - i > 1)
            i += measure_mixed(tables, next, count - i, &found[i]);
        else if (next->kind == 2)
            i += measure_one2(tables, next, &found[i]);
        else
            i += measure_one4(tables, next, &found[i]);
    }
}

static size_t measure_links(const segcore_tables *tables, const segcore_tables *links, const segcore_text *texts,
                            size_t count, segcore_measurement *found, uint8_t *places, segcore_links *sums,
                            size_t capacity)
{
    suspects of = {.count = 0};
    for (size_t i = 0; i < count && i < SORTED;) {
        if (texts[i].kind == SEGCORE_UTF8) {
            const size_t first = i;
            i += measure_run_utf8(tables, &texts[i], count - i, &found[i]);
            for (size_t j = first; j < i; j++)
                suspect(&of, j, may_have_slashes(&texts[j], 1));
        } else {
            i += measure_strings(tables, &texts[i], count - i, &found[i], i, &of);
        }
    }
    return sum_suspects(tables, links, texts, found, &of, places, sums, capacity);
}

#include "spans_lanes.h"

const segcore_kernel KERNEL = {KERNEL_NAME, is_usable, measure, find_spans, sum_spans, measure_links};
