"""Every kernel, called without Python and held against the oracle, at the edge of readable memory.

The driver is built as the extension is, with sanitizers, and for 64-bit ARM.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Literal

import pytest
import reference
from conftest import FULL_SWEEP, SEED, WISH
from kernel_driver import AT_ENDS, AT_OFFSETS, BUILDS, PADDED, Driver, Records, ToolMissingError, compiler
from reference import Rules

from segcore.rules.alphabets import LOCKING_SHIFT, SINGLE_SHIFT, Alphabet
from segcore.rules.codings import GSM7, Coding, Encoding

pytestmark = [
    pytest.mark.kernel_independent,
    pytest.mark.skipif(WISH == "python", reason="the kernels are not part of that implementation"),
]


def _alphabet(points: str) -> Alphabet:
    return Alphabet("", "", " ".join(f"{septet:02X}:{ord(one):04X}" for septet, one in enumerate(points)))


def _custom(basic: str, extension: str) -> tuple[Coding, Rules]:
    cells = [{ord(one): septet for septet, one in enumerate(points)} for points in (basic, extension)]
    coding = Coding(Encoding.GSM7, _alphabet(basic), _alphabet(extension))
    return coding, replace(reference.STANDARD, alphabet=cells[0], extension=cells[1])


def _national(locking: int | None, single: int | None) -> tuple[Coding, Rules]:
    coding = Coding(
        Encoding.GSM7,
        GSM7_ALPHABET if locking is None else LOCKING_SHIFT[locking],
        GSM7_EXTENSION if single is None else SINGLE_SHIFT[single],
    )
    return coding, reference.rules(locking, single)


def _room(septets: tuple[int, int], code_units: tuple[int, int]) -> tuple[Coding, Rules]:
    return GSM7, replace(reference.STANDARD, septets=septets, code_units=code_units)


GSM7_ALPHABET = _alphabet("".join(map(chr, reference.STANDARD.alphabet)))
GSM7_EXTENSION = _alphabet("".join(map(chr, reference.STANDARD.extension)))

# First and last code points of pages, of halves of pages and of the lengths of UTF-8 sequences.
EDGES = (
    "\x01\x7f\x80\xff\u0100\u017f\u0180\u01ff\u07ff\u0800"
    "\u0fff\u1000\u20ac\u7f80\ud7ff\ue000\uff00\uff7f\uff80\uffff"
)

CODINGS: dict[str, tuple[Coding, Rules]] = {
    "standard": (GSM7, reference.STANDARD),
    "turkish": _national(1, 1),
    "hindi": _national(6, 6),
    "urdu": _national(13, 13),
    "hindi-single": _national(None, 6),
    "ascii": _custom("".join(map(chr, range(0x20, 0x7F))), ""),
    "wide": _custom("ΔЖбक中\uff01" + EDGES[8::2], "Ωя€" + EDGES[9::2]),
    "edges": _custom("abc" + EDGES[::2], "{|" + EDGES[1::2]),
    # Many segments in one step of a kernel.
    "small": _room((7, 5), (4, 3)),
    "smallest": _room((2, 2), (2, 2)),
    # Room for padded records.
    "large": _room((1000, 990), (1000, 990)),
}

FOREIGN = "ç`\t\x00\x1b\x7f\x80\x9f\xa0\xadбЖ’“…—中\ufeff\ufffd\uffff"
ASTRAL = "\U00010000\U0001f600\U0001f468\U000fffff\U00100000\U0010ffff"
HALVES = "\ud800\ud83d\udbff\udc00\ude00\udfff"
INTERESTING = "a{€Δç\x00\x1b\x7f\x80\x9f\xa0\xff\u0100б\u0800\ud7ff\ue000\uffff" + HALVES + ASTRAL[:2]


def _pools(rules: Rules) -> tuple[str, str, str, str]:
    """Return the code points of one and of two septets of U+0000 to U+00FF, and the same beyond."""
    basic = "".join(map(chr, rules.alphabet))
    extension = "".join(chr(point) for point in rules.extension if point not in rules.alphabet)

    def part(points: str, wide: bool) -> str:
        return "".join(one for one in points if (one > "\xff") == wide)

    return part(basic, False), part(extension, False), part(basic, True), part(extension, True)


def _distinct(*points: str) -> list[str]:
    return list(dict.fromkeys(filter(None, points)))


def lengths(rules: Rules) -> Iterator[str]:
    """Lengths from 0 to 330: of one code point only, and with another one at the end or at the start."""
    latin, latin2, wide, wide2 = (pool[-1:] for pool in _pools(rules))
    plain = latin or wide
    for length in range(331) if FULL_SWEEP else (*range(70), *range(70, 331, 13)):
        for one in _distinct(plain, wide, latin2, wide2, "ж", "\U0001f600"):
            yield one * length
        if length:
            for one in _distinct(wide, latin2, wide2, "ç", "ж", "\U0001f600", "\ud83d", "\udfff"):
                yield plain * (length - 1) + one
                yield one + plain * (length - 1)


def planted(rules: Rules, ends: tuple[int, ...]) -> Iterator[str]:
    """An interesting code point at every position of texts about as long as one step of a kernel or more."""
    latin, latin2, wide, wide2 = (pool[:1] for pool in _pools(rules))
    for length in (end + more for end in ends for more in (-1, 0, 1)):
        for around in _distinct(latin or wide, wide or "ж"):
            for number, one in enumerate(_distinct(*INTERESTING, latin2, wide2)):
                for index in range(length) if FULL_SWEEP else range(number % 3, length, 3):
                    yield around * index + one + around * (length - 1 - index)


def packed(rules: Rules) -> Iterator[str]:
    """A dozen segments, with what may not be parted at, before and behind each of their ends.

    Each text is as long as segments without a hole could hold: every hole makes one more.
    """
    latin, latin2, wide, wide2 = (pool[-1:] for pool in _pools(rules))
    plain = latin or wide
    works = [("", plain, two, rules.septets[1]) for two in (latin2, wide2) if two]
    # Halves of pairs are stored in two octets each, or in four beside a code point above U+FFFF.
    works += [
        (start, "ж", two, rules.code_units[1])
        for two in ("😀", "\ud83d\ude00", "\ud83d", "\ude00", "\ud83d\ud83d\ude00", "😀\ude00")
        for start in ("", "\U0010ffff")
    ]
    for start, one, two, part in works:
        texts = [start + two * (part * 6), start + (one + two) * (part * 4)]
        for every in range(max(part - 4, 1), part + 4):
            # The first stands behind `first` others, the rest `every` places apart.
            some = range(every - 3, every + 1) if every > 3 else range(2)
            texts += [start + one * first + (two + one * (every - 1)) * 12 for first in some]
        for text in texts:
            yield text + one * (-reference.units(text, rules) % part)


def drawn(rules: Rules, name: str) -> Iterator[str]:
    """600 texts (150 in the short sweep) of up to 1,200 code points, drawn by the suite's seed."""
    source = random.Random(f"{SEED} kernels {name}")
    latin, latin2, wide, wide2 = _pools(rules)
    pools = [*filter(None, (latin, latin2, wide, wide2)), FOREIGN, "бвгд ж", ASTRAL, HALVES]
    known = pools[: pools.index(FOREIGN)]
    for turn in range(600 if FULL_SWEEP else 150):
        chosen = source.choices(known if turn % 2 else pools, k=source.randint(1, 3))
        weights = [source.choice((1, 1, 0.1, 0.02)) for _ in chosen]
        length = source.randrange(source.choice((20, 70, 340, 1200)))
        yield "".join(map(source.choice, source.choices(chosen, weights, k=length)))


