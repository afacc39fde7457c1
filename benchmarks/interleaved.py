"""Times several things in turns, so that a slow moment of the machine slows all."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

Sampler = Callable[[], float]
"""Does something once and returns the seconds that it took, per item if it handles many."""

# Shorter samples would measure the clock and the interruptions.
_SHORTEST_SAMPLE = 0.002


class Timed:
    """Samples a call, as often as a sample needs to be long enough.

    Args:
        function: The call.
        items: How many items a call handles; seconds are for one of them.
    """

    def __init__(self, function: Callable[[], object], items: int = 1) -> None:
        self.function = function
        self._items = items
        function()
        start = perf_counter()
        function()
        once = perf_counter() - start
        self._repeat = range(max(1, round(_SHORTEST_SAMPLE / max(once, 1e-9))))

    def __call__(self) -> float:
        """Return the seconds for one item."""
        function = self.function
        begin = perf_counter()
        for _ in self._repeat:
            function()
        return (perf_counter() - begin) / (len(self._repeat) * self._items)


@dataclass(frozen=True)
class Samples:
    """Seconds of each sample of one side."""

    seconds: tuple[float, ...]

    @property
    def fastest(self) -> float:
        """The fastest: noise only ever adds."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """The one in the middle of the noise."""
        return median(self.seconds)


def interleave(samplers: Sequence[Sampler], seconds: float, fewest: int = 5) -> list[Samples]:
    """Take samples of all in turns for about `seconds`, at least `fewest` of each."""
    taken: list[list[float]] = [[] for _ in samplers]
    sides = list(zip(samplers, taken, strict=True))
    collecting = gc.isenabled()
    gc.disable()
    try:
        start = perf_counter()
        while len(taken[0]) < fewest or perf_counter() - start < seconds:
            for sample, into in sides:
                into.append(sample())
            # Who goes first changes too: the second finds the caches as the first left them.
            sides.append(sides.pop(0))
    finally:
        if collecting:
            gc.enable()
    return [Samples(tuple(one)) for one in taken]
