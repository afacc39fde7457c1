/* Which code points of a text are foreign, by spans of 128, for avx512.c.
 *
 * All that is not known of the page of ASCII is gathered first, of many texts; then it is sorted into spans.  So a
 * text can be begun before the one before it is done, and no branch is on a single code point. */

/* Code units of 16 bits that are gathered of each plane, and the room behind those of a text that is written to. */
enum { GATHERED = 6144, BEHIND_UNITS = 128, GATHERED_TEXTS = 64 };

/* Units sorted at once, and so few that one step does. */
enum { CHUNK = 64, FEW = 8 };

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

/* Of two vectors, the first 32 octets of both in turn; 32 more are the rest of them. */
static const uint8_t IN_TURN[64] = {0,  64, 1,  65, 2,  66, 3,  67, 4,  68, 5,  69, 6,  70, 7,  71,
                                    8,  72, 9,  73, 10, 74, 11, 75, 12, 76, 13, 77, 14, 78, 15, 79,
                                    16, 80, 17, 81, 18, 82, 19, 83, 20, 84, 21, 85, 22, 86, 23, 87,
                                    24, 88, 25, 89, 26, 90, 27, 91, 28, 92, 29, 93, 30, 94, 31, 95};

SEGCORE_INLINE void gather(gatherer *to, int plane, __m512i first, __m512i second, uint64_t lanes)
{
    uint16_t *end = to->end[plane];
    _mm512_storeu_si512(end, _mm512_maskz_compress_epi16((__mmask32)lanes, first));
    end += __builtin_popcountll(lanes & 0xFFFFFFFF);
    _mm512_storeu_si512(end, _mm512_maskz_compress_epi16((__mmask32)(lanes >> 32), second));
    to->end[plane] = end + __builtin_popcountll(lanes >> 32);
}

/* 64 code units; those in `beyond` are of the plane above. */
SEGCORE_INLINE void gather_units(gatherer *to, const luts *look, __m512i first, __m512i second, uint64_t lanes,
                                 uint64_t beyond)
{
    const octets even = _mm512_loadu_si512(EVEN_OCTETS);
    const octets low = _mm512_permutex2var_epi8(first, even, second);
    const octets high = _mm512_permutex2var_epi8(first, _mm512_add_epi8(even, octets_of(1)), second);
    const octets septets = septets_of(look, low);
    const uint64_t wide = _mm512_test_epi8_mask(high, high) | beyond;
    const uint64_t foreign = _mm512_testn_epi8_mask(septets, septets);
    const uint64_t doubled = _mm512_test_epi8_mask(septets, octets_of(2));
    to->doubled += __builtin_popcountll(doubled & ~wide & lanes);
    gather(to, 0, first, second, (wide | foreign) & lanes & ~beyond);
}

SEGCORE_INLINE void gather1(gatherer *to, const luts *look, const uint8_t *points, size_t length)
{
    for (size_t i = 0; i < length; i += 64) {
        const uint64_t lanes = first_bits(length - i);
        const octets some = _mm512_maskz_loadu_epi8(lanes, points + i);
        gather_units(to, look, _mm512_cvtepu8_epi16(_mm512_castsi512_si256(some)),
                     _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(some, 1)), lanes, 0);
    }
}

SEGCORE_INLINE void gather2(gatherer *to, const luts *look, const uint16_t *points, size_t length)
{
    for (size_t i = 0; i < length; i += 64) {
        const uint64_t lanes = first_bits(length - i);
        const __m512i first = _mm512_maskz_loadu_epi16((__mmask32)lanes, points + i);
        const __m512i second = _mm512_maskz_loadu_epi16((__mmask32)(lanes >> 32), points + i + 32);
        gather_units(to, look, first, second, lanes, 0);
    }
}

/* The low and the high halves of 32 code points. */
typedef struct {
    __m512i low, high;
} unit_halves;

