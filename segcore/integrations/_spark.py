"""Estimates made where the data is: one for each partition, on the executors, and their sum."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, zip_longest
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.functions import col

from segcore.cost.estimate import Estimate


def estimated(frame: DataFrame, names: list[str], made: Callable[[Any], Estimate]) -> Estimate:
    """Return the sum of the estimates of all partitions.

    Args:
        frame: A frame of Spark.
        names: The columns that are looked at.
        made: Makes the estimate of a table of these, and travels to the executors.
    """
    # What is wrong with the rules is found here, and not first on an executor.
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
    """Add estimates pair by pair: one by one, the sum would be copied for each."""
    while len(estimates) > 1:
        estimates = [a + b for a, b in zip_longest(estimates[::2], estimates[1::2], fillvalue=nothing)]
    return estimates[0] if estimates else nothing
