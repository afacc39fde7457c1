"""Long calls and what happens to them meanwhile: Ctrl-C, other threads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from conftest import RunPython, environment

# Far more than any implementation counts in the time allowed; the list holds one text many times.
_LONG_CALL = """
import signal, sys
import segcore
# A shell that starts the tests in the background has them ignore SIGINT, children included.
signal.signal(signal.SIGINT, signal.default_int_handler)
texts = ["a" * 200_000 + "ç"] * 2_000_000
if sys.argv[1] == "iterator":
    texts = iter(texts)
print("ready", flush=True)
try:
    segcore.count_segments_bulk(texts)
except KeyboardInterrupt:
    print("interrupted", flush=True)
else:
    print("finished", flush=True)
print(segcore.count_segments("a" * 161), flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
@pytest.mark.parametrize("form", ["list", "iterator"])
def test_ctrl_c(env_of: dict[str, str], form: str) -> None:
    """Ctrl-C ends a bulk call within seconds, as KeyboardInterrupt, and counting works afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-c", _LONG_CALL, form],
        env=environment(env_of),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.3)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (output, process.returncode) == ("interrupted\n2\n", 0), errors


_OTHER_THREAD = """
import faulthandler, random, sys, threading, time
import segcore
faulthandler.enable()
sys.setswitchinterval(1e-6)
source = random.Random(7)
texts = []
stop = threading.Event()

def change():
    while not stop.is_set():
        {CHANGE}

# Each text counts 2, whichever stands where; enough code points that a long call lets others run.
def fresh():
    return source.choice(KINDS) + str(source.random())

KINDS = ["a" * 170, "é" * 170, "Δ" * 170, "\\U0001f600" * 45]
texts.extend(fresh() for _ in range(30_000))
thread = threading.Thread(target=change, daemon=True)
thread.start()
seen = set()
end = time.monotonic() + 0.6
while time.monotonic() < end:
    try:
        counts = segcore.{CALL}
    except RuntimeError as error:
        assert str(error).startswith("texts: changed from "), error
        seen.add("RuntimeError")
    else:
        assert set(counts) <= {{2}}, set(counts)
        seen.add("right")
stop.set()
thread.join()
print(sorted(seen))
"""

_CHANGES = {
    "grows": "texts.append(fresh()); time.sleep(1e-5)",
    "shrinks-and-grows": "del texts[-100:]; time.sleep(1e-5); texts.extend(fresh() for _ in range(100))",
    "is-replaced": "texts[:] = [fresh() for _ in range(source.randrange(20_000, 30_000))]",
    "has-other-texts": "texts[source.randrange(20_000)] = fresh()",
    "is-emptied": "kept = texts[:]; texts.clear(); time.sleep(1e-5); texts.extend(kept)",
}
_CALLS = ["count_segments_bulk(texts)", "analyze_bulk(texts).segments"]


@pytest.mark.parametrize("change", _CHANGES.values(), ids=_CHANGES)
@pytest.mark.parametrize("call", _CALLS, ids=["count", "analyze"])
def test_another_thread_changes_the_list(
    run_python: RunPython, env_of: dict[str, str], change: str, call: str
) -> None:
    """A list that changes while it is counted gives a RuntimeError or a right answer, never a crash."""
    code = _OTHER_THREAD.format(CHANGE=change, CALL=call)
    result = run_python(code, env=env_of)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() in ("['RuntimeError']", "['right']", "['RuntimeError', 'right']")


_RESIZE_MIDWAY = """
import signal, time
import segcore

texts = ["a" * 100_000] * 500
took = 0.0
while took < 0.15:
    texts *= 2
    start = time.process_time()
    segcore.count_segments_bulk(texts)
    took = time.process_time() - start
full = texts[:]

# What another thread might do, but surely in the middle of the call: after a third of its time.
def change(*_):
    {CHANGE}

signal.signal(signal.SIGPROF, change)
# A noisy machine may let a call end too early.
for attempt in range(5):
    texts[:] = full
    signal.setitimer(signal.ITIMER_PROF, took / 3)
    try:
        segcore.count_segments_bulk(texts)
    except RuntimeError as error:
        print(str(error).replace(str(len(full)), "BEFORE").replace(str(len(texts)), "AFTER"))
        break
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
else:
    print("nothing")
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="interrupts by a timer")
@pytest.mark.parametrize("change", ["texts.append('a')", "del texts[10:]", "texts.clear()"])
def test_a_changed_length_is_told(run_python: RunPython, env_of: dict[str, str], change: str) -> None:
    """A list made longer or shorter in the middle of a call is an error that names both lengths."""
    result = run_python(_RESIZE_MIDWAY.format(CHANGE=change), env=env_of)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == (
        "texts: changed from BEFORE to AFTER while they were read; "
        "pass a copy, or keep other threads from changing it"
    )


_MANY_THREADS = """
import segcore
from concurrent.futures import ThreadPoolExecutor
texts = ["a" * 161, "б" * 71, "\\U0001f600" * 67, "€" * 153] * 500
with ThreadPoolExecutor(8) as pool:
    for column in pool.map(lambda _: segcore.count_segments_bulk(texts), range(16)):
        assert column == [2, 2, 3, 3] * 500
print("right")
"""


def test_many_threads_share_one_counter(run_python: RunPython, env_of: dict[str, str]) -> None:
    """Eight threads with the same object get the same right answers."""
    result = run_python(_MANY_THREADS, env=env_of)
    assert (result.stdout, result.returncode) == ("right\n", 0), result.stderr
