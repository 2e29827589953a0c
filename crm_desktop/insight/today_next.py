"""The one line of Today about whom an act pays most today; ready when it was worked out, never working it out itself."""

from __future__ import annotations

from crm_desktop.billing import wording
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.insight import next_action
from crm_desktop.insight.task import Task


def lines() -> list[Task]:
    """One line, or none."""
    # Money that is late stands in Today already, and so do contracts that end.
    found = [action for action in next_action.kept_best() if action.rule not in ("late", "contract")]
    if not found:
        return []
    currency = profile.load().currency
    title = ngettext("{n} customer worth a call today", "{n} customers worth a call today", len(found))
    worth = wording.amount(sum(action.worth_minor for action in found), currency)
    reason = _("Together worth about {amount}.").format(amount=worth)
    facts = tuple((action.name, action.words) for action in found)
    return [Task("next", "week", title.format(n=len(found)), reason, "open", dates.today(), facts=facts)]
