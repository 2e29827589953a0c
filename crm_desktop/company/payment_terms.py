"""Payment terms: when an invoice is due, and what discount an early payment earns.

`date`: days after the issue date. `month_end`: end of the issue month plus days. `day_of_next_month`: the given day of
the following month (proximo).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

# name, days, basis, discount in hundredths of a per cent, discount days
_PRESETS = {
    "de": (
        ("14 Tage", 14, "date", 0, 0),
        ("Sofort", 0, "date", 0, 0),
        ("7 Tage", 7, "date", 0, 0),
        ("30 Tage", 30, "date", 0, 0),
        ("14 Tage, 2 % Skonto in 7 Tagen", 14, "date", 200, 7),
    ),
    "en": (
        ("14 days", 14, "date", 0, 0),
        ("At once", 0, "date", 0, 0),
        ("7 days", 7, "date", 0, 0),
        ("30 days", 30, "date", 0, 0),
        ("14 days, 2% within 7 days", 14, "date", 200, 7),
    ),
}


@dataclass(frozen=True)
class Terms:
    """One set of terms. `discount_bp` in hundredths of a per cent; 0 means no discount."""

    id: int
    name: str
    days: int
    basis: str
    discount_bp: int
    discount_days: int


def set_up(language: str) -> int:
    """Write the terms that a new data file starts with; gives the id of the usual one (14 days)."""
    with db.transaction():
        ids = [
            db.insert(
                "payment_terms",
                dict(zip(("name", "days", "basis", "discount_bp", "discount_days"), preset, strict=True))
                | {"position": i},
            )
            for i, preset in enumerate(_PRESETS.get(language, _PRESETS["en"]))
        ]
    return ids[0]


def all_terms() -> list[Terms]:
    """The terms to choose from, in the owner's order."""
    return [
        Terms(*row)
        for row in db.query(
            "SELECT id, name, days, basis, discount_bp, discount_days FROM payment_terms "
            "WHERE deleted_at IS NULL ORDER BY position, id"
        )
    ]


def get(terms_id: int) -> Terms:
    """Terms by id, also ones that are no longer offered.

    Raises:
        NotFound: there are no such terms.
    """
    row = db.one("SELECT id, name, days, basis, discount_bp, discount_days FROM payment_terms WHERE id = ?", [terms_id])
    if row is None:
        raise NotFound(_("These payment terms are no longer there. Choose others."))
    return Terms(*row)


def save(terms: Terms) -> int:
    """Add terms (id 0) or change them; gives the id.

    Raises:
        ValidationError: a value makes no sense.
    """
    problems = {}
    if not text.tidy(terms.name):
        problems["name"] = _("Give the terms a name, for example “14 days”.")
    if not 0 <= terms.days <= 365:
        problems["days"] = _("Days go from 0 to 365.")
    if not 0 <= terms.discount_bp <= 5000:
        problems["discount_bp"] = _("A discount goes from 0 to 50%.")
    if terms.discount_bp and not 0 <= terms.discount_days <= terms.days:
        problems["discount_days"] = _("The discount must end before the payment is due.")
    if problems:
        raise ValidationError(problems)
    values = {
        "name": text.tidy(terms.name),
        "days": terms.days,
        "basis": terms.basis,
        "discount_bp": terms.discount_bp,
        "discount_days": terms.discount_days,
    }
    with db.transaction(_("Edit payment terms {name}").format(name=terms.name)):
        if terms.id:
            db.update("payment_terms", terms.id, values)
            return terms.id
        return db.insert("payment_terms", values | {"position": 1000})


def remove(terms_id: int) -> None:
    """Offer these terms no longer; documents that use them keep them."""
    with db.transaction(_("Remove payment terms {name}").format(name=get(terms_id).name)):
        db.update("payment_terms", terms_id, {"deleted_at": dates.instant_text(dates.now())})


def due_on(terms: Terms, issued: date) -> date:
    """The day by which an invoice of this issue date must be paid."""
    if terms.basis == "month_end":
        return dates.add_days(dates.end_of_month(issued), terms.days)
    if terms.basis == "day_of_next_month":
        following = dates.add_months(issued.replace(day=1), 1)
        return min(dates.add_days(following, max(terms.days, 1) - 1), dates.end_of_month(following))
    return dates.add_days(issued, terms.days)


def discount_until(terms: Terms, issued: date) -> date | None:
    """The last day on which the discount may be taken, or None without a discount."""
    return dates.add_days(issued, terms.discount_days) if terms.discount_bp else None
