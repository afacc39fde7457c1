/* The unencodable code points of texts, in spans of 128, once for all instruction sets. */

static void sum_spans(const uint64_t (*points)[2], size_t count, int64_t *counts)
{
    for (size_t first = 0; first < 128; first += LANES) {
        octets sums = splat(0);
        uint8_t totals[LANES];
        for (size_t i = 0; i < count; i++)
            sums = count_lanes(sums, points[i][first >> 6] >> (first & 63));
        store(totals, sums);
        for (size_t i = 0; i < LANES; i++)
            counts[first + i] += totals[i];
    }
}

/* Code points of one span in a step from which on they are entered by lanes. */
#define MANY 8

/* Beyond those of a span; as a number with a sign too small to shift anything by (NEON). */
#define NO_POINT 0x80

/* Add code points of a span, by their low 7 bits; NO_POINT in the other lanes. */
SEGCORE_INLINE void add_many(segcore_span *span, octets points)
{
    uint8_t indices[LANES];
    uint64_t lows[LANES / 8], highs[LANES / 8];
    quads low = {0}, high = {0};
    store(indices, points);
    for (size_t i = 0; i < LANES; i += LANES / 8) {
        const quads index = widen(indices + i);
        low |= bit_or_none(index);
        high |= bit_or_none(index - 64);
    }
    memcpy(lows, &low, sizeof lows);
    memcpy(highs, &high, sizeof highs);
    for (size_t i = 1; i < LANES / 8; i++) {
        lows[0] |= lows[i];
        highs[0] |= highs[i];
    }
    span->points[0] |= lows[0];
    span->points[1] |= highs[0];
}

SEGCORE_INLINE void add_few(segcore_span *span, const uint8_t *lows, uint64_t lanes)
{
    uint64_t points[2] = {0, 0};
    for (; lanes; lanes &= lanes - 1) {
        const uint8_t low = lows[__builtin_ctzll(lanes)];
        const uint64_t bit = (uint64_t)1 << (low & 63), is_high = 0 - (uint64_t)(low >> 6 & 1);
        points[0] |= bit & ~is_high;
        points[1] |= bit & is_high;
    }
    span->points[0] |= points[0];
    span->points[1] |= points[1];
}

/* List the code points in some lanes, whose octets are given, span by span. */
SEGCORE_INLINE void list_halves(segcore_span_list *list, halves text, uint64_t lanes)
{
    uint8_t lows[LANES], highs[LANES];
    if (!lanes)
        return;
    store(lows, text.low);
    store(highs, text.high);
    do {
        const size_t first = (size_t)__builtin_ctzll(lanes);
        const uint8_t half = lows[first] & 0x80;
        const octets points = text.low ^ half;
        const flags of_span = eq(text.high, splat(highs[first])) & ge(splat(0x7F), points);
        const uint64_t same = to_bitmask(of_span) & lanes;
        segcore_span *span = segcore_span_of(list, (uint32_t)highs[first] << 1 | half >> 7);
        if (__builtin_popcountll(same) < MANY)
            add_few(span, lows, same);
        else
            add_many(span, select_lanes(to_flags(same), points, splat(NO_POINT)));
        lanes &= ~same;
    } while (lanes);
}

SEGCORE_INLINE void list_lanes(segcore_span_list *list, const uint8_t *points, uint64_t lanes)
{
    for (; lanes; lanes &= lanes - 1)
        segcore_list_point(list, points[__builtin_ctzll(lanes)]);
}

/* List what is not known of the page of ASCII, and count its code points of two septets. */
SEGCORE_INLINE void find_in1(const segcore_tables *tables, const luts *look, const segcore_text *text,
                             segcore_unencodable *to)
{
    const uint8_t *points = (const uint8_t *)text->data;
    segcore_span_list list;
    int64_t two_septets = 0;
    segcore_begin_list(&list);
    for (size_t i = 0; i < text->length; i += LANES) {
        const marks found = marks1(look, points, text->length, i);
        two_septets += __builtin_popcountll(found.two_septets);
        list_lanes(&list, points + i, found.unencodable);
    }
    segcore_enter_list(tables, &list, two_septets, to);
}

/* List LANES code units or fewer, but for those in some lanes, and count those of two septets. */
SEGCORE_INLINE void list_units(segcore_span_list *list, const luts *look, halves text, uint64_t lanes,
                               int64_t *two_septets)
{
    const uint64_t wide = ~eq_bitmask(text.high, 0) & lanes;
    const marks found = only(classify(look, text.low), lanes & ~wide);
    *two_septets += __builtin_popcountll(found.two_septets);
    list_halves(list, text, wide | found.unencodable);
}

SEGCORE_INLINE halves load_units_of(const uint16_t *units, size_t rest)
{
    return rest < LANES ? load_units_some(units, rest) : load_units(units);
}

