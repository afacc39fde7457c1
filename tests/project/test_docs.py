"""The documentation: what it shows runs, what it links to is there, and the reference is complete."""

from __future__ import annotations

import ast
import importlib
import os
import re
import shlex
import shutil
import unicodedata
import zlib
from pathlib import Path

import pytest
from program import run
from snippets import CHECKOUT, PAGES, Block, blocks, prose

import segcore

pytestmark = pytest.mark.kernel_independent

if not PAGES:
    pytest.skip("docs/ is not there", allow_module_level=True)

BLOCKS = [block for page in PAGES for block in blocks(page)]
CONSOLES = [block for block in BLOCKS if block.language == "console" and not block.how]
NOT_RUN = [block for block in BLOCKS if block.how == "not run"]
REFERENCE = "\n".join(page.read_text("utf-8") for page in PAGES if page.parent.name == "reference")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
# Data, not programs: read by tests of their own, or not at all.
_DATA = {"", "toml", "json", "csv", "sql"}


def test_each_block_is_run_or_says_why_not() -> None:
    """No block of Python, of a shell or of an unknown language is left out without a word."""
    for block in BLOCKS:
        if block.language == "python":
            assert block.is_session or block.how, (
                f"{block.place}: no session, and no comment says what runs it"
            )
            assert not (block.is_session and block.how), f"{block.place}: doctest runs it"
            if not block.is_session:
                ast.parse(block.code)
        else:
            assert block.language in {"console", *_DATA}, f"{block.place}: {block.language} is not known here"
        if block.language in _DATA:
            assert not block.code.lstrip().startswith(("$ ", ">>> ")), f"{block.place}: say its language"
        if block.how == "run by" and block.what.startswith("tests/"):
            assert block.page.name in (CHECKOUT / block.what).read_text("utf-8"), block.place


@pytest.mark.parametrize("block", [pytest.param(block, id=block.place) for block in NOT_RUN])
def test_blocks_not_run(block: Block) -> None:
    """Listed, each with its reason, so that a report of skipped tests shows them."""
    assert len(block.what.split()) >= 2, "the reason is missing"
    pytest.skip(f"{block.place} is not run: {block.what}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files that the pages name."""
    pytest.importorskip("click")
    pytest.importorskip("polars")
    examples = CHECKOUT / "examples"
    shutil.copytree(examples, tmp_path / "examples")
    shutil.copytree(examples / "bandwidth" / "callbacks", tmp_path / "callbacks")
    for file in (examples / "rates.csv", examples / "bandwidth" / "message-list.json"):
        shutil.copy(file, tmp_path)
    text = (examples / "campaign.csv").read_text("utf-8")
    assert text.startswith("campaign,")
    (tmp_path / "campaign.csv").write_text("customer," + text.partition(",")[2], encoding="utf-8")
    (tmp_path / "sent.csv").write_text("id,to,text\n1,+12025550143,Hello\n", encoding="utf-8")
    (tmp_path / "route.toml").write_text('base = "twilio"\n', encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("block", [pytest.param(block, id=block.place) for block in CONSOLES])
def test_console(block: Block, folder: Path) -> None:
    """Each command ends with 0, and prints what the page says it prints, if it says so."""
    commands = [part.partition("\n") for part in ("\n" + block.code).split("\n$ ")[1:]]
    assert commands, "a console has lines that begin with a dollar sign"
    for command, _, shown in commands:
        words = shlex.split(command, comments=True)
        assert words[0] == "segcore", f"{command}: say why it is not run"
        result = run("", *words[1:], folder=folder, columns=110)
        assert result.status == 0, result.error
        assert result.out.strip(), f"{command}: prints nothing"
        if shown.strip():
            printed, expected = (
                [line.rstrip() for line in text.strip().splitlines()] for text in (result.out, shown)
            )
            # Three dots at the end stand for the rest.
            if expected[-1] == "...":
                assert len(printed) >= len(expected)
                expected, printed = expected[:-1], printed[: len(expected) - 1]
            assert printed == expected


def _slug(title: str) -> str:
    """Return the anchor of a title as the site makes it (Python-Markdown's own rule)."""
    plain = unicodedata.normalize("NFKD", re.sub(r"[`*]|\]\([^)]*\)|\[", "", title))
    kept = re.sub(r"[^\w\s-]", "", plain.encode("ascii", "ignore").decode()).strip().lower()
    return re.sub(r"[-\s]+", "-", kept)


def _anchors(page: Path) -> set[str]:
    return {_slug(title) for title in re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)}


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, id=page.relative_to(CHECKOUT).as_posix())
        for page in (
            *PAGES,
            *(CHECKOUT / name for name in ("README.md", "CONTRIBUTING.md", "examples/README.md")),
            *(
                CHECKOUT / name / "README.md"
                for name in ("benchmarks", "tests/vectors", "examples/bandwidth")
            ),
        )
    ],
)
def test_links(page: Path) -> None:
    """Files, folders and anchors that a page links to are there."""
    for link in _LINK.findall(prose(page)):
        address, _, anchor = link.partition("#")
        if ":" in address:
            assert re.match(r"https?://\w", address), f"{page.name}: {link}"
            continue
        target = (page.parent / address).resolve() if address else page
        assert target.is_relative_to(CHECKOUT), f"{page.name}: {link} is outside the repository"
        assert target.exists(), f"{page.name}: {link} is not there"
        if anchor and f"::: {anchor}" not in REFERENCE and target.parent.name != "reference":
            assert anchor in _anchors(target), f"{page.name}: {link} has no such anchor"


