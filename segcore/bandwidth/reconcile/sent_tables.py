"""What was sent, from CSV, Parquet and Arrow files: as an estimate reads them, but for rows that do not fit.

One row that is broken would keep all others from being reconciled, so it is told and left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from segcore.bandwidth.reconcile.rejected_rows import Reject, arguments, lines_of_rows, rejects_of, tolerant
from segcore.sources.csv_file import CsvFile, explained
from segcore.sources.headings import Roles
from segcore.sources.opening import FileError
from segcore.sources.reading import Reading
from segcore.sources.streams import InputProblem, Progress, Report

if TYPE_CHECKING:
    from segcore.sources.files import MessageFile

_BATCH_ROWS = 4_096

# A log of messages names its columns.
_HINT = "; or say --no-header"


class Table:
    """A file of rows, whose columns are known.

    Args:
        file: The file, open with all of its columns.
        report: Gets an `InputProblem` for each row that does not fit the others.
    """

    def __init__(self, file: MessageFile, report: Report) -> None:
        self._file = file
        self._report = report
        self.names = file.columns.names

    def rows(
        self, places: Sequence[int | None], progress: Progress | None = None
    ) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Yield the rows that fit, each with its place.

        Args:
            places: The index of each column that is wanted; ``None`` gives nulls.
            progress: Is told how many octets were read, more or less.

        Raises:
            FileError: The file cannot be read to its end.
        """
        file, told = self._file, 0
        size = os.path.getsize(file.name)
        names: Iterator[str] = (f"row {number}" for number in count(1))
        if isinstance(file, CsvFile) and (rejects := self._rejects(file, places)):
            # Some are left out, so that rows cannot be counted.
            names = chain((f"line {line}" for line in lines_of_rows(file, rejects)), names)
        for batch in _of_csv(file, places) if isinstance(file, CsvFile) else _of_table(file, places):
            for row in batch:
                yield f"{file.name}: {next(names)}", row
            if progress is not None:
                octets = min(sum(len(str(row)) for row in batch), size - told)
                told += octets
                progress(octets)
        if progress is not None:
            progress(size - told)

    def _rejects(self, file: CsvFile, places: Sequence[int | None]) -> list[Reject]:
        with explained(file.path, file.name, file.dialect) as con:
            found = rejects_of(con, file, [place for place in places if place is not None])
        for each in found:
            self._report(InputProblem(f"{file.name}: line {each.line}", each.problem))
        return found


def _of_table(file: MessageFile, places: Sequence[int | None]) -> Iterator[list[tuple[Any, ...]]]:
    import polars as pl

    cells = [pl.lit(None) if place is None else pl.col(f"c{place}") for place in places]
    named = [cell.alias(str(index)) for index, cell in enumerate(cells)]
    for frame in file.frames():
        yield frame.select(named).rows()


def _of_csv(file: CsvFile, places: Sequence[int | None]) -> Iterator[list[tuple[Any, ...]]]:
    # Only numbers are put into the query; all else are parameters.
    cells = ", ".join("NULL" if place is None else f"c{place}" for place in places)
    with explained(file.path, file.name, file.dialect) as con:
        found = con.execute(f"SELECT {cells} FROM {tolerant(file)}", arguments(file))  # noqa: S608
        while rows := found.fetchmany(_BATCH_ROWS):
            yield rows


@contextmanager
def table(path: str, roles: Roles, report: Report) -> Iterator[Table]:
    """Open a file of rows.

    Args:
        path: The file: CSV, Parquet or Arrow IPC, perhaps compressed with gzip or zstd.
        roles: The names of columns.
        report: Gets an `InputProblem` for each row that does not fit the others.

    Raises:
        FileError: It cannot be read as such.
        OSError: It cannot be opened.
        ModuleNotFoundError: What reads it is not installed.
    """
    # What the system says of a file is not made an error of another type here.
    with open(path, "rb"):
        pass
    _check_installed(path)
    from segcore.sources.files import opened

    try:
        with opened(path, Reading(roles, header=True), whole=True) as file:
            yield Table(file, report)
    except FileError as error:
        raise FileError(error.path, error.problem.partition(_HINT)[0], error.line) from None


def _check_installed(path: str) -> None:
    try:
        import duckdb  # noqa: F401 (whether it is there)
        import polars as pl  # noqa: F401
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"{path}: CSV and Parquet need {error.name}: pip install 'segcore[cli]'", name=error.name
        ) from error
