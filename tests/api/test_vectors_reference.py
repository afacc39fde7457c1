"""The published vectors against the slow reading of the specification."""

from __future__ import annotations

import re
from typing import Any

import pytest
import reference

pytestmark = pytest.mark.kernel_independent

SUBJECTS = ("boundaries", "controls", "disagreements", "lookalikes", "mms", "straddles", "surrogates")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_row_follows_from_the_rules(subject: str) -> None:
    """No row expects anything but what packing item by item gives."""
    for row in reference.load(subject)["rows"]:
        text = reference.read_text(row["input"]["text"])
        parts = reference.parts(text)
        utf16 = reference.utf16_indices(text)
        found: dict[str, Any] = {
            "encoding": reference.encoding(text),
            "units": reference.units(text),
            "segments": reference.segments(text, mms=row["input"].get("mms", False)),
            "part_units": [part.units for part in parts],
            "part_ends": [utf16[part.end] for part in parts],
            "foreign": [utf16[index] for index in reference.foreign(text)],
        }
        expected = row["expected"]
        assert {key: found[key] for key in expected} == expected, row["id"]
        assert expected.keys() >= {"encoding", "units", "segments"}, row["id"]


@pytest.mark.parametrize("subject", [*SUBJECTS, "capacity", "alphabets", "national", "userdata"])
def test_form(subject: str) -> None:
    """Every file has its header, and every row an id of its own, a description and a clause."""
    content = reference.load(subject)
    assert content["format"] == "segcore-vectors/1"
    assert content["subject"] == subject
    assert content["title"]
    assert content["spec"]
    rows = content.get("rows", [])
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["description"], row["id"]
        assert row["clause"], row["id"]
        for entry in row.get("known_wrong", []):
            assert re.fullmatch(r"(npm )?[\w-]+ [\d.]+", entry["tool"]), row["id"]
            assert entry["says"].keys() == {"raises"} or entry["says"].keys() <= row["expected"].keys()
            assert all(row["expected"].get(key) != said for key, said in entry["says"].items()), row["id"]


@pytest.mark.parametrize("subject", [*SUBJECTS, "national"])
def test_strings_can_be_read_by_strict_readers(subject: str) -> None:
    """No string holds a lone surrogate: JSON readers in other languages refuse the whole file."""
    path = reference.VECTORS / f"{subject}.json"
    runs = [run for row in reference.load(subject)["rows"] for run in row["input"]["text"]]
    for _, what in runs:
        assert isinstance(what, int) or what.encode("utf-8")
    path.read_bytes().decode("ascii")


def test_capacities_follow_from_140_octets() -> None:
    """Room is 140 octets less the header, in whole septets or whole code units."""
    for row in reference.load("capacity")["rows"]:
        elements = {"none": [], "8bit": [5], "16bit": [6]}[row["input"]["reference"]]
        elements = elements + [3] * row["input"]["national_elements"]
        header = 1 + sum(elements) if elements else 0
        expected = row["expected"]
        assert expected["header_octets"] == header
        assert expected["septets"] == (140 - header) * 8 // 7
        assert expected["header_septets"] * 7 == header * 8 + expected["fill_bits"]
        assert expected["header_septets"] + expected["septets"] == 160
        if not row["input"]["national_elements"]:
            assert expected["code_units"] == (140 - header) // 2


def test_alphabets_are_whole() -> None:
    """127 code points and 10; every single shift table repeats the ten of the default extension."""
    tables = reference.load("alphabets")["tables"]
    default, extension = tables["default"]["cells"], tables["extension"]["cells"]
    assert len(set(default.values())) == len(default) == 127
    assert len(set(extension.values())) == len(extension) == 10
    assert not set(default.values()) & set(extension.values())
    assert sorted(map(int, tables["single"])) == list(range(1, 14))
    assert sorted(map(int, tables["locking"])) == [1, *range(3, 14)]
    for table in tables["single"].values():
        assert set(extension.values()) <= set(table["cells"].values())
    for table in (tables["default"], *tables["locking"].values()):
        assert "1B" not in table["cells"]
