"""DuckDB: functions for SQL.

Example:
    >>> import duckdb
    >>> import segcore.integrations.duckdb
    >>> with duckdb.connect() as connection:
    ...     segcore.integrations.duckdb.register(connection)
    ...     connection.sql("SELECT sms_segments('It’s 5 €'), sms_encoding('It’s 5 €')").fetchall()
    [(1, 'UCS-2')]
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from segcore.integrations import not_installed, segmenter, sql_encoding, sql_region, sql_segments, sql_units
from segcore.rules.profiles import Profile

try:
    import duckdb
    import pyarrow as pa  # noqa: F401 (what DuckDB hands columns over with)
    from duckdb.func import ARROW, SPECIAL
except ImportError as error:
    raise not_installed(error, "duckdb") from error


def register(
    connection: duckdb.DuckDBPyConnection,
    profile: str | Profile = "standard",
    default_region: str | None = None,
) -> None:
    """Add functions to a connection: ``sms_segments``, ``sms_encoding``, ``sms_units``, ``sms_region``.

    ``sms_segments(text)`` and ``sms_segments(text, mms)`` are an ``INTEGER``, ``sms_units(text)`` is a
    ``BIGINT``, ``sms_encoding(text)`` a ``VARCHAR``, ``GSM-7`` or ``UCS-2``, and ``sms_region(number)`` a
    ``VARCHAR``, ISO 3166 alpha-2.  NULL gives NULL.

    Args:
        connection: A connection to any database.  Registering again replaces what was registered on it.
        profile: A key of `segcore.PROFILES`, or a `Profile`.
        default_region: ISO 3166 alpha-2 of the region that numbers without a plus sign are written for.

    Raises:
        ValueError: No profile or region has that name.

    Example:
        >>> with duckdb.connect() as connection:
        ...     register(connection)
        ...     connection.sql("SELECT sms_segments('a' || 'б'), sms_segments('photo', true)").fetchall()
        [(1, 1)]

    Source: as `segcore.count_segments`.
    """
    from segcore.numbers.numbering_plan import dial_plan

    rules = segmenter(profile)
    dial_plan(default_region)

    # DuckDB has no two functions of one name from Python, but takes one of any number of columns.
    def segments(*columns: Any) -> Any:
        return sql_segments(rules, *columns)

    _add(connection, "sms_segments", segments, None, "INTEGER")
    _add(connection, "sms_units", lambda texts: sql_units(rules, texts), ["VARCHAR"], "BIGINT")
    _add(connection, "sms_encoding", lambda texts: sql_encoding(rules, texts), ["VARCHAR"], "VARCHAR")
    _add(connection, "sms_region", lambda one: sql_region(default_region, one), ["VARCHAR"], "VARCHAR")


def _add(
    connection: duckdb.DuckDBPyConnection, name: str, function: Any, parameters: Any, result: str
) -> None:
    with suppress(duckdb.InvalidInputException):
        connection.remove_function(name)
    connection.create_function(name, function, parameters, result, type=ARROW, null_handling=SPECIAL)
