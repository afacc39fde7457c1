/* Measuring UTF-8, for measure.h: checked, counted and, if it may be GSM-7, classified in one pass.
 *
 * A sequence may begin in one step and end in the next. */

/* A bit for each error that two octets that stand side by side can make (Unicode 3.9, table 3-7).  Three look-ups, by
 * the high nibble of the first octet, its low nibble and the high nibble of the second, say which errors each allows;
 * an error that all three allow is there.  The method is John Keiser's and Daniel Lemire's (Software: Practice and
 * Experience 51, 2021).
 *
 *                    first octet   second octet   example
 *   TOO_SHORT        11......      not 10......   C3 41      a lead, and no continuation
 *   TOO_LONG         0.......      10......       41 A9      a continuation behind ASCII
 *   OVERLONG_2       1100000.      10......       C0 AF      U+0000 to U+007F in two octets
 *   OVERLONG_3       11100000      100.....       E0 9F BF   up to U+07FF in three
 *   SURROGATE        11101101      101.....       ED A0 80   U+D800 to U+DFFF
 *   TOO_LARGE        11110100 on   from 1001....  F4 90 ..   above U+10FFFF
 *   OVERLONG_4       11110000      1000....       F0 8F ..   up to U+FFFF in four; and F5 and more before 1000....
 *   TWO_CONTINUED    10......      10......       A9 A9      right if a lead of three or four stands before them
 */
enum {
    TOO_SHORT = 1,
    TOO_LONG = 2,
    OVERLONG_2 = 4,
    OVERLONG_3 = 8,
    SURROGATE = 16,
    TOO_LARGE = 32,
    OVERLONG_4 = 64,
    TWO_CONTINUED = 128,
};

#define TWICE(entry) entry, entry
#define FOUR_TIMES(entry) TWICE(entry), TWICE(entry)

static const uint8_t FIRST_HIGH[16] = {
    /* 0 to 7 */ FOUR_TIMES(TOO_LONG),
    FOUR_TIMES(TOO_LONG),
    /* 8 to B */ FOUR_TIMES(TWO_CONTINUED),
    /* C */ TOO_SHORT | OVERLONG_2,
    /* D */ TOO_SHORT,
    /* E */ TOO_SHORT | OVERLONG_3 | SURROGATE,
    /* F */ TOO_SHORT | TOO_LARGE | OVERLONG_4,
};

#define ANY_LOW (TOO_SHORT | TOO_LONG | TWO_CONTINUED)
#define FROM_F5 (ANY_LOW | TOO_LARGE | OVERLONG_4)

static const uint8_t FIRST_LOW[16] = {
    /* 0 */ ANY_LOW | OVERLONG_2 | OVERLONG_3 | OVERLONG_4,
    /* 1 */ ANY_LOW | OVERLONG_2,
    /* 2, 3 */ TWICE(ANY_LOW),
    /* 4 */ ANY_LOW | TOO_LARGE,
    /* 5 to C */ FOUR_TIMES(FROM_F5),
    FOUR_TIMES(FROM_F5),
    /* D */ FROM_F5 | SURROGATE,
    /* E, F */ TWICE(FROM_F5),
};

#define CONTINUED (TOO_LONG | OVERLONG_2 | TWO_CONTINUED)

static const uint8_t SECOND_HIGH[16] = {
    /* 0 to 7 */ FOUR_TIMES(TOO_SHORT),
    FOUR_TIMES(TOO_SHORT),
    /* 8 */ CONTINUED | OVERLONG_3 | OVERLONG_4,
    /* 9 */ CONTINUED | OVERLONG_3 | TOO_LARGE,
    /* A, B */ TWICE(CONTINUED | SURROGATE | TOO_LARGE),
    /* C to F */ FOUR_TIMES(TOO_SHORT),
};

/* U+0080 to U+00FF: the last octet is the low octet of the code point, but for the bit that C3 stands for.
 *
 *   C2 A9   10101001   U+00A9
 *   C3 A9   10101001 | 01000000   U+00E9
 */
static const uint8_t LATIN_BIT[16] = {0, 0x40};

/* Constants of every step, made once for many texts. */
typedef struct {
    octets first_high, first_low, second_high, latin_bit;
    octets low_nibble, top_bit, to_e0, to_f0, from_c0, from_c2, from_c4, from_f0;
    octets filler; /* an octet of ASCII that is plain, if there is one */
} utf8_constants;

SEGCORE_INLINE utf8_constants make_utf8_constants(uint8_t filler)
{
    return (utf8_constants){
        .first_high = in_register(repeat(FIRST_HIGH)),
        .first_low = in_register(repeat(FIRST_LOW)),
        .second_high = in_register(repeat(SECOND_HIGH)),
        .latin_bit = in_register(repeat(LATIN_BIT)),
        .low_nibble = in_register(splat(0x0F)),
        .top_bit = in_register(splat(0x80)),
        .to_e0 = in_register(splat(0xE0 - 0x80)),
        .to_f0 = in_register(splat(0xF0 - 0x80)),
        .from_c0 = in_register(splat(0xC0)),
        .from_c2 = in_register(splat(0xC2)),
        .from_c4 = in_register(splat(0xC4)),
        .from_f0 = in_register(splat(0xF0)),
        .filler = in_register(splat(filler)),
    };
}

