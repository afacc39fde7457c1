/* What vector.h learns of each code point of a step: is it foreign, is it doubled? */

SEGCORE_INLINE marks only(marks found, uint64_t mask) { return (marks){found.foreign & mask, found.doubled & mask}; }

/* Code points above U+00FF, page by page: a text rarely has more than two, and a foreign one ends the search. */
SEGCORE_INLINE marks look_up_pages(const segcore_tables *tables, halves text, uint64_t wide, marks found)
{
    uint8_t highs[LANES];
    store(highs, text.high);
    found = only(found, ~wide);
    while (wide && !found.foreign) {
        uint8_t high = highs[__builtin_ctzll(wide)];
        uint64_t same = equal(text.high, high) & wide;
        luts look = load_luts(tables, tables->page_of[high]);
        marks more = only(classify(&look, text.low), same);
        found = (marks){found.foreign | more.foreign, found.doubled | more.doubled};
        wide &= ~same;
    }
    return found;
}

SEGCORE_INLINE marks classify2(const segcore_tables *tables, const luts *look, halves text, uint64_t lanes)
{
    uint64_t wide = ~equal(text.high, 0) & lanes;
    marks found = only(classify(look, text.low), lanes);
    return wide ? look_up_pages(tables, text, wide, found) : found;
}

/* The last code points of a text are loaded together with some before them, if there are enough, and the
 * marks of those shifted out: no octet outside the text is read, and none is handled one by one. */
SEGCORE_INLINE marks marks1(const luts *look, const uint8_t *points, size_t length, size_t index)
{
    size_t rest = length - index;
    if (rest >= LANES)
        return classify(look, load1(points + index));
    if (length < LANES)
        return only(classify(look, load1_some(points, length)), first_bits(length));
    marks found = classify(look, load1(points + length - LANES));
    return (marks){found.foreign >> (LANES - rest), found.doubled >> (LANES - rest)};
}

SEGCORE_INLINE marks marks2(const segcore_tables *tables, const luts *look, const uint16_t *points, size_t length,
                            size_t index)
{
    size_t rest = length - index;
    if (rest >= LANES)
        return classify2(tables, look, load2(points + index), ALL_LANES);
    if (length < LANES)
        return classify2(tables, look, load2_some(points, length), first_bits(length));
    points += length - LANES;
    marks found = classify2(tables, look, load2(points), ALL_LANES & ~first_bits(LANES - rest));
    return (marks){found.foreign >> (LANES - rest), found.doubled >> (LANES - rest)};
}

SEGCORE_INLINE uint64_t beyond(const uint32_t *points, size_t length, size_t index)
{
    size_t rest = length - index;
    if (rest >= LANES)
        return beyond4(points + index);
    if (length < LANES)
        return beyond4_some(points, length) & first_bits(length);
    return beyond4(points + length - LANES) >> (LANES - rest);
}
