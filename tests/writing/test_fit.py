"""Texts cut to fit, held against the cut that trying every one finds."""

from __future__ import annotations

import random

import pytest
from conftest import SEED

import segcore
from segcore import PROFILES, Encoding, Profile, Segmenter, split_messages, truncate
from segcore.rules.alphabets import LOCKING_SHIFT, SINGLE_SHIFT
from segcore.rules.billing import Billing
from segcore.rules.codings import GSM7, Coding
from segcore.rules.graphemes import clusters

PIECES = ("a", "b c", " ", "€", "ł", "👍", "e\u0301", "👨\u200d👩", "\r\n", "’", "word ", "\ud83d", "\udc4d")


def ends_of(text: str, at: str) -> set[int]:
    """Return where a text may end, from the rules as they are written down."""
    whole, end = {0}, 0
    for cluster in clusters(text):
        end += len(cluster)
        whole.add(end)
    if at == "code point":
        return {
            index
            for index in range(len(text) + 1)
            if not ("\ud800" <= text[index - 1 : index] < "\udc00" <= text[index : index + 1] < "\ue000")
        }
    if at == "grapheme":
        return whole
    return {end for end in whole if text[end : end + 1].isspace() and not text[end - 1].isspace()}


def best(text: str, segments: int, ellipsis: str, at: str, segmenter: Segmenter) -> str:
    """Return the longest beginning that fits, by trying all."""
    for place in (at, "grapheme") if at == "word" else (at,):
        for end in sorted(ends_of(text, place), reverse=True):
            start = text[:end] if at == "code point" else text[:end].rstrip()
            tail = ellipsis
            if segmenter.detect_encoding(start) is Encoding.GSM7:
                tail = ellipsis if segmenter.detect_encoding(start + ellipsis) is Encoding.GSM7 else "..."
            if start and segmenter.count_segments(start + tail) <= segments:
                return start + tail
    return ""


def routes() -> list[Profile]:
    """Return profiles of every kind of packing, capacity, addition and table."""
    tight = Coding(Encoding.GSM7, GSM7.alphabet, GSM7.extension, room=(40, 33))
    small = Coding(Encoding.UCS2, room=(20, 17))
    return [
        *(PROFILES[name] for name in ("standard", "twilio", "telnyx", "hubtel", "turkey", "china_domestic")),
        PROFILES["rcs_us"],
        PROFILES["us_toll_free_16bit"],
        Profile("ceil", "Ceil", packing="ceil"),
        Profile("first", "First", gsm7=tight, packing="first"),
        Profile("tight", "Tight", gsm7=tight, ucs2=small),
        Profile("clusters", "Clusters", gsm7=tight, ucs2=small, graphemes=True),
        Profile("prefix", "Prefix", prefix="€ab: "),
        Profile("wide", "Wide", prefix="ł", suffix=" 👍"),
        Profile("links", "Links", link_length=23, suffix="€"),
        Profile("short", "Short", link_length=4),
        Profile("gsm7", "GSM-7 alone", encoding="gsm7"),
        Profile("turkish", "Turkish", languages=(1,)),
        Profile("locking", "Turkish", languages=(1,), shifts="locking"),
        Profile("smart", "Smart", smart_encoding="segcore"),
        Profile("careful", "Careful", smart_encoding="segcore", partly="when_fewer_segments"),
    ]


@pytest.mark.parametrize("at", ["word", "grapheme", "code point"])
@pytest.mark.parametrize("profile", routes(), ids=lambda profile: profile.name)
def test_no_longer_beginning_fits(at: str, profile: Profile) -> None:
    rng, segmenter = random.Random(int(SEED)), Segmenter(profile)
    # Trying every end takes the fallback a second a text where clusters are kept whole.
    is_slow = segcore.implementation == "python"
    for _ in range((1 if profile.graphemes else 2) if is_slow else 15):
        pool = rng.choices((*PIECES, "ş", "ğ", "https://a.example/bcdef "), k=3)
        text = "".join(rng.choice(pool) for _ in range(rng.randint(20, 250)))
        segments, ellipsis = rng.randint(1, 3), rng.choice(("...", "…", ""))
        found = truncate(text, segments, ellipsis=ellipsis, at=at, profile=segmenter)
        if segmenter.count_segments(text) <= segments:
            assert found == text
        else:
            assert found == best(text, segments, ellipsis, at, segmenter)


