"""Messages from files whose columns have names and types: Parquet, Arrow IPC, NDJSON, workbooks."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from segcore.sources import WORDS, ReadingNotes, Roles
from segcore.sources.decoding import not_utf8
from segcore.sources.headings import FIRST_ROWS, Columns, choose
from segcore.sources.json_fields import syntax_error
from segcore.sources.opening import FileError, size

if TYPE_CHECKING:
    import polars as pl
    from polars._typing import PolarsDataType

_SAMPLE_ROWS = 1_000

# Rows that polars is asked for at a time: few enough for the memory, enough for every thread.
_WINDOW_ROWS = 1 << 20
_WINDOW_ROWS_A_THREAD = 1 << 16

# A column that is there while JSON is read.
_MAY_BE_JSON = "may be JSON"

# Africa's Talking's summary of a response.
_SUMMARY = re.compile(r"Sent to \d+/\d+\b")

# Parts of the names of fields, and the state, in an error that an interface returned.
_ERROR_FIELDS = frozenset(("error", "errors", "exception", "requesterror", "fault", "statuscode"))
_ERROR_TEXTS = frozenset(text.casefold() for text in WORDS["error.text"])
_ERROR_STATE = re.compile("[45][0-9]{2}$|err|fail")

# The longest name of a field that a pattern of names is made of: each of its letters is a level in it.
_LONGEST_KEY = 100

# The names of fields that stand for null, in DynamoDB and Firestore.
_NULLS = frozenset(("NULL", "nullValue"))

# Levels of objects inside records whose fields become columns.
_MOST_NESTED = 3


class _Leaf(NamedTuple):
    """A column of a table without nested columns."""

    name: str
    values: pl.Expr
    in_list: bool


class TableFile:
    """A file of messages whose columns have names and types.

    Fields of nested columns are columns of their own, such as ``body.text``.

    Args:
        path: The file.
        kind: ``"parquet"``, ``"ipc"`` or ``"ndjson"``.
        roles: The names of columns.
        name: Its name in errors, if that is not its path.
        whole: Whether all columns are to be read, not only those that are used.

    Raises:
        FileError: It cannot be read as messages, and why.

    Example:
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "messages.ndjson")
        ...     _ = path.write_text('{"body": {"text": "Hello"}, "to": "+12025550143"}\\n')
        ...     file = TableFile(str(path), "ndjson", Roles())
        ...     print(file.columns.used()["text"], [frame["c0"].to_list() for frame in file.frames()])
        body.text [['Hello']]
    """

    def __init__(self, path: str, kind: str, roles: Roles, name: str = "", *, whole: bool = False) -> None:
        self._path = path
        self._kind = kind
        self._whole = whole
        self.name = name or path
        self.delimiter: str | None = None
        self.has_byte_order_mark = False
        self.notes = ReadingNotes()
        self._size = size(path)
        try:
            self._scan = _scan(os.path.abspath(path), kind, roles)
            self._leaves = [*_leaves(self._scan.collect_schema(), as_text=kind == "ndjson")]
        except Exception as error:  # noqa: BLE001 (polars raises others than its own)
            raise self._explained(error) from None
        try:
            names = [leaf.name for leaf in self._leaves]
            self.columns: Columns = choose(names, roles, cells=self._first_cells)
        except FileError:
            raise
        except ValueError as error:
            raise FileError(self.name, str(error)) from None
        text = self._leaves[self.columns.text]
        if text.in_list:
            raise FileError(
                self.name,
                f"{text.name!r} is a field of a list, so a row has several; name the text with --text",
            )
        if roles.text is None:
            self._check_results(text.name)

    def _check_results(self, text: str) -> None:
        """Tell the texts of messages from the summaries in a provider's responses.

        Africa's Talking answers with a summary, "Sent to 1/1 Total Cost: KES 0.8000", beside its recipients.
        """
        self._check_errors(text)
        parent, _, _ = text.rpartition(".")
        beside = [leaf.name for leaf in self._leaves if leaf.in_list and leaf.name.startswith(parent)]
        fields = {name.rpartition(".")[2].casefold() for name in beside}
        if "cost" not in fields or not fields & {"status", "statuscode", "messageid"}:
            return
        first = next(iter(self._first_cells(self.columns.text)), None)
        if _SUMMARY.match(str(first)):
            problem = f"{text!r} holds the summary of a response, {str(first)[:40]!r}, not a message"
            raise FileError(
                self.name, f"{problem}; read the file of what was sent, or name the text with --text"
            )
        self.notes.add("columns", f"The text is the field {text!r}, the same for every recipient.", "--text")

    def _check_errors(self, text: str) -> None:
        """Tell a message from an error that an interface returned: one object, without a recipient."""
        if self._kind != "ndjson" or self.columns.to is not None:
            return
        fields = {part for leaf in self._leaves for part in re.split(r"[._]", leaf.name.casefold())}
        states = {
            str(next(iter(self._first_cells(index)), "")).casefold()
            for index, leaf in enumerate(self._leaves)
            if leaf.name.casefold() == "status"
        }
        is_error = fields & _ERROR_FIELDS or any(map(_ERROR_STATE.match, states))
        cells = self._first_cells(self.columns.text)
        if len(cells) == 1 and (is_error or str(cells[0]).rstrip(".").casefold() in _ERROR_TEXTS):
            first = str(cells[0])[:40]
            problem = f"{text!r} holds {first!r}, which looks like an error that an interface returned"
            raise FileError(
                self.name, f"{problem}; read the file of what was sent, or name the text with --text"
            )

    @cached_property
    def _head(self) -> pl.LazyFrame:
        """The first rows, perhaps with others: polars parses many megabytes of JSON for the first row."""
        import polars as pl

        if self._kind != "ndjson":
            return self._scan
        with open(self._path, "rb") as file:
            lines = b"".join(islice((line for line in file if line.strip()), FIRST_ROWS))
        return pl.scan_ndjson(BytesIO(lines), schema=self._scan.collect_schema())

    def _first_cells(self, index: int) -> list[object]:
        import polars as pl

        try:
            first = self._head.select(self._leaves[index].values).head(FIRST_ROWS).collect()
        except (pl.exceptions.PolarsError, OSError) as error:
            raise self._explained(error) from None
        return first.to_series().to_list()

    def rows_expected(self) -> int:
        """Return how many messages there are; about how many, in an NDJSON file."""
        import polars as pl

        if self._kind != "ndjson":
            return int(self._scan.select(pl.len()).collect().item())
        with open(self._path, "rb") as file:
            head = b"".join(islice(file, _SAMPLE_ROWS))
        return max(1, round(self._size * head.count(b"\n") / max(1, len(head))))

    def frames(self) -> Iterator[pl.DataFrame]:
        """Begin to read and yield the rows, a batch at a time, in columns c0, c1 and so on.

        polars reads on while the caller does something else.

        Raises:
            FileError: They cannot be read, and why.
        """
        import polars as pl

        columns = self.columns
        kept = range(len(columns.names)) if self._whole else sorted(columns.indices)
        try:
            scan = self._scan.select(self._leaves[each].values.alias(f"c{each}") for each in kept)
            if self._kind == "ndjson":
                text = pl.col(f"c{columns.text}").cast(pl.String).str
                # polars looks at all texts while it reads, on every thread.
                starts = text.starts_with("[") | text.starts_with("{")
                scan = scan.with_columns(starts.alias(_MAY_BE_JSON))
                return self._explaining(self._checked(scan.collect_batches()))
            return self._explaining(_windows(scan, self.rows_expected()))
        except (pl.exceptions.PolarsError, OSError) as error:
            raise self._explained(error) from None

    def _explaining(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """Yield frames, and name the file in errors."""
        import polars as pl

        try:
            yield from frames
        except (pl.exceptions.PolarsError, OSError) as error:
            raise self._explained(error) from None

    def _checked(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """Yield the frames of a JSON file whose texts are none of JSON."""
        for frame in frames:
            if frame.drop_in_place(_MAY_BE_JSON).any():
                self._check_texts(frame[f"c{self.columns.text}"])
            yield frame

    def _check_texts(self, texts: pl.Series) -> None:
        """Raise an error if a text is an array or an object: never a text, in whichever row it is."""
        for text in texts.filter(texts.str.contains(r"(?s)^(?:\[.*\]|\{.*\})\s*$").fill_null(False)):
            if _is_json(text):
                column = self.columns.names[self.columns.text]
                raise FileError(
                    self.name,
                    f"{column!r} holds {text[:40]!r}, which is not a text; name the text with --text",
                )

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


def _windows(scan: pl.LazyFrame, rows: int) -> Iterator[pl.DataFrame]:
    """Yield all rows; polars reads the next window of them while the last rows of one are taken.

    polars reads far ahead of the code that takes its batches, but not beyond what it is asked for.
    """
    import polars as pl

    size = max(_WINDOW_ROWS, pl.thread_pool_size() * _WINDOW_ROWS_A_THREAD)
    # The call starts to read.  For batches in any order polars would have to number the rows, and would hold
    # twice as many of them in memory.
    windows = (scan.slice(start, size).collect_batches() for start in range(0, rows, size))
    return _one_after_another(next(windows, iter(())), windows)


def _one_after_another(
    batches: Iterator[pl.DataFrame], windows: Iterator[Iterator[pl.DataFrame]]
) -> Iterator[pl.DataFrame]:
    """Yield the batches of windows, and start each window before the batches of the last one."""
    for following in windows:
        yield from batches
        batches = following
    yield from batches


_TITLES = {"parquet": "Parquet", "ipc": "Arrow IPC", "ndjson": "NDJSON"}


def flattened(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table in which fields of nested columns are columns of their own, such as ``body.text``.

    Args:
        table: The table.
    """
    if not any(kind.is_nested() for kind in table.dtypes):
        return table
    return table.select(
        leaf.values.alias(leaf.name) for leaf in _leaves(table.collect_schema(), as_text=False)
    )