# Where spans of 128 code points begin: ASCII and Latin-1, scripts, symbols, emoji, and ends of planes.
SPANS = (
    *(0, 0x80, 0x100, 0x380, 0x400, 0x480, 0x900, 0x2000, 0x2080, 0x2600, 0x4E00, 0xD800, 0xDF80, 0xFF80),
    *(0x10000, 0x10080, 0x1F300, 0x1F580, 0x1F600, 0x1FF80, 0x20000, 0x2A680, 0xE0000, 0x10FF80),
)


def spans(rules: Rules, name: str) -> Iterator[str]:
    """2,000 texts (500 in the short sweep) of one to nine spans, few or many points of each, or alone."""
    source = random.Random(f"{SEED} kernels spans {name}")
    plain = "".join(_pools(rules)[:2]) or "".join(_pools(rules)[2:])
    for turn in range(2000 if FULL_SWEEP else 500):
        chosen = [
            [chr(first + source.randrange(128)) for _ in range(source.choice((1, 2, 128)))]
            for first in source.sample(SPANS, source.choice((1, 1, 1, 2, 2, 3, 5, 6, 7, 9)))
        ]
        pools = [*chosen, plain] if turn % 3 else chosen
        weights = [source.choice((1, 1, 0.2)) for _ in pools]
        length = source.randrange(1, source.choice((12, 70, 140, 400)))
        yield "".join(map(source.choice, source.choices(pools, weights, k=length)))


