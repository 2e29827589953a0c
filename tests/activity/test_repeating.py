"""Reminders that repeat: the next one comes with done or skipped, never before, and undo takes it away."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from crm_desktop.activity import recurrence, recurrence_words, reminders, snoozing
from crm_desktop.core import dates
from crm_desktop.core.errors import UserError, ValidationError
from crm_desktop.db import history

pytestmark = pytest.mark.usefixtures("data_file")
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _frozen():
    with dates.freeze(TODAY):
        yield


def _repeating(words, due_on=TODAY, **more):
    rule, counted = recurrence_words.read(words)
    return reminders.save("Clean the kiln", due_on, repeats=recurrence.text_of(rule), repeats_from=counted, **more)


def _days():
    return [(found.due_on, found.due_time) for found in reminders.waiting()]


def test_it_begins_on_the_first_day_that_fits_and_only_one_is_there():
    _repeating("every last Friday")
    assert _days() == [(date(2026, 11, 27), None)]


def test_done_brings_the_next_one_and_undo_takes_both_back():
    first = _repeating("every last Friday at 9", priority=reminders.HIGH)
    following = reminders.done(first)
    (found,) = reminders.waiting()
    assert (found.id, found.due_on, found.due_time) == (following, date(2026, 12, 25), time(9))
    assert (found.title, found.priority, found.origin) == ("Clean the kiln", reminders.HIGH, "repeat")
    history.undo(history.next_undo())
    assert [found.id for found in reminders.waiting()] == [first]
    assert reminders.done(first) is not None
    assert reminders.done(first) is None
    assert _days() == [(date(2026, 12, 25), time(9))]


def test_put_off_it_goes_on_at_its_own_day_and_hour():
    found = _repeating("every month on the 31st at 14:00", date(2026, 12, 1))
    with dates.freeze(date(2026, 12, 31)):
        reminders.later(found, date(2027, 1, 4), time(9))
    with dates.freeze(date(2027, 1, 4)):
        reminders.done(found)
    assert _days() == [(date(2027, 1, 31), time(14))]
    with dates.freeze(date(2027, 1, 31)):
        reminders.done(reminders.waiting()[0].id)
    assert _days() == [(date(2027, 2, 28), time(14))]
    with dates.freeze(date(2027, 2, 28)):
        reminders.done(reminders.waiting()[0].id)
    assert _days() == [(date(2027, 3, 31), time(14))]


def test_three_weeks_off_leave_one_and_not_twenty():
    found = _repeating("every day")
    with dates.freeze(date(2026, 12, 13)):
        assert len(reminders.waiting()) == 1
        reminders.done(found)
    assert _days() == [(date(2026, 12, 14), None)]


def test_after_done_counts_from_then():
    found = _repeating("every 3 months after done", date(2026, 11, 1))
    with dates.freeze(date(2026, 11, 30)):
        reminders.done(found)
    assert _days() == [(date(2027, 2, 28), None)]


def test_skipping_moves_to_the_next_and_counts_nothing():
    found = _repeating("every Monday")
    assert _days() == [(date(2026, 11, 23), None)]
    assert reminders.skip(found) == date(2026, 11, 30)
    assert reminders.get(found).snoozes == 0
    history.undo(history.next_undo())
    assert _days() == [(date(2026, 11, 23), None)]
    with pytest.raises(UserError, match="repeats"):
        reminders.skip(reminders.save("Once", TODAY))


def test_moving_one_leaves_the_others_where_they_are():
    found = _repeating("every Monday")
    reminders.move(found, date(2026, 11, 25))
    with dates.freeze(date(2026, 11, 25)):
        reminders.done(found)
    assert _days() == [(date(2026, 11, 30), None)]


def test_another_day_of_one_that_hangs_on_it_moves_all():
    found = _repeating("every 3 months")
    kept = reminders.get(found)
    reminders.save(
        kept.title, date(2026, 11, 30), reminder_id=found, repeats=kept.repeats, repeats_from=kept.repeats_from
    )
    reminders.done(found)
    assert _days() == [(date(2027, 2, 28), None)]


def test_several_are_done_in_one_step():
    made = [reminders.save(title, TODAY) for title in ("One", "Two")] + [_repeating("every day")]
    reminders.done_all(made)
    assert _days() == [(date(2026, 11, 23), None)]
    history.undo(history.next_undo())
    assert [found.id for found in reminders.waiting()] == made


def test_a_repetition_that_is_none_is_refused():
    with pytest.raises(ValidationError) as refused:
        reminders.save("Kiln", TODAY, repeats="every blue moon")
    assert set(refused.value.fields) == {"repeats"}


def test_put_off_until_later_today_it_rests():
    with dates.freeze(datetime.combine(TODAY, time(9)).astimezone(UTC)):  # nine where the computer stands
        now = dates.now().astimezone().replace(tzinfo=None)
        (hour, *_rest) = snoozing.choices(now)
        found = reminders.save("Ring up", TODAY)
        assert not reminders.get(found).is_resting(now)
        reminders.later(found, hour.day, hour.at)
        assert reminders.get(found).is_resting(now)
        assert not reminders.get(found).is_resting(datetime.combine(hour.day, hour.at))


@pytest.mark.parametrize(
    ("now", "keys"),
    [
        ("2026-11-24T09:05", "hour afternoon tomorrow monday week"),
        ("2026-11-24T14:30", "hour tomorrow monday week"),
        ("2026-11-22T09:05", "hour afternoon tomorrow week"),
        ("2026-11-23T09:05", "hour afternoon tomorrow monday"),
    ],
)
def test_no_day_is_offered_twice_and_no_hour_that_is_over(now, keys):
    now = datetime.fromisoformat(now)
    found = snoozing.choices(now)
    assert " ".join(choice.key for choice in found) == keys
    assert found[0].day == now.date()
    assert all(choice.at is None for choice in snoozing.choices(now, hours=False))
