/* Runs every usable kernel over texts from standard input, each text placed so that the octet after its last
 * one, or before its first one, is not readable.
 *
 * Input: the septet pages (a count of pages, page_of, pages), four capacities, then records of kind, length and
 * octets.  Output: a line "kernel ..." with the names, then for each record and kernel: encoding units segments.
 * All numbers in the input are 32-bit, in the machine's order.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "segcore.h"

enum { ROOM = 1 << 16 };

static uint32_t number(void)
{
    uint32_t value = 0;
    if (fread(&value, sizeof value, 1, stdin) != 1)
        exit(feof(stdin) ? 0 : 1);
    return value;
}

static void octets(void *to, size_t n)
{
    if (n && fread(to, 1, n, stdin) != n)
        exit(2);
}

static segcore_tables read_tables(void)
{
    segcore_tables tables;
    uint32_t pages = number();
    uint8_t *page_of = malloc(256), *septets = malloc((size_t)pages << 8);
    octets(page_of, 256);
    octets(septets, (size_t)pages << 8);
    tables.page_of = page_of;
    tables.pages = septets;
    tables.gsm7_single = number();
    tables.gsm7_part = number();
    tables.ucs2_single = number();
    tables.ucs2_part = number();
    tables.sets = malloc(pages * sizeof *tables.sets);
    segcore_prepare(&tables, pages);
    return tables;
}

/* ROOM octets between two pages that cannot be touched. */
static uint8_t *guarded_room(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *all = mmap(NULL, ROOM + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED || mprotect(all + page, ROOM, PROT_READ | PROT_WRITE))
        exit(3);
    return all + page;
}

static void report(const segcore_tables *tables, const uint8_t *data, uint32_t kind, size_t n)
{
    segcore_text text = {data, kind ? n / kind : n, (int)kind};
    for (int i = 0; segcore_kernels[i]; i++) {
        segcore_measurement found;
        if (!segcore_kernels[i]->is_usable())
            continue;
        segcore_kernels[i]->measure(tables, &text, 1, &found);
        printf("%d %lld %lld\n", found.encoding, (long long)found.units, (long long)found.segments);
    }
}

int main(void)
{
    segcore_tables tables = read_tables();
    uint8_t *room = guarded_room();
    static uint8_t buffer[ROOM];
    printf("kernels");
    for (int i = 0; segcore_kernels[i]; i++)
        if (segcore_kernels[i]->is_usable())
            printf(" %s", segcore_kernels[i]->name);
    printf("\n");
    for (;;) {
        uint32_t kind = number();
        size_t n = number();
        if (n > ROOM)
            return 4;
        octets(buffer, n);
        memcpy(room + ROOM - n, buffer, n);
        report(&tables, room + ROOM - n, kind, n);
        memcpy(room, buffer, n);
        report(&tables, room, kind, n);
    }
}
