"""``segcore template``, and ``segcore estimate --template``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("click")
pytest.importorskip("rich")
pytest.importorskip("polars")

from cli_runner import invoke
from conftest import environment
from program import run

TEXT = "Hi {{n}}" + "a" * 150

CONTACTS = """phone,name,city
+12025550143,Ann,Berlin
+12025550144,Alexander the Great,Berlin
+12025550145,Łukasz,Paris
"""
MESSAGE = "Hi {{name}} in {{city}}" + "a" * 135


@pytest.fixture
def contacts(tmp_path: Path) -> str:
    path = tmp_path / "contacts.csv"
    path.write_text(CONTACTS, encoding="utf-8")
    return str(path)


def test_bounds_as_a_table_and_as_json(implementation: str) -> None:
    shown = run(implementation, "template", TEXT, "--field", "n=1..20").out
    assert "If n has 8 or more units, the message needs more than 1 segment." in shown
    assert "3 (UCS-2)" in shown
    found = json.loads(invoke("template", TEXT, "--field", "n=1..20", "--json").stdout)
    assert found["format"] == "segcore-template/1"
    bounds = found["bounds"]
    assert (bounds["fewest"], bounds["most"], bounds["tipping_field"], bounds["tipping_length"]) == (
        1,
        2,
        "n",
        8,
    )
    assert (bounds["with_ucs2"]["most"], bounds["with_ucs2"]["encoding"]) == (3, "UCS-2")


@pytest.mark.parametrize(
    ("option", "most"), [("n=8", 2), ("n=7", 1), ("n=1-20", 2), ("n=0..20:ucs2", 3), ("n=gsm7", 255)]
)
def test_ranges(option: str, most: int) -> None:
    found = json.loads(invoke("template", TEXT, "--field", option, "--json").stdout)
    assert found["bounds"]["most"] == most


def test_fields_without_ranges() -> None:
    shown = invoke("template", "Hi %a%, %b%")
    assert shown.stdout.splitlines()[0] == "Fields: a, b (written as %name%)"
    assert json.loads(invoke("template", "Hi {a}", "--json").stdout)["bounds"] is None
    assert json.loads(invoke("template", "Hi {a}", "--style", "[]", "--json").stdout)["bounds"]["most"] == 1


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("Hi {n}", "--field", "n"), "is not NAME=RANGE"),
        (("Hi {n}", "--field", "n=x"), "is not NAME=RANGE"),
        (("Hi {n}", "--field", "m=1"), "Error: --field: unknown value 'm'"),
        (("Hi {n}", "--style", "<>"), "Error: --style: unknown value '<>'"),
        (("Hi {n} {m}", "--field", "n=1"), "no length for the field 'm'"),
    ],
)
def test_wrong_arguments(arguments: tuple[str, ...], problem: str) -> None:
    result = invoke("template", *arguments)
    assert result.exit_code == 2
    assert problem in result.stderr


def test_an_estimate_over_contacts_names_the_costly_ones(implementation: str, contacts: str) -> None:
    done = run(implementation, "estimate", contacts, "--template", MESSAGE, "--price", "0.01")
    shown = [" ".join(line.split()) for line in done.out.splitlines()]
    assert "3 3 UCS-2 because of name: 'Ł' (LATIN CAPITAL LETTER L WITH STROKE)" in shown
    assert "2 2 name: 19 units, 7 too many" in shown
    assert "2 contacts cost 3 extra segments." in shown


def test_reasons_count_what_is_sent_in_the_place_of_a_field(tmp_path: Path) -> None:
    """The route's suffix is not the field's, and only messages to its countries have it."""
    file = tmp_path / "contacts.csv"
    rows = "phone,name\n+905301234567,Ann\n+4915112345678,Bo\n+4915112345679,Maximilian\n+905301234568,\n"
    file.write_text(rows, "utf-8")
    text = "Hi {{ name | default: 'you' | upcase }}" + "a" * 154
    arguments = ("estimate", str(file), "--template", text, "--profile", "turkey", "--price", "1", "--json")
    found = json.loads(invoke(*arguments).stdout)["template"]["contacts"]
    assert [(one["row"], one["reason"]) for one in found] == [
        (1, "name: 3 units, 5 too many"),
        (3, "name: 10 units, 7 too many"),
        (4, "name: 3 units, 5 too many"),
    ]


def test_a_template_on_standard_input_ends_before_its_line_end() -> None:
    command = (sys.executable, "-m", "segcore", "template", "-", "--field", "n=5", "--json")
    for end in ("", "\n", "\r\n"):
        done = subprocess.run(
            command, input="a" * 155 + "{{n}}" + end, capture_output=True, text=True, check=True, timeout=60
        )
        assert json.loads(done.stdout)["bounds"]["most"] == 1


def test_an_estimate_over_contacts_as_json(contacts: str, tmp_path: Path) -> None:
    file = tmp_path / "template.txt"
    file.write_bytes(MESSAGE.encode() + b"\r\n")
    arguments = ("estimate", contacts, "--template-file", str(file), "--price", "0.01", "--json")
    found = json.loads(invoke(*arguments).stdout)
    assert (found["messages"], found["segments"]) == (3, 6)
    assert found["cost"]["total"] == "0.06"
    template = found["template"]
    assert (template["fewest_segments"], template["costly_contacts"], template["extra_segments"]) == (1, 2, 3)
    assert [contact["row"] for contact in template["contacts"]] == [3, 2]
    grouped = json.loads(invoke(*arguments, "--group-by", "city").stdout)
    assert [(row["city"], row["messages"]) for row in grouped["groups"]] == [("Berlin", 2), ("Paris", 1)]


def test_contacts_that_all_get_an_mms(contacts: str) -> None:
    Path(contacts).write_text("phone,name,media\n+12025550143,Ann,https://example.com/a.jpg\n", "utf-8")
    arguments = ("estimate", contacts, "--template", "Hi {{name}}")
    template = json.loads(invoke(*arguments, "--json").stdout)["template"]
    assert (template["fewest_segments"], template["costly_contacts"], template["extra_segments"]) == (0, 0, 0)
    assert "contact" not in invoke(*arguments).stdout.replace(contacts, "")


def test_a_missing_value_names_contact_and_field(contacts: str) -> None:
    Path(contacts).write_text("phone,name\n+12025550143,Ann\n+12025550144,\n", encoding="utf-8")
    result = invoke("estimate", contacts, "--template", "Hi {{name}}")
    assert result.exit_code == 2
    assert "contact 2: no value for the field 'name'" in result.stderr
    found = invoke("estimate", contacts, "--template", "Hi {{ name | default: 'you' }}")
    assert found.exit_code == 0
    assert "Every contact takes 1 segment." in found.stdout


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--template", "Hi {{nam}}"), "field of the template: unknown value 'nam'"),
        (("--template", "Hi"), "no field found"),
        (("--template", "Hi {{name}}", "--text", "name"), "do not name a column of texts"),
        (("--template", "a", "--template-file", "b"), "remove one"),
    ],
)
def test_templates_that_cannot_be_used(contacts: str, arguments: tuple[str, ...], problem: str) -> None:
    result = run("", "estimate", contacts, *arguments)
    assert result.status in (1, 2)
    assert problem in result.error


def test_a_template_file_that_is_not_there(contacts: str) -> None:
    command = (sys.executable, "-m", "segcore", "estimate", contacts, "--template-file", "/nowhere")
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "segcore: /nowhere: no such file or directory\n")


def test_the_contacts_of_the_tutorial() -> None:
    """The page shows what the command prints last."""
    root = Path(__file__).parents[2]
    page = root / "docs" / "templates.md"
    if not page.exists():
        pytest.skip("docs/ is not there")
    text = page.read_text("utf-8")
    template = text.partition('--template "')[2].partition('"')[0]
    printed = invoke("estimate", str(root / "examples" / "contacts.csv"), "--template", template).stdout
    shown = text.partition(" Contact   Segments")[2].partition("```")[0].splitlines()[1:]
    assert len(shown) == 5
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    assert all(" ".join(line.split()) in lines for line in shown)


def test_the_table_names_the_lengths_of_each_extreme() -> None:
    """In septets and in code units: 3 + 157 are 160, and 3 + 68 more than 70."""
    shown = invoke("template", "Hi {name}", "--field", "name=0..157").stdout
    rows = [" ".join(line.split()) for line in shown.splitlines()]
    assert "Fewest 1 name 0" in rows
    assert "Most 1 (GSM-7) name 157" in rows
    assert "Most, if values need UCS-2 3 (UCS-2) name 157" in rows
    assert rows[-1].startswith("The number of segments is the same for all lengths")
    assert "(no limit given)" not in shown
    # Escape pairs leave a septet of each segment but the last: 3 + 38,758 are 254 * 152 + 153.
    shown = invoke("template", "Hi {name}", "--field", "name=gsm7").stdout
    rows = [" ".join(line.split()) for line in shown.splitlines()]
    assert "Most 255 (GSM-7) name 38,758 (no limit given)" in rows
    assert rows[-1] == "If name has 158 or more units, the message needs more than 1 segment."
