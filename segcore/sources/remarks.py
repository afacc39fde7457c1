"""Signs that a text deserves a remark: fields to be filled in, and remains of an export.

The sentences are in notes.txt, under the same codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from segcore.rules.codings import GSM7

if TYPE_CHECKING:
    import polars as pl

# Names of \w have no bound, which takes 25 ms to compile on each thread.  None begins within another, so the
# search takes linear time.
_MERGE_FIELDS = {
    r"\{\{": r"\{\{[^{}]{1,80}\}\}",
    r"\{%": r"\{%[^%]{1,80}%\}",
    r"\$\{|\$[a-z]": r"\$\{\w[^{}]{0,80}\}|\$(?:[a-z]+_[a-z_]+|[a-z]{0,10}name)\b",
    r"\*\||\|[A-Z]": r"\*\|\w+\|\*|\|[A-Z][A-Z0-9_]{1,39}\|",
    "%%": r"%%\w+%%",
    r"\{[!#$]?[A-Za-z0-9]": (
        r"\{[!#$]?[A-Za-z][\w.]+(?: (?:[A-Z]\w*|name)){0,2}#?\}|\{\d\}|\{[A-Za-z][^{}|]*\|[^{}]*\}"
    ),
    "%[A-Za-z]": r"%[A-Za-z][A-Za-z_.]{2,39}%|(?:^|\s)%[sd]\b",
    r"<<|\[\[|##|__|«": r"(?:<<|\[\[|##|__|«)[A-Za-z]\w+(?:>>|\]\]|##|__|»)",
    r"[\[<][A-Za-z]": (
        r"[\[<](?:[A-Za-z]{1,20}[ _-]?)?(?i:name|prenom|prénom|nombre|nome|link|url)[\]>]"
        r"|\[(?:[a-z]+(?:_[a-z]+)+|[A-Za-z][A-Za-z ]{1,30}\|[^\[\]]{0,40})\]"
    ),
    "<%": "<%=? ?[A-Za-z][^<>]*%>",
    # Without Unicode's classes, because texts have these signs.
    "[#~][A-Za-z]": "#[A-Za-z][A-Za-z0-9_]+#|~[A-Za-z]+[.][A-Za-z0-9_.]+~",
    "(?:^| )@": "(?:^| )@@?[A-Za-z][A-Za-z0-9_]+@(?:[^A-Za-z0-9]|$)",
}
"""Fields to be filled in, as Liquid, Handlebars, Mailchimp and others write them, by how each begins."""

# Signs that a text deserves a remark: fields to be filled in, and remains of an export.
_REMARKS = {
    "merge_fields": "|".join(_MERGE_FIELDS.values()),
    "html_entities": (
        r"&(?:amp|lt|gt|quot|apos|nbsp|rsquo|[A-Za-z](?:acute|grave|circ|uml|tilde|cedil)"
        r"|#[0-9]{2,7}|#x[0-9A-Fa-f]{2,6});|</?(?:p|div|span|strong|a)\b[^<>]{0,200}>"
    ),
    "misread_utf8": "\u00c3[\u0080-\u00bf]|\u00c2[\u00a0-\u00bf]|\u00e2\u20ac",
    "lost": "\ufffd",
    "json": r'(?m)^[ \t]*(?:(?:\[\s*)?\{\s*"[^"]*"\s*:|\["[^"]*")',
    "escapes": (
        r"\\n|\\r|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|<br ?/?>"
        r"|=(?:C[2-9]|E2)=[0-9A-F]{2}|%20[A-Za-z]|%C[2-9]%[0-9A-F]{2}|\+A[A-Za-z0-9/]{2}-"
        r"|[A-Za-z]%(?:2[1-9A-F]|3[A-F])|(?m:^[A-Za-z]+(?:\+[A-Za-z.,!?]+){2,}$)"
    ),
    "formulas": r'^=\s*(?:[A-Z.]{2,20}\(|"|\$?[A-Z]{1,2}\$?[0-9]+\b)',
    "padded": r"[^ \u00a0][ \u00a0]{8,}$",
    "placeholders": (
        r"(?i)^\W{0,3}(?:(?:message|text|body|content)(?: body| content| text)? )?(?:was |is |has been )?"
        r"(?:redacted|removed|masked|hidden|unavailable|not available|media omitted)\W{0,3}$"
        r"|^[*x#\u2022\u2588]{3,}$|^message\(s\) queued$"
    ),
    "quoted": r'(?m)^"[^"\n]{2,}"$',
    "hexadecimal": r"(?m)^(?:(?:0[0-9A-Fa-f]|20)[0-9A-Fa-f]{2}){6,}$",
    "base64": r"(?m)^(?:[A-Za-z0-9+/]{4}){5,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$",
}

# A single text may well be so; where most are, an export made them so.
_OF_MOST = "quoted"

# If more may begin a field, texts with a first character of any are picked out before.
_FEW_MARKS = 2

# Each begins so, which takes a tenth of the time to see where none does.
_MERGE_STARTS = r"[{%<\[«#~$@|]|__"

# A text without any of these deserves no remark.
_MARKS = (
    '[&<=%+\\\\{\\[$|*#~@«\u00c3\u00c2\u00e2\ufffd\u2022\u2588]| {8}|\u00a0{8}|(?m:^\\S*$)|(?m:^")|__'
    "|(?i:redact|remov|mask|hidden|avail|omitted|xxx|queued)"
)
# For texts in lower case, in which Python finds these in half of the time.
_MARK = re.compile(_MARKS.replace("(?i:", "(?:"))

# Texts by which it is decided, and those of a later frame in which something rare is looked for: every
# pattern is, while other threads wait for Python's lock.
_SAMPLE_ROWS = 5_000
_PEEK_TEXTS = 16


# Lengths at which exports and databases cut texts.
_CUTS = frozenset(
    (50, 64, 80, 100, 120, 128, 140, 150, GSM7.single, 200, 250, 255, 256, 300, 400, 500, 512, 1000, 1024)
)
_FEWEST_CUT = 3
# People fill one segment in a hundredth of their texts.
_LEAST_SHARE_CUT = 0.05

# The end of a sentence, and not that of a text that was cut.
_END = re.compile(r"[^\w\s,-]$")
_CUT_END = re.compile(r"(?:\.\.\.|\u2026)$")


class Remarks:
    """Finds the texts that deserve a remark, in a list or in a column of polars.

    The first frame decides which forms of merge fields are looked for in all.
    """

    def __init__(self) -> None:
        # The patterns of the remarks that the first texts deserve.
        self._found: dict[str, str] = {}
        self._cut = 0

    def decide(self, texts: list[str | None] | pl.Series) -> None:
        """Decide by the texts of the first frame."""
        some = texts[:_SAMPLE_ROWS]
        every, first = (
            "\n".join(filter(None, each)) if isinstance(each, list) else each for each in (texts, some)
        )
        if not isinstance(first, str):
            first = first.filter(first.str.contains(_MARKS))
        found = {code: _pattern_in(every if code == "merge_fields" else first, code) for code in _REMARKS}
        if found[_OF_MOST]:
            those = _matching(some, found[_OF_MOST], _OF_MOST)
            if 2 * len(those) <= len([*filter(None, some)]):
                del found[_OF_MOST]
        self._found = {code: pattern for code, pattern in found.items() if pattern}
        self._cut = _cut_at({*filter(None, some)})

    def of(self, texts: list[str | None] | pl.Series) -> Iterator[tuple[str, int, str]]:
        """Yield the code of each remark, how many texts of a frame deserve it, and an example."""
        if self._cut:
            lengths = [*map(len, filter(None, texts))] if isinstance(texts, list) else texts.str.len_chars()
            cut = lengths.count(self._cut) if isinstance(lengths, list) else int((lengths == self._cut).sum())
            yield "cut_off", cut, str(self._cut)
        first = "\n".join(filter(None, texts[:_PEEK_TEXTS]))
        if not self._found and not _MARK.search(first.lower()):
            return
        for code, pattern in _REMARKS.items():
            if code in self._found or (code != _OF_MOST and _remark(code).search(first)):
                # The long patterns of merge fields cost more than counting does.
                those = _matching(texts, self._found.get(code, pattern), code)
                example = _remark(code).search(those[0]) if len(those) else None
                yield code, len(those), example[0].strip()[:40] if example else ""


def _cut_at(texts: set[str]) -> int:
    """Return the length at which an export seems to have cut texts, 0 if there is none.

    Different texts pile up there, none is longer, and most end within a sentence.
    """
    longest = max(map(len, texts), default=0)
    cut = [text for text in texts if len(text) == longest] if longest in _CUTS else []
    within = [text for text in cut if _CUT_END.search(text) or not _END.search(text)]
    # Texts of one template begin alike.
    beginnings = {text[:20] for text in within}
    fewest = max(_FEWEST_CUT, _LEAST_SHARE_CUT * len(texts))
    is_cut = len(beginnings) >= fewest and 2 * len(within) > len(cut) and len(cut) < len(texts)
    return longest if is_cut else 0


def _matching(texts: list[str | None] | pl.Series, pattern: str, code: str) -> list[str] | pl.Series:
    if isinstance(texts, list):
        search = re.compile(pattern, re.MULTILINE).search
        return [text for text in texts if text and search(text)]
    cells = _with_merge_marks(texts, pattern) if code == "merge_fields" else texts
    found: pl.Series = cells.filter(cells.str.contains(pattern))
    return found


@cache
def _remark(code: str) -> re.Pattern[str]:
    return re.compile(_REMARKS[code], re.MULTILINE)


def _pattern_in(texts: str | pl.Series, code: str) -> str:
    """Return the pattern of a remark that texts deserve, of merge fields only the forms that occur; empty if
    they deserve none.
    """
    if not len(texts):
        return ""
    forms = [*_MERGE_FIELDS.values()] if code == "merge_fields" else [_REMARKS[code]]
    if isinstance(texts, str):
        return "|".join(form for form in forms if re.search(form, texts, re.MULTILINE))
    cells = texts
    if code == "merge_fields":
        # To compile the patterns of all forms takes as long as to count half a million messages.
        cells = _with_merge_marks(texts, _REMARKS[code])
        if cells.is_empty():
            return ""
        forms = [form for mark, form in _MERGE_FIELDS.items() if cells.str.contains(mark).any()]
    return "|".join(form for form in forms if cells.str.contains(form).any())


def _with_merge_marks(texts: pl.Series, pattern: str) -> pl.Series:
    """Return the texts in which a merge field may begin, of one of the forms in a pattern."""
    marks = [mark for mark, form in _MERGE_FIELDS.items() if form in pattern]
    if len(marks) > _FEW_MARKS:
        texts = texts.filter(texts.str.contains(_MERGE_STARTS))
    found: pl.Series = texts.filter(texts.str.contains("|".join(marks)))
    return found
