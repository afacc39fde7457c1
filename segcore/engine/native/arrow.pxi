# Columns that speak the Arrow C data interface, by way of PyCapsules: text in, integers out.
# https://arrow.apache.org/docs/format/CDataInterface.html

from cpython.memoryview cimport PyMemoryView_GET_BUFFER
from cpython.pycapsule cimport PyCapsule_Destructor, PyCapsule_GetPointer, PyCapsule_New
from cpython.ref cimport Py_DECREF, Py_INCREF
from libc.errno cimport ENOMEM
from libc.stdlib cimport calloc
from libc.string cimport memcpy, memset, strcmp

cdef extern from "kernel/arrow_abi.h":
    cdef struct ArrowSchema:
        const char *format
        const char *name
        const char *metadata
        int64_t flags
        int64_t n_children
        ArrowSchema **children
        ArrowSchema *dictionary
        void (*release)(ArrowSchema *) noexcept
        void *private_data

    cdef struct ArrowArray:
        int64_t length
        int64_t null_count
        int64_t offset
        int64_t n_buffers
        int64_t n_children
        const void **buffers
        ArrowArray **children
        ArrowArray *dictionary
        void (*release)(ArrowArray *) noexcept
        void *private_data

    cdef struct ArrowArrayStream:
        int (*get_schema)(ArrowArrayStream *, ArrowSchema *) noexcept nogil
        int (*get_next)(ArrowArrayStream *, ArrowArray *) noexcept nogil
        const char *(*get_last_error)(ArrowArrayStream *) noexcept
        void (*release)(ArrowArrayStream *) noexcept
        void *private_data

    const int64_t ARROW_FLAG_NULLABLE

cdef extern from "kernel/arrow.h":
    enum:
        SEGCORE_OFFSETS_32
        SEGCORE_OFFSETS_64
        SEGCORE_VIEWS

    ctypedef enum segcore_fault:
        SEGCORE_FINE
        SEGCORE_FAULT_UTF8
        SEGCORE_FAULT_LAYOUT
        SEGCORE_FAULT_INDEX
        SEGCORE_FAULT_CAPACITY
        SEGCORE_FAULT_MEMORY

    ctypedef struct segcore_column:
        int layout
        const uint8_t *validity
        int64_t validity_start
        const void *rows
        int64_t row_count
        const uint8_t *data
        const void *const *buffers
        const int64_t *sizes
        int64_t buffer_count

    ctypedef struct segcore_output:
        int64_t capacity
        int32_t *segments
        int64_t *units
        uint8_t *encodings
        int64_t *code_units
        uint8_t *valid
        const uint8_t *mms

    bint segcore_write(const segcore_output *, int64_t, size_t, const segcore_measurement *) noexcept nogil

    ctypedef struct segcore_references:
        const segcore_column *values
        const uint8_t *valid_values
        const void *indices
        int width
        bint is_signed

    segcore_fault segcore_measure_rows(
        const segcore_rules *, const segcore_column *, int64_t, int64_t,
        const segcore_output *, int64_t *
    ) noexcept nogil
    segcore_fault segcore_gather(
        const segcore_output *, const void *, int, int, const uint8_t *, int64_t, int64_t, int64_t,
        const segcore_output *, int64_t *
    ) noexcept nogil

# No list comprehensions in the extension: Cython 3.3.1 releases an item twice where appending it fails.

cdef enum:
    # Octets of text below which a thread more costs more than it saves.
    THREAD_OCTETS = 1 << 22
    # Rows between two looks for Ctrl-C.
    TURN_ROWS = 1 << 20

_ENCODING_NAMES = tuple(encoding.value for encoding in Encoding)

# Octets of an index by its format, and whether it is signed.
_INDEX_FORMATS = {
    b"c": (1, True), b"C": (1, False), b"s": (2, True), b"S": (2, False),
    b"i": (4, True), b"I": (4, False), b"l": (8, True), b"L": (8, False),
}

_TEXT_FORMATS = {b"u": SEGCORE_OFFSETS_32, b"U": SEGCORE_OFFSETS_64, b"vu": SEGCORE_VIEWS}


