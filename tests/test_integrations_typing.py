"""What a strict type checker knows of the adapters."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

pytestmark = pytest.mark.kernel_independent

_HEAD = """
from typing_extensions import assert_type
"""

RIGHT = {
    "polars": """
import polars as pl
from segcore import PROFILES
from segcore.integrations import polars as sms

text, series = pl.col("text"), pl.Series(["a"])
assert_type(sms.segments(text), pl.Expr)
assert_type(sms.segments(text, mms=pl.col("mms"), profile="twilio"), pl.Expr)
assert_type(sms.segments(series, [True], PROFILES["twilio"]), pl.Series)
assert_type(sms.units(text), pl.Expr)
assert_type(sms.encoding(series), pl.Series)
assert_type(sms.analyze(text, mms=True), pl.Expr)
assert_type(sms.smart_encode(series, {"a": "b"}), pl.Series)
assert_type(sms.region(text, "GB"), pl.Expr)
assert_type(sms.SmsExpr(text).segments(), pl.Expr)
assert_type(sms.SmsSeries(series).region(), pl.Series)
""",
    "pandas": """
import pandas as pd
from segcore.integrations import pandas as sms

texts = pd.Series(["a"])
sms.segments(texts, mms=[True], profile="twilio")
sms.SmsAccessor(texts).analyze(mms=None)
sms.smart_encode(texts, table="segcore")
sms.region(texts, default_region=None)
""",
    "duckdb": """
import duckdb
from segcore.integrations.duckdb import register

with duckdb.connect() as connection:
    register(connection, "twilio", default_region="GB")
""",
    "pyspark": """
from pyspark.sql import Column, SparkSession
from segcore.integrations import spark as sms

def count(session: SparkSession, text: Column) -> Column:
    sms.register(session, profile="twilio")
    assert_type(sms.sms_encoding(text), Column)
    assert_type(sms.sms_region("to", "GB"), Column)
    return sms.sms_segments("text", mms=True) + sms.sms_units(text)
""",
}

# A line, and what is said about it.
WRONG = {
    "polars": [
        ('sms.segments("text")', 'Value of type variable "Texts" of "segments" cannot be "str"'),
        ("sms.segments(text, mms=1.5)", 'Argument "mms" to "segments" has incompatible type "float"'),
        ("sms.units(text, profile=3)", 'Argument "profile" to "units" has incompatible type "int"'),
        ("assert_type(sms.region(text), pl.Series)", "Expression is of type"),
    ],
    "pandas": [
        ("sms.segments(texts, mms=1.5)", 'Argument "mms" to "segments" has incompatible type "float"'),
        (
            "sms.smart_encode(texts, table=3)",
            'Argument "table" to "smart_encode" has incompatible type "int"',
        ),
    ],
    "duckdb": [
        ('register("messages.db")', 'Argument 1 to "register" has incompatible type "str"'),
    ],
    "pyspark": [
        ("sms.sms_units(3)", 'Argument 1 to "sms_units" has incompatible type "int"'),
        ('sms.register("session")', 'Argument 1 to "register" has incompatible type "str"'),
    ],
}

_SETTINGS = """
[mypy]
strict = true
[mypy-pandas.*,pyarrow.*]
ignore_missing_imports = true
"""


def _checked(folder: Path, code: str) -> str:
    """Return what mypy says of a program that uses segcore."""
    (folder / "program.py").write_text(_HEAD + code, encoding="utf-8")
    (folder / "mypy.ini").write_text(_SETTINGS, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "--cache-dir", ".cache", "program.py"],
        cwd=folder,
        env={"MYPYPATH": str(ROOT), "PATH": "", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert not result.stderr, result.stderr
    return result.stdout


@pytest.mark.parametrize("engine", RIGHT)
def test_types(engine: str, tmp_path: Path) -> None:
    """What is right passes in strict mode; each wrong line is found, in the words of its parameter."""
    pytest.importorskip("mypy")
    if importlib.util.find_spec(engine) is None:
        pytest.skip(f"{engine} is not installed")
    right = RIGHT[engine]
    wrong = "\n".join(line for line, _ in WRONG[engine])
    found = [line for line in _checked(tmp_path, right + wrong + "\n").splitlines() if ": error:" in line]
    first = (_HEAD + right).count("\n") + 1
    places = [f"program.py:{first + place}: error: " for place in range(len(WRONG[engine]))]
    assert len(found) == len(places), found
    for line, place, (_, message) in zip(found, places, WRONG[engine], strict=True):
        assert line.startswith(place)
        assert message in line
