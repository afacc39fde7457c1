/* Packing, held against a loop that knows nothing of it; and the number of segments that kernels measure.
 *
 * Input: tables, room, whether GSM-7, then code points. */
#include "fuzz.h"

enum { MOST = 600 };

static segcore_tables tables;
static uint32_t points[MOST];
static size_t length;

static int is_pair(size_t i)
{
    return i + 1 < length && segcore_is_high_surrogate(points[i]) && segcore_is_low_surrogate(points[i + 1]);
}

/* Segments, and where each ends. */
static size_t pack(int is_ucs2, size_t *ends)
{
    const int64_t part = is_ucs2 ? tables.ucs2_part : tables.gsm7_part;
    size_t count = 0;
    int64_t room = part;
    for (size_t i = 0; i < length;) {
        const size_t step = is_ucs2 && is_pair(i) ? 2 : 1;
        const int64_t units = !is_ucs2 ? (int64_t)segcore_septets(&tables, points[i])
                              : points[i] > 0xFFFF ? 2
                                                   : (int64_t)step;
        if (units > room) {
            ends[count++] = i;
            room = part;
        }
        room -= units;
        i += step;
    }
    ends[count++] = length;
    return count;
}

static void check(const segcore_text *text, int is_ucs2)
{
    size_t ends[MOST + 1];
    const size_t expected = pack(is_ucs2, ends), capacity = expected - expected / 3;
    segcore_segment *segments = malloc(capacity * sizeof *segments);
    const size_t found = (is_ucs2 ? segcore_pack_ucs2 : segcore_pack_gsm7)(&tables, text, segments, capacity);
    fuzz_require(found == expected, "another number of segments");
    for (size_t i = 0; i < capacity; i++)
        fuzz_require(segments[i].end == ends[i], "a segment ends elsewhere");
    free(segments);
}

static void check_measured(const segcore_text *text)
{
    size_t ends[MOST + 1];
    segcore_measurement measured;
    for (int i = 0; segcore_kernels[i]; i++) {
        if (!segcore_kernels[i]->is_usable())
            continue;
        segcore_kernels[i]->measure(&tables, text, 1, &measured);
        const int is_ucs2 = measured.encoding == SEGCORE_UCS2;
        const int64_t single = is_ucs2 ? tables.ucs2_single : tables.gsm7_single;
        const int64_t expected = measured.units <= single ? 1 : (int64_t)pack(is_ucs2, ends);
        fuzz_require(measured.segments == expected, "a kernel measures another number of segments");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    uint32_t highest = 0;
    const uint32_t seed = fuzz_take(&input, 0x10000);
    tables = *fuzz_tables(seed, (int)fuzz_take(&input, 256));
    const int is_ucs2 = (int)fuzz_take(&input, 2);
    for (length = 0; length < MOST && input.size;) {
        points[length] = fuzz_point(&input);
        /* Packing as GSM-7 is for texts that are. */
        if (is_ucs2 || segcore_septets(&tables, points[length])) {
            highest = points[length] > highest ? points[length] : highest;
            length++;
        }
    }
    for (int kind = 1; kind <= 4; kind *= 2) {
        if (kind < 4 && highest >> (8 * kind))
            continue;
        uint8_t *copy = malloc(length * (size_t)kind);
        for (size_t i = 0; i < length; i++) {
            const uint16_t two = (uint16_t)points[i];
            if (kind == 1)
                copy[i] = (uint8_t)points[i];
            else
                memcpy(copy + (size_t)kind * i, kind == 2 ? (const void *)&two : &points[i], (size_t)kind);
        }
        const segcore_text text = {copy, length, kind};
        check(&text, is_ucs2);
        check_measured(&text);
        free(copy);
    }
    return 0;
}
