"""The rows about engines: what an adapter adds to the bare bulk call, or to the engine's own lengths."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

import segcore
from benchmarks import corpora
from benchmarks.implementations import Implementation
from benchmarks.interleaved import Sampler, Timed
from benchmarks.ratios import ROWS, Pair, Settings, UnavailableError, row
from benchmarks.rows import installed, wrong

__all__ = ["ROWS"]

Job = Callable[[], Any]


def adapter(name: str, implementation: Implementation) -> ModuleType:
    """Return an adapter, which counts with what ``import segcore`` takes, or give the row up."""
    if segcore.implementation != implementation.label:
        raise UnavailableError(f"segcore runs {segcore.implementation}")
    found: ModuleType = installed(f"segcore.integrations.{name}")
    return found


# --- polars --------------------------------------------------------------------------------------------


def _polars_series(name: str, way: str, settings: Settings, implementation: Implementation) -> Pair:
    polars, sms = installed("polars"), adapter("polars", implementation)
    corpus = corpora.corpus(name, settings.messages)
    column, segmenter = polars.Series("text", corpus.texts), segcore.Segmenter()
    bare = segmenter.count_segments_bulk if way == "segments" else segmenter.analyze_bulk
    counted = sms.analyze(column).struct.field("segments") if way == "analyze" else sms.segments(column)
    messages = len(corpus.texts)
    return Pair(
        Timed(partial(getattr(sms, way), column), messages),
        Timed(partial(bare, column), messages),
        messages,
        wrong(counted.to_list(), corpus.expected),
    )


def _polars_expression(name: str, engine: str, settings: Settings, implementation: Implementation) -> Pair:
    """Run a query on ten times the list, so that starting one is little of it."""
    polars, sms = installed("polars"), adapter("polars", implementation)
    corpus = corpora.corpus(name, settings.messages)
    column = polars.Series("text", corpus.texts * 10)
    query = column.to_frame().lazy().select(sms.segments(polars.col("text")))
    collect = partial(query.collect, engine=engine)
    # In memory polars runs one expression on one thread, and streams it on all.
    threads = 1 if engine == "in-memory" else None
    messages = len(column)
    return Pair(
        Timed(collect, messages),
        Timed(partial(segcore.Segmenter().count_segments_bulk, column, threads=threads), messages),
        messages,
        wrong(collect()["text"].to_list(), corpus.expected * 10),
    )


for _what, _name in (("ASCII 60-140", "ascii_typical"), ("mixed", "mixed")):
    for _way, _against in (
        ("segments", "count_segments_bulk"),
        ("encoding", "analyze_bulk"),
        ("analyze", "analyze_bulk"),
    ):
        row(f"polars .sms.{_way}, series, {_what}", f"{_against}(series)", at_most=1.2)(
            partial(_polars_series, _name, _way)
        )
    for _engine, _threads in (("in-memory", "one thread"), ("streaming", "all threads")):
        row(
            f"polars .sms.segments, {_engine}, {_what}",
            f"count_segments_bulk(series), {_threads}",
            at_most=1.2,
        )(partial(_polars_expression, _name, _engine))


# --- pandas --------------------------------------------------------------------------------------------


def _pandas(dtype: str, nulls: bool, settings: Settings, implementation: Implementation) -> Pair:
    pandas, sms = installed("pandas"), adapter("pandas", implementation)
    if "pyarrow" in dtype:
        installed("pyarrow")
    corpus = corpora.corpus("ascii_typical", settings.messages)
    texts: list[str | None] = [*corpus.texts]
    if nulls:
        texts[::10] = [None] * len(texts[::10])
    column = pandas.Series(texts, dtype=dtype)
    counted = sms.segments(column.dropna() if nulls else column).tolist()
    expected = [count for count, text in zip(corpus.expected, texts, strict=True) if text is not None]
    messages = len(texts)
    return Pair(
        Timed(lambda: sms.segments(column), messages),
        Timed(_bare(column, nulls), messages),
        messages,
        wrong(counted, expected),
    )


def _bare(column: Any, nulls: bool) -> Job:
    """Return the bulk call, on the column of Arrow inside or on objects of which none may be null."""
    count = segcore.Segmenter().count_segments_bulk
    if "pyarrow" in str(getattr(column.dtype, "storage", "")):
        return partial(count, column.array.__arrow_array__())
    if nulls:
        return lambda: count(column.fillna("").to_numpy(object))
    return partial(count, column.to_numpy(object))


for _dtype in ("object", "string[python]", "string[pyarrow]"):
    row(f"pandas .sms, {_dtype}, ASCII 60-140", "count_segments_bulk", at_most=1.2)(
        partial(_pandas, _dtype, False)
    )
    row(f"pandas .sms, {_dtype}, one in ten null", 'fillna(""), count_segments_bulk', at_most=1.2)(
        partial(_pandas, _dtype, True)
    )
row("pandas .sms, category, ASCII 60-140", "count_segments_bulk", at_most=1.2)(
    partial(_pandas, "category", False)
)


# --- Files of Parquet: DuckDB and Spark ----------------------------------------------------------------


@cache
def _parquet(name: str, rows: int) -> Path:
    """Return a file of messages, ten times the list, so that starting a query is little of it."""
    pyarrow, parquet = installed("pyarrow"), installed("pyarrow.parquet")
    folder = Path(tempfile.mkdtemp(prefix="segcore-benchmarks-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "messages.parquet"
    texts = corpora.corpus(name, rows).texts * 10
    parquet.write_table(pyarrow.table({"text": texts}), file, row_group_size=len(texts) // 8 or 1)
    return file


def _added(*samplers: Sampler) -> Sampler:
    return lambda: sum(sampler() for sampler in samplers)


def _duckdb(name: str, settings: Settings, implementation: Implementation) -> Pair:
    duckdb, sms = installed("duckdb"), adapter("duckdb", implementation)
    corpus, file = corpora.corpus(name, settings.messages), _parquet(name, settings.messages)
    pyarrow = installed("pyarrow")
    connection = duckdb.connect()
    atexit.register(connection.close)
    sms.register(connection)

    def total(of: str) -> int:
        ((found,),) = connection.sql(f"SELECT sum({of}) FROM '{file}'").fetchall()
        return int(found)

    column = pyarrow.chunked_array([pyarrow.array(corpus.texts)] * 10)
    count = partial(segcore.Segmenter().count_segments_bulk, column, threads=1)
    messages = len(corpus.texts) * 10
    return Pair(
        Timed(lambda: total("sms_segments(text)"), messages),
        _added(Timed(lambda: total("length(text)"), messages), Timed(count, messages)),
        messages,
        wrong([total("sms_segments(text)")], [sum(corpus.expected) * 10]),
    )


for _what, _name in (("ASCII 60-140", "ascii_typical"), ("mixed", "mixed")):
    row(f"DuckDB sum of sms_segments, Parquet, {_what}", "sum of length, and the bare call", at_most=1.5)(
        partial(_duckdb, _name)
    )


@cache
def _spark_session() -> Any:
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        raise UnavailableError("no Java")
    installed("pyspark")
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    root = str(Path(segcore.__file__).parents[1])
    os.environ["PYTHONPATH"] = os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.log.level": "ERROR",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
    }
    builder = SparkSession.builder.master("local[*]").appName("segcore benchmarks")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    atexit.register(session.stop)
    return session


def _spark(name: str, settings: Settings, implementation: Implementation) -> Pair:
    if settings == Settings.quick():
        raise UnavailableError(
            "not in quick mode", "starting Spark takes longer than all other rows together"
        )
    with warnings.catch_warnings():
        # pyspark warns of the newest pandas, which is not used here.
        warnings.simplefilter("ignore", FutureWarning)
        sms, spark = adapter("spark", implementation), _spark_session()
    from pyspark.sql.functions import length
    from pyspark.sql.functions import sum as total

    corpus = corpora.corpus(name, settings.messages)
    frame = spark.read.parquet(str(_parquet(name, settings.messages)))
    counted = frame.select(total(sms.sms_segments("text")))
    lengths = frame.select(total(length("text")))
    messages = len(corpus.texts) * 10
    mistakes = wrong([counted.first()[0]], [sum(corpus.expected) * 10])
    batch = spark.conf.get("spark.sql.execution.arrow.maxRecordsPerBatch")
    return Pair(
        Timed(counted.collect, messages),
        Timed(lengths.collect, messages),
        messages,
        mistakes,
        f"Spark {spark.version}, local, {batch} rows a batch",
    )


for _what, _name in (("ASCII 60-140", "ascii_typical"), ("mixed", "mixed")):
    row(f"Spark sum of sms_segments, Parquet, {_what}", "sum of length", at_most=1.6)(partial(_spark, _name))
