"""Sorts what Bandwidth reports: about what you sent, what you received, and what has no segments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from segcore.bandwidth.api.callbacks import RECEIVED
from segcore.bandwidth.reconcile.comparison import Comparison
from segcore.bandwidth.reconcile.message_log import Ledger
from segcore.bandwidth.reconcile.status_updates import Record, records_of
from segcore.sources.json_fields import EventError
from segcore.sources.streams import Report, problem_of

_WITH_SEGMENTS = ("SMS", "MMS")


class Desk:
    """Gives reports to those who can do something with them, and counts them.

    Args:
        ledger: Gets what is said of messages that you sent.
        comparison: Gets the messages that you received.
        report: Gets an `InputProblem` for each report that cannot be used.
    """

    def __init__(self, ledger: Ledger, comparison: Comparison, report: Report) -> None:
        self._ledger = ledger
        self._comparison = comparison
        self._report = report
        self._received: set[tuple[str, str]] = set()
        self.events = 0
        self.duplicates = 0
        self.types: Counter[str] = Counter()
        self.not_sms: Counter[str] = Counter()

    def take(self, place: str, thing: object) -> None:
        """Take an event, a response or a list of messages, or what is none of these.

        Args:
            place: Where it was read.
            thing: What was read.
        """
        for record in records_of(thing, place):
            self.events += 1
            if isinstance(record, EventError):
                self._report(problem_of(record))
            else:
                self._sort(record)

    def _sort(self, record: Record) -> None:
        self.types[record.type] += 1
        if record.channel not in _WITH_SEGMENTS:
            self.not_sms[record.channel] += 1
        elif record.type == RECEIVED and record.event is not None:
            self._receive(record.event)
        elif record.notice is not None:
            self._ledger.add(record.notice)

    def _receive(self, event: Mapping[str, Any]) -> None:
        message = event["message"]
        key = (message["id"], event["to"])
        if key in self._received:
            self.duplicates += 1
            return
        self._received.add(key)
        is_group = len(message.get("to") or ()) > 1
        mms = message.get("channel") == "MMS" or bool(message.get("media")) or is_group
        self._comparison.add(message["id"], "in", message.get("text") or "", mms, message["segmentCount"])
