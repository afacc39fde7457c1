/* Vectors of LANES octets (16, 32 or 64; lane i stands for octet or code point i; bit i of a bitmask for lane i).
 *
 * Each instruction set defines LANES, KERNEL and KERNEL_NAME, includes this, defines the functions declared under
 * "What an instruction set must offer", and ends with measure.h.  Everything that the vector types of GCC and Clang
 * can say for several instruction sets is said here once.  With HAS_BITMASK_FLAGS comparisons answer in mask
 * registers (AVX-512), else in octets of 0 or 0xFF. */
#include "../points.h"
#include "../spans.h"
#include "partial_loads.h"

typedef uint8_t octets __attribute__((vector_size(LANES)));
typedef int8_t signed_octets __attribute__((vector_size(LANES)));
typedef uint16_t words __attribute__((vector_size(LANES)));
typedef uint64_t quads __attribute__((vector_size(LANES)));
#ifdef HAS_BITMASK_FLAGS
typedef uint64_t flags;
#else
typedef octets flags;
#endif

/* The low and the high octets of LANES code units. */
typedef struct {
    octets low, high;
} halves;

/* Bitmasks of code points that are not in the alphabet, and of those that take two septets. */
typedef struct {
    uint64_t unencodable, two_septets;
} marks;

/* The look-up tables of one page, in registers. */
#ifdef HAS_BITMASK_FLAGS
typedef struct {
    octets known, two_septets, not_plain, not_plain_ascii; /* see bits_in() */
} luts;
#else
typedef struct {
    octets known[2], two_septets[2], plain[2], bit; /* see find_in_set() */
} luts;
#endif

#define ALL_LANES first_bits(LANES)

/* --- What an instruction set must offer ------------------------------------------------------------------ */

static int is_usable(void);

/* Entries of a table that is repeated every 16 octets; indices are below 16. */
SEGCORE_INLINE octets look_up(octets table, octets indices);
/* 16 octets, over and over. */
SEGCORE_INLINE octets repeat(const uint8_t table[16]);
SEGCORE_INLINE uint64_t to_bitmask(flags which);
/* The first operand where the flags are set, the second elsewhere. */
SEGCORE_INLINE octets select_lanes(flags which, octets one, octets other);
SEGCORE_INLINE octets min(octets a, octets b);
SEGCORE_INLINE words min_words(words a, words b);
/* a - b, or 0 where that is negative. */
SEGCORE_INLINE octets subs(octets a, octets b);
/* prev(text, before, n): the octets n lanes before those of `text`, n a constant from 1 to 3; `before` is the vector
 * that lies before it.  A macro, because n becomes part of the instruction:
 *
 *   before  ... w x y z      text  a b c d ...      prev(text, before, 1)  z a b c ...
 */
/* One more in each lane of a bitmask. */
SEGCORE_INLINE octets count_lanes(octets sums, uint64_t lanes);
/* LANES / 8 octets. */
SEGCORE_INLINE quads widen(const uint8_t *octets);
/* 1 << index, or 0 where the index is from 64 to 128, or from -64 to -1. */
SEGCORE_INLINE quads bit_or_none(quads index);
/* The low and the high octets of the code units that two vectors hold. */
SEGCORE_INLINE halves split_units(octets first, octets second);
/* n <= LANES octets; nothing else is read; the other lanes are zero. */
SEGCORE_INLINE octets load_some(const void *data, size_t n);
/* The last length - index < LANES octets of a text; length > 0; the other lanes are zero. */
SEGCORE_INLINE octets load_rest(const uint8_t *data, size_t length, size_t index);
/* The octets from index on, and the filler in lanes beyond the end. */
SEGCORE_INLINE octets load_filled(const uint8_t *data, size_t length, size_t index, octets filler);
/* Bitmask of code points above U+FFFF among n <= LANES; nothing else is read. */
SEGCORE_INLINE uint64_t beyond_bmp_some(const uint32_t *points, size_t n);
SEGCORE_INLINE uint64_t beyond_bmp(const uint32_t *points);

/* --- For all instruction sets --------------------------------------------------------------------------- */

SEGCORE_INLINE octets splat(uint8_t value) { return (octets){0} + value; }

SEGCORE_INLINE octets load(const void *data)
{
    octets found;
    memcpy(&found, data, LANES);
    return found;
}

SEGCORE_INLINE void store(uint8_t *to, octets points) { memcpy(to, &points, LANES); }

SEGCORE_INLINE octets high_nibbles(octets points, octets low_nibble)
{
    return (octets)((words)points >> 4) & low_nibble;
}

SEGCORE_INLINE halves load_units(const uint16_t *units) { return split_units(load(units), load(units + LANES / 2)); }

SEGCORE_INLINE halves load_units_some(const uint16_t *units, size_t n)
{
    const size_t half = LANES / 2;
    return split_units(load_some(units, n < half ? 2 * n : LANES),
                       n > half ? load_some(units + half, 2 * (n - half)) : splat(0));
}

/* --- Flags, and the look-up of a page ------------------------------------------------------------------- */

