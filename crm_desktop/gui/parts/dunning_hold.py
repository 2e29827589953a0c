"""Putting a customer or an invoice on hold, so that no reminder for money is proposed, and ending it again."""

from __future__ import annotations

from functools import partial

from crm_desktop.billing import dunning
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import failures
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.page import Page


def hold_customer(page: Page, customer_id: int, name: str, reason: str = "") -> None:
    """Ask why a customer shall be left alone; where they are on hold already (`reason`), end that."""
    said = "" if reason else _ask(_("Send {name} no reminders").format(name=name))
    if said is not None and failures.guarded(partial(dunning.hold_customer, customer_id, said)):
        words = _("{name} gets no reminders") if said else _("{name} gets reminders again")
        page.toast.emit(words.format(name=name), True)


def hold_document(page: Page, document_id: int, number: str, reason: str = "") -> None:
    """Ask why an invoice shall be left out of reminders; where it is already (`reason`), end that."""
    said = "" if reason else _ask(_("Leave {number} out of reminders").format(number=number))
    if said is not None and failures.guarded(partial(dunning.hold_document, document_id, said)):
        words = _("{number} is left out of reminders") if said else _("{number} is reminded of again")
        page.toast.emit(words.format(number=number), True)


def _ask(heading: str) -> str | None:
    text = _("For example: disputed, pays by instalments, agreed by phone.")
    return dialogs.ask_text(heading, _("Why"), act=_("Put on hold"), text=text)
