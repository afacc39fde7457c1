"""Rate cards as providers publish them and as people keep them, through ``segcore rates``."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import json
import lzma
import re
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("click")
pytest.importorskip("rich")

from cli_runner import invoke
from conftest import environment
from workbooks import Cell, ods, xlsx

from segcore.rates.card import RateCard
from segcore.sources.opening import FileError

pytestmark = pytest.mark.kernel_independent


class Layout(NamedTuple):
    """A rate card, and how it is read."""

    name: str
    content: str | bytes
    rates: dict[str, str]
    currency: str | None = None
    skipped: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def as_json(*records: dict[str, Any], **envelope: Any) -> str:
    return json.dumps({**envelope} if envelope else [*records])


VONAGE_2 = [
    {
        "country_name": "Canada",
        "dialing_prefix": "1",
        "dest_network_type": kind,
        "group_internal_start": "1s",
        "rate_increment": "60",
        "currency": "USD",
        "price": "0.1",
    }
    for kind in ("ALL", "MOBILE")
]

LAYOUTS = {
    # --- Providers.
    "twilio": Layout(
        "SMSPricing.csv",
        "ISO,Country,Description,Price / msg\n"
        "AD,Andorra,ANDORRA Outbound SMS - Mobiland,0.09950\n"
        "AD,Andorra,ANDORRA Outbound SMS - Other,0.09950\n"
        ",Unknown,SATELLITE Outbound SMS - Other,0.10000\n"
        "QK,Unknown,KOSOVO Outbound SMS - Other,0.20000\n"
        ",Laos PDR,LAOS Outbound SMS - Other,0.03000\n"
        "RE,Reunion/Mayotte,REUNION Outbound SMS - Other,0.04000\n"
        ",St Vincent Grenadines,ST VINCENT Outbound SMS - Other,0.05000\n"
        ",Central Africa,CENTRAL AFRICA Outbound SMS - Other,0.06000\n",
        {
            "AD": "0.09950",
            "XK": "0.20000",
            "LA": "0.03000",
            "RE": "0.04000",
            "VC": "0.05000",
            "CF": "0.06000",
        },
        skipped=(("line 4", "not the name or code of one country"),),
    ),
    "descriptions": Layout(
        "x.csv",
        "ISO,Description,Price / msg\n"
        "US,US Outbound SMS,0.0083\nUS,US Inbound SMS,0.0075\nUS,US Outbound MMS,0.02\n",
        {"US": "0.0083 0.02"},
        skipped=(("line 3", "inbound"),),
    ),
    "twilio-by-name": Layout(
        "SMSPricing.csv",
        "Country,Description,Price / msg\nReunion/Mayotte,REUNION Outbound SMS - Other,0.2\n",
        {"RE": "0.2", "YT": "0.2"},
    ),
    "twilio-api": Layout(
        "twilio.json",
        json.dumps(
            {
                "country": "Estonia",
                "iso_country": "EE",
                "price_unit": "usd",
                "outbound_sms_prices": [
                    {
                        "carrier": carrier,
                        "prices": [
                            {"number_type": "mobile", "base_price": "0.07", "current_price": "0.0650"}
                        ],
                    }
                    for carrier in ("Elisa", "Telia")
                ],
                "inbound_sms_prices": [],
            }
        ),
        {"EE": "0.0650"},
        "USD",
    ),
    "plivo-api": Layout(
        "plivo.json",
        json.dumps(
            {
                "country": "United States",
                "country_code": 1,
                "country_iso": "US",
                "message": {
                    "inbound": {"rate": "0.00000"},
                    "outbound": {"rate": "0.00650"},
                    "outbound_networks_list": [{"group_name": "US", "rate": "0.00650"}],
                },
                "mms": {"inbound": {"rate": "0.00000"}, "outbound": {"rate": "0.01600"}},
                "voice": {"inbound": {"ip": {"rate": "0.00300"}}},
                "phone_numbers": {"local": {"rate": "0.80000"}},
            }
        ),
        {"US": "0.00650 0.01600"},
        notes=("prices for single networks are not used",),
    ),
    "vonage-api": Layout(
        "vonage.json",
        as_json(
            {
                "countryCode": "CA",
                "countryName": "Canada",
                "currency": "EUR",
                "defaultPrice": "0.00620000",
                "dialingPrefix": "1",
                "networks": [{"mcc": "302", "price": "0.00590000"}],
            }
        ),
        {"CA": "0.00620000"},
        "EUR",
        notes=("prices for single networks are not used",),
    ),
    "prices-of-carriers-alone": Layout(
        "x.json",
        as_json({"country": "US", "routes": [{"carrier": "A", "sms": 0.01}, {"carrier": "B", "sms": 0.02}]}),
        {"US": "0.02"},
        options=("--highest-rate",),
    ),
    "vonage-api-all": Layout(
        "vonage.json",
        as_json(
            count="2",
            countries=[
                {
                    "countryDisplayName": name,
                    "countryName": name,
                    "currency": "EUR",
                    "defaultPrice": price,
                    "dialingPrefix": "1",
                    "networks": [{"type": "mobile", "price": "0.1", "currency": "EUR", "mcc": "302"}],
                }
                for name, price in (("Canada", "0.00620000"), ("United States", "0.00570000"))
            ],
        ),
        {"CA": "0.00620000", "US": "0.00570000"},
        "EUR",
        notes=("prices for single networks are not used",),
    ),
    "vonage-api-2": Layout(
        "vonage.json",
        as_json(page="1", total_items="2", total_pages="1", _embedded={"countries": VONAGE_2}),
        {"CA": "0.1"},
        "USD",
    ),
    "vonage-csv": Layout(
        "vonage.csv",
        "Country Code,Country Name,Network,Price (EUR)\nDE,Germany,All,0.0730\n",
        {"DE": "0.0730"},
        "EUR",
    ),
    "messagebird-api": Layout(
        "bird.json",
        as_json(
            gateway=10,
            currencyCode="EUR",
            totalCount=2,
            prices=[
                {
                    "price": price,
                    "currencyCode": "EUR",
                    "mccmnc": mcc,
                    "mcc": mcc,
                    "mnc": None,
                    "countryName": name,
                    "countryIsoCode": code,
                    "operatorName": None,
                }
                for price, mcc, name, code in (
                    ("0.060000", "0", "Default Rate", "XX"),
                    ("0.047000", "202", "Greece", "GR"),
                )
            ],
        ),
        {"*": "0.060000", "GR": "0.047000"},
        "EUR",
    ),
    "carrierx-api": Layout(
        "carrierx.json",
        as_json(
            active="yes",
            has_more=False,
            items=[
                {
                    "country_code": "CZE",
                    "country_name": "Czech Republic",
                    "mcc": 230,
                    "mnc": 4,
                    "network": None,
                    "operator": None,
                    "price": "0.08533",
                }
            ],
            total=1,
        ),
        {"CZ": "0.08533"},
    ),
    "aws": Layout(
        "aws.csv",
        "ISO Country Code;Country;Network;Number type;Price per message part\n"
        "CO;Colombia;All Networks;All number types;0.05087\n",
        {"CO": "0.05087"},
    ),
    "didww": Layout(
        "didww.csv",
        "Source prefix,Destination prefix,Country,MCC,MCC name,MNC,MNC name,Reject SMS,Price\n"
        ",44,United Kingdom,,,,,false,0.0525\n,53,Cuba,,,,,true,\n,,,,,,,false,0.5\n",
        {"+44": "0.0525", "*": "0.5", "+53": "None"},
        skipped=(("line 3", "rejected by the provider"),),
    ),
    "wholesale-deck": Layout(
        "deck.csv",
        "Country,Operator,MCC,MNC,Base Rate,New Price (EUR)\nFrance,Orange,208,01,0.05,0.0510\n",
        {"FR": "0.0510"},
        "EUR",
        notes=("'Base Rate' may change prices",),
    ),
    "kinds": Layout(
        "kinds.csv",
        "iso,product_type,rate,currency\nGB,SMS,0.0350,GBP\nGB,MMS,0.2,GBP\nGB,RCS_BASIC,0.03,GBP\n",
        {"GB": "0.0350 0.2"},
        "GBP",
        skipped=(("line 4", "neither SMS nor MMS"),),
    ),
    # --- F16: what a price is for.
    "cents": Layout("x.csv", "country,price (cents)\nUS,0.79\n", {"US": "0.0079"}),
    "cents-in-words": Layout(
        "x.csv", "country,Price per SMS in US cents\nUS,0.79\n", {"US": "0.0079"}, "USD"
    ),
    "cents-sign": Layout("x.csv", "country,price\nUS,0.79¢\nGB,4 cents\n", {"US": "0.0079", "GB": "0.04"}),
    "pence": Layout("x.csv", "country,Rate (GBP pence)\nGB,4\n", {"GB": "0.04"}, "GBP"),
    "per-1000": Layout("x.csv", "country,price (per 1000)\nUS,7.9\n", {"US": "0.0079"}),
    "per-1,000": Layout("x.csv", 'country,"USD per 1,000 messages"\nUS,7.9\n', {"US": "0.0079"}, "USD"),
    "per-100-cents": Layout("x.csv", "country,Price per 100 SMS (ct)\nUS,79\n", {"US": "0.0079"}),
    "per-row": Layout(
        "x.csv", "country,price,unit\nUS,7.9,per 1000\nGB,4,cents\n", {"US": "0.0079", "GB": "0.04"}
    ),
    "a-unit-that-is-a-currency": Layout("x.csv", "country,price,unit\nUS,0.7,usd\n", {"US": "0.7"}, "USD"),
    "range": Layout(
        "x.csv", "prefix,sms\n4477-4479,0.04\n", {"+4477": "0.04", "+4478": "0.04", "+4479": "0.04"}
    ),
    "range-of-blocks": Layout("x.csv", "prefix,sms\n447700-447799,0.04\n", {"+4477": "0.04"}),
    "list-of-prefixes": Layout(
        "x.csv", 'prefix,sms\n"1787, 1939",0.04\n', {"+1787": "0.04", "+1939": "0.04"}
    ),
    "direction": Layout(
        "x.csv",
        "country,direction,price\nUS,outbound,0.0079\nUS,inbound,0.0075\nGB,MT,0.04\nGB,MO,0.01\n",
        {"US": "0.0079", "GB": "0.04"},
        skipped=(("line 3", "inbound"), ("line 5", "inbound")),
    ),
    "direction-in-headings": Layout(
        "x.csv", "country,Inbound price,Outbound price\nUS,0.0075,0.0079\n", {"US": "0.0079"}
    ),
    "voice-beside": Layout(
        "x.csv", "country,Voice rate per min,SMS rate\nUS,0.014,0.0079\n", {"US": "0.0079"}
    ),
    "effective-dates": Layout(
        "x.csv",
        "country,sms,effective_from\nUS,0.0079,2020-01-01\nUS,0.0083,2026-01-01\nUS,0.0100,2030-01-01\n",
        {"US": "0.0083"},
        skipped=(("line 4", "not valid yet"), ("line 2", "replaced by a later price")),
        options=("--as-of", "2026-11-26"),
    ),
    "effective-dates-before": Layout(
        "x.csv",
        "country,sms,Effective Date\nUS,0.0079,01.01.2020\nUS,0.0083,31.01.2026\n",
        {"US": "0.0079"},
        skipped=(("line 3", "not valid yet"),),
        options=("--as-of", "2026-01-30"),
    ),
    "american-dates": Layout(
        "x.csv",
        "country,sms,Valid from\nUS,1,03/31/2025\nUS,2,04/05/2025\n",
        {"US": "2"},
        skipped=(("line 2", "replaced by a later price"),),
    ),
    "dates-in-words": Layout(
        "x.csv",
        'country,sms,Start date\nUS,1,1 Jan 2020\nUS,2,"Feb 5, 2020"\n',
        {"US": "2"},
        skipped=(("line 2", "replaced by a later price"),),
    ),
    "expired": Layout(
        "x.csv",
        "country,sms,valid until\nUS,1,2020-12-31\nGB,2,2999-12-31\n",
        {"GB": "2"},
        skipped=(("line 2", "no longer valid"),),
    ),
    "dates-of-each-carrier": Layout(
        "x.csv",
        "country,carrier,sms,effective_from\nUS,A,0.1,2020-01-01\nUS,A,0.3,2021-01-01\nUS,B,0.3,2020-06-01\n",
        {"US": "0.3"},
        skipped=(("line 2", "replaced by a later price"),),
    ),
    "carrier": Layout("x.csv", "country,carrier,sms\nUS,Verizon,0.01\nUS,AT&T,0.01\n", {"US": "0.01"}),
    "highest-of-carriers": Layout(
        "x.csv",
        "country,carrier,sms\nUS,Verizon,0.01\nUS,AT&T,0.02\n",
        {"US": "0.02"},
        options=("--highest-rate",),
    ),
    "surcharge": Layout("x.csv", "country,sms,surcharge\nUS,0.0079,0.003\n", {"US": "0.0079 + 0.003"}),
    "tax": Layout("x.csv", "country,sms,tax\nUS,0.0079,20%\n", {"US": "0.0079"}, notes=("'tax' may change",)),
    "fees": Layout("x.csv", "country,sms,fees\nUS,1,0.01\n", {"US": "1"}, notes=("'fees' may change",)),
    "fees-of-nothing": Layout("x.csv", "country,sms,fees\nUS,1,0\n", {"US": "1"}),
    "unknown-numbers": Layout(
        "x.csv", "country,sms,xyz\nUS,1,0.01\n", {"US": "1"}, notes=("'xyz' may change",)
    ),
    "second-price": Layout(
        "x.csv", "country,sms,price\nUS,0.0079,0.005\n", {"US": "0.0079"}, notes=("'price' may change",)
    ),
    "two-currencies": Layout(
        "x.csv",
        "country,Price (USD),Price (EUR)\nUS,0.0079,0.0070\n",
        {"US": "0.0070"},
        "EUR",
        options=("--currency", "EUR"),
        notes=("'Price (USD)' may change",),
    ),
    # --- F17: how cells are written.
    "decimal-comma": Layout(
        "x.csv", 'country,sms\nUS,"0,0079"\nDE,"0,075"\n', {"US": "0.0079", "DE": "0.075"}
    ),
    "decimal-comma-of-the-column": Layout(
        "x.csv", 'country,sms\nVN,"1,234"\nDE,"0,075"\n', {"VN": "1.234", "DE": "0.075"}
    ),
    "decimal-commas-after-a-whole-price": Layout(
        "x.csv", 'country,sms\nVN,1\nDE,"0,075"\n', {"VN": "1", "DE": "0.075"}
    ),
    "thousands-of-the-column": Layout(
        "x.csv",
        'country,sms\nVN,"1,234"\nID,"12,345.5"\n',
        {"VN": "1234", "ID": "12345.5"},
        notes=("(no currency is named) for one SMS",),
    ),
    "german": Layout(
        "x.csv", "Land;Preis\nDE;0,075 €\nUS;0,0079 €\n", {"DE": "0.075", "US": "0.0079"}, "EUR"
    ),
    "euro-behind": Layout("x.csv", "country,sms\nDE,0.075 €\n", {"DE": "0.075"}, "EUR"),
    "code-before": Layout("x.csv", "country,sms\nUS,USD 0.0079\n", {"US": "0.0079"}, "USD"),
    "rupees": Layout("x.csv", "country,sms\nIN,₹0.15\n", {"IN": "0.15"}, "INR"),
    "australian-dollars": Layout("x.csv", "country,sms,currency\nAU,$0.05,AUD\n", {"AU": "0.05"}, "AUD"),
    "yen": Layout("x.csv", "country,sms,currency\nJP,¥10,JPY\n", {"JP": "10"}, "JPY"),
    "yuan": Layout("x.csv", "country,sms\nCN,¥0.03\n", {"CN": "0.03"}, "CNY", options=("--currency", "CNY")),
    "kroner": Layout("x.csv", "country,sms (DKK)\nDK,0.25 kr\n", {"DK": "0.25"}, "DKK"),
    "words-that-are-codes": Layout("x.csv", "country,Price to all networks\nDK,0.25\n", {"DK": "0.25"}),
    "codes-that-are-words": Layout("x.csv", "country,Price (ALL)\nAL,5 ALL\n", {"AL": "5"}, "ALL"),
    "dollars": Layout("x.csv", "country,sms\nAU,$0.05\n", {"AU": "0.05"}, "USD"),
    "per-message-in-the-cell": Layout("x.csv", "country,sms\nUS,$0.0079 / SMS\n", {"US": "0.0079"}, "USD"),
    "scientific": Layout("x.csv", "country,sms\nUS,7.9E-03\n", {"US": "0.0079"}),
    "no-price": Layout(
        "x.csv",
        "country,sms\nUS,0.0079\nGB,\nDE,N/A\nFR,-\nES,on request\n",
        {"US": "0.0079"},
        skipped=tuple((f"line {line}", "no price") for line in (3, 4, 5, 6)),
        notes=("4 rows of the rate card give no rate (4 no price)",),
    ),
    "no-price-but-everywhere-else": Layout(
        "x.csv",
        "country,sms\nUS,0.0079\nGB,N/A\n*,0.1\n",
        {"US": "0.0079", "GB": "None", "*": "0.1"},
        skipped=(("line 3", "no price"),),
    ),
    "malformed-price": Layout(
        "x.csv",
        "country,sms\nUS,0.0079\nGB,0.04x9\nDE,-1\nFR,0.1\nIT,0.1-0.2\nES,1\n",
        {"US": "0.0079", "FR": "0.1", "ES": "1"},
        skipped=(
            ("line 3", "got '0.04x9'"),
            ("line 4", "not negative, got '-1'"),
            ("line 6", "got '0.1-0.2'"),
        ),
    ),
    "footer": Layout(
        "x.csv",
        "country,sms\nUS,0.0079\n\nTotal,12\nAll prices exclude VAT\n",
        {"US": "0.0079"},
        skipped=(
            ("line 4", "not the name or code of one country"),
            ("line 5", "not the name or code of one country"),
        ),
    ),
    "pounds in pence": Layout("x.csv", "country,price (pence)\nGB,4.2\n", {"GB": "0.042"}, "GBP"),
    "paise": Layout("x.csv", "country,price\nIN,12 paise\n", {"IN": "0.12"}, "INR"),
    "kobo": Layout("x.csv", "country,cost in kobo\nNG,400\n", {"NG": "4.00"}, "NGN"),
    "a list price in cents": Layout("x.csv", "country,list price (cents)\nUS,0.79\n", {"US": "0.0079"}),
    "a range beside the price": Layout(
        "x.csv",
        "country,price,min price,max price\nUS,0.01,0.005,0.02\n",
        {"US": "0.01"},
        notes=("column 'min price' may change prices", "column 'max price' may change prices"),
    ),
    "highest prices": Layout(
        "x.csv", "country,max price\nUS,0.02\n", {"US": "0.02"}, notes=("the highest prices",)
    ),
    "a local currency that is named": Layout(
        "x.csv",
        "country,price (local currency),currency\nGB,0.02,GBP\n",
        {"GB": "0.02"},
        "GBP",
    ),
    "a local currency beside another": Layout(
        "x.csv",
        "country,price (local currency),price (USD)\nGB,0.02,0.03\n",
        {"GB": "0.03"},
        "USD",
        notes=("'price (local currency)' may change prices",),
    ),
    "a country in another language": Layout(
        "x.csv",
        "country,sms\nUS,0.0079\nDeutschland,0.08\nKongo,0.1\n",
        {"US": "0.0079", "DE": "0.08"},
        skipped=(("line 4", "not the name or code of one country"),),
    ),
    "countries in many languages": Layout(
        "x.csv",
        "Ülke;Fiyat\nMısır;0,1\nİngiltere;0,2\nÉtats-Unis;0,3\nEspaña;0,4\n日本;0,5\nРоссия;0,6\nNga;0,6\nŁotwa;0,7\n",
        {"EG": "0.1", "GB": "0.2", "US": "0.3", "ES": "0.4", "JP": "0.5", "RU": "0.6", "LV": "0.7"},
    ),
    "a territory and its state": Layout(
        "x.csv",
        'Country,sms\n"Hong Kong, China",0.04\n"Macao SAR, China",0.05\nReunion (France),0.06\n'
        "UK and Ireland,0.07\nGermany Mobile,0.08\nFrance: Orange,0.09\n"
        '+34 Spain,0.1\nItaly +39,0.2\n"Egypt, Arab Rep.",0.3\n',
        {
            "HK": "0.04",
            "MO": "0.05",
            "RE": "0.06",
            "GB": "0.07",
            "IE": "0.07",
            "DE": "0.08",
            "FR": "0.09",
            "ES": "0.1",
            "IT": "0.2",
            "EG": "0.3",
        },
    ),
    "sep": Layout("x.csv", "sep=;\r\ncountry;sms\r\nUS;0.0079\r\n", {"US": "0.0079"}),
    "title": Layout(
        "x.csv",
        "SMS prices by country,,\n,,\nCountry,ISO,Price (EUR)\nGermany,DE,0.075\n",
        {"DE": "0.075"},
        "EUR",
        skipped=(("line 1", "above the header"),),
    ),
    "identical-rows": Layout("x.csv", "country,sms\nUS,0.0079\nUS,0.0079\n", {"US": "0.0079"}),
    "header-again": Layout(
        "x.csv",
        "country,sms\nUS,0.0079\ncountry,sms\nGB,0.04\n",
        {"US": "0.0079", "GB": "0.04"},
        skipped=(("line 3", "the header again"),),
    ),
    "alpha-3": Layout("x.csv", "country,sms\nGBR,0.04\nusa,0.0079\n", {"GB": "0.04", "US": "0.0079"}),
    "0044": Layout("x.csv", "prefix,sms\n0044,0.04\n+1 787,0.1\n", {"+44": "0.04", "+1787": "0.1"}),
    "calling-codes-beside-names": Layout(
        "x.csv",
        "Country,Country Code,Rate\nGermany,49,0.075\nCanada,1,0.0079\n",
        {"DE": "0.075", "CA": "0.0079"},
    ),
    "calling-codes-alone": Layout(
        "x.csv", "Country Code,Rate\n49,0.075\n1,0.01\n", {"+49": "0.075", "+1": "0.01"}
    ),
    "destinations-of-digits": Layout("x.csv", "Destination,Rate\n4477,0.04\n", {"+4477": "0.04"}),
    "calling-codes-of-north-america": Layout(
        "x.csv", "Country code,Rate\n1,0.01\n1787,0.04\n", {"+1": "0.01", "+1787": "0.04"}
    ),
    "names-with-networks": Layout(
        "x.csv", "Country,sms\nAlbania - One,0.1\nAlbania - Vodafone,0.1\n", {"AL": "0.1"}
    ),
    "names-with-codes": Layout(
        "x.csv", "Country,sms\nUnited States (+1),0.1\nFrance [FR],0.2\n", {"US": "0.1", "FR": "0.2"}
    ),
    "ndjson": Layout(
        "x.ndjson", '{"iso":"US","sms":0.1}\n{"iso":"GB","sms":0.2}\n', {"US": "0.1", "GB": "0.2"}
    ),
    "json-by-country": Layout(
        "x.json", '{"US": 0.0079, "GB": {"sms": "0.04", "mms": "0.1"}}', {"US": "0.0079", "GB": "0.04 0.1"}
    ),
    "json-amounts": Layout(
        "x.json",
        '{"data": {"rates": [{"iso": "US", "price": {"amount": 0.0079, "currency": "USD"}}]}}',
        {"US": "0.0079"},
        "USD",
    ),
    "json-prices-in-objects": Layout(
        "x.json", '[{"iso": "US", "price": {"sms": "0.0079", "mms": "0.02"}}]', {"US": "0.0079 0.02"}
    ),
    "a-price-for-a-thousand": Layout("x.csv", "iso,CPM (USD)\nUS,7.9\n", {"US": "0.0079"}, "USD"),
    "a-price-in-thousandths": Layout("x.csv", "iso,price mEUR\nUS,7.9\n", {"US": "0.0079"}, "EUR"),
    "a-date-in-words-and-a-time": Layout(
        "x.csv",
        "country,sms,valid until\nUS,1,31 Mar 2999 12:00\nGB,2,March 31 2020 10:30:00\n",
        {"US": "1"},
        skipped=(("line 3", "no longer valid"),),
    ),
    "headings-without-a-name": Layout("x.csv", "iso,sms,,\nUS,0.1,,\n", {"US": "0.1"}),
    "more-digits-than-a-price-has": Layout(
        "x.csv",
        f"iso,sms\nUS,{'1' * 41}\nFR,0.{'0' * 40}1\nDE,0.1\nGB,0.2\nIT,0.3\n",
        {"DE": "0.1", "GB": "0.2", "IT": "0.3"},
        skipped=(("line 2", "expected a price"), ("line 3", "expected a price")),
    ),
    "a-prefix-without-digits": Layout(
        "x.csv",
        "prefix,sms\n;,0.01\n44,0.02\n",
        {"+44": "0.02"},
        skipped=(("line 2", "prefix ';': expected the first digits"),),
    ),
    "a-fee-that-looks-misspelled": Layout(
        "x.csv",
        "iso,sms,carrier_fee,Courier fee\nUS,0.01,0.002,0.005\n",
        {"US": "0.01 + 0.002"},
        notes=("column 'Courier fee' may change prices, but is not used",),
    ),
    "two-carrier-fees": Layout(
        "x.csv",
        "iso,sms,carrier_fee,Carrier fees\nUS,0.01,0.002,0.005\n",
        {"US": "0.01 + 0.002"},
        notes=("column 'Carrier fees' may change prices, but is not used",),
    ),
    "several-origins": Layout(
        "x.csv",
        "Origin,Destination,Price\nUS,GB,0.04\nIN,US,0.01\n",
        {"GB": "0.04", "US": "0.01"},
        notes=("column 'Origin' may change prices, but is not used",),
    ),
    "one-origin": Layout(
        "x.csv",
        "Origin,Destination,Price\nUS,GB,0.04\nUS,US,0.01\n",
        {"GB": "0.04", "US": "0.01"},
    ),
    "length-of-a-segment": Layout(
        "x.csv",
        "国,Per message (160 chars)\nアメリカ,0.01\nイギリス,0.04\n",
        {"US": "0.01", "GB": "0.04"},
    ),
    "no-heading-for-countries": Layout(
        "x.csv",
        "Area,Rate,Ccy\nFrance,0.1,EUR\nGermany,0.2,EUR\n",
        {"FR": "0.1", "DE": "0.2"},
        "EUR",
        notes=("column 'Area' holds its countries",),
    ),
    "no-header": Layout(
        "x.csv", "US,0.0079\nGB,0.04\n", {"US": "0.0079", "GB": "0.04"}, notes=("has no header",)
    ),
    "no-header-but-prefixes": Layout(
        "x.csv", "+44;0,04\n+1;0,01\n", {"+44": "0.04", "+1": "0.01"}, notes=("has no header",)
    ),
    "formulas-and-footnotes": Layout(
        "x.csv",
        'prefix,sms\n"=""+44""",0.04*\n\'+33,\'0.05\n',
        {"+44": "0.04", "+33": "0.05"},
        notes=("such as that of '0.04*'",),
    ),
    "destination-types": Layout(
        "x.csv",
        "Country,ISO,Destination Type,Outbound SMS (USD),Carrier Fee\nUnited States,US,Mobile,0.004,0.003\n",
        {"US": "0.004 + 0.003"},
        "USD",
    ),
    "chinese": Layout("x.csv", "国家,价格\nCN,0.03\n", {"CN": "0.03"}),
    "a-unit-in-the-title": Layout(
        "x.csv",
        "SMS prices in EUR per 1000 messages\nCountry,Price\nUS,7.90\nDE,70\n",
        {"US": "0.00790", "DE": "0.070"},
        "EUR",
        (("line 1", "above the header"),),
        ("in the unit that its title names",),
    ),
    "a-unit-in-the-heading-beats-the-title": Layout(
        "x.csv",
        "Prices per 1000\nCountry,Price (cents)\nUS,0.79\n",
        {"US": "0.0079"},
        None,
        (("line 1", "above the header"),),
    ),
    "micros": Layout("x.json", '[{"country":"US","price_micros":7900}]', {"US": "0.007900"}),
    "a-unit-in-the-middle-of-the-title": Layout(
        "x.csv",
        "Prices per 1,000 messages (EUR, excl. VAT)\nCountry;Price\nUS;7.90\nDE;70\n".replace(",", "", 1),
        {"US": "0.00790", "DE": "0.070"},
        "EUR",
        (("line 1", "above the header"),),
        ("in the unit that its title names",),
    ),
    "a-title-about-customers": Layout(
        "x.csv",
        "Price list for 1000+ customers\nCountry,Price\nUS,0.0079\n",
        {"US": "0.0079"},
        skipped=(("line 1", "above the header"),),
    ),
    "a-thousand-without-per": Layout("x.csv", "Country,Price (1 000 SMS)\nUS,7.9\n", {"US": "0.0079"}),
    "a-thousand-in-french": Layout(
        "x.csv", "Pays;Prix pour mille SMS (EUR)\nFR;45\n", {"FR": "0.045"}, "EUR"
    ),
    "a-unit-with-underscores": Layout(
        "x.json", '[{"country":"US","price":7.9,"unit":"per_1000"}]', {"US": "0.0079"}
    ),
    "thousands-with-spaces": Layout(
        "x.csv",
        "country,price\nVN,1 234.5\nUS,2\n",
        {"VN": "1234.5", "US": "2"},
        notes=("(no currency is named) for one SMS",),
    ),
    "a-space-for-a-point": Layout(
        "x.csv",
        "country,price\nUS,0 0079\nDE,0.07\nFR,0.06\n",
        {"DE": "0.07", "FR": "0.06"},
        skipped=(("line 2", "expected a price such as 0.0079"),),
    ),
    "millicents": Layout("x.csv", "country,price (millicents)\nUS,790\n", {"US": "0.00790"}),
    "a-price-too-high-for-one": Layout(
        "x.csv",
        "country,price (USD)\nUS,7.90\nDE,70\n",
        {"US": "7.90", "DE": "70"},
        "USD",
        notes=("70 USD for one SMS segment (DE) is a high price",),
    ),
    "a-currency-of-all-prices": Layout(
        "x.json", '{"currency":"EUR","prices":[{"country":"US","price":"0.0079"}]}', {"US": "0.0079"}, "EUR"
    ),
    "short-rows": Layout("x.csv", "country,sms,note\nUS,0.0079\nGB,0.04,,\n", {"US": "0.0079", "GB": "0.04"}),
}


