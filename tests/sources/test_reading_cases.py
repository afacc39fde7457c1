"""Files as people have them: each kind through the program, in every format, and as a table in Python."""

from __future__ import annotations

import csv
import json
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import in_turn

pl = pytest.importorskip("polars")

from program import run  # noqa: E402

import segcore  # noqa: E402

RATES = "country,sms,mms\nUS,0.01,0.02\nGB,0.04,0.05\n*,1,1\n"
US, GB = "+12025550143", "+447400123456"
LONG = "a" * 400
NO_MEDIA = ("0.0", "n/a", "N", "nan", "-", "[ ]", '[""]', "SMS")


class Case(NamedTuple):
    """Rows, options, and the right messages, MMS, segments and total; ``None`` is an unpriced total."""

    rows: list[dict[str, Any]]
    options: dict[str, str]
    expected: tuple[int, int, int, str | None]
    codes: tuple[str, ...] = ()


def _to(*cells: Any, **more: Any) -> list[dict[str, Any]]:
    return [{"text": LONG, "to": cell, **more} for cell in cells]


CASES = {
    "F3 a list of one": Case(_to(f'["{US}"]', GB), {}, (2, 0, 6, "0.15")),
    "F4 international without plus": Case(
        _to("12025550143", "447400123456"), {}, (2, 0, 6, "0.15"), ("numbers",)
    ),
    "F4 before a default region": Case(
        _to("12025550143", "447400123456"), {"default_region": "DE"}, (2, 0, 6, "0.15"), ("numbers",)
    ),
    "F4 insisted national": Case(
        _to("12025550143"), {"default_region": "DE", "numbers": "national"}, (1, 0, 3, "3")
    ),
    "F4 insisted international": Case(
        _to("4755550143", "12025550143"), {"numbers": "international"}, (2, 0, 6, "3.03")
    ),
    "F4 decimals": Case(_to("12025550143.0", "447400123456.0"), {}, (2, 0, 6, "0.15"), ("numbers",)),
    "F4 formula": Case(_to(f'="{US}"', f'="{GB}"'), {}, (2, 0, 6, "0.15")),
    "F4 apostrophe": Case(_to(f"'{US}", f"'{GB}"), {}, (2, 0, 6, "0.15")),
    "F4 dialled with 00": Case(_to("0012025550143", "00447400123456"), {}, (2, 0, 6, "0.15"), ("numbers",)),
    "F4 of North America": Case(_to("2025550143"), {}, (1, 0, 3, "3"), ("numbers", "no_country")),
    "F8 a slash": Case(_to(f"{US}/{US}"), {}, (1, 1, 1, "0.02"), ("group_mms",)),
    "F8 spaces": Case(
        _to("12025550143 12025550144", "447400123456"), {}, (2, 1, 4, "0.14"), ("numbers", "group_mms")
    ),
    "F8 several countries": Case(_to(f"{US},{GB}"), {}, (1, 1, 1, "1"), ("group_mms", "several_countries")),
    "F4 rounded": Case(_to("1.20256E+10", US), {}, (2, 0, 6, None), ("rounded_numbers",)),
    "F7 a name": Case(
        _to("Smith, Bob"), {"numbers": "international"}, (1, 0, 3, "3"), ("no_number", "no_country")
    ),
    "F7 objects": Case(_to(f'[{{"phone_number":"{US}","carrier":"x"}}]'), {}, (1, 0, 3, "0.03")),
    "F8 standard": Case(_to(f"{US};{US}"), {}, (1, 1, 1, "0.02"), ("group_mms",)),
    "F8 bandwidth": Case(_to(f"{US},{US}"), {"profile": "bandwidth"}, (1, 1, 1, "0.02"), ("group_mms",)),
    "F8 plivo": Case(_to(f"{US}<{GB}"), {"profile": "plivo"}, (2, 0, 6, "0.15"), ("several_sms",)),
    "F8 bird": Case(_to(f"{US},{GB}"), {"profile": "bird"}, (2, 0, 6, "0.15"), ("several_sms",)),
    "F9 cell phone": Case([{"Cell Phone": US, "Message": LONG}], {}, (1, 0, 3, "0.03")),
    "F9 no recipients": Case([{"Message": LONG, "id": "1"}], {}, (1, 0, 3, "3"), ("no_recipients",)),
    "F10 another language": Case([{"Rufnummer": GB, "Nachricht": LONG}], {}, (1, 0, 3, "0.12")),
    "F10 a remark": Case(
        [{"Phone (Mobile)": GB, "Message ID": "7", "Message (max 160 characters)": LONG}],
        {},
        (1, 0, 3, "0.12"),
    ),
    "F10 the longest": Case([{"to": GB, "message": "Hi", "body": LONG}], {}, (1, 0, 3, "0.12"), ("columns",)),
    "F11 merge fields": Case([{"to": US, "text": "Hi {{name}}"}], {}, (1, 0, 1, "0.01"), ("merge_fields",)),
    "F13 no media": Case(
        [
            {"text": LONG, "to": US, "media": each}
            for each in ("0.0", "n/a", "N", "nan", "-", "[ ]", '[""]', "SMS")
        ],
        {},
        (8, 0, 24, "0.24"),
    ),
    "F13 kinds": Case(
        [{"text": LONG, "to": US, "type": kind} for kind in ("SMS", "MMS")], {}, (2, 1, 4, "0.05")
    ),
    "F13 other channels": Case(
        [
            {"text": LONG, "to": US, "type": kind}
            for kind in ("SMS", "MMS", "email", "WhatsApp", "Push notification")
        ],
        {},
        (2, 1, 4, "0.05"),
        ("other_channels",),
    ),
    "F13 an MMS below many SMS": Case(
        [{"text": "Hi", "to": US, "type": kind} for kind in ["sms"] * 300 + ["MMS"]],
        {},
        (301, 1, 301, "3.02"),
    ),
    "F13 errors of a spreadsheet": Case(
        [{"text": "Hi", "to": US, "media": each} for each in ("#REF!", "#N/A", "#NAME?")],
        {},
        (3, 0, 3, "0.03"),
    ),
    "F13 a type of media": Case(
        [{"text": "Hi", "to": US, "media_type": each} for each in ("", "image/jpeg")],
        {},
        (2, 1, 2, "0.03"),
    ),
    "F13 speech": Case(
        [{"text": "Hi", "to": US, "format": each} for each in ("SMS", "MMS", "TTS")],
        {},
        (2, 1, 2, "0.03"),
        ("other_channels",),
    ),
    "F13 received": Case(
        [{"text": "Hi", "to": US, "Direction": each} for each in ("outbound-api", "inbound")],
        {},
        (2, 0, 2, "0.02"),
        ("inbound",),
    ),
    "F4 all digits of an exponent": Case(
        _to("1.2025550143E+10", "4,47400123456E+11"), {}, (2, 0, 6, "0.15"), ("numbers",)
    ),
    "F4 of North America among others": Case(
        _to("447400123456", "447400123457", "(202) 555-0144"),
        {},
        (3, 0, 9, "3.24"),
        ("numbers", "ten_digits"),
    ),
    "F4 thousands": Case(_to("12,025,550,143", "447,400,123,456"), {}, (2, 0, 6, "0.15"), ("numbers",)),
    "F8 a word": Case(_to(f"{US} and {US}"), {}, (1, 1, 1, "0.02"), ("group_mms",)),
    "F7 no number": Case(
        [{"text": "Hi", "to": US}, {"text": "See you", "to": ""}],
        {},
        (2, 0, 2, "1.01"),
        ("no_number", "no_country"),
    ),
    "F13 number of media": Case(
        [{"Body": LONG, "To": US, "num_media": number} for number in ("0", "1")], {}, (2, 1, 4, "0.05")
    ),
    "F13 several columns of media": Case(
        [
            {"Body": LONG, "To": US, "Media URL 1": one, "Media URL 2": two}
            for one, two in (("", ""), ("a.png", ""), ("", "b.png"))
        ],
        {},
        (3, 2, 5, "0.07"),
        ("columns",),
    ),
    "F13 kinds under another heading": Case(
        [{"text": LONG, "to": US, "Product": kind} for kind in ("SMS", "MMS")], {}, (2, 1, 4, "0.05")
    ),
    "F4 extensions": Case(_to("+1 202-555-0143 x12", f"{GB} ext. 7", f"{US};ext=99"), {}, (3, 0, 9, "0.18")),
    "F13 a preference is no kind": Case(
        [{"text": LONG, "to": US, "Preferred Channel": kind} for kind in ("SMS", "Email")],
        {},
        (2, 0, 6, "0.06"),
    ),
    "F13 received, in German": Case(
        [{"text": LONG, "to": US, "Richtung": kind} for kind in ("ausgehend", "eingehend")],
        {},
        (2, 0, 6, "0.06"),
        ("inbound",),
    ),
    "F13 kinds in Korea": Case(
        [{"text": LONG, "to": US, "메시지유형": kind} for kind in ("LMS", "MMS")], {}, (2, 1, 4, "0.05")
    ),
    "F13 a type of content": Case(
        [{"text": LONG, "to": US, "content_type": kind} for kind in ("text/plain", "image/png")],
        {},
        (2, 1, 4, "0.05"),
    ),
    "F13 whether there is an image": Case(
        [{"text": LONG, "to": US, "Has Image": said} for said in ("No", "Yes")], {}, (2, 1, 4, "0.05")
    ),
    "F7 a word for a number": Case(
        [{"text": LONG, "to": US}, {"text": "At 2", "to": "Ann"}],
        {},
        (2, 0, 4, "1.03"),
        ("no_number", "no_country"),
    ),
    "totals below the messages": Case(
        [{"text": LONG, "to": US}, {"text": "2 messages", "to": "Grand total:"}],
        {},
        (1, 0, 3, "0.03"),
        ("labels",),
    ),
    "labels below the header": Case(
        [{"text": "Message to be sent", "to": "Phone number of respondent"}, {"text": LONG, "to": US}],
        {},
        (1, 0, 3, "0.03"),
        ("labels",),
    ),
    "rows with other columns": Case(
        [
            {"to": US, "text": LONG, "recipient": None, "message": None},
            {"to": None, "text": None, "recipient": GB, "message": "Hi"},
        ],
        {},
        (2, 0, 4, "0.07"),
        ("other_columns", "other_recipients"),
    ),
    "no number without + of most": Case(
        _to(*[f"49151234567{each}" for each in range(10, 28)], "12345"),
        {},
        (19, 0, 57, "57"),
        ("numbers", "not_international", "no_country"),
    ),
    "numbers of fiction without +": Case(_to("447700900123"), {}, (1, 0, 3, "3"), ("numbers", "fictional")),
    "numbers after a 0": Case(_to("07400 123456"), {}, (1, 0, 3, "3"), ("unknown_numbers", "no_country")),
    "masked numbers": Case(_to("+1202555****"), {}, (1, 0, 3, "3"), ("unknown_numbers", "no_country")),
    "other states, and other directions": Case(
        [
            {"text": "Hi", "to": US, "Status": state, "Direction": direction}
            for state, direction in (
                ("Delivered", "outbound-api"),
                ("Soft bounce", "outbound-reply"),
                ("Rejected by operator", "from customer"),
                ("Held for review", "sent"),
                ("0", "SMS"),
            )
        ],
        {},
        (5, 0, 5, "0.05"),
        ("unknown_direction", "unknown_state", "not_sent"),
    ),
    "contacts whose status is no state of messages": Case(
        [{"text": "Hi", "to": US, "Status": each} for each in ("Lead", "Customer")],
        {},
        (2, 0, 2, "0.02"),
        ("unused",),
    ),
    "states in languages that are not known": Case(
        [{"text": "Hi", "to": US, "Leveransstatus": each} for each in ("Levererad", "Misslyckades")],
        {},
        (2, 0, 2, "0.02"),
        ("unused",),
    ),
    "not sent, by a column that says so": Case(
        [{"text": "Hi", "to": US, "sent": each} for each in ("TRUE", "FALSE")],
        {},
        (2, 0, 2, "0.02"),
        ("not_sent",),
    ),
    "how often texts were sent": Case(
        [{"Message copy": LONG, "To": US, "Sends": "1200"}], {}, (1, 0, 3, "0.03"), ("columns",)
    ),
    "how often, in a heading of its own": Case(
        [{"Body": LONG, "To": US, "List size": "350", "Chars": "400"}], {}, (1, 0, 3, "0.03"), ("columns",)
    ),
    "channels in a column of another name": Case(
        [{"text": LONG, "to": US, "provider": each} for each in ("sms", "whatsapp")],
        {},
        (1, 0, 3, "0.03"),
        ("other_channels",),
    ),
    "states that are negated": Case(
        [
            {"text": "Hi", "to": US, "Zustellstatus": each}
            for each in ("Zugestellt", "Nicht zugestellt", "undeliverable", "Notified")
        ],
        {},
        (4, 0, 4, "0.04"),
        ("unknown_state", "undelivered"),
    ),
    "a message that was cancelled, and one that expired": Case(
        [{"text": "Hi", "to": US, "status": each} for each in ("sent", "UNDELIV", "expired", "canceled")],
        {},
        (4, 0, 4, "0.04"),
        ("not_sent", "undelivered"),
    ),
    "a country in a heading of its own": Case(
        [{"text": LONG, "billing_phone": "07400 123456", "billing_country": "GB"}],
        {},
        (1, 0, 3, "0.12"),
        ("columns", "numbers"),
    ),
    "words around numbers": Case(
        _to(f"{GB} Ann", f"Bob ({US})", f'"Lee, Cy" ({US}), Dee ({US})'),
        {},
        (3, 1, 7, "0.17"),
        ("group_mms",),
    ),
    "an example in the first row": Case(_to(f"e.g. {US}", US, GB), {}, (3, 0, 9, "0.18"), ("example_row",)),
    "another table below": Case(
        [
            *_to(US, GB),
            {"text": "Hello", "to": "Bob"},
            {"text": "Sum of Cost", "to": "Row Labels"},
            {"text": "0.0158", "to": "United States"},
        ],
        {},
        (3, 0, 7, "1.15"),
        ("labels", "no_number", "no_country"),
    ),
    "pictures with their addresses": Case(
        [
            {"text": LONG, "to": US, "Photo": "card.jpg (https://example.com/a)"},
            {"text": LONG, "to": US, "Photo": ""},
        ],
        {},
        (2, 1, 4, "0.05"),
    ),
    "pictures under another heading": Case(
        [{"text": LONG, "to": US, "Artwork": each} for each in ("card.jpg", "")],
        {},
        (2, 0, 6, "0.06"),
        ("columns",),
    ),
    "states of two words for an error": Case(
        [{"text": "Hi", "to": US, "Estado": each} for each in ("Enviado", "Erro", "Rechazado")],
        {},
        (3, 0, 3, "0.03"),
        ("not_sent",),
    ),
    "segments that a provider counted otherwise": Case(
        [{"Body": LONG, "To": US, "NumSegments": each} for each in ("3", "2", "", "0")],
        {},
        (4, 0, 12, "0.12"),
        ("segments_differ",),
    ),
    "parts of a message": Case(
        [{"Body": LONG, "To": US, "SequencePosition": each} for each in ("1", "2")],
        {},
        (2, 0, 6, "0.06"),
        ("columns",),
    ),
    "directions in a column of types": Case(
        [{"text": "Hi", "to": US, "Type": each} for each in ("Outgoing", "Incoming", "Notification")],
        {},
        (3, 0, 3, "0.03"),
        ("inbound", "unknown_direction"),
    ),
    "columns that tell rows apart, and are not used": Case(
        [
            {"text": "Hi", "to": US, "is_inbound": one, "VIP": vip, "Error Code": error}
            for one, vip, error in (("0", "yes", ""), ("1", "yes", "30006"))
        ],
        {},
        (2, 0, 2, "0.02"),
        ("unused",),
    ),
    "states in a column of another name": Case(
        [{"text": "Hi", "to": US, "Line": each} for each in ("mobile", "landline", "IN")],
        {},
        (3, 0, 3, "0.03"),
        ("not_sent",),
    ),
    "numbers for types": Case(
        [{"text": "Hi", "to": US, "type": each} for each in ("1", "2")], {}, (2, 0, 2, "0.02"), ("columns",)
    ),
    "consent, in a heading of its own": Case(
        [{"text": "Hi", "to": US, "Consent to SMS": each} for each in ("Y", "N")],
        {},
        (2, 0, 2, "0.02"),
        ("opted_out",),
    ),
    "numbers in a column that is no recipient's": Case(
        [{"message": "Hi", "author": each} for each in (US, "Agent")],
        {},
        (2, 0, 2, "2"),
        ("columns", "no_recipients"),
    ),
    "texts as forms send them": Case(
        [{"text": each, "to": US} for each in ("See+you+soon", "Hi%21", "1+1+1", "50%2")],
        {},
        (4, 0, 4, "0.04"),
        ("escapes",),
    ),
    "reports of the same message": Case(
        [{"Body": LONG, "To": US, "MessageSid": each} for each in ("SM1", "SM1", "SM2")],
        {},
        (3, 0, 9, "0.09"),
        ("columns",),
    ),
    "phone numbers below a heading of texts": Case(
        [{"SMS": GB, "Nachricht": "Hallo", "Telefon": GB}, {"SMS": GB, "Nachricht": "Hi", "Telefon": GB}],
        {},
        (2, 0, 2, "0.08"),
    ),
    "padded and hidden texts": Case(
        [{"text": each, "to": US} for each in (f"Hi{' ' * 158}", "[REDACTED]", "Message redacted.", "*****")],
        {},
        (4, 0, 4, "0.04"),
        ("padded", "placeholders"),
    ),
    "F8 numbers of WhatsApp": Case(
        [{"text": LONG, "to": US}, {"text": LONG, "to": f"whatsapp:{GB}"}],
        {},
        (1, 0, 3, "0.03"),
        ("other_channels",),
    ),
    "F11 merge fields of other tools": Case(
        [
            {"to": US, "text": text}
            for text in (
                "Hi %FIRSTNAME%",
                "Hi [First Name]",
                "Hi {name}",
                "Hi {#var#}",
                "Hi <name>",
                "[Sale] 5%",
            )
        ],
        {},
        (6, 0, 6, "0.06"),
        ("merge_fields",),
    ),
    "F11 left by an export": Case(
        [{"to": US, "text": text} for text in ("Tea &amp; more", "CafÃ©", r"One\nTwo", "NULL", "Hello")],
        {},
        (5, 0, 5, "0.05"),
        ("missing_texts", "html_entities", "misread_utf8", "escapes"),
    ),
    "F10 providers' words for the parties": Case(
        [{"Originating Number": US, "Terminating Number": GB, "Message": LONG}], {}, (1, 0, 3, "0.12")
    ),
    "F13 channels with punctuation": Case(
        [
            {"text": LONG, "to": US, "channel type": each}
            for each in ("SMS", "WHATS_APP", "iMessage", "in app")
        ],
        {},
        (1, 0, 3, "0.03"),
        ("other_channels",),
    ),
    "F13 an image, in a heading of its own": Case(
        [{"Nachricht": LONG, "Rufnummer": US, "Bild vorhanden": each} for each in ("Nein", "Ja", "")],
        {},
        (3, 1, 7, "0.08"),
        ("columns",),
    ),
    "F13 addresses of pictures": Case(
        [{"text": LONG, "to": US, "Promo picture link": each} for each in ("", "https://example.com/a.png")],
        {},
        (2, 1, 4, "0.05"),
        ("columns",),
    ),
    "F13 no media by its heading": Case(
        [{"text": LONG, "to": US, "MMS capable": "yes", "image title": "Cat", "picture": "no"}],
        {},
        (1, 0, 3, "0.03"),
    ),
    "states of messages": Case(
        [
            {"text": "Hi", "to": US, "Delivery Status": each}
            for each in ("delivered", "Failed", "draft", "CANCELLED", "scheduled")
        ],
        {},
        (5, 0, 5, "0.05"),
        ("not_sent",),
    ),
    "received by its state and its direction": Case(
        [
            {"text": "Hi", "to": US, "direction": "inbound", "status": "received"},
            {"text": "Hi", "to": US, "direction": "outbound", "status": "sent"},
        ],
        {},
        (2, 0, 2, "0.02"),
        ("inbound",),
    ),
    "received by its event": Case(
        [
            {"text": "Hi", "to": US, "event_type": each}
            for each in ("message.sent", "message-received", "Microsoft.Communication.SMSReceived")
        ],
        {},
        (3, 0, 3, "0.03"),
        ("inbound",),
    ),
    "who opted out": Case(
        [{"text": "Hi", "to": US, "Opt-Out": each} for each in ("No", "Yes", "")],
        {},
        (3, 0, 3, "0.03"),
        ("opted_out",),
    ),
    "who did not opt in": Case(
        [{"text": "Hi", "to": US, "SMS consent": each} for each in ("TRUE", "FALSE", "")],
        {},
        (3, 0, 3, "0.03"),
        ("opted_out",),
    ),
    "F13 lists that say none": Case(
        [
            {"text": "Hi", "to": US, "media": each}
            for each in ("None, None", "[null, null]", "0,0", "none, a.png", "a.png,")
        ],
        {},
        (5, 2, 5, "0.07"),
    ),
    "F13 words that negate": Case(
        [
            {"text": "Hi", "to": US, "media": each}
            for each in ("0 files", "kein Anhang", "pas d'image", "no image available", "1 file", "notice")
        ],
        {},
        (6, 2, 6, "0.08"),
    ),
    "F13 kinds that are not known": Case(
        [
            {"text": LONG, "to": US, "channel": each}
            for each in ("SMS", "TYPE_EMAIL", "USSD", "Carrier pigeon", "", "n/a")
        ],
        {},
        (4, 0, 12, "0.12"),
        ("other_channels", "unknown_kind"),
    ),
    "messages marked as deleted": Case(
        [{"text": "Hi", "to": US, "deleted": each} for each in ("false", "true")],
        {},
        (2, 0, 2, "0.02"),
        ("not_sent",),
    ),
    "F11 lost, encoded and marked up": Case(
        [
            {"to": US, "text": text}
            for text in (
                "Caf\ufffd",
                "0048006500790020007400680065",
                "<p>Hi</p>",
                "Hi &#128512;",
                r"It\x92s",
                "1 < 2 > 0",
            )
        ],
        {},
        (6, 0, 6, "0.06"),
        ("html_entities", "lost", "hexadecimal", "escapes"),
    ),
    "texts that are formulas": Case(
        [{"to": US, "text": text} for text in ('="Hi "&B2', "=CONCAT(A1,B1)", "=C2", "= 5 for you", "=)")],
        {},
        (5, 0, 5, "0.05"),
        ("formulas",),
    ),
    "texts in other encodings": Case(
        [
            {"to": US, "text": text}
            for text in (
                "Caf=C3=A9",
                "See%20you",
                "WW91ciB0YWJsZSBpcyByZWFkeQ==",
                "50%20",
                "Donaudampfschiff",
            )
        ],
        {},
        (5, 0, 5, "0.05"),
        ("base64", "escapes"),
    ),
    "F10 a second number": Case(
        [{"Phone 1": GB, "Phone 2": US, "Message": LONG}], {}, (1, 0, 3, "0.12"), ("columns",)
    ),
}


