# Texts made of parts.  python/packing.py answers the same, and documents it.

cdef extern from "kernel/part_sums.h":
    ctypedef struct segcore_part:
        const int64_t *septets
        const int64_t *code_units
        const uint8_t *is_ucs2
        size_t stride

    ctypedef struct segcore_part_rules:
        int64_t gsm7_single
        int64_t gsm7_part
        int64_t ucs2_single
        int64_t ucs2_part
        bint keeps_clusters
        bint has_national
        bint has_septets_only

    void segcore_sum_parts(
        const segcore_part_rules *, const segcore_part *, size_t, size_t, int64_t *, uint8_t *, int32_t *
    ) noexcept nogil


def sum_parts(
    gsm7: Coding,
    ucs2: Coding,
    parts: Sequence[tuple[array[int], array[int] | None, array[int]]],
    count: int,
    segments: array[int],
    units: array[int],
    encodings: array[int],
    *,
    clusters: bool = False,
    national: bool = False,
) -> int:
    cdef size_t part_count = len(parts), i = 0, undecided = 0
    cdef size_t rows = count
    cdef segcore_part_rules rules
    cdef array.array septets, code_units, flags
    cdef int64_t *to_units
    cdef uint8_t *to_encodings
    cdef int32_t *to_segments
    rules.gsm7_single, rules.gsm7_part = gsm7.single, gsm7.part
    rules.ucs2_single, rules.ucs2_part = ucs2.single, ucs2.part
    rules.keeps_clusters, rules.has_national = clusters, national
    rules.has_septets_only = any(part[1] is None for part in parts)
    cdef segcore_part *taken = <segcore_part *> malloc((part_count + 1) * sizeof(segcore_part))
    if taken is NULL:
        raise MemoryError
    try:
        for septets, code_units, flags in parts:
            length = len(septets)
            if septets.typecode + flags.typecode != "qB" or len(flags) != length or length not in (1, count):
                raise ValueError(f"parts: expected arrays of 1 or {count} values, of types q, q and B")
            taken[i].septets = <const int64_t *> septets.data.as_longlongs
            taken[i].code_units = NULL
            if not rules.has_septets_only:
                if code_units.typecode != "q" or len(code_units) != length:
                    raise ValueError(f"parts: expected arrays of 1 or {count} values, of types q, q and B")
                taken[i].code_units = <const int64_t *> code_units.data.as_longlongs
            taken[i].is_ucs2 = flags.data.as_uchars
            taken[i].stride = length == count and count > 1
            i += 1
        to_units = <int64_t *> _grown(units, "q", count)
        to_encodings = <uint8_t *> _grown(encodings, "B", count)
        to_segments = <int32_t *> _grown(segments, "i", count)
        with nogil:
            segcore_sum_parts(&rules, taken, part_count, rows, to_units, to_encodings, to_segments)
            for i in range(rows):
                undecided += to_segments[i] == 0
        return undecided
    finally:
        free(taken)
