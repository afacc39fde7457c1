"""Count frames on several threads: each adds to an estimate of its own, and the estimates are merged."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from segcore.bulk import checked_threads, cores

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from segcore.cost.estimate import Estimate

# Frames that wait while each thread has one, so that no thread waits for a frame.
_AHEAD = 2

_Frame = TypeVar("_Frame")
_Result = TypeVar("_Result")


class Workers:
    """Threads that work on frames, of which only a few are in memory at once.

    Args:
        threads: How many; ``None`` for one per core.

    Raises:
        ValueError: `threads` is less than 1.

    Example:
        >>> from contextlib import closing
        >>> with closing(Workers(3)) as workers:
        ...     list(workers.map(abs, iter([-1, -2])))
        [1, 2]
    """

    def __init__(self, threads: int | None = None) -> None:
        self._threads = checked_threads(threads) or cores()
        self._executor: Executor | None = None

    def close(self) -> None:
        """End the threads after the frames that they have; frames that wait are dropped."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def map(self, work: Callable[[_Frame], _Result], frames: Iterator[_Frame]) -> Iterator[_Result]:
        """Yield what `work` returns for each frame, in the order of the frames.

        The first error in this order is raised, whichever thread meets its error first.  The first frame is
        worked on alone, so that it can decide something for all.

        Args:
            work: The work, which several threads do at once.
            frames: The frames; this thread reads them.
        """
        for frame in frames:
            yield work(frame)
            break
        if self._threads == 1:
            yield from map(work, frames)
            return
        waiting: deque[Future[_Result]] = deque()
        failure: Exception | None = None
        while True:
            try:
                frame = next(frames)
            except StopIteration:
                break
            except Exception as error:  # noqa: BLE001 (raised below, after those of earlier frames)
                failure = error
                break
            waiting.append(self._started().submit(work, frame))
            while waiting and (len(waiting) >= self._threads + _AHEAD or waiting[0].done()):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
        if failure is not None:
            raise failure

    def _started(self) -> Executor:
        if self._executor is None:
            # Imported here: a small file needs no threads.
            from concurrent.futures import ThreadPoolExecutor

            self._executor = ThreadPoolExecutor(self._threads)
        return self._executor


class Partials:
    """Estimates under the same rules, one for each thread that needs one at the same time.

    Args:
        first: The first of them, which is the sum of all in the end.
    """

    def __init__(self, first: Estimate) -> None:
        self._first = first
        self._others: list[Estimate] = []
        self._free: SimpleQueue[Estimate] = SimpleQueue()
        self._free.put(first)

    @contextmanager
    def one(self) -> Iterator[Estimate]:
        """Yield an estimate that no other thread uses meanwhile."""
        try:
            estimate = self._free.get_nowait()
        except Empty:
            estimate = self._first.fresh()
            self._others.append(estimate)
        try:
            yield estimate
        finally:
            self._free.put(estimate)

    def merged(self) -> Estimate:
        """Return the first estimate with the messages of all, when no thread uses one any more."""
        while self._others:
            self._first.update(self._others.pop())
        return self._first
