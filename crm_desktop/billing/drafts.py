"""Drafts of documents of every kind, from quotes to credit notes: begin, save, copy, delete.

A draft has no number, changes freely and can be deleted; it is stored in full with every save, sums included. Issuing
(`invoices.issue`) turns it into a document that never changes. Deleted drafts lie in the bin for 30 days.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from crm_desktop.billing import compose, kinds, own_texts, parties, rows
from crm_desktop.billing.document import (
    BILLS,
    CREDIT_NOTE,
    DELIVERY_NOTE,
    INVOICE,
    QUOTE,
    RECEIPT,
    TYPE_CODES,
    Document,
    Draft,
    DraftLine,
)
from crm_desktop.company import profile, tax_rates
from crm_desktop.company.profile import Profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, NotFound
from crm_desktop.core.i18n import DOCUMENT_LANGUAGES
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import round_amount
from crm_desktop.customers import kind_defaults, merging
from crm_desktop.db import connection as db
from crm_desktop.sales import catalogue, price_lists, totals
from crm_desktop.sales.basket import GROSS
from crm_desktop.sales.catalogue import Item
from crm_desktop.sales.tax_categories import CATEGORIES

CASH = "cash"
_SMALLEST_COINS = {"CHF": Decimal("0.05")}


def begin(customer_id: int | None = None, kind: str = INVOICE) -> Draft:
    """An empty draft, not saved yet: language, currency, terms and texts of the customer or the company.

    Raises:
        NotFound: the customer is no longer there.
    """
    company = profile.load()
    own, usual = _preferences(customer_id), kind_defaults.of_customer(customer_id)
    language = own[0] or company.language
    if language not in DOCUMENT_LANGUAGES:
        language = "en"
    today = dates.today()
    intro, closing = kinds.texts(kind, language, (company.texts or {}).get(language, {}))
    return Draft(
        kind=kind,
        type_code=TYPE_CODES[kind],
        language=language,
        currency=own[1] or company.currency,
        price_mode=usual.price_mode,
        customer_id=customer_id,
        issue_on=today,
        # What is only offered has no day of service yet.
        service_from=today if kind in (*BILLS, DELIVERY_NOTE) else None,
        valid_until=dates.add_days(today, kinds.USUAL_VALID_DAYS) if kind == QUOTE else None,
        payment_terms_id=usual.payment_terms_id,
        buyer_reference=own[3],
        intro=intro,
        closing=closing,
        paid_at_issue=CASH if kind == RECEIPT else "",
        cash_step=cash_step(own[1] or company.currency, CASH) if kind == RECEIPT else None,
    )


def cash_step(currency: str, method: str) -> Decimal | None:
    """The smallest coin to which a payment in cash is rounded: 0.05 for Swiss francs; None where nothing is rounded."""
    return _SMALLEST_COINS.get(currency) if method == CASH else None


def paid_at_once(draft: Draft, method: str) -> Draft:
    """A draft that is paid on the spot with one of `payments.METHODS`, or not if empty; cash is rounded to the coin."""
    return replace(draft, paid_at_issue=method, cash_step=cash_step(draft.currency, method))


def in_currency(draft: Draft, currency: str, rate: Decimal | None = None) -> Draft:
    """A draft in another currency. Abroad, its tax is also stated at home, with the day's rate as it was typed in.

    Args:
        draft: what is written; its prices stay as they are.
        currency: ISO 4217.
        rate: so many units of the company's currency for one of `currency`; kept with the document.
    """
    home = profile.load().currency
    is_home = currency == home
    return replace(
        draft,
        currency=currency,
        tax_currency="" if is_home or rate is None else home,
        exchange_rate=None if is_home else rate,
        tax_total_accounting=None,
        cash_step=cash_step(currency, draft.paid_at_issue),
    )


def _preferences(customer_id: int | None) -> tuple[str, str, int | None, str]:
    if customer_id is None:
        return "", "", None, ""
    found: tuple[str, str, int | None, str] | None = db.one(
        "SELECT language, currency, payment_terms_id, buyer_reference FROM customer WHERE id = ?", [customer_id]
    )
    if found is None:
        raise NotFound(_("This customer is no longer there."))
    return found


def usual_tax(day: date, company: Profile | None = None) -> tuple[str, Decimal | None]:
    """Category and rate that a new line starts with on a service day: exempt for a small business."""
    company = company or profile.load()
    if company.tax_status == "small":
        return "E", Decimal(0)
    if company.tax_status == "none":
        return "O", None
    rate = tax_rates.usual_rate(day)
    return (rate.category, rows.rate_from(rate.category, rate.rate_bp)) if rate else ("Z", Decimal(0))


def line_of(item: Item, draft: Draft, quantity: Decimal = Decimal(1)) -> DraftLine:
    """A line for an item of the catalogue: name in the draft's language, price in its price mode.

    The customer's own price for so many of it wins over the usual one. An item priced in another currency comes without
    a price, because amounts of different currencies do not mix.
    """
    company = profile.load()
    item = own_price_of(item, draft, quantity) or item
    name, description = item.name_in(draft.language)
    category, rate = item.category, rows.rate_from(item.category, item.rate_bp)
    price = item.price if item.currency == draft.currency else Decimal(0)
    if company.tax_status != "regular" and CATEGORIES[category].taxed:
        category, rate = usual_tax(dates.today(), company)
    elif item.price_mode != draft.price_mode:
        price = _other_mode(price, rate or Decimal(0), draft)
    return DraftLine(
        name=name,
        description=description,
        price=price,
        unit=item.unit,
        category=category,
        rate=rate,
        item_id=item.id,
        item_number=item.number,
    )


def own_price_of(item: Item, draft: Draft, quantity: Decimal = Decimal(1)) -> Item | None:
    """The item as the draft's customer gets it by their price list, or None where the usual price holds."""
    found = price_lists.of_customer(draft.customer_id)
    if found is None or found.currency != draft.currency:
        return None
    own = price_lists.price_of(item, draft.customer_id, quantity, draft.issue_on)
    if own is None:
        return None
    return replace(item, price=own.price, price_mode=own.price_mode, currency=found.currency)


