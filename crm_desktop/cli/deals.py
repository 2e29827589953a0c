"""Commands about deals: add one, move it along the board, win or lose it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from crm_desktop.billing import account_statement
from crm_desktop.cli.command import Args, Wiring
from crm_desktop.cli.printing import say
from crm_desktop.company import profile
from crm_desktop.core import money
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.sales import opportunities, opportunity_steps, pipeline_stages, sources


def add(arguments: Args, _wiring: Wiring) -> None:
    """`opportunity add CUSTOMER TITLE`."""
    currency = arguments.currency or profile.load().currency
    values: dict[str, Any] = {
        "customer_id": account_statement.find_customer(arguments.customer),
        "title": arguments.title,
        "currency": currency,
        "value_minor": _minor(arguments.value or "0", currency),
        "expected_on": arguments.expected,
        "next_step": arguments.next or "",
        "next_on": arguments.next_on,
        "source_id": sources.id_of(arguments.source or ""),
    }
    if arguments.stage:
        values["stage_id"] = pipeline_stages.named(arguments.stage).id
    _tell(arguments, opportunities.save(values), _("Added: {title}, {stage}."))


def move(arguments: Args, _wiring: Wiring) -> None:
    """`opportunity move ID STAGE`."""
    opportunity_steps.move(arguments.id, pipeline_stages.named(arguments.stage).id)
    _tell(arguments, arguments.id, _("{title} is in {stage}."))


def win(arguments: Args, _wiring: Wiring) -> None:
    """`opportunity win ID`."""
    opportunity_steps.win(arguments.id, arguments.on)
    _tell(arguments, arguments.id, _("Won: {title}."))


def lose(arguments: Args, _wiring: Wiring) -> None:
    """`opportunity lose ID`."""
    opportunity_steps.lose(arguments.id, arguments.reason, arguments.competitor, arguments.on)
    _tell(arguments, arguments.id, _("Lost: {title}."))


def _minor(text: str, currency: str) -> int:
    try:
        return money.to_minor(money.round_amount(Decimal(text), currency), currency)
    except InvalidOperation:
        raise UserError(_("“{text}” is not an amount. Write it like 1250.00.").format(text=text)) from None


def _tell(arguments: Args, opportunity_id: int, sentence: str) -> None:
    found = opportunities.get(opportunity_id)
    say(arguments, opportunities.as_json(found), sentence.format(title=found.title, stage=found.stage))
