"""An estimate for programs: JSON and CSV, every amount of money as exact digits."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from segcore.cost.results import EstimatePart, Offender, Savings
from segcore.engine.chooser import RUNNING
from segcore.rates.money import Cost
from segcore.reports.display import head, label
from segcore.reports.report import Report


def report_data(report: Report) -> dict[str, Any]:
    """Return a report for JSON, every price and cost as a string.

    Args:
        report: The report.
    """
    estimate = report.estimate
    totals, cost, profile = estimate.totals, estimate.cost, estimate.segmenter.profile
    flat = estimate.rates["*"] if estimate.rates is not None and report.flat else None
    return {
        **head("estimate"),
        "file": ", ".join(report.files),
        "files": list(report.files),
        "columns": report.columns.used(),
        "reading": [
            {"code": note.code, "sentence": note.sentence, "option": note.option} for note in report.reading
        ],
        "group_by": list(estimate.group_by),
        "profile": profile.name,
        "smart_encoding": profile.smart_encoding_name,
        "implementation": RUNNING,
        "messages": totals.messages,
        "gsm7": totals.gsm7,
        "ucs2": totals.ucs2,
        "mms": totals.mms,
        "segments": totals.segments,
        "sms_segments": totals.sms_segments,
        "gsm7_segments": totals.gsm7_segments,
        "ucs2_segments": totals.ucs2_segments,
        "nulls": totals.nulls,
        "empty": totals.empty,
        "over_limit": totals.over_limit,
        "segment_limit": profile.max_segments,
        "price": money(flat.sms) if flat else None,
        "mms_price": money(flat.mms) if flat else None,
        "currency": cost.currency,
        "cost": cost_data(cost),
        "countries": parts_data(estimate.by("country")),
        "rates": parts_data(estimate.by("rate_key")),
        "groups": [
            # The columns may be called like other keys.
            {**data, "values": [*part.key.values()]}
            for part, data in zip(estimate.groups, parts_data(estimate.groups), strict=True)
            if estimate.group_by
        ],
        "segment_counts": parts_data(estimate.by("kind", "encoding", "segments")),
        "unpriced": parts_data(estimate.unpriced),
        "offenders": [_offender(each) for each in estimate.offenders],
        "savings": _savings(estimate.savings),
    }


def cost_data(cost: Cost) -> dict[str, Any]:
    """Return sums of money as JSON has them."""
    return {
        "sms": money(cost.sms),
        "mms": money(cost.mms),
        "total": money(cost.total),
        "priced": money(cost.priced),
        "unpriced": {"sms_segments": cost.unpriced_segments, "mms": cost.unpriced_mms},
    }


def parts_data(parts: Iterable[EstimatePart]) -> list[dict[str, Any]]:
    """Return parts of an estimate as JSON has them."""
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


def _offender(each: Offender) -> dict[str, Any]:
    return {
        "codepoint": label(each.codepoint),
        "text": each.text,
        "name": each.name,
        "messages": each.messages,
        "alone": each.alone,
        "segments": each.segments,
        "cost": money(each.cost),
    }


def _savings(savings: Savings | None) -> dict[str, Any] | None:
    if savings is None:
        return None
    return {
        "table": savings.table,
        "gsm7": savings.gsm7,
        "ucs2": savings.ucs2,
        "sms_segments": savings.sms_segments,
        "saved_segments": savings.saved_segments,
        "cost": money(savings.cost),
        "saved_cost": money(savings.saved_cost),
        "replacements": [
            {
                "codepoint": label(each.codepoint),
                "text": each.text,
                "name": each.name,
                "replacement": each.replacement,
                "messages": each.messages,
                "segments": each.segments,
                "cost": money(each.cost),
            }
            for each in savings.replacements
        ],
    }


def rows_as_csv(report: Report) -> str:
    """Return the rows of an estimate as CSV: messages that are alike in all that it tells apart.

    Args:
        report: The report.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = (
        "country",
        "rate",
        "kind",
        "encoding",
        "segments",
        "messages",
        "billed_segments",
        "cost",
        "currency",
    )
    writer.writerow((*report.estimate.group_by, *names))
    currency = report.estimate.cost.currency
    for row in report.estimate.rows:
        cells = (row.country, row.rate_key, row.kind, row.encoding, row.segments, row.messages, row.billed)
        writer.writerow((*row.group, *cells, money(row.cost), currency))
    return out.getvalue()


def money(cost: Decimal | None) -> str | None:
    """Return an amount as digits, without an exponent.

    Args:
        cost: The amount, ``None`` if it is not known.

    Example:
        >>> money(Decimal("1E-7"))
        '0.0000001'
    """
    return None if cost is None else f"{cost:f}"
