"""What failed, for whom and why: each message once for each recipient, whoever reports it."""

from __future__ import annotations

from collections.abc import Sequence

from segcore.bandwidth.api.error_codes import ERROR_CODES
from segcore.bandwidth.reconcile.outcomes import Failure


class Failures:
    """The failures of messages, which have numbers here.

    Example:
        >>> failures = Failures()
        >>> failures.add(0, "+12025550143", None)
        >>> failures.add(0, "+12025550143", 4720)
        >>> failures.outcome(0), [(each.code, each.segments) for each in failures.by_code([2])]
        ('failed_billed', [(4720, 2)])
    """

    def __init__(self) -> None:
        self._codes: dict[int, dict[str | None, int | None]] = {}

    def add(self, message: int, to: str | None, code: int | None) -> None:
        """Add a failure, or what else is said of one.

        Args:
            message: The message.
            to: The recipient.
            code: Bandwidth's ``errorCode``, ``None`` if none is said.
        """
        codes = self._codes.setdefault(message, {})
        # Where two codes are said, the order in which they came must not matter.
        codes[to] = min((each for each in (codes.get(to), code) if each is not None), default=None)

    def by_code(self, segments: Sequence[int]) -> list[Failure]:
        """Return what failed, the reason of most first.

        Args:
            segments: The segments of each message.
        """
        found: dict[int | None, Failure] = {}
        failed = ((message, code) for message, codes in self._codes.items() for code in codes.values())
        for message, code in failed:
            if code not in found:
                known = ERROR_CODES.get(code) if code is not None else None
                found[code] = Failure(code, known.name if known else None, known.billed if known else None)
            found[code].recipients += 1
            found[code].segments += max(segments[message], 0)
        return sorted(found.values(), key=lambda each: (-each.recipients, each.code or 0))

    def outcome(self, message: int) -> str:
        """Return how a message ended of which nothing was delivered: billed if one of its failures is.

        Args:
            message: The message.
        """
        known = [ERROR_CODES.get(code or 0) for code in self._codes[message].values()]
        if any(each is not None and each.billed for each in known):
            return "failed_billed"
        return "failed_unknown" if None in known else "failed_free"
