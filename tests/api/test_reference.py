"""The reference itself, by hand."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import reference
import reference_options
from reference import Part

pytestmark = pytest.mark.kernel_independent


def test_known_cases_by_hand() -> None:
    """The oracle gives what TS 23.040 9.2.3.24.1 gives when reckoned on paper."""
    assert reference.parts("") == [Part(0, 0, 0)]
    assert reference.parts("a" * 160) == [Part(0, 160, 160)]
    assert reference.parts("a" * 161) == [Part(0, 153, 153), Part(153, 161, 8)]
    assert reference.parts("a" * 152 + "€" + "a" * 152) == [
        Part(0, 152, 152),
        Part(152, 304, 153),
        Part(304, 305, 1),
    ]
    assert [part.units for part in reference.parts("]" * 153)] == [152, 152, 2]
    assert [part.units for part in reference.parts("\U0001f600" * 67)] == [66, 66, 2]
    assert reference.parts("б" * 66 + "\ud83d" + "\ude00" + "б" * 3) == [
        Part(0, 66, 66),
        Part(66, 71, 5),
    ]


def test_units_are_what_a_codec_writes() -> None:
    """The code units of the oracle are those of Python's own UTF-16 encoder."""
    text = "б\U0001f600\ud83d!\ude00\ud83d\ude00\uffff\U0010ffff"
    codes = [code for _, codes in reference.items(text) for code in codes]
    octets = b"".join(code.to_bytes(2, "big") for code in codes)
    assert octets == text.encode("utf-16-be", "surrogatepass")


def test_septets_are_those_of_the_specification() -> None:
    """The example of TS 23.038 6.2.1 as septets: A is 41, the at sign 00, the euro sign 1B 65."""
    assert [codes for _, codes in reference.items("A@€\x0c")] == [(0x41,), (0,), (0x1B, 0x65), (0x1B, 0x0A)]
    assert reference.foreign("aб€\x1b\t") == [1, 3, 4]


def test_shares_nothing_with_the_package() -> None:
    """The oracle does not import what it is to judge, or anything but the standard library and ``regex``."""
    own = {"reference", "regex", *sys.stdlib_module_names}
    for module in (reference, reference_options):
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        imported = re.findall(r"^\s*(?:import|from)\s+(\w+)", source, re.MULTILINE)
        assert imported
        assert set(imported) <= own
        assert "importlib" not in imported
