"""Stages of a relationship: rules that move with a reason, moves by hand that hold, history, undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm_desktop.activity import timeline
from crm_desktop.core import dates, i18n
from crm_desktop.core.errors import UserError, ValidationError
from crm_desktop.customers import customer_list, customers, lifecycle, lifecycle_rules, merging
from crm_desktop.customers.lifecycle_rules import Rule
from crm_desktop.db import connection as db
from crm_desktop.db import history
from crm_desktop.insight import lifecycle_moves
from tests.insight.ordering import order, pay

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _frozen(data_file):
    with dates.freeze(TODAY):
        yield


@pytest.fixture
def cafe():
    return customers.save({"company": "Café Ostwind"})


def stage_of(customer):
    return lifecycle.label(customers.get(customer).stage_id)


def id_of(name):
    return lifecycle.find(name).id


def every(customer, days, number, last=TODAY):
    """Orders in even distances, the last one on a day."""
    for place in range(number):
        order(customer, last - timedelta(days=days * (number - 1 - place)))


def test_the_first_paid_invoice_makes_a_customer_with_its_reason(cafe):
    unpaid = order(cafe, TODAY - timedelta(days=3), paid=False)
    assert lifecycle_moves.run() == 0
    pay(unpaid, TODAY)
    assert lifecycle_moves.run() == 1
    assert stage_of(cafe) == "Customer"
    (change,) = lifecycle.history(cafe)
    assert (change.from_stage, change.to_stage, change.by_rule) == ("", "Customer", True)
    assert change.reason == "First paid invoice."
    (entry,) = timeline.rows(timeline.ids(cafe, ("stage",)))
    assert (entry.title, entry.body) == ("Stage: no stage → Customer", "First paid invoice.")


def test_reasons_of_rules_are_told_in_the_language_of_the_screen_and_those_by_hand_as_written(cafe):
    reasons = ["Erste bezahlte Rechnung.", "5 Aufträge.", "Am 27. Dez. 2027 wieder bestellt."]
    goal, rule = lifecycle.stages()[0].id, lifecycle_rules.rules()[0].id
    with db.transaction("Test"):
        lifecycle.write_moves([(cafe, None, goal, reason, rule) for reason in reasons])
        lifecycle.write_moves([(cafe, goal, None, "5 Aufträge.", None)])
    told = ["5 Aufträge.", "Ordered again on 27. Dez. 2027.", "5 orders.", "First paid invoice."]
    assert [change.reason for change in lifecycle.history(cafe)[:4]] == told
    assert [entry.body for entry in timeline.latest(cafe, 4)] == told
    i18n.use_language("de")
    assert lifecycle.history(cafe)[1].reason == "Am 27. Dez. 2027 wieder bestellt."
    i18n.use_language("en")


def test_running_twice_changes_nothing(cafe):
    order(cafe, TODAY)
    assert (lifecycle_moves.run(), lifecycle_moves.run()) == (1, 0)
    assert len(lifecycle.history(cafe)) == 1


def test_four_orders_make_a_regular_at_once_after_the_first_paid_one(cafe):
    every(cafe, 10, 4)
    lifecycle_moves.run()
    assert stage_of(cafe) == "Regular"
    assert [c.to_stage for c in lifecycle.history(cafe)] == ["Regular", "Customer"]
    assert lifecycle.history(cafe)[0].reason == "4 orders."


def test_deposits_corrections_and_cancelled_invoices_are_no_orders(cafe):
    every(cafe, 10, 3)
    order(cafe, TODAY, type_code="386")
    order(cafe, TODAY, kind="quote")
    lifecycle_moves.run()
    assert stage_of(cafe) == "Customer"


def test_the_usual_interval_is_the_median_from_three_days_on(cafe):
    order(cafe, date(2026, 1, 1))
    order(cafe, date(2026, 1, 11))
    assert lifecycle_moves.usual_interval(cafe) is None
    order(cafe, date(2026, 1, 11))  # the same day is the same visit
    assert lifecycle_moves.usual_interval(cafe) is None
    order(cafe, date(2026, 3, 12))
    assert lifecycle_moves.usual_interval(cafe) == 35  # between 10 and 60
    order(cafe, date(2026, 4, 11))
    assert lifecycle_moves.usual_interval(cafe) == 30


def test_twice_the_usual_silence_is_a_risk(cafe):
    every(cafe, 30, 4, last=TODAY - timedelta(days=60))
    lifecycle_moves.run()
    assert stage_of(cafe) == "Regular"
    with dates.freeze(TODAY + timedelta(days=1)):
        lifecycle_moves.run()
    assert stage_of(cafe) == "At risk"
    assert lifecycle.history(cafe)[0].reason == "No order since 23 Sept 2026; usually every 30 days."


def test_who_bought_once_is_measured_by_all_customers_and_half_a_year_at_least(cafe):
    order(cafe, TODAY - timedelta(days=367))
    newer = customers.save({"company": "Praxis Ahrens"})
    order(newer, TODAY - timedelta(days=365))
    lifecycle_moves.run([cafe])
    assert stage_of(cafe) == "Customer"
    assert lifecycle_moves.run() == 2
    assert (stage_of(cafe), stage_of(newer)) == ("At risk", "Customer")
    assert lifecycle.history(cafe)[0].reason == (
        "No order since 20 Nov 2025; too few orders for an interval of their own, so 183 days count as usual."
    )
    slow = customers.save({"company": "Schwimmbad"})
    every(slow, 300, 3)
    assert lifecycle_moves.run() == 1
    lifecycle.move([cafe], id_of("Customer"))
    with dates.freeze(TODAY + timedelta(days=400)):
        lifecycle_moves.run()
    assert stage_of(cafe) == "Customer"


def test_who_was_at_risk_comes_back_by_a_new_order_not_by_the_old_ones(cafe):
    rule = next(r for r in lifecycle_rules.rules() if r.event == "first_paid_invoice")
    lifecycle_rules.save(replace(rule, from_stages=(*rule.from_stages, "at_risk")))
    every(cafe, 30, 4, last=TODAY - timedelta(days=100))
    lifecycle_moves.run()
    assert stage_of(cafe) == "At risk"
    assert lifecycle_moves.run() == 0
    with dates.freeze(TODAY + timedelta(days=9)):
        order(cafe, TODAY + timedelta(days=9))
        lifecycle_moves.run()
        assert stage_of(cafe) == "Regular"
        assert lifecycle.history(cafe)[1].reason == "Ordered again on 1 Dec 2026."


def test_a_move_by_hand_holds_until_something_new_happens(cafe):
    every(cafe, 30, 4, last=TODAY - timedelta(days=100))
    lifecycle.move([cafe], id_of("Regular"), "Spoke to Anna, they moved house")
    assert lifecycle_moves.run() == 0
    assert lifecycle.history(cafe)[0].reason == "Spoke to Anna, they moved house"
    assert lifecycle.by_hand(cafe)
    with dates.freeze(TODAY + timedelta(days=60)):
        assert lifecycle_moves.run() == 0
    with dates.freeze(TODAY + timedelta(days=61)):  # the same silence once more
        assert lifecycle_moves.run() == 1
    assert stage_of(cafe) == "At risk"


def test_a_customer_put_back_by_hand_moves_on_with_the_next_order(cafe):
    every(cafe, 10, 4)
    with dates.freeze(TODAY + timedelta(days=1)):
        lifecycle.move([cafe], id_of("Customer"))
        assert lifecycle_moves.run() == 0
    with dates.freeze(TODAY + timedelta(days=5)):
        order(cafe, TODAY + timedelta(days=5))
        lifecycle_moves.run()
    assert stage_of(cafe) == "Regular"


def test_a_run_is_one_step_and_what_was_undone_does_not_come_back_at_once(cafe):
    other = customers.save({"company": "Hotel"})
    order(cafe, TODAY - timedelta(days=2))
    order(other, TODAY - timedelta(days=2))
    assert lifecycle_moves.run() == 2
    step = history.next_undo()
    assert history.steps()[0].title == "Rules of the customer stages"
    history.undo(step)
    assert stage_of(cafe) == stage_of(other) == ""
    assert timeline.ids(cafe, ("stage",)) == []
    assert lifecycle_moves.run() == 0
    with dates.freeze(TODAY + timedelta(days=1)):
        order(cafe, TODAY + timedelta(days=1))
        assert lifecycle_moves.run() == 1
    assert (stage_of(cafe), stage_of(other)) == ("Customer", "")


def test_an_undone_run_that_is_done_again_counts_as_done(cafe):
    order(cafe, TODAY - timedelta(days=2))
    lifecycle_moves.run()
    undone = history.undo(history.next_undo())
    history.undo(undone.step_id)
    assert stage_of(cafe) == "Customer"
    assert lifecycle_moves.run() == 0


def test_after_a_change_only_those_with_news_are_asked(cafe, monkeypatch):
    lifecycle_moves.tend()
    asked = []
    run = lifecycle_moves.run
    monkeypatch.setattr(lifecycle_moves, "run", lambda ids=None: (asked.append(ids), run(ids))[1])
    assert lifecycle_moves.tend() == 0
    assert asked == []
    customers.save({"company": "Nobody"})
    order(cafe, TODAY)
    assert lifecycle_moves.tend() == 1
    assert asked == [[cafe]]
    assert lifecycle_moves.tend() == 0
    with dates.freeze(TODAY + timedelta(days=1)):
        lifecycle_moves.tend()
    assert asked[-1] is None


def test_a_changed_rule_is_asked_about_everybody(cafe):
    every(cafe, 10, 3)
    lifecycle_moves.tend()
    assert stage_of(cafe) == "Customer"
    rule = next(r for r in lifecycle_rules.rules() if r.event == "orders")
    lifecycle_rules.save(replace(rule, number=Decimal(3)))
    assert lifecycle_moves.tend() == 1
    assert stage_of(cafe) == "Regular"


def test_a_rule_is_tried_before_it_is_switched_on(cafe):
    order(cafe, TODAY - timedelta(days=400))
    rule = Rule(0, "idle_days", Decimal(365), ("",), id_of("Lost"))
    number, found = lifecycle_moves.proposals(rule)
    assert number == 1
    assert [(p.name, p.from_stage, p.to_stage, p.reason) for p in found] == [
        ("Café Ostwind", "no stage", "Lost", "No order and no contact for 365 days.")
    ]
    timeline.add(cafe, "call", "All is well")
    assert lifecycle_moves.proposals(rule) == (0, [])
    assert stage_of(cafe) == ""


def test_merged_records_count_for_the_one_that_was_kept(cafe):
    old = customers.save({"company": "Cafe Ostwind alt"})
    every(old, 10, 2, last=TODAY - timedelta(days=30))
    every(cafe, 10, 2)
    merging.merge(cafe, old)
    lifecycle_moves.run()
    assert stage_of(cafe) == "Regular"


def test_bills_of_merged_records_alone_are_enough(cafe):
    old = customers.save({"company": "Cafe Ostwind alt"})
    every(old, 10, 4)
    merging.merge(cafe, old)
    lifecycle_moves.run()
    assert stage_of(cafe) == "Regular"


def test_what_is_written_while_the_rules_are_asked_is_news_the_next_time(cafe, monkeypatch):
    assert lifecycle_moves.tend() == 0
    other = customers.save({"company": "Hotel"})
    asked = lifecycle_moves.run

    def run(customer_ids=None):
        moved = asked(customer_ids)
        order(other, TODAY)
        return moved

    monkeypatch.setattr(lifecycle_moves, "run", run)
    order(cafe, TODAY)
    assert lifecycle_moves.tend() == 1
    monkeypatch.setattr(lifecycle_moves, "run", asked)
    assert lifecycle_moves.tend() == 1
    assert stage_of(other) == "Customer"


def test_sentences_of_the_rules_say_their_number():
    found = [lifecycle_rules.sentence(rule) for rule in lifecycle_rules.rules()]
    assert found[0] == "A deal is opened: no stage, Suspect, Prospect → Lead"
    assert found[2] == "4 orders: Customer → Regular"
    assert found[3] == "No order for 2 times their usual interval: Customer, Regular → At risk"


def test_a_rule_says_what_is_missing(data_file):
    goal = id_of("Lost")
    for rule, field in (
        (Rule(0, "orders", Decimal(0), ("customer",), goal), "number"),
        (Rule(0, "orders", Decimal("2.5"), ("customer",), goal), "number"),
        (Rule(0, "quote", Decimal(0), (), goal), "from_stages"),
        (Rule(0, "quote", Decimal(0), ("lost",), goal), "from_stages"),
        (Rule(0, "quote", Decimal(0), ("customer",), 999), "to_stage_id"),
    ):
        with pytest.raises(ValidationError) as told:
            lifecycle_rules.save(rule)
        assert list(told.value.fields) == [field]


def test_own_stages_have_a_name_an_order_and_a_place_to_go_when_they_are_removed(cafe):
    friend = lifecycle.save_stage("Friend of the house")
    assert lifecycle.stages()[-1].label == "Friend of the house"
    lifecycle.set_order([friend, *[s.id for s in lifecycle.stages() if s.id != friend]])
    assert lifecycle.stages()[0].id == friend
    with pytest.raises(ValidationError):
        lifecycle.save_stage("regular")
    lifecycle.move([cafe], friend, "helps at fairs")
    lifecycle.remove_stage(friend, id_of("Regular"))
    assert stage_of(cafe) == "Regular"
    assert "Friend of the house" in lifecycle.history(cafe)[0].reason
    history.undo(history.next_undo())
    assert stage_of(cafe) == "Friend of the house"


def test_our_stages_can_be_renamed_and_get_their_own_name_back(cafe):
    regular = id_of("Regular")
    lifecycle.save_stage("Stammkunde", regular)
    assert lifecycle.get(regular).label == "Stammkunde"
    lifecycle.save_stage("", regular)
    assert lifecycle.get(regular).label == "Regular"
    with pytest.raises(UserError, match="There is no stage called “Valued”"):
        lifecycle.find("Valued")


def test_many_are_moved_in_one_step_and_back(cafe):
    others = [customers.save({"company": f"Firm {n}"}) for n in range(5)]
    assert lifecycle.move([cafe, *others], id_of("Prospect"), "Fair") == 6
    assert lifecycle.move([cafe], id_of("Prospect")) == 0
    assert lifecycle.counts() == {id_of("Prospect"): 6}
    assert history.steps()[0].title == "Move 6 customers to stage Prospect"
    history.undo(history.next_undo())
    assert lifecycle.counts() == {0: 6}


def test_a_stage_chosen_in_the_form_has_its_place_in_the_history(cafe):
    customers.save({"stage_id": id_of("Lead"), "notes": "from the fair"}, cafe)
    assert [c.to_stage for c in lifecycle.history(cafe)] == ["Lead"]
    customers.save({"notes": "again"}, cafe)
    assert len(lifecycle.history(cafe)) == 1


def test_figures_can_ask_who_was_where_when(cafe):
    lifecycle.move([cafe], id_of("Lead"))
    with dates.freeze(TODAY + timedelta(days=10)):
        lifecycle.move([cafe], id_of("Customer"))
    assert lifecycle.counts_on(TODAY - timedelta(days=1)) == {}
    assert lifecycle.counts_on(TODAY + timedelta(days=9)) == {id_of("Lead"): 1}
    assert lifecycle.counts_on(TODAY + timedelta(days=10)) == {id_of("Customer"): 1}
    assert customer_list.counts()["all"] == 1


def test_a_run_in_parts_is_still_one_step(monkeypatch):
    monkeypatch.setattr(lifecycle_moves, "_AT_ONCE", 2)
    firms = [customers.save({"company": f"Firm {n}"}) for n in range(5)]
    for firm in firms:
        order(firm, TODAY)
    assert lifecycle_moves.run() == 5
    history.undo(history.next_undo())
    assert [stage_of(firm) for firm in firms] == [""] * 5


def test_two_runs_are_two_steps(cafe):
    order(cafe, TODAY)
    lifecycle_moves.run()
    other = customers.save({"company": "Hotel"})
    order(other, TODAY)
    lifecycle_moves.run()
    history.undo(history.next_undo())
    assert (stage_of(cafe), stage_of(other)) == ("Customer", "")
