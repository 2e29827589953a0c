"""Campaigns and scenarios in Today: mails that wait for a yes, campaigns that stopped before everybody got them."""

from __future__ import annotations

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.db import connection as db
from crm_desktop.insight.task import Task

# A setting of this name and a scenario's number holds what stops it.
STOPPED = "scenario_stopped/"


def _stopped() -> list[Task]:
    """One line for each scenario that is on and cannot do its work."""
    return [
        Task("scenario_stopped", "today", _("The scenario “{name}” prepares nothing").format(name=name), str(problem), "open",
             dates.today(), record="scenario", record_id=scenario_id)
        for scenario_id, name, problem in db.query(
            "SELECT s.id, s.name, k.value FROM scenario s JOIN setting k ON k.key = ? || s.id WHERE s.is_on AND s.deleted_at IS NULL",
            [STOPPED],
        )
    ]  # fmt: skip


def lines() -> list[Task]:
    """One line for prepared mails, one for each campaign that is paused and each scenario that is stopped."""
    found = _stopped()
    number, names = db.query(
        "SELECT count(*), group_concat(DISTINCT s.name) FROM scenario_draft d JOIN scenario s ON s.id = d.scenario_id "
        "WHERE d.state = 'waiting' AND s.deleted_at IS NULL"
    )[0]
    if number:
        words = ngettext("{n} prepared e-mail waits for your yes", "{n} prepared e-mails wait for your yes", number)
        reason = str(names).replace(",", ", ")
        found.append(Task("scenario", "today", words.format(n=number), reason, "open", dates.today()))
    for campaign_id, name, left in db.query(
        "SELECT c.id, c.name, count(*) FROM campaign c JOIN campaign_recipient r ON r.campaign_id = c.id AND r.state = 'waiting' "
        "WHERE c.state = 'paused' AND c.deleted_at IS NULL GROUP BY c.id"
    ):
        said = ngettext("{n} recipient waits", "{n} recipients wait", left).format(n=left)
        title = _("The campaign “{name}” is paused").format(name=name)
        found.append(
            Task("campaign", "today", title, said, "open", dates.today(), record="campaign", record_id=campaign_id)
        )
    return found
