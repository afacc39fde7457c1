"""Build the calculator page: one static folder with Pyodide, segcore and the files of ``web/``.

python -m tools.make_web build/web
python -m tools.make_web build/web --picture docs/calculator.png
python -m tools.make_web build/web --time
python3 -m http.server --directory build/web
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from tools.browser import browser, served

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"

PYODIDE = "314.0.7"
INTEGRITY = "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
"""The SHA-512 of the package in the npm registry."""

OUT_OF_REACH = 75
"""The exit status where npm cannot fetch it."""

CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json", "python_stdlib.zip")
PAGE = ("index.html", "calculator.css", "calculator.js", "worker.js")
WORKER = "service-worker.js"


def main() -> None:
    """Build the page in the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where to write the page; what is there is replaced")
    parser.add_argument(
        "--wheel", type=Path, help="a wheel of segcore for Pyodide; built without the extension if omitted"
    )
    parser.add_argument("--picture", type=Path, help="where to write a picture of the page, as PNG")
    parser.add_argument(
        "--time", action="store_true", help="print how long the page takes to count when warm"
    )
    given = parser.parse_args()
    build(given.folder, given.wheel)
    if given.picture:
        given.picture.write_bytes(picture(given.folder))
    if given.time:
        found = warm_loads(given.folder)
        print(f"first count after {found[len(found) // 2]:.2f} s ({found[0]:.2f} to {found[-1]:.2f})")


def build(folder: Path, wheel: Path | None = None) -> None:
    """Write the page.

    Args:
        folder: The folder, which is replaced.
        wheel: A wheel of segcore for Pyodide; ``None`` to build one without the extension.

    Raises:
        SystemExit: The folder holds something else than an earlier page.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / "pyodide").is_dir():
        raise SystemExit(f"{folder} holds something else than the page; name a folder that is empty or new")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        made = work / "page"
        (made / "pyodide").mkdir(parents=True)
        for file in PAGE:
            shutil.copy(WEB / file, made)
        shutil.copy(ROOT / "segcore/reports/report.css", made)
        with tarfile.open(pyodide(work)) as package:
            for file in CORE:
                (made / "pyodide" / file).write_bytes(_member(package, f"package/{file}"))
        archive(made / "segcore.zip", [wheel or pure_wheel(work)], WEB / "calculator.py")
        archive(made / "files.zip", requirements(work))
        snapshot(made, has_extension=wheel is not None)
        (made / WORKER).write_text(service_worker(made), "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(made, folder)


def _member(package: tarfile.TarFile, name: str) -> bytes:
    found = package.extractfile(name)
    if found is None:
        raise SystemExit(f"pyodide {PYODIDE} has no {name}")
    return found.read()


def pyodide(work: Path) -> Path:
    """Return Pyodide's package, from the npm registry that npm is set up with.

    Args:
        work: A folder to download it to.

    Raises:
        SystemExit: npm cannot fetch it (`OUT_OF_REACH`), or it has another digest.
    """
    command = ["npm", "pack", "--silent", f"pyodide@{PYODIDE}"]
    try:
        subprocess.run(command, cwd=work, check=True, stdout=subprocess.DEVNULL, timeout=180)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"npm cannot fetch pyodide {PYODIDE}: {error}", file=sys.stderr)
        raise SystemExit(OUT_OF_REACH) from None
    package = work / f"pyodide-{PYODIDE}.tgz"
    digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if digest != INTEGRITY:
        raise SystemExit(f"pyodide {PYODIDE} is not the expected package: its SHA-512 is {digest}")
    return package


def pure_wheel(work: Path) -> Path:
    """Return a wheel of the checkout without the extension, which runs anywhere.

    Args:
        work: A folder to build it in: setuptools would take what an earlier build left in the checkout.
    """
    source = work / "source"
    source.mkdir()
    for file in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, source)
    shutil.copytree(
        ROOT / "segcore", source / "segcore", ignore=shutil.ignore_patterns("__pycache__", "*.so", "*.pyd")
    )
    environment = {**os.environ, "SEGCORE_BUILD_EXTENSION": "no"}
    _pip("wheel", "--no-deps", "-w", str(work / "wheel"), str(source), env=environment)
    (found,) = (work / "wheel").glob("segcore-*-none-any.whl")
    return found


def requirements(work: Path) -> list[Path]:
    """Return the wheels of ``web/requirements.txt``, for the version of Python in Pyodide.

    Args:
        work: A folder to download them to.
    """
    target = work / "requirements"
    _pip(
        "download",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
        "-d",
        str(target),
        "--platform",
        "manylinux_2_28_x86_64",
        "--platform",
        "pyemscripten_2026_0_wasm32",
        "--python-version",
        "3.14",
        "-r",
        str(WEB / "requirements.txt"),
    )
    return sorted(target.glob("*.whl"))


def _pip(*arguments: str, env: dict[str, str] | None = None) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *arguments], check=True, env=env
    )


def snapshot(made: Path, *, has_extension: bool) -> None:
    """Write the memory of Python once it has started, which a browser restores in a fraction of the time.

    Args:
        made: The folder with Pyodide and segcore.
        has_extension: Whether segcore is compiled.  If it is not, the snapshot has it imported: Pyodide
            cannot restore compiled modules.
    """
    command = ["node", str(WEB / "snapshot.mjs"), str(made), *([] if has_extension else ["calculator"])]
    subprocess.run(command, check=True, timeout=180)


def service_worker(made: Path) -> str:
    """Return the service worker, which knows the files of the page and keeps them under a name of their own.

    Args:
        made: The folder with the files.
    """
    files = sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file())
    version = hashlib.sha256(b"".join((made / file).read_bytes() for file in files)).hexdigest()[:16]
    text = (WEB / WORKER).read_text("utf-8")
    return text.replace("VERSION", version).replace("[]", json.dumps(["./", *files]))


def archive(target: Path, wheels: list[Path], *modules: Path) -> None:
    """Write what wheels hold as one archive.

    Args:
        target: The archive.
        wheels: The wheels.  What is compiled for another machine is left out.
        modules: Modules to put beside them.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for module in modules:
            made.write(module, module.name)
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as given:
                for name in given.namelist():
                    if not name.endswith((".so", ".pyi")) or "wasm32" in name:
                        made.writestr(name, given.read(name))


EXAMPLE = (
    "Your table for 2 is booked for Friday 7 pm – we can’t wait to see you! "
    "Reply C to cancel. Cancellations are free until noon on the day… Menu and map: https://ex.am/ple"
)


def picture(folder: Path) -> bytes:
    """Return a picture of the built page with an example.

    Args:
        folder: The page.
    """
    with served(folder) as address, browser() as page:
        page.resize(1200, 780)
        page.open(address)
        page.wait("document.body.dataset.ready === 'yes'")
        page.run(f"text.value = {json.dumps(EXAMPLE)}; count()")
        end = page.run("Math.ceil(document.querySelector('.columns').getBoundingClientRect().bottom)")
        page.resize(1200, end + 16)
        return page.picture()


def warm_loads(folder: Path, rounds: int = 9) -> list[float]:
    """Return the seconds from opening the built page to its first count, sorted, when its files are cached.

    Args:
        folder: The page.
        rounds: How often to open it.
    """
    found = []
    with served(folder) as address, browser() as page:
        for _ in range(rounds + 1):
            page.open(address)
            page.wait("document.body.dataset.ready === 'yes' && !counting")
            found.append(page.run("performance.now()") / 1000)
            page.wait("navigator.serviceWorker.ready.then(worker => worker.active.state === 'activated')")
    return sorted(found[1:])


if __name__ == "__main__":
    main()
