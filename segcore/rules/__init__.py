"""The rules of standards and providers: data, and the dataclasses that hold it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def lines_of(package: str, name: str) -> Iterator[str]:
    """Yield the lines of a text file in a package, but for empty ones and comments."""
    # Not above: few programs read a table.
    from pkgutil import get_data

    lines = (get_data(package, name) or b"").decode().splitlines()
    return (line for line in lines if line and not line.startswith("#"))
