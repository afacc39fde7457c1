"""Memory in processes of their own: none is left behind by many calls, and any allocation may fail."""

from __future__ import annotations

import platform
import re
from pathlib import Path

import pytest
from conftest import FULL_SWEEP, ROOT, RunPython
from kernel_driver import HERE, ToolMissingError, _compile, compiler

pytestmark = pytest.mark.kernel_independent

_SETUP = f"""
import gc, sys
from array import array
sys.path.insert(0, {str(ROOT / "tests")!r})
import segcore
from segcore.engine import chooser
from segcore.numbers import region
from segcore.rules.codings import GSM7, UCS2
from segcore.writing.template import Template

TEXTS = ["a" * 161, "\\u0431" * 71, "\\U0001f600" * 40, "It\\u2019s {{here}}", "", "\\ud83d"] * 5
COUNTER = chooser.SegmentCounter(GSM7, UCS2)
TEMPLATE = Template("Hi {{{{name}}}}")
COLUMN = segcore.count_segments_bulk(TEXTS)
LABELS = segcore.analyze_bulk(TEXTS).encodings
PREFIXES = chooser.PrefixTable({{"1": 0, "44": 1, "4477": 2}})

class Arrow:
    def __init__(self, column): self.column = column
    def __arrow_c_array__(self, requested_schema=None): return self.column.__arrow_c_array__()

def tally(texts, read):
    made = chooser.Tally(COUNTER, COUNTER)
    made.add(texts, 0, bytes(len(texts)), array("i", range(len(texts))))
    return sorted(getattr(made, read)().items())

def estimate():
    made = segcore.Estimate()
    made.add(TEXTS[:2], to="+12025550143")
    return made.totals.segments

def fails(call, *arguments):
    try:
        call(*arguments)
    except (TypeError, ValueError) as error:
        return type(error).__name__
    return None

CALLS = {{
    "count": lambda: segcore.count_segments("a" * 161),
    "count beyond ASCII": lambda: segcore.count_segments("\\u0431" * 71),
    "count astral": lambda: segcore.count_segments("\\U0001f600" * 40),
    "count an MMS": lambda: segcore.count_segments("a" * 161, mms=True),
    "detect": lambda: segcore.detect_encoding("\\u0431"),
    "split": lambda: segcore.split("a" * 161),
    "split beyond ASCII": lambda: segcore.split("\\U0001f600" * 40),
    "analyze": lambda: segcore.analyze("It\\u2019s").segments,
    "bulk": lambda: segcore.count_segments_bulk(TEXTS).tolist(),
    "bulk of an iterator": lambda: segcore.count_segments_bulk(iter(TEXTS)).tolist(),
    "bulk with MMS": lambda: segcore.count_segments_bulk(TEXTS, mms=[True] * len(TEXTS)).tolist(),
    "analyze in bulk": lambda: segcore.analyze_bulk(TEXTS).units.tolist(),
    "totals": lambda: segcore.analyze_bulk(TEXTS).totals,
    "encodings": lambda: segcore.analyze_bulk(TEXTS).encodings.tolist(),
    "column to Arrow": lambda: COLUMN.__arrow_c_array__() and None,
    "labels to Arrow": lambda: LABELS.__arrow_c_array__() and None,
    "Arrow dictionary": lambda: segcore.count_segments_bulk(Arrow(LABELS)).tolist(),
    "tally": lambda: tally(TEXTS, "counts"),
    "tally as if encoded": lambda: tally(TEXTS, "encoded"),
    "tally of code points": lambda: tally(TEXTS, "occurs"),
    "tally of single ones": lambda: tally(TEXTS, "alone"),
    "octets": lambda: segcore.encode("a" * 161, reference=1),
    "octets beyond ASCII": lambda: segcore.encode("\\u0431" * 71, reference=1),
    "back": lambda: segcore.decode(segcore.encode("a" * 161, reference=1)),
    "smart": lambda: segcore.smart_encode("It\\u2019s"),
    "truncate": lambda: segcore.truncate("word " * 34),
    "template": lambda: TEMPLATE.count_segments_bulk({{"name": ["Ann", "\\u0431"]}}).tolist(),
    "bounds": lambda: str(TEMPLATE.bounds({{"name": (0, 20)}})),
    "region": lambda: region("+447400123456"),
    "no text": lambda: fails(segcore.count_segments, None),
    "no texts": lambda: fails(segcore.count_segments_bulk, ["a", None]),
    "no Arrow": lambda: fails(segcore.count_segments_bulk, Arrow(COLUMN)),
}}
for call in CALLS.values():
    call(), call()
"""

