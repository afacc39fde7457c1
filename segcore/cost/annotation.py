"""Write the input again, with the count and cost of each message."""

from __future__ import annotations

import csv
import io
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from queue import Full, Queue
from typing import TYPE_CHECKING

from segcore.cost.destinations import as_series
from segcore.cost.estimate import Estimate
from segcore.cost.frame_counting import Messages
from segcore.rates.card import RateCard
from segcore.sources.files import MessageFile
from segcore.sources.opening import FileError, replacing

if TYPE_CHECKING:
    import polars as pl

NAMES = ("kind", "encoding", "units", "segments", "cost")
"""The columns that are added."""

# The most digits of a decimal in polars.
_DIGITS = 38

# Frames that wait to be written, and seconds after which the writer is looked at while they do.
_WAITING = 2
_LOOK_AFTER = 0.2

# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = r"^[=+\-@\t\r]"

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@contextmanager
def annotating(
    path: str, inputs: Sequence[str] = (), *, escape_formulas: bool = False
) -> Iterator[Annotator]:
    """Open a file, .csv or .parquet, for annotated messages: it replaces an existing one only if all goes
    well, and never one of `inputs`.
    """
    if os.path.splitext(path)[1].lower() not in (".csv", ".parquet"):
        raise FileError(path, "annotated messages are written as .csv or .parquet; name it so")
    _keep_interrupts()
    with replacing(path, inputs) as made:
        annotator = Annotator(path, made, escape_formulas=escape_formulas)
        try:
            yield annotator
            annotator.finish()
        finally:
            annotator.close()


def _keep_interrupts() -> None:
    """Let Python alone handle Ctrl-C: polars would panic on standard error while it writes a file."""
    import polars as pl  # noqa: F401 (which puts its own handler in the place of Python's)

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.getsignal(signal.SIGINT))


