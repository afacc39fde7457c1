"""The Arrow PyCapsule protocol itself: who calls what, and who releases it, once."""

from __future__ import annotations

import ctypes
import dataclasses
from types import ModuleType
from typing import Any

import arrow_abi
import pytest
from arrow_abi import Array, OnlyArray, OnlyStream, Source
from test_arrow_builders import indices, utf8, views

bulk_segmenter = arrow_abi.bulk_segmenter

TEXTS = ["a" * 161, "б", None, "thirteen byte"]
COUNTS = [2, 1, None, 1]


def sources() -> dict[str, Source]:
    """Return sound columns of several kinds, with the same texts."""
    return {
        "utf8": Source(b"u", utf8(TEXTS)),
        "utf8_view": Source(b"vu", views(TEXTS)),
        "dictionary": Source(b"c", indices(b"c", [0, 1, 2, 3], utf8(TEXTS)), values=b"u"),
    }


@pytest.mark.parametrize("kind", sources())
@pytest.mark.parametrize("only", [OnlyArray, OnlyStream])
def test_the_protocol_is_enough(bulk_segmenter: Any, kind: str, only: Any) -> None:
    """A class with one of the two methods is a column, and all that it gives is released, once."""
    source = sources()[kind]
    for call in range(1, 4):
        assert bulk_segmenter.count_segments_bulk(only(source)).tolist() == COUNTS
        source.assert_released()
        assert source.made["arrow_schema"] == call * (1 + (kind == "dictionary"))
        assert source.made["arrow_array_stream"] == (call if only is OnlyStream else 0)


def test_many_arrays_are_released(bulk_segmenter: Any) -> None:
    """Of a stream each array is released, empty ones too."""
    source = Source(b"u", *[utf8(TEXTS), utf8([])] * 10)
    assert bulk_segmenter.count_segments_bulk(OnlyStream(source)).tolist() == COUNTS * 10
    source.assert_released()
    assert source.made["arrow_array"] == 20


def test_one_array_at_a_time(bulk_segmenter: Any, path: tuple[ModuleType, str]) -> None:
    """A long stream need not fit into memory: an array is released before the next is asked for."""
    if path[0].IMPLEMENTATION == "python":
        pytest.skip("pyarrow reads all of a column at once")
    source = Source(b"u", *[utf8(TEXTS)] * 5)
    waiting = []
    make = source.make_array

    def watched(array: Array) -> Any:
        waiting.append(source.made["arrow_array"] - source.released["arrow_array"])
        return make(array)

    source.make_array = watched  # type: ignore[method-assign]
    bulk_segmenter.count_segments_bulk(OnlyStream(source))
    assert waiting == [0] * 5


@pytest.mark.parametrize("why", [None, b"", b"disk \xff on fire", b"the disk is on fire"])
@pytest.mark.parametrize("fail_at", [None, 0, 1, 3])
def test_failing_streams(bulk_segmenter: Any, why: bytes | None, fail_at: int | None) -> None:
    """A failing stream is a ValueError that says what the stream says, and all is released."""
    source = Source(b"u", *[utf8(TEXTS)] * 3, fail_schema=fail_at is None, fail_at=fail_at, why=why)
    with pytest.raises(ValueError, match=r"^texts: reading the Arrow stream failed: ") as caught:
        bulk_segmenter.count_segments_bulk(OnlyStream(source))
    if why and why.isascii():
        assert why.decode() in str(caught.value)
    del caught
    source.assert_released()


def _mistaken() -> dict[str, Source]:
    short = utf8(TEXTS)
    return {
        "type": Source(b"i", Array(3, [None, bytes(12)])),
        "type of values": Source(b"c", indices(b"c", [0], Array(3, [None, bytes(12)])), values=b"i"),
        "octets": Source(b"u", utf8(["a", b"\xff"])),
        "octets of a value": Source(b"c", indices(b"c", [0], utf8([b"\xff"])), values=b"u"),
        "offset": Source(
            b"u", dataclasses.replace(short, buffers=[None, bytes([0] * 4 + [9] * 4) + bytes(12), b""])
        ),
        "index": Source(b"c", indices(b"c", [7], utf8(["a"])), values=b"u"),
        "length": Source(b"u", dataclasses.replace(short, length=-1)),
    }


@pytest.mark.parametrize("kind", _mistaken())
@pytest.mark.parametrize("only", [OnlyArray, OnlyStream])
def test_mistakes_are_released(bulk_segmenter: Any, kind: str, only: Any) -> None:
    """What is refused is released too, once."""
    source = _mistaken()[kind]
    for _ in range(2):
        with pytest.raises((TypeError, ValueError)):
            bulk_segmenter.count_segments_bulk(only(source))
    source.assert_released()


