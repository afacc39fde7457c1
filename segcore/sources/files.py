"""Files, folders, streams and addresses: fetched, unpacked, and opened as messages, whatever their kind."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from segcore.rules import lines_of
from segcore.sources import Reading, ReadingNotes
from segcore.sources.headings import Columns
from segcore.sources.json_fields import InputError
from segcore.sources.opening import (
    COPY_NAMES,
    WORKBOOK_MAGIC,
    FileError,
    is_address,
    name_of,
    size,
    temporary_folder,
    unpacked,
    unpacked_pieces,
)

# A reader of one form of files is imported for a file of that form.
if TYPE_CHECKING:
    from http.client import HTTPResponse

SUFFIXES = (".json", ".ndjson", ".jsonl")
"""Endings of the names of JSON files in a folder, before the suffix of a compression."""

_PACKED = (".gz", ".zst", ".xz", ".bz2", ".zip")

OnError = Callable[[InputError], None]
"""Receives each part of the input that cannot be used."""

Progress = Callable[[int], None]
"""Receives the number of octets just read."""


def files_of(path: str, on_error: OnError) -> Iterator[str]:
    """Yield a file, or the JSON files in a folder and its subfolders, sorted by name.

    Args:
        path: A file or a folder.
        on_error: Receives an `InputError` for each file in a folder that is skipped because of its name.
    """
    if not os.path.isdir(path):
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = os.path.join(folder, name)
            if name.startswith("."):
                continue
            if without_packing(name.lower()).endswith(SUFFIXES):
                yield file
            else:
                known = ", ".join(SUFFIXES)
                on_error(
                    InputError(
                        file,
                        "",
                        f"skipped: its name does not end in {known} with or without that of a compression",
                    )
                )


def without_packing(name: str) -> str:
    """Return the name of a file without the suffix of a compression.

    Example:
        >>> without_packing("sent.csv.gz"), without_packing("sent.csv")
        ('sent.csv', 'sent.csv')
    """
    root, suffix = os.path.splitext(name)
    return root if suffix in _PACKED else name


def is_source(value: object) -> bool:
    """Return whether a value is a path, or a file open for reading."""
    return isinstance(value, (str, os.PathLike)) or hasattr(value, "read")


def open_files(source: Any, name: str, on_error: OnError) -> Iterator[tuple[Any, str]]:
    """Yield the open files of a source, each with its name.

    Args:
        source: A file, a folder, or a file that is already open.
        name: The name of an open file that has none.
        on_error: As in `files_of`.

    Raises:
        OSError: A file cannot be opened.
    """
    if not isinstance(source, (str, os.PathLike)):
        yield source, getattr(source, "name", name)
        return
    for path in files_of(os.fspath(source), on_error):
        with open(path, "rb") as file:
            yield file, path


def size_of(path: str) -> int:
    """Return the size of a file, or of all JSON files in a folder, in octets."""
    return sum(os.path.getsize(file) for file in files_of(path, lambda _: None))


def octets_of(
    file: BinaryIO, name: str, on_error: OnError, progress: Progress | None = None
) -> Iterator[bytes]:
    """Yield the content of a file piece by piece, unpacked if it is packed.

    Args:
        file: The file.
        name: How errors name it.
        on_error: Receives an `InputError` if packed data ends early or is damaged; everything before that is
            yielded.
        progress: Receives the number of octets read from the file.

    Example:
        >>> import gzip, io
        >>> errors = []
        >>> truncated = io.BytesIO(gzip.compress(b"Hello")[:-4])
        >>> b"".join(octets_of(truncated, "x.gz", errors.append)), str(errors[0])
        (b'Hello', 'x.gz: the compressed data ends early, after octet 21 of the file: it was cut off')
    """
    source: Any = file if progress is None else _Watched(file, progress)
    try:
        yield from unpacked_pieces(source, name)
    except FileError as error:
        on_error(InputError(name, "", error.problem))


class _Watched:
    """A file that reports how many octets are read from it."""

    def __init__(self, file: BinaryIO, progress: Progress) -> None:
        self._file = file
        self._progress = progress

    def read(self, size: int = -1) -> bytes:
        return self._counted(self._file.read(size))

    def read1(self, size: int = -1) -> bytes:
        return self._counted(getattr(self._file, "read1", self._file.read)(size))

    def _counted(self, octets: bytes) -> bytes:
        self._progress(len(octets))
        return octets

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


_MAGIC = {
    b"PAR1": "parquet",
    b"ARROW1": "ipc",
    **dict.fromkeys(WORKBOOK_MAGIC, "workbook"),
}

# An object, or an array of objects, arrays or strings; "[id]" may be a heading of a CSV file.
_JSON = re.compile(
    rb'(?:\xef\xbb\xbf)?[\s\x1e]*(?:\{\s*["}]|\[\s*(?:[{\[]\s*["{\[]|"(?:[^"\\]|\\.)*"\s*[,\]]|\]))'
)

_FORMS = {"parquet": "a Parquet file", "ipc": "an Arrow file", "workbook": "a workbook"}

# Names of files other than CSV, and the library that reads them.
_NEEDED = {
    "parquet": ("Parquet", "polars"),
    "ipc": ("Arrow", "polars"),
    "workbook": ("a workbook", "python_calamine"),
}

_ARROW_STREAM = b"\xff\xff\xff\xff"

# A file whose first cell is plain words is none of those in other_files.txt.
_WORDS = re.compile(rb'[\w" \x80-\xff]+[,;\t]')

_OTHER_SUFFIXES = {
    **dict.fromkeys((".yaml", ".yml"), "a YAML file"),
    ".toml": "a TOML file",
    ".sql": "a file of SQL",
    ".vcf": "a file of contacts",
    ".eml": "a mail",
}

_LINE_END = re.compile(rb"[\r\n]")
_FEW_OCTETS = 1 << 12


class MessageFile(Protocol):
    """A file of messages, open for reading.

    Args:
        name: Its name in errors.
        columns: The columns that are used.
        delimiter: The delimiter of a CSV file, ``None`` for other files.
        has_byte_order_mark: Whether a CSV file begins with U+FEFF.
    """

    name: str
    columns: Columns
    delimiter: str | None
    has_byte_order_mark: bool
    notes: ReadingNotes

    def rows_expected(self) -> int:
        """Return about how many messages there are."""
        ...

    def frames(self) -> Iterator[Any]:
        """Yield the rows, a batch at a time, in columns c0, c1 and so on: of polars, or a `PlainFrame`."""
        ...


@contextmanager
def opened(path: str, reading: Reading, *, whole: bool = False, plain: bool = False) -> Iterator[MessageFile]:
    """Open a file of messages: CSV, JSON, Parquet, Arrow IPC or a workbook, perhaps packed.

    Args:
        path: The file.
        reading: How to read it.
        whole: Whether all columns are to be read, not only those that are used.
        plain: Whether the rows of a small CSV file may be read without polars.

    Raises:
        FileError: It cannot be read as messages, and why.
    """
    name, notes = name_of(path), ReadingNotes()
    with _unchanged(path, name), ExitStack() as stack:
        content = stack.enter_context(unpacked(path, name, force=reading.force))
        kind = form_of(content, name)
        file: MessageFile
        if kind in _NEEDED:
            _check_installed(*_NEEDED[kind], name)
        for option, applies in (("sheet", "workbook"), ("encoding", "text"), ("delimiter", "text")):
            if kind != applies and (value := getattr(reading, option)) is not None:
                notes.add(
                    "ignored", f"{name} is {_FORMS.get(kind, 'a text file')}: {option} {value!r} is ignored."
                )
        if kind == "workbook":
            from segcore.sources.csv_file import CsvFile
            from segcore.sources.workbook import sheet_as_csv

            sheet = stack.enter_context(sheet_as_csv(content, name, reading, notes))
            file = CsvFile(sheet, reading._replace(delimiter=",", quotes=True), name, plain=plain)
        elif kind != "text":
            from segcore.sources.table_file import TableFile

            file = TableFile(content, kind, reading.roles, name, whole=whole)
        else:
            from segcore.sources.decoding import decoded, is_utf8

            text = stack.enter_context(decoded(content, name, reading.encoding, notes))
            if _JSON.match(_starts(text)):
                _check_installed("JSON", "polars", name)
                try:
                    file = stack.enter_context(_json_file(text, name, reading, whole=whole))
                except FileError:
                    if is_utf8(text, whole=True):
                        raise
                    # Octets that are not UTF-8 come late.
                    text = stack.enter_context(decoded(text, name, None, notes, whole=True))
                    file = stack.enter_context(_json_file(text, name, reading, whole=whole))
            else:
                from segcore.sources.csv_file import CsvFile

                _check_lines(text, name, reading.most_octets)
                file = CsvFile(text, reading, name, plain=plain)
        notes.extend(file.notes)
        file.notes = notes
        yield file


def _check_installed(form: str, library: str, name: str) -> None:
    """Raise an error if the library that a form of files needs is not installed."""
    try:
        import_module(library)
    except ImportError:
        problem = f"{form} needs {library}, which is not installed"
        raise FileError(
            name, f"{problem}; install segcore with its extra 'cli', or save the messages as CSV"
        ) from None


@contextmanager
def _unchanged(path: str, name: str) -> Iterator[None]:
    """Raise an error if a file is written to or replaced meanwhile, whatever its reader made of that."""
    before = _state(path)
    try:
        yield
    except FileError:
        _check_state(path, name, before)
        raise
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        _check_state(path, name, before)
        raise FileError(name, f"polars cannot read it: {str(error)[:200]}; write it again") from None
    _check_state(path, name, before)


def _state(path: str) -> tuple[int, int, int]:
    """Return values that change if a file is written to or replaced."""
    size(path)
    found = os.stat(path)
    return found.st_ino, found.st_size, found.st_mtime_ns


def _check_state(path: str, name: str, before: tuple[int, int, int]) -> None:
    try:
        is_same = _state(path) == before
    except FileError:
        is_same = False
    if not is_same:
        raise FileError(name, "it changed while it was read; try again when nothing writes to it") from None


def _check_lines(path: str, name: str, most: int) -> None:
    """Raise an error if a line is too long, and read only as much of the file as that needs."""
    step = max(2, most // 2)
    with open(path, "rb") as file:
        octets = os.fstat(file.fileno()).st_size
        # A longer line holds a whole step without a line end.
        for start in range(0, max(0, octets - step), step):
            file.seek(start)
            if _LINE_END.search(file.read(_FEW_OCTETS)) or _LINE_END.search(file.read(step - _FEW_OCTETS)):
                continue
            file.seek(max(0, start - step))
            before = file.read(start - file.tell())
            begin = start - len(before) + max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
            file.seek(begin)
            if not _LINE_END.search(file.read(most + 1)) and octets - begin > most:
                file.seek(0)
                line = 1 + sum(file.read(min(step, begin - at)).count(b"\n") for at in range(0, begin, step))
                problem = f"a line of more than {most:,} octets; raise the limit with --max-value-size"
                raise FileError(name, problem, line)


# A field around a list of messages that tells of another page.
_PAGE = (
    rb'(?i)"(has_?more|has_?next_?page|more_available)"\s*:\s*true'
    rb'|"(next|next_?(?:records_?)?ur[il]|next_?page|next_?page_?uri|next_?cursor|next_?page_?token)"\s*:\s*"[^"]'
)
# A field before a list of messages that tells how many there are on all pages.
_TOTAL = re.compile(
    rb'(?i)"(total|total_?(?:count|size|results|items|records|elements|messages|hits))"\s*:'
    rb'\s*(?:\{\s*"value"\s*:\s*)?(\d{1,9})\b'
)


def _ends(path: str) -> bytes:
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - (1 << 12)))
        return file.read()


def _starts(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(1 << 12)


def form_of(path: str, name: str, content: str = "messages") -> str:
    """Return whether a file is "parquet", "ipc", a "workbook" or "text"; others are errors that name them."""
    start = _starts(path)
    if start.startswith(_ARROW_STREAM):
        raise FileError(name, "an Arrow stream; write it as an Arrow file")
    other = _OTHER_SUFFIXES.get(os.path.splitext(name.lower())[1]) or _other_kind(start)
    if other is not None:
        raise FileError(name, f"{other}; export the {content} as CSV, JSON or a workbook")
    return next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), "text")


def _other_kind(start: bytes) -> str | None:
    """Return what a file is called that holds no table of messages, judged by its first octets."""
    if _WORDS.match(start) or _JSON.match(start):
        return None
    text = start.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    for line in lines_of(__package__, "other_files.txt"):
        kind, _, pattern = line.partition(": ")
        if re.match(f"(?is){pattern}", text):
            return kind
    return None


@contextmanager
def _json_file(path: str, name: str, reading: Reading, *, whole: bool) -> Iterator[MessageFile]:
    """Yield a file of JSON; unless it is NDJSON, its records are copied, one in each line."""
    from segcore.sources.decoding import not_utf8
    from segcore.sources.json_records import is_ndjson, records
    from segcore.sources.table_file import TableFile

    if is_ndjson(path, reading.roles):
        _check_lines(path, name, reading.most_octets)
        yield TableFile(path, "ndjson", reading.roles, name, whole=whole)
        return
    unread: dict[str, None] = {}
    with temporary_folder() as folder:
        copy = os.path.join(folder, "records")
        try:
            with open(copy, "w", encoding="utf-8", newline="\n") as lines:
                lines.writelines(
                    f"{each}\n" for each in records(path, name, reading.roles, reading.most_octets, unread)
                )
                is_empty = lines.tell() == 0
        except UnicodeDecodeError:
            raise not_utf8(path, name) or FileError(name, "not UTF-8") from None
        if is_empty:
            raise FileError(name, "it has no messages; check what was exported")
        file = TableFile(copy, "ndjson", reading.roles, name, whole=whole)
        if unread:
            file.notes.add("lists", f"{name}: no message is read from {', '.join(map(repr, unread))}.")
        if page := re.search(_PAGE, _starts(path)) or re.search(_PAGE, _ends(path)):
            field = (page[1] or page[2]).decode()
            file.notes.add("pages", f"{name}: {field!r} says that more messages are on another page.")
        elif totals := _TOTAL.findall(_starts(path).partition(b"[")[0]):
            # Elasticsearch also tells the total of its shards.
            field, number = max(totals, key=lambda total: int(total[1]))
            if _has_fewer(copy, int(number)):
                said = (
                    f"{field.decode()!r} says that there are {int(number):,} messages, more than in the file"
                )
                file.notes.add("pages", f"{name}: {said}.")
        yield file


def _has_fewer(path: str, lines: int) -> bool:
    """Return whether a file has fewer lines than so many."""
    with open(path, "rb") as file:
        return sum(1 for _ in islice(file, lines)) < lines


# The packages through which fsspec reads what polars cannot.
_PACKAGES = {"s3": "s3fs", "gs": "gcsfs", "az": "adlfs"}

_TABLES = (".parquet", ".pq")
_LINES = (".csv", ".tsv", ".txt", ".ndjson", ".jsonl", ".json")

_TIMEOUT_SECONDS = 60


@contextmanager
def fetched(paths: Sequence[str]) -> Iterator[list[str]]:
    """Yield paths in which each address is a file, a copy that is removed at the end.

    Args:
        paths: Paths and addresses: ``https://``, ``http://``, ``s3://``, ``gs://`` or ``az://``.

    Raises:
        FileError: A file cannot be fetched, and why.
    """
    if not any(map(is_address, paths)):
        yield [*paths]
        return
    with temporary_folder() as folder:
        found = []
        for index, path in enumerate(paths):
            copy = os.path.join(folder, str(index)) if is_address(path) else path
            if copy != path:
                COPY_NAMES[copy] = name_of(path)
                _fetch(path, copy)
            found.append(copy)
        try:
            yield found
        finally:
            for copy in found:
                COPY_NAMES.pop(copy, None)


def _fetch(address: str, copy: str) -> None:
    if address.lower().startswith("http"):
        _from_web(address, copy)
    else:
        _from_cloud(address, copy)


def _from_web(address: str, copy: str) -> None:
    import http.client
    import urllib.error
    import urllib.request

    name = name_of(address)
    request = urllib.request.Request(address, headers={"User-Agent": "segcore"})  # noqa: S310 (is_address knows the scheme)
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
            _check_is_file(name, answer)
            with open(copy, "wb") as file:
                shutil.copyfileobj(answer, file)
    except urllib.error.HTTPError as error:
        error.close()
        raise FileError(name, f"the server answers {error.code} {error.reason}; check the address") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        if isinstance(error, FileError):
            raise
        reason = str(getattr(error, "reason", error)).lower() or type(error).__name__
        raise FileError(name, f"cannot be fetched: {reason}; check the address") from None


def _check_is_file(name: str, answer: HTTPResponse) -> None:
    """Raise an error for a web page, such as a form to log in: none of its lines is a message."""
    if answer.headers.get_content_type() == "text/html":
        raise FileError(name, "a web page, not a file; use the address of the file itself, or download it")


def _from_cloud(address: str, copy: str) -> None:
    import polars as pl

    name, ending = name_of(address), os.path.splitext(address)[1].lower()
    try:
        if ending in _TABLES:
            pl.scan_parquet(address).sink_parquet(copy)
        elif ending in _LINES and hasattr(pl, "scan_lines"):
            pl.scan_lines(address).sink_csv(copy, include_header=False, quote_style="never")
        else:
            _by_fsspec(address, name, copy)
    except (pl.exceptions.PolarsError, OSError) as error:
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise FileError(name, f"cannot be fetched: {said}; check the address and the credentials") from None


def _by_fsspec(address: str, name: str, copy: str) -> None:
    package = _PACKAGES[address.partition("://")[0].lower()]
    try:
        import fsspec

        source = fsspec.open(address, "rb")
    except ImportError:
        raise FileError(
            name, f"reading it needs {package}: pip install {package}; or download it, or save it as Parquet"
        ) from None
    with source as opened, open(copy, "wb") as file:
        shutil.copyfileobj(opened, file)
