"""Regions of telephone numbers, held against libphonenumber and its patterns."""

from __future__ import annotations

import copy
from array import array
from functools import cache
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped,unused-ignore]
import polars as pl
import pyarrow as pa
import pytest
from conftest import FULL_SWEEP, SEED, RunPython

from segcore import numbers as chosen
from segcore.engine.chooser import PrefixTable
from segcore.numbers import RegionColumn, look_up, region, regions
from segcore.numbers.numbering_plan import (
    DEFAULT_REGIONS,
    METADATA,
    NAMES,
    TABLE,
    dial_plan,
    international,
    mask,
    national,
    regions_of_prefixes,
)

phonenumbers = pytest.importorskip("phonenumbers")
regex = pytest.importorskip("regex")

from tools import make_regions, number_patterns, sample_numbers, written_numbers  # noqa: E402 (needs phonenumbers)

pytestmark = pytest.mark.kernel_independent

written_numbers.keep_patterns()

_SHARED = {code: names for code, names in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items() if len(names) > 1}


def _is_current() -> bool:
    return bool(phonenumbers.__version__ == METADATA)


needs_metadata = pytest.mark.skipif(
    not _is_current(),
    reason=f"the table is of phonenumbers {METADATA}, installed is {phonenumbers.__version__}",
)


@cache
def _sample() -> tuple[list[str], list[str | None]]:
    """Numbers with a plus sign, and their regions, ``None`` for one that is not valid."""
    random = Random(SEED)
    walks, mutations = (9_000, 3_000) if FULL_SWEEP else (2_000, 600)
    numbers = [*sample_numbers.walks(random, walks), *sample_numbers.mutations(random, mutations)]
    return numbers, [sample_numbers.truth(number) for number in numbers]


@cache
def _written() -> list[tuple[written_numbers.Written, str | None]]:
    """Numbers as people write them, and what libphonenumber reads."""
    found = written_numbers.written(Random(SEED), 3300 if FULL_SWEEP else 2400)
    return [(number, written_numbers.truth(number)) for number in found]


class Halves:
    """What `segcore.numbers` does, with a given implementation."""

    def __init__(self, core: ModuleType) -> None:
        self._core = core
        self._table = core.PrefixTable(*regions_of_prefixes())
        self._plan = cache(self._make_plan)

    def _make_plan(self, default: str | None) -> Any:
        return self._core.DialPlan(international(), None if default is None else national(default))

    def regions(self, numbers: list[str], default: str | None = None) -> list[str | None]:
        values = array("i")
        self._table.lookup_all(numbers, self._plan(default), 0, values)
        return [NAMES[value] if value >= 0 else None for value in values]

    def region(self, number: str, default: str | None = None) -> str | None:
        return self.regions([number], default)[0]

    def e164(self, number: str, default: str | None = None) -> str | None:
        found: str | None = self._plan(default).e164(number)
        return found


@pytest.fixture(scope="session")
def halves(core: ModuleType) -> Halves:
    return Halves(core)


@pytest.mark.skipif(not FULL_SWEEP, reason="the full sweep generates the table again")
def test_table_is_current() -> None:
    """The table is what its generator makes of the metadata.

    Newer metadata that make another table are no mistake of this code: the weekly job of
    .github/workflows/metadata.yml tells the maintainers.
    """
    ours = make_regions.body(make_regions.TABLE.read_text("utf-8"))
    made = make_regions.body(make_regions.table())
    if ours != made and not _is_current():
        pytest.skip(
            f"phonenumbers {phonenumbers.__version__} makes another table than {METADATA}; "
            "run python -m tools.make_regions"
        )
    assert ours == made, "run python -m tools.make_regions"


@needs_metadata
def test_agreement(halves: Halves) -> None:
    """Every valid number of a large random sample has the region that libphonenumber says."""
    numbers, truth = _sample()
    found = halves.regions(numbers)
    valid = [i for i, name in enumerate(truth) if name is not None]
    assert len(valid) > 0.95 * len(numbers)
    assert [(numbers[i], found[i], truth[i]) for i in valid if found[i] != truth[i]] == []
    # Western Sahara's numbers are Morocco's to libphonenumber.
    assert {truth[i] for i in valid} == {*NAMES} == {*phonenumbers.SUPPORTED_REGIONS, "001"} - {"EH"}


