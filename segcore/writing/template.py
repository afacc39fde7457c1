"""Templates: texts with merge fields, counted for every contact before anything is rendered."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from segcore._errors import unknown
from segcore.bulk import Batch, speaks_arrow
from segcore.columns import Column, EncodingColumn
from segcore.engine.chooser import KERNEL, SegmentCounter, sum_parts
from segcore.rules.billing import Billing
from segcore.rules.codings import national_codings
from segcore.rules.profile import Profile
from segcore.rules.replacements import ALWAYS
from segcore.segmenter import Segmenter, segmenter_of
from segcore.writing.fields import Bounds, Field, Range, bounds, parse

_Columns = tuple[Column, Column, EncodingColumn]
_Measures = tuple["array[int]", "array[int] | None", "array[int]"]

_SAMPLE = 4096
"""Rows whose sums are looked at before all others are rendered."""


class MissingValueError(ValueError):
    """A field has no value in a row, and no default.

    Args:
        message: The message.
    """

    field = ""
    """The name of the field."""
    row = 0
    """The index of the row."""


def _missing(field: str, row: int) -> MissingValueError:
    # Engines make an error of the same class from its message alone, so that is all that it is made of.
    error = MissingValueError(
        f"columns[{field!r}][{row}]: no value for the field {field!r}, and the template has no default; "
        "fill it in, or leave the contact out"
    )
    error.field, error.row = field, row
    return error


class Template:
    """A text with merge fields.

    Args:
        text: The template.
        style: How it writes fields, one of ``{{name}}``, ``{name}``, ``%name%``, ``((name))``, ``[name]``,
            ``*|NAME|*``, ``${name}`` and ``{#var#}``; ``None`` to detect it from the text.
        profile: The rules to count under: a key of `PROFILES`, a `Profile` or a `Segmenter`.

    Raises:
        TypeError: `text` is not a ``str``.
        ValueError: There is no such style or profile; or a field has a filter whose result is not known.

    Example:
        >>> template = Template("Hi {{ name | default: 'there' }}, your code is {{code}}.")
        >>> template.fields, template.style
        (('name', 'code'), '{{name}}')
        >>> template.count_segments_bulk({"name": ["Ann", None], "code": ["1234", "5678"]}).tolist()
        [1, 1]
    """

    def __init__(
        self, text: str, style: str | None = None, *, profile: str | Profile | Segmenter = "standard"
    ) -> None:
        if not isinstance(text, str):
            raise TypeError(f"text: expected str, got {type(text).__name__}")
        self.text = str.__str__(text)
        self.style, self._literals, self._fields = parse(self.text, style)
        self.segmenter = segmenter_of(profile)
        self._measurer: _PartMeasurer | None = None

    def __repr__(self) -> str:
        return f"Template({self.text!r}, style={self.style!r})"

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if name not in {"filled", "pieces", "texts", "values_of"}]

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.text, self.style, self.segmenter)

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields, in the order of the text, without repetition."""
        return tuple(dict.fromkeys(field.name for field in self._fields))

    def render(self, values: Mapping[str, object]) -> str:
        """Return the text with its fields filled in.

        Args:
            values: The value of each field, a ``str`` or an ``int``; ``None`` is replaced by the default.

        Raises:
            ValueError: A field has no value and no default.
            TypeError: A value is neither a ``str`` nor an ``int``.

        Example:
            >>> Template("Hi %name%").render({"name": "Ann"})
            'Hi Ann'
        """
        if not isinstance(values, Mapping):
            raise TypeError(f"values: expected a mapping of fields, got {type(values).__name__}")
        texts = []
        for field in self._fields:
            value = field.value(_text(field.name, 0, values.get(field.name)))
            if value is None:
                raise ValueError(f"values: no value for the field {field.name!r}, which has no default")
            texts.append(value)
        return self._join(texts)

    def pieces(self) -> list[tuple[str, str | None]]:
        """Return each text before a field with the name of the field, and the last text with ``None``."""
        return [*zip(self._literals, [*(field.name for field in self._fields), None], strict=True)]

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text with values in the place of its fields, as they are: no default and no filter."""
        return self._join([values[field.name] for field in self._fields])

    def values_of(self, values: Mapping[str, object]) -> dict[str, str]:
        """Return what values become, where each field stands first, with defaults and filters."""
        found = dict[str, str]()
        for field in self._fields:
            found.setdefault(field.name, field.value(_text(field.name, 0, values[field.name])) or "")
        return found

    def _join(self, values: Iterable[str]) -> str:
        first, *rest = self._literals
        return "".join([first, *(part for pair in zip(values, rest, strict=True) for part in pair)])

    def count_segments_bulk(self, columns: object) -> Column:
        """Return the number of segments of the message to each contact.

        Args:
            columns: A mapping of field names to columns, or a table (polars, pandas, pyarrow, anything that
                speaks the Arrow PyCapsule protocol) with a column for each field.  Values are strings or
                whole numbers.

        Returns:
            A `Column` of 32-bit integers, one per row, equal to the counts of the rendered texts.

        Raises:
            ValueError: A field has no column, columns differ in length, or a value is missing where the
                template has no default; the message names row and field.
            TypeError: A value is neither a ``str`` nor an ``int``.

        Example:
            >>> Template("Hi {n}" + "a" * 150).count_segments_bulk({"n": ["Ann", "Alexander"]}).tolist()
            [1, 2]

        Source: as `count_segments`.
        """
        return self._measure(columns, 1)[0]

    def analyze_bulk(self, columns: object) -> Batch:
        """Return encoding, units and segments of the message to each contact.

        Args:
            columns: As for `count_segments_bulk`.

        Returns:
            A `Batch` of columns, one value per row in each.

        Raises:
            ValueError: As for `count_segments_bulk`.
            TypeError: As for `count_segments_bulk`.

        Example:
            >>> batch = Template("Hi {n}").analyze_bulk({"n": ["Ann", "Łukasz"]})
            >>> batch.units.tolist(), [str(encoding) for encoding in batch.encodings]
            ([6, 9], ['GSM-7', 'UCS-2'])

        Source: as `analyze`.
        """
        segments, units, encodings = self._measure(columns, 3)
        return Batch(encodings, units, segments, None)

    def bounds(self, ranges: Mapping[str, Range]) -> Bounds:
        """Return the fewest and the most segments that the template can take.

        Args:
            ranges: The length of each field's values, in units (septets, or UTF-16 code units): a number, or
                the shortest and the longest. A third item says what the values may hold: ``"gsm7"`` (the
                default) or ``"ucs2"``, which is any character. That item alone leaves the length open.

        Returns:
            `Bounds`: fewest and most, the lengths that give them, and the field that makes the difference.

        Raises:
            ValueError: A field has no range, or a range makes no sense.

        Example:
            >>> found = Template("Hi {{n}}" + "a" * 150).bounds({"n": (1, 20)})
            >>> found.fewest, found.most, found.tipping_field, found.tipping_length
            (1, 2, 'n', 8)

        Source: as `count_segments`.
        """
        return bounds(self, ranges)

    def rendered(self, columns: object) -> list[str]:
        """Return the text to each contact.

        Args:
            columns: As for `count_segments_bulk`.

        Raises:
            ValueError: As for `count_segments_bulk`.
            TypeError: As for `count_segments_bulk`.

        Example:
            >>> Template("Hi [n]!").rendered({"n": ["Ann", "Bo"]})
            ['Hi Ann!', 'Hi Bo!']
        """
        return _listed(self.texts(columns))

    def texts(self, columns: object) -> Any:
        """Return the text to each contact, as a series of polars if the columns are.

        Args:
            columns: As for `count_segments_bulk`.
        """
        count, values = self._values(columns)
        joined = _joined(self._literals, values, None)
        return self._texts([*map(_listed, values)], range(count)) if joined is None else joined

    def _values(self, columns: object) -> tuple[int, list[Any]]:
        """Return the number of rows, and the column of texts for each field, without nulls."""
        table, names = _columns_of(columns)
        found = {name: _column(table, names, name) for name in self.fields}
        lengths = {name: len(column) for name, column in found.items()}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{name} {length:,}" for name, length in lengths.items())
            raise ValueError(f"columns: columns of different lengths: {told}")
        count = next(iter(lengths.values())) if lengths else _rows(table, names)
        return count, [_texts_of(field, found[field.name]) for field in self._fields]

    def _texts(self, values: Sequence[Sequence[str]], rows: Iterable[int]) -> list[str]:
        return [self._join([column[row] for column in values]) for row in rows]

    def _measure(self, columns: object, wanted: int) -> _Columns:
        """Return segments, units and encodings; only the first `wanted` of them are sure to be filled."""
        count, values = self._values(columns)
        segments, units, encodings = Column("i"), Column("q"), EncodingColumn("B")
        if self._measurer is None:
            self._measurer = _PartMeasurer(self.segmenter.profile)
        to = segments, units, encodings
        if not self._measurer.adds_up or self._is_rendered_faster(self._measurer, values, count):
            self._measure_rendered(values, None, count, *to[:wanted])
        elif self._add_parts(self._measurer, values, count, to):
            # Only the whole texts can tell.
            rows = [row for row, found in enumerate(segments) if not found]
            measured = Column("i"), Column("q"), EncodingColumn("B")
            self._measure_rendered(values, rows, len(rows), *measured)
            for column, some in zip(to, measured, strict=True):
                deque(map(memoryview(column).__setitem__, rows, memoryview(some)), maxlen=0)
        return segments, units, encodings

    def _add_parts(self, measurer: _PartMeasurer, values: list[Any], count: int, to: _Columns) -> int:
        """Append the sums of the parts of the texts; return how many of them only the whole text can tell."""
        texts = [[measurer.billing.applied("".join(self._literals))], *values]
        return measurer.add([*map(measurer.measure, texts)], count, *to)

    def _is_rendered_faster(self, measurer: _PartMeasurer, values: list[Any], count: int) -> bool:
        """Return whether polars can render the texts, and the sums of many of the first do not decide."""
        if count <= _SAMPLE or not all(map(_is_polars, values)):
            return False
        first = [column[:_SAMPLE] for column in values]
        undecided = self._add_parts(measurer, first, _SAMPLE, (Column("i"), Column("q"), EncodingColumn("B")))
        return undecided > _SAMPLE // 8

    def _measure_rendered(self, values: list[Any], rows: list[int] | None, count: int, *to: Column) -> None:
        """Append the measures of the whole texts of some rows, or of all."""
        texts = _joined(self._literals, values, rows)
        if texts is not None:
            self.segmenter.measure_arrow(texts, None, 0, *to)
            return
        columns = [_listed(column) if rows is None else _some(column, rows) for column in values]
        self.segmenter.measure_all(self._texts(columns, range(count)), 0, None, *to)


def _restored(text: str, style: str | None, segmenter: Segmenter) -> Template:
    return Template(text, style, profile=segmenter)


class _PartMeasurer:
    """Measures parts of texts so that their sums are those of the whole."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        replacements = None
        if profile.smart_encoding is not None:
            from segcore.rules.smart_encoding import resolve

            replacements = resolve(profile.smart_encoding).replacements
        self.billing = profile.billing
        added = Billing(prefix=self.billing.prefix, suffix=self.billing.suffix)
        self.adds_up = (replacements is None or profile.partly == ALWAYS) and self.billing == added
        """Whether each code point counts by itself, whatever the rest of the text is."""
        self._counter = SegmentCounter(profile.gsm7, profile.ucs2, KERNEL, replacements=replacements)
        self._has_replacements = replacements is not None

    def measure(self, texts: Any) -> _Measures:
        """Return the septets of each text, its code units if nothing is replaced, and if it is UCS-2."""
        septets, flags = array("q"), array("B")
        code_units = None if self._has_replacements else array("q")
        if speaks_arrow(texts):
            self._counter.measure_arrow(texts, None, 0, array("i"), septets, flags, code_units)
        else:
            self._counter.measure_all(texts, 0, None, array("i"), septets, flags, code_units)
        return septets, code_units, flags

    def add(
        self, parts: list[_Measures], count: int, segments: Column, units: Column, encodings: EncodingColumn
    ) -> int:
        """Append the sums of all parts, and return how many of them only the whole text can tell."""
        profile = self._profile
        national = bool(national_codings(profile.languages, profile.gsm7, profile.shifts))
        return sum_parts(
            *(profile.gsm7, profile.ucs2, parts, count, segments, units, encodings),
            clusters=profile.graphemes,
            national=national,
        )


# --- Columns ------------------------------------------------------------------------------------------


def _columns_of(columns: Any) -> tuple[Any, list[str]]:
    """Return what gives a column by its name, and the names."""
    if isinstance(columns, Mapping):
        return columns, [*columns]
    for attribute in ("column_names", "columns"):
        names = getattr(columns, attribute, None)
        if names is not None and hasattr(columns, "__getitem__"):
            return columns, [str(name) for name in names]
    if speaks_arrow(columns):
        import polars as pl

        frame = pl.DataFrame(columns)
        return frame, frame.columns
    raise TypeError(
        f"columns: expected a mapping of columns or a table, got {type(columns).__name__}; "
        'give {"name": ["Ann", ...]}'
    )


def _column(table: Any, names: list[str], name: str) -> Any:
    if name not in names:
        alike = [one for one in names if _folded(one) == _folded(name)]
        if len(alike) != 1:
            raise unknown("columns: no column for the field", name, names)
        name = alike[0]
    column = table[name]
    if isinstance(column, (str, bytes)):
        raise TypeError(f"columns[{name!r}]: expected a column of values, got {type(column).__name__}")
    return column if hasattr(column, "__len__") else [*column]


def _folded(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _rows(table: Any, names: list[str]) -> int:
    if not names:
        raise ValueError(
            "columns: the template has no field and there is no column, so no number of messages"
        )
    return len(_column(table, names, names[0]))


def _texts_of(field: Field, column: Any) -> Any:
    """Return the texts that a column fills a field with: a polars series of strings, or a list."""
    if field.is_plain and speaks_arrow(column) and (found := _in_polars([column])):
        import polars as pl

        column = found[0]
        series = column.cast(pl.String) if column.dtype.is_integer() else column
        if series.dtype == pl.String:
            if series.null_count():
                raise _missing(field.name, series.is_null().arg_max() or 0)
            return series
    values = _listed(column)
    # Most columns are strings and nothing else.
    if not field.is_plain or {*map(type, values)} != {str}:
        values = [field.value(_text(field.name, row, value)) for row, value in enumerate(values)]
        if None in values:
            raise _missing(field.name, values.index(None))
    return values


def _text(name: str, row: int, value: object) -> str | None:
    """Return a value as text; ``None`` if it is missing."""
    if isinstance(value, str):
        return str.__str__(value)
    if value is None or type(value).__name__ == "NAType" or value != value:  # noqa: PLR0124 (not a number is what pandas has for no value)
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise TypeError(
        f"columns[{name!r}][{row}]: expected str or int, got {type(value).__name__}; write it as the text "
        "that is sent"
    )


def _listed(column: Any) -> list[Any]:
    if isinstance(column, list):
        return column
    for method in ("to_pylist", "to_list", "tolist"):
        if hasattr(column, method):
            found: list[Any] = getattr(column, method)()
            return found
    return [*column]


def _some(column: Any, rows: list[int]) -> list[str]:
    if _is_polars(column):
        column, rows = column.gather(rows), [*range(len(rows))]
    listed = _listed(column)
    return [listed[row] for row in rows]


def _is_polars(column: Any) -> bool:
    return type(column).__module__.partition(".")[0] == "polars"


def _joined(literals: list[str], values: list[Any], rows: list[int] | None) -> Any:
    """Return rendered texts of some or all rows as a series of polars, if that is worth it and possible."""
    columns = _in_polars(values) if values else None
    if columns is None:
        return None
    import polars as pl

    try:
        "".join(literals).encode()
    except UnicodeEncodeError:
        # Half a surrogate pair, which polars would replace.
        return None
    parts = [pl.lit(literals[0])]
    for number, literal in enumerate(literals[1:]):
        parts += [pl.col(f"{number}"), pl.lit(literal)]
    chosen = columns if rows is None else [column.gather(rows) for column in columns]
    frame = pl.DataFrame([column.alias(f"{number}") for number, column in enumerate(chosen)])
    return frame.select(pl.concat_str(parts)).to_series()


def _in_polars(columns: list[Any]) -> list[Any] | None:
    """Return columns as series of polars; ``None`` if they are short, or it is missing or does not fit."""
    if all(map(_is_polars, columns)):
        return columns
    if len(columns[0]) <= _SAMPLE:
        return None
    try:
        import polars as pl

        return [pl.Series("", column) for column in columns]
    except (ImportError, TypeError, ValueError):
        return None
