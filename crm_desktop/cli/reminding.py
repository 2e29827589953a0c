"""Commands about money that is late: list who has to be reminded, make the letters; account statements."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crm_desktop.billing import account_statement, dunning, dunning_letters
from crm_desktop.billing.dunning import Item, Proposal
from crm_desktop.billing.dunning_letters import Choice, Letter
from crm_desktop.cli.command import Args, Wiring, writable
from crm_desktop.cli.printing import print_lines, progress, say
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.money import from_minor


def list_(arguments: Args, _wiring: Wiring) -> None:
    """`dunning list`."""
    found = dunning.due_now()
    if arguments.json:
        say(arguments, [_as_json(entry) for entry in found])
        return
    print_lines([_line(entry) for entry in found] or [_("Nobody has to be reminded today.")])


def _amount(minor: int, currency: str) -> str:
    return str(from_minor(minor, currency))


def _as_json(found: Proposal) -> dict[str, Any]:
    money = found.currency
    return {
        "customer_id": found.customer_id if found.customer_id > 0 else None,
        "customer": found.customer,
        "currency": money,
        "level": found.level.position if found.level else None,
        "level_name": found.level.name if found.level else "",
        "days_late": found.days_late,
        "open": _amount(found.open_minor, money),
        "interest": _amount(found.interest_minor, money),
        "fee": _amount(found.fee_minor, money),
        "total": _amount(found.total_minor, money),
        "hold": found.hold,
        "waits": found.waits,
        "items": [_item(item, money) for item in (*found.items, *found.credits)],
        "coming": [_item(item, money) for item in found.coming],
        "held": [_item(item, money) for item in found.held],
    }


def _item(item: Item, money: str) -> dict[str, Any]:
    return {
        "number": item.number,
        "due_date": item.due_on.isoformat(),
        "days_late": item.days_late,
        "open": _amount(item.open_minor, money),
        "level": item.level.position if item.level else None,
        "hold": item.hold,
    }


def _line(found: Proposal) -> str:
    what = _("on hold: {reason}").format(reason=found.hold) if found.hold else found.level.name if found.level else ""
    numbers = ", ".join(item.number for item in found.items)
    return f"{found.customer}: {what}, {_amount(found.total_minor, found.currency)} {found.currency} ({numbers})"


def make(arguments: Args, _wiring: Wiring) -> None:
    """`dunning make [--level N] --pdf DIR`."""
    from crm_desktop.documents import letter_words

    folder = Path(arguments.pdf)
    if not folder.is_dir():
        sentence = _("There is no folder “{folder}”. Make it first, or choose another place. Nothing was written.")
        raise UserError(sentence.format(folder=folder))
    waiting = [
        Choice(found.customer_id, found.currency)
        for found in dunning.waiting()
        if arguments.level is None or (found.level is not None and found.level.position == arguments.level)
    ]
    if not waiting:
        say(arguments, {"letters": []}, _("Nobody has to be reminded today."))
        return
    ids = dunning_letters.make_letters(waiting, letter_words.render_reminder, progress=progress())
    letters = [dunning_letters.get(letter_id) for letter_id in ids]
    files = [_save(letter, folder) for letter in letters]
    found = [
        {
            "number": letter.number,
            "customer": letter.customer,
            "level": letter.level,
            "currency": letter.currency,
            "total": _amount(letter.total_minor, letter.currency),
            "deadline": letter.deadline_on.isoformat(),
            "file": str(path),
        }
        for letter, path in zip(letters, files, strict=True)
    ]
    made = ngettext("Made {n} letter in {folder}.", "Made {n} letters in {folder}.", len(letters))
    lines = [f"{letter.number}: {letter.customer}" for letter in letters]
    say(arguments, {"letters": found}, *lines, made.format(n=len(letters), folder=folder))


def _save(letter: Letter, folder: Path) -> Path:
    path = folder / f"{letter.number}.pdf".replace("/", "-")
    try:
        path.write_bytes(dunning_letters.pdf(letter.id))
    except OSError as error:
        sentence = _("{file} cannot be written: {reason}. The letter itself is made; it waits under Reminders.")
        raise Problem(sentence.format(file=path, reason=error.strerror or error)) from error
    return path


def statement(arguments: Args) -> None:
    """`report statement CUSTOMER OUT.pdf|.xlsx`."""
    if not arguments.file:
        raise UserError(_("Name the customer and the file: report statement CUSTOMER OUT.pdf"))
    customer_id, out = account_statement.find_customer(arguments.out), writable(arguments.file)
    if out.suffix.lower() == ".xlsx":
        from crm_desktop.exchange import statement_workbook

        statement_workbook.write(out, customer_id, arguments.first, arguments.last)
    elif out.suffix.lower() == ".pdf":
        _write(out, customer_id, arguments)
    else:
        raise UserError(_("A statement is a .pdf or an .xlsx. Choose one of these endings."))
    found = {"report": "statement", "customer_id": customer_id, "file": str(out)}
    say(arguments, found, _("Saved {file}.").format(file=out))


def _write(out: Path, customer_id: int, arguments: Args) -> None:
    from crm_desktop.documents import letter_words

    content = letter_words.render_statement(customer_id, arguments.first, arguments.last)
    try:
        out.write_bytes(content)
    except OSError as error:
        sentence = _("“{file}” could not be written: {reason}. Your data is unchanged. Choose another place.")
        raise Problem(sentence.format(file=out.name, reason=error.strerror or error)) from error
