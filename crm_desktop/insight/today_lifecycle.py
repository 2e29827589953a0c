"""Lines of Today about relationships: steps of checklists that are due, and customers who came at risk lately."""

from __future__ import annotations

from datetime import date

from crm_desktop.activity import checklists
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import stage_reasons
from crm_desktop.db import connection as db
from crm_desktop.insight.task import Task

WEEK_DAYS = 7
# How long a customer who came at risk is proposed, and how many of them at most.
_RISK_DAYS, _RISKS = 14, 20
# Only the newest moves are looked through.
_LOOKED_AT = 5000


def tasks() -> list[Task]:
    """The lines; see the module."""
    return [*_steps(), *_at_risk()]


def _steps() -> list[Task]:
    today = dates.today()
    return [
        Task(
            "checklist",
            "first" if step.due_on < today else "today" if step.due_on == today else "week",
            _("{step}: {name}").format(step=step.title, name=step.customer),
            _reason(step),
            "tick",
            step.due_on,
            customer_id=step.customer_id,
            record="checklist_task",
            record_id=step.task_id,
        )
        for step in checklists.due(dates.add_days(today, WEEK_DAYS))
    ]


def _reason(step: checklists.Due) -> str:
    late = (dates.today() - step.due_on).days
    if late <= 0:
        return _("Checklist “{name}”.").format(name=step.checklist)
    words = ngettext("Checklist “{name}”, due since {n} day.", "Checklist “{name}”, due since {n} days.", late)
    return words.format(name=step.checklist, n=late)


def _at_risk() -> list[Task]:
    first = dates.add_days(dates.today(), -_RISK_DAYS).isoformat()
    rows = db.query(
        "SELECT c.id, c.name, h.changed_on, h.reason, h.id FROM stage_change h JOIN customer c ON c.id = h.customer_id "
        "AND c.stage_id = h.to_stage_id JOIN lifecycle_stage s ON s.id = c.stage_id AND s.code = 'at_risk' "
        "WHERE h.id > (SELECT coalesce(max(id), 0) - ? FROM stage_change) AND h.changed_on >= ? AND h.rule_id IS NOT NULL "
        "AND c.deleted_at IS NULL AND c.archived_at IS NULL ORDER BY h.id DESC LIMIT ?",
        [_LOOKED_AT, first, _RISKS],
    )
    return [
        Task(
            "stage",
            "week",
            _("{name} is at risk").format(name=name),
            stage_reasons.in_words(reason),
            "call",
            date.fromisoformat(day),
            customer_id=customer,
            record="stage_change",
            record_id=change,
        )
        for customer, name, day, reason, change in rows
    ]


def done(task: Task) -> None:
    """Tick the step of a checklist that a line is about."""
    if task.record_id is not None:
        checklists.tick(task.record_id)


def later(task: Task, until: date) -> None:
    """Put a step of a checklist off."""
    if task.record_id is not None:
        checklists.move_due(task.record_id, until)
