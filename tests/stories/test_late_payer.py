"""A customer who pays late: weeks off, a letter, half of the money, a firmer letter, the rest with fee and interest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from crm_desktop.activity import timeline
from crm_desktop.billing import (
    account_statement,
    drafts,
    dunning,
    dunning_letters,
    dunning_levels,
    interest,
    invoices,
    payments,
)
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.billing.dunning_letters import Choice
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.documents import letter_words
from crm_desktop.insight import revenue, today

SELLER = {
    "name": "Lindner", "street": "Hafenstr. 4", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1",
    "iban": "DE89370400440532013000",
}  # fmt: skip


def bill(customer_id: int, day: date, price: str) -> Document:
    with dates.freeze(day):
        lines = (DraftLine(name="Table", price=Decimal(price), rate=Decimal(0), category="Z"),)
        return invoices.issue_draft(replace(drafts.begin(customer_id), lines=lines))


def test_a_late_payer_from_the_first_letter_to_the_last_cent(data_file: Path) -> None:
    profile.save(SELLER)
    interest.save(interest.Rate(date(2026, 1, 1), 500, 1000))
    dunning_levels.save(replace(dunning_levels.get(3), fee_minor=500, with_interest=True))
    ostwind = customers.save({"company": "Café Ostwind", "street": "Kai 7", "city": "Hamburg", "country": "DE"})
    table = bill(ostwind, date(2026, 8, 3), "1000")  # due on 17 August
    chairs = bill(ostwind, date(2026, 8, 17), "400")  # due on 31 August

    with dates.freeze(date(2026, 9, 10)):  # back from three weeks off
        (found,) = dunning.waiting()
        assert [(item.number, item.level.position) for item in found.items if item.level] == [
            (table.number, 2),
            (chairs.number, 1),
        ]
        (first,) = dunning_letters.make_letters([Choice(ostwind, "EUR")], letter_words.render_reminder)
        assert dunning_letters.pdf(first).startswith(b"%PDF")
        dunning_letters.mark_sent([first])
        assert not [task for task in today.tasks() if task.kind in ("overdue", "dunning", "letters")]

    with dates.freeze(date(2026, 9, 15)):
        payments.record(chairs.id or 0, Decimal(400))
        payments.record(table.id or 0, Decimal(600))

    with dates.freeze(date(2026, 10, 20)):
        (second,) = dunning_letters.make_letters([Choice(ostwind, "EUR")], letter_words.render_reminder)
        letter = dunning_letters.get(second)
        # 28 days on 1,000.00 (18 August to 14 September), 36 days on 400.00, at 10 % of 365 days
        assert letter.interest_minor == round((28 * 100_000 + 36 * 40_000) / 3650)
        assert (letter.open_minor, letter.fee_minor, letter.total_minor) == (40_000, 500, 41_662)
        dunning_letters.mark_sent([second])

    with dates.freeze(date(2026, 10, 25)):
        payments.record(table.id or 0, Decimal(400))
        dunning_letters.book_charges(second, Decimal("16.62"))
        assert dunning.due_now() == []
        assert payments.credit_of(ostwind, "EUR") == 0
        (account,) = account_statement.statement(ostwind).accounts
        assert account.closing_minor == 0
        assert sum(revenue.by_month(2026)) == 140_000, "fees and interest are no revenue"
        told = [entry.title for entry in timeline.latest(ostwind, 50) if entry.kind == "dunning"]
        assert len(told) == 4  # each letter when it was made and when it was given out
