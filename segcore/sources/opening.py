"""Open input files: find them by pattern, unpack them, and replace output files in one step."""

from __future__ import annotations

import errno
import glob
import importlib
import os
import re
import shutil
import signal
import stat
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO, Protocol

# Modules for packed and for temporary files are imported when there is such a file.
if TYPE_CHECKING:
    import zipfile

STANDARD_INPUT = "-"
"""The path that names standard input."""

STANDARD_INPUT_NAME = "standard input"

# The file whose lock says that a temporary folder is in use.
_LOCK = "lock"

_PIECE_OCTETS = 1 << 18
# A disk with less free space is full.
_NO_ROOM = 1 << 20
# The most that one call unpacks, however extreme the ratio.
_UNPACKED_OCTETS = 1 << 20

# gzip (RFC 1952), zstd (RFC 8878), xz, bzip2 and ZIP archives begin with these octets.
_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xfd7zXZ\x00": "xz",
    b"BZh": "bzip2",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
}
_MAGIC_OCTETS = max(map(len, _MAGIC))

WORKBOOK_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""The first octets of workbooks: a ZIP archive that `unpacked` leaves as it is, and an OLE file."""

# A gzip header and trailer around the deflated data (RFC 1952).
_WITH_GZIP_HEADER = 16 + zlib.MAX_WBITS

# Files inside a ZIP archive that macOS and Windows add and nobody sees.
_CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")

# Members that make a ZIP archive a document of an office program, which is read as it is.
_WORKBOOK_PARTS = ("[Content_Types].xml", "mimetype")

_DEEPEST = 3

# Real messages pack to a tenth; a million equal ones to less than this.
_MOST_RATIO = 300
_HARMLESS_OCTETS = 100_000_000


class FileError(ValueError):
    """A file that cannot be read or written.

    Args:
        path: The file.
        problem: What is wrong with it.
        line: The line, counted from 1 as an editor does, or ``None`` if the error is not in one line.

    Example:
        >>> print(FileError("sent.csv", "not UTF-8", 7))
        sent.csv: line 7: not UTF-8
    """

    def __init__(self, path: str, problem: str, line: int | None = None) -> None:
        place = "" if line is None else f"line {line}: "
        super().__init__(f"{path}: {place}{problem}")
        self.path = path
        self.problem = problem
        self.line = line

    def __reduce__(self) -> tuple[type[FileError], tuple[str, str, int | None]]:
        return type(self), (self.path, self.problem, self.line)


def expand(paths: Sequence[str]) -> list[str]:
    """Return the files that paths and patterns name.

    Args:
        paths: Paths.  A path that names no file and has ``*``, ``?`` or ``[`` is a pattern.

    Raises:
        FileError: A pattern matches nothing.
    """
    found = []
    for path in paths:
        if path == STANDARD_INPUT or is_address(path) or os.path.exists(path) or not glob.has_magic(path):
            found.append(path)
        elif matches := sorted(each for each in glob.glob(path, recursive=True) if not os.path.isdir(each)):
            found += matches
        else:
            raise FileError(path, "no file matches the pattern; check the name")
    return found


@contextmanager
def standard_input(paths: Sequence[str]) -> Iterator[list[str]]:
    """Yield paths in which standard input is a file, because it may have to be read twice.

    Args:
        paths: Paths, ``-`` for standard input.
    """
    if STANDARD_INPUT not in paths:
        yield [*paths]
        return
    # Where descriptor 0 is closed, Python has no standard input.
    if sys.stdin is None:
        raise FileError(STANDARD_INPUT_NAME, "it is closed; pass the messages in a pipe, or name a file")
    with temporary_folder() as folder:
        copy = os.path.join(folder, STANDARD_INPUT_NAME)
        with open(copy, "wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield [copy if path == STANDARD_INPUT else path for path in paths]


@contextmanager
def temporary_folder(prefix: str = "segcore-", parent: str | None = None) -> Iterator[str]:
    """Yield a folder that is removed at the end, and remove those of runs that were killed.

    A run has a lock on a file in its folder, which the system takes away however the run ends.

    Args:
        prefix: How its name begins.
        parent: The folder that it lies in, the system's for temporary files if omitted.

    Raises:
        FileError: The system's folder for temporary files is full.
    """
    import tempfile

    place = tempfile.gettempdir() if parent is None else parent
    _remove_leftovers(place, prefix)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=place) as folder:
        _in_use.add(folder)
        try:
            with _locked(folder):
                yield folder
        except OSError as error:
            # The block may write to other disks, too.
            if parent is not None or error.errno != errno.ENOSPC or shutil.disk_usage(place).free >= _NO_ROOM:
                raise
            said = "no space left for temporary files; set TMPDIR to a folder with more space"
            raise FileError(place, said) from None
        finally:
            _in_use.discard(folder)


_in_use: set[str] = set()


def end_if_an_input_shrinks() -> None:
    """Let a program, not a library, end with one line and status 2 when octets of a mapped file are gone.

    polars maps files into memory, and the system reports such octets by SIGBUS to the thread that reads them.
    A handler of Python's own would return to that read, and so to the next signal, for ever.
    """
    try:
        import ctypes
    except ImportError:
        return
    if not hasattr(signal, "SIGBUS"):
        return

    # A progress bar hides the cursor.
    cursor = b"\r\x1b[K\x1b[?25h" if os.isatty(2) else b""

    def end(_: int) -> None:
        said = b"Error: an input shrank while it was read; try again when nothing writes to it\n"
        os.write(2, cursor + said)
        for folder in tuple(_in_use):
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(2)

    _handlers.append(ctypes.CFUNCTYPE(None, ctypes.c_int)(end))
    ctypes.CDLL(None).signal(signal.SIGBUS, _handlers[-1])


# C calls it, so it must not be collected.
_handlers: list[object] = []


@contextmanager
def _locked(folder: str) -> Iterator[None]:
    """Hold the lock that says that a folder is in use."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with open(os.path.join(folder, f"{_LOCK}.new"), "wb") as lock:
        # Under its own name it is locked from the first moment.
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.rename(lock.name, os.path.join(folder, _LOCK))
        yield


def _remove_leftovers(parent: str, prefix: str) -> None:
    """Remove the folders of this user whose lock nobody holds."""
    try:
        import fcntl
    except ImportError:
        return
    pattern = os.path.join(glob.escape(parent), f"{glob.escape(prefix)}????????", _LOCK)
    for path in glob.glob(pattern):
        with suppress(OSError):
            if os.lstat(os.path.dirname(path)).st_uid != os.getuid():
                continue
            with open(path, "rb+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(os.path.dirname(path), ignore_errors=True)


_SCHEMES = ("https", "http", "s3", "gs", "az")

COPY_NAMES: dict[str, str] = {}
"""The names of the addresses that temporary files are copies of."""


def is_address(path: str) -> bool:
    """Return whether a path is an address of a file on the web or in cloud storage."""
    scheme, found, _ = path.partition("://")
    return bool(found) and scheme.lower() in _SCHEMES


def name_of(path: str) -> str:
    """Return the name of a file in errors and reports, without the password and the key of an address.

    Args:
        path: A path, an address, or the copy of standard input or of an address.

    Example:
        >>> name_of("https://me:secret@example.com/sent.csv?key=secret")
        'https://example.com/sent.csv'
    """
    if path in COPY_NAMES:
        return COPY_NAMES[path]
    if is_address(path):
        scheme, _, rest = re.split(r"[?#]", path, maxsplit=1)[0].partition("://")
        host, slash, place = rest.partition("/")
        return f"{scheme}://{host.rpartition('@')[2]}{slash}{place}"
    return STANDARD_INPUT_NAME if os.path.basename(path) == STANDARD_INPUT_NAME else path


def size(path: str) -> int:
    """Return the size of a file in octets.

    Raises:
        FileError: It cannot be read as a file.
    """
    try:
        path.encode()
        with open(path, "rb", opener=_open_at_once) as file:
            status = os.fstat(file.fileno())
    except UnicodeEncodeError:
        raise FileError(ascii(path), "its name is not UTF-8; rename it") from None
    except OSError as error:
        raise FileError(path, _advice(error)) from None
    if not stat.S_ISREG(status.st_mode):
        raise FileError(
            path, "not a regular file, which is needed to read it twice; save it as one, or pass it to -"
        )
    return status.st_size


def _advice(error: OSError) -> str:
    problem = (error.strerror or str(error)).lower()
    if isinstance(error, IsADirectoryError):
        return f"{problem}; name a file, or put the files in it in quotation marks, such as 'folder/*.csv'"
    if isinstance(error, FileNotFoundError) and "://" in str(error.filename):
        return "an address that segcore cannot read; download the file"
    if isinstance(error, FileNotFoundError):
        return f"{problem}; check the name"
    return problem


def _open_at_once(path: str, flags: int) -> int:
    # Opening a pipe would wait for a program to write to it.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


@contextmanager
def unpacked(path: str, name: str, *, force: bool = False) -> Iterator[str]:
    """Yield the path of a file's content: the file itself, or a temporary copy that is unpacked.

    Args:
        path: The file.  Its first octets tell how it is packed, not its name.
        name: The name of the file in errors.
        force: Whether to unpack it even if it is suspiciously small for its content.

    Raises:
        FileError: It cannot be read or unpacked, or its content is suspiciously large.
    """
    packed = size(path)
    with open(path, "rb") as file:
        is_packed = packing(file) is not None
    if not is_packed:
        yield path
        return
    with temporary_folder() as folder:
        copy = os.path.join(folder, "unpacked")
        with open(path, "rb") as file, open(copy, "wb") as plain:
            octets = 0
            for piece in unpacked_pieces(file, name):
                octets += len(piece)
                check_ratio(name, packed, octets, force=force)
                plain.write(piece)
        yield copy


def check_ratio(name: str, packed: int, octets: int, *, force: bool) -> None:
    """Raise an error if a file unpacks to far more than messages do.

    Args:
        name: The name of the file in the error.
        packed: Its size in octets.
        octets: The octets of its content so far.
        force: Whether the caller wants it all the same.

    Raises:
        FileError: It does.
    """
    if octets > _HARMLESS_OCTETS and octets > _MOST_RATIO * packed and not force:
        problem = f"it unpacks to more than {_MOST_RATIO} times its size"
        raise FileError(name, f"{problem}, which messages do not; use --force if you trust it")


def packing(file: BinaryIO) -> str | None:
    """Return how a file is packed, or ``None`` if it is not; a workbook is not, though it is a ZIP file."""
    start = file.read(_MAGIC_OCTETS)
    file.seek(0)
    found = _packing(start)
    if found == "zip" and _is_workbook(file):
        return None
    return found


def _packing(start: bytes) -> str | None:
    return next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), None)


