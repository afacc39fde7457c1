"""The kernels under ThreadSanitizer."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import FULL_SWEEP, WISH
from kernel_driver import HERE, KERNEL, DriverError, ToolMissingError, _compile, _try, compiler

pytestmark = [
    pytest.mark.kernel_independent,
    pytest.mark.skipif(WISH == "python", reason="the kernels are not part of that implementation"),
    pytest.mark.skipif(not FULL_SWEEP, reason="the full sweep builds the kernel for ThreadSanitizer"),
]


def test_threads_share_nothing_that_changes(tmp_path: Path) -> None:
    """Threads that measure and tally rows of one column, with every kernel."""
    program = tmp_path / "threads"
    try:
        command = [*compiler(), "-O1", "-g", "-fsanitize=thread", "-pthread"]
        _try(command, tmp_path)
    except (ToolMissingError, DriverError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no ThreadSanitizer: {error}")
    _compile(command, program, HERE / "kernels" / "threads.c", *sorted(KERNEL.rglob("*.c")))
    done = subprocess.run([program], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "ok\n"), done.stderr[:4000]
