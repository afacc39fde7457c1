"""Find the columns that hold text, recipients and media by their headings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from segcore._errors import shortened, unknown
from segcore.sources import WORDS, Roles, kind_word, kind_words, pattern_of
from segcore.sources.mms_rule import NO_MEDIA, digits_of, is_number, recipients

_MMS_KINDS = kind_words("kind.mms")
_SMS_KINDS = kind_words("kind.sms")
_KINDS = _MMS_KINDS | _SMS_KINDS | kind_words("kind.other")
"""The kinds of messages that a column may tell."""

# Kinds that are one under any heading.
_CLEAR_KINDS = frozenset(("sms", "mms", "whatsapp", "rcs", "viber"))

_KIND_WORDS = {
    "mms": kind_words("note.mms"),
    "inbound": kind_words("note.inbound"),
    "other_channels": kind_words("kind.other"),
    "not_sent": kind_words("note.not_sent"),
    "opted_out": kind_words("note.opted_out"),
}
"""The words in a column of kinds, channels, directions or states by which a row gets a note."""

_OUTBOUND = kind_words("kind.outbound")

_YES = kind_words("answer.yes")
_NO = kind_words("answer.no", "answer.opted_out")
_ALL_ANSWERS = _YES | _NO
_ANSWERS = frozenset(each for each in _ALL_ANSWERS if len(each) > 1)

# Lists of headings and of words in other headings, all of which make a column one whose answers give a row a
# note; the answers that do, by the code of the note.
_QUESTIONS = (
    ("opt_out", {"opted_out": _YES}),
    ("not_sent", {"not_sent": _YES}),
    ("sent", {"not_sent": kind_words("answer.no")}),
    ("consent", {"opted_out": _NO}),
)

_SEGMENT_HEADINGS = kind_words("segments.heading")
_ID_HEADINGS = kind_words("id.heading")
_FIRST_PARTS = frozenset(("", *WORDS["part.first"]))

# Numbers with which HTTP answers; some of those that say that all went well.
_HTTP = re.compile("[1-5][0-9]{2}")
_ANSWERED = frozenset(("200", "201", "202", "204"))

# Those who write messages to the company, and the most kinds of authors.
_CUSTOMERS = kind_words("author.customer")
_FEW_AUTHORS = 4

# So many different words tell states; more tell names.  Two of them are also countries.
_FEW_WORDS = 12
_FEW_SENDERS = 2
_PLACES = frozenset(("in", "mo"))
_LONGEST_KIND = 60


@cache
def _heading_words(name: str) -> frozenset[str]:
    """Return the words in headings of a kind."""
    return frozenset(WORDS[f"{name}.heading_word"])


ROLES = ("text", "to", "media")
"""The roles of columns, which are lists of headings, too."""

# Headings of one word, which are words of headings that are not known, too.
_WORDS = {
    role: frozenset(name.casefold() for name in WORDS[role] if name.isalpha()) - _heading_words("ambiguous")
    for role in ROLES
}
_OTHERS = _heading_words("other")
_SENDERS = _heading_words("sender")
_AUTHORS = _SENDERS | _heading_words("author")
_NO_TEXTS = _OTHERS | _SENDERS | _WORDS["to"]

# Values of a media column whose heading is not known: files and truth values.
_MEDIUM = re.compile(r"(?:https?|s3|gs)://\S|^\S+\.[A-Za-z0-9]{3,4}$|^\d{1,2}$")
_PICTURE = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|heic|mp4|3gp|mov)\b", re.IGNORECASE)

Note = tuple[str, str, "str | None"]
"""The arguments of a `segcore.sources.ReadingNote`."""


@cache
def _known_kinds() -> frozenset[str]:
    return frozenset.union(_KINDS, *_KIND_WORDS.values(), map(kind_word, NO_MEDIA))


def _unless(known: Callable[[str], object], code: str) -> Callable[[str], str | None]:
    """Return a function that gives a word a code by its parts, or the one given if it is not known."""
    return lambda word: _by_parts(word) or (code if word and not known(word) else None)


class Kinds(NamedTuple):
    """A column whose words give a row a note.

    Args:
        column: Its index.
        code: Returns the code of the note for a cell, or ``None``.
    """

    column: int
    code: Callable[[str], str | None]


def _teller(
    words: Mapping[str, frozenset[str]], others: Callable[[str], str | None] | None = None
) -> Callable[[str], str | None]:
    """Return a function from cells to the codes of their notes; `others` judges words that are not listed."""

    @lru_cache(maxsize=1 << 12)
    def code(cell: str) -> str | None:
        word = kind_word(cell)
        found = next((each for each, some in words.items() if word in some), None)
        return found if found or others is None else others(word)

    return code


def _by_parts(word: str) -> str | None:
    if pattern_of("no_error").search(word):
        return None
    if (negation := pattern_of("negation").match(word)) and pattern_of("sent").search(word, negation.end()):
        return "undelivered" if pattern_of("delivered").search(word) else "not_sent"
    codes = ("undelivered", "not_sent", "inbound")
    return next((code for code in codes if pattern_of(code).search(word)), None)


class Columns(NamedTuple):
    """The columns that are used.

    Args:
        text: Index of the column with the texts.
        to: Index of the column with the recipients, or ``None``.
        media: Index of the column with the media, or ``None``.
        group: Indices of the columns that messages are grouped by, and then of those that fill in a template.
        names: The names of all columns.
        notes: The decisions that could have gone the other way.
        kinds: The columns whose words give a row a note: kinds, channels, directions, states, consent.
        more_media: Indices of further columns with media.
        code: Index of the column with the calling codes or countries of the recipients, or ``None``.
        more_texts: Indices of columns with the texts of rows in which the column of texts has none.
        more_to: The same for recipients.
        segments: Index of the column with the segments that a provider counted, or ``None``.
    """

    text: int
    to: int | None
    media: int | None
    group: tuple[int, ...]
    names: tuple[str, ...]
    notes: tuple[Note, ...] = ()
    kinds: tuple[Kinds, ...] = ()
    more_media: tuple[int, ...] = ()
    code: int | None = None
    more_texts: tuple[int, ...] = ()
    more_to: tuple[int, ...] = ()
    segments: int | None = None

    @property
    def indices(self) -> list[int]:
        """The indices of all these columns, each once."""
        kinds = (each.column for each in self.kinds)
        more = (*self.more_media, *self.more_texts, *self.more_to)
        found = (self.text, self.to, self.media, *self.group, *kinds, *more, self.code, self.segments)
        return [*dict.fromkeys(index for index in found if index is not None)]

    def used(self) -> dict[str, str | None]:
        """Return the name of the column in each role."""
        indices = {"text": self.text, "to": self.to, "media": self.media}
        return {role: None if index is None else self.names[index] for role, index in indices.items()}


Cells = Callable[[int], Sequence[object]]
"""Returns the first cells of a column by its index."""

FIRST_ROWS = 200
"""The rows whose cells decide between columns."""


def choose(names: Sequence[str], roles: Roles, *, header: bool = True, cells: Cells | None = None) -> Columns:
    """Return the columns to use.

    Args:
        names: The names of all columns.
        roles: What the caller says.
        header: Whether the names are those in the data, not numbers given to them.
        cells: Returns the first cells of a column; they decide between columns whose names would both do.

    Raises:
        ValueError: There is no column of that name, or none with a name that texts have.

    Example:
        >>> choose(["id", "Body", "Phone"], Roles()).used()
        {'text': 'Body', 'to': 'Phone', 'media': None}
    """
    search = _Search(names, cells)
    fields = tuple(find_named("field of the template", name, names) for name in roles.fields)
    if fields:
        text: int | None = fields[0]
    else:
        text = search.text() if roles.text is None else find_named("--text", roles.text, names)
    if text is None:
        text = 0 if len(names) == 1 and not header else search.unnamed_text(header=header)
    if text is None:
        raise ValueError(_no_text(names, header))
    if roles.text is None and not fields and search.holds_numbers(text):
        raise ValueError(f"{names[text]!r} holds phone numbers; name the text with --text")
    search.look_beside(text)
    group = (*(find_named("--group-by", name, names) for name in roles.group_by), *fields)
    to = (
        search.to(-1 if fields else text, header=header)
        if roles.to is None
        else find_named("--to", roles.to, names)
    )
    segments = None if fields else search.segments(text)
    if not fields:
        search.note_volumes()
        search.note_affixes(text)
        search.note_repeated_ids(text)
        if to is None:
            search.note_other_recipients()
    media = search.media(text) if roles.media is None else [find_named("--media", roles.media, names)]
    used = {text, to, *media, *group, *search.more_texts, *search.more_to}
    kinds = tuple(each for each in search.telling(used) if each.column not in (text, to, *group))
    search.note_answers({*used, *(each.column for each in kinds)})
    if to is not None and not fields:
        search.note_received(to, kinds)
    first, more = next(iter(media), None), tuple(media[1:])
    code = search.code(to)
    return Columns(
        *(text, to, first, group, tuple(names), tuple(search.notes), kinds, more, code),
        more_texts=tuple(search.more_texts),
        more_to=tuple(search.more_to),
        segments=segments,
    )


class _Search:
    """Searches the columns of a table for those to use, and notes what could have gone the other way."""

    def __init__(self, names: Sequence[str], cells: Cells | None) -> None:
        self._names = names
        self._cells = cells or (lambda _: ())
        self._has_cells = cells is not None
        self.notes: list[Note] = []
        self.more_texts: list[int] = []
        self.more_to: list[int] = []
        self._kinds: dict[int, set[str]] = {}
        # Columns that tell rows apart, but in words that are not known.
        self._unused: list[int] = []
        # The names of fields in the object with the text, or one around it, without those of these objects.
        self._fields = names

    def look_beside(self, text: int) -> None:
        """Look for columns about the message in the object that has its text, and in those around it."""
        around = f"{self._names[text].rpartition('.')[0]}."
        parts = (name.rpartition(".") for name in self._names)
        self._fields = [
            field
            if around.startswith(f"{parent}.") or _words(parent) & _heading_words("message")
            else f"{parent}.{field}"
            for parent, _, field in parts
        ]

    def text(self) -> int | None:
        """Return the column with the texts: of several, the one with the longest."""
        parts = re.split(r"\s{2,}", self._names[0]) if len(self._names) == 1 else []
        if find_headings("text", parts) and find_headings("to", parts):
            raise ValueError("its columns are separated by spaces alone; export it as CSV")
        found = find_headings("text", self._names)
        if len(self._names) > 1:
            # Who receives texts, or how many there were, is no text.
            found = [index for index in found if not self._tells_of_texts(index)]
        if found and all(self._share(index, _NUMBER.fullmatch) == 1 for index in found):
            # Identifiers of templates beside the texts, or codes that are sent.
            other = self.unnamed_text(header=True)
            return found[0] if other is None else other
        if is_guess := not found:
            found = [
                index
                for index in self.by_words("text")
                if len(self._names) == 1 or not (self._tells_of_texts(index) or self._holds_words(index))
            ]
        if len(found) > 1 and self._has_cells:
            found.sort(key=self._length, reverse=True)
            self.more_texts = self._filling(found)
            found = [index for index in found if index not in self.more_texts]
        if is_guess and len(found) == 1:
            self._note("Texts are read from {}, judged by its heading", found, "--text")
        if len(found) > 1 and self._has_cells:
            sent = [index for index in found if _words(self._names[index]) & _heading_words("sent")]
            if len(sent) == 1:
                found = [*dict.fromkeys(sent + found)]
                self._note("Texts are read from {}, judged by its heading, not from {}", found, "--text")
            else:
                self._note("Texts are read from {}: they are longer than those in {}", found, "--text")
        return found[0] if found else None

    def _tells_of_texts(self, index: int) -> bool:
        """Return whether a column with a heading of texts holds yes and no, or numbers."""
        cells = {str(cell).strip() for cell in self._cells(index)} - {"", "None"}
        if any(len(cell) > _LONGEST_KIND for cell in cells):
            return False
        is_count = normalized(self._names[index]) in ("sms", "messages", "texts", "textmessages")
        return bool(cells) and (
            {*map(kind_word, cells)} <= _ANSWERS
            or (is_count and all(map(str.isdecimal, cells)))
            or (self._length(index) <= _LENGTH_OF_A_NUMBER and bool(self._numbers([index])))
        )

    def _holds_words(self, index: int) -> bool:
        """Return whether a column holds single words, and no text."""
        cells = [str(cell).strip() for cell in self._cells(index) if cell]
        return len(cells) > 1 and all(each.isascii() and _WORD.fullmatch(each) for each in cells)

    def holds_numbers(self, index: int) -> bool:
        """Return whether a column holds nothing but phone numbers with a plus sign."""
        return self._share(index, _E164.fullmatch) == 1

    def _filling(self, columns: Sequence[int]) -> list[int]:
        """Return those columns that have cells only where those before them have none."""
        first, *others = columns
        has_cell = [cell not in (None, "", []) for cell in self._cells(first)]
        found = []
        for index in others:
            cells = [cell not in (None, "", []) for cell in self._cells(index)]
            if not any(one and other for one, other in zip(has_cell, cells, strict=False)):
                has_cell = [one or other for one, other in zip(has_cell, cells, strict=False)]
                found.append(index)
        return found

    def unnamed_text(self, *, header: bool) -> int | None:
        """Return the column with the texts where no name tells it and another holds phone numbers.

        Below a header, that is the only column of sentences.
        """
        columns = range(len(self._names))
        found = [index for index in columns if self._share(index, _LETTER.search) > _HALF]
        numbers = self._numbers(index for index in columns if index not in found)
        if header:
            found = [
                index
                for index in found
                if self._length(index) > _LENGTH_OF_A_NAME
                and self._share(index, _TOKEN.fullmatch) <= _HALF
                and self._share(index, _JSON.match) <= _HALF
                and not _words(self._names[index]) & (_NO_TEXTS - {"template", "subject"})
            ]
        if not found or not numbers or (header and len(found) > 1):
            return None
        found.sort(key=self._length, reverse=True)
        sentence = (
            "Texts are read from {}, judged by its cells"
            if header
            else "Without a header, texts are read from {}"
        )
        self._note(
            sentence + ": they are longer than those in {}" * (len(found) > 1), found, "--text, --header"
        )
        return found[0]

    def note_volumes(self) -> None:
        """Note an unused column that may hold the number of times each text is sent."""
        by_words = (
            index
            for index, name in enumerate(self._fields)
            if _words(name) & _heading_words("volume") and not _words(name) & _heading_words("size")
        )
        for index in dict.fromkeys([*find_headings("volume.heading", self._fields), *by_words]):
            cells = {*map(str, self._cells(index))} - {"", "None"}
            if all(map(_QUANTITY.fullmatch, cells)) and cells - {"0", "1"}:
                self._note("Each row counts as one message, whatever {} says", [index], None)
        for index in find_headings("part.heading", self._fields):
            if any(str(cell) not in _FIRST_PARTS for cell in self._cells(index)):
                self._note("Each row counts as one message, though {} tells parts of one", [index], None)

    def note_affixes(self, text: int) -> None:
        """Note an unused column of texts that may be sent with each message, such as a signature."""
        for index in find_headings("affix.heading", self._fields):
            if index != text and self._share(index, _LETTER.search) > _HALF:
                self._note(
                    "Texts are counted without {}, which may be sent, too", [index], "--prefix, --suffix"
                )

    def note_other_recipients(self) -> None:
        """Note a column of devices or email addresses, where none holds recipients of SMS."""
        for index in find_headings("other_to.heading", self._fields)[:1]:
            self._note("Each row counts as an SMS, though {} holds no phone numbers", [index], "--to")

    def segments(self, text: int) -> int | None:
        """Return the column that tells how many segments each message beside it takes."""
        return next(iter(self._beside(text, _SEGMENT_HEADINGS)), None)

    def note_repeated_ids(self, text: int) -> None:
        """Note that messages are in several rows, such as one for each report of their delivery."""
        for index in self._beside(text, _ID_HEADINGS):
            cells = [*map(str, self._filled(index))]
            if len({*cells}) < len(cells):
                example = next(cell for cell in cells if cells.count(cell) > 1)
                self._note(
                    f"{{}} repeats {shortened(example)!r}: each row counts as a message; "
                    "leave out further reports of the same one",
                    [index],
                    None,
                )

    def _beside(self, text: int, headings: frozenset[str]) -> list[int]:
        """Return the columns with one of some headings, in the same object as the texts."""
        parent = self._names[text].rpartition(".")[0]
        names = (name.rpartition(".") for name in self._names)
        return [
            index
            for index, (above, _, name) in enumerate(names)
            if index != text and above == parent and normalized(name) in headings
        ]

    def _numbers(self, columns: Iterable[int]) -> list[int]:
        """Return those columns that hold nothing but phone numbers."""
        return [
            index
            for index in columns
            if self._share_of_numbers(index) > _MOST and not self._share(index, _DATE.match)
        ]

    def to(self, text: int, *, header: bool = True) -> int | None:
        """Return the column with the recipients: of several, the first with numbers."""
        found = [index for index in find_headings("to", self._names) if index != text]
        if self._has_cells and len(found) == 1:
            found = self._instead_of(found[0], text)
        if not self._has_cells or len(found) == 1:
            return found[0] if found else None
        with_numbers = [index for index in found if self._share_of_numbers(index) > 0]
        if found:
            first = (with_numbers or found)[0]
            self.more_to = self._filling([first, *(index for index in found if index != first)])
            with_numbers = [index for index in with_numbers if index not in self.more_to]
        if len(with_numbers) > 1:
            self._note("Recipients are read from {}, not from {}", with_numbers, "--to")
        if found:
            return (with_numbers or found)[0]
        others = [index for index in range(len(self._names)) if index != text]
        found = [index for index in self.by_words("to") if self._share_of_numbers(index) > _MOST]
        found = found or [index for index in others if self._has_e164(index)]
        found = found or [index for index in others if self._has_national(index)]
        if not header:
            # The recipient comes after the sender.
            found = [*reversed(found or self._numbers(others))]
        found = [index for index in found if index != text]
        if len(found) > 1:
            # The number of a sender is the same in many rows.
            found.sort(key=self._distinct, reverse=True)
            self._note("Recipients are read from {}, judged by its numbers, not from {}", found, "--to")
        elif found:
            self._note("Recipients are read from {}, judged by its numbers", found, "--to")
        elif some := [index for index in others if self._share(index, _E164.search) > 0]:
            self._note("No column is read as recipients; {} has numbers in some rows", some[:1], "--to")
        return found[0] if found else None

    def _instead_of(self, to: int, text: int) -> list[int]:
        """Return a column, or that with phone numbers beside one of numbers, such as those of orders."""
        names = self._names
        if not _words(names[to]) <= _heading_words("ambiguous") or self._has_e164(to):
            return [to]
        others = (index for index in range(len(names)) if index not in (to, text))
        beside = [each for each in others if self.holds_numbers(each) and not _words(names[each]) & _SENDERS]
        if beside:
            sentence = "Recipients are read from {}, judged by its numbers, not from {}"
            self._note(sentence, [beside[0], to], "--to")
        return [*beside[:1], to][:1]

    def code(self, to: int | None) -> int | None:
        """Return the column with the calling codes or countries of recipients that lack the plus sign."""
        words = [_words(name) for name in self._names]
        found = [at for at, each in enumerate(words) if each & _heading_words("code") and not each & _SENDERS]
        if not found or to is None or self._share(to, re.compile(r"\s*\d|\(").match) == 0:
            return None
        # Imported here: names of countries are many.
        from segcore.numbers.countries import calling_code

        return next((index for index in found if self._share(index, calling_code) == 1), None)

    def media(self, text: int) -> list[int]:
        """Return the columns with the media, those that are not empty first."""
        found = find_headings("media", self._names)
        if not self._has_cells:
            return found
        # "Medium" is the kind of a message, too.
        kinds = find_headings("kind.heading", self._names)
        found = [each for each in found if each not in kinds or all(map(_may_be_medium, self._cells(each)))]
        if not found and (found := self._media_by_words()):
            self._note("Media are read from {}, judged by its heading", found, "--media")
        if not found:
            for index in range(len(self._names)):
                if index != text and any(_PICTURE.match(str(cell)) for cell in self._cells(index)):
                    self._note("{} names pictures, but no row is an MMS because of it", [index], "--media")
            return [index for index in self.kinds() if self._tells_kinds(index)][:1]
        filled = [index for index in found if self._filled(index)]
        # Only columns of the same object tell of the same message.
        parents = [name.rpartition(".")[0] for name in self._names]
        parent = parents[(filled or found)[0]]
        filled, found = ([each for each in some if parents[each] == parent] for some in (filled, found))
        if found and len(self._filled(found[0])) > 1 and self._share(found[0], _PICTURE.match) == 1:
            pictures = find_headings("picture.heading", [self._names[found[0]]])
            if pictures:
                self._note("A row with a picture in {} is an MMS", found[:1], "--media")
        if len(filled) > 1:
            self._note("A row with media in any of {}, {} is an MMS", filled, "--media")
        return [*dict.fromkeys(filled + found)]

    def _media_by_words(self) -> list[int]:
        """Return the columns with a word for media in their heading that hold files or truth values."""
        others = (_OTHERS | _heading_words("no_media")) - {"url", "link", "count", "num"}
        words = [_words(name) for name in self._names]
        found = (index for index, each in enumerate(words) if each & _WORDS["media"] and not each & others)
        return [index for index in found if all(map(_may_be_medium, self._cells(index)))]

    def kinds(self) -> list[int]:
        """Return the columns that may tell the kinds of messages: by their heading, or by a word in it."""
        found = find_headings("kind.heading", self._fields)
        others = (
            index
            for index, name in enumerate(self._names)
            if index not in found
            and not _words(name) & {"preferred", "preference"}
            and self._first_kinds(index) <= _KINDS
            and (
                name.endswith(tuple(WORDS["kind.heading_end"]))
                or _words(name) & _heading_words("kind")
                or self._first_kinds(index) & _CLEAR_KINDS
            )
        )
        return [*found, *(index for index in others if self._first_kinds(index))]

    def telling(self, used: Container[int | None]) -> list[Kinds]:
        """Return the columns whose words give a row a note; one that is used has another meaning."""
        names = self._fields
        states = [
            index
            for index, name in enumerate(self._names)
            if name.endswith(tuple(WORDS["state.heading_end"])) or _words(name) & _heading_words("state")
        ]
        by_parts = _teller(_KIND_WORDS, _by_parts)
        directions = _teller(_KIND_WORDS, _unless(_is_outbound, "unknown_direction"))
        tellers = dict.fromkeys(self.kinds(), by_parts)
        for index in tellers:
            said = self._first_kinds(index)
            if said & (_SMS_KINDS | _MMS_KINDS):
                tellers[index] = _teller(_KIND_WORDS, _unless(_known_kinds().__contains__, "unknown_kind"))
            elif said & (_KIND_WORDS["inbound"] | _OUTBOUND):
                tellers[index] = directions
        tellers |= dict.fromkeys(find_headings("direction.heading", names), directions)
        self._note_codes(tellers)
        unsent = ("not_sent", "undelivered")
        for index in states:
            said = self._first_kinds(index)
            is_state = any(pattern_of("sent").search(word) or by_parts(word) in unsent for word in said)
            known = _teller(_KIND_WORDS, _unless(_is_sent, "unknown_state")) if is_state else by_parts
            tellers.setdefault(index, known)
            if not is_state and 1 < len(said) <= _FEW_WORDS and tellers[index] is by_parts:
                # States in words that are not known, or those of contacts.
                self._unused.append(index)
        for kind, words in _QUESTIONS:
            parts = [each.split() for each in WORDS.get(f"{kind}.heading_words", ())]
            found = find_headings(f"{kind}.heading", names)
            spelled = [index for index, name in enumerate(names) if any(map(_words(name).issuperset, parts))]
            # Others hold the times when it was so.
            found = [index for index in (*found, *spelled) if self._first_kinds(index) <= _ALL_ANSWERS]
            tellers |= dict.fromkeys(found, _teller(words))
        anywhere = _teller(
            {code: _KIND_WORDS[code] - _PLACES for code in ("inbound", "not_sent", "opted_out")}
        )
        for index in range(len(names)):
            # Under other headings, too, a few words can tell what became of a message.
            said = {*()} if index in used or index in tellers else self._first_kinds(index)
            if 1 < len(said) <= _FEW_WORDS and any(map(anywhere, said)):
                tellers[index] = anywhere
        return [Kinds(index, code) for index, code in tellers.items()]

    def note_answers(self, used: Container[int | None]) -> None:
        """Note columns that are not used, and say yes in some rows and no in others, or hold some errors."""
        found = [index for index in self._unused if not any(map(_by_parts, self._first_kinds(index)))]
        for index in range(len(self._names)):
            cells = () if index in used else self._cells(index)
            said = {*map(kind_word, {str(cell)[:_LONGEST_KIND] for cell in cells})} - {"none"}
            has_both = said <= _ALL_ANSWERS | {""} and said & _NO and said & _YES
            is_gap = len(said) > 1 and not said.isdisjoint(("", "0", "null"))
            words = _words(self._names[index])
            # Who wrote each message, such as a customer.
            is_author = 1 < len(said) <= _FEW_AUTHORS and said & _CUSTOMERS and words & _AUTHORS
            # HTTP's, not those of areas.
            is_answer = said & _ANSWERED and all(map(_HTTP.fullmatch, said - {""})) and max(said) >= "4"
            is_code = (
                is_answer and (words & {"code", "http"} or words == {"response"}) and "area" not in words
            )
            if (
                has_both
                or is_author
                or is_code
                or (is_gap and words & (_heading_words("failure") | {"sent"}))
            ):
                found.append(index)
        if found:
            names = ", ".join(map(self._shown, found[:_SHOWN]))
            self.notes.append(("unused", f"Every row counts, whatever {names} says.", None))

    def note_received(self, to: int, kinds: Iterable[Kinds]) -> None:
        """Note that messages may be received ones, by their senders, where no column tells directions."""
        if any(kind.code(str(cell)) == "inbound" for kind in kinds for cell in self._cells(kind.column)):
            return
        receivers = self._phone_numbers(to)
        for index in range(len(self._names)):
            senders = self._phone_numbers(index) if _words(self._fields[index]) & _SENDERS else set()
            is_inbox = len(receivers) == 1 and len(senders) > _FEW_SENDERS
            if index != to and (is_inbox or senders & receivers):
                number = min(senders & receivers or receivers)
                sentence = "Messages to {} may be received, by the numbers in {{}}: counted as if sent"
                self._note(sentence.format(number), [index], None)
                return

    def _phone_numbers(self, index: int) -> set[str]:
        """Return the digits of the phone numbers that a column begins with."""
        cells = (recipients(cell) for cell in self._filled(index) if _has_number(cell))
        return {digits_of(each) for some in cells for each in some if is_number(each)}

    def _note_codes(self, columns: Iterable[int]) -> None:
        """Note columns of kinds and directions that hold numbers, whose meaning nothing tells."""
        for index in columns:
            said = self._first_kinds(index)
            if len(said) > 1 and all(map(str.isdecimal, said)):
                self._note("Rows are counted alike, whatever the number in {} means", [index], None)

    def _note(self, sentence: str, columns: Sequence[int], option: str | None) -> None:
        first, *others = (self._shown(index) for index in columns)
        self.notes.append(("columns", sentence.format(first, ", ".join(others)) + ".", option))

    def _shown(self, index: int) -> str:
        """Return the name of a column, and its position where another has the same name."""
        name = self._names[index]
        place = f" (column {index + 1})" if self._names.count(name) > 1 else ""
        return f"{name!r}{place}"

    def by_words(self, role: str) -> list[int]:
        """Return the columns whose heading has a word of a role, and none that makes it something else."""
        words = [_words(name) for name in self._names]
        found = [
            index
            for index, each in enumerate(words)
            if each & _WORDS[role]
            and not each & (_OTHERS - {"num"} if role == "to" else _OTHERS)
            and not each & _SENDERS
            and (role == "to" or (len(each) <= _MOST_WORDS and not each & _heading_words("filler")))
        ]
        return sorted(found, key=lambda index: -self._length(index)) if role == "text" else found

    def _length(self, index: int) -> float:
        """Return the average length of the texts in a column."""
        cells = [cell for cell in self._cells(index) if isinstance(cell, str)]
        return sum(map(len, cells)) / max(1, len(cells))

    def _distinct(self, index: int) -> int:
        """Return how many different cells a column begins with."""
        return len({*map(str, self._cells(index))})

    def _filled(self, index: int) -> list[object]:
        """Return the first cells of a column that are not empty."""
        return [cell for cell in self._cells(index) if cell not in (None, "")]

    def _share_of_numbers(self, index: int) -> float:
        """Return how many of the cells that are not empty hold a telephone number."""
        cells = self._filled(index)
        return sum(map(_has_number, cells)) / max(1, len(cells))

    def _share(self, index: int, matches: Callable[[str], object]) -> float:
        """Return how many of the cells that are not empty a pattern matches."""
        cells = self._filled(index)
        return sum(matches(str(cell)) is not None for cell in cells) / max(1, len(cells))

    def _has_e164(self, index: int) -> bool:
        """Return whether nearly all cells are international numbers, and not those of senders."""
        has_plus = self._share(index, _PLUS.match) == 1
        if _words(self._names[index]) & (_SENDERS if has_plus else _SENDERS | _OTHERS):
            return False
        # Imported here: most headings say what a column holds.
        from segcore.columns import Column
        from segcore.numbers.numbering_plan import dial_plan, prefix_table

        cells = [f"{cell}".lstrip("'+") for cell in self._filled(index)]
        cells = [re.sub(r"[\s().-]", "", cell) for cell in cells] if has_plus else cells
        regions = Column("i")
        prefix_table().lookup_all([f"+{cell}" for cell in cells], dial_plan(None), 0, regions)
        return len(cells) - regions.count(-1) > _MOST * len(cells)

    def _has_national(self, index: int) -> bool:
        """Return whether nearly all cells are numbers as they are dialled in a country."""
        is_other = _words(self._names[index]) & (_SENDERS | _OTHERS) or self._share(index, _DATE.match)
        return not is_other and self._share(index, _NATIONAL.fullmatch) > _MOST

    def _tells_kinds(self, index: int) -> bool:
        """Return whether a column tells which messages are SMS and which MMS."""
        kinds = self._first_kinds(index)
        return kinds <= _KINDS and bool(kinds & _MMS_KINDS)

    def _first_kinds(self, index: int) -> set[str]:
        """Return the words in the first cells of a column; of types such as image/jpeg, what is before /."""
        if index not in self._kinds:
            cells = ([cell] if isinstance(cell, str) else cell for cell in self._cells(index))
            words = (each for cell in cells if isinstance(cell, list) for each in cell)
            said = {each[:_LONGEST_KIND] for each in words if isinstance(each, str)}
            self._kinds[index] = {*map(kind_word, said)} - {""}
        return self._kinds[index]


def _is_outbound(word: str) -> bool:
    return word in _known_kinds() | _OUTBOUND or pattern_of("outbound").search(word) is not None


def _is_sent(word: str) -> bool:
    # Numbers are codes of errors, or of networks.
    return word in _known_kinds() or pattern_of("sent").search(word) is not None or not _LETTER.search(word)


# A number with a plus sign, a letter, a word, and what is none, such as a time or an address; how a number
# with a plus sign begins, and one with 0 or an area code in parentheses; a date or a time.
_E164 = re.compile(r"\s*\+[1-9][0-9]{7,14}\s*")
_WORD = re.compile(r"[A-Za-z-]{1,16}")
_TOKEN = re.compile(r"[!-~]*[\d_/@][!-~]*")
_JSON = re.compile(r'\s*[\[{]\s*["\[{]')
_PLUS = re.compile(r"\s*'?\+")
_NATIONAL = re.compile(r"\s*(?:0[1-9]|\()[\d\s()/.-]{7,18}")
_LETTER = re.compile(r"[^\W\d_]")
_NUMBER = re.compile(r"\s*\d+\s*")
_QUANTITY = re.compile(r"\d{1,3}(?:[,. \u00a0\u202f'’]\d{3})+|\d+(?:\.0+)?")
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\d{1,2}:\d{2}")
_MOST, _HALF = 0.9, 0.5
_MOST_WORDS = 4
# The average length of texts is more; the names of people and places have less.
_LENGTH_OF_A_NAME = 16
_DIGITS_OF_A_NUMBER = 7
_LENGTH_OF_A_NUMBER = 20


def _has_number(cell: object) -> bool:
    try:
        found = recipients(cell)
    except TypeError:
        return False
    return any(is_number(each) and len(digits_of(each)) >= _DIGITS_OF_A_NUMBER for each in found)


def tells_kind(name: str, cell: object) -> bool:
    """Return whether a field tells the kind of messages, by its name or its value.

    Example:
        >>> tells_kind("channel", "x"), tells_kind("messaging_product", "whatsapp"), tells_kind("id", "x")
        (True, True, False)
    """
    if not isinstance(cell, str):
        return False
    return bool(find_headings("kind.heading", [name])) or kind_word(cell) in _CLEAR_KINDS


def is_phone_number(cell: str) -> bool:
    """Return whether a cell holds a telephone number, and no date."""
    return _has_number(cell) and not _DATE.match(cell)


def _may_be_medium(cell: object) -> bool:
    """Return whether a cell says yes or no, or holds a file or a list of files."""
    word = cell.strip().lower() if isinstance(cell, str) else ""
    return word in NO_MEDIA or word in _YES or _MEDIUM.search(word) is not None


@lru_cache(maxsize=1 << 12)
def _words(heading: str) -> frozenset[str]:
    """Return the words of a heading, those of ``camelCase`` too."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    return frozenset(re.findall(r"[^\W\d_]+", spaced.casefold()))


