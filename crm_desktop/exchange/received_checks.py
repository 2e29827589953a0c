"""What is odd about a received e-invoice: its own sums added up again, its XSD, its account number, its address.

A finding is a small table: `code` (the rule of EN 16931 where there is one) and what the sentence needs; it is stored
like that and said in the language of the screen by `sentence`. Nothing is corrected: the amounts stay the sender's.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from crm_desktop.core import money
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _

Finding = dict[str, str]
_SENTENCES = {
    "XSD": N_("The file does not follow its format, line {line}: {reason}"),
    "MISSING": N_("The file does not say: {what}."),
    "AMOUNT": N_("“{text}” is no amount ({what})."),
    "LINE": N_("Line {line}: the amount is {stated}, but quantity and price give {added}."),
    "BR-CO-10": N_("The sum of the lines is {stated}, but the lines add up to {added}."),
    "BR-CO-11": N_("The discounts are {stated}, but they add up to {added}."),
    "BR-CO-12": N_("The charges are {stated}, but they add up to {added}."),
    "BR-CO-13": N_("The total without tax is {stated}, but lines, discounts and charges give {added}."),
    "BR-CO-14": N_("The tax is {stated}, but the tax groups add up to {added}."),
    "BR-CO-15": N_("The total with tax is {stated}, but total and tax add up to {added}."),
    "BR-CO-16": N_("To pay is {stated}, but total, prepayment and rounding give {added}."),
    "BR-CO-17": N_("The tax at {rate}% is {stated}, but {basis} at that rate give {added}."),
    "IBAN": N_("The account number {iban} does not add up. Ask the sender before you pay."),
    "BUYER": N_("It is addressed to {name}, not to you."),
    "TWICE": N_("There is another document from this sender with the number {number}."),
}
_FACTS = {
    "number": N_("number"),
    "issue_on": N_("date"),
    "currency": N_("currency"),
    "seller": N_("sender"),
    "due": N_("amount to pay"),
    "grand_total": N_("total with tax"),
}


def sentence(finding: Finding) -> str:
    """A finding in words, in the language of the screen."""
    values = {name: _(_FACTS.get(value, value)) if name == "what" else value for name, value in finding.items()}
    return _(_SENTENCES.get(finding["code"], finding["code"])).format(**values)


def find(said: dict[str, Any]) -> list[Finding]:
    """Everything odd about what a file says; the weightiest first."""
    found = [{"code": "XSD", "line": str(line), "reason": reason} for line, reason in said["faults"][:3]]
    missing = [name for name in ("number", "issue_on", "currency", "grand_total", "due") if not said[name]]
    missing += [] if said["seller"].get("name") else ["seller"]
    found += [{"code": "MISSING", "what": name} for name in missing]
    try:
        found += _sums(said)
    except InvalidOperation as error:
        found.append({"code": "AMOUNT", "text": str(error.args[-1])[:40], "what": "amount"})
    return found + list(_account(said))


def amount(text: str) -> Decimal:
    """An amount of the file; an empty text is 0.

    Raises:
        InvalidOperation: it is none.
    """
    try:
        value = Decimal(text or "0")
    except InvalidOperation as error:
        raise InvalidOperation(text) from error
    if not value.is_finite() or abs(value) > Decimal(money.LARGEST_MINOR):
        raise InvalidOperation(text)
    return value


def _cent(said: dict[str, Any]) -> Decimal:
    return Decimal(1).scaleb(-money.digits(said["currency"]))


def _differ(code: str, stated: Decimal, added: Decimal, slack: Decimal, **more: str) -> Iterator[Finding]:
    if abs(stated - added) > slack:
        yield {"code": code, "stated": f"{stated:f}", "added": f"{added:f}", **more}


def _sums(said: dict[str, Any]) -> Iterator[Finding]:
    none, cent = Decimal(0), _cent(said)
    a = {name: amount(said[name]) for name in _AMOUNTS}
    off = [amount(entry["amount"]) for entry in said["offs"] if not _is_charge(entry)]
    on = [amount(entry["amount"]) for entry in said["offs"] if _is_charge(entry)]
    if said["lines"]:
        yield from _lines(said, cent)
        added = sum((amount(line["net"]) for line in said["lines"]), none)
        yield from _differ("BR-CO-10", a["line_total"], added, none)
        yield from _differ("BR-CO-11", a["allowance_total"], sum(off, none), none)
        yield from _differ("BR-CO-12", a["charge_total"], sum(on, none), none)
        yield from _differ("BR-CO-13", a["tax_basis"], a["line_total"] - a["allowance_total"] + a["charge_total"], none)
    if said["taxes"]:
        yield from _differ("BR-CO-14", a["tax_total"], sum((amount(g["tax"]) for g in said["taxes"]), none), none)
        yield from _taxes(said, cent)
    yield from _differ("BR-CO-15", a["grand_total"], a["tax_basis"] + a["tax_total"], none)
    yield from _differ("BR-CO-16", a["due"], a["grand_total"] - a["prepaid"] + a["rounding"], none)


_AMOUNTS = (
    "line_total", "allowance_total", "charge_total", "tax_basis", "tax_total", "grand_total", "prepaid", "rounding",
    "due",
)  # fmt: skip


def _is_charge(entry: dict[str, str]) -> bool:
    return entry["is_charge"].lower() in ("true", "1")


def _lines(said: dict[str, Any], cent: Decimal) -> Iterator[Finding]:
    for line in said["lines"]:
        base = amount(line["base_quantity"]) or Decimal(1)
        added = (amount(line["quantity"]) * amount(line["price"]) / base).quantize(cent, ROUND_HALF_UP)
        for entry in line["offs"]:
            added += amount(entry["amount"]) * (1 if _is_charge(entry) else -1)
        # A cent either way: some programs round the price first.
        yield from _differ("LINE", amount(line["net"]), added, cent, line=line["number"])


def _taxes(said: dict[str, Any], cent: Decimal) -> Iterator[Finding]:
    for group in said["taxes"]:
        basis, rate = amount(group["basis"]), amount(group["rate"])
        added = (basis * rate / 100).quantize(cent, ROUND_HALF_UP)
        more = {"rate": f"{rate.normalize():f}", "basis": f"{basis:f}"}
        yield from _differ("BR-CO-17", amount(group["tax"]), added, cent, **more)


def _account(said: dict[str, Any]) -> Iterator[Finding]:
    from stdnum import iban

    number = said["iban"]
    if number[:2].isalpha() and not iban.is_valid(number):
        yield {"code": "IBAN", "iban": number}
