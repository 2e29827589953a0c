"""Calendar files: what goes out means the same days elsewhere, what comes in is looked at first and never twice."""

from __future__ import annotations

import contextlib
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.activity import recurrence, reminders
from crm_desktop.core import dates
from crm_desktop.core.errors import UserError
from crm_desktop.customers import customers
from crm_desktop.db import history
from crm_desktop.exchange import calendar_events, calendar_files, calendar_rules
from crm_desktop.exchange.identify import Refused
from tests.activity.test_recurrence import ANCHORS, rules

TODAY = date(2026, 11, 24)


def _calendar(*events: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def _event(*lines: str, kind: str = "VEVENT") -> str:
    return "\r\n".join([f"BEGIN:{kind}", *lines, f"END:{kind}"])


def _look(tmp_path, content):
    path = tmp_path / "work.ics"
    path.write_bytes(content)
    return calendar_files.look(path)


# ---- repetitions -----------------------------------------------------------------------------------------------------


def _by_rrule(text: str, start: date, until: date) -> list[date]:
    """The days of an RRULE by walking day by day; only what we write."""
    parts = dict(part.split("=") for part in text.split(";"))
    every, found, day = int(parts.get("INTERVAL", 1)), [], start
    while day <= until:
        if _in_period(parts["FREQ"], start, day, every) and day in _set_of(parts, day):
            found.append(day)
        day += timedelta(days=1)
    return found


def _in_period(frequency: str, start: date, day: date, every: int) -> bool:
    monday = [one - timedelta(days=one.weekday()) for one in (start, day)]
    return {
        "DAILY": (day - start).days % every == 0,
        "WEEKLY": (monday[1] - monday[0]).days // 7 % every == 0,
        "MONTHLY": ((day.year - start.year) * 12 + day.month - start.month) % every == 0,
        "YEARLY": (day.year - start.year) % every == 0,
    }[frequency]


def _set_of(parts: dict[str, str], day: date) -> set[date]:
    """The days that a rule names in the period of a day, after its choice by position."""
    if parts["FREQ"] in ("DAILY", "WEEKLY"):
        codes = parts.get("BYDAY", "MO,TU,WE,TH,FR,SA,SU").split(",")
        return {day} if ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][day.weekday()] in codes else set()
    if "BYMONTH" in parts and int(parts["BYMONTH"]) != day.month:
        return set()
    month = [day.replace(day=1) + timedelta(days=n) for n in range(31)]
    month = [one for one in month if one.month == day.month]
    fitting = [one for one in month if _fits(parts, one, month)]
    if "BYSETPOS" not in parts:
        return set(fitting)
    place = int(parts["BYSETPOS"])
    place = place - 1 if place > 0 else place
    return {fitting[place]} if -len(fitting) <= place < len(fitting) else set()


def _fits(parts: dict[str, str], day: date, month: list[date]) -> bool:
    if "BYMONTHDAY" in parts:
        return str(day.day) in parts["BYMONTHDAY"].split(",")
    for word in parts["BYDAY"].split(","):
        code, nth = word[-2:], word[:-2]
        same = [one for one in month if one.weekday() == ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].index(code)]
        if day in same and (not nth or (int(nth) <= len(same) and day == same[int(nth) - (int(nth) > 0)])):
            return True
    return False


@settings(max_examples=60, deadline=None)
@given(rules(), ANCHORS)
def test_what_is_written_means_the_same_days_to_a_calendar(rule, anchor):
    first = next(recurrence.occurrences(rule, anchor))
    text = calendar_rules.written(rule, anchor)
    until = first + timedelta(days=365 * 6)
    ours = []
    for day in recurrence.occurrences(rule, anchor):
        if day > until:
            break
        ours.append(day)
    start = anchor if rule.unit in ("week", "month", "year") else first
    assert [day for day in _by_rrule(text, start, until) if day >= first] == ours


@settings(max_examples=200, deadline=None)
@given(rules(), ANCHORS, st.integers(0, 20))
def test_what_is_written_is_read_back_as_the_same_days(rule, anchor, skipped):
    days = recurrence.upcoming(rule, anchor, skipped + 8)
    start = days[0]
    read = calendar_rules.read(calendar_rules.written(rule, anchor), start)
    if read is None:
        # A rule that begins between two of its periods, as one every 3 months on the 5th Friday, has another first day.
        assert recurrence.first(rule, anchor) != start or rule.every > 1
    else:
        assert recurrence.upcoming(read, start, len(days)) == days


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY", "FREQ=HOURLY", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=1MO,3MO",
        "FREQ=YEARLY;BYWEEKNO=20", "FREQ=MONTHLY;BYDAY=FR", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "RUBBISH", "FREQ=DAILY;INTERVAL=x",
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
    ],
)  # fmt: skip
def test_what_ours_cannot_say_is_not_read(text):
    assert calendar_rules.read(text, date(2024, 2, 29) if "29" in text else date(2026, 10, 31)) is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "every 1 week mo tu we th fr"),
        ("FREQ=WEEKLY", "every 1 week tu"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "every 2 week tu th"),
        ("FREQ=MONTHLY;BYDAY=4TU", "every 1 month 4th tu"),
        ("FREQ=MONTHLY;BYDAY=-1TU", "every 1 month last tu"),
        ("FREQ=MONTHLY", "every 1 month day 24"),
        ("FREQ=YEARLY", "every 1 year 11-24"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=-1TU", "every 1 year last tu in 11"),
    ],
)
def test_usual_repetitions_are_read(text, rule):
    found = calendar_rules.read(text, TODAY)
    assert (recurrence.text_of(found) if found else None) == rule


