"""C functions that fill buffers keep to the room that they are told of."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import WISH
from kernel_driver import BUILDS, ToolMissingError

pytestmark = [
    pytest.mark.kernel_independent,
    pytest.mark.skipif(WISH == "python", reason="the kernels are not part of that implementation"),
]


def test_nothing_is_written_beyond_a_capacity(tmp_path: Path) -> None:
    """Whatever the capacity is, and whatever the length of what is to be written."""
    try:
        driver = next(iter(BUILDS.values()))(tmp_path, "capacity.c")
    except ToolMissingError as error:
        pytest.skip(str(error))
    assert driver.run(b"") == ["ok"]
