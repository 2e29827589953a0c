"""On a customer's page: birthdays and anniversaries, theirs and those of their people, with the next time each comes round."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu

from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.customers import contacts, customer_dates
from crm_desktop.customers.customer_dates import CustomerDate
from crm_desktop.customers.customers import Customer
from crm_desktop.gui import failures
from crm_desktop.gui.icons import icon
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.cards import Card, Item
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.inputs import TextInput
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.special_inputs import YearlyDayInput


class _LabelInput(TextInput):
    """What a day is: words, with the usual ones behind an arrow."""

    def __init__(self) -> None:
        super().__init__(_("Birthday, anniversary …"))
        self._menu = QMenu(self)
        for words in customer_dates.LABELS:
            self._menu.addAction(_(words), partial(self._take, _(words)))
        pick = QAction(icon("chevron-down", "text3"), _("Usual days"), self)
        pick.triggered.connect(self.offer)
        self.addAction(pick, QLineEdit.ActionPosition.TrailingPosition)

    def offer(self) -> None:
        """Show the usual ones below the field."""
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow down opens them."""
        if event.key() == Qt.Key.Key_Down:
            self.offer()
        else:
            super().keyPressEvent(event)

    def _take(self, words: str) -> None:
        self.setText(words)
        self.edited.emit()
        self.left.emit()


class CustomerDays(Card):
    """See the module. A click on a day changes it or takes it away."""

    def __init__(self, page: Page) -> None:
        super().__init__(_("Birthdays and anniversaries"), _("Add"), self.add)
        self._page = page
        self._customer: Customer | None = None

    def show_customer(self, found: Customer) -> None:
        """Show the days of a customer, the next one first."""
        self._customer = found
        self.tell([self._item(one) for one in customer_dates.of_customer(found.id)])

    def _item(self, one: CustomerDate) -> Item:
        coming = customer_dates.next_day(one)
        return Item(
            _("{title}: {name}").format(title=one.title, name=one.person) if one.person else one.title,
            formats.day_near(coming) if coming is not None else "",
            "cake" if one.is_birthday else "calendar-heart",
            detail=_detail(one) if one.has_year else "",
            on=partial(self.edit, one),
        )

    def add(self) -> None:
        """Ask for a day to remember."""
        if self._customer is not None:
            self.edit(None)

    def edit(self, before: CustomerDate | None) -> None:
        """Ask for a day, a new one or one that stands there."""
        found = self._customer
        if found is None:
            return
        one = before or CustomerDate(customer_id=found.id)
        values = {
            "title": one.title or _(customer_dates.BIRTHDAY),
            "person_id": one.person_id,
            "day": one.day if before else None,
            "yearly": one.yearly,
        }
        done = dialogs.fill_in_or_remove(
            one.title if before else _("Which day is remembered?"),
            _fields(found),
            values,
            act=pgettext("save", "Keep") if before else _("Add"),
            check=partial(_keep, one, before),
            remove=_("Remove") if before else "",
        )
        if done == "remove" and before is not None and failures.guarded(partial(customer_dates.remove, before)):
            self._page.toast.emit(_("Removed"), True)


def _fields(found: Customer) -> list[Field]:
    people = [(None, found.name), *((person.id, person.name) for person in contacts.people(found.id))]
    return [
        Field("title", _("What it is"), "own", width=0.5, make=_LabelInput, hint=_("Your own words are fine")),
        Field("person_id", _("Whose"), "choice", choices=people, width=0.5),
        Field("day", _("Day"), "own", width=0.5, make=YearlyDayInput, needed=True, hint=_("The year may be left out")),
        Field("yearly", _("Comes round each year"), "bool"),
    ]


def _keep(one: CustomerDate, before: CustomerDate | None, typed: dict[str, Any]) -> None:
    if typed["day"] is None:
        raise ValidationError({"day": _("Say which day it is.")})
    customer_dates.save(replace(one, **typed), before)


def _detail(one: CustomerDate) -> str:
    """The day with its year, and what it will have been then."""
    return " · ".join(part for part in (formats.day(one.day), _years(one)) if part)


def _years(one: CustomerDate) -> str:
    """How old somebody or something becomes next time; empty for the first time."""
    coming = customer_dates.next_day(one)
    n = coming.year - one.day.year if coming is not None and one.yearly else 0
    if n <= 0:
        return ""
    if one.is_birthday:
        return _("turns {age}").format(age=n)
    return ngettext("{n} year", "{n} years", n).format(n=n)