@needs_metadata
def test_patterns_are_read_right() -> None:
    """What the automata say of digits, the patterns say in full and in part."""
    random = Random(SEED)
    checked = {True: 0, False: 0}
    for code, names in _SHARED.items():
        for name in names:
            one = number_patterns.Region(name, code)
            for desc in (one.general, *one.types):
                automaton = number_patterns.Automaton(desc.pattern)
                pattern = regex.compile(desc.pattern)
                for _ in range(25 if FULL_SWEEP else 8):
                    digits, state = "", automaton.start
                    while state and len(digits) < 18:
                        going = [digit for digit in "0123456789" if automaton.after(state, digit)]
                        is_straying = random.random() < 0.1 or not going
                        digit = random.choice("0123456789" if is_straying else going)
                        digits, state = digits + digit, automaton.after(state, digit)
                        assert bool(state) == bool(pattern.fullmatch(digits, partial=True)), (desc, digits)
                        assert automaton.is_match(state) == bool(pattern.fullmatch(digits)), (desc, digits)
                        checked[bool(state)] += 1
    assert min(checked.values()) > 1000


@needs_metadata
@pytest.mark.parametrize("code", sorted(_SHARED))
def test_prefixes_of_shared_codes(code: int) -> None:
    """Numbers with a prefix of one region are possible there, by the region's own patterns."""
    metadata = {name: phonenumbers.PhoneMetadata.metadata_for_region(name, None) for name in _SHARED[code]}
    ours = [(row[1], digits) for row in TABLE["numbers"] if row[0] == str(code) for digits in row[3:] or [""]]
    assert {name for name, _ in ours} == {*_SHARED[code]} - {"EH"}
    for name, digits in ours:
        if metadata[name].leading_digits:
            pattern = regex.compile(metadata[name].leading_digits)
            assert pattern.match(digits) or pattern.match(digits, partial=True) or not digits
        assert regex.fullmatch(metadata[name].general_desc.national_number_pattern, digits, partial=True)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+12025550143", "US"),
        ("+14165550143", "CA"),
        ("+12423650143", "BS"),
        ("+18095550143", "DO"),
        ("+18001234567", "DO"),
        ("+18002345678", "US"),
        # Los Angeles has ten digits, a number of seven that begins so is Canadian.
        ("+13105550143", "US"),
        ("+13105550", "CA"),
        ("+12025550", None),
        # Nobody's area code yet, though all its neighbours are in the United States.
        ("+12115550143", None),
        ("+15555550143", None),
        ("+79123456789", "RU"),
        ("+77012345678", "KZ"),
        ("+75012345678", None),
        ("+442079460018", "GB"),
        ("+447911123456", "GG"),
        ("+447911023456", "GB"),
        ("+447624123456", "IM"),
        ("+447797123456", "JE"),
        ("+441534960000", "JE"),
        ("+390669812345", "VA"),
        ("+390669912345", "IT"),
        ("+393123456789", "IT"),
        ("+4779123456", "SJ"),
        ("+61412345678", "AU"),
        ("+61891621234", "CC"),
        ("+61891641234", "CX"),
        ("+212528812345", "MA"),
        ("+262639012345", "YT"),
        ("+262692123456", "RE"),
        ("+2908123", "TA"),
        ("+35818123456", "AX"),
        ("+590590271234", "BL"),
        ("+5997151234", "BQ"),
        ("+59995181234", "CW"),
        ("+80012345678", "001"),
        ("+979123456789", "001"),
        ("+882161234567", "001"),
        # Only one region has the code: unknown to the metadata, yet there.
        ("+4900000000", "DE"),
        ("+33000000000", "FR"),
        # An international prefix after the plus sign, and trunk prefixes of today and of yesterday.
        ("+0044 7723 456789", "GB"),
        ("+00 44 (0)7723 456789", "GB"),
        ("+0012025550143", "US"),
        ("+370 8 612 34567", "LT"),
        ("+370 0 612 34567", "LT"),
        ("+241 074 91 88 54", "GA"),
        ("+375 80 29 123 45 67", "BY"),
        ("+00", None),
        ("+000044 7723 456789", None),
        ("+011 44 7723 456789", None),
        # Too short, too long, no calling code.
        ("+33", None),
        ("+3312345678", None),
        ("+331234567890", None),
        ("+4912345678901234", None),
        ("+2101234567", None),
        ("+012345678", None),
    ],
)
def test_examples(halves: Halves, number: str, expected: str | None) -> None:
    """What decides: the calling code, else the prefix, else nothing."""
    assert halves.region(number) == expected


