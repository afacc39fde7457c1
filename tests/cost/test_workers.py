"""The number of threads changes nothing but the time: results, errors, and what is in memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import FULL_SWEEP, examples

pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")

import segcore  # noqa: E402
from segcore.cost import run  # noqa: E402
from segcore.cost.estimate import Estimate  # noqa: E402
from segcore.cost.run import Partials, Workers, run_files  # noqa: E402
from segcore.rates.card import RateCard  # noqa: E402
from segcore.sources import (  # noqa: E402
    Reading,
    Roles,
    table_file,
)
from segcore.sources.opening import FileError  # noqa: E402
from segcore.sources.table_file import TableFile  # noqa: E402

THREADS = [1, 2, 3, 16] if FULL_SWEEP else [1, 3]
CARD = RateCard([{"country": "US", "sms": "0.0079", "mms": "0.02"}, {"prefix": "+1787", "sms": "0.045"}])
TEXTS = ["Hello", "’" + "a" * 70, "No. ", "€" * 100, "б" * 71, "a" * 161, "It’s here"]
RECIPIENTS = ["+12025550143", "+17875550143", "+447400123456", "nobody", "", "+12025550143;+17875550143"]
ROWS = 3_000 if FULL_SWEEP else 1_000
TABLE = {
    "text": [TEXTS[row % 7] + str(row % 13) for row in range(ROWS)],
    "to": [RECIPIENTS[row % 6] for row in range(ROWS)],
    "media": ["" if row % 5 else "https://example.com/a.jpg" for row in range(ROWS)],
    "campaign": [f"c{row % 11}" for row in range(ROWS)],
}
OPTIONS: dict[str, Any] = {"rates": CARD, "group_by": "campaign"}


@pytest.fixture(autouse=True)
def small_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that there are more frames than threads."""
    monkeypatch.setattr(run, "_FIRST_TASK_ROWS", 50)
    monkeypatch.setattr(run, "_TASK_ROWS", 100)
    monkeypatch.setattr("segcore.sources.csv_file._BATCH_ROWS", 100)


@pytest.fixture(scope="module")
def expected() -> Estimate:
    made = Estimate(None, CARD, group_by=["campaign"])
    made.add(TABLE["text"], to=TABLE["to"], media=TABLE["media"], group=TABLE["campaign"])
    return made


def _csv(folder: Path) -> Path:
    pl.DataFrame(TABLE).write_csv(folder / "table.csv", quote_style="always")
    return folder / "table.csv"


def _parquet(folder: Path) -> Path:
    pl.DataFrame(TABLE).write_parquet(folder / "table.parquet", row_group_size=100)
    return folder / "table.parquet"


def _ndjson(folder: Path) -> Path:
    pl.DataFrame(TABLE).write_ndjson(folder / "table.ndjson")
    return folder / "table.ndjson"


SOURCES: dict[str, Callable[[Path], Any]] = {
    "csv": _csv,
    "parquet": _parquet,
    "ndjson": _ndjson,
    "several files": lambda folder: [_csv(folder), _parquet(folder)],
    "frame": lambda _: pl.DataFrame(TABLE),
    "lazy": lambda _: pl.DataFrame(TABLE).lazy(),
    "small batches": lambda _: pa.table(TABLE).to_reader(max_chunksize=7),
    "large batches": lambda _: pa.table(TABLE),
    "mapping": lambda _: TABLE,
}


@pytest.mark.parametrize(
    ("source", "threads"),
    [(name, each) for name in SOURCES for each in (THREADS if FULL_SWEEP or name == "csv" else THREADS[-1:])],
)
def test_estimates_are_the_same(tmp_path: Path, expected: Estimate, source: str, threads: int) -> None:
    found = segcore.estimate(SOURCES[source](tmp_path), threads=threads, **OPTIONS)
    wanted = expected + expected if source == "several files" else expected
    assert found == wanted
    assert found.rows == wanted.rows
    assert found.offenders == wanted.offenders


@pytest.mark.parametrize("threads", THREADS)
def test_the_exact_reader(tmp_path: Path, threads: int) -> None:
    """polars refuses a row in the middle, from which on DuckDB reads."""
    rows = "".join(f"{row},plain\n" for row in range(ROWS))
    path = tmp_path / "inches.csv"
    path.write_text(f"id,text\n{rows}x,5'10\"\n{rows}", encoding="utf-8")
    assert segcore.estimate(path, threads=threads).messages == 2 * ROWS + 1


