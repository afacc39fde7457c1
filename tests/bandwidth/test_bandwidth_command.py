"""``segcore bandwidth reconcile``, its example, and the receiver of the documentation."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from http.client import HTTPConnection
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("click")
pytest.importorskip("rich")

from bandwidth_day import event
from click.testing import CliRunner, Result
from conftest import environment

import segcore
from segcore import bandwidth
from segcore.cli.commands import cli

pytestmark = pytest.mark.kernel_independent

CHECKOUT = Path(__file__).parents[2]
EXAMPLE = CHECKOUT / "examples" / "bandwidth"
ARGUMENTS = [
    str(EXAMPLE / name) for name in ("requests.ndjson", "responses.ndjson", "callbacks", "message-list.json")
]
PRICES = ["--rates", str(EXAMPLE / "rates.csv")]
TO = "+12025550143"


def invoke(*arguments: str, stdin: bytes | None = None) -> Result:
    result = CliRunner().invoke(cli, ["bandwidth", "reconcile", *arguments], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def run(env: dict[str, str], *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "segcore", "bandwidth", *arguments],
        env=environment(env),
        input=stdin,
        capture_output=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """Two messages that agree."""
    sent, events = tmp_path / "sent.ndjson", tmp_path / "events.ndjson"
    sent.write_text('{"id": "m1", "text": "Hello"}\n{"id": "m2", "text": "It’s"}\n', encoding="utf-8")
    events.write_text(
        "".join(json.dumps(event("message-delivered", f"m{n}", [TO], 1)) + "\n" for n in (1, 2))
    )
    return str(sent), str(events)


def by_hand() -> tuple[dict[str, int], dict[str, set[int]]]:
    """Return the expected and the reported segments of the example's requests, by tag."""
    requests = [json.loads(line) for line in (EXAMPLE / "requests.ndjson").read_text("utf-8").splitlines()]
    reported: dict[str, set[int]] = {}
    for line in (EXAMPLE / "callbacks" / "2026-11-23T08.ndjson").read_text("utf-8").splitlines():
        for each in json.loads(line):
            reported.setdefault(each["message"]["tag"], set()).add(each["message"]["segmentCount"])
    return {each["tag"]: bandwidth.count_segments(each) for each in requests}, reported


def test_the_example_is_reconciled(env_of: dict[str, str]) -> None:
    done = run(env_of, "reconcile", *ARGUMENTS, *PRICES, "--format", "json")
    assert (done.returncode, done.stderr) == (3, b"")
    found = json.loads(done.stdout)
    predicted, reported = by_hand()
    assert found["sent"] == len(predicted)
    assert [each["key"] for each in found["never_reported"]] == sorted(predicted.keys() - reported.keys())
    assert [each["tag"] for each in found["never_sent"]] == sorted(reported.keys() - predicted.keys())
    wrong = [tag for tag in predicted if reported.get(tag, {predicted[tag]}) != {predicted[tag]}]
    assert wrong == ["invoice-318"]
    assert [each["explanations"] for each in found["disagreements"]] == [["extension-as-one"]]
    assert found["best_fit"] == "extension-as-one"
    assert found["compared"] == {"out": 10, "in": 3}
    assert found["duplicates"] == 1
    assert found["errors"] == []
    assert found["failures"][0]["code"] == 4720
    assert found["billed"]["total"] == "0.078"
    assert found["currency"] == "USD"
    assert found["disagreements"][0]["carrier"] == "Example Mobile"
    assert found["types"]["listed"] == 11
    assert [(each["outcome"], each["rate_key"], each["cost"]) for each in found["destinations"]] == [
        ("delivered", "US", "0.074"),
        ("failed_billed", "US", "0.004"),
    ]
    assert found["unpriced"] == []


def test_the_example_shows_what_it_prints() -> None:
    """README shows the output of the command, except for the version and the kernel."""
    page = (EXAMPLE / "README.md").read_text("utf-8")
    shown = re.search(r"rates\.csv\n(.*?)\n\$ echo \$\?\n(\d+)\n", page, re.DOTALL)
    assert shown
    found = invoke(*ARGUMENTS, *PRICES)
    lines = [line.rstrip() for line in found.stdout.splitlines()]
    assert lines[:-1] == shown[1].splitlines()[:-1]
    assert lines[-1].startswith("Predicted by segcore ")
    assert int(shown[2]) == found.exit_code == 3


