"""Columns of results: one integer or encoding per message, which other libraries read without a copy."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, ClassVar

from segcore._errors import unknown
from segcore.engine.chooser import arrow_array
from segcore.rules.codings import Encoding


def _shown(column: Sequence[object]) -> str:
    values = ", ".join(str(value) for value in islice(column, 10))
    more = f", ... {len(column)} in all" if len(column) > 10 else ""
    return f"{type(column).__name__}([{values}{more}])"


_OFFERED = frozenset({"count", "index", "itemsize", "labels", "tobytes", "tolist", "typecode"})


class Column(array):  # type: ignore[type-arg]
    """One integer per message.

    It has the buffer protocol, so ``numpy.asarray(column)`` and ``memoryview(column)`` copy nothing;
    ``len``, indexing, slicing, iteration and ``tolist()`` give Python ints.  As in NumPy, an item can be
    assigned, and all views of the column see it.  Arithmetic is a ``TypeError``: convert the column first.

    Example:
        >>> import segcore
        >>> column = segcore.count_segments_bulk(["a" * 160, "a" * 161])
        >>> column
        Column([1, 2])
        >>> sum(column), memoryview(column).format
        (3, 'i')
    """

    __slots__ = ()
    __hash__ = None

    typecodes: ClassVar[tuple[str, ...]] = ("i", "q")
    """Types of integers, as ``array`` names them, that Arrow is told of."""

    def __new__(cls, typecode: str, *values: Any) -> Column:  # noqa: PYI034 (Self is not in Python 3.10)
        """Return a column of values.

        Raises:
            ValueError: It cannot hold integers of this type.
        """
        if typecode not in cls.typecodes:
            raise unknown(f"{cls.__name__} typecode", typecode, cls.typecodes)
        return super().__new__(cls, typecode, *values)

    def __dir__(self) -> list[str]:
        """Return the names that serve a column: not those by which an array grows, shrinks or reads files."""
        return [name for name in super().__dir__() if name.startswith("_") or name in _OFFERED]

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return type(self)(self.typecode, found) if isinstance(found, array) else found

    def __mul__(self, other: Any) -> Any:
        # An array would repeat or append its items here, where one of NumPy computes.
        raise TypeError(
            f"a {type(self).__name__} does not compute; numpy.asarray(column) does, without a copy"
        )

    __rmul__ = __imul__ = __add__ = __radd__ = __iadd__ = __mul__

    def __copy__(self) -> Column:
        return type(self)(self.typecode, self.tobytes())

    def __deepcopy__(self, memo: object) -> Column:
        return self.__copy__()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (list, tuple)):
            return len(self) == len(other) and all(map(_equal, self, other))
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __repr__(self) -> str:
        return _shown(self)

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        # No other type is offered than the one that needs no copy; the protocol leaves casting to the reader.
        return arrow_array(memoryview(self), None)


class LabelColumn(Column):
    """One label per message; its buffer holds integers, the indices of labels."""

    __slots__ = ()

    typecodes = ("i",)
    labels: ClassVar[tuple[Any, ...]] = ()
    """The labels, by the integers that stand for them."""

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return self.labels[found] if isinstance(found, int) else found

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            super().__setitem__(index, value)
        elif value in self.labels:
            super().__setitem__(index, self.labels.index(value))
        else:
            raise unknown(f"{type(self).__name__} value", value, self.labels)

    def __iter__(self) -> Iterator[Any]:
        return map(self.labels.__getitem__, super().__iter__())

    def __contains__(self, value: object) -> bool:
        return super().__contains__(self._code(value))

    def count(self, value: object) -> int:
        """Return how many messages have a label."""
        return super().count(self._code(value))

    def index(self, value: object, *bounds: int) -> int:
        """Return the first index of a label."""
        return super().index(self._code(value), *bounds)

    def tolist(self) -> list[Any]:
        """Return the labels as a list."""
        return list(self)

    @classmethod
    def _code(cls, value: object) -> int:
        """Return the integer that stands for a label, or one that stands for none."""
        return cls.labels.index(value) if value in cls.labels else len(cls.labels)


class EncodingColumn(LabelColumn):
    """One `Encoding` per message; its buffer holds 0 for GSM-7, 1 for UCS-2, 2 for UTF-8 and 3 for EUC-KR.

    Example:
        >>> import segcore
        >>> segcore.analyze_bulk(["a", "б"]).encodings
        EncodingColumn([GSM-7, UCS-2])
    """

    __slots__ = ()

    labels = tuple(Encoding)
    typecodes = ("B",)


def _equal(left: object, right: object) -> bool:
    return left == right


class NullableColumn(Sequence[Any]):
    """A column in which the rows of null texts are null: ``None`` in Python, null in Arrow.

    Args:
        values: The values, 0 where the row is null.
        valid: One octet per row, 0 for a null.

    Example:
        >>> column = NullableColumn(Column("i", [1, 0, 2]), b"\\1\\0\\1")
        >>> column.tolist(), column.null_count
        ([1, None, 2], 1)
    """

    __slots__ = ("valid", "values")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, values: Column, valid: bytes) -> None:
        self.values = values
        self.valid = valid

    @property
    def null_count(self) -> int:
        """Number of rows that are null."""
        return self.valid.count(0)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(self.values[index], self.valid[index])
        return self.values[index] if self.valid[index] else None

    def __iter__(self) -> Iterator[Any]:
        return (value if valid else None for value, valid in zip(self.values, self.valid, strict=True))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (list, tuple, Column, NullableColumn)):
            return len(self) == len(other) and all(map(_equal, self, other))
        return NotImplemented

    def __repr__(self) -> str:
        return _shown(self)

    def tolist(self) -> list[Any]:
        """Return the values as a list, ``None`` for a null."""
        return list(self)

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        return arrow_array(memoryview(self.values), self.valid)