def _leaves(schema: pl.Schema, *, as_text: bool) -> Iterator[_Leaf]:
    """Yield the columns of a table; those inside of others have names such as ``body.text``."""
    import polars as pl

    for name, kind in schema.items():
        yield from _leaves_of(name, pl.col(name), kind, 0, as_text=as_text)


def _leaves_of(
    name: str, values: pl.Expr, kind: PolarsDataType, depth: int, *, as_text: bool
) -> Iterator[_Leaf]:
    import polars as pl

    if isinstance(kind, pl.Struct) and kind.fields and depth < _MOST_NESTED:
        for field in (each for each in kind.fields if each.name not in _NULLS):
            inside = values.struct.field(field.name)
            yield from _leaves_of(f"{name}.{field.name}", inside, field.dtype, depth + 1, as_text=as_text)
    elif isinstance(kind, (pl.List, pl.Array)) and isinstance(kind.inner, pl.Struct) and depth < _MOST_NESTED:
        entries = values if isinstance(kind, pl.List) else values.arr.to_list()
        for leaf in _leaves_of("", pl.element(), kind.inner, depth + 1, as_text=False):
            inside = entries.list.eval(leaf.values)
            if leaf.in_list:
                inside = entries.list.eval(leaf.values.list.explode())
            if as_text:
                inside = inside.list.eval(pl.element().cast(pl.String)).list.join(",", ignore_nulls=True)
            yield _Leaf(f"{name}{leaf.name}", inside, True)
    else:
        yield _Leaf(name, values, depth > 0 and isinstance(kind, pl.List))


