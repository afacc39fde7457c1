"""Packed files are unpacked by what they contain; output files are replaced in one step."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import stat
import sys
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from segcore.sources import Reading
from segcore.sources.files import opened
from segcore.sources.opening import FileError, expand, packing, replacing, unpacked, unpacked_pieces

CONTENT = random.Random(1).randbytes(2_000_000) + b"a" * 3_000_000


def zipped(content: bytes, *names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", "")
        archive.writestr("__MACOSX/._messages.csv", "noise")
        for name in names or ("folder/messages.csv",):
            archive.writestr(name, content)
    return made.getvalue()


def zstd(content: bytes) -> bytes:
    zstandard = pytest.importorskip("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
    checked = {zstandard.CompressionParameter.checksum_flag: 1}
    found: bytes = zstandard.compress(content, options=checked)
    return found


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd,
    "zip": zipped,
}


class Pipe(io.RawIOBase):
    """A stream that cannot seek and gives few octets at a time."""

    def __init__(self, content: bytes, most: int) -> None:
        self._content = io.BytesIO(content)
        self._most = most

    def read(self, size: int = -1) -> bytes:
        return self._content.read(self._most if size < 0 else min(size, self._most))

    def seekable(self) -> bool:
        return False


@cache
def packed_content(kind: str) -> bytes:
    return PACKERS[kind](CONTENT)


@pytest.mark.parametrize("kind", PACKERS)
def test_each_kind(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "messages.csv"
    path.write_bytes(packed_content(kind))
    with path.open("rb") as file:
        assert packing(file) == kind
    with unpacked(str(path), "name") as plain:
        assert Path(plain).read_bytes() == CONTENT
    assert not os.path.exists(plain)
    assert b"".join(unpacked_pieces(Pipe(path.read_bytes(), 1 << 16), "name")) == CONTENT  # type: ignore[arg-type]
    short = PACKERS[kind](b"Hello")
    assert b"".join(unpacked_pieces(Pipe(short, 1), "name")) == b"Hello"  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", PACKERS)
def test_pieces_are_bounded(kind: str) -> None:
    """However much a few octets unpack to, they do so a part at a time."""
    packed = PACKERS[kind](b"a" * 5_000_000)
    assert max(map(len, unpacked_pieces(io.BytesIO(packed), "name"))) <= 1 << 20


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz", "zstd"])
def test_several_members(kind: str) -> None:
    packed = PACKERS[kind](b"one ") + packed_content(kind) + PACKERS[kind](b" three")
    padded = packed + (bytes(8) if kind in ("gzip", "xz") else b"")
    assert b"".join(unpacked_pieces(io.BytesIO(padded), "name")) == b"one " + CONTENT + b" three"


def test_plain_files_are_not_copied(tmp_path: Path) -> None:
    path = tmp_path / "messages.csv.gz"
    path.write_bytes(b"text\nHello\n")
    with unpacked(str(path), "name") as plain:
        assert plain == str(path)


@pytest.mark.skipif(os.name != "posix", reason="modes")
@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("x.csv.gz", gzip.compress(b"text\n" + b"Hello\n" * 9000), b"text\n" + b"Hello\n" * 9000),
        ("x.csv", "text\nfünf\n".encode("utf-16"), "text\nfünf\n".encode()),
        ("x.csv", b"text\rHello\r", b"text\nHello\n"),
    ],
    ids=["compressed", "encoding", "line ends"],
)
def test_copies_are_private_and_as_large_as_the_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, before: bytes, after: bytes
) -> None:
    """They lie in the folder for temporary files until the file is closed."""
    pytest.importorskip("polars")
    path, temporary = tmp_path / name, tmp_path / "temporary"
    path.write_bytes(before)
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with opened(str(path), Reading()) as file:
        rows = sum(frame.height for frame in file.frames())
        (folder,) = temporary.iterdir()
        assert folder.name.startswith("segcore-")
        assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IRWXU
        assert sorted(each.read_bytes() for each in folder.iterdir()) == [b"", after]
    del file
    assert rows == after.count(b"\n") - 1
    assert [*temporary.iterdir()] == []


def test_packed_twice() -> None:
    packed = zipped(gzip.compress(b"Hello"))
    assert b"".join(unpacked_pieces(io.BytesIO(packed), "name")) == b"Hello"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zipped])
def test_anything_packed_in_gzip(pack: Callable[[bytes], bytes]) -> None:
    packed = gzip.compress(pack(b"Hello"))
    assert b"".join(unpacked_pieces(io.BytesIO(packed), "name")) == b"Hello"


def test_packed_without_end() -> None:
    packed = b"Hello"
    for _ in range(6):
        packed = zipped(packed)
    with pytest.raises(FileError, match="packed more than 3 times"):
        b"".join(unpacked_pieces(io.BytesIO(packed), "name"))


def collected(pieces: Iterator[bytes]) -> tuple[bytes, str]:
    found = b""
    try:
        for piece in pieces:
            found += piece
    except FileError as error:
        return found, str(error)
    return found, ""


@pytest.mark.parametrize("kind", PACKERS)
def test_cut_off(kind: str) -> None:
    packed = packed_content(kind)[:-20_000]
    found, error = collected(unpacked_pieces(io.BytesIO(packed), "x"))
    assert CONTENT.startswith(found)
    if kind == "zip":
        assert error.startswith("x: not readable as ZIP: ")
    else:
        assert found
        assert (
            error
            == f"x: the compressed data ends early, after octet {len(packed)} of the file: it was cut off"
        )


@pytest.mark.parametrize("kind", PACKERS)
def test_damaged(kind: str) -> None:
    packed = bytearray(packed_content(kind))
    packed[1_500_000:1_501_000] = bytes(1000)
    found, error = collected(unpacked_pieces(io.BytesIO(bytes(packed)), "x"))
    assert error.startswith("x: ")
    assert "\n" not in error
    assert CONTENT[:200_000].startswith(found[:200_000])


def test_octets_before_damage_are_not_lost() -> None:
    packed = bytearray(gzip.compress(b"Hello, " * 10, mtime=0))
    packed[-8:] = b"\xff" * 8
    found, error = collected(unpacked_pieces(io.BytesIO(bytes(packed)), "x"))
    assert found == b"Hello, " * 10
    assert "damaged at octet" in error
    assert "incorrect data check" in error


def test_the_name_of_a_member_is_not_utf8() -> None:
    """Though the archive says that it is."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("é.csv", "to,text\n+1,a\n")
    damaged = sink.getvalue().replace("é".encode(), b"\xae\xae")
    assert packing(io.BytesIO(damaged)) == "zip"
    _, error = collected(unpacked_pieces(io.BytesIO(damaged), "x.zip"))
    assert error.startswith("x.zip: not readable as ZIP: 'utf-8' codec can't decode")


