/* Links, once for all instruction sets. */
#include "../links.h"

/* Places of texts that may have links. */
typedef struct {
    uint8_t places[SORTED];
    size_t count;
} suspects;

/* Looking for a colon and two slashes in steps of LANES octets: wherever these three stand, a colon and a slash or both
 * slashes are a pair at a multiple of its size, of which still_no_slashes() makes zero.  The words of all steps are put
 * together, so that other code points may seem to be such a pair.
 *
 *   https://x     ht tp s: // x      http://x     ht tp :/ /x
 *
 * With the bits of 0x15 a slash and a colon are alike, and some other punctuation is, too. */
SEGCORE_INLINE words no_slashes(void) { return (words)splat(0xFF); }

SEGCORE_INLINE words still_no_slashes(words so_far, octets points, size_t width)
{
    /* As the octets lie in memory. */
    const uint64_t alike = width == 1 ? 0x0015001500150015 : width == 2 ? 0x0000001500000015 : 0x15;
    const uint64_t pair = width == 1 ? 0x2F3F2F3F2F3F2F3F : width == 2 ? 0x002F003F002F003F : 0x0000002F0000003F;
    return min_words(so_far, (words)(((quads)points | alike) ^ pair));
}

SEGCORE_INLINE size_t has_slashes(words so_far, size_t width)
{
    const uint64_t firsts = width == 1 ? 0x5555555555555555 : width == 2 ? 0x1111111111111111 : 0x0101010101010101;
    uint64_t zeros = eq_bitmask((octets)so_far, 0);
    for (size_t i = 1; i < 2 * width; i *= 2)
        zeros &= zeros >> i;
    return (zeros & firsts) != 0;
}

/* True if a text has a colon and two slashes, and perhaps if it does not. */
SEGCORE_INLINE size_t may_have_slashes(const segcore_text *text, size_t width)
{
    const uint8_t *data = (const uint8_t *)text->data;
    const size_t count = text->length * width, few = SAME_POINTS * width / LANES * LANES;
    words slashes = no_slashes();
    if (count < LANES)
        return has_slashes(still_no_slashes(slashes, load_some(data, count), width), width);
    const size_t last = count - LANES;
    if (last <= few) {
        for (size_t i = 0; i < few; i += LANES)
            slashes = still_no_slashes(slashes, load(data + (i < last ? i : last)), width);
    } else {
        for (size_t i = 0; i < last; i += LANES)
            slashes = still_no_slashes(slashes, load(data + i), width);
    }
    return has_slashes(still_no_slashes(slashes, load(data + last), width), width);
}

SEGCORE_INLINE void suspect(suspects *of, size_t place, size_t is_suspect)
{
    of->places[of->count] = (uint8_t)place;
    of->count += is_suspect;
}

/* Index of the first two slashes from `from` on, or the length; perhaps of wider code points with such octets, which
 * link_end() does not take for part of a link. */
SEGCORE_INLINE size_t next_slashes(size_t width, const uint8_t *data, size_t length, size_t from)
{
    const size_t count = length * width;
    for (size_t i = from * width; i + width < count; i += LANES) {
        const uint8_t *here = data + i, *next = here + width;
        const size_t rest = count - width - i;
        const uint64_t found = eq_bitmask(load_filled(here, rest, 0, splat(0)), '/')
                               & eq_bitmask(load_filled(next, rest, 0, splat(0)), '/');
        if (found)
            return (i + (size_t)__builtin_ctzll(found)) / width;
    }
    return length;
}

/* LANES code points from an index on, which is within the text, and zeros behind the last.  U+00FF stands for any that
 * is wider. */
SEGCORE_INLINE octets load_points(int kind, const segcore_text *text, size_t index)
{
    const size_t rest = text->length - index, count = rest < LANES ? rest : LANES;
    if (kind == 1)
        return load_filled((const uint8_t *)text->data + index, rest, 0, splat(0));
    if (kind == 2) {
        const uint16_t *data = (const uint16_t *)text->data + index;
        const halves points = count < LANES ? load_units_some(data, count) : load_units(data);
        return select_lanes(eq(points.high, splat(0)), points.low, splat(0xFF));
    }
    uint8_t room[LANES];
    for (size_t i = 0; i < LANES; i++) {
        const uint32_t point = i < count ? segcore_read(4, text->data, index + i) : 0;
        room[i] = (uint8_t)(point < 0xFF ? point : 0xFF);
    }
    return load(room);
}

/* End of the link that begins at `start` with a scheme, whose last octet it may end with. */
SEGCORE_INLINE size_t link_end(const luts *links, int kind, const segcore_text *text, size_t start)
{
    size_t end = start;
    for (size_t i = start; i < text->length; i += LANES) {
        const marks found = classify(links, load_points(kind, text, i));
        /* Below the lowest bit, or all. */
        const uint64_t inside = found.two_septets & ((found.unencodable & (0 - found.unencodable)) - 1);
        if (inside)
            end = i + 64 - (size_t)__builtin_clzll(inside);
        if (found.unencodable)
            break;
    }
    return end;
}

SEGCORE_INLINE void classify_link(const luts *look, int kind, const segcore_text *text, size_t start, size_t end,
                             segcore_links *sums)
{
    for (size_t i = start; i < end; i += LANES) {
        const marks found = only(classify(look, load_points(kind, text, i)), first_bits(end - i));
        sums->two_septets += __builtin_popcountll(found.two_septets);
        sums->has_unencodable |= found.unencodable != 0;
    }
}

SEGCORE_INLINE void sum_links(const luts *look, const luts *links, int kind, const segcore_text *text, int is_plain,
                              segcore_links *sums)
{
    const size_t length = text->length;
    size_t slash = next_slashes((size_t)kind, text->data, length, 0);
    *sums = (segcore_links){0, 0, 0, 0};
    while (slash < length) {
        const size_t start = segcore_scheme_before(kind, text->data, slash), first = slash + 2;
        const size_t end = start < slash ? link_end(links, kind, text, start) : first;
        if (end > first && !is_plain)
            classify_link(look, kind, text, start, end, sums);
        sums->points += end > first ? (int64_t)(end - start) : 0;
        sums->count += end > first;
        slash = next_slashes((size_t)kind, text->data, length, end > first ? end : slash + 1);
    }
}

/* Octets of UTF-8 are looked at as code points: a link is ASCII. */
SEGCORE_APART size_t sum_suspects(const segcore_tables *tables, const segcore_tables *links,
                                  const segcore_text *texts, const segcore_measurement *found, const suspects *of,
                                  uint8_t *places, segcore_links *sums, size_t capacity)
{
    const luts look = load_luts(tables, tables->page_of[0]), of_links = load_luts(links, links->page_of[0]);
    const size_t number = of->count < capacity ? of->count : capacity;
    for (size_t i = 0; i < number; i++) {
        const size_t place = places[i] = of->places[i];
        const segcore_text *text = &texts[place];
        const int is_plain = found[place].encoding == SEGCORE_GSM7 && !found[place].extra;
        if (text->kind <= 1)
            sum_links(&look, &of_links, 1, text, is_plain, &sums[i]);
        else if (text->kind == 2)
            sum_links(&look, &of_links, 2, text, is_plain, &sums[i]);
        else
            sum_links(&look, &of_links, 4, text, is_plain, &sums[i]);
    }
    return number;
}
