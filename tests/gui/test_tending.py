"""The program tends what is due by itself: beside the window, told in the history, and Ctrl+Z is for the owner's deeds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from crm_desktop.billing import payments
from crm_desktop.core import dates
from crm_desktop.customers import customers, lifecycle
from crm_desktop.db import history
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.tending import Tender
from crm_desktop.insight import next_action, today
from crm_desktop.insight.task import Task
from tests.gui.hands import add_customer, fill_company, issue, wait_for_jobs


def test_who_paid_becomes_a_customer_and_undo_takes_back_the_payment(window: MainWindow, qtbot):
    fill_company()
    buyer = add_customer("Cafe Ostwind")
    made = issue(buyer)
    tender = Tender(window)
    tender.tend()
    wait_for_jobs()
    assert customers.get(buyer).stage_id is None
    payments.record(made.id, Decimal(made.totals.due), date(2026, 11, 24))
    tender.tend()
    qtbot.waitUntil(lambda: customers.get(buyer).stage_id == lifecycle.find("customer").id)
    wait_for_jobs()
    titles = [step.title for step in history.steps()]
    assert titles[0] == "Rules of the customer stages"
    window.undo()
    assert payments.of_document(made.id) == []


def test_without_a_company_nothing_is_tended(window: MainWindow):
    tender = Tender(window)
    tender.tend()
    wait_for_jobs()
    assert history.steps() == []


def test_what_was_worked_out_after_the_start_shows_in_today_and_its_number_together(
    window: MainWindow, qtbot, monkeypatch
):
    fill_company()
    window.show_page("today")
    page = window.pages.page()
    assert page.list.tasks.places() == []
    line = Task("next", "week", "1 customer worth a call today", "", "open", dates.today())
    monkeypatch.setattr(next_action, "kept_best", lambda: ["somebody"])
    monkeypatch.setattr(today, "PARTS", (lambda: [line],))
    Tender(window)._done(0)
    qtbot.waitUntil(lambda: window.sidebar.items["today"].accessibleDescription() == "1")
    qtbot.waitUntil(lambda: page._number.text() == "1 thing to do")
