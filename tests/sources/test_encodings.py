"""Text in any common encoding is read as it was written, or refused with both readings."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("polars")
pytest.importorskip("charset_normalizer")

from program import run

import segcore
from segcore.sources.csv_file import CsvFile
from segcore.sources.encoding_detection import UnclearEncodingError, detect_encoding
from segcore.sources.opening import FileError

US, GB = "+12025550143", "+447400123456"


def estimate(implementation: str, path: Path, *options: str) -> dict[str, object]:
    return run(implementation, "estimate", path, "--format", "json", *options).data


UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]


@pytest.mark.parametrize("form", ["csv", "json", "ndjson"])
@pytest.mark.parametrize("encoding", UNICODE)
def test_unicode(tmp_path: Path, implementation: str, encoding: str, form: str) -> None:
    """140 letters of a script beyond GSM-7 are 3 segments; an emoji is 2 code units."""
    texts = ["жж" * 70, "Hello", "😀" * 35]
    rows = "".join(f'{US},"{text}"\n' for text in texts)
    objects = [f'{{"to": "{US}", "text": "{text}"}}' for text in texts]
    content = {
        "csv": f"to,text\n{rows}",
        "json": f"[\n{', '.join(objects)}\n]",
        "ndjson": "".join(f"{each}\n" for each in objects),
    }[form]
    path = tmp_path / "messages"
    path.write_bytes(content.encode(encoding))
    data = estimate(implementation, path)
    assert (data["messages"], data["segments"], data["ucs2"]) == (3, 5, 2)


LINES = {
    "cp1252": "It’s here",
    "cp1252 price": "Only £5 today, or 5 €",
    "cp1252 French": "Votre café est prêt à emporter, bientôt l’été",
    "cp1252 short French": "Votre café est prêt",
    "cp1252 German": "Grüße – „bis bald“ …",
    "cp1252 Spanish": "¡Hola! Mañana será tu cita, ¿vienes?",
    "cp1252 short Spanish": "Mañana es tu cita",
    "cp1252 Portuguese": "Olá, sua encomenda não está disponível, atenção",
    "cp1252 Danish": "Din pakke er på vej, kør forsigtigt",
    "cp1252 names": "José, Zoë, Jürgen, Peña, François",
    "latin-1": "Bonjour, votre commande a été expédiée",
    "cp1250 Polish": "Twoja paczka została wysłana, dziękujemy za zakupy",
    "cp1250 Czech": "Dobrý den, vaše zásilka bude doručena zítra, děkujeme",
    "cp1250 Hungarian": "Köszönjük a vásárlást, örömmel várjuk hétfőn",
    "cp1251": "Ваш заказ готов к выдаче, спасибо за покупку",
    "cp1251 short": "Ваш заказ готов",
    "koi8-r": "Ваш заказ готов к выдаче, спасибо за покупку",
    "cp1253": "Η παραγγελία σας είναι έτοιμη, ευχαριστούμε",
    "cp1254": "Siparişiniz hazır, teşekkür ederiz, iyi günler dileriz",
    "cp1255": "ההזמנה שלך מוכנה לאיסוף תודה רבה",
    "cp1256": "طلبك جاهز للاستلام شكرا لك",
    "cp932": "ご注文の商品を発送しました。ありがとうございます",
    "gb18030": "您的订单已发货，感谢您的购买",
    "big5": "您的訂單已經出貨，感謝您的購買",
    "cp949": "주문하신 상품이 발송되었습니다. 감사합니다",
    "mac_roman": "Bonjour, votre commande a été expédiée, à bientôt, l’été",
    "cp850": "Mañana será tu cita, ¿vienes?",
}


@pytest.mark.parametrize("case", LINES)
def test_code_pages(case: str) -> None:
    encoding, text = case.split(maxsplit=1)[0], LINES[case]
    line = f"{US},{text}\n".encode(encoding)
    assert line.decode(detect_encoding([line])) == f"{US},{text}\n"


HEADINGS = {
    "cp1250 Polish": "Wiadomość",
    "cp1250 Czech": "Telefonní číslo",
    "cp1250 Romanian": "Număr de telefon",
    "cp1251 Russian": "Текст",
    "cp1251 Ukrainian": "Зміст",
    "cp1252": "Número",
    "cp1253": "Μήνυμα",
    "cp1254": "Alıcı",
    "cp1256": "نص",
    "cp932": "本文",
    "big5": "內容",
    "euc_kr": "내용",
}


@pytest.mark.parametrize("case", HEADINGS)
def test_a_known_heading_tells_the_code_page(case: str) -> None:
    """The rows are ASCII, so that the heading is all there is."""
    encoding, line = case.split(maxsplit=1)[0], f"Id;{HEADINGS[case]}\n"
    assert line.encode(encoding).decode(detect_encoding([line.encode(encoding)])) == line


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["Ваш заказ готов", "您的订单已发货", "Το δέμα έφτασε"])
def test_utf16_without_a_mark(tmp_path: Path, encoding: str, text: str) -> None:
    """Half of the octets are those of ASCII, and few are zeros."""
    rows = f"Номер,Сообщение\n{US},{text}\n{GB},{text}\n"
    path = tmp_path / "messages.csv"
    path.write_bytes(rows.encode(encoding))
    found = segcore.estimate(path)
    assert (found.messages, found.segments, found.ucs2) == (2, 2, 2)
    path.write_bytes(f'[{{"to": "{US}", "text": "{text}"}}]'.encode(encoding))
    assert segcore.estimate(path).ucs2 == 1


@pytest.mark.parametrize("case", ["cp1252", "cp1252 short French", "cp1250 Polish", "cp932", "koi8-r"])
def test_the_program_reads_code_pages(tmp_path: Path, implementation: str, case: str) -> None:
    encoding, text = case.split(maxsplit=1)[0], LINES[case]
    contents = {}
    for name in (encoding, "utf-8"):
        path = tmp_path / "messages.csv"
        path.write_bytes(f'to,text\n{US},"{text}"\n'.encode(name))
        contents[name] = estimate(implementation, path)
    first, second = contents.values()
    assert first["offenders"] == second["offenders"]
    assert (first["segments"], first["ucs2"]) == (second["segments"], second["ucs2"])


@pytest.mark.parametrize("line", [b"x\xdb\xb1y", b"\xe9\xb1\xe9 a\xdbb\xdb", b"\x81\x8d\xff\x90"])
def test_what_is_not_clear(line: bytes) -> None:
    with pytest.raises(UnclearEncodingError, match="its encoding is not clear"):
        detect_encoding([line])


def test_both_readings_are_shown(tmp_path: Path, implementation: str) -> None:
    """Portuguese in code page 1252 or Hungarian in 1250; only a reader can tell."""
    path = tmp_path / "messages.csv"
    path.write_bytes("to;text\n+1;ok\n+1;é, é, õ\n".encode("cp1252"))
    answer = run(implementation, "estimate", path)
    assert answer.status == 2
    assert "'+1;é, é, õ' as Windows-1252 or '+1;é, é, ő' as Windows-1250" in answer.error
    assert "name the right one with --encoding" in answer.error
    assert estimate(implementation, path, "--encoding", "cp1250")["ucs2"] == 1
    assert segcore.estimate(path, encoding="cp1252").messages == 2


def test_an_encoding_that_is_insisted_on(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "messages.csv"
    path.write_bytes("to,text\n+1,ж\n".encode())
    assert estimate(implementation, path, "--encoding", "cp1252")["offenders"] != []
    path.write_bytes(b"to,text\n+1,\x92\n+1,\x81\n")
    for encoding, problem in (
        ("utf-8", "line 2: not UTF-8"),
        ("ascii", "line 2: not ASCII (octets 92)"),
        ("cp1252", "line 3: not Windows-1252 (octets 81)"),
        ("klingon", "--encoding: unknown encoding 'klingon'; use one such as utf-8"),
        ("rot13", "--encoding: unknown encoding 'rot13'"),
    ):
        answer = run(implementation, "estimate", path, "--encoding", encoding)
        assert answer.status == 2
        assert problem in answer.error


@pytest.mark.parametrize("rows", [10, 100_000])
def test_octets_that_come_late(tmp_path: Path, rows: int) -> None:
    """UTF-8 up to some row, the rows before it are not repeated."""
    path = tmp_path / "messages.csv"
    path.write_bytes(b"id,text\n" + b"1,Hello\n" * rows + b"2,It\x92s here\n" + b"3,caf\xe9\n")
    file = CsvFile(str(path), name="x.csv")
    texts = [text for frame in file.frames() for text in frame["c1"]]
    assert texts == ["Hello"] * rows + ["It’s here", "café"]
    assert [note.sentence for note in file.notes] == ["x.csv: its encoding is Windows-1252."]


def test_files_of_two_encodings(tmp_path: Path, implementation: str) -> None:
    path = tmp_path / "messages.csv"
    path.write_bytes("to,text\n+1,été\n".encode() + "+1,été\n".encode("cp1252"))
    answer = run(implementation, "estimate", path)
    assert answer.status == 2
    assert "line 3: not UTF-8 (octets E9 at octet 4 of the line), but other lines are" in answer.error


def test_half_a_pair_in_utf16(tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    path.write_bytes("to,text\n+1,a".encode("utf-16") + b"\x3d\xd8" + "b\n".encode("utf-16-le"))
    with pytest.raises(FileError, match="line 2: not UTF-16"):
        segcore.estimate(path)


def test_zeros_in_utf8(tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    path.write_bytes(b"text\na\x00b\n\x00\n")
    assert segcore.estimate(path).messages == 2
    path.write_bytes(b"text,to\nHello\x00\x00\x00,+12025550143\n")
    assert segcore.estimate(path).messages == 1
