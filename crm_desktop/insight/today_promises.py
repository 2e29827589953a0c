"""Promises in Today: reminders, whom to get in touch with, birthdays, anniversaries and how long somebody is a customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crm_desktop.activity import reminders, touch
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.db import connection as db
from crm_desktop.insight.task import Task

WEEK_DAYS = 7
# After so many years it is worth a word that somebody is a customer.
ROUND_YEARS = (1, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100)
_BILLS = "('invoice', 'receipt')"


@dataclass(frozen=True)
class Occasion:
    """A day that comes round: a "birthday", a "date" with a title, or "since", the years of somebody as a customer.

    `years` is None where nobody knows the year, and for a day that does not come round.
    """

    kind: str
    day: date
    customer_id: int
    person_id: int | None
    name: str
    title: str = ""
    years: int | None = None


def tasks() -> list[Task]:
    """The lines of Today that were promised."""
    return [*reminder_tasks(), *touch_tasks(), *occasion_tasks()]


def clock() -> datetime:
    """The time on the owner's clock, without a zone: reminders are for that."""
    return dates.now().astimezone().replace(tzinfo=None)


def reminder_tasks() -> list[Task]:
    """Reminders that are due or come up within the week; what was put off to a later hour rests until then."""
    today, now = dates.today(), clock()
    return [
        Task(
            "reminder",
            "first" if r.due_on < today else "today" if r.due_on == today else "week",
            r.title,
            _reminder_reason(r, today),
            "open",
            r.due_on,
            customer_id=r.customer_id,
            contract_id=r.contract_id,
            document_id=r.document_id,
            reminder_id=r.id,
            record="case" if r.case_id else "opportunity" if r.opportunity_id else "",
            record_id=r.case_id or r.opportunity_id,
            at=r.due_time,
            priority=r.priority,
        )
        for r in reminders.waiting(until=dates.add_days(today, WEEK_DAYS), without="overdue")
        if not r.is_resting(now)
    ]


def next_hour() -> datetime | None:
    """When the next reminder that was put off to a later hour of today comes back."""
    now = clock()
    found = [r.due_time for r in reminders.between(now.date(), now.date()) if not r.done and r.is_resting(now)]
    hours = [hour for hour in found if hour is not None]
    return datetime.combine(now.date(), min(hours)) if hours else None


def _reminder_reason(reminder: reminders.Reminder, today: date) -> str:
    about = reminder.customer or reminder.contract or reminder.document or ""
    late = (today - reminder.due_on).days
    parts = [
        _("Important.") if reminder.priority == reminders.HIGH else "",
        _("At {time}.").format(time=f"{reminder.due_time:%H:%M}") if reminder.due_time else "",
        f"{about}." if about else "",
        reminder.note.split("\n", 1)[0],
        ngettext("Since {n} day.", "Since {n} days.", late).format(n=late) if late > 0 else "",
        _snoozed(reminder.snoozes),
    ]
    repetition = reminder.repetition()
    parts.append(f"{repetition[:1].upper()}{repetition[1:]}." if repetition else "")
    return " ".join(part for part in parts if part)


def _snoozed(times: int) -> str:
    return ngettext("Put off {n} time.", "Put off {n} times.", times).format(n=times) if times else ""


def touch_tasks() -> list[Task]:
    """Customers that were not heard from for longer than wanted."""
    found = []
    for quiet in touch.quiet():
        title = ngettext("Not heard from {name} for {n} day", "Not heard from {name} for {n} days", quiet.silent)
        wanted = ngettext(
            "You want to hear from them every day.", "You want to hear from them every {n} days.", quiet.days
        )
        if quiet.last_on is None:
            wanted = ngettext("Every day. No contact noted yet.", "Every {n} days. No contact noted yet.", quiet.days)
        reason, act = wanted.format(n=quiet.days), "call" if quiet.phone else "write"
        title = title.format(name=quiet.name, n=quiet.silent)
        found.append(Task("touch", "week", title, reason, act, quiet.due_on, customer_id=quiet.customer_id))
    more = touch.count() - len(found) if len(found) == touch.MOST else 0
    return [*found, *([_more_quiet(more)] if more else [])]


def _more_quiet(more: int) -> Task:
    """Those that are not named, with the way to the list of all."""
    title = ngettext("{n} more customer was not heard from", "{n} more customers were not heard from", more)
    reason = _("The {n} most pressing are named here. The list has all of them.").format(n=touch.MOST)
    return Task("touch_more", "week", title.format(n=more), reason, "open", dates.today())


def occasion_tasks() -> list[Task]:
    """Birthdays and anniversaries within the week, on their day or before."""
    today = dates.today()
    return [_occasion_task(found, today) for found in occasions(today, dates.add_days(today, WEEK_DAYS))]


def _occasion_task(found: Occasion, today: date) -> Task:
    return Task(
        "birthday" if found.kind == "birthday" else "date",
        "today" if found.day == today else "week",
        occasion_title(found, today),
        _("A few words are remembered."),
        "write",
        found.day,
        customer_id=found.customer_id,
        record="person" if found.person_id else "",
        record_id=found.person_id,
        subject=found.title,
        facts=((_("Years"), str(found.years)),) if found.kind != "birthday" and found.years else (),
    )


