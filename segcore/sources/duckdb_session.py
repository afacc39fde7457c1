"""Connections to DuckDB, which read files and do nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

# Nothing in a file of messages is worth loading an extension or reaching for the network.
_NO_EXTENSIONS = ("autoinstall_known_extensions", "autoload_known_extensions")


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn DuckDB's error for an interrupt into Python's."""
    try:
        yield
    except RuntimeError as error:
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from None
        raise


@contextmanager
def connected() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection that reads files and nothing else."""
    import duckdb

    con = duckdb.connect(config=dict.fromkeys(_NO_EXTENSIONS, "false"))
    try:
        # In an interactive session it would show progress of its own, on standard output.
        con.execute("SET enable_progress_bar = false")
        with interruptible():
            yield con
    finally:
        con.close()
