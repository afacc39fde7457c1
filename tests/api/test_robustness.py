"""Wrong use must not end the interpreter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import RunPython

_NO_INIT = """
import array, faulthandler, importlib
import segcore
from segcore.engine import chooser as _core
faulthandler.enable()

class Own(_core.SegmentCounter):
    def __init__(self):
        pass

def attempts():
    for make in (lambda: _core.SegmentCounter.__new__(_core.SegmentCounter), Own,
                 lambda: segcore.Segmenter.__new__(segcore.Segmenter)):
        for text in ("", "a", "a" * 200, "é" * 200, "б" * 100, "\\U0001f600" * 100, None):
            yield from (
                lambda make=make, name=name, text=text: getattr(make(), name)(text)
                for name in ("detect_encoding", "count_segments", "measure", "layout", "unencodable")
            )
            yield lambda make=make, text=text: make().measure_all([text], 0, None, array.array("i"))
            yield lambda make=make: repr(make())

raised = 0
for attempt in attempts():
    try:
        attempt()
    except Exception:
        raised += 1
print("alive", raised > 0)
"""


def test_a_counter_that_was_not_initialised(run_python: RunPython, env_of: dict[str, str]) -> None:
    """A ``SegmentCounter`` made without ``__init__`` raises, and reads no memory that is not its own."""
    result = run_python(_NO_INIT, env=env_of)
    assert (result.stdout, result.returncode) == ("alive True\n", 0), result.stderr


_INIT_AGAIN = """
import segcore
from segcore.rules.codings import GSM7, UCS2, Coding, Encoding
segmenter = segcore.Segmenter()
for arguments in ((), (GSM7, UCS2), (Coding(Encoding.GSM7), UCS2), ("standard",), (None, None)):
    for cls in (segcore.Segmenter, segcore.Segmenter.__mro__[1]):
        try:
            cls.__init__(segmenter, *arguments)
            segmenter.count_segments("б€\\U0001f600" * 100)
        except Exception:
            pass
print("alive")
"""


def test_a_counter_that_is_initialised_again(run_python: RunPython, env_of: dict[str, str]) -> None:
    """``__init__`` on an object in use may raise, and must not crash."""
    result = run_python(_INIT_AGAIN, env=env_of)
    assert (result.stdout, result.returncode) == ("alive\n", 0), result.stderr


_ARRAYS = """
import array, sys
from segcore.engine import chooser as _core
from segcore.rules.codings import GSM7, UCS2
counter = _core.SegmentCounter(GSM7, UCS2)
texts = ["a" * 161, "б"] * 100
for code in "bBhHiIlLqQfd":
    for place in range(3):
        columns = [array.array("i"), array.array("q"), array.array("B")]
        columns[place] = array.array(code)
        try:
            counter.measure_all(texts, 0, None, *columns)
        except Exception:
            pass
held = array.array("i")
view = memoryview(held)
try:
    counter.measure_all(texts, 0, None, held)
except BufferError:
    pass
for first in (0, -1, 2**70):
    try:
        counter.measure_all([None], first, None, array.array("i"))
    except TypeError as error:
        assert str(error).startswith(f"texts[{first}]"), error
    except OverflowError:
        pass
for flags in (b"", b"\\x01", b"\\x01" * 1000, bytearray(200), "x" * 200):
    try:
        counter.measure_all(texts, 0, flags, array.array("i"))
    except Exception:
        pass
print("alive")
"""


def test_results_into_odd_places(run_python: RunPython, env_of: dict[str, str]) -> None:
    """Arrays of another type, arrays in use and flags of another length raise at worst."""
    result = run_python(_ARRAYS, env=env_of)
    assert (result.stdout, result.returncode) == ("alive\n", 0), result.stderr


_REENTRANT = """
import segcore

class Texts:
    def __iter__(self):
        for number in range(20_000):
            if number % 5000 == 0:
                segcore.count_segments_bulk(["a" * 161] * 10)
            yield "a" * 161

class Truth(int):
    def __bool__(self):
        segcore.analyze_bulk(["б"] * 10, mms=[True] * 10)
        return True

assert segcore.count_segments_bulk(Texts()) == [2] * 20_000
assert segcore.count_segments_bulk(["a" * 161] * 10, mms=[Truth()] * 10) == [1] * 10
texts = ["a" * 161] * 10

class Shrink(int):
    def __bool__(self):
        texts.clear()
        return True

try:
    print(segcore.count_segments_bulk(texts, mms=[Shrink()] * 10).tolist())
except (ValueError, RuntimeError) as error:
    print(type(error).__name__)
"""


def test_calls_within_calls(run_python: RunPython, env_of: dict[str, str]) -> None:
    """Texts and truth values may count messages themselves, and empty the list meanwhile."""
    result = run_python(_REENTRANT, env=env_of)
    assert result.returncode == 0, result.stderr
    assert result.stdout in ("ValueError\n", "RuntimeError\n"), result.stdout


def test_a_very_long_text(run_python: RunPython, env_of: dict[str, str]) -> None:
    """A text of 40 million code points is counted exactly."""
    code = (
        "import segcore; print(segcore.count_segments('a' * 40_000_000), "
        "segcore.count_segments('\\U0001f600' * 4_000_000))"
    )
    result = run_python(code, env=env_of)
    assert result.stdout.split() == [str(-(-40_000_000 // 153)), str(-(-4_000_000 // 33))], result.stderr
