"""The cost of messages: counts that add up, priced at the end; here the results of an estimate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from segcore.rates import Cost
from segcore.rules.codings import Encoding


@dataclass(frozen=True)
class EstimateTotals:
    """Counts over all messages.

    Args:
        messages: How many messages; a null is none.
        gsm7: How many of them are SMS in GSM-7.
        ucs2: How many are SMS in UCS-2.
        mms: How many are MMS.
        octets: How many are messages of a route that counts octets, such as RCS.  The four kinds make up
            `messages`.
        gsm7_segments: Segments of the SMS in GSM-7.
        ucs2_segments: Segments of the SMS in UCS-2.
        octets_segments: Segments of the messages of a route that counts octets.
        nulls: Rows without a message.
        empty: SMS without text, which take one segment each.
        over_limit: SMS that are longer than the profile allows.
        unsendable: SMS with a character that a route for GSM-7 alone cannot send.
    """

    messages: int
    gsm7: int
    ucs2: int
    mms: int
    octets: int
    gsm7_segments: int
    ucs2_segments: int
    octets_segments: int
    nulls: int
    empty: int
    over_limit: int
    unsendable: int

    @property
    def sms_segments(self) -> int:
        """Segments of all messages but MMS."""
        return self.gsm7_segments + self.ucs2_segments + self.octets_segments

    @property
    def segments(self) -> int:
        """Segments that are billed, an MMS counting 1."""
        return self.sms_segments + self.mms


@dataclass(frozen=True)
class EstimateRow:
    """Messages that are alike in all that an estimate tells apart.

    Args:
        country: Where they go, or why that is not known.
        rate_key: The key of the rate that prices them, empty if there is none.
        group: The values of the columns that the estimate is grouped by.
        kind: ``"SMS"``, ``"MMS"``, or a class of messages of a route that counts octets.
        encoding: The encoding of SMS, ``None`` for MMS.
        segments: Segments of each.
        messages: How many there are.
        cost: What they cost, ``None`` if they have no price.  Volume prices are given to rows in order.
    """

    country: str
    rate_key: str
    group: tuple[str | None, ...]
    kind: str
    encoding: Encoding | None
    segments: int
    messages: int
    cost: Decimal | None

    @property
    def billed(self) -> int:
        """Segments of all of them."""
        return self.segments * self.messages


@dataclass(frozen=True)
class EstimatePart:
    """All messages that agree in what was asked for.

    Args:
        key: What they agree in, by name.
        messages: How many there are.
        sms_segments: Segments of SMS.
        mms: MMS among them.
        cost: What those that have a price cost, ``None`` if none has.
        unpriced_segments: SMS segments without a price.
        unpriced_mms: MMS without a price.
    """

    key: Mapping[str, object]
    messages: int
    sms_segments: int
    mms: int
    cost: Decimal | None
    unpriced_segments: int
    unpriced_mms: int

    @property
    def segments(self) -> int:
        """Segments that are billed, an MMS counting 1."""
        return self.sms_segments + self.mms


class _OfCodePoint:
    """Result about one code point."""

    codepoint: int
    messages: int
    segments: int
    cost: Decimal | None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON, with money as a string of digits."""
        return {
            "codepoint": f"U+{self.codepoint:04X}",
            "text": self.text,
            "name": self.name,
            "messages": self.messages,
            "segments": self.segments,
            "cost": money(self.cost),
        }

    @property
    def text(self) -> str:
        """The code point, as a string."""
        return chr(self.codepoint)

    @property
    def name(self) -> str:
        """Its Unicode name, or its label if it has none."""
        # Imported here: counting needs no names.
        from segcore.rules.scripts import codepoint_name

        return codepoint_name(self.codepoint)


@dataclass(frozen=True)
class Offender(_OfCodePoint):
    """A code point outside the alphabet, and what it does to the messages it occurs in.

    Args:
        codepoint: Its number.
        messages: SMS in which it occurs.
        alone: SMS in which no other code point forces UCS-2.
        segments: Segments that it costs where it is alone: those the message takes, less those it would
            take if each occurrence were one septet of GSM-7.
        cost: Cost of those segments that have a price, ``None`` if none has.
    """

    codepoint: int
    messages: int
    alone: int
    segments: int
    cost: Decimal | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON, with money as a string of digits."""
        return {**super().to_dict(), "alone": self.alone}


@dataclass(frozen=True)
class Replacement(_OfCodePoint):
    """The savings of one replacement.

    Args:
        codepoint: The number of the code point.
        replacement: What would be sent in its place; empty if it would be left out.
        messages: SMS in which it is all that forces UCS-2.
        segments: Segments that these would take less; fewer than 0 if they would take more.
        cost: Cost of those segments that have a price, ``None`` if none has.
    """

    codepoint: int
    replacement: str
    messages: int
    segments: int
    cost: Decimal | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON, with money as a string of digits."""
        return {**super().to_dict(), "replacement": self.replacement}


@dataclass(frozen=True)
class Savings:
    """Segments and cost if every recommended replacement were made.

    Args:
        table: The name of the table of replacements.
        gsm7: SMS that would be in GSM-7.
        ucs2: SMS that would be in UCS-2.
        sms_segments: Segments that all SMS would take.
        saved_segments: Segments fewer than as sent.
        cost: The cost of everything that has a price, ``None`` if nothing has.
        saved_cost: The money saved on messages that have a price, ``None`` if none has.
        replacements: What each replacement would save by itself, most first.
    """

    table: str
    gsm7: int
    ucs2: int
    sms_segments: int
    saved_segments: int
    cost: Decimal | None
    saved_cost: Decimal | None
    replacements: tuple[Replacement, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the savings for JSON, with money as strings of digits."""
        return {
            "table": self.table,
            "gsm7": self.gsm7,
            "ucs2": self.ucs2,
            "sms_segments": self.sms_segments,
            "saved_segments": self.saved_segments,
            "cost": money(self.cost),
            "saved_cost": money(self.saved_cost),
            "replacements": [each.to_dict() for each in self.replacements],
        }


def parts_data(parts: Iterable[EstimatePart]) -> list[dict[str, Any]]:
    """Return parts of an estimate for JSON, with money as strings of digits."""
    return [
        {
            **{name: getattr(value, "value", value) for name, value in part.key.items()},
            "messages": part.messages,
            "sms_segments": part.sms_segments,
            "mms": part.mms,
            "cost": money(part.cost),
            "unpriced": {"sms_segments": part.unpriced_segments, "mms": part.unpriced_mms},
        }
        for part in parts
    ]


def cost_data(cost: Cost) -> dict[str, Any]:
    """Return sums of money for JSON, as strings of digits."""
    return {
        "sms": money(cost.sms),
        "mms": money(cost.mms),
        "total": money(cost.total),
        "priced": money(cost.priced),
        "unpriced": {"sms_segments": cost.unpriced_segments, "mms": cost.unpriced_mms},
    }


def money(cost: Decimal | None) -> str | None:
    """Return an amount as digits, without an exponent.

    Example:
        >>> money(Decimal("1E-7"))
        '0.0000001'
    """
    return None if cost is None else f"{cost:f}"
