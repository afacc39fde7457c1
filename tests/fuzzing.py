"""Feeds segcore with mutated inputs: ``python tests/fuzzing.py columns --seconds 60 --seed 7``.

Without ``--seconds`` each target gets a fixed number of inputs, so that the same commit with the same seed
gives the same verdict on a fast and on a slow machine: the gate must not fail over code that nobody changed.
Other seeds are for a workflow of each night, and for whoever changed a reader or a kernel.

Targets in C run with the sanitizers for addresses and undefined behaviour, under `kernels/fuzz_main.c`, which
keeps inputs that reach new code.  Targets in Python read files and octets as the program does: whatever is in
them, the errors are those that the documentation names, and two ways to read the same agree.  A finding is
written to a file, to be run again alone with ``--input``.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from kernel_driver import (
    HERE,
    KERNEL,
    SANITIZERS,
    DriverError,
    ToolMissingError,
    _try,
    compiler,
    kernel_objects,
)

CORPUS = HERE / "fuzz" / "corpus"

C_TARGETS = ("kernels", "columns", "prefixes", "packing", "clusters")

INPUTS = {
    "kernels": 175_000,
    "columns": 150_000,
    "prefixes": 900_000,
    "packing": 150_000,
    "clusters": 900_000,
    "csv_dialect": 6_000,
    "messages": 10_000,
    "rate_cards": 16_000,
    "bandwidth_json": 400_000,
    "decode": 400_000,
}
"""The inputs of each target without ``--seconds``: about what a minute of a slow machine takes."""

# An input that takes longer is a finding.
SLOWEST_SECONDS = 20


class FuzzError(AssertionError):
    """An input on which a target failed.

    Args:
        what: How it failed.
        data: The input.
    """

    def __init__(self, what: str, data: bytes) -> None:
        super().__init__(f"{what}; the input: {data[:2000]!r}")
        self.data = data


def seeds(target: str) -> list[bytes]:
    """Return the committed inputs of a target, in a fixed order."""
    return [path.read_bytes() for path in sorted((CORPUS / target).iterdir())]


# --- Targets in C ---------------------------------------------------------------------------------------


def build_kernel(folder: Path, *, is_guided: bool = True) -> list[str]:
    """Compile the kernel and the driver for fuzzing, and return the objects.

    Args:
        folder: Where to put them.
        is_guided: Whether inputs that reach new code are found; else the objects of other drivers do.

    Raises:
        ToolMissingError: There is no compiler with sanitizers.
    """
    command = [*compiler(), "-O1", *SANITIZERS]
    try:
        _try(command, folder)
    except (DriverError, subprocess.CalledProcessError) as error:
        raise ToolMissingError(f"no compiler with sanitizers: {error}") from error
    objects: list[str] = []
    if not is_guided:
        objects += map(str, kernel_objects(*command))
    for source in (HERE / "kernels" / "fuzz_main.c", *(sorted(KERNEL.rglob("*.c")) if is_guided else ())):
        made = folder / f"{source.stem}.o"
        _call(*command, *_coverage(source), f"-I{KERNEL}", "-c", str(source), "-o", str(made))
        objects.append(str(made))
    return objects


def _coverage(source: Path) -> list[str]:
    return [] if source.stem == "fuzz_main" else ["-fsanitize-coverage=trace-pc"]


def _call(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise DriverError(f"{command}: {done.stderr[:4000]}")


def run_c(
    target: str, objects: Sequence[str], folder: Path, seed: int, inputs: int, seconds: float = 0
) -> str:
    """Run a target in C for so many inputs, or some seconds if that is 0, and return what it prints.

    Raises:
        FuzzError: An input ended it.
    """
    program, crash = folder / f"fuzz_{target}", folder / f"{target}.crash"
    source = HERE / "kernels" / f"fuzz_{target}.c"
    flags = ["-O1", *SANITIZERS, "-Wall", "-Wextra", f"-I{KERNEL}"]
    if not program.exists():
        _call(*compiler(), *flags, *_coverage(source), str(source), *objects, "-o", str(program))
    corpus = map(str, sorted((CORPUS / target).iterdir()))
    done = subprocess.run(
        [program, str(inputs), str(seconds), str(seed), crash, *corpus],
        capture_output=True,
        text=True,
        timeout=1200 + seconds,
        check=False,
        env={**os.environ, "ASAN_OPTIONS": "handle_abort=1"},
    )
    if done.returncode:
        data = crash.read_bytes() if crash.exists() else b""
        raise FuzzError(f"{target}: status {done.returncode}: {done.stderr[:4000]}", data)
    return done.stdout.strip()


# --- Targets in Python ----------------------------------------------------------------------------------

_TOKENS = (
    *(
        b",",
        b";",
        b"\t",
        b"|",
        b'"',
        b"'",
        b"\n",
        b"\r\n",
        b"\r",
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b"null",
    ),
    *(
        b"1e999",
        b"-0",
        b"0.0079",
        b"1,5",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\x00",
        b"\xc3\xa9",
        b"\xed\xa0\x80",
    ),
    *(b"\xf0\x9f\x98\x80", b"to", b"text", b"country", b"price", b"+12025550143", b"sep=;\n", b"#"),
    *(b"\x05\x00\x03", b"\x1b", b"=", b"%", b"US", b"segmentCount", b'"id":', b"\xe2\x80\xa8"),
)


def mutated(data: bytes, pool: Sequence[bytes], rng: random.Random) -> bytes:
    """Return octets with a few changes."""
    made = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randint(0, len(made))
        many = rng.randint(1, 12)
        match rng.randrange(7):
            case 0 if at < len(made):
                made[at] ^= 1 << rng.randrange(8)
            case 1 if at < len(made):
                made[at] = rng.randrange(256)
            case 2:
                del made[at : at + many]
            case 3:
                made[at:at] = rng.choice(_TOKENS)
            case 4:
                made[at:at] = made[at : at + many] * rng.randint(1, 4)
            case 5:
                other = rng.choice(pool)
                start = rng.randint(0, len(other))
                made[at:at] = other[start : start + rng.randint(1, 40)]
            case _:
                del made[rng.randint(0, len(made)) :]
                made += rng.choice(pool)[-many:]
    return bytes(made[:4000])


def csv_dialect(data: bytes, folder: Path) -> None:
    """Read a CSV file by polars and by the exact reader: the same rows, or both refuse it.

    The exact reader alone sees octets above the header that are not UTF-8.
    """
    from segcore.sources.decoding import is_utf8

    path = folder / "fuzz.csv"
    path.write_bytes(data)
    found, exactly = _csv_rows(path, exact=False), _csv_rows(path, exact=True)
    same = found == exactly or (exactly is None and not is_utf8(str(path), whole=True))
    assert same, f"polars reads {found}, and the exact reader {exactly}"


def _csv_rows(path: Path, *, exact: bool) -> list[tuple[object, ...]] | None:
    from segcore.sources import Reading
    from segcore.sources.csv_file import CsvFile
    from segcore.sources.opening import FileError

    try:
        file = CsvFile(str(path), Reading(), exact=exact)
        rows = [row for frame in file.frames() for row in frame.rows()]
    except FileError:
        return None
    # An empty cell without a text is null in one of them.
    return [tuple(cell or "" for cell in row) for row in rows]


def messages(data: bytes, folder: Path) -> None:
    """Read a file of any kind, as the command line does."""
    from segcore.sources import Reading
    from segcore.sources.files import opened
    from segcore.sources.opening import FileError

    path = folder / "fuzz"
    path.write_bytes(data)
    with suppress(FileError), opened(str(path), Reading()) as file:
        for _ in file.frames():
            pass


def rate_cards(data: bytes, folder: Path) -> None:
    """Read a rate card; its prices are numbers that are not negative."""
    from segcore.rates.card import RateCard
    from segcore.sources.opening import FileError

    path = folder / ("fuzz.json" if data[:1] in b"[{" else "fuzz.csv")
    path.write_bytes(data)
    try:
        card = RateCard.read(str(path))
    except FileError:
        return
    for rate in card.rates:
        assert all(price is None or (price.is_finite() and price >= 0) for price in (rate.sms, rate.mms)), (
            rate
        )


def bandwidth_json(data: bytes, folder: Path) -> None:
    """Read events, a response and a list of messages of Bandwidth's API."""
    from segcore.bandwidth import InputError, read_events, read_message_list, read_response

    for read in (read_events, read_response, read_message_list):
        with suppress(InputError):
            read(data)


