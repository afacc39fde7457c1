"""C functions that fill buffers keep to the room that they are told of."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from kernel_driver import HERE, KERNEL, DriverError, ToolMissingError, _compile, compiler

pytestmark = pytest.mark.kernel_independent


def test_nothing_is_written_beyond_a_capacity(tmp_path: Path) -> None:
    """Whatever the capacity is, and whatever the length of what is to be written."""
    program = tmp_path / "capacity"
    try:
        command = [*compiler(), "-O1", "-DSEGCORE_SCALAR_ONLY"]
    except ToolMissingError as error:
        pytest.skip(str(error))
    try:
        _compile(command, program, HERE / "kernels" / "capacity.c", *sorted(KERNEL.rglob("*.c")))
    except DriverError as error:
        pytest.fail(str(error))
    done = subprocess.run([program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ok\n", "")
