"""``--quick``, and the fixture that times a call and writes down what a time alone does not say."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from benchmarks import corpora, implementations, peers
from benchmarks.corpora import Corpus
from benchmarks.implementations import Implementation
from benchmarks.peers import Peer


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--quick``."""
    parser.addoption(
        "--quick", action="store_true", help="tiny corpora, two rounds: a check of answers, not of speed"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Turn the garbage collector off in timed code, in every file."""
    for item in items:
        if item.nodeid.startswith("benchmarks/"):
            item.add_marker(pytest.mark.benchmark(disable_gc=True))


@pytest.fixture(scope="session")
def quick(request: pytest.FixtureRequest) -> bool:
    """Whether this is a smoke test."""
    return bool(request.config.getoption("--quick", default=False))


@pytest.fixture(params=list(implementations.NAMES))
def implementation(request: pytest.FixtureRequest) -> Implementation:
    """Each implementation that was built."""
    try:
        return implementations.load(request.param)
    except ImportError as error:
        pytest.skip(f"{request.param}: not built ({error})")


@pytest.fixture(params=peers.NAMES)
def peer(request: pytest.FixtureRequest) -> Peer:
    """Each peer that is installed."""
    try:
        return peers.load(request.param)
    except ImportError as error:
        pytest.skip(f"{request.param}: not installed ({error})")


@pytest.fixture
def corpus_of(quick: bool) -> Callable[[str, int], Corpus]:
    """Return a corpus of a size, or a small one in a smoke test."""
    return lambda name, count: corpora.corpus(name, min(count, 200) if quick else count)


class Timer:
    """Times one call and records what belongs beside the time."""

    def __init__(self, benchmark: Any, quick: bool) -> None:
        self._benchmark = benchmark
        self._quick = quick

    def __call__(self, function: Callable[..., Any], *args: object, rounds: int = 0) -> Any:
        """Time a call, calibrated unless `rounds` are given, and return what the call returned."""
        if self._quick or rounds:
            return self._benchmark.pedantic(function, args, rounds=2 if self._quick else rounds)
        return self._benchmark(function, *args)

    def note(self, facts: Mapping[str, object], *, by: str, kernel: str, correct: object) -> None:
        """Record the facts.

        Args:
            facts: Facts about what was counted.
            by: What did the work.
            kernel: Its kernel.
            correct: Whether the answers were right, or how many.
        """
        self._benchmark.extra_info.update(
            {
                **facts,
                "implementation": by,
                "kernel": kernel,
                "correct": correct,
                "python": platform.python_version(),
            }
        )

    def segcore(self, implementation: Implementation, corpus: Corpus, *, correct: bool) -> None:
        """Record facts about one of segcore's implementations, whose answers must be right."""
        self.note(corpus.facts, by=implementation.label, kernel=implementation.kernel, correct=correct)
        assert correct, f"{implementation.label} and the reference disagree on {corpus.name}"

    def other(self, by: str, corpus: Corpus, *, correct: object) -> None:
        """Record facts about something that is not segcore."""
        self.note(corpus.facts, by=by, kernel="none", correct=correct)


@pytest.fixture
def timer(benchmark: Any, request: pytest.FixtureRequest, quick: bool) -> Timer:
    """Time a call, in the group of the question in the first line of the file and of the corpus."""
    question = str(request.module.__doc__).splitlines()[0]
    parameters = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    benchmark.group = f"{question} [{parameters.get('corpus', 'whole process')}]"
    return Timer(benchmark, quick)
