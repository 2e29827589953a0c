"""Stages of a relationship: suspect, prospect, lead, customer, regular, at risk, lost, or the owner's own.

A customer is in one stage or in none. Each move leaves a row of `stage_change` with its reason, so that figures can ask who
was where when, and an entry in the timeline. Rules move by themselves (`lifecycle_rules`, `insight.lifecycle_moves`); a move
by hand holds until something new happens after that day, see there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, UserError, ValidationError
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import stage_reasons
from crm_desktop.db import connection as db

# The kind of the entries in the timeline.
KIND = "stage"
_NAMES = {
    "suspect": N_("Suspect"),
    "prospect": N_("Prospect"),
    "lead": N_("Lead"),
    "customer": N_("Customer"),
    "regular": N_("Regular"),
    "at_risk": N_("At risk"),
    "lost": N_("Lost"),
}
# A relationship that fades is shown in another colour than one that grows.
FADING = ("at_risk", "lost")
_AT_ONCE = 5000


@dataclass(frozen=True)
class Stage:
    """One stage. `name` is the owner's word, "" for ours; `key` names it in rules and segments, also after a rename."""

    id: int
    code: str
    name: str
    position: int

    @property
    def label(self) -> str:
        """The name as it is shown."""
        return self.name or _(_NAMES.get(self.code, self.code))

    @property
    def key(self) -> str:
        """A word that stays the same: the code of ours, else "#" and the id."""
        return self.code or f"#{self.id}"


@dataclass(frozen=True)
class Change:
    """One move in the history of a customer, stages by name ("" for none)."""

    from_stage: str
    to_stage: str
    changed_on: date
    reason: str
    by_rule: bool


# ---- stages ----------------------------------------------------------------------------------------------------------


def stages() -> list[Stage]:
    """All stages in the owner's order."""
    return [
        Stage(*row) for row in db.query("SELECT id, code, name, position FROM lifecycle_stage ORDER BY position, id")
    ]


def get(stage_id: int) -> Stage:
    """A stage by its id.

    Raises:
        NotFound: it was removed.
    """
    row = db.one("SELECT id, code, name, position FROM lifecycle_stage WHERE id = ?", [stage_id])
    if row is None:
        raise NotFound(_("This stage is no longer there."))
    return Stage(*row)


def label(stage_id: int | None) -> str:
    """The name of a stage, "" for none or one that is gone."""
    return {stage.id: stage.label for stage in stages()}.get(stage_id or 0, "")


def find(words: str) -> Stage:
    """A stage by its name or code, as typed.

    Raises:
        UserError: there is none of that name.
    """
    wanted = text.fold(words)
    for stage in stages():
        if wanted in (text.fold(stage.label), stage.key, stage.code.replace("_", " ")):
            return stage
    names = ", ".join(stage.label for stage in stages())
    raise UserError(_("There is no stage called “{name}”. There are: {names}.").format(name=words, names=names))


def save_stage(name: str, stage_id: int = 0) -> int:
    """Add a stage at the end (id 0), or give one another name; gives the id. One of ours takes its own name back from "".

    Raises:
        ValidationError: there is no name, or another stage has it.
    """
    name = text.tidy(name)
    known = get(stage_id) if stage_id else None
    if known is not None and known.code and name in ("", _(_NAMES[known.code])):
        name = ""
    elif not name:
        raise ValidationError({"name": _("A stage needs a name.")})
    if name and any(text.fold(other.label) == text.fold(name) for other in stages() if other.id != stage_id):
        raise ValidationError({"name": _("There is already a stage called {name}.").format(name=name)})
    with db.transaction(_("Customer stage {name}").format(name=name or _("renamed"))):
        if stage_id:
            db.update("lifecycle_stage", stage_id, {"name": name})
            return stage_id
        last = db.value("SELECT coalesce(max(position), 0) FROM lifecycle_stage")
        return db.insert("lifecycle_stage", {"name": name, "position": last + 1})


def set_order(stage_ids: Sequence[int]) -> None:
    """Put the stages into this order."""
    with db.transaction(_("Order of the customer stages")):
        for position, stage_id in enumerate(stage_ids, 1):
            db.update("lifecycle_stage", stage_id, {"position": position})


def remove_stage(stage_id: int, instead: int | None = None) -> None:
    """Take a stage away; who is in it goes to another stage or to none. Rules that lead to it go with it.

    Raises:
        UserError: it is the last one.
    """
    gone = get(stage_id)
    if len(stages()) == 1:
        raise UserError(_("One stage has to stay. Rename it instead."))
    with db.transaction(_("Remove customer stage {name}").format(name=gone.label)):
        inside = [i for (i,) in db.query("SELECT id FROM customer WHERE stage_id = ?", [stage_id])]
        words = _("The stage “{name}” was removed.").format(name=gone.label)
        write_moves([(i, stage_id, instead, words, None) for i in inside])
        db.delete("lifecycle_stage", stage_id)


# ---- moving ----------------------------------------------------------------------------------------------------------


