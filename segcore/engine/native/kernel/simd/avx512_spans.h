/* Which code points of a text are foreign, by spans of 128, for avx512.c.
 *
 * All that is not known of the page of ASCII is gathered first, of many texts; then it is sorted into spans.  So a
 * text can be begun before the one before it is done, and no branch is on a single code point. */

#include "avx512_gather.h"

/* Units that are gathered of each plane, and the room behind all; so many texts that places fit into octets. */
enum { GATHERED = 8192, BEHIND_UNITS = 128, GATHERED_TEXTS = 64 };

/* So few units that one step sorts them; a text that is left to go through code point by code point. */
enum { FEW = 8, UNSORTED = -2 };

/* What was gathered of one text of a plane. */
typedef struct {
    uint16_t *units;
    uint32_t count;
    uint8_t plane, place;
} gathered;

/* Spans of two sets of 64 code points, in lanes. */
typedef struct {
    __m512i low, high;
} span_lanes;

/* A shift by 64 or more gives 0, and so only code points of the span leave a bit. */
SEGCORE_INLINE span_lanes of_span(__m128i units, __m512i base)
{
    const __m512i one = _mm512_set1_epi64(1), index = _mm512_sub_epi64(_mm512_cvtepu16_epi64(units), base);
    return (span_lanes){_mm512_sllv_epi64(one, index),
                        _mm512_sllv_epi64(one, _mm512_sub_epi64(index, _mm512_set1_epi64(64)))};
}

