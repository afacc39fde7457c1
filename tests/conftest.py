"""What every test shares: each implementation in turn, seeds, and fresh interpreters."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

import hypothesis
import pytest

import segcore

if TYPE_CHECKING:
    from segcore import Segmenter

Item = TypeVar("Item")

WISH = os.environ.get("SEGCORE_IMPLEMENTATION", "")

_MODULES = {"native": "segcore.engine.native.binding", "python": "segcore.engine.python"}

# A kernel is a wish for the native implementation.
KERNEL_WISH = os.environ.get("SEGCORE_KERNEL", "")

# A named wish is a promise that nothing else runs, so only that one is tested.
_IMPLEMENTATIONS = [WISH or "native"] if WISH or KERNEL_WISH else list(_MODULES)


_DEFAULT_SEED = "20260"
SEED = os.environ.get("SEGCORE_TEST_SEED", _DEFAULT_SEED)

# `.ci/run` asks for the full sweep: every kernel under every test, and more of what is drawn.
FULL_SWEEP = os.environ.get("SEGCORE_TEST_SWEEP", "") == "full"


def thinned(items: Iterable[Item], every: int) -> list[Item]:
    """Return all items in the full sweep, and in the short one the first of each few."""
    return [*items][:: 1 if FULL_SWEEP else every]


def examples(most: int) -> int:
    """Return how many cases to draw: all in the full sweep, and a third in the short one."""
    return most if FULL_SWEEP else most // 3


def in_turn(cases: Iterable[tuple[Item, ...]]) -> list[tuple[Item | str, ...]]:
    """Return each case with each implementation in the full sweep, and with one in turn in the short one.

    For what is read before it is counted: ``parametrize(("name", "implementation"), in_turn(...), indirect=
    ["implementation"])``.
    """
    many = len(_IMPLEMENTATIONS)
    return [
        (*case, name)
        for number, case in enumerate(cases)
        for index, name in enumerate(_IMPLEMENTATIONS)
        if FULL_SWEEP or number % many == index
    ]


ONCE = pytest.mark.parametrize("implementation", [name for (name,) in in_turn([()])], indirect=True)
"""For what neither implementation can change: the short sweep asks one of them."""


def _paths() -> list[str]:
    """Return the ways of counting that this machine can run.

    The short sweep leaves out all kernels but the fastest: the drivers in `kernels/` call the others.
    """
    paths = []
    if "native" in _IMPLEMENTATIONS:
        try:
            kernels = importlib.import_module(_MODULES["native"]).KERNELS
        except ImportError:
            kernels = ()
        wished = [kernel for kernel in kernels if KERNEL_WISH in ("", kernel)]
        paths += [f"native-{kernel}" for kernel in wished[: None if FULL_SWEEP else 1]] or ["native"]
    if "python" in _IMPLEMENTATIONS:
        paths.append("python")
    return paths


# Rooms that count nothing: they read, price and show.
_WITHOUT_KERNEL = ("bandwidth", "cli", "fuzz", "numbers", "project", "rates", "reports", "sources")

# The folder that `segcore` was imported from: the checkout, or where it is installed.
ROOT = Path(segcore.__file__).resolve().parents[1]

hypothesis.settings.register_profile(
    "segcore",
    deadline=None,
    # A seed of one's own also asks hypothesis for examples of its own.
    derandomize=SEED == _DEFAULT_SEED,
    database=None,
    max_examples=examples(100),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("segcore")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require-native",
        action="store_true",
        help="fail where the compiled extension is missing, instead of skipping",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--require-native") and WISH == "python":
        raise pytest.UsageError(
            "--require-native contradicts SEGCORE_IMPLEMENTATION=python; leave out one of them"
        )


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what a lane that insists on one kernel or implementation need not repeat."""
    if item.path.parent.name in _WITHOUT_KERNEL:
        item.add_marker(pytest.mark.kernel_independent)
    names = getattr(item, "fixturenames", ())
    if "path" in names:
        item.add_marker(pytest.mark.every_kernel)
    if "path" in names or "implementation" in names:
        item.add_marker(pytest.mark.every_implementation)
    params = getattr(getattr(item, "callspec", None), "params", {})
    if any(isinstance(each, str) and each == "arm64" for each in params.values()):
        item.add_marker(pytest.mark.emulated)


def pytest_collection_finish() -> None:
    # The tests themselves are no garbage, and are not searched for it again.
    gc.freeze()


def pytest_report_header(config: pytest.Config) -> str:
    sweep = "full" if FULL_SWEEP else "short, SEGCORE_TEST_SWEEP=full for all of it"
    return f"segcore: {segcore.implementation} from {ROOT}; SEGCORE_TEST_SEED={SEED}; sweep: {sweep}"


