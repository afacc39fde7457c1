"""Counting inside the engines that messages already are in: polars, pandas, DuckDB and Spark.

Each module adapts one engine to `segcore.bulk` or `segcore.cost` and counts nothing itself.
Importing this package imports no engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from segcore.segmenter import Segmenter

if TYPE_CHECKING:
    from segcore.rules.profile import Profile

Method = TypeVar("Method", bound=Callable[..., Any])


def not_installed(error: ImportError, extra: str) -> ImportError:
    """Return the error for an engine that is missing, which says what to install.

    Args:
        error: What importing the engine raised.
        extra: The extra of segcore that has it.

    Example:
        >>> print(not_installed(ImportError("No module named 'polars'", name="polars"), "polars"))
        segcore.integrations.polars needs polars: pip install polars
    """
    missing = (error.name or extra).partition(".")[0]
    return ImportError(
        f"segcore.integrations.{extra} needs {missing}: pip install {missing}", name=error.name
    )


def segmenter(profile: str | Profile) -> Segmenter:
    """Return the `Segmenter` of a profile, the same one if it was asked for lately.

    Args:
        profile: A key of `segcore.PROFILES`, or a `Profile`.

    Raises:
        ValueError: No profile has that name.
        TypeError: It is neither a name nor a `Profile`.

    Example:
        >>> segmenter("twilio") is segmenter("twilio")
        True
    """
    try:
        return _kept(profile)
    except TypeError:
        # It has no hash: it is refused in words of its own, or is a profile with something like a list in it.
        return Segmenter(profile)


@lru_cache(32)
def _kept(profile: str | Profile) -> Segmenter:
    return Segmenter(profile)


def documented_by(function: Callable[..., Any]) -> Callable[[Method], Method]:
    """Give a method the docstring of the function that it calls, without the argument that ``self`` holds.

    Args:
        function: Takes the texts or numbers first.

    Example:
        >>> def length(texts): "Return the length of each text."
        >>> documented_by(length)(lambda self: None).__doc__
        'Return the length of each text.'
    """

    def documented(method: Method) -> Method:
        text = function.__doc__ or ""
        text = re.sub(r"^ {8}(texts|numbers): .*\n(?: {12}.*\n)*", "", text, count=1, flags=re.MULTILINE)
        method.__doc__ = re.sub(r"^ {4}Args:\n\n", "", text, count=1, flags=re.MULTILINE)
        return method

    return documented