def _written(folder: Path, kind: str, rows: list[dict[str, Any]]) -> Path:
    path = folder / f"rows.{kind}"
    if kind == "csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    elif kind == "ndjson":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif kind == "json":
        path.write_text(json.dumps({"messages": rows, "page": 0}, indent=2))
    else:
        pl.DataFrame(rows).write_parquet(path)
    return path


@pytest.mark.parametrize(
    ("name", "kind", "implementation"),
    in_turn(product(CASES, ["csv", "ndjson", "json", "parquet", "python"])),
    indirect=["implementation"],
)
def test_cases(tmp_path: Path, implementation: str, kind: str, name: str) -> None:
    rows, options, expected, codes = CASES[name]
    (tmp_path / "rates.csv").write_text(RATES)
    if kind == "python":
        table = {column: [row[column] for row in rows] for column in rows[0]}
        found = segcore.estimate(table, rates=tmp_path / "rates.csv", **options)  # type: ignore[arg-type]
        total = None if found.cost.total is None else str(found.cost.total.normalize())
        assert (found.messages, found.mms, found.segments, total) == expected
        assert tuple(note.code for note in found.reading) == codes
        return
    said = [each for key, value in options.items() for each in (f"--{key.replace('_', '-')}", value)]
    path = _written(tmp_path, kind, rows)
    answer = run(
        implementation, "estimate", path, "--rates", tmp_path / "rates.csv", "--format", "json", *said
    )
    data = json.loads(answer.out)
    found_total = data["cost"]["total"]
    assert (data["messages"], data["mms"], data["segments"], found_total) == expected
    assert tuple(note["code"] for note in data["reading"]) == codes


