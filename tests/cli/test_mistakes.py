"""The likeliest mistakes on the command line: each error names the option or file, and says what to do."""

from __future__ import annotations

import errno
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("click")
polars = pytest.importorskip("polars")
pytest.importorskip("rich")

from cli_runner import invoke  # noqa: E402

import segcore  # noqa: E402

pytestmark = pytest.mark.kernel_independent

FILES = {
    "m.csv": "to,text\n+12025550143,Hello\n",
    "letters.csv": "to,text\n+1202555CALL,Hello\n",
    "r.csv": "country,sms\nUS,0.01\n",
    "long.csv": f"country,sms\nUS,0.{'1' * 44}\n",
    "empty.csv": "",
}

MISTAKES = [
    ("estimate", "Missing argument 'FILE...'."),
    ("estimate nothere.csv", "nothere.csv: no such file or directory; check the name"),
    ("estimate .", ".: is a directory; name a file,"),
    ("estimate ftp://host/x.csv", "ftp://host/x.csv: an address that segcore cannot read; download the file"),
    (
        "estimate s3://bucket/x.xlsx",
        "s3://bucket/x.xlsx: reading it needs s3fs: pip install s3fs; or download it, or save it as Parquet",
    ),
    ("estimate empty.csv", "empty.csv: the file is empty"),
    (
        "estimate m.csv --price $0.0079",
        "'--price': expected a price such as 0.0079 (digits and a decimal point,",
    ),
    ("estimate m.csv --mms-price 0,02", "'--mms-price': expected a price such as 0.0079"),
    (
        f"estimate m.csv --price 0.{'1' * 44}",
        "'--price': expected a price of at most 40 digits, got 46: 0.1111111...",
    ),
    ("rates long.csv", "line 2: sms: expected a price such as 0.0079, not negative and of at most 40 digits"),
    ("estimate m.csv --rates r.csv --price 1", "--rates already sets all prices; remove --price"),
    ("estimate m.csv --rates nothere.csv", "nothere.csv: no such file or directory; "),
    ("estimate m.csv --text message", "m.csv: --text: unknown value 'message'; known: to, text"),
    ("estimate m.csv --to tox", "m.csv: --to: unknown value 'tox'; known: to, text; did you mean 'to'?"),
    ("estimate m.csv --group-by txt", "m.csv: --group-by: unknown value 'txt'"),
    ("estimate m.csv --delimiter ;;", "m.csv: --delimiter: expected one code point, got ';;'"),
    ("estimate m.csv --encoding utf9", "m.csv: --encoding: unknown encoding 'utf9'; use one such as utf-8"),
    (
        "estimate m.csv --default-region UK",
        "--default-region: unknown region 'UK'; expected ISO 3166 alpha-2,",
    ),
    ("estimate m.csv --profile twillio", "'--profile': unknown value 'twillio'; known: twilio, and"),
    ("estimate m.csv --smart-table x", "'--smart-table': unknown value 'x'; known: twilio,"),
    ("estimate m.csv --format xml", "'--format': 'xml' is not one of 'table', 'json', 'csv', 'html'."),
    ("estimate m.csv -o x.pdf", "--output x.pdf: name it .html, .json or .csv, or add --format"),
    ("estimate m.csv -o nodir/x.html", "x.html: cannot be written: no such file or directory"),
    ("estimate m.csv --annotate x.xlsx", "x.xlsx: annotated messages are written as .csv or .parquet"),
    ("estimate m.csv --max-segments -1", "'--max-segments': expected a whole number, 0 or more, got '-1'"),
    ("estimate m.csv --top 0", "'--top': expected a whole number, 1 or more, got '0'"),
    (
        "estimate letters.csv --rates r.csv",
        "'+1202555CALL' in 'to' is not a phone number: it contains letters; correct it,",
    ),
    ("estimate m.csv --jsn", "No such option '--jsn'. Did you mean '--json'?"),
    ("inspect", "Missing argument 'TEXT'."),
    ("inspect Hello world", "unexpected extra argument (world); put the text in quotation marks"),
    ("inspect -x", "No such option '-x'; put the text in quotation marks, and -- before"),
    ("count m.csv", "extra argument (m.csv); it reads standard input: segcore count < FILE"),
    ("profiles nope", "unknown value 'nope'; known: standard,"),
    ("profiles nope.toml", "nope.toml: No such file or directory"),
    ("estmate m.csv", "No such command 'estmate'; did you mean 'estimate'?"),
    ("m.csv --price 1", "No such command 'm.csv'; to estimate a file, run: segcore estimate m.csv"),
    ("--price 1 m.csv", "No such option '--price'; options follow the command: segcore estimate FILE"),
    ("help", "No such command 'help'; did you mean '--help'?"),
    ("version", "No such command 'version'; did you mean '--version'?"),
    (
        "estimate m.csv --rates r.csv --as-of 1/12/2026",
        "'--as-of': expected a day such as 2026-12-31, got '",
    ),
    (
        "estimate m.csv --rates r.csv --currency dollars",
        "'--currency': expected a code of ISO 4217 such as USD,",
    ),
    ("template {{a}} --field b=3", "--field: unknown value 'b'; known: a"),
    ("template {{a}} --field a=9..3", "--field: 'a=9..3' ends below its beginning; write a=3..9"),
    ("template {{a}}{{b}} --field a=9", "--field: no length for the field 'b'; add --field b=1..20"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("command", "message"), MISTAKES)
@pytest.mark.usefixtures("folder")
def test_mistake(command: str, message: str) -> None:
    found = invoke(*command.split())
    assert found.exit_code == 2
    last = found.stderr.splitlines()[-1]
    assert message in last
    assert last.startswith("Error: ")
    assert len(last) < 400


IGNORED = [
    (("estimate", "m.csv", "--sheet", "May"), "m.csv is a text file: sheet 'May' is ignored."),
    (("rates", "r.csv", "--sheet", "May"), "r.csv is a text file: sheet 'May' is ignored."),
    (
        ("estimate", "m.parquet", "--encoding", "cp1252", "--delimiter", ";"),
        "m.parquet is a Parquet file: encoding 'cp1252' is ignored.\nm.parquet is a Parquet file: delim",
    ),
]


@pytest.mark.parametrize(("command", "remark"), IGNORED)
@pytest.mark.usefixtures("folder")
def test_options_that_do_not_apply_are_said(command: tuple[str, ...], remark: str) -> None:
    polars.DataFrame({"text": ["Hello"]}).write_parquet("m.parquet")
    found = invoke(*command)
    assert found.exit_code == 0, found.stderr
    assert remark in found.stdout


@pytest.mark.usefixtures("folder")
def test_a_full_folder_of_temporary_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fill(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("shutil.copyfileobj", fill)
    # Where there is room, it is another disk that is full.
    with pytest.raises(OSError, match="No space left on device"):
        invoke("estimate", "-", stdin=b"to,text\n+12025550143,Hello\n")
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=0))
    found = invoke("estimate", "-", stdin=b"to,text\n+12025550143,Hello\n")
    said = "no space left for temporary files; set TMPDIR to a folder with more space"
    assert (found.exit_code, found.stderr) == (2, f"Error: {tmp_path}: {said}\n")


