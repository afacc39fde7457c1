"""Rate cards in files: CSV and JSON, as people keep them and as providers publish them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

from segcore._errors import shortened
from segcore.numbers.countries import country_codes
from segcore.rates.rate_cells import (
    CURRENCIES,
    WORDS,
    RateTable,
    RowError,
    countries_of,
    says,
    unit_of,
    words_of,
)
from segcore.rates.rate_headings import heading_of, is_header, service_of
from segcore.rates.rate_rows import CardContent, SkippedRow, read_table, records
from segcore.sources import Reading, ReadingNote, ReadingNotes
from segcore.sources.decoding import decoded, not_utf8
from segcore.sources.files import fetched, form_of
from segcore.sources.json_fields import syntax_error
from segcore.sources.json_records import rows_inside, rows_of_columns
from segcore.sources.opening import FileError, name_of, unpacked
from segcore.sources.workbook import sheet_as_csv

_DELIMITERS = ",;\t|"

# Titles and notes above the header are short.
_LINES_ABOVE = 40

# Deeper than any price list; json's own parser gives up only where the interpreter's stack ends.
_DEEPEST_JSON = 50


def read_rates(
    path: str,
    currency: str | None,
    duplicates: str,
    as_of: dt.date | None = None,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
) -> CardContent:
    """Return the rates in a file, or an address of one; the arguments are those of `RateCard.read`."""
    notes = ReadingNotes()
    with fetched([path]) as (copy,):
        path = name_of(copy)
        text = _text(copy, path, Reading(encoding=encoding, sheet=sheet, as_of=as_of), notes)
    try:
        is_json = re.search(r"\.(json|ndjson|jsonl)\b", path, re.IGNORECASE) or text.lstrip()[:1] in "[{"
        table, above = (_json_table(text), []) if is_json else _csv_table(text)
        content = read_table(table, currency, duplicates, as_of)
    except RowError as error:
        line = re.match(r"line (\d+)\Z", error.location)
        raise FileError(path, error.problem if line else str(error), int(line[1]) if line else None) from None
    except json.JSONDecodeError as error:
        raise FileError(path, f"not JSON: {syntax_error(error)}", error.lineno) from None
    except (ValueError, TypeError) as error:
        raise FileError(path, str(error)) from None
    content.skipped[:0] = above
    # The options that they name are those of files with messages.
    content.notes[:0] = [replace(note, option=None) for note in notes]
    return content


def _text(path: str, name: str, reading: Reading, notes: ReadingNotes) -> str:
    """Return the text of a file, or of a sheet of a workbook as CSV."""
    try:
        with unpacked(path, name) as plain:
            form = form_of(plain, name, "rates")
            if form in ("parquet", "ipc"):
                return _typed_as_json(plain, name, is_parquet=form == "parquet")
            with _as_utf8(plain, name, reading, notes, is_workbook=form == "workbook") as utf8:
                text = Path(utf8).read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise not_utf8(path, name) or FileError(name, "not UTF-8; save the rates as UTF-8") from None
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        raise FileError(name, f"{problem}; name a file with rates") from None
    if not text.strip():
        raise FileError(name, "the file is empty: it has no rates")
    return text.translate(_DIGITS)


# Arabic, Persian, Devanagari, Bengali and full-width digits, and the signs between them.
_DIGITS = {
    zero + digit: str(digit) for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xFF10) for digit in range(10)
} | {0x66B: ".", 0x66C: ",", 0xFF0E: "."}


def _typed_as_json(path: str, name: str, *, is_parquet: bool) -> str:
    """Return the rows of a Parquet or Arrow file as a list of objects in JSON."""
    try:
        import polars as pl
    except ImportError:
        form = "Parquet" if is_parquet else "Arrow"
        raise FileError(name, f"{form} needs polars, which is not installed; save the rates as CSV") from None
    try:
        frame = pl.read_parquet(path) if is_parquet else pl.read_ipc(path)
        # Numbers with the digits that people see: 0.3, not 0.30000000000000004.
        rounded = (pl.col(pl.Float64).round_sig_figs(15), pl.col(pl.Float32).round_sig_figs(7))
        return frame.with_columns(*rounded).write_json()
    except Exception as error:  # noqa: BLE001 (polars raises others than its own)
        raise FileError(name, f"not readable: {str(error).splitlines()[0][:80]}; save it again") from None


def _as_utf8(
    path: str, name: str, reading: Reading, notes: ReadingNotes, *, is_workbook: bool
) -> AbstractContextManager[str]:
    """Return what opens a file as a text in UTF-8."""
    if is_workbook:
        return sheet_as_csv(path, name, reading, notes, is_header)
    if reading.sheet is not None:
        notes.add("ignored", f"{name} is a text file: sheet {reading.sheet!r} is ignored.")
    # A misread letter makes a country unknown, and then it is listed: no reason to refuse the card.
    return decoded(path, name, reading.encoding, notes, whole=True, fallback="cp1252")


# --- CSV.


def _csv_table(text: str) -> tuple[RateTable, list[SkippedRow]]:
    """Return the CSV table, and the lines above its header."""
    if not any(sign in text[:100_000] for sign in _DELIMITERS):
        # Columns of a text are as wide as their widest cell.
        text = re.sub(" {2,}", "\t", text)
    said = re.match(r"sep=(.)\r?\n", text)
    delimiter = said[1] if said else _delimiter(text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    numbers: list[int] = []
    try:
        for cells in lines:
            if any(map(str.strip, cells)):
                rows.append(cells)
                numbers.append(lines.line_num)
    except csv.Error as error:
        raise RowError(f"line {lines.line_num}", f"{error}; check the quotation marks") from None
    if said and rows:
        del rows[0], numbers[0]
    if not rows:
        raise ValueError("it has no rates")
    return _under_header(rows, [f"line {number}" for number in numbers], decimal_comma=delimiter == ";")


def _delimiter(text: str) -> str:
    """Return the delimiter that makes a header, or else most columns, of the first lines."""
    start = "\n".join(text[:100_000].splitlines()[:_LINES_ABOVE])

    def score(delimiter: str) -> tuple[int, bool, int]:
        rows = list(csv.reader(io.StringIO(start), delimiter=delimiter))
        headers = [sum(bool(heading_of(cell).field) for cell in row) for row in rows if is_header(row)]
        return max(headers, default=0), bool(rows and _names_of(rows[0])), len(rows[0]) if rows else 0

    return max(_DELIMITERS, key=score)


def _under_header(
    rows: list[list[str]], locations: list[str], *, decimal_comma: bool = False
) -> tuple[RateTable, list[SkippedRow]]:
    """Return the table under the first row that is a header, and the rows above it."""
    found = next((index for index, row in enumerate(rows[:_LINES_ABOVE]) if is_header(row)), 0)
    above = [
        SkippedRow(location, next(filter(None, map(str.strip, row)))[:40], "above the header")
        for row, location in zip(rows[:found], locations, strict=False)
    ]
    if not is_header(rows[found]) and (names := _names_of(rows[0])):
        rows = [(row + [""] * len(names))[: len(names)] for row in rows]
        return RateTable(names, rows, locations, decimal_comma=decimal_comma, notes=[_NO_HEADER]), []
    names, first = _joined(rows, found)
    while names and not names[-1].strip():
        names.pop()
    width = len(names)
    cells: list[Sequence[object]] = []
    for row, location in zip(rows[first:], locations[first:], strict=True):
        if len(row) != width:
            if any(map(str.strip, row[width:])):
                if not _is_sentence(row):
                    raise RowError(
                        location,
                        f"{len(row)} cells in a file of {width} columns; "
                        "put cells with commas in quotation marks",
                    )
                row = [",".join(row)]  # noqa: PLW2901
            row = (row + [""] * width)[:width]  # noqa: PLW2901
        cells.append(row)
    locations = locations[first:]
    names, cells, locations = _stacked(names, cells, locations)
    titles = [" ".join(filter(None, row)) for row in rows[:found]]
    _check_services(names, titles, cells, locations)
    titles += _units_below(cells)
    return RateTable(names, cells, locations, False, decimal_comma, titles=titles), above


def _joined(rows: Sequence[Sequence[str]], found: int) -> tuple[list[str], int]:
    """Return the headings, joined if merged cells put them into two rows, and the first row below."""
    names = [name.strip() for name in rows[found]]
    below = [cell.strip() for cell in rows[found + 1]] if found + 1 < len(rows) else []
    labels = [cell for cell in below if cell]
    # A row of units has no destination.
    are_units = bool(labels) and not below[0] and not any(re.search(r"\d[.,]\d", cell) for cell in labels)
    are_units = are_units and all(unit_of(cell)[:2] != (1, None) for cell in labels)
    fills_gaps = any(cell and not name for name, cell in zip_longest(names, below, fillvalue=""))
    given = [name for name in names if name]
    is_doubled = len({*given}) < len(given)
    are_labels = len(labels) > 1 and not re.search(r"\d", "".join(labels)) and not country_codes(labels[0])
    if are_units or ((fills_gaps or is_doubled) and are_labels):
        joined = _under(names, below, is_merged=not are_units)
        if is_header(joined):
            return joined, found + 2
    above = [cell.strip() for cell in rows[found - 1]] if found else []
    if is_doubled and sum(map(bool, above)) > 1:
        return _under(above, names), found + 1
    return names, found + 1


def _under(above: Sequence[str], below: Sequence[str], *, is_merged: bool = True) -> list[str]:
    """Return headings below others, which are over all columns up to the next if cells were merged."""
    joined: list[str] = []
    over = ""
    for top, name in zip_longest(above, below, fillvalue=""):
        over = top or (over if is_merged else "")
        joined.append(f"{over} {name}".strip())
    return joined


def _is_sentence(row: Sequence[str]) -> bool:
    """Return whether a row is a sentence whose commas separate no cells, such as a note below the prices."""
    return len(row[0].split()) > 1 and not country_codes(row[0].strip()) and not re.search(r"\d", row[0][:1])


def _stacked(
    names: list[str], rows: list[Sequence[object]], locations: list[str]
) -> tuple[list[str], list[Sequence[object]], list[str]]:
    """Return tables side by side, which repeat all their headings, as one."""
    starts = [index for index, name in enumerate(names) if name == names[0]]
    blocks = [names[start:end] for start, end in zip(starts, [*starts[1:], len(names)], strict=True)]
    given = [[name for name in block if name] for block in blocks]
    if not names[0] or len(blocks) == 1 or any(each != given[0] for each in given):
        return names, rows, locations
    width = len(given[0])
    both = [*zip(rows, locations, strict=True)]
    found = [(row[start : start + width], location) for start in starts for row, location in both]
    kept = [(row, location) for row, location in found if any(row)]
    return given[0], [row for row, _ in kept], [location for _, location in kept]


def _units_below(rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """Yield the lines about prices below the header, which may name their unit."""
    for row in rows:
        found = [text for cell in row if (text := str(cell).strip())]
        if len(found) == 1 and says(found[0], "price"):
            yield found[0]


def _check_services(
    names: Sequence[str], titles: Sequence[str], rows: Sequence[Sequence[object]], locations: Sequence[str]
) -> None:
    """Refuse prices that a title, above the header or between the rows, says are not those of SMS to send."""
    to_send = WORDS["direction.outbound"] | {"sms", "mms"}
    if to_send.isdisjoint(word for name in names for word in words_of(name)):
        for title in titles:
            if service := service_of(title):
                raise ValueError(
                    f"its title {title[:40]!r} says that prices are for {service} messages; "
                    "name the column of prices 'sms' or 'mms' if they are not"
                )
    for index, (row, location) in enumerate(zip(rows, locations, strict=True)):
        found = [str(cell).strip() for cell in row if str(cell).strip()]
        is_title = len(found) == 1 and len(found[0].split()) <= _WORDS_OF_A_TITLE and service_of(found[0])
        if is_title and any(sum(map(bool, later)) > 1 for later in rows[index + 1 :]):
            raise RowError(location, f"{found[0][:40]!r} begins another table; keep one table in the file")


_WORDS_OF_A_TITLE = 6
_NO_HEADER = ReadingNote(
    "rate-header", "The rate card has no header; its columns are destinations and prices."
)


def _names_of(row: list[str]) -> list[str]:
    """Return headings for cells without any, none if they are not destinations, one price and little else."""
    names = [_name_of(cell.strip(), is_pair=len(row) == 2) for cell in row]
    return names if names.count("sms") == 1 and {"country", "prefix"} & {*names} else []


def _name_of(cell: str, *, is_pair: bool) -> str:
    """Return the heading of a cell: beside one destination a number is a price, elsewhere only a decimal."""
    if re.fullmatch(r"\+\d+", cell):
        return "prefix"
    if re.fullmatch(rf"\D{{0,4}}\d*[.,]{'?' if is_pair else ''}\d+\D{{0,4}}", cell):
        return "sms"
    return "country" if countries_of(cell) else "currency" if cell in CURRENCIES else ""


# --- JSON.


def _json_table(text: str) -> RateTable:
    # The digits of a number in JSON are exact; only a float made of them would not be.
    if re.match(r"\s*\{.*\}\s*\n\s*\{", text):
        data: Any = [_loads(line) for line in text.splitlines() if line.strip()]
    else:
        data = _loads(text)
    arrays = data if isinstance(data, list) and all(isinstance(row, list) for row in data) else []
    if isinstance(data, dict):
        columns = rows_of_columns(data) if is_header([*data]) else []
        arrays = rows_inside(data, is_header) or columns
    if arrays:
        cells = [["" if cell is None else str(cell) for cell in row] for row in arrays]
        return _under_header(cells, [f"rates[{index}]" for index in range(len(cells))])[0]
    notes: list[str] = []
    found = _listed(data) or [data] * bool(data)
    rows = [row for each in found for one in _of_each(each) for row in _flat(one, notes)]
    table = records(rows)
    table.notes += [ReadingNote("rate-networks", note) for note in dict.fromkeys(notes)]
    return table


_OF_ALL = ("currency", "unit", "direction", "kind", "effective_from", "effective_to")


def _loads(text: str) -> Any:
    try:
        data = json.loads(text, parse_float=Decimal, parse_constant=str)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    return data


_TOO_DEEP = f"its JSON is nested deeper than {_DEEPEST_JSON} levels; a rate card is a list of objects"


def _listed(data: Any, depth: int = 0) -> list[Mapping[str, Any]]:
    """Return the records in JSON: a list, the one list of records in an envelope, or prices by country.

    Sources: https://developer.vonage.com/api/pricing.v2 (``_embedded.countries``),
    https://docs.carrierx.com/voice/core-api/sms/sms-rate (``items``).
    """
    if depth > _DEEPEST_JSON:
        raise ValueError(_TOO_DEEP)
    if isinstance(data, list):
        for index, each in enumerate(data):
            if not isinstance(each, dict):
                raise RowError(f"rates[{index}]", f"expected an object, got {type(each).__name__}")
        return data
    if not isinstance(data, dict):
        raise ValueError("expected a list of rates, or an object that holds one")
    if _is_record(data):
        return [data]
    shared = {
        name: value
        for name, value in data.items()
        if isinstance(value, str) and heading_of(name).field in _OF_ALL
    }
    rest = {name: value for name, value in data.items() if name not in shared}
    return [{**shared, **row} for row in _inside_envelope(rest, depth)]


def _inside_envelope(data: Mapping[str, Any], depth: int) -> list[Mapping[str, Any]]:
    """Return the records in an object that is none, none if it has none."""
    by_country = _by_country(data)
    if by_country:
        return by_country
    lists = {name: value for name, value in data.items() if isinstance(value, list) and _are_objects(value)}
    inner = {name: value for name, value in data.items() if isinstance(value, dict)}
    found = {name: rows for name, value in inner.items() if (rows := _listed(value, depth + 1))}
    if sum(map(bool, lists.values())) == 1 or not found:
        found = {name: rows for name, rows in lists.items() if rows} or found
    else:
        found |= {name: rows for name, rows in lists.items() if rows and _is_record(rows[0])}
    if len(found) == 1:
        rows = next(iter(found.values()))
        _check_pages(data, len(rows))
        return rows
    # Each list is of one service, direction or currency, such as "outbound" and "inbound".
    names = {name: "currency" if name in CURRENCIES else "kind" for name in found}
    return [{names[name]: name, **row} for name, rows in found.items() for row in rows]


def _are_objects(values: Sequence[object]) -> bool:
    return all(isinstance(each, dict) for each in values)


def _is_record(data: Mapping[str, Any]) -> bool:
    """Return whether an object is the rate of one country, not an envelope."""
    return (
        isinstance(data.get("outbound_sms_prices"), list)
        or (isinstance(data.get("message"), dict) and "country_iso" in data)
        or is_header(
            [
                name
                for name, value in data.items()
                if not isinstance(value, (list, dict)) or _are_destinations(name, value)
            ]
        )
    )


def _by_country(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return prices by country or prefix as records, none if the object is something else."""
    if not data or not all(re.fullmatch(r"\+\d+", name) or countries_of(name) for name in data):
        return []
    rows: list[Mapping[str, Any]] = []
    for name, value in data.items():
        key = {"prefix" if name.startswith("+") else "country": name}
        rows.append({**key, **value} if isinstance(value, dict) else {**key, "sms": value})
    return rows