def prices(currency: str | None = None, notes: tuple[str, ...] = (), **rates: str) -> dict[str, Any]:
    """Return how a list of countries is read."""
    return {"rates": rates, "currency": currency, "notes": notes}


def table(*lines: str, name: str = "x.csv", **layout: Any) -> Layout:
    return Layout(name, "\n".join(lines) + "\n", **layout)


LAYOUTS |= {
    # --- Units and currencies.
    "a-price-in-words": table(
        "iso,sms", "US,free", "DE,0.07", **prices(notes=("US costs 0",), US="0", DE="0.07")
    ),
    "p": table(
        "Country,Price",
        "UK,3.9p",
        "IE,4.9p",
        **prices("GBP", ("'p' is read as pence",), GB="0.039", IE="0.049"),
    ),
    "p-of-rupees": table(
        "Country,Price (p)", "IN,15", **prices("INR", IN="0.15"), options=("--currency", "INR")
    ),
    "minor-units": table("country,price (minor units),currency", "GB,4,GBP", **prices("GBP", GB="0.04")),
    "metric": table("Country,Rate (mUSD)", "US,7.9", **prices("USD", US="0.0079")),
    "rappen": table("Land;Preis (Rappen)", "CH;6,9", **prices("CHF", CH="0.069")),
    "groszy": table("Kraj;Cena w groszach", "Polska;16", **prices("PLN", PL="0.16")),
    "kurus": table("Ülke;Fiyat (kuruş)", "Almanya;250", **prices("TRY", DE="2.50")),
    "kopeks": table("Страна;Цена, коп.", "Россия;350", **prices("RUB", RU="3.50")),
    "ore": table("Land;Pris (øre)", "Danmark;28", **prices(DK="0.28")),
    "roubles": table("Страна;Цена за SMS, руб.", "Россия;3,50", **prices("RUB", RU="3.50")),
    "koruna": table("Země;Cena za SMS (Kč)", "Česko;0,95", **prices("CZK", CZ="0.95")),
    "forint": table("Ország;Ár (Ft)", "Ausztria;35", **prices("HUF", AT="35")),
    "lira": table("Ülke;Fiyat (TL)", "Almanya;2,50", **prices("TRY", DE="2.50")),
    "rand": table("Country,Price per SMS", "ZA,R0.25", **prices("ZAR", ZA="0.25")),
    "abbreviations": table(
        "Country,Price,Currency", "IN,Rs.0.15,INR", "LK,Rs. 0.2,INR", **prices("INR", IN="0.15", LK="0.2")
    ),
    "usd-and-its-sign": table("Country,Price", "US,USD$0.0079", **prices("USD", US="0.0079")),
    "por-mil": table("País;Precio por mil SMS", "España;45,00", **prices(ES="0.04500")),
    "tausenderpreis": table("Land;Tausenderpreis", "DE;75,00", **prices(DE="0.07500")),
    "x1000": table("Country,Price x1000", "US,7.9", **prices(US="0.0079")),
    "a-row-of-units": table(
        "Country,Price",
        ",(cents)",
        "DE,7",
        **prices(DE="0.07"),
    ),
    "a-unit-in-the-footer": table(
        "Country,Price",
        "DE,70",
        '"Prices in EUR per 1,000 messages",',
        **prices("EUR", ("in the unit that its title names",), DE="0.070"),
        skipped=(("line 3", "not the name or code of one country"),),
    ),
    "a-unit-of-the-envelope": table(
        '{"price_unit":"cents","currency":"USD","rates":[{"country":"US","price":0.79}]}',
        name="x.json",
        **prices("USD", US="0.0079"),
    ),
    "a-unit-beside-the-amount": table(
        '[{"country":"DE","price":{"value":7,"unit":"cents","currency":"EUR"}}]',
        name="x.json",
        **prices("EUR", DE="0.07"),
    ),
    "both-signs": table(
        "country,sms",
        'VN,"0,5"',
        "US,0.05",
        **prices(
            notes=("a decimal comma and others a decimal point: each is read by itself",), VN="0.5", US="0.05"
        ),
    ),
    # --- Several prices.
    "net-and-gross": table(
        "Country,Price excl. VAT,Price incl. VAT",
        "DE,0.07,0.0833",
        **prices(
            notes=("'Price excl. VAT', prices without tax, holds", "'Price incl. VAT' may change"), DE="0.07"
        ),
    ),
    "netto-und-brutto": table(
        "Zielland;Nettopreis je SMS;Bruttopreis",
        "DE;0,07;0,0833",
        **prices(notes=("'Nettopreis je SMS', prices without tax", "'Bruttopreis' may change"), DE="0.07"),
    ),
    "totals-include-fees": table(
        "Country,Carrier fee,Total price",
        "US,0.003,0.007",
        **prices(notes=("'Total price', prices with all fees, holds its prices",), US="0.007"),
    ),
    "averages": table("Country,Average price", "DE,0.07", **prices(notes=("the average prices",), DE="0.07")),
    "whatsapp-beside": table("Country,SMS price,WhatsApp price", "DE,0.07,0.05", **prices(DE="0.07")),
    "whatsapp-rows": table(
        "Country,Channel,Price",
        "DE,SMS,0.07",
        "DE,WhatsApp,0.05",
        **prices(DE="0.07"),
        skipped=(("line 3", "neither SMS nor MMS"),),
    ),
    "outbound-alone": table('{"DE":{"outbound":0.07,"inbound":0.01}}', name="x.json", **prices(DE="0.07")),
    "directions-in-german": table(
        "Land;Richtung;Preis",
        "DE;ausgehend;0,07",
        "DE;eingehend;0,01",
        **prices(DE="0.07"),
        skipped=(("line 3", "inbound"),),
    ),
    "equal-prices-of-senders": table(
        "Country,Long Code SMS,Toll-Free SMS",
        "US,0.0083,0.0083",
        **prices(notes=("'Toll-Free SMS' may change",), US="0.0083"),
    ),
    "surcharges": table("Country,SMS Rate,SMS Surcharge", "US,0.0079,0.003", **prices(US="0.0079 + 0.003")),
    "directions-in-spanish": table("País;SMS saliente;SMS entrante", "MX;0,045;0,01", **prices(MX="0.045")),
    "a-price-of-both": table("Country,SMS/MMS price", "US,0.0079", **prices(US="0.0079")),
    "per": table("Country,Price,Per", "US,7.9,1000", **prices(US="0.0079")),
    "units-without-a-heading": table("Country,Rate,Rate type", "US,7.9,per 1000", **prices(US="0.0079")),
    "bez-a-s-dph": table(
        "Země;Cena bez DPH (Kč);Cena s DPH (Kč)",
        "Česko;0,95;1,15",
        **prices("CZK", ("prices without tax, holds", "'Cena s DPH (Kč)' may change"), CZ="0.95"),
    ),
    "chinese-countries": table(
        "国家/地区,价格(元/条)", "香港,0.30", "美国,0.35", **prices("CNY", HK="0.30", US="0.35")
    ),
    "exchange-rates": table(
        "Country,Price,Exchange rate",
        "US,0.0079,1.1",
        **prices(notes=("'Exchange rate' may change prices",), US="0.0079"),
    ),
    # --- Destinations.
    "calling-codes-of-several-countries": table(
        "country,prefix,price",
        "US,1,0.0079",
        "CA,1,0.0065",
        "Jamaica,1-876,0.1",
        "Russia,7,0.05",
        "KZ,7,0.08",
        rates={"US": "0.0079", "CA": "0.0065", "+1876": "0.1", "RU": "0.05", "KZ": "0.08"},
    ),
    "a-country-and-another": table(
        "ISO,Country,Price",
        "DE,Denmark,0.04",
        "FR,France,0.07",
        "*,,0.1",
        rates={"FR": "0.07", "*": "0.1", "DE": "None", "DK": "None"},
        skipped=(("line 2", "it names two countries, DE, DK"),),
    ),
    "a-country-and-the-code-of-another": table(
        "Country,Prefix,Price",
        "Germany,44,0.04",
        "France,33,0.07",
        **prices(FR="0.07"),
        skipped=(("line 2", "+44 is not a prefix of DE"),),
    ),
    "origins": table(
        "From,To,Price", "US,DE,0.07", **prices(notes=("column 'To' holds its countries",), DE="0.07")
    ),
    "merged-cells": table(
        "Country,Operator,Price",
        "DE,Telekom,0.07",
        ",O2,0.07",
        "FR,Orange,0.05",
        **prices(notes=("with a network and no country are of the country above",), DE="0.07", FR="0.05"),
    ),
    "inactive-rows": table(
        "Country,Price,Status",
        "US,0.0079,active",
        "GB,0.04,Inactive",
        "*,0.1,",
        rates={"US": "0.0079", "GB": "None", "*": "0.1"},
        skipped=(("line 3", "no messages are sent there"),),
    ),
    "unsupported-rows": table(
        "Country,SMS supported,Price",
        "US,Yes,0.0079",
        "CU,No,0",
        **prices(US="0.0079"),
        skipped=(("line 3", "no messages are sent there"),),
    ),
    "everywhere-else-in-german": table(
        "Land;Preis", "DE;0,07", "Alle anderen Länder;0,1", rates={"DE": "0.07", "*": "0.1"}
    ),
    "vietnamese": table("Quốc gia,Giá (VND)", "VN,500", **prices("VND", VN="500")),
    "us-dollars": table("Country,Price in US dollars", "US,0.0079", **prices("USD", US="0.0079")),
    "us-cent-sign": table("Country,Rate (US¢)", "US,0.79", **prices("USD", US="0.0079")),
    "korean": table("국가,단가", "미국,0.0079", "독일,0.075", **prices(US="0.0079", DE="0.075")),
    "one-row-without-a-currency": table(
        "country,price,currency", "US,0.0079,USD", "DE,0.075,", **prices("USD", US="0.0079", DE="0.075")
    ),
    "rows-in-two-currencies": table(
        "country,price,currency",
        "US,0.0079,USD",
        "US,0.0072,EUR",
        **prices("EUR", US="0.0072"),
        skipped=(("line 2", "not in EUR"),),
        options=("--currency", "EUR"),
    ),
    "dates-in-german": table(
        "Land;Preis;Gültig ab",
        "DE;0,075;01.01.2026",
        "DE;0,085;31.01.2031",
        **prices(DE="0.075"),
        skipped=(("line 3", "not valid yet"),),
    ),
}


