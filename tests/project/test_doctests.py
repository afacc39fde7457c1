"""Every example that is shown runs."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest
from conftest import ROOT, WISH

import segcore

# Needed by parts of the package that not everybody installs.
_OPTIONAL = {"click", "duckdb", "numpy", "polars", "pandas", "pyarrow", "pyspark", "rich", "tomli"}
_MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(segcore.__path__, "segcore.")
    if not module.name.endswith("__main__")
    # Only the implementation that the environment asks for.
    and not (WISH == "python" and module.name.endswith("_c"))
)
_CHECKOUT = Path(__file__).resolve().parents[2]
_PAGES = [
    page
    for page in (_CHECKOUT / "README.md", *sorted((_CHECKOUT / "docs").glob("**/*.md")))
    if page.is_file()
]


@pytest.mark.parametrize("name", ["segcore", *_MODULES])
def test_modules(name: str) -> None:
    """The examples of each module give what they show."""
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in _OPTIONAL:
            raise
        pytest.skip(f"{error.name} is not installed")
    failed, _ = doctest.testmod(module)
    assert not failed


def test_the_examples_of_methods_are_found() -> None:
    """The examples of ``SegmentCounter`` run, compiled or not."""
    from segcore.engine import chooser as _core

    module = importlib.import_module(_core.SegmentCounter.__module__)
    finder = doctest.DocTestFinder()
    found = {test.name.rpartition(".")[2] for test in finder.find(module) if test.examples}
    if module.__name__ == "segcore.engine.python.counter":
        assert {"count_segments", "detect_encoding"} <= found
    for name in ("count_segments", "detect_encoding"):
        text = getattr(_core.SegmentCounter, name).__doc__
        parsed = doctest.DocTestParser().get_doctest(text, {}, name, None, 0)
        assert doctest.DocTestRunner().run(parsed) == (0, len(parsed.examples))
        assert parsed.examples


@pytest.mark.parametrize("name", ["count_segments", "detect_encoding"])
def test_both_implementations_say_the_same(name: str) -> None:
    """The compiled methods have the docstrings of the readable ones."""
    native = pytest.importorskip("segcore.engine.native.binding")
    readable = importlib.import_module("segcore.engine.python")
    texts = [inspect.getdoc(getattr(module.SegmentCounter, name)) for module in (native, readable)]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in _PAGES])
def test_pages(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples of README and docs give what they show."""
    # Examples may read the files of the checkout that they name.
    monkeypatch.chdir(_CHECKOUT)
    # A line that ends a block of code is not part of what the example before it prints.
    text = re.sub(r"^\s*```.*$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    examples = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    failed, _ = doctest.DocTestRunner().run(examples)
    assert not failed


def test_root() -> None:
    """The package whose examples run is the one under test."""
    assert Path(segcore.__file__).resolve().parents[1] == ROOT