@needs_metadata
def test_possible_lengths_of_codes_of_one_region(halves: Halves) -> None:
    """A calling code of one region decides alone, for as many digits as are possible there."""
    random = Random(SEED)
    for code, names in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        if len(names) > 1:
            continue
        for length in range(1, 16 - len(str(code))):
            # A trunk prefix would be left out.
            number = f"+{code}5" + "".join(random.choices("0123456789", k=length - 1))
            lengths = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(code, names[0])
            assert lengths is not None
            is_possible = length in lengths.general_desc.possible_length
            assert halves.region(number) == (names[0] if is_possible else None), number


@pytest.mark.parametrize(
    "number",
    [
        "2025550143",
        "12025550143",
        "0012025550143",
        "01112025550143",
        "07911 123456",
        "tel:202-555-0143",
        "12345",
        "ACME",
        "",
    ],
)
def test_no_region_without_a_plus_sign(halves: Halves, number: str) -> None:
    """Without a default region, only a plus sign says what the first digits are."""
    assert halves.region(number) is None


@pytest.mark.parametrize(
    ("number", "default", "expected"),
    [
        ("(202) 555-0143", "US", "+12025550143"),
        ("1-202-555-0143", "US", "+12025550143"),
        ("12025550143", "US", "+12025550143"),
        ("011 44 20 7946 0018", "US", "+442079460018"),
        ("0044 20 7946 0018", "US", "+442079460018"),
        ("+44 (0) 20 7946 0018", "US", "+442079460018"),
        ("416 555 0143", "US", "+14165550143"),
        ("555-0143", "US", None),
        # A plus sign was lost, and twelve digits are no American number: not California.
        ("442079460018", "US", None),
        ("442079460018", "GB", "+442079460018"),
        ("07911 123456", "GB", "+447911123456"),
        ("7911 123456", "GB", "+447911123456"),
        ("960194", "GG", "+441481960194"),
        ("0151 23456789", "DE", "+4915123456789"),
        # Not "49 15": a mobile number with its calling code.
        ("4915123456789", "DE", "+4915123456789"),
        ("8 (912) 345-67-89", "RU", "+79123456789"),
        ("8~10 44 20 7946 0018", "RU", "+442079460018"),
        ("0011 1 202 555 0143", "AU", "+12025550143"),
        ("0044 20 7946 0018", "AU", "+442079460018"),
        ("06 1 234 5678", "HU", "+3612345678"),
        ("06 698 12345", "IT", "+390669812345"),
        ("+39 06 698 12345", "DE", "+390669812345"),
        ("011 15 2345-6789", "AR", "+5491123456789"),
        ("0220 15 412-3456", "AR", "+5492204123456"),
        ("0 15 11 91234-5678", "BR", "+5511912345678"),
        ("268 4641234", "AG", "+12684641234"),
        ("464 1234", "AG", "+12684641234"),
        # In Brazil a carrier is dialled after 00, in Thailand 00 and one digit more.
        ("0014 165 550 143", "BR", None),
        ("0014 1 202 555 0143", "BR", "+12025550143"),
        ("001 65 8123 4567", "TH", "+6581234567"),
        ("009 44 20 7946 0018", "NG", "+442079460018"),
        ("8~10 44 20 7946 0018", "KZ", "+442079460018"),
        # The calling code, a trunk prefix in brackets, and no plus sign.
        ("44 (0)7723 456789", "GB", "+447723456789"),
        ("0044 (0)7723 456789", "GB", "+447723456789"),
        ("49 (0)151 23456789", "DE", "+4915123456789"),
        ("370 8 612 34567", "LT", "+37061234567"),
        ("370 (0) 612 34567", "LT", "+37061234567"),
        ("7 8 912 345 67 89", "RU", "+79123456789"),
        ("1 1 202 555 0143", "US", "+12025550143"),
        ("36 06 1 234 5678", "HU", "+3612345678"),
        # A landline near Vienna, and one in Vienna after the calling code.
        ("43 1 7235054", "AT", "+4317235054"),
        ("39 06 2496", "IT", "+39062496"),
        ("12345", "US", None),
        ("60777", "GB", None),
        ("12345", "DE", None),
        ("112", "DE", None),
        ("ACME", "US", None),
        ("12025550143.0", "US", None),
        ("1.2025550143e10", "US", None),
        ("2025550143 ext. 5", "US", None),
        ("2025550143, 2025550144", "US", None),
    ],
)
def test_default_region(halves: Halves, number: str, default: str, expected: str | None) -> None:
    """With a default region, numbers are read as they are written there, and never guessed."""
    assert halves.e164(number, default) == expected


