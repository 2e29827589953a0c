"""Commands about e-invoices that others sent: read and file them, list them."""

from __future__ import annotations

from typing import Any

from crm_desktop.billing import received_documents
from crm_desktop.billing.received_documents import Received
from crm_desktop.cli.command import Args, Wiring
from crm_desktop.cli.printing import columns, progress, say
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor


def add(arguments: Args, _wiring: Wiring) -> None:
    """`received add PATH…`: files what can be read; then says what could not, and fails."""
    from crm_desktop.exchange import received

    found: list[dict[str, Any]] = []
    lines: list[str] = []
    refused: list[str] = []
    for path in arguments.path:
        try:
            filed = received_documents.get(received.add(path, progress()))
        except UserError as error:
            refused.append(str(error))
            continue
        found.append(_plain(filed))
        lines.append(_("Filed {number} of {sender}.").format(number=filed.number, sender=filed.sender))
        lines += [f"  {sentence}" for sentence in found[-1]["findings"]]
    if found:
        say(arguments, {"filed": found, "refused": refused}, *lines)
    if refused:
        raise UserError(" ".join(refused))


def list_(arguments: Args, _wiring: Wiring) -> None:
    """`received list`."""
    rows = [_plain(row) for row in received_documents.rows(received_documents.ids("all"))]
    names = ("sender", "number", "issued", "due", "gross", "currency", "paid", "findings")
    table = [[str(len(row[n]) if n == "findings" else row[n] or "") for n in names] for row in rows]
    say(arguments, rows, *columns(names, table))


def _plain(row: Received) -> dict[str, Any]:
    from crm_desktop.exchange import received_checks

    days = {"issued": row.issue_on, "due": row.due_on, "paid": row.paid_on}
    return {
        "id": row.id,
        "kind": row.kind,
        "format": row.format,
        "sender": row.sender,
        "number": row.number,
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "gross": f"{from_minor(row.gross_minor, row.currency):f}",
        "currency": row.currency,
        "findings": [received_checks.sentence(finding) for finding in row.findings],
    }
