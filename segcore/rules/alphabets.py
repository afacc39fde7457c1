"""The alphabets of 3GPP TS 23.038: what each septet stands for.

The tables are written down here and, those of national languages, in national_tables.txt; nowhere else.
Everything else, the C kernels too, is handed what it needs from here.

How to read a table: an alphabet with all 128 septets is a grid of 8 rows and 16 columns, septet
0x00 top left, 0x7F bottom right.  A sparse one lists ``septet:code point`` pairs.
A cell is the code point itself where it prints well, otherwise four hexadecimal digits
(Indic and Arabic letters), ``LF CR FF SP`` for the controls and the space, ``ESC`` for the escape to
the extension table, and ``--`` for a septet that stands for nothing.
"""

from __future__ import annotations

from functools import partial

from segcore.rules import lines_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

ESCAPE = 0x1B
"""Septet that announces a septet of the extension table (TS 23.038 6.2.1)."""

_NAMED = {"LF": 0x0A, "FF": 0x0C, "CR": 0x0D, "SP": 0x20}


def _code_point(cell: str) -> int | None:
    if cell in ("--", "ESC"):
        return None
    if cell in _NAMED:
        return _NAMED[cell]
    return ord(cell) if len(cell) == 1 else int(cell, 16)


class Alphabet:
    """One table of TS 23.038: the code point of each of 128 septets.

    Args:
        name: What the specification calls the table.
        clause: Where the specification prints it.
        table: The table as text, in the form this module's docstring explains; or a function that reads it.

    Raises:
        ValueError: It contains U+001B, which is found out when its code points are first asked for.

    Example:
        >>> DEFAULT_ALPHABET.codepoints[0x41] == ord("A")
        True
        >>> DEFAULT_EXTENSION.text
        '\\x0c^{}\\\\[~]|€'

    Source: 3GPP TS 23.038 6.2.1 and Annex A.
    """

    __slots__ = ("_cells", "_table", "clause", "name")

    def __init__(self, name: str, clause: str, table: str | Callable[[], str]) -> None:
        self.name = name
        self.clause = clause
        self._table = table
        self._cells: tuple[int | None, ...] = ()

    def __repr__(self) -> str:
        return f"<Alphabet: {self.name}, {self.clause}>"

    def __eq__(self, other: object) -> bool:
        return self.codepoints == other.codepoints if isinstance(other, Alphabet) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.codepoints)

    @property
    def table(self) -> str:
        """The table as text."""
        return self._table if isinstance(self._table, str) else self._table()

    @property
    def codepoints(self) -> tuple[int | None, ...]:
        """The code point of each septet from 0 to 127; ``None`` where it stands for none."""
        # Read on first use: most programs never ask for 25 of the 27 tables.
        if not self._cells:
            self._cells = self._read()
        return self._cells

    @property
    def text(self) -> str:
        """All code points of the table in the order of their septets."""
        return "".join(chr(cell) for cell in self.codepoints if cell is not None)

    def _read(self) -> tuple[int | None, ...]:
        words = self.table.split()
        cells: list[int | None] = [None] * 128
        if len(words) == 128:
            cells[:] = map(_code_point, words)
        else:
            for word in words:
                septet, cell = word.split(":", 1)
                cells[int(septet, 16)] = _code_point(cell)
        if ESCAPE in cells:
            # As a code point it would be taken for the septet that announces one of the extension table.
            raise ValueError(f"alphabet {self.name!r}: U+001B cannot be sent in any coding; remove it")
        return tuple(cells)


DEFAULT_ALPHABET = Alphabet(
    "GSM 7-bit default alphabet",
    "TS 23.038 6.2.1",
    r"""
@   £   $   ¥   è   é   ù   ì   ò   Ç   LF  Ø   ø   CR  Å   å
Δ   _   Φ   Γ   Λ   Ω   Π   Ψ   Σ   Θ   Ξ   ESC Æ   æ   ß   É
SP  !   "   #   ¤   %   &   '   (   )   *   +   ,   -   .   /
0   1   2   3   4   5   6   7   8   9   :   ;   <   =   >   ?
¡   A   B   C   D   E   F   G   H   I   J   K   L   M   N   O
P   Q   R   S   T   U   V   W   X   Y   Z   Ä   Ö   Ñ   Ü   §
¿   a   b   c   d   e   f   g   h   i   j   k   l   m   n   o
p   q   r   s   t   u   v   w   x   y   z   ä   ö   ñ   ü   à
""",
)

