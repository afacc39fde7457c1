/* Links, octet by octet or code point by code point: a link is ASCII, so that both are read alike. */
#ifndef SEGCORE_LINKS_H
#define SEGCORE_LINKS_H

#include "kernel.h"

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

/* Index of the first two slashes from `from` on, or the length. */
SEGCORE_INLINE size_t segcore_next_slashes(int kind, const void *data, size_t length, size_t from)
{
    while (from + 1 < length
           && (segcore_read(kind, data, from) != '/' || segcore_read(kind, data, from + 1) != '/'))
        from++;
    return from + 1 < length ? from : length;
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
