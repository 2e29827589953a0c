"""Commands about bank statements: read one, book what is certain."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from crm_desktop.billing import bank_booking, bank_matching, bank_statements
from crm_desktop.billing.bank_matching import MATCH, SUGGEST, Proposal
from crm_desktop.billing.bank_statements import Kept, Transaction
from crm_desktop.cli.command import Args, Wiring, copied, data_path, opened
from crm_desktop.cli.printing import progress, say
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.money import from_minor


def read(arguments: Args, _wiring: Wiring) -> None:
    """`bank read PATH`."""
    from crm_desktop.exchange import bank_files

    path = data_path(arguments)
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(copied(path)) if arguments.dry_run else path
        stack.enter_context(opened("write", place))
        kept = bank_files.read_and_keep(Path(arguments.path), progress(), despite_sums=arguments.despite_sums)
        found = bank_matching.proposals()
    certain = sum(proposal.strength == MATCH for proposal in found.values())
    likely = sum(proposal.strength == SUGGEST for proposal in found.values())
    result = {
        "file": arguments.path,
        "dry_run": arguments.dry_run,
        "read": kept.read,
        "new": kept.new,
        "known": kept.known,
        "ignored": kept.ignored,
        "notices": list(kept.notices),
        "matches": certain,
        "suggestions": likely,
        "open": len(found),
    }
    say(arguments, result, *_read_lines(kept, certain, likely, len(found), dry_run=arguments.dry_run))


def _read_lines(kept: Kept, certain: int, likely: int, waiting: int, *, dry_run: bool) -> list[str]:
    head = ngettext(
        "{n} transaction is new, {known} known already.", "{n} transactions are new, {known} known already.", kept.new
    )
    tail = _("{waiting} wait to be booked: {certain} are certain, {likely} likely.")
    return [
        *([_("Dry run: nothing was written.")] if dry_run else []),
        head.format(n=kept.new, known=kept.known),
        *([_("{n} paid out for nothing known here: ignored.").format(n=kept.ignored)] if kept.ignored else []),
        tail.format(waiting=waiting, certain=certain, likely=likely),
        *kept.notices,
    ]


def book(arguments: Args, _wiring: Wiring) -> None:
    """`bank book`: without --yes only what would be booked is listed."""
    with opened("write" if arguments.yes else "read", data_path(arguments)):
        found = bank_matching.proposals()
        rows = bank_statements.rows(list(found))
        choices = bank_booking.matches(found.values())
        booked = bank_booking.book(choices, progress()) if arguments.yes and choices else 0
    shown = [_as_json(row, found[row.id]) for row in rows]
    result = {"booked": booked, "certain": len(choices), "transactions": shown}
    certain = [entry for entry in shown if entry["strength"] == MATCH]
    lines = [f"{e['date']}  {e['amount']} {e['currency']}  {e['party']}: {e['reason']}" for e in certain]
    if arguments.yes:
        last = ngettext("Booked {n} transaction.", "Booked {n} transactions.", booked).format(n=booked)
    else:
        words = ngettext(
            "{n} transaction is certain. Book it with --yes.",
            "{n} transactions are certain. Book them with --yes.",
            len(choices),
        )
        last = words.format(n=len(choices))
    say(arguments, result, *lines, last)


def _as_json(row: Transaction, proposal: Proposal) -> dict[str, Any]:
    return {
        "id": row.id,
        "date": row.booked_on.isoformat(),
        "amount": f"{from_minor(row.amount_minor, row.currency):f}",
        "currency": row.currency,
        "party": row.party,
        "text": row.purpose,
        "strength": proposal.strength,
        "reason": proposal.reason,
        "documents": [part.number for part in proposal.parts],
        "customer": proposal.customer,
    }
