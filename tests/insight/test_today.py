"""Today gathers what needs a hand, with its reason."""

from __future__ import annotations

import time as clock
from datetime import date, datetime, time

import pytest

from crm_desktop.activity import reminders
from crm_desktop.core import dates
from crm_desktop.customers import contacts, customers
from crm_desktop.db import connection as db
from crm_desktop.insight import today
from crm_desktop.sales import contracts

TODAY = date(2026, 11, 22)
# Windows takes its zone from nowhere else than its settings.
ZONES = ("Pacific/Auckland", "America/Los_Angeles", "Asia/Kathmandu") if hasattr(clock, "tzset") else ("",)


@pytest.fixture(autouse=True)
def _frozen(data_file):
    with dates.freeze(TODAY):
        yield


def test_nothing_to_do_names_what_comes_next():
    assert today.tasks() == []
    assert today.next_day() is None
    reminders.save("Fair", date(2026, 12, 24))
    assert today.tasks() == []
    assert today.next_day() == (date(2026, 12, 24), "Fair")


@pytest.mark.parametrize("zone", ZONES)
def test_days_are_those_where_the_owner_lives(monkeypatch, zone):
    move_to = getattr(clock, "tzset", lambda: None)
    monkeypatch.setenv("TZ", zone)
    move_to()
    try:
        with dates.freeze(TODAY):
            assert dates.today() == TODAY
            reminders.save("Now", TODAY)
            hotel = customers.save({"company": "Hotel Alsterblick", "touch_days": 1})
            assert [(t.title, t.group) for t in today.tasks()] == [("Now", "today")]
        with dates.freeze(datetime(2026, 11, 23, 0, 5).astimezone()):
            late, quiet = today.tasks()
            assert (late.title, late.group) == ("Now", "first")
            assert (quiet.kind, quiet.customer_id) == ("touch", hotel)
    finally:
        monkeypatch.undo()
        move_to()


def test_reminders_fall_into_first_today_and_this_week():
    for title, day in (("Late", 20), ("Now", 22), ("Soon", 28), ("Far", 30)):
        reminders.save(title, date(2026, 11, day))
    assert [(t.title, t.group) for t in today.tasks()] == [("Late", "first"), ("Now", "today"), ("Soon", "week")]
    assert "Since 2 days." in today.tasks()[0].reason


def test_an_overdue_invoice_comes_first_until_it_is_put_off():
    now = dates.instant_text(dates.now())
    buyer = customers.save({"company": "Café Ostwind"})
    with db.transaction():
        invoice = db.insert(
            "document",
            {"kind": "invoice", "customer_id": buyer, "language": "de", "currency": "EUR", "price_mode": "net",
             "number": "RE-1", "due_on": "2026-10-27", "due_minor": 133785, "created_at": now, "updated_at": now},
        )  # fmt: skip
        db.update("document", invoice, {"state": "issued"})
    (task,) = today.tasks()
    assert (task.title, task.reason) == ("Café Ostwind has not paid RE-1", "26 days late.")
    assert (task.amount_minor, task.group) == (133785, "first")
    assert today.strip().overdue_minor == today.strip().open_minor == 133785
    reminders.remind_of_overdue()
    reminders.later(reminders.waiting()[0].id, date(2026, 11, 25))
    assert today.tasks() == []


def test_a_contract_whose_last_day_is_near_wants_a_decision():
    contracts.save(
        {"title": "Insurance", "direction": "expense", "payee": "Elbtal", "end_on": date(2026, 12, 28), "renewal_months": 12,
         "notice_count": 1, "notice_unit": "month", "value_minor": 61200}
    )  # fmt: skip
    (task,) = today.tasks()
    assert (task.kind, task.group, task.day) == ("contract", "first", date(2026, 11, 28))
    assert task.reason == "Elbtal renews it. 6 days left to cancel."


def test_birthdays_of_customers_and_their_people():
    buyer = customers.save({"first_name": "Henrike", "last_name": "Voßberg", "birthday": date(1966, 11, 22)})
    contacts.save_person(
        contacts.Person(customer_id=buyer, first_name="Jens", last_name="Alster", birthday=date(1958, 11, 25))
    )
    assert [t.title for t in today.tasks()] == ["Henrike Voßberg turns 60 today", "Jens Alster turns 68"]


def test_first_steps_tick_themselves():
    assert not any(done for _key, done in today.first_steps())
    customers.save({"company": "Café Ostwind"})
    assert dict(today.first_steps())["customers"]


def _mail(state: str) -> None:
    from crm_desktop.outreach import mails
    from crm_desktop.outreach.letters import Letter

    mail_id = mails.queue(Letter(purpose="invoice", recipient="a@b.example", subject="Hello", body=""))
    with db.transaction():
        db.update("mail", mail_id, {"state": state})


