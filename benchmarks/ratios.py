"""The ratios that segcore sets itself as goals: what is measured, against what, and how far it may go.

To add a row, write a function that returns a `Pair` and put `@row` above it.
It is asked once for each implementation it names, and raises `UnavailableError` where it cannot be measured.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import segcore
from benchmarks import corpora, peers, processes
from benchmarks.calls import loop
from benchmarks.implementations import Implementation, load
from benchmarks.interleaved import Sampler, interleave, timed
from segcore import bulk

LENGTHS = "[len(t) for t in texts]"


class UnavailableError(Exception):
    """A row that cannot be measured here.

    Args:
        status: Why, in a word or two.
        note: The whole story, if there is one.
    """

    def __init__(self, status: str, note: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.note = note


@dataclass(frozen=True)
class Settings:
    """How much to measure.

    Args:
        messages: Messages in a list.
        rows: Rows of the CSV file.
        seconds: For how long to sample each row.
        fewest: The fewest samples of each side.
    """

    messages: int = 100_000
    rows: int = 1_000_000
    seconds: float = 2.0
    fewest: int = 5

    @classmethod
    def quick(cls) -> Settings:
        """Enough to see that everything runs; the ratios mean little."""
        return cls(messages=1_000, rows=1_000, seconds=0.02, fewest=2)


@dataclass(frozen=True)
class Goal:
    """A limit for a ratio.

    Args:
        limit: The limit.
        at_least: Whether it is to be reached instead of kept under.
    """

    limit: float
    at_least: bool = False

    def met(self, ratio: float) -> bool:
        """Whether a measured ratio meets it."""
        return ratio >= self.limit if self.at_least else ratio <= self.limit

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:g}"


@dataclass(frozen=True)
class Pair:
    """Two sides to sample in turns.

    Args:
        what: The side that the goal is about.
        against: What it is compared with.
        messages: Messages that a sample handles: times are shown for one.
        wrong: Wrong answers of segcore among them, found before the clock started.
        note: What else a reader should know.
    """

    what: Sampler
    against: Sampler
    messages: int = 1
    wrong: int = 0
    note: str = ""


@dataclass(frozen=True)
class Result:
    """A line of the table.

    Args:
        what: What was measured.
        against: What it was compared with.
        goal: The goal, empty where a row is shown for comparison only.
        implementation: What ran.
        kernel: The kernel that ran.
        status: ``yes`` or ``no`` to the goal, ``-`` without one, or why there is no number.
        ratio: Fastest against fastest.
        median_ratio: Median against median.
        seconds: Fastest sample per message.
        against_seconds: The same of the other side.
        median_seconds: Median sample per message.
        against_median_seconds: The same of the other side.
        samples: Samples of each side.
        messages: Messages in a sample.
        wrong: Wrong answers among them.
        note: What else a reader should know.
    """

    what: str
    against: str
    goal: str
    implementation: str
    kernel: str
    status: str
    ratio: float | None = None
    median_ratio: float | None = None
    seconds: float | None = None
    against_seconds: float | None = None
    median_seconds: float | None = None
    against_median_seconds: float | None = None
    samples: int = 0
    messages: int = 0
    wrong: int = 0
    note: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the fields under their names."""
        return asdict(self)


Measure = Callable[[Settings, Implementation], Pair]


