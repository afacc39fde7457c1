"""``segcore profiles``: the rules of each provider."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table
from rich.text import Text

from segcore.cli.options import Command, ProfileType, format_option, print_json
from segcore.reports import console, plain_table, visible
from segcore.rules.alphabets import LANGUAGES
from segcore.rules.codings import MAX_SEGMENTS
from segcore.rules.profile import SUBJECTS, UNKNOWN, Length, Profile
from segcore.rules.profiles import PROFILES

if TYPE_CHECKING:
    from rich.console import Console

_LEGEND = f"""\
Profile  standard is the default; 'segcore profiles NAME' explains one
GSM-7    septets in a single segment / in each segment of a longer message
UCS-2    the same, in code units
Most     the most segments of one message, if fewer than {MAX_SEGMENTS}
Length   the longest text in code points, if documented; GSM-7/UCS-2
Smart    the documented table of smart encoding, used with --smart-encoding
Whole    emoji and other grapheme clusters are not split across segments"""

_PARTLY = {
    "always": "every character with a replacement is replaced",
    "all_or_nothing": "characters are replaced only if that makes the message GSM-7",
    "when_fewer_segments": "characters are replaced only if that saves a segment",
}


@click.command(cls=Command)
@click.argument("profile", metavar="[NAME|FILE]", type=ProfileType(), required=False)
@format_option
def profiles(profile: Profile | None, form: str) -> None:
    """List the providers' rules, or explain one profile, each fact with its source.

    FILE is a TOML file that describes your own route.

    \b
    Examples:
      segcore profiles
      segcore profiles twilio
    """
    if form == "json":
        found = profile_data(profile) if profile else {"profiles": [*map(profile_data, PROFILES.values())]}
        print_json("profiles", found)
    elif profile:
        show_profile(console(), profile)
    else:
        show_profiles(console(), PROFILES.values())


def profile_data(profile: Profile) -> dict[str, Any]:
    """Return everything about a profile for JSON: its fields, and the documented facts."""
    octets = profile.octets
    data = {each.name: getattr(profile, each.name) for each in fields(profile) if each.name != "documented"}
    for name in ("gsm7", "ucs2"):
        data[name] = {"single": data[name].single, "concatenated": data[name].part}
    for name in ("max_length", "max_mms_length"):
        data[name] = data[name] and asdict(data[name])
    data["smart_encoding"] = profile.smart_encoding_name
    data["octets"] = octets and {"encoding": octets.name, "classes": dict(octets.classes)}
    return {**data, "facts": facts_data(profile)}


def facts_data(profile: Profile) -> dict[str, dict[str, str | None]]:
    """Return the documented facts about a profile for JSON, ``null`` where there is none."""
    return {
        about: {
            "value": None if fact.value == UNKNOWN else fact.value,
            "source": fact.source or None,
            "note": fact.note or None,
        }
        for about, fact in profile.facts.items()
    }


def show_profiles(console: Console, profiles: Iterable[Profile]) -> None:
    """Print a table of profiles."""
    table = plain_table("Profile", ">GSM-7", ">UCS-2", ">Most", ">Length", "Smart", "Whole", "Route")
    table.padding = (0, 0, 0, 0)
    table.columns[-1].no_wrap = False
    for profile in profiles:
        segments = "" if profile.max_segments == MAX_SEGMENTS else str(profile.max_segments)
        table.add_row(
            Text(profile.name, style="bold"),
            *_capacities(profile),
            segments,
            _length(profile.max_length),
            _smart(profile),
            "yes" if profile.graphemes else "",
            Text(profile.title),
        )
    console.print(table)
    console.print(_LEGEND, markup=False)


def _capacities(profile: Profile) -> tuple[str, str]:
    if profile.octets is not None:
        return f"{profile.octets.first} octets", ""
    gsm7, ucs2 = profile.gsm7, profile.ucs2
    return f"{gsm7.single}/{gsm7.part}", f"{ucs2.single}/{ucs2.part}"


def show_profile(console: Console, profile: Profile) -> None:
    """Print everything about a profile, with the sources."""
    console.print(Text(f"{profile.name}: {profile.title}", style="bold"))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(overflow="fold")
    if profile.octets is None:
        _add_codings(table, profile)
    else:
        table.add_row("Encoding", f"always {profile.octets.encoding}, counted in octets")
        for name, most in profile.octets.classes:
            is_only = len(profile.octets.classes) == 1
            what = (
                f"{most} octets in each segment" if is_only else f"counts 1; {most or 'any number of'} octets"
            )
            table.add_row(Text(visible(name)), what)
    table.add_row("Several recipients", "one group MMS" if profile.group_mms else "a message each")
    for name, value in (("Prefix", profile.prefix), ("Suffix", profile.suffix)):
        if value:
            where = f", in messages to {', '.join(profile.countries)}" if profile.countries else ""
            table.add_row(name, Text(f"{visible(value)!r}{where}"))
    if profile.link_length is not None:
        table.add_row("Links", f"count {profile.link_length}")
    if profile.field_length is not None:
        table.add_row("Fields {#name#}", f"count {profile.field_length}")
    if profile.encoding != "auto":
        table.add_row("Encoding", f"always {profile.encoding}")
    if profile.packing != "exact":
        table.add_row("Segments", f"{profile.packing}: not packed, but divided and rounded up")
    table.add_row("Most segments", str(profile.max_segments))
    table.add_row("Longest text", _length(profile.max_length) or UNKNOWN)
    console.print("\nHow segcore counts", style="bold")
    console.print(table)
    console.print("\nDocumented facts", style="bold")
    show_facts(console, profile)


def _add_codings(table: Table, profile: Profile) -> None:
    gsm7, ucs2 = profile.gsm7, profile.ucs2
    table.add_row("GSM-7", f"{gsm7.single} septets in a single segment, {gsm7.part} each in longer messages")
    table.add_row(
        "UCS-2", f"{ucs2.single} code units in a single segment, {ucs2.part} each in longer messages"
    )
    table.add_row("Two septets", Text(visible(gsm7.extended) or "none"))
    table.add_row("Languages", ", ".join(LANGUAGES[language] for language in profile.languages) or "none")
    table.add_row("Smart encoding", _smart(profile) or "none documented")
    table.add_row("", f"{profile.partly}: {_PARTLY[profile.partly]}")
    table.add_row("Grapheme clusters", "kept whole" if profile.graphemes else "may be split")


def show_facts(console: Console, profile: Profile) -> None:
    """Print the documented facts about a profile, each with its source."""
    for about, fact in profile.facts.items():
        line = Text(f"{SUBJECTS[about]}: ", "bold")
        line.append(visible(fact.value), "dim" if fact.value == UNKNOWN else "not bold")
        if fact.note:
            line.append(f" ({visible(fact.note)})", "not bold")
        console.print(line)
        if fact.source:
            # Never wrapped, so that it can be copied.
            console.print(Text(f"  {fact.source}", "cyan"), no_wrap=True, overflow="ignore", crop=False)


def _length(length: Length | None) -> str:
    if length is None:
        return ""
    return str(length.gsm7) if length.gsm7 == length.ucs2 else f"{length.gsm7}/{length.ucs2}"


def _smart(profile: Profile) -> str:
    if profile.smart_encoding_name is not None:
        return f"{profile.smart_encoding_name} (always)"
    return profile.smart_table or ""
