/* x86-64 with AVX2: 32 code points a step. */
#include "../kernel.h"

#ifdef SEGCORE_X86
#include <immintrin.h>

#include "nibbles.h"
#include "partial_loads.h"
#include "../points.h"
#include "../spans.h"

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,popcnt")
#endif

#define LANES 32
#define KERNEL segcore_avx2
#define KERNEL_NAME "avx2"

typedef __m256i octets;
typedef octets flags;

typedef struct {
    octets low, high;
} halves;

typedef struct {
    uint64_t foreign, doubled;
} marks;

/* Each table of 16 octets twice: AVX2 looks up within halves. */
typedef struct {
    __m256i known[2], doubled[2], plain[2], bit;
} luts;

static int is_usable(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")
           && __builtin_cpu_supports("popcnt");
}

SEGCORE_INLINE __m256i twice(const uint8_t *table)
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)table));
}

SEGCORE_INLINE luts load_luts(const segcore_tables *tables, size_t page)
{
    const segcore_sets *sets = &tables->sets[page];
    return (luts){{twice(sets->known[0]), twice(sets->known[1])},
                  {twice(sets->doubled[0]), twice(sets->doubled[1])},
                  {twice(sets->plain[0]), twice(sets->plain[1])},
                  twice(NIBBLE_BIT)};
}

/* A look-up gives 0 where the top bit is set, so that each table answers for its half of the octets only. */
SEGCORE_INLINE __m256i answers(const __m256i set[2], octets points, octets flipped)
{
    return _mm256_or_si256(_mm256_shuffle_epi8(set[0], points), _mm256_shuffle_epi8(set[1], flipped));
}

SEGCORE_INLINE octets octets_of(uint8_t value) { return _mm256_set1_epi8((char)value); }

SEGCORE_INLINE octets masked(octets points, uint8_t value) { return _mm256_and_si256(points, octets_of(value)); }

SEGCORE_INLINE octets repeated(const uint8_t table[16]) { return twice(table); }

/* There are too few registers. */
SEGCORE_INLINE octets kept(octets points) { return points; }

SEGCORE_INLINE flags from(octets points, octets least)
{
    return _mm256_cmpeq_epi8(_mm256_max_epu8(points, least), points);
}

SEGCORE_INLINE flags continuations(octets text, octets from_c0) { return _mm256_cmpgt_epi8(from_c0, text); }

SEGCORE_INLINE uint64_t lanes_of(flags found) { return (uint32_t)_mm256_movemask_epi8(found); }

SEGCORE_INLINE octets chosen(flags which, octets one, octets other) { return _mm256_blendv_epi8(other, one, which); }

SEGCORE_INLINE octets less(octets points, octets by) { return _mm256_subs_epu8(points, by); }

SEGCORE_INLINE octets high_nibbles(octets points, octets low_nibble)
{
    return _mm256_and_si256(_mm256_srli_epi16(points, 4), low_nibble);
}

SEGCORE_INLINE octets look_up(octets table, octets nibbles) { return _mm256_shuffle_epi8(table, nibbles); }

SEGCORE_INLINE octets counted(octets sums, uint64_t lanes)
{
    const octets octet = _mm256_set_epi64x(0x0303030303030303, 0x0202020202020202, 0x0101010101010101, 0);
    const octets bits = twice(NIBBLE_BIT);
    const octets spread = _mm256_shuffle_epi8(_mm256_set1_epi32((int)(uint32_t)lanes), octet);
    return _mm256_sub_epi8(sums, _mm256_cmpeq_epi8(_mm256_and_si256(spread, bits), bits));
}

SEGCORE_INLINE octets plain_so_far(void) { return octets_of(0xFF); }

/* Not zero as long as each octet was found. */
SEGCORE_INLINE octets still_found(octets so_far, const luts *look, octets points, octets answers)
{
    octets bit = _mm256_shuffle_epi8(look->bit, high_nibbles(points, octets_of(0x0F)));
    return _mm256_min_epu8(so_far, _mm256_and_si256(answers, bit));
}

SEGCORE_INLINE octets still_plain(octets so_far, const luts *look, octets points)
{
    octets flipped = _mm256_xor_si256(points, octets_of(0x80));
    return still_found(so_far, look, points, answers(look->plain, points, flipped));
}

SEGCORE_INLINE octets still_plain8(octets so_far, const luts *look, octets points)
{
    return still_found(so_far, look, points, _mm256_shuffle_epi8(look->plain[0], points));
}

SEGCORE_INLINE uint64_t odd(octets so_far)
{
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(so_far, _mm256_setzero_si256()));
}

/* The last half of the step before, and the first half of this one. */
SEGCORE_INLINE octets lower(octets text, octets before) { return _mm256_permute2x128_si256(before, text, 0x21); }

#define BEHIND(text, lower, n) _mm256_alignr_epi8(text, lower, 16 - (n))

