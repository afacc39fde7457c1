"""Rows about profiles: what national languages, smart encoding, whole clusters and links cost."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from benchmarks import corpora
from benchmarks.implementations import Implementation
from benchmarks.interleaved import Timed
from benchmarks.ratios import Pair, Settings, UnavailableError, row
from segcore import bulk
from segcore.rules.profile import Profile
from segcore.rules.profiles import PROFILES, counting

CASES: dict[str, tuple[Profile, float]] = {
    "telnyx": (PROFILES["telnyx"], 1.5),
    "ascii_only": (PROFILES["ascii_only"], 1.5),
    "Turkish and Spanish": (Profile("languages", "", languages=(1, 2)), 1.5),
    "twilio, whole clusters": (PROFILES["twilio"], 2.5),
    "smart encoding, always": (Profile("smart", "", smart_encoding="segcore"), 4),
    "smart encoding, all or nothing": (
        Profile("smart", "", smart_encoding="segcore", partly="all_or_nothing"),
        3,
    ),
    "smart encoding, when fewer": (
        Profile("smart", "", smart_encoding="segcore", partly="when_fewer_segments"),
        3,
    ),
    "link_length, no links": (Profile("links", "", link_length=23), 1.3),
    "link_length, every third with a link": (Profile("links", "", link_length=23), 1.3),
}
"""Profiles to count under, and how many times as long as under `standard` that may take."""

LINK = " https://shop.example.com/track/abc123"

# How many messages the readable implementation is asked for the answers to.
CHECKED = 2_000


def counter(name: str, implementation: Implementation) -> Any:
    """Return a counter under a profile of `CASES`, with the kernel of an implementation."""
    kernel = implementation.kernel if implementation.kernels else ""
    return type(implementation.counter)(**counting(CASES[name][0]), kernel=kernel)


@cache
def expected(name: str, texts: tuple[str, ...]) -> list[int]:
    """Return the segments of messages by the readable implementation."""
    from segcore.engine.python import SegmentCounter

    return list(map(SegmentCounter(**counting(CASES[name][0])).count_segments, texts))


def _messages(name: str, count: int) -> list[str]:
    texts = corpora.corpus("mixed", count).texts
    if not name.endswith("with a link"):
        return texts
    return [text if i % 3 else text + LINK for i, text in enumerate(texts)]


def _profile(name: str, is_column: bool, settings: Settings, implementation: Implementation) -> Pair:
    messages = _messages(name, settings.messages)
    few = messages[:CHECKED]
    ours = counter(name, implementation)
    found = bulk.count_segments(ours, few, None).tolist()
    wrong = sum(one != other for one, other in zip(found, expected(name, tuple(few)), strict=True))
    texts: Any = messages
    if is_column:
        try:
            import pyarrow as pa
        except ImportError:
            raise UnavailableError("pyarrow not installed") from None
        texts = pa.array(messages)
    count, standard = (
        partial(bulk.count_segments, one, texts, None, 1) for one in (ours, implementation.counter)
    )
    return Pair(Timed(count, len(messages)), Timed(standard, len(messages)), len(messages), wrong)


def add() -> None:
    """Put the rows into the table."""
    for name, (_, limit) in CASES.items():
        row(f"list, mixed scripts, {name}", "profile standard", at_most=limit)(partial(_profile, name, False))
        row(f"Arrow utf8, mixed, one thread, {name}", "profile standard", at_most=limit)(
            partial(_profile, name, True)
        )
