"""The way from results to their reports in HTML.

Reports are made of results, so no result may import them.  The root of the package says here where they are.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Views:
    """Functions that show results; the root of the package sets them."""

    notebook: Callable[[object], str]
    """Returns a result as a table for a notebook."""
    page: Callable[[Any], str]
    """Returns an estimate as a page."""


views = Views()
