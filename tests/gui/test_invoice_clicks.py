"""How many clicks and keys the daily jobs with invoices take, with real events; going over the limit fails."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from crm_desktop.billing import invoice_list, invoices, payments
from crm_desktop.core import preferences
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.widgets import dialogs
from tests.gui.hands import CTRL, Hands, add_customer, add_item, fill_company, issue, wait_for_jobs


@pytest.fixture
def business(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A company with two customers and two items; the Today page or the first section is in front."""
    fill_company()
    add_customer("Cafe Ostwind")
    add_customer("Hotel Alsterblick GmbH")
    add_item("Haircut", "40")
    add_item("Shampoo", "12.50")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def print_dialogs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The titles of the print dialogs that opened; each is left with Cancel."""
    opened: list[str] = []
    monkeypatch.setattr(dialogs, "has_printer", lambda: True)
    monkeypatch.setattr(dialogs, "printer_for", opened.append)
    return opened


@pytest.fixture
def pdf_folder(tmp_path: Path) -> Path:
    """The folder that was chosen for PDFs some other day."""
    folder = tmp_path / "Invoices"
    folder.mkdir()
    preferences.put("folder/pdf", str(folder))
    return folder


def test_a_one_line_invoice_for_a_known_customer_takes_six_clicks_to_the_print_dialog(
    business: MainWindow, print_dialogs: list[str]
):
    hands = Hands(most_clicks=6)
    hands.click(business.sidebar.items["invoices"])
    page = business.pages.page()
    hands.click(page.empty.findChildren(type(page.new_button))[0] if not page.model.ids else page.new_button)
    hands.type("ost")
    hands.click_hit()
    hands.type("hair")
    hands.click_hit()
    editor = business.pages.page()
    hands.click(editor.issue_button)
    hands.click(editor.print_button)
    issued = invoices.show(print_dialogs[0])
    assert (issued.buyer["name"], [line.name for line in issued.lines]) == ("Cafe Ostwind", ["Haircut"])
    assert hands.clicks == 6


def test_a_one_line_invoice_for_a_known_customer_takes_at_most_ten_keys_to_the_print_dialog(
    business: MainWindow, print_dialogs: list[str]
):
    hands = Hands(most_keys=10)
    business.setFocus()
    sections = [entry.key for entry in business._entries()]
    hands.key(Qt.Key(Qt.Key.Key_1 + sections.index("invoices")), CTRL)
    hands.key(Qt.Key.Key_N, CTRL)
    hands.type("ost")
    hands.key(Qt.Key.Key_Return)
    hands.type("hair")
    hands.key(Qt.Key.Key_Return)
    hands.type("3")
    hands.key(Qt.Key.Key_Return, CTRL)
    hands.key(Qt.Key.Key_P, CTRL)
    issued = invoices.show(print_dialogs[0])
    assert [(line.name, line.quantity) for line in issued.lines] == [("Haircut", 3)]
    assert hands.keys == 6


def test_repeating_the_last_invoice_takes_three_clicks_to_the_saved_pdf(business: MainWindow, pdf_folder: Path):
    first = issue(add_customer("Brauhaus"))
    business.show_page("invoices", {"select": first.id})
    wait_for_jobs()
    hands = Hands(most_clicks=3)
    hands.click(business.pages.page().pane.repeat_button)
    hands.click(business.pages.page().issue_button)
    hands.click(business.pages.page().save_button)
    newest = invoice_list.rows(invoice_list.ids()[:1])[0]
    saved = pdf_folder / f"{newest.number} Brauhaus.pdf"
    assert newest.id != first.id
    assert saved.read_bytes() == invoices.pdf(newest.id)


def test_repeating_from_the_customers_card_takes_three_clicks_to_the_print_dialog(
    business: MainWindow, print_dialogs: list[str]
):
    customer = add_customer("Brauhaus")
    first = issue(customer)
    business.open_record("customer", customer)
    hands = Hands(most_clicks=3)
    hands.click(business.pages.page().repeat_button)
    hands.click(business.pages.page().issue_button)
    hands.click(business.pages.page().print_button)
    issued = invoices.show(print_dialogs[0])
    assert issued.id != first.id
    assert (issued.customer_id, [line.name for line in issued.lines]) == (customer, ["Haircut"])
    assert hands.clicks == 3


def test_a_customer_without_an_invoice_offers_nothing_to_repeat(business: MainWindow):
    business.open_record("customer", add_customer("Brauhaus"))
    assert business.pages.page().repeat_button.isHidden()


def test_a_payment_of_what_is_open_takes_two_clicks(business: MainWindow):
    first = issue(add_customer("Brauhaus"), price="100")
    business.show_page("invoices", {"select": first.id})
    wait_for_jobs()
    hands = Hands(most_clicks=2)
    pane = business.pages.page().pane
    hands.click(pane.pay_button)
    hands.click(pane.payment.record)
    assert [(paid.amount, paid.method) for paid in payments.of_document(first.id)] == [(119, "transfer")]
    assert business.toast.text == f"€119.00 for {first.number} recorded"


def test_a_sale_over_the_counter_takes_five_clicks_to_the_print_dialog(business: MainWindow, print_dialogs: list[str]):
    business.show_page("invoices")
    hands = Hands(most_clicks=5)
    hands.click(business.pages.page().more)
    hands.click_menu("Sale over the counter")
    hands.type("sham")
    hands.click_hit()
    editor = business.pages.page()
    hands.click(editor.issue_button)
    hands.click(editor.print_button)
    receipt = invoices.show(print_dialogs[0])
    assert (receipt.kind, receipt.customer_id, receipt.open) == ("receipt", None, 0)
    assert receipt.totals.due == Decimal("14.88")
