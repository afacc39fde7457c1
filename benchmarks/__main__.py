"""Prints the table of ratios: ``python -m benchmarks``."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks import machine
from benchmarks.implementations import load
from benchmarks.ratios import ROWS, Result, Settings

_HEADINGS = ("what", "against", "runs", "goal", "ratio", "median", "met", "time", "against")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure segcore's ratios and compare them with the goals.",
        allow_abbrev=False,
    )
    parser.add_argument("--quick", action="store_true", help="a smoke test: the ratios mean little")
    parser.add_argument("--messages", type=int, help="messages in a list (100000)")
    parser.add_argument("--rows", type=int, help="rows of the CSV file (1000000)")
    parser.add_argument("--seconds", type=float, help="how long to sample each row (2)")
    parser.add_argument("--only", metavar="TEXT", help="rows with this text in their name")
    parser.add_argument(
        "--implementation",
        choices=("native", "python", "both"),
        default="both",
        help="which to measure (both)",
    )
    parser.add_argument(
        "--kernels", action="store_true", help="repeat the native rows with each kernel, each in a process"
    )
    parser.add_argument("--markdown", action="store_true", help="print a Markdown table")
    parser.add_argument("--json", metavar="FILE", help="write everything measured to a file; - for output")
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    settings = Settings.quick() if options.quick else Settings()
    given = {name: getattr(options, name) for name in ("messages", "rows", "seconds")}
    return replace(settings, **{name: value for name, value in given.items() if value is not None})


def _measured(options: argparse.Namespace, arguments: list[str]) -> Iterator[Result]:
    settings = _settings(options)
    wanted = ("native", "python") if options.implementation == "both" else (options.implementation,)
    for row in ROWS:
        if options.only and options.only.lower() not in row.what.lower():
            continue
        for result in row.results(settings, wanted):
            print(f"  {result.what}: {result.implementation} {_number(result.ratio)}", file=sys.stderr)
            yield result
    if options.kernels:
        yield from _every_kernel(arguments)


def _every_kernel(arguments: list[str]) -> Iterator[Result]:
    """Measure the native rows once with each kernel, which is chosen when segcore is imported."""
    try:
        kernels = load("native").kernels
    except ImportError:
        return
    passed = [argument for argument in arguments if argument not in ("--kernels", "--markdown")]
    for kernel in kernels:
        environment = {**os.environ, "SEGCORE_IMPLEMENTATION": "native", "SEGCORE_KERNEL": kernel}
        command = [sys.executable, "-m", "benchmarks", *passed, "--implementation", "native", "--json", "-"]
        child = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
        if not child.stdout:
            yield Result(
                "all rows", "-", "", f"native ({kernel})", kernel, "failed", note=f"exit {child.returncode}"
            )
            continue
        yield from (Result(**fields) for fields in json.loads(child.stdout)["rows"])


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    for factor, unit in ((1e9, "ns"), (1e6, "us"), (1e3, "ms")):
        if seconds * factor < 1000:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds:.3g} s"


def _cells(result: Result) -> tuple[str, ...]:
    return (
        result.what,
        result.against,
        result.implementation,
        result.goal,
        _number(result.ratio),
        _number(result.median_ratio),
        result.status,
        _time(result.seconds),
        _time(result.against_seconds),
    )


def _table(results: list[Result], markdown: bool) -> Iterator[str]:
    lines = [_HEADINGS, *map(_cells, results)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
    for index, line in enumerate(lines):
        padded = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        yield f"| {' | '.join(padded)} |" if markdown else "  ".join(padded).rstrip()
        if index == 0:
            rule = ["-" * width for width in widths]
            yield f"| {' | '.join(rule)} |" if markdown else "  ".join(rule)


def _report(about: dict[str, str], results: list[Result], markdown: bool) -> Iterator[str]:
    for name, value in about.items():
        yield f"- {name}: {value}" if markdown else f"{name + ':':14} {value}"
    yield ""
    yield from _table(results, markdown)
    yield ""
    yield "ratio: fastest sample against fastest; median: median against median; times: fastest, per message."
    yield "Both sides were sampled in turns in one process, with the garbage collector off."
    for note in dict.fromkeys(f"{result.what}: {result.note}" for result in results if result.note):
        yield f"- {note}" if markdown else f"  {note}"


def main(arguments: list[str]) -> int:
    """Measure, print, and return 1 if an answer was wrong; a missed goal is a number, not a failure."""
    options = _parser().parse_args(arguments)
    about = machine.describe(arguments)
    results = list(_measured(options, arguments))
    document = json.dumps({"about": about, "rows": [result.to_json() for result in results]}, indent=2)
    if options.json == "-":
        print(document)
    else:
        print("\n".join(_report(about, results, options.markdown)))
        if options.json:
            Path(options.json).write_text(document + "\n", encoding="utf-8")
    return 1 if any(result.wrong for result in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
