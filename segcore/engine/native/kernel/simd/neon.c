/* AArch64, where NEON is always there: 16 code points a step. */
#include "../kernel.h"

#ifdef SEGCORE_ARM64
#include <arm_neon.h>

#include "nibbles.h"
#include "partial_loads.h"
#include "../points.h"
#include "../spans.h"

#define LANES 16
#define KERNEL segcore_neon
#define KERNEL_NAME "neon"

typedef uint8x16_t octets;
typedef octets flags;

typedef struct {
    octets low, high;
} halves;

typedef struct {
    uint64_t foreign, doubled;
} marks;

typedef struct {
    uint8x16_t known[2], doubled[2], plain[2], bit;
} luts;

static int is_usable(void) { return 1; }

SEGCORE_INLINE luts load_luts(const segcore_tables *tables, size_t page)
{
    const segcore_sets *sets = &tables->sets[page];
    return (luts){{vld1q_u8(sets->known[0]), vld1q_u8(sets->known[1])},
                  {vld1q_u8(sets->doubled[0]), vld1q_u8(sets->doubled[1])},
                  {vld1q_u8(sets->plain[0]), vld1q_u8(sets->plain[1])},
                  vld1q_u8(NIBBLE_BIT)};
}

/* One bit per lane, from lanes of all ones or all zeros. */
SEGCORE_INLINE uint64_t lane_bits(uint8x16_t lanes)
{
    uint8x16_t bits = vandq_u8(lanes, vld1q_u8(NIBBLE_BIT));
    return vaddv_u8(vget_low_u8(bits)) | (uint64_t)vaddv_u8(vget_high_u8(bits)) << 8;
}

/* A look-up gives 0 for an index above 15, so that each table answers for its half of the octets only. */
SEGCORE_INLINE uint8x16_t answers(const uint8x16_t set[2], octets points)
{
    uint8x16_t index = vandq_u8(points, vdupq_n_u8(0x8F));
    return vorrq_u8(vqtbl1q_u8(set[0], index), vqtbl1q_u8(set[1], veorq_u8(index, vdupq_n_u8(0x80))));
}

SEGCORE_INLINE marks classify(const luts *look, octets points)
{
    uint8x16_t bit = vqtbl1q_u8(look->bit, vshrq_n_u8(points, 4));
    return (marks){lane_bits(vmvnq_u8(vtstq_u8(answers(look->known, points), bit))),
                   lane_bits(vtstq_u8(answers(look->doubled, points), bit))};
}

SEGCORE_INLINE octets octets_of(uint8_t value) { return vdupq_n_u8(value); }

SEGCORE_INLINE octets repeated(const uint8_t table[16]) { return vld1q_u8(table); }

SEGCORE_INLINE octets kept(octets points) { return points; }

SEGCORE_INLINE flags from(octets points, octets least) { return vcgeq_u8(points, least); }

SEGCORE_INLINE flags continuations(octets text, octets from_c0)
{
    return vcltq_s8(vreinterpretq_s8_u8(text), vreinterpretq_s8_u8(from_c0));
}

SEGCORE_INLINE uint64_t lanes_of(flags found) { return lane_bits(found); }

SEGCORE_INLINE octets chosen(flags which, octets one, octets other) { return vbslq_u8(which, one, other); }

SEGCORE_INLINE octets less(octets points, octets by) { return vqsubq_u8(points, by); }

SEGCORE_INLINE octets high_nibbles(octets points, octets low_nibble)
{
    (void)low_nibble;
    return vshrq_n_u8(points, 4);
}

SEGCORE_INLINE octets look_up(octets table, octets nibbles) { return vqtbl1q_u8(table, nibbles); }

SEGCORE_INLINE octets counted(octets sums, uint64_t lanes)
{
    const octets spread = vcombine_u8(vdup_n_u8((uint8_t)lanes), vdup_n_u8((uint8_t)(lanes >> 8)));
    return vsubq_u8(sums, vtstq_u8(spread, vld1q_u8(NIBBLE_BIT)));
}

SEGCORE_INLINE octets plain_so_far(void) { return vdupq_n_u8(0xFF); }

