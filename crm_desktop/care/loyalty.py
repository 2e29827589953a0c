"""Loyalty: levels by turnover with a discount, and points for paid invoices. Off until the owner switches them on.

A level is reached by the turnover without tax of the last months; its discount stands on new documents as a plain
discount with its reason ("Gold: 5 %") that the owner can take out. Points are in `loyalty_points`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.billing import drafts, to_bill
from crm_desktop.billing.document import INVOICE, ORDER_CONFIRMATION, PROFORMA, QUOTE, RECEIPT, TURNOVER_SQL, Draft
from crm_desktop.company import profile
from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import LARGEST_MINOR
from crm_desktop.core.progress import Progress
from crm_desktop.customers import merging
from crm_desktop.db import connection as db
from crm_desktop.db import noted
from crm_desktop.sales.basket import Adjustment

_KEY = "loyalty"
LONGEST_MONTHS = 120
DISCOUNTED = (INVOICE, RECEIPT, QUOTE, ORDER_CONFIRMATION, PROFORMA)
_TURNOVER = (
    f"SELECT coalesce(sum({TURNOVER_SQL}), 0) FROM document d "
    f"WHERE d.customer_id IN {merging.family_sql('?1')} AND d.state = 'issued' AND d.currency = ?2 "
    "AND d.kind IN ('invoice', 'credit_note', 'receipt') AND d.issue_on > ?3"
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the owner chose. Amounts in minor units of the company's currency.

    `months` of turnover count for a level. One point is given for each `per_minor` paid with tax, and is worth
    `value_minor` when it is redeemed; points expire after `expiry_months`, never with 0. `since` is the day on which
    points were switched on: invoices before it earn none.
    """

    levels: bool = False
    points: bool = False
    months: int = 12
    per_minor: int = 100
    value_minor: int = 1
    expiry_months: int = 24
    since: str = ""


@dataclass(frozen=True)
class Level:
    """A level: from this turnover on (minor units), this discount (hundredths of a per cent)."""

    id: int
    name: str
    from_minor: int
    discount_bp: int

    @property
    def reason(self) -> str:
        """What stands on paper beside the discount: "Gold: 5 %"."""
        return f"{self.name}: {(Decimal(self.discount_bp) / 100).normalize():f} %"


@dataclass(frozen=True)
class Standing:
    """Where a customer stands: turnover of the last months, level, the next level and what is missing to it."""

    turnover_minor: int
    currency: str
    level: Level | None
    next_level: Level | None

    @property
    def missing_minor(self) -> int:
        """The turnover that is missing to the next level, in minor units; 0 on the highest."""
        return max(0, self.next_level.from_minor - self.turnover_minor) if self.next_level else 0


# ---- settings -------------------------------------------------------------------------------------------------------


def settings() -> Settings:
    """What the owner chose."""
    stored = db.value("SELECT value FROM setting WHERE key = ?", [_KEY])
    return Settings(**json.loads(stored)) if stored else Settings()


def set_settings(values: dict[str, Any]) -> None:
    """Change some of the settings. Switching points on notes the day: earlier invoices earn none.

    Raises:
        ValidationError: a number cannot be kept; field → sentence.
    """
    before = settings()
    found = replace(before, **values)
    problems = _problems(found)
    if problems:
        raise ValidationError(problems)
    if found.points and not before.points:
        found = replace(found, since=dates.today().isoformat())
    with db.transaction(_("Change settings"), merge=True):
        noted.put_setting(_KEY, json.dumps(asdict(found)))


def _problems(found: Settings) -> dict[str, str]:
    problems = {}
    if not 1 <= found.months <= LONGEST_MONTHS:
        problems["months"] = _("Enter a number of months from 1 to {most}.").format(most=LONGEST_MONTHS)
    if not 1 <= found.per_minor < LARGEST_MINOR:
        problems["per_minor"] = _("Enter for which amount one point is given.")
    if not 0 <= found.value_minor <= found.per_minor:
        problems["value_minor"] = _("A point is worth at most what has to be paid for it.")
    if not 0 <= found.expiry_months <= LONGEST_MONTHS:
        problems["expiry_months"] = _("Enter a number of months from 0 (never) to {most}.").format(most=LONGEST_MONTHS)
    return problems


# ---- levels ---------------------------------------------------------------------------------------------------------


def levels() -> list[Level]:
    """The levels, the lowest first."""
    return [
        Level(*row)
        for row in db.query("SELECT id, name, from_minor, discount_bp FROM loyalty_level ORDER BY from_minor, id")
    ]


