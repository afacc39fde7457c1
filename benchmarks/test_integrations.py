"""How long does counting inside an engine take?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.conftest import Timer
from benchmarks.corpora import Corpus
from benchmarks.engine_rows import adapter
from benchmarks.implementations import Implementation, load
from benchmarks.ratios import UnavailableError

MESSAGES = 50_000


@pytest.fixture(params=["ascii_typical", "mixed"])
def corpus(request: pytest.FixtureRequest, corpus_of: Callable[[str, int], Corpus]) -> Corpus:
    """The messages of this run."""
    return corpus_of(request.param, MESSAGES)


@pytest.fixture
def native() -> Implementation:
    """The extension, which the adapters count with if it is there."""
    try:
        return load("native")
    except ImportError as error:
        pytest.skip(f"native: not built ({error})")


def _adapter(engine: str, implementation: Implementation) -> Any:
    try:
        return adapter(engine, implementation)
    except UnavailableError as reason:
        pytest.skip(f"{engine}: {reason.status}")


@pytest.mark.parametrize("way", ["series", "eager", "streaming"])
def test_polars(timer: Timer, native: Implementation, corpus: Corpus, way: str) -> None:
    """A series, an expression on the frame in memory, and the same streamed."""
    pl, sms = pytest.importorskip("polars"), _adapter("polars", native)
    frame = pl.DataFrame({"text": corpus.texts})
    lazy = frame.lazy().select(sms.segments(pl.col("text")))
    ways: dict[str, Callable[[], Any]] = {
        "series": lambda: sms.segments(frame["text"]),
        "eager": lambda: frame.select(sms.segments(pl.col("text")))["text"],
        "streaming": lambda: lazy.collect(engine="streaming")["text"],
    }
    counted = timer(ways[way])
    timer.segcore(native, corpus, correct=counted.to_list() == corpus.expected)


@pytest.mark.parametrize("dtype", ["object", "string[python]", "string[pyarrow]", "category"])
def test_pandas(timer: Timer, native: Implementation, corpus: Corpus, dtype: str) -> None:
    """A series of every storage."""
    pd, sms = pytest.importorskip("pandas"), _adapter("pandas", native)
    if "pyarrow" in dtype:
        pytest.importorskip("pyarrow")
    counted = timer(sms.segments, pd.Series(corpus.texts, dtype=dtype))
    timer.segcore(native, corpus, correct=counted.tolist() == corpus.expected)


@pytest.mark.parametrize("function", ["sms_segments", "length"])
def test_duckdb(timer: Timer, native: Implementation, corpus: Corpus, function: str, tmp_path: Path) -> None:
    """The sum over a file of Parquet, beside that of the lengths."""
    duckdb, sms = pytest.importorskip("duckdb"), _adapter("duckdb", native)
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "messages.parquet"
    parquet.write_table(pa.table({"text": corpus.texts}), file)
    with duckdb.connect() as connection:
        sms.register(connection)
        query = f"SELECT sum({function}(text)) FROM '{file}'"
        ((found,),) = timer(lambda: connection.sql(query).fetchall())
    if function == "length":
        timer.other("DuckDB length", corpus, correct="not a count")
    else:
        timer.segcore(native, corpus, correct=found == sum(corpus.expected))
