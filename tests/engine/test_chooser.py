"""Which implementation runs, and what is said when it cannot."""

from __future__ import annotations

import pytest
from conftest import WISH, RunPython

import segcore

_SHOW = "import segcore; print(segcore.implementation, segcore.count_segments('a' * 161))"

# Stands in the way of the extension: as if it had not been built, or were broken.
_BLOCK = """
import sys

class Block:
    def find_spec(self, name, path=None, target=None):
        if name == "segcore.engine.native.binding":
            raise {ERROR}

sys.meta_path.insert(0, Block())
"""
_ABSENT = _BLOCK.format(ERROR="ModuleNotFoundError(f'No module named {name!r}', name=name)")


def test_unset_takes_native_if_it_is_there(run_python: RunPython, implementation: str) -> None:
    """Nothing wished: native where it imports."""
    result = run_python(_SHOW)
    assert result.returncode == 0, result.stderr
    if implementation == "native":
        assert result.stdout.startswith("native (")


@pytest.mark.skipif(bool(WISH), reason="the other implementation is not to be run")
def test_python_never_touches_the_extension(run_python: RunPython) -> None:
    """``python`` wished: the extension is not imported, whether it is there or not."""
    code = f"{_SHOW}; import sys; print('segcore.engine.native.binding' in sys.modules)"
    result = run_python(code, env={"SEGCORE_IMPLEMENTATION": "python"})
    assert result.stdout.split() == ["python", "2", "False"], result.stderr


def test_a_wish_is_granted(run_python: RunPython, implementation: str, env_of: dict[str, str]) -> None:
    """A named wish gives that implementation, and says so."""
    result = run_python(_SHOW, env=env_of)
    name, *_, count = result.stdout.split()
    assert (name, count) == (implementation, "2"), result.stderr


def test_absent_and_unset(run_python: RunPython) -> None:
    """Without the extension and without a wish, Python runs."""
    result = run_python(_ABSENT + _SHOW)
    assert (result.stdout, result.stderr) == ("python 2\n", "")


def test_unusable_and_unset(run_python: RunPython) -> None:
    """An extension that is there and cannot be used is replaced, but not in silence."""
    result = run_python(_BLOCK.format(ERROR="ImportError('built for another Python')") + _SHOW)
    assert result.stdout == "python 2\n"
    assert "RuntimeWarning: segcore's compiled extension cannot be imported (built for" in result.stderr
    assert "SEGCORE_IMPLEMENTATION=python" in result.stderr


_IN_ANOTHER = """
import importlib, sys
import segcore
for name in ("_interpreters", "_xxsubinterpreters"):
    try:
        interpreters = importlib.import_module(name)
    except ImportError:
        continue
    break
else:
    sys.exit("no interpreters")
set_path = "import sys; sys.path[:] = " + repr(sys.path) + chr(10)
interpreters.run_string(interpreters.create(), set_path + {COUNT})
"""
_COUNT = """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import segcore
print(segcore.implementation, segcore.count_segments("a" * 161), len(caught), flush=True)
"""


def test_another_interpreter_of_the_process(run_python: RunPython, env_of: dict[str, str]) -> None:
    """A sub-interpreter counts, too; the slow implementation, that it did not ask for, warns once."""
    is_native = env_of["SEGCORE_IMPLEMENTATION"] == "native"
    code = _IN_ANOTHER.replace("{COUNT}", repr(_COUNT))
    result = run_python(code, env={} if is_native else env_of)
    if "no interpreters" in result.stderr:
        pytest.skip("this Python cannot make interpreters")
    name, *_, segments, warned = result.stdout.split()
    assert (name, segments, int(warned)) == ("python", "2", is_native)


def test_absent_and_wished(run_python: RunPython) -> None:
    """Without the extension, ``native`` is an ImportError that says how to find out why."""
    result = run_python(_ABSENT + _SHOW, env={"SEGCORE_IMPLEMENTATION": "native"})
    assert result.returncode == 1
    assert result.stderr.strip().splitlines()[-1] == (
        "ImportError: SEGCORE_IMPLEMENTATION=native, but the compiled extension cannot be imported "
        "(No module named 'segcore.engine.native.binding'); "
        "reinstall with SEGCORE_BUILD_EXTENSION=yes to see why it is not built"
    )


@pytest.mark.parametrize("error", ["RuntimeError('broken')", "OSError('broken')", "MemoryError('broken')"])
def test_broken_is_not_absent(run_python: RunPython, error: str) -> None:
    """An extension that fails in another way than ImportError is not passed over in silence."""
    result = run_python(_BLOCK.format(ERROR=error) + _SHOW)
    assert result.returncode == 1
    assert result.stderr.strip().splitlines()[-1] == f"{error.partition('(')[0]}: broken"


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("Native", "; did you mean 'native'?"),
        ("pyhton", "; did you mean 'python'?"),
        ("c", ""),
        ("0", ""),
        ("1", ""),
        ("cython", "; did you mean 'python'?"),
    ],
)
def test_unknown_implementation(run_python: RunPython, value: str, hint: str) -> None:
    """A word that is not known is an error that lists those that are."""
    result = run_python(_SHOW, env={"SEGCORE_IMPLEMENTATION": value})
    assert result.returncode == 1
    assert result.stderr.strip().splitlines()[-1] == (
        f"ValueError: SEGCORE_IMPLEMENTATION: unknown value {value!r}; known: native, python{hint}"
    )


def test_empty_is_unset(run_python: RunPython) -> None:
    """Empty variables wish for nothing."""
    result = run_python(_SHOW, env={"SEGCORE_IMPLEMENTATION": "", "SEGCORE_KERNEL": ""})
    assert result.returncode == 0, result.stderr


def test_every_kernel_can_be_forced(run_python: RunPython, implementation: str) -> None:
    """Each kernel that is compiled in can be insisted on, and counts."""
    if implementation != "native":
        pytest.skip("the Python implementation has no kernels")
    result = run_python("from segcore.engine.chooser import KERNELS; print(*KERNELS)")
    names = result.stdout.split()
    assert "scalar" in names
    for name in names:
        forced = run_python(_SHOW, env={"SEGCORE_KERNEL": name})
        assert forced.stdout == f"native ({name}) 2\n", forced.stderr


def test_unknown_kernel(run_python: RunPython, implementation: str, env_of: dict[str, str]) -> None:
    """A kernel that is not known is an error; so is any where there are none."""
    result = run_python(_SHOW, env={**env_of, "SEGCORE_KERNEL": "scalr"})
    assert result.returncode == 1
    last = result.stderr.strip().splitlines()[-1]
    if implementation == "native":
        assert last.startswith("ValueError: SEGCORE_KERNEL: unknown value 'scalr'; known: ")
        assert last.endswith("; did you mean 'scalar'?")
    else:
        assert last == (
            "ValueError: SEGCORE_KERNEL='scalr': the python implementation has no kernels; unset it"
        )


def test_this_run_is_what_was_wished() -> None:
    """The package under test runs what the environment asked for."""
    if WISH:
        assert segcore.implementation.split()[0] == WISH


def test_the_package_runs_native_where_it_can(implementation: str) -> None:
    """Where the extension imports and nothing is wished, it is what users get."""
    if not WISH and implementation == "native":
        assert segcore.implementation.startswith("native (")
