"""Read a sheet of a workbook: Excel and OpenDocument, as a CSV file with the cells as they are displayed."""

from __future__ import annotations

import csv
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from segcore.numbers.countries import unaccented
from segcore.sources import Reading, ReadingNotes
from segcore.sources.headings import is_header
from segcore.sources.opening import FileError, check_ratio, temporary_folder

if TYPE_CHECKING:
    import python_calamine

_HEADER_ROWS = 40

# The name of a sheet for messages, where another one is for calls.
_MESSAGES = re.compile("sms|message", re.IGNORECASE)
# Other prices than those of SMS to send.
_NOT_SENT = re.compile(
    r"inbound|incoming|receive|mms|voice|call|whatsapp|number|\bold\b|previous|archive|superseded",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_MONTH = re.compile(r"(?<!\d)(?:(?:0[1-9]|1[0-2])[-_. ](?=20\d\d)|(?<=20\d\d[-_. ])(?:0[1-9]|1[0-2])(?!\d))")
# How months begin in English, German, Spanish, French, Italian, Portuguese and Dutch.
_MONTHS = {
    start: month
    for month, starts in enumerate(
        (
            *("jan ene gen", "feb fev", "mar mrt maa", "apr abr avr", "may mai mag mei maj", "jun juin giu"),
            *("jul juil lug", "aug ago aou", "sep set", "oct okt ott out", "nov", "dec dez dic"),
        ),
        1,
    )
    for start in starts.split()
}

# Sheets are held in memory as a whole.
_MANY_OCTETS = 500_000_000


@contextmanager
def sheet_as_csv(
    path: str,
    name: str,
    reading: Reading,
    notes: ReadingNotes,
    has_header: Callable[[Sequence[str]], bool] | None = None,
) -> Iterator[str]:
    """Yield a temporary CSV file with the rows of a sheet.

    Args:
        path: The workbook: .xlsx, .xlsm, .xlsb, .xls or .ods.
        name: Its name in errors.
        reading: The caller's options, which may name the sheet.
        notes: Gets a note about the sheet where there are several.
        has_header: Whether a row is a header; of several sheets, the first with one is read.  ``None`` looks
            for the headings of messages.

    Raises:
        FileError: It cannot be read, or has no such sheet.
    """
    try:
        import python_calamine
    except ImportError:
        raise FileError(
            name, "a workbook; pip install python-calamine, or save the messages as CSV"
        ) from None
    try:
        try:
            _check_size(path, name, reading, notes)
            workbook = python_calamine.CalamineWorkbook.from_path(path)
        except (OSError, *_DAMAGE) as error:
            raise python_calamine.CalamineError(str(error)) from None
        with workbook:
            sheet = _sheet(
                workbook, name, reading, notes, (has_header,) if has_header else _headers_of(reading)
            )
            try:
                hidden, failed, unknown = _found_in(path, workbook.sheet_names.index(sheet.name))
            except _DAMAGE as error:
                raise python_calamine.CalamineError(str(error)) from None
            if hidden:
                many = f"{hidden:,} rows are" if hidden > 1 else "1 row is"
                said = f"{name}: {many} hidden in sheet {sheet.name!r}, and read like all others."
                notes.add("hidden_rows", said)
            if failed:
                said = (
                    f"{name}: errors such as {failed[0].decode()} in sheet {sheet.name!r} are read as empty"
                )
                notes.add("error_cells", f"{said}: {len(failed):,} cell{'s' * (len(failed) > 1)}.")
            if unknown:
                said = f"{name}: formulas in sheet {sheet.name!r} without a value are read as empty"
                said += (
                    f": {unknown:,} cell{'s' * (unknown > 1)}; save it in a spreadsheet that computes them."
                )
                notes.add("error_cells", said)
            with temporary_folder() as folder:
                copy = os.path.join(folder, "sheet.csv")
                with open(copy, "w", encoding="utf-8", errors="replace", newline="") as file:
                    rows = csv.writer(file, lineterminator="\n")
                    filled = [0]
                    rows.writerows(map(displayed, row) for row in _rows(sheet, filled))
                if filled[0]:
                    said = f"{name}: cells that are merged over several rows count in each of them"
                    notes.add("merged_cells", f"{said}, {filled[0]:,} in sheet {sheet.name!r}.")
                yield copy
    except python_calamine.CalamineError as error:
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise FileError(name, f"not readable as a workbook: {said}; save it again, or as CSV") from None


def _check_size(path: str, name: str, reading: Reading, notes: ReadingNotes) -> None:
    unpacked = packed = os.path.getsize(path)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    check_ratio(name, packed, unpacked, force=reading.force)
    if unpacked > _MANY_OCTETS:
        size = f"{unpacked / 1e6:,.0f} MB"
        notes.add("memory", f"{name}: a workbook of {size} is held in memory; CSV and Parquet are not.")


def _sheet(
    workbook: python_calamine.CalamineWorkbook,
    name: str,
    reading: Reading,
    notes: ReadingNotes,
    headers: Sequence[Callable[[Sequence[str]], bool]],
) -> python_calamine.CalamineSheet:
    """Return the sheet that the caller names, or the first that has a header, or rows; hidden ones last.

    `headers` say whether a row is a header, the surest of them first.
    """
    names = workbook.sheet_names
    if reading.sheet is not None:
        if reading.sheet not in names:
            from segcore._errors import unknown

            raise FileError(name, str(unknown("--sheet", reading.sheet, names)))
        return workbook.get_sheet_by_name(reading.sheet)
    sheets = [sheet for each in names if (sheet := workbook.get_sheet_by_name(each)).height]
    if not sheets:
        raise FileError(name, "all sheets of the workbook are empty")
    by_header = ([sheet for sheet in sheets if _has_header(sheet, each)] for each in headers)
    fitting = next(filter(None, by_header), sheets)
    visible = {each.name for each in workbook.sheets_metadata if str(each.visible).endswith(".Visible")}
    fitting = [sheet for sheet in fitting if sheet.name in visible] or fitting
    if _NOT_SENT.search(fitting[0].name):
        fitting = [sheet for sheet in fitting if not _NOT_SENT.search(sheet.name)] or fitting
    days = [day for sheet in fitting if (day := _day_of(sheet.name))]
    if len(days) == len(fitting):
        today = reading.as_of or date.today()  # noqa: DTZ011
        fitting = [fitting[days.index(max((each for each in days if each <= today), default=days[0]))]]
    chosen = next((sheet for sheet in fitting if _MESSAGES.search(sheet.name)), fitting[0])
    others = ", ".join(repr(sheet.name) for sheet in sheets if sheet.name != chosen.name)
    if others or _NOT_SENT.search(chosen.name):
        says = f"{name}: sheet {chosen.name!r} is read"
        notes.add("sheet", f"{says}, not {others}." if others else f"{says}.", "--sheet")
    return chosen


def _day_of(name: str) -> date | None:
    """Return the first day of the month or year in the name of a sheet, ``None`` if it has no year."""
    year, number = _YEAR.search(name), _MONTH.search(name)
    month = int(number[0][:2]) if number else month_of(name.casefold().replace("outbound", ""))
    return date(int(year[0]), month or 1, 1) if year else None


def month_of(text: str) -> int:
    """Return the month whose name begins a word of a text, 0 if none does."""
    words = re.findall(r"[a-z]+", unaccented(text).casefold())
    return next((_MONTHS[start] for word in words for start in (word[:4], word[:3]) if start in _MONTHS), 0)


# How an archive fails that is damaged behind its list of members, or has one that Python cannot unpack.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)

# Hidden rows with cells, in sheets of Excel and OpenDocument.  The search for the end of a tag stops at the
# next tag, or hostile files would take quadratic time.
_HIDDEN_ROWS = re.compile(
    rb'<row\b(?=[^<>]*\bhidden="(?:1|true)")[^<>]*[^/]>\s*<c\b'
    rb'|<table:table-row\b(?=[^<>]*\btable:visibility="(?:collapse|filter)")[^<>]*>'
    rb"(?=\s*<table:table-cell\b[^<>]*value)"
)
# Excel's cells with an error, such as that of a formula.
_ERRORS = re.compile(rb'<c\b(?=[^<>]*\bt="e")[^<>]*>(?:<f\b[^<>]*(?:/>|>[^<]*</f>))?<v>([^<]*)')
# Formulas as libraries write them, that cannot compute; an empty text is a value of the type "str".
_NOT_COMPUTED = re.compile(rb'<c\b(?![^<>]*\bt="str")[^<>]*><f\b[^<>]*>[^<]*</f>(?:<v ?/>|<v></v>)?</c>')
_SHEET_OF_EXCEL = re.compile(rb'<sheet\b[^<>]*?\br:id="([^"]+)"')
_RELATION = re.compile(rb"<Relationship\b[^<>]*>")


def _found_in(path: str, index: int) -> tuple[int, list[bytes], int]:
    """Return how many rows of a sheet are hidden, as by a filter, its errors, and how many formulas have no
    value, where the file tells.
    """
    if not zipfile.is_zipfile(path):
        return 0, [], 0
    with zipfile.ZipFile(path) as archive:
        try:
            if "content.xml" in archive.namelist():
                tables = archive.read("content.xml").split(b"<table:table ")
                return len(_HIDDEN_ROWS.findall(tables[index + 1])), [], 0
            wanted = _SHEET_OF_EXCEL.findall(archive.read("xl/workbook.xml"))[index]
            relations = _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels"))
            relation = next(each for each in relations if b'Id="%b"' % wanted in each)
            target = relation.split(b'Target="')[1].split(b'"')[0].decode().removeprefix("/xl/")
            content = archive.read(f"xl/{target}")
            unknown = len(_NOT_COMPUTED.findall(content))
            return len(_HIDDEN_ROWS.findall(content)), _ERRORS.findall(content), unknown
        except (KeyError, IndexError, StopIteration):
            return 0, [], 0


def _rows(sheet: python_calamine.CalamineSheet, filled: list[int]) -> Iterator[Sequence[object]]:
    """Yield the rows of a sheet from its first on, also if it is empty, so that lines are rows.

    A cell that is merged over several rows is in each of them; `filled` counts those that get its value.
    """
    left = sheet.start[1] if sheet.start else 0
    corners = ((*first, last[0]) for first, last in sheet.merged_cell_ranges or ())
    below = sorted((each for each in corners if each[0] < each[2]), reverse=True)
    merged: dict[int, tuple[int, object]] = {}
    for number, row in enumerate(sheet.iter_rows()):
        cells: list[object] = [*row]
        while below and below[-1][0] <= number:
            _, column, bottom = below.pop()
            if left <= column < left + len(cells):
                merged[column - left] = bottom, cells[column - left]
        for index, (bottom, cell) in merged.items():
            if number <= bottom and cells[index] == "" != cell:
                cells[index] = cell
                filled[0] += 1
        yield cells


def _has_header(sheet: python_calamine.CalamineSheet, has_header: Callable[[Sequence[str]], bool]) -> bool:
    return any(has_header([*map(displayed, row)]) for row in islice(sheet.iter_rows(), _HEADER_ROWS))


def _headers_of(reading: Reading) -> list[Callable[[Sequence[str]], bool]]:
    """Return whether a row names texts, and whether it names any column: a list of contacts has no texts."""
    roles = reading.roles
    any_column = partial(is_header, wanted=roles.said)
    return (
        [any_column]
        if roles.fields
        else [partial(is_header, wanted=[roles.text], roles=["text"]), any_column]
    )


def displayed(cell: object) -> str:
    """Return a cell as text: numbers with Excel's 15 digits, dates by ISO 8601.

    Example:
        >>> displayed(12025550143.0), displayed(date(2026, 5, 1)), displayed(True), displayed(0.1 + 0.2)
        ('12025550143', '2026-05-01', 'TRUE', '0.3')
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else f"{cell:.15g}"
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ", timespec="seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)
