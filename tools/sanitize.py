"""Runs tests with the extension under the sanitizers of the compiler: ``python -m tools.sanitize``.

The extension is built with AddressSanitizer and UndefinedBehaviorSanitizer into a copy of the package; the
checkout is left alone.  The tests that are named run, or else those of all that gets addresses.  The exit
code 75 says that there are no sanitizers here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NATIVE = Path("segcore/engine/native")

_SANITIZERS = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer")

_ENGINE = "tests/engine"
_TESTS = (
    *(f"{_ENGINE}/test_{name}.py" for name in ("arrow_malformed", "prefixes", "packing", "number_pairs")),
    "tests/rules/test_national.py",
    f"{_ENGINE}/test_tally.py::test_scripts",
    f"{_ENGINE}/test_tally.py::test_a_limit",
    f"{_ENGINE}/test_tally.py::test_a_failure_in_a_column_adds_nothing",
    f"{_ENGINE}/test_tally.py::test_a_dictionary_value_that_is_null",
    f"{_ENGINE}/test_tally.py::test_groups_of_a_column_in_chunks",
)

# An exit code that says "not here, not now".
_UNAVAILABLE = 75


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr[-4000:]}")
    return done.stdout.strip()


def build(folder: Path) -> None:
    """Copy the package and build its extension there with the sanitizers.

    Args:
        folder: Where the copy is to lie.
    """
    shutil.copytree(
        ROOT / "segcore", folder / "segcore", ignore=shutil.ignore_patterns("*.so", "__pycache__")
    )
    for path in ROOT.iterdir():
        if path.name not in ("segcore", "build") and not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    _run(folder, sys.executable, "-m", "cython", "-3", f"{NATIVE}/binding.pyx")
    sources = [folder / NATIVE / "binding.c", *sorted((folder / NATIVE / "kernel").rglob("*.c"))]
    includes = (f"-I{NATIVE}", f"-I{sysconfig.get_paths()['include']}")

    def compile_source(source: Path) -> str:
        made = f"{source.stem}.o"
        # The binding is large, and only moves data.
        level = "-O0" if source.stem == "binding" else "-O1"
        _run(folder, "cc", *_SANITIZERS, "-fPIC", *includes, level, "-w", "-c", str(source), "-o", made)
        return made

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        objects = list(threads.map(compile_source, sources))
    target = f"{NATIVE}/binding{sysconfig.get_config_var('EXT_SUFFIX')}"
    _run(folder, "cc", "-shared", *_SANITIZERS, *objects, "-o", target)


def main(arguments: list[str] | None = None) -> int:
    """Build, run the tests that are named or else those of the binding, and return their exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    # Exceptions of C++ in other extensions need the second before the first is loaded.
    libraries = [_run(ROOT, "cc", f"-print-file-name={name}") for name in ("libasan.so", "libstdc++.so.6")]
    if not all(map(os.path.isabs, libraries)):
        print("there is no libasan.so here: nothing was run")
        return _UNAVAILABLE
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder)
        environment = {
            # All that it reads is checked; drivers in C run the others.  Another can be asked for.
            "SEGCORE_KERNEL": "scalar",
            **os.environ,
            "LD_PRELOAD": " ".join(libraries),
            "ASAN_OPTIONS": "detect_leaks=0",
            # Python's own allocator would hide where one object ends.
            "PYTHONMALLOC": "malloc",
            "SEGCORE_IMPLEMENTATION": "native",
        }
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--require-native"]
        command += [*given, *(() if any(not each.startswith("-") for each in given) else _TESTS)]
        return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
