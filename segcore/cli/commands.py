"""The group of all commands.  A command's module is imported only when the command is run."""

from __future__ import annotations

from importlib import import_module

import click

from segcore._version import __version__
from segcore.engine.chooser import RUNNING

# Here and not in the commands, so that `segcore --help` imports none of them.
_COMMANDS = {
    "bandwidth": "Predict what Bandwidth's messaging API reports, and check it.",
    "count": "The number of segments of each line of standard input.",
    "estimate": "What the messages in files take and cost.",
    "inspect": "Everything about one message.",
    "profiles": "The rules of each provider, and where they are documented.",
    "template": "The fewest and the most segments that a template can take.",
}
"""The short help of each command; ``segcore.cli.NAME_command`` defines the command ``NAME``."""


class CommandGroup(click.Group):
    """Finds a command in the module that is named after it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in _COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"segcore.cli.{cmd_name}_command"), cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message=f"segcore %(version)s, {RUNNING}")
def cli() -> None:
    """Count SMS segments before sending: GSM-7 or UCS-2, how many segments, what it costs and why."""
