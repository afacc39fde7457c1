"""Spark: an estimate made by the executors is the one that a single machine makes, to the last cent."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
import spark_session
from conftest import SEED
from engine_column import TEXTS

import segcore

pytestmark = spark_session.marks

spark = spark_session.spark

RECIPIENTS = [
    "+12025550143",
    "+447400123456",
    "07911 123456",
    "+447911123456, +12025550143",
    "12",
    "",
    None,
]
RATES = [
    {"country": "US", "sms": "0.0079", "mms": "0.02", "currency": "USD"},
    {"prefix": "+447", "sms": "0.0433333"},
    {"country": "GG", "sms": "0.07", "mms": "0.0999"},
]


def _table(rows: int) -> Any:
    import pyarrow as pa

    rng = random.Random(f"{SEED} spark estimate")
    return pa.table(
        {
            "id": range(rows),
            "message body": [rng.choice(TEXTS) for _ in range(rows)],
            "to": [rng.choice(RECIPIENTS) for _ in range(rows)],
            "media": [rng.choice(["", "https://example.com/cat.jpg", None, "[]"]) for _ in range(rows)],
            "camp.aign`s": [rng.choice(["spring", "summer", None]) for _ in range(rows)],
            "day": [rng.choice(["Monday", "Tuesday"]) for _ in range(rows)],
        }
    )


@pytest.fixture(scope="module")
def one_machine() -> Any:
    """What makes an estimate of a table without Spark."""
    pytest.importorskip("polars")
    from segcore.cost.run import estimate

    return estimate


def _shown(estimate: Any) -> list[object]:
    """Return everything that an estimate says."""
    return [estimate.totals, estimate.rows, estimate.cost, estimate.offenders, estimate.savings]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"rates": True, "default_region": "GB"},
        {"rates": True, "group_by": "camp.aign`s", "profile": "us_toll_free_16bit"},
        {"rates": True, "group_by": ("day", "Camp.aign`s"), "smart_encoding": "segcore", "savings": None},
    ],
    ids=" ".join,
)
def test_one_machine_and_many(spark: Any, one_machine: Any, options: dict[str, Any]) -> None:
    """Columns found by their names, messages without text, recipients in groups, media, prices unknown."""
    import segcore.integrations.spark as sms
    from segcore.rates.card import RateCard

    table = _table(997)
    if options.get("rates"):
        options = {**options, "rates": RateCard(RATES)}
    options = {"text": "Message Body", **options}
    alone = one_machine(table, **options)
    frame = spark.createDataFrame(table)
    for partitions in (1, 7):
        together = sms.estimate(frame.repartition(partitions), **options)
        assert together == alone
        assert _shown(together) == _shown(alone)
    assert alone.segments > 1000
    # What was collected can be added to further.
    assert (
        sms.estimate(frame.where("id < 400"), **options) + sms.estimate(frame.where("id >= 400"), **options)
        == alone
    )


def test_nothing(spark: Any, one_machine: Any) -> None:
    """A frame without rows, and one with partitions that have none."""
    import segcore.integrations.spark as sms

    table = _table(5)
    frame = spark.createDataFrame(table)
    empty = sms.estimate(frame.where("id < 0"), text="message body")
    assert empty == one_machine(table.slice(0, 0), text="message body")
    assert (empty.messages, empty.segments) == (0, 0)
    few = sms.estimate(frame.repartition(8), text="message body")
    assert few == one_machine(table, text="message body")


def test_a_file_of_rates(spark: Any, one_machine: Any, tmp_path: Any) -> None:
    """A rate card is read on the driver, where its path is."""
    import segcore.integrations.spark as sms

    path = tmp_path / "rates.csv"
    path.write_text("country,sms,currency\nUS,0.0079,USD\n", encoding="utf-8")
    table = _table(50)
    found = sms.estimate(spark.createDataFrame(table), text="message body", rates=path)
    assert found == one_machine(table, text="message body", rates=path)
    assert found.cost.sms


def test_mistakes(spark: Any) -> None:
    """Columns, profiles and regions that there are not are refused on the driver, rows by Spark."""
    from pyspark.errors import PySparkException

    import segcore.integrations.spark as sms

    frame = spark.createDataFrame(_table(5))
    with pytest.raises(ValueError, match="unknown value 'txt'; known: id, message body"):
        sms.estimate(frame, text="txt")
    with pytest.raises(ValueError, match="no column looks like the message text"):
        sms.estimate(frame.select("id", "day"))
    with pytest.raises(ValueError, match="profile: unknown value"):
        sms.estimate(frame, text="message body", profile="standart")
    with pytest.raises(ValueError, match="default_region: unknown region 'UK'"):
        sms.estimate(frame, text="message body", default_region="UK")
    with pytest.raises(PySparkException, match="not text; name the right one"):
        sms.estimate(frame, text="id")


def test_page(spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    """What docs/integrations/spark.md shows runs, block after block, and says what it should."""
    import pyarrow.parquet as parquet

    page = Path(__file__).resolve().parents[2] / "docs" / "integrations" / "spark.md"
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 4
    names = ["id", "text", "phone", "media", "campaign", "day"]
    parquet.write_table(_table(50).rename_columns(names), tmp_path / "messages.parquet")
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {"spark": spark}
    for block in blocks:
        # The session runs where it was started, not where this test is.
        code = block.replace('"messages.parquet"', repr(f"file://{tmp_path}/messages.parquet"))
        exec(compile(code, str(page), "exec"), space)
    assert space["estimate"].messages + space["estimate"].nulls == 50
    assert [row.runs for row in space["running"]] == [segcore.implementation]
    assert "spring" in capfd.readouterr().out
