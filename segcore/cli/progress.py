"""How far reading has come, where somebody is looking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskProgressColumn, TimeRemainingColumn
from rich.text import Text

from segcore.reports.display import visible
from segcore.sources.files import MessageFile

if TYPE_CHECKING:
    import polars as pl

# Fewer rows are read before a bar could be looked at.
_LONG_ROWS = 100_000


def watched(file: MessageFile, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Yield frames, and show in a terminal how far they have come.

    Args:
        file: The file that they are of.
        frames: Its rows.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield from frames
        return
    # The file is not read twice to know how many rows it has.
    expected = file.rows_expected()
    if expected < _LONG_ROWS:
        yield from frames
        return
    columns = (_Name(visible(file.name)), BarColumn(), TaskProgressColumn(), _Speed(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=expected)
        for frame in frames:
            yield frame
            progress.advance(task, frame.height)


class _Name(ProgressColumn):
    """The file."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def render(self, task: Task) -> Text:
        return Text(self._name)


class _Speed(ProgressColumn):
    """Rows in a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{task.completed:,.0f} of about {task.total or 0:,.0f} rows, {speed or 0:,.0f} rows/s")