def _is_workbook(file: BinaryIO) -> bool:
    import zipfile

    try:
        with zipfile.ZipFile(file) as archive:
            return any(part in archive.namelist() for part in _WORKBOOK_PARTS)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return False
    finally:
        file.seek(0)


def unpacked_pieces(file: BinaryIO, name: str) -> Iterator[bytes]:
    """Yield the content of a file piece by piece, unpacked if it is packed.

    Nothing is lost that comes before damage: the error is raised after it.

    Args:
        file: The file: gzip, zstd, xz, bzip2, a ZIP archive with one file, or plain.
        name: The name of the file in errors.

    Raises:
        FileError: It is damaged, cut off, or cannot be unpacked here.

    Example:
        >>> import gzip, io
        >>> b"".join(unpacked_pieces(io.BytesIO(gzip.compress(b"Hello")), "x.gz"))
        b'Hello'
    """
    yield from _unpacked(_read_pieces(file), file, name)


def _unpacked(pieces: Iterator[bytes], file: BinaryIO | None, name: str, depth: int = 0) -> Iterator[bytes]:
    """Yield content unpacked as often as it is packed."""
    first = next(pieces, b"")
    try:
        # A pipe may give one octet at a time.
        while len(first) < _MAGIC_OCTETS and (more := next(pieces, b"")):
            first += more
    except FileError as error:
        pieces = _failing(error)
    kind = _packing(first)
    pieces = _chained(first, pieces)
    if kind is None:
        yield from pieces
        return
    if depth == _DEEPEST:
        raise FileError(name, f"packed more than {_DEEPEST} times; unpack it")
    if kind == "zip":
        yield from _only_file(file, pieces, name, depth)
    else:
        yield from _unpacked(_Unpacking(kind, name).run(pieces), None, name, depth + 1)


