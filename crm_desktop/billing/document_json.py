"""A document as JSON, as `invoice show --json` prints it: the head, then the sums with the names of EN 16931's totals.

Amounts are text with the currency's decimals, days are YYYY-MM-DD.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.billing import invoice_list
from crm_desktop.billing.document import ITEM, Document
from crm_desktop.sales.totals import AdjustmentTotal, TaxGroup


def sums(document: Document) -> dict[str, Any]:
    """The sums of a document in the `expected` shape of the worked examples."""
    t = document.totals
    return {
        "lines": [
            {
                "id": str(place),
                "net": f"{line.net:f}",
                "net_price": _price(line.net_price),
                "allowances": [f"{amount:f}" for amount in line.allowances],
                "charges": [f"{amount:f}" for amount in line.charges],
            }
            | ({} if entered.role == ITEM else {"role": entered.role})
            for place, entered, line in document.entries()
        ],
        "allowances": [_part(part) for part in t.allowances],
        "charges": [_part(part) for part in t.charges],
        "breakdown": [
            {"category": group.category, **_rate(group), "basis": f"{group.basis:f}", "tax": f"{group.tax:f}"}
            for group in t.breakdown
        ],
        "line_total": f"{t.line_total:f}",
        "allowance_total": f"{t.allowance_total:f}" if t.allowances else "0",
        "charge_total": f"{t.charge_total:f}" if t.charges else "0",
        "tax_basis": f"{t.tax_basis:f}",
        "tax_total": f"{t.tax_total:f}",
        "grand_total": f"{t.grand_total:f}",
        "prepaid": f"{t.prepaid:f}",
        "rounding": f"{t.rounding:f}" if document.cash_step else "0",
        "due": f"{t.due:f}",
    }


def _price(price: Decimal) -> str:
    """A price with all its decimals, two at least."""
    short = f"{price.normalize():f}"
    return short if len(short.partition(".")[2]) > 1 else f"{price:.2f}"


def _part(part: AdjustmentTotal) -> dict[str, str]:
    found = {"amount": f"{part.amount:f}"}
    if part.percent is not None and part.base is not None:
        found |= {"base": f"{part.base:f}", "percent": f"{part.percent.normalize():f}"}
    return found | {"category": part.category} | _rate(part)


def _rate(group: TaxGroup | AdjustmentTotal) -> dict[str, str]:
    return {"rate": f"{group.rate:f}"} if group.rate is not None else {}


def show(document: Document) -> dict[str, Any]:
    """A document as `invoice show --json` prints it: the head, then the sums."""
    row = invoice_list.rows([document.id])[0] if document.id is not None else None
    head: dict[str, Any] = {
        "number": document.number,
        "kind": document.kind,
        "type_code": document.type_code,
        "state": row.state if row else "draft",
        "customer": document.buyer.get("name", ""),
        "customer_number": document.buyer.get("number", ""),
        "issue_date": _day(document.issue_on),
        "due_date": _day(document.due_on),
        "service_from": _day(document.service_from),
        "service_to": _day(document.service_to),
        "currency": document.currency,
        "price_mode": document.price_mode,
        "language": document.language,
        "paid": f"{document.paid:f}",
        "open": f"{document.open:f}",
    }
    if document.valid_until:
        head["valid_until"] = _day(document.valid_until)
    if document.deductions:
        head["deductions"] = [
            {
                "number": part.number,
                "issue_date": _day(part.issue_on),
                "category": part.category,
                **({"rate": f"{part.rate:f}"} if part.rate is not None else {}),
                "basis": f"{part.basis:f}",
                "tax": f"{part.tax:f}",
            }
            for part in document.deductions
        ]
    if document.preceding_number:
        head["preceding"] = [[document.preceding_number, _day(document.preceding_on)]]
    if document.totals.tax_currency:
        head["tax_currency"] = document.totals.tax_currency
        head["tax_total_accounting"] = str(document.totals.tax_total_accounting)
    if document.exemptions:
        head["exemptions"] = {
            code: {"reason": why.reason, "code": why.code} for code, why in document.exemptions.items()
        }
    return head | sums(document)


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
