"""Makes segcore/numbers/regions.txt from libphonenumber's metadata: `python -m tools.make_regions`.

Then it looks up 200,000 random valid numbers and exits with 1 if libphonenumber says something else of one.
With ``--check`` it writes nothing and exits with 1 if the installed metadata make another table.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from textwrap import wrap

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, REGION_CODE_FOR_NON_GEO_ENTITY

from segcore.engine.dialling import DIALLED_DIGITS
from tools.number_patterns import Region, Regions, regions_of, words

ROOT = Path(__file__).parents[1]

TABLE = ROOT / "segcore" / "numbers" / "regions.txt"

E164_DIGITS = 15

# North American area codes are assigned one by one, so that a free one belongs to nobody yet, even where all
# that share its first two digits belong to one region.
_LEAST_DIGITS = {1: 3}

# Numbers that can receive a text message, by their patterns: not toll-free, premium-rate or internal ones.
SUBSCRIBERS = ("mobile", "fixed_line")

# Fewer digits than these are a short code in a region whose mobile numbers are longer.
_SHORT_CODE = 7

# A national or international prefix with more variants than these is followed by codes of carriers, which
# hardly anyone writes.
_MOST_VARIANTS = 80

# Digits after a calling code that may be needed to tell it from a number without one.
_MOST_DIGITS_MORE = 2

_HEADER = """\
# Telephone numbers by region: made by tools/make_regions.py, not to be edited.
# From the metadata of libphonenumber (https://github.com/google/libphonenumber), Copyright (C) The
# Libphonenumber Authors, licensed under the Apache License 2.0, by way of the package `phonenumbers`.
"""


def lengths_text(lengths: Iterable[int]) -> str:
    """Return numbers of digits as ranges.

    Example:
        >>> lengths_text({7, 9, 10, 11})
        '7,9-11'
    """
    ranges: list[list[int]] = []
    for length in sorted(lengths):
        if ranges and length == ranges[-1][-1] + 1:
            ranges[-1][1:] = [length]
        else:
            ranges.append([length])
    return ",".join("-".join(map(str, ends)) for ends in ranges)


def lines(head: str, items: Iterable[str]) -> list[str]:
    """Return lines of items that each begin with `head`."""
    text = " ".join(items)
    return wrap(text, 110, initial_indent=head, subsequent_indent=head, break_on_hyphens=False) or [
        head.strip()
    ]


def geographic() -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield each calling code that regions have, with these in their order of preference."""
    for code, regions in sorted(COUNTRY_CODE_TO_REGION_CODE.items()):
        if regions != (REGION_CODE_FOR_NON_GEO_ENTITY,):
            yield code, regions


def possible_lengths(code: int, regions: tuple[str, ...]) -> set[int]:
    """Return how many digits national numbers may have, as far as E.164 has room for them."""
    lengths = set().union(*(Region(region, code).general.lengths for region in regions))
    return {length for length in lengths if len(str(code)) + length <= E164_DIGITS}


def prefixes() -> Iterator[str]:
    """Yield lines of calling code, region, lengths of national numbers, and their prefixes."""
    for code, regions in sorted(COUNTRY_CODE_TO_REGION_CODE.items()):
        if len(regions) == 1:
            yield f"{code} {regions[0]} {lengths_text(possible_lengths(code, regions))}"
            continue
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        shared = regions_of(code, regions)
        for prefix, lengths in shared.prefixes(_LEAST_DIGITS.get(code, 0)):
            for region, those in lengths.items():
                found[region, lengths_text(those)].append(prefix)
        for region, text in sorted(found):
            yield from lines(f"{code} {region} {text} ", sorted(found[region, text]))


def trunks() -> Iterator[str]:
    """Yield items of calling code and trunk prefix, and the lengths of national numbers with that prefix.

    People write the trunk prefix after a calling code, too, as in +44 (0) 20 7946 0018, and libphonenumber
    reads over it.  A length that numbers without a trunk prefix have as well is not listed: those begin with
    the same digits.
    """
    for code, regions in geographic():
        possible = possible_lengths(code, regions)
        for prefix in Dialling(code, regions[0]).trunks():
            clear = {length + len(prefix) for length in possible}
            clear -= regions_of(code, regions, SUBSCRIBERS).lengths_after(prefix)
            if clear:
                yield f"{code}-{prefix}/{lengths_text(clear)}"


