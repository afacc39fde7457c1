# cython: language_level=3, annotation_typing=False, freethreading_compatible=True
# cython: boundscheck=False, wraparound=False, cdivision=True
"""Counting in C: hands strings to the kernels and results to arrays, and decides nothing itself.

segcore.engine.python answers the same, and documents it; tests hold both against a third, slow one.
Here only those methods have the whole docstring that `segcore` has as functions.
"""

cimport cython
from cpython cimport array
from cpython.bytearray cimport PyByteArray_AS_STRING
from cpython.bytes cimport PyBytes_AS_STRING
from cpython.exc cimport PyErr_CheckSignals
from cpython.object cimport PyObject
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc

import itertools
import sys

from segcore._errors import arrow_name, not_strings, not_text, resized, unknown
from segcore.engine import Choice, cores, flags_of_rows, is_mms
from segcore.rules.billing import PACKINGS, link_page
from segcore.rules.replacements import ALWAYS, PARTLY, checked_partly, translation
from segcore.rules.codings import Encoding
from segcore.engine.native import (
    change_sets,
    changes,
    class_map,
    code_point_map,
    looks,
    mask_map,
    quiet_runs,
    replacement_map,
    septet_map,
    septet_pages,
)

cdef extern from "Python.h":
    # The objects are borrowed: nothing else can run while a block of texts is counted.
    Py_ssize_t PySequence_Fast_GET_SIZE(object)
    PyObject **PySequence_Fast_ITEMS(object)
    bint PyUnicode_Check(PyObject *)
    Py_ssize_t PyUnicode_GET_LENGTH(PyObject *)
    int PyUnicode_KIND(PyObject *)
    void *PyUnicode_DATA(PyObject *)
    ctypedef struct PyThreadState:
        pass
    PyThreadState *PyEval_SaveThread()
    void PyEval_RestoreThread(PyThreadState *)

cdef extern from *:
    """
    /* Before Python 3.12 a string made by an old C API had to be brought into the PEP 393 form first. */
    #if PY_VERSION_HEX < 0x030C0000
    #define segcore_ready(text) PyUnicode_READY(text)
    #else
    #define segcore_ready(text) 0
    #endif

    #ifdef Py_GIL_DISABLED
    #define SEGCORE_HAS_GIL 0
    #else
    #define SEGCORE_HAS_GIL 1
    #endif

    #if defined(__GNUC__) || defined(__clang__)
    #define segcore_prefetch(address) __builtin_prefetch(address)
    #else
    #define segcore_prefetch(address) ((void)(address))
    #endif
    """
    bint SEGCORE_HAS_GIL
    void segcore_prefetch(const void *) noexcept
    int segcore_ready(PyObject *) except -1

cdef extern from "kernel/kernel.h":
    ctypedef struct segcore_sets:
        pass

    ctypedef struct segcore_tables:
        const uint8_t *page_of
        const uint8_t *pages
        int64_t gsm7_single
        int64_t gsm7_part
        int64_t ucs2_single
        int64_t ucs2_part
        segcore_sets *sets

    ctypedef struct segcore_text:
        const void *data
        size_t length
        int kind

    ctypedef struct segcore_measurement:
        int64_t units
        int64_t segments
        int64_t extra
        int encoding

    ctypedef struct segcore_segment:
        size_t end
        int64_t units

    ctypedef struct segcore_kernel:
        const char *name
        bint (*is_usable)() noexcept nogil
        void (*measure)(const segcore_tables *, const segcore_text *, size_t, segcore_measurement *) noexcept nogil

    const segcore_kernel *segcore_kernels[]
    void segcore_prepare(segcore_tables *, size_t) nogil
    size_t segcore_find_unencodable(const segcore_tables *, const segcore_text *, size_t) nogil
    size_t segcore_pack_gsm7(const segcore_tables *, const segcore_text *, segcore_segment *, size_t) nogil
    size_t segcore_pack_ucs2(const segcore_tables *, const segcore_text *, segcore_segment *, size_t) nogil

cdef extern from "kernel/billing.h":
    cdef enum:
        SEGCORE_AUTO
        SEGCORE_ONLY_GSM7
        SEGCORE_ONLY_UCS2
        SEGCORE_ONLY_UTF8
        SEGCORE_ONLY_EUC_KR

    ctypedef struct segcore_billing:
        const uint32_t *prefix
        const uint32_t *suffix
        size_t prefix_length
        size_t suffix_length
        int64_t septets
        int64_t code_units
        bint is_ucs2
        int64_t link_length
        int64_t field_length
        const segcore_tables *links
        int encoding
        const void *ucs2_rules
        int packing
        bint adds_up
        int64_t octets
        int64_t first_octets
        int64_t most_octets
        bint has_classes

