"""Sent messages against reported ones: matched, compared, explained, and nothing lost."""

from __future__ import annotations

import gzip
import io
import json
import random
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import bandwidth_day
import pytest
import reference
from bandwidth_day import event
from conftest import FULL_SWEEP, ROOT, RunPython, examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

import segcore
from segcore import bandwidth
from segcore.bandwidth.reconcile.comparison import Comparison, MessageBatch, methods_for
from segcore.bandwidth.reconcile.message_log import MessageLog, SentMessage
from segcore.bandwidth.report_router import CheckedReport, reports_in
from segcore.rules.profiles import PROFILES, resolve
from segcore.segmenter import Segmenter

pytestmark = pytest.mark.kernel_independent

TO = "+12025550143"
KINDS = {method.name for method in methods_for(resolve("bandwidth"))}


def sent(identifier: str | None, text: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"id": identifier, "text": text, "to": TO, **more}


def delivered(identifier: str, segments: int = 1, to: str = TO, **more: Any) -> dict[str, Any]:
    return event("message-delivered", identifier, [to], segments, **more)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> bandwidth_day.Day:
    # Without the extension, the twenty counting methods are slow.
    messages = 20_000 if FULL_SWEEP and segcore.implementation != "python" else 2_000
    return bandwidth_day.write_day(tmp_path_factory.mktemp("day"), messages, KINDS)


@pytest.fixture(scope="module")
def reconciled(day: bandwidth_day.Day) -> bandwidth.Reconciliation:
    return bandwidth.reconcile(day.sent, day.events)


def test_every_counting_method_has_a_second_implementation() -> None:
    """Tables and profiles are the exceptions."""
    profiles = {name for name in KINDS if name.removesuffix(" with smart encoding") in PROFILES}
    tables = {name for name in KINDS if name.startswith("smart-encoding-")}
    assert (
        KINDS - profiles - tables - {"national-languages", "sms"}
        == set(bandwidth_day.COUNTS) - profiles - tables
    )
    assert not set(bandwidth_day.COUNTS) - KINDS


def test_a_day_is_reconciled_exactly(day: bandwidth_day.Day, reconciled: bandwidth.Reconciliation) -> None:
    """Every wrong number is found and explained correctly, and nothing else is flagged."""
    found = reconciled
    wrong = {each.key: each for each in found.disagreements}
    assert wrong.keys() == day.wrong.keys()
    assert len(found.disagreements) == len(day.wrong)
    assert Counter(day.wrong.values()).keys() == set(bandwidth_day.COUNTS) | {"sms"}
    for key, kind in day.wrong.items():
        assert kind in wrong[key].explanations
    assert {each.key for each in found.never_reported} == day.never_reported
    assert {each.id for each in found.never_sent} == day.never_sent
    assert found.duplicates == day.duplicates
    assert {each.code: each.recipients for each in found.failures} == dict(day.failed)
    assert found.sent == day.messages
    assert found.matched == day.messages - len(day.never_reported)
    assert found.compared["in"] == day.inbound
    assert found.unexplained == 0
    assert not found.errors
    assert not found.conflicts
    outcomes = found.outcomes.values()
    assert sum(each.segments + each.mms for each in outcomes) + _extra(found) == day.segments
    assert sum(each.messages for each in outcomes) == found.matched + len(found.never_sent)


def _extra(found: bandwidth.Reconciliation) -> int:
    """Return the segments that the day counts for MMS billed by their text, where an outcome counts 1."""
    return sum(each.reported - 1 for each in found.disagreements if each.mms)


def test_explanations_match_a_second_implementation(reconciled: bandwidth.Reconciliation) -> None:
    checked: dict[tuple[str, int], tuple[str, ...]] = {}
    for each in reconciled.disagreements:
        if each.mms:
            assert each.predicted == 1
            assert each.explanations == ("sms",)
            continue
        case = each.text, each.reported
        if case not in checked and len(checked) == 60:
            continue
        if case not in checked:
            checked[case] = bandwidth_day.explanations(*case)
            assert each.predicted == reference.segments(each.text)
        mine = {name for name in each.explanations if name in bandwidth_day.COUNTS}
        assert mine == set(checked[case])
    assert len(checked) == 60


@settings(max_examples=examples(40))
@given(text=st.text("ab€{é’😀👍🏽\u200dб\r", max_size=400))
@example(text="a" * 152 + "€" + "a" * 152)
@example(text="б" * 66 + "😀" + "б" * 66)
def test_methods_match_a_second_implementation(text: str) -> None:
    batch = Segmenter("bandwidth").analyze_bulk([text, text], mms=[False, True])
    for method in methods_for(resolve("bandwidth")):
        counts = list(method.count(MessageBatch([text, text], [False, True], batch)))
        if method.name in bandwidth_day.COUNTS and "smart" not in method.name:
            assert counts[0] == bandwidth_day.COUNTS[method.name](text), method.name
        assert counts[1] == (reference.segments(text) if method.name == "sms" else 1)


