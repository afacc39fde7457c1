"""The calculator page in a browser: the counts of the package, and nothing from elsewhere."""

from __future__ import annotations

import base64
import json
import os
import re
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import reference
import workbooks

import segcore
from segcore import PROFILES, Estimate, Segmenter, Template
from segcore.cost.run import run_files
from segcore.rates.card import card_of
from segcore.reports.html import Samples, html_page
from segcore.reports.report import Report
from segcore.sources import Reading
from tools.browser import BROWSER, BrowserError, Page, browser, served

EXAMPLES = Path(__file__).parents[2] / "examples"
FOLDER = os.environ.get("SEGCORE_TEST_WEB", "") and os.path.abspath(os.environ["SEGCORE_TEST_WEB"])

pytestmark = [
    pytest.mark.kernel_independent,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium to open the calculator page with"),
    pytest.mark.skipif(
        not FOLDER,
        reason="the calculator page is not built: python -m tools.make_web FOLDER, SEGCORE_TEST_WEB=FOLDER",
    ),
]

SUBJECTS = ("boundaries", "controls", "disagreements", "lookalikes", "straddles", "surrogates")
# A script that lists what is wider than its place.
WIDE = """() => [document.documentElement,
    ...document.querySelectorAll("header, section, table, .suggestion, .message")]
  .filter(each => each.scrollWidth > each.clientWidth + 1)
  .map(each => [each.tagName, each.id, each.className, each.scrollWidth, each.clientWidth].join(" "))"""

