"""The next act for each customer: one, with a reason, the surest first; never advertising to who refused it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm_desktop.activity import checklists, reminders, timeline
from crm_desktop.care import cases, feedback
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, ValidationError
from crm_desktop.customers import consent, customers
from crm_desktop.db import history
from crm_desktop.insight import action_chances, next_action, today, today_next
from crm_desktop.safety import changed
from tests.insight.ordering import order, pay

TODAY = date(2026, 11, 22)
FULL = {"street": "Weg 2", "postcode": "20099", "city": "Hamburg", "phone": "+49 40 555 01", "email": "a@b.example"}


@pytest.fixture(autouse=True)
def _today(data_file):
    with dates.freeze(TODAY):
        yield


def company(name="Café Ostwind", **more):
    return customers.save({"company": name, **FULL, **more})


def rhythm(customer, gap, last, orders=6, minor=10_000):
    for number in range(orders):
        order(customer, TODAY - timedelta(days=last + gap * number), minor)


def test_money_that_is_late_comes_first_and_says_how_much(data_file):
    found = company()
    order(found, TODAY - timedelta(days=20), 50_000, paid=False)
    action = next_action.of_customer(found)
    assert (action.act, action.worth_minor) == ("remind", 25_000)
    assert "€500.00 is late" in action.reason
    assert next_action.formula(action) == "€500.00 × 50% = €250.00"


def test_the_owner_weighs_the_acts_and_can_go_back_to_our_estimates(data_file):
    found = company()
    order(found, TODAY - timedelta(days=20), 50_000, paid=False)
    assert next_action.best(next_action.everybody())[0].worth_minor == 25_000
    action_chances.save({"late": 90, "offer": None})
    assert action_chances.is_own()
    assert next_action.formula(next_action.of_customer(found)) == "€500.00 × 90% = €450.00"
    assert next_action.best(next_action.everybody())[0].worth_minor == 45_000
    action_chances.save({"offer": 30})
    assert (action_chances.in_use()["late"], action_chances.in_use()["offer"]) == (90, 30)
    action_chances.reset()
    assert not action_chances.is_own()
    assert next_action.of_customer(found).chance == 50
    history.undo(history.next_undo())
    assert (action_chances.in_use()["late"], action_chances.in_use()["offer"]) == (90, 30)
    history.undo(history.next_undo())
    assert (action_chances.in_use()["late"], action_chances.in_use()["offer"]) == (90, 10)
    history.undo(history.next_redo())
    assert action_chances.in_use()["offer"] == 30
    step = history.next_undo()
    assert [(c.kind, c.values) for c in changed.of_step(step)] == [("Setting", ())]
    action_chances.save({"offer": 40})
    with pytest.raises(Conflict, match="edited since"):
        history.undo(step)
    assert action_chances.in_use()["offer"] == 40


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_chance_that_is_none_is_refused_beside_its_field(data_file, percent):
    with pytest.raises(ValidationError) as refused:
        action_chances.save({"due": percent, "late": 70})
    assert set(refused.value.fields) == {"due"}
    assert not action_chances.is_own()


def test_an_open_complaint_is_solved_first_even_when_money_is_late(data_file):
    found = company()
    order(found, TODAY - timedelta(days=20), paid=False)
    cases.save({"customer_id": found, "kind": "complaint", "title": "Broken"})
    action = next_action.of_customer(found)
    assert action.act == "solve"
    assert "complaint" in action.reason


def test_nobody_is_left_alone_while_something_waits(data_file):
    found = company()
    with dates.freeze(date(2025, 10, 10)):
        order(found, dates.today())
        checklist = checklists.save(checklists.Checklist(0, "Welcome", steps=(checklists.Step("Send the folder", 7),)))
        run = checklists.start(checklist, found)
        noted = reminders.save("Ask for the lamps", date(2025, 11, 1), customer_id=found)
        low = feedback.add(found, 2, "Too slow")
    assert next_action.of_customer(found).reason == "Gave a low mark on 10 Oct 2025, and nobody has called yet."
    feedback.follow_up(low)
    action = next_action.of_customer(found)
    assert (action.words, action.reason) == ("Do what you noted", "Reminder of 1 Nov 2025: Ask for the lamps")
    reminders.done(noted)
    action = next_action.of_customer(found)
    assert (action.act, action.reason) == ("step", "Was due on 17 Oct 2025: Send the folder")
    checklists.end(run)
    assert next_action.of_customer(found).act == "leave"
    cases.save({"customer_id": found, "kind": "question", "title": "Which bulb?"})
    assert next_action.of_customer(found).act == "solve"


def test_who_pays_most_stays_among_the_ten_while_something_small_waits(data_file):
    found = company()
    rhythm(found, 30, 200)
    call = next_action.of_customer(found)
    assert call.worth_minor
    question = cases.save({"customer_id": found, "kind": "question", "title": "Which bulb?"})
    (action,) = next_action.best(next_action.everybody())
    assert (action.act, action.worth_minor) == ("solve", call.worth_minor)
    assert action.reason == f"Open since 22 Nov 2026: Which bulb? After that: {call.reason}"
    consent.note(found, "phone", consent.REFUSED)
    consent.note(found, "newsletter", consent.REFUSED)
    consent.note(found, "post", consent.REFUSED)
    assert next_action.of_customer(found).reason == "Open since 22 Nov 2026: Which bulb?"
    assert question


def test_who_fell_silent_is_worth_a_call_and_the_formula_adds_up(data_file):
    found = company(served_by="Only before noon")
    rhythm(found, 30, 200)
    action = next_action.of_customer(found)
    assert (action.act, action.rule, action.channel) == ("call", "leaving", "phone")
    assert "every 30 days, silent for 200 days" in action.reason
    assert action.amount_minor == 10_000 * 365 // 30
    assert action.worth_minor == action.amount_minor // 10
    assert action.served_by == "Only before noon"


def test_a_refusal_turns_the_call_into_a_mail_then_a_letter_then_nothing(data_file):
    found = company()
    rhythm(found, 30, 200)
    seen = [next_action.of_customer(found).channel]
    for purpose in ("phone", "newsletter", "post"):
        consent.note(found, purpose, consent.REFUSED)
        seen.append(next_action.of_customer(found).channel)
    assert seen == ["phone", "email", "post", ""]
    action = next_action.of_customer(found)
    assert (action.act, action.worth_minor) == ("leave", 0)
    assert "no advertising" in action.reason


def test_a_consent_that_was_taken_back_counts_as_refused(data_file):
    found = company(phone="", street="")
    rhythm(found, 30, 200)
    consent.note(found, "newsletter", consent.GIVEN, source="form", day=TODAY - timedelta(days=9))
    assert next_action.of_customer(found).channel == "email"
    consent.note(found, "newsletter", consent.WITHDRAWN)
    assert next_action.of_customer(found).act == "leave"


def test_a_private_person_is_called_only_with_consent(data_file):
    found = customers.save({"first_name": "Ole", "last_name": "Hansen", "kind": "person", **FULL})
    rhythm(found, 30, 200)
    assert next_action.of_customer(found).channel == "email"
    consent.note(found, "phone", consent.GIVEN, source="form")
    assert next_action.of_customer(found).channel == "phone"


def test_who_was_spoken_to_lately_is_left_alone(data_file):
    found = company()
    rhythm(found, 30, 200)
    timeline.add(found, "call", "About the lamp")
    assert next_action.of_customer(found).act == "leave"


def test_a_low_mark_asks_for_a_call_also_of_who_wants_no_advertising(data_file):
    found = company()
    rhythm(found, 30, 20)
    consent.note(found, "phone", consent.REFUSED)
    feedback.add(found, 3, "Too slow", "nps")
    action = next_action.of_customer(found)
    assert (action.act, action.rule) == ("call", "unhappy")


def test_after_an_order_feedback_is_asked_unless_that_was_refused(data_file):
    found = company()
    order(found, TODAY - timedelta(days=20))
    assert next_action.of_customer(found).act == "ask"
    consent.note(found, "feedback", consent.REFUSED)
    assert next_action.of_customer(found).act == "leave"


def test_the_ten_that_pay_most_are_sorted_by_what_they_are_worth(data_file):
    for number in range(14):
        rhythm(company(f"Shop {number}"), 30, 200, minor=1000 * (number + 1))
    ten = next_action.best(next_action.everybody())
    assert [a.name for a in ten] == [f"Shop {n}" for n in range(13, 3, -1)]


def test_today_has_one_line_once_they_were_worked_out(data_file):
    rhythm(company(), 30, 200)
    assert today_next.lines() == []
    next_action.tend()
    (line,) = [task for task in today.tasks() if task.kind == "next"]
    assert line.title == "1 customer worth a call today"
    assert line.facts == (("Café Ostwind", "Call"),)


def test_a_paid_invoice_takes_the_reminder_away(data_file):
    found = company()
    late = order(found, TODAY - timedelta(days=20), paid=False)
    assert next_action.of_customer(found).act == "remind"
    pay(late, TODAY)
    assert next_action.of_customer(found).act != "remind"
