"""However ``segcore estimate`` ends, it ends with one line, its status, and nothing left behind."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("click")
pl = pytest.importorskip("polars")

from conftest import environment  # noqa: E402

from segcore.sources.opening import temporary_folder  # noqa: E402

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends signals and closes descriptors")

# A shell that starts the tests in the background has them ignore SIGINT, children included.
_CODE = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from segcore.cli.main import main; main()"
)
_LONG = "text,to\n" + "".join(f"It’s due at {row}.,+12025550143\n" for row in range(600_000))


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", _CODE, "estimate", *arguments]


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("long") / "long.csv"
    path.write_text(_LONG, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file whose annotated copy has more than the octets that a full disk takes."""
    path = tmp_path_factory.mktemp("short") / "messages.csv"
    path.write_text(_LONG[: 1 << 21].rpartition("\n")[0], encoding="utf-8")
    return path


def ended(process: subprocess.Popen[str], out: Path, number: int) -> tuple[int, list[str]]:
    """Send a signal when the annotated file is being written, and return status and errors."""
    while process.poll() is None and not list(out.parent.glob(f".{out.name}.*/written")):
        time.sleep(0.002)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    return process.returncode, errors.splitlines()


@pytest.mark.parametrize(
    ("number", "word", "name", "threads"),
    [
        (signal.SIGINT, "Interrupted.", "out.parquet", "1"),
        (signal.SIGINT, "Interrupted.", "out.csv", "3"),
        (signal.SIGTERM, "Terminated.", "out.parquet", "3"),
        (signal.SIGTERM, "Terminated.", "out.csv", "1"),
        (signal.SIGHUP, "Terminated.", "out.parquet", "2"),
    ],
)
def test_a_signal_while_annotating_leaves_nothing(
    tmp_path: Path, long_file: Path, number: int, word: str, name: str, threads: str
) -> None:
    out = tmp_path / name
    out.write_text("before", encoding="utf-8")
    process = subprocess.Popen(
        command(str(long_file), "--annotate", str(out), "--threads", threads),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Where these tests run under nohup, it would pass on that SIGHUP is ignored.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # noqa: PLW1509
    )
    assert ended(process, out, number) == (128 + number, [f"{out} was not written.", word])
    assert os.listdir(tmp_path) == [name]
    assert out.read_text(encoding="utf-8") == "before"


def test_the_next_run_removes_what_a_killed_one_left(tmp_path: Path, long_file: Path) -> None:
    out = tmp_path / "out.csv"
    process = subprocess.Popen(
        command(str(long_file), "--annotate", str(out)), env=environment(), stdout=subprocess.DEVNULL
    )
    assert process.poll() is None
    while not list(tmp_path.glob(".out.csv.*/written")):
        time.sleep(0.002)
    # While it runs, nobody else removes it.
    with temporary_folder(".out.csv.", str(tmp_path)):
        assert len(list(tmp_path.glob(".out.csv.*/lock"))) == 2
    process.kill()
    process.wait()
    assert len(list(tmp_path.glob(".out.csv.*"))) == 1
    small = tmp_path / "small.csv"
    small.write_text("text\na\n", encoding="utf-8")
    done = subprocess.run(
        command(str(small), "--annotate", str(out)), env=environment(), check=True, capture_output=True
    )
    assert done.stderr == b""
    assert sorted(os.listdir(tmp_path)) == ["out.csv", "small.csv"]


def test_the_next_run_removes_a_rewritten_copy(tmp_path: Path) -> None:
    """A file with odd line ends is copied before it is read, and the copy has all texts."""
    path, temporary = tmp_path / "odd.csv", tmp_path / "temporary"
    path.write_bytes(b"to,text\r+12025550143,a\r")
    temporary.mkdir()
    code = (
        "import sys\n"
        "from segcore.sources.csv_file import CsvFile\n"
        "from segcore.sources import Reading\n"
        "file = CsvFile(sys.argv[1], Reading()); print('ready', flush=True); sys.stdin.read()"
    )
    variables = environment({"TMPDIR": str(temporary)})
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.kill()
    assert len(os.listdir(temporary)) == 1
    subprocess.run(command(str(path)), env=variables, check=True, capture_output=True)
    assert os.listdir(temporary) == []