def test_the_example_is_invented() -> None:
    """Every number is one that is reserved for fiction, and every callback is as documented."""
    for path in sorted(EXAMPLE.rglob("*.*json")):
        text = path.read_text("utf-8")
        assert set(re.findall(r"\+\d+", text)) == set(re.findall(r"\+1202555(?:01\d\d)\b", text))
        if path.stem == "message-list":
            assert bandwidth.read_message_list(text).to_dict() == json.loads(text)
        elif path.parent.name == "callbacks":
            values = [json.loads(text)] if path.suffix == ".json" else map(json.loads, text.splitlines())
            for value in values:
                assert [each.to_dict() for each in bandwidth.read_events(value)] == value
    for line in (EXAMPLE / "requests.ndjson").read_text("utf-8").splitlines():
        assert bandwidth.analyze(line).sendable
    for line in (EXAMPLE / "responses.ndjson").read_text("utf-8").splitlines():
        assert bandwidth.read_response(line).to_dict() == json.loads(line)


def test_exit_status(files: tuple[str, str], tmp_path: Path) -> None:
    assert invoke(*files).exit_code == 0
    sent, events = files
    broken = tmp_path / "broken.ndjson"
    broken.write_text('{"type": 5}\n')
    assert invoke(sent, events, str(broken)).exit_code == 4
    wrong = tmp_path / "wrong.ndjson"
    wrong.write_text(json.dumps(event("message-delivered", "m1", [TO], 2)) + "\n")
    assert invoke(sent, str(wrong)).exit_code == 3
    assert invoke(sent, str(wrong), str(broken)).exit_code == 3
    conflict = invoke(sent, events, str(wrong), "--format", "json")
    assert conflict.exit_code == 0
    assert json.loads(conflict.stdout)["duplicates"] == 1


SCHEMA: dict[str, Any] = json.loads(
    (CHECKOUT / "segcore" / "reports" / "schemas" / "reconcile.json").read_text("utf-8")
)


def everything() -> list[dict[str, Any]]:
    """Return events that fill every list of the output."""
    media = {"message": {"media": ["a.png"]}}
    return [
        event("message-delivered", "d1", [TO], 7, carrierName="Example Mobile"),
        event("message-delivered", "d2", [TO], 3),
        event("message-sending", "d2", [TO], 1),
        event("message-failed", "d2", [TO], 1, errorCode=4999),
        event("message-delivered", "p1", [TO], 1, **media),
        event("message-delivered", "own", ["+12025550100"], 2),
        event("message-delivered", "de", ["+4915112345678"], 1),
        event("message-failed", "f1", [TO], 1),
        event("message-queued", "q1", [TO], 1, message={"channel": "RBM"}),
        {"type": 5},
    ]


@pytest.mark.parametrize("prices", [[], PRICES, ["--price", "0.01"]])
@pytest.mark.parametrize("empty", [True, False])
def test_json_fits_its_schema(tmp_path: Path, prices: list[str], empty: bool) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    sent, events = tmp_path / ("s.ndjson" if empty else "s.csv"), tmp_path / "e.ndjson"
    sent.write_text("" if empty else f"id,text\nd1,x\nd2,{'a' * 305}\nid,text\nnever,\n")
    events.write_text("" if empty else json.dumps(everything()))
    found = json.loads(invoke(str(sent), str(events), "--json", *prices).stdout)
    assert list(found)[:2] == ["format", "segcore"]
    assert (found["format"], found["segcore"]) == (SCHEMA["$id"], segcore.__version__)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(found)] == []
    for name in found:
        assert not validator.is_valid({key: value for key, value in found.items() if key != name})
        assert not validator.is_valid({**found, name: object()})
    if not empty and prices == PRICES:
        # Every list has an entry, so that its form is checked, too.
        unfilled = {name for name, value in found.items() if value in ([], {}, None)}
        assert unfilled == {"smart_encoding"}


def test_accepted_mms_and_loops_are_named(tmp_path: Path) -> None:
    sent, events = tmp_path / "s.ndjson", tmp_path / "e.ndjson"
    sent.write_text(json.dumps({"id": "m1", "text": "x", "media": ["a.png"]}))
    media = {"message": {"media": ["a.png"]}}
    reports = [
        event("message-delivered", "m1", [TO], 1, **media),
        event("message-delivered", "m2", ["+12025550100"], 1),
    ]
    events.write_text(json.dumps(reports))
    found = invoke(str(sent), str(events))
    assert found.exit_code == 0
    assert (
        "Delivered MMS: 0 confirmed by a carrier's receipt, 1 only accepted by Bandwidth's MMSC."
        in found.stdout
    )
    assert "  +12025550100: 1 message to the number that sent them\n" in found.stdout
    reports = [event("message-sending", "m1", [TO], 1, **media), *reports[:1]]
    events.write_text(json.dumps(reports))
    shown = invoke(str(sent), str(events)).stdout
    assert "Delivered MMS: 1 confirmed by a carrier's receipt.\n" in shown
    assert "loop" not in shown


