"""The snippets of the documentation give what the reference says, where their engine is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import engine_column
import pytest
import servers
from conftest import environment
from engine_column import SEGMENTS, TEXTS
from snippets import CHECKOUT, blocks

pytestmark = pytest.mark.kernel_independent

PAGE = CHECKOUT / "docs" / "integrations" / "snippets.md"
BLOCKS = {block.what: block.code for block in blocks(PAGE)} if PAGE.is_file() else {}
TOTAL = engine_column.total(SEGMENTS)
FILES = ["datafusion", "daft", "dask", "ray"]

# Another process: an engine leaves threads, servers and warnings of its own behind.
_RUNNER = """
import sys
from pathlib import Path
space = {}
exec(compile(Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[1], "exec"), space)
print("total", int(space["total"]))
"""


def _total(engine: str, folder: Path, **settings: str) -> int:
    """Run the block of an engine in a folder, and return its total."""
    (folder / "snippet.py").write_text(BLOCKS[engine], encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _RUNNER, "snippet.py"],
        cwd=folder,
        env=environment(settings),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=180,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    last = result.stdout.splitlines()[-1]
    assert last.startswith("total ")
    return int(last.split()[1])


def test_engines() -> None:
    """Every block of the page is run below."""
    assert list(BLOCKS) == [*FILES, "sqlalchemy", "confluent_kafka"]


@pytest.mark.parametrize("engine", FILES)
def test_files(engine: str, tmp_path: Path) -> None:
    """A file with nulls and row groups."""
    pytest.importorskip(engine, exc_type=ImportError)
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pa.table({"text": TEXTS}), tmp_path / "messages.parquet", row_group_size=100)
    settings = {"RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0", "DAFT_ANALYTICS_ENABLED": "0"}
    assert _total(engine, tmp_path, **settings) == TOTAL


def _fill(url: str, texts: list[str | None]) -> None:
    """Put texts into a table of a database."""
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE messages (text TEXT)"))
        connection.execute(text("INSERT INTO messages VALUES (:one)"), [{"one": one} for one in texts])
    engine.dispose()


def test_sqlite(tmp_path: Path) -> None:
    """A database in a file."""
    pytest.importorskip("sqlalchemy")
    url = f"sqlite:///{tmp_path}/messages.db"
    _fill(url, TEXTS)
    assert _total("sqlalchemy", tmp_path, DATABASE_URL=url) == TOTAL


def test_postgresql(tmp_path: Path) -> None:
    """A server, whose log says that the rows were fetched from a cursor of its own."""
    pytest.importorskip("sqlalchemy")
    pytest.importorskip("psycopg")
    # It has no text with a U+0000 in it.
    rows = [row for row, text in enumerate(TEXTS) if text is None or "\0" not in text]
    expected = engine_column.total([SEGMENTS[row] for row in rows])
    with servers.postgresql() as (url, log):
        _fill(url, [TEXTS[row] for row in rows])
        assert _total("sqlalchemy", tmp_path, DATABASE_URL=url) == expected
        found = log.read_text("utf-8")
    assert "CURSOR FOR SELECT text FROM messages WHERE text IS NOT NULL" in found
    assert "FETCH FORWARD" in found


def test_kafka(tmp_path: Path) -> None:
    """A topic with tombstones, which counts once for a group: what was counted was committed."""
    values = [None if text is None else text.encode() for text in TEXTS]
    with servers.kafka("outgoing-messages", values) as address:
        assert _total("confluent_kafka", tmp_path, KAFKA_SERVERS=address) == TOTAL
        assert _total("confluent_kafka", tmp_path, KAFKA_SERVERS=address) == 0
