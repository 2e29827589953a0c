"""The owner's rules: what sets them off, what they do, that nothing is done twice, tried on the past, undone, no loops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from crm_desktop.activity import reminders, timeline
from crm_desktop.billing import drafts, invoices, payments
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.customers import customers, lifecycle, tags
from crm_desktop.db import connection as db
from crm_desktop.db import history
from crm_desktop.insight import segments
from crm_desktop.sales import contracts
from crm_desktop.workflow import events, rules, running
from crm_desktop.workflow.rules import Act, Rule

TODAY = date(2026, 11, 24)
THANKS = Rule(
    "Thanks",
    "invoice_paid",
    (Act("reminder", "Thank {customer} for {amount}", days=2), Act("tag", "pays")),
    least_minor=5000,
)


@pytest.fixture
def buyer(data_file: Path) -> Iterator[int]:
    with dates.freeze(TODAY):
        profile.save({"name": "Lindner", "street": "H 4", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1"})
        yield customers.save({"company": "Café Ostwind", "country": "DE", "birthday": date(1980, 11, 27)})


def billed(buyer: int, price: int = 100, day: date = TODAY) -> Document:
    with dates.freeze(day):
        line = DraftLine(name="Lamp", price=Decimal(price), rate=Decimal(0), category="Z")
        return invoices.issue_draft(replace(drafts.begin(buyer), lines=(line,), due_on=day + timedelta(days=14)))


def paid(buyer: int, price: int = 100, day: date = TODAY) -> Document:
    made = billed(buyer, price, day)
    payments.record(made.id or 0, Decimal(price), day)
    return made


def on(rule: Rule) -> Rule:
    made = rules.save(rule)
    rules.switch(made, is_on=True)
    return rules.get(made)


def test_a_new_rule_is_off_and_does_nothing(buyer: int) -> None:
    rules.save(THANKS)
    paid(buyer)
    assert running.tend() == 0


def test_a_paid_invoice_sets_it_off_once(buyer: int) -> None:
    on(THANKS)
    paid(buyer, 40)
    made = paid(buyer, 100)
    assert running.tend() == 1
    assert running.tend() == 0
    (reminder,) = reminders.of_customer(buyer)
    assert (reminder.title, reminder.due_on) == ("Thank Café Ostwind for €100.00", date(2026, 11, 26))
    assert reminder.document_id == made.id
    assert tags.of_customer(buyer) == ["pays"]
    entry = timeline.rows(timeline.ids(buyer, ("rule",)))[0]
    assert entry.title == "Rule “Thanks”"
    assert "remind me in 2 days" in entry.body


def test_what_happened_before_it_was_switched_on_is_left_alone_but_tried(buyer: int) -> None:
    paid(buyer, 100, date(2026, 6, 1))
    rule = on(THANKS)
    assert running.tend() == 0
    (trial,) = running.tried(rule)
    assert (trial.day, trial.customer) == (date(2026, 6, 1), "Café Ostwind")
    assert trial.acts == ("remind me in 2 days: “Thank Café Ostwind for €100.00”", "give the tag “pays”")
    assert tags.of_customer(buyer) == []


def test_undo_takes_all_acts_back_and_they_are_not_done_again(buyer: int) -> None:
    on(THANKS)
    paid(buyer)
    running.tend()
    (done,) = running.done()
    assert done.step_id is not None
    history.undo(done.step_id)
    assert tags.of_customer(buyer) == []
    assert reminders.of_customer(buyer) == []
    assert running.tend() == 0
    assert running.done()[0].undone


def test_a_segment_narrows_it(buyer: int) -> None:
    made = segments.save("Kiel", segments.where(segments.Condition("city", "is", "Kiel")))
    on(replace(THANKS, segment_id=made))
    paid(buyer)
    assert running.tend() == 0
    customers.save({"city": "Kiel"}, buyer)
    assert running.tend() == 1


@pytest.mark.parametrize(
    ("event", "days", "day"),
    [("birthday", 3, TODAY), ("quiet", 30, date(2026, 12, 24)), ("invoice_late", 10, date(2026, 12, 18))],
)
def test_days_that_come_by_themselves(buyer: int, event: str, days: int, day: date) -> None:
    on(Rule("Days", event, (Act("note", "{customer} on {day}"),), days=days))
    billed(buyer)
    with dates.freeze(day - timedelta(days=1)):
        assert running.tend() == 0
    with dates.freeze(day + timedelta(days=20)):
        assert running.tend() == 1
        assert running.tend() == 0


def test_the_last_day_of_a_contract_is_near(buyer: int) -> None:
    contracts.save(
        {"customer_id": buyer, "title": "Care", "start_on": date(2026, 1, 1), "end_on": date(2026, 12, 31),
         "notice_count": 1, "notice_unit": "month", "renewal_months": 12, "value_minor": 100}
    )  # fmt: skip
    on(Rule("Renew", "contract_day", (Act("text", "Your {name}", "Dear {first_name}"),), days=5))
    with dates.freeze(date(2026, 11, 25)):
        assert running.tend() == 1
    (reminder,) = reminders.of_customer(buyer)
    assert (reminder.title, reminder.note) == ("Your Care", "Dear Café Ostwind")


def test_two_rules_that_move_a_customer_to_and_fro_end_by_themselves(buyer: int) -> None:
    lead, lost = lifecycle.find("lead").id, lifecycle.find("lost").id
    on(Rule("To", "stage_changed", (Act("stage", stage_id=lost),), stage_id=lead))
    on(Rule("Fro", "stage_changed", (Act("stage", stage_id=lead),), stage_id=lost))
    lifecycle.move([buyer], lead)
    assert [running.tend() for _turn in range(4)] == [1, 0, 0, 0]
    assert lifecycle.label(customers.get(buyer).stage_id) == "Lost"
    lifecycle.move([buyer], lead)
    assert running.tend() == 1


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": " "}, "name", "Give the rule a name"),
        ({"event": "doomsday"}, "event", "Choose what sets the rule off"),
        ({"acts": ()}, "acts", "at least one thing"),
        ({"acts": (Act("reminder", "For {nobody}"),)}, "act0", "{nobody} is not known here"),
        ({"acts": (Act("text", "Hello"),)}, "act0", "Write the text itself"),
        ({"acts": (Act("tag", "a"), Act("stage", stage_id=99))}, "act1", "Choose the stage"),
        ({"acts": (Act("note", "x" * 6000),)}, "act0", "too long"),
        ({"segment_id": 77}, "segment_id", "no longer there"),
        ({"event": "quiet", "days": -1, "acts": (Act("note", "x"),)}, "days", "from 0 to 3650"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_the_field(data_file, changes, field, words):
    with pytest.raises(ValidationError) as error:
        rules.save(replace(THANKS, **changes))
    assert words in error.value.fields[field]
    assert rules.rules() == []


def test_a_rule_in_one_sentence(data_file):
    stage = lifecycle.find("customer").id
    rule = Rule(
        "Big", "stage_changed", (Act("reminder", "Call"), Act("untag", "new")), stage_id=stage, least_minor=100_000
    )
    assert rules.sentence(rule) == (
        "When a customer comes to the stage “Customer”, and it is at least €1,000.00: "
        "remind me at once: “Call” and take away the tag “new”."
    )


def test_kept_edited_deleted_and_brought_back(data_file):
    made = rules.save(THANKS)
    rules.save(replace(rules.get(made), name="Many thanks"))
    assert [rule.name for rule in rules.rules()] == ["Many thanks"]
    rules.delete([made])
    with pytest.raises(NotFound):
        rules.get(made)
    history.undo(history.next_undo())
    assert rules.get(made).name == "Many thanks"


def test_every_kind_of_event_can_be_asked_for(buyer):
    stage = lifecycle.find("lead").id
    for event in events.EVENTS:
        assert isinstance(events.between(event, date(2026, 1, 1), TODAY, days=5, stage_id=stage), list), event
        assert "{" not in events.words(event, days=5, stage="Lead")
    assert db.value("SELECT count(*) FROM owner_rule_run") == 0
