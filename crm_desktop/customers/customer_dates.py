"""Birthdays and anniversaries of a customer and their people: a label, a day, a year where it is known.

A birthday belongs to the person: it is the one of their record, as on the form. All other days, and a birthday of somebody
who has no record (a child, a dog), stand in `customer_date` under a label in the owner's words. A day without a year has
the year `dates.NO_YEAR`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

# What is offered as a label; own words are as good.
BIRTHDAY, ANNIVERSARY = N_("Birthday"), N_("Anniversary")
LABELS = (BIRTHDAY, ANNIVERSARY, N_("Wedding day"), N_("Opening day"), N_("Name day"))
_LONGEST = 80


@dataclass(frozen=True)
class CustomerDate:
    """A day to remember. `person_id` is whose it is, None for the customer's own; `person` is their name.

    `id` is 0 for a new one and for a birthday, which is kept with its person (`is_birthday`). `yearly` days come round.
    """

    id: int = 0
    customer_id: int = 0
    person_id: int | None = None
    person: str = ""
    title: str = ""
    day: date = date(dates.NO_YEAR, 1, 1)
    yearly: bool = True
    is_birthday: bool = False

    @property
    def has_year(self) -> bool:
        """Whether the year is known."""
        return self.day.year != dates.NO_YEAR


def of_customer(customer_id: int) -> list[CustomerDate]:
    """All days of a customer and their people, in the order in which they come round from today on."""
    rows = db.query(
        "SELECT 0, id, NULL, '', '', birthday_on, 1, 1 FROM customer WHERE id = ?1 AND birthday_on IS NOT NULL UNION ALL "
        "SELECT 0, customer_id, id, trim(first_name || ' ' || last_name), '', birthday_on, 1, 1 FROM contact_person "
        "WHERE customer_id = ?1 AND birthday_on IS NOT NULL UNION ALL "
        "SELECT d.id, d.customer_id, p.id, coalesce(trim(p.first_name || ' ' || p.last_name), ''), d.title, d.day_on, "
        "d.is_yearly, 0 FROM customer_date d LEFT JOIN contact_person p ON p.id = d.contact_person_id "
        "WHERE d.customer_id = ?1",
        [customer_id],
    )
    found = [
        CustomerDate(
            number, owner, person, name, title or _(BIRTHDAY), date.fromisoformat(day), bool(yearly), bool(is_birthday)
        )
        for number, owner, person, name, title, day, yearly, is_birthday in rows
    ]
    return sorted(found, key=lambda one: (next_day(one) or dates.LATEST, one.title, one.person))


def next_day(one: CustomerDate) -> date | None:
    """When it comes round next, today counted; None for a day that was once. 29 February is the 28th in other years."""
    today = dates.today()
    if not one.yearly:
        return one.day if one.day >= today else None
    # From the day in a leap year, so that the 29th of February finds its place in each.
    began = one.day.replace(year=2000)
    this_year = dates.add_months(began, (today.year - 2000) * 12)
    found = this_year if this_year >= today else dates.add_months(began, (today.year + 1 - 2000) * 12)
    return max(found, one.day) if one.has_year else found


def save(one: CustomerDate, before: CustomerDate | None = None) -> None:
    """Add a day, or change the one that stood there `before`; one step, however it was kept until now.

    A day with the label of a birthday becomes the birthday of its person.

    Raises:
        ValidationError: the label or the day is missing, or the person's birthday is known already.
        NotFound: the customer, the person or the day is gone.
    """
    one = replace(one, title=text.tidy(one.title)[:_LONGEST])
    one = replace(one, is_birthday=_means_birthday(one))
    _check(one, before)
    with db.transaction(_("Remember a day: {title}").format(title=one.title)):
        if before is not None and (one.is_birthday or before.is_birthday) and _place(one) != _place(before):
            _remove(before)
            one = replace(one, id=0)
        _keep(one)


def remove(one: CustomerDate) -> None:
    """Take a day away; undo brings it back.

    Raises:
        NotFound: it is gone already.
    """
    with db.transaction(_("Remove a day: {title}").format(title=one.title)):
        _remove(one)


def _means_birthday(one: CustomerDate) -> bool:
    """Whether a day is the birthday of somebody who has a record: a contact person, or a customer who is a person."""
    if not one.yearly or text.fold(one.title) not in {text.fold(BIRTHDAY), text.fold(_(BIRTHDAY))}:
        return False
    return bool(one.person_id) or db.value("SELECT kind FROM customer WHERE id = ?", [one.customer_id]) == "person"


def _place(one: CustomerDate) -> tuple[bool, int | None, int]:
    return one.is_birthday, one.person_id, one.id


def _check(one: CustomerDate, before: CustomerDate | None) -> None:
    if not one.title:
        raise ValidationError({"title": _("Say what is remembered: a birthday, an anniversary, or in your words.")})
    if one.day.year != dates.NO_YEAR and not dates.is_plausible(one.day):
        raise ValidationError({"day": _("This day lies before 1900. Check the year.")})
    if not one.yearly and not one.has_year:
        raise ValidationError({"day": _("A day that comes only once needs its year.")})
    known = _birthday_of(one)
    if known and not (before is not None and before.is_birthday and before.person_id == one.person_id):
        words = _("This birthday is known already. Change it there.")
        raise ValidationError({"title": words})


def _birthday_of(one: CustomerDate) -> str | None:
    """The birthday that stands where this one would go."""
    if not one.is_birthday:
        return None
    table, row_id = _record(one)
    found = db.value(f"SELECT birthday_on FROM {table} WHERE id = ?", [row_id])
    return None if found is None else str(found)


def _record(one: CustomerDate) -> tuple[str, int]:
    return ("contact_person", one.person_id) if one.person_id else ("customer", one.customer_id)


def _set_birthday(one: CustomerDate, day: str | None) -> bool:
    table, row_id = _record(one)
    stamped = {"updated_at": dates.stamp()} if table == "customer" else {}
    return bool(db.update(table, row_id, {"birthday_on": day} | stamped))


def _keep(one: CustomerDate) -> None:
    if one.is_birthday:
        kept = _set_birthday(one, one.day.isoformat())
    else:
        values = {
            "customer_id": one.customer_id, "contact_person_id": one.person_id, "title": one.title,
            "day_on": one.day.isoformat(), "is_yearly": int(one.yearly),
        }  # fmt: skip
        kept = bool(db.update("customer_date", one.id, values) if one.id else db.insert("customer_date", values))
    if not kept:
        raise NotFound(_("This entry is no longer there."))


def _remove(one: CustomerDate) -> None:
    gone = _set_birthday(one, None) if one.is_birthday else bool(db.delete("customer_date", one.id))
    if not gone:
        raise NotFound(_("This entry is no longer there."))