SEGCORE_INLINE void find_in2(const segcore_tables *tables, const luts *look, const segcore_text *text,
                             segcore_unencodable *to)
{
    const uint16_t *points = (const uint16_t *)text->data;
    segcore_span_list list;
    int64_t two_septets = 0;
    segcore_begin_list(&list);
    for (size_t i = 0; i < text->length && !list.are_many; i += LANES)
        list_units(&list, look, load_units_of(points + i, text->length - i), first_bits(text->length - i) & ALL_LANES,
                   &two_septets);
    segcore_enter_list(tables, &list, two_septets, to);
}

/* The low halves of LANES code points, of which the first `count` are there. */
SEGCORE_INLINE halves load_low_units(const uint32_t *points, size_t count)
{
    uint16_t units[LANES];
    if (count < LANES)
        for (size_t i = 0; i < LANES; i++)
            units[i] = i < count ? (uint16_t)points[i] : 0;
    else
        for (size_t i = 0; i < LANES; i++)
            units[i] = (uint16_t)points[i];
    return load_units(units);
}

/* The same, each code point beyond the basic multilingual plane by itself: few texts have many. */
SEGCORE_INLINE void find_in4(const segcore_tables *tables, const luts *look, const segcore_text *text,
                             segcore_unencodable *to)
{
    const uint32_t *points = (const uint32_t *)text->data;
    const size_t length = text->length, last = length < LANES ? 0 : length - LANES;
    segcore_span_list list;
    int64_t two_septets = 0;
    segcore_begin_list(&list);
    for (size_t i = 0; i < length && !list.are_many; i += LANES) {
        /* The last ones together with some that have been seen. */
        const size_t first = i < last ? i : last;
        const uint64_t lanes = first_bits(length - first) & ~first_bits(i - first) & ALL_LANES;
        uint64_t beyond = lanes & beyond_bmp_at(points, length, first);
        list_units(&list, look, load_low_units(points + first, length - first), lanes & ~beyond, &two_septets);
        for (; beyond; beyond &= beyond - 1)
            segcore_list_point(&list, points[first + (size_t)__builtin_ctzll(beyond)]);
    }
    segcore_enter_list(tables, &list, two_septets, to);
}

/* The sequences of four octets that end in some lanes. */
SEGCORE_INLINE void list_fours(segcore_span_list *list, const uint8_t *data, uint64_t lanes)
{
    for (; lanes; lanes &= lanes - 1) {
        size_t at = (size_t)__builtin_ctzll(lanes) - 3;
        segcore_list_point(list, segcore_read_utf8(data, &at));
    }
}

SEGCORE_INLINE void find_in_utf8(const segcore_tables *tables, const luts *look, const segcore_text *text,
                                 segcore_unencodable *to)
{
    const uint8_t *data = (const uint8_t *)text->data;
    segcore_span_list list;
    int64_t two_septets = 0;
    segcore_begin_list(&list);
    for (size_t i = 0; i < text->length && !list.are_many;) {
        const octets some = load_step(text, i);
        const utf8_step step = take_step(some, text->length - i < LANES ? text->length - i : LANES);
        const marks found = only(classify(look, some), step.last & ~step.two_or_three & ~step.four);
        two_septets += __builtin_popcountll(found.two_septets);
        if (step.two_or_three)
            list_halves(&list, decode_2_3(some), step.two_or_three);
        list_fours(&list, data + i, step.four);
        list_lanes(&list, data + i, found.unencodable);
        i += step.length;
    }
    segcore_enter_list(tables, &list, two_septets, to);
}

/* Up to SORTED texts, sorted so that the processor need not guess which comes next: those of one octet a code point
 * or UTF-8, which do not come together, of two and of four. */
SEGCORE_INLINE void find_sorted(const segcore_tables *tables, const luts *look, const segcore_text *texts,
                                size_t count, segcore_unencodable *found)
{
    uint8_t places[3][SORTED];
    size_t counts[3] = {0, 0, 0};
    for (size_t i = 0; i < count; i++) {
        for (int which = 0; which < 3; which++) {
            places[which][counts[which]] = (uint8_t)i;
            counts[which] += texts[i].kind >> 1 == which;
        }
    }
    for (size_t i = 0; i < counts[0]; i++) {
        const size_t place = places[0][i];
        if (texts[place].kind == SEGCORE_UTF8)
            find_in_utf8(tables, look, &texts[place], &found[place]);
        else
            find_in1(tables, look, &texts[place], &found[place]);
    }
    for (size_t i = 0; i < counts[1]; i++)
        find_in2(tables, look, &texts[places[1][i]], &found[places[1][i]]);
    for (size_t i = 0; i < counts[2]; i++)
        find_in4(tables, look, &texts[places[2][i]], &found[places[2][i]]);
}

static void find_spans(const segcore_tables *tables, const segcore_text *texts, size_t count,
                       segcore_unencodable *found)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    for (size_t i = 0; i < count; i += SORTED)
        find_sorted(tables, &look, texts + i, count - i < SORTED ? count - i : SORTED, found + i);
}
