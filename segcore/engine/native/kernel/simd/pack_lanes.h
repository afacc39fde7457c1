/* Exact packing for measure.h, step by step: how many of the lanes fit into the segment being filled. */

/* Units of lanes: one for each that counts, one more for each that is two_septets. */
SEGCORE_INLINE int64_t units_of(uint64_t counted, uint64_t two_septets)
{
    return __builtin_popcountll(counted) + __builtin_popcountll(two_septets);
}

/* Number of first lanes that fit into `room` units, found by halving. */
SEGCORE_INLINE size_t fitting(uint64_t counted, uint64_t two_septets, int64_t room)
{
    size_t n = 0;
    for (size_t step = LANES / 2; step; step /= 2) {
        int64_t units = units_of(counted & first_bits(step), two_septets & first_bits(step));
        if (units <= room) {
            room -= units;
            counted >>= step;
            two_septets >>= step;
            n += step;
        }
    }
    return n;
}

/* The segment being filled. */
typedef struct {
    int64_t segments, room;
} filling;

/* Put the next lanes into segments. */
SEGCORE_INLINE filling fill(filling state, uint64_t counted, uint64_t two_septets, int64_t part)
{
    for (;;) {
        int64_t units = units_of(counted, two_septets);
        if (units <= state.room) {
            state.room -= units;
            return state;
        }
        size_t taken = fitting(counted, two_septets, state.room);
        counted >>= taken;
        two_septets >>= taken;
        state.segments++;
        state.room = part;
    }
}

/* Lanes of the step at index, of which the last may have fewer. */
SEGCORE_INLINE uint64_t lanes_at(size_t length, size_t index)
{
    return length - index < LANES ? first_bits(length - index) : ALL_LANES;
}

SEGCORE_APART int64_t pack_gsm7(const segcore_tables *tables, const luts *look, const segcore_text *text)
{
    filling state = {1, tables->gsm7_part};
    for (size_t i = 0; i < text->length; i += LANES) {
        marks found = text->kind == 1 ? marks1(look, text->data, text->length, i)
                                      : marks2(tables, look, text->data, text->length, i);
        state = fill(state, lanes_at(text->length, i), found.two_septets, tables->gsm7_part);
    }
    return state.segments;
}

SEGCORE_APART int64_t pack_beyond(const segcore_tables *tables, const segcore_text *text)
{
    filling state = {1, tables->ucs2_part};
    for (size_t i = 0; i < text->length; i += LANES)
        state = fill(state, lanes_at(text->length, i), beyond_bmp_at(text->data, text->length, i), tables->ucs2_part);
    return state.segments;
}
