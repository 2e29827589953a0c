"""A mail at one glance: its state, what stands in its way, what can be done, its words and files."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from PySide6.QtWidgets import QFrame, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Facts
from crm_desktop.gui.widgets.layouts import column, hairline, label, row, scroll
from crm_desktop.gui.widgets.pill import Pill
from crm_desktop.outreach import mails
from crm_desktop.outreach.mails import Mail

TONES = {
    "waiting": "blue", "sending": "blue", "sent": "green", "failed": "red", "unsure": "amber", "given_up": "grey",
}  # fmt: skip


class Deeds(Protocol):
    """What the pane asks of its page."""

    def do(self, act: str, mail_id: int) -> None:
        """Do one of "again", "arrived", "give_up", "customer" and "draft" with a mail."""


class MailPane(QFrame):
    """See the module."""

    def __init__(self, deeds: Deeds) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._deeds, self._mail = deeds, 0
        self._subject, self._pill = label("", "h", wrap=True), Pill()
        self.problem = label("", "body", "red", wrap=True)
        self.facts = Facts()
        self._body = label("", "body", wrap=True)
        self.again = Button(_("Try again"), "secondary", "send", on=partial(self._do, "again"))
        self.arrived = Button(_("It arrived"), "secondary", "check", on=partial(self._do, "arrived"))
        self.give_up = Button(_("Do not send"), "secondary", "x", on=partial(self._do, "give_up"))
        self.customer = Button(_("Open customer"), "ghost", "user", on=partial(self._do, "customer"))
        self.draft = Button(_("Open in my mail program"), "ghost", "external-link", on=partial(self._do, "draft"))
        content = QWidget()
        column(
            content, row(self._subject, "stretch", self._pill), 10, self.problem, 10,
            row(self.again, self.arrived, self.give_up, "stretch"), row(self.draft, self.customer, "stretch"), 12,
            self.facts, 12, hairline(), 12, self._body, "stretch", margins=(20, 16, 20, 8),
        )  # fmt: skip
        column(self, scroll(content))

    def show_row(self, mail: Mail) -> None:
        """Show a mail."""
        self._mail = mail.id
        self._subject.setText(mail.subject)
        self._pill.say(mails.state_name(mail.state), TONES[mail.state])
        self.problem.setText(mail.problem)
        self.problem.setVisible(bool(mail.problem))
        self._body.setText(mail.body)
        self.again.setVisible(mail.state in ("failed", "unsure", "given_up"))
        self.arrived.setVisible(mail.state == "unsure")
        self.give_up.setVisible(mail.state in ("waiting", "failed", "unsure"))
        self.customer.setEnabled(mail.customer_id is not None)
        self.facts.tell(
            [
                (_("To"), mail.recipient),
                (_("Copies to"), mail.copies),
                (_("Written"), formats.when(mail.queued_at)),
                (_("Tried"), formats.when(mail.tried_at) if mail.tried_at else ""),
                (_("Sent"), formats.when(mail.sent_at) if mail.sent_at else ""),
                (_("Files"), ", ".join(file.name for file in mail.files)),
            ]
        )

    def _do(self, act: str) -> None:
        self._deeds.do(act, self._mail)