@pytest.mark.parametrize("name", ["hubtel", "china_domestic", "turkey", "braze"])
def test_routes_that_bill_otherwise_have_methods_too(name: str) -> None:
    """The base may bill anything but octets; what differs from it is found in its billing, too."""
    methods = {method.name: method for method in methods_for(resolve(name))}
    assert "grapheme-clusters" in methods
    assert ("national-languages" in methods) == (name != "hubtel")
    standard = [method for method in methods.values() if "standard" in method.profiles]
    assert len(standard) == (name != "braze")
    if standard:
        batch = Segmenter(resolve(name)).analyze_bulk(["a" * 300])
        assert list(standard[0].count(MessageBatch(["a" * 300], [False], batch))) == [2]


def test_octets_are_refused() -> None:
    with pytest.raises(ValueError, match="profile: rcs counts octets of UTF-8, but reports are of SMS"):
        methods_for(resolve("rcs"))


def test_profiles_are_counting_methods() -> None:
    for name in ("twilio", "telnyx", "clicksend", "us_toll_free_16bit", "ascii_only"):
        (method,) = [method for method in methods_for(resolve("bandwidth")) if name in method.profiles]
        texts = ["’" * 71, "§" * 71, "€" * 100, "a" * 305, "👨‍👩‍👧" * 20, "line\n" * 60]
        batch = Segmenter("bandwidth").analyze_bulk(texts)
        counts = list(method.count(MessageBatch(texts, [False] * len(texts), batch)))
        assert counts == Segmenter(name).count_segments_bulk(texts)
    # A method that counts like the predictions explains nothing.
    assert not any(
        "bandwidth" in method.profiles or "plivo" in method.profiles
        for method in methods_for(resolve("bandwidth"))
    )
    telnyx = [method.name for method in methods_for(resolve("telnyx"))]
    assert "bandwidth" not in telnyx
    assert "standard" in telnyx


def test_the_best_fit_is_named() -> None:
    """A route with another rule: its method explains everything and contradicts nothing."""
    toll_free = Segmenter("us_toll_free_16bit")
    texts = ["a" * n for n in range(100, 1_000, 2)]
    rows = [sent(f"m{index}", text) for index, text in enumerate(texts)]
    events = [delivered(f"m{index}", toll_free.count_segments(text)) for index, text in enumerate(texts)]
    found = bandwidth.reconcile(rows, events)
    wrong = sum(toll_free.count_segments(text) != reference.segments(text) for text in texts)
    assert len(found.disagreements) == wrong > 5
    assert found.best_fit is not None
    assert found.best_fit.name == "16-bit-reference"
    assert (found.best_fit.explained, found.best_fit.contradicted) == (wrong, 0)
    assert found.best_fit.profiles == ("us_toll_free_16bit",)
    assert bandwidth.reconcile(rows, events, profile="us_toll_free_16bit").agrees


def test_contradictions_are_counted() -> None:
    """`mms` explains the wrong number, and contradicts every other message of several segments."""
    texts = ["a" * 321, "a" * 161, "б" * 71, "short"]
    rows = [sent(f"m{index}", text) for index, text in enumerate(texts)]
    found = bandwidth.reconcile(rows, [delivered(f"m{index}", 1 + (index in (1, 2))) for index in range(4)])
    assert [(fit.name, fit.explained, fit.contradicted) for fit in found.fits] == [("mms", 1, 2)]
    assert found.agreeing == 3
    # An unexplained disagreement does not contradict a method.
    rows.append(sent("m4", "a" * 161))
    found = bandwidth.reconcile(rows, [delivered(f"m{n}", (1, 2, 2, 1, 7)[n]) for n in range(5)])
    assert [(fit.name, fit.explained, fit.contradicted) for fit in found.fits] == [("mms", 1, 2)]


def test_texts_are_kept_only_until_their_message_is_settled() -> None:
    log = MessageLog(Comparison(resolve("bandwidth")), lambda _: None)
    for index, text in enumerate(("one", "two", "three")):
        log.add_sent(SentMessage("", f"m{index}", None, text, False))
    for each in (delivered("m0"), event("message-sending", "m1", [TO], 1)):
        (report,) = reports_in(each, "")
        assert isinstance(report, CheckedReport)
        assert report.update
        log.add(report.update)
    assert log._texts == [None, "two", "three"]


def test_clusters_are_kept_whole_in_short_texts_too() -> None:
    (method,) = [method for method in methods_for(resolve("bandwidth")) if method.name == "grapheme-clusters"]
    texts = ["д" * n + "👨‍👩‍👧" * k for n in range(9) for k in range(7, 20)]
    batch = Segmenter("bandwidth").analyze_bulk(texts)
    counts = list(method.count(MessageBatch(texts, [False] * len(texts), batch)))
    assert counts == [bandwidth_day.COUNTS["grapheme-clusters"](text) for text in texts]
    assert any(ours == 2 and theirs == 3 for ours, theirs in zip(batch.segments, counts, strict=True))


