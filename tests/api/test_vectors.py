"""Every implementation against every published vector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import reference

if TYPE_CHECKING:
    from segcore import Segmenter

SUBJECTS = ("boundaries", "controls", "disagreements", "lookalikes", "mms", "straddles", "surrogates")
ROWS = [(subject, row) for subject in SUBJECTS for row in reference.load(subject)["rows"]]


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{subject}-{row['id']}") for subject, row in ROWS])
def test_one_by_one(segmenter: Segmenter, row: dict[str, Any]) -> None:
    """Encoding, units, segments, the ends of segments and the foreign code points are as published."""
    text = reference.read_text(row["input"]["text"])
    mms = row["input"].get("mms", False)
    utf16 = reference.utf16_indices(text)
    found = segmenter.analyze(text, mms=mms)
    parts = {
        "part_units": [part.units for part in found.parts],
        "part_ends": [utf16[part.end] for part in found.parts],
        "foreign": [utf16[one.index] for one in found.non_gsm],
    }
    expected = row["expected"]
    actual = {"encoding": str(found.encoding), "units": found.units, "segments": found.segments, **parts}
    assert {key: actual[key] for key in expected} == expected
    assert segmenter.count_segments(text, mms=mms) == expected["segments"]
    assert segmenter.detect_encoding(text) == expected["encoding"]
    if not mms:
        assert len(segmenter.split(text)) == expected["segments"]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_in_bulk(segmenter: Segmenter, subject: str) -> None:
    """A whole file of vectors counted at once gives what is published row by row."""
    rows = [row for of, row in ROWS if of == subject]
    texts = [reference.read_text(row["input"]["text"]) for row in rows]
    mms = [row["input"].get("mms", False) for row in rows]
    expected = [row["expected"] for row in rows]
    batch = segmenter.analyze_bulk(texts, mms=mms)
    assert batch.segments.tolist() == [row["segments"] for row in expected]
    assert batch.units.tolist() == [row["units"] for row in expected]
    assert batch.encodings.tolist() == [row["encoding"] for row in expected]
    assert segmenter.count_segments_bulk(texts, mms=mms) == batch.segments
