"""Find the records in JSON of any layout: arrays, envelopes around a list, objects one after another."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TextIO

from segcore.sources import Roles
from segcore.sources.headings import (
    find_heading,
    find_headings,
    find_named,
    is_header,
    is_phone_number,
    tells_kind,
)
from segcore.sources.json_fields import kind, syntax_error
from segcore.sources.opening import FileError

_PIECE_CODEPOINTS = 1 << 18
_MOST_NESTED = 8

# White space, and the separator before each text of a sequence (RFC 7464).
_SPACES = " \t\r\n\x1e"
_LINE_END = re.compile("[\r\n]+")

# An array whose first entry is neither an array nor an object.
_ROW = re.compile(r"\[\s*[^\s\[\]{]")
_PEEK_CODEPOINTS = 64

# Names that Python writes, and that are not JSON.
_CONSTANT = re.compile("NaN|Infinity")


def records(
    path: str, name: str, roles: Roles, most: int, unread: dict[str, None] | None = None
) -> Iterator[str]:
    """Yield the JSON text of each record of a file, in one line each.

    Records are objects: the entries of an array, of the one list of records inside an envelope such as
    ``{"messages": [...], "page": 0}``, or objects one after another.  A string in an array is a record with
    that text.  Memory does not grow with the file.

    Args:
        path: The file, in UTF-8.
        name: Its name in errors.
        roles: The names of columns, which tell a record from an envelope.
        most: The most octets of one record.
        unread: Gets the paths of lists with texts beside the messages.

    Raises:
        FileError: It is not JSON, a record is too long or nested too deeply, or which list is meant is not
            clear.

    Example:
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "page.json")
        ...     _ = path.write_text('{"messages": [{"body": "One"}, {"body": "Two"}], "page": 0}')
        ...     print(*records(str(path), "page.json", Roles(), 1 << 20))
        {"body": "One"} {"body": "Two"}
    """
    with open(path, encoding="utf-8-sig", newline="") as file:
        window = _Window(file, name, most)
        reader = _Reader(window, _Ranks(roles), {} if unread is None else unread)
        while first := window.next():
            if first == ",":
                # Objects with commas between them are an array whose brackets are lost.
                window.at += 1
            else:
                yield from reader.value()


def is_ndjson(path: str, roles: Roles) -> bool:
    """Return whether a JSON file has one record in each line, judged by its first two lines.

    Args:
        path: The file, in UTF-8.
        roles: The names of columns.
    """
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = filter(str.strip, iter(lambda: file.readline(_PIECE_CODEPOINTS), ""))
        first, second = (next(lines, each).strip(" \t\r\n") for each in ("", "{"))
    # polars knows no byte order mark, no separator of a sequence and no NaN.
    if not first.startswith("{") or not second.startswith("{") or _CONSTANT.search(first + second):
        return False
    try:
        value = json.loads(first)
    except (json.JSONDecodeError, RecursionError) as error:
        # polars names the line, unless objects go on in the next line or end in commas.
        is_longer = isinstance(error, json.JSONDecodeError) and error.msg == "Extra data"
        is_cut = isinstance(error, json.JSONDecodeError) and error.pos == len(first)
        return not (is_cut or is_longer or first.endswith(","))
    ranks = _Ranks(roles)
    if _with_addresses(value) or _rows_in(value):
        return False
    own, lists = ranks.of(value), ranks.lists(value)
    if not own and not lists and _only_list(value):
        return False
    return not _is_empty_envelope(value, own) and all(each.rank < own for each in lists)


def _is_empty_envelope(value: Mapping[str, Any], rank: int) -> bool:
    return not rank and [] in value.values()


# The rank of an object with a text and recipients.
_BEST = 2


class _List(NamedTuple):
    """A list of messages inside an object.

    Args:
        path: Its path.
        entries: The messages.
        rank: How much they look like messages, as `_Ranks.of` says.
        parent: The object that it is a member of.
    """

    path: str
    entries: list[Any]
    rank: int
    parent: Mapping[str, Any]


class _Ranks:
    """Tells how much an object looks like a message: by how many of its fields have a known heading."""

    def __init__(self, roles: Roles) -> None:
        self.roles = roles
        self._known: dict[tuple[tuple[str, type], ...], int] = {}

    def of(self, value: Mapping[str, Any]) -> int:
        """Return 0 for no message, 1 for one with a text, 2 for one with a text and recipients."""
        shape = tuple((key, type(each)) for key, each in value.items())
        if any(kind in (dict, list) for _, kind in shape):
            return self._rank(value)
        if shape not in self._known:
            self._known[shape] = self._rank(value)
        return self._known[shape]

    def _rank(self, value: Mapping[str, Any]) -> int:
        names = [*_leaves(value)]
        texts = [name for name, leaf in names if not isinstance(leaf, (list, dict))]
        text = self._find("text", self.roles.text, texts)
        return 0 if not text else 1 + self._find("to", self.roles.to, [name for name, _ in names])

    def shared(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of an envelope that hold recipients, or tell a channel."""
        found = {}
        for key, each in value.items():
            inside = each.values() if isinstance(each, dict) else each if isinstance(each, list) else []
            if any(isinstance(entry, (dict, list)) for entry in inside):
                continue
            names = [key]
            if isinstance(each, dict):
                # A message is none of the fields around it.
                parts = {} if self.of(each) else each
                names = [f"{key}.{name}" for name, part in parts.items() if is_phone_number(str(part))]
            if tells_kind(key, each) or self._find("to", self.roles.to, names):
                found[key] = each
        return found

    @staticmethod
    def _find(role: str, wanted: str | None, names: list[str]) -> bool:
        if wanted is None:
            return find_heading(role, names) is not None
        try:
            find_named(role, wanted, names)
        except ValueError:
            return False
        return True

    def lists(self, value: Mapping[str, Any], path: str = "", depth: int = 0) -> list[_List]:
        """Return the lists of messages inside an object."""
        if rank := self._rank_of_members(value, path):
            return [_List(path.rstrip("."), [*value.values()], rank, {})]
        found = []
        for key, each in value.items():
            if isinstance(each, list) and each and all(isinstance(entry, dict) for entry in each):
                rank, name = max(self.of(entry) for entry in each[:100]), f"{path}{key}"
                if not rank and depth < _MOST_NESTED:
                    # Conversations, each with a list of messages.
                    lists = (one for entry in each[:100] for one in self.lists(entry, f"{name}.", depth + 1))
                    inside = next((one for one in lists if find_headings("text", [one.path])), None)
                    rank, name = (inside.rank, inside.path) if inside else (0, name)
                if rank:
                    found.append(_List(name, each, rank, value))
            elif isinstance(each, dict) and depth < _MOST_NESTED:
                found += self.lists(each, f"{path}{key}.", depth + 1)
        return found

    def _rank_of_members(self, value: Mapping[str, Any], path: str) -> int:
        """Return the rank of the members of an object that are messages, each under a key of its own."""
        members = [*value.values()]
        if not members or not all(isinstance(each, dict) for each in members):
            return 0
        rank = self.of(members[0]) if len({frozenset(each) for each in members}) == 1 else 0
        if path.endswith("messages."):
            return rank
        return rank if rank == _BEST and len(members) > 1 else 0


