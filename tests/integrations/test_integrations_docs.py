"""Each method of ``.sms`` has the documentation of the function behind it."""

from __future__ import annotations

import importlib
import inspect

import pytest

pytestmark = pytest.mark.kernel_independent


@pytest.mark.parametrize(
    ("engine", "name"), [("polars", "SmsExpr"), ("polars", "SmsSeries"), ("pandas", "SmsAccessor")]
)
def test_methods_say_all_that_functions_say(engine: str, name: str) -> None:
    """The docstring is the whole one, but for the argument that the method does not take."""
    pytest.importorskip(engine)
    adapter = importlib.import_module(f"segcore.integrations.{engine}")
    namespace = getattr(adapter, name)
    for method in ("segments", "units", "encoding", "analyze", "smart_encode", "region"):
        text = inspect.getdoc(getattr(namespace, method)) or ""
        first, *_ = text.splitlines()
        assert first == (inspect.getdoc(getattr(adapter, method)) or "").splitlines()[0]
        sections = [
            line for line in text.splitlines() if line in ("Args:", "Returns:", "Raises:", "Example:")
        ]
        assert sections == ["Args:", "Returns:", "Raises:", "Example:"], (method, sections)
        taken = list(inspect.signature(getattr(namespace, method)).parameters)[1:]
        arguments = text.split("Args:\n")[1].split("\n\n")[0].splitlines()
        documented = [
            line.strip().partition(":")[0] for line in arguments if line[:5].strip() and line[4] != " "
        ]
        assert documented == taken, method
