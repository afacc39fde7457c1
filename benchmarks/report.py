"""The tables: plain for a terminal, Markdown for a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.ratios import Result

_HEADINGS = ("what", "against", "runs", "goal", "ratio", "median", "met", "time", "against")

_LEGEND = (
    "ratio: fastest sample against fastest; median: median against median; times: fastest, per message.",
    "Both sides were sampled in turns, with the garbage collector off.",
)
_KERNELS_LEGEND = (
    "Each cell: the ratio to the other side, fastest sample against fastest, and the time per message.",
    "The kernel at the left is the one that is taken by default.",
)


def number(value: float | None) -> str:
    """Return a ratio with two digits that mean something."""
    if value is None:
        return ""
    if value < 0.001:
        return f"1/{float(f'{1 / value:.2g}'):,.0f}"
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def duration(seconds: float | None) -> str:
    """Return a time in the unit that suits it."""
    if seconds is None:
        return ""
    for factor, unit in ((1e9, "ns"), (1e6, "µs"), (1e3, "ms")):
        value = seconds * factor
        if value < 999.5:
            return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f} {unit}"
    return f"{seconds:.3g} s"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]], markdown: bool) -> Iterator[str]:
    lines = [headings, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    for index, line in enumerate(lines):
        padded = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        yield f"| {' | '.join(padded)} |" if markdown else "  ".join(padded).rstrip()
        if index == 0:
            rule = ["-" * width for width in widths]
            yield f"| {' | '.join(rule)} |" if markdown else "  ".join(rule)


def _by_row(results: Sequence[Result]) -> tuple[Sequence[str], list[Sequence[str]]]:
    rows = [
        (
            result.what,
            result.against,
            result.implementation,
            result.goal,
            number(result.ratio),
            number(result.median_ratio),
            result.status,
            duration(result.seconds),
            duration(result.against_seconds),
        )
        for result in results
    ]
    return _HEADINGS, list(rows)


def _cell(result: Result) -> str:
    if result.ratio is None or result.wrong:
        return result.status
    return f"{number(result.ratio)}, {duration(result.seconds)}"


def _by_kernel(results: Sequence[Result]) -> tuple[Sequence[str], list[Sequence[str]]]:
    kernels = list(dict.fromkeys(result.kernel for result in results))
    questions: dict[tuple[str, str, str], dict[str, str]] = {}
    for result in results:
        question = (result.what, result.against, result.goal)
        questions.setdefault(question, {})[result.kernel] = _cell(result)
    rows = [
        (*question, *(cells.get(kernel, "") for kernel in kernels)) for question, cells in questions.items()
    ]
    return ("what", "against", "goal", *kernels), list(rows)


def report(
    about: dict[str, str], results: Sequence[Result], *, by_kernel: bool, markdown: bool
) -> Iterator[str]:
    """Yield the lines of a table, with what is known about the machine above and notes below."""
    for name, value in about.items():
        shown = f"`{value}`" if name == "command" else value
        yield f"- {name}: {shown}" if markdown else f"{name + ':':14} {value}"
    yield ""
    headings, rows = (_by_kernel if by_kernel else _by_row)(results)
    yield from _table(headings, rows, markdown)
    yield ""
    yield from _KERNELS_LEGEND if by_kernel else _LEGEND
    notes = dict.fromkeys(f"{result.what}: {result.note}" for result in results if result.note)
    if markdown and notes:
        yield ""
    yield from (f"- {note}" if markdown else f"  {note}" for note in notes)


def insert(file: Path, marker: str, lines: Sequence[str] | None) -> None:
    """Replace what stands between ``<!-- marker -->`` and ``<!-- /marker -->`` in a file.

    Args:
        file: The document.
        marker: The name between the comments.
        lines: What to put there; ``None`` only looks whether the markers are there.

    Raises:
        ValueError: They are not.
    """
    text = file.read_text(encoding="utf-8")
    start, end = f"<!-- {marker} -->\n", f"<!-- /{marker} -->\n"
    before, found, rest = text.partition(start)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{file}: no lines {start.strip()} and {end.strip()}")
    if lines is not None:
        body = "\n".join(lines)
        file.write_text(f"{before}{start}\n{body}\n\n{end}{after}", encoding="utf-8")
