"""The documentation site in a browser: its search finds pages, and no page is wider than its window."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.browser import BROWSER, Page, browser, served

SITE = os.environ.get("SEGCORE_TEST_SITE", "") and os.path.abspath(os.environ["SEGCORE_TEST_SITE"])

pytestmark = [
    pytest.mark.kernel_independent,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium to open the site with"),
    pytest.mark.skipif(not SITE, reason="SEGCORE_TEST_SITE names no site; .ci/run builds one and sets it"),
]

# A script that lists what is wider than the window, except for what scrolls by itself.
WIDE = "document.documentElement.scrollWidth > innerWidth && document.documentElement.scrollWidth"

# The menu moves for a moment when the window changes between narrow and wide.
STILL = """document.head.append(Object.assign(
    document.createElement("style"), {textContent: "* {transition: none !important}"}))"""

RESULTS = "[...document.querySelectorAll('.md-search-result__item a')].map(each => each.href).join(' ')"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the site, and return its address."""
    with served(Path(SITE)) as address:
        yield address


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page in a browser."""
    with browser() as page:
        yield page


@pytest.mark.parametrize(
    ("word", "found"),
    [("excel", "reading-files/"), ("install", "installation/"), ("price", "rate-cards/")],
)
def test_search(page: Page, address: str, word: str, found: str) -> None:
    """The page that answers the question is among the results for a word as people type it."""
    page.resize(1200)
    page.open(address)
    page.run("document.querySelector('[data-md-component=search-query]').focus()")
    page.send("Input.insertText", text=word)
    results = page.wait(RESULTS)
    assert f"/{found}" in results, results


def test_follows_the_colours_of_the_system(page: Page, address: str) -> None:
    """Dark or light as the browser is, when that changes later too."""
    for dark in (False, True, False):
        page.resize(1200, dark=dark)
        page.open(address)
        scheme = page.wait("document.body.getAttribute('data-md-color-scheme')")
        assert scheme == ("slate" if dark else "default")


def test_pages_fit(page: Page, address: str) -> None:
    """No page scrolls sideways at any width; a wide table does within its own frame."""
    pages = [each.parent.relative_to(SITE) for each in sorted(Path(SITE).rglob("index.html"))]
    assert len(pages) > 30
    wide = {}
    for each in pages:
        page.open(f"{address}{'' if each == Path() else f'{each.as_posix()}/'}")
        page.run(STILL)
        for width in (1440, 1200, 768, 390):
            page.resize(width)
            if found := page.run(WIDE):
                wide[str(each), width] = found
    assert not wide
