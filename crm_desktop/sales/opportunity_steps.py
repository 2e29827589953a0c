"""What happens to a deal: it is moved along the board, won, lost or opened again. Each step can be undone.

Every step is kept in `opportunity_move` for the figures and stands in the customer's timeline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm_desktop.activity import checklists
from crm_desktop.core import dates, text
from crm_desktop.core.errors import Conflict
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.db import connection as db
from crm_desktop.sales import competitors, opportunities, pipeline_places, pipeline_stages
from crm_desktop.sales.opportunities import Opportunity


@dataclass(frozen=True)
class Move:
    """One step in the history of a deal; empty names stand for stages that are gone, or before the first one."""

    at: datetime
    from_stage: str
    to_stage: str
    state: str
    value_minor: int


def move(opportunity_id: int, stage_id: int, *, before: int | None = None, after: int | None = None) -> bool:
    """Put an open deal into a stage, before or after another deal, at its end without either.

    A won or lost deal is opened again by it. Gives whether the stage changed.

    Raises:
        NotFound: the deal or the stage is gone.
    """
    found, stage = opportunities.get(opportunity_id), pipeline_stages.get(stage_id)
    title = _("Move deal {title} to {stage}").format(title=found.title, stage=stage.name)
    with db.transaction(title):
        if found.state != "open":
            _open_again(found)
        changed = pipeline_places.put(opportunity_id, stage_id, before=before, after=after)
        if changed:
            words = _("Deal “{title}”: {before} → {after}")
            told = words.format(title=found.title, before=found.stage, after=stage.name)
            opportunities.tell(opportunity_id, told)
    return changed


def move_many(opportunity_ids: list[int], stage_id: int) -> None:
    """Put deals into a stage, at its end, in one step.

    Raises:
        NotFound: a deal or the stage is gone.
    """
    words = ngettext("Move {n} deal to {stage}", "Move {n} deals to {stage}", len(opportunity_ids))
    with db.transaction(words.format(n=len(opportunity_ids), stage=pipeline_stages.get(stage_id).name)):
        for opportunity_id in opportunity_ids:
            move(opportunity_id, stage_id)


def win(opportunity_id: int, on: date | None = None) -> None:
    """Note that the customer wants it.

    Raises:
        Conflict: it is won already.
        NotFound: it is gone.
    """
    found = opportunities.get(opportunity_id)
    if found.state == "won":
        raise Conflict(_("“{title}” is won already.").format(title=found.title))
    with db.transaction(_("Win deal {title}").format(title=found.title)):
        _close(found, "won", on, {"lost_reason": "", "competitor_id": None})
        opportunities.tell(opportunity_id, _("Deal “{title}” won").format(title=found.title))
        checklists.start_for("won", found.customer_id)


def lose(opportunity_id: int, reason: str = "", competitor: str = "", on: date | None = None) -> None:
    """Note that nothing comes of it, why, and who got it; a competitor who is new is added.

    Raises:
        Conflict: it is lost already.
        NotFound: it is gone.
    """
    found = opportunities.get(opportunity_id)
    if found.state == "lost":
        raise Conflict(_("“{title}” is lost already.").format(title=found.title))
    reason = text.tidy(reason)
    with db.transaction(_("Lose deal {title}").format(title=found.title)):
        _close(found, "lost", on, {"lost_reason": reason, "competitor_id": competitors.id_of(competitor)})
        told = _("Deal “{title}” lost") if not competitor else _("Deal “{title}” lost to {competitor}")
        opportunities.tell(opportunity_id, told.format(title=found.title, competitor=text.tidy(competitor)), reason)


def lose_many(opportunity_ids: list[int], reason: str = "", competitor: str = "") -> None:
    """Note of many deals that nothing comes of them, in one step; those that are lost already stay as they are."""
    words = ngettext("Lose {n} deal", "Lose {n} deals", len(opportunity_ids))
    with db.transaction(words.format(n=len(opportunity_ids))):
        for found in opportunities.rows(opportunity_ids):
            if found.state != "lost":
                lose(found.id, reason, competitor)


def reopen(opportunity_id: int) -> None:
    """Put a won or lost deal back on the board, into the stage where it lay; what was said stays in the timeline.

    Raises:
        Conflict: it is open.
        NotFound: it is gone.
    """
    found = opportunities.get(opportunity_id)
    if found.state == "open":
        raise Conflict(_("“{title}” is open already.").format(title=found.title))
    with db.transaction(_("Reopen deal {title}").format(title=found.title)):
        _open_again(found)
        opportunities.tell(opportunity_id, _("Deal “{title}” reopened").format(title=found.title))


def _close(found: Opportunity, state: str, on: date | None, more: dict[str, Any]) -> None:
    now = dates.instant_text(dates.now())
    closed = {"state": state, "closed_on": (on or dates.today()).isoformat(), "moved_at": now, "touched_at": now}
    db.update("opportunity", found.id, closed | more | {"updated_at": dates.stamp()})
    pipeline_places.note(found.id, found.stage_id, found.stage_id, state, now)


def _open_again(found: Opportunity) -> None:
    now = dates.instant_text(dates.now())
    values = {
        "state": "open", "closed_on": None, "lost_reason": "", "competitor_id": None, "moved_at": now, "touched_at": now,
        "position": pipeline_places.last(found.stage_id), "updated_at": dates.stamp(),
    }  # fmt: skip
    db.update("opportunity", found.id, values)
    pipeline_places.note(found.id, found.stage_id, found.stage_id, "open", now)


def reasons() -> list[str]:
    """The reasons for which deals were lost so far, the most frequent first."""
    found = db.query(
        "SELECT lost_reason FROM opportunity WHERE state = 'lost' AND lost_reason <> '' AND deleted_at IS NULL "
        "GROUP BY lost_reason ORDER BY count(*) DESC, lost_reason LIMIT 12"
    )
    return [reason for (reason,) in found]


def history(opportunity_id: int) -> list[Move]:
    """The steps of a deal, the newest first."""
    names = {stage.id: stage.name for stage in pipeline_stages.all_stages()}
    return [
        Move(dates.instant_from(at), names.get(old, ""), names.get(new, ""), state, value)
        for at, old, new, state, value in db.query(
            "SELECT moved_at, from_stage_id, to_stage_id, state, value_minor FROM opportunity_move "
            "WHERE opportunity_id = ? ORDER BY id DESC",
            [opportunity_id],
        )
    ]
