"""The wording of errors, in one place, so that both implementations say the same."""

from __future__ import annotations

from collections.abc import Iterable


def not_text(place: str, value: object) -> TypeError:
    """Return the error for a value that should have been a ``str``."""
    if value is None:
        return TypeError(f"{place}: expected str, got None; leave it out or put '' in its place")
    kind = type(value).__name__
    hint = "; decode it first" if isinstance(value, (bytes, bytearray, memoryview)) else ""
    if isinstance(value, float) and value != value:  # noqa: PLR0124 (only NaN is not itself)
        hint = " (NaN, a missing value); leave it out or put '' in its place"
    return TypeError(f"{place}: expected str, got {kind}{hint}")


def resized(before: int, after: int, what: str = "texts") -> RuntimeError:
    """Return the error for a list that another thread made longer or shorter meanwhile."""
    return RuntimeError(
        f"{what}: changed from {before} to {after} while they were read; "
        "pass a copy, or keep other threads from changing it"
    )


# The meaning of format strings of the Arrow C data interface.
_ARROW_NAMES = {
    "n": "null", "b": "bool", "c": "int8", "C": "uint8", "s": "int16", "S": "uint16", "i": "int32",
    "I": "uint32", "l": "int64", "L": "uint64", "e": "halffloat", "f": "float", "g": "double",
    "z": "binary", "Z": "large_binary", "vz": "binary_view", "+s": "struct", "+l": "list",
    "+L": "large_list", "tdD": "date32[day]", "u": "string", "U": "large_string", "vu": "string_view",
}  # fmt: skip


def arrow_name(form: str) -> str:
    """Return the name of an Arrow type by its format string."""
    return _ARROW_NAMES.get(form, form)


def not_strings(name: str, what: str = "texts") -> TypeError:
    """Return the error for an Arrow column that is not one of strings."""
    hint = "pass one column of utf8, large_utf8, utf8_view or a dictionary of these"
    if name == "struct":
        hint = "pass one column of the table"
    elif name.startswith(("int", "uint", "float", "double", "halffloat")):
        hint = "read the texts as text (in pandas, with dtype=str)"
    return TypeError(f"{what}: expected a column of strings, got {name}; {hint}")


def too_few_flags(flags: int, texts: int) -> ValueError:
    """Return the error for fewer truth values than texts."""
    return ValueError(f"mms: {flags} truth values for {texts} texts or more; give one for each")


def group_numbers(numbers: int, texts: int) -> ValueError:
    """Return the error for other than one group for each text."""
    return ValueError(f"groups: {numbers} groups for {texts} texts; give one for each")


# Known names that an error lists, if there are more.
_LISTED_NAMES = 20
_LISTED_OF_MANY = 5


def unknown(what: str, value: object, known: Iterable[str]) -> ValueError:
    """Return the error for a name that is not among the known ones, with the closest of them."""
    # Imported here: it costs as much as the rest of the package, and errors are rare.
    from difflib import get_close_matches

    names = list(known)
    close = get_close_matches(str(value), names, n=_LISTED_OF_MANY)
    suggestion = f"; did you mean {shortened(close[0])!r}?" if close else ""
    if len(names) > _LISTED_NAMES:
        listed = (close or names)[:_LISTED_OF_MANY]
        names = [*listed, f"and {len(names) - len(listed):,} more"]
    listed_names = ", ".join(map(shortened, names))
    return ValueError(f"{what}: unknown value {value!r}; known: {listed_names}{suggestion}")


def shortened(text: str) -> str:
    """Return the first 40 code points of a text from outside: more could be a private message."""
    return text if len(text) <= _SHOWN_CODEPOINTS else f"{text[: _SHOWN_CODEPOINTS - 3]}..."


_SHOWN_CODEPOINTS = 40
