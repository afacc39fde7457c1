"""Telephone numbers as people write them, and the longest prefix of their digits, on both implementations."""

from __future__ import annotations

import pickle
import unicodedata
from array import array
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segcore.engine import python as readable

pytestmark = pytest.mark.kernel_independent

_NATIONAL = {
    "": (1 << 9, 0, "49"),
    "0": (1 << 10, 1, "49"),
    "00": (-1 & 0xFFFFFF, 2, ""),
}
_INTERNATIONAL = {"49": (1 << 11, 0, ""), "490": (1 << 12, 3, "49"), "1": (1 << 11, 0, "")}


@pytest.fixture(scope="session")
def plan(core: ModuleType) -> Any:
    """German numbers of nine digits, North American ones, and no others."""
    return core.DialPlan(_INTERNATIONAL, _NATIONAL)


@pytest.fixture(scope="session")
def everything(core: ModuleType) -> Any:
    """Any digits after a plus sign."""
    return core.DialPlan({"": (0xFFFFFF, 0, "")})


def _look_up(table: Any, numbers: Any, plan: Any, first: int = 0) -> list[int]:
    values = array("i")
    table.lookup_all(numbers, plan, first, values)
    return values.tolist()


def _look_up_arrow(table: Any, column: Any, plan: Any) -> list[int]:
    values = array("i")
    table.lookup_arrow(column, plan, values)
    return values.tolist()


@pytest.mark.parametrize(
    "written",
    [
        "+49 151 234567",
        "+49 (0)151-234567",
        "+490151234567",
        "＋４９１５１２３４５６７",
        "+٤٩١٥١٢٣٤٥٦٧",
        "+۴۹۱۵۱۲۳۴۵۶۷",
        "tel:+49-151-234567",
        "TEL: +49.151.234567",
        "\u202a+49\u00a0151\u202f234567\u202c",
        "'+49/151/234567",
        "\n+49151234567\r\n",
        "+49151234567;",
        "|,+49151234567",
        "0049 151 234567",
        "(00) 49 (0) 151 234567",
        "0151 234567",
        "151234567",
        "tel:0151-234567",
    ],
)
def test_forgiven(plan: Any, written: str) -> None:
    """However a number is set out, it is the same number."""
    assert plan.e164(written) == "+49151234567"


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "+",
        "++49151234567",
        "+49+151234567",
        "49151234567+",
        "+49151234567 x12",
        "+49151234567;ext=12",
        "+49151234567, +49151234568",
        "+49151\n234567",
        "+;49151234567",
        "tel+49151234567",
        "te:+49151234567",
        "tel:tel:+49151234567",
        "+tel:49151234567",
        "tel:;+49151234567",
        "+4915123456七",
        "+4915123456²",
        "+4915123456𝟕",
        "whatsapp:+49151234567",
        "12345",
        "ACME",
        "*100#",
        "+49151234",
        "+4915123456789",
        "+33151234567",
        "0",
        "00",
        "9" * 24,
        "9" * 25,
        "+" + "9" * 1000,
    ],
)
def test_no_number(plan: Any, core: ModuleType, written: str) -> None:
    """What is not one possible number is none: nothing is guessed."""
    assert plan.e164(written) is None
    table = core.PrefixTable({"4": 4, "9": 9, "3": 3})
    assert table.lookup(written, plan) == -1
    assert _look_up(table, [written, "+49151234567"], plan) == [-1, 4]
    assert _look_up_arrow(table, pa.array([written, "+49151234567"]), plan) == [-1, 4]


def test_without_national_rules(core: ModuleType) -> None:
    """Without rules for them, digits without a plus sign are no number."""
    plan = core.DialPlan(_INTERNATIONAL)
    assert plan.e164("+12025550143") == "+12025550143"
    for written in ("12025550143", "0012025550143", "2025550143", "tel:12025550143"):
        assert plan.e164(written) is None


def test_every_code_point(core: ModuleType, everything: Any) -> None:
    """Each code point is a digit, left out or spoils the number, in both implementations alike."""
    ours, theirs = core.DialPlan({"": (0xFFFFFF, 0, "")}), readable.DialPlan({"": (0xFFFFFF, 0, "")})
    digits = set()
    for value in (*range(0x10000), *range(0x10000, 0x110000, 0x101)):
        written = f"+1{chr(value)}2"
        found = ours.e164(written)
        if value < 0x3100 or value > 0xF900:
            assert found == theirs.e164(written), hex(value)
        elif found is not None:
            digits.add(value)
        if found not in (None, "+12"):
            assert found == f"+1{unicodedata.decimal(chr(value))}2"
    assert not digits


@pytest.mark.parametrize("digits", [6, 7, 8, 9, 12, 14, 15, 16, 17])
def test_every_octet_at_every_place(core: ModuleType, digits: int) -> None:
    """Plain numbers are read eight digits at a time: what is none is found wherever it stands."""
    ours, theirs = core.DialPlan({"": (0xFFFFFF, 0, "")}), readable.DialPlan({"": (0xFFFFFF, 0, "")})
    table = core.PrefixTable({"": 1})
    plain = "123456789012345678"[:digits]
    for place in range(digits + 1):
        written = [f"+{plain[:place]}{chr(value)}{plain[place:]}"[: digits + 1] for value in range(0x180)]
        expected = [theirs.e164(number) for number in written]
        assert [ours.e164(number) for number in written] == expected
        values = [-1 if number is None else 1 for number in expected]
        assert _look_up(table, written, ours) == values
        assert _look_up_arrow(table, pa.array(written), ours) == values


