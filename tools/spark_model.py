"""How long Spark takes for an estimate: a model with four measured constants.

    python -m tools.spark_model                                  # a billion messages
    python -m tools.spark_model --messages 50e6 --octets 140 --cores 8 32
    python -m tools.spark_model --measure                        # the constants, on this machine

docs/integrations/spark.md says where the constants come from.  `--measure` needs PySpark, Java and Linux, and
prints those of the machine that it runs on.
"""

from __future__ import annotations

import argparse
import math
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

# Octets of text in a partition, as docs/integrations/spark.md recommends.
PARTITION = 128 * 1024 * 1024


@dataclass(frozen=True)
class Constants:
    """Core-seconds that parts of the work take.

    Args:
        start: A Spark application and its first task, before there is anything to count.
        octet: One core, to read one octet of text from Parquet.
        message: One core, to take one message to Python, to count it, and to find its destination.
        partial: The driver, to add the estimate of one partition.
    """

    start: float
    octet: float
    message: float
    partial: float


MEASURED = Constants(
    start=20.0,
    # sum(length(text)): 1.4 million messages of 110 octets a second.
    octet=1 / (1.4e6 * 110),
    # With the above, a million messages a second, the lower of what was measured for an estimate.
    message=1e-6 - 1 / 1.4e6,
    # An estimate with 300 numbers of segments.
    partial=2.4e-3,
)


class Prediction(NamedTuple):
    """Seconds until the estimate is there, and what takes them."""

    start: float
    counting: float
    adding: float

    @property
    def total(self) -> float:
        """All of them."""
        return self.start + self.counting + self.adding


def partitions_of(messages: int, octets: int) -> int:
    """Return how many partitions hold so many messages of so many octets each."""
    return max(1, math.ceil(messages * octets / PARTITION))


def predict(messages: int, octets: int, cores: int, constants: Constants = MEASURED) -> Prediction:
    """Return how long an estimate takes.

    Args:
        messages: How many messages.
        octets: The octets of text in each, on average.
        cores: Tasks that run at the same time, one on each core of the executors.
        constants: What was measured.
    """
    partitions = partitions_of(messages, octets)
    task = messages / partitions * (constants.message + octets * constants.octet)
    # The last round of tasks leaves some cores without one.
    rounds = math.ceil(partitions / cores)
    return Prediction(constants.start, rounds * task, partitions * constants.partial)


def table(messages: int, octets: int, all_cores: list[int]) -> list[str]:
    """Return the lines of the table."""
    lines = [
        f"{messages:,} messages of {octets} octets, {partitions_of(messages, octets):,} partitions; seconds",
        f"{'cores':>6} {'start':>7} {'counting':>9} {'adding':>7} {'total':>7}",
    ]
    for cores in all_cores:
        found = predict(messages, octets, cores)
        lines.append(
            f"{cores:>6} {found.start:>7.1f} {found.counting:>9.1f} {found.adding:>7.1f} {found.total:>7.0f}"
        )
    return lines


def _core_seconds() -> float:
    """Return the CPU time of this process and of those that it started, the JVM and the workers in Python."""
    parents, seconds = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            values = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        process = int(path.parent.name)
        parents[process] = int(values[1])
        # With the time of those that have ended.
        seconds[process] = sum(map(int, values[11:15])) / os.sysconf("SC_CLK_TCK")
    ours = {os.getpid()}
    while found := {each for each, parent in parents.items() if parent in ours} - ours:
        ours |= found
    return sum(seconds[each] for each in ours)


def _least(work: Callable[[], object], times: int = 3) -> float:
    """Return the core-seconds of the cheapest of several runs."""
    seconds = []
    for _ in range(times):
        start = _core_seconds()
        work()
        seconds.append(_core_seconds() - start)
    return min(seconds)


def measure(rows: int) -> Constants:
    """Measure the constants with Spark on one core, on Linux."""
    import segcore

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    root = str(Path(segcore.__file__).parents[1])
    os.environ["PYTHONPATH"] = os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])
    with tempfile.TemporaryDirectory() as name:
        path, octets = _messages(Path(name), rows)
        began = _core_seconds()
        from pyspark.sql import SparkSession
        from pyspark.sql.functions import length
        from pyspark.sql.functions import sum as total

        from segcore.integrations import spark as sms

        builder: Any = SparkSession.builder
        builder = builder.master("local[1]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "50000")
        session = builder.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
        part = sms.estimate(session.createDataFrame([("Hello", "+12025550143")], "text string, to string"))
        start = _core_seconds() - began
        frame = session.read.parquet(str(path))
        reading = _least(lambda: frame.select(total(length("text")), total(length("to"))).collect())
        counting = _least(lambda: sms.estimate(frame))
        session.stop()
    pickled = pickle.dumps(part)
    adding = _least(lambda: [part + pickle.loads(pickled) for _ in range(1000)]) / 1000
    return Constants(start, reading / octets, max(counting - reading, 0) / rows, adding)


def _messages(folder: Path, rows: int) -> tuple[Path, int]:
    """Write messages to a file of Parquet, and return it with the octets of the texts."""
    import pyarrow as pa
    from pyarrow import parquet

    texts = [
        f"Your order number {row} is ready at the store today{' – thanks' * (row % 12)}"
        for row in range(rows)
    ]
    numbers = [f"+1202555{row % 10_000:04}" for row in range(rows)]
    parquet.write_table(pa.table({"text": texts, "to": numbers}), folder / "messages.parquet")
    return folder / "messages.parquet", sum(len(text.encode()) for text in texts)


def main(arguments: list[str] | None = None) -> None:
    """Print the table, or the constants of this machine."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=float, default=1e9, help="how many (default: a billion)")
    parser.add_argument("--octets", type=int, default=100, help="of text in a message (default: 100)")
    parser.add_argument("--cores", type=int, nargs="+", default=[1, 16, 64, 256], help="of all executors")
    parser.add_argument("--measure", action="store_true", help="measure the constants with Spark instead")
    parser.add_argument("--rows", type=int, default=2_000_000, help="messages to measure with")
    options = parser.parse_args(arguments)
    if options.measure:
        for name, value in asdict(measure(options.rows)).items():
            print(f"{name}: {value:.3g}")
    else:
        print("\n".join(table(int(options.messages), options.octets, options.cores)))


if __name__ == "__main__":
    main()
