"""The calculator page in a browser: the counts of the package, and nothing from elsewhere."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reference

import segcore
from segcore import PROFILES, Segmenter, Template
from tools.browser import BROWSER, BrowserError, Page, browser, served

FOLDER = os.environ.get("SEGCORE_TEST_WEB", "")

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
    unit = "septets" if found.encoding.value == "GSM-7" else "code units"
    segments = f"{found.segments:,} segment{'s' if found.segments != 1 else ''}"
    left = f"{found.remaining:,} left before another segment"
    return f"{segments}\n{found.encoding.value}, {found.units:,} {unit}; {left}"


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
    assert f"{bounds.tipping_field} tips the count: from a length of {bounds.tipping_length} on" in page.run(
        "answer.innerText"
    )
    assert page.run("document.activeElement.value") == "6"
    assert typed(page, "Hi {{#if a}}b{{/if}}", "template")["error"]


def test_nothing_from_elsewhere(page: Page, address: str) -> None:
    """Every request was for a file of the folder, and the page and its worker can make no other."""
    assert page.errors == []
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
    assert len(live) == 1


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