@pytest.mark.parametrize("profile", routes(), ids=lambda profile: profile.name)
def test_no_message_holds_more(profile: Profile) -> None:
    rng, segmenter = random.Random(int(SEED)), Segmenter(profile)
    is_slow = segcore.implementation == "python"
    for _ in range((1 if profile.graphemes else 2) if is_slow else 8):
        pool = rng.choices((*PIECES, "ş", " ", " ", "https://a.example/bcdef "), k=5)
        text = "".join(rng.choice(pool) for _ in range(rng.randint(20, 250)))
        parts = split_messages(text, profile=segmenter)
        if segmenter.count_segments(text) == 1:
            assert parts == [text]
            continue
        rest = text.strip()
        for number, part in enumerate(parts, 1):
            start = f"({number}/{len(parts)}) "
            ends = {place: sorted(ends_of(rest, place) - {0}, reverse=True) for place in ("word", "grapheme")}
            end = next(
                end
                for end in (len(rest), *ends["word"], *ends["grapheme"])
                if segmenter.count_segments(start + rest[:end].rstrip()) == 1
            )
            assert part == start + rest[:end].rstrip()
            rest = rest[end:].lstrip()
        assert not rest


@pytest.mark.parametrize("text", ["abc", "a" * 161])
def test_arguments_are_texts(text: str) -> None:
    """Whether the text has to be cut or not."""
    with pytest.raises(TypeError, match=r"ellipsis: expected str, got int$"):
        truncate(text, ellipsis=5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"numbering: expected str, got int$"):
        split_messages(text, numbering=5)  # type: ignore[arg-type]


def test_the_ellipsis_keeps_gsm7() -> None:
    text = "a" * 200
    assert truncate(text, ellipsis="…", at="grapheme") == "a" * 157 + "..."
    assert truncate(text, ellipsis="→", at="grapheme") == "a" * 158 + "->"
    assert truncate(text, ellipsis="漢", at="grapheme") == "a" * 160
    assert truncate("ł" * 80, ellipsis="…", at="grapheme") == "ł" * 69 + "…"


def test_a_text_that_fits_is_left_alone() -> None:
    assert truncate("a" * 160 + " ", 2) == "a" * 160 + " "
    assert truncate("", 1) == ""
    assert truncate("a" * 306, 2) == "a" * 306


def test_words_and_longer_ones() -> None:
    assert truncate("one two " + "x" * 160) == "one two..."
    assert truncate("x" * 170) == "x" * 157 + "..."
    # Of a code point that takes more than a segment by itself, only the ellipsis is left, or nothing.
    tiny = Profile("tiny", "Tiny", ucs2=Coding(Encoding.UCS2, room=(2, 2)), graphemes=True)
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert [truncate(family * 2, ellipsis=end, profile=tiny) for end in ("", "…", "漢字漢字")] == [
        "",
        "...",
        "",
    ]
    # Smart encoding removes these, so that all of them fit.
    assert truncate("\u200b" * 400, profile=Segmenter("twilio", True)) == "\u200b" * 400
    late = truncate("\u200b" * 400 + "a" * 200, ellipsis="", at="grapheme", profile=Segmenter("twilio", True))
    assert len(late) == 560


def test_wrong_arguments() -> None:
    with pytest.raises(ValueError, match="segments: expected a number from 1, got 0"):
        truncate("a", 0)
    with pytest.raises(ValueError, match="at: unknown value 'line'"):
        truncate("a", at="line")
    with pytest.raises(TypeError, match="text: expected str, got int"):
        truncate(1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"numbering: '\(\*\)'"):
        split_messages("a" * 200, numbering="(*)")


