"""Changes segcore in small ways and counts the changes that its tests notice: ``python -m tools.mutate``.

Mutants of Python come from its syntax tree, mutants of C from its tokens.  Of all in a room, evenly spaced
ones are taken, always the same for the same seed.  Each runs in a copy of the checkout, in a fork of one
process that has imported what tests need:

    python -m tools.mutate --record      # once: the lines that each test runs
    python -m tools.mutate --room rates --count 70
    python -m tools.mutate --summary

Results go to a file, so that a run that was stopped goes on where it was.  ``--again`` runs survivors once
more.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import importlib
import io
import json
import math
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import traceback
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NATIVE = Path("segcore/engine/native")
KERNEL = NATIVE / "kernel"

ROOMS = {
    **{
        name: f"segcore/{name}"
        for name in ("rules", "sources", "rates", "cost", "bandwidth", "numbers", "writing")
    },
    "kernels": str(KERNEL),
}

# Data that a program wrote, and a kernel that is not compiled on this machine.
_LEFT_OUT = ("neon.c", "arrow_abi.h")

# Rooms of tests whose lines are recorded.
_RECORDED = ("rates", "rules", "writing", "reports", "cost", "sources", "numbers", "bandwidth", "cli")

# For each file of the kernel the tests that are most likely to notice, and then those that run for all.
_KERNEL_TESTS = {
    "arrow": (
        "engine/test_arrow_layouts.py",
        "engine/test_arrow_malformed.py",
        "engine/test_arrow_results.py",
    ),
    "billing": ("rules/test_billing.py", "writing"),
    "choose_coding": ("api/test_options.py", "rules/test_national.py", "rules/test_smart_encoding.py"),
    "clusters": ("engine/test_clusters.py", "rules/test_graphemes.py", "api/test_options.py"),
    "counter_map": ("engine/test_tally.py", "engine/test_number_pairs.py"),
    "occurrences": ("engine/test_tally.py",),
    "offenders": ("engine/test_tally.py", "cost/test_estimate.py"),
    "pack": ("engine/test_packing.py", "engine/test_capacity_kernel.py", "api/test_lengths.py"),
    "part_sums": ("writing",),
    "points": ("rules/test_national.py",),
    "kernel": ("rules/test_national.py",),
    "prefixes": ("engine/test_prefixes.py", "engine/test_prefixes_kernel.py", "numbers/test_regions.py"),
    "quoting": ("engine/test_quoting.py",),
    "replacement_sets": ("engine/test_tally.py",),
    "rules": ("api/test_options.py", "rules/test_smart_encoding.py", "rules/test_national.py"),
    "tally": ("engine/test_tally.py", "engine/test_capacity_kernel.py", "cost/test_estimate.py"),
}
_ALL_KERNEL_TESTS = (
    *("api/test_lengths.py", "api/test_vectors.py", "engine/test_arrow_layouts.py", "api/test_sweep.py"),
    *("api/test_random.py", "engine/test_tally.py", "api/test_options.py", "engine/test_packing.py"),
    *("engine/test_arrow_mms.py", "engine/test_capacity_kernel.py", "engine/test_billing_kernel.py"),
    *("engine/test_prefixes_kernel.py", "engine/test_kernels.py", "engine/test_rules.py"),
)

# Imported once, before the forks; of segcore nothing.
_IMPORTED = (
    "pytest",
    "hypothesis",
    "numpy",
    "polars",
    "duckdb",
    "pyarrow",
    "click",
    "rich",
    "jinja2",
    "openpyxl",
)

_ADDRESS_SPACE = 12 << 30

# Seconds of processor time for the tests of a mutant: at first, for the kernel, and if it runs again.
_BUDGET = 5.0
_BUDGET_KERNEL = 20.0
_BUDGET_AGAIN = 90.0

# How much longer than tests took may a mutant take, and how much longer by the clock.
_PATIENCE = 6
_WALL = 15


@dataclass(frozen=True)
class Mutant:
    """A change of one file.

    Args:
        path: The file, from the root of the checkout.
        line: The line where it begins.
        start: The first octet that is replaced.
        stop: The octet behind the last one that is replaced.
        put: The octets that stand there instead.
        kind: The kind of change.
    """

    path: str
    line: int
    start: int
    stop: int
    put: bytes
    kind: str

    @property
    def key(self) -> str:
        """The name of the mutant in the results."""
        return f"{self.path}:{self.line}:{self.start} {self.kind} {self.put.decode(errors='replace')[:40]}"

    def applied(self, source: bytes) -> bytes:
        """Return the file with the change."""
        return source[: self.start] + self.put + source[self.stop :]

    def is_equivalent(self, source: bytes) -> bool:
        """Return whether the list of mutants that change no answer has it."""
        line = self.applied(source).decode().split("\n")[self.line - 1].strip()
        entries = (ROOT / "tools" / "equivalent_mutants.txt").read_text("utf-8").split("\n\n")
        return [self.path, line] in [entry.split("\n")[:2] for entry in entries]


# --- Python ---------------------------------------------------------------------------------------------

_COMPARED: dict[type[ast.cmpop], tuple[bytes, bytes]] = {
    ast.Lt: (b"<", b"<="),
    ast.LtE: (b"<=", b"<"),
    ast.Gt: (b">", b">="),
    ast.GtE: (b">=", b">"),
    ast.Eq: (b"==", b"!="),
    ast.NotEq: (b"!=", b"=="),
    ast.Is: (b"is", b"is not"),
    ast.IsNot: (b"is not", b"is"),
    ast.In: (b"in", b"not in"),
    ast.NotIn: (b"not in", b"in"),
}

_CALCULATED: dict[type[ast.operator], tuple[bytes, bytes]] = {
    ast.Add: (b"+", b"-"),
    ast.Sub: (b"-", b"+"),
    ast.Mult: (b"*", b"+"),
    ast.FloorDiv: (b"//", b"*"),
    ast.Div: (b"/", b"*"),
    ast.Mod: (b"%", b"*"),
    ast.BitOr: (b"|", b"&"),
    ast.BitAnd: (b"&", b"|"),
    ast.LShift: (b"<<", b">>"),
    ast.RShift: (b">>", b"<<"),
}


class _PythonMutants(ast.NodeVisitor):
    """Collects the mutants of a module; annotations and docstrings have none."""

    def __init__(self, path: str, source: bytes) -> None:
        self._path = path
        self._source = source
        self._lines = [0]
        for line in source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self.found: list[Mutant] = []

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._lines[node.lineno - 1] + node.col_offset
        return start, self._lines[node.end_lineno - 1] + node.end_col_offset

    def _add(self, start: int, stop: int, put: bytes, kind: str) -> None:
        line = self._source.count(b"\n", 0, start) + 1
        self.found.append(Mutant(self._path, line, start, stop, put, kind))

    def _between(self, left: ast.expr, right: ast.expr, old: bytes, new: bytes, kind: str) -> None:
        start, stop = self._span(left)[1], self._span(right)[0]
        at = self._source.find(old, start, stop)
        if at >= 0:
            self._add(at, at + len(old), new, kind)

    def visit_Compare(self, node: ast.Compare) -> None:
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            self._between(left, right, *_COMPARED[type(operator)], "comparison")
            left = right
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if type(node.op) in _CALCULATED and not isinstance(node.left, ast.JoinedStr):
            self._between(node.left, node.right, *_CALCULATED[type(node.op)], "arithmetic")
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if type(node.op) in _CALCULATED:
            self._between(node.target, node.value, *_CALCULATED[type(node.op)], "arithmetic")
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        old, new = (b"and", b"or") if isinstance(node.op, ast.And) else (b"or", b"and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            self._between(left, right, old, new, "and, or")
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self._add(self._span(node)[0], self._span(node.operand)[0], b"", "not")
        self.generic_visit(node)

    def _negate(self, test: ast.expr) -> None:
        start, stop = self._span(test)
        if not isinstance(test, (ast.Compare, ast.NamedExpr)):
            self._add(start, stop, b"(not (" + self._source[start:stop] + b"))", "condition")

    def visit_If(self, node: ast.If) -> None:
        if getattr(node.test, "id", "") != "TYPE_CHECKING":
            self._negate(node.test)
            self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._negate(node.test)
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and not (
            isinstance(node.value, ast.Constant) and node.value.value in (None, True, False)
        ):
            self._add(*self._span(node.value), b"None", "returned")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self._add(*self._span(node), str(not node.value).encode(), "constant")
        elif isinstance(node.value, int):
            self._add(*self._span(node), str(node.value + 1).encode(), "constant")

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):
            return
        if isinstance(node.value, ast.Call):
            self._add(*self._span(node), b"pass", "dropped")
        self.generic_visit(node)

    def visit_Continue(self, node: ast.Continue) -> None:
        self._add(*self._span(node), b"break", "loop")

    def visit_Break(self, node: ast.Break) -> None:
        self._add(*self._span(node), b"continue", "loop")

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for each in (*node.args.defaults, *node.args.kw_defaults, *node.body):
            if each is not None:
                self.visit(each)

    # The words of an error are no behaviour.
    def visit_Raise(self, node: ast.Raise) -> None:
        self._add(*self._span(node), b"pass", "dropped")

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Nothing in it is changed: its parts have no places of their own before Python 3.12."""