NOVEMBER = ("--as-of", "2026-11-27")
UNCHANGED = "column 'New price' holds its prices from"
LAYOUTS |= {
    # --- New prices.
    "a-new-price-that-holds": table(
        "Country,MCC,Current price,New price,Effective date",
        "PE,716,0.031,0.033,2026-11-01",
        "CL,730,0.045,0.05,2026-12-15",
        **prices(
            notes=(f"{UNCHANGED} the day in 'Effective date' on, 'Current price' before",),
            PE="0.033",
            CL="0.045",
        ),
        options=NOVEMBER,
    ),
    "a-new-price-of-a-title": table(
        "A2P rates,,",
        "Effective date: 15.12.2026,,",
        "Country,Previous price,New price",
        "PE,0.031,0.033",
        **prices(notes=(f"{UNCHANGED} 2026-12-15 on, 'Previous price' before",), PE="0.031"),
        skipped=(("line 1", "above the header"), ("line 2", "above the header")),
        options=NOVEMBER,
    ),
    "a-new-price-without-a-date": table(
        "Country,Old price,New price,Change",
        "PE,0.031,0.033,6%",
        **prices(notes=("column 'Old price' may change prices, but is not used",), PE="0.033"),
    ),
    "a-new-price-that-is-the-current-one": table(
        "Country,Current price,New price", "PE,0.031,0.031", **prices(PE="0.031")
    ),
    "a-card-of-the-future": table(
        "Gültig ab 15.12.2026;",
        "Land;Preis",
        "DE;0,07",
        **prices(
            notes=("A title or heading says that the prices of the rate card hold from 2026-12-15 on",),
            DE="0.07",
        ),
        skipped=(("line 1", "above the header"),),
        options=NOVEMBER,
    ),
    "a-heading-of-the-future": table(
        "Land;Preis ab 15.12.2026",
        "DE;0,07",
        **prices(notes=("heading says that the prices of the rate card hold from 2026-12-15",), DE="0.07"),
        options=NOVEMBER,
    ),
    "prices-from-own-numbers": table(
        "Country,Standard rate,Rate with dedicated number",
        "DE,0.075,0.08",
        **prices(notes=("'Rate with dedicated number' may change prices",), DE="0.075"),
    ),
    "a-unit-in-two-columns": table(
        "Country,Price,Unit,Per",
        "DE,75.00,SMS,1000",
        "FR,60.00,SMS,1000",
        **prices(DE="0.07500", FR="0.06000"),
    ),
    "names-of-currencies": table(
        "Country,Price,Currency", "US,0.0079,US Dollar", **prices("USD", US="0.0079")
    ),
    "dates-that-are-past-in-any-order": table(
        "Country,Price,Effective",
        "DE,0.07,01/06/2025",
        "DE,0.08,02/07/2025",
        **prices(DE="0.08"),
        skipped=(("line 2", "replaced by a later price"),),
    ),
    # --- Columns beside prices.
    "numbers-and-totals": table(
        "Country,Volume,Unit price,Amount",
        'DE,"12,000",0.075,900.00',
        "FR,3000,0.06,180.00",
        **prices(notes=("column 'Amount' is 'Volume' times 'Unit price'",), DE="0.075", FR="0.06"),
    ),
    "commitments": table(
        "Country,Price,Minimum commitment",
        "DE,0.075,10000",
        **prices(notes=("column 'Minimum commitment' may change prices, but is not used",), DE="0.075"),
    ),
    "prices-without-a-word-for-it": table(
        "Country,Transactional (paise),Promotional (paise)",
        "IN,15,15",
        **prices(
            "INR",
            (
                "column 'Transactional (paise)', whose heading says no price, holds its prices",
                "'Promotional (paise)' may change prices",
            ),
            IN="0.15",
        ),
    ),
    "a-cost-that-may-be-a-sum": table(
        "Country,Cost",
        "US,0.0079",
        **prices(notes=("Column 'Cost' is read as the price of one segment",), US="0.0079"),
    ),
    "a-price-too-high-in-kronor": table(
        "Land,Pris (SEK)",
        "SE,3500",
        **prices("SEK", ("3500 SEK for one SMS segment (SE) is a high price",), SE="3500"),
    ),
    "fils-of-dirhams": table("Country,Price (AED fils)", "AE,12", **prices("AED", AE="0.12")),
    # --- Rows for something else.
    "services": table(
        "Service,Country,Price",
        "SMS outbound,DE,0.075",
        "SMS inbound,DE,0.01",
        "MMS outbound,DE,0.3",
        "Voice outbound,DE,0.02",
        "Toll-free number,DE,1",
        "Carrier fee - A,DE,0.003",
        **prices(DE="0.075 0.3"),
        skipped=(
            ("line 3", "inbound"),
            ("line 5", "neither SMS nor MMS"),
            ("line 6", "neither SMS nor MMS"),
            ("line 7", "a fee, which is not added"),
        ),
    ),
}