@pytest.mark.parametrize(
    ("name", "octets"),
    [("out.parquet", 0), ("out.parquet", 1 << 14), ("out.csv", 0), ("out.csv", 1 << 20)],
)
def test_a_full_disk(tmp_path: Path, file: Path, name: str, octets: int) -> None:
    """As far as the limit of a file's size is like a full disk."""
    out = tmp_path / name

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (octets, octets))

    done = subprocess.run(
        command(str(file), "--annotate", str(out)),
        env=environment(),
        preexec_fn=limit,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr.startswith(f"Error: {out}: cannot be written: ")
    assert done.stderr.count("\n") == 1
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("redirected", "status", "errors"),
    [
        ("<&-", 2, "Error: standard input: it is closed; pass the messages in a pipe, or name a file\n"),
        (">&- </dev/null", 2, "segcore: standard output is closed\n"),
        ("> /dev/full", 2, "segcore: no space left on device\n"),
    ],
)
def test_closed_and_full_descriptors(tmp_path: Path, redirected: str, status: int, errors: str) -> None:
    if "full" in redirected and not os.path.exists("/dev/full"):
        pytest.skip("needs /dev/full")
    path = tmp_path / "small.csv"
    path.write_text("text\na\n", encoding="utf-8")
    source = "-" if "<&-" in redirected else str(path)
    done = subprocess.run(
        ["sh", "-c", f'"$@" {redirected}', "sh", *command(source)],
        env=environment(),
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (status, errors)


@pytest.mark.parametrize(("change", "threads"), [("shrinks", "1"), ("grows", "3"), ("is replaced", "3")])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, change: str, threads: str) -> None:
    path, out = tmp_path / "long.csv", tmp_path / "out.csv"
    path.write_text(_LONG, encoding="utf-8")
    process = subprocess.Popen(
        command(str(path), "--annotate", str(out), "--threads", threads),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while process.poll() is None and not list(tmp_path.glob(".out.csv.*/written")):
        time.sleep(0.002)
    if change == "shrinks":
        os.truncate(path, len(_LONG) // 3 * 2)
    elif change == "grows":
        with path.open("a", encoding="utf-8") as opened:
            opened.write("more,+12025550143\n")
    else:
        (tmp_path / "other").write_text("text,to\na,\n", encoding="utf-8")
        os.replace(tmp_path / "other", path)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (2, ""), errors
    assert errors.startswith(f"Error: {path}: ")
    assert errors.count("\n") == 1
    assert os.listdir(tmp_path) == ["long.csv"]


@pytest.mark.skipif(not hasattr(signal, "SIGBUS"), reason="this system has no signal for lost memory")
def test_a_mapped_file_that_shrinks(tmp_path: Path) -> None:
    """polars maps files into memory: octets that are gone are a bus error, in whichever thread reads them."""
    path = tmp_path / "messages.ndjson"
    path.write_bytes(b'{"to": "+12025550143", "text": "Hello"}\n' * 10)
    # What polars does, at a moment that is always the same.
    code = (
        "import ctypes, mmap, os, threading, segcore.cost.run as run, segcore.sources.opening as opening\n"
        "from segcore.cli.main import main\n"
        "def read(path, *arguments, **options):\n"
        "    with opening.temporary_folder(), open(path, 'r+b') as file:\n"
        "        mapped = mmap.mmap(file.fileno(), 0)\n"
        "        first = ctypes.addressof(ctypes.c_char.from_buffer(mapped))\n"
        "        os.truncate(path, 0)\n"
        "        search = ctypes.CDLL(None).memchr\n"
        "        threading.Thread(target=search, args=(ctypes.c_void_p(first), 1, 9)).start()\n"
        "        threading.Event().wait(60)\n"
        "run.opened = read\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "estimate", str(path)],
        env={**environment(), "TMPDIR": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    said = "an input shrank while it was read; try again when nothing writes to it"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"Error: {said}\n")
    assert os.listdir(tmp_path) == ["messages.ndjson"]


@pytest.mark.parametrize(
    ("name", "ending"), [("SIGINT", (130, "Interrupted.\n")), ("SIGTERM", (143, "Terminated.\n"))]
)
def test_a_signal_where_python_cannot_raise(tmp_path: Path, name: str, ending: tuple[int, str]) -> None:
    """Python drops what a signal's handler raises in the end of an object: it is raised again."""
    path = tmp_path / "messages.csv"
    path.write_text("text\nHello\n", encoding="utf-8")
    code = (
        "import signal, time, segcore.cost.run as run\n"
        "class Ending:\n"
        "    def __del__(self):\n"
        f"        signal.raise_signal(signal.{name})\n"
        "def read(path, *arguments, **options):\n"
        "    Ending()\n"
        "    time.sleep(20)\n"
        "run.opened = read\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{code}{_CODE}", "estimate", str(path)],
        env=environment(),
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == ending


def test_ctrl_c_after_the_last_word(tmp_path: Path) -> None:
    """Python still waits for threads and cleans up when all has been said."""
    path = tmp_path / "messages.csv"
    path.write_text("text\nHello\n", encoding="utf-8")
    late = "import atexit, os; atexit.register(os.kill, os.getpid(), 2); "
    done = subprocess.run(
        [sys.executable, "-c", late + _CODE, "estimate", str(path)],
        env=environment(),
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="reads how much memory it has")
def test_memory_runs_out(tmp_path: Path) -> None:
    path, out = tmp_path / "messages.csv", tmp_path / "out.csv"
    path.write_text(_LONG[:400_000].rpartition("\n")[0], encoding="utf-8")
    code = (
        "import resource, segcore.cli.estimate_command; from segcore.cli.main import main\n"
        "has = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (has + 2_000_000,) * 2); main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "estimate", str(path), "--annotate", str(out)],
        env=environment(),
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "segcore: not enough memory\n")
    assert os.listdir(tmp_path) == ["messages.csv"]


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[Callable[[Callable[[], object]], subprocess.Popen[bytes]]]:
    """Start the program on a pipe, with a folder for temporary files, and wait until it has copied a line."""
    started = []

    def start(prepare: Callable[[], object]) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command("-"),
            env=environment({"TMPDIR": str(tmp_path)}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=prepare,  # noqa: PLW1509
        )
        started.append(process)
        assert process.stdin is not None
        process.stdin.write(_LONG[: 1 << 20].encode())
        process.stdin.flush()
        while process.poll() is None and not [*tmp_path.glob("segcore-*/standard input")]:
            time.sleep(0.002)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_temporary_files_are_private_and_removed(
    tmp_path: Path,
    reading: Callable[[Callable[[], object]], subprocess.Popen[bytes]],
    number: signal.Signals,
) -> None:
    process = reading(lambda: signal.signal(number, signal.SIG_DFL))
    (folder,) = tmp_path.iterdir()
    assert folder.name.startswith("segcore-")
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IRWXU
    process.send_signal(number)
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, out, errors.count(b"\n")) == (128 + number, b"", 1), errors
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(("more", "status"), [(b"", 0), (b"\xff", 2)])
def test_temporary_files_are_removed_at_the_end(
    tmp_path: Path,
    reading: Callable[[Callable[[], object]], subprocess.Popen[bytes]],
    more: bytes,
    status: int,
) -> None:
    """At an end and after an error, however the terminal was closed that nohup ran it in."""
    process = reading(lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    process.send_signal(signal.SIGHUP)
    out, errors = process.communicate(
        _LONG[1 << 20 : 2 << 20].rpartition("\n")[0].encode() + more, timeout=60
    )
    assert (process.returncode, bool(out)) == (status, not status), errors
    assert [*tmp_path.iterdir()] == []
