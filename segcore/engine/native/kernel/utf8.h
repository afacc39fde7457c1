/* Reading UTF-8 that may be anything. */
#ifndef SEGCORE_UTF8_H
#define SEGCORE_UTF8_H

#include "kernel.h"

SEGCORE_INLINE int is_continuation(uint8_t octet) { return (octet & 0xC0) == 0x80; }

/* Code point of the sequence at `p`, of which at most `rest` octets are there, and its octets; 0 octets if it is
 * not UTF-8 (Unicode 3.9, table 3-7). */
SEGCORE_INLINE size_t decode(const uint8_t *p, size_t rest, uint32_t *point)
{
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t octets = p[0] < 0x80 ? 1 : p[0] < 0xC0 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF8 ? 4 : 0;
    if (octets < 2 || octets > rest) {
        *point = p[0];
        return octets == 1;
    }
    *point = p[0] & (0x7Fu >> octets);
    for (size_t i = 1; i < octets; i++) {
        if (!is_continuation(p[i]))
            return 0;
        *point = *point << 6 | (p[i] & 0x3F);
    }
    if (*point < smallest[octets] || *point > 0x10FFFF || (*point & 0xFFFFF800u) == 0xD800)
        return 0;
    return octets;
}

#endif
