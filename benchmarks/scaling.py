"""Measure how segcore scales with cores, beside polars' scan, and with rows, groups, rates and long texts.

    python benchmarks/scaling.py                      # 10M messages, 1 core to all of them
    python benchmarks/scaling.py --rows 1000000 --only cores

It needs the installed package, its ``cli`` extra and about 250 octets of disk per row.  Each figure is the
shortest of several whole processes, which see as many cores as the row says (their affinity on Linux).
"Growth" is the largest resident memory, less that of the same process with 1,000 messages.  An exponent is
the slope on a log-log scale from one row to the next: 1.0 means twice the time for twice as much.  It is
computed from the CPU time of all threads, which a busy machine changes little.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

FEW = 1_000
WORDS = ["your order", "number", "is ready", "today at", "the store", "please reply", "thanks", "code"]

SCANS = {"parquet": "scan_parquet", "csv": "scan_csv", "ndjson": "scan_ndjson"}

SUM = """
import sys, polars as pl
scan = getattr(pl, sys.argv[1])(sys.argv[2]).select(sys.argv[3].split(","))
print(scan.select(pl.all().cast(pl.String).str.len_chars().sum()).collect(engine="streaming"))
"""

SINK = """
import sys, polars as pl
scan = getattr(pl, sys.argv[1])(sys.argv[2])
scan.with_columns(length=pl.col("text").str.len_chars()).sink_parquet(sys.argv[3])
"""


TEXTS = """
import sys, time
from dataclasses import replace
import segcore
kind, size = sys.argv[1], int(sys.argv[2])
part = {"ASCII": "a", "escapes": "{", "Cyrillic": "\\u0431", "emoji": "\\U0001f600"}.get(kind, "\\u0301")
text = ("a" + part * size)[:size]
profile = segcore.PROFILES["standard"]
counter = segcore.Segmenter(replace(profile, graphemes=True) if kind == "combining marks" else profile)
seconds, end = [], time.process_time() + 0.2
while not seconds or time.process_time() < end:
    start = time.process_time()
    counter.count_segments(text), counter.split(text)
    seconds.append(time.process_time() - start)
