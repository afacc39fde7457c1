"""The spelling of telephone numbers, and trees of prefixes in the form that C reads."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping

E164_DIGITS = 15
"""The most digits of a number (ITU-T E.164 6.1)."""

DIALLED_DIGITS = 24
"""The most digits of a number as it is dialled, which an international prefix comes before."""

NO_PREFIX = -1
"""The value of a number that has no known prefix, and of what is not a number."""

DIGITS = ("0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
"""ASCII, fullwidth, Arabic-Indic and extended Arabic-Indic digits."""

PLUS = "+＋"

BREAKS = "\n\r,;|"
"""Separators of numbers, ignored before or after a single one."""

_SPACES = "\t \u00a0\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f"
# Soft hyphen, zero width, and the marks of writing direction that come along when a number is copied.
_INVISIBLE = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
# libphonenumber's VALID_PUNCTUATION, except "x" for an extension, which no message can be sent to.
_PUNCTUATION = "-./()[]~\u2010\u2011\u2012\u2013\u2014\u2015\u2053\u2212\u223c\u30fc－．／（）［］～"
# Spreadsheets put it before a number that is to stay text.
_APOSTROPHE = "'"

SKIPPED = _SPACES + _INVISIBLE + _PUNCTUATION + _APOSTROPHE
"""Spaces and punctuation that numbers may be written with."""

# The kinds of prefixes.h, after the digits 0 to 9.
_SKIPPED, _PLUS, _BREAK, _LETTER, _OTHER = range(10, 15)


def kind_pages() -> tuple[bytes, bytes]:
    """Return what each code point of the basic multilingual plane is in a number, as a two-stage table: the
    page of each high octet, and pages of 256 octets, the second for what no number is written with.
    """
    kinds = {point: value for digits in DIGITS for value, point in enumerate(digits)}
    for kind, points in ((_SKIPPED, SKIPPED), (_PLUS, PLUS), (_BREAK, BREAKS), (_LETTER, "telTEL:")):
        kinds.update(dict.fromkeys(points, kind))
    page_of = bytearray(b"\0" + b"\1" * 255)
    pages = [bytearray([_OTHER] * 256) for _ in range(2)]
    for point, kind in kinds.items():
        high, low = divmod(ord(point), 256)
        if page_of[high] == 1:
            page_of[high] = len(pages)
            pages.append(bytearray([_OTHER] * 256))
        pages[page_of[high]][low] = kind
    return bytes(page_of), b"".join(pages)


def check_prefixes(prefixes: Iterable[str]) -> None:
    """Raise an error unless all prefixes are at most `DIALLED_DIGITS` ASCII digits."""
    for prefix in prefixes:
        if not isinstance(prefix, str):
            raise TypeError(f"prefix: expected str, got {type(prefix).__name__}")
        if prefix.strip("0123456789"):
            raise ValueError(f"prefix {prefix!r}: expected digits 0 to 9 alone")
        if len(prefix) > DIALLED_DIGITS:
            raise ValueError(
                f"prefix {prefix!r}: {len(prefix)} digits; a number has at most {DIALLED_DIGITS}"
            )


def check_values(prefixes: Mapping[str, int]) -> None:
    """Raise an error unless prefixes stand for integers from 0 to 2**31 - 1."""
    for prefix, value in prefixes.items():
        if not isinstance(value, int):
            raise TypeError(f"prefix {prefix!r}: expected an int, got {type(value).__name__}")
        if not 0 <= value < 1 << 31:
            raise ValueError(f"prefix {prefix!r}: {value} is not from 0 to 2**31 - 1")


Rules = Mapping[str, tuple[int, int, str]]
"""By prefix: the numbers of digits (bit n for n), how many first digits are dropped, what is put there."""


def check_rules(rules: Rules) -> None:
    """Raise an error unless the rules of a dial plan can be applied."""
    check_prefixes(rules)
    for prefix, (_, drop, put) in rules.items():
        if put.strip("0123456789") or len(put) > E164_DIGITS:
            raise ValueError(f"rule for {prefix!r}: puts {put!r}; expected at most {E164_DIGITS} digits")
        if not 0 <= drop <= len(prefix):
            raise ValueError(f"rule for {prefix!r}: drops {drop} digits; the prefix has {len(prefix)}")


def check_pairs(ones: array[int], others: array[int]) -> None:
    """Raise an error unless two arrays of type ``i`` are as long as each other."""
    for numbers in (ones, others):
        if numbers.typecode != "i":
            raise TypeError(f"expected an array of type 'i', got {numbers.typecode!r}")
    if len(ones) != len(others):
        raise ValueError(f"pairs: {len(ones)} numbers and {len(others)}; give as many of both")


def number_of_pair(number: Callable[[int, int], int], one: int, other: int) -> int:
    """Return what stands for a pair of numbers."""
    found = number(one, other)
    if not isinstance(found, int):
        raise TypeError(f"pair {one}, {other}: expected an int, got {type(found).__name__}")
    if not -1 << 31 <= found < 1 << 31:
        raise ValueError(f"pair {one}, {other}: {found} is not from -2**31 to 2**31 - 1")
    return found


ANY_LENGTH = (1 << DIALLED_DIGITS + 1) - 1
"""The set of all numbers of digits: bit n is for n."""

# Next nodes by digit, value, lengths, next shorter prefix: a segcore_prefix.
_NODE = 13
_VALUE, _LENGTHS, _SHORTER = 10, 11, 12


def tree(prefixes: Mapping[str, int], lengths: Mapping[str, int]) -> tuple[array[int], array[int]]:
    """Return prefixes as a ``segcore_tree`` of `kernel/prefixes.h`: its nodes and its heads; some stand only
    for numbers of `lengths`.
    """
    empty = array("i", [0] * (_NODE - 1))
    nodes = empty + array("i", [-1])
    before, way = b"", [0]
    # A prefix comes before those that begin with it, and shares its first nodes with the one before it.
    for prefix in sorted(prefixes):
        digits = prefix.encode()
        shared, most = 0, min(len(before), len(digits))
        while shared < most and digits[shared] == before[shared]:
            shared += 1
        del way[shared + 1 :]
        at = way[-1]
        for digit in digits[shared:]:
            shorter = at // _NODE if nodes[at + _LENGTHS] else nodes[at + _SHORTER]
            nodes[at + digit - 48] = len(nodes) // _NODE
            at = len(nodes)
            way.append(at)
            nodes.extend(empty)
            nodes.append(shorter)
        nodes[at + _VALUE] = prefixes[prefix]
        nodes[at + _LENGTHS] = lengths.get(prefix, ANY_LENGTH)
        before = digits
    return nodes, _heads(nodes)


def _heads(nodes: array[int]) -> array[int]:
    """Return the last node on the way of each three digits, its complement if that ends before the third."""
    heads = [0]
    for _ in range(3):
        longer: list[int] = []
        for at in heads:
            steps = nodes[at * _NODE : at * _NODE + 10] if at >= 0 else [0] * 10
            longer += [step or (~at if at >= 0 else at) for step in steps]
        heads = longer
    return array("i", heads)


def rule_octets(rules: Rules) -> bytes:
    """Return the changes that rules make, each a ``segcore_rule`` of `kernel/prefixes.h`."""
    # Few rules differ in the change that they make.
    octets = {
        (drop, put): bytes((drop, len(put), *map(int, put))).ljust(2 + E164_DIGITS, b"\0")
        for _, drop, put in rules.values()
    }
    return b"".join(octets[drop, put] for _, drop, put in rules.values())
