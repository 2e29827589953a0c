"""The documents that followed from one another, and how much of each line went on into later ones.

A document knows the one that it followed from (`source_id`) or corrects (`preceding_id`), its lines know the lines that
they came from. The family is the whole tree: the first quote, all that came of it, and their credit notes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm_desktop.billing import invoice_list, kinds
from crm_desktop.billing.document import CREDIT_NOTE, DEPOSIT, INVOICE, ITEM, PARTIAL, PROFORMA, RECEIPT
from crm_desktop.billing.rows import from_scaled
from crm_desktop.core.errors import NotFound
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

_TREE = """
WITH RECURSIVE tree(id) AS (
  SELECT ?
  UNION SELECT d.id FROM tree JOIN document d ON d.source_id = tree.id
  UNION SELECT d.id FROM tree JOIN document d ON d.preceding_id = tree.id)
SELECT d.id, coalesce(d.source_id, d.preceding_id) FROM tree JOIN document d ON d.id = tree.id
WHERE d.deleted_at IS NULL ORDER BY d.id
"""
_LINES = """
SELECT l.id, l.document_id, l.role, l.quantity_scaled, l.source_line_id, d.kind, d.type_code, d.state
FROM document_line l JOIN document d ON d.id = l.document_id WHERE l.document_id IN ({ids}) ORDER BY l.id
"""


@dataclass(frozen=True, slots=True)
class Member:
    """A document of a family. `depth` counts from the first one, `parent_id` is what it followed from or corrects.

    `state` is that of the lists: draft, open, accepted, paid and so on; amounts are with tax, in minor units.
    """

    id: int
    parent_id: int | None
    depth: int
    kind: str
    type_code: str
    number: str
    state: str
    issue_on: date | None
    currency: str
    gross_minor: int
    open_minor: int
    is_final: bool = False

    @property
    def kind_name(self) -> str:
        """What the document is called on the screen."""
        return kinds.name(self.kind, kinds.FINAL if self.is_final else self.type_code)


@dataclass(frozen=True, slots=True)
class _Line:
    id: int
    document_id: int
    role: str
    quantity: Decimal
    source_id: int | None
    kind: str
    type_code: str
    is_issued: bool


def root_of(document_id: int) -> int:
    """The document that a family began with.

    Raises:
        NotFound: there is no such document.
    """
    seen: list[int] = []
    current: int | None = document_id
    while current is not None and current not in seen:
        seen.append(current)
        found = db.one("SELECT coalesce(source_id, preceding_id) FROM document WHERE id = ?", [current])
        if found is None:
            raise NotFound(_("This document is no longer there."))
        current = found[0]
    return seen[-1]


def descent(document_id: int) -> list[int]:
    """A document with all that it came from and all that came of it, without other branches of the family."""
    found = [row[0] for row in db.query(_TREE, [document_id])]
    current = document_id
    while parent := db.value("SELECT coalesce(source_id, preceding_id) FROM document WHERE id = ?", [current]):
        if parent in found:
            break
        found.append(parent)
        current = parent
    return found


def ids(document_id: int) -> list[int]:
    """The ids of all documents of a family, drafts included, in the order in which they were begun."""
    return [row[0] for row in db.query(_TREE, [root_of(document_id)])]


def members(document_id: int) -> list[Member]:
    """The whole family of a document as a tree, read from top to bottom: each one stands below what it followed from."""
    found = db.query(_TREE, [root_of(document_id)])
    rows = {row.id: row for row in invoice_list.rows([row[0] for row in found])}
    parents = {own: parent if parent in rows else None for own, parent in found}
    listed = ",".join(map(str, parents))
    final = {row[0] for row in db.query(f"SELECT document_id FROM document_deduction WHERE document_id IN ({listed})")}
    ordered: list[Member] = []

    def add(parent: int | None, depth: int) -> None:
        for own in (i for i, above in parents.items() if above == parent and i in rows):
            row = rows[own]
            ordered.append(
                Member(
                    own, parent, depth, row.kind, row.type_code, row.number, row.state, row.issue_on, row.currency,
                    row.gross_minor, row.open_minor, own in final,
                )
            )  # fmt: skip
            add(own, depth + 1)

    add(None, 0)
    return ordered


class Lines:
    """All lines of a family, to ask what of each is left for a next document. Drafts count: they wait to be issued."""

    def __init__(self, document_id: int) -> None:
        listed = ",".join(map(str, ids(document_id)))
        self._lines = {
            row[0]: _Line(row[0], row[1], row[2], from_scaled(row[3]), row[4], row[5], row[6], row[7] == "issued")
            for row in db.query(_LINES.format(ids=listed))
        }
        self._children: dict[int, list[_Line]] = {}
        for line in self._lines.values():
            if line.source_id is not None:
                self._children.setdefault(line.source_id, []).append(line)

    def used(self, line_id: int, kind: str, *, partials: bool = True) -> Decimal:
        """How much of a line went into documents of a kind, also by way of others, less what was credited.

        A proforma uses nothing up. Without `partials` what partial invoices (326) billed does not count.
        """
        if kind == PROFORMA:
            return Decimal(0)
        return sum(
            (self._used_by(child, kind, partials) for child in self._children.get(line_id, ())), start=Decimal(0)
        )

    def _used_by(self, line: _Line, kind: str, partials: bool) -> Decimal:  # noqa: FBT001  (as in `used`)
        counts = line.kind in (INVOICE, RECEIPT) if kind == INVOICE else line.kind == kind
        if not counts:
            return Decimal(0) if line.kind == CREDIT_NOTE else self.used(line.id, kind, partials=partials)
        if line.type_code == DEPOSIT or (line.type_code == PARTIAL and not partials):
            return Decimal(0)
        credited = (c.quantity for c in self._children.get(line.id, ()) if c.kind == CREDIT_NOTE and c.is_issued)
        return line.quantity - sum(credited, start=Decimal(0))

    def rest(self, line_id: int, kind: str, *, partials: bool = True) -> Decimal:
        """What of a line is left for a document of a kind; 0 when nothing is.

        What was billed of the order by another way is not left on its delivery note either.
        """
        line = self._lines[line_id]
        is_return = line.quantity < 0
        used = self.used(line_id, kind, partials=partials)
        rests = [line.quantity - used]
        while line.source_id is not None and line.source_id in self._lines:
            line = self._lines[line.source_id]
            above = self.used(line.id, kind, partials=partials)
            # An order may hold more than its quote did; the quote only counts where something went another way.
            if line.role == ITEM and abs(above) > abs(used):
                rests.append(line.quantity - above)
            used = above
        return _least(rests, is_return=is_return)


def _least(rests: list[Decimal], *, is_return: bool) -> Decimal:
    """The smallest rest, a return being below zero; 0 where one is used up, or more than used up.

    A final invoice lists what partial invoices billed before, so together they bill more than there is.
    """
    if is_return:
        return min(max(rests), Decimal(0))
    return max(min(rests), Decimal(0))
