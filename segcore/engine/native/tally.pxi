# Sums over many messages.  python/tally.py answers the same, and documents it.

from segcore._errors import group_numbers, too_few_flags

cdef extern from "kernel/counter_map.h":
    ctypedef struct segcore_counter:
        uint64_t key[3]
        int64_t count

    ctypedef struct segcore_counter_map:
        segcore_counter *entries
        size_t room

    segcore_counter *segcore_counter_of(segcore_counter_map *, uint64_t, uint64_t, uint64_t) noexcept nogil
    void segcore_free_counters(segcore_counter_map *) noexcept nogil

cdef extern from "kernel/replacement_sets.h":
    ctypedef struct segcore_replacement_sets:
        pass

    bint segcore_make_replacement_sets(const segcore_rules *, segcore_replacement_sets *) nogil
    void segcore_free_replacement_sets(segcore_replacement_sets *) nogil

cdef extern from "kernel/tally.h":
    cdef enum:
        SEGCORE_TALLIED
        SEGCORE_COUNTS
        SEGCORE_ENCODED
        SEGCORE_EMPTY
        SEGCORE_OVER
        SEGCORE_OCCURS
        SEGCORE_ALONE
        SEGCORE_SCRIPTS

    ctypedef struct segcore_plan_of_tally:
        const segcore_rules *rules
        const segcore_rules *encoded
        bint changes_ucs2_only
        const segcore_replacement_sets *sets
        int64_t limits[3]
        int32_t septet
        const uint8_t *scripts

    ctypedef struct segcore_tally:
        segcore_counter_map sums[7]

    ctypedef struct segcore_row_inputs:
        const uint8_t *mms
        const int32_t *groups
        uint8_t *valid
        int64_t capacity

    bint segcore_tally_block(
        segcore_tally *, const segcore_plan_of_tally *, const segcore_text *, const segcore_measurement *, int64_t,
        size_t, const segcore_row_inputs *
    ) noexcept nogil
    segcore_fault segcore_tally_rows(
        segcore_tally *, const segcore_plan_of_tally *, const segcore_column *, const segcore_references *, int64_t,
        int64_t, const segcore_row_inputs *, int64_t *
    ) noexcept nogil
    bint segcore_tally_settle(segcore_tally *) noexcept nogil
    bint segcore_tally_merge(segcore_tally *, segcore_tally *) noexcept nogil
    void segcore_tally_free(segcore_tally *) noexcept nogil


cdef class _Sums:
    """One set of sums."""

    cdef segcore_tally sums

    def __dealloc__(self):
        segcore_tally_free(&self.sums)

    cdef int merge(self, _Sums other) except -1:
        """Add other sums, which are of no use any more."""
        # Without a GIL this lock makes threads take turns.
        with cython.critical_section(self):
            if not segcore_tally_merge(&self.sums, &other.sums):
                raise MemoryError
        return 0


cdef class _TallyRows:
    """One array of texts to tally: what threads share."""

    cdef Tally tally
    cdef _Rows rows
    cdef segcore_row_inputs inputs
    # The sums that one thread adds all rows to; ``None`` where several have sums of their own.
    cdef _Sums sums

    def measure(self, int64_t start, int64_t stop):
        """Tally rows and return the fault, its row, and the sums."""
        cdef _Sums found = _Sums.__new__(_Sums) if self.sums is None else self.sums
        cdef int64_t row = -1
        cdef segcore_fault fault
        cdef segcore_references references
        cdef const segcore_references *of_dictionary = NULL
        if self.rows.indices is not NULL:
            references.indices = self.rows.indices
            references.width = self.rows.width
            references.is_signed = self.rows.is_signed
            references.values = &self.rows.values.column
            references.valid_values = self.rows.values.to.valid
            of_dictionary = &references
        with nogil:
            fault = segcore_tally_rows(
                &found.sums, &self.tally._plan, &self.rows.column, of_dictionary, start, stop, &self.inputs, &row
            )
        if fault == SEGCORE_FAULT_MEMORY:
            raise MemoryError
        return fault, row, found