cdef extern from "kernel/rules.h":
    ctypedef struct segcore_map:
        const uint16_t *page_of
        const void *pages

    ctypedef struct segcore_coding:
        int alphabet
        int extension
        int64_t single
        int64_t part

    ctypedef struct segcore_rules:
        const segcore_kernel *kernel
        segcore_tables tables
        const segcore_billing *billing
        bint has_more
        segcore_tables second
        bint has_second
        bint is_exact
        const segcore_coding *codings
        size_t coding_count
        size_t alphabet_count
        segcore_map masks
        segcore_map replaced
        const uint32_t *starts
        const uint32_t *points
        int partly
        bint replaces_beyond_bmp
        segcore_map septets
        segcore_map changes
        const uint8_t *is_changed
        const uint8_t *begins_changed
        uint16_t quiet_first[2]
        uint16_t quiet_more[2]
        uint32_t quiet_emoji
        uint32_t quiet_emoji_more
        segcore_map classes
        bint has_septet_clusters

    void segcore_measure_texts(
        const segcore_rules *, const segcore_text *, size_t, segcore_measurement *
    ) noexcept nogil

IMPLEMENTATION = "native"

# Texts handed to the kernel at a time: few, so that the memory is asked for the next while these are measured.
# Code points, and as many more for the visit of each text, between two looks for Ctrl-C and other threads.
cdef enum:
    BLOCK = 20
    TURN = 1 << 21
    VISIT = 64
    # How many strings ahead to ask for, and the octets of a cache line.
    AHEAD = 12
    LINE = 64


cdef const segcore_kernel *_find_kernel(str wish):
    cdef size_t i = 0
    while segcore_kernels[i] is not NULL:
        if segcore_kernels[i].is_usable() and wish in ("", segcore_kernels[i].name.decode()):
            return segcore_kernels[i]
        i += 1
    return NULL


def _usable_kernels():
    cdef size_t i = 0
    names = []
    while segcore_kernels[i] is not NULL:
        if segcore_kernels[i].is_usable():
            names.append(segcore_kernels[i].name.decode())
        i += 1
    return tuple(names)


KERNELS = _usable_kernels()


