"""What `kernels/rules_driver.c` reads: the rules of some options as the binding lays them out, and texts."""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from options_corpus import OPTIONS

from segcore.engine import Choice
from segcore.engine.native import (
    change_sets,
    changes,
    class_map,
    code_point_map,
    looks,
    mask_map,
    quiet_runs,
    replacement_map,
    septet_map,
    septet_pages,
)
from segcore.rules.codings import (
    CONCATENATION_8BIT_OCTETS,
    CONCATENATION_16BIT_OCTETS,
    GSM7,
    Coding,
    Encoding,
    national_codings,
)
from segcore.rules.graphemes import has_clusters
from segcore.rules.replacements import PARTLY, translation

if TYPE_CHECKING:
    from reference_options import Sent

_ORDER = "le" if sys.byteorder == "little" else "be"
_CODECS = {1: "latin-1", 2: f"utf-16-{_ORDER}", 4: f"utf-32-{_ORDER}"}


def _blobs(name: str) -> Iterator[bytes]:
    options = OPTIONS[name]
    reference = {"8bit": CONCATENATION_8BIT_OCTETS, "16bit": CONCATENATION_16BIT_OCTETS}[options.width]
    gsm7 = Coding(Encoding.GSM7, GSM7.alphabet, GSM7.extension, reference=reference)
    ucs2 = Coding(Encoding.UCS2, reference=reference)
    choice = Choice((gsm7, *national_codings(options.languages, gsm7)))
    replaced = translation(options.replacements)
    first, second, is_exact = looks(choice, replaced, options.partly)
    is_beyond = any(number > 0xFFFF for number in replaced)
    flags = (is_exact, PARTLY.index(options.partly), is_beyond, has_clusters(choice.masks))
    rooms = (gsm7.single, gsm7.part, ucs2.single, ucs2.part)
    yield array("i", (*flags, len(choice.alphabets), *rooms)).tobytes()
    codings = zip(choice.codings, choice.tables, strict=True)
    yield b"".join(struct.pack("=4i", *tables, coding.single, coding.part) for coding, tables in codings)
    yield from septet_pages(gsm7, first)
    yield from (b"", b"") if second is None else septet_pages(gsm7, second)
    yield from mask_map(choice)
    if replaced:
        numbers, *strings = replacement_map(replaced)
        changed = changes(replaced, options.clusters)
        yield from (*numbers, *strings, *septet_map(choice, replaced, is_exact))
        yield from (*code_point_map("B", changed.items()), *change_sets(changed))
        yield b"".join(struct.pack("=2i", *run) for run in quiet_runs(changed))
    else:
        yield from [b""] * 11
    yield from class_map() if options.clusters else (b"", b"")


def rules(name: str) -> bytes:
    """Return the rules of the options of a name."""
    return b"".join(struct.pack("=I", len(blob)) + blob for blob in _blobs(name))


def records(sent: Iterable[tuple[str, Sent]]) -> Iterator[tuple[bytes, str, str]]:
    """Yield each text in every form that can hold it, what a kernel must answer, and the text."""
    for text, how in sent:
        answer = f"{int(how.tables is None)} {how.units} {len(how.parts)}"
        highest = max(map(ord, text), default=0)
        forms = [
            (kind, text.encode(codec, "surrogatepass"))
            for kind, codec in _CODECS.items()
            if highest < 1 << 8 * kind
        ]
        if not any("\ud800" <= point <= "\udfff" for point in text):
            forms.append((0, text.encode()))
        for kind, octets in forms:
            yield struct.pack("=2I", kind, len(octets)) + octets, answer, f"kind {kind}: {text!r}"
