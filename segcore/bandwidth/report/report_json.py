"""A reconciliation for programs: JSON, every amount of money as exact digits."""

from __future__ import annotations

from typing import Any

from segcore.bandwidth.reconcile.comparison import Disagreement, Fit
from segcore.bandwidth.reconcile.outcomes import BILLED, OUTCOMES, Failure
from segcore.bandwidth.reconcile.reconciliation import Reconciliation
from segcore.reports.exports import cost_data, money, parts_data


def reconciliation_data(found: Reconciliation) -> dict[str, Any]:
    """Return a reconciliation for JSON.

    Args:
        found: The reconciliation.
    """
    return {
        "profile": found.profile,
        "smart_encoding": found.smart_encoding,
        "agrees": found.agrees,
        "sent": found.sent,
        "events": found.events,
        "duplicates": found.duplicates,
        "types": dict(found.types),
        "compared": dict(found.compared),
        "predicted_segments": dict(found.predicted),
        "reported_segments": dict(found.reported),
        "agreeing": found.agreeing,
        "disagreements": [_disagreement(each) for each in found.disagreements],
        "unexplained": found.unexplained,
        "fits": [_fit(each) for each in found.fits],
        "best_fit": found.best_fit.name if found.best_fit else None,
        "never_reported": [
            {"key": each.key, "predicted": each.predicted, "mms": each.mms} for each in found.never_reported
        ],
        "never_sent": [
            {"id": each.id, "tag": each.tag, "segments": each.segments, "reason": each.reason}
            for each in found.never_sent
        ],
        "conflicts": [
            {"id": each.id, "reported": list(each.reported), "ends": list(each.ends)}
            for each in found.conflicts
        ],
        "outcomes": {name: _outcome(found, name) for name in OUTCOMES},
        "failures": [_failure(each) for each in found.failures],
        "currency": found.rates.currency if found.rates else None,
        "billed": cost_data(found.cost()),
        "destinations": parts_data(
            part for part in found.by("outcome", "country", "rate_key") if part.key["outcome"] in BILLED
        ),
        "unpriced": parts_data(found.unpriced),
        "not_sms": dict(found.not_sms),
        "problems": [{"place": each.place, "problem": each.problem} for each in found.problems],
    }


def _disagreement(each: Disagreement) -> dict[str, Any]:
    return {
        "key": each.key,
        "direction": each.direction,
        "predicted": each.predicted,
        "reported": each.reported,
        "explanations": list(each.explanations),
        "encoding": each.encoding.value,
        "units": each.units,
        "mms": each.mms,
        "text": each.text,
        "carrier": each.carrier,
    }


def _fit(fit: Fit) -> dict[str, Any]:
    return {
        "name": fit.name,
        "profiles": list(fit.profiles),
        "title": fit.title,
        "explained": fit.explained,
        "contradicted": fit.contradicted,
    }


def _outcome(found: Reconciliation, name: str) -> dict[str, Any]:
    outcome = found.outcomes[name]
    return {
        "messages": outcome.messages,
        "sms_segments": outcome.segments,
        "mms": outcome.mms,
        "cost": money(found.cost(name).total),
    }


def _failure(each: Failure) -> dict[str, Any]:
    return {
        "code": each.code,
        "name": each.name,
        "billed": each.billed,
        "recipients": each.recipients,
        "segments": each.segments,
    }
