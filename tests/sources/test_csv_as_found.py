"""CSV as spreadsheets, providers and scripts leave it is read, and what was skipped is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import FULL_SWEEP, in_turn

pytest.importorskip("polars")

from program import run

from segcore.sources import Reading, csv_file
from segcore.sources.csv_file import CsvFile
from segcore.sources.opening import FileError

US, GB = "+12025550143", "+447400123456"
LONG = "a" * 161
ROWS = f"{US},Hello\n{GB},{LONG}\n"
PLAIN = f"to,text\n{ROWS}"

# Each file, and the words of the notes about it.
LAYOUTS: dict[str, tuple[str, list[str]]] = {
    "plain": (PLAIN, []),
    "CR LF": (PLAIN.replace("\n", "\r\n"), []),
    "CR": (PLAIN.replace("\n", "\r"), []),
    "CR without the last": (PLAIN.replace("\n", "\r")[:-1], []),
    "CR CR LF": (PLAIN.replace("\n", "\r\r\n"), []),
    "CR and an odd quotation mark": (f'to,text\r{US},5" wide\r{GB},{LONG}\r', []),
    "a title and a header of two words": (
        f"Sent in May\nRecipient's line,Our message here\n{US},Hello\n{GB},{LONG}\n",
        ["1 line above the header"],
    ),
    "LF, then CR LF": (f"to,text\n{US},Hello\r\n{GB},{LONG}\n", []),
    "LF, then CR": (f"to,text\n{US},Hello\r{GB},{LONG}\n", []),
    "quoted CR LF in CR": (f'to,text\r{US},Hello\r{GB},"{"a" * 159}\r\n"\r', []),
    "CR and a quotation mark that none closes": (f'to,text\r{US},Hello\r{GB},{LONG}"\r', []),
    "blank first line": ("\n" + PLAIN, []),
    "blank first lines of CR LF": ("\r\n \r\n" + PLAIN.replace("\n", "\r\n"), []),
    "commas in first lines": (",,\n,\n" + PLAIN, []),
    "sep": ("sep=;\n" + PLAIN.replace(",", ";"), ["sets the delimiter to ';'"]),
    "sep in quotes": ('"sep=;"\r\n' + PLAIN.replace(",", ";").replace("\n", "\r\n"), ["the delimiter"]),
    "SEP and byte order mark": ("\ufeffSEP=|\n" + PLAIN.replace(",", "|"), ["the delimiter to '|'"]),
    "sep of something rare": ("sep=^\n" + PLAIN.replace(",", "^"), ["the delimiter to '^'"]),
    "title": ("Spring campaign\n" + PLAIN, ["Skipped 1 line above the header: 'Spring campaign'"]),
    "title and blank line": ("Spring campaign\n\n" + PLAIN, ["Skipped 2 lines above the header"]),
    "title padded with commas": ("Messages,\n,\n" + PLAIN, ["Skipped 2 lines above the header: 'Messages'"]),
    "names of merged cells above": (
        f"Recipient,,Content,\nName,Phone,Message,Media\nAnn,{US},Hello,\nBob,{GB},{LONG},\n",
        ["Skipped 1 line above the header: 'Recipient,Content'"],
    ),
    "report": (
        f"Report,Messages\nFrom,2026-05-01\n\nid,to,text,status\n1,{US},Hello,sent\n2,{GB},{LONG},sent\n",
        ["Skipped 3 lines above the header: 'Report,Messages'"],
    ),
    "comments above": ("# exported 2026-05-01, by us\n#\n" + PLAIN, ["Skipped 2 lines above the header"]),
    "comments between": (
        f"to,text\n# first\n{US},Hello\n#\n{GB},{LONG}\n# end\n",
        ["3 comments were skipped"],
    ),
    "header again": (
        PLAIN.replace(ROWS, f"{US},Hello\nto,text\n{GB},{LONG}\n"),
        ["1 row that repeats the header"],
    ),
    "files put together": (
        f"\ufeffto,text\r\n{US},Hello\r\n\ufeffto,text\r\n{GB},{LONG}\r\n",
        ["1 row that repeats the header was skipped"],
    ),
    "comma behind the header": (PLAIN.replace("to,text\n", "to,text,\n"), []),
    "commas behind the header": (PLAIN.replace("to,text\n", "to,text,,,\n"), []),
    "comma behind the rows": (PLAIN.replace("\n", ",\n").replace("to,text,", "to,text"), []),
    "commas behind all": (PLAIN.replace("\n", ",,\n"), []),
    "empty rows": (PLAIN + ",\n\n,\n", ["3 empty rows were skipped"]),
    "empty rows in quotes": (PLAIN + '"",""\n', ["1 empty row was skipped"]),
    "empty rows between": (f"to,text\n,\n{US},Hello\n\n{GB},{LONG}\n", ["2 empty rows were skipped"]),
}

# The same about the columns.
COLUMNS: dict[str, tuple[str, list[str]]] = {
    "headings in no known language": (
        PLAIN.replace("to,text", "Rhif ffôn,Neges"),
        ["Texts are read from 'Neges', judged by its cells", "Recipients are read from 'Rhif ffôn'"],
    ),
    "a question for a heading": (
        PLAIN.replace("to,text", "What is your mobile number?,Message"),
        ["Recipients are read from 'What is your mobile number?'"],
    ),
    "calling codes": (
        f"country_code,number,text\n1,2025550143,Hello\n44,7400123456,{LONG}\n",
        ["Numbers without + in 'number' follow the codes in 'country_code'."],
    ),
    "countries": (
        f"Country,Mobile,Text\nUSA,(202) 555-0143,Hello\nUnited Kingdom,07400 123456,{LONG}\n",
        ["Numbers without + in 'Mobile' follow the codes in 'Country'."],
    ),
    "countries beside international numbers": (
        f"Country,Mobile,Text\nFR,12025550143,Hello\nFR,447400123456,{LONG}\n",
        ["are read as international"],
    ),
    "a heading of recipients with other words": (
        f"Mobile number incl. country code,Message\n+1 (202) 555-0143,Hello\n{GB},{LONG}\n",
        ["Recipients are read from 'Mobile number incl. country code', judged by its numbers"],
    ),
    "numbers of leads": (f"phone,text\np:{US},Hello\np:{GB},{LONG}\n", []),
    "names of databases": (
        f"MSISDN_NUM,MSG_TXT\n{US[1:]},Hello\n{GB[1:]},{LONG}\n",
        [
            "Texts are read from 'MSG_TXT', judged by its heading",
            "Recipients are read from 'MSISDN_NUM', judged by its numbers",
            "are read as international",
        ],
    ),
    "numbers of orders": (
        f"Number,Contact,Message\n10482113,{US},Hello\n10482114,{GB},{LONG}\n",
        ["Recipients are read from 'Contact', judged by its numbers, not from 'Number'"],
    ),
    "states in Vietnamese": (
        f"to,text,Trạng thái\n{US},Hello,Thành công\n{GB},{LONG},Thất bại\n",
        ["Every row counts, whatever 'Trạng thái' says"],
    ),
    "folders": (f"to,text,Folder\n{US},Hello,Sent\n{GB},{LONG},Inbox\n", ["1 row with 'Inbox' in 'Folder'"]),
    "in and out": (f"to,text,In/Out\n{US},Hello,Out\n{GB},{LONG},In\n", ["1 row with 'In' in 'In/Out'"]),
    "dates of opting out": (
        f"to,text,Opt-out date\n{US},Hello,\n{GB},{LONG},2026-05-01\n",
        ["Every row counts, whatever 'Opt-out date' says"],
    ),
    "credits": (f"to,text,Credits\n{US},Hello,1\n{GB},{LONG},1\n", ["counted from the text"]),
    "quantities": (
        f"to,text,quantity\n{US},Hello,1200\n{GB},{LONG},1\n",
        ["Each row counts as one message, whatever 'quantity' says"],
    ),
}


@pytest.mark.parametrize(("layout", "implementation"), in_turn(zip(COLUMNS)), indirect=["implementation"])
def test_columns(tmp_path: Path, implementation: str, layout: str) -> None:
    path = tmp_path / "messages.csv"
    content, said = COLUMNS[layout]
    path.write_bytes(content.encode())
    data = run(implementation, "estimate", path, "--format", "json").data
    assert (data["messages"], data["segments"]) == (2, 3)
    assert {each["country"] for each in data["countries"]} == {"US", "GB"}
    notes = [each["sentence"] for each in data["reading"]]
    assert len(notes) == len(said), notes
    for note, words in zip(notes, said, strict=True):
        assert words in note


def test_calling_codes_in_parquet(tmp_path: Path, implementation: str) -> None:
    import polars as pl

    path = tmp_path / "messages.parquet"
    columns = {"cc": [1, 44, 49], "number": ["2025550143", "07400123456", "+33612345678"], "text": ["a"] * 3}
    pl.DataFrame(columns).rename({"cc": "country code"}).write_parquet(path)
    data = run(implementation, "estimate", path, "--format", "json").data
    assert {each["country"] for each in data["countries"]} == {"US", "GB", "FR"}


@pytest.mark.parametrize(
    ("heading", "numbers", "country"),
    [
        ("Kontakt", ("0171 2345678", "0172/3456789"), "unknown"),
        ("Handynr.", ("0171 2345678", "0172/3456789"), "unknown"),
        ("Artikel", ("0000471112", "0000471113"), ""),
        ("Order ID", ("0171 2345678", "0172 3456789"), ""),
        ("Date", ("01.05.2026 10:00", "02.05.2026 10:00"), ""),
    ],
)
def test_national_numbers_without_a_known_heading(
    tmp_path: Path, implementation: str, heading: str, numbers: tuple[str, str], country: str
) -> None:
    path = tmp_path / "messages.csv"
    path.write_text(f"{heading};Text\n{numbers[0]};Hallo\n{numbers[1]};Hallo, hier sind wir\n")
    data = run(implementation, "estimate", path, "--format", "json").data
    assert [each["country"] for each in data["countries"]] == [country]
    assert data["columns"]["to"] == (heading if country else None)


def test_pictures_beside_all_rows_are_said(tmp_path: Path, implementation: str) -> None:
    """They may be those of people."""
    path = tmp_path / "messages.csv"
    path.write_text(f"to,text,Photo\n{US},Hello,https://x/a.jpg\n{GB},Hi,https://x/b.jpg\n")
    data = run(implementation, "estimate", path, "--format", "json").data
    assert data["mms"] == 2
    assert data["reading"][0]["sentence"] == "A row with a picture in 'Photo' is an MMS."


def test_dates_are_no_texts(tmp_path: Path, implementation: str) -> None:
    """A log without texts, such as Telnyx's detail records."""
    path = tmp_path / "records.csv"
    rows = "".join(f"a1b2,+1202555014{n},SMS,2026-05-01T10:00:0{n}Z\n" for n in range(5))
    path.write_text(f"id,cld,message_type,created_at\n{rows}")
    assert "no column looks like the message text" in run(implementation, "estimate", path).error


