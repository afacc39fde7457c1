"""The messages that are counted: seeded, made of words, and every string an object of its own."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle, islice
from pathlib import Path

from benchmarks.implementations import reference
from segcore.rules.codings import GSM7, UCS2, Encoding

SEED = 2026


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ENGLISH = _words(
    "your order is on the way and will arrive today between 9:30 and 11:00, please keep this code: 482913 "
    "Hi Anna! can we move lunch to 1pm? I am running 10 min late, sorry :) see you there. "
    "Reminder: appointment with Dr. Patel tomorrow at 14:15; reply YES to confirm or NO to cancel. "
    "Final notice - invoice #20417 of $59.90 was due on 3/14, pay at example.com/pay/a1b2 or call 555-0134. "
    "thanks for shopping with us, get 20% off your next visit (this week only) & free delivery over $25. "
    "ok sure, no problem, I'll pick up the kids after work, do we need milk or bread? love you. "
    "Your balance is low. Top up now: dial *123# to avoid losing service."
)

# Only the accented letters that the GSM 7-bit default alphabet has, so the messages stay GSM-7.
_ACCENTED = _words(
    "Bonjour, votre colis numéro 4812 sera livré à partir de 9h, merci de préparer la somme de 24,90. "
    "à bientôt Élodie, la réunion est reportée à jeudi après le déjeuner, répondez OK. "
    "Ihre Bestellung für Frau Größer ist fertig, Öffnungszeiten täglich bis 18 Uhr, schöne Grüße. "
    "Der Termin wäre möglich, bitte die Straße überprüfen und die Tür öffnen. "
    "Mañana a las 10 el señor Núñez pasa por el baño, el niño cumple años. "
    "Città e perché no, più tardi sarà già lì, così può partire, però è caffè per papà. "
    "Vi møtes på Østbanen når du er på vei, ta med blåbær og smør. Hälsningar från Åsa, är du hemma? "
    "Ægte smørrebrød på tilbud i dag, køb tre og få den ene, vi ses på søndag. "
    "Vielen Dank, wir melden uns morgen wieder. Gracias por su compra, hasta luego. "
    "Merci beaucoup et bonne soirée. Ci vediamo domani alla fermata del tram. "
    "Tak for hjelpen, det var fint. "
)
_ACCENTED = tuple(word for word in _ACCENTED if set(word) <= set(GSM7.basic))

_EXTENDED = _words(
    "[A1] [B2] {name} {code} 5€ 12€ 99€ ~10 ~3km a|b yes|no x^2 ^_^ C:\\data D:\\x {[(1)]} [ok] {} [] "
    "~ | || \\o/ <{o}> total [EUR] 7€/kg {id: 17} path\\to [1|2|3] ready from with order the send for"
)

_CURLY = _words("don’t I’m it’s we’ll you’re “urgent” “sold out” ‘new’ can’t – — wait… let’s Tom’s that’s")

_EMOJI = _words("😀 😂 🎉 🙏 🔥 👍 🚚 📦 🎂 💬 😍 🥳 ⏰ ☀️ ❤️ ✅ 👍🏽 🙌🏿 👩‍💻 👨‍👩‍👧 🇩🇪 🇺🇸 🏳️‍🌈 1️⃣")

_CYRILLIC = _words(
    "Ваш заказ готов, код для получения: 4817, ждём вас до 21:00. Привет! как дела, ты скоро будешь дома? "
    "Напоминаем о записи к врачу завтра в 14:15, ответьте ДА или НЕТ. Оплата 590 руб. прошла успешно, "
    "спасибо за покупку. Доброго дня, посылка прибула на відділення, чекаємо на вас. Никому не сообщайте "
    "этот код. Скидка 20% на всё только сегодня!"
)

Build = Callable[[random.Random], str]


def _sentence(words: Sequence[str], low: int, high: int, extra: Sequence[str] = ()) -> Build:
    """Return a builder of `low` to `high` code points of words, 1 to 3 of `extra` among them."""
    number = len(words)

    def build(rng: random.Random) -> str:
        # The last few code points stay open, because no word may fit them exactly.
        target = rng.randint(low, high - 6)
        picked = [rng.choice(extra) for _ in range(rng.randint(1, 3))] if extra else []
        length = sum(map(len, picked)) + len(picked) - 1
        while length < target:
            word = words[int(rng.random() * number)]
            if length + 1 + len(word) <= high:
                picked.append(word)
                length += 1 + len(word)
        if extra:
            rng.shuffle(picked)
        return " ".join(picked)

    return build


def _filled(words: Sequence[str], weight: Callable[[str], int], units: int) -> Build:
    """Return a builder of words that together take a little more than `units`."""

    def build(rng: random.Random) -> str:
        picked: list[str] = []
        taken = 0
        while taken < units:
            picked.append(rng.choice(words))
            taken += 1 + sum(map(weight, picked[-1]))
        return " ".join(picked)

    return build


def _repeated(code_point: str, least: int, most: int) -> Build:
    """Return a builder of one code point over and over."""
    return lambda rng: code_point * rng.randint(least, most)


def _septets(code_point: str) -> int:
    return 2 if code_point in GSM7.extended else 1


def _code_units(code_point: str) -> int:
    return 2 if ord(code_point) > 0xFFFF else 1


def _at_a_boundary(rng: random.Random) -> str:
    """Return a message that just fills its last segment, or just does not, and what peers differ on."""
    pairs = rng.choice(["", "€", "😀"])
    coding = UCS2 if pairs == "😀" else GSM7
    segments = rng.randint(1, 4)
    units = (coding.single if segments == 1 else segments * coding.part) + rng.randint(-2, 1)
    text = ""
    if pairs:
        # One pair around each boundary, so that a segment may have to end one unit early.
        while units > coding.part:
            before = coding.part - rng.randint(0, 2)
            text += _ASCII[:before] + pairs
            units -= before + 2
    text += _ASCII[: max(units, 0)]
    return rng.choices([text, text[:-2] + rng.choice("§`\f\x1b\ud83d"), ""], [90, 9, 1])[0]


_ASCII = (" ".join(_ENGLISH) + " ") * 2

_BUILDERS: dict[str, Build] = {
    "ascii_short": _sentence(_ENGLISH, 10, 30),
    "ascii_typical": _sentence(_ENGLISH, 60, 140),
    "ascii_long": _sentence(_ENGLISH, 300, 500),
    "accented": _sentence(_ACCENTED, 60, 140),
    "extension_heavy": _sentence(_EXTENDED, 60, 140),
    "curly_quotes": _sentence(_ENGLISH, 60, 140, _CURLY),
    "emoji": _sentence(_ENGLISH, 60, 140, _EMOJI),
    "cyrillic": _sentence(_CYRILLIC, 60, 140),
    # Full enough for ten segments, with room for the septet that an escape pair leaves free in each.
    "ten_segment_plain": _filled(_ENGLISH, _septets, 1490),
    "ten_segment_extension": _filled(_EXTENDED, _septets, 1490),
    "ten_segment_emoji": _filled(_EMOJI, _code_units, 640),
    # Nothing but pairs: 76 of septets to a segment of 153, 33 of surrogates to one of 67 code units.
    "ten_segment_braces": _repeated("{", 9 * 76 + 1, 10 * 76),
    "ten_segment_euros": _repeated("€", 9 * 76 + 1, 10 * 76),
    "ten_segment_faces": _repeated("😀", 9 * 33 + 1, 10 * 33),
    "boundaries": _at_a_boundary,
}

# Seven in ten are GSM-7, as in traffic of many senders in many languages; the order is random, so that
# a branch on the encoding is not predicted as easily as in a corpus of one kind.
_MIXED = {
    "ascii_typical": 55,
    "accented": 12,
    "extension_heavy": 3,
    "curly_quotes": 10,
    "emoji": 10,
    "cyrillic": 10,
}


def _mixed(rng: random.Random) -> str:
    return _BUILDERS[rng.choices(list(_MIXED), list(_MIXED.values()))[0]](rng)


_BUILDERS["mixed"] = _mixed

NAMES = tuple(_BUILDERS)
TEN_SEGMENTS = tuple(name for name in NAMES if name.startswith("ten_segment"))
EVERYDAY = tuple(name for name in NAMES if name not in (*TEN_SEGMENTS, "boundaries"))


@dataclass(frozen=True)
class Corpus:
    """Messages and the facts that a time needs beside it.

    Args:
        name: One of `NAMES`.
        texts: The messages.
        expected: The segments of each, by the reference.
        code_points: Code points of all of them.
        ucs2: How many are UCS-2.
    """

    name: str
    texts: list[str]
    expected: list[int]
    code_points: int
    ucs2: int

    @property
    def facts(self) -> dict[str, object]:
        """What goes beside a measured time."""
        return {
            "corpus": self.name,
            "messages": len(self.texts),
            "code_points": self.code_points,
            "code_points_per_message": round(self.code_points / len(self.texts), 1),
            "ucs2_share": round(self.ucs2 / len(self.texts), 3),
            "segments": sum(self.expected),
            "seed": SEED,
        }

    @property
    def octets(self) -> int:
        """The octets in which Python keeps the code points: 1, 2 or 4 for each, by the highest of a text."""
        return sum(len(text) * _width(max(text, default="")) for text in self.texts)


def _width(highest: str) -> int:
    return 1 if highest < "\u0100" else 2 if highest <= "\uffff" else 4


def texts(name: str, count: int, seed: int = SEED) -> list[str]:
    """Return `count` messages, the same ones for the same arguments, each a new object."""
    rng = random.Random(f"{seed} {name}")
    build = _BUILDERS[name]
    return [build(rng) for _ in range(count)]


@cache
def corpus(name: str, count: int) -> Corpus:
    """Return a corpus; asked again, the same one."""
    messages = texts(name, count)
    return Corpus(
        name,
        messages,
        [reference.count_segments(text) for text in messages],
        sum(map(len, messages)),
        sum(reference.detect_encoding(text) is Encoding.UCS2 for text in messages),
    )


def write_csv(path: Path, rows: int) -> None:
    """Write a file of mixed messages with the columns ``id``, ``to`` and ``text``."""
    rng = random.Random(f"{SEED} csv")
    # In a file no string is an object: a tenth of the messages, repeated, costs its reader the same.
    messages = texts("mixed", min(rows, 100_000))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "to", "text"))
        writer.writerows(_numbered(rng, islice(cycle(messages), rows)))


def _numbered(rng: random.Random, messages: Iterable[str]) -> Iterable[tuple[int, str, str]]:
    # As many digits as numbers there have.
    prefixes = (
        *("+1919xxxxxxx", "+1212xxxxxxx", "+1416xxxxxxx", "+4477xxxxxxxx"),
        *("+4915xxxxxxxxx", "+336xxxxxxxx", "+5255xxxxxxxx", "+9198xxxxxxxx"),
    )
    for row, text in enumerate(messages):
        prefix, _, rest = rng.choice(prefixes).partition("x")
        digits = len(rest) + 1
        yield row, f"{prefix}{rng.randrange(10**digits):0{digits}}", text
