/* x86-64 with SSSE3 and POPCNT, all but the oldest: 16 code points a step. */
#include "../kernel.h"

#ifdef SEGCORE_X86
#include <immintrin.h>

#include "nibbles.h"
#include "partial_loads.h"
#include "../points.h"
#include "../spans.h"

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("ssse3,popcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("ssse3,popcnt")
#endif

#define LANES 16
#define KERNEL segcore_ssse3
#define KERNEL_NAME "ssse3"

typedef __m128i octets;
typedef octets flags;

typedef struct {
    octets low, high;
} halves;

typedef struct {
    uint64_t foreign, doubled;
} marks;

typedef struct {
    __m128i known[2], doubled[2], plain[2], bit;
} luts;

static int is_usable(void) { return __builtin_cpu_supports("ssse3") && __builtin_cpu_supports("popcnt"); }

SEGCORE_INLINE __m128i load16(const void *data) { return _mm_loadu_si128((const __m128i *)data); }

SEGCORE_INLINE luts load_luts(const segcore_tables *tables, size_t page)
{
    const segcore_sets *sets = &tables->sets[page];
    return (luts){{load16(sets->known[0]), load16(sets->known[1])},
                  {load16(sets->doubled[0]), load16(sets->doubled[1])},
                  {load16(sets->plain[0]), load16(sets->plain[1])},
                  load16(NIBBLE_BIT)};
}

/* A look-up gives 0 where the top bit is set, so that each table answers for its half of the octets only. */
SEGCORE_INLINE __m128i answers(const __m128i set[2], octets points, octets flipped)
{
    return _mm_or_si128(_mm_shuffle_epi8(set[0], points), _mm_shuffle_epi8(set[1], flipped));
}

SEGCORE_INLINE octets octets_of(uint8_t value) { return _mm_set1_epi8((char)value); }

SEGCORE_INLINE octets masked(octets points, uint8_t value) { return _mm_and_si128(points, octets_of(value)); }

SEGCORE_INLINE octets repeated(const uint8_t table[16]) { return load16(table); }

/* There are too few registers. */
SEGCORE_INLINE octets kept(octets points) { return points; }

SEGCORE_INLINE flags from(octets points, octets least) { return _mm_cmpeq_epi8(_mm_max_epu8(points, least), points); }

SEGCORE_INLINE flags continuations(octets text, octets from_c0) { return _mm_cmpgt_epi8(from_c0, text); }

SEGCORE_INLINE uint64_t lanes_of(flags found) { return (uint32_t)_mm_movemask_epi8(found); }

SEGCORE_INLINE octets chosen(flags which, octets one, octets other)
{
    return _mm_or_si128(_mm_and_si128(which, one), _mm_andnot_si128(which, other));
}

SEGCORE_INLINE octets less(octets points, octets by) { return _mm_subs_epu8(points, by); }

SEGCORE_INLINE octets high_nibbles(octets points, octets low_nibble)
{
    return _mm_and_si128(_mm_srli_epi16(points, 4), low_nibble);
}

SEGCORE_INLINE octets look_up(octets table, octets nibbles) { return _mm_shuffle_epi8(table, nibbles); }

SEGCORE_INLINE octets counted(octets sums, uint64_t lanes)
{
    const octets bits = load16(NIBBLE_BIT);
    const octets spread = _mm_unpacklo_epi64(octets_of((uint8_t)lanes), octets_of((uint8_t)(lanes >> 8)));
    return _mm_sub_epi8(sums, _mm_cmpeq_epi8(_mm_and_si128(spread, bits), bits));
}

SEGCORE_INLINE octets plain_so_far(void) { return octets_of(0xFF); }

/* Not zero as long as each octet was found. */
SEGCORE_INLINE octets still_found(octets so_far, const luts *look, octets points, octets answers)
{
    octets bit = _mm_shuffle_epi8(look->bit, high_nibbles(points, octets_of(0x0F)));
    return _mm_min_epu8(so_far, _mm_and_si128(answers, bit));
}

SEGCORE_INLINE octets still_plain(octets so_far, const luts *look, octets points)
{
    octets flipped = _mm_xor_si128(points, octets_of(0x80));
    return still_found(so_far, look, points, answers(look->plain, points, flipped));
}

SEGCORE_INLINE octets still_plain8(octets so_far, const luts *look, octets points)
{
    return still_found(so_far, look, points, _mm_shuffle_epi8(look->plain[0], points));
}

SEGCORE_INLINE uint64_t odd(octets so_far)
{
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(so_far, _mm_setzero_si128()));
}

