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

int segcore_make_fates(const segcore_rules *rules, segcore_fates *fates)
{
    const uint8_t *septets = (const uint8_t *)rules->septets.pages, *changes = (const uint8_t *)rules->changes.pages;
    const size_t septet_pages = pages_of(&rules->septets), change_pages = pages_of(&rules->changes);
    fates->lost = calloc(septet_pages, sizeof *fates->lost);
    fates->single = calloc(septet_pages, sizeof *fates->single);
    fates->changed = calloc(change_pages, sizeof *fates->changed);
    if (!fates->lost || !fates->single || !fates->changed)
        return 0;
    for (size_t i = 0; i < septet_pages << 8; i++) {
        fates->lost[i >> 8][i >> 6 & 3] |= (uint64_t)(septets[i] / SEGCORE_MARKED) << (i & 63);
        fates->single[i >> 8][i >> 6 & 3] |= (uint64_t)(septets[i] == 1) << (i & 63);
    }
    for (size_t i = 0; i < change_pages << 8; i++)
        fates->changed[i >> 8][i >> 6 & 3] |= (uint64_t)(changes[i] != 0) << (i & 63);
    return 1;
}

void segcore_free_fates(segcore_fates *fates)
{
    free(fates->lost);
    free(fates->single);
    free(fates->changed);
    memset(fates, 0, sizeof *fates);
}

segcore_span_fates segcore_fates_of_span(const segcore_rules *rules, const segcore_fates *fates, uint32_t number)
{
    const size_t half = 2 * (number & 1);
    const size_t septets = rules->septets.page_of[number >> 1], changes = rules->changes.page_of[number >> 1];
    segcore_span_fates found;
    for (size_t i = 0; i < 2; i++) {
        found.lost[i] = fates->lost[septets][half + i];
        found.others[i] = ~fates->single[septets][half + i];
        found.changed[i] = fates->changed[changes][half + i];
    }
    return found;
}
