/* Which code points of a text are foreign, by spans of 128, for avx512.c.
 *
 * All that is not known of the page of ASCII is gathered first, of many texts; then it is sorted into spans.  So a
 * text can be begun before the one before it is done, and no branch is on a single code point. */

/* Code units of 16 bits that are gathered of each plane, and the room behind those of a text that is written to. */
enum { GATHERED = 8192, BEHIND_UNITS = 128, GATHERED_TEXTS = 64 };

/* So few units that one step sorts them; a text that is left to go through code point by code point. */
enum { FEW = 8, UNSORTED = -2 };

/* In the basic multilingual plane, and in the one above it, which has nearly all other code points in use. */
typedef struct {
    uint16_t *end[2];
    int64_t doubled;
    /* Not 0 if there are code points of other planes. */
    uint64_t other_planes;
} gatherer;

static const uint8_t EVEN_OCTETS[64] = {0,  2,  4,   6,   8,   10,  12,  14,  16,  18,  20,  22,  24,  26,  28,  30,
                                        32, 34, 36,  38,  40,  42,  44,  46,  48,  50,  52,  54,  56,  58,  60,  62,
                                        64, 66, 68,  70,  72,  74,  76,  78,  80,  82,  84,  86,  88,  90,  92,  94,
                                        96, 98, 100, 102, 104, 106, 108, 110, 112, 114, 116, 118, 120, 122, 124, 126};

static const uint16_t EVEN_UNITS[32] = {0,  2,  4,  6,  8,  10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30,
                                        32, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62};

/* Of two vectors, the first 32 octets of both in turn; 32 more are the rest of them. */
static const uint8_t IN_TURN[64] = {0,  64, 1,  65, 2,  66, 3,  67, 4,  68, 5,  69, 6,  70, 7,  71,
                                    8,  72, 9,  73, 10, 74, 11, 75, 12, 76, 13, 77, 14, 78, 15, 79,
                                    16, 80, 17, 81, 18, 82, 19, 83, 20, 84, 21, 85, 22, 86, 23, 87,
                                    24, 88, 25, 89, 26, 90, 27, 91, 28, 92, 29, 93, 30, 94, 31, 95};

SEGCORE_INLINE void gather(gatherer *to, int plane, __m512i units, __mmask32 lanes)
{
    _mm512_storeu_si512(to->end[plane], _mm512_maskz_compress_epi16(lanes, units));
    to->end[plane] += __builtin_popcount(lanes);
}

/* Code points below U+0100 that are foreign: few texts have some. */
SEGCORE_INLINE void gather_narrow(gatherer *to, int kind, const void *points, uint64_t lanes)
{
    for (; lanes; lanes &= lanes - 1)
        *to->end[0]++ = (uint16_t)segcore_read(kind, points, (size_t)__builtin_ctzll(lanes));
}

/* The code points below U+0100 in some lanes; returns those that are foreign. */
SEGCORE_INLINE uint64_t see_narrow(gatherer *to, octets septets, uint64_t lanes)
{
    to->doubled += __builtin_popcountll(_mm512_mask_test_epi8_mask(lanes, septets, octets_of(2)));
    return _mm512_mask_testn_epi8_mask(lanes, septets, septets);
}

SEGCORE_INLINE void gather1(gatherer *to, const luts *look, const uint8_t *points, size_t rest)
{
    const uint64_t lanes = first_bits(rest);
    gather_narrow(to, 1, points, see_narrow(to, septets_of(look, _mm512_maskz_loadu_epi8(lanes, points)), lanes));
}

/* The low and the high octets of 64 code units. */
SEGCORE_INLINE halves octet_halves(__m512i first, __m512i second)
{
    const octets even = _mm512_loadu_si512(EVEN_OCTETS);
    return (halves){_mm512_permutex2var_epi8(first, even, second),
                    _mm512_permutex2var_epi8(first, _mm512_or_si512(even, octets_of(1)), second)};
}

