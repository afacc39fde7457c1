"""Interpret the rows of a table: texts, recipients and media, a column at a time.

The rule for a single cell is in `segcore.sources.mms_rule`; the same constants serve here.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from segcore._errors import shortened, unknown
from segcore.columns import Column
from segcore.engine.chooser import DialPlan
from segcore.engine.dialling import ANY_LENGTH, PLUS
from segcore.numbers.numbering_plan import (
    FICTIONAL_PREFIXES,
    dial_plan,
    international,
    national,
    prefix_table,
)
from segcore.rules import lines_of
from segcore.sources import WORDS, ReadingNote
from segcore.sources.frames import PlainFrame
from segcore.sources.headings import Columns, names_roles, sign_of_heading
from segcore.sources.mms_rule import (
    MEDIA_EDGES,
    NO_MEDIA,
    NO_MEDIA_LIST,
    digits_of,
    has_media,
    is_number,
    recipients,
)
from segcore.sources.remarks import Remarks

if TYPE_CHECKING:
    import polars as pl
    from polars._typing import PolarsDataType

    from segcore.sources.frames import Frame

INTERNATIONAL, NATIONAL = NUMBER_FORMS = ("international", "national")
"""The two ways to write numbers without a plus sign."""

# Texts by which a database, a spreadsheet or a language says that there is none.
_MISSING = WORDS["missing"]
_LONGEST_MISSING = max(map(len, _MISSING))

# Prefixes that Twilio and others put before the number of a recipient on another channel.
_OTHER_SCHEME = r"(?i)^\s*(?:whatsapp|messenger|rcs|viber|telegram|mailto):"
_IS_OTHER_SCHEME = re.compile(_OTHER_SCHEME)

_Cells = TypeVar("_Cells", "list[str]", "pl.Series")

# Rows by which a reading is decided; recipients of a later frame in which something rare is looked for.
_SAMPLE_ROWS = 5_000
_PEEK_ROWS = 64
_FEW_ROWS = 4

# No subscriber, not even one behind a short code, has a number of fewer digits.
_FEWEST_DIGITS = 3
_HAS_FEWEST_DIGITS = rf"\p{{Nd}}(?:\P{{Nd}}*\p{{Nd}}){{{_FEWEST_DIGITS - 1}}}"

_SHOWN_WORDS = 3

# The plus sign of an international number, not that of an exponent.
_PLUS = re.compile(f"(?:^|[^eE])[{PLUS}]")

# Words beside a number, but for a scheme.
_LETTERS = re.compile(r"^[^\W\d_]+(?![\w:]).*\d")

# Numbers of the North American numbering plan, without and with their calling code.
_NANP = re.compile(r"[2-9]\d{2}[2-9]\d{6}")
_NANP_WITH_1 = re.compile(r"1[2-9]\d{2}[2-9]\d{6}")
# Mobile numbers of mainland China as they are dialled there, and ideographs.
_CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")
_CHINESE = re.compile(r"(?:86)?1[3-9]\d{9}")
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
_NANP_OR_1 = re.compile(r"1?[2-9]\d{2}[2-9]\d{6}")
# Numbers in columns, not after the 0 that is dialled before a national one.
_DIGIT = re.compile(r"\d")
_HAS_DIGITS = r"^\D*(?:00|[1-9])\d*\D*\d{2}"
_NORTH_AMERICAN = r"^\+1|^\(\d{3}\) ?\d{3}-\d{4}$"
_NANP_AS_WRITTEN = r"^\D*[2-9]\d{2}\D{0,3}[2-9]\d{2}\D{0,3}\d{4}\D*$"


@dataclass(frozen=True)
class RowRules:
    """The rules by which rows are read.

    Args:
        numbers: How numbers without a plus sign are written, one of `NUMBER_FORMS`; ``None`` decides by the
            first rows.
        default_region: The country (ISO 3166 alpha-2) of numbers in national form.
        group_mms: Whether a message to several recipients is one group MMS, and not that many SMS.
        profile: The name of the profile that says so.

    Raises:
        ValueError: `numbers` is not one of the possible values.
    """

    numbers: str | None = None
    default_region: str | None = None
    group_mms: bool = True
    profile: str = "standard"

    def __post_init__(self) -> None:
        if self.numbers is not None and self.numbers not in NUMBER_FORMS:
            raise unknown("numbers", self.numbers, NUMBER_FORMS)

    def plan(self, form: str | None = None) -> DialPlan:
        """Return how to read numbers.

        Args:
            form: How those without a plus sign are written; as `numbers` says if omitted.
        """
        if (form or self.numbers) != INTERNATIONAL:
            return dial_plan(self.default_region)
        return _international_plan(self.default_region)


@cache
def _international_plan(region: str | None) -> DialPlan:
    """Return the plan by which digits are an international number, and those after a 0 one of a region."""
    dialled = {} if region is None else national(region.upper())
    rules = {digits: rule for digits, rule in dialled.items() if digits.startswith("0")}
    rules["00"] = (ANY_LENGTH, 2, "")
    return DialPlan(international(), rules | dict.fromkeys("123456789", (ANY_LENGTH, 0, "")))


NO_RULES = RowRules()


class Rows(NamedTuple):
    """The rows of a frame, interpreted.

    Args:
        texts: The texts, null where a row has none or is empty.
        has_media: Which rows have media; ``None`` if none has.
        recipients: The recipients of each row as one string; ``None`` if they are not known.
        group_mms: Whether a message to several recipients is one group MMS, and not that many SMS.
    """

    texts: pl.Series
    has_media: pl.Series | None
    recipients: pl.Series | None
    group_mms: bool = True

    def messages(
        self, groups: pl.Series | None = None, repeated: pl.Series | None = None
    ) -> tuple[pl.Series, pl.Series | None]:
        """Return the texts, and whether each message is an MMS; ``None`` in its place if none is.

        Args:
            groups: The rows that go to several recipients as a group MMS.
            repeated: Rows that are so many more messages, which come after those of all rows.

        Source: https://dev.bandwidth.com/docs/messaging (group messages are MMS, and count 1).
        """
        import polars as pl

        texts, is_mms = self.texts, self.has_media
        if groups is not None:
            to_group = pl.zeros(len(texts), pl.Boolean, eager=True).scatter(groups, True)
            is_mms = to_group if is_mms is None else is_mms | to_group
        if is_mms is not None and not is_mms.any():
            is_mms = None
        if is_mms is not None and texts.null_count():
            # A picture without words is a message.
            texts = texts.zip_with(~is_mms, texts.fill_null(""))
        if repeated is not None:
            texts = pl.concat([texts, texts.gather(repeated)])
            is_mms = None if is_mms is None else pl.concat([is_mms, is_mms.gather(repeated)])
        return texts, is_mms


class PlainRows(NamedTuple):
    """The rows of a frame without polars, interpreted, like `Rows`."""

    texts: list[str | None]
    has_media: list[bool]
    recipients: list[str] | None
    group_mms: bool = True

    def messages(
        self, groups: Sequence[int] | None = None, repeated: Sequence[int] | None = None
    ) -> tuple[list[str | None], list[bool] | None]:
        """Return the texts, and whether each message is an MMS, as `Rows.messages` does."""
        is_mms = [*self.has_media]
        for row in groups or ():
            is_mms[row] = True
        # A picture without words is a message.
        texts = ["" if text is None and mms else text for text, mms in zip(self.texts, is_mms, strict=True)]
        texts += [texts[row] for row in repeated or ()]
        is_mms += [is_mms[row] for row in repeated or ()]
        return texts, is_mms if any(is_mms) else None


class RowReader:
    """Reads the rows of one file or table.

    What the rows could mean in several ways is decided by the first frame, so that all are read alike; the
    decisions are notes.  Any number of threads can read frames after the first.

    Args:
        columns: The columns to use.
        rules: The rules by which rows are read.

    `has_compared` says whether segments were held against those that a provider counted.
    """

    def __init__(self, columns: Columns, rules: RowRules = NO_RULES) -> None:
        self.columns = columns
        self._rules = rules
        self._plan: DialPlan | None = None
        self._form: _Form | None = None
        self._remarks = Remarks()
        self._has_other_schemes = self._has_codes = self._has_numbers = False
        self.has_compared = False
        self._lock = threading.Lock()
        self._seen: Counter[str] = Counter()
        self._examples: dict[str, str] = {}

    @property
    def plan(self) -> DialPlan:
        """The plan by which numbers of recipients are read."""
        return self._plan or self._rules.plan()

    def read(self, frame: Frame) -> Rows | PlainRows:
        """Return the rows of a frame, interpreted.

        Args:
            frame: Rows, in columns c0, c1 and so on.

        Raises:
            ValueError: A column does not hold what it should.
        """
        columns = self.columns
        if isinstance(frame, PlainFrame):
            return self._read_plain(frame)
        import polars as pl

        texts = _strings(frame, columns, columns.text)
        texts = self._filled("other_columns", frame, texts, columns.more_texts, _strings)
        media = self._media(frame)
        numbers = self._numbers(frame)
        is_first = self._plan is None
        if is_first:
            self._decide(numbers)
            self._remarks.decide(texts)
        if numbers is not None and self._has_codes:
            joined = _after_codes(numbers, frame[f"c{columns.code}"])
            numbers = pl.Series(joined, dtype=pl.String)
        # In most frames no text is short, and the next steps would find nothing.
        if has_short := bool((texts.str.len_bytes() <= _LONGEST_MISSING).any()):
            texts = self._without_blank_rows(frame, texts)
            texts = self._without_footers(texts, media, numbers)
        if is_first and numbers is not None and self._is_rule(texts[:1], numbers[:1]):
            texts = _null_at(texts, pl.Series([0]))
        mms, others = self._kinds(frame)
        if mms is not None:
            media = mms if media is None else media | mms
        if numbers is not None and (elsewhere := self._elsewhere(numbers, is_first=is_first)) is not None:
            others = elsewhere if others is None else others | elsewhere
        if others is not None:
            texts = texts.zip_with(~others, pl.Series([None], dtype=pl.String))
            media = None if media is None else media & ~others
        if has_short:
            self._count_missing(texts, media)
        self._count_remarks(texts)
        return Rows(texts, media, numbers, self._rules.group_mms)

    def _numbers(self, frame: pl.DataFrame) -> pl.Series | None:
        to, more = self.columns.to, self.columns.more_to
        if to is None:
            return None
        numbers = _recipients(frame, self.columns, to)
        return self._filled("other_recipients", frame, numbers, more, _recipients)

    def _filled(
        self,
        code: str,
        frame: pl.DataFrame,
        cells: pl.Series,
        others: Iterable[int],
        read: Callable[[pl.DataFrame, Columns, int], pl.Series],
    ) -> pl.Series:
        """Return cells, and where these are empty those of other columns; count such rows under a code."""
        for index in others:
            if frame[f"c{index}"].null_count() == frame.height:
                continue
            other = read(frame, self.columns, index)
            rows = (cells.fill_null("") == "") & (other.fill_null("") != "")
            self.saw(code, int(rows.sum()), repr(self.columns.names[index]))
            cells = cells.zip_with(~rows, other)
        return cells

    def _filled_plain(self, code: str, frame: PlainFrame, index: int, others: Iterable[int]) -> list[str]:
        """Return the same without polars."""
        cells = [*frame.columns[index]]
        for each in others:
            other = frame.columns[each]
            found = sum(bool(more) and not cell for cell, more in zip(cells, other, strict=True))
            self.saw(code, found, repr(self.columns.names[each]))
            cells = [cell or more for cell, more in zip(cells, other, strict=True)]
        return cells

    def _plain_recipients(self, frame: PlainFrame) -> list[str] | None:
        to, more = self.columns.to, self.columns.more_to
        return None if to is None else _plain_numbers(self._filled_plain("other_recipients", frame, to, more))

    def saw(self, what: str, count: int, example: str = "") -> None:
        """Count rows that are worth a note.

        Args:
            what: One of the codes of `notes`.
            count: How many there are.
            example: One of them, the first in its frame.
        """
        if count:
            with self._lock:
                self._seen[what] += count
                # Frames come in any order; the least of their examples does not depend on it.
                self._examples[what] = min(example, self._examples.get(what, example))

    def notes(self) -> list[ReadingNote]:
        """Return the decisions about all rows that were read."""
        to = "" if self.columns.to is None else repr(self.columns.names[self.columns.to])
        found = [ReadingNote(*each) for each in self.columns.notes]
        found += [self._form.note] if self._form and self._form.note else []
        for code, (sentence, option) in _sentences().items():
            if count := self._seen[code]:
                rows = f"{count:,} {'row' if count == 1 else 'rows'}"
                messages = f"{count:,} {'message' if count == 1 else 'messages'}"
                values = {"rows": rows, "messages": messages, "to": to, "profile": self._rules.profile}
                values |= {"example": self._examples[code], "s": "s" if count == 1 else ""}
                values |= {"is": "is" if count == 1 else "are", "has": "has" if count == 1 else "have"}
                found.append(ReadingNote(code, sentence.format_map(values), option))
        return found

    def check_recipients(self, frame: Frame, rows: Any, unknown: Any) -> Any:
        """Return the rows without the texts of labels and totals, and count the recipients that are in doubt.

        Those are no numbers, or contradict how numbers without a plus sign are read.

        Args:
            frame: The cells.
            rows: `Rows` or `PlainRows` with recipients.
            unknown: Which recipients have no country.
        """
        if _any(unknown):
            words = _rows_of_words(rows.recipients, unknown)
            if len(words):
                rows = self._without_labels(frame, rows, words)
                self._count_words(rows.texts, words)
                unknown = _without(unknown, words)
        self._check_numbers(rows.texts, rows.recipients, unknown)
        return rows

    def _without_labels(self, frame: Frame, rows: Any, words: Any) -> Any:
        """Return the rows without the texts of those that name columns once more, or hold totals."""
        numbers, texts = rows.recipients, rows.texts
        possible: Any = _plain_labels if isinstance(frame, PlainFrame) else _possible_labels
        found, totals = possible(frame, texts, numbers, words)
        labels: list[int] = []
        below = None
        for row, is_total in reversed([*zip(found, totals, strict=True)]):
            recipient, text = numbers[row], texts[row]
            # A number, date or header of another table below that with the messages.
            is_header = below == row + 1 and text is not None and _NAME.fullmatch(text)
            if self._has_numbers and recipient and text and (is_header or _CELL.fullmatch(text)):
                below = None if is_header else row
                labels.append(row)
            elif text is not None and (is_total or (recipient and names_roles(recipient, text))):
                labels.append(row)
        if not labels:
            return rows
        labels.reverse()
        self.saw("labels", len(labels), repr(str(numbers[labels[0]] or texts[labels[0]])[:40]))
        if isinstance(frame, PlainFrame):
            left_out = {*labels}
            return rows._replace(texts=[None if row in left_out else text for row, text in enumerate(texts)])
        return rows._replace(texts=_null_at(texts, labels))

    def _check_numbers(self, texts: Any, numbers: Any, unknown: Any) -> None:
        """Count the numbers without a country, and those that contradict how they are read without a plus."""
        form = self._form
        is_any_unknown = _any(unknown)
        # Where numbers without a plus sign have no country, none lacks it if all have a country.
        is_plain = form is None or (form.name == NATIONAL and not (form.region or self._rules.default_region))
        if is_plain and not is_any_unknown:
            return
        # Numbers without a country that no note is about: those with a plus sign, after a 0, or all.
        pattern = f"[{PLUS}]"
        doubtful = _flagged(numbers, unknown) if is_plain else numbers
        if form is not None and not _all_have_plus(doubtful):
            if form.name == INTERNATIONAL:
                pattern += r"|^\D*0[1-9]"
                self._saw_numbers("not_international", _bare(numbers, flags=unknown))
                if form.has_north_american:
                    self._saw_numbers("ten_digits", _bare(numbers, _NANP_AS_WRITTEN))
            else:
                is_later = not form.region and (
                    _form_of(_sampled(doubtful), "", self._rules).name == INTERNATIONAL
                )
                if is_later:
                    self._saw_numbers("later_international", _bare(numbers))
                elif not (is_plain and form.note):
                    pattern = r"\d"
        if is_any_unknown:
            self._saw_numbers("unknown_numbers", _with_digits(texts, numbers, unknown, pattern))

    def _count_words(self, texts: list[str | None] | pl.Series, words: Any) -> None:
        """Count the messages whose cell of recipients is empty, or holds no number, such as a word."""
        if isinstance(texts, list):
            found: Any = [text for row in words if (text := texts[row])]
        else:
            said = texts.gather(words)
            found = said.filter(said != "")
        self.saw("no_number", len(found), repr(shortened(found[0])) if len(found) else "")

    def _saw_numbers(self, code: str, numbers: list[str] | pl.Series) -> None:
        self.saw(code, len(numbers), str(numbers[0])[:40] if len(numbers) else "")

    def _read_plain(self, frame: PlainFrame) -> PlainRows:
        """Return the rows of a frame without polars, interpreted by the same rules a cell at a time."""
        columns = self.columns
        texts: list[str | None] = [
            *self._filled_plain("other_columns", frame, columns.text, columns.more_texts)
        ]
        rows = range(frame.height)
        with_media = [any(map(has_media, cells)) for cells in zip(*self._media_cells(frame), strict=True)]
        with_media = with_media or [False] * frame.height
        numbers = self._plain_recipients(frame)
        is_first = self._plan is None
        if is_first:
            self._decide(numbers)
        if numbers is not None and self._has_codes and columns.code is not None:
            numbers = _after_codes(numbers, frame.columns[columns.code])
        empty = [row for row in rows if not texts[row]]
        blank = [row for row in empty if not any(column[row].strip() for column in frame.columns)]
        self.saw("empty_rows", len(blank))
        for row in blank:
            texts[row] = None
        if numbers is not None:
            said = [row for row in empty if texts[row] is not None and not with_media[row]]
            footers = [row for row in said if _is_footer(numbers[row])]
            self.saw("footers", len(footers), repr(numbers[footers[0]])[:40] if footers else "")
            for row in footers:
                texts[row] = None
            if is_first and self._is_rule(texts[:1], numbers[:1]):
                texts[0] = None
        kinds = self._plain_kinds(frame)
        for row in kinds["mms"]:
            with_media[row] = True
        for row in kinds["other_channels"]:
            texts[row], with_media[row] = None, False
        self.saw("empty_texts", sum(text == "" and not with_media[row] for row, text in enumerate(texts)))
        missing = [text for text in texts if text in _MISSING]
        self.saw("missing_texts", len(missing), repr(missing[0]) if missing else "")
        if is_first:
            self._remarks.decide(texts)
        self._count_remarks(texts)
        return PlainRows(texts, with_media, numbers, self._rules.group_mms)

    def _is_rule(self, texts: Iterable[str | None], numbers: Iterable[str | None]) -> bool:
        """Return whether a row is the line of dashes below a header, as Markdown and databases print it."""
        for text, number in zip(texts, numbers, strict=True):
            if text and number and _RULE.fullmatch(text) and _is_footer(number):
                self.saw("footers", 1, repr(number[:40]))
                return True
        return False

    def _plain_kinds(self, frame: PlainFrame) -> dict[str, set[int]]:
        """Return rows by what columns of kinds call them, like `_kinds`."""
        found: dict[str, set[int]] = {"mms": set(), "other_channels": set()}
        for index, code_of in self.columns.kinds:
            cells = frame.columns[index]
            codes = [*map(code_of, cells)]
            for code in sorted(filter(None, {*codes})):
                before = found.setdefault(code, set())
                new = [row for row, each in enumerate(codes) if each == code and row not in before]
                self.saw(code, len(new), self._example((cells[row] for row in new), index))
                before.update(new)
        if (to := self.columns.to) is not None:
            cells = frame.columns[to]
            rows = [row for row, cell in enumerate(cells) if _IS_OTHER_SCHEME.match(cell)]
            self.saw("other_channels", len(rows), self._shown(cells[rows[0]]) if rows else "")
            found["other_channels"].update(rows)
        return found

    def _decide(self, numbers: list[str] | pl.Series | None) -> None:
        """Decide by the recipients of a frame how those of all frames are read."""
        to = self.columns.to
        first = [] if numbers is None else [*filter(None, numbers[:_PEEK_ROWS])]
        self._has_numbers = not all(map(_is_word, first[:_FEW_ROWS]))
        if [*map(bool, map(_LETTERS.search, first))] == [True] + [False] * (len(first) - 1) and first[1:]:
            self.saw("example_row", 1, repr(first[0][:40]))
        plan = self._rules.plan()
        if self._rules.numbers is None and to is not None and numbers is not None:
            self._form = _form_of(_sampled(numbers), self.columns.names[to], self._rules)
            if self._form.name == INTERNATIONAL and _has_north_american(numbers):
                self._form = self._form._replace(has_north_american=True)
            if (
                self._form.name == NATIONAL
                and self.columns.code is not None
                and not self._rules.default_region
            ):
                names = self.columns.names
                said = f"Numbers without + in {names[to]!r} follow the codes in {names[self.columns.code]!r}."
                self._form = _Form(NATIONAL, ReadingNote("numbers", said, "--numbers international"))
                self._has_codes = True
            region = self._form.region
            plan = dial_plan(region) if region else self._rules.plan(self._form.name)
        self._plan = plan

    def _without_blank_rows(self, frame: pl.DataFrame, texts: pl.Series) -> pl.Series:
        """Make the text of each row null in which every cell is empty: such a row is no message."""
        import polars as pl

        is_empty = texts == ""
        # Of a table, only the columns that are used were read; the others may hold something.
        if not is_empty.any() or (self.columns.to is None and frame.width < len(self.columns.names)):
            return texts
        rows = is_empty.arg_true()
        cells = [_is_empty(pl.col(name), dtype) for name, dtype in frame.schema.items()]
        blank = rows.filter(frame[rows].select(pl.all_horizontal(cells)).to_series())
        if not len(blank):
            return texts
        self.saw("empty_rows", len(blank))
        return _null_at(texts, blank)

    def _without_footers(
        self, texts: pl.Series, media: pl.Series | None, numbers: pl.Series | None
    ) -> pl.Series:
        """Make the text of each row null that has neither a text nor a number, such as one with totals."""
        if numbers is None or not (is_empty := texts == "").any():
            return texts
        rows = is_empty.arg_true()
        said = numbers.gather(rows).fill_null("")
        digits, letters = (said.str.count_matches(rf"\p{{{each}}}") for each in ("Nd", "L"))
        footers = (digits < _FEWEST_DIGITS) | (letters > 3 * digits)
        if media is not None:
            footers &= ~media.gather(rows)
        found = rows.filter(footers)
        if not len(found):
            return texts
        self.saw("footers", len(found), repr(said.filter(footers)[0][:40]))
        return _null_at(texts, found)

    def _example(self, cells: Iterable[str], column: int) -> str:
        """Return the first words of a column of kinds in alphabetical order, and its name."""
        said = ", ".join(repr(shortened(cell)) for cell in sorted({*cells})[:_SHOWN_WORDS])
        return f"{said} in {self.columns.names[column]!r}"

    def _shown(self, recipient: str) -> str:
        to = self.columns.to
        return f"{recipient[:40]!r}" + ("" if to is None else f" in {self.columns.names[to]!r}")

    def _media(self, frame: pl.DataFrame) -> pl.Series | None:
        """Return which rows have media, in any column of media."""
        found = None
        for index in self._media_columns():
            flags = media_flags(frame[f"c{index}"])
            if flags is not None:
                found = flags if found is None else found | flags
        return found

    def _media_cells(self, frame: PlainFrame) -> list[Sequence[str]]:
        return [frame.columns[index] for index in self._media_columns()]

    def _media_columns(self) -> list[int]:
        return [index for index in (self.columns.media, *self.columns.more_media) if index is not None]

    def _elsewhere(self, numbers: pl.Series, *, is_first: bool) -> pl.Series | None:
        """Return which rows have a recipient on another channel, such as ``whatsapp:+12025550143``."""
        first = filter(None, numbers.head(_SAMPLE_ROWS if is_first else _PEEK_ROWS).to_list())
        # Nearly no cell has a colon.
        schemes = (":" in cell and _IS_OTHER_SCHEME.match(cell) for cell in first)
        if not (self._has_other_schemes or any(schemes)):
            return None
        self._has_other_schemes = True
        rows: pl.Series = numbers.str.contains(_OTHER_SCHEME).fill_null(False)
        count = int(rows.sum())
        self.saw("other_channels", count, self._shown(numbers.filter(rows)[0]) if count else "")
        return rows if count else None

    def _kinds(self, frame: pl.DataFrame) -> tuple[pl.Series | None, pl.Series | None]:
        """Return which rows are MMS, and which neither SMS nor MMS, by columns of kinds."""
        import polars as pl

        found: dict[str, pl.Series | None] = {"mms": None, "other_channels": None}
        for index, code_of in self.columns.kinds:
            cells = frame.get_column(f"c{index}", default=None)
            if cells is not None and cells.dtype == pl.List(pl.String):
                cells = cells.list.join(",", ignore_nulls=True)
            if cells is None or cells.dtype not in (pl.String, pl.Categorical, pl.Enum, pl.Boolean):
                continue
            cells = cells.cast(pl.String)
            words: dict[str, list[str]] = {}
            for cell in cells.unique().drop_nulls().to_list():
                if code := code_of(cell):
                    words.setdefault(code, []).append(cell)
            for code, some in words.items():
                rows = cells.is_in(some).fill_null(False)
                before = found.get(code)
                new = rows if before is None else rows & ~before
                if count := int(new.sum()):
                    self.saw(code, count, self._example(cells.filter(new).unique(), index))
                    found[code] = new if before is None else before | new
        return found["mms"], found["other_channels"]

    def _count_missing(self, texts: pl.Series, media: pl.Series | None) -> None:
        """Count the texts that are empty, or may mean that there is none."""
        is_empty = texts == ""
        self.saw("empty_texts", int((is_empty if media is None else is_empty & ~media).sum()))
        short = texts.filter(texts.str.len_bytes() <= _LONGEST_MISSING)
        if short.is_empty():
            return
        found = short.filter(short.is_in(_MISSING))
        self.saw("missing_texts", len(found), repr(found[0]) if len(found) else "")

    def _count_remarks(self, texts: list[str | None] | pl.Series) -> None:
        for code, count, example in self._remarks.of(texts):
            self.saw(code, count, example)


_RULE = re.compile(r"\s*[-=:+]{3,}\s*")


@cache
def _sentences() -> dict[str, tuple[str, str | None]]:
    """Return the sentences of notes.txt by their codes, with the options that select another reading."""
    found = {}
    for line in lines_of(__package__, "notes.txt"):
        name, _, sentence = line.partition(": ")
        code, _, option = name.rstrip("]").partition(" [")
        found[code] = (sentence, option or None)
    return found


def _null_at(texts: pl.Series, rows: pl.Series | list[int]) -> pl.Series:
    """Return the texts with null in some rows."""
    import polars as pl

    flags = pl.zeros(len(texts), pl.Boolean, eager=True).scatter(rows, True)
    kept: pl.Series = texts.zip_with(~flags, pl.Series([None], dtype=pl.String))
    return kept


class _Form(NamedTuple):
    """The form of the numbers without a plus sign in a column.

    Args:
        name: One of `NUMBER_FORMS`.
        note: The note about it, if it could have gone the other way.
        region: The country by whose plan they are read, if their digits tell it: US, with or without the 1.
        has_north_american: Whether some are North American with the 1.
    """

    name: str
    note: ReadingNote | None = None
    region: str | None = None
    has_north_american: bool = False


def _after_codes(numbers: Iterable[str], codes: Iterable[object]) -> list[str]:
    """Return numbers in national form after the calling codes in another column; the others as they are."""
    from segcore.numbers.countries import calling_code

    rows = zip(numbers, codes, strict=True)
    return [
        number
        if not number or number.lstrip().startswith(("+", "00")) or not (found := calling_code(str(code)))
        else f"+{found} {number}"
        for number, code in rows
    ]


# A cell of a row with totals.
_TOTAL_PATTERN = (
    r"(?i)^(?:\s*(?:(?:grand |sub[- ]?)?totals?|sum|totale|totaal|total g[eé]n[eé]ra?l|(?:zwischen)?summe|"
    r"gesamt(?:summe)?|razem|(?:genel )?toplam|итого|всего|合计|总计|合計|총계|합계)\b[\s:()0-9.,]*"
    r"|.{1,40} sub-?totals?\s*)$"
)
# One of these is in each.
_TOTAL_WORDS = (
    *("total", "sum", "totaal", "gesamt", "razem", "toplam", "合计", "总计", "合計", "총계", "합계"),
    *("итого", "Итого", "ИТОГО", "всего", "Всего", "ВСЕГО"),
)

# A cell of another table than that with the messages, and the name of its column.
_CELL = re.compile(r"\W{0,3}[\d.,:/-]*\d\W{0,3}")
_NAME = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){0,2}")
_MAY_BE_CELL = r"(?s)^(?:.{0,3}[\d.,:/-]*\d.{0,3}|[^\W\d_]+(?: [^\W\d_]+){0,2})$"

# No heading has more words or code points.
_MAY_BE_HEADING = r"^\s*\S+(?:\s+\S+){0,7}\s*$"
_LONGEST_HEADING = 64


def _is_word(recipient: str) -> bool:
    """Return whether a cell with recipients holds nothing, or something that is no number, such as a word."""
    return sum(map(str.isdecimal, recipient)) < _FEWEST_DIGITS


def _is_footer(recipient: str) -> bool:
    """Return whether a cell with recipients holds no number: nothing, or something else, such as words."""
    digits, letters = (sum(map(each, recipient)) for each in (str.isdecimal, str.isalpha))
    return digits < _FEWEST_DIGITS or letters > 3 * digits


def _has_north_american(numbers: list[str] | pl.Series) -> bool:
    """Return whether a column holds numbers that can only be North American."""
    if isinstance(numbers, list):
        return any(map(re.compile(_NORTH_AMERICAN).search, numbers))
    return bool(numbers.str.contains(_NORTH_AMERICAN).any())


def _any(flags: list[bool] | pl.Series) -> bool:
    return any(flags) if isinstance(flags, list) else bool(flags.any())


def _possible_labels(
    frame: pl.DataFrame, texts: pl.Series, numbers: pl.Series, rows: pl.Series
) -> tuple[list[int], list[bool]]:
    """Return which of some rows may name columns or hold totals, and whether they do hold totals."""
    import polars as pl

    columns = (column.gather(rows) for column in frame if column.dtype == pl.String)
    totals = {index for column in columns for index in _short_cells(column, _TOTAL_PATTERN)}
    texts = texts.gather(rows)
    short = _short_cells(texts, _MAY_BE_HEADING)
    names = numbers.gather(rows.gather(short)).fill_null("")
    short = short.filter(_may_be_headings(names) | texts.gather(short).str.contains(_MAY_BE_CELL))
    found = sorted({*totals, *short})
    return rows.gather(found).to_list(), [index in totals for index in found]


def _may_be_headings(cells: pl.Series) -> pl.Series:
    """Return which cells `names_roles` may take for headings of recipients."""
    each = cells.unique()
    bare = (
        each.str.normalize("NFKD")
        .str.replace_all(r"[^\p{L}\p{N}]+", "")
        .str.to_lowercase()
        .str.replace_all("ς", "σ", literal=True)
    )
    # Parts of headings, and letters that have other small ones, deserve a closer look.
    closer = each.str.contains("[()（）\\[\\]./ßİıłøđŁØĐ]")
    found = closer | bare.str.contains(sign_of_heading("to"))
    rows: pl.Series = cells.is_in(each.filter(found).to_list())
    return rows


def _plain_labels(
    frame: PlainFrame, texts: Sequence[str | None], _: Sequence[str], rows: list[int]
) -> tuple[list[int], list[bool]]:
    """Return the same without polars."""
    totals = {row for row in rows if any(_is_short(column[row], _TOTAL_PATTERN) for column in frame.columns)}
    found = [row for row in rows if row in totals or _is_short(texts[row] or "", _MAY_BE_HEADING)]
    return found, [row in totals for row in found]


def _is_short(cell: str, pattern: str) -> bool:
    """Return whether a cell is no longer than headings are, and a pattern occurs in it."""
    return len(cell) <= _LONGEST_HEADING and re.search(pattern, cell) is not None


def _short_cells(cells: pl.Series, pattern: str) -> pl.Series:
    """Return the indices of the cells no longer than headings are in which a pattern occurs."""
    short = (cells.str.len_chars() <= _LONGEST_HEADING).arg_true()
    cells = cells.gather(short)
    if pattern == _TOTAL_PATTERN:
        # The names of people take a fifth of the time so.
        may_be_total = cells.str.contains_any([*_TOTAL_WORDS], ascii_case_insensitive=True)
        short, cells = short.filter(may_be_total), cells.filter(may_be_total)
    found: pl.Series = short.filter(cells.str.contains(pattern))
    return found


def _rows_of_words(numbers: Any, unknown: Any) -> Any:
    """Return the rows without a country whose cell of recipients is empty, or holds no number."""
    if isinstance(unknown, list):
        return [row for row, each in enumerate(unknown) if each and _is_word(numbers[row])]
    rows = unknown.arg_true()
    found: pl.Series = rows.filter(~numbers.gather(rows).fill_null("").str.contains(_HAS_FEWEST_DIGITS))
    return found


def _without(flags: Any, rows: Any) -> Any:
    """Return flags that are not set for some rows."""
    if isinstance(flags, list):
        others = {*rows}
        return [flag and row not in others for row, flag in enumerate(flags)]
    return flags.clone().scatter(rows, False)


def _flagged(cells: Any, flags: Any) -> Any:
    """Return the cells whose flags are set."""
    return [*compress(cells, flags)] if isinstance(cells, list) else cells.filter(flags)


def _all_have_plus(numbers: list[str] | pl.Series) -> bool:
    """Return whether no number lacks the plus sign."""
    if isinstance(numbers, list):
        return all(each.startswith("+") for each in numbers if each)
    # The least and the greatest take no query of polars, which costs more than a frame's cells.
    least, greatest = numbers.min(), numbers.max()
    return least is None or (str(least) >= "+" and str(greatest) < ",")


def _bare(numbers: list[str] | pl.Series, pattern: str = "", flags: Any = None) -> list[str] | pl.Series:
    """Return the numbers without a plus sign that a pattern matches, of those with a flag."""
    if isinstance(numbers, list):
        chosen = numbers if flags is None else compress(numbers, flags)
        patterns = [re.compile(each) for each in (_HAS_DIGITS, pattern)]
        return [
            each for each in chosen if not _PLUS.search(each) and all(one.search(each) for one in patterns)
        ]
    found = ~numbers.str.contains(_PLUS.pattern) & numbers.str.contains(_HAS_DIGITS)
    found &= numbers.str.contains(pattern)
    chosen_rows: pl.Series = numbers.filter(found if flags is None else found & flags)
    return chosen_rows


def _with_digits(texts: Any, numbers: Any, unknown: Any, pattern: str) -> list[str] | pl.Series:
    """Return the numbers of messages without a country that match, and that no spreadsheet has rounded."""
    if isinstance(numbers, list):
        chosen = (
            each for each, text in compress(zip(numbers, texts, strict=True), unknown) if text is not None
        )
        matches = re.compile(pattern).search
        return [each for each in chosen if matches(each) and not _EXPONENT.search(each)]
    cells = numbers.filter(unknown & texts.is_not_null())
    found: pl.Series = cells.filter(cells.str.contains(pattern) & ~cells.str.contains(_EXPONENT.pattern))
    return found


def _sampled(numbers: list[str] | pl.Series) -> list[str]:
    """Return cells with a digit and no plus sign from all of a column, at most twice `_SAMPLE_ROWS`."""
    if isinstance(numbers, list):
        bare = [each for each in numbers if _DIGIT.search(each) and not _PLUS.search(each)]
        return bare[:: max(1, len(bare) // _SAMPLE_ROWS)]
    if _all_have_plus(numbers):
        return []
    cells = numbers.filter(~numbers.str.contains(_PLUS.pattern))
    cells = cells.filter(cells.str.contains(_DIGIT.pattern))
    return [*cells.gather_every(max(1, len(cells) // _SAMPLE_ROWS))]


def _form_of(cells: Sequence[str], name: str, rules: RowRules) -> _Form:
    """Return how the numbers of a column are written that have no plus sign."""
    # Rounded numbers are few.
    read = {cell: [digits_of(each) for each in recipients(cell) if is_number(each)] for cell in {*cells}}
    written = [digits for cell in cells for digits in read[cell]]
    # After 00, which dials abroad nearly everywhere, a country code follows; after a single 0 none does.
    abroad = ((each, each.removeprefix("00")) for each in written)
    pairs = [(each, number) for each, number in abroad if len(number) >= _FEWEST_DIGITS and number[0] != "0"]
    digits = [number for _, number in pairs]
    if not digits:
        return _Form(NATIONAL)
    regions = Column("i")
    prefix_table().lookup_all([f"+{each}" for each in digits], dial_plan(None), 0, regions)
    fictional = sum(each.startswith(tuple(FICTIONAL_PREFIXES)) for each in digits)
    valid = len(digits) - regions.count(-1) + fictional
    region = rules.default_region
    short = sum(map(bool, map(_NANP.fullmatch, digits)))
    is_nanp = all(map(_NANP_OR_1.fullmatch, digits))
    may_be_international = 10 * valid >= 9 * len(digits)
    if is_nanp and 0 < short < len(digits) and region is None:
        example = next(filter(_NANP.fullmatch, digits))
        said = f"Numbers without + in {name!r} are read as North American: {example} as +1{example}."
        return _Form(NATIONAL, ReadingNote("numbers", said, "--numbers international"), "US")
    chinese = next(filter(_CHINESE_MOBILE.fullmatch, digits), None)
    is_chinese = chinese and region is None and all(map(_CHINESE.fullmatch, digits))
    if is_chinese and (not may_be_international or _IDEOGRAPH.search(name)):
        said = f"Numbers without + in {name!r} are read as Chinese: {chinese} as +86{chinese}."
        return _Form(
            NATIONAL, ReadingNote("numbers", said, "--default-region, --numbers international"), "CN"
        )
    if may_be_international and short < len(digits):
        said = f"Numbers without + in {name!r} are read as international: {pairs[0][0]} as +{digits[0]}."
        note = ReadingNote("numbers", said, "--numbers national")
        return _Form(INTERNATIONAL, note, has_north_american=any(map(_NANP_WITH_1.fullmatch, digits)))
    if region is not None:
        said = f"Numbers without + in {name!r} are read as numbers of {region.upper()}."
        note = ReadingNote("numbers", said, "--numbers international")
        return _Form(NATIONAL, note if may_be_international else None)
    said = f"Numbers without + in {name!r} have no country, such as {digits[0]}; they are not international."
    return _Form(NATIONAL, ReadingNote("numbers", said, "--default-region, --numbers international"))


def _strings(frame: pl.DataFrame, columns: Columns, index: int) -> pl.Series:
    """Return a column as strings, if that is what it holds."""
    import polars as pl

    column: pl.Series = frame[f"c{index}"]
    if column.dtype in (pl.String, pl.Categorical, pl.Enum, pl.Null):
        strings: pl.Series = column.cast(pl.String)
        return strings
    if column.dtype == pl.Object:
        kinds = sorted({type(value).__name__ for value in column.to_list() if value is not None})
        raise ValueError(f"column {columns.names[index]!r} holds values of several types: {', '.join(kinds)}")
    hint = ", or read it as text (in pandas, with dtype=str)" if column.dtype.is_numeric() else ""
    raise ValueError(
        f"column {columns.names[index]!r} holds {column.dtype}, not text; name the right one{hint}"
    )


def _recipients(frame: pl.DataFrame, columns: Columns, index: int) -> pl.Series:
    """Return the column with the recipients as strings, several joined by commas."""
    import polars as pl

    column: pl.Series = frame[f"c{index}"]
    dtype = column.dtype
    if dtype.is_float():
        # pandas makes floats of whole numbers where one is missing.
        column = column.fill_nan(None)
        if (column == column.round(0)).all():
            column = column.cast(pl.Int64)
    if column.dtype.is_integer():
        strings: pl.Series = column.cast(pl.String)
        return strings
    if dtype.is_decimal():
        # Snowflake's and Oracle's whole numbers.
        digits: pl.Series = _plain_numbers(column.cast(pl.String))
        return digits
    if dtype == pl.List(pl.String):
        joined: pl.Series = column.list.join(",", ignore_nulls=True)
        return joined
    if dtype.is_nested() or dtype == pl.Object:
        return pl.Series([",".join(recipients(cell)) for cell in column.to_list()], dtype=pl.String)
    return _plain_numbers(_strings(frame, columns, index))


# Numbers with an exponent, and with the commas of thousands.
_EXPONENT = re.compile(r"\d[eE]\+?\d|^\d{1,3}(?:,\d{3}){2,4}$")

# Characters that spreadsheets and JSON put around a number.
_AROUND_NUMBERS = (
    r'^\s*=\s*"([^",;|<>&]*)"\s*$',
    r'^\s*\["([^",;|<>&]*)"\]\s*$',
    r"^(\+?\d{4,})\.0+$",
)


def _plain_numbers(cells: _Cells) -> _Cells:
    """Return cells without the quotes and brackets of spreadsheets and JSON, if the first cells have them.

    `recipients` does the same for one cell; for a whole column this is faster.
    """
    first = [cell.lstrip() for cell in cells[:_PEEK_ROWS] if cell]
    if "".join(first).replace("+", "").isdecimal():
        return cells
    for pattern in _AROUND_NUMBERS:
        if any(re.match(pattern, cell) for cell in first):
            if isinstance(cells, list):
                cells = [re.sub(pattern, r"\1", cell) for cell in cells]
            else:
                cells = cells.str.replace(pattern, "$1")
    # An exponent brings a plus sign, which is not that of an international number.
    if not any(map(_EXPONENT.search, first)):
        return cells
    if isinstance(cells, list):
        return [",".join(recipients(cell)) if _EXPONENT.search(cell) else cell for cell in cells]
    import polars as pl

    rows = cells.str.contains(_EXPONENT.pattern).fill_null(False).arg_true()
    if len(rows):
        exponents = cells.gather(rows)
        # Rounded numbers are few.
        distinct = exponents.unique()
        plain = [",".join(recipients(cell)) for cell in distinct]
        cells = cells.clone().scatter(rows, exponents.replace(distinct, pl.Series(plain, dtype=pl.String)))
    return cells


def _is_empty(cell: pl.Expr, dtype: PolarsDataType) -> pl.Expr:
    """Return the expression for whether a cell holds nothing."""
    import polars as pl

    if dtype == pl.String:
        return cell.is_null() | (cell.str.strip_chars() == "")
    return cell.is_null() | (cell.list.len() == 0) if isinstance(dtype, pl.List) else cell.is_null()


def media_flags(column: pl.Series) -> pl.Series | None:
    """Return which cells of a column hold media, by the rule of `segcore.sources.mms_rule.has_media`.

    Args:
        column: A column of any type.

    Returns:
        A column of truth values without nulls; ``None`` if all cells are null.
    """
    import polars as pl

    if column.null_count() == len(column):
        return None
    if column.dtype == pl.Object:
        return pl.Series(map(has_media, column.to_list()), dtype=pl.Boolean)
    found = column.to_frame("media").select(_has_media(pl.col("media"), column.dtype).fill_null(False))
    return found.to_series()


def _has_media(cell: pl.Expr, dtype: PolarsDataType) -> pl.Expr:
    """Return the expression for whether a cell of a type holds media; null means no."""
    import polars as pl

    found = cell if dtype == pl.Boolean else cell.is_not_null()
    if isinstance(dtype, pl.Array):
        found = _has_media(cell.arr.to_list(), pl.List(dtype.inner))
    elif isinstance(dtype, pl.List):
        found = cell.list.eval(_has_media(pl.element(), dtype.inner).fill_null(False)).list.any()
    elif isinstance(dtype, pl.Struct):
        fields = (_has_media(cell.struct.field(each.name), each.dtype) for each in dtype.fields)
        found = pl.any_horizontal(pl.lit(False), *(each.fill_null(False) for each in fields))
    elif dtype in (pl.String, pl.Categorical, pl.Enum):
        text = cell.cast(pl.String)
        found = ~text.str.strip_chars(MEDIA_EDGES).str.to_lowercase().is_in(sorted(NO_MEDIA))
        found &= ~text.str.contains(NO_MEDIA_LIST)
    elif dtype.is_float():
        found = cell.is_not_nan() & (cell != 0)
    elif dtype.is_numeric():
        found = cell != 0
    return found
