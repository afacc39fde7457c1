"""Arrow arrays built by hand: the structures of the C data interface, their memory and their releases.

Nothing here needs an Arrow library.  Every buffer ends where readable memory ends, so that one octet read too
far is a crash, and so is one octet read after the release.
"""

from __future__ import annotations

import ctypes
import gc
import itertools
import mmap
import os
from collections import Counter
from collections.abc import Sequence
from ctypes import CFUNCTYPE, PYFUNCTYPE, c_char_p, c_int, c_int64, c_void_p, pythonapi
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from segcore import bulk, columns

if TYPE_CHECKING:
    from segcore import Segmenter


class ArrowSchema(ctypes.Structure):
    """The type of an array."""

    _fields_ = [
        ("format", c_char_p), ("name", c_char_p), ("metadata", c_char_p), ("flags", c_int64),
        ("n_children", c_int64), ("children", c_void_p), ("dictionary", c_void_p),
        ("release", c_void_p), ("private_data", c_void_p),
    ]  # fmt: skip


class ArrowArray(ctypes.Structure):
    """An array."""

    _fields_ = [
        ("length", c_int64), ("null_count", c_int64), ("offset", c_int64), ("n_buffers", c_int64),
        ("n_children", c_int64), ("buffers", c_void_p), ("children", c_void_p), ("dictionary", c_void_p),
        ("release", c_void_p), ("private_data", c_void_p),
    ]  # fmt: skip


class ArrowArrayStream(ctypes.Structure):
    """Several arrays, one after the other."""

    _fields_ = [
        ("get_schema", c_void_p), ("get_next", c_void_p), ("get_last_error", c_void_p),
        ("release", c_void_p), ("private_data", c_void_p),
    ]  # fmt: skip


@dataclass
class Array:
    """What an `ArrowArray` is to say, right or wrong."""

    length: int
    buffers: Sequence[bytes | None]
    null_count: int = 0
    offset: int = 0
    dictionary: Array | None = None
    n_buffers: int | None = None
    buffers_are_null: bool = False


