"""What a row means is the same in files, tables and Python lists, and in both implementations."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import thinned
from hypothesis import example, given
from hypothesis import strategies as st

pl = pytest.importorskip("polars")

from cli_runner import invoke  # noqa: E402

import segcore  # noqa: E402
from segcore.cost.destinations import Destinations  # noqa: E402
from segcore.rates.card import RateCard  # noqa: E402
from segcore.sources.mms_rule import has_media, is_mms, recipients, recipients_in_column  # noqa: E402
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
        (["+12025550143", None], 1),
        (["+12025550143", "+12025550144", None], 2),
        (["+12025550143", ""], 1),
        (["+12025550143", " "], 1),
        ('["+12025550143", ""]', 1),
        ("+12025550143,", 1),
        (["+12025550143", "+12025550144"], 2),
        ("+12025550143;+12025550144", 2),
        ("['+12025550143' '+12025550144']", 2),
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


HEADERS = ("text", "to")
RATES = "country,sms,mms\nUS,0.01,0.02\nGB,0.04,0.05\n*,1,1\n"


def _written(folder: Path, kind: str, rows: list[dict[str, Any]]) -> Path:
    """Write rows as a file of a kind."""
    path = folder / f"rows.{kind}"
    if kind == "csv":
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    elif kind == "ndjson":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        pl.DataFrame(rows, infer_schema_length=None).write_parquet(path)
    return path


def _countries(folder: Path, kind: str, cells: list[Any], **options: Any) -> list[tuple[Any, int]]:
    """Return the countries of recipients, and their messages, as a file or a table of a kind has them."""
    (folder / "rates.csv").write_text(RATES)
    rows = [{"text": "Hello", "to": cell} for cell in cells]
    data: Any = {"text": ["Hello"] * len(cells), "to": cells}
    if kind != "python":
        data = _written(folder, kind, rows)
    found = segcore.estimate(data, rates=folder / "rates.csv", **options)
    return [(part.key["country"], part.messages) for part in found.by("country")]


KINDS = ("csv", "ndjson", "parquet", "python")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "cell",
    [
        "+12025550143",
        "12025550143",
        "'+12025550143",
        '="+12025550143"',
        "=+12025550143",
        "tel:+12025550143",
        "TEL:+1-202-555-0143",
        '["+12025550143"]',
        "['+12025550143']",
        '[{"phone_number": "+12025550143", "carrier": "T-Mobile"}]',
        '{"number": "+12025550143"}',
        "12025550143.0",
        "+1 (202) 555-0143;",
        "1.2025550143E+10",
        "Bob Smith <+12025550143>",
    ],
)
def test_a_recipient_however_it_is_written(tmp_path: Path, kind: str, cell: str) -> None:
    assert _countries(tmp_path, kind, [cell, "447400123456"]) == [("GB", 1), ("US", 1)]


@pytest.mark.parametrize(
    "cells",
    [
        [12025550143, 447400123456],
        [12025550143.0, 447400123456.0, None],
        [["+12025550143"], ["+447400123456"]],
        [[{"phone_number": "+12025550143"}], [{"phone_number": "+447400123456"}]],
        [{"number": "+12025550143"}, {"number": "+447400123456"}],
        [[12025550143], [447400123456]],
    ],
)
@pytest.mark.parametrize("kind", ["ndjson", "parquet", "python"])
def test_numbers_lists_and_objects(tmp_path: Path, kind: str, cells: list[Any]) -> None:
    found = _countries(tmp_path, kind, cells)
    assert [each for each in found if each[0] != "unknown"] == [("GB", 1), ("US", 1)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "cell",
    [
        "4915112345678.0",
        "+4915112345678.0",
        '="+4915112345678"',
        '["+4915112345678"]',
        "4.915112345678E+12",
        "4.915112345678e12",
        "4,915,112,345,678",
        "'+4915112345678",
        "4915112345678",
    ],
)
def test_odd_cells_below_plain_ones(tmp_path: Path, kind: str, cell: str) -> None:
    """A column is read by its first rows, and each cell below for what it is."""
    assert _countries(tmp_path, kind, ["+4915112345670"] * 100 + [cell] * 5) == [("DE", 105)]


def test_pandas_columns() -> None:
    pd = pytest.importorskip("pandas")
    for cells in ([12025550143, 447400123456], [12025550143, 447400123456, None]):
        found = segcore.estimate(pd.DataFrame({"text": "Hi", "to": cells}))
        countries = [part.key["country"] for part in found.by("country")]
        assert [each for each in countries if each != "unknown"] == ["GB", "US"]


@pytest.mark.parametrize("kind", KINDS)
def test_names_are_not_recipients(tmp_path: Path, kind: str) -> None:
    rows = [{"text": "a" * 400, "to": "Smith, Bob"}, {"text": "a" * 400, "to": "Smith, Bob, +12025550143"}]
    data = {name: [row[name] for row in rows] for name in rows[0]}
    found = segcore.estimate(data if kind == "python" else _written(tmp_path, kind, rows))
    assert (found.mms, found.segments) == (0, 6)
    assert [(part.key["country"], part.messages) for part in found.by("country")] == [
        ("US", 1),
        ("unknown", 1),
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("separator", thinned([",", "|", ";", "<", " ; ", "&", "\n", " "], 3))
@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("standard", (1, 1, 1)),
        ("bandwidth", (1, 1, 1)),
        ("plivo", (3, 0, 6)),
        ("bird", (3, 0, 6)),
        ("telnyx", (3, 0, 6)),
    ],
)
def test_several_recipients(
    tmp_path: Path, kind: str, separator: str, profile: str, expected: tuple[int, int, int]
) -> None:
    cell = separator.join(("+12025550143", "+447400123456", "+12025550144"))
    rows = [{"text": LONG, "to": cell}]
    data = {"text": [LONG], "to": [cell]} if kind == "python" else _written(tmp_path, kind, rows)
    found = segcore.estimate(data, profile=profile)
    assert (found.messages, found.mms, found.segments) == expected
    code = "group_mms" if expected[1] else "several_sms"
    assert [note.code for note in found.reading] == [code]
    made = segcore.Estimate(segcore.Segmenter(profile))
    made.add([LONG], to=[cell])
    assert (made.messages, made.mms, made.segments) == expected
    for to in (cell, cell.split(separator)):
        made = segcore.Estimate(segcore.Segmenter(profile))
        made.add(pl.Series([LONG]), to=to if isinstance(to, str) else [to])
        assert (made.messages, made.mms, made.segments) == expected


DESTINATIONS = Destinations(
    RateCard(
        [
            {"prefix": "44", "sms": "0.04"},
            {"prefix": "+1202", "sms": "0.02"},
            {"country": "US", "sms": "0.01"},
        ]
    )
)
PIECES = [
    *("+12025550143", "12025550143", "(202) 555-0143", "+44 7400 123456", "＋12025550143", "00", "12", "+1"),
    *("1.2E+10", "1.2025550143E+10", "1,2025550143E+10", ".0", "tel:", "a", "٣", "-", "(", ")"),
    *("[", "]", "{", "}", '"', "'", "=", ":", ",", ";", "|", "/", "&", "、", " ", "\n", "\t", "\u00a0"),
]


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=7).map("".join) | st.none(), max_size=9))
@example(["120,255,501", "12,025,550,143", "+1202,+1303", "whatsapp:+12025550143,+12025550144"])
@example(["+12025550143;+447400123456", '["+12025550143", "(202) 555-0144"]', "1.20256E+10", "Smith, Bob"])
@example(
    ["12025550143 12025550144", '="+12025550143"', '"12025550143.0"', "[]", "[1.2E+10]", "+1/ +12025550143"]
)
def test_columns_are_read_like_single_cells(cells: list[str | None]) -> None:
    column = DESTINATIONS.fresh().find(pl.Series(cells, dtype=pl.String))
    listed = DESTINATIONS.fresh().find(cells)
    assert (column.numbers, column.several, [*column.rounded]) == listed


def test_no_row_of_a_column_is_read_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """But for what is written in an uncommon way."""
    monkeypatch.setattr("segcore.sources.mms_rule.recipients", lambda _: pytest.fail("a row in Python"))
    cells = [
        "nobody",
        "Smith, Bob",
        "1.20256E+10",
        "+12025550143;+447400123456",
        '["+12025550143", "12025550144"]',
    ]
    found = recipients_in_column(pl.Series(cells), pl.Series(range(5), dtype=pl.UInt32))
    assert found.rows() == [
        (2, "1.20256E+10", True),
        (3, "+12025550143", False),
        (3, "+447400123456", False),
        (4, "+12025550143", False),
        (4, "12025550144", False),
    ]


def test_each_recipient_has_a_price_and_a_group_of_its_own(tmp_path: Path) -> None:
    rates = segcore.RateCard([{"country": "US", "sms": "0.01"}, {"country": "GB", "sms": "0.04"}])
    data = {
        "text": [LONG, "Hi"],
        "to": ["+12025550143,+447400123456", "+447400123456"],
        "campaign": ["a", "b"],
    }
    found = segcore.estimate(data, rates=rates, profile="plivo", group_by="campaign")
    assert str(found.cost.total) == "0.14"
    assert [(part.key["campaign"], part.messages, str(part.cost)) for part in found.groups] == [
        ("a", 2, "0.10"),
        ("b", 1, "0.04"),
    ]
    made = segcore.Estimate(segcore.Segmenter("plivo"), rates, group_by=["campaign"])
    made.add(data["text"], to=data["to"], group=data["campaign"])
    assert made == found


def test_annotated_rows_sum_their_recipients(tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text(RATES)
    path = _written(
        tmp_path,
        "csv",
        [{"text": LONG, "to": "+12025550143,+447400123456"}, {"text": "Hi", "to": "+12025550143"}],
    )
    out = tmp_path / "out.csv"
    result = invoke(
        "estimate",
        str(path),
        "--rates",
        str(tmp_path / "rates.csv"),
        "--profile",
        "plivo",
        "--annotate",
        str(out),
    )
    assert result.exit_code == 0, result.output
    found = list(csv.DictReader(out.read_text().splitlines()))
    assert [(row["kind"], row["units"], row["segments"], row["cost"]) for row in found] == [
        ("SMS", "200", "4", "0.10"),
        ("SMS", "2", "1", "0.01"),
    ]


@pytest.mark.parametrize(
    ("cells", "options", "countries", "says"),
    [
        (["12025550143", "447400123456"], {}, ["GB", "US"], "read as international"),
        (["12025550143", "447400123456"], {"default_region": "DE"}, ["GB", "US"], "read as international"),
        (["12025550143", "447400123456"], {"default_region": "DE", "numbers": "national"}, ["DE"], ""),
        (["2025550143", "2125550143"], {}, ["unknown"], "have no country"),
        (["2025550143", "2125550143"], {"default_region": "US"}, ["US"], ""),
        (["4755550143", "4755550144"], {"default_region": "US"}, ["US"], "read as numbers of US"),
        (["4755550143", "4755550144"], {"numbers": "international"}, ["NO"], ""),
        (["07400 123456", "447400123456"], {"default_region": "GB"}, ["GB", "GG"], "read as international"),
        (["+12025550143", "447400123456"], {}, ["GB", "US"], "read as international"),
        (["+12025550143", "12345"], {}, ["US", "unknown"], "have no country"),
        (["+12025550143", ""], {}, ["US", "unknown"], ""),
    ],
)
def test_numbers_without_a_plus_sign(
    cells: list[str], options: dict[str, Any], countries: list[str], says: str
) -> None:
    found = segcore.estimate({"text": ["Hi"] * len(cells), "to": cells}, **options)
    seen = [part.key["country"] for part in found.by("country")]
    assert set(seen) <= set(countries)
    assert len(seen) == len(countries) or "GG" in countries
    notes = [note.sentence for note in found.reading if note.code == "numbers"]
    assert len(notes) == bool(says)
    assert all(says in note for note in notes)


def test_the_first_rows_decide_for_all(tmp_path: Path) -> None:
    cells = ["12025550143"] * 70_000 + ["4755550143", "2125550143"]
    path = _written(tmp_path, "csv", [{"text": "Hi", "to": cell} for cell in cells])
    for threads in (1, 2):
        found = segcore.estimate(path, threads=threads)
        assert {part.key["country"]: part.messages for part in found.by("country")} == {
            "US": 70_000,
            "NO": 1,
            "unknown": 1,
        }


@pytest.mark.parametrize("kind", KINDS)
def test_rounded_numbers_are_never_priced(tmp_path: Path, kind: str) -> None:
    (tmp_path / "rates.csv").write_text(RATES)
    rows = [{"text": "Hi", "to": "1.20256E+10"}, {"text": "Hi", "to": "+12025550143"}]
    data = {name: [row[name] for row in rows] for name in rows[0]}
    found = segcore.estimate(
        data if kind == "python" else _written(tmp_path, kind, rows), rates=tmp_path / "rates.csv"
    )
    assert (str(found.cost.sms), found.cost.unpriced_segments) == ("0.01", 1)
    assert [note.code for note in found.reading] == ["rounded_numbers"]
    assert "1.20256E+10" in found.reading[0].sentence


@pytest.mark.parametrize("kind", ["csv", "parquet", "ndjson", "python"])
def test_blank_rows_are_no_messages(tmp_path: Path, kind: str) -> None:
    rows = [{"id": "1", "to": "+12025550143", "text": "Hi"}, {"id": "", "to": "", "text": ""}]
    rows += [{"id": " ", "to": " ", "text": ""}, {"id": "2", "to": "+12025550143", "text": ""}]
    data = {name: [row[name] for row in rows] for name in rows[0]}
    found = segcore.estimate(data if kind == "python" else _written(tmp_path, kind, rows))
    # A row of commas is not even a row of a CSV file.
    assert (found.messages, found.nulls, found.empty) == (2, 1 if kind == "csv" else 2, 1)
    # The last row has a recipient.
    assert {note.code for note in found.reading} == {"empty_rows", "empty_texts"}


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Hi {{first_name}}!",
            "Hi {{ contact.name | default: 'x' }}",
            "*|FNAME|*",
            "{% if x %}",
            "{First Name}",
        ),
        *(
            "Hi {!Contact.FirstName}",
            "«Vorname»",
            "<<Name>>",
            "[[city]]",
            "%firstname%",
            "##otp##",
            "__NAME__",
        ),
        *(
            "Order [order_id]",
            "Hi #name#,",
            "Hi ~Contact.FirstName~",
            "Hi $first_name,",
            "{0}, your code is {1}",
            "Hi %s,",
            "Hi @@name@@",
            "Hi *|PREFERRED_NAME_OF_THE_CONTACT_OR_OF_THE_COMPANY|*",
            "Hi @name@,",
            "Hi [First name|there]",
            "<%= name %>",
            "Hi %recipient.first%",
            "Bonjour [PRENOM]",
            "See [link]",
            "{Hi|Hello} Ann",
        ),
    ],
)
def test_merge_fields_are_said(text: str) -> None:
    found = segcore.estimate({"text": [text, "Hi (Bob) [ACME] # __ «", "100 % {} 5 % bob@x.com ~~ $5 #1"]})
    assert [note.code for note in found.reading] == ["merge_fields"]
    assert found.reading[0].sentence.startswith("1 message contains merge fields such as ")


@pytest.mark.parametrize(
    "cell", ["n/a", "N", "nan", "-", "[ ]", "undefined", "Keine", "нет", "なし", "SMS", "não"]
)
def test_words_for_no_media(cell: str) -> None:
    assert not has_media(cell)
    assert _segments({"text": [LONG], "media": [cell]}) == 2


def test_the_state_in_a_list_of_recipients() -> None:
    states = ("delivered", "sending_failed")
    to = [[{"phone_number": "+12025550143", "status": state}] for state in states]
    found = segcore.estimate(pl.DataFrame({"to": to, "text": ["Hi", "Yo"]}))
    assert [note.code for note in found.reading] == ["not_sent"]