cdef class _Chunks:
    """The arrays of an object that speaks the protocol, one after the other; `what` names it in errors."""

    cdef ArrowArrayStream stream
    cdef ArrowSchema schema
    cdef ArrowArray array
    cdef bint is_stream
    cdef bint is_read
    cdef str what

    def __cinit__(self, source, what):
        self.what = what
        self.is_stream = hasattr(source, "__arrow_c_stream__")
        if self.is_stream:
            self._take_stream(source.__arrow_c_stream__())
        else:
            schema_capsule, array_capsule = source.__arrow_c_array__()
            self._take_array(schema_capsule, array_capsule)
        if self.schema.format is NULL:
            raise self.malformed("no format")
        if self.schema.dictionary is not NULL and self.schema.dictionary.format is NULL:
            raise self.malformed("no format of the dictionary's values")

    # The content of a capsule is moved out of it: `release` is NULL in a structure without an owner.

    cdef int _take_stream(self, capsule) except -1:
        cdef ArrowArrayStream *stream = <ArrowArrayStream *> PyCapsule_GetPointer(capsule, "arrow_array_stream")
        cdef int status
        if stream.release is NULL:
            raise self._released()
        self.stream = stream[0]
        stream.release = NULL
        with nogil:
            status = self.stream.get_schema(&self.stream, &self.schema)
        return self._check(status)

    cdef int _take_array(self, schema_capsule, array_capsule) except -1:
        cdef ArrowSchema *schema = <ArrowSchema *> PyCapsule_GetPointer(schema_capsule, "arrow_schema")
        cdef ArrowArray *array = <ArrowArray *> PyCapsule_GetPointer(array_capsule, "arrow_array")
        if schema.release is NULL or array.release is NULL:
            raise self._released()
        self.schema, self.array = schema[0], array[0]
        schema.release = NULL
        array.release = NULL
        return 0

    def __dealloc__(self):
        self._drop()
        if self.schema.release is not NULL:
            self.schema.release(&self.schema)
        if self.stream.release is not NULL:
            self.stream.release(&self.stream)

    def malformed(self, why):
        return ValueError(f"{self.what}: malformed Arrow column: {why}")

    def _released(self):
        return ValueError(f"{self.what}: the Arrow capsule was read before, and released; ask for a new one")

    cdef int _drop(self) noexcept:
        if self.array.release is not NULL:
            self.array.release(&self.array)
        memset(&self.array, 0, sizeof(ArrowArray))
        return 0

    cdef int _check(self, int status) except -1:
        cdef const char *why
        if status:
            why = self.stream.get_last_error(&self.stream)
            told = why.decode("utf-8", "replace") if why is not NULL else f"error {status}"
            raise ValueError(f"{self.what}: reading the Arrow stream failed: {told}")
        return 0

    cdef bint next(self) except -1:
        """Go to the next array and return whether there is one."""
        cdef int status
        if self.is_stream:
            self._drop()
            # The producer may need the GIL in threads of its own.
            with nogil:
                status = self.stream.get_next(&self.stream, &self.array)
            self._check(status)
        elif self.is_read:
            return False
        self.is_read = True
        return self.array.release is not NULL


cdef class _Rows:
    """One array of texts, and where its results go: what threads share."""

    cdef SegmentCounter counter
    cdef segcore_column column
    cdef segcore_output to
    # With a dictionary: the results of its values, and the indices.
    cdef _Rows values
    cdef const void *indices
    cdef int width
    cdef bint is_signed
    # The target of `to`, if nothing else owns it.
    cdef object owned

    cdef segcore_fault run(self, int64_t start, int64_t stop, int64_t *row) noexcept nogil:
        if self.indices is NULL:
            return segcore_measure_rows(
                &self.counter._rules, &self.column, start, stop, &self.to, row
            )
        return segcore_gather(
            &self.values.to, self.indices, self.width, self.is_signed,
            self.column.validity, self.column.validity_start, start, stop, &self.to, row
        )

    def measure(self, int64_t start, int64_t stop):
        """Measure rows and return the fault and its row."""
        cdef int64_t row = -1
        cdef segcore_fault fault
        with nogil:
            fault = self.run(start, stop, &row)
        return fault, row

    cdef bint may_have_nulls(self) noexcept:
        if self.column.validity is not NULL:
            return True
        return self.values is not None and self.values.to.valid is not NULL

    cdef int64_t octets(self) noexcept:
        """About how much there is to read."""
        cdef int64_t total = 0
        cdef int64_t i
        if self.indices is not NULL or not self.column.row_count:
            return 0
        if self.column.layout == SEGCORE_OFFSETS_32:
            return (<const int32_t *> self.column.rows)[self.column.row_count]
        if self.column.layout == SEGCORE_OFFSETS_64:
            return (<const int64_t *> self.column.rows)[self.column.row_count]
        # A slice shares its buffers with the whole; that more than a few rows are long is not known.
        for i in range(self.column.buffer_count):
            total += self.column.sizes[i]
        return min(total, self.column.row_count * 1000) + self.column.row_count * 16


