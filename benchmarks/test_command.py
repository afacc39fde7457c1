"""Does ``python -m benchmarks`` run?  Always in quick mode, and never timed."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.__main__ import main
from benchmarks.implementations import load


def test_the_table(tmp_path: Path) -> None:
    """Every answer is right, and the table lands between its markers."""
    document, kept = tmp_path / "doc.md", tmp_path / "kept.json"
    document.write_text("before\n<!-- table -->\nold\n<!-- /table -->\nafter\n", encoding="utf-8")
    assert main(["--quick", "--write", str(document), "--json", str(kept)]) == 0
    lines = document.read_text(encoding="utf-8").splitlines()
    assert (lines[0], lines[-1]) == ("before", "after")
    assert "old" not in lines
    rows = json.loads(kept.read_text(encoding="utf-8"))["rows"]
    assert len([line for line in lines if line.startswith("| ")]) == len(rows) + 2
    assert not [row["note"] for row in rows if row["status"] == "failed"]


def test_the_kernels(capsys: pytest.CaptureFixture[str]) -> None:
    """One column for each kernel that this machine can run."""
    try:
        kernels = load("native").kernels
    except ImportError:
        pytest.skip("native: not built")
    assert main(["--quick", "--kernels", "--only", "mixed"]) == 0
    headings = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("what "))
    assert headings.split() == ["what", "against", "goal", *kernels]


def test_the_picture(tmp_path: Path) -> None:
    """SVG that parses, names everybody and stays small."""
    file = tmp_path / "picture.svg"
    assert main(["--quick", "--picture", str(file)]) == 0
    assert file.stat().st_size < 8_000
    texts = [element.text or "" for element in ET.parse(file).getroot().iter()]
    for name in ("segcore, list of str", "smsutil", "smpplib", "sms-toolkit", "Twilio's calculator (npm)"):
        assert name in texts


def test_markers_that_are_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Found before anything is measured."""
    document = tmp_path / "doc.md"
    document.write_text("nothing\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["--write", str(document)])
    assert "<!-- table -->" in capsys.readouterr().err