cdef class SegmentCounter:
    """Counts under GSM-7 codings and one UCS-2 coding."""

    cdef segcore_rules _rules
    cdef segcore_billing _billing
    cdef object _gsm7
    cdef object _ucs2
    # The coding of what is not GSM-7: UCS-2, or octets.
    cdef object _other
    # How octets are counted, or None.
    cdef readonly object octets
    # Answers about one message what is not worth answering in C; None under the rules that need no second look.
    cdef object _twin
    # Replacements, by the numbers of code points.
    cdef dict _replaced
    # The targets of the pointers in `_rules`.
    cdef list _owned

    def __init__(
        self,
        gsm7: Coding,
        ucs2: Coding,
        kernel: str = "",
        national: Sequence[Coding] = (),
        replacements: Mapping[str, str] | None = None,
        partly: str = ALWAYS,
        clusters: bool = False,
        billing: Billing | None = None,
    ) -> None:
        if self._rules.kernel is not NULL:
            raise RuntimeError("a SegmentCounter cannot be initialised again")
        cdef const segcore_kernel *chosen = _find_kernel(kernel)
        if chosen is NULL:
            raise unknown("kernel", kernel, KERNELS)
        self._gsm7 = gsm7
        self._ucs2 = self._other = ucs2
        self.octets = billing.octets if billing else None
        self._owned = []
        self._replaced = replaced = translation(replacements)
        self._rules.partly = PARTLY.index(checked_partly(partly))
        choice = Choice((gsm7, *national))
        other_septets = None
        if national or replaced or clusters or billing:
            # Imported here: most programs never need it.
            from segcore.engine import python as readable

            self._twin = readable.SegmentCounter(
                gsm7, ucs2, "", national, replacements, partly, clusters, billing
            )
            other_septets = self._set_more(choice, replaced, partly, clusters)
        self._set_tables(&self._rules.tables, other_septets)
        if billing:
            self._set_billing(billing, kernel, not (national or replaced or clusters))
        self._rules.kernel = chosen

    cdef int _set_billing(self, object billing, str kernel, bint adds_up) except -1:
        """Set what is billed beside the text, given whether no other rule looks at the whole of it."""
        cdef SegmentCounter only_ucs2
        prefix, suffix = (text.encode("utf-32", "surrogatepass")[4:] for text in (billing.prefix, billing.suffix))
        self._billing.prefix = <const uint32_t *> self._own(prefix)
        self._billing.suffix = <const uint32_t *> self._own(suffix)
        self._billing.prefix_length, self._billing.suffix_length = len(prefix) >> 2, len(suffix) >> 2
        added = billing.prefix + billing.suffix
        self._billing.is_ucs2 = billing.is_ucs2(self._gsm7)
        # A code point that cannot be sent counts as the sign in its place.
        self._billing.septets = sum(2 if point in self._gsm7.extended else 1 for point in added)
        self._billing.code_units = sum(2 if point > "\uffff" else 1 for point in added)
        self._billing.link_length = -1 if billing.link_length is None else billing.link_length
        self._billing.links = NULL
        if billing.link_length is not None:
            self._billing.links = self._link_tables()
        self._billing.field_length = -1 if billing.field_length is None else billing.field_length
        self._billing.packing = PACKINGS.index(billing.packing)
        self._billing.adds_up = adds_up
        self._billing.encoding = SEGCORE_AUTO if billing.encoding is None else (
            SEGCORE_ONLY_UCS2 if billing.encoding == "UCS-2" else SEGCORE_ONLY_GSM7
        )
        if self._billing.encoding == SEGCORE_ONLY_UCS2:
            only_ucs2 = SegmentCounter(self._twin._no_septets, self._ucs2, kernel, *self._twin.ucs2_options)
            self._owned.append(only_ucs2)
            self._billing.ucs2_rules = &only_ucs2._rules
        if billing.octets is not None:
            self._set_octets(billing.octets, added)
        self._rules.billing = &self._billing
        return 0

    cdef int _set_octets(self, object octets, str added) except -1:
        self._other = octets.coding
        self._billing.encoding = SEGCORE_ONLY_UTF8 if octets.name == "utf8" else SEGCORE_ONLY_EUC_KR
        self._billing.octets = octets.count(added)
        self._billing.first_octets, self._billing.most_octets = octets.first, octets.most or 0
        self._billing.has_classes = len(octets.classes) > 1
        # Half a pair may make a whole one with what it is put beside.
        if any("\ud800" <= point <= "\udfff" for point in added):
            self._billing.adds_up = False
        return 0

    cdef const segcore_tables *_link_tables(self) except NULL:
        """Return tables in which what a link may have inside takes one septet, and what it may end with two."""
        cdef segcore_tables *tables = <segcore_tables *> self._own(bytes(sizeof(segcore_tables)))
        self._set_pages(tables, bytes([1]) + bytes(255), bytes(256) + link_page())
        return tables

    cdef int _set_tables(self, segcore_tables *tables, object other_septets) except -1:
        """Set what kernels read, with other septets for some code points."""
        page_of, pages = septet_pages(self._gsm7, other_septets)
        return self._set_pages(tables, page_of, pages)

    cdef int _set_pages(self, segcore_tables *tables, bytes page_of, bytes pages) except -1:
        gsm7, ucs2 = self._gsm7, self._ucs2
        tables.page_of = <const uint8_t *> self._own(page_of)
        tables.pages = <const uint8_t *> self._own(pages)
        tables.gsm7_single, tables.gsm7_part = gsm7.single, gsm7.part
        tables.ucs2_single, tables.ucs2_part = ucs2.single, ucs2.part
        page_count = len(pages) >> 8
        sets = bytearray(page_count * sizeof(segcore_sets))
        self._owned.append(sets)
        tables.sets = <segcore_sets *> PyByteArray_AS_STRING(sets)
        segcore_prepare(tables, page_count)
        return 0

    cdef object _set_more(self, object choice, dict replaced, str partly, bint clusters):
        """Set what the second look reads, and return the septets to change for the first."""
        first, second, is_exact = looks(choice, replaced, partly)
        self._rules.has_more = True
        self._rules.is_exact = is_exact
        self._rules.has_second = second is not None
        if second is not None:
            self._set_tables(&self._rules.second, second)
        self._set_codings(choice)
        self._rules.masks = self._own_map(mask_map(choice))
        if replaced:
            numbers, starts, points = replacement_map(replaced)
            self._rules.replaced = self._own_map(numbers)
            self._rules.starts = <const uint32_t *> self._own(starts)
            self._rules.points = <const uint32_t *> self._own(points)
            self._rules.septets = self._own_map(septet_map(choice, replaced, is_exact))
            changed = changes(replaced, clusters)
            self._rules.changes = self._own_map(code_point_map("B", changed.items()))
            points, octets = change_sets(changed)
            self._rules.is_changed = <const uint8_t *> self._own(points)
            self._rules.begins_changed = <const uint8_t *> self._own(octets)
            *letters, emoji = quiet_runs(changed)
            for i, (quiet, more) in enumerate(letters):
                self._rules.quiet_first[i], self._rules.quiet_more[i] = quiet, more
            self._rules.quiet_emoji, self._rules.quiet_emoji_more = emoji
            self._rules.replaces_beyond_bmp = max(replaced) > 0xFFFF
        if clusters:
            from segcore.rules.graphemes import has_clusters

            self._rules.classes = self._own_map(class_map())
            self._rules.has_septet_clusters = has_clusters(choice.masks)
        return first

    cdef int _set_codings(self, object choice) except -1:
        count = len(choice.codings)
        codings = bytes(count * sizeof(segcore_coding))
        cdef segcore_coding *to = <segcore_coding *> self._own(codings)
        for i, (coding, (alphabet, extension)) in enumerate(zip(choice.codings, choice.tables)):
            to[i] = segcore_coding(alphabet, extension, coding.single, coding.part)
        self._rules.codings = to
        self._rules.coding_count = count
        self._rules.alphabet_count = len(choice.alphabets)
        return 0

    cdef bint _changes_ucs2_only(self, SegmentCounter other):
        """Whether its replacements change nothing that goes out as GSM-7 under another counter, which has none.

        Where they may, both have to be asked."""
        cdef set known = set(self._gsm7.basic + self._gsm7.extended)
        return (
            not other._replaced
            and known.isdisjoint(map(chr, self._replaced))
            and self._rules.coding_count <= 1
            and other._rules.coding_count <= 1
            and self._gsm7 == other._gsm7
            and self._rules.has_septet_clusters == other._rules.has_septet_clusters
        )

    cdef bint _is_told_by_code_points(self, SegmentCounter other):
        """Whether which code points a text in UCS-2 has under another counter tells what these replacements make
        of it, mostly: no other rule does."""
        return (
            self._replaced
            and self._changes_ucs2_only(other)
            and not other._rules.has_more
            and self._rules.classes.page_of is NULL
            and self._ucs2 == other._ucs2
        )

    cdef void *_own(self, bytes octets) except NULL:
        """Keep what is pointed to as long as the counter lives."""
        self._owned.append(octets)
        return PyBytes_AS_STRING(octets)

    cdef segcore_map _own_map(self, tuple stages) except *:
        cdef segcore_map found
        found.page_of = <const uint16_t *> self._own(stages[0])
        found.pages = self._own(stages[1])
        return found

    def detect_encoding(self, text: str) -> Encoding:
        """Return the encoding that a message gets.

        Args:
            text: The text of one message.

        Returns:
            ``Encoding.GSM7`` if every code point is in the alphabet or its extension table, otherwise
            ``Encoding.UCS2``, for the whole message.

        Raises:
            TypeError: `text` is not a ``str``.

        Example:
            >>> import segcore
            >>> segcore.detect_encoding("It's 5 €").value, segcore.detect_encoding("It’s 5 €").value
            ('GSM-7', 'UCS-2')

        Source: 3GPP TS 23.038 6.2.1 and 6.2.1.1.
        """
        cdef segcore_measurement found
        self._measure(text, &found)
        return (self._other if found.encoding else self._gsm7).encoding

    # Without binding the interpreter calls it as it calls `len`: a fifth of the time of a short message.
    @cython.binding(False)
    @cython.embedsignature(True)
    @cython.embedsignature.format("clinic")
    def count_segments(self, text: str, *, mms: bool = False) -> int:
        """Return the number of segments that a message takes.

        Args:
            text: The text of one message.
            mms: Whether it goes out as MMS (media attached, or several recipients), which counts 1.

        Returns:
            Segments, at least 1: the empty text is one short message with empty user data.

        Raises:
            TypeError: `text` is not a ``str``, or `mms` neither a ``bool`` nor an integer.

        Example:
            >>> import segcore
            >>> segcore.count_segments("a" * 160), segcore.count_segments("a" * 161)
            (1, 2)
            >>> segcore.count_segments("a" * 161, mms=True)
            1

        Source: 3GPP TS 23.040 9.2.3.24.1; for MMS https://dev.bandwidth.com/docs/messaging.
        """
        cdef segcore_measurement found
        self._check(text)
        # Nearly always False, and then no function is called.
        if mms is not False and (mms is True or is_mms(mms)):
            return 1
        cdef segcore_text string = _view(<PyObject *> text)
        segcore_measure_texts(&self._rules, &string, 1, &found)
        return found.segments

    def measure(self, text: str) -> tuple[Encoding, int, int]:
        cdef segcore_measurement found
        self._measure(text, &found)
        return (self._other if found.encoding else self._gsm7).encoding, found.units, found.segments

    def sent(self, text: str) -> str:
        self._check(text)
        return str.__str__(text) if self._twin is None else self._twin.sent(text)

    def coding(self, text: str) -> Coding:
        cdef segcore_measurement found
        if self._twin is not None:
            return self._twin.coding(text)
        self._measure(text, &found)
        return self._ucs2 if found.encoding else self._gsm7

    def layout(self, text: str) -> list[tuple[int, int]]:
        cdef segcore_measurement found
        if self._twin is not None:
            return self._twin.layout(text)
        self._measure(text, &found)
        cdef segcore_text string = _view(<PyObject *> text)
        if found.segments == 1:
            return [(string.length, found.units)]
        cdef segcore_segment *segments = <segcore_segment *> malloc(
            <size_t> found.segments * sizeof(segcore_segment)
        )
        if segments is NULL:
            raise MemoryError
        cdef size_t count
        cdef size_t i
        layout = []
        try:
            if found.encoding:
                count = segcore_pack_ucs2(&self._rules.tables, &string, segments, found.segments)
            else:
                count = segcore_pack_gsm7(&self._rules.tables, &string, segments, found.segments)
            for i in range(min(count, <size_t> found.segments)):
                layout.append((segments[i].end, segments[i].units))
            return layout
        finally:
            free(segments)

    def unencodable(self, text: str) -> list[int]:
        if self._twin is not None:
            return self._twin.unencodable(text)
        self._check(text)
        cdef segcore_text string = _view(<PyObject *> text)
        cdef size_t index = segcore_find_unencodable(&self._rules.tables, &string, 0)
        found = []
        while index < string.length:
            found.append(index)
            index = segcore_find_unencodable(&self._rules.tables, &string, index + 1)
        return found

    def measure_all(
        self,
        texts: Sequence[str],
        first: int,
        mms: bytes | None,
        segments: array[int],
        units: array[int] | None = None,
        encodings: array[int] | None = None,
        code_units: array[int] | None = None,
    ) -> None:
        self._require_init()
        texts = _kept(texts)
        cdef Py_ssize_t length = PySequence_Fast_GET_SIZE(texts)
        cdef bytes flags = mms
        cdef const uint8_t *is_mms = NULL
        if flags is not None:
            if len(flags) != length:
                raise ValueError("mms: one octet per text is needed")
            is_mms = <const uint8_t *> PyBytes_AS_STRING(flags)
        cdef segcore_output to
        to.valid = NULL
        to.capacity = length
        to.mms = is_mms
        to.segments = <int32_t *> _grown(segments, "i", length)
        to.units = NULL if units is None else <int64_t *> _grown(units, "q", length)
        to.encodings = NULL if encodings is None else <uint8_t *> _grown(encodings, "B", length)
        to.code_units = NULL if code_units is None else <int64_t *> _grown(code_units, "q", length)
        cdef segcore_text block[BLOCK]
        cdef segcore_measurement found[BLOCK]
        cdef Py_ssize_t done = 0
        cdef Py_ssize_t budget = TURN
        cdef Py_ssize_t count
        while done < length:
            count = min(length - done, <Py_ssize_t> BLOCK)
            budget -= count * VISIT + _view_block(texts, done, count, "texts", first, block)
            segcore_measure_texts(&self._rules, block, count, found)
            if not segcore_write(&to, done, count, found):
                raise SystemError("more results than there is room for")
            done += count
            if budget < 0:
                budget = _next_turn(texts, length, "texts")

    def measure_arrow(
        self,
        source: object,
        mms: bytes | bool | None,
        threads: int,
        segments: array[int],
        units: array[int] | None = None,
        encodings: array[int] | None = None,
        code_units: array[int] | None = None,
    ) -> bytes | None:
        self._require_init()
        cdef _Chunks chunks = _Chunks(source, "texts")
        cdef _Rows rows
        cdef bytearray valid = None
        cdef bytes flags
        cdef int64_t first, length
        _check_type(chunks)
        while chunks.next():
            rows = _read_rows(self, chunks, threads)
            first, length = len(segments), rows.column.row_count
            flags = flags_of_rows(mms, first, length)
            if flags is not None:
                rows.to.mms = <const uint8_t *> PyBytes_AS_STRING(flags)
            rows.to.segments = <int32_t *> _grown(segments, "i", length)
            rows.to.capacity = length
            if units is not None:
                rows.to.units = <int64_t *> _grown(units, "q", length)
            if encodings is not None:
                rows.to.encodings = <uint8_t *> _grown(encodings, "B", length)
            if code_units is not None:
                rows.to.code_units = <int64_t *> _grown(code_units, "q", length)
            if valid is None and rows.may_have_nulls():
                valid = bytearray(b"\1") * first
            if valid is not None:
                valid += bytearray(b"\1") * length
                rows.to.valid = <uint8_t *> PyByteArray_AS_STRING(valid) + first
            _run(rows, threads, "texts[", "]", first)
        return None if valid is None or 0 not in valid else bytes(valid)

    @cython.final
    cdef inline int _require_init(self) except -1:
        if self._rules.kernel is NULL:
            raise RuntimeError("SegmentCounter.__init__ was not called")
        return 0

    @cython.final
    cdef inline int _check(self, object text) except -1:
        """Raise an error unless `text` is one and the kernels may read it."""
        self._require_init()
        if not PyUnicode_Check(<PyObject *> text):
            raise not_text("text", text)
        return segcore_ready(<PyObject *> text)

    @cython.final
    cdef inline int _measure(self, object text, segcore_measurement *found) except -1:
        self._check(text)
        cdef segcore_text string = _view(<PyObject *> text)
        segcore_measure_texts(&self._rules, &string, 1, found)
        return 0


