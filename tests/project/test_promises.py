"""Each promise of docs/guarantees.md and SECURITY.md has a test that would notice if it were broken."""

from __future__ import annotations

import ast
import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ONCE
from snippets import CHECKOUT

if TYPE_CHECKING:
    from conftest import RunPython

PAGES = (CHECKOUT / "docs" / "guarantees.md", CHECKOUT / "SECURITY.md")

if not all(page.exists() for page in PAGES):
    pytest.skip("the documentation is not there", allow_module_level=True)

TESTS = Path(__file__).parents[1]

# The beginning of a sentence or a row of a table, and the tests that prove it, or in brackets why none can.
PROMISES = {
    # Threads
    "| `Segmenter`, `Profile`": (
        "sources/test_interrupts.py::test_many_threads_share_one_counter "
        "project/test_promises.py::test_threads_share_objects "
        "api/test_public_api.py::test_what_a_standard_says_cannot_be_changed"
    ),
    "| results: `Analysis`": "project/test_promises.py::test_threads_share_objects",
    "| `Estimate` |": "cost/test_estimate.py::test_threads_may_share_an_estimate",
    "| lists and columns of texts": (
        "engine/test_threads.py::test_many_threads_and_one_column "
        "sources/test_interrupts.py::test_another_thread_changes_the_list"
    ),
    "| a stream or an iterator": "api/test_iterables.py::test_an_iterator_is_read_to_its_end_and_no_further",
    "If another thread makes a list": "sources/test_interrupts.py::test_a_changed_length_is_told",
    "Threads that share one `Estimate`": "cost/test_estimate.py::test_sums",
    "Counting an Arrow column releases": (
        "engine/test_threads.py::test_other_threads_run_meanwhile sources/test_interrupts.py::test_ctrl_c"
    ),
    "The extension runs on free-threaded": "engine/test_threads.py::test_the_gil_stays_off",
    "You can pickle an": (
        "cost/test_estimate.py::test_it_can_be_pickled "
        "writing/test_template.py::test_templates_can_be_pickled "
        "api/test_public_api.py::test_segmenters_are_pickled"
    ),
    "The extension serves one": "engine/test_chooser.py::test_another_interpreter_of_the_process",
    "In any other, segcore warns": "engine/test_chooser.py::test_another_interpreter_of_the_process",
    # Memory
    "A bulk call on a list": "engine/test_memory.py::test_columns_are_as_large_as_their_values",
    "`segcore.estimate` and `segcore estimate` read": (
        "cost/test_workers.py::test_frames_in_memory_are_bounded"
    ),
    "Their memory stops growing": "cli/test_estimate_command.py::test_memory_does_not_grow_with_the_file",
    "- the input is CSV": (
        "cli/test_estimate_command.py::test_memory_does_not_grow_with_the_file "
        "sources/test_json_files.py::test_memory_of_an_array"
    ),
    "- a row group of": "(a condition on the input)",
    "- there are few groups": "cli/test_estimate_command.py::test_groups_take_some_hundred_octets",
    "Compressed files, files that": (
        "sources/test_opening.py::test_copies_are_private_and_as_large_as_the_text"
    ),
    "`segcore bandwidth reconcile` keeps": "(a condition on the input)",
    # Files
    "- **Output** is written": (
        "cli/test_termination.py::test_a_signal_while_annotating_leaves_nothing "
        "sources/test_opening.py::test_replacing"
    ),
    "A reader sees the old": "sources/test_opening.py::test_nothing_is_replaced_after_an_error",
    "- **Temporary files** are": "cli/test_termination.py::test_temporary_files_are_private_and_removed",
    "They hold texts": (
        "sources/test_opening.py::test_copies_are_private_and_as_large_as_the_text "
        "sources/test_opening.py::test_plain_files_are_not_copied"
    ),
    "- segcore removes them": (
        "cli/test_termination.py::test_temporary_files_are_removed_at_the_end "
        "cli/test_termination.py::test_temporary_files_are_private_and_removed"
    ),
    "After SIGKILL or a power": "cli/test_termination.py::test_the_next_run_removes_a_rewritten_copy",
    "Windows has no such": "(said of Windows, and advice)",
    "- A file that changes": "cli/test_termination.py::test_a_file_that_changes_while_it_is_read",
    "So is one that shrinks": "cli/test_termination.py::test_a_mapped_file_that_shrinks",
    # Signals
    "On Ctrl-C (SIGINT)": "cli/test_termination.py::test_a_signal_while_annotating_leaves_nothing",
    "Under `nohup` it": "cli/test_termination.py::test_temporary_files_are_removed_at_the_end",
    "A closed pipe ends": "cli/test_cli.py::test_estimate_ends_quietly_when_nobody_reads",
    "The library installs no": (
        "project/test_promises.py::test_the_library_leaves_signals_and_logs_alone "
        "sources/test_interrupts.py::test_ctrl_c"
    ),
    # Limits
    "| a line, cell or JSON value": (
        "sources/test_safe_reading.py::test_long_lines "
        "sources/test_json_files.py::test_a_record_that_is_too_long"
    ),
    "| unpacked size": "sources/test_safe_reading.py::test_what_unpacks_to_far_too_much",
    "| archives inside": "sources/test_opening.py::test_packed_without_end",
    "| segments of a message": (
        "api/test_analysis.py::test_past_255_segments "
        "cost/test_estimate.py::test_over_the_limit_of_the_profile"
    ),
    "| replacements of a": "rules/test_smart_encoding.py::test_the_most_replacements",
    # Environment
    "| `SEGCORE_IMPLEMENTATION`": (
        "engine/test_chooser.py::test_a_wish_is_granted "
        "engine/test_chooser.py::test_unset_takes_native_if_it_is_there"
    ),
    "| `SEGCORE_KERNEL`": "engine/test_chooser.py::test_every_kernel_can_be_forced",
    "| `SEGCORE_BUILD_EXTENSION`": "project/test_release.py::test_wishes_for_the_extension",
    "| `TMPDIR`": "cli/test_termination.py::test_temporary_files_are_private_and_removed",
    "| `COLUMNS`": "cli/test_cli.py::test_columns_set_the_width",
    "| `NO_COLOR`": "cli/test_cli.py::test_colours_can_be_refused",
    "An unknown value is": (
        "engine/test_chooser.py::test_unknown_implementation "
        "engine/test_chooser.py::test_unknown_kernel "
        "project/test_release.py::test_an_unknown_wish_for_the_extension"
    ),
    # Arrow, on both pages
    "Arrow's interface passes": "(says why the next holds)",
    "[Security](../SECURITY.md": "project/test_docs.py::test_links",
    # Security
    "- No text, file, rate": ("fuzz/test_fuzz.py::test_kernels fuzz/test_fuzz.py::test_readers"),
    "- The same holds for": (
        "fuzz/test_fuzz.py::test_kernels engine/test_arrow_malformed.py::test_random_octets"
    ),
    "- Counting opens no file": "project/test_promises.py::test_what_is_opened",
    "`segcore estimate` reads the": "project/test_promises.py::test_what_is_opened",
    "- segcore never logs": "project/test_promises.py::test_the_library_leaves_signals_and_logs_alone",
    "Errors quote the cell": (
        "sources/test_safe_reading.py::test_errors_are_short "
        "sources/test_safe_reading.py::test_nothing_is_shown_raw"
    ),
    "The Arrow C data interface": "engine/test_arrow_malformed.py::test_what_is_not_there_is_not_read",
    "| the type, the number of": "engine/test_arrow_malformed.py::test_numbers_that_cannot_be",
    "| whether a capsule": (
        "engine/test_arrow_protocol.py::test_used_array_capsules "
        "engine/test_arrow_protocol.py::test_used_stream_capsules"
    ),
    "| each offset of a text": (
        "engine/test_arrow_malformed.py::test_offsets engine/test_arrow_malformed.py::test_last_offset"
    ),
    "| each view": "engine/test_arrow_malformed.py::test_views",
    "| each index of": "engine/test_arrow_malformed.py::test_indices",
    "| each text that": "engine/test_arrow_malformed.py::test_octets_that_are_not_utf8",
    "| | validity bits": "(trusted)",
    "| | no program changes": "(trusted)",
    "pyarrow, polars, pandas": (
        "engine/test_arrow_libraries.py::test_pyarrow "
        "engine/test_arrow_libraries.py::test_polars "
        "engine/test_arrow_libraries.py::test_pandas "
        "engine/test_arrow_libraries.py::test_duckdb"
    ),
    "If you accept Arrow": "project/test_promises.py::test_pyarrow_validates_what_we_trust",
    # To people
    "The latest release": "(of people)",
    "Please use the": "(of people)",
    "Give the versions": "cli/test_cli.py::test_version",
    "You get an answer": "(of people)",
    "A crash of the": "(of people)",
}


