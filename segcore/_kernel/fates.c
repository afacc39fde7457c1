#include "fates.h"

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

int segcore_fate_of(const segcore_rules *rules, const segcore_fates *fates, const segcore_foreign *foreign)
{
    uint64_t lost = 0, others = 0, changed = 0;
    for (int i = 0; i < foreign->count; i++) {
        const segcore_span *span = &foreign->spans[i];
        const size_t half = 2 * (span->number & 1);
        const uint64_t *is_lost = &fates->lost[rules->septets.page_of[span->number >> 1]][half];
        const uint64_t *is_single = &fates->single[rules->septets.page_of[span->number >> 1]][half];
        const uint64_t *is_changed = &fates->changed[rules->changes.page_of[span->number >> 1]][half];
        lost |= (span->points[0] & is_lost[0]) | (span->points[1] & is_lost[1]);
        others |= (span->points[0] & ~is_single[0]) | (span->points[1] & ~is_single[1]);
        changed |= (span->points[0] & is_changed[0]) | (span->points[1] & is_changed[1]);
    }
    if (lost)
        return changed && rules->partly != SEGCORE_ALL_OR_NOTHING ? SEGCORE_UNSURE_FATE : SEGCORE_STAYS_UCS2;
    return others ? SEGCORE_UNSURE_FATE : SEGCORE_ALL_SINGLE;
}
