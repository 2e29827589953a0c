"""Prepared e-mails of scenarios: each waits for the owner's yes; read, edit, approve or dismiss, several at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from PySide6.QtWidgets import QFrame, QWidget

from crm_desktop.core import text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures, theme
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Facts, key_hints
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import column, hairline, label, row, scroll
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, View
from crm_desktop.outreach import campaign_running, scenarios
from crm_desktop.outreach.scenarios import Draft


class PreparedMailsPage(ListPage):
    """The queue for approval."""

    key = "prepared_mails"
    tables: ClassVar = ("scenario_draft", "scenario", "mail")

    def spec(self) -> ListSpec:
        return ListSpec(
            title=_("Prepared e-mails"),
            columns=[
                Column("customer", _("Customer"), "strong", width=theme.px(190)),
                Column("subject", _("Subject"), width=theme.px(240), sortable=False, stretch=True),
                Column("scenario", _("Scenario"), "muted", width=theme.px(150), sortable=False),
                Column("reason", _("Why"), "muted", width=theme.px(260), sortable=False),
            ],
            order="id",
            descending=True,
            pane_width=370,
            views=[
                View("waiting", _("To approve")),
                View("queued", _("Approved")),
                View("dismissed", _("Not written")),
            ],
            search_hint=_("Find a prepared e-mail"),
            empty=Empty(
                "inbox",
                _("Nothing waits for your yes"),
                _("Scenarios that are switched on prepare e-mails here; none goes out before you approve it."),
                Act(_("Scenarios"), lambda: self.go.emit("scenarios", {}), "workflow"),
            ),
            acts=[Act(_("Dismiss"), self.dismiss, "x", tip=_("Send none of the marked ones (D)"))],
            new=Act(_("Approve"), self.approve, "check", tip=_("Put the marked ones into the outbox (A, Ctrl+Enter)")),
        )

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        words = text.fold(search).split()
        found = [
            one for one in scenarios.drafts(str(filters.get("view") or "waiting"))
            if all(word in text.fold(f"{one.customer} {one.subject} {one.scenario}") for word in words)
        ]  # fmt: skip
        if order == "customer":
            found.sort(key=lambda one: text.fold(one.customer), reverse=descending)
        return [one.id for one in found]

    def rows(self, ids: list[int]) -> Sequence[Draft]:
        return [scenarios.draft(i) for i in ids]

    def counts(self) -> dict[str, int]:
        return {view: len(scenarios.drafts(view)) for view in scenarios.VIEWS}

    def count_text(self, number: int) -> str:
        return ngettext("{n} e-mail", "{n} e-mails", number).format(n=formats.count(number))

    def make_pane(self) -> QWidget:
        return DraftPane(self)

    def open_id(self, row_id: int) -> None:
        self.edit_id(row_id)

    def new(self) -> None:
        self.approve()

    def primary(self) -> None:
        self.approve()

    def key_pressed(self, key: str, row_id: int) -> None:
        if key in ("a", "d"):
            (self.approve if key == "a" else self.dismiss)()

    def edit_id(self, row_id: int) -> None:
        """Change a draft before it is approved."""
        found = scenarios.draft(row_id)
        dialogs.fill_in(
            _("E-mail to {name}").format(name=found.customer),
            [
                Field("address", _("To"), needed=True), Field("subject", _("Subject"), needed=True),
                Field("body", _("Text"), "lines", rows=9)],
            {"address": found.address, "subject": found.subject, "body": found.body},
            act=_("Keep the changes"),
            check=partial(scenarios.edit, row_id),
        )  # fmt: skip
        self.refresh()

    def approve(self) -> None:
        """Put the marked drafts into the outbox; more than a few are asked about."""
        chosen = self.table.selected_ids()
        number = len(chosen)
        if number > campaign_running.CONFIRM_FROM:
            question = _("Approve {n} e-mails?").format(n=formats.count(number))
            words = _("They go into the outbox and are sent from there when you send what waits.")
            if not dialogs.confirm(question, words, _("Approve {n}").format(n=formats.count(number)), _("Not yet")):
                return
        if chosen and failures.guarded(partial(scenarios.approve, chosen)):
            said = ngettext("{n} e-mail waits in the outbox", "{n} e-mails wait in the outbox", number)
            self.toast.emit(said.format(n=formats.count(number)), False)
            self.refresh()

    def dismiss(self) -> None:
        """Send none of the marked drafts."""
        chosen = self.table.selected_ids()
        if chosen and failures.guarded(partial(scenarios.dismiss, chosen)):
            said = ngettext("{n} e-mail dismissed", "{n} e-mails dismissed", len(chosen))
            self.toast.emit(said.format(n=formats.count(len(chosen))), True)
            self.refresh()


class DraftPane(QFrame):
    """The pane: the mail as it would go out, and why."""

    def __init__(self, page: PreparedMailsPage) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._page, self._draft = page, 0
        self._subject, self._body, self.facts = label("", "h", wrap=True), label("", "body", wrap=True), Facts()
        self.edit_button = Button(_("Edit"), "secondary", "pencil", on=lambda: page.edit_id(self._draft))
        customer = Button(_("Open customer"), "ghost", "user", on=self._open)
        content = QWidget()
        column(
            content, self._subject, 10, row(self.edit_button, customer, "stretch"), 12, self.facts, 12, hairline(), 12, self._body,
            "stretch", margins=(20, 16, 20, 8),
        )  # fmt: skip
        foot = QWidget()
        column(foot, key_hints(("A", _("Approve")), ("D", _("Dismiss")), ("E", _("Edit"))), margins=(20, 0, 20, 14))
        column(self, scroll(content), foot)

    def show_row(self, found: Draft) -> None:
        """Show a draft."""
        self._draft = found.id
        self._subject.setText(found.subject or found.customer)
        self._body.setText(found.body)
        self.edit_button.setVisible(found.state == "waiting")
        self.facts.tell([(_("To"), found.address), (_("Why"), found.reason), (_("Scenario"), found.scenario)])

    def _open(self) -> None:
        self._page.open_record.emit("customer", scenarios.draft(self._draft).customer_id)
