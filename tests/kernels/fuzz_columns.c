/* Arrow columns with any offsets, views, indices and validity: measured as a whole and in two pieces, which must agree;
 * and tallied, where sums must be those of the rows.
 *
 * Input: tables, layout, rows, where pieces meet, then offsets, data and the rest. */
#include "fuzz.h"
#include "tally.h"

enum { MOST_ROWS = 300, VIEW = 16, BUFFERS = 2 };

typedef struct {
    segcore_fault fault;
    int64_t row;
    int32_t *segments;
    int64_t *units;
    uint8_t *encodings, *valid;
} outcome;

static segcore_rules rules;
static segcore_column column;
static void *rows, *buffers[BUFFERS], *validity;
static int64_t sizes[BUFFERS];

/* Offsets that are mostly good.  The last is trusted to be the size of the data. */
static int64_t make_offsets(fuzz_input *input, int is_wide)
{
    const size_t count = (size_t)column.row_count + 1;
    int64_t at = 0, *wide = malloc(8 * count);
    int32_t *narrow = malloc(4 * count);
    for (size_t i = 0; i < count; i++) {
        const uint32_t chosen = fuzz_take(input, 256);
        at += chosen & 31;
        wide[i] = chosen == 255 ? (int64_t)(int32_t)fuzz_take(input, UINT32_MAX) * (is_wide ? 1 << 24 : 1) : at;
    }
    /* Not larger than is allocated here. */
    wide[count - 1] = at;
    for (size_t i = 0; i < count; i++)
        narrow[i] = (int32_t)wide[i];
    rows = is_wide ? (void *)wide : narrow;
    free(is_wide ? (void *)narrow : wide);
    return at;
}

static void make_views(fuzz_input *input)
{
    int32_t view[VIEW / 4];
    rows = calloc((size_t)column.row_count + 1, VIEW);
    for (int64_t i = 0; i < column.row_count; i++) {
        void *raw = fuzz_octets(input, VIEW);
        memcpy(view, raw, VIEW);
        free(raw);
        /* Most of them good. */
        if (view[0] & 3) {
            view[0] = (int32_t)((uint32_t)view[0] >> 2) % 40;
            if (view[0] > 12) {
                view[2] = (int32_t)((uint32_t)view[2] % BUFFERS);
                view[3] = (int32_t)((uint32_t)view[3] % 100);
            }
        }
        memcpy((uint8_t *)rows + VIEW * i, view, VIEW);
    }
}

static void make_column(fuzz_input *input)
{
    memset(&column, 0, sizeof column);
    column.layout = (int)fuzz_take(input, 3);
    column.row_count = (int64_t)fuzz_take(input, MOST_ROWS);
    column.validity_start = (int64_t)fuzz_take(input, 20);
    const int has_nulls = (int)fuzz_take(input, 2);
    if (column.layout == SEGCORE_VIEWS) {
        make_views(input);
    } else {
        sizes[0] = make_offsets(input, column.layout == SEGCORE_OFFSETS_64);
    }
    validity = has_nulls ? fuzz_octets(input, (size_t)(column.validity_start + column.row_count + 7) / 8) : NULL;
    column.validity = validity;
    if (column.layout == SEGCORE_VIEWS) {
        for (int i = 0; i < BUFFERS; i++) {
            sizes[i] = (int64_t)fuzz_take(input, 120);
            buffers[i] = fuzz_octets(input, (size_t)sizes[i]);
        }
        column.buffers = (const void *const *)buffers;
        column.sizes = sizes;
        column.buffer_count = BUFFERS;
    } else {
        buffers[0] = fuzz_octets(input, (size_t)sizes[0]);
        buffers[1] = NULL;
        column.data = buffers[0];
    }
    column.rows = rows;
}

static outcome make_outcome(void)
{
    const size_t count = (size_t)column.row_count;
    return (outcome){SEGCORE_FINE, -1, calloc(count, 4), calloc(count, 8), calloc(count, 1), calloc(count, 1)};
}

static void free_outcome(const outcome *of)
{
    free(of->segments), free(of->units), free(of->encodings), free(of->valid);
}

static void measure(outcome *to, int64_t start, int64_t stop)
{
    const segcore_output output = {column.row_count, to->segments, to->units, to->encodings, NULL, to->valid, NULL};
    if (to->fault == SEGCORE_FINE)
        to->fault = segcore_measure_rows(&rules, &column, start, stop, &output, &to->row);
}

static void compare(const outcome *one, const outcome *other)
{
    const size_t count = (size_t)column.row_count;
    fuzz_require(one->fault == other->fault && (one->fault == SEGCORE_FINE || one->row == other->row),
                 "another fault, or in another row");
    if (one->fault != SEGCORE_FINE)
        return;
    fuzz_require(!memcmp(one->segments, other->segments, 4 * count) && !memcmp(one->units, other->units, 8 * count)
                     && !memcmp(one->encodings, other->encodings, count) && !memcmp(one->valid, other->valid, count),
                 "other results");
}

