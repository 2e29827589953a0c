"""Commands about what follows a quote or order: the next document, deposits, what became of a quote, the whole family."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from crm_desktop.billing import chain, deal_quotes, deposits, document_json, family, invoices, quotes
from crm_desktop.billing.document import DELIVERY_NOTE, INVOICE, ORDER_CONFIRMATION, PROFORMA
from crm_desktop.cli import papers
from crm_desktop.cli.command import Args, Wiring
from crm_desktop.cli.printing import say
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor
from crm_desktop.db import connection as db

DEPOSIT = "deposit"
STEPS = (ORDER_CONFIRMATION, DELIVERY_NOTE, INVOICE, PROFORMA, DEPOSIT)
DECISIONS = ("accepted", "declined", "open")


def follow(arguments: Args, _wiring: Wiring) -> None:
    """`order follow NUMBER KIND`."""
    source_id = invoices.find(arguments.number)
    # Both or neither: a draft that cannot be issued would only lie around.
    with db.transaction(durable=True):
        if arguments.kind == DEPOSIT:
            draft = deposits.deposit(source_id, percent=_number(arguments.percent), amount=_number(arguments.amount))
        else:
            draft = chain.follow(source_id, arguments.kind, chosen=_options(source_id, arguments.option or []))
        document = invoices.issue(draft.id or 0, papers.render())
    say(arguments, document_json.show(document), papers.issued_line(document))


def _options(source_id: int, places: list[int]) -> list[int]:
    """The ids of the optional and alternative lines that were named by their place in the document, from 1."""
    lines = chain.lines_of(source_id)
    if any(not 0 < place <= len(lines) for place in places):
        raise UserError(_("This document has {n} lines. Count from 1.").format(n=len(lines)))
    return [lines[place - 1].id for place in places]


def decide(arguments: Args, _wiring: Wiring) -> None:
    """`order decide NUMBER DECISION`."""
    quote_id, won = invoices.find(arguments.number), list[str]()
    if arguments.decision == "accepted":
        won = [deal.title for deal in deal_quotes.accept(quote_id, note=arguments.reason)]
    elif arguments.decision == "declined":
        quotes.decline(quote_id, arguments.reason)
    else:
        quotes.reopen(quote_id)
    state = quotes.state(quote_id)
    found = {"number": arguments.number, "state": state, "reason": quotes.outcome(quote_id)[2], "won": won}
    told = [_("“{title}” won").format(title=title) for title in won]
    say(arguments, found, f"{arguments.number}: {_(quotes.STATES[state])}", *told)


def show(arguments: Args, _wiring: Wiring) -> None:
    """`order show NUMBER`."""
    found = family.members(invoices.find(arguments.number))
    lines = [f"{'  ' * m.depth}{m.kind_name} {m.number} {_amount(m)}".rstrip() for m in found]
    say(arguments, {"documents": [_member(member) for member in found]}, *lines)


def _amount(member: family.Member) -> str:
    if member.kind == DELIVERY_NOTE:
        return ""
    return f"{from_minor(member.gross_minor, member.currency):f} {member.currency}"


def _member(member: family.Member) -> dict[str, Any]:
    def money(minor: int) -> str:
        return f"{from_minor(minor, member.currency):f}"

    return {
        "number": member.number or None,
        "kind": member.kind,
        "type_code": member.type_code,
        "depth": member.depth,
        "state": member.state,
        "issue_date": member.issue_on.isoformat() if member.issue_on else None,
        "currency": member.currency,
        "gross": money(member.gross_minor),
        "open": money(member.open_minor),
    }


def _number(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        return Decimal(text.strip().rstrip("%"))
    except InvalidOperation:
        raise UserError(_("“{value}” is not a number. Write it like 1234.50.").format(value=text)) from None
