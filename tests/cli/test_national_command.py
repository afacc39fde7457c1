"""National language tables from the command line, with the profile in the examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("click")
pytest.importorskip("rich")

import reference
from cli_runner import invoke

pytestmark = pytest.mark.kernel_independent

EXAMPLE = Path(__file__).parents[2] / "examples" / "turkish.toml"
ROWS = [
    row
    for row in reference.load("national")["rows"]
    if row["input"]["languages"] == [1] and row["input"]["reference"] == "8bit"
]


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in ROWS])
def test_the_turkish_rows(row: dict[str, Any]) -> None:
    """``segcore inspect`` says what is published for Turkish."""
    text = reference.read_text(row["input"]["text"])
    found = json.loads(invoke("inspect", "--json", "--profile", str(EXAMPLE), text).stdout)
    expected = row["expected"]
    tables = expected["tables"] or {"locking": 0, "single": 0}
    assert found["languages"] == [tables["locking"], tables["single"]]
    for key in ("encoding", "units", "segments"):
        assert found[key] == expected[key], key


def test_for_people() -> None:
    """The tables used have a line of their own."""
    shown = invoke("inspect", "--profile", str(EXAMPLE), "ş" * 100).stdout
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert "Profile turkish" in lines
    assert "Tables Turkish locking shift table" in lines
    assert "Segments 1 (holds 155; 149 each in longer messages)" in lines
