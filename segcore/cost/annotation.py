"""The input once more, with what each message takes and costs beside it."""

from __future__ import annotations

import csv
import io
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import IO, TYPE_CHECKING

from segcore.cost.counts import MMS
from segcore.cost.destinations import as_series
from segcore.cost.estimate import Estimate
from segcore.cost.frame_counting import Messages
from segcore.sources.files import MessageFile
from segcore.sources.opening import FileError, replacing

if TYPE_CHECKING:
    import polars as pl

NAMES = ("kind", "encoding", "units", "segments", "cost")

# Rows of a row group.
_ROWS = 1 << 17

# The digits of polars' decimals.
_DIGITS = 38


@contextmanager
def annotating(path: str) -> Iterator[Annotator]:
    """Open a file for annotated messages, which is there only if all went well.

    Args:
        path: The file, whose name ends in ``.csv`` or ``.parquet``.

    Raises:
        FileError: It cannot be written.
    """
    kinds = {".csv": CsvAnnotator, ".parquet": ParquetAnnotator}
    kind = kinds.get(os.path.splitext(path)[1].lower())
    if kind is None:
        raise FileError(path, "annotated messages are written as .csv or .parquet; name it so")
    _keep_interrupts()
    with replacing(path) as made:
        annotator = kind(os.path.dirname(made))
        try:
            yield annotator
            os.replace(annotator.finish(), made)
        finally:
            annotator.close()


def _keep_interrupts() -> None:
    """Let Python alone take Ctrl-C: polars panics, on standard error, where it is writing a file."""
    import polars as pl  # noqa: F401 (which puts its own handler in the place of Python's)

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.getsignal(signal.SIGINT))


class Annotator:
    """Takes frames that have been counted, and writes them with what was counted.

    Args:
        folder: A folder for what is being written.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._names: tuple[str, ...] | None = None
        self._first = ""

    def __call__(
        self, estimate: Estimate, file: MessageFile, frame: pl.DataFrame, messages: Messages
    ) -> None:
        import polars as pl

        names = file.columns.names
        if self._names is None:
            self._names, self._first = names, file.name
            self._begin((*names, *_own(names)))
        elif names != self._names:
            raise FileError(
                file.name,
                f"it has other columns than {self._first}; annotate files of different columns one by one",
            )
        own = _annotated(estimate, messages)
        self._write(pl.concat([frame, own], how="horizontal"))

    def finish(self) -> str:
        """Return the file that was written."""
        raise NotImplementedError

    def close(self) -> None:
        """Close what is open."""

    def _begin(self, names: tuple[str, ...]) -> None:
        raise NotImplementedError

    def _write(self, frame: pl.DataFrame) -> None:
        raise NotImplementedError


class CsvAnnotator(Annotator):
    """Writes CSV."""

    _file: IO[bytes] | None = None

    def _begin(self, names: tuple[str, ...]) -> None:
        self.close()
        header = io.StringIO()
        csv.writer(header, lineterminator="\n").writerow(names)
        self._file = open(self._path, "wb")  # noqa: SIM115 (open until all is written)
        self._file.write(header.getvalue().encode())

    def _write(self, frame: pl.DataFrame) -> None:
        frame.write_csv(self._file, include_header=False)

    @property
    def _path(self) -> str:
        return os.path.join(self._folder, "rows.csv")

    def finish(self) -> str:
        self.close()
        return self._path

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


class ParquetAnnotator(Annotator):
    """Writes Parquet, by way of parts."""

    def _begin(self, names: tuple[str, ...]) -> None:
        self._header = _distinct(names)
        self._parts = 0
        self._waiting: list[pl.DataFrame] = []

    def _write(self, frame: pl.DataFrame) -> None:
        self._waiting.append(frame)
        if sum(each.height for each in self._waiting) >= _ROWS:
            self._flush()

    def _flush(self) -> None:
        import polars as pl

        if self._waiting:
            frame = pl.concat(self._waiting, rechunk=False)
            frame.columns = list(self._header)
            frame.write_parquet(self._part(self._parts), compression="lz4")
            self._parts += 1
            self._waiting = []

    def _part(self, number: int) -> str:
        return os.path.join(self._folder, f"part-{number:06}.parquet")

    def finish(self) -> str:
        import polars as pl

        self._flush()
        path = os.path.join(self._folder, "rows.parquet")
        pl.scan_parquet([self._part(number) for number in range(self._parts)]).sink_parquet(path)
        return path


def _annotated(estimate: Estimate, messages: Messages) -> pl.DataFrame:
    import polars as pl

    is_mms = pl.Series(messages.mms or bytes(len(messages.texts)), dtype=pl.UInt8) == 1
    batch = estimate.segmenter.analyze_bulk(messages.texts, mms=is_mms)
    found = pl.DataFrame(
        {
            "encoding": as_series(batch.encodings).cast(pl.String),
            "units": as_series(batch.units),
            "segments": as_series(batch.segments),
            "mms": is_mms,
            "to": as_series(messages.destinations),
        }
    )
    sms = pl.col("segments").is_not_null() & ~pl.col("mms")
    kind = pl.when("mms").then(pl.lit("MMS")).when(sms).then(pl.lit("SMS"))
    keys = found.select(number="to", kind=pl.when("mms").then(MMS).otherwise(0), segments="segments")
    return found.select(
        kind.alias("kind"),
        # An MMS has neither.
        *(pl.when(sms).then(pl.col(name)).alias(name) for name in ("encoding", "units")),
        "segments",
        _priced(estimate, keys),
    )


def _priced(estimate: Estimate, keys: pl.DataFrame) -> pl.Series:
    """Return the cost of each row."""
    import polars as pl

    distinct = keys.unique()
    costs = [_cost(estimate, *row) for row in distinct.iter_rows()]
    dtype = pl.Decimal(_DIGITS, _places(estimate))
    priced = distinct.with_columns(pl.Series("cost", costs, dtype))
    found = keys.join(priced, on=keys.columns, how="left", nulls_equal=True, maintain_order="left")
    return found["cost"]


def _cost(estimate: Estimate, number: int, kind: int, segments: int | None) -> Decimal | None:
    rates = estimate.rates
    if rates is None or segments is None:
        return None
    rate = rates[estimate.destinations.known[number].rate_key]
    # What a segment costs under volume prices depends on those before it.
    if kind != MMS and rate.tiers:
        return None
    return rate.mms_cost(1) if kind == MMS else rate.sms_cost({segments: 1})


def _own(names: tuple[str, ...]) -> list[str]:
    """Return the names of the columns that are added, other ones than there are."""
    return [f"segcore_{name}" if name in names else name for name in NAMES]


def _distinct(names: tuple[str, ...]) -> list[str]:
    """Return names of which none occurs twice."""
    found: list[str] = []
    for name in names:
        number, other = 2, name
        while other in found:
            number, other = number + 1, f"{name}_{number}"
        found.append(other)
    return found


def _places(estimate: Estimate) -> int:
    """Return the decimal places that costs of single messages may have."""
    rates = estimate.rates.rates if estimate.rates is not None else ()
    prices = [
        price
        for rate in rates
        for price in (rate.sms, rate.mms, rate.carrier_fee, rate.mms_carrier_fee, rate.minimum)
        if price is not None
    ]
    return max((max(0, -int(price.as_tuple().exponent)) for price in prices), default=0)
