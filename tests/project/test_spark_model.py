"""The model of how long Spark takes, and the page that shows what it says."""

from __future__ import annotations

import math

import pytest
from snippets import CHECKOUT

from tools import spark_model
from tools.spark_model import PARTITION, Constants, partitions_of, predict

pytestmark = pytest.mark.kernel_independent

ONE = Constants(start=5.0, octet=1e-9, message=1e-6, partial=1e-3)


def test_the_page_shows_what_the_model_prints(capsys: pytest.CaptureFixture[str]) -> None:
    spark_model.main([])
    page = (CHECKOUT / "docs" / "integrations" / "spark.md").read_text("utf-8")
    assert "$ python -m tools.spark_model\n" + capsys.readouterr().out in page


def test_one_core_reads_and_counts_everything() -> None:
    found = predict(1_000_000_000, 100, 1, ONE)
    assert found.start == 5.0
    assert math.isclose(found.counting, 1_000_000_000 * (1e-6 + 100e-9))
    assert found.adding == partitions_of(1_000_000_000, 100) * 1e-3
    assert found.total == sum(found)


@pytest.mark.parametrize(("cores", "rounds"), [(1, 10), (3, 4), (9, 2), (10, 1), (1000, 1)])
def test_cores_work_in_rounds(cores: int, rounds: int) -> None:
    """More cores than partitions help no more."""
    messages = 10 * PARTITION // 128
    task = messages / 10 * (1e-6 + 128e-9)
    assert partitions_of(messages, 128) == 10
    assert math.isclose(predict(messages, 128, cores, ONE).counting, rounds * task)


def test_no_messages_are_one_partition() -> None:
    assert partitions_of(0, 100) == 1
    assert predict(0, 100, 4, ONE).counting == 0