# Each costs more than 50 microseconds, and is called less often, so that all take seconds.
_LEAKS = (
    _SETUP
    + """
import ctypes, resource

SLOW = {"tally", "tally as if encoded", "tally of code points", "tally of single ones", "octets", "back",
        "truncate", "template", "bounds", "estimate", "analyze"}

class Malloc(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in
                "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()]

library = ctypes.CDLL(None)
# Exact where glibc tells it: what malloc handed out, but not the arenas of small objects.
malloc = getattr(library, "mallinfo2", None)
if malloc is not None:
    malloc.restype = Malloc

def in_use():
    gc.collect()
    with open("/proc/self/statm") as file:
        resident = int(file.read().split()[1]) * resource.getpagesize()
    of_c = malloc() if malloc is not None else Malloc()
    return sys.getallocatedblocks(), of_c.uordblks + of_c.hblkhd, resident

CALLS["estimate"] = estimate
if MORE:
    CALLS = MORE
total = 0
for name, call in CALLS.items():
    rounds = (4000 if name in SLOW else 45_000) // PART
    # A cache that fills or a page that the system keeps happens once; what leaks does so again.
    for attempt in range(3):
        for each in range(rounds):
            if each == rounds // 10:
                before = in_use()
            call()
        total += rounds
        blocks, of_c, resident = (now - then for now, then in zip(in_use(), before))
        if blocks <= rounds // 4 and of_c <= 4 * rounds and resident <= 2_000_000:
            break
    else:
        sys.exit(f"{name}: after {rounds} calls {blocks} blocks, {of_c} octets of C, {resident} resident")
print(total)
"""
)

_PART = 10 if FULL_SWEEP else 30
_NOTHING = "MORE = {}\n"
_ONE_OBJECT = "kept = []\nMORE = {'one object': lambda: kept.append(object())}\n"
_OCTETS_OF_C = (
    "import ctypes\nlibrary = ctypes.CDLL(None)\nlibrary.malloc.restype = ctypes.c_void_p\n"
    "MORE = {'octets of C': lambda: library.malloc(2000)}\n"
)


def _leaks(run_python: RunPython, env: dict[str, str], more: str, part: int = _PART) -> tuple[int, str]:
    if not Path("/proc/self/statm").exists():
        pytest.skip("this system does not say how much memory a process has")
    done = run_python(f"PART = {part}\n{more}{_LEAKS}", env=env, timeout=300)
    return done.returncode, done.stdout + done.stderr


def test_calls_leave_nothing_behind(
    run_python: RunPython, implementation: str, env_of: dict[str, str]
) -> None:
    """Of 10^6 calls, errors included, neither objects nor memory of C remain.

    The short sweep makes a thirtieth of the calls, and Python's half, which owns no memory of C, a tenth.
    """
    part = 1 if FULL_SWEEP and implementation == "native" else _PART
    code, said = _leaks(run_python, env_of, _NOTHING, part)
    assert code == 0, said
    assert int(said) >= 1_000_000 // part


@pytest.mark.parametrize("more", [_ONE_OBJECT, _OCTETS_OF_C], ids=["object", "memory of C"])
def test_what_is_left_behind_is_found(run_python: RunPython, more: str) -> None:
    """The test above can fail: a call that keeps one object, or memory of C, is named."""
    code, said = _leaks(run_python, {}, more)
    assert code == 1
    assert "calls" in said


