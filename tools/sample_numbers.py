"""Valid numbers of every region, at random, and what libphonenumber says about them."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneNumberType

from tools.number_patterns import Regions, regions_of

DIGITS = "0123456789"

E164_DIGITS = 15

# How much oftener numbers of calling codes are drawn that several regions share.
_SHARED = 20


def truth(number: str) -> str | None:
    """Return the region of a valid number with a plus sign, ``None`` for one that is not valid.

    Some toll-free numbers of Germany and Nigeria have more digits than E.164 allows: they are not valid here.
    """
    if len(number) > 1 + E164_DIGITS:
        return None
    parsed = phonenumbers.parse(number)
    return phonenumbers.region_code_for_number(parsed) if phonenumbers.is_valid_number(parsed) else None


def walks(random: Random, count: int) -> Iterator[str]:
    """Yield at least `count` numbers, drawn from the patterns digit by digit."""
    for code, regions in COUNTRY_CODE_TO_REGION_CODE.items():
        weights = [_SHARED] * len(regions) if len(regions) > 1 else [1]
        for region, weight in zip(regions, weights, strict=True):
            # A region alone, so that rare ones are not drowned by those that share the code.
            alone = regions_of(code, (region,))
            for _ in range(-(-count * weight // _weight())):
                yield f"+{code}{_walk(random, alone)}"


def _weight() -> int:
    return sum(
        _SHARED * len(regions) if len(regions) > 1 else 1 for regions in COUNTRY_CODE_TO_REGION_CODE.values()
    )


def _walk(random: Random, regions: Regions) -> str:
    digits, state = "", regions.start
    while True:
        steps = regions.steps(state, len(digits))
        if regions.match(state, len(digits)) and (not steps or random.random() < 0.4):
            return digits
        digit, state = random.choice(steps)
        digits += digit


def mutations(random: Random, count: int) -> Iterator[str]:
    """Yield up to `count` valid numbers, each like one of libphonenumber's examples to some digit."""
    examples = [
        (f"+{code}", phonenumbers.national_significant_number(found))
        for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()
        for region in regions
        for kind in PhoneNumberType.values()
        if (found := _example(code, region, kind))
        for _ in range(_SHARED if len(regions) > 1 else 1)
    ]
    for _ in range(count):
        start, example = random.choice(examples)
        kept = random.randint(0, len(example))
        number = start + example[:kept] + "".join(random.choices(DIGITS, k=len(example) - kept))
        if truth(number):
            yield number


def _example(code: int, region: str, kind: int) -> phonenumbers.PhoneNumber | None:
    if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY:
        return phonenumbers.example_number_for_non_geo_entity(code)
    return phonenumbers.example_number_for_type(region, kind)
