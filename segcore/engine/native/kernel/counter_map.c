#include "counter_map.h"

#include <stdlib.h>

#define FIRST_ROOM 64

static size_t hash(const uint64_t *key)
{
    uint64_t mixed = key[0] * 0x9E3779B97F4A7C15u ^ key[1] * 0xC2B2AE3D27D4EB4Fu ^ key[2] * 0x165667B19E3779F9u;
    mixed ^= mixed >> 32;
    mixed *= 0xD6E8FEB86659FD93u;
    return (size_t)(mixed ^ mixed >> 32);
}

static int is_same(const uint64_t *one, const uint64_t *other)
{
    return one[0] == other[0] && one[1] == other[1] && one[2] == other[2];
}

/* The entry of a key, or the free one where it belongs. */
static segcore_counter *find(const segcore_counter_map *sums, const uint64_t *key)
{
    size_t i = hash(key) & (sums->room - 1);
    while (sums->entries[i].count && !is_same(sums->entries[i].key, key))
        i = (i + 1) & (sums->room - 1);
    return &sums->entries[i];
}

static int grow(segcore_counter_map *sums)
{
    segcore_counter_map more = {NULL, sums->room ? 2 * sums->room : FIRST_ROOM, sums->used};
    more.entries = calloc(more.room, sizeof *more.entries);
    if (!more.entries)
        return 0;
    for (size_t i = 0; i < sums->room; i++)
        if (sums->entries[i].count)
            *find(&more, sums->entries[i].key) = sums->entries[i];
    free(sums->entries);
    *sums = more;
    return 1;
}

segcore_counter *segcore_counter_of(segcore_counter_map *sums, uint64_t first, uint64_t second, uint64_t third)
{
    const uint64_t key[SEGCORE_KEY] = {first, second, third};
    /* At most half full, so that searches are short. */
    if (2 * sums->used >= sums->room && !grow(sums))
        return NULL;
    segcore_counter *found = find(sums, key);
    if (!found->count) {
        for (size_t i = 0; i < SEGCORE_KEY; i++)
            found->key[i] = key[i];
        sums->used++;
    }
    return found;
}

void segcore_free_counters(segcore_counter_map *sums)
{
    free(sums->entries);
    *sums = (segcore_counter_map){NULL, 0, 0};
}
