"""Received e-invoices in the window: read, checked, paid, binned; what cannot be read is told."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "documents"))

import einvoices as e
from papers import INVOICE as PAPER

from crm_desktop.billing import received_documents
from crm_desktop.core import dates
from crm_desktop.documents import commercial_pdf, einvoice, pdfa
from crm_desktop.gui import jobs
from crm_desktop.gui.widgets.cells import cell_of


@pytest.fixture
def page(window, qtbot):
    """The page, on a day after the invoice was due."""
    with dates.freeze(date(2026, 12, 20)):
        window.show_page("received")
        yield window.pages.page()


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A Factur-X PDF, an XML with a wrong sum, and a PDF without an e-invoice."""
    xml = einvoice.make(e.document())
    paper = commercial_pdf.render(PAPER)
    wrong = einvoice.make(e.document(number="RE-9")).replace(b"<ram:DuePayableAmount>", b"<ram:DuePayableAmount>9")
    contents = {
        "gut.pdf": pdfa.archive(paper, e.DAY, pdfa.Attachment(name="factur-x.xml", content=xml)),
        "falsch.xml": wrong,
        "papier.pdf": paper,
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name in contents]


def _shown(page) -> list[dict[str, str]]:
    rows = [page.model.row_at(place) for place in range(len(page.model.ids))]
    return [{column.key: cell_of(column, row).text for column in page.made.columns} for row in rows]


def test_an_empty_list_says_what_to_do(page):
    assert not page.empty.isHidden()
    assert page.empty.isVisibleTo(page)


def test_files_are_read_checked_and_paid(page, files, answers, qtbot):
    answers.append("ok")
    page.read(files)
    qtbot.waitUntil(lambda: len(page.model.ids) == 2, timeout=20000)
    shown = _shown(page)
    assert {row["number"]: row["findings"] for row in shown} == {"RE-2026-0001": "Adds up", "RE-9": "1 finding"}
    assert {row["gross_minor"] for row in shown} == {"€119.00", "€9,119.00"}
    qtbot.waitUntil(lambda: page.pane is not None and page.pane._shown is not None)
    odd = next(row for row in map(page.model.row_at, range(2)) if row.number == "RE-9")
    page.pane.show_row(odd)
    assert "To pay is 9119.00, but total, prepayment and rounding give 119.00." in page.pane.findings.text()
    page.pane.paid.click()
    qtbot.waitUntil(lambda: len(page.model.ids) == 1)
    assert received_documents.get(odd.id).paid_on == date(2026, 12, 20)
    page.delete_ids(list(page.model.ids))
    qtbot.waitUntil(lambda: not page.model.ids)
    assert received_documents.counts()["all"] == 1


def test_the_same_file_twice_says_so(page, files, answers, qtbot):
    page.read(files[:1])
    qtbot.waitUntil(lambda: len(page.model.ids) == 1, timeout=20000)
    told = []
    answers.append(lambda dialog: told.append(dialog) or "ok")
    page.read(files[:1])
    qtbot.waitUntil(lambda: bool(told), timeout=20000)
    assert len(received_documents.ids()) == 1
    jobs.stop()
