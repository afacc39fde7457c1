"""The group of all commands.  A command's module is imported only when the command is run."""

from __future__ import annotations

import os
from difflib import get_close_matches
from importlib import import_module

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
)

from segcore._version import __version__
from segcore.engine.chooser import RUNNING

PROGRAM = "segcore"

COMPLETION_VARIABLE = "_SEGCORE_COMPLETE"
"""The environment variable by which a shell asks for completions."""

# Here and not in the commands, so that `segcore --help` imports none of them.
_COMMANDS = {
    "bandwidth": "Predict the segments that Bandwidth reports, and check its reports.",
    "completion": "Print the script that completes segcore's commands in a shell.",
    "count": "Count the segments of each line of standard input.",
    "estimate": "Estimate the segments and cost of the messages in files.",
    "inspect": "Explain one message: its encoding, segments, and what to change.",
    "profiles": "List the rules of each provider, with their sources.",
    "rates": "Show how a rate card is read, and what it does not price.",
    "template": "Show the fewest and the most segments that a template can need.",
}
"""The short help of each command; ``segcore.cli.NAME_command`` defines the command ``NAME``."""

_EXAMPLES = """\
Examples:
  segcore estimate campaign.csv --price 0.0079
  segcore inspect "It\u2019s your turn!"
  segcore count < messages.txt

Run 'segcore COMMAND --help' for the options of a command."""


class CommandGroup(click.Group):
    """Finds a command in the module that is named after it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        known = super().get_command(ctx, cmd_name)
        if known is not None or cmd_name not in _COMMANDS:
            return known
        found: click.Command = getattr(import_module(f"segcore.cli.{cmd_name}_command"), cmd_name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is asked for."""
        name = args[0]
        if name in _COMMANDS or name.startswith("-"):
            return super().resolve_command(ctx, args)
        close = get_close_matches(name, (*_COMMANDS, "--help", "--version"), n=1)
        if os.path.exists(name):
            hint = f"; to estimate a file, run: segcore estimate {name}"
        else:
            hint = f"; did you mean {close[0]!r}?" if close else f"; the commands are {', '.join(_COMMANDS)}"
        raise click.UsageError(f"No such command {name!r}{hint}", ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options before the command."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            hint = f"options follow the command: segcore estimate FILE {error.option_name}"
            raise click.UsageError(f"No such option {error.option_name!r}; {hint}", ctx) from None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands that begin so, without importing them."""
        names = [(name, text) for name, text in _COMMANDS.items() if name.startswith(incomplete)]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*(CompletionItem(name, help=text) for name, text in names), *options]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        formatter.write(f"\n{_EXAMPLES}\n")


@add_completion_class
class _Bash(BashComplete):
    """Complete `--option=value`, which bash takes for three words."""

    def get_completion_args(self) -> tuple[list[str], str]:
        args, incomplete = super().get_completion_args()
        return [each for each in args if each != "="], incomplete


class _WholeWords:
    """Complete `--option=value` in shells that take it for one word."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        found: list[CompletionItem] = super().get_completions(args, incomplete)  # type: ignore[misc]
        option, equals, _ = incomplete.partition("=")
        if option.startswith("-") and equals:
            for item in found:
                item.value = f"{option}={item.value}"
        return found


@add_completion_class
class _Fish(_WholeWords, FishComplete):
    # A description may have commas, too.  A file name may follow `--option=`.
    source_template = FishComplete.source_template.replace('split ","', 'split -m 1 ","').replace(
        "__fish_complete_path $metadata[2]",
        "set -l option (string match -r -- '^-[^=]*=' $metadata[2]);\n            "
        "__fish_complete_path (string replace -r -- '^-[^=]*=' '' $metadata[2])"
        " | string replace -r -- '^' \"$option\"",
    )


@add_completion_class
class _Zsh(_WholeWords, ZshComplete):
    # As a file in `fpath`, zsh runs the script a second time before it calls the function that it defines;
    # click's condition holds for the first time alone, so that every second Tab would do nothing.
    source_template = ZshComplete.source_template.replace(
        "== loadautofunc", "== (loadautofunc|shfunc)"
    ).replace("_path_files -f", "{ compset -P '*='; _path_files -f }")


@click.group(
    cls=CommandGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, "-V", "--version", message=f"{PROGRAM} %(version)s, {RUNNING}")
@click.pass_context
def cli(context: click.Context) -> None:
    """Count SMS segments before sending: which encoding each message gets, how
    many segments it is billed as, what that costs, why, and what to change.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that completes segcore's commands, options and profiles in SHELL.

    \b
    Examples:
      segcore completion bash > ~/.local/share/bash-completion/completions/segcore
      segcore completion zsh > "${fpath[1]}/_segcore"
      segcore completion fish > ~/.config/fish/completions/segcore.fish
    """
    found = get_completion_class(shell)
    assert found is not None  # noqa: S101 (click knows these three)
    click.echo(found(cli, {}, PROGRAM, COMPLETION_VARIABLE).source())
