"""What C reads of telephone numbers stays within them, and is what the readable implementation reads."""

from __future__ import annotations

import struct
import sys
from array import array
from random import Random

import pytest
from conftest import FULL_SWEEP, SEED, WISH
from kernel_driver import Driver, ToolMissingError, sanitized

from segcore.engine import python as readable
from segcore.engine.dialling import kind_pages, rule_octets, tree
from segcore.numbers.numbering_plan import international, national, regions_of_prefixes

pytestmark = [
    pytest.mark.kernel_independent,
    pytest.mark.skipif(WISH == "python", reason="the kernels are not part of that implementation"),
]

_ORDER = "le" if sys.byteorder == "little" else "be"
_CODECS = {1: "latin-1", 2: f"utf-16-{_ORDER}", 4: f"utf-32-{_ORDER}"}
_DEFAULT = "AR"
_PIECES = (
    *"0123456789" * 3,
    *"+-.() ,;\n",
    "tel:",
    "TE",
    "00",
    "54",
    "0220",
    "15",
    "９",
    "٣",
    "\u202a",
    "é",
    "七",
    "𝟙",
)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Driver:
    """The program, with the sanitizers for addresses and undefined behaviour."""
    try:
        return sanitized(tmp_path_factory.mktemp("prefixes"), "prefixes.c")
    except ToolMissingError as error:
        pytest.skip(str(error))


def _sized(octets: bytes) -> bytes:
    return struct.pack("=I", len(octets)) + octets


def _tables() -> bytes:
    rules = (international(), national(_DEFAULT))
    trees = [
        tree({prefix: i for i, prefix in enumerate(one)}, {prefix: row[0] for prefix, row in one.items()})
        for one in rules
    ]
    parts = [
        _sized(nodes.tobytes()) + heads.tobytes() for nodes, heads in (*trees, tree(*regions_of_prefixes()))
    ]
    page_of, kinds = kind_pages()
    return b"".join([*parts, *(_sized(rule_octets(one)) for one in rules), page_of, _sized(kinds)])


def _texts(random: Random) -> list[str]:
    found = ["", "+", "t", "tel:", "+" * 40, "1" * 60, "+" + "1" * 40]
    for _ in range(4000 if FULL_SWEEP else 1000):
        start = random.choice(("", "+", "+", "00", "tel:"))
        found.append(start + "".join(random.choices(_PIECES, k=random.randint(0, 26))))
        found.append("+" + "".join(random.choices("0123456789", k=random.randint(6, 17))))
    return found


def test_lookup(program: Driver) -> None:
    """Every kind of text, and octets that are not UTF-8, with nothing read beside them."""
    random = Random(SEED)
    table = readable.PrefixTable(*regions_of_prefixes())
    plan = readable.DialPlan(international(), national(_DEFAULT))
    sent, expected = bytearray(_tables()), []
    texts = _texts(random)
    values = array("i")
    table.lookup_all(texts, plan, 0, values)
    for text, value in zip(texts, values, strict=True):
        highest = max(map(ord, text), default=0)
        for kind, codec in _CODECS.items():
            if highest < 1 << 8 * kind and not (kind == 2 and highest > 0xFFFF):
                sent += struct.pack("=2I", kind, len(text)) + text.encode(codec)
                expected.append(str(value))
        octets = text.encode()
        sent += struct.pack("=2I", 0, len(octets)) + octets
        expected.append(str(value))
        broken = octets[: random.randint(0, len(octets))] + random.choice(
            (b"\xff", b"\xd9", b"\xe2\x80", b"\xf0")
        )
        sent += struct.pack("=2I", 0, len(broken)) + broken
        expected.append("not UTF-8")
    assert program.run(bytes(sent)) == expected
    assert len(set(expected)) > 50
