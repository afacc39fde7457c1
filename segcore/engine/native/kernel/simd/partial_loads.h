/* Bitmasks of lanes, tables for shuffles, and loading fewer octets than a vector holds without reading any other. */
#ifndef SEGCORE_PARTIAL_LOADS_H
#define SEGCORE_PARTIAL_LOADS_H

#include <string.h>

#include "../kernel.h"

/* A mask with the bits of the first n lanes, all of them from 64 up. */
SEGCORE_INLINE uint64_t first_bits(size_t n) { return n >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << n) - 1; }

/* The bit of a high nibble; see find_in_set() in lanes.h. */
static const uint8_t NIBBLE_BIT[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};

/* A shuffle by the 16 entries from entry n on moves the last 16 - n octets of a vector to its front and puts zeros
 * behind them:
 *
 *   n = 5    indices  5 6 7 8 ... 15 80 80 80 80 80    a b c d e f g h ... p   becomes   f g h ... p 0 0 0 0 0 */
static const uint8_t DOWN[32] = {0,    1,    2,    3,    4,    5,    6,    7,    8,    9,    10,
                                 11,   12,   13,   14,   15,   0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
                                 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80};

/* The 32 entries from entry 32 - n on have no bit set in the first n lanes, n <= 32, and all bits in the others. */
static const uint8_t BUT[64] = {[32] = 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                0xFF,        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                0xFF,        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

typedef struct {
    uint64_t low, high;
} octets16;

SEGCORE_INLINE uint64_t read64(const uint8_t *p)
{
    uint64_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

SEGCORE_INLINE uint64_t read32(const uint8_t *p)
{
    uint32_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

/* n octets, n <= 16, the rest zero (little endian).  Two loads that may overlap serve a range of lengths: what
 * both hold is the same, so that it may be put together with "or". */
SEGCORE_INLINE octets16 read_octets16(const void *data, size_t n)
{
    const uint8_t *p = (const uint8_t *)data;
    if (n > 8)
        return (octets16){read64(p), read64(p + n - 8) >> 8 * (16 - n)};
    if (n >= 4)
        return (octets16){read32(p) | read32(p + n - 4) << 8 * (n - 4), 0};
    if (n == 0)
        return (octets16){0, 0};
    return (octets16){p[0] | (uint64_t)p[n / 2] << 8 * (n / 2) | (uint64_t)p[n - 1] << 8 * (n - 1), 0};
}

#endif
