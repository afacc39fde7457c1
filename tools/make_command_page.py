"""Makes docs/reference/commands.md from the commands themselves.

Run ``python -m tools.make_command_page`` after a change of commands or options.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from segcore.cli.commands import PROGRAM, cli
from segcore.cli.options import SECTIONS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "commands.md"

_HEAD = """\
# Commands

<!-- Written by `python -m tools.make_command_page`. -->

The `segcore` command comes with the extra `cli`: see [Installation](../installation.md).
`segcore COMMAND --help` prints the same.
"""


def page() -> str:
    """Return the page."""
    context = click.Context(cli, info_name=PROGRAM, **cli.context_settings)
    return "\n".join([_HEAD, *_commands(cli, context)])


def _commands(group: click.Group, context: click.Context) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context)
        if isinstance(command, click.Group):
            yield from _commands(command, inner)
        else:
            yield from _command(command, inner)


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"## {context.command_path}\n"
    yield f"```\n{context.command_path} {' '.join(command.collect_usage_pieces(context))}\n```\n"
    text, _, examples = re.sub(r"[\b]\n *Examples:\n", "\0", command.help or "").partition("\0")
    for paragraph in filter(None, map(str.strip, text.split("\n\n"))):
        yield f"{_escaped(' '.join(paragraph.split()))}\n"
    if examples:
        listed = "\n".join(line.strip() for line in examples.strip().splitlines())
        yield f"```\n{listed}\n```\n"
    records = {
        str(param.name): record
        for param in command.get_params(context)
        if isinstance(param, click.Option) and (record := param.get_help_record(context)) is not None
    }
    rows: list[tuple[str, list[tuple[str, str]]]] = [
        (title, [records.pop(name) for name in names if name in records]) for title, names in SECTIONS.items()
    ]
    yield "| Option | Meaning |\n| --- | --- |"
    for title, listed_options in [*rows, ("Other options", [*records.values()])]:
        if listed_options:
            yield f"| **{title}** | |"
        for option, meaning in listed_options:
            yield f"| `{option.replace('|', chr(92) + '|')}` | {_escaped(meaning)} |"
    yield ""


def _escaped(text: str) -> str:
    return re.sub(r"([|<*_\[\]{])", r"\\\1", text)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
