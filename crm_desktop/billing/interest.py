"""Interest on late payments: the owner's rates with the day from which each holds, and what a late invoice has borne.

Each day from the day after the due date bears interest on what was open at its end, so that a part payment counts from
the day on which it came. A year has 365 days; a rate holds from its day until the next one; before the first rate nothing
is borne. Everything is added up exactly and rounded once, half up, to the minor unit of the currency.

The program brings no rates: they differ by country, by contract and by half-year, so the owner enters what may be asked.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

DAYS_OF_YEAR = 365
_HIGHEST_BP = 10_000
_PARTS = 10_000 * DAYS_OF_YEAR  # a rate is in hundredths of a per cent, for a year


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate for private people and one for businesses, in hundredths of a per cent a year, from a day on."""

    from_on: date
    private_bp: int
    business_bp: int
    note: str = ""
    id: int = 0

    def of(self, *, business: bool) -> int:
        """The rate for a business or for a private person."""
        return self.business_bp if business else self.private_bp


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row with the same open amount and the same rate; both days count."""

    first: date
    last: date
    open_minor: int
    rate_bp: int

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Base:
    """An invoice that may bear interest: when it was due, what was to be paid, and day and amount of what was settled."""

    due_on: date
    due_minor: int
    settled: tuple[tuple[date, int], ...]


def rates() -> list[Rate]:
    """All rates, the oldest first."""
    found = db.query("SELECT from_on, private_bp, business_bp, note, id FROM interest_rate ORDER BY from_on")
    return [Rate(date.fromisoformat(day), *rest) for day, *rest in found]


def rate_on(day: date, known: Sequence[Rate]) -> Rate | None:
    """The rate that holds on a day, or None before the first."""
    return max((rate for rate in known if rate.from_on <= day), key=lambda rate: rate.from_on, default=None)


def save(rate: Rate) -> int:
    """Add a rate (id 0) or change one; gives its id.

    Raises:
        ValidationError: the day or a rate cannot be right, or another rate begins on that day.
    """
    problems = {}
    if not dates.is_plausible(rate.from_on):
        problems["from_on"] = _("The year {year} cannot be right. Please check the date.").format(
            year=rate.from_on.year
        )
    elif db.one("SELECT 1 FROM interest_rate WHERE from_on = ? AND id <> ?", [rate.from_on.isoformat(), rate.id]):
        problems["from_on"] = _("Another rate begins on this day. Change that one, or choose another day.")
    for name in ("private_bp", "business_bp"):
        if not 0 <= getattr(rate, name) <= _HIGHEST_BP:
            problems[name] = _("A rate goes from 0 to 100% a year.")
    if problems:
        raise ValidationError(problems)
    values = {
        "from_on": rate.from_on.isoformat(),
        "private_bp": rate.private_bp,
        "business_bp": rate.business_bp,
        "note": text.tidy(rate.note),
    }
    with db.transaction(_("Edit interest rates")):
        if not rate.id:
            return db.insert("interest_rate", values)
        if not db.update("interest_rate", rate.id, values):
            raise NotFound(_("This rate is no longer there."))
    return rate.id


def remove(rate_id: int) -> None:
    """Take a rate away; letters that were made keep what they say."""
    with db.transaction(_("Edit interest rates")):
        db.delete("interest_rate", rate_id)


def stretches(
    due_on: date, until: date, opened_minor: int, settled: Sequence[tuple[date, int]], rate: Sequence[tuple[date, int]]
) -> Iterator[Stretch]:
    """The days that bear interest, cut where the open amount or the rate changes; without those that bear none.

    Args:
        due_on: the first day that counts is the one after it.
        until: the last day that counts.
        opened_minor: what was to be paid before anything was settled.
        settled: day and amount of everything that was settled; what came earlier than the first day counts too.
        rate: from which day which rate holds, in hundredths of a per cent.
    """
    first = dates.add_days(due_on, 1)
    cuts = {first, *(day for day, _minor in settled), *(day for day, _bp in rate)}
    starts = sorted(day for day in cuts if first <= day <= until)
    for place, start in enumerate(starts):
        last = dates.add_days(starts[place + 1], -1) if place + 1 < len(starts) else until
        still = opened_minor - sum(minor for day, minor in settled if day <= start)
        held = max((entry for entry in rate if entry[0] <= start), default=(start, 0))[1]
        if still > 0 and held:
            yield Stretch(start, last, still, held)


def sum_minor(borne: Sequence[Stretch]) -> int:
    """The interest of all stretches in minor units, rounded once, half up."""
    parts = sum(stretch.open_minor * stretch.rate_bp * stretch.days for stretch in borne)
    return (2 * parts + _PARTS) // (2 * _PARTS)


def bases(document_ids: Collection[int]) -> dict[int, Base]:
    """Document → what its interest is worked out of; without those that are not issued or have no due date."""
    wanted = [json.dumps(list(document_ids))]
    settled: dict[int, list[tuple[date, int]]] = {}
    for document_id, day, minor in db.query(
        "SELECT document_id, made_on, amount_minor FROM allocation WHERE document_id IN (SELECT value FROM json_each(?)) "
        "ORDER BY id",
        wanted,
    ):
        settled.setdefault(document_id, []).append((date.fromisoformat(day), minor))
    rows = db.query(
        "SELECT id, due_on, due_minor FROM document WHERE id IN (SELECT value FROM json_each(?)) AND state = 'issued' "
        "AND due_on IS NOT NULL",
        wanted,
    )
    return {key: Base(date.fromisoformat(due), minor, tuple(settled.get(key, ()))) for key, due, minor in rows}


def borne(base: Base, until: date, *, business: bool, known: Sequence[Rate]) -> list[Stretch]:
    """The stretches that bear interest up to and including a day."""
    used = [(rate.from_on, rate.of(business=business)) for rate in known]
    return list(stretches(base.due_on, until, base.due_minor, base.settled, used))


def of_document(document_id: int, until: date, *, business: bool, known: Sequence[Rate] | None = None) -> list[Stretch]:
    """The stretches of an issued invoice up to and including a day; none without a due date or without rates."""
    base = bases([document_id]).get(document_id)
    return borne(base, until, business=business, known=rates() if known is None else known) if base else []


def percent(rate_bp: int) -> Decimal:
    """A rate in per cent."""
    return Decimal(rate_bp) / 100
