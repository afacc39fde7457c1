"""How long does summing counts and offenders take?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks import tally_rows
from benchmarks.conftest import Timer
from benchmarks.corpora import Corpus
from benchmarks.implementations import Implementation
from benchmarks.ratios import UnavailableError
from segcore import bulk

MESSAGES = 2_000


@pytest.fixture(params=["mixed"])
def corpus(request: pytest.FixtureRequest, corpus_of: Callable[[str, int], Corpus]) -> Corpus:
    """The messages of this run."""
    return corpus_of(request.param, MESSAGES)


@pytest.mark.parametrize("form", tally_rows.FORMS)
@pytest.mark.parametrize("case", tally_rows.CASES)
def test_segcore(timer: Timer, implementation: Implementation, corpus: Corpus, case: str, form: str) -> None:
    """Both implementations give the sums of the readable one."""
    try:
        texts = tally_rows.column(form, corpus.texts)
    except UnavailableError as reason:
        pytest.skip(str(reason))
    is_encoded = tally_rows.CASES[case]
    timer(tally_rows.add, tally_rows.tally(implementation, is_encoded), texts)
    wrong = tally_rows.mistakes(implementation, corpus, texts, is_encoded)
    timer.segcore(implementation, corpus, correct=not wrong)


@pytest.mark.parametrize("form", tally_rows.FORMS)
def test_counting_alone(timer: Timer, implementation: Implementation, corpus: Corpus, form: str) -> None:
    """What it is compared with."""
    try:
        texts = tally_rows.column(form, corpus.texts)
    except UnavailableError as reason:
        pytest.skip(str(reason))
    counted = timer(bulk.count_segments, implementation.counter, texts, None, 1)
    timer.segcore(implementation, corpus, correct=counted.tolist() == corpus.expected)
