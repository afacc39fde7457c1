"""How far reading has come, shown in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from segcore.reports.display import visible
from segcore.sources.files import MessageFile

if TYPE_CHECKING:
    import polars as pl

# Fewer rows are read before a bar could be looked at.
_LONG_ROWS = 100_000

# Of a file's name: the line fits 80 columns.
_MOST_NAME = 18


@contextmanager
def progress_bar(name: str, total: float, unit: str) -> Iterator[Callable[[float], None] | None]:
    """Show on standard error how far something has come, if that is a terminal.

    Args:
        name: What is being read.
        total: How much there is to read.
        unit: What is counted, such as ``"rows"``.

    Yields:
        What is called with how much more was read; ``None`` if nobody looks.
    """
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    short = name if len(name) <= _MOST_NAME else f"...{name[3 - _MOST_NAME :]}"
    columns = (
        TextColumn(escape(visible(short))),
        BarColumn(bar_width=None),
        TaskProgressColumn(),
        TextColumn(f"{{task.completed:,.0f}} {unit}, {{task.fields[speed]:,.0f}} {unit}/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, expand=True) as bar:
        task = bar.add_task("", total=total, speed=0)

        def advance(more: float) -> None:
            bar.advance(task, more)
            bar.update(task, speed=bar.tasks[0].speed or 0)

        yield advance


def watched(file: MessageFile, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Yield frames, and show how far they have come.

    Args:
        file: The file that they are of.
        frames: Its rows.
    """
    # The file is not read twice to know how many rows it has.
    expected = file.rows_expected()
    if expected < _LONG_ROWS:
        yield from frames
        return
    with progress_bar(file.name, expected, "rows") as advance:
        for frame in frames:
            yield frame
            if advance is not None:
                advance(frame.height)
