"""The rows of the table: what is measured, against what, and the goals that segcore sets itself.

To add a row, write a function that returns a `Pair` and put `@row` above it.
It is asked once for each implementation it names, and raises `UnavailableError` where it cannot be measured.
"""

from __future__ import annotations

import atexit
import csv
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import corpora, node_peer, peers, phone_numbers, processes, profiles_rows, tally_rows
from benchmarks.calls import loop
from benchmarks.corpora import Corpus
from benchmarks.implementations import Implementation
from benchmarks.interleaved import Timed
from benchmarks.ratios import ROWS, Pair, Settings, UnavailableError, row
from segcore import Profile, RateCard, Segmenter, Template, bulk
from segcore.cost import run
from segcore.engine.chooser import RUNNING

__all__ = ["ROWS", "installed"]

LENGTHS = "[len(t) for t in texts]"
_BOTH = ("native", "python")


def installed(module: str) -> Any:
    """Return a module that a row needs, or give the row up."""
    try:
        return import_module(module)
    except ImportError:
        raise UnavailableError(f"{module.partition('.')[0]} not installed") from None


def wrong(counted: Any, expected: list[int]) -> int:
    """Return how many answers are not the reference's."""
    found = list(counted)
    if len(found) != len(expected):
        return len(expected)
    return sum(one != other for one, other in zip(found, expected, strict=True))


def _bulk(
    implementation: Implementation,
    texts: Any,
    corpus: Corpus,
    against: Callable[[], object],
    threads: int | None = None,
) -> Pair:
    """Return counting `texts`, which hold the messages of a corpus, and something else done with them."""
    count = partial(bulk.count_segments, implementation.counter, texts, None, threads)
    messages = len(corpus.texts)
    mistakes = wrong(count(), corpus.expected)
    return Pair(Timed(count, messages), Timed(against, messages), messages, mistakes)


# --- Lists -------------------------------------------------------------------------------------------


def _list(name: str, most: int, settings: Settings, implementation: Implementation) -> Pair:
    corpus = corpora.corpus(name, min(settings.messages, most))
    texts = corpus.texts
    return _bulk(implementation, texts, corpus, lambda: [len(t) for t in texts])


for _what, _name, _limit in (
    ("ASCII, 10-30 long", "ascii_short", 0.5),
    ("ASCII, 60-140 long", "ascii_typical", 0.5),
    ("ASCII, 300-500 long", "ascii_long", 0.5),
    ("8 % accented", "accented", 0.5),
    ("mixed scripts", "mixed", 0.6),
):
    row(f"list, {_what}", LENGTHS, at_most=_limit, runs=_BOTH, kernels=True)(
        partial(_list, _name, 100_000_000)
    )
    # In a large list len() waits for memory; here it does not, and counting has nowhere to hide.
    row(f"list in cache, {_what}", LENGTHS, kernels=True)(partial(_list, _name, 1_000))


# --- One message -------------------------------------------------------------------------------------


def _call(name: str, settings: Settings, implementation: Implementation) -> Pair:
    corpus = corpora.corpus(name, 1_000)
    count, messages = implementation.counter.count_segments, len(corpus.texts)
    return Pair(
        Timed(loop(count, corpus.texts), messages),
        Timed(loop(len, corpus.texts), messages),
        messages,
        wrong(map(count, corpus.texts), corpus.expected),
    )


for _what, _name in (("ASCII, 60-140 long", "ascii_typical"), ("mixed scripts", "mixed")):
    row(f"one message, {_what}", "len(text), called alike", at_most=2, runs=_BOTH, kernels=True)(
        partial(_call, _name)
    )


def _long(name: str, settings: Settings, implementation: Implementation) -> Pair:
    # Few enough to stay in the cache.
    corpus, plain = corpora.corpus(name, 200), corpora.corpus("ten_segment_plain", 200)
    count = implementation.counter.count_segments
    return Pair(
        Timed(loop(count, corpus.texts), corpus.octets),
        Timed(loop(count, plain.texts), plain.octets),
        len(corpus.texts),
        wrong(map(count, corpus.texts), corpus.expected) + wrong(map(count, plain.texts), plain.expected),
    )


for _what, _name in (
    ("{, 10 segments", "ten_segment_braces"),
    ("euro signs, 10 segments", "ten_segment_euros"),
    ("emoji, 10 segments", "ten_segment_faces"),
):
    row(f"one message, {_what}, per byte", "10 segments of ASCII, per byte", at_most=4, kernels=True)(
        partial(_long, _name)
    )


# --- Regions of telephone numbers ----------------------------------------------------------------------