def _check_pages(data: Mapping[str, Any], count: int) -> None:
    """Refuse one page of several: the destinations on the others would have no price."""
    # Counts and links are beside the list, or in an object beside it, such as "meta" and "links".
    said: dict[str, Any] = {}
    for part in (*(value for value in data.values() if isinstance(value, dict)), data):
        said |= {"".join(words_of(name)): value for name, value in part.items()}
    pages = next((str(said[name]) for name in _PAGES if str(said.get(name, "")).isdecimal()), "1")
    counts = [int(str(said[name])) for name in _TOTALS if str(said.get(name, "")).isdecimal()]
    if pages not in ("0", "1"):
        page = next((said[name] for name in ("page", "pagenumber") if name in said), "one")
        raise ValueError(
            f"page {page} of {pages}: the other countries would have no price; "
            "make one list of the countries of all pages"
        )
    more = next((each for each in counts if each > count), 0)
    if (
        more
        or any(value is True for name, value in said.items() if name in _MORE)
        or any(map(said.get, _NEXT))
    ):
        raise ValueError(
            f"{count} of {more or 'several pages of'} rates: the other destinations would have no price; "
            "make one list of all pages"
        )


_PAGES = ("totalpages", "pages", "pagecount", "lastpage")
_TOTALS = ("total", "totalitems", "totalresults", "totalcount", "count")
_MORE = ("hasmore", "hasnext", "hasnextpage", "hasmorepages", "morepages")
_NEXT = ("next", "nextpage", "nexturl", "nextlink", "nextpageurl", "nextpageuri", "nextpagelink", "nexttoken")


