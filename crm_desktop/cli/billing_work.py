"""Commands about what is to be billed: note work, the timer, list what waits, make drafts of it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from crm_desktop.billing import account_statement, to_bill
from crm_desktop.billing.to_bill import Entry
from crm_desktop.care import loyalty
from crm_desktop.cli.command import Args, Wiring
from crm_desktop.cli.printing import columns, print_json, print_lines, progress, say
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.money import from_minor
from crm_desktop.sales import timer, work_done


def service_add(arguments: Args, _wiring: Wiring) -> None:
    """`service add`."""
    quantity = work_done.hours_from(arguments.quantity)
    if quantity is None:
        raise UserError(_("“{text}” is no quantity. Write it like 1:30 or 1.5.").format(text=arguments.quantity))
    values: dict[str, Any] = {
        "customer_id": account_statement.find_customer(arguments.customer),
        "name": arguments.what,
        "quantity": quantity,
        "done_on": arguments.on,
        "description": arguments.note,
        "price": _price(arguments.price),
    }
    service_id = work_done.save({name: value for name, value in values.items() if value is not None})
    _say_noted(arguments, service_id)


def _price(typed: str | None) -> Decimal | None:
    if typed is None:
        return None
    try:
        return Decimal(typed)
    except InvalidOperation:
        raise UserError(_("“{text}” is no price. Write it like 80.00.").format(text=typed)) from None


def _say_noted(arguments: Args, service_id: int) -> None:
    found = work_done.get(service_id)
    words = _("Noted for {customer}: {quantity} {unit} {name}, {amount} {currency} without tax.")
    amount = from_minor(found.net_minor, found.currency)
    line = words.format(
        customer=found.customer, quantity=f"{found.quantity:f}", unit=found.unit, name=found.name, amount=amount,
        currency=found.currency,
    )  # fmt: skip
    say(arguments, work_done.as_json(found), line)


def service_list(arguments: Args, _wiring: Wiring) -> None:
    """`service list`."""
    customer_id = account_statement.find_customer(arguments.customer) if arguments.customer else None
    found = [work_done.as_json(s) for s in work_done.rows(work_done.ids(arguments.state, customer_id=customer_id))]
    if arguments.json:
        print_json(found)
        return
    names = ("date", "customer", "what", "quantity", "unit", "price", "currency", "state", "document")
    print_lines(columns(names, ([str(record[name] or "") for name in names] for record in found)))


def timer_start(arguments: Args, _wiring: Wiring) -> None:
    """`timer start`."""
    customer_id = account_statement.find_customer(arguments.customer) if arguments.customer else None
    timer.start(customer_id, arguments.what or "")
    _say_timer(arguments)


def _say_timer(arguments: Args) -> None:
    found = timer.current()
    if found is None:
        say(arguments, {"on": False}, _("The timer is not on."))
        return
    about = " ".join(part for part in (found.customer, found.name) if part)
    clock = f"{found.seconds // 3600}:{found.seconds // 60 % 60:02}"
    result = {
        "on": True, "running": found.running, "customer": found.customer or None, "what": found.name,
        "seconds": found.seconds,
    }  # fmt: skip
    say(arguments, result, _("The timer is on: {clock} {about}").format(clock=clock, about=about).strip())


def timer_stop(arguments: Args, _wiring: Wiring) -> None:
    """`timer stop`."""
    values: dict[str, Any] = {"name": arguments.what} if arguments.what else {}
    if arguments.customer:
        values["customer_id"] = account_statement.find_customer(arguments.customer)
    _say_noted(arguments, timer.stop(values))


def bill_list(arguments: Args, _wiring: Wiring) -> None:
    """`bill list`."""
    customer_id = account_statement.find_customer(arguments.customer) if arguments.customer else None
    found = [_as_json(entry) for account in to_bill.accounts(customer_id=customer_id) for entry in account.entries]
    if arguments.json:
        print_json(found)
        return
    names = ("customer", "kind", "what", "from", "to", "net", "currency")
    print_lines(columns(names, ([str(record[name]) for name in names] for record in found)))


def _as_json(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "customer_id": entry.customer_id,
        "customer": entry.customer,
        "kind": "period" if entry.is_period else "service",
        "what": entry.title,
        "from": entry.first.isoformat(),
        "to": entry.last.isoformat(),
        "quantity": f"{entry.quantity:f}",
        "unit": entry.unit,
        "net": str(from_minor(entry.net_minor, entry.currency)),
        "currency": entry.currency,
    }


def bill_make(arguments: Args, _wiring: Wiring) -> None:
    """`bill make`."""
    wanted = [account_statement.find_customer(arguments.customer)] if arguments.customer else None
    made = loyalty.bill_all(wanted, progress())
    result = [
        {
            "id": draft.id, "customer_id": draft.customer_id, "currency": draft.currency, "lines": len(draft.lines),
            "service_from": str(draft.service_from), "service_to": str(draft.service_to),
        }
        for draft in made
    ]  # fmt: skip
    words = ngettext("{n} draft made.", "{n} drafts made.", len(made)).format(n=len(made))
    say(arguments, {"drafts": result}, words if made else _("Nothing waits to be billed."))
