"""Commands about contracts: note a notice or see where it leads, and write a letter as PDF."""

from __future__ import annotations

from pathlib import Path

from crm_desktop.cli.arguments import JSON, day
from crm_desktop.cli.command import Args, Argument, Command, Wiring, writable
from crm_desktop.cli.printing import say
from crm_desktop.company import letter_texts
from crm_desktop.core import dates
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.sales import contract_states, contracts


def notice(arguments: Args, _wiring: Wiring) -> None:
    """`contract notice NUMBER`."""
    contract = contracts.get(contracts.find(arguments.number))
    given = arguments.on or dates.today()
    end = arguments.ends or contract_states.end_of_notice(contract, given)
    if end is None:
        raise UserError(_("{title} is over before this notice could count.").format(title=contract.title))
    if not arguments.dry_run:
        contract_states.give_notice(contract.id, given, arguments.by, arguments.ends)
    words = _("{title} would end on {day}.") if arguments.dry_run else _("{title} ends on {day}.")
    found = contracts.get(contract.id)
    result = contracts.as_json(found) | {"given": given.isoformat(), "ends": end.isoformat(), "by": arguments.by}
    say(arguments, result, words.format(title=found.title, day=end.isoformat()))


def paper(arguments: Args, _wiring: Wiring) -> None:
    """`contract paper NUMBER`."""
    from crm_desktop.documents import contract_paper

    made = contract_paper.make(contracts.find(arguments.number), arguments.letter)
    target = writable(arguments.out)
    path = target / made.file_name if target.is_dir() else target
    _write(path, made.content)
    if arguments.keep:
        contract_paper.keep(made)
    result = {"file": str(path), "letter": made.purpose, "language": made.language, "subject": made.subject}
    say(arguments, result, _("Written: {file}").format(file=path))


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Problem(_("{file} cannot be written: {reason}.").format(file=path, reason=error.strerror)) from error


_NUMBER = Argument("number", N_("number of the contract"), {"metavar": "NUMBER"})
COMMANDS = (
    Command(
        "contract notice",
        N_("note that notice was given, and say when the contract ends"),
        notice,
        "write",
        (
            _NUMBER,
            Argument("--on", N_("the day of the notice, YYYY-MM-DD; today without it"), {"type": day, "metavar": "D"}),
            Argument("--by", N_("who gave notice"), {"choices": ("us", "them"), "default": "us"}),
            Argument(
                "--ends",
                N_("the end that was agreed, YYYY-MM-DD; by its terms without it"),
                {"type": day, "metavar": "D"},
            ),
            Argument("--dry-run", N_("only say what would happen"), {"action": "store_true"}),
            JSON,
        ),
    ),
    Command(
        "contract paper",
        N_("save a letter about a contract as PDF"),
        paper,
        "write",
        (
            _NUMBER,
            Argument("--letter", N_("which letter"), {"choices": tuple(letter_texts.PURPOSES), "default": "contract"}),
            Argument("--out", N_("file, or folder"), {"required": True, "metavar": "OUT"}),
            Argument("--keep", N_("keep it with the contract as well"), {"action": "store_true"}),
            JSON,
        ),
    ),
)
