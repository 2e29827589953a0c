"""The customer's page says how close and how reliable a customer is, and why; the editor warns beyond the credit limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QLabel

from crm_desktop.billing import drafts, payments
from crm_desktop.billing.document import DraftLine
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.parts.credit_hint import CreditHint
from crm_desktop.gui.parts.customer_health import CustomerHealth, ScoreRing
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.cards import ItemRow
from tests.gui.hands import add_customer, fill_company, issue

TODAY = date(2026, 11, 24)


@pytest.fixture
def buyer(window: MainWindow) -> Iterator[int]:
    with dates.freeze(TODAY):
        fill_company()
        yield add_customer("Cafe Ostwind")


def card_of(window: MainWindow, customer: int) -> CustomerHealth:
    window.open_record("customer", customer)
    return window.pages.page().findChild(CustomerHealth)


def test_nothing_known_shows_nothing(window: MainWindow, buyer: int):
    assert card_of(window, buyer).isHidden()


def test_scores_with_their_reasons_and_the_formula(window: MainWindow, buyer: int, monkeypatch):
    with dates.freeze(date(2026, 9, 1)):
        made = issue(buyer, due_on=date(2026, 9, 15))
    payments.record(made.id, Decimal(made.totals.due), date(2026, 9, 15) + timedelta(days=9))
    card = card_of(window, buyer)
    assert not card.isHidden()
    assert [ring.accessibleName() for ring in card.findChildren(ScoreRing)] == ["Relationship: 46", "Paying: 82"]
    rows = [row.accessibleName() for row in card.findChildren(ItemRow)]
    assert "1 order +15" in rows
    assert "Pays 9 days late on the average \N{MINUS SIGN}18" in rows
    assert "Mostly pays in time" in [found.text() for found in card.findChildren(QLabel)]
    said: list[str] = []
    monkeypatch.setattr(dialogs, "message", lambda _heading, text="": said.append(text))
    card.act.click()
    assert "starts at 100" in said[0]


def test_the_editor_warns_beyond_the_limit(window: MainWindow, buyer: int):
    issue(buyer)
    customers.save({"credit_limit_minor": 15_000}, buyer)
    line = DraftLine(name="Lamp", price=Decimal(100), rate=Decimal(19))
    made = drafts.save(replace(drafts.begin(buyer), lines=(line,))).id
    window.open_record("draft", made)
    page = window.pages.page()
    hint = page.findChild(CreditHint)
    assert not hint.isHidden()
    assert "the credit limit is exceeded by" in hint.words.text()
    customers.save({"credit_limit_minor": 100_000_000}, buyer)
    page.view.judge()
    assert hint.isHidden()
    assert "over the credit limit" not in " ".join(
        r.accessibleName() for r in card_of(window, buyer).findChildren(ItemRow)
    )
