"""The page for the bookkeeper: the figures of the period that is chosen, and what is handed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel

from crm_desktop.billing import drafts, invoices, payments
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import ledger_accounts, profile
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.gui import jobs
from crm_desktop.gui.pages.bookkeeping_page import BookkeepingPage
from crm_desktop.gui.parts import periods
from crm_desktop.gui.parts.settings.bookkeeping import BookkeepingSection
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.row_table import RowTable

TODAY = date(2026, 11, 22)


@pytest.fixture
def page(qtbot, data_file):
    with dates.freeze(TODAY):
        profile.save(
            {"name": "Atelier", "street": "Weg 1", "postcode": "20099", "city": "Hamburg", "vat_id": "DE136695976"}
        )
        here = customers.save({"company": "Café Ostwind", "street": "Weg 2", "city": "Hamburg", "country": "DE"})
        vienna = customers.save(
            {"company": "Wien GmbH", "street": "Ring 1", "city": "Wien", "country": "AT", "vat_id": "ATU13585627"}
        )
        first = bill(here, date(2026, 10, 5), ("1000.00", "S", 19), ("100.00", "S", 7))
        bill(vienna, date(2026, 10, 6), ("300.00", "K", 0))
        payments.record(first.id, Decimal("1297.00"), date(2026, 11, 3))
        made = BookkeepingPage()
        qtbot.addWidget(made)
        made.resize(1060, 760)
        made.show()
        made.activate()
        yield made


def bill(customer, day, *amounts):
    lines = tuple(DraftLine(name="Lamp", price=Decimal(p), category=c, rate=Decimal(r)) for p, c, r in amounts)
    return invoices.issue_draft(
        replace(drafts.begin(customer), lines=lines, issue_on=day), lambda _document: b"%PDF-1.7 stored"
    )


def words(page):
    return [w.text() for w in page.findChildren(QLabel) if w.isVisibleTo(page)]


def tables(page):
    return [row.accessibleName() for t in page.findChildren(RowTable) for row in t._rows]


def test_last_month_is_shown_with_its_tax_per_rate(page):
    assert page._period.text() == "October 2026"
    assert "€197.00" in words(page)
    assert tables(page)[:3] == ["19% 1 1,000.00 190.00", "7% 1 100.00 7.00", "within the EU 1 300.00 0.00"]
    assert tables(page)[3] == "ATU13585627 Wien GmbH Goods €300.00"


def test_each_series_has_a_line_and_what_is_odd_is_said(page, qtbot):
    assert "Invoice 2026 INV-2026-0001 INV-2026-0002 2 Complete" in tables(page)
    here = customers.save({"company": "Hafen", "street": "Weg 2", "city": "Hamburg", "country": "DE"})
    bill(here, date(2026, 9, 1), ("1.00", "S", 19))
    page.refresh()
    assert "Invoice 2026 INV-2026-0001 INV-2026-0003 3 Dates out of order" in tables(page)
    said = "INV-2026-0003 carries an earlier date than INV-2026-0002, which has the lower number."
    qtbot.waitUntil(lambda: said in words(page))


def test_a_year_without_documents_says_so(page):
    page._period.choose(periods.month(date(2024, 5, 1)))
    assert "No document was issued in this year." in words(page)


def test_by_payment_the_tax_is_in_the_month_of_the_payment(page, qtbot):
    page._method.setCurrentIndex(1)
    page._method.activated.emit(1)
    qtbot.waitUntil(lambda: "No payment came in this period." in words(page))
    page._period.choose(periods.month(TODAY))
    assert "€197.00" in words(page)


def test_the_menu_offers_months_quarters_and_years(page):
    page._period.menu().aboutToShow.emit()
    names = [act.text() for act in page._period.menu().actions() if act.text()]
    assert names[:2] == ["November 2026", "October 2026"]
    assert "Quarter 3 of 2026" in names
    assert names[-1] == "2023"


def test_a_report_a_datev_file_and_the_archive_are_saved(page, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)
    monkeypatch.setattr(dialogs, "choose_save_file", lambda *_a, **_k: tmp_path / "vat.csv")
    monkeypatch.setattr(dialogs, "choose_folder", lambda *_a, **_k: tmp_path)
    told = []
    page.toast.connect(lambda text, _undo: told.append(text))
    for act in (page.export, page.save_datev, page.save_archive):
        act()
        qtbot.waitUntil(lambda: not jobs.busy(), timeout=20_000)
        qtbot.wait(20)
    datev = f"Saved 3 bookings for DATEV in {tmp_path}."
    assert told == ["Saved vat.csv.", datev, "The archive holds 2 files of this period."]
    assert (tmp_path / "EXTF_Buchungsstapel_20261001-20261031.csv").exists()


def test_the_accounts_are_kept_and_a_wrong_one_is_told_beside_its_field(page, qtbot):
    made = BookkeepingSection(page, lambda: None)
    qtbot.addWidget(made)
    made.refresh()
    box = made.accounts.boxes["sales.S19"]
    assert box.input.value() == "8400"
    box.input.setText("84000")
    box.left.emit("sales.S19")
    assert "same number of digits" in box._said.text()
    box.input.setText("8401")
    box.left.emit("sales.S19")
    assert ledger_accounts.load().sales["S19"] == "8401"
    made.head.boxes["chart"].input.set_value("SKR04")
    made.head.boxes["chart"].left.emit("chart")
    assert made.accounts.boxes["sales.S19"].input.value() == "4400"
