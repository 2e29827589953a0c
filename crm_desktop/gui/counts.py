"""How many things wait in each section of the sidebar, whether something is late, and how the backup stands."""

from __future__ import annotations

from crm_desktop.billing import invoice_list
from crm_desktop.care import cases
from crm_desktop.core import dates
from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import formats
from crm_desktop.insight import today
from crm_desktop.safety import backup, company_files
from crm_desktop.sales import contracts


def counts(sections: set[str]) -> dict[str, tuple[int, bool]]:
    """Section → (number, late); a late number counts what is late alone; 0 prints nothing."""
    found: dict[str, tuple[int, bool]] = {}
    if "today" in sections:
        found["today"] = (today.count(), False)
    if "cases" in sections:
        waiting, late = cases.waiting_counts()
        found["cases"] = (late, True) if late else (waiting, False)
    if "invoices" in sections:
        found["invoices"] = (invoice_list.counts().get("overdue", 0), True)
    if "contracts" in sections:
        found["contracts"] = (contracts.counts().get("soon", 0), True)
    return found


def backup_state() -> tuple[str, bool]:
    """When the data file was backed up last, in words, and whether that backup was opened and read."""
    try:
        latest = backup.latest(company_files.path())
    except (OSError, Problem):
        latest = None
    if latest is None:
        return _("No backup yet"), False
    words = _("Backed up {when}, tested") if latest.verified else _("Backed up {when}")
    day = latest.made_at.astimezone().date()
    when = formats.clock(latest.made_at) if day == dates.today() else formats.day_near(day)
    return words.format(when=when), latest.verified
