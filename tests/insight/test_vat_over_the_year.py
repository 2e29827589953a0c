"""No tax is lost or counted twice: once everything is settled, both methods come to the same sums over the year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.billing import chain, credit_notes, deposits, drafts, invoices, payments
from crm_desktop.billing import rows as billing_rows
from crm_desktop.billing.document import ORDER_CONFIRMATION, DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.insight import vat_figures

MONTHS = {
    "oct": (date(2026, 10, 1), date(2026, 10, 31)),
    "nov": (date(2026, 11, 1), date(2026, 11, 30)),
    "dec": (date(2026, 12, 1), date(2026, 12, 31)),
}
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


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


def sums(period, method):
    """Rate → (basis, tax), without rates that came to nothing."""
    found = vat_figures.figures(*period, method).sums()
    return {int(s.rate): (s.basis_minor, s.tax_minor) for s in found if s.basis_minor or s.tax_minor}


def both(period):
    """The sums by the agreed and by the received method."""
    return sums(period, "agreed"), sums(period, "received")


def credit_line(invoice, line, day):
    """Credit one line of an invoice."""
    part = credit_notes.Part(billing_rows.line_ids(invoice.id)[line])
    with dates.freeze(day):
        return invoices.issue_draft(credit_notes.begin_part(invoice.id, [part]))


@pytest.fixture
def half(cafe):
    """A deposit of 595.00 on an order of 1,190.00: (order, deposit)."""
    line = DraftLine(name="Work", price=Decimal(1000), rate=Decimal(19))
    order = invoices.issue_draft(
        replace(drafts.begin(cafe, ORDER_CONFIRMATION), lines=(line,), issue_on=date(2026, 10, 1))
    )
    with dates.freeze(date(2026, 10, 5)):
        return order, invoices.issue_draft(deposits.deposit(order.id, percent=Decimal(50)))


def test_a_deposit_that_was_never_paid_and_is_cancelled_leaves_no_tax(half):
    with dates.freeze(date(2026, 11, 5)):
        credit_notes.cancel(half[1].id)
    assert both(YEAR) == ({}, {})


def test_a_deposit_that_was_paid_in_part_gives_its_tax_back_with_the_money(half):
    payments.record(half[1].id, Decimal(119), date(2026, 10, 10))
    with dates.freeze(date(2026, 11, 5)):
        note = credit_notes.cancel(half[1].id)
    payments.record(note.id, Decimal(-119), date(2026, 12, 10))
    paid, back = {19: (10000, 1900)}, {19: (-10000, -1900)}
    assert [both(MONTHS[name]) for name in MONTHS] == [(paid, paid), ({}, {}), (back, back)]


def test_what_is_lost_of_a_deposit_is_not_taken_off_before_it_counted(half):
    order, deposit = half
    payments.record(deposit.id, Decimal(590), date(2026, 10, 10))
    with dates.freeze(date(2026, 10, 11)):
        payments.write_off(deposit.id)
    assert both(MONTHS["oct"]) == ({19: (49580, 9420)}, {19: (49580, 9420)})
    with dates.freeze(date(2026, 11, 11)):
        final = invoices.issue_draft(chain.follow(order.id, "invoice"))
    payments.record(final.id, final.open, date(2026, 12, 10))
    assert both(YEAR) == ({19: (99580, 18920)}, {19: (99580, 18920)})


def test_after_a_credit_for_one_rate_the_payment_holds_the_tax_of_the_other(cafe):
    issued = bill(cafe, date(2026, 10, 5), ("100.00", 19), ("100.00", 7))
    credit_line(issued, 1, date(2026, 11, 5))
    payments.record(issued.id, Decimal(119), date(2026, 12, 10))
    assert sums(MONTHS["nov"], "received") == {}
    assert both(YEAR) == ({19: (10000, 1900)}, {19: (10000, 1900)})


def test_a_credit_set_against_another_invoice_is_money_for_both(cafe):
    first = bill(cafe, date(2026, 10, 5), ("100.00", 19))
    payments.record(first.id, Decimal(119), date(2026, 10, 6))
    other = bill(cafe, date(2026, 10, 7), ("100.00", 7))
    with dates.freeze(date(2026, 11, 5)):
        note = credit_notes.cancel(first.id)
        payments.settle_with_credit(note.id, other.id)
    payments.record(note.id, Decimal(-12), date(2026, 12, 20))
    assert sums(MONTHS["dec"], "received") == {19: (-1008, -192)}
    assert both(YEAR) == ({7: (10000, 700)}, {7: (10000, 700)})


def test_payments_in_foreign_money_come_to_the_tax_of_the_invoice(cafe):
    issued = bill(
        cafe, date(2026, 10, 5), ("1000.00", 19), currency="USD", tax_currency="EUR", exchange_rate=Decimal("0.9137")
    )
    for day, amount in ((6, "333.33"), (7, "333.33"), (8, "523.34")):
        payments.record(issued.id, Decimal(amount), date(2026, 10, day))
    assert both(YEAR) == ({19: (91370, 17360)}, {19: (91370, 17360)})


def test_a_loss_after_a_credit_is_split_over_what_was_left(cafe):
    issued = bill(cafe, date(2026, 10, 5), ("100.00", 19), ("100.00", 7))
    credit_line(issued, 1, date(2026, 10, 6))
    payments.record(issued.id, Decimal(117), date(2026, 10, 10))
    with dates.freeze(date(2026, 10, 11)):
        payments.write_off(issued.id)
    assert both(YEAR) == ({19: (9832, 1868)}, {19: (9832, 1868)})


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=15, deadline=None
)
@given(
    prices=st.tuples(st.integers(1, 9999), st.integers(1, 9999)),
    parts=st.lists(st.integers(1, 3000), max_size=4),
    credited=st.sampled_from([None, 0, 1]),
    lost=st.integers(0, 499),
)
def test_both_methods_and_all_months_come_to_the_same(cafe, prices, parts, credited, lost):
    with dates.freeze(date(2026, 10, 1)):
        issued = bill(
            cafe, date(2026, 10, 1), *((Decimal(p).scaleb(-2), r) for p, r in zip(prices, (19, 7), strict=True))
        )
    for place, part in enumerate(parts):
        amount = min(payments.open_amount(issued.id), Decimal(part).scaleb(-2))
        if amount:
            payments.record(issued.id, amount, date(2026, 10 + place % 2, 5 + place))
    if credited is not None:
        note = credit_line(issued, credited, date(2026, 11, 20))
        if still := payments.open_amount(note.id):
            payments.record(note.id, still, date(2026, 12, 5))
    if (still := payments.open_amount(issued.id)) * 100 > lost:
        payments.record(issued.id, still - Decimal(lost).scaleb(-2), date(2026, 12, 6))
    if payments.open_amount(issued.id):
        payments.write_off(issued.id, reason="small")

    def of(period, method):
        mine = [e for e in vat_figures.figures(*period, method).entries if e.document_id in family]
        return {rate: sum(e.tax_minor for e in mine if e.rate == rate) for rate in (19, 7)}

    family = {issued.id, *(own for own, _number in credit_notes.of_document(issued.id))}
    assert of(YEAR, "agreed") == of(YEAR, "received")
    for method in vat_figures.METHODS:
        monthly = [of(MONTHS[name], method) for name in MONTHS]
        assert {rate: sum(found[rate] for found in monthly) for rate in (19, 7)} == of(YEAR, method)