@pytest.mark.parametrize("threads", THREADS)
def test_the_first_error_in_the_order_of_the_frames(threads: int) -> None:
    """Not the first in time, and before an error of reading that follows it."""

    def work(frame: int) -> int:
        if frame == 5:
            time.sleep(0.05)
            raise ValueError("frame 5")
        if frame > 5:
            raise ValueError(f"frame {frame}")
        return frame

    def frames() -> Iterator[int]:
        yield from range(7)
        raise OSError("reading")

    found: list[int] = []
    with closing(Workers(threads)) as workers, pytest.raises(ValueError, match="frame 5"):
        found.extend(workers.map(work, frames()))
    assert found == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("threads", THREADS)
def test_an_error_of_reading_comes_after_all_frames(threads: int) -> None:
    def frames() -> Iterator[int]:
        yield from range(9)
        raise OSError("reading")

    found: list[int] = []
    with closing(Workers(threads)) as workers, pytest.raises(OSError, match="reading"):
        found.extend(workers.map(abs, frames()))
    assert found == [*range(9)]


@pytest.mark.parametrize("threads", THREADS)
def test_frames_in_memory_are_bounded(threads: int) -> None:
    """However fast frames come, and however slow one of them is."""
    alive = most = 0
    lock = threading.Lock()

    def frames() -> Iterator[int]:
        nonlocal alive, most
        for frame in range(100):
            with lock:
                alive += 1
                most = max(most, alive)
            yield frame

    def work(frame: int) -> int:
        time.sleep(0.02 if frame == 3 else 0.0005)
        return frame

    with closing(Workers(threads)) as workers:
        for index, each in enumerate(workers.map(work, frames())):
            assert index == each
            with lock:
                alive -= 1
    assert most <= threads + 3


@pytest.mark.parametrize("threads", [2, 3, 16])
def test_all_threads_work_at_once(threads: int) -> None:
    barrier = threading.Barrier(threads, timeout=20)
    names = set()

    def work(frame: int) -> None:
        # The first frame is worked on alone.
        if frame:
            barrier.wait()
            names.add(threading.current_thread().name)

    with closing(Workers(threads)) as workers:
        assert list(workers.map(work, iter(range(threads + 1)))) == [None] * (threads + 1)
    assert len(names) == threads
    assert threading.current_thread().name not in names


def test_the_first_frame_decides_for_all() -> None:
    done = []

    def work(frame: int) -> None:
        if frame == 0:
            time.sleep(0.02)
        done.append(frame)

    with closing(Workers(4)) as workers:
        list(workers.map(work, iter(range(8))))
    assert done[0] == 0


def test_an_interrupt_drops_the_frames_that_wait() -> None:
    begun = []

    def work(frame: int) -> int:
        begun.append(frame)
        if frame == 1:
            raise KeyboardInterrupt
        time.sleep(0.01)
        return frame

    with pytest.raises(KeyboardInterrupt), closing(Workers(2)) as workers:
        list(workers.map(work, iter(range(1_000))))
    assert len(begun) < 20
    assert threading.active_count() < 20


@pytest.mark.parametrize("threads", [0, -1])
def test_threads_that_cannot_be(tmp_path: Path, threads: int) -> None:
    for data in (_csv(tmp_path), TABLE, ["a"], pl.Series(["a"])):
        with pytest.raises(ValueError, match="threads: expected 1 or more, or None"):
            segcore.estimate(data, threads=threads)
    with pytest.raises(TypeError, match="threads: expected an int or None, got str"):
        segcore.estimate(TABLE, threads="2")  # type: ignore[arg-type]


@pytest.mark.parametrize("threads", THREADS)
def test_sinks_take_frames_in_their_order(tmp_path: Path, threads: int) -> None:
    taken: list[str] = []
    working = set()

    def sink(_: Estimate, file: Any, frame: Any, messages: Any) -> Callable[[], None]:
        working.add(threading.current_thread().name)
        time.sleep(0.001 * (messages.texts.len() % 3))
        return lambda: taken.extend(frame["c0"])

    found, _ = run_files(
        [str(_csv(tmp_path)), str(_parquet(tmp_path))],
        Estimate,
        Reading(Roles()),
        sinks=[sink],
        threads=threads,
    )
    assert found.messages == 2 * ROWS
    assert taken == TABLE["text"] * 2


@pytest.mark.parametrize("threads", THREADS)
def test_the_first_bad_file_is_named(tmp_path: Path, threads: int) -> None:
    good, bad, worse = _parquet(tmp_path), tmp_path / "bad.parquet", tmp_path / "worse.csv"
    pl.DataFrame({"text": [1] * 500}).write_parquet(bad, row_group_size=100)
    worse.write_text("", encoding="utf-8")
    with pytest.raises(FileError, match=r"bad.parquet: column 'text' holds Int64") as caught:
        segcore.estimate([good, bad, worse], threads=threads)
    assert caught.value.path == str(bad)