def test_mails_that_are_not_sent_are_one_line():
    for state in ("waiting", "waiting", "sent"):
        _mail(state)
    (task,) = today.tasks()
    assert (task.kind, task.group, task.title) == ("mails", "today", "2 e-mails in the outbox")
    assert task.reason == "2 wait to be sent."
    for state in ("failed", "unsure"):
        _mail(state)
    (task,) = today.tasks()
    assert (task.group, task.reason) == ("first", "1 could not be sent. 1 was perhaps sent. 2 wait to be sent.")


def _late(name: str, due: str, number: str) -> int:
    """A customer with one invoice that was due on a day."""
    now, buyer = dates.instant_text(dates.now()), customers.save({"company": name})
    with db.transaction():
        values = {"kind": "invoice", "customer_id": buyer, "language": "de", "currency": "EUR", "price_mode": "net",
                  "number": number, "issue_on": "2026-10-01", "due_on": due, "due_minor": 5000, "created_at": now,
                  "updated_at": now}  # fmt: skip
        invoice = db.insert("document", values)
        db.update("document", invoice, {"state": "issued"})
    return buyer


def test_late_payers_stand_in_today_once():
    _late("Ostwind", "2026-10-27", "RE-1")
    assert [(t.kind, t.title) for t in today.tasks()] == [("overdue", "Ostwind has not paid RE-1")]
    _late("Alster", "2026-11-01", "RE-2")
    _late("Kontor", "2026-11-20", "RE-3")  # no level of reminders is reached yet
    assert [(t.kind, t.title) for t in today.tasks()] == [
        ("dunning", "Remind 2 customers of their payments"),
        ("overdue", "Kontor has not paid RE-3"),
    ]


def test_nobody_has_a_birthday_before_they_are_born():
    customers.save({"first_name": "Ida", "last_name": "Voss", "birthday": date(2027, 11, 23)})
    assert today.tasks() == []


def test_a_birthday_without_a_year_has_no_age():
    customers.save({"first_name": "Ida", "last_name": "Voss", "birthday": date(dates.NO_YEAR, 11, 22)})
    assert [t.title for t in today.tasks()] == ["Ida Voss has a birthday today"]


def test_a_leap_day_is_the_28th_in_other_years():
    customers.save({"first_name": "Ida", "last_name": "Voss", "birthday": date(1964, 2, 29)})
    with dates.freeze(date(2027, 2, 28)):
        assert [t.title for t in today.tasks()] == ["Ida Voss turns 63 today"]
    with dates.freeze(date(2028, 2, 28)):
        assert [t.title for t in today.tasks()] == ["Ida Voss turns 64"]


def test_days_of_a_customer_come_round_with_their_years():
    hotel = customers.save({"company": "Hotel Alsterblick"})
    with db.transaction():
        for title, day, yearly in (("Opening", "2016-11-24", 1), ("Fair", "2026-11-25", 0), ("Fair", "2025-11-25", 0)):
            db.insert("customer_date", {"customer_id": hotel, "title": title, "day_on": day, "is_yearly": yearly})
    assert [(t.title, t.day.day) for t in today.tasks()] == [
        ("Hotel Alsterblick: Opening, 10 years", 24),
        ("Hotel Alsterblick: Fair", 25),
    ]


def test_round_years_as_a_customer():
    hotel = customers.save({"company": "Hotel Alsterblick"})
    with db.transaction():
        for number, day in enumerate(("2021-11-24", "2022-11-24")):
            values = {"kind": "invoice", "customer_id": hotel, "language": "de", "currency": "EUR", "price_mode": "net"}
            stamps = {"created_at": "2021-11-24T12:00:00Z", "updated_at": "2021-11-24T12:00:00Z"}
            made = db.insert("document", values | stamps | {"number": f"RE-{number}", "issue_on": day})
            db.update("document", made, {"state": "issued"})
    assert [t.title for t in today.tasks()] == ["Hotel Alsterblick is a customer for 5 years"]


def test_important_ones_come_first_and_what_repeats_says_so():
    reminders.save("Usual", TODAY)
    reminders.save("Pressing", TODAY, priority=reminders.HIGH, repeats="every 1 week su", due_time=time(15))
    first, second = today.tasks()
    assert (first.title, first.reason) == ("Pressing", "Important. At 15:00. Every Sunday.")
    assert second.title == "Usual"


def test_three_weeks_off_lose_nothing_and_bring_no_flood():
    reminders.save("Daily", TODAY, repeats="every 1 day")
    reminders.save("Fair", date(2026, 11, 30))
    reminders.save("Next month", date(2026, 12, 20))
    customers.save({"first_name": "Ida", "last_name": "Voss", "birthday": date(1966, 12, 14)})
    with dates.freeze(date(2026, 12, 13)):
        found = today.tasks()
        assert [(t.title, t.group, t.day.isoformat()) for t in found] == [
            ("Daily", "first", "2026-11-22"),
            ("Fair", "first", "2026-11-30"),
            ("Ida Voss turns 60", "week", "2026-12-14"),
            ("Next month", "week", "2026-12-20"),
        ]
        assert found[0].reason == "Since 21 days. Every day."
        today.done_all(found[:2])
        assert [t.title for t in today.tasks() if t.day < date(2026, 12, 14)] == []
