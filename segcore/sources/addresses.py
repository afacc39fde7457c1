"""Files on the web or in cloud storage: fetched into a temporary folder, then read like all others."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from segcore.sources.opening import COPY_NAMES, FileError, is_address, name_of, temporary_folder

if TYPE_CHECKING:
    from http.client import HTTPResponse

# The packages through which fsspec reads what polars cannot.
_PACKAGES = {"s3": "s3fs", "gs": "gcsfs", "az": "adlfs"}

_TABLES = (".parquet", ".pq")
_LINES = (".csv", ".tsv", ".txt", ".ndjson", ".jsonl", ".json")

_TIMEOUT_SECONDS = 60


@contextmanager
def fetched(paths: Sequence[str]) -> Iterator[list[str]]:
    """Yield paths in which each address is a file, a copy that is removed at the end.

    Args:
        paths: Paths and addresses: ``https://``, ``http://``, ``s3://``, ``gs://`` or ``az://``.

    Raises:
        FileError: A file cannot be fetched, and why.
    """
    if not any(map(is_address, paths)):
        yield [*paths]
        return
    with temporary_folder() as folder:
        found = []
        for index, path in enumerate(paths):
            copy = os.path.join(folder, str(index)) if is_address(path) else path
            if copy != path:
                COPY_NAMES[copy] = name_of(path)
                _fetch(path, copy)
            found.append(copy)
        try:
            yield found
        finally:
            for copy in found:
                COPY_NAMES.pop(copy, None)


def _fetch(address: str, copy: str) -> None:
    if address.lower().startswith("http"):
        _from_web(address, copy)
    else:
        _from_cloud(address, copy)


def _from_web(address: str, copy: str) -> None:
    import http.client
    import urllib.error
    import urllib.request

    name = name_of(address)
    request = urllib.request.Request(address, headers={"User-Agent": "segcore"})  # noqa: S310 (is_address knows the scheme)
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
            _check_is_file(name, answer)
            with open(copy, "wb") as file:
                shutil.copyfileobj(answer, file)
    except urllib.error.HTTPError as error:
        error.close()
        raise FileError(name, f"the server answers {error.code} {error.reason}; check the address") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        if isinstance(error, FileError):
            raise
        reason = str(getattr(error, "reason", error)).lower() or type(error).__name__
        raise FileError(name, f"cannot be fetched: {reason}; check the address") from None


def _check_is_file(name: str, answer: HTTPResponse) -> None:
    """Raise an error for a web page, such as a form to log in: none of its lines is a message."""
    if answer.headers.get_content_type() == "text/html":
        raise FileError(name, "a web page, not a file; use the address of the file itself, or download it")


def _from_cloud(address: str, copy: str) -> None:
    import polars as pl

    name, ending = name_of(address), os.path.splitext(address)[1].lower()
    try:
        if ending in _TABLES:
            pl.scan_parquet(address).sink_parquet(copy)
        elif ending in _LINES and hasattr(pl, "scan_lines"):
            pl.scan_lines(address).sink_csv(copy, include_header=False, quote_style="never")
        else:
            _by_fsspec(address, name, copy)
    except (pl.exceptions.PolarsError, OSError) as error:
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise FileError(name, f"cannot be fetched: {said}; check the address and the credentials") from None


def _by_fsspec(address: str, name: str, copy: str) -> None:
    package = _PACKAGES[address.partition("://")[0].lower()]
    try:
        import fsspec

        source = fsspec.open(address, "rb")
    except ImportError:
        raise FileError(
            name, f"reading it needs {package}: pip install {package}; or download it, or save it as Parquet"
        ) from None
    with source as opened, open(copy, "wb") as file:
        shutil.copyfileobj(opened, file)
