"""Bandwidth's messaging API: predict ``segmentCount`` for requests, and check it against what it reports."""

from __future__ import annotations

from segcore.bandwidth.api.callbacks import Event, Message, read_events
from segcore.bandwidth.api.error_codes import ERROR_CODES, ErrorCode
from segcore.bandwidth.api.limits import Problem
from segcore.bandwidth.api.message_lists import ListedMessage, MessageList, PageInfo, read_message_list
from segcore.bandwidth.api.request_counts import count_segments_bulk
from segcore.bandwidth.api.requests import Request, RequestAnalysis, analyze, count_segments, read_request
from segcore.bandwidth.api.responses import read_response
from segcore.bandwidth.reconcile.comparison import Disagreement, Fit
from segcore.bandwidth.reconcile.reconciliation import Reconciliation, reconcile
from segcore.sources.json_fields import EventError

__all__ = [
    "ERROR_CODES",
    "Disagreement",
    "ErrorCode",
    "Event",
    "EventError",
    "Fit",
    "ListedMessage",
    "Message",
    "MessageList",
    "PageInfo",
    "Problem",
    "Reconciliation",
    "Request",
    "RequestAnalysis",
    "analyze",
    "count_segments",
    "count_segments_bulk",
    "read_events",
    "read_message_list",
    "read_request",
    "read_response",
    "reconcile",
]
