"""Make an estimate from files, tables or columns."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from decimal import Decimal
from functools import partial
from itertools import chain
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from segcore.bulk import checked_threads
from segcore.engine import cores
from segcore.segmenter import Segmenter
from segcore.sources import Reading, ReadingNote, Roles
from segcore.sources.files import MessageFile, fetched, opened
from segcore.sources.headings import FIRST_ROWS, Columns, choose
from segcore.sources.opening import FileError, expand, standard_input

# All else is imported while the first rows are being read.
if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    import polars as pl

    from segcore.cost.estimate import Estimate
    from segcore.cost.frame_counting import Messages
    from segcore.rates.card import RateCard
    from segcore.rules.profiles import Profile
    from segcore.sources.frames import Frame
    from segcore.sources.rows import RowReader
    from segcore.writing.template import Template

# Rows that the first task counts, and the most of each other.  With fewer, many threads wait for each other's
# Python code; a few threads need no more than these for each.
_FIRST_TASK_ROWS = 1 << 16
_TASK_ROWS = 1 << 17
_TASK_ROWS_A_THREAD = 1 << 13

# Frames that wait while each thread has one, so that no thread waits for a frame.
_AHEAD = 2

_Frame = TypeVar("_Frame")
_Result = TypeVar("_Result")

Watch = Callable[[MessageFile, "Iterator[Frame]"], "Iterator[Frame]"]
"""Shows progress while the frames of a file are read."""


class FrameSink(Protocol):
    """Takes each frame that has been counted."""

    def __call__(
        self, estimate: Estimate, file: MessageFile, frame: Any, messages: Messages, /
    ) -> Callable[[], None]:
        """Do all work that does not depend on other frames, and return the rest, which is called in the order
        of the frames.

        Several threads call this at once; `estimate`, which the frame was added to, is not shared by two of
        them.
        """
        ...


@contextmanager
def _naming_arguments() -> Iterator[None]:
    """Name arguments in errors about files and tables, where the command line names options."""
    try:
        yield
    except ValueError as error:
        message = re.sub("; or use --no-header[^;]*", "", str(error))
        error.args = (re.sub("--([a-z]+(?:-[a-z]+)*)", lambda found: found[1].replace("-", "_"), message),)
        raise


@_naming_arguments()
def estimate(  # noqa: PLR0913 (everything that can be said about data, by name)
    data: Any,
    *,
    text: str | None = None,
    to: str | None = None,
    media: str | None = None,
    template: str | Template | None = None,
    rates: RateCard | str | os.PathLike[str] | None = None,
    price: str | Decimal | None = None,
    mms_price: str | Decimal | None = None,
    lms_price: str | Decimal | None = None,
    profile: str | Profile = "standard",
    default_region: str | None = None,
    group_by: str | Sequence[str] = (),
    smart_encoding: str | bool | None = None,
    savings: str | None = "segcore",
    numbers: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    threads: int | None = None,
) -> Estimate:
    """Estimate segments and cost of messages in files, tables, columns or lists.

    Args:
        data: A path or pattern, or a list of paths that exist: files in CSV, JSON, Parquet or Arrow IPC,
            compressed or not, and workbooks.  A table or stream that
            speaks the Arrow PyCapsule protocol (polars, pandas, pyarrow, DuckDB), a mapping of columns, a
            list of mappings such as rows of JSON, or a list or column of texts.
        text: Name of the column with the texts; guessed from the header if omitted.
        to: Name of the column with the recipients; guessed if omitted.  Several in one row are one
            group MMS if the profile says so, else that many SMS.
        media: Name of the column with the media (text, a list or a truth value); guessed if omitted.
        template: The text with merge fields that the rows of files fill in; there is then no column of texts.
        rates: A `RateCard`, or the path of one; without it and a price everything is unpriced.
        price: Price of one SMS segment to anywhere, exact: ``"0.0079"`` or a ``Decimal``.
        mms_price: Price of one MMS to anywhere.
        lms_price: Price of one message of the longer class to anywhere: Korea's LMS, or RCS's Single.
        profile: A key of `PROFILES`, or a `Profile`.
        default_region: The country (ISO 3166 alpha-2) of numbers that are not in international form.
        group_by: Names of columns to group by, such as the campaign.
        smart_encoding: The table of replacements that the messages go out with, as `Segmenter` takes it.
        savings: The table whose savings are counted, ``None`` for none.
        numbers: How numbers without a plus sign are written: ``"international"``, or ``"national"`` for the
            default region; ``None`` decides by the first rows, and `Estimate.reading` says how.
        encoding: The encoding of text files, such as ``"cp1252"``; detected if omitted.
        sheet: The name of the sheet of a workbook; the first one with messages if omitted.
        threads: How many threads count; ``None`` for one per core.

    Returns:
        An `Estimate`.

    Raises:
        FileError: A file cannot be read as messages; the error says why.
        ValueError: There is no such column, profile, country or table, or there are both rates and a price.
        TypeError: A price is a ``float``, which is not exact.
        ImportError: polars, which reads tables and files other than CSV, is not installed.

    Example:
        >>> import segcore
        >>> found = segcore.estimate(
        ...     {"text": ["Hello", "It’s here"], "to": ["+12025550143", "+447400123456"]},
        ...     rates=segcore.RateCard([{"country": "US", "sms": "0.0079"}, {"prefix": "44", "sms": "0.04"}]),
        ... )
        >>> found.segments, found.cost.total, [part.key["country"] for part in found.by("country")]
        (2, Decimal('0.0479'), ['GB', 'US'])
        >>> segcore.estimate(["Hello", "It’s here"], price="0.0079").cost.total
        Decimal('0.0158')
    """
    from segcore.cost.estimate import Estimate
    from segcore.rates.card import card_of

    names = (group_by,) if isinstance(group_by, str) else tuple(group_by)
    segmenter = Segmenter(profile, smart_encoding)
    make = partial(
        Estimate,
        segmenter,
        card_of(rates, price, mms_price, lms_price=lms_price),
        default_region=default_region,
        group_by=names,
        savings=savings,
        numbers=numbers,
    )
    roles = Roles(text, to, media, names)
    paths = _paths(data)
    filled = None if template is None else _template(template, segmenter)
    if paths is not None:
        return run_files(
            paths, make, Reading(roles, encoding=encoding, sheet=sheet), template=filled, threads=threads
        )[0]
    if filled is not None:
        raise ValueError("template: give files of contacts; Template.count_segments_bulk counts a table")
    return _of_data(make(), data, roles, threads)


def _template(template: str | Template, segmenter: Segmenter) -> Template:
    from segcore.writing.template import Template

    return template if isinstance(template, Template) else Template(template, profile=segmenter)


def _paths(data: Any) -> list[str] | None:
    """Return the paths that data is made of, if it is."""
    if isinstance(data, (str, os.PathLike)):
        return [os.fspath(data)]
    if not isinstance(data, (list, tuple)) or not data:
        return None
    if all(isinstance(each, os.PathLike) for each in data):
        return [os.fspath(each) for each in data]
    # Messages are hardly ever the names of files; the first one that is not ends the search.
    return [*data] if all(isinstance(each, str) and _is_file(each) for each in data) else None


def _is_file(name: str) -> bool:
    # A name with a null or too many octets is none.
    try:
        return os.path.isfile(name)
    except ValueError:
        return False


def run_files(  # noqa: PLR0913 (everything that can be said about reading, by name)
    paths: Sequence[str],
    make: Callable[[], Estimate],
    reading: Reading,
    *,
    watch: Watch | None = None,
    sinks: Sequence[FrameSink] = (),
    whole: bool = False,
    template: Template | None = None,
    threads: int | None = None,
) -> tuple[Estimate, Columns]:
    """Return the estimate for files, and the columns that were used of the first.

    `make` and `watch` are called while the first rows are being read.  `whole` reads all columns, not only
    those that are used.
    """
    made: Estimate | None = None
    partials: Partials | None = None
    columns = None
    if template is not None:
        from segcore.cost.contacts import ContactFile, with_fields

        reading = reading._replace(roles=with_fields(reading.roles, template))
    with (
        standard_input(expand(paths)) as named,
        fetched(named) as files,
        closing(Workers(threads)) as workers,
    ):
        for path in files:
            plain = not whole and template is None
            with opened(path, reading, whole=whole, plain=plain) as source:
                file = source if template is None else ContactFile(source, template)
                frames = file.frames()
                from segcore.sources.rows import RowReader

                made = made or make()
                partials = partials or Partials(made)
                reader = RowReader(file.columns, made.row_rules)
                work = partial(_counted, partials, file, reader, sinks)
                frames = watch(file, frames) if watch else frames
                for steps in workers.map(work, _resized(frames, workers.task_rows)):
                    for step in steps:
                        step()
                made.note([*file.notes, *reader.notes()])
                columns = columns or file.columns
    made = partials.merged() if partials else None
    if made is None or columns is None or not (made.messages or made.nulls):
        raise FileError(", ".join(paths), "it has no messages, at most a header; check what was exported")
    made.note(_catch_all_notes(made))
    return made, columns


def _counted(
    partials: Partials, file: MessageFile, reader: RowReader, sinks: Sequence[FrameSink], frame: Frame
) -> list[Callable[[], None]]:
    """Count a frame of a file, and return the work that is left to do in the order of the file."""
    from segcore.cost.frame_counting import count_frame

    with partials.one() as estimate:
        try:
            messages = count_frame(estimate, frame, reader)
        except (ValueError, TypeError) as error:
            raise FileError(file.name, str(error)) from None
        return [sink(estimate, file, frame, messages) for sink in sinks]


def _of_data(made: Estimate, data: Any, roles: Roles, threads: int | None) -> Estimate:
    """Return an estimate with the messages of a table, columns or texts."""
    from segcore.sources.frames import is_column, tables

    if is_column(data):
        made.add(data, threads=threads)
        return made
    from segcore.cost.frame_counting import count_frame
    from segcore.sources.rows import RowReader
    from segcore.sources.table_file import flattened

    partials = Partials(made)
    workers = Workers(threads)
    batches = _resized(map(flattened, tables(data)), workers.task_rows)
    first = next(batches, None)
    if first is None:
        return made
    columns = choose(first.columns, roles, cells=lambda index: first[:FIRST_ROWS, index].to_list())
    reader = RowReader(columns, made.row_rules)

    def count(table: pl.DataFrame) -> None:
        chosen = [table[:, index].alias(f"c{index}") for index in columns.indices]
        with partials.one() as estimate:
            count_frame(estimate, chosen[0].to_frame().with_columns(chosen), reader)

    with closing(workers):
        for _ in workers.map(count, chain([first], batches)):
            pass
    made = partials.merged()
    made.note([*reader.notes(), *_catch_all_notes(made)])
    return made


def _catch_all_notes(made: Estimate) -> Iterator[ReadingNote]:
    """Yield notes about messages with the price for all other destinations, as theirs has none."""
    if made.rates is None or made.rates.is_flat:
        return
    from segcore.cost.destinations import FICTIONAL, SEVERAL, UNKNOWN, UNSAID

    catch_all = {
        UNSAID: ("no_recipients", "No column holds recipients: {messages} the price", "--to"),
        UNKNOWN: ("no_country", "{messages} no country, or no number, and the price", "--default-region"),
        FICTIONAL: ("fictional", "{messages} a number that is reserved for fiction, and the price", None),
        SEVERAL: ("several_countries", "{messages} recipients in several countries, and the price", None),
    }
    for country, (code, sentence, option) in catch_all.items():
        key = made.rates.find("", country).key
        count = sum(row.messages for row in made.rows if row.country == country and row.rate_key == key)
        if key and count:
            messages = f"{count:,} message has" if count == 1 else f"{count:,} messages have"
            said = sentence.format(messages=messages)
            yield ReadingNote(code, f"{said} of {key} in the rate card.", option)


def _resized(tables: Iterator[_Frame], rows: int) -> Iterator[_Frame]:
    """Yield the same rows in tables of so many, which are worth a task and leave tasks for all threads.

    The first one decides for all, so it does not depend on the size of the tables.
    """
    # Frames of either kind have the same methods for this.
    waiting: Any = None
    size = _FIRST_TASK_ROWS
    try:
        for table in tables:
            waiting = waiting.vstack(table) if waiting is not None and waiting.height else table
            while waiting.height >= size:
                yield waiting.slice(0, size)
                waiting = waiting.slice(size)
                size = rows
    except Exception:
        # Rows that were read before an error come before it.
        if waiting is not None and waiting.height:
            yield waiting
        raise
    if waiting is not None and (waiting.height or size == _FIRST_TASK_ROWS):
        yield waiting


class Workers:
    """Threads, one per core if their number is ``None``, that work on frames, of which only a few are in
    memory at once; each but the first is worth their while with `task_rows`.

    Example:
        >>> from contextlib import closing
        >>> with closing(Workers(3)) as workers:
        ...     list(workers.map(abs, iter([-1, -2])))
        [1, 2]
    """

    def __init__(self, threads: int | None = None) -> None:
        self._threads = checked_threads(threads) or cores()
        self._executor: Executor | None = None
        self.task_rows = min(_TASK_ROWS, max(_FIRST_TASK_ROWS, self._threads * _TASK_ROWS_A_THREAD))

    def close(self) -> None:
        """End the threads after the frames that they have; frames that wait are dropped."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def map(self, work: Callable[[_Frame], _Result], frames: Iterator[_Frame]) -> Iterator[_Result]:
        """Yield what `work` returns for each frame, in the order of the frames.

        The first error in this order is raised, whichever thread meets its error first.  The first frame is
        worked on alone, so that it can decide something for all.
        """
        for frame in frames:
            yield work(frame)
            break
        if self._threads == 1:
            yield from map(work, frames)
            return
        waiting: deque[Future[_Result]] = deque()
        failure: Exception | None = None
        while True:
            try:
                frame = next(frames)
            except StopIteration:
                break
            except Exception as error:  # noqa: BLE001 (raised below, after those of earlier frames)
                failure = error
                break
            waiting.append(self._started().submit(work, frame))
            while waiting and (len(waiting) >= self._threads + _AHEAD or waiting[0].done()):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
        if failure is not None:
            raise failure

    def _started(self) -> Executor:
        if self._executor is None:
            # Imported here: a small file needs no threads.
            from concurrent.futures import ThreadPoolExecutor

            self._executor = ThreadPoolExecutor(self._threads)
        return self._executor


class Partials:
    """Estimates under the same rules, one for each thread that needs one at the same time; the first becomes
    their sum.
    """

    def __init__(self, first: Estimate) -> None:
        self._first = first
        self._others: list[Estimate] = []
        self._free: SimpleQueue[Estimate] = SimpleQueue()
        self._free.put(first)

    @contextmanager
    def one(self) -> Iterator[Estimate]:
        """Yield an estimate that no other thread uses meanwhile."""
        try:
            estimate = self._free.get_nowait()
        except Empty:
            estimate = self._first.fresh()
            self._others.append(estimate)
        try:
            yield estimate
        finally:
            self._free.put(estimate)

    def merged(self) -> Estimate:
        """Return the first estimate with the messages of all, when no thread uses one any more."""
        while self._others:
            self._first.update(self._others.pop())
        return self._first
