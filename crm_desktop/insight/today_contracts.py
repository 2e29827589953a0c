"""Lines of Today about contracts: to cancel or keep, to tell the other side of a renewal, and terms that end for good.

A contract comes up on its own days before each last day to cancel, or on those of the settings.
"""

from __future__ import annotations

from datetime import date

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.db import connection as db
from crm_desktop.insight.task import Task
from crm_desktop.sales import contract_letters, contract_states, contracts
from crm_desktop.sales.contracts import Contract, Dates

WEEK_DAYS = 7
# So many letters are written in advance; whoever has more will not answer them all today.
_PREPARED = 15


def lines() -> list[Task]:
    """The lines of all contracts that need a hand."""
    usual = contracts.usual_remind_days()
    rows = db.query("SELECT id FROM contract WHERE state = 'active' AND deleted_at IS NULL ORDER BY id")
    found: list[Task] = []
    for contract in contracts.rows([row[0] for row in rows]):
        days = contracts.dates_of(contract)
        made = _inform(contract, days) or _decide(contract, days, usual) or _ends(contract, usual)
        if made is not None:
            found.append(made(contract, prepared=len(found) < _PREPARED))
    return found


def told(task: Task) -> None:
    """What D does with the news of a renewal: the other side was told today."""
    contract_states.inform(task.contract_id or 0)


class _Line:
    """One kind of line about a contract, with the words that are prepared for it."""

    def __init__(self, kind: str, day: date, purpose: str) -> None:
        self.kind, self.day, self.purpose = kind, day, purpose

    def __call__(self, contract: Contract, *, prepared: bool) -> Task:
        left = (self.day - dates.today()).days
        letter = contract_letters.words(contract, self.purpose) if prepared else None
        title, reason = self._words(contract, left)
        return Task(
            self.kind,
            "first" if left <= WEEK_DAYS else "week",
            title.format(title=contract.title, party=contract.party),
            reason.format(party=contract.party, n=left),
            "decide",
            self.day,
            contract.value_now_minor,
            contract.currency,
            customer_id=contract.customer_id,
            contract_id=contract.id,
            words=letter.body if letter else "",
            subject=letter.subject if letter else "",
            language=letter.language if letter else "",
        )

    def _words(self, contract: Contract, left: int) -> tuple[str, str]:
        if self.kind == "contract_inform":
            return (
                _("Tell {party} that {title} renews"),
                ngettext("{n} day left to tell them.", "{n} days left to tell them.", left),
            )
        if self.kind == "contract_end":
            return (
                _("Renew or let go: {title}"),
                ngettext("{party}. It ends in {n} day.", "{party}. It ends in {n} days.", left),
            )
        ours = contract.direction == "income"
        reason = (
            ngettext("{party}. {n} day left to cancel.", "{party}. {n} days left to cancel.", left)
            if ours
            else ngettext(
                "{party} renews it. {n} day left to cancel.", "{party} renews it. {n} days left to cancel.", left
            )
        )
        return (_("Renew or end: {title}") if ours else _("Cancel or keep: {title}")), reason


def _inform(contract: Contract, days: Dates) -> _Line | None:
    window = days.inform
    if window is None or contract.direction != "income" or window.first > dates.today():
        return None
    told = contract.informed_on
    return None if told is not None and told >= window.first else _Line("contract_inform", window.last, "information")


def _decide(contract: Contract, days: Dates, usual: tuple[int, ...]) -> _Line | None:
    last, stages = days.last_day_to_cancel, contracts.reminds(contract, usual)
    if last is None or not stages or last > dates.add_days(dates.today(), max(stages)):
        return None
    return _Line("contract", last, "renewal" if contract.direction == "income" else "cancellation")


def _ends(contract: Contract, usual: tuple[int, ...]) -> _Line | None:
    end = contract.end_on
    if end is None or contract.renewal_months or end > dates.add_days(dates.today(), max(usual)):
        return None
    follows = db.one("SELECT 1 FROM contract WHERE renewed_from_id = ? AND deleted_at IS NULL", [contract.id])
    return None if follows else _Line("contract_end", end, "renewal")
