"""A year in which everything happens in any order; at its end all is paid, and every book comes to the same."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm_desktop.billing import (
    account_statement,
    booking,
    chain,
    credit_notes,
    deductions,
    deposits,
    drafts,
    invoices,
    payments,
    rows,
)
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import UserError
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.exchange import datev
from crm_desktop.insight import journal, open_items, vat_figures
from crm_desktop.safety import checking
from crm_desktop.sales.basket import Adjustment

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


class Business:
    """Does one thing after the other; what cannot be done is refused with a sentence and leaves nothing behind."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.orders: list[int] = []
        self.bills: list[int] = []
        profile.save({"name": "L", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1"})
        self.customers = [
            customers.save({"company": f"C{n}", "street": "Weg 1", "city": "Hamburg", "country": "DE"})
            for n in range(3)
        ]
        self.deeds: list[Callable[[], object]] = [
            self.order, self.bill, self.deposit, self.deposit, self.partial, self.final, self.final, self.deliver,
            self.pay, self.pay, self.pay, self.pay, self.credit, self.cancel, self.write_off, self.use_credit,
            self.settle, self.take_back,
        ]  # fmt: skip

    def do_something(self) -> None:
        """One thing by chance."""
        try:
            self.chance.choice(self.deeds)()
        except (UserError, IndexError):
            return

    def _issue(self, kind: str) -> int:
        lines = tuple(
            DraftLine(
                name="Work",
                quantity=Decimal(self.chance.randint(1, 5)),
                price=Decimal(self.chance.randint(1, 99999)).scaleb(-2),
                rate=Decimal(self.chance.choice((19, 7))),
            )
            for _line in range(self.chance.randint(1, 3))
        )
        draft = replace(
            drafts.begin(self.chance.choice(self.customers), kind),
            lines=lines,
            price_mode=self.chance.choice(("net", "gross")),
            allowances=(Adjustment(percent=Decimal(self.chance.randint(1, 20)), reason="Loyal"),),
        )
        return invoices.issue_draft(draft).id or 0

    def order(self) -> None:
        self.orders.append(self._issue("order_confirmation"))

    def bill(self) -> None:
        self.bills.append(self._issue("invoice"))

    def deposit(self) -> None:
        share = Decimal(self.chance.randint(5, 60))
        self.bills.append(
            invoices.issue_draft(deposits.deposit(self.chance.choice(self.orders), percent=share)).id or 0
        )

    def partial(self) -> None:
        order = self.chance.choice(self.orders)
        one = {self.chance.choice(rows.line_ids(order)): Decimal(1)}
        self.bills.append(invoices.issue_draft(deposits.partial(order, one)).id or 0)

    def final(self) -> None:
        self.bills.append(invoices.issue_draft(chain.follow(self.chance.choice(self.orders), "invoice")).id or 0)

    def deliver(self) -> None:
        invoices.issue_draft(chain.follow(self.chance.choice(self.orders), "delivery_note"))

    def pay(self) -> None:
        bill = self.chance.choice(self.bills)
        still = payments.open_amount(bill)
        more = still + 10 if still > 0 else still
        amount = self.chance.choice((still, (still / 2).quantize(Decimal("0.01")), more))
        payments.record(bill, amount, dates.today(), keep_credit=True)

    def credit(self) -> None:
        bill = self.chance.choice(self.bills)
        part = credit_notes.Part(self.chance.choice(rows.line_ids(bill)), quantity=Decimal(1))
        self.bills.append(invoices.issue_draft(credit_notes.begin_part(bill, [part])).id or 0)

    def cancel(self) -> None:
        self.bills.append(credit_notes.cancel(self.chance.choice(self.bills)).id or 0)

    def write_off(self) -> None:
        payments.write_off(self.chance.choice(self.bills), reason="lost")

    def use_credit(self) -> None:
        payments.use_credit(self.chance.choice(self.bills))

    def settle(self) -> None:
        payments.settle_with_credit(self.chance.choice(self.bills), self.chance.choice(self.bills))

    def take_back(self) -> None:
        payments.take_back(self.chance.choice(db.query("SELECT id FROM allocation ORDER BY id"))[0])

    def finish(self) -> None:
        """Bill and pay all that is left, and pay back what is too much."""
        for order in self.orders:
            while True:
                try:
                    invoices.issue_draft(chain.follow(order, "invoice"))
                except UserError:
                    break
        self.credit_deposits_of_what_is_not_billed_any_more()
        for (bill,) in db.query("SELECT id FROM document_balance WHERE open_minor <> 0 ORDER BY id"):
            payments.record(bill, payments.open_amount(bill))
        for customer in self.customers:
            if left := payments.credit_of(customer, "EUR"):
                booking.refund_credit(customer, left)

    def credit_deposits_of_what_is_not_billed_any_more(self) -> None:
        """Where a part of an order was credited for good, a deposit for it is taken back as well."""
        deposits = db.query("SELECT id FROM document WHERE type_code = '386' AND kind = 'invoice' AND state = 'issued'")
        for (deposit,) in deposits:
            for left in deductions.left_of(deposit):
                lines = db.query("SELECT id, rate_bp FROM document_line WHERE document_id = ?", [deposit])
                line = next(i for i, rate_bp in lines if rate_bp == (left.rate or 0) * 100)
                part = credit_notes.Part(line, amount=left.basis)
                invoices.issue_draft(credit_notes.begin_part(deposit, [part]))


def taxed(first: date, last: date, method: str) -> dict[object, tuple[int, int]]:
    """Rate → (basis, tax) of the return, without what came to nothing."""
    sums = vat_figures.figures(first, last, method).sums()
    return {s.rate: (s.basis_minor, s.tax_minor) for s in sums if s.basis_minor or s.tax_minor}


@pytest.mark.parametrize("seed", range(4))
def test_at_the_end_of_the_year_every_book_comes_to_the_same(seed: int, data_file: object) -> None:
    with dates.freeze(YEAR[0]):
        business = Business(seed)
    for number in range(120):
        with dates.freeze(YEAR[0] + timedelta(days=3 * number)):
            business.do_something()
    with dates.freeze(YEAR[1]):
        business.finish()
        assert checking.check().problems == []
        assert open_items.items() == []
        the_tax_is_the_same_by_both_methods_and_month_by_month()
        the_bookkeeping_holds_what_was_billed_and_paid(business)


def the_tax_is_the_same_by_both_methods_and_month_by_month() -> None:
    assert taxed(*YEAR, "agreed") == taxed(*YEAR, "received")
    for method in vat_figures.METHODS:
        months: Counter[tuple[object, int]] = Counter()
        for month in range(1, 13):
            first = date(2026, month, 1)
            for rate, amounts in taxed(first, dates.end_of_month(first), method).items():
                months.update({(rate, place): amount for place, amount in enumerate(amounts)})
        whole = {(rate, place): found[place] for rate, found in taxed(*YEAR, method).items() for place in (0, 1)}
        assert {key: amount for key, amount in months.items() if amount} == {k: v for k, v in whole.items() if v}


def the_bookkeeping_holds_what_was_billed_and_paid(business: Business) -> None:
    accounts: Counter[str] = Counter()
    for one in datev.bookings(*YEAR):
        signed = one.amount_minor if one.is_debit else -one.amount_minor
        accounts.update({one.account: signed})
        accounts.subtract({one.contra: signed})
    assert {account: left for account, left in accounts.items() if left and account[:2] in ("10", "17")} == {}
    assert accounts["8400"] + accounts["8300"] == -sum(entry.gross_minor for entry in journal.entries(*YEAR))
    assert accounts["1200"] == db.value("SELECT sum(amount_minor) FROM payment")
    for customer in business.customers:
        assert {account.closing_minor for account in account_statement.statement(customer).accounts} == {0}
