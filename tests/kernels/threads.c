/* Threads that share rules and a column, and write rows of their own into the same results, as the binding has them do;
 * for ThreadSanitizer.  Each tallies into sums of its own, which are added at the end. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tally.h"

enum { ROWS = 4000, THREADS = 4, TURNS = 5 };

static segcore_rules rules;
static segcore_plan_of_tally plan;
static int32_t offsets[ROWS + 1], segments[ROWS];
static int64_t units[ROWS];
static uint8_t data[8 * ROWS], encodings[ROWS], valid[ROWS], validity[ROWS / 8];
static segcore_column column = {SEGCORE_OFFSETS_32, validity, 0, offsets, ROWS, data, NULL, NULL, 0};
static segcore_tally sums[THREADS];

static void prepare(void)
{
    static uint8_t page_of[256] = {1}, pages[2 * 256];
    static segcore_sets sets[2];
    static const char *const texts[4] = {"a", "{{", "\xD0\xB6\xD0\xB6", "\xF0\x9F\x98\x80"};
    memset(pages + 256, 1, 128);
    pages[256 + '{'] = 2;
    rules.tables = (segcore_tables){.page_of = page_of, .pages = pages, .sets = sets};
    rules.tables.gsm7_single = rules.tables.ucs2_single = 2;
    rules.tables.gsm7_part = rules.tables.ucs2_part = 2;
    segcore_prepare(&rules.tables, 2);
    for (int i = 0; i < ROWS; i++) {
        const size_t length = strlen(texts[i % 4]);
        memcpy(data + offsets[i], texts[i % 4], length);
        offsets[i + 1] = offsets[i] + (int32_t)length;
    }
    memset(validity, 0xF7, sizeof validity);
    plan.rules = &rules;
    plan.septet = 'a';
}

/* Pieces of which no two share a row, but all share lines of memory. */
static void *work(void *argument)
{
    const int64_t number = (segcore_tally *)argument - sums, step = ROWS / (THREADS * TURNS);
    const segcore_output to = {ROWS, segments, units, encodings, NULL, valid, NULL};
    const segcore_row_inputs inputs = {NULL, NULL, valid, ROWS};
    int64_t row;
    for (int64_t turn = 0; turn < TURNS; turn++) {
        const int64_t start = (turn * THREADS + number) * step;
        if (segcore_measure_rows(&rules, &column, start, start + step, &to, &row) != SEGCORE_FINE
            || segcore_tally_rows(&sums[number], &plan, &column, NULL, start, start + step, &inputs, &row)
                   != SEGCORE_FINE)
            exit(1);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    int64_t total = 0;
    prepare();
    for (int kernel = 0; segcore_kernels[kernel]; kernel++) {
        rules.kernel = segcore_kernels[kernel];
        if (!rules.kernel->is_usable())
            continue;
        for (int i = 0; i < THREADS; i++)
            if (pthread_create(&threads[i], NULL, work, &sums[i]))
                exit(2);
        for (int i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
        for (int i = 1; i < THREADS; i++)
            if (!segcore_tally_merge(&sums[0], &sums[i]))
                exit(3);
        segcore_tally_settle(&sums[0]);
        total = 0;
        for (size_t i = 0; i < sums[0].sums[SEGCORE_COUNTS].room; i++)
            total += sums[0].sums[SEGCORE_COUNTS].entries[i].count;
        for (int i = 0; i < THREADS; i++)
            segcore_tally_free(&sums[i]);
        if (total != ROWS)
            exit(4);
    }
    puts("ok");
}
