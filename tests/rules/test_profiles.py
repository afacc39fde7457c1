"""Profiles: what each counts by, where its facts are from, and counts held against the oracle."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import reference
import reference_options
from conftest import FULL_SWEEP, SEED, examples, thinned

from segcore import PROFILES, Profile
from segcore.rules.alphabets import DEFAULT_ALPHABET, DEFAULT_EXTENSION
from segcore.rules.codings import CONCATENATION_16BIT_OCTETS, GSM7, UCS2, Coding, Encoding
from segcore.rules.profile import SUBJECTS, UNKNOWN, Fact, Length
from segcore.rules.profiles import resolve
from segcore.rules.replacements import PARTLY

if TYPE_CHECKING:
    from segcore import Segmenter

NAMES = [
    *("standard", "bandwidth", "twilio", "telnyx", "vonage", "plivo", "sinch", "bird", "infobip", "aws_sns"),
    *("aws_eum", "azure", "clicksend", "clickatell", "braze", "brevo", "cm", "gov_uk_notify", "hubtel"),
    *("messagemedia", "seven", "signalwire", "textmagic", "transmitsms", "zenvia"),
    *("us_toll_free_16bit", "ascii_only", "china_domestic", "india_dlt", "korea"),
    *("rcs", "rcs_us", "turkey"),
]

# Those that bill otherwise than the standard counts (test_billing, test_octets, test_published).
BILLED = ("hubtel", "china_domestic", "korea", "rcs", "rcs_us", "turkey")

# What Telnyx prints, and its calculator has.
TELNYX = (
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    "\n\r !\"#$%&'()*+,-./:;<=>?@[\\]^_{}|~£¥èéùìòØøÅåÆæßÉ¡ÄÖÑÜ¿äöñüà"
)
TELNYX_DOUBLE = "~^|\\{}[]"

# What Zenvia prints as examples of what only Unicode can send.
ZENVIA_UNICODE = "çÇáéíóúýÁÉÍÓÚÝàèìòùÀÈÌÒÙãõñäëïöüÿÄËÏÖÜÃÕÑâêîôûÂÊÎÔÛºª°|"


def _rules(single: str, double: str, parts: tuple[int, int] = (153, 67)) -> reference.Rules:
    """Return rules for the oracle; which septet stands for what does not matter to a count."""
    return reference.Rules(
        {ord(one): 0 for one in single},
        {ord(one): 0 for one in double},
        (160, parts[0]),
        (70, parts[1]),
    )


_STANDARD = reference.load("alphabets")["tables"]["default"]["cells"]
_DEFAULT = "".join(chr(int(cell, 16)) for cell in _STANDARD.values())
_EXTENSION = "\f^{}\\[~]|€"

RULES = {
    "telnyx": _rules("".join(one for one in TELNYX if one not in TELNYX_DOUBLE), TELNYX_DOUBLE),
    "ascii_only": _rules("".join(map(chr, {*range(128)} - {0x1B})), ""),
    "clicksend": _rules(
        "".join(one for one in _DEFAULT if one not in "\n\r"), "\n\r" + _EXTENSION.replace("\f", "")
    ),
    "us_toll_free_16bit": _rules(_DEFAULT, _EXTENSION, (152, 66)),
    "cm": _rules(_DEFAULT, _EXTENSION, (153, 66)),
    "zenvia": _rules(
        "".join(one for one in _DEFAULT if one not in ZENVIA_UNICODE), _EXTENSION.replace("|", ""), (152, 66)
    ),
}


def test_names() -> None:
    """Every profile that is promised is there, under its own name."""
    assert list(PROFILES) == NAMES
    for name, profile in PROFILES.items():
        assert profile.name == name
        assert profile.title
        assert resolve(name) is profile
        assert resolve(profile) is profile


@pytest.mark.parametrize("name", NAMES)
def test_facts_have_sources(name: str) -> None:
    """There is an answer to every question, and an address or a clause wherever it is not ``unknown``."""
    facts = PROFILES[name].facts
    assert list(facts) == list(SUBJECTS)
    for about, fact in facts.items():
        assert fact.about == about
        if fact.value == UNKNOWN:
            assert not fact.source
        else:
            assert re.fullmatch(r"https://\S+\.\S+|TS 23\.0(38|40) \d[\d.]*", fact.source), fact
    assert len({fact.about for fact in PROFILES[name].documented}) == len(PROFILES[name].documented)
    assert PROFILES[name].sources == tuple(dict.fromkeys(f.source for f in facts.values() if f.source))


def test_numbers_agree_with_what_is_documented() -> None:
    """A number that counts is one that its fact states, where a fact states numbers."""
    for profile in PROFILES.values():
        for coding, about in ((profile.gsm7, "gsm7"), (profile.ucs2, "ucs2")):
            stated = list(map(int, re.findall(r"(?<![-\w])\d+", profile.facts[about].value)))
            assert stated in ([coding.single, coding.part], [coding.single], []), profile.name
        if profile.max_segments != 255:
            assert str(profile.max_segments) == profile.facts["max_segments"].value
            assert profile.max_segments_source == profile.facts["max_segments"].source
        for length, about in ((profile.max_length, "max_length"), (profile.max_mms_length, "mms_length")):
            if length is not None:
                stated = list(map(int, re.findall(r"(?<![-\w])\d+", profile.facts[about].value)))
                assert stated in ([length.gsm7], [length.gsm7, length.ucs2]), profile.name
                assert length.source == profile.facts[about].source


def test_capacities() -> None:
    """Units of a segment alone and of several, by hand."""
    for name, profile in PROFILES.items():
        septets, code_units = {
            "us_toll_free_16bit": (152, 66),
            "hubtel": (150, 67),
            "cm": (153, 66),
            "zenvia": (152, 66),
        }.get(name, (153, 67))
        assert (profile.gsm7.single, profile.gsm7.part) == (160, septets)
        assert (profile.ucs2.single, profile.ucs2.part) == (70, code_units)
        assert profile.gsm7.encoding is Encoding.GSM7
        assert profile.ucs2.encoding is Encoding.UCS2


def test_options() -> None:
    """What is on, and what there is to be asked for."""
    assert {name for name, profile in PROFILES.items() if profile.graphemes} == {"twilio"}
    assert {
        name for name, profile in PROFILES.items() if profile.smart_encoding or profile.languages
    } == set()
    tables = {name: profile.smart_table for name, profile in PROFILES.items() if profile.smart_table}
    assert tables == {"twilio": "twilio", "telnyx": "telnyx"}
    rules = {name: profile.partly for name, profile in PROFILES.items() if profile.partly != "always"}
    assert rules == {"sinch": "when_fewer_segments", "bird": "all_or_nothing"}


@pytest.mark.parametrize("name", RULES)
def test_every_code_point(segmenter_class: type[Segmenter], name: str) -> None:
    """Up to U+FFFF, each code point has the encoding and the units of the documented list."""
    segmenter, rules = segmenter_class(name), RULES[name]
    texts = [*map(chr, [*range(0x3000), *thinned(range(0x3000, 0x10000), 5)])]
    found = segmenter.analyze_bulk(texts)
    for text, encoding, units in zip(texts, found.encodings, found.units, strict=True):
        expected = 1 if ord(text) in rules.alphabet else 2 if ord(text) in rules.extension else 0
        assert (encoding, units) == (("GSM-7", expected) if expected else ("UCS-2", 1)), hex(ord(text))


@pytest.mark.parametrize("name", RULES)
def test_counts_of_the_oracle(segmenter_class: type[Segmenter], name: str) -> None:
    """Random texts, long ones with many code points of two units, are counted and cut as the oracle does."""
    segmenter, rules = segmenter_class(name), RULES[name]
    dice = random.Random(f"{SEED} {name}")
    # What one profile sends as septets and another does not, and what takes two units.
    pools = ["abc xyz", "a\n\r", "{}[]~|^\\", "€\fé", "ÇΔ§¤", "`\t\x00", "б’", "😀\ud83d\ude00"]
    texts = []
    for _ in range(examples(400)):
        chosen = "".join(dice.sample(pools, dice.randint(1, 3)))
        texts.append("".join(dice.choices("aaaa" + chosen, k=dice.choice([3, 69, 71, 134, 159, 162, 310]))))
    assert segmenter.count_segments_bulk(texts).tolist() == [reference.segments(t, rules) for t in texts]
    for text in texts:
        expected = reference.parts(text, rules)
        found = segmenter.analyze(text)
        assert (found.encoding, found.units) == (
            reference.encoding(text, rules),
            reference.units(text, rules),
        )
        assert [(part.start, part.end, part.units) for part in found.parts] == [
            (part.start, part.end, part.units) for part in expected
        ]
        if found.encoding == "UCS-2":
            assert [each.index for each in found.non_gsm] == reference.foreign(text, rules)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in (*RULES, *BILLED)])
def test_counts_of_the_standard_alphabet(segmenter_class: type[Segmenter], name: str) -> None:
    """The other profiles are cut as the oracle cuts the standard one, Twilio's between grapheme clusters."""
    segmenter, options = segmenter_class(name), reference_options.Options(clusters=name == "twilio")
    dice = random.Random(f"{SEED} {name}")
    pieces = ["a", "bc", "é", "{", "€", "\r\n", "б", "e\u0301", "👨\u200d👩\u200d👧", "🇹🇷", "👍🏽"]
    for _ in range(60 if FULL_SWEEP else 10):
        chosen = dice.choice([pieces[:6], pieces])
        text = "".join(dice.choices(chosen, k=dice.choice([5, 70, 150, 320])))
        expected = reference_options.send(text, options)
        found = segmenter.analyze(text)
        assert (found.units, found.segments) == (expected.units, len(expected.parts))
        assert [(part.start, part.end, part.units) for part in found.parts] == [
            (part.start, part.end, part.units) for part in expected.parts
        ]


