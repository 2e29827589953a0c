"""The draft that is made of what waits: lines in the order of the days, headings where there are several kinds.

Everything comes from the customer's record, the schedule and the entries themselves; nothing is typed twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crm_desktop.billing import drafts, parties, recurring_words, rows
from crm_desktop.billing.document import HEADING, Draft, DraftLine
from crm_desktop.billing.recurring import Due
from crm_desktop.billing.recurring_periods import Part
from crm_desktop.company import profile
from crm_desktop.company.profile import Profile
from crm_desktop.core import formats
from crm_desktop.core.errors import NotFound
from crm_desktop.core.i18n import document_text
from crm_desktop.db import connection as db
from crm_desktop.sales import catalogue
from crm_desktop.sales.tax_categories import CATEGORIES
from crm_desktop.sales.work_done import WorkDone

if TYPE_CHECKING:
    from crm_desktop.billing.to_bill import Entry

# What a repeated invoice gives to its copies besides the lines.
_REPEATED = (
    "language", "contact_person_id", "delivery_address_id", "payment_terms_id", "terms_text", "order_number",
    "buyer_reference", "intro", "closing", "exemption_reason", "exemption_code", "cash_step", "tax_currency",
    "exchange_rate", "allowances", "charges",
)  # fmt: skip


def groups(wanted: list[Entry]) -> list[list[Entry]]:
    """What can stand on one document: one currency and price mode; a repeated invoice stands alone."""
    found: dict[tuple[object, ...], list[Entry]] = {}
    for entry in wanted:
        alone = entry.key if isinstance(entry.record, Due) and entry.record.schedule.template_id else ""
        found.setdefault((entry.currency, entry.price_mode, alone), []).append(entry)
    return list(found.values())


def make(customer_id: int, together: list[Entry]) -> Draft:
    """The draft of entries that can stand on one document, not saved yet.

    Raises:
        NotFound: the customer is no longer there.
    """
    company = profile.load()
    draft = replace(
        drafts.begin(customer_id),
        currency=together[0].currency,
        price_mode=together[0].price_mode,
        service_from=min(entry.first for entry in together),
        service_to=max(entry.last for entry in together),
    )
    periods = [entry.record for entry in together if isinstance(entry.record, Due)]
    contracts = {entry.contract_id for entry in together}
    schedules = {due.schedule.id for due in periods}
    if len(contracts) == 1:
        draft = replace(draft, contract_id=contracts.pop())
    if len(schedules) == 1 and len(periods) == len(together):
        draft = _of_one_schedule(replace(draft, schedule_id=schedules.pop()), periods, company)
    return replace(draft, lines=tuple(_lines(draft, together, company)))


def _of_one_schedule(draft: Draft, periods: list[Due], company: Profile) -> Draft:
    """The texts of the schedule, and all that a repeated invoice says besides its lines."""
    made, days = periods[0].schedule, (periods[0].piece.first, periods[-1].piece.last)
    if made.template_id is not None:
        template = rows.read_draft(made.template_id)
        draft = replace(draft, **{name: getattr(template, name) for name in _REPEATED})
    where = _locale(draft, company)
    return replace(
        draft,
        intro=recurring_words.fill(made.intro or draft.intro, *days, where),
        closing=recurring_words.fill(draft.closing, *days, where),
    )


def _locale(draft: Draft, company: Profile) -> str:
    country = parties.buyer(draft, company.country).get("country") or company.country
    return formats.locale_name(draft.language, country, company.country)


# ---- lines ----------------------------------------------------------------------------------------------------------


def _lines(draft: Draft, together: list[Entry], company: Profile) -> Iterator[DraftLine]:
    """By contract, each with a heading, when there are services and periods or several contracts; else just by day."""
    ordered = sorted(together, key=lambda e: (e.first, e.key))
    grouped: dict[object, list[Entry]] = {}
    for entry in ordered:
        of_schedule = entry.contract_id is None and entry.is_period
        grouped.setdefault(entry.title if of_schedule else entry.contract_id, []).append(entry)
    kinds = {entry.is_period for entry in ordered}
    with_headings = len(grouped) > 1 and (len(kinds) > 1 or None not in grouped)
    for found in grouped.values():
        made = [line for entry in found for line in _of_entry(draft, entry, company)]
        if with_headings and made:
            # Same tax as what follows, so that a heading never makes a tax group of its own.
            yield replace(made[0], **_HEAD, name=_heading(draft, found[0]))
        yield from made


_HEAD: dict[str, Any] = {
    "role": HEADING, "description": "", "quantity": Decimal(1), "price": Decimal(0), "unit": "C62", "item_id": None,
    "item_number": "", "base_quantity": Decimal(1), "allowances": (), "charges": (),
}  # fmt: skip


def _heading(draft: Draft, entry: Entry) -> str:
    if entry.is_period:
        return entry.title
    if entry.contract_id is not None:
        return str(db.value("SELECT title FROM contract WHERE id = ?", [entry.contract_id]))
    return document_text(draft.language, "Services")


def _of_entry(draft: Draft, entry: Entry, company: Profile) -> Iterator[DraftLine]:
    where = _locale(draft, company)
    if isinstance(entry.record, WorkDone):
        yield _of_service(draft, entry.record, where, company)
    elif entry.record.schedule.template_id is not None:
        yield from _of_template(draft, entry.record, where)
    else:
        for part in entry.record.parts:
            yield _of_part(entry.record, part, draft.language, where, company)


def _of_service(draft: Draft, service: WorkDone, where: str, company: Profile) -> DraftLine:
    name, number = service.name, ""
    if service.item_id is not None:
        try:
            item = catalogue.get(service.item_id)
        except NotFound:
            item = None
        if item is not None:
            number = item.number
            name = item.name_in(draft.language)[0] if name == item.name else name
    day = formats.day(service.done_on, where)
    category, rate = _tax(service.category, service.rate_bp, service.done_on, company)
    return DraftLine(
        name=name,
        description="\n".join(part for part in (day, service.description) if part),
        quantity=service.quantity,
        price=service.price,
        unit=service.unit,
        category=category,
        rate=rate,
        item_id=service.item_id,
        item_number=number,
    )


def _of_part(due: Due, part: Part, language: str, where: str, company: Profile) -> DraftLine:
    """A full period is one unit at its price; a part of one is a flat amount, and says of how many days."""
    made, days = due.schedule, (part.first, part.last)
    name = recurring_words.fill(made.line_name or made.title, *days, where)
    description = recurring_words.fill(made.line_description, *days, where)
    period = formats.day_range(*days, where)
    if not part.whole:
        words = document_text(language, "{period}: {days} of {all} days, {price} for the full period")
        price = formats.money(part.price, made.currency, where)
        period = words.format(period=period, days=part.days, all=part.of_days, price=price)
    if part.whole and period in f"{name}\n{description}":
        period = ""
    category, rate = _tax(made.category, made.rate_bp, part.last, company)
    return DraftLine(
        name=name,
        description="\n".join(text for text in (period, description) if text),
        price=part.amount,
        unit=made.unit if part.whole else "LS",
        category=category,
        rate=rate,
    )


def _of_template(draft: Draft, due: Due, where: str) -> Iterator[DraftLine]:
    """The lines that are repeated; what stood at the usual price comes at the customer's own, if they have one by now."""
    days = (due.piece.first, due.piece.last)
    for line in rows.read_draft(due.schedule.template_id or 0).lines:
        yield replace(
            drafts.at_own_price(line, draft),
            source_line_id=None,
            name=recurring_words.fill(line.name, *days, where),
            description=recurring_words.fill(line.description, *days, where),
        )


def _tax(category: str, rate_bp: int, day: date, company: Profile) -> tuple[str, Decimal | None]:
    if company.tax_status != "regular" and category in CATEGORIES and CATEGORIES[category].taxed:
        return drafts.usual_tax(day, company)
    return category, rows.rate_from(category, rate_bp)
