"""How much fits in a segment, and that it is written down once."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path
from typing import Any

import pytest
import reference

import segcore
from segcore import Profile, Segmenter
from segcore.rules import codings
from segcore.rules.codings import GSM7, UCS2, Coding, Encoding, capacity, header_octets

pytestmark = pytest.mark.kernel_independent

CAPACITY: list[dict[str, Any]] = reference.load("capacity")["rows"]
ROWS = [pytest.param(row, id=row["id"]) for row in CAPACITY]
CONCATENATED = [pytest.param(row, id=row["id"]) for row in CAPACITY if row["input"]["reference"] != "none"]
REFERENCES = {
    "none": (),
    "8bit": (codings.CONCATENATION_8BIT_OCTETS,),
    "16bit": (codings.CONCATENATION_16BIT_OCTETS,),
}
PACKAGE = Path(segcore.__file__).parent
CAPACITIES = {160, 153, 70, 67}


@pytest.mark.parametrize("row", ROWS)
def test_every_header(row: dict[str, Any]) -> None:
    """Each combination of header elements leaves the published room (TS 23.040 9.2.3.24)."""
    national = (codings.NATIONAL_LANGUAGE_OCTETS,) * row["input"]["national_elements"]
    header = header_octets(*REFERENCES[row["input"]["reference"]], *national)
    expected = row["expected"]
    assert header == expected["header_octets"]
    assert capacity(Encoding.GSM7, header) == expected["septets"]
    if expected["code_units"] is not None:
        assert capacity(Encoding.UCS2, header) == expected["code_units"]


@pytest.mark.parametrize("row", CONCATENATED)
def test_every_coding(row: dict[str, Any]) -> None:
    """A coding has the published room alone and in company, for each of its headers."""
    elements = (codings.NATIONAL_LANGUAGE_OCTETS,) * row["input"]["national_elements"]
    (concatenation,) = REFERENCES[row["input"]["reference"]]
    languages: list[int | None] = [1] * len(elements) + [None] * (2 - len(elements))
    under = reference.rules(languages[0], languages[1], row["input"]["reference"])
    coding = Coding(Encoding.GSM7, elements=elements, reference=concatenation)
    assert (coding.single, coding.part) == under.septets
    ucs2 = Coding(Encoding.UCS2, reference=concatenation)
    assert (ucs2.single, ucs2.part) == under.code_units


def test_the_standard_codings() -> None:
    """160 and 153 septets, 70 and 67 code units, at most 255 segments."""
    assert (GSM7.single, GSM7.part) == (160, 153)
    assert (UCS2.single, UCS2.part) == (70, 67)
    assert codings.MAX_SEGMENTS == 255


# Decimal ones: in hexadecimal stand octets and code points, and 0x46 is an F, not a capacity.
def _python_numbers(source: str) -> list[int]:
    return [
        int(token.string)
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.NUMBER and re.fullmatch(r"[0-9_]+", token.string)
    ]


def _c_numbers(source: str) -> list[int]:
    code = re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', " ", source, flags=re.DOTALL)
    return [int(word) for word in re.findall(r"(?<![\w.])[1-9]\d*(?![\w.])", code)]


def _cython_numbers(source: str) -> list[int]:
    code = re.sub(r'("""|\'\'\').*?\1|#[^\n]*', " ", source, flags=re.DOTALL)
    return _c_numbers(code)


def test_capacities_are_nowhere_typed() -> None:
    """160, 153, 70 and 67 follow from 140 octets; no source has them as a number."""
    readers = {".py": _python_numbers, ".pyx": _cython_numbers, ".c": _c_numbers, ".h": _c_numbers}
    # What Cython writes from the .pyx holds line numbers.
    written = {path.with_suffix(".c") for path in PACKAGE.rglob("*.pyx")}
    sources = [path for path in PACKAGE.rglob("*") if path.suffix in readers and path not in written]
    assert PACKAGE / "rules" / "codings.py" in sources
    found = {
        str(path.relative_to(PACKAGE)): typed
        for path in sources
        if (typed := CAPACITIES & set(readers[path.suffix](path.read_text(encoding="utf-8"))))
    }
    assert not found


def test_the_search_for_numbers_finds_them() -> None:
    """The readers of the test above see code, and neither comments nor strings."""
    assert _python_numbers('"""160"""\nx = 1_6_0  # 153\ny = "70"\nz = 67\nf = 0x46\n') == [160, 67]
    assert _c_numbers('/* 160 */ int x = 153; // 70\nchar *y = "67"; int z67 = 0x46;') == [153]
    assert _cython_numbers('"""160"""\nx = 153  # 70\n') == [153]


@pytest.mark.parametrize("room", [(1, 1), (2, 1), (160, 0), (0, 70)])
def test_a_segment_holds_a_pair_of_units(room: tuple[int, int]) -> None:
    """Less would never end: an escape pair and a surrogate pair stay whole."""
    with pytest.raises(ValueError, match="a pair of units needs at least 2"):
        Coding(Encoding.UCS2, room=room)
    assert (
        Segmenter(Profile("tiny", "Tiny", ucs2=Coding(Encoding.UCS2, room=(2, 2)))).count_segments("🎉" * 3)
        == 3
    )
