"""Figures for the VAT return: by invoice or by money, with discounts, credit notes, deposits and foreign currency."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.billing import chain, credit_notes, deposits, drafts, invoices, payments
from crm_desktop.billing.document import INVOICE, ORDER_CONFIRMATION, DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.exchange import datev
from crm_desktop.insight import vat_figures

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))


@pytest.fixture
def cafe(data_file):
    """A customer of a company that may issue invoices, on 24 December 2026."""
    with dates.freeze(date(2026, 12, 24)):
        profile.save(
            {"name": "Lindner", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1"}
        )
        yield customers.save({"company": "Café Ostwind", "city": "Hamburg", "street": "Kai 7", "country": "DE"})


def bill(customer, day, *amounts, **more):
    """Issue an invoice; `amounts` are pairs of price and rate."""
    lines = tuple(DraftLine(name="Work", price=Decimal(price), rate=Decimal(rate)) for price, rate in amounts)
    return invoices.issue_draft(replace(drafts.begin(customer), lines=lines, issue_on=day, **more))


def rows(period, method):
    """The return as tuples: category, rate, basis, tax."""
    return [(s.category, s.rate, s.basis_minor, s.tax_minor) for s in vat_figures.figures(*period, method).sums()]


def test_an_invoice_counts_when_it_is_issued_or_when_it_is_paid(cafe):
    issued = bill(cafe, date(2026, 11, 10), ("100.00", 19), ("50.00", 7))
    payments.record(issued.id, Decimal("172.50"), date(2026, 12, 2))
    both = [("S", Decimal(19), 10000, 1900), ("S", Decimal(7), 5000, 350)]
    assert rows(NOVEMBER, "agreed") == both
    assert rows(DECEMBER, "agreed") == []
    assert rows(NOVEMBER, "received") == []
    assert rows(DECEMBER, "received") == both


def test_part_payments_hold_their_share_of_each_rate_and_together_all_of_it(cafe):
    issued = bill(cafe, date(2026, 11, 10), ("100.00", 19), ("50.00", 7))
    for day, amount in ((3, "57.51"), (4, "57.49"), (30, "57.50")):
        payments.record(issued.id, Decimal(amount), date(2026, 11, day) + timedelta(days=10 if day < 30 else 0))
    found = vat_figures.figures(*NOVEMBER, "received")
    assert [e.tax_minor for e in found.entries if e.rate == 19] == [633, 634, 633]
    assert rows(NOVEMBER, "received") == [("S", Decimal(19), 10000, 1900), ("S", Decimal(7), 5000, 350)]


def test_a_credit_note_takes_the_tax_back_and_its_refund_takes_back_what_was_received(cafe):
    issued = bill(cafe, date(2026, 11, 10), ("100.00", 19))
    payments.record(issued.id, Decimal(119), date(2026, 11, 20))
    note = credit_notes.cancel(issued.id)
    payments.record(note.id, Decimal(-119), date(2026, 12, 24))
    assert rows(NOVEMBER, "agreed") == [("S", Decimal(19), 10000, 1900)]
    assert rows(DECEMBER, "agreed") == [("S", Decimal(19), -10000, -1900)]
    assert rows(NOVEMBER, "received") == [("S", Decimal(19), 10000, 1900)]
    assert rows(DECEMBER, "received") == [("S", Decimal(19), -10000, -1900)]


def test_a_write_off_lowers_the_tax_that_was_agreed_not_the_one_received(cafe):
    issued = bill(cafe, date(2026, 11, 10), ("100.00", 19))
    payments.record(issued.id, Decimal("107.10"), date(2026, 11, 20))
    payments.write_off(issued.id)
    assert rows(DECEMBER, "agreed") == [("S", Decimal(19), -1000, -190)]
    assert rows(DECEMBER, "received") == []
    assert rows(NOVEMBER, "received") == [("S", Decimal(19), 9000, 1710)]


def test_foreign_currency_counts_with_the_rate_kept_on_the_document_or_for_itself(cafe):
    bill(cafe, date(2026, 11, 10), ("100.00", 19), currency="USD", tax_currency="EUR", exchange_rate=Decimal("0.90"))
    bill(cafe, date(2026, 11, 11), ("10.00", 19), currency="CHF")
    bill(cafe, date(2026, 11, 12), ("1.00", 19))
    found = vat_figures.figures(*NOVEMBER, "agreed")
    assert [(s.currency, s.basis_minor, s.tax_minor) for s in found.sums()] == [("EUR", 9100, 1729), ("CHF", 1000, 190)]
    assert found.tax_due() == {"EUR": 1729, "CHF": 190}


def test_goods_to_a_business_of_another_member_state_are_listed_by_vat_id(cafe):
    profile.save({"vat_id": "DE136695976"})
    vienna = customers.save(
        {"company": "Wien GmbH", "street": "Ring 1", "postcode": "1010", "city": "Wien", "country": "AT",
         "vat_id": "ATU13585627"}
    )  # fmt: skip
    lines = (DraftLine(name="Lamp", price=Decimal(250), category="K", rate=Decimal(0)),)
    invoices.issue_draft(replace(drafts.begin(vienna), lines=lines, issue_on=date(2026, 11, 3)))
    (one,) = vat_figures.figures(*NOVEMBER, "agreed").acquirers()
    assert (one.vat_id, one.customer, one.category, one.basis_minor) == ("ATU13585627", "Wien GmbH", "K", 25000)


def order(customer):
    """An order confirmation of two rates: 1,000.00 at 19 and 100.00 at 7 per cent."""
    lines = tuple(
        DraftLine(name="Part", price=Decimal(p), rate=Decimal(r)) for p, r in (("1000.00", 19), ("100.00", 7))
    )
    with dates.freeze(date(2026, 11, 2)):
        return invoices.issue_draft(replace(drafts.begin(customer, ORDER_CONFIRMATION), lines=lines))


def test_a_deposit_counts_when_it_is_paid_and_the_final_invoice_with_the_rest(cafe):
    confirmed = order(cafe)
    assert rows(NOVEMBER, "agreed") == []
    with dates.freeze(date(2026, 11, 5)):
        deposit = invoices.issue_draft(deposits.deposit(confirmed.id, percent=Decimal(30)))
    assert rows(NOVEMBER, "agreed") == []
    payments.record(deposit.id, deposit.totals.due, date(2026, 11, 20))
    paid = [("S", Decimal(19), 30000, 5700), ("S", Decimal(7), 3000, 210)]
    assert rows(NOVEMBER, "agreed") == rows(NOVEMBER, "received") == paid
    with dates.freeze(date(2026, 12, 10)):
        final = invoices.issue_draft(chain.follow(confirmed.id, INVOICE))
    rest = [("S", Decimal(19), 70000, 13300), ("S", Decimal(7), 7000, 490)]
    assert rows(DECEMBER, "agreed") == rest
    assert rows(DECEMBER, "received") == []
    payments.record(final.id, final.totals.due, date(2026, 12, 20))
    assert rows(DECEMBER, "received") == rest
    booked = datev.bookings(date(2026, 11, 1), date(2026, 12, 31))
    sums = defaultdict(int)
    for b in booked:
        signed = b.amount_minor if b.is_debit else -b.amount_minor
        sums[b.account] += signed
        sums[b.contra] -= signed
    assert {account: amount for account, amount in sums.items() if amount} == {
        "1200": 129700, "8400": -119000, "8300": -10700,
    }  # fmt: skip


def test_an_unpaid_deposit_falls_due_with_its_final_invoice_and_only_once(cafe):
    confirmed = order(cafe)
    with dates.freeze(date(2026, 11, 5)):
        deposit = invoices.issue_draft(deposits.deposit(confirmed.id, percent=Decimal(30)))
        payments.record(deposit.id, Decimal("178.50"), date(2026, 11, 6))
        invoices.issue_draft(chain.follow(confirmed.id, INVOICE))
    payments.record(deposit.id, deposit.totals.due - Decimal("178.50"), date(2026, 12, 6))
    assert rows(NOVEMBER, "agreed") == [("S", Decimal(19), 100000, 19000), ("S", Decimal(7), 10000, 700)]
    assert rows(DECEMBER, "agreed") == []


def test_an_unknown_method_is_refused(data_file):
    with pytest.raises(ValueError, match="guessed"):
        vat_figures.figures(*NOVEMBER, "guessed")


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=settings().max_examples // 4,
)
@given(
    parts=st.lists(st.integers(1, 4000), min_size=1, max_size=6), price=st.integers(1, 9999), low=st.integers(0, 9999)
)
def test_all_payments_of_an_invoice_hold_exactly_its_tax(cafe, parts, price, low):
    issued = bill(cafe, date(2026, 11, 1), (Decimal(price).scaleb(-2), 19), (Decimal(low).scaleb(-2), 7))
    left, day = issued.totals.due, date(2026, 11, 2)
    for part in parts:
        amount = min(left, Decimal(part).scaleb(-2))
        if amount:
            payments.record(issued.id, amount, day)
            left, day = left - amount, day + timedelta(days=1)
    if left:
        payments.record(issued.id, left, day)
    found = [
        e
        for e in vat_figures.figures(date(2026, 11, 1), date(2027, 1, 1), "received").entries
        if e.document_id == issued.id
    ]
    for group in issued.totals.breakdown:
        taxes = [e.tax_minor for e in found if e.rate == group.rate]
        assert sum(taxes) == int(group.tax * 100)
    assert db.value("SELECT open_minor FROM document_balance WHERE id = ?", [issued.id]) == 0
