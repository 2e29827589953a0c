"""The list of documents: views, search, sorting, and the rows that a list shows; bills unless other kinds are asked for.

Ids are read once, in order; rows are read by the page. A state is computed. Of a bill: draft, open, part_paid, overdue,
paid, cancelled (settled by a credit note alone). Of a quote those of `quotes.STATES`, of other promises and slips:
draft, open, billed (an invoice followed). Any of them is billed once its invoice is out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.billing import quotes
from crm_desktop.billing.document import BILLS
from crm_desktop.core import dates, text
from crm_desktop.core.i18n import N_
from crm_desktop.core.money import from_minor
from crm_desktop.customers import merging
from crm_desktop.db import connection as db

VIEWS = ("all", "drafts", "open", "overdue", "paid")
# Views of quotes and what follows them; asked for together with kinds that are no bills.
OFFER_VIEWS = ("all", "drafts", "open", "accepted", "declined", "expired", "billed")
STATES = {
    "draft": N_("Draft"),
    "open": N_("Open"),
    "part_paid": N_("Part paid"),
    "overdue": N_("Overdue"),
    "paid": N_("Paid"),
    "cancelled": N_("Cancelled"),
    "accepted": N_("Accepted"),
    "declined": N_("Declined"),
    "expired": N_("Expired"),
    "billed": N_("Billed"),
}
KINDS = {"invoice": N_("Invoice"), "credit_note": N_("Credit note"), "receipt": N_("Receipt")}
_WHERE = {
    "all": "1",
    "drafts": "d.state = 'draft'",
    "open": "b.open_minor <> 0",
    "overdue": "b.open_minor <> 0 AND b.open_minor > 0 AND b.due_on < :today",
    "paid": "d.state = 'issued' AND b.open_minor = 0",
}
# Whether an invoice for the goods followed, at once or by way of an order or delivery. A deposit is not yet that.
_BILLED = (
    "EXISTS (WITH RECURSIVE later(id) AS (SELECT d.id UNION SELECT n.id FROM later JOIN document n "
    "ON n.source_id = later.id) SELECT 1 FROM later JOIN document f ON f.id = later.id "
    "WHERE f.kind = 'invoice' AND f.state = 'issued' AND f.type_code NOT IN ('326', '386'))"
)
_DECIDABLE = f"d.state = 'issued' AND NOT {_BILLED}"
_LAPSED = "coalesce(d.valid_until_on < :today, 0)"
_WHERE_OFFERS = {
    "all": "1",
    "drafts": "d.state = 'draft'",
    "open": f"{_DECIDABLE} AND d.outcome = '' AND NOT {_LAPSED}",
    "accepted": f"{_DECIDABLE} AND d.outcome = 'accepted'",
    "declined": f"{_DECIDABLE} AND d.outcome = 'declined'",
    "expired": f"{_DECIDABLE} AND d.outcome = '' AND {_LAPSED}",
    "billed": f"d.state = 'issued' AND {_BILLED}",
}
_OWN_NAME = "json_extract(d.buyer, '$.name')"
_NAME = f"coalesce({_OWN_NAME}, c.name, '')"
# A plus keeps SQLite from walking the index of a column: looking up every row in its order takes twice as long.
_ORDERS = {
    "number": "d.number IS NULL DESC, d.number",
    "customer": f"fold({_NAME})",
    "issue_on": "+d.issue_on",
    "due_on": "+d.due_on",
    "total": "d.grand_total_minor",
    "open": "coalesce(b.open_minor, 0)",
    "state": "d.state, coalesce(b.open_minor, 0) = 0, d.due_on",
}


def _contains(expression: str) -> str:
    """SQL for "contains the word": `fold` is a call into Python, so it is only asked where there are accents."""
    plain = f"{expression} LIKE {{word}}"
    return f"({plain} OR ({expression} GLOB '*[^ -~]*' AND fold({expression}) LIKE {{word}}))"


_HAS_WORD = (
    "d.id IN (SELECT id FROM document d WHERE d.number LIKE {word} "
    f"OR (d.order_number <> '' AND {_contains('d.order_number')}) OR (d.customer_id IS NULL AND {_contains(_OWN_NAME)}) "
    "UNION SELECT id FROM document WHERE customer_id IN "
    f"(SELECT id FROM customer c WHERE c.number LIKE {{word}} OR {_contains('c.name')}) "
    f"UNION SELECT document_id FROM document_line l WHERE {_contains('l.name')})"
)
_FROM = (
    "FROM document d LEFT JOIN document_balance b ON b.id = d.id LEFT JOIN customer c ON c.id = d.customer_id "
    "WHERE d.deleted_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """What a list shows of a document. Amounts in minor units of `currency`; `number` is empty for a draft.

    `days_late` counts from the due date while something is open, else 0. `open_minor` is below zero on a credit note
    that is still to be paid back or set against an invoice.
    """

    id: int
    number: str
    kind: str
    state: str
    customer_id: int | None
    customer: str
    customer_number: str
    issue_on: date | None
    due_on: date | None
    service_from: date | None
    service_to: date | None
    currency: str
    net_minor: int
    tax_minor: int
    gross_minor: int
    open_minor: int
    days_late: int
    order_number: str
    preceding_number: str
    imported: bool
    sent: bool
    type_code: str = "380"
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the list besides the view; None and empty mean everything. Days are issue dates, both included.

    Without `kinds` the list is that of the bills: invoices, credit notes and receipts.
    """

    kinds: tuple[str, ...] = ()
    customer_id: int | None = None
    contract_id: int | None = None
    first: date | None = None
    last: date | None = None
    currency: str = ""


