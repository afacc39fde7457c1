"""The tables of the package against the published ones, cell by cell."""

from __future__ import annotations

import pytest
import reference

from segcore.rules import alphabets
from segcore.rules.alphabets import Alphabet

pytestmark = pytest.mark.kernel_independent

PUBLISHED = reference.load("alphabets")
TABLES = PUBLISHED["tables"]

PAIRS = [
    pytest.param(alphabets.DEFAULT_ALPHABET, TABLES["default"], id="default"),
    pytest.param(alphabets.DEFAULT_EXTENSION, TABLES["extension"], id="extension"),
    *(
        pytest.param(ours[language], TABLES[kind][str(language)], id=f"{kind}-{language}")
        for kind, ours in (("locking", alphabets.LOCKING_SHIFT), ("single", alphabets.SINGLE_SHIFT))
        for language in ours
    ),
]


@pytest.mark.parametrize(("alphabet", "published"), PAIRS)
def test_every_cell(alphabet: Alphabet, published: dict[str, dict[str, str]]) -> None:
    """Each of the 128 septets stands for the published code point, or for none."""
    cells = published["cells"]
    by_septet = {int(septet, 16): int(codepoint, 16) for septet, codepoint in cells.items()}
    expected = [by_septet.get(septet) for septet in range(128)]
    assert list(alphabet.codepoints) == expected
    assert alphabet.text == "".join(chr(codepoint) for codepoint in expected if codepoint is not None)


@pytest.mark.parametrize(("alphabet", "published"), PAIRS)
def test_names_and_clauses(alphabet: Alphabet, published: dict[str, str]) -> None:
    """Each table is called what the specification calls it, and says where it is printed."""
    assert (alphabet.name, alphabet.clause) == (published["name"], published["clause"])
    assert repr(alphabet) == f"<Alphabet: {alphabet.name}, {alphabet.clause}>"


def test_every_published_table_is_there() -> None:
    """There is no table more and none less than published."""
    assert sorted(alphabets.LOCKING_SHIFT) == sorted(map(int, TABLES["locking"]))
    assert sorted(alphabets.SINGLE_SHIFT) == sorted(map(int, TABLES["single"]))
    assert sorted(alphabets.LANGUAGES) == sorted(alphabets.SINGLE_SHIFT)


def test_languages_name_their_tables() -> None:
    """A language and the tables under its identifier have the same name."""
    for tables in (alphabets.LOCKING_SHIFT, alphabets.SINGLE_SHIFT):
        for language, table in tables.items():
            assert table.name.startswith(alphabets.LANGUAGES[language] + " ")


def test_corrections() -> None:
    """Exactly the published cells differ from print, each with a reason, and the table has what is used."""
    home = {
        **{id(table): ("locking", key) for key, table in alphabets.LOCKING_SHIFT.items()},
        **{id(table): ("single", key) for key, table in alphabets.SINGLE_SHIFT.items()},
    }
    found = []
    for correction in alphabets.CORRECTIONS:
        assert correction.table.codepoints[correction.septet] == correction.used
        assert correction.reason
        found.append((*home[id(correction.table)], correction.septet, correction.printed, correction.used))
    assert found == [
        (
            row["table"],
            row["language"],
            int(row["septet"], 16),
            None if row["printed"] is None else int(row["printed"], 16),
            int(row["used"], 16),
        )
        for row in PUBLISHED["corrections"]
    ]


def test_the_escape_stands_for_nothing() -> None:
    """No alphabet has a code point at the escape, and no table holds U+001B."""
    assert f"{alphabets.ESCAPE:02X}" == PUBLISHED["escape"]
    for pair in PAIRS:
        table = pair.values[0]
        assert isinstance(table, Alphabet)
        assert table.codepoints[alphabets.ESCAPE] is None
        assert "\x1b" not in table.text


@pytest.mark.parametrize("table", ["1B:1B", "00:a 05:1B", "00:a 05:\x1b", " ".join(["a"] * 127 + ["1B"])])
def test_an_alphabet_with_the_escape_is_refused(table: str) -> None:
    """U+001B cannot be sent: septet 0x1B announces another one."""
    from segcore.rules.codings import GSM7, Coding, Encoding

    own = Alphabet("own", "a test", table)
    for tables in ((own, None), (GSM7.alphabet, own)):
        with pytest.raises(ValueError, match=r"^alphabet 'own': U\+001B cannot be sent in any coding"):
            Coding(Encoding.GSM7, *tables)
