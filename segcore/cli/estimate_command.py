"""What ``segcore estimate`` does once its options are read."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING

from segcore.cost.frame_counting import Messages, as_series
from segcore.cost.run import FrameSink, Watch, run_files
from segcore.reports.display import visible
from segcore.rules.profiles import Profile
from segcore.segmenter import Segmenter
from segcore.sources.csv_file import Reading
from segcore.sources.files import MessageFile

# All else is imported while the first rows are being read.
if TYPE_CHECKING:
    import polars as pl

    from segcore.cost.annotation import Annotator
    from segcore.cost.estimate import Estimate
    from segcore.reports.report import Report


@dataclass(frozen=True)
class Rules:
    """How to count and what it costs.

    Args:
        profile: The rules of the provider.
        smart_encoding: As `Segmenter` takes it.
        rates: The path of a rate card, ``None`` for none.
        highest_rate: Whether the highest of several rates for one place is taken.
        price: Price of one SMS segment to anywhere.
        mms_price: Price of one MMS to anywhere.
        default_region: The country of numbers that are not in international form.
    """

    profile: Profile
    smart_encoding: bool | str | None = None
    rates: str | None = None
    highest_rate: bool = False
    price: Decimal | None = None
    mms_price: Decimal | None = None
    default_region: str | None = None

    def estimate(self, group_by: Sequence[str]) -> Estimate:
        """Return an estimate without messages.

        Args:
            group_by: Columns to group by.

        Raises:
            ValueError: The rate card, the country or a table cannot be used.
        """
        from segcore.cost.estimate import Estimate
        from segcore.rates.card import card_of

        segmenter = Segmenter(self.profile, smart_encoding=self.smart_encoding)
        duplicates = "highest" if self.highest_rate else "error"
        card = card_of(self.rates, self.price, self.mms_price, duplicates=duplicates)
        return Estimate(segmenter, card, default_region=self.default_region, group_by=group_by)


def estimate_files(
    files: Sequence[str],
    rules: Rules,
    reading: Reading,
    annotate: str | None = None,
    also: Sequence[FrameSink] = (),
    shown_by: str = "segcore.reports.report",
) -> tuple[Report, str | None]:
    """Return what there is to say about files, and what is wrong with their recipients.

    Args:
        files: Paths, patterns, or ``-`` for standard input.
        rules: How to count and what it costs.
        reading: How to read the files.
        annotate: The file for the messages with what each takes and costs.
        also: What else takes the frames that have been counted.
        shown_by: The module that will show the report, to be imported while the first rows are being read.

    Returns:
        The report; and the problem with recipients on whom a price depends, if there is one.

    Raises:
        FileError: A file cannot be read or written, and why.
        ValueError: The rate card, the country or a table cannot be used.
    """

    def make() -> Estimate:
        import_module(shown_by)
        return rules.estimate(reading.roles.group_by)

    letters = _Letters()
    sinks: list[FrameSink] = [*also] if rules.rates is None else [*also, letters]
    with nullcontext() if annotate is None else _annotating(annotate) as annotator:
        if annotator is not None:
            sinks.append(annotator)
        made, columns = run_files(
            files, make, reading, watch=_watch(), sinks=sinks, whole=annotator is not None
        )
    from segcore.reports.report import Report

    report = Report(tuple(files), columns, made, _is_flat(made))
    return report, letters.problem()


def _annotating(path: str) -> AbstractContextManager[Annotator]:
    from segcore.cost.annotation import annotating

    return annotating(path)


def _watch() -> Watch | None:
    """Return what looks on where somebody looks; elsewhere its import would be lost time."""
    if not sys.stderr.isatty():
        return None
    from segcore.cli.progress import watched

    return watched


def _is_flat(estimate: Estimate) -> bool:
    """Return whether prices are the same everywhere."""
    return estimate.rates is None or estimate.rates.is_flat


def _unknown(estimate: Estimate, numbers: Iterable[int]) -> list[int]:
    """Return the numbers of destinations that are of no country."""
    from segcore.cost.destinations import UNKNOWN

    known = estimate.destinations.known
    return [number for number in numbers if known[number].country == UNKNOWN]


class _Letters:
    """Looks for recipients that are no numbers because there are letters in them."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self._rows: dict[str, int] = {}
        self._first: tuple[str, int, str, str] | None = None
        self._number = 0

    def __call__(
        self, estimate: Estimate, file: MessageFile, frame: pl.DataFrame, messages: Messages, /
    ) -> None:
        import polars as pl

        before = self._rows.get(file.name, 0)
        self._rows[file.name] = before + frame.height
        to = file.columns.to
        numbers = as_series(messages.destinations).alias("number")
        unknown = _unknown(estimate, numbers.unique())
        if to is None or not unknown or frame[f"c{to}"].dtype != pl.String or _is_flat(estimate):
            return
        rows = frame.select(pl.col(f"c{to}").alias("to"), numbers).with_row_index()
        found = rows.filter(pl.col("number").is_in(unknown)).filter(pl.col("to").str.contains(r"\p{L}"))
        self._number += found.height
        if self._first is None and found.height:
            row, cell, _ = found.row(0)
            self._first = file.name, before + row + 1, cell, file.columns.names[to]

    def problem(self) -> str | None:
        """Return what is wrong, if anything is."""
        if self._first is None:
            return None
        name, row, cell, column = self._first
        more = f", and {self._number - 1:,} more," if self._number > 1 else ""
        problem = f"{visible(cell)!r} in {column!r}{more} is no telephone number, because it has letters"
        return f"{name}: message {row:,}: {problem}; correct it, or leave the message out"


def exceeded(report: Report, max_cost: Decimal | None, max_segments: int | None) -> str | None:
    """Return why messages are not to be sent, if a limit says so.

    Args:
        report: What there is to say about them.
        max_cost: The most that they may cost.
        max_segments: The most segments that they may take, an MMS counting 1.
    """
    totals, cost = report.estimate.totals, report.estimate.cost
    if max_segments is not None and totals.segments > max_segments:
        return f"{totals.segments:,} segments are more than --max-segments {max_segments:,}"
    if max_cost is None or not totals.messages:
        return None
    if cost.total is None:
        unpriced = f"{cost.unpriced_segments:,} SMS segments and {cost.unpriced_mms:,} MMS are unpriced"
        return f"the cost is not known to be within --max-cost {max_cost:f}: {unpriced}"
    return f"a cost of {cost.total:f} is more than --max-cost {max_cost:f}" if cost.total > max_cost else None
