"""The stopwatch: one at a time, it runs on while the program is closed, and stopping it notes the hours as a service.

States: none → running ⇄ paused → stopped (a service that waits to be billed) or thrown away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.company import profile
from crm_desktop.core import dates, preferences, text
from crm_desktop.core.errors import Conflict, NotFound, ValidationError
from crm_desktop.core.i18n import document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.sales import work_done

# To how many full minutes the time is rounded up.
ROUNDINGS = (1, 5, 15)


@dataclass(frozen=True)
class Timer:
    """The stopwatch as it is now; `seconds` counts up to this moment, without the breaks."""

    customer_id: int | None
    customer: str
    name: str
    item_id: int | None
    running: bool
    seconds: int
    since: date


def current() -> Timer | None:
    """The stopwatch, or None when none was started."""
    found = db.one(
        "SELECT t.customer_id, coalesce(c.name, ''), t.name, t.item_id, t.started_at, t.seconds_before "
        "FROM running_timer t LEFT JOIN customer c ON c.id = t.customer_id WHERE t.id = 1"
    )
    if found is None:
        return None
    customer_id, customer, name, item_id, started_at, before = found
    if started_at is None:
        return Timer(customer_id, customer, name, item_id, running=False, seconds=before, since=dates.today())
    started = dates.instant_from(started_at)
    # A clock that was put back must not take time away.
    seconds = before + max(0, int((dates.now() - started).total_seconds()))
    return Timer(customer_id, customer, name, item_id, running=True, seconds=seconds, since=started.astimezone().date())


def start(customer_id: int | None = None, name: str = "", item_id: int | None = None) -> None:
    """Start the stopwatch, for a customer or for one that is said when it is stopped.

    Raises:
        Conflict: it runs already; one at a time.
    """
    with db.transaction():
        if (found := current()) is not None:
            about = found.customer or found.name or _("nobody yet")
            raise Conflict(_("The timer is on for {name} already. Stop it first.").format(name=about))
        values = {"id": 1, "customer_id": customer_id, "name": text.tidy(name), "item_id": item_id}
        db.insert("running_timer", values | {"started_at": dates.instant_text(dates.now())})


def pause() -> None:
    """Stop counting for now.

    Raises:
        NotFound: no timer was started.
    """
    with db.transaction():
        db.update("running_timer", 1, {"started_at": None, "seconds_before": _must().seconds})


def resume() -> None:
    """Go on counting.

    Raises:
        NotFound: no timer was started.
    """
    with db.transaction():
        if not _must().running:
            db.update("running_timer", 1, {"started_at": dates.instant_text(dates.now())})


def discard() -> None:
    """Throw the time away.

    Raises:
        NotFound: no timer was started.
    """
    with db.transaction():
        _must()
        db.delete("running_timer", 1)


def stop(values: dict[str, Any] | None = None) -> int:
    """Stop, and note the time as a service; gives its id. `values` say or correct what the timer does not know.

    Raises:
        NotFound: no timer was started.
        ValidationError: the customer is missing; the timer goes on.
    """
    with db.transaction(_("Note the time")):
        found, given = _must(), {name: value for name, value in (values or {}).items() if value}
        customer_id = given.get("customer_id") or found.customer_id
        if not customer_id:
            raise ValidationError({"customer_id": _("For whom was it? Choose the customer.")})
        own = {"customer_id": customer_id, "quantity": hours(found.seconds), "done_on": found.since, "unit": "HUR"}
        if found.item_id:
            own["item_id"] = found.item_id
        named = given.get("name") or found.name
        if named or not found.item_id:
            own["name"] = named or _usual_name(customer_id)
        service_id = work_done.save(own | given)
        db.delete("running_timer", 1)
    return service_id


def _must() -> Timer:
    found = current()
    if found is None:
        raise NotFound(_("The timer is not on."))
    return found


def _usual_name(customer_id: int) -> str:
    own = db.value("SELECT language FROM customer WHERE id = ?", [customer_id])
    return document_text(own or profile.load().language, "Working time")


def rounding() -> int:
    """To how many full minutes time is rounded up on this computer."""
    kept = preferences.get("timer_minutes", 1)
    return kept if kept in ROUNDINGS else 1


def set_rounding(minutes: int) -> None:
    """Round up to so many full minutes from now on."""
    preferences.put("timer_minutes", minutes)


def hours(seconds: int) -> Decimal:
    """Seconds as hours, rounded up to full steps of `rounding` minutes; never nothing."""
    step = rounding() * 60
    steps = max(1, -(-seconds // step))
    return round(Decimal(steps * rounding()) / 60, 6)
