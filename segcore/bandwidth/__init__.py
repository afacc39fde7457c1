"""Bandwidth's messaging API: predict ``segmentCount`` for requests, and check it against what it reports."""

from __future__ import annotations

from segcore.bandwidth.bulk import count_segments_bulk
from segcore.bandwidth.callbacks import Event, Message, read_events
from segcore.bandwidth.comparison import Disagreement, Fit
from segcore.bandwidth.error_codes import ERROR_CODES, ErrorCode
from segcore.bandwidth.fields import EventError
from segcore.bandwidth.limits import Problem
from segcore.bandwidth.message_lists import ListedMessage, MessageList, PageInfo, read_message_list
from segcore.bandwidth.reconciliation import Reconciliation, reconcile
from segcore.bandwidth.requests import Request, RequestAnalysis, analyze, count_segments, read_request
from segcore.bandwidth.responses import read_response

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
