"""Which columns are found, in many languages and in providers' exports."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import segcore.sources
from segcore.rules import lines_of
from segcore.sources import WORDS, Roles
from segcore.sources.headings import (
    ROLES,
    Columns,
    choose,
    find_headings,
    is_header,
    names_roles,
    normalized,
)
from segcore.sources.rows import _may_be_headings


def _used(*names: str) -> tuple[str | None, ...]:
    return tuple(choose(names, Roles()).used().values())


@pytest.mark.parametrize("role", ROLES)
def test_every_heading_is_found_by_itself(role: str) -> None:
    for name in WORDS[role]:
        for written in (name, name.upper(), name.replace(" ", "_"), f" {name} ", f"{name}:"):
            assert find_headings(role, ["id", written]) == [1], written


def test_no_heading_has_two_meanings() -> None:
    seen: dict[str, set[str]] = {}
    for role in ROLES:
        for name in WORDS[role]:
            seen.setdefault(normalized(name), set()).add(role)
    assert {name: roles for name, roles in seen.items() if len(roles) > 1} == {}


def test_every_list_has_words() -> None:
    assert [name for name, words in WORDS.items() if not all(words)] == []
    assert all(": " in line for line in lines_of("segcore.sources", "words.txt"))


def test_each_provider_has_a_source() -> None:
    path = Path(segcore.sources.__file__ or "").with_name("words.txt")
    sections = re.findall("^# (.+)\n(?:text|to): ", path.read_text("utf-8"), re.MULTILINE)
    languages = [each for each in sections if "https://" not in each]
    assert "German" in languages
    assert "Twilio" not in languages
    assert 20 <= len(languages) < len(sections) - 20


@pytest.mark.parametrize(
    ("names", "used"),
    [
        (("Rufnummer", "Nachricht"), ("Nachricht", "Rufnummer", None)),
        (("Teléfono", "Mensaje"), ("Mensaje", "Teléfono", None)),
        (("Telefono", "Mensaje"), ("Mensaje", "Telefono", None)),
        (("Téléphone", "Texte"), ("Texte", "Téléphone", None)),
        (("Celular", "Mensagem"), ("Mensagem", "Celular", None)),
        (("TELEFON", "MESAJ"), ("MESAJ", "TELEFON", None)),
        (("Номер", "Сообщение"), ("Сообщение", "Номер", None)),
        (("电话", "短信内容"), ("短信内容", "电话", None)),
        (("電話番号", "本文"), ("本文", "電話番号", None)),
        (("휴대폰 번호", "문자 내용"), ("문자 내용", "휴대폰 번호", None)),
        (("رقم الهاتف", "نص الرسالة"), ("نص الرسالة", "رقم الهاتف", None)),
        (("Numer telefonu", "Tresc wiadomosci"), ("Tresc wiadomosci", "Numer telefonu", None)),
        (
            ("Phone (Mobile)", "Message (max 160 characters)"),
            ("Message (max 160 characters)", "Phone (Mobile)", None),
        ),
        (("Message ID", "Message", "destination_number"), ("Message", "destination_number", None)),
        (("Cell Phone", "Message"), ("Message", "Cell Phone", None)),
        (("from.phone_number", "to.phone_number", "body.text"), ("body.text", "to.phone_number", None)),
        (("messages.destinations.to", "messages.text"), ("messages.text", "messages.destinations.to", None)),
        (("From", "To", "Body", "NumMedia"), ("Body", "To", "NumMedia")),
        (("src", "dst", "text", "media_urls"), ("text", "dst", "media_urls")),
        (("Campaign", "Final Message Text", "Customer's phone"), ("Final Message Text", None, None)),
        (("text", "Phone (home)", "Phone (mobile)"), ("text", "Phone (mobile)", None)),
    ],
)
def test_columns(names: tuple[str, ...], used: tuple[str | None, ...]) -> None:
    assert _used(*names) == used
    assert is_header(names)


def test_what_is_in_parentheses_makes_no_difference() -> None:
    assert find_headings("text", ["id", "Message (max 160 characters)"]) == [1]
    assert find_headings("to", ["Phone [E.164]", "手机号码（必填）"]) == [0, 1]


@pytest.mark.parametrize(
    "name", ["Message ID", "message_id", "MessageSid", "Message Type", "text_length", "sms_count"]
)
def test_what_is_not_a_text(name: str) -> None:
    assert find_headings("text", [name]) == []
    with pytest.raises(ValueError, match="no column looks like the message text"):
        choose([name, "other"], Roles())


def _chosen(columns: dict[str, list[str]]) -> Columns:
    cells = [*columns.values()]
    return choose([*columns], Roles(), cells=lambda index: cells[index])


def test_of_several_texts_the_longest_is_read() -> None:
    found = _chosen(
        {"message": ["Hi", "Promo"], "sms_text": ["Dear customer, your parcel", "Your code"], "id": ["1"]}
    )
    assert found.used()["text"] == "sms_text"
    assert [note[1:] for note in found.notes] == [
        ("Texts are read from 'sms_text': they are longer than those in 'message'.", "--text")
    ]


def test_of_several_numbers_those_that_are_there_are_read() -> None:
    found = _chosen(
        {"Mobile Phone Number": ["", ""], "Number": ["1"], "Phone": ["+12025550143"], "Text": ["a"]}
    )
    assert found.used()["to"] == "Phone"
    assert found.notes == ()


def test_numbers_are_found_under_any_heading() -> None:
    found = _chosen({"Sender": ["+12025550100"], "Kontaktdaten": ["+12025550143"], "Text": ["a"]})
    assert found.used()["to"] == "Kontaktdaten"
    assert [note[2] for note in found.notes] == ["--to"]


def test_words_of_other_languages_are_found_in_headings() -> None:
    found = _chosen(
        {
            "Número de pedido": ["120255501"],
            "Teléfono de contacto": ["+12025550143"],
            "Mensaje a enviar": ["a"],
        }
    )
    assert found.used() == {"text": "Mensaje a enviar", "to": "Teléfono de contacto", "media": None}
    assert [note[2] for note in found.notes] == ["--text", "--to"]


def test_of_several_texts_the_one_that_was_sent_is_read() -> None:
    found = _chosen({"original_text": ["Hello, " * 9], "final_text": ["Hi"], "to": ["+12025550143"]})
    assert found.used()["text"] == "final_text"
    assert [note[1:] for note in found.notes] == [
        ("Texts are read from 'final_text', judged by its heading, not from 'original_text'.", "--text")
    ]


def test_media_are_those_of_the_message_alone() -> None:
    # Twilio names the address of the media of each message, whether there are any or not.
    found = _chosen(
        {"body": ["a"], "num_media": ["0"], "subresource_uris.media": ["/x/Media"], "user.image": ["a.png"]}
    )
    assert (found.used()["media"], found.more_media, found.notes) == ("num_media", (), ())


def test_the_number_of_a_sender_is_the_same_in_many_rows() -> None:
    found = _chosen({"A": ["+12025550100"] * 2, "B": ["+12025550143", "+12025550144"], "Text": ["a", "b"]})
    assert found.used()["to"] == "B"
    assert [note[1] for note in found.notes] == [
        "Recipients are read from 'B', judged by its numbers, not from 'A'."
    ]


@pytest.mark.parametrize(
    ("kinds", "media"),
    [
        (["SMS", "MMS"], "type"),
        (["SMS", "SMS"], None),
        (["promo", "MMS"], None),
        (["text", "Picture"], "type"),
    ],
)
def test_kinds_of_messages_are_media_only_where_they_are_kinds(kinds: list[str], media: str | None) -> None:
    assert _chosen({"text": ["a", "b"], "type": kinds}).used()["media"] == media


def test_an_error_names_few_columns() -> None:
    with pytest.raises(ValueError, match="'c0', 'c1', 'c2', 'c3', 'c4', 'c5' and 244 more") as caught:
        choose([f"c{index}" for index in range(250)], Roles())
    assert len(str(caught.value)) < 250
    with pytest.raises(ValueError, match="'mesages', ") as caught:
        choose([f"c{index}" for index in range(250)] + ["mesages"], Roles())
    with pytest.raises(ValueError, match="--text: 'aaaa"):
        choose(["a" * 500, "b"], Roles())
    assert len(str(caught.value)) < 250


def test_headings_among_recipients_are_seen_in_columns() -> None:
    """No cell that names recipients is passed over where a whole column is looked at."""
    pl = pytest.importorskip("polars")
    spellings = (str, str.upper, str.title, "{} 2".format, "My {}".format, "x.{}".format, "{} (x)".format)
    cells = [spelled(name) for name in WORDS["to"] for spelled in spellings]
    headings = [cell for cell in cells if names_roles(cell, "Message")]
    assert len(headings) > len(cells) // 2
    assert _may_be_headings(pl.Series(headings)).all()
    assert not _may_be_headings(pl.Series(["Bob Smith", "Zoë García", "Иван Петров"])).any()
