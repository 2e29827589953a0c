"""Below a quote, order, delivery note or proforma: the usual next document in one click, the others in a menu.

A quote is accepted, declined or reopened here too.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from crm_desktop.billing import chain, kinds
from crm_desktop.billing.document import DELIVERY_NOTE, INVOICE, OFFERS, QUOTE, Document
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.icons import icon
from crm_desktop.gui.parts import chain_acts
from crm_desktop.gui.parts.chain_acts import ChainActs
from crm_desktop.gui.widgets.buttons import Button, ButtonRow, menu_button
from crm_desktop.gui.widgets.layouts import column, label, row
from crm_desktop.gui.widgets.page import Page

_ICONS = {"order_confirmation": "file-check", "delivery_note": "package", "invoice": "receipt-text", "proforma": "file"}


class ChainBar(QWidget):
    """See the module; hidden for all that nothing follows from."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.acts = ChainActs(page)
        self._document: Document | None = None
        self._follows: tuple[str, ...] = ()
        self.next_button = Button("", on=self._next)
        self.invoice_button = Button("", "secondary", "receipt-text", on=self._invoice)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.more = menu_button("chevron-down", _("What else can follow"), self._menu)
        self.accept_button = Button(_("Accept"), "secondary", "check", on=self._do("accept"))
        self.decline_button = Button(_("Decline…"), "ghost", on=self._do("decline"))
        self.reopen_button = Button(_("Reopen"), "ghost", "rotate-ccw", on=self._do("reopen"))
        self._why = label("", "small", "text2", wrap=True)
        decide = row(self.accept_button, self.decline_button, self.reopen_button, "stretch")
        self._decide = QWidget()
        column(self._decide, decide)
        self._onward = ButtonRow(self.next_button, self.invoice_button, self.more)
        column(self, self._onward, self._why, self._decide, gap=8)

    def show_document(self, document: Document, state: str) -> None:
        """Offer what can follow from a document in its state."""
        self._document = document
        self.setVisible(document.kind in OFFERS and document.number is not None)
        if self.isHidden():
            return
        self._follows = chain.next_kinds(document)
        final = bool(self._follows) and chain_acts.is_final(document)
        self.next_button.setVisible(bool(self._follows))
        second = INVOICE in self._follows[1:]
        self.invoice_button.setVisible(second)
        self.more.setVisible(len(self._follows) > 1 + second or self._has_parts())
        if self._follows:
            self._say(self.next_button, chain_acts.verb(self._follows[0], final=final))
        if second:
            self._say(self.invoice_button, chain_acts.verb(INVOICE, final=final))
        self._onward.setVisible(bool(self._follows))
        self._onward.updateGeometry()
        self._onward.fit()
        why = "" if self._follows else (chain.why_not(document) or _("Everything went on into later documents."))
        self._why.setText(why)
        self._why.setVisible(bool(why))
        self._show_decision(document, state)

    @staticmethod
    def _say(button: Button, words: str) -> None:
        button.setText(words)
        button.setAccessibleName(words)
        button.updateGeometry()

    def _show_decision(self, document: Document, state: str) -> None:
        undecided = state in ("open", "expired")
        self._decide.setVisible(document.kind == QUOTE and state != "billed")
        self.accept_button.setVisible(undecided)
        self.decline_button.setVisible(undecided)
        self.reopen_button.setVisible(not undecided)

    def _has_parts(self) -> bool:
        """Whether a part can be billed or delivered, or a deposit asked for."""
        return bool({INVOICE, DELIVERY_NOTE}.intersection(self._follows))

    # ---- acts --------------------------------------------------------------------------------------------------------

    def _next(self) -> None:
        if self._document is not None and self._follows:
            self.acts.follow(self._document, self._follows[0])

    def _invoice(self) -> None:
        if self._document is not None:
            self.acts.follow(self._document, INVOICE)

    def _do(self, name: str) -> partial[None]:
        return partial(self._decided, name)

    def _decided(self, name: str) -> None:
        if self._document is not None:
            getattr(self.acts, name)(self._document)

    def _fill(self) -> None:
        """The other kinds that can follow, then deposits and parts."""
        self._menu.clear()
        found = self._document
        if found is None:
            return
        shown = {self._follows[0], INVOICE} if self._follows else set()
        for kind in (kind for kind in self._follows if kind not in shown):
            act = partial(self.acts.follow, found, kind)
            self._menu.addAction(icon(_ICONS[kind]), kinds.name(kind), act)
        self._menu.addSeparator()
        if chain_acts.can_bill_parts(found, self._follows):
            self._menu.addAction(icon("banknote"), _("Deposit…"), partial(self.acts.deposit, found))
            self._menu.addAction(icon("scissors"), _("Partial invoice…"), partial(self.acts.part, found, INVOICE))
        elif INVOICE in self._follows:
            self._menu.addAction(icon("scissors"), _("Bill a part…"), partial(self.acts.part, found, INVOICE))
        if DELIVERY_NOTE in self._follows:
            self._menu.addAction(icon("package"), _("Deliver a part…"), partial(self.acts.part, found, DELIVERY_NOTE))
