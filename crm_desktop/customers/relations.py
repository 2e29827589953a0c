"""How customers belong together: parent company, recommended by, household, partner.

A relation is kept once and shown on both cards, each time in its own direction ("belongs to", "has as a branch").
"""

from __future__ import annotations

from dataclasses import dataclass

from crm_desktop.core import text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import merging
from crm_desktop.db import connection as db

# Kind → how the first customer sees the other, and how the other sees the first.
WORDS = {
    "parent": (N_("Belongs to"), N_("Has as branch or daughter")),
    "recommended": (N_("Recommended by"), N_("Recommended")),
    "household": (N_("Same household as"), N_("Same household as")),
    "partner": (N_("Partner of"), N_("Partner of")),
    "other": (N_("Has to do with"), N_("Has to do with")),
}
# Kinds that mean the same from both sides.
MUTUAL = ("household", "partner", "other")


@dataclass(frozen=True)
class Relation:
    """A relation as one customer sees it; `forward` when it was written on their side."""

    id: int
    kind: str
    forward: bool
    other_id: int
    other: str
    other_kind: str
    note: str

    @property
    def words(self) -> str:
        """What the other is to this customer."""
        return words_of(self.kind, forward=self.forward)


def words_of(kind: str, *, forward: bool = True) -> str:
    """A kind in words, in one of its two directions."""
    return _(WORDS[kind][0 if forward else 1])


def directions() -> list[tuple[str, str]]:
    """What can be chosen for a new relation: key ("parent", or "parent<" for the other direction) and words."""
    found = []
    for kind in WORDS:
        found.append((kind, words_of(kind)))
        if kind not in MUTUAL:
            found.append((f"{kind}<", words_of(kind, forward=False)))
    return found


def of_customer(customer_id: int) -> list[Relation]:
    """The relations of a customer from both sides, by kind and name."""
    rows = db.query(
        "SELECT r.id, r.kind, r.customer_id = ?1, c.id, c.name, c.kind, r.note FROM customer_relation r "
        "JOIN customer c ON c.id = CASE WHEN r.customer_id = ?1 THEN r.other_id ELSE r.customer_id END "
        "WHERE ?1 IN (r.customer_id, r.other_id) AND c.deleted_at IS NULL ORDER BY fold(c.name), r.id",
        [customer_id],
    )
    order = {kind: place for place, kind in enumerate(WORDS)}
    found = [Relation(i, kind, bool(forward), *rest) for i, kind, forward, *rest in rows]
    # Whoever was merged into this customer is the same customer now.
    itself = merging.family(customer_id)
    found = [relation for relation in found if relation.other_id not in itself]
    return sorted(found, key=lambda r: (order[r.kind], not r.forward))


def add(customer_id: int, direction: str, other_id: int | None, note: str = "") -> int:
    """Relate two customers; `direction` is a key of `directions`. Gives the id.

    Raises:
        ValidationError: nobody or the customer themselves was chosen, it is there already, or companies would belong to
            each other in a circle.
    """
    if not other_id:
        raise ValidationError({"other": _("Choose the other customer.")})
    if other_id == customer_id:
        raise ValidationError({"other": _("Choose somebody else; nobody is related to themselves.")})
    kind, back, _rest = direction.partition("<")
    first, second = (other_id, customer_id) if back else (customer_id, other_id)
    if _known(first, second, kind):
        raise ValidationError({"other": _("This is noted already.")})
    if kind == "parent" and first in _above(second):
        raise ValidationError({"other": _("That would make the companies belong to each other in a circle.")})
    names = dict(db.query("SELECT id, name FROM customer WHERE id IN (?, ?)", [first, second]))
    if len(names) < 2:
        raise NotFound(_("This customer is no longer there."))
    with db.transaction(_("Relate {name} and {other}").format(name=names[first], other=names[second])):
        values = {"customer_id": first, "other_id": second, "kind": kind, "note": text.tidy(note)}
        return db.insert("customer_relation", values)


def _known(first: int, second: int, kind: str) -> bool:
    pairs = "customer_id = ?1 AND other_id = ?2"
    if kind in MUTUAL:
        pairs = f"({pairs} OR customer_id = ?2 AND other_id = ?1)"
    return db.one(f"SELECT 1 FROM customer_relation WHERE {pairs} AND kind = ?3", [first, second, kind]) is not None


def _above(customer_id: int) -> set[int]:
    """A customer and all companies that it belongs to, step by step."""
    rows = db.query(
        "WITH RECURSIVE up(id) AS (SELECT ? UNION SELECT r.other_id FROM customer_relation r JOIN up ON up.id = r.customer_id "
        "WHERE r.kind = 'parent') SELECT id FROM up",
        [customer_id],
    )
    return {i for (i,) in rows}


def change_note(relation_id: int, note: str) -> None:
    """Write another note beside a relation."""
    with db.transaction(_("Edit relation")):
        if not db.update("customer_relation", relation_id, {"note": text.tidy(note)}):
            raise NotFound(_("This entry is no longer there."))


def remove(relation_id: int) -> None:
    """Take a relation away; undo brings it back."""
    with db.transaction(_("Remove relation")):
        if not db.delete("customer_relation", relation_id):
            raise NotFound(_("This entry is no longer there."))
