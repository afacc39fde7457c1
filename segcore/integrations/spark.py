"""Spark: functions for columns and for SQL, and estimates that the executors make.

The executors need segcore and pyarrow too; docs/integrations/spark.md says how they get there.

Example:
    >>> import segcore.integrations.spark as sms
    >>> frame = spark.createDataFrame([("Hello",), (None,), ("б" * 71,)], "text string")  # doctest: +SKIP
    >>> frame.select(sms.sms_segments("text").alias("n")).toArrow()["n"].to_pylist()  # doctest: +SKIP
    [1, None, 2]
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, zip_longest
from typing import Any, TypeAlias

from segcore.cost import run
from segcore.cost.estimate import Estimate
from segcore.integrations import not_installed, segmenter, sql_encoding, sql_region, sql_segments, sql_units
from segcore.rates.card import RateCard, card_of
from segcore.rules.profiles import Profile
from segcore.segmenter import Segmenter
from segcore.sources import Roles
from segcore.sources.headings import choose

try:
    import pyarrow as pa
    from pyspark.sql import Column, DataFrame, SparkSession, functions
    from pyspark.sql.functions import col, lit
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
    return _udf("sms_segments", segmenter(profile))(text, *flags)


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
    return _udf("sms_units", segmenter(profile))(text)


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
    return _udf("sms_encoding", segmenter(profile))(text)


def sms_region(number: Text, default_region: str | None = None) -> Column:
    """Return the region that each telephone number belongs to.

    Args:
        number: A column of strings, or its name, each one number in international form.
        default_region: ISO 3166 alpha-2 of the region that numbers without a plus sign are written for.

    Returns:
        A column of ``string``, ISO 3166 alpha-2; NULL for NULL, for what is no number and for a number
        without a region.

    Raises:
        ValueError: There is no such default region.

    Example:
        >>> frame = spark.createDataFrame([("+12025550143",), ("12345",)], "phone string")  # doctest: +SKIP
        >>> frame.select(sms_region("phone").alias("r")).toArrow()["r"].to_pylist()  # doctest: +SKIP
        ['US', None]

    Source: as `segcore.numbers.region`.
    """
    return _udf("sms_region", _known(default_region))(number)


def register(
    spark: SparkSession, profile: str | Profile = "standard", default_region: str | None = None
) -> None:
    """Add ``sms_segments``, ``sms_units``, ``sms_encoding`` and ``sms_region`` to the SQL of a session.

    ``sms_segments`` takes a text, or a text and whether it is an MMS; the others take a text, or a number.

    Args:
        spark: The session.  Registering again replaces what was registered in it.
        profile: A key of `segcore.PROFILES`, or a `Profile`.
        default_region: ISO 3166 alpha-2 of the region that numbers without a plus sign are written for.

    Raises:
        ValueError: No profile or region has that name.

    Example:
        >>> register(spark)  # doctest: +SKIP
        >>> found = spark.sql("SELECT sms_segments('It’s 5 €') AS n, sms_units('5 €') AS u")  # doctest: +SKIP
        >>> found.toArrow().to_pylist()  # doctest: +SKIP
        [{'n': 1, 'u': 4}]

    Source: as `segcore.count_segments`.
    """
    rules, region = segmenter(profile), _known(default_region)
    for name in _FUNCTIONS:
        spark.udf.register(name, _udf(name, region if name == "sms_region" else rules))


def estimate(  # noqa: PLR0913 (everything that can be said about data, by name)
    frame: DataFrame,
    *,
    text: str | None = None,
    to: str | None = None,
    media: str | None = None,
    rates: RateCard | str | os.PathLike[str] | None = None,
    profile: str | Profile = "standard",
    default_region: str | None = None,
    group_by: str | Sequence[str] = (),
    smart_encoding: str | bool | None = None,
    savings: str | None = "segcore",
    numbers: str | None = None,
) -> Estimate:
    """Return what the messages of a frame take and cost, counted where they are.

    Each partition becomes an `Estimate` of its own, a few kilobytes of integers; the driver adds these.
    It is equal to the estimate that one machine makes of the same rows.

    Args:
        frame: A frame of Spark.
        text: Name of the column with the texts; guessed from the header if omitted.
        to: Name of the column with the recipients; guessed if omitted, and optional.
        media: Name of the column with the media; guessed if omitted, and optional.
        rates: A `RateCard`, or the path of one on the driver; without it everything is unpriced.
        profile: A key of `segcore.PROFILES`, or a `Profile`.
        default_region: The country (ISO 3166 alpha-2) of numbers that are not in international form.
        group_by: Names of columns to group by, such as the campaign.
        smart_encoding: The table of replacements that the messages go out with, as `Segmenter` takes it.
        savings: The table whose savings are counted, ``None`` for none.
        numbers: How numbers without a plus sign are written, ``"international"`` or ``"national"``.  ``None``
            decides for each partition by its first rows; `Estimate.reading` says how.

    Returns:
        An `Estimate`.

    Raises:
        ValueError: There is no such column, profile, country or table.
        pyspark.errors.PythonException: A row cannot be counted, and why.

    Example:
        >>> rows = [("Hello", "+12025550143"), ("It’s here", "+447400123456")]
        >>> frame = spark.createDataFrame(rows, "text string, to string")  # doctest: +SKIP
        >>> estimate(frame, rates=RateCard([{"country": "US", "sms": "0.0079"}])).segments  # doctest: +SKIP
        2

    Source: as `segcore.estimate`.
    """
    groups = (group_by,) if isinstance(group_by, str) else tuple(group_by)
    columns = choose(frame.columns, Roles(text, to, media, groups))
    made: Callable[[Any], Estimate] = partial(
        run.estimate,
        **columns.used(),
        group_by=groups,
        rates=card_of(rates),
        profile=profile,
        default_region=default_region,
        smart_encoding=smart_encoding,
        savings=savings,
        numbers=numbers,
        threads=1,
    )
    names = [columns.names[index] for index in columns.indices]
    return _estimated(frame, names, made)


_FUNCTIONS: dict[str, tuple[Callable[..., Any], str]] = {
    "sms_segments": (sql_segments, "int"),
    "sms_units": (sql_units, "bigint"),
    "sms_encoding": (sql_encoding, "string"),
    "sms_region": (sql_region, "string"),
}


def _known(default_region: str | None) -> str | None:
    """Return a region that there is, or raise an error that need not travel through Spark."""
    from segcore.numbers.numbering_plan import dial_plan

    dial_plan(default_region)
    return default_region


def _udf(name: str, rules: Segmenter | str | None) -> Callable[..., Column]:
    """Return a function of Spark, whose executors unpickle the rules once for each task."""
    measure, kind = _FUNCTIONS[name]

    # Spark goes by the annotations.
    def called(*columns: pa.Array) -> pa.Array:
        return measure(rules, *columns)

    called.__name__ = called.__qualname__ = name
    # pyspark's annotations do not have arrow_udf.
    untyped: Any = functions
    made: Callable[..., Column] = untyped.arrow_udf(called, kind)
    return made


def _estimated(frame: DataFrame, names: list[str], made: Callable[[Any], Estimate]) -> Estimate:
    """Return the sum of the estimates of all partitions; `made` travels to the executors."""
    # Errors in the rules are found here, not first on an executor.
    nothing = made({name: [] for name in names})
    partials = _numbered(frame, names).mapInArrow(partial(_partials, made, names), "estimate binary")
    return _sum([pickle.loads(row.estimate) for row in partials.collect()], nothing)  # noqa: S301 (our own)


def _numbered(frame: DataFrame, names: list[str]) -> DataFrame:
    """Return columns as c0, c1 and so on: Spark loses names with a dot in them on the way to Python."""
    quoted = ["`" + name.replace("`", "``") + "`" for name in names]
    return frame.select([col(name).alias(f"c{index}") for index, name in enumerate(quoted)])


def _partials(
    made: Callable[[Any], Estimate], names: list[str], batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Yield the estimate of a partition, if there is a row in it."""
    # Here one task has one core; polars, which is imported below, would take threads for all.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    named = (batch.rename_columns(names) for batch in batches)
    first = next(named, None)
    if first is not None:
        reader = pa.RecordBatchReader.from_batches(first.schema, chain([first], named))
        yield pa.record_batch({"estimate": [pickle.dumps(made(reader))]})


def _sum(estimates: list[Estimate], nothing: Estimate) -> Estimate:
    """Add estimates in pairs. Adding them one after another would copy the sum each time."""
    while len(estimates) > 1:
        estimates = [a + b for a, b in zip_longest(estimates[::2], estimates[1::2], fillvalue=nothing)]
    return estimates[0] if estimates else nothing
