"""Reminders and the calendar in the terminal."""

from __future__ import annotations

import pytest

from crm_desktop.core import dates

pytestmark = pytest.mark.usefixtures("firm")
WORK = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a\nSUMMARY:Call Anna\nDTSTART:21261126T150000\n"
    "RRULE:FREQ=MONTHLY;BYDAY=-1TU\nEND:VEVENT\nEND:VCALENDAR\n"
)


def test_a_reminder_that_repeats_is_written_and_listed(crm):
    made = crm("remind", "Clean the kiln", "--on", "2126-11-24", "--at", "09:00", "--repeat", "every last Friday",
               "--priority", "high", "--customer", "0007", "--json")  # fmt: skip
    assert made.code == 0
    assert (made.json["due_date"], made.json["due_time"], made.json["repeats"]) == (
        "2126-11-29",
        "09:00",
        "every 1 month last fr at 09:00",
    )
    (listed,) = crm("list", "reminders", "--json").json
    assert listed == made.json
    assert (listed["priority"], listed["repeats_from"], listed["customer"]) == ("high", "due", "Café Ostwind")


def test_words_that_are_no_repetition_are_told(crm):
    refused = crm("remind", "Kiln", "--repeat", "every blue moon")
    assert refused.code == 1
    assert "“blue” was not understood" in refused.err
    assert crm("list", "reminders", "--json").json == []
    assert "No customer is called" in crm("remind", "Kiln", "--customer", "nobody").err
    assert "not a time of day" in crm("remind", "Kiln", "--at", "half past").err


def test_the_calendar_goes_out_and_comes_back_once(crm, tmp_path):
    crm("remind", "Ring up")
    listed = crm("calendar", "--json").json
    assert [(entry["title"], entry["date"], entry["kind"]) for entry in listed] == [
        ("Ring up", dates.today().isoformat(), "reminder")
    ]
    out = crm("calendar", "--ics", "work.ics", "--kind", "reminder", "--json")
    assert out.json["entries"] == 1
    back = crm("import", "work.ics", "--json").json
    assert (back["kind"], back["created"], back["known"]) == ("reminders", 0, 1)


def test_a_calendar_becomes_reminders_after_a_look(crm, tmp_path):
    (tmp_path / "work.ics").write_text(WORK, encoding="utf-8")
    looked = crm("import", "work.ics", "--dry-run", "--json").json
    assert looked["created"] == 0
    assert looked["new"][0]["title"] == "Call Anna"
    assert crm("list", "reminders", "--json").json == []
    assert crm("import", "work.ics").out.startswith("Imported reminders.\n1 reminder is new.")
    assert crm("import", "work.ics", "--json").json["created"] == 0
    assert len(crm("list", "reminders", "--json").json) == 1


def test_birthdays_still_go_to_the_customers(crm, tmp_path):
    birthday = WORK.replace("Call Anna", "Anna Voss Birthday").replace("MONTHLY;BYDAY=-1TU", "YEARLY")
    (tmp_path / "birthdays.ics").write_text(birthday, encoding="utf-8")
    assert crm("import", "birthdays.ics", "--json").json["kind"] == "customers"
