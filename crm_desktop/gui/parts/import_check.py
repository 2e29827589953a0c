"""Steps 4 and 5 of the import: what would happen to each row, and what has happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.exchange.result import ImportResult
from crm_desktop.exchange.targets import FIELDS
from crm_desktop.gui import theme
from crm_desktop.gui.parts.import_bits import FigureCard
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.disc import Disc
from crm_desktop.gui.widgets.layouts import column, label, line_of, row

_NOWHERE = QModelIndex()
Line = tuple[str, ...]


def count_of(kind: str, number: int) -> str:
    """What a number counts: "3 customers"."""
    words = {
        "customers": ngettext("{n} customer", "{n} customers", number),
        "contracts": ngettext("{n} contract", "{n} contracts", number),
        "catalogue": ngettext("{n} product", "{n} products", number),
        "invoices": ngettext("{n} invoice", "{n} invoices", number),
    }
    return words[kind].format(n=formats.count(number))


class _Lines(QAbstractTableModel):
    """Rows of plain texts; the first column is a number of the file and stands right."""

    def __init__(self) -> None:
        super().__init__()
        self._heads: Line = ()
        self._lines: list[Line] = []

    def show(self, heads: Line, lines: list[Line]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self._heads, self._lines = heads, lines
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._heads)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._lines[index.row()][index.column()]
        if role == Qt.ItemDataRole.ForegroundRole:
            return theme.color("text2" if index.column() == 0 else "text")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if index.column() == 0 else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            side = Qt.AlignmentFlag.AlignRight if section == 0 else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


class CheckStep(QWidget):
    """Three figures; the chosen one shows its rows below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result: ImportResult | None = None
        self.new = FigureCard("user-plus", "green", self._show_left_out)
        self.changed = FigureCard("refresh-cw", "blue", self._show_changes)
        self.notes = FigureCard("circle-alert", "amber", self._show_notes)
        for card in (self.new, self.changed, self.notes):
            card.setAutoExclusive(True)
        self._model = _Lines()
        self.table = QTableView()
        self.table.setModel(self._model)
        self.table.setAccessibleName(_("What we noticed"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme.row_height("row_edit"))
        self.table.horizontalHeader().setHighlightSections(False)
        self.nothing = label("", "body", "text2")
        cards = QWidget()
        line_of(cards, self.new, self.changed, self.notes, gap=12, margins=(24, 0, 20, 0))
        below = QWidget()
        column(below, self.nothing, self.table, gap=8, margins=(16, 0, 0, 0))
        column(self, cards, 10, below).setStretch(2, 1)

    def show_result(self, result: ImportResult) -> None:
        """Show what a dry run found."""
        self._result = result
        outcome, kind = result.outcome, result.kind
        created, updated = outcome.created[kind], outcome.updated[kind]
        others = [count_of(k, n) for k, n in outcome.created.items() if k != kind and n]
        known = outcome.unchanged[kind]
        line = (
            _("and {others}, which they name").format(others=", ".join(others))
            if others
            else _("None of them is known yet")
        )
        self.new.tell(
            formats.count(created), _new_words(kind, created), line if created else _("Everything is there already")
        )
        fields = len(outcome.changes)
        text = ngettext("{n} field changes, old values are kept", "{n} fields change, old values are kept", fields)
        same = ngettext("{n} is the same as before", "{n} are the same as before", known).format(n=formats.count(known))
        changed = text.format(n=formats.count(fields)) if fields else same
        self.changed.tell(formats.count(updated), ngettext("update", "updates", updated), changed)
        looks = len(outcome.warnings) + len(outcome.skipped)
        left = ngettext("{n} row is left out", "{n} rows are left out", len(outcome.skipped))
        self.notes.tell(
            formats.count(looks),
            ngettext("wants a look", "want a look", looks),
            left.format(n=formats.count(len(outcome.skipped))),
        )
        self.notes.setChecked(True)
        self._show_notes()

    def _show(self, heads: Line, lines: list[Line], widths: tuple[int, ...], nothing: str) -> None:
        self._model.show(heads, lines)
        header = self.table.horizontalHeader()
        for at, width in enumerate(widths):
            self.table.setColumnWidth(at, width)
            header.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        self.table.setVisible(bool(lines))
        self.nothing.setText("" if lines else nothing)
        self.nothing.setVisible(not lines)

    def _show_notes(self) -> None:
        if self._result is None:
            return
        outcome = self._result.outcome
        lines = [
            *((note, note.reason) for note in outcome.warnings),
            *((note, _("Left out: {reason}").format(reason=note.reason)) for note in outcome.skipped),
        ]
        lines.sort(key=lambda pair: pair[0].row)
        heads = (_("Row"), _("Column"), _("In your file"), _("What we noticed and what happens"))
        shown = [(formats.count(n.row) if n.row else "", n.column, n.value, reason) for n, reason in lines]
        self._show(heads, shown, (64, 180, 320), _("Nothing wants a look. All rows can be read."))

    def _show_changes(self) -> None:
        if self._result is None:
            return
        names = FIELDS[self._result.kind]
        heads = (_("Row"), _("Record"), _("Field"), _("Until now"), _("From your file"))
        lines = [
            (formats.count(c.row), c.record, _field_name(c.field, names), c.old or formats.DASH, c.new)
            for c in self._result.outcome.changes
        ]
        self._show(heads, lines, (64, 240, 160, 260), _("Nothing that is there already changes."))

    def _show_left_out(self) -> None:
        if self._result is None:
            return
        heads = (_("Row"), _("In your file"), _("Why it is left out"))
        lines = [(formats.count(n.row), n.value, n.reason) for n in self._result.outcome.skipped]
        self._show(heads, lines, (64, 420), _("No row is left out."))


def _field_name(key: str, names: dict[str, str]) -> str:
    plain = {"email": "emails", "phone": "phones", "more_emails": "emails", "more_phones": "phones"}.get(key, key)
    plain = plain.removesuffix("_on") if plain.removesuffix("_on") in names else plain
    return _(names[plain]) if plain in names else key.removeprefix("custom.")


def _new_words(kind: str, number: int) -> str:
    words = {
        "customers": ngettext("new customer", "new customers", number),
        "contracts": ngettext("new contract", "new contracts", number),
        "catalogue": ngettext("new product", "new products", number),
        "invoices": ngettext("new invoice", "new invoices", number),
    }
    return words[kind]


class DoneStep(QWidget):
    """What was imported, with the way to see it and the way back."""

    def __init__(
        self,
        on_show: Callable[[], object],
        on_undo: Callable[[], object],
        on_next: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._disc = Disc("check", 60, tint="greenSoft", ink="green")
        self.heading = label("", "title")
        self.line = label("", "body", "text2")
        self.left = label("", "small", "text2", wrap=True)
        self.show_button = Button(_("Show them"), "primary", on=on_show)
        self.undo_button = Button(_("Undo this import"), "secondary", "undo-2", on=on_undo)
        self.next_button = Button(_("Import another file"), "ghost", on=on_next)
        for words in (self.heading, self.line, self.left):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column(
            self,
            "stretch",
            row("stretch", self._disc, "stretch"),
            16,
            self.heading,
            6,
            self.line,
            20,
            row("stretch", self.show_button, self.undo_button, self.next_button, "stretch", gap=10),
            16,
            self.left,
            "stretch",
            margins=(60, 0, 60, 60),
        )

    def show_result(self, result: ImportResult) -> None:
        """Say what was imported."""
        outcome = result.outcome
        self._disc.tell("check", "greenSoft", "green")
        made = [count_of(kind, number) for kind, number in outcome.created.items() if number]
        self.heading.setText(
            _("{what} imported").format(what=", ".join(made)) if made else _("Everything was there already")
        )
        updated, same = sum(outcome.updated.values()), sum(outcome.unchanged.values())
        left = ngettext("{n} row left out", "{n} rows left out", len(outcome.skipped)).format(
            n=formats.count(len(outcome.skipped))
        )
        parts = [
            _("{n} updated").format(n=formats.count(updated)),
            _("{n} the same as before").format(n=formats.count(same)),
            left,
        ]
        self.line.setText(", ".join(parts))
        self.left.setText(_("You can undo the whole import here, or later in History."))
        self.undo_button.setVisible(result.import_id is not None and bool(made or updated))
        self.show_button.setVisible(True)

    def show_undone(self, left: list[str]) -> None:
        """Say that the import was taken back, and what stays."""
        self._disc.tell("undo-2", "greySoft", "text2")
        self.heading.setText(_("The import is taken back"))
        self.line.setText(_("Everything is as it was before."))
        if left:
            self.line.setText(
                ngettext(
                    "{n} record stays, because it was edited since or is in use: {names}",
                    "{n} records stay, because they were edited since or are in use: {names}",
                    len(left),
                ).format(n=len(left), names=", ".join(left[:5]))
            )
        self.left.setText("")
        self.undo_button.setVisible(False)
        self.show_button.setVisible(False)
