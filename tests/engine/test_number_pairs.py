"""Numbers of pairs, on both implementations."""

from __future__ import annotations

from array import array
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.kernel_independent

_INT32 = st.integers(-(1 << 31), (1 << 31) - 1)


def _numbered(core: ModuleType, pairs: list[tuple[int, int]]) -> tuple[list[int], list[tuple[int, int]]]:
    """Return what stands for pairs if they are numbered as they come, and which were asked for."""
    ones = array("i", [one for one, _ in pairs])
    asked: list[tuple[int, int]] = []

    def number(one: int, other: int) -> int:
        asked.append((one, other))
        return len(asked) - 1

    core.number_pairs(ones, array("i", [other for _, other in pairs]), number)
    return ones.tolist(), asked


@given(st.lists(st.tuples(_INT32, _INT32) | st.tuples(st.integers(-2, 2), st.integers(-2, 2)), max_size=60))
def test_every_pair_is_asked_for_once(core: ModuleType, pairs: list[tuple[int, int]]) -> None:
    found, asked = _numbered(core, pairs)
    assert asked == list(dict.fromkeys(pairs))
    assert [asked[number] for number in found] == pairs


def test_more_pairs_than_there_is_room_for(core: ModuleType) -> None:
    """Room grows several times; neighbours in both numbers would collide under a poor hash."""
    pairs = [(one, other) for one in range(-60, 60) for other in range(-60, 60)] * 2
    found, asked = _numbered(core, pairs)
    assert asked == pairs[: len(pairs) // 2]
    assert [asked[number] for number in found] == pairs


@pytest.mark.parametrize("number", [-(1 << 31), (1 << 31) - 1])
def test_every_number_can_stand_for_a_pair(core: ModuleType, number: int) -> None:
    ones = array("i", [1, 1])
    core.number_pairs(ones, array("i", [2, 3]), lambda one, other: number)
    assert ones.tolist() == [number, number]


@pytest.mark.parametrize(
    ("ones", "others", "number", "error", "message"),
    [
        (array("i", [1]), array("i"), 0, ValueError, "pairs: 1 numbers and 0; give as many of both"),
        (array("q", [1]), array("i", [1]), 0, TypeError, "expected an array of type 'i', got 'q'"),
        (array("i", [1]), array("B", [1]), 0, TypeError, "expected an array of type 'i', got 'B'"),
        (array("i", [1]), array("i", [2]), None, TypeError, "pair 1, 2: expected an int, got NoneType"),
        (array("i", [1]), array("i", [2]), 1 << 31, ValueError, "pair 1, 2: 2147483648 is not from"),
    ],
)
def test_what_cannot_be_numbered(
    core: ModuleType, ones: Any, others: Any, number: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        core.number_pairs(ones, others, lambda one, other: number)


def test_arrays_keep_their_length_meanwhile(core: ModuleType) -> None:
    ones = array("i", range(5))

    def grow(one: int, other: int) -> int:
        ones.extend(range(10_000))
        return 0

    with pytest.raises(BufferError):
        core.number_pairs(ones, array("i", range(5)), grow)
    ones.append(1)
    assert len(ones) == 6