@given(
    st.dictionaries(st.text("0123", max_size=6), st.integers(0, 2**31 - 1), max_size=30),
    st.lists(st.text("0123", min_size=1, max_size=15), max_size=300),
)
def test_longest_prefix(
    core: ModuleType, everything: Any, prefixes: dict[str, int], numbers: list[str]
) -> None:
    """The longest prefix decides, one at a time, in lists and in columns."""
    table = core.PrefixTable(prefixes)
    expected = [
        prefixes[max((prefix for prefix in prefixes if number.startswith(prefix)), key=len)]
        if any(map(number.startswith, prefixes))
        else -1
        for number in numbers
    ]
    written = [f"+{number}" for number in numbers]
    assert [table.lookup(number, everything) for number in written] == expected
    assert _look_up(table, written, everything) == expected
    assert _look_up(table, tuple(written), everything) == expected
    for column in (
        pa.array(written, pa.string()),
        pa.array(written, pa.large_string()),
        pa.array(written, pa.string_view()),
        pa.array(written, pa.string()).dictionary_encode(),
        pa.chunked_array([pa.array(written[:7], pa.string()), pa.array(written[7:], pa.string())]),
    ):
        assert _look_up_arrow(table, column, everything) == expected


def test_lengths_choose_between_prefixes(core: ModuleType) -> None:
    """A rule is passed over where it is not for so many digits, and a shorter prefix may serve."""
    plan = core.DialPlan({"7": (1 << 11, 0, "")}, {"8": (1 << 11, 1, "7"), "": (1 << 10, 0, "7")})
    assert plan.e164("8 912 345 67 89") == "+79123456789"
    assert plan.e164("800 123 45 67") == "+78001234567"
    assert plan.e164("812 345 678") is None


@pytest.mark.parametrize("digits", [15, 16])
def test_e164_digits(core: ModuleType, digits: int) -> None:
    """A number has at most 15 digits (E.164 6.1), and what a rule puts counts."""
    plan = core.DialPlan({"": (0xFFFFFF, 0, "")}, {"0": (0xFFFFFF, 1, "12")})
    expected = None if digits > 15 else "+" + "1" * digits
    assert plan.e164("+" + "1" * digits) == expected
    assert (plan.e164("0" + "1" * (digits - 2)) is None) == (digits > 15)


def test_rules_that_make_too_many_digits(core: ModuleType) -> None:
    """What is put may make more digits than can be dialled, which no rule is for."""
    plan = core.DialPlan({"": (0xFFFFFF, 0, "")}, {"": (-1 & 0x1FFFFFF, 0, "1" * 15)})
    assert plan.e164("2" * 24) is None
    assert plan.e164("2" * 9) is None


def test_as_many_digits_as_are_dialled(core: ModuleType) -> None:
    """24 digits are read, of which a rule may leave few; and none are no number."""
    plan = core.DialPlan({"": (0x1FFFFFF, 0, ""), "7": (1 << 1, 1, "")}, {"0" * 12: (1 << 24, 12, "")})
    assert plan.e164("0" * 12 + "1" * 12) == "+" + "1" * 12
    assert plan.e164("0" * 12 + "1" * 13) is None
    assert plan.e164("+7") is None
    assert core.PrefixTable({"": 1}).lookup("+7", plan) == -1


def test_nulls_and_slices(core: ModuleType, plan: Any) -> None:
    """A null stands for -1, whatever it points to, sliced or in a dictionary."""
    table = core.PrefixTable({"49": 5, "1": 6})
    numbers = ["0151234567", None, "+12025550143", None, "0151234567", "x"]
    expected = [5, -1, 6, -1, 5, -1]
    for kind in (pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())):
        column = pa.array(numbers, pa.string()).cast(kind)
        for start in range(len(numbers)):
            assert _look_up_arrow(table, column[start:], plan) == expected[start:]
    assert _look_up_arrow(table, pa.array([None, None], pa.null()), plan) == [-1, -1]
    assert _look_up_arrow(table, pa.array([], pa.string()), plan) == []


def test_results_are_appended(core: ModuleType, plan: Any) -> None:
    """What an array held stays."""
    table = core.PrefixTable({"49": 5})
    values = array("i", [9])
    table.lookup_all(["0151234567"], plan, 0, values)
    table.lookup_arrow(pa.array(["x", "0151234567"]), plan, values)
    assert values.tolist() == [9, 5, -1, 5]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