def _subscribers(count: int) -> list[tuple[str, Any, str]]:
    """Numbers that a message may be sent to, parsed, and their regions."""
    kinds = phonenumbers.PhoneNumberType
    found = []
    for number, name in zip(*_sample(), strict=True):
        if name is None or name == "001":
            continue
        parsed = phonenumbers.parse(number)
        kind = phonenumbers.number_type(parsed)
        if kind == kinds.MOBILE or kind == kinds.FIXED_LINE_OR_MOBILE or kind == kinds.FIXED_LINE:
            found.append((number, parsed, name))
    return Random(SEED).sample(found, count)


@needs_metadata
def test_national_formats(halves: Halves) -> None:
    """A number as it is written in its own region is that number, however it is set out.

    Except that in Gabon the 0 was before 2019 what was dialled first, and now belongs to the number.
    """
    formats = phonenumbers.PhoneNumberFormat
    seen = set()
    for number, parsed, name in _subscribers(2000 if FULL_SWEEP else 800):
        assert halves.e164(phonenumbers.format_number(parsed, formats.INTERNATIONAL)) == number
        assert halves.e164(phonenumbers.format_number(parsed, formats.RFC3966)) == number
        written = phonenumbers.format_number(parsed, formats.NATIONAL)
        found = halves.e164(written, name)
        # Landlines may have as few digits as short codes.
        if name == "GA":
            assert halves.region(written, name) == name
        elif found is not None or len(phonenumbers.national_significant_number(parsed)) >= 7:
            assert found == number, (written, name)
            seen.add(name)
    assert len(seen) > 150


@needs_metadata
def test_numbers_dialled_from_elsewhere(halves: Halves) -> None:
    """With what a region dials before a calling code, a number is itself, or in a few regions none."""
    random = Random(SEED)
    found = []
    for number, parsed, _ in _subscribers(2000 if FULL_SWEEP else 800):
        default = random.choice(DEFAULT_REGIONS)
        written = phonenumbers.format_out_of_country_calling_number(parsed, default)
        found.append(halves.e164(written, default))
        assert found[-1] in (number, None), (written, default)
        if phonenumbers.country_code_for_region(default) != parsed.country_code:
            for sign in ("00", "011"):
                assert halves.e164(f"{sign} {number[1:]}", "US" if sign == "011" else "DE") == number
    assert found.count(None) < 0.05 * len(found)


@needs_metadata
@pytest.mark.parametrize("default", ["US", "GB", "DE", "RU", "AR", "BR", "JE", "TH", "NG", "IT", "CW"])
def test_digits_without_a_plus_sign(halves: Halves, default: str) -> None:
    """Of random digits, none gets a region in which libphonenumber finds another valid number."""
    random = Random(SEED)
    for _ in range(2000 if FULL_SWEEP else 600):
        digits = "".join(random.choices("0123456789", k=random.randint(3, 15)))
        found = halves.e164(digits, default)
        assert found is None or digits.lstrip("0")[-4:] in found
        try:
            parsed = phonenumbers.parse(digits, default)
        except phonenumbers.NumberParseException:
            continue
        if found is not None and not digits.startswith("00") and phonenumbers.is_valid_number(parsed):
            assert halves.region(digits, default) == phonenumbers.region_code_for_number(parsed), digits


@needs_metadata
def test_written_forms(halves: Halves) -> None:
    """However a number is written, it is the number that libphonenumber reads, in every region."""
    seen: dict[str, set[str]] = {}
    for number, theirs in _written():
        ours = halves.e164(number.text, number.default)
        # Numbers of fewer than seven digits may be short codes, and are none by themselves.
        is_short = number.form in ("national", "without trunk prefix") and theirs and len(theirs) <= 10
        assert ours in (theirs, number.number) or (ours is None and is_short), number
        if ours:
            seen.setdefault(number.form, set()).add(str(halves.region(ours)))
    assert len(seen) == 11
    assert all(len(regions) > 75 for regions in seen.values())


