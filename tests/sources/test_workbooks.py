"""Sheets of workbooks are read with the cells as they are displayed."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("polars")
pytest.importorskip("python_calamine")

from program import run
from workbooks import Cell, ods, xlsx

import segcore

US = 12025550143
LONG = "a" * 161
ROWS: Sequence[Sequence[Cell]] = [["to", "text", "day"], [US, "Hello", date(2026, 5, 1)], [US, LONG, None]]


WRITERS = {"xlsx": xlsx, "ods": ods}


@pytest.mark.parametrize("kind", WRITERS)
def test_one_sheet(tmp_path: Path, implementation: str, kind: str) -> None:
    path = tmp_path / "messages.bin"
    WRITERS[kind](path, {"Sheet1": ROWS})
    out = tmp_path / "out.csv"
    data = run(implementation, "estimate", path, "--format", "json", "--annotate", out).data
    assert (data["messages"], data["segments"]) == (2, 3)
    # Not 12025550143.0, and no number of days.
    assert out.read_text().splitlines()[1].startswith("12025550143,Hello,2026-05-01,SMS")


@pytest.mark.parametrize("kind", WRITERS)
def test_a_packed_workbook(tmp_path: Path, implementation: str, kind: str) -> None:
    path = tmp_path / f"messages.{kind}"
    WRITERS[kind](path, {"Sheet1": ROWS})
    with zipfile.ZipFile(tmp_path / "sent.zip", "w") as archive:
        archive.write(path, path.name)
    (tmp_path / "sent.gz").write_bytes(gzip.compress(path.read_bytes()))
    for name in ("sent.zip", "sent.gz"):
        data = run(implementation, "estimate", tmp_path / name, "--json").data
        assert (data["messages"], data["segments"]) == (2, 3)


def test_layouts_of_sheets(tmp_path: Path) -> None:
    """Titles, empty rows and several lines in a cell are as in CSV."""
    path = tmp_path / "messages.xlsx"
    xlsx(path, {"A": [["Spring campaign"], [], *ROWS[:2], [], [US, "two\nlines", None]]})
    found = segcore.estimate(path)
    assert (found.messages, found.segments) == (2, 2)


def test_several_sheets(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "messages.xlsx"
    xlsx(path, {"Notes": [["Who?", "Me"]], "May": ROWS, "June": ROWS[:2], "Empty": []})
    assert run(implementation, "estimate", path, "--format", "json").data["messages"] == 2
    assert run(implementation, "estimate", path, "--format", "json", "--sheet", "June").data["messages"] == 1
    assert segcore.estimate(path, sheet="June").messages == 1
    answer = run(implementation, "estimate", path, "--sheet", "Juni")
    assert (answer.status, "--sheet: unknown value 'Juni'" in answer.error) == (2, True)
    assert "did you mean 'June'" in answer.error


def test_a_sheet_of_contacts_is_no_sheet_of_messages(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "book.xlsx"
    contacts: Sequence[Sequence[Cell]] = [["Name", "Phone", "E-mail"], ["Ann", US, "ann@example.com"]]
    xlsx(path, {"Contacts": contacts, "Outbox": [["Phone", "Message"], [US, "Hello"], [US, LONG]]})
    data = run(implementation, "estimate", path, "--format", "json").data
    assert (data["messages"], data["segments"]) == (2, 3)
    assert data["reading"][0]["sentence"] == f"{path}: sheet 'Outbox' is read, not 'Contacts'."
    # A template takes its fields from any sheet.
    data = run(implementation, "estimate", path, "--template", "Hi {{Name}}", "--to", "Phone", "--json").data
    assert data["messages"] == 1


def _change(path: Path, changed: Path, marks: dict[str, tuple[bytes, bytes]]) -> None:
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(changed, "w") as after:
        for member in before.namelist():
            plain, marked = marks.get(member, (b"", b""))
            content = before.read(member)
            after.writestr(member, content.replace(plain, marked) if plain else content)


def test_errors_of_formulas_are_said(tmp_path: Path, implementation: str) -> None:
    path, changed = tmp_path / "rows.xlsx", tmp_path / "changed.xlsx"
    xlsx(path, {"May": ROWS})
    text = b't="inlineStr"><is><t xml:space="preserve">Hello</t></is></c>'
    error = b't="e"><f>VLOOKUP(A2,D:E,2,0)</f><v>#N/A</v></c>'
    _change(path, changed, {"xl/worksheets/sheet1.xml": (text, error)})
    notes = run(implementation, "estimate", changed, "--json").data["reading"]
    sentence = f"{changed}: errors such as #N/A in sheet 'May' are read as empty: 1 cell."
    assert sentence in [note["sentence"] for note in notes]


def test_cells_merged_over_rows_are_in_each_of_them(tmp_path: Path, implementation: str) -> None:
    plain, path = tmp_path / "plain.xlsx", tmp_path / "merged.xlsx"
    # One text for two recipients, below a header of two rows, below an empty one.
    rows: Sequence[Sequence[Cell]] = [
        [],
        ["Phone", "SMS", None],
        [None, "Text", "Length"],
        [US, LONG, 161],
        [US + 1, None, None],
    ]
    xlsx(plain, {"Sheet1": rows})
    merges = (
        b'<mergeCells><mergeCell ref="A2:A3"/><mergeCell ref="B2:C2"/><mergeCell ref="B4:C5"/></mergeCells>'
    )
    _change(plain, path, {"xl/worksheets/sheet1.xml": (b"</worksheet>", merges + b"</worksheet>")})
    data = run(implementation, "estimate", path, "--format", "json").data
    assert (data["messages"], data["segments"], data["columns"]["text"]) == (2, 4, "Text")
    sentence = f"{path}: cells that are merged over several rows count in each of them, 2 in sheet 'Sheet1'."
    assert sentence in [note["sentence"] for note in data["reading"]]


def test_rows_have_the_numbers_of_the_sheet(tmp_path: Path) -> None:
    path = tmp_path / "card.xlsx"
    xlsx(path, {"Sheet1": [[], [], [], ["Country", "Price"], ["DE", 0.07], ["Nowhere", 0.07]]})
    (row,) = run("python", "rates", path, "--format", "json").data["skipped"]
    assert (row["location"], row["text"]) == ("line 6", "Nowhere")


@pytest.mark.parametrize(
    ("cell", "is_said"),
    [
        (b"><f>A2&amp;B2</f><v /></c>", True),
        (b"><f>A2&amp;B2</f></c>", True),
        (b' t="str"><f>A2&amp;B2</f><v></v></c>', False),
    ],
)
def test_formulas_without_a_value_are_said(
    tmp_path: Path, implementation: str, cell: bytes, is_said: bool
) -> None:
    """As libraries write them; in the last one, a spreadsheet has found that the text is empty."""
    path, changed = tmp_path / "rows.xlsx", tmp_path / "changed.xlsx"
    xlsx(path, {"May": ROWS})
    text = b' t="inlineStr"><is><t xml:space="preserve">Hello</t></is></c>'
    _change(path, changed, {"xl/worksheets/sheet1.xml": (text, cell)})
    data = run(implementation, "estimate", changed, "--json").data
    assert data["empty"] == 1
    assert ("error_cells" in [note["code"] for note in data["reading"]]) == is_said


@pytest.mark.parametrize(
    "hostile",
    [
        b'<c t="e"><f' * 100_000,
        b"<c><f>" * 200_000,
        b"<row " * 200_000,
        b"<c " + b't="e" ' * 150_000,
        b"<table:table-row " * 60_000,
        b"<sheet " * 150_000,
        b"<Relationship " * 70_000,
    ],
)
def test_tags_without_an_end_take_linear_time(tmp_path: Path, hostile: bytes) -> None:
    """In a comment, where all is well-formed; they would take hours."""
    path, changed = tmp_path / "rows.xlsx", tmp_path / "changed.xlsx"
    xlsx(path, {"May": ROWS})
    comment = b"<!--" + hostile + b"-->"
    marks = {
        "xl/worksheets/sheet1.xml": (b"</worksheet>", comment + b"</worksheet>"),
        "xl/workbook.xml": (b"</workbook>", comment + b"</workbook>"),
        "xl/_rels/workbook.xml.rels": (b"</Relationships>", comment + b"</Relationships>"),
    }
    _change(path, changed, marks)
    assert segcore.estimate(changed) == segcore.estimate(path)


@pytest.mark.parametrize("kind", WRITERS)
def test_hidden_rows_are_read_and_counted(tmp_path: Path, kind: str) -> None:
    """A filter hides rows, which the messages to be sent may be without."""
    path, changed = tmp_path / "rows.bin", tmp_path / f"changed.{kind}"
    WRITERS[kind](path, {"May": ROWS})
    marks = {
        "content.xml": (b"<table:table-row>", b'<table:table-row table:visibility="filter">'),
        "xl/worksheets/sheet1.xml": (b'<row r="2"', b'<row r="2" hidden="1"'),
    }
    _change(path, changed, marks)
    data = run("python", "estimate", changed, "--json").data
    assert data["messages"] == 2
    many = "1 row is" if kind == "xlsx" else "3 rows are"
    assert f"{changed}: {many} hidden in sheet 'May', and read like all others." in [
        note["sentence"] for note in data["reading"]
    ]


def test_a_damaged_member_is_one_line(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "messages.xlsx"
    xlsx(path, {"May": ROWS})
    with zipfile.ZipFile(path) as archive:
        check = archive.getinfo("xl/_rels/workbook.xml.rels").CRC
    path.write_bytes(
        path.read_bytes().replace(check.to_bytes(4, "little"), (check ^ 1).to_bytes(4, "little"))
    )
    answer = run(implementation, "estimate", path)
    assert (answer.status, answer.out) == (2, "")
    assert "not readable as a workbook: Bad CRC-32 for file 'xl/_rels/workbook.xml.rels'" in answer.error
    assert "Traceback" not in answer.error


def test_hidden_sheets_come_last(tmp_path: Path, implementation: str) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "messages.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active.title = "SMS of April"
    for name, rows in (("SMS of April", ROWS[:2]), ("May", ROWS)):
        sheet = workbook.active if name in workbook else workbook.create_sheet(name)
        for row in rows:
            sheet.append([*row])
    workbook["SMS of April"].sheet_state = "hidden"
    workbook.active = 1
    workbook.save(path)
    data = run(implementation, "estimate", path, "--format", "json").data
    assert data["messages"] == len(ROWS) - 1
    assert "'May' is read, not 'SMS of April'" in data["reading"][0]["sentence"]


def test_the_sheet_that_is_read_is_said(tmp_path: Path) -> None:
    from segcore.sources import Reading
    from segcore.sources.files import opened

    path = tmp_path / "messages.xlsx"
    xlsx(path, {"Notes": [["Who?", "Me"]], "May": ROWS, "June": ROWS[:2], "Empty": []})
    with opened(str(path), Reading()) as file:
        assert [(note.sentence, note.option) for note in file.notes] == [
            (f"{path}: sheet 'May' is read, not 'Notes', 'June'.", "--sheet")
        ]


def test_empty_and_broken_workbooks(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "messages.xlsx"
    xlsx(path, {"A": []})
    assert "all sheets of the workbook are empty" in run(implementation, "estimate", path).error
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
    answer = run(implementation, "estimate", path)
    assert (answer.status, "not readable as a workbook" in answer.error) == (2, True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.bin", b"\0")
    answer = run(implementation, "estimate", path)
    assert (answer.status, "not readable as a workbook" in answer.error) == (2, True)
    end_of_zip = b"PK\x05\x06" + bytes(4) + b"\1\0\1\0\x2e\0\0\0\xff" + bytes(5)
    for end in (b"", end_of_zip):
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + end)
        answer = run(implementation, "estimate", path)
        assert (answer.status, "not readable as a workbook" in answer.error) == (2, True)
        assert "Traceback" not in answer.error


def test_a_workbook_too_large_for_memory_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet is the only input that is not read in constant memory."""
    path = tmp_path / "messages.xlsx"
    xlsx(path, {"March": ROWS})
    assert [note.code for note in segcore.estimate(path).reading] == ["numbers"]
    monkeypatch.setattr("segcore.sources.workbook._MANY_OCTETS", 1_000)
    note = next(note for note in segcore.estimate(path).reading if note.code == "memory")
    assert "messages.xlsx: a workbook of 0 MB is held in memory; CSV and Parquet are not." in note.sentence
