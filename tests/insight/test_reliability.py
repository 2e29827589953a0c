"""How reliable a customer pays and how close the relationship is: the scores, their reasons, the credit limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from crm_desktop.activity import timeline
from crm_desktop.billing import credit_notes, drafts, invoice_list, invoices, payments
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import customers, merging
from crm_desktop.db import connection as db
from crm_desktop.insight import relationship, reliability, year_bought

TODAY = date(2026, 11, 24)


@pytest.fixture
def buyer(data_file: Path) -> Iterator[int]:
    with dates.freeze(TODAY):
        profile.save({"name": "Lindner", "street": "H 4", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1"})
        yield customers.save({"company": "Café Ostwind", "country": "DE"})


def billed(buyer: int, day: date, price: int = 100, days_to_pay: int = 14) -> Document:
    with dates.freeze(day):
        line = DraftLine(name="Lamp", price=Decimal(price), rate=Decimal(0), category="Z")
        due = day + timedelta(days=days_to_pay)
        return invoices.issue_draft(replace(drafts.begin(buyer), lines=(line,), due_on=due))


def paid(buyer: int, day: date, late: int, price: int = 100) -> None:
    made = billed(buyer, day, price)
    payments.record(made.id or 0, Decimal(price), day + timedelta(days=14 + late))


def test_nobody_is_judged_without_evidence(buyer: int) -> None:
    assert reliability.of_customer(buyer) is None
    billed(buyer, TODAY)
    assert reliability.of_customer(buyer) is None


def test_who_pays_in_time_has_the_full_score(buyer: int) -> None:
    paid(buyer, date(2026, 9, 1), 0)
    found = reliability.of_customer(buyer)
    assert found is not None
    assert (found.score, found.level, found.reasons) == (100, "reliable", ())


@pytest.mark.parametrize(("late", "score", "level"), [(9, 82, "mostly"), (15, 70, "mostly"), (25, 60, "late")])
def test_days_late_cost_two_points_each_and_forty_at_most(buyer: int, late: int, score: int, level: str) -> None:
    paid(buyer, date(2026, 8, 1), late)
    found = reliability.of_customer(buyer)
    assert found is not None
    assert (found.score, found.level) == (score, level)
    assert found.reasons[0].words == f"Pays {late} days late on the average"


def test_what_is_overdue_counts_by_its_share_and_complaints_count(buyer: int) -> None:
    paid(buyer, date(2026, 3, 2), 0, price=300)
    late = billed(buyer, date(2026, 9, 1), 100)
    found = reliability.of_customer(buyer)
    assert found is not None
    assert [(r.words, r.points) for r in found.reasons] == [("25% of the last twelve months is overdue", -10)]
    now = dates.instant_text(dates.now())
    with db.transaction():
        db.insert(
            "support_case",
            {"number": "CA-1", "customer_id": buyer, "kind": "complaint", "title": "Flickers", "document_id": late.id,
             "opened_at": now, "created_at": now, "updated_at": now, "currency": "EUR"},
        )  # fmt: skip
    found = reliability.of_customer(buyer)
    assert found is not None
    assert (found.score, found.reasons[-1].words) == (85, "1 open complaint about an invoice")


def test_records_merged_into_one_are_judged_together(buyer: int) -> None:
    other = customers.save({"company": "Cafe Ostwind", "country": "DE"})
    paid(other, date(2026, 8, 1), 10)
    merging.merge(buyer, other)
    found = reliability.of_customer(buyer)
    assert found is not None
    assert found.score == 80


def test_the_credit_limit_tells_by_how_much_it_is_exceeded(buyer: int) -> None:
    billed(buyer, TODAY, 900)
    assert reliability.over_limit(buyer, 10**9) == 0
    customers.save({"credit_limit_minor": 100_000}, buyer)
    assert reliability.over_limit(buyer) == 0
    assert reliability.over_limit(buyer, 15_000) == 5_000


def test_a_stranger_has_no_relationship(buyer: int) -> None:
    assert relationship.of_customer(buyer) is None


def test_relationship_counts_rhythm_turnover_and_contact(buyer: int) -> None:
    other = customers.save({"company": "Small", "country": "DE"})
    paid(other, date(2026, 10, 1), 0, price=50)
    for day in (date(2026, 6, 1), date(2026, 7, 20), date(2026, 9, 7), date(2026, 10, 26)):
        paid(buyer, day, 0, price=200)
    timeline.add(buyer, "call", "Hello", happened_at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    found = relationship.of_customer(buyer)
    assert found is not None
    assert [(r.words, r.points) for r in found.reasons] == [
        ("Orders every 7 weeks", 35),
        ("€800.00 net in 12 months", 35),
        ("Last contact today", 30),
    ]
    assert (found.score, found.level) == (100, "strong")
    with dates.freeze(date(2027, 5, 30)):
        later = relationship.of_customer(buyer)
    assert later is not None
    assert later.reasons[0].words == "Orders every 7 weeks, silent for 216 days"
    assert later.reasons[0].points == 0
    assert later.score < 60
    small = relationship.of_customer(other)
    assert small is not None
    assert [r.points for r in small.reasons] == [15, 18]


@pytest.mark.parametrize(
    ("who", "bought", "words"),
    [({"company": "Bar Blau"}, 200_00, "€200.00 net in 12 months"),
     ({"kind": "person", "last_name": "Blau"}, 238_00, "€238.00 gross in 12 months")],
)  # fmt: skip
def test_companies_hear_their_turnover_net_and_private_people_gross(
    buyer: int, who: dict[str, str], bought: int, words: str
) -> None:
    who_id = customers.save(who | {"country": "DE", "street": "Weg 1", "postcode": "20457", "city": "Hamburg"})
    for mode in ("net", "gross"):
        price = Decimal(100) if mode == "net" else Decimal(119)
        line = DraftLine(name="Lamp", price=price, rate=Decimal(19))
        invoices.issue_draft(replace(drafts.begin(who_id), price_mode=mode, lines=(line,)))
    found = year_bought.of_customer(who_id, "EUR")
    assert (found.minor, found.net_minor, found.bills) == (bought, 200_00, 2)
    closeness = relationship.of_customer(who_id)
    assert closeness is not None
    assert words in [reason.words for reason in closeness.reasons]
    back = credit_notes.begin(invoice_list.ids()[0])
    invoices.issue_draft(back)
    assert year_bought.of_customer(who_id, "EUR").minor == bought // 2


def test_late_payment_takes_off_and_own_papers_are_no_contact(buyer: int) -> None:
    paid(buyer, date(2026, 9, 1), 20)
    found = relationship.of_customer(buyer)
    assert found is not None
    assert [r.words for r in found.reasons] == [
        "1 order", "€100.00 net in 12 months", "Pays 20 days late on the average",
    ]  # fmt: skip
    assert found.reasons[-1].points == -8


def test_who_never_bought_is_new_and_not_weak(buyer: int) -> None:
    timeline.add(buyer, "call", "Hello", happened_at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    found = relationship.of_customer(buyer)
    assert found is not None
    assert (found.score, found.level) == (30, "new")
