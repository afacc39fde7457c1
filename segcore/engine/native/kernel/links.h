/* Links, octet by octet or code point by code point: a link is ASCII, so that both are read alike. */
#ifndef SEGCORE_LINKS_H
#define SEGCORE_LINKS_H

#include <string.h>

#include "kernel.h"
#include "points.h"

/* Return the start of the scheme before the two slashes at an index, or that index if there is no scheme. */
SEGCORE_INLINE size_t segcore_scheme_before(int kind, const void *data, size_t slash)
{
    static const char http[] = "http";
    size_t start = slash;
    if (slash < 5 || segcore_read(kind, data, --start) != ':')
        return slash;
    start -= (segcore_read(kind, data, start - 1) | 0x20) == 's';
    if (start < 4)
        return slash;
    start -= 4;
    for (size_t i = 0; i < 4; i++)
        if ((segcore_read(kind, data, start + i) | 0x20) != (uint32_t)http[i])
            return slash;
    return start;
}

/* Index of the first of an ASCII code point from `from` on, or the length. */
SEGCORE_INLINE size_t segcore_find_point(int kind, const void *data, size_t length, size_t from, uint32_t point)
{
    if (kind == 1) {
        const uint8_t *octets = (const uint8_t *)data;
        const uint8_t *found = from < length ? memchr(octets + from, (int)point, length - from) : NULL;
        return found ? (size_t)(found - octets) : length;
    }
    for (; from + SEGCORE_SOME <= length; from += SEGCORE_SOME) {
        uint32_t any = 0;
        for (size_t j = 0; j < SEGCORE_SOME; j++)
            any |= segcore_read(kind, data, from + j) == point;
        if (any)
            break;
    }
    while (from < length && segcore_read(kind, data, from) != point)
        from++;
    return from;
}

/* Index of the first two slashes from `from` on, or the length. */
SEGCORE_INLINE size_t segcore_next_slashes(int kind, const void *data, size_t length, size_t from)
{
    for (; (from = segcore_find_point(kind, data, length, from, '/')) + 1 < length; from++)
        if (segcore_read(kind, data, from + 1) == '/')
            return from;
    return length;
}

/* End of the link whose scheme ends before `from`, or `from` if nothing of a link follows. */
SEGCORE_INLINE size_t segcore_link_end(const segcore_tables *links, int kind, const void *data, size_t length,
                                       size_t from)
{
    size_t end = from;
    uint32_t septets;
    for (size_t i = from; i < length && (septets = segcore_septets(links, segcore_read(kind, data, i))) != 0; i++)
        end = septets == 2 ? i + 1 : end;
    return end;
}

#endif
