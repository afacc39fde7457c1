/* What the kernels look up, derived from the pages. */
#include <string.h>

#include "segcore.h"

static void put(uint8_t set[2][16], unsigned octet)
{
    unsigned high = octet >> 4, low = octet & 15;
    set[high >> 3][low] |= (uint8_t)(1u << (high & 7));
}

static void fill_sets(segcore_sets *sets, const uint8_t *page)
{
    memset(sets, 0, sizeof *sets);
    for (unsigned octet = 0; octet < 256; octet++) {
        if (page[octet])
            put(sets->known, octet);
        if (page[octet])
            put(page[octet] == 2 ? sets->doubled : sets->plain, octet);
    }
}

void segcore_prepare(segcore_tables *tables, size_t page_count)
{
    for (size_t page = 0; page < page_count; page++)
        fill_sets(&tables->sets[page], tables->pages + (page << 8));
    for (uint32_t point = 0; point < 256; point++) {
        uint32_t septets = segcore_septets(tables, point);
        tables->weights[point] = septets ? septets : SEGCORE_FOREIGN;
    }
}
