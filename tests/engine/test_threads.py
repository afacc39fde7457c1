"""Columns on several threads, and threads with columns."""

from __future__ import annotations

import functools
import gc
import itertools
import os
import sys
import sysconfig
import threading
import time
import tracemalloc
from array import array
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import arrow_abi
import pytest
import reference
from arrow_abi import Array, OnlyArray, OnlyStream, Source
from conftest import examples
from test_arrow_builders import indices, utf8, views

from segcore.rules.codings import GSM7, UCS2

bulk_segmenter = arrow_abi.bulk_segmenter

KINDS = ["a" * 160, "a" * 161, "é" * 90, "ç" * 71, "б" * 150, "\U0001f600" * 36, "[" * 81, "", "short", None]
COUNTS = [None if text is None else reference.segments(text) for text in KINDS]
UNITS = [None if text is None else reference.units(text) for text in KINDS]
# More than eight million octets.
TIMES = 7_500
FLAGS = bytearray(index % 7 == 0 for index in range(TIMES * len(KINDS)))


@functools.cache
def large(times: int) -> dict[str, OnlyStream]:
    """The same large column in several layouts."""
    texts = KINDS * times
    assert times < TIMES or sum(len(text.encode()) for text in texts if text) > 8 << 20
    rows = [None if index == 9 else index for index in range(10)] * times
    return {
        "utf8": OnlyStream(Source(b"u", utf8(texts, 3))),
        "large_utf8": OnlyStream(Source(b"U", utf8(texts, wide=True))),
        "utf8_view": OnlyStream(Source(b"vu", views(texts))),
        "chunks": OnlyStream(Source(b"u", *[utf8(KINDS * (times // 3))] * 3)),
        "dictionary": OnlyStream(Source(b"i", indices(b"i", rows, utf8(KINDS)), values=b"u")),
    }


@pytest.mark.parametrize("layout", ["utf8", "large_utf8", "utf8_view", "chunks", "dictionary"])
def test_results_are_the_same(bulk_segmenter: Any, path: tuple[ModuleType, str], layout: str) -> None:
    """However many threads count, the results are those of one."""
    # The Python implementation takes the number and counts on one thread.
    is_native = path[0].IMPLEMENTATION == "native"
    times = TIMES if is_native else TIMES // 10
    column = large(times)[layout]
    for threads in (1, 2, 3, 8, None) if is_native else (2,):
        batch = bulk_segmenter.analyze_bulk(column, threads=threads)
        assert batch.segments.tolist() == COUNTS * times
        assert batch.units.tolist() == UNITS * times
        if layout not in ("utf8", "dictionary"):
            continue
        flags = FLAGS[: times * len(KINDS)]
        mixed = bulk_segmenter.count_segments_bulk(column, mms=flags, threads=threads)
        expected = zip(itertools.cycle(COUNTS), flags, strict=False)
        assert mixed.tolist() == [None if count is None else 1 if flag else count for count, flag in expected]


@pytest.mark.parametrize("layout", ["utf8", "utf8_view", "dictionary"])
def test_many_threads_and_one_column(bulk_segmenter: Any, path: tuple[ModuleType, str], layout: str) -> None:
    """Eight threads that count one column, or each its own, all get the right answers."""
    times = 300
    array, form, values = {
        "utf8": (utf8(KINDS * times, 1), b"u", None),
        "utf8_view": (views(KINDS * times), b"vu", None),
        "dictionary": (indices(b"c", [*range(10)] * times, utf8(KINDS)), b"c", b"u"),
    }[layout]

    def make() -> OnlyArray:
        return OnlyArray(Source(form, array, values=values))

    shared, calls = make(), 16 if path[0].IMPLEMENTATION == "native" else 8

    def count(call: int) -> Any:
        column = shared if call % 2 else make()
        return bulk_segmenter.count_segments_bulk(column, threads=1 + call % 3).tolist()

    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(count, range(calls)):
            assert found == COUNTS * times


def test_other_threads_run_meanwhile(bulk_segmenter: Any, path: tuple[ModuleType, str]) -> None:
    """During one long call, on one thread, other Python threads go on."""
    if path[0].IMPLEMENTATION == "python":
        pytest.skip("Python code lets other threads run by itself")
    stamps: list[float] = []
    done = threading.Event()

    def stamp() -> None:
        while not done.wait(0.001):
            stamps.append(time.perf_counter())

    thread = threading.Thread(target=stamp)
    thread.start()
    try:
        took, rows, alone = 0.0, 64, True
        while took < 0.2:
            # Many views of one text: much to read in little memory.
            rows *= 2
            column = repeated(rows)
            start = time.perf_counter()
            bulk_segmenter.count_segments_bulk(column, threads=1)
            end = time.perf_counter()
            took = end - start
            # Not at its edges, where any call lets others run.
            alone = not any(start + 0.25 * took < one < end - 0.25 * took for one in [*stamps])
    finally:
        done.set()
        thread.join()
    assert not alone


def repeated(rows: int) -> OnlyArray:
    """Return a column of views of one text of a million octets."""
    octets = b"a" * 999_999 + b"["
    array = views([octets], buffers=1)
    view = array.buffers[1]
    assert view is not None
    array.buffers = [None, view * rows, *array.buffers[2:]]
    array.length = rows
    return OnlyArray(Source(b"vu", array))


@pytest.mark.parametrize("threads", [0, -1, -(10**30)])
@pytest.mark.parametrize("method", ["count_segments_bulk", "analyze_bulk"])
def test_too_few_threads(bulk_segmenter: Any, method: str, threads: int) -> None:
    """Less than one thread is an error, for a list too."""
    for texts in (["a"], OnlyArray(Source(b"u", utf8(["a"])))):
        with pytest.raises(ValueError, match=rf"^threads: expected 1 or more, or None, got {threads}$"):
            getattr(bulk_segmenter, method)(texts, threads=threads)


@pytest.mark.parametrize("threads", [True, False, 1.0, 1.5, "2", b"2", [1]], ids=ascii)
@pytest.mark.parametrize("method", ["count_segments_bulk", "analyze_bulk"])
def test_threads_that_are_no_number(bulk_segmenter: Any, method: str, threads: Any) -> None:
    """What is no ``int`` is an error that begins with the name of the parameter."""
    for texts in (["a"], OnlyArray(Source(b"u", utf8(["a"] * 5000)))):
        with pytest.raises(TypeError, match=r"^threads: expected "):
            getattr(bulk_segmenter, method)(texts, threads=threads)


@pytest.mark.parametrize("threads", [1000, 1 << 40, 10**30])
def test_more_threads_than_there_is_work_for(bulk_segmenter: Any, threads: int) -> None:
    """However many are allowed, no more run than there is work for."""
    before = threading.active_count()
    column = OnlyArray(Source(b"u", utf8(["a" * 161] * 20_000)))
    assert bulk_segmenter.count_segments_bulk(column, threads=threads) == [2] * 20_000
    assert threading.active_count() == before


def resident() -> int:
    """Return the octets of memory that this process has."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="asks Linux")
def test_memory_does_not_grow(bulk_segmenter: Any, path: tuple[ModuleType, str]) -> None:
    """Many calls, errors included, leave no more memory in use than a tenth of them."""
    rows, calls = (10_000, examples(200)) if path[0].IMPLEMENTATION == "native" else (1_000, 30)
    good = OnlyArray(Source(b"vu", views(["a" * 20, None] * (rows // 2))))
    bad = OnlyArray(Source(b"u", utf8([*["a" * 20] * (rows - 1), b"\xff"])))
    coded = OnlyArray(Source(b"i", indices(b"i", [0] * rows, utf8(["a"] * rows)), values=b"u"))

    def rounds(many: int) -> tuple[int, int]:
        for threads in range(many):
            bulk_segmenter.analyze_bulk(good, threads=1 + threads % 3)
            bulk_segmenter.analyze_bulk(coded)
            with pytest.raises(ValueError, match="not UTF-8"):
                bulk_segmenter.analyze_bulk(bad, threads=1 + threads % 3)
        for column in (good, bad, coded):
            column.source.assert_released()
        gc.collect()
        return resident(), tracemalloc.get_traced_memory()[0]

    rounds(5)
    tracemalloc.start()
    try:
        before = rounds(calls // 10)
        after = rounds(calls)
    finally:
        tracemalloc.stop()
    # One column of results that is left behind by each call would be many times as much.
    assert after[0] - before[0] < calls * rows * 2
    assert after[1] - before[1] < 100_000


def test_threads_may_share_a_tally(path: tuple[ModuleType, str]) -> None:
    """Eight add to it, and read it meanwhile: no message is lost, even without a GIL."""
    module, kernel = path
    tally = module.Tally(module.SegmentCounter(GSM7, UCS2, kernel), septet="@")
    texts = [f"{chr(0x400 + index)}{index}" for index in range(60)]
    rounds = 100 if module.IMPLEMENTATION == "native" else 10
    barrier = threading.Barrier(8)

    def work(thread: int) -> None:
        groups = array("i", range(100 * thread, 100 * thread + len(texts)))
        barrier.wait()
        for _ in range(rounds):
            tally.add(texts, 0, None, groups)
            assert all(1 <= count <= rounds for count in tally.counts().values())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    groups = [100 * thread + index for thread in range(8) for index in range(len(texts))]
    assert tally.counts() == {(group, 1, 1): rounds for group in groups}
    assert sum(tally.occurs().values()) == 8 * rounds * len(texts)


def test_a_release_on_another_thread(bulk_segmenter: Any) -> None:
    """A result may be handed on, and let go, on a thread that did not make it."""
    pa = pytest.importorskip("pyarrow")
    arrays = [pa.array(bulk_segmenter.count_segments_bulk(["a" * 161] * 1000)) for _ in range(50)]
    seen = []

    def consume() -> None:
        while arrays:
            seen.append(arrays.pop().to_pylist() == [2] * 1000)

    thread = threading.Thread(target=consume)
    thread.start()
    thread.join()
    assert seen == [True] * 50


def test_an_array_without_rows(bulk_segmenter: Any) -> None:
    """Several threads with nothing to do give an empty column."""
    empty: Any = OnlyStream(Source(b"vu", Array(0, [None, None, None])))
    coded: Any = OnlyStream(Source(b"c", indices(b"c", [None], utf8([])), values=b"u"))
    assert bulk_segmenter.count_segments_bulk(empty, threads=3) == []
    assert bulk_segmenter.count_segments_bulk(coded, threads=3) == [None]


def test_the_gil_stays_off(path: tuple[ModuleType, str]) -> None:
    """On free-threaded Python, the extension does not switch it on."""
    if not sysconfig.get_config_var("Py_GIL_DISABLED"):
        pytest.skip("this Python has a GIL")
    assert path[0].SegmentCounter
    assert not sys._is_gil_enabled()  # type: ignore[attr-defined, unused-ignore]
