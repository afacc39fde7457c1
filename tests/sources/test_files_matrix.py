"""The kinds of faulty files, F1 to F28: the tests of each, and the formats that no other test covers."""

from __future__ import annotations

import ast
import csv
import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import in_turn

pl = pytest.importorskip("polars")

from program import run  # noqa: E402

import segcore  # noqa: E402

# Of each kind, the tests that show the right value, as "file::function", in the folder of tests.
READING = "sources/test_reading_cases.py::test_cases"
TYPES = "sources/test_value_types.py::test_value_types"
HERE = "sources/test_files_matrix.py::test_formats"
MATRIX = {
    "F1": ("rates/test_rate_layouts.py::test_layouts",),
    "F2": (
        "sources/test_encodings.py::test_unicode",
        "sources/test_encodings.py::test_the_program_reads_code_pages",
        "sources/test_encodings.py::test_an_encoding_that_is_insisted_on",
        "sources/test_workbooks.py::test_one_sheet",
        "sources/test_opening.py::test_packed_twice",
    ),
    "F3": (READING, TYPES),
    "F4": (
        READING,
        TYPES,
        "sources/test_reading_cases.py::test_later_numbers_that_contradict_the_reading_are_counted",
    ),
    "F5": (
        HERE,
        TYPES,
        "sources/test_json_files.py::test_layouts",
        "sources/test_reading_cases.py::test_records_of_json",
    ),
    "F6": (HERE, TYPES),
    "F7": (READING, TYPES),
    "F8": (READING, TYPES),
    "F9": (READING,),
    "F10": (READING, TYPES, "sources/test_layouts.py::test_layouts"),
    "F11": (READING,),
    "F12": (HERE,),
    "F13": (READING, TYPES),
    "F14": (
        "sources/test_csv_as_found.py::test_layouts",
        "sources/test_csv_as_found.py::test_notes",
        "sources/test_csv_as_found.py::test_rows_without_a_header",
        "sources/test_workbooks.py::test_layouts_of_sheets",
    ),
    "F15": (
        "cli/test_safe_output.py::test_no_input_is_written_over",
        "cli/test_safe_output.py::test_output_keeps_mode_and_link",
        "sources/test_safe_reading.py::test_inputs_are_not_overwritten",
    ),
    "F16": ("rates/test_rate_layouts.py::test_layouts", "rates/test_rate_layouts.py::test_what_is_refused"),
    "F17": ("rates/test_rate_layouts.py::test_layouts", "rates/test_rate_layouts.py::test_workbooks"),
    "F18": (HERE, TYPES, "cli/test_estimate_command.py::test_one_unpriced_message_hides_no_other_money"),
    "F19": (
        "sources/test_files_matrix.py::test_annotated_csv_has_no_formulas",
        "cli/test_estimate_command.py::test_cells_that_a_spreadsheet_would_run",
        "cli/test_estimate_command.py::test_annotated_csv_is_written_like_the_input",
    ),
    "F20": (
        "sources/test_files_matrix.py::test_errors_hold_no_controls",
        "cli/test_safe_output.py::test_nothing_from_outside_reaches_a_terminal_raw",
    ),
    "F21": (
        "sources/test_files_matrix.py::test_errors_name_few_columns",
        "cli/test_safe_output.py::test_errors_are_short",
        "sources/test_safe_reading.py::test_errors_are_short",
    ),
    "F22": ("sources/test_reading_cases.py::test_a_list_of_names_of_files_is_read",),
    "F23": (
        "sources/test_files_matrix.py::test_nothing_compared_is_no_agreement",
        "bandwidth/test_bandwidth_reconcile.py::test_an_identifier_that_is_never_reported_falls_through_to_the_tag",
        "bandwidth/test_bandwidth_reconcile.py::test_nothing_compared_is_not_agreement",
        "bandwidth/test_bandwidth_reconcile.py::test_bodies_of_callbacks_are_flattened",
    ),
    "F24": ("sources/test_safe_reading.py::test_count_drops_a_byte_order_mark",),
    "F25": (
        HERE,
        TYPES,
        "numbers/test_regions.py::test_trunk_prefix_after_the_calling_code_of_every_region",
        "numbers/test_regions.py::test_international_prefixes_of_every_region",
    ),
    "F26": ("rules/test_alphabets.py::test_an_alphabet_with_the_escape_is_refused",),
    "F27": ("sources/test_files_matrix.py::test_a_table_for_smart_encoding_is_taken",),
    "F28": ("sources/test_reading_cases.py::test_what_is_no_truth_value_is_refused",),
}

