"""Hidden rows and columns of LibreOffice workbooks, which the reader does not tell. Runs in the reading child."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.parsers import expat

from crm_desktop.exchange import broken_zip
from crm_desktop.exchange.identify import Refused

_MOST = 1_048_576
_HIDDEN = {"collapse", "filter"}


class _Finder:
    """Counts rows and columns of one table and keeps the hidden ones."""

    def __init__(self, name: str) -> None:
        self.rows: list[int] = []
        self.columns: list[int] = []
        self._name = name
        self._inside = False
        self._depth = self._row = self._column = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if tag == "table:table":
            self._depth += 1
            if self._depth == 1:
                self._inside = attributes.get("table:name") == self._name
        elif self._inside and self._depth == 1:
            hidden = attributes.get("table:visibility") in _HIDDEN
            if tag == "table:table-row":
                times = _times(attributes, "table:number-rows-repeated")
                # A million empty rows at the end of a sheet are no news.
                self.rows += range(self._row + 1, self._row + times + 1) if hidden and times < _MOST // 2 else ()
                self._row += times
            elif tag == "table:table-column":
                times = _times(attributes, "table:number-columns-repeated")
                self.columns += range(self._column, min(self._column + times, 1000)) if hidden else ()
                self._column += times

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == "table:table":
            self._depth -= 1
            self._inside = self._inside and self._depth > 0


def _times(attributes: dict[str, str], name: str) -> int:
    written = attributes.get(name, "1")
    return min(int(written), _MOST) if written.isdecimal() else 1


def hidden_parts(path: Path, name: str) -> tuple[list[int], list[int]]:
    """The hidden rows (1-based) and columns (0-based) of a sheet.

    Raises:
        Refused: the file is damaged.
    """
    finder = _Finder(name)
    parser = expat.ParserCreate()
    parser.StartElementHandler = finder.start
    parser.EndElementHandler = finder.end
    try:
        with zipfile.ZipFile(path) as archive, archive.open("content.xml") as stream:
            parser.ParseFile(stream)
    except (*broken_zip.ERRORS, expat.ExpatError) as error:
        raise Refused("damaged") from error
    return finder.rows, finder.columns
