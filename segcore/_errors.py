"""The wording of errors, in one place, so that both implementations say the same."""

from __future__ import annotations

from collections.abc import Iterable


def not_text(place: str, value: object) -> TypeError:
    """Return the error for a value that should have been a ``str``."""
    if value is None:
        return TypeError(f"{place}: expected str, got None; leave it out or put '' in its place")
    kind = type(value).__name__
    hint = "; decode it first" if isinstance(value, (bytes, bytearray, memoryview)) else ""
    return TypeError(f"{place}: expected str, got {kind}{hint}")


def resized(before: int, after: int) -> RuntimeError:
    """Return the error for a list that another thread made longer or shorter meanwhile."""
    return RuntimeError(
        f"texts: changed from {before} to {after} messages while they were counted; "
        "count a copy, or keep other threads from changing it"
    )


def unknown(what: str, value: object, known: Iterable[str]) -> ValueError:
    """Return the error for a name that is not among the known ones, with the closest of them."""
    # Imported here: it costs as much as the rest of the package, and errors are rare.
    from difflib import get_close_matches

    names = list(known)
    close = get_close_matches(str(value), names, n=1)
    suggestion = f"; did you mean {close[0]!r}?" if close else ""
    return ValueError(f"{what}: unknown value {value!r}; known: {', '.join(names)}{suggestion}")
