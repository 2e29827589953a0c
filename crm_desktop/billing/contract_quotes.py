"""The renewal of a contract as a quote, and its invoice: drafts with the value of a term or period, after changes of price.

The value of a contract is net or gross as its customer is treated, so it stands on the line as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from crm_desktop.billing import drafts, kinds, recurring
from crm_desktop.billing.document import INVOICE, QUOTE, Draft, DraftLine
from crm_desktop.billing.drafts import as_it_is
from crm_desktop.billing.recurring_periods import Rhythm
from crm_desktop.company import profile
from crm_desktop.core import dates, formats, money
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.sales import contract_prices, contract_states, contracts
from crm_desktop.sales.contracts import Contract

_UNITS = {"once": "C62", "week": "WEE", "month": "MON", "quarter": "C62", "half_year": "C62", "year": "ANN"}


def renewal_quote(contract_id: int, finish: Callable[[Draft], Draft] = as_it_is) -> int:
    """The quote for the next term as a draft, one line with as many months (or years) as it renews for; gives its id.

    A draft that is there already is given again; `finish` completes a new one, such as by the discount of a level.

    Raises:
        UserError: it is not with a customer.
    """
    contract = contracts.get(contract_id)
    if contract.direction != "income" or contract.customer_id is None:
        raise UserError(_("Only a contract with a customer can be offered again."))
    there = db.value(
        "SELECT id FROM document WHERE contract_id = ? AND kind = 'quote' AND state = 'draft' AND deleted_at IS NULL",
        [contract_id],
    )
    if there is not None:
        return int(there)
    first = _first_day(contract)
    draft = drafts.begin(contract.customer_id, QUOTE)
    if contract.currency != draft.currency:
        draft = drafts.in_currency(draft, contract.currency)
    months = contract_states.months_of_next(contract)
    last = dates.add_days(dates.add_months(first, months), -1)
    line = _line(contract, first, last, draft)
    draft = replace(draft, intro=_intro(contract, first, draft))
    with db.transaction(_("Renewal quote for {title}").format(title=contract.title)):
        return int(
            drafts.save(
                finish(replace(draft, contract_id=contract_id, service_from=first, service_to=last, lines=(line,)))
            ).id
            or 0
        )


def _intro(contract: Contract, first: date, draft: Draft) -> str:
    """The opening of a renewal: nobody asked for it, the contract comes to its end. The owner's own words for quotes stay."""
    words = (profile.load().texts or {}).get(draft.language, {})
    if kinds.text_name(QUOTE, "intro") in words or not contract.end_on:
        return draft.intro
    opening = document_text(draft.language, "Your contract “{title}” runs until {day}. For the time after it we offer:")
    return opening.format(title=contract.title, day=formats.day_long(dates.add_days(first, -1), _locale(draft)))


def _first_day(contract: Contract) -> date:
    end = contracts.dates_of(contract).term_ends_on
    return dates.add_days(end or dates.today(), 1)


def _line(contract: Contract, first: date, last: date, draft: Draft) -> DraftLine:
    category, rate = drafts.usual_tax(first)
    price = money.from_minor(contract.value_on(first), contract.currency)
    per_year = contract_prices.PER_YEAR[contract.interval]
    quantity = (
        Decimal(contract_states.months_of_next(contract)) * per_year / 12
        if contract.interval not in ("once", "week")
        else Decimal(1)
    )
    if contract.interval == "week":
        quantity = Decimal(round(((last - first).days + 1) / 7))
    described = formats.day_range(first, last, _locale(draft))
    return DraftLine(
        name=contract.title, quantity=quantity, price=price, unit=_UNITS[contract.interval], category=category,
        rate=rate, description=described,
    )  # fmt: skip


def invoice(contract_id: int, finish: Callable[[Draft], Draft] = as_it_is) -> int:
    """The invoice of a contract as a draft, for the period of today or for what is paid once; gives its id.

    A draft that is there already is given again; `finish` completes a new one.

    Raises:
        UserError: it is not with a customer, or is billed regularly.
    """
    contract = contracts.get(contract_id)
    if contract.direction != "income" or contract.customer_id is None:
        raise UserError(_("Only a contract with a customer can be billed."))
    schedule = recurring.of_contract(contract_id)
    if schedule is not None and schedule.is_on:
        raise UserError(_("This contract is billed regularly. What is due waits under To bill."))
    there = db.value(
        "SELECT id FROM document WHERE contract_id = ? AND kind = 'invoice' AND state = 'draft' AND deleted_at IS NULL",
        [contract_id],
    )
    if there is not None:
        return int(there)
    draft = drafts.begin(contract.customer_id, INVOICE)
    if contract.currency != draft.currency:
        draft = drafts.in_currency(draft, contract.currency)
    first, last = _period(contract)
    category, rate = drafts.usual_tax(first)
    described = "" if last is None else formats.day_range(first, last, _locale(draft))
    line = DraftLine(
        name=contract.title, price=money.from_minor(contract.value_on(first), contract.currency),
        unit=_UNITS[contract.interval], category=category, rate=rate, description=described,
    )  # fmt: skip
    made = replace(draft, contract_id=contract_id, service_from=first, service_to=last, lines=(line,))
    with db.transaction(_("Invoice for {title}").format(title=contract.title)):
        return int(drafts.save(finish(made)).id or 0)


def _period(contract: Contract) -> tuple[date, date | None]:
    """The days that an invoice is for: the period of today, counted from the start; only a day for what is paid once."""
    start = contract.start_on or dates.today().replace(day=1)
    if contract.interval not in recurring.INTERVALS:
        return dates.today(), None
    _words, months, weeks = recurring.INTERVALS[contract.interval]
    rhythm = Rhythm(start, months, weeks)
    number = rhythm.number_of(max(dates.today(), start))
    return rhythm.first_day(number), dates.add_days(rhythm.first_day(number + 1), -1)


def _locale(draft: Draft) -> str:
    return formats.locale_name(draft.language, profile.load().country)