def _native_is_missing() -> str:
    try:
        importlib.import_module(_MODULES["native"])
    except ImportError as error:
        return str(error)
    return ""


def _available(name: str, config: pytest.Config) -> str:
    """Return the name of an implementation, or skip or fail if it is not there."""
    if name == "native" and (why := _native_is_missing()):
        if config.getoption("--require-native") or WISH == "native":
            pytest.fail(f"--require-native: {why}")
        pytest.skip(why)
    return name


@pytest.fixture(scope="session", params=_IMPLEMENTATIONS)
def implementation(request: pytest.FixtureRequest) -> str:
    """The name of each implementation in turn, as ``SEGCORE_IMPLEMENTATION`` takes it."""
    return _available(request.param, request.config)


@pytest.fixture(scope="session")
def core(implementation: str) -> ModuleType:
    """The module of each implementation in turn."""
    return importlib.import_module(_MODULES[implementation])


@pytest.fixture(scope="session", params=_paths())
def path(request: pytest.FixtureRequest) -> tuple[ModuleType, str]:
    """The module of each implementation with each of its kernels in turn."""
    name, _, kernel = request.param.partition("-")
    return importlib.import_module(_MODULES[_available(name, request.config)]), kernel


MakeCounter = Callable[..., Any]


@pytest.fixture(scope="session")
def make_counter(path: tuple[ModuleType, str]) -> MakeCounter:
    """Make a ``SegmentCounter`` of each implementation and kernel, under any codings."""
    module, kernel = path
    return lambda gsm7, ucs2, **more: module.SegmentCounter(gsm7, ucs2, kernel, **more)


@pytest.fixture(scope="session")
def counter(make_counter: MakeCounter) -> Any:
    """A ``SegmentCounter`` of each implementation and kernel with the standard codings."""
    from segcore.rules.codings import GSM7, UCS2

    return make_counter(GSM7, UCS2)


@pytest.fixture(scope="session")
def segmenter_class(path: tuple[ModuleType, str]) -> type[Segmenter]:
    """The public class on top of each implementation and kernel in turn.

    Only the module that subclasses ``SegmentCounter`` is loaded a second time, with a chooser that
    chose `path`.  Everything else is shared, so that enumerations and dataclasses compare.
    """
    module, kernel = path
    chooser = importlib.import_module("segcore.engine.chooser")
    if chooser.SegmentCounter is module.SegmentCounter and kernel == chooser.KERNEL:
        return segcore.Segmenter
    spec = importlib.util.find_spec("segcore.segmenter")
    assert spec is not None
    assert spec.loader is not None
    second = importlib.util.module_from_spec(spec)
    chosen = SimpleNamespace(**{**vars(chooser), "SegmentCounter": module.SegmentCounter, "KERNEL": kernel})
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "segcore.engine.chooser", chosen)
        patch.setattr(importlib.import_module("segcore.engine"), "chooser", chosen)
        spec.loader.exec_module(second)
    found: type[Segmenter] = second.Segmenter
    assert found.__mro__[1] is module.SegmentCounter
    return found


def tally_of(module: ModuleType, counter: Any, *more: Any) -> Any:
    """Return a tally of an implementation for a counter of it, and for another counter one of the default."""
    default = importlib.import_module("segcore.engine.chooser")
    return (module if isinstance(counter, module.SegmentCounter) else default).Tally(counter, *more)


@pytest.fixture(scope="session")
def segmenter(segmenter_class: type[Segmenter]) -> Segmenter:
    """The whole public interface of each implementation and kernel, under the standard profile."""
    return segmenter_class()


RunPython = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def run_python() -> RunPython:
    """Run code in a fresh interpreter that finds this very segcore, and return what it did."""

    def run(
        code: str, *arguments: str, env: dict[str, str] | None = None, timeout: float = 60
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments, "-X", "faulthandler", "-c", code],
            env=environment(env),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )

    return run


def environment(changes: dict[str, str] | None = None) -> dict[str, str]:
    """Return an environment in which this very segcore is found and nothing about it is wished."""
    # Where Python writes at once, no test could tell a program that does not.
    wishes = ("SEGCORE_", "PYTHONUNBUFFERED")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(wishes)}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **(changes or {})}


@pytest.fixture
def env_of(implementation: str) -> dict[str, str]:
    """The environment in which a fresh interpreter runs each implementation in turn."""
    return {"SEGCORE_IMPLEMENTATION": implementation}
