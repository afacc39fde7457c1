"""Count SMS segments before sending: encoding, units, segments, and what they cost.

One message:

    detect_encoding(text)                   the encoding: GSM-7 or UCS-2
    count_segments(text, mms=False)         the number of segments that are billed
    split(text)                             the text of each segment
    analyze(text, mms=False)                an `Analysis`: units, segments, what forces UCS-2, what to write
    encode(text, reference=...)             the octets of each segment; `decode` reads them back
    smart_encode(text, table="segcore")     the text with replacements for characters that force UCS-2
    truncate(text, segments=1)              the text cut to a number of segments
    split_messages(text)                    the text as messages of one segment each

Many messages, as a list, any other iterable of str, or an Arrow column:

    count_segments_bulk(texts, mms=None)    a `Column` of segments
    analyze_bulk(texts, mms=None)           a `Batch`: a table of encoding, units and segments

Templates with merge fields:

    Template("Hi {{name}}")                 counts for every contact; `bounds` needs no contacts

The rules of a provider:

    Segmenter("twilio")                     the functions above as methods
    PROFILES, Profile(...)                  the profiles, and one of your own

Money:

    estimate(data, price=..., rates=...)    an `Estimate` of files, tables or texts; estimates add up
    RateCard.read(path)                     prices by prefix or country
    bandwidth.reconcile(sent, events)       predictions compared with Bandwidth's callbacks

Phone numbers:

    numbers.region(number)                  the country of a number

For details, use `help(segcore.estimate)` and so on.  The rules are those of 3GPP TS 23.038 and TS 23.040;
`implementation` says whether compiled code or plain Python counts.
"""

from __future__ import annotations

import sys

from segcore._version import __version__ as __version__
from segcore.engine import chooser as _chooser
from segcore.engine import views as _views
from segcore.rules.codings import Encoding as Encoding
from segcore.segmenter import Segmenter
from segcore.segmenter import smart_encode as smart_encode

implementation = _chooser.RUNNING

_standard = Segmenter("standard")

analyze = _standard.analyze
analyze_bulk = _standard.analyze_bulk
count_segments = _standard.count_segments
count_segments_bulk = _standard.count_segments_bulk
decode = _standard.decode
detect_encoding = _standard.detect_encoding
encode = _standard.encode
split = _standard.split

# Results and profiles are dataclasses; importing those takes longer than all the rest together.
_HOMES = {
    "Analysis": "analysis",
    "Batch": "bulk",
    "Bounds": "writing.fields",
    "Column": "columns",
    "EncodingColumn": "columns",
    "Estimate": "cost.estimate",
    "FileError": "sources.opening",
    "MissingValueError": "writing.template",
    "NonGsmCodePoint": "analysis",
    "NullableColumn": "columns",
    "PROFILES": "rules.profiles",
    "Profile": "rules.profiles",
    "RateCard": "rates.card",
    "Segment": "analysis",
    "Template": "writing.template",
    "Totals": "bulk",
    "UserData": "pdu",
    "estimate": "cost.run",
    "split_messages": "writing",
    "truncate": "writing",
}
_MODULES = ("bandwidth", "numbers")

_PUBLIC = sorted(
    [
        *_HOMES,
        "Encoding",
        "Segmenter",
        "__version__",
        "analyze",
        "analyze_bulk",
        "count_segments",
        "count_segments_bulk",
        "decode",
        "detect_encoding",
        "encode",
        "implementation",
        "smart_encode",
        "split",
    ]
)


def _notebook(result: object) -> str:
    from segcore.reports.notebook import notebook

    return notebook(result)


def _page(result: object) -> str:
    from segcore.reports.html import page_of

    return page_of(result)


_views.notebook, _views.page = _notebook, _page


def __getattr__(name: str) -> object:
    # pydoc would print all that each class inherits, 3,000 lines, instead of the list above.
    if name == "__all__" and sys._getframe(1).f_globals.get("__name__") != "pydoc":  # noqa: SLF001
        return [*_PUBLIC]
    if name not in _HOMES and name not in _MODULES:
        raise AttributeError(f"module 'segcore' has no attribute {name!r}")
    from importlib import import_module

    if name in _MODULES:
        return import_module(f"segcore.{name}")
    value = getattr(import_module(f"segcore.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*_PUBLIC, *_MODULES])
