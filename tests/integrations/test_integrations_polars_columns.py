"""polars: smart encoding, and the regions of numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import engine_column
import pytest
from engine_column import TEXTS

pl = pytest.importorskip("polars")

pytestmark = pytest.mark.kernel_independent


def test_smart_encoding(tmp_path: Path) -> None:
    """Every table and one of one's own, as text by text; streamed too, because polars does it by itself."""
    import segcore.integrations.polars
    from segcore import smart_encode
    from segcore.rules.smart_encoding import TABLES

    texts = [*TEXTS, *engine_column.REPLACEABLE]
    column = pl.Series("text", texts)
    column.to_frame().write_parquet(tmp_path / "messages.parquet", row_group_size=100)
    scan = pl.scan_parquet(tmp_path / "messages.parquet")
    tables: list[Any] = [*TABLES, TABLES["segcore"], {"’": "'", "a": "", "б": "б’"}]
    for table in tables:
        expected = [None if text is None else smart_encode(text, table) for text in texts]
        found = column.sms.smart_encode(table)
        assert found.to_list() == expected
        assert (found.name, found.dtype) == ("text", pl.String)
        streamed = scan.select(pl.col("text").sms.smart_encode(table)).collect(engine="streaming")
        assert streamed["text"].to_list() == expected
    assert column.sms.smart_encode().equals(column.sms.smart_encode("segcore"))
    assert column.sms.smart_encode({}).equals(column)
    assert segcore.integrations.polars.smart_encode(column).equals(column.sms.smart_encode())
    for place in (column, pl.col("text")):
        with pytest.raises(ValueError, match=r"^table: unknown value 'twillio'; .*did you mean 'twilio'"):
            place.sms.smart_encode("twillio")
        with pytest.raises(ValueError, match="is not one code point"):
            place.sms.smart_encode({"ab": "c"})


def test_regions(tmp_path: Path) -> None:
    """Numbers belong to regions, with and without a default: series, expressions, streamed, grouped."""
    import segcore.integrations.polars

    frame = pl.DataFrame({"to": engine_column.NUMBERS * 300}, schema={"to": pl.String})
    frame.write_parquet(tmp_path / "numbers.parquet", row_group_size=100)
    scan, number = pl.scan_parquet(tmp_path / "numbers.parquet"), pl.col("to")
    for default, regions in engine_column.REGIONS.items():
        expected = regions * 300
        found = frame["to"].sms.region(default)
        assert found.to_list() == expected
        assert (found.name, found.null_count()) == ("to", expected.count(None))
        query = scan.select(number.sms.region(default_region=default))
        assert query.collect_schema()["to"] == found.dtype
        for engine in ("in-memory", "streaming"):
            assert query.collect(engine=engine)["to"].to_list() == expected
        chunked = pl.concat([frame["to"][:1], frame["to"][1:]], rechunk=False)
        assert segcore.integrations.polars.region(chunked, default).to_list() == expected
        assert frame["to"].cast(pl.Categorical).sms.region(default).to_list() == expected
        counts = frame.group_by(number.sms.region(default)).len()
        assert dict(counts.rows()) == {region: expected.count(region) for region in expected}
    assert frame[:0].select(number.sms.region())["to"].to_list() == []
    for place in (frame["to"], number):
        with pytest.raises(ValueError, match=r"^default_region: unknown region 'UK'.*'GB'"):
            place.sms.region("UK")
    with pytest.raises(TypeError, match=r"^numbers: expected a column of strings, got int64"):
        pl.Series([12025550143]).sms.region()
    with pytest.raises(TypeError, match=r"^texts: expected a polars expression or series, got str$"):
        segcore.integrations.polars.region("to")  # type: ignore[type-var]
