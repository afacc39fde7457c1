/* Measuring UTF-8, for vector.h: checked, counted and, if it may be GSM-7, classified in one pass.
 *
 * A sequence may begin in one step and end in the next. */

/* What can be wrong with two octets that stand side by side (Unicode 3.9, table 3-7), a bit for each.  The high and
 * the low nibble of the first and the high nibble of the second each say what they allow to be wrong; what all three
 * allow is wrong.  The method is John Keiser's and Daniel Lemire's (Software: Practice and Experience 51, 2021). */
enum {
    TOO_SHORT = 1,  /* a lead, and no continuation */
    TOO_LONG = 2,   /* a continuation behind ASCII */
    OVERLONG2 = 4,  /* C0 and C1 */
    OVERLONG3 = 8,  /* E0, and below A0 */
    SURROGATE = 16, /* ED, and from A0 */
    TOO_LARGE = 32, /* F4 and more, and from 90 */
    FOUR = 64,      /* overlong F0, or F5 and more, and below 90 */
    ANOTHER = 128,  /* two continuations: wrong unless a lead of three or four stands before them */
};

static const uint8_t FIRST_HIGH[16] = {TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       ANOTHER,
                                       ANOTHER,
                                       ANOTHER,
                                       ANOTHER,
                                       TOO_SHORT | OVERLONG2,
                                       TOO_SHORT,
                                       TOO_SHORT | OVERLONG3 | SURROGATE,
                                       TOO_SHORT | TOO_LARGE | FOUR};

#define ANY_LOW (TOO_SHORT | TOO_LONG | ANOTHER)
#define FROM_F5 (ANY_LOW | TOO_LARGE | FOUR)
static const uint8_t FIRST_LOW[16] = {ANY_LOW | OVERLONG2 | OVERLONG3 | FOUR,
                                      ANY_LOW | OVERLONG2,
                                      ANY_LOW,
                                      ANY_LOW,
                                      ANY_LOW | TOO_LARGE,
                                      FROM_F5,
                                      FROM_F5,
                                      FROM_F5,
                                      FROM_F5,
                                      FROM_F5,
                                      FROM_F5,
                                      FROM_F5,
                                      FROM_F5,
                                      FROM_F5 | SURROGATE,
                                      FROM_F5,
                                      FROM_F5};

#define CONTINUED (TOO_LONG | OVERLONG2 | ANOTHER)
static const uint8_t SECOND_HIGH[16] = {TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        CONTINUED | OVERLONG3 | FOUR,
                                        CONTINUED | OVERLONG3 | TOO_LARGE,
                                        CONTINUED | SURROGATE | TOO_LARGE,
                                        CONTINUED | SURROGATE | TOO_LARGE,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT};

/* Of U+0080 to U+00FF the last octet is the low octet already, but for the bit that C3 stands for. */
static const uint8_t LATIN_BIT[16] = {0, 0x40};

/* What every step needs, made once for many texts. */
typedef struct {
    octets first_high, first_low, second_high, latin_bit;
    octets low_nibble, top_bit, to_e0, to_f0, from_c0, from_c2, from_c4, from_f0;
    octets filler; /* an octet of ASCII that is plain, if there is one */
} constants8;

SEGCORE_INLINE constants8 make_constants8(uint8_t filler)
{
    return (constants8){
        .first_high = kept(repeated(FIRST_HIGH)),
        .first_low = kept(repeated(FIRST_LOW)),
        .second_high = kept(repeated(SECOND_HIGH)),
        .latin_bit = kept(repeated(LATIN_BIT)),
        .low_nibble = kept(octets_of(0x0F)),
        .top_bit = kept(octets_of(0x80)),
        .to_e0 = kept(octets_of(0xE0 - 0x80)),
        .to_f0 = kept(octets_of(0xF0 - 0x80)),
        .from_c0 = kept(octets_of(0xC0)),
        .from_c2 = kept(octets_of(0xC2)),
        .from_c4 = kept(octets_of(0xC4)),
        .from_f0 = kept(octets_of(0xF0)),
        .filler = kept(octets_of(filler)),
    };
}

