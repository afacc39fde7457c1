/* x86-64 with AVX2: 32 octets a step. */
#include "../kernel.h"

#ifdef SEGCORE_X86
#include <immintrin.h>

#include "cpu_features.h"

SEGCORE_TARGET("avx2,bmi,bmi2,popcnt")

#define LANES 32
#define KERNEL segcore_avx2
#define KERNEL_NAME "avx2"
/* alignr works on each half: each takes what lies before it from the half before.
 *
 *   before  | B0 | B1 |    text  | T0 | T1 |    permuted  | B1 | T0 |
 */
#define prev(text, before, n)                                                                                        \
    ((octets)_mm256_alignr_epi8((__m256i)(text),                                                                     \
                                _mm256_permute2x128_si256((__m256i)(before), (__m256i)(text), 0x21), 16 - (n)))
#include "lanes.h"

static int is_usable(void)
{
    return has_cpu_features(LEAF1_POPCNT, LEAF7_AVX2 | LEAF7_BMI1 | LEAF7_BMI2, 0, STATE_AVX);
}

SEGCORE_INLINE octets look_up(octets table, octets indices)
{
    return (octets)_mm256_shuffle_epi8((__m256i)table, (__m256i)indices);
}

SEGCORE_INLINE octets look_up_low(octets table, octets points) { return look_up(table, points); }

SEGCORE_INLINE octets repeat(const uint8_t table[16])
{
    return (octets)_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)table));
}

SEGCORE_INLINE uint64_t to_bitmask(flags which) { return (uint32_t)_mm256_movemask_epi8((__m256i)which); }

/* One instruction for three: and, and-not, or. */
SEGCORE_INLINE octets select_lanes(flags which, octets one, octets other)
{
    return (octets)_mm256_blendv_epi8((__m256i)other, (__m256i)one, (__m256i)which);
}

SEGCORE_INLINE octets subs(octets a, octets b) { return (octets)_mm256_subs_epu8((__m256i)a, (__m256i)b); }

SEGCORE_INLINE octets min(octets a, octets b) { return (octets)_mm256_min_epu8((__m256i)a, (__m256i)b); }

SEGCORE_INLINE words min_words(words a, words b) { return (words)_mm256_min_epu16((__m256i)a, (__m256i)b); }

SEGCORE_INLINE quads widen(const uint8_t *octets)
{
    return (quads)_mm256_cvtepu8_epi64(_mm_cvtsi32_si128((int)read32(octets)));
}

SEGCORE_INLINE quads bit_or_none(quads index)
{
    return (quads)_mm256_sllv_epi64(_mm256_set1_epi64x(1), (__m256i)index);
}

SEGCORE_INLINE octets spread(uint64_t lanes)
{
    const __m256i octet = _mm256_set_epi64x(0x0303030303030303, 0x0202020202020202, 0x0101010101010101, 0);
    return (octets)_mm256_shuffle_epi8(_mm256_set1_epi32((int)(uint32_t)lanes), octet);
}

/* Packing works within halves, | a0 b0 | a1 b1 |; the permutation puts the quarters in order, | a0 a1 | b0 b1 |. */
SEGCORE_INLINE octets in_order(__m256i packed) { return (octets)_mm256_permute4x64_epi64(packed, 0xD8); }

SEGCORE_INLINE halves split_units(octets first, octets second)
{
    const __m256i low = _mm256_set1_epi16(0xFF), a = (__m256i)first, b = (__m256i)second;
    return (halves){in_order(_mm256_packus_epi16(_mm256_and_si256(a, low), _mm256_and_si256(b, low))),
                    in_order(_mm256_packus_epi16(_mm256_srli_epi16(a, 8), _mm256_srli_epi16(b, 8)))};
}

SEGCORE_INLINE __m128i load16_some(const void *data, size_t n)
{
    const octets16 found = read_octets16(data, n);
    return _mm_set_epi64x((int64_t)found.high, (int64_t)found.low);
}

/* The last 16 - n of 16 octets, n <= 16, at the front, the rest zero. */
SEGCORE_INLINE __m128i moved_down(const uint8_t *data, size_t n)
{
    return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)data), _mm_loadu_si128((const __m128i *)(DOWN + n)));
}

SEGCORE_INLINE octets load_some(const void *data, size_t n)
{
    if (n <= 16)
        return (octets)_mm256_zextsi128_si256(load16_some(data, n));
    const __m128i first = _mm_loadu_si128((const __m128i *)data);
    return (octets)_mm256_set_m128i(moved_down((const uint8_t *)data + n - 16, 32 - n), first);
}

SEGCORE_INLINE octets load_rest(const uint8_t *data, size_t length, size_t index)
{
    const size_t rest = length - index;
    const uint8_t *last = data + length - 16;
    if (length < LANES)
        return load_some(data, length);
    return (octets)_mm256_set_m128i(moved_down(last, rest > 16 ? 32 - rest : 16),
                                    moved_down(rest > 16 ? data + index : last, rest > 16 ? 0 : 16 - rest));
}

/* Lanes that are masked out are not read, and cannot fault. */
SEGCORE_INLINE uint64_t beyond_bmp_some(const uint32_t *points, size_t n)
{
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    uint64_t found = 0;
    for (size_t i = 0; i < n; i += 8) {
        const __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n - (int)i), lane);
        const __m256i some = _mm256_maskload_epi32((const int *)(points + i), mask);
        const __m256i above = _mm256_cmpgt_epi32(_mm256_srli_epi32(some, 16), _mm256_setzero_si256());
        found |= (uint64_t)(uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(above)) << i;
    }
    return found;
}

SEGCORE_INLINE uint64_t beyond_bmp(const uint32_t *points) { return beyond_bmp_some(points, LANES); }

#include "measure.h"
SEGCORE_END_TARGET
#endif
