"""How long does counting a column take?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.conftest import Timer
from benchmarks.corpora import Corpus
from benchmarks.implementations import load
from segcore import bulk

MESSAGES = 20_000


@pytest.fixture(params=["ascii_short", "ascii_typical", "ascii_long", "accented", "mixed", "cyrillic"])
def corpus(request: pytest.FixtureRequest, corpus_of: Callable[[str, int], Corpus]) -> Corpus:
    """The messages of this run."""
    return corpus_of(request.param, MESSAGES)


def _arrow(kind: str, texts: list[str]) -> Any:
    pyarrow = pytest.importorskip("pyarrow")
    column = pyarrow.array(texts)
    return column.dictionary_encode() if kind == "dictionary" else column.cast(getattr(pyarrow, kind)())


def _numpy(kind: str, texts: list[str]) -> Any:
    numpy = pytest.importorskip("numpy")
    if kind == "StringDType" and not hasattr(numpy.dtypes, kind):
        pytest.skip("this NumPy has no StringDType")
    return numpy.array(texts, numpy.dtypes.StringDType() if kind == "StringDType" else kind)


def _polars(kind: str, texts: list[str]) -> Any:
    polars = pytest.importorskip("polars")
    return getattr(polars, kind)(texts)


_SOURCES: dict[str, tuple[Callable[[str, list[str]], Any], str]] = {
    "arrow utf8": (_arrow, "utf8"),
    "arrow large_utf8": (_arrow, "large_utf8"),
    "arrow utf8_view": (_arrow, "string_view"),
    "arrow dictionary": (_arrow, "dictionary"),
    "polars": (_polars, "Series"),
    "numpy object": (_numpy, "object"),
    "numpy U": (_numpy, "U"),
    "numpy StringDType": (_numpy, "StringDType"),
}


@pytest.mark.parametrize("source", _SOURCES)
def test_segcore(timer: Timer, source: str, corpus: Corpus) -> None:
    """Every kind of column that is read where it lies, on one thread, and the arrays of NumPy."""
    try:
        native = load("native")
    except ImportError as error:
        pytest.skip(f"native: not built ({error})")
    make, kind = _SOURCES[source]
    column = make(kind, corpus.texts)
    counted = timer(bulk.count_segments, native.counter, column, None, 1)
    timer.segcore(native, corpus, correct=counted.tolist() == corpus.expected)


@pytest.mark.parametrize("engine", ["pyarrow utf8_length", "polars len_chars"])
def test_length(timer: Timer, engine: str, corpus: Corpus) -> None:
    """The lengths of the same texts, by engines that count no segments."""
    if engine.startswith("polars"):
        timer(_polars("Series", corpus.texts).str.len_chars)
    else:
        compute = pytest.importorskip("pyarrow.compute")
        timer(compute.utf8_length, _arrow("utf8", corpus.texts))
    timer.other(engine, corpus, correct="not a count")
