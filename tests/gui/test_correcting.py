"""Correct… in three forms, each telling what happens; work that is billed again; several documents at once; copies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel

from crm_desktop.billing import credit_notes, drafts, invoices, payments, to_bill
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.core import dates
from crm_desktop.documents import file_names
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.pages.invoices_page import InvoicesPage
from crm_desktop.gui.parts import paper_preview
from crm_desktop.gui.parts.batch_acts import path_of
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.sales import work_done
from tests.gui.hands import add_customer, fill_company, issue, wait_for_jobs


@pytest.fixture
def page(window: MainWindow) -> Iterator[InvoicesPage]:
    """The list of invoices; it is 24 November 2026."""
    with dates.freeze(date(2026, 11, 24)):
        fill_company()
        window.show_page("invoices")
        found = window.pages.page()
        assert isinstance(found, InvoicesPage)
        yield found


def chairs() -> Document:
    """An issued invoice of ten chairs and a table."""
    lines = (
        DraftLine(name="Chair", quantity=Decimal(10), price=Decimal(50), rate=Decimal(19)),
        DraftLine(name="Table", price=Decimal(400), rate=Decimal(19)),
    )
    return invoices.issue_draft(replace(drafts.begin(add_customer("Cafe")), lines=lines), paper_preview.render)


def told(dialog: Any) -> str:
    """All words of a dialog."""
    return " | ".join(words.text() for words in dialog.findChildren(QLabel))


def menu_of(page: InvoicesPage, document: Document) -> list[str]:
    """The entries of the menu of a document."""
    page.activate(select=document.id or 0)
    if page.pane is None:
        page._make_pane()
    page.pane.show_document(document.id)
    page.pane._fill_menu()
    return [act.text() for act in page.pane._menu.actions()]


def test_before_it_is_cancelled_one_reads_what_happens(page: InvoicesPage, answers: list[Any]):
    bill = chairs()
    payments.record(bill.id or 0, Decimal(71))
    read: list[str] = []
    answers.append(lambda dialog: read.append(told(dialog)) or "")
    page._deeds.credit_all(bill.id or 0)
    assert "over €1,071.00 to Cafe, issued at once" in read[0]
    assert "€1,000.00 is settled by the credit note" in read[0]
    assert "€71.00 stays open on the credit note, to be paid back" in read[0]
    assert credit_notes.of_document(bill.id or 0) == []


def test_so_many_of_a_line_go_back(page: InvoicesPage, window: MainWindow, answers: list[Any]):
    bill = chairs()

    def choose(dialog: Any) -> str:
        field = dialog.choice.rows[0].quantity
        field.set_value(Decimal(2))
        field.edited.emit()
        assert dialog.said.text() == "Credit note over €119.00 with tax"
        return "act"

    answers.append(choose)
    page._deeds.credit_part(bill.id or 0)
    window.pages.page().primary()
    assert invoices.get(bill.id or 0).open == Decimal("952.00")


def test_an_amount_is_credited_without_giving_goods_back(page: InvoicesPage, window: MainWindow, answers: list[Any]):
    bill = chairs()

    def choose(dialog: Any) -> str:
        field = dialog.choice.rows[1].amount
        field.set_value(10000)
        field.edited.emit()
        return "act"

    answers.append(choose)
    page._deeds.credit_part(bill.id or 0)
    draft = window.pages.page().view.draft()
    assert [(line.name, line.quantity, line.price) for line in draft.lines] == [("Table", 1, 100)]


def test_nothing_ticked_is_said_and_the_sheet_stays(page: InvoicesPage, answers: list[Any]):
    bill = chairs()
    said: list[str] = []

    def refuse(dialog: Any) -> str:
        assert not dialog.allowed("act")
        said.append(dialog.said.text())
        return ""

    answers.append(refuse)
    page._deeds.credit_part(bill.id or 0)
    assert said == ["Choose what is to be credited."]


def test_written_anew_as_a_corrected_invoice(page: InvoicesPage, window: MainWindow, answers: list[Any]):
    bill = chairs()
    answers.append(lambda dialog: dialog.corrected.click() or "act")
    page._deeds.credit_all_again(bill.id or 0)
    draft = window.pages.page().view.draft()
    assert (draft.type_code, draft.preceding_number, len(draft.lines)) == ("384", bill.number, 2)


def test_after_a_part_was_credited_the_rest_is_one_click(page: InvoicesPage, answers: list[Any]):
    bill = chairs()
    part = credit_notes.Part(credit_notes.begin(bill.id or 0).lines[1].source_line_id or 0)
    assert "Cancel with a credit note…" in menu_of(page, bill)
    credit_notes.invoices.issue_draft(credit_notes.begin_part(bill.id or 0, [part]))
    entries = menu_of(page, bill)
    assert "Credit a part…" in entries
    assert "Cancel with a credit note…" not in entries
    assert "Credit the rest…" in entries
    read: list[str] = []
    answers.append(lambda dialog: read.append(dialog.windowTitle() + told(dialog)) or "act")
    page._deeds.credit_all(bill.id or 0)
    assert f"Credit the rest of {bill.number}?" in read[0]
    assert "over €595.00 to Cafe, issued at once" in read[0]
    assert invoices.get(bill.id or 0).open == 0
    assert "Credit a part…" not in menu_of(page, bill)


def test_after_cancelling_its_work_can_be_billed_again_with_one_click(
    page: InvoicesPage, window: MainWindow, answers: list[Any]
):
    cafe = add_customer()
    values = {"done_on": date(2026, 11, 20), "name": "Repair", "quantity": Decimal(2), "price": Decimal(60)}
    work_done.save(work_done.start(cafe) | values)
    (draft,) = to_bill.bill(cafe)
    bill = invoices.issue(draft.id or 0)
    answers.append("act")
    page._deeds.credit_all(bill.id or 0)
    assert to_bill.entries(cafe) == []
    window.toast._pressed()
    assert [entry.title for entry in to_bill.entries(cafe)] == ["Repair"]


# ---- several at once ------------------------------------------------------------------------------------------------


def select_all(page: InvoicesPage) -> None:
    """Select every row."""
    page.refresh()
    page.table.selectAll()
    page.table.selectionModel().select(
        page.model.index(0, 0), QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    )


def test_the_bar_shows_from_two_rows_on(page: InvoicesPage):
    cafe = add_customer()
    issue(cafe)
    issue(cafe)
    page.refresh()
    assert not page.bulk.isVisible()
    select_all(page)
    assert page.bulk.isVisible()
    assert page.bulk.words.text() == "2 selected"


def test_the_pdfs_of_several_go_into_a_folder_and_replace_nothing(
    page: InvoicesPage, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    cafe = add_customer("Cafe Ostwind")
    bills = [issue(cafe), issue(cafe)]
    drafts.save(replace(drafts.begin(cafe), lines=(DraftLine(name="Lamp", price=Decimal(5), rate=Decimal(19)),)))
    month = tmp_path / path_of(bills[0], file_names.FOLDERS).parent
    month.mkdir(parents=True)
    taken = month / f"{bills[0].number} Cafe Ostwind.pdf"
    taken.write_bytes(b"another file")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_options: str(tmp_path))
    answer_next(monkeypatch, "folders")
    select_all(page)
    page.bulk.save_button.click()
    wait_for_jobs()
    assert taken.read_bytes() == b"another file"
    assert (month / f"{bills[0].number} Cafe Ostwind (2).pdf").read_bytes() == invoices.pdf(bills[0].id or 0)
    assert (month / f"{bills[1].number} Cafe Ostwind.pdf").read_bytes() == invoices.pdf(bills[1].id or 0)
    assert window.toast.text == "2 PDFs saved, 1 has none (drafts and imported ones)"
    assert invoices.get(bills[1].id or 0).sent_at


def answer_next(monkeypatch: pytest.MonkeyPatch, way: str) -> list[str]:
    """Choose in the dialog how the PDFs shall lie; gives what stood there before."""
    stood: list[str] = []

    def choose(made: dialogs.Dialog) -> str:
        given = next(found for found in made.findChildren(QComboBox))
        stood.append(given.currentText())
        given.setCurrentIndex({"flat": 0, "folders": 1}[way])
        next(button for button in made.findChildren(Button) if button.property("key") == "act").click()
        return made.chosen

    monkeypatch.setattr(dialogs.Dialog, "ask", choose)
    return stood


def test_pdfs_lie_in_one_folder_where_that_is_wanted_and_it_is_remembered(
    page: InvoicesPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    cafe = add_customer("Cafe Ostwind")
    bills = [issue(cafe), issue(cafe)]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_options: str(tmp_path))
    select_all(page)
    first = answer_next(monkeypatch, "flat")
    page.bulk.save_button.click()
    wait_for_jobs()
    assert sorted(path.name for path in tmp_path.glob("*.pdf")) == [f"{bill.number} Cafe Ostwind.pdf" for bill in bills]
    again = answer_next(monkeypatch, "flat")
    page.bulk.save_button.click()
    wait_for_jobs()
    assert first[0].startswith("In folders such as 20")
    assert again == ["All in one folder"]


def test_several_are_one_job_of_the_printer(
    page: InvoicesPage, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from PySide6.QtPrintSupport import QPrinter

    cafe = add_customer("Cafe Ostwind")
    issue(cafe)
    issue(cafe)
    target = tmp_path / "all.pdf"
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(target))
    monkeypatch.setattr(dialogs, "has_printer", lambda: True)
    monkeypatch.setattr(dialogs, "printer_for", lambda _title: printer)
    select_all(page)
    page.bulk.print_button.click()
    wait_for_jobs()
    document = pypdfium2.PdfDocument(target)
    assert len(document) == 2
    document.close()
    assert window.toast.text == "2 documents go to the printer"


def test_a_copy_is_marked_and_not_stored(page: InvoicesPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    bill = issue(add_customer("Cafe Ostwind"))
    stored = invoices.pdf(bill.id or 0)
    target = tmp_path / "copy.pdf"
    monkeypatch.setattr(dialogs, "choose_save_file", lambda *_args: target)
    page._deeds.save_copy(bill.id or 0)
    document = pypdfium2.PdfDocument(target)
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert "kopie" in text.casefold() or "copy" in text.casefold()
    assert invoices.pdf(bill.id or 0) == stored
    assert "Print copy…" in menu_of(page, bill)
