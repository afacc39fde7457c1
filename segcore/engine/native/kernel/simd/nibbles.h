/* Looking up a set of up to 256 octets by nibbles, for instruction sets that look up 16 octets at a time.
 *
 * Entry l of `set[h >> 3]` has bit h & 7 set where octet h << 4 | l is in the set (segcore_prepare).  So the low
 * nibble finds eight answers, and the high nibble the one that counts. */
#ifndef SEGCORE_NIBBLES_H
#define SEGCORE_NIBBLES_H

#include <stdint.h>

/* Bit of a high nibble. */
static const uint8_t NIBBLE_BIT[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};

#endif
