"""What the law may want of a contract: dated hints with their source, and what could be changed. Nothing is applied unasked.

They are no legal advice and cannot be complete; who sells to companies is told nothing of what protects consumers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.sales.contract_terms import OPEN_ENDED
from crm_desktop.sales.contracts import Contract

# Contracts with consumers in Germany that were made from this day on.
GERMAN_RENEWALS_FROM = date(2022, 3, 1)
_LONGEST_TERM_MONTHS, _LONGEST_NOTICE_DAYS = 24, 31
# "Three months" and "one month" before, as days that lie within them in every month of the year.
FRENCH_FROM_DAYS, FRENCH_TO_DAYS = 89, 31


@dataclass(frozen=True)
class Hint:
    """A hint: what it says, where that stands, and the fields that would follow from it."""

    text: str
    source: str
    values: dict[str, Any] = field(default_factory=dict)


def hints(contract: Contract) -> list[Hint]:
    """What is worth a look in a contract with a consumer, by the consumer's country."""
    row = db.one("SELECT kind, country FROM customer WHERE id = ?", [contract.customer_id])
    if contract.direction != "income" or contract.state == "ended" or row is None or row[0] != "person":
        return []
    country = row[1] or db.value("SELECT country FROM company")
    return {"DE": _german, "FR": _french}.get(str(country), _none)(contract)


def _none(_contract: Contract) -> list[Hint]:
    return []


def _german(contract: Contract) -> list[Hint]:
    made_on = contract.signed_on or contract.start_on
    if made_on is None or made_on < GERMAN_RENEWALS_FROM:
        return []
    source, found = _("§ 309 No. 9 BGB, for contracts made since 1 March 2022"), []
    if contract.end_on and contract.renewal_months > 0:
        words = _(
            "In terms and conditions towards consumers, a renewal binds only if the contract then goes on without end and "
            "can be ended at any time with one month’s notice."
        )
        values = {"renewal_months": OPEN_ENDED, "notice_count": 1, "notice_unit": "month", "notice_to": "any"}
        found.append(Hint(words, source, values))
    if contract.end_on and contract.renewal_months and _notice_days(contract) > _LONGEST_NOTICE_DAYS:
        words = _("The notice to the end of the first term may be one month at the most.")
        found.append(Hint(words, source, {"notice_count": 1, "notice_unit": "month"}))
    if (
        contract.start_on
        and contract.end_on
        and contract.end_on >= dates.add_months(contract.start_on, _LONGEST_TERM_MONTHS)
    ):
        words = _("The first term may bind a consumer for two years at the most.")
        last = dates.add_days(dates.add_months(contract.start_on, _LONGEST_TERM_MONTHS), -1)
        found.append(Hint(words, source, {"end_on": last}))
    return found


def _notice_days(contract: Contract) -> int:
    return contract.notice_count * {"day": 1, "week": 7, "month": 31, "year": 366}[contract.notice_unit]


def _french(contract: Contract) -> list[Hint]:
    if not contract.end_on or contract.renewal_months <= 0 or contract.inform_from_days:
        return []
    words = _(
        "Before a tacit renewal, consumers are told in writing that they may refuse it: three months to one month before "
        "the last day on which they can. Otherwise they may end it at any time after the renewal."
    )
    values = {"inform_from_days": FRENCH_FROM_DAYS, "inform_to_days": FRENCH_TO_DAYS}
    return [Hint(words, _("Art. L215-1 Code de la consommation"), values)]
