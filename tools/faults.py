"""Runs the installed program under faults: ``python -m tools.faults``.

Each fault must end in a right result, or in one clear line and an exit code that says so.
Nothing may be left behind.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import io
import json
import lzma
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

PROGRAM = (sys.executable, "-m", "segcore")

ROW = b"+12025550143,Your order is on its way and will arrive before noon\n"
ROWS = 20_000

_SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}

# More than an error in one line needs.
_MOST_LINES = 3

# polars says what it panics over, from a thread of its own and before the error that segcore makes of it.
_PANIC = re.compile(r"\n?thread '[^\n]* panicked at [^\n]*\n[^\n]*\n(?:note: [^\n]*\n)?")

# Seconds after which a program is said to hang; all take a fraction of it, on a busy machine, too.
_PATIENCE = 300


@dataclass(frozen=True)
class Ending:
    """The end of a run.

    Args:
        code: The exit code, negative for a signal that nothing handled.
        out: Standard output.
        err: Standard error.
        left: The names of files that were not there before and were not asked for.
        wrong: What is wrong with the result.
    """

    code: int
    out: bytes
    err: str
    left: tuple[str, ...]
    wrong: str = ""

    def faults(self, expected: set[int]) -> list[str]:
        """Return what is wrong with it."""
        found = []
        if self.code not in expected:
            found.append(f"exit code {self.code}, expected {' or '.join(map(str, sorted(expected)))}")
        if self.wrong:
            found.append(self.wrong)
        # A signal that ends Python itself found no program yet.
        if "Traceback" in self.err and self.code >= 0:
            found.append("a traceback")
        lines = _PANIC.sub("", self.err).strip().splitlines()
        if self.code == 2 and not lines:
            found.append("exit code 2 without a word")
        if len(lines) > _MOST_LINES and self.code >= 0:
            found.append(f"{len(lines)} lines of error")
        if self.left:
            found.append(f"left behind: {', '.join(self.left)}")
        return found


@dataclass(frozen=True)
class Fault:
    """A fault and the ends that are right for it.

    Args:
        name: The fault, for people.
        run: Runs the program in a folder of its own.
        ends: The right exit codes.
    """

    name: str
    run: Callable[[Path], Ending]
    ends: frozenset[int] = frozenset({0, 2})


def run(
    folder: Path,
    *arguments: str,
    outputs: tuple[str, ...] = (),
    limit: tuple[int, int] | None = None,
    send: tuple[int, float] | None = None,
    during: Callable[[], None] | None = None,
    closed: int | None = None,
    stdout: Path | None = None,
) -> Ending:
    """Run the program in a folder and return how it ended.

    Args:
        folder: Where it runs; every file there that is new and is not one of `outputs` counts as left behind.
        arguments: Its arguments.
        outputs: The files that it is asked to write.
        limit: A resource and its limit.
        send: A signal, and after how many seconds it is sent.
        during: Called while it runs.
        closed: A file descriptor that is closed for it.
        stdout: Where its output goes instead of into a pipe.
    """

    def prepare() -> None:
        # A shell lets what runs in the background ignore Ctrl-C.
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        if limit:
            resource.setrlimit(limit[0], (limit[1], limit[1]))
        if closed is not None:
            os.close(closed)

    before = {path.name for path in folder.iterdir()}
    with stdout.open("wb") if stdout else nullcontext(subprocess.PIPE) as target:
        process = subprocess.Popen(
            [*PROGRAM, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL if closed != 0 else None,
            stdout=target,
            stderr=subprocess.PIPE,
            preexec_fn=prepare,  # noqa: PLW1509 (there are no threads here)
            env={**os.environ, "COLUMNS": "200", "RUST_BACKTRACE": "0"},
        )
        if send:
            time.sleep(send[1])
            process.send_signal(send[0])
        if during:
            during()
        try:
            out, err = process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            err = b"no end after %d seconds" % _PATIENCE
    left = {path.name for path in folder.iterdir()} - before - set(outputs)
    return Ending(process.returncode, out or b"", err.decode("utf-8", "replace"), tuple(sorted(left)))


def _messages(folder: Path, rows: int = ROWS) -> Path:
    path = folder / "messages.csv"
    path.write_bytes(b"to,text\n" + ROW * rows)
    return path


# --- Signals, disks, memory, descriptors ---------------------------------------------------------------


@cache
def _seconds_to_start() -> float:
    """Return how long Python takes until the program can handle signals: the longest of a few starts."""

    def once() -> float:
        start = time.monotonic()
        subprocess.run([sys.executable, "-c", "import segcore.cli.main"], check=True)
        return time.monotonic() - start

    return max(once() for _ in range(5))


def signals() -> Iterator[Fault]:
    """Yield three signals at ten moments each, while a file is written."""
    for number, code in _SIGNALS.items():
        for tenth in range(10):
            seconds = 0.05 + tenth * 0.12

            def interrupted(folder: Path, number: int = number, seconds: float = seconds) -> Ending:
                _messages(folder, ROWS * 20)
                return run(
                    folder,
                    *("estimate", "messages.csv", "--annotate", "out.csv"),
                    outputs=("out.csv",),
                    send=(number, _seconds_to_start() + seconds),
                )

            # Before Python has set up anything, a signal ends it as it ends any program.
            yield Fault(
                f"{signal.Signals(number).name} {seconds:.2f} s after the start",
                interrupted,
                frozenset({0, code, -number}),
            )


def disks() -> Iterator[Fault]:
    """Yield a file that may not grow beyond ten sizes, for each kind of output."""
    for name in ("out.csv", "out.parquet", "out.html"):
        for power in (0, 3, 6, 8, 10, 11, 12, 14, 16, 18):
            size = 2**power

            def full(folder: Path, name: str = name, size: int = size) -> Ending:
                _messages(folder)
                into = ("--format", "html", "-o", name) if name.endswith("html") else ("--annotate", name)
                return run(
                    folder,
                    *("estimate", "messages.csv", "--price", "0.01", *into),
                    outputs=(name,) if size > 2**11 else (),
                    limit=(resource.RLIMIT_FSIZE, size),
                )

            ends = frozenset({0, 2}) if size > 2**11 else frozenset({2})
            yield Fault(f"{name} that may not be larger than {size} octets", full, ends)

    def full_device(folder: Path) -> Ending:
        _messages(folder)
        return run(folder, "estimate", "messages.csv", stdout=Path("/dev/full"))

    if os.path.exists("/dev/full"):
        yield Fault("standard output on a full device", full_device, frozenset({1, 2}))


def memory() -> Iterator[Fault]:
    """Yield limits of memory: too little for the program, for polars, and enough."""
    for mebibytes, rows in ((24, 10), (32, 10), (64, 10), (200, ROWS), (1200, ROWS), (1600, ROWS)):

        def starved(folder: Path, mebibytes: int = mebibytes, rows: int = rows) -> Ending:
            _messages(folder, rows)
            return run(folder, "estimate", "messages.csv", limit=(resource.RLIMIT_AS, mebibytes << 20))

        yield Fault(f"{mebibytes} MiB of address space for {rows} rows", starved)


def descriptors() -> Iterator[Fault]:
    """Yield each standard descriptor, closed."""
    for number, name in enumerate(("input", "output", "error")):

        def closed(folder: Path, number: int = number) -> Ending:
            _messages(folder)
            return run(folder, "estimate", "-" if number == 0 else "messages.csv", closed=number)

        yield Fault(f"standard {name} closed", closed, frozenset({0, 1, 2}))


# --- Inputs ---------------------------------------------------------------------------------------------


def _parquet(rows: int = 500) -> bytes:
    import polars as pl

    texts = [f"Your order {row} is on its way" for row in range(rows)]
    sink = io.BytesIO()
    pl.DataFrame({"to": ["+12025550143"] * rows, "text": texts}).write_parquet(sink)
    return sink.getvalue()


def _zip(names: int = 1) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in range(names):
            archive.writestr(f"{name}.csv", b"to,text\n" + ROW * 50)
    return sink.getvalue()


def truncated() -> Iterator[Fault]:
    """Yield files of each kind, cut off at several places: never a sum of what was there."""
    plain = b"to,text\n" + ROW * 500
    kinds = {
        "messages.csv.gz": gzip.compress(plain),
        "messages.csv.bz2": bz2.compress(plain),
        "messages.csv.xz": lzma.compress(plain),
        "messages.zip": _zip(),
        "messages.parquet": _parquet(),
    }
    for name, content in kinds.items():
        for share in (0.1, 0.5, 0.9, 0.999):

            def cut(folder: Path, name: str = name, content: bytes = content, share: float = share) -> Ending:
                (folder / name).write_bytes(content[: int(len(content) * share)])
                return run(folder, "estimate", name)

            yield Fault(f"{name} cut off after {share:.1%}", cut, frozenset({2}))


def changing() -> Iterator[Fault]:
    """Yield an input that shrinks, grows or is replaced at several moments while it is read."""
    record = b'{"to": "+12025550143", "text": "Your order is on its way and will arrive before noon"}\n'
    rows = ROWS * 20
    kinds = {
        "messages.csv": (b"to,text\n" + ROW, ROW * (rows - 1), ROW),
        "messages.ndjson": (record, record * (rows - 1), record),
        "messages.parquet": (_parquet(1), _parquet(rows), b"more"),
    }

    def shrinks(path: Path, small: bytes, _: bytes) -> None:
        os.truncate(path, len(small))

    def grows(path: Path, _: bytes, more: bytes) -> None:
        with path.open("ab") as file:
            file.write(more)

    def is_replaced(path: Path, small: bytes, _: bytes) -> None:
        other = path.with_name("other")
        other.write_bytes(small)
        other.replace(path)

    for name, (first, others, more) in kinds.items():
        whole = others if name.endswith("parquet") else first + others
        for change in (shrinks, grows, is_replaced):
            for tenth in range(10):

                def changed(
                    folder: Path,
                    name: str = name,
                    whole: bytes = whole,
                    first: bytes = first,
                    more: bytes = more,
                    change: Callable[[Path, bytes, bytes], None] = change,
                    seconds: float = tenth * 0.1,
                ) -> Ending:
                    path = folder / name
                    path.write_bytes(whole)

                    def later() -> None:
                        time.sleep(_seconds_to_start() / 2 + seconds)
                        change(path, first, more)

                    ending = run(folder, "estimate", name, "--format", "json", during=later)
                    # All rows, if it was read before or after the change; never a part of them.
                    right = {1, rows, rows + 1}
                    if ending.code == 0 and json.loads(ending.out)["messages"] not in right:
                        return replace(ending, wrong="a part of the rows")
                    return ending

                title = f"{name} {change.__name__.replace('_', ' ')}, {tenth * 0.1:.1f} s after the start"
                yield Fault(title, changed)


def hostile() -> Iterator[Fault]:
    """Yield files that were made to break a reader."""
    deep = 100_000
    contents = {
        "bomb.csv.gz": gzip.compress(b"to,text\n+12025550143," + b"a" * 200_000_000),
        "long-line.csv": b"to,text\n+12025550143," + b"a" * 5_000_000 + b"\n",
        "long-line.ndjson": json.dumps({"text": "a" * 5_000_000}).encode() + b"\n",
        "deep.json": b"[" * deep + b"]" * deep,
        "deep.ndjson": b'{"text": "x", "a": ' + b"[" * deep + b"]" * deep + b"}\n",
        "deep-card.json": b"[" * deep + b"]" * deep,
        "wide.csv": b",".join(b"c%d" % i for i in range(100_000)) + b",text\n",
        "zeros.csv": bytes(100_000),
        "quote.csv": b'to,text\n+1,"' + ROW * 1000,
        "many.zip": _zip(3),
        "empty.zip": _zip(0),
        "empty.csv": b"",
        "header.csv": b"to,text\n",
        "half.csv": "to,text\n+12025550143,Grüße".encode()[:-4] + b"\xc3\n",
        "not.parquet": b"PAR1" + bytes(1000) + b"PAR1",
        "not.xlsx": b"PK\x03\x04" + bytes(1000),
        "not.csv.zst": b"\x28\xb5\x2f\xfd" + bytes(100),
        "escape\x1b[31m.csv": b"to,text\n+12025550143," + b"a" * 20,
    }
    for name, content in contents.items():

        def read(folder: Path, name: str = name, content: bytes = content) -> Ending:
            (folder / name).write_bytes(content)
            if "card" in name:
                _messages(folder, 10)
                return run(folder, "estimate", "messages.csv", "--rates", name)
            return run(folder, "estimate", name, limit=(resource.RLIMIT_AS, 6 << 30))

        # Without its end, the last character of half.csv is one of Windows-1252, and the report says so.
        ends = frozenset({0} if name.startswith(("escape", "half")) else {2})
        yield Fault(name.replace("\x1b", "ESC"), read, ends)


FAULTS = (signals, disks, memory, descriptors, truncated, changing, hostile)


def main(arguments: list[str] | None = None) -> int:
    """Run the faults, print a line for each, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.faults", description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="faults with this text in their name")
    options = parser.parse_args(arguments)
    wrong = count = 0
    for fault in (each for make in FAULTS for each in make()):
        if options.only not in fault.name:
            continue
        count += 1
        with tempfile.TemporaryDirectory() as folder:
            ending = fault.run(Path(folder))
        found = ending.faults(set(fault.ends))
        wrong += bool(found)
        said = ending.err.strip().splitlines()[-1:] or [""]
        mark = "FAIL" if found else "ok"
        print(f"{mark:4}  {fault.name}: {'; '.join(found) or said[0][:110] or ending.code}", flush=True)
    print(f"{count} faults, {wrong} wrong")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