def at_own_price(line: DraftLine, draft: Draft) -> DraftLine:
    """A line that was copied, at the customer's own price where it stood at the usual one; a price by hand stays."""
    items = catalogue.rows([line.item_id]) if line.item_id else []
    if not items or own_price_of(items[0], draft, line.quantity) is None:
        return line
    usual = line_of(items[0], replace(draft, customer_id=None)).price
    return replace(line, price=line_of(items[0], draft, line.quantity).price) if line.price == usual else line


def as_it_is(draft: Draft) -> Draft:
    """Leaves a new draft as it is: for who makes drafts that nobody completes."""
    return draft


def _other_mode(price: Decimal, rate: Decimal, draft: Draft) -> Decimal:
    """A net price as a price tag, rounded to the cent, or the net of a price tag with four decimals."""
    if draft.price_mode == GROSS:
        return round_amount(price * (100 + rate) / 100, draft.currency)
    return (price * 100 / (100 + rate)).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def get(draft_id: int) -> Draft:
    """What was entered, of a draft or of an issued document.

    Raises:
        NotFound: it is no longer there.
    """
    return rows.read_draft(draft_id)


def preview(draft: Draft) -> Document:
    """The document as it would be issued now, with sums, parties and terms, without number. Nothing is written.

    Raises:
        ValidationError: the amounts cannot be added up.
    """
    return compose.compose(draft)


def save(draft: Draft) -> Draft:
    """Store a draft, new or changed; gives it back with its id and time stamp.

    Raises:
        ValidationError: an amount cannot be kept; field → sentence.
        Conflict: it was issued, or changed elsewhere, since it was loaded.
        NotFound: it was deleted.
    """
    title = _("Edit draft for {name}") if draft.id else _("New draft for {name}")
    now = dates.stamp()
    with db.transaction(title.format(name=parties.name_of(draft)), merge=bool(draft.id)):
        draft_id = store(draft, now)
    return replace(draft, id=draft_id, updated_at=now)


def store(draft: Draft, now: str = "") -> int:
    """Write a draft inside a transaction of the caller's; gives its id. Raises what `save` raises."""
    now = now or dates.stamp()
    sums = totals.calculate(draft.basket())
    values = rows.head(draft, sums) | {"updated_at": now}
    draft_id = draft.id
    if draft_id is None:
        draft_id = db.insert("document", values | {"created_at": now})
    else:
        _refuse_unless_current(draft_id, draft.updated_at)
        db.update("document", draft_id, values)
    rows.write_children(draft_id, rows.children(draft, sums), is_new=draft.id is None)
    return draft_id


