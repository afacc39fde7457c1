"""The names that are a contract."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pickle
import pkgutil
import pydoc
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import segcore
import segcore.rules.smart_encoding

if TYPE_CHECKING:
    from conftest import RunPython

    from segcore import Segmenter

FUNCTIONS = [
    "analyze",
    "analyze_bulk",
    "count_segments",
    "count_segments_bulk",
    "decode",
    "detect_encoding",
    "encode",
    "split",
]


def test_all_names_resolve() -> None:
    """Every name in ``__all__`` is there once; the stub, below, is the contract."""
    assert len(set(segcore.__all__)) == len(segcore.__all__)
    for name in segcore.__all__:
        assert getattr(segcore, name) is not None
    assert dir(segcore) == sorted([*segcore.__all__, "bandwidth", "numbers"])


def test_static_names() -> None:
    """The stub, which type checkers and editors read, has every name that there is, and no other."""
    stub = Path(segcore.__file__).with_suffix(".pyi")
    names = set()
    for node in ast.parse(stub.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            assert all(alias.asname == alias.name for alias in node.names), "imported, but not exported"
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.List):
            assert sorted(ast.literal_eval(node.value)) == segcore.__all__
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    assert names - {"_standard"} == {*dir(segcore)}


def test_help_fits_on_two_pages() -> None:
    """``help(segcore)`` is an overview with every name that can be called, not everything they inherit."""
    text = pydoc.plain(pydoc.render_doc(segcore))
    assert len(text.splitlines()) <= 120
    results = {"Analysis", "Batch", "Column", "Estimate", "Totals", "Encoding", "EncodingColumn", "Segment"}
    results |= {"NullableColumn", "NonGsmCodePoint", "Bounds", "UserData", "FileError", "MissingValueError"}
    for name in {*segcore.__all__} - results - {"__version__"}:
        assert re.search(rf"\b{name}\b", text), name


def _shown(value: object) -> set[str]:
    return {name for name in dir(value) if name[0] != "_"}


def test_results_show_no_internals() -> None:
    """Completion offers what callers need, and each name of it works."""
    estimate = segcore.Estimate()
    shown = _shown(estimate)
    assert shown >= {"add", "by", "cost", "savings", "to_dict", "to_html", "update"}
    assert not shown & {"add_nulls", "add_numbered", "number", "destinations", "is_elsewhere", "elsewhere"}
    assert not shown & {"row_rules", "note"}
    assert _shown(segcore.Segmenter()) == {*FUNCTIONS, "profile"}
    assert _shown(segcore.analyze_bulk([])) == {"encodings", "segments", "totals", "units"}
    assert _shown(segcore.analyze("a")) == {
        *(field.name for field in dataclasses.fields(segcore.Analysis)),
        *("limit", "sendable", "tables"),
    }
    of_columns = {"count", "index", "itemsize", "tobytes", "tolist", "typecode"}
    assert _shown(segcore.count_segments_bulk(["a"])) == of_columns
    assert _shown(segcore.analyze_bulk(["a"]).encodings) == {*of_columns, "labels"}
    offered = {"analyze_bulk", "bounds", "count_segments_bulk", "fields", "render", "rendered", "segmenter"}
    assert _shown(segcore.Template("a")) == {*offered, "style", "text"}
    assert _shown(segcore.numbers) == {"RegionColumn", "region", "regions"}
    assert _shown(segcore.bandwidth) == {*segcore.bandwidth.__all__}


def test_star_import(run_python: RunPython, env_of: dict[str, str]) -> None:
    """``from segcore import *`` gives the public names."""
    code = "from segcore import *; import segcore; print(set(segcore.__all__) <= set(globals()))"
    result = run_python(code, env=env_of)
    assert result.stdout == "True\n", result.stderr


def test_other_names_are_refused() -> None:
    """A name that does not exist is an AttributeError that says of what."""
    with pytest.raises(AttributeError, match=r"^module 'segcore' has no attribute 'count_segment'$"):
        _ = segcore.count_segment  # type: ignore[attr-defined]


def test_version() -> None:
    """The version is one that packaging tools can order."""
    assert re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", segcore.__version__)


def test_functions_are_methods_of_the_standard_profile() -> None:
    """The functions of the module have no code path of their own."""
    for name in FUNCTIONS:
        function: Any = getattr(segcore, name)
        assert isinstance(function.__self__, segcore.Segmenter)
        assert function.__self__.profile is segcore.PROFILES["standard"]


@pytest.mark.parametrize(
    "name", ["Segmenter", *FUNCTIONS, "Analysis", "Batch", "Column", "Totals", "Encoding", "UserData"]
)
def test_documented(name: str) -> None:
    """Each public name has a docstring with an example or its arguments."""
    text = inspect.getdoc(getattr(segcore, name)) or ""
    assert "Example:" in text or "Args:" in text
    if name in FUNCTIONS:
        assert all(section in text for section in ("Args:", "Returns:", "Raises:", "Example:", "Source:"))


def test_functions_are_pickled(run_python: RunPython, env_of: dict[str, str]) -> None:
    """A function of the module can be pickled, and what comes back works."""
    code = "import pickle, segcore\n"
    for name in FUNCTIONS:
        argument = repr(["a", "б" * 71] if "bulk" in name else "a" * 161)
        if name == "decode":
            argument = f"segcore.encode({argument})"
        code += f"""
