"""Rows and columns that are hidden in a workbook: its owner does not see them, so the import says that they are there."""

from __future__ import annotations

from dataclasses import dataclass

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.exchange.tables import Layout

# More of them nobody looks up one by one.
_NAMED = 8


@dataclass(frozen=True)
class Hidden:
    """Numbers of rows (1-based) and letters of columns; false where nothing is hidden."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.rows or self.columns)

    def within(self, layout: Layout, last_row: int) -> Hidden:
        """Only what lies in a table: in its columns, and below its heading down to a row."""
        inside = frozenset(row for row in self.rows if layout.first_row <= row <= last_row)
        return Hidden(inside, self.columns & {column.letter for column in layout.columns})

    def count(self) -> str:
        """How much is hidden: "3 rows and 1 column"."""
        rows = ngettext("{n} row", "{n} rows", len(self.rows)).format(n=len(self.rows))
        columns = ngettext("{n} column", "{n} columns", len(self.columns)).format(n=len(self.columns))
        if self.rows and self.columns:
            return _("{rows} and {columns}").format(rows=rows, columns=columns)
        return rows if self.rows else columns

    def places(self) -> str:
        """Where it is hidden, "row 6 and column J"; of very many how much."""
        if len(self.rows) > _NAMED or len(self.columns) > _NAMED:
            return self.count()
        rows = ngettext("row {list}", "rows {list}", len(self.rows)).format(list=", ".join(map(str, sorted(self.rows))))
        letters = ", ".join(sorted(self.columns, key=lambda name: (len(name), name)))
        columns = ngettext("column {list}", "columns {list}", len(self.columns)).format(list=letters)
        if self.rows and self.columns:
            return _("{rows} and {columns}").format(rows=rows, columns=columns)
        return rows if self.rows else columns

    def sentence(self) -> str:
        """That hidden parts come in like the others."""
        return _("Hidden in the workbook and imported all the same: {what}").format(what=self.places())