LAYOUTS |= {
    # --- Headings in two rows, tables side by side, notes with commas.
    "merged-headings": table(
        "Country,,SMS,,MMS,",
        "Name,ISO,Outbound,Inbound,Outbound,Inbound",
        "Canada,CA,0.0075,0.001,0.02,0.01",
        **prices(CA="0.0075 0.02"),
    ),
    "merged-headings-above": table(
        ",,SMS,,MMS,",
        "Country,ISO,Out,In,Out,In",
        "Canada,CA,0.0075,0.001,0.02,0.01",
        **prices(CA="0.0075 0.02"),
    ),
    "repeated-headings-below-others": table(
        ",,SMS,,MMS,",
        "Country,ISO,Outbound,Inbound,Outbound,Inbound",
        "Canada,CA,0.0075,0.001,0.02,0.01",
        **prices(CA="0.0075 0.02"),
        skipped=(("line 1", "above the header"),),
    ),
    "side-by-side": table(
        "Country,Price,,Country,Price",
        "Germany,0.075,,Austria,0.07",
        "France,0.06,,,",
        **prices(DE="0.075", FR="0.06", AT="0.07"),
    ),
    "a-note-with-commas": table(
        "Country,Price",
        "Germany,0.075",
        "Prices are per segment, without VAT, in euros",
        **prices("EUR", DE="0.075"),
        skipped=(("line 3", "not the name or code of one country"),),
    ),
    # --- JSON.
    "directions-in-json": table(
        '{"rates":{"outbound":{"US":"0.0079","DE":"0.075"},"inbound":{"US":"0.0075"}}}',
        name="x.json",
        **prices(US="0.0079", DE="0.075"),
        skipped=(("rates[2]", "inbound"),),
    ),
    "services-in-json": table(
        '{"sms":[{"country":"US","price":0.0079}],"mms":[{"country":"US","price":0.02}]}',
        name="x.json",
        **prices(US="0.0079 0.02"),
    ),
    "operators-in-json": table(
        '{"currency":"EUR","countries":{"DE":{"operators":{"Telekom":0.075,"O2":0.075}}}}',
        name="x.json",
        **prices("EUR", DE="0.075"),
    ),
    "arrays-in-json": table(
        '[["country","price"],["US",0.0079],["DE","0,075 €"]]',
        name="x.json",
        **prices("EUR", ("a decimal comma and others a decimal point",), US="0.0079", DE="0.075"),
    ),
}


LAYOUTS |= {
    "months-in-german-and-french": table(
        "Land;Preis;Gültig ab",
        "Deutschland;0,075;1. März 2026",
        "Deutschland;0,085;1. Dezember 2026",
        "Frankreich;0,06;1 août 2026",
        **prices(DE="0.075", FR="0.06"),
        skipped=(("line 3", "not valid yet"),),
        options=NOVEMBER,
    ),
    "prefixes-with-wildcards": table(
        "Prefix,Rate", "+49*,0.075", "4915x,0.07", rates={"+49": "0.075", "+4915": "0.07"}
    ),
    "prices-without-tax": table(
        "Country,Price", "IN,INR 0.12 + GST", "US,INR 0.65 excl. VAT", **prices("INR", IN="0.12", US="0.65")
    ),
    "prices-with-tax": table(
        "Land;Preis inkl. 19% MwSt.",
        "DE;0,0893",
        **prices(notes=("MwSt.', prices with tax, holds",), DE="0.0893"),
    ),
    "pages": table("Country,Price", "NG,₦4.00/page", **prices("NGN", NG="4.00")),
    "a-currency-in-a-note": table(
        "Country,Price",
        "Germany,0.075",
        '"Note: prices in EUR, excl. VAT",',
        **prices("EUR", DE="0.075"),
        skipped=(("line 3", "not the name or code of one country"),),
    ),
    "a-next-price-of-some": table(
        "Country,Price,Next price,Next price date",
        "PE,0.031,0.033,2026-12-15",
        "CL,0.045,,",
        **prices(
            notes=("'Next price' holds its prices from the day in 'Next price date'",), PE="0.031", CL="0.045"
        ),
        options=NOVEMBER,
    ),
    "abbreviated-old-prices": table(
        "COUNTRY,PREV. RATE,CURR. RATE",
        "AL,0.061,0.065",
        **prices(notes=("column 'PREV. RATE' may change prices, but is not used",), AL="0.065"),
    ),
    "ukrainian": table("Країна;Ціна, грн", "Україна;0,95", **prices("UAH", UA="0.95")),
    "russian": table("Страна;Цена;Входящий тариф", "Россия;0,32;0,10", **prices(RU="0.32")),
    "columns-of-spaces": table(
        "Country            Prefix   Price", "Germany            49       0.0750", **prices(DE="0.0750")
    ),
    "names-as-keys": table(
        '{"pricing":{"Germany":"€0.075","Other":"€0.12"}}',
        name="x.json",
        **{**prices("EUR"), "rates": {"DE": "0.075", "*": "0.12"}},
    ),
    "currency-codes-of-amounts": table(
        '[{"countryIso":"DE","price":{"amount":"0.075","currencyCode":"USD"}}]',
        name="x.json",
        **prices("USD", DE="0.075"),
    ),
    "the-date-of-issue": table(
        "Issue date: 2026-11-20,,",
        "Effective date: 2026-12-05,,",
        "Country,Current price,New price",
        "PE,0.031,0.033",
        **prices(notes=("'New price' holds its prices from 2026-12-05 on",), PE="0.031"),
        skipped=(("line 1", "above the header"), ("line 2", "above the header")),
        options=NOVEMBER,
    ),
    "breakouts-in-words": table(
        "Country,Breakout,Prefix,Rate",
        "Germany,Mobile,4915;4916,0.075",
        rates={"+4915": "0.075", "+4916": "0.075"},
    ),
    "average-prices-times-numbers": table(
        "Country,Messages sent,Average price,Total",
        "DE,1000,0.075,75.00",
        **prices(notes=("column 'Total' is 'Messages sent' times", "the average prices, holds"), DE="0.075"),
    ),
    "no-header-and-four-columns": table(
        "DE,Germany,0.075,EUR",
        "FR,France,0.06,EUR",
        **prices("EUR", ("has no header",), DE="0.075", FR="0.06"),
    ),
    "kinds-below-equal-headings": table(
        "Country,Operator,Rate,Rate,Rate",
        ",,SMS,MMS,Voice/min",
        "DE,All,0.075,0.3,0.02",
        **prices(DE="0.075 0.3"),
    ),
    "prices-of-months-and-minutes": table(
        "Country,Outbound SMS,Toll-Free/mo,Outbound call/min", "US,0.0079,2.15,0.02", **prices(US="0.0079")
    ),
    "cents-of-a-year": table(
        "Tarif 2026 in Cent;",
        "Land;Preis",
        "DE;7,5",
        **prices(notes=("in the unit that its title names: 'Tarif 2026 in Cent'",), DE="0.075"),
        skipped=(("line 1", "above the header"),),
    ),
    "cents-that-are-no-unit": table(
        "Country,Price",
        "DE,0.07",
        "Prices may rise by 5 cents,",
        **prices(DE="0.07"),
        skipped=(("line 3", "not the name or code of one country"),),
    ),
    "currencies-as-keys": table(
        '{"EUR":{"DE":0.075},"USD":{"DE":0.083}}',
        name="x.json",
        **prices("USD", DE="0.083"),
        skipped=(("rates[0]", "not in USD"),),
        options=("--currency", "USD"),
    ),
    "objects-of-operators": table(
        '[{"country":{"code":"DE"},"operators":[{"name":"O2","price":{"amount":"0.075","currency":"EUR"}}]}]',
        name="x.json",
        **prices("EUR", DE="0.075"),
    ),
    "kinds-of-senders": table(
        "Country,Price", "United States (Toll-Free),0.008", "US (10DLC),0.008", **prices(US="0.008")
    ),
}