def _failing(error: FileError) -> Iterator[bytes]:
    """Raise an error after the content that comes before it."""
    yield from ()
    raise error


def _read_pieces(file: BinaryIO) -> Iterator[bytes]:
    read = getattr(file, "read1", file.read)
    while piece := read(_PIECE_OCTETS):
        yield piece


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _only_file(file: BinaryIO | None, pieces: Iterator[bytes], name: str, depth: int) -> Iterator[bytes]:
    """Yield the content of the only file in a ZIP archive; a workbook, which is one too, is that file."""
    import lzma
    import tempfile
    import zipfile

    with tempfile.TemporaryFile() as copy:
        # The directory of an archive is at its end.
        archive = file
        if archive is None or not archive.seekable():
            copy.writelines(pieces)
            archive = copy
        if _is_workbook(archive):
            archive.seek(0)
            yield from _read_pieces(archive)
            return
        try:
            with zipfile.ZipFile(archive) as opened, opened.open(_only_member(opened, name)) as member:
                yield from _unpacked(_read_pieces(member), None, name, depth + 1)  # type: ignore[arg-type]
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, lzma.LZMAError) as error:
            if isinstance(error, FileError):
                raise
            raise FileError(name, f"not readable as ZIP: {str(error).lower()}; pack it again") from None
        except (RuntimeError, NotImplementedError) as error:
            # An archive with a password, or a method that Python lacks.
            raise FileError(name, f"not readable as ZIP: {str(error).lower()}; unpack it first") from None


