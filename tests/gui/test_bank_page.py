"""Bank statements in the window: read, ticked, booked with one click, decided one by one, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from crm_desktop.billing import bank_statements, invoices, payments
from crm_desktop.billing.bank_statements import Kept
from crm_desktop.core import dates
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.pages.bank_page import BankPage
from crm_desktop.gui.parts import payment_bank_file
from crm_desktop.gui.widgets import dialogs
from tests.exchange.bank_samples import camt, camt_details, camt_entry
from tests.gui.hands import add_customer, fill_company, has_focus, issue, wait_for_jobs

TODAY = date(2026, 11, 24)


@pytest.fixture
def page(window: MainWindow) -> Iterator[BankPage]:
    """The list over a company that may issue; it is 24 November 2026."""
    with dates.freeze(TODAY):
        fill_company()
        window.show_page("bank")
        found = window.pages.page()
        assert isinstance(found, BankPage)
        yield found


def _statement(folder: Path, *purposes: tuple[str, str], closing: str = "") -> Path:
    entries = [
        camt_entry(amount.removeprefix("-"), camt_details(words, side="Cdtr" if amount[0] == "-" else "Dbtr"),
                   ref=f"R{n}", sign="DBIT" if amount[0] == "-" else "CRDT")
        for n, (amount, words) in enumerate(purposes)
    ]  # fmt: skip
    path = folder / "november.xml"
    path.write_text(camt(entries, closing=closing), encoding="utf-8")
    return path


def _read(page: BankPage, path: Path) -> None:
    page.read_file(path)
    wait_for_jobs()
    wait_for_jobs()


def _texts(page: BankPage, key: str) -> list[str]:
    place = [column.key for column in page.made.columns].index(key)
    return [page.model.cell(row, place).text for row in range(len(page.model.ids))]


def _pane(page: BankPage, row: int = 0):
    page.table.select_id(page.model.ids[row])
    if page.pane is None:
        page._make_pane()
    page._fill_pane()
    return page.pane


def test_without_a_statement_it_says_what_to_do(page: BankPage):
    assert page.empty.isVisible()
    assert page.made.empty.primary.text == "Read a statement"
    assert not page.new_button.isVisible()


def test_matches_are_ticked_and_booked_with_one_click(page: BankPage, tmp_path: Path, window: MainWindow):
    cafe = add_customer()
    first, second = issue(cafe), issue(cafe, price="50")
    _read(page, _statement(tmp_path, ("119.00", f"{first.number}"), ("60.00", f"{second.number}"), ("-80.00", "Strom")))
    assert sorted(_texts(page, "state")) == ["Match", "Suggestion"]
    assert sorted(_texts(page, "ticked")) == ["○", "✓"]
    assert page.counts() == {"open": 2, "booked": 0, "ignored": 1, "all": 3}
    assert page.new_button.text() == "Book 1 ticked"
    QTest.mouseClick(page.new_button, Qt.MouseButton.LeftButton)
    wait_for_jobs()
    assert payments.open_amount(first.id) == 0
    assert page.counts()["booked"] == 1
    window.undo()
    assert (payments.open_amount(first.id), page.counts()["open"]) == (119, 2)


def test_money_paid_out_is_named_and_one_click_away(page: BankPage, tmp_path: Path):
    invoice = issue(add_customer())
    _read(page, _statement(tmp_path, ("119.00", f"{invoice.number}"), ("5.00", "?"), ("-80.00", "Strom")))
    assert page.strip.accessibleName() == "1 paid out and ignored"
    page.strip._button.click()
    assert page.views.current() == "ignored"
    assert _texts(page, "state") == ["Ignored"]
    assert has_focus(page.table)
    assert not page.strip.isVisible()


def test_the_pane_says_why_and_books(page: BankPage, tmp_path: Path):
    invoice = issue(add_customer("Cafe Ostwind GmbH"))
    _read(page, _statement(tmp_path, ("100.00", f"{invoice.number}")))
    pane = _pane(page)
    assert pane._reason.text() == f"Text names {invoice.number}; €19.00 is missing: a part payment."
    assert pane.book_button.isVisible()
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_B)
    wait_for_jobs()
    assert payments.open_amount(invoice.id) == 19


def test_the_same_statement_again_says_so(page: BankPage, tmp_path: Path):
    path = _statement(tmp_path, ("100.00", "A"))
    _read(page, path)
    _read(page, path)
    assert len(bank_statements.ids("all")) == 1
    assert payment_bank_file.kept_words(Kept(1, 0, 1)) == "Nothing new: its 1 transaction is known already"
    assert payment_bank_file.kept_words(Kept(3, 2, 1)) == "2 to book, 1 known already"
    assert payment_bank_file.kept_words(Kept(3, 3, 0, ignored=1)) == "2 to book, 1 paid out and ignored"


def test_a_tick_by_hand_stays_and_t_takes_it_away(page: BankPage, tmp_path: Path):
    invoice = issue(add_customer())
    _read(page, _statement(tmp_path, ("119.00", f"{invoice.number}"), ("3.00", "nothing")))
    both = list(page.model.ids)
    certain = next(i for i in both if page.is_ticked(i))
    page.tick([certain])
    page.refresh()
    wait_for_jobs()
    assert page.ticked() == []
    assert page.new_button.text() == "Nothing ticked"
    assert not page.new_button.isEnabled()
    page.tick([i for i in both if i != certain])
    assert page.ticked() == []
    page.table.select_id(certain)
    QTest.keyClick(page.table, Qt.Key.Key_T)
    assert page.ticked() == [certain]


def test_sharing_out_by_hand_over_two_invoices(page: BankPage, tmp_path: Path):
    cafe = add_customer("Hotel Alsterblick")
    first, second = issue(cafe), issue(cafe, price="50")
    _read(page, _statement(tmp_path, ("200.00", "ohne Worte")))
    pane = _pane(page)
    assert "Nothing open fits" in pane._reason.text()
    assert not pane.book_button.isVisible()
    pane.choose_button.click()
    pane.share_button.click()
    assert pane.shares._rest.text() == "Choose an invoice or a customer first."
    pane.shares.search.setText("Alster")
    pane.shares.search.suggest()
    hits = pane.shares.search.hits()
    assert [hit.text for hit in hits._model.hits] == [second.number, first.number, "Hotel Alsterblick"]
    pane.shares._picked(("customer", cafe))
    assert pane.shares._rest.text() == "€21.50 stays as credit of Hotel Alsterblick."
    pane.share_button.click()
    wait_for_jobs()
    assert (payments.open_amount(first.id), payments.open_amount(second.id)) == (0, 0)
    assert payments.credits_of(cafe) == {"EUR": Decimal("21.50")}


def test_money_that_comes_twice_names_the_invoice_that_is_settled(page: BankPage, tmp_path: Path):
    invoice = issue(add_customer("Cafe Ostwind"))
    _read(page, _statement(tmp_path, ("119.00", f"{invoice.number}")))
    page.primary()
    wait_for_jobs()
    _read(page, _statement(tmp_path, ("119.00", f"{invoice.number} again")))
    assert f"Text names {invoice.number}, which is settled already." in _pane(page)._reason.text()


def test_ignoring_bringing_back_and_taking_back(page: BankPage, tmp_path: Path):
    invoice = issue(add_customer())
    _read(page, _statement(tmp_path, ("119.00", f"{invoice.number}")))
    pane = _pane(page)
    pane.ignore_button.click()
    assert page.counts()["ignored"] == 1
    page._view_chosen("ignored")
    _pane(page).back_button.click()
    page._view_chosen("open")
    wait_for_jobs()
    _pane(page).book_button.click()
    wait_for_jobs()
    page._view_chosen("booked")
    assert _texts(page, "goes_to") == [invoice.number]
    _pane(page).undo_button.click()
    assert (payments.open_amount(invoice.id), page.counts()["open"]) == (119, 1)


def test_wrong_sums_are_asked(page: BankPage, tmp_path: Path, answers: list[object]):
    path = _statement(tmp_path, ("100.00", "A"), closing="1200.00")
    answers.append("")
    _read(page, path)
    assert page.counts()["all"] == 0
    answers.append("act")
    _read(page, path)
    wait_for_jobs()
    assert page.counts()["all"] == 1
    assert page.strip.isVisible()


def test_unknown_columns_are_asked_and_remembered(page: BankPage, tmp_path: Path, answers: list[object]):
    path = tmp_path / "own.csv"
    path.write_text("Wann;Wieviel;Wer\n20.11.2026;119,00;Cafe\n", encoding="utf-8")

    def fill(dialog: dialogs.Dialog) -> str:
        dialog.form.load({"booked": "Wann", "amount": "Wieviel", "party": "Wer"})
        return "act"

    answers.append(fill)
    _read(page, path)
    wait_for_jobs()
    assert _texts(page, "party") == ["Cafe"]


def test_a_broken_file_is_told(page: BankPage, tmp_path: Path, answers: list[object]):
    path = tmp_path / "broken.xml"
    path.write_text(camt([camt_entry("1.00", camt_details("A"))])[:-30], encoding="utf-8")
    told: list[str] = []
    answers.append(lambda dialog: told.append(dialog.accessibleDescription() or dialog.windowTitle()) or "ok")
    _read(page, path)
    assert "damaged or was not copied completely" in told[0]
    assert page.counts()["all"] == 0


def test_a_dropped_statement_is_read(page: BankPage, tmp_path: Path):
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(_statement(tmp_path, ("5.00", "Coffee"))))])
    event = QDropEvent(
        QPointF(9, 9), Qt.DropAction.CopyAction, dropped, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    page.dropEvent(event)
    wait_for_jobs()
    wait_for_jobs()
    assert page.counts()["all"] == 1


def test_a_transaction_leads_to_its_document(page: BankPage, tmp_path: Path, window: MainWindow):
    invoice = issue(add_customer())
    _read(page, _statement(tmp_path, ("119.00", f"{invoice.number}")))
    _pane(page)
    page.open_document(invoice.id)
    assert window.pages.page() is not page
    assert invoices.get(invoice.id).number == invoice.number
