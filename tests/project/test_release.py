"""The check of a release's files."""

from __future__ import annotations

import os
import platform
import re
import runpy
import shutil
import subprocess
import sys
import time
from fnmatch import fnmatchcase
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from segcore._version import __version__
from tools.check_release import VERSIONS, main, missing
from tools.link_release import absolute, urls

pytestmark = pytest.mark.kernel_independent

ROOT = Path(__file__).parents[2]

_PLATFORMS = [
    *("manylinux_2_28_x86_64", "manylinux_2_28_aarch64", "musllinux_1_2_x86_64", "musllinux_1_2_aarch64"),
    *("macosx_10_13_x86_64", "macosx_11_0_arm64", "win_amd64", "win_arm64"),
]
_VERSIONS = [*(f"cp{minor}-cp{minor}" for minor in range(310, 316)), "cp314-cp314t", "cp315-cp315t"]
_WHEELS = [
    f"{version}-{platform}"
    for version, platform in product(_VERSIONS, _PLATFORMS)
    if (version, platform) != ("cp310-cp310", "win_arm64")
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
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    extras = text.partition("[project.optional-dependencies]")[2].partition("\n[")[0]
    floors: dict[str, set[str]] = {}
    for name, floor in re.findall(r'"([\w.-]+)(?:\[[\w,]+\])?>=([\d.]+)', extras):
        floors.setdefault(name, set()).add(floor)
    assert len(floors) > 20
    assert {name: found for name, found in floors.items() if len(found) > 1} == {}


def test_what_is_built_is_what_is_checked() -> None:
    """The versions that cibuildwheel builds are those that a release must have."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    (built,) = re.findall(r'^\[tool\.cibuildwheel\]\n(?:#.*\n)*build = "(.*)"$', text, re.MULTILINE)
    assert built.split() == [f"{version}-*" for version in VERSIONS]


WORKFLOWS = {
    path.name: path.read_text("utf-8") for path in sorted((ROOT / ".github/workflows").glob("*.yml"))
}
needs_workflows = pytest.mark.skipif(not WORKFLOWS, reason="a source distribution has no workflows")


@needs_workflows
def test_actions_are_pinned() -> None:
    """Each action by the hash of a commit, with its version beside it, and the same one everywhere."""
    used = re.findall(r"uses: *(\S+?)@(.*)", "".join(WORKFLOWS.values()))
    assert len(used) > 15
    for action, pin in used:
        assert re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", pin), (action, pin)
    assert len(set(used)) == len({action for action, _ in used})


@needs_workflows
def test_nothing_is_published_unchecked() -> None:
    """Publishing waits for a job that counts files and imports both implementations, after every build."""
    text = WORKFLOWS["release.yml"].partition("\njobs:\n")[2]
    jobs = dict(re.findall(r"^  (\w+):\n((?:    .*\n|\n)+)", text, re.MULTILINE))
    assert list(jobs) == ["wheels", "pure", "check", "publish"]
    assert "    needs: [wheels, pure]\n" in jobs["check"]
    assert "    needs: check\n" in jobs["publish"]
    assert "    if: startsWith(github.ref, 'refs/tags/v')\n" in jobs["publish"]
    assert "python -m tools.check_release dist" in jobs["check"]
    assert "segcore.implementation.startswith('native')" in jobs["check"]
    assert "segcore.implementation == 'python'" in jobs["check"]
    assert "python -m cibuildwheel" in jobs["wheels"]
    for name, build in (("wheels", "cibuildwheel"), ("pure", "build --sdist")):
        assert jobs[name].index("tools.link_release") < jobs[name].index(f"python -m {build}")


def test_links_lead_from_an_index_to_the_repository() -> None:
    """Each to a file that is there, pictures as files; links inside the page stay."""
    tomllib = pytest.importorskip("tomllib")
    if not (ROOT / "README.md").exists():
        pytest.skip("these are the tests of a wheel, without what it was built from")
    readme, url = (ROOT / "README.md").read_text("utf-8"), "https://example.com/segcore"
    found = absolute(readme, url, "v1")
    for picture, target in re.findall(r"(!?)\[[^\]]*\]\(([^)]+)\)", found):
        assert re.match(r"https?://|#", target), target
        if target.startswith(url):
            kind = "raw" if picture else "blob"
            assert target.startswith(f"{url}/{kind}/v1/")
            assert (ROOT / target.removeprefix(f"{url}/{kind}/v1/")).exists(), target
    assert found.count(url) > 20
    assert absolute(found, url, "v1") == found
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert "[project.urls]" not in project
    assert tomllib.loads(project + urls(url, "v1"))["project"]["urls"]["Homepage"] == url


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
    if not (ROOT / "setup.py").exists():
        pytest.skip("these are the tests of a wheel, without what it was built from")
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "setup.py").write_bytes((ROOT / "setup.py").read_bytes())
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


def set_up(monkeypatch: pytest.MonkeyPatch, wish: str | None) -> dict[str, Any]:
    """Run setup.py under a wish for the extension, and return what it gives to setuptools."""
    setuptools = pytest.importorskip("setuptools")
    if not (ROOT / "setup.py").exists():
        pytest.skip("these are the tests of a wheel, without what it was built from")
    given: dict[str, Any] = {"distribution": setuptools.Distribution()}
    monkeypatch.setattr(setuptools, "setup", lambda **options: given.update(options))
    monkeypatch.delenv("SEGCORE_BUILD_EXTENSION", raising=False)
    if wish is not None:
        monkeypatch.setenv("SEGCORE_BUILD_EXTENSION", wish)
    monkeypatch.chdir(ROOT)
    runpy.run_path("setup.py")
    return given


class Compiler:
    """Stands in for a compiler of setuptools, and keeps the commands that it is asked to run."""

    def __init__(self, compiler_type: str) -> None:
        self.compiler_type, self.initialized = compiler_type, False
        self.compiler_so, self.cc, self.compile_options = ["cc"], "", list[str]()
        self.commands: list[list[str]] = []

    def initialize(self, platform: str) -> None:
        """Find Microsoft's compiler."""
        self.initialized, self.cc, self.compile_options = True, MICROSOFT[0], ["/nologo", "/O2", "/GL", "/MD"]

    def compile(self, sources: list[str], output_dir: str, extra_postargs: list[str]) -> list[str]:
        """Pretend to compile a source."""
        self.commands.append([self.cc, *self.compile_options, *extra_postargs, *sources])
        made = Path(output_dir, f"{Path(sources[0]).stem}.obj")
        made.touch()
        return [str(made)]


KERNEL, BINDING = "segcore/engine/native/kernel/kernel.c", "segcore/engine/native/binding.pyx"
MICROSOFT = ["C:/VC/Tools/MSVC/14/cl.exe", "/nologo", "/O2", "/GL", "/MD"]
CLANG = ["/llvm/clang-cl", "/nologo", "/O2", "/MD"]
VISUAL_STUDIO = "C:/VC/Tools/Llvm/x64/bin/clang-cl"
GCC = ["-g0", "-fvisibility=hidden"]


@pytest.mark.parametrize(
    ("compiler_type", "target", "folder", "flags"),
    [
        ("msvc", "win-amd64", "/llvm", [*CLANG, "--target=x86_64-pc-windows-msvc"]),
        (
            "msvc",
            "win-amd64",
            "C:/VC/Tools/Llvm/x64/bin",
            [VISUAL_STUDIO, *CLANG[1:], "--target=x86_64-pc-windows-msvc"],
        ),
        ("msvc", "win-arm64", "/llvm", [*CLANG, "--target=aarch64-pc-windows-msvc"]),
        ("msvc", "win32", "/llvm", MICROSOFT),
        ("msvc", "win-amd64", "/elsewhere", MICROSOFT),
        ("unix", "linux-x86_64", "/llvm", ["", "-O3", *GCC]),
        ("mingw32", "win-amd64", "/llvm", ["", "-O3", *GCC]),
    ],
)
def test_flags_of_compilers(
    compiler_type: str,
    target: str,
    folder: str,
    flags: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On Windows clang-cl compiles everything if there is one; if not, a warning says what that costs."""
    given = set_up(monkeypatch, None)
    monkeypatch.setattr(platform, "machine", lambda: "AMD64")
    monkeypatch.setenv("PATH", "/llvm")
    monkeypatch.setattr(shutil, "which", lambda name, path: f"{folder}/{name}" if folder in path else None)
    command = given["cmdclass"]["build_ext"](given["distribution"])
    compiler: Any = Compiler(compiler_type)
    command.compiler, command.plat_name, command.extensions = compiler, target, []
    said: list[str] = []
    monkeypatch.setattr(command, "warn", said.append)
    command.build_extensions()
    compiler.compile([KERNEL, BINDING], output_dir=str(tmp_path))
    for_binding = ["-O1" if flag == "-O3" else flag for flag in flags]
    assert sorted(compiler.commands) == sorted([[*flags, KERNEL], [*for_binding, BINDING]])
    assert ("without vector kernels" in "".join(said)) == (flags is MICROSOFT)


@pytest.mark.parametrize(
    ("wish", "is_built", "may_fail"),
    [("yes", True, False), ("no", False, None), ("", True, True), (None, True, True)],
)
def test_wishes_for_the_extension(
    wish: str | None, is_built: bool, may_fail: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``yes`` fails without a compiler, ``no`` needs none, and unset tries."""
    given = set_up(monkeypatch, wish)
    assert [each.optional for each in given["ext_modules"]] == [may_fail] * is_built


def test_an_unknown_wish_for_the_extension(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="unknown value 'maybe'; known: yes, no, or unset"):
        set_up(monkeypatch, "maybe")