cdef int _read_validity(segcore_column *column, ArrowArray *array, _Chunks chunks, int64_t n_buffers) except -1:
    """Describe what all arrays have; `n_buffers` is negative where that is the fewest they may have."""
    if array.length < 0 or array.offset < 0:
        raise chunks.malformed("a negative length or offset")
    if array.n_buffers < -n_buffers or (n_buffers >= 0 and array.n_buffers != n_buffers):
        raise chunks.malformed(f"{array.n_buffers} buffers")
    if array.buffers is NULL:
        raise chunks.malformed("no buffers")
    column.row_count = array.length
    column.validity = NULL
    if array.null_count:
        column.validity = <const uint8_t *> array.buffers[0]
    column.validity_start = array.offset
    return 0


cdef int _read_texts(segcore_column *column, bytes text_format, ArrowArray *array, _Chunks chunks) except -1:
    """Describe an array of texts."""
    cdef int layout = _TEXT_FORMATS[text_format]
    cdef int64_t row_octets = {SEGCORE_OFFSETS_32: 4, SEGCORE_OFFSETS_64: 8, SEGCORE_VIEWS: 16}[layout]
    _read_validity(column, array, chunks, -3 if layout == SEGCORE_VIEWS else 3)
    column.layout = layout
    if array.length == 0:
        return 0
    if array.buffers[1] is NULL:
        raise chunks.malformed("no offsets or views")
    column.rows = <const char *> array.buffers[1] + array.offset * row_octets
    if layout != SEGCORE_VIEWS:
        column.data = <const uint8_t *> array.buffers[2]
        return 0
    column.buffer_count = array.n_buffers - 3
    column.buffers = <const void *const *> (array.buffers + 2)
    column.sizes = <const int64_t *> array.buffers[array.n_buffers - 1]
    if column.sizes is NULL and column.buffer_count:
        raise chunks.malformed("no sizes of the data buffers")
    return 0


cdef int _check_type(_Chunks chunks) except -1:
    cdef const ArrowSchema *schema = &chunks.schema
    if schema.dictionary is not NULL:
        if schema.format not in _INDEX_FORMATS:
            raise chunks.malformed("not a dictionary")
        schema = schema.dictionary
    if schema.format not in _TEXT_FORMATS and strcmp(schema.format, b"n"):
        raise not_strings(arrow_name(schema.format.decode("utf-8", "replace")), chunks.what)
    return 0


cdef _Rows _read_rows(SegmentCounter counter, _Chunks chunks, object threads):
    """Describe the array that the chunks are at."""
    if chunks.schema.dictionary is NULL:
        return _plain_rows(counter, chunks.schema.format, &chunks.array, chunks)
    return _dictionary_rows(counter, chunks, threads)


cdef _Rows _plain_rows(SegmentCounter counter, bytes text_format, ArrowArray *array, _Chunks chunks):
    cdef _Rows rows = _Rows.__new__(_Rows)
    rows.counter = counter
    if text_format == b"n":
        _read_nulls(rows, array, chunks)
    else:
        _read_texts(&rows.column, text_format, array, chunks)
    return rows


