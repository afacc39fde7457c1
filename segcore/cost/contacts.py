"""Contacts for a template: the file whose rows fill its fields, and those that cost an extra segment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from segcore.cost.frame_counting import Messages
from segcore.rules.codings import Encoding
from segcore.segmenter import Segmenter
from segcore.sources import Roles
from segcore.sources.files import MessageFile
from segcore.sources.headings import Columns
from segcore.sources.opening import FileError
from segcore.writing.template import MissingValueError, Template

if TYPE_CHECKING:
    import polars as pl

    from segcore.cost.estimate import Estimate


LISTED = 20
"""Contacts that are listed."""


def with_fields(roles: Roles, template: Template) -> Roles:
    """Return the roles of a file of contacts: the fields of the template are columns to read."""
    if not template.fields:
        raise ValueError(f"template: no field found in {template.text!r}; write one as {{{{name}}}}")
    if roles.text is not None:
        raise ValueError("template: the template is the text; do not name a column of texts (--text)")
    return roles._replace(fields=template.fields)


class ContactFile:
    """A file of contacts, opened with the roles of `with_fields` and read as one of messages: the texts are
    those of a template.
    """

    def __init__(self, file: MessageFile, template: Template) -> None:
        self._file = file
        self._template = template
        groups = len(file.columns.group) - len(template.fields)
        self._fields = dict(zip(template.fields, file.columns.group[groups:], strict=True))
        names = file.columns.names
        self.name = file.name
        self.delimiter = file.delimiter
        self.has_byte_order_mark = file.has_byte_order_mark
        self.notes = file.notes
        self.columns: Columns = file.columns._replace(
            text=len(names), group=file.columns.group[:groups], names=(*names, "template")
        )

    def rows_expected(self) -> int:
        """Return about how many messages there are."""
        return self._file.rows_expected()

    def frames(self) -> Iterator[pl.DataFrame]:
        """Yield the rows, a batch at a time, with the rendered texts in the last column."""
        import polars as pl

        before = 0
        for frame in self._file.frames():
            values = {field: _without_empty(frame[f"c{index}"]) for field, index in self._fields.items()}
            try:
                texts = self._template.texts(values)
            except MissingValueError as error:
                row = before + error.row + 1
                raise FileError(
                    self.name,
                    f"contact {row:,}: no value for the field {error.field!r}; fill it in, remove the "
                    f'contact, or give the field a default: {{{{ {error.field} | default: "..." }}}}',
                ) from None
            except (TypeError, ValueError) as error:
                raise FileError(self.name, str(error)) from None
            yield frame.with_columns(pl.Series(f"c{self.columns.text}", texts, dtype=pl.String))
            before += frame.height

    def values(self, frame: pl.DataFrame, row: int) -> dict[str, str]:
        """Return what is sent to a contact in the place of each field."""
        contact = frame[row]
        values = {field: _without_empty(contact[f"c{index}"])[0] for field, index in self._fields.items()}
        return self._template.values_of(values)


def _without_empty(column: pl.Series) -> pl.Series:
    """Return a column without empty cells: in a file of contacts they hold no value."""
    import polars as pl

    return column.replace("", None) if column.dtype == pl.String else column


@dataclass(frozen=True)
class CostlyContact:
    """A contact whose message takes more segments than the shortest one; its row is counted from 1."""

    file: str
    row: int
    segments: int
    reason: str


class CostlyContacts:
    """Collects the contacts that cost a segment more, while they are counted."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self._numbers: dict[int, int] = {}
        self._first: dict[int, list[tuple[str, int, int, dict[str, str]]]] = {}
        self._rows: dict[str, int] = {}

    def __call__(
        self, estimate: Estimate, file: MessageFile, frame: pl.DataFrame, messages: Messages, /
    ) -> Callable[[], None]:
        """Take a frame that has been counted, and return the work to do in the order of the file."""
        import polars as pl

        found = messages.measured(estimate).head(frame.height).with_row_index().filter("sms")
        grouped = found.group_by("segments").agg(pl.len(), pl.col("index", "units").head(LISTED))
        rows = [
            (
                segments,
                number,
                [(row, each, file.values(frame, row)) for row, each in zip(first, units, strict=True)],
            )
            for segments, number, first, units in grouped.iter_rows()
            if isinstance(file, ContactFile)
        ]
        return partial(self._add, file.name, frame.height, rows)

    def _add(
        self, name: str, height: int, found: list[tuple[int, int, list[tuple[int, int, dict[str, str]]]]]
    ) -> None:
        before = self._rows.get(name, 0)
        self._rows[name] = before + height
        for segments, number, rows in found:
            self._numbers[segments] = self._numbers.get(segments, 0) + number
            first = self._first.setdefault(segments, [])
            first += [
                (name, before + row + 1, units, values) for row, units, values in rows[: LISTED - len(first)]
            ]

    @property
    def fewest(self) -> int:
        """The fewest segments that the message to a contact takes, 0 without contacts."""
        return min(self._numbers, default=0)

    @property
    def number(self) -> int:
        """The number of contacts whose messages take more."""
        return sum(self._numbers.values()) - self._numbers.get(self.fewest, 0)

    @property
    def extra_segments(self) -> int:
        """The segments that these contacts cost more."""
        return sum((segments - self.fewest) * number for segments, number in self._numbers.items())

    def listed(self) -> list[CostlyContact]:
        """Return the first of these contacts, those with the most segments first."""
        longest_first = sorted(self._first, reverse=True)
        found = [
            (segments, *one)
            for segments in longest_first
            if segments > self.fewest
            for one in self._first[segments]
        ]
        return [
            CostlyContact(file, row, segments, self._reason(values, units))
            for segments, file, row, units, values in found[:LISTED]
        ]

    def _reason(self, values: dict[str, str], units: int) -> str:
        template, segmenter = self.template, self.template.segmenter
        fixed = template.filled(dict.fromkeys(template.fields, ""))
        if segmenter.detect_encoding(fixed) is Encoding.GSM7:
            foreign = {field: segmenter.analyze(value).non_gsm for field, value in values.items()}
            if any(foreign.values()):
                named = [
                    f"{field}: {each[0].text!r} ({each[0].name})" for field, each in foreign.items() if each
                ]
                return f"UCS-2 because of {', '.join(named)}"
        # To countries where the route adds no text; a field's own length is without it, too.
        alone = Segmenter(replace(segmenter.profile, prefix="", suffix="", countries=()))
        text = template.filled(values)
        counter = segmenter if segmenter.measure(text)[1] == units else alone
        over = counter.analyze(text).over_by
        field = max(values, key=lambda name: alone.measure(values[name])[1])
        length = alone.measure(values[field])[1]
        return f"{field}: {length} units" + (f", {over} too many" if over else "")
