"""The list of invoices and its pane: what is open, paying, paper, correcting, repeating."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crm_desktop.billing import credit_notes, drafts, invoice_list, invoices, payments
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.company import payment_terms
from crm_desktop.core import dates, i18n, preferences
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.pages.invoices_page import InvoicesPage
from crm_desktop.gui.parts import document_acts
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.cells import Cell
from tests.gui.hands import add_customer, fill_company, issue, wait_for_jobs

TODAY = date(2026, 11, 24)


@pytest.fixture
def page(window: MainWindow) -> InvoicesPage:
    """The list over a company that may issue; it is 24 November 2026."""
    with dates.freeze(TODAY):
        fill_company()
        window.show_page("invoices")
        found = window.pages.page()
        assert isinstance(found, InvoicesPage)
        yield found


def _late(customer_id: int, price: str = "100") -> Document:
    with dates.freeze(date(2026, 10, 1)):
        return issue(customer_id, price=price)


def _cells(page: InvoicesPage, row: int) -> dict[str, Cell]:
    return {made.key: page.model.cell(row, index) for index, made in enumerate(page.made.columns)}


def _select(page: InvoicesPage, document: Document) -> None:
    page.activate(select=document.id)
    if page.pane is None:
        page._make_pane()
    page.pane.show_document(document.id)


def _facts(page: InvoicesPage) -> str:
    return " | ".join(words.text() for words in page.pane._facts.findChildren(type(page.pane._open)))


def test_a_list_without_invoices_says_what_to_do(page: InvoicesPage):
    assert page.empty.isVisible()
    assert page.made.empty.primary.text == "Write an invoice"


def test_rows_say_number_customer_due_day_state_and_what_is_open(page: InvoicesPage):
    cafe = add_customer("Cafe Ostwind")
    late = _late(cafe)
    drafts.save(replace(drafts.begin(cafe), lines=(DraftLine(name="Lamp", price=Decimal(5), rate=Decimal(19)),)))
    page.refresh()
    draft, row = _cells(page, 0), _cells(page, 1)
    assert [draft["number"].text, draft["state"].text, draft["gross_minor"].text] == ["Draft", "Draft", "5.95"]
    assert (row["number"].text, row["customer"].text) == (late.number, "Cafe Ostwind")
    assert (row["due_on"].text, row["due_on"].tone) == ("15 Oct", "red")
    assert (row["state"].text, row["state"].pill) == ("Overdue", True)
    assert (row["gross_minor"].text, row["open_minor"].text) == ("119.00", "119.00")


def test_views_narrow_the_list_and_count(page: InvoicesPage):
    cafe = add_customer()
    late, paid, still = _late(cafe), issue(cafe), issue(cafe)
    payments.record(paid.id, paid.open)
    page.refresh()
    assert page.counts() == {"all": 3, "drafts": 0, "open": 2, "overdue": 1, "paid": 1}
    page._view_chosen("overdue")
    assert page.model.ids == [late.id]
    page._view_chosen("open")
    assert page.model.ids == [still.id, late.id]


def test_sums_of_different_currencies_are_never_added(page: InvoicesPage):
    cafe = add_customer()
    issue(cafe, price="100")
    issue(add_customer("Zoo", currency="CHF"), price="10")
    sums = [(found.label, found.text) for found in page.sums(list(invoice_list.ids()))]
    assert sums == [("Open", "CHF\u00a011.90"), ("Open", "€119.00")]


def test_it_is_found_by_the_customer_and_by_what_was_sold(page: InvoicesPage):
    lamp = issue(add_customer("Hotel Alsterblick"), name="Pendant lamp")
    issue(add_customer("Cafe Ostwind"))
    page.activate(search="lamp")
    assert page.model.ids == [lamp.id]
    page.activate(search="alster")
    assert page.model.ids == [lamp.id]


def test_a_period_narrows_the_list(page: InvoicesPage):
    cafe = add_customer()
    old, new = _late(cafe), issue(cafe)
    page.activate(period="2026-10-01/2026-10-31")
    assert page.model.ids == [old.id]
    page.activate(select=new.id)
    assert page.table.current_id() == new.id


def test_a_part_payment_leaves_the_rest_open(page: InvoicesPage, window: MainWindow):
    document = issue(add_customer(), price="1000")
    _select(page, document)
    page.pane.pay_button.click()
    form = page.pane.payment.form
    assert form.input("amount").text() == "1,190.00"
    form.input("amount").setText("190")
    form.input("amount").edited.emit()
    assert page.pane.payment.record.text() == "Record €190.00"
    page.pane.payment.record.click()
    page.pane.show_document(document.id)
    assert (page.pane._paid.text(), page.pane._open.text()) == ("€190.00 of €1,190.00 paid", "€1,000.00 open")
    assert page.pane._bar.isVisibleTo(page.pane)
    assert "24 Nov, €190.00, Bank transfer" in _facts(page)
    window.undo()
    assert payments.of_document(document.id) == []


def test_an_amount_above_what_is_open_is_refused_beside_the_field(page: InvoicesPage):
    document = issue(add_customer(), price="100")
    _select(page, document)
    page.pane.record_payment()
    page.pane.payment.form.input("amount").setText("200")
    page.pane.payment.record.click()
    assert payments.of_document(document.id) == []
    assert "Only €119.00 is open" in page.pane.payment.form.boxes["amount"]._said.text()
    page.pane.payment._credit.click()
    assert payments.of_document(document.id)[0].paid_total == 200


def test_the_discount_for_early_payment_is_one_click(page: InvoicesPage):
    terms = payment_terms.save(payment_terms.Terms(0, "2% in 7 days", 14, "date", 200, 7))
    document = issue(add_customer(), price="100", payment_terms_id=terms)
    _select(page, document)
    page.pane.record_payment()
    form = page.pane.payment
    assert form._discount.text() == "With the discount for early payment: €116.62"
    form._discount.click()
    form.record.click()
    assert invoices.get(document.id).open == 0


def test_escape_leaves_the_payment(page: InvoicesPage):
    _select(page, issue(add_customer()))
    page.pane.record_payment()
    QTest.keyClick(page.pane.payment.form.input("amount"), Qt.Key.Key_Escape)
    assert not page.pane.payment.isVisibleTo(page.pane)


def test_after_a_payment_the_list_has_the_focus(page: InvoicesPage, window: MainWindow, qtbot):
    document = issue(add_customer())
    _select(page, document)
    page.pane.record_payment()
    field = page.pane.payment.form.input("amount")
    field.setFocus()
    assert window.focusWidget() is field
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert invoices.get(document.id).open == 0
    assert window.focusWidget() is page.table
    wait_for_jobs()
    assert window.focusWidget() is page.table


def test_after_a_payment_on_its_page_enter_does_nothing_to_the_paper(page: InvoicesPage, window: MainWindow):
    document = issue(add_customer())
    window.show_page("invoice", {"id": document.id})
    pane = window.pages.page().pane
    pane.record_payment()
    pane.payment.form.input("amount").setFocus()
    QTest.keyClick(pane.payment.form.input("amount"), Qt.Key.Key_Return)
    assert invoices.get(document.id).open == 0
    assert window.focusWidget() is pane.more


def test_a_payment_can_be_taken_back_later(page: InvoicesPage, window: MainWindow):
    document = issue(add_customer(), price="100")
    payments.record(document.id, Decimal(119))
    _select(page, document)
    page.pane._menu.aboutToShow.emit()
    act = next(a for a in page.pane._menu.actions() if a.text().startswith("Delete payment"))
    assert act.text() == "Delete payment of 24 Nov, €119.00"
    act.trigger()
    assert invoices.get(document.id).open == 119
    assert window.toast.text == "Payment deleted"


def test_cancelling_asks_once_and_writes_a_full_credit_note(page: InvoicesPage, answers: list[object]):
    document = issue(add_customer("Cafe Ostwind"), price="100")
    asked = []
    answers.append(lambda dialog: asked.append(dialog.windowTitle()) or "act")
    page._deeds.credit_all(document.id)
    made = credit_notes.of_document(document.id)
    assert asked == [f"Cancel {document.number}?"]
    assert invoices.get(made[0][0]).totals.grand_total == 119
    assert invoices.get(document.id).open == 0
    assert page.table.current_id() == made[0][0]


def test_keeping_the_invoice_changes_nothing(page: InvoicesPage, answers: list[object]):
    document = issue(add_customer())
    answers.append("")
    page._deeds.credit_all(document.id)
    assert credit_notes.of_document(document.id) == []


def test_issued_invoices_are_not_deleted_and_it_says_why(page: InvoicesPage, answers: list[object]):
    document = issue(add_customer())
    page.activate(select=document.id)
    said = []
    answers.append(lambda dialog: said.append(dialog.windowTitle()) or "ok")
    page.delete()
    assert said == [f"{document.number} is issued and stays. Cancel it with a credit note: More, Correct."]


def test_a_draft_goes_to_the_bin_and_comes_back(page: InvoicesPage, window: MainWindow):
    draft = drafts.save(drafts.begin(add_customer()))
    page.activate(select=draft.id)
    page.delete()
    assert invoice_list.ids() == []
    window.undo()
    assert invoice_list.ids() == [draft.id]


def test_the_pdf_is_saved_under_number_and_customer_and_the_folder_is_remembered(
    page: InvoicesPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, window: MainWindow
):
    document = issue(add_customer('Cafe "Ost/Wind"'))
    asked = []

    def choose(_title: str, name: str, *_rest: object) -> Path:
        asked.append(name)
        preferences.put("folder/pdf", str(tmp_path))
        return tmp_path / name

    monkeypatch.setattr(dialogs, "choose_save_file", choose)
    page._deeds.save_pdf(document.id)
    page._deeds.save_pdf(document.id)
    assert asked == [f"{document.number} Cafe Ost Wind.pdf"]
    assert (tmp_path / asked[0]).read_bytes() == invoices.pdf(document.id)
    assert window.toast.text == f"Saved as {asked[0]}"
    assert invoices.get(document.id).sent_at


def test_a_locked_file_is_told_in_a_sentence(page: InvoicesPage, tmp_path: Path, answers: list[object]):
    document = issue(add_customer())
    preferences.put("folder/pdf", str(tmp_path))
    (tmp_path / document_acts.file_name(document)).mkdir()
    said = []
    answers.append(lambda dialog: said.append(dialog.windowTitle()) or "ok")
    page._deeds.guarded(page._deeds.save_pdf, document.id)
    assert "could not be written" in said[0]


def test_without_a_printer_the_file_is_offered(
    page: InvoicesPage, tmp_path: Path, answers: list[object], monkeypatch: pytest.MonkeyPatch
):
    document = issue(add_customer())
    preferences.put("folder/pdf", str(tmp_path))
    monkeypatch.setattr(dialogs, "has_printer", lambda: False)
    answers.append("save")
    page.activate(select=document.id)
    page.print_()
    assert (tmp_path / document_acts.file_name(document)).read_bytes() == invoices.pdf(document.id)


def test_printing_puts_the_stored_pages_on_paper(
    page: InvoicesPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, window: MainWindow
):
    from PySide6.QtPrintSupport import QPrinter

    document = issue(add_customer())
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "paper.pdf"))
    printer.setFullPage(True)
    monkeypatch.setattr(dialogs, "has_printer", lambda: True)
    monkeypatch.setattr(dialogs, "printer_for", lambda _title: printer)
    page.activate(select=document.id)
    page.print_()
    assert (tmp_path / "paper.pdf").stat().st_size > 20_000
    assert window.toast.text == f"{document.number} goes to the printer"


def test_repeating_opens_a_new_draft_with_the_same_content(page: InvoicesPage, window: MainWindow):
    document = issue(add_customer(), name="Haircut")
    page.activate(select=document.id)
    page.duplicate()
    editor = window.pages.page()
    assert editor.key == "invoice"
    assert [line.name for line in editor.view.draft().lines] == ["Haircut"]
    assert editor.view.draft().issue_on == TODAY


def test_a_part_paid_invoice_fits_its_narrow_pane_in_german(page: InvoicesPage):
    document = issue(add_customer(), price="1000")
    payments.record(document.id, Decimal(190))
    i18n.use_language("de")
    _select(page, document)
    assert page.pane._pill.accessibleName() == "Teilbezahlt"
    assert page.pane._number.parentWidget().minimumSizeHint().width() <= 346
