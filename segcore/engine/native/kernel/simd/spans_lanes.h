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

/* List the code points in some lanes, whose octets are given, span by span. */
SEGCORE_INLINE void list_halves(segcore_span_list *list, halves text, uint64_t lanes)
{
    uint8_t lows[LANES], highs[LANES];
    store(lows, text.low);
    store(highs, text.high);
    while (lanes) {
        const size_t first = (size_t)__builtin_ctzll(lanes);
        const uint64_t upper = ge_bitmask(text.low, 0x80), same_half = lows[first] < 0x80 ? ~upper : upper;
        uint64_t same = eq_bitmask(text.high, highs[first]) & same_half & lanes, points[2] = {0, 0};
        lanes &= ~same;
        for (; same; same &= same - 1) {
            const uint8_t low = lows[__builtin_ctzll(same)];
            const uint64_t bit = (uint64_t)1 << (low & 63), is_high = 0 - (uint64_t)(low >> 6 & 1);
            points[0] |= bit & ~is_high;
            points[1] |= bit & is_high;
        }
        segcore_span *span = segcore_span_of(list, (uint32_t)highs[first] << 1 | lows[first] >> 7);
        span->points[0] |= points[0];
        span->points[1] |= points[1];
    }
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

SEGCORE_INLINE void find_in2(const segcore_tables *tables, const luts *look, const segcore_text *text,
                             segcore_unencodable *to)
{
    const uint16_t *points = (const uint16_t *)text->data;
    segcore_span_list list;
    int64_t two_septets = 0;
    segcore_begin_list(&list);
    for (size_t i = 0; i < text->length && !list.are_many; i += LANES) {
        const size_t rest = text->length - i;
        const halves some = rest < LANES ? load_units_some(points + i, rest) : load_units(points + i);
        const uint64_t lanes = first_bits(rest < LANES ? rest : LANES), wide = ~eq_bitmask(some.high, 0) & lanes;
        const marks found = only(classify(look, some.low), lanes & ~wide);
        two_septets += __builtin_popcountll(found.two_septets);
        list_halves(&list, some, wide | found.unencodable);
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

static void find_spans(const segcore_tables *tables, const segcore_text *texts, size_t count,
                       segcore_unencodable *found)
{
    const luts look = load_luts(tables, tables->page_of[0]);
    for (size_t i = 0; i < count; i++) {
        if (texts[i].kind == SEGCORE_UTF8)
            find_in_utf8(tables, &look, &texts[i], &found[i]);
        else if (texts[i].kind == 1)
            find_in1(tables, &look, &texts[i], &found[i]);
        else if (texts[i].kind == 2)
            find_in2(tables, &look, &texts[i], &found[i]);
        else
            segcore_find_spans_of(tables, &texts[i], &found[i]);
    }
}
