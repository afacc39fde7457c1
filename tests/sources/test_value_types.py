"""Messages, recipients and media of every type, through the program and in Python."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import in_turn

pl = pytest.importorskip("polars")

from program import run  # noqa: E402

import segcore  # noqa: E402

RATES = "country,sms,mms\nUS,0.01,0.02\nGB,0.04,0.05\n"
US, GB, NOWHERE = "+12025550143", "+447400123456", "+99912345678"
LONG = "a" * 400


class Case(NamedTuple):
    """The columns beside the texts; the right messages, MMS, segments, cost and segments without a price."""

    columns: dict[str, list[Any]]
    expected: tuple[int, int, int, str, int]
    options: dict[str, str] = {}  # noqa: RUF012 (a default that nobody changes)
    texts: tuple[str | None, ...] = (LONG, LONG)


BOTH = (2, 0, 6, "0.15", 0)
ONE_MMS = (2, 1, 4, "0.14", 0)

CASES = {
    "F3 lists of one": Case({"to": [[US], [GB]]}, BOTH),
    "F4 whole numbers": Case({"to": [12025550143, 447400123456]}, BOTH),
    "F4 decimals": Case({"to": [12025550143.0, 447400123456.0]}, BOTH),
    "F4 decimals with a gap": Case({"to": [12025550143.0, None]}, (2, 0, 6, "0.03", 3)),
    "F4 00 in front": Case({"to": ["0012025550143", "00447400123456"]}, BOTH),
    "F5 nested": Case(
        {"body": [{"text": "Hi"}, {"text": "Ho"}], "to": [US, GB]}, (2, 0, 2, "0.05", 0), {}, ()
    ),
    "F6 empty rows": Case({"to": [US, None, ""]}, (1, 0, 3, "0.03", 0), {}, (LONG, None, "")),
    "F7 objects": Case({"to": [[{"phone_number": US}], [{"phone_number": GB}]]}, BOTH),
    "F8 a group": Case({"to": [[US, US], [GB]]}, ONE_MMS),
    "F8 no groups": Case({"to": [[US, GB], [GB]]}, (3, 0, 9, "0.27", 0), {"profile": "plivo"}),
    "F10 another language": Case({"Сообщение": [LONG, LONG], "Номер телефона": [US, GB]}, BOTH, {}, ()),
    "F13 0": Case({"to": [US, GB], "media": [0, 0]}, BOTH),
    "F13 0.0 and a gap": Case({"to": [US, GB], "media": [0.0, None]}, BOTH),
    "F13 false": Case({"to": [US, GB], "mms": [False, None]}, BOTH),
    "F13 true": Case({"to": [US, GB], "mms": [True, False]}, ONE_MMS),
    "F13 empty lists": Case({"to": [US, GB], "media": [["https://media.example/a.jpg"], []]}, ONE_MMS),
    "F13 lists of nothing": Case({"to": [US, GB], "media": [[""], ["n/a"]]}, BOTH),
    "F13 a number of media": Case({"To": [US, GB], "NumMedia": [1, 0]}, ONE_MMS),
    "F13 other channels": Case({"to": [US, GB], "channel": ["sms", "email"]}, (1, 0, 3, "0.03", 0)),
    "F18 one without a rate": Case({"to": [US, NOWHERE]}, (2, 0, 6, "0.03", 3)),
    "F25 a trunk prefix": Case({"to": [US, "44 (0)7723 456789"]}, BOTH),
    "F25 00 after the plus": Case({"to": [US, "+0044 7723 456789"]}, BOTH),
}

FORMS = ("parquet", "ipc", "ndjson", "json", "mapping", "polars", "pandas", "pyarrow")


def _written(path: Path, form: str, columns: dict[str, list[Any]]) -> None:
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    if form == "ndjson":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif form == "json":
        path.write_text(json.dumps({"page": 0, "data": {"records": rows}}, indent=2))
    else:
        getattr(pl.DataFrame(columns, strict=False), f"write_{form}")(path)


@pytest.mark.parametrize(
    ("name", "form", "implementation"), in_turn(product(CASES, FORMS)), indirect=["implementation"]
)
def test_value_types(tmp_path: Path, implementation: str, form: str, name: str) -> None:
    case = CASES[name]
    columns = ({"text": [*case.texts]} if case.texts else {}) | case.columns
    rates = tmp_path / "rates.csv"
    rates.write_text(RATES)
    if form in ("mapping", "polars", "pandas", "pyarrow"):
        # In this process there is one implementation, whose name the fixture only gives to the program.
        if form == "pandas":
            table: Any = pytest.importorskip("pandas").DataFrame(columns)
        elif form == "pyarrow":
            table = pytest.importorskip("pyarrow").table(columns)
        else:
            table = pl.DataFrame(columns, strict=False) if form == "polars" else columns
        found = segcore.estimate(table, rates=rates, **case.options)  # type: ignore[arg-type]
        cost = found.cost
        got = (found.messages, found.mms, found.segments, f"{cost.priced:f}", cost.unpriced_segments)
    else:
        path = tmp_path / f"rows.{form}"
        _written(path, form, columns)
        said = [each for key, value in case.options.items() for each in (f"--{key}", value)]
        data = run(implementation, "estimate", path, "--rates", rates, "--json", *said).data
        priced = data["cost"]["priced"], data["cost"]["unpriced"]["sms_segments"]
        got = (data["messages"], data["mms"], data["segments"], *priced)
    assert got == case.expected