# ---- reading ---------------------------------------------------------------------------------------------------------


def _one(*lines: str, kind: str = "VEVENT") -> calendar_events.Event:
    (found,) = calendar_events.read(_calendar(_event(*lines, kind=kind)))
    return found


def test_an_appointment_of_another_zone_has_the_hour_of_here():
    utc = _one("UID:1", "SUMMARY:Call", "DTSTART:20261124T140000Z")
    zone = _one("UID:1", "SUMMARY:Call", "DTSTART;TZID=Europe/Berlin:20261124T150000")
    assert (utc.day, utc.at) == (zone.day, zone.at)
    summer = _one("UID:1", "SUMMARY:Call", "DTSTART;TZID=Europe/Berlin:20260724T160000")
    assert summer.at == _one("UID:1", "SUMMARY:Call", "DTSTART:20260724T140000Z").at


def test_an_hour_without_a_zone_stays_and_an_unknown_zone_is_said():
    floating = _one("UID:1", "SUMMARY:Call", "DTSTART:20261124T150000")
    assert (floating.at, floating.notes) == (time(15), [])
    odd = _one("UID:1", "SUMMARY:Call", "DTSTART;TZID=W. Europe Standard Time:20261124T150000")
    assert (odd.at, odd.notes) == (time(15), ["zone"])


OUTLOOK_ZONE = """BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE"""


@pytest.mark.parametrize("day", ["20261124", "20260724", "20260329", "20261025", "20270101"])
def test_a_zone_that_the_file_explains_is_understood(day):
    event = _event("UID:1", "SUMMARY:Call", f'DTSTART;TZID="W. Europe Standard Time":{day}T150000')
    (found,) = calendar_events.read(_calendar(OUTLOOK_ZONE, event))
    berlin = _one("UID:1", "SUMMARY:Call", f"DTSTART;TZID=Europe/Berlin:{day}T150000")
    assert (found.day, found.at, found.notes) == (berlin.day, berlin.at, [])


def test_a_whole_day_a_task_and_its_alarm():
    whole = _one("UID:1", "SUMMARY:Fair", "DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261126")
    assert (whole.day, whole.at) == (TODAY, None)
    task = _one("UID:2", "SUMMARY:Tax", "DUE:20261130T120000", "PRIORITY:1", kind="VTODO")
    assert (task.day, task.at, task.priority) == (date(2026, 11, 30), time(12), 1)
    alarm = _event("TRIGGER:-PT15M", "ACTION:DISPLAY", kind="VALARM")
    before = _one("UID:3", "SUMMARY:Call", "DTSTART:20261124T150000", alarm)
    assert (before.at, before.begins) == (time(14, 45), time(15))
    only = _one(
        "UID:4", "SUMMARY:Ring", _event("TRIGGER;VALUE=DATE-TIME:20261124T090000Z", kind="VALARM"), kind="VTODO"
    )
    assert only.day == TODAY


def test_folded_lines_and_escaped_signs():
    found = _one("UID:1", "SUMMARY:Caf\u00e9\\, Ost", " wind\\; Hamburg", "DESCRIPTION:One\\nTwo", "DTSTART:20261124")
    assert (found.title, found.note) == ("Café, Ostwind; Hamburg", "One\nTwo")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "no_calendar"), (b"%PDF-1.7", "no_calendar"), (_calendar(), "no_events"),
     (_calendar(_event("SUMMARY:No day")), "no_events"), (_calendar(_event("DTSTART:99999999")), "no_events")],
)  # fmt: skip
def test_what_is_no_calendar_is_refused(content, code):
    with pytest.raises(Refused) as refused:
        calendar_events.read(content)
    assert refused.value.code == code


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=8))
def test_rubbish_between_the_lines_never_breaks_the_reader(rubbish):
    whole = _calendar(_event("UID:1", "SUMMARY:Call", "DTSTART:20261124T150000"))
    lines = whole.split(b"\r\n")
    content = b"\r\n".join(
        [*lines[:3], *(piece.replace(b"\n", b"").replace(b"\r", b"") for piece in rubbish), *lines[3:]]
    )
    found = []
    with contextlib.suppress(Refused):
        found = calendar_events.read(content)
    assert len(found) <= 1


# ---- taking over -----------------------------------------------------------------------------------------------------


