"""Loyalty: levels by turnover and their discount, points that always follow from the bills."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_desktop.billing import credit_notes, deal_drafts, drafts, invoices, payments, recurring_edit
from crm_desktop.billing.document import QUOTE, DraftLine
from crm_desktop.care import loyalty, loyalty_points
from crm_desktop.care.loyalty import Level
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, ValidationError
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.safety import undo
from crm_desktop.sales import catalogue, contracts, opportunities, price_lists, work_done
from tests.care.conftest import TODAY, issue, lamp, new_customer


def sold(customer_id: int, price: str) -> object:
    return issue(customer_id, DraftLine(name="Lamp", price=Decimal(price), category="Z", rate=Decimal(0)))


@pytest.fixture
def levels() -> None:
    """Silver from 500, Gold from 1,000, switched on."""
    loyalty.set_settings({"levels": True})
    loyalty.save_level(Level(0, "Gold", 100_000, 500))
    loyalty.save_level(Level(0, "Silver", 50_000, 250))


@pytest.fixture
def points() -> None:
    """One point for each euro, worth one cent, for a year."""
    loyalty.set_settings({"points": True, "expiry_months": 12})


def test_off_until_switched_on(customer):
    loyalty.save_level(Level(0, "Gold", 0, 500))
    sold(customer, "1000")
    assert loyalty.discount_of(customer) is None
    assert loyalty_points.catch_up() == 0


def test_a_level_is_reached_by_the_turnover_of_the_last_months(customer, levels):
    with dates.freeze(date(2025, 10, 1)):
        sold(customer, "5000")
    assert loyalty.standing(customer).level is None
    sold(customer, "600")
    found = loyalty.standing(customer)
    assert (found.level.name, found.next_level.name, found.missing_minor) == ("Silver", "Gold", 40_000)
    note = sold(customer, "500")
    assert loyalty.standing(customer).level.name == "Gold"
    credit_notes.cancel(note.id)
    assert loyalty.standing(customer).level.name == "Silver"


def test_the_discount_stands_on_a_new_draft_once_with_its_reason(customer, levels):
    sold(customer, "1000")
    draft = loyalty.with_discount(drafts.begin(customer))
    assert [(a.percent, a.reason) for a in draft.allowances] == [(Decimal(5), "Gold: 5 %")]
    assert loyalty.with_discount(draft) == draft
    assert loyalty.without_discount(draft).allowances == ()
    copied = drafts.fresh(replace(draft, kind=QUOTE), QUOTE)
    assert len(loyalty.with_discount(copied).allowances) == 1
    assert loyalty.with_discount(drafts.begin(customer, "credit_note")).allowances == ()
    assert loyalty.with_discount(drafts.begin(new_customer("Cafe"))).allowances == ()


def test_levels_that_contradict_each_other_are_refused(levels):
    with pytest.raises(ValidationError) as refused:
        loyalty.save_level(Level(0, "gold", 50_000, 10_001))
    assert set(refused.value.fields) == {"name", "from_minor", "discount_bp"}


def test_points_come_with_the_last_cent_and_go_when_the_payment_is_undone(customer, points):
    bill = sold(customer, "99.50")
    payments.record(bill.id, Decimal(50))
    assert loyalty_points.catch_up() == 0
    payments.record(bill.id, Decimal("49.50"))
    assert loyalty_points.catch_up() == 1
    assert (loyalty_points.balance(customer), loyalty_points.catch_up()) == (99, 0)
    undo.undo_last()
    assert loyalty_points.balance(customer) == 0
    loyalty_points.catch_up()
    assert loyalty_points.balance(customer) == 99


def test_invoices_from_before_earn_nothing(customer):
    with dates.freeze(date(2026, 11, 1)):
        early = sold(customer, "100")
    loyalty.set_settings({"points": True})
    payments.record(early.id, Decimal(100))
    assert loyalty_points.catch_up() == 0


def test_a_credit_note_takes_its_share_back_once(customer, points):
    bill = sold(customer, "100")
    payments.record(bill.id, Decimal(100))
    loyalty_points.catch_up()
    part = credit_notes.begin_part(bill.id, [credit_notes.Part(_line(bill.id), amount=Decimal(30))])
    invoices.issue_draft(part)
    assert loyalty_points.catch_up() == 1
    assert loyalty_points.balance(customer) == 70
    assert loyalty_points.catch_up() == 0
    credit_notes.cancel(bill.id)
    loyalty_points.catch_up()
    assert loyalty_points.balance(customer) == 0


def test_an_invoice_that_was_credited_and_paid_back_earns_nothing(customer, points):
    bill = sold(customer, "100")
    payments.record(bill.id, Decimal(100))
    loyalty_points.catch_up()
    payments.take_back(int(db.value("SELECT id FROM allocation WHERE document_id = ?", [bill.id])))
    credit_notes.cancel(bill.id)
    loyalty_points.catch_up()
    assert loyalty_points.balance(customer) == 0
    assert loyalty_points.catch_up() == 0


def _line(document_id: int) -> int:
    return int(db.value("SELECT id FROM document_line WHERE document_id = ?", [document_id]))


def test_redeemed_as_a_discount_and_given_back_when_that_is_taken_out(customer, points):
    loyalty_points.give(customer, 500, "Welcome")
    with pytest.raises(ValidationError):
        loyalty_points.redeem(customer, 501)
    draft = drafts.get(loyalty_points.redeem(customer, 300))
    assert [(a.amount, a.reason) for a in draft.allowances] == [(Decimal("3.00"), "300 loyalty points")]
    assert loyalty_points.balance(customer) == 200
    with pytest.raises(Conflict):
        loyalty_points.redeem(customer, 10, draft.id)
    assert loyalty_points.catch_up() == 0
    drafts.save(replace(draft, allowances=()))
    loyalty_points.catch_up()
    assert loyalty_points.balance(customer) == 500


def test_what_was_not_used_expires_once_the_oldest_is_used_first(customer, points):
    loyalty_points.give(customer, 100, "Welcome")
    with dates.freeze(date(2027, 3, 1)):
        loyalty_points.give(customer, 50, "Thanks")
        loyalty_points.redeem(customer, 30)
        assert loyalty_points.next_expiry(customer) == (date(2027, 11, 24), 70)
    with dates.freeze(date(2027, 11, 24)):
        assert loyalty_points.catch_up() == 0
    with dates.freeze(date(2027, 11, 25)):
        assert loyalty_points.catch_up() == 1
        assert loyalty_points.balance(customer) == 50
        assert loyalty_points.catch_up() == 0
        assert loyalty_points.next_expiry(customer) == (date(2028, 3, 1), 50)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("give"), st.integers(1, 500)),
        st.tuples(st.just("take"), st.integers(1, 50)),
        st.tuples(st.just("redeem"), st.integers(1, 300)),
        st.tuples(st.just("days"), st.integers(1, 300)),
        st.tuples(st.just("sell"), st.integers(1, 400)),
        st.tuples(st.just("cancel"), st.integers(0, 5)),
    ),
    max_size=9,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(STEPS)
def test_the_sum_of_points_is_always_what_a_plain_count_says(points, steps):
    """Every point that was given is there, redeemed, taken back or expired; running again changes nothing."""
    customer, day, bills = new_customer("Hotel"), TODAY, []
    for step, number in steps:
        with dates.freeze(day):
            if step == "days":
                day = dates.add_days(day, number)
            elif step == "give":
                loyalty_points.give(customer, number, "Thanks")
            elif step == "take":
                loyalty_points.give(customer, -number, "Mistake")
            elif step == "redeem" and number <= loyalty_points.balance(customer):
                loyalty_points.redeem(customer, number)
            elif step == "sell":
                bill = sold(customer, str(number))
                payments.record(bill.id, Decimal(number))
                bills.append(bill.id)
            elif step == "cancel" and number < len(bills):
                credit_notes.cancel(bills.pop(number))
        with dates.freeze(day):
            loyalty_points.catch_up()
            assert loyalty_points.catch_up() == 0
            _is_consistent(customer)


def _is_consistent(customer_id: int) -> None:
    found = loyalty_points.entries(customer_id)
    assert loyalty_points.balance(customer_id) == sum(entry.points for entry in found)
    left = sum(left for _lot, left in loyalty_points._lots(found))
    assert loyalty_points.balance(customer_id) <= left
    given = {entry.id: entry for entry in found if entry.points > 0}
    for entry in found:
        if entry.record == "expired":
            assert 0 < -entry.points <= given[entry.record_id].points
            assert given[entry.record_id].expires_on < dates.today()
    taken_back = sum(-e.points for e in found if e.record == "document" and e.points < 0)
    assert taken_back <= sum(e.points for e in found if e.record == "document" and e.points > 0)


def test_what_waits_is_billed_with_the_discount_in_one_step(customer, levels):
    sold(customer, "1000")
    work_done.save({"customer_id": customer, "name": "Mounting", "quantity": Decimal(2), "price": Decimal(60)})
    (draft,) = loyalty.bill(customer)
    assert [given.reason for given in drafts.get(draft.id).allowances] == ["Gold: 5 %"]
    undo.undo_last()
    assert len(work_done.waiting(customer)) == 1


# ---- recurring bills and drafts of deals -------------------------------------------------------------------------------


def test_a_contract_that_is_billed_regularly_gets_the_discount_of_the_level(customer, levels):
    sold(customer, "1000")
    care = {"title": "Care", "customer_id": customer, "interval": "month", "value_minor": 10_000, "state": "active"}
    recurring_edit.from_contract(contracts.save(care | {"start_on": TODAY}))
    (draft,) = loyalty.bill(customer)
    assert [(a.percent, a.reason) for a in draft.allowances] == [(Decimal(5), "Gold: 5 %")]
    assert drafts.preview(drafts.get(draft.id)).totals.tax_basis == Decimal(95)


def test_a_repeated_invoice_has_the_level_of_today_and_the_price_list_of_the_customer(customer, levels):
    sold(customer, "600")
    item = catalogue.get(lamp())
    draft = loyalty.with_discount(drafts.begin(customer))
    by_hand = replace(drafts.line_of(item, draft), price=Decimal(80))
    first = invoices.issue_draft(replace(draft, lines=(drafts.line_of(item, draft), by_hand)))
    recurring_edit.repeat(first.id or 0, "month", TODAY)
    sold(customer, "500")
    friends = price_lists.save({"name": "Friends", "percent": Decimal(-10)})
    customers.save({"price_list_id": friends}, customer)
    (made,) = loyalty.bill(customer)
    assert [a.reason for a in made.allowances] == ["Gold: 5 %"]
    assert [line.price for line in made.lines] == [Decimal("90.00"), Decimal(80)]
    loyalty.save_level(replace(loyalty.standing(customer).level, discount_bp=600))
    assert [a.reason for a in loyalty.give_discount([made])[0].allowances] == ["Gold: 6 %"]


def test_drafts_of_a_deal_get_the_discount_once_and_the_customers_price(customer, levels):
    sold(customer, "1000")
    lamp()
    customers.save({"price_list_id": price_lists.save({"name": "Friends", "percent": Decimal(-10)})}, customer)
    deal = opportunities.save({"customer_id": customer, "title": "lamp kai"})
    quote = drafts.get(deal_drafts.quote(deal, loyalty.with_discount))
    assert [a.reason for a in quote.allowances] == ["Gold: 5 %"]
    assert [(line.name, line.price) for line in quote.lines] == [("Lamp Kai", Decimal("90.00"))]
    drafts.save(replace(quote, allowances=()))
    assert drafts.get(deal_drafts.quote(deal, loyalty.with_discount)).allowances == ()
    agreed = opportunities.save({"customer_id": customer, "title": "Lamp Kai", "value_minor": 70_00})
    assert drafts.get(deal_drafts.invoice(agreed, loyalty.with_discount)).lines[0].price == Decimal(70)