def _only_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = [
        each
        for each in archive.infolist()
        # `is_dir` of some versions of Python fails on a file without a name.
        if not each.filename.endswith("/") and not any(part in each.filename for part in _CLUTTER)
    ]
    if len(members) == 1:
        return members[0]
    if not members:
        raise FileError(name, "a ZIP archive without a file in it")
    if any(each.filename.endswith(".iwa") for each in members):
        raise FileError(name, "a document of Apple's Numbers or Pages; export the messages as CSV or Excel")
    names = [each.filename for each in members[:5]] + ["..."] * (len(members) > 5)
    raise FileError(
        name, f"a ZIP archive with {len(members)} files ({', '.join(names)}); unpack it and name one"
    )


class _Decompressor(Protocol):
    """The common part of what zlib, bz2, lzma and zstd offer."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


class _Unpacking:
    """Unpacks a stream of one or several members, and loses nothing that comes before damage."""

    def __init__(self, kind: str, name: str) -> None:
        self._kind = kind
        self._name = name
        self._taken = 0

    def run(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        member, is_open = self._new(), True
        for piece in pieces:
            left = piece
            # Zero octets may stand between and behind members: xz and tapes fill up blocks with them.
            while left and (is_open or (left := self._without_padding(left))):
                if not is_open:
                    member = self._new()
                yield from self._member(member, left)
                is_open, left = not member.eof, member.unused_data if member.eof else b""
        if is_open:
            problem = f"the compressed data ends early, after octet {self._taken} of the file: it was cut off"
            raise FileError(self._name, problem)

    def _member(self, member: _Decompressor, data: bytes) -> Iterator[bytes]:
        """Yield what a member makes of more input, a bounded part at a time."""
        while True:
            before = self._copied(member)
            try:
                found = member.decompress(data, _UNPACKED_OCTETS)
            except Exception as error:
                if isinstance(error, MemoryError):
                    raise
                yield from self._until_damage(before, data)
                raise self._damaged(error) from None
            # zlib hands back the octets that it did not get to; the others keep them.
            left = getattr(member, "unconsumed_tail", b"")
            self._taken += len(data) - len(left) - (len(member.unused_data) if member.eof else 0)
            if found:
                yield found
            if member.eof or not found:
                return
            data = left

    def _new(self) -> _Decompressor:
        if self._kind == "gzip":
            return zlib.decompressobj(_WITH_GZIP_HEADER)
        if self._kind == "bzip2":
            from bz2 import BZ2Decompressor

            return BZ2Decompressor()
        if self._kind == "xz":
            from lzma import LZMADecompressor

            return LZMADecompressor()
        return self._new_zstd()

    def _new_zstd(self) -> _Decompressor:
        for module in ("compression.zstd", "backports.zstd"):
            try:
                found: _Decompressor = importlib.import_module(module).ZstdDecompressor()
            except ImportError:
                continue
            return found
        raise FileError(self._name, "compressed with zstd; unpack it, or pip install backports.zstd")

    def _without_padding(self, left: bytes) -> bytes:
        padding = len(left) - len(left.lstrip(b"\0"))
        self._taken += padding
        return left[padding:]

    @staticmethod
    def _copied(member: _Decompressor) -> zlib._Decompress | None:
        copy = getattr(member, "copy", None)
        return None if copy is None else copy()

    def _until_damage(self, member: zlib._Decompress | None, left: bytes) -> Iterator[bytes]:
        """Yield what an interrupted call would have given, octet by octet of its input."""
        if member is None:
            return
        for octet in left:
            try:
                yield member.decompress(bytes((octet,)))
            except zlib.error:
                return
            self._taken += 1

    def _damaged(self, error: Exception) -> FileError:
        why = (str(error).strip() or type(error).__name__).splitlines()[0].rpartition(": ")[2].lower()
        where = f"at octet {self._taken + 1}" if self._kind == "gzip" else f"after octet {self._taken}"
        problem = f"damaged {where} of the compressed data ({why}); everything after it is lost"
        return FileError(self._name, problem)


@contextmanager
def replacing(path: str, inputs: Sequence[str] = ()) -> Iterator[str]:
    """Yield the path for a new file that replaces another one as a whole when the block ends without error.

    It lies in a folder of its own, next to the file, which may hold other files meanwhile.

    Args:
        path: The file to write.  A link stays a link, and an existing file keeps its mode.
        inputs: Files that must not be written over.

    Raises:
        FileError: It cannot be written, or is one of the inputs.
    """
    for each in inputs:
        if os.path.exists(path) and os.path.exists(each) and os.path.samefile(path, each):
            raise FileError(path, "it is an input, and would be replaced; write to another file")
    target = os.path.realpath(path)
    is_special = os.path.exists(target) and not os.path.isfile(target) and not os.path.isdir(target)
    folder, name = os.path.split(target)
    try:
        # In the same folder, so that it can take the name in one step.
        with temporary_folder(f".{name}.", None if is_special else folder) as temporary:
            made = os.path.join(temporary, "written")
            yield made
            if is_special:
                # A device or a pipe is written to, not replaced.
                with open(made, "rb") as source, open(target, "wb") as sink:
                    shutil.copyfileobj(source, sink)
                return
            if os.path.exists(target):
                shutil.copymode(target, made)
            os.replace(made, target)
    except OSError as error:
        raise FileError(path, f"cannot be written: {(error.strerror or str(error)).lower()}") from None