/* Zero in the lanes of octets that may stand where they stand. */
SEGCORE_INLINE octets faults(const constants8 *c, octets text, octets first, octets second_last, octets third_last)
{
    octets wrong = look_up(c->first_high, high_nibbles(first, c->low_nibble))
                   & look_up(c->first_low, first & c->low_nibble)
                   & look_up(c->second_high, high_nibbles(text, c->low_nibble));
    /* The top bit where the third octet of three or four is due, or the fourth of four. */
    octets due = (less(second_last, c->to_e0) | less(third_last, c->to_f0)) & c->top_bit;
    return wrong ^ due;
}

/* In the lane of the last octet of each code point up to U+00FF, its low octet; a plain one in those of leads. */
SEGCORE_INLINE octets latin(const constants8 *c, octets text, octets first)
{
    octets bit = look_up(c->latin_bit, less(first, c->from_c2) & c->low_nibble);
    return chosen(from(text, c->from_c0), c->filler, text | bit);
}

/* What a pass over a text finds.  A step that begins more than one code point above U+00FF has only its first kept,
 * and a later step is kept instead of an earlier one: any will do. */
typedef struct {
    octets faults, plain;
    int64_t continuations, above; /* octets that begin nothing, and those that begin four */
    uint64_t wide;                /* lanes that begin a code point above U+00FF */
    size_t wide_at;               /* index of that step */
} survey;

SEGCORE_INLINE void look_at(survey *all, const luts *look, const constants8 *c, octets text, octets before,
                            size_t index)
{
    const octets under = lower(text, before), first = BEHIND(text, under, 1);
    const uint64_t wide = lanes_of(from(text, c->from_c4)), is_wide = -(uint64_t)(wide != 0);
    all->faults |= faults(c, text, first, BEHIND(text, under, 2), BEHIND(text, under, 3));
    all->plain = still_plain(all->plain, look, latin(c, text, first));
    all->continuations += __builtin_popcountll(lanes_of(continuations(text, c->from_c0)));
    all->above += __builtin_popcountll(lanes_of(from(text, c->from_f0)));
    /* A choice, and no branch. */
    all->wide_at ^= (all->wide_at ^ index) & (size_t)is_wide;
    all->wide ^= (all->wide ^ wide) & is_wide;
}

/* Behind the text there is always a lane of filler, so that a sequence that is cut off shows as such. */
SEGCORE_INLINE survey look_over(const luts *look, const constants8 *c, const uint8_t *data, size_t length)
{
    survey all = {octets_of(0), plain_so_far(), 0, 0, 0, 0};
    octets before = octets_of(0);
    for (size_t index = 0; index <= length; index += LANES) {
        octets text = load1_filled(data, length, index, c->filler);
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
} step8;

/* Octets at the end of n that begin a sequence longer than what is there. */
SEGCORE_INLINE size_t cut_off(uint64_t lead2, uint64_t lead3, uint64_t lead4, size_t n)
{
    if (lead2 >> (n - 1) & 1)
        return 1;
    if (n > 1 && lead3 >> (n - 2) & 1)
        return 2;
    return n > 2 && lead4 >> (n - 3) & 1 ? 3 : 0;
}

SEGCORE_INLINE step8 take_step(octets text, size_t n)
{
    uint64_t lead2 = at_least(text, 0xC0), lead3 = at_least(text, 0xE0), lead4 = at_least(text, 0xF0);
    const size_t left = cut_off(lead2, lead3, lead4, n);
    const uint64_t lanes = first_bits(n - left), ascii = lanes & ~at_least(text, 0x80);
    lead2 &= lanes, lead3 &= lanes, lead4 &= lanes;
    step8 step = {n - left, 0, (lead2 & ~lead3) << 1 | (lead3 & ~lead4) << 2, lead4 << 3};
    step.last = ascii | step.two_or_three | step.four;
    return step;
}

SEGCORE_INLINE octets load_step(const segcore_text *text, size_t index)
{
    const uint8_t *data = (const uint8_t *)text->data;
    return text->length - index >= LANES ? load1(data + index) : load1_rest(data, text->length, index);
}

/* Marks in the lane of the last octet of each code point. */
SEGCORE_INLINE marks classify8(const segcore_tables *tables, const luts *look, octets text, step8 step)
{
    marks found = only(classify(look, text), step.last & ~step.two_or_three & ~step.four);
    found.foreign |= step.four;
    if (!step.two_or_three || found.foreign)
        return found;
    marks more = look_up_pages(tables, joined(text), step.two_or_three, (marks){0, 0});
    return (marks){more.foreign, found.doubled | more.doubled};
}

/* Of a text that is known to be UTF-8. */
SEGCORE_APART int64_t pack_utf8(const segcore_tables *tables, const segcore_text *text, int is_ucs2)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    const int64_t part = is_ucs2 ? tables->ucs2_part : tables->gsm7_part;
    filling state = {1, part};
    for (size_t index = 0; index < text->length;) {
        octets some = load_step(text, index);
        step8 step = take_step(some, text->length - index < LANES ? text->length - index : LANES);
        uint64_t doubled = is_ucs2 ? step.four : classify8(tables, &look, some, step).doubled;
        state = fill(state, step.last, doubled, part);
        index += step.length;
    }
    return state.segments;
}

