"""Count the messages of a frame, a column at a time."""

from __future__ import annotations

from array import array
from functools import partial
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple

from segcore.cost.destinations import UNKNOWN, Several, as_series
from segcore.engine.chooser import number_pairs, read_booleans, read_integers
from segcore.sources.frames import PlainFrame, column_of
from segcore.sources.headings import Columns
from segcore.sources.rows import RowReader

if TYPE_CHECKING:
    import polars as pl

    from segcore.cost.estimate import Estimate, Group
    from segcore.segmenter import Segmenter
    from segcore.sources.frames import Frame


# Stands for a cell without a value.
_NO_VALUE = -1


class Messages(NamedTuple):
    """The messages of a frame.

    Args:
        texts: The texts, null where there is no message; a list without polars.
        is_mms: Whether each message is an MMS; ``None`` if none is; a list without polars.
        destinations: The numbers of the destinations.
        repeated: The rows of the messages that come after those of all rows: a row to several recipients who
            get an SMS each is that many messages; ``None`` if there are none.
    """

    texts: Any
    is_mms: Any
    destinations: array[int]
    repeated: Any = None

    def measured(self, estimate: Estimate) -> pl.DataFrame:
        """Return columns that say whether each row is an ``sms`` or an ``mms``, its ``encoding`` as SMS, its
        ``units`` and ``segments``, under the rules of an estimate.
        """
        import polars as pl

        found = self._measured(estimate.segmenter)
        if estimate.elsewhere is None:
            return found
        numbers = as_series(self.destinations)
        is_elsewhere = numbers.is_in([one for one in numbers.unique() if estimate.is_elsewhere(one)])
        others = self._measured(estimate.elsewhere)
        return pl.DataFrame(
            [column.zip_with(~is_elsewhere, others[column.name]) for column in found.get_columns()]
        )

    def _measured(self, segmenter: Segmenter) -> pl.DataFrame:
        import polars as pl

        batch = segmenter.analyze_bulk(self.texts, mms=self.is_mms, threads=1)
        is_text = self.texts.is_not_null()
        is_mms = pl.zeros(len(is_text), pl.Boolean, eager=True) if self.is_mms is None else self.is_mms
        return pl.DataFrame(
            {
                "sms": is_text & ~is_mms,
                "mms": is_text & is_mms,
                "encoding": as_series(batch.encodings),
                "units": as_series(batch.units),
                "segments": as_series(batch.segments),
            }
        )


def count_frame(estimate: Estimate, frame: Frame, reader: RowReader) -> Messages:
    """Add the messages of a frame, in columns c0, c1 and so on, to an estimate, and return them."""
    found = messages_of(estimate, frame, reader)
    _compare_segments(estimate, frame, reader, found)
    if isinstance(frame, PlainFrame):
        _count_plain(estimate, frame, reader.columns, found)
        return found
    if found.repeated is not None and reader.columns.group:
        frame = frame.vstack(frame[found.repeated])
    numbers = _numbers(estimate, frame, reader.columns, found.destinations)
    flags = None if found.is_mms is None else read_booleans(found.is_mms)
    # Each thread has frames of its own.
    estimate.add_numbered(found.texts, flags, numbers, 1)
    return found


# Rows whose segments are compared with those that a provider counted.
_COMPARED_ROWS = 1_000


def _compare_segments(estimate: Estimate, frame: Frame, reader: RowReader, messages: Messages) -> None:
    """Count the first rows whose segments differ from those in a column of the file."""
    index = reader.columns.segments
    if index is None or reader.has_compared or estimate.elsewhere is not None:
        return
    reader.has_compared = True
    cells = column_of(frame, index)[:_COMPARED_ROWS]
    is_mms = messages.is_mms if messages.is_mms is not None else [False] * len(cells)
    rows = [
        (text, int(cell))
        for text, mms, cell in zip(messages.texts, is_mms, cells, strict=False)
        if text and not mms and str(cell).isdecimal() and int(cell)
    ]
    counts = estimate.segmenter.count_segments_bulk([text for text, _ in rows], threads=1)
    differing = [(told, count) for (_, told), count in zip(rows, counts, strict=True) if told != count]
    told, count = differing[0] if differing else (0, 0)
    example = f"{told} in {reader.columns.names[index]!r} where the text takes {count}"
    reader.saw("segments_differ", len(differing), example)


