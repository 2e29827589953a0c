"""The stages of the pipeline: columns of the board, each with its probability and the days after which a deal is stale.

A row with a `code` and no name is ours and is shown under its translated name. A stage that still holds deals stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crm_desktop.core import text
from crm_desktop.core.errors import NotFound, UserError, ValidationError
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

NAMES = {
    "enquiry": N_("Enquiry"),
    "qualified": N_("Qualified"),
    "offer": N_("Quote sent"),
    "negotiation": N_("Negotiating"),
}
_MOST_BP, _MOST_DAYS = 10000, 3650


@dataclass(frozen=True)
class Stage:
    """One column; `probability_bp` in hundredths of a percent, `stale_days` 0 means that a deal never gets stale."""

    id: int
    code: str
    own_name: str
    position: int
    probability_bp: int
    stale_days: int

    @property
    def name(self) -> str:
        """What the stage is called on the screen."""
        return self.own_name or _(NAMES[self.code])


def all_stages() -> list[Stage]:
    """The stages in the order of the board."""
    return [
        Stage(*row)
        for row in db.query(
            "SELECT id, code, name, position, probability_bp, stale_days FROM pipeline_stage ORDER BY position, id"
        )
    ]


def get(stage_id: int) -> Stage:
    """A stage by id.

    Raises:
        NotFound: there is no such stage.
    """
    found = next((stage for stage in all_stages() if stage.id == stage_id), None)
    if found is None:
        raise NotFound(_("This stage is no longer there."))
    return found


def named(name: str) -> Stage:
    """A stage by its name as shown, or by its code; for the terminal.

    Raises:
        NotFound: there is none; the sentence names those that are there.
    """
    stages, wanted = all_stages(), text.fold(name.strip())
    found = next((s for s in stages if wanted in (text.fold(s.name), s.code)), None)
    if found is None:
        names = ", ".join(stage.name for stage in stages)
        raise NotFound(_("There is no stage “{name}”. There are: {names}.").format(name=name, names=names))
    return found


def counts() -> dict[int, int]:
    """Stage → how many open deals lie in it."""
    return dict(
        db.query(
            "SELECT stage_id, count(*) FROM opportunity WHERE state = 'open' AND deleted_at IS NULL GROUP BY stage_id"
        )
    )


def _check(values: dict[str, Any], stage_id: int | None) -> dict[str, str]:
    found = {}
    name = values.get("name")
    if name == "" or (stage_id is None and not name):
        found["name"] = _("Give the stage a name, for example “Visit”.")
    elif name and any(text.fold(s.name) == text.fold(name) and s.id != stage_id for s in all_stages()):
        found["name"] = _("There is a stage “{name}” already.").format(name=name)
    if not 0 <= values.get("probability_bp", 0) <= _MOST_BP:
        found["probability_bp"] = _("A probability goes from 0 to 100.")
    if not 0 <= values.get("stale_days", 0) <= _MOST_DAYS:
        found["stale_days"] = _("Write a number of days from 0 to 3650.")
    return found


def save(values: dict[str, Any], stage_id: int | None = None) -> int:
    """Add a stage at the end, or change name, probability_bp and stale_days of one; gives its id.

    Raises:
        ValidationError: an entry cannot be kept; field → sentence.
        NotFound: the stage is gone.
    """
    own = dict(values)
    if "name" in own:
        own["name"] = text.tidy(own["name"])
    if problems := _check(own, stage_id):
        raise ValidationError(problems)
    if stage_id is None:
        with db.transaction(_("New stage {name}").format(name=own["name"])):
            last = int(db.value("SELECT coalesce(max(position), 0) FROM pipeline_stage"))
            return db.insert("pipeline_stage", own | {"position": last + 1})
    before = get(stage_id)
    if own.get("name") == before.name and not before.own_name:
        del own["name"]  # a name of ours stays translated
    if own:
        with db.transaction(_("Change stage {name}").format(name=before.name)):
            db.update("pipeline_stage", stage_id, own)
    return stage_id


def shift(stage_id: int, by: int) -> None:
    """Move a stage along the board by so many places.

    Raises:
        NotFound: the stage is gone.
    """
    found = get(stage_id)
    order = [stage.id for stage in all_stages()]
    here = order.index(stage_id)
    there = max(0, min(len(order) - 1, here + by))
    order.insert(there, order.pop(here))
    with db.transaction(_("Move stage {name}").format(name=found.name)):
        for position, own_id in enumerate(order, 1):
            db.update("pipeline_stage", own_id, {"position": position})


def remove(stage_id: int) -> None:
    """Take an empty stage away; won, lost and deleted deals that lay in it belong to the one beside it then.

    Raises:
        UserError: open deals still lie in it, or it is the last one.
        NotFound: it is gone already.
    """
    found, stages = get(stage_id), all_stages()
    number = counts().get(stage_id, 0)
    if number:
        sentence = ngettext(
            "{n} deal lies in {name}. Move it to another stage first.",
            "{n} deals lie in {name}. Move them to another stage first.",
            number,
        )
        raise UserError(sentence.format(n=number, name=found.name))
    if len(stages) == 1:
        raise UserError(_("The board needs at least one stage."))
    here = [stage.id for stage in stages].index(stage_id)
    beside = stages[here - 1 if here else 1].id
    with db.transaction(_("Remove stage {name}").format(name=found.name)):
        db.execute("UPDATE opportunity SET stage_id = ? WHERE stage_id = ?", [beside, stage_id])
        db.execute("UPDATE opportunity_move SET from_stage_id = NULL WHERE from_stage_id = ?", [stage_id])
        db.execute("UPDATE opportunity_move SET to_stage_id = NULL WHERE to_stage_id = ?", [stage_id])
        db.delete("pipeline_stage", stage_id)
