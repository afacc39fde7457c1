"""Rows about what an estimate adds up from texts: counts and offenders, beside counting alone.

Offenders are the code points that force UCS-2: of each, in how many messages it occurs, and in how many it
is the only one, with what those take as sent and with one septet in its place.  What smart encoding would
make of each message is asked for or not.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from importlib import import_module
from typing import Any

from benchmarks import corpora
from benchmarks.corpora import Corpus
from benchmarks.implementations import NAMES, Implementation, load
from benchmarks.interleaved import Timed
from benchmarks.ratios import Pair, Settings, UnavailableError, row
from segcore import bulk
from segcore.rules.codings import GSM7, UCS2
from segcore.rules.smart_encoding import TABLES

CASES = {"counts and offenders": False, "and as if encoded": True}
"""What is summed, and whether the count as if smart encoded is."""

FORMS = ("list", "Arrow utf8", "Arrow utf8_view")

SUMS = ("counts", "empty", "over_limit", "occurs", "alone", "encoded")

# How many messages the readable implementation is asked for the sums of.
CHECKED = 2_000


def tally(implementation: Implementation, is_encoded: bool) -> Any:
    """Return an empty tally under the profile `standard`, with the kernel of an implementation."""
    module = import_module(NAMES[implementation.name])
    kernel = implementation.kernel if implementation.kernels else ""
    encoder = module.SegmentCounter(GSM7, UCS2, kernel, (), TABLES["segcore"].replacements)
    return module.Tally(implementation.counter, encoder if is_encoded else None, (0, 0, 0), GSM7.basic[:1])


def add(tally: Any, texts: Any) -> Any:
    """Add texts to a tally with one thread, and return it."""
    if isinstance(texts, list):
        tally.add(texts, 0, None, None)
    else:
        tally.add_arrow(texts, None, None, 1)
    return tally


def sums(tally: Any) -> dict[str, dict[Any, int]]:
    """Return all sums of a tally."""
    return {name: getattr(tally, name)() for name in SUMS}


def mistakes(implementation: Implementation, corpus: Corpus, texts: Any, is_encoded: bool) -> int:
    """Return how many counts, and sums of the first texts, are not those of the readable implementation."""
    found_counts, counts = Counter[int](), Counter(corpus.expected)
    for (_, _, segments), count in add(tally(implementation, is_encoded), texts).counts().items():
        found_counts[segments] += count
    few = texts[:CHECKED]
    found = sums(add(tally(implementation, is_encoded), few))
    expected = sums(add(tally(load("python"), is_encoded), corpus.texts[:CHECKED]))
    differing = sum(len(found[name].items() ^ expected[name].items()) for name in SUMS)
    return ((found_counts - counts) + (counts - found_counts)).total() + differing


def column(form: str, texts: list[str]) -> Any:
    """Return texts in one of `FORMS`.

    Raises:
        UnavailableError: pyarrow is not installed.
    """
    if form == "list":
        return texts
    try:
        import pyarrow as pa
    except ImportError:
        raise UnavailableError("pyarrow not installed") from None
    return pa.array(texts, pa.string() if form == "Arrow utf8" else pa.string_view())


def _tally(
    form: str, is_encoded: bool, most: int, settings: Settings, implementation: Implementation
) -> Pair:
    corpus = corpora.corpus("mixed", min(settings.messages, most))
    texts, messages = column(form, corpus.texts), len(corpus.texts)
    count = partial(bulk.count_segments, implementation.counter, texts, None, 1)
    wrong = mistakes(implementation, corpus, texts, is_encoded)
    into = tally(implementation, is_encoded)
    return Pair(Timed(partial(add, into, texts), messages), Timed(count, messages), messages, wrong)


def add_rows() -> None:
    """Put the rows into the table."""
    for what, is_encoded in CASES.items():
        for form in FORMS:
            for where, most in (("", 100_000_000), (" in cache", 1_000)):
                row(f"sums of an estimate, {form}{where}, mixed: {what}", "counting alone", at_most=2)(
                    partial(_tally, form, is_encoded, most)
                )
