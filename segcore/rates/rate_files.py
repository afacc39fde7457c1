"""Rate cards in files: CSV of any of the usual delimiters, and JSON as providers' interfaces return it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from segcore.rates.rate import Rate
from segcore.rates.rate_rows import Row, RowError, fields_of, row_of, understood
from segcore.sources.opening import FileError

_DELIMITERS = ",;\t|"
_GZIP = b"\x1f\x8b"


def read_rates(path: str, currency: str | None, duplicates: str) -> tuple[dict[str, Rate], str | None]:
    """Return the rates by key, and their currency, of a file.

    Args:
        path: The file.
        currency: The currency where the file does not say one.
        duplicates: What to do about several rows with the same key.

    Raises:
        FileError: It cannot be used, and why.
    """
    text = _text(path)
    try:
        rows = _json_rows(text) if re.search(r"\.json(\.gz)?\Z", path, re.IGNORECASE) else _csv_rows(text)
        return understood(rows, currency, duplicates)
    except RowError as error:
        line = re.match(r"line (\d+)\Z", error.where)
        raise FileError(path, error.problem if line else str(error), int(line[1]) if line else None) from None
    except json.JSONDecodeError as error:
        raise FileError(path, f"not JSON: {error.msg}", error.lineno) from None
    except (ValueError, TypeError) as error:
        raise FileError(path, str(error)) from None


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            octets = file.read()
        if octets.startswith(_GZIP):
            octets = gzip.decompress(octets)
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise FileError(path, "not UTF-8; save the rates as UTF-8", line) from None
    except (OSError, EOFError) as error:
        problem = (getattr(error, "strerror", None) or str(error)).lower()
        raise FileError(path, f"{problem}; name a file with rates") from None
    if not text.strip():
        raise FileError(path, "the file is empty: there is no rate in it")
    return text


def _csv_rows(text: str) -> Iterator[Row]:
    delimiter = _delimiter(text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = next(lines)
        fields = fields_of(names)
        index = {field: names.index(name) for field, name in fields.items()}
        networks = [place for place in range(len(names)) if place not in index.values()]
        said = re.search(r"\(([A-Z]{3})\)", names[index.get("sms", index.get("mms", 0))])
        for cells in lines:
            where = f"line {lines.line_num}"
            if not any(map(str.strip, cells)):
                continue
            if len(cells) != len(names):
                raise RowError(where, f"{len(cells)} cells in a file of {len(names)} columns")
            values: dict[str, object] = {field: cells[place] for field, place in index.items()}
            if said and not values.get("currency"):
                values["currency"] = said[1]
            yield Row(_anywhere(values, fields), where, "/".join(cells[place] for place in networks))
    except csv.Error as error:
        raise RowError(f"line {lines.line_num}", f"{error}; check the quotation marks") from None


def _anywhere(values: dict[str, object], fields: Mapping[str, str]) -> dict[str, object]:
    """Return a row of DIDWW's with ``*`` where an empty prefix means any destination."""
    if (
        "destination" in fields.get("prefix", "").lower()
        and not values["prefix"]
        and not values.get("country")
    ):
        values["prefix"] = "*"
    return values


def _delimiter(text: str) -> str:
    """Return what parts the cells of the first line: what makes most columns of it."""
    header = text.splitlines()[0]
    return max(_DELIMITERS, key=lambda delimiter: len(next(csv.reader([header], delimiter=delimiter))))


def _json_rows(text: str) -> Iterator[Row]:
    # The digits of a number in JSON are exact; only a float made of them would not be.
    data = json.loads(text, parse_float=Decimal, parse_constant=str)
    if isinstance(data, dict):
        data = _listed(data)
    if not isinstance(data, list):
        raise ValueError("expected a list of rates, or an object with the list as 'rates'")
    for index, each in enumerate(data):
        where = f"rates[{index}]"
        if not isinstance(each, dict):
            raise RowError(where, f"expected an object, got {type(each).__name__}")
        for row in _flat(each):
            yield row_of(row, where)


def _listed(data: dict[str, Any]) -> list[Any]:
    """Return the rates in an object: a card of one's own, what Vonage returns, or a single country.

    Sources: https://developer.vonage.com/api/pricing, https://developer.vonage.com/api/pricing.v2.
    """
    inside = data.get("_embedded")
    if isinstance(inside, dict) and isinstance(inside.get("countries"), list):
        pages = str(data.get("total_pages", "1"))
        if pages not in ("0", "1"):
            raise ValueError(
                f"page {data.get('page')} of {pages}: the other countries would have no price; "
                "make one list of the countries of all pages"
            )
        data = inside
    return next((data[key] for key in ("rates", "countries") if isinstance(data.get(key), list)), [data])


def _flat(country: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rates of what the price interfaces of Twilio and Plivo return for a country.

    Sources: https://www.twilio.com/docs/messaging/api/pricing, https://docs.plivo.com/docs/account/api/pricing.
    """
    if isinstance(country.get("outbound_sms_prices"), list):
        for carrier in country["outbound_sms_prices"]:
            for price in carrier.get("prices", []):
                yield {
                    "country": country.get("iso_country"),
                    "sms": price.get("current_price"),
                    "currency": str(country.get("price_unit", "")).upper(),
                    "network": f"{carrier.get('carrier')} {price.get('number_type')}",
                }
    elif isinstance(country.get("message"), dict):
        yield {
            "country": country.get("country_iso"),
            "sms": country["message"].get("outbound", {}).get("rate"),
        }
    else:
        yield {name: value for name, value in country.items() if not isinstance(value, (list, dict))}
