"""The published choice among national language tables, held against oracle, Android and implementations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import android
import pytest
import reference
from reference_options import Options, send_as_is

from segcore import Profile
from segcore.rules.codings import (
    CONCATENATION_8BIT_OCTETS,
    CONCATENATION_16BIT_OCTETS,
    GSM7,
    Coding,
    Encoding,
)

if TYPE_CHECKING:
    from segcore import Segmenter

ROWS: list[dict[str, Any]] = reference.load("national")["rows"]
BY_ID = [pytest.param(row, id=row["id"]) for row in ROWS]
WIDTHS = {"8bit": CONCATENATION_8BIT_OCTETS, "16bit": CONCATENATION_16BIT_OCTETS}


def _text(row: dict[str, Any]) -> str:
    return reference.read_text(row["input"]["text"])


def _profile(given: dict[str, Any]) -> Profile:
    octets = WIDTHS[given["reference"]]
    return Profile(
        "national",
        "Some languages",
        gsm7=Coding(Encoding.GSM7, GSM7.alphabet, GSM7.extension, reference=octets),
        ucs2=Coding(Encoding.UCS2, reference=octets),
        languages=tuple(given["languages"]),
    )


@pytest.mark.kernel_independent
@pytest.mark.parametrize("row", BY_ID)
def test_every_row_follows_from_the_rules(row: dict[str, Any]) -> None:
    """No row expects anything but what weighing every pair of tables gives."""
    text = _text(row)
    utf16 = reference.utf16_indices(text)
    given = row["input"]
    sent = send_as_is(text, Options(languages=tuple(given["languages"]), width=given["reference"]))
    assert row["expected"] == {
        "encoding": "UCS-2" if sent.tables is None else "GSM-7",
        "tables": sent.tables and dict(zip(("locking", "single"), sent.tables, strict=True)),
        "units": sent.units,
        "segments": len(sent.parts),
        "part_units": [part.units for part in sent.parts],
        "part_ends": [utf16[part.end] for part in sent.parts],
    }
    assert row["why"]


@pytest.mark.kernel_independent
@pytest.mark.parametrize("row", BY_ID)
def test_android(row: dict[str, Any]) -> None:
    """What Android does otherwise is said, and nothing else; its references are 8 bits wide."""
    expected = android.differences(row) if row["input"]["reference"] == "8bit" else {}
    assert row.get("android", {}) == expected


@pytest.mark.parametrize("row", BY_ID)
def test_one_by_one(segmenter_class: type[Segmenter], row: dict[str, Any]) -> None:
    """Encoding, tables, units, segments and the ends of segments are as published."""
    segmenter = segmenter_class(_profile(row["input"]))
    text = _text(row)
    utf16 = reference.utf16_indices(text)
    found = segmenter.analyze(text)
    locking, single = found.languages
    assert row["expected"] == {
        "encoding": str(found.encoding),
        "tables": None if found.encoding is Encoding.UCS2 else {"locking": locking, "single": single},
        "units": found.units,
        "segments": found.segments,
        "part_units": [part.units for part in found.parts],
        "part_ends": [utf16[part.end] for part in found.parts],
    }
    assert segmenter.count_segments(text) == found.segments
    assert segmenter.detect_encoding(text) is found.encoding
    assert segmenter.split(text) == [part.text for part in found.parts]


@pytest.mark.parametrize("arrow", [False, True], ids=["list", "arrow"])
def test_in_bulk(segmenter_class: type[Segmenter], arrow: bool) -> None:
    """All rows under the same languages and reference, counted at once, give what is published."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in ROWS:
        given = row["input"]
        groups.setdefault(f"{given['languages']} {given['reference']}", []).append(row)
    for rows in groups.values():
        # More than one batch of the kernels, and each text next to others.
        texts: Any = [_text(row) for row in rows] * 40
        expected = [row["expected"] for row in rows] * 40
        if arrow:
            texts = pytest.importorskip("pyarrow").array(texts)
        segmenter = segmenter_class(_profile(rows[0]["input"]))
        batch = segmenter.analyze_bulk(texts)
        assert batch.segments.tolist() == [each["segments"] for each in expected]
        assert batch.units.tolist() == [each["units"] for each in expected]
        assert batch.encodings.tolist() == [each["encoding"] for each in expected]
        assert segmenter.count_segments_bulk(texts) == batch.segments
