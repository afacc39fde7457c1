"""CSV and Parquet, a batch of rows at a time, through DuckDB."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from segcore.bandwidth.sources import InputProblem, Progress, Report, octets_of, unheard

_BATCH_ROWS = 4_096

# No row is skipped or padded, nothing is taken for a number; rows that do not fit are told, not lost.
_CSV = (
    "read_csv(?, delim = ?, quote = '\"', escape = '\"', header = true, all_varchar = true, skip = 0, "
    "comment = '', nullstr = '', null_padding = false, hive_partitioning = false, store_rejects = true, "
    "rejects_limit = 0)"
)
_PARQUET = "read_parquet(?, hive_partitioning = false)"


class Table:
    """A file of rows, open for reading once.

    Args:
        path: The file.
        form: ``csv`` or ``parquet``.
        report: Gets an `InputProblem` for each row that does not fit the others.

    Raises:
        ValueError: It cannot be read as such.
        OSError: It cannot be read.
        ModuleNotFoundError: DuckDB is not installed.
    """

    def __init__(self, path: str, form: str, report: Report) -> None:
        try:
            import duckdb
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                f"{path}: CSV and Parquet need duckdb: pip install 'segcore[cli]'", name="duckdb"
            ) from error
        self._error = duckdb.Error
        self._path = path
        self._form = form
        self._report = report
        # DuckDB's own words for what the system says are longer and not in its order.
        with open(path, "rb"):
            self._size = os.path.getsize(path)
        extensions = ("autoinstall_known_extensions", "autoload_known_extensions")
        self._con = duckdb.connect(config=dict.fromkeys(extensions, "false"))
        # It reads paths as patterns, and relative ones may look like addresses.
        self._arguments = [re.sub(r"([*?\[])", r"[\1]", os.path.abspath(path))]
        if form == "csv":
            self._arguments.append(_delimiter(path))
        self._source = _PARQUET if form == "parquet" else _CSV
        try:
            query = f"SELECT * FROM {self._source} LIMIT 0"  # noqa: S608 (a constant)
            self._con.execute(query, self._arguments)
        except duckdb.Error as error:
            self._con.close()
            raise self._explained(error) from None
        self.names: tuple[str, ...] = tuple(column[0] for column in self._con.description or ())

    def __enter__(self) -> Table:  # noqa: PYI034 (typing has Self from 3.11 on)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._con.close()

    def rows(
        self, places: Sequence[int | None], progress: Progress | None = None
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Yield batches of rows.

        Args:
            places: The index of each column that is wanted; ``None`` gives nulls.
            progress: Is told how many octets were read, more or less.
        """
        quoted = ['"' + name.replace('"', '""') + '"' for name in self.names]
        cells = ", ".join("NULL" if place is None else quoted[place] for place in places)
        told = 0
        try:
            with _interruptible():
                query = f"SELECT {cells} FROM {self._source}"  # noqa: S608 (quoted names)
                found = self._con.execute(query, self._arguments)
            while True:
                with _interruptible():
                    rows = found.fetchmany(_BATCH_ROWS)
                if not rows:
                    break
                yield rows
                if progress is not None:
                    octets = min(sum(len(str(row)) for row in rows), self._size - told)
                    told += octets
                    progress(octets)
            self._tell_rejected()
        except self._error as error:
            raise self._explained(error) from None
        if progress is not None:
            progress(self._size - told)

    def _tell_rejected(self) -> None:
        if self._form == "csv":
            query = (
                "SELECT line, string_agg(error_message, '; ') FROM reject_errors GROUP BY line ORDER BY line"
            )
            for line, message in self._con.execute(query).fetchall():
                first = str(message).strip().splitlines()[0]
                problem = f"the row does not fit the others and is left out ({first})"
                self._report(InputProblem(f"{self._path}: line {line}", problem))

    def _explained(self, error: Exception) -> ValueError:
        first = str(error).strip().splitlines()[0]
        if "sniffing" in first:
            first = "not CSV: its quotation marks or its cells do not fit; is a quotation mark not closed?"
        return ValueError(f"{self._path}: {first}")


def _delimiter(path: str) -> str:
    """Return what makes most columns of the first line.

    DuckDB would look at all rows, and let one that is broken decide.
    """
    with open(path, "rb") as file:
        octets = next(octets_of(file, path, unheard), b"")
    first = octets.decode("utf-8-sig", "replace").partition("\n")[0].replace("\0", "")
    rows = {each: next(csv.reader([first], delimiter=each), []) for each in ",;\t|"}
    return max(rows, key=lambda each: len(rows[each]))


@contextmanager
def _interruptible() -> Iterator[None]:
    """Turn DuckDB's error for an interrupt into Python's."""
    try:
        yield
    except RuntimeError as error:
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from None
        raise
