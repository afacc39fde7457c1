"""What a type checker knows of the adapter of pandas; test_integrations_typing.py asks it, and runs this."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from typing_extensions import assert_type

from segcore import PROFILES
from segcore.integrations import pandas as sms
from segcore.rules.smart_encoding import TABLES

if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Series: TypeAlias = pd.Series[Any]

assert_type(sms.ENCODING, pd.CategoricalDtype)

texts, numbers = pd.Series(["It’s here", "Hello"]), pd.Series(["+12025550143"])
assert_type(sms.segments(texts), "Series")
assert_type(sms.segments(texts, mms=[True, False], profile="twilio"), "Series")
assert_type(sms.segments(texts, texts.isna(), PROFILES["twilio"]), "Series")
assert_type(sms.units(texts, profile="telnyx"), "Series")
assert_type(sms.encoding(texts), "Series")
assert_type(sms.analyze(texts, mms=True), pd.DataFrame)
assert_type(sms.smart_encode(texts, table=TABLES["segcore"]), "Series")
assert_type(sms.region(numbers, default_region="GB"), "Series")

# What ``.sms`` gives, by its name.
assert_type(sms.SmsAccessor(texts).segments([True, False]), "Series")
assert_type(sms.SmsAccessor(texts).units(), "Series")
assert_type(sms.SmsAccessor(texts).encoding("twilio"), "Series")
assert_type(sms.SmsAccessor(texts).analyze(mms=None), pd.DataFrame)
assert_type(sms.SmsAccessor(texts).smart_encode({"’": "'"}), "Series")
assert_type(sms.SmsAccessor(numbers).region(), "Series")
