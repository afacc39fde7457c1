"""Reports; here how tables, text and progress are shown to people, with invisible characters escaped."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, cast

from segcore._version import __version__

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from segcore.sources.files import MessageFile
    from segcore.sources.frames import Frame


# A pipe or a file has no width: nothing is cut off or wrapped.
_UNBOUNDED = 10_000

_BLANKS = re.compile(r" +\n")

# Controls, format controls such as joiners and those that change direction, surrogates, private use,
# unassigned, and separators of lines and paragraphs.
_ESCAPED = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def console(file: IO[str] | None = None) -> Console:
    """Return the console that prints tables to a file, or to standard output, where code points that it
    cannot show are escaped.
    """
    # Imported here: commands that print for programs do not need it.
    from rich.console import Console

    class Printer(Console):
        def on_broken_pipe(self) -> None:
            # `segcore.cli.main` knows what status that is; rich would exit with 1.
            raise  # noqa: PLE0704 (it is called while the error is being handled)

    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    found = Printer(file=file, highlight=False, emoji=False)
    if not found.is_terminal:
        found.width = _UNBOUNDED
        found.file = cast("IO[str]", _WithoutTrailingBlanks(file or sys.stdout))
    return found


class _WithoutTrailingBlanks:
    """Standard output without the blanks by which rich fills lines."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(_BLANKS.sub("\n", text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def head(command: str) -> dict[str, str]:
    """Return the fields that output for programs begins with.

    Example:
        >>> head("estimate")["format"]
        'segcore-estimate/1'
    """
    return {"format": f"segcore-{command.replace(' ', '-')}/1", "segcore": __version__}


def plain_table(*columns: str, title: str = "") -> Table:
    """Return a table for a terminal; the heading of a column of numbers begins with ``>``, that of text that
    may be folded with ``~``.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = Text(title, "bold") if title else None
    table = Table(box=box.SIMPLE, pad_edge=False, title=shown, title_justify="left")
    for name in columns:
        heading = Text(name.lstrip(">~"))
        if name.startswith("~"):
            table.add_column(heading, overflow="fold")
        else:
            table.add_column(heading, justify="right" if name.startswith(">") else "left", no_wrap=True)
    return table


def show_more(console: Console, number: int, listed: int | None) -> None:
    """Say how many rows of a table are not shown, if any are not; `listed` is the most that are."""
    if listed is not None and number > listed:
        console.print(f"... and {number - listed:,} more; --all shows them")


def counted(number: int, one: str, several: str = "") -> str:
    """Return a number with the right form of a noun, whose plural ends in s unless it is given.

    Example:
        >>> counted(1, "segment"), counted(2000, "segment"), counted(2, "row has", "rows have")
        ('1 segment', '2,000 segments', '2 rows have')
    """
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def visible(text: str) -> str:
    """Return a text with the code points that show nothing, and spaces other than U+0020, escaped as in
    Python.

    Example:
        >>> print(visible("a\\nb\\u00a0c\\u200d"))
        a\\nb\\xa0c\\u200d
    """
    return text if text.isascii() and text.isprintable() else "".join(map(_shown, text))


def glyph(codepoint: str) -> str:
    """Return a code point so that it can be seen by itself: escaped if it shows nothing, on a dotted circle
    if it combines with what is before it.

    Example:
        >>> glyph("\\u0301") == "\\u25cc\\u0301", glyph("\\u00e9") == "\\u00e9"
        (True, True)
    """
    return f"\u25cc{codepoint}" if unicodedata.category(codepoint).startswith("M") else visible(codepoint)


def label(codepoint: int) -> str:
    """Return the notation of a code point.

    Example:
        >>> label(0x2019)
        'U+2019'
    """
    return f"U+{codepoint:04X}"


def _shown(codepoint: str) -> str:
    category = unicodedata.category(codepoint)
    if category in _ESCAPED or (category == "Zs" and codepoint != " "):
        return codepoint.encode("unicode_escape").decode()
    return codepoint


# Fewer rows are read before a bar could be looked at.
_LONG_ROWS = 100_000

# Characters of a file's name that are shown, so that the line fits 80 columns.
_MOST_NAME = 18


@contextmanager
def progress_bar(name: str, total: float, unit: str) -> Iterator[Callable[[float], None] | None]:
    """Show on standard error how far something has come, if that is a terminal.

    Yield a function to call with how much more was read; ``None`` if output goes to no terminal.
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


def watched(file: MessageFile, frames: Iterator[Frame]) -> Iterator[Frame]:
    """Yield frames, and show how far they have come."""
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
