"""What is billed beside a text: text that the route adds, links of a fixed length, encodings, capacities."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import reference
import reference_billing as oracle
from conftest import FULL_SWEEP, SEED
from reference_billing import Billed

import segcore
from segcore import PROFILES, Encoding, Profile, Segmenter
from segcore.rules.billing import Billing
from segcore.rules.codings import GSM7, UCS2, Coding, national_codings

RULES = [
    Billed(suffix=" B038"),
    Billed(prefix="Shop: ", suffix=" €^"),
    Billed(prefix="【名前】"),
    Billed(suffix=" 👍"),
    Billed(link_length=23),
    Billed(link_length=0, suffix=" STOP"),
    Billed(field_length=30),
    Billed(link_length=17, field_length=30, prefix="[€] "),
    Billed(encoding="ucs2"),
    Billed(encoding="ucs2", suffix=" 退订回T", link_length=20),
    Billed(encoding="gsm7"),
    Billed(encoding="gsm7", prefix="Shop: ", link_length=22),
    Billed(encoding="gsm7", prefix="【店】", suffix=" ł€"),
    Billed(packing="ceil"),
    Billed(packing="ceil", suffix=" €", link_length=10),
    Billed(packing="ceil", encoding="ucs2"),
    Billed(gsm7=(160, 150)),
    Billed(gsm7=(160, 150), packing="first"),
    Billed(packing="first", suffix="ł", link_length=9),
    Billed(gsm7=(160, 150), ucs2=(70, 60), packing="ceil"),
    Billed(gsm7=(145, 139), ucs2=(60, 57), prefix="x"),
    Billed(link_length=0, field_length=3),
]

PIECES = (
    *(
        "a",
        "word ",
        "€",
        "^",
        "ł",
        "👍",
        "漢",
        "\ud83d",
        "\udc4d",
        "\n",
        "{#var#}",
        "{#",
        "#}",
        "://",
        "http",
    ),
    *(
        "https://example.com/a?b=1",
        "HTTP://x.y/z,",
        "(https://a.b)",
        "http://",
        "https://例え.jp",
        "https://a/{#b#}",
    ),
    *("https://" + "p" * 120, "see https://a.b/c. Or", '"https://q"', "<http://t>", "httphttps://u/v"),
)


def texts(seed: int, number: int) -> list[str]:
    rng = random.Random(seed)
    found = ["", "https://a.b/" + "c" * 288, "a" * 155, "a" * 156, "a" * 301, "a" * 302]
    found += ["{#code#} is your code", "{#a#}", "see https://a.b/c 👍", "see https://a.b/{#c#} or {#d#}"]
    for _ in range(number):
        pool = rng.choices(PIECES, k=rng.randint(1, 4))
        length, text = rng.choice((20, 70, 160, 310, 500)) + rng.randint(-8, 8), ""
        while len(text) < length:
            text += rng.choice(pool)
        found.append(text)
    return found


def profile_of(rules: Billed, **more: Any) -> Profile:
    options = {
        name: getattr(rules, name)
        for name in ("prefix", "suffix", "link_length", "field_length", "encoding", "packing")
    }
    gsm7 = Coding(Encoding.GSM7, GSM7.alphabet, GSM7.extension, room=rules.gsm7)
    return Profile("ours", "Ours", gsm7=gsm7, ucs2=Coding(Encoding.UCS2, room=rules.ucs2), **options, **more)


@pytest.mark.parametrize("rules", RULES, ids=repr)
def test_counts_are_those_of_the_oracle(segmenter_class: type[Segmenter], rules: Billed) -> None:
    segmenter = segmenter_class(profile_of(rules))
    given = texts(int(SEED), 60 if FULL_SWEEP else 30)
    expected = [oracle.bill(text, rules) for text in given]
    batch = segmenter.analyze_bulk(given)
    found = zip(map(str, batch.encodings), batch.units, batch.segments, strict=True)
    for text, one, other in zip(given, found, expected, strict=True):
        assert one == other, text
    assert segmenter.count_segments_bulk(given) == [segments for *_, segments in expected]
    for text, (encoding, units, segments) in zip(given, expected, strict=True):
        assert segmenter.measure(text) == (encoding, units, segments)
        assert segmenter.detect_encoding(text) == encoding
        analysis = segmenter.analyze(text)
        assert (analysis.encoding, analysis.units, analysis.segments) == (encoding, units, segments)
        assert analysis.sent == oracle.billed_text(text, rules)
        assert len(analysis.parts) == segments
        assert "".join(part.text for part in analysis.parts) == analysis.sent
        assert sum(part.units for part in analysis.parts) == units
        capacity = analysis.single if segments == 1 else analysis.concatenated
        assert capacity is not None
        if rules.packing == "exact":
            assert all(part.units <= capacity for part in analysis.parts)


@pytest.mark.parametrize("rules", RULES[::3], ids=repr)
def test_columns_and_tallies_agree(segmenter_class: type[Segmenter], rules: Billed) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    segmenter = segmenter_class(profile_of(rules))
    given = [
        text
        for text in texts(int(SEED) + 1, 60)
        if text.isascii() or text.encode("utf-8", "ignore").decode() == text
    ]
    counts = segmenter.count_segments_bulk(given).tolist()
    assert segmenter.count_segments_bulk(pyarrow.array(given)).tolist() == counts
    assert segmenter.count_segments_bulk(pyarrow.array(given, pyarrow.string_view())).tolist() == counts


@pytest.mark.parametrize(
    "options",
    [
        {"languages": (1, 3)},
        {"graphemes": True},
        {"smart_encoding": "segcore"},
        {"smart_encoding": "twilio", "partly": "when_fewer_segments"},
        {"smart_encoding": "segcore_letters", "partly": "all_or_nothing", "languages": (1,)},
    ],
    ids=repr,
)
@pytest.mark.parametrize(
    "rules", [RULES[1], RULES[2], RULES[7], RULES[9], RULES[11]][:: 1 if FULL_SWEEP else 2], ids=repr
)
def test_with_other_rules_the_billed_text_counts(
    segmenter_class: type[Segmenter], rules: Billed, options: dict[str, Any]
) -> None:
    """A route that adds text counts as one that adds none counts the text put together."""
    segmenter, plain = (
        segmenter_class(profile_of(rules, **options)),
        segmenter_class(profile_of(Billed(), **options)),
    )
    given = texts(int(SEED) + 2, 40 if FULL_SWEEP else 10)
    found = segmenter.analyze_bulk(given)
    if rules.encoding == "auto":
        expected = plain.analyze_bulk([oracle.billed_text(text, rules) for text in given])
        assert (found.segments, found.units) == (expected.segments, expected.units)
        assert found.encodings == expected.encodings
    for text, segments, units in zip(given, found.segments, found.units, strict=True):
        assert segmenter.measure(text)[1:] == (units, segments)
        assert segmenter.analyze(text).units == units
    wanted = {"gsm7": {Encoding.GSM7}, "ucs2": {Encoding.UCS2}}.get(rules.encoding)
    assert wanted is None or {*found.encodings} == wanted


def test_published_figures_of_a_suffix(segmenter_class: type[Segmenter]) -> None:
    segmenter = segmenter_class(suffix=" B038")
    for segments, most in enumerate((155, 301, 454, 607), 1):
        assert segmenter.count_segments("a" * most) == segments
        assert segmenter.count_segments("a" * (most + 1)) == segments + 1


def test_a_link_counts_its_length(segmenter_class: type[Segmenter]) -> None:
    address = "https://example.com/" + "a" * 280
    segmenter = segmenter_class(link_length=23)
    found = segmenter.analyze(address)
    assert (len(address), found.units, found.segments) == (300, 23, 1)
    assert segmenter_class(link_length=(17, 33)).analyze(f"Go: {address}!").units == 4 + 33 + 1
    # Limits are for the text as it is given.
    profile = replace(PROFILES["bandwidth"], name="short", link_length=23)
    long = segmenter_class(profile).analyze("https://e.com/" + "a" * 2100)
    assert (long.units, long.sendable) == (23, False)
    added = segmenter_class(replace(PROFILES["bandwidth"], name="more", suffix="b" * 10)).analyze("a" * 2048)
    assert (added.units, added.sendable) == (2058, True)


def test_a_prefix_in_ucs2_makes_the_whole_text_ucs2(segmenter_class: type[Segmenter]) -> None:
    found = segmenter_class(prefix="Łódź: ").analyze("a" * 65)
    assert (found.encoding, found.units, found.segments) == (Encoding.UCS2, 71, 2)


def test_what_gsm7_cannot_send_is_named(segmenter_class: type[Segmenter]) -> None:
    found = segmenter_class(encoding="gsm7").analyze("Łòdź " * 40)
    assert (found.encoding, found.units, found.segments, found.sendable) == (Encoding.GSM7, 200, 2, False)
    assert found.limits == ("'Ł' (U+0141), 'ź' (U+017A) cannot be sent by a route for GSM-7 alone",)
    assert [each.index for each in found.non_gsm[:2]] == [0, 3]
    assert segmenter_class(encoding="gsm7").analyze("Lodz").sendable
    with pytest.raises(ValueError, match="U\\+0141"):
        segmenter_class(encoding="gsm7").encode("Łódź")


def test_forced_ucs2_blames_no_code_point(segmenter_class: type[Segmenter]) -> None:
    found = segmenter_class(encoding="ucs2").analyze("a" * 71)
    assert (found.encoding, found.segments, found.non_gsm, found.savings) == (Encoding.UCS2, 2, (), 0)
    assert segmenter_class(encoding="ucs2").analyze("").encoding is Encoding.UCS2


def test_suggestions_are_for_the_text_as_it_is_given(segmenter_class: type[Segmenter]) -> None:
    found = segmenter_class(suffix=" B038").analyze("It’s " + "a" * 100)
    assert (found.segments, found.suggested, found.savings) == (2, "It's " + "a" * 100 + " B038", 1)


def test_shifts_are_chosen_apart() -> None:
    pairs = {
        kind: [one.languages for one in national_codings([1], None, kind)]
        for kind in ("both", "single", "locking")
    }
    assert pairs == {"both": [(0, 1), (1, 0), (1, 1)], "single": [(0, 1)], "locking": [(1, 0)]}
    single = Segmenter(Profile("s", "s", languages=(1,), shifts="single"))
    assert single.analyze("ş" * 80).tables == () or single.analyze("ş" * 77).tables == (
        "Turkish single shift table",
    )
    with pytest.raises(ValueError, match="shifts: unknown value"):
        Profile("s", "s", shifts="none")


TOML = """
base = "standard"
prefix = "Shop: "
suffix = " STOP"
countries = ["tr"]
link_length = [17, 23]
field_length = 30
encoding = "ucs2"
gsm7_capacity = [160, 150]
ucs2_capacity = [70, 60]
packing = "ceil"
"""


def test_profiles_in_toml(tmp_path: Path) -> None:
    path = tmp_path / "route.toml"
    path.write_text(TOML, encoding="utf-8")
    found = Profile.read(path)
    assert (found.prefix, found.suffix, found.countries, found.link_length) == (
        "Shop: ",
        " STOP",
        ("TR",),
        (17, 23),
    )
    assert (found.field_length, found.encoding, found.packing) == (30, "ucs2", "ceil")
    assert (found.gsm7.part, found.ucs2.part) == (150, 60)
    assert found.facts["added"].value == "'Shop: ' before, ' STOP' after"
    assert pickle.loads(pickle.dumps(Segmenter(found))).profile == found


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("prefix = 1", "prefix: expected a string"),
        ("countries = 'TR'", "countries: expected a list"),
        ("link_length = 0", "link_length: expected a whole number from 1"),
        ("link_length = [9, 3]", "give the least length first"),
        ("encoding = 'latin1'", "encoding: unknown value 'latin1'"),
        ("packing = 'floor'", "packing: unknown value 'floor'"),
        ("gsm7_capacity = 160", "gsm7_capacity: expected two whole numbers"),
        ("gsm7_capacity = [150, 160]", "give the room in the only segment"),
        ("packing = 'ceil'\nlanguages = [1]", "packing: 'ceil'"),
        ("shifts = 'none'", "shifts: unknown value 'none'"),
    ],
)
def test_toml_that_makes_no_sense(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "route.toml"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        Profile.read(path)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Segmenter(link_length=-1), "link_length: -1"),
        (lambda: Segmenter(link_length=5000), "from 0 to 2,000"),
        (lambda: replace(PROFILES["standard"], link_length=(5, 2)), "give the least length first"),
        (lambda: Segmenter(encoding="latin1"), "encoding: unknown value"),
        (lambda: Billing(packing="floor"), "packing: unknown value"),
    ],
)
def test_options_that_make_no_sense(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
    with pytest.raises(TypeError, match="prefix: expected str"):
        Segmenter(prefix=1)  # type: ignore[arg-type]


def test_templates_count_what_the_route_adds() -> None:
    template = segcore.Template(
        "Hi {{name}}, see https://a.b/{{code}}", profile=Segmenter(suffix=" B038", link_length=20)
    )
    columns = {"name": ["Ann", "a" * 130], "code": ["x" * 200, "y"]}
    rendered = template.rendered(columns)
    assert template.count_segments_bulk(columns).tolist() == [
        template.segmenter.count_segments(one) for one in rendered
    ]
    plain = segcore.Template("Hi {{name}}", profile=Segmenter(suffix=" B038"))
    assert plain.analyze_bulk(columns).units.tolist() == [11, 138]


def test_a_counter_without_options_has_no_billing() -> None:
    assert not Billing()
    assert Billing(suffix="a")
    assert (UCS2.single, UCS2.part) == (70, 67)


def _published(name: str) -> tuple[str, int]:
    row = next(row for row in reference.load("published")["rows"] if row["id"] == name)
    return reference.read_text(row["input"]["text"]), row["published"]


def test_look_alikes_in_place_of_greek_capitals() -> None:
    """Apifon counts Greek capitals as GSM-7: the ten that it has, and Latin letters for the others."""
    text, published = _published("apifon-gr-64")
    look_alikes = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True))
    found = Segmenter(smart_encoding=look_alikes).analyze(text)
    assert (found.encoding, found.segments) == (Encoding.GSM7, published)


def test_a_route_without_a_euro_sign(segmenter_class: type[Segmenter], tmp_path: Path) -> None:
    """sms.studio: the euro sign is not GSM-7, and a link counts 17."""
    text, published = _published("sms-studio-80")
    path = tmp_path / "studio.toml"
    path.write_text('link_length = 17\n[alphabet]\nremove = "€"\n', encoding="utf-8")
    segmenter = segmenter_class(Profile.read(path))
    given = text.replace("x" * 17, "https://example.com/" + "a" * 80)
    assert segmenter.analyze(given).sent == text
    assert segmenter.count_segments(given) == segmenter.count_segments(text) == published
