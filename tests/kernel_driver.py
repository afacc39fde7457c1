"""Compiles and runs `kernels/driver.c`: every kernel over texts at the edge of readable memory."""

from __future__ import annotations

import atexit
import os
import platform
import shlex
import shutil
import struct
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

import reference
from conftest import FULL_SWEEP

from segcore.engine.native import septet_pages
from segcore.rules.codings import Coding

HERE = Path(__file__).parent
KERNEL = HERE.parent / "segcore" / "engine" / "native" / "kernel"

SANITIZERS = ("-g1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")

AT_ENDS, AT_OFFSETS, PADDED = range(3)
"""Ways to place a text, as the driver calls them."""

UTF8 = 0

_NOT_UTF8 = "4 0 0 0 - 0"
_FIELDS = len(_NOT_UTF8.split())

# Spans of 128 code points that the kernels have room for.
_MOST_SPANS = 6
_CODECS = {1: "latin-1", 2: "utf-16", 4: "utf-32"}


class ToolMissingError(Exception):
    """What a build of the driver needs is not on this machine."""


class DriverError(Exception):
    """The driver was stopped: by a guard page, by a sanitizer, or because a place changed an answer."""


@dataclass
class Records:
    """Texts for the driver, and what each kernel must answer by the rules of the oracle."""

    rules: reference.Rules
    octets: bytearray = field(default_factory=bytearray)
    expected: list[str] = field(default_factory=list)
    others: dict[int, frozenset[str]] = field(default_factory=dict)
    """What else is right, by the indices of records: foreign code points not said, or not all counted."""
    order: Literal["little", "big"] = sys.byteorder
    """The order of octets of the machine that runs the driver."""

    def _add(self, kind: int, way: int, octets: bytes, expected: str, *others: str) -> None:
        self.octets += _numbers(self.order, kind, way, len(octets))
        self.octets += octets
        if others:
            self.others[len(self.expected)] = frozenset(others)
        self.expected.append(expected)

    def _answer(self, text: str) -> str:
        ucs2 = int(reference.encoding(text, self.rules) == "UCS-2")
        parts = reference.parts(text, self.rules)
        units = sum(part.units for part in parts)
        extra = sum(point > "\uffff" for point in text) if ucs2 else units - len(text)
        return f"{ucs2} {units} {len(parts)} {extra}"

    def _answers(self, text: str) -> list[str]:
        """Return the answer, and what else is right."""
        measured = self._answer(text)
        points = list(map(ord, text))
        doubled = [
            point for point in points if point in self.rules.extension and point not in self.rules.alphabet
        ]
        foreign = {
            point
            for point in points
            if point not in self.rules.alphabet and point not in self.rules.extension
        }
        answers = []
        if len({point >> 7 for point in foreign}) <= _MOST_SPANS:
            spans = _spans(foreign)
            answers.append(f"{measured} {spans} {len(doubled)}")
            if max(doubled, default=0) > 0x7F:
                answers.append(f"{measured} {spans} -1")
        if len({point >> 7 for point in points}) > _MOST_SPANS:
            answers.append(f"{measured} many 0")
        return answers

    def text(self, text: str, way: int) -> None:
        """Add a text in every form that can hold it."""
        answers = self._answers(text)
        highest = max(map(ord, text), default=0)
        for kind, codec in _CODECS.items():
            if highest < 1 << 8 * kind:
                name = codec if kind == 1 else f"{codec}-{self.order[0]}e"
                self._add(kind, way, text.encode(name, "surrogatepass"), *answers)
        if not any(0xD800 <= ord(one) <= 0xDFFF for one in text):
            self._add(UTF8, way, text.encode(), *answers)

    def utf8(self, octets: bytes, way: int) -> None:
        """Add octets that may be UTF-8 or not, as Python's own strict decoder says."""
        try:
            text = octets.decode()
        except UnicodeDecodeError:
            self._add(UTF8, way, octets, _NOT_UTF8)
        else:
            self._add(UTF8, way, octets, *self._answers(text))

    def record(self, index: int) -> str:
        """Return a record as a failure shows it."""
        at, form = 0, "<3I" if self.order == "little" else ">3I"
        for _ in range(index):
            at += 12 + int(struct.unpack_from(form, self.octets, at)[2])
        kind, way, length = struct.unpack_from(form, self.octets, at)
        return f"kind {kind}, way {way}: {bytes(self.octets[at + 12 : at + 12 + length])!r}"


def _numbers(order: Literal["little", "big"], *numbers: int) -> bytes:
    return b"".join(number.to_bytes(4, order) for number in numbers)


def _spans(points: set[int]) -> str:
    """Return code points as the driver writes them."""
    spans: dict[int, list[int]] = {}
    for point in sorted(points):
        spans.setdefault(point >> 7, [0, 0])[point >> 6 & 1] |= 1 << (point & 63)
    return ",".join(f"{number:x}:{low:x}:{high:x}" for number, (low, high) in spans.items()) or "-"


