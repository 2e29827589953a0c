"""Step 2 of the import: the first rows as the program sees them, with sheet, headings, charset and separator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange.survey import Survey
from crm_desktop.exchange.tables import Layout, letter
from crm_desktop.gui import theme
from crm_desktop.gui.parts import import_words
from crm_desktop.gui.parts.import_bits import Trouble
from crm_desktop.gui.parts.import_work import Read
from crm_desktop.gui.widgets.inputs import ChoiceInput, SwitchInput
from crm_desktop.gui.widgets.layouts import column, label, line_of

_NOWHERE = QModelIndex()
_NARROWEST, _WIDEST, _MARGIN = 70, 300, 22
_CHARSETS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8 (BOM)", "utf-16": "UTF-16", "utf-16-le": "UTF-16 LE", "utf-16-be": "UTF-16 BE",
    "cp1252": "Windows-1252", "cp1250": "Windows-1250", "cp1251": "Windows-1251", "cp1253": "Windows-1253",
    "cp1254": "Windows-1254", "mac_roman": "Mac", "cp850": "DOS 850", "cp932": "Shift-JIS", "gb18030": "GB 18030",
    "utf-32": "UTF-32",
}  # fmt: skip


class _Rows(QAbstractTableModel):
    """The first rows of the file; what is above the data, no record, hidden or not used is grey."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[list[Any]] = []
        self._layout = Layout(0, 1, [])
        self._left = 0
        self._why: dict[int, str] = {}
        self._used: set[int] = set()
        self._hidden: set[int] = set()

    def show(self, read: Read, survey: Survey, left: int) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows, self._layout, self._left = read.rows, survey.layout, left
        self._why = dict.fromkeys(read.opened.hidden.rows, _("Hidden in the workbook")) | {
            row: _("Left out: {reason}").format(reason=why) for row, why in read.out.items()
        }
        self._used = {column.index for column in survey.layout.columns}
        self._hidden = {c.index for c in survey.layout.columns if c.letter in read.opened.hidden.columns}
        self.endResetModel()

    def widest(self, column: int) -> int:
        """How wide the texts of a column are, in pixels."""
        plain, bold = QFontMetrics(theme.font("body")), QFontMetrics(theme.font("b"))
        found = 0
        for number, row in enumerate(self._rows, 1):
            if number >= self._layout.header_row and column < len(row):
                text = import_words.of_cell(row[column])[:80]
                found = max(found, (bold if number == self._layout.header_row else plain).horizontalAdvance(text))
        return found

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else min(max(map(len, self._rows), default=0), 60)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        number, place = index.row() + 1, index.column()
        row = self._rows[index.row()]
        cell = row[place] if place < len(row) else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return import_words.of_cell(cell)
        if role == Qt.ItemDataRole.ToolTipRole:
            why = self._why.get(number) or (_("Hidden in the workbook") if place in self._hidden else "")
            return "\n".join(filter(None, (import_words.of_cell(cell), why)))
        return self._looks(number, place, cell, role)

    def _looks(self, number: int, place: int, cell: Any, role: int) -> Any:
        heading = number == self._layout.header_row
        if role == Qt.ItemDataRole.ForegroundRole:
            return theme.color("text3" if self._is_aside(number, place) else "text")
        if role == Qt.ItemDataRole.FontRole:
            return theme.font("b" if heading else "body")
        if role == Qt.ItemDataRole.TextAlignmentRole and isinstance(cell, int | float):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.BackgroundRole and (heading or number in self._why):
            return theme.color("sel" if heading else "sunk")
        return None

    def _is_aside(self, number: int, place: int) -> bool:
        above = number < self._layout.header_row
        return above or number in self._why or place in self._hidden or place not in self._used

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return letter(self._left + section) if orientation == Qt.Orientation.Horizontal else str(section + 1)


