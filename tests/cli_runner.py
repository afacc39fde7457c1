"""Run the command line in this process."""

from __future__ import annotations

import pytest

pytest.importorskip("click")

from click.testing import CliRunner, Result

from segcore.cli.commands import cli


def invoke(*arguments: str, stdin: bytes | None = None) -> Result:
    result = CliRunner().invoke(cli, arguments, input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result
