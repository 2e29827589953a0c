"""The list of payments, entering one over several invoices, credit used and paid back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crm_desktop.billing import booking, payments
from crm_desktop.company import payment_terms
from crm_desktop.core import dates
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.pages.payment_entry import PaymentEntry
from crm_desktop.gui.pages.payments_page import PaymentsPage
from crm_desktop.gui.parts import payment_credit
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.safety import undo
from tests.gui.hands import add_customer, fill_company, issue

TODAY = date(2026, 11, 24)


@pytest.fixture
def page(window: MainWindow) -> Iterator[PaymentsPage]:
    """The list over a company that may issue; it is 24 November 2026."""
    with dates.freeze(TODAY):
        fill_company()
        window.show_page("payments")
        found = window.pages.page()
        assert isinstance(found, PaymentsPage)
        yield found


def _pane(page: PaymentsPage, payment: int):
    page.refresh()
    page.table.select_id(payment)
    if page.pane is None:
        page._make_pane()
    page._fill_pane()
    return page.pane


def _texts(page: PaymentsPage, row: int) -> dict[str, str]:
    return {column.key: page.model.cell(row, place).text for place, column in enumerate(page.made.columns)}


def test_an_empty_list_offers_both_ways(page: PaymentsPage):
    assert page.empty.isVisible()
    assert [page.made.empty.primary.text, page.made.empty.secondary.text] == ["Enter a payment", "Read a statement"]


def test_rows_views_and_sums(page: PaymentsPage):
    cafe = add_customer()
    first = issue(cafe)
    payments.record(first.id, Decimal(150), keep_credit=True)
    booking.refund_credit(cafe, Decimal(11))
    page.refresh()
    assert page.counts() == {"all": 2, "in": 1, "back": 1, "credit": 1}
    page._view_chosen("in")
    shown = _texts(page, 0)
    assert (shown["customer"], shown["numbers"], shown["amount_minor"]) == ("Cafe Ostwind", first.number, "150.00")
    assert shown["credit_minor"] == "31.00"
    page._view_chosen("all")
    assert [(s.label, s.text) for s in page.sums(page.model.ids)] == [("Together", "€139.00")]
    page.activate(search=first.number)
    assert len(page.model.ids) == 1


def test_the_pane_uses_credit_and_deletes(page: PaymentsPage, window: MainWindow):
    cafe = add_customer()
    first = issue(cafe)
    paid = payments.record(first.id, Decimal(150), keep_credit=True)
    second = issue(cafe, price="100")
    pane = _pane(page, paid)
    assert pane._credit_words.text() == "€31.00 left as credit"
    pane.use_button.click()
    assert payments.open_amount(second.id) == 88
    _pane(page, paid).delete_button.click()
    assert (payments.open_amount(first.id), payments.open_amount(second.id)) == (119, 119)
    window.undo()
    assert payments.open_amount(first.id) == 0


def test_several_payments_go_and_come_back_as_one_step(page: PaymentsPage, window: MainWindow):
    cafe = add_customer()
    first, second = issue(cafe), issue(cafe)
    paid = [payments.record(found.id, Decimal(119)) for found in (first, second)]
    page.refresh()
    page.delete_ids(paid)
    assert window.toast.text == "2 payments deleted"
    assert [payments.open_amount(found.id) for found in (first, second)] == [119, 119]
    assert undo.undo_title() == "Delete 2 payments"
    window.undo()
    assert [payments.open_amount(found.id) for found in (first, second)] == [0, 0]
    page.delete_ids(paid[:1])
    assert undo.undo_title() == f"Delete payment for {first.number}"


def test_credit_is_paid_back(page: PaymentsPage, answers: list[object]):
    cafe = add_customer()
    paid = payments.record(issue(cafe).id, Decimal(150), keep_credit=True)
    answers.append("act")
    _pane(page, paid).back_button.click()
    assert payments.credits_of(cafe) == {}


def _entry(window: MainWindow, **values: int) -> PaymentEntry:
    window.show_page("payment", values)
    found = window.pages.page()
    assert isinstance(found, PaymentEntry)
    return found


def test_one_payment_over_all_that_is_open(page: PaymentsPage, window: MainWindow):
    cafe = add_customer()
    first, second = issue(cafe), issue(cafe, price="50")
    form = _entry(window, customer_id=cafe, amount=20000)
    assert form.record.text() == "Record €200.00"
    assert form.shares._rest.text() == "€21.50 stays as credit of Cafe Ostwind."
    form.primary()
    assert (payments.open_amount(first.id), payments.open_amount(second.id)) == (0, 0)
    assert payments.credits_of(cafe) == {"EUR": Decimal("21.50")}


def test_discount_and_small_difference_are_one_click(page: PaymentsPage, window: MainWindow):
    terms = next(found.id for found in payment_terms.all_terms() if found.discount_bp)
    invoice = issue(add_customer(), payment_terms_id=terms)
    form = _entry(window, document_id=invoice.id, amount=11662)
    offers = {button.text(): button for button in form.shares.findChildren(Button) if button.text()}
    assert "Discount €2.38" in offers
    assert "Write off €2.38" in offers
    offers["Discount €2.38"].click()
    form.primary()
    assert [(p.kind, p.amount) for p in payments.of_document(invoice.id)] == [
        ("payment", Decimal("116.62")),
        ("discount", Decimal("2.38")),
    ]


def test_what_cannot_be_booked_stands_beside_it(page: PaymentsPage, window: MainWindow):
    form = _entry(window)
    form.primary()
    assert payments.received() == []
    form.form.put("amount", 5000)
    form._edited("amount")
    form.primary()
    assert form.shares._rest.text() == "€50.00 is left over. Say whose credit it is."
    assert payments.received() == []


def test_escape_asks_before_it_lets_go_of_a_payment(page: PaymentsPage, window: MainWindow, answers: list[object]):
    form = _entry(window)
    field = form.form.input("reference")
    QTest.keyClicks(field, "RE-2026-0001")
    answers.append("")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert (window.pages.key(), field.text()) == ("payment", "RE-2026-0001")
    field.clear()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert window.pages.key() == "payments"


def _menu_words(pane) -> list[str]:
    pane._fill_menu()
    return [act.text() for act in pane._menu.actions()]


def _press(pane, words: str) -> None:
    pane._fill_menu()
    next(act for act in pane._menu.actions() if act.text() == words).trigger()


def test_the_pane_of_an_invoice_uses_credit_and_takes_back(page: PaymentsPage, window: MainWindow):
    cafe = add_customer()
    payments.record(issue(cafe).id, Decimal(129), keep_credit=True)
    second = issue(cafe, price="100")
    window.show_page("invoices")
    found = window.pages.page()
    found.activate(select=second.id)
    found._make_pane()
    found.pane.show_document(second.id)
    assert "Use credit of €10.00" in _menu_words(found.pane)
    _press(found.pane, "Use credit of €10.00")
    assert payments.open_amount(second.id) == 109
    payments.write_off(second.id)
    found.pane.show_document(second.id)
    _press(found.pane, "Take back what was written off, €109.00")
    assert payments.open_amount(second.id) == 109


def test_a_customer_shows_their_credit(page: PaymentsPage):
    cafe = add_customer()
    payments.record(issue(cafe).id, Decimal(129), keep_credit=True)
    assert payment_credit.credit_words(cafe) == "€10.00"


def test_a_late_discount_is_offered_with_its_days(page: PaymentsPage, window: MainWindow):
    terms = next(found.id for found in payment_terms.all_terms() if found.discount_bp)
    with dates.freeze(date(2026, 11, 14)):
        invoice = issue(add_customer(), payment_terms_id=terms)
    window.show_page("invoices")
    found = window.pages.page()
    found.activate(select=invoice.id)
    found._make_pane()
    found.pane.show_document(invoice.id)
    found.pane.record_payment()
    form = found.pane.payment
    assert form._discount.text() == "With the discount, 3 days late: €116.62"
    form._take_discount()
    form.book()
    assert payments.open_amount(invoice.id) == 0


def test_the_limit_for_small_differences_is_set(page: PaymentsPage, window: MainWindow, answers: list[object]):
    window.show_page("settings", {"section": "terms"})
    section = window.pages.page().sections["terms"]
    assert "Up to €5.00 may be written off" in section.limit.text()

    def fill(dialog) -> str:
        dialog.form.load({"write_off_limit": 150})
        return "act"

    answers.append(fill)
    section.change_limit.click()
    assert payments.write_off_limit() == Decimal("1.50")
    assert "Up to €1.50" in section.limit.text()
