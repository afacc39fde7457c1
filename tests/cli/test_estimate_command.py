"""``segcore estimate`` with rate cards, groups, limits, annotated messages and broken input."""

from __future__ import annotations

import csv
import io
import json
import os
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("click")
pytest.importorskip("rich")
pl = pytest.importorskip("polars")

from click.testing import CliRunner, Result  # noqa: E402
from conftest import RunPython, thinned  # noqa: E402
from program import run  # noqa: E402

import segcore  # noqa: E402
from segcore.cli.commands import cli  # noqa: E402

EXAMPLES = Path(__file__).parents[2] / "examples"
CAMPAIGN, RATES = str(EXAMPLES / "campaign.csv"), str(EXAMPLES / "rates.csv")

MESSAGES = """id,to,text,customer,media
1,+12025550143,Hello,acme,
2,+17875550143,It’s here,acme,
3,+4915112345678,Hallo,beta,
4,+12025550143,photo,beta,https://example.com/a.jpg
5,+12025550143;+12025550144,group,beta,
"""

CARD = "country,prefix,sms,mms,currency\nUS,,0.0079,0.02,USD\n,+1787,0.045,,USD\nDE,,0.0950,,USD\n"


@pytest.fixture
def file(tmp_path: Path) -> str:
    return write(tmp_path, "messages.csv", MESSAGES)


@pytest.fixture
def rates(tmp_path: Path) -> str:
    return write(tmp_path, "rates.csv", CARD)