@pytest.mark.parametrize(
    ("name", "text", "segments"),
    [
        ("telnyx", "a" * 159 + "€", 3),
        ("telnyx", "a" * 159 + "§", 3),
        ("telnyx", "a" * 159 + "|", 2),
        ("telnyx", "a" * 159 + "à", 1),
        ("ascii_only", "a" * 159 + "~", 1),
        ("ascii_only", "a" * 159 + "`", 1),
        ("ascii_only", "a" * 70 + "é", 2),
        ("ascii_only", "a" * 70 + "\x1b", 2),
        ("clicksend", "a" * 158 + "\n", 1),
        ("clicksend", "a" * 159 + "\n", 2),
        ("clicksend", "a" * 157 + "\r\n", 2),
        ("clicksend", "б" * 69 + "\n", 1),
        ("us_toll_free_16bit", "a" * 304, 2),
        ("us_toll_free_16bit", "a" * 305, 3),
        ("us_toll_free_16bit", "б" * 132, 2),
        ("us_toll_free_16bit", "б" * 133, 3),
        ("plivo", "a" * 305, 2),
    ],
)
def test_by_hand(segmenter_class: type[Segmenter], name: str, text: str, segments: int) -> None:
    """One count for each rule that differs from the standard."""
    assert segmenter_class(name).count_segments(text) == segments


