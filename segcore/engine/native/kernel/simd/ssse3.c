/* x86-64 with SSSE3 and POPCNT, all but the oldest: 16 octets a step. */
#include "../kernel.h"

#ifdef SEGCORE_X86
#include <immintrin.h>

#include "cpu_features.h"

SEGCORE_TARGET("ssse3,popcnt")

#define LANES 16
#define KERNEL segcore_ssse3
#define KERNEL_NAME "ssse3"
#define prev(text, before, n) ((octets)_mm_alignr_epi8((__m128i)(text), (__m128i)(before), 16 - (n)))
#include "lanes.h"

static int is_usable(void) { return has_cpu_features(LEAF1_SSSE3 | LEAF1_POPCNT, 0, 0, 0); }

SEGCORE_INLINE octets look_up(octets table, octets indices)
{
    return (octets)_mm_shuffle_epi8((__m128i)table, (__m128i)indices);
}

SEGCORE_INLINE octets look_up_low(octets table, octets points) { return look_up(table, points); }

SEGCORE_INLINE uint64_t to_bitmask(flags which) { return (uint32_t)_mm_movemask_epi8((__m128i)which); }

SEGCORE_INLINE octets subs(octets a, octets b) { return (octets)_mm_subs_epu8((__m128i)a, (__m128i)b); }

SEGCORE_INLINE octets min(octets a, octets b) { return (octets)_mm_min_epu8((__m128i)a, (__m128i)b); }

SEGCORE_INLINE words min_words(words a, words b) { return a - (words)_mm_subs_epu16((__m128i)a, (__m128i)b); }

/* There is no shift by a vector. */
SEGCORE_INLINE quads bit_or_none(quads index)
{
    return (quads){(uint64_t)(index[0] < 64) << (index[0] & 63), (uint64_t)(index[1] < 64) << (index[1] & 63)};
}

SEGCORE_INLINE octets spread(uint64_t lanes)
{
    return (octets)_mm_unpacklo_epi64(_mm_set1_epi8((char)lanes), _mm_set1_epi8((char)(lanes >> 8)));
}

SEGCORE_INLINE halves split_units(octets first, octets second)
{
    const __m128i low = _mm_set1_epi16(0xFF), a = (__m128i)first, b = (__m128i)second;
    return (halves){(octets)_mm_packus_epi16(_mm_and_si128(a, low), _mm_and_si128(b, low)),
                    (octets)_mm_packus_epi16(_mm_srli_epi16(a, 8), _mm_srli_epi16(b, 8))};
}

SEGCORE_INLINE uint64_t beyond_bmp(const uint32_t *points)
{
    uint64_t found = 0;
    for (size_t i = 0; i < LANES; i += 4) {
        const __m128i some = (__m128i)load(points + i);
        const __m128i above = _mm_cmpgt_epi32(_mm_srli_epi32(some, 16), _mm_setzero_si128());
        found |= (uint64_t)(uint32_t)_mm_movemask_ps(_mm_castsi128_ps(above)) << i;
    }
    return found;
}

#include "measure.h"
SEGCORE_END_TARGET
#endif