def _only_list(value: Mapping[str, Any]) -> list[_List]:
    """Return the one list of objects with sentences in an object without any, whatever their fields."""
    lists = [(key, each) for key, each in value.items() if isinstance(each, list) and each]
    if len(lists) != 1 or not all(isinstance(each, dict) for each in lists[0][1]):
        return []
    has_sentences = [
        any(isinstance(each, str) and " " in each.strip() for _, each in _leaves(some))
        for some in ({**value, lists[0][0]: None}, lists[0][1][0])
    ]
    return [_List(*lists[0], 0, value)] if has_sentences == [False, True] else []


def _leaves(value: Mapping[str, Any], path: str = "", depth: int = 0) -> Iterator[tuple[str, object]]:
    """Yield the fields of an object under the names that its columns get."""
    for key, each in value.items():
        inner = each[0] if isinstance(each, list) and each and isinstance(each[0], dict) else each
        if isinstance(inner, dict) and depth < 3:
            yield from (
                # A field of the entries of a list is a list.
                (name, [leaf] if inner is not each else leaf)
                for name, leaf in _leaves(inner, f"{path}{key}.", depth + 1)
            )
        else:
            yield f"{path}{key}", each


# The key of a recipient.
_ADDRESS = re.compile(r"\+[1-9][0-9]{6,14}")


