/* Holds every usable kernel against the scalar one, and rows of cells that are cut after a line against all of them.
 *
 * The first octets of the input choose the kind of the text, the tables and the capacities, the others are the text.
 */
#include "fuzz.h"
#include "quoting.h"

enum { HEAD = 4, LONGEST_ROWS = 120 };

static segcore_tables tables;

static int compare_spans(const void *one, const void *other)
{
    const uint32_t first = ((const segcore_span *)one)->number, second = ((const segcore_span *)other)->number;
    return (first > second) - (first < second);
}

/* Where both say it; not all need count what takes two septets beyond ASCII. */
static int are_same_unencodable(segcore_unencodable *one, segcore_unencodable *other)
{
    if (one->count < 0 || other->count < 0)
        return 1;
    if (one->count != other->count
        || (one->two_septets != other->two_septets && one->two_septets >= 0 && other->two_septets >= 0))
        return 0;
    qsort(one->spans, (size_t)one->count, sizeof *one->spans, compare_spans);
    qsort(other->spans, (size_t)other->count, sizeof *other->spans, compare_spans);
    for (int i = 0; i < one->count; i++)
        if (one->spans[i].number != other->spans[i].number
            || memcmp(one->spans[i].points, other->spans[i].points, sizeof one->spans[i].points))
            return 0;
    return 1;
}

static void hold_unencodable_against_scalar(const segcore_kernel *kernel, const segcore_text *text)
{
    segcore_unencodable expected, found;
    segcore_scalar.find_spans(&tables, text, 1, &expected);
    kernel->find_spans(&tables, text, 1, &found);
    if (!are_same_unencodable(&expected, &found)) {
        fprintf(stderr, "%s: other unencodable code points than scalar\n", kernel->name);
        abort();
    }
}

static void hold_against_scalar(const segcore_text *text)
{
    segcore_measurement expected, found;
    segcore_scalar.measure(&tables, text, 1, &expected);
    for (int i = 0; segcore_kernels[i]; i++) {
        if (!segcore_kernels[i]->is_usable())
            continue;
        segcore_kernels[i]->measure(&tables, text, 1, &found);
        if (found.encoding != expected.encoding || found.units != expected.units
            || found.segments != expected.segments || found.extra != expected.extra) {
            fprintf(stderr, "%s: %d %lld %lld %lld, scalar: %d %lld %lld %lld\n", segcore_kernels[i]->name,
                    found.encoding, (long long)found.units, (long long)found.segments, (long long)found.extra,
                    expected.encoding, (long long)expected.units, (long long)expected.segments,
                    (long long)expected.extra);
            abort();
        }
        if (found.encoding != SEGCORE_NOT_UTF8)
            hold_unencodable_against_scalar(segcore_kernels[i], text);
    }
}

/* Judge the quotation marks of rows in a block of exactly their size. */
static int cell_quotes(const uint8_t *rows, size_t length, size_t delimiter_length, int inside)
{
    uint8_t *copy = malloc(length);
    memcpy(copy, rows, length);
    const int found = segcore_cell_quotes(copy, length, (const uint8_t *)",a", delimiter_length, inside);
    free(copy);
    return found;
}

static void hold_parts_against_whole(const uint8_t *data, size_t size, size_t delimiter_length)
{
    static const uint8_t octets[8] = {'"', '"', ',', ',', 'a', ' ', '\r', '\n'};
    uint8_t rows[LONGEST_ROWS];
    for (size_t i = 0; i < size; i++)
        rows[i] = octets[data[i] & 7];
    for (size_t i = 0; i < size; i++) {
        for (int inside = 0; rows[i] == '\n' && inside < 2; inside++) {
            int found = cell_quotes(rows, i + 1, delimiter_length, inside);
            if (found >= 0)
                found = cell_quotes(rows + i + 1, size - i - 1, delimiter_length, found);
            fuzz_require(found == cell_quotes(rows, size, delimiter_length, inside), "other quotation marks in parts");
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int kinds[4] = {SEGCORE_UTF8, 1, 2, 4};
    if (size < HEAD)
        return 0;
    int kind = kinds[data[0] & 3];
    size_t octets = (size - HEAD) / (kind ? kind : 1) * (kind ? kind : 1);
    tables = *fuzz_tables(data[1] | (uint32_t)data[2] << 8, data[3]);
    /* A block of exactly this size, so that the sanitizer sees the first octet beyond it. */
    uint8_t *copy = malloc(octets);
    memcpy(copy, data + HEAD, octets);
    hold_against_scalar(&(segcore_text){copy, kind ? octets / kind : octets, kind});
    free(copy);
    hold_parts_against_whole(data + HEAD, size - HEAD < LONGEST_ROWS ? size - HEAD : LONGEST_ROWS, 1 + (data[3] & 1));
    return 0;
}
