"""In a business whose groups, leavers and pairs were planted, all of them are found again."""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest

from crm_desktop.core import dates
from crm_desktop.db import migrate
from crm_desktop.insight import baskets, customer_value
from tests.planted_business import PAIRS, TODAY, TOGETHER, plant

# `make soak` asks for the whole size.
IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
LINES = 500_000 if IS_LONG else 20_000
EXPECTED = {
    "champion": {"best"},
    "regular": {"best", "loyal", "promising"},
    "fresh": {"new"},
    "leaver": {"leaving"},
    "rare": {"lost", "quiet"},
}


@pytest.fixture(scope="module")
def business(template_file, tmp_path_factory):
    path = tmp_path_factory.mktemp("planted") / "planted.crm"
    path.write_bytes(template_file.read_bytes())
    migrate.open_file(path)
    with dates.freeze(TODAY):
        made = plant(LINES)
    return path, made


@pytest.fixture
def planted(business):
    path, made = business
    migrate.open_file(path)
    with dates.freeze(TODAY):
        yield made


def test_the_size_is_what_was_asked(planted, record_property):
    record_property("tried", f"{planted.lines:,} lines, {len(planted.kind_of):,} customers")
    assert LINES <= planted.lines < LINES + 500


def test_every_kind_of_customer_is_in_the_group_that_it_was_planted_for(planted):
    found = customer_value.known()
    assert len(found.customers) == len(planted.kind_of)
    for kind, ids in planted.customers.items():
        groups = Counter(found.customers[customer].group for customer in ids)
        right = sum(groups[group] for group in EXPECTED[kind])
        assert right >= 0.97 * len(ids), (kind, groups)


def test_the_leavers_are_told_from_those_who_stay(planted):
    found = customer_value.known()
    assert all(found.customers[c].risk == "high" for c in planted.customers["leaver"])
    assert all(found.customers[c].risk == "low" for c in planted.customers["champion"])


def test_the_rhythm_of_each_kind_is_found(planted):
    found = customer_value.known()
    for kind, gap in (("champion", 14), ("regular", 30), ("leaver", 21)):
        near = [abs((found.customers[c].interval or 0) - gap) <= gap / 4 for c in planted.customers[kind]]
        assert sum(near) >= 0.97 * len(near)


def test_the_planted_pairs_are_the_surest_and_no_other_pair_is_told(planted):
    found = baskets.together().bills
    told = {(pair.first, pair.other) for pair in found if pair.confidence > 0.5}
    assert told == {both for one, other in PAIRS for both in ((one, other), (other, one))}
    for pair in found[:4]:
        assert abs(pair.confidence - 2 * TOGETHER / (1 + TOGETHER)) < 0.08


def test_two_runs_over_the_same_orders_say_the_same(planted):
    first = customer_value.known()
    customer_value._kept.clear()
    again = customer_value.known()
    chosen = random.Random(1).sample(sorted(first.customers), 20)
    assert [first.customers[c] for c in chosen] == [again.customers[c] for c in chosen]
