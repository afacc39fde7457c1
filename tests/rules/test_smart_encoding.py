"""Smart encoding: each table, each rule, and what may not change."""

from __future__ import annotations

import copy
import pickle
import sys
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
import reference
import regex
import smart_encoding_page
from conftest import thinned
from hypothesis import given
from hypothesis import strategies as st
from string_subclasses import Liar, Plain

import segcore
from segcore.rules.replacements import PARTLY, code_points
from segcore.rules.smart_encoding import NOT_REPLACED, TABLES, SmartTable, resolve
from segcore.segmenter import smart_encode

if TYPE_CHECKING:
    from conftest import RunPython

pytestmark = pytest.mark.kernel_independent

PUBLISHED = reference.smart_tables()
ROWS = reference.load("smart_encoding")["rows"]
GSM7 = {chr(codepoint) for codepoint in {*reference.STANDARD.alphabet, *reference.STANDARD.extension}}
OWN = ("segcore", "segcore_letters")
EVERY_CODE_POINT = [chr(codepoint) for codepoint in range(sys.maxunicode + 1)]
LEFT_ALONE = {point for ranges, _ in NOT_REPLACED.values() for point in code_points(ranges)}

by_table = pytest.mark.parametrize("name", TABLES)
by_own_table = pytest.mark.parametrize("name", OWN)


def _replacements(name: str) -> Mapping[str, str]:
    return TABLES[name].replacements


def _named(*categories: str) -> set[str]:
    """Return every code point of some of Unicode's general categories."""
    return {point for point in EVERY_CODE_POINT if unicodedata.category(point) in categories}


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in ROWS])
def test_published_rows(row: dict[str, Any]) -> None:
    """The text as sent is the published one, and so are its encoding, units and segments."""
    text = reference.read_text(row["input"]["text"])
    sent = smart_encode(text, row["input"]["table"], row["input"]["partly"])
    expected = row["expected"]
    assert sent == reference.read_text(expected["text"])
    found = segcore.analyze(sent)
    assert (found.encoding, found.units, found.segments) == (
        expected["encoding"],
        expected["units"],
        expected["segments"],
    )
    assert row["description"]
    assert row["clause"]


def test_published_rows_have_ids_of_their_own() -> None:
    """Every row can be named."""
    assert len({row["id"] for row in ROWS}) == len(ROWS)


@by_table
def test_published_tables(name: str) -> None:
    """Every table is the one that is published, entry by entry."""
    assert dict(_replacements(name)) == PUBLISHED[name]
    assert list(TABLES) == list(PUBLISHED)


def test_documented_sizes() -> None:
    """Twilio's table has 271 code points and Telnyx's 310; 249 of them have the same replacement."""
    twilio, telnyx = _replacements("twilio"), _replacements("telnyx")
    assert (len(twilio), len(telnyx)) == (271, 310)
    assert len(twilio.items() & telnyx.items()) == 249
    assert set(twilio) - set(telnyx) == {"\u200c"}


@by_table
def test_gsm7_stays_as_it_is(name: str) -> None:
    """No key is in the default alphabet or its extension table, and every replacement is wholly there."""
    table = _replacements(name)
    assert not GSM7 & set(table)
    assert GSM7.issuperset("".join(table.values()))
    everything = "".join(sorted(GSM7))
    assert smart_encode(everything, name) == everything


@by_table
def test_a_second_pass_changes_nothing(name: str) -> None:
    """No replacement holds a key of its table."""
    table = _replacements(name)
    assert not set("".join(table.values())) & set(table)
    once = smart_encode("".join([*table, *thinned(EVERY_CODE_POINT, 16)]), name)
    assert smart_encode(once, name) == once


@by_own_table
def test_every_space_is_one_space(name: str) -> None:
    """Zs, and the tab; nothing but spaces and separators becomes one."""
    table = _replacements(name)
    assert {table[point] for point in {*_named("Zs"), "\t"} - {" "}} == {" "}
    for point, replacement in table.items():
        if replacement == " ":
            assert point.isspace() or unicodedata.name(point) == "BRAILLE PATTERN BLANK"


