/* The kernels compiled in, and the tables that they look up, derived from the pages. */
#include <string.h>

#include "kernel.h"

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
            put(page[octet] == 2 ? sets->two_septets : sets->plain, octet);
        sets->is_known[octet >> 6] |= (uint64_t)(page[octet] != 0) << (octet & 63);
        sets->has_two_septets[octet >> 6] |= (uint64_t)(page[octet] == 2) << (octet & 63);
    }
}

static void fill_sure(uint16_t *sure, int64_t single, int64_t part)
{
    for (int64_t units = 0; units < SEGCORE_SURE; units++)
        sure[units] = (uint16_t)segcore_only_segments(units, single, part);
}

/* U+0080 to U+07FF take two octets: here the second tells them apart.  Others take three. */
static void fill_begun(segcore_tables *tables, uint32_t high)
{
    for (uint32_t point = high << 8; point < (high + 1) << 8; point++) {
        if (point >= 0x80 && segcore_septets(tables, point))
            tables
                ->begun[point < 0x800 ? point >> 6 : 0x20 | point >> 12][(point < 0x800 ? point : point >> 6) & 63] =
                1;
    }
}

void segcore_prepare(segcore_tables *tables, size_t page_count)
{
    for (size_t page = 0; page < page_count; page++)
        fill_sets(&tables->sets[page], tables->pages + (page << 8));
    fill_sure(tables->sure[SEGCORE_GSM7], tables->gsm7_single, tables->gsm7_part);
    fill_sure(tables->sure[SEGCORE_UCS2], tables->ucs2_single, tables->ucs2_part);
    memset(tables->begun, 0, sizeof tables->begun);
    for (uint32_t high = 0; high < 256; high++) {
        if (tables->page_of[high])
            fill_begun(tables, high);
    }
    tables->filler = 0x7F;
    while (tables->filler && segcore_septets(tables, tables->filler) != 1)
        tables->filler--;
    for (uint32_t point = 0; point < 256; point++) {
        uint32_t septets = segcore_septets(tables, point);
        tables->weights[point] = septets ? septets : SEGCORE_UNENCODABLE;
    }
}

const segcore_kernel *const segcore_kernels[] = {
#ifdef SEGCORE_X86
    &segcore_avx512, &segcore_avx2, &segcore_ssse3,
#endif
#ifdef SEGCORE_ARM64
    &segcore_neon,
#endif
    &segcore_scalar, NULL,
};