def test_septets() -> None:
    """What an alphabet of one's own stands for on the air is what the standard tables have there."""
    by_codepoint = {int(cell, 16): int(septet, 16) for septet, cell in _STANDARD.items()}
    telnyx, clicksend = PROFILES["telnyx"].gsm7, PROFILES["clicksend"].gsm7
    for coding in (telnyx, clicksend):
        assert coding.alphabet is not None
        assert coding.extension is not None
        for septet, codepoint in enumerate(coding.alphabet.codepoints):
            assert codepoint is None or by_codepoint[codepoint] == septet
        for septet, codepoint in enumerate(coding.extension.codepoints):
            if codepoint is not None and chr(codepoint) not in "\n\r":
                assert DEFAULT_EXTENSION.codepoints[septet] == codepoint
    assert clicksend.extension is not None
    assert (clicksend.extension.codepoints[0x0A], clicksend.extension.codepoints[0x0D]) == (0x0A, 0x0D)
    ascii_only = PROFILES["ascii_only"].gsm7
    assert ascii_only.alphabet is not None
    assert [*ascii_only.alphabet.codepoints] == [None if code == 0x1B else code for code in range(128)]
    assert ascii_only.extended == ""


_TELNYX_PAGE = "https://developers.telnyx.com/docs/messaging/messages/message-encoding"