def test_a_mistake_in_a_second_chunk_is_released(bulk_segmenter: Any) -> None:
    """So are the chunks before and after it."""
    source = Source(b"u", utf8(["a"]), utf8([b"\xff"]), utf8(["a"]))
    with pytest.raises(ValueError, match=r"^texts\[1\]: not UTF-8"):
        bulk_segmenter.count_segments_bulk(OnlyStream(source))
    source.assert_released()


def test_wrong_number_of_truth_values_releases(bulk_segmenter: Any) -> None:
    """So is a column that was asked for with too few truth values."""
    source = Source(b"u", utf8(TEXTS))
    for mms in ([True], [True] * 9):
        with pytest.raises(ValueError, match="truth values for"):
            bulk_segmenter.count_segments_bulk(OnlyStream(source), mms=mms)
    source.assert_released()


@pytest.mark.parametrize("only", [OnlyArray, OnlyStream])
def test_truth_values_are_released(bulk_segmenter: Any, only: Any) -> None:
    """So is a column of truth values, taken or refused."""
    good, null = Source(b"b", Array(4, [None, b"\x05"])), Source(b"b", Array(4, [b"\x07", b"\x05"], 1))
    found = bulk_segmenter.count_segments_bulk(OnlyStream(Source(b"u", utf8(TEXTS))), mms=only(good))
    assert found.tolist() == [1, 1, None, 1]
    with pytest.raises(ValueError, match=r"^mms\[3\]: null"):
        bulk_segmenter.count_segments_bulk(["a"] * 4, mms=only(null))
    good.assert_released()
    null.assert_released()


class Fixed:
    """What gives the same capsules each time it is asked."""

    def __init__(self, capsules: object) -> None:
        self._capsules = capsules


class FixedArray(Fixed):
    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        return self._capsules


class FixedStream(Fixed):
    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._capsules


@pytest.mark.parametrize("kind", sources())
def test_used_array_capsules(bulk_segmenter: Any, kind: str) -> None:
    """A capsule whose array has been read is an error, not a column without rows."""
    source = sources()[kind]
    used = FixedArray(source.array_capsules())
    assert bulk_segmenter.count_segments_bulk(used).tolist() == COUNTS
    with pytest.raises(ValueError, match="released"):
        bulk_segmenter.count_segments_bulk(used)
    source.assert_released()


def test_used_stream_capsules(bulk_segmenter: Any) -> None:
    """A capsule whose stream has been read is an error; nothing of the stream is called any more."""
    source = sources()["utf8"]
    capsule: Any = source.stream_capsule()
    used = FixedStream(capsule)
    assert bulk_segmenter.count_segments_bulk(used).tolist() == COUNTS
    # What is left in the structure points to nothing any more; that it is not called shows here.
    left: Any = source._capsuled[0][1]
    assert not left.release
    called: list[int] = []
    trap = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(
        lambda *_: len(called.__iadd__([1]))
    )
    told = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(lambda _: None)
    left.get_schema = left.get_next = ctypes.cast(trap, ctypes.c_void_p).value
    left.get_last_error = ctypes.cast(told, ctypes.c_void_p).value
    with pytest.raises(ValueError, match="released"):
        bulk_segmenter.count_segments_bulk(used)
    assert not called


class Wrong:
    """What does not give what the protocol asks for."""

    def __init__(self, result: object) -> None:
        self._result = result

    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        if isinstance(self._result, Exception):
            raise self._result
        return self._result


@pytest.mark.parametrize("result", [None, (), (None, None), (1, 2, 3), 5])
def test_no_capsules(bulk_segmenter: Any, result: object) -> None:
    """What is no capsule is refused."""
    with pytest.raises((TypeError, ValueError)):
        bulk_segmenter.count_segments_bulk(Wrong(result))


def test_capsules_of_something_else(bulk_segmenter: Any) -> None:
    """Capsules in the wrong order, or of another name, are refused, and released by whoever made them."""
    source = sources()["utf8"]
    schema, array = source.array_capsules()
    for result in ((array, schema), (schema, source.stream_capsule()), (schema, schema)):
        with pytest.raises(ValueError, match="PyCapsule_GetPointer"):
            bulk_segmenter.count_segments_bulk(Wrong(result))
    source.assert_released()


def test_an_error_of_the_method_comes_through(bulk_segmenter: Any) -> None:
    """An error that the column's own method raises is what the caller gets."""
    with pytest.raises(LookupError, match=r"^gone$"):
        bulk_segmenter.count_segments_bulk(Wrong(LookupError("gone")))
