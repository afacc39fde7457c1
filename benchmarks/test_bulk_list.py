"""How long does counting a list take?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.conftest import Timer
from benchmarks.corpora import NAMES, TEN_SEGMENTS, Corpus
from benchmarks.implementations import Implementation
from segcore import bulk

MESSAGES = 20_000


@pytest.fixture(params=[name for name in NAMES if name not in TEN_SEGMENTS])
def corpus(request: pytest.FixtureRequest, corpus_of: Callable[[str, int], Corpus]) -> Corpus:
    """The messages of this run."""
    return corpus_of(request.param, MESSAGES)


def test_segcore(timer: Timer, implementation: Implementation, corpus: Corpus) -> None:
    """Both implementations give the reference's answers."""
    counted = timer(bulk.count_segments, implementation.counter, corpus.texts, None)
    timer.segcore(implementation, corpus, correct=counted.tolist() == corpus.expected)


def test_len(timer: Timer, corpus: Corpus) -> None:
    """The least that can be asked of each message in Python: its length."""
    timer(lambda texts: [len(text) for text in texts], corpus.texts)
    timer.other("[len(text) for text in texts]", corpus, correct="not a count")
