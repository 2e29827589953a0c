"""A document at one glance: what it is, how much is open, what can be done with it, the facts, its first page.

The same pane stands at the right of the list and at the left of an issued document's own page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QMenu, QSizePolicy, QWidget

from crm_desktop.billing import chain, credit_notes, dunning, invoices, kinds, payments, quotes
from crm_desktop.billing.document import (
    BILLS,
    CREDIT_NOTE,
    DELIVERY_NOTE,
    INVOICE,
    OFFERS,
    QUOTE,
    RECEIPT,
    Document,
    DraftLine,
)
from crm_desktop.billing.payments import METHODS, Payment
from crm_desktop.core import dates, i18n
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.money import to_minor
from crm_desktop.gui import failures, theme
from crm_desktop.gui.icons import icon
from crm_desktop.gui.parts import case_document, payment_credit, repeat_regularly, totals_view
from crm_desktop.gui.parts.chain_bar import ChainBar
from crm_desktop.gui.parts.document_acts import DocumentActs
from crm_desktop.gui.parts.document_words import settled_words, state_of, status_word
from crm_desktop.gui.parts.dunning_hold import hold_document
from crm_desktop.gui.parts.family_section import FamilySection
from crm_desktop.gui.parts.line_sheet import price_text
from crm_desktop.gui.parts.paper_preview import Preview
from crm_desktop.gui.parts.payment_form import PaymentForm
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button, IconButton, menu_button
from crm_desktop.gui.widgets.cards import Facts, Item, Section
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.layouts import column, hairline, label, row, scroll, stack
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.pdf_pages import PaperView
from crm_desktop.gui.widgets.pill import Pill
from crm_desktop.sales import units
from crm_desktop.sales.basket import TEXTS

_MOST_LINES = 30


class PaidBar(QWidget):
    """How much of the whole is paid, as a bar."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(6)
        self._share = 0.0

    def tell(self, share: float) -> None:
        """Fill it from 0 to 1."""
        self._share = max(0.0, min(1.0, share))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        body = QRectF(self.rect())
        painter.setBrush(theme.color("line2"))
        painter.drawRoundedRect(body, 3, 3)
        if self._share:
            body.setWidth(max(6.0, body.width() * self._share))
            painter.setBrush(theme.color("greenSolid"))
            painter.drawRoundedRect(body, 3, 3)
        painter.end()


