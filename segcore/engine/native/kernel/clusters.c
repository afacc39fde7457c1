/* Segments that end where grapheme clusters do: from one end of a segment to the next, looking at what is there. */
#include "clusters.h"

#include <string.h>

#include "points.h"

/* An item is never split and has one class: a code point, or the halves of a surrogate pair. */

SEGCORE_INLINE int is_between_halves(int kind, const void *data, size_t index)
{
    return kind != SEGCORE_UTF8 && segcore_is_low_surrogate(segcore_read(kind, data, index))
           && segcore_is_high_surrogate(segcore_read(kind, data, index - 1));
}

/* The code point of the item at *index, which moves behind it. */
SEGCORE_INLINE uint32_t next_item(int kind, const segcore_text *text, size_t *index)
{
    if (kind == SEGCORE_UTF8)
        return segcore_read_utf8((const uint8_t *)text->data, index);
    uint32_t point = segcore_read(kind, text->data, (*index)++);
    if (*index < text->length && is_between_halves(kind, text->data, *index))
        point = segcore_pair(point, segcore_read(kind, text->data, (*index)++));
    return point;
}

/* Index of the item before an index, which is not 0. */
SEGCORE_INLINE size_t item_before(int kind, const segcore_text *text, size_t index)
{
    index--;
    if (kind == SEGCORE_UTF8) {
        while ((((const uint8_t *)text->data)[index] & 0xC0) == 0x80)
            index--;
        return index;
    }
    return index - (index > 0 && is_between_halves(kind, text->data, index));
}

SEGCORE_INLINE int next_class(const segcore_rules *rules, int kind, const segcore_text *text, size_t *index)
{
    const segcore_map *classes = &rules->classes;
    return ((const uint8_t *)classes->pages)[segcore_place(classes, next_item(kind, text, index))];
}

/* Code units up to each of 8 octets of UTF-8, a sequence counted where it begins: octets that do not continue one, and
 * once more those that begin one of four. */
SEGCORE_INLINE uint64_t code_units8(uint64_t octets)
{
    const uint64_t ones = SEGCORE_TOP_BITS >> 7, begins = (~octets >> 7 | octets >> 6) & ones;
    const uint64_t of_four = octets >> 7 & octets >> 6 & octets >> 5 & octets >> 4 & ones;
    return (begins + of_four) * ones;
}

/* Octets of sequences that begin in 8 octets and fit, given the code units up to each octet: all of them, or those
 * before the first that does not. */
SEGCORE_INLINE size_t fitting8(uint64_t units, int64_t room)
{
    const uint64_t ones = SEGCORE_TOP_BITS >> 7;
    if ((int64_t)(units >> 56) <= room)
        return 8;
    /* The top bit of each octet up to which there are too many; units only grow. */
    const uint64_t over = (units + (uint64_t)(0x7F - room) * ones) & SEGCORE_TOP_BITS;
    return 8 - (size_t)((over >> 7) * ones >> 56);
}

/* Eight octets, the first of them lowest. */
SEGCORE_INLINE uint64_t ordered8(const uint8_t *data)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return __builtin_bswap64(segcore_octets8(data));
#else
    return segcore_octets8(data);
#endif
}

/* The last octets of a text, fewer than 8, and zeros. */
SEGCORE_INLINE uint64_t last_octets(const uint8_t *data, size_t length, size_t index)
{
    uint8_t some[8] = {0};
    if (length >= 8)
        return ordered8(data + length - 8) >> 8 * (index + 8 - length);
    memcpy(some, data + index, length - index);
    return ordered8(some);
}

static size_t fill_utf8(const uint8_t *data, size_t length, size_t index, int64_t room)
{
    for (; index + 8 <= length; index += 8) {
        const uint64_t units = code_units8(ordered8(data + index));
        const size_t fitting = fitting8(units, room);
        if (fitting < 8)
            return index + fitting;
        room -= (int64_t)(units >> 56);
    }
    if (index < length)
        index += fitting8(code_units8(last_octets(data, length, index)), room);
    return index < length ? index : length;
}

/* As many code points as there is room for if none takes two units, and then back as far as some do. */
static size_t fill4(const uint32_t *points, size_t length, size_t index, int64_t room)
{
    const size_t rest = length - index, count = rest < (size_t)room ? rest : (size_t)room;
    int64_t over = (int64_t)count - room;
    for (size_t i = 0; i < count; i++)
        over += points[index + i] > 0xFFFF;
    for (index += count; over > 0; over -= 1 + (points[index] > 0xFFFF))
        index--;
    return index;
}

/* Index behind the last item that fits into a segment that begins at an index. */
SEGCORE_INLINE size_t fill(int kind, const segcore_text *text, size_t index, int64_t room)
{
    if (kind == SEGCORE_UTF8)
        return fill_utf8((const uint8_t *)text->data, text->length, index, room);
    size_t end = text->length - index <= (size_t)room ? text->length : index + (size_t)room;
    if (kind == 4)
        end = fill4((const uint32_t *)text->data, text->length, index, room);
    return end - (end < text->length && is_between_halves(kind, text->data, end));
}

SEGCORE_INLINE int is_surely_start(const segcore_rules *rules, int kind, const segcore_text *text, size_t index)
{
    size_t before = item_before(kind, text, index);
    int class_before = next_class(rules, kind, text, &before);
    return segcore_begins(class_before, next_class(rules, kind, text, &index));
}

/* Index of the last cluster that begins behind `start`, where one begins too, and not behind `end`; `start` if none
 * does. */
SEGCORE_INLINE size_t last_cluster(const segcore_rules *rules, int kind, const segcore_text *text, size_t start,
                                   size_t end)
{
    segcore_cluster so_far = {.before = SEGCORE_CONTROL};
    size_t index = item_before(kind, text, end), found = start;
    while (index > start && !is_surely_start(rules, kind, text, index))
        index = item_before(kind, text, index);
    while (index <= end) {
        size_t next = index;
        int class = next_class(rules, kind, text, &next);
        if (!segcore_joins(&so_far, class))
            found = index;
        so_far = segcore_after(so_far, class);
        index = next;
    }
    return found;
}

SEGCORE_INLINE int64_t pack_whole(const segcore_rules *rules, int kind, const segcore_text *text)
{
    int64_t segments = 1;
    size_t start = 0;
    for (;; segments++) {
        size_t end = fill(kind, text, start, rules->tables.ucs2_part);
        if (end >= text->length)
            return segments;
        if (!is_surely_start(rules, kind, text, end)) {
            end = last_cluster(rules, kind, text, start, end);
            if (end == start)
                return 0;
        }
        start = end;
    }
}

int64_t segcore_pack_whole(const segcore_rules *rules, const segcore_text *text)
{
    switch (text->kind) {
    case 1:
        return pack_whole(rules, 1, text);
    case 2:
        return pack_whole(rules, 2, text);
    case 4:
        return pack_whole(rules, 4, text);
    default:
        return pack_whole(rules, SEGCORE_UTF8, text);
    }
}
