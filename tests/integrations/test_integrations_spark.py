"""Spark in local mode: columns and SQL against the reference.  Starting it takes some seconds."""

from __future__ import annotations

import doctest
from typing import Any

import engine_column
import pytest
import spark_session
from engine_column import ENCODINGS, MMS, SEGMENTS, SEGMENTS_WITH_MMS, TEXTS, UNITS

pytestmark = spark_session.marks

spark = spark_session.spark


@pytest.fixture(scope="module")
def sms(spark: Any) -> Any:
    """The module."""
    import segcore.integrations.spark

    return segcore.integrations.spark


@pytest.fixture(scope="module")
def messages(spark: Any, sms: Any) -> Any:
    """`TEXTS` in three partitions, also as a view of SQL."""
    import pyarrow as pa

    table = pa.table({"number": range(len(TEXTS)), "body": TEXTS, "mms": MMS})
    frame = spark.createDataFrame(table).repartition(3)
    frame.createOrReplaceTempView("messages")
    sms.register(spark)
    return frame.cache()


def columns(frame: Any) -> dict[str, list[Any]]:
    """Return the columns of a frame as lists."""
    found: dict[str, list[Any]] = frame.toArrow().to_pydict()
    return found


ALL_MMS = [None if text is None else 1 for text in TEXTS]
EXPECTED: dict[str, list[Any]] = {
    "segments": SEGMENTS,
    "with mms": SEGMENTS_WITH_MMS,
    "by name": SEGMENTS_WITH_MMS,
    "all mms": ALL_MMS,
    "no mms": SEGMENTS,
    "units": UNITS,
    "encoding": ENCODINGS,
}


def measured(sms: Any, frame: Any) -> Any:
    """Return every measure of the rows of a frame."""
    from pyspark.sql.functions import col

    return frame.select(
        sms.sms_segments("body").alias("segments"),
        sms.sms_segments(col("body"), col("mms")).alias("with mms"),
        sms.sms_segments("body", mms="mms").alias("by name"),
        sms.sms_segments("body", mms=True).alias("all mms"),
        sms.sms_segments("body", mms=False).alias("no mms"),
        sms.sms_units("body").alias("units"),
        sms.sms_encoding(col("body")).alias("encoding"),
    )


def test_columns(sms: Any, messages: Any) -> None:
    """All rows in many batches of many partitions."""
    assert columns(measured(sms, messages.orderBy("number"))) == EXPECTED


def test_parts(sms: Any, messages: Any) -> None:
    """Some rows, rows without a text, and none."""
    third = measured(sms, messages.where("number % 3 = 1").orderBy("number"))
    assert columns(third) == {name: expected[1::3] for name, expected in EXPECTED.items()}
    nulls = columns(measured(sms, messages.where("body IS NULL")))
    assert nulls == {name: [None] * TEXTS.count(None) for name in EXPECTED}
    assert columns(measured(sms, messages.where("number < 0"))) == {name: [] for name in EXPECTED}


def test_results(sms: Any, messages: Any) -> None:
    """Names and types of the results."""
    found = messages.select(sms.sms_segments("body"), sms.sms_units("body"), sms.sms_encoding("body"))
    assert found.dtypes == [
        ("sms_segments(body)", "int"),
        ("sms_units(body)", "bigint"),
        ("sms_encoding(body)", "string"),
    ]


def test_sql(spark: Any, messages: Any) -> None:
    """The same functions in SQL, with one argument or two, and over groups."""
    query = """
        SELECT sms_segments(body) AS segments, sms_segments(body, mms) AS `with mms`,
               sms_segments(body, mms) AS `by name`, sms_segments(body, true) AS `all mms`,
               sms_segments(body, number < 0) AS `no mms`, sms_units(body) AS units,
               sms_encoding(body) AS encoding
        FROM messages ORDER BY number
    """
    assert columns(spark.sql(query)) == EXPECTED
    query = "SELECT sms_encoding(body) e, sum(sms_segments(body, mms)) s FROM messages GROUP BY 1"
    found = {row.e: row.s for row in spark.sql(query).collect()}
    for encoding in ("GSM-7", "UCS-2"):
        rows = [row for row, one in enumerate(ENCODINGS) if one == encoding]
        assert found.pop(encoding) == engine_column.total([SEGMENTS_WITH_MMS[row] for row in rows])
    assert found == {None: None}


