"""Counting inside the engines that messages already are in: polars, pandas, DuckDB and Spark.

Each module adapts one engine to `segcore.bulk` or `segcore.cost` and counts nothing itself.
Importing this package imports no engine.
"""

from __future__ import annotations


def not_installed(error: ImportError, extra: str) -> ImportError:
    """Return the error for an engine that is missing, which says what to install.

    Args:
        error: What importing the engine raised.
        extra: The extra of segcore that has it.

    Example:
        >>> print(not_installed(ImportError("No module named 'polars'", name="polars"), "polars"))
        segcore.integrations.polars needs polars: pip install 'segcore[polars]'
    """
    missing = (error.name or extra).partition(".")[0]
    return ImportError(
        f"segcore.integrations.{extra} needs {missing}: pip install 'segcore[{extra}]'", name=error.name
    )
