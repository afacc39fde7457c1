"""What a row of the table is: two sides, how the ratio of their times is taken, and how far it may go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from benchmarks import processes
from benchmarks.implementations import Implementation, load
from benchmarks.interleaved import Sampler, interleave


class UnavailableError(Exception):
    """A row that cannot be measured here.

    Args:
        status: Why, in a word or two.
        note: The whole story, if there is one.
    """

    def __init__(self, status: str, note: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.note = note


@dataclass(frozen=True)
class Settings:
    """How much to measure.

    Args:
        messages: Messages in a list.
        rows: Rows of the CSV file.
        seconds: For how long to sample each row.
        fewest: The fewest samples of each side.
    """

    messages: int = 100_000
    rows: int = 1_000_000
    seconds: float = 2.0
    fewest: int = 5

    @classmethod
    def quick(cls) -> Settings:
        """Enough to see that everything runs; the ratios mean little."""
        return cls(messages=1_000, rows=1_000, seconds=0.02, fewest=2)

    @property
    def few(self) -> int:
        """Messages for what takes a thousand times as long as segcore."""
        return min(self.messages // 5, 2_000)

    @property
    def fewer(self) -> int:
        """Messages for what takes ten thousand times as long."""
        return self.few // 4


@dataclass(frozen=True)
class Goal:
    """A limit for a ratio.

    Args:
        limit: The limit.
        at_least: Whether it is to be reached instead of kept under.
    """

    limit: float
    at_least: bool = False

    def met(self, ratio: float) -> bool:
        """Whether a measured ratio meets it."""
        return ratio >= self.limit if self.at_least else ratio <= self.limit

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:g}"


@dataclass(frozen=True)
class Pair:
    """Two sides to sample in turns.

    Args:
        what: The side that the goal is about; seconds per message, or whatever the row names.
        against: What it is compared with.
        messages: Messages that a sample handles.
        wrong: Wrong answers of segcore among them, found before the clock started.
        note: What else a reader should know.
    """

    what: Sampler
    against: Sampler
    messages: int = 1
    wrong: int = 0
    note: str = ""

    def noting(self, note: str) -> Pair:
        """Return the same with a note."""
        return replace(self, note=note)


@dataclass(frozen=True)
class Result:
    """A line of the table.

    Args:
        what: What was measured.
        against: What it was compared with.
        goal: The goal, empty where a row is shown for comparison only.
        implementation: What ran.
        kernel: The kernel that ran.
        status: ``yes`` or ``no`` to the goal, ``-`` without one, or why there is no number.
        ratio: Fastest against fastest.
        median_ratio: Median against median.
        seconds: Fastest sample, per message.
        against_seconds: The same of the other side.
        median_seconds: Median sample, per message.
        against_median_seconds: The same of the other side.
        samples: Samples of each side.
        messages: Messages in a sample.
        wrong: Wrong answers among them.
        note: What else a reader should know.
    """

    what: str
    against: str
    goal: str
    implementation: str
    kernel: str
    status: str
    ratio: float | None = None
    median_ratio: float | None = None
    seconds: float | None = None
    against_seconds: float | None = None
    median_seconds: float | None = None
    against_median_seconds: float | None = None
    samples: int = 0
    messages: int = 0
    wrong: int = 0
    note: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the fields under their names."""
        return asdict(self)


Measure = Callable[[Settings, Implementation], Pair]


@dataclass(frozen=True)
class Row:
    """A question of the table.

    Args:
        what: What is measured.
        against: What it is compared with.
        goal: The limit, if there is one.
        measure: Prepares the two sides.
        runs: The implementations it is asked for.
        goal_for: The implementations that the goal is about.
        kernels: Whether the kernel is what it measures.
    """

    what: str
    against: str
    goal: Goal | None
    measure: Measure
    runs: tuple[str, ...]
    goal_for: tuple[str, ...]
    kernels: bool

    def result(self, settings: Settings, name: str, kernel: str = "") -> Result:
        """Measure one implementation, with the kernel it takes by itself unless one is given."""
        goal = self.goal if name in self.goal_for else None
        result = Result(self.what, self.against, str(goal or ""), name, kernel or "none", "-")
        try:
            implementation = load(name, kernel)
        except ImportError as error:
            return replace(result, status="not built", note=f"{name}: {error}")
        result = replace(result, implementation=implementation.label, kernel=implementation.kernel)
        try:
            pair = self.measure(settings, implementation)
            what, against = interleave((pair.what, pair.against), settings.seconds, settings.fewest)
        except UnavailableError as reason:
            return replace(result, status=reason.status, note=reason.note)
        except processes.ChildError as error:
            return replace(result, status="failed", note=str(error))
        ratio, middle = what.fastest / against.fastest, what.median / against.median
        if goal is not None and goal.at_least:
            # About how many times as fast: there the other side is the dividend.
            ratio, middle = 1 / ratio, 1 / middle
        status = "-" if goal is None else "yes" if goal.met(ratio) else "no"
        return replace(
            result,
            status=f"WRONG: {pair.wrong}" if pair.wrong else status,
            ratio=ratio,
            median_ratio=middle,
            seconds=what.fastest,
            against_seconds=against.fastest,
            median_seconds=what.median,
            against_median_seconds=against.median,
            samples=len(what.seconds),
            messages=pair.messages,
            wrong=pair.wrong,
            note=pair.note,
        )


ROWS: list[Row] = []
"""The table, in its order; `benchmarks.rows` fills it."""


def row(
    what: str,
    against: str,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    runs: tuple[str, ...] = ("native",),
    goal_for: tuple[str, ...] = ("native",),
    kernels: bool = False,
) -> Callable[[Measure], Measure]:
    """Put the function below into the table."""
    goal = None
    if at_most is not None:
        goal = Goal(at_most)
    elif at_least is not None:
        goal = Goal(at_least, at_least=True)

    def add(measure: Measure) -> Measure:
        ROWS.append(Row(what, against, goal, measure, runs, goal_for, kernels))
        return measure

    return add
