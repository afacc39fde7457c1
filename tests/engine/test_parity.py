"""Each implementation looks the same from outside."""

from __future__ import annotations

import gc
import inspect
import time
import types
from types import ModuleType
from typing import Any

import pytest

from segcore import Segmenter
from segcore.engine import python as readable


def _public(value: Any) -> list[str]:
    return sorted(name for name in dir(value) if not name.startswith("_"))


PUBLIC = _public(readable.SegmentCounter)
METHODS = [name for name in PUBLIC if callable(getattr(readable.SegmentCounter, name))]


def test_public_names(core: ModuleType) -> None:
    """Neither implementation has a public attribute that the other has not."""
    assert _public(core.SegmentCounter) == PUBLIC
    assert "measure_all" in METHODS


def _says_the_same(ours: object, theirs: object) -> bool:
    """Return whether a docstring is that of the readable implementation, its first line, or not there."""
    documented = inspect.getdoc(theirs)
    assert documented
    return inspect.getdoc(ours) in (None, documented.splitlines()[0], documented)


@pytest.mark.parametrize("method", METHODS)
def test_docstrings(core: ModuleType, method: str) -> None:
    """The readable implementation documents every method, and the other says nothing else."""
    assert _says_the_same(getattr(core.SegmentCounter, method), getattr(readable.SegmentCounter, method))


@pytest.mark.parametrize("method", ["count_segments", "detect_encoding"])
def test_docstrings_of_functions(core: ModuleType, method: str) -> None:
    """What users ask help() about is there in full, whichever runs."""
    ours = inspect.getdoc(getattr(core.SegmentCounter, method))
    assert ours == inspect.getdoc(getattr(readable.SegmentCounter, method))
    assert ours
    assert "Example:" in ours


@pytest.mark.parametrize("name", ["DialPlan", "PrefixTable", "Tally"])
def test_other_classes(core: ModuleType, name: str) -> None:
    """The other classes look the same from outside, too."""
    ours, theirs = getattr(core, name), getattr(readable, name)
    public = _public(theirs)
    assert _public(ours) == public
    assert _says_the_same(ours, theirs)
    for method in public:
        found, expected = getattr(ours, method), getattr(theirs, method)
        assert _says_the_same(found, expected)
        assert str(inspect.signature(found)).replace("'", "") == str(inspect.signature(expected)).replace(
            "'", ""
        )


@pytest.mark.parametrize(
    "name", ["arrow_array", "cell_quotes", "number_pairs", "read_booleans", "read_integers"]
)
def test_functions(core: ModuleType, name: str) -> None:
    """Functions have the same signature."""
    ours, theirs = getattr(core, name), getattr(readable, name)
    assert str(inspect.signature(ours)).replace("'", "") == str(inspect.signature(theirs)).replace("'", "")


@pytest.mark.parametrize("method", METHODS)
def test_signatures(core: ModuleType, method: str) -> None:
    """Names, kinds, defaults and annotations of arguments are the same."""
    found = getattr(core.SegmentCounter, method)
    ours = inspect.signature(found)
    theirs = inspect.signature(getattr(readable.SegmentCounter, method))
    # The first is the counter: that it cannot be given by name is of no use to anybody.
    assert [(p.name, p.kind, p.default) for p in ours.parameters.values()][1:] == [
        (p.name, p.kind, p.default) for p in theirs.parameters.values()
    ][1:]
    if isinstance(found, types.MethodDescriptorType):
        # C has no annotations; this is the price of a call that costs what a call of `len` does.
        assert method == "count_segments"
    else:
        assert str(ours).replace("'", "") == str(theirs).replace("'", "")


@pytest.mark.parametrize("method", METHODS)
def test_names_of_methods(core: ModuleType, method: str) -> None:
    """A method knows its name and where it belongs: pickling and tracebacks need it."""
    found = getattr(core.SegmentCounter, method)
    assert (found.__name__, found.__qualname__) == (method, f"SegmentCounter.{method}")


def test_class(core: ModuleType) -> None:
    """The class says the same about itself, and can be subclassed."""
    assert _says_the_same(core.SegmentCounter, readable.SegmentCounter)
    assert core.SegmentCounter.__name__ == "SegmentCounter"
    assert core.SegmentCounter.__module__ in (core.__name__, f"{core.__name__}.counter")
    assert issubclass(type("Own", (core.SegmentCounter,), {}), core.SegmentCounter)


def test_constants(core: ModuleType, implementation: str) -> None:
    """Each module names itself and its kernels; the one that runs is among them."""
    assert isinstance(core.KERNELS, tuple)
    assert implementation == core.IMPLEMENTATION
    if implementation == "native":
        # The portable kernel is always there, and the last resort.
        assert core.KERNELS[-1] == "scalar"
        assert len(set(core.KERNELS)) == len(core.KERNELS)
    else:
        assert core.KERNELS == ()


@pytest.mark.parametrize("kernel", ["scalr", "Scalar", "neon2", "python"])
def test_unknown_kernel(core: ModuleType, kernel: str) -> None:
    """A kernel that this machine cannot run is an error that lists those that it can."""
    from segcore.rules.codings import GSM7, UCS2

    with pytest.raises(ValueError, match=f"^kernel: unknown value '{kernel}'; known: ") as caught:
        core.SegmentCounter(GSM7, UCS2, kernel)
    assert all(name in str(caught.value) for name in core.KERNELS)


def test_extra_public_names_of_the_modules(core: ModuleType) -> None:
    """What the chooser takes is in each module."""
    assert {"IMPLEMENTATION", "KERNELS", "SegmentCounter"} <= set(_public(core))


@pytest.mark.parametrize("text", ["a", "a€b"])
@pytest.mark.parametrize("name", ["split", "analyze"])
def test_a_long_text_takes_linear_time(segmenter: Segmenter, name: str, text: str) -> None:
    """Eight times the text takes about eight times as long; where it was quadratic, 64 times."""

    def seconds(times: int) -> float:
        found = []
        for _ in range(3):
            start = time.process_time()
            getattr(segmenter, name)(text * times)
            found.append(time.process_time() - start)
        return min(found)

    # The search for garbage looks at the objects of all tests before.
    gc.disable()
    try:
        # On a busy machine, a single comparison can be wrong.
        assert any(seconds(20_000) < 25 * max(seconds(2_500), 0.0005) for _ in range(5))
    finally:
        gc.enable()
