"""How long does analyzing messages one by one take?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.calls import loop
from benchmarks.conftest import Timer
from benchmarks.corpora import Corpus
from benchmarks.implementations import Implementation
from segcore import PROFILES
from segcore import analysis as messages

MESSAGES = 500


@pytest.fixture(params=["ascii_typical", "accented", "emoji", "mixed"])
def corpus(request: pytest.FixtureRequest, corpus_of: Callable[[str, int], Corpus]) -> Corpus:
    """The messages of this run."""
    return corpus_of(request.param, MESSAGES)


def test_segcore(timer: Timer, implementation: Implementation, corpus: Corpus) -> None:
    """Everything about each message; its parts joined are the message."""
    profile = PROFILES["standard"]

    def analyze(text: str) -> messages.Analysis:
        return messages.analyze(implementation.counter, profile, text, False)

    timer(loop(analyze, corpus.texts))
    found = list(map(analyze, corpus.texts))
    right = [one.segments for one in found] == corpus.expected
    whole = all("".join(part.text for part in one.parts) == one.text for one in found)
    timer.segcore(implementation, corpus, correct=right and whole)
