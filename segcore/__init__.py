"""Count SMS segments before sending: encoding, units, segments, and what they cost.

``count_segments``, ``detect_encoding``, ``split`` and ``analyze`` look at one message;
``count_segments_bulk`` and ``analyze_bulk`` at many.  They follow 3GPP TS 23.038 and TS 23.040;
``Segmenter`` has the same methods under another provider's rules.
"""

from __future__ import annotations

from segcore._version import __version__
from segcore.engine.chooser import RUNNING
from segcore.rules.codings import Encoding
from segcore.segmenter import Segmenter, smart_encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from segcore import bandwidth as bandwidth
    from segcore import numbers as numbers
    from segcore.analysis import Analysis, NonGsmCodePoint, Segment
    from segcore.bulk import Batch, Totals
    from segcore.columns import Column, EncodingColumn, NullableColumn
    from segcore.cost.estimate import Estimate
    from segcore.cost.run import estimate
    from segcore.pdu import UserData
    from segcore.rates.card import RateCard
    from segcore.rules.profiles import PROFILES, Profile
    from segcore.writing.fields import Bounds
    from segcore.writing.fit import split_messages, truncate
    from segcore.writing.template import Template

__all__ = [
    "PROFILES",
    "Analysis",
    "Batch",
    "Bounds",
    "Column",
    "Encoding",
    "EncodingColumn",
    "Estimate",
    "NonGsmCodePoint",
    "NullableColumn",
    "Profile",
    "RateCard",
    "Segment",
    "Segmenter",
    "Template",
    "Totals",
    "UserData",
    "__version__",
    "analyze",
    "analyze_bulk",
    "count_segments",
    "count_segments_bulk",
    "decode",
    "detect_encoding",
    "encode",
    "estimate",
    "implementation",
    "smart_encode",
    "split",
    "split_messages",
    "truncate",
]

implementation = RUNNING
"""Which code is counting: ``native`` with the name of its kernel, or ``python``."""

_standard = Segmenter("standard")

analyze = _standard.analyze
analyze_bulk = _standard.analyze_bulk
count_segments = _standard.count_segments
count_segments_bulk = _standard.count_segments_bulk
decode = _standard.decode
detect_encoding = _standard.detect_encoding
encode = _standard.encode
split = _standard.split

_HOME = {
    "Batch": "bulk",
    "Column": "columns",
    "EncodingColumn": "columns",
    "NullableColumn": "columns",
    "Totals": "bulk",
    "Estimate": "cost.estimate",
    "RateCard": "rates.card",
    "estimate": "cost.run",
    "Analysis": "analysis",
    "NonGsmCodePoint": "analysis",
    "Segment": "analysis",
    "PROFILES": "rules.profiles",
    "Profile": "rules.profiles",
    "Bounds": "writing.fields",
    "Template": "writing.template",
    "split_messages": "writing.fit",
    "truncate": "writing.fit",
    "UserData": "pdu",
}


# Out of sight of type checkers, which would take any name for one that is there.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        # Results and profiles are dataclasses; importing those takes longer than all the rest together.
        if name not in _HOME and name not in ("bandwidth", "numbers"):
            raise AttributeError(f"module 'segcore' has no attribute {name!r}")
        from importlib import import_module

        if name not in _HOME:
            return import_module(f"segcore.{name}")
        value = getattr(import_module(f"segcore.{_HOME[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
