"""Estimates of files and tables of whatever kind: always the same one."""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from conftest import tally_of
from hypothesis import given
from hypothesis import strategies as st

duckdb = pytest.importorskip("duckdb")
pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")
pd = pytest.importorskip("pandas")

import segcore  # noqa: E402
from segcore.cost.estimate import Estimate  # noqa: E402
from segcore.cost.frame_counting import count_frame  # noqa: E402
from segcore.cost.run import estimate, run_files  # noqa: E402
from segcore.rates.card import RateCard  # noqa: E402
from segcore.sources import Reading, Roles  # noqa: E402
from segcore.sources.headings import choose  # noqa: E402
from segcore.sources.opening import FileError  # noqa: E402
from segcore.sources.rows import RowReader  # noqa: E402

US, GB, PR = "+12025550143", "+447400123456", "+17875550143"

CARD = RateCard(
    [
        {"country": "US", "sms": "0.0079", "mms": "0.02"},
        {"prefix": "1787", "sms": "0.045"},
        {"country": "GB", "sms": "0.04"},
    ]
)

ROWS: list[tuple[str | None, str | None, str | None, str | None]] = [
    ("Hello", US, None, "a"),
    ("’" + "a" * 70, PR, "none", "b"),
    ("", GB, "", "b"),
    ("picture", US, "https://example.com/a.jpg", "a"),
    ("group", f"{US},{PR}", None, None),
    ("б" * 71, f"{US}; +12025550144", "no", "b"),
    ("nowhere", None, None, "a"),
    ("nobody", "call me", "false", "a"),
    ("€" * 100, "+1 (202) 555-0143", "[]", "c,\"'"),
]
NAMES = ("Message", "Phone Number", "media_url", "campaign")
TABLE = {name: [row[index] for row in ROWS] for index, name in enumerate(NAMES)}


def by_hand(rows: list[Any] = ROWS, missing: Any = None) -> Estimate:
    """Return the estimate of the rows, one at a time, with what makes an MMS said for each."""
    made = Estimate(None, CARD, group_by=["campaign"])
    for text, to, media, campaign in rows:
        is_mms = bool(media and media.startswith("http")) or len((to or "").replace(";", ",").split(",")) > 1
        made.add([text or ""], to=[to], mms=is_mms, group=(missing if campaign is None else campaign,))
    return made


def frame() -> Any:
    return pl.DataFrame(TABLE, schema=dict.fromkeys(NAMES, pl.String))


def written(folder: Path, kind: str) -> Path:
    path = folder / f"table.{kind}"
    writers: dict[str, Callable[[], object]] = {
        "csv": lambda: frame().write_csv(path),
        "tsv": lambda: frame().write_csv(path, separator="\t"),
        "parquet": lambda: frame().write_parquet(path, row_group_size=2),
        "arrow": lambda: frame().write_ipc(path),
        "ndjson": lambda: frame().write_ndjson(path),
        "csv.gz": lambda: path.write_bytes(gzip.compress(frame().write_csv().encode())),
        "ndjson.gz": lambda: path.write_bytes(gzip.compress(frame().write_ndjson().encode())),
        "csv.zst": lambda: pa.CompressedOutputStream(str(path), "zstd").write(frame().write_csv().encode()),
    }
    writers[kind]()
    return path


KINDS = ["csv", "tsv", "parquet", "arrow", "ndjson", "csv.gz", "ndjson.gz", "csv.zst"]


@pytest.mark.parametrize("kind", KINDS)
def test_files_of_all_kinds(tmp_path: Path, kind: str) -> None:
    """Told apart by what is in them, not by their names."""
    path = written(tmp_path, kind)
    # A CSV file has no nulls.
    expected = by_hand(missing="" if "sv" in kind else None)
    assert estimate(path, rates=CARD, group_by="campaign") == expected
    renamed = path.rename(tmp_path / "table")
    assert estimate(str(renamed), rates=CARD, group_by=["campaign"]) == expected


FLAGS: dict[object, object] = {"none": None, "": 0, "false": False, "[]": []}

