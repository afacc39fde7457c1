"""What a type checker knows of the adapter of polars; test_integrations_typing.py asks it, and runs this."""

from __future__ import annotations

import polars as pl
from typing_extensions import assert_type

from segcore import PROFILES
from segcore.integrations import polars as sms
from segcore.rules.smart_encoding import TABLES

assert_type(sms.ENCODING, pl.Enum)
assert_type(sms.ANALYSIS, pl.Struct)

# An expression for an expression.
text, to = pl.col("text"), pl.col("to")
assert_type(sms.segments(text), pl.Expr)
assert_type(sms.segments(text, mms=pl.col("media").is_not_null(), profile="twilio"), pl.Expr)
assert_type(sms.segments(text, True, PROFILES["twilio"]), pl.Expr)
assert_type(sms.units(text, profile="telnyx"), pl.Expr)
assert_type(sms.encoding(text), pl.Expr)
assert_type(sms.analyze(text, mms=False), pl.Expr)
assert_type(sms.smart_encode(text, table=TABLES["segcore"]), pl.Expr)
assert_type(sms.region(to, default_region="GB"), pl.Expr)

# A series for a series.
texts, numbers = pl.Series(["It’s here", None]), pl.Series(["+12025550143"])
assert_type(sms.segments(texts), pl.Series)
assert_type(sms.segments(texts, [True, False]), pl.Series)
assert_type(sms.segments(texts, pl.Series([True, False])), pl.Series)
assert_type(sms.units(texts), pl.Series)
assert_type(sms.encoding(texts, "twilio"), pl.Series)
assert_type(sms.analyze(texts, mms=None), pl.Series)
assert_type(sms.smart_encode(texts, {"’": "'"}), pl.Series)
assert_type(sms.region(numbers), pl.Series)

# What ``.sms`` gives, by its name.
assert_type(sms.SmsExpr(text).segments(mms=pl.col("media").is_not_null()), pl.Expr)
assert_type(sms.SmsExpr(text).units(), pl.Expr)
assert_type(sms.SmsExpr(text).encoding(), pl.Expr)
assert_type(sms.SmsExpr(text).analyze(profile="twilio"), pl.Expr)
assert_type(sms.SmsExpr(text).smart_encode("telnyx"), pl.Expr)
assert_type(sms.SmsExpr(to).region("GB"), pl.Expr)
assert_type(sms.SmsSeries(texts).segments([True, False]), pl.Series)
assert_type(sms.SmsSeries(texts).units(), pl.Series)
assert_type(sms.SmsSeries(texts).encoding(), pl.Series)
assert_type(sms.SmsSeries(texts).analyze(), pl.Series)
assert_type(sms.SmsSeries(texts).smart_encode(), pl.Series)
assert_type(sms.SmsSeries(numbers).region(), pl.Series)

# A template takes its columns by the names of its fields.
assert_type(sms.template_segments("Hi {{name}}"), pl.Expr)
assert_type(sms.template_analyze("Hi {{name}}", profile="twilio"), pl.Expr)