def _flat(record: Mapping[str, Any], notes: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the rates in one record: of a country, or of its carriers where it has no price of its own.

    Sources: https://www.twilio.com/docs/messaging/api/pricing, https://docs.plivo.com/docs/account/api/pricing.
    """
    if isinstance(record.get("outbound_sms_prices"), list):
        yield from _of_twilio(record)
        return
    plain = _fields(record)
    networks = [
        {name: each, **(of if isinstance(of, dict) else {"sms": of})}
        for name, value in record.items()
        if isinstance(value, dict) and heading_of(name).field == "network"
        for each, of in value.items()
    ]
    if networks:
        yield from ({**plain, **_fields(each)} for each in networks)
        return
    lists = {name: value for name, value in record.items() if isinstance(value, list) and _are_objects(value)}
    lists = {name: value for name, value in lists.items() if value}
    has_price = _has_price(plain)
    if has_price or len(lists) != 1:
        message = record.get("message")
        has_networks = "networks" in lists or (
            isinstance(message, dict) and "outbound_networks_list" in message
        )
        notes += ["The rate card's prices for single networks are not used."] * has_networks
        notes += [
            f"The rate card's list {name[:40]!r} may change prices, but is not used."
            for name, rows in lists.items()
            if name not in ("networks", "inbound") and any(_has_price(row) for row in rows)
        ]
        yield plain
        return
    for each in next(iter(lists.values())):
        yield {**plain, **_fields(each)}


def _of_each(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a record for each country or prefix of a list of them."""
    names = (name for name, value in record.items() if _are_destinations(name, value))
    listed = next(names, None)
    if listed is None:
        yield record
    else:
        yield from ({**record, listed: each} for each in record[listed])


def _are_destinations(name: str, value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and heading_of(name).field in ("country", "prefix", "calling_code")
        and all(isinstance(each, (str, int)) for each in value)
    )


def _fields(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a record and those of the objects in it, except prices of single networks."""
    fields = _scalars(record)
    for name, value in record.items():
        is_other = name in ("voice", "phone_numbers", "inbound") or heading_of(name).field == "network"
        if isinstance(value, dict) and not is_other:
            fields.update(_inside(name, value))
    return fields


def _has_price(fields: Mapping[str, Any]) -> bool:
    return any(heading_of(name).field in ("sms", "mms") for name in fields)


def _scalars(record: Mapping[str, Any]) -> dict[str, Any]:
    # A field that is null here may be an object in other records.
    return {
        name: value
        for name, value in record.items()
        if value is not None and not isinstance(value, (list, dict))
    }


def _of_twilio(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for carrier in record["outbound_sms_prices"]:
        prices = carrier.get("prices", []) if isinstance(carrier, dict) else None
        if not isinstance(prices, list) or not _are_objects(prices):
            said = repr(shortened(str(carrier)))
            raise ValueError(f"'outbound_sms_prices': expected a carrier with a list of prices, got {said}")
        for price in prices:
            yield {
                "country": record.get("iso_country"),
                "sms": price.get("current_price"),
                "currency": str(record.get("price_unit", "")).upper(),
                "network": f"{carrier.get('carrier')} {price.get('number_type')}",
            }


# Digits of an amount of money: those that a decimal number holds exactly.
_LONGEST_MONEY = 28


def _inside(name: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an object inside a record, by names that tell where they were."""
    inside = _scalars(value)
    if isinstance(value.get("outbound"), dict):
        return _inside({"message": "sms"}.get(name, name), value["outbound"])
    if "nanos" in inside:
        # Google's money: whole units, and 10^-9 of one.
        # https://github.com/googleapis/googleapis/blob/master/google/type/money.proto
        units, nanos = str(inside.pop("units", 0)), str(inside.pop("nanos"))
        if not units.isdecimal() or not nanos.isdecimal() or len(units + nanos) > _LONGEST_MONEY:
            said = repr(shortened(f"{units} and {nanos}"))
            raise ValueError(f"{name!r}: expected units and nanos as whole numbers, got {said}")
        inside["amount"] = (Decimal(units) + Decimal(nanos).scaleb(-9)).normalize()
    if {"amount", "value"} & inside.keys():
        if scale := {"scale", "exponent", "precision"} & inside.keys():
            raise ValueError(f"{name!r} has a {min(scale)!r}; write prices in whole units of their currency")
        others = {key: each for key, each in inside.items() if heading_of(key).field in ("currency", "unit")}
        return {name: inside.get("amount", inside.get("value")), **others}
    return {
        f"{name}_{key}" if heading_of(key).field in ("", "sms") else key: each for key, each in inside.items()
    }