def test_an_archive_with_several_files() -> None:
    packed = zipped(b"text\nHello\n", *(f"{name}.csv" for name in "abcdefg"))
    with pytest.raises(
        FileError, match=r"with 7 files \(a.csv, b.csv, c.csv, d.csv, e.csv, ...\); unpack it"
    ):
        b"".join(unpacked_pieces(io.BytesIO(packed), "x"))


def test_a_document_of_numbers() -> None:
    with pytest.raises(FileError, match="a document of Apple's Numbers or Pages; export"):
        b"".join(unpacked_pieces(io.BytesIO(zipped(b"", "Index/Document.iwa", "preview.jpg")), "x"))


def test_an_archive_without_files() -> None:
    made = io.BytesIO()
    zipfile.ZipFile(made, "w").close()
    with pytest.raises(FileError, match="without a file in it"):
        b"".join(unpacked_pieces(io.BytesIO(made.getvalue()), "x"))


def test_patterns(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "c.txt", "d[1].csv"):
        (tmp_path / name).write_text("")
    assert expand([f"{tmp_path}/[ab].csv", "-"]) == [f"{tmp_path}/a.csv", f"{tmp_path}/b.csv", "-"]
    assert expand([f"{tmp_path}/d[1].csv"]) == [f"{tmp_path}/d[1].csv"]
    with pytest.raises(FileError, match="no file matches the pattern"):
        expand([f"{tmp_path}/*.parquet"])


def write(path: Path, content: str = "new", inputs: tuple[Path, ...] = ()) -> None:
    with replacing(str(path), [*map(str, inputs)]) as made:
        Path(made).write_text(content)


def test_replacing(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write(path)
    assert path.read_text() == "new"
    write(path, "newer")
    assert path.read_text() == "newer"
    assert [*tmp_path.iterdir()] == [path]


def test_nothing_is_replaced_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")
    with pytest.raises(KeyError), replacing(str(path)) as made:
        raise KeyError(Path(made).write_text("new"))
    assert path.read_text() == "old"
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.skipif(os.name != "posix", reason="modes and links")
def test_modes_and_links_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    real, link = folder / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write(link)
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert real.stat().st_mode & 0o777 == 0o640
    fresh = tmp_path / "fresh.csv"
    write(fresh)
    (tmp_path / "ordinary").write_text("")
    assert fresh.stat().st_mode == (tmp_path / "ordinary").stat().st_mode


def test_inputs_are_not_replaced(tmp_path: Path) -> None:
    path, link = tmp_path / "in.csv", tmp_path / "link.csv"
    path.write_text("old")
    os.link(path, link)
    for each in (path, link):
        with pytest.raises(FileError, match="it is an input, and would be replaced; write to another file"):
            write(each, inputs=(tmp_path / "other.csv", path))
    assert path.read_text() == "old"


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="a device")
def test_devices_are_written_to() -> None:
    write(Path("/dev/null"))
    assert not os.path.isfile("/dev/null")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be written: no such file or directory"):
        write(tmp_path / "none" / "out.csv")