def python_mutants(path: str, source: bytes) -> list[Mutant]:
    """Return the mutants of a Python module, in the order of their places."""
    visitor = _PythonMutants(path, source)
    visitor.visit(ast.parse(source))
    return sorted(visitor.found, key=lambda mutant: (mutant.start, mutant.kind))


# --- C --------------------------------------------------------------------------------------------------

_C_IGNORED = re.compile(
    rb'/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|^[ \t]*#(?:[^\n\\]|\\.|\\\n)*',
    re.DOTALL | re.MULTILINE,
)

# clang-format puts spaces around operators of two operands, and around no others.
_C_OPERATORS = {
    b"<": b"<=",
    b"<=": b"<",
    b">": b">=",
    b">=": b">",
    b"==": b"!=",
    b"!=": b"==",
    b"&&": b"||",
    b"||": b"&&",
    b"+": b"-",
    b"-": b"+",
    b"*": b"+",
    b"/": b"*",
    b"&": b"|",
    b"|": b"&",
    b"^": b"|",
    b"<<": b">>",
    b">>": b"<<",
    b"+=": b"-=",
    b"-=": b"+=",
    b"|=": b"=",
}
_C_TOKEN = re.compile(
    rb"(?<= )(?:<<|>>|<=|>=|==|!=|&&|\|\||\+=|-=|\|=|[<>+*/&|^-])(?=[ \n])"
    rb"|(?<![\w.])(?:0x[0-9A-Fa-f]+|\d+)(?=[uU]?\b)|!(?=[\w(])"
    rb"|\bcontinue\b|\bbreak\b|\breturn (?=[^;])[^;{}]*;"
)


