/* x86-64 with AVX-512 VBMI and VBMI2: 64 code points a step, every one looked up in the whole table of 256. */
#include "../kernel.h"

#ifdef SEGCORE_X86
#include <immintrin.h>

#include "partial_loads.h"
#include "../points.h"
#include "../spans.h"

#ifdef __clang__
#pragma clang attribute push(                                                                                        \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt"))),                     \
    apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt")
#endif

#define LANES 64
#define KERNEL segcore_avx512
#define KERNEL_NAME "avx512"

typedef __m512i octets;
typedef uint64_t flags;

typedef struct {
    octets low, high;
} halves;

typedef struct {
    uint64_t foreign, doubled;
} marks;

/* Septets of a page, by low octet. */
typedef struct {
    __m512i part[4];
} luts;

static int is_usable(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
           && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi")
           && __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")
           && __builtin_cpu_supports("popcnt");
}

SEGCORE_INLINE luts load_luts(const segcore_tables *tables, size_t page)
{
    luts look;
    for (size_t i = 0; i < 4; i++)
        look.part[i] = _mm512_loadu_si512(tables->pages + (page << 8) + 64 * i);
    return look;
}

/* A permutation looks up the low 7 bits in 128 octets; the top bit chooses which 128. */
SEGCORE_INLINE octets septets_of(const luts *look, octets points)
{
    octets low = _mm512_permutex2var_epi8(look->part[0], points, look->part[1]);
    octets high = _mm512_permutex2var_epi8(look->part[2], points, look->part[3]);
    return _mm512_mask_blend_epi8(_mm512_movepi8_mask(points), low, high);
}

SEGCORE_INLINE marks classify(const luts *look, octets points)
{
    octets septets = septets_of(look, points);
    return (marks){_mm512_testn_epi8_mask(septets, septets), _mm512_test_epi8_mask(septets, _mm512_set1_epi8(2))};
}

SEGCORE_INLINE uint64_t equal(octets points, uint8_t value)
{
    return _mm512_cmpeq_epi8_mask(points, _mm512_set1_epi8((char)value));
}

SEGCORE_INLINE octets octets_of(uint8_t value) { return _mm512_set1_epi8((char)value); }

SEGCORE_INLINE octets masked(octets points, uint8_t value) { return _mm512_and_si512(points, octets_of(value)); }

SEGCORE_INLINE octets repeated(const uint8_t table[16])
{
    return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)table));
}

SEGCORE_INLINE octets kept(octets points)
{
    __asm__("" : "+v"(points));
    return points;
}

SEGCORE_INLINE flags from(octets points, octets least) { return _mm512_cmpge_epu8_mask(points, least); }

SEGCORE_INLINE flags continuations(octets text, octets from_c0) { return _mm512_cmplt_epi8_mask(text, from_c0); }

SEGCORE_INLINE uint64_t lanes_of(flags found) { return found; }

SEGCORE_INLINE octets chosen(flags which, octets one, octets other)
{
    return _mm512_mask_blend_epi8(which, other, one);
}

SEGCORE_INLINE octets less(octets points, octets by) { return _mm512_subs_epu8(points, by); }

SEGCORE_INLINE octets high_nibbles(octets points, octets low_nibble)
{
    return _mm512_and_si512(_mm512_srli_epi16(points, 4), low_nibble);
}

SEGCORE_INLINE octets look_up(octets table, octets nibbles) { return _mm512_shuffle_epi8(table, nibbles); }

SEGCORE_INLINE octets counted(octets sums, uint64_t lanes)
{
    return _mm512_mask_add_epi8(sums, lanes, sums, octets_of(1));
}

SEGCORE_INLINE octets plain_so_far(void) { return octets_of(0); }

/* Zero as long as all were 1: so_far | (septets ^ 1). */
SEGCORE_INLINE octets still_ones(octets so_far, octets septets)
{
    return _mm512_ternarylogic_epi32(so_far, septets, octets_of(1), 0xF6);
}

SEGCORE_INLINE octets still_plain(octets so_far, const luts *look, octets points)
{
    return still_ones(so_far, septets_of(look, points));
}

