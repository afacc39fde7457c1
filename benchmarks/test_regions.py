"""How long does finding the regions of telephone numbers take?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.conftest import Timer
from benchmarks.implementations import Implementation
from benchmarks.numbers import NAMES_OF_CORPORA, looker, numbers

NUMBERS = 1_000_000


@pytest.fixture(params=NAMES_OF_CORPORA)
def corpus(request: pytest.FixtureRequest) -> str:
    """What kind of numbers."""
    return str(request.param)


@pytest.fixture
def texts(corpus: str, quick: bool) -> list[str]:
    """The numbers of this run."""
    return numbers(corpus, 200 if quick else NUMBERS)


def _note(timer: Timer, texts: list[str], by: str, kernel: str, correct: object) -> None:
    octets = sum(map(len, texts)) / len(texts)
    timer.note(
        {"numbers": len(texts), "octets_each": round(octets, 1)}, by=by, kernel=kernel, correct=correct
    )


@pytest.mark.parametrize("source", ["list", "utf8", "string_view", "dictionary"])
def test_segcore(timer: Timer, implementation: Implementation, source: str, texts: list[str]) -> None:
    """Lists and columns, by both implementations; the readable one gets fewer."""
    if implementation.name == "python":
        texts = texts[: len(texts) // 10]
    look_up = looker(implementation.name)
    column: Any = texts
    if source != "list":
        pyarrow = pytest.importorskip("pyarrow")
        column = pyarrow.array(texts)
        column = (
            column.dictionary_encode() if source == "dictionary" else column.cast(getattr(pyarrow, source)())
        )
    found = timer(look_up, column, rounds=0 if implementation.name == "native" else 3)
    # Each is right for the other by chance only where both are wrong; tests/numbers/test_regions.py
    # compares both with libphonenumber.
    correct = found[:1000] == looker("python")(texts[:1000])
    _note(timer, texts, implementation.label, "none", correct)
    assert correct


def _lengths(texts: list[str]) -> Callable[[], object]:
    return lambda: [len(text) for text in texts]


def _octets_summed(texts: list[str]) -> Callable[[], object]:
    numpy, pyarrow = pytest.importorskip("numpy"), pytest.importorskip("pyarrow")
    octets = numpy.frombuffer(pyarrow.array(texts).buffers()[2], numpy.uint8)
    return lambda: octets.sum(dtype=numpy.uint64)


def _utf8_lengths(texts: list[str]) -> Callable[[], object]:
    compute, column = pytest.importorskip("pyarrow.compute"), pytest.importorskip("pyarrow").array(texts)
    return lambda: compute.utf8_length(column)


def _phonenumbers(texts: list[str]) -> Callable[[], object]:
    phonenumbers = pytest.importorskip("phonenumbers")
    few = texts[:1000]

    def parse() -> list[str | None]:
        return [phonenumbers.region_code_for_number(phonenumbers.parse(text, "US")) for text in few]

    return parse


_OTHERS: dict[str, Callable[[list[str]], Callable[[], object]]] = {
    "[len(t) for t in texts]": _lengths,
    "NumPy, the column's octets summed": _octets_summed,
    "pyarrow utf8_length": _utf8_lengths,
    "phonenumbers, 1000 of them": _phonenumbers,
}


@pytest.mark.parametrize("other", _OTHERS)
def test_other(timer: Timer, other: str, texts: list[str]) -> None:
    """Reading the same numbers without finding anything, and libphonenumber."""
    timer(_OTHERS[other](texts))
    _note(timer, texts, other, "none", "not compared")
