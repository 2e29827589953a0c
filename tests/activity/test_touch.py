"""Staying in touch: by customer or tag, reset by contact that was written down and by nothing else."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm_desktop.activity import timeline, touch
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.db import history
from crm_desktop.insight import today

pytestmark = pytest.mark.usefixtures("data_file")
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _frozen():
    with dates.freeze(TODAY):
        yield


def _customer(name="Hotel Alsterblick", **values):
    with dates.freeze(date(2026, 1, 1)):
        return customers.save({"company": name, **values})


def _contact(customer_id, month, day, kind="call"):
    timeline.add(customer_id, kind, "Asked how it goes", happened_at=datetime(2026, month, day, 12).astimezone())


def test_it_says_for_how_long_and_how_long_is_wanted():
    hotel = _customer()
    touch.keep_in_touch(hotel, 60)
    _contact(hotel, 8, 22)
    (found,) = touch.quiet()
    assert (found.name, found.silent, found.days, found.last_on) == ("Hotel Alsterblick", 92, 60, date(2026, 8, 22))
    (task,) = today.tasks()
    assert task.title == "Not heard from Hotel Alsterblick for 92 days"
    assert task.reason == "You want to hear from them every 60 days."


@pytest.mark.parametrize(("day", "shown"), [(date(2026, 10, 20), 0), (date(2026, 10, 21), 1)])
def test_it_comes_on_the_very_day(day, shown):
    hotel = _customer()
    touch.keep_in_touch(hotel, 60)
    _contact(hotel, 8, 22)
    with dates.freeze(day):
        assert len(touch.quiet()) == shown


@pytest.mark.parametrize("kind", touch.CONTACT_KINDS)
def test_any_contact_by_hand_resets_it(kind):
    hotel = _customer()
    touch.keep_in_touch(hotel, 60)
    assert len(touch.quiet()) == 1
    _contact(hotel, 11, 1, kind)
    assert touch.quiet() == []


def test_our_own_papers_and_notes_are_no_contact_and_what_is_to_come_neither():
    hotel = _customer()
    touch.keep_in_touch(hotel, 60)
    _contact(hotel, 11, 1, "note")
    _contact(hotel, 12, 24, "meeting")
    with db.transaction():
        timeline.record(hotel, "invoice", "Invoice RE-1")
    (found,) = touch.quiet()
    assert found.last_on is None
    assert found.silent == (TODAY - date(2026, 1, 1)).days


def test_the_shorter_of_customer_and_tags_counts():
    hotel = _customer(tags=["Regular", "Hotel"])
    assert touch.days_of(hotel) is None
    touch.keep_tag_in_touch("Regular", 90)
    touch.keep_tag_in_touch("Hotel", 120)
    assert touch.days_of(hotel) == 90
    touch.keep_in_touch(hotel, 200)
    assert touch.days_of(hotel) == 90
    touch.keep_in_touch(hotel, 30)
    assert touch.days_of(hotel) == 30
    assert touch.tag_days() == {"Hotel": 120, "Regular": 90}
    assert [found.days for found in touch.quiet()] == [30]


def test_not_any_more_holds_against_every_tag_until_it_is_undone():
    hotel = _customer(tags=["Regular"])
    touch.keep_tag_in_touch("Regular", 90)
    assert len(touch.quiet()) == 1
    touch.not_any_more(hotel)
    assert touch.quiet() == []
    assert touch.days_of(hotel) is None
    history.undo(history.next_undo())
    assert len(touch.quiet()) == 1


def test_archived_ones_rest():
    hotel = _customer()
    touch.keep_in_touch(hotel, 60)
    customers.archive(hotel)
    assert touch.quiet() == []


@pytest.mark.parametrize("days", [0, -1, 4000])
def test_days_that_cannot_be_meant(days):
    with pytest.raises(ValidationError, match="Between 1 day"):
        touch.keep_in_touch(_customer(), days)


def test_the_most_pressing_are_named_and_the_others_counted(monkeypatch):
    monkeypatch.setattr(touch, "_DUE", touch._DUE.replace(f"LIMIT {touch.MOST}", "LIMIT 2"))
    monkeypatch.setattr(touch, "MOST", 2)
    made = [_customer(f"Hotel {n}") for n in range(5)]
    for place, customer_id in enumerate(made):
        touch.keep_in_touch(customer_id, 60 - place)
    assert [found.name for found in touch.quiet()] == ["Hotel 4", "Hotel 3"]
    assert touch.count() == 5
    sql, values = touch.members()
    assert {row for (row,) in db.query(sql, values)} == set(made)
    last = today.tasks()[-1]
    assert last.title == "3 more customers were not heard from"
    assert last.reason == "The 2 most pressing are named here. The list has all of them."
    touch.not_any_more(made[0])
    assert touch.count() == 4
