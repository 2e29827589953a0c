"""Commands about who calls and what happened: find the holder of a number, write a quick line into a history."""

from __future__ import annotations

from typing import Any

from crm_desktop.activity import quick_notes, reminders, timeline
from crm_desktop.billing import account_statement
from crm_desktop.cli.command import Args, Wiring, data_path
from crm_desktop.cli.printing import print_lines, say
from crm_desktop.core import dates
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor
from crm_desktop.customers import caller
from crm_desktop.customers.caller import Holder
from crm_desktop.insight import caller_facts
from crm_desktop.insight.caller_facts import CallerFacts


def call(arguments: Args, wiring: Wiring) -> None:
    """`call NUMBER`."""
    number = caller.from_link(arguments.number)
    found = [(holder, caller_facts.of(holder.customer_id, dates.today())) for holder in caller.holders(number)]
    if arguments.show and not (wiring.call_window and wiring.call_window(data_path(arguments), number)):
        raise UserError(_("No window has this company file open."))
    if arguments.json:
        say(arguments, [_as_json(holder, facts) for holder, facts in found])
        return
    if not found:
        print_lines([_("Nobody has the number {number} yet.").format(number=caller.shown(number))])
    for holder, facts in found:
        print_lines(_lines(holder, facts))


def _as_json(holder: Holder, facts: CallerFacts) -> dict[str, Any]:
    last, promise = facts.last, facts.promise
    return {
        "customer_id": facts.customer_id,
        "number": facts.number,
        "customer": facts.name,
        "person": holder.person,
        "phone": holder.phone,
        "archived": holder.archived,
        "served_by": facts.served_by,
        "owed": [
            {
                "currency": owed.currency,
                "invoices": owed.invoices,
                "open": str(from_minor(owed.open_minor, owed.currency)),
                "late": str(from_minor(owed.late_minor, owed.currency)),
                "late_since": owed.due_on.isoformat() if owed.due_on else None,
            }
            for owed in facts.owed
        ],
        "complaints": [{"number": one.number, "title": one.title} for one in facts.complaints],
        "last_contact": {
            "kind": last.kind,
            "at": dates.instant_text(last.happened_at),
            "who": last.who,
            "title": last.title,
        }
        if last
        else None,
        "promised": {"due_date": promise.due_on.isoformat(), "title": promise.title} if promise else None,
    }


def _lines(holder: Holder, facts: CallerFacts) -> list[str]:
    who = ", ".join(part for part in (facts.name, holder.person, facts.city) if part)
    found = [f"{facts.number}  {who}  {holder.phone}"]
    if facts.served_by:
        found.append(_("How they like to be served: {words}").format(words=facts.served_by.replace("\n", " ")))
    for owed in facts.owed:
        amount, late = from_minor(owed.open_minor, owed.currency), from_minor(owed.late_minor, owed.currency)
        words = _("Open: {amount} {currency}, of which late: {late}")
        found.append(words.format(amount=amount, currency=owed.currency, late=late))
    found += [_("Complaint {number}: {title}").format(number=one.number, title=one.title) for one in facts.complaints]
    if facts.last is not None:
        day = facts.last.happened_at.astimezone().date().isoformat()
        found.append(_("Last contact {day}: {title}").format(day=day, title=facts.last.title))
    if facts.promise is not None:
        day = facts.promise.due_on.isoformat()
        found.append(_("Promised {day}: {title}").format(day=day, title=facts.promise.title))
    return found


def note(arguments: Args, _wiring: Wiring) -> None:
    """`note CUSTOMER LINE`."""
    customer_id = account_statement.find_customer(arguments.customer)
    done = quick_notes.write(customer_id, arguments.line)
    result: dict[str, Any] = {"customer_id": customer_id, "entry": None, "reminder": None}
    lines = []
    if done.entry_id is not None:
        entry = timeline.rows([done.entry_id])[0]
        at = f"{entry.happened_at.astimezone():%Y-%m-%d %H:%M}"
        result["entry"] = {
            "id": entry.id, "kind": entry.kind, "at": dates.instant_text(entry.happened_at), "direction": entry.direction,
            "channel": entry.channel, "minutes": entry.minutes, "who": entry.who, "title": entry.title, "body": entry.body,
            "about": [entry.record, entry.record_id] if entry.record else None,
        }  # fmt: skip
        lines.append(_("Written down: {kind}, {when}: {title}").format(kind=entry.kind, when=at, title=entry.title))
    if done.reminder_id is not None:
        found = reminders.get(done.reminder_id)
        result["reminder"] = {
            "id": found.id, "due_date": found.due_on.isoformat(),
            "due_time": f"{found.due_time:%H:%M}" if found.due_time else None, "title": found.title,
        }  # fmt: skip
        lines.append(_("Reminder {day}: {title}").format(day=found.due_on.isoformat(), title=found.title))
    say(arguments, result, *lines)
