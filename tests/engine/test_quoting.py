"""Quotation marks of rows of cells, on both implementations."""

from __future__ import annotations

import re
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

pytestmark = pytest.mark.kernel_independent

DELIMITERS = (",", " ", "¦", "ab")


def _expected(rows: str, delimiter: str, inside: bool) -> bool | None:
    """Return what a grammar says of rows: what encloses a whole cell is one token."""
    edge = re.escape(delimiter)
    cell = r'(?:[^"]|"")*'
    closed = rf'{cell}"(?!")(?=\n|\r| ?{edge})'
    opened = rf'(?:(?<=\n)|(?<={edge})|(?<={edge} ))"'
    begun = closed if inside else ""
    if inside and re.fullmatch(cell, rows):
        return True
    found = re.fullmatch(rf'{begun}(?:[^"]|{opened}{closed})*(?P<last>{opened}{cell})?', rows)
    return None if found is None else found["last"] is not None


@given(st.text('"",; \r\nab¦', max_size=30), st.sampled_from(DELIMITERS), st.booleans())
@example('"', ",", True)
@example('a, "b" ,"c', ",", False)
@example('"a" "b"', " ", False)
@example('"a" "b"', ",", False)
@example('a""', ",", False)
@example('"a"\rb', ",", False)
@example('a\r"', ",", False)
@example(', ""', ",", False)
def test_both_say_what_the_grammar_says(core: ModuleType, text: str, delimiter: str, inside: bool) -> None:
    rows = f"\n{text}\n"
    octets = f"x{rows}y".encode()
    found = core.cell_quotes(octets, 1, len(octets) - 1, delimiter.encode(), inside)
    assert found == _expected(rows, delimiter, inside)


def test_marks_at_the_ends(core: ModuleType) -> None:
    """Nothing beyond is read; a file may end without a line end."""
    for rows, closed, opened in (
        (b"", False, True),
        (b"a", False, True),
        (b'"', True, False),
        (b'"a"\r\n', False, None),
        (b'""', False, True),
        (b'"""', True, False),
        (b',"', True, False),
        (b'" ', True, None),
        (b'"a" ', None, None),
        (b'"a",', False, None),
    ):
        for beyond in (b',"', b'",'):
            octets = b'"a' + rows + beyond
            for inside, expected in ((False, closed), (True, opened)):
                assert core.cell_quotes(octets, 2, 2 + len(rows), b",", inside) == expected
    for rows in (b'b"', b'b "'):
        assert core.cell_quotes(b"a" + rows, 1, 1 + len(rows), b"ab", inside=False) is None
