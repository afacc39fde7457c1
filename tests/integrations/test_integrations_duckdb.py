"""DuckDB: the functions of SQL against the reference, over tables and files of Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import engine_column
import pytest
from engine_column import ENCODINGS, MMS, SEGMENTS, SEGMENTS_WITH_MMS, TEXTS, UNITS

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")

bulk_segmenter = engine_column.bulk_segmenter


@pytest.fixture
def sms(bulk_segmenter: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module, with each implementation and kernel in turn."""
    return engine_column.adapter("duckdb", bulk_segmenter, monkeypatch)


@pytest.fixture
def connection(sms: Any) -> Iterator[Any]:
    """A connection with the functions and a table of `TEXTS`."""
    import pyarrow as pa

    messages = pa.table({"number": range(len(TEXTS)), "body": TEXTS, "mms": MMS})
    with duckdb.connect() as connection:
        sms.register(connection)
        connection.register("messages", messages)
        yield connection


MEASURES: dict[str, list[Any]] = {
    "sms_segments(body)": SEGMENTS,
    "sms_segments(body, mms)": SEGMENTS_WITH_MMS,
    "sms_segments(body, true)": [None if text is None else 1 for text in TEXTS],
    "sms_segments(body, false)": SEGMENTS,
    "sms_segments(body, number < 0)": SEGMENTS,
    "sms_units(body)": UNITS,
    "sms_encoding(body)": ENCODINGS,
}


def column(connection: Any, query: str) -> list[Any]:
    """Return the only column of a result."""
    return [value for (value,) in connection.sql(query).fetchall()]


@pytest.mark.parametrize("measure", MEASURES)
def test_tables(connection: Any, measure: str) -> None:
    """All rows, a few of them, and none."""
    expected = MEASURES[measure]
    ordered = f"SELECT {measure} FROM messages ORDER BY number"
    assert column(connection, ordered) == expected
    assert column(connection, f"SELECT {measure} FROM messages WHERE number < 0") == []
    picked = f"SELECT {measure} FROM messages WHERE number % 3 = 1 ORDER BY number"
    assert column(connection, picked) == expected[1::3]
    assert column(connection, f"{ordered} LIMIT 10 OFFSET 500") == expected[500:510]
    assert column(connection, f"SELECT {measure} FROM messages WHERE body IS NULL") == [None] * TEXTS.count(
        None
    )


@pytest.mark.parametrize("measure", MEASURES)
def test_many_vectors(connection: Any, measure: str, tmp_path: Path) -> None:
    """More rows than DuckDB hands over at once, from files of Parquet with many row groups."""
    repeated = "FROM messages, range(9) AS again(round) ORDER BY round, number"
    connection.sql(f"SELECT round, number, body, mms {repeated}").write_parquet(
        str(tmp_path / "all.parquet"), row_group_size=2048
    )
    query = f"SELECT {measure} FROM '{tmp_path}/*.parquet' ORDER BY round, number"
    assert column(connection, query) == MEASURES[measure] * 9


def test_results(connection: Any) -> None:
    """The types of the results, and that they are named by SQL."""
    found = connection.sql(
        "SELECT sms_segments(body) s, sms_units(body) u, sms_encoding(body) e FROM messages"
    )
    assert found.columns == ["s", "u", "e"]
    assert [str(kind) for kind in found.types] == ["INTEGER", "BIGINT", "VARCHAR"]


def test_groups(connection: Any) -> None:
    """``GROUP BY`` what is measured, and sums of it."""
    query = "SELECT sms_encoding(body) e, count(*), sum(sms_segments(body, mms)) FROM messages GROUP BY ALL"
    found = {encoding: rest for encoding, *rest in connection.sql(query).fetchall()}
    for encoding in ("GSM-7", "UCS-2", None):
        rows = [row for row, one in enumerate(ENCODINGS) if one == encoding]
        counts = [SEGMENTS_WITH_MMS[row] for row in rows]
        assert found[encoding] == [len(rows), None if encoding is None else engine_column.total(counts)]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("sms_segments('')", 1),
        ("sms_segments('It’s ' || repeat('a', 66))", 2),
        ("sms_segments(NULL)", None),
        ("sms_segments(NULL, true)", None),
        ("sms_segments('a', NULL)", None),
        ("sms_segments('a', NULL::BOOLEAN)", None),
        ("sms_units(NULL)", None),
        ("sms_units('€')", 2),
        ("sms_encoding(NULL)", None),
        ("sms_encoding('a'::ENUM('a', 'b'))", "GSM-7"),
        ("sms_segments('b'::ENUM('a', 'b'))", 1),
    ],
)
def test_constants(connection: Any, call: str, expected: object) -> None:
    """Constants, NULL among them; a truth value that is not known leaves the count unknown."""
    assert column(connection, f"SELECT {call}") == [expected]
    assert column(connection, f"SELECT {call} FROM range(3000)") == [expected] * 3000


