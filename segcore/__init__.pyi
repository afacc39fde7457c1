from segcore import bandwidth as bandwidth
from segcore import numbers as numbers
from segcore._version import __version__ as __version__
from segcore.analysis import Analysis as Analysis
from segcore.analysis import NonGsmCodePoint as NonGsmCodePoint
from segcore.analysis import Segment as Segment
from segcore.bulk import Batch as Batch
from segcore.bulk import Totals as Totals
from segcore.columns import Column as Column
from segcore.columns import EncodingColumn as EncodingColumn
from segcore.columns import NullableColumn as NullableColumn
from segcore.cost.estimate import Estimate as Estimate
from segcore.cost.run import estimate as estimate
from segcore.pdu import UserData as UserData
from segcore.rates.card import RateCard as RateCard
from segcore.rules.codings import Encoding as Encoding
from segcore.rules.profiles import PROFILES as PROFILES
from segcore.rules.profiles import Profile as Profile
from segcore.segmenter import Segmenter as Segmenter
from segcore.segmenter import smart_encode as smart_encode
from segcore.sources.opening import FileError as FileError
from segcore.writing import split_messages as split_messages
from segcore.writing import truncate as truncate
from segcore.writing.fields import Bounds as Bounds
from segcore.writing.template import MissingValueError as MissingValueError
from segcore.writing.template import Template as Template

__all__ = [
    "PROFILES",
    "Analysis",
    "Batch",
    "Bounds",
    "Column",
    "Encoding",
    "EncodingColumn",
    "Estimate",
    "FileError",
    "MissingValueError",
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

implementation: str

_standard: Segmenter

analyze = _standard.analyze
analyze_bulk = _standard.analyze_bulk
count_segments = _standard.count_segments
count_segments_bulk = _standard.count_segments_bulk
decode = _standard.decode
detect_encoding = _standard.detect_encoding
encode = _standard.encode
split = _standard.split