def test_nothing_compared(files: tuple[str, str], tmp_path: Path) -> None:
    other = tmp_path / "other.ndjson"
    other.write_text(json.dumps([event("message-delivered", "x1", [TO], 1)]))
    found = invoke(files[0], str(other))
    assert found.exit_code == 4
    assert "Nothing was compared: no reported message matches a sent one." in found.stdout
    assert "Sent messages have keys such as m1, reported ones such as x1." in found.stdout
    other.write_text("[]")
    assert invoke(files[0], str(other)).exit_code == 4
    assert "Nothing" not in invoke(*files).stdout


@pytest.mark.parametrize(
    "wrap",
    [
        lambda body: {"events": body},
        lambda body: {"time": "2026-11-23", "headers": {"host": "x"}, "body": body},
        lambda body: {"headers": {"host": "x"}, "body": json.dumps(body)},
        lambda body: {"Records": [{"messageId": "1", "body": json.dumps([each])} for each in body]},
        lambda body: {"Records": [{"eventID": "1", "body": json.dumps([each])} for each in body]},
    ],
)
def test_callbacks_in_envelopes(tmp_path: Path, wrap: Callable[[list[Any]], object]) -> None:
    """As queues and logs of requests keep them."""
    sent, log = tmp_path / "sent.csv", tmp_path / "log.json"
    sent.write_text(f"id,to,text\nm1,{TO},Hello\nm2,{TO},{'a' * 161}\n")
    log.write_text(json.dumps(wrap([event("message-delivered", key, [TO], 1) for key in ("m1", "m2")])))
    found = json.loads(invoke(str(sent), str(log), "--json").stdout)
    assert (found["events"], found["agreeing"], len(found["disagreements"])) == (2, 1, 1)
    assert found["errors"] == []


@pytest.mark.parametrize("name", ["events.ndjson", "sent.ndjson"])
def test_nesting_is_bounded(files: tuple[str, str], tmp_path: Path, name: str) -> None:
    """Deep nesting in any file is one error with its line; the other records are read."""
    deep = '{"id": "m3", "type": "message-sent", "message": ' + '{"a": [' * 100_000 + "\n"
    path = tmp_path / name
    path.write_text(deep + path.read_text("utf-8"), "utf-8")
    found = invoke(*files)
    assert found.exit_code == 4
    assert "line 1: not read: nested too deeply" in found.stdout


def test_events_that_contradict_each_other_in_numbers(files: tuple[str, str], tmp_path: Path) -> None:
    other = tmp_path / "other.ndjson"
    other.write_text(json.dumps(event("message-sending", "m1", [TO], 2)) + "\n")
    found = invoke(*files, str(other))
    assert found.exit_code == 3
    assert "m1: segments 1, 2" in found.stdout


def test_standard_input(files: tuple[str, str]) -> None:
    found = invoke(files[0], "-", "--format", "json", stdin=Path(files[1]).read_bytes())
    assert (found.exit_code, json.loads(found.stdout)["compared"]["out"]) == (0, 2)


def test_profiles(files: tuple[str, str], tmp_path: Path) -> None:
    sent, events = tmp_path / "s.ndjson", tmp_path / "e.ndjson"
    sent.write_text(json.dumps({"id": "m", "text": "a" * 305}))
    events.write_text(json.dumps(event("message-delivered", "m", [TO], 3)))
    found = invoke(str(sent), str(events))
    assert found.exit_code == 3
    assert (
        "16-bit-reference (as the profile us_toll_free_16bit) fits best: it explains 1 of 1" in found.stdout
    )
    assert invoke(str(sent), str(events), "--profile", "us_toll_free_16bit").exit_code == 0


