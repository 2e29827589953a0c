"""Work that was copied from a spreadsheet, shown as it was understood before it is noted."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import customers
from crm_desktop.gui import failures
from crm_desktop.gui.parts import service_paste, tax_choice
from crm_desktop.gui.parts.service_paste import Row
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.cells import EMPTY, Cell
from crm_desktop.gui.widgets.layouts import column, label, scroll
from crm_desktop.gui.widgets.row_table import Col, RowTable
from crm_desktop.sales import work_done

_MOST_HEIGHT = 300


def ask(pasted: str, customer_id: int | None = None) -> int:
    """Show what the clipboard holds and note it; gives how many entries were noted."""
    found = service_paste.read(pasted, customer_id)
    good = [row for row in found if not row.problem]
    if not found:
        text = _("Copy rows in your spreadsheet first: day, customer, what was done, hours, price.")
        dialogs.message(_("There is nothing to paste"), text)
        return 0
    made = dialogs.Dialog(_heading(len(good)), _text(len(found) - len(good)), width=760)
    made.add(_table(found))
    made.add_button("", _("Cancel"), first=not good)
    if good:
        words = ngettext("Note {n} entry", "Note {n} entries", len(good)).format(n=formats.count(len(good)))
        made.add_button("act", words, "primary", first=True)
    if made.ask() != "act" or not failures.guarded(lambda: work_done.save_all([row.values for row in good])):
        return 0
    return len(good)


def _heading(count: int) -> str:
    if not count:
        return _("None of these rows can be noted yet")
    return ngettext("Note {n} entry from the spreadsheet?", "Note {n} entries from the spreadsheet?", count).format(
        n=formats.count(count)
    )


def _text(left_out: int) -> str:
    if not left_out:
        return _("Nothing is noted yet. Undo takes them back as one step.")
    words = ngettext("{n} row is left out; it says why.", "{n} rows are left out; they say why.", left_out)
    return words.format(n=formats.count(left_out))


def _table(found: list[Row]) -> QWidget:
    columns = [
        Col(_("Day"), 84), Col(_("Customer"), 150), Col(_("What"), 0), Col(_("How much"), 70, right=True),
        Col(_("Price"), 70, right=True),
    ]  # fmt: skip
    table = RowTable(columns)
    table.tell([_cells(row) for row in found])
    problems = [row.problem for row in found if row.problem]
    holder = QWidget()
    said = label("\n".join(dict.fromkeys(problems)), "small", "red", wrap=True)
    column(holder, table, 8, said, "stretch")
    area = scroll(holder)
    area.setMinimumHeight(min(_MOST_HEIGHT, holder.sizeHint().height() + 4))
    return area


def _cells(row: Row) -> list[Cell]:
    values, tone = row.values, "red" if row.problem else ""
    day, name = values.get("done_on"), row.customer
    if not name and values.get("customer_id"):
        name = customers.get(values["customer_id"]).name
    return [
        Cell(formats.day_short(day), tone) if day else EMPTY,
        Cell(name, tone),
        Cell(values.get("name") or "–", tone),
        Cell(formats.quantity(values.get("quantity")), tone),
        Cell(tax_choice.price_text(values["price"]) if values.get("price") is not None else "–", tone),
    ]
