"""Competitors: to whom deals are lost, with what they are good and bad at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db


@dataclass(frozen=True)
class Competitor:
    """One competitor; `lost` deals went to them."""

    id: int
    name: str
    website: str
    strengths: str
    weaknesses: str
    note: str
    lost: int


def all_competitors() -> list[Competitor]:
    """Every competitor, by name."""
    return [
        Competitor(*row)
        for row in db.query(
            "SELECT c.id, c.name, c.website, c.strengths, c.weaknesses, c.note, (SELECT count(*) FROM opportunity o "
            "WHERE o.competitor_id = c.id AND o.state = 'lost' AND o.deleted_at IS NULL) "
            "FROM competitor c ORDER BY fold(c.name)"
        )
    ]


def get(competitor_id: int) -> Competitor:
    """A competitor by id.

    Raises:
        NotFound: there is no such competitor.
    """
    found = next((one for one in all_competitors() if one.id == competitor_id), None)
    if found is None:
        raise NotFound(_("This competitor is no longer there."))
    return found


def save(values: dict[str, Any], competitor_id: int | None = None) -> int:
    """Add a competitor, or change name, website, strengths, weaknesses and note of one; gives the id.

    Raises:
        ValidationError: the name is missing or taken; field → sentence.
    """
    own = {name: text.tidy(value) if name in ("name", "website") else value for name, value in values.items()}
    if not own.get("name", "x"):
        raise ValidationError({"name": _("Give the competitor a name.")})
    taken = db.value("SELECT id FROM competitor WHERE name = ? AND id IS NOT ?", [own.get("name"), competitor_id])
    if taken is not None:
        raise ValidationError({"name": _("There is a competitor “{name}” already.").format(name=own["name"])})
    stamped = own | {"updated_at": dates.stamp()}
    if competitor_id is None:
        with db.transaction(_("New competitor {name}").format(name=own["name"])):
            return db.insert("competitor", stamped)
    with db.transaction(_("Change competitor {name}").format(name=own.get("name") or get(competitor_id).name)):
        db.update("competitor", competitor_id, stamped)
    return competitor_id


def id_of(name: str) -> int | None:
    """The id of a competitor by name, who is made if new; None without a name."""
    name = text.tidy(name)
    if not name:
        return None
    known = db.value("SELECT id FROM competitor WHERE name = ?", [name])
    return int(known) if known is not None else save({"name": name})


def remove(competitor_id: int) -> None:
    """Take a competitor away; deals that were lost to them stay, without a name.

    Raises:
        NotFound: they are gone already.
    """
    with db.transaction(_("Remove competitor {name}").format(name=get(competitor_id).name)):
        db.execute("UPDATE opportunity SET competitor_id = NULL WHERE competitor_id = ?", [competitor_id])
        db.delete("competitor", competitor_id)
