"""Contracts in Today: on their own days, with the letter prepared, and gone when somebody decided."""

from __future__ import annotations

from datetime import date

import pytest

from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.insight import today, today_contracts
from crm_desktop.sales import contract_states, contracts

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _frozen(data_file):
    with dates.freeze(TODAY):
        yield


def care(**more):
    values = {
        "title": "Maintenance", "start_on": date(2025, 2, 1), "end_on": date(2027, 1, 31), "renewal_months": 12,
        "notice_count": 1, "value_minor": 14800, "interval": "month",
    }  # fmt: skip
    if more.get("direction") != "expense":
        values["customer_id"] = customers.save({"name": "Hotel", "kind": "organisation", "language": "de"})
    return contracts.save(values | more)


def titles():
    return [task.title for task in today_contracts.lines()]


def test_it_comes_up_on_its_own_days_before_the_last_day():
    one = care()  # the last day is 31 December, 39 days ahead
    assert titles() == []
    contracts.save({"remind_days": "90, 7"}, one)
    assert titles() == ["Renew or end: Maintenance"]
    contracts.save({"remind_days": ""}, one)
    contracts.save_usual_remind_days("60")
    assert titles() == ["Renew or end: Maintenance"]


def test_the_letter_is_prepared_in_their_language_and_what_we_pay_is_cancelled():
    care(remind_days="90")
    rent = care(title="Phone", direction="expense", payee="Nordnetz", remind_days="90")
    ours, theirs = today_contracts.lines()
    assert ours.language == "de"
    assert "31. Januar 2027" in ours.words
    assert (theirs.title, theirs.contract_id) == ("Cancel or keep: Phone", rent)
    assert "Nordnetz renews it. 39 days left to cancel." in theirs.reason


def test_kept_it_comes_back_with_the_next_term():
    care(remind_days="90")
    (task,) = [found for found in today.tasks() if found.kind == "contract"]
    today.done(task)
    assert [found for found in today.tasks() if found.kind == "contract"] == []
    with dates.freeze(date(2027, 11, 1)):
        assert [found.day for found in today.tasks() if found.kind == "contract"] == [date(2027, 12, 31)]


def test_customers_are_told_of_a_renewal_within_the_days_of_the_law_once():
    one = care(inform_from_days=89, inform_to_days=31)
    (task,) = today_contracts.lines()
    assert (task.title, task.day) == ("Tell Hotel that Maintenance renews", date(2026, 11, 30))
    today.done(task)
    assert today_contracts.lines() == []
    assert contracts.get(one).informed_on == TODAY
    assert contract_states.history(one)[0].reason == "Told about the coming renewal"


def test_what_ends_for_good_is_offered_again_unless_it_was():
    one = care(end_on=date(2026, 12, 10), renewal_months=0)
    (task,) = today_contracts.lines()
    assert (task.kind, task.reason) == ("contract_end", "Hotel. It ends in 18 days.")
    contract_states.renew(one)
    assert today_contracts.lines() == []


def test_a_contract_that_binds_nobody_is_quiet():
    care(end_on=None, renewal_months=0, notice_to="month")
    care(title="Given", state="notice_given")
    assert titles() == []