class Dialling:
    """Forms of a number without a plus sign in one region, as rules of a dial plan."""

    def __init__(self, code: int, region: str) -> None:
        sharing = COUNTRY_CODE_TO_REGION_CODE[code]
        self.code = str(code)
        self.region = Region(region, code)
        self.metadata = self.region.metadata
        self._subscribers = regions_of(code, sharing, SUBSCRIBERS)
        self._own = regions_of(code, (region,), SUBSCRIBERS)
        self._mobile = regions_of(code, sharing, SUBSCRIBERS[:1])
        every = self._subscribers.lengths_after("")
        shortest = min(_SHORT_CODE, *(self._mobile.lengths_after("") or every))
        self.lengths = {length for length in every if length >= shortest}
        # After a calling code no number is a short code.
        self.lengths_with_code = every

    def rules(self) -> list[str]:
        """Return rules: a prefix, ``/`` and lengths.

        The prefix is dropped, and the calling code is put there if there are lengths; but what follows ``=``
        is put before the prefix.
        """
        found = {"": f"/{lengths_text(self.lengths)}"}
        for prefix in self.trunks():
            self._add(found, prefix, self.lengths)
        self._add(found, self.code, self.lengths_with_code)
        for prefix, lengths in self._told_by_more_digits("", set()):
            found.setdefault(prefix, f"{prefix}/{lengths_text(lengths)}=")
        for trunk in self.trunks():
            # As in 44 (0) 20 7946 0018.
            with_trunk = {len(self.code) + length for length in self._subscribers.lengths_after(trunk)}
            self._add(found, self.code + trunk, self.lengths_with_code, with_trunk)
        for prefix, length, put in self._local():
            found.setdefault(prefix, f"{prefix}/{length}={put}")
        for prefix in self.exits():
            found[prefix] = f"{prefix}/"
        return list(found.values())

    def _told_by_more_digits(self, digits: str, told: set[int]) -> Iterator[tuple[str, set[int]]]:
        """Yield prefixes that begin with the calling code, and the lengths for which it is the calling code.

        Numbers that begin with the same digits as the calling code may be as long as those that come after
        it; a few digits more tell which they are.  Where they do not, a mobile number is the likelier one.

        Args:
            digits: The digits after the calling code.
            told: The lengths that fewer digits tell.
        """
        lengths = self._lengths_with_code(self._subscribers, digits)
        # Without a calling code it would be a number of this region, not of one that shares the code.
        clear = lengths - self._own.lengths_after(self.code + digits)
        is_last = len(digits) == _MOST_DIGITS_MORE
        if is_last:
            mobile = self._lengths_with_code(self._mobile, digits)
            clear |= mobile - self._mobile.lengths_after(self.code + digits)
        if digits and clear - told:
            yield self.code + digits, clear - told
        if lengths - clear and not is_last:
            for digit in "0123456789":
                yield from self._told_by_more_digits(digits + digit, told | clear)

    def _lengths_with_code(self, numbers: Regions, digits: str) -> set[int]:
        return {len(self.code) + length for length in numbers.lengths_after(digits)}

    def _add(self, found: dict[str, str], prefix: str, lengths: set[int], other: Iterable[int] = ()) -> None:
        """Add the rule for a prefix that comes before numbers, for lengths that tell it from their digits."""
        clear = {length + len(prefix) for length in lengths} - self._own.lengths_after(prefix)
        clear = {length for length in clear.difference(other) if length <= DIALLED_DIGITS}
        if prefix and clear:
            found.setdefault(prefix, f"{prefix}/{lengths_text(clear)}")

    def trunks(self) -> list[str]:
        """Return what is written before national numbers in the region."""
        parsing = self.metadata.national_prefix_for_parsing or ""
        # Brazil's says how many digits follow, Gabon's says which, and Argentina's what is put in the middle.
        parsing = re.sub(r"\(\\d\{\d+,\d+\}\)", "", parsing)
        if self.metadata.national_prefix_transform_rule == "\\1":
            parsing = re.sub(r"^(\d+)\(.*\)$", r"\1", parsing)
        if parsing and "$" not in parsing and not self._is_rewritten(parsing):
            found = words(parsing)
            if len(found) <= _MOST_VARIANTS:
                return found
        return [self.metadata.national_prefix] if self.metadata.national_prefix else []

    def _is_rewritten(self, parsing: str) -> bool:
        return bool(self.metadata.national_prefix_transform_rule) and parsing == (
            self.metadata.national_prefix_for_parsing
        )

    def _local(self) -> Iterator[tuple[str, int, str]]:
        """Yield first digits, length and what stands before them where the only area code is left out."""
        parsing = self.metadata.national_prefix_for_parsing or ""
        found = re.match(r"\((\[[\d-]+\]|\d)\\d\{(\d+)\}\)\$", parsing)
        if found:
            area = (self.metadata.national_prefix_transform_rule or "").replace("\\1", "")
            for digit in words(found[1]):
                yield digit, int(found[2]) + 1, self.code + area

    def exits(self) -> list[str]:
        """Return what is dialled in the region before a calling code, other than 00.

        Where one prefix is preferred, those that begin with it are omitted: they may be its calling codes.
        """
        pattern = (self.metadata.international_prefix or "").replace("~", "")
        preferred = (self.metadata.preferred_international_prefix or "").replace("~", "")
        found = {*words(pattern)} if pattern else set()
        if preferred:
            found = {prefix for prefix in found if not prefix.startswith(preferred)} | {preferred}
        if len(found) > _MOST_VARIANTS:
            found = {preferred}
        return sorted(found - {"", "00"})