def sentences(page: Path) -> list[str]:
    """Return the sentences of a page, and the rows of its tables below their headings."""
    found: list[str] = []
    for block in re.split(r"\n\s*\n|\n(?=[-|])", page.read_text("utf-8")):
        text = " ".join(block.split())
        if text.startswith("|"):
            if re.fullmatch("[| :-]+", text):
                found.pop()
            else:
                found.append(text)
        elif not text.startswith("#"):
            found += re.split(r"(?<=[.?!:])\s+(?=[A-Z`*\[])", text)
    return [each for each in found if each]


def test_each_promise_has_a_test() -> None:
    """Each sentence is one of the list above, and each of the list is there once."""
    found = [sentence for page in PAGES for sentence in sentences(page)]
    matches = {start: [each for each in found if each.startswith(start)] for start in PROMISES}
    assert [start for start, those in matches.items() if len(those) != 1] == []
    assert [each for each in found if not any(each.startswith(start) for start in PROMISES)] == []


def test_the_tests_are_there() -> None:
    missing = []
    for proof in PROMISES.values():
        for test in [] if proof.startswith("(") else proof.split():
            file, _, name = test.partition("::")
            tree = ast.parse((TESTS / file).read_text("utf-8"))
            if name not in {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}:
                missing.append(test)
    assert missing == []


