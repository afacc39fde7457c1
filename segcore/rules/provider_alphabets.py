"""7-bit alphabets of providers and routes that differ from the standard one, and how to make others.

The tables are written like those of `segcore.rules.alphabets`, whose docstring explains how to read them.
"""

from __future__ import annotations

from collections.abc import Mapping

from segcore.rules.alphabets import DEFAULT_ALPHABET, DEFAULT_EXTENSION, Alphabet

_TELNYX = "https://developers.telnyx.com/docs/messaging/messages/message-encoding"
_CLICKSEND = "https://help.clicksend.com/article/h474eseq3a-how-many-characters-can-i-send-in-an-sms"

TELNYX_ALPHABET = Alphabet(
    "Telnyx GSM 7-bit set",
    _TELNYX,
    r"""
@   £   $   ¥   è   é   ù   ì   ò   --  LF  Ø   ø   CR  Å   å
--  _   --  --  --  --  --  --  --  --  --  ESC Æ   æ   ß   É
SP  !   "   #   --  %   &   '   (   )   *   +   ,   -   .   /
0   1   2   3   4   5   6   7   8   9   :   ;   <   =   >   ?
¡   A   B   C   D   E   F   G   H   I   J   K   L   M   N   O
P   Q   R   S   T   U   V   W   X   Y   Z   Ä   Ö   Ñ   Ü   --
¿   a   b   c   d   e   f   g   h   i   j   k   l   m   n   o
p   q   r   s   t   u   v   w   x   y   z   ä   ö   ñ   ü   à
""",
)
"""The default alphabet without the Greek capitals, C with cedilla, currency sign and section sign."""

TELNYX_EXTENSION = Alphabet(
    "Telnyx extended characters",
    _TELNYX,
    r"""
14:^ 28:{ 29:} 2F:\ 3C:[ 3D:~ 3E:] 40:|
""",
)
"""The default extension table without the form feed and the euro sign."""

ASCII_ALPHABET = Alphabet(
    "ASCII",
    _TELNYX,
    r"""
0000 0001 0002 0003 0004 0005 0006 0007 0008 0009 LF   000B FF   CR   000E 000F
0010 0011 0012 0013 0014 0015 0016 0017 0018 0019 001A ESC  001C 001D 001E 001F
SP   !    "    #    $    %    &    '    (    )    *    +    ,    -    .    /
0    1    2    3    4    5    6    7    8    9    :    ;    <    =    >    ?
@    A    B    C    D    E    F    G    H    I    J    K    L    M    N    O
P    Q    R    S    T    U    V    W    X    Y    Z    [    \    ]    ^    _
`    a    b    c    d    e    f    g    h    i    j    k    l    m    n    o
p    q    r    s    t    u    v    w    x    y    z    {    |    }    ~    007F
""",
)
"""Every septet is its own ASCII code, except for the escape, U+001B."""

CLICKSEND_ALPHABET = Alphabet(
    "default alphabet without line breaks",
    _CLICKSEND,
    r"""
@   £   $   ¥   è   é   ù   ì   ò   Ç   --  Ø   ø   --  Å   å
Δ   _   Φ   Γ   Λ   Ω   Π   Ψ   Σ   Θ   Ξ   ESC Æ   æ   ß   É
SP  !   "   #   ¤   %   &   '   (   )   *   +   ,   -   .   /
0   1   2   3   4   5   6   7   8   9   :   ;   <   =   >   ?
¡   A   B   C   D   E   F   G   H   I   J   K   L   M   N   O
P   Q   R   S   T   U   V   W   X   Y   Z   Ä   Ö   Ñ   Ü   §
¿   a   b   c   d   e   f   g   h   i   j   k   l   m   n   o
p   q   r   s   t   u   v   w   x   y   z   ä   ö   ñ   ü   à
""",
)

CLICKSEND_EXTENSION = Alphabet(
    "default extension table with line breaks",
    _CLICKSEND,
    r"""
0A:LF 0D:CR 14:^ 28:{ 29:} 2F:\ 3C:[ 3D:~ 3E:] 40:| 65:€
""",
)
"""Line feed and carriage return after the escape, because ClickSend counts each as two; no form feed."""

