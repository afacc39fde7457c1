"""Create-message requests: what Bandwidth will report, and what it would refuse."""

from __future__ import annotations

import gzip
import io
import json
import random
from pathlib import Path
from typing import Any

import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st

import segcore
from segcore import bandwidth

pytestmark = pytest.mark.kernel_independent

TO = ["+12025550143"]
GROUP = ["+12025550143", "+12025550144"]
IMAGE = "https://media.example/1.png"

# As Bandwidth documents them, with other data.
SINGLE: dict[str, Any] = {
    "to": ["+12025550143"],
    "from": "+12025550100",
    "text": "Hey, check this out!",
    "applicationId": "00000000-0000-4000-8000-000000000001",
    "tag": "test message",
    "priority": "default",
}

requests = st.fixed_dictionaries(
    {"to": st.sampled_from([TO[0], TO, GROUP]), "text": st.text("aé€{’😀б\n", max_size=300)},
    optional={"media": st.sampled_from([[], [IMAGE], None]), "tag": st.text(max_size=9)},
)


def expected(request: dict[str, Any]) -> int:
    to = request["to"]
    mms = bool(request.get("media")) or (isinstance(to, list) and len(to) > 1)
    return reference.segments(request.get("text") or "", mms=mms)


def test_documented_requests() -> None:
    assert bandwidth.count_segments(SINGLE) == 1
    assert bandwidth.count_segments({**SINGLE, "to": [*GROUP, "+12025550145"]}) == 1
    assert bandwidth.count_segments({**SINGLE, "media": [IMAGE]}) == 1


@pytest.mark.parametrize("text", ["a" * 161, "б" * 71, "€" * 200])
def test_group_and_picture_messages_count_1(text: str) -> None:
    assert bandwidth.count_segments({"to": TO, "text": text}) > 1
    requests: list[dict[str, Any]] = [{"to": GROUP, "text": text}, {"to": TO, "text": text, "media": [IMAGE]}]
    for request in requests:
        assert bandwidth.count_segments(request) == 1
        assert bandwidth.analyze(request).request.mms
    for request in ({"to": TO[0], "text": text}, {"to": TO, "text": text, "media": []}):
        assert bandwidth.count_segments(request) == segcore.count_segments(text)


@given(requests)
def test_all_agree(request: dict[str, Any]) -> None:
    wanted = expected(request)
    assert bandwidth.count_segments(request) == wanted
    assert bandwidth.count_segments(json.dumps(request)) == wanted
    assert bandwidth.count_segments(json.dumps(request, ensure_ascii=False).encode()) == wanted
    assert bandwidth.analyze(request).segments == wanted


def test_kinds() -> None:
    kinds = [
        bandwidth.analyze(request).request.kind
        for request in (
            {"to": TO},
            {"to": TO, "media": [IMAGE]},
            {"to": GROUP},
            {"to": GROUP, "media": [IMAGE]},
        )
    ]
    assert kinds == ["SMS", "MMS", "group MMS", "group MMS"]


def test_a_missing_text_is_empty() -> None:
    for request in ({"to": TO}, {"to": TO, "text": None}, {"to": TO, "text": ""}):
        assert bandwidth.analyze(request).message.text == ""
        assert bandwidth.count_segments(request) == 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"text": "a" * 2048}, None),
        ({"text": "😀" * 2048}, None),
        ({"text": "a" * 2049}, ("text-too-long", "text", 2049, 2048)),
        ({"text": "😀" * 2049}, ("text-too-long", "text", 2049, 2048)),
        ({"to": [f"+120255501{n}" for n in range(10, 20)]}, None),
        ({"to": [f"+120255501{n}" for n in range(10, 21)]}, ("too-many-recipients", "to", 11, 10)),
        ({"to": ["+12025550143", "12025550144"]}, ("recipient-not-e164", "to[1]", None, None)),
        ({"to": "+1 202 555 0143"}, ("recipient-not-e164", "to[0]", None, None)),
        ({"to": "+02025550143"}, ("recipient-not-e164", "to[0]", None, None)),
        ({"to": "+1234567890123456"}, ("recipient-not-e164", "to[0]", None, None)),
        ({"to": "+12025550143\n"}, ("recipient-not-e164", "to[0]", None, None)),
        ({"media": [IMAGE] * 10}, None),
        ({"media": [IMAGE] * 11}, ("too-many-media", "media", 11, 10)),
        ({"media": [IMAGE, "h" * 4096]}, None),
        ({"media": [IMAGE, "h" * 4097]}, ("media-address-too-long", "media[1]", 4097, 4096)),
        ({"tag": "t" * 1024}, None),
        ({"tag": "t" * 1025}, ("tag-too-long", "tag", 1025, 1024)),
    ],
)
def test_limits(change: dict[str, Any], error: tuple[Any, ...] | None) -> None:
    """A request that Bandwidth would refuse is reported, and still counted."""
    found = bandwidth.analyze({**SINGLE, **change})
    assert [(each.name, each.field, each.found, each.allowed) for each in found.violations] == (
        [error] if error else []
    )
    assert found.sendable is (error is None)
    for each in found.violations:
        assert each.source.startswith("https://")
        assert str(each).startswith(f"{each.field}: ")
    assert bandwidth.count_segments({**SINGLE, **change}) == found.segments


