"""Every row of the table under pytest-benchmark, each side a benchmark of its own.

The group is the row.  A side that is a process of its own is timed as one; ``extra_info`` has the time
that the row is about (``seconds_per_item``), and which implementation and kernel ran.
"""

from __future__ import annotations

import platform
from typing import Any

import pytest

from benchmarks.implementations import load
from benchmarks.interleaved import Timed
from benchmarks.processes import ChildError
from benchmarks.ratios import Pair, Row, Settings, UnavailableError
from benchmarks.rows import ROWS

_ASKED = [(row, name) for row in ROWS for name in row.runs]


@pytest.fixture(scope="module", params=_ASKED, ids=[f"{row.what}-{name}" for row, name in _ASKED])
def asked(request: pytest.FixtureRequest, settings: Settings) -> tuple[Row, Pair, dict[str, object]]:
    """A row for one implementation, prepared once for both of its sides."""
    row, name = request.param
    try:
        implementation = load(name)
        pair = row.measure(settings, implementation)
    except ImportError as error:
        pytest.skip(f"{name}: not built ({error})")
    except UnavailableError as reason:
        pytest.skip(f"{reason.status} {reason.note}".strip())
    facts: dict[str, object] = {"implementation": implementation.label, "kernel": implementation.kernel}
    return row, pair, facts


@pytest.mark.parametrize("side", ["segcore", "against"])
def test_row(benchmark: Any, asked: tuple[Row, Pair, dict[str, object]], side: str, quick: bool) -> None:
    """segcore's answers are right; the other side runs."""
    row, pair, facts = asked
    sampler = pair.what if side == "segcore" else pair.against
    benchmark.group = f"{row.what} / {row.against}"
    try:
        if quick:
            benchmark.pedantic(sampler, rounds=1)
        elif isinstance(sampler, Timed):
            benchmark(sampler.function)
        else:
            benchmark.pedantic(sampler, rounds=5)
        seconds = sampler()
    except (UnavailableError, ChildError) as reason:
        pytest.skip(str(reason))
    name = row.what if side == "segcore" else row.against
    benchmark.extra_info.update(
        facts, side=name, seconds_per_item=seconds, messages=pair.messages, python=platform.python_version()
    )
    assert not pair.wrong, f"{pair.wrong} wrong answers"
