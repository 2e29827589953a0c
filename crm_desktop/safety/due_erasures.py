"""The calendar of what is due to be erased: customers without business for years, kept papers that are past their date.

Nothing is erased by itself: each line is an act of the owner.

Source: GDPR art. 5 (1) e (no longer than is necessary).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm_desktop.core import dates
from crm_desktop.db import connection as db
from crm_desktop.safety import erasure, keeping

QUIET, PAPERS = "quiet", "papers"


@dataclass(frozen=True)
class Due:
    """One line: a customer to erase (`QUIET`), or papers of an erased one (`PAPERS`). `record_id` is a customer or erasure.

    `since` is the last day on which something happened, or the day until which papers had to be kept.
    """

    kind: str
    record_id: int
    name: str
    number: str
    since: date
    papers: int = 0


# What had business, contact or an entry since a day is not quiet; nor is who owes money or has a running contract.
_QUIET = """
SELECT c.id, c.name, c.number, max(substr(c.created_at, 1, 10), coalesce(s.last_on, ''), coalesce(substr(l.last_contact_at, 1, 10), ''))
FROM customer c JOIN customer_list l ON l.id = c.id LEFT JOIN customer_sales s ON s.id = c.id
WHERE c.erased_at IS NULL AND c.deleted_at IS NULL AND c.created_at < ?1 AND coalesce(s.last_on, '') < ?1
  AND coalesce(l.last_contact_at, '') < ?1
  AND NOT EXISTS (SELECT 1 FROM document_balance b WHERE b.customer_id = c.id AND b.open_minor <> 0)
  AND NOT EXISTS (SELECT 1 FROM contract k WHERE k.customer_id = c.id AND k.deleted_at IS NULL
    AND k.state IN ('active', 'notice_given'))
  AND NOT EXISTS (SELECT 1 FROM reminder r WHERE r.customer_id = c.id AND r.done_at IS NULL AND r.deleted_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM timeline_entry m WHERE m.record_id = c.id AND m.kind = 'merged' AND m.record = 'customer')
ORDER BY 4, c.id
"""


def quiet_before() -> date:
    """Who had no business since before this day is due."""
    return dates.add_months(dates.today(), -12 * keeping.settings().quiet_years)


def due() -> list[Due]:
    """All lines, the longest due first."""
    rows = db.query(_QUIET, [quiet_before().isoformat()])
    found = [Due(QUIET, row_id, name, number, date.fromisoformat(day)) for row_id, name, number, day in rows]
    for record in erasure.everything():
        papers = [] if record.finished_at else erasure.due_papers(record)
        if papers:
            number = record.customer_number
            found.append(Due(PAPERS, record.id, "", number, min(p.until for p in papers), len(papers)))
    return sorted(found, key=lambda line: (line.since, line.number))


def count() -> int:
    """How many lines there are."""
    return len(due())
