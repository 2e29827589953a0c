"""Commands about privacy: what is stored on somebody, erasing, and what is due to be erased."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crm_desktop.billing import account_statement
from crm_desktop.cli.command import Args, Wiring, writable
from crm_desktop.cli.printing import progress, say
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.safety import due_erasures, erased_backups, erasure
from crm_desktop.safety.backup import Backup
from crm_desktop.safety.due_erasures import PAPERS


def save(arguments: Args, _wiring: Wiring) -> None:
    """`privacy save CUSTOMER OUT`."""
    from crm_desktop.safety import erasing_person, person_record

    customer_id, person_id = account_statement.find_customer(arguments.customer), 0
    if arguments.person:
        person_id = erasing_person.find(customer_id, arguments.person).id
    out = person_record.write(customer_id, writable(arguments.out), progress(), person_id=person_id)
    say(arguments, {"file": str(out)}, _("Saved {file}.").format(file=out))


def due(arguments: Args, _wiring: Wiring) -> None:
    """`privacy due`."""
    lines = due_erasures.due()
    told = [
        {
            "kind": line.kind,
            "number": line.number,
            "name": line.name,
            "since": line.since.isoformat(),
            "papers": line.papers,
        }
        for line in lines
    ]
    words = [f"{line.since.isoformat()}  {line.number}  {line.name}  {_why(line)}" for line in lines]
    say(arguments, told, *(words or [_("Nothing is due to be erased.")]))


def _why(line: due_erasures.Due) -> str:
    if line.kind != PAPERS:
        return _("without business since then")
    return ngettext("{n} paper past its date", "{n} papers past their date", line.papers).format(n=line.papers)


def erase(arguments: Args, _wiring: Wiring) -> None:
    """`privacy erase CUSTOMER [--yes]`."""
    from crm_desktop.safety import erasure_paper, erasure_words

    customer_id = account_statement.find_customer(arguments.customer)
    if arguments.person:
        _erase_person(arguments, customer_id)
        return
    plan = erasure.plan(customer_id)
    told: dict[str, Any] = {
        "customer": plan.number, "goes": plan.goes, "files": plan.files, "drafts": plan.drafts,
        "stays": [{"number": p.number, "until": p.until.isoformat()} for p in plan.stays],
        "bank_lines": plan.bank_lines, "in_the_way": list(plan.hindrances), "backups": _told_backups(plan.backups),
        "erased": False,
    }  # fmt: skip
    if not arguments.yes:
        say(
            arguments,
            told,
            *plan.hindrances,
            *erasure_words.consequences(plan),
            _("Nothing was done. Add --yes to do it."),
        )
        return
    out = writable(arguments.record) if arguments.record else None
    record = erasure.erase(customer_id, arguments.reason, progress())
    if out is not None:
        out.write_bytes(erasure_paper.render(record))
    lines = [_("{number} is erased").format(number=record.customer_number) + "."]
    if arguments.delete_backups:
        left = erased_backups.delete(plan.backups, progress())
        told["backups"] = _told_backups([one for one in plan.backups if one.path in left])
        lines += [_("This backup could not be deleted: {file}").format(file=path) for path in left]
    say(arguments, told | {"erased": True, "record": str(out) if out else None}, *lines)


def _erase_person(arguments: Args, customer_id: int) -> None:
    from crm_desktop.safety import erasing_person, erasure_paper, erasure_words

    plan = erasing_person.plan(erasing_person.find(customer_id, arguments.person).id)
    told: dict[str, Any] = {
        "customer": plan.customer_number, "person": plan.person.name, "goes": plan.goes, "erased": False,
        "stays": [{"number": p.number, "until": p.until.isoformat()} for p in plan.papers],
        "backups": _told_backups(plan.backups),
    }  # fmt: skip
    if not arguments.yes:
        words = [*erasing_person.consequences(plan), *erasure_words.backups(plan.backups)]
        say(arguments, told, *words, _("Nothing was done. Add --yes to do it."))
        return
    out = writable(arguments.record) if arguments.record else None
    record = erasing_person.erase(plan.person.id, arguments.reason, progress())
    if out is not None:
        out.write_bytes(erasure_paper.render(record))
    left = erased_backups.delete(plan.backups, progress()) if arguments.delete_backups else ()
    told["backups"] = _told_backups([one for one in plan.backups if not arguments.delete_backups or one.path in left])
    lines = [_("A contact person of {customer} is erased").format(customer=plan.customer) + "."]
    lines += [_("This backup could not be deleted: {file}").format(file=path) for path in left]
    say(arguments, told | {"erased": True, "record": str(out) if out else None}, *lines)


def _told_backups(found: Iterable[Backup]) -> list[dict[str, str]]:
    return [{"file": str(one.path), "made_at": dates.instant_text(one.made_at)} for one in found]


def papers(arguments: Args, _wiring: Wiring) -> None:
    """`privacy papers [--yes]`."""
    lines = [line for line in due_erasures.due() if line.kind == PAPERS]
    if not lines:
        raise Conflict(_("None of the papers kept is past its date yet."))
    for line in lines if arguments.yes else ():
        erasure.erase_papers(line.record_id, progress())
    told = [{"number": line.number, "papers": line.papers, "emptied": arguments.yes} for line in lines]
    say(arguments, told, *(f"{line.number}  {_why(line)}" for line in lines))