def test_truth_values_that_are_not_known(spark: Any, messages: Any) -> None:
    """NULL is neither true nor false, so the count is NULL; ``coalesce`` decides."""
    query = """
        SELECT sms_segments('a', NULL) AS a, sms_segments('a', CAST(NULL AS BOOLEAN)) AS b,
               sms_segments(NULL, true) AS c, sms_segments(NULL) AS d, sms_units(NULL) AS e,
               sms_segments('a', coalesce(NULL, false)) AS f
    """
    assert spark.sql(query).first() == (None, None, None, None, None, 1)
    query = "SELECT sms_segments(body, nullif(mms, true)) AS n FROM messages ORDER BY number"
    expected = [None if mms else count for mms, count in zip(MMS, SEGMENTS, strict=True)]
    assert columns(spark.sql(query))["n"] == expected


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("sms_segments(5)", "texts: expected a column of strings, got int32"),
        ("sms_segments('a', 'yes')", "mms: expected booleans, got string"),
        ("sms_segments()", "sms_segments: expected a text, or a text and whether .*; got 0 arguments"),
        ("sms_segments('a', true, 1)", "sms_segments: expected a text, or .*; got 3 arguments"),
        ("sms_encoding('a', true)", "sms_encoding: expected a text; got 2 arguments"),
    ],
)
def test_mistakes(spark: Any, messages: Any, call: str, message: str) -> None:
    """What is wrong reaches the driver in the words of segcore."""
    from pyspark.errors import PySparkException

    with pytest.raises(PySparkException, match=message):
        spark.sql(f"SELECT {call}").collect()


def test_profiles(spark: Any, sms: Any) -> None:
    """A profile, by name or by value, decides; an unknown one is refused on the driver."""
    frame = spark.createDataFrame([(text,) for text in engine_column.UNDER_PROFILES], "body string")
    for profile, expected in engine_column.profiles():
        found = frame.select(sms.sms_segments("body", profile=profile).alias("n"))
        assert columns(found)["n"] == expected
    for function in (sms.sms_segments, sms.sms_units, sms.sms_encoding):
        with pytest.raises(ValueError, match=r"^profile: unknown value 'standart'; .*did you mean"):
            function("body", profile="standart")
    query = "SELECT sms_segments(repeat('a', 305))"
    sms.register(spark, "us_toll_free_16bit")
    try:
        assert spark.sql(query).first() == (3,)
    finally:
        sms.register(spark)
    assert spark.sql(query).first() == (2,)


def test_regions(spark: Any, sms: Any) -> None:
    """Numbers belong to regions, with and without a default, in columns and in SQL."""
    import pyarrow as pa

    numbers = pa.table({"row": range(len(engine_column.NUMBERS)), "phone": engine_column.NUMBERS})
    frame = spark.createDataFrame(numbers).repartition(2)
    frame.createOrReplaceTempView("numbers")
    try:
        for default, expected in engine_column.REGIONS.items():
            found = frame.orderBy("row").select(sms.sms_region("phone", default).alias("r"))
            assert columns(found)["r"] == expected
            sms.register(spark, default_region=default)
            assert (
                columns(spark.sql("SELECT sms_region(phone) AS r FROM numbers ORDER BY row"))["r"] == expected
            )
    finally:
        sms.register(spark)
    with pytest.raises(ValueError, match=r"^default_region: unknown region 'UK'"):
        sms.sms_region("phone", "UK")
    with pytest.raises(ValueError, match=r"^default_region: unknown region 'UK'"):
        sms.register(spark, default_region="UK")


def test_examples(spark: Any, sms: Any) -> None:
    """The examples of the docstrings, which without a session cannot run, run here."""
    finder = doctest.DocTestFinder(recurse=True)
    tests = finder.find(sms, extraglobs={"spark": spark})
    ran = 0
    for test in tests:
        for example in test.examples:
            example.options.pop(doctest.SKIP, None)
        failed, tried = doctest.DocTestRunner().run(test)
        assert not failed
        ran += tried
    assert ran > 10