SEGCORE_INLINE void gather2(gatherer *to, const luts *look, const uint16_t *points, size_t rest)
{
    const __m512i most = _mm512_set1_epi16(0xFF);
    const uint64_t lanes = first_bits(rest);
    const __m512i first = _mm512_maskz_loadu_epi16((__mmask32)lanes, points);
    const __m512i second = _mm512_maskz_loadu_epi16((__mmask32)(lanes >> 32), points + 32);
    const halves text = octet_halves(first, second);
    const uint64_t narrow = lanes & _mm512_testn_epi8_mask(text.high, text.high);
    const uint64_t foreign = see_narrow(to, septets_of(look, text.low), narrow);
    gather(to, 0, first, _mm512_cmpgt_epu16_mask(first, most));
    gather(to, 0, second, _mm512_cmpgt_epu16_mask(second, most));
    gather_narrow(to, 2, points, foreign);
}

/* The low and the high halves of 32 code points. */
typedef struct {
    __m512i low, high;
} unit_halves;

SEGCORE_INLINE unit_halves load4_some(const uint32_t *points, uint32_t lanes)
{
    const __m512i even = _mm512_loadu_si512(EVEN_UNITS);
    const __m512i first = _mm512_maskz_loadu_epi32((__mmask16)lanes, points);
    const __m512i second = _mm512_maskz_loadu_epi32((__mmask16)(lanes >> 16), points + 16);
    return (unit_halves){_mm512_permutex2var_epi16(first, even, second),
                         _mm512_permutex2var_epi16(first, _mm512_or_si512(even, _mm512_set1_epi16(1)), second)};
}

SEGCORE_INLINE void gather_planes(gatherer *to, unit_halves text)
{
    const __m512i one = _mm512_set1_epi16(1);
    const __mmask32 bmp = _mm512_testn_epi16_mask(text.high, text.high);
    gather(to, 0, text.low, _mm512_mask_cmpgt_epu16_mask(bmp, text.low, _mm512_set1_epi16(0xFF)));
    gather(to, 1, text.low, _mm512_cmpeq_epi16_mask(text.high, one));
    to->other_planes |= _mm512_cmpgt_epu16_mask(text.high, one);
}

SEGCORE_INLINE void gather4(gatherer *to, const luts *look, const uint32_t *points, size_t rest)
{
    const uint64_t lanes = first_bits(rest);
    const unit_halves first = load4_some(points, (uint32_t)lanes);
    const unit_halves second = load4_some(points + 32, (uint32_t)(lanes >> 32));
    const octets low = octet_halves(first.low, second.low).low;
    const octets high = octet_halves(_mm512_or_si512(first.low, _mm512_slli_epi16(first.high, 8)),
                                     _mm512_or_si512(second.low, _mm512_slli_epi16(second.high, 8)))
                            .high;
    const uint64_t narrow = lanes & _mm512_testn_epi8_mask(high, high);
    const uint64_t foreign = see_narrow(to, septets_of(look, low), narrow);
    gather_planes(to, first);
    gather_planes(to, second);
    gather_narrow(to, 4, points, foreign);
}

/* Where sequences began in the step before. */
typedef struct {
    octets text;
    uint64_t two, three, four;
} step_before;

/* Sequences of four octets, of which the last are in some lanes; few texts have one.  Those of U+10000 to U+1FFFF
 * begin with F0 90 to F0 9F. */
SEGCORE_INLINE void gather_beyond(gatherer *to, octets next, octets lead, __m512i first, __m512i second,
                                  uint64_t lanes)
{
    const octets high_bits = octets_of(0xF0);
    const uint64_t is_plane_1 = _mm512_mask_cmpeq_epi8_mask(_mm512_cmpeq_epi8_mask(lead, high_bits),
                                                            _mm512_and_si512(next, high_bits), octets_of(0x90));
    to->other_planes |= lanes & ~is_plane_1;
    gather(to, 1, first, (__mmask32)lanes);
    gather(to, 1, second, (__mmask32)(lanes >> 32));
}

