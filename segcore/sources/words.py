"""The words by which rows are read, in many languages: headings, kinds and states of messages, answers."""

from __future__ import annotations

import re
from functools import cache

from segcore.rules import lines_of

WORDS: dict[str, list[str]] = {}
"""The lists of words.txt by name, their words in the order of the file."""

for _name, _, _words in (line.partition(": ") for line in lines_of(__package__, "words.txt")):
    WORDS.setdefault(_name, []).extend(_words.split(", "))


def kind_word(cell: str) -> str:
    """Return a word in a column of kinds without case, spaces and punctuation.

    Example:
        >>> kind_word(" WHATS_APP "), kind_word("e-mail")
        ('whatsapp', 'email')
    """
    return _PUNCTUATION.sub("", cell.lower())


# Spaces, dots, hyphens; the subtype of a medium; a prefix of providers.
_PUNCTUATION = re.compile(r"^type_|/[a-z0-9.+-]{2,}$|[\s._-]+")


def kind_words(*lists: str) -> frozenset[str]:
    """Return the words of lists, as `kind_word` compares them."""
    return frozenset(kind_word(word) for name in lists for word in WORDS[name])


@cache
def pattern_of(state: str) -> re.Pattern[str]:
    """Return a pattern that finds a part of words for a state or direction."""
    return re.compile("|".join(WORDS[f"part_of.{state}"]))
