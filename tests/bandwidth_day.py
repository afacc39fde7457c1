"""An invented day of Bandwidth messages with known wrong numbers, and known reasons for them.

The right number and those of other counting methods are computed by `tests/reference.py` or by a few lines
here, never by the package.  As a script it reconciles a day of any size and prints how long that takes:

    python tests/bandwidth_day.py 200000
"""

from __future__ import annotations

import gzip
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import reference
import regex

WIDE = reference.rules(reference="16bit")
_EXTENSION_AS_ONE = reference.Rules(
    {**reference.STANDARD.alphabet, **reference.STANDARD.extension}, {}, (160, 153), (70, 67)
)
_NO_EXTENSION = reference.Rules(reference.STANDARD.alphabet, {}, (160, 153), (70, 67))
_ASCII = reference.Rules({point: point for point in range(128) if point != 0x1B}, {}, (160, 153), (70, 67))
_UCS2 = reference.Rules({}, {}, (160, 153), (70, 67))
# The entries of smart encoding that occur in the texts below, the same in every published table.
_PLAIN = {0x2019: "'", 0x2013: "-"}


def _room(text: str) -> tuple[int, int]:
    return (160, 153) if reference.encoding(text) == "GSM-7" else (70, 67)


def _ceil(text: str) -> int:
    alone, together = _room(text)
    units = reference.units(text)
    return 1 if units <= alone else -(-units // together)


def _no_header(text: str) -> int:
    return max(1, -(-reference.units(text) // _room(text)[0]))


def _code_points(text: str) -> int:
    return reference.segments("".join("\u4e00" if point > "\uffff" else point for point in text))


def _graphemes(text: str) -> int:
    """Fill segments cluster by cluster; CR LF is not among the texts."""
    alone, together = _room(text)
    sizes = [reference.units(cluster) for cluster in regex.findall(r"\X", text)]
    if reference.encoding(text) == "UCS-2":
        sizes = [len(cluster.encode("utf-16-le")) // 2 for cluster in regex.findall(r"\X", text)]
    if sum(sizes) <= alone:
        return 1
    count = used = 0
    for size in sizes:
        assert size <= together
        if used + size > together:
            count, used = count + 1, 0
        used += size
    return count + 1


COUNTS: dict[str, Callable[[str], int]] = {
    "ceil": _ceil,
    "16-bit-reference": lambda text: reference.segments(text, WIDE),
    "no-header": _no_header,
    "code-points": _code_points,
    "extension-as-one": lambda text: reference.segments(text, _EXTENSION_AS_ONE),
    "no-extension": lambda text: reference.segments(text, _NO_EXTENSION),
    "ascii_only": lambda text: reference.segments(text, _ASCII),
    "ucs-2-always": lambda text: reference.segments(text, _UCS2),
    "grapheme-clusters": _graphemes,
    "smart-encoding-twilio": lambda text: reference.segments(text.translate(_PLAIN)),
    "mms": lambda text: 1,
}
"""The count of a text by each counting method that the package names."""


def explanations(text: str, reported: int) -> tuple[str, ...]:
    """Return the counting methods that give a number for a text."""
    return tuple(name for name, count in COUNTS.items() if count(text) == reported)


_FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"

# Texts for most of which one method gives a number that no other gives.
_TEXTS: dict[str, Callable[[random.Random], str]] = {
    "ceil": lambda draw: "\U0001f600" * draw.randint(830, 1_000),
    "16-bit-reference": lambda draw: "б" * draw.randint(1_320, 2_000),
    "no-header": lambda draw: "a" * draw.randint(307, 2_000),
    "code-points": lambda draw: "б" * draw.randint(1, 30) + "\U0001f600" * draw.randint(60, 300),
    "extension-as-one": lambda draw: "price [€] " * draw.randint(40, 150),
    "no-extension": lambda draw: "{" + "z" * draw.randint(160, 900),
    "ascii_only": lambda draw: "Größe " + "b" * draw.randint(160, 900),
    "ucs-2-always": lambda draw: "c" * draw.randint(161, 900),
    "grapheme-clusters": lambda draw: "д" * draw.randint(0, 40) + _FAMILY * draw.randint(20, 90),
    "smart-encoding-twilio": lambda draw: "It’s on – " * draw.randint(20, 90),
    "mms": lambda draw: "d" * draw.randint(320, 900),
}


def texts_for(kind: str, draw: random.Random, known: set[str], number: int) -> list[tuple[str, int]]:
    """Return texts, each with the number that only this counting method gives."""
    found: dict[str, int] = {}
    for _ in range(400):
        text = _TEXTS[kind](draw)
        wanted = COUNTS[kind](text)
        if wanted == reference.segments(text) or len(text) > 2048:
            continue
        others = set(explanations(text, wanted)) & known - {kind}
        # A method that makes UCS-2 of this text cannot be told from one that makes it of every text.
        if others <= ({"ucs-2-always"} if kind in ("no-extension", "ascii_only") else set()):
            found[text] = wanted
        if len(found) == number:
            return list(found.items())
    raise AssertionError(kind)


_PLAIN_WORDS = [
    "your",
    "order",
    "table",
    "driver",
    "code",
    "parcel",
    "ticket",
    "is",
    "ready",
    "at noon",
    "soon",
]
_WORDS = [
    *_PLAIN_WORDS,
    *(
        "Zürich",
        "señor",
        "€",
        "[2]",
        "{3}",
        "naïve",
        "café",
        "It’s",
        "–",
        "“today”",
        "заказ",
        "明日",
        "😀",
        "👍🏽",
    ),
]


def ordinary_texts(draw: random.Random, number: int) -> list[tuple[str, int]]:
    """Return texts and how many segments they take."""
    texts = []
    for _ in range(number):
        words = _PLAIN_WORDS if draw.random() < 0.6 else _WORDS
        texts.append(" ".join(draw.choices(words, k=draw.choice((4, 12, 12, 40, 90)))))
    texts += ["", "a" * 160, "a" * 161, "€" * 80, "б" * 70, "б" * 71, "a" * 152 + "€" + "a" * 152]
    return [(text, reference.segments(text)) for text in texts]


@dataclass
class Day:
    """A log, a folder of events, and the expected result."""

    sent: Path
    events: Path
    messages: int = 0
    wrong: dict[str, str] = field(default_factory=dict)
    never_reported: set[str] = field(default_factory=set)
    never_sent: set[str] = field(default_factory=set)
    duplicates: int = 0
    failed: Counter[int] = field(default_factory=Counter)
    segments: int = 0
    inbound: int = 0


def number_of(index: int) -> str:
    """Return one of the numbers reserved for fiction."""
    return f"+1202555{100 + index % 100:04d}"


def event(kind: str, identifier: str, to: list[str], segments: int, **more: Any) -> dict[str, Any]:
    """Return an event as Bandwidth documents it."""
    message = {
        "id": identifier, "owner": "+12025550100", "applicationId": "00000000-0000-4000-8000-000000000000",
        "time": "2026-11-23T08:00:00.000Z", "segmentCount": segments, "direction": "out", "to": to,
        "from": "+12025550100", "text": "", **more.pop("message", {}),
    }  # fmt: skip
    return {
        "type": kind, "time": "2026-11-23T08:00:01.000Z", "to": to[0], "description": "ok", **more,
        "message": message,
    }  # fmt: skip


def write_day(folder: Path, messages: int, kinds: set[str], seed: int = 7) -> Day:
    """Write a day of messages; one in a hundred is wrong by each kind.

    Args:
        folder: The folder to write to.
        messages: The number of sent messages.
        kinds: The names of the counting methods that the package knows.
        seed: The seed of the random numbers.
    """
    draw = random.Random(seed)
    day = Day(folder / "sent.ndjson", folder / "events", messages)
    usable = [kind for kind in _TEXTS if kind in kinds]
    wrong = {kind: texts_for(kind, draw, kinds, 12) for kind in usable}
    ordinary = ordinary_texts(draw, 3_000)
    events: list[dict[str, Any]] = []
    with day.sent.open("w", encoding="utf-8") as sent:
        for index in range(messages):
            for row, happened in _message(day, draw, index, usable, wrong, ordinary):
                if row is not None:
                    sent.write(json.dumps(row, ensure_ascii=index % 2 == 0) + "\n")
                events += happened
    draw.shuffle(events)
    again = draw.choices(events, k=messages // 50)
    day.duplicates = len(again)
    for each in again:
        events.insert(draw.randrange(len(events)), each) if messages < 50_000 else events.append(each)
    _write_events(day.events, events)
    return day


def _message(
    day: Day,
    draw: random.Random,
    index: int,
    usable: list[str],
    wrong: dict[str, list[tuple[str, int]]],
    ordinary: list[tuple[str, int]],
) -> Iterator[tuple[dict[str, Any] | None, list[dict[str, Any]]]]:
    """Yield the log row of a message, and the events about it."""
    identifier = f"17323524{index:08d}abcdefghijklm"
    to = [number_of(index)]
    text, segments = draw.choice(ordinary)
    media: list[str] = []
    case = index % 200
    if case < 2 * len(usable):
        kind = usable[case // 2]
        text, segments = draw.choice(wrong[kind])
        day.wrong[identifier] = kind
    elif case < 40:
        media = ["https://media.example/1.png"]
        segments = 1
    elif case < 45:
        to = [number_of(index + step) for step in range(draw.randint(2, 10))]
        segments = 1
    elif case == 45:
        # An MMS that was billed by its text.
        media, text, segments = ["https://media.example/2.png"], "e" * 161, 2
        day.wrong[identifier] = "sms"
    row: dict[str, Any] = {"id": identifier, "to": to, "text": text, "media": media}
    by_tag = index % 3 == 0
    tag = f"order-{index}"
    if by_tag:
        row = {
            "tag": tag,
            "to": to[0] if len(to) == 1 else to,
            "text": text,
            **({"media": media} if media else {}),
        }
    if case == 46:
        day.never_reported.add(tag if by_tag else identifier)
        yield row, []
        return
    if case == 47:
        day.never_sent.add(identifier)
        day.messages -= 1
        row = {}
    if case in (48, 49):
        yield None, [_received(day, draw, identifier, ordinary)]
        identifier += "n"
        if not by_tag:
            row["id"] = identifier
    more = {"message": {"tag": tag, **({"media": media} if media else {})}}
    yield (row or None), _outcome(day, draw, identifier, to, segments, more, media)


def _outcome(
    day: Day,
    draw: random.Random,
    identifier: str,
    to: list[str],
    segments: int,
    more: dict[str, Any],
    media: list[str],
) -> list[dict[str, Any]]:
    """Return the events about a message that was sent."""
    failed = draw.random() < 0.05
    happened = [event("message-sending", identifier, to, segments, **more)] if media else []
    for recipient in to:
        ended = event("message-failed" if failed else "message-delivered", identifier, to, segments, **more)
        ended["to"] = recipient
        if failed:
            ended["errorCode"] = draw.choice((4432, 4720, 4770))
            day.failed[ended["errorCode"]] += 1
        happened.append(ended)
    day.segments += segments
    return happened


def _received(
    day: Day, draw: random.Random, identifier: str, ordinary: list[tuple[str, int]]
) -> dict[str, Any]:
    text, segments = draw.choice(ordinary)
    day.inbound += 1
    if day.inbound % 10 == 0:
        text, segments = "f" * 320, 1
        day.wrong[identifier] = "mms"
    found = event("message-received", identifier, ["+12025550100"], segments)
    found["message"].update(text=text, direction="in")
    return found


def _write_events(folder: Path, events: list[dict[str, Any]]) -> None:
    """Write the same events in every form: lines, bodies, one array, compressed."""
    folder.mkdir()
    quarter = len(events) // 4 + 1
    lines, bodies, array, packed = (
        events[start : start + quarter] for start in range(0, 4 * quarter, quarter)
    )
    (folder / "1.ndjson").write_text("".join(json.dumps(each) + "\n" for each in lines), encoding="utf-8")
    (folder / "2.jsonl").write_text("".join(json.dumps([each]) + "\n" for each in bodies), encoding="utf-8")
    (folder / "3.json").write_text(json.dumps(array, indent=2, ensure_ascii=False), encoding="utf-8")
    with gzip.open(folder / "4.ndjson.gz", "wt", encoding="utf-8", compresslevel=1) as file:
        file.writelines(json.dumps(each) + "\n" for each in packed)


def main(messages: int, folder: Path) -> None:
    """Reconcile a day and print what was found and how long it took."""
    import resource

    import segcore.bandwidth
    from segcore.bandwidth.reconcile.comparison import methods_for
    from segcore.rules.profiles import resolve

    day = write_day(folder, messages, {method.name for method in methods_for(resolve("bandwidth"))})
    octets = day.sent.stat().st_size + sum(path.stat().st_size for path in day.events.iterdir())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, busy = time.perf_counter(), time.process_time()
    found = segcore.bandwidth.reconcile(day.sent, day.events)
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wrong = {each.key: each for each in found.disagreements}
    assert wrong.keys() == day.wrong.keys()
    assert all(day.wrong[key] in each.explanations for key, each in wrong.items())
    assert {each.key for each in found.never_reported} == day.never_reported
    assert {each.id for each in found.never_sent} == day.never_sent
    assert found.duplicates == day.duplicates
    assert not found.errors
    print(
        f"{segcore.implementation}: {found.sent:,} sent, {found.events:,} events, {octets / 1e6:.0f} MB: "
        f"{seconds:.1f} s ({busy:.1f} s of a processor), {found.events / busy:,.0f} events/s; "
        f"{len(wrong):,} disagreements, all found and explained, none else; "
        f"at most {after / 1e3:,.0f} MB, {before / 1e3:,.0f} MB when the day was written"
    )


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, Path(name))
