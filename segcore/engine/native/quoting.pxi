# Quotation marks of rows of cells.  engine/python answers the same, and documents it.

cdef extern from "kernel/quoting.h":
    int segcore_cell_quotes(const uint8_t *, size_t, const uint8_t *, size_t, bint) noexcept nogil


def cell_quotes(
    octets: bytes, start: int, stop: int, delimiter: bytes, inside: bool
) -> bool | None:
    cdef const uint8_t[::1] view = octets
    cdef const uint8_t *between = <const uint8_t *> PyBytes_AS_STRING(delimiter)
    cdef Py_ssize_t begin = max(start, 0), end = min(stop, len(view)), width = len(delimiter)
    cdef bint is_open = inside
    cdef int found = is_open
    if begin < end:
        with nogil:
            found = segcore_cell_quotes(&view[begin], end - begin, between, width, is_open)
    return None if found < 0 else bool(found)
