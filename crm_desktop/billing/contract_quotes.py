"""The renewal of a contract as a quote: a draft with the value of the next term, after changes of price."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from crm_desktop.billing import drafts
from crm_desktop.billing.document import QUOTE, Draft, DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates, formats, money
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import round_amount
from crm_desktop.db import connection as db
from crm_desktop.sales import contract_prices, contract_states, contracts
from crm_desktop.sales.basket import GROSS
from crm_desktop.sales.contracts import Contract

_UNITS = {"once": "C62", "week": "WEE", "month": "MON", "quarter": "C62", "half_year": "C62", "year": "ANN"}


def renewal_quote(contract_id: int) -> int:
    """The quote for the next term as a draft, one line with as many months (or years) as it renews for; gives its id.

    A draft that is there already is given again.

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
    with db.transaction(_("Renewal quote for {title}").format(title=contract.title)):
        return int(
            drafts.save(replace(draft, contract_id=contract_id, service_from=first, service_to=last, lines=(line,))).id
            or 0
        )


def _first_day(contract: Contract) -> date:
    end = contracts.dates_of(contract).term_ends_on
    return dates.add_days(end or dates.today(), 1)


def _line(contract: Contract, first: date, last: date, draft: Draft) -> DraftLine:
    category, rate = drafts.usual_tax(first)
    price = money.from_minor(contract.value_on(first), contract.currency)
    if draft.price_mode == GROSS:
        price = round_amount(price * (100 + (rate or Decimal(0))) / 100, contract.currency)
    per_year = contract_prices.PER_YEAR[contract.interval]
    quantity = (
        Decimal(contract_states.months_of_next(contract)) * per_year / 12
        if contract.interval not in ("once", "week")
        else Decimal(1)
    )
    if contract.interval == "week":
        quantity = Decimal(round(((last - first).days + 1) / 7))
    locale = formats.locale_name(draft.language, profile.load().country)
    described = formats.day_range(first, last, locale)
    return DraftLine(
        name=contract.title, quantity=quantity, price=price, unit=_UNITS[contract.interval], category=category,
        rate=rate, description=described,
    )  # fmt: skip
