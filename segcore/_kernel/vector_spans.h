/* Which code points of a text are foreign, by spans of 128, for vector.h. */

/* One more in each lane of a mask, in the lanes of octets: defined by each kernel as counted(sums, mask). */

static void sum_spans(const uint64_t (*points)[2], size_t count, int64_t *counts)
{
    for (size_t first = 0; first < 128; first += LANES) {
        octets sums = octets_of(0);
        uint8_t totals[LANES];
        for (size_t i = 0; i < count; i++)
            sums = counted(sums, points[i][first >> 6] >> (first & 63));
        store(totals, sums);
        for (size_t i = 0; i < LANES; i++)
            counts[first + i] += totals[i];
    }
}

#ifndef OWN_SPANS

SEGCORE_INLINE void list_points(segcore_span_list *list, int kind, const void *points, uint64_t lanes)
{
    for (; lanes; lanes &= lanes - 1)
        segcore_list_point(list, segcore_read(kind, points, (size_t)__builtin_ctzll(lanes)));
}

/* List what is not known of the page of ASCII, and count its code points of two septets. */
SEGCORE_INLINE void find_in1(const segcore_tables *tables, const luts *look, const segcore_text *text,
                             segcore_foreign *to)
{
    const uint8_t *points = (const uint8_t *)text->data;
    segcore_span_list list = segcore_no_spans();
    int64_t doubled = 0;
    for (size_t i = 0; i < text->length; i += LANES) {
        const marks found = marks1(look, points, text->length, i);
        doubled += __builtin_popcountll(found.doubled);
        list_points(&list, 1, points + i, found.foreign);
    }
    segcore_enter_list(tables, &list, doubled, to);
}

/* The same of LANES code points, or of those that are left. */
SEGCORE_INLINE marks narrow_marks2(const luts *look, halves text, uint64_t lanes)
{
    const uint64_t wide = ~equal(text.high, 0) & lanes;
    const marks found = classify(look, text.low);
    return (marks){wide | (found.foreign & lanes), found.doubled & lanes & ~wide};
}

SEGCORE_INLINE void find_in2(const segcore_tables *tables, const luts *look, const segcore_text *text,
                             segcore_foreign *to)
{
    const uint16_t *points = (const uint16_t *)text->data;
    segcore_span_list list = segcore_no_spans();
    int64_t doubled = 0;
    for (size_t i = 0; i < text->length && !list.are_many; i += LANES) {
        const size_t rest = text->length - i;
        const marks found = narrow_marks2(look, rest < LANES ? load2_some(points + i, rest) : load2(points + i),
                                          first_bits(rest < LANES ? rest : LANES));
        doubled += __builtin_popcountll(found.doubled);
        list_points(&list, 2, points + i, found.foreign);
    }
    segcore_enter_list(tables, &list, doubled, to);
}

/* The sequences that begin in some lanes. */
SEGCORE_INLINE void list_sequences(segcore_span_list *list, const uint8_t *data, size_t index, uint64_t lanes)
{
    for (; lanes; lanes &= lanes - 1) {
        size_t at = index + (size_t)__builtin_ctzll(lanes);
        segcore_list_point(list, segcore_read_utf8(data, &at));
    }
}

SEGCORE_INLINE void find_in_utf8(const segcore_tables *tables, const luts *look, const segcore_text *text,
                                 segcore_foreign *to)
{
    const uint8_t *data = (const uint8_t *)text->data;
    segcore_span_list list = segcore_no_spans();
    int64_t doubled = 0;
    for (size_t i = 0; i < text->length && !list.are_many; i += LANES) {
        const octets some = load_step(text, i);
        const uint64_t ascii = first_bits(text->length - i) & ALL_LANES & ~at_least(some, 0x80);
        const marks found = only(classify(look, some), ascii);
        doubled += __builtin_popcountll(found.doubled);
        list_sequences(&list, data, i, found.foreign | (at_least(some, 0xC0) & ALL_LANES));
    }
    segcore_enter_list(tables, &list, doubled, to);
}

static void find_spans(const segcore_tables *tables, const segcore_text *texts, size_t count, segcore_foreign *found)
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

#endif
