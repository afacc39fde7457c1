"""Long calls and what happens to them meanwhile: Ctrl-C, other threads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from conftest import FULL_SWEEP, RunPython, environment

# Far more than any implementation counts in the time allowed; the list holds one text many times.
_LONG_CALL = """
import signal, sys
import segcore
# A shell that starts the tests in the background has them ignore SIGINT, children included.
signal.signal(signal.SIGINT, signal.default_int_handler)
texts = ["a" * 200_000 + "ç"] * 2_000_000
if sys.argv[1] == "iterator":
    texts = iter(texts)
try:
    print("ready", flush=True)
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

# Each text counts 2, whichever stands where; enough code points that a long call lets others run.
def fresh():
    return source.choice(KINDS) + str(source.random())

KINDS = ["a" * 170, "é" * 170, "Δ" * 170, "\\U0001f600" * 45]
texts = []

def grows():
    texts.append(fresh()); time.sleep(1e-5)

def shrinks_and_grows():
    del texts[-100:]; time.sleep(1e-5); texts.extend(fresh() for _ in range(100))

def is_replaced():
    texts[:] = [fresh() for _ in range(source.randrange(20_000, 30_000))]

def has_other_texts():
    texts[source.randrange(20_000)] = fresh()

def is_emptied():
    kept = texts[:]; texts.clear(); time.sleep(1e-5); texts.extend(kept)

for change in grows, shrinks_and_grows, is_replaced, has_other_texts, is_emptied:
    texts[:] = [fresh() for _ in range(10_000)]
    stop = threading.Event()

    def run():
        while not stop.is_set():
            change()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    calls = 0
    end = time.monotonic() + SECONDS
    while time.monotonic() < end or calls < 4:
        try:
            counts = segcore.analyze_bulk(texts).segments if calls % 2 else segcore.count_segments_bulk(texts)
        except RuntimeError as error:
            assert str(error).startswith("texts: changed from "), error
        else:
            assert set(counts) <= {2}, set(counts)
        calls += 1
    stop.set()
    thread.join()
    print(change.__name__)
"""


def test_another_thread_changes_the_list(run_python: RunPython, env_of: dict[str, str]) -> None:
    """A list that changes while it is counted gives a RuntimeError or a right answer, never a crash."""
    done = run_python(_OTHER_THREAD.replace("SECONDS", "1.2" if FULL_SWEEP else "0.2"), env=env_of)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == 5, done.stdout


_RESIZE_MIDWAY = """
import signal, time
import segcore

full = ["a" * 100_000] * 500
took = 0.0
while took < 0.1:
    full *= 2
    start = time.process_time()
    segcore.count_segments_bulk(full)
    took = time.process_time() - start

# What another thread might do, but surely in the middle of the call: after a third of its time.
CHANGES = {
    "append": lambda texts: texts.append("a"),
    "delete": lambda texts: texts.__delitem__(slice(10, None)),
    "clear": lambda texts: texts.clear(),
}
for name, change in CHANGES.items():
    # A noisy machine may let a call end too early.
    for attempt in range(5):
        texts = full[:]
        signal.signal(signal.SIGPROF, lambda *_: change(texts))
        signal.setitimer(signal.ITIMER_PROF, took / 3)
        try:
            segcore.count_segments_bulk(texts)
        except RuntimeError as error:
            print(name, str(error).replace(str(len(full)), "BEFORE").replace(str(len(texts)), "AFTER"))
            break
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="interrupts by a timer")
def test_a_changed_length_is_told(run_python: RunPython, env_of: dict[str, str]) -> None:
    """A list made longer or shorter in the middle of a call is an error that names both lengths."""
    result = run_python(_RESIZE_MIDWAY, env=env_of)
    assert result.returncode == 0, result.stderr
    said = (
        "texts: changed from BEFORE to AFTER while they were read; "
        "pass a copy, or keep other threads from changing it"
    )
    assert result.stdout.splitlines() == [f"{name} {said}" for name in ("append", "delete", "clear")]


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
