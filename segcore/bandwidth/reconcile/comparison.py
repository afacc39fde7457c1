"""Predicted and reported numbers, side by side, a batch at a time; what explains the ones that differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import ne
from typing import Literal

from segcore.analysis import Analysis
from segcore.bandwidth.reconcile.counting_methods import Messages, Way, ways_of
from segcore.rules.codings import Encoding
from segcore.rules.profiles import Profile
from segcore.segmenter import Segmenter

_BATCH = 1 << 12

Direction = Literal["in", "out"]


@dataclass(frozen=True)
class Disagreement:
    """A message for which another number of segments was reported than predicted.

    Args:
        key: Its identifier, or its tag if it has none.
        direction: ``out`` for what you sent, ``in`` for what you received.
        text: Its text.
        mms: Whether it was taken for an MMS.
        encoding: The encoding that its text gets as SMS.
        units: Septets or UTF-16 code units of its text.
        predicted: Segments that segcore counts.
        reported: Segments that Bandwidth reported.
        explanations: The names of the ways of counting that give the reported number; empty if none does.
        carrier: The carrier, where a list of messages says it.
    """

    key: str
    direction: Direction
    text: str
    mms: bool
    encoding: Encoding
    units: int
    predicted: int
    reported: int
    explanations: tuple[str, ...]
    carrier: str | None = None

    def analyze(self, profile: str | Profile = "bandwidth") -> Analysis:
        """Return everything about the text.

        Args:
            profile: The rules to count under.
        """
        return Segmenter(profile).analyze(self.text, mms=self.mms)


@dataclass(frozen=True)
class Fit:
    """How well one way of counting fits what was reported.

    Args:
        name: The way.
        title: What it does.
        explained: Disagreements whose reported number it gives.
        contradicted: Messages whose prediction was right, and for which it gives another number.
        profiles: The names of the profiles that count so.
    """

    name: str
    title: str
    explained: int
    contradicted: int
    profiles: tuple[str, ...]


class Comparison:
    """Compares what was predicted with what was reported.

    Args:
        profile: The rules of the predictions.

    Example:
        >>> from segcore.rules.profiles import resolve
        >>> comparison = Comparison(resolve("bandwidth"))
        >>> comparison.add("m1", "out", "a" * 152 + "€" + "a" * 152, False, 2)
        >>> comparison.finish()
        >>> comparison.disagreements[0].predicted, comparison.disagreements[0].explanations
        (3, ('ceil', 'no-header', 'extension-as-one'))
    """

    def __init__(self, profile: Profile) -> None:
        self._segmenter = Segmenter(profile)
        self._ways = ways_of(profile)
        self._explained = dict.fromkeys((way.name for way in self._ways), 0)
        self._contradicted = dict(self._explained)
        self._waiting: list[tuple[str, Direction, str, bool, int]] = []
        self.compared: dict[str, int] = {"out": 0, "in": 0}
        self.predicted: dict[str, int] = {"out": 0, "in": 0}
        self.reported: dict[str, int] = {"out": 0, "in": 0}
        self.disagreements: list[Disagreement] = []

    def add(self, key: str, direction: Direction, text: str, mms: bool, reported: int) -> None:
        """Compare one message, now or with the next batch.

        Args:
            key: Its identifier, or its tag if it has none.
            direction: ``out`` for what you sent, ``in`` for what you received.
            text: Its text.
            mms: Whether it is an MMS.
            reported: Segments that Bandwidth reported.
        """
        self._waiting.append((key, direction, text, mms, reported))
        if len(self._waiting) >= _BATCH:
            self.finish()

    def finish(self) -> None:
        """Compare what is waiting."""
        if not self._waiting:
            return
        keys, directions, texts, mms, reported = zip(*self._waiting, strict=True)
        batch = self._segmenter.analyze_bulk(texts, mms=mms)
        messages, predicted = Messages(texts, mms, batch), batch.segments
        for direction, ours, theirs in zip(directions, predicted, reported, strict=True):
            self.compared[direction] += 1
            self.predicted[direction] += ours
            self.reported[direction] += theirs
        wrong = [
            i for i, (ours, theirs) in enumerate(zip(predicted, reported, strict=True)) if ours != theirs
        ]
        names: dict[int, list[str]] = {i: [] for i in wrong}
        for way in self._ways:
            self._try(way, way.count(messages), reported, names)
        self.disagreements += [
            Disagreement(
                keys[i], directions[i], texts[i], mms[i], batch.encodings[i], batch.units[i], predicted[i],
                reported[i], tuple(names[i]),
            )
            for i in wrong
        ]  # fmt: skip
        self._waiting = []

    def _try(
        self, way: Way, counts: Sequence[int], reported: Sequence[int], names: dict[int, list[str]]
    ) -> None:
        """Add the name of a way to the disagreements it explains, and count what it would make wrong."""
        fitting = [i for i in names if counts[i] == reported[i]]
        for i in fitting:
            names[i].append(way.name)
        self._explained[way.name] += len(fitting)
        unlike = sum(map(ne, counts, reported))
        self._contradicted[way.name] += unlike - (len(names) - len(fitting))

    @property
    def fits(self) -> list[Fit]:
        """The ways that explain any disagreement, those that explain most first."""
        found = [
            Fit(way.name, way.title, self._explained[way.name], self._contradicted[way.name], way.profiles)
            for way in self._ways
            if self._explained[way.name]
        ]
        return sorted(found, key=lambda fit: (-fit.explained, fit.contradicted))