def occasion_title(found: Occasion, today: date) -> str:
    """What is celebrated, and how old somebody or something becomes."""
    name, n = found.name, found.years or 0
    if found.kind == "birthday" and not found.years:
        return (_("{name} has a birthday today") if found.day == today else _("{name} has a birthday")).format(
            name=name
        )
    if found.kind == "birthday":
        words = _("{name} turns {age} today") if found.day == today else _("{name} turns {age}")
        return words.format(name=name, age=n)
    if found.kind == "since":
        return ngettext("{name} is a customer for {n} year", "{name} is a customer for {n} years", n).format(
            name=name, n=n
        )
    if found.years:
        words = ngettext("{name}: {title}, {n} year", "{name}: {title}, {n} years", n)
        return words.format(name=name, title=found.title, n=n)
    return _("{name}: {title}").format(name=name, title=found.title)


def occasions(first: date, last: date) -> list[Occasion]:
    """What comes round from one day to another, by day; 29 February is the 28th in years without it."""
    days = _days(first, last)
    found = [*_birthdays(days), *_dates(days, first, last), *_years_as_customer(first, last)]
    return sorted(found, key=lambda entry: (entry.day, entry.kind, entry.name))


def _days(first: date, last: date) -> dict[str, date]:
    """Month and day → the day, at most a year."""
    number = min((last - first).days, 365)
    days = {day.strftime("%m-%d"): day for day in (dates.add_days(first, n) for n in range(number + 1))}
    if "02-28" in days and "02-29" not in days and dates.end_of_month(days["02-28"]).day == 28:
        days["02-29"] = days["02-28"]
    return days


def _years(day: date, began: str) -> int | None:
    """The years since, None for a year that nobody knows."""
    year = int(began[:4])
    return day.year - year if year != dates.NO_YEAR else None


def _birthdays(days: dict[str, date]) -> list[Occasion]:
    marks = ",".join("?" * len(days))
    rows = db.query(
        "SELECT c.id, NULL, c.name, c.birthday_on FROM customer c WHERE c.deleted_at IS NULL AND c.archived_at IS NULL "
        f"AND c.birthday_on IS NOT NULL AND substr(c.birthday_on, 6) IN ({marks}) UNION ALL "
        "SELECT c.id, p.id, trim(p.first_name || ' ' || p.last_name), p.birthday_on "
        "FROM contact_person p JOIN customer c ON c.id = p.customer_id WHERE c.deleted_at IS NULL AND c.archived_at IS NULL "
        f"AND substr(p.birthday_on, 6) IN ({marks})",
        [*days, *days],
    )
    found = []
    for customer_id, person_id, name, born in rows:
        day = days[born[5:]]
        if day.year >= int(born[:4]):
            found.append(Occasion("birthday", day, customer_id, person_id, name, years=_years(day, born)))
    return found


def _dates(days: dict[str, date], first: date, last: date) -> list[Occasion]:
    """Days of a customer or a person with a title of their own: a wedding, the opening, a jubilee."""
    marks = ",".join("?" * len(days))
    rows = db.query(
        "SELECT c.id, p.id, coalesce(nullif(trim(p.first_name || ' ' || p.last_name), ''), c.name), d.title, d.day_on, "
        "d.is_yearly FROM customer_date d JOIN customer c ON c.id = d.customer_id "
        "LEFT JOIN contact_person p ON p.id = d.contact_person_id WHERE c.deleted_at IS NULL AND c.archived_at IS NULL "
        f"AND substr(d.day_on, 6) IN ({marks}) AND (d.is_yearly OR d.day_on BETWEEN ? AND ?)",
        [*days, first.isoformat(), last.isoformat()],
    )
    found = []
    for customer_id, person_id, name, title, began, is_yearly in rows:
        day = days[began[5:]] if is_yearly else date.fromisoformat(began)
        if day.year >= int(began[:4]):
            years = _years(day, began) if is_yearly else None
            found.append(Occasion("date", day, customer_id, person_id, name, title, years or None))
    return found


def _years_as_customer(first: date, last: date) -> list[Occasion]:
    """Whose first invoice is a round number of years ago."""
    spans = [
        (years, dates.add_months(first, -12 * years), dates.add_months(last, -12 * years)) for years in ROUND_YEARS
    ]
    parts = " UNION ALL ".join(
        f"SELECT d.customer_id, c.name, {years}, min(d.issue_on) FROM document d JOIN customer c ON c.id = d.customer_id "
        f"WHERE d.issue_on BETWEEN '{begin}' AND '{end}' AND d.state = 'issued' AND d.kind IN {_BILLS} "
        "AND c.deleted_at IS NULL AND c.archived_at IS NULL AND NOT EXISTS (SELECT 1 FROM document x "
        f"WHERE x.customer_id = d.customer_id AND x.issue_on < '{begin}' AND x.state = 'issued' AND x.kind IN {_BILLS}) "
        "GROUP BY d.customer_id"
        for years, begin, end in spans
    )
    return [
        Occasion("since", dates.add_months(date.fromisoformat(began), 12 * years), customer_id, None, name, "", years)
        for customer_id, name, years, began in db.query(parts)
    ]
