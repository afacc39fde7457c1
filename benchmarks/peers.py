"""Other packages that count segments, called the way their own documentation calls them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Any

Count = Callable[[str], int]


def _smsutil(module: Any) -> Count:
    """smsutil: ``len(smsutil.split(text).parts)``.

    Checks the alphabet with one regular expression, then walks the text code point by code point and
    builds the text of every part; it has no call that only counts.
    Packing is exact, escape and surrogate pairs stay whole.  Disagrees on U+001B, which it takes for a
    code point of GSM-7.
    """
    split = module.split
    return lambda text: len(split(text).parts)


def _smpplib(module: Any) -> Count:
    """smpplib: ``len(smpplib.gsm.make_parts(text)[0])``.

    Encodes, and cuts the octets every 153 (GSM-7) or 134 (UCS-2).
    Disagrees wherever a pair is cut: escape and surrogate pairs are split, so a message that needs one
    segment more is counted short.  Its table has U+0060 in the place of U+00A7 and lacks U+000C;
    U+001B passes.  Raises on lone surrogates and on more than 255 parts.
    """
    make_parts = module.make_parts
    return lambda text: len(make_parts(text)[0])


def _sms_toolkit(module: Any) -> Count:
    """sms-toolkit: ``sms_toolkit.messages.profiling.profile_message(text)["num_segments"]``.

    Makes a list of octets for every code point and pops lists from the front; returns all segments.
    Packing is exact.  Disagrees on the empty text (0 segments) and raises on lone surrogates.
    """
    profile_message = module.profile_message

    def count(text: str) -> int:
        return int(profile_message(text)["num_segments"])

    return count


_ADAPTERS = {
    "smsutil": ("smsutil", _smsutil),
    "smpplib": ("smpplib.gsm", _smpplib),
    "sms-toolkit": ("sms_toolkit.messages.profiling", _sms_toolkit),
}

NAMES = tuple(_ADAPTERS)


@dataclass(frozen=True)
class Peer:
    """Another package that counts segments.

    Args:
        name: Its name on PyPI.
        version: The version that is installed.
        count: Segments of one message.
    """

    name: str
    version: str
    count: Count

    def count_all(self, texts: Sequence[str]) -> list[int | None]:
        """Count message by message, for none of the peers has a call for many; ``None`` where it raises."""
        count = self.count
        counted: list[int | None] = []
        for text in texts:
            try:
                counted.append(count(text))
            except Exception:  # Whatever a peer may raise.
                counted.append(None)
        return counted


@dataclass(frozen=True)
class Agreement:
    """How many answers were the reference's.

    Args:
        messages: How many were asked.
        right: How many were right.
        raised: How many of the others were exceptions.
    """

    messages: int
    right: int
    raised: int

    def __str__(self) -> str:
        raised = f", {self.raised} raised" if self.raised else ""
        return f"{self.right} of {self.messages} ({self.right / self.messages:.2%}){raised}"


def load(name: str) -> Peer:
    """Return a peer.

    Args:
        name: One of `NAMES`.

    Raises:
        ImportError: It is not installed.
    """
    module, adapter = _ADAPTERS[name]
    count = adapter(import_module(module))
    return Peer(name, version(name), count)


def agreement(counted: Sequence[int | None], expected: Sequence[int]) -> Agreement:
    """Compare a peer's answers with the reference's; an exception, ``None``, is a wrong answer."""
    right = sum(one == other for one, other in zip(counted, expected, strict=True))
    return Agreement(len(expected), right, sum(one is None for one in counted))