SEGCORE_INLINE void gather8(gatherer *to, const luts *look, const uint8_t *data, size_t rest, step_before *before)
{
    const uint64_t lanes = first_bits(rest);
    const octets text = _mm512_maskz_loadu_epi8(lanes, data);
    const octets high_bits = octets_of(0xF0), low_six = octets_of(0x3F);
    const uint64_t from2 = _mm512_cmpge_epu8_mask(text, octets_of(0xC0));
    const uint64_t from3 = _mm512_cmpge_epu8_mask(text, octets_of(0xE0));
    const uint64_t four = _mm512_cmpge_epu8_mask(text, high_bits), two = from2 & ~from3, three = from3 & ~four;
    /* In the lane of the last octet of a sequence. */
    const uint64_t last2 = two << 1 | before->two >> 63, last3 = three << 2 | before->three >> 62;
    const uint64_t last4 = four << 3 | before->four >> 61, bmp = last2 | last3;
    const octets so_far = lower(text, before->text), last = BEHIND(text, so_far, 1);
    const octets last_but_one = BEHIND(text, so_far, 2);
    /* The six low bits of the last octet, the two low bits of the one before; the others of that, and four bits of
     * the one before, if it belongs to the sequence. */
    const octets low = _mm512_ternarylogic_epi32(low_six, text, _mm512_slli_epi16(last, 6), 0xCA);
    const octets upper = _mm512_maskz_mov_epi8(~last2, last_but_one);
    const octets high =
        _mm512_ternarylogic_epi32(high_bits, _mm512_slli_epi16(upper, 4), _mm512_srli_epi16(last, 2), 0xCA);
    const octets turns = _mm512_loadu_si512(IN_TURN);
    const __m512i first = _mm512_permutex2var_epi8(low, turns, high);
    const __m512i second = _mm512_permutex2var_epi8(low, _mm512_or_si512(turns, octets_of(32)), high);
    const octets septets = _mm512_permutex2var_epi8(look->part[0], text, look->part[1]);
    const uint64_t foreign = see_narrow(to, septets, lanes & ~(uint64_t)_mm512_movepi8_mask(text));
    gather(to, 0, first, (__mmask32)bmp);
    gather(to, 0, second, (__mmask32)(bmp >> 32));
    if (last4)
        gather_beyond(to, last_but_one, BEHIND(text, so_far, 3), first, second, last4);
    gather_narrow(to, 1, data, foreign);
    *before = (step_before){text, two, three, four};
}

/* 64 code points or octets; behind the end of the text there is nothing to gather. */
SEGCORE_INLINE void gather_step(gatherer *to, const luts *look, int kind, const segcore_text *text, size_t index,
                                step_before *before)
{
    const size_t at = index < text->length ? index : text->length, rest = text->length - at;
    if (kind == SEGCORE_UTF8)
        gather8(to, look, (const uint8_t *)text->data + at, rest, before);
    else if (kind == 1)
        gather1(to, look, (const uint8_t *)text->data + at, rest);
    else if (kind == 2)
        gather2(to, look, (const uint16_t *)text->data + at, rest);
    else
        gather4(to, look, (const uint32_t *)text->data + at, rest);
}

/* Nearly all texts take two steps or more: so many are made of all. */
SEGCORE_INLINE void gather_steps(gatherer *to, const luts *look, int kind, const segcore_text *text)
{
    step_before before = {octets_of(0), 0, 0, 0};
    gather_step(to, look, kind, text, 0, &before);
    gather_step(to, look, kind, text, 64, &before);
    for (size_t i = 128; i < text->length; i += 64)
        gather_step(to, look, kind, text, i, &before);
}

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
    gather_steps(from, look, kind, text);
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
        gatherer from = {{units[0], units[1]}, 0, 0};
        gathered_texts to;
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