@pytest.mark.parametrize("octets", [b"+49\xff", b"x\xff", b"+\xd9", b"1" * 30 + b"\xc0\x80", b"\xed\xa0\x80"])
def test_not_utf8(core: ModuleType, plan: Any, kind: pa.DataType, octets: bytes) -> None:
    """A row that is not UTF-8 is an error that names it, even if it could not be a number anyway."""
    table = core.PrefixTable({"49": 5})
    raw = pa.array([b"+49151234567", "x²".encode(), octets], pa.binary())
    layout = {pa.large_string(): pa.large_binary(), pa.string_view(): pa.binary_view()}.get(kind, pa.binary())
    column = pa.Array.from_buffers(kind, 3, raw.cast(layout).buffers())
    with pytest.raises(ValueError, match=r"^numbers\[2\]: not UTF-8; repair the text or leave it out$"):
        _look_up_arrow(table, column, plan)


def test_not_strings(core: ModuleType, plan: Any) -> None:
    """An error names the argument, the index and the type."""
    table = core.PrefixTable({"49": 5})
    with pytest.raises(TypeError, match=r"^number: expected str, got int$"):
        table.lookup(49, plan)
    with pytest.raises(TypeError, match=r"^number: expected str, got bytes; decode it first$"):
        plan.e164(b"+49")
    with pytest.raises(TypeError, match=r"^numbers\[12\]: expected str, got int$"):
        _look_up(table, ["x", "y", 3], plan, first=10)
    with pytest.raises(TypeError, match=r"^numbers: expected a column of strings, got int64; "):
        _look_up_arrow(table, pa.array([1]), plan)
    with pytest.raises(TypeError, match=r"^plan: expected a DialPlan, got str$"):
        table.lookup("+49", "DE")
    with pytest.raises(TypeError, match=r"^plan: expected a DialPlan, got NoneType$"):
        _look_up(table, [], None)


def test_pickling(core: ModuleType, plan: Any) -> None:
    """Plans and tables go to other processes, and answer there as here."""
    table = core.PrefixTable({"49": 5, "1": 6}, {"1": 1 << 10})
    other_plan, other_table = pickle.loads(pickle.dumps((plan, table)))
    assert type(other_plan) is core.DialPlan
    assert type(other_table) is core.PrefixTable
    assert _look_up(other_table, ["0151234567", "+12025550143"], other_plan) == [5, -1]
    assert pickle.loads(pickle.dumps(core.DialPlan(_INTERNATIONAL))).e164("0151234567") is None


def test_lengths_of_prefixes(core: ModuleType, everything: Any) -> None:
    """A prefix that is for so many digits gives way to a shorter one otherwise."""
    table = core.PrefixTable({"1": 1, "12": 2, "123": 3, "9": 9}, {"123": 1 << 5, "12": 1 << 6, "9": 1 << 4})
    numbers = ["+12345", "+123456", "+1234567", "+12", "+9123", "+912", "+123"]
    assert _look_up(table, numbers, everything) == [3, 2, 1, 1, 9, -1, 1]


def test_subclasses_of_str(core: ModuleType, plan: Any) -> None:
    """What a subclass of str overrides is not asked."""

    class Liar(str):
        __slots__ = ()

        def translate(self, table: Any, /) -> str:
            return "+12025550143"

    assert plan.e164(Liar("0151 234567")) == "+49151234567"


@pytest.mark.parametrize(
    ("prefixes", "error", "message"),
    [
        ({1: 1}, TypeError, "prefix: expected str, got int"),
        ({"+1": 1}, ValueError, r"prefix '\+1': expected digits 0 to 9 alone"),
        ({"١": 1}, ValueError, "prefix '١': expected digits 0 to 9 alone"),
        ({"1" * 25: 1}, ValueError, "prefix '1{25}': 25 digits; a number has at most 24"),
        ({"1": -1}, ValueError, r"prefix '1': -1 is not from 0 to 2\*\*31 - 1"),
        ({"1": 2**31}, ValueError, r"prefix '1': 2147483648 is not from 0 to 2\*\*31 - 1"),
        ({"1": "US"}, TypeError, "prefix '1': expected an int, got str"),
    ],
)
def test_prefixes_at_fault(core: ModuleType, prefixes: Any, error: type[Exception], message: str) -> None:
    """What is no prefix, or no value of one, is an error that names it."""
    with pytest.raises(error, match=f"^{message}$"):
        core.PrefixTable(prefixes)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"0x": (1, 0, "")}, "prefix '0x': expected digits 0 to 9 alone"),
        ({"0": (1, 2, "")}, "rule for '0': drops 2 digits; the prefix has 1"),
        ({"0": (1, -1, "")}, "rule for '0': drops -1 digits; the prefix has 1"),
        ({"0": (1, 0, "+1")}, r"rule for '0': puts '\+1'; expected at most 15 digits"),
        ({"0": (1, 0, "1" * 16)}, "rule for '0': puts '1{16}'; expected at most 15 digits"),
    ],
)
def test_rules_at_fault(core: ModuleType, rules: Any, message: str) -> None:
    """A rule that cannot be applied is an error that names it."""
    with pytest.raises(ValueError, match=f"^{message}$"):
        core.DialPlan(rules)
    with pytest.raises(ValueError, match=f"^{message}$"):
        core.DialPlan({}, rules)
