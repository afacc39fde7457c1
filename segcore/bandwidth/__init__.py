"""Bandwidth's messaging API: predict ``segmentCount`` for requests, and check it against callbacks."""

from __future__ import annotations

from segcore.bandwidth.callbacks import Event, EventError, Message, read_events
from segcore.bandwidth.error_codes import ERROR_CODES, ErrorCode
from segcore.bandwidth.limits import Problem
from segcore.bandwidth.requests import Request, RequestAnalysis, analyze, count_segments, read_request

__all__ = [
    "ERROR_CODES",
    "ErrorCode",
    "Event",
    "EventError",
    "Message",
    "Problem",
    "Request",
    "RequestAnalysis",
    "analyze",
    "count_segments",
    "read_events",
    "read_request",
]
