"""Reads a file into an estimate, with a progress bar where somebody is looking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskProgressColumn, TimeRemainingColumn
from rich.text import Text

from segcore.cost.columns import mms_flags
from segcore.cost.estimate import Estimate
from segcore.cost.files import MessageFile, Rows
from segcore.segmenter import Segmenter

# Smaller files are read before a bar could be looked at.
_LONG_OCTETS = 8 << 20


def survey(
    path: str, segmenter: Segmenter, reading: Mapping[str, Any]
) -> tuple[Estimate, dict[str, str | None]]:
    """Return the estimate for a file, and the columns that were used.

    Args:
        path: The file.
        segmenter: The rules to count under.
        reading: How to read it: the other arguments of `MessageFile`.

    Returns:
        The estimate, and the name of the column in each role, ``None`` where there is none.

    Raises:
        FileError: It cannot be read as messages, and why.
    """
    estimate = Estimate(segmenter)
    with MessageFile(path, **reading) as file:
        for rows in _watched(file):
            estimate.add(rows.texts, mms=mms_flags(rows.to, rows.media))
        return estimate, file.columns.used()


def _watched(file: MessageFile) -> Iterable[Rows]:
    console = Console(stderr=True)
    return _with_progress(file, console) if console.is_terminal and file.size >= _LONG_OCTETS else file


def _with_progress(file: MessageFile, console: Console) -> Iterator[Rows]:
    columns = (BarColumn(), TaskProgressColumn(), _Speed(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        # The file is not read twice to know how many rows it has.
        task = progress.add_task("", total=file.rows_expected())
        for rows in file:
            yield rows
            progress.advance(task, len(rows.texts))


class _Speed(ProgressColumn):
    """Rows in a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{task.completed:,.0f} of about {task.total or 0:,.0f} rows, {speed or 0:,.0f} rows/s")
