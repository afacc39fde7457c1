"""JSON of any layout is read as the records that it holds; arrays and objects are never texts."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

pl = pytest.importorskip("polars")

from program import run  # noqa: E402

import segcore  # noqa: E402
from segcore.sources import Roles  # noqa: E402
from segcore.sources.json_records import records  # noqa: E402
from segcore.sources.opening import FileError  # noqa: E402

US, GB = "+12025550143", "+447400123456"
ONE = {"to": US, "text": "Hello"}
TWO = {"to": GB, "text": "a" * 161}
BOTH = [ONE, TWO]


def lines(*values: Any) -> str:
    return "".join(json.dumps(each) + "\n" for each in values)


LAYOUTS = {
    "lines": lines(*BOTH),
    "blank lines": "\n" + lines(ONE) + "\n\n" + lines(TWO),
    "many blank lines": "\n" * 300 + lines(*BOTH),
    "crlf": lines(*BOTH).replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + lines(*BOTH),
    "array": json.dumps(BOTH),
    "array with byte order mark": "\ufeff" + json.dumps(BOTH),
    "pretty array": json.dumps(BOTH, indent=2),
    "array of one a line": "[\n" + ",\n".join(map(json.dumps, BOTH)) + "\n]\n",
    "lines that end in commas": ",\n".join(map(json.dumps, BOTH)),
    "pretty objects": "\n".join(json.dumps(each, indent=2) for each in BOTH),
    "sequence (RFC 7464)": "".join(f"\x1e{json.dumps(each)}\n" for each in BOTH),
    "pretty sequence": "".join(f"\x1e{json.dumps(each, indent=2)}\n" for each in BOTH),
    "envelope": json.dumps({"messages": BOTH, "page": 0}),
    "envelope that says message": json.dumps({"status": "ok", "message": "Success", "data": BOTH}),
    "pretty envelope": json.dumps({"page": {"number": 0, "of": 1}, "data": {"items": BOTH}}, indent=4),
    "envelopes in lines": lines({"messages": [ONE]}, {"messages": [TWO]}),
    "pages in an array": json.dumps([{"messages": [ONE], "page": 0}, {"messages": [TWO], "page": 1}]),
    "nested text": lines(*({"to": each["to"], "body": {"text": each["text"]}} for each in BOTH)),
    "lists inside lists of a page": json.dumps(
        {"records": [{"Body": e["text"], "to": [{"phoneNumber": e["to"], "name": "A"}]} for e in BOTH]}
    ),
    "recipients in objects": json.dumps([{**each, "to": [{"phone_number": each["to"]}]} for each in BOTH]),
    "infobip": json.dumps(
        {"messages": [{"destinations": [{"to": e["to"]}], "from": "Acme", "text": e["text"]} for e in BOTH]}
    ),
    "infobip 3": json.dumps(
        {
            "messages": [
                {"sender": "Acme", "destinations": [{"to": e["to"]}], "content": {"text": e["text"]}}
                for e in BOTH
            ]
        }
    ),
    "recipients beside texts": lines(*({"to": e["to"], "messages": [{"text": e["text"]}]} for e in BOTH)),
    "lists of one": lines(*({**each, "to": [each["to"]]} for each in BOTH)),
    "some lists of one": lines(ONE, {**TWO, "to": [GB]}),
    "an object and a message": json.dumps({"text": "a" * 161, "to": US, "errors": [{"message": "none"}]})
    + lines({"text": "b", "to": GB}),
    "pandas, split": json.dumps(
        {"columns": ["to", "text"], "index": [0, 1], "data": [[e["to"], e["text"]] for e in BOTH]}
    ),
    "pandas, columns": json.dumps({name: {str(i): e[name] for i, e in enumerate(BOTH)} for name in ONE}),
    "pandas, table": json.dumps({"schema": {"fields": [{"name": "to"}]}, "data": BOTH}),
    "lists of columns": json.dumps({name: [e[name] for e in BOTH] for name in ONE}),
    "columns with names and rows": json.dumps(
        {"meta": [{"name": "to"}, {"name": "text"}], "data": [[e["to"], e["text"]] for e in BOTH], "rows": 2}
    ),
    "Google Sheets": json.dumps({"range": "A1:B3", "values": [[*ONE], *([*e.values()] for e in BOTH)]}),
    "arrays in an array": json.dumps([[*ONE], *([*e.values()] for e in BOTH)]),
    "arrays in lines": lines([*ONE], *([*e.values()] for e in BOTH)),
    "Google Sheets without empty cells": json.dumps(
        {
            "majorDimension": "ROWS",
            "values": [[*ONE, "media"], *([*e.values()] for e in BOTH)],
        }
    ),
    "conversations": json.dumps(
        {
            "conversations": [
                {"id": n, "contact": {"name": "Ann", "phone": e["to"]}, "messages": [{"body": e["text"]}]}
                for n, e in enumerate(BOTH)
            ],
            "meta": {"from": 1, "to": 2},
        }
    ),
    "conversations in an array": json.dumps(
        [{"contact": {"phone": e["to"]}, "messages": [{"body": e["text"]}], "media": []} for e in BOTH]
    ),
    "the channel of conversations": json.dumps(
        [
            *({"channel": "sms", "phone": e["to"], "messages": [{"body": e["text"]}]} for e in BOTH),
            {"channel": "email", "phone": US, "messages": [{"body": "Dear Ann"}]},
        ]
    ),
    "campaigns of Klaviyo": json.dumps(
        {
            "data": [
                {"type": "x", "attributes": {"definition": {"to": e["to"], "content": {"body": e["text"]}}}}
                for e in BOTH
            ],
            "links": {"self": "https://x", "next": None},
        }
    ),
    "lists of words beside messages": json.dumps(
        {"messages": {"auth": {"token": "x"}, "msg": [{"allowedChannels": ["SMS"], **e} for e in BOTH]}}
    ),
    "DynamoDB": lines(
        *(
            {"Item": {"phone": {"S": e["to"]}, "text": {"S": e["text"]}, "media": {"NULL": True}}}
            for e in BOTH
        )
    ),
    "NaN": lines({**ONE, "score": float("nan")}, TWO),
    "NaN in an array": json.dumps([{**ONE, "score": float("nan")}, TWO]),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(tmp_path: Path, implementation: str, layout: str) -> None:
    path = tmp_path / "messages.json"
    path.write_text(LAYOUTS[layout])
    data = run(implementation, "estimate", path, "--format", "json").data
    assert (data["messages"], data["segments"]) == (2, 3)
    assert {each["country"] for each in data["countries"]} == {"US", "GB"}


@pytest.mark.parametrize(
    "layout", ["envelope", "infobip", "infobip 3", "nested text", "recipients in objects"]
)
def test_layouts_in_parquet_and_python(tmp_path: Path, layout: str) -> None:
    (tmp_path / "x.json").write_text(LAYOUTS[layout])
    found = [*map(json.loads, records(str(tmp_path / "x.json"), "x", Roles(), 1 << 20))]
    pl.DataFrame(found).write_parquet(tmp_path / "x.parquet")
    made = segcore.estimate(tmp_path / "x.parquet")
    assert (made.messages, made.segments) == (2, 3)
    assert {part.key["country"] for part in made.by("country")} == {"US", "GB"}


def test_one_object(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "message.json"
    path.write_text(json.dumps(TWO, indent=2))
    data = run(implementation, "estimate", path, "--format", "json").data
    assert (data["messages"], data["segments"]) == (1, 2)


@pytest.mark.parametrize("first", ["Hello", {"text": "Hello"}], ids=["texts", "an object first"])
def test_texts_alone(tmp_path: Path, implementation: str, first: object) -> None:
    path = tmp_path / "texts.json"
    path.write_text(json.dumps([first, "a" * 161, "[Acme] Hello", "{{name}}, hello"]))
    data = run(implementation, "estimate", path, "--format", "json").data
    assert (data["messages"], data["segments"]) == (4, 5)


@pytest.mark.parametrize("row", [999, 1_000, 1_500, 20_000])
def test_fields_that_appear_late(tmp_path: Path, implementation: str, row: int) -> None:
    """An MMS that is not seen would be 2 SMS segments, its recipient of no country."""
    rows: list[dict[str, Any]] = [{"text": "Hello"} for _ in range(row)]
    rows.append({"text": "a" * 161, "media": ["https://example.com/a.jpg"], "to": US})
    path = tmp_path / "late.ndjson"
    path.write_text(lines(*rows))
    data = run(implementation, "estimate", path, "--format", "json").data
    assert (data["messages"], data["segments"], data["mms"]) == (row + 1, row + 1, 1)
    assert "US" in {each["country"] for each in data["countries"]}


def test_fields_of_no_common_type(tmp_path: Path, implementation: str) -> None:
    rows = [{"text": "Hello", "to": US, "x": [[{"a": 1}]]}, {"text": "b", "to": GB, "x": {"y": [1]}}]
    rows += [{"text": 12345, "to": 12025550143, "x": 1.5}, {"text": None, "to": None, "x": None}]
    path = tmp_path / "mixed.ndjson"
    path.write_text(lines(*rows))
    data = run(implementation, "estimate", path, "--format", "json").data
    assert (data["messages"], data["segments"], data["nulls"]) == (3, 3, 1)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ('[{"text": "a"}, {"text": "b"}', "the array is not closed"),
        ('[\n{"text": "a"},\n{"text": }\n]', "line 3: not JSON (expecting value)"),
        ('[\n{"text": "a\tb"}]', "line 2: not JSON (invalid control character)"),
        ('{\n"a": {"b": [{"text": "x"}]}, "c": [{"text": "y"}]}', "several lists of messages, 'a.b' and 'c'"),
        ('["a", 1]', "a whole number is not a message"),
        ('[{"text": "a"}, 1]', "a whole number is not a message"),
        ('[["to", "text"], ["+12025550144", "b"], 1]', "a whole number is not a message"),
        ("[]", "it has no messages"),
        ('[["+12025550143", "a"], ["+12025550144", "b"]]', "the first array does not name the fields"),
        ('["+12025550143", "a"]\n["+12025550144", "b"]\n', "the first array does not name the fields"),
        ('["to", "text"]\n["+12025550144"]\n', "line 2: an array of 1 value after 2 names"),
        ('{"columns": ["to", "text"], "data": [["a"]]}', "an array of 1 value after 2 names"),
        ('{"messages": [], "page": 0}', "it has no messages"),
        ('[{"note": "a"}]', "no column looks like the message text"),
        (
            '{"text": ["a", "b"], "to": "+1"}\n{"text": "b"}\n',
            "'text' holds '[\"a\", \"b\"]', which is not a text",
        ),
        ('{"text": {"a": 1}}\n{"text": "b"}\n', "'text' holds"),
        ('{"text":"a}\n{"text":"b","media":["x"]}\n', "line 1: not JSON"),
        ('{"text":"a"}\n{"text":"b"}\n]}\n', "line 3: not JSON"),
        ('["a", ' + "[" * 100_000, "nested too deeply"),
        ('{"text": "a", "x": ' + "[" * 5_000 + "]" * 5_000 + "}\n", "nested too deeply"),
        ('[{"text": "a", "x": ' + "[" * 100_000 + "]" * 100_000 + "}]\n", "nested too deeply"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, implementation: str, content: str, error: str) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(content)
    answer = run(implementation, "estimate", path)
    assert answer.status == 2
    assert error in answer.error
    assert len(answer.error.splitlines()) == 1
    assert "Traceback" not in answer.error


def test_lists_inside_lists_of_a_record(tmp_path: Path, implementation: str) -> None:
    """A page whose records have no text is read as one record, and named for what it lacks."""
    path = tmp_path / "page.json"
    path.write_text(json.dumps({"records": [{"subject": "Hi", "to": [{"phoneNumber": US}]}], "page": 1}))
    answer = run(implementation, "estimate", path)
    assert (answer.status, "no column looks like the message text" in answer.error) == (2, True)


def test_octets_that_are_not_utf8(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "wrong.json"
    path.write_bytes(b'[\n{"text": "\xc3\xa9"},\n{"text": "\xff"}\n]')
    answer = run(implementation, "estimate", path)
    assert answer.status == 2
    assert "line 3: not UTF-8" in answer.error


def test_records_of_a_long_envelope(tmp_path: Path) -> None:
    """Longer than a record may be, it is read a record at a time."""
    rows = [{"id": number, "text": "a" * 100, "x": {"y": [1, "]}"]}} for number in range(9_000)]
    path = tmp_path / "long.json"
    path.write_text(json.dumps({"meta": {"page": 1}, "data": {"count": 9_000, "items": rows}, "next": None}))
    found = [*records(str(path), "x", Roles(), 1 << 20)]
    assert [*map(json.loads, found)] == rows


def test_memory_of_an_array(tmp_path: Path) -> None:
    """Ten megabytes of records are never there as a whole."""
    path = tmp_path / "long.json"
    path.write_text(json.dumps([{"text": "a" * 5000}] * 2_000))
    tracemalloc.start()
    try:
        assert sum(1 for _ in records(str(path), "x", Roles(), 1 << 20)) == 2_000
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_a_record_that_is_too_long(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    for content in (
        json.dumps([ONE, {"text": "a" * 2_000_000}], indent=1),
        json.dumps({"text": "a" * 2_000_000}),
    ):
        path.write_text(content)
        with pytest.raises(FileError, match="a value of more than 1,048,576 octets; raise the limit"):
            [*records(str(path), "x", Roles(), 1 << 20)]
        assert [*records(str(path), "x", Roles(), 1 << 22)]


def test_a_record_that_is_cut_off_at_the_limit(tmp_path: Path) -> None:
    """No limit helps there: the file ends."""
    path = tmp_path / "cut.json"
    path.write_text('"' + "a" * 99)
    with pytest.raises(FileError, match="not JSON"):
        [*records(str(path), "x", Roles(), 100)]
    with pytest.raises(FileError, match="a value of more than 99 octets"):
        [*records(str(path), "x", Roles(), 99)]


@pytest.mark.parametrize("size", [(1 << 18) - 30, (1 << 18) - 3, 1 << 18])
def test_records_at_the_edges_of_pieces(tmp_path: Path, size: int) -> None:
    rows = [{"text": "é" * size}, {"text": "b", "n": 12}, {"text": "c"}]
    path = tmp_path / "edges.json"
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    assert [*map(json.loads, records(str(path), "x", Roles(), 1 << 22))] == rows


def test_messages_under_keys_of_their_own(tmp_path: Path, implementation: str) -> None:
    """Braze names each variation of a campaign, which has no recipients."""
    path = tmp_path / "campaign.json"
    for keys in ("a", "ab"):
        messages = {key: {"channel": "sms", "body": f"Hello {key}"} for key in keys}
        path.write_text(json.dumps({"message": "success", "draft": False, "messages": messages}))
        assert run(implementation, "estimate", path, "--json").data["messages"] == len(keys)


def test_parts_of_texts_in_a_list_are_no_messages(tmp_path: Path, implementation: str) -> None:
    """Notion's, which are parts of one text."""
    path = tmp_path / "page.json"
    parts = [{"type": "text", "text": {"content": each}} for each in ("Hello", "Ann")]
    path.write_text(json.dumps({"results": [{"id": "x", "phone": {"phone_number": US}, "rich_text": parts}]}))
    answer = run(implementation, "estimate", path)
    assert (answer.status, "field of a list" in answer.error) == (2, True)


