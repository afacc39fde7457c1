"""Drive billing and the sums of parts without Python: every form of a text counts alike.

The driver places each text in a block of exactly its size, and is built with sanitizers, too.
"""

from __future__ import annotations

import pytest
from conftest import FULL_SWEEP, SEED, WISH
from kernel_driver import BUILDS, Driver, ToolMissingError

pytestmark = [
    pytest.mark.kernel_independent,
    pytest.mark.skipif(WISH == "python", reason="the kernels are not part of that implementation"),
]


_ROUNDS = "3000" if FULL_SWEEP else "200"


@pytest.mark.parametrize("build", BUILDS)
def test_all_forms_and_kernels_agree(build: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    try:
        driver = BUILDS[build](tmp_path_factory.mktemp(build), "billing.c")
    except ToolMissingError as error:
        pytest.skip(str(error))
    assert Driver((*driver.command, str(int(SEED)), _ROUNDS)).run(b"") == [f"{_ROUNDS} rounds"]
