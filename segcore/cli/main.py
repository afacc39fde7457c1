"""The ``segcore`` command: runs `segcore.cli.commands` and turns whatever ends it into an exit status."""

from __future__ import annotations

import gc
import os
import sys

_NEEDED = ("click", "duckdb", "jinja2", "polars", "rich", "tomli")

# Objects after which cycles are looked for.
_GARBAGE = 50_000

# What a shell reports for a program that a signal ended: 128 and the signal's number.
_INTERRUPTED = 128 + 2
_BROKEN_PIPE = 128 + 13


def main() -> None:
    """Run the command line and exit.

    Raises:
        SystemExit: Always: 0, 1 for an error, 2 for wrong usage or files that cannot be used, 3 if a limit
            of ``segcore estimate`` is exceeded, 130 when interrupted, 141 when what reads the output stopped.
    """
    # What is imported is many objects and no garbage.
    gc.set_threshold(_GARBAGE)
    status = _status()
    # Else the interpreter would look for cycles in all that was imported, for longer than a small file takes.
    # DuckDB complains of what is not collected.
    if "duckdb" not in sys.modules:
        gc.freeze()
    sys.exit(status)


def _status() -> int:
    try:
        return _run()
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        # Else the interpreter would try to flush once more when it exits, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _NEEDED:
            raise
        print(f"segcore: the command line needs {missing}: pip install 'segcore[cli]'", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"segcore: {error}", file=sys.stderr)
        return 1


def _run() -> int:
    import click

    from segcore.cli.commands import cli

    # click's own main would report an interrupt and a broken pipe as status 1.
    try:
        with cli.make_context("segcore", sys.argv[1:]) as context:
            cli.invoke(context)
    except click.exceptions.Exit as end:
        return _flushed(end.exit_code)
    except click.ClickException as error:
        sys.stdout.flush()
        error.show()
        return error.exit_code
    return _flushed(0)


def _flushed(status: int) -> int:
    sys.stdout.flush()
    return status
