"""Mutated inputs for readers and kernels, for a short time; ``FUZZ_SECONDS`` sets another.

``python tests/fuzzing.py`` runs the same targets for a minute each, and in `.ci/run` for up to 12 seconds.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import pytest
from conftest import FULL_SWEEP, SEED, WISH
from fuzzing import C_TARGETS, PYTHON_TARGETS, build_kernel, main, run_c, run_python
from kernel_driver import ToolMissingError

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0.2"))

pytestmark = [
    pytest.mark.kernel_independent,
    pytest.mark.skipif(WISH == "python", reason="once is enough: readers count nothing"),
]

_SEED = zlib.crc32(SEED.encode())


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    try:
        return build_kernel(tmp_path_factory.mktemp("fuzz"), is_guided=FULL_SWEEP)
    except ToolMissingError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("target", C_TARGETS)
def test_kernels(target: str, objects: list[str], tmp_path: Path) -> None:
    assert " inputs, " in run_c(target, objects, tmp_path, SECONDS, _SEED)


@pytest.mark.parametrize("target", PYTHON_TARGETS)
def test_readers(target: str, tmp_path: Path) -> None:
    if target in ("csv_dialect", "messages"):
        pytest.importorskip("polars")
    assert run_python(target, tmp_path, SECONDS, _SEED).endswith(" inputs")


@pytest.mark.parametrize(("until", "rounds"), [(__file__, 1), ("none", 3)])
def test_rounds_end_when_a_file_is_there(
    until: str, rounds: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each target has had a round by then."""
    given = [
        "decode",
        "bandwidth_json",
        "--seconds",
        "0.06",
        "--round",
        "0.02",
        "--until",
        str(tmp_path / until),
    ]
    assert main(given) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"Fuzzed: decode {0.02 * rounds:g} s, bandwidth_json {0.02 * rounds:g} s"
    )
