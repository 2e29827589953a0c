"""Commands about deals: add one, move it along the board, win or lose it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from crm_desktop.billing import account_statement
from crm_desktop.cli.arguments import JSON, WHOM, day
from crm_desktop.cli.command import Args, Argument, Command, Wiring
from crm_desktop.cli.printing import say
from crm_desktop.company import profile
from crm_desktop.core import money
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import N_
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


_DEAL = Argument("id", N_("id of the deal, as in: list opportunities --json"), {"type": int, "metavar": "ID"})
_CLOSED_ON = Argument("--on", N_("the day, YYYY-MM-DD; today without it"), {"type": day, "metavar": "D"})
COMMANDS = (
    Command(
        "opportunity add",
        N_("add a deal to the board"),
        add,
        "write",
        (
            WHOM,
            Argument("title", N_("what they want"), {"metavar": "TITLE"}),
            Argument("--value", N_("value without tax"), {"metavar": "N"}),
            Argument("--currency", N_("ISO code; the company's without it"), {"metavar": "C"}),
            Argument("--stage", N_("name or code of a stage; the first without it"), {"metavar": "S"}),
            Argument("--expected", N_("the day by which it is expected, YYYY-MM-DD"), {"type": day, "metavar": "D"}),
            Argument("--next", N_("the next step"), {"metavar": "TEXT"}),
            Argument("--next-on", N_("the day of the next step, YYYY-MM-DD"), {"type": day, "metavar": "D"}),
            Argument("--source", N_("where it comes from; a new one is added"), {"metavar": "TEXT"}),
            JSON,
        ),
    ),
    Command(
        "opportunity move",
        N_("move a deal to another stage; a closed one is opened again"),
        move,
        "write",
        (_DEAL, Argument("stage", N_("name or code of a stage"), {"metavar": "STAGE"}), JSON),
    ),
    Command("opportunity win", N_("note that a deal is won"), win, "write", (_DEAL, _CLOSED_ON, JSON)),
    Command(
        "opportunity lose",
        N_("note that a deal is lost, why and to whom"),
        lose,
        "write",
        (
            _DEAL,
            Argument("--reason", N_("why"), {"default": "", "metavar": "TEXT"}),
            Argument("--competitor", N_("who got it; a new one is added"), {"default": "", "metavar": "NAME"}),
            _CLOSED_ON,
            JSON,
        ),
    ),
)