@by_own_table
def test_every_line_break_is_a_line_feed(name: str) -> None:
    """Zl and Zp, and the vertical tab; what GSM-7 has stays."""
    table = _replacements(name)
    assert {point for point, to in table.items() if to == "\n"} == {*_named("Zl", "Zp"), "\v"}


@by_own_table
def test_every_dash_is_replaced(name: str) -> None:
    """Pd becomes a hyphen, or a tilde if it is wavy."""
    for point in _named("Pd") - GSM7:
        wavy = regex.search("WAVE|WAVY", unicodedata.name(point))
        assert _replacements(name)[point] == ("~" if wavy else "-"), hex(ord(point))


@by_own_table
def test_every_quote_is_replaced_or_left_out(name: str) -> None:
    """Pi and Pf become a quote of ASCII; the others are listed with a reason."""
    for point in _named("Pi", "Pf"):
        double = regex.search("DOUBLE", unicodedata.name(point))
        if point not in LEFT_ALONE:
            assert _replacements(name)[point] == ('"' if double else "'"), hex(ord(point))
    assert {point for point in _named("Pi", "Pf") & LEFT_ALONE if point < "\u2e00"} == set()


@by_own_table
def test_every_control_is_decided(name: str) -> None:
    """Cc is in GSM-7, replaced, or listed with a reason."""
    assert _named("Cc") <= GSM7 | set(_replacements(name)) | LEFT_ALONE


@by_own_table
def test_c1_controls_are_windows_1252(name: str) -> None:
    """U+0080 to U+009F get what the code point of Windows-1252 with this number gets."""
    table = _replacements(name)
    for number in range(0x80, 0xA0):
        try:
            meant = bytes([number]).decode("cp1252")
        except UnicodeDecodeError:
            assert table[chr(number)] == ""
            continue
        expected = meant if meant in GSM7 else table.get(meant)
        assert table.get(chr(number)) == expected, hex(number)
        assert expected is not None or chr(number) in LEFT_ALONE


@pytest.mark.parametrize("kind", ["<wide>", "<small>", "<font>"])
def test_variants_of_ascii_are_replaced(kind: str) -> None:
    """What Unicode calls wide, small or styled is replaced by what Unicode says it is, if that is GSM-7."""
    table = _replacements("segcore")
    seen = 0
    for point in EVERY_CODE_POINT:
        if unicodedata.decomposition(point).startswith(kind):
            plain = unicodedata.normalize("NFKC", point)
            # An emoji where U+FE0F asks for it, and then no letter.
            if GSM7.issuperset(plain) and point != "\u2139":
                assert table[point] == plain, hex(ord(point))
                seen += 1
    assert seen > 20


def test_what_is_the_same_to_unicode_is_replaced() -> None:
    """A code point that is canonically one of GSM-7 becomes that one."""
    for point in EVERY_CODE_POINT:
        composed = unicodedata.normalize("NFC", point)
        if composed in GSM7 and composed != point:
            assert _replacements("segcore")[point] == composed


def _stripped(letter: str) -> str | None:
    """Return the longest beginning of the decomposed letter that is one code point of GSM-7."""
    decomposed = unicodedata.normalize("NFD", letter)
    for end in range(len(decomposed), 0, -1):
        composed = unicodedata.normalize("NFC", decomposed[:end])
        if composed in GSM7 and composed.isalpha():
            return composed
    return None


def test_letters_lose_the_marks_that_gsm7_lacks() -> None:
    """Every Latin letter that is a letter of GSM-7 with marks is there, and none that is not."""
    table = TABLES["segcore_letters"].replacements
    (with_marks,) = (
        category.replacements
        for category in TABLES["segcore_letters"].categories
        if category.name == "letters with marks"
    )
    found = {}
    for point in EVERY_CODE_POINT:
        latin = unicodedata.name(point, "").startswith("LATIN") and unicodedata.category(point)[0] == "L"
        if latin and point not in GSM7 and unicodedata.normalize("NFD", point) != point:
            found[point] = _stripped(point)
    assert {point: to for point, to in found.items() if to is not None} == dict(with_marks)
    assert table["\u01fb"] == "å"
    assert "ı" in table
    assert TABLES["segcore"].replacements.items() <= table.items()
    assert not set(with_marks) & set(TABLES["segcore"].replacements)


