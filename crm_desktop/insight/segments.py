"""Segments: groups of customers by any field, figure or date, saved under a name; "bought lamps, none for a year, Hamburg".

A segment asks groups of conditions, joined by *all* or *any*; the conditions of a group are joined by its own *all* or
*any*. It is kept as JSON: {"match": "all", "groups": [{"match": "any", "conditions": [[field, comparison, value], …]}]} and
compiled to one statement with parameters. Archived and deleted customers are in no segment.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, UserError, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.insight import segment_compare, segment_fields, segment_values
from crm_desktop.insight.segment_fields import SegmentField

ALL, ANY = "all", "any"
_JOIN = {ALL: " AND ", ANY: " OR "}
# How long ago a segment is compared with.
_TREND_DAYS = (0, 7, 30, 91, 182, 365)
_MERGED = (
    "merged(lost, kept) AS MATERIALIZED (SELECT m.record_id, m.customer_id FROM timeline_entry m JOIN customer x "
    "ON x.id = m.record_id WHERE m.kind = 'merged' AND m.record = 'customer' AND x.archived_at IS NOT NULL)"
)


@dataclass(frozen=True)
class Condition:
    """One question: key of a field, key of a comparison, and the value (its kind see `segment_compare`)."""

    field: str
    comparison: str
    value: Any = None


@dataclass(frozen=True)
class Group:
    """Conditions of which all or any must hold; without one it holds for everybody."""

    conditions: tuple[Condition, ...] = ()
    match: str = ALL


@dataclass(frozen=True)
class Conditions:
    """Groups of which all or any must hold."""

    groups: tuple[Group, ...] = ()
    match: str = ALL

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return not any(group.conditions for group in self.groups)


@dataclass(frozen=True)
class Segment:
    """A saved segment."""

    id: int
    name: str
    conditions: Conditions = field(default_factory=Conditions)
    note: str = ""


def where(*found: Condition) -> Conditions:
    """All of these conditions."""
    return Conditions((Group(tuple(found)),))


# ---- JSON ------------------------------------------------------------------------------------------------------------


def to_json(found: Conditions) -> str:
    """The conditions as they are kept."""
    groups = [
        {"match": group.match, "conditions": [[c.field, c.comparison, c.value] for c in group.conditions]}
        for group in found.groups
    ]
    return json.dumps({"match": found.match, "groups": groups}, ensure_ascii=False)


def from_json(kept: str) -> Conditions:
    """The conditions as they were kept.

    Raises:
        UserError: it is not what `to_json` writes.
    """
    try:
        found = json.loads(kept)
        groups = tuple(
            Group(tuple(Condition(*condition) for condition in group["conditions"]), _match(group["match"]))
            for group in found["groups"]
        )
        return Conditions(groups, _match(found["match"]))
    except (ValueError, TypeError, KeyError) as error:
        raise UserError(_("The conditions of this segment cannot be read. Build them anew.")) from error


def _match(word: str) -> str:
    return ANY if word == ANY else ALL


# ---- asking ----------------------------------------------------------------------------------------------------------


def compiled(found: Conditions) -> tuple[str, list[Any]]:
    """One query of the ids, with its parameters; figures that it asks for are worked out now, see `waits_for`.

    Raises:
        UserError: a field, a tag, a stage that it asks for is gone, or a value cannot be read.
    """
    query, figures, params = _built(found)
    return query, [*(f.kept() for f in figures if f.kept is not None), *params]


def check(found: Conditions) -> None:
    """Whether conditions can be asked, without asking.

    Raises:
        UserError: see `compiled`.
    """
    _built(found)


def waits_for(found: Conditions) -> list[str]:
    """The figures that it asks for and that have to be worked out first, which for many customers takes seconds."""
    asked = {condition.field for group in found.groups for condition in group.conditions}
    return [f.key for f in segment_fields.VALUE_FIELDS if f.key in asked and not segment_values.is_ready(f.key)]


def work_out(found: Conditions, progress: Progress) -> None:
    """Work out what `waits_for` names; to be called in a job."""
    segment_values.work_out(waits_for(found), progress)


def _built(found: Conditions) -> tuple[str, list[SegmentField], list[Any]]:
    """The query, the figures whose values its parameters begin with, and the other parameters."""
    fields = segment_fields.all_fields()
    parts: list[str] = []
    params: list[Any] = []
    used: dict[str, SegmentField] = {}
    for group in found.groups:
        wheres = []
        for condition in group.conditions:
            sql, values = segment_compare.compiled(_known(fields, condition), condition.comparison, condition.value)
            wheres.append(f"({sql})")
            params += values
            used[condition.field] = fields[condition.field]
        if wheres:
            parts.append(f"({_JOIN[group.match].join(wheres)})")
    narrowed = f" AND ({_JOIN[found.match].join(parts)})" if parts else ""
    figures = [f for f in used.values() if f.figure]
    tables = "".join(f", f_{f.key}(id, v) AS MATERIALIZED ({segment_fields.with_days(f.figure)})" for f in figures)
    joins = "".join(f" LEFT JOIN f_{f.key} ON f_{f.key}.id = c.id" for f in figures)
    query = (
        f"WITH {_MERGED}{tables} SELECT c.id FROM customer_list l JOIN customer c ON c.id = l.id{joins} "
        f"WHERE l.shelf = 0{narrowed}"
    )
    return query, figures, params


def _known(fields: dict[str, SegmentField], condition: Condition) -> SegmentField:
    found = fields.get(condition.field)
    if found is None:
        raise UserError(
            _("This segment asks for a field that no longer exists. Change that condition or take it away.")
        )
    return found


def ids(found: Conditions) -> list[int]:
    """The customers that fit, by name.

    Raises:
        UserError: see `compiled`.
    """
    query, params = compiled(found)
    rows = db.query(f"SELECT l.id FROM customer_list l WHERE l.id IN ({query}) ORDER BY l.sort_name, l.id", params)
    return [i for (i,) in rows]


def count(found: Conditions) -> int:
    """How many customers fit.

    Raises:
        UserError: see `compiled`.
    """
    query, params = compiled(found)
    return int(db.value(f"SELECT count(*) FROM ({query})", params))


def contains(found: Conditions, customer_id: int) -> bool:
    """Whether a customer fits."""
    query, params = compiled(found)
    return db.one(f"SELECT 1 FROM ({query}) WHERE id = ?", [*params, customer_id]) is not None


def sentence(condition: Condition) -> str:
    """A condition in plain words: "Town is “Hamburg”"; for one that cannot be asked, what is wrong."""
    fields = segment_fields.all_fields()
    try:
        return segment_compare.sentence(_known(fields, condition), condition.comparison, condition.value)
    except UserError as error:
        return str(error)


def words(found: Conditions) -> str:
    """All conditions in one line."""
    inner = {ALL: _("{first} and {second}"), ANY: _("{first} or {second}")}
    lines = [_joined([sentence(c) for c in g.conditions], inner[g.match]) for g in found.groups if g.conditions]
    if len(lines) > 1:
        lines = [_("({conditions})").format(conditions=line) for line in lines]
    return _joined(lines, inner[found.match]) if lines else _("All customers")


def _joined(lines: Sequence[str], pattern: str) -> str:
    result = lines[0]
    for line in lines[1:]:
        result = pattern.format(first=result, second=line)
    return result


# ---- saved ones ------------------------------------------------------------------------------------------------------


def all_segments() -> list[Segment]:
    """The saved segments by name; one that cannot be read asks for nobody in particular."""
    return [
        _read(*row)
        for row in db.query(
            "SELECT id, name, conditions, note FROM segment WHERE deleted_at IS NULL ORDER BY fold(name)"
        )
    ]


def _read(segment_id: int, name: str, kept: str, note: str) -> Segment:
    try:
        return Segment(segment_id, name, from_json(kept), note)
    except UserError:
        return Segment(segment_id, name, note=note)


def get(segment_id: int) -> Segment:
    """A saved segment.

    Raises:
        NotFound: it was deleted.
        UserError: its conditions cannot be read; nobody is taken for everybody.
    """
    row = db.one("SELECT id, name, conditions, note FROM segment WHERE id = ? AND deleted_at IS NULL", [segment_id])
    if row is None:
        raise NotFound(_("This segment is no longer there."))
    found, name, kept, note = row
    return Segment(found, name, from_json(kept), note)


def find(name: str) -> Segment:
    """A saved segment by its name.

    Raises:
        NotFound: there is none.
    """
    wanted = text.fold(name)
    for segment in all_segments():
        if text.fold(segment.name) == wanted:
            return segment
    raise NotFound(_("There is no segment called “{name}”.").format(name=name))


def find_like(words: str, limit: int) -> list[Segment]:
    """Saved segments whose name contains what was typed, for the palette."""
    wanted = text.fold(words).strip()
    return [segment for segment in all_segments() if wanted in text.fold(segment.name)][:limit]


def save(name: str, conditions: Conditions, segment_id: int = 0, note: str = "") -> int:
    """Save a segment (id 0 adds one); gives the id.

    Raises:
        ValidationError: it has no name, or another one has it.
        UserError: a condition cannot be asked.
    """
    name = text.tidy(name)
    if not name:
        raise ValidationError({"name": _("Give the segment a name.")})
    if any(text.fold(s.name) == text.fold(name) and s.id != segment_id for s in all_segments()):
        raise ValidationError({"name": _("There is already a segment called {name}.").format(name=name)})
    check(conditions)
    now = dates.instant_text(dates.now())
    values = {"name": name, "conditions": to_json(conditions), "note": text.tidy(note), "updated_at": now}
    with db.transaction(_("Segment {name}").format(name=name)):
        if segment_id:
            if not db.update("segment", segment_id, values):
                raise NotFound(_("This segment is no longer there."))
            return segment_id
        return db.insert("segment", values | {"created_at": now})


def duplicate(segment_id: int) -> int:
    """A copy under a name of its own; gives its id."""
    known, segment = {text.fold(s.name) for s in all_segments()}, get(segment_id)
    name, number = _("{name} (copy)").format(name=segment.name), 1
    while text.fold(name) in known:
        number += 1
        name = _("{name} (copy {n})").format(name=segment.name, n=number)
    return save(name, segment.conditions, note=segment.note)


def remove(segment_id: int) -> None:
    """Delete a segment; its customers stay. Undo brings it back."""
    with db.transaction(_("Delete segment {name}").format(name=get(segment_id).name)):
        db.update("segment", segment_id, {"deleted_at": dates.instant_text(dates.now())})


# ---- over time -------------------------------------------------------------------------------------------------------


def note_count(segment_id: int, customers: int) -> None:
    """Keep how many customers a segment has today; once a day is enough, the last one counts."""
    day = dates.today().isoformat()
    known = db.value("SELECT customers FROM segment_count WHERE segment_id = ? AND on_day_on = ?", [segment_id, day])
    if known != customers:
        with db.transaction(undoable=False):
            db.execute("INSERT OR REPLACE INTO segment_count VALUES(?, ?, ?)", [segment_id, day, customers])


def counts(segment_id: int) -> list[tuple[date, int]]:
    """How many customers a segment had on each day that is known, the oldest first."""
    rows = db.query(
        "SELECT on_day_on, customers FROM segment_count WHERE segment_id = ? ORDER BY on_day_on", [segment_id]
    )
    return [(date.fromisoformat(day), number) for day, number in rows]


def trend(segment_id: int) -> list[tuple[date, int]]:
    """How many it has now and had a week, a month, a quarter, half a year and a year ago, as far as known, oldest first.

    Of each the last day until then that is known.
    """
    known, today = counts(segment_id), dates.today()
    found: dict[date, int] = {}
    for ago in _TREND_DAYS:
        until = dates.add_days(today, -ago)
        found |= dict([(day, number) for day, number in known if day <= until][-1:])
    return sorted(found.items())


def tend() -> int:
    """Keep once a day how many customers each saved segment has; nothing that the history shows."""
    day = dates.today().isoformat()
    waiting = db.query(
        "SELECT id FROM segment WHERE deleted_at IS NULL AND id NOT IN "
        "(SELECT segment_id FROM segment_count WHERE on_day_on = ?)",
        [day],
    )
    for (segment_id,) in waiting:
        with contextlib.suppress(UserError):  # one that asks for what is gone says so where it is shown
            note_count(segment_id, count(get(segment_id).conditions))
    return 0
