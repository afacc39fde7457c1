/* Every function that fills a buffer sized elsewhere is told of less room than there is to write, and must keep to
 * it. Behind each buffer stand octets that must not change. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prefixes.h"
#include "tally.h"

enum { TEXTS = 300, CANARY = 0x5A };

static segcore_tables tables;
static segcore_rules rules;
static int32_t offsets[TEXTS + 1];
static uint8_t data[4 * TEXTS];
static segcore_column column = {SEGCORE_OFFSETS_32, NULL, 0, offsets, TEXTS, data, NULL, NULL, 0};

static void require(int holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        exit(1);
    }
}

static void prepare(void)
{
    static uint8_t page_of[256] = {1}, pages[2 * 256];
    static segcore_sets sets[2];
    memset(pages + 256, 1, 128);
    pages[256 + '{'] = 2;
    tables.page_of = page_of;
    tables.pages = pages;
    tables.sets = sets;
    tables.gsm7_single = 4, tables.gsm7_part = 3;
    tables.ucs2_single = 4, tables.ucs2_part = 3;
    segcore_prepare(&tables, 2);
    rules.kernel = &segcore_scalar;
    rules.tables = tables;
    for (int i = 0; i <= TEXTS; i++)
        offsets[i] = 4 * i;
    memset(data, 'a', sizeof data);
}

/* `size` octets, all of them canaries. */
static void *room(size_t size)
{
    void *made = malloc(size);
    memset(made, CANARY, size);
    return made;
}

static int is_untouched(const void *from, size_t first, size_t stop)
{
    for (size_t i = first; i < stop; i++)
        if (((const uint8_t *)from)[i] != CANARY)
            return 0;
    return 1;
}

static void pack(size_t capacity)
{
    const segcore_text text = {"aa{aa{aa{a", 10, 1};
    const size_t size = sizeof(segcore_segment);
    segcore_segment *segments = room(10 * size);
    require(segcore_pack_gsm7(&tables, &text, segments, capacity) == 5, "segcore_pack_gsm7: number of segments");
    require(is_untouched(segments, size * (capacity < 5 ? capacity : 5), 10 * size),
            "segcore_pack_gsm7: wrote beyond");
    require(segcore_pack_ucs2(&tables, &text, segments, 0) == 4, "segcore_pack_ucs2: number of segments");
    free(segments);
}

static void measure_links(size_t capacity)
{
    const segcore_text text = {"http://{", 8, 1}, texts[4] = {text, text, text, text};
    const size_t expected = capacity < 4 ? capacity : 4, size = sizeof(segcore_links);
    for (int i = 0; segcore_kernels[i]; i++) {
        uint8_t *places = room(4);
        segcore_links *links = room(4 * size);
        segcore_measurement found[4];
        if (segcore_kernels[i]->is_usable())
            require(segcore_kernels[i]->measure_links(&tables, &tables, texts, 4, found, places, links, capacity)
                            == expected
                        && is_untouched(places, expected, 4) && is_untouched(links, size * expected, 4 * size),
                    "measure_links: wrote beyond");
        free(places), free(links);
    }
}

static void measure(int64_t capacity)
{
    int32_t *segments = room(4 * TEXTS);
    int64_t *units = room(8 * TEXTS), row = -1;
    uint8_t *encodings = room(TEXTS), *valid = room(TEXTS);
    const segcore_output to = {capacity, segments, units, encodings, NULL, valid, NULL};
    const segcore_fault expected = capacity < TEXTS ? SEGCORE_FAULT_CAPACITY : SEGCORE_FINE;
    require(segcore_measure_rows(&rules, &column, 0, TEXTS, &to, &row) == expected, "segcore_measure_rows: fault");
    require(is_untouched(segments, 4 * (size_t)capacity, 4 * TEXTS), "segcore_measure_rows: segments");
    require(is_untouched(units, 8 * (size_t)capacity, 8 * TEXTS), "segcore_measure_rows: units");
    require(is_untouched(encodings, (size_t)capacity, TEXTS), "segcore_measure_rows: encodings");
    require(is_untouched(valid, (size_t)capacity, TEXTS), "segcore_measure_rows: valid");
    if (expected == SEGCORE_FINE)
        require(segments[TEXTS - 1] == 1 && units[TEXTS - 1] == 4, "segcore_measure_rows: results");
    free(segments), free(units), free(encodings), free(valid);
}