def test_the_product_around_lists_is_a_kind(tmp_path: Path, implementation: str) -> None:
    """WhatsApp's webhooks name it beside the messages."""
    path = tmp_path / "hooks.json"
    value = {"messaging_product": "whatsapp", "messages": [{"from": US, "text": {"body": "Hi"}}]}
    path.write_text(json.dumps({"entry": [{"id": "1", "changes": [{"value": value}]}]}))
    data = run(implementation, "estimate", path, "--json").data
    assert data["messages"] == 0
    assert "other_channels" in [note["code"] for note in data["reading"]]


def test_fields_around_the_message_are_read_like_columns(tmp_path: Path, implementation: str) -> None:
    """Webhooks wrap each message; a provider's API says whether there are more pages."""
    path = tmp_path / "events.ndjson"
    rows = [
        {
            "data": {
                "event": "sms",
                "payload": {"id": each, "direction": way, "to": [{"phone_number": US}], "text": "Hi"},
            }
        }
        for each, way in (("m1", "outbound"), ("m1", "outbound"), ("m2", "inbound"))
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = run(implementation, "estimate", path, "--json").data
    assert [note["code"] for note in found["reading"]] == ["columns", "inbound"]
    assert "'data.payload.id' repeats 'm1'" in found["reading"][0]["sentence"]
    path.write_text(json.dumps({"data": [{"to": US, "text": "Hi"}], "total": 512, "has_more": True}))
    found = run(implementation, "estimate", path, "--json").data
    assert (
        found["reading"][0]["sentence"] == f"{path}: 'has_more' says that more messages are on another page."
    )


@pytest.mark.parametrize(
    ("envelope", "field"),
    [
        (
            {
                "_shards": {"total": 1},
                "hits": {
                    "total": {"value": 1250},
                    "hits": [{"to": US, "text": "Hi"}, {"to": US, "text": "Yo"}],
                },
            },
            "total",
        ),
        (
            {"page": 1, "totalCount": 1250, "items": [{"to": US, "text": "Hi"}, {"to": US, "text": "Yo"}]},
            "totalCount",
        ),
    ],
    ids=["elasticsearch", "page"],
)
def test_a_total_of_more_messages_than_the_file_has_is_said(
    tmp_path: Path, implementation: str, envelope: dict[str, object], field: str
) -> None:
    path = tmp_path / "page.json"
    path.write_text(json.dumps(envelope))
    found = run(implementation, "estimate", path, "--json").data
    assert (found["messages"], [note["sentence"] for note in found["reading"]]) == (
        2,
        [f"{path}: {field!r} says that there are 1,250 messages, more than in the file."],
    )
    path.write_text(json.dumps(envelope).replace("1250", "2"))
    assert run(implementation, "estimate", path, "--json").data["reading"] == []


def test_lists_that_are_not_read_are_said(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "boxes.json"
    path.write_text(json.dumps({"outbox": [{"to": US, "text": "Hi"}], "inbox": [{"from": GB, "text": "Yo"}]}))
    found = run(implementation, "estimate", path, "--json").data
    assert found["messages"] == 1
    assert [note["sentence"] for note in found["reading"]] == [f"{path}: no message is read from 'inbox'."]


def test_two_schemas_are_counted_apart(tmp_path: Path, implementation: str) -> None:
    """A row with both its text and its recipient in other fields is one row in each note."""
    path = tmp_path / "log.ndjson"
    records = [{"to": "+12025550143", "body": "Hi, Ann"}, {"recipient": "+447400123456", "message": "Hello"}]
    path.write_text("".join(f"{json.dumps(each)}\n" for each in records))
    data = run(implementation, "estimate", path, "--json").data
    assert data["messages"] == 2
    assert [note["sentence"] for note in data["reading"]] == [
        "1 row has the text in 'message', as the column that is read is empty there.",
        "1 row has the recipient in 'recipient', as 'to' is empty there.",
    ]