@pytest.mark.parametrize("paths", [list, tuple])
def test_a_list_of_names_of_files_is_read(tmp_path: Path, paths: Any) -> None:
    """F22: not counted as messages."""
    files = []
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(f"to,text\n{US},{LONG}\n")
        files.append(str(tmp_path / name))
    assert segcore.estimate(paths(files)).segments == 6
    # A text that is not the name of a file makes all of them texts.
    assert segcore.estimate([*files, "Hello\0"]).segments == 3


@pytest.mark.parametrize("mms", ["False", [float("nan")], ["no"]])
def test_what_is_no_truth_value_is_refused(mms: Any) -> None:
    """F28."""
    estimate = segcore.Estimate()
    with pytest.raises(TypeError, match="mms"):
        estimate.add(["Hello"], mms=mms)
    assert estimate.messages == 0


@pytest.mark.parametrize("footer", ["Total: 2", "Copyright 2026 by Acme Incorporated"])
def test_a_footer_is_no_message(tmp_path: Path, implementation: str, footer: str) -> None:
    """A row with totals has neither a text nor a number; a number without a text is an empty SMS."""
    path = tmp_path / "messages.csv"
    path.write_text(f"to,text\n+12025550143,Hello\n+12025550144,\n{footer},\n", "utf-8")
    found = json.loads(run(implementation, "estimate", path, "--price", "0.01", "--json").out)
    assert (found["messages"], found["segments"], found["cost"]["total"]) == (2, 2, "0.02")
    assert any(f"such as '{footer}', is not counted" in each["sentence"] for each in found["reading"])