class DocumentPane(QFrame):
    """See the module."""

    def __init__(self, page: Page, acts: DocumentActs, *, preview: bool = True, main: str = "secondary") -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._page, self.acts = page, acts
        self.document: Document | None = None
        self._number = label("", "h")
        self._pill = Pill()
        self._word = ElidedLabel("", "body", "text2")
        self._customer = label("", "b", wrap=True)
        self._paid = label("", "body", "text2", wrap=True)
        self._open = label("", "b")
        self._bar = PaidBar()
        self._make_acts(main)
        self.chain = ChainBar(page)
        self.family = FamilySection(page)
        self._facts = Facts()
        self._sold = Section(_("What was sold"))
        self._paper = PaperView(_("First page"))
        self.preview = Preview(self._paper) if preview else None
        self._lay_out(preview=preview)

    def _make_acts(self, main: str) -> None:
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.print_button = IconButton("printer", _("Print"), on=self._does(self.acts.print_), key="Ctrl+P")
        self.save_button = IconButton("download", _("Save PDF"), on=self._does(self.acts.save_pdf))
        self.mail_button = IconButton("mail", _("Send by e-mail"), on=self._does(self.acts.mail), key="Ctrl+Shift+M")
        self.more = menu_button("ellipsis", _("More"), self._menu)
        self.pay_button = Button(_("Record payment"), main, "banknote", on=self.record_payment)
        self.edit_button = Button(_("Go on writing"), main, "pencil", on=self._does(self._open_draft))
        self.repeat_button = Button(_("Repeat"), "secondary", "copy", on=self._does(self.acts.repeat))
        self.repeat_button.setToolTip(_("A new draft with the same content (Ctrl+D)"))
        self.payment = PaymentForm(self.acts.pay, self.close_payment)
        self.payment.hide()

    def _lay_out(self, *, preview: bool) -> None:
        self._icons = preview
        head = row(
            self._number,
            *([] if preview else [self._pill]),
            self._word,
            "stretch",
            self.print_button,
            self.save_button,
            self.mail_button,
            self.more,
            gap=4,
        )
        head.insertSpacing(1, 4)
        self._number.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        customer = row(self._customer)
        if preview:  # beside the icons it would make the pane wider than its place, in German
            customer.addWidget(self._pill)
        customer.setStretch(0, 1)
        self._act_row = QWidget()
        column(self._act_row, row(self.pay_button, self.edit_button, self.repeat_button, "stretch"))
        self._money = QWidget()
        sums = row(self._paid, self._open)
        sums.setStretch(0, 1)
        column(self._money, sums, self._bar, gap=7)
        upper = QWidget()
        edge = (20, 12, 20, 16)
        parts = (
            head, customer, self._money, self._act_row, self.chain, self.payment, self._facts, self.family,
        )  # fmt: skip
        column(upper, *parts, gap=12, margins=edge)
        if not preview:
            self.setProperty("k", "card")
            column(self, upper, hairline(), stack(self._sold, margins=edge))
            return
        below = QWidget()
        column(below, self._paper, "stretch", margins=(13, 10, 13, 16))
        whole = QWidget()
        column(whole, upper, hairline(), below, "stretch")
        column(self, scroll(whole))

    def _does(self, act: Callable[[int], object]) -> Callable[[], None]:
        return lambda: self.acts.guarded(act, self.document.id or 0) if self.document is not None else None

    # ---- showing -----------------------------------------------------------------------------------------------------

    def show_row(self, shown: object) -> None:
        """Show the document of a row of the list."""
        self.show_document(int(shown.id))  # type: ignore[attr-defined]

    def show_document(self, document_id: int) -> None:
        """Show a document as it is now."""
        self.document = found = invoices.get(document_id)
        state = state_of(found)
        word, tone, is_pill = status_word(state, found.kind)
        self._number.setText(found.number or _("Draft"))
        self._pill.say(word if is_pill else "", tone)
        self._word.setText("" if is_pill or not found.number else word)
        self._customer.setText(found.buyer.get("name") or _("Sale over the counter"))
        self._show_money(found, state)
        self._show_acts(found, state)
        self.chain.show_document(found, state)
        self._facts.tell(self._told(found))
        self.family.show_document(document_id)
        if self.payment.isVisibleTo(self) and self.payment.document_id() != document_id:
            self.close_payment()
        if self.preview is not None:
            self._show_paper(found)
        else:
            self._show_sold(found)

    def _show_sold(self, found: Document) -> None:
        money = found.currency
        items = [
            Item(line.name)
            if line.role in TEXTS
            else Item(line.name, formats.amount(to_minor(sums.entered, money), money), detail=_line_words(line, money))
            for _place, line, sums in found.entries()
        ]
        more = len(items) - _MOST_LINES
        if more > 0:
            words = ngettext("and {n} more line", "and {n} more lines", more).format(n=formats.count(more))
            items = [*items[:_MOST_LINES], Item(words)]
        items += [
            Item(words, formats.amount(to_minor(amount, money), money))
            for words, amount in totals_view.entered(found.totals)
        ]
        self._sold.set_title(kinds.content_title(found.kind))
        self._sold.tell(items, formats.money_text(to_minor(found.totals.grand_total, money), money))

    def _show_money(self, found: Document, state: str) -> None:
        self._money.setVisible(found.kind != DELIVERY_NOTE or state == "draft")
        money = found.currency
        total = to_minor(found.totals.due, money)
        still, settled = to_minor(found.open, money), to_minor(found.paid + found.credited, money)
        shown = partial(formats.money_text, currency=money)
        if state == "draft":
            self._paid.setText(_("Total"))
            self._open.setText(shown(to_minor(found.totals.grand_total, money)))
        else:
            self._paid.setText(settled_words(found))
            shown = shown if found.kind != DELIVERY_NOTE else lambda _minor: ""
            words = _("{amount} to pay back") if found.kind == CREDIT_NOTE else _("{amount} open")
            self._open.setText(words.format(amount=shown(abs(still))) if still else shown(total))
        self._open.setProperty("c", "red" if state == "overdue" else "")
        self._open.style().unpolish(self._open)
        self._open.style().polish(self._open)
        part = bool(settled and still and total)
        self._bar.setVisible(part)
        if part:
            self._bar.tell(settled / total)

    def _show_acts(self, found: Document, state: str) -> None:
        issued = found.number is not None
        self.pay_button.setVisible(issued and bool(found.open))
        self.pay_button.setText(_("Pay back") if found.kind == CREDIT_NOTE else _("Record payment"))
        self.edit_button.setVisible(not issued)
        repeats = issued and found.kind in BILLS and found.kind != CREDIT_NOTE and bool(found.lines)
        self.repeat_button.setVisible(repeats)
        self.print_button.setVisible(issued and self._icons)
        self.save_button.setVisible(issued and self._icons)
        self.mail_button.setVisible(issued and self._icons)
        self._act_row.setVisible(not self.payment.isVisibleTo(self) and not (issued and found.kind in OFFERS))

    def _told(self, found: Document) -> list[tuple[str, str] | tuple[str, str, str]]:
        if found.number is None:
            return [
                (_("Invoice date") if found.kind in BILLS else _("Date"), formats.day(found.issue_on)),
                (_("Order number"), found.order_number),
                (_("Note"), found.internal_note),
            ]
        issued = _("{day}, locked") if not found.imported else _("{day}, from elsewhere")
        facts: list[tuple[str, str] | tuple[str, str, str]] = [
            (_("Issued"), issued.format(day=formats.day_short(found.issue_on))),
            (_("Corrects"), found.preceding_number),
        ]
        if found.open and found.kind not in (CREDIT_NOTE, RECEIPT) and found.due_on is not None:
            late = "red" if found.due_on < dates.today() else ""
            words = _("{day}, {near}").format(day=formats.day_short(found.due_on), near=formats.ago(found.due_on))
            facts.append((_("Due"), words, late))
        facts += _offer_facts(found)
        if found.sent_at:
            facts.append((_("Given out"), formats.when(dates.instant_from(found.sent_at))))
        facts.append((_("Their order"), found.order_number))
        facts += [(_("Paid"), _payment_words(paid)) for paid in payments.of_document(found.id or 0)]
        return [*facts, (_("No reminders"), dunning.hold_of(found.id or 0)), (_("Note"), found.internal_note)]

    def _show_paper(self, found: Document) -> None:
        if self.preview is None:
            return
        if found.number is None:
            failures.guarded(lambda: self.preview and self.preview.show_draft(found))
        else:
            self.preview.show_stored(found.id or 0, invoices.pdf(found.id or 0))

    # ---- acts --------------------------------------------------------------------------------------------------------

    def record_payment(self) -> None:
        """Open the form for a payment."""
        if self.document is None or self.document.number is None or not self.document.open:
            return
        self.payment.show()
        self._act_row.hide()
        self.payment.open_for(self.document)

    def close_payment(self) -> None:
        """Put the form for a payment away; whoever typed in it is back in the list, or at the acts of a page without one."""
        focus = self.window().focusWidget()
        held = focus is not None and self.payment.isAncestorOf(focus)
        self.payment.hide()
        self._act_row.show()
        if held:
            lists = (area for area in self._page.areas() if isinstance(area, QAbstractItemView) and area.isVisible())
            next(lists, self.more).setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_draft(self, document_id: int) -> None:
        self._page.open_record.emit("draft", document_id)

    def _fill_menu(self) -> None:
        self._menu.clear()
        found = self.document
        if found is None:
            return
        if found.number is None:
            delete = self._does(lambda draft_id: self.acts.delete_drafts([draft_id]))
            self._menu.addAction(icon("copy"), _("Repeat"), self._does(self.acts.repeat))
            self._menu.addAction(icon("trash"), _("Move to the bin"), delete)
            return
        self._menu.addAction(icon("user"), _("Open customer"), self._open_customer).setEnabled(bool(found.customer_id))
        if found.kind == INVOICE and found.customer_id and not found.imported:
            regularly = partial(repeat_regularly.ask, self._page, found.id or 0)
            self._menu.addAction(icon("repeat"), _("Repeat regularly…"), regularly)
        if found.kind == INVOICE and DELIVERY_NOTE in chain.next_kinds(found):
            deliver = partial(self.chain.acts.follow, found, DELIVERY_NOTE)
            self._menu.addAction(icon("package"), _("Write delivery note"), deliver)
        if found.kind in OFFERS:
            self._menu.addAction(icon("copy"), _("Repeat"), self._does(self.acts.repeat))
        self._menu.addAction(icon("folder-open"), _("Save PDF elsewhere…"), self._does(self.acts.save_pdf_elsewhere))
        if found.lines:
            self._menu.addAction(icon("printer"), _("Print copy…"), self._does(self.acts.print_copy))
        self._menu.addAction(icon("folder"), _("Show folder"), self._does(self.acts.show_folder))
        self._fill_money(found)
        self._fill_corrections(found)
        case_document.fill(self._menu, self._page, found)

    def _fill_money(self, found: Document) -> None:
        """What can be done about what is open, and what settled it."""
        if found.open > 0:
            self._menu.addAction(icon("eraser"), _("Write off the rest"), self._does(self.acts.write_off))
            hold = dunning.hold_of(found.id or 0)
            words = _("Remind of this again") if hold else _("Leave out of reminders…")
            act = partial(hold_document, self._page, found.id or 0, found.number, hold)
            self._menu.addAction(icon("bell"), words, act)
        if usable := payment_credit.usable(found):
            words = _("Use credit of {amount}").format(amount=usable)
            self._menu.addAction(icon("wallet"), words, self._does(self.acts.use_credit))
        for paid in payments.of_document(found.id or 0):
            if take_back := payment_credit.settled_words(paid.kind, _amount(paid)):
                self._menu.addAction(icon("undo-2"), take_back, partial(self._take_back, paid.allocation_id))
            if paid.payment_id is not None and paid.kind in ("payment", "refund"):
                words = _("Delete payment of {day}, {amount}").format(
                    day=formats.day_short(paid.made_on), amount=_amount(paid)
                )
                self._menu.addAction(icon("trash"), words, partial(self._delete_payment, paid.payment_id))

    def _fill_corrections(self, found: Document) -> None:
        if not self.acts.can_correct(found):
            return
        self._menu.addSection(_("Correct"))
        self._menu.addAction(icon("scissors"), _("Credit a part…"), self._does(self.acts.credit_part))
        if credit_notes.of_document(found.id or 0):
            self._menu.addAction(icon("undo-2"), _("Credit the rest…"), self._does(self.acts.credit_all))
            return
        self._menu.addAction(icon("undo-2"), _("Cancel with a credit note…"), self._does(self.acts.credit_all))
        self._menu.addAction(icon("copy"), _("Cancel and write it anew…"), self._does(self.acts.credit_all_again))

    def _take_back(self, allocation_id: int) -> None:
        failures.guarded(partial(self.acts.take_back, allocation_id))

    def _delete_payment(self, payment_id: int) -> None:
        failures.guarded(partial(self.acts.delete_payment, payment_id))

    def _open_customer(self) -> None:
        if self.document is not None and self.document.customer_id:
            self._page.open_record.emit("customer", self.document.customer_id)


