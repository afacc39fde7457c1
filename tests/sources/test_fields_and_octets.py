"""Quick looks at a whole file: keys that its first rows do not have, octets that are not UTF-8."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

pytest.importorskip("polars")

from conftest import SEED

from segcore.sources import decoding
from segcore.sources.table_file import _has_other_keys

pytestmark = pytest.mark.kernel_independent


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (r'{"to":"x","text":"a"}', False),
        (r'{"to": "x", "text": "a"}', False),
        (r'{"to":"x","text":"say \"hi\": ok"}', False),
        (r'{"to":"x","text":"\"media\":1"}', False),
        (r'{"to":"x","text":"a\\","to":"y"}', False),
        (r'{"to":"x","text":"a","media":[]}', True),
        (r'{"to":{"media":"x"},"text":"a"}', True),
        (r'{"to" :"x","text":"a \"to\" :"}', False),
        (r'{"to":"x","text":"a","media" :[]}', True),
        (r'{"to":"x","tex":"a"}', True),
        (r'{"to":"x","texts":"a"}', True),
        (r'{"to":"x","":"a"}', True),
        (r'{"to":"x","t\"o":"a"}', True),
        (r'{"to":",","text":"{"}', False),
        (r'{"to":"x","text":"a, \"b\": c"}', False),
        # In doubt: keys that are written in another way.
        (r'{"\u0074o":"x","text":"a"}', True),
    ],
)
def test_keys(tmp_path: Path, line: str, expected: bool) -> None:
    """Keys are found in any row, and quotation marks inside texts are none."""
    json.loads(line)
    path = tmp_path / "messages.ndjson"
    path.write_text('{"to":"x","text":"y"}\n' * 50 + line + "\n", "utf-8")
    assert _has_other_keys(str(path), ["to", "text"]) is expected


def test_keys_too_long_for_a_pattern(tmp_path: Path) -> None:
    """A name of any length is read, and a file with one may have others."""
    path = tmp_path / "messages.ndjson"
    path.write_text('{"to":"x","text":"y"}\n', "utf-8")
    assert not _has_other_keys(str(path), ["to", "text", "x" * 60])
    assert _has_other_keys(str(path), ["to", "text", "x" * 5_000])


def test_octets_that_are_no_utf8(tmp_path: Path) -> None:
    """A file that cannot be decoded may have keys of any kind."""
    path = tmp_path / "messages.ndjson"
    path.write_bytes(b'{"to":"\xff","text":"a"}\n')
    assert _has_other_keys(str(path), ["to", "text"])


def test_utf8_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is that of Python's decoder, wherever a piece ends."""
    source = random.Random(f"{SEED} pieces")
    path = tmp_path / "octets"
    for _ in range(400):
        octets = bytearray(source.choice(["aé", "€😀б" * 3, "x" * 9]) * source.randint(1, 3), "utf-8")
        if source.random() < 0.5:
            octets[source.randrange(len(octets))] = source.randrange(256)
        if source.random() < 0.3:
            octets.pop()
        try:
            octets.decode()
            expected = True
        except UnicodeDecodeError:
            expected = False
        monkeypatch.setattr(decoding, "_PIECE_OCTETS", source.choice([1, 2, 3, 5, 7, 1 << 20]))
        path.write_bytes(octets)
        assert decoding.is_utf8(str(path), whole=True) is expected, bytes(octets)
