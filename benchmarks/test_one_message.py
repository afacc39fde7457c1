"""How long does one message take?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.calls import loop
from benchmarks.conftest import Timer
from benchmarks.corpora import Corpus
from benchmarks.implementations import Implementation

# Few enough to stay in the cache: the call is in question here, not memory.
MESSAGES = 1_000


@pytest.fixture(params=["ascii_short", "ascii_typical", "ascii_long", "accented", "mixed"])
def corpus(request: pytest.FixtureRequest, corpus_of: Callable[[str, int], Corpus]) -> Corpus:
    """The messages of this run."""
    return corpus_of(request.param, MESSAGES)


def test_segcore(timer: Timer, implementation: Implementation, corpus: Corpus) -> None:
    """Each message by a call of its own gets the reference's answer."""
    count = implementation.counter.count_segments
    timer(loop(count, corpus.texts))
    timer.segcore(implementation, corpus, correct=list(map(count, corpus.texts)) == corpus.expected)


def test_len(timer: Timer, corpus: Corpus) -> None:
    """``len(text)``, called by the same loop."""
    timer(loop(len, corpus.texts))
    timer.other("len(text)", corpus, correct="not a count")
