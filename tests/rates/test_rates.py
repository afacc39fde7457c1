"""Rate cards: which row wins, exact prices, providers' files, and what a card may not say."""

from __future__ import annotations

import copy
import gzip
import json
import pickle
import tempfile
from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st

from segcore.rates import Rate, parse_price
from segcore.rates.card import NO_RATES, RateCard
from segcore.rates.rate_cells import date_in, scaled
from segcore.rates.rate_files import _inside
from segcore.rates.rate_headings import misspelled
from segcore.sources.opening import FileError

CARD = """country,prefix,sms,mms,currency,carrier_fee
US,,0.0079,0.02,USD,0.003
,+1787,0.0450,,USD,
,+17875,0.05,,USD,
gb,,0.0400,,USD,
*,,0.1,0.2,USD,
"""


def write(folder: Path, content: str | bytes, name: str = "rates.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def prices(card: RateCard) -> dict[str, str]:
    return {rate.key: str(rate.sms) for rate in card.rates}


@pytest.mark.parametrize(
    ("digits", "country", "key"),
    [
        ("12025550143", "US", "US"),
        ("17872345678", "PR", "+1787"),
        ("17875345678", "PR", "+17875"),
        ("1787", "PR", "+1787"),
        ("178", "", "*"),
        ("447400123456", "GB", "GB"),
        ("4915112345678", "DE", "*"),
        ("", "", "*"),
        ("", "US", "US"),
    ],
)
def test_the_longest_prefix_wins_then_the_country_then_all(
    tmp_path: Path, digits: str, country: str, key: str
) -> None:
    assert RateCard.read(write(tmp_path, CARD)).find(digits, country).key == key


def test_a_row_decides_alone(tmp_path: Path) -> None:
    """A prefix without a price for MMS does not take that of the country."""
    card = RateCard.read(write(tmp_path, CARD))
    assert card["+1787"].mms is None
    assert card["US"] == Rate("US", Decimal("0.0079"), Decimal("0.02"), Decimal("0.003"))
    assert card.currency == "USD"


def test_what_no_rate_is_for_has_no_price() -> None:
    card = RateCard([{"country": "US", "sms": "1"}])
    assert card.find("447400123456", "GB").key == ""
    assert card.find("447400123456", "GB").sms is None
    assert NO_RATES.find("1", "US").sms is None


def test_prices_are_exact() -> None:
    card = RateCard([{"country": "US", "sms": "0.1", "carrier_fee": Decimal("0.2"), "mms": 3}])
    assert card["US"].sms_cost({1: 1}) == Decimal("0.3")
    assert card["US"].mms_cost(7) == 21
    assert [card["US"].lms_cost(messages) for messages in (0, 1)] == [0, None]
    assert RateCard([{"country": "US", "sms": Decimal("7.9E-3")}])["US"].sms == Decimal("0.0079")


def test_prices_have_at_most_forty_digits() -> None:
    for price in (Decimal("1E-40"), Decimal("9E40")):
        assert RateCard([{"country": "US", "sms": price}])["US"].sms == price
    for price in (Decimal("1E-41"), Decimal("1E41")):
        with pytest.raises(ValueError, match="of at most 40 digits"):
            RateCard([{"country": "US", "sms": price}])
    assert parse_price("1" * 40) == int("1" * 40)
    with pytest.raises(ValueError, match="of at most 40 digits, got 41: 111111111"):
        parse_price("1" * 41)


def test_what_has_no_exact_price_is_refused() -> None:
    assert scaled(Decimal(1), 4000) == Decimal("0.00025")
    with pytest.raises(ValueError, match="1 for 3 messages is no exact price for one"):
        scaled(Decimal(1), 3)
    with pytest.raises(ValueError, match="'price' has a 'scale'; write prices in whole units"):
        _inside("price", {"amount": 79, "scale": 4})


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("Effective 12/31/2026", date(2026, 12, 31)),
        ("Effective 31/12/2026", date(2026, 12, 31)),
        ("Effective 03.04.2026", date(2026, 4, 3)),
        # Which number is the month decides whether these prices hold today.
        ("Effective 03/04/2026", None),
        ("Effective 01/02/2026", date(2026, 2, 1)),
        ("Effective 2026-13-45", None),
        ("Effective 31.31.2026", None),
    ],
)
def test_the_day_in_a_title(title: str, day: date | None) -> None:
    assert date_in(title, date(2026, 3, 20)) == day


def test_floats_are_refused() -> None:
    with pytest.raises(TypeError, match=r"rates\[0\]: sms: 0.1 is a float.*as a string or Decimal"):
        RateCard([{"country": "US", "sms": 0.1}])


def test_numbers_in_json_are_exact(tmp_path: Path) -> None:
    text = '[{"country": "US", "sms": 0.10000000000000000001}]'
    assert prices(RateCard.read(write(tmp_path, text, "rates.json"))) == {"US": "0.10000000000000000001"}


