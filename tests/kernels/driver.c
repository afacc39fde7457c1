/* Runs every usable kernel over texts from standard input, each placed at the end and at the start of memory that
 * is readable, with every filling of what lies beside it.
 *
 * Input: the septet pages (a count of pages, page_of, pages), four capacities, then records: kind, way to place it,
 * length in octets, octets.  All numbers in the input are 32-bit, in the machine's order.
 * Output: a line "kernels ..." with their names, then a line for each record: encoding, units, segments, extra units,
 * unencodable code points by spans (number:points:points, "many" or "-") and code points of two septets by each
 * kernel in turn.  A kernel whose answer depends on the place, or on the texts measured with it, ends the run with an
 * error.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <windows.h>
#else
#include <sys/mman.h>
#include <unistd.h>
#endif

#include "kernel.h"

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(data, n) ((void)(data), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(data, n) ((void)(data), (void)(n))
#endif

enum { ROOM = 1 << 16, MARGIN = 128, MAX_KERNELS = 8, FEW = 7, MANY = 133 };

/* Ways to place a text: its end at the end of the room, and its start at the start; at 16 distances from either;
 * as UTF-8, at the end of the room with `a` before and behind it, the capacities being too large to matter. */
enum { AT_ENDS, AT_OFFSETS, PADDED };

static const segcore_kernel *kernels[MAX_KERNELS];
static int kernel_count;
static segcore_tables tables;
static uint8_t *room;
static unsigned long record;

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

static void read_tables(void)
{
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
}

/* ROOM octets between two pages that cannot be touched. */
static void make_room(void)
{
#ifdef _WIN32
    DWORD before, page = 1 << 12;
    uint8_t *all = VirtualAlloc(NULL, ROOM + 2 * page, MEM_RESERVE | MEM_COMMIT, PAGE_NOACCESS);
    if (!all || !VirtualProtect(all + page, ROOM, PAGE_READWRITE, &before) || _setmode(0, _O_BINARY) == -1)
        exit(3);
#else
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *all = mmap(NULL, ROOM + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED || mprotect(all + page, ROOM, PROT_READ | PROT_WRITE))
        exit(3);
#endif
    room = all + page;
}

static int are_same(const segcore_measurement *one, const segcore_measurement *other)
{
    return one->encoding == other->encoding && one->units == other->units && one->segments == other->segments
           && one->extra == other->extra;
}

/* What a kernel says of a text. */
typedef struct {
    segcore_measurement measured;
    segcore_unencodable unencodable;
} answer;

static int compare_spans(const void *one, const void *other)
{
    const uint32_t first = ((const segcore_span *)one)->number, second = ((const segcore_span *)other)->number;
    return (first > second) - (first < second);
}

static int are_same_unencodable(segcore_unencodable *one, const segcore_unencodable *other)
{
    if (one->count > 0)
        qsort(one->spans, (size_t)one->count, sizeof *one->spans, compare_spans);
    if (one->count != other->count || (one->count >= 0 && one->two_septets != other->two_septets))
        return 0;
    for (int i = 0; i < one->count; i++)
        if (one->spans[i].number != other->spans[i].number || one->spans[i].points[0] != other->spans[i].points[0]
            || one->spans[i].points[1] != other->spans[i].points[1])
            return 0;
    return 1;
}

