"""What the program tends by itself when a company is opened, each midnight, and after changes: in this order, each on its own.

Every part has a `tend()` that gives how many things it did, is safe to call at any time and twice, and writes in a
transaction of its own, so that what it did can be undone.
"""

from __future__ import annotations

import importlib

from crm_desktop.core.errors import Cancelled
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db

# From facts to what follows from them: rules of the owner come last.
PARTS = (
    "crm_desktop.activity.reminders:remind_of_overdue",
    "crm_desktop.sales.contract_states:tend",
    "crm_desktop.care.loyalty:tend",
    "crm_desktop.insight.lifecycle_moves:tend",
    "crm_desktop.insight.checklist_starts:tend",
    "crm_desktop.workflow.running:tend",
    "crm_desktop.outreach.scenarios:tend",
    "crm_desktop.insight.next_action:tend",
    "crm_desktop.insight.segments:tend",
    "crm_desktop.exchange.scheduled_reports:tend",
)


def tend(progress: Progress | None = None) -> int:
    """Let all parts do what is due; gives how many things were done.

    A part that fails does not keep the others from their work; its error is raised when they are through.
    """
    did, failed = 0, None
    for place in PARTS:
        if progress is not None:
            progress.check()
        module, _colon, name = place.partition(":")
        try:
            with db.by_itself():
                did += int(getattr(importlib.import_module(module), name)() or 0)
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001  (raised below: the first one tells enough)
            failed = failed or error
    if failed is not None:
        raise failed
    return did
