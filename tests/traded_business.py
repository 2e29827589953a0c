"""A business of two years with documents of every kind in three currencies, by chance, for tests of figures."""

from __future__ import annotations

import random
from datetime import timedelta

from crm_desktop.billing import credit_notes, payments
from crm_desktop.core import dates, money
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from tests import whole_business

TODAY = whole_business.TODAY


def trade(seed):
    """On top of the whole business: invoices, credit notes and payments of seven hundred days."""
    chance = random.Random(seed)
    whole_business.fill()
    buyers = [
        customers.save({"company": f"Buyer {n}", "city": "Kiel", "street": "Kai 1", "country": "DE"}) for n in range(5)
    ]
    for _turn in range(25):
        day = TODAY - timedelta(days=chance.randrange(700))
        with dates.freeze(day):
            currency = chance.choice(["EUR", "EUR", "CHF", "JPY"])
            made = whole_business.bill(chance.choice(buyers), issue_on=day, currency=currency)
        if chance.random() < 0.4:
            credit_notes.cancel(made.id)
        else:
            due = db.value("SELECT due_minor FROM document WHERE id = ?", [made.id])
            part = due if chance.random() < 0.7 else due // 3
            payments.record(
                made.id, money.from_minor(part, currency), min(day + timedelta(days=chance.randrange(30)), TODAY)
            )
