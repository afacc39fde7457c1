"""Messages from Parquet, Arrow IPC and NDJSON files, read by polars."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from segcore.sources.decoding import not_utf8
from segcore.sources.headings import Columns, Roles, choose
from segcore.sources.opening import FileError, size

if TYPE_CHECKING:
    import polars as pl

_SAMPLE_ROWS = 1_000
_WINDOW_ROWS = 1 << 20


class TableFile:
    """A file of messages whose columns have names and types.

    Args:
        path: The file.
        kind: ``"parquet"``, ``"ipc"`` or ``"ndjson"``.
        roles: The names of columns.
        name: What to call it in errors, if that is not its path.
        whole: Whether all columns are to be read, not only those that are used.

    Raises:
        FileError: It cannot be read as messages, and why.

    Example:
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "messages.ndjson")
        ...     _ = path.write_text('{"body": "Hello", "to": "+12025550143"}\\n')
        ...     file = TableFile(str(path), "ndjson", Roles())
        ...     print(file.columns.used()["text"], [frame["c0"].to_list() for frame in file.frames()])
        body [['Hello']]
    """

    def __init__(self, path: str, kind: str, roles: Roles, name: str = "", *, whole: bool = False) -> None:
        self._path = path
        self._kind = kind
        self._whole = whole
        self.name = name or path
        self.delimiter: str | None = None
        self.has_byte_order_mark = False
        self._size = size(path)
        try:
            self._scan = _SCANS[kind](os.path.abspath(path))
            names = self._scan.collect_schema().names()
        except Exception as error:  # noqa: BLE001 (polars raises others than its own)
            raise self._explained(error) from None
        try:
            self.columns: Columns = choose(names, roles)
        except ValueError as error:
            raise FileError(self.name, str(error)) from None

    def rows_expected(self) -> int:
        """Return how many messages there are; about how many, in an NDJSON file."""
        import polars as pl

        if self._kind != "ndjson":
            return int(self._scan.select(pl.len()).collect().item())
        with open(self._path, "rb") as file:
            head = b"".join(islice(file, _SAMPLE_ROWS))
        return max(1, round(self._size * head.count(b"\n") / max(1, len(head))))

    def frames(self) -> Iterator[pl.DataFrame]:
        """Yield the rows, a batch at a time, in columns c0, c1 and so on.

        Raises:
            FileError: They cannot be read, and why.
        """
        import polars as pl

        columns = self.columns
        used = {columns.text, columns.to, columns.media, *columns.group} - {None}
        kept = range(len(columns.names)) if self._whole else sorted(each for each in used if each is not None)
        try:
            scan = self._scan.select(pl.col(columns.names[each]).alias(f"c{each}") for each in kept)
            if self._kind == "ndjson":
                yield from scan.collect_batches()
                return
            # polars reads far ahead of what takes its batches, but not beyond what it is asked for.
            for start in range(0, self.rows_expected(), _WINDOW_ROWS):
                yield from scan.slice(start, _WINDOW_ROWS).collect_batches()
        except (pl.exceptions.PolarsError, OSError) as error:
            raise self._explained(error) from None

    def _explained(self, error: Exception) -> FileError:
        try:
            size(self._path)
        except FileError as problem:
            return problem
        if self._kind == "ndjson":
            found = not_utf8(self._path, self.name) or _not_an_object(self._path, self.name)
            if found is not None:
                return found
        if not isinstance(error, OSError) and not type(error).__module__.startswith("polars"):
            raise error
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        return FileError(self.name, f"not readable as {_TITLES[self._kind]}: {said}; write it again")


_TITLES = {"parquet": "Parquet", "ipc": "Arrow IPC", "ndjson": "NDJSON"}


def _parquet(path: str) -> pl.LazyFrame:
    import polars as pl

    return pl.scan_parquet(path, glob=False)


def _ipc(path: str) -> pl.LazyFrame:
    import polars as pl

    return pl.scan_ipc(path)


def _ndjson(path: str) -> pl.LazyFrame:
    import polars as pl

    found = pl.scan_ndjson(path, infer_schema_length=_SAMPLE_ROWS).collect_schema().names()
    # As strings, nothing is lost where rows differ in their types.
    return pl.scan_ndjson(path, schema=dict.fromkeys(found, pl.String))


_SCANS: dict[str, Callable[[str], pl.LazyFrame]] = {"parquet": _parquet, "ipc": _ipc, "ndjson": _ndjson}


def _not_an_object(path: str, name: str) -> FileError | None:
    """Return the error for the first line that is not an object, if there is one."""
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            problem = _problem(line) if line.strip() else None
            if problem is not None:
                hint = 'write one JSON object in each line, such as {"text": "Hello"}'
                return FileError(name, f"{problem}; {hint}", number)
    return None


def _problem(line: str) -> str | None:
    try:
        found = json.loads(line.rstrip())
    except json.JSONDecodeError as error:
        return f"not JSON ({error.msg} at code point {error.pos + 1} of the line)"
    return None if isinstance(found, dict) else f"not an object but a {type(found).__name__}"
