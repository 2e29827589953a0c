"""Checklists for a new relationship: welcome, papers, first visit, with the day by which each step is due.

A list is started for a customer by hand, by a won deal or by a first invoice, once per customer and list. What was started
is a copy: changing the list later leaves it as it is. States of a run: going → ended (all ticked, or ended by hand).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from crm_desktop.activity import timeline
from crm_desktop.core import dates, text
from crm_desktop.core.errors import Conflict, NotFound, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.db import connection as db

# The kind of the entries in the timeline.
KIND = "checklist"
HAND, WON, FIRST_INVOICE = "hand", "won", "first_invoice"
STARTS = (HAND, WON, FIRST_INVOICE)


@dataclass(frozen=True)
class Step:
    """One step of a list, due so many days after its start."""

    title: str
    days_after: int = 0
    note: str = ""


@dataclass(frozen=True)
class Checklist:
    """A list as the owner defines it; `starts` says what starts it."""

    id: int
    name: str
    starts: str = HAND
    steps: tuple[Step, ...] = ()
    note: str = ""
    is_on: bool = True


@dataclass(frozen=True)
class Task:
    """A step of a list that was started."""

    id: int
    title: str
    note: str
    due_on: date
    done: bool


@dataclass(frozen=True)
class Run:
    """A list that was started for a customer."""

    id: int
    checklist_id: int
    customer_id: int
    name: str
    started_on: date
    ended: bool
    tasks: list[Task] = field(default_factory=list)

    @property
    def done(self) -> int:
        """How many steps are ticked."""
        return sum(task.done for task in self.tasks)


# ---- the owner's lists -----------------------------------------------------------------------------------------------


def all_lists() -> list[Checklist]:
    """The lists by name, with their steps."""
    steps: dict[int, list[Step]] = {}
    for checklist, title, days, note in db.query(
        "SELECT checklist_id, title, days_after, note FROM checklist_step ORDER BY checklist_id, position, id"
    ):
        steps.setdefault(checklist, []).append(Step(title, days, note))
    return [
        Checklist(i, name, starts, tuple(steps.get(i, ())), note, bool(is_on))
        for i, name, starts, note, is_on in db.query(
            "SELECT id, name, starts, note, is_on FROM checklist WHERE deleted_at IS NULL ORDER BY fold(name), id"
        )
    ]


def save(found: Checklist) -> int:
    """Add a list (id 0) or change one; gives the id. What was started from it stays as it is.

    Raises:
        ValidationError: it has no name or no step.
        NotFound: it was removed meanwhile.
    """
    name = text.tidy(found.name)
    steps = [Step(text.tidy(s.title), max(0, s.days_after), text.tidy_lines(s.note)) for s in found.steps]
    steps = [s for s in steps if s.title]
    problems = {} if name else {"name": _("Give the checklist a name.")}
    if not steps:
        problems["steps"] = _("A checklist needs at least one step.")
    if problems:
        raise ValidationError(problems)
    values = {"name": name, "note": text.tidy_lines(found.note), "starts": found.starts, "is_on": int(found.is_on)}
    with db.transaction(_("Checklist {name}").format(name=name)):
        if found.id and not db.update("checklist", found.id, values):
            raise NotFound(_("This checklist is no longer there."))
        list_id = found.id or db.insert("checklist", values)
        _put_steps(list_id, steps)
    return list_id


def _put_steps(list_id: int, steps: Sequence[Step]) -> None:
    db.execute("DELETE FROM checklist_step WHERE checklist_id = ?", [list_id])
    for position, step in enumerate(steps, 1):
        values = {"title": step.title, "note": step.note, "days_after": step.days_after}
        db.insert("checklist_step", values | {"checklist_id": list_id, "position": position})


def remove(list_id: int) -> None:
    """Take a list away; what was started from it goes on."""
    with db.transaction(_("Delete checklist {name}").format(name=_name_of(list_id))):
        db.update("checklist", list_id, {"deleted_at": dates.instant_text(dates.now())})


def _name_of(list_id: int) -> str:
    name = db.value("SELECT name FROM checklist WHERE id = ? AND deleted_at IS NULL", [list_id])
    if name is None:
        raise NotFound(_("This checklist is no longer there."))
    return str(name)


# ---- starting --------------------------------------------------------------------------------------------------------


def start(list_id: int, customer_id: int) -> int:
    """Start a list for a customer by hand; gives the id of the run.

    Raises:
        Conflict: it was started for them before.
        NotFound: it was removed.
    """
    name = _name_of(list_id)
    if db.one("SELECT 1 FROM checklist_run WHERE checklist_id = ? AND customer_id = ?", [list_id, customer_id]):
        raise Conflict(_("“{name}” was started for this customer before.").format(name=name))
    with db.transaction(_("Start checklist {name}").format(name=name)):
        return _start(list_id, customer_id, name, _("by hand"))


def start_for(event: str, customer_id: int) -> list[int]:
    """Start all lists that an event starts ("won" or "first_invoice"), never twice; gives the ids of the new runs.

    Call it inside the transaction of what happened, so that undo takes both back.
    """
    reasons = {WON: _("after a won deal"), FIRST_INVOICE: _("after the first invoice")}
    waiting = db.query(
        "SELECT id, name FROM checklist k WHERE starts = ? AND is_on AND deleted_at IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM checklist_run r WHERE r.checklist_id = k.id AND r.customer_id = ?) ORDER BY id",
        [event, customer_id],
    )
    made = []
    for list_id, name in waiting:
        with db.transaction(_("Start checklist {name}").format(name=name)):
            made.append(_start(list_id, customer_id, name, reasons[event]))
    return made


def _start(list_id: int, customer_id: int, name: str, reason: str) -> int:
    today = dates.today()
    values = {"checklist_id": list_id, "customer_id": customer_id, "name": name, "started_on": today.isoformat()}
    run_id = db.insert("checklist_run", values)
    steps = db.query(
        "SELECT position, title, note, days_after FROM checklist_step WHERE checklist_id = ? ORDER BY position",
        [list_id],
    )
    for position, title, note, days in steps:
        due = dates.add_days(today, days).isoformat()
        task = {"run_id": run_id, "position": position, "title": title, "note": note, "due_on": due}
        db.insert("checklist_task", task)
    said = ngettext("{n} step, {reason}", "{n} steps, {reason}", len(steps)).format(n=len(steps), reason=reason)
    title = _("Checklist “{name}” started").format(name=name)
    timeline.record(customer_id, KIND, title, body=said, about=("checklist_run", run_id))
    return run_id


# ---- working ---------------------------------------------------------------------------------------------------------


def runs(customer_id: int, *, ended: bool = False) -> list[Run]:
    """The lists that were started for a customer, those that go on first; with `ended` also those that ended."""
    rows = db.query(
        "SELECT id, checklist_id, customer_id, name, started_on, ended_at FROM checklist_run WHERE customer_id = ? "
        f"{'' if ended else 'AND ended_at IS NULL'} ORDER BY ended_at IS NOT NULL, id DESC",
        [customer_id],
    )
    return [
        Run(i, checklist, customer, name, date.fromisoformat(day), end is not None, _tasks(i))
        for i, checklist, customer, name, day, end in rows
    ]


def _tasks(run_id: int) -> list[Task]:
    rows = db.query(
        "SELECT id, title, note, due_on, done_at FROM checklist_task WHERE run_id = ? ORDER BY position, id", [run_id]
    )
    return [Task(i, title, note, date.fromisoformat(due), done is not None) for i, title, note, due, done in rows]


def startable(customer_id: int) -> list[Checklist]:
    """The lists that can still be started for a customer."""
    used = {i for (i,) in db.query("SELECT checklist_id FROM checklist_run WHERE customer_id = ?", [customer_id])}
    return [found for found in all_lists() if found.is_on and found.id not in used]


def tick(task_id: int, *, done: bool = True) -> None:
    """Tick a step, or take the tick back; the list ends with its last step and goes on without.

    Raises:
        NotFound: the step is gone.
    """
    row = db.one(
        "SELECT t.title, t.run_id, r.name, r.customer_id FROM checklist_task t JOIN checklist_run r ON r.id = t.run_id "
        "WHERE t.id = ?",
        [task_id],
    )
    if row is None:
        raise NotFound(_("This step is no longer there."))
    title, run_id, name, customer_id = row
    words = _("Done: {title}") if done else _("Not done yet: {title}")
    now = dates.instant_text(dates.now())
    with db.transaction(words.format(title=title)):
        db.update("checklist_task", task_id, {"done_at": now if done else None})
        left = db.value("SELECT count(*) FROM checklist_task WHERE run_id = ? AND done_at IS NULL", [run_id])
        was = db.value("SELECT ended_at FROM checklist_run WHERE id = ?", [run_id])
        if left == 0 and was is None:
            db.update("checklist_run", run_id, {"ended_at": now})
            said = _("Checklist “{name}” done").format(name=name)
            timeline.record(customer_id, KIND, said, about=("checklist_run", run_id))
        elif left and not done:
            db.update("checklist_run", run_id, {"ended_at": None})


def move_due(task_id: int, due_on: date) -> None:
    """Put a step off to another day."""
    with db.transaction(_("Put off a step of a checklist")):
        if not db.update("checklist_task", task_id, {"due_on": due_on.isoformat()}):
            raise NotFound(_("This step is no longer there."))


def end(run_id: int) -> None:
    """End a list before all is done; its open steps no longer show up."""
    row = db.one("SELECT customer_id, name FROM checklist_run WHERE id = ?", [run_id])
    if row is None:
        raise NotFound(_("This checklist is no longer there."))
    with db.transaction(_("End checklist {name}").format(name=row[1])):
        db.update("checklist_run", run_id, {"ended_at": dates.instant_text(dates.now())})
        said = _("Checklist “{name}” ended").format(name=row[1])
        timeline.record(row[0], KIND, said, about=("checklist_run", run_id))


@dataclass(frozen=True)
class Due:
    """A step that is due, with whom it is about."""

    task_id: int
    title: str
    due_on: date
    checklist: str
    customer_id: int
    customer: str


def due(until: date) -> list[Due]:
    """The open steps that are due by a day, of lists that go on, the oldest first."""
    rows = db.query(
        "SELECT t.id, t.title, t.due_on, r.name, c.id, c.name FROM checklist_task t JOIN checklist_run r ON r.id = t.run_id "
        "JOIN customer c ON c.id = r.customer_id WHERE t.done_at IS NULL AND t.due_on <= ? AND r.ended_at IS NULL "
        "AND c.deleted_at IS NULL AND c.archived_at IS NULL ORDER BY t.due_on, t.id",
        [until.isoformat()],
    )
    return [Due(i, title, date.fromisoformat(day), name, customer, who) for i, title, day, name, customer, who in rows]
