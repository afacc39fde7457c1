"""The rules of standards and providers: data, and the dataclasses that hold it."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def lines_of(package: str, name: str) -> Iterator[str]:
    """Yield the lines of a text file in a package, but for empty ones and comments."""
    # As pkgutil.get_data() does it, which takes longer to import than the file to read.
    module: Any = sys.modules[package]
    octets: bytes = module.__loader__.get_data(os.path.join(os.path.dirname(module.__file__), name))
    return (line for line in octets.decode().splitlines() if line and not line.startswith("#"))