def save_level(level: Level) -> int:
    """Keep a level, new (id 0) or changed; gives its id.

    Raises:
        ValidationError: an entry cannot be kept; field → sentence.
    """
    name, problems, others = text.tidy(level.name), {}, [one for one in levels() if one.id != level.id]
    if not name:
        problems["name"] = _("Give it a name.")
    elif any(text.fold(one.name) == text.fold(name) for one in others):
        problems["name"] = _("There is a level with this name already.")
    if not 0 <= level.from_minor < LARGEST_MINOR:
        problems["from_minor"] = _("Enter a turnover of 0 or more.")
    elif any(one.from_minor == level.from_minor for one in others):
        problems["from_minor"] = _("Another level begins at this turnover.")
    if not 0 <= level.discount_bp <= 10_000:
        problems["discount_bp"] = _("Enter a discount from 0 to 100 percent.")
    if problems:
        raise ValidationError(problems)
    values = {"name": name, "from_minor": level.from_minor, "discount_bp": level.discount_bp}
    title = _("Edit level {name}") if level.id else _("New level {name}")
    with db.transaction(title.format(name=name)):
        if level.id:
            db.update("loyalty_level", level.id, values)
            return level.id
        return db.insert("loyalty_level", values)


def remove_level(level_id: int) -> None:
    """Take a level away; undo brings it back.

    Raises:
        NotFound: it is no longer there.
    """
    found = next((one for one in levels() if one.id == level_id), None)
    if found is None:
        raise NotFound(_("This level is no longer there."))
    with db.transaction(_("Remove level {name}").format(name=found.name)):
        db.delete("loyalty_level", level_id)


def turnover_minor(customer_id: int, day: date | None = None) -> int:
    """The turnover without tax of a customer's last months, in minor units of the company's currency."""
    after = dates.add_months(day or dates.today(), -settings().months).isoformat()
    return int(db.value(_TURNOVER, [customer_id, profile.load().currency, after]))


def standing(customer_id: int) -> Standing:
    """Where a customer stands today."""
    turnover, every = turnover_minor(customer_id), levels()
    reached = [level for level in every if level.from_minor <= turnover]
    missing = [level for level in every if level.from_minor > turnover]
    return Standing(
        turnover, profile.load().currency, reached[-1] if reached else None, missing[0] if missing else None
    )


# ---- the discount ---------------------------------------------------------------------------------------------------


def discount_of(customer_id: int | None) -> Adjustment | None:
    """The discount that a customer's level brings today, or None."""
    if customer_id is None or not settings().levels:
        return None
    level = standing(customer_id).level
    if level is None or not level.discount_bp:
        return None
    return Adjustment(percent=Decimal(level.discount_bp) / 100, reason=level.reason)


def with_discount(draft: Draft) -> Draft:
    """A draft with the discount of its customer's level, once; other documents and drafts that have one stay as they are."""
    found = discount_of(draft.customer_id) if draft.kind in DISCOUNTED else None
    if found is None or any(_is_ours(given) for given in draft.allowances):
        return draft
    return replace(draft, allowances=(*draft.allowances, found))


def give_discount(made: list[Draft]) -> list[Draft]:
    """Drafts that were just made and saved, with the discount of their customer's level; gives them as they are now.

    A repeated invoice may bring the discount of the level of then; that of today takes its place.
    """
    with db.transaction(_("Loyalty discount"), merge=True):
        return [
            draft if (full := with_discount(without_discount(draft))) == draft else drafts.save(full) for draft in made
        ]


def bill(customer_id: int, chosen: Sequence[str] | None = None) -> list[Draft]:
    """As `to_bill.bill`: drafts of what waits of a customer, with the discount of their level; one step."""
    with db.transaction():
        return give_discount(to_bill.bill(customer_id, chosen))


def bill_all(customer_ids: Sequence[int] | None = None, progress: Progress | None = None) -> list[Draft]:
    """As `to_bill.bill_all`: drafts of everything that waits, with the discounts of levels; all or none."""
    with db.transaction():
        return give_discount(to_bill.bill_all(customer_ids, progress))


def without_discount(draft: Draft) -> Draft:
    """A draft without the discount of a level, for when it gets another customer."""
    return replace(draft, allowances=tuple(given for given in draft.allowances if not _is_ours(given)))


def _is_ours(given: Adjustment) -> bool:
    """Whether a discount is that of a level, also with a percentage that the level had earlier."""
    name, _colon, share = given.reason.rpartition(": ")
    return share.endswith(" %") and any(name == level.name for level in levels())


def tend() -> int:
    """Book the points that follow from the bills, see `loyalty_points.catch_up`; gives the number of changes."""
    from crm_desktop.care import loyalty_points

    return loyalty_points.catch_up()
