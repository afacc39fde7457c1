"""Messages are read from files exactly as they are there, or refused with the line and the reason."""

from __future__ import annotations

import csv
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import FULL_SWEEP, examples
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("polars")

from segcore.sources import Reading, Roles
from segcore.sources.csv_dialect import START_OCTETS, Sample
from segcore.sources.csv_file import CsvFile
from segcore.sources.headings import find_heading
from segcore.sources.mms_rule import mms_flags
from segcore.sources.opening import FileError

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: bytes | str, name: str = "messages.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def reading_of(**said: Any) -> Reading:
    roles = Roles(*(said.pop(role, None) for role in ("text", "to", "media")))
    return Reading(roles, **said)


def column(path: Path, role: str, *, exact: bool = False, **said: Any) -> list[str]:
    """Return the cells of a column, as an estimate reads them."""
    file = CsvFile(str(path), reading_of(**said), exact=exact)
    index = getattr(file.columns, role)
    return [cell for frame in file.frames() for cell in frame[f"c{index}"]]


def read(path: Path, **said: Any) -> list[str]:
    return column(path, "text", **said)


def problem(path: Path, **reading: Any) -> FileError:
    with pytest.raises(FileError) as caught:
        read(path, **reading)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("id,text\n1,Hello\n2,You\n", ["Hello", "You"]),
        ("\ufeffid,text\n1,Hello\n", ["Hello"]),
        ("\ufefftext\nHello\n", ["Hello"]),
        ("id;text\n1;a, b\n2;c\n", ["a, b", "c"]),
        ("id\ttext\n1\ta, b\n2\tc; d\n", ["a, b", "c; d"]),
        ("id|text\n1|a, b\n2|c\n", ["a, b", "c"]),
        ("id,text\r\n1,a\r\n2,b\r\n", ["a", "b"]),
        ('id,text\n1,"a\nb"\n2,"c\r\nd"\n3,"e\rf"\n', ["a\nb", "c\r\nd", "e\rf"]),
        ('id,text\r\n1,"a\r\nb"\r\n2,"c\nd"\r\n', ["a\r\nb", "c\nd"]),
        ('id,text\n1,"She said ""hi"""\n2,"""x"""\n3,5\'10"\n', ['She said "hi"', '"x"', "5'10\""]),
        ('id,text\n1,"a \\"b\\" c"\n2,"C:\\\\dir"\n', ['a "b" c', "C:\\dir"]),
        ('id,text\n1,"C:\\dir, \\n"\n2,\\\n', ["C:\\dir, \\n", "\\"]),
        ("id,text\n1,'hello'\n2,bye\n", ["'hello'", "bye"]),
        ("id,text\n1, a \n2,\tb\n", [" a ", "\tb"]),
        ("id,text\n1,NULL\n2,null\n3,NA\n4,\\N\n5,NaN\n", ["NULL", "null", "NA", "\\N", "NaN"]),
        ('id,text\n1,\n2,""\n', ["", ""]),
        (
            "id,text\n1,1.50\n2,007\n3,1e3\n4,2024-01-02\n5,true\n",
            ["1.50", "007", "1e3", "2024-01-02", "true"],
        ),
        ("id,text\n#1,a\n2,b\n#3,c\n", ["a", "b", "c"]),
        ("id,text\n1,a\x00b\n2,\x00\n", ["a\x00b", "\x00"]),
        ("id,text\n1,a\x0bb\x0cc\x85d\u2028e\n", ["a\x0bb\x0cc\x85d\u2028e"]),
        ("id,text\n1,a\n2,b", ["a", "b"]),
        ("id,text\n", []),
        ("id,text", []),
        ("text\nHi, you\nHi, me\n", ["Hi, you", "Hi, me"]),
        ("text\na|b\nc;d\te\n", ["a|b", "c;d\te"]),
        ("text\na\n\nb\n", ["a", "b"]),
        ("text,id\n12,1\n13,2\n", ["12", "13"]),
        ("text\n1\n2\n", ["1", "2"]),
        ("a,text,b\n,x,\n,,\n", ["x"]),
        ('a,text\n"",""\n1,\n', [""]),
    ],
)
def test_texts_are_exactly_those_in_the_file(write: Write, content: str, expected: list[str]) -> None:
    assert read(write(content)) == expected


def test_quotation_marks_are_text_where_they_enclose_nothing(write: Write) -> None:
    """Read as quotation marks, they would have merged rows 2 and 4."""
    path = write('id\ttext\n1\ta\n2\t"b\n3\tc\n4\t"d" he said\n')
    assert read(path) == ["a", '"b', "c", '"d" he said']


def test_quotation_marks_after_what_detection_looks_at(write: Write) -> None:
    rows = "".join(f"{number},plain\n" for number in range(30_000))
    assert read(write(f'id,text\n{rows}x,"quoted, ""so"""\n'))[-1] == 'quoted, "so"'