@dataclass(frozen=True)
class Row:
    """A question of the table.

    Args:
        what: What is measured.
        against: What it is compared with.
        goal: The limit, if there is one.
        measure: Prepares the two sides.
        runs: The implementations it is asked for; ``chosen`` is the one that ``import segcore`` takes.
        goal_for: The implementations that the goal is about.
    """

    what: str
    against: str
    goal: Goal | None
    measure: Measure
    runs: tuple[str, ...]
    goal_for: tuple[str, ...]

    def results(self, settings: Settings, wanted: tuple[str, ...]) -> Iterator[Result]:
        """Measure, once for each implementation that is wanted."""
        for name in self.runs:
            if name in wanted or name == "chosen":
                yield self._result(settings, name)

    def _result(self, settings: Settings, name: str) -> Result:
        try:
            implementation = chosen() if name == "chosen" else load(name)
        except ImportError as error:
            return Result(
                self.what, self.against, self._goal(name), name, "none", "not built", note=f"{name}: {error}"
            )
        goal = self.goal if implementation.name in self.goal_for else None
        result = Result(
            self.what,
            self.against,
            str(goal or ""),
            implementation.label,
            implementation.kernel,
            "-",
        )
        try:
            pair = self.measure(settings, implementation)
            times = interleave(pair.what, pair.against, settings.seconds, settings.fewest)
        except UnavailableError as reason:
            return replace(result, status=reason.status, note=reason.note)
        except processes.ChildError as error:
            return replace(result, status="failed", note=str(error))
        # "At least" goals are about how many times as fast: there the other side is the dividend.
        flip = goal is not None and goal.at_least
        ratio = 1 / times.ratio if flip else times.ratio
        middle = 1 / times.median_ratio if flip else times.median_ratio
        status = "-" if goal is None else "yes" if goal.met(ratio) else "no"
        return replace(
            result,
            status=f"WRONG: {pair.wrong}" if pair.wrong else status,
            ratio=ratio,
            median_ratio=middle,
            seconds=min(times.what) / pair.messages,
            against_seconds=min(times.against) / pair.messages,
            median_seconds=median(times.what) / pair.messages,
            against_median_seconds=median(times.against) / pair.messages,
            samples=len(times.what),
            messages=pair.messages,
            wrong=pair.wrong,
            note=pair.note,
        )

    def _goal(self, name: str) -> str:
        return str(self.goal or "") if name in self.goal_for else ""


ROWS: list[Row] = []

_BOTH = ("native", "python")


def row(
    what: str,
    against: str,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    runs: tuple[str, ...] = _BOTH,
    goal_for: tuple[str, ...] = ("native",),
) -> Callable[[Measure], Measure]:
    """Put the function below into the table."""
    goal = None
    if at_most is not None:
        goal = Goal(at_most)
    elif at_least is not None:
        goal = Goal(at_least, at_least=True)

    def add(measure: Measure) -> Measure:
        ROWS.append(Row(what, against, goal, measure, runs, goal_for))
        return measure

    return add


@cache
def chosen() -> Implementation:
    """Return the implementation that ``import segcore`` takes in this process."""
    label = segcore.implementation
    return load("native" if label.startswith("native") else "python")


def _wrong(counted: Any, expected: list[int]) -> int:
    found = list(counted)
    if len(found) != len(expected):
        return len(expected)
    return sum(one != other for one, other in zip(found, expected, strict=True))


# --- Lists -------------------------------------------------------------------------------------------


def _bulk_against_lengths(
    name: str, most: int | None, settings: Settings, implementation: Implementation
) -> Pair:
    corpus = corpora.corpus(name, min(settings.messages, most or settings.messages))
    texts, counter = corpus.texts, implementation.counter
    return Pair(
        timed(lambda: bulk.count_segments(counter, texts, None)),
        timed(lambda: [len(t) for t in texts]),
        len(texts),
        _wrong(bulk.count_segments(counter, texts, None), corpus.expected),
    )


for _what, _name, _limit in (
    ("ASCII, 10-30 long", "ascii_short", 0.5),
    ("ASCII, 60-140 long", "ascii_typical", 0.5),
    ("ASCII, 300-500 long", "ascii_long", 0.5),
    ("8 % accented", "accented", 0.7),
    ("mixed scripts", "mixed", 0.8),
):
    row(f"bulk list, {_what}", LENGTHS, at_most=_limit)(partial(_bulk_against_lengths, _name, None))
    # In a large list len() waits for memory; here it does not, and counting has nowhere to hide.
    row(f"bulk list in cache, {_what}", LENGTHS, at_most=_limit, runs=("native",))(
        partial(_bulk_against_lengths, _name, 1_000)
    )


