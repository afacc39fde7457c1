/* Measures texts from standard input under the rules of a profile with every usable kernel: each alone between pages
 * that cannot be touched, at the end and at the start of what is readable, and all of them in one call.
 *
 * Input: blobs, each a length and octets: numbers (enum below), codings (alphabet, extension table, room alone, room
 * of several), what kernels look up (page_of, pages), the same for their second look (empty: there is none), and the
 * maps of segcore_rules in their order; then records: kind, length in octets, octets.  All numbers are 32-bit, in the
 * machine's order.
 * Output: a line "kernels ..." with their names, then a line for each record: encoding, units and segments by each
 * kernel in turn.  A kernel whose answer depends on the place ends the run with an error.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rules.h"

enum { IS_EXACT, PARTLY, BEYOND_BMP, SEPTET_CLUSTERS, ALPHABETS, GSM7_SINGLE, GSM7_PART, UCS2_SINGLE, UCS2_PART };

enum { ROOM = 1 << 16, MAX_KERNELS = 8, MAX_TEXTS = 1 << 16 };

static segcore_rules rules;
static uint8_t *room;
static segcore_text texts[MAX_TEXTS];
static segcore_measurement answers[MAX_KERNELS][MAX_TEXTS];

/* A text that is no longer than it says, for the address sanitizer to watch. */
static void *octets(size_t n)
{
    void *to = malloc(n ? n : 1);
    if (n && fread(to, 1, n, stdin) != n)
        exit(2);
    return to;
}

static int number(uint32_t *value) { return fread(value, sizeof *value, 1, stdin) == 1; }

static void *blob(size_t *n)
{
    uint32_t length = 0;
    if (!number(&length))
        exit(2);
    *n = length;
    return length ? octets(length) : NULL;
}

static segcore_map map(void)
{
    size_t n;
    segcore_map found;
    found.page_of = blob(&n);
    found.pages = blob(&n);
    return found;
}

static int read_tables(segcore_tables *tables, const int32_t *numbers)
{
    size_t n;
    tables->page_of = blob(&n);
    tables->pages = blob(&n);
    tables->gsm7_single = numbers[GSM7_SINGLE];
    tables->gsm7_part = numbers[GSM7_PART];
    tables->ucs2_single = numbers[UCS2_SINGLE];
    tables->ucs2_part = numbers[UCS2_PART];
    tables->sets = malloc((n >> 8) * sizeof *tables->sets + 1);
    if (n)
        segcore_prepare(tables, n >> 8);
    return n > 0;
}

static void read_quiet(const uint32_t *runs)
{
    if (!runs)
        return;
    for (int i = 0; i < 2; i++) {
        rules.quiet_first[i] = (uint16_t)runs[2 * i];
        rules.quiet_more[i] = (uint16_t)runs[2 * i + 1];
    }
    rules.quiet_emoji = runs[4];
    rules.quiet_emoji_more = runs[5];
}

static void read_rules(void)
{
    size_t n;
    const int32_t *numbers = blob(&n), *codings = blob(&n);
    segcore_coding *to = malloc(n / (4 * sizeof *codings) * sizeof *to);
    rules.has_more = 1;
    rules.is_exact = numbers[IS_EXACT];
    rules.partly = numbers[PARTLY];
    rules.replaces_beyond_bmp = numbers[BEYOND_BMP];
    rules.has_septet_clusters = numbers[SEPTET_CLUSTERS];
    rules.alphabet_count = (size_t)numbers[ALPHABETS];
    rules.coding_count = n / (4 * sizeof *codings);
    for (size_t i = 0; i < rules.coding_count; i++, codings += 4)
        to[i] = (segcore_coding){codings[0], codings[1], codings[2], codings[3]};
    rules.codings = to;
    read_tables(&rules.tables, numbers);
    rules.has_second = read_tables(&rules.second, numbers);
    rules.masks = map();
    rules.replaced = map();
    rules.starts = blob(&n);
    rules.points = blob(&n);
    rules.septets = map();
    rules.changes = map();
    rules.is_changed = blob(&n);
    rules.begins_changed = blob(&n);
    read_quiet(blob(&n));
    rules.classes = map();
}

/* ROOM octets between two pages that cannot be touched. */
static void make_room(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *all = mmap(NULL, ROOM + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED || mprotect(all + page, ROOM, PROT_READ | PROT_WRITE))
        exit(3);
    room = all + page;
}

static size_t size_of(const segcore_text *text)
{
    return text->length * (text->kind == SEGCORE_UTF8 ? 1 : (size_t)text->kind);
}

/* The answer must be the one given among the other texts, whatever lies beside it. */
static void hold(const char *name, size_t index, const segcore_measurement *expected, size_t at)
{
    static const uint8_t fillers[] = {0x00, 0xFF, 'a', 0x80, 0xBF, 0xD8, 0xDC, 0xE2};
    static size_t turn;
    segcore_text text = texts[index];
    segcore_measurement found;
    memset(room, fillers[turn++ % sizeof fillers], ROOM);
    memcpy(room + at, text.data, size_of(&text));
    text.data = room + at;
    segcore_measure_texts(&rules, &text, 1, &found);
    if (found.encoding == expected->encoding && found.units == expected->units
        && found.segments == expected->segments)
        return;
    fprintf(stderr, "record %zu, %s, at %zu: %d %lld %lld, but elsewhere %d %lld %lld\n", index, name, at,
            found.encoding, (long long)found.units, (long long)found.segments, expected->encoding,
            (long long)expected->units, (long long)expected->segments);
    exit(5);
}

static size_t read_texts(void)
{
    uint32_t kind, n;
    size_t count = 0;
    while (number(&kind)) {
        if (count == MAX_TEXTS || !number(&n) || n > ROOM)
            exit(4);
        texts[count++] = (segcore_text){octets(n), kind ? n / kind : n, (int)kind};
    }
    return count;
}

int main(void)
{
    int kernel_count = 0;
    read_rules();
    make_room();
    size_t count = read_texts();
    printf("kernels");
    for (int i = 0; segcore_kernels[i] && kernel_count < MAX_KERNELS; i++) {
        if (!segcore_kernels[i]->is_usable())
            continue;
        rules.kernel = segcore_kernels[i];
        printf(" %s", rules.kernel->name);
        segcore_measure_texts(&rules, texts, count, answers[kernel_count]);
        for (size_t j = 0; j < count; j++) {
            hold(rules.kernel->name, j, &answers[kernel_count][j], ROOM - size_of(&texts[j]));
            hold(rules.kernel->name, j, &answers[kernel_count][j], 0);
        }
        kernel_count++;
    }
    printf("\n");
    for (size_t j = 0; j < count; j++) {
        for (int i = 0; i < kernel_count; i++)
            printf("%s%d %lld %lld", i ? " " : "", answers[i][j].encoding, (long long)answers[i][j].units,
                   (long long)answers[i][j].segments);
        printf("\n");
    }
}
