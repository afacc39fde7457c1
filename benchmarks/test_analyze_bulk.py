"""How long does analyzing a list take?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.conftest import Timer
from benchmarks.corpora import Corpus
from benchmarks.implementations import Implementation
from segcore import bulk

MESSAGES = 20_000


@pytest.fixture(params=["ascii_typical", "accented", "emoji", "mixed"])
def corpus(request: pytest.FixtureRequest, corpus_of: Callable[[str, int], Corpus]) -> Corpus:
    """The messages of this run."""
    return corpus_of(request.param, MESSAGES)


def test_segcore(timer: Timer, implementation: Implementation, corpus: Corpus) -> None:
    """Encoding, units and segments of each message."""
    batch = timer(bulk.analyze, implementation.counter, corpus.texts, None)
    right = batch.segments.tolist() == corpus.expected and batch.totals.ucs2 == corpus.ucs2
    timer.segcore(implementation, corpus, correct=right)
