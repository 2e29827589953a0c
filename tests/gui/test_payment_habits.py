"""The customer's pane and card say how punctually they pay, from the payments that really came in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from crm_desktop.billing import payments
from crm_desktop.core import dates
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.insight import payment_habits
from tests.gui.hands import add_customer, fill_company, issue, wait_for_jobs

TODAY = date(2026, 11, 24)


@pytest.fixture
def buyer(window: MainWindow) -> Iterator[int]:
    """A customer of a company that may issue."""
    with dates.freeze(TODAY):
        fill_company()
        yield add_customer("Cafe Ostwind")


def _paid(customer: int, days_after_due: int, *, part: Decimal | None = None) -> None:
    with dates.freeze(date(2026, 9, 1)):
        document = issue(customer, due_on=date(2026, 9, 15))
    if part is not None:
        payments.record(document.id, part, date(2026, 9, 2))
    payments.record(document.id, document.totals.due - (part or 0), date(2026, 9, 15) + timedelta(days_after_due))


def _texts(widget: QWidget) -> list[str]:
    return [found.text() for found in widget.findChildren(QLabel)]


def test_the_last_payment_of_each_settled_invoice_counts(buyer: int):
    assert payment_habits.of_customer(buyer) is None
    _paid(buyer, 10, part=Decimal(19))
    _paid(buyer, -3)
    issue(buyer)  # open still: does not count
    assert payment_habits.of_customer(buyer) == payment_habits.Habit(days=4, invoices=2)


def test_card_and_pane_say_it(buyer: int, window: MainWindow):
    _paid(buyer, 8)
    window.open_record("customer", buyer)
    assert "on average 8 days late\nfrom 1 paid invoice" in _texts(window.pages.page())
    window.show_page("customers", {"select": buyer})
    wait_for_jobs()
    assert "on average 8 days late · from 1 paid invoice" in _texts(window.pages.page().pane)


@pytest.mark.parametrize(("days", "expected"), [(-1, "on average 1 day early"), (0, "on average on the day")])
def test_early_and_on_the_day_are_said_as_well(buyer: int, window: MainWindow, days: int, expected: str):
    _paid(buyer, days)
    window.open_record("customer", buyer)
    assert f"{expected}\nfrom 1 paid invoice" in _texts(window.pages.page())
