"""How drafts and documents lie in the tables `document`, `document_line`, `_adjustment`, `_tax` and `_deduction`.

What was entered is stored as entered (`is_split` 0), so that a draft can be opened again; beside it stand the computed
amounts: `net_minor` and `gross_minor` of lines, `amount_minor` of adjustments, and with `is_split` 1 the net parts of
discounts and charges per tax group (document) or per line (gross prices). Issued documents are read, never recomputed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

from crm_desktop.billing.document import BILLS, Deduction, Document, Draft, DraftLine, Exemption
from crm_desktop.company import payment_terms
from crm_desktop.company.payment_terms import Terms
from crm_desktop.core.errors import NotFound
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor, to_minor
from crm_desktop.db import connection as db
from crm_desktop.sales.basket import GROSS, TEXTS, Adjustment
from crm_desktop.sales.totals import AdjustmentTotal, LineTotal, TaxGroup, Totals, net_price

_MILLION = Decimal(10**6)
# Columns of `document` that a draft holds under the same name.
_PLAIN = (
    "kind", "type_code", "language", "currency", "price_mode", "customer_id", "contact_person_id", "contract_id",
    "delivery_address_id", "payment_terms_id", "order_number", "buyer_reference", "intro", "closing",
    "exemption_reason", "exemption_code", "preceding_id", "preceding_number", "tax_currency", "paid_at_issue",
    "internal_note", "source_id", "einvoice_format", "payment_reference", "schedule_id",
)  # fmt: skip
_DAYS = {
    "issue_on": "issue_on",
    "due_on": "due_on",
    "service_from": "service_from_on",
    "service_to": "service_to_on",
    "preceding_on": "preceding_on",
    "valid_until": "valid_until_on",
}
_PARTIES = ("seller", "buyer", "ship_to")
_SUMS = (
    "line_total", "allowance_total", "charge_total", "tax_basis", "tax_total", "grand_total", "prepaid", "rounding",
    "due",
)  # fmt: skip
_HEAD = (
    *_PLAIN, *_DAYS.values(), *_PARTIES, *(f"{name}_minor" for name in _SUMS), "cash_rounding_minor",
    "tax_currency_rate", "tax_accounting_minor", "terms", "id", "state", "number", "imported", "issued_at", "sent_at",
    "updated_at",
)  # fmt: skip
_LINE = (
    "position", "item_id", "item_number", "name", "description", "quantity_scaled", "unit", "price_scaled",
    "base_quantity_scaled", "category", "rate_bp", "net_minor", "gross_minor", "role", "source_line_id",
)  # fmt: skip
_ADJUSTMENT = (
    "line_position", "position", "is_charge", "percent_scaled", "amount_minor", "base_minor", "reason", "category",
    "rate_bp", "is_split",
)  # fmt: skip
_TAX = ("category", "rate_bp", "basis_minor", "tax_minor", "exemption_reason", "exemption_code")
_DEDUCTION = ("position", "deducted_id", "number", "issue_on", "category", "rate_bp", "basis_minor", "tax_minor")
_CHILDREN = {
    "document_line": _LINE, "document_adjustment": _ADJUSTMENT, "document_tax": _TAX, "document_deduction": _DEDUCTION,
}  # fmt: skip


def scaled(value: Decimal) -> int:
    """A quantity, price or percentage in millionths, as the tables hold it."""
    return int(value.scaleb(6))


def from_scaled(value: int) -> Decimal:
    """Back from millionths, without needless zeros: 1500000 is 1.5."""
    whole, rest = divmod(value, 10**6)
    return Decimal(whole) if not rest else (Decimal(value) / _MILLION).normalize()


def rate_bp(rate: Decimal | None) -> int:
    """A tax rate in hundredths of a per cent; no rate is 0."""
    return int((rate or Decimal(0)).scaleb(2))


def rate_from(category: str, bp: int | None) -> Decimal | None:
    """A tax rate in per cent; category O has none."""
    return None if category == "O" or bp is None else from_scaled(bp * 10**4)


# ---- writing --------------------------------------------------------------------------------------------------------


def head(draft: Draft, totals: Totals) -> dict[str, Any]:
    """The columns of `document` that follow from a draft and its totals."""
    values: dict[str, Any] = {name: getattr(draft, name) for name in _PLAIN}
    for name, column in _DAYS.items():
        day = getattr(draft, name)
        values[column] = day.isoformat() if day else None
    for name in _PARTIES:
        values[name] = json.dumps(getattr(draft, name), ensure_ascii=False) if getattr(draft, name) else None
    for name in _SUMS:
        values[f"{name}_minor"] = to_minor(getattr(totals, name), draft.currency)
    values["terms"] = json.dumps({"text": draft.terms_text} if draft.terms_text else {}, ensure_ascii=False)
    values["cash_rounding_minor"] = to_minor(draft.cash_step, draft.currency) if draft.cash_step else 0
    values["tax_currency_rate"] = f"{draft.exchange_rate:f}" if draft.exchange_rate else None
    given = totals.tax_total_accounting
    values["tax_accounting_minor"] = to_minor(given, draft.tax_currency) if given is not None else None
    return values


def children(
    draft: Draft, totals: Totals, exemptions: dict[str, Exemption] | None = None
) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of lines, adjustments and tax groups that follow from a draft and its totals, by table."""
    why = exemptions or {}
    none = Exemption("", "")
    return {
        "document_line": [_line_row(draft, place, line, totals) for place, line in enumerate(draft.lines)],
        "document_adjustment": list(_adjustment_rows(draft, totals)),
        "document_tax": [
            (
                group.category,
                rate_bp(group.rate),
                to_minor(group.basis, draft.currency),
                to_minor(group.tax, draft.currency),
                why.get(group.category, none).reason,
                why.get(group.category, none).code,
            )
            for group in totals.breakdown
        ],
        "document_deduction": [
            (
                place,
                part.deducted_id,
                part.number,
                part.issue_on.isoformat(),
                part.category,
                rate_bp(part.rate),
                to_minor(part.basis, draft.currency),
                to_minor(part.tax, draft.currency),
            )
            for place, part in enumerate(draft.deductions)
        ],
    }