/* Every second one of several texts is this one: the answer must be what it is alone. */
static void measure_among(int kernel, const segcore_text *text, const answer *expected)
{
    static const uint8_t one[] = {'a'}, two_of_utf8[] = {0xC3, 0xA9};
    static const uint16_t two[] = {0x436};
    static const uint32_t four[] = {0x1F600};
    static const segcore_text strings[] = {{one, 1, 1}, {two, 1, 2}, {four, 1, 4}};
    static const segcore_text octets[] = {{one, 1, SEGCORE_UTF8}, {two_of_utf8, 2, SEGCORE_UTF8}};
    static unsigned turn;
    segcore_text texts[MANY];
    segcore_measurement found[MANY];
    segcore_unencodable unencodable[MANY];
    size_t count = turn++ % 64 ? FEW : MANY;
    for (size_t i = 0; i < count; i++)
        texts[i] = i % 2 ? *text : text->kind == SEGCORE_UTF8 ? octets[i / 2 % 2] : strings[i / 2 % 3];
    kernels[kernel]->measure(&tables, texts, count, found);
    if (expected->measured.encoding != SEGCORE_NOT_UTF8)
        kernels[kernel]->find_spans(&tables, texts, count, unencodable);
    for (size_t i = 1; i < count; i += 2) {
        if (!are_same(&found[i], &expected->measured)
            || (found[i].encoding != SEGCORE_NOT_UTF8
                && !are_same_unencodable(&unencodable[i], &expected->unencodable))) {
            fprintf(stderr, "record %lu, %s: another answer as text %zu of %zu\n", record, kernels[kernel]->name, i,
                    count);
            exit(6);
        }
    }
}

static void measure(const uint8_t *data, uint32_t kind, size_t n, int is_first, answer *found)
{
    segcore_text text = {data, kind ? n / kind : n, (int)kind};
    for (int i = 0; i < kernel_count; i++) {
        kernels[i]->measure(&tables, &text, 1, &found[i].measured);
        found[i].unencodable = (segcore_unencodable){.count = 0};
        if (found[i].measured.encoding != SEGCORE_NOT_UTF8)
            kernels[i]->find_spans(&tables, &text, 1, &found[i].unencodable);
        if (found[i].unencodable.count > 0)
            qsort(found[i].unencodable.spans, (size_t)found[i].unencodable.count, sizeof(segcore_span),
                  compare_spans);
        if (is_first)
            measure_among(i, &text, &found[i]);
    }
}

/* Lay octets `at` a distance from the start of the room, between others that no answer may depend on, and let the
 * kernels measure them, among other texts too where `is_first`.  Under the address sanitizer the others may not be
 * read at all. */
static void measure_at(size_t at, const uint8_t *data, uint32_t kind, size_t n, int is_first, answer *found)
{
    static const uint8_t fillers[] = {0x00, 0xFF, 'a', 0x80, 0xF0, 0xBF, 0xD8, 0xDC, '{', 0xE2, 0x03};
    static size_t turn;
    size_t first = at < MARGIN ? 0 : at - MARGIN, end = at + n + MARGIN < ROOM ? at + n + MARGIN : ROOM;
    ASAN_UNPOISON_MEMORY_REGION(room + first, end - first);
    memset(room + first, fillers[turn++ % sizeof fillers], end - first);
    memcpy(room + at, data, n);
    ASAN_POISON_MEMORY_REGION(room + first, end - first);
    ASAN_UNPOISON_MEMORY_REGION(room + at, n);
    measure(room + at, kind, n, is_first, found);
    ASAN_POISON_MEMORY_REGION(room + first, end - first);
}

/* The answer must be the one given before, but for `more` units. */
static void hold(const answer *expected, answer *answers, size_t more, const char *where, size_t distance)
{
    for (int i = 0; i < kernel_count; i++) {
        const segcore_measurement *found = &answers[i].measured;
        segcore_measurement wanted = expected[i].measured;
        wanted.units += wanted.encoding == SEGCORE_NOT_UTF8 ? 0 : (int64_t)more;
        if (are_same(found, &wanted) && are_same_unencodable(&answers[i].unencodable, &expected[i].unencodable))
            continue;
        fprintf(stderr, "record %lu, %s, %s %zu: %d %lld %lld %lld, but elsewhere %d %lld %lld %lld\n", record,
                kernels[i]->name, where, distance, found->encoding, (long long)found->units,
                (long long)found->segments, (long long)found->extra, wanted.encoding, (long long)wanted.units,
                (long long)wanted.segments, (long long)wanted.extra);
        exit(5);
    }
}

static void try_offsets(const answer *expected, const uint8_t *data, uint32_t kind, size_t n, size_t count)
{
    answer found[MAX_KERNELS];
    for (size_t i = 0; i < count; i++) {
        size_t distance = i * (kind ? kind : 1);
        measure_at(ROOM - n - distance, data, kind, n, 0, found);
        hold(expected, found, 0, "before the end", distance);
        measure_at(distance, data, kind, n, 0, found);
        hold(expected, found, 0, "behind the start", distance);
    }
}

