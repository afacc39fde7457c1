"""Routes that count octets: RCS, and Korea's SMS and LMS."""

from __future__ import annotations

import pickle
import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import reference
import reference_billing as oracle
from conftest import SEED
from reference_billing import Billed

import segcore
from segcore import PROFILES, Encoding, Estimate, Profile, RateCard, Segmenter
from segcore.bulk import Totals
from segcore.rules.billing import Octets
from segcore.rules.profiles import counting

ROUTES = ("rcs_us", "rcs", "korea")
PIECES = (
    "a",
    "word ",
    "é",
    "߿",
    "가",
    "\u0800",
    "\uffff",
    "👍",
    "\ud83d",
    "\udc4d",
    "\n",
    "https://a.b/c?d",
    "{#v#}",
)


def texts(seed: int, number: int) -> list[str]:
    rng = random.Random(seed)
    found = [
        "",
        "a" * 160,
        "a" * 161,
        "é" * 80,
        "é" * 80 + "a",
        "가" * 45,
        "가" * 45 + "a",
        "가" * 1000,
        "가" * 1001,
    ]
    for _ in range(number):
        pool, text = rng.choices(PIECES, k=rng.randint(1, 4)), ""
        for _ in range(rng.choice((1, 17, 40, 90, 200))):
            text += rng.choice(pool)
        found.append(text)
    return found


def expected_of(text: str, profile: Profile) -> tuple[str, int, int]:
    """Return encoding, units and segments by the oracle."""
    assert profile.octets is not None
    link = profile.link_length
    assert not isinstance(link, tuple)
    rules = Billed(profile.prefix, profile.suffix, link, profile.field_length)
    encoding = {"utf8": "UTF-8", "euc_kr": "EUC-KR"}[profile.octets.name]
    units = reference.octets(oracle.billed_text(text, rules), encoding)
    segments = 1
    while len(profile.octets.classes) == 1 and segments * profile.octets.classes[0][1] < units:  # type: ignore[operator]
        segments += 1
    return encoding, units, segments


OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"prefix": "가: ", "suffix": " 👍"},
    {"link_length": 9, "field_length": 30},
    {"suffix": "\ud83d", "prefix": "\udc4d"},
)


@pytest.mark.parametrize("options", OPTIONS, ids=repr)
@pytest.mark.parametrize("name", ROUTES)
def test_counts_are_those_of_the_oracle(
    segmenter_class: type[Segmenter], name: str, options: dict[str, Any]
) -> None:
    profile = replace(PROFILES[name], name="ours", **options)
    segmenter, given = segmenter_class(profile), texts(int(SEED), 15)
    expected = [expected_of(text, profile) for text in given]
    batch = segmenter.analyze_bulk(given)
    found = zip(map(str, batch.encodings), batch.units, batch.segments, strict=True)
    assert dict(zip(given, found, strict=True)) == dict(zip(given, expected, strict=True))
    for text, (encoding, units, segments) in zip(given, expected, strict=True):
        assert segmenter.measure(text) == (encoding, units, segments)
        assert segmenter.detect_encoding(text) == encoding
        analysis = segmenter.analyze(text)
        assert (analysis.encoding, analysis.units, analysis.segments) == (encoding, units, segments)
        assert len(analysis.parts) == segments
        assert "".join(part.text for part in analysis.parts) == analysis.sent
        assert segmenter.split(text) == [part.text for part in analysis.parts]
        if segments > 1 and analysis.over_by:
            # No code point is cut in halves, and the last one may take four octets.
            assert 0 <= analysis.over_by - (units - 160 * (segments - 1)) < 4