# Shown as a whole, with all that they define.
_MODULES = ["rules.alphabets", "rules.codings", "pdu.user_data", "rules.smart_encoding"]
_MODULES += [f"integrations.{name}" for name in ("duckdb", "pandas", "polars", "spark")]


def _defined(module: str) -> list[str]:
    """Return the public names that a module of `_MODULES` defines, read from its text."""
    path = (Path(segcore.__file__).parent / module.replace(".", "/")).with_suffix(".py")
    names = []
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.append(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets += [node.target] if isinstance(node, ast.AnnAssign) else []
        names += [target.id for target in targets if isinstance(target, ast.Name)]
    return [f"segcore.{module}.{name}" for name in names if name[0] != "_" and name != "TYPE_CHECKING"]


def _public() -> list[str]:
    """Return the names that are promised, as the reference calls them."""
    names = [f"segcore.{name}" for name in segcore.__all__]
    bandwidth = importlib.import_module("segcore.bandwidth")
    names += [f"segcore.bandwidth.{name}" for name in bandwidth.__all__]
    files = (Path(segcore.__file__).parent / "integrations").glob("[!_]*.py")
    names += [f"segcore.integrations.{file.stem}" for file in files]
    return sorted({*names, *(f"segcore.{module}" for module in _MODULES)})


@pytest.mark.parametrize("name", _public())
def test_the_reference_has(name: str) -> None:
    """Each public name has a place of its own, and what is put there is the object of that name."""
    if f'<span id="{name}"></span>' in REFERENCE:
        return
    headed = rf"^::: (\S+)\n    options:(?: \{{|\n     ) heading: {re.escape(name)}\b(?!\.)"
    places = re.findall(headed, REFERENCE, re.MULTILINE) or re.findall(
        rf"^::: ({re.escape(name)})$", REFERENCE, re.MULTILINE
    )
    assert len(places) == 1, f"{name} is in no page of docs/reference, or in several"
    if places[0] != name:
        module, _, last = places[0].rpartition(".")
        home, _, public = name.rpartition(".")
        assert getattr(importlib.import_module(module), last) is getattr(
            importlib.import_module(home), public
        )


def test_the_command_page_is_current() -> None:
    """docs/reference/commands.md is what the commands say of themselves, all of them and all options."""
    pytest.importorskip("click")
    from tools.make_command_page import PAGE, page

    text = PAGE.read_text("utf-8")
    assert text == page(), "run python -m tools.make_command_page"
    for word in (
        "## segcore estimate",
        "## segcore bandwidth reconcile",
        "`--max-cost COST`",
        "**Prices**",
        "Excel",
    ):
        assert word in text


@pytest.mark.parametrize("word", ["excel", "install", "price"])
def test_search_finds(word: str) -> None:
    """The words that newcomers search for are in a title or in several pages of the site."""
    found = [page for page in PAGES if re.search(rf"\b{word}", page.read_text("utf-8"), re.IGNORECASE)]
    titled = [
        page
        for page in PAGES
        if re.search(rf"^#.*\b{word}", page.read_text("utf-8"), re.IGNORECASE | re.MULTILINE)
    ]
    assert len(found) >= 2
    assert titled, f"no page has a title with {word!r}, and so it comes late in the results"


def test_the_readme_counts_the_profiles() -> None:
    """The number of profiles in the README is that of the profiles."""
    text = (CHECKOUT / "README.md").read_text("utf-8")
    assert re.findall(r"(\d+) profiles", text) == [str(len(segcore.PROFILES))] * 2


def test_the_site_is_published_as_it_is_tested() -> None:
    """Both build it with the same settings, in which warnings are errors."""
    if not (CHECKOUT / ".github").is_dir():
        pytest.skip("a source distribution has no workflows")
    build = "mkdocs build -f docs/site/mkdocs.yml -d "
    for name in (".ci/run", ".github/workflows/pages.yml"):
        assert (CHECKOUT / name).read_text("utf-8").replace('"$venv/mkdocs"', "mkdocs").count(build) == 1, (
            name
        )
    assert "\nstrict: true\n" in (CHECKOUT / "docs" / "site" / "mkdocs.yml").read_text("utf-8")


def test_the_built_site_has_each_name() -> None:
    """What the reference asks for is in the site's inventory, with its members."""
    site = os.environ.get("SEGCORE_TEST_SITE")
    if not site:
        pytest.skip("SEGCORE_TEST_SITE names no site; .ci/run builds one and sets it")
    content = (Path(site) / "objects.inv").read_bytes().split(b"\n", 4)[4]
    found = {line.split(" ")[0] for line in zlib.decompress(content).decode().splitlines()}
    asked = set(re.findall(r"^::: (\S+)$", REFERENCE, re.MULTILINE))
    assert asked
    assert asked <= found
    assert {"segcore.segmenter.Segmenter.split", "segcore.rates.card.RateCard.read"} <= found
    assert not [name for module in _MODULES for name in _defined(module) if name not in found]
    pages = "".join(page.read_text("utf-8") for page in (Path(site) / "reference").glob("*/index.html"))
    for link in re.findall(r"\(#(segcore\.[\w.]+)\)", REFERENCE):
        assert f'id="{link}"' in pages, link