def c_mutants(path: str, source: bytes) -> list[Mutant]:
    """Return the mutants of a C file, in the order of their places."""
    found: list[Mutant] = []
    code = _C_IGNORED.sub(lambda match: re.sub(rb"[^\n]", b" ", match[0]), source)
    for match in _C_TOKEN.finditer(code):
        token, start, stop = match[0], match.start(), match.end()
        if token in _C_OPERATORS:
            put, kind = _C_OPERATORS[token], "operator"
        elif token[:1].isdigit():
            put, kind = str(int(token, 0) + 1).encode(), "constant"
        elif token == b"!":
            put, kind = b"", "not"
        elif token.startswith(b"return "):
            # Operators in the expression are mutants of their own.
            stop = start + len(b"return ")
            put, kind = b"return !", "returned"
            found += c_operators_within(path, code, match.start() + len(b"return "), match.end())
        else:
            put, kind = (b"break", "loop") if token == b"continue" else (b";", "dropped")
        found.append(Mutant(path, source.count(b"\n", 0, start) + 1, start, stop, put, kind))
    return sorted(found, key=lambda mutant: (mutant.start, mutant.kind))


def c_operators_within(path: str, code: bytes, start: int, stop: int) -> Iterator[Mutant]:
    """Yield the mutants of operators and numbers inside an expression."""
    for match in _C_TOKEN.finditer(code, start, stop):
        line = code.count(b"\n", 0, match.start()) + 1
        if match[0] in _C_OPERATORS:
            yield Mutant(path, line, match.start(), match.end(), _C_OPERATORS[match[0]], "operator")
        elif match[0][:1].isdigit():
            put = str(int(match[0], 0) + 1).encode()
            yield Mutant(path, line, match.start(), match.end(), put, "constant")


