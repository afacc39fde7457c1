"""Puts what pages link to outside ``docs/`` into the site, so that no link leaves for somewhere else."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
_OUTSIDE = "repository/"
_STARTS = ("benchmarks/README.md", "tests/vectors/README.md")  # in the navigation
_PATHS: dict[str, str] = {}
"""Where in the repository the pages from outside ``docs/`` are."""

_CODE = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(\]\()([^)#\s:]+)(#[^)\s]*)?\)")


def _path(uri: str) -> str:
    """Return where in the repository a page of the site is."""
    return _PATHS.get(uri, f"docs/{uri}")


def _uri(path: str) -> str:
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    # Not as an index: the theme puts that in place of the section it is in, and leaves it out of the list.
    return _OUTSIDE + re.sub(r"/README\.md$", ".md", path)


def _target(page: str, link: str) -> str:
    """Return what a link of a page means, as a path in the repository; of a folder its README."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), link))
    return f"{path}/README.md" if (ROOT / path).is_dir() else path


def _links(page: str) -> list[str]:
    text = _CODE.sub("", (ROOT / page).read_text(encoding="utf-8"))
    return [_target(page, match[2]) for match in _LINK.finditer(text)]


def on_files(files: Files, config: Any) -> Files:
    """Add the files outside ``docs/`` that pages link to, and those that these link to."""
    pages = [_path(file.src_uri) for file in files.documentation_pages()]
    waiting = [*_STARTS, *(target for page in pages for target in _links(page))]
    seen = set()
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith("docs/") or not (ROOT / path).is_file():
            continue
        seen.add(path)
        _PATHS[_uri(path)] = path
        files.append(File.generated(config, _uri(path), abs_src_path=str(ROOT / path)))
        waiting += _links(path) if path.endswith(".md") else []
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Let links to the repository, and to its folders, end where the site has them."""
    here = _path(page.file.src_uri)
    folder = posixpath.dirname(page.file.src_uri)

    def moved(match: re.Match[str]) -> str:
        uri = _uri(_target(here, match[2]))
        return f"{match[1]}{posixpath.relpath(uri, folder or '.')}{match[3] or ''})"

    parts, end = [], 0
    for code in _CODE.finditer(markdown):
        parts += [_LINK.sub(moved, markdown[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*parts, _LINK.sub(moved, markdown[end:])])