def _regions(name: str, settings: Settings, implementation: Implementation) -> Pair:
    texts, find = phone_numbers.numbers(name, settings.messages), phone_numbers.looker(implementation.name)
    mistakes = wrong(find(texts[:1_000]), phone_numbers.looker("python")(texts[:1_000]).tolist())
    sides = (Timed(partial(find, texts), len(texts)), Timed(lambda: [len(t) for t in texts], len(texts)))
    return Pair(*sides, len(texts), mistakes)


def _regions_of_column(settings: Settings, implementation: Implementation) -> Pair:
    pyarrow, compute = installed("pyarrow"), installed("pyarrow.compute")
    texts, find = phone_numbers.numbers("plain", settings.messages), phone_numbers.looker(implementation.name)
    column = pyarrow.array(texts)
    mistakes = wrong(find(column[:1_000]), phone_numbers.looker("python")(texts[:1_000]).tolist())
    sides = (
        Timed(partial(find, column), len(texts)),
        Timed(lambda: compute.utf8_length(column), len(texts)),
    )
    return Pair(*sides, len(texts), mistakes)


for _what, _name in (("E.164", "plain"), ("formatted", "formatted"), ("E.164 of the world", "world")):
    row(f"regions of a list, {_what}", LENGTHS, runs=_BOTH)(partial(_regions, _name))
row("regions of a column, E.164", "pyarrow utf8_length")(_regions_of_column)


# --- Columns of engines: Arrow, polars, NumPy ----------------------------------------------------------


def _arrow(threads: int | None, settings: Settings, implementation: Implementation) -> Pair:
    """The column as pyarrow holds it, one buffer of UTF-8."""
    pyarrow, compute = installed("pyarrow"), installed("pyarrow.compute")
    corpus = corpora.corpus("ascii_typical", settings.messages)
    column = pyarrow.array(corpus.texts)
    return _bulk(implementation, column, corpus, lambda: compute.utf8_length(column), threads)


def _polars(name: str, threads: int | None, settings: Settings, implementation: Implementation) -> Pair:
    """The 16-byte views that polars hands out."""
    polars = installed("polars")
    corpus = corpora.corpus(name, settings.messages)
    column = polars.Series(corpus.texts)
    return _bulk(implementation, column, corpus, lambda: column.str.len_chars(), threads)


_THREADS = ((1, "one thread"), (None, "default threads"))

for _threads, _how in _THREADS:
    row(f"Arrow utf8, ASCII 60-140, {_how}", "pyarrow utf8_length", at_most=0.5, kernels=_threads == 1)(
        partial(_arrow, _threads)
    )

for _what, _name in (("ASCII 60-140", "ascii_typical"), ("mixed", "mixed")):
    for _threads, _how in _THREADS:
        row(f"polars column, {_what}, {_how}", "polars str.len_chars", at_most=1, kernels=_threads == 1)(
            partial(_polars, _name, _threads)
        )


