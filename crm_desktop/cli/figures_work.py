"""Commands about figures: those of a period, the plan, and saved reports."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from crm_desktop.cli.arguments import JSON, day
from crm_desktop.cli.command import Args, Argument, Command, Wiring, writable
from crm_desktop.cli.printing import columns, print_json, print_lines, say
from crm_desktop.core import dates, money
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.insight import figures
from crm_desktop.insight.figures import Figures


def show(arguments: Args, _wiring: Wiring) -> None:
    """`figures [--from D] [--to D] [--currency C]`."""
    today = dates.today()
    last = arguments.last or today.replace(month=12, day=31)
    first = arguments.first or last.replace(month=1, day=1)
    found = figures.gather(first, last, (arguments.currency or "").upper())
    if arguments.json:
        print_json(as_json(found))
        return
    print_lines(columns(("figure", "value"), _lines(found)))


def _lines(found: Figures) -> list[list[str]]:
    def amount(minor: int) -> str:
        return f"{money.from_minor(minor, found.currency)} {found.currency}"

    lines = [
        [_("Revenue"), amount(found.net_minor)],
        [_("Year before"), amount(found.before_minor)],
        [_("Billed with tax"), amount(found.gross_minor)],
        [_("Received"), amount(found.received_minor)],
        [_("Open today"), amount(found.open_minor)],
        [_("Late"), amount(found.late_minor)],
        [_("New customers"), str(found.new_customers)],
        [_("Lost customers"), str(found.lost_customers)],
        [_("Days to pay, average"), str(found.days_to_pay) if found.days_to_pay is not None else "–"],
    ]
    return [*lines, *([_("Not added: {currency}").format(currency=c), ""] for c in found.others)]


def as_json(found: Figures) -> dict[str, Any]:
    """The figures in their stable shape; amounts are minor units of `currency`."""
    return {
        "from": found.first.isoformat(), "to": found.last.isoformat(), "currency": found.currency,
        "other_currencies": list(found.others), "net_minor": found.net_minor, "before_minor": found.before_minor,
        "plan_minor": found.plan_minor, "gross_minor": found.gross_minor, "received_minor": found.received_minor,
        "documents": found.documents, "open_minor": found.open_minor, "late_minor": found.late_minor,
        "steps": [_plain(asdict(step)) for step in found.steps], "ages": [asdict(age) for age in found.ages],
        "customers": [asdict(r) for r in found.customers], "products": [asdict(r) for r in found.products],
        "product_groups": [asdict(r) for r in found.groups],
        "new_customers": found.new_customers, "lost_customers": found.lost_customers,
        "days_to_pay": None if found.days_to_pay is None else str(found.days_to_pay), "settled": found.settled,
        "forecast": [_plain(asdict(m)) for m in found.forecast],
        "stages": [_plain(asdict(s)) | {"conversion_bp": s.conversion_bp} for s in found.stages],
        "sources": [asdict(s) | {"conversion_bp": s.conversion_bp} for s in found.sources],
        "contracts": [asdict(c) for c in found.contracts],
        "nps": found.satisfaction.nps,
        "satisfaction": None if found.satisfaction.average is None else str(found.satisfaction.average),
    }  # fmt: skip


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in record.items()}


def run(arguments: Args) -> None:
    """`report run NAME OUT.xlsx`: a saved report."""
    from crm_desktop.exchange import saved_reports

    if not arguments.file:
        raise UserError(_("Name the file too: report run NAME OUT.xlsx."))
    out = writable(arguments.file)
    saved_reports.write(saved_reports.find(arguments.out), out, arguments.first, arguments.last)
    say(arguments, {"report": arguments.out, "file": str(out)}, _("Saved {file}.").format(file=out))


def reports(arguments: Args, _wiring: Wiring) -> None:
    """`reports`."""
    from crm_desktop.exchange import saved_reports

    found = [
        {"name": r.name, "kind": r.kind, "schedule": r.schedule, "folder": r.folder,
         "last_written_on": r.last_written_on.isoformat() if r.last_written_on else None}
        for r in saved_reports.all_reports()
    ]  # fmt: skip
    if arguments.json:
        print_json(found)
        return
    names = ("name", "kind", "schedule", "folder", "last_written_on")
    print_lines(columns(names, ([str(record[name] or "") for name in names] for record in found)))


_FROM = Argument("--from", N_("first day, YYYY-MM-DD"), {"dest": "first", "type": day, "metavar": "D"})
_TO = Argument("--to", N_("last day, YYYY-MM-DD"), {"dest": "last", "type": day, "metavar": "D"})
COMMANDS = (
    Command(
        "figures",
        N_("the figures of a period: revenue, money, customers, deals"),
        show,
        "read",
        (_FROM, _TO, Argument("--currency", N_("in this currency; the company's without it"), {"metavar": "C"}), JSON),
    ),
    Command("reports", N_("list saved reports"), reports, "read", (JSON,)),
)
