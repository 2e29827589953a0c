"""What erasing a customer means, in sentences: for the question before it, in the window and in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.safety import erasure_paper, keeping
from crm_desktop.safety.backup import Backup
from crm_desktop.safety.erasure import Plan

_SHOWN = 8


def consequences(plan: Plan, day_text: str = "") -> list[str]:
    """What goes, what stays, which backups still hold it; `day_text` is the last day of what stays, in the reader's format."""
    goes = plan.goes | {"file": plan.files, "draft": plan.drafts}
    parts = [f"{erasure_paper.goes_word(name)}: {number}" for name, number in goes.items() if number]
    said = [_("Name, address and all that is noted are destroyed; nothing can be brought back.")]
    if parts:
        said.append(_("With it go: {things}.").format(things=", ".join(parts)))
    if plan.stays:
        said.append(_stays(plan, day_text))
    if plan.bank_lines:
        words = ngettext(
            "{n} bank movement names them; its name and texts go, day and amount stay.",
            "{n} bank movements name them; their names and texts go, days and amounts stay.",
            plan.bank_lines,
        )
        said.append(words.format(n=plan.bank_lines))
    return [*said, *backups(plan.backups)]


def backups(found: Sequence[Backup]) -> list[str]:
    """Which backups still hold somebody, each with its day and file."""
    if not found:
        return []
    words = ngettext(
        "{n} backup still holds the data. Delete it as well, or it stays until newer ones take its place:",
        "{n} backups still hold the data. Delete them as well, or they stay until newer ones take their place:",
        len(found),
    )
    shown = [f"{one.made_at.astimezone():%Y-%m-%d %H:%M}  {one.path}" for one in found[:_SHOWN]]
    more = len(found) - len(shown)
    rest = [_("and {n} more").format(n=more)] if more > 0 else []
    return ["\n".join([words.format(n=len(found)), *shown, *rest])]


def _stays(plan: Plan, day_text: str) -> str:
    number = len(plan.stays)
    words = ngettext(
        "{n} issued paper stays as it is, with its payment, until {day}: {numbers}.",
        "{n} issued papers stay as they are, with their payments, the last until {day}: {numbers}.",
        number,
    )
    shown = [paper.number for paper in plan.stays[:6]]
    numbers = ", ".join(shown) + (" …" if number > len(shown) else "")
    until = day_text or (plan.until.isoformat() if plan.until else "")
    return words.format(n=number, day=until, numbers=numbers)


def law() -> str:
    """What the law of the company's country says about keeping, or "" where we do not know it."""
    found = keeping.law(profile.load().country)
    if found is None:
        return ""
    if found.bill_years == found.letter_years:
        return _("The law of your country: {years} years ({source}).").format(
            years=found.bill_years, source=found.source
        )
    return _("The law of your country: {bills} years for invoices, {letters} for letters ({source}).").format(
        bills=found.bill_years, letters=found.letter_years, source=found.source
    )
