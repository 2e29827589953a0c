"""Noting a complaint, question or repair in a moment, from wherever one is: whom, what kind, what, how pressing.

What is shown fills in the customer: the card of one, or the invoice that is selected in the list.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm_desktop.billing import invoice_list
from crm_desktop.care import cases
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts import case_words
from crm_desktop.gui.parts.customer_input import CustomerInput
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.page import Page


def about(page: Page | None) -> dict[str, Any]:
    """The customer, and the invoice, that a page shows just now."""
    if page is None:
        return {}
    if page.key == "customer":
        return {"customer_id": (page.place() or {}).get("id")}
    table = getattr(page, "table", None)
    chosen = table.current_id() if table is not None and hasattr(table, "current_id") else 0
    if page.key == "invoices" and chosen:
        return about_document(chosen)
    return {"customer_id": chosen} if page.key == "customers" and chosen else {}


def about_document(document_id: int) -> dict[str, Any]:
    """An issued document with its customer."""
    found = next(iter(invoice_list.rows([document_id])), None)
    if found is None or found.state == "draft":
        return {"customer_id": found.customer_id} if found else {}
    return {"customer_id": found.customer_id, "document_id": document_id}


def register(tell: Callable[[str, bool], object], values: dict[str, Any] | None = None) -> int | None:
    """Ask for the few entries and open the case; gives its id, None when nothing was noted.

    Args:
        tell: shows a toast: words, and whether they can be undone.
        values: what is known already; also `document_id` and `owned_product_id`, which are not asked for.
    """
    given = {"kind": "complaint", "priority": 0} | {key: value for key, value in (values or {}).items() if value}
    fields = [
        Field("customer_id", _("Customer"), "own", make=CustomerInput, needed=True, hint=_("Name, number or phone")),
        Field("title", _("What is it about?"), needed=True, placeholder=_("For example Lamp flickers")),
        Field("kind", _("What it is"), "choice", choices=case_words.kinds(), width=0.5),
        Field("priority", _("Priority"), "choice", choices=case_words.priorities(), width=0.5),
    ]
    asked = {field.name for field in fields}
    more = {name: value for name, value in given.items() if name not in asked}
    made: list[int] = []
    found = dialogs.fill_in(
        _("Note a complaint or request"),
        fields if not given.get("customer_id") else [fields[1], fields[0], *fields[2:]],
        {name: value for name, value in given.items() if name in asked},
        act=_("Note it"),
        check=lambda typed: made.append(cases.save(typed | more)),
        text=_about_words(more),
    )
    if found is None or not made:
        return None
    case = cases.get(made[-1])
    words = _("{number} noted, due {day}").format(number=case.number, day=formats.day_near(case.due_on))
    tell(words, True)
    return case.id


def _about_words(more: dict[str, Any]) -> str:
    document = next(iter(invoice_list.rows([more["document_id"]])), None) if more.get("document_id") else None
    return _("About {number}.").format(number=document.number) if document else ""