def _line_row(draft: Draft, place: int, line: DraftLine, totals: Totals) -> tuple[Any, ...]:
    sums = totals.lines[place]
    gross = to_minor(sums.entered, draft.currency) if draft.price_mode == GROSS else None
    return (
        place + 1, line.item_id, line.item_number, line.name, line.description, scaled(line.quantity), line.unit,
        scaled(line.price), scaled(line.base_quantity), line.category, rate_bp(line.rate),
        to_minor(sums.net, draft.currency), gross, line.role, line.source_line_id,
    )  # fmt: skip


def _adjustment_rows(draft: Draft, totals: Totals) -> Iterable[tuple[Any, ...]]:
    """Lines first, then the document: each entry as entered, then the parts of it without tax."""
    money = draft.currency
    for number, (line, sums) in enumerate(zip(draft.lines, totals.lines, strict=True), start=1):
        for is_charge, entries, nets in ((0, line.allowances, sums.allowances), (1, line.charges, sums.charges)):
            for place, (entry, net) in enumerate(zip(entries, nets, strict=True)):
                yield _entered(number, place, is_charge, entry, money)
                yield (number, place, is_charge, None, to_minor(net, money), None, entry.reason, "", None, 1)
    for is_charge, entries, parts in ((0, draft.allowances, totals.allowances), (1, draft.charges, totals.charges)):
        for place, entry in enumerate(entries):
            yield _entered(None, place, is_charge, entry, money)
        for part in parts:
            yield _part_row(part, is_charge, money)


def _entered(number: int | None, place: int, is_charge: int, entry: Adjustment, money: str) -> tuple[Any, ...]:
    percent = scaled(entry.percent) if entry.percent is not None else None
    amount = to_minor(entry.amount, money) if entry.amount is not None else 0
    rate = rate_bp(entry.rate) if entry.category is not None else None
    return (number, place, is_charge, percent, amount, None, entry.reason, entry.category or "", rate, 0)


def _part_row(part: AdjustmentTotal, is_charge: int, money: str) -> tuple[Any, ...]:
    percent = scaled(part.percent) if part.percent is not None else None
    base = to_minor(part.base, money) if part.base is not None else None
    amount = to_minor(part.amount, money)
    return (None, part.position, is_charge, percent, amount, base, part.reason, part.category, rate_bp(part.rate), 1)


def write_children(document_id: int, wanted: dict[str, list[tuple[Any, ...]]], *, is_new: bool = False) -> None:
    """Make the rows of a document what they should be; tables that already are stay untouched."""
    for table, rows in wanted.items():
        columns = _CHILDREN[table]
        listed = ", ".join(columns)
        if not is_new:
            if db.query(f"SELECT {listed} FROM {table} WHERE document_id = ? ORDER BY id", [document_id]) == rows:
                continue
            db.execute(f"DELETE FROM {table} WHERE document_id = ?", [document_id])
        places = ", ".join("?" * (len(columns) + 1))
        db.execute_many(
            f"INSERT INTO {table}(document_id, {listed}) VALUES({places})", [(document_id, *row) for row in rows]
        )


