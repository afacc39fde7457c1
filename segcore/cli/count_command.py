"""``segcore count``: counts for lines as they come in."""

from __future__ import annotations

import io
import sys
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import BinaryIO

import click

from segcore.cli.options import Command, counting_options, formats, print_json
from segcore.rules.profile import Profile
from segcore.segmenter import Segmenter

# Reading returns what there is, so this only bounds how much is counted at a time.
_READ_OCTETS = 1 << 18


@click.command(cls=Command, hint="it reads standard input: segcore count < FILE")
@counting_options()
@formats("lines", "json")
def count(profile: Profile, smart_encoding: bool | str | None, form: str) -> None:
    """Count the segments of each line of standard input.

    Lines are UTF-8 and end in LF or CR LF.  An empty line is a message without text: 1 segment.

    \b
    Examples:
      segcore count < messages.txt
      printf "Hello\\nSee you at 8\\n" | segcore count
    """
    segmenter = Segmenter(profile, smart_encoding=smart_encoding)
    sink = io.BytesIO() if form == "json" else sys.stdout.buffer
    try:
        count_lines(segmenter, sys.stdin.buffer, sink)
    except NotUtf8Error as error:
        raise click.ClickException(str(error)) from None
    if form == "json" and isinstance(sink, io.BytesIO):
        counts = [*map(int, sink.getvalue().split())]
        totals = {"profile": profile.name, "messages": len(counts), "segments": sum(counts)}
        print_json("count", {**totals, "counts": counts}, indent=None)


class NotUtf8Error(ValueError):
    """A line that is not UTF-8, and the first wrong octet in it, both counted from 1."""

    def __init__(self, line: int, octet: int) -> None:
        super().__init__(f"line {line}: not UTF-8 (byte {octet} of the line)")
        self.line = line


def count_lines(segmenter: Segmenter, source: BinaryIO, sink: BinaryIO) -> None:
    """Write the number of segments of each line, as soon as the line has come in.

    Lines end in LF or CR LF and nothing else; the last one may lack it. At the first line that is not UTF-8
    this raises a `NotUtf8Error`, after the counts of those before it.
    """
    done = 0
    for block in _blocks(source):
        wrong = None
        try:
            text = block.decode()
        except UnicodeDecodeError as error:
            good = block[: block.rfind(b"\n", 0, error.start) + 1]
            wrong = NotUtf8Error(done + good.count(b"\n") + 1, error.start - len(good) + 1)
            text = good.decode()
        lines = text.replace("\r\n", "\n").split("\n")
        if not lines[-1]:
            # The rest after the last line end, which is not a line.
            lines.pop()
        if lines:
            counts = segmenter.count_segments_bulk(lines)
            sink.write("".join([f"{count}\n" for count in counts]).encode())
            sink.flush()
            done += len(lines)
        if wrong is not None:
            raise wrong


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    """Yield whole lines, as many as have come in, and at last what has no line end."""
    held: list[bytes] = []
    read = getattr(source, "read1", source.read)
    chunk = read(_READ_OCTETS)
    # A pipe may give one octet at a time.
    while chunk and chunk != BOM_UTF8 and BOM_UTF8.startswith(chunk) and (more := read(_READ_OCTETS)):
        chunk += more
    chunk = chunk.removeprefix(BOM_UTF8)
    while chunk or (chunk := read(_READ_OCTETS)):
        end = chunk.rfind(b"\n") + 1
        if end:
            yield b"".join((*held, chunk[:end]))
            held = []
        if end < len(chunk):
            held.append(chunk[end:])
        chunk = b""
    if held:
        yield b"".join(held)