PYTHON = [
    (
        "estimate(['a'], rates=0.0079)",
        "rates: expected a RateCard or the path of one, got float; a price for",
    ),
    (
        "estimate(['a'], rates={'US': '1'})",
        "rates: expected a RateCard or the path of one, got dict; a price",
    ),
    ("Estimate(rates=0.0079)", "rates: expected a RateCard, got float; see RateCard.flat"),
    (
        "estimate(['a'], rates='0.0079')",
        "rates: '0.0079' is a price, not the path of a rate card; give it as",
    ),
    (
        "estimate(['a'], price=0.0079)",
        "price: expected text such as '0.0079' or a Decimal, which are exact, got",
    ),
    ("estimate(['a'], mms_price='0,02')", "mms_price: expected a price such as 0.0079 (digits and a decimal"),
    (
        "estimate(['a', NAN])",
        "texts[1]: expected str, got float (NaN, a missing value); leave it out or put '' in",
    ),
    ("count_segments_bulk(['a', NAN])", "texts[1]: expected str, got float (NaN, a missing value); leave it"),
    ("encode('a', reference='1')", "reference: expected an int, got str"),
    ("encode('a', reference=256)", "reference: 256 does not fit in the 8 bits"),
    (
        "estimate({'text': ['a', 'b'], 'to': ['+12025550143']})",
        "data: columns of unequal length: 'text' has 2, 'to' has 1 rows; give each row a value or None",
    ),
    ("Profile('o', 'O', languages=('klingon',))", "languages: unknown value 'klingon'; known: turkish or 1,"),
    ("Profile('o', 'O', languages=(99,))", "languages: unknown value 99; known: turkish or 1, spanish or 2,"),
    (
        "estimate({'text': [1, 2]})",
        "column 'text' holds Int64, not text; name the right one, or read it as text (in pandas, with dtype=",
    ),
    (
        "count_segments_bulk({'text': ['a']})",
        "texts: expected an iterable of str, got a mapping; pass one of",
    ),
    ("count_segments_bulk(['a']) * 2", "a Column does not compute; numpy.asarray(column) does"),
    ("count_segments_bulk(['a']) + 1", "a Column does not compute; numpy.asarray(column) does"),
    ("count_segments('a', mms='false')", "mms: expected a bool, got str"),
    ("Estimate().by('contry')", "by: unknown value 'contry'; known: country, rate_key,"),
    ("truncate('a', 0)", "segments: expected a number from 1, got 0"),
    ("decode('abc')", "parts[0]: expected UserData or bytes, got str"),
    ("estimate(['a'], default_region='UK')", "default_region: unknown region 'UK'; expected ISO 3166"),
    ("RateCard([{'country': 'US', 'sms': 0.1}])", "rates[0]: sms: 0.1 is a float, which is not exact; give"),
]


