"""Output for programs: what each command prints fits its JSON Schema, and the page documents every key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("click")
pytest.importorskip("polars")
pytest.importorskip("rich")
jsonschema = pytest.importorskip("jsonschema")

from cli_runner import invoke  # noqa: E402

import segcore  # noqa: E402
from tools.make_output_page import PAGE, keys, page, schema  # noqa: E402

# The checkout, wherever segcore is installed.
ROOT = Path(__file__).resolve().parents[2]

CAMPAIGN, RATES = (str(ROOT / "examples" / name) for name in ("campaign.csv", "rates.csv"))

COMMANDS: dict[str, list[list[str]]] = {
    "estimate": [
        [CAMPAIGN],
        [CAMPAIGN, "--price", "0.0079", "--mms-price", "0.02"],
        [CAMPAIGN, "--rates", RATES, "--group-by", "campaign", "--group-by", "to"],
        [CAMPAIGN, "--profile", "telnyx", "--smart-encoding"],
        [CAMPAIGN, "--no-header", "--text", "column0"],
        [CAMPAIGN, "--template", "Hi {{campaign}}, " + "a" * 140],
    ],
    "inspect": [
        ["a"],
        ["It’s " + "a" * 80],
        ["--mms", "б"],
        ["--sources", "--profile", "twilio", "\ud800"],
        [""],
    ],
    "count": [[]],
    "profiles": [[], ["twilio"]],
    "rates": [[RATES]],
    "template": [
        ["Hi {{name}}"],
        ["Hi {{name}}, {{x}}", "--field", "name=1..200", "--field", "x=ucs2"],
        ["Hi"],
    ],
}


@pytest.mark.parametrize(
    ("command", "arguments"), [(name, each) for name, every in COMMANDS.items() for each in every]
)
def test_output_fits_its_schema(command: str, arguments: list[str]) -> None:
    shown = invoke(command, *arguments, "--json", stdin=b"a\nb\n")
    assert shown.exit_code == 0, shown.stderr
    found: dict[str, Any] = json.loads(shown.stdout)
    assert list(found)[:2] == ["format", "segcore"]
    assert (found["format"], found["segcore"]) == (f"segcore-{command}/1", segcore.__version__)
    validator = jsonschema.Draft202012Validator(schema(command))
    assert [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(found)] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_schema_refuses_missing_and_new_keys(command: str) -> None:
    found = json.loads(invoke(command, *COMMANDS[command][0], "--json", stdin=b"a\n").stdout)
    # One item of each list says as much as a hundred.
    found = {name: value[:1] if isinstance(value, list) else value for name, value in found.items()}
    validator = jsonschema.Draft202012Validator(schema(command))
    for name in found:
        rest = {key: value for key, value in found.items() if key != name}
        assert not validator.is_valid(rest), name
        assert not validator.is_valid({**rest, f"{name}_2": found[name]})
        assert not validator.is_valid({**found, name: object()})


def test_page_documents_every_key() -> None:
    if not PAGE.exists():
        pytest.skip("the documentation is not installed")
    assert PAGE.read_text("utf-8") == page()
    for command in (*COMMANDS, "reconcile"):
        found = schema(command)
        for path, kind, text in keys(found.get("oneOf", [found])[0]):
            assert kind, path
            assert text.endswith("."), path


def test_counts_as_json() -> None:
    found = json.loads(invoke("count", "--json", stdin=b"Hello\n" + b"a" * 161 + b"\n\n").stdout)
    assert (found["counts"], found["messages"], found["segments"]) == ([1, 2, 1], 3, 4)


def test_groups_by_columns_that_are_called_like_keys(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("text,cost,values\na,x,y\n", "utf-8")
    found = json.loads(
        invoke("estimate", str(path), "--group-by", "cost", "--group-by", "values", "--json").stdout
    )
    assert [(each["values"], each["cost"]) for each in found["groups"]] == [(["x", "y"], None)]


def test_readme_shows_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """Word for word, except for the implementation."""
    monkeypatch.chdir(ROOT)
    page = (ROOT / "README.md").read_text("utf-8")
    shown = page.partition("The first command prints:\n\n```\n")[2].partition("```")[0]
    found = invoke("estimate", "examples/campaign.csv", "--price", "0.0079", "--mms-price", "0.02").stdout
    assert shown
    assert shown.partition("Counted by")[0] == found.partition("Counted by")[0]
