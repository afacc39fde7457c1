"""Prints the table of ratios, or the table of kernels, or draws the picture: ``python -m benchmarks``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import machine, picture
from benchmarks.engine_rows import ROWS
from benchmarks.implementations import load
from benchmarks.picture import Contender
from benchmarks.ratios import Result, Row, Settings
from benchmarks.report import insert, number, report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure segcore's ratios and compare them with the goals.",
        allow_abbrev=False,
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--kernels", action="store_true", help="instead, a column for each kernel that runs on this machine"
    )
    what.add_argument("--picture", metavar="FILE", help="instead, draw segcore beside other packages as SVG")
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
    parser.add_argument("--markdown", action="store_true", help="print a Markdown table")
    parser.add_argument(
        "--write", metavar="FILE", help="put the table between its markers in a Markdown document"
    )
    parser.add_argument("--json", metavar="FILE", help="write everything measured to a file; - for output")
    parser.add_argument(
        "--from", metavar="FILE", dest="source", help="show what --json kept instead of measuring"
    )
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    settings = Settings.quick() if options.quick else Settings()
    given = {name: getattr(options, name) for name in ("messages", "rows", "seconds")}
    return replace(settings, **{name: value for name, value in given.items() if value is not None})


def _asked(options: argparse.Namespace) -> Iterator[tuple[Row, str, str]]:
    """Yield each row with the implementation and the kernel to measure it with."""
    chosen = [row for row in ROWS if not options.only or options.only.lower() in row.what.lower()]
    if options.kernels:
        for row in chosen:
            yield from ((row, "native", kernel) for kernel in load("native").kernels if row.kernels)
        return
    for row in chosen:
        yield from ((row, name, "") for name in row.runs if options.implementation in (name, "both"))


def _measured(options: argparse.Namespace) -> Iterator[Result]:
    settings = _settings(options)
    for row, name, kernel in _asked(options):
        result = row.result(settings, name, kernel)
        shown = number(result.ratio) or result.status
        print(f"  {result.what}: {result.implementation} {shown}", file=sys.stderr)
        yield result


def _document(options: argparse.Namespace, arguments: list[str]) -> dict[str, Any]:
    """Measure, or read what was measured."""
    if options.source:
        document: dict[str, Any] = json.loads(Path(options.source).read_text(encoding="utf-8"))
        return document
    about = machine.describe(arguments)
    if options.picture:
        return {"about": about, "picture": [one.to_json() for one in picture.measure(_settings(options))]}
    return {"about": about, "rows": [result.to_json() for result in _measured(options)]}


def _show(options: argparse.Namespace, document: dict[str, Any]) -> None:
    if options.json:
        text = json.dumps(document, indent=2)
        if options.json == "-":
            print(text)
        else:
            Path(options.json).write_text(text + "\n", encoding="utf-8")
    if options.picture:
        drawn = picture.draw(document["about"], [Contender(**one) for one in document["picture"]])
        Path(options.picture).write_text(drawn, encoding="utf-8")
        return
    results = [Result(**fields) for fields in document["rows"]]
    about, kernels = document["about"], bool(options.kernels)
    if options.write:
        lines = list(report(about, results, by_kernel=kernels, markdown=True))
        insert(Path(options.write), _marker(options), lines)
    elif options.json != "-":
        print("\n".join(report(about, results, by_kernel=kernels, markdown=options.markdown)))


def _marker(options: argparse.Namespace) -> str:
    return "kernels" if options.kernels else "table"


def main(arguments: list[str]) -> int:
    """Measure, show, and return 1 if an answer was wrong; a missed goal is a number, not a failure."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        if options.write:
            # Before measuring for minutes.
            insert(Path(options.write), _marker(options), None)
        if options.kernels:
            load("native")
    except (OSError, ValueError, ImportError) as error:
        parser.error(str(error))
    document = _document(options, arguments)
    _show(options, document)
    return 1 if any(result["wrong"] for result in document.get("rows", ())) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