SEGCORE_INLINE octets lower(octets text, octets before)
{
    (void)text;
    return before;
}

#define BEHIND(text, lower, n) _mm_alignr_epi8(text, lower, 16 - (n))

SEGCORE_INLINE marks classify(const luts *look, octets points)
{
    octets flipped = _mm_xor_si128(points, octets_of(0x80));
    octets bit = _mm_shuffle_epi8(look->bit, high_nibbles(points, octets_of(0x0F)));
    octets known = _mm_and_si128(answers(look->known, points, flipped), bit);
    octets doubled = _mm_and_si128(answers(look->doubled, points, flipped), bit);
    return (marks){(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(known, _mm_setzero_si128())),
                   (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(doubled, bit))};
}

SEGCORE_INLINE uint64_t equal(octets points, uint8_t value)
{
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(points, _mm_set1_epi8((char)value)));
}

SEGCORE_INLINE void store(uint8_t *to, octets points) { _mm_storeu_si128((__m128i *)to, points); }

SEGCORE_INLINE __m128i load16_some(const void *data, size_t n)
{
    octets16 found = read_octets16(data, n);
    return _mm_set_epi64x((int64_t)found.high, (int64_t)found.low);
}

SEGCORE_INLINE octets load1(const uint8_t *points) { return load16(points); }

SEGCORE_INLINE octets load1_some(const uint8_t *points, size_t n) { return load16_some(points, n); }

SEGCORE_INLINE octets load1_rest(const uint8_t *points, size_t length, size_t index)
{
    if (length < LANES)
        return load1_some(points, length);
    return _mm_shuffle_epi8(load16(points + length - 16), load16(DOWN + 16 - (length - index)));
}

SEGCORE_INLINE octets load1_filled(const uint8_t *points, size_t length, size_t index, octets filler)
{
    if (length - index >= LANES)
        return load1(points + index);
    return load1_rest(points, length, index) | (load1(BUT + 32 - (length - index)) & filler);
}

SEGCORE_INLINE halves halve(__m128i first, __m128i second)
{
    const __m128i low = _mm_set1_epi16(0xFF);
    return (halves){_mm_packus_epi16(_mm_and_si128(first, low), _mm_and_si128(second, low)),
                    _mm_packus_epi16(_mm_srli_epi16(first, 8), _mm_srli_epi16(second, 8))};
}

SEGCORE_INLINE halves load2(const uint16_t *points) { return halve(load16(points), load16(points + 8)); }

SEGCORE_INLINE halves load2_some(const uint16_t *points, size_t n)
{
    return halve(load16_some(points, n < 8 ? 2 * n : 16),
                 n > 8 ? load16_some(points + 8, 2 * (n - 8)) : _mm_setzero_si128());
}

SEGCORE_INLINE uint64_t beyond4(const uint32_t *points)
{
    uint64_t found = 0;
    for (size_t i = 0; i < LANES; i += 4) {
        __m128i above = _mm_cmpgt_epi32(_mm_srli_epi32(load16(points + i), 16), _mm_setzero_si128());
        found |= (uint64_t)(uint32_t)_mm_movemask_ps(_mm_castsi128_ps(above)) << i;
    }
    return found;
}

SEGCORE_INLINE uint64_t beyond4_some(const uint32_t *points, size_t n)
{
    uint64_t found = 0;
    for (size_t i = 0; i < n; i++)
        found |= (uint64_t)(points[i] > 0xFFFF) << i;
    return found;
}

SEGCORE_INLINE halves joined(octets text)
{
    octets last = _mm_slli_si128(text, 1), last_but_one = _mm_slli_si128(text, 2);
    octets lead3 = _mm_and_si128(last_but_one, from(last_but_one, octets_of(0xE0)));
    return (halves){_mm_or_si128(masked(_mm_slli_epi16(last, 6), 0xC0), masked(text, 0x3F)),
                    _mm_or_si128(masked(_mm_slli_epi16(lead3, 4), 0xF0), masked(_mm_srli_epi16(last, 2), 0x0F))};
}

#include "measure.h"

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
