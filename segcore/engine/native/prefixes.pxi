# Telephone numbers and their prefixes.  python/prefixes.py answers the same, and documents it.

from segcore.engine.dialling import (
    check_pairs,
    check_prefixes,
    check_rules,
    check_values,
    kind_pages,
    number_of_pair,
    rule_octets,
    tree,
)

cdef extern from "kernel/prefixes.h":
    const int32_t SEGCORE_NO_PREFIX

    ctypedef struct segcore_prefix:
        pass

    ctypedef struct segcore_tree:
        const segcore_prefix *nodes
        const int32_t *heads

    ctypedef struct segcore_rule:
        pass

    ctypedef struct segcore_plan:
        const uint8_t *page_of
        const uint8_t *kinds
        segcore_tree international
        const segcore_rule *international_rules
        segcore_tree national
        const segcore_rule *national_rules

    ctypedef struct segcore_number:
        uint8_t *digits
        size_t count

    bint segcore_read_number(const segcore_plan *, const segcore_text *, segcore_number *, int *) noexcept nogil
    size_t segcore_look_up(
        const segcore_plan *, const segcore_tree *, const segcore_text *, size_t, int32_t *
    ) noexcept nogil
    segcore_fault segcore_look_up_rows(
        const segcore_plan *, const segcore_tree *, const segcore_column *, int64_t, int64_t, int32_t *, int64_t,
        int64_t *
    ) noexcept nogil

cdef bytes _PAGE_OF, _KINDS
_PAGE_OF, _KINDS = kind_pages()


cdef class _Tree:
    """A tree of prefixes, and what its pointers point to."""

    cdef segcore_tree tree
    cdef array.array _nodes, _heads

    def __cinit__(self, prefixes, lengths):
        self._nodes, self._heads = tree(prefixes, lengths)
        self.tree.nodes = <const segcore_prefix *> self._nodes.data.as_chars
        self.tree.heads = <const int32_t *> self._heads.data.as_ints


cdef class DialPlan:
    """Reads telephone numbers as people write them, and makes E.164 digits of them."""

    cdef segcore_plan _plan
    # The targets of the pointers in `_plan`.
    cdef _Tree _international, _national
    cdef bytes _international_rules, _national_rules
    cdef tuple _arguments

    def __cinit__(self, international: Rules, national: Rules | None = None) -> None:
        self._arguments = (dict(international), None if national is None else dict(national))
        self._international, self._international_rules = _tree_of_rules(international)
        self._national, self._national_rules = _tree_of_rules(national or {})
        self._plan.international, self._plan.national = self._international.tree, self._national.tree
        self._plan.page_of = <const uint8_t *> PyBytes_AS_STRING(_PAGE_OF)
        self._plan.kinds = <const uint8_t *> PyBytes_AS_STRING(_KINDS)
        self._plan.international_rules = <const segcore_rule *> PyBytes_AS_STRING(self._international_rules)
        self._plan.national_rules = <const segcore_rule *> PyBytes_AS_STRING(self._national_rules)

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), self._arguments

    def e164(self, number: str) -> str | None:
        cdef segcore_text text = _number_text(number)
        cdef segcore_number found
        cdef int is_utf8 = 1
        if not segcore_read_number(&self._plan, &text, &found, &is_utf8):
            return None
        digits = bytearray()
        for i in range(found.count):
            digits.append(48 + found.digits[i])
        return "+" + digits.decode("ascii")


cdef class PrefixTable:
    """Looks up the value of the longest known prefix of a number."""

    cdef _Tree _tree
    cdef tuple _arguments

    def __cinit__(self, prefixes: Mapping[str, int], lengths: Mapping[str, int] | None = None) -> None:
        check_prefixes(prefixes)
        check_values(prefixes)
        self._arguments = (dict(prefixes), None if lengths is None else dict(lengths))
        self._tree = _Tree(prefixes, lengths or {})

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), self._arguments

    def lookup(self, number: str, plan: DialPlan) -> int:
        cdef segcore_text text = _number_text(number)
        cdef int32_t value
        segcore_look_up(_checked(plan), &self._tree.tree, &text, 1, &value)
        return value

    def lookup_all(self, numbers: Sequence[str], plan: DialPlan, first: int, values: array[int]) -> None:
        numbers = _kept(numbers)
        cdef const segcore_plan *how = _checked(plan)
        cdef Py_ssize_t length = PySequence_Fast_GET_SIZE(numbers)
        cdef int32_t *to = <int32_t *> _grown(values, "i", length)
        cdef segcore_text block[BLOCK]
        cdef Py_ssize_t done = 0
        cdef Py_ssize_t budget = TURN
        cdef Py_ssize_t count
        while done < length:
            count = min(length - done, <Py_ssize_t> BLOCK)
            budget -= count * VISIT + _view_block(numbers, done, count, "numbers", first, block)
            segcore_look_up(how, &self._tree.tree, block, count, to + done)
            done += count
            if budget < 0:
                budget = _next_turn(numbers, length, "numbers")

    def lookup_arrow(self, source: object, plan: DialPlan, values: array[int]) -> None:
        cdef const segcore_plan *how = _checked(plan)
        cdef _Chunks chunks = _Chunks(source, "numbers")
        cdef _Rows rows
        cdef array.array of_values
        cdef Py_ssize_t first
        _check_type(chunks)
        while chunks.next():
            first = len(values)
            if chunks.schema.dictionary is NULL:
                rows = _plain_rows(None, chunks.schema.format, &chunks.array, chunks)
                _look_up_rows(rows, how, &self._tree.tree, values, "numbers[", "]", first)
                continue
            rows = _indices(None, chunks)
            of_values = array.array("i")
            _look_up_rows(rows.values, how, &self._tree.tree, of_values, "numbers: dictionary value ", "", 0)
            _gather_values(rows, of_values, values)