/* Septets more than code points of a text that is known to be UTF-8; -1 if a code point is foreign. */
SEGCORE_INLINE int64_t extra_septets(const segcore_tables *tables, const segcore_text *text)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    int64_t doubled = 0;
    for (size_t index = 0; index < text->length;) {
        octets some = load_step(text, index);
        step8 step = take_step(some, text->length - index < LANES ? text->length - index : LANES);
        marks found = classify8(tables, &look, some, step);
        if (found.foreign)
            return -1;
        doubled += __builtin_popcountll(found.doubled);
        index += step.length;
    }
    return doubled;
}

/* The answer for a text that is known to be UTF-8. */
SEGCORE_INLINE void answer8(const segcore_tables *tables, const segcore_text *text, int64_t points, int64_t extra,
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

SEGCORE_APART void measure_exactly8(const segcore_tables *tables, const segcore_text *text, int64_t points,
                                    int64_t above, segcore_measurement *found)
{
    const int64_t doubled = extra_septets(tables, text);
    answer8(tables, text, points, doubled < 0 ? above : doubled, doubled < 0, found);
}

/* What a look over a text has told.  Two answers need no closer look: UCS-2 where the wide code point is foreign, and
 * GSM-7 where there is none and the others are plain.  Which of them it is, is computed and not asked. */
typedef struct {
    int64_t points, above;
    int is_utf8, is_ucs2, is_known;
} seen8;

SEGCORE_INLINE void see8(const segcore_tables *tables, const luts *look, const constants8 *c,
                         const segcore_text *text, seen8 *seen)
{
    const uint8_t *data = (const uint8_t *)text->data;
    const survey all = look_over(look, c, data, text->length);
    const size_t has_wide = all.wide != 0;
    const size_t wide = (all.wide_at + (size_t)__builtin_ctzll(all.wide | 1ull << 63)) & -has_wide;
    /* The second octet is there, unless it is not UTF-8. */
    const int is_begun = tables->begun[data[wide] & 63][data[wide + (wide + 1 < text->length)] & 63];
    const int is_plain = !has_wide & (odd(all.plain) == 0);
    seen->is_utf8 = equal(all.faults, 0) == ALL_LANES;
    seen->is_ucs2 = (int)has_wide & !is_begun;
    seen->is_known = is_plain | seen->is_ucs2;
    seen->points = (int64_t)text->length - all.continuations;
    seen->above = all.above;
}

SEGCORE_INLINE void tell8(const segcore_tables *tables, const segcore_text *text, const seen8 *seen,
                          segcore_measurement *found)
{
    if (!seen->is_utf8)
        *found = (segcore_measurement){0, 0, 0, SEGCORE_NOT_UTF8};
    else if (seen->is_known)
        answer8(tables, text, seen->points, seen->above & -(int64_t)seen->is_ucs2, seen->is_ucs2, found);
    else
        measure_exactly8(tables, text, seen->points, seen->above, found);
}