class Memory:
    """Octets that end where readable memory ends."""

    def __init__(self, octets: bytes) -> None:
        page = mmap.PAGESIZE
        room = -(-len(octets) // page) * page
        self._map = mmap.mmap(-1, room + page)
        self._map[room - len(octets) : room] = octets
        start = ctypes.addressof(ctypes.c_char.from_buffer(self._map))
        self.address = start + room - len(octets)
        if _LIBC is not None:
            assert _LIBC.mprotect(c_void_p(start + room), ctypes.c_size_t(page), 0) == 0


_LIBC = ctypes.CDLL(None) if os.name == "posix" else None


@dataclass
class _Live:
    """A structure that is not released yet, and what it needs."""

    source: Source
    kind: str
    children: list[Any] = field(default_factory=list)
    kept: list[Any] = field(default_factory=list)
    position: int = 0


_LIVE: dict[int, _Live] = {}
_KEYS = itertools.count(1)
_STRUCTURES: dict[str, type[ctypes.Structure]] = {
    "arrow_schema": ArrowSchema,
    "arrow_array": ArrowArray,
    "arrow_array_stream": ArrowArrayStream,
}


def _release(kind: str, address: int) -> None:
    found: Any = _STRUCTURES[kind].from_address(address)
    live = _LIVE.pop(found.private_data, None)
    if live is None or live.kind != kind:
        Source.mistakes.append(f"{kind} was released twice or never made")
        return
    live.source.released[kind] += 1
    for child in live.children:
        if child.release:
            _call_release(kind, child)
    found.release = None


_RELEASE_TYPE = CFUNCTYPE(None, c_void_p)
_RELEASES = {kind: _RELEASE_TYPE(lambda address, kind=kind: _release(kind, address)) for kind in _STRUCTURES}


def _call_release(kind: str, structure: Any) -> None:
    _RELEASE_TYPE(structure.release)(ctypes.addressof(structure))


def _get_schema(stream: int, to: int) -> int:
    source = _LIVE[ArrowArrayStream.from_address(stream).private_data].source
    if source.fail_schema:
        return 5
    ctypes.memmove(to, ctypes.byref(source.make_schema()), ctypes.sizeof(ArrowSchema))
    return 0


def _get_next(stream: int, to: int) -> int:
    live = _LIVE[ArrowArrayStream.from_address(stream).private_data]
    if live.position == live.source.fail_at:
        return 5
    ended = live.position == len(live.source.arrays)
    array = ArrowArray() if ended else live.source.make_array(live.source.arrays[live.position])
    live.position += 1
    ctypes.memmove(to, ctypes.byref(array), ctypes.sizeof(ArrowArray))
    return 0


def _get_last_error(stream: int) -> int | None:
    source = _LIVE[ArrowArrayStream.from_address(stream).private_data].source
    return None if source.why is None else ctypes.cast(c_char_p(source.why), c_void_p).value


_STREAM_FUNCTIONS = (
    CFUNCTYPE(c_int, c_void_p, c_void_p)(_get_schema),
    CFUNCTYPE(c_int, c_void_p, c_void_p)(_get_next),
    CFUNCTYPE(c_void_p, c_void_p)(_get_last_error),
)


_new_capsule = PYFUNCTYPE(ctypes.py_object, c_void_p, c_char_p, c_void_p)(("PyCapsule_New", pythonapi))
_NAMES = {kind: kind.encode() for kind in _STRUCTURES}


class Source:
    """A column built by hand; it counts the structures that it makes and that are released.

    Args:
        form: The format of the column.
        arrays: Its arrays.
        values: The format of the values of its dictionary.
        fail_schema: Whether asking the stream for its type fails.
        fail_at: The number of the array that the stream fails to give.
        why: What the stream says about a failure.
    """

    mistakes: list[str] = []  # noqa: RUF012  shared by all: whose structure it was is not known

    def __init__(
        self,
        form: bytes | None,
        *arrays: Array,
        values: bytes | None = None,
        fail_schema: bool = False,
        fail_at: int | None = None,
        why: bytes | None = None,
    ) -> None:
        self.form, self.arrays, self.values = form, arrays, values
        self.fail_schema, self.fail_at, self.why = fail_schema, fail_at, why
        self.made: Counter[str] = Counter()
        self.released: Counter[str] = Counter()
        self._capsuled: list[tuple[str, Any]] = []

    def _capsule(self, kind: str, structure: Any) -> object:
        self._capsuled.append((kind, structure))
        return _new_capsule(ctypes.addressof(structure), _NAMES[kind], None)

    def _made(self, kind: str, structure: Any, live: _Live) -> Any:
        self.made[kind] += 1
        structure.private_data = next(_KEYS)
        structure.release = ctypes.cast(_RELEASES[kind], c_void_p).value
        _LIVE[structure.private_data] = live
        return structure

    def make_schema(self) -> ArrowSchema:
        """Make a schema, that of a dictionary included."""
        schema = ArrowSchema(format=self.form, name=b"", flags=2)
        live = _Live(self, "arrow_schema")
        if self.values is not None:
            child = ArrowSchema(format=self.values, name=b"")
            live.children.append(self._made("arrow_schema", child, _Live(self, live.kind)))
            schema.dictionary = ctypes.addressof(child)
        made: ArrowSchema = self._made("arrow_schema", schema, live)
        return made

    def make_array(self, array: Array) -> ArrowArray:
        """Make an array, its dictionary included."""
        live = _Live(self, "arrow_array")
        addresses = (c_void_p * max(1, len(array.buffers)))()
        live.kept.append(addresses)
        for index, octets in enumerate(array.buffers):
            if octets is not None:
                live.kept.append(Memory(octets))
                addresses[index] = live.kept[-1].address
        found = ArrowArray(array.length, array.null_count, array.offset)
        found.n_buffers = len(array.buffers) if array.n_buffers is None else array.n_buffers
        found.buffers = None if array.buffers_are_null else ctypes.addressof(addresses)
        if array.dictionary is not None:
            live.children.append(self.make_array(array.dictionary))
            found.dictionary = ctypes.addressof(live.children[0])
        made: ArrowArray = self._made("arrow_array", found, live)
        return made

    def array_capsules(self) -> tuple[object, object]:
        """What ``__arrow_c_array__`` returns."""
        array = self.make_array(self.arrays[0])
        return self._capsule("arrow_schema", self.make_schema()), self._capsule("arrow_array", array)

    def stream_capsule(self) -> object:
        """What ``__arrow_c_stream__`` returns."""
        stream = ArrowArrayStream(*(ctypes.cast(one, c_void_p).value for one in _STREAM_FUNCTIONS))
        kind = "arrow_array_stream"
        return self._capsule(kind, self._made(kind, stream, _Live(self, kind)))

    def assert_released(self) -> None:
        """Every structure was released, and once; what is left in a capsule goes with the capsule."""
        if self.made != self.released:
            gc.collect()
        for kind, structure in self._capsuled:
            if structure.release:
                _call_release(kind, structure)
        self._capsuled.clear()
        assert self.made == self.released
        assert not Source.mistakes


class OnlyArray:
    """What exposes ``__arrow_c_array__`` and nothing else."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        return self.source.array_capsules()


class OnlyStream:
    """What exposes ``__arrow_c_stream__`` and nothing else."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.source.stream_capsule()


@pytest.fixture
def bulk_segmenter(
    path: tuple[ModuleType, str], segmenter: Segmenter, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Each implementation and kernel in turn, columns of truth values and of results included."""
    module, _ = path
    if module.IMPLEMENTATION == "python":
        pytest.importorskip("pyarrow")
    monkeypatch.setattr(bulk, "read_booleans", module.read_booleans)
    monkeypatch.setattr(bulk, "arrow_stream", module.arrow_stream)
    monkeypatch.setattr(columns, "arrow_array", module.arrow_array)
    return segmenter