_SHOWN = 6


def _unlikeness(name: str) -> float:
    """Return how little a heading looks like one of texts, less being more alike."""
    from difflib import SequenceMatcher

    words = ("text", "message", "body", "sms")
    return -max(SequenceMatcher(None, word, normalized(shortened(name))).ratio() for word in words)


def _no_text(names: Sequence[str], header: bool) -> str:
    nearest = [*names] if len(names) <= _SHOWN else sorted(names, key=_unlikeness)[:_SHOWN]
    shown = ", ".join(repr(shortened(name)) for name in nearest)
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    if not header:
        return f"there is no header to tell which column has the texts; name it with --text: {shown}{more}"
    return (
        f"no column looks like the message text; name it with --text: {shown}{more}; "
        "or use --no-header if the file has no header row"
    )


# Letters that Unicode does not decompose into one of ASCII and a mark.
_LETTERS = str.maketrans("ıłøđ", "ilod")


@lru_cache(maxsize=1 << 12)
def normalized(heading: str) -> str:
    """Return a heading without case, accents, spaces and punctuation.

    Example:
        >>> normalized("Message Text"), normalized("Teléfono"), normalized("messageId")
        ('messagetext', 'telefono', 'messageid')
    """
    # Accents become marks, which are no letters.
    spelled = heading if heading.isascii() else unicodedata.normalize("NFKD", heading)
    bare = spelled if spelled.isalnum() else re.sub(r"[\W_]+", "", spelled)
    return bare.casefold().translate(_LETTERS) if not bare.isascii() else bare.lower()