def test_numbers_that_nothing_explains() -> None:
    found = bandwidth.reconcile([sent("m", "Hello")], [delivered("m", 7)])
    assert found.disagreements[0].explanations == ()
    assert (found.unexplained, found.best_fit, found.agrees) == (1, None, False)
    assert found.disagreements[0].analyze().segments == 1


def test_batches_do_not_matter() -> None:
    comparison, one = Comparison(resolve("bandwidth")), Comparison(resolve("bandwidth"))
    draw = random.Random(2)
    for index in range(10_000):
        message = (f"m{index}", "out", "a" * draw.randint(1, 400), False, draw.randint(1, 3))
        comparison.add(*message)  # type: ignore[arg-type]
        if index < 500:
            one.add(*message)  # type: ignore[arg-type]
            one.finish()
    comparison.finish()
    assert [each for each in comparison.disagreements if int(each.key[1:]) < 500] == one.disagreements
    assert comparison.compared["out"] == 10_000


messages = st.lists(
    st.tuples(
        st.sampled_from(["id", "tag"]),
        st.sampled_from(["Hello", "a" * 161, "б" * 71]),
        st.lists(st.sampled_from(["message-sending", "message-sent", "message-delivered", "message-failed"])),
        st.integers(1, 3),
    ),
    max_size=12,
)


@settings(max_examples=examples(50))
@given(messages, st.data())
def test_order_and_repetition_do_not_matter(rows: list[Any], data: st.DataObject) -> None:
    logged: list[dict[str, Any]] = []
    happened: list[dict[str, Any]] = []
    for index, (by, text, kinds, segments) in enumerate(rows):
        logged.append(sent(f"m{index}" if by == "id" else None, text, tag=f"t{index}"))
        happened += [
            event(kind, f"m{index}", [TO], segments, message={"tag": f"t{index}"})
            for kind in dict.fromkeys(kinds)
        ]
    plain = bandwidth.reconcile(logged, happened)
    again = data.draw(st.lists(st.sampled_from(happened), max_size=5)) if happened else []
    other = bandwidth.reconcile(logged, data.draw(st.permutations(happened + again)))
    assert other.duplicates == len(again)
    assert plain.duplicates == 0
    for name in (
        "matched",
        "agreeing",
        "outcomes",
        "failures",
        "never_sent",
        "best_fit",
        "predicted",
        "reported",
    ):
        assert getattr(other, name) == getattr(plain, name)
    for name in ("disagreements", "never_reported", "conflicts"):
        assert sorted(map(repr, getattr(other, name))) == sorted(map(repr, getattr(plain, name)))
    wrong = {
        f"m{index}"
        for index, (_, text, kinds, segments) in enumerate(rows)
        if kinds and segments != reference.segments(text)
    }
    assert {each.key for each in plain.disagreements} == wrong


def test_duplicates_are_those_of_message_type_and_recipient() -> None:
    group = ["+12025550143", "+12025550144"]
    rows = [sent("m", to=group)]
    first = event("message-delivered", "m", group, 1)
    second = {**first, "to": group[1]}
    sending = event("message-sending", "m", group, 1)
    later = event("message-seen", "m", group, 1)
    found = bandwidth.reconcile(rows, [first, second, sending, later] * 3)
    assert (found.events, found.duplicates) == (12, 8)
    assert found.outcomes["delivered"].messages == 1
    alone = event("message-delivered", "m", [group[0]], 1)
    other = event("message-delivered", "m", [group[1]], 1)
    assert bandwidth.reconcile(rows, [alone, other, alone, other]).duplicates == 2
    # None for each of three recipients, one for each that is repeated.
    three = [{**first, "to": to} for to in (*group, "+12025550145")]
    assert bandwidth.reconcile(rows, three).duplicates == 0
    assert bandwidth.reconcile(rows, three + three).duplicates == 3


def test_matched_by_identifier_else_by_tag() -> None:
    rows = [
        sent("m1", tag="same"),
        sent(None, tag="t2"),
        sent("m3", tag="same"),
        sent(None, "a" * 161, tag="t4"),
    ]
    events = [
        delivered("m1", message={"tag": "else"}),
        delivered("m2", message={"tag": "t2"}),
        delivered("m3"),
        delivered("m4", message={"tag": "t4"}),
    ]
    found = bandwidth.reconcile(rows, events)
    assert (found.matched, [each.key for each in found.disagreements]) == (4, ["m4"])
    assert not found.never_sent
    assert not found.never_reported


def test_a_tag_matches_one_message_only() -> None:
    """The second message with the tag may be a repeated request that was not logged."""
    found = bandwidth.reconcile(
        [sent(None, tag="t")],
        [delivered("m1", message={"tag": "t"}), delivered("m2", 3, message={"tag": "t"})],
    )
    assert found.matched == 1
    assert [(each.id, each.segments, each.reason) for each in found.never_sent] == [
        ("m2", 3, "message m1 has its tag")
    ]