def test_sentences_without_a_heading(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "messages.txt"
    path.write_text("Is it you, Bob?\nHello; there\n")
    data = run(implementation, "estimate", path, "--format", "json").data
    assert data["messages"] == 2
    assert "The first line is read as a message" in data["reading"][0]["sentence"]


@pytest.mark.parametrize("line", ["Sent", "Jan  1 10:00:00 sent to Bob", "time=1 msg=Hello you"])
def test_other_lines_of_text_are_refused(tmp_path: Path, implementation: str, line: str) -> None:
    path = tmp_path / "sent.txt"
    path.write_text(f"{line}.\n" * 3)
    assert "no column looks like" in run(implementation, "estimate", path).error


@pytest.mark.parametrize("name", ["a.yaml", "a.sql", "a.vcf", "a.EML"])
def test_files_of_other_kinds_are_refused_by_name(tmp_path: Path, implementation: str, name: str) -> None:
    path = tmp_path / name
    path.write_text("text:\n  - Hello\n")
    assert "export the messages as CSV" in run(implementation, "estimate", path).error


def test_json_in_cells_is_named(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "messages.csv"
    path.write_text('time,message\n1,"{""to"":""1"",""body"":""Hi""}"\n')
    notes = run(implementation, "estimate", path, "--format", "json").data["reading"]
    assert notes[0]["sentence"].startswith('1 message contains JSON such as {"to":: counted as written')
    path.write_text('time,message\n1,"[""Hi"", ""Bob""]"\n')
    notes = run(implementation, "estimate", path, "--format", "json").data["reading"]
    assert notes[0]["sentence"].startswith('1 message contains JSON such as ["Hi": counted as written')


@pytest.mark.parametrize(("layout", "implementation"), in_turn(zip(LAYOUTS)), indirect=["implementation"])
def test_layouts(tmp_path: Path, implementation: str, layout: str) -> None:
    path = tmp_path / "messages.csv"
    path.write_bytes(LAYOUTS[layout][0].encode())
    data = run(implementation, "estimate", path, "--format", "json").data
    assert (data["messages"], data["segments"]) == (2, 3)
    assert {each["country"] for each in data["countries"]} == {"US", "GB"}


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_notes(tmp_path: Path, layout: str, exact: bool) -> None:
    path = tmp_path / "messages.csv"
    content, said = LAYOUTS[layout]
    path.write_bytes(content.encode())
    file = CsvFile(str(path), name="messages.csv", exact=exact)
    assert sum(frame.height for frame in file.frames()) == 2
    notes = [note.sentence for note in file.notes]
    assert len(notes) == len(said), notes
    for note, words in zip(notes, said, strict=True):
        assert note.startswith("messages.csv: ")
        assert note.endswith(".")
        assert words in note


@pytest.mark.parametrize(
    "content",
    [
        # Data that looks like what is skipped elsewhere.
        "#,text\n1,Hello\n2,b\n",
        "id,text\n#1,Hello\n#2,b\n",
        "text,id\n# Hello,1\nb,2\n",
        "note,text\ntext,Hello\nnote,b\n",
        'id,text\n1,"# Hello\n# b"\n2,c\n',
        "id,text\n1,sep=;\n2,b\n",
        'text,id\n"a\rb",1\nb,2\n',
    ],
)
def test_messages_are_not_skipped(tmp_path: Path, content: str) -> None:
    path = tmp_path / "messages.csv"
    path.write_bytes(content.encode())
    file = CsvFile(str(path))
    assert sum(frame.height for frame in file.frames()) == 2
    assert not [*file.notes]


def test_lines_of_errors_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    for before in ("Title\n\n", "sep=,\n\n", "# a\n# b\n"):
        rows = "".join(f"{number},text\n" for number in range(20_000))
        path.write_text(f"{before}id,text\n# comment\n{rows}1,two,many\n")
        with pytest.raises(FileError, match="line 20005: 3 cells in a file of 2 columns"):
            [*CsvFile(str(path)).frames()]
    path.write_text("id,text\r1,a\r2\r3,b\r")
    with pytest.raises(FileError, match="line 3: 1 cell in a file of 2 columns"):
        [*CsvFile(str(path)).frames()]


def test_a_short_row_among_escaped_quotation_marks_is_named(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "messages.csv"
    path.write_text(f'to,text,ref\n{US},"He said \\"Hi\\", ok",1\n{GB},Hello\n')
    answer = run(implementation, "estimate", path)
    assert (answer.status, "line 3: 2 cells in a file of 3 columns" in answer.error) == (2, True)


def test_no_header(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "messages.csv"
    path.write_text("# not a comment\ntext\n")
    data = run(implementation, "estimate", path, "--no-header", "--format", "json").data
    assert data["messages"] == 2


LONG_TEXT = "a " * 100
HEADLESS = {
    "number first": f"{US},Hello you\n{GB},{LONG_TEXT}\n",
    "text first": f"Hello you,{US}\n{LONG_TEXT},{GB}\n",
    "sender first": f"+12025550100,{US},Hello you\n+12025550100,{GB},{LONG_TEXT}\n",
    "different senders": f"+13125550100,{US},Hello you\n+13125550101,{GB},{LONG_TEXT}\n",
    "identifier": f"1\t{US}\tHello you\n2\t{GB}\t{LONG_TEXT}\n",
    "name": f"Ann Lee;{US};Hello you\nBob Kay;{GB};{LONG_TEXT}\n",
    "date": f"2026-05-01 10:00,{US},Hello you\n2026-05-01 10:01,{GB},{LONG_TEXT}\n",
    "no plus": f"12025550143,Hello you\n447400123456,{LONG_TEXT}\n",
    "pictographs": f"{US},Hello you\n{GB},{LONG_TEXT}\n{US},👍\n",
}


@pytest.mark.parametrize("name", HEADLESS)
def test_rows_without_a_header(tmp_path: Path, implementation: str, name: str) -> None:
    path = tmp_path / "messages.csv"
    path.write_text(HEADLESS[name], encoding="utf-8")
    data = run(implementation, "estimate", path, "--format", "json").data
    assert data["messages"] - data["ucs2"] == 2
    assert data["gsm7_segments"] == 3
    assert {each["country"] for each in data["countries"]} == {"US", "GB"}
    options = [note["option"] for note in data["reading"] if note["code"] == "columns"]
    assert options == ["--text, --header", "--to"]


@pytest.mark.parametrize("content", ["1,Paris is nice\n2,London is, too\n", "Ann,Hi you\nBob,1\n"])
def test_rows_without_a_header_or_a_number_are_refused(
    tmp_path: Path, implementation: str, content: str
) -> None:
    path = tmp_path / "messages.csv"
    path.write_text(content.replace("is, too", "too"))
    answer = run(implementation, "estimate", path)
    assert answer.status == 2
    assert "--text" in answer.error


def test_a_record_above_the_header_may_hold_a_name(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "messages.txt"
    path.write_text(f"HDR|20260501|SMS\nMOBILE|MESSAGE|REF\n{US}|Hello|1\n{GB}|{LONG}|2\n")
    data = run(implementation, "estimate", path, "--format", "json").data
    assert (data["messages"], data["segments"]) == (2, 3)
    assert [note["code"] for note in data["reading"]] == ["preamble"]


def test_many_columns(tmp_path: Path) -> None:
    """Time is linear in the columns; it was quadratic, so that this took seconds."""
    columns = 20_000 if FULL_SWEEP else 4_000
    path = tmp_path / "wide.csv"
    names = ",".join(f"c{number}" for number in range(columns))
    path.write_text(f"to,text,{names}\n" + f"{US},Hello,{',' * (columns - 1)}\n" * 3)
    file = CsvFile(str(path))
    assert [frame["c1"].to_list() for frame in file.frames()] == [["Hello"] * 3]
    assert json.dumps([*map(str, file.notes)]) == "[]"


@pytest.mark.kernel_independent
def test_the_first_rows_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many columns are candidates: reading them for each would take quadratic time."""
    from segcore.sources.csv_dialect import Dialect, Sample, first_rows

    path = tmp_path / "wide.csv"
    names = [f"c{index}" for index in range(300)]
    row = ["+12025550143"] * 300
    path.write_text(",".join([*names, "text"]) + "\n" + ",".join([*row, "Hello"]) + "\n", "utf-8")
    reads = 0

    def counted(sample: Sample, dialect: Dialect) -> list[list[str]]:
        nonlocal reads
        reads += 1
        return first_rows(sample, dialect)

    monkeypatch.setattr("segcore.sources.csv_file.first_rows", counted)
    CsvFile(str(path))
    assert reads == 1


@pytest.mark.parametrize("content", ["sep=;", "sep=;\n"])
def test_nothing_below_the_delimiter(tmp_path: Path, implementation: str, content: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content)
    answer = run(implementation, "estimate", path)
    said = "nothing is below the lines above its header; check what was exported"
    assert (answer.status, answer.out, answer.error) == (2, "", f"Error: {path}: {said}\n")


def test_lines_above_the_header_that_end_in_cr_alone(tmp_path: Path, implementation: str) -> None:
    """CR alone ends a row but no line of a file with LF; counted, it hid the header below it."""
    path = tmp_path / "x.csv"
    path.write_bytes(f"Report\rof\rMay\r\nto,text\r\n{US},Hello\r\n{US},b\r\n".encode())
    answer = run(implementation, "estimate", path, "--format", "json")
    assert answer.data["messages"] == 2
    assert "Skipped 1 line above the header: 'Report'." in answer.out


def test_a_second_table_is_no_reason_to_skip_the_first(tmp_path: Path, implementation: str) -> None:
    """A header with more columns below messages would make these lines above the header."""
    path = tmp_path / "both.csv"
    path.write_text("to,text\n+12025550143,Hello\nphone,name,body\n+12025550144,Bob,Hi\n")
    answer = run(implementation, "estimate", path)
    assert (answer.status, "line 3: 3 cells in a file of 2 columns" in answer.error) == (2, True)


def test_a_header_that_ends_in_cr_alone(tmp_path: Path, implementation: str) -> None:
    """The rows up to the first LF were lost with it, where not all rows have as many cells."""
    path = tmp_path / "x.csv"
    path.write_bytes(f"to,text\r{US},a\r{US}b\r\n{US},c\r\n".encode())
    answer = run(implementation, "estimate", path)
    assert (answer.status, answer.out) == (2, "")
    assert "line 3: 1 cell in a file of 2 columns" in answer.error
    # Between marks that are none, CR stays what it is.
    path.write_bytes(f'a"b,text\r{US},x\n{US},y"z\n'.encode())
    answer = run(implementation, "estimate", path)
    assert (answer.status, answer.out, "Traceback" in answer.error) == (2, "", False)


def test_a_mark_before_the_first_row(tmp_path: Path, implementation: str) -> None:
    """U+FEFF at the start of a text below the header is billed as it is, as UCS-2."""
    for rows in ("\ufeffHello\nHi\n", "\ufeffHello\nHi\n" + "Hi\n" * 7_000):
        path = tmp_path / "x.csv"
        path.write_text("text\n" + rows)
        answer = run(implementation, "estimate", path, "--json")
        assert answer.status == 0, answer.error
        assert json.loads(answer.out)["ucs2"] == 1


def test_cr_at_the_end_of_a_cell(tmp_path: Path) -> None:
    """It is no part of the cell, whichever reader reads the row."""
    path = tmp_path / "x.csv"
    path.write_bytes(b'text;to\nab\r;+12025550143\n"a""b";+12025550144\nc\r;"+12025550145"\n')
    for exact in (False, True):
        rows = [row for frame in CsvFile(str(path), exact=exact).frames() for row in frame.rows()]
        assert rows == [("ab", US), ('a"b', "+12025550144"), ("c", "+12025550145")]


@pytest.mark.parametrize(
    "end", [b"+12025550144,abc\r\r\n", b"+12025550144,abc\n\r\r\n", b"+12025550144,abc\n\r\r"]
)
def test_crs_at_the_end_of_a_row_far_down(tmp_path: Path, end: bytes) -> None:
    """They are no part of the text, although the beginning of the file does not show that lines end so."""
    path = tmp_path / "x.csv"
    path.write_bytes(b"to,text\r\n" + b"+12025550143,Hello there\r\n" * 20_000 + end)
    for exact in (False, True):
        rows = [row for frame in CsvFile(str(path), exact=exact).frames() for row in frame.rows()]
        assert (len(rows), rows[-1]) == (20_001, ("+12025550144", "abc"))


MARKS = [
    f'{US},"Say "hi" now"\n',
    f'{US},""hi""\n',
    f'{US},"5" pipe"\n{US},"6" pipe"\n',
    f'{US},"He said "no", then left"\n',
    f'{US},"hi" "there"\n',
    f'{US},"""',
    f'{US},"hello""',
]


@pytest.mark.parametrize("row", MARKS)
def test_a_quotation_mark_inside_a_cell(row: str, tmp_path: Path) -> None:
    """polars drops it, and with it the end of the row where two rows have one each."""
    path = tmp_path / "x.csv"
    for above in ("", f'{US},"Hello, ""you"""\n{US}, "a" \n', f"{US},{'a' * (1 << 18)}\n"):
        path.write_text("to,text\n" + above + row)
        for exact in (False, True):
            with pytest.raises(FileError, match=r"line \d: a quotation mark opens a cell"):
                [*CsvFile(str(path), exact=exact).frames()]


def test_quotation_marks_are_found_wherever_the_file_is_parted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.csv"
    good = f'"{US}" ,b\n{US},"Hello, ""you"""\n{US}, "a"\r\n{US},"""c"" d"\n"{US}",""\n{US},"a\nb, c"\n'
    # A mark beside a line end, where a piece that began there would take it for one of a whole cell.
    marks = [*MARKS, f'{US},5"\n{US},6"\n', '5",a\n6",b\n']
    for size in range(2, 12):
        monkeypatch.setattr(csv_file, "_PIECE_OCTETS", size)
        for rows, is_well_formed in (
            (good, True),
            (good[:-1], True),
            *((good + row, False) for row in marks),
        ):
            for above in ("", 'Report "of" May 5"\n\n'):
                path.write_text(f'{above}"to",text\n{rows}', newline="")
                found = csv_file._is_well_formed(str(path), CsvFile(str(path)).dialect)
                assert found == is_well_formed, (size, above, rows)
    path.write_text(f"{US},a\n")
    dialect = CsvFile(str(path), Reading(header=False)).dialect
    path.write_text(f'{US},"5" pipe"\n{US},a\n')
    assert (dialect.lines_before, csv_file._is_well_formed(str(path), dialect)) == (0, False)


def test_a_file_that_changes_between_two_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that shrinks or grows while it is read gives an error that names the line, never a crash."""
    path = tmp_path / "x.csv"
    content = f'to,text\n{US},"a, b"\n'
    for size in (3, 1 << 22):
        monkeypatch.setattr(csv_file, "_PIECE_OCTETS", size)
        for now, said in ((content[:20], "line 2: "), (content + MARKS[0], "a quotation mark opens a cell")):
            path.write_text(content)
            file = CsvFile(str(path))
            path.write_text(now)
            with pytest.raises(FileError, match=said):
                [*file.frames()]


def test_a_disk_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line; and where only the look at quotation marks fails, the exact reader reads the rows."""

    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    path = tmp_path / "x.csv"
    path.write_text(f"to,text\n{US},a\n")
    monkeypatch.setattr(csv_file, "_is_well_formed", fail)
    assert [row for frame in CsvFile(str(path)).frames() for row in frame.rows()] == [(US, "a")]
    monkeypatch.setattr(csv_file, "_ExactRows", fail)
    file = CsvFile(str(path))
    with pytest.raises(FileError, match="it cannot be read to its end: input/output error"):
        [*file.frames()]
    path.unlink()
    with pytest.raises(FileError, match="it cannot be read to its end: no such file"):
        [*file.frames()]


def test_a_line_that_is_too_long_is_left_to_the_exact_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_PIECE_OCTETS", "_CHECKED_OCTETS", "_LONGEST_CELL"):
        monkeypatch.setattr(csv_file, name, 8)
    path = tmp_path / "x.csv"
    path.write_text(f"to,text\n{US},{'a' * 40}\n")
    assert not csv_file._is_well_formed(str(path), CsvFile(str(path)).dialect)
    monkeypatch.setattr(csv_file, "_LONGEST_CELL", 80)
    assert csv_file._is_well_formed(str(path), CsvFile(str(path)).dialect)


def test_cr_alone_ends_rows_far_down(tmp_path: Path) -> None:
    """Behind the rows by which the file is judged, and behind the first batch."""
    path = tmp_path / "x.csv"
    above = f"{US},{'a' * 100}\n"
    for many in (1, 1000, 70_000):
        path.write_text(f'to,text\n{above * many}{US},b\r{US},"c\rd"\r{US},e\n', newline="")
        for exact in (False, True):
            rows = [row for frame in CsvFile(str(path), exact=exact).frames() for row in frame.rows()]
            assert (len(rows), rows[-3:]) == (many + 3, [(US, "b"), (US, "c\rd"), (US, "e")])


@pytest.mark.parametrize(("header", "row"), [("to,text", f"{US},a,"), ("text", "a\x1f")])
def test_a_delimiter_too_many_at_the_end_of_the_file(header: str, row: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"{header}\n" + f"{row[:-1]}\n" * 9_000 + row)
    for exact in (False, True):
        with pytest.raises(FileError, match=r"line 9002: \d cells in a file of"):
            [*CsvFile(str(path), exact=exact).frames()]


def test_quotation_marks_inside_cells_far_down(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text("to,text\n" + f"{US},Hello\n" * 40_000 + f'{US},"5" pipe"\n' * 2)
    answer = run(implementation, "estimate", path)
    assert (answer.status, answer.out) == (2, "")
    assert "line 40002: a quotation mark opens a cell" in answer.error


def test_backslashes_before_quotation_marks_far_down(tmp_path: Path) -> None:
    """They escape the marks, as they would in the rows by which the dialect is detected."""
    path = tmp_path / "x.csv"
    path.write_text("to,text\n" + f"{US},Hello\n" * 40_000 + f'{US},"say \\"hi\\", please"\n')
    for exact in (False, True):
        rows = [row for frame in CsvFile(str(path), exact=exact).frames() for row in frame.rows()]
        assert (len(rows), rows[-1]) == (40_001, (US, 'say "hi", please'))


HOSTILE = ["x" + " " * 200_000 + "2", "(" * 200_000, "[" * 200_000, '[{"a":' * 40_000]


@pytest.mark.parametrize("cell", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_recipients_end_in_linear_time(cell: str, tmp_path: Path, implementation: str) -> None:
    """They would take hours, or end in a traceback."""
    path = tmp_path / "m.csv"
    path.write_text(f'to,text\n{US},Hi\n"' + cell.replace('"', '""').replace("x", US) + '",Hi\n')
    answer = run(implementation, "estimate", path, "--json")
    assert (answer.status, answer.data["messages"]) == (0, 2)
