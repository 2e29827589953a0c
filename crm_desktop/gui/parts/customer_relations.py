"""On a customer's page: to whom they belong, who recommended them, who lives in the same household."""

from __future__ import annotations

from functools import partial
from typing import Any

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.customers import relations
from crm_desktop.customers.customers import Customer
from crm_desktop.customers.relations import Relation
from crm_desktop.gui import failures
from crm_desktop.gui.parts.customer_input import CustomerInput
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.cards import Card, Item
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.page import Page


class CustomerRelations(Card):
    """See the module. A click opens the other one's card or what was noted about the relation."""

    def __init__(self, page: Page) -> None:
        super().__init__(_("Belongs together"), _("Add"), self.add)
        self._page = page
        self._customer: Customer | None = None

    def show_customer(self, found: Customer) -> None:
        """Show the relations of a customer."""
        self._customer = found
        self.tell(
            [
                Item(
                    relation.other,
                    detail=" · ".join(part for part in (relation.words, relation.note) if part),
                    avatar="person" if relation.other_kind == "person" else "company",
                    on=partial(self.open, relation),
                )
                for relation in relations.of_customer(found.id)
            ]
        )

    def add(self) -> None:
        """Ask for another customer and how they belong together."""
        found = self._customer
        if found is None:
            return
        fields = [
            Field("direction", _("{name} …").format(name=found.name), "choice", choices=relations.directions()),
            Field("other", _("the customer"), "own", make=CustomerInput, needed=True),
            Field("note", _("Note")),
        ]

        def keep(values: dict[str, Any]) -> None:
            relations.add(found.id, values["direction"], values["other"], values["note"])

        dialogs.fill_in(_("Who belongs together?"), fields, {"direction": "parent"}, act=_("Add"), check=keep)

    def open(self, relation: Relation) -> None:
        """Ask what to do with a relation: open the other card, change the note, or remove it."""
        answer = dialogs.choose(
            f"{relation.words}: {relation.other}",
            relation.note,
            [("open", _("Open card")), ("note", _("Edit note")), ("remove", _("Remove"))],
        )
        if answer == "open":
            self._page.open_record.emit("customer", relation.other_id)
        elif answer == "note":
            dialogs.fill_in(
                relation.other, [Field("note", _("Note"))], {"note": relation.note}, act=pgettext("save", "Keep"),
                check=lambda values: relations.change_note(relation.id, values["note"]),
            )  # fmt: skip
        elif answer == "remove" and failures.guarded(partial(relations.remove, relation.id)):
            self._page.toast.emit(_("Removed"), True)