def test_a_subtotal_is_no_message(tmp_path: Path, implementation: str) -> None:
    """In files whose columns are all read; elsewhere the output says that the row has no number."""
    path = tmp_path / "messages.csv"
    path.write_text(f"team,to,text\nNorth,{US},Hello\nNorth Subtotal,,1\nSouth,{GB},Hi\nGrand total,,2\n")
    found = run(implementation, "estimate", path, "--json").data
    assert (found["messages"], [note["code"] for note in found["reading"]]) == (2, ["labels"])


def test_totals_below_other_columns_are_no_message(tmp_path: Path, implementation: str) -> None:
    """The row has neither a text nor a number, and its total stands in a column that is not read."""
    path = tmp_path / "messages.csv"
    path.write_text(f"to,text,parts\n{US},Hello,1\n{GB},,1\n,,2\n")
    found = run(implementation, "estimate", path, "--json").data
    assert (found["messages"], found["empty"], found["segments"]) == (2, 1, 2)
    assert [note["sentence"] for note in found["reading"]] == [
        "1 row with neither a text nor a phone number in 'to', such as '', is not counted.",
        "1 message has an empty text: counted anyway, as one SMS each.",
    ]


@pytest.mark.parametrize("kind", ["csv", "parquet", "ndjson"])
def test_empty_texts_are_counted_and_said(tmp_path: Path, implementation: str, kind: str) -> None:
    """As providers export messages whose texts they have redacted; a picture without words is no such one."""
    path = tmp_path / f"messages.{kind}"
    rows = pl.DataFrame({"to": [US, US, US], "text": ["", "", ""], "media": ["", "", "https://ex.am/a.jpg"]})
    {"csv": rows.write_csv, "parquet": rows.write_parquet, "ndjson": rows.write_ndjson}[kind](path)
    found = run(implementation, "estimate", path, "--json").data
    assert (found["messages"], found["empty"], found["mms"]) == (3, 2, 1)
    assert [note["sentence"] for note in found["reading"]] == [
        "2 messages have an empty text: counted anyway, as one SMS each."
    ]


