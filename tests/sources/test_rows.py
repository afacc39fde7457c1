"""What a row means is the same in files, tables and Python lists, and in both implementations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pl = pytest.importorskip("polars")

import segcore  # noqa: E402
from segcore.sources.mms_rule import has_media, is_mms, recipients  # noqa: E402
from segcore.sources.rows import media_flags  # noqa: E402

LONG = "a" * 200
"""Two segments as an SMS, one as an MMS."""

NONE = ["", "0", "0.0", "0,0", "false", "No", " none ", "NULL", "[]", "[ ]", '[""]', "{}", "[null]"]
SOME = ["https://media.example.com/a.jpg", "1", "1.0", "true", "yes", '["a.jpg"]', "00", "nothing.png"]


def _segments(data: Any) -> int:
    return int(segcore.estimate(data).segments)


@pytest.mark.parametrize(("cell", "segments"), [(c, 2) for c in NONE] + [(c, 1) for c in SOME])
def test_media_cells_mean_the_same_everywhere(tmp_path: Path, cell: str, segments: int) -> None:
    row = {"text": LONG, "media": cell}
    quoted = cell.replace('"', '""')
    (tmp_path / "a.csv").write_text(f'text,media\n{LONG},"{quoted}"\n')
    (tmp_path / "a.ndjson").write_text(json.dumps(row) + "\n")
    pl.DataFrame([row]).write_parquet(tmp_path / "a.parquet")
    for name in ("a.csv", "a.ndjson", "a.parquet"):
        assert _segments(tmp_path / name) == segments, name
    assert _segments({"text": [LONG], "media": [cell]}) == segments
    made = segcore.Estimate()
    made.add([LONG], media=[cell])
    assert made.segments == segments


@pytest.mark.parametrize(
    ("cell", "dtype"),
    [
        (0, pl.Int64),
        (2, pl.UInt8),
        (0.0, pl.Float64),
        (float("nan"), pl.Float64),
        (1.0, pl.Float32),
        (None, pl.Float64),
        (True, pl.Boolean),
        (False, pl.Boolean),
        ([], pl.List(pl.String)),
        ([""], pl.List(pl.String)),
        (["none", None], pl.List(pl.String)),
        (["", "a.jpg"], pl.List(pl.String)),
        ([None], pl.List(pl.Null)),
        ([{"url": "a.jpg", "size": 0}], pl.List(pl.Struct({"url": pl.String, "size": pl.Int64}))),
        ([{"url": "", "size": None}], pl.List(pl.Struct({"url": pl.String, "size": pl.Int64}))),
        ({"url": None}, pl.Struct({"url": pl.String})),
        ({"url": "a.jpg"}, pl.Struct({"url": pl.String})),
        (["", "a.jpg"], pl.Array(pl.String, 2)),
        (["", "0.0"], pl.Array(pl.String, 2)),
        ("none", pl.Categorical),
        ("a.jpg", pl.Enum(["a.jpg"])),
    ],
)
def test_the_rule_for_columns_is_the_rule_for_cells(cell: object, dtype: Any) -> None:
    column = pl.Series("media", [cell, None], dtype=dtype, strict=False)
    found = media_flags(column)
    assert (None if found is None else found.to_list()) == (
        None if cell is None else [has_media(cell), False]
    )


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (["+12025550143", ""], 1),
        (["+12025550143", " "], 1),
        ('["+12025550143", ""]', 1),
        ("+12025550143,", 1),
        (["+12025550143", "+12025550144"], 2),
        ("+12025550143;+12025550144", 2),
        (None, 0),
    ],
)
def test_empty_entries_are_no_recipients(cell: Any, expected: int) -> None:
    assert len(recipients(cell)) == expected
    assert is_mms(cell) == (expected > 1)
    segments = 1 if expected > 1 else 2
    assert _segments({"text": [LONG], "to": [cell]}) == segments
    if isinstance(cell, list):
        column = pl.DataFrame({"text": [LONG], "to": [cell]}, schema_overrides={"to": pl.List(pl.String)})
        assert _segments(column) == segments
        assert _segments(column.to_arrow()) == segments
