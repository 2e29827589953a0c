"""Segments ask for every figure that is worked out: group, risk, rhythm, next order, lifetime value, next act."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.insight import customer_value, next_action, segments, value_reasons
from crm_desktop.insight.segments import Condition
from tests.insight.ordering import order
from tests.planted_business import TODAY, plant


@pytest.fixture
def planted(data_file):
    with dates.freeze(TODAY):
        yield plant(4000)


def asked(*conditions):
    return set(segments.ids(segments.where(*(Condition(*c) for c in conditions))))


def test_a_segment_of_a_group_holds_those_of_the_group(planted):
    found = customer_value.known().customers
    leaving = {c for c, value in found.items() if value.group == "leaving"}
    assert asked(("group", "is", ["leaving"])) == leaving == set(planted.customers["leaver"])


def test_risk_and_lifetime_value_are_asked_together(planted):
    found = customer_value.known().customers
    wanted = {c for c, v in found.items() if v.risk == "high" and v.lifetime_minor >= 100_000}
    assert wanted
    assert asked(("risk", "is", ["high"]), ("lifetime", "at_least", 100_000)) == wanted


def test_rhythm_and_the_next_expected_order(planted):
    found = customer_value.known().customers
    assert asked(("interval", "at_most", 20)) == {c for c, v in found.items() if v.interval and v.interval <= 20}
    soon = {c for c, v in found.items() if v.next_on and 0 <= (v.next_on - TODAY).days <= 7}
    assert asked(("next_order", "next_days", 7)) == soon
    assert asked(("expected_orders", "at_least", 5)) == {c for c, v in found.items() if v.expected >= 5}


def test_the_next_act_is_a_field_too(planted):
    acts = {a.customer_id: a.act for a in next_action.everybody()}
    assert asked(("next_act", "is", ["call"])) == {c for c, act in acts.items() if act == "call"}


def test_the_conditions_are_said_in_plain_words(planted):
    found = segments.where(Condition("group", "is", ["best"]), Condition("risk", "is", ["high"]))
    assert segments.words(found) == "Group by how they buy is Best customers and Risk of leaving is High"


def test_one_order_long_ago_is_neither_new_nor_without_risk(planted):
    with dates.freeze(TODAY):
        single = customers.save({"company": "Praxis Ahrens"})
        order(single, TODAY - timedelta(days=400))
        lately = customers.save({"company": "Praxis Berg"})
        order(lately, TODAY - timedelta(days=5))
        known = customer_value.known()
        old, fresh = known.customers[single], known.customers[lately]
        assert (old.marks.recency <= 2, old.group in ("new", "promising", "best", "loyal")) == (True, False)
        assert fresh.group == "new"
        assert (old.risk, value_reasons.risk_words(old)) == ("", "Not known from one order")


def test_lately_is_measured_by_all_customers_between_half_a_year_and_a_year():
    assert [customer_value.silent_from(gaps) for gaps in ([], [10, 20], [80, 90, 400], [300])] == [180, 180, 270, 365]
