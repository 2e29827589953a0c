"""What customers agreed to, out of the columns of a file: one column a purpose, beside it the day and how it was given.

A cell says yes, no, "withdrawn", or the day on which consent was given. An empty cell says nothing: nobody agrees by
silence, and who did not opt out did not opt in. Entries are added, never changed; one that says what holds already is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import consent
from crm_desktop.customers.consent import GIVEN, REFUSED, WITHDRAWN
from crm_desktop.db import connection as db

PREFIX = "consent_"
DAY, SOURCE, NO_NEWSLETTER = "consent_on", "consent_source", "consent_newsletter_no"
FIELDS = tuple(f"{PREFIX}{purpose}" for purpose in consent.PURPOSES)
# purpose, state, day ("" = not said), source ("" = not said)
Said = tuple[str, str, str, str]
_COLUMNS = "customer_id, purpose, state, on_day_on, source, note, created_at"


def said(raw: dict[str, Any]) -> list[Said]:
    """What a row says about consent: the cells of its purposes with the day and the source beside them."""
    day = raw[DAY].isoformat() if DAY in raw else ""
    source = raw.get(SOURCE, "")
    found: list[Said] = []
    for field in FIELDS:
        if word := raw.get(field):
            state, _blank, own_day = word.partition(" ")
            found.append((field.removeprefix(PREFIX), state, own_day or day, source))
    out, _blank, own_day = raw.get(NO_NEWSLETTER, "").partition(" ")
    if out == GIVEN and FIELDS[0] not in raw:
        found.append(("newsletter", REFUSED, own_day or day, source))
    return found


class Known:
    """The consents of some customers as they stand."""

    def __init__(self, listed: str) -> None:
        self._history: dict[tuple[int, str], list[tuple[str, str]]] = {}
        rows = db.query(
            "SELECT customer_id, purpose, state, on_day_on FROM consent "
            f"WHERE customer_id IN ({listed}) AND contact_person_id IS NULL ORDER BY on_day_on DESC, id DESC"
        )
        for customer_id, purpose, state, day in rows:
            self._history.setdefault((customer_id, purpose), []).append((state, day))

    def new(self, customer_id: int, told: Iterable[Said]) -> list[Said]:
        """Of what a row says that which is not written down yet; a "no" after a yes is its withdrawal."""
        found = []
        for purpose, state, day, source in told:
            if not self._is_there(customer_id, (purpose, state, day, source)):
                withdraws = state == REFUSED and self.before(customer_id, purpose) == GIVEN
                found.append((purpose, WITHDRAWN if withdraws else state, day, source))
        return found

    def _is_there(self, customer_id: int, entry: Said) -> bool:
        purpose, state, day, _source = entry
        entries = self._history.get((customer_id, purpose), [])
        # "No" after a yes was withdrawn says the same.
        same = {state} if state == GIVEN else {REFUSED, WITHDRAWN}
        return (
            any(old in same and when == day for old, when in entries)
            if day
            else bool(entries) and entries[0][0] in same
        )

    def before(self, customer_id: int, purpose: str) -> str:
        """The state that holds, "" where nobody was asked."""
        entries = self._history.get((customer_id, purpose))
        return entries[0][0] if entries else ""

    def changes(self, customer_id: int, told: Iterable[Said]) -> dict[str, tuple[str, Said]]:
        """What a row would add: field → the state before in words, and the entry."""
        return {
            f"{PREFIX}{entry[0]}": (consent.state_words(self.before(customer_id, entry[0])), entry)
            for entry in self.new(customer_id, told)
        }


def shown(entry: Said) -> str:
    """An entry in words, for the list of changes."""
    _purpose, state, day, source = entry
    return ", ".join(part for part in (consent.state_words(state), day, source) if part)


def in_words(entry: Said) -> str:
    """An entry with its purpose."""
    return f"{consent.purpose_words(entry[0])}: {shown(entry)}"


def write(wanted: Iterable[tuple[int, Said]]) -> None:
    """Add entries. A day that is not said is today; a consent says at least that it comes from an import."""
    today, now, why = dates.today().isoformat(), dates.instant_text(dates.now()), _("from an import")
    db.execute_many(
        f"INSERT INTO consent({_COLUMNS}) VALUES(?, ?, ?, ?, ?, '', ?)",
        (
            (customer_id, purpose, state, day or today, source or (why if state == GIVEN else ""), now)
            for customer_id, (purpose, state, day, source) in wanted
        ),
    )
