/* Exact packing code point by code point: where each segment of a concatenated message ends. */
#include "kernel.h"

/* An item stays in one segment: its code points of the text, and its units. */
typedef struct {
    size_t points;
    int64_t units;
} item;

/* A pair may stand in a Python string as two halves; over the air it is the same pair. */
SEGCORE_INLINE item ucs2_item(int kind, const void *data, size_t length, size_t index)
{
    uint32_t point = segcore_read(kind, data, index);
    if (point > 0xFFFF)
        return (item){1, 2};
    if (segcore_is_high_surrogate(point) && index + 1 < length
        && segcore_is_low_surrogate(segcore_read(kind, data, index + 1)))
        return (item){2, 2};
    return (item){1, 1};
}

SEGCORE_INLINE size_t pack(const segcore_tables *tables, int is_ucs2, int kind, const segcore_text *text,
                           segcore_segment *segments, size_t capacity)
{
    const int64_t part = is_ucs2 ? tables->ucs2_part : tables->gsm7_part;
    size_t count = 0, index = 0;
    int64_t used = 0;
    while (index < text->length) {
        item next = {1, 0};
        if (is_ucs2)
            next = ucs2_item(kind, text->data, text->length, index);
        else
            next.units = segcore_septets(tables, segcore_read(kind, text->data, index));
        if (used + next.units > part) {
            if (count < capacity)
                segments[count] = (segcore_segment){index, used};
            count++;
            used = 0;
        }
        used += next.units;
        index += next.points;
    }
    if (count < capacity)
        segments[count] = (segcore_segment){text->length, used};
    return count + 1;
}

/* A constant kind lets the compiler make a loop of its own for each. */
SEGCORE_INLINE size_t pack_kind(const segcore_tables *tables, int is_ucs2, const segcore_text *text,
                                segcore_segment *segments, size_t capacity)
{
    switch (text->kind) {
    case 1:
        return pack(tables, is_ucs2, 1, text, segments, capacity);
    case 2:
        return pack(tables, is_ucs2, 2, text, segments, capacity);
    default:
        return pack(tables, is_ucs2, 4, text, segments, capacity);
    }
}

size_t segcore_pack_gsm7(const segcore_tables *tables, const segcore_text *text, segcore_segment *segments,
                         size_t capacity)
{
    return pack_kind(tables, 0, text, segments, capacity);
}

size_t segcore_pack_ucs2(const segcore_tables *tables, const segcore_text *text, segcore_segment *segments,
                         size_t capacity)
{
    return pack_kind(tables, 1, text, segments, capacity);
}

size_t segcore_find_unencodable(const segcore_tables *tables, const segcore_text *text, size_t from)
{
    while (from < text->length && segcore_septets(tables, segcore_read(text->kind, text->data, from)))
        from++;
    return from;
}