#ifdef HAS_BITMASK_FLAGS

SEGCORE_INLINE flags to_flags(uint64_t lanes) { return lanes; }

/* The instruction set defines these, too. */
SEGCORE_INLINE octets in_register(octets points);
SEGCORE_INLINE flags eq(octets a, octets b);
SEGCORE_INLINE flags ge(octets a, octets b);
SEGCORE_INLINE flags lt_signed(octets a, octets b);
SEGCORE_INLINE octets keep(flags which, octets points);
SEGCORE_INLINE luts load_luts(const segcore_tables *tables, size_t page);
SEGCORE_INLINE marks classify(const luts *look, octets points);
SEGCORE_INLINE octets plain_so_far(void);
SEGCORE_INLINE octets still_plain(octets so_far, const luts *look, octets points);
SEGCORE_INLINE octets still_plain_ascii(octets so_far, const luts *look, octets points);
SEGCORE_INLINE uint64_t not_plain(octets so_far);

#else

/* For a constant: with 16 registers, the compiler knows best which ones to keep there. */
SEGCORE_INLINE octets in_register(octets points) { return points; }

/* Two more for an instruction set to offer; spread() gives 8 lanes the first octet of a bitmask, 8 the second, ...
 */
SEGCORE_INLINE octets spread(uint64_t lanes);
/* As look_up(), by the low nibble of points; 0 where their top bit is set. */
SEGCORE_INLINE octets look_up_low(octets table, octets points);

SEGCORE_INLINE flags eq(octets a, octets b) { return (octets)(a == b); }

/* Unsigned comparison is missing everywhere; the minimum is not. */
SEGCORE_INLINE flags ge(octets a, octets b) { return (octets)(min(a, b) == b); }

SEGCORE_INLINE flags lt_signed(octets a, octets b) { return (octets)((signed_octets)a < (signed_octets)b); }

SEGCORE_INLINE octets keep(flags which, octets points) { return which & points; }

/* A set of up to 256 octets in 2 * 16 octets: bit h & 7 of entry [h >> 3][l] stands for octet h << 4 | l.
 *
 *   octet 0x24 '$'       l = 4: set[0][4] = 0b00010100, say: 0x24 and 0x44 are in the set
 *                        h = 2: NIBBLE_BIT[2] = 0b00000100, and so it is in the set
 *
 * Each of the two look-ups answers 0 for the octets of the other: their top bit is set, or becomes so. */
SEGCORE_INLINE octets find_in_set(const octets set[2], octets points)
{
    return look_up_low(set[0], points) | look_up_low(set[1], points ^ 0x80);
}

SEGCORE_INLINE luts load_luts(const segcore_tables *tables, size_t page)
{
    const segcore_sets *sets = &tables->sets[page];
    return (luts){{repeat(sets->known[0]), repeat(sets->known[1])},
                  {repeat(sets->two_septets[0]), repeat(sets->two_septets[1])},
                  {repeat(sets->plain[0]), repeat(sets->plain[1])},
                  repeat(NIBBLE_BIT)};
}

SEGCORE_INLINE octets nibble_bits(const luts *look, octets points)
{
    return look_up(look->bit, high_nibbles(points, splat(0x0F)));
}

/* Code points of the page, given by their low octets. */
SEGCORE_INLINE marks classify(const luts *look, octets points)
{
    const octets bit = nibble_bits(look, points);
    const octets known = find_in_set(look->known, points) & bit;
    const octets two_septets = find_in_set(look->two_septets, points) & bit;
    return (marks){to_bitmask(eq(known, splat(0))), to_bitmask(eq(two_septets, bit))};
}

/* For needs_review(): not zero in a lane as long as each octet there took one septet. */
SEGCORE_INLINE octets plain_so_far(void) { return splat(0xFF); }

SEGCORE_INLINE octets still_plain(octets so_far, const luts *look, octets points)
{
    return min(so_far, find_in_set(look->plain, points) & nibble_bits(look, points));
}

/* And as long as each was below 0x80. */
SEGCORE_INLINE octets still_plain_ascii(octets so_far, const luts *look, octets points)
{
    return min(so_far, look_up_low(look->plain[0], points) & nibble_bits(look, points));
}

/* Bitmask of the lanes in which an octet was not plain. */
SEGCORE_INLINE uint64_t not_plain(octets so_far) { return to_bitmask(eq(so_far, splat(0))); }

SEGCORE_INLINE flags to_flags(uint64_t lanes)
{
    const octets bits = repeat(NIBBLE_BIT);
    return eq(spread(lanes) & bits, bits);
}

SEGCORE_INLINE octets count_lanes(octets sums, uint64_t lanes) { return sums - to_flags(lanes); }

SEGCORE_INLINE octets load_filled(const uint8_t *data, size_t length, size_t index, octets filler)
{
    if (length - index >= LANES)
        return load(data + index);
    return load_rest(data, length, index) | (load(BUT + 32 - (length - index)) & filler);
}

#if LANES == 16

SEGCORE_INLINE quads widen(const uint8_t *octets) { return (quads){octets[0], octets[1]}; }