_NO_MEMORY = (
    _SETUP
    + """
import _testcapi
CALLS["estimate"] = estimate
estimate(), estimate()
failed = 0
gc.disable()
for name, call in CALLS.items():
    expected = call()
    quiet = 0
    # Some failures go unnoticed, such as that of a cache: it ends where many in a row do.
    # An estimate has 11,000 allocations, most of them of Python code: one in 23 fails,
    # in the short sweep one in 71.
    for number in range(0, 50_000, EVERY) if name == "estimate" else range(4000):
        error = found = None
        _testcapi.set_nomemory(number, number + 1)
        try:
            found = call()
        except BaseException as raised:
            error = raised
        finally:
            _testcapi.remove_mem_hooks()
        if error is None:
            if found != expected:
                sys.exit(f"{name}: without allocation {number}: {found!r}, expected {expected!r}")
            quiet += 1
            if quiet == 25:
                break
            continue
        quiet = 0
        failed += 1
        # Without memory for a frame of the traceback, Python 3.11 itself loses the exception; without
        # memory for a lock, it raises another one.
        lost = isinstance(error, SystemError) and "without" in str(error) and "exception" in str(error)
        lock = isinstance(error, RuntimeError) and str(error) == "can't allocate lock"
        if not (isinstance(error, MemoryError) or lock or (lost and name in ("no texts", "no Arrow"))):
            sys.exit(f"{name}: allocation {number}: {error!r}")
        error = None
        found = call()
        if found != expected:
            sys.exit(f"{name}: after allocation {number} failed: {found!r}, expected {expected!r}")
    else:
        sys.exit(f"{name}: no end")
print(failed)
"""
)


def test_no_memory_for_each_allocation(run_python: RunPython, implementation: str) -> None:
    """It is a `MemoryError` or the right answer, and the next call answers as if nothing had been."""
    if implementation == "python":
        pytest.skip("all allocations are the interpreter's own")
    pytest.importorskip("_testcapi", reason="this interpreter cannot be told to run out of memory")
    every = f"EVERY = {23 if FULL_SWEEP else 71}\n"
    done = run_python(
        every + _NO_MEMORY,
        env={"SEGCORE_IMPLEMENTATION": implementation, "PYTHONMALLOC": "malloc"},
        timeout=300,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert int(done.stdout) > 1000


_NO_MEMORY_OF_C = (
    _SETUP
    + """
import ctypes
countdown = ctypes.c_long.in_dll(ctypes.CDLL(None), "segcore_countdown")
MANY = [*TEXTS, "\\u2026\\u0431" * 300, *(chr(point) + "\\u2019" for point in range(0x400, 0x2000, 0x100))]

def estimate(*arguments, **options):
    made = segcore.Estimate(segcore.Segmenter(*arguments, **options))
    made.add(MANY, to="+12025550143")
    made += made
    return made.totals, made.offenders, made.savings

CALLS["estimate"] = estimate
CALLS["smart estimate"] = lambda: estimate("twilio", smart_encoding=True)
failed = 0
for name, call in CALLS.items():
    expected, number = call(), 0
    while not countdown.value:
        number += EVERY
        countdown.value = number
        try:
            found = call()
        except MemoryError:
            found = expected
            failed += 1
        if found != expected:
            sys.exit(f"{name}: without allocation {number}: {found!r}, expected {expected!r}")
        # It is 0 if there was such an allocation.
        if not countdown.value and call() != expected:
            sys.exit(f"{name}: another answer after allocation {number} failed")
    countdown.value = 0
print(failed)
"""
)


def test_no_memory_for_each_allocation_of_c(
    run_python: RunPython, implementation: str, tmp_path: Path
) -> None:
    """Python's allocators are not asked there: the library that is loaded before all others fails."""
    if implementation == "python" or platform.libc_ver()[0] != "glibc":
        pytest.skip("the extension of a system with glibc is what such a library can be told from")
    library = tmp_path / "failing.so"
    try:
        flags = ("-O1", "-Wall", "-Wextra", "-shared", "-fPIC")
        _compile([*compiler(), *flags], library, HERE / "kernels" / "failing_malloc.c")
    except ToolMissingError as error:
        pytest.skip(str(error))
    done = run_python(
        f"EVERY = {1 if FULL_SWEEP else 3}\n{_NO_MEMORY_OF_C}",
        env={"SEGCORE_IMPLEMENTATION": implementation, "LD_PRELOAD": str(library)},
        timeout=300,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert int(done.stdout) > 80


def test_the_extension_has_no_list_comprehension() -> None:
    """Cython 3.3.1 releases an item twice where appending it fails; a test may not show it."""
    found = [
        f"{path.name}: {match[0]}"
        for path in sorted((ROOT / "segcore/engine/native").glob("*.p[yx][xi]"))
        for match in re.finditer(r"\[[^][#\"]*\bfor\b[^][]*\bin\b[^][]*\]", path.read_text("utf-8"))
    ]
    assert list((ROOT / "segcore/engine/native").glob("*.p[yx][xi]"))
    assert found == []
