"""How long does packing ten segments take?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.conftest import Timer
from benchmarks.corpora import TEN_SEGMENTS, Corpus
from benchmarks.implementations import Implementation
from benchmarks.peers import Peer, agreement
from segcore import bulk

MESSAGES = 500


@pytest.fixture(params=TEN_SEGMENTS)
def corpus(request: pytest.FixtureRequest, corpus_of: Callable[[str, int], Corpus]) -> Corpus:
    """The messages of this run."""
    return corpus_of(request.param, MESSAGES)


def test_segcore(timer: Timer, implementation: Implementation, corpus: Corpus) -> None:
    """Plain text divides; escape and surrogate pairs have to be placed one by one."""
    counted = timer(bulk.count_segments, implementation.counter, corpus.texts, None)
    timer.segcore(implementation, corpus, correct=counted.tolist() == corpus.expected == [10] * len(counted))


def test_peer(timer: Timer, peer: Peer, corpus: Corpus, corpus_of: Callable[[str, int], Corpus]) -> None:
    """Message by message, a tenth of the messages: some peers take a millisecond for each."""
    few = corpus_of(corpus.name, MESSAGES // 10)
    timer(peer.count_all, few.texts)
    agreed = agreement(peer.count_all(few.texts), few.expected)
    timer.other(f"{peer.name} {peer.version}", few, correct=str(agreed))
