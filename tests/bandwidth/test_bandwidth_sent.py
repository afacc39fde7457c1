"""Sent messages are read from every kind of file, and rows that cannot be used are reported."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore.bandwidth.reconcile.sent_messages import read_sent
from segcore.sources import Reading, ReadingNotes
from segcore.sources.json_fields import InputError

pytestmark = pytest.mark.kernel_independent

ROWS: list[dict[str, Any]] = [
    {"id": "m1", "tag": "t1", "text": 'Hello, "you"\nthere', "to": "+12025550143", "media": ""},
    {"id": "m2", "tag": None, "text": "It’s", "to": "+12025550143;+12025550144", "media": ""},
    {"id": None, "tag": "t3", "text": "", "to": "+12025550143", "media": "https://media.example/1.png"},
    {"id": "m4", "tag": "t4", "text": " spaced ", "to": "+12025550143", "media": "none"},
]
WANTED = [
    ("m1", "t1", 'Hello, "you"\nthere', False),
    ("m2", None, "It’s", True),
    (None, "t3", "", True),
    ("m4", "t4", " spaced ", False),
]


def read(sent: Any, encoding: str | None = None, **columns: str) -> tuple[list[Any], list[str]]:
    errors: list[str] = []
    reading = Reading(encoding=encoding)
    found = read_sent(sent, lambda each: errors.append(str(each)), columns=columns, reading=reading)
    return [(each.id, each.tag, each.text, each.mms) for each in found], errors


def csv_of(rows: list[dict[str, Any]], delimiter: str = ",") -> str:
    def cell(value: Any) -> str:
        return '"' + ("" if value is None else value).replace('"', '""') + '"'

    lines = [delimiter.join(rows[0])]
    lines += [delimiter.join(cell(value) for value in row.values()) for row in rows]
    return "\n".join(lines) + "\n"


def test_dicts() -> None:
    assert read(ROWS) == (WANTED, [])
    assert read(iter(ROWS)) == (WANTED, [])
    lists = [
        {**row, "to": str(row["to"]).split(";"), "media": [row["media"]] if row["media"] else []}
        for row in ROWS
    ]
    lists[3]["media"] = None
    assert read(lists) == (WANTED, [])


def test_json(tmp_path: Path) -> None:
    lines = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
    for name, content in (
        ("a.ndjson", lines),
        ("a.json", json.dumps(ROWS).encode()),
        ("a.gz", gzip.compress(lines)),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        assert read(path) == (WANTED, [])
        assert read(io.BytesIO(content)) == (WANTED, [])
    folder = tmp_path / "all"
    folder.mkdir()
    (folder / "1.ndjson").write_bytes(lines)
    (folder / "2.json").write_bytes(json.dumps(ROWS).encode())
    assert read(folder) == (WANTED * 2, [])


def test_media_in_several_columns(tmp_path: Path) -> None:
    """Each row may have its media in another one."""
    image = "https://media.example/1.png"
    rows = [
        {"id": f"m{number}", "text": "Hello", "media_1": first, "media_2": second}
        for number, (first, second) in enumerate([(image, ""), ("", image), ("", "")])
    ]
    wanted = [(f"m{number}", None, "Hello", mms) for number, mms in enumerate([True, True, False])]
    path = tmp_path / "log.csv"
    path.write_text(csv_of(rows))
    assert read(path) == (wanted, [])
    assert read(rows) == (wanted, [])
    pl.DataFrame(rows).write_parquet(tmp_path / "log.parquet")
    assert read(tmp_path / "log.parquet") == (wanted, [])


def test_responses_are_logs_too() -> None:
    response = {
        "id": "m1",
        "owner": "+12025550100",
        "segmentCount": 1,
        "to": ["+12025550143"],
        "text": "x",
        "tag": "t",
    }
    assert read([response]) == ([("m1", "t", "x", False)], [])
    assert read([{"messageId": "m1", "text": "x"}]) == ([("m1", None, "x", False)], [])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["sent.csv", "sent[1].CSV", "sent.csv.gz", "sent.txt"])
def test_csv(tmp_path: Path, delimiter: str, name: str) -> None:
    content = csv_of(ROWS, delimiter).encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert read(path) == (WANTED, [])


def test_parquet(tmp_path: Path) -> None:
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "sent.parquet"
    parquet.write_table(pa.Table.from_pylist(ROWS), path)
    assert read(path) == (WANTED, [])
    lists = [
        {**row, "to": str(row["to"]).split(";"), "media": [row["media"]] if row["media"] else []}
        for row in ROWS
    ]
    lists[3]["media"] = []
    parquet.write_table(pa.Table.from_pylist(lists), path)
    assert read(path) == (WANTED, [])
    parquet.write_table(pa.table({"id": [1], "text": ["x"]}), path)
    assert read(path) == ([], [f"{path}: row 1: id: expected a string, got a whole number"])


@pytest.mark.parametrize("heading", ["Message ID", "messageId", " message-id", "Bandwidth Message Id", "ID"])
def test_headings_of_identifiers(tmp_path: Path, heading: str) -> None:
    """Case, spaces and punctuation do not matter, in tables and in JSON."""
    wanted = [("m1", None, "x", True)]
    path = tmp_path / "sent.csv"
    path.write_text(f"Text Message,{heading},Attachments\nx,m1,https://media.example/1.png\n")
    assert read(path) == (wanted, [])
    assert read([{"Text Message": "x", heading: "m1", "Attachments": ["a.png"]}]) == (wanted, [])
    # A field that is null does not hide another one.
    assert read([{"id": None, heading + " ": "m1", "text": "x", "mms": True}])[0] == wanted


def test_other_names(tmp_path: Path) -> None:
    path = tmp_path / "sent.csv"
    path.write_text("Ref No,Body,Phone,Attachments\nm1,x,+12025550143,https://media.example/1.png\n")
    with pytest.raises(ValueError, match="no column looks like an identifier or a tag"):
        read(path)
    assert read(path, id="ref-no") == ([("m1", None, "x", True)], [])
    path.write_text("message_id,Body,ref\nm1,x,r1\n")
    assert read(path) == ([("m1", None, "x", False)], [])
    assert read(path, tag="ref") == ([("m1", "r1", "x", False)], [])
    with pytest.raises(ValueError, match="--tag: unknown value 'reff'; known: message_id, Body, ref"):
        read(path, tag="reff")
    path.write_text("id,ref\nm1,r1\n")
    with pytest.raises(
        ValueError, match=r"no column looks like the message text; name it with --text: 'id', 'ref'$"
    ):
        read(path)
    path.write_text("1,2\n3,4\n")
    with pytest.raises(
        ValueError,
        match=r"no column looks like the message text; name it with --text: '1', '2'$",
    ):
        read(path)
    path.write_text("id,ref\nm1,r1\n")
    assert read(path, text="ref") == ([("m1", None, "r1", False)], [])
    assert read([{"ref": "r1", "words": "x"}], tag="ref", text="words") == ([(None, "r1", "x", False)], [])


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({"text": "x"}, "id: neither an identifier nor a tag; no event can be matched with it"),
        (
            {"text": "x", "id": "", "tag": ""},
            "id: neither an identifier nor a tag; no event can be matched with it",
        ),
        ({"id": "m"}, "text: missing; without the text there is nothing to predict"),
        ({"id": 5, "text": "x"}, "id: expected a string, got a whole number"),
        ({"tag": [], "text": "x"}, "tag: expected a string, got an array"),
        ({"id": "m", "text": 5}, "text: expected a string, got a whole number"),
        ({"id": "m", "text": "x", "to": 5}, "to: expected an array of strings, got a whole number"),
        ({"id": "m", "text": "x", "to": ["a", None]}, "to[1]: expected a string, got null"),
        (5, "expected an object, got a whole number"),
    ],
)
def test_rows_that_cannot_be_used(row: Any, error: str) -> None:
    """They are reported, and the others are read."""
    found, errors = read([ROWS[0], row, ROWS[1]])
    assert found == WANTED[:2]
    assert errors == [f"sent[1]: {error}"]


def test_media_without_text_is_a_message() -> None:
    assert read([{"id": "m", "media": ["https://media.example/1.png"]}]) == ([("m", None, "", True)], [])
    assert read([{"id": "m", "text": None}]) == ([("m", None, "", False)], [])


BROKEN = b'id,text,to\nm1,a,\nm2,b,c,d\nm3\nm4,caf\xe9,\nm5,"e\nf",\n\n,g,\nm6,"h"i,\nm7,j,\xff\n'


SKIPPED = "the row is skipped"
ENCLOSE = "enclose texts that contain the delimiter ',' in quotation marks"
UNCLOSED = "a quotation mark opens a cell, but none closes it where the cell ends"


def test_rows_of_csv_that_do_not_fit(tmp_path: Path) -> None:
    """They are reported with their lines, and so are rows after them that cannot be used."""
    path = tmp_path / "sent.csv"
    for content in (BROKEN, b"\xef\xbb\xbf" + BROKEN, BROKEN.replace(b"\n", b"\r\n"), gzip.compress(BROKEN)):
        path.write_bytes(content)
        found, errors = read(path, "utf-8", to="to")
        assert [each[0] for each in found] == ["m1", "m5"]
        assert [error.removeprefix(f"{path}: ") for error in errors] == [
            f"line 3: 4 cells in a file of 3 columns; {ENCLOSE}; {SKIPPED}",
            f"line 4: 1 cell in a file of 3 columns; {SKIPPED}",
            f"line 5: not UTF-8; save it as UTF-8; {SKIPPED}",
            "line 9: id: neither an identifier nor a tag; no event can be matched with it",
            f"line 10: {UNCLOSED}; write those inside as two; {SKIPPED}",
            f"line 11: not UTF-8; save it as UTF-8; {SKIPPED}",
        ]


def test_a_short_last_line(tmp_path: Path) -> None:
    path = tmp_path / "sent.csv"
    path.write_text("id,text\nm1,a\nx")
    found, errors = read(path)
    assert [each[0] for each in found] == ["m1"]
    assert errors == [f"{path}: line 3: 1 cell in a file of 2 columns; {SKIPPED}"]


def test_lines_that_an_open_quotation_mark_swallows(tmp_path: Path) -> None:
    path = tmp_path / "sent.csv"
    path.write_text('id,text\nm1,a\nm2,"b\nm3,c\nm4,d\n')
    found, errors = read(path)
    assert [each[0] for each in found] == ["m1"]
    assert len(errors) == 1
    assert "line 3: a quotation mark opens a cell" in errors[0]
    assert errors[0].endswith("; the row is skipped, with the lines up to 5")
    path.write_text('id,text\nm2,"b\nm3,"c"\nm4,d\n' + "m5,e\n" * 3)
    found, errors = read(path)
    assert errors[0].endswith("the row is skipped, with the lines up to 3")
    assert [each[0] for each in found] == ["m4", *["m5"] * 3]


cells = st.text('ab,;\n "é', max_size=4)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.tuples(cells, cells, st.sampled_from(["ok", "ok", "more", "less", "no id"])), min_size=1))
def test_line_numbers_are_those_of_an_editor(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any]
) -> None:
    text, wanted, reported = "id,text,tag\n", [], []
    for index, (first, second, kind) in enumerate(rows):
        line = text.count("\n") + 1
        row = [f"m{index}" if kind != "no id" else "", first, "" if kind == "no id" else second]
        row += ["x"] * (kind == "more")
        row = row[:1] if kind == "less" else row
        if kind == "ok":
            wanted.append((f"m{index}", first))
        elif any(row):
            # A row of empty cells is not a message.
            reported.append(line)
        text += ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n"
    path = tmp_path_factory.mktemp("lines") / "sent.csv"
    path.write_text(text, encoding="utf-8", newline="")
    found, errors = read(path)
    assert [(each[0], each[2]) for each in found] == wanted
    assert [error.removeprefix(f"{path}: ").partition(":")[0] for error in errors] == [
        f"line {line}" for line in reported
    ]


def test_encodings_and_workbooks(tmp_path: Path) -> None:
    wanted = [("m1", None, "It’s café", False)]
    for name, content in (
        ("cp1252.csv", "id,text\nm1,It’s café\n".encode("cp1252")),
        ("utf-16.csv", "id\ttext\r\nm1\tIt’s café\r\n".encode("utf-16")),
        # The name does not tell what it is.
        ("log", "id,text\nm1,It’s café\n".encode()),
        ("export", b"\xef\xbb\xbf [" + json.dumps({"id": "m1", "text": "It’s café"}).encode() + b"]"),
        ("export.bak", gzip.compress(json.dumps({"id": "m1", "text": "It’s café"}).encode())),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        assert read(path) == (wanted, []), name
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("python_calamine")
    book = openpyxl.Workbook()
    book.active.append(["Message ID", "Message"])
    book.active.append(["m1", "It’s café"])
    book.save(tmp_path / "sent.xlsx")
    assert read(tmp_path / "sent.xlsx") == (wanted, [])


def test_csv_as_people_have_it(tmp_path: Path) -> None:
    """Title rows, `sep=`, repeated headers and empty rows are not messages, and are named."""
    path = tmp_path / "sent.csv"
    path.write_bytes(
        b"sep=;\r\nSent on Monday;;\r\nid;Text;to\r\nm1;Hello;+12025550143\r\n\r\n\xef\xbb\xbfid;Text;to\r\n"
        b"m2;World;+12025550143\r\n;;\r\nm3;bad\r\nm4;ok;+12025550144\r\n"
    )
    notes = ReadingNotes()
    errors: list[InputError] = []
    found = list(read_sent(path, errors.append, notes=notes))
    assert [(each.location, each.id, each.text) for each in found] == [
        (f"{path}: line 4", "m1", "Hello"),
        (f"{path}: line 7", "m2", "World"),
        (f"{path}: line 10", "m4", "ok"),
    ]
    assert [str(error) for error in errors] == [f"{path}: line 9: 2 cells in a file of 3 columns; {SKIPPED}"]
    said = {note.code: str(note) for note in notes}
    assert "preamble" in said
    assert "1 row that repeats the header was skipped" in said["repeated_header"]
    assert all(note.option is None for note in notes)


def test_other_ways_to_write_csv(tmp_path: Path) -> None:
    """They are read as an estimate reads them: escapes, stray quotation marks, zstd, Arrow."""
    path = tmp_path / "sent.csv"
    path.write_text('id,text,to\nm1,"say \\"hi\\", x",1\nm2,b,2\n')
    assert [each[2] for each in read(path)[0]] == ['say "hi", x', "b"]
    path.write_text('id\ttext\nm1\t5" pipe\nm2\tb\n')
    assert [each[2] for each in read(path)[0]] == ['5" pipe', "b"]
    pa = pytest.importorskip("pyarrow")
    with pa.CompressedOutputStream(str(tmp_path / "sent.csv.zst"), "zstd") as file:
        file.write(csv_of(ROWS).encode())
    assert read(tmp_path / "sent.csv.zst") == (WANTED, [])
    table = pa.Table.from_pylist(ROWS)
    with pa.OSFile(str(tmp_path / "sent.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    assert read(tmp_path / "sent.arrow") == (WANTED, [])


@pytest.mark.parametrize("wrong", [5, None, b"{}", {"id": "m"}])
def test_something_else(wrong: Any) -> None:
    with pytest.raises(TypeError, match="sent: expected a path, a file or an iterable of dict"):
        read(wrong)


@pytest.mark.parametrize("name", ["sent", "sent.log"])
def test_json_under_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("\n".join(map(json.dumps, ROWS)))
    assert read(path) == (WANTED, [])
    path.write_text("")
    assert read(path) == ([], [])


@pytest.mark.parametrize("name", ["none.csv", "none.parquet", "none.ndjson"])
def test_no_such_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / name)


def test_progress(tmp_path: Path) -> None:
    for name in ("sent.csv", "sent.ndjson"):
        path = tmp_path / name
        rows = ROWS * 5_000
        path.write_text(csv_of(rows) if name.endswith("csv") else "\n".join(map(json.dumps, rows)))
        reported: list[int] = []
        assert len(list(read_sent(path, lambda _: None, progress=reported.append))) == len(rows)
        assert sum(reported) == path.stat().st_size
        assert len(reported) > 3
