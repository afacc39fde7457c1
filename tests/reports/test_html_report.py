"""The report as a page of HTML: parsed, with hostile data, at both ends of sizes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

pytest.importorskip("click")
pl = pytest.importorskip("polars")

from click.testing import CliRunner, Result  # noqa: E402
from conftest import RunPython  # noqa: E402, TC002

import segcore  # noqa: E402
from segcore import RateCard  # noqa: E402
from segcore.cli.commands import cli  # noqa: E402
from segcore.cost.estimate import Estimate  # noqa: E402
from segcore.cost.frame_counting import Messages  # noqa: E402
from segcore.reports.html import MOST_SEGMENTS, Samples, html_page  # noqa: E402
from segcore.reports.report import Report  # noqa: E402
from segcore.sources.headings import Columns  # noqa: E402

EXAMPLES = Path(__file__).parents[2] / "examples"
CAMPAIGN, RATES = str(EXAMPLES / "campaign.csv"), str(EXAMPLES / "rates.csv")
DAY = date(2026, 1, 31)
COLUMNS = Columns(0, None, None, (), ("text",))
CARD = RateCard([{"country": "US", "sms": "0.01", "currency": "USD"}])

# What may not reach the page as it is: markup, controls, direction of text, lone surrogates.
HOSTILE = "</style></title><script>alert(1)</script><img src=x onerror='a'>\"'&amp;"
HOSTILE += "\u202e\u2066\x00\x1b\x85\ud800\u2028"
_VOID = {"meta"}
_KNOWN = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section"),
    *("details", "summary"),
    *("h1", "h2", "p", "dl", "dt", "dd", "div", "span", "small", "strong", "em", "ul", "li", "bdi", "mark"),
    *(
        "sup",
        "figure",
        "figcaption",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "svg",
        "rect",
        "text",
        "line",
    ),
}


class Page(HTMLParser):
    """Reads a page strictly: every element is known and closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.words: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.attributes: set[str] = set()
        self.images = self.titled = 0
        self.feed(page)
        self.close()
        assert not self.open
        self.tables = [[[" ".join(cell.split()) for cell in row] for row in table] for table in self.tables]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _KNOWN, tag
        self.attributes |= {name for name, _ in attrs}
        if tag == "svg":
            self.images += ("role", "img") in attrs
        if tag == "title" and self.open[-1] == "svg":
            self.titled += 1
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("th", "td"):
            self.tables[-1][-1].append("")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("rect", "line")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self.open or ("title" in self.open and "svg" in self.open):
            return
        self.words.append(data)
        if "td" in self.open or "th" in self.open:
            self.tables[-1][-1][-1] += data

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def read(page: str) -> Page:
    found = Page(page)
    page.encode("utf-8")
    assert page.startswith("<!DOCTYPE html>\n<html lang=")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", page)
    assert found.attributes <= {
        *("lang", "charset", "name", "content", "class", "aria-label", "scope", "title", "role", "viewbox"),
        *("preserveaspectratio", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "text-anchor"),
    }
    # Nothing is fetched: no attribute has an address (above), and no style.
    assert not re.search(r"url\(|@import", page)
    assert found.images == found.titled == page.count("<svg")
    return found


def report_of(estimate: Estimate, files: Sequence[str] = ("m.csv",), columns: Columns = COLUMNS) -> Report:
    return Report(tuple(files), columns, estimate, flat=False)