def test_partial_estimates_are_merged_into_the_first(expected: Estimate) -> None:
    first = expected.fresh()
    partials = Partials(first)
    with partials.one() as one, partials.one() as other:
        assert one is first
        assert other is not first
        other.add(["Hello"], group="a")
        one.add(["Hello"], group="a")
    with partials.one() as again:
        assert again in (one, other)
    assert partials.merged() is first
    assert first.messages == 2
    assert partials.merged().messages == 2


def test_tables_are_cut_and_joined_to_tasks() -> None:
    """In their order, and without losing rows that were read before an error."""
    heights = [1, 0, 30, 99, 250, 5, 100, 7]
    rows = pl.DataFrame({"c0": range(sum(heights))})

    def tables() -> Iterator[Any]:
        start = 0
        for height in heights:
            yield rows[start : start + height]
            start += height
        raise OSError("reading")

    found: list[Any] = []
    with pytest.raises(OSError, match="reading"):
        found.extend(run._resized(tables(), 100))
    assert pl.concat(found).equals(rows)
    assert [each.height for each in found] == [50, 100, 100, 100, 100, 42]


def test_notes_do_not_depend_on_threads(tmp_path: Path) -> None:
    """Whichever thread finds the first example."""
    rows = "".join(f"Hi {{{{field{row}}}}},+1202555{row:04}E+9\n" for row in range(1_000))
    path = tmp_path / "m.csv"
    path.write_text(f"text,to\n{rows}", encoding="utf-8")
    found = {
        segcore.estimate(path, threads=threads).reading for threads in THREADS for _ in range(examples(3))
    }
    assert len(found) == 1
    assert [note.code for note in found.pop()] == ["merge_fields"]


@pytest.mark.parametrize("threads", THREADS)
def test_only_merge_fields_of_the_first_rows_are_counted(tmp_path: Path, threads: int) -> None:
    """All messages are searched for their forms, with one pattern."""
    texts = ["Hi {{name}}"] * 50 + ["Hi"] * 80 + ["Hi {{name}}", "Hi %%name%%"] * 10
    path = tmp_path / "m.csv"
    path.write_text("text\n" + "\n".join(texts), encoding="utf-8")
    found = segcore.estimate(path, threads=threads).reading
    assert [note.sentence[:32] for note in found] == ["60 messages contain merge fields"]


def test_sums_say_how_all_parts_were_read() -> None:
    """Each decision once, in the order of the parts."""
    tables = [{"text": ["Hi"], "to": [to]} for to in ("12025550143", "+12025550143", "12025550144")]
    parts = [segcore.estimate(table) for table in tables]
    total = parts[0] + parts[1] + parts[2]
    assert total.reading == (*parts[0].reading, *parts[2].reading)
    assert [note.code for note in total.reading] == ["numbers", "numbers"]
    assert (parts[0] + parts[0]).reading == parts[0].reading


@pytest.mark.parametrize("rows", [0, 1, 6, 7, 8, 20, 21])
def test_windows_of_a_table_hold_all_rows_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(table_file, "_WINDOW_ROWS", 7)
    monkeypatch.setattr(table_file, "_WINDOW_ROWS_A_THREAD", 1)
    texts = [f"text {row}" for row in range(rows)]
    pl.DataFrame({"text": texts}, schema={"text": pl.String}).write_parquet(tmp_path / "table.parquet")
    file = TableFile(str(tmp_path / "table.parquet"), "parquet", Roles())
    assert [text for frame in file.frames() for text in frame["c0"].to_list()] == texts


def test_the_next_window_is_read_before_the_last_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise all threads but one wait at the end of each window; and no more than one is read ahead."""
    size = max(1, pl.thread_pool_size())
    monkeypatch.setattr(table_file, "_WINDOW_ROWS", 1)
    monkeypatch.setattr(table_file, "_WINDOW_ROWS_A_THREAD", 1)
    started = []

    class Scan:
        def slice(self, start: int, rows: int) -> Scan:
            assert rows == size
            self.start = start
            return self

        def collect_batches(self) -> Iterator[tuple[int, int]]:
            started.append(self.start // size)
            return iter([(self.start // size, batch) for batch in range(2)])

    taken: Any = table_file._windows(Scan(), 3 * size)  # type: ignore[arg-type]
    assert [(next(taken), len(started)) for _ in range(6)] == [
        ((window, batch), min(window + 2, 3)) for window in range(3) for batch in range(2)
    ]