SEGCORE_INLINE __m128i both_of(span_lanes found)
{
    const __m512i both =
        _mm512_or_si512(_mm512_unpacklo_epi64(found.low, found.high), _mm512_unpackhi_epi64(found.low, found.high));
    const __m256i half = _mm256_or_si256(_mm512_castsi512_si256(both), _mm512_extracti64x4_epi64(both, 1));
    return _mm_or_si128(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

/* segcore_enter_span() of both halves at once. */
SEGCORE_INLINE void enter_lanes(const segcore_tables *tables, const gathered *from, uint32_t base, span_lanes found,
                                segcore_foreign *to)
{
    const uint32_t number = (uint32_t)from->plane << 9 | base >> 7;
    const segcore_sets *sets = segcore_sets_of_span(tables, number);
    const size_t half = 2 * (number & 1);
    const __m128i all = both_of(found);
    const __m128i doubled = _mm_loadu_si128((const __m128i *)&sets->is_doubled[half]);
    const __m128i foreign = _mm_andnot_si128(_mm_loadu_si128((const __m128i *)&sets->is_known[half]), all);
    segcore_span *span = &to->spans[to->count];
    span->number = number;
    _mm_storeu_si128((__m128i *)span->points, foreign);
    to->count += !_mm_testz_si128(foreign, foreign);
    if (!_mm_testz_si128(all, doubled))
        to->doubled = SEGCORE_UNSURE_DOUBLED;
}

/* Whether there is room for a span more. */
SEGCORE_INLINE int has_room(segcore_foreign *to)
{
    if (to->count == SEGCORE_MOST_SPANS)
        to->count = SEGCORE_MANY_SPANS;
    return to->count >= 0;
}

/* Sort up to FEW units into spans. */
SEGCORE_INLINE void sort_few(const segcore_tables *tables, const gathered *from, segcore_foreign *to)
{
    __m128i some = _mm_loadu_si128((const __m128i *)from->units);
    __mmask8 left = (__mmask8)_bzhi_u32(0xFF, from->count);
    while (left && has_room(to)) {
        const uint32_t base = (uint32_t)_mm_cvtsi128_si32(some) & 0xFF80;
        span_lanes found = of_span(some, _mm512_set1_epi64(base));
        found.low = _mm512_maskz_mov_epi64(left, found.low);
        found.high = _mm512_maskz_mov_epi64(left, found.high);
        enter_lanes(tables, from, base, found, to);
        left &= _mm_cmpge_epu16_mask(_mm_sub_epi16(some, _mm_set1_epi16((short)base)), _mm_set1_epi16(128));
        some = _mm_maskz_compress_epi16(left, some);
        left = (__mmask8)_bzhi_u32(0xFF, (unsigned)__builtin_popcount(left));
    }
}

/* Keep the units that are not in a span; returns where they end. */
SEGCORE_INLINE uint16_t *without_span(uint16_t *units, size_t count, uint32_t base)
{
    uint16_t *end = units;
    for (size_t i = 0; i < count; i += 32) {
        const __m512i some = _mm512_loadu_si512(units + i);
        const __mmask32 other =
            (__mmask32)first_bits(count - i)
            & _mm512_cmpge_epu16_mask(_mm512_sub_epi16(some, _mm512_set1_epi16((short)base)), _mm512_set1_epi16(128));
        _mm512_storeu_si512(end, _mm512_maskz_compress_epi16(other, some));
        end += __builtin_popcount(other);
    }
    return end;
}

/* The same of more units.  Behind them are zeros, which are in the first span of a plane alone. */
static void sort_many(const segcore_tables *tables, const gathered *from, segcore_foreign *to)
{
    uint16_t *const units = from->units;
    for (size_t count = from->count; count && has_room(to);) {
        const uint32_t base = units[0] & 0xFF80;
        const __m512i bases = _mm512_set1_epi64(base), bases16 = _mm512_set1_epi16((short)base);
        span_lanes all = {_mm512_setzero_si512(), _mm512_setzero_si512()};
        uint32_t others = 0;
        for (size_t i = 0; i < count; i += 32) {
            for (size_t j = i; j < i + 32; j += 8) {
                const span_lanes found = of_span(_mm_loadu_si128((const __m128i *)(units + j)), bases);
                all.low = _mm512_or_si512(all.low, found.low);
                all.high = _mm512_or_si512(all.high, found.high);
            }
            const __m512i index = _mm512_sub_epi16(_mm512_loadu_si512(units + i), bases16);
            others |= (uint32_t)first_bits(count - i) & _mm512_cmpge_epu16_mask(index, _mm512_set1_epi16(128));
        }
        if (!base) {
            to->count = UNSORTED;
            return;
        }
        enter_lanes(tables, from, base, all, to);
        count = others ? (size_t)(without_span(units, count, base) - units) : 0;
    }
}

/* All that was gathered, few and many units apart, so that the processor need not guess which comes next. */
typedef struct {
    gathered few[2 * GATHERED_TEXTS], many[2 * GATHERED_TEXTS];
    size_t few_count, many_count;
} gathered_texts;

/* Field by field, as in vector.h. */
SEGCORE_INLINE void put_gathered(gathered *to, int plane, uint16_t *units, uint32_t count, size_t place)
{
    to->units = units;
    to->count = count;
    to->plane = (uint8_t)plane;
    to->place = (uint8_t)place;
}

SEGCORE_INLINE void keep_gathered(gatherer *from, int plane, uint16_t *units, size_t place, gathered_texts *to)
{
    const uint32_t count = (uint32_t)(from->end[plane] - units);
    put_gathered(&to->few[to->few_count], plane, units, count, place);
    put_gathered(&to->many[to->many_count], plane, units, count, place);
    to->few_count += count - 1 < FEW;
    to->many_count += count > FEW;
    _mm512_storeu_si512(from->end[plane], _mm512_setzero_si512());
    from->end[plane] += 32;
}

/* With a constant kind there is a loop for it. */
SEGCORE_INLINE void gather_text(gatherer *from, const luts *look, int kind, const segcore_text *text, size_t place,
                                gathered_texts *to, segcore_foreign *foreign)
{
    uint16_t *const units[2] = {from->end[0], from->end[1]};
    from->doubled = 0;
    from->other_planes = 0;
    from->planes = _mm512_setzero_si512();
    gather_steps(from, look, kind, text);
    if (kind == 4)
        from->other_planes = _mm512_cmpgt_epu16_mask(from->planes, _mm512_set1_epi16(1));
    foreign->count = from->other_planes ? UNSORTED : 0;
    foreign->doubled = from->doubled;
    keep_gathered(from, 0, units[0], place, to);
    if (kind == SEGCORE_UTF8 || kind == 4)
        keep_gathered(from, 1, units[1], place, to);
}

/* Places of texts by kinds, for the same reason as few and many: strings of one octet and UTF-8, which do not come
 * together, and those of two and of four octets. */
typedef struct {
    uint8_t places[3][GATHERED_TEXTS];
    size_t counts[3];
} places_by_kind;

SEGCORE_INLINE places_by_kind sort_kinds(const segcore_text *texts, size_t count)
{
    places_by_kind found;
    found.counts[0] = found.counts[1] = found.counts[2] = 0;
    for (size_t i = 0; i < count; i++) {
        for (int which = 0; which < 3; which++) {
            found.places[which][found.counts[which]] = (uint8_t)i;
            found.counts[which] += texts[i].kind >> 1 == which;
        }
    }
    return found;
}

SEGCORE_INLINE void gather_all(const segcore_tables *tables, const segcore_text *texts, size_t count, gatherer *from,
                               gathered_texts *to, segcore_foreign *foreign)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    const places_by_kind by_kind = sort_kinds(texts, count);
    for (size_t i = 0; i < by_kind.counts[0]; i++) {
        const size_t place = by_kind.places[0][i];
        if (texts[place].kind == SEGCORE_UTF8)
            gather_text(from, &look, SEGCORE_UTF8, &texts[place], place, to, &foreign[place]);
        else
            gather_text(from, &look, 1, &texts[place], place, to, &foreign[place]);
    }
    for (size_t i = 0; i < by_kind.counts[1]; i++)
        gather_text(from, &look, 2, &texts[by_kind.places[1][i]], by_kind.places[1][i], to,
                    &foreign[by_kind.places[1][i]]);
    for (size_t i = 0; i < by_kind.counts[2]; i++)
        gather_text(from, &look, 4, &texts[by_kind.places[2][i]], by_kind.places[2][i], to,
                    &foreign[by_kind.places[2][i]]);
}

SEGCORE_INLINE void sort_all(const segcore_tables *tables, const gathered_texts *from, segcore_foreign *to)
{
    for (size_t i = 0; i < from->few_count; i++)
        sort_few(tables, &from->few[i], &to[from->few[i].place]);
    for (size_t i = 0; i < from->many_count; i++)
        sort_many(tables, &from->many[i], &to[from->many[i].place]);
}

/* How many of the first texts there is room for. */
SEGCORE_INLINE size_t count_fitting(const segcore_text *texts, size_t count)
{
    size_t number = 0, used = BEHIND_UNITS;
    for (; number < count && number < GATHERED_TEXTS; number++) {
        used += texts[number].length + 32;
        if (used > GATHERED)
            break;
    }
    return number;
}

static void find_spans(const segcore_tables *tables, const segcore_text *texts, size_t count, segcore_foreign *found)
{
    uint16_t units[2][GATHERED];
    for (size_t i = 0; i < count;) {
        const size_t number = count_fitting(texts + i, count - i);
        gatherer from;
        gathered_texts to;
        from.end[0] = units[0];
        from.end[1] = units[1];
        to.few_count = to.many_count = 0;
        gather_all(tables, texts + i, number, &from, &to, found + i);
        sort_all(tables, &to, found + i);
        for (size_t j = i; j < i + number; j++)
            if (found[j].count == UNSORTED)
                segcore_find_spans_of(tables, &texts[j], &found[j]);
        if (!number)
            segcore_find_spans_of(tables, &texts[i], &found[i]);
        i += number ? number : 1;
    }
}
