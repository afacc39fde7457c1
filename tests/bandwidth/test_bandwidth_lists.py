"""Responses and lists of messages: read, given back as they were, and reconciled with callbacks."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import random
from pathlib import Path
from typing import Any

import pytest
from bandwidth_day import event
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore import bandwidth
from segcore.sources.json_stream import _Window

pytestmark = pytest.mark.kernel_independent

STATUSES = ("RECEIVED", "QUEUED", "SENDING", "SENT", "FAILED", "DELIVERED", "ACCEPTED", "UNDELIVERED")
TO, OTHER, OURS = "+12025550143", "+12025550144", "+12025550100"

# The shapes of the examples in https://dev.bandwidth.com/docs/messaging/createMessage and getMessage, and of
# the models in https://github.com/Bandwidth/python-sdk (docs/), with other data.
RESPONSE: dict[str, Any] = {
    "id": "17638848000001kw2fuqty55yp2b2",
    "owner": OURS,
    "applicationId": "00000000-0000-4000-8000-000000000001",
    "time": "2026-11-23T18:20:16Z",
    "segmentCount": 2,
    "direction": "out",
    "to": [TO, OTHER],
    "from": OURS,
    "media": ["https://media.example/1.png"],
    "text": "a" * 161,
    "tag": "v2 lab",
    "priority": "default",
    "expiration": "2026-11-24T18:20:16Z",
}


def row(identifier: str, segments: int | None = 1, status: str = "DELIVERED", **more: Any) -> dict[str, Any]:
    """Return a message of a list as Bandwidth documents it."""
    found = {
        "messageId": identifier, "accountId": "9900000", "sourceTn": OURS, "destinationTn": TO,
        "messageStatus": status, "messageDirection": "OUTBOUND", "messageType": "sms",
        "segmentCount": segments, "errorCode": 0, "receiveTime": "2026-11-23T14:03:07.000Z",
        "carrierName": "other", "messageSize": 27, "messageLength": 18, "attachmentCount": 0,
        "recipientCount": 1, "campaignClass": "T",
    }  # fmt: skip
    return {**found, **more}


def page(*rows: Any, **more: Any) -> dict[str, Any]:
    return {"totalCount": len(rows), "pageInfo": {}, "messages": list(rows), **more}


FULL = page(
    row("m1", campaignId="CJEUMDK", bwLatency=1, carrierLatency=2, callingNumberCountryA3="USA",
        calledNumberCountryA3="CAN", product="LOCAL_A2P", location="9f1", recipientRegion="QC"),
    row("m2", None, "SOMETHING_NEW", carrierName=None),
    pageInfo={"prevPage": "https://a.example", "nextPage": "https://b.example", "prevPageToken": "x",
              "nextPageToken": "y", "size": 2},
    took=3,
)  # fmt: skip


def test_responses_round_trip() -> None:
    for data in (
        RESPONSE,
        json.dumps(RESPONSE),
        json.dumps(RESPONSE).encode(),
        {**RESPONSE, "tag": None, "x": [1]},
    ):
        found = bandwidth.read_response(data)
        assert found.to_dict() == (data if isinstance(data, dict) else RESPONSE)
        assert (found.id, found.segment_count, found.to) == (RESPONSE["id"], 2, (TO, OTHER))
        assert found.expiration == "2026-11-24T18:20:16Z"


def test_lists_round_trip() -> None:
    for data in (FULL, json.dumps(FULL), json.dumps(FULL, indent=2).encode()):
        found = bandwidth.read_message_list(data)
        assert found.to_dict() == FULL
        assert pickle.loads(pickle.dumps(found)) == found
    first, second = found.messages or ()
    assert (first.carrier_name, first.called_number_country_a3, first.extra) == (
        "other",
        "CAN",
        {"recipientRegion": "QC"},
    )
    assert (second.segment_count, second.message_status) == (None, "SOMETHING_NEW")
    assert found.page_info is not None
    assert (found.total_count, found.page_info.next_page_token, found.extra) == (2, "y", {"took": 3})
    some: list[dict[str, Any]] = [
        {},
        {"messages": None},
        {"messages": []},
        {"totalCount": 0, "pageInfo": None},
    ]
    for odd in some:
        assert bandwidth.read_message_list(odd).to_dict() == odd


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=examples(100))
@given(st.dictionaries(st.sampled_from([*FULL["messages"][0], "else"]), JSON, max_size=4))
def test_any_list_round_trips_or_is_an_error(changed: dict[str, Any]) -> None:
    data = page(row("m0"), {**row("m1"), **changed})
    wrong = None
    try:
        found = bandwidth.read_message_list(data)
    except bandwidth.EventError as error:
        wrong = error.field
    if wrong is None:
        assert found.to_dict() == data
    else:
        assert wrong.removeprefix("messages[1].") in changed


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (page(row("m"), 5), "messages[1]: expected an object, got a whole number"),
        (
            page(row("m"), row("n", True)),
            "messages[1].segmentCount: expected a whole number, got true or false",
        ),
        (page(row("m", -1)), "messages[0].segmentCount: expected 0 or more, got -1"),
        (page({"segmentCount": 1}), "messages[0].messageId: missing; every listed message has it"),
        (page(row("m", destinationTn=[TO])), "messages[0].destinationTn: expected a string, got an array"),
        ({"messages": {}}, "messages: expected an array of objects, got an object"),
        (page(totalCount="1"), "totalCount: expected a whole number, got a string"),
        (page(pageInfo=[]), "pageInfo: expected an object, got an array"),
        (page(pageInfo={"nextPage": 2}), "pageInfo.nextPage: expected a string, got a whole number"),
        ([], "expected an object, got an array"),
        (None, "expected an object, got null"),
    ],
)
def test_malformed_lists(data: Any, error: str) -> None:
    with pytest.raises(bandwidth.EventError) as caught:
        bandwidth.read_message_list(data)
    assert str(caught.value) == f"list: {error}"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({**RESPONSE, "segmentCount": "2"}, "segmentCount: expected a whole number, got a string"),
        ({**RESPONSE, "segmentCount": -2}, "segmentCount: expected 0 or more, got -2"),
        ({"id": "m"}, "segmentCount: missing; every response has it"),
        ({"id": None, "segmentCount": 1}, "id: missing; every response has it"),
        ({**RESPONSE, "to": [TO, 5]}, "to[1]: expected a string, got a whole number"),
        ([RESPONSE], "expected an object, got an array"),
    ],
)
def test_malformed_responses(data: Any, error: str) -> None:
    with pytest.raises(bandwidth.EventError) as caught:
        bandwidth.read_response(data)
    assert str(caught.value) == f"response: {error}"


def test_text_that_is_not_json() -> None:
    with pytest.raises(ValueError, match="list: not JSON"):
        bandwidth.read_message_list("{")
    with pytest.raises(ValueError, match="response: not UTF-8"):
        bandwidth.read_response(b"\xff")


def sent(identifier: str | None, text: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"id": identifier, "text": text, "to": TO, **more}


def test_a_list_is_reconciled() -> None:
    rows = [sent(f"m{n}", "a" * 161) for n in range(7)]
    listed = page(
        row("m0", 2),
        row("m1", 3, carrierName="Example Mobile"),
        row("m2", 2, "FAILED", errorCode=4720),
        row("m3", 2, "UNDELIVERED", errorCode=4432),
        row("m4", 2, "SENDING"),
        row("m5", None, "QUEUED"),
        row("else", 1, messageType="mms"),
        row("rich", 1, messageType="rcs"),
        row("in", 1, messageDirection="INBOUND", messageStatus="RECEIVED"),
    )
    found = bandwidth.reconcile(rows, listed)
    assert (found.matched, found.events, found.types) == (5, 9, {"listed": 9})
    assert [(each.key, each.reported, each.carrier) for each in found.disagreements] == [
        ("m1", 3, "Example Mobile")
    ]
    # Of the one no number is said, and the other is not in the list.
    assert [each.key for each in found.never_reported] == ["m5", "m6"]
    assert [(each.id, each.segments) for each in found.never_sent] == [("else", 1)]
    assert {name: (each.messages, each.segments, each.mms) for name, each in found.outcomes.items()} == {
        "delivered": (3, 5, 1),
        "failed_billed": (1, 2, 0),
        "failed_free": (1, 2, 0),
        "failed_unknown": (0, 0, 0),
        "under_way": (1, 2, 0),
    }
    assert [(each.code, each.recipients, each.segments) for each in found.failures] == [
        (4432, 1, 2),
        (4720, 1, 2),
    ]
    assert found.not_sms == {"RCS": 1}
    assert not found.errors


def test_mms_in_a_list() -> None:
    """Several recipients make a message an MMS, as everywhere."""
    things = [row("group", 1, recipientCount=3), row("picture", 1, messageType="mms"), row("text", 4)]
    outcome = bandwidth.reconcile([], things).outcomes["delivered"]
    assert (outcome.messages, outcome.mms, outcome.segments) == (3, 2, 4)


def test_the_same_thing_as_dataclasses() -> None:
    listed, response = page(row("m1", 2), row("m2", 9)), {**RESPONSE, "id": "m3"}
    rows = [sent("m1", "a" * 161), sent("m2"), sent("m3", to=[TO, OTHER])]
    plain = bandwidth.reconcile(rows, [listed, response])
    read = bandwidth.read_message_list(listed)
    typed = bandwidth.reconcile(rows, [read, bandwidth.read_response(response)])
    assert plain == typed
    assert bandwidth.reconcile(rows, read).matched == bandwidth.reconcile(rows, listed).matched == 2
    (first, _) = read.messages or ()
    assert bandwidth.reconcile(rows, first).matched == bandwidth.reconcile(rows, row("m1", 2)).matched == 1
    assert bandwidth.reconcile(rows, bandwidth.read_response(response)).matched == 1


def test_callbacks_and_lists_that_contradict_each_other() -> None:
    callback = event("message-delivered", "m", [TO], 1)
    for things in ([callback, row("m", 2)], [row("m", 2), callback]):
        found = bandwidth.reconcile([sent("m")], things)
        assert [(each.id, each.reported, each.ends) for each in found.conflicts] == [("m", (1, 2), ())]
        assert not found.agrees
    for things in ([callback, row("m", 1, "FAILED", errorCode=4720)], [row("m", 1, "FAILED"), callback]):
        ends = bandwidth.reconcile([sent("m")], things).conflicts[0].ends
        assert ends == ("delivered", "failed")
    assert bandwidth.reconcile([sent("m")], [callback, row("m"), row("m", 1, "SENT")]).agrees


def test_a_failure_counts_once_whoever_reports_it() -> None:
    failed = event("message-failed", "m", [TO], 1, errorCode=4720)
    listed = row("m", 1, "FAILED", errorCode=4720)
    for things in ([failed, listed], [listed, failed], [row("m", 1, "FAILED"), failed, listed]):
        found = bandwidth.reconcile([sent("m")], things)
        assert [(each.code, each.recipients) for each in found.failures] == [(4720, 1)]
        assert found.duplicates == (len(things) == 3)


def test_a_failure_without_segments_costs_none() -> None:
    rows = [row("m", None, "FAILED", errorCode=4720), row("n", 2, "FAILED", errorCode=4720)]
    found = bandwidth.reconcile([sent("m"), sent("n")], rows).failures
    assert [(each.code, each.recipients, each.segments) for each in found] == [(4720, 2, 2)]


def test_as_many_kinds_of_reports_as_there_are() -> None:
    things = [row("m", 1, f"STATUS_{number}") for number in range(40)]
    for again in (things * 2, things + things[::-1]):
        found = bandwidth.reconcile([sent("m")], again)
        assert (found.events, found.duplicates) == (80, 40)


def test_a_later_status_is_not_a_duplicate() -> None:
    things = [row("m", 1, status) for status in (*STATUSES, "DLR_EXPIRED")]
    found = bandwidth.reconcile([sent("m")], things * 2)
    assert (found.events, found.duplicates) == (18, 9)


kinds = st.sampled_from(["response", "message-sending", "message-delivered", "message-failed", *STATUSES])


@settings(max_examples=examples(60))
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["id", "tag"]), st.lists(kinds, max_size=4, unique=True), st.integers(1, 2)
        ),
        max_size=6,
    ),
    st.randoms(use_true_random=False),
)
def test_order_does_not_matter(messages: list[Any], draw: random.Random) -> None:
    """A list, which has no tags, may come before or after the report that links identifier and tag."""
    rows, things = [], []
    for index, (by, said, segments) in enumerate(messages):
        rows.append(sent(f"m{index}" if by == "id" else None, tag=f"t{index}"))
        for kind in said:
            tagged = {"tag": f"t{index}"}
            if kind == "response":
                things.append({"id": f"m{index}", "segmentCount": segments, "to": [TO], **tagged})
            elif kind in STATUSES:
                things.append(row(f"m{index}", segments, kind, errorCode=4720 if "E" not in kind else 4432))
            else:
                things.append(event(kind, f"m{index}", [TO], segments, errorCode=4301, message=tagged))
    plain = bandwidth.reconcile(rows, things)
    shuffled = draw.sample(things, len(things))
    other = bandwidth.reconcile(rows, shuffled)
    for name in (
        "matched",
        "agreeing",
        "outcomes",
        "failures",
        "rows",
        "predicted",
        "reported",
        "duplicates",
    ):
        assert getattr(other, name) == getattr(plain, name), name
    for name in ("disagreements", "never_reported", "never_sent", "conflicts"):
        assert sorted(map(repr, getattr(other, name))) == sorted(map(repr, getattr(plain, name))), name


def test_a_folder_may_mix_them(tmp_path: Path) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    rows = [sent(f"m{n}") for n in range(6)]
    (folder / "1.json").write_text(json.dumps(page(row("m0"), row("m1")), indent=4))
    (folder / "2.ndjson").write_text(
        json.dumps(page(row("m2"))) + "\n" + json.dumps([page(row("m3"))]) + "\n"
    )
    (folder / "3.ndjson.gz").write_bytes(
        gzip.compress((json.dumps(row("m4")) + "\n" + json.dumps({**RESPONSE, "id": "m5"})).encode())
    )
    (folder / "4.ndjson").write_text(json.dumps([event("message-delivered", "m5", [TO, OTHER], 1)]))
    found = bandwidth.reconcile(rows, folder)
    assert (found.matched, found.errors) == (6, [])
    assert found.types == {"listed": 5, "message-delivered": 1, "response": 1}


def test_a_broken_row_does_not_hide_others(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text(json.dumps(page(row("m0"), row("m1", "1"), 7, row("m3"), totalCount="4")))  # type: ignore[arg-type]
    found = bandwidth.reconcile([sent(f"m{n}") for n in range(4)], path)
    assert [each.key for each in found.never_reported] == ["m1", "m2"]
    assert [str(each).removeprefix(f"{path}: line 1: ") for each in found.errors] == [
        "totalCount: expected a whole number, got a string",
        "messages[1].segmentCount: expected a whole number, got a string",
        "messages[2]: expected an object, got a whole number",
    ]


def test_a_truncated_list_loses_only_its_last_row() -> None:
    whole = json.dumps(page(*(row(f"m{n}") for n in range(20))), indent=2)
    rows = [sent(f"m{n}") for n in range(20)]
    for cut in (whole[:-30], whole[:-30] + "\n" + json.dumps(row("m19")) + "\n" + json.dumps([row("m18")])):
        found = bandwidth.reconcile(rows, io.BytesIO(cut.encode()))
        assert [each.key for each in found.never_reported] == (["m19"] if cut == whole[:-30] else [])
        assert found.errors
        assert all("line" in each.location and "octet" in each.reason for each in found.errors)
    # What is wrong in its head loses no row at all.
    found = bandwidth.reconcile(rows, io.BytesIO(whole.replace('"pageInfo"', "pageInfo").encode()))
    assert (found.matched, len(found.errors)) == (20, 1)


def test_objects_after_a_truncated_list_are_read() -> None:
    whole = json.dumps(page(row("m0"), row("m1")))
    for head in (whole[:-40], whole.replace("pageInfo", '"')):
        content = f"{head}\n{json.dumps(row('m1'))}\n]\n{json.dumps(row('m2'))}"
        found = bandwidth.reconcile([], io.BytesIO(content.encode()))
        assert sorted(each.id for each in found.never_sent) == ["m0", "m1", "m2"]
        assert str(found.errors[-1]) == "events: line 3: ']' without a matching '['"


def test_long_values_are_not_parsed_for_each_piece() -> None:
    window = _Window([b"a"] * 10)
    grown = [len(window.text) for _ in range(5) if window.grow()]
    assert grown == [1, 2, 4, 8, 10]
    assert not window.grow()


def test_long_lists_are_read_in_pieces() -> None:
    """A list that is larger than a piece is not parsed again for each piece."""
    data = json.dumps(page(*(row(f"m{n}") for n in range(20_000)))).encode()
    assert len(data) > 4 << 20
    found = bandwidth.reconcile([], io.BytesIO(data + b"\n" + data))
    assert (found.events, found.duplicates, found.errors) == (40_000, 20_000, [])


def test_objects_of_an_unknown_kind() -> None:
    found = bandwidth.reconcile([], [{"foo": 1}, {"id": "m"}, row("m", "x")])  # type: ignore[arg-type]
    assert [str(each) for each in found.errors] == [
        "events[0]: neither an event (type), a response (id, segmentCount) nor a list (messages)",
        "events[1]: neither an event (type), a response (id, segmentCount) nor a list (messages)",
        "events[2]: segmentCount: expected a whole number, got a string",
    ]