def invoke(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, ("estimate", *arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_example(tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    options = (CAMPAIGN, "--rates", RATES, "--group-by", "campaign", "--format", "html")
    found = invoke(*options, "-o", str(out))
    assert (found.exit_code, found.stdout) == (0, "")
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]
    page = read(out.read_text("utf-8"))
    assert out.read_bytes() == invoke(*options).stdout_bytes
    for said in (
        "What to change",
        "By country",
        "By campaign",
        "What forces UCS-2",
        "Sample messages",
        "Terms",
    ):
        assert said in page.text
    assert "United States" in page.text
    assert "U+2019" in page.text


def test_figures_are_those_of_the_estimate() -> None:
    estimate = Estimate(rates=CARD, group_by=("who",))
    estimate.add(
        ["Hello", "’" + "a" * 100, "x"], to=["+12025550143", "+12025550143", "+4915112345678"], group="me"
    )
    page = read(html_page(report_of(estimate), {}, DAY))
    replacements, kinds, countries, groups, offenders = page.tables
    assert kinds[1:] == [
        ["GSM-7", "2", "66.7 %", "2", "0.01 + unpriced"],
        ["UCS-2", "1", "33.3 %", "2", "0.02"],
        ["MMS", "0", "0.0 %", "0", "–"],
    ]
    # A destination without a price is never shown as free.
    assert countries[1:] == [
        ["United States", "", "2", "66.7 %", "3", "0.03"],
        ["Germany", "", "1", "33.3 %", "1", "unpriced"],
    ]
    assert groups[1:] == [["me", "", "3", "100.0 %", "4", "0.03 + unpriced"]]
    assert offenders[1:] == [["’U+2019 RIGHT SINGLE QUOTATION MARK", "1", "1", "1", "0.01"]]
    assert replacements[1:] == [["’U+2019 RIGHT SINGLE QUOTATION MARK", "'", "1", "1", "0.01"]]
    assert "$0.03 + 1 unpriced message" in page.text
    assert "Without a price: 1 SMS segment." in page.text
    assert "2026-01-31" in page.text


def test_how_the_file_was_read_is_said_everywhere(tmp_path: Path) -> None:
    """In words in the terminal, with the option; as data in JSON; without mention of options in HTML."""
    path = tmp_path / "m.csv"
    path.write_text("to,text\n12025550143,Hello\n12025550144,It\u2019s\n", "utf-8")
    notes = json.loads(invoke(str(path), "--json").stdout)["reading"]
    assert notes
    assert all(note["sentence"].endswith(".") for note in notes)
    shown = " ".join(invoke(str(path)).stdout.split())
    page = read(invoke(str(path), "--format", "html").stdout).text
    for text in (shown, page):
        assert "How this file was read" in text
        assert all(note["sentence"] in text for note in notes)
    assert any(note["option"] and note["option"] in shown for note in notes)
    assert "--" not in page


def test_hostile_data() -> None:
    estimate = Estimate(group_by=(HOSTILE,))
    estimate.add([HOSTILE, HOSTILE * 9], group=[(HOSTILE,), (None,)])
    columns = Columns(0, None, None, (0,), (HOSTILE,))
    texts = {("UCS-2", estimate.by("segments")[0].key["segments"]): HOSTILE * 9}
    page = read(html_page(report_of(estimate, [HOSTILE], columns), {("UCS-2", 2): HOSTILE, **texts}, DAY))  # type: ignore[dict-item]
    assert page.text.count("<script>alert(1)</script>") >= 5
    assert r"\u202e\u2066\x00\x1b\x85\ud800\u2028" in page.text
    assert "<control-001B>" in page.text
    assert "null" in page.text


@pytest.mark.parametrize("text", ["", "Hello", "’"])
def test_small(text: str) -> None:
    nothing, one = Estimate(), Estimate(rates=CARD)
    one.add([text], to="+12025550143")
    assert "There are no SMS" in read(html_page(report_of(nothing), {}, DAY)).text
    encoding = "UCS-2" if text == "’" else "GSM-7"
    page = read(html_page(report_of(one), {(encoding, 1): text}, DAY))
    assert "1 such message, 1 segment in all" in page.text
    assert (text or "(no text)") in page.text


def test_only_mms() -> None:
    estimate = Estimate()
    estimate.add(["photo"], mms=True)
    assert "There are no SMS" in read(html_page(report_of(estimate), {}, DAY)).text


def test_many_groups_are_bounded() -> None:
    estimate = Estimate(group_by=("customer",))
    estimate.add(["Hello"] * 10_000, group=[f"c{number:05}" for number in range(10_000)])
    page = html_page(report_of(estimate), {}, DAY)
    assert len(page) < 250_000
    found = read(page)
    assert "Show 235 more" in found.text
    assert "9,750 more rows are not on this page." in found.text
    assert [len(table) for table in found.tables[2:4]] == [16, 236]


def test_many_segments_are_in_one_column() -> None:
    estimate = Estimate()
    estimate.add(["a" * 153 * 12, "a" * 153 * 40])
    page = html_page(report_of(estimate), {}, DAY)
    assert "12+ segments: 2 GSM-7, 0 UCS-2" in page
    assert "12+" in read(page).text


def test_samples_show_boundaries_and_what_forces() -> None:
    estimate = Estimate()
    text = "a" * 66 + "’b\n’’" + "c"
    estimate.add([text])
    page = html_page(report_of(estimate), {("UCS-2", 2): text}, DAY)
    read(page)
    first = f'<bdi>{"a" * 66}<mark title="U+2019">’</mark></bdi><sup>1</sup>'
    second = '<bdi class="odd">b↵\n<mark title="U+2019, U+2019">’’</mark>c</bdi><sup>2</sup>'
    assert first + second in page


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_samples_do_not_depend_on_batches(size: int) -> None:
    texts = ["one", None, "", "é" * 161, "’", "“", "a" * 153 * (MOST_SEGMENTS + 1), "photo ’" * 40, "two"]
    flags = [0, 0, 0, 0, 0, 0, 0, 1, 0]
    samples, estimate = Samples(), Estimate()
    for start in range(0, len(texts), size):
        part = pl.Series(texts[start : start + size], dtype=pl.String)
        numbers = estimate.destinations.unsaid(len(part))
        is_mms = pl.Series(flags[start : start + size]).cast(pl.Boolean)
        messages = Messages(part, is_mms, numbers)
        samples(estimate, None, part.to_frame(), messages)()  # type: ignore[arg-type]
    assert samples.texts == {("GSM-7", 1): "one", ("GSM-7", 2): "é" * 161, ("UCS-2", 1): "’"}


def test_the_same_without_polars(tmp_path: Path, run_python: RunPython) -> None:
    """As in the calculator page, where samples are found by the pure half of the reader."""
    out = tmp_path / "report.html"
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('polars', 'duckdb', 'numpy', 'pyarrow'))); "
        f"sys.argv = {['segcore', 'estimate', CAMPAIGN, '-o', str(out)]}; "
        "from segcore.cli.main import main; main()"
    )
    run_python(code)
    # The other interpreter may count with the other implementation, which the last line names.
    pages = [out.read_text("utf-8"), invoke(CAMPAIGN, "--format", "html").stdout]
    assert len({re.sub(r", (python|native \(\w+\))</bdi>", "</bdi>", page) for page in pages}) == 1


