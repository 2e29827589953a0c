"""Rules where the book has changed meanwhile: merged and deleted customers, things that are gone, other currencies, late news."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.activity import reminders, timeline
from crm_desktop.billing import drafts, invoices
from crm_desktop.billing.document import DraftLine
from crm_desktop.care import feedback
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled, Conflict, UserError
from crm_desktop.core.progress import Progress
from crm_desktop.customers import contacts, customers, lifecycle, merging, tags
from crm_desktop.db import history
from crm_desktop.insight import segments
from crm_desktop.sales import contracts
from crm_desktop.workflow import events, resting, rules, running, tending
from crm_desktop.workflow.rules import Act, Rule

TODAY = date(2026, 11, 24)
TAGGED = Rule("Mark", "invoice_issued", (Act("tag", "billed"),))


@pytest.fixture(autouse=True)
def _company(data_file):
    with dates.freeze(TODAY):
        profile.save({"name": "Lindner", "street": "H 4", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1"})
        yield


@pytest.fixture
def buyer():
    return customers.save({"company": "Café Ostwind", "country": "DE"})


def billed(buyer, currency="EUR"):
    line = DraftLine(name="Lamp", price=Decimal(100), rate=Decimal(0), category="Z")
    return invoices.issue_draft(replace(drafts.begin(buyer), lines=(line,), currency=currency))


def on(rule):
    made = rules.save(rule)
    rules.switch(made, is_on=True)
    return made


def test_what_belongs_to_a_merged_record_is_done_for_the_one_that_was_kept(buyer):
    on(TAGGED)
    kept = customers.save({"company": "Café Ostwind GmbH"})
    billed(buyer)
    merging.merge(kept, buyer)
    assert running.tend() == 1
    assert tags.of_customer(kept) == ["billed"]
    assert tags.of_customer(buyer) == []


def test_nothing_is_done_for_a_customer_in_the_bin(buyer):
    made = on(Rule("Welcome", "stage_changed", (Act("tag", "new"),), stage_id=lifecycle.find("Customer").id))
    lifecycle.move([buyer], lifecycle.find("Customer").id)
    customers.delete([buyer])
    assert running.tend() == 0
    assert running.tried(rules.get(made)) == []


@pytest.mark.parametrize("gone", ["segment", "stage"])
def test_a_rule_that_names_what_is_gone_rests_and_the_others_go_on(buyer, gone):
    segment = segments.save("All", segments.Conditions())
    stage = lifecycle.save_stage("Friend")
    on(Rule("A", "invoice_issued", (Act("tag", "a"),), segment_id=segment) if gone == "segment" else
       Rule("A", "invoice_issued", (Act("stage", stage_id=stage),)))  # fmt: skip
    on(TAGGED)
    if gone == "segment":
        segments.remove(segment)
    else:
        lifecycle.remove_stage(stage)
    billed(buyer)
    assert running.tend() == 1
    assert tags.of_customer(buyer) == ["billed"]


def test_one_part_that_fails_does_not_keep_the_others_from_their_work(buyer, monkeypatch):
    def fails() -> int:
        raise Conflict("no")

    monkeypatch.setattr("crm_desktop.sales.contract_states.tend", fails)
    on(TAGGED)
    billed(buyer)
    with pytest.raises(Conflict):
        tending.tend()
    assert tags.of_customer(buyer) == ["billed"]


def test_a_least_amount_does_not_compare_two_currencies(buyer):
    on(replace(TAGGED, least_minor=5000))
    billed(buyer, "USD")
    assert running.tend() == 0
    billed(buyer)
    assert running.tend() == 1


def test_each_term_of_a_contract_counts_not_only_the_first(buyer):
    contracts.save(
        {"customer_id": buyer, "title": "Care", "start_on": date(2026, 1, 1), "end_on": date(2026, 12, 31),
         "notice_count": 1, "notice_unit": "month", "renewal_months": 12, "value_minor": 100}
    )  # fmt: skip
    on(Rule("Renew", "contract_day", (Act("reminder", "Ask about {name}"),), days=5))
    found = []
    for day in (date(2026, 11, 25), date(2027, 6, 1), date(2027, 11, 26), date(2028, 11, 26)):
        with dates.freeze(day):
            found.append(running.tend())
    assert found == [1, 0, 1, 1]


def test_a_contract_that_can_be_ended_any_month_says_nothing(buyer):
    contracts.save(
        {"customer_id": buyer, "title": "Care", "start_on": date(2026, 1, 1), "notice_count": 14, "notice_unit": "day",
         "notice_to": "month", "value_minor": 100}
    )  # fmt: skip
    rule = rules.get(on(Rule("Renew", "contract_day", (Act("reminder", "Ask about {name}"),), days=5)))
    assert running.tried(rule) == []


def test_a_renamed_person_has_one_birthday_a_year(buyer):
    person = contacts.Person(customer_id=buyer, last_name="Reim", birthday=date(1980, 11, 25))
    made = contacts.save_person(person)
    on(Rule("Wish", "birthday", (Act("reminder", "Wish {name} well"),), days=1))
    assert running.tend() == 1
    contacts.save_person(replace(person, id=made, last_name="Reim-Voss"))
    assert running.tend() == 0


def test_the_29th_of_february_is_the_28th_in_years_without_it(buyer):
    customers.save({"birthday": date(1992, 2, 29)}, buyer)
    rule = rules.get(on(Rule("Wish", "birthday", (Act("reminder", "Wish"),), days=0)))
    days = [one.day for one in running.fitting(rule, date(2027, 1, 1), date(2028, 12, 31))]
    assert days == [date(2027, 2, 28), date(2028, 2, 29)]


def test_a_birthday_that_is_entered_months_later_is_not_caught_up(buyer):
    on(Rule("Wish", "birthday", (Act("reminder", "Wish"),), days=3))
    with dates.freeze(date(2027, 10, 1)):
        customers.save({"birthday": date(1980, 2, 3)}, buyer)
        assert running.tend() == 0
    assert reminders.of_customer(buyer) == []


@pytest.mark.parametrize(("kind", "score", "acts"), [
    ("satisfaction", 5, 0), ("satisfaction", 3, 0), ("satisfaction", 2, 1), ("nps", 7, 0), ("nps", 6, 1),
])  # fmt: skip
def test_a_low_answer_is_low_on_its_own_scale(buyer, kind, score, acts):
    on(Rule("Call", "feedback_low", (Act("reminder", "Call them"),), days=6))
    feedback.add(buyer, score, kind=kind)
    assert running.tend() == acts


def test_many_rules_are_deleted_in_one_step():
    made = [rules.save(replace(TAGGED, name=name)) for name in ("A", "B")]
    rules.delete(made)
    assert rules.rules() == []
    history.undo(history.next_undo() or 0)
    assert [rule.name for rule in rules.rules()] == ["A", "B"]


def test_a_rule_that_names_what_is_gone_says_so_until_it_is_mended(buyer):
    stage = lifecycle.save_stage("Friend")
    made = on(Rule("Befriend", "invoice_issued", (Act("stage", stage_id=stage),)))
    assert rules.rests(rules.get(made)) is None
    lifecycle.remove_stage(stage)
    rest = rules.rests(rules.get(made))
    assert rest == resting.Rest("gone", "Choose the stage to move to.")
    assert rest.advice == "Edit the rule and choose what is there; it then goes on by itself."
    rules.save(replace(rules.get(made), acts=(Act("tag", "friend"),)))
    assert rules.rests(rules.get(made)) is None
    rules.switch(made, is_on=False)
    assert rules.rests(rules.get(made)) is None


@pytest.mark.parametrize("error", [UserError("This field is gone."), ZeroDivisionError("by zero")])
def test_a_rule_that_fails_keeps_no_other_from_its_work_and_is_noted_until_it_works(buyer, monkeypatch, error):
    broken = on(replace(TAGGED, name="A", segment_id=segments.save("All", segments.Conditions())))
    on(TAGGED)
    billed(buyer)

    def fails(_conditions):
        raise error

    with monkeypatch.context() as patched:
        patched.setattr("crm_desktop.insight.segments.ids", fails)
        if isinstance(error, UserError):
            assert running.tend() == 1
        else:
            with pytest.raises(ZeroDivisionError):
                running.tend()
        assert running.tend() == 0  # it is told once
        rest = rules.rests(rules.get(broken))
        assert rest is not None
        assert (rest.kind, str(error) in rest.reason) == ("fault", True)
    assert tags.of_customer(buyer) == ["billed"]
    assert running.tend() == 1
    assert rules.rests(rules.get(broken)) is None


def test_a_rule_that_comes_back_to_the_same_customer_again_and_again_rests(buyer):
    there, back = lifecycle.find("Customer").id, lifecycle.find("At risk").id
    made = on(Rule("Circle", "stage_changed", (Act("tag", "seen"),), stage_id=there))
    for _round in range(running.MOST_ROUNDS):
        lifecycle.move([buyer], there)
        lifecycle.move([buyer], back)
        assert running.tend() == 1
    lifecycle.move([buyer], there)
    assert running.tend() == 0
    rest = rules.rests(rules.get(made))
    assert rest is not None
    assert (rest.kind, rest.reason) == (
        "loop", "It came back to Café Ostwind 3 times within a day: something undoes what it does.",
    )  # fmt: skip
    rules.switch(made, is_on=False)
    rules.switch(made, is_on=True)
    assert rules.rests(rules.get(made)) is None


def test_many_invoices_of_one_customer_on_a_day_are_no_circle(buyer):
    made = on(TAGGED)
    for _number in range(running.MOST_ROUNDS + 2):
        billed(buyer)
    assert running.tend() == running.MOST_ROUNDS + 2
    assert rules.rests(rules.get(made)) is None


@pytest.mark.parametrize("event", ["birthday", "contract_day", "invoice_issued", "quiet"])
def test_what_is_tried_in_parts_is_what_the_whole_year_gives(buyer, event):
    customers.save({"birthday": date(1980, 8, 25)}, buyer)
    for day in (date(2025, 11, 24), date(2026, 2, 23), date(2026, 2, 24), date(2026, 8, 25), TODAY):
        with dates.freeze(day):
            billed(buyer)
            timeline.add(buyer, "call", "Hello")
    contracts.save(
        {"customer_id": buyer, "title": "Care", "start_on": date(2025, 1, 1), "end_on": date(2025, 12, 31),
         "notice_count": 1, "notice_unit": "month", "renewal_months": 3, "value_minor": 100}
    )  # fmt: skip
    rule = Rule("Any", event, (Act("tag", "any"),), days=events.EVENTS[event].usual)
    whole = running.fitting(rule, date(2025, 11, 24), TODAY)
    steps = []
    assert [one.happening for one in running.tried(rule, progress=Progress(lambda *at: steps.append(at[:2])))] == whole[
        ::-1
    ]
    assert whole or event == "quiet"
    assert steps[-1] == (4, 5)


def test_a_trial_can_be_cancelled(buyer):
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        running.tried(TAGGED, progress=stopped)