# --- The sample -----------------------------------------------------------------------------------------


def all_mutants(room: str) -> list[Mutant]:
    """Return all mutants of a room."""
    found: list[Mutant] = []
    for path in sorted((ROOT / ROOMS[room]).rglob("*")):
        if path.suffix not in (".py", ".c", ".h") or path.name in _LEFT_OUT:
            continue
        name = path.relative_to(ROOT).as_posix()
        find = python_mutants if path.suffix == ".py" else c_mutants
        found += find(name, path.read_bytes())
    return found


def sample(room: str, count: int, seed: int) -> list[Mutant]:
    """Return evenly spaced mutants of a room."""
    found = all_mutants(room)
    if len(found) <= count:
        return found
    step = len(found) / count
    first = random.Random(seed).random() * step
    return [found[int(first + index * step)] for index in range(count)]


# --- Runs -----------------------------------------------------------------------------------------------


def _processor_time() -> float:
    """Return the seconds of processor time of this process and of those that it started."""
    return sum(os.times()[:4])


class Recorder:
    """Records which lines each test runs, and its processor time: a plugin of pytest."""

    def __init__(self, tracer: Any) -> None:
        self._tracer = tracer
        self._before = 0.0
        self.seconds: dict[str, float] = {}
        self.passed: set[str] = set()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._tracer.switch_context(nodeid)
        self._before = _processor_time()

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.seconds[report.nodeid] = _processor_time() - self._before
        if report.when == "call" and report.passed:
            self.passed.add(report.nodeid)


def _record(tests: str, into: Path) -> int:
    """Run a room of tests under coverage, in a fork, and write what it found."""
    import coverage
    import pytest

    tracer = coverage.Coverage(data_file=str(into / f".coverage.{tests}"), source=["segcore"], branch=True)
    recorder = Recorder(tracer)
    tracer.start()
    status = pytest.main([*_QUIET, f"tests/{tests}"], [recorder, Quick()])
    tracer.stop()
    tracer.save()
    data = tracer.get_data()
    lines: dict[str, dict[int, list[str]]] = {}
    for path in data.measured_files():
        name = Path(path).relative_to(Path.cwd()).as_posix()
        lines[name] = {
            line: [each for each in contexts if not each or each in recorder.passed]
            for line, contexts in data.contexts_by_lineno(path).items()
        }
    record = {"lines": lines, "seconds": {each: recorder.seconds[each] for each in sorted(recorder.passed)}}
    (into / f"{tests}.json").write_text(json.dumps(record), encoding="utf-8")
    return int(status)


def _fork(work: Callable[[], int], seconds: float, log: Path) -> int | None:
    """Return the exit status of some work in a fork of its own, ``None`` if it took too long.

    Processor time is what counts, so that a busy machine changes nothing; what waits forever ends, too.
    """
    sys.stdout.flush()
    child = os.fork()
    if not child:
        os.setsid()
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), math.ceil(seconds) + 5))
        status = 99
        try:
            status = work()
        except BaseException:  # noqa: BLE001 (the exit status tells)
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(status)
    end = time.monotonic() + _WALL * seconds
    found: int | None = None
    while time.monotonic() < end:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            found = os.waitstatus_to_exitcode(status)
            break
        time.sleep(0.02)
    # The programs that it started, too.
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if found is None:
        os.waitpid(child, 0)
    return None if found in (-signal.SIGXCPU, -signal.SIGKILL) else found


