"""Phone numbers and their prefixes in plain Python: the readable implementation."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence

from segcore._errors import not_text, resized
from segcore.engine.dialling import (
    ANY_LENGTH,
    BREAKS,
    DIALLED_DIGITS,
    DIGITS,
    E164_DIGITS,
    NO_PREFIX,
    PLUS,
    SKIPPED,
    Rules,
    check_pairs,
    check_prefixes,
    check_rules,
    check_values,
    number_of_pair,
)
from segcore.engine.python.arrow import text_chunks

_SPELLED: dict[int, str | None] = {
    **dict.fromkeys(map(ord, SKIPPED)),
    **{ord(point): str(value) for digits in DIGITS for value, point in enumerate(digits)},
    **{ord(point): "+" for point in PLUS},
    **{ord(point): "," for point in BREAKS},
}

_NUMBER = re.compile(f",*(?:[Tt][Ee][Ll]:)?(\\+?)([0-9]{{1,{DIALLED_DIGITS}}}),*")


def exact_text(text: object, place: str) -> str:
    """Return `text` without what a subclass of ``str`` may have overridden."""
    # Not isinstance(), which believes what an object says of itself.
    if issubclass(type(text), str):
        return str.__str__(text)
    raise not_text(place, text)


class _Rules:
    """The rules of one step."""

    def __init__(self, rules: Rules) -> None:
        check_rules(rules)
        self._rules = dict(rules)
        self._ends = _ends(rules)

    def apply(self, digits: str) -> str:
        """Return what the rule for some digits makes of them, nothing if there is none."""
        if len(digits) <= DIALLED_DIGITS:
            for end in self._ends.get(digits[:2], ()):
                lengths, drop, put = self._rules.get(digits[:end], (0, 0, ""))
                if lengths >> len(digits) & 1:
                    return put + digits[drop:]
        return ""


def _ends(prefixes: Iterable[str]) -> dict[str, list[int]]:
    """Return the lengths that prefixes have, the longest first, by the first two digits of a number."""
    ends: dict[str, set[int]] = {}
    for prefix in prefixes:
        heads = [prefix[:2]] if len(prefix) > 1 else [head for head in _HEADS if head.startswith(prefix)]
        for head in heads:
            ends.setdefault(head, set()).add(len(prefix))
    return {head: sorted(lengths, reverse=True) for head, lengths in ends.items()}


# The first two of some digits, or the only one, or none.
_HEADS = ["", *(f"{number}" for number in range(10)), *(f"{number:02}" for number in range(100))]


class DialPlan:
    """Reads telephone numbers as people write them, and makes E.164 digits of them.

    `international` has rules for digits after a plus sign, by prefix: for which numbers of digits (bit n for
    n), how many first digits are dropped, and what is put in their place. The longest prefix applies that is
    for so many digits; digits without a rule are no number. `national` has rules for digits without a plus
    sign, which come before; without them such digits are no numbers.

    Example:
        >>> plan = DialPlan({"44": (1 << 12, 0, "")}, {"0": (1 << 11, 1, "44")})
        >>> plan.e164("07400 123456"), plan.e164("+44 7400 123456"), plan.e164("123456")
        ('+447400123456', '+447400123456', None)
    """

    def __init__(self, international: Rules, national: Rules | None = None) -> None:
        self._steps = (_Rules(national or {}), _Rules(international))

    def e164(self, number: str) -> str | None:
        """Return a number as E.164 has it, a plus sign and digits, or ``None`` if it is none."""
        digits = _read(exact_text(number, "number"), *self._steps)
        return f"+{digits}" if digits else None


def _read(number: str, national: _Rules, international: _Rules) -> str:
    """Return the E.164 digits of a number, nothing if it is none."""
    plus, digits = number[:1] == "+", number[1:]
    # Most numbers are plain, and to translate one takes longer than all else.
    if not (plus and digits.isdecimal() and number.isascii()):
        found = _NUMBER.fullmatch(number.translate(_SPELLED))
        if not found:
            return ""
        plus, digits = found[1] == "+", found[2]
    digits = international.apply(digits if plus else national.apply(digits))
    return digits if len(digits) <= E164_DIGITS else ""


class PrefixTable:
    """Looks up the value of the longest known prefix of a number.

    Prefixes are E.164 digits without the plus sign, and values are from 0 to 2**31 - 1.
    `lengths` says of some prefixes which numbers of digits they are for (bit n for n); the others are for
    all.

    Example:
        >>> table = PrefixTable({"44": 0, "4474": 1})
        >>> plan = DialPlan({"44": (1 << 12, 0, "")})
        >>> [table.lookup(number, plan) for number in ("+44 7400 123456", "+44 1481 960194", "123456")]
        [1, 0, -1]
    """

    def __init__(self, prefixes: Mapping[str, int], lengths: Mapping[str, int] | None = None) -> None:
        check_prefixes(prefixes)
        check_values(prefixes)
        self._prefixes = {
            prefix: ((lengths or {}).get(prefix, ANY_LENGTH), value) for prefix, value in prefixes.items()
        }
        self._ends = _ends(prefixes)

    def lookup(self, number: str, plan: DialPlan) -> int:
        """Return what the longest prefix of a number stands for; -1 if there is none, or it is no number."""
        return self._find(exact_text(number, "number"), _steps(plan))

    def lookup_all(self, numbers: Sequence[str], plan: DialPlan, first: int, values: array[int]) -> None:
        """Look up many numbers and append what they stand for to an array of type ``i``.

        Another thread may not change the length of `numbers` meanwhile.  Errors count the numbers from
        `first`.
        """
        steps = _steps(plan)
        expected = len(numbers)
        for index, number in enumerate(numbers):
            values.append(self._find(exact_text(number, f"numbers[{first + index}]"), steps))
        if len(numbers) != expected:
            raise resized(expected, len(numbers), "numbers")

    def lookup_arrow(self, source: object, plan: DialPlan, values: array[int]) -> None:
        """Look up a column that speaks the Arrow PyCapsule protocol and append what its rows stand for, -1
        for a null.
        """
        steps = _steps(plan)
        for chunk in text_chunks(source, "numbers"):
            values.extend(NO_PREFIX if number is None else self._find(number, steps) for number in chunk)

    def _find(self, number: str, steps: tuple[_Rules, _Rules]) -> int:
        digits = _read(number, *steps)
        for end in self._ends.get(digits[:2], ()) if digits else ():
            lengths, value = self._prefixes.get(digits[:end], (0, NO_PREFIX))
            if lengths >> len(digits) & 1:
                return value
        return NO_PREFIX


def _steps(plan: DialPlan) -> tuple[_Rules, _Rules]:
    if isinstance(plan, DialPlan):
        return plan._steps  # noqa: SLF001 - a class of this module; public attributes are the extension's
    raise TypeError(f"plan: expected a DialPlan, got {type(plan).__name__}")


def number_pairs(ones: array[int], others: array[int], number: Callable[[int, int], int]) -> None:
    """Put in place of the first of two numbers (arrays of type ``i``) the one that stands for both: `number`
    is asked once for each pair, as they come.

    Example:
        >>> from array import array
        >>> ones = array("i", [7, 7, 8, 7])
        >>> number_pairs(ones, array("i", [0, 1, 0, 0]), lambda one, other: 10 * one + other)
        >>> ones.tolist()
        [70, 71, 80, 70]
    """
    check_pairs(ones, others)
    found: dict[tuple[int, int], int] = {}
    # While there are views, neither can change its length.
    with memoryview(ones) as to, memoryview(others) as second:
        for index, pair in enumerate(zip(to, second, strict=True)):
            if pair not in found:
                found[pair] = number_of_pair(number, *pair)
            to[index] = found[pair]