DEFAULT_EXTENSION = Alphabet(
    "default extension table",
    "TS 23.038 6.2.1.1",
    r"""
0A:FF 14:^ 28:{ 29:} 2F:\ 3C:[ 3D:~ 3E:] 40:| 65:€
""",
)

LANGUAGES = {
    1: "Turkish",
    2: "Spanish",
    3: "Portuguese",
    4: "Bengali",
    5: "Gujarati",
    6: "Hindi",
    7: "Kannada",
    8: "Malayalam",
    9: "Oriya",
    10: "Punjabi",
    11: "Tamil",
    12: "Telugu",
    13: "Urdu",
}
"""National language identifiers (TS 23.038 6.2.1.2.4).  Spanish has no locking shift table (A.3.2)."""


def _national_table(title: str) -> str:
    """Return the table under a title of national_tables.txt."""
    lines = [*lines_of(__package__, "national_tables.txt")]
    start = next(number for number, line in enumerate(lines, 1) if line.startswith(title))
    end = next((number for number in range(start, len(lines)) if lines[number].startswith("[")), None)
    return "\n".join(lines[start:end])


def _national(kind: str, clause: str, language: int) -> Alphabet:
    name = f"{LANGUAGES[language]} {kind} shift table"
    return Alphabet(name, f"TS 23.038 {clause}.{language}", partial(_national_table, f"[{name}]"))


# By national language identifier.  A locking shift table replaces the default alphabet, a single shift table
# the default extension table; each may be used without the other (6.2.1.2).
LOCKING_SHIFT = {language: _national("locking", "A.3", language) for language in LANGUAGES if language != 2}
SINGLE_SHIFT = {language: _national("single", "A.2", language) for language in LANGUAGES}


class Correction:
    """A cell where a table differs from what a version of the specification prints.

    Args:
        table: The table concerned.
        septet: The cell.
        printed: The code point that was printed, ``None`` for an empty cell.
        used: The code point that segcore uses.
        reason: Why.

    Example:
        >>> [hex(c.used) for c in CORRECTIONS if c.table is LOCKING_SHIFT[7]]
        ['0xca1']
    """

    __slots__ = ("printed", "reason", "septet", "table", "used")

    def __init__(self, table: Alphabet, septet: int, printed: int | None, used: int, reason: str) -> None:
        self.table = table
        self.septet = septet
        self.printed = printed
        self.used = used
        self.reason = reason


CORRECTIONS = (
    Correction(
        LOCKING_SHIFT[7],
        0x24,
        printed=0x0CAA,
        used=0x0CA1,
        reason="Every version prints U+0CAA, which stands at 3D already, between U+0CA0 and U+0CA2, "
        "where U+0CA1 belongs; handsets (Android, Mozilla) use U+0CA1.",
    ),
    Correction(
        SINGLE_SHIFT[11],
        0x24,
        printed=0x0BEF,
        used=0x0BEE,
        reason="V9.1.1 and V16.0.0 print the digit nine twice and the digit eight not at all; "
        "every implementation uses U+0BEE.",
    ),
    Correction(
        SINGLE_SHIFT[12],
        0x22,
        printed=0x06CC,
        used=0x0C6C,
        reason="V9.1.1 prints an Arabic letter in the run of Telugu digits; corrected in later versions.",
    ),
    Correction(
        SINGLE_SHIFT[12],
        0x23,
        printed=0x06CD,
        used=0x0C6D,
        reason="V9.1.1 prints an Arabic letter in the run of Telugu digits; corrected in later versions.",
    ),
    Correction(
        SINGLE_SHIFT[12],
        0x65,
        printed=None,
        used=0x20AC,
        reason="Disputed: V8.2.0 and V18.0.0 leave the cell empty, V9.1.1 and V16.0.0 have the euro sign, "
        "as has every other single shift table at this septet.",
    ),
)
"""Cells that are not as some version of the specification prints them, each with its reason."""
