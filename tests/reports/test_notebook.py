"""Results in a notebook, and estimates as pages: escaped, and the same numbers as everywhere else."""

from __future__ import annotations

import pickle
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import segcore
from segcore import Estimate, RateCard

if TYPE_CHECKING:
    from conftest import RunPython

pytestmark = pytest.mark.kernel_independent

HOSTILE = "</table><script>alert(1)</script><img src=x onerror='a'>\"'&amp;\u202e\x00\x1b\ud800\u2028"


class Table(HTMLParser):
    """Reads HTML strictly: every element is closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.cells: list[str] = []
        self.text = ""
        page.encode("utf-8")
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("div", "table", "caption", "thead", "tbody", "tr", "th", "td", "bdi", "p")
        assert {name for name, _ in attrs} <= {"style"}
        # A notebook may be light or dark.
        assert not any(re.search("color|background", value or "") for _, value in attrs)
        self.open.append(tag)
        if tag in ("th", "td"):
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "td" in self.open or "th" in self.open:
            self.cells[-1] += data


def shown(result: object) -> Table:
    return Table(result._repr_html_())  # type: ignore[attr-defined]


def test_analysis() -> None:
    found = shown(segcore.analyze("It’s " + "a" * 70))
    assert found.text.startswith("UCS-2, 75 units, 2 segments")
    assert {"1", "67", "It’s " + "a" * 62, "8"} <= {*found.cells}
    assert found.cells[-4:] == ["’", "U+2019", "RIGHT SINGLE QUOTATION MARK", "'"]
    assert shown(segcore.analyze("photo", mms=True)).text.startswith("MMS")
    assert "What forces" not in shown(segcore.analyze("plain")).text


def test_hostile_text() -> None:
    found = shown(segcore.analyze(HOSTILE))
    assert "<script>" in found.text
    assert "\\x00" in found.text
    assert not re.search("[\u202e\x00\x1b\ud800\u2028]", found.text)


def test_long_results_are_cut() -> None:
    found = shown(segcore.analyze("".join(map(chr, range(0x400, 0x500))) * 10))
    assert "... and 29 more" in found.text
    assert "... and 246 more" in found.text
    assert "... and 990 more" in shown(segcore.analyze_bulk(["a"] * 1000)).text


def test_batch() -> None:
    found = shown(segcore.analyze_bulk(["Hello", "б" * 71, "photo"], mms=[False, False, True]))
    assert found.text.startswith("3 messages, 4 segments")
    assert found.cells[4:12] == ["0", "GSM-7", "5", "1", "1", "UCS-2", "71", "2"]
    assert found.text.endswith("GSM-7: 1. UCS-2: 1. MMS: 1.")


def test_batch_with_nulls() -> None:
    pa = pytest.importorskip("pyarrow")
    assert shown(segcore.analyze_bulk(pa.array(["a", None]))).cells[-4:] == ["1", "null", "null", "null"]


def test_estimate() -> None:
    rates = RateCard([{"country": "US", "sms": "0.5", "currency": "EUR"}])
    estimate = Estimate(rates=rates)
    estimate.add(["Hello", "It’s here " + "a" * 70, ""], to="+12025550143")
    estimate.add(["Hello"], to="+447400123456")
    found = shown(estimate)
    assert found.text.startswith("4 messages, 5 segments")
    assert found.cells[:5] == ["", "Messages", "Share", "Segments", "Cost (EUR)"]
    assert found.cells[5:10] == ["GSM-7", "3", "75.0 %", "3", "1.0 + unpriced"]
    assert found.cells[-5:] == ["Total", "4", "", "5", "2.0 + unpriced"]
    assert "1 message has no price." in found.text
    assert "That saves 0.5 €; 1 message is unpriced." in found.text


def test_estimate_without_prices_or_messages() -> None:
    assert shown(Estimate()).text.startswith("0 messages, 0 segments")
    assert "Cost" not in shown(Estimate()).cells


def test_the_page(tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    estimate = Estimate(rates=RateCard.flat("0.0079"), group_by=("campaign",))
    estimate.add([HOSTILE, "It’s here"], group=HOSTILE)
    page = estimate.to_html()
    assert "<script>" not in page
    assert "<title>Estimate of 2 messages, 2 segments</title>" in page
    assert "Files" not in page
    assert "0.0158" in page
    path = tmp_path / "report.html"
    estimate.to_html(path)
    assert path.read_text("utf-8") == page
    with pytest.raises(ValueError, match="cannot be written"):
        estimate.to_html(tmp_path / "none" / "report.html")


def test_sums_of_estimates_have_a_page() -> None:
    pytest.importorskip("jinja2")
    one = Estimate(rates=RateCard.flat("0.0079"))
    one.add(["Hello"])
    assert "0.0158" in sum([one, one]).to_html()  # type: ignore[union-attr]


def test_a_page_without_jinja(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(ImportError, match="the page needs Jinja2: pip install jinja2"):
        Estimate().to_html()


def test_results_from_other_processes_are_shown(run_python: RunPython) -> None:
    """A pickled result has its views before anything else of the package is imported."""
    estimate = Estimate()
    estimate.add(["It’s here"])
    for result in (estimate, segcore.analyze("a")):
        code = f"import pickle; print(pickle.loads({pickle.dumps(result)!r})._repr_html_()[:4])"
        assert run_python(code).stdout == "<div\n"
