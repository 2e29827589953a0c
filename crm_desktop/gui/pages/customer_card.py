"""The card of a customer: who they are, four facts, what happened, and at the right how to treat them and whom to ask."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from crm_desktop.activity import photos, reminders, timeline
from crm_desktop.billing import invoice_list
from crm_desktop.billing.document import DELIVERY_NOTE, QUOTE
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import customer_list, customers, merging
from crm_desktop.gui import failures
from crm_desktop.gui.parts import customer_sections, statement_dialog
from crm_desktop.gui.parts.customer_history import CustomerHistory
from crm_desktop.gui.parts.customer_shelf import BESIDE_FROM, CustomerShelf
from crm_desktop.gui.parts.customer_sides import CustomerSides
from crm_desktop.gui.parts.file_drop import FileDrop
from crm_desktop.gui.widgets import formats, said
from crm_desktop.gui.widgets.avatar import Avatar
from crm_desktop.gui.widgets.buttons import Button, menu_button
from crm_desktop.gui.widgets.cards import Figures
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.layouts import clear, column, label, line_of, row, stack
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.pill import Pill
from crm_desktop.insight import year_bought
from crm_desktop.sales import timer

_NAME_WIDTH = 280


class CustomerCard(Page):
    """The page of one customer."""

    key = "customer"
    tables: ClassVar = (
        "customer", "contact_channel", "contact_person", "customer_address", "customer_tag", "custom_value", "document",
        "payment", "contract", "timeline_entry", "reminder", "tag", "service", "schedule", "schedule_period",
        "lifecycle_stage", "checklist", "checklist_run", "checklist_task", "customer_relation", "consent",
        "attachment", "file_text", "support_case", "customer_date",
    )  # fmt: skip

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id, self._currency = 0, profile.load().currency
        self._figures = Figures()
        self.history = CustomerHistory(self)
        self._quick, self._timeline = self.history.quick, self.history.view
        self._group, self._find = self.history.group, self.history.search
        self._sides = CustomerSides(self)
        self.faults = self._sides.faults
        body = QWidget()
        line_of(body, self.history, self._sides, gap=16, margins=(24, 12, 20, 16))
        body.layout().setStretch(0, 1)
        top = QWidget()
        column(top, self._figures, margins=(24, 4, 20, 0))
        self._rows = customer_sections.make(customer_sections.ROWS, self)
        card = QWidget()
        column(card, self._header(), *self._rows, top, body)
        card.layout().setStretch(2 + len(self._rows), 1)
        self.shelf: CustomerShelf | None = None
        self._beside = line_of(self, card, gap=0)
        self._beside.setStretchFactor(card, 1)
        FileDrop(self, self.history.take)

    # ---- building ----------------------------------------------------------------------------------------------------

    def _header(self) -> QWidget:
        holder = QWidget()
        self._avatar = Avatar(side=44)
        self._name = ElidedLabel("", "name")
        self._name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._line = label("", "body", "text2")
        self._pills = QHBoxLayout()
        self._pills.setSpacing(6)
        names = stack(row(self._name, self._pills, "stretch", gap=8), self._line, gap=1)
        self._call = Button(_("Call"), "secondary", "phone", on=self._ring)
        self._mail = Button(_("E-mail"), "secondary", "mail", on=self._send)
        self.repeat_button = Button(
            _("Repeat"), "secondary", "repeat", on=self.duplicate, tip=_("Repeat the last invoice (Ctrl+D)")
        )
        self.quote_button = Button(_("New quote"), "secondary", "file-check", on=self._write_quote)
        self._invoice = Button(_("New invoice"), "primary", "plus", on=self.primary, tip=_("New invoice (Ctrl+Enter)"))
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        more = menu_button("ellipsis", _("More"), self._menu)
        self._acts = (self._call, self._mail, self.repeat_button, self.quote_button)
        self._header_box = holder
        box = line_of(holder, self._avatar, names, *self._acts, self._invoice, more, gap=8, margins=(24, 11, 12, 9))
        box.insertSpacing(1, 4)
        box.setStretchFactor(names, 1)
        return holder

    # ---- showing -----------------------------------------------------------------------------------------------------

    def title(self) -> str:
        return self._name.text()

    def activate(self, id: int = 0, *, write: bool = False, **_rest: Any) -> None:
        """Show a customer; `write` puts the cursor into the line for a new note."""
        self._id = id
        self.refresh()
        self._quick.start() if write else self._timeline.setFocus()

    def place(self) -> dict[str, Any] | None:
        return {"id": self._id} if self._id else None

    def _place_shelf(self) -> None:
        """On a wide window the list stays beside the card; otherwise the card stands alone."""
        wide = self.window().width() >= BESIDE_FROM
        if wide and self.shelf is None:
            self.shelf = CustomerShelf()
            self.shelf.chosen.connect(self._show_other)
            self._beside.insertWidget(0, self.shelf)
        if self.shelf is not None:
            self.shelf.setVisible(wide)
            if wide and self._id:
                self.shelf.show_customer(self._id)

    def _show_other(self, customer_id: int) -> None:
        """Show the card of another customer of the list beside; the list keeps the cursor."""
        self._id = customer_id
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (self.window().width() >= BESIDE_FROM) != (self.shelf is not None and not self.shelf.isHidden()):
            self._place_shelf()
        self._fit_header()

    def _fit_header(self) -> None:
        """Where the name needs the room, buttons show their icons alone, from the first one on."""
        for button in self._acts:
            button.set_compact(compact=False)
        room = self.width() - (self.shelf.width() if self.shelf is not None and not self.shelf.isHidden() else 0)
        for button in self._acts:
            if self._header_box.minimumSizeHint().width() <= room:
                return
            button.set_compact(compact=True)
            self._header_box.layout().invalidate()

    def refresh(self) -> None:
        if not self._id:
            return
        self._place_shelf()
        found = customers.get(self._id)
        self._customer = found
        self._avatar.show_name(found.name, found.kind, photos.of_customer(self._id))
        self._name.setText(found.name)
        self._name.setToolTip(found.name)
        # The name goes before the words of the buttons, which have their icons.
        needed = self._name.fontMetrics().horizontalAdvance(found.name) + 6
        self._name.setMinimumWidth(min(needed, _NAME_WIDTH))
        parts = [found.number, found.city, found.phone]
        self._line.setText("  ·  ".join(formats.isolate(part) for part in parts if part))
        self._show_pills()
        self._call.setVisible(bool(found.phone))
        self._mail.setVisible(bool(found.email))
        self.repeat_button.setVisible(bool(self._documents("open") or self._documents("paid")))
        self._fit_header()
        self._figures.tell(self._facts())
        customer_sections.show(self._rows, found, self.faults)
        self._sides.show_customer(found)
        self.history.show_customer(self._id)
        self.changed.emit()

    def _show_pills(self) -> None:
        clear(self._pills)
        words = [_("Company") if self._customer.kind == "organisation" else _("Person"), *self._customer.tags[:3]]
        into = merging.merged_into(self._id) if self._customer.archived_at else None
        if into is not None:
            words.append(_("Merged into {name}").format(name=customers.get(into).name))
        elif self._customer.archived_at:
            words.append(_("Archived"))
        if self._customer.deleted_at:
            words.append(_("In the bin"))
        for word in words:
            pill = Pill(word)
            self._pills.addWidget(pill)
            pill.show()  # so that the header knows at once how much room is left

    def _facts(self) -> list[tuple[str, str, str, str]]:
        return [self._open_fact(), self._year_fact(), self._contact_fact(), self._next_fact()]

    def _open_fact(self) -> tuple[str, str, str, str]:
        late = invoice_list.rows(list(self._documents("overdue"))[:50])
        total = formats.money_text(customer_list.open_sum(merging.family(self._id)), self._currency)
        if late:
            due = formats.money_text(sum(r.open_minor for r in late), self._currency)
            days = max(r.days_late for r in late)
            words = ngettext("{amount} late by {n} day", "{amount} late by {n} days", days).format(amount=due, n=days)
            return (_("Open"), total, words, "red")
        number = len(list(self._documents("open")))
        words = ngettext("{n} invoice", "{n} invoices", number).format(n=number) if number else _("Nothing to pay")
        return (_("Open"), total, words, "")

    def _documents(self, view: str, **more: Any) -> Sequence[int]:
        return invoice_list.ids(view, filters=invoice_list.Filters(customer_id=self._id, **more))

    def _year_fact(self) -> tuple[str, str, str, str]:
        found = year_bought.of_customer(self._id, self._currency)
        words = ngettext("{n} document, {tax}", "{n} documents, {tax}", found.bills)
        said = words.format(n=formats.count(found.bills), tax=year_bought.tax_words(with_tax=found.with_tax))
        shown = formats.money_text(found.minor, self._currency)
        return (_("Last 12 months"), shown, said if found.bills else _("No invoices yet"), "")

    def _contact_fact(self) -> tuple[str, str, str, str]:
        found = next(iter(timeline.latest(self._id, 1, timeline.HAND_KINDS)), None)
        if found is None:
            return (_("Last contact"), formats.DASH, _("Nothing written yet"), "")
        day = found.happened_at.astimezone().date()
        return (_("Last contact"), formats.day_near(day), found.title or found.body.split("\n")[0][:60], "")

    def _next_fact(self) -> tuple[str, str, str, str]:
        found = next(iter(reminders.of_customer(self._id)), None)
        if found is None:
            return (_("Next"), formats.DASH, _("No reminder set"), "")
        late = found.due_on < dates.today()
        return (_("Next"), formats.day_near(found.due_on), found.title, "red" if late else "")

    # ---- acts --------------------------------------------------------------------------------------------------------

    def _fill_menu(self) -> None:
        self._menu.clear()
        self._menu.addAction(_("Repeat the last invoice"), self.duplicate)
        delivery = {"id": 0, "customer": self._id, "kind": DELIVERY_NOTE}
        self._menu.addAction(_("Write delivery note"), partial(self.go.emit, "invoice", delivery))
        self._menu.addAction(_("Add mails or files…"), self.history.choose_files)
        self._menu.addAction(_("Note work"), partial(self.go.emit, "service", {"id": 0, "customer": self._id}))
        self._menu.addAction(_("Start the timer"), partial(failures.guarded, partial(timer.start, self._id)))
        self._menu.addAction(_("Bill regularly"), partial(self.go.emit, "schedule", {"id": 0, "customer": self._id}))
        self._menu.addAction(_("Account statement…"), partial(statement_dialog.ask, self, self._id))
        self._menu.addAction(_("As of a day…"), partial(self.go.emit, "as_of", {"id": self._id}))
        self._menu.addAction(_("Edit"), self.edit)
        if self._customer.archived_at:
            self._menu.addAction(_("Bring back from the archive"), self._unarchive)
        else:
            self._menu.addAction(_("Archive"), self._archive)
        self._menu.addSeparator()
        self._menu.addAction(_("Move to the bin"), self.delete)

    def primary(self) -> None:
        self.go.emit("invoice", {"id": 0, "customer": self._id})

    def _write_quote(self) -> None:
        self.go.emit("invoice", {"id": 0, "customer": self._id, "kind": QUOTE})

    def duplicate(self) -> None:
        self.go.emit("invoice", {"id": 0, "customer": self._id, "repeat": True})

    def new(self) -> None:
        self._quick.start()

    def edit(self) -> None:
        self.go.emit("customer_form", {"id": self._id})

    def find(self) -> None:
        self._find.setFocus()

    def delete(self) -> None:
        if failures.guarded(lambda: customers.delete([self._id])):
            self.toast.emit(said.moved_to_bin(self._customer.name), True)
            self.back.emit()

    def _archive(self) -> None:
        if failures.guarded(lambda: customers.archive(self._id)):
            self.toast.emit(_("{name} archived").format(name=self._customer.name), True)

    def _unarchive(self) -> None:
        if failures.guarded(lambda: customers.unarchive(self._id)):
            self.toast.emit(_("{name} is back").format(name=self._customer.name), True)

    def _ring(self) -> None:
        QDesktopServices.openUrl(QUrl(f"tel:{self._customer.phone.replace(' ', '')}"))
        self._quick.start("call")

    def _send(self) -> None:
        QDesktopServices.openUrl(QUrl(f"mailto:{self._customer.email}"))
        self._quick.start("email")

    def areas(self) -> list[QWidget]:
        found: list[QWidget] = [self._quick, self._timeline, self._sides]
        return [self.shelf, *found] if self.shelf is not None and not self.shelf.isHidden() else found

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {"n": self.new, "e": self.edit}
        if event.text().lower() in keys and not event.modifiers():
            keys[event.text().lower()]()
            return
        super().keyPressEvent(event)