def _refuse_unless_current(draft_id: int, loaded_at: str) -> None:
    found = db.one("SELECT state, deleted_at, updated_at, kind FROM document WHERE id = ?", [draft_id])
    if found is None or found[1]:
        raise NotFound(_("This draft was deleted. Bring it back from the bin to go on."))
    if found[0] != "draft" and found[3] not in BILLS:
        raise Conflict(_("This document was issued and cannot be changed any more. Copy it and change the copy."))
    if found[0] != "draft":
        raise Conflict(_("This document was issued and cannot be changed any more. Correct it with a credit note."))
    if loaded_at and found[2] != loaded_at:
        raise Conflict(_("This draft was changed meanwhile. It is shown again as it is now."))


def copy(document_id: int) -> Draft:
    """A new saved draft for today with the lines, discounts, texts and terms of a draft or document.

    Raises:
        NotFound: it is no longer there.
    """
    source = rows.read_draft(document_id)
    return save(fresh(source, INVOICE if source.kind == CREDIT_NOTE else source.kind))


def fresh(source: Draft, kind: str) -> Draft:
    """The content of a document as a new draft of a kind for today, not saved, without any tie to other documents.

    Terms, references and texts come along where they fit; another kind gets its own opening and closing words.
    """
    today = dates.today()
    begun = begin(source.customer_id, kind)
    same = kind == source.kind
    words = own_texts.texts(kind, source.language)
    intro, closing = own_texts.renewed(source, words) if same else words
    return replace(
        source,
        id=None,
        updated_at="",
        kind=kind,
        type_code=begun.type_code,
        issue_on=today,
        due_on=None,
        service_from=begun.service_from,
        service_to=None,
        valid_until=begun.valid_until,
        preceding_id=None,
        preceding_number="",
        preceding_on=None,
        source_id=None,
        schedule_id=None,
        payment_reference="",
        prepaid=Decimal(0),
        deductions=(),
        paid_at_issue=source.paid_at_issue if same else begun.paid_at_issue,
        intro=intro,
        closing=closing,
        internal_note="",
        tax_total_accounting=None,
        # The rate was that of its day.
        tax_currency="" if source.exchange_rate else source.tax_currency,
        exchange_rate=None,
        seller={},
        buyer=source.buyer if source.customer_id is None else {},
        ship_to={},
        lines=tuple(replace(line, source_line_id=None) for line in source.lines),
    )


def repeat_last(customer_id: int) -> Draft:
    """A new saved draft with the content of the customer's last invoice.

    Raises:
        NotFound: the customer has no invoice yet.
    """
    last = db.value(
        f"SELECT id FROM document WHERE customer_id IN {merging.family_sql('?1')} AND kind = 'invoice' AND type_code NOT IN ('326', '386') "
        "AND state = 'issued' AND imported = 0 ORDER BY issue_on DESC, id DESC LIMIT 1",
        [customer_id],
    )
    if last is None:
        raise NotFound(_("There is no invoice to repeat yet. Write the first one."))
    source = replace(rows.read_draft(int(last)), customer_id=customer_id)
    return save(fresh(source, source.kind))


def among(document_ids: Sequence[int]) -> list[int]:
    """Those of some documents that are drafts, in the order in which they should be issued: by day, then as written."""
    found = db.query(
        "SELECT id FROM document WHERE state = 'draft' AND deleted_at IS NULL AND id IN (SELECT value FROM json_each(?)) "
        "ORDER BY issue_on, id",
        [json.dumps(list(document_ids))],
    )
    return [int(row[0]) for row in found]


def delete(draft_ids: list[int]) -> None:
    """Move drafts to the bin, all or none.

    Raises:
        Conflict: one of them was issued.
        NotFound: one of them is no longer there.
    """
    with db.transaction(_title_of_deletion(draft_ids)):
        for draft_id in draft_ids:
            _refuse_unless_current(draft_id, "")
            db.update("document", draft_id, {"deleted_at": dates.instant_text(dates.now())})


def _title_of_deletion(draft_ids: list[int]) -> str:
    if len(draft_ids) == 1:
        return _("Delete draft for {name}").format(name=parties.name_of(rows.read_draft(draft_ids[0])))
    return _("Delete {n} drafts").format(n=len(draft_ids))


def restore(draft_id: int) -> None:
    """Take a draft out of the bin."""
    with db.transaction(_("Bring back draft for {name}").format(name=parties.name_of(rows.read_draft(draft_id)))):
        db.update("document", draft_id, {"deleted_at": None})