@pytest.mark.parametrize(
    ("request_", "kind", "message"),
    [
        ({}, ValueError, "request: to: no recipient"),
        ({"to": None}, ValueError, "request: to: no recipient"),
        ({"to": []}, ValueError, "request: to: no recipient"),
        ({"to": ""}, ValueError, "request: to: no recipient"),
        ({"to": ["+12025550143", ""]}, ValueError, "request: to: no recipient"),
        ({"to": 12025550143}, TypeError, "request: to: expected an array of strings, got a whole number"),
        ({"to": {"number": 1}}, TypeError, "request: to: expected an array of strings, got an object"),
        ({"to": ["+12025550143", 5]}, TypeError, r"request: to\[1\]: expected a string, got a whole number"),
        ({"to": TO, "text": 5}, TypeError, "request: text: expected a string, got a whole number"),
        ({"to": TO, "text": b"a"}, TypeError, "request: text: expected a string, got bytes; decode it first"),
        ({"to": TO, "text": ["a"]}, TypeError, "request: text: expected a string, got an array"),
        ({"to": TO, "media": IMAGE}, TypeError, "request: media: expected an array of addresses"),
        ({"to": TO, "media": [None]}, TypeError, r"request: media\[0\]: expected a string, got null"),
        ({"to": TO, "media": [""]}, ValueError, "request: media: an address is empty"),
        ({"to": TO, "tag": True}, TypeError, "request: tag: expected a string, got true or false"),
        (None, TypeError, "request: expected an object, or its JSON, got null"),
        ([], TypeError, "request: expected an object, or its JSON, got an array"),
        ("[]", TypeError, "request: expected an object, or its JSON, got an array"),
        ("", ValueError, "request: not JSON: expecting value \\(line 1, code point 1\\)"),
        ('{"to": "+1"\nx}', ValueError, "request: not JSON: .* \\(line 2, code point 1\\)"),
        ('{"to": NaN}', ValueError, "request: not JSON: NaN is not a JSON number"),
        (b'{"to": "\xff"}', ValueError, r"request: not UTF-8 \(octets FF at octet 9\)"),
        ("[" * 100_000, ValueError, "request: not read: nested too deeply"),
    ],
)
def test_malformed(request_: Any, kind: type[Exception], message: str) -> None:
    for function in (bandwidth.count_segments, bandwidth.analyze):
        with pytest.raises(kind, match=f"^{message}"):
            function(request_)


def test_profiles() -> None:
    request = {"to": TO, "text": "a" * 305}
    assert bandwidth.count_segments(request) == 2
    assert bandwidth.count_segments(request, profile="us_toll_free_16bit") == 3
    assert bandwidth.analyze(request, profile="us_toll_free_16bit").segments == 3
    assert bandwidth.count_segments_bulk([request], profile="us_toll_free_16bit") == [3]
    with pytest.raises(ValueError, match="unknown value 'us_toll'"):
        bandwidth.count_segments(request, profile="us_toll")


@given(st.lists(requests, max_size=20))
def test_bulk_of_dicts(rows: list[dict[str, Any]]) -> None:
    assert bandwidth.count_segments_bulk(rows) == [expected(row) for row in rows]
    assert bandwidth.count_segments_bulk(iter(rows)) == [expected(row) for row in rows]


@pytest.fixture(scope="module")
def many() -> list[dict[str, Any]]:
    """More requests than are counted at a time."""
    draw = random.Random(1)
    texts = ["a" * 160, "a" * 161, "б" * 71, "€" * 100, "It’s", ""]
    return [
        {
            "to": draw.choice((TO, GROUP, TO[0])),
            "text": draw.choice(texts),
            "media": draw.choice(([], [IMAGE])),
        }
        for _ in range(9_001)
    ]