def test_a_tag_of_several_messages_matches_none() -> None:
    rows = [
        sent(None, tag="sale"),
        sent(None, "a" * 161, tag="sale"),
        sent(None, tag="sale"),
        sent(None, tag="u"),
    ]
    events = [delivered("m1", message={"tag": "sale"}), delivered("m2", 2, message={"tag": "sale"})]
    found = bandwidth.reconcile(rows, events)
    assert found.matched == 0
    assert [each.key for each in found.never_reported] == ["sale", "sale", "sale", "u"]
    assert [each.predicted for each in found.never_reported] == [1, 2, 1, 1]
    assert {each.reason for each in found.never_sent} == {"several messages were sent with its tag"}
    assert [str(each) for each in found.errors] == [
        "sent[1]: tag 'sale' was sent before; without an identifier these messages cannot be told apart"
    ]


def test_the_same_row_twice() -> None:
    rows = [sent("m", "Hello"), sent("m", "Hello"), sent("m", "a" * 161)]
    found = bandwidth.reconcile(rows, [delivered("m")])
    assert (found.sent, found.matched, found.agrees) == (1, 1, True)
    assert [str(each) for each in found.errors] == [
        "sent[1]: identifier 'm' was sent before: the same row again; counted once",
        "sent[2]: identifier 'm' was sent before: another text; the first one is kept",
    ]


def test_the_same_text_once_as_sms_and_once_as_mms() -> None:
    """They are billed differently, so the second is not the same row again."""
    picture = sent("m", "a" * 161, media=["https://media.example/1.png"])
    for rows, predicted in (([sent("m", "a" * 161), picture], 2), ([picture, sent("m", "a" * 161)], 1)):
        found = bandwidth.reconcile(rows, [delivered("m", predicted)])
        assert (found.sent, found.matched, found.agrees) == (1, 1, True)
        assert [str(each) for each in found.errors] == [
            "sent[1]: identifier 'm' was sent before: once as SMS and once as MMS; the first one is kept"
        ]


def test_an_identifier_that_is_never_reported_falls_through_to_the_tag() -> None:
    """The log may have identifiers of its own.  A tag decides only where no identifier does."""
    rows = [
        sent("own-1", "a" * 161, tag="t1"),
        sent("own-2", tag="t2"),
        sent("m3", tag="t3"),
        sent("own-4", tag="same"),
        sent("own-5", tag="same"),
        sent("p", "b" * 400, tag="t6", media=["https://media.example/1.png"]),
    ]
    events: list[dict[str, Any]] = [
        event("message-sending", "m1", [TO], 3, message={"tag": "t1"}),
        delivered("m1", 2, message={"tag": "t1"}),
        delivered("x3", 1, message={"tag": "t3"}),
        delivered("m3", 1, message={"tag": "t3"}),
        delivered("m4", 1, message={"tag": "same"}),
        {"messageId": "m6", "segmentCount": 1, "messageStatus": "SENT"},
        delivered("m6", 1, message={"tag": "t6"}),
        delivered("m7", 5, message={"tag": "t1"}),
    ]
    for order in (events, events[::-1], events[1::-1] + events[2:]):
        found = bandwidth.reconcile(rows, order)
        assert (found.matched, found.matched_by_tag) == (3, 2)
        assert [each.key for each in found.never_reported] == ["own-2", "own-4", "own-5"]
        reasons = {each.id: each.reason for each in found.never_sent}
        assert reasons.pop("x3") == "message m3 has its tag"
        assert reasons.pop("m4") == "several messages were sent with its tag"
        # Of two reported messages with the tag of one, the first is that one.
        ((other, reason),) = reasons.items()
        assert (other, reason) in (("m7", "message m1 has its tag"), ("m1", "message m7 has its tag"))
        assert (found.disagreements == []) == (other == "m7")
        assert (found.outcomes["delivered"].messages, found.outcomes["delivered"].mms) == (6, 1)


def test_the_log_decides_what_is_an_mms() -> None:
    """However a message is matched: by its identifier, its tag, or the tag in place of its identifier."""
    media = ["https://media.example/1.png"]
    rows = [sent("m1", "a" * 161), sent(None, "a" * 161, tag="t2"), sent("own-3", "a" * 161, tag="t3")]
    events = [delivered(f"m{n}", 2, message={"tag": f"t{n}", "media": media}) for n in (1, 2, 3)]
    found = bandwidth.reconcile(rows, events)
    assert (found.matched, found.disagreements) == (3, [])
    assert (found.outcomes["delivered"].segments, found.outcomes["delivered"].mms) == (6, 0)


def test_nothing_compared_is_not_agreement() -> None:
    found = bandwidth.reconcile([sent("own-1")], [delivered("m1")])
    assert (found.matched, found.agreeing, found.agrees) == (0, 0, False)
    assert not bandwidth.reconcile([], []).agrees
    assert bandwidth.reconcile([], [received("i1", "Hello", 1, direction="in")]).agrees