# --- Proofs that belong to no other room -----------------------------------------------------------------

_SHARED = """
import pickle, sys, threading
from concurrent.futures import ThreadPoolExecutor
from segcore import PROFILES, RateCard, Segmenter, Template, analyze, analyze_bulk, decode, encode

sys.setswitchinterval(1e-6)
TEXTS = ["a" * 161, "It\\u2019s", "\\U0001f600" * 40, ""]
open("rates.csv", "w").write("country,prefix,sms\\nUS,,0.01\\n,+1787,0.045\\n")

def make():
    template, card, batch = Template("Hi {{name}}"), RateCard.read("rates.csv"), analyze_bulk(TEXTS)
    long, user_data = analyze("[" * 200), encode("a" * 161, reference=1)
    return [
        lambda: [Segmenter(PROFILES["twilio"]).count_segments(text) for text in TEXTS],
        lambda: template.count_segments_bulk({"name": ["Ann", "\\u0431" * 70]}).tolist(),
        lambda: str(template.bounds({"name": (0, 20)})),
        lambda: [str(card.find(digits, country)) for digits in ("120", "178755") for country in ("US", "PR")],
        lambda: (batch.totals, batch.units.tolist(), batch.encodings.tolist(), repr(batch)),
        lambda: (long.parts, long.remaining, repr(long)),
        lambda: decode(user_data),
    ]

expected = [call() for call in make()]
for attempt in range(2):
    calls, barrier = make(), threading.Barrier(8)

    def work(thread):
        barrier.wait()
        return [calls[(thread + each) % len(calls)]() for each in range(len(calls))]

    with ThreadPoolExecutor(8) as pool:
        for thread, found in enumerate(pool.map(work, range(8))):
            assert found == [expected[(thread + each) % len(calls)] for each in range(len(calls))]
print("right")
"""


@ONCE
def test_threads_share_objects(
    run_python: RunPython, env_of: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight threads use each object for the first time at once, and get what one gets."""
    monkeypatch.chdir(tmp_path)
    done = run_python(_SHARED, env=env_of)
    assert (done.returncode, done.stdout) == (0, "right\n"), done.stderr


_OPENED = """
import os, sys
import segcore

opened = []

def hook(event, arguments):
    # polars opens files by itself.
    if event == "open":
        path, mode, flags = arguments
        wanted = isinstance(path, str) and not path.startswith(SYSTEM)
        opened.extend([(path, bool(flags & (os.O_WRONLY | os.O_RDWR)))] * wanted)
    elif event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "urllib.")):
        opened.append(event)

