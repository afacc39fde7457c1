/* x86-64 with AVX-512 VBMI and VBMI2: 64 octets a step, every one looked up in the whole table of 256. */
#include "../kernel.h"

#ifdef SEGCORE_X86
#include <immintrin.h>

#include "cpu_features.h"

SEGCORE_TARGET("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt")

#define LANES 64
#define KERNEL segcore_avx512
#define KERNEL_NAME "avx512"
#define HAS_BITMASK_FLAGS
/* As in avx2.c, with quarters: | B3 | T0 | T1 | T2 |. */
#define prev(text, before, n)                                                                                        \
    ((octets)_mm512_alignr_epi8((__m512i)(text), _mm512_alignr_epi64((__m512i)(text), (__m512i)(before), 6),         \
                                16 - (n)))
#include "lanes.h"

static int is_usable(void)
{
    return has_cpu_features(LEAF1_POPCNT, LEAF7_BMI1 | LEAF7_BMI2 | LEAF7_AVX512F | LEAF7_AVX512BW | LEAF7_AVX512VL,
                            LEAF7_ECX_VBMI | LEAF7_ECX_VBMI2, STATE_AVX512);
}

/* A set of octets, bit by bit: bit o & 7 of entry o >> 3 stands for octet o.  The 32 entries stand twice, because a
 * permutation looks at the low 6 bits of an index, and the shift brings another octet's bit into the sixth. */
SEGCORE_INLINE octets load_set(const uint64_t set[4])
{
    return (octets)_mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)set));
}

SEGCORE_INLINE octets bits_in(octets set, octets points)
{
    return (octets)_mm512_permutexvar_epi8(_mm512_srli_epi16((__m512i)points, 3), (__m512i)set);
}

/* 1 << (o & 7). */
SEGCORE_INLINE octets bit_of(octets points)
{
    return (octets)_mm512_permutexvar_epi8((__m512i)points, _mm512_set1_epi64((int64_t)0x8040201008040201));
}

SEGCORE_INLINE luts load_luts(const segcore_tables *tables, size_t page)
{
    const segcore_sets *sets = &tables->sets[page];
    const octets known = load_set(sets->is_known), two_septets = load_set(sets->has_two_septets);
    const octets beyond_ascii = (octets)_mm512_set_epi64(-1, -1, 0, 0, -1, -1, 0, 0);
    return (luts){known, two_septets, ~known | two_septets, ~known | two_septets | beyond_ascii};
}

SEGCORE_INLINE marks classify(const luts *look, octets points)
{
    const __m512i bit = (__m512i)bit_of(points);
    return (marks){_mm512_testn_epi8_mask((__m512i)bits_in(look->known, points), bit),
                   _mm512_test_epi8_mask((__m512i)bits_in(look->two_septets, points), bit)};
}

SEGCORE_INLINE quads widen(const uint8_t *octets)
{
    return (quads)_mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i *)octets));
}

SEGCORE_INLINE quads bit_or_none(quads index)
{
    return (quads)_mm512_sllv_epi64(_mm512_set1_epi64(1), (__m512i)index);
}

/* There are 32 registers; without this, the compiler loads constants again and again. */
SEGCORE_INLINE octets in_register(octets points)
{
    __asm__("" : "+v"(points));
    return points;
}

SEGCORE_INLINE octets repeat(const uint8_t table[16])
{
    return (octets)_mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)table));
}

SEGCORE_INLINE flags eq(octets a, octets b) { return _mm512_cmpeq_epi8_mask((__m512i)a, (__m512i)b); }

SEGCORE_INLINE flags ge(octets a, octets b) { return _mm512_cmpge_epu8_mask((__m512i)a, (__m512i)b); }

SEGCORE_INLINE flags lt_signed(octets a, octets b) { return _mm512_cmplt_epi8_mask((__m512i)a, (__m512i)b); }

SEGCORE_INLINE octets keep(flags which, octets points)
{
    return (octets)_mm512_maskz_mov_epi8(which, (__m512i)points);
}

