"""Workbooks of Excel and LibreOffice, read by calamine. Runs in the reading child, which it may bring down."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from crm_desktop.exchange import broken_zip, hidden_ods
from crm_desktop.exchange.identify import LARGEST_RANGE, MEMORY_IS_LIMITED, Refused, check_xlsx_range

# Sheets stay loaded while they are small; of the large ones only the last.
_KEEP_CELLS = 3_000_000


class Workbook:
    """An open workbook; sheets are loaded when first asked for."""

    def __init__(self, path: Path, form: str) -> None:
        self._path = path
        self._form = form
        self._loaded: dict[str, CalamineSheet] = {}
        try:
            # By an open file: by its path the extension would decide the format.
            self._book = CalamineWorkbook.from_filelike(path.open("rb"))
        except PasswordError as error:
            raise Refused("protected") from error
        except (CalamineError, OSError, ValueError) as error:
            raise Refused("damaged") from error
        self._sheets = [
            (sheet.name, sheet.visible == SheetVisibleEnum.Visible)
            for sheet in self._book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
        ]
        self.since_1904 = form == "xlsx" and _counts_from_1904(path)
        self._members = _sheet_members(path) if form == "xlsx" else {}

    def sheets(self) -> list[tuple[str, bool]]:
        """Name of each sheet and whether it is shown."""
        return self._sheets

    def rows(self, name: str) -> tuple[int, int, Iterator[list[Any]]]:
        """First filled column (0-based), how many rows, and the rows from the sheet's first one on.

        Raises:
            Refused: the sheet is too large or damaged.
        """
        sheet = self._load(name)
        if sheet.start is None or sheet.end is None:
            return 0, 0, iter(())
        # Rows come with the empty ones above the table, columns without the empty ones beside it.
        return sheet.start[1], sheet.end[0] + 1, sheet.iter_rows()

    def hidden(self, name: str) -> tuple[list[int], list[int]]:
        """Rows (1-based) and columns (0-based) that are hidden; calamine does not tell, the sheet's own XML does."""
        if self._form == "ods":
            return hidden_ods.hidden_parts(self._path, name)
        member = self._members.get(name)
        return hidden_parts(self._path, member) if member else ([], [])

    def _load(self, name: str) -> CalamineSheet:
        if name in self._loaded:
            return self._loaded[name]
        if not MEMORY_IS_LIMITED and (member := self._members.get(name)):
            check_xlsx_range(self._path, member)
        try:
            sheet = self._book.get_sheet_by_name(name)
        except (CalamineError, OSError, ValueError) as error:
            raise Refused("damaged") from error
        if sheet.height * sheet.width > LARGEST_RANGE:
            raise Refused("too_large")
        if sum(kept.height * kept.width for kept in self._loaded.values()) + sheet.height * sheet.width > _KEEP_CELLS:
            self._loaded.clear()
        self._loaded[name] = sheet
        return sheet


_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_HIDDEN_COLUMNS = re.compile(rb'<(?:\w+:)?col\b(?=[^>]*\bhidden="(?:1|true)")[^>]*>')
_MOST_COLUMNS = 1000


def hidden_parts(path: Path, member: str) -> tuple[list[int], list[int]]:
    """The hidden rows (1-based) and columns (0-based) of a sheet, read block by block without building a tree of its XML."""
    rows: list[int] = []
    columns: list[int] = []
    rest = b""
    try:
        with zipfile.ZipFile(path) as archive:
            found = next((name for name in archive.namelist() if name.lower().lstrip("/") == member.lower()), "")
            if not found:
                return [], []
            with archive.open(found) as stream:
                while block := stream.read(1 << 20):
                    block = rest + block
                    cut = block.rfind(b"<")
                    block, rest = block[:cut], block[cut:]
                    if b'hidden="' in block:
                        rows += [int(number) for number in _HIDDEN_ROW.findall(block)]
                        columns += [index for tag in _HIDDEN_COLUMNS.findall(block) for index in _indexes(tag)]
    except broken_zip.ERRORS as error:
        raise Refused("damaged") from error
    return rows, columns


def _indexes(tag: bytes) -> list[int]:
    first, last = re.search(rb'\bmin="(\d+)"', tag), re.search(rb'\bmax="(\d+)"', tag)
    if first is None or last is None:
        return []
    return list(range(int(first[1]) - 1, min(int(last[1]), _MOST_COLUMNS)))


def _part(path: Path, member: str) -> str:
    """A small part of the zipped workbook as text; "" where it is missing."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = next((name for name in archive.namelist() if name.lower().lstrip("/") == member.lower()), "")
            return archive.open(found).read(2_000_000).decode("utf-8", "replace") if found else ""
    except broken_zip.ERRORS as error:
        raise Refused("damaged") from error


def _counts_from_1904(path: Path) -> bool:
    return bool(re.search(r'<(?:\w+:)?workbookPr[^>]*date1904="(?:1|true)"', _part(path, "xl/workbook.xml")))


def _sheet_members(path: Path) -> dict[str, str]:
    """Name of each sheet and the part of the zip that holds it."""
    relations = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", _part(path, "xl/_rels/workbook.xml.rels")):
        key, target = re.search(r'\bId="([^"]*)"', tag), re.search(r'\bTarget="([^"]*)"', tag)
        if key and target:
            relations[key[1]] = target[1].lstrip("/").removeprefix("xl/")
    members = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", _part(path, "xl/workbook.xml")):
        name, key = re.search(r'\bname="([^"]*)"', tag), re.search(r'\b\w+:id="([^"]*)"', tag)
        if name and key and key[1] in relations:
            members[_unescape(name[1])] = "xl/" + relations[key[1]]
    return members


def _unescape(text: str) -> str:
    from html import unescape

    return unescape(text)
