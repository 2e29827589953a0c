"""Tax rates with the dates from which they hold; an invoice uses the rates of its service date.

The presets of six countries are general knowledge, shown as editable with their date, never as advice. Countries
without a preset start with 0 % and the owner enters the rates.

*Source*: `resources/presets/tax.json`, from the table in the billing rules.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from crm_desktop.core import resources
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db


@dataclass(frozen=True)
class TaxRate:
    """One rate. `category` by EN 16931 (S taxed, Z zero rated); `rate_bp` 1900 is 19 %; `valid_to` is inclusive."""

    id: int
    category: str
    rate_bp: int
    name: str
    valid_from: date
    valid_to: date | None


@cache
def _presets() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(resources.resource("presets", "tax.json").read_text(encoding="utf-8"))
    return found


def preset_countries() -> list[str]:
    """The countries that have a preset."""
    return sorted(_presets())


def set_up(country: str) -> None:
    """Write the rates that a new data file of this country starts with."""
    preset = _presets().get(country) or {"name": "", "rates": [{"category": "Z", "rate_bp": 0, "from": "2000-01-01"}]}
    with db.transaction():
        for position, rate in enumerate(preset["rates"]):
            db.insert(
                "tax_rate",
                {
                    "category": rate["category"],
                    "rate_bp": rate["rate_bp"],
                    "name": preset["name"],
                    "valid_from": rate["from"],
                    "valid_to": rate.get("to"),
                    "position": position,
                },
            )


def reload(country: str) -> None:
    """Take all rates away and start again with the preset of a country; documents keep theirs, undo brings back."""
    with db.transaction(_("Start again with the usual tax rates")):
        for rate in all_rates():
            db.delete("tax_rate", rate.id)
        set_up(country)


def all_rates() -> list[TaxRate]:
    """Every rate, in the owner's order."""
    return [
        TaxRate(i, category, bp, name, date.fromisoformat(start), date.fromisoformat(end) if end else None)
        for i, category, bp, name, start, end in db.query(
            "SELECT id, category, rate_bp, name, valid_from, valid_to FROM tax_rate ORDER BY position, id"
        )
    ]


def rates_on(day: date) -> list[TaxRate]:
    """The rates that hold on a day, the usual one first."""
    return [r for r in all_rates() if r.valid_from <= day and (r.valid_to is None or day <= r.valid_to)]


def usual_rate(day: date) -> TaxRate | None:
    """The rate that a new line starts with on a day, or None if none holds."""
    return next(iter(rates_on(day)), None)


def save(rate: TaxRate) -> int:
    """Add a rate (id 0) or change it; gives the id.

    Raises:
        ValidationError: a value makes no sense.
    """
    problems = {}
    if not 0 <= rate.rate_bp <= 10000:
        problems["rate_bp"] = _("A tax rate goes from 0 to 100%.")
    if rate.valid_to is not None and rate.valid_to < rate.valid_from:
        problems["valid_to"] = _("The last day lies before the first.")
    if problems:
        raise ValidationError(problems)
    values = {
        "category": rate.category,
        "rate_bp": rate.rate_bp,
        "name": rate.name,
        "valid_from": rate.valid_from.isoformat(),
        "valid_to": rate.valid_to.isoformat() if rate.valid_to else None,
    }
    with db.transaction(_("Edit tax rates")):
        if rate.id:
            db.update("tax_rate", rate.id, values)
            return rate.id
        return db.insert("tax_rate", values | {"position": 1000})


def remove(rate_id: int) -> None:
    """Take a rate away; documents keep the rate that they were written with."""
    with db.transaction(_("Remove tax rate")):
        db.delete("tax_rate", rate_id)


def small_business_reason(country: str, language: str) -> tuple[str, str]:
    """The text (in this language, else in the country's own or English) and the VATEX code of an untaxed small business."""
    preset = _presets().get(country, {})
    reasons: dict[str, str] = preset.get("small_reason", {})
    own = next(iter(reasons.values()), "")
    return reasons.get(language, own) or _("No tax is charged."), preset.get("small_code", "")


def receipt_limit(country: str) -> int | None:
    """Up to this gross amount in minor units of the country's currency a receipt may leave out the buyer.

    *Source*: DE § 33 UStDV, AT § 11 Abs. 6 UStG, CH art. 26 Abs. 3 MWSTG, GB VAT Regulations 1995 reg. 16.
    """
    limit = _presets().get(country, {}).get("receipt_limit")
    return None if limit is None else int(limit)
