"""Subclasses of ``str`` count by what they hold, whatever their methods say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import reference
from string_subclasses import Liar, Plain

if TYPE_CHECKING:
    from segcore import Segmenter

NAMED = {
    "empty": "",
    "short": "plain",
    "ascii": "a" * 161,
    "latin1": "é" * 161,
    "latin1-foreign": "ç" * 71,
    "escape-pair": "Δ" * 152 + "€" + "Δ" * 152,
    "surrogate-pair": "б" * 66 + "\U0001f600" + "б" * 66,
    "halves": "\ud83d" + "\ude00",
}
CONTENTS = list(NAMED.values())


@pytest.mark.parametrize("kind", [Plain, Liar, np.str_])
@pytest.mark.parametrize("content", CONTENTS, ids=NAMED)
def test_one_message(segmenter: Segmenter, kind: type[str], content: str) -> None:
    """Counting reads the string itself and calls nothing that a subclass may have overridden."""
    text = kind(content)
    assert segmenter.measure(text) == segmenter.measure(content)
    assert segmenter.count_segments(text) == reference.segments(content)
    assert segmenter.detect_encoding(text) == reference.encoding(content)
    assert segmenter.layout(text) == segmenter.layout(content)
    assert segmenter.unencodable(text) == reference.foreign(content)


@pytest.mark.parametrize("kind", [Plain, Liar, np.str_])
@pytest.mark.parametrize("content", CONTENTS, ids=NAMED)
def test_parts(segmenter: Segmenter, kind: type[str], content: str) -> None:
    """The parts are slices of the string itself, and exactly ``str``."""
    text = kind(content)
    parts = segmenter.split(text)
    assert parts == segmenter.split(content)
    found, expected = segmenter.analyze(text), segmenter.analyze(content)
    assert found.parts == expected.parts
    assert found.non_gsm == expected.non_gsm
    assert segmenter.analyze(text, mms=True).parts == segmenter.analyze(content, mms=True).parts
    assert {type(part) for part in parts} == {str}


@pytest.mark.parametrize("kind", [Plain, Liar, np.str_])
def test_many_messages(segmenter: Segmenter, kind: type[str]) -> None:
    """The same in bulk, mixed with exact strings."""
    texts = [*map(kind, CONTENTS), *CONTENTS]
    batch = segmenter.analyze_bulk(texts)
    assert batch.units == [reference.units(text) for text in CONTENTS] * 2
    assert batch.segments == [reference.segments(text) for text in CONTENTS] * 2


def test_a_subclass_with_attributes(segmenter: Segmenter) -> None:
    """Strings of a subclass are stored elsewhere than exact ones; each way of storing is read."""
    for content in ("a" * 200, "é" * 200, "Δ" * 200, "\U0001f600" * 200):
        text = Plain(content)
        text.note = "kept"  # type: ignore[attr-defined]
        assert segmenter.count_segments(text) == reference.segments(content)