print(min(seconds))
"""
KINDS = ["ASCII", "escapes", "Cyrillic", "emoji", "combining marks"]


class Run(NamedTuple):
    """One whole process: its seconds, those of all its threads on a CPU, and its largest resident memory in
    octets.
    """

    seconds: float
    cpu: float
    memory: int


def make(path: str, rows: int, groups: int) -> None:
    """Write messages of 60 to 140 code points, 8 % of them with one that forces UCS-2."""
    import polars as pl

    source = random.Random(20260)
    texts = [" ".join(source.choices(WORDS, k=source.randint(8, 16))) for _ in range(20_000)]
    for index in range(0, len(texts), 12):
        texts[index] += " it’s"
    numbers = [f"+1202555{source.randrange(10_000):04}" for _ in range(20_000)]
    numbers += [f"+44740{source.randrange(10_000_000):07}" for _ in range(10_000)]
    row = pl.int_range(rows, eager=True)
    # Multiplied by a prime, indices come in an order that no cache knows.
    messages = pl.DataFrame(
        {
            "text": pl.Series(texts).gather(row * 7_919 % len(texts)) + row.cast(pl.String),
            "to": pl.Series(numbers).gather(row * 104_729 % len(numbers)),
            "campaign": "campaign " + (row * 15_485_863 % groups).cast(pl.String),
        }
    )
    getattr(messages, f"write_{path.rpartition('.')[2]}")(path)


def made(folder: Path, kind: str, rows: int, groups: int = 100) -> Path:
    """Return a file of messages, which another process writes if it is not there.

    A process that was started counts the memory of the one that started it, which is to stay small.
    """
    path = folder / f"{rows}-{groups}.{kind}"
    if not path.exists():
        subprocess.run([sys.executable, __file__, "make", str(path), str(rows), str(groups)], check=True)
    return path


def run(command: list[str], cores: int, times: int) -> Run:
    """Return the shortest of several runs on so many cores."""
    runs = []
    everything = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    if everything:
        os.sched_setaffinity(0, sorted(everything)[:cores])
    try:
        for _ in range(times):
            start = time.perf_counter()
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
            if status:
                raise SystemExit(f"failed: {command}")
            memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
            runs.append(Run(seconds, usage.ru_utime + usage.ru_stime, memory))
    finally:
        if everything:
            os.sched_setaffinity(0, everything)
    return min(runs)


def estimate(path: Path, *options: str) -> list[str]:
    """Return the command that estimates a file."""
    return [sys.executable, "-m", "segcore", "estimate", str(path), "--json", "--to", "to", *options]


def polars(code: str, path: Path, *arguments: str) -> list[str]:
    """Return the command that runs code with the scan of a file."""
    return [sys.executable, "-c", code, SCANS[path.suffix[1:]], str(path), *arguments]


def by_cores(folder: Path, rows: int, times: int, all_cores: list[int]) -> Iterator[list[str]]:
    """Yield a row of the table for each question and number of cores."""
    yield ["question", "cores", "segcore s", "polars s", "ratio", "segcore growth MB", "polars growth MB"]
    pairs: list[tuple[str, str, Callable[[Path], list[str]], Callable[[Path], list[str]]]] = [
        (f"{kind}", kind, estimate, lambda path: polars(SUM, path, "text,to")) for kind in SCANS
    ]
    pairs += [
        (
            f"{kind} --group-by",
            kind,
            lambda path: estimate(path, "--group-by", "campaign"),
            lambda path: polars(SUM, path, "text,to,campaign"),
        )
        for kind in SCANS
    ]
    out = str(folder / "annotated.parquet")
    pairs.append(
        (
            "parquet --annotate",
            "parquet",
            lambda path: estimate(path, "--annotate", out),
            lambda path: polars(SINK, path, out),
        )
    )
    for title, kind, ours, theirs in pairs:
        large, small = made(folder, kind, rows), made(folder, kind, FEW)
        for cores in all_cores:
            found = []
            for command in (ours, theirs):
                base = run(command(small), cores, 1)
                one = run(command(large), cores, times)
                found.append((one.seconds, (one.memory - base.memory) / 1e6))
            (own, growth), (bare, bare_growth) = found
            yield [
                title,
                str(cores),
                f"{own:.2f}",
                f"{bare:.2f}",
                f"{own / bare:.2f}",
                f"{growth:.0f}",
                f"{bare_growth:.0f}",
            ]


def least_cpu(command: list[str], cores: int, times: int) -> float:
    """Return the least CPU time of several runs."""
    return min(run(command, cores, 1).cpu for _ in range(times))


def by_size(
    title: str, sizes: list[int], cpu: Callable[[int], float], start: float = 0
) -> Iterator[list[str]]:
    """Yield a row of the table for each size of one kind.

    Args:
        title: The heading of the sizes.
        sizes: The sizes, in ascending order.
        cpu: The CPU time for a size.
        start: The part of it that does not depend on the size.
    """
    yield [title, "CPU s", "less the start", "exponent"]
    before: tuple[int, float] | None = None
    for size in sizes:
        seconds = cpu(size)
        own = max(seconds - start, 1e-9)
        exponent = "" if before is None else f"{math.log(own / before[1]) / math.log(size / before[0]):.2f}"
        yield [f"{size:,}", f"{seconds:.3g}", f"{own:.3g}", exponent]
        before = size, own
        # Ten times as much would take too long.
        if seconds > 60:
            break


def text_cpu(kind: str, size: int) -> float:
    """Return the CPU time of counting and splitting one text of so many code points."""
    command = [sys.executable, "-c", TEXTS, kind, str(size)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def rate_card(folder: Path, prefixes: int) -> Path:
    """Write a rate card with so many prefixes."""
    path = folder / f"rates-{prefixes}.csv"
    first = 10 ** (len(str(prefixes)) + 3)
    rows = "".join(f"1{first + index},0.00{index % 90 + 10}\n" for index in range(prefixes))
    path.write_text("prefix,sms\n" + rows, encoding="utf-8")
    return path


def show(rows: Iterator[list[str]]) -> None:
    """Print rows of a Markdown table as they come."""
    for number, row in enumerate(rows):
        print("| " + " | ".join(row) + " |", flush=True)
        if number == 0:
            print("|" + " --- |" * len(row), flush=True)
    print(flush=True)


def main() -> None:
    """Measure what is asked for, and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000, help="messages (default: 10,000,000)")
    parser.add_argument("--times", type=int, default=3, help="runs of each process (default: 3)")
    parser.add_argument("--cores", type=int, nargs="*", help="numbers of cores (default: 1, 2, 4 ... all)")
    parser.add_argument("--only", choices=["cores", "rows", "groups", "rates", "texts"], help="one table")
    parser.add_argument(
        "--largest-text", type=int, default=10_000_000, help="code points (default: 10,000,000)"
    )
    parser.add_argument("--folder", help="where the files go for the time being")
    options = parser.parse_args()
    most = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    cores = options.cores or sorted({1 << power for power in range(most.bit_length())} | {most})
    packages = ", ".join(f"{name} {version(name)}" for name in ("segcore", "polars"))
    print(f"{packages}, Python {platform.python_version()}, {platform.machine()}, {most} cores\n")
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)

        million = min(options.rows, 1_000_000)

        def cpu(*command: str) -> float:
            return least_cpu([*command], most, options.times)

        start = cpu(*estimate(made(folder, "parquet", FEW)))
        if options.only in (None, "cores"):
            show(by_cores(folder, options.rows, options.times, cores))
        if options.only in (None, "rows"):
            sizes = [size for size in (100_000, 1_000_000, 10_000_000) if size <= options.rows]
            show(
                by_size("messages", sizes, lambda rows: cpu(*estimate(made(folder, "parquet", rows))), start)
            )
        if options.only in (None, "groups"):
            sizes = [size for size in (100, 1_000, 10_000, 100_000, 1_000_000) if size <= million]

            def grouped(groups: int) -> float:
                return cpu(*estimate(made(folder, "parquet", million, groups), "--group-by", "campaign"))

            show(by_size("groups", sizes, grouped, start))
        if options.only in (None, "rates"):
            sizes = [1_000, 10_000, 100_000, 1_000_000]

            def rated(prefixes: int) -> float:
                card = rate_card(folder, prefixes)
                return cpu(*estimate(made(folder, "parquet", 100_000), "--rates", str(card)))

            show(by_size("rate prefixes", sizes, rated, start))
        for kind in KINDS if options.only in (None, "texts") else ():
            sizes = [10**power for power in range(2, 8) if 10**power <= options.largest_text]
            show(by_size(f"code points, {kind}", sizes, partial(text_cpu, kind)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