@pytest.mark.parametrize("run_of", [" ", "\n", "a+", "*"])
def test_remarks_are_looked_for_in_linear_time(tmp_path: Path, run_of: str) -> None:
    """A quadratic search would take hours."""
    path = tmp_path / "long.csv"
    path.write_text(f'to,text\n{US},"{run_of * 150_000}x y"\n')
    assert run("python", "estimate", path, "--json").data["messages"] == 1


_SAID = """
we will see you at the store on Tuesday and bring your receipt please because nobody else has a copy
your table for four is ready now so come in when you like or answer this message to move it to later today
"""


def _texts(most: int) -> list[str]:
    """Return 60 texts of as many lengths, those that are too long without their ends."""
    words = _SAID.split()
    whole = [" ".join(words[row % 11 :] + words[: row % 7])[: 70 + 7 * row] for row in range(60)]
    return [text if len(text) <= most else text[:most] for text in whole]


CUT_OFF = {
    "at 160": (_texts(160), "have exactly 160 characters, none has more"),
    "none as long": (_texts(255), None),
    "previews": (
        [text if len(text) < 100 else f"{text[:97]}..." for text in _texts(400)],
        "have exactly 100 characters",
    ),
    "at no usual length": (_texts(163), None),
    "whole": ([f"{text[:140].strip()}." for text in _texts(400)], None),
    "with their ends": ([f"{text[:159].strip():x<159}." for text in _texts(400)], None),
    "of a template": (
        [f"{'Your code for the shop is' + ' x' * 64:<152} {row:07}" for row in range(60)],
        None,
    ),
    "few as long": ([*_texts(160), *(f"{row} are at the door" for row in range(900))], None),
    "some as long": ([*_texts(120), *(f"{name} {'a' * 155}"[:160] for name in ("Ann", "Bob"))], None),
}


@pytest.mark.parametrize("name", CUT_OFF)
def test_texts_that_an_export_cut_off(tmp_path: Path, implementation: str, name: str) -> None:
    """Texts pile up at one length, and end in the middle of what they say."""
    texts, said = CUT_OFF[name]
    path = tmp_path / "rows.csv"
    path.write_text("to,text\n" + "".join(f"{US},{text}\n" for text in texts))
    found = run(implementation, "estimate", path, "--json").data
    assert found["messages"] == len(texts)
    notes = [note["sentence"] for note in found["reading"]]
    assert [said in note for note in notes] == [True] * (said is not None), notes


