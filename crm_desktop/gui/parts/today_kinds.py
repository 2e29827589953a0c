"""How each kind of line of Today looks and what its act is called, as data: one line a kind.

`act` is the verb at the right edge; None leaves it to the act of the line ("call", "write", …). `tone` colours the icon of
what must be done first, `always` also the others. `page`, `view` and `filters` name a page where such lines are worked through.
`ticked` is False for what is done by doing it and not by ticking it off.
"""

from __future__ import annotations

from dataclasses import dataclass

from crm_desktop.core.i18n import N_, pgettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.insight.task import Task


@dataclass(frozen=True)
class Look:
    """One kind of line; see the module."""

    icon: str = "bell"
    act: str | None = None
    tone: str = ""
    always: bool = False
    page: str = ""
    view: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    ticked: bool = True
    many: str = N_("{n} more")


KINDS: dict[str, Look] = {
    "reminder": Look("bell", many=N_("{n} more reminders")),
    "overdue": Look("receipt-text", N_("Remind"), "red", many=N_("{n} more invoices that are late")),
    "dunning": Look("bell", N_("Remind"), "red", page="dunning", view="waiting", ticked=False),
    "letters": Look("printer", N_("Print"), page="dunning", view="unsent", ticked=False),
    "mails": Look("send", None, "amber", page="outbox", view="outbox", ticked=False),
    "contract": Look("file-pen", N_("Decide"), "amber", always=True, many=N_("{n} more contracts")),
    "contract_inform": Look("file-pen", N_("Tell"), "amber", always=True, many=N_("{n} more contracts")),
    "contract_end": Look("file-pen", N_("Decide"), "amber", many=N_("{n} more contracts")),
    "to_bill": Look("hourglass", None, page="to_bill", ticked=False),
    "quote": Look("file-check", ticked=False, many=N_("{n} more quotes")),
    "draft": Look("pencil", N_("Finish"), ticked=False, many=N_("{n} more drafts")),
    "birthday": Look("cake", N_("Write"), many=N_("{n} more birthdays")),
    "date": Look("calendar-heart", N_("Write"), many=N_("{n} more anniversaries")),
    "touch": Look("heart-handshake", None, many=N_("{n} more customers that were not heard from")),
    "touch_more": Look(
        "heart-handshake", N_("Look"), page="customers", view="all", filters=(("touch", "quiet"),), ticked=False
    ),
    "case": Look("message-square-warning", None, "red", ticked=False, many=N_("{n} more cases")),
    "service": Look("wrench", N_("Make case"), many=N_("{n} more services")),
    "feedback": Look("star", None, "amber", many=N_("{n} more answers")),
    "deal": Look("square-kanban", None, "amber", many=N_("{n} more deals")),
    "deal_won": Look("circle-check", many=N_("{n} more accepted quotes")),
    "deal_late": Look("calendar-clock", many=N_("{n} more deals whose day went by")),
    "stale_deal": Look("hourglass", None, "amber", always=True, many=N_("{n} more deals that are silent")),
    "checklist": Look("list-checks", None, many=N_("{n} more steps of checklists")),
    "stage": Look("users", None, "amber", many=N_("{n} more customers")),
    "next": Look("phone", None, page="understood", view="next"),
    "scenario": Look("mail", N_("Look"), page="prepared_mails", view="waiting", ticked=False),
    "scenario_stopped": Look("workflow", None, "amber", always=True, ticked=False),
    "campaign": Look("megaphone", N_("Go on"), "amber", always=True, ticked=False),
    "report": Look("file-spreadsheet", N_("Look"), "amber", page="reports", ticked=False),
    "contract_date": Look("file-pen", None, "amber", many=N_("{n} more contracts")),
}
_OTHER = Look()


def look(task: Task) -> Look:
    """How a line looks."""
    return KINDS.get(task.kind, _OTHER)


def act_name(task: Task) -> str:
    """What Enter does with a task, as a verb."""
    named = look(task).act
    if named:
        return _(named)
    words = {
        "remind": _("Remind"),
        "decide": _("Decide"),
        "write": _("Write"),
        "call": _("Call"),
        "visit": _("Plan visit"),
        "follow": _("Follow up"),
        "tick": _("Tick off"),
        "bill": pgettext("verb", "Bill"),
        "dun": _("Remind"),
        "send": _("Print"),
    }
    return words.get(task.act, pgettext("verb", "Open"))


def icon_of(task: Task) -> str:
    """The icon of a task."""
    return look(task).icon


def tone_of(task: Task) -> str:
    """How pressing it is: "red", "amber", or "" for the usual."""
    found = look(task)
    if task.priority > 0:
        return found.tone or "amber"
    return found.tone if task.group == "first" or found.always else ""


def more_of(kind: str, number: int, number_text: str) -> str:
    """The line that stands for the rest of a kind: "9 more reminders"."""
    return _(KINDS.get(kind, _OTHER).many).format(n=number_text) if number else ""