# --- One message -------------------------------------------------------------------------------------


def _call_against_len(name: str, settings: Settings, implementation: Implementation) -> Pair:
    corpus = corpora.corpus(name, 1_000)
    count = implementation.counter.count_segments
    return Pair(
        timed(loop(count, corpus.texts)),
        timed(loop(len, corpus.texts)),
        len(corpus.texts),
        _wrong(map(count, corpus.texts), corpus.expected),
    )


for _what, _name in (("ASCII, 60-140 long", "ascii_typical"), ("mixed scripts", "mixed")):
    row(f"one message, {_what}", "len(text), called alike", at_most=3)(partial(_call_against_len, _name))


# --- The fallback and another package ----------------------------------------------------------------


def _bulk_against_smsutil(name: str, settings: Settings, implementation: Implementation) -> Pair:
    try:
        peer = peers.load("smsutil")
    except ImportError:
        raise UnavailableError("smsutil not installed") from None
    corpus = corpora.corpus(name, min(settings.messages, 2_000))
    counter = implementation.counter
    agreed = peers.agreement(peer.count, corpus.texts, corpus.expected)
    return Pair(
        timed(lambda: bulk.count_segments(counter, corpus.texts, None)),
        timed(lambda: peer.count_all(corpus.texts)),
        len(corpus.texts),
        _wrong(bulk.count_segments(counter, corpus.texts, None), corpus.expected),
        f"smsutil right for {agreed}",
    )


for _what, _name in (
    ("ASCII, 60-140 long", "ascii_typical"),
    ("8 % accented", "accented"),
    ("mixed scripts", "mixed"),
    ("many escapes", "extension_heavy"),
    ("emoji", "emoji"),
):
    row(
        f"fallback, bulk, {_what}",
        "smsutil, one by one",
        at_most=0.05,
        runs=("python",),
        goal_for=_BOTH,
    )(partial(_bulk_against_smsutil, _name))


# --- Arrow, polars and threads: through the public function, as their users call it ---------------------


