"""Account statements: every document and payment once, a running balance, and at its end what is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.billing import account_statement, credit_notes, drafts, invoices, payments
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.core import dates
from crm_desktop.core.errors import NotFound, UserError
from crm_desktop.db import connection as db


def bill(customer_id: int, price: str, day: date, **more: object) -> Document:
    with dates.freeze(day):
        lines = (DraftLine(name="Chair", price=Decimal(price), rate=Decimal(0), category="Z"),)
        return invoices.issue_draft(replace(drafts.begin(customer_id), lines=lines, **more))  # type: ignore[arg-type]


def test_a_statement_runs_from_the_balance_before_to_what_is_open(cafe: int) -> None:
    old = bill(cafe, "100", date(2025, 12, 1))
    payments.record(old.id or 0, Decimal(40), date(2025, 12, 20))
    new = bill(cafe, "200", date(2026, 3, 1))
    payments.record(old.id or 0, Decimal(60), date(2026, 3, 5), reference="Ostwind rest")
    payments.record(new.id or 0, Decimal(250), date(2026, 3, 9), keep_credit=True)
    third = bill(cafe, "30", date(2026, 4, 1))
    with dates.freeze(date(2026, 4, 2)):
        credit_notes.cancel(third.id or 0)
    (account,) = account_statement.statement(cafe).accounts
    assert account.opening_minor == 6000
    assert [(e.kind, e.debit_minor, e.credit_minor, e.balance_minor) for e in account.entries] == [
        ("invoice", 20_000, 0, 26_000),
        ("payment", 0, 6000, 20_000),
        ("payment", 0, 25_000, -5000),
        ("invoice", 3000, 0, -2000),
        ("credit_note", 0, 3000, -5000),
    ]
    assert account.entries[1].number == "Ostwind rest"
    assert account.closing_minor == -5000


def test_the_last_balance_is_what_is_open_less_credit(cafe: int) -> None:
    for place, price in enumerate(("10", "25.5", "99.99"), start=1):
        invoice = bill(cafe, price, date(2026, place, 1))
        payments.record(invoice.id or 0, Decimal(place * 5), date(2026, place, 20))
    payments.write_off(invoice.id or 0)
    (account,) = account_statement.statement(cafe).accounts
    still = db.value("SELECT sum(open_minor) FROM document_balance WHERE customer_id = ?", [cafe])
    assert account.closing_minor == still
    assert account.entries[-1].kind == "write_off"


def test_currencies_have_accounts_of_their_own_and_other_customers_none(cafe: int, dupont: int) -> None:
    bill(cafe, "10", date(2026, 1, 1))
    bill(cafe, "20", date(2026, 1, 2), currency="CHF")
    bill(dupont, "40", date(2026, 1, 3))
    accounts = account_statement.statement(cafe).accounts
    assert [(a.currency, a.closing_minor) for a in accounts] == [("CHF", 2000), ("EUR", 1000)]


def test_a_period_may_be_chosen_and_may_be_empty(cafe: int) -> None:
    bill(cafe, "10", date(2026, 1, 1))
    (account,) = account_statement.statement(cafe, date(2026, 2, 1), date(2026, 2, 28)).accounts
    assert (account.opening_minor, account.entries, account.closing_minor) == (1000, (), 1000)
    assert account_statement.statement(cafe, date(2025, 2, 1), date(2025, 2, 28)).accounts[0].closing_minor == 0
    with pytest.raises(UserError, match="ends before it begins"):
        account_statement.statement(cafe, date(2026, 2, 2), date(2026, 2, 1))
    with pytest.raises(NotFound):
        account_statement.statement(99)
