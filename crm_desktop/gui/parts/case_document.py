"""What an issued invoice can start after the sale: noting what the customer owns now, a complaint, asking how it was."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QMenu

from crm_desktop.billing.document import BILLS, CREDIT_NOTE, Document
from crm_desktop.care import feedback, owned_products
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures
from crm_desktop.gui.icons import icon
from crm_desktop.gui.parts import case_register
from crm_desktop.gui.parts.case_acts import CaseActs
from crm_desktop.gui.widgets.page import Page


def fill(menu: QMenu, page: Page, found: Document) -> None:
    """Offer what fits a document."""
    if found.customer_id is None or found.kind not in BILLS or found.kind == CREDIT_NOTE or not found.id:
        return
    menu.addSeparator()
    if left := len(owned_products.sold_with(found.id)):
        words = ngettext("Register what was bought: {n} product", "Register what was bought: {n} products", left)
        menu.addAction(icon("package-check"), words.format(n=left), partial(register, page, found.id))
    known = {"customer_id": found.customer_id, "document_id": found.id}
    note = partial(case_register.register, page.toast.emit, known)
    menu.addAction(icon("message-square-warning"), _("Note a complaint…"), note)
    about = (feedback.DOCUMENT, found.id)
    if found.open <= 0 and not feedback.why_not(found.customer_id, feedback.SATISFACTION, about):
        ask = partial(CaseActs(page).ask, found.customer_id, about)
        menu.addAction(icon("star"), _("Ask how satisfied they are"), ask)


def register(page: Page, document_id: int) -> None:
    """Note everything that an invoice sold, with warranty and next service."""
    made: list[int] = []
    if failures.guarded(lambda: made.extend(owned_products.register_sold(document_id))) and made:
        words = ngettext("{n} product registered", "{n} products registered", len(made)).format(n=len(made))
        page.toast.emit(words, True)
