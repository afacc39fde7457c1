"""Sums over many messages, against a second opinion that goes through them one by one."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from types import ModuleType
from typing import Any

import arrow_abi
import pytest
import reference
import regex
from conftest import FULL_SWEEP, thinned
from options_corpus import OPTIONS, drawn
from reference_options import Options, send

from segcore.rules.codings import (
    CONCATENATION_8BIT_OCTETS,
    CONCATENATION_16BIT_OCTETS,
    GSM7,
    Coding,
    Encoding,
    national_codings,
)
from segcore.rules.scripts import BLOCK, NAMES, script_table, scripts_of

_WIDTHS = {"8bit": CONCATENATION_8BIT_OCTETS, "16bit": CONCATENATION_16BIT_OCTETS}
_REPLACED = {"’": "'", "…": "...", "\u200b": "", "½": "1/2", "–": "-"}
_AS_IF = Options(replacements=_REPLACED)
_LIMITS = (3, 300, 100)

Sums = dict[str, dict[Any, int]]


def _counter(path: tuple[ModuleType, str], options: Options) -> Any:
    module, kernel = path
    width = _WIDTHS[options.width]
    gsm7 = Coding(Encoding.GSM7, GSM7.alphabet, GSM7.extension, reference=width)
    return module.SegmentCounter(
        gsm7,
        Coding(Encoding.UCS2, reference=width),
        kernel,
        national_codings(options.languages, gsm7),
        options.replacements,
        options.partly,
        options.clusters,
    )


def _sums(tally: Any) -> Sums:
    names = ("counts", "empty", "over_limit", "occurs", "alone", "encoded", "scripts")
    return {name: getattr(tally, name)() for name in names}


def _expected(
    texts: Sequence[str | None],
    mms: Sequence[bool],
    groups: Sequence[int],
    options: Options,
    as_if: Options | None,
) -> Sums:
    sums: dict[str, Counter[Any]] = {name: Counter() for name in ("counts", "empty", "over_limit", "occurs")}
    sums |= {"alone": Counter(), "encoded": Counter(), "scripts": Counter()}
    scripts = script_table()
    for text, is_mms, group in zip(texts, mms, groups, strict=True):
        if text is None or is_mms:
            sums["counts"][group, 3 if text is None else 2, 0 if text is None else 1] += 1
            continue
        sent = send(text, options)
        kind, segments = int(sent.tables is None), len(sent.parts)
        sums["counts"][group, kind, segments] += 1
        sums["empty"][group] += not text
        sums["over_limit"][group] += segments > _LIMITS[0] or len(text) > _LIMITS[1 + kind]
        encoded = None if as_if is None else send(text, as_if)
        if encoded is not None:
            sums["encoded"][group, int(encoded.tables is None), len(encoded.parts)] += 1
        if kind == 1:
            found = _foreign(sent.text, options)
            sums["occurs"].update((group, point) for point in found)
            mask = sum(1 << number for number in {scripts[point // BLOCK] for point in found} - {0})
            sums["scripts"][group, mask] += mask > 0
            if len(found) == 1:
                (only,) = found
                septets = len(send(sent.text.replace(chr(only), "@"), options).parts)
                sums["alone"][group, only, segments, septets, len(encoded.parts) if encoded else 0] += 1
    return {name: {key: count for key, count in found.items() if count} for name, found in sums.items()}


def _foreign(sent: str, options: Options) -> set[int]:
    languages = [None, *options.languages]
    every = [reference.rules(each if each != 2 else None, each) for each in languages]
    known = {point for rules in every for point in (*rules.alphabet, *rules.extension)}
    first = {*every[0].alphabet, *every[0].extension}
    points = set(map(ord, sent))
    return points - known or points - first


@pytest.mark.parametrize("end", ["", "".join(map(chr, range(0x400, 0x530, 0x10)))], ids=["few", "many"])
def test_scripts(path: tuple[ModuleType, str], end: str) -> None:
    """A message counts once for each script in it, ideographs beside kana for Japanese alone."""
    found = {
        "Привет, мир": ["Cyrillic"],
        "Γειά σου": ["Greek"],
        "你好，世界": ["Chinese"],
        "漢字かな": ["Japanese"],
        "한국 韓國": ["Korean"],
        "Пока 你好": ["Cyrillic", "Chinese"],
        "שלום": ["Hebrew"],
        "مرحبا": ["Arabic"],
    }
    # Greek capitals are in GSM-7.
    for text in (*found, "ΓΔΘ", "It’s 🎉"):
        tally = _tally(path, Options(), _AS_IF)
        tally.add([text + end] * 3, 0, None, array("i", [7, 7, 8]))
        expected = {*found.get(text, []), *(["Cyrillic"] if end else [])}
        sums = tally.scripts()
        assert {group: {*scripts_of(mask)} for group, mask in sums} == (
            {7: expected, 8: expected} if expected else {}
        )
        assert sorted(sums.values()) == ([1, 2] if expected else [])


_OTHER_SCRIPT = regex.compile(r"[^\p{Script=Common}\p{Script=Inherited}\p{Script=Unknown}]")
_SCRIPTS = {
    "Greek": "Greek Coptic",
    "Korean": "Hangul",
    "NKo": "Nko",
    "Chinese": "Han Bopomofo",
    "Japanese": "Hiragana Katakana",
}


@pytest.mark.kernel_independent
def test_blocks_of_scripts() -> None:
    """A block of a script has letters of it and of no other, as Unicode's property says; or nothing yet."""
    table = script_table()
    # Ideographs fill whole planes above.
    for block, number in enumerate(table[: 0x20000 // BLOCK]):
        if not number:
            continue
        points = "".join(map(chr, range(block * BLOCK, (block + 1) * BLOCK)))
        scripts = _SCRIPTS.get(NAMES[number], NAMES[number])
        rest = regex.sub("|".join(rf"\p{{Script={each}}}" for each in scripts.split()), "", points)
        assert not _OTHER_SCRIPT.search(rest), points
        assert rest != points or regex.fullmatch(r"\p{Script=Unknown}*", points), points
    assert [table[each // BLOCK] for each in (0x36F, 0xFE00, 0x40000)] == [0, 0, 0]


def _data(options: Options, count: int = 300) -> tuple[list[str], list[bool], list[int]]:
    texts = [
        *drawn(options, count),
        "",
        "’",
        "’" + "a" * 90,
        "½" + "a" * 90,
        "…" * 80,
        "🎉" * 40,
        "б" * 3000,
        # One code point is replaced by several septets, in strings of each width; two are.
        *(
            "½a½½" * 20,
            "…’a…" * 30,
            "…😀a…" * 30,
            "😀……b" * 30,
            "½’" * 60,
            "½😀{…" * 30,
            "½…a" * 30,
            "{" * 70 + "…" * 7,
        ),
        # A septet too many, a pair in the way of a segment's end, and the same with three septets.
        *("’€" + "a" * 158, "’" + "a" * 151 + "{" + "a" * 152, "…" + "a" * 149 + "{" + "a" * 152),
        # More spans than are told apart, known ones among them, and all in one text.
        *("ΔЖבأअ中’😀", "€ΔΔ" + "".join(map(chr, range(0x400, 0x2000, 0x80))), "Δ€éΩ’" * 20),
    ]
    mms = [number % 7 == 3 for number in range(len(texts))]
    # More groups than are kept in rows, and few.
    groups = [(0, 5, 300, 70_000)[number % 4] for number in range(len(texts))]
    return texts, mms, groups


def _tally(path: tuple[ModuleType, str], options: Options, as_if: Options | None) -> Any:
    encoded = None if as_if is None else _counter(path, as_if)
    return path[0].Tally(_counter(path, options), encoded, _LIMITS, "@")


_CASES: dict[str, tuple[Options, Options | None]] = {
    name: (options, None) for name, options in OPTIONS.items() if name != "all languages"
}
_CASES |= {
    "standard": (Options(), None),
    "as if encoded": (Options(), _AS_IF),
    "turkish as if encoded": (OPTIONS["turkish"], Options((1,), "8bit", _AS_IF.replacements)),
    "clusters as if encoded": (OPTIONS["clusters"], Options((), "8bit", _AS_IF.replacements, clusters=True)),
    "always as if otherwise": (OPTIONS["always"], _AS_IF),
    "as if without emoji": (Options(), Options(replacements={**_REPLACED, "😀": "x"})),
    "as if when fewer": (
        Options(),
        Options(replacements={**_REPLACED, "😀": "x"}, partly="when_fewer_segments"),
    ),
    "as if all or nothing": (
        Options(),
        Options(replacements={**_REPLACED, "🎉": ""}, partly="all_or_nothing"),
    ),
    "as if with a key of the alphabet": (Options(), Options(replacements={"a": "б", "б": "b", "{": "€€"})),
}


@cache
def _whole(case: str) -> tuple[list[str], list[bool], list[int], Sums]:
    texts, mms, groups = _data(_CASES[case][0], 120 if FULL_SWEEP else 25)
    return texts, mms, groups, _expected(texts, mms, groups, *_CASES[case])


@cache
def _with_nulls(case: str) -> tuple[list[str | None], list[bool], list[int], Sums]:
    texts, mms, groups = _data(_CASES[case][0], 60 if FULL_SWEEP else 20)
    texts = [text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in texts]
    rows = [None if number % 11 == 5 else text for number, text in enumerate(texts)]
    return rows, mms, groups, _expected(rows, mms, groups, *_CASES[case])


@pytest.mark.parametrize("case", _CASES)
def test_lists(path: tuple[ModuleType, str], case: str) -> None:
    texts, mms, groups, expected = _whole(case)
    options, as_if = _CASES[case]
    tally = _tally(path, options, as_if)
    for start in range(0, len(texts), 70):
        part = slice(start, start + 70)
        tally.add(texts[part], start, bytes(mms[part]), array("i", groups[part]))
    assert _sums(tally) == expected


@pytest.mark.parametrize(
    "case", ["standard", "as if encoded", "as if without emoji", "clusters", "always", "everything"]
)
@pytest.mark.parametrize("threads", thinned([3, 1], 2))
def test_columns(path: tuple[ModuleType, str], case: str, threads: int) -> None:
    pa = pytest.importorskip("pyarrow")
    options, as_if = _CASES[case]
    rows, mms, groups, expected = _with_nulls(case)
    column = pa.array(rows, pa.string())
    for each in (
        column,
        column.cast(pa.large_string()),
        column.cast(pa.string_view()),
        column.dictionary_encode(),
        pa.chunked_array([column[:40], column[40:40], column[40:]]),
    ):
        tally = _tally(path, options, as_if)
        assert tally.add_arrow(each, bytes(mms), array("i", groups), threads) == len(rows)
        assert _sums(tally) == expected


def test_nothing_behind_the_texts_of_a_column_is_read(path: tuple[ModuleType, str]) -> None:
    """Memory ends where its octets do; a code point of two and one of three octets are counted in each."""
    if path[0].IMPLEMENTATION == "python":
        pytest.importorskip("pyarrow")
    options, as_if = _CASES["as if encoded"]
    for text in ("½a½½" * 20 + "a", "a…" * 40):
        octets = text.encode()
        offsets = array("i", [0, len(octets)]).tobytes()
        source = arrow_abi.Source(b"u", arrow_abi.Array(1, [None, offsets, octets]))
        tally = _tally(path, options, as_if)
        assert tally.add_arrow(arrow_abi.OnlyArray(source), None, None, 1) == 1
        assert _sums(tally) == _expected([text], [False], [0], options, as_if)


def test_many_pages_of_code_points(path: tuple[ModuleType, str]) -> None:
    """More than there is room for page by page: groups times pages."""
    texts = [chr(0x4E00 + 256 * page) + "\u0416" for page in range(70)] * 70
    groups = [number // 70 for number in range(len(texts))]
    tally = _tally(path, Options(), None)
    tally.add(texts, 0, None, array("i", groups))
    expected = {(group, 0x4E00 + 256 * page): 1 for group in range(70) for page in range(70)}
    assert tally.occurs() == expected | {(group, 0x416): 70 for group in range(70)}
    tally.add(texts, 0, None, array("i", [group + 1 for group in groups]))
    expected = {
        (group, 0x4E00 + 256 * page): 1 + (0 < group < 70) for group in range(71) for page in range(70)
    }
    twice = {(group, 0x416): 70 * (1 + (0 < group < 70)) for group in range(71)}
    assert tally.occurs() == expected | twice


def test_what_comes_later(path: tuple[ModuleType, str]) -> None:
    """Higher groups, code points of the same span, and sums asked for between."""
    tally = _tally(path, Options(), None)
    for times, (group, text) in enumerate([(0, "’"), (200, "“’"), (200, "’"), (0, ""), (3, "🎉")] * 2):
        tally.add([text], 0, None, array("i", [group]))
        assert sum(tally.counts().values()) == times + 1
    assert tally.counts() == {(0, 1, 1): 2, (200, 1, 1): 4, (0, 0, 1): 2, (3, 1, 1): 2}
    assert tally.occurs() == {(0, 0x2019): 2, (200, 0x2019): 4, (200, 0x201C): 2, (3, 0x1F389): 2}
    assert tally.empty() == {0: 2}
    assert not tally.over_limit()


@pytest.mark.parametrize(
    ("text", "is_over"),
    [("a" * 300, False), ("a" * 301, True), ("б" * 100, False), ("б" * 101, True), ("a" * 460, True)],
)
def test_a_limit(path: tuple[ModuleType, str], text: str, is_over: bool) -> None:
    tally = _tally(path, Options(), None)
    tally.add(["a", text, "b"], 0, None, None)
    assert tally.over_limit() == ({0: 1} if is_over else {})


def test_without_a_septet_nothing_is_put_in_its_place(core: ModuleType) -> None:
    from segcore.rules.codings import UCS2

    counter = core.SegmentCounter(Coding(Encoding.GSM7), UCS2)
    tally = core.Tally(counter)
    tally.add(["a" * 100], 0, None, None)
    assert tally.alone() == {(0, ord("a"), 2, 2, 0): 1}


def test_a_failure_adds_nothing(core: ModuleType) -> None:
    from segcore.rules.codings import UCS2

    tally = core.Tally(core.SegmentCounter(GSM7, UCS2))
    bad: list[Any] = ["б"] * 500 + [7]
    with pytest.raises(TypeError, match=r"texts\[510\]: expected str, got int"):
        tally.add(bad, 10, None, None)
    with pytest.raises(ValueError, match="groups: 1 groups for 2 texts; give one for each"):
        tally.add(["a", "b"], 0, None, array("i", [1]))
    with pytest.raises(ValueError, match="mms: 1 truth values for 2 texts"):
        tally.add(["a", "b"], 0, b"\0", None)
    assert not any(_sums(tally).values())


def test_a_failure_in_a_column_adds_nothing(core: ModuleType) -> None:
    pa = pytest.importorskip("pyarrow")
    from segcore.rules.codings import UCS2

    tally = core.Tally(core.SegmentCounter(GSM7, UCS2))
    good = pa.array(["б", "a"])
    bad = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(array("i", [0, 1])), pa.py_buffer(b"\xff")]
    )
    failing: list[tuple[Callable[[], int], str]] = [
        (lambda: tally.add_arrow(pa.chunked_array([good, bad]), None, None, 1), r"texts\[2\]: not UTF-8"),
        (lambda: tally.add_arrow(good, None, array("i", [1]), 1), "groups: 1 groups for 2 texts"),
        (lambda: tally.add_arrow(good, None, array("i", [1, 1, 1]), 1), "groups: 3 groups for 2 texts"),
        (lambda: tally.add_arrow(good, b"\0", None, 1), "mms: 1 truth values"),
        (lambda: tally.add_arrow(good, b"\0\0\0", None, 1), "mms: 3 truth values"),
    ]
    for fails, message in failing:
        with pytest.raises(ValueError, match=message):
            fails()
    with pytest.raises(TypeError, match="expected a column of strings"):
        tally.add_arrow(pa.array([1]), None, None, 1)
    assert not any(_sums(tally).values())


def test_one_truth_value_for_a_whole_column(core: ModuleType) -> None:
    pa = pytest.importorskip("pyarrow")
    from segcore.rules.codings import UCS2

    tally = core.Tally(core.SegmentCounter(GSM7, UCS2))
    tally.add_arrow(pa.array(["б" * 100, None]), True, None, 1)
    assert tally.counts() == {(0, 2, 1): 1, (0, 3, 0): 1}


def test_groups_of_a_column_in_chunks(core: ModuleType) -> None:
    """Each chunk has the groups of its own rows."""
    pa = pytest.importorskip("pyarrow")
    from segcore.rules.codings import UCS2

    tally = core.Tally(core.SegmentCounter(GSM7, UCS2))
    texts = pa.chunked_array([["a"], ["б", "b"], ["c"]])
    tally.add_arrow(texts, b"\0\0\0\1", array("i", [4, 5, 6, 7]), 1)
    assert tally.counts() == {(4, 0, 1): 1, (5, 1, 1): 1, (6, 0, 1): 1, (7, 2, 1): 1}
    assert tally.occurs() == {(5, ord("б")): 1}


def test_a_dictionary_value_that_is_null(core: ModuleType) -> None:
    """A row that refers to a null is a null, and no empty text."""
    pa = pytest.importorskip("pyarrow")
    from segcore.rules.codings import UCS2

    tally = core.Tally(core.SegmentCounter(GSM7, UCS2))
    indices = pa.array([0, 1, None, 2], pa.int8())
    column = pa.DictionaryArray.from_arrays(indices, pa.array(["a" * 200, None, ""]))
    assert tally.add_arrow(column, None, None, 1) == 4
    assert tally.counts() == {(0, 0, 2): 1, (0, 0, 1): 1, (0, 3, 0): 2}
    assert tally.empty() == {0: 1}


@pytest.mark.parametrize("method", ["counts", "empty", "over_limit", "occurs", "alone", "encoded"])
def test_a_tally_that_was_not_initialised(core: ModuleType, method: str) -> None:
    """It is an error, and no crash, to ask one that ``__init__`` has not seen."""
    bare = core.Tally.__new__(core.Tally)
    with pytest.raises((RuntimeError, AttributeError)):
        getattr(bare, method)()
    with pytest.raises((RuntimeError, AttributeError)):
        bare.add(["a"], 0, None, None)


def test_a_tally_needs_a_counter(core: ModuleType) -> None:
    with pytest.raises((TypeError, AttributeError)):
        core.Tally(None).add(["a"], 0, None, None)


@pytest.mark.parametrize("first", [0x2600, 0x4E00])
def test_the_one_code_point_at_each_place_of_a_span(path: tuple[ModuleType, str], first: int) -> None:
    """Spans have 128 code points; the only one that is not GSM-7 is named wherever it is."""
    points = range(first, first + 128)
    tally = _tally(path, Options(), Options(replacements=dict.fromkeys(map(chr, points), "ab")))
    tally.add([f"{'a' * 100}{chr(point)}" for point in points], 0, None, None)
    assert tally.alone() == {(0, point, 2, 1, 1): 1 for point in points}
