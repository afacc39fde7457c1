"""What a type checker knows of segcore itself; test_integrations_typing.py asks it, and runs this."""

from __future__ import annotations

from collections.abc import Mapping

from typing_extensions import assert_type

import segcore

assert_type(segcore.__version__, str)
assert_type(segcore.implementation, str)
assert_type(segcore.PROFILES, Mapping[str, segcore.Profile])

# One message.
assert_type(segcore.count_segments("Hello"), int)
assert_type(segcore.detect_encoding("Hello"), segcore.Encoding)
assert_type(segcore.split("Hello"), list[str])
assert_type(segcore.smart_encode("It’s", table="segcore"), str)
octets = segcore.encode("Hello", reference=7)
assert_type(octets, list[segcore.UserData])
assert_type(octets[0].encoding, segcore.Encoding)
assert_type(octets[0].length, int)
assert_type(octets[0].has_header, bool)
assert_type(segcore.decode(octets), str)
assert_type(segcore.decode([b"Hi"], encoding="GSM-7", has_header=False), str)
found = segcore.analyze("It’s", mms=False)
assert_type(found, segcore.Analysis)
assert_type(found.encoding, segcore.Encoding)
assert_type(found.segments, int)
assert_type(found.remaining, int | None)
assert_type(found.parts, tuple[segcore.Segment, ...])
assert_type(found.parts[0].text, str)
assert_type(found.non_gsm, tuple[segcore.NonGsmCodePoint, ...])
assert_type(found.non_gsm[0].replacement, str | None)

# Many.
assert_type(segcore.count_segments_bulk(["Hello"]), segcore.Column)
assert_type(segcore.count_segments_bulk(iter(["Hello"]), mms=[True]), segcore.Column)
assert_type(segcore.count_segments_bulk({"Hello"}), segcore.Column | segcore.NullableColumn)
batch = segcore.analyze_bulk(["Hello"], mms=True, threads=1)
assert_type(batch, segcore.Batch)
assert_type(batch.totals, segcore.Totals)
assert_type(batch.totals.segments, int)
assert_type(batch.units, segcore.Column | segcore.NullableColumn)
if isinstance(batch.encodings, segcore.EncodingColumn):
    assert_type(batch.encodings, segcore.EncodingColumn)

# Money.
rates = segcore.RateCard([{"country": "US", "sms": "0.0079"}])
assert_type(rates, segcore.RateCard)
data = {"text": ["Hello"], "to": ["+12025550143"]}
assert_type(segcore.estimate(data, rates=rates), segcore.Estimate)
assert_type(segcore.estimate(["Hello"], profile="twilio", savings=None).totals.segments, int)

assert_type(segcore.FileError("sent.csv", "not UTF-8", 7).line, int | None)

# Other rules: the same methods.
rules = segcore.Segmenter("twilio", smart_encoding=True)
assert_type(rules, segcore.Segmenter)
assert_type(rules.profile, segcore.Profile)
assert_type(rules.count_segments("Hello"), int)
assert_type(rules.detect_encoding("Hello"), segcore.Encoding)
assert_type(rules.split("Hello"), list[str])
assert_type(rules.analyze("Hello"), segcore.Analysis)
assert_type(rules.encode("Hello"), list[segcore.UserData])
assert_type(rules.decode(rules.encode("Hello")), str)
assert_type(rules.count_segments_bulk(("Hello",)), segcore.Column)
assert_type(rules.analyze_bulk(("Hello",)), segcore.Batch)

# Before it is sent.
template = segcore.Template("Hi {{name}}", profile="standard")
assert_type(template, segcore.Template)
assert_type(template.fields, tuple[str, ...])
assert_type(template.count_segments_bulk({"name": ["Ann"]}), segcore.Column)
assert_type(template.analyze_bulk({"name": ["Ann"]}), segcore.Batch)
assert_type(segcore.MissingValueError("no value").field, str)
bounds = template.bounds({"name": (1, 20)})
assert_type(bounds, segcore.Bounds)
assert_type(bounds.fewest, int)
assert_type(segcore.truncate("Hello", 1, at="grapheme"), str)
assert_type(segcore.split_messages("Hello", numbering=None), list[str])
