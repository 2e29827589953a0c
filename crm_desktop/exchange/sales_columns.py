"""Second thoughts about the columns of invoices and contracts, by what stands in them row by row.

"Gesamt" beside quantity and price is the amount of a line, "MwSt" may hold rates, "Contrato" numbers or titles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import headings
from crm_desktop.exchange.amounts import currency_in, parse_amount
from crm_desktop.exchange.columns import ASK, LIKELY, Choice
from crm_desktop.exchange.targets import OWN_FIELD

_CLOSE = Decimal("0.02")
_FEWEST = 2
# Rates of value added tax in Europe, in tenths of a per cent.
_TENTHS = (
    0, 21, 25, 26, 30, 38, 40, 50, 55, 60, 70, 77, 80, 81, 90, 95, 100, 120,
    130, 135, 140, 160, 170, 180, 190, 200, 210, 220, 230, 240, 250, 255, 270,
)  # fmt: skip
_RATES = {Decimal(tenths) / 10 for tenths in _TENTHS}
_MOST_RATES = 4


def refine(choices: list[Choice], prefix: str, kind: str) -> list[Choice]:
    """Look at the columns of a kind of records together; in a sheet of several kinds their fields begin with `prefix`."""
    by_field = {
        choice.field.removeprefix(prefix): choice
        for choice in choices
        if choice.field and choice.field.startswith(prefix)
    }
    moved = _of_invoices(by_field) if kind == "invoices" else _of_contracts(by_field, choices)
    if kind == "invoices":
        moved |= _by_rate(choices, by_field)
        choices = _with_currencies(choices, by_field)
    return [
        replace(choice, field=f"{prefix}{moved[id(choice)][0]}", confidence=LIKELY, why=moved[id(choice)][1])
        if id(choice) in moved
        else choice
        for choice in choices
    ]


# The columns that go elsewhere: field and reason.
_Moved = dict[int, tuple[str, str]]


def _of_invoices(by_field: dict[str, Choice]) -> _Moved:
    moved: _Moved = {}
    if "tax" in by_field and "tax_rate" not in by_field and _are_rates(by_field):
        moved[id(by_field["tax"])] = ("tax_rate", _("Rates in per cent"))
    if "line_total" in by_field or not {"quantity", "unit_price"} <= by_field.keys():
        return moved
    # "Summe brutto" may well be that of the whole invoice where there is one line each.
    name = "gross" if "gross" in by_field else "net"
    named = name == "gross" and headings.price_mode(by_field[name].column.label)
    if name in by_field and not named and _are_products(by_field, name):
        moved[id(by_field[name])] = ("line_total", _("Quantity times price"))
    return moved


def _by_rate(choices: Sequence[Choice], by_field: dict[str, Choice]) -> _Moved:
    """Sums that stand apart for each tax rate ("Netto 19 %", "Netto 7 %") are added up."""
    moved: _Moved = {}
    for name in ("net", "tax"):
        there = by_field.get(name)
        alike = [c for c in choices if headings.without_rate(c.column.meaning) and _is_sum_by_rate(c, name)]
        # A column of the whole sum stands for itself.
        if there is not None and there not in alike:
            continue
        moved |= {id(choice): (name, _("Added up over the tax rates")) for choice in alike}
    return moved


def _is_sum_by_rate(choice: Choice, name: str) -> bool:
    fits = headings.fits(headings.without_rate(choice.column.meaning), "invoices")
    free = choice.field in {"", OWN_FIELD, "net", "tax", "invoice_net", "invoice_tax"}
    return free and any(fit.field == name for fit in fits) and bool(choice.profile.filled)


def _with_currencies(choices: list[Choice], by_field: dict[str, Choice]) -> list[Choice]:
    """Amounts in several currencies in one column are all read in one, which is to be looked at."""
    if "currency" in by_field:
        return choices
    made = []
    for choice in choices:
        found = sorted({code for text in choice.profile.texts() if (code := currency_in(text))})
        if choice.field.removeprefix("invoice_") in {"net", "gross", "open", "paid"} and len(found) > 1:
            words = _("Amounts in {currencies} in one column; all are read in the one that stands most often")
            choice = replace(choice, confidence=ASK, why=words.format(currencies=", ".join(found)))  # noqa: PLW2901
        made.append(choice)
    return made


def _of_contracts(by_field: dict[str, Choice], choices: Sequence[Choice]) -> _Moved:
    """Numbers below "Contract", where another column says what it is about."""
    title = by_field.get("title")
    if title is None or "number" in by_field or not title.profile.shares or title.profile.shares["code"] < 1:
        return {}
    if title.profile.shares["distinct"] < 1:
        return {}
    other = next(
        (c for c in choices if not c.field and _fits(c, "title") and c.profile.shares.get("wordy", 0) > 0.5), None
    )
    if other is None:
        return {}
    return {id(title): ("number", _("Numbers, all different")), id(other): ("title", _("Known heading"))}


def _fits(choice: Choice, name: str) -> bool:
    return any(fit.field == name for fit in headings.fits(choice.column.label, "contracts"))


def _are_rates(by_field: dict[str, Choice]) -> bool:
    """Whether a column of tax holds rates: signs of per cent, or rates that are no such part of any amount beside them."""
    tax = by_field["tax"]
    # A word among them stands in a line of totals.
    texts = [text for text in tax.profile.texts() if any(map(str.isdecimal, text))]
    if texts and all("%" in text for text in texts):
        return True
    rates = _amounts(tax)
    if len(rates) < _FEWEST or not set(rates) <= _RATES or len(set(rates)) > _MOST_RATES:
        return False
    sums = [(_amounts(by_field[name]), name) for name in ("net", "gross", "line_total") if name in by_field]
    return not any(_is_part(rates, amounts, name) for amounts, name in sums)


def _is_part(taxes: Sequence[Decimal | None], amounts: Sequence[Decimal | None], name: str) -> bool:
    """Whether taxes may be those on the amounts, row by row."""
    if len(taxes) != len(amounts):
        return True
    for tax, amount in zip(taxes, amounts, strict=True):
        basis = (amount or Decimal(0)) - (tax or 0 if name == "gross" else 0)
        if tax and (not basis or min(abs(tax * 100 / basis - rate) for rate in _RATES) > Decimal("0.1")):
            return False
    return True


def _are_products(by_field: dict[str, Choice], name: str) -> bool:
    """Whether amounts are quantity × price, less a discount, in all rows of the sample; only columns without gaps tell."""
    columns = [_amounts(by_field[field]) for field in ("quantity", "unit_price", name)]
    shortest, longest = min(map(len, columns)), max(map(len, columns))
    if longest - shortest > 1 or shortest < _FEWEST:
        return False
    columns = [column[:shortest] for column in columns]  # the line of totals has a cell more below
    discounts = {d for d in _amounts(by_field["discount"]) if d is not None} if "discount" in by_field else set()
    return all(
        quantity is not None
        and price is not None
        and total is not None
        and _is_product(quantity * price, total, discounts)
        for quantity, price, total in zip(*columns, strict=True)
    )


def _is_product(product: Decimal, total: Decimal, discounts: set[Decimal]) -> bool:
    return any(abs(product * (100 - discount) / 100 - total) <= _CLOSE for discount in {Decimal(0), *discounts})


def _amounts(choice: Choice) -> Sequence[Decimal | None]:
    sign = choice.profile.decimal_sign.sign
    return [parse_amount(str(v).replace("%", "") if isinstance(v, str) else v, sign) for v in choice.profile.sample]