Tables = tuple[Alphabet, Alphabet]
"""An alphabet, and its extension table."""

NO_EXTENSION = Alphabet("no extension table", "", "")

ALPHABETS: Mapping[str, Tables] = {
    "gsm7": (DEFAULT_ALPHABET, DEFAULT_EXTENSION),
    "ascii": (ASCII_ALPHABET, NO_EXTENSION),
    "telnyx": (TELNYX_ALPHABET, TELNYX_EXTENSION),
    "clicksend": (CLICKSEND_ALPHABET, CLICKSEND_EXTENSION),
}
"""The alphabets that a custom one can start from, by name."""

CHANGES = ("remove", "add", "double")
"""The changes that can be made to an alphabet, in the order in which they are made."""


def changed(
    tables: tuple[Alphabet | None, Alphabet | None], base: str | None, changes: Mapping[str, str], source: str
) -> Tables:
    """Return an alphabet and its extension table, changed.

    Args:
        tables: The alphabet and extension table to change if `base` is ``None``.
        base: One of `ALPHABETS`, or ``None``.
        changes: Code points by a key of `CHANGES`: ``remove`` drops them, ``add`` puts them where the
            standard tables have them, ``double`` moves them behind the escape.
        source: The address or clause for `Alphabet.clause`.

    Raises:
        ValueError: A code point cannot be removed, added or doubled; the message says why.

    Example:
        >>> alphabet, extension = changed((None, None), "telnyx", {"add": "§€"}, "our contract")
        >>> "§" in alphabet.text, "€" in extension.text
        (True, True)
    """
    old = ALPHABETS[base] if base is not None else tables
    alphabet, extension = (list((table or NO_EXTENSION).codepoints) for table in old)
    for one in changes.get("remove", ""):
        _remove(alphabet, extension, one)
    for one in changes.get("add", ""):
        _add(alphabet, extension, one)
    for one in changes.get("double", ""):
        _double(alphabet, extension, one)
    names = [(table or NO_EXTENSION).name for table in old]
    ending = ", changed" if changes else ""
    return _table(names[0] + ending, source, alphabet), _table(names[1] + ending, source, extension)


def _table(name: str, source: str, cells: list[int | None]) -> Alphabet:
    pairs = (f"{septet:02X}:{cell:04X}" for septet, cell in enumerate(cells) if cell is not None)
    return Alphabet(name, source, " ".join(pairs))


def _label(one: str) -> str:
    return f"U+{ord(one):04X}"


def _remove(alphabet: list[int | None], extension: list[int | None], one: str) -> None:
    for cells in (alphabet, extension):
        if ord(one) in cells:
            cells[cells.index(ord(one))] = None
            return
    raise ValueError(f"alphabet.remove: {_label(one)} is not in the alphabet or its extension table")


def _add(alphabet: list[int | None], extension: list[int | None], one: str) -> None:
    if ord(one) in alphabet or ord(one) in extension:
        raise ValueError(f"alphabet.add: {_label(one)} is in the alphabet or its extension table already")
    for cells, standard in ((alphabet, DEFAULT_ALPHABET), (extension, DEFAULT_EXTENSION)):
        if ord(one) in standard.codepoints:
            _put(cells, standard.codepoints.index(ord(one)), one, "add")
            return
    raise ValueError(
        f"alphabet.add: {_label(one)} is not in the GSM 7-bit default alphabet or its extension table, so "
        "that no septet means it; a national language may have it (languages)"
    )


def _double(alphabet: list[int | None], extension: list[int | None], one: str) -> None:
    if ord(one) not in alphabet:
        raise ValueError(f"alphabet.double: {_label(one)} does not count one septet")
    septet = alphabet.index(ord(one))
    _put(extension, septet, one, "double")
    alphabet[septet] = None


def _put(cells: list[int | None], septet: int, one: str, change: str) -> None:
    there = cells[septet]
    if there is not None:
        raise ValueError(
            f"alphabet.{change}: {_label(one)} would be septet {septet:02X}, which is U+{there:04X}; "
            "remove that first"
        )
    cells[septet] = ord(one)