cdef class Tally:
    """Sums over messages, by group."""

    cdef segcore_plan_of_tally _plan
    cdef segcore_replacement_sets _sets
    cdef _Sums _sums
    # The targets of the pointers in `_plan`.
    cdef SegmentCounter _counter, _encoded
    cdef bytes _scripts

    def __init__(
        self,
        counter: SegmentCounter,
        encoded: SegmentCounter | None = None,
        limits: tuple[int, int, int] = (0, 0, 0),
        septet: str = "",
    ) -> None:
        if self._sums is not None:
            raise RuntimeError("a Tally cannot be initialised again")
        if not isinstance(counter, SegmentCounter):
            raise TypeError(f"counter: expected a SegmentCounter, got {type(counter).__name__}")
        self._counter, self._encoded = counter, encoded
        self._counter._require_init()
        self._plan.rules = &self._counter._rules
        if encoded is not None:
            self._encoded._require_init()
            self._plan.encoded = &self._encoded._rules
            self._plan.changes_ucs2_only = self._encoded._changes_ucs2_only(self._counter)
            if self._encoded._is_told_by_code_points(self._counter):
                if not segcore_make_replacement_sets(self._plan.encoded, &self._sets):
                    raise MemoryError
                self._plan.sets = &self._sets
        self._plan.limits = limits
        self._plan.septet = ord(septet) if septet else -1
        # Imported here: counting one message does not need it.
        from segcore.rules.scripts import script_table

        self._scripts = script_table()
        self._plan.scripts = <const uint8_t *> PyBytes_AS_STRING(self._scripts)
        # Last: without sums it counts as not initialised.
        self._sums = _Sums.__new__(_Sums)

    cdef int _require_init(self) except -1:
        if self._sums is None:
            raise RuntimeError("Tally.__init__ was not called")
        return 0

    def __dealloc__(self):
        segcore_free_replacement_sets(&self._sets)

    def add(self, texts: Sequence[str], first: int, mms: bytes | None, groups: array[int] | None) -> None:
        self._require_init()
        texts = _kept(texts)
        cdef Py_ssize_t length = PySequence_Fast_GET_SIZE(texts)
        cdef bytes flags = mms
        cdef segcore_row_inputs inputs
        memset(&inputs, 0, sizeof(inputs))
        inputs.groups = _checked_groups(groups, length)
        inputs.capacity = length
        if flags is not None and len(flags) != length:
            raise too_few_flags(len(flags), length)
        if flags is not None:
            inputs.mms = <const uint8_t *> PyBytes_AS_STRING(flags)
        cdef _Sums found = _Sums.__new__(_Sums)
        cdef segcore_text block[SEGCORE_TALLIED]
        cdef segcore_measurement measured[SEGCORE_TALLIED]
        cdef Py_ssize_t done = 0
        cdef Py_ssize_t budget = TURN
        cdef Py_ssize_t count
        while done < length:
            count = min(length - done, <Py_ssize_t> SEGCORE_TALLIED)
            budget -= count * VISIT + _view_block(texts, done, count, "texts", first, block)
            segcore_measure_texts(self._plan.rules, block, count, measured)
            if not segcore_tally_block(&found.sums, &self._plan, block, measured, done, count, &inputs):
                raise MemoryError
            done += count
            if budget < 0:
                budget = _next_turn(texts, length, "texts")
        self._sums.merge(found)

    def add_arrow(
        self, source: object, mms: bytes | bool | None, groups: array[int] | None, threads: int
    ) -> int:
        self._require_init()
        cdef _Chunks chunks = _Chunks(source, "texts")
        cdef _TallyRows rows
        cdef _Sums sums = _Sums.__new__(_Sums)
        cdef array.array numbers = groups
        cdef bytes flags
        cdef bytearray valid
        cdef int64_t first = 0, length
        _check_type(chunks)
        while chunks.next():
            rows = _TallyRows.__new__(_TallyRows)
            rows.tally = self
            rows.rows = _read_rows(self._counter, chunks, threads)
            length = rows.rows.column.row_count
            rows.inputs.capacity = length
            if numbers is not None:
                if len(numbers) < first + length:
                    raise group_numbers(len(numbers), first + length)
                rows.inputs.groups = _checked_groups(numbers, -1) + first
            flags = flags_of_rows(mms, first, length)
            if flags is not None:
                rows.inputs.mms = <const uint8_t *> PyBytes_AS_STRING(flags)
            if rows.rows.may_have_nulls():
                valid = bytearray(length)
                rows.inputs.valid = <uint8_t *> PyByteArray_AS_STRING(valid)
            workers = _workers(threads, rows.rows.octets())
            rows.sums = sums if workers == 1 else None
            for found in _run_pieces(rows.measure, length, rows.rows.octets(), workers, "texts[", "]", first):
                if rows.sums is None:
                    sums.merge(found[2])
            first += length
        if numbers is not None and len(numbers) != first:
            raise group_numbers(len(numbers), first)
        if isinstance(mms, bytes) and len(mms) != first:
            raise too_few_flags(len(mms), first)
        self._sums.merge(sums)
        return first

    def counts(self) -> dict[tuple[int, int, int], int]:
        return {(a, b, c): count for a, b, c, count in self._entries(SEGCORE_COUNTS)}

    def empty(self) -> dict[int, int]:
        return {group: count for group, _, _, count in self._entries(SEGCORE_EMPTY)}

    def over_limit(self) -> dict[int, int]:
        return {group: count for group, _, _, count in self._entries(SEGCORE_OVER)}

    def occurs(self) -> dict[tuple[int, int], int]:
        return {(group, point): count for group, point, _, count in self._entries(SEGCORE_OCCURS)}

    def alone(self) -> dict[tuple[int, int, int, int, int], int]:
        low = 0xFFFFFFFF
        return {
            (a >> 32, a & low, b >> 32, b & low, encoded): count
            for a, b, encoded, count in self._entries(SEGCORE_ALONE)
        }

    def scripts(self) -> dict[tuple[int, int], int]:
        return {(group, bits): count for group, bits, _, count in self._entries(SEGCORE_SCRIPTS)}

    def encoded(self) -> dict[tuple[int, int, int], int]:
        return {(a, b, c): count for a, b, c, count in self._entries(SEGCORE_ENCODED)}

    cdef list _entries(self, int which):
        self._require_init()
        is_about_points = which in (SEGCORE_OCCURS, SEGCORE_ALONE, SEGCORE_SCRIPTS)
        twin = self._counter._twin
        if is_about_points and twin is not None and twin._is_always_ucs2:
            # No code point forces what the route does always.
            return []
        cdef const segcore_counter_map *sums = &self._sums.sums.sums[which]
        cdef const segcore_counter *entry
        cdef size_t i
        found = []
        with cython.critical_section(self._sums):
            if not segcore_tally_settle(&self._sums.sums):
                raise MemoryError
            for i in range(sums.room):
                entry = &sums.entries[i]
                if entry.count:
                    found.append((entry.key[0], entry.key[1], entry.key[2], entry.count))
        return found


cdef const int32_t *_checked_groups(array.array groups, int64_t texts) except? NULL:
    """Return the groups of texts, whose number is not checked where `texts` is negative."""
    if groups is None:
        return NULL
    if groups.typecode != "i":
        raise TypeError(f"expected an array of type 'i', got {groups.typecode!r}")
    if texts >= 0 and len(groups) != texts:
        raise group_numbers(len(groups), texts)
    return <const int32_t *> groups.data.as_ints
