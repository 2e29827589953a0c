"""Several drafts issued from the list: the button, the numbers, those that are refused with their sentence, Cancel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QLabel

from crm_desktop.billing import drafts, invoices
from crm_desktop.billing.document import DraftLine
from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled
from crm_desktop.core.progress import Progress
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.pages.invoices_page import InvoicesPage
from crm_desktop.gui.parts import batch_issue
from crm_desktop.gui.widgets import dialogs
from tests.gui.hands import Hands, add_customer, fill_company, issue, wait_for_jobs


@pytest.fixture
def page(window: MainWindow) -> Iterator[InvoicesPage]:
    """The list of invoices; it is 24 November 2026."""
    with dates.freeze(date(2026, 11, 24)):
        fill_company()
        window.show_page("invoices")
        found = window.pages.page()
        assert isinstance(found, InvoicesPage)
        yield found


def draft(customer_id: int, name: str = "Lamp") -> int:
    """A saved draft with one line; without a name it cannot be issued."""
    lines = (DraftLine(name=name, price=Decimal(5), rate=Decimal(19)),)
    return drafts.save(replace(drafts.begin(customer_id), lines=lines)).id or 0


def select_all(page: InvoicesPage) -> None:
    page.refresh()
    page.table.selectAll()
    page.table.selectionModel().select(
        page.model.index(0, 0), QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    )


def test_selected_drafts_are_issued_and_the_refused_ones_are_told(
    page: InvoicesPage, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    cafe, hotel = add_customer("Cafe Ostwind"), add_customer("Hotel Alster")
    ids = [draft(cafe), draft(hotel, ""), draft(cafe)]
    issue(cafe)
    shown: list[str] = []
    monkeypatch.setattr(
        dialogs.Dialog,
        "ask",
        lambda made: shown.append(" | ".join(words.text() for words in made.findChildren(QLabel))) or "ok",
    )
    select_all(page)
    assert page.bulk.issue_button.text() == "Issue 3 drafts"
    Hands(most_clicks=1).click(page.bulk.issue_button)
    wait_for_jobs()
    found = [invoices.get(document_id) for document_id in ids]
    assert [document.state for document in found] == ["issued", "draft", "issued"]
    assert (found[0].number, found[2].number) == ("INV-2026-0002", "INV-2026-0003")
    assert invoices.pdf(ids[0]) is not None
    assert window.toast.text == "2 documents issued"
    (told,) = shown
    assert told.startswith("1 draft could not be issued | Nothing is lost")
    assert "Hotel Alster" in told
    select_all(page)
    assert page.bulk.issue_button.text() == "Issue 1 draft"


def test_without_a_draft_there_is_no_such_button_and_with_drafts_alone_nothing_to_print(page: InvoicesPage) -> None:
    cafe = add_customer("Cafe Ostwind")
    issue(cafe)
    issue(cafe)
    select_all(page)
    assert not page.bulk.issue_button.isVisible()
    assert page.bulk.print_button.isVisible()
    page.activate(view="drafts")
    draft(cafe)
    draft(cafe)
    select_all(page)
    assert page.bulk.issue_button.isVisible()
    assert not page.bulk.print_button.isVisible()


def test_cancel_leaves_the_others_as_drafts(page: InvoicesPage, window: MainWindow) -> None:
    cafe = add_customer("Cafe Ostwind")
    ids = [draft(cafe) for _number in range(4)]

    class Impatient(Progress):
        def __call__(self, done: int, total: int, text: str = "") -> None:
            if done == 2:
                raise Cancelled
            super().__call__(done, total, text)

    found = batch_issue._issue_all(ids, Impatient())
    assert (found.done, found.left) == (2, 2)
    batch_issue._tell(page._deeds, found)
    assert window.toast.text == "Stopped. Issued: 2, still drafts: 2"


def test_many_refused_ones_are_scrolled(window: MainWindow) -> None:
    from crm_desktop.documents.batch import Refused

    refused = tuple(Refused(number, f"Draft {number}", "The invoice needs a customer. " * 4) for number in range(40))
    made = batch_issue.refused_dialog(refused)
    made.show()
    assert made.height() < 700
    made.close()