# ---- reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stored:
    """Everything the tables hold of one document."""

    head: dict[str, Any]
    lines: list[dict[str, Any]]
    adjustments: list[dict[str, Any]]
    taxes: list[dict[str, Any]]
    deductions: list[dict[str, Any]]

    def entered(self, number: int | None, is_charge: int) -> tuple[Adjustment, ...]:
        return tuple(
            self._adjustment(row)
            for row in self.adjustments
            if row["line_position"] == number and row["is_charge"] == is_charge and not row["is_split"]
        )

    def parts(self, number: int | None, is_charge: int) -> list[dict[str, Any]]:
        return [
            row
            for row in self.adjustments
            if row["line_position"] == number and row["is_charge"] == is_charge and row["is_split"]
        ]

    def _adjustment(self, row: dict[str, Any]) -> Adjustment:
        percent = row["percent_scaled"]
        return Adjustment(
            amount=from_minor(row["amount_minor"], self.head["currency"]) if percent is None else None,
            percent=from_scaled(percent) if percent is not None else None,
            reason=row["reason"],
            category=row["category"] or None,
            rate=rate_from(row["category"], row["rate_bp"]),
        )


def _load(document_id: int) -> _Stored:
    found = db.one(f"SELECT {', '.join(_HEAD)} FROM document WHERE id = ?", [document_id])
    if found is None:
        raise NotFound(_("This document is no longer there."))
    parts = [
        [
            dict(zip(columns, row, strict=True))
            for row in db.raw().execute(
                f"SELECT {', '.join(columns)} FROM {table} WHERE document_id = ? ORDER BY id", [document_id]
            )
        ]
        for table, columns in _CHILDREN.items()
    ]
    return _Stored(dict(zip(_HEAD, found, strict=True)), *parts)


def read_draft(document_id: int) -> Draft:
    """What was entered, of a draft or of an issued document.

    Raises:
        NotFound: there is no such document.
    """
    return Draft(**_content(_load(document_id)))


def _content(stored: _Stored) -> dict[str, Any]:
    own = stored.head
    values: dict[str, Any] = {name: own[name] for name in _PLAIN}
    for name, column in _DAYS.items():
        values[name] = date.fromisoformat(own[column]) if own[column] else None
    for name in _PARTIES:
        values[name] = json.loads(own[name]) if own[name] else {}
    money, second = own["currency"], own["tax_accounting_minor"]
    values["terms_text"] = json.loads(own["terms"]).get("text", "")
    values["cash_step"] = from_minor(own["cash_rounding_minor"], money) if own["cash_rounding_minor"] else None
    values["exchange_rate"] = Decimal(own["tax_currency_rate"]) if own["tax_currency_rate"] else None
    values["tax_total_accounting"] = (
        from_minor(second, own["tax_currency"]) if second is not None and not own["tax_currency_rate"] else None
    )
    values["deductions"] = tuple(_deduction(row, money) for row in stored.deductions)
    deducted = sum(row["basis_minor"] + row["tax_minor"] for row in stored.deductions)
    values["prepaid"] = from_minor(own["prepaid_minor"] - deducted, money)
    values["lines"] = tuple(_draft_line(stored, row) for row in stored.lines)
    values["allowances"], values["charges"] = stored.entered(None, 0), stored.entered(None, 1)
    values["id"], values["updated_at"] = own["id"], own["updated_at"]
    return values


def _deduction(row: dict[str, Any], money: str) -> Deduction:
    return Deduction(
        deducted_id=row["deducted_id"],
        number=row["number"],
        issue_on=date.fromisoformat(row["issue_on"]),
        category=row["category"],
        rate=rate_from(row["category"], row["rate_bp"]),
        basis=from_minor(row["basis_minor"], money),
        tax=from_minor(row["tax_minor"], money),
    )


def line_ids(document_id: int) -> list[int]:
    """The ids of a document's lines, in their order."""
    found = db.query("SELECT id FROM document_line WHERE document_id = ? ORDER BY id", [document_id])
    return [row[0] for row in found]