def test_bodies_of_callbacks_are_flattened() -> None:
    """Each is an array of events, in a list as in a file."""
    bodies: list[Any] = [[delivered("m1"), delivered("m2")], (delivered("m3", 2),), delivered("m4"), [5]]
    found = bandwidth.reconcile([sent(f"m{n}") for n in range(1, 5)], bodies)
    assert (found.events, found.matched, len(found.disagreements)) == (5, 4, 1)
    assert [str(each) for each in found.errors] == ["events[3][0]: expected an object, got a whole number"]


def test_never_reported_and_never_sent() -> None:
    found = bandwidth.reconcile(
        [sent("m1", "a" * 161), sent("m2", media=["https://media.example/1.png"])],
        [delivered("m3", 4, message={"tag": "t3"}), event("message-sending", "m4", [TO], 1)],
    )
    assert [(each.key, each.predicted, each.mms) for each in found.never_reported] == [
        ("m1", 2, False),
        ("m2", 1, True),
    ]
    assert [(each.id, each.tag, each.segments) for each in found.never_sent] == [
        ("m3", "t3", 4),
        ("m4", None, 1),
    ]
    assert found.matched == 0
    assert not found.agrees
    assert bandwidth.reconcile([], [delivered("m5", 0)]).never_sent[0].segments == 0


def test_no_segments_are_a_number_too() -> None:
    """A report of 0 segments disagrees, final or not; a report without a number says nothing."""
    for report in (event("message-sending", "m1", [TO], 0), delivered("m1", 0)):
        found = bandwidth.reconcile([sent("m1")], [report])
        assert [(each.key, each.predicted, each.reported) for each in found.disagreements] == [("m1", 1, 0)]


def test_mms_and_groups_are_predicted_1() -> None:
    rows = [
        sent("m1", "a" * 500, media=["https://media.example/1.png"]),
        sent("m2", "б" * 500, to=["+12025550143", "+12025550144"]),
        sent("m3", "б" * 500, to="+12025550143,+12025550144"),
    ]
    assert bandwidth.reconcile(rows, [delivered(f"m{n}") for n in (1, 2, 3)]).agrees
    found = bandwidth.reconcile(rows, [delivered("m1", 4)])
    assert found.disagreements[0].explanations == ("sms",)


def test_outcomes_and_costs() -> None:
    image: dict[str, Any] = {"message": {"media": ["https://media.example/1.png"]}}
    rows = [sent(f"m{n}", "a" * 161) for n in range(6)]
    rows += [
        sent("p", media=["https://media.example/1.png"]),
        sent("q", media=["https://media.example/1.png"]),
    ]
    events = [
        delivered("m0", 2),
        event("message-failed", "m1", [TO], 2, errorCode=4720),
        event("message-failed", "m2", [TO], 2, errorCode=4432),
        event("message-failed", "m3", [TO], 2, errorCode=4999),
        event("message-failed", "m4", [TO], 2),
        event("message-sending", "m5", [TO], 2),
        delivered("p", 1, **image),
        event("message-failed", "q", [TO], 1, errorCode=4770, **image),
        event("message-delivered", "unsent", [TO], 1, **image),
        event("message-read", "m5", [TO], 2),
    ]
    found = bandwidth.reconcile(rows, events, price=Decimal("0.01"), mms_price=Decimal("0.1"))
    counts = {name: (each.messages, each.segments, each.mms) for name, each in found.outcomes.items()}
    assert counts == {
        "delivered": (4, 4, 2),
        "failed_billed": (2, 2, 1),
        "failed_free": (1, 2, 0),
        "failed_unknown": (2, 4, 0),
        "under_way": (0, 0, 0),
    }
    assert found.cost("delivered").total == Decimal("0.24")
    assert found.cost().total == Decimal("0.36")
    assert [
        (each.code, each.name, each.billed, each.recipients, each.segments) for each in found.failures
    ] == [
        (None, None, None, 1, 2),
        (4432, "rejected-forbidden-country", False, 1, 2),
        (4720, "invalid-destination-address", True, 1, 2),
        (4770, "destination-spam-detected", True, 1, 1),
        (4999, None, None, 1, 2),
    ]
    unpriced = bandwidth.reconcile(rows, events, price=Decimal("0.01"))
    assert unpriced.cost().total is None
    assert unpriced.cost().unpriced_mms == 3


def test_a_group_is_delivered_if_one_recipient_got_it() -> None:
    group = [f"+1202555014{n}" for n in range(3)]
    failed = [{**event("message-failed", "m", group, 1, errorCode=4720), "to": to} for to in group]
    ok = {**event("message-delivered", "m", group, 1), "to": group[2]}
    for events, name in (
        (failed, "failed_billed"),
        ([*failed[:2], ok], "delivered"),
        ([ok, *failed[:2]], "delivered"),
    ):
        found = bandwidth.reconcile([sent("m", to=group)], events)
        assert {key for key, each in found.outcomes.items() if each.messages} == {name}
        assert found.outcomes[name].mms == 1
        assert found.agrees
        assert not found.conflicts


