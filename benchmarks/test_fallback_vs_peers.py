"""How fast is segcore beside other packages?

The corpus ``boundaries`` is there for its answers: messages that just fill their segments, and the code
points on which tables differ.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks import node_peer
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
    agreed = agreement(peer.count_all(corpus.texts), corpus.expected)
    timer.other(f"{peer.name} {peer.version}", corpus, correct=str(agreed))


def test_npm(timer: Timer, corpus: Corpus, quick: bool) -> None:
    """Twilio's calculator; ``ns_per_message`` is the time inside Node, the timed value the whole process."""
    try:
        npm = node_peer.load()
    except ImportError as error:
        pytest.skip(str(error))
    counted = timer(npm.count_all, corpus.texts, 0 if quick else 1, rounds=2)
    agreed = agreement(counted.counts, corpus.expected)
    facts = {**corpus.facts, "ns_per_message": round(counted.seconds * 1e9)}
    by = f"{node_peer.NAME} {npm.version}, Node {npm.runtime}"
    timer.note(facts, by=by, kernel="none", correct=str(agreed))