@pytest.mark.parametrize(("call", "message"), PYTHON)
def test_mistake_in_python(call: str, message: str) -> None:
    with pytest.raises((ValueError, TypeError)) as found:
        eval(f"segcore.{call}", {"segcore": segcore, "NAN": float("nan")})
    assert str(found.value).startswith(message)


def test_numbers_where_pandas_read_texts() -> None:
    """A column of integers from pandas or Arrow says how to read it as text; a table, to pass one column."""
    pa = pytest.importorskip("pyarrow")
    with pytest.raises(TypeError, match=r"got int64; read the texts as text \(in pandas, with dtype=str\)"):
        segcore.count_segments_bulk(pa.array([1, 2]))
    with pytest.raises(TypeError, match=r"got struct; pass one column of the table"):
        segcore.count_segments_bulk(pa.table({"text": ["a"], "to": ["b"]}).to_struct_array())


def test_languages_have_names() -> None:
    named = segcore.Profile("o", "O", languages=("turkish", "Urdu"))  # type: ignore[arg-type]
    assert named.languages == (1, 13)
    assert segcore.Profile("o", "O", languages="turkish").languages == (1,)  # type: ignore[arg-type]


def test_scientific_notation_is_reported() -> None:
    rows = {"text": ["a"], "to": ["1.20256E+10"]}
    found = segcore.estimate(rows, price="1").reading
    assert "a number in 'to' that a spreadsheet rounded (1.20256E+10)" in found[0].sentence


def test_python_names_arguments(folder: Path) -> None:
    """The same mistakes in Python: the argument, where the command line names the option."""
    data, file = {"a": ["x"]}, str(folder / "m.csv")
    for arguments, message in (
        ((data, {"text": "b"}), "text: unknown value 'b'; known: a"),
        ((data, {}), "no column looks like the message text; name it with text: 'a'"),
        ((file, {"to": "tox"}), f"{file}: to: unknown value 'tox'; known: to, text; did you mean 'to'?"),
        ((file, {"group_by": "txt"}), f"{file}: group_by: unknown value 'txt'"),
        ((file, {"default_region": "UK"}), "default_region: unknown region 'UK'; expected"),
    ):
        with pytest.raises(ValueError, match=r"unknown|no column") as found:
            segcore.estimate(arguments[0], **arguments[1])  # type: ignore[arg-type]
        assert str(found.value).startswith(message)
        assert "--" not in str(found.value)
