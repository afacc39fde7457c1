"""The page of a report in a browser: nothing overflows, however wide the window and large the report."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("jinja2")
pytest.importorskip("polars")

from segcore import RateCard
from segcore.cost.estimate import Estimate
from segcore.numbers.countries import NAMES
from segcore.reports.html import html_page
from segcore.reports.report import Report
from segcore.sources import ReadingNote
from segcore.sources.headings import Columns

pytestmark = pytest.mark.kernel_independent

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

WIDTHS = (1440, 1200, 768, 390)

MEASURE = r"""
<pre id="found"></pre>
<script>
const found = {};
for (const frame of document.querySelectorAll("iframe")) {
  const page = frame.contentDocument, wide = [];
  page.querySelectorAll("details").forEach(each => { each.open = true; });
  for (const each of [page.documentElement, ...page.querySelectorAll("header, .card, .notes, .message")])
    if (each.scrollWidth > each.clientWidth)
      wide.push(`${each.tagName} ${each.className} ${each.scrollWidth} > ${each.clientWidth}: `
                + each.textContent.slice(0, 40));
  for (const table of page.querySelectorAll("table")) {
    const card = table.parentElement, padding = parseFloat(getComputedStyle(card).paddingRight);
    const outside = table.getBoundingClientRect().right - card.getBoundingClientRect().right + padding;
    if (card.matches(".card") && outside > 1) wide.push(`${table.ariaLabel} by ${outside}`);
  }
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT), broken = [];
  while (walker.nextNode())
    for (const match of walker.currentNode.data.matchAll(/UCS-2|GSM-7|[\d,.]*\d €|[A-Z]{3,13}/g)) {
      const range = page.createRange();
      range.setStart(walker.currentNode, match.index);
      range.setEnd(walker.currentNode, match.index + match[0].length);
      if (new Set([...range.getClientRects()].map(each => each.top)).size > 1) broken.push(match[0]);
    }
  found[frame.width] = {broken: broken, cards: page.querySelectorAll(".card").length, wide: wide};
}
document.getElementById("found").textContent = JSON.stringify(found);
</script>
"""


def large_report() -> str:
    """Return the page of 244 countries, some without a price, 128 groups with long names, 300 characters."""
    phonenumbers = pytest.importorskip("phonenumbers")
    countries = sorted(NAMES)
    card = RateCard(
        [
            {"country": each, "sms": f"{index % 7}.{index + 1:07}", "mms": "0.0123456", "currency": "EUR"}
            for index, each in enumerate(countries)
            if index % 9
        ]
    )
    numbers = [phonenumbers.example_number(each) for each in countries]
    to = [f"+{each.country_code}{each.national_number}" for each in numbers if each is not None]
    estimate = Estimate(rates=card, group_by=("campaign and customer of the month",))
    texts = ["Hello ’ " + "x" * (index * 37 % 900) for index in range(len(to))]
    groups = [
        f"Customers_with_a_long_name_{index % 128} and one of several words" for index in range(len(to))
    ]
    for _ in range(40):
        estimate.add(texts, to=to, group=groups)
    characters = [chr(point) for point in range(0x2010, 0x2200) if chr(point).isprintable()]
    estimate.add([each * 80 for each in characters], to="+12025550143", group="other")
    estimate.add(["Привет"] * 1000 + [""], to="+12025550143", group="other")
    estimate.note([ReadingNote("encoding", "sent.csv is read as cp1252.", "--encoding")])
    report = Report(
        ("a_long_name_of_a_campaign_that_somebody_exported_on_2026-11-26_final_version_2.csv",),
        Columns(0, None, None, (), ("text",)),
        estimate,
        flat=False,
    )
    samples = {("UCS-2", 2): "Hello ’ " + "x" * 100, ("UCS-2", 3): "w" * 180 + "’"}
    return html_page(report, samples, date(2026, 1, 31))


@pytest.mark.skipif(BROWSER is None, reason="no Chromium to measure the page with")
def test_nothing_overflows(tmp_path: Path) -> None:
    assert BROWSER is not None
    page = html.escape(large_report())
    frames = "".join(f'<iframe width="{width}" height="800" srcdoc="{page}"></iframe>' for width in WIDTHS)
    path = tmp_path / "frames.html"
    path.write_text(f'<meta charset="utf-8">{frames}{MEASURE.replace("<script>", "<script defer>")}', "utf-8")
    measured = path.read_text("utf-8").replace("<script defer>", "<script>addEventListener('load', () => {")
    path.write_text(measured.replace("</script>", "});</script>"), "utf-8")
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--virtual-time-budget=5000",
        "--dump-dom",
    ]
    done = subprocess.run(
        [*command, path.as_uri()], capture_output=True, text=True, encoding="utf-8", timeout=120, check=True
    )
    shown = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert shown, done.stdout[-500:]
    found = json.loads(html.unescape(shown[1]))
    assert [int(width) for width in found] == sorted(WIDTHS)
    for width, each in found.items():
        assert each["cards"] >= 12
        assert each["wide"] == [], width
        # Names of encodings and characters, and amounts with their currency, are on one line.
        assert each["broken"] == [], width