/* Zero in the lanes of octets that may stand where they stand. */
SEGCORE_INLINE octets faults(const utf8_constants *c, octets text, octets first, octets second_last,
                             octets third_last)
{
    octets wrong = look_up(c->first_high, high_nibbles(first, c->low_nibble))
                   & look_up(c->first_low, first & c->low_nibble)
                   & look_up(c->second_high, high_nibbles(text, c->low_nibble));
    /* The top bit where the third octet of three or four is due, or the fourth of four. */
    octets due = (subs(second_last, c->to_e0) | subs(third_last, c->to_f0)) & c->top_bit;
    return wrong ^ due;
}

/* In the lane of the last octet of each code point up to U+00FF, its low octet; a plain one in those of leads. */
SEGCORE_INLINE octets latin(const utf8_constants *c, octets text, octets first)
{
    octets bit = look_up(c->latin_bit, subs(first, c->from_c2) & c->low_nibble);
    return select_lanes(ge(text, c->from_c0), c->filler, text | bit);
}

/* Results of a pass over a text.  A step that begins more than one code point above U+00FF has only its first kept,
 * and a later step is kept instead of an earlier one: any will do. */
typedef struct {
    octets faults, plain;
    int64_t continuations, above; /* octets that begin nothing, and those that begin four */
    uint64_t wide;                /* lanes that begin a code point above U+00FF */
    size_t wide_at;               /* index of that step */
} utf8_scan;

SEGCORE_INLINE void look_at(utf8_scan *all, const luts *look, const utf8_constants *c, octets text, octets before,
                            size_t index)
{
    const octets first = prev(text, before, 1);
    const uint64_t wide = to_bitmask(ge(text, c->from_c4)), is_wide = -(uint64_t)(wide != 0);
    all->faults |= faults(c, text, first, prev(text, before, 2), prev(text, before, 3));
    all->plain = still_plain(all->plain, look, latin(c, text, first));
    all->continuations += __builtin_popcountll(to_bitmask(lt_signed(text, c->from_c0)));
    all->above += __builtin_popcountll(to_bitmask(ge(text, c->from_f0)));
    /* A choice, and no branch. */
    all->wide_at ^= (all->wide_at ^ index) & (size_t)is_wide;
    all->wide ^= (all->wide ^ wide) & is_wide;
}

/* Behind the text there is always a lane of filler, so that a sequence that is cut off shows as such. */
SEGCORE_INLINE utf8_scan look_over(const luts *look, const utf8_constants *c, const uint8_t *data, size_t length)
{
    utf8_scan all = {splat(0), plain_so_far(), 0, 0, 0, 0};
    octets before = splat(0);
    for (size_t index = 0; index <= length; index += LANES) {
        octets text = load_filled(data, length, index, c->filler);
        look_at(&all, look, c, text, before, index);
        before = text;
    }
    return all;
}

/* A step of a text that is known to be UTF-8.  It begins at the first octet of a sequence: one that it does not hold
 * whole is left to the next. */
typedef struct {
    size_t length;               /* octets of this step */
    uint64_t last;               /* last octets of sequences, ASCII included: one for each code point */
    uint64_t two_or_three, four; /* of those, the last ones of so many octets */
} utf8_step;

/* Octets at the end of n that begin a sequence longer than what is there. */
SEGCORE_INLINE size_t cut_off(uint64_t lead2, uint64_t lead3, uint64_t lead4, size_t n)
{
    if (lead2 >> (n - 1) & 1)
        return 1;
    if (n > 1 && lead3 >> (n - 2) & 1)
        return 2;
    return n > 2 && lead4 >> (n - 3) & 1 ? 3 : 0;
}

SEGCORE_INLINE utf8_step take_step(octets text, size_t n)
{
    uint64_t lead2 = ge_bitmask(text, 0xC0), lead3 = ge_bitmask(text, 0xE0), lead4 = ge_bitmask(text, 0xF0);
    const size_t left = cut_off(lead2, lead3, lead4, n);
    const uint64_t lanes = first_bits(n - left), ascii = lanes & ~ge_bitmask(text, 0x80);
    lead2 &= lanes, lead3 &= lanes, lead4 &= lanes;
    utf8_step step = {n - left, 0, (lead2 & ~lead3) << 1 | (lead3 & ~lead4) << 2, lead4 << 3};
    step.last = ascii | step.two_or_three | step.four;
    return step;
}

SEGCORE_INLINE octets load_step(const segcore_text *text, size_t index)
{
    const uint8_t *data = (const uint8_t *)text->data;
    return text->length - index >= LANES ? load(data + index) : load_rest(data, text->length, index);
}