@pytest.fixture
def company(data_file):
    with dates.freeze(TODAY):
        yield


WORK = _calendar(
    _event("UID:a", "SUMMARY:Call Anna", "DTSTART:20261126T150000", "LOCATION:Workshop"),
    _event("UID:b", "SUMMARY:Kiln", "DTSTART;VALUE=DATE:20260227", "RRULE:FREQ=MONTHLY;BYDAY=-1FR"),
    _event("UID:c", "SUMMARY:Rent", "DTSTART;VALUE=DATE:20261231", "RRULE:FREQ=MONTHLY;BYMONTHDAY=31"),
    _event("UID:d", "SUMMARY:Course", "DTSTART;VALUE=DATE:20261123", "RRULE:FREQ=DAILY;COUNT=5"),
    _event("UID:e", "SUMMARY:Long ago", "DTSTART;VALUE=DATE:20200101"),
    _event("UID:f", "SUMMARY:Ended", "DTSTART;VALUE=DATE:20200101", "RRULE:FREQ=DAILY;UNTIL=20210101"),
    _event("UID:g", "SUMMARY:Done", "DUE;VALUE=DATE:20261201", "STATUS:COMPLETED", kind="VTODO"),
)


@pytest.mark.usefixtures("company")
def test_it_is_looked_at_first_then_taken_over_once_and_undone_in_one(tmp_path):
    found = _look(tmp_path, WORK)
    assert [(new.title, new.day, new.repetition, new.notes) for new in found.new] == [
        ("Course", TODAY, "", ("ends",)),
        ("Call Anna", date(2026, 11, 26), "", ()),
        ("Kiln", date(2026, 11, 27), "every last Friday of the month", ()),
        ("Rent", date(2026, 12, 31), "", ("single",)),
    ]
    assert (found.past, found.closed, found.known) == (2, 1, 0)
    assert reminders.waiting() == []
    assert calendar_files.take(found) == 4
    anna = next(one for one in reminders.waiting() if one.title == "Call Anna")
    assert (anna.due_time, anna.note) == (time(15), "Workshop")
    assert "Repeats in a way" in next(one for one in reminders.waiting() if one.title == "Rent").note
    again = _look(tmp_path, WORK)
    assert (again.new, again.known) == ([], 4)
    assert calendar_files.take(found) == 0
    history.undo(history.next_undo())
    assert reminders.waiting() == []
    assert len(_look(tmp_path, WORK).new) == 4


@pytest.mark.usefixtures("company")
def test_what_was_done_meanwhile_does_not_come_back(tmp_path):
    calendar_files.take(_look(tmp_path, WORK))
    for one in reminders.waiting():
        if one.title == "Call Anna":
            reminders.done(one.id)
    assert _look(tmp_path, WORK).new == []


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("content", [b"", b"\0\1\2", WORK[:40]])
def test_a_broken_file_is_told_in_a_sentence(tmp_path, content):
    with pytest.raises(UserError, match=r"work\.ics"):
        _look(tmp_path, content)
    with pytest.raises(UserError, match="cannot be opened"):
        calendar_files.look(tmp_path / "missing.ics")


# ---- writing ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("company")
def test_what_is_written_keeps_its_name_and_is_known_when_it_comes_back(tmp_path):
    hotel = customers.save({"company": "Hotel, Alsterblick", "birthday": None})
    title = "Über die lange Lieferung sprechen; und über den Preis der zwölf Messingleuchten am Empfang"
    reminders.save(title, TODAY, due_time=time(15), customer_id=hotel, priority=1)
    reminders.save("Kiln", TODAY, repeats="every 1 month day 31")
    path = tmp_path / "crm.ics"
    assert calendar_files.save(path) == 2
    content = path.read_bytes()
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    first, second = sorted(calendar_events.read(content), key=lambda one: one.day)
    assert (first.title, first.day, first.at, first.priority, first.note) == (
        title,
        TODAY,
        time(15),
        1,
        "Hotel, Alsterblick",
    )
    assert (second.day, second.rrule) == (date(2026, 11, 30), "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1")
    calendar_files.save(tmp_path / "again.ics")
    assert {one.uid for one in calendar_events.read((tmp_path / "again.ics").read_bytes())} == {first.uid, second.uid}
    found = calendar_files.look(path)
    assert (found.new, found.known) == ([], 2)


@pytest.mark.usefixtures("company")
def test_only_chosen_reminders_and_dates_of_other_records(tmp_path):
    chosen = reminders.save("Ring up", TODAY)
    reminders.save("Other", TODAY)
    customers.save({"first_name": "Ida", "last_name": "Voss", "birthday": date(1604, 11, 30)})
    assert calendar_files.save(tmp_path / "one.ics", reminder_ids=[chosen]) == 1
    content, number = calendar_files.written(["birthday"])
    assert number == 1
    assert [one.title for one in calendar_events.read(content)] == ["Ida Voss has a birthday"]