SEGCORE_INLINE marks classify(const luts *look, octets points)
{
    octets flipped = _mm256_xor_si256(points, octets_of(0x80));
    octets bit = _mm256_shuffle_epi8(look->bit, high_nibbles(points, octets_of(0x0F)));
    octets known = _mm256_and_si256(answers(look->known, points, flipped), bit);
    octets doubled = _mm256_and_si256(answers(look->doubled, points, flipped), bit);
    return (marks){(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(known, _mm256_setzero_si256())),
                   (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(doubled, bit))};
}

SEGCORE_INLINE uint64_t equal(octets points, uint8_t value)
{
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(points, _mm256_set1_epi8((char)value)));
}

SEGCORE_INLINE void store(uint8_t *to, octets points) { _mm256_storeu_si256((__m256i *)to, points); }

SEGCORE_INLINE __m128i load16_some(const void *data, size_t n)
{
    octets16 found = read_octets16(data, n);
    return _mm_set_epi64x((int64_t)found.high, (int64_t)found.low);
}

/* The last 16 - n of 16 octets, n <= 16, at the front, the rest zero. */
SEGCORE_INLINE __m128i moved_down(const uint8_t *data, size_t n)
{
    return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)data), _mm_loadu_si128((const __m128i *)(DOWN + n)));
}

/* n octets, n <= 32, the rest zero. */
SEGCORE_INLINE __m256i load32_some(const void *data, size_t n)
{
    if (n <= 16)
        return _mm256_zextsi128_si256(load16_some(data, n));
    __m128i first = _mm_loadu_si128((const __m128i *)data);
    return _mm256_set_m128i(moved_down((const uint8_t *)data + n - 16, 32 - n), first);
}

SEGCORE_INLINE octets load1(const uint8_t *points) { return _mm256_loadu_si256((const __m256i *)points); }

SEGCORE_INLINE octets load1_some(const uint8_t *points, size_t n) { return load32_some(points, n); }

SEGCORE_INLINE octets load1_rest(const uint8_t *points, size_t length, size_t index)
{
    const size_t rest = length - index;
    const uint8_t *last = points + length - 16;
    if (length < LANES)
        return load1_some(points, length);
    return _mm256_set_m128i(moved_down(last, rest > 16 ? 32 - rest : 16),
                            moved_down(rest > 16 ? points + index : last, rest > 16 ? 0 : 16 - rest));
}

SEGCORE_INLINE octets load1_filled(const uint8_t *points, size_t length, size_t index, octets filler)
{
    if (length - index >= LANES)
        return load1(points + index);
    return load1_rest(points, length, index) | (load1(BUT + 32 - (length - index)) & filler);
}

/* Packing works within halves; the permutation puts the quarters in order again. */
SEGCORE_INLINE octets in_order(octets packed) { return _mm256_permute4x64_epi64(packed, 0xD8); }

SEGCORE_INLINE halves halve(__m256i first, __m256i second)
{
    const __m256i low = _mm256_set1_epi16(0xFF);
    return (halves){in_order(_mm256_packus_epi16(_mm256_and_si256(first, low), _mm256_and_si256(second, low))),
                    in_order(_mm256_packus_epi16(_mm256_srli_epi16(first, 8), _mm256_srli_epi16(second, 8)))};
}

SEGCORE_INLINE halves load2(const uint16_t *points)
{
    return halve(_mm256_loadu_si256((const __m256i *)points), _mm256_loadu_si256((const __m256i *)(points + 16)));
}

SEGCORE_INLINE halves load2_some(const uint16_t *points, size_t n)
{
    return halve(load32_some(points, n < 16 ? 2 * n : 32),
                 n > 16 ? load32_some(points + 16, 2 * (n - 16)) : _mm256_setzero_si256());
}

/* Lanes that are masked out are not read, and cannot fault. */
SEGCORE_INLINE uint64_t beyond4_some(const uint32_t *points, size_t n)
{
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    uint64_t found = 0;
    for (size_t i = 0; i < n; i += 8) {
        __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n - (int)i), lane);
        __m256i some = _mm256_maskload_epi32((const int *)(points + i), mask);
        __m256i above = _mm256_cmpgt_epi32(_mm256_srli_epi32(some, 16), _mm256_setzero_si256());
        found |= (uint64_t)(uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(above)) << i;
    }
    return found;
}

SEGCORE_INLINE uint64_t beyond4(const uint32_t *points) { return beyond4_some(points, LANES); }

SEGCORE_INLINE halves joined(octets text)
{
    octets lower = _mm256_permute2x128_si256(text, text, 0x08); /* zeros, then the first half */
    octets last = _mm256_alignr_epi8(text, lower, 15), last_but_one = _mm256_alignr_epi8(text, lower, 14);
    octets lead3 = _mm256_and_si256(last_but_one, from(last_but_one, octets_of(0xE0)));
    return (halves){
        _mm256_or_si256(masked(_mm256_slli_epi16(last, 6), 0xC0), masked(text, 0x3F)),
        _mm256_or_si256(masked(_mm256_slli_epi16(lead3, 4), 0xF0), masked(_mm256_srli_epi16(last, 2), 0x0F))};
}

#include "measure.h"

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
