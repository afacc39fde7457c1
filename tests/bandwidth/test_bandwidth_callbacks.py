"""Callbacks: every documented type is read, comes back as it was, and errors name field and event."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore import bandwidth
from segcore.bandwidth.api.json_objects import EVENT_TYPES

pytestmark = pytest.mark.kernel_independent

APPLICATION = "00000000-0000-4000-8000-000000000001"
IMAGE = "https://media.example/1.png"

# The shapes of the examples in https://dev.bandwidth.com/docs/messaging/webhooks and of the models in
# https://github.com/Bandwidth/python-sdk (docs/), with other data.
DOCUMENTED: dict[str, dict[str, Any]] = {
    "inbound SMS": {
        "type": "message-received",
        "time": "2026-11-23T18:20:16Z",
        "description": "Incoming message received",
        "to": "+12025550100",
        "message": {
            "id": "17638848000001kw2fuqty55yp2b2",
            "time": "2026-11-23T18:20:16Z",
            "to": ["+12025550100"],
            "from": "+12025550143",
            "text": "Hey, check this out!",
            "applicationId": APPLICATION,
            "media": [IMAGE],
            "owner": "+12025550100",
            "direction": "in",
            "segmentCount": 1,
        },
    },
    "inbound group MMS": {
        "type": "message-received",
        "time": "2026-11-23T18:20:16Z",
        "description": "Incoming message received",
        "to": "+12025550100",
        "message": {
            "id": "17638848000002kw2fuqty55yp2b2",
            "time": "2026-11-23T18:20:16Z",
            "to": ["+12025550100", "+12025550101"],
            "from": "+12025550143",
            "text": "Hey, check this out!",
            "applicationId": APPLICATION,
            "media": [IMAGE],
            "owner": "+12025550100",
            "direction": "in",
            "segmentCount": 1,
        },
    },
    "sending": {
        "time": "2026-11-23T18:42:36.979Z",
        "type": "message-sending",
        "to": "+12025550143",
        "description": "Message is sending to carrier",
        "message": {
            "id": "1763884800003xo7watq5px6rbe5d",
            "owner": "+12025550100",
            "applicationId": APPLICATION,
            "time": "2026-11-23T18:42:35.876Z",
            "segmentCount": 1,
            "direction": "out",
            "to": ["+12025550143"],
            "from": "+12025550100",
            "text": "",
            "media": [IMAGE],
            "tag": "v2 lab",
        },
    },
    "sent": {
        "time": "2026-11-23T18:42:36.979Z",
        "type": "message-sent",
        "to": "+12025550143",
        "description": "Message has left the network",
        "message": {
            "id": "1763884800004xo7watq5px6rbe5d",
            "owner": "+12025550100",
            "applicationId": APPLICATION,
            "time": "2026-11-23T18:42:35.876Z",
            "segmentCount": 2,
            "direction": "out",
            "to": ["+12025550143"],
            "from": "+12025550100",
            "text": "",
            "tag": "v2 lab",
            "priority": "default",
            "channel": "SMS",
        },
    },
    "delivered": {
        "type": "message-delivered",
        "time": "2026-11-23T18:20:16Z",
        "description": "ok",
        "to": "+12025550143",
        "message": {
            "id": "17638848000005kw2fuqty55yp2b2",
            "time": "2026-11-23T18:20:16Z",
            "to": ["+12025550143"],
            "from": "+12025550100",
            "text": "",
            "applicationId": APPLICATION,
            "owner": "+12025550100",
            "direction": "out",
            "segmentCount": 1,
        },
    },
    "toll free delivered": {
        "time": "2026-11-23T15:01:22.646Z",
        "type": "message-delivered",
        "to": "+12025550143",
        "description": "ok",
        "message": {
            "id": "1763884800006iprz22vjeo4tvooc",
            "owner": "+18005550100",
            "applicationId": APPLICATION,
            "time": "2026-11-23T15:01:13.456Z",
            "segmentCount": 1,
            "direction": "out",
            "to": ["+12025550143"],
            "from": "+18005550100",
            "text": "",
            "tag": "",
        },
    },
    "group delivered": {
        "type": "message-delivered",
        "time": "2026-11-23T18:20:16Z",
        "description": "Message delivered to carrier",
        "to": "+12025550143",
        "message": {
            "id": "17638848000007kw2fuqty55yp2b2",
            "time": "2026-11-23T18:20:16Z",
            "to": ["+12025550143", "+12025550144"],
            "from": "+12025550100",
            "text": "",
            "applicationId": APPLICATION,
            "owner": "+12025550100",
            "direction": "out",
            "segmentCount": 1,
        },
    },
    "failed": {
        "type": "message-failed",
        "time": "2026-11-23T18:20:16Z",
        "description": "forbidden to country",
        "to": "+52345550144",
        "errorCode": 4432,
        "message": {
            "id": "17638848000008kw2fuqty55yp2b2",
            "time": "2026-11-23T18:20:16Z",
            "to": ["+12025550143", "+52345550144"],
            "from": "+12025550100",
            "text": "",
            "applicationId": APPLICATION,
            "media": [IMAGE],
            "owner": "+12025550100",
            "direction": "out",
            "segmentCount": 1,
        },
    },
    "read": {
        "time": "2026-11-23T18:20:16Z",
        "eventTime": "2026-11-23T18:20:10Z",
        "type": "message-read",
        "to": "+12025550143",
        "description": "Message read",
        "carrierName": "Example Mobile",
        "message": {
            "id": "17638848000009kw2fuqty55yp2b2",
            "owner": "+12025550100",
            "applicationId": APPLICATION,
            "time": "2026-11-23T18:20:00Z",
            "segmentCount": 1,
            "direction": "out",
            "to": ["+12025550143"],
            "from": "+12025550100",
            "channel": "RBM",
        },
    },
    "suggestion response": {
        "time": "2026-11-23T18:20:16Z",
        "type": "suggestion-response",
        "to": "+12025550100",
        "description": "Incoming suggestion response",
        "message": {
            "id": "17638848000010kw2fuqty55yp2b2",
            "owner": "+12025550100",
            "applicationId": APPLICATION,
            "time": "2026-11-23T18:20:00Z",
            "segmentCount": 1,
            "direction": "in",
            "to": ["+12025550100"],
            "from": "+12025550143",
            "channel": "RBM",
            "suggestionResponse": {
                "text": "Yes",
                "postbackData": "eWVz",
                "pairedMessageId": "17638848000009",
            },
        },
    },
}


@pytest.mark.parametrize("event", DOCUMENTED.values(), ids=DOCUMENTED)
def test_documented_examples_round_trip(event: dict[str, Any]) -> None:
    for data in (event, [event], json.dumps(event), json.dumps([event], indent=2).encode()):
        (found,) = bandwidth.read_events(data)
        assert found.to_dict() == event
    assert found.type == event["type"]
    assert found.error_code == event.get("errorCode")
    assert found.message is not None
    assert found.message.id == event["message"]["id"]
    assert found.message.segment_count == event["message"]["segmentCount"]
    assert found.message.to == tuple(event["message"]["to"])
    assert found.message.from_ == event["message"]["from"]


def test_every_documented_type_has_an_example() -> None:
    assert {event["type"] for event in DOCUMENTED.values()} >= set(EVENT_TYPES)


def test_bodies_of_several_events() -> None:
    events = list(DOCUMENTED.values())
    assert [each.to_dict() for each in bandwidth.read_events(json.dumps(events))] == events
    assert bandwidth.read_events("[]") == []
    assert bandwidth.read_events(tuple(events)) == bandwidth.read_events(events)


def test_undocumented_fields_are_kept() -> None:
    event = {
        "type": "message-seen",
        "when": 5,
        "errorCode": None,
        "message": {"id": "1", "to": [], "media": None, "content": {"text": "x"}},
    }
    (found,) = bandwidth.read_events(event)
    assert found.extra == {"when": 5, "errorCode": None}
    assert found.message is not None
    assert found.message.extra == {"media": None, "content": {"text": "x"}}
    assert found.message.to == ()
    assert found.to_dict() == event
    assert bandwidth.read_events({"type": "ping"})[0].to_dict() == {"type": "ping"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_names = st.sampled_from(["type", "time", "to", "message", "errorCode", "id", "segmentCount", "media", "x"])
events = st.dictionaries(_names, json_values | st.dictionaries(_names, json_values), max_size=6)


@settings(max_examples=examples(40))
@given(st.lists(events, max_size=3))
def test_any_event_round_trips(found: list[dict[str, Any]]) -> None:
    """Any JSON is read exactly, or refused by an error that names its field and location."""
    try:
        read = bandwidth.read_events(found)
    except bandwidth.EventError as error:
        assert error.location.startswith("events[")  # noqa: PT017
        assert str(error) == ": ".join(filter(None, (error.location, error.field, error.reason)))  # noqa: PT017
    else:
        assert [each.to_dict() for each in read] == found


def changed(field: str, value: Any) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(json.dumps(DOCUMENTED["failed"]))
    holder = event["message"] if field.startswith("message.") else event
    name = field.removeprefix("message.")
    if value is ...:
        holder.pop(name, None)
    else:
        holder[name] = value
    return event


@pytest.mark.parametrize("field", ["type", "time", "to", "message", "message.id", "message.segmentCount"])
@pytest.mark.parametrize("gone", [..., None])
def test_missing_fields_are_named(field: str, gone: Any) -> None:
    with pytest.raises(bandwidth.EventError) as caught:
        bandwidth.read_events([DOCUMENTED["sent"], changed(field, gone)])
    assert (caught.value.location, caught.value.field) == ("events[1]", field)
    assert caught.value.reason.startswith("missing")


@pytest.mark.parametrize("field", ["errorCode", "description", "message.tag", "message.owner", "message.to"])
@pytest.mark.parametrize("gone", [..., None])
def test_other_fields_may_be_missing(field: str, gone: Any) -> None:
    event = changed(field, gone)
    assert bandwidth.read_events(event)[0].to_dict() == event


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("type", 5, "expected a string, got a whole number"),
        ("time", [], "expected a string, got an array"),
        ("to", ["+12025550143"], "expected a string, got an array"),
        ("description", {}, "expected a string, got an object"),
        ("errorCode", "4432", "expected a whole number, got a string"),
        ("errorCode", True, "expected a whole number, got true or false"),
        ("errorCode", 4432.0, "expected a whole number, got a number"),
        ("message", [], "expected an object, got an array"),
        ("message.id", 5, "expected a string, got a whole number"),
        ("message.segmentCount", "2", "expected a whole number, got a string"),
        ("message.segmentCount", -1, "expected 0 or more, got -1"),
        ("message.segmentCount", False, "expected a whole number, got true or false"),
        ("message.to", "+12025550143", "expected an array of strings, got a string"),
        ("message.from", ["+12025550143"], "expected a string, got an array"),
        ("message.media", IMAGE, "expected an array of strings, got a string"),
        ("message.tag", 7, "expected a string, got a whole number"),
        ("message.channel", 1, "expected a string, got a whole number"),
    ],
)
def test_wrong_types_are_named(field: str, value: Any, error: str) -> None:
    with pytest.raises(bandwidth.EventError) as caught:
        bandwidth.read_events([DOCUMENTED["sent"], DOCUMENTED["read"], changed(field, value)])
    assert str(caught.value) == f"events[2]: {field}: {error}"


def test_entries_of_arrays_are_named() -> None:
    with pytest.raises(
        bandwidth.EventError, match=r"^events\[0\]: message\.to\[1\]: expected a string, got null"
    ):
        bandwidth.read_events(changed("message.to", ["+12025550143", None]))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "events: not JSON: expecting value"),
        ("[", "events: not JSON: expecting value"),
        ("[1]", r"events\[0\]: expected an object, got a whole number"),
        ('"x"', "events: expected an array of events, or its JSON, got a string"),
        (5, "events: expected an array of events, or its JSON, got a whole number"),
        (b"\xff[]", "events: not UTF-8"),
    ],
)
def test_bodies_that_are_not_events(data: Any, message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=f"^{message}"):
        bandwidth.read_events(data)


def test_events_are_values() -> None:
    one, other = (bandwidth.read_events(DOCUMENTED["failed"])[0] for _ in range(2))
    assert one == other
    assert len({one, other}) == 1
    assert pickle.loads(pickle.dumps(one)) == one
    with pytest.raises(AttributeError):
        one.type = "x"  # type: ignore[misc]


# https://dev.bandwidth.com/docs/messaging/errors
CODES = """
4001 4301 4302 4303 4350 4360 4401 4403 4404 4405 4406 4407 4408 4409 4410 4411 4412 4420 4421 4431 4432 4433
4434 4435 4451 4452 4470 4481 4482 4492 4493 4700 4701 4702 4711 4712 4720 4721 4730 4740 4750 4751 4752 4770
4771 4772 4773 4774 4775 4780 4781 4785 4790 4791 4792 4793 4795 5100 5101 5106 5111 5201 5211 5220 5231 5500
5501 5600 5610 5620 5630 5650 5999 9902 9999
"""


def test_error_codes() -> None:
    codes = bandwidth.ERROR_CODES
    assert sorted(codes) == [int(code) for code in CODES.split()]
    assert all(code == each.code and each.name for code, each in codes.items())
    # Carriers bill what they reject, Bandwidth does not bill what it rejects itself; but for spam.
    assert {code for code, each in codes.items() if each.billed} == {
        code for code in codes if code // 100 in (47, 56, 99) or code == 4470
    }