def _installed(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise UnavailableError(f"{module} not installed") from None


class _OnlyStream:
    """A column that cannot be iterated over, so that only the Arrow protocol can read it."""

    def __init__(self, column: Any) -> None:
        self._column = column

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._column.__arrow_c_stream__(requested_schema)


def _count_column(column: Any) -> list[int]:
    try:
        return list(segcore.count_segments_bulk(column))
    except TypeError as error:
        raise UnavailableError("not yet", str(error)) from None


@row("Arrow utf8 column, 60-140 long", "pyarrow utf8_length", at_most=0.5, runs=("chosen",))
def arrow_column(settings: Settings, implementation: Implementation) -> Pair:
    """The column as pyarrow holds it, one buffer of UTF-8."""
    pyarrow, compute = _installed("pyarrow"), _installed("pyarrow.compute")
    corpus = corpora.corpus("ascii_typical", settings.messages)
    column = pyarrow.array(corpus.texts)
    counted = _count_column(column)
    return Pair(
        timed(lambda: segcore.count_segments_bulk(column)),
        timed(lambda: compute.utf8_length(column)),
        len(corpus.texts),
        _wrong(counted, corpus.expected),
    )


@row("polars column, mixed scripts", "polars str.len_chars", at_most=1.0, runs=("chosen",))
def polars_column(settings: Settings, implementation: Implementation) -> Pair:
    """The 16-byte views that polars hands out."""
    polars = _installed("polars")
    corpus = corpora.corpus("mixed", settings.messages)
    column = polars.Series(corpus.texts)
    counted = _count_column(_OnlyStream(column))
    return Pair(
        timed(lambda: segcore.count_segments_bulk(column)),
        timed(lambda: column.str.len_chars()),
        len(corpus.texts),
        _wrong(counted, corpus.expected),
    )


@row("Arrow utf8 column, 60-140 long", "NumPy sum of the bytes as uint64", at_most=4, runs=("chosen",))
def arrow_against_reading_once(settings: Settings, implementation: Implementation) -> Pair:
    """The bytes have to be read once; nothing can be faster than that."""
    pyarrow, numpy = _installed("pyarrow"), _installed("numpy")
    corpus = corpora.corpus("ascii_typical", settings.messages)
    column = pyarrow.array(corpus.texts)
    counted = _count_column(column)
    data = column.buffers()[2]
    words = numpy.frombuffer(data, numpy.uint64, data.size // 8)
    return Pair(
        timed(lambda: segcore.count_segments_bulk(column)),
        timed(words.sum),
        len(corpus.texts),
        _wrong(counted, corpus.expected),
    )


@row("two threads, Arrow column", "one thread", at_least=1.7, runs=("chosen",))
def two_threads(settings: Settings, implementation: Implementation) -> Pair:
    """The caller's own threads, one slice of the column each."""
    pyarrow = _installed("pyarrow")
    corpus = corpora.corpus("ascii_typical", settings.messages)
    # Larger than the caches, as a column worth a second thread is.
    column = pyarrow.array(corpus.texts * 10)
    half = len(column) // 2
    halves = (column[:half], column[half:])
    wrong = _wrong(_count_column(column), corpus.expected * 10)
    pool = ThreadPoolExecutor(2)
    atexit.register(pool.shutdown)
    return Pair(
        timed(lambda: list(pool.map(segcore.count_segments_bulk, halves))),
        timed(lambda: segcore.count_segments_bulk(column)),
        len(column),
        wrong,
    )


# --- Fresh interpreters --------------------------------------------------------------------------------


@row("import segcore, the statement", "import json", at_most=2, goal_for=_BOTH)
def import_statement(settings: Settings, implementation: Implementation) -> Pair:
    """The statement alone, in a fresh interpreter."""
    return Pair(
        lambda: processes.import_seconds("segcore", implementation.name)[0],
        lambda: processes.import_seconds("json")[0],
    )


@row("import segcore, whole process", "import json", runs=_BOTH)
def import_process(settings: Settings, implementation: Implementation) -> Pair:
    """The start and the end of the interpreter included, as a shell sees it."""
    return Pair(
        lambda: processes.import_seconds("segcore", implementation.name)[1],
        lambda: processes.import_seconds("json")[1],
    )


@cache
def _csv_file(rows: int) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="segcore-benchmarks-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "messages.csv"
    corpora.write_csv(file, rows)
    return file


def _estimate_against_polars(settings: Settings, implementation: Implementation, which: int) -> Pair:
    try:
        import_module("segcore.cli")
    except ImportError as error:
        absent = getattr(error, "name", None) == "segcore.cli"
        raise UnavailableError("not yet" if absent else "not importable", str(error)) from None
    _installed("polars")
    file = _csv_file(settings.rows)
    return Pair(
        lambda: processes.estimate_seconds(file, implementation.name)[which],
        lambda: processes.polars_seconds(file)[which],
        settings.rows,
        note=f"segcore estimate FILE {' '.join(processes.ESTIMATE_ARGUMENTS)}",
    )


@row("segcore estimate, CSV, without imports", "polars scan, sum len_chars", at_most=2)
def estimate_work(settings: Settings, implementation: Implementation) -> Pair:
    """The command once its modules are imported: what grows with the file."""
    return _estimate_against_polars(settings, implementation, 0)


@row("segcore estimate, CSV, whole process", "polars scan, sum len_chars", at_most=2)
def estimate_process(settings: Settings, implementation: Implementation) -> Pair:
    """The whole process, imports included, as a shell sees it."""
    return _estimate_against_polars(settings, implementation, 1)
