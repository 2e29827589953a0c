"""Tables in web pages that shops and portals save as ".xls". Runs in the reading child."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from crm_desktop.exchange import web_parser
from crm_desktop.exchange.identify import Refused

_LARGEST = 30_000_000
_MOST_CELLS = 5_000_000
# Texts between tags, some of which are single signs where a page is broken.
_MOST_TEXTS = 5_000_000


class _Tables:
    """Collects the cells of every table; a table within a cell ends that cell."""

    def __init__(self) -> None:
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None
        self._span = 1
        self._cells = self._texts = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Open a table, row or cell."""
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self._close_cell()
            self.tables = self.tables or [[]]
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self._close_cell()
            self._cell = []
            span = attributes.get("colspan") or "1"
            self._span = min(int(span), 500) if span.isdecimal() else 1
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def end(self, tag: str) -> None:
        """Close a cell or row."""
        if tag in {"td", "th", "tr", "table"}:
            self._close_cell()

    def data(self, data: str) -> None:
        """Keep the text of the cell that is open."""
        self._texts += 1
        if self._texts > _MOST_TEXTS:
            raise Refused("too_large")
        if self._cell is not None:
            self._cell.append(data)

    def close(self) -> None:
        """The page is over."""

    def _close_cell(self) -> None:
        if self._cell is None or not self.tables or not self.tables[-1]:
            self._cell = None
            return
        self._cells += self._span
        if self._cells > _MOST_CELLS:
            raise Refused("too_large")
        self.tables[-1][-1].extend(["".join(self._cell).strip(), *[""] * (self._span - 1)])
        self._cell = None


def read_tables(path: Path, encoding: str) -> list[list[list[str]]]:
    """All tables of a web page that have rows, each as rows of texts.

    Raises:
        Refused: no table in it, or too large.
    """
    if path.stat().st_size > _LARGEST:
        raise Refused("too_large")
    found = _Tables()
    web_parser.read(path.read_text(encoding=encoding, errors="replace"), found)
    tables = [rows for table in found.tables if (rows := [row for row in table if row])]
    if not tables:
        raise Refused("web_page")
    return tables