def _with_addresses(value: Mapping[str, Any], depth: int = 0) -> list[dict[str, Any]]:
    """Return a record for each recipient of an object that holds objects keyed by recipients.

    AWS Pinpoint takes such messages: ``{"Addresses": {"+12025550143": {"ChannelType": "SMS"}}, ...}``.
    """
    members = value.values()
    if value and all(map(_ADDRESS.fullmatch, value)) and all(isinstance(each, dict) for each in members):
        return [{**each, "to": address} for address, each in value.items()]
    for key, each in value.items():
        found = _with_addresses(each, depth + 1) if isinstance(each, dict) and depth < _MOST_NESTED else []
        if found:
            rest = {name: other for name, other in value.items() if name != key}
            return [{**rest, **record} for record in found]
    return []


def _is_row(value: object) -> bool:
    """Return whether a value is an array of nothing but strings, numbers, truth values and nulls."""
    return (
        isinstance(value, list) and bool(value) and not any(isinstance(each, (list, dict)) for each in value)
    )


def rows_inside(value: Mapping[str, Any], are_names: Callable[[list[str]], bool]) -> list[list[Any]]:
    """Return the arrays of a table inside an object, that with the names first.

    pandas writes ``{"columns": ["to", "text"], "data": [["+12025550143", "Hi"]]}``; others write objects
    with a name for each column, or put the names into the first row.
    """
    rows = next((each for each in value.values() if isinstance(each, list) and _is_row((each or [0])[0])), [])
    if not rows or not all(map(_is_row, rows)):
        return []
    if "majorDimension" in value:
        # Google Sheets leaves out empty cells at the end of a row.
        rows = [row + [None] * (len(rows[0]) - len(row)) for row in rows]
    for each in value.values():
        if isinstance(each, list) and each and each is not rows:
            names: list[Any] = [entry.get("name") if isinstance(entry, dict) else entry for entry in each]
            if all(isinstance(name, str) for name in names) and are_names(names):
                return [names, *rows]
    return [*rows]


def rows_of_columns(value: Mapping[str, Any]) -> list[list[Any]]:
    """Return the rows of an object with an array, or an object of pandas, for each column, names first."""
    columns = [[*each.values()] if isinstance(each, dict) else each for each in value.values()]
    if not all(map(_is_row, columns)):
        return []
    keys = {tuple(each) if isinstance(each, dict) else len(each) for each in value.values()}
    if len(columns) < 2 or len(keys) != 1:
        return []
    return [[*value], *map(list, zip(*columns, strict=True))]


def _rows_in(value: Mapping[str, Any]) -> list[list[Any]]:
    """Return the rows of a table of messages inside an object, that with the names first."""
    rows = rows_inside(value, lambda names: find_heading("text", names) is not None)
    if rows:
        return rows
    rows = rows_of_columns(value)
    texts = find_headings("text", [*value]) if rows else ()
    is_text = texts and all(isinstance(row[texts[0]], (str, type(None))) for row in rows)
    return rows if is_text else []