LAYOUTS |= {
    # --- Doubts that are said, and prices of today.
    "mils": table("Destination,SMS Outbound (mils)", "US,4.0", **prices(US="0.0040")),
    "a-unit-that-is-not-known": table(
        "Country,Price (per carton)",
        "DE,0.7",
        **prices(
            notes=("'Price (per carton)' holds its prices; 'carton' in its heading is not understood",),
            DE="0.7",
        ),
    ),
    "prices-of-0": table(
        "Country,Price",
        "DE,0.07",
        "KP,0",
        "CU,free",
        **prices(notes=("KP, CU cost 0 in",), DE="0.07", KP="0", CU="0"),
    ),
    "area-codes-in-brackets": table(
        "Prefix,Price",
        "+1 (809/829),0.04",
        '"1-787, 939",0.02',
        rates={"+1809": "0.04", "+1829": "0.04", "+1787": "0.02", "+1939": "0.02"},
    ),
    "codes-of-places-that-are-no-countries": table(
        "Destination,Codes,Price",
        "Russia,7,0.35",
        'Abkhazia,"7840, 7940",0.2',
        "Jersy,44,0.3",
        rates={"RU": "0.35", "+7840": "0.2", "+7940": "0.2"},
        skipped=(("line 4", "not the name or code of one country"),),
    ),
    "units-below-the-header": table(
        "Country,Operator,Price,Setup", ",,EUR cents,EUR", "EE,Telia,5.2,", **prices("EUR", EE="0.052")
    ),
    "footnotes": table(
        "Country,Price",
        "Germany¹,0.07²",
        "France,0.06",
        **prices(notes=("Footnotes of the rate card, such as that of 'Germany¹'",), DE="0.07", FR="0.06"),
    ),
    "until-beside-from": table(
        "Country,Price until 2026-12-31,Price valid from 2027-01-01",
        "DE,0.07,0.08",
        **prices(notes=("'Price until 2026-12-31' holds its prices on 2026-11-27",), DE="0.07"),
        options=NOVEMBER,
    ),
    "from-that-has-come": table(
        "Country,Price until 2026-12-31,Price valid from 2027-01-01",
        "DE,0.07,0.08",
        **prices(notes=("'Price valid from 2027-01-01' holds its prices on 2027-01-01",), DE="0.08"),
        options=("--as-of", "2027-01-01"),
    ),
    "years": table(
        "Country;Preis 2025;Preis 2026;Preis 2027",
        "DE;0,07;0,08;0,09",
        **prices(notes=("'Preis 2026' holds its prices on 2026-11-27",), DE="0.08"),
        options=NOVEMBER,
    ),
    "a-country-and-its-network": table(
        "Destination/Network,Rate EUR",
        "Israel/Partner,0.031",
        "Egypt / Vodafone,0.095",
        **prices(
            "EUR",
            IL="0.031",
            EG="0.095",
            notes=("networks behind countries, such as 'Partner'", "holds its countries"),
        ),
    ),
    "a-country-and-its-calling-code": table(
        "Destination,Price",
        "Germany 49,0.07",
        "44 UK,0.04",
        "France 2,1",
        **prices(DE="0.07", GB="0.04"),
        skipped=(("line 4", "not the name or code of one country"),),
    ),
    "codes-of-iso-3166-are-not-called": table(
        "Country,Code,Price",
        "Germany,276,0.07",
        "Deutschlnd,276,0.08",
        **prices(DE="0.07"),
        skipped=(("line 3", "not the name or code of one country"),),
    ),
    "tax-in-one-of-two": table(
        "Country,Price,Price incl. VAT",
        "DE,0.1,0.119",
        **prices(notes=("'Price', prices without tax, holds", "'Price incl. VAT' may change"), DE="0.1"),
    ),
    "incoming-cents": table("Country,Outgoing (¢),Incoming (¢)", "US,0.79,0.75", **prices(US="0.0079")),
    "for-100": table("Country,Price (€/100 SMS)", "DE,7.5", **prices("EUR", DE="0.075")),
    "for-250": table("Country,Price for 250 SMS", "DE,17.5", **prices(DE="0.07")),
    "bundle": table('Country,"Bundle of 5,000 SMS ($)"', "KE,60.00", **prices("USD", KE="0.01200")),
    "a-package-in-each-row": table("Country,Package,Price", "DE,1000 SMS,70", **prices(DE="0.070")),
    "bars-between-countries": table("Country;Price", "US | CA;0.008", **prices(US="0.008", CA="0.008")),
    "prices-that-have-ended": table(
        "Country,Rate (valid until 31.10.2026)",
        "DE,0.07",
        **prices(notes=("hold until 2026-10-31",), DE="0.07"),
        options=NOVEMBER,
    ),
    "a-title-of-last-year": table(
        "Prices valid from 01.01.2025 until 31.12.2025",
        "Country,Price",
        "DE,0.07",
        **prices(notes=("hold until 2025-12-31",), DE="0.07"),
        skipped=(("line 1", "above the header"),),
        options=NOVEMBER,
    ),
    "a-note-on-a-later-price": table(
        "Country,Price",
        "DE,0.07",
        "Note: prices rise by 0.01 on 1 Dec 2026,",
        **prices(DE="0.07"),
        skipped=(("line 3", "not the name or code of one country"),),
        options=NOVEMBER,
    ),
    "a-price-of-an-mms-among-those-of-sms": table(
        "Country,Price",
        "DE,0.075 USD / SMS",
        "IT,0.30 USD / MMS",
        **prices("USD", DE="0.075"),
        skipped=(("line 3", "expected a price such as"),),
    ),
    "an-amount-for-delivery-reports": table(
        "Country,Price,Delivery report,Change",
        "DE,0.07,0.005,-0.01",
        **prices(notes=("'Delivery report' may change prices",), DE="0.07"),
    ),
    "two-currencies-in-a-heading": table(
        "Country,SMS (€/$)", "DE,0.07", **prices("EUR", ("its heading names $ and EUR",), DE="0.07")
    ),
    "a-currency-and-its-sign": table("Country,Price in USD ($)", "US,0.07", **prices("USD", US="0.07")),
    "an-amount-in-a-remark": table(
        "Country,Price,Remark,Changed",
        "DE,0.07,plus 0.005 per SMS,since 01.12.2026",
        **prices(notes=("'Remark' may change prices",), DE="0.07"),
    ),
    "a-network-in-brackets": table(
        "Destination,MCC-MNC,Price",
        "Germany (Telekom),262-01,0.07",
        "Austria (fixed),232-01,0.01",
        **prices(notes=("networks behind countries, such as 'Telekom'",), DE="0.07"),
        skipped=(("line 3", "not the name or code of one country"),),
    ),
    "fees-that-are-added": table(
        'Country,"Price (USD, excl. carrier fees)"',
        "US,0.0079",
        **prices("USD", ("to which its heading says that fees are added",), US="0.0079"),
    ),
    "a-pass-through": table(
        "Country,Outbound rate,Carrier pass-through", "US,0.004,0.003", **prices(US="0.004 + 0.003")
    ),
    "numbers-that-mean-nothing": table(
        "Country,Price,Minimum messages,Hub,Operator",
        "US,0.004,100,3,0.005",
        **prices(
            notes=("'Minimum messages' may change", "'Hub' may change", "'Operator' may change"), US="0.004"
        ),
    ),
    "a-currency-in-an-inner-envelope": Layout(
        "x.json",
        '{"data": {"currency": "usd", "rates": [{"dest": "US", "price": 0.0079}]}}',
        {"US": "0.0079"},
        "USD",
    ),
    # --- Codes, directions and kinds that cells tell.
    "codes-of-parts-of-countries": table(
        "Destination,Dial Code,Rate (USD)",
        "Kenya - Safaricom,25470,0.012",
        "Uganda,256,0.03",
        "Jersey,44-1534,0.05",
        "Canada,1,0.0085",
        "Canada - Yukon,1867,0.0099",
        "Austria,41,0.07",
        rates={"+25470": "0.012", "+1867": "0.0099", "UG": "0.03", "JE": "0.05", "CA": "0.0085"},
        currency="USD",
        skipped=(("line 7", "+41 is not a prefix of AT"),),
    ),
    "e164": table("Country,E.164,Price", "Kenya,25470,0.012", rates={"+25470": "0.012"}),
    "dialed-digits": table(
        "Destination Name,Dialed Digits,Price",
        "Germany Mobile T-Mobile,49151,0.071",
        "Germany,49,0.079",
        rates={"+49151": "0.071", "DE": "0.079"},
    ),
    "area-codes": table(
        "Country,Country code,Area code,Price",
        "Kenya,254,70,0.012",
        **prices(notes=("'Area code' may change prices",), KE="0.012"),
    ),
    "fees-that-are-not-for-each-message": table(
        "Country,SMS,Inbound carrier fee,Carrier registration fee,Minimum order amount",
        "US,0.01,0.002,15,50",
        **prices(
            notes=(
                "'Inbound carrier fee' may",
                "'Carrier registration fee' may",
                "'Minimum order amount' may",
            ),
            US="0.01",
        ),
    ),
    "words-under-headings-of-prices": table(
        "Country,Pricing model,Rate group,Price", "US,flat,A,0.01", **prices(US="0.01")
    ),
    "codes-of-products": table("Country,Code,Price", "US,1001,0.01", **prices(US="0.01")),
    "numbers-that-are-none": table(
        "Country,Price",
        "US,75E-3",
        'IN,"1,00,000.5"',
        "DE,1.234.56",
        **prices(US="0.075", IN="100000.5", notes=("is read by itself", "is a high price")),
        skipped=(("line 4", "sms: expected a price"),),
    ),
    "fees-in-the-price": table(
        "Country,Price incl. surcharge,Surcharge",
        "US,0.01,0.003",
        **prices(notes=("'Price incl. surcharge', prices with all fees, holds",), US="0.01"),
    ),
    "a-price-per-sms-without-tax": table(
        "ISO,EUR per SMS (excl. VAT)", "DE,0.07", **prices("EUR", DE="0.07")
    ),
    "countries-beside-their-codes": table(
        "Area,Dialling code,Price",
        "UK,44,0.039",
        "Isle of Man,44 7624,0.059",
        **prices(notes=("'Area' holds its countries",), GB="0.039", IM="0.059"),
    ),
    "units-without-tax": table("Country,Pence (ex VAT)", "UK,3.9", **prices("GBP", GB="0.039")),
    "fees-in-words": table(
        "Country,SMS,Carrier fee",
        "US,0.01,varies",
        "CA,0.01,n/a",
        **prices(notes=("'Carrier fee' has 'varies', which is not added",), US="0.01", CA="0.01"),
    ),
    "dollars-of-two-countries": table(
        "Country,Price",
        "US,$0.01",
        "CA,C$0.02",
        **prices("CAD", ("'$' is read as CAD, which other prices have",), US="0.01", CA="0.02"),
    ),
    "until-further-notice": table(
        "Country,Price,Valid until", "DE,0.07,until further notice", **prices(DE="0.07")
    ),
    "media": table("Country,Medium,Price", "US,SMS,0.01", "US,MMS,0.02", **prices(US="0.01 0.02")),
    "traffic": table(
        "Country,MO/MT,Price",
        "US,MT,0.01",
        "US,MO,0.02",
        **prices(US="0.01"),
        skipped=(("line 3", "inbound"),),
    ),
    "prices-in-descriptions": table(
        "PriceDescription,PricePerUnit,Currency,Country",
        "$0.11 per SMS to Germany,0.11,USD,Germany",
        **prices("USD", DE="0.11"),
    ),
    "sin-iva": table(
        "País;Precio sin IVA (€);Precio con IVA (€)",
        "España;0,0450;0,0545",
        **prices("EUR", ("'Precio sin IVA (€)', prices without tax", "may change prices"), ES="0.0450"),
    ),
    "a-prefix-for-all": table("Prefix,Price", "*,0.1", "+1,0.2", rates={"*": "0.1", "+1": "0.2"}),
    "dollars-of-a-country": table(
        "Country,Price ($)", "US,CA$0.01", "DE,CA$0.02", **prices("CAD", US="0.01", DE="0.02")
    ),
    "a-country-among-two": table(
        "Country,ISO,Price", "France / Reunion,RE,0.1", "Germany,DE,0.2", **prices(RE="0.1", DE="0.2")
    ),
    "no-quantities": table("Country,Quantity,Price", "US,n/a,0.1", "DE,-,0.2", **prices(US="0.1", DE="0.2")),
    "a-surcharge-per-sms": table(
        "Country,SMS,Surcharge per SMS", "US,0.004,0.003", **prices(US="0.004 + 0.003")
    ),
    "surcharges-in-other-languages": table(
        "Pays;Prix HT;Surtaxe opérateur", "France;0,045 €;0,005 €", **prices("EUR", FR="0.045 + 0.005")
    ),
    "a-surcharge-in-german": table(
        "Land;Preis;Zuschlag je SMS", "Deutschland;0,07;0,005", **prices(DE="0.07 + 0.005")
    ),
    "rows-of-surcharges": table(
        "Country,Description,Price (USD)",
        "United States,Outbound SMS (10DLC),0.0079",
        "United States,AT&T carrier surcharge (SMS),0.0030",
        skipped=(("line 3", "a fee, which is not added"),),
        **prices("USD", US="0.0079"),
    ),
    # --- Digits and names.
    "arabic-digits": table(
        "الدولة,رمز الدولة,سعر الرسالة (ريال)",
        "السعودية,٩٦٦,٠٫٠٨",
        "مصر,٢٠,٠٫٣٥",
        **prices(None, ("'ريال' in its heading is not understood",), SA="0.08", EG="0.35"),
    ),
    "full-width-digits": table(
        "国名，料金（円）".replace("，", ","), "日本,８．５", **prices("JPY", JP="8.5")
    ),
    "china-and-its-regions": table(
        "国家/地区,代码,国际区号,单价（元/条）",
        "中国香港,HK,852,0.37",
        "中国台湾,TW,886,0.29",
        "美国,US,1,0.04",
        **prices("CNY", HK="0.37", TW="0.29", US="0.04"),
    ),
    "codes-beside-names-that-are-not-known": table(
        "Country/Region,Code,Price",
        "Bosniaand Herzegovina,BA,0.0772",
        "Freedonia,CD,0.0513",
        **prices(BA="0.0772", CD="0.0513"),
    ),
    "the-code-of-greece-in-iso-3166": table("Country,Code,Price", "Greece,300,0.05", **prices(GR="0.05")),
    "the-code-of-canada-in-iso-3166": table("Country,Code,Price", "Canada,124,0.05", **prices(CA="0.05")),
    "calling-codes-under-any-heading": table(
        "Pays;Indicatif;Prix", "France;33;0,045", "Belgique;32;0,075", **prices(FR="0.045", BE="0.075")
    ),
    "all-countries": table(
        "Destination,SMS",
        "All countries,0.05",
        "US,0.008",
        **prices(US="0.008") | {"rates": {"*": "0.05", "US": "0.008"}},
    ),
    "channel-islands": table("Destination,Price", "Channel Islands,0.05", **prices(GG="0.05", JE="0.05")),
    "lists-of-countries": table(
        "Länder;Preis", '"Österreich, Schweiz";0,085', **prices(AT="0.085", CH="0.085")
    ),
    # --- Directions.
    "directions-in-french": table(
        "Pays;Sens;Prix",
        "France;Sortant;0,045",
        "Belgique;Entrant;0,01",
        skipped=(("line 3", "inbound"),),
        **prices(FR="0.045"),
    ),
    "destinations-in-russian": table(
        "Направление;Стоимость, руб. с НДС",
        "Россия;5,99",
        "Остальные страны;35,00",
        rates={"RU": "5.99", "*": "35.00"},
        currency="RUB",
        notes=("prices with tax",),
    ),
    "days-are-no-units": table(
        "Country,Price,From", "US,0.01,01/10/2025", "GB,0.04,01/10/2025", **prices(US="0.01", GB="0.04")
    ),
    "short-days-are-no-units": table("Country,Price,Note", "US,0.01,01/10/26", **prices(US="0.01")),
    "from-and-to": table(
        "Country,Price,From,To",
        "US,0.01,2025-01-01,2099-12-31",
        "GB,0.04,2099-01-01,",
        "FR,0.05,2025-01-01,2025-12-31",
        skipped=(("line 3", "not valid yet"), ("line 4", "no longer valid")),
        **prices(US="0.01"),
    ),
    "satellites-by-their-codes": table(
        "Destination,Dial code,Price",
        "Inmarsat,870,2",
        "Thuraya,88216,0.6",
        "Germany,49,0.07",
        "Rest of World,,0.12",
        rates={"+870": "2", "+88216": "0.6", "DE": "0.07", "*": "0.12"},
    ),
    "prefixes-of-imsi": table(
        "Destination,Operator,IMSI prefix,Price", "Albania,Vodafone,27602,0.088", **prices(AL="0.088")
    ),
    "without-tax-in-romanian": table(
        "Țara;Preț (EUR fără TVA)", "România;0,035", **prices("EUR", RO="0.035")
    ),
    "swiss-taxes": table(
        "Zielland;Preis (CHF exkl. MwSt.)",
        "Fürstentum Liechtenstein;0.085",
        "Übriges Ausland;0.18",
        rates={"LI": "0.085", "*": "0.18"},
        currency="CHF",
    ),
    "directions-in-italian": table(
        "Country,Direzione,Price",
        "Germany,In uscita,0.07",
        "France,In entrata,0.01",
        skipped=(("line 3", "inbound"),),
        **prices(DE="0.07"),
    ),
    "directions-in-polish": table(
        "Country,Kierunek,Price",
        "Germany,Wychodzące,0.07",
        "France,Przychodzące,0.01",
        skipped=(("line 3", "inbound"),),
        **prices(DE="0.07"),
    ),
    "directions-of-a-traffic": table(
        "Country,Traffic,Price",
        "Germany,A2P MT,0.07",
        "France,A2P MO,0.01",
        skipped=(("line 3", "inbound"),),
        **prices(DE="0.07"),
    ),
    "services-in-german": table(
        "Land;Dienst;Preis",
        "Deutschland;SMS;0,07",
        "Deutschland;Anruf;0,02",
        skipped=(("line 3", "neither SMS nor MMS"),),
        **prices(DE="0.07"),
    ),
    "from-a-day-in-words": table(
        "Country,Price,From",
        "Germany,0.07,1 Mar 2026",
        "Germany,0.09,1 Mar 2099",
        skipped=(("line 3", "not valid yet"),),
        **prices(DE="0.07"),
    ),
    "halalas": table("البلد,السعر بالهللات", "السعودية,6.5", **prices("SAR", SA="0.065")),
    "other-destinations": table(
        "Destination,Rate", "France,0.065", "Other destinations,0.2", rates={"FR": "0.065", "*": "0.2"}
    ),
    "received-beside-sent": table(
        "Country;SMS out (SEK);SMS in (SEK)",
        "Sweden;0,35;0,00",
        **prices("SEK", SE="0.35"),
    ),
    "equal-prices-one-with-a-currency": table(
        "Country,SMS Classic (€),SMS Premium",
        "Italy,0.065,0.065",
        **prices("EUR", ("'SMS Premium' may",), IT="0.065"),
    ),
    "directions-under-another-heading": table(
        "Land;Art;Preis",
        "Deutschland;Ausgehend;0,045",
        "Belgien;Eingehend;0,01",
        skipped=(("line 3", "inbound"),),
        **prices(DE="0.045"),
    ),
    # --- JSON.
    "nested-directions": Layout(
        "x.json",
        as_json(
            {
                "country": "US",
                "sms": {"outbound": {"price": "0.0079"}, "inbound": {"price": "0.0075"}},
                "mms": {"outbound": {"price": "0.02"}, "inbound": {"price": "0.01"}},
            },
            {"country": "GB", "sms": {"outbound": {"price": "0.04"}}, "mms": None},
        ),
        {"US": "0.0079 0.02", "GB": "0.04"},
    ),
    "volume-prices-in-a-list": Layout(
        "x.json",
        as_json({"country": "US", "price": "0.01", "volume_discounts": [{"min": 1000, "price": "0.008"}]}),
        {"US": "0.01"},
        notes=("list 'volume_discounts' may change prices, but is not used",),
    ),
}


