"""All rules in C, without Python, against the second opinion and at the edge of readable memory."""

from __future__ import annotations

from functools import cache

import pytest
from conftest import FULL_SWEEP, WISH
from kernel_driver import BUILDS, Driver, ToolMissingError, compiler
from options_corpus import OPTIONS, corpus, edges
from rules_driver import records, rules

pytestmark = [
    pytest.mark.kernel_independent,
    pytest.mark.skipif(WISH == "python", reason="the kernels are not part of that implementation"),
]


_rules = cache(rules)


@cache
def _records(name: str) -> tuple[tuple[bytes, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the octets of texts, what kernels must answer, and the texts."""
    octets, expected, texts = zip(*records(corpus(name) + edges(name)), strict=True)
    return octets, expected, texts


@pytest.fixture(scope="module", params=BUILDS)
def driver(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Driver:
    """The driver as the extension is built, with sanitizers, and for 64-bit ARM."""
    try:
        compiler()
    except ToolMissingError as error:
        if request.config.getoption("--require-native"):
            pytest.fail(f"--require-native: {error}")
        pytest.skip(str(error))
    try:
        return BUILDS[request.param](tmp_path_factory.mktemp(request.param), "rules_driver.c")
    except ToolMissingError as error:
        pytest.skip(str(error))


# The extension is held against all of them elsewhere.
@pytest.mark.parametrize("name", OPTIONS if FULL_SWEEP else list(OPTIONS)[::3])
def test_rules_against_the_second_opinion(driver: Driver, name: str) -> None:
    """Every kernel's answers are right for every width of code point and for UTF-8, wherever a text lies.

    Nothing beside a text is read, and it does not matter which other texts are measured with it.
    """
    octets, expected, texts = _records(name)
    first, *lines = driver.run(_rules(name) + b"".join(octets))
    kernels = first.split()[1:]
    assert len(lines) == len(expected)
    for line, answer, text in zip(lines, expected, texts, strict=True):
        assert line == " ".join([answer] * len(kernels)), f"{kernels} of {text}"