cdef inline segcore_text _view(PyObject *text) noexcept:
    """The code points of a string, where they lie."""
    return segcore_text(PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text), PyUnicode_KIND(text))


cdef Py_ssize_t _view_block(
    object texts, Py_ssize_t start, Py_ssize_t count, str what, object first, segcore_text *block
) except -1:
    """View `count` texts and return the code points of all.

    The views stay good until other code may run: the caller keeps no reference to the single texts.
    """
    cdef Py_ssize_t points = 0
    cdef Py_ssize_t i, last = PySequence_Fast_GET_SIZE(texts) - 1 - start
    cdef PyObject **items = PySequence_Fast_ITEMS(texts) + start
    cdef PyObject *text
    for i in range(count):
        # Strings lie anywhere: those to come are asked for early, and so is what the kernel will read.
        segcore_prefetch(items[min(i + AHEAD, last)])
        text = items[i]
        if not PyUnicode_Check(text):
            raise not_text(f"{what}[{first + start + i}]", <object> text)
        segcore_ready(text)
        block[i] = _view(text)
        segcore_prefetch(<const char *> block[i].data + LINE)
        points += block[i].length
    return points


cdef void *_grown(array.array column, str typecode, Py_ssize_t length) except? NULL:
    """Make an array longer and return where the new items, not yet written, begin."""
    if column.typecode != typecode:
        raise TypeError(f"expected an array of type {typecode!r}, got {column.typecode!r}")
    cdef Py_ssize_t before = len(column)
    # Exactly as long as needed in one go; with room to spare when texts come chunk by chunk.
    if before:
        array.resize_smart(column, before + length)
    else:
        array.resize(column, length)
    return column.data.as_chars + before * column.ob_descr.itemsize


cdef object _kept(object texts):
    """Return a list or tuple of texts.  Without a GIL another thread could drop a text of a list while it is
    counted: a tuple of one's own keeps them all."""
    return texts if SEGCORE_HAS_GIL and isinstance(texts, (list, tuple)) else tuple(texts)


cdef Py_ssize_t _next_turn(object texts, Py_ssize_t length, str what) except -1:
    """Let other threads run, and what Ctrl-C asks for, and return the code points until the next time."""
    PyEval_RestoreThread(PyEval_SaveThread())
    PyErr_CheckSignals()
    if PySequence_Fast_GET_SIZE(texts) != length:
        raise resized(length, PySequence_Fast_GET_SIZE(texts), what)
    return TURN


include "arrow.pxi"
include "tally.pxi"
include "prefixes.pxi"
include "part_sums.pxi"
include "quoting.pxi"