/* Marks in the lane of the last octet of each code point. */
SEGCORE_INLINE marks classify_utf8(const segcore_tables *tables, const luts *look, octets text, utf8_step step)
{
    marks found = only(classify(look, text), step.last & ~step.two_or_three & ~step.four);
    found.unencodable |= step.four;
    if (!step.two_or_three || found.unencodable)
        return found;
    marks more = look_up_pages(tables, decode_2_3(text), step.two_or_three, (marks){0, 0});
    return (marks){more.unencodable, found.two_septets | more.two_septets};
}

/* Of a text that is known to be UTF-8. */
SEGCORE_APART int64_t pack_utf8(const segcore_tables *tables, const segcore_text *text, int is_ucs2)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    const int64_t part = is_ucs2 ? tables->ucs2_part : tables->gsm7_part;
    filling state = {1, part};
    for (size_t index = 0; index < text->length;) {
        octets some = load_step(text, index);
        utf8_step step = take_step(some, text->length - index < LANES ? text->length - index : LANES);
        uint64_t two_septets = is_ucs2 ? step.four : classify_utf8(tables, &look, some, step).two_septets;
        state = fill(state, step.last, two_septets, part);
        index += step.length;
    }
    return state.segments;
}

/* Septets more than code points of a text that is known to be UTF-8; -1 if a code point is unencodable. */
SEGCORE_INLINE int64_t extra_septets(const segcore_tables *tables, const segcore_text *text)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    int64_t two_septets = 0;
    for (size_t index = 0; index < text->length;) {
        octets some = load_step(text, index);
        utf8_step step = take_step(some, text->length - index < LANES ? text->length - index : LANES);
        marks found = classify_utf8(tables, &look, some, step);
        if (found.unencodable)
            return -1;
        two_septets += __builtin_popcountll(found.two_septets);
        index += step.length;
    }
    return two_septets;
}

/* The answer for a text that is known to be UTF-8. */
SEGCORE_INLINE void answer_utf8(const segcore_tables *tables, const segcore_text *text, int64_t points, int64_t extra,
                                int is_ucs2, segcore_measurement *found)
{
    found->units = points + extra;
    found->extra = extra;
    found->encoding = is_ucs2;
    found->segments = segcore_sure_segments(tables, is_ucs2, points + extra);
    if (!found->segments)
        found->segments = extra ? pack_utf8(tables, text, is_ucs2)
                                : segcore_divide_up(points, is_ucs2 ? tables->ucs2_part : tables->gsm7_part);
}

SEGCORE_APART void review_utf8(const segcore_tables *tables, const segcore_text *text, int64_t points, int64_t above,
                               segcore_measurement *found)
{
    const int64_t two_septets = extra_septets(tables, text);
    answer_utf8(tables, text, points, two_septets < 0 ? above : two_septets, two_septets < 0, found);
}

/* Conclusions from a pass over a text.  Two answers need no closer look: UCS-2 where the wide code point is
 * unencodable, and GSM-7 where there is none and the others are plain.  Which of them it is, is computed and not
 * asked. */
typedef struct {
    int64_t points, above;
    int is_utf8, is_ucs2, is_known;
} utf8_seen;

SEGCORE_INLINE void see_utf8(const segcore_tables *tables, const luts *look, const utf8_constants *c,
                             const segcore_text *text, utf8_seen *seen)
{
    /* The first octet is read below, whatever the text is: an empty one may stand where the data end. */
    const uint8_t *data = text->length ? (const uint8_t *)text->data : (const uint8_t *)"";
    const utf8_scan all = look_over(look, c, data, text->length);
    const size_t has_wide = all.wide != 0;
    const size_t wide = (all.wide_at + (size_t)__builtin_ctzll(all.wide | 1ull << 63)) & -has_wide;
    /* The second octet is there, unless it is not UTF-8. */
    const int is_begun = tables->begun[data[wide] & 63][data[wide + (wide + 1 < text->length)] & 63];
    const int is_plain = !has_wide & (not_plain(all.plain) == 0);
    seen->is_utf8 = eq_bitmask(all.faults, 0) == ALL_LANES;
    seen->is_ucs2 = (int)has_wide & !is_begun;
    seen->is_known = is_plain | seen->is_ucs2;
    seen->points = (int64_t)text->length - all.continuations;
    seen->above = all.above;
}

SEGCORE_INLINE void tell_utf8(const segcore_tables *tables, const segcore_text *text, const utf8_seen *seen,
                              segcore_measurement *found)
{
    if (!seen->is_utf8)
        *found = (segcore_measurement){0, 0, 0, SEGCORE_NOT_UTF8};
    else if (seen->is_known)
        answer_utf8(tables, text, seen->points, seen->above & -(int64_t)seen->is_ucs2, seen->is_ucs2, found);
    else
        review_utf8(tables, text, seen->points, seen->above, found);
}
