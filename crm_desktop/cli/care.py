"""Commands about what comes after the sale: cases, feedback."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from crm_desktop.billing import account_statement, invoices
from crm_desktop.care import case_rules, cases, feedback
from crm_desktop.cli.arguments import JSON, WHOM, day
from crm_desktop.cli.command import Args, Argument, Command, Wiring
from crm_desktop.cli.printing import progress, say
from crm_desktop.company import profile
from crm_desktop.core import money
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _

KINDS = tuple(case_rules.KINDS)
PRIORITIES = {"low": case_rules.LOW, "normal": case_rules.NORMAL, "high": case_rules.HIGH}
FEEDBACK_KINDS = tuple(feedback.KINDS)


def case_add(arguments: Args, _wiring: Wiring) -> None:
    """`case add CUSTOMER TITLE`."""
    values: dict[str, Any] = {
        "customer_id": account_statement.find_customer(arguments.customer),
        "title": arguments.title,
        "kind": arguments.kind,
        "priority": PRIORITIES[arguments.priority],
        "description": arguments.note,
        "due_on": arguments.due,
        "document_id": invoices.find(arguments.invoice) if arguments.invoice else None,
    }
    found = cases.get(cases.save({name: value for name, value in values.items() if value is not None}))
    words = _("{number}: {title}, due {day}.")
    line = words.format(number=found.number, title=found.title, day=found.due_on.isoformat() if found.due_on else "")
    say(arguments, cases.as_json(found), line)


def case_solve(arguments: Args, _wiring: Wiring) -> None:
    """`case solve NUMBER`."""
    case_id, cost = cases.find(arguments.number), None
    if arguments.cost is not None:
        try:
            cost = money.to_minor(Decimal(arguments.cost), profile.load().currency)
        except InvalidOperation:
            raise UserError(_("“{text}” is no amount. Write it like 80.00.").format(text=arguments.cost)) from None
    cases.solve(case_id, arguments.solution, cost_minor=cost)
    found = cases.get(case_id)
    say(arguments, cases.as_json(found), _("{number} is solved.").format(number=found.number))


def feedback_add(arguments: Args, _wiring: Wiring) -> None:
    """`feedback add CUSTOMER SCORE`."""
    customer_id = account_statement.find_customer(arguments.customer)
    found = feedback.get(feedback.add(customer_id, arguments.score, arguments.comment, arguments.kind, arguments.on))
    words = feedback.score_words(found.kind, found.score or 0)
    say(arguments, feedback.as_json(found), _("Noted: {score}.").format(score=words))


def feedback_read(arguments: Args, _wiring: Wiring) -> None:
    """`feedback read PATH`."""
    from crm_desktop.exchange import feedback_answers

    plan = feedback_answers.read(Path(arguments.path), progress())
    if not arguments.dry_run:
        feedback_answers.note(plan)
    number = len(plan.fresh)
    words = (
        ngettext("{n} answer would be noted.", "{n} answers would be noted.", number)
        if arguments.dry_run
        else ngettext("{n} answer noted.", "{n} answers noted.", number)
    )
    known = ngettext("{n} is noted already.", "{n} are noted already.", plan.known).format(n=plan.known)
    problems = [{"row": bad.row, "problem": bad.sentence} for bad in plan.problems]
    told = [_("Row {row}: {sentence}").format(row=bad.row, sentence=bad.sentence) for bad in plan.problems]
    say(arguments, {"new": number, "known": plan.known, "problems": problems}, words.format(n=number), known, *told)


COMMANDS = (
    Command(
        "case add",
        N_("note a complaint, question, return, repair or maintenance"),
        case_add,
        "write",
        (
            WHOM,
            Argument("title", N_("what it is about"), {"metavar": "TITLE"}),
            Argument("--kind", N_("what it is"), {"choices": KINDS, "default": "complaint"}),
            Argument("--priority", N_("how pressing it is"), {"choices": tuple(PRIORITIES), "default": "normal"}),
            Argument("--note", N_("what happened"), {"default": "", "metavar": "TEXT"}),
            Argument("--due", N_("the day, YYYY-MM-DD; by rule without it"), {"type": day, "metavar": "D"}),
            Argument("--invoice", N_("number of the invoice that it is about"), {"metavar": "NUMBER"}),
            JSON,
        ),
    ),
    Command(
        "case solve",
        N_("note that a case is solved"),
        case_solve,
        "write",
        (
            Argument("number", N_("number of the case"), {"metavar": "NUMBER"}),
            Argument("--solution", N_("how"), {"default": "", "metavar": "TEXT"}),
            Argument("--cost", N_("what it cost us"), {"metavar": "N"}),
            JSON,
        ),
    ),
    Command(
        "feedback add",
        N_("note what a customer said"),
        feedback_add,
        "write",
        (
            WHOM,
            Argument("score", N_("1 to 5 for satisfaction, 0 to 10 for nps"), {"type": int, "metavar": "SCORE"}),
            Argument("--kind", N_("what was asked"), {"choices": FEEDBACK_KINDS, "default": "satisfaction"}),
            Argument("--comment", N_("in their words"), {"default": "", "metavar": "TEXT"}),
            Argument("--on", N_("the day, YYYY-MM-DD; today without it"), {"type": day, "metavar": "D"}),
            JSON,
        ),
    ),
    Command(
        "feedback read",
        N_("read answers from a workbook or CSV file"),
        feedback_read,
        "write",
        (
            Argument("path", N_("the file"), {"metavar": "PATH"}),
            Argument("--dry-run", N_("only say what would happen"), {"action": "store_true"}),
            JSON,
        ),
    ),
)