class _Reader:
    """Yields the records of one JSON value after another."""

    def __init__(self, window: _Window, ranks: _Ranks, unread: dict[str, None]) -> None:
        self._window = window
        self._ranks = ranks
        self._unread = unread
        # The names of the fields, where records are arrays.
        self._names: list[str] | None = None

    def value(self, depth: int = 0, *, in_envelope: bool = False) -> Iterator[str]:
        """Yield the records of the next value."""
        window = self._window
        first = window.next()
        if depth < 2 and not in_envelope and window.begins(_ROW) and _is_row(window.whole()):
            yield from self._row(depth)
        elif first == "[" and depth < _MOST_NESTED:
            window.at += 1
            while (first := window.next()) != "]":
                if not first:
                    raise window.error("the array is not closed; export it again, or close it with ]")
                if first == ",":
                    window.at += 1
                else:
                    yield from self.value(depth + 1, in_envelope=in_envelope)
            window.at += 1
        elif first == "{" and not window.is_whole():
            # Longer than any record: only an envelope, whose members are read one by one.
            yield from self._members(depth)
        else:
            yield from self._decoded(depth, in_envelope)

    def _row(self, depth: int) -> Iterator[str]:
        """Yield the texts in an array of strings or, where there are several, the record that it is."""
        row, _ = self._window.decoded()
        if depth or self._names is not None:
            yield from self._record(row)
            return
        # Made before the next value is looked for, which may be on another line.
        errors = [self._no_message(each) for each in row if not isinstance(each, str)]
        # Of arrays in an array or one after another, the first holds the names.
        if self._window.next() in ("[", ","):
            yield from self._record(row)
        elif errors:
            raise errors[0]
        else:
            yield from (json.dumps({"text": each}) for each in row)

    def _record(self, row: list[Any]) -> Iterator[str]:
        """Take an array for the names of the fields, or yield it as a record with these."""
        if self._names is None:
            self._names = [str(each) for each in row]
            if not is_header(self._names, self._ranks.roles.said):
                raise self._window.error(
                    'the first array does not name the fields; write objects such as {"text": "Hello"}'
                )
        elif len(row) != len(self._names):
            values = f"{len(row)} value{'s' * (len(row) != 1)}"
            raise self._window.error(f"an array of {values} after {len(self._names)} names")
        else:
            yield json.dumps(dict(zip(self._names, row, strict=True)))

    def _no_message(self, value: object, where: str = "") -> FileError:
        said = f"{kind(value)}{where} is not a message"
        return self._window.error(f'{said}; expected an object such as {{"text": "Hello"}}')

    def _decoded(self, depth: int, in_envelope: bool) -> Iterator[str]:
        window = self._window
        value, text = window.decoded()
        if isinstance(value, dict):
            yield from self._object(value, text, in_envelope)
        elif isinstance(value, str) and depth == 1 and not in_envelope:
            yield json.dumps({"text": value})
        elif not in_envelope:
            where = " in an array inside another" if depth > 1 else ""
            raise self._no_message(value, where)

    def _object(self, value: dict[str, Any], text: str, in_envelope: bool) -> Iterator[str]:
        if addressed := _with_addresses(value):
            for each in addressed:
                if "BodyOverride" in each:
                    raise self._window.error(
                        "BodyOverride gives a recipient a text of its own; write a record for each recipient"
                    )
                yield json.dumps(each)
            return
        if rows := _rows_in(value):
            self._names = None
            for row in rows:
                yield from self._record(row)
            self._names = None
            return
        own, lists = self._ranks.of(value), self._ranks.lists(value)
        lists = lists or ([] if own else _only_list(value))
        highest = max((each.rank for each in lists), default=0)
        best = [each for each in lists if each.rank >= own and each.rank == highest]
        if not best:
            if own or not (in_envelope or _is_empty_envelope(value, own)):
                # There is no line end inside a string.
                yield json.dumps(value) if _CONSTANT.search(text) else _LINE_END.sub(" ", text)
            return
        if len(best) > 1:
            names = " and ".join(repr(each.path) for each in best[:3])
            raise self._window.error(
                f"it has several lists of messages, {names}; write one of them to a file of its own"
            )
        self._unread |= dict.fromkeys(each.path for each in lists if each is not best[0])
        shared = self._ranks.shared(value) | self._ranks.shared(best[0].parent)
        for entry in best[0].entries:
            # Recipients beside a list of texts are those of each text.
            whole = {**shared, **entry}
            yield from self._object(whole, json.dumps(whole), in_envelope)

    def _members(self, depth: int) -> Iterator[str]:
        window = self._window
        if depth == _MOST_NESTED:
            raise window.error("nested too deeply")
        window.at += 1
        while (first := window.next()) != "}":
            if first == ",":
                window.at += 1
                continue
            if first != '"':
                raise window.error(
                    "expected a name in quotation marks" if first else "the object is not closed"
                )
            window.decoded()
            if window.next() != ":":
                raise window.error("expected a colon after a name")
            window.at += 1
            if window.next() in ("[", "{"):
                yield from self.value(depth + 1, in_envelope=True)
            else:
                window.decoded()
        window.at += 1