def _draft_line(stored: _Stored, row: dict[str, Any]) -> DraftLine:
    return DraftLine(
        name=row["name"],
        quantity=from_scaled(row["quantity_scaled"]),
        price=from_scaled(row["price_scaled"]),
        unit=row["unit"],
        category=row["category"],
        rate=None if row["role"] in TEXTS else rate_from(row["category"], row["rate_bp"]),
        description=row["description"],
        item_id=row["item_id"],
        item_number=row["item_number"],
        base_quantity=from_scaled(row["base_quantity_scaled"]),
        allowances=stored.entered(row["position"], 0),
        charges=stored.entered(row["position"], 1),
        role=row["role"],
        source_line_id=row["source_line_id"],
    )


def read_document(document_id: int) -> Document:
    """A stored document with its stored sums; nothing is computed anew.

    Raises:
        NotFound: there is no such document.
    """
    stored = _load(document_id)
    own, values = stored.head, _content(stored)
    money = own["currency"]
    terms = terms_from(own)
    balance = db.one("SELECT paid_minor, credited_minor, open_minor FROM document_balance WHERE id = ?", [document_id])
    owed = own["due_minor"] if own["state"] == "issued" and own["kind"] in BILLS else 0
    paid, credited, still = balance or (0, 0, owed)
    return Document(
        **values,
        totals=_totals(stored, values["lines"]),
        state=own["state"],
        number=own["number"],
        terms=terms,
        discount_until=payment_terms.discount_until(terms, values["issue_on"])
        if terms and values["issue_on"]
        else None,
        exemptions={
            row["category"]: Exemption(row["exemption_reason"], row["exemption_code"])
            for row in stored.taxes
            if row["exemption_reason"] or row["exemption_code"]
        },
        paid=from_minor(paid, money),
        credited=from_minor(credited, money),
        open=from_minor(still, money),
        imported=bool(own["imported"]),
        issued_at=own["issued_at"] or "",
        sent_at=own["sent_at"] or "",
    )


def terms_from(own: dict[str, Any]) -> Terms | None:
    """The payment terms as they were when the document was issued; of a draft, as they are."""
    kept = json.loads(own["terms"])
    if "days" in kept:
        return Terms(**{f.name: kept[f.name] for f in fields(Terms)})
    if own["state"] == "draft" and own["payment_terms_id"]:
        return payment_terms.get(own["payment_terms_id"])
    return None


def _totals(stored: _Stored, lines: tuple[DraftLine, ...]) -> Totals:
    own = stored.head
    money, second = own["currency"], own["tax_accounting_minor"]
    return Totals(
        currency=money,
        lines=tuple(_line_total(stored, row, line) for row, line in zip(stored.lines, lines, strict=True)),
        allowances=tuple(_part(row, money) for row in stored.parts(None, 0)),
        charges=tuple(_part(row, money) for row in stored.parts(None, 1)),
        breakdown=tuple(
            TaxGroup(
                row["category"],
                rate_from(row["category"], row["rate_bp"]),
                from_minor(row["basis_minor"], money),
                from_minor(row["tax_minor"], money),
            )
            for row in stored.taxes
        ),
        **{name: from_minor(own[f"{name}_minor"], money) for name in _SUMS},
        tax_currency=own["tax_currency"] or None,
        tax_total_accounting=from_minor(second, own["tax_currency"]) if second is not None else None,
    )


def _part(row: dict[str, Any], money: str) -> AdjustmentTotal:
    amount = from_minor(row["amount_minor"], money)
    return AdjustmentTotal(
        position=row["position"],
        amount=amount,
        category=row["category"],
        rate=rate_from(row["category"], row["rate_bp"]),
        reason=row["reason"],
        base=from_minor(row["base_minor"], money) if row["base_minor"] is not None else None,
        percent=from_scaled(row["percent_scaled"]) if row["percent_scaled"] is not None else None,
        entered=amount,
    )


def _line_total(stored: _Stored, row: dict[str, Any], line: DraftLine) -> LineTotal:
    money = stored.head["currency"]
    net = from_minor(row["net_minor"], money)
    allowances, charges = (
        tuple(from_minor(part["amount_minor"], money) for part in stored.parts(row["position"], is_charge))
        for is_charge in (0, 1)
    )
    if line.role in TEXTS:
        entered = net if row["gross_minor"] is None else from_minor(row["gross_minor"], money)
        return LineTotal(net, from_minor(0, money), (), (), entered)
    if row["gross_minor"] is None:
        return LineTotal(net, line.price, allowances, charges, net)
    with localcontext(prec=60):
        price = net_price(line.quantity, line.base_quantity, net + sum(allowances) - sum(charges), money)
    return LineTotal(net, price, allowances, charges, from_minor(row["gross_minor"], money))