def test_events_that_contradict_each_other() -> None:
    rows = [sent("m1", "a" * 161), sent("m2"), sent("m3")]
    events = [
        event("message-sending", "m1", [TO], 3),
        delivered("m1", 2),
        delivered("m2"),
        event("message-failed", "m2", [TO], 1, errorCode=4720),
        delivered("m3"),
    ]
    for each in (events, events[::-1]):
        found = bandwidth.reconcile(rows, each)
        # The last event decides what is billed; it agrees, but the events contradict each other.
        assert found.disagreements == []
        assert [(c.id, c.reported, c.ends) for c in found.conflicts] == [
            ("m1", (2, 3), ()),
            ("m2", (1,), ("delivered", "failed")),
        ]
        assert not found.agrees


def received(identifier: str, text: str, segments: int, **more: Any) -> dict[str, Any]:
    return event("message-received", identifier, ["+12025550100"], segments, message={"text": text, **more})


def test_received_messages_need_no_match() -> None:
    group = ["+12025550100", "+12025550101"]
    events = [
        received("i1", "a" * 161, 2, direction="in"),
        received("i1", "a" * 161, 2, direction="in"),
        received("i2", "a" * 305, 3, direction="in"),
        received("i3", "a" * 500, 1, direction="in", media=["https://media.example/1.png"]),
        received("i4", "a" * 500, 1, direction="in", to=group),
        received("i5", "a" * 500, 1, direction="in", channel="MMS"),
        received("i6", "a" * 500, 1, direction="in", channel="RBM"),
    ]
    found = bandwidth.reconcile([], events)
    assert found.compared == {"out": 0, "in": 5}
    assert [(each.key, each.direction, each.explanations) for each in found.disagreements] == [
        ("i2", "in", ("16-bit-reference", "zenvia"))
    ]
    assert found.duplicates == 1
    assert found.not_sms == {"RBM": 1}
    assert not found.never_sent
    assert sum(each.messages for each in found.outcomes.values()) == 0


PICTURE: dict[str, Any] = {"message": {"media": ["https://media.example/1.png"]}}


def test_delivered_mms_are_confirmed_or_only_accepted() -> None:
    """Without receipts, `message-delivered` of an MMS or a group means that Bandwidth's MMSC has it."""
    group = ["+12025550143", "+12025550144", "+12025550145"]
    events = [
        event("message-sending", "p1", [TO], 1, **PICTURE),
        delivered("p1", **PICTURE),
        delivered("p2", **PICTURE),
        event("message-queued", "g1", group, 1),
        event("message-delivered", "g1", group, 1),
        event("message-delivered", "g2", group, 1),
        # An SMS, a failure, and an MMS that is under way.
        delivered("s1"),
        event("message-sending", "p3", [TO], 1, **PICTURE),
        event("message-failed", "p4", [TO], 1, errorCode=4720, **PICTURE),
        {"messageId": "l1", "messageType": "mms", "messageStatus": "DELIVERED", "segmentCount": 1},
        {"messageId": "p1", "messageType": "mms", "messageStatus": "DELIVERED", "segmentCount": 1},
    ]
    for order in (events, events[::-1]):
        found = bandwidth.reconcile([sent("p2", media=["https://media.example/1.png"])], order)
        assert found.confirmed_mms == 2
        assert sorted((each.id, each.recipients) for each in found.accepted_mms) == [
            ("g2", 3),
            ("l1", 1),
            ("p2", 1),
        ]
        assert found.outcomes["delivered"].mms == 5
    assert bandwidth.reconcile([], [delivered("s1")]).accepted_mms == []


def at(seconds: int) -> str:
    return f"2026-11-23T{9 + seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.5Z"


def replies(number: int, gap: int, to: str = TO, delay: int = 1) -> list[dict[str, Any]]:
    """Return the callbacks of messages, each created `gap` seconds after the callback of the one before."""
    return [
        event("message-delivered", f"{to}-{n}", [to], 1, time=at(n * (gap + delay) + delay),
              message={"time": at(n * (gap + delay))})
        for n in range(number)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("events", "loops"),
    [
        (replies(10, 5), [(TO, 10, False)]),
        (replies(9, 5), []),
        (replies(40, 6), []),
        (replies(30, 0), [(TO, 30, False)]),
        # A bulk: created before the callback of the one before.
        (replies(30, -1), []),
        (replies(12, 1, delay=600), [(TO, 12, False)]),
        (replies(10, 2) + replies(30, 2, "+12025550144"), [("+12025550144", 30, False), (TO, 10, False)]),
        ([each for each in replies(20, 3) if not each["message"]["id"].endswith("-9")], [(TO, 10, False)]),
        ([{**each, "time": "soon"} for each in replies(20, 2)], []),
    ],
)  # fmt: skip
def test_loops_of_replies_to_callbacks(events: list[dict[str, Any]], loops: list[Any]) -> None:
    for order in (events, events[::-1]):
        found = bandwidth.reconcile([], order)
        assert [(each.recipient, each.messages, each.to_sender) for each in found.loops] == loops


