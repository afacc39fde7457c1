"""Routes that count octets, RCS for one, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from cli_runner import invoke


def test_inspect() -> None:
    found = json.loads(invoke("inspect", "--profile", "rcs_us", "--format", "json", "é" * 81).stdout)
    assert (found["encoding"], found["message_class"], found["units"]) == ("UTF-8", "Rich", 162)
    assert found["segments"] == 2
    shown = invoke("inspect", "--profile", "rcs", "a" * 161).stdout
    assert "Single" in shown
    assert "161 octets" in shown
    assert "What cannot be sent in EUC-KR" in invoke("inspect", "--profile", "korea", "좋아요 👍").stdout


def test_count() -> None:
    lines = ("é" * 81 + "\nHi\n").encode()
    assert invoke("count", "--profile", "rcs_us", stdin=lines).stdout == "2\n1\n"


def test_profiles() -> None:
    assert "always UTF-8, counted in octets" in invoke("profiles", "rcs").stdout
    assert json.loads(invoke("profiles", "rcs", "--format", "json").stdout)["octets"] == {
        "encoding": "utf8",
        "classes": {"Basic": 160, "Single": None},
    }


def test_estimate(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("text\n" + "é" * 81 + "\nHi\n" + "a" * 200 + "\n", encoding="utf-8")
    found = invoke("estimate", str(path), "--profile", "rcs_us", "--price", "0.01", "--format", "json").stdout
    data = json.loads(found)
    assert (data["messages"], data["octets"], data["segments"]) == (3, 3, 5)
    assert data["cost"]["total"] == "0.05"
    shown = invoke("estimate", str(path), "--profile", "rcs", "--price", "0.01").stdout
    assert "Basic" in shown
    assert "2 Single messages have no price" in " ".join(shown.split())
    assert "add --price" not in shown
    without = invoke("estimate", str(path), "--profile", "rcs", "--mms-price", "0.01").stdout
    assert "3 SMS segments (add --price)" in " ".join(without.split())


def test_classes_have_prices_of_their_own(tmp_path: Path) -> None:
    path, card, annotated = tmp_path / "texts.csv", tmp_path / "rates.csv", tmp_path / "out.csv"
    path.write_text("to,text\n" + "+821012345678,Hi\n" + f"+821012345678,{'a' * 91}\n" * 2, encoding="utf-8")
    card.write_text("country,sms,LMS price,mms,currency\nKR,8.4,25.9,60,KRW\n", encoding="utf-8")
    given = ["estimate", str(path), "--profile", "korea", "--rates", str(card)]
    data = json.loads(invoke(*given, "--annotate", str(annotated), "--format", "json").stdout)
    assert (data["cost"]["sms"], data["cost"]["total"], data["messages"]) == ("60.2", "60.2", 3)
    costs = [row.rsplit(",", 1)[1] for row in annotated.read_text("utf-8").splitlines()[1:]]
    assert costs == ["8.4", "25.9", "25.9"]
    assert "no price" not in invoke(*given).stdout
    assert "LMS" in invoke("rates", str(card)).stdout
    listed = json.loads(invoke("rates", str(card), "--format", "json").stdout)["rates"]
    assert [(rate["sms"], rate["lms"], rate["mms"]) for rate in listed] == [("8.4", "25.9", "60")]
    flat = ["estimate", str(path), "--profile", "korea", "--price", "8.4"]
    priced = json.loads(invoke(*flat, "--lms-price", "25.9", "--format", "json").stdout)
    assert (priced["cost"]["total"], priced["lms_price"], priced["mms_price"]) == ("60.2", "25.9", None)
    assert "no price" not in invoke(*flat, "--lms-price", "25.9").stdout
    assert "LMS messages with --lms-price" in " ".join(invoke(*flat).stdout.split())
    assert "remove --lms-price" in invoke(*given, "--lms-price", "25.9").stderr
    # A price for SMS alone is none for LMS.
    card.write_text("country,sms,currency\nKR,8.4,KRW\n", encoding="utf-8")
    shown = " ".join(invoke(*given).stdout.split())
    assert "2 LMS messages have no price" in shown
    assert "in the column lms" in shown


def test_annotations(tmp_path: Path) -> None:
    path, annotated = tmp_path / "texts.csv", tmp_path / "out.csv"
    path.write_text("text\n" + "é" * 81 + "\nHi\n" + "a" * 200 + "\n", encoding="utf-8")
    invoke("estimate", str(path), "--profile", "rcs", "--price", "0.01", "--annotate", str(annotated))
    rows = annotated.read_text("utf-8").splitlines()
    assert [row.rsplit(",", 5)[1:] for row in rows[1:]] == [
        ["Single", "UTF-8", "162", "1", ""],
        ["Basic", "UTF-8", "2", "1", "0.01"],
        ["Single", "UTF-8", "200", "1", ""],
    ]


def test_html_report(tmp_path: Path) -> None:
    path, report = tmp_path / "texts.csv", tmp_path / "report.html"
    path.write_text("text\n" + "é" * 81 + "\nHi\n", encoding="utf-8")
    invoke("estimate", str(path), "--profile", "rcs", "-o", str(report))
    page = report.read_text("utf-8")
    assert "Single" in page
    assert "Nothing: everything is sent in one encoding." in page
    assert "162 octets" in " ".join(page.split())
    assert "code units" not in page
    assert "UCS-2</figcaption>" not in page
