"""Files of JSON, whole or broken: everything complete is read, and the rest is reported with its location."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from conftest import thinned
from hypothesis import given
from hypothesis import strategies as st

from segcore.sources.files import files_of, octets_of, size_of
from segcore.sources.json_stream import LONGEST_RECORD, Documents

pytestmark = pytest.mark.kernel_independent

Found = list[tuple[str, Any]]


def event(number: int) -> dict[str, Any]:
    # A text that looks like JSON, and code points of every length in UTF-8.
    return {
        "type": "message-sent",
        "message": {"id": str(number), "text": '{"a": [1,\n{"b', "to": ["é", "明😀"]},
    }


EVENTS = [event(number) for number in range(9)]


def read(content: bytes, size: int = 1 << 20) -> tuple[Found, list[str]]:
    errors: list[str] = []
    pieces = (content[start : start + size] for start in range(0, len(content), size))
    documents = Documents(pieces, "f", lambda each: errors.append(str(each)), (("type", "message"),))
    return [(documents.location, value) for value in documents], errors


def forms(values: list[Any]) -> dict[str, bytes]:
    lines = [json.dumps(value, ensure_ascii=False) for value in values]
    return {
        "lines": "\n".join(lines).encode(),
        "ended lines": ("\r\n".join(lines) + "\r\n").encode(),
        "escaped": "\n".join(map(json.dumps, values)).encode(),
        "bodies": "".join(f"[{line}]\n" for line in lines).encode(),
        "array": json.dumps(values).encode(),
        "indented": json.dumps(values, indent=2, ensure_ascii=False).encode(),
        "concatenated": "".join(lines).encode(),
        "indented one by one": "\n".join(json.dumps(value, indent=1) for value in values).encode(),
        "bodies in an array": json.dumps([[value] for value in values]).encode(),
        "marked": b"\xef\xbb\xbf" + "\n".join(lines).encode(),
    }


@pytest.mark.parametrize("form", forms(EVENTS))
@pytest.mark.parametrize("size", [1, 2, 7, 64, 1 << 20])
def test_every_form_in_pieces_of_any_size(form: str, size: int) -> None:
    found, errors = read(forms(EVENTS)[form], size)
    assert [value for _, value in found] == EVENTS
    assert errors == []


def test_locations() -> None:
    found = {form: read(content)[0] for form, content in forms(EVENTS).items()}
    assert [place for place, _ in found["lines"]] == [f"f: line {n}" for n in range(1, 10)]
    assert [place for place, _ in found["bodies"]] == [f"f: line {n}, entry 1" for n in range(1, 10)]
    assert [place for place, _ in found["array"]] == [f"f: line 1, entry {n}" for n in range(1, 10)]
    lines = forms(EVENTS)["indented"].split(b"\n")
    starts = [number for number, line in enumerate(lines, 1) if line == b"  {"]
    wanted = [f"f: line {line}, entry {entry}" for entry, line in enumerate(starts, 1)]
    assert [place for place, _ in found["indented"]] == wanted


@given(
    values=st.lists(
        st.dictionaries(st.text(max_size=4), st.text() | st.integers() | st.lists(st.text(max_size=3)))
    ),
    form=st.sampled_from(sorted(forms([]))),
    size=st.integers(1, 40),
)
def test_any_objects(values: list[dict[str, Any]], form: str, size: int) -> None:
    assert read(forms(values)[form], size) == read(forms(values)[form])
    assert [value for _, value in read(forms(values)[form], size)[0]] == values
    assert read(forms(values)[form], size)[1] == []


@pytest.mark.parametrize("form", forms(EVENTS))
def test_a_truncated_file_loses_only_its_last_value(form: str) -> None:
    """A file that ends early gives all complete values, and one error if a value was cut."""
    content = forms(EVENTS)[form]
    ends = [len(content)]
    for end in range(0, len(content), 5):
        found, errors = read(content[:end])
        numbers = [value["message"]["id"] for _, value in found]
        assert numbers == [str(number) for number in range(len(numbers))]
        complete = sum(content[:end].count(json.dumps({"id": str(n)})[1:-1].encode()) for n in range(9))
        assert len(numbers) >= complete - 1
        assert len(errors) <= 1 + (form == "bodies in an array")
        assert all("cut off" in error for error in errors)
        if errors:
            continue
        if form in ("lines", "concatenated") and len(numbers) < 9:
            ends.append(end)
    # Between two values nothing is missing.
    assert all(not content[:end].strip() or content[:end].rstrip().endswith(b"}") for end in ends[1:])


@given(
    form=st.sampled_from(["lines", "escaped", "bodies", "array", "indented"]),
    at=st.floats(0, 1, exclude_max=True),
    octet=st.integers(0, 255),
)
def test_one_wrong_octet_loses_at_most_its_own_event(form: str, at: float, octet: int) -> None:
    """At most two events are affected, if the octet merges them."""
    content = bytearray(forms(EVENTS)[form])
    content[int(at * len(content))] = octet
    found, errors = read(bytes(content))
    whole = [value for _, value in found if value in EVENTS]
    assert len(whole) >= len(EVENTS) - 2
    if len(whole) < len(EVENTS) - 1:
        assert errors
    # The changed event is not lost silently: it is read as something else, or reported.
    assert len(found) + len(errors) >= len(EVENTS) - 1


@pytest.mark.parametrize(
    ("content", "ids", "errors"),
    [
        (
            '{"type": "a", "message": {"id": "1"}}\n{"type": "mess\n{"type": "b", "message": {"id": "2"}}\n',
            ["1", "2"],
            ["f: line 2: not JSON: invalid control character (octet 53); 15 octets skipped"],
        ),
        (
            '{"type": "a", "message": {"id": "1"}}\nnothing here\n[{"type": "b", "message": {"id": "2"}}]\n',
            ["1", "2"],
            ["f: line 2: not JSON: expecting value (octet 39); 13 octets skipped"],
        ),
        (
            '[{"type": "a", "message": {"id": "1"}}, {"type": "" ""}, {"type": "c", "message": {"id": "3"}}]',
            ["1", "3"],
            ["f: line 1, entry 2: not JSON: expecting ',' delimiter (octet 53); 17 octets skipped"],
        ),
        (
            '[{"type": "a", "message": {"id": "1"}} {"type": "b", "message": {"id": "2"}},]',
            ["1", "2"],
            [
                "f: line 1, entry 2: no comma before the entry",
                "f: line 1, entry 2: a comma without an entry after it",
            ],
        ),
        (
            '[, {"type": "a", "message": {"id": "1"}}]]',
            ["1"],
            [
                "f: line 1, entry 1: a comma without an entry before it",
                "f: line 1: ']' without a matching '['",
            ],
        ),
        (
            '1 "two" null\n{"type": "a", "message": {"id": "1"}}',
            ["1"],
            [
                "f: line 1: expected an object, got a whole number",
                "f: line 1: expected an object, got a string",
                "f: line 1: expected an object, got null",
            ],
        ),
        (
            '{"type": Infinity, "message": 1}\n{"type": "a", "message": {"id": "1"}}',
            ["1"],
            ["f: line 1: not JSON: Infinity is not a JSON number (octet 1); 33 octets skipped"],
        ),
        (
            '[{"type": "a", "message": {"id": "1"}}',
            ["1"],
            ["f: line 1, entry 1: the array is not closed: the file was cut off"],
        ),
        (
            '[{"type": "mess\n{"type": "a", "message": {"id": "1"}}\n{"type": "b", "message": {"id": "2"}}\n',
            ["1", "2"],
            ["f: line 1, entry 1: not JSON: invalid control character (octet 16); 15 octets skipped"],
        ),
        ("\n\n", [], []),
        ("", [], []),
        ("[]", [], []),
    ],
)
def test_errors_are_exact(content: str, ids: list[str], errors: list[str]) -> None:
    for size in (1, 3, 1 << 20):
        found, reported = read(content.encode(), size)
        assert [value["message"]["id"] for _, value in found] == ids
        assert reported == errors


def test_nesting_that_is_too_deep() -> None:
    found, errors = read(b'{"a": ' + b"[" * 100_000 + b"\n" + json.dumps(EVENTS[0]).encode())
    assert [value for _, value in found] == EVENTS[:1]
    assert errors == ["f: line 1: not read: nested too deeply (octet 1); 100007 octets skipped"]


LONG = LONGEST_RECORD + 1


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({"text": "x" * 3 * LONG}, "a string of more than 1 MiB (octet 11); "),
        ({"text": "x" * LONG, "to": ["+1", "+2"]}, "a record of more than 1 MiB (1,048,"),
        ({"a": {str(n): "x" * 1_000 for n in range(1_100)}}, "a record of more than 1 MiB (1,1"),
        ({"messages": [{"text": "x" * LONG}]}, "a record of more than 1 MiB (1,048,"),
    ],
)
def test_records_above_1_mib(record: dict[str, Any], why: str) -> None:
    """They are reported with their line, and the records after them are read."""
    for size in (1 << 18, 1 << 22):
        content = json.dumps(EVENTS[0]) + "\n" + json.dumps(record) + "\n" + json.dumps(EVENTS[1]) + "\n"
        found, errors = read(content.encode(), size)
        assert [value for _, value in found] == EVENTS[:2]
        (error,) = errors
        if "string" in why and size > 1 << 20:
            why = "a record of more than 1 MiB (3,145,"
        assert error.startswith(f"f: line 2: {why.replace('octet 11', 'octet 128')}"), error


def test_a_list_of_many_records_may_be_long() -> None:
    page = {"messages": [{"text": "x" * 1_000}] * 2_000}
    assert read(json.dumps(page).encode(), 1 << 18) == ([("f: line 1", page)], [])


@pytest.mark.parametrize("level", thinned(["[", '{"a": [', '{"a":\n[', '{"b": [1], "a": {"c": ['], 2))
def test_deep_nesting_takes_linear_time(level: str) -> None:
    deep = '{"x": ' + level * 200_000 + "\n"
    found, errors = read(deep.encode() + json.dumps(EVENTS[0]).encode(), 1 << 18)
    assert [value for _, value in found] == EVENTS[:1]
    assert len(errors) < 150
    assert "nested too deeply" in errors[0]


def test_values_behind_brackets_that_close_are_read() -> None:
    """However many follow in the same piece, none is taken for a level of the value before."""
    deep = '{"x": ' + "[" * 200_000 + "]" * 200_000 + "}\n"
    found, errors = read(deep.encode() + b"\n".join(json.dumps(each).encode() for each in EVENTS * 50))
    assert [value for _, value in found] == EVENTS * 50
    assert "nested too deeply" in errors[0]


def test_octets_that_are_not_utf8() -> None:
    lines = [json.dumps(value, ensure_ascii=False).encode() for value in EVENTS[:3]]
    at = len(lines[0]) + 1 + lines[1].index("é".encode()) + 1
    lines[1] = lines[1].replace("é".encode(), b"\xe9")
    for size in (1, 5, 1 << 20):
        found, errors = read(b"\n".join(lines), size)
        assert [value for _, value in found] == [EVENTS[0], EVENTS[2]]
        assert errors == [f"f: line 2: not UTF-8 (octet E9 at octet {at} of the file); the value is skipped"]


def test_escaped_surrogates_are_not_invalid_octets() -> None:
    found, errors = read(b'{"type": "\\udc80", "message": {}}')
    assert (found[0][1]["type"], errors) == ("\udc80", [])


def unpacked(content: bytes) -> tuple[bytes, list[str]]:
    errors: list[str] = []
    pieces = octets_of(io.BytesIO(content), "f.gz", lambda each: errors.append(str(each)))
    return b"".join(pieces), errors


_DRAW = random.Random(3)
PLAIN = b"".join(b"%s\n" % _DRAW.randbytes(40).hex().encode() for _ in range(20_000))


def test_gzip() -> None:
    packed = gzip.compress(PLAIN, 1, mtime=0)
    assert len(packed) > 100_000
    assert unpacked(packed) == (PLAIN, [])
    assert unpacked(packed + gzip.compress(b"more") + b"\0" * 20) == (PLAIN + b"more", [])
    assert unpacked(gzip.compress(b"")) == (b"", [])


def test_truncated_gzip_gives_its_beginning() -> None:
    packed = gzip.compress(PLAIN, 1, mtime=0)
    for end in (3, 10, 1_000, len(packed) // 2, len(packed) - 1):
        found, errors = unpacked(packed[:end])
        assert PLAIN.startswith(found)
        assert len(found) >= end - 1_000
        assert errors == [
            f"f.gz: the compressed data ends early, after octet {end} of the file: it was cut off"
        ]


def test_damaged_gzip_gives_everything_before_the_damage() -> None:
    packed = bytearray(gzip.compress(PLAIN, 1, mtime=0))
    packed[-8] ^= 1
    found, errors = unpacked(bytes(packed))
    assert found == PLAIN
    octet = len(packed) - 4
    (error,) = errors
    assert error == (
        f"f.gz: damaged at octet {octet} of the compressed data (incorrect data check); "
        "everything after it is lost"
    )
    found, errors = unpacked(gzip.compress(PLAIN, 1, mtime=0) + b"\x1f\x8b\xff")
    assert found == PLAIN
    assert len(errors) == 1


def test_pipes_give_pieces_of_any_size() -> None:
    ours, theirs = os.pipe()
    packed = gzip.compress(b"Hello")
    with os.fdopen(ours, "rb") as reader, os.fdopen(theirs, "wb", buffering=0) as writer:
        pieces = octets_of(reader, "f", lambda _: None)
        writer.write(packed[:1])
        writer.write(packed[1:])
        writer.close()
        assert b"".join(pieces) == b"Hello"


def test_progress_counts_every_octet() -> None:
    reported: list[int] = []
    packed = gzip.compress(os.urandom(1 << 20))
    for _ in octets_of(io.BytesIO(packed), "f", lambda _: None, reported.append):
        pass
    assert sum(reported) == len(packed)
    assert len(reported) > 3


def test_folders(tmp_path: Path) -> None:
    for name in (
        "b.json",
        "a.ndjson",
        "in/c.jsonl",
        "in/d.JSON.gz",
        ".hidden/e.json",
        ".f.json",
        "notes.txt",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"{}")
    errors: list[str] = []
    found = [Path(path).name for path in files_of(str(tmp_path), lambda each: errors.append(str(each)))]
    assert found == ["a.ndjson", "b.json", "c.jsonl", "d.JSON.gz"]
    assert len(errors) == 1
    assert errors[0].startswith(f"{tmp_path / 'notes.txt'}: skipped: its name does not end in")
    assert size_of(str(tmp_path)) == 8
    # A file that is named is read, whatever its name.
    assert list(files_of(str(tmp_path / "notes.txt"), lambda _: None)) == [str(tmp_path / "notes.txt")]
