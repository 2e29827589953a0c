"""Staying in touch: who was not heard from for longer than the owner wants, by customer or by tag.

Contact is what was written down by hand: a call, mail, meeting, letter, message or visit, in either direction. Our own
documents are none, and neither is a case: it may come up by itself (a service that is due) or be opened days after
somebody called. Who takes a complaint on the phone writes the call down, and the case for what is to be done.

A number of days stands at a customer or at a tag; the shorter one counts, and 0 at a customer means "not any more",
whatever the tags say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

CONTACT_KINDS = ("call", "email", "meeting", "letter", "message", "visit")
# The longest are named; as they are called, others come up.
MOST = 100
MOST_DAYS = 3650
_KINDS = ", ".join(f"'{kind}'" for kind in CONTACT_KINDS)
_WANTED = """
WITH wanted(id, days) AS (
  SELECT id, touch_days FROM customer WHERE touch_days > 0
  UNION ALL
  SELECT l.customer_id, t.touch_days FROM tag t JOIN customer_tag l ON l.tag_id = t.id
    JOIN customer c ON c.id = l.customer_id WHERE t.touch_days > 0 AND coalesce(c.touch_days, 1) > 0),
cadence AS (SELECT id, min(days) AS days FROM wanted GROUP BY id)
"""
_LAST = f"""(SELECT date(e.happened_at, 'localtime') FROM timeline_entry e WHERE e.customer_id = c.id AND e.kind IN ({_KINDS})
  AND e.happened_at <= :now ORDER BY e.happened_at DESC LIMIT 1)"""
_QUIET = f"""{_WANTED}, quiet AS (
  SELECT c.id, c.name, c.phone, k.days, {_LAST} AS last_on, date(c.created_at, 'localtime') AS known_on
  FROM cadence k JOIN customer c ON c.id = k.id WHERE c.deleted_at IS NULL AND c.archived_at IS NULL)"""
_IS_DUE = "date(coalesce(last_on, known_on), '+' || days || ' days') <= :today"
_DUE = f"""{_QUIET}
SELECT id, name, phone, days, last_on, coalesce(last_on, known_on) AS since_on FROM quiet WHERE {_IS_DUE}
ORDER BY date(coalesce(last_on, known_on), '+' || days || ' days'), id LIMIT {MOST}
"""


@dataclass(frozen=True)
class Quiet:
    """A customer that was not heard from: `days` are wanted, `silent` went by; `last_on` is None without any contact."""

    customer_id: int
    name: str
    phone: str
    days: int
    last_on: date | None
    silent: int
    due_on: date


def quiet() -> list[Quiet]:
    """Customers that were not heard from for too long, the most pressing first, at most `MOST`."""
    today = dates.today()
    now = {"now": dates.instant_text(dates.now()), "today": today.isoformat()}
    return [
        Quiet(
            customer_id,
            name,
            phone,
            days,
            date.fromisoformat(last) if last else None,
            (today - date.fromisoformat(since)).days,
            dates.add_days(date.fromisoformat(since), days),
        )
        for customer_id, name, phone, days, last, since in db.raw().execute(_DUE, now)
    ]


def members() -> tuple[str, list[object]]:
    """All of them as a statement that gives their ids, with its values in order: for lists that are narrowed by it."""
    sql = f"{_QUIET} SELECT id FROM quiet WHERE {_IS_DUE}".replace(":now", "?").replace(":today", "?")
    return f"SELECT id FROM ({sql})", [dates.instant_text(dates.now()), dates.today().isoformat()]


def count() -> int:
    """How many were not heard from for too long."""
    sql, values = members()
    return int(db.value(f"SELECT count(*) FROM ({sql})", values))


def days_of(customer_id: int) -> int | None:
    """After how many days this customer should be heard from, by its own wish or a tag's; None for no matter."""
    own = db.value("SELECT touch_days FROM customer WHERE id = ?", [customer_id])
    if own == 0:
        return None
    by_tag = db.value(
        "SELECT min(t.touch_days) FROM tag t JOIN customer_tag l ON l.tag_id = t.id WHERE l.customer_id = ? AND t.touch_days > 0",
        [customer_id],
    )
    found = [int(days) for days in (own, by_tag) if days]
    return min(found) if found else None


def keep_in_touch(customer_id: int, days: int | None) -> None:
    """Be told when a customer was not heard from for so many days; None leaves it to the tags.

    Raises:
        ValidationError: so many days cannot be meant.
    """
    _check(days)
    with db.transaction(_("Stay in touch")):
        db.update("customer", customer_id, {"touch_days": days, "updated_at": dates.stamp()})


def not_any_more(customer_id: int) -> None:
    """Never be told of this customer again, also by no tag."""
    with db.transaction(_("No longer stay in touch")):
        db.update("customer", customer_id, {"touch_days": 0, "updated_at": dates.stamp()})


def tag_days() -> dict[str, int]:
    """Tag → after how many days its customers should be heard from; only tags that say so."""
    return dict(db.query("SELECT name, touch_days FROM tag WHERE touch_days > 0 ORDER BY name"))


def keep_tag_in_touch(tag: str, days: int | None) -> None:
    """Be told when a customer with this tag was not heard from for so many days; None for no matter.

    Raises:
        ValidationError: so many days cannot be meant.
    """
    _check(days)
    with db.transaction(_("Stay in touch with {tag}").format(tag=tag)):
        tag_id = db.value("SELECT id FROM tag WHERE name = ?", [tag])
        if tag_id is not None:
            db.update("tag", tag_id, {"touch_days": days})


def _check(days: int | None) -> None:
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise ValidationError(
            {"touch_days": _("Between 1 day and {n} days are possible; leave it empty for none.").format(n=MOST_DAYS)}
        )