/* Enough for a sequence of four octets to straddle steps of 16, 32 and 64 octets in every way. */
static void try_paddings(const answer *expected, const uint8_t *data, size_t n)
{
    static const size_t before[] = {1, 13, 14, 15, 16, 17, 29, 30, 31, 32, 33, 61, 62, 63, 64, 65};
    static const size_t behind[] = {0, 70};
    static uint8_t padded[256];
    answer found[MAX_KERNELS];
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        for (size_t j = 0; j < sizeof behind / sizeof *behind; j++) {
            size_t more = before[i] + behind[j];
            memset(padded, 'a', n + more);
            memcpy(padded + before[i], data, n);
            measure_at(ROOM - n - more, padded, SEGCORE_UTF8, n + more, 0, found);
            hold(expected, found, more, behind[j] ? "inside, behind octets" : "at the end, behind octets", before[i]);
        }
    }
}

/* The sums of all numbers of sets, with every octet in some of them, must be those of bits counted one by one. */
static void try_sums(int kernel)
{
    uint64_t sets[SEGCORE_PENDING_SPANS][2], state = 1;
    for (size_t count = 0; count <= SEGCORE_PENDING_SPANS; count++) {
        int64_t found[128], expected[128];
        for (size_t i = 0; i < 2 * count; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            sets[i / 2][i % 2] = count == SEGCORE_PENDING_SPANS ? ~(uint64_t)0 : state ^ state >> 29;
        }
        for (size_t point = 0; point < 128; point++) {
            found[point] = expected[point] = (int64_t)point << 40;
            for (size_t i = 0; i < count; i++)
                expected[point] += sets[i][point >> 6] >> (point & 63) & 1;
        }
        kernels[kernel]->sum_spans((const uint64_t (*)[2])sets, count, found);
        if (memcmp(found, expected, sizeof found)) {
            fprintf(stderr, "%s: other sums of %zu sets\n", kernels[kernel]->name, count);
            exit(7);
        }
    }
}

static void print_answer(const answer *found)
{
    const segcore_measurement *measured = &found->measured;
    const segcore_unencodable *unencodable = &found->unencodable;
    printf("%d %lld %lld %lld ", measured->encoding, (long long)measured->units, (long long)measured->segments,
           (long long)measured->extra);
    for (int i = 0; i < unencodable->count; i++)
        printf("%s%x:%llx:%llx", i ? "," : "", (unsigned)unencodable->spans[i].number,
               (unsigned long long)unencodable->spans[i].points[0],
               (unsigned long long)unencodable->spans[i].points[1]);
    if (unencodable->count < 0)
        printf("many 0");
    else
        printf("%s %lld", unencodable->count ? "" : "-", (long long)unencodable->two_septets);
}

int main(void)
{
    static uint8_t buffer[ROOM / 2];
    make_room();
    read_tables();
    printf("kernels");
    for (int i = 0; segcore_kernels[i] && kernel_count < MAX_KERNELS; i++) {
        if (segcore_kernels[i]->is_usable()) {
            kernels[kernel_count++] = segcore_kernels[i];
            printf(" %s", segcore_kernels[i]->name);
            try_sums(kernel_count - 1);
        }
    }
    printf("\n");
    for (;; record++) {
        answer found[MAX_KERNELS];
        uint32_t kind = number(), way = number();
        size_t n = number();
        if (n > sizeof buffer || (way == PADDED && (kind != SEGCORE_UTF8 || n > 64)))
            return 4;
        octets(buffer, n);
        measure_at(ROOM - n, buffer, kind, n, 1, found);
        try_offsets(found, buffer, kind, n, way == AT_OFFSETS ? 16 : 1);
        if (way == PADDED)
            try_paddings(found, buffer, n);
        for (int i = 0; i < kernel_count; i++) {
            if (i)
                printf(" ");
            print_answer(&found[i]);
        }
        printf("\n");
    }
}
