"""Everything about one message where a profile replaces, uses national languages, or keeps clusters whole."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from segcore import PROFILES, Profile, Segment
from segcore.rules.profile import Length

if TYPE_CHECKING:
    from segcore import Segmenter


def test_sent(segmenter_class: type[Segmenter]) -> None:
    """Encoding, parts and indices are of the text that goes out; the text that was given is there too."""
    text = "“Hi” … 中"
    found = segmenter_class("telnyx", smart_encoding=True).analyze(text)
    assert (found.text, found.sent) == (text, '"Hi" ... 中')
    assert (found.profile, found.smart_encoding) == ("telnyx", "telnyx")
    assert (found.encoding, found.units, found.capacity) == ("UCS-2", 10, 70)
    assert [(each.index, each.text) for each in found.non_gsm] == [(9, "中")]
    assert found.parts == (Segment('"Hi" ... 中', 0, 10, 10),)
    assert (found.suggested, found.savings) == (found.sent, 0)
    assert segmenter_class("telnyx", smart_encoding=True).split(text) == ['"Hi" ... 中']
    gsm = segmenter_class("telnyx", smart_encoding=True).analyze("…" * 60)
    assert (gsm.sent, gsm.encoding, gsm.units, gsm.segments) == ("..." * 60, "GSM-7", 180, 2)
    assert [part.text for part in gsm.parts] == ["." * 153, "." * 27]
    assert gsm.non_gsm == ()


def test_rules_for_what_is_partly_convertible(segmenter_class: type[Segmenter]) -> None:
    """Each profile's own rule decides what is sent, once smart encoding is asked for."""
    short, long = "“Hi” 中", "“" + "a" * 80
    for name, sent in (("twilio", '"Hi" 中'), ("bird", short), ("sinch", short), ("standard", '"Hi" 中')):
        assert segmenter_class(name, smart_encoding=True).analyze(short).sent == sent
        assert segmenter_class(name).analyze(short).sent == short
        assert segmenter_class(name, smart_encoding=True).analyze(long).sent == '"' + "a" * 80
    # It fits into one segment as it is.
    assert segmenter_class("sinch", smart_encoding=True).analyze("“Hi”").sent == "“Hi”"
    assert segmenter_class("bird", smart_encoding=True).analyze("“Hi”").sent == '"Hi"'


def test_limits_of_length_are_of_the_text_as_given(segmenter_class: type[Segmenter]) -> None:
    """A provider's API gets the text before anything is replaced."""
    profile = dataclasses.replace(
        PROFILES["telnyx"], name="ours", smart_encoding="telnyx", max_length=Length(3, 2, "contract 12")
    )
    segmenter = segmenter_class(profile)
    assert segmenter.analyze("………").sent == "........."
    assert segmenter.analyze("………").limits == ()
    assert segmenter.analyze("…………").limits == ("at most 3 code points of GSM-7 text (contract 12)",)
    one = dataclasses.replace(profile, max_segments=1, max_segments_source="contract 12")
    assert segmenter_class(one).analyze("中" * 2 + "a" * 69).limits[0] == (
        "at most 1 segment in one message (contract 12)"
    )
    assert segmenter.analyze("中………"[:3]).limits == ("at most 2 code points of UCS-2 text (contract 12)",)


@pytest.mark.parametrize(
    ("languages", "text", "used", "tables", "units", "room"),
    [
        ((1,), "ş" * 100, (1, 0), ("Turkish locking shift table",), 100, (155, 149)),
        # One code point after the escape costs as much as nothing does: the single shift table suffices.
        ((1,), "a" * 140 + "è" + "ş", (0, 1), ("Turkish single shift table",), 143, (155, 149)),
        ((1, 2), "a" * 100 + "á", (0, 2), ("Spanish single shift table",), 102, (155, 149)),
        ((1, 2), "plain", (0, 0), (), 5, (160, 153)),
        ((1, 2), "中", (0, 0), (), 1, (70, 67)),
        (
            (1, 2),
            "ğışİ" * 20 + "á" * 30,
            (1, 2),
            ("Turkish locking shift table", "Spanish single shift table"),
            140,
            (152, 146),
        ),
    ],
)
def test_national_tables(
    segmenter_class: type[Segmenter],
    languages: tuple[int, ...],
    text: str,
    used: tuple[int, int],
    tables: tuple[str, ...],
    units: int,
    room: tuple[int, int],
) -> None:
    """The tables that a text is sent with are named, with the room that they leave; by hand."""
    profile = Profile("ours", "Our route", languages=languages)
    found = segmenter_class(profile).analyze(text)
    assert (found.languages, found.tables, found.units) == (used, tables, units)
    assert (found.single, found.concatenated) == room
    assert (found.segments, found.capacity, found.remaining) == (1, room[0], room[0] - units)
    assert segmenter_class("standard").analyze(text).languages == (0, 0)


