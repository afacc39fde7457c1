"""What was sent is read from every kind of file, and what cannot be used is told."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from segcore.bandwidth.sent import read_sent

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


def read(sent: Any, **columns: str) -> tuple[list[Any], list[str]]:
    problems: list[str] = []
    found = read_sent(sent, lambda each: problems.append(str(each)), columns=columns)
    return [(each.id, each.tag, each.text, each.mms) for each in found], problems


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


def test_answers_are_logs_too() -> None:
    answer = {
        "id": "m1",
        "owner": "+12025550100",
        "segmentCount": 1,
        "to": ["+12025550143"],
        "text": "x",
        "tag": "t",
    }
    assert read([answer]) == ([("m1", "t", "x", False)], [])
    assert read([{"messageId": "m1", "text": "x"}]) == ([("m1", None, "x", False)], [])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["sent.csv", "sent[1].CSV", "sent.csv.gz", "sent.txt"])
def test_csv(tmp_path: Path, delimiter: str, name: str) -> None:
    pytest.importorskip("duckdb")
    content = csv_of(ROWS, delimiter).encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert read(path) == (WANTED, [])


def test_parquet(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
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


def test_other_names(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    path = tmp_path / "sent.csv"
    path.write_text("Message ID,Body,Phone,Attachments\nm1,x,+12025550143,https://media.example/1.png\n")
    with pytest.raises(ValueError, match="no column is named like identifiers or tags"):
        read(path)
    assert read(path, id="message id") == ([("m1", None, "x", True)], [])
    path.write_text("message_id,Body,ref\nm1,x,r1\n")
    assert read(path) == ([("m1", None, "x", False)], [])
    assert read(path, tag="ref") == ([("m1", "r1", "x", False)], [])
    with pytest.raises(ValueError, match="--tag: unknown value 'reff'; known: message_id, Body, ref"):
        read(path, tag="reff")
    path.write_text("id,ref\nm1,r1\n")
    with pytest.raises(ValueError, match="no column is named like texts; name it with --text: 'id', 'ref'"):
        read(path)
    assert read(path, text="ref") == ([("m1", None, "r1", False)], [])
    assert read([{"ref": "r1", "words": "x"}], tag="ref", text="words") == ([(None, "r1", "x", False)], [])


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"text": "x"}, "id: neither an identifier nor a tag; it cannot be found among the events"),
        (
            {"text": "x", "id": "", "tag": ""},
            "id: neither an identifier nor a tag; it cannot be found among the events",
        ),
        ({"id": "m"}, "text: missing; without the text there is nothing to predict"),
        ({"id": 5, "text": "x"}, "id: expected a string, got a whole number"),
        ({"tag": [], "text": "x"}, "tag: expected a string, got an array"),
        ({"id": "m", "text": 5}, "text: expected a string, got a whole number"),
        ({"id": "m", "text": "x", "to": 5}, "to: expected an array of strings, got a whole number"),
        ({"id": "m", "text": "x", "to": ["a", None]}, "to[1]: expected a string, got null"),
        ({"id": "m", "text": "x", "media": {"a": 1}}, "media: expected an array of strings, got an object"),
        (5, "expected an object, got a whole number"),
    ],
)
def test_rows_that_cannot_be_used(row: Any, problem: str) -> None:
    """They are told, and the others are read."""
    found, problems = read([ROWS[0], row, ROWS[1]])
    assert found == WANTED[:2]
    assert problems == [f"sent[1]: {problem}"]


def test_media_without_text_is_a_message() -> None:
    assert read([{"id": "m", "media": ["https://media.example/1.png"]}]) == ([("m", None, "", True)], [])
    assert read([{"id": "m", "text": None}]) == ([("m", None, "", False)], [])


def test_rows_of_csv_that_do_not_fit(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    path = tmp_path / "sent.csv"
    path.write_bytes(b"id,text\nm1,a\nm2,b,c\nm3\nm4,caf\xe9\nm5,e\n,f\n")
    found, problems = read(path)
    assert [each[0] for each in found] == ["m1", "m5"]
    lines = [problem.partition(": ")[2].partition(":")[0] for problem in problems]
    assert sorted(lines) == ["line 3", "line 4", "line 5", "row 3"]
    path.write_text('id,text\nm1,"a\nm2,b\n')
    with pytest.raises(ValueError, match="is a quotation mark not closed"):
        read(path)


@pytest.mark.parametrize("wrong", [5, None, b"{}", {"id": "m"}])
def test_something_else(wrong: Any) -> None:
    with pytest.raises(TypeError, match="sent: expected a path, a file or an iterable of dict"):
        read(wrong)


@pytest.mark.parametrize("name", ["none.csv", "none.parquet", "none.ndjson"])
def test_no_such_file(tmp_path: Path, name: str) -> None:
    pytest.importorskip("duckdb")
    with pytest.raises(FileNotFoundError):
        read(tmp_path / name)


def test_progress(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    for name in ("sent.csv", "sent.ndjson"):
        path = tmp_path / name
        rows = ROWS * 5_000
        path.write_text(csv_of(rows) if name.endswith("csv") else "\n".join(map(json.dumps, rows)))
        told: list[int] = []
        assert len(list(read_sent(path, lambda _: None, progress=told.append))) == len(rows)
        assert sum(told) == path.stat().st_size
        assert len(told) > 3
