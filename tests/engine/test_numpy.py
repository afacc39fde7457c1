"""NumPy arrays of texts."""

from __future__ import annotations

from typing import Any

import arrow_abi
import numpy as np
import pytest
import reference
from conftest import thinned

bulk_segmenter = arrow_abi.bulk_segmenter

TEXTS = ["a" * 161, "б", "", "\U0001f600" * 36, "thirteen byte", "ç" * 71, "[" * 81]
SEGMENTS = [reference.segments(text) for text in TEXTS]
UNITS = [reference.units(text) for text in TEXTS]
ENCODINGS = [reference.encoding(text) for text in TEXTS]


def string_dtype(**options: Any) -> Any:
    """Return NumPy's own type of strings of any length, or skip."""
    if not hasattr(np.dtypes, "StringDType"):
        pytest.skip("NumPy 2 has StringDType")
    return np.dtypes.StringDType(**options)


def make(kind: str, texts: list[str]) -> Any:
    """Return an array of one kind."""
    if kind == "StringDType":
        return np.array(texts, dtype=string_dtype())
    if kind == "StringDType with NA":
        return np.array(texts, dtype=string_dtype(na_object=None))
    if kind == "swapped":
        swapped = np.array(texts).astype(np.dtype("U161").newbyteorder("S"))
        assert not swapped.dtype.isnative
        return swapped
    return np.array(texts, dtype=kind)


KINDS = ["object", "U161", "swapped", "StringDType", "StringDType with NA"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind(bulk_segmenter: Any, kind: str) -> None:
    """Objects, strings of a fixed length in either byte order, and of any length."""
    array = make(kind, TEXTS)
    batch = bulk_segmenter.analyze_bulk(array)
    assert batch.segments == bulk_segmenter.count_segments_bulk(array) == SEGMENTS
    assert batch.units == UNITS
    assert batch.encodings == ENCODINGS


@pytest.mark.parametrize("kind", KINDS)
def test_parts_of_arrays(bulk_segmenter: Any, kind: str) -> None:
    """Slices, steps, either direction, a column of a matrix: no array need lie in one piece."""
    array = make(kind, TEXTS)
    for part in (slice(1, 5), slice(None, None, 2), slice(None, None, -1), slice(3, 3), slice(-2, None)):
        assert bulk_segmenter.count_segments_bulk(array[part]) == SEGMENTS[part]
    matrix = np.stack([array, array[::-1]], axis=1)
    assert bulk_segmenter.count_segments_bulk(matrix[:, 1]) == SEGMENTS[::-1]
    assert bulk_segmenter.count_segments_bulk(array[np.array([True, False] * 3 + [True])]) == SEGMENTS[::2]
    array.setflags(write=False)
    assert bulk_segmenter.count_segments_bulk(array) == SEGMENTS


@pytest.mark.parametrize("kind", KINDS)
def test_nothing(bulk_segmenter: Any, kind: str) -> None:
    """An array without elements is an empty column."""
    array = make(kind, TEXTS)[:0]
    assert bulk_segmenter.count_segments_bulk(array) == []
    assert len(bulk_segmenter.analyze_bulk(array)) == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", thinned([16_385, 16_384, 33_000], 3))
def test_chunks_leave_no_seam(bulk_segmenter: Any, kind: str, length: int) -> None:
    """An array of any length gives what a list gives, truth values included."""
    texts = [("a", "a" * 161, "б" * 71, "\U0001f600")[index % 4] for index in range(length)]
    flags = np.arange(length) % 3 == 0
    array = make(kind, texts)
    assert bulk_segmenter.count_segments_bulk(array) == bulk_segmenter.count_segments_bulk(texts)
    expected = [1 if flag else (1, 2, 2, 1)[index % 4] for index, flag in enumerate(flags.tolist())]
    assert bulk_segmenter.count_segments_bulk(array, mms=flags) == expected
    with pytest.raises(ValueError, match=rf"^mms: {length - 1} truth values"):
        bulk_segmenter.count_segments_bulk(array, mms=flags[1:])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(), (1, 7), (7, 1), (1, 1, 7)])
def test_one_dimension(bulk_segmenter: Any, kind: str, shape: tuple[int, ...]) -> None:
    """No dimension or several are refused."""
    array = make(kind, TEXTS)
    array = array.reshape(shape) if shape else array[:1].reshape(())
    for method in (bulk_segmenter.count_segments_bulk, bulk_segmenter.analyze_bulk):
        with pytest.raises(TypeError) as caught:
            method(array)
        assert str(caught.value) == f"texts: expected one dimension, got a NumPy array of {len(shape)}"


@pytest.mark.parametrize("index", [0, 1, 6, 16_383, 16_384, 20_000])
@pytest.mark.parametrize("missing", [None, float("nan"), 5, b"a"], ids=repr)
def test_elements_that_are_not_text(bulk_segmenter: Any, index: int, missing: Any) -> None:
    """Of an array of objects the first that is no ``str`` is named by its index."""
    array = np.array(["a"] * 20_001, dtype=object)
    array[index] = missing
    name = "None" if missing is None else type(missing).__name__
    with pytest.raises(TypeError, match=rf"^texts\[{index}\]: expected str, got {name}"):
        bulk_segmenter.count_segments_bulk(array)


@pytest.mark.parametrize("missing", [None, float("nan")])
@pytest.mark.parametrize("index", [0, 3, 16_384])
def test_missing_strings(bulk_segmenter: Any, index: int, missing: Any) -> None:
    """What is missing in an array of StringDType is named by its index."""
    array = np.array(["a"] * 16_390, dtype=string_dtype(na_object=missing))
    array[index] = missing
    name = "None" if missing is None else type(missing).__name__
    with pytest.raises(TypeError, match=rf"^texts\[{index}\]: expected str, got {name}"):
        bulk_segmenter.count_segments_bulk(array)


def test_masked_elements(bulk_segmenter: Any) -> None:
    """A masked element is missing too."""
    array: Any = np.ma.array(["a", "b"], mask=[False, True])
    with pytest.raises(TypeError, match=r"^texts\[1\]: expected str, got None"):
        bulk_segmenter.count_segments_bulk(array)


@pytest.mark.parametrize("dtype", ["S3", "i4", "f8", "bool", "M8[s]", "V3"])
def test_arrays_that_are_not_of_text(bulk_segmenter: Any, dtype: str) -> None:
    """Octets, numbers, truth values and dates are refused at the first."""
    with pytest.raises(TypeError, match=r"^texts\[0\]: expected str, got "):
        bulk_segmenter.count_segments_bulk(np.zeros(3, dtype=dtype))


def test_strings_within_fixed_lengths(bulk_segmenter: Any) -> None:
    """The zeros that fill a fixed length are not counted; a zero within a text is."""
    array = np.array(["a", "a\0b", "a" * 9], dtype="U9")
    assert bulk_segmenter.analyze_bulk(array).units == [1, 3, 9]
    assert bulk_segmenter.analyze_bulk(array).encodings == ["GSM-7", "UCS-2", "GSM-7"]


def test_the_array_is_not_changed(bulk_segmenter: Any) -> None:
    """An array can be counted again and still holds the same."""
    for kind in KINDS:
        array = make(kind, TEXTS)
        assert bulk_segmenter.count_segments_bulk(array) == bulk_segmenter.count_segments_bulk(array)
        assert array.tolist() == TEXTS
