"""Fresh interpreters: what importing costs, and what a command costs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import segcore

# Where segcore is imported from, at the end of the path as site-packages is.
_HOME = str(Path(segcore.__file__).parents[1])

_IMPORT = """
import sys
sys.path.append({home!r})
from time import perf_counter
start = perf_counter()
import {module}
end = perf_counter()
print("\\n", end - start)
"""

# The command runs as its console script would, but the clock starts when its modules are imported.
_COMMAND = """
import sys
from time import perf_counter
from segcore.cli.main import main
sys.argv[0] = "segcore"
start = perf_counter()
try:
    code = main()
except SystemExit as error:
    code = error.code
end = perf_counter()
print("\\n", end - start)
sys.exit(code)
"""

_POLARS = """
import sys
from time import perf_counter
import polars
start = perf_counter()
scan = polars.scan_csv(sys.argv[1], schema_overrides={"to": polars.String})
scan.select(polars.col("to", "text").str.len_chars().sum()).collect()
end = perf_counter()
print("\\n", end - start)
"""

_DUCKDB = """
import sys
from time import perf_counter
import duckdb
start = perf_counter()
query = "select sum(length(\\"to\\")), sum(length(text)) from read_csv(?, types = {'to': 'VARCHAR'})"
duckdb.execute(query, [sys.argv[1]]).fetchall()
end = perf_counter()
print("\\n", end - start)
"""

ESTIMATE_ARGUMENTS = ("--text", "text", "--to", "to")
"""What ``segcore estimate FILE`` is told about the generated file."""


class ChildError(RuntimeError):
    """A child process ended with an error; the text is its own."""


def _run(command: list[str], implementation: str = "") -> tuple[float, float]:
    """Return the seconds that a child measured inside, and those that the whole process took."""
    environment = {**os.environ}
    # Installed packages come compiled, and so does what an engine is imported from.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if implementation:
        environment["SEGCORE_IMPLEMENTATION"] = implementation
    if implementation == "python":
        environment.pop("SEGCORE_KERNEL", None)
    start = perf_counter()
    child = subprocess.run(
        [sys.executable, *command],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    whole = perf_counter() - start
    if child.returncode:
        said = child.stderr.strip() or child.stdout.strip()
        raise ChildError(said.splitlines()[-1] if said else f"exit code {child.returncode}")
    return float(child.stdout.rsplit(None, 1)[-1]), whole


def import_seconds(module: str, implementation: str = "") -> tuple[float, float]:
    """Import a module in a fresh interpreter.

    Neither the environment (``-I``) nor ``.pth`` files (``-S``) can have imported a part of it before.

    Returns:
        Seconds of the import statement alone, and of the whole process.
    """
    return _run(["-I", "-S", "-c", _IMPORT.format(home=_HOME, module=module)], implementation)


def estimate_seconds(file: Path, implementation: str = "") -> tuple[float, float]:
    """Run ``segcore estimate`` on a file.

    Returns:
        Seconds of the command once its modules are imported, and of the whole process.
    """
    code = f"import sys; sys.path.append({_HOME!r})\n{_COMMAND}"
    return _run(["-c", code, "estimate", str(file), *ESTIMATE_ARGUMENTS], implementation)


def polars_seconds(file: Path) -> tuple[float, float]:
    """Let polars scan the same columns and sum ``len_chars``; seconds as in `estimate_seconds`."""
    return _run(["-c", _POLARS, str(file)])


def duckdb_seconds(file: Path) -> tuple[float, float]:
    """Let DuckDB scan the same columns and sum ``length``; seconds as in `estimate_seconds`."""
    return _run(["-c", _DUCKDB, str(file)])