@needs_metadata
@pytest.mark.parametrize("plus", ["", "+"])
def test_trunk_prefix_after_the_calling_code_of_every_region(halves: Halves, plus: str) -> None:
    """Each region that has a trunk prefix reads it in "code (trunk) number", with and without a plus sign."""
    regions = set()
    for name in DEFAULT_REGIONS:
        example = phonenumbers.example_number_for_type(name, phonenumbers.PhoneNumberType.MOBILE)
        for trunk in make_regions.Dialling(example.country_code, name).trunks() if example else ():
            national = phonenumbers.national_significant_number(example)
            text = f"{plus}{example.country_code} ({trunk}) {national}"
            found = halves.e164(text, name)
            theirs = written_numbers.truth(written_numbers.Written("", text, name, ""))
            assert found == theirs or (theirs is None and found == f"+{example.country_code}{national}")
            regions.add(name)
    assert len(regions) > 130


@needs_metadata
def test_international_prefixes_of_every_region(halves: Halves) -> None:
    """Each region reads its own international prefixes, 00, and a plus sign."""
    for name in DEFAULT_REGIONS:
        for prefix in (
            "+",
            "+00",
            *make_regions.Dialling(phonenumbers.country_code_for_region(name), name).exits(),
        ):
            assert halves.e164(f"{prefix} 33 6 12 34 56 78", name) == "+33612345678", (name, prefix)


def test_every_default_region(halves: Halves) -> None:
    """Each region that libphonenumber knows can be the default, and each rule can be applied."""
    assert {*DEFAULT_REGIONS} >= {"US", "GB", "EH", "TA"}
    for name in DEFAULT_REGIONS:
        assert halves.e164("+12025550143", name) == "+12025550143"
        assert halves.e164("", name) is None


def test_lengths() -> None:
    """Lengths are read as the table writes them."""
    assert make_regions.lengths_text([7, 9, 10, 11, 13]) == "7,9-11,13"
    for lengths in ([5], [1, 2], [7, 9, 10, 11, 13]):
        assert mask(make_regions.lengths_text(lengths)) == sum(1 << length for length in lengths)
        assert mask(make_regions.lengths_text(lengths), 3) == sum(8 << length for length in lengths)


# --- The public functions, on the implementation that was chosen.


_NUMBERS = ["+12025550143", "+447911123456", "07911 123456", "x", "+33612345678"]
_EXPECTED = ["US", "GG", None, None, "FR"]


@pytest.mark.parametrize(
    "numbers",
    [
        _NUMBERS,
        tuple(_NUMBERS),
        iter(_NUMBERS),
        np.array(_NUMBERS),
        np.array(_NUMBERS, object),
        pa.array(_NUMBERS),
        pa.chunked_array([_NUMBERS[:2], _NUMBERS[2:]]),
        pa.array(_NUMBERS).dictionary_encode(),
        pl.Series(_NUMBERS),
        pd.Series(_NUMBERS),
    ],
    ids=lambda numbers: type(numbers).__name__,
)
def test_sources(numbers: Any) -> None:
    """Numbers come in anything that texts come in."""
    column = regions(numbers)
    assert type(column) is RegionColumn
    assert column.tolist() == _EXPECTED


def test_nulls_have_no_region() -> None:
    """A null in a column has no region; None in a list is an error that names it."""
    assert regions(pa.array(["+12025550143", None])).tolist() == ["US", None]
    with pytest.raises(TypeError, match=r"^numbers\[1\]: expected str, got None"):
        regions(["+12025550143", None])  # type: ignore[list-item]


