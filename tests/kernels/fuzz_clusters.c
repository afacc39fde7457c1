/* Segments that end where grapheme clusters do, held against one walk over the whole text, in every form of it.
 *
 * Input: classes, room, then code points. */
#include "clusters.h"
#include "fuzz.h"

enum { MOST = 400, CLASS_PAGES = 4, CLASSES = SEGCORE_PICTOGRAPHIC + 1 };

static segcore_rules rules;
static uint16_t page_of[0x1100];
static uint8_t pages[CLASS_PAGES << 8];
static uint32_t points[MOST], items[MOST];
static size_t length, item_count;

static void make_classes(uint32_t seed)
{
    uint32_t state = seed * 2654435761u + 1;
    for (size_t i = 0; i < sizeof page_of / sizeof *page_of; i++)
        page_of[i] = (uint16_t)(i % CLASS_PAGES);
    for (size_t i = 0; i < sizeof pages; i++) {
        state = state * 1664525u + 1013904223u;
        pages[i] = (uint8_t)((state >> 24) % CLASSES);
    }
    rules.classes.page_of = page_of;
    rules.classes.pages = pages;
}

static int class_of(uint32_t point) { return pages[(size_t)page_of[point >> 8] << 8 | (point & 0xFF)]; }

/* Code points as they go out: the halves of a pair are one. */
static void make_items(void)
{
    item_count = 0;
    for (size_t i = 0; i < length; i++) {
        uint32_t point = points[i];
        if (i + 1 < length && segcore_is_high_surrogate(point) && segcore_is_low_surrogate(points[i + 1]))
            point = 0x10000 + ((point & 0x3FF) << 10 | (points[++i] & 0x3FF));
        items[item_count++] = point;
    }
}

/* Segments, or 0 where a cluster is larger than one. */
static int64_t expected_segments(int64_t part)
{
    segcore_cluster so_far = {.before = SEGCORE_CONTROL};
    int64_t segments = 1, room = part, cluster = 0;
    for (size_t i = 0; i < item_count; i++) {
        const int class = class_of(items[i]);
        cluster = segcore_joins(&so_far, class) ? cluster : 0;
        so_far = segcore_after(so_far, class);
        const int64_t units = 1 + (items[i] > 0xFFFF);
        cluster += units;
        room -= units;
        if (room >= 0)
            continue;
        if (cluster > part)
            return 0;
        segments++;
        room = part - cluster;
    }
    return segments;
}

static size_t put_utf8(uint8_t *to, uint32_t point)
{
    if (point < 0x80) {
        to[0] = (uint8_t)point;
        return 1;
    }
    if (point < 0x800) {
        to[0] = (uint8_t)(0xC0 | point >> 6);
        to[1] = (uint8_t)(0x80 | (point & 63));
        return 2;
    }
    if (point < 0x10000) {
        to[0] = (uint8_t)(0xE0 | point >> 12);
        to[1] = (uint8_t)(0x80 | (point >> 6 & 63));
        to[2] = (uint8_t)(0x80 | (point & 63));
        return 3;
    }
    to[0] = (uint8_t)(0xF0 | point >> 18);
    to[1] = (uint8_t)(0x80 | (point >> 12 & 63));
    to[2] = (uint8_t)(0x80 | (point >> 6 & 63));
    to[3] = (uint8_t)(0x80 | (point & 63));
    return 4;
}

/* A copy of the text; NULL if the kind cannot hold it. */
static void *copy_of(int kind, size_t *count)
{
    static uint8_t octets[4 * MOST];
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        const uint16_t two = (uint16_t)points[i];
        const uint8_t one = (uint8_t)points[i];
        if (kind == SEGCORE_UTF8) {
            if ((points[i] & 0xFFFFF800u) == 0xD800)
                return NULL;
            used += put_utf8(octets + used, points[i]);
            continue;
        }
        if (kind < 4 && points[i] >> (8 * kind))
            return NULL;
        memcpy(octets + used, kind == 1 ? (const void *)&one : kind == 2 ? (const void *)&two : &points[i],
               (size_t)kind);
        used += (size_t)kind;
    }
    *count = kind == SEGCORE_UTF8 ? used : length;
    void *made = malloc(used ? used : 1);
    memcpy(made, octets, used);
    return made;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int kinds[4] = {SEGCORE_UTF8, 1, 2, 4};
    fuzz_input input = {data, size};
    make_classes(fuzz_take(&input, 0x10000));
    rules.tables.ucs2_part = 2 + (int64_t)fuzz_take(&input, 80);
    for (length = 0; length < MOST && input.size; length++)
        points[length] = fuzz_point(&input);
    make_items();
    const int64_t expected = expected_segments(rules.tables.ucs2_part);
    for (int i = 0; i < 4; i++) {
        size_t count;
        void *copy = copy_of(kinds[i], &count);
        if (!copy)
            continue;
        const segcore_text text = {copy, count, kinds[i]};
        fuzz_require(segcore_pack_whole(&rules, &text) == expected, "another number of segments");
        free(copy);
    }
    return 0;
}
