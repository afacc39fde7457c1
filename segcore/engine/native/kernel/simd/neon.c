/* AArch64, where NEON is always there: 16 octets a step. */
#include "../kernel.h"

#ifdef SEGCORE_ARM64
#include <arm_neon.h>

#define LANES 16
#define KERNEL segcore_neon
#define KERNEL_NAME "neon"
#define prev(text, before, n) ((octets)vextq_u8((uint8x16_t)(before), (uint8x16_t)(text), 16 - (n)))
#include "lanes.h"

static int is_usable(void) { return 1; }

SEGCORE_INLINE octets look_up(octets table, octets indices) { return (octets)vqtbl1q_u8(table, indices); }

/* Only an index above 15 gives 0: the bits between are cleared. */
SEGCORE_INLINE octets look_up_low(octets table, octets points) { return look_up(table, points & 0x8F); }

/* There is no such instruction: each lane keeps its own bit of 8, and those of each half are added up. */
SEGCORE_INLINE uint64_t to_bitmask(flags which)
{
    const uint8x16_t bits = which & load(NIBBLE_BIT);
    return vaddv_u8(vget_low_u8(bits)) | (uint64_t)vaddv_u8(vget_high_u8(bits)) << 8;
}

SEGCORE_INLINE octets subs(octets a, octets b) { return (octets)vqsubq_u8(a, b); }

SEGCORE_INLINE octets min(octets a, octets b) { return (octets)vminq_u8(a, b); }

SEGCORE_INLINE words min_words(words a, words b) { return (words)vminq_u16(a, b); }

/* The shift is by the low octet, which has a sign. */
SEGCORE_INLINE quads bit_or_none(quads index)
{
    return (quads)vshlq_u64(vdupq_n_u64(1), (int64x2_t)index);
}

SEGCORE_INLINE octets spread(uint64_t lanes)
{
    return (octets)vcombine_u8(vdup_n_u8((uint8_t)lanes), vdup_n_u8((uint8_t)(lanes >> 8)));
}

SEGCORE_INLINE halves split_units(octets first, octets second)
{
    const uint16x8_t a = (uint16x8_t)first, b = (uint16x8_t)second;
    return (halves){(octets)vcombine_u8(vmovn_u16(a), vmovn_u16(b)),
                    (octets)vcombine_u8(vshrn_n_u16(a, 8), vshrn_n_u16(b, 8))};
}

SEGCORE_INLINE uint16x4_t above4(const uint32_t *points)
{
    return vmovn_u32(vcgtq_u32(vld1q_u32(points), vdupq_n_u32(0xFFFF)));
}

SEGCORE_INLINE uint64_t beyond_bmp(const uint32_t *points)
{
    const uint8x8_t first = vmovn_u16(vcombine_u16(above4(points), above4(points + 4)));
    const uint8x8_t second = vmovn_u16(vcombine_u16(above4(points + 8), above4(points + 12)));
    return to_bitmask((octets)vcombine_u8(first, second));
}

#include "measure.h"
#endif