def test_rate_cards(files: tuple[str, str], tmp_path: Path) -> None:
    card, events = tmp_path / "rates.csv", tmp_path / "more.ndjson"
    card.write_text("country,sms,network\nUS,0.01,a\nUS,0.02,b\n")
    events.write_text(json.dumps(event("message-delivered", "m3", ["+4915112345678"], 2)))
    twice = invoke(*files, "--rates", str(card))
    assert twice.exit_code == 1
    assert "rates.csv: line 3:" in twice.output
    found = invoke(*files, str(events), "--rates", str(card), "--highest-rate")
    assert found.exit_code == 0
    assert "2 SMS segments that are billed are unpriced (no rate: Germany 2)." in found.stdout
    assert "0.04 + unpriced" in found.stdout
    lines = [line.split() for line in found.stdout.splitlines()]
    assert ["United", "States", "US", "2", "0", "0", "0.04"] in lines
    assert ["Germany", "2", "0", "2"] in lines
    listed = json.loads(invoke(*files, str(events), "--rates", str(card), "--highest-rate", "--json").stdout)
    assert listed["billed"] == {
        "sms": "0.04",
        "mms": None,
        "total": None,
        "priced": "0.04",
        "unpriced": {"sms_segments": 2, "mms": 0},
    }
    assert [(each["country"], each["cost"]) for each in listed["destinations"]] == [
        ("DE", None),
        ("US", "0.04"),
    ]
    assert [each["country"] for each in listed["unpriced"]] == ["DE"]
    assert invoke(*files, "--rates", str(card), "--price", "1").exit_code == 2
    assert "remove --mms-price" in invoke(*files, "--rates", str(card), "--mms-price", "1").output
    assert invoke(*files, "--rates", str(tmp_path / "none.csv")).exit_code == 1
    one = invoke(*files, "--mms-price", "1")
    assert "2 SMS segments that are billed are unpriced (--price)." in one.stdout
    assert "by destination" not in one.stdout


def test_smart_encoding(files: tuple[str, str]) -> None:
    """The options are those of every command."""
    sent, events = files
    texts = Path(sent)
    texts.write_text(json.dumps({"id": "m1", "text": "’" * 71}) + json.dumps({"id": "m2", "text": "b"}))
    assert invoke(sent, events).exit_code == 3
    for options in (["--smart-table", "twilio"], ["--smart-table", "segcore"], ["--smart-encoding"]):
        found = invoke(sent, events, *options)
        assert found.exit_code == 0
    assert "profile bandwidth, smart encoding segcore." in found.stdout
    assert (
        json.loads(invoke(sent, events, "--smart-table", "twilio", "--json").stdout)["smart_encoding"]
        == "twilio"
    )
    assert invoke(sent, events, "--no-smart-encoding").exit_code == 3
    wrong = invoke(sent, events, "--smart-table", "twillio")
    assert wrong.exit_code == 2
    assert "did you mean 'twilio'?" in wrong.output


def test_csv_and_columns(files: tuple[str, str], tmp_path: Path) -> None:
    sent = tmp_path / "sent.csv"
    sent.write_text("ref,words\nm1,Hello\nm2,Hello\n")
    found = invoke(str(sent), files[1])
    assert found.exit_code == 1
    assert "sent.csv: no column looks like the message text" in found.output
    assert "name it with --text: 'ref', 'words'\n" in found.output
    assert invoke(str(sent), files[1], "--id", "ref", "--text", "words").exit_code == 0
    sent.write_bytes("id\ttext\nm1\tИмя\nm2\ta, b\n".encode("koi8-r"))
    found = invoke(str(sent), files[1], "--encoding", "koi8-r", "--delimiter", "tab")
    assert (found.exit_code, "How the input was read" in found.stdout) == (0, False)
    sent.write_bytes("id,text\nm1,café\nm2,b\n".encode("cp1252"))
    found = invoke(str(sent), files[1])
    assert found.exit_code == 0
    assert "sent.csv: its encoding is Windows-1252. (Another reading: --encoding)\n" in found.stdout


def test_a_rate_card_that_is_not_used_whole(files: tuple[str, str], tmp_path: Path) -> None:
    """The rows and columns that give no rate are named, as an estimate names them."""
    card = tmp_path / "card.csv"
    card.write_text("country,sms,tax,effective_from\nUS,0.01,0.002,2020-01-01\nGB,,,\nUS,1,,2090-01-01\n")
    found = invoke(*files, "--rates", str(card)).stdout
    assert "'tax' may change prices, but is not used." in found
    assert "2 rows of the rate card give no rate (1 no price, 1 not valid yet)" in found.replace("\n", " ")
    later = json.loads(
        invoke(*files, "--rates", str(card), "--as-of", "2091-01-01", "--currency", "EUR", "--json").stdout
    )
    assert [note["code"] for note in later["reading"]] == ["rate-column", "rate-rows"]
    assert later["currency"] == "EUR"


def test_usage() -> None:
    assert invoke().exit_code == 2
    assert invoke("none.csv", "none.ndjson").exit_code == 2
    assert invoke(*ARGUMENTS, "--price", "x").exit_code == 2
    found = invoke("--help")
    assert found.exit_code == 0
    assert "Example" in found.stdout