# The code points of a heading in which remarks in parentheses are looked for, in quadratic time.
_SEARCHED_FOR_REMARKS = 1_000


@lru_cache(maxsize=1 << 12)
def _forms(heading: str) -> list[str]:
    """Return the forms of a heading to match: whole, without parentheses, and the end of a nested name."""
    shown = heading[:_SEARCHED_FOR_REMARKS]
    found = [normalized(heading), normalized(re.sub(r"\(.*?\)|\[.*?\]|（.*?）", "", shown))]
    *parents, field = re.split(r"[./]|\[\]", heading.strip("."))
    # Elasticsearch wraps each record in a field _source; Twilio names addresses, whatever is at them.
    words = _words(" ".join(each for each in parents if each != "_source"))
    if parents and normalized(parents[-1]) in ("to", "recipient", "recipients", "destination"):
        words = frozenset()
    if parents and not words & (_SENDERS | {"uris"}):
        found += [normalized(f"{parents[-1]}{field}"), normalized(field)]
    return [form for form in dict.fromkeys(found) if form]


@cache
def _known(name: str) -> dict[str, int]:
    """Return the ranks of the normalised headings of a list, those to be preferred first."""
    return _ranks(tuple(WORDS[name]))


@cache
def _ranks(headings: tuple[str, ...]) -> dict[str, int]:
    """Return the ranks of normalised headings."""
    return {form: rank for rank, form in enumerate(dict.fromkeys(map(normalized, headings)))}


