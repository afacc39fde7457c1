"""What strict type checkers know of segcore: the programs in ``typed/``, and lines that are wrong."""

from __future__ import annotations

import ast
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT, environment, thinned

import segcore

if TYPE_CHECKING:
    from conftest import RunPython

pytestmark = pytest.mark.kernel_independent

PROGRAMS = Path(__file__).parents[1] / "typed"

# The module that a program uses, and what has to be installed.
USES = {
    "core": ("segcore", "segcore"),
    "polars": ("segcore.integrations.polars", "polars"),
    "pandas": ("segcore.integrations.pandas", "pandas"),
    "duckdb": ("segcore.integrations.duckdb", "duckdb"),
    "spark": ("segcore.integrations.spark", "pyspark"),
}

# The programs that mypy checks: reading the types of an engine takes it seconds.
CHECKED = thinned(USES, len(USES))

# Lines that are put behind a program, and what mypy says about each.
WRONG = {
    "core": [
        ("segcore.count_segments(3)", 'Argument 1 has incompatible type "int"; expected "str"'),
        ("segcore.count_segments_bulk(3)", 'No overload variant matches argument type "int"'),
        ("segcore.count_segment", 'Module has no attribute "count_segment"'),
    ],
    "polars": [
        ('sms.segments("text")', 'Value of type variable "Texts" of "segments" cannot be "str"'),
        ("sms.segments(text, mms=1.5)", 'Argument "mms" to "segments" has incompatible type "float"'),
        ("sms.units(text, profile=3)", 'Argument "profile" to "units" has incompatible type "int"'),
        ("assert_type(sms.region(to), pl.Series)", "Expression is of type"),
        ("text.sms.segments()", '"Expr" has no attribute "sms"'),
        ("texts.sms.segments()", '"Series" has no attribute "sms"'),
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
    "spark": [
        ("sms.sms_units(3)", 'Argument 1 to "sms_units" has incompatible type "int"'),
        ('sms.register("session")', 'Argument 1 to "register" has incompatible type "str"'),
    ],
}

# Without these, pandas is Any for mypy, which believes everything of it.
PANDAS_STUBS = importlib.util.find_spec("pandas-stubs") is not None
if PANDAS_STUBS:
    WRONG["pandas"] += [
        ("texts.sms.segments()", '"str" has no attribute "segments"'),
        ("assert_type(sms.analyze(texts), pd.Series)", "Expression is of type"),
    ]

# What segcore is made of is checked elsewhere: here it is a package that somebody has installed.
_MYPY = """
[mypy]
strict = true
[mypy-segcore.*]
follow_imports = silent
[mypy-pandas.*,pyarrow.*]
ignore_missing_imports = true
"""
_PYRIGHT = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT)], "include": ["*_program.py"]}


def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _program(name: str, folder: Path) -> list[int]:
    """Write a program with its wrong lines into a folder, and return the numbers of these."""
    if not _installed(USES[name][1]):
        pytest.skip(f"{USES[name][1]} is not installed")
    right = (PROGRAMS / f"typed_{name}.py").read_text("utf-8")
    wrong = "".join(f"{line}\n" for line, _ in WRONG[name])
    (folder / f"{name}_program.py").write_text(right + wrong, encoding="utf-8")
    first = right.count("\n") + 1
    return list(range(first, first + len(WRONG[name])))


def _output(folder: Path, *command: str) -> str:
    result = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment({"MYPYPATH": str(ROOT)}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert not result.stderr, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Mypy's messages about all programs that can be checked here, from one run."""
    pytest.importorskip("mypy")
    folder = tmp_path_factory.mktemp("mypy")
    (folder / "mypy.ini").write_text(_MYPY, encoding="utf-8")
    names = [name for name in CHECKED if _installed(USES[name][1])]
    for name in names:
        _program(name, folder)
    output = _output(folder, "mypy", "--config-file", "mypy.ini", *(f"{name}_program.py" for name in names))
    return [line for line in output.splitlines() if ": error:" in line]


@pytest.mark.parametrize("name", CHECKED)
def test_mypy(name: str, tmp_path: Path, complaints: list[str]) -> None:
    """What is right passes in strict mode; each wrong line is found, in the words of its parameter."""
    lines = _program(name, tmp_path)
    found = [line for line in complaints if line.startswith(f"{name}_")]
    assert len(found) == len(lines), found
    for complaint, line, (_, message) in zip(found, lines, WRONG[name], strict=True):
        assert complaint.startswith(f"{name}_program.py:{line}: error: ")
        assert message in complaint


@pytest.mark.parametrize("name", USES)
def test_pyright(name: str, tmp_path: Path) -> None:
    """The other checker agrees on what is right, and complains about each wrong line."""
    checker = next((one for one in ("basedpyright", "pyright") if _installed(one)), None)
    if checker is None:
        pytest.skip("neither basedpyright nor pyright is installed")
    if name == "pandas" and not PANDAS_STUBS:
        pytest.skip("pandas has no types of its own, and pandas-stubs is not installed")
    lines = _program(name, tmp_path)
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(_PYRIGHT), encoding="utf-8")
    output = json.loads(_output(tmp_path, checker, "--outputjson", "--pythonpath", sys.executable))
    assert output["summary"]["filesAnalyzed"] == 1
    errors = [one for one in output["generalDiagnostics"] if one["severity"] == "error"]
    assert {one["range"]["start"]["line"] + 1 for one in errors} == set(lines), errors


@pytest.mark.parametrize("name", [name for name in USES if name != "spark"])
def test_programs_run(name: str, run_python: RunPython) -> None:
    """What a checker is told about is really there."""
    if not _installed(USES[name][1]):
        pytest.skip(f"{USES[name][1]} is not installed")
    result = run_python((PROGRAMS / f"typed_{name}.py").read_text("utf-8"))
    assert (result.returncode, result.stdout) == (0, ""), result.stderr


def _defined(module: str) -> set[str]:
    """Return the public functions, methods and constants that a module has, read from its text."""
    path = Path(segcore.__file__).parents[1].joinpath(*module.split(".")).with_suffix(".py")
    body = ast.parse(path.read_text("utf-8")).body
    classes = [node for node in body if isinstance(node, ast.ClassDef)]
    names = {node.name for node in classes}
    for node in [*body, *(node for one in classes for node in one.body)]:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            targets = [target for target in node.targets if isinstance(target, ast.Name)]
            names |= {target.id for target in targets if target.id.isupper()}
    return {name for name in names if name[0] != "_"}


@pytest.mark.parametrize("name", USES)
def test_programs_are_complete(name: str) -> None:
    """Every public name has its type asserted; what returns nothing is called."""
    module, _ = USES[name]
    if name == "core":
        expected = {one for one in segcore.__all__ if one != "NullableColumn"}
        expected |= {one for one in vars(segcore.Segmenter) if one[0] != "_"}
    else:
        expected = _defined(module)
    tree = ast.parse((PROGRAMS / f"typed_{name}.py").read_text("utf-8"))
    calls = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    used = {node for call in calls for node in ast.walk(call)}
    named = {node.attr for node in used if isinstance(node, ast.Attribute)}
    named |= {node.id for node in used if isinstance(node, ast.Name)}
    assert expected <= named, sorted(expected - named)
