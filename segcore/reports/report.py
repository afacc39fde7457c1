"""The content of a report about files of messages, and its forms for programs: JSON and CSV."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from segcore.cost import EstimatePart, Offender, Replacement, Savings, money
from segcore.cost.destinations import FICTIONAL, SEVERAL, UNKNOWN, UNSAID
from segcore.cost.estimate import Estimate
from segcore.numbers.countries import NAMES
from segcore.reports import counted, head
from segcore.rules.billing import Octets
from segcore.rules.codings import Encoding
from segcore.sources import ReadingNote
from segcore.sources.headings import Columns

# Characters that a note names.
_MOST_NAMED = 5


@dataclass(frozen=True)
class Report:
    """An estimate, the files and columns that it is of, as far as they are known, and whether one price for
    all destinations was given.
    """

    files: tuple[str, ...]
    columns: Columns | None
    estimate: Estimate
    flat: bool = True

    @classmethod
    def of(cls, estimate: Estimate) -> Report:
        """Return the report of an estimate that is not known to be of files."""
        return cls((), None, estimate, estimate.rates is None or estimate.rates.is_flat)

    @property
    def title(self) -> str:
        """The names of the files, or how many messages and segments there are."""
        totals = self.estimate.totals
        return ", ".join(self.files) or (
            f"{counted(totals.messages, 'message')}, {counted(totals.segments, 'segment')}"
        )

    @property
    def used_columns(self) -> dict[str, str]:
        """The columns that were used, by their roles."""
        used = {} if self.columns is None else self.columns.used()
        return {role: name for role, name in used.items() if name is not None}

    @property
    def reading(self) -> tuple[ReadingNote, ...]:
        """Decisions about how the files were read."""
        return self.estimate.reading

    @property
    def is_priced(self) -> bool:
        """Whether any price is known."""
        return self.estimate.rates is not None

    @cached_property
    def savings(self) -> Savings | None:
        """The savings by recommended replacements, computed once."""
        return self.estimate.savings

    @cached_property
    def characters(self) -> Characters:
        """The characters that force UCS-2, computed once."""
        replaceable = {each.codepoint for each in self.savings.replacements} if self.savings else set()
        listed = [
            each
            for each in self.estimate.offenders
            if each.codepoint in replaceable or not _is_of_script(each.text)
        ]
        listed.sort(key=lambda each: (-(each.cost or 0), -each.segments, -each.messages, each.codepoint))
        return Characters(listed, self.estimate.scripts)


class Characters(NamedTuple):
    """The characters that force UCS-2 and that a writer may want to replace, the most expensive first; and
    how many messages have letters of each script that GSM-7 lacks.
    """

    listed: list[Offender]
    scripts: dict[str, int]


# The first words of the Unicode names of what belongs to a script, whatever its category.
_OF_SCRIPTS = frozenset(
    (
        *("CJK", "IDEOGRAPHIC", "FULLWIDTH", "BOPOMOFO", "HIRAGANA", "KATAKANA", "HALFWIDTH"),
        *("KATAKANA-HIRAGANA", "HANGUL"),
    )
)

# Those of letters and marks that are listed one by one: GSM-7 has most of the Latin alphabet.
_OF_NO_SCRIPT = frozenset(
    (
        *("LATIN", "MODIFIER", "MATHEMATICAL", "DOUBLE-STRUCK", "SCRIPT", "FEMININE", "MASCULINE"),
        *("VARIATION", "COMBINING", ""),
    )
)


def _is_of_script(character: str) -> bool:
    """Return whether a character is a letter, digit or mark of a script that GSM-7 lacks.

    Example:
        >>> [_is_of_script(character) for character in "б的ß’"]
        [True, True, False, False]
    """
    first = unicodedata.name(character, "").partition(" ")[0]
    is_letter = unicodedata.category(character) in ("Lo", "Lu", "Ll", "Lm", "Mn", "Mc", "Nd")
    return first in _OF_SCRIPTS or (is_letter and first not in _OF_NO_SCRIPT)


def aligned(costs: Iterable[Decimal | None]) -> list[str | None]:
    """Return amounts of money with the same number of decimal places, so that they can be compared.

    Example:
        >>> aligned([Decimal("0.0079"), Decimal(3000), None])
        ['0.0079', '3,000.0000', None]
    """
    found = list(costs)
    exponents = [int(cost.as_tuple().exponent) for cost in found if cost is not None]
    places = max((-exponent for exponent in exponents), default=0)
    return [None if cost is None else f"{cost:,.{max(0, places)}f}" for cost in found]


# Currencies whose symbol comes before the amount; of the others in the second table it comes after it.
_BEFORE = {
    "USD": "$", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "AUD": "A$", "CAD": "CA$", "NZD": "NZ$",
    "BRL": "R$", "MXN": "MX$", "SGD": "S$", "HKD": "HK$", "KRW": "₩", "ILS": "₪", "TRY": "₺", "NGN": "₦",
}  # fmt: skip
_AFTER = {"EUR": "€", "SEK": "kr", "NOK": "kr", "DKK": "kr", "PLN": "zł", "CZK": "Kč", "HUF": "Ft"}


def with_currency(amount: str, currency: str | None) -> str:
    """Return an amount of money with its currency, where that currency puts it.

    Example:
        >>> with_currency("1.50", "USD"), with_currency("1.50", "EUR"), with_currency("1.50", "CHF")
        ('$1.50', '1.50 €', 'CHF 1.50')
    """
    if currency is None:
        return amount
    if currency in _AFTER:
        return f"{amount} {_AFTER[currency]}"
    return f"{_BEFORE.get(currency, f'{currency} ')}{amount}"


class MessageKind(NamedTuple):
    """The messages of one encoding, or of one class where octets are counted, or the MMS."""

    name: str
    messages: int
    segments: int
    part: EstimatePart | None


def kinds_of(estimate: Estimate) -> list[MessageKind]:
    """Return the kinds of messages: by encoding, or by class where octets are counted; and MMS."""
    totals, octets = estimate.totals, estimate.segmenter.profile.octets
    if octets is not None:
        by_kind = {part.key["kind"]: part for part in estimate.by("kind")}
        found = [(name, by_kind.get(name)) for name, _ in octets.classes]
        found.append(("MMS", by_kind.get("MMS")))
        return [
            MessageKind(name, part.messages if part else 0, part.segments if part else 0, part)
            for name, part in found
        ]
    parts = {(part.key["kind"], part.key["encoding"]): part for part in estimate.by("kind", "encoding")}
    return [
        MessageKind("GSM-7", totals.gsm7, totals.gsm7_segments, parts.get(("SMS", Encoding.GSM7))),
        MessageKind("UCS-2", totals.ucs2, totals.ucs2_segments, parts.get(("SMS", Encoding.UCS2))),
        MessageKind("MMS", totals.mms, totals.mms, parts.get(("MMS", None))),
    ]


def glossary(report: Report) -> dict[str, str]:
    """Return one sentence about each technical term that a report uses."""
    profile, totals = report.estimate.segmenter.profile, report.estimate.totals
    seen = [each for each in report.characters.listed if each.text.isprintable()]
    example = max(seen, key=lambda each: each.messages).text if seen else "’"
    found = {"Segment": "the unit that providers bill; a longer message takes several."}
    if totals.gsm7:
        found["GSM-7"] = f"the basic SMS alphabet; {profile.gsm7.single} characters fit in one segment."
    if totals.ucs2:
        found["UCS-2"] = (
            f"the encoding for everything else; {profile.ucs2.single} characters fit in one segment. One "
            f"character that GSM-7 lacks, such as {example}, makes a whole message UCS-2."
        )
    if profile.octets is not None:
        found.update(_classes(profile.octets))
    if totals.mms:
        found["MMS"] = "a message with media, or to a group; it counts as 1, whatever its text."
    return found


def _classes(octets: Octets) -> Iterator[tuple[str, str]]:
    """Yield one sentence about each class of messages of a route that counts octets."""
    name, *others = (name for name, _ in octets.classes)
    if not others:
        yield name, f"a text in {octets.encoding}; {octets.first} octets fit in one segment."
        return
    yield name, f"a text of up to {octets.first} octets of {octets.encoding}; it counts 1."
    most = f", of up to {octets.most:,}" if octets.most else ""
    yield others[0], f"a longer text{most}; it counts 1, at a price of its own."


def notes_of(report: Report) -> list[str]:
    """Return what the counts alone do not say."""
    totals, octets = report.estimate.totals, report.estimate.segmenter.profile.octets
    notes = []
    if octets is not None and len(octets.classes) > 1 and report.is_priced:
        (first, _), (second, _) = octets.classes
        long = sum(
            part.unpriced_segments for part in report.estimate.by("kind") if part.key["kind"] == second
        )
        if long:
            are = counted(long, f"{second} message has", f"{second} messages have")
            notes.append(
                f"{are} no price: segcore takes the price of an SMS for {first} messages alone. Give that of "
                f"{second} messages with --lms-price, or in a rate card in the column lms."
            )
    profile = report.estimate.segmenter.profile
    added = profile.prefix + profile.suffix
    unencodable = "".join(
        dict.fromkeys(point for point in added if point not in profile.gsm7.basic + profile.gsm7.extended)
    )
    is_plain = profile.encoding == "auto" and not (
        profile.octets or profile.languages or profile.smart_encoding
    )
    if unencodable and is_plain:
        notes.append(f"The route adds {unencodable!r}, which makes every message with it UCS-2.")
    if totals.unsendable:
        are = counted(totals.unsendable, "SMS cannot", "SMS cannot")
        points = [
            f"{point!r} ({counted(number, 'message')})"
            for point, number in report.estimate.unsendable.items()
        ]
        more = f" and {len(points) - _MOST_NAMED:,} more" if len(points) > _MOST_NAMED else ""
        notes.append(
            f"{are} be sent: the profile sends everything as GSM-7, which lacks "
            f"{', '.join(points[:_MOST_NAMED])}{more}. Each is counted as one septet; segcore inspect shows "
            "where."
        )
    if totals.nulls:
        notes.append(f"{counted(totals.nulls, 'row has', 'rows have')} no message (null): not counted.")
    if totals.empty:
        still = (
            "it is still billed as 1 segment" if totals.empty == 1 else "each is still billed as 1 segment"
        )
        notes.append(f"{counted(totals.empty, 'SMS has', 'SMS have')} no text; {still}.")
    if totals.over_limit:
        are = counted(totals.over_limit, "SMS is", "SMS are")
        notes.append(f"{are} longer than the profile allows and cannot be sent.")
    return notes


def unpriced_messages(report: Report) -> int:
    """Return how many messages have no price."""
    return sum(part.messages for part in report.estimate.unpriced)


def savings_sentence(report: Report) -> str:
    """Return how much all recommended replacements save; empty if they save nothing."""
    savings, totals, cost = report.savings, report.estimate.totals, report.estimate.cost
    if savings is None or savings.saved_segments <= 0:
        return ""
    said = f"With every recommended replacement: {savings.sms_segments:,} SMS segments instead of "
    said += f"{totals.sms_segments:,}"
    if savings.cost is not None:
        now, then, saved = (
            with_currency(str(each), cost.currency)
            for each in aligned([cost.priced, savings.cost, savings.saved_cost])
        )
        number = unpriced_messages(report)
        without = f"; {counted(number, 'message is', 'messages are')} unpriced" if number else ""
        return f"{said}, and a cost of {then} instead of {now}. That saves {saved}{without}."
    return f"{said}. That saves {counted(savings.saved_segments, 'segment')}."


def scripts_sentences(report: Report) -> list[str]:
    """Return one sentence for each script that GSM-7 cannot hold."""
    return [
        f"{counted(messages, 'message is', 'messages are')} in {script}: UCS-2 is right for "
        f"{'it' if messages == 1 else 'them'}."
        for script, messages in report.characters.scripts.items()
    ]


def most_expensive_first(parts: Iterable[EstimatePart]) -> list[EstimatePart]:
    """Return parts by their cost, then by their segments, highest first."""
    return sorted(parts, key=lambda part: (-(part.cost or 0), -part.segments, str(part.key)))


def costs_of(parts: Iterable[EstimatePart | None]) -> list[str]:
    """Return the cost of parts, in words where not all of it is known."""
    found, listed = [], list(parts)
    for part, amount in zip(
        listed, aligned(None if part is None else part.cost for part in listed), strict=True
    ):
        is_unpriced = part is not None and (part.unpriced_segments or part.unpriced_mms)
        found.append(" + ".join(filter(None, (amount, "unpriced" if is_unpriced else None))))
    return found


def helpful(savings: Savings | None) -> list[Replacement]:
    """Return the replacements that save segments."""
    return [] if savings is None else [each for each in savings.replacements if each.segments > 0]


def country_name(country: str) -> str:
    """Return the name of a country, or why there is none.

    Example:
        >>> country_name("DE"), country_name("unknown")
        ('Germany', 'no country known')
    """
    reasons = {
        UNSAID: "recipients not given",
        UNKNOWN: "no country known",
        SEVERAL: "several destinations",
        FICTIONAL: "numbers reserved for fiction",
    }
    return reasons.get(country) or NAMES.get(country, country)


def unpriced_countries(parts: Iterable[EstimatePart], is_mms: bool, top: int | None) -> tuple[str, int]:
    """Return countries with unpriced MMS or SMS segments, the most first, and how many more there are."""
    numbers = {
        str(part.key["country"]): part.unpriced_mms if is_mms else part.unpriced_segments for part in parts
    }
    listed = sorted(((number, name) for name, number in numbers.items() if number), reverse=True)
    named = ", ".join(f"{country_name(name)} {number:,}" for number, name in listed[:top])
    return named, len(listed) - len(listed[:top])


def report_data(report: Report) -> dict[str, Any]:
    """Return a report for JSON, every price and cost as a string."""
    return {
        **head("estimate"),
        "file": ", ".join(report.files),
        "files": list(report.files),
        "columns": {} if report.columns is None else report.columns.used(),
        **report.estimate.to_dict(),
    }


def rows_as_csv(report: Report) -> str:
    """Return the rows of an estimate as CSV: messages that are alike in all that it tells apart."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = (
        *("country", "rate", "kind", "encoding", "segments", "messages"),
        *("billed_segments", "cost", "currency"),
    )
    writer.writerow((*report.estimate.group_by, *names))
    currency = report.estimate.cost.currency
    for row in report.estimate.rows:
        cells = (row.country, row.rate_key, row.kind, row.encoding, row.segments, row.messages, row.billed)
        writer.writerow((*row.group, *cells, money(row.cost), currency))
    return out.getvalue()
