"""The life of a contract: draft, active, notice given, ended; each change with its day and reason in the history.

Every act is one undoable step. What is over ends by itself, see `tend`. Nothing here sends anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.db import connection as db
from crm_desktop.sales import contract_history, contract_terms, contracts
from crm_desktop.sales.contracts import Contract


@dataclass(frozen=True)
class Change:
    """One line of the history: since when it was in a state, and why."""

    state: str
    from_on: date
    reason: str


def history(contract_id: int) -> list[Change]:
    """The states of a contract, newest first."""
    return [
        Change(state, date.fromisoformat(day), reason)
        for state, day, reason in db.query(
            "SELECT state, from_on, reason FROM contract_state WHERE contract_id = ? ORDER BY id DESC",
            [contract_id],
        )
    ]


def end_of_notice(contract: Contract, given_on: date) -> date | None:
    """The end that notice given on a day leads to; None where it is over before."""
    return contract_terms.end_of_notice(contract.terms, given_on)


def activate(contract_ids: Sequence[int], signed_on: date | None = None) -> None:
    """Let drafts run; the day on which they were signed, if it is given. What they follow ends the day before.

    Raises:
        Conflict: one is no draft.
    """
    chosen = contracts.rows(list(contract_ids))
    _need(chosen, ("draft",), _("{title} runs already."))
    with db.transaction(_("Activate {title}").format(title=_titles(chosen))):
        for contract in chosen:
            signed = {"signed_on": signed_on.isoformat()} if signed_on else {}
            _move(contract.id, "active", dates.today(), "", signed)
            _end_before(contract)


def _end_before(follower: Contract) -> None:
    """The contract that is followed ends the day before, so that nothing runs or is billed twice."""
    if follower.renewed_from_id is None or follower.start_on is None:
        return
    old = contracts.get(follower.renewed_from_id)
    if old.state == "active":
        last = dates.add_days(follower.start_on, -1).isoformat()
        reason = _("Followed by {number}").format(number=follower.number)
        _move(old.id, "notice_given", dates.today(), reason, {"ends_on": last})


def give_notice(contract_id: int, given_on: date, by: str = "us", ends_on: date | None = None) -> date:
    """Note that notice was given on a day, "us" or "them"; gives the end, by the contract's terms or as agreed.

    Regular bills stop at that end.

    Raises:
        Conflict: it does not run.
        ValidationError: the day cannot be right, or the agreed end lies before it.
    """
    contract = contracts.get(contract_id)
    _need([contract], ("active",), _("{title} does not run, so there is nothing to end."))
    end = ends_on or end_of_notice(contract, given_on)
    problems = {}
    if not dates.is_plausible(given_on) or (contract.signed_on or contract.start_on or given_on) > given_on:
        problems["given_on"] = _("The notice would be older than the contract. Check the date.")
    elif end is None or end < given_on:
        problems["ends_on"] = _("The end lies before the notice.")
    if problems or end is None:
        raise ValidationError(problems)
    reason = _(contracts.NOTICE_BY[by])
    with db.transaction(_("Notice for {title}").format(title=contract.title)):
        values = {"notice_given_on": given_on.isoformat(), "notice_by": by, "ends_on": end.isoformat()}
        _move(contract_id, "notice_given", given_on, reason, values)
    return end


def withdraw_notice(contract_id: int) -> None:
    """Let a contract go on as if no notice had been given.

    Raises:
        Conflict: no notice was given.
    """
    contract = contracts.get(contract_id)
    _need([contract], ("notice_given",), _("No notice was given for {title}."))
    with db.transaction(_("Withdraw the notice for {title}").format(title=contract.title)):
        values = {"notice_given_on": None, "notice_by": "", "ends_on": None}
        _move(contract_id, "active", dates.today(), _("Notice withdrawn"), values)


def end(contract_ids: Sequence[int], on: date | None = None, reason: str = "") -> None:
    """End contracts on a day (today), whatever their terms say.

    Raises:
        Conflict: one has ended already.
    """
    chosen, day = contracts.rows(list(contract_ids)), on or dates.today()
    _need(chosen, ("draft", "active", "notice_given"), _("{title} has ended already."))
    with db.transaction(_("End {title}").format(title=_titles(chosen))):
        for contract in chosen:
            _move(contract.id, "ended", day, reason, {"ends_on": day.isoformat()})


def passed(on: date | None = None) -> list[int]:
    """The contracts whose end is over on a day (today): after notice, or because they do not renew."""
    return [
        row[0]
        for row in db.query(
            "SELECT id FROM contract WHERE deleted_at IS NULL AND ((state = 'notice_given' "
            "AND coalesce(ends_on, end_on) < ?1) OR (state = 'active' AND renewal_months = 0 AND end_on < ?1)) ORDER BY id",
            [(on or dates.today()).isoformat()],
        )
    ]


def tend() -> int:
    """End by itself what is over, with the reason; one undoable step, and nothing the second time. Gives how many.

    Contracts of old files get the beginning of their history first; as that says nothing new, it is no step.
    """
    _begin_missing()
    over = contracts.rows(passed())
    if not over:
        return 0
    words = ngettext("Ended by itself: {n} contract", "Ended by themselves: {n} contracts", len(over))
    with db.transaction(words.format(n=len(over))):
        for contract in over:
            day = contract.ends_on or contract.end_on or dates.today()
            reason = _("Its term is over") if contract.state == "active" else _("Its notice period is over")
            _move(contract.id, "ended", day, reason, {"ends_on": day.isoformat()})
    return len(over)


def _begin_missing() -> None:
    without = contract_history.missing()
    if without:
        with db.transaction(undoable=False):
            for contract_id in without:
                contracts.note_begin(contract_id)


def inform(contract_id: int, on: date | None = None) -> None:
    """Note that the other side was told of the coming renewal on a day (today)."""
    contract, day = contracts.get(contract_id), on or dates.today()
    with db.transaction(_("Told about the renewal of {title}").format(title=contract.title)):
        db.update("contract", contract_id, {"informed_on": day.isoformat(), "updated_at": dates.stamp()})
        contracts.note_state(contract_id, contract.state, day, _("Told about the coming renewal"))


def renew(contract_id: int) -> int:
    """A draft of the contract that follows: the next term, the price of its first day, linked to this one; gives its id.

    A draft that is there already is given again, so that nobody renews twice.
    """
    old = contracts.get(contract_id)
    found = db.value(
        "SELECT id FROM contract WHERE renewed_from_id = ? AND deleted_at IS NULL AND state <> 'ended'", [contract_id]
    )
    if found is not None:
        return int(found)
    end_day = contracts.dates_of(old).term_ends_on or dates.today()
    first = dates.add_days(end_day, 1)
    months = months_of_next(old)
    values = {
        name: getattr(old, name)
        for name in (
            "direction", "customer_id", "payee", "title", "notice_count", "notice_unit", "notice_to", "renewal_months",
            "currency", "interval", "remind_days", "inform_from_days", "inform_to_days", "notes",
        )
    }  # fmt: skip
    last = dates.add_days(dates.add_months(first, months), -1) if old.end_on else None
    values |= {
        "start_on": first, "end_on": last, "value_minor": old.value_on(first), "state": "draft", "renewed_from_id": old.id,
    }  # fmt: skip
    with db.transaction(_("Renew {title}").format(title=old.title)):
        return contracts.save(values)


def months_of_next(contract: Contract) -> int:
    """How long the next term is: as it renews, else as the last one was, else a year."""
    if contract.renewal_months > 0:
        return contract.renewal_months
    if contract.start_on and contract.end_on:
        after = dates.add_days(contract.end_on, 1)
        return max(1, (after.year - contract.start_on.year) * 12 + after.month - contract.start_on.month)
    return 12


def _need(chosen: Sequence[Contract], states: tuple[str, ...], sentence: str) -> None:
    for contract in chosen:
        if contract.state not in states:
            raise Conflict(sentence.format(title=contract.title))


def _titles(chosen: Sequence[Contract]) -> str:
    return ", ".join(contract.title for contract in chosen[:3])


def _move(contract_id: int, state: str, day: date, reason: str, values: dict[str, Any]) -> None:
    with db.transaction():
        db.update("contract", contract_id, values | {"state": state, "updated_at": dates.stamp()})
        contracts.note_state(contract_id, state, day, reason)