@by_own_table
def test_no_letter_becomes_one_of_another_script(name: str) -> None:
    """Cyrillic stays Cyrillic, and Greek stays Greek, whatever it looks like."""
    scripts = [regex.compile(rf"\p{{Script={script}}}") for script in ("Latin", "Greek")]
    for point, replacement in _replacements(name).items():
        plain = unicodedata.normalize("NFKC", point)
        if unicodedata.category(point) in ("Lu", "Ll", "Lt", "Lo"):
            assert any(script.search(plain) and script.search(replacement) for script in scripts), plain


@by_own_table
def test_sequences_stay_whole(name: str) -> None:
    """Nothing that joins, selects or modifies is replaced, and no emoji that is a picture by itself."""
    part = regex.compile(
        r"\p{Mark}|\p{Grapheme_Extend}|\p{Emoji_Presentation}|\p{Emoji_Modifier}|\p{Join_Control}"
    )
    assert [point for point in _replacements(name) if part.match(point)] == []
    assert [point for point in _replacements(name) if regex.match(r"\p{Bidi_Control}", point)] == []
    shown = {point for point in _replacements(name) if regex.match(r"\p{Emoji}", point)}
    assert shown == set("©®™‼⁉↔〰")


@by_own_table
def test_nothing_becomes_longer_without_need(name: str) -> None:
    """Only categories whose reason says so hold a replacement of several code points."""
    longer = {
        category.name
        for category in TABLES[name].categories
        if any(len(replacement) > 1 for replacement in category.replacements.values())
    }
    expected = {
        "Windows-1252",
        "quotation marks",
        "bullets and dots",
        "doubled marks",
        "mathematics",
        "signs",
        "fractions",
        "ligatures",
        "Roman numerals",
        *(["other Latin letters"] if name == "segcore_letters" else []),
    }
    assert longer == expected
    assert max(map(len, _replacements(name).values())) == 5


@by_own_table
def test_every_entry_has_one_category(name: str) -> None:
    """The categories are the table, nothing twice, each with a reason."""
    entries = [point for category in TABLES[name].categories for point in category.replacements]
    assert sorted(entries) == sorted(_replacements(name))
    for category in TABLES[name].categories:
        assert category.reason.endswith(".")
        assert category.name


@pytest.mark.parametrize(
    "code_points",
    [
        [*map(chr, range(0x180))],
        [bytes([number]).decode("cp1252", "ignore") for number in range(0x80, 0x100)],
        [*map(chr, range(0x2000, 0x2070))],
        [point for point in map(chr, range(0xFF00, 0xFFF0)) if unicodedata.category(point)[0] not in "LC"],
    ],
    ids=["Latin", "Windows-1252", "General Punctuation", "Halfwidth and Fullwidth Forms"],
)
def test_everything_is_decided_where_it_matters_most(code_points: list[str]) -> None:
    """In these blocks a code point is in GSM-7, replaced, or listed with a reason."""
    decided = {*GSM7, *_replacements("segcore_letters"), *LEFT_ALONE, ""}
    assert [point for point in set(code_points) - decided if unicodedata.category(point) != "Cn"] == []


def test_what_is_left_out_is_not_replaced() -> None:
    """No code point is both replaced and listed as left alone, and each list has its reason."""
    assert not LEFT_ALONE & set(_replacements("segcore"))
    assert not LEFT_ALONE & GSM7
    assert all(reason.endswith(".") for _, reason in NOT_REPLACED.values())


def test_the_page_is_current() -> None:
    """docs/smart-encoding.md shows the tables as they are: ``python tests/smart_encoding_page.py``."""
    page = smart_encoding_page.PAGE.read_text(encoding="utf-8")
    assert smart_encoding_page.rewritten(page) == page
    for name, table in TABLES.items():
        assert f"| `{name}` | {len(table.replacements):,} |" in page


# Text of what matters to any table: keys, GSM-7, emoji with joiners, other scripts, surrogates.
_KEYS = sorted({point for table in PUBLISHED.values() for point in table})
_PIECES = st.sampled_from(
    [
        *_KEYS,
        *_KEYS[:60],
        "a" * 30,
        "{",
        "€",
        "б",
        "\U0001f468\u200d\U0001f469",
        "\ud83d",
        "\ude00",
        "e\u0301",
    ]
)
TEXTS = st.lists(_PIECES, max_size=60).map("".join)