def move(customer_ids: Sequence[int], stage_id: int | None, reason: str = "") -> int:
    """Put customers into a stage by hand, one step for all; gives how many were elsewhere before.

    A rule leaves them there until something new happens after today (a new order, a new deal, or the same silence again).

    Raises:
        NotFound: the stage was removed.
    """
    goal = get(stage_id).label if stage_id else _("none")
    found = _elsewhere(customer_ids, stage_id)
    words = ngettext("Move {n} customer to stage {name}", "Move {n} customers to stage {name}", len(found))
    if len(found) == 1:
        name = db.value("SELECT name FROM customer WHERE id = ?", [found[0][0]])
        words = _("Move {customer} to stage {name}").replace("{customer}", str(name))
    with db.transaction(words.replace("{n}", str(len(found))).replace("{name}", goal)):
        tidy = text.tidy(reason) or _("by hand")
        write_moves([(customer_id, before, stage_id, tidy, None) for customer_id, before in found])
    return len(found)


def _elsewhere(customer_ids: Sequence[int], stage_id: int | None) -> list[tuple[int, int | None]]:
    found: list[tuple[int, int | None]] = []
    for start in range(0, len(customer_ids), _AT_ONCE):
        part = customer_ids[start : start + _AT_ONCE]
        marks = ",".join("?" * len(part))
        found += db.query(
            f"SELECT id, stage_id FROM customer WHERE id IN ({marks}) AND stage_id IS NOT ?", [*part, stage_id]
        )
    return found


# customer, stage before, stage after, reason, the rule that moves (None: by hand)
Move = tuple[int, int | None, int | None, str, int | None]


def write_moves(moves: Iterable[Move]) -> None:
    """Note moves with all that belongs to them: stage, history, timeline. Inside a transaction."""
    made = list(moves)
    now, today = dates.instant_text(dates.now()), dates.today().isoformat()
    names = {None: _("no stage")} | {stage.id: stage.label for stage in stages()}
    last = int(db.value("SELECT coalesce(max(id), 0) FROM stage_change"))
    last = max(last, int(db.value("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'stage_change'), 0)")))
    ends = {customer: (after, int(rule is None), customer) for customer, _b, after, _r, rule in made}
    db.execute_many("UPDATE customer SET stage_id = ?, stage_by_hand = ? WHERE id = ?", ends.values())
    db.execute_many(
        "INSERT INTO stage_change(id, customer_id, from_stage_id, to_stage_id, changed_on, reason, rule_id, created_at) "
        "VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (last + number, customer, before, after, today, reason, rule, now)
            for number, (customer, before, after, reason, rule) in enumerate(made, 1)
        ),
    )
    title = _("Stage: {before} → {after}")
    db.execute_many(
        "INSERT INTO timeline_entry(customer_id, kind, happened_at, title, body, record, record_id, created_at) "
        "VALUES(?, ?, ?, ?, ?, 'stage_change', ?, ?)",
        (
            (customer, KIND, now, title.format(before=names.get(before, ""), after=names.get(after, "")), reason,
             last + number, now)
            for number, (customer, before, after, reason, _rule) in enumerate(made, 1)
        ),
    )  # fmt: skip


# ---- history ---------------------------------------------------------------------------------------------------------


def history(customer_id: int) -> list[Change]:
    """The moves of a customer, newest first."""
    names = {stage.id: stage.label for stage in stages()}
    return [
        Change(
            names.get(before, ""),
            names.get(after, ""),
            date.fromisoformat(day),
            stage_reasons.in_words(reason) if rule else reason,
            bool(rule),
        )
        for before, after, day, reason, rule in db.query(
            "SELECT from_stage_id, to_stage_id, changed_on, reason, rule_id FROM stage_change WHERE customer_id = ? "
            "ORDER BY id DESC",
            [customer_id],
        )
    ]


def by_hand(customer_id: int) -> bool:
    """Whether the stage of a customer was chosen by hand."""
    return bool(db.value("SELECT stage_by_hand FROM customer WHERE id = ?", [customer_id]))


def counts() -> dict[int, int]:
    """Stage → how many customers are in it now (archived ones are not counted); 0 stands for those without a stage."""
    rows = db.query(
        "SELECT coalesce(stage_id, 0), count(*) FROM customer WHERE deleted_at IS NULL AND archived_at IS NULL GROUP BY 1"
    )
    return {int(stage): int(number) for stage, number in rows}


def counts_on(day: date) -> dict[int, int]:
    """Stage → how many customers were in it at the end of a day, from the history; for figures."""
    rows = db.query(
        "SELECT h.to_stage_id, count(*) FROM stage_change h JOIN customer c ON c.id = h.customer_id "
        "WHERE h.id = (SELECT max(x.id) FROM stage_change x WHERE x.customer_id = h.customer_id AND x.changed_on <= ?) "
        "AND h.to_stage_id IS NOT NULL AND c.deleted_at IS NULL GROUP BY 1",
        [day.isoformat()],
    )
    return {int(stage): int(number) for stage, number in rows}
