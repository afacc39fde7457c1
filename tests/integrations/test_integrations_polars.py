"""polars: expressions and series, eager, lazy and streaming, against the reference."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import engine_column
import pytest
from engine_column import ENCODINGS, MMS, SEGMENTS, SEGMENTS_WITH_MMS, TEXTS, UNITS

pl = pytest.importorskip("polars")

bulk_segmenter = engine_column.bulk_segmenter

ANALYSES = [
    None if text is None else {"encoding": encoding, "units": units, "segments": segments}
    for text, encoding, units, segments in zip(TEXTS, ENCODINGS, UNITS, SEGMENTS, strict=True)
]
FRAME = pl.DataFrame({"text": TEXTS, "mms": MMS, "group": [row % 7 for row in range(len(TEXTS))]})


@pytest.fixture
def sms(bulk_segmenter: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module, with each implementation and kernel in turn."""
    return engine_column.adapter("polars", bulk_segmenter, monkeypatch)


def _chunked(series: Any) -> Any:
    parts = [series[:1], series[1:1], series[1:400], series[400:]]
    chunks = pl.concat(parts, rechunk=False)
    assert chunks.n_chunks() > 1
    return chunks


def _check(column: Any, mms: Any, rows: slice = slice(None)) -> None:
    """Hold the four measures of a series of `TEXTS` against the reference."""
    name = column.name
    for found, kind, expected in (
        (column.sms.segments(), pl.Int32, SEGMENTS),
        (column.sms.segments(mms=mms), pl.Int32, SEGMENTS_WITH_MMS),
        (column.sms.units(), pl.Int64, UNITS),
        (column.sms.encoding(), pl.Enum(["GSM-7", "UCS-2"]), ENCODINGS),
    ):
        assert found.to_list() == expected[rows]
        assert (found.name, found.dtype) == (name, kind)
    found = column.sms.analyze()
    assert found.to_list() == ANALYSES[rows]
    assert (found.name, found.null_count()) == (name, column.null_count())
    with_mms = column.sms.analyze(mms=mms).struct.field("segments")
    assert with_mms.to_list() == SEGMENTS_WITH_MMS[rows]


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical, "enum"], ids=str)
def test_series(sms: Any, kind: Any) -> None:
    """Strings, categories and enumerations: whole, sliced, in chunks, empty."""
    series, mms = pl.Series("text", TEXTS, pl.String), pl.Series(MMS)
    kind = pl.Enum(series.drop_nulls().unique()) if kind == "enum" else kind
    column = series.cast(kind)
    _check(column, mms)
    _check(_chunked(column), MMS)
    for rows in (slice(0, 0), slice(3, 11), slice(500, None)):
        _check(column[rows], mms[rows], rows)
    _check(_chunked(column)[390:420], MMS[390:420], slice(390, 420))


def test_series_without_nulls(sms: Any) -> None:
    """No null in, none out."""
    rows = [row for row, text in enumerate(TEXTS) if text is not None]
    column = pl.Series("text", [TEXTS[row] for row in rows])
    found = column.sms.analyze()
    assert found.to_list() == [ANALYSES[row] for row in rows]
    assert column.sms.segments().null_count() == column.sms.encoding().null_count() == 0


def test_series_of_nulls(sms: Any) -> None:
    """Nothing but nulls, with and without a type."""
    for column in (pl.Series("text", [None, None], pl.String), pl.Series("text", [None, None])):
        assert column.sms.segments().to_list() == [None, None]
        assert column.sms.encoding().to_list() == [None, None]
        assert column.sms.analyze().null_count() == 2


EXPRESSIONS: dict[str, tuple[Callable[[Any], Any], Sequence[Any]]] = {
    "segments": (lambda text: text.sms.segments(), SEGMENTS),
    "mms": (lambda text: text.sms.segments(mms=pl.col("mms")), SEGMENTS_WITH_MMS),
    "not mms": (lambda text: text.sms.segments(~pl.col("mms").not_()), SEGMENTS_WITH_MMS),
    "all mms": (lambda text: text.sms.segments(True), [None if text is None else 1 for text in TEXTS]),
    "no mms": (lambda text: text.sms.segments(False), SEGMENTS),
    "literal mms": (
        lambda text: text.sms.segments(pl.lit(value=True)),
        [None if text is None else 1 for text in TEXTS],
    ),
    "units": (lambda text: text.sms.units(), UNITS),
    "encoding": (lambda text: text.sms.encoding(), ENCODINGS),
    "analyze": (lambda text: text.sms.analyze(), ANALYSES),
    "analyze mms": (
        lambda text: text.sms.analyze(mms=pl.col("mms")).struct.field("segments").alias("text"),
        SEGMENTS_WITH_MMS,
    ),
}


