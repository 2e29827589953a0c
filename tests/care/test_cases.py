"""Cases: numbers, days by rule, states, what the customer's history tells, time that is billed once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.activity import timeline
from crm_desktop.care import case_notes, case_rules, cases, owned_products
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, UserError, ValidationError
from crm_desktop.safety import undo
from crm_desktop.sales import work_done
from tests.care.conftest import TODAY, new_customer


def complain(customer_id: int, **values: object) -> int:
    return cases.save({"customer_id": customer_id, "kind": "complaint", "title": "Flicker in room 214"} | values)


def told(customer_id: int) -> list[str]:
    return [entry.title for entry in timeline.rows(timeline.ids(customer_id))]


def test_a_complaint_gets_a_number_and_a_day_by_rule(customer):
    found = cases.get(complain(customer))
    assert (found.number, found.state, found.due_on) == ("CA-2026-0001", "open", date(2026, 11, 26))
    assert told(customer) == ["Complaint: Flicker in room 214"]
    entry = timeline.latest(customer)[0]
    assert (entry.kind, entry.record, entry.record_id) == ("case", "case", found.id)


def test_days_leave_out_the_weekend_unless_the_owner_counts_it(customer):
    assert cases.get(complain(customer, kind="question")).due_on == date(2026, 11, 27)
    assert case_rules.due_on("return", 0, TODAY) == date(2026, 12, 3)
    case_rules.count_working_days(working=False)
    assert case_rules.due_on("return", 0, TODAY) == date(2026, 12, 1)


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 200))
def test_working_days_are_counted_one_by_one(day, days):
    def slowly() -> date:
        found, left = day, days
        while found.weekday() >= 5:
            found = dates.add_days(found, 1)
        while left:
            found = dates.add_days(found, 1)
            left -= found.weekday() < 5
        return found

    assert case_rules.add_working_days(day, days) == slowly()


def test_rules_of_the_owner_hold_for_new_cases(customer):
    old = complain(customer)
    case_rules.set_rule(case_rules.Rule("complaint", 5, 0, 0))
    assert cases.get(complain(customer)).due_on == TODAY
    assert cases.get(old).due_on == date(2026, 11, 26)
    with pytest.raises(ValidationError, match="0 to 365"):
        case_rules.set_rule(case_rules.Rule("complaint", -1, 0, 0))


def test_a_higher_priority_moves_a_day_by_rule_but_not_one_by_hand(customer):
    ruled, by_hand = complain(customer), complain(customer, due_on=date(2026, 12, 24))
    for case_id in (ruled, by_hand):
        cases.save({"priority": 1}, case_id)
    assert cases.get(ruled).due_on == date(2026, 11, 25)
    assert cases.get(by_hand).due_on == date(2026, 12, 24)


def test_what_is_missing_is_said_beside_its_field(customer):
    with pytest.raises(ValidationError) as refused:
        cases.save({"kind": "complaint", "title": " "})
    assert set(refused.value.fields) == {"customer_id", "title"}


def test_from_waiting_to_closed_and_open_again(customer):
    case_id = complain(customer)
    cases.wait(case_id, "A new dimmer is ordered.")
    assert cases.ids("waiting") == [case_id]
    cases.go_on(case_id)
    cases.solve(case_id, "Dimmer changed", cost_minor=1290)
    found = cases.get(case_id)
    assert (found.state, found.solution, found.cost_minor, found.is_open) == ("solved", "Dimmer changed", 1290, False)
    assert cases.ids("open") == []
    with pytest.raises(Conflict, match="solved already"):
        cases.solve(case_id)
    cases.close(case_id)
    cases.reopen(case_id, "It flickers again.")
    found = cases.get(case_id)
    assert (found.state, found.solved_at, found.closed_at) == ("open", None, None)
    assert told(customer) == [
        "Case opened again: Flicker in room 214",
        "Case closed: Flicker in room 214",
        "Case solved: Flicker in room 214",
        "Case goes on: Flicker in room 214",
        "Case waits: Flicker in room 214",
        "Complaint: Flicker in room 214",
    ]


def test_views_count_what_is_due_and_what_is_late(customer):
    late = complain(customer, due_on=date(2026, 11, 20))
    complain(customer, kind="repair")
    today = complain(customer, due_on=TODAY)
    assert cases.ids("due") == [late, today]
    assert cases.counts() == {"open": 3, "due": 2, "waiting": 0, "solved": 0, "all": 3}
    assert cases.waiting_counts() == (3, 1)
    assert cases.ids("open", kind="repair", search="alster") != []
    assert cases.ids("open", search="nowhere") == []


def test_deleted_cases_are_in_no_list_and_come_back_with_undo(customer):
    case_id = complain(customer)
    cases.delete([case_id])
    assert cases.ids("all") == []
    undo.undo_last()
    assert cases.ids("all") == [case_id]


def test_a_repair_is_billed_by_what_was_repaired_and_not_by_the_words_of_a_complaint(customer):
    product = owned_products.save({"customer_id": customer, "name": "Chandelier"})
    for links, named in (({"owned_product_id": product}, "Repair: Chandelier"), ({}, "Repair: Flicker in room 214")):
        case_id = complain(customer, **links)
        case_notes.add(case_id, "Changed it", 30)
        cases.save({"kind": "repair"}, case_id)
        assert work_done.get(case_notes.bill_time(case_id)).name == f"{named} ({cases.get(case_id).number})"


def test_time_is_billed_once_and_again_only_when_the_entry_is_gone(customer):
    case_id = complain(customer)
    case_notes.add(case_id, "Drove there", 75)
    case_notes.add(case_id, "Asked the maker")
    case_notes.add(case_id, "Changed it", 30)
    service = work_done.get(case_notes.bill_time(case_id))
    assert (service.quantity, service.unit, service.customer_id) == (Decimal("1.75"), "HUR", customer)
    with pytest.raises(UserError, match="handed over already"):
        case_notes.bill_time(case_id)
    assert (cases.get(case_id).minutes, case_notes.unbilled_minutes(case_id)) == (105, 0)
    with pytest.raises(Conflict):
        case_notes.remove(case_notes.of(case_id)[0].id)
    work_done.delete([service.id])
    assert case_notes.unbilled_minutes(case_id) == 105


def test_a_case_is_found_by_its_number_and_of_its_customer(customer):
    case_id, other = complain(customer), new_customer("Cafe Ostwind")
    assert cases.find("CA-2026-0001") == case_id
    assert [case.id for case in cases.of_customer(customer)] == [case_id]
    assert cases.of_customer(other) == []


def test_the_palette_finds_open_cases_before_solved_ones(customer):
    old = complain(customer, title="Lamp is dark")
    cases.solve(old)
    fresh = complain(customer, title="Lamp is loud")
    assert [case.id for case in cases.quick("lamp")] == [fresh, old]
    assert cases.quick("chair") == []
