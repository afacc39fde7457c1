"""``segcore inspect`` and ``segcore profiles``, as people and programs meet them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

pytest.importorskip("click")
pytest.importorskip("rich")

from cli_runner import invoke
from conftest import ROOT
from rich.console import Console

from segcore import PROFILES, Segmenter
from segcore.cli.inspect_command import show_inspection
from segcore.reports import head
from segcore.rules.profile import SUBJECTS

pytestmark = pytest.mark.kernel_independent

ROUTE = 'name = "ours"\nbase = "telnyx"\nreference = 16\nmax_segments = 2\nsource = "contract 12"\n'


def lines_of(*arguments: str) -> list[str]:
    """Return the lines that a command prints, each with single spaces."""
    found = invoke(*arguments)
    assert found.exit_code == 0, found.output
    return [" ".join(line.split()) for line in found.stdout.splitlines()]


def in_terminal(text: str, profile: str = "standard", width: int = 100) -> str:
    """Return what a terminal of a width gets, colours included."""
    console = Console(force_terminal=True, color_system="256", width=width, highlight=False)
    with console.capture() as capture:
        show_inspection(console, Segmenter(profile).analyze(text), PROFILES[profile])
    return capture.get()


@pytest.fixture
def route(tmp_path: Path) -> str:
    path = tmp_path / "ours.toml"
    path.write_text(ROUTE, encoding="utf-8")
    return str(path)


def test_suggestions() -> None:
    """What to write instead, and what that saves."""
    lines = lines_of("inspect", "“5 €” \u200b" + "a" * 70 + "\u00a0")
    assert '0 “ U+201C LEFT DOUBLE QUOTATION MARK "' in lines
    assert r"6 \u200b U+200B ZERO WIDTH SPACE nothing" in lines
    assert r"77 \xa0 U+00A0 NO-BREAK SPACE ' '" in lines
    assert f'Suggested "5 €" {"a" * 70}' in lines
    assert "Saves 1 of 2 segments, with every suggestion" in lines


def test_suggestions_that_save_nothing() -> None:
    """It is said that they do not pay, or that there is nothing to pay for."""
    assert "Saves nothing: 1 segment either way" in lines_of("inspect", "“Hi”")
    longer = lines_of("inspect", "…" * 67 + "中…")
    assert "Saves nothing: 4 segments, because the replacements are longer" in longer
    assert "Saves nothing (an MMS counts 1)" in lines_of("inspect", "--mms", "“Hi”")


def test_no_suggestion() -> None:
    """Where there is none there is no advice."""
    lines = lines_of("inspect", "中")
    assert "0 中 U+4E2D CJK UNIFIED IDEOGRAPH-4E2D no suggestion" in lines
    assert not [line for line in lines if line.startswith(("Suggested", "Saves"))]
    assert not [line for line in lines_of("inspect", "a") if line.startswith(("Suggested", "Saves"))]


def test_profile_and_room() -> None:
    """The profile is always named, with the room that it gives."""
    lines = lines_of("inspect", "--profile", "us_toll_free_16bit", "a" * 161)
    assert "Profile us_toll_free_16bit" in lines
    assert "Segments 2 (each holds 152; a single one holds 160)" in lines
    one = lines_of("inspect", "a")
    assert "Profile standard" in one
    assert "Segments 1 (holds 160; 153 each in longer messages)" in one


def test_limits() -> None:
    """Each limit that a message breaks has a line of its own."""
    lines = lines_of("inspect", "--profile", "telnyx", "a" * (255 * 153 + 1))
    refused = [line for line in lines if line.startswith("Cannot be sent")]
    assert refused == [
        "Cannot be sent at most 255 segments in one message (TS 23.040 9.2.3.24.1)",
        f"Cannot be sent at most 10 segments in one message ({PROFILES['telnyx'].max_segments_source})",
    ]
    assert "... and 156 more; --all shows them" in lines


def test_sources() -> None:
    """What is documented about the profile is shown if it is asked for, each fact with its address."""
    lines = lines_of("inspect", "--sources", "--profile", "plivo", "a")
    assert "Documented facts about plivo" in lines
    index = next(number for number, line in enumerate(lines) if line.startswith("Longest text: 1600"))
    assert lines[index + 1] == PROFILES["plivo"].facts["max_length"].source
    assert "MMS: unknown" in lines
    assert not [line for line in lines_of("inspect", "a") if line.startswith("Longest text:")]


def test_json() -> None:
    """Programs get the same, and the short form is the long one."""
    text = "“Hi” " + "a" * 66
    found = json.loads(invoke("inspect", "--json", "--profile", "twilio", text).stdout)
    assert found == json.loads(invoke("inspect", "--format", "json", "--profile", "twilio", text).stdout)
    assert found == json.loads(invoke("inspect", text, "--profile", "twilio", "--json").stdout)
    assert json.loads(invoke("inspect", "--json", "--format", "table", "a").stdout)["text"] == "a"
    assert (found["profile"], found["encoding"], found["segments"]) == ("twilio", "UCS-2", 2)
    assert (found["single"], found["concatenated"], found["capacity"], found["remaining"]) == (70, 67, 67, 63)
    assert (found["sent"], found["languages"], found["tables"]) == (text, [0, 0], [])
    assert (found["suggested"], found["savings"]) == ('"Hi" ' + "a" * 66, 1)
    assert [each["replacement"] for each in found["non_gsm"]] == ['"', '"']
    assert (found["limits"], found["limit"], found["sendable"]) == ([], None, True)
    assert "facts" not in found
    longer = json.loads(invoke("inspect", "--json", "--profile", "twilio", "a" * 1601).stdout)
    assert longer["limits"] == [longer["limit"]]
    assert longer["sendable"] is False


def test_json_with_sources() -> None:
    """``null`` is where nothing is documented."""
    found = json.loads(invoke("inspect", "--json", "--sources", "--profile", "telnyx", "a").stdout)
    assert list(found["facts"]) == list(SUBJECTS)
    assert found["facts"]["max_segments"]["value"] == "10"
    assert found["facts"]["cuts"] == {"value": None, "source": None, "note": None}


def test_in_a_terminal() -> None:
    """At 100 columns nothing is lost, segments alternate in colour, and what ends early stands out."""
    text = "a" * 152 + "€" + "b" * 152 + "{"
    shown = in_terminal(text, "twilio")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert max(len(line) for line in plain.splitlines() if "https://" not in line) <= 100
    assert "\x1b[1;33m152/153" in shown
    assert shown.count("\x1b[1;33m") == 1
    assert "\x1b[48;5;236m€bbb" in shown
    assert "\x1b[48;5;236maaa" not in shown
    rows = re.findall(r"^ *(?:[123] +\d+ +\d+ +\d+/153 +)?([ab€{]+) *$", plain, re.MULTILINE)
    assert "".join(rows) == text
    for fact in PROFILES["twilio"].documented:
        assert fact.source in plain


def test_profiles() -> None:
    """All profiles in a table, the default marked."""
    lines = lines_of("profiles")
    assert "standard 160/153 70/67 3GPP TS 23.038 and TS 23.040" in lines
    assert "twilio 160/153 70/67 1600 twilio yes Twilio" in lines
    assert "plivo 160/153 70/67 1600/737 Plivo" in lines
    assert "telnyx 160/153 70/67 10 telnyx Telnyx, all but short codes" in lines
    assert "us_toll_free_16bit 160/152 70/66 Toll-free numbers, US and Canada" in lines
    sms = [name for name, profile in PROFILES.items() if profile.octets is None]
    assert [line.split()[0] for line in lines if " 70/6" in line] == sms
    assert {line.split()[0] for line in lines if line} >= {*PROFILES}


def test_profiles_as_json() -> None:
    """Everything about every profile."""
    found = json.loads(invoke("profiles", "--json").stdout)["profiles"]
    assert [each["name"] for each in found] == list(PROFILES)
    twilio = next(each for each in found if each["name"] == "twilio")
    one = json.loads(invoke("profiles", "twilio", "--format", "json").stdout)
    assert one == {**head("profiles"), **twilio}
    assert (twilio["gsm7"], twilio["ucs2"]) == (
        {"single": 160, "concatenated": 153},
        {"single": 70, "concatenated": 67},
    )
    assert (twilio["graphemes"], twilio["smart_encoding"], twilio["smart_table"]) == (True, None, "twilio")
    assert twilio["max_length"]["gsm7"] == 1600
    assert (twilio["max_mms_length"], twilio["max_segments"]) == (None, 255)
    assert twilio["facts"]["mms"] == {"value": None, "source": None, "note": None}


def test_one_profile() -> None:
    """Every fact, with its source and what is to know."""
    for name, profile in PROFILES.items():
        found = invoke("profiles", name).stdout
        for about, fact in profile.facts.items():
            assert f"{SUBJECTS[about]}: {fact.value}" in found
            assert fact.source in found
            assert fact.note in found


def test_a_profile_of_ones_own(route: str) -> None:
    """A file is a profile wherever the name of one is."""
    lines = lines_of("profiles", route)
    assert lines[0] == "ours: Telnyx, all but short codes, changed by ours.toml"
    assert "GSM-7 160 septets in a single segment, 152 each in longer messages" in lines
    assert "Most segments: 2" in lines
    assert "contract 12" in lines
    refused = json.loads(invoke("inspect", "--profile", route, "--json", "a" * 305).stdout)
    assert (refused["profile"], refused["segments"]) == ("ours", 3)
    assert refused["limits"] == ["at most 2 segments in one message (contract 12)"]
    assert invoke("count", "--profile", route, stdin=b"a" * 305).stdout == "3\n"
    campaign = str(ROOT / "examples" / "campaign.csv")
    if Path(campaign).is_file():
        found = json.loads(invoke("estimate", campaign, "--profile", route, "--json").stdout)
        assert found["profile"] == "ours"


def test_errors(tmp_path: Path, route: str) -> None:
    """What is no profile is wrong usage, and it says why."""
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("graphems = true", encoding="utf-8")
    missing = str(tmp_path / "missing.toml")
    for value, message in (
        ("twillio", f"unknown value 'twillio'; known: twilio, and {len(PROFILES) - 1} more"),
        (str(wrong), f"{wrong}: key: unknown value 'graphems'; known: graphemes, and 24 more"),
        (missing, f"{missing}: No such file or directory"),
    ):
        for arguments in (("inspect", "a", "--profile", value), ("profiles", value)):
            found = invoke(*arguments)
            assert found.exit_code == 2
            assert message in " ".join(found.stderr.split())


def test_a_file_without_the_ending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that exists is one, whatever it is called; a name that is known is never a file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "route").write_text(ROUTE, encoding="utf-8")
    (tmp_path / "twilio").write_text(ROUTE, encoding="utf-8")
    assert json.loads(invoke("profiles", "route", "--json").stdout)["name"] == "ours"
    assert json.loads(invoke("profiles", "twilio", "--json").stdout)["name"] == "twilio"
    assert "missing.toml: No such file or directory" in invoke("profiles", "missing.toml").stderr


def test_completion() -> None:
    """A shell is offered the names that begin so, else files."""
    from segcore.cli.options import ProfileType

    offered = ProfileType().shell_complete(None, None, "aws")  # type: ignore[arg-type]
    assert [item.value for item in offered] == ["aws_sns", "aws_eum"]
    assert [item.type for item in ProfileType().shell_complete(None, None, "./r")] == ["file"]  # type: ignore[arg-type]
