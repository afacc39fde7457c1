"""Compares predicted with reported segments, a batch at a time, and explains the differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import ne
from typing import Literal

from segcore.analysis import Analysis
from segcore.bandwidth.reconcile.counting_methods import Messages, Method, methods_for
from segcore.rules.codings import Encoding
from segcore.rules.profiles import Profile
from segcore.segmenter import Segmenter

_BATCH = 1 << 12

Direction = Literal["in", "out"]


@dataclass(frozen=True)
class Disagreement:
    """A message whose reported number of segments differs from the prediction.

    Args:
        key: Its identifier, or its tag if it has none.
        direction: ``out`` if you sent it, ``in`` if you received it.
        text: Its text.
        mms: Whether it was counted as an MMS.
        encoding: The encoding of its text as SMS.
        units: Septets or UTF-16 code units of its text.
        predicted: Segments that segcore counts.
        reported: Segments that the provider reported.
        explanations: The names of the counting methods that give the reported number; empty if none does.
        carrier: The carrier, if a list of messages names it.
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
        """Return the analysis of the text.

        Args:
            profile: The rules to count under.

        Returns:
            The `Analysis`.
        """
        return Segmenter(profile).analyze(self.text, mms=self.mms)


@dataclass(frozen=True)
class MethodFit:
    """How well a counting method fits the reported numbers.

    Args:
        name: The method.
        title: The method in words.
        explained: Disagreements whose reported number it gives.
        contradicted: Correctly predicted messages for which it gives another number.
        profiles: The names of the profiles that count this way.
    """

    name: str
    title: str
    explained: int
    contradicted: int
    profiles: tuple[str, ...]


class Comparison:
    """Compares predictions under a profile with reported segments.

    Example:
        >>> from segcore.rules.profiles import resolve
        >>> comparison = Comparison(resolve("bandwidth"))
        >>> comparison.add("m1", "out", "a" * 152 + "€" + "a" * 152, False, 2)
        >>> comparison.finish()
        >>> comparison.disagreements[0].predicted, comparison.disagreements[0].explanations
        (3, ('ceil', 'no-header', 'extension-as-one', 'hubtel'))
    """

    def __init__(self, profile: Profile) -> None:
        self._segmenter = Segmenter(profile)
        self._methods = methods_for(profile)
        self._explained = dict.fromkeys((method.name for method in self._methods), 0)
        self._contradicted = dict(self._explained)
        self._waiting: list[tuple[str, Direction, str, bool, int]] = []
        self.compared: dict[str, int] = {"out": 0, "in": 0}
        self.predicted: dict[str, int] = {"out": 0, "in": 0}
        self.reported: dict[str, int] = {"out": 0, "in": 0}
        self.disagreements: list[Disagreement] = []

    def add(self, key: str, direction: Direction, text: str, mms: bool, reported: int) -> None:
        """Compare one message, now or with the next batch."""
        self._waiting.append((key, direction, text, mms, reported))
        if len(self._waiting) >= _BATCH:
            self.finish()

    def finish(self) -> None:
        """Compare the messages that wait for a full batch."""
        if not self._waiting:
            return
        keys, directions, texts, mms, reported = zip(*self._waiting, strict=True)
        batch = self._segmenter.analyze_bulk(texts, mms=mms)
        messages, predicted = Messages(texts, mms, batch), batch.segments
        for direction, ours, theirs in zip(directions, predicted, reported, strict=True):
            self.compared[direction] += 1
            self.predicted[direction] += ours
            self.reported[direction] += theirs
        differing = [
            i for i, (ours, theirs) in enumerate(zip(predicted, reported, strict=True)) if ours != theirs
        ]
        names: dict[int, list[str]] = {i: [] for i in differing}
        for method in self._methods:
            self._try(method, method.count(messages), reported, names)
        self.disagreements += [
            Disagreement(
                keys[i], directions[i], texts[i], mms[i], batch.encodings[i], batch.units[i], predicted[i],
                reported[i], tuple(names[i]),
            )
            for i in differing
        ]  # fmt: skip
        self._waiting = []

    def _try(
        self, method: Method, counts: Sequence[int], reported: Sequence[int], names: dict[int, list[str]]
    ) -> None:
        """Add a method to the disagreements it explains, and count the predictions it contradicts."""
        fitting = [i for i in names if counts[i] == reported[i]]
        for i in fitting:
            names[i].append(method.name)
        self._explained[method.name] += len(fitting)
        differing = sum(map(ne, counts, reported))
        self._contradicted[method.name] += differing - (len(names) - len(fitting))

    @property
    def fits(self) -> list[MethodFit]:
        """The methods that explain at least one disagreement, best first."""
        found = [
            MethodFit(
                method.name,
                method.title,
                self._explained[method.name],
                self._contradicted[method.name],
                method.profiles,
            )
            for method in self._methods
            if self._explained[method.name]
        ]
        return sorted(found, key=lambda fit: (-fit.explained, fit.contradicted))