def test_a_page_that_cannot_be_written(tmp_path: Path) -> None:
    out = tmp_path / "folder"
    out.mkdir()
    found = invoke(CAMPAIGN, "--format", "html", "-o", str(out))
    assert found.exit_code == 2
    assert "cannot be written" in found.stderr
    assert list(tmp_path.iterdir()) == [out]
    wrong = invoke(CAMPAIGN, "-o", str(tmp_path / "x.what"))
    assert wrong.exit_code == 2
    assert "name it .html, .json or .csv, or add --format" in wrong.stderr


def test_charts() -> None:
    estimate = Estimate(rates=CARD)
    estimate.add(["a"] * 100 + ["’" * 71] * 50 + ["photo"], mms=[0] * 150 + [1], to="+12025550143")
    page = html_page(report_of(estimate), {}, DAY)
    # Shares of 151 messages.
    assert 'class="gsm7" x="0.0" width="66.23"' in page
    assert 'class="ucs2" x="66.23" width="33.11"' in page
    assert 'class="mms" x="99.34" width="0.66"' in page
    # The highest column fills the chart; half as many messages are half as high.
    assert 'class="gsm7" x="15.4" y="18.0" width="79.2" height="150.0"' in page
    assert 'class="ucs2" x="125.4" y="93.0" width="79.2" height="75.0"' in page
    assert 'class="gsm7" width="100.00"' in page


def test_the_package_holds_its_data() -> None:
    """A wheel has every file that is read, such as the template and the style of the page."""
    tomllib = pytest.importorskip("tomllib")
    project = tomllib.loads((EXAMPLES.parent / "pyproject.toml").read_text("utf-8"))
    folder = Path(segcore.__file__).parent
    listed = {
        path
        for package, patterns in project["tool"]["setuptools"]["package-data"].items()
        for pattern in patterns
        for path in folder.parent.joinpath(*package.split(".")).glob(pattern)
    }
    code = (".py", ".pyc", ".pyi", ".pyx", ".pxi", ".c", ".h", ".so", ".pyd")
    assert {path for path in folder.rglob("*.*") if path.is_file() and path.suffix not in code} <= listed
    assert {"report.html", "report.css", "estimate.json"} <= {path.name for path in listed}
    assert any(each.startswith("jinja2") for each in project["project"]["optional-dependencies"]["cli"])


def test_two_hundred_countries() -> None:
    from segcore.numbers.countries import NAMES

    countries = sorted(NAMES)[:200]
    card = RateCard([{"country": each, "sms": f"0.{index + 1:03}"} for index, each in enumerate(countries)])
    estimate = Estimate(rates=card)
    phonenumbers = pytest.importorskip("phonenumbers")
    numbers = [phonenumbers.example_number(each) for each in countries]
    to = [f"+{each.country_code}{each.national_number}" for each in numbers if each is not None]
    estimate.add(["Hello"] * len(to), to=to)
    shown, folded = read(html_page(report_of(estimate), {}, DAY)).tables[1:3]
    assert len(shown) == 16
    listed = [*shown[1:], *folded[1:]]
    assert len(listed) == len(estimate.by("country")) > 150
    priced = [row[-1] for row in listed if row[-1] != "unpriced"]
    assert len(listed) - len(priced) == len(estimate.unpriced)
    # Where not all is priced the bars show segments; the cost decides between equals.
    sizes = [(int(row[4]), 0.0 if row[-1] == "unpriced" else float(row[-1])) for row in listed]
    assert sizes == sorted(sizes, reverse=True)
