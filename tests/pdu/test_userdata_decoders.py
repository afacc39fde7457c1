"""Other people's decoders read the octets that segcore writes, and other people's tables agree.

None of them knows everything: of each, what it is known to get wrong is left out by a condition that is
written beside it, and a test of its own shows that it does get that wrong.
"""

from __future__ import annotations

import importlib
import random
import shutil
import subprocess
from collections.abc import Callable, Iterable
from typing import Any

import octets
import pytest
import reference
from conftest import SEED

import segcore
from segcore import UserData
from segcore.pdu.user_data import header_septets, septets_of, text_of, unpack
from segcore.rules.alphabets import DEFAULT_ALPHABET, DEFAULT_EXTENSION, LOCKING_SHIFT, SINGLE_SHIFT
from segcore.rules.codings import Encoding

pytestmark = pytest.mark.kernel_independent

GSM = [chr(point) for point in (*reference.STANDARD.alphabet, *reference.STANDARD.extension)]


def texts() -> list[str]:
    """Return texts of both encodings and of all lengths that leave something over of an octet."""
    source = random.Random(f"{SEED} decoders")
    found = ["", "@", "@" * 7, "@" * 8, "1234567\r", "".join(GSM), "\U0001f600" * 40, "б" * 135]
    for length in (*range(1, 20), *range(150, 165), *(source.randrange(1000) for _ in range(30))):
        found.append("".join(source.choices(GSM, k=length)))
        found.append("".join(source.choices("aé@ \r\n", k=length)))
        found.append("".join(source.choices("aбж\U0001f600\u0000", k=length // 2)))
    return found


def messages() -> Iterable[tuple[str, list[UserData]]]:
    """Return texts with their segments, each message with a reference number of its own."""
    for index, text in enumerate(texts()):
        yield text, segcore.encode(text, reference=index % 256)


def deliver(part: UserData) -> str:
    """Return a segment as a whole SMS-DELIVER, as a modem would hand it out (TS 23.040 9.2.2.1)."""
    first = 0x44 if part.has_header else 0x04
    dcs = "00" if part.encoding is Encoding.GSM7 else "08"
    # No service centre; from +15551234567, protocol 00, at some time on 2020-01-02.
    return f"00{first:02X}0B915155214365F700{dcs}02102021436500{part.length:02X}{part.hex().upper()}"


# --- smspdudecoder -----------------------------------------------------------------------------------


def smspdudecoder_is_right(part: UserData) -> bool:
    """Say whether `smspdudecoder` can be right about a segment of septets.

    It turns all septets into text, the header's too, before it counts off the header: an escape in the
    header moves the text.  Escapes also hide where the text ends, so that the zero bits of the last octet
    become an @.
    """
    if part.encoding is Encoding.UCS2:
        return True
    header = header_septets(part[0] + 1) if part.has_header else 0
    if 0x1B in unpack(part, 0, header):
        return False
    escapes = 0x1B in unpack(part, 0, part.length)
    return not (escapes and part.length % 8 == 7)


def smspdudecoder_text(part: UserData) -> str:
    found = importlib.import_module("smspdudecoder.easy").read_incoming_sms(deliver(part))
    return str(found["content"])


def test_smspdudecoder() -> None:
    """It reads the text and the reference of every segment from a whole SMS-DELIVER."""
    easy = importlib.import_module("smspdudecoder.easy")
    compared = 0
    for index, (text, parts) in enumerate(messages()):
        for sequence, (part, expected) in enumerate(zip(parts, segcore.split(text), strict=True), 1):
            if not smspdudecoder_is_right(part):
                continue
            found = easy.read_incoming_sms(deliver(part))
            assert found["content"] == expected, ascii(text)
            partial = {
                "reference": f"{index % 256}-{len(parts)}",
                "parts_count": len(parts),
                "part_number": sequence,
            }
            assert found["partial"] == (partial if len(parts) > 1 else False)
            compared += 1
    assert compared > 250


def test_smspdudecoder_is_wrong() -> None:
    """What is left out above is left out for a reason."""
    (one,) = segcore.encode("{12345")
    assert (smspdudecoder_is_right(one), smspdudecoder_text(one)) == (False, "{12345@")
    # In the header of 9 segments with reference B0 septet 4 is 1B.
    first = segcore.encode("b" + "a" * (8 * 153), reference=0xB0)[0]
    assert unpack(first, 0, 7)[4] == 0x1B
    assert (smspdudecoder_is_right(first), smspdudecoder_text(first)) == (False, "a" * 152)


# --- python-messaging --------------------------------------------------------------------------------


def test_python_messaging() -> None:
    """It reads text, reference, number of parts and sequence of every segment of an SMS-DELIVER."""
    sms_deliver = importlib.import_module("messaging.sms").SmsDeliver
    for index, (text, parts) in enumerate(messages()):
        if not text:
            continue  # it raises TypeError where there are no octets
        for sequence, (part, expected) in enumerate(zip(parts, segcore.split(text), strict=True), 1):
            found = sms_deliver(deliver(part))
            # It makes a code point of every code unit.
            assert found.text.encode("utf-16-be", "surrogatepass") == expected.encode("utf-16-be"), ascii(
                text
            )
            if len(parts) == 1:
                assert found.udh is None
            else:
                said = found.udh.concat
                assert (said.ref, said.cnt, said.seq) == (index % 256, len(parts), sequence)


def test_python_messaging_reads_languages_and_16_bit_references() -> None:
    """It has no national tables, but finds their elements, behind those of a 16-bit reference."""
    sms_deliver = importlib.import_module("messaging.sms").SmsDeliver
    before = octets.header((6, 1), "16bit", 0x1234, 3, 2)
    packed, length = octets.pack(before, list(b"hello"))
    found = sms_deliver(deliver(UserData(bytes.fromhex(packed), "GSM-7", length, True)))
    said = found.udh.concat
    assert (said.ref, said.cnt, said.seq, found.text) == (0x1234, 3, 2, "hello")
    assert {key: bytes(value) for key, value in found.udh.headers.items()} == {
        8: bytes.fromhex("12340302"),
        0x24: b"\1",
        0x25: b"\6",
    }


# --- alphabets ---------------------------------------------------------------------------------------


def every_septet(plain: Any, escaped: Any) -> list[tuple[bytes, str]]:
    """Return each septet, or escape and septet, of two tables, with its code point."""
    found = [(bytes((septet,)), point) for septet, point in enumerate(plain.codepoints)]
    found += [(bytes((0x1B, septet)), point) for septet, point in enumerate(escaped.codepoints)]
    return [(code, chr(point)) for code, point in found if point is not None]


def agree(
    plain: Any, escaped: Any, decode: Callable[[bytes], str], encode: Callable[[str], bytes]
) -> dict[str, str]:
    """Hold septets against another codec of one octet per septet, and return the cells that differ.

    Returns:
        What the other one makes of a cell, or its exception, by the septets in hexadecimal digits.
    """
    cells, differ = [], {}
    for code, point in every_septet(plain, escaped):
        assert text_of(code, plain, escaped) == point
        theirs = attempt(decode, code)
        if theirs == point:
            cells.append(point)
        else:
            differ[code.hex()] = theirs
    # What it has at a wrong place, it does not look for at the right one.
    cells = [point for point in cells if point not in differ.values()]
    source = random.Random(f"{SEED} {plain.name} {escaped.name}")
    known = escaped.text
    for _ in range(30):
        text = "".join(source.choices(cells, k=source.randrange(200)))
        assert decode(bytes(septets_of(text, plain, escaped))) == text
        # Where a code point stands twice, they send the higher septet; both mean the same.
        once = "".join(point for point in text if known.count(point) < 2)
        assert encode(once) == bytes(septets_of(once, plain, escaped)), ascii(once)
    return differ


def attempt(decode: Callable[[bytes], str], code: bytes) -> str:
    try:
        return decode(code)
    except UnicodeDecodeError as error:
        return type(error).__name__


def test_gsm0338() -> None:
    """The default alphabet and extension of PyPI's gsm0338, and its Spanish single shift table."""
    codec = importlib.import_module("gsm0338.codec").Codec
    charset = importlib.import_module("gsm0338.charset")
    for made, extension in (
        (codec(), DEFAULT_EXTENSION),
        (codec(single_shift_decode_map=charset.SINGLE_SHIFT_CHARACTER_SET_SPANISH), SINGLE_SHIFT[2]),
    ):
        assert not agree(
            DEFAULT_ALPHABET,
            extension,
            lambda code, made=made: str(made.decode(code)[0]),  # type: ignore[misc]
            lambda text, made=made: bytes(made.encode(text)[0]),  # type: ignore[misc]
        )


TABLES = [
    *((0, single) for single in (0, *SINGLE_SHIFT)),
    *((locking, 0) for locking in LOCKING_SHIFT),
    *((locking, locking) for locking in LOCKING_SHIFT),
]


def gsmcodecs_differs(locking: int, single: int) -> dict[str, str]:
    """Return the cells in which gsmcodecs 1.0.0 differs, by the septets in hexadecimal digits.

    Two are as TS 23.038 V18.0.0 prints them (`segcore.rules.alphabets.CORRECTIONS`).  That an apostrophe
    stands at 2C of ten locking shift tables is an error of its own: every other source has the comma there.
    """
    found = {"2c": "'"} if locking >= 4 else {}
    if locking == 7:
        found["24"] = "\u0caa"
    if single == 12:
        found["1b65"] = "UnicodeDecodeError"
    return found


@pytest.mark.parametrize(("locking", "single"), TABLES)
def test_gsmcodecs(locking: int, single: int) -> None:
    """The national tables of PyPI's gsmcodecs, made from TS 23.038 V18.0.0."""
    importlib.import_module("gsmcodecs")
    name = f"gsm23.038-{locking}-{single}"
    differ = agree(
        LOCKING_SHIFT[locking] if locking else DEFAULT_ALPHABET,
        SINGLE_SHIFT[single] if single else DEFAULT_EXTENSION,
        lambda code: code.decode(name),
        lambda text: text.encode(name),
    )
    assert differ == gsmcodecs_differs(locking, single)


_PERL = r"""
use strict; use warnings; use Encode qw(decode encode);
binmode STDOUT, ":raw";
while (my $line = <STDIN>) {
    my ($direction, $hex) = split / /, $line; chomp $hex;
    my $octets = pack "H*", $hex;
    my $found = $direction eq "decode"
        ? encode("UTF-16BE", decode("gsm0338", $octets)) : encode("gsm0338", decode("UTF-16BE", $octets));
    print unpack("H*", $found), "\n";
}
"""


@pytest.fixture(scope="module")
def perl() -> Callable[[list[str]], list[str]]:
    """Ask Perl's Encode::GSM0338 many questions at once."""
    found = shutil.which("perl")
    if found is None:
        pytest.skip("perl is not installed")
    version = "use Encode::GSM0338; print $Encode::GSM0338::VERSION"
    asked = subprocess.run([found, "-e", version], capture_output=True, text=True, check=False, timeout=60)
    # Until 2.9 it followed the Unicode consortium's table, and decoded 00 as @ only before other septets.
    if asked.returncode or float(asked.stdout) < 2.10:
        pytest.skip(f"Encode::GSM0338 2.10 or newer is not installed ({asked.stdout or asked.stderr})")

    def ask(questions: list[str]) -> list[str]:
        answer = subprocess.run(
            [found, "-e", _PERL],
            input="".join(f"{question}\n" for question in questions),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return answer.stdout.splitlines()

    return ask


def test_perl(perl: Callable[[list[str]], list[str]]) -> None:
    """Perl's Encode::GSM0338 has the same alphabet and extension, in both directions."""
    cells = every_septet(DEFAULT_ALPHABET, DEFAULT_EXTENSION)
    gsm = [text for text in texts() if segcore.detect_encoding(text) is Encoding.GSM7]
    pairs = [*cells, *((bytes(septets_of(text, DEFAULT_ALPHABET, DEFAULT_EXTENSION)), text) for text in gsm)]
    decoded = perl([f"decode {code.hex()}" for code, _ in pairs])
    assert decoded == [text.encode("utf-16-be").hex() for _, text in pairs]
    encoded = perl([f"encode {text.encode('utf-16-be').hex()}" for _, text in pairs])
    assert encoded == [code.hex() for code, _ in pairs]


# --- encoders that are installed for the benchmarks ---------------------------------------------------


def test_smsutil() -> None:
    """smsutil encodes the default alphabet to the same septets."""
    codec = pytest.importorskip("smsutil.codecs").GSM0338Codec()
    for _, point in every_septet(DEFAULT_ALPHABET, DEFAULT_EXTENSION):
        assert codec.encode(point)[0] == bytes(septets_of(point, DEFAULT_ALPHABET, DEFAULT_EXTENSION))


def test_smpplib() -> None:
    """smpplib has the same septets and, one octet each, the same segments where no escape is near an end."""
    gsm = pytest.importorskip("smpplib.gsm")
    for _, point in every_septet(DEFAULT_ALPHABET, DEFAULT_EXTENSION):
        if point not in "\f§":  # it has neither
            assert gsm.gsm_encode(point) == bytes(septets_of(point, DEFAULT_ALPHABET, DEFAULT_EXTENSION))
    for text in ("a" * 160, "a" * 161, "é" * 400, "б" * 70, "б" * 71, "б" * 300):
        theirs, _, _ = gsm.make_parts(text)
        number = theirs[0][3] if len(theirs) > 1 else 0
        ours = segcore.encode(text, reference=number)
        assert [unpacked(part) for part in ours] == theirs


def unpacked(part: UserData) -> bytes:
    """Return user data with its septets one per octet, as SMPP carries it."""
    header = part[0] + 1 if part.has_header else 0
    if part.encoding is Encoding.UCS2:
        return bytes(part)
    return bytes(part[:header]) + unpack(part, header, part.length)