/* Not zero as long as each octet was found. */
SEGCORE_INLINE octets still_found(octets so_far, const luts *look, octets points, octets answers)
{
    return vminq_u8(so_far, vandq_u8(answers, vqtbl1q_u8(look->bit, vshrq_n_u8(points, 4))));
}

SEGCORE_INLINE octets still_plain(octets so_far, const luts *look, octets points)
{
    return still_found(so_far, look, points, answers(look->plain, points));
}

SEGCORE_INLINE octets still_plain8(octets so_far, const luts *look, octets points)
{
    return still_found(so_far, look, points, vqtbl1q_u8(look->plain[0], vandq_u8(points, vdupq_n_u8(0x8F))));
}

SEGCORE_INLINE uint64_t odd(octets so_far) { return lane_bits(vceqzq_u8(so_far)); }

SEGCORE_INLINE octets lower(octets text, octets before)
{
    (void)text;
    return before;
}

#define BEHIND(text, lower, n) vextq_u8(lower, text, 16 - (n))

SEGCORE_INLINE uint64_t equal(octets points, uint8_t value) { return lane_bits(vceqq_u8(points, vdupq_n_u8(value))); }

SEGCORE_INLINE void store(uint8_t *to, octets points) { vst1q_u8(to, points); }

SEGCORE_INLINE octets load1(const uint8_t *points) { return vld1q_u8(points); }

SEGCORE_INLINE octets load1_some(const uint8_t *points, size_t n)
{
    octets16 found = read_octets16(points, n);
    return vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(found.low), vcreate_u64(found.high)));
}

SEGCORE_INLINE octets load1_rest(const uint8_t *points, size_t length, size_t index)
{
    if (length < LANES)
        return load1_some(points, length);
    return vqtbl1q_u8(vld1q_u8(points + length - 16), vld1q_u8(DOWN + 16 - (length - index)));
}

SEGCORE_INLINE octets load1_filled(const uint8_t *points, size_t length, size_t index, octets filler)
{
    if (length - index >= LANES)
        return load1(points + index);
    return load1_rest(points, length, index) | (load1(BUT + 32 - (length - index)) & filler);
}

SEGCORE_INLINE halves halve(uint16x8_t first, uint16x8_t second)
{
    return (halves){vcombine_u8(vmovn_u16(first), vmovn_u16(second)),
                    vcombine_u8(vshrn_n_u16(first, 8), vshrn_n_u16(second, 8))};
}

SEGCORE_INLINE halves load2(const uint16_t *points) { return halve(vld1q_u16(points), vld1q_u16(points + 8)); }

SEGCORE_INLINE halves load2_some(const uint16_t *points, size_t n)
{
    uint8x16_t first = load1_some((const uint8_t *)points, n < 8 ? 2 * n : 16);
    uint8x16_t second = n > 8 ? load1_some((const uint8_t *)(points + 8), 2 * (n - 8)) : vdupq_n_u8(0);
    return halve(vreinterpretq_u16_u8(first), vreinterpretq_u16_u8(second));
}

SEGCORE_INLINE uint16x4_t above4(const uint32_t *points)
{
    return vmovn_u32(vcgtq_u32(vld1q_u32(points), vdupq_n_u32(0xFFFF)));
}

SEGCORE_INLINE uint64_t beyond4(const uint32_t *points)
{
    uint8x8_t first = vmovn_u16(vcombine_u16(above4(points), above4(points + 4)));
    uint8x8_t second = vmovn_u16(vcombine_u16(above4(points + 8), above4(points + 12)));
    return lane_bits(vcombine_u8(first, second));
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
    octets last = vextq_u8(vdupq_n_u8(0), text, 15), last_but_one = vextq_u8(vdupq_n_u8(0), text, 14);
    octets lead3 = vandq_u8(last_but_one, vcgeq_u8(last_but_one, vdupq_n_u8(0xE0)));
    return (halves){vorrq_u8(vshlq_n_u8(last, 6), vandq_u8(text, vdupq_n_u8(0x3F))),
                    vorrq_u8(vshlq_n_u8(lead3, 4), vandq_u8(vshrq_n_u8(last, 2), vdupq_n_u8(0x0F)))};
}

#include "measure.h"

#endif
