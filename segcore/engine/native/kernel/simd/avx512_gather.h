/* All of a text that is not known of the page of ASCII, as code units of 16 bits, for avx512_spans.h. */

/* Where to go on, for the basic multilingual plane and for the one above it, which has nearly all other code points
 * in use.  Up to 32 units more are written behind. */
typedef struct {
    uint16_t *end[2];
    int64_t doubled;
    /* Code points of other planes: not 0 if there are some; the bits of all planes, in lanes. */
    uint64_t other_planes;
    __m512i planes;
} gatherer;

/* The first lanes of pairs; with the lowest bit set, the second ones. */
SEGCORE_INLINE octets even_octets(void) { return _mm512_add_epi8(lane_numbers(), lane_numbers()); }

static const uint16_t EVEN_UNITS[32] = {0,  2,  4,  6,  8,  10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30,
                                        32, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62};

/* Of two vectors, the first 32 octets of both in turn; 32 more are the rest of them. */
SEGCORE_INLINE octets in_turn(void)
{
    const octets lanes = lane_numbers();
    return _mm512_or_si512(masked(_mm512_srli_epi16(lanes, 1), 0x1F), masked(_mm512_slli_epi16(lanes, 6), LANES));
}

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

/* No pointer goes beyond the end of a text. */
SEGCORE_INLINE size_t at_most(size_t n, size_t most) { return n < most ? n : most; }

/* The low and the high octets of 64 code units. */
SEGCORE_INLINE halves octet_halves(__m512i first, __m512i second)
{
    const octets even = even_octets();
    return (halves){_mm512_permutex2var_epi8(first, even, second),
                    _mm512_permutex2var_epi8(first, _mm512_or_si512(even, octets_of(1)), second)};
}

SEGCORE_INLINE void gather2(gatherer *to, const luts *look, const uint16_t *points, size_t rest)
{
    const __m512i most = _mm512_set1_epi16(0xFF);
    const uint64_t lanes = first_bits(rest);
    const __m512i first = _mm512_maskz_loadu_epi16((__mmask32)lanes, points);
    const __m512i second = _mm512_maskz_loadu_epi16((__mmask32)(lanes >> 32), points + at_most(rest, 32));
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

SEGCORE_INLINE unit_halves load4_units(const uint32_t *points, size_t rest)
{
    const __m512i even = _mm512_loadu_si512(EVEN_UNITS);
    const uint32_t lanes = (uint32_t)first_bits(rest);
    const __m512i first = _mm512_maskz_loadu_epi32((__mmask16)lanes, points);
    const __m512i second = _mm512_maskz_loadu_epi32((__mmask16)(lanes >> 16), points + at_most(rest, 16));
    return (unit_halves){_mm512_permutex2var_epi16(first, even, second),
                         _mm512_permutex2var_epi16(first, _mm512_or_si512(even, _mm512_set1_epi16(1)), second)};
}

SEGCORE_INLINE void gather4(gatherer *to, const luts *look, const uint32_t *points, size_t rest)
{
    const __m512i most = _mm512_set1_epi16(0xFF);
    const uint64_t lanes = first_bits(rest);
    const unit_halves first = load4_units(points, rest);
    const unit_halves second = load4_units(points + at_most(rest, 32), rest - at_most(rest, 32));
    const __mmask32 beyond1 = _mm512_test_epi16_mask(first.high, first.high);
    const __mmask32 beyond2 = _mm512_test_epi16_mask(second.high, second.high);
    const __mmask32 wide1 = _mm512_cmpgt_epu16_mask(first.low, most);
    const __mmask32 wide2 = _mm512_cmpgt_epu16_mask(second.low, most);
    const uint64_t others = _mm512_kunpackd(beyond2 | wide2, beyond1 | wide1);
    const octets low = octet_halves(first.low, second.low).low;
    const uint64_t foreign = see_narrow(to, septets_of(look, low), lanes & ~others);
    gather(to, 0, first.low, wide1 & ~beyond1);
    gather(to, 0, second.low, wide2 & ~beyond2);
    gather(to, 1, first.low, beyond1);
    gather(to, 1, second.low, beyond2);
    to->planes = _mm512_ternarylogic_epi32(to->planes, first.high, second.high, 0xFE);
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
    const octets turns = in_turn();
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
