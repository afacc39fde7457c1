"""What Bandwidth reported, from wherever it was kept: files, folders, streams, objects."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from segcore.bandwidth.api.callbacks import Event, Message
from segcore.bandwidth.api.message_lists import ListedMessage, MessageList
from segcore.sources.json_stream import Documents
from segcore.sources.streams import Progress, Report, files_at, is_source, octets_of

Reported = Mapping[str, Any] | Event | Message | MessageList | ListedMessage
EventSource = str | os.PathLike[str] | BinaryIO | Reported
Events = EventSource | Iterable[EventSource]

# What an event, a message in a list, a response and a list have.
_WANTED = (("type", "message"), ("messageId",), ("id", "segmentCount"), ("messages",))


def things_of(events: Any, report: Report, progress: Progress | None) -> Iterator[tuple[str, object]]:
    """Yield each thing that was reported, with its place.

    Args:
        events: A path, a file open for reading octets, something that was reported, or several of these.
        report: Gets an `InputProblem` for each part that cannot be read.
        progress: Is told how many octets were read.

    Raises:
        TypeError: It is none of these.
        OSError: A file cannot be read.
    """
    if is_source(events):
        for file, name in files_at(events, "events", report):
            yield from _documents(file, name, report, progress)
    elif isinstance(events, (Mapping, Event, Message, MessageList, ListedMessage)):
        yield "events", events
    elif isinstance(events, (bytes, bytearray)) or not isinstance(events, Iterable):
        raise TypeError(
            f"events: expected paths, files or events, got {type(events).__name__}; read_events takes a body"
        )
    else:
        for index, each in enumerate(events):
            # Not by itself: what is no source may still be reported as an event that is none.
            if is_source(each):
                yield from things_of(each, report, progress)
            else:
                yield f"events[{index}]", each


def _documents(
    file: Any, name: str, report: Report, progress: Progress | None
) -> Iterator[tuple[str, object]]:
    documents = Documents(octets_of(file, name, report, progress), name, report, _WANTED)
    for thing in documents:
        yield documents.place, thing