def _offer_facts(found: Document) -> list[tuple[str, str] | tuple[str, str, str]]:
    """Until when a quote holds, and what became of it."""
    if found.kind != QUOTE or found.id is None:
        return []
    facts: list[tuple[str, str] | tuple[str, str, str]] = []
    decided, day, reason = quotes.outcome(found.id)
    if found.valid_until is not None:
        near = "" if decided else formats.ago(found.valid_until)
        words = _("{day}, {near}") if near else "{day}"
        late = "amber" if not decided and found.valid_until < dates.today() else ""
        facts.append((_("Valid until"), words.format(day=formats.day_short(found.valid_until), near=near), late))
    if decided:
        facts.append((_("Accepted") if decided == "accepted" else _("Declined"), formats.day_short(day)))
    return [*facts, (_("Reason") if decided == "declined" else _("Note on it"), reason)]


def _line_words(line: DraftLine, money: str) -> str:
    words = _("{quantity} {unit} × {price} {currency}")
    return words.format(
        quantity=formats.quantity(line.quantity),
        unit=units.word(i18n.language(), line.unit, line.quantity),
        price=price_text(line.price),
        currency=money,
    )


def _amount(paid: Payment) -> str:
    return formats.money_text(to_minor(paid.amount, paid.currency), paid.currency)


def _payment_words(paid: Payment) -> str:
    if paid.kind == "credit":
        how = _("credit note {number}").format(number=paid.credit_note) if paid.credit_note else _("credit note")
    elif paid.kind == "refund":
        how = _("paid back")
    elif paid.kind == "discount":
        how = _("discount for early payment")
    elif paid.kind == "write_off":
        how = _("written off")
    else:
        how = _(METHODS.get(paid.method, METHODS["other"]))
    words = _("{day}, {amount}, {how}")
    return words.format(day=formats.day_short(paid.made_on), amount=_amount(paid), how=how)
