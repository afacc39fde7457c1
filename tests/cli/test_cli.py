"""The command line, as people and pipes meet it."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("click")
pytest.importorskip("polars")
pytest.importorskip("rich")

import program
from cli_runner import invoke
from conftest import ONCE, RunPython, environment, in_turn

import segcore
from segcore.cli.commands import cli
from segcore.rules.smart_encoding import TABLES

CAMPAIGN = Path(__file__).parents[2] / "examples" / "campaign.csv"

posix = pytest.mark.skipif(os.name == "nt", reason="signals, pipes and arguments are those of POSIX")

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(env_of: dict[str, str]) -> Iterator[Start]:
    """Start the command as a process, with each implementation in turn."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str | bytes, **options: Any) -> subprocess.Popen[bytes]:
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        process = subprocess.Popen(
            [sys.executable, "-m", "segcore", *arguments], env=environment(env_of), **{**pipes, **options}
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        with contextlib.suppress(BrokenPipeError):
            process.__exit__(None, None, None)


@pytest.fixture
def run(start: Start) -> Run:
    """Run the command to its end."""

    def run(*arguments: str | bytes, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        process = start(*arguments)
        output, errors = process.communicate(stdin, timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    return run


def csv_file(folder: Path, content: str) -> str:
    path = folder / "messages.csv"
    path.write_bytes(content.encode())
    return str(path)


def campaign_by_hand() -> dict[str, Any]:
    """Count the example without anything of the estimate."""
    counts: Counter[str] = Counter()
    with CAMPAIGN.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            counts["messages"] += 1
            recipients = row["to"].replace("|", ",").replace(";", ",").split(",")
            is_mms = (
                row["media"] not in ("", "none", "false", "[]", "0")
                or len(list(filter(str.strip, recipients))) > 1
            )
            segments = segcore.count_segments(row["text"], mms=is_mms)
            counts["segments"] += segments
            if is_mms:
                counts["mms"] += 1
                continue
            counts["sms_segments"] += segments
            counts["gsm7" if segcore.detect_encoding(row["text"]) == "GSM-7" else "ucs2"] += 1
            counts["empty"] += not row["text"]
    return dict(counts)


def test_estimate_of_the_example(run: Run) -> None:
    done = run("estimate", str(CAMPAIGN), "--price", "0.0079", "--mms-price", "0.02", "--format", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    expected = campaign_by_hand()
    assert {name: found[name] for name in expected} == expected
    assert found["messages"] > 300
    assert min(found["gsm7"], found["ucs2"], found["mms"], found["empty"]) > 0
    assert found["columns"] == {"text": "text", "to": "to", "media": "media"}
    sms, mms = Decimal("0.0079") * found["sms_segments"], Decimal("0.02") * found["mms"]
    assert found["cost"] == {
        "sms": str(sms),
        "mms": str(mms),
        "total": str(sms + mms),
        "priced": str(sms + mms),
        "unpriced": {"sms_segments": 0, "mms": 0},
    }


def test_both_implementations_print_the_same(run: Run, implementation: str) -> None:
    found = run("estimate", str(CAMPAIGN), "--price", "0.0079")
    here = invoke("estimate", str(CAMPAIGN), "--price", "0.0079")
    first, here_first = (text.split("Counted by")[0] for text in (found.stdout.decode(), here.stdout))
    assert first == here_first
    assert ("compiled extension is not installed" in found.stdout.decode()) == (implementation == "python")


def test_estimate_table(tmp_path: Path) -> None:
    texts = ["plain", "It’s", "Cafe\u0301", "tab\tand \x85", "\u200bhidden", "x" * 160 + "’"]
    found = invoke("estimate", csv_file(tmp_path, "\n".join(["text", *texts]) + "\n"), "--price", "0.1")
    lines = [" ".join(line.split()) for line in found.stdout.splitlines()]
    assert "GSM-7 1 16.7 % 1 0.1" in lines
    assert "UCS-2 5 83.3 % 7 0.7" in lines
    assert "MMS 0 0.0 % 0" in lines
    assert "Total 6 8 0.8" in lines
    assert "’ U+2019 RIGHT SINGLE QUOTATION MARK 2 2 1 0.1" in lines
    assert "◌\u0301 U+0301 COMBINING ACUTE ACCENT 1 1 0 0.0" in lines
    assert r"\x85 U+0085 <control-0085> 1 0 0 0.0" in lines
    assert r"\u200b U+200B ZERO WIDTH SPACE 1 1 0 0.0" in lines
    assert "Columns: text from 'text'." in lines
    assert f"Counted by segcore {segcore.__version__}, {segcore.implementation}, profile standard." in lines


def test_names_are_not_cut_off_in_a_pipe(tmp_path: Path) -> None:
    name = "RIGHTWARDS HARPOON WITH BARB UP ABOVE RIGHTWARDS HARPOON WITH BARB DOWN"
    found = invoke("estimate", csv_file(tmp_path, "text\n\u2964\n"))
    assert name in found.stdout
    assert "\x1b" not in found.stdout


def test_the_ten_worst(tmp_path: Path) -> None:
    texts = "".join(f"{chr(0x2460 + number)}\n" * (20 - number) for number in range(12))
    path = csv_file(tmp_path, f"text\n{texts}")
    found = invoke("estimate", path).stdout
    assert "U+2469" in found
    assert "U+246A" not in found
    assert "... and 2 more; --all shows them" in found
    for options, shown in ((["--all"], 12), (["--top", "3"], 3)):
        assert invoke("estimate", path, *options).stdout.count("CIRCLED DIGIT") + (shown > 9) * 3 == shown
    assert len(json.loads(invoke("estimate", path, "--format", "json").stdout)["offenders"]) == 12


def test_prices_are_exact(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "text\na\nb\nc\n")
    found = json.loads(invoke("estimate", path, "--price", "0.1", "--format", "json").stdout)
    assert found["cost"]["total"] == "0.3"


def test_what_has_no_price_is_said(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "text,media\na,\nb,https://media.example.com/b.jpg\n")
    assert "No cost, because no price is given: add --price" in invoke("estimate", path).stdout
    found = invoke("estimate", path, "--price", "0.1").stdout
    assert "Without a price: 1 MMS (add --mms-price)." in found
    assert "Cost without them: 0.1." in found
    data = json.loads(invoke("estimate", path, "--price", "0.1", "--format", "json").stdout)
    assert data["cost"] == {
        "sms": "0.1",
        "mms": None,
        "total": None,
        "priced": "0.1",
        "unpriced": {"sms_segments": 0, "mms": 1},
    }


@pytest.mark.parametrize("price", ["nan", "inf", "-0.1", "0,1", "ten", "1e-3", ""])
def test_what_is_no_price(price: str) -> None:
    found = invoke("estimate", str(CAMPAIGN), f"--price={price}")
    assert found.exit_code == 2
    assert "expected a price such as 0.0079" in found.stderr


def test_options_for_reading(tmp_path: Path) -> None:
    path = csv_file(tmp_path, 'a\t"b"\nc\td\n')
    found = invoke(
        *("estimate", path, "--no-header", "--delimiter", "tab", "--no-quotes", "--text", "column1"),
        *("--to", "column0", "--format", "json"),
    )
    data = json.loads(found.stdout)
    assert (data["messages"], data["columns"]["to"]) == (2, "column0")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"id,text\n1,\xc3\xa9\n2,b\xff\n", "line 3: not UTF-8"),
        (b"id,note\n1,a\n", "name it with --text: 'id', 'note'"),
        (b"id,text\n1,a\n2,b,c\n", "line 3: 3 cells in a file of 2 columns"),
        (b"", "the file is empty"),
        (b"id,text\n", "it has no messages, at most a header"),
    ],
)
def test_errors_are_one_line(implementation: str, tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "messages.csv"
    path.write_bytes(content)
    done = program.run(implementation, "estimate", path)
    assert (done.status, done.out) == (2, "")
    errors = done.error.splitlines()
    assert len(errors) == 1
    assert errors[0].startswith(f"Error: {path}: ")
    assert message in errors[0]


@ONCE
@posix
def test_a_name_that_is_not_utf8(run: Run, tmp_path: Path) -> None:
    done = run("estimate", os.fsencode(tmp_path) + b"/\xff.csv")
    assert done.returncode == 2
    assert b"rename it" in done.stderr


@ONCE
def test_an_output_that_cannot_show_it(start: Start, env_of: dict[str, str]) -> None:
    environ = environment({**env_of, "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "LC_ALL": "C"})
    command = [sys.executable, "-m", "segcore", "inspect", "--", "б"]
    done = subprocess.run(command, env=environ, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"\u0431" in done.stdout


def test_inspect_shows_segments_and_what_forces_ucs2() -> None:
    found = invoke("inspect", "It’s " + "x" * 70)
    lines = [" ".join(line.split()) for line in found.stdout.splitlines()]
    assert "Encoding UCS-2, because one character is not in the GSM-7 alphabet" in lines
    assert "Units 75 code units" in lines
    assert "Segments 2 (each holds 67; a single one holds 70)" in lines
    assert "Remaining 59 code units before another segment is needed" in lines
    assert f"1 0 66 67/67 It’s {'x' * 62}" in lines
    assert f"2 67 74 8/67 {'x' * 8}" in lines
    assert "2 ’ U+2019 RIGHT SINGLE QUOTATION MARK '" in lines


def test_inspect_as_json() -> None:
    found = json.loads(invoke("inspect", "--format", "json", "a€’").stdout)
    assert found["encoding"] == "UCS-2"
    assert found["parts"] == [{"start": 0, "end": 3, "units": 3, "text": "a€’"}]
    name = "RIGHT SINGLE QUOTATION MARK"
    assert found["non_gsm"] == [
        {"index": 2, "codepoint": "U+2019", "text": "’", "name": name, "replacement": "'"}
    ]
    assert (found["capacity"], found["remaining"], found["sendable"], found["limit"]) == (70, 67, True, None)


def test_inspect_mms() -> None:
    found = invoke("inspect", "--mms", "x" * 200)
    assert "Segments 1 (an MMS counts 1)" in " ".join(found.stdout.split())
    assert "Remaining" not in found.stdout


def test_inspect_what_cannot_be_seen() -> None:
    found = invoke("inspect", "a\x1b[31m\n\t\u202e\ud800\u00a0z").stdout
    assert r"a\x1b[31m\n\t\u202e\ud800\xa0z" in found
    assert "\x1b" not in found
    assert "<surrogate-D800>" in found
    assert json.loads(invoke("inspect", "--format", "json", "\ud800").stdout)["text"] == "\ud800"


def test_inspect_what_cannot_be_sent() -> None:
    found = invoke("inspect", "x" * (255 * 153 + 1)).stdout
    assert "Cannot be sent" in found
    assert "at most 255 segments" in found


def test_inspect_the_empty_text() -> None:
    assert "0/160" in invoke("inspect", "").stdout


def test_inspect_lists_no_more_than_can_be_read() -> None:
    found = invoke("inspect", "б" * 150).stdout
    assert "... and 50 more; --all shows them" in found
    assert "more;" not in invoke("inspect", "--all", "б" * 150).stdout


def test_inspect_markup_is_text() -> None:
    assert "[bold]x[/bold] [/]" in invoke("inspect", "[bold]x[/bold] [/]").stdout


def test_inspect_standard_input() -> None:
    found = json.loads(invoke("inspect", "-", "--format", "json", stdin="é\r\n".encode()).stdout)
    assert (found["text"], found["units"]) == ("é\r\n", 3)
    wrong = invoke("inspect", "-", stdin=b"a\xff")
    assert (wrong.exit_code, wrong.stderr) == (1, "Error: standard input is not UTF-8 (byte 2)\n")


@ONCE
@posix
def test_inspect_an_argument_that_is_not_utf8(run: Run) -> None:
    done = run("inspect", b"caf\xe9")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"Error: TEXT is not UTF-8 (byte 4 is E9)\n"


@pytest.mark.parametrize(
    ("lines", "counts", "implementation"),
    in_turn(
        [
            (b"", []),
            (b"\n", [1]),
            (b"a", [1]),
            (b"a\n\nb", [1, 1, 1]),
            (b"a" * 160 + b"\r\n" + b"a" * 161 + b"\n", [1, 2]),
            (b"a" * 159 + b"\r\r\n", [1]),
            (b"a" * 160 + b"\r", [2]),
            ("б\u2028б\x0b\x0c\x85б\n".encode(), [1]),
            ("б".encode() * 71 + b"\n" + b"x\x00\n", [2, 1]),
            ("\ufeffa\n".encode() * 2, [1, 1]),
        ]
    ),
    indirect=["implementation"],
)
def test_count(run: Run, lines: bytes, counts: list[int]) -> None:
    done = run("count", stdin=lines)
    assert (done.returncode, done.stderr) == (0, b"")
    assert list(map(int, done.stdout.split())) == counts
    assert done.stdout.count(b"\n") == len(counts)


def test_count_in_process() -> None:
    assert invoke("count", stdin=b"a\nb").stdout == "1\n1\n"


def test_count_with_smart_encoding(tmp_path: Path) -> None:
    lines = ("’" * 71 + "\n").encode()
    profile = tmp_path / "smart.toml"
    profile.write_text("smart_encoding = true", encoding="utf-8")
    assert invoke("count", stdin=lines).stdout == "2\n"
    assert invoke("count", "--smart-table", "segcore", stdin=lines).stdout == "1\n"
    assert invoke("count", "--profile", str(profile), stdin=lines).stdout == "1\n"
    assert invoke("count", "--profile", str(profile), "--no-smart-encoding", stdin=lines).stdout == "2\n"
    assert invoke("count", "--smart-encoding", stdin=lines).stdout == "1\n"
    both = invoke("count", "--smart-table", "segcore", "--no-smart-encoding", stdin=lines)
    assert both.exit_code == 2
    assert "contradict each other" in both.stderr
    for command in (["count"], ["inspect", "x"], ["estimate", __file__]):
        wrong = invoke(*command, "--smart-table", "twillio", stdin=b"")
        assert wrong.exit_code == 2
        assert "segcore_letters; did you mean 'twilio'?" in wrong.stderr
        shown = " ".join(invoke(*command[:1], "--help").stdout.split())
        assert all(name in shown.partition("--smart-table")[2] for name in TABLES)


def test_count_of_many_lines(run: Run) -> None:
    """Reads end anywhere, within a line and within a code point."""
    texts = ["é’😀" * (number % 60) for number in range(20_000)]
    done = run("count", stdin="\n".join(texts).encode())
    assert list(map(int, done.stdout.split())) == segcore.count_segments_bulk(texts).tolist()


@pytest.mark.parametrize(
    ("good", "implementation"), in_turn((good,) for good in (0, 1, 100_000)), indirect=["implementation"]
)
def test_count_stops_at_what_is_not_utf8(run: Run, good: int) -> None:
    done = run("count", stdin=b"good\n" * good + b"b\xc3\nmore\n")
    assert done.returncode == 1
    assert done.stdout == b"1\n" * good
    assert done.stderr.decode() == f"Error: line {good + 1}: not UTF-8 (byte 2 of the line)\n"


@posix
def test_count_does_not_wait_for_more(start: Start) -> None:
    """``tail -f log | segcore count`` answers at once."""
    process = start("count")
    assert process.stdin
    assert process.stdout
    for line, count in ((b"Hello\n", b"1\n"), (b"a" * 161 + b"\nhalf", b"2\n"), (b" line\n", b"1\n")):
        process.stdin.write(line)
        process.stdin.flush()
        assert select.select([process.stdout], [], [], 20)[0]
        assert os.read(process.stdout.fileno(), 100) == count
    process.stdin.close()
    assert process.wait(20) == 0


@posix
def test_count_ends_quietly_when_nobody_reads(start: Start, tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    lines.write_bytes(b"Hello\n" * 500_000)
    with lines.open("rb") as source:
        process = start("count", stdin=source)
        assert process.stdout
        assert process.stderr
        assert process.stdout.read(2) == b"1\n"
        process.stdout.close()
        assert process.wait(20) == 141
        assert process.stderr.read() == b""


@posix
@pytest.mark.parametrize(
    ("form", "implementation"),
    in_turn((form,) for form in ("table", "json", "csv", "html")),
    indirect=["implementation"],
)
def test_estimate_ends_quietly_when_nobody_reads(start: Start, form: str) -> None:
    process = start("estimate", str(CAMPAIGN), "--format", form)
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.wait(20) == 141
    assert process.stderr.read() == b""


@posix
def test_count_ends_quietly_when_interrupted(start: Start) -> None:
    process = start("count")
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdin.write(b"Hello\n")
    process.stdin.flush()
    assert process.stdout.read(2) == b"1\n"
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    assert process.stderr.read() == b"Interrupted.\n"


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("long") / "long.csv"
    path.write_text("text\n" + "Your order is on its way, it’s due at noon.\n" * 150_000, encoding="utf-8")
    return path


def in_terminal(start: Start, *arguments: str, stop: bytes = b"") -> tuple[int, str]:
    """Run the command with a terminal for its errors, and interrupt it once it has shown `stop` there."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    process = start(*arguments, stderr=theirs, stdout=subprocess.DEVNULL if stop else theirs)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):
        while piece := os.read(ours, 4096):
            shown += piece
            if stop and stop in shown:
                process.send_signal(signal.SIGINT)
                stop = b""
    os.close(ours)
    return process.wait(30), shown.decode()


@ONCE
def test_progress_in_a_terminal(start: Start, long_file: Path) -> None:
    status, shown = in_terminal(start, "estimate", str(long_file))
    assert status == 0
    assert "rows/s" in shown
    assert "150,000 rows, " in shown


@ONCE
@pytest.mark.parametrize("columns", [60, 120])
def test_columns_set_the_width(start: Start, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    status, shown = in_terminal(start, "estimate", str(CAMPAIGN), "--price", "0.0079")
    lines = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", line) for line in shown.split("\n")]
    assert status == 0
    assert (max(map(len, lines)) > 80) == (columns == 120)


@ONCE
@pytest.mark.parametrize("wish", ["", "1"])
def test_colours_can_be_refused(start: Start, monkeypatch: pytest.MonkeyPatch, wish: str) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", wish)
    status, shown = in_terminal(start, "inspect", "It’s")
    assert status == 0
    assert (re.search(r"\x1b\[[0-9;]*[34][0-7][;m]", shown) is None) == bool(wish)


@ONCE
def test_no_progress_elsewhere(run: Run, long_file: Path) -> None:
    done = run("estimate", str(long_file))
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"rows/s" not in done.stdout


@ONCE
def test_estimate_ends_quietly_when_interrupted(start: Start, long_file: Path) -> None:
    status, shown = in_terminal(start, "estimate", str(long_file), stop=b"rows/s")
    assert status == 130
    assert "Interrupted." in shown
    assert "Traceback" not in shown


@ONCE
@posix
def test_interrupt_while_starting(env_of: dict[str, str], long_file: Path) -> None:
    """Whenever it comes once Python itself has started, an interrupt is no crash."""
    code = "print('ready', flush=True); from segcore.cli.main import main; main()"
    for delay in (0, 0.1, 0.25):
        process = subprocess.Popen(
            [sys.executable, "-c", code, "estimate", str(long_file)],
            env=environment(env_of), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        assert process.returncode in (0, 130, -signal.SIGINT)


def test_version(run: Run, implementation: str) -> None:
    shown = run("--version").stdout.decode()
    assert shown.startswith(f"segcore {segcore.__version__}, {implementation}")


@pytest.mark.parametrize("arguments", [(), ("estimate",), ("inspect",), ("profiles",), ("count",)])
def test_help(arguments: tuple[str, ...]) -> None:
    found = invoke(*arguments, "--help")
    assert found.exit_code == 0
    assert not arguments or "Example" in found.stdout


def test_usage_errors(implementation: str) -> None:
    for arguments in (
        ["nothing"],
        ["estimate"],
        ["estimate", "x", "--form", "json"],
        ["count", "--profile", "x"],
    ):
        done = program.run(implementation, *arguments)
        assert done.status == 2
        assert "Usage:" in done.error


@ONCE
@pytest.mark.parametrize("missing", ["click", "rich"])
def test_what_is_not_installed_is_named(run_python: RunPython, env_of: dict[str, str], missing: str) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None; sys.argv[1:] = ['estimate', {str(CAMPAIGN)!r}]; "
        "from segcore.cli.main import main; main()"
    )
    done = run_python(code, env=env_of)
    assert done.returncode == 1
    assert done.stderr.startswith(f"segcore: the command line needs {missing}, which is not installed: ")
    assert done.stderr.count("\n") == 1


def test_counting_needs_no_tables(run_python: RunPython, env_of: dict[str, str]) -> None:
    code = (
        "import sys; sys.modules.update(polars=None, rich=None); "
        "sys.argv = ['segcore', '--version']; from segcore.cli.main import main; main()"
    )
    assert run_python(code, env=env_of).returncode == 0


def test_completion() -> None:
    """Names of tables are completed, and a text is neither asked for nor read from standard input."""
    from click.shell_completion import BashComplete

    complete = BashComplete(cli, {}, "segcore", "_SEGCORE_COMPLETE").get_completions
    assert [item.value for item in complete(["count", "--smart-table"], "t")] == ["twilio", "telnyx"]
    assert [item.value for item in complete(["inspect", "--profile"], "tel")] == ["telnyx"]
    assert "--mms" in [item.value for item in complete(["inspect", "-"], "--")]
