"""Options that several commands have."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from segcore.profile import Profile
from segcore.profiles import PROFILES, resolve

_Command = TypeVar("_Command", bound=Callable[..., Any])


class ProfileType(click.ParamType[Profile]):
    """The name of a profile, or the path of a TOML file that describes one."""

    name = "profile"

    def convert(
        self, value: str | Profile, param: click.Parameter | None, ctx: click.Context | None
    ) -> Profile:
        """Return the profile."""
        if isinstance(value, Profile):
            return value
        try:
            if value not in PROFILES and _is_path(value):
                return Profile.read(value)
            return resolve(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        except OSError as error:
            self.fail(f"{value}: {error.strerror}", param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the names that begin so; files are completed by the shell."""
        names = [CompletionItem(name) for name in PROFILES if name.startswith(incomplete)]
        return names or [CompletionItem(incomplete, type="file")]


def _is_path(value: str) -> bool:
    return value.endswith(".toml") or os.sep in value or os.path.exists(value)


profile_option = click.option(
    "--profile",
    type=ProfileType(),
    metavar="NAME|FILE",
    default="standard",
    show_default=True,
    help="The rules to count under: a name that 'segcore profiles' lists, or a TOML file.",
)

smart_option = click.option(
    "--smart-encoding/--no-smart-encoding",
    default=None,
    help="Count as if code points that force UCS-2 were replaced first, by the table that the provider "
    "documents or else the recommended one; if left out, as the profile says.",
)


def _as_json(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        context.params["form"] = "json"


def formats(*forms: str) -> Callable[[_Command], _Command]:
    """Return what adds ``--format``, the first form being the default, and ``--json`` for short."""
    short = click.option(
        "--json", is_flag=True, expose_value=False, callback=_as_json, help="Short for --format json."
    )
    # Eager, so that it is there when the short form sets it.
    full = click.option(
        "--format",
        "form",
        type=click.Choice(forms),
        default=forms[0],
        show_default=True,
        is_eager=True,
        help="For people or for programs.",
    )
    return lambda command: full(short(command))


format_option = formats("table", "json")