def test_conversations_are_not_loops() -> None:
    """The recipient writes, too."""
    inbound = [received(f"i{n}", "Hello", 1, direction="in", **{"from": TO}) for n in range(6)]
    assert bandwidth.reconcile([], replies(12, 2) + inbound).loops == []
    assert len(bandwidth.reconcile([], replies(12, 2) + inbound[1:]).loops) == 1


def test_messages_to_their_own_sender() -> None:
    """A program that replies to `message.from` of each callback does this."""
    own = "+12025550100"
    events = [delivered("m1", to=own), delivered("m2", to=own), delivered("m3")]
    found = bandwidth.reconcile([], events)
    assert [(each.recipient, each.messages, each.to_sender) for each in found.loops] == [(own, 2, True)]
    # Such a number is named once, however fast the messages follow each other.
    found = bandwidth.reconcile([], replies(12, 1, own))
    assert [(each.recipient, each.messages, each.to_sender) for each in found.loops] == [(own, 12, True)]


def test_other_events_are_counted() -> None:
    events: list[dict[str, Any]] = [
        {"type": "suggestion-response", "message": {"id": "x", "direction": "in"}},
        {"type": "ping"},
        event("message-queued", "m", [TO], 1),
    ]
    found = bandwidth.reconcile([sent("m")], events)
    assert found.types == {"message-queued": 1, "ping": 1, "suggestion-response": 1}
    assert (found.matched, found.agrees, found.outcomes["under_way"].messages) == (1, True, 1)
    # A suggestion response is not a message of yours.
    assert not found.never_sent


def test_responses_to_requests_are_reports() -> None:
    response = {"id": "m1", "segmentCount": 2, "direction": "out", "to": [TO], "text": "a" * 161, "tag": "t1"}
    found = bandwidth.reconcile([sent(None, "a" * 161, tag="t1")], [response, response])
    assert (found.matched, found.agrees, found.duplicates) == (1, True, 1)
    assert found.types == {"response": 2}
    # A callback without a tag is found by the identifier that the response gave.
    found = bandwidth.reconcile([sent(None, "a" * 161, tag="t1")], [response, delivered("m1", 3)])
    assert [each.key for each in found.disagreements] == ["m1"]
    assert not found.never_sent


def test_events_as_dataclasses() -> None:
    (read,) = bandwidth.read_events(delivered("m"))
    assert bandwidth.reconcile([sent("m")], read).matched == 1
    assert bandwidth.reconcile([sent("m")], [read, read]).duplicates == 1
    assert bandwidth.reconcile([sent("m")], delivered("m")).matched == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
@pytest.mark.parametrize("packed", [False, True])
def test_callbacks_in_utf16_and_utf32(tmp_path: Path, encoding: str, packed: bool) -> None:
    path = tmp_path / "events.json"
    octets = json.dumps([delivered("m1", message={"text": "Привет 😀"})] * 2, ensure_ascii=False).encode(
        encoding
    )
    path.write_bytes(gzip.compress(octets) if packed else octets)
    found = bandwidth.reconcile([sent("m1")], path)
    assert (found.events, found.matched, found.errors) == (2, 1, [])
    # A lone surrogate is reported, and what follows is read.
    bad = ('{"id": "' + "\ud800" + '"}\n' + json.dumps(delivered("m1"))).encode(encoding, "surrogatepass")
    path.write_bytes(bad)
    found = bandwidth.reconcile([sent("m1")], path)
    assert (found.events, found.matched, len(found.errors)) == (1, 1, 1)


def test_callbacks_in_a_sequence(tmp_path: Path) -> None:
    """RFC 7464 puts U+001E before each text."""
    path = tmp_path / "events.json-seq"
    path.write_text("".join(f"\x1e{json.dumps(delivered(name))}\n" for name in ("m1", "m2")))
    found = bandwidth.reconcile([sent("m1"), sent("m2")], path)
    assert (found.events, found.matched, found.errors) == (2, 2, [])
    path.write_text(f"\x1e{json.dumps(delivered('m1'))[:-9]}\n\x1e{json.dumps(delivered('m2'))}\n")
    found = bandwidth.reconcile([sent("m1"), sent("m2")], path)
    assert (found.events, found.matched, len(found.errors)) == (1, 1, 1)


def test_callbacks_in_csv_are_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("type,to,message.id\nmessage-delivered,+12025550143,m1\n")
    (error,) = bandwidth.reconcile([sent("m1")], path).errors
    assert str(error).endswith(
        "nothing in the file is JSON: export it as JSON, one object a line or in an array"
    )


