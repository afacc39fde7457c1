"""Random templates, counted part by part and as rendered texts: a program for a fresh interpreter.

python tests/writing/template_fuzz.py SEED TEMPLATES

100000 templates, each with 50 rows, take about 6 minutes on one core, and twice as long on the fallback
(SEGCORE_IMPLEMENTATION=python).
"""

from __future__ import annotations

import random
import sys

import segcore
from segcore import Profile, Segmenter, Template

STYLES = ("{{%s}}", "{{ %s }}", "{%s}", "%%%s%%", "((%s))", "[%s]", "*|%s|*", "${%s}", "{#%s#}")
ROWS = 50

# Words of one septet a code point, escapes, marks, pairs, clusters, and what a table of replacements changes.
_PIECES = (
    "ab ",
    "€^~",
    "https://a.example/b?c=d ",
    "é",
    "ł",
    "👍",
    "’",
    "\n",
    "ş",
    "e\u0301",
    "👨\u200d👩",
    "…",
)
_SIGNS = str.maketrans("", "", "{}%[]$*|()")


def _text(rng: random.Random, most: int) -> str:
    pool = rng.choices(_PIECES[:4] if rng.random() < 0.7 else _PIECES, k=3)
    return "".join(rng.choices(pool, k=rng.randint(0, most) // len(max(pool, key=len)) + 1))


def _segmenters() -> list[Segmenter]:
    turkish = Profile("turkish", "Turkish and Portuguese", languages=(1, 3))
    careful = Profile("careful", "Careful", smart_encoding="segcore", partly="when_fewer_segments")
    names = ("standard", "standard", "standard", "standard", "telnyx", "twilio", "us_toll_free_16bit")
    routes = (
        Segmenter("turkey"),
        Segmenter(prefix="Łódź: ", suffix=" €"),
        Segmenter(link_length=23, suffix=" https://example.com/out"),
        Segmenter(encoding="gsm7"),
        Segmenter("hubtel"),
        Segmenter("korea"),
    )
    smart = Segmenter("twilio", True), Segmenter(turkish), Segmenter(careful)
    return [*map(Segmenter, names), *smart, *routes]


def check(seed: int, templates: int) -> None:
    """Hold templates against their rendered texts."""
    rng, segmenters = random.Random(seed), _segmenters()
    for number in range(templates):
        style, fields = rng.choice(STYLES), [f"f{index}" for index in range(rng.randint(1, 4))]
        # A field of India's templates has a value of its own at each place.
        used = fields if "#" in style else rng.choices(fields, k=rng.randint(1, 4))
        first, *rest = (_text(rng, 80).translate(_SIGNS) for _ in range(len(used) + 1))
        text = first + "".join(style % name + literal for name, literal in zip(used, rest, strict=True))
        segmenter = rng.choice(segmenters)
        columns = {name: [_text(rng, rng.choice((5, 20, 80))) for _ in range(ROWS)] for name in fields}
        rendered = [
            first + "".join(columns[name][row] + literal for name, literal in zip(used, rest, strict=True))
            for row in range(ROWS)
        ]
        template = Template(text, profile=segmenter)
        found, expected = template.analyze_bulk(columns), segmenter.analyze_bulk(rendered)
        assert template.rendered(columns) == rendered, (number, text)
        for name in ("segments", "units", "encodings"):
            assert getattr(found, name) == getattr(expected, name), (number, name, text, segmenter)


if __name__ == "__main__":
    check(int(sys.argv[1]), int(sys.argv[2]))
    print(f"{sys.argv[2]} templates, {ROWS} rows each, {segcore.implementation}: equal")
