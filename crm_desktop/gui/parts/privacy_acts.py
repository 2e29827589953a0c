"""What an owner does about privacy, from wherever: save what is stored on somebody, erase them, empty papers, certificates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.customers import contacts, customers
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.page import Page
from crm_desktop.safety import erased_backups, erasing_person, erasure, erasure_words
from crm_desktop.safety.backup import Backup
from crm_desktop.safety.erasing_person import PersonPlan
from crm_desktop.safety.erasure import Erasure

WITH_BACKUPS = "backups"


def save_record(page: Page, customer_id: int) -> None:
    """Ask where, and write all that is stored on a customer, or on one of the people who work there."""
    person = _who(customer_id, _("Who asked what is stored?"))
    if person is None:
        return
    name = next((one.name for one in contacts.people(customer_id) if one.id == person), customers.get(customer_id).name)
    kinds = [(_("Zip with all papers and files"), "zip"), ("PDF", "pdf"), ("JSON", "json")]
    target = dialogs.choose_save_file(_("What is stored on {name}").format(name=name), f"{name}.zip", kinds, "privacy")
    if target is None:
        return

    def work(progress: Progress) -> object:
        from crm_desktop.safety import person_record

        return person_record.write(customer_id, target, progress, person_id=person)

    jobs.run(
        work,
        done=lambda _made: page.toast.emit(_("Saved as {file}").format(file=target.name), False),
        title=_("Saving"),
    )


def erase(page: Page, customer_id: int, done: Callable[[], object] | None = None) -> None:
    """Say what goes and stays, and erase a customer when the owner wants it, or one of the people who work there."""
    person = _who(customer_id, _("Who asked to be erased?"))
    if person is None:
        return
    if person:
        _erase_person(page, person, done)
        return
    found = erasure.plan(customer_id)
    if found.hindrances:
        dialogs.message(_("{name} cannot be erased yet").format(name=found.name), "\n".join(found.hindrances))
        return
    until = formats.day(found.until) if found.until else ""
    said = "\n\n".join(erasure_words.consequences(found, until))
    act = _ask(_("Erase {name} for good?").format(name=found.name), said, len(found.backups))
    if not act:
        return
    backups = found.backups if act == WITH_BACKUPS else ()
    jobs.run(
        partial(_erase, customer_id, backups),
        done=partial(_erased, page, done),
        failed=failures.show,
        title=_("Erasing"),
        writes=True,
    )


def _who(customer_id: int, question: str) -> int | None:
    """Who is meant where a customer has people: 0 for the customer as a whole, else the contact person; None for nobody."""
    people = contacts.people(customer_id)
    if not people:
        return 0
    name = customers.get(customer_id).name
    choices = [(0, _("{name} with all people").format(name=name)), *((one.id, one.name) for one in people)]
    field = Field("who", _("Who"), "choice", choices=choices)
    found = dialogs.fill_in(question, [field], {"who": 0}, act=_("Go on"))
    return None if found is None else int(found["who"])


def _erase_person(page: Page, person_id: int, done: Callable[[], object] | None) -> None:
    """Say what goes and stays, and erase a contact person when the owner wants it."""
    found = erasing_person.plan(person_id)
    said = "\n\n".join([*erasing_person.consequences(found), *erasure_words.backups(found.backups)])
    act = _ask(_("Erase {name} for good?").format(name=found.person.name), said, len(found.backups))
    if not act:
        return
    backups = found.backups if act == WITH_BACKUPS else ()
    jobs.run(
        lambda progress: (erasing_person.erase(person_id, "", progress), erased_backups.delete(backups)),
        done=partial(_erased_person, page, found, done),
        failed=failures.show,
        title=_("Erasing"),
        writes=True,
    )


def _erased_person(
    page: Page, found: PersonPlan, done: Callable[[], object] | None, made: tuple[Erasure, list[Path]]
) -> None:
    _erased(page, done, made, _("A contact person of {customer} is erased").format(customer=found.customer))


def _ask(question: str, said: str, backups: int) -> str:
    """What the owner wants: "" for nothing, "act" to erase, `WITH_BACKUPS` to delete the backups that hold them too."""
    if not backups:
        return "act" if dialogs.confirm(question, said, _("Erase for good"), _("Keep")) else ""
    made = dialogs.Dialog(question, said)
    made.add_button("", _("Keep"), first=True)
    made.add_button("act", _("Erase for good"), "danger")
    both = ngettext("Erase, and delete the backup", "Erase, and delete the {n} backups", backups)
    made.add_button(WITH_BACKUPS, both.format(n=formats.count(backups)), "danger")
    return made.ask()


def _erase(customer_id: int, backups: Sequence[Backup], progress: Progress) -> tuple[Erasure, list[Path]]:
    # Once somebody is erased, the rest is not stopped any more.
    return erasure.erase(customer_id, "", progress), erased_backups.delete(backups)


def erase_papers(page: Page, erasure_id: int, number: str, papers: int) -> None:
    """Empty the papers of an erased customer that are past their date."""
    if dialogs.confirm(
        _("Erase the papers of {number}?").format(number=number),
        _("{n} papers are past the day until which they had to be kept. Their files, names and texts are destroyed; number, "
          "days and amounts stay for your figures. It cannot be undone.").format(n=formats.count(papers)),
        _("Erase for good"),
        _("Keep"),
    ):  # fmt: skip
        jobs.run(
            lambda progress: (erasure.erase_papers(erasure_id, progress), []),
            done=partial(_erased, page, None),
            failed=failures.show,
            title=_("Erasing"),
            writes=True,
        )


def _erased(page: Page, done: Callable[[], object] | None, made: tuple[Erasure, list[Path]], words: str = "") -> None:
    record, left = made
    page.toast.emit(words or _("{number} is erased").format(number=record.customer_number), False)
    if left:
        dialogs.message(_("Backups that could not be deleted"), "\n".join(map(str, left)))
    page.refresh()
    if done is not None:
        done()


def save_certificate(page: Page, erasure_id: int) -> None:
    """Save the record of an erasing as PDF."""
    from crm_desktop.safety import erasure_paper

    record = erasure.get(erasure_id)
    name = _("Record of an erasure {number}").format(number=record.customer_number)
    target = dialogs.choose_save_file(_("Save the record"), f"{name}.pdf", [("PDF", "pdf")], "privacy")
    if target is not None and failures.guarded(lambda: target.write_bytes(erasure_paper.render(record))):
        page.toast.emit(_("Saved as {file}").format(file=target.name), False)
