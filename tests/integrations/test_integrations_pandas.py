"""pandas 2 and 3: series of every storage against the reference, with and without pyarrow."""

from __future__ import annotations

from typing import Any

import engine_column
import pytest
from engine_column import ENCODINGS, MMS, SEGMENTS, SEGMENTS_WITH_MMS, TEXTS, UNITS

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")

from segcore.integrations import pandas as adapter  # noqa: E402 (needs pandas)

INDEX = [f"row {row}" for row in reversed(range(len(TEXTS)))]
IN_ARROW = ["string[pyarrow]", "large_string[pyarrow]", "dictionary"]
DTYPES = ["object", "string[python]", "category", "category of strings", "str", *IN_ARROW]


@pytest.fixture
def sms(segmenter: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module, with each implementation and kernel in turn."""
    return engine_column.adapter("pandas", segmenter, monkeypatch)


@pytest.fixture(params=DTYPES)
def column(request: pytest.FixtureRequest, sms: Any) -> Any:
    """`TEXTS` as pandas keeps them, one storage after the other."""
    return make(request.param)


def make(dtype: str) -> Any:
    """Return `TEXTS` as a series of a data type, or skip where pandas cannot."""
    plain = pd.Series(TEXTS, index=INDEX, name="text", dtype=object)
    if dtype == "str" and int(pd.__version__.partition(".")[0]) < 3:
        pytest.skip("before pandas 3 `str` makes strings of nulls")
    if dtype == "category of strings":
        return plain.astype("string[python]").astype("category")
    if dtype in IN_ARROW:
        pa = pytest.importorskip("pyarrow")
        if dtype == "dictionary":
            return plain.astype(pd.ArrowDtype(pa.dictionary(pa.int16(), pa.string())))
    return plain.astype(dtype)


def values(series: Any) -> list[Any]:
    """Return the values of a result, ``None`` for a null."""
    return [None if pd.isna(value) else value for value in series.tolist()]


def check(texts: Any, mms: Any, rows: slice = slice(None)) -> None:
    """Hold the measures of rows of `TEXTS` against the reference."""
    for found, dtype, expected in (
        (texts.sms.segments(), "Int32", SEGMENTS),
        (texts.sms.segments(mms=mms), "Int32", SEGMENTS_WITH_MMS),
        (texts.sms.units(), "Int64", UNITS),
        (texts.sms.encoding(), "category", ENCODINGS),
    ):
        assert values(found) == expected[rows]
        assert found.name == "text"
        assert found.dtype == dtype
        assert found.index.equals(texts.index)
    assert texts.sms.encoding().cat.categories.tolist() == ["GSM-7", "UCS-2"]
    frame = texts.sms.analyze(mms=mms)
    assert frame.index.equals(texts.index)
    assert [str(dtype) for dtype in frame.dtypes] == ["category", "Int64", "Int32"]
    for name, expected in (("encoding", ENCODINGS), ("units", UNITS), ("segments", SEGMENTS_WITH_MMS)):
        assert values(frame[name]) == expected[rows]


def test_storages(column: Any) -> None:
    """Whole, sliced, filtered and empty, nulls, index and name kept."""
    check(column, MMS)
    for rows in (slice(0, 0), slice(3, 11), slice(500, None), slice(1, None, 3)):
        check(column.iloc[rows], MMS[rows], rows)
    present = column.dropna()
    assert values(present.sms.segments()) == [count for count in SEGMENTS if count is not None]
    assert not present.sms.segments().isna().any()


def test_chunks(sms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pyarrow-backed columns of many chunks; objects that are looked at a few at a time."""
    pieces = (slice(0, 1), slice(1, 400), slice(400, 400), slice(400, None))
    for dtype in ("string[pyarrow]", "object", "string[python]"):
        if dtype == "string[pyarrow]":
            pytest.importorskip("pyarrow")
        check(pd.concat([make(dtype).iloc[rows] for rows in pieces]), MMS)
        with monkeypatch.context() as patch:
            patch.setattr(adapter, "_CHUNK", 10)
            check(make(dtype), np.array(MMS))


@pytest.mark.parametrize(
    "mms",
    [
        MMS,
        tuple(MMS),
        np.array(MMS),
        np.array(MMS).astype(object),
        pd.Series(MMS, INDEX),
        pd.Series(MMS, INDEX, dtype="boolean"),
        pd.Series(MMS, INDEX, dtype=object),
        pd.Series(map(int, MMS), INDEX),
    ],
    ids=lambda mms: f"{type(mms).__name__} {getattr(mms, 'dtype', '')}",
)
@pytest.mark.parametrize("dtype", ["object", "category"])
def test_truth_values(sms: Any, dtype: str, mms: Any) -> None:
    """One truth value per message, of any kind."""
    assert values(make(dtype).sms.segments(mms=mms)) == SEGMENTS_WITH_MMS


@pytest.mark.parametrize("dtype", DTYPES)
def test_one_truth_value(sms: Any, dtype: str) -> None:
    """One for all messages, NumPy's own too."""
    texts = make(dtype)
    for true in (True, np.True_):
        assert values(texts.sms.segments(mms=true)) == [None if text is None else 1 for text in TEXTS]
    for false in (False, np.False_, None):
        assert values(texts.sms.segments(mms=false)) == SEGMENTS


def test_truth_values_that_do_not_fit(sms: Any) -> None:
    """Nulls, another length and another index are refused, in the words of the other entries."""
    for dtype in DTYPES[:3]:
        texts = make(dtype)
        with pytest.raises(ValueError, match=r"^mms: 2 truth values for 997 texts; give one for each$"):
            texts.sms.segments(mms=[True, False])
        flags = pd.Series([True, None, *MMS[2:]], INDEX)
        for nullable in ("boolean", object):
            with pytest.raises(ValueError, match=r"^mms\[1\]: null; say true or false for each text$"):
                texts.sms.analyze(mms=flags.astype(nullable))
        with pytest.raises(ValueError, match=r"^mms: its index is not that of the texts; align it"):
            texts.sms.segments(mms=pd.Series(MMS))
        with pytest.raises(TypeError, match=r"^mms: expected None, a bool or one truth value per text"):
            texts.sms.segments(mms="yes")


def test_octets_that_numpy_takes_for_true(sms: Any) -> None:
    """Any octet but 0 is true in an array of bool."""
    odd = np.frombuffer(bytes([2, 0, 255]), bool)
    texts = pd.Series(["a" * 161] * 3, dtype=object)
    assert texts.sms.segments(mms=odd).tolist() == [1, 2, 1]


NULLS = [None, float("nan"), pd.NA, pd.NaT, np.datetime64("NaT", "ns")]


def test_missing_values(sms: Any) -> None:
    """All that pandas takes for missing is null."""
    texts = pd.Series(["a", *NULLS, "б" * 71], dtype=object)
    assert values(texts.sms.segments()) == [1, *[None] * len(NULLS), 2]
    assert values(texts.sms.units()) == [1, *[None] * len(NULLS), 71]
    # What a file without a text in this column becomes.
    assert values(pd.Series([float("nan")] * 3).sms.encoding()) == [None] * 3
    assert pd.Series([], dtype=float).sms.segments().tolist() == []
    frame = pd.Series([None, None], dtype=object).sms.analyze()
    assert frame.isna().to_numpy().all()


def test_texts_that_are_none(sms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not a text is an error that names the row, however far down and behind how many nulls."""
    monkeypatch.setattr(adapter, "_CHUNK", 10)
    rows: list[object] = [*TEXTS[:50], b"bytes", None, 3]
    with pytest.raises(TypeError, match=r"^texts\[50\]: expected str, got bytes; decode it first$"):
        pd.Series(rows, dtype=object).sms.segments()
    # Where nulls are expected, because there were some a moment ago.
    rows = ["a", None, *"bcdefghijk", b"bytes"]
    with pytest.raises(TypeError, match=r"^texts\[12\]: expected str, got bytes; decode it first$"):
        pd.Series(rows, dtype=object).sms.segments(mms=[True] * 13)
    for numbers in (pd.Series([1, 2]), pd.Series([float("nan"), 1.5]), pd.Series([1, None], dtype="Int64")):
        with pytest.raises(TypeError, match=r"^texts\[\d\]: expected str, got (int|float)$"):
            numbers.sms.segments()
    with pytest.raises(TypeError, match=r"^texts\[\d\]: expected str, got int$"):
        pd.Series([1, 2, 1], dtype="category").sms.units()
    with pytest.raises(TypeError, match=r"^texts: expected a pandas Series, got list$"):
        sms.segments(["a"])


def test_lone_surrogates(sms: Any) -> None:
    """Objects can hold what no UTF-8 can."""
    assert pd.Series(["\ud83d" * 71, None], dtype=object).sms.segments().tolist() == [2, pd.NA]


def test_categories_are_counted_once(sms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often a text occurs, it is looked at once."""
    counted = []
    texts = pd.Series(["a", "b", None] * 1000, dtype="category")
    whole = adapter._of_values

    def spy(some: Any, *rest: Any) -> Any:
        counted.append(len(some))
        return whole(some, *rest)

    monkeypatch.setattr(adapter, "_of_values", spy)
    assert values(texts.sms.segments()) == [1, 1, None] * 1000
    assert counted == [2]


def test_groups(sms: Any) -> None:
    """Counts are summed by group, and travel back into the frame that they came from."""
    frame = pd.DataFrame({"text": pd.Series(TEXTS, dtype=object), "group": np.arange(len(TEXTS)) % 7})
    frame["segments"] = frame["text"].sms.segments()
    sums = frame.groupby("group")["segments"].sum()
    assert sums.tolist() == [engine_column.total(SEGMENTS[group::7]) for group in range(7)]
    by_group = frame.groupby("group")["text"].apply(lambda texts: texts.sms.units().sum())
    assert by_group.tolist() == [engine_column.total(UNITS[group::7]) for group in range(7)]


def test_functions(sms: Any) -> None:
    """The functions of the module, which type checkers know, are what ``.sms`` calls."""
    texts = make("object")
    assert values(sms.segments(texts)) == SEGMENTS
    assert values(sms.segments(texts, MMS)) == SEGMENTS_WITH_MMS
    assert values(sms.units(texts)) == UNITS
    assert values(sms.encoding(texts)) == ENCODINGS
    assert values(sms.analyze(texts, MMS)["segments"]) == SEGMENTS_WITH_MMS


def test_profiles(sms: Any) -> None:
    """A profile, by name or by value, decides; an unknown one is refused."""
    texts = pd.Series(engine_column.UNDER_PROFILES)
    for profile, expected in engine_column.profiles():
        assert texts.sms.segments(profile=profile).tolist() == expected
        assert texts.sms.analyze(profile=profile)["segments"].tolist() == expected
    for method in ("segments", "units", "encoding", "analyze"):
        with pytest.raises(ValueError, match=r"^profile: unknown value 'standart'; .*did you mean"):
            getattr(texts.sms, method)(profile="standart")


@pytest.mark.kernel_independent
@pytest.mark.parametrize("dtype", DTYPES)
def test_smart_encoding(dtype: str) -> None:
    """Every table and one of one's own, as text by text; the data type is kept."""
    import segcore.integrations.pandas
    from segcore import smart_encode
    from segcore.rules.smart_encoding import TABLES

    column = make(dtype)
    kind = getattr(column.dtype, "categories", column).dtype
    tables: list[Any] = [*TABLES, {"’": "'", "a": "", "б": "б’"}]
    for table in tables:
        found = column.sms.smart_encode(table)
        assert values(found) == [None if text is None else smart_encode(text, table) for text in TEXTS]
        assert (found.name, found.dtype) == ("text", kind)
        assert found.index.equals(column.index)
    assert column.sms.smart_encode().equals(segcore.integrations.pandas.smart_encode(column, "segcore"))


def test_smart_encoding_of_something_else(sms: Any) -> None:
    """Unknown tables are refused, and what is not a text is named by its row."""
    with pytest.raises(ValueError, match=r"^table: unknown value 'twillio'; .*did you mean 'twilio'"):
        pd.Series(["a"]).sms.smart_encode("twillio")
    with pytest.raises(TypeError, match=r"^texts\[2\]: expected str, got int$"):
        pd.Series(["a", None, 3], dtype=object).sms.smart_encode()
    for nulls in (pd.Series([None, None], dtype=object), pd.Series([float("nan")]), pd.Series([], dtype=str)):
        assert values(nulls.sms.smart_encode()) == [None] * len(nulls)


@pytest.mark.parametrize("dtype", DTYPES)
def test_regions(dtype: str) -> None:
    """Numbers of every storage belong to regions, with and without a default; index, name, nulls kept."""
    import segcore.integrations.pandas

    kind = make(dtype).dtype
    plain = pd.Series(engine_column.NUMBERS, dtype=object, name="to").sort_index(ascending=False)
    numbers = plain.astype("category" if isinstance(kind, pd.CategoricalDtype) else kind)
    for default, regions in engine_column.REGIONS.items():
        found = numbers.sms.region(default)
        assert values(found) == regions[::-1]
        assert (found.name, found.dtype.name) == ("to", "category")
        assert found.index.equals(numbers.index)
        assert values(segcore.integrations.pandas.region(numbers.iloc[:3], default)) == regions[:-4:-1]
    assert numbers.iloc[:0].sms.region().tolist() == []


def test_regions_of_something_else(sms: Any) -> None:
    """Numbers that became integers, and regions that there are not."""
    with pytest.raises(TypeError, match=r"^numbers\[0\]: expected str, got int"):
        pd.Series([12025550143]).sms.region()
    with pytest.raises(ValueError, match=r"^default_region: unknown region 'UK'.*'GB'"):
        pd.Series(["+12025550143"]).sms.region("UK")


def test_profiles_that_have_no_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules are made once for a profile; one that cannot be a key works all the same."""
    import segcore
    from segcore.integrations import segmenter

    assert segmenter(segcore.PROFILES["twilio"]) is segmenter(segcore.PROFILES["twilio"])
    assert segmenter("standard").profile.name == "standard"
    with pytest.raises(TypeError, match=r"^profile: expected a name or a Profile, got list$"):
        segmenter(["standard"])  # type: ignore[arg-type]
    monkeypatch.setattr(segcore.Profile, "__hash__", None)
    assert segmenter(segcore.PROFILES["us_toll_free_16bit"]).count_segments("a" * 305) == 3


def test_the_texts_are_left_alone(sms: Any) -> None:
    """Neither the nulls of a series nor its truth values are changed."""
    texts, mms = make("object"), pd.Series(MMS, INDEX)
    before = texts.copy(deep=True)
    texts.sms.analyze(mms=mms)
    assert texts.equals(before)
    assert mms.tolist() == MMS
    # Results are the caller's own to write to.
    found = texts.dropna().sms.segments()
    found.iloc[0] = 99
    assert found.iloc[0] == 99


def test_encodings_of_octets() -> None:
    """Routes that count octets have their encodings; those of SMS keep two categories."""
    texts = pd.Series(["é", None])
    assert adapter.encoding(texts, "rcs").tolist()[0] == "UTF-8"
    assert list(adapter.encoding(texts).cat.categories) == ["GSM-7", "UCS-2"]
