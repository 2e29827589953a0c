"""On a customer's page: what they agreed to, since when and where it is written; with all that was noted before."""

from __future__ import annotations

from functools import partial
from typing import Any

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.customers import consent, contacts
from crm_desktop.customers.consent import GIVEN, Consent
from crm_desktop.customers.customers import Customer
from crm_desktop.gui import failures
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.cards import Card, Item
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.page import Page

OTHER = "…"


class CustomerConsent(Card):
    """See the module. A click on a purpose notes a change of mind or shows what was before."""

    def __init__(self, page: Page) -> None:
        super().__init__(_("Consent"), pgettext("consent", "Note"), self.add)
        self._page = page
        self._customer: Customer | None = None
        self._people: list[contacts.Person] = []

    def show_customer(self, found: Customer) -> None:
        """Show what holds now."""
        self._customer = found
        self._people = contacts.people(found.id)
        items = [self._item(entry) for entry in consent.current(found.id)]
        items += [self._item(entry) for person in self._people for entry in consent.current(found.id, person.id)]
        if not found.deleted_at:
            go = self._page.go.emit
            items += [
                Item(_("What is stored on them"), icon="file-down", on=partial(go, "privacy", {"record": found.id})),
                Item(_("Erase for good"), icon="shield-check", on=partial(go, "privacy", {"erase": found.id})),
            ]
        self.tell(items)

    def _item(self, entry: Consent) -> Item:
        words = {"given": _("since {day}"), "refused": _("refused {day}"), "withdrawn": _("withdrawn {day}")}
        said = words[entry.state].format(day=formats.day(entry.day))
        return Item(
            _("{person}: {purpose}").format(person=entry.person, purpose=entry.label) if entry.person else entry.label,
            icon="check" if entry.state == GIVEN else "x",
            detail=" · ".join(part for part in (said, entry.source) if part),
            on=partial(self.show, entry),
        )

    def add(self, purpose: str = "", state: str = GIVEN, person_id: int | None = None) -> None:
        """Ask what the customer, or one of its people, said to which purpose."""
        found = self._customer
        if found is None:
            return
        known = [*consent.purposes(), (OTHER, _("Something else …"))]
        who = [(None, found.name), *((person.id, person.name) for person in self._people)]
        fields = [
            *([Field("person", _("Who"), "choice", choices=who)] if self._people else []),
            Field("purpose", _("For what"), "choice", choices=known, width=0.5),
            Field("own", _("Something else"), width=0.5, placeholder=_("For example birthday cards")),
            Field(
                "state", _("They"), "choice", choices=[(s, consent.state_words(s)) for s in consent.STATES], width=0.5
            ),
            Field("day", _("On"), "date", width=0.5, needed=True),
            Field("source", _("How you know"), placeholder=_("A form at the fair, a call, a mail")),
            Field("note", _("Note")),
        ]

        def keep(values: dict[str, Any]) -> None:
            wanted = values["own"] if values["own"] or values["purpose"] == OTHER else values["purpose"]
            consent.note(
                found.id, wanted or "", values["state"], day=values["day"], source=values["source"], why=values["note"],
                person_id=values.get("person"),
            )  # fmt: skip

        start = {"purpose": purpose or "newsletter", "state": state, "day": dates.today(), "person": person_id}
        heading = _("What did {name} say?").format(name=found.name)
        dialogs.fill_in(heading, fields, start, act=pgettext("save", "Keep"), check=keep)

    def show(self, entry: Consent) -> None:
        """Tell what was noted about a purpose, and offer what can be done."""
        older = [
            e
            for e in consent.history(entry.customer_id)
            if (e.purpose, e.person_id) == (entry.purpose, entry.person_id)
        ]
        lines = [
            " · ".join(p for p in (formats.day(e.day), consent.state_words(e.state), e.source, e.note) if p)
            for e in older
        ]
        change = _("Note a withdrawal") if entry.state == GIVEN else _("Note a consent")
        answer = dialogs.choose(
            entry.label,
            "\n".join(lines),
            [("", _("Close")), ("change", change), ("remove", _("Delete the last entry"))],
        )
        if answer == "change":
            self.add(entry.purpose, "withdrawn" if entry.state == GIVEN else GIVEN, entry.person_id)
        elif answer == "remove" and failures.guarded(partial(consent.remove, entry.id)):
            self._page.toast.emit(_("Removed"), True)