SEGCORE_INLINE uint64_t to_bitmask(flags which) { return which; }

SEGCORE_INLINE octets select_lanes(flags which, octets one, octets other)
{
    return (octets)_mm512_mask_blend_epi8(which, (__m512i)other, (__m512i)one);
}

SEGCORE_INLINE octets min(octets a, octets b) { return (octets)_mm512_min_epu8((__m512i)a, (__m512i)b); }

SEGCORE_INLINE words min_words(words a, words b) { return (words)_mm512_min_epu16((__m512i)a, (__m512i)b); }

SEGCORE_INLINE octets subs(octets a, octets b) { return (octets)_mm512_subs_epu8((__m512i)a, (__m512i)b); }

SEGCORE_INLINE octets look_up(octets table, octets indices)
{
    return (octets)_mm512_shuffle_epi8((__m512i)table, (__m512i)indices);
}

SEGCORE_INLINE octets count_lanes(octets sums, uint64_t lanes)
{
    return (octets)_mm512_mask_add_epi8((__m512i)sums, lanes, (__m512i)sums, _mm512_set1_epi8(1));
}

SEGCORE_INLINE octets plain_so_far(void) { return splat(0); }

/* so_far | (bits & bit), zero as long as all were plain. */
SEGCORE_INLINE octets still_outside(octets so_far, octets set, octets points)
{
    return (octets)_mm512_ternarylogic_epi32((__m512i)so_far, (__m512i)bits_in(set, points), (__m512i)bit_of(points),
                                             0xF8);
}

SEGCORE_INLINE octets still_plain(octets so_far, const luts *look, octets points)
{
    return still_outside(so_far, look->not_plain, points);
}

SEGCORE_INLINE octets still_plain_ascii(octets so_far, const luts *look, octets points)
{
    return still_outside(so_far, look->not_plain_ascii, points);
}

SEGCORE_INLINE uint64_t not_plain(octets so_far) { return _mm512_test_epi8_mask((__m512i)so_far, (__m512i)so_far); }

/* Lanes that are masked out are not read, and cannot fault. */
SEGCORE_INLINE octets load_some(const void *data, size_t n)
{
    return (octets)_mm512_maskz_loadu_epi8(first_bits(n), data);
}

SEGCORE_INLINE octets load_rest(const uint8_t *data, size_t length, size_t index)
{
    return load_some(data + index, length - index);
}

SEGCORE_INLINE octets load_filled(const uint8_t *data, size_t length, size_t index, octets filler)
{
    const size_t rest = length - index;
    const __mmask64 lanes = _bzhi_u64(~0ull, rest < LANES ? (unsigned)rest : LANES);
    return (octets)_mm512_mask_loadu_epi8((__m512i)filler, lanes, data + index);
}

SEGCORE_INLINE octets narrow(__m512i first, __m512i second)
{
    const __m512i low = _mm512_castsi256_si512(_mm512_cvtepi16_epi8(first));
    return (octets)_mm512_inserti64x4(low, _mm512_cvtepi16_epi8(second), 1);
}

SEGCORE_INLINE halves split_units(octets first, octets second)
{
    const __m512i a = (__m512i)first, b = (__m512i)second;
    return (halves){narrow(a, b), narrow(_mm512_srli_epi16(a, 8), _mm512_srli_epi16(b, 8))};
}

SEGCORE_INLINE uint64_t beyond_bmp_some(const uint32_t *points, size_t n)
{
    const __m512i bmp = _mm512_set1_epi32(0xFFFF);
    uint64_t found = 0;
    for (size_t i = 0; i < n; i += 16) {
        const __m512i some = _mm512_maskz_loadu_epi32((__mmask16)first_bits(n - i), points + i);
        found |= (uint64_t)_mm512_cmpgt_epu32_mask(some, bmp) << i;
    }
    return found;
}

SEGCORE_INLINE uint64_t beyond_bmp(const uint32_t *points) { return beyond_bmp_some(points, LANES); }

#include "measure.h"
SEGCORE_END_TARGET
#endif
