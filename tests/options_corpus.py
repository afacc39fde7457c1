"""Options that profiles set, and texts made for them, with the second opinion on each."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

from conftest import FULL_SWEEP, SEED, thinned
from reference import load
from reference_options import Options, Sent, send

from segcore.rules.alphabets import LANGUAGES

# Longer, shorter, gone, kept as it is, two units for one, one for two, and one that another would replace.
_REPLACED = {
    "’": "'", "…": "...", "\u200b": "", "\u00a0": " ", "½": "1/2", "ş": "s", "\U0001d400": "A", "–": "-",
    "ж": "zh", "[": "(", "“": "\"", "Ї": "Ж", "\u0301": "", "€": "EUR",
}  # fmt: skip

# Nothing that the default tables have, as providers do, and code points beyond the BMP too.
_FOREIGN = {
    "’": "'", "…": "...", "\u200b": "", "½": " 1/2", "ş": "s", "\U0001d400": "A", "\U0001d401": "", "«": "<<",
    "【": "[", "„": "€€", "ж": "zh", "Ї": "Ж", "\U0001d402": "\U0001d403", "“": "ab{", "\u0301": "",
    "\U0001f600": ":-)", "†": "+" * 70, "—": "-" * 34,
}  # fmt: skip

SMART = Options(replacements=_REPLACED)

OPTIONS = {
    "turkish": Options(languages=(1,)),
    "spanish": Options(languages=(2,)),
    "turkish+spanish": Options(languages=(1, 2)),
    "portuguese 16bit": Options(languages=(3,), width="16bit"),
    "hindi": Options(languages=(6,)),
    "all languages": Options(languages=tuple(LANGUAGES)),
    "always": SMART,
    "all or nothing": Options(replacements=_REPLACED, partly="all_or_nothing"),
    "when fewer": Options(replacements=_REPLACED, partly="when_fewer_segments"),
    "always, foreign": Options(replacements=_FOREIGN),
    "all or nothing, foreign": Options(replacements=_FOREIGN, partly="all_or_nothing"),
    "when fewer, foreign": Options(replacements=_FOREIGN, partly="when_fewer_segments"),
    "when fewer 16bit": Options((), "16bit", _FOREIGN, "when_fewer_segments"),
    "clusters": Options(clusters=True),
    "clusters 16bit": Options(clusters=True, width="16bit"),
    "clusters hindi": Options(clusters=True, languages=(6, 1)),
    "clusters always": Options(clusters=True, replacements=_FOREIGN),
    "clusters all or nothing": Options((), "8bit", _FOREIGN, "all_or_nothing", True),
    "clusters when fewer": Options((), "8bit", _FOREIGN, "when_fewer_segments", True),
    "turkish all or nothing": Options((1,), "8bit", _FOREIGN, "all_or_nothing"),
    "everything": Options(tuple(LANGUAGES), "8bit", _REPLACED, "when_fewer_segments", True),
    "everything always": Options((1, 2, 3, 6), "16bit", _REPLACED, "always", True),
}

_EMOJI = ("😀", "👨‍👩‍👧", "👍🏽", "🇩🇪", "🇩🇪🇺🇸🇫🇷", "1️⃣", "❤️", "e\u0301", "\U0001f468\u200d\u2695\ufe0f")
_HANGUL = ("\u1100\u1161\u11a8", "가\u11a8", "각", "\u1100\u1100")
_INDIC = ("क्षि", "की", "क्‍ष", "\u0915\u093c\u094d\u0937", "नमस्ते")


def _words(languages: tuple[int, ...]) -> list[str]:
    tables = load("alphabets")["tables"]
    national = [
        chr(int(cell, 16))
        for kind in ("locking", "single")
        for language in languages
        for cell in tables[kind].get(str(language), {"cells": {}})["cells"].values()
    ]
    return national + list("abcdefgh ABC{}[]€^~|\\\x0c\r\n@£") + ["\r\n", "\ud83d", "\ude00", "\ud83d\ude00"]


def drawn(options: Options, count: int) -> list[str]:
    """Return texts made for some options, most of them near a boundary."""
    rng = random.Random(f"{SEED} {options}")
    national = _words(options.languages)
    rare = [
        *_EMOJI,
        *_HANGUL,
        *_INDIC,
        *"ЖїЇж世’…–“½ş\u200b\u00a0\u0301\u200d",
        "\U0001d400",
        "a" + "\u0301" * 80,
    ]
    texts = []
    for _ in range(count):
        size = rng.choice(
            [rng.randrange(12), 66, 70, 133, 145, 149, 152, 155, 160, 300, 460]
        ) + rng.randrange(-3, 4)
        common = rng.choice([["a"], national, rare, rng.sample(national, 3), rng.sample(rare, 2)])
        text = ""
        while len(text) < size:
            text += rng.choice(rare if rng.random() < 0.02 else common)
        texts.append(text[: max(0, size)] if rng.random() < 0.8 else text)
    return texts


def whole(part: int) -> Iterator[str]:
    """Clusters at the end of a segment of UCS-2, in strings of every kind.

    What follows would fill the next segment: a cluster that moves there makes one more.
    """
    clusters = [
        *(*_EMOJI, *_HANGUL, *_INDIC, "\ud83d\ude00", "\ud83d\ude00\u0301", "\ud83d\ud83d\ude00", "\r\n"),
        *("\u0600a", "a" + "\u0301" * (part - 2), "a" + "\u0301" * part, "\u0301" * 3),
    ]
    for cluster in clusters:
        for start in ("", "\U00010330"):
            for before in range(part - min(len(cluster), 5) - 1, part + 1):
                text = start + "ж" * (before - 2 * len(start)) + cluster
                yield text + "ж" * max(0, 2 * part - len(text.encode("utf-16-le", "surrogatepass")) // 2)
    # In UTF-8 the pair begins at every place of 8 octets, with room for its first half only.
    for two in range(9):
        yield "ж" * two + "a" * (part - 1 - two) + "😀" + "a" * (part - 1)
    yield from ("🇩🇪" * count + "ж" for count in (16, 17, 33, 34))


def replaced(points: str) -> Iterator[str]:
    """Something to replace in texts about as long as one and two segments, in GSM-7 and in UCS-2."""
    for point in points:
        for one, lengths in (("a", (158, 160, 161, 304, 306)), ("Д", (69, 70, 134))):
            for length in lengths:
                yield one * (length // 2) + point + one * ((length - 1) // 2)
        yield from ("a" * 152 + point + "a" * more for more in (151, 152, 160))
        yield from (f"{{{point}" * 60, f"{point}Д" * 35, point * 80, f"\ud83d{point}\ude00" + "Д" * 65)


def repeated(languages: tuple[int, ...]) -> Iterator[str]:
    """A code point of one septet in some tables and two in others, over and over."""
    national = _words(languages)
    for point in ["€", "{", "~", *national[:: len(national) // 8]]:
        yield from (point * count for count in (74, 77, 78, 80, 81, 148, 149, 152, 154, 156, 160))


@cache
def corpus(name: str) -> list[tuple[str, Sent]]:
    """Return texts for the options of a name, and how each goes out."""
    options = OPTIONS[name]
    return [(text, send(text, options)) for text in drawn(options, 300 if FULL_SWEEP else 40)]


@cache
def edges(name: str) -> list[tuple[str, Sent]]:
    """Return texts with something at the end of a segment, and how each goes out."""
    options = OPTIONS[name]
    texts: list[str] = []
    if options.clusters:
        texts += thinned(whole(66 if options.width == "16bit" else 67), 5)
    if options.languages:
        texts += thinned(repeated(options.languages), 4)
    if options.replacements:
        points = "".join(options.replacements)
        texts += replaced(points if FULL_SWEEP else points[::11])
    return [(text, send(text, options)) for text in texts]