def long(rules: Rules, name: str) -> Iterator[str]:
    """More than is looked at in one go, among other texts and alone."""
    plain = "".join(_pools(rules)[0]) or "a"
    for length in (1000, 4000, 7900, 8050, 8090, 8190):
        for one in ("ж", "’", "\U0001f600", "中"):
            yield plain[-1] * (length - 1) + one
            yield one * (length // 4) + plain[0] * (length - length // 4)
            yield "".join(plain[i % len(plain)] + one for i in range(length // 2))


OCTETS = bytes.fromhex("00 7F 80 8F 90 9F A0 BF C0 C1 C2 DF E0 ED EF F0 F4 F5 FF")


def corrupted() -> Iterator[bytes]:
    """UTF-8 with one octet changed at every position, or cut off there."""
    mixture = "aé€😀Ж\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff\x7f\x80\u07ff{中"
    for text in (
        "é" * 36,
        "€" * 24,
        "😀" * 18,
        "aé" * 24,
        "a€" * 18,
        mixture * 2,
        "a" * 70 + mixture,
        mixture * 4,
    ):
        for shift in range(4):
            whole = (b"a" * shift) + text.encode()
            for index in range(len(whole)):
                yield whole[:index]
                for octet in OCTETS:
                    yield whole[:index] + bytes([octet]) + whole[index + 1 :]


def corrupted_at_random() -> Iterator[bytes]:
    """6,000 texts of all kinds (1,500 in the short sweep), of which every third is left as it is."""
    source = random.Random(f"{SEED} kernels UTF-8")
    pools = ("abc {", "éñ\x80\u07ff", "€ж中\u0800\ud7ff\ue000\uffff", ASTRAL)
    for turn in range(6000 if FULL_SWEEP else 1500):
        chosen = source.choices(pools, k=source.randint(1, 3))
        text = "".join(source.choices("".join(chosen), k=source.randrange(source.choice((8, 40, 200)))))
        octets = bytearray(text.encode())
        if octets and turn % 3:
            octets[source.randrange(len(octets))] = source.choice([source.randrange(256), *OCTETS])
        yield bytes(octets)


def beginnings() -> Iterator[bytes]:
    """All 65,536 pairs of octets; all leads with all second octets and every interesting third one.

    Three octets are also tried with a fourth where a fourth is due.
    """
    for first in range(256):
        for second in range(256):
            yield bytes([first, second])
    for first in range(0xC0, 0x100):
        for second in range(256):
            for third in OCTETS:
                yield bytes([first, second, third])
                if first >= 0xF0 and 0x80 <= third < 0xC0:
                    yield bytes([first, second, third, 0x80])
                    yield bytes([first, second, third, 0xBF])


Theme = Callable[[Rules, str], Iterator[str]]

# Every theme with the codings that it can tell apart.
THEMES: dict[str, tuple[Theme, str]] = {
    "lengths": (lambda rules, _: lengths(rules), "standard ascii wide edges"),
    "planted": (
        lambda rules, name: planted(
            rules, ((16, 32, 64, 128) if name == "standard" else (16, 32, 64)) if FULL_SWEEP else (16, 64)
        ),
        "standard turkish hindi urdu ascii wide edges small",
    ),
    "spans": (spans, "standard turkish hindi ascii wide edges"),
    "long": (long, "standard"),
    "packed": (lambda rules, _: packed(rules), "standard turkish hindi wide edges small smallest"),
    "drawn": (drawn, "standard turkish hindi urdu hindi-single ascii wide edges small smallest large"),
}


def _names(theme: str, names: str) -> list[str]:
    """Return codings, in the short sweep only two where texts are many."""
    return names.split()[: None if FULL_SWEEP or theme == "drawn" else 2]


@cache
def records_of(theme: str, name: str, order: Literal["little", "big"] = sys.byteorder) -> Records:
    records = Records(CODINGS[name][1], order=order)
    for text in dict.fromkeys(THEMES[theme][0](CODINGS[name][1], name)):
        records.text(text, AT_OFFSETS if theme == "lengths" else AT_ENDS)
    return records


@cache
def _utf8_records(theme: str) -> Records:
    records = Records(CODINGS["large" if theme == "beginnings" else "standard"][1])
    if theme == "beginnings":
        for octets in islice(beginnings(), 0, None, 1 if FULL_SWEEP else 41):
            records.utf8(octets, PADDED)
    else:
        whole = islice(dict.fromkeys(corrupted()), 0, None, 1 if FULL_SWEEP else 5)
        for octets in [*whole, *corrupted_at_random()]:
            records.utf8(octets, AT_ENDS)
    return records


@pytest.fixture(scope="module", params=BUILDS)
def driver(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Driver:
    """The driver as the extension is built, with sanitizers, and for 64-bit ARM."""
    try:
        compiler()
    except ToolMissingError as error:
        if request.config.getoption("--require-native"):
            pytest.fail(f"--require-native: {error}")
        pytest.skip(str(error))
    try:
        return BUILDS[request.param](tmp_path_factory.mktemp(request.param))
    except ToolMissingError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize(
    ("theme", "name"),
    [(theme, name) for theme, (_, names) in THEMES.items() for name in _names(theme, names)],
)
def test_against_the_oracle(driver: Driver, theme: str, name: str) -> None:
    """All measures are the oracle's by every kernel, for every width of code point and for UTF-8.

    Each text is read at the end and at the start of readable memory, those of `lengths` at 16 distances
    from either; nothing beside the text is read, or changes the answer.
    """
    assert not driver.differences(CODINGS[name][0], records_of(theme, name)), SEED


@pytest.mark.parametrize("theme", ["corrupted", "beginnings"])
def test_utf8_as_python_decodes_it(driver: Driver, theme: str) -> None:
    """What Python's strict decoder refuses is refused by every kernel, and nothing else."""
    assert not driver.differences(GSM7, _utf8_records(theme)), SEED


# What the compiler may use in each kernel, as Linux calls it.
NEEDS: dict[str, set[str]] = {
    "avx512": {"avx512f", "avx512bw", "avx512vl", "avx512vbmi", "avx512_vbmi2", "bmi1", "bmi2", "popcnt"},
    "avx2": {"avx2", "bmi1", "bmi2", "popcnt"},
    "ssse3": {"ssse3", "popcnt"},
    "neon": {"asimd"},
    "scalar": set(),
}


def _processor_flags() -> set[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return set()
    found = [line.partition(":")[2] for line in lines if line.lower().startswith(("flags", "features"))]
    return set(found[0].split()) if found else set()


def test_every_kernel_of_this_machine_runs(driver: Driver, request: pytest.FixtureRequest) -> None:
    """The driver runs what the processor can run, and the extension has the same kernels."""
    found = driver.kernels(GSM7)
    if request.node.callspec.params["driver"] == "arm64":
        assert found == ("neon", "scalar")
        return
    flags = _processor_flags()
    if flags:
        assert found == tuple(kernel for kernel, needs in NEEDS.items() if needs <= flags)
    native = pytest.importorskip("segcore.engine.native.binding", exc_type=ImportError)
    assert found == native.KERNELS
