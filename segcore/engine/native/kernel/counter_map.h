/* Counts by key: a hash table with open addressing. */
#ifndef SEGCORE_COUNTER_MAP_H
#define SEGCORE_COUNTER_MAP_H

#include <stddef.h>
#include <stdint.h>

#define SEGCORE_KEY 3

/* An entry whose count is 0 is free. */
typedef struct {
    uint64_t key[SEGCORE_KEY];
    int64_t count;
} segcore_counter;

/* All zero: empty. */
typedef struct {
    segcore_counter *entries;
    size_t room; /* 0, or a power of 2 */
    size_t used;
} segcore_counter_map;

/* The entry of a key, made with the count 0 where there is none: the caller adds to it.  NULL if out of memory.  It
 * stays where it is until another is made. */
segcore_counter *segcore_counter_of(segcore_counter_map *sums, uint64_t first, uint64_t second, uint64_t third);

void segcore_free_counters(segcore_counter_map *sums);

#endif