class Quick:
    """Runs the program in this process, and no test after the budget is spent: a plugin of pytest.

    Args:
        budget: Seconds of processor time.
    """

    def __init__(self, budget: float = math.inf) -> None:
        self._end = budget + _processor_time()
        self._is_recording = math.isinf(budget)

    def pytest_runtest_protocol(self) -> bool | None:
        return _processor_time() > self._end or None

    def pytest_sessionstart(self) -> None:
        program = importlib.import_module("program")

        def run(_: str, *arguments: object) -> Any:
            from segcore.cli.main import main

            out, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
            status: Any = 0
            before = sys.argv
            sys.argv = ["segcore", *map(str, arguments)]
            with redirect_stdout(out), redirect_stderr(errors):
                try:
                    main()
                except SystemExit as ended:
                    status = ended.code
            sys.argv = before
            written = [each.buffer.getvalue().decode("utf-8", "surrogateescape") for each in (out, errors)]
            return program.Answer(status or 0, *written)

        program.__dict__["run"] = run
        if self._is_recording:
            hypothesis = importlib.import_module("hypothesis")
            hypothesis.settings.register_profile("short", hypothesis.settings.default, max_examples=3)
            hypothesis.settings.load_profile("short")


# Plugins of pytest have been imported before pytest could see them.
_QUIET = (
    "-q",
    "-p",
    "no:cacheprovider",
    "-m",
    "not spark",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)


def _run_pytest(arguments: list[str], budget: float) -> int:
    import pytest

    return int(pytest.main([*_QUIET, "-x", "--tb=line", *arguments], [Quick(budget)]))


@dataclass(eq=False)
class Records:
    """The records of all tests."""

    lines: dict[str, dict[int, set[str]]]
    seconds: dict[str, float]

    @classmethod
    def read(cls, folder: Path) -> Records:
        """Read what `--record` wrote."""
        lines: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        seconds: dict[str, float] = {}
        for path in sorted(folder.glob("*.json")):
            record = json.loads(path.read_text(encoding="utf-8"))
            seconds.update(record["seconds"])
            for name, contexts in record["lines"].items():
                for line, tests in contexts.items():
                    lines[name][int(line)].update(tests)
        return cls(lines, seconds)

    @cache  # noqa: B019 (there is one, for the whole run)
    def _widths(self) -> Counter[str]:
        """Return how many lines each test runs: one that runs few is about these."""
        return Counter(test for lines in self.lines.values() for tests in lines.values() for test in tests)

    def tests(self, mutant: Mutant, budget: float) -> list[str]:
        """Return the tests that run a line, the most likely and quickest first."""
        at = self.lines.get(mutant.path, {})
        near = next(
            (at[line] for line in range(mutant.line, max(0, mutant.line - 12), -1) if line in at), set()
        )
        found = near - {""}
        if not found:
            # A line of the module itself: whatever runs something of the module, or of those beside it.
            found = {test for tests in at.values() for test in tests} - {""}
        if not found:
            folder = mutant.path.rpartition("/")[0]
            beside = (lines for path, lines in self.lines.items() if path.startswith(folder))
            found = {test for lines in beside for tests in lines.values() for test in tests} - {""}
        widths = self._widths()
        ordered = sorted(found, key=lambda test: widths[test] * (0.05 + self.seconds[test]))
        chosen: list[str] = []
        spent = 0.0
        for test in ordered:
            spent += self.seconds[test] + 0.02
            if spent > budget and chosen:
                break
            chosen.append(test)
        return chosen


class Extension:
    """The extension of a copy of the checkout, built again for each mutant of the kernel, unoptimised."""

    def __init__(self, copy: Path) -> None:
        self._copy = copy
        self._objects = copy / "build" / "mutants"
        self._objects.mkdir(parents=True, exist_ok=True)
        self._target = copy / NATIVE / f"binding{sysconfig.get_config_var('EXT_SUFFIX')}"
        self._sources = [
            NATIVE / "binding.c",
            *sorted(p.relative_to(copy) for p in (copy / KERNEL).rglob("*.c")),
        ]
        self._compiler = ["cc", "-O1", "-w", "-fPIC", f"-I{NATIVE}", f"-I{sysconfig.get_paths()['include']}"]
        if not (copy / self._sources[0]).exists():
            self._call(sys.executable, "-m", "cython", "-3", f"{NATIVE}/binding.pyx")
        self._needs = {source: self._headers(source) for source in self._sources[1:]}
        for source in self._sources:
            # Those of the kernel can be of a mutant whose run was stopped.
            if source.is_relative_to(KERNEL) or not self._object(source).exists():
                self._compile(source)

    def _object(self, source: Path) -> Path:
        return self._objects / f"{source.stem}.o"

    def _call(self, *command: str) -> str:
        done = subprocess.run(
            command, cwd=self._copy, capture_output=True, text=True, check=True, timeout=300
        )
        return done.stdout

    def _headers(self, source: Path) -> set[str]:
        made = self._call(*self._compiler, "-MM", str(source))
        return {os.path.normpath(each) for each in made.replace("\\\n", " ").split()[1:]}

    def _compile(self, source: Path) -> None:
        self._call(*self._compiler, "-c", str(source), "-o", str(self._object(source)))

    def build(self, changed: str) -> bool:
        """Build what depends on a file and return whether it compiles."""
        try:
            for source, needed in self._needs.items():
                if changed in needed:
                    self._compile(source)
            objects = [str(self._object(source)) for source in self._sources]
            # The one that is loaded by running tests is another file.
            self._target.unlink(missing_ok=True)
            self._call("cc", "-shared", *objects, "-o", str(self._target))
        except subprocess.CalledProcessError:
            return False
        return True


