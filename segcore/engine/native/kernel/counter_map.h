/* Counts by key: a hash table with open addressing. */
#ifndef SEGCORE_SUMS_H
#define SEGCORE_SUMS_H

#include <stddef.h>
#include <stdint.h>

#define SEGCORE_KEY 3

/* An entry whose count is 0 is free. */
typedef struct {
    uint64_t key[SEGCORE_KEY];
    int64_t count;
} segcore_sum;

/* All zero: empty. */
typedef struct {
    segcore_sum *entries;
    size_t room; /* 0, or a power of 2 */
    size_t used;
} segcore_sums;

/* The entry of a key, made with the count 0 where there is none: the caller adds to it.  NULL without memory.  It
 * stays where it is until another is made. */
segcore_sum *segcore_entry(segcore_sums *sums, uint64_t first, uint64_t second, uint64_t third);

void segcore_free_sums(segcore_sums *sums);

#endif