def decode(data: bytes, folder: Path) -> None:
    """Decode octets of messages in pieces of any length; and encode what they say."""
    import segcore

    for size in (140, 1 + (data[0] if data else 0) % 140):
        parts = [data[at : at + size] for at in range(0, len(data), size)]
        with suppress(ValueError):
            segcore.decode(parts)
    text = data.decode("utf-8", "ignore")
    try:
        parts = list(segcore.encode(text))
    except ValueError:
        return
    assert segcore.decode(parts) == text


PYTHON_TARGETS: dict[str, Callable[[bytes, Path], None]] = {
    "csv_dialect": csv_dialect,
    "messages": messages,
    "rate_cards": rate_cards,
    "bandwidth_json": bandwidth_json,
    "decode": decode,
}


def _inputs(target: str, seed: int, inputs: int, seconds: float) -> Iterator[bytes]:
    pool = seeds(target)
    yield from pool
    rng = random.Random(seed)
    end = time.process_time() + seconds
    made = 0
    while made < inputs if inputs else time.process_time() < end:
        yield mutated(rng.choice(pool), pool, rng)
        made += 1


def run_python(target: str, folder: Path, seed: int, inputs: int, seconds: float = 0) -> str:
    """Run a target in Python for so many inputs, or some seconds if that is 0, and return a line about it.

    Raises:
        FuzzError: It raised what it may not, or took too long.
    """
    count = 0
    for count, data in enumerate(_inputs(target, seed, inputs, seconds), 1):  # noqa: B007 (the last is shown)
        start = time.process_time()
        try:
            PYTHON_TARGETS[target](data, folder)
        except Exception as error:
            (folder / f"{target}.crash").write_bytes(data)
            raise FuzzError(f"{target}: {type(error).__name__}: {error}", data) from error
        if time.process_time() - start > SLOWEST_SECONDS:
            raise FuzzError(f"{target}: more than {SLOWEST_SECONDS} seconds", data)
    return f"{count} inputs"


