/* Shared by the fuzz targets: an input that is taken apart from its start, tables, and copies of exactly the right size,
 * so that the sanitizer sees the first octet beyond. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FUZZ_PAGES = 6 };

typedef struct {
    const uint8_t *data;
    size_t size;
} fuzz_input;

/* A number below a limit; 0 at the end of the input. */
static inline uint32_t fuzz_take(fuzz_input *from, uint32_t below)
{
    uint32_t value = 0;
    for (uint32_t most = below - 1; most && from->size; most >>= 8) {
        value = value << 8 | *from->data++;
        from->size--;
    }
    return value % below;
}

/* The next octets, as many as there are. */
static inline void *fuzz_octets(fuzz_input *from, size_t n)
{
    uint8_t *made = malloc(n);
    const size_t there = n < from->size ? n : from->size;
    if (there)
        memcpy(made, from->data, there);
    if (n > there)
        memset(made + there, 0, n - there);
    from->data += there;
    from->size -= there;
    return made;
}

static inline void fuzz_require(int holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

/* Tables in which most code points of a few pages are known, some of two septets: too many unencodable ones would end
 * every text in UCS-2. */
static inline segcore_tables *fuzz_tables(uint32_t seed, int capacity)
{
    static const uint8_t highs[FUZZ_PAGES] = {0, 0, 0x03, 0x06, 0x20, 0xD8};
    static uint8_t page_of[256], pages[FUZZ_PAGES << 8];
    static segcore_sets sets[FUZZ_PAGES];
    static segcore_tables tables = {.page_of = page_of, .pages = pages, .sets = sets};
    uint32_t state = seed * 2654435761u + 1;
    memset(page_of, 0, sizeof page_of);
    for (int page = 1; page < FUZZ_PAGES; page++) {
        page_of[highs[page]] = seed >> page & 1 ? (uint8_t)page : 0;
        for (int low = 0; low < 256; low++) {
            state = state * 1664525u + 1013904223u;
            pages[page << 8 | low] = state >> 24 < 2 ? 0 : state >> 24 < 40 ? 2 : 1;
        }
    }
    tables.gsm7_part = 2 + capacity % 160;
    tables.gsm7_single = tables.gsm7_part + 7;
    tables.ucs2_part = 2 + capacity % 70;
    tables.ucs2_single = tables.ucs2_part + 3;
    segcore_prepare(&tables, FUZZ_PAGES);
    return &tables;
}

/* Code points, of which many are those that a rule is about. */
static inline uint32_t fuzz_point(fuzz_input *from)
{
    static const uint32_t starts[8] = {0, 0x380, 0x600, 0x2000, 0xD800, 0xDC00, 0x1F300, 0x10000};
    const uint32_t start = starts[fuzz_take(from, 8)];
    return start + fuzz_take(from, start == 0xD800 || start == 0xDC00 ? 0x400 : 0x100);
}

#endif
