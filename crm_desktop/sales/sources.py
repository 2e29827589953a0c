"""Where deals come from: a fair, the website, somebody who recommended us; with what the source costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crm_desktop.core import text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db


@dataclass(frozen=True)
class Source:
    """One source; `cost_minor` is what was spent on it, in the company's currency; `deals` come from it."""

    id: int
    name: str
    cost_minor: int
    note: str
    deals: int


def all_sources() -> list[Source]:
    """Every source, by name."""
    return [
        Source(*row)
        for row in db.query(
            "SELECT s.id, s.name, s.cost_minor, s.note, (SELECT count(*) FROM opportunity o WHERE o.source_id = s.id "
            "AND o.deleted_at IS NULL) FROM source s ORDER BY fold(s.name)"
        )
    ]


def get(source_id: int) -> Source:
    """A source by id.

    Raises:
        NotFound: there is no such source.
    """
    found = next((source for source in all_sources() if source.id == source_id), None)
    if found is None:
        raise NotFound(_("This source is no longer there."))
    return found


def save(values: dict[str, Any], source_id: int | None = None) -> int:
    """Add a source, or change name, cost_minor and note of one; gives its id.

    Raises:
        ValidationError: the name is missing or taken; field → sentence.
    """
    own = {name: text.tidy(value) if name == "name" else value for name, value in values.items()}
    if not own.get("name", "x"):
        raise ValidationError({"name": _("Give the source a name, for example “Recommended”.")})
    taken = db.value("SELECT id FROM source WHERE name = ? AND id IS NOT ?", [own.get("name"), source_id])
    if taken is not None:
        raise ValidationError({"name": _("There is a source “{name}” already.").format(name=own["name"])})
    if source_id is None:
        with db.transaction(_("New source {name}").format(name=own["name"])):
            return db.insert("source", own)
    with db.transaction(_("Change source {name}").format(name=own.get("name") or get(source_id).name)):
        db.update("source", source_id, own)
    return source_id


def id_of(name: str) -> int | None:
    """The id of a source by name, which is made if it is new; None without a name."""
    name = text.tidy(name)
    if not name:
        return None
    known = db.value("SELECT id FROM source WHERE name = ?", [name])
    return int(known) if known is not None else save({"name": name})


def remove(source_id: int) -> None:
    """Take a source away; deals that name it stay, without a source.

    Raises:
        NotFound: it is gone already.
    """
    with db.transaction(_("Remove source {name}").format(name=get(source_id).name)):
        db.execute("UPDATE opportunity SET source_id = NULL WHERE source_id = ?", [source_id])
        db.delete("source", source_id)