LAYOUTS |= {
    # --- What is left out is named.
    "an-old-price-is-named": table(
        "Country,old_price,price",
        "US,0.0075,0.0079",
        "DE,0.07,0.08",
        **prices(notes=("column 'old_price' may change prices, but is not used",), US="0.0079", DE="0.08"),
    ),
    "an-alternative-price-is-named": table(
        '[{"iso":"US","price":0.0079,"price_alt":0.0085}]',
        name="x.json",
        **prices(notes=("column 'price_alt' may change prices, but is not used",), US="0.0079"),
    ),
    "an-old-price-in-cents": table(
        "Country,Old price (cents),New price (cents),Effective date",
        "DE,7.0,7.5,2026-12-15",
        "AT,6.0,6.5,2026-11-01",
        **prices(notes=("holds its prices from the day in 'Effective date' on",), DE="0.070", AT="0.065"),
        options=NOVEMBER,
    ),
    "fees-that-are-not-added-to-lms": table(
        "Country,SMS,LMS,Carrier fee",
        "KR,0.012,0.03,0.002",
        **prices(notes=("column 'Carrier fee' is not added to prices of LMS",), KR="0.012 + 0.002"),
    ),
    "a-net-that-is-a-network": table(
        '{"cc":"DE","net":"26201","price":"0.07","cur":"EUR"}',
        '{"cc":"AT","net":"23201","price":"0.06","cur":"EUR"}',
        name="x.ndjson",
        **prices("EUR", ("column 'cc' holds its countries",), DE="0.07", AT="0.06"),
    ),
    # --- Destinations.
    "the-prefix-of-greece-in-iso-3166": table("Country,Prefix,Rate", "Greece,300,0.05", **prices(GR="0.05")),
    "mobile-numbers-of-mexico-until-2019": table(
        "Destination,Prefix,Price", "Mexico,+52 1,0.045", "US,+1,0.0079", **prices(MX="0.045", US="0.0079")
    ),
    "landlines": table(
        "Country,Type,Price",
        "DE,Mobile,0.09",
        "DE,Landline,0.02",
        "FR,Fixed line,0.01",
        "FR,Mobile,0.05",
        **prices(DE="0.09", FR="0.05"),
        skipped=(("line 3", "for landlines"), ("line 4", "for landlines")),
    ),
    "landlines-behind-dashes": table(
        "Destination;Preis",
        "Frankreich - Mobil;0,05",
        "Frankreich - Festnetz;0,01",
        **prices(FR="0.05"),
        skipped=(("line 3", "for landlines"),),
    ),
    "networks-behind-dashes": table(
        "Destination;Price",
        "UK - O2;0.04",
        "UK - EE;0.041",
        "France - Mobile;0.05",
        **prices(notes=("has networks behind countries, such as 'O2'",), GB="0.04", FR="0.05"),
        skipped=(("line 3", "not the name or code of one country"),),
    ),
    "networks-behind-commas": table(
        "Destination;Price",
        "Germany, O2;0.07",
        "Germany, Telekom;0.07",
        "Georgia, Overseas;0.09",
        **prices(notes=("has networks behind countries, such as 'O2'",), DE="0.07"),
        skipped=(("line 4", "not the name or code of one country"),),
    ),
    "countries-in-a-column-of-regions": table(
        "Region,Price",
        "France,0.07",
        "US,0.0079",
        **prices(notes=("column 'Region' holds its countries",), FR="0.07", US="0.0079"),
    ),
    "excel-days": table(
        "Country,Rate,Effective from",
        "Germany,0.07,45292",
        "Germany,0.08,46023.0",
        "Germany,0.09,46357",
        **prices(notes=("45292 in column 'Effective from' is read as Excel's number of 2024",), DE="0.08"),
        skipped=(("line 4", "not valid yet"), ("line 2", "replaced by a later price")),
        options=NOVEMBER,
    ),
    # --- JSON.
    "lists-of-countries-in-json": table(
        '{"currency":"EUR","zones":[{"name":"DACH","countries":["DE","AT","CH"],"price":"0.07"},'
        '{"name":"Rest","countries":["Korea, Rep.","US"],"price":"0.08"}]}',
        name="x.json",
        **prices("EUR", DE="0.07", AT="0.07", CH="0.07", KR="0.08", US="0.08"),
    ),
    "lists-of-prefixes-in-json": table(
        '[{"country":"DO","prefixes":["1809","1829"],"price":0.04}]',
        name="x.json",
        rates={"+1809": "0.04", "+1829": "0.04"},
    ),
    "split-in-json": table(
        '{"columns":["country","price"],"index":[0,1],"data":[["DE",0.07],["US",0.0079]]}',
        name="x.json",
        **prices(DE="0.07", US="0.0079"),
    ),
    "columns-in-json": table(
        '{"country":{"0":"DE","1":"US"},"price":{"0":0.07,"1":0.0079}}',
        name="x.json",
        **prices(DE="0.07", US="0.0079"),
    ),
    "columns-in-lists-in-json": table(
        '{"country":["DE","US"],"price":[0.07,0.0079]}', name="x.json", **prices(DE="0.07", US="0.0079")
    ),
    "units-and-nanos": table(
        '{"rates":[{"regionCode":"US","unitPrice":{"currencyCode":"USD","units":"0","nanos":7900000}},'
        '{"regionCode":"DE","unitPrice":{"currencyCode":"USD","nanos":82000000}}]}',
        name="x.json",
        **prices("USD", ("column 'regionCode' holds its countries",), US="0.0079", DE="0.082"),
    ),
}


LAYOUTS |= {
    "rappen-after-a-number": table(
        "Land;Preis", "Schweiz;6,9 Rp.", "Österreich;7,5 Rp", **prices("CHF", CH="0.069", AT="0.075")
    ),
    "rupiah-before-a-number": table("Negara;Harga", "Indonesia;Rp 350", **prices("IDR", ID="350")),
    "destinations-that-a-list-withdraws": table(
        "Country,Rate,Action",
        "Germany,0.07,Increase",
        "France,0.06,Delete",
        "Spain,0.05,No change",
        "*,0.1,",
        rates={"*": "0.1", "DE": "0.07", "ES": "0.05", "FR": "None"},
        skipped=(("line 3", "rejected by the provider"),),
    ),
    "free-messages-are-named": table(
        "Country,Price,Free messages per month",
        "US,0.00645,100",
        "DE,0.08,0",
        **prices(notes=("'Free messages per month' may change prices",), US="0.00645", DE="0.08"),
    ),
}


LAYOUTS |= {
    "prefixes-as-floats": table(
        "prefix,price", "49.0,0.07", "1.0,0.0079", rates={"+49": "0.07", "+1": "0.0079"}
    ),
    "codes-as-floats": table("Country,Code,Price", "Germany,49.0,0.07", **prices(DE="0.07")),
    "lakhs": table("Country,Rate per lakh SMS (INR)", "India,12000", **prices("INR", IN="0.12000")),
    "a-thousand-in-polish": table("Kraj;Cena za tysiąc SMS", "Polska;70", **prices(PL="0.070")),
    "hundredths": table("Country,Price in hundredths of a euro", "Germany,7", **prices("EUR", DE="0.07")),
    "countries-with-and-in-lists": table(
        "Countries;Price",
        "Bosnia and Herzegovina, Serbia;0.07",
        "Trinidad & Tobago / Barbados;0.08",
        "UK & Ireland;0.04",
        **prices(BA="0.07", RS="0.07", TT="0.08", BB="0.08", GB="0.04", IE="0.04"),
    ),
    "countries-that-include-others": table(
        "Destination,Price",
        "USA (incl. Canada),0.0079",
        "France (including Monaco),0.06",
        **prices(US="0.0079", CA="0.0079", FR="0.06", MC="0.06"),
    ),
}


LAYOUTS |= {
    "flags": table(
        "Country,Price",
        "\U0001f1e9\U0001f1ea,0.07",
        "\U0001f1fa\U0001f1f8 USA,0.0079",
        **prices(DE="0.07", US="0.0079"),
    ),
    "prices-with-the-fee-in-them": table(
        "Country,Base price,Surcharge,Final price",
        "US,0.0079,0.003,0.0109",
        "DE,0.07,0,0.07",
        **prices(
            notes=("column 'Surcharge' is in the prices of 'Final price', and not added again",),
            US="0.0109",
            DE="0.07",
        ),
    ),
    "prices-beside-a-fee": table(
        "Country,Base price,Surcharge,Final price",
        "US,0.0079,0.003,0.0109",
        "DE,0.07,0.01,0.07",
        **prices(notes=("'Base price' may change prices",), US="0.0109 + 0.003", DE="0.07 + 0.01"),
    ),
}