cdef int _read_nulls(_Rows rows, ArrowArray *array, _Chunks chunks) except -1:
    """Describe an array of the null type, which has no buffers: a column in which no text is valid."""
    if array.length < 0 or array.offset < 0:
        raise chunks.malformed("a negative length or offset")
    cdef bytes invalid = bytes((array.length + 7) // 8)
    rows.owned = invalid
    rows.column.row_count = array.length
    rows.column.layout = SEGCORE_VIEWS
    rows.column.validity = <const uint8_t *> PyBytes_AS_STRING(invalid)
    return 0


cdef _Rows _indices(SegmentCounter counter, _Chunks chunks):
    """Describe the rows of a dictionary, which refer to its values, and those."""
    cdef ArrowArray *array = &chunks.array
    if array.dictionary is NULL:
        raise chunks.malformed("no dictionary")
    cdef _Rows rows = _Rows.__new__(_Rows)
    rows.counter = counter
    rows.width, rows.is_signed = _INDEX_FORMATS[chunks.schema.format]
    _read_validity(&rows.column, array, chunks, 2)
    rows.values = _plain_rows(counter, chunks.schema.dictionary.format, array.dictionary, chunks)
    # Not NULL: it tells a dictionary from a plain column.
    rows.indices = b"no rows"
    if array.length:
        if array.buffers[1] is NULL:
            raise chunks.malformed("no indices")
        rows.indices = <const char *> array.buffers[1] + array.offset * rows.width
    return rows


cdef _Rows _dictionary_rows(SegmentCounter counter, _Chunks chunks, object threads):
    """Measure the values of a dictionary, once, and describe the rows that refer to them."""
    cdef _Rows rows = _indices(counter, chunks)
    cdef int64_t count = rows.values.column.row_count
    cdef bytearray results = bytearray(22 * count + 1)
    cdef char *room = PyByteArray_AS_STRING(results)
    rows.owned = results
    rows.values.to.capacity = count
    rows.values.to.units = <int64_t *> room
    rows.values.to.code_units = <int64_t *> (room + 8 * count)
    rows.values.to.segments = <int32_t *> (room + 16 * count)
    rows.values.to.encodings = <uint8_t *> (room + 20 * count)
    if rows.values.column.validity is not NULL:
        rows.values.to.valid = <uint8_t *> (room + 21 * count)
    _run(rows.values, threads, "texts: dictionary value ", "", 0)
    return rows


def _run(_Rows rows, threads, before, after, first):
    """Measure all rows; errors are those of _run_pieces()."""
    for _ in _run_pieces(rows.measure, rows.column.row_count, rows.octets(), threads, before, after, first):
        pass


def _run_pieces(measure, total, octets, threads, before, after, first):
    workers = _workers(threads, octets)
    # Some more pieces than threads, so that they end together.
    step = TURN_ROWS if workers == 1 else min(max(4096, total // (4 * workers)), TURN_ROWS)
    starts = range(0, total, step)
    pieces = list(zip(starts, (*starts[1:], total)))
    if workers == 1:
        results = itertools.starmap(measure, pieces)
    else:
        results = _shared(measure, pieces, workers - 1)
    for result in results:
        fault, row = result[:2]
        if fault != SEGCORE_FINE:
            raise ValueError(f"{before}{first + row}{after}: {_FAULTS[fault]}")
        PyErr_CheckSignals()
        yield result


_FAULTS = {
    SEGCORE_FAULT_UTF8: "not UTF-8; repair the text or leave it out",
    SEGCORE_FAULT_LAYOUT: "outside the column's data; the column is malformed",
    SEGCORE_FAULT_CAPACITY: "more rows than there is room for; this is a bug in segcore",
    SEGCORE_FAULT_INDEX: "not in the column's dictionary; the column is malformed",
}


def _shared(measure, pieces, helpers):
    """Return what `measure` returns for each piece, from this thread and some more."""
    # Imported here: it takes longer to import than the whole package.
    from concurrent.futures import ThreadPoolExecutor

    executor = ThreadPoolExecutor(helpers)
    try:
        # One `measure` a piece, and none without pieces: an endless repeat would go on for ever there.
        waiting = list(map(executor.submit, [measure] * len(pieces), *zip(*pieces)))
        # The others begin at the front.  What can still be cancelled nobody has begun.
        own = {i: measure(*pieces[i]) for i in reversed(range(len(pieces))) if waiting[i].cancel()}
        results = []
        for i, future in enumerate(waiting):
            results.append(own[i] if i in own else future.result())
        return results
    finally:
        executor.shutdown(cancel_futures=True)


def _workers(threads, octets):
    """Return how many threads to use; `threads` is 0 where the caller leaves it to us."""
    return threads or max(1, min(cores(), octets // THREAD_OCTETS))


def read_booleans(source: object) -> bytes:
    cdef _Chunks chunks = _Chunks(source, "mms")
    cdef segcore_column column
    cdef const uint8_t *bits
    cdef uint8_t *to
    cdef int64_t i, bit, first
    memset(&column, 0, sizeof(column))
    cdef bytearray found = bytearray()
    if strcmp(chunks.schema.format, b"b"):
        name = arrow_name(chunks.schema.format.decode("utf-8", "replace"))
        raise TypeError(f"mms: expected booleans, got {name}")
    while chunks.next():
        _read_validity(&column, &chunks.array, chunks, 2)
        bits = <const uint8_t *> chunks.array.buffers[1]
        if bits is NULL and column.row_count:
            raise chunks.malformed("no values")
        first = len(found)
        found += bytes(column.row_count)
        to = <uint8_t *> PyByteArray_AS_STRING(found) + first
        for i in range(column.row_count):
            bit = column.validity_start + i
            if column.validity is not NULL and not column.validity[bit >> 3] >> (bit & 7) & 1:
                raise ValueError(f"mms[{first + i}]: null; say true or false for each text")
            to[i] = bits[bit >> 3] >> (bit & 7) & 1
    return bytes(found)


def read_integers(source: object) -> array[int]:
    cdef _Chunks chunks = _Chunks(source, "integers")
    cdef segcore_column column
    cdef int32_t *to
    cdef int64_t i, bit
    memset(&column, 0, sizeof(column))
    if strcmp(chunks.schema.format, b"i"):
        name = arrow_name(chunks.schema.format.decode("utf-8", "replace"))
        raise TypeError(f"integers: expected int32, got {name}")
    found = array.array("i")
    while chunks.next():
        _read_validity(&column, &chunks.array, chunks, 2)
        if not column.row_count:
            continue
        if chunks.array.buffers[1] is NULL:
            raise chunks.malformed("no values")
        if column.validity is not NULL:
            for i in range(column.row_count):
                bit = column.validity_start + i
                if not column.validity[bit >> 3] >> (bit & 7) & 1:
                    raise ValueError(f"integers[{len(found) + i}]: null")
        to = <int32_t *> _grown(found, "i", column.row_count)
        memcpy(to, <const int32_t *> chunks.array.buffers[1] + chunks.array.offset, column.row_count * sizeof(int32_t))
    return found


# --- Out ---------------------------------------------------------------------------------------------


cdef struct _Export:
    const void *buffers[3]
    ArrowArray *dictionary
    PyObject *owner


ctypedef fused _Structure:
    ArrowSchema
    ArrowArray
    ArrowArrayStream

ctypedef fused _Nested:
    ArrowSchema
    ArrowArray


cdef void _free(_Structure *structure) noexcept:
    """Release a structure, unless it was moved, and free it."""
    if structure is not NULL:
        if structure.release is not NULL:
            structure.release(structure)
        free(structure)


cdef void _free_parts(_Nested *nested) noexcept:
    cdef int64_t i
    for i in range(nested.n_children):
        _free(nested.children[i])
    free(nested.children)
    _free(nested.dictionary)


cdef void _release_schema(ArrowSchema *schema) noexcept with gil:
    _free_parts(schema)
    schema.release = NULL


cdef void _release_array(ArrowArray *array) noexcept with gil:
    cdef _Export *export = <_Export *> array.private_data
    _free_parts(array)
    Py_DECREF(<object> export.owner)
    free(export)
    array.release = NULL


cdef void _delete_schema_capsule(object capsule) noexcept:
    _free(<ArrowSchema *> PyCapsule_GetPointer(capsule, "arrow_schema"))


cdef void _delete_array_capsule(object capsule) noexcept:
    _free(<ArrowArray *> PyCapsule_GetPointer(capsule, "arrow_array"))


cdef int _fill_schema(ArrowSchema *schema, const char *form) except -1:
    schema.format = form
    schema.name = b""
    schema.flags = ARROW_FLAG_NULLABLE
    schema.release = _release_schema
    return 0


cdef int _fill_array(ArrowArray *array, int64_t length, int64_t nulls, int64_t n_buffers, object owner) except -1:
    """`owner` lives until the array is released."""
    cdef _Export *export = <_Export *> calloc(1, sizeof(_Export))
    if export is NULL:
        raise MemoryError
    Py_INCREF(owner)
    export.owner = <PyObject *> owner
    array.length, array.null_count, array.n_buffers = length, nulls, n_buffers
    array.buffers = export.buffers
    array.private_data = export
    array.release = _release_array
    return 0


def arrow_array(
    values: memoryview, valid: bytes | None, labels: tuple[str, ...] | None = None
) -> tuple[object, object]:
    octets = memoryview(values).cast("B")
    cdef Py_buffer *buffer = PyMemoryView_GET_BUFFER(octets)
    cdef ArrowSchema *schema = <ArrowSchema *> calloc(1, sizeof(ArrowSchema))
    cdef ArrowArray *array = <ArrowArray *> calloc(1, sizeof(ArrowArray))
    if schema is NULL or array is NULL:
        free(schema)
        free(array)
        raise MemoryError
    # From here on the capsules free what they hold.
    schema_capsule = PyCapsule_New(schema, "arrow_schema", <PyCapsule_Destructor> _delete_schema_capsule)
    array_capsule = PyCapsule_New(array, "arrow_array", <PyCapsule_Destructor> _delete_array_capsule)
    if labels is not None:
        valid = _not_negative(<const int32_t *> buffer.buf, buffer.len // <Py_ssize_t> sizeof(int32_t))
    elif values.format == "B":
        labels = _ENCODING_NAMES
    bits = None if valid is None else _packed(valid)
    _fill_schema(schema, b"C")
    if values.format == "i":
        schema.format = b"i"
    elif values.format == "q":
        schema.format = b"l"
    _fill_array(array, len(values), 0 if valid is None else valid.count(0), 2, (values, bits))
    if bits is not None:
        array.buffers[0] = PyBytes_AS_STRING(bits)
    # A pointer that is not NULL, whatever it points to, where there is nothing to point to.
    array.buffers[1] = b"nothing"
    if buffer.len:
        array.buffers[1] = buffer.buf
    if labels is not None:
        schema.dictionary = <ArrowSchema *> calloc(1, sizeof(ArrowSchema))
        array.dictionary = <ArrowArray *> calloc(1, sizeof(ArrowArray))
        if schema.dictionary is NULL or array.dictionary is NULL:
            raise MemoryError
        _fill_schema(schema.dictionary, b"u")
        _fill_labels(array.dictionary, labels)
    return schema_capsule, array_capsule


# The columns of a batch, by name: `arrow_stream` takes them in this order.
cdef const char *_BATCH_NAMES[3]
_BATCH_NAMES[:] = [b"encoding", b"units", b"segments"]


cdef struct _Stream:
    PyObject *columns
    bint is_read


def arrow_stream(encodings: object, units: object, segments: object) -> object:
    cdef ArrowArrayStream *stream = <ArrowArrayStream *> calloc(1, sizeof(ArrowArrayStream))
    cdef _Stream *source = <_Stream *> calloc(1, sizeof(_Stream))
    columns = encodings, units, segments
    if stream is NULL or source is NULL:
        free(stream)
        free(source)
        raise MemoryError
    Py_INCREF(columns)
    source.columns = <PyObject *> columns
    stream.private_data = source
    stream.get_schema, stream.get_next = _stream_schema, _stream_next
    stream.get_last_error, stream.release = _stream_error, _release_stream
    return PyCapsule_New(stream, "arrow_array_stream", <PyCapsule_Destructor> _delete_stream_capsule)


cdef int _stream_schema(ArrowArrayStream *stream, ArrowSchema *schema) noexcept with gil:
    memset(schema, 0, sizeof(ArrowSchema))
    try:
        _fill_struct_schema(schema, <tuple> (<_Stream *> stream.private_data).columns)
    except Exception:
        _release_schema(schema)
        return ENOMEM
    return 0


cdef int _stream_next(ArrowArrayStream *stream, ArrowArray *array) noexcept with gil:
    cdef _Stream *source = <_Stream *> stream.private_data
    memset(array, 0, sizeof(ArrowArray))
    # An array without release is the end of the stream.
    if source.is_read:
        return 0
    try:
        _fill_struct_array(array, <tuple> source.columns)
    except Exception:
        if array.release is not NULL:
            array.release(array)
        return ENOMEM
    source.is_read = True
    return 0


cdef const char *_stream_error(ArrowArrayStream *stream) noexcept:
    return NULL


cdef void _release_stream(ArrowArrayStream *stream) noexcept with gil:
    cdef _Stream *source = <_Stream *> stream.private_data
    Py_DECREF(<object> source.columns)
    free(source)
    stream.release = NULL


cdef void _delete_stream_capsule(object capsule) noexcept:
    _free(<ArrowArrayStream *> PyCapsule_GetPointer(capsule, "arrow_array_stream"))


cdef int _fill_children(_Nested *parent, tuple columns) except -1:
    """Move the schemas or the arrays of columns into the children of a structure."""
    cdef _Nested *child
    cdef _Nested *column
    cdef int64_t i
    parent.children = <_Nested **> calloc(len(columns), sizeof(_Nested *))
    if parent.children is NULL:
        raise MemoryError
    parent.n_children = len(columns)
    for i in range(parent.n_children):
        schema, array = columns[i].__arrow_c_array__()
        if _Nested is ArrowSchema:
            column = <ArrowSchema *> PyCapsule_GetPointer(schema, "arrow_schema")
        else:
            column = <ArrowArray *> PyCapsule_GetPointer(array, "arrow_array")
        child = <_Nested *> calloc(1, sizeof(_Nested))
        if child is NULL:
            raise MemoryError
        parent.children[i] = child
        child[0] = column[0]
        column.release = NULL
    return 0


cdef int _fill_struct_schema(ArrowSchema *schema, tuple columns) except -1:
    cdef int64_t i
    _fill_schema(schema, b"+s")
    schema.flags = 0
    _fill_children(schema, columns)
    for i in range(schema.n_children):
        schema.children[i].name = _BATCH_NAMES[i]
    return 0


cdef int _fill_struct_array(ArrowArray *array, tuple columns) except -1:
    _fill_array(array, len(columns[0]), 0, 1, columns)
    return _fill_children(array, columns)


cdef int _fill_labels(ArrowArray *array, labels) except -1:
    octets = list(map(str.encode, labels))
    places = bytearray()
    for end in itertools.accumulate(map(len, octets), initial=0):
        places += end.to_bytes(4, sys.byteorder)
    cdef bytes offsets = bytes(places)
    cdef bytes text = b"".join(octets)
    _fill_array(array, len(octets), 0, 3, (offsets, text))
    array.buffers[1] = PyBytes_AS_STRING(offsets)
    array.buffers[2] = PyBytes_AS_STRING(text)
    return 0


cdef bytes _not_negative(const int32_t *values, Py_ssize_t count):
    """Return one octet for each value, 0 where it is negative."""
    cdef bytearray valid = bytearray(count)
    cdef uint8_t *to = <uint8_t *> PyByteArray_AS_STRING(valid)
    cdef Py_ssize_t i
    for i in range(count):
        to[i] = values[i] >= 0
    return bytes(valid)


cdef bytes _packed(bytes valid):
    """Return one bit for each octet that is 0 or 1, lowest bit first."""
    cdef bytearray bits = bytearray((len(valid) + 7) // 8)
    cdef uint8_t *to = <uint8_t *> PyByteArray_AS_STRING(bits)
    cdef const uint8_t *octets = <const uint8_t *> PyBytes_AS_STRING(valid)
    cdef Py_ssize_t i
    for i in range(len(valid)):
        to[i >> 3] |= octets[i] << (i & 7)
    return bytes(bits)
