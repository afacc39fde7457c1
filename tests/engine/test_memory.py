"""What counting leaves behind in memory."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from segcore import Segmenter


@pytest.mark.parametrize("one", ["a", "é", "ç", "Δ", "б", "\U0001f600", "\ud83d"], ids=ascii)
def test_strings_do_not_grow(segmenter: Segmenter, one: str) -> None:
    """No method leaves a UTF-8 copy behind on a string: that would be 72 MB for a million messages."""
    text = "".join([one] * 400)
    before = sys.getsizeof(text)
    segmenter.count_segments(text)
    segmenter.detect_encoding(text)
    segmenter.split(text)
    segmenter.analyze(text)
    segmenter.analyze_bulk([text] * 3)
    segmenter.count_segments_bulk(iter([text]))
    assert sys.getsizeof(text) == before


def test_the_size_tells_a_utf8_copy() -> None:
    """The test above can fail: a UTF-8 copy shows in the size of a string."""
    import ctypes

    text = "".join(["é"] * 400)
    before = sys.getsizeof(text)
    as_utf8 = ctypes.pythonapi.PyUnicode_AsUTF8
    as_utf8.restype, as_utf8.argtypes = ctypes.c_char_p, [ctypes.py_object]
    as_utf8(text)
    assert sys.getsizeof(text) > before


def test_nothing_leaks(segmenter: Segmenter) -> None:
    """A hundred more rounds, errors included, leave no more memory in use than ten."""
    texts = ["a" * 161, "б" * 71, "\U0001f600" * 40]

    def rounds(many: int) -> int:
        for _ in range(many):
            segmenter.analyze_bulk(texts * 100, mms=[True, False, False] * 100)
            for text in texts:
                segmenter.layout(text)
                segmenter.unencodable(text)
                segmenter.analyze(text)
            for bad in (None, b""):
                with pytest.raises(TypeError):
                    segmenter.count_segments(bad)  # type: ignore[arg-type]
                with pytest.raises(TypeError):
                    segmenter.count_segments_bulk([*texts, bad])  # type: ignore[list-item]
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        rounds(10)
        before = rounds(10)
        after = rounds(100)
    finally:
        tracemalloc.stop()
    assert after - before < 20_000


def test_columns_are_as_large_as_their_values(segmenter: Segmenter) -> None:
    """A million counts take four megabytes and an analysis thirteen, not a list of a million objects."""
    texts = ["a"] * 100_000
    tracemalloc.start()
    try:
        column = segmenter.count_segments_bulk(texts)
        before = tracemalloc.get_traced_memory()[0]
        batch = segmenter.analyze_bulk(texts)
        held = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert memoryview(column).nbytes == 400_000
    assert sys.getsizeof(column) < 500_000
    columns: Any = (batch.encodings, batch.units, batch.segments)
    assert sum(memoryview(each).nbytes for each in columns) == 1_300_000
    assert held < 1_600_000
