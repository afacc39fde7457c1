"""How fast is segcore beside other packages?

The corpus ``boundaries`` is there for its answers: messages that just fill their segments, and the code
points on which tables differ.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.conftest import Timer
from benchmarks.corpora import Corpus
from benchmarks.implementations import Implementation
from benchmarks.peers import Peer, agreement
from segcore import bulk

MESSAGES = 1_000


@pytest.fixture(params=["ascii_typical", "accented", "emoji", "mixed", "boundaries"])
def corpus(request: pytest.FixtureRequest, corpus_of: Callable[[str, int], Corpus]) -> Corpus:
    """The messages of this run."""
    return corpus_of(request.param, MESSAGES)


def test_segcore(timer: Timer, implementation: Implementation, corpus: Corpus) -> None:
    """The whole list in one call."""
    counted = timer(bulk.count_segments, implementation.counter, corpus.texts, None)
    timer.segcore(implementation, corpus, correct=counted.tolist() == corpus.expected)


def test_peer(timer: Timer, peer: Peer, corpus: Corpus) -> None:
    """Message by message; a peer that disagrees is shown with its share, not failed."""
    timer(peer.count_all, corpus.texts)
    agreed = agreement(peer.count, corpus.texts, corpus.expected)
    timer.other(f"{peer.name} {peer.version}", corpus, correct=str(agreed))
