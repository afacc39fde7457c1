"""Spark: functions for columns and for SQL, and estimates that are made where the data is.

The executors need segcore and pyarrow too; docs/integrations/spark.md says how they get there.

Example:
    >>> import segcore.integrations.spark as sms
    >>> frame = spark.createDataFrame([("Hello",), (None,), ("б" * 71,)], "text string")  # doctest: +SKIP
    >>> frame.select(sms.sms_segments("text").alias("n")).toArrow()["n"].to_pylist()  # doctest: +SKIP
    [1, None, 2]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from segcore.integrations import not_installed
from segcore.profiles import Profile
from segcore.segmenter import Segmenter

try:
    import pyarrow as pa
    from pyspark.sql import Column, SparkSession
    from pyspark.sql.functions import arrow_udf, lit

    from segcore.integrations import _sql
except ImportError as error:
    raise not_installed(error, "spark") from error

Text: TypeAlias = "Column | str"


def sms_segments(
    text: Text, mms: Column | str | bool | None = None, profile: str | Profile = "standard"
) -> Column:
    """Return the number of segments of each message.

    Args:
        text: A column of strings, or its name.
        mms: ``None``, one ``bool`` for all, or a column of booleans, or its name.  Where true the count is 1.
        profile: A key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        A column of ``int``, NULL where the text or its truth value is.

    Raises:
        ValueError: No profile has that name.

    Example:
        >>> frame = spark.createDataFrame([("Hello", True), ("б" * 71, False)], "text string, media boolean")
        ... # doctest: +SKIP
        >>> frame.select(sms_segments("text", "media").alias("n")).toArrow()["n"].to_pylist()
        ... # doctest: +SKIP
        [1, 2]

    Source: as `segcore.count_segments`.
    """
    flags = [] if mms is None else [lit(mms) if isinstance(mms, bool) else mms]
    return _udf("sms_segments", profile)(text, *flags)


def sms_units(text: Text, profile: str | Profile = "standard") -> Column:
    """Return the septets (GSM-7) or UTF-16 code units (UCS-2) of each text.

    Args:
        text: A column of strings, or its name.
        profile: A key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        A column of ``bigint``, NULL where the text is.

    Raises:
        ValueError: No profile has that name.

    Example:
        >>> frame = spark.createDataFrame([("5 €",), ("👍",)], "text string")  # doctest: +SKIP
        >>> frame.select(sms_units("text").alias("n")).toArrow()["n"].to_pylist()  # doctest: +SKIP
        [4, 2]

    Source: as `segcore.analyze`.
    """
    return _udf("sms_units", profile)(text)


def sms_encoding(text: Text, profile: str | Profile = "standard") -> Column:
    """Return the encoding of each text as SMS.

    Args:
        text: A column of strings, or its name.
        profile: A key of `segcore.PROFILES`, or a `Profile`.

    Returns:
        A column of ``string``, ``GSM-7`` or ``UCS-2``, NULL where the text is.

    Raises:
        ValueError: No profile has that name.

    Example:
        >>> frame = spark.createDataFrame([("It's",), ("It’s",)], "text string")  # doctest: +SKIP
        >>> frame.select(sms_encoding("text").alias("e")).toArrow()["e"].to_pylist()  # doctest: +SKIP
        ['GSM-7', 'UCS-2']

    Source: as `segcore.detect_encoding`.
    """
    return _udf("sms_encoding", profile)(text)


def register(spark: SparkSession, profile: str | Profile = "standard") -> None:
    """Add ``sms_segments``, ``sms_units`` and ``sms_encoding`` to the SQL of a session.

    ``sms_segments`` takes a text, or a text and whether it is an MMS; the others take a text.

    Args:
        spark: The session.  Registering again replaces what was registered in it.
        profile: A key of `segcore.PROFILES`, or a `Profile`.

    Raises:
        ValueError: No profile has that name.

    Example:
        >>> register(spark)  # doctest: +SKIP
        >>> found = spark.sql("SELECT sms_segments('It’s 5 €') AS n, sms_units('5 €') AS u")  # doctest: +SKIP
        >>> found.toArrow().to_pylist()  # doctest: +SKIP
        [{'n': 1, 'u': 4}]

    Source: as `segcore.count_segments`.
    """
    for name in _FUNCTIONS:
        spark.udf.register(name, _udf(name, profile))


_FUNCTIONS: dict[str, tuple[Callable[..., Any], str]] = {
    "sms_segments": (_sql.segments, "int"),
    "sms_units": (_sql.units, "bigint"),
    "sms_encoding": (_sql.encoding, "string"),
}


def _udf(name: str, profile: str | Profile) -> Any:
    """Return a function of Spark: its executors unpickle the segmenter once for each task."""
    measure, kind = _FUNCTIONS[name]
    segmenter = Segmenter(profile)

    # Spark goes by the annotations.
    def called(*columns: pa.Array) -> pa.Array:
        return measure(segmenter, *columns)

    called.__name__ = called.__qualname__ = name
    return arrow_udf(called, kind)