@pytest.mark.parametrize(
    ("name", "text", "limits"),
    [
        ("telnyx", "a" * 1530, []),
        ("telnyx", "a" * 1531, [f"at most 10 segments in one message ({_TELNYX_PAGE})"]),
        ("telnyx", "б" * 670, []),
        ("telnyx", "б" * 671, [f"at most 10 segments in one message ({_TELNYX_PAGE})"]),
        ("twilio", "a" * 1600, []),
        (
            "twilio",
            "a" * 1601,
            ["at most 1600 code points of GSM-7 text (https://www.twilio.com/docs/api/errors/21617)"],
        ),
        ("bandwidth", "€" * 2048, []),
        ("plivo", "a" * 738, []),
        ("plivo", "б" * 737, []),
        ("aws_eum", "😀" * 630, []),
    ],
)
def test_limits(segmenter_class: type[Segmenter], name: str, text: str, limits: list[str]) -> None:
    """The longest message is sendable, one more is not, and it says which limit of whom."""
    found = segmenter_class(name).analyze(text)
    assert list(found.limits) == limits
    assert found.sendable is not bool(limits)
    assert found.limit == ("; ".join(limits) or None)


@pytest.mark.parametrize(
    ("name", "text", "number", "kind"),
    [
        ("bandwidth", "€" * 2049, 2048, "code points of GSM-7 text"),
        ("vonage", "a" * 3201, 3200, "code points of GSM-7 text"),
        ("plivo", "a" * 1601, 1600, "code points of GSM-7 text"),
        ("plivo", "б" * 738, 737, "code points of UCS-2 text"),
        ("sinch", "б" * 2001, 2000, "code points of UCS-2 text"),
        ("aws_sns", "б" * 1601, 1600, "code points of UCS-2 text"),
        ("aws_eum", "a" * 1531, 1530, "code points of GSM-7 text"),
        ("aws_eum", "😀" * 631, 630, "code points of UCS-2 text"),
        ("clicksend", "a" * 1225, 8, "segments in one message"),
        ("clickatell", "a" * 5356, 35, "segments in one message"),
        ("ascii_only", "a" * 1531, 10, "segments in one message"),
    ],
)
def test_the_one_limit(
    segmenter_class: type[Segmenter], name: str, text: str, number: int, kind: str
) -> None:
    """Each documented limit is held against a message, and named with the address of its fact."""
    profile = PROFILES[name]
    fact = profile.facts["max_segments" if kind.startswith("segments") else "max_length"]
    assert segmenter_class(name).analyze(text).limits == (f"at most {number} {kind} ({fact.source})",)


def test_two_limits_at_once(segmenter_class: type[Segmenter]) -> None:
    """Every limit that forbids it is named, that of the specification first."""
    found = segmenter_class("telnyx").analyze("a" * (255 * 153 + 1))
    assert found.limits == (
        "at most 255 segments in one message (TS 23.040 9.2.3.24.1)",
        f"at most 10 segments in one message ({_TELNYX_PAGE})",
    )


def test_limits_of_an_mms(segmenter_class: type[Segmenter]) -> None:
    """An MMS has no segments to limit, but a text."""
    for name, text, number in (("bandwidth", "a" * 2049, 2048), ("clicksend", "б" * 501, 500)):
        segmenter = segmenter_class(name)
        found = segmenter.analyze(text, mms=True)
        source = PROFILES[name].facts["mms_length"].source
        assert found.limits == (f"at most {number} code points of an MMS ({source})",)
        assert segmenter.analyze(text[1:], mms=True).limits == ()
    assert segmenter_class("clicksend").analyze("a" * 1500, mms=True).limits == ()
    assert segmenter_class("telnyx").analyze("a" * 5000, mms=True).limits == ()


OWN = Profile(
    "ours",
    "Our route",
    gsm7=Coding(Encoding.GSM7, DEFAULT_ALPHABET, DEFAULT_EXTENSION, reference=CONCATENATION_16BIT_OCTETS),
    languages=(1, 2),
    smart_encoding="segcore",
    partly="all_or_nothing",
    graphemes=True,
    max_segments=6,
    max_segments_source="our contract",
    max_length=Length(500, 200, "our contract"),
    documented=(Fact("billing", "each segment", "our contract"),),
)


@pytest.mark.parametrize("profile", [*PROFILES.values(), OWN], ids=[*PROFILES, "own"])
def test_copies_are_equal(profile: Profile) -> None:
    """What comes back from pickling, copying or another process is equal and hashes equally."""
    for again in (
        pickle.loads(pickle.dumps(profile)),
        copy.copy(profile),
        copy.deepcopy(profile),
        dataclasses.replace(profile),
    ):
        assert again == profile
        assert hash(again) == hash(profile)
    assert dataclasses.replace(profile, partly="all_or_nothing", group_mms=not profile.group_mms) != profile