def priced(rate: dict[str, Any]) -> str:
    """Return the prices of a rate: SMS, MMS if there is one, and a fee if there is one."""
    mms = f" {rate['mms']}" if rate["mms"] else ""
    fee = f" + {rate['carrier_fee']}" if Decimal(rate["carrier_fee"]) else ""
    return f"{rate['sms']}{mms}{fee}"


def write(folder: Path, layout: Layout) -> str:
    path = folder / layout.name
    path.write_bytes(layout.content.encode() if isinstance(layout.content, str) else layout.content)
    return str(path)


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts(tmp_path: Path, name: str) -> None:
    layout = LAYOUTS[name]
    result = invoke("rates", write(tmp_path, layout), "--json", *layout.options)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["format"] == "segcore-rates/1"
    assert {rate["key"]: priced(rate) for rate in found["rates"]} == layout.rates
    assert found["currency"] == layout.currency
    assert len(found["skipped"]) == len(layout.skipped)
    for row, (location, reason) in zip(found["skipped"], layout.skipped, strict=True):
        assert row["location"] == location
        assert reason in row["reason"]
    sentences = [note["sentence"] for note in found["notes"] if note["code"] != "rate-rows"]
    expected = [note for note in layout.notes if "rows of the rate card" not in note]
    assert len(sentences) == len(expected)
    for sentence, part in zip(sentences, expected, strict=True):
        assert part in sentence
    assert any("the rate card give" in note["sentence"] for note in found["notes"]) == bool(layout.skipped)


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", "UTF-16"),
        ("cp1252", "1252"),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_encodings_and_compression(
    tmp_path: Path, encoding: str, note: str | None, pack: Callable[[bytes], bytes]
) -> None:
    pytest.importorskip("charset_normalizer")
    content = "Land;Preis\nCôte d’Ivoire;0,075 €\nRéunion;0,1 €\n"
    layout = Layout("x.csv", pack(content.encode(encoding)), {})
    found = json.loads(invoke("rates", write(tmp_path, layout), "--json").stdout)
    assert {rate["key"]: rate["sms"] for rate in found["rates"]} == {"CI": "0.075", "RE": "0.1"}
    assert found["currency"] == "EUR"
    sentences = " ".join(each["sentence"] for each in found["notes"])
    assert (note.casefold() in sentences.casefold()) if note else not sentences


def test_an_encoding_that_is_not_clear_refuses_no_card(tmp_path: Path) -> None:
    """A misread name is not a country, and listed; the other rows are read, and the encoding is said."""
    pytest.importorskip("charset_normalizer")
    content = "country,sms\nUS,0.0079\n\xe4,1\n".encode("cp1252")
    found = json.loads(invoke("rates", write(tmp_path, Layout("x.csv", content, {})), "--json").stdout)
    assert [rate["key"] for rate in found["rates"]] == ["US"]
    assert len(found["skipped"]) == 1
    assert "encoding" in {note["code"] for note in found["notes"]}


def test_workbooks(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    path = tmp_path / "prices.xlsx"
    march: list[list[Cell]] = [
        ["SMS prices of March"],
        [],
        ["Country", "ISO", "Price (EUR)", "Valid from"],
        ["Germany", "DE", 0.075, date(2026, 3, 1)],
        ["United States", "US", 0.0079, date(2026, 3, 1)],
        ["Kosovo", "XK", None, None],
        ["Total", None, 0.0829, None],
    ]
    xlsx(
        path,
        {
            "Cover": [["Price list"], ["of a provider"]],
            "March": march,
            "April": [["Country", "SMS"], ["DE", 1]],
        },
    )
    found = json.loads(invoke("rates", str(path), "--json", "--as-of", "2026-11-26").stdout)
    assert {rate["key"]: rate["sms"] for rate in found["rates"]} == {"DE": "0.075", "US": "0.0079"}
    assert found["currency"] == "EUR"
    reasons = [(row["location"], row["text"], row["reason"]) for row in found["skipped"]]
    assert reasons == [
        ("line 1", "SMS prices of March", "above the header"),
        ("line 6", "Kosovo", "no price"),
        ("line 7", "Total", "not the name or code of one country"),
    ]
    assert any("sheet 'March' is read" in note["sentence"] for note in found["notes"])
    found = json.loads(invoke("rates", str(path), "--json", "--sheet", "April").stdout)
    assert {rate["key"]: rate["sms"] for rate in found["rates"]} == {"DE": "1"}
    result = invoke("rates", str(path), "--sheet", "May")
    assert result.exit_code == 2
    assert "'May'" in result.stderr


@pytest.mark.parametrize("kind", ["parquet", "ipc"])
def test_parquet_and_arrow(tmp_path: Path, kind: str) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(
        {
            "dial_code": [1, 1, 49],
            "country": ["US", "CA", "DE"],
            "price": [
                {"amount": Decimal("0.0079")},
                {"amount": Decimal("0.0075")},
                {"amount": Decimal("0.0750")},
            ],
            "mms": [0.1 + 0.2, 0.02, None],
            "valid_from": [date(2025, 1, 1), date(2025, 1, 1), None],
            "direction": ["MT", "MT", "MT"],
        }
    )
    path = tmp_path / f"rates.{kind}"
    getattr(frame, f"write_{kind}")(path)
    found = json.loads(invoke("rates", str(path), "--json").stdout)
    assert {rate["key"]: priced(rate) for rate in found["rates"]} == {
        "US": "0.0079 0.3",
        "CA": "0.0075 0.02",
        "DE": "0.0750",
    }
    path.write_bytes(path.read_bytes()[:100])
    result = invoke("rates", str(path))
    assert result.exit_code == 2
    assert "not readable" in result.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "polars", None)
        result = invoke("rates", str(path))
    form = "Parquet" if kind == "parquet" else "Arrow"
    assert f"{form} needs polars, which is not installed; save the rates as CSV" in result.stderr


def test_opendocument(tmp_path: Path) -> None:
    path = tmp_path / "prices.ods"
    rows: list[list[Cell]] = [
        ["Preisliste"],
        [],
        ["Land", "Preis (EUR)"],
        ["USA", "0,0079"],
        ["Deutschland", "0,075"],
    ]
    ods(path, {"Info": [["Stand 2026"]], "Preise": rows})
    found = json.loads(invoke("rates", str(path), "--json").stdout)
    assert {rate["key"]: rate["sms"] for rate in found["rates"]} == {"US": "0.0079", "DE": "0.075"}
    assert found["currency"] == "EUR"