def test_long_lists_are_cut_short(tmp_path: Path) -> None:
    sent, events = tmp_path / "s.ndjson", tmp_path / "e.ndjson"
    sent.write_text(
        "".join(json.dumps({"id": f"m{n}", "text": "\x07" + "a" * 200}) + "\n" for n in range(30))
    )
    events.write_text(
        "".join(
            json.dumps(event("message-delivered", f"{kind}{n}", [TO], 9)) + "\n"
            for n in range(25)
            for kind in "mu"
        )
    )
    found = invoke(str(sent), str(events))
    assert found.stdout.count("... and 5 more; --all shows them") == 2
    everything = invoke(str(sent), str(events), "--all").stdout
    assert "more;" not in everything
    assert everything.count("u24") == 1
    assert invoke(str(sent), str(events), "--top", "3").stdout.count("... and 22 more; --all shows them") == 2
    assert "25 disagreements cannot be explained." in found.stdout
    assert "\x07" not in found.stdout
    assert "unpriced" not in found.stdout
    assert invoke(str(sent), str(events), "--mms-price", "1").stdout.count("unpriced") == 3
    listed = json.loads(invoke(str(sent), str(events), "--format", "json").stdout)
    assert (len(listed["disagreements"]), len(listed["never_sent"]), len(listed["never_reported"])) == (
        25,
        25,
        5,
    )


def test_progress_in_a_terminal(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    sent, events = tmp_path / "s.ndjson", tmp_path / "e.ndjson"
    sent.write_text(json.dumps({"id": "m", "text": "Hello"}))
    events.write_text((json.dumps(event("message-delivered", "m", [TO], 1)) + "\n") * 25_000)
    assert events.stat().st_size > 8 << 20
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "segcore", "bandwidth", "reconcile", str(sent), str(events)],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):
        while piece := os.read(ours, 4096):
            shown += piece
    os.close(ours)
    assert process.wait(60) == 0
    assert b"MB" in shown


@pytest.fixture
def receiver(tmp_path: Path) -> Any:
    """The receiver from the documentation."""
    page = (CHECKOUT / "docs" / "bandwidth.md").read_text("utf-8")
    code = re.search(r'```python\n("""Appends.*?)```', page, re.DOTALL)
    assert code
    module: dict[str, Any] = {"__name__": "receiver"}
    exec(compile(code[1], "receiver.py", "exec"), module)
    module["FILE"] = str(tmp_path / "callbacks.ndjson")
    module["Receiver"].log_message = lambda *_: None
    with HTTPServer(("127.0.0.1", 0), module["Receiver"]) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()

        def post(body: bytes, length: str | None = None) -> int:
            with contextlib.closing(
                HTTPConnection("127.0.0.1", server.server_port, timeout=20)
            ) as connection:
                connection.putrequest("POST", "/")
                if length != "none":
                    connection.putheader("Content-Length", length or str(len(body)))
                connection.endheaders(body)
                with connection.getresponse() as response:
                    return response.status

        module["post"] = post
        yield module
        server.shutdown()
        thread.join(30)
        assert not thread.is_alive()


def test_the_receiver_keeps_what_it_acknowledges(receiver: dict[str, Any], tmp_path: Path) -> None:
    bodies = [[event("message-delivered", "m1", [TO], 1)], [event("message-sending", "m2", [TO], 2)]]
    file = Path(receiver["FILE"])
    assert receiver["post"](json.dumps(bodies[0], indent=2).encode()) == 204
    assert receiver["post"](json.dumps(bodies[1]).encode()) == 204
    kept = file.read_bytes()
    assert [json.loads(line) for line in kept.splitlines()] == bodies
    for body, length in ((b"no JSON", None), (b"", "none"), (b"[]", "x"), (b"", "99999999"), (b"", "-1")):
        assert receiver["post"](body, length) == 400
    assert file.read_bytes() == kept
    found = bandwidth.reconcile([{"id": "m1", "text": "x"}, {"id": "m2", "text": "a" * 161}], file)
    assert (found.matched, found.agrees) == (2, True)


def test_the_receiver_does_not_acknowledge_what_is_not_on_disk(
    receiver: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It responds with 500, so that Bandwidth tries again, and leaves no partial line."""
    assert receiver["post"](b'[{"type": "ping"}]') == 204

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert receiver["post"](b'[{"type": "pong"}]') == 500
    assert Path(receiver["FILE"]).read_bytes() == b'[{"type": "ping"}]\n'
    assert receiver["post"](b'[{"type": "pong"}]') == 204
    assert Path(receiver["FILE"]).read_bytes() == b'[{"type": "ping"}]\n[{"type": "pong"}]\n'
