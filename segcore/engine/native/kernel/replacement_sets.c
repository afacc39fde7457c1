#include "replacement_sets.h"

#include <stdlib.h>
#include <string.h>

#define PLANES_PAGES 0x1100

static size_t pages_of(const segcore_map *map)
{
    size_t last = 0;
    for (size_t high = 0; high < PLANES_PAGES; high++)
        last = map->page_of[high] > last ? map->page_of[high] : last;
    return last + 1;
}

int segcore_make_replacement_sets(const segcore_rules *rules, segcore_replacement_sets *sets)
{
    const uint8_t *septets = (const uint8_t *)rules->septets.pages, *changes = (const uint8_t *)rules->changes.pages;
    const size_t septet_pages = pages_of(&rules->septets), change_pages = pages_of(&rules->changes);
    sets->lost = calloc(septet_pages, sizeof *sets->lost);
    sets->single = calloc(septet_pages, sizeof *sets->single);
    sets->changed = calloc(change_pages, sizeof *sets->changed);
    if (!sets->lost || !sets->single || !sets->changed)
        return 0;
    for (size_t i = 0; i < septet_pages << 8; i++) {
        sets->lost[i >> 8][i >> 6 & 3] |= (uint64_t)(septets[i] / SEGCORE_MARKED) << (i & 63);
        sets->single[i >> 8][i >> 6 & 3] |= (uint64_t)(septets[i] == 1) << (i & 63);
    }
    for (size_t i = 0; i < change_pages << 8; i++)
        sets->changed[i >> 8][i >> 6 & 3] |= (uint64_t)(changes[i] != 0) << (i & 63);
    return 1;
}

void segcore_free_replacement_sets(segcore_replacement_sets *sets)
{
    free(sets->lost);
    free(sets->single);
    free(sets->changed);
    memset(sets, 0, sizeof *sets);
}

segcore_span_replacements segcore_replacements_of_span(const segcore_rules *rules,
                                                       const segcore_replacement_sets *sets, uint32_t number)
{
    const size_t half = 2 * (number & 1);
    const size_t septets = rules->septets.page_of[number >> 1], changes = rules->changes.page_of[number >> 1];
    segcore_span_replacements found;
    for (size_t i = 0; i < 2; i++) {
        found.lost[i] = sets->lost[septets][half + i];
        found.others[i] = ~sets->single[septets][half + i];
        found.changed[i] = sets->changed[changes][half + i];
    }
    return found;
}