@row("Arrow utf8, ASCII 60-140, one thread", "NumPy sum of the bytes as uint64", at_most=4, kernels=True)
def arrow_against_reading_once(settings: Settings, implementation: Implementation) -> Pair:
    """The bytes have to be read once; nothing can be faster than that."""
    pyarrow, numpy = installed("pyarrow"), installed("numpy")
    corpus = corpora.corpus("ascii_typical", settings.messages)
    column = pyarrow.array(corpus.texts)
    data = column.buffers()[2]
    words = numpy.frombuffer(data, numpy.uint64, data.size // 8)
    return _bulk(implementation, column, corpus, words.sum, threads=1)


@row("Arrow utf8, ten columns in one, two threads", "one thread", at_least=1.7)
def two_threads(settings: Settings, implementation: Implementation) -> Pair:
    """Larger than the caches, as a column worth a second thread is."""
    pyarrow = installed("pyarrow")
    if processors() < 2:
        raise UnavailableError("one processor")
    corpus = corpora.corpus("ascii_typical", settings.messages)
    column, messages = pyarrow.array(corpus.texts * 10), len(corpus.texts) * 10
    two, one = (partial(bulk.count_segments, implementation.counter, column, None, n) for n in (2, 1))
    mistakes = wrong(two(), corpus.expected * 10) + wrong(one(), corpus.expected * 10)
    return Pair(Timed(two, messages), Timed(one, messages), messages, mistakes)


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _numpy(kind: str, settings: Settings, implementation: Implementation) -> Pair:
    numpy = installed("numpy")
    corpus = corpora.corpus("ascii_typical", settings.messages)
    if kind == "StringDType":
        if not hasattr(numpy.dtypes, kind):
            raise UnavailableError("not in this NumPy")
        array = numpy.array(corpus.texts, numpy.dtypes.StringDType())
    else:
        array = numpy.array(corpus.texts, kind)
    return _bulk(implementation, array, corpus, lambda: [len(t) for t in array.tolist()])


for _kind in ("object", "U", "StringDType"):
    row(f"NumPy {_kind}, ASCII 60-140", "[len(t) for t in array.tolist()]")(partial(_numpy, _kind))


# --- Profiles ----------------------------------------------------------------------------------------

profiles_rows.add()


# --- Sums of an estimate -------------------------------------------------------------------------------

tally_rows.add_rows()


# --- Recipients ------------------------------------------------------------------------------------------

_RECIPIENTS = {
    "30 % names": lambda row: f"+1202555{row % 10_000:04}" if row % 10 > 2 else "Bob Smith",
    "30 % names with a comma": lambda row: f"+1202555{row % 10_000:04}" if row % 10 > 2 else "Smith, Bob",
    "two in each": lambda row: f"+1202555{row % 10_000:04};+44740{row % 10_000_000:07}",
    "lists of two in JSON": lambda row: f'["+1202555{row % 10_000:04}", "+44740{row % 10_000_000:07}"]',
    "rounded by a spreadsheet": lambda row: "1.20256E+10",
}


def _table(odd: Callable[[Any], Any], settings: Settings, implementation: Implementation) -> Pair:
    """An estimate of a table of polars with one number in each row, and of what is made of it."""
    polars = installed("polars")
    if RUNNING.partition(" ")[0] != implementation.name:
        raise UnavailableError("not running")
    texts = corpora.corpus("ascii_typical", settings.messages).texts
    plain = polars.DataFrame(
        {"text": texts, "to": [f"+1202555{row % 10_000:04}" for row in range(len(texts))]}
    )
    count = partial(run.estimate, odd(plain), threads=1)
    mistakes = abs(count().messages - len(texts))
    sides = Timed(count, len(texts)), Timed(partial(run.estimate, plain, threads=1), len(texts))
    return Pair(*sides, len(texts), mistakes)


def _recipients(name: str, table: Any) -> Any:
    return table.with_columns(to=installed("polars").Series(map(_RECIPIENTS[name], range(len(table)))))


def _pandas_table(dtype: str, table: Any) -> Any:
    installed("pyarrow")
    return installed("pandas").DataFrame({name: table[name].to_list() for name in table.columns}, dtype=dtype)


for _what in _RECIPIENTS:
    row(f"estimate of a table, recipients: {_what}", "the same, one number in each", at_most=3)(
        partial(_table, partial(_recipients, _what))
    )
for _dtype in ("string", "object"):
    row(f"estimate of a table of pandas, {_dtype}", "the same in polars", at_most=2)(
        partial(_table, partial(_pandas_table, _dtype))
    )


# --- Templates -----------------------------------------------------------------------------------------


def _template(
    names: tuple[str, ...], counter: Segmenter, settings: Settings, implementation: Implementation
) -> Pair:
    """Contacts with three fields, counted as parts of a text, and rendered by polars and counted."""
    polars = installed("polars")
    if RUNNING.partition(" ")[0] != implementation.name:
        raise UnavailableError("not running")
    rows = settings.rows
    cities = ("Rome", "New York", "Oslo", "Köln")
    contacts = polars.DataFrame(
        {
            "name": [names[row % len(names)] for row in range(rows)],
            "code": [f"{row:06}" for row in range(rows)],
            "city": [cities[row % len(cities)] for row in range(rows)],
        }
    )
    first, *others = ("Hi ", ", your code is ", " for the shop in ", ". Show it at the till today. " * 3)
    fields = [*zip(contacts.columns, others, strict=True)]
    whole = first + "".join(f"{{{{{name}}}}}{literal}" for name, literal in fields)
    template = Template(whole, profile=counter)
    pieces = ([polars.col(name), polars.lit(literal)] for name, literal in fields)
    text = polars.concat_str([polars.lit(first), *(piece for pair in pieces for piece in pair)])

    def rendered() -> Any:
        return counter.count_segments_bulk(contacts.select(text).to_series())

    count = partial(template.count_segments_bulk, contacts)
    return Pair(Timed(count, rows), Timed(rendered, rows), rows, wrong(count(), list(rendered())))


_LATIN = ("Ann", "Bob", "Alexander", "José", "Maria")
_MIXED = (*_LATIN, "Łukasz", "Zoë")
_CAREFUL = Profile("careful", "", smart_encoding="segcore", partly="when_fewer_segments")
for _what, _names, _counter in (
    ("GSM-7 names", _LATIN, Segmenter()),
    ("2 of 7 names in UCS-2", _MIXED, Segmenter()),
    ("2 of 7 names in UCS-2, smart encoding, when fewer", _MIXED, Segmenter(_CAREFUL)),
):
    row(f"template, 3 fields, {_what}", "polars rendering, and counting", at_most=1)(
        partial(_template, _names, _counter)
    )


# --- Other packages ------------------------------------------------------------------------------------


def _smsutil(name: str, settings: Settings, implementation: Implementation) -> Pair:
    try:
        peer = peers.load("smsutil")
    except ImportError:
        raise UnavailableError("smsutil not installed") from None
    corpus = corpora.corpus(name, settings.few)
    pair = _bulk(implementation, corpus.texts, corpus, lambda: peer.count_all(corpus.texts))
    agreed = peers.agreement(peer.count_all(corpus.texts), corpus.expected)
    return pair.noting(f"smsutil right for {agreed}")


for _what, _name in (
    ("ASCII, 60-140 long", "ascii_typical"),
    ("8 % accented", "accented"),
    ("mixed scripts", "mixed"),
    ("many escapes", "extension_heavy"),
    ("emoji", "emoji"),
):
    row(f"fallback, list, {_what}", "smsutil, one by one", at_most=0.05, runs=("python",), goal_for=_BOTH)(
        partial(_smsutil, _name)
    )


def _twilio(name: str, settings: Settings, implementation: Implementation) -> Pair:
    try:
        peer = node_peer.load()
    except ImportError as error:
        raise UnavailableError("no calculator", str(error)) from None
    corpus = corpora.corpus(name, settings.fewer)
    count = partial(bulk.count_segments, implementation.counter, corpus.texts, None)
    messages = len(corpus.texts)
    agreed = peers.agreement(peer.count_all(corpus.texts, 0).counts, corpus.expected)
    return Pair(
        Timed(count, messages),
        # Timed by itself in Node: the fastest of the rounds of a process.
        lambda: peer.count_all(corpus.texts, settings.seconds / 4).seconds,
        messages,
        wrong(count(), corpus.expected),
        f"Twilio's calculator as 3GPP for {agreed}; it keeps grapheme clusters whole",
    )


for _what, _name in (
    ("ASCII, 60-140 long", "ascii_typical"),
    ("mixed scripts", "mixed"),
    ("emoji words, 10 segments", "ten_segment_emoji"),
):
    row(f"list, {_what}", "Twilio's calculator (npm), one by one")(partial(_twilio, _name))


# --- Fresh interpreters --------------------------------------------------------------------------------


def _import(which: int, settings: Settings, implementation: Implementation) -> Pair:
    return Pair(
        lambda: processes.import_seconds("segcore", implementation.name)[which],
        lambda: processes.import_seconds("json")[which],
    )


row("import segcore, the statement", "import json", at_most=2, runs=_BOTH, goal_for=_BOTH)(
    partial(_import, 0)
)
# The start and the end of the interpreter included, as a shell sees it.
row("import segcore, whole process", "import json", runs=_BOTH)(partial(_import, 1))


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="segcore-benchmarks-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


# --- Files ---------------------------------------------------------------------------------------------


def _rate_card(settings: Settings, implementation: Implementation) -> Pair:
    rows = min(settings.rows, 10_000)
    file = _folder() / "rates.csv"
    prices = [f"1{20_000_000 + number},0.00{number % 90 + 10}\n" for number in range(rows)]
    file.write_text("".join(["prefix,sms\n", *prices]), encoding="utf-8")

    def plain() -> list[list[str]]:
        with file.open(encoding="utf-8", newline="") as opened:
            return list(csv.reader(opened))

    read = partial(RateCard.read, file)
    return Pair(Timed(read, rows), Timed(plain, rows), rows, rows - len(read().rates))


row("a rate card of 10,000 prefixes, per row", "csv.reader, the same file")(_rate_card)


@cache
def _csv_file(rows: int) -> Path:
    file = _folder() / "messages.csv"
    corpora.write_csv(file, rows)
    return file


def _estimate(which: int, settings: Settings, implementation: Implementation) -> Pair:
    try:
        import_module("segcore.cli.main")
    except ImportError as error:
        raise UnavailableError("not importable", str(error)) from None
    installed("polars")
    rows = settings.rows
    file = _csv_file(rows)
    return Pair(
        lambda: processes.estimate_seconds(file, implementation.name)[which] / rows,
        lambda: processes.polars_seconds(file)[which] / rows,
        rows,
        note=f"segcore estimate FILE {' '.join(processes.ESTIMATE_ARGUMENTS)}",
    )


# As a shell sees it, imports included.
row("segcore estimate, CSV, whole process", "polars scan, sum len_chars", at_most=2, runs=_BOTH)(
    partial(_estimate, 1)
)
# What grows with the file.
row("segcore estimate, CSV, without imports", "polars scan, sum len_chars", runs=_BOTH)(partial(_estimate, 0))
