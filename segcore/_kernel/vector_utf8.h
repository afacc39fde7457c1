/* Measuring UTF-8, for vector.h: checked, classified and counted in one pass.
 *
 * Every step begins at the first octet of a sequence: one that the step does not hold whole is left to the next.
 */

typedef struct {
    size_t length;   /* octets of this step */
    uint64_t last;   /* last octets of sequences, ASCII included: one for each code point */
    uint64_t joined; /* of those, the last ones of two or three octets */
    uint64_t beyond; /* of those, the last ones of four octets: code points above U+FFFF */
    int is_valid;
} step8;

/* The octet after E0, ED, F0 or F4 has a narrower range than other continuations have: no overlong form, no
 * surrogate, nothing above U+10FFFF (Unicode 3.9, table 3-7). */
SEGCORE_INLINE int are_seconds_valid(octets text, uint64_t lanes)
{
    uint64_t from_90 = at_least(text, 0x90), from_a0 = at_least(text, 0xA0);
    uint64_t wrong = (equal(text, 0xE0) & lanes) << 1 & ~from_a0;
    wrong |= (equal(text, 0xED) & lanes) << 1 & from_a0;
    wrong |= (equal(text, 0xF0) & lanes) << 1 & ~from_90;
    wrong |= (equal(text, 0xF4) & lanes) << 1 & from_90;
    return !(wrong & lanes);
}

/* Octets at the end of n that begin a sequence longer than what is there. */
SEGCORE_INLINE size_t cut_off(uint64_t lead2, uint64_t lead3, uint64_t lead4, size_t n)
{
    if (lead2 >> (n - 1) & 1)
        return 1;
    if (n > 1 && lead3 >> (n - 2) & 1)
        return 2;
    return n > 2 && lead4 >> (n - 3) & 1 ? 3 : 0;
}

/* `shift`: lanes in front of the step, which a step before has seen. */
SEGCORE_INLINE step8 check_step(octets text, size_t shift, size_t n, int is_last)
{
    uint64_t lanes = first_bits(n);
    uint64_t beyond_ascii = at_least(text, 0x80) >> shift & lanes;
    uint64_t lead2 = at_least(text, 0xC0) >> shift & lanes; /* leads of two octets or more, and so on */
    uint64_t lead3 = at_least(text, 0xE0) >> shift & lanes;
    uint64_t lead4 = at_least(text, 0xF0) >> shift & lanes;
    uint64_t never = (at_least(text, 0xF5) | (equal(text, 0xC0) | equal(text, 0xC1))) >> shift & lanes;
    size_t left = cut_off(lead2, lead3, lead4, n);
    step8 step;

    lanes = first_bits(n - left);
    beyond_ascii &= lanes, lead2 &= lanes, lead3 &= lanes, lead4 &= lanes;
    uint64_t expected = lead2 << 1 | lead3 << 2 | lead4 << 3;
    step.is_valid = expected == (beyond_ascii & ~lead2) && !never && !(is_last && left)
                    && (!lead3 || are_seconds_valid(text, lanes << shift));
    step.length = n - left;
    step.joined = (lead2 & ~lead3) << 1 | (lead3 & ~lead4) << 2;
    step.beyond = lead4 << 3;
    step.last = (lanes & ~beyond_ascii) | step.joined | step.beyond;
    return step;
}

/* The octets of the step at index: how many, and behind how many lanes that a step before has seen. */
SEGCORE_INLINE octets load8(const segcore_text *text, size_t index, size_t *shift, size_t *n)
{
    const uint8_t *data = (const uint8_t *)text->data;
    size_t rest = text->length - index;
    *shift = 0;
    *n = rest < LANES ? rest : LANES;
    if (rest >= LANES)
        return load1(data + index);
    if (text->length < LANES)
        return load1_some(data + index, rest);
    *shift = LANES - rest;
    return load1(data + text->length - LANES);
}

SEGCORE_INLINE marks shifted(marks found, size_t shift)
{
    return (marks){found.foreign >> shift, found.doubled >> shift};
}

/* Marks in the lane of the last octet of each code point. */
SEGCORE_INLINE marks classify8(const segcore_tables *tables, const luts *look, octets text, size_t shift, step8 step)
{
    marks found = only(shifted(classify(look, text), shift), step.last & ~step.joined & ~step.beyond);
    found.foreign |= step.beyond;
    if (!step.joined || found.foreign)
        return found;
    marks more = shifted(look_up_pages(tables, joined(text), step.joined << shift, (marks){0, 0}), shift);
    return (marks){more.foreign, found.doubled | more.doubled};
}

/* The step at index; most have nothing but ASCII, and need no check. */
SEGCORE_INLINE step8 next_step(const segcore_tables *tables, const luts *look, const segcore_text *text, size_t index,
                               int wants_marks, marks *found)
{
    size_t shift, n;
    octets lanes = load8(text, index, &shift, &n);
    step8 step = {n, first_bits(n), 0, 0, 1};
    if (!(at_least(lanes, 0x80) >> shift & first_bits(n))) {
        if (wants_marks)
            *found = only(shifted(classify(look, lanes), shift), first_bits(n));
        return step;
    }
    step = check_step(lanes, shift, n, text->length - index <= LANES);
    if (wants_marks && step.is_valid)
        *found = classify8(tables, look, lanes, shift, step);
    return step;
}

/* Of a text that is known to be UTF-8. */
SEGCORE_APART int64_t pack_utf8(const segcore_tables *tables, const luts *look, const segcore_text *text, int is_ucs2)
{
    const int64_t part = is_ucs2 ? tables->ucs2_part : tables->gsm7_part;
    filling state = {1, part};
    marks found = {0, 0};
    for (size_t index = 0; index < text->length;) {
        step8 step = next_step(tables, look, text, index, !is_ucs2, &found);
        state = fill(state, step.last, is_ucs2 ? step.beyond : found.doubled, part);
        index += step.length;
    }
    return state.segments;
}

SEGCORE_APART segcore_measurement measure_utf8(const segcore_tables *tables, const segcore_text *text)
{
    const luts page = load_luts(tables, tables->page_of[0]), *look = &page;
    int64_t points = 0, doubled = 0, above = 0;
    int is_ucs2 = 0;
    for (size_t index = 0; index < text->length;) {
        marks found = {0, 0};
        step8 step = next_step(tables, look, text, index, !is_ucs2, &found);
        if (!step.is_valid)
            return (segcore_measurement){0, 0, 0, SEGCORE_NOT_UTF8};
        points += __builtin_popcountll(step.last);
        above += __builtin_popcountll(step.beyond);
        doubled += __builtin_popcountll(found.doubled);
        is_ucs2 |= found.foreign != 0;
        index += step.length;
    }
    const int64_t extra = is_ucs2 ? above : doubled;
    const int64_t single = is_ucs2 ? tables->ucs2_single : tables->gsm7_single;
    segcore_measurement all = {points + extra, 1, extra, is_ucs2 ? SEGCORE_UCS2 : SEGCORE_GSM7};
    if (all.units > single)
        all.segments = extra ? pack_utf8(tables, look, text, is_ucs2)
                             : segcore_divide_up(all.units, is_ucs2 ? tables->ucs2_part : tables->gsm7_part);
    return all;
}