class Annotator:
    """Writes the frames that have been counted, with what was counted.

    A thread of its own writes them by a sink of polars, which takes the frames in their order.
    """

    def __init__(self, path: str, made: str, *, escape_formulas: bool = False) -> None:
        self._path = path
        self._made = made
        self._is_csv = path.lower().endswith(".csv")
        self._escape_formulas = escape_formulas and self._is_csv
        self._first: MessageFile | None = None
        self._schema: pl.Schema | None = None
        self._frames: Queue[pl.DataFrame | None] = Queue(_WAITING)
        self._writer: threading.Thread | None = None
        self._error: Exception | None = None
        self._is_stopped = False
        self._costs: dict[tuple[str, bool, bool, int], Decimal | None] = {}

    def __call__(
        self, estimate: Estimate, file: MessageFile, frame: pl.DataFrame, messages: Messages, /
    ) -> Callable[[], None]:
        """Annotate a frame, and return the step that writes it."""
        import polars as pl

        annotated = pl.concat([frame, self._annotated(estimate, messages)], how="horizontal")
        if self._escape_formulas:
            cell = pl.col(pl.String)
            escaped = pl.when(cell.str.contains(_FORMULA)).then(pl.lit("'") + cell).otherwise(cell)
            annotated = annotated.with_columns(escaped.name.keep())
        return partial(self._write, file, annotated)

    def finish(self) -> None:
        """Write the rest; raise a `FileError` if that fails."""
        self._put(None)
        if self._writer is not None:
            self._writer.join()
            self._raise_error()

    def close(self) -> None:
        """Stop writing."""
        self._is_stopped = True
        while self._writer is not None and self._writer.is_alive():
            if not self._frames.full():
                self._frames.put(None)
            self._writer.join(_LOOK_AFTER)

    def _write(self, file: MessageFile, frame: pl.DataFrame) -> None:
        if self._first is None or self._schema is None:
            self._first, self._schema = file, frame.schema
            self._writer = threading.Thread(target=self._run, args=(file, frame.schema), daemon=True)
            self._writer.start()
        elif file.columns.names != self._first.columns.names or frame.schema != self._schema:
            problem = f"it has other columns than {self._first.name}; annotate files of different columns"
            raise FileError(file.name, f"{problem} one by one")
        self._put(frame)

    def _put(self, frame: pl.DataFrame | None) -> None:
        while self._writer is not None and self._writer.is_alive():
            try:
                self._frames.put(frame, timeout=_LOOK_AFTER)
            except Full:
                continue
            return
        self._raise_error()

    def _raise_error(self) -> None:
        if isinstance(self._error, OSError):
            raise self._error
        if self._error is not None:
            said = (str(self._error).strip() or type(self._error).__name__).splitlines()[0]
            raise FileError(self._path, f"cannot be written: {said}") from None

    def _run(self, file: MessageFile, schema: pl.Schema) -> None:
        """Write all frames that come, on a thread of its own."""
        import polars as pl
        from polars.io.plugins import register_io_source

        names = (*file.columns.names, *_own(file.columns.names))
        header = _distinct(names)

        def frames(*_: object) -> Iterator[pl.DataFrame]:
            while (frame := self._frames.get()) is not None and not self._is_stopped:
                frame.columns = header
                yield frame

        try:
            types = pl.Schema(zip(header, schema.dtypes(), strict=True))
            rows = register_io_source(frames, schema=types)
            if self._is_csv:
                with open(self._made, "wb") as target:
                    delimiter = self._begin_csv(target, file, names)
                    rows.sink_csv(target, include_header=False, separator=delimiter)
            else:
                rows.sink_parquet(self._made)
        except Exception as error:  # noqa: BLE001 (raised where the frames come from)
            self._error = error

    def _begin_csv(self, target: io.BufferedWriter, file: MessageFile, names: tuple[str, ...]) -> str:
        """Write the begin of a CSV file, and return its delimiter."""
        delimiter = file.delimiter or ","
        # polars writes ASCII only; a file of one column is read with a control code as delimiter.
        if not delimiter.isascii() or (delimiter < " " and delimiter != "\t"):
            delimiter = ","
        header = io.StringIO()
        cells = [f"'{name}" if self._escape_formulas and name[:1] in "=+-@\t\r" else name for name in names]
        csv.writer(header, delimiter=delimiter, lineterminator="\n").writerow(cells)
        target.write(_BYTE_ORDER_MARK * file.has_byte_order_mark + header.getvalue().encode())
        target.flush()
        return delimiter

    def _annotated(self, estimate: Estimate, messages: Messages) -> pl.DataFrame:
        """Return the columns that are added."""
        import polars as pl

        found = messages.measured(estimate)
        octets = estimate.segmenter.profile.octets
        first, *others = ("SMS",) if octets is None else (name for name, _ in octets.classes)
        is_long = pl.col("units") > octets.first if octets is not None and others else pl.lit(False)
        sms = pl.when(is_long).then(pl.lit([*others, first][0])).otherwise(pl.lit(first))
        kind = pl.when("mms").then(pl.lit("MMS")).when("sms").then(sms)
        keys = found.select(
            "mms", "segments", number=as_series(messages.destinations), long=is_long & pl.col("sms")
        )
        own = found.select(
            kind.alias("kind"),
            # An MMS has neither.
            pl.when("sms").then(pl.col("encoding").cast(pl.String)),
            pl.when("sms").then("units"),
            "segments",
            self._priced(estimate, keys),
        )
        return own if messages.repeated is None else _summed(own, messages.repeated)

    def _priced(self, estimate: Estimate, keys: pl.DataFrame) -> pl.Series:
        """Return the cost of each row; few rows differ in what it depends on."""
        import polars as pl

        distinct = keys.unique()
        known = estimate.destinations.known
        costs = [
            None
            if segments is None
            else self._cost(estimate.rates, known[number].rate_key, is_mms, is_long, segments)
            for is_mms, segments, number, is_long in distinct.iter_rows()
        ]
        dtype = pl.Decimal(_DIGITS, _decimal_places(estimate.rates))
        priced = distinct.with_columns(pl.Series("cost", costs, dtype))
        found = keys.join(priced, on=keys.columns, how="left", nulls_equal=True, maintain_order="left")
        return found["cost"]

    def _cost(
        self, rates: RateCard | None, rate_key: str, is_mms: bool, is_long: bool, segments: int
    ) -> Decimal | None:
        key = rate_key, is_mms, is_long, segments
        if key not in self._costs:
            self._costs[key] = _cost(rates, *key)
        return self._costs[key]


def _cost(
    rates: RateCard | None, rate_key: str, is_mms: bool, is_long: bool, segments: int
) -> Decimal | None:
    """Return the cost of one message, ``None`` if it has no price of its own."""
    if rates is None:
        return None
    rate = rates[rate_key]
    if is_mms:
        return rate.mms_cost(1)
    if is_long:
        return rate.lms_cost(1)
    # The cost of a segment under volume prices depends on those before it.
    return None if rate.tiers else rate.sms_cost({segments: 1})


def _summed(own: pl.DataFrame, repeated: pl.Series) -> pl.DataFrame:
    """Return one row for each row of the input, with the segments and the cost of all of its messages."""
    import polars as pl

    rows = pl.int_range(own.height - len(repeated), eager=True).cast(repeated.dtype).append(repeated)
    found = own.with_columns(row=rows).group_by("row", maintain_order=True)
    sums = (
        pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).cast(own.schema[name])
        for name in ("segments", "cost")
    )
    return found.agg(pl.col("kind", "encoding", "units").first(), *sums).drop("row")


def _own(names: tuple[str, ...]) -> list[str]:
    """Return names for the added columns that do not clash with existing ones."""
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


def _decimal_places(rates: RateCard | None) -> int:
    """Return the decimal places that the cost of a message may have."""
    prices = [
        price
        for rate in (rates.rates if rates is not None else ())
        for price in (rate.sms, rate.mms, rate.lms, rate.carrier_fee, rate.mms_carrier_fee, rate.minimum)
        if price is not None
    ]
    return max((max(0, -int(price.as_tuple().exponent)) for price in prices), default=0)