def _scan(path: str, kind: str, roles: Roles) -> pl.LazyFrame:
    import polars as pl

    if kind == "parquet":
        return pl.scan_parquet(path, glob=False)
    return pl.scan_ipc(path) if kind == "ipc" else _ndjson(path, roles)


def _ndjson(path: str, roles: Roles) -> pl.LazyFrame:
    import polars as pl

    try:
        found = pl.scan_ndjson(path, infer_schema_length=_SAMPLE_ROWS).collect_schema()
        # A field may appear first in any row.
        # The search comes first, because it also looks at all octets.
        if _has_other_keys(path, _keys(found.items())) and not _has_all_columns(found, roles):
            found = pl.scan_ndjson(path, infer_schema_length=None).collect_schema()
    except pl.exceptions.PolarsError:
        found = pl.Schema(dict.fromkeys(_fields(path), pl.String))
        if not found:
            raise
    # As strings, nothing is lost where rows differ in their types.
    return pl.scan_ndjson(path, schema={name: _with_strings(kind) for name, kind in found.items()})


def _has_all_columns(schema: pl.Schema, roles: Roles) -> bool:
    """Return whether each role has a column in the first rows, which no later row can change."""
    try:
        used = choose(schema.names(), roles).used().values()
    except ValueError:
        return False
    return None not in used and not any(kind.is_nested() for kind in schema.dtypes())


