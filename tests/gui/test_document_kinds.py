"""The editor for all kinds of documents: fields, lines that are no items, deductions, tax abroad, other currencies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crm_desktop.billing import chain, credit_notes, deposits, drafts, invoices
from crm_desktop.billing.document import DraftLine
from crm_desktop.core import dates
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.pages.invoice_editor import InvoiceEditor
from crm_desktop.gui.parts import paper_preview
from crm_desktop.gui.parts.lines_model import AMOUNT, NAME
from tests.gui.hands import CTRL, add_customer, fill_company, focused, issue

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def shop(window: MainWindow) -> Iterator[MainWindow]:
    """A company that may issue; it is 24 November 2026."""
    with dates.freeze(date(2026, 11, 24)):
        fill_company()
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        yield window


def write(shop: MainWindow, kind: str = "quote", *lines: DraftLine, **customer: str) -> InvoiceEditor:
    """The editor with a draft of a kind."""
    begun = drafts.begin(add_customer("Cafe Ostwind", **customer), kind)
    draft = drafts.save(replace(begun, lines=lines or (line("Table", "400"),)))
    return opened(shop, draft.id or 0)


def opened(shop: MainWindow, draft_id: int) -> InvoiceEditor:
    """The editor with a draft."""
    shop.open_record("draft", draft_id)
    page = shop.pages.page()
    assert isinstance(page, InvoiceEditor)
    return page


def line(name: str, price: str = "100", role: str = "item") -> DraftLine:
    """A line at 19 %."""
    return DraftLine(name=name, price=Decimal(price), rate=Decimal(19), role=role)


def press(editor: InvoiceEditor, key: Qt.Key, row: int = 0) -> None:
    """Press Ctrl+Shift and a key on a row."""
    table = editor.view.table
    table.choose_rows([row])
    QTest.keyClick(table, key, CTRL | SHIFT)


def roles(editor: InvoiceEditor) -> list[tuple[str, str]]:
    """Role and name of the lines."""
    return [(found.role, found.name) for found in editor.view.draft().lines]


def shown(editor: InvoiceEditor, row: int, section: int) -> str:
    """What a cell shows."""
    return str(editor.view.table.model().index(row, section).data())


def sums(editor: InvoiceEditor) -> dict[str, str]:
    """The rows of the sums."""
    from crm_desktop.gui.parts.totals_view import sum_rows
    from crm_desktop.sales import totals

    draft = editor.view.draft()
    return dict(sum_rows(draft, totals.calculate(draft.basket())))


@pytest.mark.parametrize(
    ("kind", "title", "number"),
    [
        ("quote", "Quote for Cafe Ostwind", "QU-2026-0001"),
        ("order_confirmation", "Order confirmation for Cafe Ostwind", "OC-2026-0001"),
        ("delivery_note", "Delivery note for Cafe Ostwind", "DN-2026-0001"),
        ("proforma", "Proforma invoice for Cafe Ostwind", "PF-2026-0001"),
    ],
)
def test_each_kind_has_its_title_number_and_fields(shop: MainWindow, kind: str, title: str, number: str):
    editor = write(shop, kind)
    boxes = editor.view.form.boxes
    assert editor.title() == title
    assert editor.issue_button.text() == f"Issue {number}"
    assert boxes["valid_until"].isVisible() == (kind == "quote")
    assert boxes["terms"].isVisible() == (kind != "delivery_note")
    editor.primary()
    assert editor.title() == number
    assert not editor.pane.pay_button.isVisible()


def test_until_when_a_quote_holds_can_be_changed(shop: MainWindow):
    editor = write(shop)
    box = editor.view.form.boxes["valid_until"].input
    assert box.value() == date(2026, 12, 24)
    box.set_value(date(2027, 1, 15))
    editor.primary()
    assert invoices.get(editor._id or 0).valid_until == date(2027, 1, 15)


def test_keys_make_lines_optional_or_alternatives_and_back(shop: MainWindow):
    editor = write(shop, "quote", line("Table", "400"), line("Oak", "600"))
    press(editor, Qt.Key.Key_A, 1)
    assert roles(editor) == [("item", "Table"), ("alternative", "Oak")]
    editor.view.judge()
    assert (shown(editor, 1, AMOUNT), editor.view.totals.total()) == ("600.00", "€476.00")
    spoken = editor.view.table.model().index(1, NAME).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Alternative: Oak"
    press(editor, Qt.Key.Key_O, 1)
    assert roles(editor)[1] == ("optional", "Oak")
    press(editor, Qt.Key.Key_O, 1)
    assert roles(editor)[1] == ("item", "Oak")


def test_a_heading_goes_above_and_a_subtotal_below(shop: MainWindow):
    editor = write(shop, "quote", line("Table", "400"), line("Chair", "100"))
    press(editor, Qt.Key.Key_H, 0)
    QTest.keyClicks(focused(), "Kitchen")
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    press(editor, Qt.Key.Key_U, 2)
    editor.view.table.close_editor()
    assert roles(editor) == [("heading", "Kitchen"), ("item", "Table"), ("item", "Chair"), ("subtotal", "")]
    editor.view.judge()
    assert (shown(editor, 3, NAME), shown(editor, 3, AMOUNT)) == ("Subtotal", "500.00")
    assert editor.view.table.columnSpan(0, NAME) == AMOUNT - NAME + 1
    assert editor.view.table.undo()
    assert len(roles(editor)) == 3


def test_a_comment_is_written_like_any_line_and_costs_nothing(shop: MainWindow):
    editor = write(shop, "invoice", line("Table", "400"))
    press(editor, Qt.Key.Key_K, 0)
    QTest.keyClicks(focused(), "Delivered by hand")
    QTest.keyClick(focused(), Qt.Key.Key_Tab)
    assert roles(editor)[1] == ("comment", "Delivered by hand")
    editor.primary()
    assert invoices.get(editor._id or 0).totals.due == Decimal("476.00")


def test_options_are_offered_in_quotes_only(shop: MainWindow):
    editor = write(shop, "invoice")
    assert [act.text for act in editor.view.table.role_acts()] == ["Heading", "Subtotal", "Comment"]
    press(editor, Qt.Key.Key_O, 0)
    assert roles(editor) == [("item", "Table")]


def test_lines_are_copied_from_another_document(shop: MainWindow, answers: list[Any]):
    source = issue(add_customer("Hotel Alsterblick"), name="Pendant lamp", price="80")
    editor = write(shop, "quote")

    def choose(dialog: Any) -> str:
        assert dialog._find("alster")[0].value == source.id
        dialog.show_document(source.id)
        assert dialog.choice.chosen()
        return "act"

    answers.append(choose)
    editor.view.copy_lines()
    assert roles(editor) == [("item", "Table"), ("item", "Pendant lamp")]
    assert editor.view.draft().lines[1].source_line_id is None
    assert editor.view.table.undo()
    assert roles(editor) == [("item", "Table")]


def test_a_final_invoice_shows_each_deposit_with_its_tax(shop: MainWindow):
    begun = drafts.begin(add_customer("Cafe Ostwind"), "order_confirmation")
    order = invoices.issue_draft(replace(begun, lines=(line("Kitchen", "1000"),)), paper_preview.render)
    bill = invoices.issue_draft(deposits.deposit(order.id or 0, percent=Decimal(30)), paper_preview.render)
    editor = opened(shop, chain.follow(order.id or 0, "invoice").id or 0)
    assert editor.title() == "Final invoice for Cafe Ostwind"
    assert editor.view.origin.text() == f"Follows from Order confirmation {order.number}"
    assert sums(editor)["Everything, with tax"] == "1,190.00"
    assert sums(editor)[f"{bill.number} of 24 Nov, 57.00 tax in it"] == "\u2212357.00"
    assert editor.view.totals.total() == "€833.00"


def test_a_corrected_invoice_says_what_it_replaces(shop: MainWindow):
    bill = issue(add_customer("Cafe Ostwind"))
    _note, draft = credit_notes.cancel_and_redo(bill.id, paper_preview.render, corrected=True)
    editor = opened(shop, draft.id or 0)
    assert editor.title() == "Corrected invoice for Cafe Ostwind"
    assert editor.view.origin.text() == f"Replaces {bill.number} of 24 Nov"


def test_the_usual_tax_abroad_is_one_click_and_can_be_put_away(shop: MainWindow):
    editor = write(shop, "invoice", line("Table", "400"), country="AT", vat_id="ATU13585627")
    hint = editor.view.tax_hint
    assert [button.text() for button in hint.buttons] == ["Use “Goods to another EU country”", "Use “Reverse charge”"]
    hint.buttons[0].click()
    assert [found.category for found in editor.view.draft().lines] == ["K"]
    editor.view.judge()
    assert not hint.isVisible()
    assert editor.view.table.undo()
    editor.view.judge()
    assert hint.isVisible()
    hint._leave()
    editor.view.judge()
    assert not hint.isVisible()


def test_at_home_nothing_is_suggested(shop: MainWindow):
    assert not write(shop, "invoice").view.tax_hint.isVisible()


def test_the_days_rate_is_asked_in_another_currency_and_states_the_tax_at_home(shop: MainWindow):
    editor = write(shop, "invoice", line("Table", "100"))
    more = editor.view.more.form
    assert not more.boxes["exchange_rate"].isVisibleTo(more)
    more.input("currency").set_value("USD")
    more.boxes["currency"].edited.emit("currency")
    assert more.boxes["exchange_rate"].isVisibleTo(more)
    more.input("exchange_rate").set_value(Decimal("0.9"))
    more.boxes["exchange_rate"].edited.emit("exchange_rate")
    draft = editor.view.draft()
    assert (draft.currency, draft.exchange_rate, draft.tax_currency) == ("USD", Decimal("0.9"), "EUR")
    assert sums(editor)["VAT in EUR"] == "17.10"
    more.input("currency").set_value("EUR")
    assert (editor.view.draft().exchange_rate, editor.view.draft().tax_currency) == (None, "")


def test_a_payment_reference_of_ones_own_is_kept(shop: MainWindow):
    editor = write(shop, "invoice")
    editor.view.more.form.input("payment_reference").set_value("RF18539007547034")
    editor.primary()
    assert invoices.get(editor._id or 0).payment_reference == "RF18539007547034"


def test_a_deposit_that_was_credited_meanwhile_is_taken_out_with_one_click(shop: MainWindow):
    begun = drafts.begin(add_customer("Cafe Ostwind"), "order_confirmation")
    order = invoices.issue_draft(replace(begun, lines=(line("Kitchen", "1000"),)), paper_preview.render)
    bill = invoices.issue_draft(deposits.deposit(order.id or 0, percent=Decimal(30)), paper_preview.render)
    draft = chain.follow(order.id or 0, "invoice")
    credit_notes.cancel(bill.id or 0, paper_preview.render)
    editor = opened(shop, draft.id or 0)
    assert editor.view.stops()
    assert editor.view.deduct_button.isVisibleTo(editor.view)
    editor.view.deduct_button.click()
    assert editor.view.draft().deductions == ()
    assert not editor.view.stops()
    assert not editor.view.deduct_button.isVisibleTo(editor.view)


def test_an_unpaid_deposit_is_told_and_needs_no_act(shop: MainWindow):
    begun = drafts.begin(add_customer("Cafe Ostwind"), "order_confirmation")
    order = invoices.issue_draft(replace(begun, lines=(line("Kitchen", "1000"),)), paper_preview.render)
    invoices.issue_draft(deposits.deposit(order.id or 0, percent=Decimal(30)), paper_preview.render)
    editor = opened(shop, chain.follow(order.id or 0, "invoice").id or 0)
    assert any("is not paid yet" in found.sentence for found in editor.view.shown())
    assert not editor.view._deduct_said.isVisibleTo(editor.view)
    assert not editor.view.deduct_button.isVisibleTo(editor.view)
