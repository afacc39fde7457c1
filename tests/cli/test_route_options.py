"""``--prefix``, ``--suffix`` and ``--link-length``, and profiles that have them, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("click")
pytest.importorskip("rich")
pytest.importorskip("polars")

from cli_runner import invoke
from program import run

import segcore


def test_inspect_shows_the_text_given_and_the_text_sent() -> None:
    text = "a" * 150 + " https://example.com/" + "b" * 100
    found = json.loads(invoke("inspect", text, "--suffix", " B038", "--link-length", "4..9", "--json").stdout)
    assert found["text"] == text
    assert found["sent"] == "a" * 150 + " " + "x" * 9 + " B038"
    assert (found["units"], found["segments"], found["over_by"]) == (165, 2, 5)
    assert "Over by" in invoke("inspect", "a" * 161).stdout


def test_estimates_count_what_the_route_adds(tmp_path: Path) -> None:
    file = tmp_path / "messages.csv"
    rows = ["a" * 155, "a" * 156, "ł" * 66, "", "It’s " + "a" * 100]
    file.write_text(
        "id,text\n" + "".join(f'{row},"{text}"\n' for row, text in enumerate(rows)), encoding="utf-8"
    )
    found = json.loads(invoke("estimate", str(file), "--suffix", " B038", "--json").stdout)
    assert (found["messages"], found["segments"], found["gsm7"], found["ucs2"]) == (5, 8, 3, 2)
    prefixed = json.loads(invoke("estimate", str(file), "--prefix", "【名前】", "--json").stdout)
    assert (prefixed["messages"], prefixed["ucs2"], prefixed["segments"]) == (5, 5, 10)


def test_what_a_route_adds_may_force_ucs2(tmp_path: Path) -> None:
    file = tmp_path / "messages.csv"
    file.write_text("text\nŁódź\nHi\n", encoding="utf-8")
    given = ["estimate", str(file), "--prefix", "【店】"]
    found = json.loads(invoke(*given, "--json").stdout)
    assert (found["ucs2"], found["offenders"], found["scripts"]) == (2, [], [])
    assert "The route adds '【店】', which makes every message with it UCS-2." in " ".join(
        invoke(*given).stdout.split()
    )


@pytest.mark.parametrize(("profile", "saved"), [("china_domestic", None), ("turkey", 2)])
def test_characters_are_weighed_with_what_a_route_does(
    tmp_path: Path, profile: str, saved: int | None, implementation: str
) -> None:
    file = tmp_path / "messages.csv"
    file.write_text(f"text\nIt’s on\nŁódź\n{'a' * 150}’\n", encoding="utf-8")
    found = run(implementation, "estimate", file, "--json", "--profile", profile).data
    assert found["ucs2"] == 3
    segments = {each["text"]: each["segments"] for each in found["offenders"]}
    # Nothing forces what a route does always; and 151 septets and the operator's code are one segment.
    assert segments.get("’") == saved
    assert bool(found["offenders"]) == bool(found["savings"]["replacements"]) == bool(saved)


def test_messages_of_no_known_country_get_what_a_route_adds_and_the_output_says_so(
    tmp_path: Path, implementation: str
) -> None:
    file = tmp_path / "messages.csv"
    text = "a" * 156
    file.write_text(
        f"to,text\n+905321234567,{text}\n05321234567,{text}\n+4520123458,{text}\n", encoding="utf-8"
    )

    def found(*more: str) -> str:
        return run(implementation, "estimate", file, "--profile", "turkey", *more).out

    said = "1 SMS to no known country is counted with the text that the route adds in messages to TR."
    data = json.loads(found("--json"))
    assert (data["segments"], data["reading"][-1]["code"], data["reading"][-1]["sentence"]) == (
        5,
        "added_text",
        said,
    )
    assert said in " ".join(found().split())
    assert "added_text" not in found("--json", "--default-region", "TR")
    file.write_text(f"text\n{text}\nHi\n", encoding="utf-8")
    assert "2 SMS to no known country are counted" in " ".join(found().split())


def test_routes_for_gsm7_alone_say_what_they_cannot_send(tmp_path: Path, implementation: str) -> None:
    file, route = tmp_path / "messages.csv", tmp_path / "route.toml"
    file.write_text("text\nIt’s on\nIt’s ł\nok\n" + "абвгдеж\n" * 3, encoding="utf-8")
    route.write_text('encoding = "gsm7"\nprefix = "【店】"\n', encoding="utf-8")
    shown, data = (
        run(implementation, "estimate", file, "--profile", route, *more).out for more in ([], ["--json"])
    )
    assert (
        "5 SMS cannot be sent: the profile sends everything as GSM-7, which lacks 'а' (3 messages), "
        "'б' (3 messages), 'в' (3 messages), 'г' (3 messages), 'д' (3 messages) and 4 more. "
        "Each is counted as one septet"
    ) in " ".join(shown.split())
    found = json.loads(data)
    assert (found["unsendable"], found["gsm7"], found["offenders"]) == (5, 6, [])
    points = {each["text"]: each["messages"] for each in found["unsendable_characters"]}
    assert points == {**dict.fromkeys("абвгдеж", 3), "’": 2, "ł": 1}
    file.write_text("text\nok\n", encoding="utf-8")
    assert "cannot be sent" not in invoke("estimate", str(file), "--profile", str(route)).stdout
    text = invoke("inspect", "It’s on", "--profile", str(route)).stdout
    assert "What cannot be sent in GSM-7" in text
    assert "because" not in text
    assert "What forces UCS-2" not in text


def test_a_profile_from_a_file(tmp_path: Path) -> None:
    route = tmp_path / "route.toml"
    route.write_text('suffix = " B038"\nlink_length = 23\n', encoding="utf-8")
    found = json.loads(invoke("inspect", "a" * 156, "--profile", str(route), "--json").stdout)
    assert (found["segments"], found["profile"]) == (2, "route")
    shown = invoke("profiles", str(route)).stdout
    assert "' B038'" in shown
    assert "count 23" in shown
    # Options change a profile of one's own as well.
    again = json.loads(invoke("inspect", "a", "--profile", str(route), "--suffix", "", "--json").stdout)
    assert again["sent"] == "a"


@pytest.mark.parametrize("length", ["x", "3..", "-1", "9..3000", "9..3"])
def test_wrong_lengths(length: str) -> None:
    result = invoke("inspect", "a", f"--link-length={length}")
    assert result.exit_code == 2
    assert "--link-length" in result.stderr


def test_the_code_of_turkey_is_added_in_turkey_alone(tmp_path: Path) -> None:
    """Totals, groups and annotated rows agree on which messages the route adds text to."""
    file, annotated = tmp_path / "messages.csv", tmp_path / "annotated.csv"
    text = "a" * 156
    rows = [("+905321234567", "x"), ("+12025550143", "x"), ("+447400123456", "y"), ("", "y")]
    lines = "".join(f"{to},{text},{group}\n" for to, group in rows)
    file.write_text(f"to,text,group\n{lines}", encoding="utf-8")
    arguments = ("estimate", str(file), "--profile", "turkey", "--group-by", "group", "--json")
    found = json.loads(invoke(*arguments, "--annotate", str(annotated)).stdout)
    # A recipient in no country may be in Turkey.
    assert (found["messages"], found["segments"]) == (4, 6)
    assert {row["country"]: row["sms_segments"] for row in found["countries"]}["TR"] == 2
    assert [row["sms_segments"] for row in found["groups"]] == [3, 3]
    counts = [line.split(",") for line in annotated.read_text("utf-8").splitlines()]
    column = counts[0].index("segments")
    assert [row[column] for row in counts[1:]] == ["2", "1", "1", "2"]


def test_estimates_in_python_know_the_country() -> None:
    estimate = segcore.Estimate(segcore.Segmenter("turkey"))
    estimate.add(["a" * 156] * 3, to=["+905321234567", "+12025550143", None], mms=[False, False, True])
    assert (estimate.segments, estimate.mms) == (4, 1)
    assert (estimate + estimate.fresh()).segments == 4