@pytest.mark.parametrize("what", EXPRESSIONS)
def test_expressions(sms: Any, what: str) -> None:
    """Eager, lazy, streaming and lazy over chunks; the schema is known before anything runs."""
    expression, expected = EXPRESSIONS[what]
    query = expression(pl.col("text"))
    assert FRAME.select(query)["text"].to_list() == expected
    chunks = pl.concat([FRAME[:5], FRAME[5:5], FRAME[5:]], rechunk=False)
    assert chunks.select(query)["text"].to_list() == expected
    for engine in ("in-memory", "streaming"):
        lazy = chunks.lazy().select(query)
        found = lazy.collect(engine=engine)
        assert found["text"].to_list() == expected
        assert found.schema == lazy.collect_schema()
    assert FRAME[100:110].select(query)["text"].to_list() == expected[100:110]
    assert FRAME[:0].select(query)["text"].to_list() == []


@pytest.mark.parametrize("what", EXPRESSIONS)
def test_files(sms: Any, what: str, tmp_path: Path) -> None:
    """Scanned files, streamed, in several files and row groups."""
    expression, expected = EXPRESSIONS[what]
    for part, rows in enumerate((slice(0, 333), slice(333, None))):
        FRAME[rows].write_parquet(tmp_path / f"{part}.parquet", row_group_size=100)
    # An empty field of a CSV file is an empty text or a null, which no setting of polars tells apart.
    FRAME.with_columns(pl.col("text").fill_null("null")).write_csv(tmp_path / "all.csv", quote_style="always")
    csv = pl.scan_csv(tmp_path / "all.csv", null_values="null", schema_overrides={"text": pl.String})
    for scan in (pl.scan_parquet(tmp_path / "*.parquet"), csv):
        assert scan.select("text").collect()["text"].to_list() == TEXTS
        query = scan.select(expression(pl.col("text")))
        for engine in ("in-memory", "streaming"):
            assert query.collect(engine=engine)["text"].to_list() == expected


