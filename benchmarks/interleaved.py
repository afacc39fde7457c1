"""Times two things in turns, so that a slow moment of the machine slows both."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

Sampler = Callable[[], float]
"""Does something once and returns the seconds that it took."""

# Shorter samples would measure the clock and the interruptions.
_SHORTEST_SAMPLE = 0.002


def timed(function: Callable[[], object]) -> Sampler:
    """Return a sampler that calls `function` as often as a sample needs to be long enough."""
    function()
    start = perf_counter()
    function()
    once = perf_counter() - start
    repeat = range(max(1, round(_SHORTEST_SAMPLE / max(once, 1e-9))))

    def sample() -> float:
        begin = perf_counter()
        for _ in repeat:
            function()
        return (perf_counter() - begin) / len(repeat)

    return sample


@dataclass(frozen=True)
class Times:
    """Seconds of both sides.

    Args:
        what: Seconds of each sample of the one side.
        against: Seconds of each sample of the other.
    """

    what: tuple[float, ...]
    against: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Fastest against fastest: noise only ever adds."""
        return min(self.what) / min(self.against)

    @property
    def median_ratio(self) -> float:
        """Median against median: what a run in the middle of the noise saw."""
        return median(self.what) / median(self.against)


def interleave(what: Sampler, against: Sampler, seconds: float, fewest: int = 5) -> Times:
    """Take samples of both in turns for about `seconds`, at least `fewest` of each."""
    samples: tuple[list[float], list[float]] = ([], [])
    collecting = gc.isenabled()
    gc.disable()
    try:
        start = perf_counter()
        while len(samples[0]) < fewest or perf_counter() - start < seconds:
            # Who goes first alternates too: the second finds the caches as the first left them.
            if len(samples[0]) % 2:
                samples[1].append(against())
                samples[0].append(what())
            else:
                samples[0].append(what())
                samples[1].append(against())
    finally:
        if collecting:
            gc.enable()
    return Times(tuple(samples[0]), tuple(samples[1]))
