"""Grapheme clusters and the data they come from, against ``regex``."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import regex
from conftest import FULL_SWEEP, SEED, examples

from segcore.engine.native import class_map
from segcore.rules.graphemes import UNICODE_VERSION, classes, clusters, has_clusters

pytestmark = pytest.mark.kernel_independent

_CLUSTER = regex.compile(r"\r|\X")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    path = Path(__file__).parents[2] / "tools" / "make_graphemes.py"
    spec = importlib.util.spec_from_file_location("make_graphemes", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _needs_same_unicode(generator: ModuleType) -> None:
    # Older ones, the last for Python 3.10 among them, put some vowel signs into other classes.
    if tuple(map(int, regex.__version__.split(".")[:2])) < (2026, 11):
        pytest.skip(f"regex {regex.__version__} parts other clusters than 2026.11, which the table is from")
    if generator.unicode_version() != UNICODE_VERSION:
        pytest.skip(
            f"regex has Unicode {generator.unicode_version()}, segcore {UNICODE_VERSION}; "
            "a maintainer runs tools/make_graphemes.py if that of regex is newer"
        )


@pytest.mark.skipif(not FULL_SWEEP, reason="the full sweep generates the table again")
def test_the_table_is_what_the_generator_writes(generator: ModuleType) -> None:
    _needs_same_unicode(generator)
    assert generator.table() == generator.PATH.read_text(encoding="utf-8")


def _texts(number: int) -> Iterator[str]:
    by_class: dict[str, list[int]] = {}
    for name, point in classes():
        by_class.setdefault(name, []).append(point)
    rng = random.Random(SEED)
    names = list(by_class)
    for _ in range(number):
        yield "".join(
            chr(rng.choice(by_class[rng.choice(names)]))
            if rng.random() < 0.9
            else rng.choice("a б\r\n世é\u200c\xad")
            for _ in range(rng.randint(0, 12))
        )


def test_clusters_are_those_of_regex(generator: ModuleType) -> None:
    _needs_same_unicode(generator)
    for text in _texts(examples(60_000)):
        assert clusters(text) == _CLUSTER.findall(text), ascii(text)


def test_halves_of_a_pair_are_the_pair() -> None:
    assert clusters("\ud83d\udc4d\U0001f3fd\ud83c") == ["\ud83d\udc4d\U0001f3fd", "\ud83c"]


def test_the_map_of_classes_is_that_of_the_table() -> None:
    from array import array

    from segcore.engine.native import _CLASSES

    page_of, pages = class_map()
    found = {point: pages[array("H", page_of)[point >> 8] << 8 | point & 0xFF] for point in range(0x110000)}
    expected = {point: _CLASSES.index(name) for name, point in classes()}
    assert found == {**dict.fromkeys(range(0x110000), 0), **expected}


def test_where_no_code_point_joins_another_there_are_no_clusters() -> None:
    from segcore.rules.codings import GSM7, national_codings

    assert not has_clusters(GSM7.basic + GSM7.extended)
    assert not has_clusters(national_codings([1])[2].basic)
    assert has_clusters(national_codings([6])[1].basic)


@pytest.mark.kernel_independent
def test_syllables_of_hangul() -> None:
    """A syllable without a final consonant takes a vowel, one with a final consonant does not (GB7, GB8)."""
    assert [len([*clusters(f"{syllable}\u1161")]) for syllable in "가각힌히"] == [1, 2, 2, 1]
    assert [len([*clusters(f"{syllable}\u11a8")]) for syllable in "가각힌히"] == [1, 1, 1, 1]