def national() -> Iterator[str]:
    """Yield lines of a region, its calling code, and the rules of its dial plan."""
    for region, code in sorted((region, code) for code, regions in geographic() for region in regions):
        yield from lines(f"{region} {code} ", Dialling(code, region).rules())


def infixes() -> Iterator[str]:
    """Yield lines of a region, its calling code, what is written between an area code and a mobile number,
    what is put before the area code instead, and the area codes.
    """
    for code, regions in geographic():
        for region in regions:
            metadata = Region(region, code).metadata
            parsing = metadata.national_prefix_for_parsing or ""
            found = re.fullmatch(r"(\d)\?\(\?:\((.*)\)(\d+)\)\?", parsing)
            if found and found[1] == metadata.national_prefix:
                put = (metadata.national_prefix_transform_rule or "").replace("\\1", "")
                yield from lines(f"{region} {code} {found[3]} {put} ", words(found[2]))


def table() -> str:
    """Return the text of the table."""
    sections = {
        "[metadata]  the version of `phonenumbers`": [phonenumbers.__version__],
        "[numbers]  calling code, region, lengths of national numbers, their first digits": prefixes(),
        "[trunks]  calling code-trunk prefix/lengths of national numbers with it": lines("", trunks()),
        "[national]  region, calling code, and rules: first digits/lengths=put there": national(),
        "[infixes]  region, calling code, digits dropped behind area codes, digits put before; these codes": (
            infixes()
        ),
    }
    return "\n".join([_HEADER, *("\n".join([heading, *rows, ""]) for heading, rows in sections.items())])


def body(text: str) -> str:
    """Return a table without the version of its metadata."""
    return text.partition("[numbers]")[2]


def differences(random: Random, walks: int, mutations: int) -> tuple[int, list[str]]:
    """Return how many random valid numbers were looked up, and those with another region than the truth."""
    from tools import sample_numbers

    # Only now: it reads the table, which may just have been made.
    sys.path.insert(0, str(ROOT))
    from segcore.numbers import regions

    numbers = [*sample_numbers.walks(random, walks), *sample_numbers.mutations(random, mutations)]
    truth = [sample_numbers.truth(number) for number in numbers]
    return sum(name is not None for name in truth), [
        f"{number}: {found}, not {name}"
        for number, name, found in zip(numbers, truth, regions(numbers), strict=True)
        if name not in (None, found)
    ]


def main() -> None:
    source = table()
    if sys.argv[1:] == ["--check"]:
        is_current = body(TABLE.read_text("utf-8")) == body(source)
        sys.exit(None if is_current else f"{TABLE}: stale; run {sys.argv[0]} and look at what changed")
    TABLE.write_text(source, "utf-8")
    count, wrong = differences(Random(1), walks=160_000, mutations=70_000)
    print(f"{count:,} valid numbers, {len(wrong)} other than phonenumbers {phonenumbers.__version__} says")
    sys.exit("\n".join(wrong) or None)


if __name__ == "__main__":
    main()
