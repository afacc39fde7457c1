"""What the program writes: never over an input, never raw to a terminal, never at length."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("click")
pytest.importorskip("polars")
pytest.importorskip("rich")

from cli_runner import invoke
from conftest import environment

pytestmark = [
    pytest.mark.kernel_independent,
    pytest.mark.skipif(os.name == "nt", reason="file names, modes and terminals are those of POSIX"),
]

HOSTILE = "\x1b[31m\u202e\x07"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "messages.csv"
    path.write_text("to,text\n+12025550143,It’s here\n", "utf-8")
    return path


def in_terminal(*arguments: str) -> tuple[int, str]:
    """Return the exit status, and all that a terminal gets."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "segcore", *arguments],
        env=environment({"TERM": "xterm-256color", "COLUMNS": "80"}), stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):
        while piece := os.read(ours, 4096):
            shown += piece
    os.close(ours)
    return process.wait(60), shown.decode()


@pytest.mark.parametrize("option", ["-o", "--annotate"])
@pytest.mark.parametrize("way", ["same", "link", "hard link", "rates"])
def test_no_input_is_written_over(tmp_path: Path, file: Path, option: str, way: str) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text("country,sms\nUS,0.01\n", "utf-8")
    other = tmp_path / "other.csv"
    target = {"same": file, "rates": rates}.get(way, other)
    if way == "link":
        other.symlink_to(file)
    elif way == "hard link":
        os.link(file, other)
    before = {path: path.read_bytes() for path in (file, rates)}
    found = invoke("estimate", str(file), "--rates", str(rates), option, str(target), "--format", "json")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "it is an input" in found.stderr
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("name", ["r.html", "r.json", "r.csv", "r.txt"])
def test_output_keeps_mode_and_link(tmp_path: Path, file: Path, name: str) -> None:
    target, link = tmp_path / f"target-{name}", tmp_path / name
    target.write_text("old", "utf-8")
    target.chmod(0o640)
    link.symlink_to(target)
    found = invoke("estimate", str(file), "-o", str(link))
    assert (found.exit_code, found.stdout, found.stderr) == (0, "", "")
    assert link.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    starts = {
        "r.html": "<!DOCTYPE html>",
        "r.json": '{\n  "format": "segcore-estimate/1"',
        "r.csv": "country,",
    }
    assert target.read_text("utf-8").startswith(starts.get(name, str(file)))


def test_output_is_what_would_be_printed(tmp_path: Path, file: Path) -> None:
    for form in ("table", "json", "csv"):
        out = tmp_path / "out"
        assert invoke("estimate", str(file), "--format", form, "-o", str(out)).exit_code == 0
        assert out.read_text("utf-8") == invoke("estimate", str(file), "--format", form).stdout


def test_no_trailing_blanks_in_pipes(file: Path) -> None:
    shown = invoke("estimate", str(file), "--price", "0.01").stdout
    shown += invoke("inspect", "It’s").stdout + invoke("profiles").stdout
    assert not re.search(r"[ \t]$", shown, re.MULTILINE)


def test_nothing_from_outside_reaches_a_terminal_raw(tmp_path: Path) -> None:
    name = f"m{HOSTILE}.csv"
    path = tmp_path / name
    path.write_text(f"text,{HOSTILE}g\nIt’s {HOSTILE},{HOSTILE}x\n", "utf-8")
    bad = tmp_path / f"bad{HOSTILE}.csv"
    bad.write_text(f"id,{HOSTILE}\n1,2\n", "utf-8")
    for arguments, status in (
        (("estimate", str(path), "--group-by", f"{HOSTILE}g"), 0),
        (("estimate", str(bad)), 2),
        (("estimate", str(tmp_path / f"no{HOSTILE}")), 2),
        (("estimate", str(path), "--text", HOSTILE), 2),
        (("estimate", str(path), "-o", f"x{HOSTILE}"), 2),
        (("estimate", str(path), "-o", str(tmp_path / f"no{HOSTILE}" / "x.html")), 2),
        (("inspect", "a", "--profile", HOSTILE), 2),
        (("inspect", HOSTILE), 0),
        ((HOSTILE,), 2),
    ):
        found, shown = in_terminal(*arguments)
        assert found == status, shown
        # Colours are the program's own; red text on its own is not among them.
        assert not re.search("\x07|\u202e|\x1b\\[31m", shown), arguments


def test_errors_are_short(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    names = [f"column_number_{number}_with_a_long_name" for number in range(250)]
    path.write_text(f"{','.join(names)}\n{','.join('x' * 250)}\n", "utf-8")
    for options in ([], ["--text", "colum_number_7_with_a_long_name"], ["--group-by", "?"]):
        found = invoke("estimate", str(path), *options)
        assert found.exit_code == 2
        assert len(found.stderr) < 500
        assert "more" in found.stderr
    near = invoke("estimate", str(path), "--text", "colum_number_7_with_a_long_name").stderr
    assert "did you mean 'column_number_7_with_a_long_name'?" in near