def find_headings(known: str | Iterable[str], names: Sequence[str]) -> list[int]:
    """Return the indices of the columns that have a known heading, in the order of preference.

    Args:
        known: A role, one of `ROLES`; another list of `WORDS`; or headings, spelled in any way.
        names: The names of the columns.

    Example:
        >>> find_headings("to", ["Phone", "To", "Notes"]), find_headings(["id", "message_id"], ["Message ID"])
        ([1, 0], [0])
    """
    ranks = _known(known) if isinstance(known, str) else _ranks(tuple(known))
    found = []
    for index, name in enumerate(names):
        forms = _forms(name) if known in ROLES else [normalized(name)]
        if known in ("to", "media"):
            # One of several, such as "Media URL 2".
            forms = forms + [form.rstrip("0123456789") for form in forms]
        place = min(((step, ranks[form]) for step, form in enumerate(forms) if form in ranks), default=None)
        if place is not None:
            found.append((place, index))
    return [index for _, index in sorted(found)]


def names_roles(to: str, text: str) -> bool:
    """Return whether two cells are headings, one of recipients and one of texts, known or by their words.

    Example:
        >>> names_roles("Phone of respondent", "Message to send"), names_roles("Ann", "Your message")
        (True, False)
    """
    cells = {"to": to, "text": text}
    return all(
        find_headings(role, [cell]) or (len(_words(cell)) <= _MOST_WORDS and _words(cell) & _WORDS[role])
        for role, cell in cells.items()
    )