class Bench:
    """A copy of the checkout in which mutants are made and tested.

    Args:
        folder: Where the copy, the records and the results lie.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.copy = folder / "copy"
        self.records = folder / "records"
        self.results = folder / "results.jsonl"
        self.records.mkdir(parents=True, exist_ok=True)
        self._extension: Extension | None = None

    def refresh(self) -> None:
        """Bring the copy up to date with the checkout."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            *(), cwd=ROOT, capture_output=True, check=True,
        ).stdout.split(b"\0")  # fmt: skip
        names = [each.decode() for each in listed if each]
        native = ROOT / NATIVE
        names += [path.relative_to(ROOT).as_posix() for path in (native / "binding.c", *native.glob("*.so"))]
        for name in names:
            source, to = ROOT / name, self.copy / name
            if source.is_file() and not (to.exists() and to.read_bytes() == source.read_bytes()):
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, to)
        # By their content: a mutant can be as old and as long as what it replaces.
        subprocess.run(
            [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "segcore"],
            *(), cwd=self.copy, check=True,
        )  # fmt: skip

    def begin(self) -> None:
        """Import what all forks need."""
        os.chdir(self.copy)
        sys.path[:] = [each for each in sys.path if each and Path(each).resolve() != ROOT]
        os.environ.update(
            OPENBLAS_NUM_THREADS="1",
            POLARS_MAX_THREADS="2",
            POLARS_ALLOW_FORKING_THREAD="1",
            OMP_NUM_THREADS="1",
            SEGCORE_IMPLEMENTATION="native",
            # For the programs that tests run, before the checkout that is installed.
            PYTHONPATH=str(self.copy),
        )
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        sys.dont_write_bytecode = False
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name in _IMPORTED:
                with suppress(ImportError):
                    importlib.import_module(name)

    def record(self, rooms: list[str]) -> None:
        """Record the lines that the tests of some rooms run."""
        kernel = os.environ.get("SEGCORE_KERNEL", "")
        for tests in rooms:
            start = time.monotonic()
            status = _fork(partial(_record, tests, self.records), 3600, self.folder / f"{tests}.log")
            print(f"{tests}: status {status}, {time.monotonic() - start:.0f} s {kernel}", flush=True)

    def done(self) -> dict[str, dict[str, Any]]:
        """Return the results so far, by the names of mutants."""
        if not self.results.exists():
            return {}
        lines = self.results.read_text(encoding="utf-8").splitlines()
        return {each["key"]: each for each in map(json.loads, lines)}

    def try_mutant(self, mutant: Mutant, records: Records, *, again: bool) -> tuple[str, float]:
        """Return what became of a mutant, and the seconds that it took."""
        budget = _BUDGET_AGAIN if again else _BUDGET
        path = self.copy / mutant.path
        source = path.read_bytes()
        start = time.monotonic()
        path.write_bytes(mutant.applied(source))
        is_kernel = mutant.path.startswith(str(KERNEL))
        try:
            if is_kernel:
                self._extension = self._extension or self._built(path, source, mutant)
                if not self._extension.build(mutant.path):
                    return "does not compile", time.monotonic() - start
                tests = self._kernel_tests(mutant)
                budget = max(budget, _BUDGET_KERNEL)
                seconds = 20 + 2 * budget
            else:
                tests = records.tests(mutant, budget)
                seconds = 20 + _PATIENCE * sum(records.seconds[test] for test in tests)
            if not tests:
                return "no test runs it", time.monotonic() - start
            status = _fork(partial(_run_pytest, tests, budget), seconds, self.folder / "last.log")
        finally:
            path.write_bytes(source)
            if is_kernel and self._extension:
                self._extension.build(mutant.path)
        word = "killed (time)" if status is None else "survived" if status == 0 else "killed"
        word = "equivalent" if word == "survived" and mutant.is_equivalent(source) else word
        return word, time.monotonic() - start

    def _built(self, path: Path, source: bytes, mutant: Mutant) -> Extension:
        path.write_bytes(source)
        made = Extension(self.copy)
        path.write_bytes(mutant.applied(source))
        return made

    def _kernel_tests(self, mutant: Mutant) -> list[str]:
        stem = Path(mutant.path).stem
        named = (*_KERNEL_TESTS.get(stem, ()), *_ALL_KERNEL_TESTS)
        return [f"tests/{each}" for each in dict.fromkeys(named) if (self.copy / "tests" / each).exists()]

    def run(self, mutants: list[Mutant], *, again: bool) -> None:
        """Run mutants that have no result yet; with `again`, those that survived."""
        records, done = Records.read(self.records), self.done()
        for number, mutant in enumerate(mutants, 1):
            before = done.get(mutant.key, {}).get("result")
            if before and not (again and before in ("survived", "no test runs it")):
                continue
            result, seconds = self.try_mutant(mutant, records, again=again)
            with self.results.open("a", encoding="utf-8") as file:
                room = next(name for name, folder in ROOMS.items() if mutant.path.startswith(f"{folder}/"))
                line = {"key": mutant.key, "room": room, "result": result, "seconds": round(seconds, 2)}
                file.write(json.dumps(line) + "\n")
            print(f"{number}/{len(mutants)} {result:9} {seconds:5.1f} s  {mutant.key}", flush=True)
            if result in ("survived", "no test runs it"):
                print(_difference(mutant, (self.copy / mutant.path).read_bytes()), flush=True)


