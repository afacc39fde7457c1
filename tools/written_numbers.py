"""How numbers are written, read by segcore and by libphonenumber: `python -m tools.written_numbers [COUNT]`.

Each number is a valid one of a random region that messages can be sent to, written in one of eleven forms:
as in its own region, with its calling code with and without a trunk prefix, after the international prefix of
any region.  It prints for each form how often both find the same number, and exits with 1 if segcore ever
finds one that is neither libphonenumber's nor the one that was written.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from random import Random
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from segcore.numbers.numbering_plan import DEFAULT_REGIONS, dial_plan
from tools import sample_numbers
from tools.make_regions import Dialling

_SEED = 1
_TYPES = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


class Written(NamedTuple):
    """A number as somebody wrote it.

    Args:
        form: The name of the form.
        text: The number as it is written.
        default: The region whose conventions apply, ``None`` if unknown.
        number: The number in E.164.
    """

    form: str
    text: str
    default: str | None
    number: str


@cache
def _trunks(code: int, region: str) -> list[str]:
    return Dialling(code, region).trunks()


@cache
def _regions_with_00() -> list[str]:
    """Return the regions where 00 alone is dialled before a calling code."""
    metadata = (
        (name, phonenumbers.PhoneMetadata.metadata_for_region(name, None)) for name in DEFAULT_REGIONS
    )
    return [name for name, found in metadata if found and found.international_prefix == "00"]


@cache
def _exits(region: str) -> list[str]:
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    assert metadata is not None
    return Dialling(int(metadata.country_code or 0), region).exits() or ["00"]


class _Case(NamedTuple):
    """A number to write, its region, and another region where somebody dials it."""

    number: PhoneNumber
    home: str
    away: str
    random: Random

    def formatted(self, form: int) -> str:
        return str(phonenumbers.format_number(self.number, form))

    @property
    def code(self) -> int:
        return int(self.number.country_code or 0)

    @property
    def national(self) -> str:
        return str(phonenumbers.national_significant_number(self.number))

    @property
    def trunk(self) -> str:
        trunks = _trunks(self.code, self.home)
        return self.random.choice(trunks) if trunks else ""


# By the name of a form, what is written, and by which region's conventions it is read.
_FORMS: dict[str, Callable[[_Case], tuple[str, str | None]]] = {
    "international": lambda case: (case.formatted(PhoneNumberFormat.INTERNATIONAL), None),
    "tel: URI": lambda case: (case.formatted(PhoneNumberFormat.RFC3966), None),
    "national": lambda case: (case.formatted(PhoneNumberFormat.NATIONAL), case.home),
    "without trunk prefix": lambda case: (case.national, case.home),
    "code and number": lambda case: (f"{case.code} {case.national}", case.home),
    "code (trunk) number": lambda case: (f"{case.code} ({case.trunk}){case.national}", case.home),
    "+code (trunk) number": lambda case: (f"+{case.code} ({case.trunk}){case.national}", case.away),
    "00 code number": lambda case: (
        f"00 {case.code} {case.national}",
        case.random.choice(_regions_with_00()),
    ),
    "+00 code number": lambda case: (f"+00{case.code} {case.national}", "GB"),
    "dialled from elsewhere": lambda case: (
        f"{case.random.choice(_exits(case.away))} {case.code} {case.national}",
        case.away,
    ),
    "formatted elsewhere": lambda case: (
        phonenumbers.format_out_of_country_calling_number(case.number, case.away),
        case.away,
    ),
}


def written(random: Random, count: int) -> Iterator[Written]:
    """Yield numbers in all forms.

    Args:
        random: The source of randomness.
        count: How many.
    """
    numbers = []
    for text in sample_numbers.walks(random, min(max(2_000, count // 10), 20_000)):
        region = sample_numbers.truth(text)
        if region not in (None, "001"):
            parsed = phonenumbers.parse(text)
            if phonenumbers.number_type(parsed) in _TYPES:
                numbers.append((parsed, str(region)))
    for index in range(count):
        number, home = random.choice(numbers)
        form = [*_FORMS][index % len(_FORMS)]
        text, default = _FORMS[form](_Case(number, home, random.choice(DEFAULT_REGIONS), random))
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        yield Written(form, text, default, e164)


def truth(number: Written) -> str | None:
    """Return the number that libphonenumber reads in E.164, ``None`` if it is no valid one."""
    try:
        parsed = phonenumbers.parse(number.text, number.default)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    found = str(phonenumbers.format_number(parsed, PhoneNumberFormat.E164))
    return found if len(found) <= 1 + sample_numbers.E164_DIGITS else None


def keep_patterns() -> None:
    """Let `re` keep all patterns of libphonenumber, which it would else compile again and again."""
    re._MAXCACHE = 100_000  # type: ignore[attr-defined]  # noqa: SLF001


def compare(random: Random, count: int) -> tuple[dict[str, Counter[str]], list[tuple[Written, str, str]]]:
    """Return how segcore and libphonenumber agree on each form, and the numbers that they read differently.

    Args:
        random: The source of randomness.
        count: How many numbers.
    """
    found: dict[str, Counter[str]] = {form: Counter() for form in _FORMS}
    different = []
    for number in written(random, count):
        ours, theirs = dial_plan(number.default).e164(number.text), truth(number)
        if ours == theirs:
            outcome = "same" if ours else "neither"
        elif ours is None or theirs is None:
            outcome = "segcore only" if ours else "libphonenumber only"
        elif ours == number.number:
            outcome = "as meant"
        else:
            outcome = "different"
            different.append((number, ours, theirs))
        found[number.form][outcome] += 1
    return found, different


def main() -> None:
    """Compare and print."""
    keep_patterns()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    found, different = compare(Random(_SEED), count)
    outcomes = ("same", "neither", "segcore only", "libphonenumber only", "as meant", "different")
    print(f"{'form':24}" + "".join(f"{outcome:>20}" for outcome in outcomes))
    for form, counts in found.items():
        print(f"{form:24}" + "".join(f"{counts[outcome]:20,}" for outcome in outcomes))
    total = sum(found.values(), Counter())
    agreed = total["same"] + total["neither"]
    print(f"{agreed:,} of {count:,} alike; {total['different']:,} different")
    sys.exit("\n".join(f"{number}: {ours}, not {theirs}" for number, ours, theirs in different[:50]) or None)


if __name__ == "__main__":
    main()