class LookStep(QWidget):
    """The preview; `on_change(what)` is called when one of the boxes was changed: "sheet", "header", "hidden" or "text"."""

    def __init__(self, on_change: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on_change = on_change
        self.sheet, self.header, self.charset, self.delimiter = (ChoiceInput() for _box in range(4))
        names = (_("Sheet"), _("Headings in row"), _("Charset"), _("Separator"))
        self._holders = []
        for name, box, width in zip(names, self._boxes(), (200, 110, 150, 140), strict=True):
            box.setAccessibleName(name)
            box.setFixedWidth(width)
            holder = QWidget()
            line_of(holder, label(name, "body", "text2"), box, gap=8, margins=(0, 0, 12, 0))
            self._holders.append(holder)
        self.sheet.edited.connect(self._sheet_changed)
        self.header.edited.connect(self._header_changed)
        self.charset.edited.connect(self._text_changed)
        self.delimiter.edited.connect(self._text_changed)
        self.hidden = SwitchInput(_("Leave hidden parts out"))
        self.hidden.edited.connect(self._hidden_changed)
        boxes = QWidget()
        line_of(boxes, *self._holders, self.hidden, "stretch", gap=0, margins=(24, 0, 20, 0))
        self._model = _Rows()
        self.table = self._table()
        self.trouble = Trouble()
        column(self, boxes, 12, self.trouble, self.table).setStretch(3, 1)

    def _boxes(self) -> tuple[ChoiceInput, ...]:
        return self.sheet, self.header, self.charset, self.delimiter

    def _table(self) -> QTableView:
        view = QTableView()
        view.setModel(self._model)
        view.setAccessibleName(_("The first rows of the file"))
        view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setWordWrap(False)
        view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        view.verticalHeader().setDefaultSectionSize(theme.row_height("row_compact"))
        view.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        view.setCornerWidget(QWidget())
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        return view

    def show_file(self, read: Read) -> None:
        """Show the first rows and what was found out about the file."""
        opened, rows = read.opened, read.rows
        source, survey = opened.source, opened.survey
        if survey is None:
            return
        named = len(source.sheets) > 1
        self.sheet.set_choices([(sheet.name, sheet.name) for sheet in source.sheets])
        self.sheet.set_value(survey.sheet.name)
        self.header.set_choices([(0, _("none"))] + [(n, str(n)) for n in range(1, min(len(rows), 40) + 1)])
        self.header.set_value(survey.layout.header_row)
        charsets = list(dict.fromkeys((source.encoding, *_CHARSETS))) if source.encoding else []
        self.charset.set_choices([(name, _CHARSETS.get(name, name)) for name in charsets])
        self.charset.set_value(source.encoding)
        signs = list(dict.fromkeys((source.delimiter, ";", ",", "\t", "|"))) if source.delimiter else []
        self.delimiter.set_choices([(sign, _sign_name(sign)) for sign in signs])
        self.delimiter.set_value(source.delimiter)
        shown = (named, not survey.layout.is_of_format, bool(source.encoding), bool(source.delimiter))
        for holder, visible in zip(self._holders, shown, strict=True):
            holder.setVisible(visible)
        self.hidden.setVisible(bool(opened.hidden))
        self.hidden.set_value(opened.skip_hidden)
        self.hidden.setText(_("Leave out what is hidden: {what}").format(what=opened.hidden.places()))
        left = ord(survey.layout.columns[0].letter[-1]) - 65 - survey.layout.columns[0].index
        self._model.show(read, survey, max(left, 0))
        for at in range(self._model.columnCount()):
            wanted = min(max(self._model.widest(at) + _MARGIN, theme.px(_NARROWEST)), theme.px(_WIDEST))
            self.table.horizontalHeader().resizeSection(at, wanted)
        self.trouble.tell(read.trouble)

    def _sheet_changed(self) -> None:
        self._on_change("sheet")

    def _header_changed(self) -> None:
        self._on_change("header")

    def _hidden_changed(self) -> None:
        self._on_change("hidden")

    def _text_changed(self) -> None:
        self._on_change("text")


def _sign_name(sign: str) -> str:
    names = {";": _("Semicolon"), ",": _("Comma"), "\t": _("Tab"), "|": _("Vertical bar")}
    return f"{names[sign]}  {sign}" if sign in ";,|" and sign in names else names.get(sign, sign)
