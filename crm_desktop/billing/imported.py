"""Documents that came from elsewhere: kept with the amounts that they carry, never recomputed.

An imported document is issued from the start and frozen like any other; only taking back the import as a whole removes
it. Amounts that do not add up are kept and told, not corrected.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.billing import due, parties, payments, rows, wording
from crm_desktop.billing.document import INVOICE, ITEM, Draft
from crm_desktop.company import numbering, profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor, to_minor
from crm_desktop.db import connection as db
from crm_desktop.sales.basket import GROSS, NET

# Sums that differ by rounding alone, in minor units.
_CLOSE = 2


@dataclass(frozen=True, kw_only=True)
class ImportedLine:
    """One line as it came; `net` is the amount that the source states, in its price mode, None if it states none."""

    name: str
    quantity: Decimal = Decimal(1)
    unit: str = "C62"
    price: Decimal = Decimal(0)
    rate: Decimal | None = None
    net: Decimal | None = None
    item_number: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportedDocument:
    """One document as it came. Of `net`, `tax` and `gross` those that are missing follow from the others.

    `paid` is what was paid (on a credit note: paid back) before the import, on `paid_on`; the rest stays open.
    `price_mode` says whether the lines are net or gross.
    """

    number: str
    customer_id: int | None
    issue_on: date
    currency: str
    kind: str = INVOICE
    price_mode: str = NET
    contract_id: int | None = None
    due_on: date | None = None
    service_from: date | None = None
    service_to: date | None = None
    net: Decimal | None = None
    tax: Decimal | None = None
    gross: Decimal | None = None
    paid: Decimal = Decimal(0)
    paid_on: date | None = None
    order_number: str = ""
    note: str = ""
    lines: tuple[ImportedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sums:
    net: int
    tax: int
    gross: int


def find(kind: str, number: str) -> int | None:
    """The id of the issued document of this kind and number, or None."""
    found = db.value("SELECT id FROM document WHERE kind = ? AND number = ?", [kind, number])
    return None if found is None else int(found)


def add(document: ImportedDocument) -> int:
    """Keep a document that came from elsewhere; gives its id. The number must be free (see `find`)."""
    sums = _sums(document)
    with db.transaction(_("Import {number}").format(number=document.number)):
        document_id = db.insert("document", _head(document, sums))
        rows.write_children(document_id, _children(document, sums), is_new=True)
        numbering.raise_past(document.kind, document.number, document.issue_on)
        paid = to_minor(document.paid, document.currency)
        if paid:
            payments.book_imported(document_id, paid, document.paid_on or document.issue_on)
    return document_id


def _head(document: ImportedDocument, sums: _Sums) -> dict[str, Any]:
    company = profile.load()
    draft = _draft(document, company.language)
    now = dates.instant_text(dates.now())
    return {
        "kind": document.kind,
        "state": "issued",
        "number": document.number,
        "type_code": draft.type_code,
        "customer_id": document.customer_id,
        "contract_id": document.contract_id,
        "language": draft.language,
        "currency": document.currency,
        "price_mode": draft.price_mode,
        "issue_on": document.issue_on.isoformat(),
        "due_on": (due.due_on(draft, due.terms_of(draft, company), document.issue_on) or document.issue_on).isoformat(),
        "service_from_on": (document.service_from or document.issue_on).isoformat(),
        "service_to_on": document.service_to.isoformat() if document.service_to else None,
        "order_number": document.order_number,
        "seller": json.dumps(parties.seller(company, draft), ensure_ascii=False),
        "buyer": json.dumps(parties.buyer(draft, company.country), ensure_ascii=False),
        "line_total_minor": sums.net,
        "tax_basis_minor": sums.net,
        "tax_total_minor": sums.tax,
        "grand_total_minor": sums.gross,
        "due_minor": sums.gross,
        "imported": 1,
        "internal_note": document.note,
        "issued_at": now,
        "created_at": now,
        "updated_at": now,
    }


def _draft(document: ImportedDocument, language: str) -> Draft:
    return Draft(
        kind=document.kind,
        type_code="381" if document.kind == "credit_note" else "380",
        language=language,
        currency=document.currency,
        customer_id=document.customer_id,
        issue_on=document.issue_on,
        due_on=document.due_on,
        price_mode=document.price_mode,
    )


def _sums(document: ImportedDocument) -> _Sums:
    """The three sums in minor units: as stated, a missing one from the others, all from the lines where none is stated."""
    net, tax, gross = document.net, document.tax, document.gross
    if net is None and gross is None and document.lines:
        whole = sum((entered(line) for line in document.lines), Decimal(0))
        net, gross = (None, whole) if document.price_mode == GROSS else (whole, None)
        if tax is None:
            groups = _groups(document)
            tax = sum((_tax_of(amount, rate, document.price_mode) for rate, amount in groups.items()), Decimal(0))
    tax = tax if tax is not None else (gross - net if gross is not None and net is not None else _tax_inside(document))
    net = net if net is not None else (gross or Decimal(0)) - tax
    gross = gross if gross is not None else net + tax
    return _Sums(*(to_minor(amount, document.currency) for amount in (net, tax, gross)))


def _tax_inside(document: ImportedDocument) -> Decimal:
    """The tax in the amount that is stated, where all lines have one rate; else 0."""
    rates = {line.rate for line in document.lines}
    rate = next(iter(rates)) if len(rates) == 1 else None
    if not rate:
        return Decimal(0)
    if document.gross is not None:
        return document.gross * rate / (100 + rate)
    return (document.net or Decimal(0)) * rate / 100


def entered(line: ImportedLine) -> Decimal:
    """The amount of a line in the price mode of its document."""
    return line.net if line.net is not None else line.quantity * line.price


def _line_net(line: ImportedLine, mode: str) -> Decimal:
    return entered(line) - (_tax_of(entered(line), line.rate, GROSS) if mode == GROSS else 0)


def _groups(document: ImportedDocument) -> dict[Decimal | None, Decimal]:
    """The amounts of the lines, as entered, by tax rate."""
    found: dict[Decimal | None, Decimal] = {}
    for line in document.lines:
        found[line.rate] = found.get(line.rate, Decimal(0)) + entered(line)
    return found


def _tax_of(amount: Decimal, rate: Decimal | None, mode: str) -> Decimal:
    """The tax on an amount, or the tax in it where it is gross."""
    return amount * (rate or 0) / (100 + (rate or 0) if mode == GROSS else 100)


def tax_inside(lines: Iterable[ImportedLine]) -> Decimal:
    """The tax in lines whose prices hold it, each rate rounded to cents."""
    found: dict[Decimal, Decimal] = {}
    for line in lines:
        found[line.rate or Decimal(0)] = found.get(line.rate or Decimal(0), Decimal(0)) + entered(line)
    return sum((round(_tax_of(amount, rate, GROSS), 2) for rate, amount in found.items()), Decimal(0))


def gross_of(document: ImportedDocument) -> Decimal:
    """The amount with tax that a document comes to."""
    return from_minor(_sums(document).gross, document.currency)


def _children(document: ImportedDocument, sums: _Sums) -> dict[str, list[tuple[Any, ...]]]:
    money = document.currency
    lines = [
        (
            place, None, line.item_number, line.name, "", rows.scaled(line.quantity), line.unit, rows.scaled(line.price),
            10**6, "S" if line.rate else "Z", rows.rate_bp(line.rate), to_minor(_line_net(line, document.price_mode), money),
            to_minor(entered(line), money) if document.price_mode == GROSS else None, ITEM, None,
        )
        for place, line in enumerate(document.lines, start=1)
    ]  # fmt: skip
    return {"document_line": lines, "document_tax": _tax_rows(document, sums)}


def _tax_rows(document: ImportedDocument, sums: _Sums) -> list[tuple[Any, ...]]:
    """One tax group per rate of the lines where that adds up to the stated tax; else one for the whole document."""
    found = []
    for rate, amount in _groups(document).items():
        tax = to_minor(_tax_of(amount, rate, document.price_mode), document.currency)
        basis = to_minor(amount, document.currency) - (tax if document.price_mode == GROSS else 0)
        found.append((rows.rate_bp(rate), basis, tax))
    if not found or abs(sum(tax for _bp, _basis, tax in found) - sums.tax) > _CLOSE:
        found = [(_likely_rate(sums), sums.net, sums.tax)]
    return [("S" if bp else "Z", bp, basis, tax, "", "") for bp, basis, tax in found]


def _likely_rate(sums: _Sums) -> int:
    """The rate that a net and a tax amount stand for, in hundredths of a per cent: a whole or half per cent if close."""
    if not sums.net or not sums.tax:
        return 0
    exact = Decimal(sums.tax) * 10_000 / sums.net
    halves = int(exact / 50 + Decimal("0.5")) * 50
    return min(max(halves if abs(exact - halves) < 10 else int(exact), 0), 10_000)


def oddities(document: ImportedDocument) -> list[str]:
    """Sentences about amounts of a document that do not add up; it can be kept all the same."""
    money = document.currency
    net, tax, gross = (
        None if amount is None else to_minor(amount, money) for amount in (document.net, document.tax, document.gross)
    )
    stated = [to_minor(line.net, money) for line in document.lines if line.net is not None]
    found = []
    if net is not None and tax is not None and gross is not None and abs(net + tax - gross) > _CLOSE:
        sentence = _("{number}: {net} and {tax} tax do not make {gross}. The amounts are kept as they are.")
        found.append(sentence.format(number=document.number, **_shown(money, net=net, tax=tax, gross=gross)))
    whole = gross if document.price_mode == GROSS else net
    if whole is not None and stated and len(stated) == len(document.lines) and abs(sum(stated) - whole) > _CLOSE:
        sentence = _("{number}: The lines make {lines}, but {net} is stated. The amounts are kept as they are.")
        found.append(sentence.format(number=document.number, **_shown(money, lines=sum(stated), net=whole)))
    if gross is not None and to_minor(document.paid, money) > gross > 0:
        sentence = _("{number}: More was paid than was owed. The rest is the customer's credit.")
        found.append(sentence.format(number=document.number))
    return found


def _shown(currency: str, **minors: int) -> dict[str, str]:
    return {name: wording.amount(minor, currency) for name, minor in minors.items()}