@pytest.mark.parametrize("name", ROUTES)
def test_columns_agree(segmenter_class: type[Segmenter], name: str) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    segmenter = segmenter_class(name)
    given = [text for text in texts(int(SEED) + 1, 15) if text.encode("utf-8", "ignore").decode() == text]
    batch = segmenter.analyze_bulk(given)
    for column in (pyarrow.array(given), pyarrow.array(given, pyarrow.string_view())):
        found = segmenter.analyze_bulk(column)
        assert (found.units, found.segments, found.encodings) == (
            batch.units,
            batch.segments,
            batch.encodings,
        )
    assert pyarrow.array(batch.encodings).to_pylist() == [str(one) for one in batch.encodings]
    messages = len(given)
    assert batch.totals == Totals(messages, 0, 0, 0, sum(batch.segments), messages)
    flags = segmenter.analyze_bulk(given, mms=[True] + [False] * (messages - 1)).totals
    assert (flags.mms, flags.octets, flags.gsm7, flags.ucs2) == (1, messages - 1, 0, 0)


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [
        # https://developers.google.com/.../us-billing-model: 300 bytes are 2 segments.
        ("rcs_us", "a" * 300, (2, "Rich", 160, 20, 140)),
        ("rcs_us", "é" * 80, (1, "Rich", 160, 0, 0)),
        ("rcs_us", "é" * 81, (2, "Rich", 160, 158, 2)),
        ("rcs", "a" * 160, (1, "Basic", 160, 0, 0)),
        ("rcs", "a" * 161, (1, "Single", None, None, 0)),
        # 45 Hangul syllables or 90 letters.
        ("korea", "가" * 45, (1, "SMS", 90, 0, 0)),
        ("korea", "a" * 90, (1, "SMS", 90, 0, 0)),
        ("korea", "가" * 45 + "a", (1, "LMS", 2000, 1909, 0)),
        ("korea", "가" * 1000, (1, "LMS", 2000, 0, 0)),
    ],
)
def test_published_figures(
    segmenter_class: type[Segmenter], name: str, text: str, answer: tuple[object, ...]
) -> None:
    found = segmenter_class(name).analyze(text)
    assert (found.segments, found.message_class, found.capacity, found.remaining, found.over_by) == answer
    assert found.sendable
    assert found.suggested == text


def test_what_cannot_be_sent(segmenter_class: type[Segmenter]) -> None:
    korea = segmenter_class("korea")
    long = korea.analyze("가" * 1000 + "a")
    assert long.limits == (
        "at most 2,000 octets of EUC-KR in one message (https://www.boneda.net/cs/faq/list/)",
    )
    emoji = korea.analyze("뷁 👍é")
    assert [each.text for each in emoji.non_gsm] == ["👍", "é"]
    assert emoji.limits == ("'👍' (U+1F44D), 'é' (U+00E9) cannot be sent in EUC-KR",)
    # No clause of SMS limits RCS.
    many = segmenter_class("rcs_us").analyze("漢" * 3073 + "漢" * 12_000)
    assert (many.segments, len(many.limits)) == (283, 1)
    assert many.limits[0].startswith("at most 3072 code points in one message (https://docs.aws.amazon.com/")


@pytest.mark.parametrize("name", ROUTES)
def test_media_count_one(segmenter_class: type[Segmenter], name: str) -> None:
    found = segmenter_class(name).analyze("a" * 500, mms=True)
    assert (found.segments, found.message_class, found.capacity, found.over_by) == (1, None, None, None)


@pytest.mark.parametrize("name", ROUTES)
def test_nothing_can_be_encoded(segmenter_class: type[Segmenter], name: str) -> None:
    with pytest.raises(
        ValueError, match=r"text: this profile counts octets of (UTF-8|EUC-KR), which an SMS cannot carry"
    ):
        segmenter_class(name).encode("Hello")


@pytest.mark.parametrize("name", ROUTES)
def test_tallies(core: ModuleType, name: str) -> None:
    """A tally has each message under its class, and those beyond a limit."""
    profile, given = PROFILES[name], texts(int(SEED) + 2, 40)
    segmenter, octets = Segmenter(name), profile.octets
    assert octets is not None
    classes = [one for one, _ in octets.classes]
    longest = profile.max_length.gsm7 if profile.max_length else 0
    flags = bytes(index % 7 == 0 for index in range(len(given)))
    counter = core.SegmentCounter(**counting(profile))
    tally = core.Tally(counter, None, (255, longest, longest), "@")
    tally.add(given, 0, flags, None)
    wanted: Counter[tuple[int, int, int]] = Counter()
    long = empty = 0
    for text, is_mms in zip(given, flags, strict=True):
        analysis = segmenter.analyze(text, mms=bool(is_mms))
        kind = 2 if analysis.message_class is None else 4 + classes.index(analysis.message_class)
        wanted[0, kind, analysis.segments] += 1
        long += not is_mms and any("at most" in one for one in analysis.limits)
        empty += not is_mms and not text
    assert tally.counts() == wanted
    assert (tally.over_limit(), tally.empty()) == ({0: long} if long else {}, {0: empty} if empty else {})
    assert (tally.occurs(), tally.alone(), tally.encoded()) == ({}, {}, {})
    pyarrow = pytest.importorskip("pyarrow")
    columns = core.Tally(counter, None, (255, longest, longest), "@")
    columns.add_arrow(pyarrow.array(["a" * 161, None, "가" * 1001]), None, None, 1)
    assert columns.counts()[0, 3, 0] == 1
    assert sum(columns.counts().values()) == 3


