"""Profiles from TOML files: everything that counting can be told, and errors that name file and key."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if sys.version_info < (3, 11):
    pytest.importorskip("tomli")

from segcore import PROFILES, Profile
from segcore.rules.codings import Encoding
from segcore.rules.profiles import load_profile

if TYPE_CHECKING:
    from segcore import Segmenter

pytestmark = pytest.mark.kernel_independent


def write(folder: Path, content: str, name: str = "route.toml") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def load(folder: Path, content: str) -> Profile:
    return load_profile(write(folder, content))


def test_nothing_said(tmp_path: Path) -> None:
    """An empty file is the standard profile under the name of the file."""
    found = load(tmp_path, "")
    standard = PROFILES["standard"]
    assert (found.name, found.title) == ("route", "3GPP TS 23.038 and TS 23.040, changed by route.toml")
    assert (found.gsm7, found.ucs2, found.facts) == (standard.gsm7, standard.ucs2, standard.facts)
    assert (found.languages, found.max_segments, found.max_length) == ((), 255, None)


def test_everything_said(tmp_path: Path) -> None:
    """Every key changes what it is about, and the facts say where that is from."""
    found = load(
        tmp_path,
        """
        name = "us-route"
        title = "Our US route"
        base = "telnyx"
        source = "contract 12, annex B"
        languages = [2, "Turkish", "turkish"]
        reference = 16
        smart_encoding = true
        partly = "all_or_nothing"
        graphemes = true
        max_segments = 6
        max_length = { gsm7 = 900, ucs2 = 390 }
        max_mms_length = 1000
        [alphabet]
        remove = "£¥"
        add = "€"
        double = "\\n"
        """,
    )
    assert (found.name, found.title, found.languages) == ("us-route", "Our US route", (1, 2))
    assert (found.gsm7.single, found.gsm7.part, found.ucs2.single, found.ucs2.part) == (160, 152, 70, 66)
    assert (found.smart_encoding, found.smart_table, found.partly) == ("telnyx", "telnyx", "all_or_nothing")
    assert (found.graphemes, found.max_segments, found.max_segments_source) == (
        True,
        6,
        "contract 12, annex B",
    )
    assert found.max_length is not None
    assert [found.max_length.of(encoding) for encoding in (Encoding.GSM7, Encoding.UCS2)] == [900, 390]
    assert found.max_mms_length is not None
    assert [found.max_mms_length.of(encoding) for encoding in (Encoding.GSM7, Encoding.UCS2)] == [1000, 1000]
    telnyx = PROFILES["telnyx"].gsm7
    assert set(found.gsm7.basic) == set(telnyx.basic) - set("£¥\n")
    assert set(found.gsm7.extended) == set(telnyx.extended) | set("€\n")
    changed = {about for about, fact in found.facts.items() if fact.source == "contract 12, annex B"}
    assert changed == {
        *("alphabet", "two_septets", "gsm7", "ucs2", "cuts", "max_length", "max_segments", "smart_encoding"),
        *("national_languages", "mms_length"),
    }
    assert found.facts["group"] == PROFILES["telnyx"].facts["group"]
    assert pickle.loads(pickle.dumps(found)) == found
    assert Profile.read(str(tmp_path / "route.toml")) == found


@pytest.mark.parametrize(
    ("content", "text", "segments"),
    [
        ("reference = 16", "a" * 305, 3),
        ("reference = 16", "б" * 133, 3),
        ('base = "us_toll_free_16bit"\nreference = 8', "a" * 306, 2),
        ('alphabet = "ascii"', "`" * 160, 1),
        ('alphabet = "telnyx"', "a" * 159 + "€", 3),
        ('base = "telnyx"\nalphabet = { add = "§€" }', "a" * 157 + "§€", 1),
        ('base = "telnyx"\nalphabet = { add = "§€" }', "a" * 158 + "§€", 2),
        ('base = "telnyx"\nalphabet = { base = "gsm7", remove = "[" }', "a" * 160 + "Ç", 2),
        ('alphabet = { base = "gsm7", remove = "[" }', "a" * 70 + "[", 2),
        ('alphabet = { double = "a" }', "a" * 80, 1),
        ('alphabet = { double = "a" }', "a" * 81, 2),
        ('alphabet = { remove = "\\f", double = "\\n\\r" }', "a" * 157 + "\r\n", 2),
        ('base = "clicksend"\nalphabet = "gsm7"', "a" * 158 + "\r\n", 1),
    ],
)
def test_counts(
    segmenter_class: type[Segmenter], tmp_path: Path, content: str, text: str, segments: int
) -> None:
    """What a file says is what is counted by, by hand."""
    assert segmenter_class(load(tmp_path, content)).count_segments(text) == segments


@pytest.mark.parametrize(
    ("base", "value", "table"),
    [
        ("twilio", "true", "twilio"),
        ("bandwidth", "true", "segcore"),
        ("twilio", '"segcore"', "segcore"),
        ("twilio", "false", None),
    ],
)
def test_smart_encoding(tmp_path: Path, base: str, value: str, table: str | None) -> None:
    """``true`` is the table that the base documents, or the recommended one."""
    found = load(tmp_path, f'base = "{base}"\nsmart_encoding = {value}')
    assert found.smart_encoding == table
    assert found.facts["smart_encoding"].value == (f"table {table}" if table else "none")


def test_the_most_segments(tmp_path: Path) -> None:
    """255 can be said, though it changes nothing."""
    assert load(tmp_path, 'base = "telnyx"\nmax_segments = 255').max_segments == 255


def test_limits_are_lifted(tmp_path: Path) -> None:
    """``false`` takes away a limit that the base has."""
    found = load(tmp_path, 'base = "bandwidth"\nmax_length = false\nmax_mms_length = false')
    assert (found.max_length, found.max_mms_length) == (None, None)
    assert found.facts["max_length"].value == found.facts["mms_length"].value == "no limit"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("lang = [1]", "key: unknown value 'lang'; known: languages, and 24 more; did you mean 'languages'?"),
        (
            "graphems = true",
            "key: unknown value 'graphems'; known: graphemes, and 24 more; did you mean 'graphemes'?",
        ),
        (
            'base = "twillio"',
            f"base: unknown value 'twillio'; known: twilio, and {len(PROFILES) - 1} more; did you mean 'twi",
        ),
        ("base = 1", "base: unknown value 1; known: standard, "),
        ('name = ""', "name: expected a string that is not empty, got a string ('')"),
        ("name = 1", "name: expected a string that is not empty, got a whole number (1)"),
        ('name = "twilio"', "name: 'twilio' is a profile that comes with segcore; choose another name"),
        ("title = false", "title: expected a string that is not empty, got a truth value (False)"),
        ('source = ""', "source: expected a string that is not empty"),
        ('languages = "turkish"', 'languages: expected a list such as ["turkish", 2], got a string'),
        ("languages = [14]", "languages[0]: unknown value 14; known: turkish or 1, spanish or 2, "),
        ('languages = [1, "klingon"]', "languages[1]: unknown value 'klingon'; known: turkish or 1, "),
        ("languages = [true]", "languages[0]: unknown value True; known: turkish or 1"),
        ("reference = 16.0", "reference: unknown value 16.0; known: 8, 16"),
        ("max_length = 0", "max_length: expected a whole number from 1, got a whole number (0)"),
        (
            'alphabet = { add = "€" }',
            "alphabet.add: U+20AC is in the alphabet or its extension table already",
        ),
        ("reference = 32", "reference: unknown value 32; known: 8, 16"),
        ('reference = "8"', "reference: unknown value '8'; known: 8, 16"),
        ("smart_encoding = 1", "smart_encoding: expected true, false or one of "),
        ('smart_encoding = "bird"', "smart_encoding: unknown value 'bird'; known: "),
        ('partly = "never"', "partly: unknown value 'never'; known: always, all_or_nothing, when_fewer_seg"),
        ("partly = true", "partly: unknown value True; known: always"),
        ('graphemes = "yes"', "graphemes: expected true or false, got a string ('yes')"),
        ("group_mms = 1", "group_mms: expected true or false, got a whole number (1)"),
        ("max_segments = 0", "max_segments: expected a whole number from 1, got a whole number (0)"),
        ("max_segments = true", "max_segments: expected a whole number from 1, got a truth value (True)"),
        ("max_segments = 256", "max_segments: 256 is more than 255 (TS 23.040 9.2.3.24.1)"),
        (
            "max_length = true",
            "max_length: expected a whole number, { gsm7 = ..., ucs2 = ... } or false, got a",
        ),
        ("max_length = -1", "max_length: expected a whole number from 1, got a whole number (-1)"),
        ("max_length = { gsm7 = 1 }", "max_length: ucs2 is missing; give both gsm7 and ucs2, or one number"),
        ("max_length = { ucs2 = 1 }", "max_length: gsm7 is missing; give both"),
        (
            'max_length = { gsm7 = "1", ucs2 = 1 }',
            "max_length.gsm7: expected a whole number from 1, got a str",
        ),
        (
            "max_mms_length = { ucs = 1 }",
            "max_mms_length.ucs: unknown value 'ucs'; known: gsm7, ucs2; did you",
        ),
        (
            "alphabet = 1",
            "alphabet: expected one of gsm7, ascii, telnyx, clicksend, or a table, got a whole n",
        ),
        (
            'alphabet = "gsm"',
            "alphabet.base: unknown value 'gsm'; known: gsm7, ascii, telnyx, clicksend; did ",
        ),
        (
            'alphabet = { plus = "€" }',
            "alphabet.plus: unknown value 'plus'; known: base, remove, add, double",
        ),
        (
            "alphabet = { add = 1 }",
            "alphabet.add: expected a string that is not empty, got a whole number (1)",
        ),
        (
            'alphabet = { remove = "ç" }',
            "alphabet.remove: U+00E7 is not in the alphabet or its extension tab",
        ),
        (
            'alphabet = { add = "a" }',
            "alphabet.add: U+0061 is in the alphabet or its extension table already",
        ),
        (
            'alphabet = { add = "ç" }',
            "alphabet.add: U+00E7 is not in the GSM 7-bit default alphabet or its e",
        ),
        (
            'alphabet = { base = "ascii", add = "£" }',
            "alphabet.add: U+00A3 would be septet 01, which is U+0001; remove that first",
        ),
        (
            'alphabet = { double = "\\n" }',
            "alphabet.double: U+000A would be septet 0A, which is U+000C; remove that first",
        ),
        ('alphabet = { double = "€" }', "alphabet.double: U+20AC does not count one septet"),
        ("name = ", "not TOML: Invalid value (at "),
        ("name = 'a'\nname = 'b'", "not TOML: Cannot overwrite a value (at "),
    ],
)
def test_errors(tmp_path: Path, content: str, message: str) -> None:
    """An error names the file and the key, and says what is possible."""
    path = write(tmp_path, content)
    with pytest.raises(ValueError) as caught:  # noqa: PT011  the message is compared below
        load_profile(path)
    assert str(caught.value).startswith(f"{path}: {message}")


def test_not_utf8(tmp_path: Path) -> None:
    """The octet is named."""
    path = tmp_path / "route.toml"
    path.write_bytes(b'title = "caf\xe9"')
    with pytest.raises(ValueError, match=r"route\.toml: not UTF-8 \(octet 13\); TOML files are$"):
        load_profile(path)


def test_no_such_file(tmp_path: Path) -> None:
    """What cannot be read is the system's error."""
    with pytest.raises(FileNotFoundError):
        load_profile(tmp_path / "route.toml")


def test_facts_of_keys_alone(tmp_path: Path) -> None:
    """A key states its fact; no other key changes the room that the base has."""
    for content, about, value in (
        ("group_mms = true", "group", "several recipients make one group MMS"),
        ("group_mms = false", "group", "several recipients make as many messages"),
        ("link_length = 23", "links", "count 23"),
        ("link_length = false", "links", "as they are"),
    ):
        found = load(tmp_path, content)
        assert found.facts[about].value == value
        assert found.link_length == (23 if "23" in content else None)
    roomy = next(name for name, profile in PROFILES.items() if profile.gsm7.room)
    found = load(tmp_path, f'base = "{roomy}"\nreference = 16')
    assert found.gsm7.room == PROFILES[roomy].gsm7.room