class _Window:
    """The part of a JSON text that is being read."""

    def __init__(self, file: TextIO, name: str, most: int) -> None:
        self._file = file
        self._name = name
        self._most = most
        self._ended = False
        self._counted = 0
        self._line = 1
        self._whole: tuple[Any, int] | None = None
        self.text = ""
        self.at = 0

    def next(self) -> str:
        """Go to the next code point that is no space and return it, or nothing at the end."""
        while True:
            while (first := self.text[self.at : self.at + 1]) and first in _SPACES:
                self.at += 1
            if first or not self._more():
                return first

    def is_whole(self) -> bool:
        """Return whether the value here is no longer than a record may be."""
        try:
            self._whole = self._decode()
        except _TooLongError:
            return False
        return True

    def begins(self, pattern: re.Pattern[str]) -> bool:
        """Return whether what is here begins with a short pattern."""
        while len(self.text) - self.at < _PEEK_CODEPOINTS and self._more():
            pass
        return bool(pattern.match(self.text, self.at))

    def whole(self) -> Any:
        """Return the value here, ``None`` if it is longer than a record may be."""
        value = self._whole[0] if self.is_whole() and self._whole else None
        self._whole = None
        return value

    def decoded(self) -> tuple[Any, str]:
        """Return the value here and its text, and go behind it.

        Raises:
            FileError: It is not JSON, too long, or nested too deeply.
        """
        try:
            value, end = self._whole or self._decode()
        except _TooLongError:
            raise self.error(
                f"a value of more than {self._most:,} octets; raise the limit with --max-value-size"
            ) from None
        self._whole = None
        text = self.text[self.at : end]
        self.at = end
        return value, text

    def _decode(self) -> tuple[Any, int]:
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.at)
            except RecursionError:
                raise self.error("nested too deeply") from None
            except json.JSONDecodeError as error:
                # It may only be cut off by the end of the window.
                if len(self.text) - self.at > self._most:
                    raise _TooLongError from None
                if not self._grow():
                    self.at = min(error.pos, len(self.text))
                    raise self.error(f"not JSON ({syntax_error(error)}); export it again") from None
                continue
            if end - self.at > self._most:
                raise _TooLongError
            # A number may go on in the next piece.
            if end < len(self.text) or not self._more():
                return value, end

    def _grow(self) -> bool:
        """Double the part not yet searched, so that a long value is not searched again for each piece."""
        wanted = 2 * (len(self.text) - self.at)
        found = more = self._more()
        while more and len(self.text) - self.at < wanted:
            more = self._more()
        return found

    def _more(self) -> bool:
        piece = "" if self._ended else self._file.read(_PIECE_CODEPOINTS)
        self._ended = not piece
        if piece:
            self._count()
            self.text = self.text[self.at :] + piece
            self.at = self._counted = 0
        return bool(piece)

    def _count(self) -> None:
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at

    def error(self, problem: str) -> FileError:
        """Return an error about the line that is being read."""
        self._count()
        return FileError(self._name, problem, self._line)


class _TooLongError(Exception):
    """A value is longer than a record may be."""


# NaN and Infinity, which are not JSON, are null.
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)