def test_of_several_sheets_the_one_for_messages_is_read(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    path = tmp_path / "prices.xlsx"
    xlsx(path, {"Voice": [["Country", "Price"], ["US", 0.01]], "SMS": [["Country", "Price"], ["US", 0.0079]]})
    found = json.loads(invoke("rates", str(path), "--json").stdout)
    assert [rate["sms"] for rate in found["rates"]] == ["0.0079"]
    assert "sheet 'SMS' is read, not 'Voice'" in found["notes"][0]["sentence"]


def test_the_sheet_of_prices_to_send_is_read(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    path = tmp_path / "prices.xlsx"
    rows: list[list[Cell]] = [["Country", "Price"], ["US", 0.1 + 0.2]]
    xlsx(path, {"Inbound": [["Country", "Price"], ["US", 0.01]], "Outbound": rows})
    found = json.loads(invoke("rates", str(path), "--json").stdout)
    # Excel has 15 digits.
    assert [rate["sms"] for rate in found["rates"]] == ["0.3"]
    assert "sheet 'Outbound' is read, not 'Inbound'" in found["notes"][0]["sentence"]
    xlsx(path, {"MMS": rows})
    found = json.loads(invoke("rates", str(path), "--json").stdout)
    assert "sheet 'MMS' is read" in found["notes"][0]["sentence"]


@pytest.mark.parametrize("written", ["%B %Y", "%Y-%m", "Outbound %m.%Y", "SMS %b %Y"])
def test_of_the_sheets_of_several_months_that_of_today_is_read(tmp_path: Path, written: str) -> None:
    pytest.importorskip("python_calamine")
    today = dt.date.today().replace(day=15)  # noqa: DTZ011
    names = [(today + dt.timedelta(days=30 * each)).strftime(written) for each in (-1, 0, 1)]
    path = tmp_path / "prices.xlsx"
    xlsx(path, {name: [["Country", "Price"], ["DE", f"0.{each}"]] for each, name in enumerate(names, 1)})
    found = json.loads(invoke("rates", str(path), "--json").stdout)
    assert [rate["sms"] for rate in found["rates"]] == ["0.2"]
    assert f"sheet {names[1]!r} is read, not {names[0]!r}, {names[2]!r}" in found["notes"][0]["sentence"]


def test_of_the_sheets_of_several_years_that_of_today_is_read(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    year = dt.date.today().year  # noqa: DTZ011
    path = tmp_path / "prices.xlsx"
    xlsx(path, {f"{each}": [["Country", "Price"], ["DE", f"0.{each}"]] for each in range(year - 1, year + 2)})
    found = json.loads(invoke("rates", str(path), "--json").stdout)
    assert [rate["sms"] for rate in found["rates"]] == [f"0.{year}"]
    assert f"sheet '{year}' is read, not '{year - 1}', '{year + 1}'" in found["notes"][0]["sentence"]
    card = RateCard.read(path, as_of=dt.date(year - 1, 5, 1))
    assert [str(rate.sms) for rate in card.rates] == [f"0.{year - 1}"]


REFUSED = {
    "codes-of-networks-alone": ("MCC,MNC,Price\n262,01,0.07\n", "add the countries of its MCC"),
    "prices-per-character": ("Country,Price per character\nDE,0.0007\n", "no column has prices"),
    "prices-per-dozen": ("Country,Price per dozen\nDE,0.84\n", "no column has prices"),
    "a-page-with-a-next-one": (
        '{"data":{"rates":[{"country":"DE","price":"0.07"}],"pageInfo":{"hasNextPage":true}}}',
        "make one list of all pages",
    ),
    "units-and-nanos-that-are-no-numbers": (
        '{"rates":[{"country":"US","unitPrice":{"units":"0","nanos":"1e999999999"}}]}',
        "'unitPrice': expected units and nanos as whole numbers, got '0 and 1e999999999'",
    ),
    "units-without-a-digit": (
        '{"rates":[{"country":"US","unitPrice":{"units":"","nanos":5}}]}',
        "'unitPrice': expected units and nanos as whole numbers",
    ),
    "a-carrier-that-is-a-number": (
        '{"iso_country":"FR","outbound_sms_prices":[95]}',
        "'outbound_sms_prices': expected a carrier with a list of prices, got '95'",
    ),
    "a-carrier-without-a-list": (
        '{"iso_country":"FR","outbound_sms_prices":[{"carrier":"Orange","prices":[5]}]}',
        "'outbound_sms_prices': expected a carrier with a list of prices",
    ),
    "a-message-that-is-a-number": (
        '[{"country":"US","message":5,"networks":[{"name":"x"}],"others":[{"name":"y"}]}]',
        "no column has prices",
    ),
    "thousands-of-a-currency": (
        "Country,Price in k IDR\nID,0.35\n",
        "'Price in k IDR' may be of thousands of messages or in thousands of a currency",
    ),
    "thousands-of-money-or-of-messages": (
        "Country,Price (k IDR)\nID,0.35\n",
        "'Price (k IDR)' may be of thousands of messages or in thousands of a currency",
    ),
    "all-networks-are-no-destination": (
        "Network,Price,Note\nall,0.07,x\nall,0.08,y\n",
        "no column has destinations",
    ),
    "the-ends-of-ranges-of-codes": (
        "Country,Code from,Code to,Price\nUnited Kingdom,447400,447499,0.04\n",
        "two columns have prefixes, 'Code from' and 'Code to'; write ranges in one",
    ),
    "a-link-to-the-next-page": (
        '{"results": [{"country": "DE", "price": "0.07"}], "next": "https://api.example.com/?page=2"}',
        "1 of several pages of rates: the other destinations would have no price",
    ),
    "pages-beside-the-list": (
        '{"data": [{"country": "DE", "price": "0.07"}], "meta": {"page_number": 1, "total_pages": 3}}',
        "page 1 of 3: the other countries would have no price",
    ),
    "two-currencies-of-a-price": (
        "Country,Price (USD)\nDE,€0.07\n",
        "sms: '€0.07' is in EUR, its heading in USD",
    ),
    "an-html-page": ("<table><tr><th>Country</th></tr></table>", "an HTML page; export the rates as CSV"),
    "toml": ('[[rates]]\ncountry = "DE"\n', "a TOML file; export the rates as CSV"),
    "credits": ("Country,Credits per SMS\nZA,1\nGB,1.8\n", "no column has prices (sms or mms)"),
    "minor-units-that-are-no-hundredths": (
        "country,price in minor units,currency\nJP,8,JPY\n",
        "in minor units, and those of JPY are not hundredths",
    ),
    "prices-of-senders": (
        "Country,Long Code SMS,Short Code SMS\nUS,0.0083,0.01\n",
        "'Long Code SMS' and 'Short Code SMS'",
    ),
    "a-title-about-inbound-messages": (
        "Inbound SMS pricing\nCountry,Price\nDE,0.01\n",
        "its title 'Inbound SMS pricing' says that prices are for inbound messages",
    ),
    "a-title-about-mms": ("MMS pricing\nCountry,Price\nDE,0.01\n", "says that prices are for MMS messages"),
    "a-region-that-the-rest-would-price": (
        "Destination,Price\nUK,0.04\nEU,0.07\nRest of world,0.12\n",
        "line 3: unknown country 'EU', which * would price; name its countries",
    ),
    "a-second-table-with-another-header": (
        "Country,Price (cents)\nUS,0.8\nGB,4\n\nCountry,Price (EUR)\nDE,0.09\n",
        "line 5: another header, 'Price (EUR)'; keep one table in the file",
    ),
    "two-currencies-and-no-other-word": (
        "Country,EUR,DKK\nDenmark,0.03,0.23\n",
        "two columns have prices, 'EUR' and 'DKK'; remove one of them, or choose a currency with --currency",
    ),
    "a-second-table": (
        "Country,Price\nGermany,0.07\nSMS inbound\nItaly,0.01\n",
        "'SMS inbound' begins another table",
    ),
    "a-doubtful-full-stop": (
        "Land;Preis in VND\nVietnam;1.200\nIndonesien;2.345\n",
        "its full stop may be decimal or separate thousands",
    ),
    "merged-cells": (
        "Country,Operator,Price\nFrance,Orange,0.05\n,SFR,0.06\n",
        "a second rate for FR, after that of line 2",
    ),
    "a-total-of-more": (
        "Country,Price,Messages,Total\nUS,0.1,10,2.5\nDE,0.2,10,2.0\n",
        "column 'Messages' may be the unit of prices",
    ),
    "an-invoice": ("Country,Messages,Cost\nUS,1000,7.90\n", "column 'Messages' may be the unit of prices"),
    "a-multiplier": ("Country,Price,Multiplier\nUS,0.0079,1\nDE,0.07,2\n", "column 'Multiplier' may be"),
    "francs-of-two-currencies": ("Country,Prix (FCFA)\nSN,15\n", "may be XAF, XOF; add a column currency"),
    "what-was-spent": (
        "Country,Cost\nUS,41.19\nDE,1290.00\n",
        "most amounts of column 'Cost' are too high for one message: if they are what was spent",
    ),
    "a-new-price-from-an-unknown-day": (
        "Country,Current price,New price\nPE,0.031,0.033\n",
        "no date says when 'New price' replaces 'Current price'; remove one of them, or add a column",
    ),
    "fils": (
        "Country,Price (fils)\nAE,30\n",
        "fils are hundredths of AED and thousandths of other currencies",
    ),
    "fils-of-dinars": (
        "Country,Price (fils),Currency\nKW,30,KWD\n",
        "in minor units, and those of KWD are not hundredths",
    ),
    "volumes-without-a-heading": (
        "Country,0-10k,10k+\nUS,0.0079,0.007\n",
        "two columns have prices, '0-10k' and '10k+'",
    ),
    "a-price-for-further-segments": (
        "Country,First SMS,Each additional SMS\nDE,0.075,0.05\n",
        "two columns have prices, 'First SMS' and 'Each additional SMS'",
    ),
    "a-price-for-the-first-segment": (
        "Country,First segment,Each additional segment\nDE,0.075,0.05\n",
        "two columns have prices, 'First segment' and 'Each additional segment'",
    ),
    "pence-for-a-currency": (
        "Country,Price,Currency\nGB,1.9,GBp\n",
        "currency: expected a code of ISO 4217 such as USD, got 'GBp'",
    ),
    "rental-below": (
        "Country,Price\nGermany,0.07\nNumber rental\nGermany,5\n",
        "'Number rental' begins another table",
    ),
    "a-quantity": (
        "Country,Quantity,Price\nUS,1000,7.90\n",
        "column 'Quantity' may be the unit of prices or the volume from which they hold",
    ),
    "lowest-and-highest-prices": (
        "country,min price,max price\nUS,0.01,0.02\n",
        "prices are ranges, from 'min price' to 'max price'; keep one of them",
    ),
    "a-local-currency": (
        "country,price (local currency)\nUS,0.01\nGB,0.02\n",
        "'price (local currency)' does not say which currency it is in",
    ),
    "a-least-quantity": (
        "Country,Price,Min quantity\nGermany,0.05,1\nUSA,0.01,5000\n",
        "column 'Min quantity' may be the unit of prices or the volume from which they hold",
    ),
    "a-least-quantity-in-german": (
        "Land;Preis;Min. Menge\nDE;0,05;1\nUS;0,01;5000\n",
        "column 'Min. Menge' may be the unit of prices or the volume from which they hold",
    ),
    "a-monthly-volume": (
        "country,price,monthly volume\nUS,0.01,from 10 000\n",
        "column 'monthly volume' may be the unit of prices or the volume from which they hold",
    ),
    "ranges-in-two-columns": (
        "prefix from,prefix to,price\n447700,447799,0.04\n",
        "two columns have prefixes, 'prefix from' and 'prefix to'; write ranges in one",
    ),
    "near-misses": ("country,mss\nUS,1\n", "unknown column 'mss'; did you mean 'sms'?"),
    "near-misses-beside-a-price": ("country,sms,carier_fee\nUS,1,1\n", "did you mean 'carrier_fee'?"),
    "two-prices": ("country,price,promo price\nUS,2,1\n", "'price' and 'promo price'; remove one"),
    "two-currencies": ("country,Price (USD),Price (EUR)\nUS,2,1\n", "'Price (USD)' and 'Price (EUR)'"),
    "delivered-or-submitted": (
        "country,PriceSubmit,PriceDelivered\nUS,0,1\n",
        "'PriceSubmit' and 'PriceDelivered'",
    ),
    "for-several-segments": (
        "country,Price per message (up to 3 segments)\nUS,0.02\nDE,0.10\n",
        "no column has prices",
    ),
    "for-any-length": ("country,Flat price (any length)\nUS,0.02\nDE,0.10\n", "no column has prices"),
    "by-segment-and-message": (
        "country,Per segment,Per message\nUS,0.01,0.02\nDE,0.05,0.10\n",
        "two columns have prices, 'Per segment' and 'Per message'",
    ),
    "by-the-minute": ("country,price (per minute)\nUS,2\n", "no column has prices"),
    "numeric-codes": (
        "Country code,Rate\n840,0.01\n276,0.04\n",
        "840 is not a calling code; name countries by",
    ),
    "networks-alone": ("MCCMNC,Price\n23410,0.016\n", "no column has destinations"),
    "a-doubtful-comma": ('country,sms\nVN,"1,234"\n', "may be decimal or separate thousands"),
    "yen-or-yuan": ("country,sms\nJP,¥10\n", "¥ may be CNY, JPY; add a column currency"),
    "both-signs-and-a-doubtful-one": (
        'country,sms\nVN,"0,5"\nUS,0.05\nID,"1,250"\n',
        "its comma may be decimal or separate thousands",
    ),
    "a-number-that-is-no-unit": ("country,sms\nUS,0.05/1\n", "expected a price such as 0.0079"),
    "doubtful-dates": (
        "country,sms,valid from\nUS,1,03/04/2025\nUS,2,02/05/2025\n",
        "not clear which is the day",
    ),
    "no-date": ("country,sms,valid from\nUS,1,soon\n", "expected a date such as 2026-03-31, got 'soon'"),
    "rows-in-two-currencies": (
        "country,sms,currency\nUS,0.0079,USD\nUS,0.0072,EUR\n",
        "its price is in EUR, that of line 2 in USD",
    ),
    "two-currencies-in-one-column": (
        "country,sms\nUS,$1\nDE,€1\n",
        "its price is in EUR, that of line 2 in USD",
    ),
    "unquoted-commas": ("country,sms\nUS,0,0079\n", "3 cells in a file of 2 columns; put cells with commas"),
    "carriers": (
        "country,carrier,sms\nUS,A,1\nUS,B,2\n",
        "or take the highest (duplicates='highest', --highest-rate)",
    ),
    "sent-messages": ("To,Country,Cost\n+12025550143,US,1\n", "this is a list of messages, not a rate card"),
    "unreadable": ("country,sms\nUS,x1\nGB,y2\nFR,1\n", "most rows cannot be read; line 2"),
    "many-columns": (
        ",".join(f"column {i}" for i in range(250)) + "\n" + "," * 249 + "\n",
        "'column 7' ... and 242 more",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(tmp_path: Path, name: str) -> None:
    content, message = REFUSED[name]
    result = invoke("rates", write(tmp_path, Layout("x.csv", content, {})))
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr) < 500


@pytest.mark.parametrize("name", ["total_pages", "pages"])
def test_one_page_of_several_is_refused(tmp_path: Path, name: str) -> None:
    page = as_json(page="1", _embedded={"countries": VONAGE_2}, **{name: "3"})
    result = invoke("rates", write(tmp_path, Layout("page.json", page, {})))
    assert result.exit_code == 2
    assert "page 1 of 3: the other countries would have no price; make one list" in result.stderr


def test_as_a_process(tmp_path: Path, env_of: dict[str, str]) -> None:
    """What people see: destinations, currency, extremes, and the rows that are not used."""
    content = "country,sms,tax\n" + "".join(
        f"{code},€0.0{i},\n" for i, code in enumerate(["US", "GB", "FR", "DE", "ES", "IT", "PT"], 1)
    )
    path = write(tmp_path, Layout("x.csv", content + "XX,€1,\nCA,N/A,7\n", {}))
    command = [sys.executable, "-m", "segcore", "rates", path]
    result = subprocess.run(command, capture_output=True, env=environment(env_of), check=True)
    output = result.stdout.decode()
    assert output.startswith("7 destinations: 7 countries\nCurrency: EUR\n")
    assert "United States" in output
    assert "Portugal" in output
    assert "Germany" not in output
    assert "column 'tax' may change prices, but is not used" in output
    assert "2 rows without a rate" in output
    assert "MMS" not in output
    assert "line 9" in output
    assert "line 10" in output
    assert result.stderr == b""


def test_prefixes_have_the_names_of_countries(tmp_path: Path) -> None:
    path = write(tmp_path, table("prefix,price", "49,0.07", "1204,0.01", "44,0.04", "999,1", rates={}))
    output = invoke("rates", path).stdout
    assert "4 destinations: 4 prefixes" in output
    for name, prefix in (
        ("Germany", "+49"),
        ("Canada", "+1204"),
        ("United Kingdom and 3 others", "+44"),
        ("+999", "+999"),
    ):
        assert [name, prefix] == next(
            re.split(r"  +", line.strip())[:2] for line in output.splitlines() if f" {prefix} " in line
        )
    found = json.loads(invoke("rates", path, "--json").stdout)
    assert {rate["name"] for rate in found["rates"]} == {
        "Germany",
        "Canada",
        "United Kingdom and 3 others",
        "+999",
    }


def test_a_longer_class_has_its_column(tmp_path: Path) -> None:
    path = write(tmp_path, table("국가,SMS 단가(원),LMS 단가(원)", "대한민국,18,45", rates={}))
    (rate,) = json.loads(invoke("rates", path, "--json").stdout)["rates"]
    assert (rate["key"], rate["sms"], rate["lms"]) == ("KR", "18", "45")


def test_a_minimum_is_shown(tmp_path: Path) -> None:
    path = write(tmp_path, table("Country,Price,Minimum per message", "US,0.008,0.012", rates={}))
    output = invoke("rates", path).stdout
    assert "Minimum" in output
    assert "0.012" in output


def test_prices_of_a_day() -> None:
    rows = [
        {"country": "US", "sms": "1", "effective_from": "2025-01-01"},
        {"country": "US", "sms": "2", "effective_from": "2026-01-01"},
    ]
    for day, price in ((dt.date(2025, 12, 31), 1), (dt.date(2026, 1, 1), 2)):
        assert RateCard(rows, as_of=day)["US"].sms == price
    with pytest.raises(ValueError, match="it has no rates"):
        RateCard(rows, as_of=dt.date(2024, 12, 31))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            "country,price,unit\nUS,0.01,per SMS\nDE,0.02,per minute\n",
            "priced by another unit than the message",
        ),
        (
            "prefix,price\n44,0.1\n1234567890123456,0.02\n",
            "expected the first digits of international numbers",
        ),
        ('[{"country":"US","sms":0.01},{"country":"DE","sms":true}]', "no price"),
    ],
)
def test_a_row_that_gives_no_rate_is_named(tmp_path: Path, content: str, reason: str) -> None:
    name = "x.json" if content.startswith("[") else "x.csv"
    found = json.loads(invoke("rates", write(tmp_path, Layout(name, content, {})), "--json").stdout)
    assert len(found["rates"]) == 1
    assert found["rates"][0]["mms_carrier_fee"] in (None, "0")
    assert [row["reason"] for row in found["skipped"] if reason in row["reason"]], found["skipped"]


def test_an_encoding_that_shows_only_at_the_end(tmp_path: Path) -> None:
    """All of a rate card is looked at: a name in its last row may be the first that is not UTF-8."""
    rows = "".join(f"44{number:05},0.5,x\n" for number in range(20_000)).encode()
    content = b"prefix,price,network\n" + rows + "33,0.7,Télécom\n".encode("cp1252")
    found = json.loads(invoke("rates", write(tmp_path, Layout("x.csv", content, {})), "--json").stdout)
    assert len(found["rates"]) == 20_001
    assert "Windows-1252" in found["notes"][0]["sentence"]


@pytest.mark.parametrize("repeated", ["1", "(", " ", "*", "&", ","])
def test_hostile_cards_end_in_linear_time(tmp_path: Path, repeated: str) -> None:
    """Some of these took minutes of processor time."""
    long = repeated * 120_000
    for name, content in {
        "heading": f'Country,"Price {long}x"\nUS,0.0079\n',
        "title": f'"{long}x",\nCountry,Price\nUS,0.0079\n',
        "date": f'Country,Price,Valid from\nUS,0.0079,"1{long}x"\n',
        "destination": f'Country,Price\n"US{long}x",0.0079\nDE,0.08\n',
    }.items():
        start = time.process_time()
        with suppress(FileError):
            RateCard.read(write(tmp_path, Layout(f"{name}.csv", content, {})))
        assert time.process_time() - start < 5, name