/* The first half of the table is looked up whatever the top bit is; so_far | (points & 0x80). */
SEGCORE_INLINE octets still_plain8(octets so_far, const luts *look, octets points)
{
    so_far = still_ones(so_far, _mm512_permutex2var_epi8(look->part[0], points, look->part[1]));
    return _mm512_ternarylogic_epi32(so_far, points, octets_of(0x80), 0xF8);
}

SEGCORE_INLINE uint64_t odd(octets so_far) { return _mm512_test_epi8_mask(so_far, so_far); }

SEGCORE_INLINE octets lower(octets text, octets before) { return _mm512_alignr_epi64(text, before, 6); }

#define BEHIND(text, lower, n) _mm512_alignr_epi8(text, lower, 16 - (n))

SEGCORE_INLINE void store(uint8_t *to, octets points) { _mm512_storeu_si512(to, points); }

SEGCORE_INLINE octets load1(const uint8_t *points) { return _mm512_loadu_si512(points); }

/* Lanes that are masked out are not read, and cannot fault. */
SEGCORE_INLINE octets load1_some(const uint8_t *points, size_t n)
{
    return _mm512_maskz_loadu_epi8(first_bits(n), points);
}

SEGCORE_INLINE octets load1_rest(const uint8_t *points, size_t length, size_t index)
{
    return load1_some(points + index, length - index);
}

SEGCORE_INLINE octets load1_filled(const uint8_t *points, size_t length, size_t index, octets filler)
{
    const size_t rest = length - index;
    return _mm512_mask_loadu_epi8(filler, _bzhi_u64(~0ull, rest < LANES ? (unsigned)rest : LANES), points + index);
}

SEGCORE_INLINE octets narrow(__m512i first, __m512i second)
{
    return _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi16_epi8(first)), _mm512_cvtepi16_epi8(second), 1);
}

SEGCORE_INLINE halves halve(__m512i first, __m512i second)
{
    return (halves){narrow(first, second), narrow(_mm512_srli_epi16(first, 8), _mm512_srli_epi16(second, 8))};
}

SEGCORE_INLINE halves load2(const uint16_t *points)
{
    return halve(_mm512_loadu_si512(points), _mm512_loadu_si512(points + 32));
}

SEGCORE_INLINE halves load2_some(const uint16_t *points, size_t n)
{
    return halve(_mm512_maskz_loadu_epi16((__mmask32)first_bits(n), points),
                 n > 32 ? _mm512_maskz_loadu_epi16((__mmask32)first_bits(n - 32), points + 32)
                        : _mm512_setzero_si512());
}

SEGCORE_INLINE uint64_t beyond4_some(const uint32_t *points, size_t n)
{
    const __m512i bmp = _mm512_set1_epi32(0xFFFF);
    uint64_t found = 0;
    for (size_t i = 0; i < n; i += 16) {
        __m512i some = _mm512_maskz_loadu_epi32((__mmask16)first_bits(n - i), points + i);
        found |= (uint64_t)_mm512_cmpgt_epu32_mask(some, bmp) << i;
    }
    return found;
}

SEGCORE_INLINE uint64_t beyond4(const uint32_t *points) { return beyond4_some(points, LANES); }

/* Each octet is the number of its lane. */
SEGCORE_INLINE octets lane_numbers(void)
{
    return _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41,
                           40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18,
                           17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
}

/* The octet n lanes before, zero for the first n. */
SEGCORE_INLINE octets before(octets text, uint8_t n)
{
    __m512i from = _mm512_sub_epi8(lane_numbers(), _mm512_set1_epi8((char)n));
    return _mm512_maskz_permutexvar_epi8(~first_bits(n), from, text);
}

SEGCORE_INLINE halves joined(octets text)
{
    octets last = before(text, 1), last_but_one = before(text, 2);
    octets lead3 = _mm512_maskz_mov_epi8(from(last_but_one, octets_of(0xE0)), last_but_one);
    return (halves){
        _mm512_or_si512(masked(_mm512_slli_epi16(last, 6), 0xC0), masked(text, 0x3F)),
        _mm512_or_si512(masked(_mm512_slli_epi16(lead3, 4), 0xF0), masked(_mm512_srli_epi16(last, 2), 0x0F))};
}

#define OWN_SPANS
#include "avx512_spans.h"
#include "measure.h"

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