def main(arguments: list[str] | None = None) -> int:
    """Run targets, all if none is named, and say how many inputs each took and how long."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("target", nargs="*", help=", ".join((*C_TARGETS, *PYTHON_TARGETS)))
    parser.add_argument("--seconds", type=float, help="processor time of each target, not a number of inputs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--input", type=Path, help="run a target in Python on this file alone")
    options = parser.parse_args(arguments)
    targets = options.target or [*C_TARGETS, *PYTHON_TARGETS]
    if options.input:
        with tempfile.TemporaryDirectory() as name:
            PYTHON_TARGETS[targets[0]](options.input.read_bytes(), Path(name))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        objects = build_kernel(folder) if {*targets} & {*C_TARGETS} else []
        for target in targets:
            inputs, seconds = (0, options.seconds) if options.seconds else (INPUTS[target], 0)
            start = time.monotonic()
            try:
                if target in C_TARGETS:
                    said = run_c(target, objects, folder, options.seed, inputs, seconds)
                else:
                    said = run_python(target, folder, options.seed, inputs, seconds)
            except FuzzError as finding:
                kept = Path(f"{target}.crash")
                kept.write_bytes(finding.data)
                print(f"{target}: {finding}\nthe input is in {kept}")
                return 1
            print(f"{target}: {said}, {time.monotonic() - start:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
