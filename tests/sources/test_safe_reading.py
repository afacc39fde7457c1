"""Inputs are never overwritten, errors show nothing raw and little, and limits hold in packed files too."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import threading
import time
from itertools import product
from pathlib import Path

import pytest

pl = pytest.importorskip("polars")

from conftest import environment, in_turn  # noqa: E402
from program import run  # noqa: E402

import segcore  # noqa: E402
from segcore.sources import Reading  # noqa: E402
from segcore.sources.files import opened  # noqa: E402
from segcore.sources.opening import FileError  # noqa: E402

US = "+12025550143"
PLAIN = f"to,text\n{US},Hello\n"
RATES = "country,sms\nUS,0.01\n"
HOSTILE = "a\x1b[31m\u202eb\u2028"


@pytest.mark.parametrize("output", ["--annotate", "-o"])
@pytest.mark.parametrize("target", ["messages.csv", "link.csv", "rates.csv"])
def test_inputs_are_not_overwritten(tmp_path: Path, implementation: str, output: str, target: str) -> None:
    path, rates = tmp_path / "messages.csv", tmp_path / "rates.csv"
    path.write_text(PLAIN)
    rates.write_text(RATES)
    os.link(path, tmp_path / "link.csv")
    form = ["--format", "html"] if output == "-o" else []
    answer = run(implementation, "estimate", path, "--rates", rates, output, tmp_path / target, *form)
    assert answer.status == 2
    assert "it is an input, and would be replaced" in answer.error
    assert (path.read_text(), rates.read_text()) == (PLAIN, RATES)
    assert {each.name for each in tmp_path.iterdir()} == {"messages.csv", "rates.csv", "link.csv"}


def hidden(text: str) -> bool:
    return all(each.isprintable() or each == "\n" for each in text)


@pytest.mark.parametrize(
    ("name", "content", "options"),
    [
        (f"{HOSTILE}.csv", "note\nHello\n", []),
        (f"{HOSTILE}.csv", PLAIN, ["--text", "nothing"]),
        ("x.csv", f"{HOSTILE},text\n1,2,3\n", []),
        ("x.csv", f"{HOSTILE},note\n1,2\n", []),
        ("x.csv", f"{HOSTILE},text\n1,2\n", ["--text", f"{HOSTILE}c"]),
        ("x.csv", f"{HOSTILE}\n\nto,text\n{US},Hello\n", ["--format", "table"]),
        ("x.csv", f"to,text\n{US},{HOSTILE}\xe9\n", []),
        ("x.json", f'{{"a": [{{"text": "{HOSTILE[0]}\u202e"}}], "\u202eb": [{{"text": "b"}}]}}', []),
        ("x.json", '{"text": ["\u202e"]}\n', []),
        ("none.csv\x1b[31m", "", ["\u202enone.csv"]),
    ],
)
def test_nothing_is_shown_raw(
    tmp_path: Path, implementation: str, name: str, content: str, options: list[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode() if "\xe9" not in content else content.encode("utf-8") + b"\xff\n")
    answer = run(implementation, "estimate", path, *options)
    assert hidden(answer.error), ascii(answer.error)
    assert hidden(answer.out), ascii(answer.out)
    assert answer.error or answer.out


def test_errors_are_short(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        ",".join(f"a rather long heading {number}" for number in range(250)) + "\n1" + ",2" * 249 + "\n"
    )
    answer = run(implementation, "estimate", path, "--text", "a rather long heading 2500")
    assert len(answer.error) < 600
    assert "did you mean" in answer.error
    assert len(run(implementation, "estimate", path).error) < 700
    # The first message of a file without header is somebody's.
    path.write_text(f"Dear Mr. Example, {'your results are here. ' * 20}\nHello\n")
    answer = run(implementation, "estimate", path)
    assert (answer.status, "your results are here. your results" in answer.error) == (2, False)


@pytest.mark.parametrize(
    ("before", "packed", "implementation"),
    in_turn(product(["text\n", "text\n" + "Hello\n" * 300_000, "text\r\nHello\r\n"], [False, True])),
    ids=lambda value: len(value) if value.__class__ is str and "text" in value else None,
    indirect=["implementation"],
)
def test_long_lines(tmp_path: Path, implementation: str, before: str, packed: bool) -> None:
    line = before.count("\n") + 1
    path = tmp_path / "x.csv"
    content = (before + "a" * (1 << 20) + "b\nHello\n").encode()
    path.write_bytes(gzip.compress(content) if packed else content)
    answer = run(implementation, "estimate", path)
    assert answer.status == 2
    problem = "a line of more than 1,048,576 octets; raise the limit with --max-value-size"
    assert f"line {line}: {problem}" in answer.error
    data = run(implementation, "estimate", path, "--max-value-size", 2, "--format", "json").data
    assert data["messages"] == line
    path.write_bytes((before + "a" * ((1 << 20) - 1) + "\nHello").encode())
    assert run(implementation, "estimate", path, "--format", "json").data["messages"] == line


def test_what_unpacks_to_far_too_much(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    with gzip.open(path, "wb") as file:
        file.write(b"text\n")
        for _ in range(110):
            file.write(b"Hello\n" * 170_000)
    with pytest.raises(FileError, match="it unpacks to more than 300 times its size"):
        segcore.estimate(path)
    with opened(str(path), Reading(force=True)) as file:
        assert next(iter(file.frames())).height


@pytest.mark.parametrize("change", ["shrinks", "grows", "is replaced", "vanishes"])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, change: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text("text\n" + "Hello\n" * 100_000)

    def read() -> None:
        with opened(str(path), Reading()) as file:
            frames = file.frames()
            next(frames)
            if change == "grows":
                with path.open("a") as more:
                    more.write("Hello\n")
            elif change == "shrinks":
                os.truncate(path, 300_005)
            elif change == "is replaced":
                os.replace(tmp_path / "other.csv", path)
            else:
                path.unlink()
            for _ in frames:
                pass

    (tmp_path / "other.csv").write_text("text\n" + "Jello\n" * 100_000)
    with pytest.raises(FileError, match=r"x\.csv: "):
        read()


@pytest.mark.parametrize("is_written_to", [False, True])
def test_polars_panics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_written_to: bool) -> None:
    """A panic of polars is an error in the file, or a sign that it changed."""

    class PanicException(BaseException):
        pass

    def frames(_: object) -> None:
        if is_written_to:
            os.truncate(path, 10)
        raise PanicException("range end index 9 out of range")

    path = tmp_path / "x.ndjson"
    path.write_text('{"text": "Hello"}\n')
    monkeypatch.setattr("segcore.sources.table_file.TableFile.frames", frames)
    problem = "it changed while it was read" if is_written_to else "polars cannot read it: range end index 9"
    with pytest.raises(FileError, match=re.escape(f"x.ndjson: {problem}")):
        segcore.estimate(path)


def test_the_program_says_that_a_file_changed(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("text\n" + "Hello there\n" * 3_000_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "segcore", "estimate", str(path)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with path.open("a") as more:
                more.write("Hello\n")
            time.sleep(0.02)

    writer = threading.Thread(target=write)
    writer.start()
    out, error = process.communicate(timeout=120)
    stop.set()
    writer.join()
    assert (process.returncode, out) == (2, "")
    assert error == f"Error: {path}: it changed while it was read; try again when nothing writes to it\n"


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfHello\nab\n", b"\xef\xbb\xbf" + b"a" * 160 + b"\n"])
def test_count_drops_a_byte_order_mark(implementation: str, content: bytes) -> None:
    """Counted, it forces 160 letters of GSM-7 to UCS-2."""
    done = subprocess.run(
        [sys.executable, "-m", "segcore", "count"],
        input=content,
        env=environment({"SEGCORE_IMPLEMENTATION": implementation}),
        capture_output=True,
        check=False,
    )
    assert set(done.stdout.split()) == {b"1"}
