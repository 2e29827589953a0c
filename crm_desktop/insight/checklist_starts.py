"""Starts the checklists that a first invoice starts, for customers who got it since the last time.

Only what is new counts: whoever was billed before, also in an import, is not welcomed anew when a checklist is written.
"""

from __future__ import annotations

from crm_desktop.activity import checklists
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

_SEEN = "checklists.seen"
_FIRST = """
WITH bill AS MATERIALIZED (SELECT DISTINCT d.id, d.customer_id FROM journal_change j JOIN document d ON d.id = j.row_id
  WHERE j.id > ? AND j.table_name = 'document' AND d.state = 'issued' AND d.imported = 0 AND d.deleted_at IS NULL
  AND d.kind IN ('invoice', 'receipt') AND d.customer_id IS NOT NULL)
SELECT DISTINCT b.customer_id FROM bill b WHERE NOT EXISTS (SELECT 1 FROM document o WHERE o.customer_id = b.customer_id
  AND o.state = 'issued' AND o.kind IN ('invoice', 'receipt') AND o.id NOT IN (SELECT id FROM bill))
"""


def tend() -> int:
    """Start what is due; gives how many checklists. Safe to call at any time and twice."""
    newest = int(db.value("SELECT coalesce(max(id), 0) FROM journal_change"))
    found = db.value("SELECT value FROM setting WHERE key = ?", [_SEEN])
    seen = int(found) if found is not None and int(found) <= newest else newest
    waiting = _waiting(seen) if newest > seen else []
    made = 0
    if waiting:
        with db.transaction(_("Checklists after a first invoice")):
            for customer_id in waiting:
                made += len(checklists.start_for(checklists.FIRST_INVOICE, customer_id))
    if found is None or seen != newest:
        with db.transaction(undoable=False):
            db.execute("INSERT OR REPLACE INTO setting VALUES(?, ?)", [_SEEN, str(newest)])
    return made


def _waiting(seen: int) -> list[int]:
    if not db.one("SELECT 1 FROM checklist WHERE starts = 'first_invoice' AND is_on AND deleted_at IS NULL"):
        return []
    return [i for (i,) in db.query(_FIRST, [seen])]
