"""A few mutated inputs for readers and kernels; ``python tests/fuzzing.py`` runs more, as `.ci/run` does."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from conftest import FULL_SWEEP, SEED, WISH
from fuzzing import (
    C_TARGETS,
    INPUTS,
    PYTHON_TARGETS,
    _inputs,
    build_kernel,
    main,
    run_c,
    run_python,
    seeds,
)
from kernel_driver import ToolMissingError

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
    assert " inputs, " in run_c(target, objects, tmp_path, _SEED, INPUTS[target] // 180)


@pytest.mark.parametrize("target", PYTHON_TARGETS)
def test_readers(target: str, tmp_path: Path) -> None:
    if target in ("csv_dialect", "messages"):
        pytest.importorskip("polars")
    assert run_python(target, tmp_path, _SEED, INPUTS[target] // 180).endswith(" inputs")


def test_as_many_inputs_whatever_the_machine(capsys: pytest.CaptureFixture[str]) -> None:
    """Each time the same, so that a gate that passed does not fail over nothing."""
    assert main(["decode", "--seconds", "0.02"]) == 0
    (said,) = capsys.readouterr().out.splitlines()
    assert said.startswith("decode: ")
    first, second = ([*_inputs("decode", 1, 40, 0)] for _ in range(2))
    assert (len(first), first) == (40 + len(seeds("decode")), second)
    assert [*_inputs("decode", 2, 40, 0)] != first


def test_a_target_in_c_keeps_the_same_inputs_each_time(objects: list[str], tmp_path: Path) -> None:
    """The code that an input reaches does not depend on where the program lies in memory."""
    found = {run_c("clusters", objects, tmp_path, 1, 3_000) for _ in range(3)}
    assert len(found) == 1
    assert found.pop().startswith("3000 inputs, ")
