/* Links, once for all instruction sets. */
#include "../links.h"

/* Code points of two or four octets that are narrowed at a time. */
#define NARROWED 512

/* True if a text has two slashes side by side, and perhaps if it has another code point with such an octet. */
SEGCORE_INLINE size_t may_have_slashes(const segcore_text *text, size_t width)
{
    const uint8_t *data = (const uint8_t *)text->data;
    const size_t count = text->length * width, steps = SAME_POINTS * width / LANES + 1;
    const octets slash = splat('/');
    octets both = splat(0xFF);
/* Zero where the octet and that of the next code point are slashes. */
#define STEP(here, next) both = min(both, ((here) ^ slash) | ((next) ^ slash))
    if (count < LANES + width) {
        if (count < 2 * width)
            return 0;
        STEP(load_some(data, count < LANES ? count : LANES), load_some(data + width, count - width));
        return eq_bitmask(both, 0) != 0;
    }
    const size_t last = count - LANES - width;
    if (last <= (steps - 1) * LANES) {
        for (size_t i = 0; i < (steps - 1) * LANES; i += LANES) {
            const uint8_t *at = data + (i < last ? i : last);
            STEP(load(at), load(at + width));
        }
    } else {
        for (size_t i = 0; i < last; i += LANES)
            STEP(load(data + i), load(data + i + width));
    }
    STEP(load(data + last), load(data + last + width));
#undef STEP
    return eq_bitmask(both, 0) != 0;
}

/* Index of the first two slashes from `from` on, or the length. */
SEGCORE_INLINE size_t next_slashes(const uint8_t *data, size_t length, size_t from)
{
    for (size_t i = from; i + 1 < length; i += LANES - 1) {
        const uint64_t some
            = eq_bitmask(length - i < LANES ? load_some(data + i, length - i) : load(data + i), '/');
        const uint64_t found = some & some >> 1;
        if (found)
            return i + (size_t)__builtin_ctzll(found);
    }
    return length;
}

/* As segcore_link_end(). */
SEGCORE_INLINE size_t link_end(const luts *links, const uint8_t *data, size_t length, size_t from)
{
    size_t end = from;
    for (size_t i = from; i < length; i += LANES) {
        const marks found = marks1(links, data + i, length - i, 0);
        const size_t rest = length - i < LANES ? length - i : LANES;
        const uint64_t outside = found.unencodable & first_bits(rest);
        /* Below the lowest bit, or all. */
        const uint64_t inside = found.two_septets & ((outside & (0 - outside)) - 1);
        if (inside)
            end = i + 64 - (size_t)__builtin_clzll(inside);
        if (outside)
            break;
    }
    return end;
}

SEGCORE_INLINE void add_link(const luts *look, const uint8_t *data, size_t start, size_t end, segcore_links *sums)
{
    for (size_t i = start; i < end; i += LANES) {
        const marks found = marks1(look, data + i, end - i, 0);
        const uint64_t lanes = first_bits(end - i < LANES ? end - i : LANES);
        sums->two_septets += __builtin_popcountll(found.two_septets & lanes);
        sums->has_unencodable |= (found.unencodable & lanes) != 0;
    }
    sums->points += (int64_t)(end - start);
    sums->count++;
}

SEGCORE_INLINE void sum_octets(const luts *look, const luts *links, const uint8_t *data, size_t length,
                               segcore_links *sums)
{
    size_t slash = next_slashes(data, length, 0);
    while (slash < length) {
        const size_t start = segcore_scheme_before(1, data, slash), first = slash + 2;
        const size_t end = start < slash ? link_end(links, data, length, first) : first;
        if (end > first)
            add_link(look, data, start, end, sums);
        slash = next_slashes(data, length, end > first ? end : slash + 1);
    }
}

/* Narrow code points to octets.  U+00FF stands for all code points beyond ASCII, none of which a link may have. */
SEGCORE_INLINE void narrow_points(const segcore_text *text, int kind, uint8_t *to)
{
    for (size_t i = 0; i < text->length; i++) {
        const uint32_t point = segcore_read(kind, text->data, i);
        to[i] = (uint8_t)(point < 0x80 ? point : 0xFF);
    }
}

static void sum_links(const segcore_tables *tables, const segcore_tables *links, const segcore_text *text,
                      segcore_links *sums)
{
    const luts look = load_luts(tables, tables->page_of[0]), of_links = load_luts(links, links->page_of[0]);
    uint8_t room[NARROWED];
    if (text->kind > 1 && text->length > NARROWED) {
        segcore_sum_links(tables, links, text, sums);
        return;
    }
    *sums = (segcore_links){0, 0, 0, 0};
    if (text->kind == 2)
        narrow_points(text, 2, room);
    if (text->kind == 4)
        narrow_points(text, 4, room);
    sum_octets(&look, &of_links, text->kind > 1 ? room : text->data, text->length, sums);
}

/* Sorted by width, so that the processor need not guess how long a text is; most lists have only one. */
static size_t find_links(const segcore_tables *tables, const segcore_tables *links, const segcore_text *texts,
                         size_t count, uint8_t *places, segcore_links *sums, size_t capacity)
{
    const size_t most = capacity < SORTED ? capacity : SORTED, end = count < most ? count : most;
    uint8_t ones[SORTED], twos[SORTED], fours[SORTED];
    size_t number = 0, number1 = 0, number2 = 0, number4 = 0;
    int kinds = 0;
    for (size_t i = 0; i < end; i++)
        kinds |= texts[i].kind;
    for (size_t i = 0; kinds > 1 && i < end; i++) {
        const int kind = texts[i].kind;
        ones[number1] = twos[number2] = fours[number4] = (uint8_t)i;
        number1 += kind <= 1;
        number2 += kind == 2;
        number4 += kind == 4;
    }
#define KEEP(place, count, width)                                                                                     \
    for (size_t i = 0; i < count; i++) {                                                                             \
        places[number] = (uint8_t)(place);                                                                           \
        number += may_have_slashes(&texts[place], width);                                                            \
    }
    if (kinds <= 1)
        KEEP(i, end, 1)
    KEEP(ones[i], number1, 1)
    KEEP(twos[i], number2, 2)
    KEEP(fours[i], number4, 4)
#undef KEEP
    for (size_t i = 0; i < number; i++)
        sum_links(tables, links, &texts[places[i]], &sums[i]);
    return number;
}