def test_an_estimate() -> None:
    estimate = Estimate(Segmenter("rcs"))
    estimate.add(["a" * 161, "é", "photo"], mms=[False, False, True])
    found = {
        (part.key["kind"], part.key["segments"]): part.messages for part in estimate.by("kind", "segments")
    }
    assert found == {("Basic", 1): 1, ("Single", 1): 1, ("MMS", 1): 1}
    assert (estimate.gsm7, estimate.ucs2, estimate.octets, estimate.mms) == (0, 0, 2, 1)
    assert (estimate.offenders, estimate.savings) == ([], None)


def test_a_class_without_a_price_is_unpriced() -> None:
    estimate = Estimate(Segmenter("korea"), rates=RateCard.flat("8", mms="60"))
    estimate.add(["가" * 45, "가" * 46, "사진"], mms=[False, False, True])
    assert estimate.segments == 3
    assert (str(estimate.cost.priced), estimate.cost.total, estimate.cost.unpriced_segments) == (
        "68",
        None,
        1,
    )
    kinds = {part.key["kind"]: part.messages for part in estimate.by("kind")}
    assert kinds == {"SMS": 1, "LMS": 1, "MMS": 1}
    assert {row.encoding for row in estimate.rows} == {Encoding.EUC_KR, None}


def test_priced_by_segment() -> None:
    estimate = Estimate(Segmenter("rcs_us"), rates=RateCard.flat("0.01"))
    estimate.add(["é" * 81, "a"])
    assert (str(estimate.cost.total), estimate.to_dict()["octets_segments"]) == ("0.03", 3)


TOML = """
[octets]
encoding = "utf8"
classes = { Basic = 160, Single = false }
"""


def test_profiles_in_toml(tmp_path: Path) -> None:
    path = tmp_path / "route.toml"
    path.write_text(TOML)
    found = Profile.read(path)
    assert found.octets == Octets("utf8", {"Basic": 160, "Single": None})
    assert found.facts["octets"].value == "Basic: 160; Single: more"
    assert pickle.loads(pickle.dumps(Segmenter(found))).profile == found
    path.write_text('base = "rcs_us"\noctets = false')
    assert Profile.read(path).octets is None


def test_classes_one_octet_apart() -> None:
    rcs = Octets("utf8", {"Short": 160, "Long": 161})
    assert [rcs.kind(octets) for octets in (160, 161)] == ["Short", "Long"]
    with pytest.raises(ValueError, match="classes"):
        Octets("utf8", {"Short": 160, "Long": 160})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("octets = 160", "octets: expected false, or a table"),
        ('octets = { encoding = "latin1", classes = { a = 9 } }', "octets.encoding: unknown value 'latin1'"),
        ("octets = { room = 9 }", "octets.room"),
        ("octets = { classes = 160 }", "octets.classes: expected a table"),
        ("octets = { classes = {} }", "octets.classes: {}; give one or two names"),
        ("octets = { classes = { a = 9, b = 9 } }", "the smaller first"),
        ("octets = { classes = { a = 9, b = 10, c = 11 } }", "give one or two names"),
        ("octets = { classes = { a = true } }", "give one or two names"),
        ("octets = { classes = { a = false } }", "give one or two names"),
        ('base = "rcs"\npacking = "ceil"', "packing: 'ceil' is not defined for the profile"),
        ('base = "rcs"\nencoding = "ucs2"', "encoding: 'ucs2' is not defined"),
        ('base = "rcs"\nlanguages = [1]', "languages: "),
    ],
)
def test_toml_that_makes_no_sense(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "route.toml"
    path.write_text(line)
    with pytest.raises(ValueError, match=re.escape(message)):
        Profile.read(path)


def test_smart_encoding_is_for_septets() -> None:
    with pytest.raises(ValueError, match="smart_encoding: 'segcore' is not defined for the profile rcs_us"):
        Segmenter("rcs_us", smart_encoding=True).count_segments("a")


def test_truncate_and_split_messages(segmenter_class: type[Segmenter]) -> None:
    rcs = segmenter_class("rcs_us")
    found = segcore.truncate("né " * 100, ellipsis="…", profile=rcs)
    assert found == "né " * 38 + "né…" or rcs.measure(found)[1] <= 160
    assert found.endswith("…")
    assert rcs.count_segments(found) == 1
    assert all(rcs.count_segments(part) == 1 for part in segcore.split_messages("né " * 100, profile=rcs))
    basic = segmenter_class("rcs")
    assert segcore.truncate("a" * 500, profile=basic) == "a" * 500