def test_streaming_is_elementwise(sms: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A streamed query hands over parts, and one thread counts each."""
    calls = []
    counted = sms._segments

    def spy(segmenter: Any, texts: Any, mms: Any, threads: int | None) -> Any:
        calls.append((len(texts), threads))
        return counted(segmenter, texts, mms, threads)

    monkeypatch.setattr(sms, "_segments", spy)
    FRAME.write_parquet(tmp_path / "messages.parquet", row_group_size=100)
    scan = pl.scan_parquet(tmp_path / "messages.parquet")
    query = scan.select(pl.col("text").sms.segments(mms=pl.col("mms")))
    assert query.collect(engine="streaming")["text"].to_list() == SEGMENTS_WITH_MMS
    assert sum(rows for rows, _ in calls) == len(TEXTS)
    assert len(calls) > 1
    assert {threads for _, threads in calls} == {1}
    # What is elementwise lets a filter pass, so that only what is kept is counted.
    calls.clear()
    filtered = scan.with_columns(pl.col("text").sms.segments()).filter(pl.col("group") == 0)
    assert filtered.collect()["text"].to_list() == SEGMENTS[::7]
    assert sum(rows for rows, _ in calls) == len(SEGMENTS[::7])
    # A series counts outside of the engine, and segcore chooses how many threads.
    calls.clear()
    assert FRAME["text"].sms.segments().to_list() == SEGMENTS
    assert calls == [(len(TEXTS), None)]


def test_groups(sms: Any) -> None:
    """In ``group_by().agg`` and ``over``, with truth values per message too."""
    text, grouped = pl.col("text"), FRAME.group_by("group").agg
    found = grouped(
        text.sms.segments(mms=pl.col("mms")).sum().alias("sum"),
        text.sms.segments().alias("each"),
        (text.sms.encoding() == "UCS-2").sum().alias("ucs2"),
    ).sort("group")
    for group, total, each, ucs2 in found.rows():
        assert total == engine_column.total(SEGMENTS_WITH_MMS[group::7])
        assert each == SEGMENTS[group::7]
        assert ucs2 == ENCODINGS[group::7].count("UCS-2")
    windowed = FRAME.select(text.sms.units().sum().over("group"))["text"].to_list()
    assert windowed == [engine_column.total(UNITS[row % 7 :: 7]) for row in range(len(TEXTS))]


def test_a_literal_text_beside_a_column(sms: Any) -> None:
    """One text for all rows, and one truth value each."""
    text = pl.lit("a" * 161)
    found = FRAME.select(text.sms.segments(mms=pl.col("mms")).alias("found"))["found"].to_list()
    assert found == [1 if mms else 2 for mms in MMS]
    assert FRAME.select(text.sms.segments()).item() == 2
    assert FRAME.select(text.sms.segments(mms=pl.lit(value=True))).item() == 1


def test_functions(sms: Any) -> None:
    """The functions of the module, which type checkers know, are what ``.sms`` calls."""
    column, text = FRAME["text"], pl.col("text")
    for name, expected in (
        ("segments", SEGMENTS), ("units", UNITS), ("encoding", ENCODINGS), ("analyze", ANALYSES)
    ):  # fmt: skip
        function = getattr(sms, name)
        assert function(column).to_list() == expected
        assert FRAME.select(function(text))["text"].to_list() == expected
    assert sms.segments(column, mms=MMS).to_list() == SEGMENTS_WITH_MMS


def test_profiles(sms: Any) -> None:
    """A profile, by name or by value, decides; an unknown one is refused before anything runs."""
    column, text = pl.Series("text", engine_column.UNDER_PROFILES), pl.col("text")
    for profile, expected in engine_column.profiles():
        assert column.sms.segments(profile=profile).to_list() == expected
        for found in (
            text.sms.segments(profile=profile),
            text.sms.analyze(None, profile).struct.field("segments"),
        ):
            assert column.to_frame().select(found.alias("n"))["n"].to_list() == expected
    for method in ("segments", "units", "encoding", "analyze"):
        for place in (text, column):
            with pytest.raises(ValueError, match=r"^profile: unknown value 'standart'; .*did you mean"):
                getattr(place.sms, method)(profile="standart")


def test_mistakes(sms: Any) -> None:
    """What is not a text, not a truth value or not polars is an error that says so."""
    with pytest.raises(TypeError, match=r"^texts: expected a column of strings, got int64"):
        pl.Series([1, 2]).sms.segments()
    with pytest.raises(Exception, match=r"texts: expected a column of strings, got int64"):
        pl.DataFrame({"n": [1]}).select(pl.col("n").sms.segments())
    with pytest.raises(ValueError, match=r"^mms\[1\]: null"):
        FRAME["text"].sms.segments(mms=pl.Series([True, None] * 498 + [True]))
    with pytest.raises(Exception, match=r"mms\[1\]: null; say true or false"):
        pl.DataFrame({"t": ["a", "b"], "m": [True, None]}).select(pl.col("t").sms.segments(pl.col("m")))
    with pytest.raises(ValueError, match=r"^mms: 2 truth values for 997 texts"):
        FRAME["text"].sms.segments(mms=[True, False])
    with pytest.raises(TypeError, match=r"^texts: expected a polars expression or series, got str$"):
        sms.segments("text")
    with pytest.raises(TypeError, match=r"^mms: expected None, a bool or an expression, got list$"):
        pl.col("text").sms.segments(mms=[True])
    with pytest.raises(TypeError, match=r"^mms: expected .*, got Expr"):
        FRAME["text"].sms.segments(mms=pl.col("mms"))


def test_expressions_are_pickled() -> None:
    """A query travels to another process."""
    import segcore.integrations.polars  # noqa: F401

    query = pickle.loads(pickle.dumps(pl.col("text").sms.segments(mms=pl.col("mms"))))
    assert FRAME.select(query)["text"].to_list() == SEGMENTS_WITH_MMS


def test_no_copy_of_the_results() -> None:
    """A series of counts lies in the memory that they were written to."""
    import numpy as np

    import segcore
    from segcore.integrations.polars import _integers

    column = segcore.count_segments_bulk(["a", "a" * 161])
    series = _integers("text", column)
    assert np.shares_memory(series.to_numpy(allow_copy=False), np.asarray(column))


def test_templates_are_counted_in_an_expression(sms: Any) -> None:
    template = "Hi {{name}} {{ city | default: 'Rome' }}" + "a" * 140
    frame = pl.DataFrame({"name": ["Ann", "Alexander the Great", "Ł"], "city": ["Bonn", None, "Oslo"]})
    counted = frame.lazy().select(
        sms.template_segments(template), sms.template_analyze(template).struct.unnest().name.suffix("_")
    )
    found = counted.collect()
    assert found["segments"].to_list() == [1, 2, 3]
    assert found["encoding_"].to_list() == ["GSM-7", "GSM-7", "UCS-2"]
    assert found["units_"].to_list() == [151, 167, 149]
    with pytest.raises(ValueError, match="no field found"):
        sms.template_segments("Hi")
    with pytest.raises(ValueError, match="no value for the field 'name'"):
        pl.DataFrame({"name": ["a", None]}).select(sms.template_segments("Hi {{name}}"))


def test_encodings_of_octets() -> None:
    """Routes that count octets have their encodings; those of SMS keep an enumeration of two."""
    from segcore.integrations import polars as adapter

    texts = pl.Series("text", ["é", None])
    found = adapter.encoding(texts, "rcs")
    assert found.to_list() == ["UTF-8", None]
    lazy = texts.to_frame().lazy().select(adapter.analyze(pl.col("text"), profile="korea"))
    assert lazy.collect_schema() == lazy.collect().schema
    assert lazy.collect()["text"].to_list()[0]["encoding"] == "EUC-KR"
    assert adapter.encoding(texts).dtype == adapter.ENCODING == pl.Enum(["GSM-7", "UCS-2"])
    template = texts.head(1).to_frame().select(adapter.template_analyze("{{text}}", profile="rcs_us"))
    assert template[0, 0] == {"encoding": "UTF-8", "units": 2, "segments": 1}
