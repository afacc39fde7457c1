"""What a type checker knows of the adapter of Spark; test_integrations_typing.py asks it."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, SparkSession
from typing_extensions import assert_type

from segcore import PROFILES, Estimate, RateCard
from segcore.integrations import spark as sms


def counted(session: SparkSession, messages: DataFrame) -> DataFrame:
    """Use every function."""
    sms.register(session, profile="twilio", default_region="GB")
    text = messages["text"]
    assert_type(sms.sms_segments(text), Column)
    assert_type(sms.sms_segments("text", mms="media", profile=PROFILES["twilio"]), Column)
    assert_type(sms.sms_segments("text", True), Column)
    assert_type(sms.sms_units(text, profile="telnyx"), Column)
    assert_type(sms.sms_encoding("text"), Column)
    assert_type(sms.sms_region("to", default_region="GB"), Column)
    rates = RateCard([{"country": "US", "sms": "0.0079"}])
    assert_type(sms.estimate(messages), Estimate)
    assert_type(sms.estimate(messages, text="text", to="to", rates=rates, group_by=["campaign"]), Estimate)
    assert_type(sms.estimate(messages, rates="rates.csv", smart_encoding=True, savings=None), Estimate)
    return messages.select(sms.sms_segments("text", messages["media"].isNotNull()).alias("segments"))
