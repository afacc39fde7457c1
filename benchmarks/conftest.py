"""``--quick``, and no garbage collection in timed code."""

from __future__ import annotations

import pytest

from benchmarks.ratios import Settings


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--quick``."""
    parser.addoption(
        "--quick", action="store_true", help="tiny corpora, two rounds: a check of answers, not of speed"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Turn the garbage collector off in timed code."""
    for item in items:
        if item.nodeid.startswith("benchmarks/"):
            item.add_marker(pytest.mark.benchmark(disable_gc=True))


@pytest.fixture(scope="session")
def quick(request: pytest.FixtureRequest) -> bool:
    """Whether this is a smoke test."""
    return bool(request.config.getoption("--quick", default=False))


@pytest.fixture(scope="session")
def settings(quick: bool) -> Settings:
    """How much to measure."""
    return Settings.quick() if quick else Settings()