def ids(
    view: str = "all",
    *,
    search: str = "",
    order: str = "issue_on",
    descending: bool = True,
    filters: Filters | None = None,
) -> list[int]:
    """The ids of the documents in a view, in order; the newest first unless asked otherwise."""
    where, params = _conditions(view, search, filters or Filters())
    direction = "DESC" if descending else "ASC"
    found = db.raw().execute(
        f"SELECT d.id {_FROM} AND {' AND '.join(where)} ORDER BY {_ORDERS[order]} {direction}, d.id {direction}", params
    )
    return [row[0] for row in found]


def _conditions(view: str, search: str, filters: Filters) -> tuple[list[str], dict[str, Any]]:
    kinds = filters.kinds or BILLS
    where = [_views(kinds)[view]]
    params: dict[str, Any] = {"today": dates.today().isoformat()}
    given = {
        f"d.customer_id IN {merging.family_sql(':customer_id')}": filters.customer_id,
        "d.contract_id = :contract_id": filters.contract_id,
        "d.issue_on >= :first": filters.first.isoformat() if filters.first else None,
        "d.issue_on <= :last": filters.last.isoformat() if filters.last else None,
        "d.currency = :currency": filters.currency or None,
    }
    for condition, value in given.items():
        if value is not None:
            where.append(condition)
            params[condition.partition(":")[2].partition(" ")[0]] = value
    # A plus: the few kinds are no way to find rows.
    where.append(f"+d.kind IN ({', '.join(f':kind{n}' for n in range(len(kinds)))})")
    params |= {f"kind{n}": kind for n, kind in enumerate(kinds)}
    for n, word in enumerate(text.fold(search).split()):
        where.append(_HAS_WORD.format(word=f":word{n}"))
        params[f"word{n}"] = f"%{word}%"
    return where, params


def _views(kinds: tuple[str, ...]) -> dict[str, str]:
    """The SQL of the views for these kinds."""
    return _WHERE if set(kinds) <= set(BILLS) else _WHERE_OFFERS


_COLUMNS = (
    f"d.id, coalesce(d.number, ''), d.kind, d.state, d.customer_id, {_NAME}, coalesce(c.number, ''), d.issue_on, "
    "d.due_on, d.service_from_on, d.service_to_on, d.currency, d.tax_basis_minor, d.tax_total_minor, "
    "d.grand_total_minor, coalesce(b.open_minor, 0), coalesce(b.paid_minor, 0), coalesce(b.credited_minor, 0), "
    "d.order_number, d.preceding_number, d.imported, d.sent_at IS NOT NULL, d.type_code, d.valid_until_on, d.outcome, "
    f"CASE WHEN d.kind IN ('invoice', 'credit_note', 'receipt') THEN 0 ELSE {_BILLED} END"
)


def rows(wanted: list[int]) -> list[InvoiceRow]:
    """The rows of these documents, in the given order; ones that are gone are left out."""
    today = dates.today()
    found = {
        row[0]: _row(row, today)
        for row in db.raw().execute(f"SELECT {_COLUMNS} {_FROM} AND d.id IN ({','.join(map(str, wanted))})")
    }
    return [found[i] for i in wanted if i in found]


