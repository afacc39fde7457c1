"""Bandwidth's messaging API: predict ``segmentCount``, and reconcile it with what Bandwidth reports."""

from __future__ import annotations

from segcore.bandwidth.api import ERROR_CODES, ErrorCode
from segcore.bandwidth.api.json_objects import (
    Event,
    ListedMessage,
    Message,
    MessageList,
    PageInfo,
    read_events,
    read_message_list,
    read_response,
)
from segcore.bandwidth.api.requests import (
    Request,
    RequestAnalysis,
    Violation,
    analyze,
    count_segments,
    count_segments_bulk,
    read_request,
)
from segcore.bandwidth.reconcile import Reconciliation
from segcore.bandwidth.reconcile.comparison import Disagreement, MethodFit
from segcore.bandwidth.report_router import reconcile
from segcore.sources.json_fields import EventError, InputError

__all__ = [
    "ERROR_CODES",
    "Disagreement",
    "ErrorCode",
    "Event",
    "EventError",
    "InputError",
    "ListedMessage",
    "Message",
    "MessageList",
    "MethodFit",
    "PageInfo",
    "Reconciliation",
    "Request",
    "RequestAnalysis",
    "Violation",
    "analyze",
    "count_segments",
    "count_segments_bulk",
    "read_events",
    "read_message_list",
    "read_request",
    "read_response",
    "reconcile",
]


def __dir__() -> list[str]:
    return [*__all__]
