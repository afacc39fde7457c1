"""The snippets of the documentation give what the reference says, where their engine is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import engine_column
import pytest
from conftest import environment
from engine_column import SEGMENTS, TEXTS
from snippets import CHECKOUT, blocks

pytestmark = pytest.mark.kernel_independent

PAGE = CHECKOUT / "docs" / "integrations" / "snippets.md"
BLOCKS = {block.what: block.code for block in blocks(PAGE) if block.how == "run by"} if PAGE.is_file() else {}

# Another process: an engine leaves threads, servers and warnings of its own behind.
_RUNNER = """
import sys
from pathlib import Path
space = {}
exec(compile(Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[1], "exec"), space)
print("total", int(space["total"]))
"""


def test_engines() -> None:
    """Every block of the page that a test promises to run is run below."""
    assert list(BLOCKS) == ["datafusion", "daft", "dask", "ray", "sqlalchemy"]


@pytest.mark.parametrize("engine", list(BLOCKS))
def test_snippet(engine: str, tmp_path: Path) -> None:
    """A file with nulls and row groups, or a table of a database, gives the total of the reference."""
    pytest.importorskip(engine, exc_type=ImportError)
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pa.table({"text": TEXTS}), tmp_path / "messages.parquet", row_group_size=100)
    url = os.environ.get("SEGCORE_TEST_DATABASE") or f"sqlite:///{tmp_path}/messages.db"
    expected = engine_column.total(SEGMENTS)
    if engine == "sqlalchemy":
        # PostgreSQL has no text with a U+0000 in it.
        rows = [row for row, text in enumerate(TEXTS) if text is None or "\0" not in text]
        _fill(url, [TEXTS[row] for row in rows])
        expected = engine_column.total([SEGMENTS[row] for row in rows])
    (tmp_path / "snippet.py").write_text(BLOCKS[engine], encoding="utf-8")
    assert _run(tmp_path, url) == expected


def _fill(url: str, texts: list[str | None]) -> None:
    """Put texts into a table of a database: a file, or the server that SEGCORE_TEST_DATABASE names."""
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS messages"))
        connection.execute(text("CREATE TABLE messages (text TEXT)"))
        connection.execute(text("INSERT INTO messages VALUES (:one)"), [{"one": one} for one in texts])
    engine.dispose()


def _run(folder: Path, url: str) -> int:
    settings = {"DATABASE_URL": url, "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0", "DAFT_ANALYTICS_ENABLED": "0"}
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