def _row(row: tuple[Any, ...], today: date) -> InvoiceRow:
    document_id, number, kind, _stored, customer_id, name, customer_number, *texts, currency, net, tax, gross = row[:15]
    still, _paid, _credited, order_number, preceding, imported, sent, type_code, until, _outcome, _billed = row[15:]
    issued, due, start, end = (date.fromisoformat(day) if day else None for day in texts)
    late = max((today - due).days, 0) if due and still > 0 else 0
    valid_until = date.fromisoformat(until) if until else None
    return InvoiceRow(
        id=document_id,
        number=number,
        kind=kind,
        state=_state_of(row, valid_until, late=late > 0),
        customer_id=customer_id,
        customer=name,
        customer_number=customer_number,
        issue_on=issued,
        due_on=due,
        service_from=start,
        service_to=end,
        currency=currency,
        net_minor=net,
        tax_minor=tax,
        gross_minor=gross,
        open_minor=still,
        days_late=late,
        order_number=order_number,
        preceding_number=preceding,
        imported=bool(imported),
        sent=bool(sent),
        type_code=type_code,
        valid_until=valid_until,
    )


def _state_of(row: tuple[Any, ...], valid_until: date | None, *, late: bool) -> str:
    kind, stored, still, paid, credited, outcome, billed = (*row[2:4], *row[15:18], *row[-2:])
    if stored == "draft":
        return "draft"
    if kind in BILLS:
        return _state(still, paid, credited, late=late)
    return "billed" if billed else quotes.state_of(stored, outcome, valid_until)


def _state(still: int, paid: int, credited: int, *, late: bool) -> str:
    if not still:
        return "cancelled" if credited and not paid else "paid"
    if late:
        return "overdue"
    return "part_paid" if paid or credited else "open"


def counts(filters: Filters | None = None) -> dict[str, int]:
    """The number of documents in each view."""
    asked = filters or Filters()
    where, params = _conditions("all", "", asked)
    views = _views(asked.kinds or BILLS)
    sums = ", ".join(f"coalesce(sum({sql}), 0)" for sql in views.values())
    if views is _WHERE_OFFERS:
        # Whether it was billed takes a look at what followed: once for each document, not once for each view.
        found = f"SELECT d.state, d.outcome, d.valid_until_on, {_BILLED} AS is_billed {_FROM} AND {' AND '.join(where)}"
        sums = sums.replace(_BILLED, "d.is_billed")
        return dict(zip(views, db.one(f"WITH d AS MATERIALIZED ({found}) SELECT {sums} FROM d", params), strict=True))
    return dict(zip(views, db.one(f"SELECT {sums} {_FROM} AND {' AND '.join(where)}", params), strict=True))


def sums(wanted: list[int]) -> dict[str, tuple[int, int]]:
    """Currency → (total with tax, open) of these documents in minor units; credit notes count against."""
    sign = "CASE d.kind WHEN 'credit_note' THEN -1 ELSE 1 END"
    return {
        currency: (total, still)
        for currency, total, still in db.raw().execute(
            f"SELECT d.currency, sum({sign} * d.grand_total_minor), sum(coalesce(b.open_minor, 0)) "
            f"{_FROM} AND d.id IN ({','.join(map(str, wanted))}) GROUP BY d.currency ORDER BY d.currency"
        )
    }


def find(search: str, limit: int = 8, kinds: tuple[str, ...] = BILLS) -> list[InvoiceRow]:
    """The best documents for what was typed, for the palette: "139" finds RE-2026-0139; newest first."""
    return rows(ids(search=search, filters=Filters(kinds=kinds))[:limit])


def as_json(row: InvoiceRow) -> dict[str, Any]:
    """The document in the stable shape of `list invoices --json`; amounts as text with the currency's decimals."""

    def money(minor: int) -> str:
        amount: Decimal = from_minor(minor, row.currency)
        return f"{amount:f}"

    def day(value: date | None) -> str | None:
        return value.isoformat() if value else None

    return {
        "number": row.number or None,
        "kind": row.kind,
        "customer": row.customer,
        "issue_date": day(row.issue_on),
        "due_date": day(row.due_on),
        "service_from": day(row.service_from),
        "service_to": day(row.service_to),
        "currency": row.currency,
        "net": money(row.net_minor),
        "tax": money(row.tax_minor),
        "gross": money(row.gross_minor),
        "open": money(row.open_minor),
        "state": row.state,
    }