def test_whole_clusters(segmenter_class: type[Segmenter]) -> None:
    """Under Twilio's rules an emoji of several code points moves on as a whole."""
    family = "👨\u200d👩\u200d👧"
    text = "б" * 64 + family + "б" * 5
    whole, parted = segmenter_class("twilio").analyze(text), segmenter_class("standard").analyze(text)
    assert [part.units for part in whole.parts] == [64, 13]
    assert whole.parts[1].text == family + "б" * 5
    assert [part.units for part in parted.parts] == [67, 10]
    assert [part.text for part in parted.parts] != [part.text for part in whole.parts]


@pytest.mark.kernel_independent
def test_inspect_shows_what_is_sent(tmp_path: Path) -> None:
    """The command shows the text that goes out and the national tables that it is sent with."""
    pytest.importorskip("click")
    pytest.importorskip("rich")
    from cli_runner import invoke

    path = tmp_path / "ankara.toml"
    path.write_text('languages = ["turkish"]\nsmart_encoding = true', encoding="utf-8")
    lines = [
        " ".join(line.split())
        for line in invoke("inspect", "--profile", str(path), "“" + "ş" * 100 + "”").stdout.splitlines()
    ]
    assert "Profile ankara" in lines
    assert f'Sent as "{"ş" * 100}"' in lines
    assert "Tables Turkish locking shift table" in lines
    assert "Units 102 septets" in lines
    assert "Segments 1 (holds 155; 149 each in longer messages)" in lines
    found = json.loads(invoke("inspect", "--json", "--profile", str(path), "“ş”").stdout)
    assert (found["text"], found["sent"]) == ("“ş”", '"ş"')
    assert (found["languages"], found["tables"]) == ([0, 1], ["Turkish single shift table"])
    assert found["smart_encoding"] == "segcore"
    plain = invoke("inspect", "--profile", str(path), "plain").stdout
    assert "table segcore, changes nothing" in plain
    assert "Sent as" not in plain
    assert "Tables" not in plain


@pytest.mark.kernel_independent
def test_inspect_with_smart_encoding(tmp_path: Path) -> None:
    """Smart encoding can be switched on for a profile that has it off, and off for one that has it on."""
    pytest.importorskip("click")
    pytest.importorskip("rich")
    from cli_runner import invoke

    path = tmp_path / "smart.toml"
    path.write_text("smart_encoding = true", encoding="utf-8")

    def sent(*arguments: str) -> tuple[str | None, str]:
        found = json.loads(invoke("inspect", "--json", "“Hi”", *arguments).stdout)
        return found["smart_encoding"], found["sent"]

    assert sent() == (None, "“Hi”")
    assert sent("--smart-encoding") == ("segcore", '"Hi"')
    assert sent("--smart-encoding", "--profile", "twilio") == ("twilio", '"Hi"')
    assert sent("--smart-table", "telnyx", "--profile", "twilio") == ("telnyx", '"Hi"')
    assert sent("--profile", str(path)) == ("segcore", '"Hi"')
    assert sent("--profile", str(path), "--no-smart-encoding") == (None, "“Hi”")
    shown = " ".join(invoke("inspect", "--smart-encoding", "“Hi”").stdout.split())
    assert 'Smart encoding table segcore Sent as "Hi"' in shown