@by_table
@pytest.mark.parametrize("partly", PARTLY)
@given(text=TEXTS)
def test_rules(name: str, partly: str, text: str) -> None:
    """Every rule gives what the slow reading of it gives, by name, by table and by mapping."""
    expected = reference.smart_encoded(text, PUBLISHED[name], partly)
    assert smart_encode(text, name, partly) == expected
    assert segcore.smart_encode(text, table=TABLES[name], partly=partly) == expected
    assert smart_encode(text, PUBLISHED[name], partly) == expected


def test_defaults() -> None:
    """Without more, it is the recommended table, and always."""
    text = "\u00a0’🎉"
    assert segcore.smart_encode(text) == " '🎉" == smart_encode(text, "segcore", "always")
    assert smart_encode(text, "twilio") == "  '🎉"


def test_a_mapping_of_ones_own() -> None:
    """Keys of GSM-7 are replaced too, once, and under the rules."""
    assert smart_encode("ab", {"a": "b", "b": "a"}) == "ba"
    assert smart_encode("a…", {"a": "…"}) == "……"
    assert smart_encode("aб", {"a": "b"}, "all_or_nothing") == "aб"
    assert smart_encode("ab", {"a": "…"}, "all_or_nothing") == "ab"
    assert smart_encode("a" * 161, {"a": ""}, "when_fewer_segments") == ""
    assert smart_encode("a\U0001f600", {"\U0001f600": ":)"}) == "a:)"


@pytest.mark.parametrize("kind", [Plain, Liar])
@pytest.mark.parametrize("partly", PARTLY)
def test_subclasses(kind: type[str], partly: str) -> None:
    """A subclass of ``str`` is what it holds, and what comes back is exactly ``str``."""
    for content in ("It’s", "plain", "It’s 🎉", "’" * 71):
        found = smart_encode(kind(content), "twilio", partly)
        assert type(found) is str
        assert found == smart_encode(content, "twilio", partly)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((b"a",), TypeError, "text: expected str, got bytes; decode it first"),
        ((None,), TypeError, "text: expected str, got None; leave it out or put '' in its place"),
        (
            ("a", "twillio"),
            ValueError,
            (
                "table: unknown value 'twillio'; known: twilio, telnyx, segcore, segcore_letters; "
                "did you mean 'twilio'?"
            ),
        ),
        (("a", 1), TypeError, "table: expected a name, a SmartTable or a mapping of code points, got int"),
        (
            ("a", "twilio", "allways"),
            ValueError,
            (
                "partly: unknown value 'allways'; known: always, all_or_nothing, when_fewer_segments; "
                "did you mean 'always'?"
            ),
        ),
        (
            ("a", {"ab": "c"}),
            ValueError,
            "replacements: 'ab' is not one code point; give a string of length 1",
        ),
        (("a", {"": "c"}), ValueError, "replacements: '' is not one code point; give a string of length 1"),
        (("a", {97: "c"}), ValueError, "replacements: 97 is not one code point; give a string of length 1"),
        (
            ("a", {"a": None}),
            TypeError,
            "replacements['a']: expected str, got NoneType; to remove it, give ''",
        ),
        (
            ("a", {"\ud83d": "c"}),
            ValueError,
            "replacements['\\ud83d']: a surrogate is half a code point; give the whole one",
        ),
        (
            ("a", {"a": "\ude00"}),
            ValueError,
            "replacements['a']: a surrogate is half a code point; give the whole one",
        ),
    ],
)
def test_errors(arguments: tuple[Any, ...], error: type[Exception], message: str) -> None:
    """Each error says what it is about and what to do."""
    with pytest.raises(error) as caught:
        smart_encode(*arguments)
    assert str(caught.value) == message


def test_the_most_replacements(segmenter_class: type[segcore.Segmenter]) -> None:
    """65,534, which the kernel numbers with 16 bits; each is used."""
    many = {chr(0x10000 + number): chr(ord("a") + number % 26) for number in range(65_534)}
    last = chr(0x10000 + 65_533)
    assert smart_encode(f"\U00010000{last}", many) == f"a{many[last]}"
    segmenter = segmenter_class(smart_encoding=many)
    assert segmenter.count_segments(last * 160) == 1
    with pytest.raises(ValueError, match="replacements: more than 65,534 are not supported"):
        segmenter_class(smart_encoding={**many, "б": "b"})