function = pickle.loads(pickle.dumps(segcore.{name}))
if repr(function({argument})) == repr(segcore.{name}({argument})):
    print({name!r})
"""
    result = run_python(code, env=env_of)
    assert result.stdout.split() == list(FUNCTIONS), result.stderr


_PROCESSES = """
import concurrent.futures, multiprocessing
import segcore
if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, context) as pool:
        print(list(pool.map(segcore.count_segments, ["a", "a" * 161])))
        print(pool.submit(segcore.Segmenter().analyze_bulk, ["a" * 161]).result().segments)
"""


def test_other_processes(run_python: RunPython, env_of: dict[str, str]) -> None:
    """Functions, methods and columns travel to a worker process and back."""
    result = run_python(_PROCESSES, env=env_of)
    assert result.stdout == "[1, 2]\nColumn([2])\n", result.stderr


def test_segmenters_are_pickled() -> None:
    """A `Segmenter` comes back with its profile, by name or by value."""
    for profile in ("standard", segcore.Profile("own", "of one's own")):
        again = pickle.loads(pickle.dumps(segcore.Segmenter(profile)))
        assert again.profile.name == segcore.Segmenter(profile).profile.name
        assert again.count_segments("a" * 152 + "€" + "a" * 152) == 3


def test_profiles(segmenter_class: type[Segmenter]) -> None:
    """A profile is found by name, can be given itself, and says where its facts are from."""
    for name, profile in segcore.PROFILES.items():
        assert profile.name == name
        assert profile.title
        assert profile.sources
        assert segmenter_class(name).profile is profile
        assert segmenter_class(profile).profile is profile
        assert repr(segmenter_class(name)) == f"Segmenter({name!r})"
    with pytest.raises(TypeError):
        segcore.PROFILES["mine"] = segcore.PROFILES["standard"]  # type: ignore[index]


def test_what_a_standard_says_cannot_be_changed() -> None:
    """Tables and profiles are shared by all segmenters of a process."""
    found = set()
    for module in pkgutil.iter_modules(segcore.rules.__path__, "segcore.rules."):
        found |= {
            each for each in vars(importlib.import_module(module.name)).values() if isinstance(each, type)
        }
    checked = [each for each in found if dataclasses.is_dataclass(each)]
    assert {segcore.Profile, segcore.rules.smart_encoding.Category} <= {*checked}
    for each in checked:
        assert each.__dataclass_params__.frozen, each  # type: ignore[attr-defined]


def test_a_profile_of_ones_own(segmenter_class: type[Segmenter]) -> None:
    """Codings and limits of another profile are what is counted by."""
    from segcore.rules.alphabets import DEFAULT_ALPHABET, DEFAULT_EXTENSION
    from segcore.rules.codings import CONCATENATION_16BIT_OCTETS, Coding, Encoding

    wide = CONCATENATION_16BIT_OCTETS
    profile = segcore.Profile(
        "wide",
        "16-bit reference, at most 3 segments",
        gsm7=Coding(Encoding.GSM7, DEFAULT_ALPHABET, DEFAULT_EXTENSION, reference=wide),
        ucs2=Coding(Encoding.UCS2, reference=wide),
        max_segments=3,
        max_segments_source="a test",
    )
    segmenter = segmenter_class(profile)
    assert segmenter.count_segments("a" * 305) == 3
    assert segmenter.count_segments_bulk(["a" * 305, "б" * 133, "a" * 160]) == [3, 3, 1]
    found = segmenter.analyze("a" * 457)
    assert (found.segments, found.capacity, found.sendable) == (4, 152, False)
    assert found.limit == "at most 3 segments in one message (a test)"
