"""Run the installed program in processes that stay open and answer one call after another."""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from conftest import environment

_SERVER = """
import contextlib, io, json, os, sys
home = os.getcwd()
# Else the first small files would be read without it.
with contextlib.suppress(ImportError):
    import polars
from segcore.cli.main import main
for line in sys.stdin:
    folder, columns, *arguments = json.loads(line)
    sys.argv = ["segcore", *arguments]
    os.chdir(folder or home)
    os.environ["COLUMNS"] = str(columns)
    out, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    status = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        try:
            main()
        except SystemExit as exit:
            status = exit.code
    found = [each.buffer.getvalue().decode("utf-8", "surrogateescape") for each in (out, errors)]
    print(json.dumps([status or 0, *found]), flush=True)
"""


class Answer(NamedTuple):
    """What the program said."""

    status: int
    out: str
    error: str

    @property
    def data(self) -> dict[str, Any]:
        """The JSON that was written."""
        assert self.status == 0, self.error
        found: dict[str, Any] = json.loads(self.out)
        return found


@cache
def _server(implementation: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER],
        env=environment({"SEGCORE_IMPLEMENTATION": implementation}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    # It ends as a program does, and so writes what a tracer found; its time is told with that of the tests.
    atexit.register(process.communicate)
    return process


def run(implementation: str, *arguments: object, folder: Path | str = "", columns: int = 80) -> Answer:
    """Return what the program says to arguments in a folder, in so many columns."""
    process = _server(implementation)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps([str(folder), columns, *map(str, arguments)]) + "\n")
    process.stdin.flush()
    return Answer(*json.loads(process.stdout.readline()))