def test_one_number() -> None:
    """One number, with and without a default region in any case."""
    assert region("+12025550143") == "US"
    assert region("07911 123456", "gb") == "GG"
    assert region("07911 123456") is None
    assert dial_plan("gb") is dial_plan("GB")
    with pytest.raises(TypeError, match=r"^number: expected str, got None"):
        region(None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("default", "message"),
    [
        ("UK", "unknown region 'UK'.*; did you mean 'GB'"),
        ("USA", "unknown region 'USA'.*; did you mean 'US'"),
        ("", "unknown region ''; expected ISO 3166 alpha-2, such as 'US' or 'DE'$"),
        ("001", "unknown region '001'"),
        ("+44", "unknown region"),
    ],
)
def test_unknown_default_region(default: str, message: str) -> None:
    """A default region that is none is an error, even if there are no numbers, and names what is close."""
    for call in (lambda: region("1", default), lambda: regions([], default), lambda: dial_plan(default)):
        with pytest.raises(ValueError, match=rf"^default_region: {message}"):
            call()


def test_default_region_that_is_no_text() -> None:
    """A calling code as an integer is not a region."""
    with pytest.raises(TypeError, match=r"^default_region: expected str or None, got int$"):
        region("1", 44)  # type: ignore[arg-type]


@pytest.mark.parametrize("numbers", ["+12025550143", b"+12025550143", 12025550143, None])
def test_no_iterable(numbers: Any) -> None:
    """One number is not many."""
    with pytest.raises(TypeError, match=r"^numbers: expected an iterable of str, got .*; use region"):
        regions(numbers)


def test_not_a_column_of_strings() -> None:
    """Numbers that were read as integers have lost their plus sign and zeros: an error, not a guess."""
    with pytest.raises(TypeError, match=r"^numbers: expected a column of strings, got int64"):
        regions(pa.array([12025550143]))
    with pytest.raises(TypeError, match=r"^numbers: expected one dimension"):
        regions(np.array([["+1"]]))


def test_column() -> None:
    """A column of regions is one of labels: indices in its buffer, names to Python."""
    column = regions(_NUMBERS)
    assert list(column) == column.tolist() == _EXPECTED
    assert [column[i] for i in range(5)] == _EXPECTED
    assert column[1:] == _EXPECTED[1:]
    assert type(column[1:]) is type(copy.copy(column)) is RegionColumn
    assert repr(column) == "RegionColumn([US, GG, None, None, FR])"
    assert (column.count(None), column.count("US"), column.count("DE"), column.count("XX")) == (2, 1, 0, 0)
    assert (None in column, "FR" in column, "DE" in column, "XX" in column) == (True, True, False, False)
    assert column.index(None) == 2
    assert column.index("FR") == 4
    with pytest.raises(ValueError, match="not in array"):
        column.index("DE")
    codes = np.asarray(column)
    assert codes.dtype == np.int32
    assert [None if code < 0 else column.labels[code] for code in codes] == _EXPECTED


def test_column_in_arrow(core: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """In Arrow it is a dictionary of names, null where there is no region, on both implementations."""
    monkeypatch.setattr(chosen, "arrow_array", core.arrow_array)
    column = regions(_NUMBERS)
    ours = pa.array(column)
    ours.validate(full=True)
    assert ours.type == pa.dictionary(pa.int32(), pa.string())
    assert ours.to_pylist() == _EXPECTED
    assert ours.null_count == 2
    assert ours.dictionary.to_pylist() == list(NAMES)
    assert pl.Series(column).to_list() == _EXPECTED
    assert pa.array(column[3:4]).to_pylist() == [None]
    assert pa.array(column[:0]).to_pylist() == []
    again = pa.array(regions(["+12025550143"] * 9))
    assert again.null_count == 0
    assert again.to_pylist() == ["US"] * 9


def test_other_prefixes(core: ModuleType) -> None:
    """A table of one's own is looked up in the same numbers, appending."""
    from segcore.columns import Column

    column = Column("i", [7])
    prefixes = PrefixTable({"1": 0, "1202": 1, "4479": 2})
    found = look_up(prefixes, pa.array([*_NUMBERS, None]), "GB", column)
    assert found is column
    assert column == [7, 1, 2, 2, -1, -1, -1]


def test_light(run_python: RunPython, env_of: dict[str, str]) -> None:
    """The table is not read before a region is asked for, and phonenumbers never."""
    code = """
import sys
import segcore
assert "segcore.numbers" not in sys.modules
from segcore.numbers import region
assert region("+12025550143") == "US"
assert "phonenumbers" not in sys.modules
"""
    result = run_python(code, env=env_of)
    assert result.returncode == 0, result.stderr
