"""Steps 4 and 5 of the import: what would happen to each row, and what has happened."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.exchange.deciding import Decisions
from crm_desktop.exchange.result import ImportResult
from crm_desktop.exchange.targets import FIELDS
from crm_desktop.gui.parts.import_bits import FigureCard
from crm_desktop.gui.parts.import_decide import DecidePanel
from crm_desktop.gui.parts.import_notes import NotesPanel
from crm_desktop.gui.parts.import_table import Line, LineTable, row_number
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import Column
from crm_desktop.gui.widgets.disc import Disc
from crm_desktop.gui.widgets.layouts import clear, column, label, line_of, row

_MOST_SHEETS = 4
_ICONS = {
    "contracts": "file-pen",
    "catalogue": "package",
    "invoices": "receipt-text",
    "payments": "banknote",
    "opportunities": "square-kanban",
    "reminders": "bell",
}


def count_of(kind: str, number: int) -> str:
    """What a number counts: "3 customers"."""
    words = {
        "customers": ngettext("{n} customer", "{n} customers", number),
        "contracts": ngettext("{n} contract", "{n} contracts", number),
        "catalogue": ngettext("{n} product", "{n} products", number),
        "invoices": ngettext("{n} invoice", "{n} invoices", number),
        "payments": ngettext("{n} payment", "{n} payments", number),
        "opportunities": ngettext("{n} deal", "{n} deals", number),
        "owned_products": ngettext("{n} product of a customer", "{n} products of customers", number),
        "reminders": ngettext("{n} reminder", "{n} reminders", number),
    }
    return words[kind].format(n=formats.count(number))


def rows_left_out(result: ImportResult) -> int:
    """How many rows of the table are left out; what stands above its heading is no row of it."""
    return sum(note.row > result.header_row for note in result.outcome.skipped)


class CheckStep(QWidget):
    """Three figures; the chosen one shows its rows below. `on_decide` is called when the user decided about rows."""

    def __init__(self, on_decide: Callable[[Decisions], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.new = FigureCard("user-plus", "green", self._show_new)
        self.changed = FigureCard("refresh-cw", "blue", self._show_changes)
        self.notes = FigureCard("circle-alert", "amber", self._show_notes)
        for card in (self.new, self.changed, self.notes):
            card.setAutoExclusive(True)
        self.new_table = LineTable(
            _("What is new"),
            [
                row_number(),
                Column("record", _("New"), "strong", width=320, sortable=False),
                Column("value", _("From your file"), "muted", stretch=True, sortable=False),
            ],
            _("Nothing is new."),
        )
        self.changes_table = LineTable(
            _("Changes"),
            [
                row_number(),
                Column("record", _("Record"), "strong", width=230, sortable=False),
                Column("column", _("Field"), width=160, sortable=False),
                Column("old", _("Until now"), "muted", width=230, sortable=False),
                Column("new", _("From your file"), stretch=True, sortable=False, tone=_green),
            ],
            _("Nothing that is there already changes."),
        )
        self.noted = NotesPanel(on_decide)
        self.notes_table = self.noted.table
        self.decide = DecidePanel(on_decide)
        self.changes = QWidget()
        stacked = column(self.changes, self.decide, self.changes_table)
        stacked.setStretch(0, 3)
        stacked.setStretch(1, 2)
        self.tables = QStackedWidget()
        for table in (self.new_table, self.changes, self.noted):
            self.tables.addWidget(table)
        cards = QWidget()
        line_of(cards, self.new, self.changed, self.notes, gap=12, margins=(24, 0, 20, 0))
        column(self, cards, 8, self.tables).setStretch(2, 1)

    def show_result(self, result: ImportResult, decisions: Decisions, *, stays: bool = False) -> None:
        """Show what a dry run with these decisions found; `stays` keeps the table that is shown."""
        self.decide.show_result(result, decisions)
        self.changes_table.setVisible(bool(result.outcome.changes or result.kind != "customers"))
        outcome, kind = result.outcome, "customers" if result.kind == "mixed" else result.kind
        created, updated = outcome.created[kind], outcome.updated[kind]
        others = [count_of(k, n) for k, n in outcome.created.items() if k != kind and n]
        known = outcome.unchanged[kind]
        line = (
            _("and {others}, which they name").format(others=", ".join(others))
            if others
            else _("None of them is known yet")
        )
        self.new.tell(
            formats.count(created),
            _new_words(kind, created),
            line if created or others else _("Everything is there already"),
            _ICONS.get(kind, "user-plus"),
        )
        fields = len(outcome.changes)
        text = ngettext("{n} field changes, old values are kept", "{n} fields change, old values are kept", fields)
        same = ngettext("{n} is the same as before", "{n} are the same as before", known).format(n=formats.count(known))
        changed = text.format(n=formats.count(fields)) if fields else same if known else _("Nothing there changes")
        self.changed.tell(formats.count(updated), ngettext("update", "updates", updated), changed)
        self._fill(result)
        self.noted.show_result(result, decisions)
        looks = len(self.notes_table.model.ids)
        lost = rows_left_out(result)
        left = ngettext("{n} row is left out", "{n} rows are left out", lost).format(n=formats.count(lost))
        self.notes.tell(
            formats.count(looks),
            ngettext("wants a look", "want a look", looks),
            left if lost else _("No row is left out"),
        )
        if not stays:
            self._show_first(looks=looks, updated=updated or len(outcome.doubts), created=created)

    def _fill(self, result: ImportResult) -> None:
        outcome, names = result.outcome, FIELDS.get(result.kind, {})
        new = sorted((added for listed in outcome.new.values() for added in listed), key=lambda added: added.row)
        self.new_table.show_lines([Line(at, n.row, value=n.told, record=n.name) for at, n in enumerate(new, 1)])
        self.changes_table.show_lines(
            [
                Line(at, c.row, _field_name(c.field, names), record=c.record, old=c.old, new=c.new)
                for at, c in enumerate(outcome.changes, 1)
            ]
        )

    def _show_first(self, *, looks: int, updated: int, created: int) -> None:
        """Show what wants a look first; where nothing does, what changes, else what is new."""
        if looks or not (updated or created):
            self.notes.setChecked(True)
            self._show_notes()
        elif updated:
            self.changed.setChecked(True)
            self._show_changes()
        else:
            self.new.setChecked(True)
            self._show_new()

    def _show_new(self) -> None:
        self.tables.setCurrentWidget(self.new_table)

    def _show_changes(self) -> None:
        self.tables.setCurrentWidget(self.changes)

    def _show_notes(self) -> None:
        self.tables.setCurrentWidget(self.noted)


def _green(_line: Line) -> str:
    return "green"


def _field_name(key: str, names: dict[str, str]) -> str:
    further = {"more_emails": _("Further e-mail"), "more_phones": _("Further phone")}
    if key in further:
        return further[key]
    plain = {"email": "emails", "phone": "phones"}.get(key, key)
    plain = plain.removesuffix("_on") if plain.removesuffix("_on") in names else plain
    return _(names[plain]) if plain in names else key.removeprefix("custom.")


def _new_words(kind: str, number: int) -> str:
    words = {
        "customers": ngettext("new customer", "new customers", number),
        "contracts": ngettext("new contract", "new contracts", number),
        "catalogue": ngettext("new product", "new products", number),
        "invoices": ngettext("new invoice", "new invoices", number),
        "payments": ngettext("new payment", "new payments", number),
        "opportunities": ngettext("new deal", "new deals", number),
        "owned_products": ngettext("new product of a customer", "new products of customers", number),
        "reminders": ngettext("new reminder", "new reminders", number),
    }
    return words[kind]


class DoneStep(QWidget):
    """What was imported, with the way to see it and the way back."""

    def __init__(
        self,
        on_show: Callable[[], object],
        on_undo: Callable[[], object],
        on_next: Callable[[], object],
        on_sheet: Callable[[str], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._on_sheet = on_sheet
        self._disc = Disc("check", 60, tint="greenSoft", ink="green")
        self.heading = label("", "title")
        self.line = label("", "body", "text2")
        self.left = label("", "small", "text2", wrap=True)
        self.show_button = Button(_("Show them"), "primary", on=on_show)
        self.undo_button = Button(_("Undo this import"), "secondary", "undo-2", on=on_undo)
        self.next_button = Button(_("Import another file"), "ghost", on=on_next)
        self.sheets = QWidget()
        self._sheets = column(self.sheets, gap=8)
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
            self.sheets,
            "stretch",
            margins=(60, 0, 60, 60),
        )

    def offer_sheets(self, names: list[str]) -> None:
        """Offer the other sheets of the workbook that hold a table."""
        clear(self._sheets)
        self.sheets.setVisible(bool(names))
        if not names:
            return
        words = label(_("Your workbook has more tables:"), "body", "text2")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sheets.addSpacing(20)
        self._sheets.addWidget(words)
        for name in names[:_MOST_SHEETS]:
            made = Button(
                _("Import the sheet “{name}” as well").format(name=name.replace("&", "&&")),
                "secondary",
                "file-spreadsheet",
                on=partial(self._on_sheet, name),
            )
            self._sheets.addWidget(made, alignment=Qt.AlignmentFlag.AlignHCenter)

    def show_result(self, result: ImportResult, sheets: list[str]) -> None:
        """Say what was imported."""
        self.offer_sheets(sheets)
        outcome = result.outcome
        self._disc.tell("check", "greenSoft", "green")
        made = [count_of(kind, number) for kind, number in outcome.created.items() if number]
        changed = [count_of(kind, number) for kind, number in outcome.updated.items() if number]
        words = _("{what} imported") if made else _("{what} updated") if changed else _("Everything was there already")
        self.heading.setText(words.format(what=", ".join(made or changed)))
        updated, same = sum(outcome.updated.values()), sum(outcome.unchanged.values())
        lost = rows_left_out(result)
        left = ngettext("{n} row left out", "{n} rows left out", lost).format(n=formats.count(lost))
        parts = [
            (updated if made else 0, _("{n} updated").format(n=formats.count(updated))),
            (same, _("{n} the same as before").format(n=formats.count(same))),
            (lost, left),
        ]
        self.line.setText(", ".join(text for number, text in parts if number))
        can_undo = result.import_id is not None and bool(made or updated)
        self.left.setText(_("You can undo the whole import here, or later in History.") if can_undo else "")
        self.undo_button.setVisible(can_undo)
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
        self.offer_sheets([])
        self.undo_button.setVisible(False)
        self.show_button.setVisible(False)