CAMPAIGN = "It’s 5 € off – only today… 🎉 " + "Reply STOP to end. " * 4


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the page is served."""
    with served(Path(FOLDER)) as address:
        yield address


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[Page]:
    """The page, ready to count."""
    with browser() as page:
        page.resize(1440)
        page.open(address)
        page.wait("document.body.dataset.ready === 'yes'")
        yield page


def asked(page: Page, name: str, *arguments: Any) -> Any:
    """Return what the worker of the page answers."""
    return page.run(f"ask({json.dumps(name)}, ...{json.dumps(arguments)})")


def typed(page: Page, text: str, kind: str = "message", **options: str) -> Any:
    """Fill in the form, and return what the page shows: the head of the result, and the segments."""
    given = {"profile": "standard", "prefix": "", "suffix": "", "smart": "", **options}
    return page.run(
        f"""(async () => {{
        document.querySelector('[name=kind][value={kind}]').checked = true;
        for (const [id, value] of Object.entries({json.dumps(given)})) byId(id).value = value;
        text.value = {json.dumps(text)};
        await count();
        return {{ status: status.innerText, error: status.className === "error",
            parts: [...document.querySelectorAll("#answer bdi[title]")].map(each => each.textContent),
            marks: [...document.querySelectorAll("#answer mark")].map(each => each.textContent) }};
        }})()"""
    )


def head(segmenter: Segmenter, text: str) -> str:
    """Return how the result of a message begins."""
    found = segmenter.analyze(text)
    unit = {"GSM-7": "septets", "UCS-2": "code units"}.get(found.encoding.value, "octets")
    segments = f"{found.segments:,} segment{'s' if found.segments != 1 else ''}"
    left = "" if found.remaining is None else f"; {found.remaining:,} left before another segment"
    return f"{segments}\n{found.encoding.value}, {found.units:,} {unit}{left}"


@pytest.mark.parametrize("subject", SUBJECTS)
def test_conformance_vectors(page: Page, subject: str) -> None:
    """Every vector is counted as published, and shown so."""
    rows = reference.load(subject)["rows"]
    assert rows
    for row in rows:
        text, expected = reference.read_text(row["input"]["text"]), row["expected"]
        found = asked(page, "message", text, {})
        actual = {key: found[key] for key in ("encoding", "units", "segments")}
        actual["part_units"] = [part["units"] for part in found["parts"]]
        assert {key: actual[key] for key in expected if key in actual} == {
            key: value for key, value in expected.items() if key in actual
        }, row["id"]
        if "\r" not in text:  # which a text area makes a line feed
            shown = typed(page, text)
            assert shown["status"] == head(Segmenter(), text), row["id"]
            assert len(shown["parts"]) == (min(expected["segments"], 255) if text else 0)
            assert bool(shown["marks"]) == (expected["encoding"] == "UCS-2")


@pytest.mark.parametrize("profile", PROFILES)
def test_profiles(page: Page, profile: str) -> None:
    """Each profile in the list counts as the package does."""
    for text in (CAMPAIGN, "[x]" * 60, "ş" * 80, "`" * 160, "👩‍👩‍👧" * 12):
        assert typed(page, text, profile=profile)["status"] == head(Segmenter(profile), text)


def test_prefix_suffix_and_smart_encoding(page: Page) -> None:
    text = "’" + "a" * 150
    for prefix, suffix, smart in (
        ("ACME: ", "", ""),
        ("", " STOP=end", "twilio"),
        ("[A] ", " \n–", "segcore"),
    ):
        expected = Segmenter(prefix=prefix, suffix=suffix, smart_encoding=smart or None)
        shown = typed(page, text, prefix=prefix, suffix=suffix, smart=smart)
        assert shown["status"] == head(expected, text)
    assert typed(page, "a" * 156, profile="turkey")["status"] == head(Segmenter("turkey"), "a" * 156)


def test_advice(page: Page) -> None:
    """It shows what to write instead and what that saves, and puts it in the place of the text."""
    text = "It’s here" + "a" * 100
    typed(page, text, prefix="A: ")
    shown = page.run("answer.innerText")
    assert "U+2019" in shown
    assert "RIGHT SINGLE QUOTATION MARK" in shown
    assert "Saves 1 of 2 segments." in shown
    page.run(
        "[...document.querySelectorAll('button')].find(each => each.textContent === 'Use this text').click()"
    )
    page.run("count()")
    assert page.run("text.value") == text.replace("’", "'")
    assert page.run("status.innerText") == head(Segmenter(prefix="A: "), text.replace("’", "'"))


def test_hostile_text(page: Page) -> None:
    """Markup stays text, and what is invisible or turns text around is escaped."""
    shown = typed(page, "<img src=x onerror='document.title=1'><b>\u202e\ud800\x00")
    assert shown["parts"] == ["<img src=x onerror='document.title=1'><b>\\u202e\\ud800\\x00"]
    assert page.run("document.querySelectorAll('#answer img, #answer b').length") == 0
    assert page.run("document.title") == "SMS segment calculator"


def test_template(page: Page) -> None:
    """Bounds come from the lengths in the table, which keys change."""
    text = "Hi {{name}}, your code is {{code}}. " + "a" * 120
    shown = typed(page, text, "template")
    template = Template(text)
    bounds = template.bounds({"name": (1, 20), "code": (1, 20)})
    assert shown["status"].startswith(f"{bounds.fewest} to {bounds.most} segments\n")
    assert page.run(
        "[...document.querySelectorAll('#fields th[scope=row]')].map(each => each.textContent)"
    ) == [
        "name",
        "code",
    ]
    page.run("document.querySelector('#fields [aria-label=\"Longest length of name\"]').select()")
    page.send("Input.insertText", text="6")
    page.run("count()")
    bounds = template.bounds({"name": (1, 6), "code": (1, 20)})
    assert (bounds.fewest, bounds.most) == (1, 2)
    assert page.run("status.innerText").startswith("1 to 2 segments\n")
    assert (
        f"If {bounds.tipping_field} is {bounds.tipping_length} or longer, the message needs more than"
        in page.run("answer.innerText")
    )
    assert page.run("document.activeElement.value") == "6"
    assert typed(page, "Hi {{#if a}}b{{/if}}", "template")["error"]


def report_of(path: Path, profile: str = "standard", **prices: str) -> tuple[str, str]:
    """Return what the page says of a file in the current folder, and the report that the package writes."""
    pytest.importorskip("polars")
    pytest.importorskip("jinja2")
    samples = Samples()
    estimate, columns = run_files(
        [path.name],
        lambda: Estimate(Segmenter(profile), card_of(None, prices.get("price"), prices.get("mms_price"))),
        Reading(),
        sinks=[samples],
    )
    today = datetime.now(timezone.utc).date()
    page = html_page(Report((path.name,), columns, estimate), samples.texts, today)
    return (
        f"{path.name}: {estimate.messages} messages, {estimate.segments} segments.",
        page.replace(segcore.implementation, "python"),
    )


def dropped(page: Page, path: Path, profile: str = "standard", **prices: str) -> str:
    """Drop a file on the page, and return what it says of it."""
    content = base64.b64encode(path.read_bytes()).decode()
    return page.run(  # type: ignore[no-any-return]
        f"""(async () => {{
        byId("profile").value = {json.dumps(profile)};
        for (const id of ["prefix", "suffix", "smart", "price", "mms_price"]) byId(id).value = "";
        for (const [id, value] of Object.entries({json.dumps(prices)})) byId(id).value = value;
        const octets = Uint8Array.from(atob({json.dumps(content)}), each => each.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([octets], {json.dumps(path.name)}));
        const options = {{ bubbles: true, cancelable: true, dataTransfer }};
        document.body.dispatchEvent(new DragEvent("drop", options));
        while (byId("file-status").textContent.endsWith("…")) await new Promise(each => setTimeout(each, 20));
        return byId("file-status").textContent;
        }})()"""
    )


def test_a_file(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dropped CSV file gives the report that the package writes, to see and to download."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "it’s [1].csv"
    path.write_bytes((EXAMPLES / "campaign.csv").read_bytes())
    prices = {"price": "0.0079", "mms_price": "0.02"}
    said, expected = report_of(path, "twilio", **prices)
    assert dropped(page, path, "twilio", **prices) == said
    assert page.run("byId('report').srcdoc") == expected
    page.send("Page.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    page.run("byId('download').click()")
    saved = tmp_path / "it’s [1]-report.html"
    end = time.monotonic() + 30
    while not saved.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert saved.read_text("utf-8") == expected
    shown = "byId('report').contentDocument"
    page.wait(f"{shown}.querySelectorAll('.card').length > 10")
    for width in (1440, 390):
        page.resize(width)
        page.wait(f"Math.abs(byId('report').clientHeight - {shown}.documentElement.offsetHeight) < 4")
        assert page.run(f"{shown}.documentElement.scrollWidth <= byId('report').clientWidth")
        assert page.run(f"({WIDE})()") == []


def test_a_workbook(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "campaign.xlsx"
    rows = [["To", "Text"], ["+12025550143", "It’s here"], ["+447400123456", "a" * 161]]
    workbooks.xlsx(path, {"Notes": [["nothing"]], "Messages": rows})
    said, expected = report_of(path)
    assert dropped(page, path) == said == "campaign.xlsx: 2 messages, 3 segments."
    assert page.run("byId('report').srcdoc") == expected


def test_files_that_cannot_be_read(page: Page, tmp_path: Path) -> None:
    for name, content, said in (
        ("a.csv", b"", "a.csv: "),
        (
            "a.json",
            b'[{"to":"x","text":"Hello"}]',
            "a.json: JSON needs polars, which is not installed; save it as",
        ),
        ("a.csv", b'to,text\n+12025550143,"Hello\n', "a.csv: "),
    ):
        (tmp_path / name).write_bytes(content)
        assert dropped(page, tmp_path / name).startswith(said)
        assert page.run("byId('file-status').className") == "error"
        assert page.run("byId('report').hidden && byId('download').hidden")
    (tmp_path / "a.csv").write_text("text\nHello\n")
    assert dropped(page, tmp_path / "a.csv", price="free").startswith("price: ")


def test_without_a_network() -> None:
    """Once loaded, the page works when the server has gone."""
    with browser() as page:
        with served(Path(FOLDER)) as address:
            page.open(address)
            page.run("navigator.serviceWorker.ready")
            page.wait("navigator.serviceWorker.controller?.state === 'activated'")
        page.open(address)
        page.wait("document.body.dataset.ready === 'yes'")
        assert typed(page, CAMPAIGN)["status"] == head(Segmenter(), CAMPAIGN)
        small = json.dumps("text\n" + "Hello\n" * 3)
        page.run(f"countFile(new File([{small}], 'a.csv'))")
        assert page.run("byId('file-status').textContent") == "a.csv: 3 messages, 3 segments."


def test_without_its_snapshot(tmp_path: Path) -> None:
    """If Python cannot be restored from its snapshot, it starts anew, and says so where developers look."""
    for each in Path(FOLDER).iterdir():
        if each.name != "python.snapshot":
            (tmp_path / each.name).symlink_to(each)
    with served(tmp_path) as address, browser() as page:
        page.open(address)
        page.wait("document.body.dataset.ready === 'yes'")
        assert typed(page, CAMPAIGN)["status"] == head(Segmenter(), CAMPAIGN)
        assert any("Starting Python without its snapshot" in each for each in page.errors), page.errors


def test_nothing_from_elsewhere(page: Page, address: str) -> None:
    """Every request was for a file of the folder, and the page and its worker can make no other."""
    assert page.errors == []
    assert f"{address}python.snapshot" in page.requests
    assert page.requests
    assert [each for each in page.requests if not each.removeprefix("blob:").startswith(address)] == []
    with served(Path(FOLDER)) as elsewhere:
        fetch = f"fetch({json.dumps(elsewhere)}).then(() => 'loaded', () => 'refused')"
        assert page.run(fetch) == "refused"
        assert [page.run(fetch, worker) for worker in page.workers] == ["refused"]
        assert page.run(f"fetch({json.dumps(address)}).then(() => 'loaded')", page.workers[0]) == "loaded"
    page.errors.clear()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 768, 390])
def test_nothing_overflows(page: Page, width: int, dark: bool) -> None:
    page.resize(width, dark=dark)
    texts = ["", CAMPAIGN, "w" * 500, "\u4e2d" * 2000, "".join(map(chr, range(0x2010, 0x2060)))]
    for text in (*texts, "Hi {{a_field_with_a_very_long_name_indeed}} " + CAMPAIGN):
        typed(page, text, "template" if "{{" in text else "message")
        assert page.run(f"({WIDE})()") == [], text[:40]


def test_names_for_screen_readers(page: Page) -> None:
    """Every control has a name, and the result is announced once the typing pauses."""
    typed(page, "Hi {{name}} ’", "template")
    page.send("Accessibility.enable")
    nodes = page.send("Accessibility.getFullAXTree")["nodes"]
    controls = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if node.get("role", {}).get("value") in ("textbox", "combobox", "radio", "button", "spinbutton")
    ]
    assert len(controls) >= 10
    assert [role for role, name in controls if not name] == []
    typed(page, "a" * 161)
    page.wait("byId('spoken').textContent.startsWith('2 segments')")
    live = [node for node in nodes if node.get("role", {}).get("value") == "status"]
    assert len(live) == 2


def test_keyboard(page: Page) -> None:
    """The tab key reaches every control in the order of the page."""
    typed(page, "It’s " + "a" * 100)
    page.run("document.querySelector('[name=kind]').focus()")
    reached = []
    for _ in range(9):
        reached.append(
            page.run("(e => e.id || e.name || e.className || e.textContent)(document.activeElement)")
        )
        for kind in ("keyDown", "keyUp"):
            page.send("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
    assert reached == [
        *("kind", "text", "message", "suggestion", "Use this text"),
        *("profile", "prefix", "suffix", "smart"),
    ]


def test_about(page: Page) -> None:
    assert re.match(rf"segcore {re.escape(segcore.__version__)}, ", page.run("byId('about').textContent"))


def test_the_driver_reports_errors(page: Page) -> None:
    with pytest.raises(BrowserError, match="broken"):
        page.run("(() => { throw new Error('broken'); })()")