@pytest.mark.parametrize("numbering", ["(1/3)", "1 of 3:", None])
@pytest.mark.parametrize("size", [100, 200, 1500, 3000])
@pytest.mark.parametrize("word", ["parcel ", "pärcêl ", "x" * 200 + " "])
def test_messages_fit_and_hold_every_word(numbering: str | None, size: int, word: str) -> None:
    text = (word * size)[:size].strip()
    parts = split_messages(text, numbering=numbering)
    assert all(segcore.count_segments(part) == 1 for part in parts)
    total = len(parts)
    bare = []
    for number, part in enumerate(parts, 1):
        start = ""
        if numbering is not None and total > 1:
            start = {"(1/3)": f"({number}/{total}) ", "1 of 3:": f"{number} of {total}: "}[numbering]
        assert part.startswith(start)
        bare.append(part[len(start) :])
    if len(word) < 20:
        assert " ".join(bare) == text
        # No message could have held the next word.
        for here, following in zip(parts, bare[1:], strict=False):
            assert segcore.count_segments(f"{here} {following.split()[0]}") > 1
    else:
        assert "".join(bare).replace(" ", "") == text.replace(" ", "")


def units_of(sent: str, found: segcore.Analysis, profile: Profile) -> int:
    """Return the units of a text in the coding of an analysis."""
    if profile.octets:
        return profile.octets.count(sent)
    if found.encoding is Encoding.UCS2:
        return sum(1 + (point > "\uffff") for point in sent)
    locking, single = found.languages
    basic = LOCKING_SHIFT[locking].text if locking else profile.gsm7.basic
    extended = SINGLE_SHIFT[single].text if single else profile.gsm7.extended
    return len(sent) + sum(point in extended and point not in basic for point in sent)


@pytest.mark.parametrize("profile", routes(), ids=lambda profile: profile.name)
def test_over_by_is_the_least_to_cut(profile: Profile) -> None:
    rng, segmenter = random.Random(int(SEED)), Segmenter(profile)
    for _ in range(25 if segcore.implementation.startswith("native") else 6):
        pool = rng.choices((*PIECES, "ş", "ğ", "https://a.example/bcdef "), k=2)
        text = "".join(rng.choice(pool) for _ in range(rng.randint(1, 250)))
        found = segmenter.analyze(text)
        if found.segments == 1:
            assert found.over_by == 0
            continue
        # Links are not cut: they count as a whole.
        text = Billing(link_length=profile.billing.link_length).applied(text)
        ends = sorted(ends_of(text, "code point") - {len(text)}, reverse=True)
        kept = next(
            (text[:end] for end in ends if segmenter.count_segments(text[:end]) < found.segments), None
        )
        if kept is None:
            assert found.over_by is None
        else:
            cut = units_of(found.sent, found, profile) - units_of(
                segmenter.analyze(kept).sent, found, profile
            )
            assert found.over_by == cut, text


def test_over_by_of_plain_texts() -> None:
    assert segcore.analyze("a" * 161).over_by == 1
    assert segcore.analyze("a" * 307).over_by == 1
    assert segcore.analyze("a" * 159 + "€").over_by == 2
    assert segcore.analyze("a" * 161, mms=True).over_by is None
    # Without the last letter it is GSM-7.
    assert segcore.analyze("a" * 100 + "ł").over_by == 1
    # 161 units of the route leave no room for one segment.
    assert Segmenter(suffix="b" * 161).analyze("a").over_by is None
    assert Segmenter(link_length=23).analyze("a" * 138 + " https://example.com/abc").over_by == 2


def test_no_room_for_text() -> None:
    with pytest.raises(ValueError, match="leaves no room"):
        split_messages("漢" * 200, numbering="x" * 69 + "1/3")
    tiny = Profile("tiny", "Tiny", languages=(1,))
    assert split_messages("ş" * 10, profile=tiny) == ["ş" * 10]
