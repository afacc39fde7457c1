"""Each layout in docs/reading-files.md is read as the table says, through the program."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import in_turn

pl = pytest.importorskip("polars")

from program import run  # noqa: E402

PAGE = Path(__file__).parents[2] / "docs" / "reading-files.md"
RATES = "country,sms,mms\nUS,0.01,0.02\nGB,0.04,0.05\n"
LONG = "a" * 200
NUMBERS = ("+12025550143", "+447400123456")
MEDIA = "https://media.example.com/a.jpg"
SENDERS = ("from", "src", "source", "originator", "account", "origination")


class Layout(NamedTuple):
    source: str
    form: str
    columns: list[str]
    text: str
    to: str
    media: str | None


def _cells(line: str) -> list[str]:
    # A bar in a cell is escaped.
    return [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def layouts() -> list[Layout]:
    lines = PAGE.read_text(encoding="utf-8").partition("| Source | Format |")[2].splitlines()[2:]
    found = []
    for line in lines:
        source, form, columns, *used = _cells(line)
        names = [name.replace("(no name)", "") for name in re.findall(r"`([^`]*)`|\(no name\)", columns)]
        text, to, media = (cell.strip("`") for cell in used)
        found.append(Layout(source, form, names, text, to, media or None))
    return found


LAYOUTS = layouts()


def _value(layout: Layout, name: str, row: int, nested: bool) -> Any:
    plain = name.replace("[]", "")
    plain = plain.removeprefix("messages.") if "messages[]." in name else plain
    plain = plain.removeprefix("recipients.") if "recipients[]." in name else plain
    if plain == layout.text:
        return ("Hello", LONG)[row]
    if plain == layout.to:
        return [NUMBERS[row]] if nested and plain == "recipients" else NUMBERS[row]
    if plain == layout.media:
        if "num" in plain.lower():
            return "01"[row]
        return ("" if row == 0 else MEDIA) if not (nested and plain.endswith("s")) else [MEDIA][:row]
    if plain.startswith("Media"):
        # Of a message without media, all columns that tell of them are empty.
        return ("", MEDIA)[row]
    return "+12025550199" if any(word in name.lower() for word in SENDERS) else f"x{row}"


def _put(record: dict[str, Any], name: str, value: Any) -> None:
    first, _, rest = name.partition(".")
    if not rest:
        record[first.removesuffix("[]")] = [value] if first.endswith("[]") else value
    elif first.endswith("[]"):
        _put(record.setdefault(first[:-2], [{}])[0], rest, value)
    else:
        _put(record.setdefault(first, {}), rest, value)


def _records(layout: Layout, prefix: str) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = [{}, {}]
    for row, record in enumerate(records):
        for name in layout.columns:
            _put(record, name.removeprefix(prefix), _value(layout, name, row, True))
    return records


def _written(folder: Path, layout: Layout) -> Path:
    """Write a file of a layout."""
    form = layout.form
    if "Parquet" in form:
        pl.DataFrame(_records(layout, "")).write_parquet(folder / "a.parquet")
        return folder / "a.parquet"
    path = folder / "a.txt"
    if "JSON" in form:
        prefix = layout.columns[0].partition("[].")[0] + "[]." if layout.columns[0].count("[].") else ""
        records = _records(layout, prefix)
        if "NDJSON" in form:
            path.write_text("".join(json.dumps(record) + "\n" for record in records))
        else:
            path.write_text(json.dumps({prefix[:-3]: records, "page": 1} if prefix else records, indent=1))
        return path
    delimiter = next((each for each in ";|" if f"`{each}`" in form), "\t" if "TSV" in form else ",")
    rows = [
        layout.columns,
        *([_value(layout, name, row, False) for name in layout.columns] for row in range(2)),
    ]
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows(rows)
    path.write_bytes(written.getvalue().encode("utf-8-sig" if "byte order mark" in form else "utf-8"))
    return path


def test_there_are_many_layouts() -> None:
    assert len(LAYOUTS) >= 60
    assert len({(each.source, each.form) for each in LAYOUTS}) == len(LAYOUTS)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda each: f"{each.source}, {each.form}")
def test_layouts(tmp_path: Path, implementation: str, layout: Layout) -> None:
    (tmp_path / "rates.csv").write_text(RATES)
    path = _written(tmp_path, layout)
    found = run(implementation, "estimate", path, "--rates", tmp_path / "rates.csv", "--format", "json").data
    assert found["columns"] == {"text": layout.text, "to": layout.to, "media": layout.media}
    assert (found["messages"], found["mms"]) == (2, 1 if layout.media else 0)
    assert found["segments"] == (2 if layout.media else 3)
    assert found["cost"]["total"] == ("0.06" if layout.media else "0.09")


AMBIGUOUS = {
    "two_texts": (
        "to,message,sms_text\n+12025550143,Promo,Dear you\n",
        "Texts are read from 'sms_text'",
    ),
    "two_numbers": (
        "Phone,Mobile,text\n+12025550143,+12025550144,Hi\n",
        "Recipients are read from 'Mobile', not from 'Phone'",
    ),
    "unknown_heading": ("Kontakt,text\n+12025550143,Hi\n", "Recipients are read from 'Kontakt'"),
    "words_of_a_heading": (
        "to,Final Message\n+12025550143,Hi\n",
        "Texts are read from 'Final Message'",
    ),
    "no_plus": ("to,text\n12025550143,Hi\n447400123456,Hi\n", "are read as international"),
    "national": ("to,text\n2025550143,Hi\n", "have no country"),
    "several": ('to,text\n"+12025550143,+12025550144",Hi\n', "has several recipients"),
    "devices": ("token,body\nabc,Hi\n", "counts as an SMS, though 'token' holds no phone numbers"),
    "email": ("E-Mail,body\na@b.org,Hi\n", "counts as an SMS, though 'E-Mail' holds no phone numbers"),
    "rounded": ("to,text\n1.20256E+10,Hi\n", "that a spreadsheet rounded"),
    "merge_fields": ("to,text\n+12025550143,Hi {{name}}\n", "merge fields such as {{name}}"),
    "no_recipients": ("contact,text\nBob,Hi\n", "1 message has the price of *"),
    "no_country": ("to,text\n12345,Hi\n", "1 message has no country, or no number, and the price of *"),
    "empty_rows": ("to,text\n+12025550143,Hi\n,\n", "1 empty row was skipped"),
}


@pytest.mark.parametrize(("name", "implementation"), in_turn(zip(AMBIGUOUS)), indirect=["implementation"])
def test_how_ambiguous_files_were_read(tmp_path: Path, implementation: str, name: str) -> None:
    content, sentence = AMBIGUOUS[name]
    (tmp_path / "a.csv").write_text(content)
    (tmp_path / "rates.csv").write_text(RATES + "*,1,1\n")
    arguments = ("estimate", tmp_path / "a.csv", "--rates", tmp_path / "rates.csv")
    shown = run(implementation, *arguments).out
    assert sentence in " ".join(shown.partition("How this file was read")[2].split())
    assert max(map(len, shown.splitlines())) <= max(80, len(str(tmp_path / "a.csv")) + 40)
    notes = json.loads(run(implementation, *arguments, "--format", "json").out)["reading"]
    assert any(sentence in note["sentence"] for note in notes)
    assert "How this file was read" in run(implementation, *arguments, "--format", "html").out