@cache
def sign_of_heading(role: str) -> str:
    """Return the pattern of the headings of a role, normalised, and of the words that make one."""
    return f"^(?:{'|'.join(_known(role))})[0-9]*$|{'|'.join(map(normalized, _WORDS[role]))}"


def find_heading(known: str | Iterable[str], names: Sequence[str]) -> int | None:
    """Return the index of the preferred column that has a known heading.

    Args:
        known: A role, ``"text"``, ``"to"`` or ``"media"``; or headings, spelled in any way.
        names: The names of the columns.

    Returns:
        The index; ``None`` if there is none.

    Example:
        >>> find_heading(["id", "message_id"], ["Text", "Message ID"]), find_heading("media", ["Text"])
        (1, None)
    """
    return next(iter(find_headings(known, names)), None)


def find_named(option: str, wanted: str, names: Sequence[str]) -> int:
    """Return the index of the column that the caller named.

    Args:
        option: What to call the name in an error.
        wanted: The name; its case, spaces and punctuation matter only if two columns share the rest.
        names: The names of the columns.

    Raises:
        ValueError: No column has that name; the message lists those that there are.

    Example:
        >>> find_named("--text", "message text", ["id", "Message_Text"])
        1
    """
    if wanted in names:
        return names.index(wanted)
    headings = [normalized(name) for name in names]
    if headings.count(normalized(wanted)) == 1:
        return headings.index(normalized(wanted))
    raise unknown(option, wanted, names)


def is_header(names: Sequence[str], wanted: Sequence[str | None] = (), roles: Iterable[str] = ROLES) -> bool:
    """Return whether cells are the names of columns, one of them wanted or known for a role.

    Example:
        >>> is_header(["Label", "SMS"]), is_header(["+12025550143", "See you at 8"])
        (True, False)
    """
    asked = {normalized(name) for name in wanted if name}
    if any(normalized(name) in asked for name in names):
        return True
    if any(find_headings(role, names) for role in roles):
        return True
    # A single column may be a message that has one of these words.
    is_data = len(names) < 2 or any(map(str.isdigit, "".join(names)))
    return not is_data and bool(_Search(names, None).by_words("text"))
