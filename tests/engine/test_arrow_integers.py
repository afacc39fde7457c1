"""Arrow columns of integers are read as they are, on both implementations."""

from __future__ import annotations

from array import array
from types import ModuleType
from typing import Any

import pytest

pa = pytest.importorskip("pyarrow")


@pytest.mark.parametrize(
    "column",
    [
        pa.array([7, -1, 2**31 - 1], pa.int32()),
        pa.array([5, 7, -1, 2**31 - 1, 5], pa.int32())[1:4],
        pa.chunked_array(
            [pa.array([7], pa.int32()), pa.array([], pa.int32()), pa.array([-1, 2**31 - 1], pa.int32())]
        ),
    ],
)
def test_values(core: ModuleType, column: Any) -> None:
    assert core.read_integers(column) == array("i", [7, -1, 2**31 - 1])


def test_no_values(core: ModuleType) -> None:
    assert core.read_integers(pa.array([], pa.int32())) == array("i")


@pytest.mark.parametrize(
    ("column", "error", "problem"),
    [
        (pa.array([1, None, 2], pa.int32()), ValueError, r"integers\[1\]: null"),
        (pa.array([1], pa.int64()), TypeError, "integers: expected int32, got int64"),
        (pa.array(["a"]), TypeError, "integers: expected int32, got"),
    ],
)
def test_other_columns(core: ModuleType, column: Any, error: type[Exception], problem: str) -> None:
    with pytest.raises(error, match=problem):
        core.read_integers(column)