static void gather(int64_t capacity)
{
    static int32_t counts[2] = {7, 8};
    static uint8_t indices[TEXTS];
    int32_t *segments = room(4 * TEXTS);
    int64_t row = -1;
    const segcore_output from = {2, counts, NULL, NULL, NULL, NULL, NULL};
    const segcore_output to = {capacity, segments, NULL, NULL, NULL, NULL, NULL};
    const segcore_fault expected = capacity < TEXTS ? SEGCORE_FAULT_CAPACITY : SEGCORE_FINE;
    require(segcore_gather(&from, indices, 1, 0, NULL, 0, 0, TEXTS, &to, &row) == expected, "segcore_gather: fault");
    require(is_untouched(segments, 4 * (size_t)capacity, 4 * TEXTS), "segcore_gather: wrote beyond");
    indices[5] = 2;
    if (expected == SEGCORE_FINE)
        require(segcore_gather(&from, indices, 1, 0, NULL, 0, 0, TEXTS, &to, &row) == SEGCORE_FAULT_INDEX && row == 5,
                "segcore_gather: an index beyond the values");
    indices[5] = 0;
    free(segments);
}

static void write_block(void)
{
    segcore_measurement found[4];
    int32_t *segments = room(40);
    const segcore_output to = {6, segments, NULL, NULL, NULL, NULL, NULL};
    memset(found, 0, sizeof found);
    require(!segcore_write(&to, 3, 4, found) && !segcore_write(&to, -1, 1, found) && !segcore_write(&to, 7, 0, found),
            "segcore_write: took too many");
    require(is_untouched(segments, 0, 40), "segcore_write: wrote all the same");
    require(segcore_write(&to, 2, 4, found) && is_untouched(segments, 0, 8) && is_untouched(segments, 24, 40),
            "segcore_write: wrote elsewhere");
    free(segments);
}

/* Rows that the column does not have. */
static void view(void)
{
    segcore_text texts[8];
    const segcore_references references = {&column, NULL, data, 1, 0};
    require(segcore_find_texts(&column, TEXTS - 3, 8, texts, NULL) == 3, "segcore_find_texts: rows beyond");
    require(segcore_find_texts(&column, -1, 8, texts, NULL) == 0, "segcore_find_texts: rows before");
    require(segcore_find_references(&column, &references, TEXTS - 3, 8, texts, NULL) == 3,
            "segcore_find_references: rows beyond");
}

static void look_up(int64_t capacity)
{
    static const segcore_prefix root = {{0}, -1, 0, -1};
    static int32_t heads[1000];
    static uint8_t page_of[256], kinds[256];
    const segcore_tree tree = {&root, heads};
    const segcore_plan plan = {page_of, kinds, tree, NULL, tree, NULL};
    int32_t *values = room(4 * TEXTS);
    int64_t row = -1;
    memset(kinds, SEGCORE_NO_NUMBER, sizeof kinds);
    const segcore_fault found = segcore_look_up_rows(&plan, &tree, &column, 0, TEXTS, values, capacity, &row);
    require(found == (capacity < TEXTS ? SEGCORE_FAULT_CAPACITY : SEGCORE_FINE), "segcore_look_up_rows: fault");
    require(is_untouched(values, 4 * (size_t)capacity, 4 * TEXTS), "segcore_look_up_rows: wrote beyond");
    free(values);
}

static void tally(int64_t capacity)
{
    static segcore_tally sums;
    segcore_plan_of_tally plan = {0};
    uint8_t *valid = room(TEXTS);
    const segcore_row_inputs inputs = {NULL, NULL, valid, capacity};
    int64_t row = -1;
    plan.rules = &rules;
    plan.septet = -1;
    const segcore_fault found = segcore_tally_rows(&sums, &plan, &column, NULL, 0, TEXTS, &inputs, &row);
    require(found == (capacity < TEXTS ? SEGCORE_FAULT_CAPACITY : SEGCORE_FINE), "segcore_tally_rows: fault");
    require(is_untouched(valid, (size_t)capacity, TEXTS), "segcore_tally_rows: wrote beyond");
    segcore_tally_free(&sums);
    free(valid);
}

int main(void)
{
    static const int64_t capacities[] = {0, 1, 127, 128, 129, 256, TEXTS - 1, TEXTS};
    prepare();
    for (size_t capacity = 0; capacity <= 7; capacity++) {
        pack(capacity);
        measure_links(capacity);
    }
    for (size_t i = 0; i < sizeof capacities / sizeof *capacities; i++) {
        measure(capacities[i]);
        gather(capacities[i]);
        look_up(capacities[i]);
        tally(capacities[i]);
    }
    write_block();
    view();
    puts("ok");
}
