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

/* Zero in the lanes of octets that may stand where they stand. */
SEGCORE_INLINE octets faults(octets text, octets first, octets second_last, octets third_last)
{
    octets wrong = look_up(FIRST_HIGH, high_nibbles(first)) & look_up(FIRST_LOW, masked(first, 0x0F))
                   & look_up(SECOND_HIGH, high_nibbles(text));
    /* The top bit where the third octet of three or four is due, or the fourth of four. */
    octets due = masked(less(second_last, 0xE0 - 0x80) | less(third_last, 0xF0 - 0x80), 0x80);
    return wrong ^ due;
}

/* Of U+0080 to U+00FF the last octet is the low octet already, but for the bit that C3 stands for. */
static const uint8_t LATIN_BIT[16] = {0, 0x40};

SEGCORE_INLINE octets latin(octets text, octets first)
{
    return text | look_up(LATIN_BIT, masked(less(first, 0xC2), 0x0F));
}

/* What a pass over a text finds. */
typedef struct {
    octets faults;
    int64_t points, above; /* of those, above U+FFFF */
    uint64_t foreign;      /* among those up to U+00FF */
    int64_t doubled;       /* likewise */
    size_t wide;           /* where the first code point above U+00FF begins, or the length of the text */
} survey;

SEGCORE_INLINE void look_at(survey *all, const luts *look, octets text, octets before, size_t index, size_t rest)
{
    const octets under = lower(text, before), first = BEHIND(text, under, 1);
    const uint64_t lanes = first_bits(rest), leads = at_least(text, 0xC0), wide = at_least(text, 0xC4);
    const uint64_t begins = lanes & (leads | ~at_least(text, 0x80));
    const marks found = classify(look, latin(text, first));
    const size_t at = wide ? index + (size_t)__builtin_ctzll(wide) : all->wide;
    all->faults |= faults(text, first, BEHIND(text, under, 2), BEHIND(text, under, 3));
    all->points += __builtin_popcountll(begins);
    all->above += __builtin_popcountll(at_least(text, 0xF0));
    all->foreign |= found.foreign & lanes & ~leads;
    all->doubled += __builtin_popcountll(found.doubled & lanes & ~leads);
    all->wide = at < all->wide ? at : all->wide;
}

SEGCORE_INLINE octets load_step(const uint8_t *data, size_t length, size_t index)
{
    return length - index >= LANES ? load1(data + index) : load1_rest(data, length, index);
}

/* Behind the text there is always a lane of zero, so that a sequence that is cut off shows as such. */
SEGCORE_INLINE survey look_over(const luts *look, const uint8_t *data, size_t length)
{
    survey all = {octets_of(0), 0, 0, 0, 0, length};
    octets before = octets_of(0);
    for (size_t index = 0; index <= length; index += LANES) {
        octets text = load_step(data, length, index);
        look_at(&all, look, text, before, index, length - index);
        before = text;
    }
    return all;
}

/* Septets of the code point above U+00FF that begins at an octet of a text that is known to be UTF-8. */
SEGCORE_INLINE uint32_t septets_at(const segcore_tables *tables, const uint8_t *p)
{
    if (p[0] >= 0xF0)
        return 0;
    return segcore_septets(tables, p[0] < 0xE0 ? (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu)
                                               : (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu));
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
        octets some = load_step(text->data, text->length, index);
        step8 step = take_step(some, text->length - index < LANES ? text->length - index : LANES);
        uint64_t doubled = is_ucs2 ? step.four : classify8(tables, &look, some, step).doubled;
        state = fill(state, step.last, doubled, part);
        index += step.length;
    }
    return state.segments;
}

/* Of a text that has code points above U+00FF of which the first is in the alphabet: look them all up. */
SEGCORE_APART void look_up_all(const segcore_tables *tables, const segcore_text *text, uint64_t *foreign,
                               int64_t *doubled)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    *doubled = 0;
    for (size_t index = 0; index < text->length && !*foreign;) {
        octets some = load_step(text->data, text->length, index);
        step8 step = take_step(some, text->length - index < LANES ? text->length - index : LANES);
        marks found = classify8(tables, &look, some, step);
        *foreign = found.foreign;
        *doubled += __builtin_popcountll(found.doubled);
        index += step.length;
    }
}

SEGCORE_INLINE void measure_utf8(const segcore_tables *tables, const luts *look, const segcore_text *text,
                                 segcore_measurement *found)
{
    const uint8_t *data = (const uint8_t *)text->data;
    survey all = look_over(look, data, text->length);
    if (~equal(all.faults, 0) & ALL_LANES) {
        *found = (segcore_measurement){0, 0, 0, SEGCORE_NOT_UTF8};
        return;
    }
    if (all.wide < text->length) {
        all.foreign = !septets_at(tables, data + all.wide);
        if (!all.foreign)
            look_up_all(tables, text, &all.foreign, &all.doubled);
    }
    const int is_ucs2 = all.foreign != 0;
    const int64_t part = is_ucs2 ? tables->ucs2_part : tables->gsm7_part;
    found->extra = is_ucs2 ? all.above : all.doubled;
    found->units = all.points + found->extra;
    found->encoding = is_ucs2 ? SEGCORE_UCS2 : SEGCORE_GSM7;
    found->segments = segcore_sure_segments(found->units, is_ucs2 ? tables->ucs2_single : tables->gsm7_single, part);
    if (!found->segments)
        found->segments = found->extra ? pack_utf8(tables, text, is_ucs2) : segcore_divide_up(found->units, part);
}