cdef const segcore_plan *_checked(object plan) except NULL:
    if not isinstance(plan, DialPlan):
        raise TypeError(f"plan: expected a DialPlan, got {type(plan).__name__}")
    return &(<DialPlan> plan)._plan


def _tree_of_rules(rules):
    """Return the nodes of a tree of rules, and their changes."""
    check_rules(rules)
    lengths = {prefix: lengths for prefix, (lengths, _, _) in rules.items()}
    return _Tree({prefix: index for index, prefix in enumerate(rules)}, lengths), rule_octets(rules)


cdef segcore_text _number_text(object number) except *:
    if not PyUnicode_Check(<PyObject *> number):
        raise not_text("number", number)
    segcore_ready(<PyObject *> number)
    return _view(<PyObject *> number)


def _raise_fault(fault, before, row, after):
    if fault != SEGCORE_FINE:
        raise ValueError(f"{before}{row}{after}: {_FAULTS[fault]}")


cdef int _look_up_rows(
    _Rows rows, const segcore_plan *plan, const segcore_tree *prefixes, array.array values, before, after,
    Py_ssize_t first
) except -1:
    """Look up all rows of a column of texts and append what they stand for."""
    cdef int64_t total = rows.column.row_count
    cdef int32_t *to = <int32_t *> _grown(values, "i", total)
    cdef int64_t start = 0, row = 0
    cdef segcore_fault fault
    while start < total:
        with nogil:
            fault = segcore_look_up_rows(
                plan, prefixes, &rows.column, start, min(start + TURN_ROWS, total), to, total, &row
            )
        _raise_fault(fault, before, first + row, after)
        PyErr_CheckSignals()
        start += TURN_ROWS
    return 0


cdef int _gather_values(_Rows rows, array.array of_values, array.array values) except -1:
    """Append what the values stand for that the rows of a dictionary refer to."""
    cdef int64_t i, row = 0, total = rows.column.row_count
    cdef Py_ssize_t first = len(values)
    cdef segcore_fault fault
    valid = bytearray(total)
    rows.values.to.segments = <int32_t *> of_values.data.as_ints
    rows.values.to.capacity = len(of_values)
    rows.to.segments = <int32_t *> _grown(values, "i", total)
    rows.to.valid = <uint8_t *> PyByteArray_AS_STRING(valid)
    rows.to.capacity = total
    with nogil:
        fault = rows.run(0, total, &row)
        if fault == SEGCORE_FINE:
            for i in range(total):
                if not rows.to.valid[i]:
                    rows.to.segments[i] = SEGCORE_NO_PREFIX
    _raise_fault(fault, "numbers[", first + row, "]")
    return 0


cdef class _Pairs:
    """The number of pairs before each, and 1 more, as a counter that is 0 is free."""

    cdef segcore_counter_map numbers

    def __dealloc__(self):
        segcore_free_counters(&self.numbers)


def number_pairs(ones: array[int], others: array[int], number: Callable[[int, int], int]) -> None:
    check_pairs(ones, others)
    cdef array.array firsts = ones, seconds = others
    # While there are views, neither can change its length.
    views = memoryview(firsts), memoryview(seconds)
    cdef int32_t *to = <int32_t *> firsts.data.as_ints
    cdef const int32_t *second = <const int32_t *> seconds.data.as_ints
    cdef Py_ssize_t i, rows = len(firsts), met = 0
    # The row in which each pair comes first, and the pair of each row.
    cdef array.array first_rows = array.clone(firsts, rows, False), pair_of_row = array.clone(firsts, rows, False)
    cdef int32_t *first_row = <int32_t *> first_rows.data.as_ints
    cdef int32_t *pair = <int32_t *> pair_of_row.data.as_ints
    cdef _Pairs pairs = _Pairs.__new__(_Pairs)
    cdef segcore_counter *found = NULL
    with nogil:
        for i in range(rows):
            found = segcore_counter_of(&pairs.numbers, <uint32_t> to[i], <uint32_t> second[i], 0)
            if found is NULL:
                break
            if not found.count:
                first_row[met] = <int32_t> i
                met += 1
                found.count = met
            pair[i] = <int32_t> (found.count - 1)
    if rows and found is NULL:
        raise MemoryError
    for i in range(met):
        first_row[i] = number_of_pair(number, to[first_row[i]], second[first_row[i]])
    with nogil:
        for i in range(rows):
            to[i] = first_row[pair[i]]
    for view in views:
        view.release()