def test_profiles_differ() -> None:
    """No two profiles are equal."""
    assert len(set(PROFILES.values())) == len(PROFILES)


def test_frozen() -> None:
    """A profile and what is in it cannot be changed."""
    for value, field in ((OWN, "name"), (OWN.documented[0], "value"), (OWN.max_length, "gsm7")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field, 1)
    with pytest.raises(TypeError):
        OWN.facts["billing"] = Fact("billing")  # type: ignore[index]


def test_facts_of_ones_own() -> None:
    """A profile of one's own has an answer to every question too."""
    assert OWN.facts["billing"].source == "our contract"
    assert OWN.facts["mms"] == Fact("mms", "unknown")
    assert OWN.sources == ("our contract",)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"languages": (14,)}, r"^languages: unknown value 14; known: turkish or 1, spanish or 2, "),
        ({"partly": "all"}, r"^partly: unknown value 'all'; known: always, all_or_nothing, when_fewer_segm"),
        ({"max_segments": 0}, r"^max_segments: 0; a message has 1 to 255 segments \(TS 23\.040"),
        ({"max_segments": 256}, r"^max_segments: 256; a message has 1 to 255 segments"),
        ({"gsm7": UCS2}, r"^gsm7: expected a coding of GSM-7, got <Coding: UCS-2, 70 units, 67 when"),
        ({"ucs2": GSM7}, r"^ucs2: expected a coding of UCS-2, got <Coding: GSM-7, 160 units, 153 when"),
    ],
)
def test_what_no_profile_can_be(fields: dict[str, object], message: str) -> None:
    """A value that is not one of the possible ones is an error that names them."""
    with pytest.raises(ValueError, match=message):
        Profile("ours", "Our route", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        (("bill", "each segment", "x"), "^about: unknown value 'bill'; known: .*did you mean 'billing'"),
        (("billing", "each segment", ""), "^source: '' for the value 'each segment' of billing; give"),
        (("billing", "unknown", "x"), "^source: 'x' for the value 'unknown' of billing; give"),
    ],
)
def test_what_no_fact_can_be(fact: tuple[str, str, str], message: str) -> None:
    """A fact without a source, or a source without a fact, is refused."""
    with pytest.raises(ValueError, match=message):
        Fact(*fact)


def test_an_unknown_name() -> None:
    """The error lists every profile and suggests the closest."""
    with pytest.raises(ValueError, match=r"^profile: unknown value 'twillio'; .*did you mean 'twilio'\?$"):
        resolve("twillio")
    with pytest.raises(TypeError, match=r"^profile: expected a name or a Profile, got int$"):
        resolve(3)  # type: ignore[arg-type]


def test_rules_for_what_is_partly_convertible() -> None:
    """The rules are those that counting knows."""
    assert PARTLY == ("always", "all_or_nothing", "when_fewer_segments")


_PAGE = Path(__file__).parents[2] / "docs" / "profiles.md"


@pytest.mark.skipif(not _PAGE.is_file(), reason="the documentation is only in the repository")
def test_the_table_of_the_documentation() -> None:
    """The page lists what each profile counts by as it does."""
    rows = re.findall(r"^\| `(\w+)` \|((?:.*\|){3}.*)\|$", _PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    expected = []
    for name, profile in PROFILES.items():
        length = profile.max_length
        both = "" if length is None else "/".join(dict.fromkeys([str(length.gsm7), str(length.ucs2)]))
        gsm7, ucs2 = (f"{coding.single}/{coding.part}" for coding in (profile.gsm7, profile.ucs2))
        if profile.octets is not None:
            gsm7, ucs2 = f"{profile.octets.first} octets", ""
        expected.append((name, [gsm7, ucs2, str(profile.max_segments), both]))
    assert [(name, [cell.strip() for cell in row.split("|")][:4]) for name, row in rows] == expected


@pytest.mark.skipif(not _PAGE.is_file(), reason="the documentation is only in the repository")
def test_the_files_of_the_documentation(tmp_path: Path) -> None:
    """The TOML that the page shows is TOML that can be read."""
    shown = re.findall(r"^```toml\n(.*?)^```", _PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert len(shown) == 2
    for content in shown:
        path = tmp_path / "route.toml"
        path.write_text(content, encoding="utf-8")
        assert Profile.read(path).name in ("route", "ours")
