"""Which engines are installed makes no difference to the others, and what is missing is said."""

from __future__ import annotations

import importlib.util
import re
from typing import TYPE_CHECKING

import pytest
from conftest import thinned

if TYPE_CHECKING:
    from conftest import RunPython

pytestmark = pytest.mark.kernel_independent

ENGINES = {"polars": "polars", "pandas": "pandas", "duckdb": "duckdb", "spark": "pyspark"}

_BLOCK = """
import sys, warnings

# pyspark warns of the newest pandas.
warnings.simplefilter("ignore")

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
"""


def needed(engine: str) -> list[str]:
    """Return the modules without which an adapter cannot be imported."""
    return [ENGINES[engine], *(["pyarrow"] if engine in ("duckdb", "spark") else [])]


def installed(*modules: str) -> bool:
    """Whether all of some modules are there."""
    return all(importlib.util.find_spec(module) for module in modules)


def run(run_python: RunPython, blocked: set[str], code: str, env: dict[str, str] | None = None) -> str:
    """Run code in an interpreter in which some modules are not installed, and return what it prints."""
    result = run_python(_BLOCK.format(blocked=blocked) + code, env=env)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize("missing", thinned(ENGINES, 2))
def test_a_missing_engine(run_python: RunPython, missing: str) -> None:
    """The error names the extra, can be told from others, and leaves the other engines alone."""
    others = [engine for engine in ENGINES if engine != missing and installed(*needed(engine))]
    code = f"""
import importlib
import segcore, segcore.integrations
try:
    import segcore.integrations.{missing}
except ImportError as error:
    print(error, error.name)
for other in {others!r}:
    importlib.import_module("segcore.integrations." + other)
print(segcore.count_segments_bulk(["a" * 161]).tolist())
"""
    module = ENGINES[missing]
    if not installed(*needed(missing)[1:]):
        pytest.skip("pyarrow is missing too")
    error = f"segcore.integrations.{missing} needs {module}: pip install {module}"
    assert run(run_python, {module}, code) == f"{error} {module}\n[2]\n"


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_missing_pyarrow(run_python: RunPython, engine: str) -> None:
    """DuckDB and Spark hand over columns of pyarrow, so their extras have it."""
    if not installed(ENGINES[engine]):
        pytest.skip(f"{ENGINES[engine]} is not installed")
    code = f"""
try:
    import segcore.integrations.{engine}
except ImportError as error:
    print(error)
"""
    found = run(run_python, {"pyarrow"}, code)
    assert found == f"segcore.integrations.{engine} needs pyarrow: pip install pyarrow\n"


def test_polars_without_numpy(run_python: RunPython) -> None:
    """polars itself can do without NumPy; its adapter cannot, and its extra has it."""
    pytest.importorskip("polars")
    code = """
try:
    import segcore.integrations.polars
except ImportError as error:
    print(error)
"""
    found = run(run_python, {"numpy"}, code)
    assert found == "segcore.integrations.polars needs numpy: pip install numpy\n"


def test_no_engine_at_all(run_python: RunPython) -> None:
    """Each error says what to install, and segcore counts."""
    code = f"""
import segcore
for engine in {list(ENGINES)!r}:
    try:
        __import__("segcore.integrations." + engine)
    except ImportError as error:
        print(error)
print(segcore.count_segments_bulk(["a" * 161]).tolist())
"""
    blocked = {*ENGINES.values(), "pyarrow", "numpy"}
    errors = run(run_python, blocked, code).splitlines()
    assert errors.pop() == "[2]"
    assert len(errors) == len(ENGINES)
    for engine, error in zip(ENGINES, errors, strict=True):
        assert re.fullmatch(rf"segcore\.integrations\.{engine} needs (\w+): pip install \1", error)


def test_pandas_without_pyarrow(run_python: RunPython, env_of: dict[str, str]) -> None:
    """Every storage that pandas has by itself works on both implementations."""
    pytest.importorskip("pandas")
    code = """
import pandas as pd
import segcore.integrations.pandas
texts = ["a" * 161, None, "\u0431" * 71]
for dtype in (object, "string[python]", "str", "category"):
    series = pd.Series(texts, dtype=dtype)
    if type(series[1]) is not str:
        print(series.sms.segments(mms=[False, True, True]).tolist(), series.sms.analyze()["units"].tolist())
"""
    found = run(run_python, {"pyarrow", "polars", "duckdb", "pyspark"}, code, env_of).splitlines()
    assert set(found) == {"[2, <NA>, 1] [161, <NA>, 71]"}
    # Before pandas 3 `str` makes strings of nulls.
    assert len(found) in (3, 4)


def test_polars_without_pyarrow(run_python: RunPython, env_of: dict[str, str]) -> None:
    """The extension reads polars by itself; plain Python says that it needs pyarrow for it."""
    pytest.importorskip("polars")
    code = """
import polars as pl
import segcore.integrations.polars
frame = pl.DataFrame({"text": ["a" * 161, None]})
try:
    print(frame.select(pl.col("text").sms.segments())["text"].to_list())
    print(frame["text"].sms.analyze().to_list()[0])
except Exception as error:
    print(type(error).__name__, "need pyarrow" in str(error) and "pip install pyarrow" in str(error))
"""
    found = run(run_python, {"pyarrow", "pandas", "duckdb", "pyspark"}, code, env_of)
    if env_of["SEGCORE_IMPLEMENTATION"] == "native":
        assert found == "[2, None]\n{'encoding': 'GSM-7', 'units': 161, 'segments': 2}\n"
    else:
        assert found.endswith(" True\n")


def test_importing_is_light(run_python: RunPython) -> None:
    """Neither the package of the adapters nor segcore itself loads an engine, and none loads another."""
    code = """
import segcore, segcore.integrations
engines = {"polars", "pandas", "duckdb", "pyspark", "pyarrow", "numpy"}
print(sorted(engines & set(sys.modules)))
"""
    assert run(run_python, set(), code) == "[]\n"
    if installed("polars"):
        code = """
import segcore.integrations.polars
print(sorted({"pandas", "duckdb", "pyspark", "pyarrow"} & set(sys.modules)))
"""
        assert run(run_python, set(), code) == "[]\n"
