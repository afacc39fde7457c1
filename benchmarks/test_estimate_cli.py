"""How long does estimating a CSV file take?

The timed value is the whole process; ``work_s`` in the extra information leaves out the start of the
interpreter and the imports, the fastest of the rounds.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest

from benchmarks import processes
from benchmarks.conftest import Timer
from benchmarks.corpora import write_csv
from benchmarks.implementations import Implementation


@pytest.fixture(scope="module")
def rows(quick: bool) -> int:
    """Messages in the file."""
    return 200 if quick else 1_000_000


@pytest.fixture(scope="module")
def file(rows: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file, made only if there is a command to read it."""
    pytest.importorskip("segcore.cli.main", exc_type=ImportError)
    path = tmp_path_factory.mktemp("estimate") / "messages.csv"
    write_csv(path, rows)
    return path


def _time(timer: Timer, rows: int, run: Callable[[], tuple[float, float]]) -> dict[str, object]:
    inside = []
    timer(lambda: inside.append(run()[0]), rounds=5)
    return {"messages": rows, "work_s": round(min(inside), 4)}


def test_segcore(timer: Timer, implementation: Implementation, file: Path, rows: int) -> None:
    """The command succeeds with either implementation behind it."""
    facts = _time(timer, rows, lambda: processes.estimate_seconds(file, implementation.name))
    timer.note(facts, by=implementation.label, kernel=implementation.kernel, correct="exit 0")


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_engine(timer: Timer, engine: str, file: Path, rows: int) -> None:
    """The lengths of the same columns, by an engine that counts no segments."""
    try:
        import_module(engine)
    except ImportError as error:
        pytest.skip(f"{engine}: not installed ({error})")
    run = {"polars": processes.polars_seconds, "duckdb": processes.duckdb_seconds}[engine]
    facts = _time(timer, rows, lambda: run(file))
    by = f"{engine} {version(engine)}, lengths summed"
    timer.note(facts, by=by, kernel="none", correct="not a count")
