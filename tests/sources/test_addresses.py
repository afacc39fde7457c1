"""Files on the web and in cloud storage, from a server that is both."""

from __future__ import annotations

import io
import json
import re
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

pl = pytest.importorskip("polars")

import segcore  # noqa: E402
from segcore.sources.opening import FileError, name_of  # noqa: E402

pytestmark = pytest.mark.kernel_independent

CSV = 'to,text\n+12025550143,"Hello, you"\n+12025550143,б’ё\n'.encode()


def parquet() -> bytes:
    file = io.BytesIO()
    pl.DataFrame({"text": ["Hello", "б" * 71], "to": ["+12025550143"] * 2}).write_parquet(file)
    return file.getvalue()


class Server(BaseHTTPRequestHandler):
    """Serves files, and ranges of them, as S3 does."""

    protocol_version = "HTTP/1.1"
    files: dict[str, bytes] = {}  # noqa: RUF012 (one server a test)

    def do_GET(self) -> None:
        data, found = self.files.get(self.path.partition("?")[0]), 200
        if data is None:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        total, asked = len(data), re.match(r"bytes=(\d*)-(\d*)", self.headers.get("Range") or "")
        first, last = 0, total - 1
        if asked:
            found = 206
            if asked[1]:
                first, last = int(asked[1]), min(int(asked[2] or total), total - 1)
            else:
                first = max(0, total - int(asked[2]))
        self.send_response(found)
        self.send_header("Content-Type", "text/html" if "login" in self.path else "text/csv")
        if asked:
            self.send_header("Content-Range", f"bytes {first}-{last}/{total}")
        self.send_header("Content-Length", str(last + 1 - first))
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Thu, 26 Nov 2026 08:00:00 GMT")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data[first : last + 1])

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that is also where S3 is."""
    Server.files = {"/sent.csv": CSV, "/bucket/sent.csv": CSV, "/bucket/sent.parquet": parquet()}
    Server.files["/login"] = b"<!DOCTYPE html><p>Log in"
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{running.server_port}"
        for name, value in (
            ("AWS_ENDPOINT_URL", address),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_ACCESS_KEY_ID", "x"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
            ("AWS_REGION", "us-east-1"),
            ("no_proxy", "127.0.0.1"),
        ):
            monkeypatch.setenv(name, value)
        yield address
        running.shutdown()
        thread.join()


def test_web(server: str) -> None:
    found = segcore.estimate(f"{server}/sent.csv?key=secret&x[]=*")
    assert (found.messages, found.ucs2) == (2, 1)


def test_cloud_storage(server: str) -> None:
    found = segcore.estimate("s3://bucket/sent.parquet")
    assert (found.messages, found.segments) == (2, 3)
    if hasattr(pl, "scan_lines"):
        found = segcore.estimate("s3://bucket/sent.csv")
        assert (found.messages, found.ucs2, {each.text for each in found.offenders}) == (2, 1, {*"б’ё"})


def test_rate_cards(server: str, tmp_path: Path) -> None:
    """They are read from addresses as files are, and no output has the password or the key."""
    pytest.importorskip("click")
    pytest.importorskip("rich")
    from cli_runner import invoke

    Server.files["/rates.csv"] = b"country,sms\nUS,0.01\n"
    Server.files["/bucket/rates.json"] = b'[{"country": "US", "sms": 0.02}]'
    path = tmp_path / "sent.csv"
    path.write_bytes(CSV)
    address = server.replace("//", "//me:secret@") + "/rates.csv?key=secret"
    found = invoke("estimate", str(path), "--rates", f"{server}/rates.csv?key=secret", "--json")
    assert json.loads(found.stdout)["cost"]["total"] == "0.02"
    assert "secret" not in found.output
    found = invoke("rates", f"{server}/rates.csv?key=secret", "--json")
    assert json.loads(found.stdout)["file"] == f"{server}/rates.csv"
    assert str(segcore.RateCard.read("s3://bucket/rates.json")["US"].sms) == "0.02"
    found = invoke("rates", address.replace("rates.csv", "none.csv"))
    assert found.exit_code == 2
    assert "secret" not in found.output


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("none.csv", "the server answers 404 Not Found; check the address"),
        ("login", "a web page, not a file; use the address of the file itself, or download it"),
    ],
)
def test_web_errors(server: str, path: str, message: str) -> None:
    with pytest.raises(FileError) as found:
        segcore.estimate(f"{server}/{path}?key=secret")
    assert str(found.value) == f"{server}/{path}: {message}"


def test_no_server() -> None:
    with pytest.raises(
        FileError, match=r"^http://127\.0\.0\.1:9/x\.csv: cannot be fetched: .*; check the address$"
    ):
        segcore.estimate("http://127.0.0.1:9/x.csv")


def test_nothing_at_the_place(server: str) -> None:
    with pytest.raises(
        FileError, match=r"^s3://bucket/none\.parquet: cannot be fetched: .*check the address and"
    ):
        segcore.estimate("s3://bucket/none.parquet")


@pytest.mark.parametrize(("scheme", "package"), [("s3", "s3fs"), ("gs", "gcsfs"), ("az", "adlfs")])
def test_what_to_install(monkeypatch: pytest.MonkeyPatch, scheme: str, package: str) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(
        FileError, match=rf": reading it needs {package}: pip install {package}; or download it,"
    ):
        segcore.estimate(f"{scheme}://bucket/sent.xlsx")


def test_fsspec(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("fsspec")
    module.open = lambda address, mode: io.BytesIO(CSV)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "fsspec", module)
    assert segcore.estimate("gs://bucket/sent.csv.gz").messages == 2


def test_errors_have_the_address(server: str) -> None:
    """An error about the content names the address, not the copy, and no secret."""
    Server.files["/empty.csv"] = b""
    with pytest.raises(FileError) as found:
        segcore.estimate(f"{server}/empty.csv?key=secret")
    assert str(found.value).startswith(f"{server}/empty.csv: the file is empty")
    assert name_of("s3://me:secret@bucket/x.csv#part") == "s3://bucket/x.csv"
