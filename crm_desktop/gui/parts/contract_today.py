"""What the pane of Today says about a contract: its days, the act that is at hand, and the prepared letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from crm_desktop.company import profile
from crm_desktop.core.i18n import document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts import contract_acts, contract_words
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.page import Page
from crm_desktop.insight import prepared, wishes
from crm_desktop.insight.task import Task
from crm_desktop.sales import contracts

Fact = tuple[str, str] | tuple[str, str, str]


@dataclass(frozen=True)
class Shown:
    """What is shown of a line: heading, facts, acts of which the first is the filled one, and the letter."""

    heading: str
    facts: list[Fact]
    acts: list[tuple[str, str, Callable[[], object]]]
    letter: prepared.Letter | None
    hint: str


def show(page: Page, task: Task) -> Shown:
    """What is shown of a line about a contract."""
    found = contracts.get(task.contract_id or 0)
    days = contracts.dates_of(found)
    last, end = days.last_day_to_cancel, days.term_ends_on
    facts: list[Fact] = [
        (_("Last day to cancel"), f"{formats.day_long(last)}, {formats.ago(last)}" if last else "", "amber"),
        (_("Renews on") if days.renews else _("Ends"), formats.day_long(end) if end else ""),
        (_("Price"), contract_words.price(found)),
        (_("Then"), contract_words.next_step(found)),
    ]
    if task.kind == "contract_inform":
        facts.insert(0, (_("Tell them by"), formats.day_long(task.day), "amber"))
    open_it = (_("Open contract"), "file-pen", partial(page.open_record.emit, "contract", found.id))
    return Shown(
        _headings(found.direction == "income")[task.kind],
        facts,
        [*_acts(page, task, found), open_it],
        _letter(task),
        _hints()[task.kind],
    )


def _headings(ours: bool) -> dict[str, str]:
    return {
        "contract": _("Renew or end") if ours else _("Cancel or keep"),
        "contract_inform": _("They are to be told"),
        "contract_end": _("It ends and does not renew"),
    }


def _hints() -> dict[str, str]:
    return {
        "contract": _("“Keep it” asks again before the next term."),
        "contract_inform": _("“They were told” notes today as the day. Nothing is sent by itself."),
        "contract_end": _("A renewal quote is a draft; nothing is sent by itself."),
    }


def _acts(page: Page, task: Task, found: contracts.Contract) -> list[tuple[str, str, Callable[[], object]]]:
    if task.kind == "contract_inform":
        return [(_("Make the letter"), "file-text", partial(contract_acts.letter, page, found.id, "information"))]
    if found.direction == "income":
        return [(_("Prepare renewal quote"), "file-check", partial(contract_acts.renewal_quote, page, found.id))]
    return [(_("Cancellation letter"), "file-text", partial(contract_acts.letter, page, found.id, "cancellation"))]


def _letter(task: Task) -> prepared.Letter | None:
    if not task.words:
        return None
    if task.customer_id is not None:
        return wishes.in_a_letter(task.customer_id, task.subject, [task.words])
    company, say = profile.load(), task.language
    greeting, regards = document_text(say, "Good day,"), document_text(say, "Kind regards")
    body = f"{greeting}\n\n{task.words}\n\n{regards}\n{company.owner or company.name}"
    return prepared.Letter("", task.subject, body, say)