# Modules that are imported when they are needed are no data, wherever their bytecode is kept.
MODULES = (*sys.path, sys.pycache_prefix, os.path.dirname(segcore.__file__))
SYSTEM = (*filter(None, MODULES), "/proc/", "/etc/", "/usr/share/")
sys.addaudithook(hook)
"""

_COUNTED = (
    _OPENED
    + """
texts = ["a" * 161, "It\u2019s", "\U0001f600" * 40]
segcore.analyze_bulk(texts), segcore.analyze(texts[1]), segcore.split(texts[0])
segcore.smart_encode(texts[1])
segcore.decode(segcore.encode(texts[0])), segcore.truncate(texts[0]), segcore.Segmenter("twilio")
segcore.Template("Hi {{name}}").bounds({"name": (0, 20)}), segcore.numbers.region("+12025550143")
print(opened)
"""
)

_ESTIMATED = (
    _OPENED
    + """
from segcore.cli.main import main
try:
    main()
finally:
    print(opened, file=sys.stderr)
"""
)


@ONCE
def test_what_is_opened(
    run_python: RunPython, env_of: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counting opens nothing; an estimate what it is told to, and copies in the temporary folder."""
    done = run_python(_COUNTED, env=env_of)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
    pytest.importorskip("polars")
    pytest.importorskip("rich")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "temporary").mkdir()
    named = {tmp_path / name for name in ("messages.csv.gz", "rates.csv", "out.csv", "report.html")}
    (tmp_path / "rates.csv").write_text("country,sms\nUS,0.01\n")
    (tmp_path / "messages.csv.gz").write_bytes(gzip.compress(b"to,text\n+12025550143,Hello\n"))
    (tmp_path / "not-named.csv").write_text("to,text\n")
    options = "estimate messages.csv.gz --rates rates.csv --annotate out.csv --format html -o report.html"
    code = f"import sys; sys.argv[1:] = {options.split()!r}\n{_ESTIMATED}"
    done = run_python(code, env={**env_of, "TMPDIR": str(tmp_path / "temporary")})
    assert done.returncode == 0, done.stderr
    opened = ast.literal_eval(done.stderr.splitlines()[-1])
    assert opened
    for path, is_written in opened:
        full = (tmp_path / path).resolve()
        # Output is written beside the file that it replaces.
        beside = full.relative_to(tmp_path).parts[0].startswith((".out.csv.", ".report.html."))
        is_copy = full.is_relative_to(tmp_path / "temporary")
        assert is_copy or beside or (full in named and not is_written), (path, is_written)
    left = {each for each in tmp_path.rglob("*") if each.is_file()}
    assert left == {*named, tmp_path / "not-named.csv"}


_QUIET = """
import logging, signal, sys
import segcore

class Keep(logging.Handler):
    def emit(self, record):
        sys.exit(f"logged: {record.getMessage()}")

logging.basicConfig(level=0, handlers=[Keep()])
handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}
try:
    import polars
except ImportError:
    polars = None
else:
    print(segcore.estimate("messages.csv").messages)
segcore.analyze_bulk(["secret"] * 20_000, threads=2)
segcore.Estimate().add(["secret"])
try:
    segcore.count_segments_bulk(["secret", b"secret"])
except TypeError:
    pass
assert handlers == {number: signal.getsignal(number) for number in signal.valid_signals()}
assert sys.excepthook is sys.__excepthook__
"""


@ONCE
def test_the_library_leaves_signals_and_logs_alone(
    run_python: RunPython, env_of: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "messages.csv").write_text("to,text\n+12025550143,secret\n")
    done = run_python(_QUIET, env=env_of)
    assert done.returncode == 0, done.stderr
    assert "secret" not in done.stdout + done.stderr


def test_pyarrow_validates_what_we_trust() -> None:
    """A last offset beyond its buffer, and octets that are not UTF-8."""
    pa = pytest.importorskip("pyarrow")
    for offsets, octets in ((b"\0\0\0\0\xff\0\0\0", b"Hello"), (b"\0\0\0\0\1\0\0\0", b"\xff")):
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(octets)]
        with pytest.raises(pa.ArrowInvalid):
            pa.Array.from_buffers(pa.string(), 1, buffers).validate(full=True)