def test_a_table_is_not_a_list() -> None:
    """A `SmartTable` needs a mapping."""
    with pytest.raises(TypeError, match=r"^replacements: expected a mapping, got list$"):
        SmartTable("own", "of one's own", ["a"])  # type: ignore[arg-type]


@by_table
def test_tables_are_values(name: str) -> None:
    """A table cannot be changed, compares and hashes by value, and travels to another process."""
    table = TABLES[name]
    assert table.name == name
    assert table.title
    assert all(source.startswith("https://") for source in table.sources)
    assert table.sources
    for again in (pickle.loads(pickle.dumps(table)), copy.deepcopy(table)):
        assert again == table
        assert hash(again) == hash(table)
        assert smart_encode("’", again) == "'"
    with pytest.raises(AttributeError):
        table.name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        table.replacements["a"] = "b"  # type: ignore[index]
    with pytest.raises(TypeError):
        TABLES["own"] = table  # type: ignore[index]


def test_a_table_keeps_what_it_was_given() -> None:
    """Changing the mapping afterwards changes nothing, and equal tables are equal."""
    given = {"→": "->"}
    table = SmartTable("own", "of one's own", given)
    given["→"] = ">"
    assert smart_encode("→", table) == "->"
    assert table == SmartTable("own", "of one's own", {"→": "->"})
    other = SmartTable("own", "of one's own", {"→": ">"})
    assert table != other
    # Of the same name and the same hash, and yet not mistaken for each other.
    assert [smart_encode("→", each) for each in (table, other, table)] == ["->", ">", "->"]
    assert resolve(table) is table
    assert resolve("segcore") is TABLES["segcore"]


def test_nothing_is_loaded_before_it_is_asked_for(run_python: RunPython) -> None:
    """``import segcore`` and counting do without the tables."""
    code = (
        "import sys, segcore; segcore.count_segments('a'); "
        "print([name for name in sys.modules if 'smart' in name]); segcore.smart_encode('a')"
    )
    result = run_python(code)
    assert (result.stdout, result.stderr) == ("[]\n", "")


@pytest.mark.parametrize("given", [{"’": "'"}, SmartTable("quotes", "of one's own", {"’": "'"})])
def test_a_segmenter_with_replacements_of_ones_own(
    segmenter_class: type[segcore.Segmenter], given: Any
) -> None:
    """A segmenter takes what `smart_encode` takes, and keeps it."""
    given = dict(given) if isinstance(given, dict) else given
    segmenter = segmenter_class(smart_encoding=given)
    text = "’" * 71
    name = "quotes" if isinstance(given, SmartTable) else "custom"
    if isinstance(given, dict):
        given["’"] = "中"
    found = segmenter.analyze(text)
    assert (segmenter.count_segments(text), found.sent, found.smart_encoding) == (1, "'" * 71, name)
    assert repr(segmenter) == f"Segmenter('standard', smart_encoding={name!r})"
    assert pickle.loads(pickle.dumps(segcore.Segmenter(smart_encoding={"’": "'"}))).count_segments(text) == 1
    assert segmenter_class("twilio", smart_encoding={"’": "'"}).profile.name == "twilio"


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (7, TypeError, "smart_encoding: expected a name, a SmartTable or a mapping of code points, got "),
        (
            ["’"],
            TypeError,
            "smart_encoding: expected a name, a SmartTable or a mapping of code points, got list",
        ),
        ({"ab": "c"}, ValueError, "replacements: 'ab' is not one code point; give a string of length 1"),
        ("segcor", ValueError, "smart_encoding: unknown value 'segcor'; known: "),
    ],
)
def test_a_segmenter_with_what_is_no_table(given: Any, error: type[Exception], message: str) -> None:
    """Anything else is an error that names the argument."""
    with pytest.raises(error) as caught:
        segcore.Segmenter(smart_encoding=given)
    assert str(caught.value).startswith(message)
