"""The check of a release's files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from fnmatch import fnmatchcase
from itertools import product
from pathlib import Path

import pytest

from segcore._version import __version__
from tools.check_release import main, missing

pytestmark = pytest.mark.kernel_independent

_PLATFORMS = [
    *("manylinux_2_28_x86_64", "manylinux_2_28_aarch64", "musllinux_1_2_x86_64", "musllinux_1_2_aarch64"),
    *("macosx_10_13_x86_64", "macosx_11_0_arm64", "win_amd64", "win_arm64"),
]
_WHEELS = [
    f"cp{minor}-cp{minor}-{platform}"
    for minor, platform in product(range(310, 316), _PLATFORMS)
    if (minor, platform) != (310, "win_arm64")
]
ALL = [
    f"segcore-{__version__}.tar.gz",
    *(
        f"segcore-{__version__}-{tag}.whl"
        for tag in ("py3-none-any", "cp313-cp313-pyodide_2025_0_wasm32", *_WHEELS)
    ),
]


def test_each_dependency_has_one_floor() -> None:
    """The same in every extra, because an environment may have several."""
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
    extras = text.partition("[project.optional-dependencies]")[2].partition("\n[")[0]
    floors: dict[str, set[str]] = {}
    for name, floor in re.findall(r'"([\w.-]+)(?:\[[\w,]+\])?>=([\d.]+)', extras):
        floors.setdefault(name, set()).add(floor)
    assert len(floors) > 20
    assert {name: found for name, found in floors.items() if len(found) > 1} == {}


def test_a_whole_release() -> None:
    """Nothing is missing, and one more wheel does no harm."""
    assert missing(ALL) == []
    assert missing([*ALL, f"segcore-{__version__}-cp316-cp316-win_amd64.whl"]) == []


@pytest.mark.parametrize("left_out", ALL)
def test_each_file_is_missed(left_out: str) -> None:
    """If one file is not there, it is named, and no other."""
    (found,) = missing(name for name in ALL if name != left_out)
    assert fnmatchcase(left_out, found)


def test_the_tag_and_the_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The tag is the version's, and the changelog has a section for it."""
    (tmp_path / "dist").mkdir()
    for name in ALL:
        (tmp_path / "dist" / name).touch()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n## {__version__} (2026-11-26)\n", "utf-8")
    assert main("dist", f"v{__version__}") == 0
    assert main("dist", "v9") == 1
    assert "the tag is v9" in capsys.readouterr().out
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n", "utf-8")
    assert main("dist", "main") == 1
    assert "no dated section" in capsys.readouterr().out


def test_source_distributions_are_reproducible(tmp_path: Path) -> None:
    """Two builds with the same date have the same octets, though files and clocks differ."""
    root = Path(__file__).parents[2]
    if not (root / "setup.py").exists():
        pytest.skip("these are the tests of a wheel, without what it was built from")
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "setup.py").write_bytes((root / "setup.py").read_bytes())
        (tmp_path / name / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\n')
        subprocess.run(
            [sys.executable, "setup.py", "-q", "sdist"],
            cwd=tmp_path / name,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "SEGCORE_BUILD_EXTENSION": "no"},
            check=True,
        )
        (made,) = (tmp_path / name / "dist").iterdir()
        found.append(made.read_bytes())
        time.sleep(1.1)
    assert found[0] == found[1]
