"""The pane of a received e-invoice: what is odd about it, what is to pay and where, its lines, and its page if it has one."""

from __future__ import annotations

import tempfile
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from crm_desktop.billing import received_documents
from crm_desktop.billing.received_documents import Received
from crm_desktop.core import money
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import received_checks
from crm_desktop.gui import failures
from crm_desktop.gui.parts.line_sheet import price_text
from crm_desktop.gui.parts.paper_preview import Preview
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.avatar import Avatar
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Facts, key_hints
from crm_desktop.gui.widgets.layouts import clear, column, hairline, label, row, scroll, stack
from crm_desktop.gui.widgets.pdf_pages import PaperView

_MOST_LINES = 40


class Deeds(Protocol):
    """What the pane asks of its page."""

    def mark_paid(self, ids: list[int], *, paid: bool) -> None:
        """Note that documents were paid, or were not after all."""


class ReceivedPane(QFrame):
    """See the module."""

    def __init__(self, deeds: Deeds) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._deeds = deeds
        self._shown: Received | None = None
        self._avatar = Avatar(side=36)
        self._sender, self._number = label("", "b", wrap=True), label("", "small", "text2", wrap=True)
        self.findings = label("", "body", "amber", wrap=True)
        self.facts = Facts()
        self._lines = QGridLayout()
        self._lines.setColumnStretch(0, 1)
        self._lines.setHorizontalSpacing(12)
        self._lines.setVerticalSpacing(8)
        self.paid = Button("", "secondary", "check", on=self._pay)
        self.open = Button(_("Open the file"), "secondary", "file", on=self._open)
        self._view = PaperView(_("The page as it came"))
        self._preview = Preview(self._view)
        content = QWidget()
        head = row(self._avatar, stack(self._sender, self._number, gap=2), gap=12)
        head.setStretch(1, 1)
        head.setAlignment(self._avatar, Qt.AlignmentFlag.AlignTop)
        column(
            content, head, 14, row(self.paid, self.open, "stretch"), 12, self.findings, 12, self.facts, 12, hairline(),
            12, self._lines, 16, self._view, "stretch", margins=(20, 16, 20, 8),
        )  # fmt: skip
        foot = QWidget()
        column(foot, key_hints(("P", _("Paid")), (_("Space"), _("Hide pane"))), margins=(20, 0, 20, 14))
        column(self, scroll(content), foot)

    def show_row(self, found: Received) -> None:
        """Show a received document."""
        self._shown = found
        self._avatar.show_name(found.sender, "company")
        self._sender.setText(found.sender)
        kind = _("Credit note") if found.kind == "credit_note" else _("Invoice")
        self._number.setText(" · ".join(part for part in (kind, found.number, found.format) if part))
        self.findings.setText("\n".join(received_checks.sentence(finding) for finding in found.findings))
        self.findings.setVisible(bool(found.findings))
        self.paid.setText(_("Not paid") if found.paid_on else _("Mark as paid"))
        self.facts.tell(_facts(found))
        self._fill_lines(found)
        is_pdf = found.media_type == "application/pdf"
        self._view.setVisible(is_pdf)
        if is_pdf:
            failures.guarded(lambda: self._preview.show_stored(found.id, received_documents.stored_file(found.id)))

    def _fill_lines(self, found: Received) -> None:
        clear(self._lines)
        lines = found.content.get("lines", [])
        for place, line in enumerate(lines[:_MOST_LINES]):
            words = stack(label(line["name"], "m", wrap=True), label(_quantity(line), "small", "text2"), gap=1)
            self._lines.addLayout(words, place, 0)
            amount = label(_amount(line["net"], found.currency), "body")
            self._lines.addWidget(amount, place, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        if len(lines) > _MOST_LINES:
            more = _("and {n} more lines").format(n=formats.count(len(lines) - _MOST_LINES))
            self._lines.addWidget(label(more, "small", "text2"), _MOST_LINES, 0)

    def _pay(self) -> None:
        if self._shown is not None:
            self._deeds.mark_paid([self._shown.id], paid=self._shown.paid_on is None)

    def _open(self) -> None:
        found = self._shown
        if found is None:
            return

        def show() -> None:
            ending = "pdf" if found.media_type == "application/pdf" else "xml"
            path = Path(tempfile.mkdtemp(prefix="crm-desktop-")) / f"received-{found.id}.{ending}"
            path.write_bytes(received_documents.stored_file(found.id))
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

        failures.guarded(show)


def _facts(found: Received) -> list[tuple[str, str] | tuple[str, str, str]]:
    said, currency = found.content, found.currency
    return [
        (_("To pay"), formats.money_text(found.gross_minor, currency)),
        (_("Due"), formats.day(found.due_on) if found.due_on else "", "red" if found.is_late else ""),
        (_("Paid on"), formats.day(found.paid_on) if found.paid_on else "", "green"),
        (_("Account"), said.get("iban", "")),
        (_("Reference"), said.get("reference", "")),
        (_("Terms"), said.get("terms", "")),
        (_("Date"), formats.day(found.issue_on) if found.issue_on else ""),
        (_("Without tax"), formats.money_text(found.net_minor, currency)),
        (_("Tax"), formats.money_text(found.tax_minor, currency)),
        (_("VAT id"), found.sender_vat_id),
    ]


def _quantity(line: dict[str, str]) -> str:
    try:
        number = formats.quantity(Decimal(line["quantity"]))
    except InvalidOperation:
        number = line["quantity"]
    rate = _("{rate}% tax").format(rate=line["rate"]) if line.get("rate") else ""
    try:
        price = price_text(Decimal(line["price"]))
    except InvalidOperation:
        price = line["price"]
    return " · ".join(part for part in (f"{number} × {price}", rate) if part)


def _amount(text: str, currency: str) -> str:
    try:
        return formats.number(Decimal(text), money.digits(currency))
    except InvalidOperation:
        return text