def test_bulk_of_files(tmp_path: Path, many: list[dict[str, Any]]) -> None:
    wanted = [expected(row) for row in many]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in many).encode()
    path = tmp_path / "requests.ndjson"
    for content in (lines, json.dumps(many, indent=1).encode(), gzip.compress(lines)):
        path.write_bytes(content)
        assert bandwidth.count_segments_bulk(path) == wanted
        assert bandwidth.count_segments_bulk(io.BytesIO(content)) == wanted
    assert bandwidth.count_segments_bulk(str(path)) == wanted


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"to": "+1"}\n{"to": 5}\n', "line 2: to: expected an array of strings"),
        (b'{"to": "+1"}\n\n{"to": "+1", "text": [}\n', "line 3: not JSON"),
        (b'[{"to": "+1"}, {"text": "x"}]', "line 1, entry 2: to: no recipient"),
        (b'{"to": "+1"}\n{"to": "+1", "te', "line 2: cut off"),
    ],
)
def test_bulk_names_the_line(tmp_path: Path, content: bytes, message: str) -> None:
    """One malformed request refuses the file: there is no partial result."""
    path = tmp_path / "requests.ndjson"
    path.write_bytes(content)
    with pytest.raises((ValueError, TypeError), match=message) as caught:
        bandwidth.count_segments_bulk(path)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize("wrong", [5, None, {"to": TO}, b"{}"])
def test_bulk_of_something_else(wrong: Any) -> None:
    with pytest.raises(TypeError, match="requests: expected an iterable of dict, a path, a file or a table"):
        bandwidth.count_segments_bulk(wrong)


def test_bulk_names_the_entry() -> None:
    with pytest.raises(TypeError, match=r"^requests\[1\]: text: expected a string"):
        bandwidth.count_segments_bulk([{"to": TO}, {"to": TO, "text": 1}])


def test_bulk_of_tables(many: list[dict[str, Any]]) -> None:
    pa = pytest.importorskip("pyarrow")
    wanted = [expected(row) for row in many]
    lists = {
        "to": [[row["to"]] if isinstance(row["to"], str) else row["to"] for row in many],
        "media": [row["media"] for row in many],
        "text": [row["text"] for row in many],
    }
    cells = {
        "to": [";".join(each) for each in lists["to"]],
        "media": [" | ".join(each) for each in lists["media"]],
        "text": pa.array(lists["text"]).dictionary_encode(),
    }
    for columns in (lists, cells):
        table = pa.table(columns)
        assert bandwidth.count_segments_bulk(table) == wanted
        assert bandwidth.count_segments_bulk(pa.concat_tables([table[:7], table[7:]])) == wanted
        assert bandwidth.count_segments_bulk(table.to_batches()[0]) == wanted


def test_bulk_of_other_libraries() -> None:
    polars, pandas = pytest.importorskip("polars"), pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    rows = {
        "to": ["+12025550143", "+12025550143,+12025550144", "+12025550143,", None],
        "media": ["None", "", None, " [] "],
        "text": ["a" * 161, "a" * 161, "a" * 161, None],
    }
    assert bandwidth.count_segments_bulk(polars.DataFrame(rows)) == [2, 1, 2, 1]
    if hasattr(pandas.DataFrame, "__arrow_c_stream__"):
        assert bandwidth.count_segments_bulk(pandas.DataFrame(rows)) == [2, 1, 2, 1]
    nested = {"to": [TO, GROUP, None], "text": ["a" * 161] * 3, "media": [[], [], [IMAGE]]}
    assert bandwidth.count_segments_bulk(polars.DataFrame(nested)) == [2, 1, 1]


def test_tables_without_recipients_or_text() -> None:
    pa = pytest.importorskip("pyarrow")
    assert bandwidth.count_segments_bulk(pa.table({"text": ["a" * 161, None]})) == [2, 1]
    assert bandwidth.count_segments_bulk(pa.table({"text": ["a" * 161], "media": pa.nulls(1)})) == [2]
    with pytest.raises(ValueError, match="no column 'text'; its columns: 'body'"):
        bandwidth.count_segments_bulk(pa.table({"body": ["a"]}))
    with pytest.raises(TypeError, match="column 'to': expected strings or lists of strings, got int64"):
        bandwidth.count_segments_bulk(pa.table({"text": ["a"], "to": [12025550143]}))


def test_tables_need_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    polars = pytest.importorskip("polars")
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(ModuleNotFoundError, match="pip install pyarrow"):
        bandwidth.count_segments_bulk(polars.DataFrame({"text": ["a"]}))
