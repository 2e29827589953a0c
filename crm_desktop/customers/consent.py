"""What a customer agreed to, per purpose, with day and source; nothing is overwritten.

States: not asked (no entry) → given, refused, or withdrawn; the newest entry of a purpose holds. A contact person agrees for
their own address, and the customer for its own; what the customer refuses later counts for its people too.
Source: GDPR art. 7: the seller must be able to show that, when and how consent was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

GIVEN, REFUSED, WITHDRAWN = "given", "refused", "withdrawn"
STATES = (GIVEN, REFUSED, WITHDRAWN)
# Purposes that the program knows; the owner may write any other.
PURPOSES = {
    "newsletter": N_("Newsletter by e-mail"),
    "post": N_("Advertising by post"),
    "phone": N_("Advertising by phone"),
    "messages": N_("Short messages"),
    "photos": N_("Photos and references"),
    "feedback": N_("Being asked how satisfied they are"),
}


@dataclass(frozen=True)
class Consent:
    """One entry; `purpose` is a code of ours or the owner's own words. `person_id` is None for the customer's own address."""

    id: int
    customer_id: int
    purpose: str
    state: str
    day: date
    source: str
    note: str
    person_id: int | None = None
    person: str = ""

    @property
    def label(self) -> str:
        """The purpose in words."""
        return purpose_words(self.purpose)


def purpose_words(purpose: str) -> str:
    """A purpose in words."""
    return _(PURPOSES[purpose]) if purpose in PURPOSES else purpose


def state_words(state: str) -> str:
    """A state in words; "" is not asked."""
    return {GIVEN: _("Given"), REFUSED: _("Refused"), WITHDRAWN: _("Withdrawn")}.get(state, _("Not asked"))


def purposes() -> list[tuple[str, str]]:
    """Ours and those in use: key and words."""
    used = [p for (p,) in db.query("SELECT DISTINCT purpose FROM consent ORDER BY purpose") if p not in PURPOSES]
    return [*((key, _(words)) for key, words in PURPOSES.items()), *((own, own) for own in used)]


def history(customer_id: int) -> list[Consent]:
    """All entries of a customer and its people, newest first."""
    rows = db.query(
        "SELECT k.id, k.customer_id, k.purpose, k.state, k.on_day_on, k.source, k.note, p.id, "
        "coalesce(nullif(trim(p.first_name || ' ' || p.last_name), ''), p.email, '') FROM consent k "
        "LEFT JOIN contact_person p ON p.id = k.contact_person_id WHERE k.customer_id = ? ORDER BY k.on_day_on DESC, k.id DESC",
        [customer_id],
    )
    return [
        Consent(i, who, purpose, state, date.fromisoformat(day), *rest) for i, who, purpose, state, day, *rest in rows
    ]


def current(customer_id: int, person_id: int | None = None) -> list[Consent]:
    """What holds now for the customer's own address, or a person's: the newest entry of each purpose, ours first."""
    newest: dict[str, Consent] = {}
    for found in history(customer_id):
        if found.person_id == person_id:
            newest.setdefault(found.purpose, found)
    order = [*PURPOSES, *sorted(p for p in newest if p not in PURPOSES)]
    return [newest[purpose] for purpose in order if purpose in newest]


def allows(customer_id: int, purpose: str) -> bool:
    """Whether a customer has agreed to a purpose for its own address and not taken it back."""
    return any(found.purpose == purpose and found.state == GIVEN for found in current(customer_id))


def note(
    customer_id: int,
    purpose: str,
    state: str,
    *,
    day: date | None = None,
    source: str = "",
    why: str = "",
    person_id: int | None = None,
) -> int:
    """Write down what a customer, or one of its people, agreed to or refused; gives the id.

    Raises:
        ValidationError: purpose or source is missing, or the day lies ahead.
    """
    purpose, source = text.tidy(purpose), text.tidy(source)
    known = {words.casefold(): key for key, words in purposes()}
    purpose, day = known.get(purpose.casefold(), purpose), day or dates.today()
    problems = {}
    if not purpose:
        problems["purpose"] = _("Write what it is about.")
    if state == GIVEN and not source:
        problems["source"] = _("Write how you got the consent: a form, a call, a mail. You may have to show it.")
    if day > dates.today():
        problems["day"] = _("This day lies ahead.")
    if problems:
        raise ValidationError(problems)
    values = {"customer_id": customer_id, "purpose": purpose, "state": state, "on_day_on": day.isoformat()}
    values |= {"contact_person_id": person_id}
    with db.transaction(_("Consent: {purpose}").format(purpose=purpose_words(purpose))):
        now = dates.instant_text(dates.now())
        return db.insert("consent", values | {"source": source, "note": text.tidy(why), "created_at": now})


def remove(consent_id: int) -> None:
    """Take an entry away that was written by mistake; undo brings it back."""
    with db.transaction(_("Remove consent")):
        if not db.delete("consent", consent_id):
            raise NotFound(_("This entry is no longer there."))
