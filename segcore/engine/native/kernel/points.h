/* Reading the code points of texts of every kind. */
#ifndef SEGCORE_POINTS_H
#define SEGCORE_POINTS_H

#include <string.h>

#include "kernel.h"

/* Code points decoded at a time: few, because the first of them often decide. */
#define SEGCORE_SOME 32

SEGCORE_INLINE int segcore_is_continuation(uint8_t octet) { return (octet & 0xC0) == 0x80; }

/* Code point of the sequence at `p`, of which at most `rest` octets are there, and its octets; 0 octets if it is
 * not UTF-8 (Unicode 3.9, table 3-7). */
SEGCORE_INLINE size_t segcore_decode(const uint8_t *p, size_t rest, uint32_t *point)
{
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t octets = p[0] < 0x80 ? 1 : p[0] < 0xC0 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF8 ? 4 : 0;
    if (octets < 2 || octets > rest) {
        *point = p[0];
        return octets == 1;
    }
    *point = p[0] & (0x7Fu >> octets);
    for (size_t i = 1; i < octets; i++) {
        if (!segcore_is_continuation(p[i]))
            return 0;
        *point = *point << 6 | (p[i] & 0x3F);
    }
    if (*point < smallest[octets] || *point > 0x10FFFF || (*point & 0xFFFFF800u) == 0xD800)
        return 0;
    return octets;
}

/* From here on UTF-8 has been checked by a kernel. */

/* The code point of the sequence at *index, which moves behind it. */
SEGCORE_INLINE uint32_t segcore_read_utf8(const uint8_t *data, size_t *index)
{
    const uint8_t *p = data + *index;
    if (p[0] < 0x80) {
        *index += 1;
        return p[0];
    }
    if (p[0] < 0xE0) {
        *index += 2;
        return (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
    }
    if (p[0] < 0xF0) {
        *index += 3;
        return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    }
    *index += 4;
    return (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
}

SEGCORE_INLINE uint64_t segcore_octets8(const uint8_t *p)
{
    uint64_t octets;
    memcpy(&octets, p, sizeof octets);
    return octets;
}

#define SEGCORE_TOP_BITS 0x8080808080808080u

SEGCORE_INLINE size_t segcore_decode_utf8(const uint8_t *data, size_t length, size_t *index, uint32_t *points)
{
    size_t count = 0;
    while (count < SEGCORE_SOME && *index < length) {
        if (count + 8 > SEGCORE_SOME || *index + 8 > length
            || (segcore_octets8(data + *index) & SEGCORE_TOP_BITS) != 0) {
            points[count++] = segcore_read_utf8(data, index);
            continue;
        }
        for (size_t i = 0; i < 8; i++)
            points[count + i] = data[*index + i];
        count += 8;
        *index += 8;
    }
    return count;
}

/* The next code points of a text, at most SEGCORE_SOME; returns how many, 0 at the end.  With a constant kind the
 * compiler makes a loop for it. */
SEGCORE_INLINE size_t segcore_next_points(int kind, const segcore_text *text, size_t *index, uint32_t *points)
{
    if (kind == SEGCORE_UTF8)
        return segcore_decode_utf8((const uint8_t *)text->data, text->length, index, points);
    const size_t rest = text->length - *index, count = rest < SEGCORE_SOME ? rest : SEGCORE_SOME;
    for (size_t i = 0; i < count; i++)
        points[i] = segcore_read(kind, text->data, *index + i);
    *index += count;
    return count;
}

/* All code points of a text; returns how many, 0 if there is no room for one for each octet or unit. */
SEGCORE_INLINE size_t segcore_decode_text(const segcore_text *text, uint32_t *points, size_t capacity)
{
    size_t count = 0;
    if (text->length > capacity)
        return 0;
    switch (text->kind) {
    case SEGCORE_UTF8:
        for (size_t i = 0; i < text->length;)
            points[count++] = segcore_read_utf8((const uint8_t *)text->data, &i);
        return count;
    case 1:
        for (size_t i = 0; i < text->length; i++)
            points[i] = ((const uint8_t *)text->data)[i];
        return text->length;
    case 2:
        for (size_t i = 0; i < text->length; i++)
            points[i] = ((const uint16_t *)text->data)[i];
        return text->length;
    default:
        memcpy(points, text->data, text->length * sizeof *points);
        return text->length;
    }
}

/* The code point of two halves. */
SEGCORE_INLINE uint32_t segcore_pair(uint32_t high, uint32_t low)
{
    return 0x10000 + ((high & 0x3FF) << 10 | (low & 0x3FF));
}

#endif
