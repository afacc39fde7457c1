"""Counts that providers publish, as vectors and as a table of the documentation."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import reference

from segcore import PROFILES, Segmenter
from segcore.rules.codings import GSM7, Coding, Encoding

ROWS = reference.load("published")["rows"]
PAGE = Path(__file__).parents[2] / "docs" / "published-examples.md"


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in ROWS])
def test_published_counts(segmenter_class: type[Segmenter], row: dict[str, Any]) -> None:
    """segcore counts as published, or as the row says and why."""
    given = row["input"]
    options = dict(given.get("options", {}))
    if "gsm7_capacity" in options:
        room = tuple(options.pop("gsm7_capacity"))
        options["gsm7"] = Coding(Encoding.GSM7, GSM7.alphabet, GSM7.extension, room=room)
    profile = replace(PROFILES[given["profile"]], name="row", **options)
    text, mms = reference.read_text(given["text"]), given.get("mms", False)
    found = segmenter_class(profile).count_segments(text, mms=mms)
    assert found == row["expected"]["segments"]
    assert (found == row["published"]) == ("why" not in row)


@pytest.mark.skipif(not PAGE.is_file(), reason="the documentation is only in the repository")
def test_the_table_of_the_documentation() -> None:
    """The page has every row, with the numbers of the vectors."""
    page = PAGE.read_text("utf-8")
    cells = [
        line.strip("| ").split(" | ") for line in page.splitlines() if re.match(r"\| [a-z-]+-\d+ ", line)
    ]
    expected = [[row["id"], str(row["published"]), str(row["expected"]["segments"])] for row in ROWS]
    assert [[each[0], *each[-2:]] for each in cells] == expected
    equal = sum(row["published"] == row["expected"]["segments"] for row in ROWS)
    assert f"{len(ROWS)} such figures" in page
    assert f"\n{equal} of them as published" in page