TABLES: dict[str, Callable[[], Any]] = {
    "mapping": lambda: TABLE,
    # The first has no media: its name comes with the fourth.
    "records": lambda: [
        {name: cell for name, cell in zip(NAMES, row, strict=True) if cell is not None} for row in ROWS
    ],
    "polars": frame,
    "polars lazy": lambda: frame().lazy(),
    "polars enum": lambda: frame().with_columns(pl.col("campaign").cast(pl.Categorical)),
    "pyarrow": lambda: pa.table(TABLE),
    "pyarrow batches": lambda: pa.Table.from_batches(pa.table(TABLE).to_batches(max_chunksize=2)),
    "pyarrow reader": lambda: pa.table(TABLE).to_reader(max_chunksize=3),
    "pyarrow dictionary": lambda: pa.table({n: pa.array(v).dictionary_encode() for n, v in TABLE.items()}),
    "pandas": lambda: pd.DataFrame(TABLE),
    "recipients of several types": lambda: {
        **TABLE,
        "Phone Number": [cell.split(",") if cell and "," in cell else cell for cell in TABLE["Phone Number"]],
    },
    "media of several types": lambda: {
        **TABLE,
        "media_url": [FLAGS.get(cell, cell) for cell in TABLE["media_url"]],
    },
    "NaN for what is missing": lambda: {
        name: [float("nan") if cell is None else cell for cell in cells] for name, cells in TABLE.items()
    },
    "pandas objects": lambda: pd.DataFrame(TABLE, dtype=object),
    "duckdb": lambda: duckdb.from_arrow(pa.table(TABLE)),
    "lists of media": lambda: frame().with_columns(
        pl.col("media_url").map_elements(_listed, pl.List(pl.String))
    ),
    "truth of media": lambda: frame().with_columns(pl.col("media_url").str.starts_with("http")),
    "lists of recipients": lambda: frame().with_columns(
        pl.col("Phone Number").str.replace(";", ",").str.split(",")
    ),
}


