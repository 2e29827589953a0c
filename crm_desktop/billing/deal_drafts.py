"""From a deal to its papers: a quote, an invoice or a contract, prefilled with customer, title and value.

What was made stays linked to the deal; asking twice for the same gives the draft that is there. An invoice follows the
deal's quote where one was issued, so that nothing is typed twice. The value of a deal is without tax.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from crm_desktop.billing import chain, drafts, rows
from crm_desktop.billing.document import INVOICE, QUOTE, Draft, DraftLine
from crm_desktop.billing.drafts import as_it_is
from crm_desktop.core import dates, money, text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import round_amount
from crm_desktop.customers import kind_defaults
from crm_desktop.db import connection as db
from crm_desktop.sales import catalogue, contracts, opportunities
from crm_desktop.sales.basket import GROSS
from crm_desktop.sales.opportunities import Opportunity


@dataclass(frozen=True)
class Link:
    """A document or contract of a deal: `record` is "document" or "contract", `kind` and `state` are its own."""

    record: str
    id: int
    kind: str
    number: str
    state: str
    outcome: str
    title: str
    value_minor: int
    currency: str


_DOCUMENT = "'document', d.id, d.kind, coalesce(d.number, ''), d.state, d.outcome, '', d.grand_total_minor, d.currency"
_CONTRACT = "'contract', k.id, 'contract', k.number, k.state, '', k.title, k.value_minor, k.currency"
_MOST = 40


def linkable(opportunity_id: int) -> list[Link]:
    """What of the customer could belong to a deal and does not yet: quotes, orders, invoices, contracts; newest first."""
    belongs = "EXISTS (SELECT 1 FROM opportunity_link l WHERE l.opportunity_id = ?1 AND l.record ="
    found = db.query(
        f"SELECT d.created_at, {_DOCUMENT} FROM document d JOIN opportunity o ON o.id = ?1 AND o.customer_id = d.customer_id "
        "WHERE d.deleted_at IS NULL AND d.kind IN ('quote', 'order_confirmation', 'invoice') "
        f"AND NOT {belongs} 'document' AND l.record_id = d.id) UNION ALL SELECT k.created_at, {_CONTRACT} FROM contract k "
        "JOIN opportunity o ON o.id = ?1 AND o.customer_id = k.customer_id WHERE k.deleted_at IS NULL "
        f"AND NOT {belongs} 'contract' AND l.record_id = k.id) ORDER BY 1 DESC LIMIT {_MOST}",
        [opportunity_id],
    )
    return [Link(*row[1:]) for row in found]


def links(opportunity_id: int) -> list[Link]:
    """What belongs to a deal, the newest first; what lies in the bin is left out."""
    found = db.query(
        f"SELECT l.id, {_DOCUMENT} FROM opportunity_link l JOIN document d ON d.id = l.record_id AND l.record = 'document' "
        "WHERE l.opportunity_id = ?1 AND d.deleted_at IS NULL UNION ALL "
        f"SELECT l.id, {_CONTRACT} FROM opportunity_link l JOIN contract k ON k.id = l.record_id AND l.record = 'contract' "
        "WHERE l.opportunity_id = ?1 AND k.deleted_at IS NULL ORDER BY 1 DESC",
        [opportunity_id],
    )
    return [Link(*row[1:]) for row in found]


def deals_of(record: str, record_id: int) -> list[int]:
    """The deals that a document or contract belongs to, which are not in the bin."""
    found = db.query(
        "SELECT o.id FROM opportunity_link l JOIN opportunity o ON o.id = l.opportunity_id "
        "WHERE l.record = ? AND l.record_id = ? AND o.deleted_at IS NULL ORDER BY o.id",
        [record, record_id],
    )
    return [i for (i,) in found]


def link(opportunity_id: int, record: str, record_id: int) -> None:
    """Let a document or contract belong to a deal.

    Raises:
        NotFound: the deal is gone.
    """
    found = opportunities.get(opportunity_id)
    with db.transaction(_("Link deal {title}").format(title=found.title)):
        db.execute(
            "INSERT OR IGNORE INTO opportunity_link(opportunity_id, record, record_id) VALUES(?, ?, ?)",
            [opportunity_id, record, record_id],
        )


def quote(opportunity_id: int, finish: Callable[[Draft], Draft] = as_it_is) -> int:
    """The quote of a deal as a draft; the one that is there, while it is a draft. Gives its id.

    `finish` completes a new draft, such as by the discount of the customer's level.

    Raises:
        NotFound: the deal is gone.
    """
    return _open_draft(opportunity_id, QUOTE) or _begin(opportunities.get(opportunity_id), QUOTE, finish)


def invoice(opportunity_id: int, finish: Callable[[Draft], Draft] = as_it_is) -> int:
    """The invoice of a deal as a draft, following its quote where one was issued. Gives its id.

    Asked again it gives the draft that is there, else the invoice that was issued: there is one invoice of a deal, and
    more of them are written from its quote or by hand. `finish` completes one that follows no quote.

    Raises:
        NotFound: the deal is gone.
    """
    found = opportunities.get(opportunity_id)
    there = _open_draft(opportunity_id, INVOICE) or _issued_invoice(opportunity_id)
    return there or _following(found) or _begin(found, INVOICE, finish)


def contract(opportunity_id: int) -> int:
    """The contract of a deal as a draft: customer, title and value, starting today. Gives its id.

    Raises:
        NotFound: the deal is gone.
    """
    found = opportunities.get(opportunity_id)
    made = next((one.id for one in links(found.id) if one.record == "contract"), None)
    if made is not None:
        return made
    value = found.value_minor
    if kind_defaults.of_customer(found.customer_id).price_mode == GROSS:
        value = money.to_minor(_with_tax(found, drafts.usual_tax(dates.today())[1]), found.currency)
    values: dict[str, Any] = {
        "title": found.title, "customer_id": found.customer_id, "direction": "income", "state": "draft",
        "interval": "once", "start_on": dates.today(), "value_minor": value, "currency": found.currency,
    }  # fmt: skip
    with db.transaction(_("Contract for deal {title}").format(title=found.title)):
        contract_id = contracts.save(values)
        link(found.id, "contract", contract_id)
    return contract_id


def _open_draft(opportunity_id: int, kind: str) -> int | None:
    return next((one.id for one in links(opportunity_id) if one.kind == kind and one.state == "draft"), None)


def _issued_invoice(opportunity_id: int) -> int | None:
    """The last invoice of a deal that was issued and was not taken back by a credit note."""
    found = db.value(
        "SELECT d.id FROM opportunity_link l JOIN document d ON d.id = l.record_id JOIN document_balance b ON b.id = d.id "
        "WHERE l.opportunity_id = ? AND l.record = 'document' AND d.kind = 'invoice' AND d.state = 'issued' "
        "AND b.credited_minor < max(d.grand_total_minor, 1) ORDER BY l.id DESC LIMIT 1",
        [opportunity_id],
    )
    return int(found) if found is not None else None


def _following(found: Opportunity) -> int | None:
    """The invoice that follows the newest issued quote of a deal, if one can follow."""
    quotes = (one for one in links(found.id) if one.kind == QUOTE and one.state == "issued")
    source = next((one for one in quotes if one.outcome != "declined"), None)
    if source is None or INVOICE not in chain.next_kinds(rows.read_document(source.id)):
        return None
    with db.transaction(_("Invoice for deal {title}").format(title=found.title)):
        draft_id = int(chain.follow(source.id, INVOICE).id or 0)
        link(found.id, "document", draft_id)
    return draft_id


def _begin(found: Opportunity, kind: str, finish: Callable[[Draft], Draft]) -> int:
    draft = drafts.begin(found.customer_id, kind)
    if found.currency != draft.currency:
        draft = drafts.in_currency(draft, found.currency)
    with db.transaction(_("Draft for deal {title}").format(title=found.title)):
        draft_id = int(drafts.save(finish(replace(draft, lines=(_line(found, draft),)))).id or 0)
        link(found.id, "document", draft_id)
    return draft_id


def _line(found: Opportunity, draft: Draft) -> DraftLine:
    """What they want at the value of the deal; without one, what the catalogue has under that name, at their price."""
    if not found.value_minor:
        named = [item for item in catalogue.find(found.title) if text.fold(item.name) == text.fold(found.title)]
        if named:
            return drafts.line_of(named[0], draft)
    category, rate = drafts.usual_tax(draft.service_from or dates.today())
    price = money.from_minor(found.value_minor, found.currency)
    if draft.price_mode == GROSS:
        price = _with_tax(found, rate)
    return DraftLine(name=found.title, price=price, category=category, rate=rate)


def _with_tax(found: Opportunity, rate: Decimal | None) -> Decimal:
    price = money.from_minor(found.value_minor, found.currency)
    return round_amount(price * (100 + (rate or Decimal(0))) / 100, found.currency)
