"""What ``import segcore`` costs."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from conftest import ROOT, RunPython

# Each of these takes longer than all of segcore, or is not ours to load.
HEAVY = [
    "argparse",
    "asyncio",
    "click",
    "concurrent.futures",
    "csv",
    "dataclasses",
    "decimal",
    "difflib",
    "duckdb",
    "inspect",
    "json",
    "logging",
    "numpy",
    "pandas",
    "pathlib",
    "polars",
    "pyarrow",
    "regex",
    "rich",
    "subprocess",
    "tempfile",
    "threading",
    "typing",
    "unicodedata",
    "urllib.request",
]

# -I and -S: nothing but the standard library itself and what segcore imports.
_CODE = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
before = set(sys.modules)
import segcore
{{THEN}}
import json
"""
_PRINT = "found = sorted(set(sys.modules) - before)"


@pytest.mark.parametrize(
    "then",
    ["", "segcore.count_segments('a' * 161); segcore.detect_encoding('б')"],
    ids=["import", "count"],
)
def test_light(run_python: RunPython, implementation: str, env_of: dict[str, str], then: str) -> None:
    """Importing, and counting one message, loads none of the slow modules."""
    code = _CODE.format(THEN=f"{then}\n{_PRINT}") + "print(json.dumps(found))"
    result = run_python(code, "-I", "-S", env=env_of)
    assert result.returncode == 0, result.stderr
    loaded = set(json.loads(result.stdout))
    heavy = [*HEAVY, *(["re"] if implementation == "native" else [])]
    assert not loaded & set(heavy)
    mine = {name for name in loaded if name.startswith("segcore")}
    assert not mine & {
        "segcore.bulk",
        "segcore.analysis",
        "segcore.rules.profiles",
        "segcore.cli.main",
        "segcore.pdu",
    }


def test_silent(run_python: RunPython, env_of: dict[str, str]) -> None:
    """Importing prints and warns nothing, with every warning an error."""
    result = run_python("import segcore; segcore.analyze_bulk(['a'])", "-W", "error", env=env_of)
    assert (result.stdout, result.stderr, result.returncode) == ("", "", 0)


def test_from_an_archive(run_python: RunPython, tmp_path: Path) -> None:
    """The tables are found where the package is an archive, as Spark and zipapp have it."""
    archive = tmp_path / "segcore.zip"
    with ZipFile(archive, "w") as packed:
        for path in (ROOT / "segcore").rglob("*"):
            if path.suffix in (".py", ".txt"):
                packed.write(path, path.relative_to(ROOT))
    code = f"""
import sys
sys.path.insert(0, {str(archive)!r})
import segcore
from segcore.numbers.countries import country_code
assert segcore.__file__.startswith({str(archive)!r})
found = segcore.Segmenter("twilio", smart_encoding="segcore").count_segments("e\u0301" + "\u2019" * 161)
print(segcore.numbers.region("+447911123456"), country_code("Allemagne"), segcore.smart_encode("’"), found)
"""
    result = run_python(code, "-I", "-S", env={"SEGCORE_IMPLEMENTATION": "python"})
    assert (result.stdout, result.stderr) == ("GG DE ' 3\n", "")