@dataclass(frozen=True)
class Driver:
    """The compiled driver, and the kernels that it runs."""

    command: tuple[str, ...]

    def run(self, sent: bytes) -> list[str]:
        """Return the lines that the driver answers.

        Raises:
            DriverError: It was stopped.
        """
        # A leak is none: the driver is about to end.
        environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
        done = subprocess.run(
            self.command, input=sent, capture_output=True, timeout=300, check=False, env=environment
        )
        if done.returncode:
            raise DriverError(f"{self.command}: status {done.returncode}: {done.stderr.decode()[:4000]}")
        return done.stdout.decode("ascii").splitlines()

    def kernels(self, coding: Coding) -> tuple[str, ...]:
        """Return the names of the kernels that this machine can run."""
        return tuple(self.run(_tables(coding, reference.STANDARD))[0].split()[1:])

    def differences(self, coding: Coding, records: Records) -> list[str]:
        """Return how the answers of the kernels differ from those of the oracle, at most ten of them.

        Args:
            coding: The coding whose tables the kernels look up.
            records: Texts, and the rules by which they are counted.

        Raises:
            DriverError: There are no answers.
        """
        first, *lines = self.run(_tables(coding, records.rules, records.order) + records.octets)
        kernels = first.split()[1:]
        assert len(lines) == len(records.expected), "the driver left records unanswered"
        found = []
        for index, (line, expected) in enumerate(zip(lines, records.expected, strict=True)):
            if line == " ".join([expected] * len(kernels)):
                continue
            words = line.split()
            answers = {" ".join(words[at : at + _FIELDS]) for at in range(0, len(words), _FIELDS)}
            if not answers <= {expected, *records.others.get(index, ())}:
                found.append(f"{kernels}: {line}, expected {expected} of {records.record(index)}")
                if len(found) == 10:
                    break
        return found


def _tables(coding: Coding, rules: reference.Rules, order: Literal["little", "big"] = sys.byteorder) -> bytes:
    page_of, pages = septet_pages(coding)
    capacities = _numbers(order, *rules.septets, *rules.code_units)
    return _numbers(order, len(pages) >> 8) + page_of + pages + capacities


def compiler() -> list[str]:
    """Return the command of this machine's C compiler.

    Raises:
        ToolMissingError: There is none.
    """
    command = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    for name in (command, ["cc"]):
        if shutil.which(name[0]):
            return name
    raise ToolMissingError(f"no C compiler: {command[0]}")


def _call(command: Sequence[str], *arguments: str, folder: Path | None = None) -> None:
    done = subprocess.run(
        [*command, f"-I{KERNEL}", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if done.returncode:
        raise DriverError(f"{command}: {done.stderr[:4000]}")


def _compile(command: list[str], program: Path, *sources: Path) -> None:
    _call(command, *map(str, sources), "-o", str(program))


@cache
def kernel_objects(*command: str) -> list[Path]:
    """Compile the kernel, once for all programs that are built by a command."""
    folder = Path(tempfile.mkdtemp(prefix="segcore-kernel-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for source in sorted(KERNEL.rglob("*.c")):
        # Sanitizers take most of their time there; guard pages see what is read beyond a text without them.
        is_plain = source.parent.name == "simd" and not FULL_SWEEP
        _call(
            [each for each in command if not (is_plain and each in SANITIZERS)],
            "-c",
            str(source),
            folder=folder,
        )
    return sorted(folder.iterdir())


def _driver(command: list[str], folder: Path, source: str) -> Path:
    program = folder / "driver"
    _compile(command, program, HERE / "kernels" / source, *kernel_objects(*command))
    return program


def plain(folder: Path, source: str = "driver.c") -> Driver:
    """Build the driver as the extension is built."""
    return Driver((str(_driver([*compiler(), "-O2"], folder, source)),))


def _try(command: list[str], folder: Path, *emulator: str) -> None:
    """Compile a program that does nothing, and run it."""
    source, program = folder / "trial.c", folder / "trial"
    source.write_text("int main(void) { return 0; }\n")
    _compile(command, program, source)
    subprocess.run([*emulator, str(program)], check=True, capture_output=True, timeout=60)


def sanitized(folder: Path, source: str = "driver.c") -> Driver:
    """Build the driver with the sanitizers for addresses and undefined behaviour.

    Raises:
        ToolMissingError: The compiler has no such sanitizers, or they do not run here.
    """
    command = [*compiler(), "-O1", *SANITIZERS]
    try:
        _try(command, folder)
    except (DriverError, subprocess.CalledProcessError) as error:
        raise ToolMissingError(f"no kernel was run with sanitizers, there is no runtime: {error}") from error
    return Driver((str(_driver(command, folder, source)),))


def arm64(folder: Path, source: str = "driver.c") -> Driver:
    """Build the driver for 64-bit ARM, to run on an emulated machine.

    Raises:
        ToolMissingError: This is such a machine, or the cross compiler or the emulator is not there.
    """
    if platform.machine() in ("aarch64", "arm64"):
        raise ToolMissingError("this machine runs the NEON kernel itself")
    return emulated(folder, "aarch64-linux-gnu-gcc", "qemu-aarch64", source)


def emulated(folder: Path, cross_compiler: str, emulator: str, source: str = "driver.c") -> Driver:
    """Build the driver for another machine, to run on an emulated one.

    Raises:
        ToolMissingError: The cross compiler or the emulator is not there.
    """
    command = [*shlex.split(cross_compiler), "-O2", "-static"]
    try:
        _try(command, folder, emulator)
    except (DriverError, subprocess.CalledProcessError, FileNotFoundError) as error:
        tools = f"{cross_compiler}, its C library and {emulator}"
        raise ToolMissingError(f"the kernels were not run, it takes {tools}: {error}") from error
    return Driver((emulator, str(_driver(command, folder, source))))


BUILDS = {"plain": plain, "sanitized": sanitized, "arm64": arm64}
if not FULL_SWEEP:
    # With sanitizers the same code runs, and more is seen.  Emulation takes as long as ten other rooms.
    del BUILDS["plain"], BUILDS["arm64"]
