"""The ``segcore`` command: runs `segcore.cli.commands` and turns errors and signals into exit statuses."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys

_NEEDED = ("click", "jinja2", "polars", "python_calamine", "rich", "tomli")

# New objects after which Python looks for cycles.
_GARBAGE = 200_000

# Octets of CSV, or of NDJSON in search of keys, that each thread of polars reads at a time: those of its own
# choice take several times the memory.
_CHUNK_OCTETS = 1 << 20

# A shell reports a program that a signal ended by 128 and the signal's number.
_BY_SIGNAL = 128
_BROKEN_PIPE = _BY_SIGNAL + 13

# Signals that ask a program to end; where there is no SIGHUP there is no terminal to close.
_ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Terminated(KeyboardInterrupt):
    """A signal, by its number, asked the program to end, which cleans up as Ctrl-C does."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def _terminate(number: int, _: object) -> None:
    # Nothing may interrupt the clean-up.
    for each in _ENDING:
        signal.signal(each, signal.SIG_IGN)
    raise Terminated(number)


def _raise_again(dropped: sys.UnraisableHookArgs) -> None:
    """Repeat a signal whose exception Python dropped: it came in a callback or the end of an object."""
    error = dropped.exc_value
    if not isinstance(error, KeyboardInterrupt):
        sys.__unraisablehook__(dropped)
        return
    import threading

    number = signal.SIGINT
    if isinstance(error, Terminated):
        number = signal.Signals(error.number)
        signal.signal(number, _terminate)
    threading.Timer(0.01, os.kill, (os.getpid(), number)).start()


# Characters of an error, which may quote cells and headings.
_LONGEST = 800


def main() -> None:
    """Run the command line and exit.

    Raises:
        SystemExit: Always: 0; 1 for an error; 2 for wrong usage or files that cannot be used; 3 if a limit
            of ``segcore estimate`` is exceeded; 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP; 141 if
            the reader of the output stopped.
    """
    # Imports make many objects and no garbage.
    gc.set_threshold(_GARBAGE)
    os.environ.setdefault("POLARS_CSV_CHUNK_SIZE", str(_CHUNK_OCTETS))
    for each in _ENDING:
        # A program that nohup started ignores SIGHUP.
        if signal.getsignal(each) == signal.SIG_DFL:
            signal.signal(each, _terminate)
    sys.unraisablehook = _raise_again
    status = _status()
    # All has been said; Python still cleans up.
    for each in (signal.SIGINT, *_ENDING):
        signal.signal(each, signal.SIG_IGN)
    # Else the interpreter would look for cycles in all that was imported, for longer than a small file takes.
    gc.freeze()
    sys.exit(status)


def _status() -> int:
    try:
        return _run()
    except Terminated as ended:
        print("Terminated.", file=sys.stderr)
        return _BY_SIGNAL + ended.number
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return _BY_SIGNAL + signal.SIGINT
    except BrokenPipeError:
        _drop_output()
        return _BROKEN_PIPE
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _NEEDED:
            raise
        how = "install segcore with its extra 'cli'"
        print(f"segcore: the command line needs {missing}, which is not installed: {how}", file=sys.stderr)
        return 1
    except (OSError, MemoryError, ImportError) as error:
        # The loader's words where there is no memory for a module in C.
        if isinstance(error, ImportError) and "failed to map" not in str(error):
            raise
        _drop_output()
        where, problem = "", "not enough memory"
        if isinstance(error, OSError):
            where = "" if error.filename is None else f"{_safe(error.filename)}: "
            problem = (error.strerror or str(error)).lower()
        print(f"segcore: {where}{problem}", file=sys.stderr)
        return 2


def _safe(message: str) -> str:
    """Return a message without characters that control a terminal; file names and cells may hold any."""
    from segcore.reports import visible

    short = message if len(message) <= _LONGEST else f"{message[:_LONGEST]}...\n"
    return "\n".join(map(visible, short.split("\n")))


def _drop_output() -> None:
    """Write nothing more: the interpreter would try once more when it exits, and complain."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run() -> int:
    # Where descriptor 1 is closed, the next file to be opened would get it.
    if sys.stdout is None:
        raise OSError("standard output is closed")
    import click

    from segcore.cli.commands import COMPLETION_VARIABLE, PROGRAM, cli

    asked = os.environ.get(COMPLETION_VARIABLE)
    if asked:
        from click.shell_completion import shell_complete

        return shell_complete(cli, {}, PROGRAM, COMPLETION_VARIABLE, asked)
    # click's own main would report an interrupt and a broken pipe as status 1.
    try:
        with cli.make_context(PROGRAM, sys.argv[1:]) as context:
            cli.invoke(context)
    except click.exceptions.Exit as end:
        return _flushed(end.exit_code)
    except click.ClickException as error:
        sys.stdout.flush()
        shown = io.StringIO()
        error.show(shown)
        print(_safe(shown.getvalue()), end="", file=sys.stderr)
        return error.exit_code
    return _flushed(0)


def _flushed(status: int) -> int:
    sys.stdout.flush()
    return status