SEGCORE_INLINE unit_halves load4_some(const uint32_t *points, uint32_t lanes)
{
    const __m512i even = _mm512_set_epi16(62, 60, 58, 56, 54, 52, 50, 48, 46, 44, 42, 40, 38, 36, 34, 32, 30, 28, 26,
                                          24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i first = _mm512_maskz_loadu_epi32((__mmask16)lanes, points);
    const __m512i second = _mm512_maskz_loadu_epi32((__mmask16)(lanes >> 16), points + 16);
    return (unit_halves){_mm512_permutex2var_epi16(first, even, second),
                         _mm512_permutex2var_epi16(first, _mm512_add_epi16(even, _mm512_set1_epi16(1)), second)};
}

SEGCORE_INLINE void gather4(gatherer *to, const luts *look, const uint32_t *points, size_t length)
{
    const __m512i one = _mm512_set1_epi16(1);
    for (size_t i = 0; i < length; i += 64) {
        const uint64_t lanes = first_bits(length - i);
        const unit_halves first = load4_some(points + i, (uint32_t)lanes);
        const unit_halves second = load4_some(points + i + 32, (uint32_t)(lanes >> 32));
        const uint64_t beyond =
            _mm512_cmpeq_epi16_mask(first.high, one) | (uint64_t)_mm512_cmpeq_epi16_mask(second.high, one) << 32;
        to->other_planes |=
            (uint64_t)_mm512_cmpgt_epu16_mask(first.high, one) | (uint64_t)_mm512_cmpgt_epu16_mask(second.high, one);
        gather_units(to, look, first.low, second.low, lanes, beyond);
        gather(to, 1, first.low, second.low, beyond);
    }
}

/* Where sequences began in the step before. */
typedef struct {
    octets text;
    uint64_t two, three, four, f0;
} step_before;

SEGCORE_INLINE void gather_step8(gatherer *to, const luts *look, octets text, uint64_t lanes, step_before *before)
{
    const octets high_bits = octets_of(0xF0), low_six = octets_of(0x3F);
    const uint64_t from2 = _mm512_cmpge_epu8_mask(text, octets_of(0xC0));
    const uint64_t from3 = _mm512_cmpge_epu8_mask(text, octets_of(0xE0));
    const uint64_t four = _mm512_cmpge_epu8_mask(text, high_bits), two = from2 & ~from3, three = from3 & ~four;
    const uint64_t ascii = lanes & ~(uint64_t)_mm512_movepi8_mask(text);
    /* U+10000 to U+1FFFF begin with F0 90 to F0 9F. */
    const uint64_t f0 = _mm512_cmpeq_epi8_mask(text, high_bits);
    const uint64_t f09 = f0 << 1 | before->f0 >> 63;
    to->other_planes |=
        (four & ~f0) | (f09 & ~_mm512_cmpeq_epi8_mask(_mm512_and_si512(text, high_bits), octets_of(0x90)));
    /* In the lane of the last octet of a sequence. */
    const uint64_t last2 = two << 1 | before->two >> 63, last3 = three << 2 | before->three >> 62;
    const uint64_t last4 = four << 3 | before->four >> 61;
    const octets so_far = lower(text, before->text), last = BEHIND(text, so_far, 1);
    const octets last_but_one = _mm512_maskz_alignr_epi8(last3 | last4, text, so_far, 14);
    /* The six low bits of the last octet, the two low bits of the one before; the others of that, and four bits. */
    octets low = _mm512_ternarylogic_epi32(low_six, text, _mm512_slli_epi16(last, 6), 0xCA);
    octets high =
        _mm512_ternarylogic_epi32(high_bits, _mm512_slli_epi16(last_but_one, 4), _mm512_srli_epi16(last, 2), 0xCA);
    const octets septets = _mm512_permutex2var_epi8(look->part[0], text, look->part[1]);
    const uint64_t foreign = _mm512_mask_testn_epi8_mask(ascii, septets, septets);
    to->doubled += __builtin_popcountll(_mm512_mask_test_epi8_mask(ascii, septets, octets_of(2)));
    low = _mm512_mask_mov_epi8(low, foreign, text);
    high = _mm512_maskz_mov_epi8(~foreign, high);
    const octets turns = _mm512_loadu_si512(IN_TURN);
    const __m512i first = _mm512_permutex2var_epi8(low, turns, high);
    const __m512i second = _mm512_permutex2var_epi8(low, _mm512_add_epi8(turns, octets_of(32)), high);
    gather(to, 0, first, second, last2 | last3 | foreign);
    gather(to, 1, first, second, last4);
    *before = (step_before){text, two, three, four, f0};
}

SEGCORE_INLINE void gather8(gatherer *to, const luts *look, const uint8_t *data, size_t length)
{
    step_before before = {octets_of(0), 0, 0, 0, 0};
    for (size_t i = 0; i < length; i += 64) {
        const uint64_t lanes = first_bits(length - i);
        gather_step8(to, look, _mm512_maskz_loadu_epi8(lanes, data + i), lanes, &before);
    }
}

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

SEGCORE_INLINE void enter_lanes(const segcore_tables *tables, uint32_t number, span_lanes found, segcore_foreign *to)
{
    const __m512i both =
        _mm512_or_si512(_mm512_unpacklo_epi64(found.low, found.high), _mm512_unpackhi_epi64(found.low, found.high));
    const __m256i half = _mm256_or_si256(_mm512_castsi512_si256(both), _mm512_extracti64x4_epi64(both, 1));
    const __m128i all = _mm_or_si128(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
    segcore_enter_span(tables, number, (uint64_t)_mm_cvtsi128_si64(all), (uint64_t)_mm_extract_epi64(all, 1), to);
}

/* Sort up to FEW units into spans, the first of which is that of U+0000 or of U+10000; 0 if there are too many. */
SEGCORE_INLINE int sort_few(const segcore_tables *tables, const uint16_t *units, size_t count, uint32_t first_span,
                            segcore_foreign *to)
{
    __m128i some = _mm_loadu_si128((const __m128i *)units);
    __mmask8 left = (__mmask8)_bzhi_u32(0xFF, (unsigned)count);
    while (left) {
        const uint32_t base = (uint32_t)_mm_cvtsi128_si32(some) & 0xFF80;
        if (to->count == SEGCORE_MOST_SPANS)
            return 0;
        span_lanes found = of_span(some, _mm512_set1_epi64(base));
        found.low = _mm512_maskz_mov_epi64(left, found.low);
        found.high = _mm512_maskz_mov_epi64(left, found.high);
        enter_lanes(tables, first_span + (base >> 7), found, to);
        left &= _mm_cmpge_epu16_mask(_mm_sub_epi16(some, _mm_set1_epi16((short)base)), _mm_set1_epi16(128));
        some = _mm_maskz_compress_epi16(left, some);
        left = (__mmask8)_bzhi_u32(0xFF, (unsigned)__builtin_popcount(left));
    }
    return 1;
}

/* Behind units put more of the same, as many as are sorted at once. */
SEGCORE_INLINE void fill_behind(uint16_t *units, uint16_t *end)
{
    const __m512i same = _mm512_set1_epi16((short)units[0]);
    _mm512_storeu_si512(end, same);
    _mm512_storeu_si512(end + 32, same);
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

/* The same of more units, which are followed by some that are there already. */
static int sort_many(const segcore_tables *tables, uint16_t *units, size_t count, uint32_t first_span,
                     segcore_foreign *to)
{
    while (count) {
        const uint32_t base = units[0] & 0xFF80;
        const __m512i bases = _mm512_set1_epi64(base), bases16 = _mm512_set1_epi16((short)base);
        span_lanes all = {_mm512_setzero_si512(), _mm512_setzero_si512()};
        uint32_t others = 0;
        if (to->count == SEGCORE_MOST_SPANS)
            return 0;
        for (size_t i = 0; i < count; i += CHUNK) {
            for (size_t j = i; j < i + CHUNK; j += 8) {
                const span_lanes found = of_span(_mm_loadu_si128((const __m128i *)(units + j)), bases);
                all.low = _mm512_or_si512(all.low, found.low);
                all.high = _mm512_or_si512(all.high, found.high);
            }
            for (size_t j = i; j < i + CHUNK; j += 32)
                others |= _mm512_cmpge_epu16_mask(_mm512_sub_epi16(_mm512_loadu_si512(units + j), bases16),
                                                  _mm512_set1_epi16(128));
        }
        enter_lanes(tables, first_span + (base >> 7), all, to);
        if (!others)
            return 1;
        uint16_t *end = without_span(units, count, base);
        fill_behind(units, end);
        count = (size_t)(end - units);
    }
    return 1;
}

SEGCORE_INLINE int sort_units(const segcore_tables *tables, uint16_t *units, size_t count, uint32_t first_span,
                              segcore_foreign *to)
{
    if (count > FEW)
        return sort_many(tables, units, count, first_span, to);
    return sort_few(tables, units, count, first_span, to);
}

/* What was gathered of a text, by planes. */
typedef struct {
    uint16_t *units[2];
    size_t count[2];
    int64_t doubled;
    uint64_t other_planes;
} gathered;

SEGCORE_INLINE void gather_text(gatherer *to, const luts *look, const segcore_text *text, gathered *found)
{
    for (int plane = 0; plane < 2; plane++) {
        found->units[plane] = to->end[plane];
        to->end[plane][0] = 0;
    }
    to->doubled = 0;
    to->other_planes = 0;
    switch (text->kind) {
    case SEGCORE_UTF8:
        gather8(to, look, text->data, text->length);
        break;
    case 1:
        gather1(to, look, text->data, text->length);
        break;
    case 2:
        gather2(to, look, text->data, text->length);
        break;
    default:
        gather4(to, look, text->data, text->length);
    }
    found->doubled = to->doubled;
    found->other_planes = to->other_planes;
    for (int plane = 0; plane < 2; plane++) {
        found->count[plane] = (size_t)(to->end[plane] - found->units[plane]);
        fill_behind(found->units[plane], to->end[plane]);
        to->end[plane] += found->count[plane] > FEW ? CHUNK : FEW;
    }
}

SEGCORE_INLINE void sort_text(const segcore_tables *tables, const segcore_text *text, const gathered *found,
                              segcore_foreign *to)
{
    to->count = 0;
    to->doubled = found->doubled;
    if (found->other_planes)
        segcore_find_spans_of(tables, text, to);
    else if (!sort_units(tables, found->units[0], found->count[0], 0, to)
             || !sort_units(tables, found->units[1], found->count[1], 0x10000 >> 7, to))
        to->count = SEGCORE_MANY_SPANS;
}

/* Returns of how many texts the foreign code points were found. */
SEGCORE_APART size_t find_some_spans(const segcore_tables *tables, const segcore_text *texts, size_t count,
                                     segcore_foreign *to)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    uint16_t units[2][GATHERED];
    gathered found[GATHERED_TEXTS];
    gatherer gathering = {{units[0], units[1]}, 0, 0};
    size_t number = 0, used = 0;
    for (; number < count && number < GATHERED_TEXTS; number++) {
        used += texts[number].length + CHUNK;
        if (used + BEHIND_UNITS > GATHERED)
            break;
        gather_text(&gathering, &look, &texts[number], &found[number]);
    }
    for (size_t i = 0; i < number; i++)
        sort_text(tables, &texts[i], &found[i], &to[i]);
    if (number)
        return number;
    segcore_find_spans_of(tables, texts, to);
    return 1;
}

static void find_spans(const segcore_tables *tables, const segcore_text *texts, size_t count, segcore_foreign *found)
{
    for (size_t i = 0; i < count;)
        i += find_some_spans(tables, texts + i, count - i, found + i);
}