@pytest.mark.parametrize("delimiter", list(",;\t|"))
@pytest.mark.parametrize("packed", [False, True])
def test_delimiters_and_compression(tmp_path: Path, delimiter: str, packed: bool) -> None:
    octets = ("\ufeff" + CARD.replace(",", delimiter)).encode()
    path = write(tmp_path, gzip.compress(octets) if packed else octets)
    assert RateCard.read(path) == RateCard.read(write(tmp_path, CARD, "other.csv"))


def test_countries_by_name_and_symbols() -> None:
    card = RateCard(
        [{"Country": "Côte d’Ivoire".replace("’", "'"), "Price": "$0.10"}, {"Country": "UK", "Price": "$1"}]
    )
    assert (prices(card), card.currency) == ({"CI": "0.10", "GB": "1"}, "USD")


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("country,sms\nUS,0.1\nUS,0.2\n", 3, "a second rate for US, after that of line 2; remove one"),
        ("country,network,sms\nUS,a,0.1\nUS,b,0.2\n", 3, "or take the highest"),
        (
            "country,sms\nUS,-0.1\n",
            None,
            "it has no rates; line 2: sms: expected a price such as 0.0079, not",
        ),
        (
            "country,sms\nUS,0.00x9\n",
            None,
            "line 2: sms: expected a price such as 0.0079, not negative, got '0.00x9'",
        ),
        ("country,sms\nUS,\n", None, "it has no rates; line 2: no price"),
        ("country,sms\nZZ,1\n", None, "it has no rates; line 2: not the name or code of one country"),
        (
            "country,sms\nGermny,1\n*,1\n",
            2,
            "unknown country 'Germny', which * would price; did you mean 'Germany'?",
        ),
        ("country,sms\n,1\n", None, "it has no rates; line 2: neither a country nor a prefix"),
        (
            "prefix,sms\n+1abc,1\n",
            None,
            "line 2: prefix '+1abc': expected the first digits of international numbers",
        ),
        ("country,sms,currency\nUS,1,USD\nDE,1,EUR\n", 3, "its price is in EUR, that of line 2 in USD"),
        ("country,sms,currency\nUS,1,dollars\n", 2, "expected a code of ISO 4217"),
        ("country,sms\nUS,$1\nDE,€1\n", 3, "its price is in EUR"),
        ("country,sms\nUS,1,2\n", 2, "3 cells in a file of 2 columns"),
        (
            "country,note\nUS,1\n",
            None,
            "no column has prices (sms or mms); the columns are: 'country', 'note'",
        ),
        ("place,sms\nx,1\n", None, "no column has destinations (country or prefix)"),
        (
            "country,sms,carier_fee\nUS,1,1\n",
            None,
            "unknown column 'carier_fee'; did you mean 'carrier_fee'?",
        ),
        ("country,sms\n", None, "it has no rates"),
        ("", None, "the file is empty"),
        (
            "country,sms,from_segments\nUS,1,0\n",
            2,
            "from_segments: expected a whole number from 1 on, got '0'",
        ),
        ("country,sms,from_segments\nUS,1,100\n", 2, "no price for the first segments to US"),
        ("country,sms,mms,from_segments\nUS,1,1,\nUS,1,1,9\n", 3, "no other price than sms"),
        (
            "country,sms,minimum,from_segments\nUS,1,1,\nUS,1,,9\n",
            3,
            "a minimum for each message, so no volume",
        ),
        ('country,sms\nUS,"1\n', 2, "unexpected end of data; check the quotation marks"),
    ],
)
def test_what_a_card_may_not_say(
    tmp_path: Path, content: str | bytes, line: int | None, message: str
) -> None:
    path = write(tmp_path, content)
    with pytest.raises(FileError) as caught:
        RateCard.read(path)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"country": "a\tb"}]', "line 1: not JSON: invalid control character"),
        ("[1]", "rates[0]: expected an object, got int"),
        ("3", "expected a list of rates"),
        ('[{"country": "US", "sms": "1x2"}]', "rates[0]: sms: expected a price"),
        ('[{"country": "US", "sms": NaN}]', "it has no rates; rates[0]: no price"),
        ('[{"country": [["US"]], "sms": "1"}]', "no column has destinations"),
        ('{"items": [{"country": "US", "sms": "1"}], "has_more": true}', "make one list of all pages"),
        ('{"items": [{"country": "US", "sms": "1"}], "total": 9}', "1 of 9 rates"),
        ("[" * 100_000 + "]" * 100_000, "nested deeper than 50 levels"),
        ('{"a":' * 400 + "1" + "}" * 400, "nested deeper than 50 levels"),
    ],
)
def test_what_json_may_not_say(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(FileError) as caught:
        RateCard.read(write(tmp_path, content, "rates.json"))
    assert message in str(caught.value)


def test_what_is_no_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(FileError, match=r"name a file|check the name"):
            RateCard.read(path)


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ("US", TypeError),
        ({"country": "US"}, TypeError),
        ([("US", "1")], TypeError),
        ([{"country": "US", "sms": b"1"}], ValueError),
        ([{"country": "US", "sms": Decimal("NaN")}], ValueError),
        ([{"country": "US", "sms": Decimal(-1)}], ValueError),
        ([{"country": "US", "sms": Decimal("1E-50")}], ValueError),
        ([], ValueError),
    ],
)
def test_what_python_may_not_say(rows: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        RateCard(rows)


def test_options_are_checked() -> None:
    rows = [{"country": "US", "sms": "1"}]
    with pytest.raises(ValueError, match="duplicates: unknown value 'lowest'; known: error, highest"):
        RateCard(rows, duplicates="lowest")
    with pytest.raises(ValueError, match="currency: expected a code"):
        RateCard(rows, currency="euro")
    with pytest.raises(ValueError, match="its price is in EUR, but USD was asked for"):
        RateCard([{"country": "US", "sms": "1", "currency": "EUR"}], currency="USD")
    assert RateCard(rows, currency="USD").currency == "USD"


def test_the_highest_of_networks(tmp_path: Path) -> None:
    path = write(tmp_path, "country,network,sms,mms\nUS,a,0.1,\nUS,b,0.3,1\nUS,c,0.2,\n")
    assert RateCard.read(path, duplicates="highest")["US"] == Rate("US", Decimal("0.3"), Decimal(1))


def test_cards_compare_and_pickle(tmp_path: Path) -> None:
    card = RateCard.read(write(tmp_path, CARD))
    assert pickle.loads(pickle.dumps(card)) == copy.deepcopy(card) == card
    assert hash(pickle.loads(pickle.dumps(card))) == hash(card)
    with pytest.raises(FrozenInstanceError):
        card["US"].sms = Decimal(0)  # type: ignore[misc]
    assert misspelled("smsms") is None
    assert card != RateCard.flat("0.1")
    assert RateCard([{"country": "US", "sms": "1"}], currency="USD") != RateCard(
        [{"country": "US", "sms": "1"}]
    )


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [{"country": "US", "sms": "1"}, {"prefix": "1787", "sms": "2"}, {"country": "*", "sms": "3"}]
    assert RateCard(rows) == RateCard(rows[::-1])


cents = st.integers(0, 999).map(lambda number: f"0.{number:03}")


@given(
    price=cents,
    fee=cents,
    tiers=st.dictionaries(st.integers(2, 30), cents, max_size=3),
    messages=st.lists(st.integers(1, 9), max_size=12),
)
def test_volume_prices_segment_by_segment(
    price: str, fee: str, tiers: dict[int, str], messages: list[int]
) -> None:
    rows = [{"country": "US", "sms": price, "carrier_fee": fee, "from_segments": "1"}]
    rows += [{"country": "US", "sms": each, "from_segments": str(start)} for start, each in tiers.items()]
    rate = RateCard(rows)["US"]
    expected, _, _ = reference.cost([(each, "", "US", False) for each in messages], rows)
    counts = {each: messages.count(each) for each in messages}
    assert rate.sms_cost(counts) == expected
    # Priced in parts, it is the same.
    sent, parts = 0, Decimal(0)
    for each in messages:
        parts += rate.sms_cost({each: 1}, sent) or 0
        sent += each
    assert parts == expected


@given(price=cents, fee=cents, minimum=cents, messages=st.lists(st.integers(1, 9), max_size=12))
def test_the_least_that_a_message_costs(price: str, fee: str, minimum: str, messages: list[int]) -> None:
    row = {"country": "US", "sms": price, "carrier_fee": fee, "minimum": minimum}
    expected, _, _ = reference.cost([(each, "", "US", False) for each in messages], [row])
    counts = {each: messages.count(each) for each in messages}
    assert RateCard([row])["US"].sms_cost(counts) == expected


CELLS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        [
            "US",
            "GB",
            "*",
            "+1787",
            "1787-1789",
            "0,5",
            "0.5",
            "1.234,5",
            "$1",
            "1€",
            "1e9",
            "1e-9",
            "N/A",
            "inbound",
            "2026-01-01",
            "01/02/2026",
            "per",
            "USD",
            ",",
        ]
    ),
)
NAMES = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        [
            "country",
            "prefix",
            "sms",
            "mms",
            "price",
            "currency",
            "unit",
            "direction",
            "type",
            "effective_from",
            "carrier",
            "from_segments",
            "fee",
        ]
    ),
)


@given(names=st.lists(NAMES, max_size=6), rows=st.lists(st.lists(CELLS, max_size=7), max_size=6))
def test_any_cells_are_read_or_refused(names: list[str], rows: list[list[str]]) -> None:
    """Never another error than one that says what is wrong, and never a price below 0."""
    text = "\n".join(
        ";".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in [names, *rows]
    )
    check_any(text)
    records = [dict(zip(names, row, strict=False)) for row in rows]
    check_any(json.dumps(records))
    check_any(json.dumps({"data": {"rates": records}}))
    try:
        RateCard(records)
    except ValueError as error:
        assert str(error)  # noqa: PT017


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), CELLS),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    )
)
def test_any_json_is_read_or_refused(value: Any) -> None:
    check_any(json.dumps(value))


def check_any(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), text.encode("utf-8", "surrogatepass"))
        try:
            card = RateCard.read(path)
        except FileError as error:
            assert "\n" not in str(error)  # noqa: PT017
        else:
            assert all(rate.sms is None or rate.sms >= 0 for rate in card.rates)