RATES = "country,sms,mms\nUS,0.01,0.02\nGB,0.04,0.05\n"
US, GB, NOWHERE = "+12025550143", "+447400123456", "+99912345678"
LONG = "a" * 400


@cache
def _functions(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_kind_has_a_test() -> None:
    assert list(MATRIX) == [f"F{number}" for number in range(1, 29)]
    folder = Path(__file__).resolve().parents[1]
    named = {test for tests in MATRIX.values() for test in tests}
    parts = {test: test.split("::") for test in named}
    assert [test for test, (file, name) in parts.items() if name not in _functions(folder / file)] == []


class Case(NamedTuple):
    """Rows; the right messages, MMS, segments, cost and segments without a price; formats without them."""

    rows: list[dict[str, Any]]
    expected: tuple[int, int, int, str, int]
    lacking: tuple[str, ...] = ()


CASES = {
    "F5 an object in a row": Case(
        [{"body": {"text": LONG}, "to": [{"phone_number": each}]} for each in (US, GB)],
        (2, 0, 6, "0.15", 0),
        ("csv",),
    ),
    "F6 empty rows": Case(
        [{"to": US, "text": LONG}, {"to": "", "text": ""}, {"to": "", "text": ""}], (1, 0, 3, "0.03", 0)
    ),
    "F12 a field that appears late": Case(
        [
            *({"text": LONG, "to": US} for _ in range(1_500)),
            {"text": LONG, "to": GB, "media": "https://m.example/a"},
        ],
        (1_501, 1, 4_501, "45.05", 0),
    ),
    "F12 a recipient that appears late": Case(
        [*({"text": "Hi"} for _ in range(1_500)), {"text": "Hi", "to": GB}], (1_501, 0, 1_501, "0.04", 1_500)
    ),
    "F18 one without a rate": Case(
        [{"text": LONG, "to": each} for each in (US, GB, NOWHERE)], (3, 0, 9, "0.15", 3)
    ),
    "F25 trunk prefixes": Case(
        [{"text": LONG, "to": each} for each in (US, "+44 (0)7723 456789", "+0044 7723 456789")],
        (3, 0, 9, "0.27", 0),
    ),
}


def _written(folder: Path, form: str, rows: list[dict[str, Any]]) -> Path:
    path = folder / f"rows.{form}"
    names = dict.fromkeys(name for row in rows for name in row)
    if form == "csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(rows)
    elif form == "ndjson":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif form == "json":
        path.write_text(json.dumps({"messages": rows, "page": 0}, indent=1))
    else:
        pl.DataFrame(
            [{name: row.get(name) for name in names} for row in rows], infer_schema_length=None
        ).write_parquet(path)
    return path


@pytest.mark.parametrize("form", ["csv", "ndjson", "json", "parquet", "python"])
@pytest.mark.parametrize("name", CASES)
def test_formats(tmp_path: Path, implementation: str, form: str, name: str) -> None:
    case = CASES[name]
    if form in case.lacking:
        pytest.skip(f"{form} holds no such rows")
    rates = tmp_path / "rates.csv"
    rates.write_text(RATES)
    if form == "python":
        names = dict.fromkeys(name for row in case.rows for name in row)
        found = segcore.estimate({each: [row.get(each) for row in case.rows] for each in names}, rates=rates)
        cost = found.cost
        got = (found.messages, found.mms, found.segments, f"{cost.priced:f}", cost.unpriced_segments)
    else:
        path = _written(tmp_path, form, case.rows)
        data = run(implementation, "estimate", path, "--rates", rates, "--json").data
        priced = data["cost"]["priced"], data["cost"]["unpriced"]["sms_segments"]
        got = (data["messages"], data["mms"], data["segments"], *priced)
    assert got == case.expected


FILES = ["csv", "ndjson", "json", "parquet"]


@pytest.mark.parametrize("form", FILES)
def test_annotated_csv_has_no_formulas(tmp_path: Path, implementation: str, form: str) -> None:
    """F19, whatever the input is."""
    path = _written(tmp_path, form, [{"to": US, "text": "=1+1"}, {"to": GB, "text": "@SUM(A1)"}])
    out = tmp_path / "out.csv"
    for options, mark in ((), ""), (("--escape-formulas",), "'"):
        assert run(implementation, "estimate", path, "--annotate", out, *options).status == 0
        with out.open(newline="", encoding="utf-8-sig") as file:
            rows = [*csv.DictReader(file)]
        assert [row["text"] for row in rows] == [f"{mark}=1+1", f"{mark}@SUM(A1)"]


@pytest.mark.parametrize("form", [*FILES, "python"])
def test_errors_hold_no_controls(tmp_path: Path, implementation: str, form: str) -> None:
    """F20, in an error about columns."""
    rows = [{"id\x1b[31m\u202e": "1", "b": "2"}] * 2
    if form == "python":
        with pytest.raises(ValueError, match="no column looks like the message text") as caught:
            segcore.estimate({name: [row[name] for row in rows] for name in rows[0]})
        error = str(caught.value)
    else:
        answer = run(implementation, "estimate", _written(tmp_path, form, rows))
        assert answer.status == 2
        error = answer.error
    assert "\x1b" not in error
    assert "\u202e" not in error
    # An envelope without messages is refused before its columns are known.
    assert ("x1b[31m" in error) == (form != "json")


@pytest.mark.parametrize(
    ("form", "implementation"), in_turn(zip([*FILES, "python"])), indirect=["implementation"]
)
def test_errors_name_few_columns(tmp_path: Path, implementation: str, form: str) -> None:
    """F21, of 250 columns and long values."""
    row = {f"a rather long heading {number}": "a long value " * 9 for number in range(250)}
    if form == "python":
        with pytest.raises(ValueError, match="column") as caught:
            segcore.estimate({name: [each] for name, each in row.items()})
        error = str(caught.value)
    else:
        answer = run(implementation, "estimate", _written(tmp_path, form, [row, row]))
        assert answer.status == 2
        error = answer.error
    assert len(error) < 700
    assert "a long value" not in error


@pytest.mark.parametrize("form", [*FILES, "python"])
def test_nothing_compared_is_no_agreement(tmp_path: Path, implementation: str, form: str) -> None:
    """F23, whatever the log of what was sent is."""
    rows = [{"id": f"own-{number}", "to": US, "text": "Hello"} for number in range(2)]
    event = {
        "type": "message-delivered",
        "time": "2026-05-01T10:00:00Z",
        "to": US,
        "description": "ok",
        "message": {
            "id": "m1",
            "time": "2026-05-01T10:00:00Z",
            "to": [US],
            "from": "+12025550100",
            "text": "",
            "applicationId": "a",
            "owner": "+12025550100",
            "direction": "out",
            "segmentCount": 1,
        },
    }
    if form == "python":
        found = segcore.bandwidth.reconcile(rows, [event])
        assert (found.matched, found.agrees) == (0, False)
        return
    path, events = _written(tmp_path, form, rows), tmp_path / "events.json"
    events.write_text(json.dumps([event]))
    answer = run(implementation, "bandwidth", "reconcile", path, events)
    assert answer.status != 0
    assert "agrees" not in answer.out


def test_a_table_for_smart_encoding_is_taken() -> None:
    """F27."""
    segmenter = segcore.Segmenter(smart_encoding={"’": "'"})
    assert segmenter.count_segments("It’s " + "a" * 155) == 1
    assert segcore.count_segments("It’s " + "a" * 155) == 3