def _count_plain(estimate: Estimate, frame: PlainFrame, columns: Columns, messages: Messages) -> None:
    """Add messages without polars to an estimate."""
    cells = [frame.columns[index] for index in columns.group]
    rows = [*range(frame.height), *(messages.repeated or ())]
    numbers = array("i", messages.destinations)
    if cells:
        groups = (tuple(column[row] for column in cells) for row in rows)
        numbers = array("i", map(estimate.number, numbers, groups))
    present = [text is not None for text in messages.texts]
    flags = None if messages.is_mms is None else bytes(compress(messages.is_mms, present))
    texts = [*compress(messages.texts, present)]
    estimate.add_numbered(texts, flags, array("i", compress(numbers, present)))
    estimate.add_nulls(number for number, is_text in zip(numbers, present, strict=True) if not is_text)


def messages_of(estimate: Estimate, frame: Frame, reader: RowReader) -> Messages:
    """Return the messages of a frame."""
    rows = reader.read(frame)
    if rows.recipients is None:
        texts, is_mms = rows.messages()
        return Messages(texts, is_mms, estimate.destinations.unsaid(frame.height))
    destinations, several, rounded = estimate.destinations.find(rows.recipients, reader.plan)
    is_plain = isinstance(frame, PlainFrame)
    unknown = _unknown(estimate, destinations, plain=is_plain)
    rows = reader.check_recipients(frame, rows, unknown)
    reader.saw("rounded_numbers", len(rounded), rows.recipients[rounded[0]] if len(rounded) else "")
    repeated: Any = None
    groups: Any = None
    if several.rows:
        groups = [*dict.fromkeys(several.rows)] if is_plain else as_series(several.rows).unique()
        reader.saw("group_mms" if rows.group_mms else "several_sms", len(groups))
        if not rows.group_mms:
            groups = None
            destinations, repeated = (_plain_apart if is_plain else _apart)(destinations, several)
    texts, is_mms = rows.messages(groups, repeated)
    return Messages(texts, is_mms, destinations, repeated)


def _apart(destinations: array[int], several: Several) -> tuple[array[int], pl.Series]:
    """Return the destinations of a message to each recipient, and the rows of all but the first of each."""
    import polars as pl

    rows, numbers = as_series(several.rows), as_series(several.numbers)
    is_first = rows.is_first_distinct()
    firsts = as_series(destinations).scatter(rows.filter(is_first), numbers.filter(is_first))
    return read_integers(pl.concat([firsts, numbers.filter(~is_first)])), rows.filter(~is_first)


def _plain_apart(destinations: array[int], several: Several) -> tuple[array[int], list[int]]:
    """Return the same without polars."""
    repeated = []
    for row, before, number in zip(several.rows, [-1, *several.rows], several.numbers, strict=False):
        if row == before:
            destinations.append(number)
            repeated.append(row)
        else:
            destinations[row] = number
    return destinations, repeated


def _unknown(estimate: Estimate, destinations: array[int], *, plain: bool) -> list[bool] | pl.Series:
    """Return which destinations have no country."""
    known = enumerate(estimate.destinations.known)
    unknown = {number for number, each in known if each.country == UNKNOWN}
    if plain:
        return [number in unknown for number in destinations]
    numbers = as_series(destinations)
    # Equality takes a seventh of the time of a look-up, and there is hardly ever more than one.
    return numbers == next(iter(unknown)) if len(unknown) == 1 else numbers.is_in([*unknown])


def _numbers(
    estimate: Estimate, frame: pl.DataFrame, columns: Columns, destinations: array[int]
) -> array[int]:
    """Return the number of each row's destination and group."""
    if not columns.group:
        return destinations
    codes, values = _codes(frame[f"c{columns.group[0]}"])
    groups: dict[int, Group] = {code: (value,) for code, value in values.items()}
    for index in columns.group[1:]:
        others, values = _codes(frame[f"c{index}"])
        pairs: dict[int, Group] = {}
        number_pairs(codes, others, partial(_pair, pairs, groups, values))
        groups = pairs
    numbers = array("i", destinations)
    number_pairs(numbers, codes, lambda destination, code: estimate.number(destination, groups[code]))
    return numbers


def _codes(cells: pl.Series) -> tuple[array[int], dict[int, str | None]]:
    """Return a number for each cell, and what each number stands for.

    Categories take one thread; polars' groups and joins of frames would wait for all of them.
    """
    import polars as pl

    found = cells.cast(pl.String).cast(pl.Categorical)
    values = found.unique()
    numbers = values.to_physical().cast(pl.Int32).fill_null(_NO_VALUE).to_list()
    codes = found.to_physical().cast(pl.Int32)
    if codes.null_count():
        codes = codes.fill_null(_NO_VALUE)
    return read_integers(codes), dict(zip(numbers, values.cast(pl.String), strict=True))


def _pair(
    pairs: dict[int, Group], groups: dict[int, Group], values: dict[int, str | None], code: int, other: int
) -> int:
    """Return a new number, which stands for a group with one more value."""
    pairs[len(pairs)] = (*groups[code], values[other])
    return len(pairs) - 1
