"""Outbox: mails that wait, were refused or perhaps arrived, and those that were sent, each with what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from PySide6.QtWidgets import QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures
from crm_desktop.gui.parts import mail_writer
from crm_desktop.gui.parts.mail_pane import TONES, MailPane
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cells import EMPTY, Cell, status
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, View
from crm_desktop.outreach import mails
from crm_desktop.outreach.mails import Mail


class OutboxPage(ListPage):
    """The list of mails."""

    key = "outbox"
    tables: ClassVar = ("mail",)

    def spec(self) -> ListSpec:
        return ListSpec(
            title=_("E-mails"),
            columns=_columns(),
            order="queued_at",
            descending=True,
            pane_width=380,
            views=[View("outbox", _("Outbox"), late=True), View("sent", _("Sent")), View("all", _("All"))],
            search_hint=_("Find an address or subject"),
            empty=Empty(
                "send",
                _("No e-mails yet"),
                _("Open an invoice, a quote or a reminder and choose “Send by e-mail”. What waits stands here."),
                Act(_("Set up the mail server"), self.set_up, "settings"),
            ),
            new=Act(_("Send all"), self.send_all, "send", tip=_("Send all that waits (Ctrl+Enter)")),
        )

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        return mails.ids(str(filters.get("view") or "outbox"), search=search, order=order, descending=descending)

    def rows(self, ids: list[int]) -> Sequence[Mail]:
        return mails.rows(ids)

    def counts(self) -> dict[str, int]:
        return mails.counts()

    def count_text(self, number: int) -> str:
        return ngettext("{n} e-mail", "{n} e-mails", number).format(n=formats.count(number))

    # ---- acts --------------------------------------------------------------------------------------------------------

    def make_pane(self) -> QWidget:
        return MailPane(self)

    def send_all(self) -> None:
        """Send all that waits."""
        failures.guarded(partial(mail_writer.send_waiting, self, self.refresh))

    def primary(self) -> None:
        self.send_all()

    def set_up(self) -> None:
        """Show the settings of the mail server."""
        self.go.emit("settings", {"section": "mail"})

    def do(self, act: str, mail_id: int) -> None:
        """Do what the pane asks for: "again", "arrived", "give_up", "customer" or "draft"."""
        acts: dict[str, Callable[[], object]] = {
            "again": partial(mails.try_again, mail_id),
            "arrived": partial(mails.arrived, mail_id),
            "give_up": partial(mails.give_up, mail_id),
            "customer": partial(self._open_customer, mail_id),
            "draft": partial(self._open_draft, mail_id),
        }
        failures.guarded(acts[act])

    def _open_customer(self, mail_id: int) -> None:
        customer_id = mails.get(mail_id).customer_id
        if customer_id is not None:
            self.open_record.emit("customer", customer_id)

    def _open_draft(self, mail_id: int) -> None:
        mail_writer.open_draft(self, mails.get(mail_id))


def _columns() -> list[Column]:
    return [
        Column("state", _("Status"), width=120, cell=_state),
        Column("recipient", _("To"), "strong", width=220),
        Column("subject", _("Subject"), width=260, stretch=True),
        Column("queued_at", _("Written"), "instant", width=130, newest_first=True),
        Column("sent_at", _("Sent"), width=130, newest_first=True, cell=_sent),
    ]


def _state(mail: Mail) -> Cell:
    return status(mails.state_name(mail.state), TONES[mail.state], pill=mail.state in ("failed", "unsure"))


def _sent(mail: Mail) -> Cell:
    return Cell(formats.when(mail.sent_at), "muted") if mail.sent_at else EMPTY
