"""How long does counting a list take under other profiles?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks import profiles_rows
from benchmarks.conftest import Timer
from benchmarks.corpora import Corpus
from benchmarks.implementations import Implementation
from segcore import bulk

MESSAGES = 2_000


@pytest.fixture(params=["mixed"])
def corpus(request: pytest.FixtureRequest, corpus_of: Callable[[str, int], Corpus]) -> Corpus:
    """The messages of this run."""
    return corpus_of(request.param, MESSAGES)


@pytest.mark.parametrize("profile", profiles_rows.CASES)
def test_segcore(timer: Timer, implementation: Implementation, corpus: Corpus, profile: str) -> None:
    """Both implementations give the answers of the readable one."""
    expected = profiles_rows.expected(profile, tuple(corpus.texts))
    counted = timer(bulk.count_segments, profiles_rows.counter(profile, implementation), corpus.texts, None)
    timer.segcore(implementation, corpus, correct=counted.tolist() == expected)


def test_standard(timer: Timer, implementation: Implementation, corpus: Corpus) -> None:
    """What the others are compared with."""
    counted = timer(bulk.count_segments, implementation.counter, corpus.texts, None)
    timer.segcore(implementation, corpus, correct=counted.tolist() == corpus.expected)