PLUSLESS = {
    # The first rows decide; the later ones contradict them.
    "ten digits": (["12025550143"], ["2025550143"], {}, "ten_digits"),
    "ten digits among others": (["12025550143", "447400123456"], ["2025550143"], {}, "ten_digits"),
    "no number": (["447400123456"], ["12345"], {}, "not_international"),
    "after a plus": (["+447400123456"], ["12025550143"], {}, "later_international"),
    "after a 0": (["015112345678"], ["447400123456"], {"default_region": "DE"}, "later_international"),
    "as the first": (["12025550143"], ["447400123456"], {}, None),
    "after a 0, as the region": (["015112345678"], ["030123456"], {"default_region": "DE"}, None),
}


@pytest.mark.parametrize("name", PLUSLESS)
def test_later_numbers_that_contradict_the_reading_are_counted(
    tmp_path: Path, implementation: str, name: str
) -> None:
    """The rows that decide how numbers without + are read are the first 65,536."""
    first, later, options, code = PLUSLESS[name]
    path = tmp_path / "rows.parquet"
    cells = (first * 70_000)[:70_000] + later * 25
    pl.DataFrame({"to": cells, "text": ["Hello"] * len(cells)}).write_parquet(path)
    said = [each for key, value in options.items() for each in (f"--{key.replace('_', '-')}", value)]
    found = run(implementation, "estimate", path, "--json", *said).data["reading"]
    notes = {note["code"]: note["sentence"] for note in found if note["code"] != "numbers"}
    assert [*notes] == [code] * (code is not None)
    if code:
        assert notes[code].startswith("25 rows")
        assert later[0] in notes[code]
    # What the caller says is not doubted.
    assert run(implementation, "estimate", path, "--json", "--numbers", "national").data["reading"] == []


def test_north_american_numbers_with_and_without_the_1(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("to,text\n12025550143,Hello\n2025550144,Hello\n(416) 555-0145,Hello\n")
    found = run(implementation, "estimate", path, "--json").data
    assert sorted(row["country"] for row in found["countries"]) == ["CA", "US"]
    assert "are read as North American: 2025550144 as +12025550144." in found["reading"][0]["sentence"]


def test_columns_of_the_same_name_are_told_apart(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"to,text,text\n{US},Hi,{LONG}\n")
    found = run(implementation, "estimate", path, "--json").data["reading"]
    assert [note["sentence"] for note in found] == [
        "Texts are read from 'text' (column 3): they are longer than those in 'text' (column 2)."
    ]


def test_a_rate_card_is_read_as_options_say(tmp_path: Path, implementation: str) -> None:
    path, card = tmp_path / "rows.csv", tmp_path / "card.csv"
    path.write_text(f"to,text\n{US},Hi\n")
    card.write_text("country,sms,effective_from\nUS,0.01,2020-01-01\nUS,0.02,2090-01-01\n")
    arguments = ("estimate", path, "--json", "--rates", card)
    found = run(implementation, *arguments).data
    assert (found["cost"]["total"], found["currency"]) == ("0.01", None)
    found = run(implementation, *arguments, "--as-of", "2091-01-01", "--currency", "EUR").data
    assert (found["cost"]["total"], found["currency"]) == ("0.02", "EUR")
    assert (
        run(implementation, "estimate", path, "--json", "--price", "1", "--currency", "GBP").data["currency"]
        == "GBP"
    )
    for wrong in (["--as-of", "2091-01-01", "--price", "1"], ["--currency", "EUR"]):
        answer = run(implementation, "estimate", path, *wrong)
        assert (answer.status, "--rates FILE" in answer.error) == (2, True)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xml", '<?xml version="1.0"?>\n<sms to="+1" text="Hello, all"/>\n', "an XML document; export"),
        ("a.xls", "<table><tr><th>To</th><th>Text</th></tr></table>\n", "an HTML page; export"),
        ("a.pdf", "%PDF-1.4\n1 0 obj\n", "a PDF document; export"),
        ("a.db", "SQLite format 3\0text,to\n", "an SQLite database; export"),
        ("a.txt", "<sms><to>+12025550143</to><text>Hello</text></sms>\n", "an XML document; export"),
        ("a.db", "\x8f\x14<\xd1\xe8\0\0\x01DUCK@\0\0", "a DuckDB database; export"),
        ("a.tar", f"{'a.csv':\0<257}ustar\x0000\nto,text\n+12025550143,Hi\n", "a tar archive; export"),
        ("a.7z", "7z\xbc\xaf\x27\x1c\0\x04", "an archive that segcore cannot unpack; export"),
        ("a.orc", "ORC\n\x0f\n\xff\x01", "an ORC file; export"),
        ("a.txt", "From a@example.com Fri May  1 10:00:00 2026\nSubject: Hi\n\nHello\n", "a mailbox; export"),
        ("a.txt", "-- a dump\nINSERT INTO `sms` VALUES ('+12025550143','Hi, Bob');\n", "a file of SQL"),
        ("a.txt", "BEGIN:VCALENDAR\nVERSION:2.0\n", "a calendar; export"),
        ("a.txt", "- to: '+12025550143'\n  text: Hello\n", "a YAML file; export"),
        ("a.ini", "[sms 1]\r\nto = +12025550143\r\ntext = Hi\r\n", "an INI file; export"),
        ("a.txt", '[[messages]]\nto = "+12025550143"\ntext = "Hi, Bob"\n', "a TOML file; export"),
        ("a.json", '// May\n[{"to": "+12025550143", "text": "Hi"}]\n', "JSON with comments"),
        (
            "a.json",
            "[{'to': '+12025550143', 'text': 'Hi'}]\n",
            "a notation of Python or JavaScript, not JSON",
        ),
        (
            "a.json",
            "[\n  {to: '+12025550143', text: 'Hi'}\n]\n",
            "a notation of Python or JavaScript, not JSON",
        ),
        (
            "a.log",
            'ts=2026-05-01 level=info to=+12025550143 text="Hi, Bob"\n',
            "a log with lines of key=value",
        ),
        ("a.txt", "[01/05/2026, 10:00:01] Ann: Hi, Bob\n", "a chat, as WhatsApp exports it; export"),
        ("a.txt", "5/1/26, 10:00 AM - Ann: Hi, Bob\n", "a chat, as WhatsApp exports it; export"),
        ("a.txt", "+----+------+\n| to | text |\n+----+------+\n", "a table as a database prints it; export"),
        ("a.txt", " to | text \n----+------\n +1 | Hi\n(1 row)\n", "a table as a database prints it; export"),
        ("a.txt", "shape: (1, 1)\n┌──────┐\n│ text │\n", "a table as a program prints it; export"),
        (
            "a.csv",
            "Phone,SMS\n+12025550143,TRUE\n+12025550144,FALSE\n",
            "no column looks like the message text",
        ),
        (
            "a.csv",
            "Mobile,Text\n+12025550143,Yes\n+12025550144,No\n",
            "no column looks like the message text",
        ),
        ("a.csv", "Campaign,SMS,Cost\nSpring,1200,9.48\n", "no column looks like the message text"),
        (
            "a.csv",
            "Message:,Your table is ready.\n\nName,Phone\nAnn,+12025550143\n",
            "no column looks like the message text; name it with --text: 'Name', 'Phone'",
        ),
        ("a.json", '[{"phone": "+12025550143", "sms": true}]', "no column looks like the message text"),
        ("a.csv", "'to','text'\n'+12025550143','Hi'\n", 'stand between "\'"; write quotation marks'),
        ("a.csv", "“to”;“text”\n“+12025550143”;“Hi”\n", "stand between '“'; write quotation marks"),
        ("a.txt", "to            text\n+12025550143  Hi\n", "separated by spaces alone; export it as CSV"),
        ("a.json", '[["+12025550143", "Hi"]]', "the first array does not name the fields"),
    ],
)
def test_what_holds_no_messages_is_named(
    tmp_path: Path, implementation: str, name: str, content: str, said: str
) -> None:
    (tmp_path / name).write_bytes(content.encode("utf-8" if max(content) > "\xff" else "latin-1"))
    answer = run(implementation, "estimate", tmp_path / name)
    assert (answer.status, answer.out, answer.error.count("\n")) == (2, "", 1)
    assert said in answer.error


