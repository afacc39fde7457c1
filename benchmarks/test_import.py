"""How long does importing take?

The timed value is the whole process, start and end of the interpreter included; ``import_ms`` in the
extra information is the import statement alone, the fastest of the rounds.
"""

from __future__ import annotations

import pytest

from benchmarks.conftest import Timer
from benchmarks.implementations import Implementation, load
from benchmarks.processes import import_seconds


def _time_import(timer: Timer, module: str, name: str) -> dict[str, object]:
    inside = []
    timer(lambda: inside.append(import_seconds(module, name)[0]), rounds=15)
    return {"module": module, "import_ms": round(min(inside) * 1000, 2)}


def test_segcore(timer: Timer, implementation: Implementation) -> None:
    """The public names, with either implementation behind them."""
    facts = _time_import(timer, "segcore", implementation.name)
    timer.note(facts, by=implementation.label, kernel=implementation.kernel, correct=True)


@pytest.mark.parametrize("module", ["json", "sys"])
def test_standard_library(timer: Timer, module: str) -> None:
    """``json`` to compare with; ``sys`` is there already and shows what starting Python takes."""
    facts = _time_import(timer, module, load("python").name)
    timer.note(facts, by=f"import {module}", kernel="none", correct="not a count")