@pytest.mark.parametrize("place", [0, 1, START_OCTETS - 2, START_OCTETS - 1, START_OCTETS, 200_000])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_escapes_are_seen_wherever_they_are(write: Write, place: int, mark: str) -> None:
    """The file is looked through a block at a time."""
    place = max(0, place - len(mark.encode()))
    for pair, seen in (('\\"', True), ('"\\', False), ("\\\n", False)):
        content = mark + "x" * place + pair + "x" * 100_000 + "\\"
        assert Sample(str(write(content))).has_escapes is seen


def test_escapes_are_looked_for_where_detection_looks(write: Write) -> None:
    # Both lie in the same block.
    lines = "\n" * 20_480
    assert Sample(str(write(lines[1:] + '\\"\n' + "x" * 100_000))).has_escapes
    assert not Sample(str(write(lines + '\\"\n' + "x" * 100_000))).has_escapes


@pytest.mark.parametrize("delimiter", list(",;\t|"))
@settings(max_examples=examples(40))
@given(
    texts=st.lists(st.text("ab ,;|\t\"'\n\r\\#é’😀\0N", max_size=12), max_size=12),
    end=st.sampled_from(["\n", "\r\n"]),
    quoted=st.booleans(),
    more=st.integers(0, 2),
)
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    delimiter: str,
    texts: list[str],
    end: str,
    quoted: bool,
    more: int,
) -> None:
    """Any texts, written by RFC 4180 with any of the delimiters."""
    special = {*'"\r\n', delimiter}

    def cell(text: str) -> str:
        doubled = text.replace('"', '""')
        return f'"{doubled}"' if quoted or special.intersection(text) else text

    rows = [["id", "text"], *([str(number), text] for number, text in enumerate(texts))]
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_bytes("".join(delimiter.join(map(cell, row + ["x"] * more)) + end for row in rows).encode())
    assert read(path) == texts


def test_large_file_against_the_csv_module(write: Write, tmp_path: Path) -> None:
    """Line breaks inside quotation marks meet the edges of DuckDB's buffers, which are read in parallel."""
    generator = random.Random(20260)
    pieces = ["plain words ", "é€ ", "’", "\n", "\r\n", '"', ",", ";", "😀", "x" * 50]
    path, rows = tmp_path / "large.csv", 120_000 if FULL_SWEEP else 40_000
    texts = ["".join(generator.choices(pieces, k=generator.randrange(24))) for _ in range(rows)]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "text"])
        writer.writerows(enumerate(texts))
    assert path.stat().st_size > 3_000_000
    assert read(path) == texts


@pytest.mark.parametrize("name", ["sent[1].csv", "a*b?.csv", "it's.csv", 'a"b.csv', "día 1.csv", "x=1.csv"])
def test_names_that_look_like_patterns(write: Write, name: str) -> None:
    write("text\nwrong\n", "sent1.csv")
    write("text\nwrong\n", "axbc.csv")
    assert read(write("text\nright\n", name)) == ["right"]