def _difference(mutant: Mutant, source: bytes) -> str:
    before, after = (text.decode().splitlines(keepends=True) for text in (source, mutant.applied(source)))
    return "".join(difflib.unified_diff(before, after, mutant.path, "mutant", n=1))


def summary(results: dict[str, dict[str, Any]]) -> str:
    """Return a table of the results by room."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for each in results.values():
        counts[each["room"]][each["result"].partition(" (")[0]] += 1
    lines = []
    for room in (*ROOMS, "all"):
        if room == "all":
            counts[room] = sum((counts[each] for each in ROOMS), Counter())
        counted = counts[room]
        total = sum(counted.values()) - counted["does not compile"]
        if total:
            killed, equivalent = counted["killed"], counted["equivalent"]
            share = (killed + equivalent) / total
            lines.append(
                f"{room:10} {total:4} mutants, {killed:4} killed, {equivalent:3} equivalent, {share:.1%}"
            )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Record tests, run mutants, or show the results."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.mutate", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "mutation")
    parser.add_argument("--record", nargs="*", metavar="ROOM", help="rooms of tests; all if none is named")
    parser.add_argument("--room", choices=list(ROOMS), action="append", default=[])
    parser.add_argument("--count", type=int, default=70, help="mutants of each room")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", action="store_true", help="run survivors once more")
    parser.add_argument("--list", action="store_true", help="show the mutants and run none")
    parser.add_argument("--summary", action="store_true")
    options = parser.parse_args(arguments)
    bench = Bench(options.folder.resolve())
    if options.summary:
        print(summary(bench.done()))
        return 0
    mutants = [each for room in options.room for each in sample(room, options.count, options.seed)]
    if options.list:
        for mutant in mutants:
            print(mutant.key)
        return 0
    bench.refresh()
    bench.begin()
    if options.record is not None:
        bench.record(options.record or list(_RECORDED))
    bench.run(mutants, again=options.again)
    return 0


if __name__ == "__main__":
    sys.exit(main())