def test_truth_values_that_are_not_known(connection: Any) -> None:
    """NULL is neither true nor false, so the count is NULL; ``coalesce`` decides."""
    connection.sql("CREATE TABLE few AS FROM messages WHERE number < 50")
    connection.sql("UPDATE few SET mms = NULL WHERE number % 2 = 0")
    counts = column(connection, "SELECT sms_segments(body, mms) FROM few ORDER BY number")
    assert counts == [None if row % 2 == 0 else SEGMENTS_WITH_MMS[row] for row in range(50)]
    counts = column(connection, "SELECT sms_segments(body, coalesce(mms, false)) FROM few ORDER BY number")
    assert counts == [SEGMENTS[row] if row % 2 == 0 else SEGMENTS_WITH_MMS[row] for row in range(50)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("sms_segments(5)", "texts: expected a column of strings, got int32"),
        ("sms_segments(['a'])", "texts: expected a column of strings, got list"),
        ("sms_segments('a', 1)", "mms: expected booleans, got int32"),
        ("sms_segments('a', 'https://example.com/cat.jpg')", "mms: expected booleans, got string"),
        (
            "sms_segments('a', true, 1)",
            "sms_segments: expected a text, or .*; got 3 arguments",
        ),
        ("sms_segments()", "No function matches"),
        ("sms_units(5)", "No function matches"),
        ("sms_encoding('a', true)", "No function matches"),
    ],
)
def test_mistakes(connection: Any, call: str, message: str) -> None:
    """Other types and numbers of arguments are errors of DuckDB that say what was expected."""
    with pytest.raises(duckdb.Error, match=message):
        column(connection, f"SELECT {call} FROM range(10)")


def test_registering_again(sms: Any) -> None:
    """The last profile counts; an unknown one changes nothing; cursors have the functions too."""
    query = f"SELECT sms_segments(unnest({engine_column.UNDER_PROFILES!r}))"
    with duckdb.connect() as connection:
        for profile, expected in (*engine_column.profiles(), ("standard", [2, 2])):
            sms.register(connection, profile)
            assert column(connection, query) == expected
        with pytest.raises(ValueError, match=r"^profile: unknown value 'standart'; .*did you mean"):
            sms.register(connection, "standart")
        assert column(connection, query) == [2, 2]
        with connection.cursor() as cursor:
            assert column(cursor, query) == [2, 2]


def test_regions(sms: Any) -> None:
    """Numbers belong to regions, with and without a default; NULL and what is no number are NULL."""
    import pyarrow as pa

    numbers = pa.table({"row": range(len(engine_column.NUMBERS)), "phone": engine_column.NUMBERS})
    with duckdb.connect() as connection:
        connection.register("numbers", numbers)
        for default, expected in engine_column.REGIONS.items():
            sms.register(connection, default_region=default)
            found = column(connection, "SELECT sms_region(phone) FROM numbers ORDER BY row")
            assert found == expected
            query = "SELECT sms_region(phone) r, count(*) FROM numbers, range(3000) GROUP BY r"
            counts = dict(connection.sql(query).fetchall())
            assert counts == {region: 3000 * expected.count(region) for region in expected}
        with pytest.raises(ValueError, match=r"^default_region: unknown region 'UK'"):
            sms.register(connection, default_region="UK")


def test_one_thread_in_a_callback(connection: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB has threads of its own."""
    from segcore import bulk

    threads = set()
    measure = bulk._measure

    def spy(counter: Any, texts: Any, mms: Any, wished: Any, *columns: Any) -> Any:
        threads.add(wished)
        return measure(counter, texts, mms, wished, *columns)

    monkeypatch.setattr(bulk, "_measure", spy)
    for query in MEASURES:
        column(connection, f"SELECT {query} FROM messages")
    assert threads == {1}