SEGCORE_INLINE octets repeat(const uint8_t table[16]) { return load(table); }

SEGCORE_INLINE octets load_some(const void *data, size_t n)
{
    const octets16 found = read_octets16(data, n);
    octets made;
    memcpy(&made, &found, 16);
    return made;
}

SEGCORE_INLINE octets load_rest(const uint8_t *data, size_t length, size_t index)
{
    if (length < LANES)
        return load_some(data, length);
    return look_up_low(load(data + length - 16), load(DOWN + 16 - (length - index)));
}

SEGCORE_INLINE uint64_t beyond_bmp_some(const uint32_t *points, size_t n)
{
    uint64_t found = 0;
    for (size_t i = 0; i < n; i++)
        found |= (uint64_t)(points[i] > 0xFFFF) << i;
    return found;
}

SEGCORE_INLINE octets select_lanes(flags which, octets one, octets other) { return (which & one) | (~which & other); }

#endif
#endif

SEGCORE_INLINE uint64_t eq_bitmask(octets points, uint8_t value) { return to_bitmask(eq(points, splat(value))); }

SEGCORE_INLINE uint64_t ge_bitmask(octets points, uint8_t value) { return to_bitmask(ge(points, splat(value))); }

/* --- Code points that are marked ------------------------------------------------------------------------- */

SEGCORE_INLINE marks only(marks found, uint64_t lanes)
{
    return (marks){found.unencodable & lanes, found.two_septets & lanes};
}

/* Code points above U+00FF, page by page: a text rarely has more than two, and an unencodable one ends the search. */
SEGCORE_INLINE marks look_up_pages(const segcore_tables *tables, halves text, uint64_t wide, marks found)
{
    uint8_t highs[LANES];
    store(highs, text.high);
    found = only(found, ~wide);
    while (wide && !found.unencodable) {
        const uint8_t high = highs[__builtin_ctzll(wide)];
        const uint64_t same = eq_bitmask(text.high, high) & wide;
        const luts look = load_luts(tables, tables->page_of[high]);
        const marks more = only(classify(&look, text.low), same);
        found = (marks){found.unencodable | more.unencodable, found.two_septets | more.two_septets};
        wide &= ~same;
    }
    return found;
}

SEGCORE_INLINE marks classify_units(const segcore_tables *tables, const luts *look, halves text, uint64_t lanes)
{
    const uint64_t wide = ~eq_bitmask(text.high, 0) & lanes;
    const marks found = only(classify(look, text.low), lanes);
    return wide ? look_up_pages(tables, text, wide, found) : found;
}

/* The last code points of a text are loaded together with some before them, if there are enough, and the
 * marks of those shifted out: no octet outside the text is read, and none is handled one by one. */
SEGCORE_INLINE marks marks1(const luts *look, const uint8_t *points, size_t length, size_t index)
{
    const size_t rest = length - index;
    if (rest >= LANES)
        return classify(look, load(points + index));
    if (length < LANES)
        return only(classify(look, load_some(points, length)), first_bits(length));
    const marks found = classify(look, load(points + length - LANES));
    return (marks){found.unencodable >> (LANES - rest), found.two_septets >> (LANES - rest)};
}

SEGCORE_INLINE marks marks2(const segcore_tables *tables, const luts *look, const uint16_t *points, size_t length,
                            size_t index)
{
    const size_t rest = length - index;
    if (rest >= LANES)
        return classify_units(tables, look, load_units(points + index), ALL_LANES);
    if (length < LANES)
        return classify_units(tables, look, load_units_some(points, length), first_bits(length));
    points += length - LANES;
    const marks found = classify_units(tables, look, load_units(points), ALL_LANES & ~first_bits(LANES - rest));
    return (marks){found.unencodable >> (LANES - rest), found.two_septets >> (LANES - rest)};
}

SEGCORE_INLINE uint64_t beyond_bmp_at(const uint32_t *points, size_t length, size_t index)
{
    const size_t rest = length - index;
    if (rest >= LANES)
        return beyond_bmp(points + index);
    if (length < LANES)
        return beyond_bmp_some(points, length) & first_bits(length);
    return beyond_bmp(points + length - LANES) >> (LANES - rest);
}

/* The code points that end in a vector of UTF-8, which begins at the first octet of a sequence.  In the lane of the
 * last octet of a sequence of two or three, its low and its high octet; the other lanes are anything.
 *
 *                prev 2    prev 1    text          high octet   low octet
 *   two octets             110aaabb  10cccccc      00000aaa     bbcccccc
 *   three        1110aaaa  10bbbbcc  10dddddd      aaaabbbb     ccdddddd
 */
SEGCORE_INLINE halves decode_2_3(octets text)
{
    const octets last = prev(text, splat(0), 1), last_but_one = prev(text, splat(0), 2);
    const octets lead3 = keep(ge(last_but_one, splat(0xE0)), last_but_one);
    return (halves){last << 6 | (text & 0x3F), lead3 << 4 | ((octets)((words)last >> 2) & 0x0F)};
}