def test_malformed_events_are_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    good = [delivered("m1"), delivered("m2")]
    bad = delivered("m3", "2")  # type: ignore[arg-type]
    path = tmp_path / "events.ndjson"
    body = json.dumps([good[0], bad])
    path.write_text(
        f'{body}\n{{"type": "message-sent"}}\n{{"type": "mess\n{json.dumps(good[1])}\n{json.dumps(bad)[:-9]}'
    )
    found = bandwidth.reconcile([sent("m1"), sent("m2"), sent("m3")], path)
    assert (found.matched, [each.key for each in found.never_reported]) == (2, ["m3"])
    reported = [str(each).removeprefix(f"{path}: ") for each in found.errors]
    octet = len(body) + 1 + 25 + 15
    assert reported[0] == "line 1, entry 2: message.segmentCount: expected a whole number, got a string"
    assert reported[1] == "line 2: time: missing; every event about a message has it"
    assert reported[2] == f"line 3: not JSON: invalid control character (octet {octet}); 15 octets skipped"
    assert reported[3].startswith("line 5: cut off: the file ends inside a value")
    assert len(reported) == 4
    found = bandwidth.reconcile([], [5, good[0]])  # type: ignore[list-item]
    assert [str(each) for each in found.errors] == ["events[0]: expected an object, got a whole number"]


def test_damaged_files_do_not_hide_others(
    tmp_path: Path, day: bandwidth_day.Day, reconciled: bandwidth.Reconciliation
) -> None:
    """Half of a compressed file is lost; everything else is as before."""
    events = tmp_path / "events"
    events.mkdir()
    for path in day.events.iterdir():
        content = path.read_bytes()
        (events / path.name).write_bytes(content[: len(content) // 2] if path.suffix == ".gz" else content)
    whole = reconciled
    found = bandwidth.reconcile(day.sent, events)
    assert any("the compressed data ends early" in each.reason for each in found.errors)
    assert len(found.errors) <= 2
    kept = {each.key for each in found.disagreements}
    assert kept < {each.key for each in whole.disagreements}
    assert whole.events * 3 // 4 < found.events < whole.events
    assert len(found.never_reported) > len(whole.never_reported)


def test_files_folders_and_streams(tmp_path: Path) -> None:
    folder = tmp_path / "events"
    folder.mkdir()
    (folder / "1.json").write_text(json.dumps([delivered("m1")]))
    (folder / "2.ndjson.gz").write_bytes(gzip.compress(json.dumps(delivered("m2")).encode()))
    (folder / "read.me").write_text("no events")
    stream = io.BytesIO(json.dumps(delivered("m3")).encode())
    log = io.BytesIO("".join(json.dumps(sent(f"m{n}")) + "\n" for n in range(1, 5)).encode())
    reported: list[int] = []
    found = bandwidth.reconcile(log, [folder, stream, delivered("m4")], progress=reported.append)
    assert (found.matched, found.agrees) == (4, True)
    assert ["skipped" in each.reason for each in found.errors] == [True]
    assert sum(reported) > 0


@pytest.mark.parametrize("events", [5, None, b"[]"])
def test_events_of_something_else(events: Any) -> None:
    with pytest.raises(TypeError, match="events: expected paths, files or events"):
        bandwidth.reconcile([], events)


def test_wrong_arguments(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"unknown value 'bandwith'.*did you mean 'bandwidth'"):
        bandwidth.reconcile([], [], profile="bandwith")
    with pytest.raises(FileNotFoundError):
        bandwidth.reconcile([], tmp_path / "none.ndjson")
    with pytest.raises(FileNotFoundError):
        bandwidth.reconcile(tmp_path / "none.ndjson", [])


def test_nothing_at_all() -> None:
    found = bandwidth.reconcile([], [])
    assert (found.sent, found.events, found.matched, found.agrees, found.best_fit) == (0, 0, 0, False, None)


def test_reconcile_imports_no_type_of_bandwidth(run_python: RunPython) -> None:
    """Logs of other providers come next: only the adapter imports Bandwidth's objects."""
    neutral = sorted((ROOT / "segcore" / "bandwidth" / "reconcile").glob("*.py"))
    assert {"comparison.py", "message_log.py", "sent_messages.py"} <= {path.name for path in neutral}
    for path in neutral:
        imports = [line for line in path.read_text("utf-8").splitlines() if "import" in line]
        assert not [line for line in imports if "bandwidth.api" in line or "report_router" in line], path


def test_both_implementations(run_python: RunPython, env_of: dict[str, str]) -> None:
    """A small day, in an interpreter that counts with each implementation."""
    code = (
        f"import sys, tempfile, pathlib; sys.path.insert(0, {str(ROOT / 'tests')!r}); import bandwidth_day\n"
        "with tempfile.TemporaryDirectory() as name: bandwidth_day.main(1000, pathlib.Path(name))"
    )
    result = run_python(code, env=env_of, timeout=120)
    assert result.returncode == 0, result.stderr
    assert "all found and explained, none else" in result.stdout
