"""An estimate for programs: JSON and CSV, every amount of money as exact digits."""

from __future__ import annotations

import csv
import io
from typing import Any

from segcore.cost.results import money
from segcore.reports.display import head
from segcore.reports.report import Report


def report_data(report: Report) -> dict[str, Any]:
    """Return a report for JSON, every price and cost as a string.

    Args:
        report: The report.
    """
    return {
        **head("estimate"),
        "file": ", ".join(report.files),
        "files": list(report.files),
        "columns": report.columns.used(),
        **report.estimate.to_dict(),
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