def test_relative_paths(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("text\nHello\n")
    monkeypatch.chdir(path.parent)
    assert read(Path(path.name)) == ["Hello"]


@pytest.mark.parametrize(
    ("header", "used"),
    [
        ("id,text", ("text", None, None)),
        ("body,text", ("text", None, None)),
        ("Phone Number,Message-Text,MediaURL", ("Message-Text", "Phone Number", "MediaURL")),
        ("SMS_Body,RECIPIENTS,attachments", ("SMS_Body", "RECIPIENTS", "attachments")),
        ("msisdn,destination,Content", ("Content", "destination", None)),
    ],
)
def test_columns_are_found_by_name(write: Write, header: str, used: tuple[str | None, ...]) -> None:
    row = ",".join("x" * header.count(",") + "x")
    file = CsvFile(str(write(f"{header}\n{row}\n")))
    assert tuple(file.columns.used().values()) == used


def test_columns_are_named(write: Write) -> None:
    path = write('id,"Was ""wir"" sagen",wohin\n1,Hallo,+12025550100\n')
    said: dict[str, Any] = {"text": 'was "wir" sagen', "to": "wohin"}
    assert (column(path, "text", **said), column(path, "to", **said)) == (["Hallo"], ["+12025550100"])
    assert CsvFile(str(path), reading_of(**said)).columns.media is None


def test_a_column_that_is_not_there(write: Write) -> None:
    path = write("id,Message,to\n1,Hello,x\n")
    assert str(problem(path, text="Mesage")).endswith(
        "--text: unknown value 'Mesage'; known: id, Message, to; did you mean 'Message'?"
    )
    assert "--media: unknown value 'pics'; known: id, Message, to" in str(problem(path, media="pics"))


def test_no_column_is_named_like_texts(write: Write) -> None:
    found = str(problem(write("id,note\n1,Hello\n")))
    assert "name it with --text: 'id', 'note'" in found
    assert "--no-header" in found


def test_a_file_without_header(write: Write) -> None:
    """Taken as a header, the first message would be lost."""
    path = write("Hello there\nHow are you\n")
    assert "'Hello there'" in str(problem(path))
    assert read(path, header=False) == ["Hello there", "How are you"]
    several = write("1,Hello\n2,You\n", "several.csv")
    assert "name it with --text: 'column0', 'column1'" in str(problem(several))
    assert read(several, text="column1") == ["Hello", "You"]
    assert read(several, text="column1", header=False) == ["Hello", "You"]


def test_wishes_come_before_detection(write: Write) -> None:
    path = write("text\nto\nmedia\n")
    assert read(path, header=False) == ["text", "to", "media"]
    assert read(write("text#id\na,b#1\n"), delimiter="#") == ["a,b"]
    assert read(write('text\tid\n"a"\t1\n"b"\t2\n'), quotes=False) == ['"a"', '"b"']
    assert read(write('text\tid\n"a"\t1\n"b"\t2\n'), quotes=True) == ["a", "b"]
    assert "delimiter: expected one code point" in str(problem(path, delimiter="::"))


@pytest.mark.parametrize("rows_before", [0, 1, 50_000])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_not_utf8(write: Write, rows_before: int, end: str) -> None:
    """The line is that of an editor: line breaks inside quotation marks count."""
    before = "".join(f'{number},"two{end}lines"{end}' for number in range(rows_before))
    content = f"id,text{end}{before}x,".encode() + b"caf\xe9 \xff" + f"{end}y,z{end}".encode()
    found = problem(write(content), encoding="utf-8")
    assert found.line == 2 + 2 * rows_before
    assert "not UTF-8 (octets E9 at octet 6 of the line)" in str(found)


def test_not_utf8_inside_quotation_marks(write: Write) -> None:
    assert problem(write(b'id,text\n1,"a\nb\xc3\n"\n2,c\n'), encoding="utf-8").line == 3


def test_not_utf8_in_the_header(write: Write) -> None:
    assert problem(write(b"id,m\xe9dia,text\n1,x,y\n"), encoding="utf-8").line == 1


def test_surrogates_are_not_utf8(write: Write) -> None:
    assert problem(write(b"text\na\n\xed\xa0\x80\n"), encoding="utf-8").line == 3


@pytest.mark.parametrize("rows_before", [1, 50_000 if FULL_SWEEP else 20_000])
@pytest.mark.parametrize(("end", "row", "cells"), [("\n", "x,y,z", "3 cells"), ("\r\n", "x", "1 cell")])
def test_ragged_rows(write: Write, rows_before: int, end: str, row: str, cells: str) -> None:
    before = "".join(f'{number},"two{end}lines"{end}' for number in range(rows_before))
    found = problem(write(f"\ufeffid,text{end}{before}{row}{end}1,2{end}"))
    assert found.line == 2 + 2 * rows_before
    assert f"{cells} in a file of 2 columns" in str(found)


@pytest.mark.parametrize("rows_before", [1, 50_000 if FULL_SWEEP else 20_000])
@pytest.mark.parametrize("text", ['"open', '"closed" early'])
def test_unterminated_quotes(write: Write, rows_before: int, text: str) -> None:
    before = "".join(f'{number},"two\nlines"\n' for number in range(rows_before))
    found = problem(write(f"id,text\n{before}x,{text}\ny,z\n"))
    assert found.line == 2 + 2 * rows_before
    assert "a quotation mark opens a cell" in str(found)


@pytest.mark.parametrize("exact", [False, True])
def test_line_ends_of_several_kinds(write: Write, exact: bool) -> None:
    path = write('id,text\n1,a\r\n2,b\n3,"c\r\nd"\n')
    assert read(path, exact=exact) == ["a", "b", "c\r\nd"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("cell", ["aa", '"a\na"', '"a,a"', '"a""a"', '"' + "a\r\n,," * 30_000 + '"'])
def test_rows_whose_last_cells_are_empty_are_read_once(
    write: Write, monkeypatch: pytest.MonkeyPatch, cell: str, end: str
) -> None:
    """polars takes a missing cell for an empty one; counting delimiters shows that none is missing."""
    monkeypatch.setattr("segcore.sources.csv_file.csv_reader", None)
    rows = 20_000 if len(cell) < 100 else 12
    text = next(csv.reader([cell], strict=True))[0] if "\n" not in cell else cell[1:-1]
    for last in (end, ""):
        content = f"text,media{end}" + f"{cell},{end}" * (rows - 1) + f"{cell},{last}"
        assert read(write(content)) == [text] * rows


@pytest.mark.parametrize("short", ["aa", '"a,a"', '"a', ""])
@pytest.mark.parametrize("rows_before", [1, 19_999])
def test_a_missing_cell_among_empty_ones(write: Write, short: str, rows_before: int) -> None:
    content = "text,media\n" + "aa,\n" * rows_before + f"{short}\n" + "aa,\n" * 20_000
    if short:
        assert problem(write(content)).line == rows_before + 2
    else:
        assert len(read(write(content))) == rows_before + 20_000


def test_stray_quotation_marks_do_not_hide_a_missing_cell(write: Write) -> None:
    """Between the two marks everything would be taken for quoted."""
    content = "text,media\n" + "aa,\n" * 20_000 + "5'10\",\nshort\n6'1\",\n" + "aa,\n" * 20_000
    assert problem(write(content)).line == 20_003


def test_rows_before_the_one_that_polars_refuses_are_not_repeated(write: Write) -> None:
    """The exact reader goes on where polars stopped."""
    rows = [f"text {number}" for number in range(200_000 if FULL_SWEEP else 70_000)]
    lines = [f"{number},{row}" for number, row in enumerate(rows)]
    path = write("id,text\n" + "\n".join(lines) + "\n1,two,many\n")
    read_rows: list[str] = []
    with pytest.raises(FileError, match=rf"line {len(rows) + 2}: 3 cells in a file of 2 columns"):
        read_rows.extend(cell for frame in CsvFile(str(path)).frames() for cell in frame["c1"])
    assert read_rows == rows[: len(read_rows)]


def test_polars_and_the_exact_reader_read_the_same(write: Write) -> None:
    generator = random.Random(20261)
    pieces = ["a", "é", "’", "\n", "\r\n", '""', ",", " "]
    cells = ("".join(generator.choices(pieces, k=generator.randrange(6))) for _ in range(20_000))
    path = write("id,text\n" + "".join(f'{row},"{cell}"\n' for row, cell in enumerate(cells)))
    frames = [CsvFile(str(path), exact=exact).frames() for exact in (False, True)]
    first, second = ([row for frame in each for row in frame.rows()] for each in frames)
    assert first == [(row, text or "") for row, text in second]


def test_a_file_that_vanishes(write: Write) -> None:
    path = write("id,text\n" + "1,a\n" * 10)
    file = CsvFile(str(path))
    path.unlink()
    with pytest.raises(
        FileError, match="it cannot be read to its end: no such file or directory; check the name"
    ):
        next(file.frames())


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", " \r\n"])
def test_empty_files(write: Write, content: str) -> None:
    assert "the file is empty" in str(problem(write(content)))


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "no such file" in str(problem(tmp_path / "none.csv"))
    assert "directory" in str(problem(tmp_path))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert "not a regular file" in str(problem(tmp_path / "pipe"))


def test_expected_rows_are_about_right(write: Write) -> None:
    rows = "".join(f'{number},"two\nlines"\n' for number in range(20_000))
    assert 15_000 < CsvFile(str(write(f"id,text\n{rows}"))).rows_expected() < 25_000


@pytest.mark.parametrize("cell", ["", "false", "FALSE", "0", "no", "None", "NULL", "[]", "{}", " ", " no "])
def test_no_media(cell: str) -> None:
    assert not any(mms_flags(None, [cell, "x"])[:1])  # type: ignore[index]


@pytest.mark.parametrize("cell", ["https://media.example.com/a.jpg", "1", "true", "yes", '["a"]', "00"])
def test_media(cell: str) -> None:
    assert mms_flags(["+12025550100"], [cell]) == [True]


@pytest.mark.parametrize(
    ("cell", "group"),
    [
        ("+12025550100", False),
        ("+12025550100;", False),
        ("", False),
        (" ; ,| ", False),
        ('["+12025550100"]', False),
        ("+12025550100,+12025550101", True),
        ("+12025550100; +12025550101", True),
        ("+12025550100|+12025550101|+12025550102", True),
        ('["+12025550100", "+12025550101"]', True),
    ],
)
def test_groups(cell: str, group: bool) -> None:
    assert mms_flags([cell, "+120255501,+120255502"], None) == [group, True]
    assert mms_flags([cell, "x"], ["", "a"]) == [group, True]


def test_neither_media_nor_groups() -> None:
    assert mms_flags(None, None) is None
    assert mms_flags(["x"], [""]) is None
    assert mms_flags([], []) is None


def test_the_first_name_of_a_role_is_preferred() -> None:
    assert find_heading("text", ["body", "text", "TEXT"]) == 1
    assert find_heading("to", ["Phone", "To"]) == 1