def _keys(fields: Iterable[tuple[str, PolarsDataType]]) -> Iterator[str]:
    """Yield the keys of records, those of the objects inside them too."""
    import polars as pl

    for name, kind in fields:
        yield name
        while isinstance(kind, (pl.List, pl.Array)):
            kind = kind.inner  # noqa: PLW2901 (the type of what is inside)
        if isinstance(kind, pl.Struct):
            yield from _keys((field.name, field.dtype) for field in kind.fields)


def _has_other_keys(path: str, keys: Iterable[str]) -> bool:
    """Return whether some line may have a key that is not one of those given, or is not UTF-8.

    One search takes a fraction of the time that reading every line takes.
    """
    import polars as pl

    known = {*keys}
    if max(map(len, known), default=0) > _LONGEST_KEY:
        return True
    # A key follows a brace or a comma; a closing quotation mark that does is not followed by a colon.
    other = rf'[{{,]\s*"{_other_strings(known)}"\s*:'
    found = pl.col("line").str.contains(other).any()
    try:
        # Read as CSV with one column, which takes less than half of the time of `scan_lines` on many cores.
        lines = pl.scan_csv(
            path, glob=False, has_header=False, separator="\1", quote_char=None, schema={"line": pl.String}
        )
        return bool(lines.select(found).collect(engine="streaming").item())
    except (pl.exceptions.PolarsError, OSError):
        return True


def _other_strings(known: set[str]) -> str:
    """Return the pattern of the strings in JSON that are none of the known ones."""
    heads = sorted({each[0] for each in known if each})
    differs = rf'(?:[^"\\{re.escape("".join(heads))}]|\\.)(?:[^"\\]|\\.)*'
    begins_alike = (
        re.escape(head) + _other_strings({each[1:] for each in known if each.startswith(head)})
        for head in heads
    )
    return f"(?:{'|'.join([*([] if '' in known else ['']), differs, *begins_alike])})"


def _with_strings(kind: PolarsDataType, depth: int = 0) -> PolarsDataType:
    """Return a type with all scalars as strings; lists of scalars are strings of JSON."""
    import polars as pl

    if isinstance(kind, pl.Struct) and depth < _MOST_NESTED:
        return pl.Struct([pl.Field(each.name, _with_strings(each.dtype, depth + 1)) for each in kind.fields])
    if isinstance(kind, pl.List) and isinstance(kind.inner, pl.Struct) and depth < _MOST_NESTED:
        return pl.List(_with_strings(kind.inner, depth + 1))
    return pl.String()


def _fields(path: str) -> Sequence[str]:
    """Return the names of the fields in all lines, where polars finds no common type."""
    found: dict[str, None] = {}
    with open(path, encoding="utf-8-sig") as file:
        for line in filter(str.strip, file):
            with suppress(json.JSONDecodeError, RecursionError):
                found.update(dict.fromkeys(json.loads(line)))
    return [*found]


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), (list, dict))
    except (json.JSONDecodeError, RecursionError):
        return False


def _not_an_object(path: str, name: str) -> FileError | None:
    """Return the error for the first line that is not an object, if there is one."""
    with open(path, encoding="utf-8-sig") as file:
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
        return f"not JSON ({syntax_error(error)} at code point {error.pos + 1} of the line)"
    except RecursionError:
        return "nested too deeply"
    return None if isinstance(found, dict) else f"not an object but a {type(found).__name__}"