def test_a_column_of_templates(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"mobile,template,first_name\n{US},Hi {{first_name}}! See you at 8,Ann\n")
    found = run(implementation, "estimate", path, "--json").data
    assert [note["code"] for note in found["reading"]] == ["columns", "merge_fields"]
    assert found["columns"]["text"] == "template"


@pytest.mark.parametrize(
    "first",
    ["{{first_name}}, your table is ready", "<name>, hello", "orc season: 20% off", "SET: a = b", "- to you"],
)
def test_texts_that_begin_like_other_files(tmp_path: Path, implementation: str, first: str) -> None:
    path = tmp_path / "texts.txt"
    path.write_text(f"{first}\nSee you at 8\n")
    found = run(implementation, "estimate", path, "--no-header", "--json").data
    assert (found["messages"], found["segments"]) == (2, 2)


@pytest.mark.parametrize(
    "content",
    [
        "| to | text |\n|---|---|\n| +12025550143 | One, two |\n| +447400123456 | Three; four |\n",
        "to^text\n+12025550143^One, two\n+447400123456^Three; four\n",
        "to~text\n+12025550143~One, two\n+447400123456~Three; four\n",
        "to\x01text\n+12025550143\x01One, two\n+447400123456\x01Three; four\n",
        (
            'Report: 2026-03-01\nAccount: Acme, Inc.\n\n"to","text"\n"+12025550143","One, two"\n'
            '"+447400123456","Three; four"\n'
        ),
    ],
)
def test_other_layouts_of_csv(tmp_path: Path, implementation: str, content: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(content)
    (tmp_path / "rates.csv").write_text(RATES)
    found = run(implementation, "estimate", path, "--rates", tmp_path / "rates.csv", "--json").data
    assert (found["messages"], found["segments"], found["cost"]["total"]) == (2, 2, "0.05")


@pytest.mark.parametrize(
    "content",
    [
        {"m1": {"to": US, "text": "Hello"}, "m2": {"to": GB, "text": "Hi"}},
        {"hits": {"hits": [{"_id": "1", "_source": {"to": each, "text": "Hi"}} for each in (US, GB)]}},
        {"data": {"messages": [{"to": US, "text": "Hello"}, {"to": GB, "text": "Hi"}]}},
        {"thread": {"to": GB, "messages": [{"text": "Hi"}]}, "to": US, "page": 0},
    ],
    ids=["a key for each", "in a field of Elasticsearch", "in an envelope", "in a thread"],
)
@pytest.mark.parametrize("has_lines", [False, True], ids=["in one line", "a record a line"])
def test_records_of_json(tmp_path: Path, implementation: str, content: Any, has_lines: bool) -> None:
    path = tmp_path / "messages.json"
    text = json.dumps(content)
    path.write_text(
        text.replace("[{", "[\n{").replace("}, ", "},\n").replace("}]", "}\n]") if has_lines else text
    )
    (tmp_path / "rates.csv").write_text(RATES)
    found = run(implementation, "estimate", path, "--rates", tmp_path / "rates.csv", "--json").data
    expected = (1, "0.04") if "thread" in content else (2, "0.05")
    assert (found["messages"], found["cost"]["total"], found["reading"]) == (*expected, [])


_PINPOINT = {
    "Addresses": {US: {"ChannelType": "SMS"}, GB: {"ChannelType": "SMS"}},
    "MessageConfiguration": {"SMSMessage": {"Body": LONG, "MessageType": "PROMOTIONAL"}},
}


@pytest.mark.parametrize(
    "content",
    [
        _PINPOINT,
        {"ApplicationId": "x", "MessageRequest": _PINPOINT},
        {US: {"Body": LONG}, GB: {"Body": LONG}},
    ],
    ids=["pinpoint", "pinpoint in a request", "texts by number"],
)
@pytest.mark.parametrize("indent", [None, 1])
def test_objects_keyed_by_recipients(
    tmp_path: Path, implementation: str, content: dict[str, Any], indent: int | None
) -> None:
    """Each key is a recipient of an SMS of its own, as AWS Pinpoint sends them."""
    path = tmp_path / "messages.json"
    (tmp_path / "rates.csv").write_text(RATES)
    path.write_text(json.dumps(content, indent=indent) + "\n")
    found = run(implementation, "estimate", path, "--rates", tmp_path / "rates.csv", "--json").data
    assert (found["messages"], found["segments"], found["cost"]["total"]) == (2, 6, "0.15")
    assert sorted(row["country"] for row in found["countries"]) == ["GB", "US"]


def test_a_text_of_its_own_for_one_recipient_is_refused(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "messages.json"
    path.write_text(json.dumps({**_PINPOINT, "Addresses": {US: {"BodyOverride": "Hi"}, GB: {}}}))
    answer = run(implementation, "estimate", path)
    assert (answer.status, answer.out) == (2, "")
    assert "BodyOverride gives a recipient a text of its own" in answer.error


@pytest.mark.parametrize(
    "answer",
    [
        {"code": 20003, "message": "Authenticate", "more_info": "https://x", "status": 401},
        {"requestError": {"serviceException": {"messageId": "UNAUTHORIZED", "text": "Invalid login"}}},
        {"error": {"code": "Unauthorized", "message": "The key is invalid."}},
        {"timestamp": 1, "status": 404, "error": "Not Found", "message": "No message available"},
        {"status": "error", "message": "Out of credit"},
        {"statusCode": 401, "message": "Unauthorized"},
        {"message": "Unauthorized"},
        {"message": "Unauthenticated."},
    ],
)
def test_an_error_of_an_interface_is_no_message(
    tmp_path: Path, implementation: str, answer: dict[str, Any]
) -> None:
    path = tmp_path / "messages.json"
    path.write_text(json.dumps(answer))
    found = run(implementation, "estimate", path)
    assert (found.status, found.out, found.error.count("\n")) == (2, "", 1)
    assert "looks like an error that an interface returned" in found.error
    # With a recipient it is a message, and two records are a list of them.
    for more in ([{**answer, "to": US}], [answer, answer]):
        path.write_text(json.dumps(more))
        assert run(implementation, "estimate", path, "--json").data["messages"] == len(more)


@pytest.mark.parametrize("name", ["numbers.json", "numbers.csv", "text.csv"])
def test_numbers_are_no_texts(tmp_path: Path, implementation: str, name: str) -> None:
    path = tmp_path / name
    lines = {
        "numbers.json": json.dumps([US, GB]),
        "numbers.csv": f"{US}\n{GB}\n",
        "text.csv": f"text\n{US}\n",
    }
    path.write_text(lines[name])
    answer = run(implementation, "estimate", path)
    assert (answer.status, answer.out, answer.error.count("\n")) == (2, "", 1)


def test_records_without_a_known_heading(tmp_path: Path, implementation: str) -> None:
    """Salesforce's query, whose fields have names of one's own, and says that there are more."""
    path = tmp_path / "records.json"
    records = [
        {"attributes": {"type": "SMS__c"}, "Phone__c": US, "Message__c": text} for text in ("Hi, Bob", LONG)
    ]
    path.write_text(json.dumps({"totalSize": 9, "nextRecordsUrl": "/services/x", "records": records}))
    data = run(implementation, "estimate", path, "--json").data
    assert (data["messages"], data["segments"], data["countries"][0]["country"]) == (2, 4, "US")
    sentence = f"{path}: 'nextRecordsUrl' says that more messages are on another page."
    assert sentence in [note["sentence"] for note in data["reading"]]


def test_answers_of_an_interface_are_said(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "answers.ndjson"
    path.write_text(
        "".join(f'{{"message": "message(s) queued", "message_uuid": ["{each}"]}}\n' for each in "xy")
    )
    notes = run(implementation, "estimate", path, "--json").data["reading"]
    assert [note["code"] for note in notes] == ["placeholders"]


def _response(text: str) -> str:
    recipient = {"statusCode": 101, "number": "+254711000000", "status": "Success", "messageId": "x"}
    recipients = [{**recipient, "cost": "KES 0.8000"}] * 2
    return json.dumps({"SMSMessageData": {"Message": text, "Recipients": recipients}}) + "\n"


def test_the_summary_of_a_response_is_no_message(tmp_path: Path, implementation: str) -> None:
    """Africa's Talking's response holds no text."""
    path = tmp_path / "response.json"
    path.write_text(_response("Sent to 2/2 Total Cost: KES 1.6000"))
    answer = run(implementation, "estimate", path)
    assert (answer.status, answer.out, answer.error.count("\n")) == (2, "", 1)
    assert "'SMSMessageData.Message' holds the summary of a response, 'Sent to 2/2" in answer.error
    named = run(implementation, "estimate", path, "--text", "SMSMessageData.Message", "--json")
    assert named.data["messages"] == 1
    path.write_text(_response("Hello"))
    notes = run(implementation, "estimate", path, "--json").data["reading"]
    sentence = "The text is the field 'SMSMessageData.Message', the same for every recipient."
    assert sentence in [note["sentence"] for note in notes]


AMBIGUOUS: dict[str, str | bytes] = {
    "numbers without plus": "to,text\n12025550143,Hi\n447400123456,Hi\n",
    "a rounded number": "to,text\n1.20256E+10,Hi\n",
    "two texts": f"to,message,body\n{US},Hi,Hello there\n",
    "two texts of one name": f"to,text,text\n{US},Hi,Hello there\n",
    "two recipients": f"to,phone,text\n{US},{GB},Hi\n",
    "several recipients": f'to,text\n"{US};{GB}",Hi\n',
    "merge fields": f"to,text\n{US},Hi {{{{first_name}}}}\n",
    "a title": f"A campaign of spring\n\nto,text\n{US},Hi\n",
    "an encoding": f"to,text\n{US},café\n".encode("cp1252"),
    "a footer": f"to,text\n{US},Hi\nTotal: 1,\n",
    "channels": f"to,text,channel\n{US},Hi,sms\n{US},Hi,email\n",
    "no recipients": "message\nHi there\nHello\n",
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_one_command_shows_how_a_file_was_read(tmp_path: Path, implementation: str, name: str) -> None:
    """On a terminal of 80 columns, under one heading."""
    content = AMBIGUOUS[name]
    path = tmp_path / "messages-of-the-spring-campaign-2026.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "rates.csv").write_text(RATES)
    shown = run(implementation, "estimate", path, "--rates", tmp_path / "rates.csv").out
    section = shown.partition("How this file was read\n")[2].partition("\n\n")[0].splitlines()
    assert section
    assert max(map(len, section)) <= 80