class _Text:
    """A name that is no string, such as a column of SQLAlchemy."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return self.name


def _listed(cell: str) -> list[str]:
    return [cell] if cell.startswith("http") else []


@pytest.mark.parametrize("kind", TABLES)
def test_tables_of_all_kinds(kind: str) -> None:
    assert estimate(TABLES[kind](), rates=CARD, group_by="campaign") == by_hand()


@pytest.mark.parametrize("kind", ["pandas", "pandas objects"])
def test_pandas_without_pyarrow(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    def missing(_: object) -> None:
        raise ModuleNotFoundError("No module named 'pyarrow'")

    monkeypatch.setattr(pl, "from_pandas", missing)
    assert estimate(TABLES[kind](), rates=CARD, group_by="campaign") == by_hand()


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame([["a", "b"]], columns=["text", "text"]),
        pa.table([["a"], ["b"]], names=["text", "text"]),
        pa.record_batch([["a"], ["b"]], names=["text", "text"]),
        {"text": ["a"], _Text("text"): ["b"]},
    ],
    ids=["pandas", "pyarrow table", "pyarrow batch", "mapping"],
)
def test_two_columns_of_one_name(table: Any) -> None:
    """Neither is taken for the other."""
    with pytest.raises(ValueError, match="data: 'text' names two columns; give each a name of its own"):
        estimate(table)


@pytest.mark.parametrize(
    "texts", [["a", "б"], ("a", "б"), pl.Series(["a", "б"]), pa.array(["a", "б"]), pd.Series(["a", "б"])]
)
def test_texts_alone(texts: Any) -> None:
    made = estimate(texts, rates=RateCard.flat("0.1"))
    assert (made.gsm7, made.ucs2, made.cost.total) == (1, 1, Decimal("0.2"))


def test_nulls_are_rows_without_a_message() -> None:
    """But a picture without words is one."""
    table = {
        "text": ["a", None, None, None],
        "media": [None, None, "x.jpg", None],
        "to": [US, US, US, f"{US},{GB}"],
    }
    for data in (table, pl.DataFrame(table), pd.DataFrame(table)):
        made = estimate(data)
        assert (made.messages, made.nulls, made.gsm7, made.mms, made.empty) == (3, 1, 1, 2, 0)
    assert estimate(pl.Series(["a", None, ""])).totals.nulls == 1


def test_several_files_and_patterns(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"part{number}.csv").write_text(f"text\n{'x' * (number + 1)}\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_text("text\n", encoding="utf-8")
    assert estimate(str(tmp_path / "part?.csv")).messages == 3
    assert estimate([tmp_path / "part0.csv", tmp_path / "empty.csv", tmp_path / "part0.csv"]).messages == 2
    assert estimate(str(tmp_path / "*")).messages == 3
    with pytest.raises(FileError, match="no file matches the pattern; check the name"):
        estimate(str(tmp_path / "*.parquet"))
    (tmp_path / "odd[1].csv").write_text("text\na\n", encoding="utf-8")
    assert estimate(str(tmp_path / "odd[1].csv")).messages == 1


def test_a_file_in_doubt_is_counted_once(tmp_path: Path) -> None:
    """Its first rows were counted before there was doubt."""
    rows = "".join(f"{number},plain\n" for number in range(200_000))
    path = tmp_path / "doubt.csv"
    path.write_text(f"id,text\n{rows}x,5'10\"\ny,6'\n", encoding="utf-8")
    first = tmp_path / "first.csv"
    first.write_text("id,text\n1,a\n", encoding="utf-8")
    assert estimate([first, path, first]).messages == 200_004


def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("csv", "parquet", "csv.gz"):
        octets = written(tmp_path, kind).read_bytes()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(octets)))
        found, _ = run_files(["-"], lambda: Estimate(None, CARD), Reading())
        assert found.messages == len(ROWS)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    with pytest.raises(FileError, match="standard input: the file is empty"):
        run_files(["-"], Estimate, Reading())


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"text": [1, 2]}, "column 'text' holds Int64, not text; name the right one"),
        ({"note": ["a"]}, "no column looks like the message text"),
        ({"text": ["a"], "to": [1.5]}, "column 'to' holds Float64, not text"),
        ([{"text": "a"}, "b"], r"data\[1\]: expected a mapping like data\[0\], got str"),
        ({"text": ["a", 1]}, "column 'text' holds values of several types: int, str"),
        (pl.DataFrame({"text": [["a"]]}), "column 'text' holds List"),
        (5, "expected a path, a table, a mapping of columns or texts, got int"),
        ([b"a"], r"texts\[0\]: expected str, got bytes"),
    ],
)
def test_what_is_no_table_of_messages(data: Any, error: str) -> None:
    with pytest.raises((ValueError, TypeError), match=error):
        estimate(data)


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("x.parquet", b"PAR1" + b"\0" * 40, "not readable as Parquet: "),
        ("x.arrow", b"ARROW1\0\0" + b"\0" * 40, "not readable as Arrow IPC: "),
        (
            "x.ndjson",
            b'{"text": "a"}\n{"text": \n',
            r"line 2: not JSON \(.*\); write one JSON object in each line",
        ),
        ("x.ndjson", b'{"text": "a"}\n[1]\n', "line 2: a whole number is not a message"),
        ("x.ndjson", b'{"text": "\xc3\xa9"}\n{"text": "\xff"}\n', "line 2: not UTF-8"),
        ("x.csv.gz", b"\x1f\x8b\x08\0broken", "the compressed data ends early"),
        ("x.csv.zst", b"\x28\xb5\x2f\xfdbroken", "damaged after octet 0 of the compressed data"),
        ("x.ndjson", b'{"note": "a"}\n', "no column looks like the message text"),
    ],
)
def test_broken_files(tmp_path: Path, name: str, content: bytes, error: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileError, match=error) as caught:
        estimate(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_options(tmp_path: Path) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text("country,sms\nUS,0.1\n", encoding="utf-8")
    table = {"a": ["It’s"], "b": ["2025550143"], "c": ["x"]}
    made = estimate(table, text="A", to="b", media="c", rates=rates, default_region="US")
    assert (made.mms, made.cost.unpriced_mms) == (1, 1)
    made = estimate(table, text="a", to="b", rates=str(rates), default_region="US", smart_encoding=True)
    assert (made.gsm7, made.cost.total, made.savings) == (1, Decimal("0.1"), None)
    with pytest.raises(ValueError, match=r"^text: unknown value 'd'; known: a, b, c"):
        estimate(table, text="d")
    assert estimate(table, text="a", profile="twilio", savings="twilio").savings is not None


def test_the_public_names() -> None:
    assert segcore.estimate is estimate
    assert segcore.Estimate is Estimate
    assert segcore.RateCard is RateCard


def test_both_implementations_estimate_the_same(
    segmenter_class: Any, path: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segcore.cost.estimate.Tally", partial(tally_of, path[0]))
    made = Estimate(segmenter_class(), CARD, group_by=["campaign"])
    reader = RowReader(choose(NAMES, Roles(group_by=("campaign",))))
    count_frame(made, frame().rename({name: f"c{index}" for index, name in enumerate(NAMES)}), reader)
    assert made.rows == by_hand().rows
    assert made.offenders == by_hand().offenders


_VALUES = st.sampled_from([None, "", "a", "b", "A", "é", "a,b"])


@given(
    st.lists(st.tuples(st.sampled_from(["x", "б"]), st.sampled_from([US, PR, GB]), _VALUES, _VALUES, _VALUES))
)
def test_groups_of_several_columns(rows: list[tuple[Any, ...]]) -> None:
    """Each combination is a group, what is null in it being another than what is empty."""
    names = ["text", "to", "one", "two", "three"]
    table = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    made = Estimate(None, CARD, group_by=names[2:])
    expected = Estimate(None, CARD, group_by=names[2:])
    for batch in (table[::2], table[1::2]):
        numbered = batch.rename({name: f"c{index}" for index, name in enumerate(names)})
        count_frame(made, numbered, RowReader(choose(names, Roles(group_by=tuple(names[2:])))))
    for text, to, *group in rows:
        expected.add([text], to=[to], group=tuple(group))
    assert made == expected


def test_without_polars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    assert estimate(["a"]).messages == 1
    with pytest.raises(ImportError, match=r"tables and files need polars: pip install polars"):
        estimate({"text": ["a"]})


@pytest.mark.parametrize("price", ["0.0079", Decimal("0.0079")])
def test_prices_instead_of_a_rate_card(price: Any) -> None:
    """As --price and --mms-price say them."""
    found = estimate(TABLE, price=price, mms_price="0.02")
    assert found.cost == estimate(TABLE, rates=RateCard.flat("0.0079", "0.02")).cost
    assert found.cost.total == Decimal("0.0079") * found.sms_segments + Decimal("0.02") * found.mms
    assert estimate(TABLE, price=price).cost.unpriced_mms == found.mms


@pytest.mark.parametrize(
    ("options", "kind", "error"),
    [
        ({"price": 0.0079}, TypeError, "price: expected text such as '0.0079' or a Decimal.*got float"),
        ({"mms_price": "free"}, ValueError, "mms_price: expected a price such as 0.0079"),
        ({"price": Decimal(-1)}, ValueError, "price: expected a price such as 0.0079"),
        ({"template": "Hi {{name}}"}, ValueError, "template: give files of contacts"),
        ({"price": "1", "rates": CARD}, ValueError, "rates: a rate card already sets all prices"),
    ],
)
def test_what_is_no_price(options: dict[str, Any], kind: type[Exception], error: str) -> None:
    with pytest.raises(kind, match=error):
        estimate(["a"], **options)


@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("rows", [1, 3_000])
def test_lists_of_recipients_in_quotation_marks(quote: str, rows: int) -> None:
    """As Python and JSON write them; few cells and many go different ways."""
    one, several = f"[{quote}{US}{quote}]", f"[{quote}{US}{quote}, {quote}{GB}{quote}]"
    table = {"text": ["a", "b"] * rows, "to": [one, several] * rows}
    for data in (table, pl.DataFrame(table)):
        found = {(row.country, row.kind): row.messages for row in estimate(data).rows}
        assert found == {("US", "SMS"): rows, ("several", "MMS"): rows}


def test_the_highest_rate_has_the_highest_minimum(tmp_path: Path) -> None:
    """Whichever row comes first, and whichever price is higher."""
    rows = ["US,a,0.01,0.05", "US,b,0.02,0.03"]
    for order in (rows, rows[::-1]):
        path = tmp_path / "rates.csv"
        path.write_text("\n".join(["country,network,sms,minimum", *order]), encoding="utf-8")
        card = RateCard.read(path, duplicates="highest")
        found = estimate({"text": ["a", "a" * 400], "to": [US, US]}, rates=card)
        assert found.cost.total == Decimal("0.05") + Decimal("0.06")