/* Rows that refer to the column's, through indices of every width. */
static void gather(fuzz_input *input, const outcome *values)
{
    const int width = 1 << fuzz_take(input, 4), is_signed = (int)fuzz_take(input, 2);
    const int64_t count = (int64_t)fuzz_take(input, 40);
    void *indices = fuzz_octets(input, (size_t)(count * width));
    int32_t *segments = calloc((size_t)count, 4);
    uint8_t *valid = calloc((size_t)count, 1), *seen = calloc((size_t)count, 1);
    segcore_text *texts = calloc((size_t)count, sizeof *texts);
    const segcore_output from = {column.row_count, values->segments, NULL, NULL, NULL, values->valid, NULL};
    const segcore_output to = {count, segments, NULL, NULL, NULL, valid, NULL};
    const segcore_references references = {&column, values->valid, indices, width, is_signed};
    segcore_column referring = {.row_count = count};
    int64_t row = -1;
    const segcore_fault fault = segcore_gather(&from, indices, width, is_signed, NULL, 0, 0, count, &to, &row);
    const size_t found = segcore_find_references(&referring, &references, 0, (size_t)count, texts, seen);
    fuzz_require(fault == SEGCORE_FINE ? found == (size_t)count : fault == SEGCORE_FAULT_INDEX && found == (size_t)row,
                 "an index is taken for good in one place only");
    fuzz_require(!memcmp(valid, seen, found), "a row is null in one place only");
    for (size_t i = 0; i < found; i++)
        fuzz_require(valid[i] || !segments[i], "segments of a null");
    free(indices), free(segments), free(valid), free(seen), free(texts);
}

typedef struct {
    uint8_t *mms, *valid;
    int32_t *groups;
    segcore_plan_of_tally plan;
} tallying;

static segcore_fault tally_rows(segcore_tally *sums, const tallying *with, int64_t start, int64_t stop)
{
    const segcore_row_inputs inputs = {with->mms, with->groups, with->valid, column.row_count};
    int64_t row = -1;
    return segcore_tally_rows(sums, &with->plan, &column, NULL, start, stop, &inputs, &row);
}

static int64_t total(const segcore_counter_map *sums)
{
    int64_t found = 0;
    for (size_t i = 0; i < sums->room; i++)
        found += sums->entries[i].count;
    return found;
}

static void compare_sums(segcore_tally *one, segcore_tally *other)
{
    fuzz_require(segcore_tally_settle(one) && segcore_tally_settle(other), "out of memory");
    for (int which = 0; which < SEGCORE_ALL_SUMS; which++) {
        const segcore_counter_map *sums = &one->sums[which];
        fuzz_require(total(sums) == total(&other->sums[which]), "another total");
        for (size_t i = 0; i < sums->room; i++) {
            const segcore_counter *entry = &sums->entries[i];
            if (entry->count)
                fuzz_require(segcore_counter_of(&other->sums[which], entry->key[0], entry->key[1], entry->key[2])->count
                                 == entry->count,
                             "another sum");
        }
    }
}

static void tally(fuzz_input *input, const outcome *measured, int64_t split)
{
    const size_t count = (size_t)column.row_count;
    segcore_tally whole = {0}, first = {0}, second = {0};
    tallying with = {.valid = calloc(count, 1)};
    with.mms = fuzz_take(input, 2) ? fuzz_octets(input, count) : NULL;
    with.groups = fuzz_take(input, 2) ? malloc(4 * count) : NULL;
    for (size_t i = 0; with.groups && i < count; i++)
        with.groups[i] = (int32_t)fuzz_take(input, 600);
    with.plan.rules = &rules;
    with.plan.encoded = fuzz_take(input, 2) ? &rules : NULL;
    for (int i = 0; i < 3; i++)
        with.plan.limits[i] = (int64_t)fuzz_take(input, 30);
    with.plan.septet = fuzz_take(input, 2) && rules.tables.filler ? rules.tables.filler : -1;
    const segcore_fault fault = tally_rows(&whole, &with, 0, column.row_count);
    fuzz_require(fault == measured->fault, "a fault of a tally alone");
    if (fault == SEGCORE_FINE) {
        tally_rows(&first, &with, 0, split);
        tally_rows(&second, &with, split, column.row_count);
        fuzz_require(segcore_tally_merge(&first, &second), "out of memory");
        compare_sums(&whole, &first);
        fuzz_require(total(&whole.sums[SEGCORE_COUNTS]) == column.row_count, "a row that is not counted");
    }
    segcore_tally_free(&whole), segcore_tally_free(&first), segcore_tally_free(&second);
    free(with.valid), free(with.mms), free(with.groups);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    const uint32_t seed = fuzz_take(&input, 0x10000);
    int kernel = (int)fuzz_take(&input, 4);
    memset(&rules, 0, sizeof rules);
    rules.tables = *fuzz_tables(seed, (int)fuzz_take(&input, 256));
    rules.kernel = &segcore_scalar;
    for (int i = 0; segcore_kernels[i]; i++)
        if (segcore_kernels[i]->is_usable() && !kernel--)
            rules.kernel = segcore_kernels[i];
    make_column(&input);
    const int64_t split = (int64_t)fuzz_take(&input, (uint32_t)column.row_count + 1);
    outcome whole = make_outcome(), pieces = make_outcome();
    measure(&whole, 0, column.row_count);
    measure(&pieces, 0, split);
    measure(&pieces, split, column.row_count);
    compare(&whole, &pieces);
    if (whole.fault == SEGCORE_FINE)
        gather(&input, &whole);
    tally(&input, &whole, split);
    free_outcome(&whole), free_outcome(&pieces);
    free(rows), free(validity), free(buffers[0]), free(buffers[1]);
    return 0;
}
