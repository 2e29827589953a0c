"""A customer as of a day: what the record said then beside what it says now, and what was open and bought until then."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtWidgets import QGridLayout, QWidget

from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers.customers import Customer
from crm_desktop.customers.merging import CUSTOM, GROUPS
from crm_desktop.gui import failures
from crm_desktop.gui.parts import merge_words
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import IconButton
from crm_desktop.gui.widgets.cards import Figures
from crm_desktop.gui.widgets.heads import PageHead
from crm_desktop.gui.widgets.inputs import DateInput
from crm_desktop.gui.widgets.layouts import clear, column, frame, label, line_of, scroll
from crm_desktop.gui.widgets.page import Page
from crm_desktop.insight import as_of
from crm_desktop.insight.as_of import AsOf

Row = tuple[str, str, str]


def rows(then: AsOf, now: AsOf) -> list[Row]:
    """Field, what it said then, what it says now; only fields that say something on one of the days."""
    keys = dict.fromkeys(
        [
            *GROUPS,
            *(f"{CUSTOM}{name}" for side in (then, now) if side.customer for name in side.customer.custom),
        ]
    )
    found = [(merge_words.label_of(key), _text(key, then.customer), _text(key, now.customer)) for key in keys]
    found += [
        (
            _("Tags"),
            ", ".join(then.customer.tags if then.customer else ()),
            ", ".join(now.customer.tags if now.customer else ()),
        ),
        (_("More addresses"), _more(then.customer), _more(now.customer)),
        (_("People"), ", ".join(then.people), ", ".join(now.people)),
    ]
    return [row for row in found if row[1] or row[2]]


def _text(key: str, customer: Customer | None) -> str:
    if customer is None:
        return ""
    if key.startswith(CUSTOM):
        return customer.custom.get(key.removeprefix(CUSTOM), "")
    return merge_words.text_of(key, {name: getattr(customer, name) for name in GROUPS[key]})


def _more(customer: Customer | None) -> str:
    return ", ".join([*customer.more_emails, *map(formats.isolate, customer.more_phones)]) if customer else ""


class AsOfPage(Page):
    """The page."""

    key = "as_of"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id = 0
        self.day = DateInput()
        self.day.setFixedWidth(150)
        self.day.setAccessibleName(_("The day"))
        self.day.textChanged.connect(self._typed)
        earlier = IconButton("chevron-left", _("A month earlier"), on=self._earlier)
        later = IconButton("chevron-right", _("A month later"), on=self._later)
        self.head = PageHead("", back=self.back.emit)
        self._figures = Figures()
        self._said = label("", "body", "text2", wrap=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(10)
        for place, stretch in enumerate((0, 1, 1)):
            self._grid.setColumnStretch(place, stretch)
        choice = QWidget()
        line_of(choice, label(_("As of"), "body", "text2"), self.day, earlier, later, self._said, gap=8).setStretch(
            4, 1
        )
        body = QWidget()
        column(body, choice, self._figures, frame("card", self._grid, margins=(16, 14, 16, 14)), "stretch", gap=12,
               margins=(24, 4, 20, 20))  # fmt: skip
        column(self, self.head, scroll(body))

    def title(self) -> str:
        return _("As of a day")

    def activate(self, id: int = 0, day: str = "", **_rest: Any) -> None:
        """Show a customer a month ago, or on the given day."""
        self._id = id
        self.day.set_value(date.fromisoformat(day) if day else dates.add_months(dates.today(), -1))
        self.refresh()
        self.day.setFocus()
        self.day.selectAll()

    def place(self) -> dict[str, Any] | None:
        found = self.day.value()
        return {"id": self._id, "day": found.isoformat() if found else ""} if self._id else None

    def _typed(self, _text: str) -> None:
        if self.day.value() and not self.day.problem():
            self.refresh()

    def _earlier(self) -> None:
        self._move(-1)

    def _later(self) -> None:
        self._move(1)

    def _move(self, months: int) -> None:
        self.day.set_value(min(dates.today(), dates.add_months(self.day.value() or dates.today(), months)))
        self.refresh()

    def refresh(self) -> None:
        if self._id and self.day.value():
            failures.guarded(self._show)

    def _show(self) -> None:
        day = min(self.day.value() or dates.today(), dates.today())
        then, now = as_of.of_customer(self._id, day), as_of.of_customer(self._id, dates.today())
        name = now.customer.name if now.customer else ""
        self.head.tell(_("{name} as of {day}").format(name=name, day=formats.day(day)))
        currency = profile.load().currency
        words = ngettext("{n} entry until then", "{n} entries until then", then.contacts)
        self._figures.tell(
            [
                (_("Open then"), formats.money_text(then.open_minor, currency), "", ""),
                (_("Bought until then"), formats.money_text(then.bought_minor, currency), _("net"), ""),
                (_("History"), formats.count(then.contacts), words.format(n=formats.count(then.contacts)), ""),
            ]
        )
        found = rows(then, now)
        changed = sum(row[1] != row[2] for row in found)
        self._said.setText(_told(then, changed))
        self._tell(found, day)

    def _tell(self, found: list[Row], day: date) -> None:
        clear(self._grid)
        for place, text in enumerate(("", formats.day(day), _("Now"))):
            self._grid.addWidget(label(text, "small", "text2"), 0, place)
        for line, (name, then, now) in enumerate(found, 1):
            differs = then != now
            self._grid.addWidget(label(name, "body", "text2"), line, 0)
            self._grid.addWidget(label(then or formats.DASH, "b" if differs else "body", wrap=True), line, 1)
            self._grid.addWidget(label((now or formats.DASH) if differs else "", "body", wrap=True), line, 2)


def _told(then: AsOf, changed: int) -> str:
    if then.customer is None:
        return _("On this day the customer was not in the file yet.")
    if not changed:
        return _("Nothing has changed since.")
    return ngettext("{n} entry has changed since.", "{n} entries have changed since.", changed).format(n=changed)