def write(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def invoke(*arguments: str, stdin: bytes | None = None) -> Result:
    result = CliRunner().invoke(cli, ("estimate", *arguments), input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def as_json(*arguments: str, stdin: bytes | None = None) -> dict[str, Any]:
    found = invoke(*arguments, "--format", "json", stdin=stdin)
    assert found.exit_code == 0, found.stderr
    data: dict[str, Any] = json.loads(found.stdout)
    return data


def lines(shown: str) -> list[str]:
    return [" ".join(line.split()) for line in shown.splitlines()]


def test_rates_by_destination(file: str, rates: str) -> None:
    data = as_json(file, "--rates", rates)
    assert data["cost"] == {
        "sms": "0.1479",
        "mms": "0.04",
        "total": "0.1879",
        "priced": "0.1879",
        "unpriced": {"sms_segments": 0, "mms": 0},
    }
    assert data["currency"] == "USD"
    assert {each["country"]: each["cost"] for each in data["countries"]} == {
        "DE": "0.0950",
        "PR": "0.045",
        "US": "0.0479",
    }
    assert data["offenders"][0]["cost"] == "0"
    shown = lines(invoke(file, "--rates", rates).stdout)
    assert "Messages Share Segments Cost (USD)" in shown
    assert "Germany 1 20.0 % 1 0.0950" in shown
    assert "United States 3 60.0 % 3 0.0479" in shown
    assert "Total 5 5 0.1879" in shown


def test_the_example_card() -> None:
    data = as_json(CAMPAIGN, "--rates", RATES)
    assert data["cost"]["unpriced"]["sms_segments"] == 0
    assert Decimal(data["cost"]["sms"]) > 0


def test_groups(file: str, rates: str) -> None:
    data = as_json(file, "--rates", rates, "--group-by", "customer")
    assert [(each["customer"], each["messages"], each["cost"]) for each in data["groups"]] == [
        ("beta", 3, "0.1350"),
        ("acme", 2, "0.0529"),
    ]
    shown = lines(invoke(file, "--group-by", "Customer", "--group-by", "media").stdout)
    assert "By Customer and media" in shown
    assert "beta, https://example.com/a.jpg 1 20.0 % 1" in shown
    assert (
        "--group-by: unknown value 'custmer'; known: id, to" in invoke(file, "--group-by", "custmer").stderr
    )


def test_rows_as_csv(file: str, rates: str) -> None:
    found = invoke(file, "--rates", rates, "--group-by", "customer", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(found)))
    assert rows[0] == {
        "customer": "beta",
        "country": "DE",
        "rate": "DE",
        "kind": "SMS",
        "encoding": "GSM-7",
        "segments": "1",
        "messages": "1",
        "billed_segments": "1",
        "cost": "0.0950",
        "currency": "USD",
    }
    assert sum(Decimal(row["cost"]) for row in rows) == Decimal("0.1879")


def test_savings_are_shown(tmp_path: Path) -> None:
    path = write(tmp_path, "m.csv", "text\n" + "’" + "a" * 100 + "\nplain\n")
    shown = lines(invoke(path, "--price", "0.1").stdout)
    assert "’ U+2019 RIGHT SINGLE QUOTATION MARK ' 1 1 0.1" in shown
    saved = "With every recommended replacement: 2 SMS segments instead of 3, and a cost of"
    assert (saved, "0.2 instead of 0.3. That saves 0.1.") in pairwise(shown)
    data = as_json(path, "--price", "0.1")["savings"]
    assert (data["saved_segments"], data["saved_cost"], data["cost"]) == (1, "0.1", "0.2")
    assert data["replacements"][0]["replacement"] == "'"
    encoded = as_json(path, "--smart-encode", "--profile", "twilio")
    assert (encoded["segments"], encoded["savings"], encoded["smart_encoding"]) == (2, None, "twilio")
    assert as_json(path, "--smart-encoding", "--profile", "twilio") == encoded
    assert as_json(path, "--smart-table", "telnyx")["smart_encoding"] == "telnyx"
    profile = write(tmp_path, "smart.toml", "smart_encoding = true\n")
    assert as_json(path, "--profile", profile)["smart_encoding"] == "segcore"
    assert as_json(path, "--profile", profile, "--no-smart-encoding")["smart_encoding"] is None


def test_several_files_and_standard_input(tmp_path: Path, file: str) -> None:
    other = write(tmp_path, "other.ndjson", '{"body": "x"}\n')
    data = as_json(file, other, str(tmp_path / "mess*.csv"))
    assert (data["messages"], data["files"][0]) == (11, file)
    assert as_json("-", stdin=MESSAGES.encode())["messages"] == 5
    assert invoke("-", stdin=b"text\n\xc3\xa9\na\xff\n").stderr == (
        "Error: standard input: line 3: not UTF-8 (octets FF at octet 2 of the line), but other lines are; "
        "save all of it in one encoding\n"
    )


@pytest.mark.parametrize(
    ("limits", "status", "message"),
    [
        (["--max-cost", "0.1879"], 0, ""),
        (["--max-cost", "0.1878"], 3, "a cost of 0.1879 exceeds --max-cost 0.1878"),
        (["--max-segments", "5"], 0, ""),
        (["--max-segments", "4"], 3, "5 segments exceed --max-segments 4"),
        (["--max-segments", "4", "--max-cost", "9"], 3, "5 segments exceed"),
    ],
)
def test_limits(file: str, rates: str, limits: list[str], status: int, message: str) -> None:
    found = invoke(file, "--rates", rates, *limits)
    assert found.exit_code == status
    assert found.stderr == (f"Error: {message}\n" if status and message[-1].isdigit() else found.stderr)
    assert message in found.stderr
    assert "Total" in found.stdout


def test_a_cost_that_is_not_known_is_not_within_a_limit(file: str) -> None:
    for options in ([], ["--price", "0.01"]):
        found = invoke(file, *options, "--max-cost", "100")
        assert found.exit_code == 3
        assert "the cost cannot be compared with --max-cost 100: " in found.stderr
        assert "2 MMS have no price" in found.stderr


def test_annotated_csv(tmp_path: Path, file: str, rates: str) -> None:
    out = tmp_path / "out.csv"
    assert invoke(file, "--rates", rates, "--annotate", str(out)).exit_code == 0
    with out.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    with open(file, newline="", encoding="utf-8") as opened:
        given = list(csv.DictReader(opened))
    assert [{name: row[name] for name in given[0]} for row in rows] == given
    own = [tuple(row[name] for name in ("kind", "encoding", "units", "segments", "cost")) for row in rows]
    assert own == [
        ("SMS", "GSM-7", "5", "1", "0.0079"),
        ("SMS", "UCS-2", "9", "1", "0.0450"),
        ("SMS", "GSM-7", "5", "1", "0.0950"),
        ("MMS", "", "", "1", "0.0200"),
        ("MMS", "", "", "1", "0.0200"),
    ]


def test_annotated_parquet_of_several_files(tmp_path: Path, file: str) -> None:
    out = tmp_path / "out.parquet"
    out.write_text("old", encoding="utf-8")
    table = pl.read_csv(file, infer_schema=False)
    table = pl.concat(
        [table, table.with_columns(text=pl.lit(None, pl.String), media=pl.lit(None, pl.String))]
    )
    table.write_parquet(tmp_path / "in.parquet")
    path = str(tmp_path / "in.parquet")
    assert invoke(path, path, "--price", "0.1", "--annotate", str(out)).exit_code == 0
    found = pl.read_parquet(out)
    assert found.height == 20
    assert found["segments"].to_list()[:10] == [1, 1, 1, 1, 1, None, None, None, None, 1]
    assert found["kind"].to_list()[:10] == ["SMS"] * 3 + ["MMS"] * 2 + [None] * 4 + ["MMS"]
    assert found["cost"].to_list()[:4] == [Decimal("0.1")] * 3 + [None]
    assert found["units"].dtype == pl.Int64


def test_annotated_names_do_not_collide(tmp_path: Path) -> None:
    path = write(tmp_path, "m.csv", "text,cost,x,x\na,5,1,2\n")
    for name in ("out.csv", "out.parquet"):
        assert invoke(path, "--annotate", str(tmp_path / name)).exit_code == 0
    header = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == "text,cost,x,x,kind,encoding,units,segments,segcore_cost"
    assert pl.read_parquet(tmp_path / "out.parquet").columns[:4] == ["text", "cost", "x", "x_2"]


def test_annotated_once_although_read_twice(tmp_path: Path) -> None:
    rows = "".join(f"{number},plain\n" for number in range(50_000))
    path = write(tmp_path, "doubt.csv", f"id,text\n{rows}x,5'10\"\ny,6'\n")
    for name, read in (("out.csv", pl.read_csv), ("out.parquet", pl.read_parquet)):
        assert invoke(path, "--annotate", str(tmp_path / name)).exit_code == 0
        options = {"infer_schema": False, "quote_char": None} if name.endswith("csv") else {}
        assert read(tmp_path / name, **options).height == 50_002


def test_volume_prices_have_no_price_of_one_message(tmp_path: Path, file: str) -> None:
    card = write(tmp_path, "r.csv", "country,sms,mms,from_segments\n*,0.1,0.3,\n*,0.05,,3\n")
    out = tmp_path / "out.csv"
    assert invoke(file, "--rates", card, "--annotate", str(out)).exit_code == 0
    assert pl.read_csv(out, infer_schema=False)["cost"].to_list() == [None, None, None, "0.3", "0.3"]


@pytest.mark.parametrize("name", ["out.txt", "none/out.csv"])
def test_annotated_messages_that_cannot_be_written(tmp_path: Path, file: str, name: str) -> None:
    found = invoke(file, "--annotate", str(tmp_path / name))
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith(f"Error: {tmp_path / name}: ")
    assert found.stderr.count("\n") == 1


def test_files_of_different_columns_are_not_annotated_together(tmp_path: Path, file: str) -> None:
    other = write(tmp_path, "other.csv", "text\na\n")
    out = tmp_path / "out.csv"
    found = invoke(file, other, "--annotate", str(out))
    assert (found.exit_code, out.exists()) == (2, False)
    assert "it has other columns than" in found.stderr
    assert sorted(os.listdir(tmp_path)) == ["messages.csv", "other.csv"]


BROKEN: dict[str, tuple[str, str | bytes, list[str], str]] = {
    "missing column": (
        "messages.csv",
        MESSAGES,
        ["--text", "txt"],
        "--text: unknown value 'txt'; known: id, to, text",
    ),
    "ragged row": ("messages.csv", MESSAGES + "6,+1,a,b\n", [], "line 7: 4 cells in a file of 5 columns"),
    "long row": ("messages.csv", MESSAGES + "6,+1,a,b,c,d\n", [], "line 7: 6 cells in a file of 5 columns"),
    "not UTF-8": ("messages.csv", MESSAGES.encode() + b"6,+1,\xff,b,c\n", [], "line 7: not UTF-8"),
    "unknown country": ("rates.csv", "country,sms\nUS,1\nGermny,1\n*,2\n", [], "line 3: unknown country"),
    "rate without price": (
        "rates.csv",
        "country,sms\nUS,\n",
        [],
        "it has no rates; line 2: no price",
    ),
    "price with letters": (
        "rates.csv",
        "country,sms\nUS,0.0o7\n",
        [],
        "line 2: sms: expected a price such as",
    ),
    "empty file": ("messages.csv", "", [], "the file is empty"),
    "header only": ("messages.csv", "id,to,text\n", [], "it has no messages, at most a header"),
    "unknown region": ("messages.csv", MESSAGES, ["--default-region", "ZZ"], "--default-region: "),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_input_is_one_line(tmp_path: Path, kind: str) -> None:
    name, content, options, message = BROKEN[kind]
    for each, good in (("messages.csv", MESSAGES), ("rates.csv", CARD)):
        write(tmp_path, each, content if each == name else good)
    card = ["--rates", str(tmp_path / "rates.csv")]
    found = invoke(str(tmp_path / "messages.csv"), *card, *options)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith("Error: ")
    assert message in found.stderr
    assert found.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("book.xlsx", b"PK\x03\x04rest", "not readable as ZIP: file is not a zip file; pack it again"),
        ("book.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not readable as a workbook: "),
        ("rows.arrows", b"\xff\xff\xff\xff\x10\x00", "an Arrow stream; write it as an Arrow file"),
        (
            "rows.ndjson",
            b'{"text": "a"}\n{"text":\n',
            "line 2: not JSON (expecting value at code point 9 of the",
        ),
    ],
)
def test_files_of_other_kinds(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = write(tmp_path, name, content)
    found = invoke(path)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith(f"Error: {path}: {message}")
    assert found.stderr.count("\n") == 1


def test_a_message_that_begins_like_an_array(tmp_path: Path) -> None:
    """Text in brackets is text."""
    assert invoke(write(tmp_path, "texts.csv", "text\n[Sale] Hello\n")).exit_code == 0
    assert invoke(write(tmp_path, "texts.csv", "[Sale] Hello\n[1]\n"), "--no-header").exit_code == 0


@pytest.mark.parametrize("which", ["file", "rates"])
@pytest.mark.parametrize("kind", ["directory", "vanished"])
def test_files_that_are_none(tmp_path: Path, file: str, rates: str, which: str, kind: str) -> None:
    wrong = str(tmp_path if kind == "directory" else tmp_path / "vanished.csv")
    found = invoke(wrong if which == "file" else file, "--rates", wrong if which == "rates" else rates)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith(f"Error: {wrong}: ")
    assert "; " in found.stderr
    assert found.stderr.count("\n") == 1


def test_numbers_with_letters(tmp_path: Path, rates: str) -> None:
    """What they cost is not known, which a script must not overlook; the rest is shown."""
    content = "to,text\n+12025550143,a\n+1202555CALL,b\n(none),c\n"
    path = write(tmp_path, "messages.csv", content)
    found = invoke(path, "--rates", rates)
    assert found.exit_code == 2
    assert found.stderr.startswith(f"Error: {path}: message 2: '+1202555CALL' in 'to', and 1 more, is not ")
    assert found.stderr.endswith("a phone number: it contains letters; correct it, or remove the message\n")
    assert "Without a price: 2 SMS segments (no rate for: no country known 2)." in found.stdout
    # Where the price is the same everywhere, nothing depends on them.
    assert invoke(path, "--price", "0.1").exit_code == 0


def test_prices_and_rates_exclude_each_other(file: str, rates: str) -> None:
    found = invoke(file, "--rates", rates, "--price", "1")
    assert found.exit_code == 2
    assert "remove --price\n" in found.stderr


@pytest.mark.parametrize("times", [1, 5_000])
def test_escaped_quotation_marks(tmp_path: Path, times: int) -> None:
    """Backslashes before quotation marks are read as such wherever the first of them is."""
    header, _, rows = MESSAGES.partition("\n")
    before = as_json(write(tmp_path, "before.csv", f"{header}\n{rows * times}"))
    more = '1,,"say \\"hi\\"",,\n'
    found = as_json(write(tmp_path, "messages.csv", f"{header}\n{rows * times}{more}"))
    assert found["segments"] == before["segments"] + 1


def test_plain_python_needs_no_pyarrow(run_python: RunPython, tmp_path: Path, file: str, rates: str) -> None:
    """Whoever has no compiler has what the command needs, and no more."""
    out = tmp_path / "out.csv"
    options = ["--rates", rates, "--group-by", "customer", "--annotate", str(out), "--format", "csv"]
    code = (
        "import sys; sys.modules.update(pyarrow=None, numpy=None); "
        f"sys.argv = {['segcore', 'estimate', file, *options]!r}; from segcore.cli.main import main; main()"
    )
    found = [run_python(code, env={"SEGCORE_IMPLEMENTATION": "python"})]
    written = out.read_bytes()
    found.append(run_python(code))
    assert [done.returncode for done in found] == [0, 0], found[0].stderr
    assert found[0].stdout == found[1].stdout
    assert written == out.read_bytes()


# Reads windows of a few thousand rows, and says what it took that is not a page of the file.
_PEAK = """
import atexit, sys, threading, time
from segcore.cli.main import main
from segcore.cost import run
from segcore.sources import table_file

table_file._WINDOW_ROWS = table_file._WINDOW_ROWS_A_THREAD = 1 << 13
run._FIRST_TASK_ROWS = run._TASK_ROWS = 1 << 13
peak = 0

def watch():
    global peak
    while True:
        with open("/proc/self/status") as file:
            peak = max(peak, *(int(line.split()[1]) << 10 for line in file if line.startswith("RssAnon")))
        time.sleep(0.005)

threading.Thread(target=watch, daemon=True).start()
atexit.register(lambda: print(peak, file=sys.stderr))
sys.argv[1:] = ["estimate", PATH, "--json", "--threads", "2"]
main()
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="asks Linux for the memory of a process")
@pytest.mark.parametrize(
    ("kind", "rows"),
    thinned([("csv", 1_000_000), ("parquet", 400_000), ("ndjson", 400_000), ("arrow", 400_000)], 2),
)
def test_memory_does_not_grow_with_the_file(
    run_python: RunPython, tmp_path: Path, kind: str, rows: int
) -> None:
    """A file of 200 or 500 MB takes less memory than its texts: at most 325 MB, CSV with polars 2.0."""
    path = tmp_path / f"long.{kind}"
    table = pl.select(text=pl.int_range(rows).cast(pl.String).str.zfill(500))
    if kind == "parquet":
        table.write_parquet(path, row_group_size=5_000)
    elif kind == "arrow":
        table.write_ipc(path, record_batch_size=5_000)
    else:
        (table.write_csv if kind == "csv" else table.write_ndjson)(path)
    del table
    done = run_python(_PEAK.replace("PATH", repr(str(path))), env={"POLARS_MAX_THREADS": "2"}, timeout=300)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["messages"] == rows
    assert int(done.stderr) < rows * 400, done.stderr


def test_groups_take_some_hundred_octets(run_python: RunPython, env_of: dict[str, str]) -> None:
    """Memory grows with the number of groups, not with that of their messages."""
    code = """
import segcore

def resident():
    with open("/proc/self/status") as file:
        return sum(int(line.split()[1]) << 10 for line in file if line.startswith("RssAnon"))

estimate = segcore.Estimate(group_by=["customer"])
taken = []
for attempt in range(3):
    before = resident()
    for first in range(0, 20_000, 10_000):
        estimate.add(["Hello"] * 10_000, group=[str(customer) for customer in range(first, first + 10_000)])
    assert estimate.messages == 20_000 * (attempt + 1)
    taken.append((resident() - before) // 20_000)
print(*taken)
"""
    done = run_python(code, env=env_of)
    assert done.returncode == 0, done.stderr
    first, _, last = map(int, done.stdout.split())
    assert first < 1_000
    assert last < 200


def test_one_unpriced_message_hides_no_other_money(tmp_path: Path, implementation: str) -> None:
    """1,000 segments at 0.0079 and a message to a country without a rate: 7.90, and 1 message is unpriced."""
    long = "It’s " + "x" * 100
    rows = f"+12025550143,{long}\n" * 250 + "+12025550143,Hi\n" * 500
    path = write(tmp_path, "m.csv", f"to,text\n{rows}+4915112345678,{long}\n")
    rates = write(tmp_path, "r.csv", "country,sms\nUS,0.0079\n")
    command = ("estimate", path, "--rates", rates)
    data = run(implementation, *command, "--json").data
    assert data["cost"] == {
        "sms": "7.9000",
        "mms": None,
        "total": None,
        "priced": "7.9000",
        "unpriced": {"sms_segments": 2, "mms": 0},
    }
    assert [(each["country"], each["messages"]) for each in data["unpriced"]] == [("DE", 1)]
    assert (data["savings"]["saved_cost"], data["savings"]["cost"]) == ("1.9750", "5.9250")
    assert data["savings"]["replacements"][0]["cost"] == data["offenders"][0]["cost"] == "1.9750"
    shown = run(implementation, *command).out
    assert "Cost without them: 7.9000." in shown
    assert "and a cost of 5.9250 instead of 7.9000. That saves 1.9750; 1 message is unpriced." in " ".join(
        shown.split()
    )


def test_doubts_about_a_rate_card_are_said(tmp_path: Path, implementation: str) -> None:
    """Columns that are not used though they may change prices, and rows without a rate, beside the cost."""
    path = write(tmp_path, "m.csv", "to,text\n+12025550143,Hi\n")
    rates = write(tmp_path, "r.csv", "country,sms,tax\nUS,0.0079,20%\nGB,N/A,\nTotal,,\n")
    command = ("estimate", path, "--rates", rates)
    found = run(implementation, *command, "--json").data
    sentences = [note["sentence"] for note in found["reading"]]
    assert "The rate card's column 'tax' may change prices, but is not used." in sentences
    reasons = "1 no price, 1 not the name or code of one country"
    rows = f"2 rows of the rate card give no rate ({reasons}); segcore rates lists them."
    assert rows in sentences
    shown = " ".join(run(implementation, *command).out.split())
    assert "column 'tax' may change prices" in shown
    assert rows in shown
    assert found["cost"]["total"] == "0.0079"


TWILIO = """ISO,Country,Description,Price / msg
GB,United Kingdom,UNITED KINGDOM Outbound SMS - EE,0.04630
GB,United Kingdom,UNITED KINGDOM Outbound SMS - Other,0.04630
QK,Unknown,KOSOVO Outbound SMS - Other,0.20000
LT,Lithuania,LITHUANIA Outbound SMS - Other,0.03000
GA,Gabon,GABON Outbound SMS - Other,0.05000
,Unknown,SATELLITE Outbound SMS - Other,0.10000
"""


@pytest.mark.parametrize(
    ("number", "country", "cost"),
    [
        ("44 (0)7723 456789", "GB", "0.04630"),
        ("+0044 7723 456789", "GB", "0.04630"),
        ("+370 8 612 34567", "LT", "0.03000"),
        ("+241 074 91 88 54", "GA", "0.05000"),
        ("+383 44 123 456", "XK", "0.20000"),
        # By satellite, which has no country: never the price of a row without one.
        ("+881 6 1234 5678", "001", None),
    ],
)
def test_numbers_as_written_at_published_prices(
    tmp_path: Path, number: str, country: str, cost: str | None
) -> None:
    path = write(tmp_path, "m.csv", f"to,text\n{number},Hi\n")
    rates = write(tmp_path, "SMSPricing.csv", TWILIO)
    found = as_json(path, "--rates", rates, "--default-region", "GB")
    assert [each["country"] for each in found["countries"]] == [country]
    assert found["cost"]["total"] == cost


def test_the_same_data_from_python_and_the_command(file: str, rates: str) -> None:
    """Money is exact in both, and nothing in it is an object of segcore."""
    for options, arguments in (
        ({"rates": rates}, ["--rates", rates]),
        ({"price": "0.01", "mms_price": "0.5"}, ["--price", "0.01", "--mms-price", "0.5"]),
        ({"group_by": ["customer", "id"], "savings": None}, ["--group-by", "customer", "--group-by", "id"]),
    ):
        shown = as_json(file, *arguments)
        found = segcore.estimate(Path(file), **options).to_dict()
        if options.get("savings", "") is None:
            assert found["savings"] is None
            found["savings"] = shown["savings"]
        assert json.loads(json.dumps(found)) == found
        assert {**found, **{name: shown[name] for name in ("file", "files", "columns")}} == shown
        assert list(shown)[:2] == list(found)[:2] == ["format", "segcore"]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_annotated_csv_is_written_like_the_input(tmp_path: Path, delimiter: str, mark: str) -> None:
    """With its delimiter and byte order mark, so that the program that wrote it can read it."""
    rows = [("id", "text", "to"), ("1", "a, b; c", "+12025550143"), ("2", 'say "hi"', "")]
    content = "\n".join(
        delimiter.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows
    )
    path = write(tmp_path, "m.csv", mark + content + "\n")
    out = tmp_path / "out.csv"
    assert invoke(path, "--annotate", str(out), "--price", "0.01").exit_code == 0
    written = out.read_bytes().decode()
    assert written.startswith("\ufeff") == bool(mark)
    found = list(csv.reader(io.StringIO(written.removeprefix("\ufeff")), delimiter=delimiter))
    own = [("kind", "encoding", "units", "segments", "cost"), ("SMS", "GSM-7", "7", "1", "0.01")]
    own.append(("SMS", "GSM-7", "8", "1", "0.01"))
    assert [tuple(row) for row in found] == [(*row, *more) for row, more in zip(rows, own, strict=True)]


@pytest.mark.parametrize("threads", ["1", "2", "3", "16"])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_annotated_rows_keep_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: str, kind: str
) -> None:
    monkeypatch.setattr("segcore.sources.csv_file._BATCH_ROWS", 100)
    texts = [f"{'б' if row % 3 else 'a'}{row}" for row in range(5_000)]
    path = write(tmp_path, "m.csv", "text\n" + "".join(f"{text}\n" for text in texts))
    out = tmp_path / f"out.{kind}"
    assert invoke(path, path, "--annotate", str(out), "--threads", threads).exit_code == 0
    found = pl.read_csv(out) if kind == "csv" else pl.read_parquet(out)
    assert found["text"].to_list() == texts * 2
    assert found["units"].to_list() == [len(text) for text in texts] * 2
    assert found["encoding"].to_list() == ["GSM-7" if text[0] == "a" else "UCS-2" for text in texts] * 2


def test_cells_that_a_spreadsheet_would_run(tmp_path: Path) -> None:
    content = '=id,text,to\n=1+1,@SUM(A1),+12025550143\n-1,plain,\n\'x,"\ttab",a=b\n'
    path, out = write(tmp_path, "m.csv", content), tmp_path / "out.csv"
    options = ["--text", "text", "--annotate", str(out)]
    assert invoke(path, *options).exit_code == 0
    rows = [row[:3] for row in csv.reader(io.StringIO(out.read_text(encoding="utf-8")))]
    assert rows == [*csv.reader(io.StringIO(content))]
    assert invoke(path, *options, "--escape-formulas").exit_code == 0
    rows = [row[:3] for row in csv.reader(io.StringIO(out.read_text(encoding="utf-8")))]
    assert rows == [
        ["'=id", "text", "to"],
        ["'=1+1", "'@SUM(A1)", "'+12025550143"],
        ["'-1", "plain", ""],
        ["'x", "'\ttab", "a=b"],
    ]
    assert invoke(path, "--escape-formulas").exit_code == 2
    assert invoke(path, "--escape-formulas", "--annotate", "x.parquet").exit_code == 2


@pytest.mark.parametrize("kind", ["the same", "a link", "another name", "rates"])
def test_an_input_is_never_written_over(tmp_path: Path, file: str, rates: str, kind: str) -> None:
    before = Path(file).read_bytes(), Path(rates).read_bytes()
    out = {
        "the same": file,
        "a link": str(tmp_path / "link.csv"),
        "another name": os.path.join(tmp_path, ".", "messages.csv"),
        "rates": rates,
    }[kind]
    if kind == "a link":
        os.symlink(file, out)
    for options in (["--annotate", out], ["--format", "html", "-o", out]):
        found = invoke(file, "--rates", rates, *options)
        assert (found.exit_code, found.stdout) == (2, "")
        assert "would be replaced" in found.stderr
    # A pattern names inputs, too.
    if kind == "the same":
        assert invoke(str(tmp_path / "m*.csv"), "--annotate", out).exit_code == 2
    assert (Path(file).read_bytes(), Path(rates).read_bytes()) == before


@pytest.mark.skipif(os.name != "posix", reason="modes and links")
def test_a_file_that_is_replaced_keeps_its_mode_and_a_link_stays_one(tmp_path: Path, file: str) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "out.csv"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    link.symlink_to(target)
    assert invoke(file, "--annotate", str(link)).exit_code == 0
    assert link.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640
    assert "segments" in target.read_text(encoding="utf-8")


def test_columns_that_csv_cannot_hold(tmp_path: Path) -> None:
    pl.DataFrame({"text": ["a"], "media": [["x.jpg"]]}).write_parquet(tmp_path / "m.parquet")
    out = tmp_path / "out.csv"
    found = invoke(str(tmp_path / "m.parquet"), "--annotate", str(out))
    assert (found.exit_code, out.exists()) == (2, False)
    assert found.stderr.startswith(f"Error: {out}: cannot be written: ")
    assert found.stderr.count("\n") == 1
    assert invoke(str(tmp_path / "m.parquet"), "--annotate", str(tmp_path / "out.parquet")).exit_code == 0
