"""What a scenario would have written in the last twelve months: the attempt beside the window, and its rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cards import Item
from crm_desktop.gui.widgets.page import Page
from crm_desktop.outreach import scenarios
from crm_desktop.outreach.scenarios import Scenario, Trial

_SHOWN = 12


def attempt(scenario: Scenario, progress: Progress) -> list[Trial]:
    """Try a scenario on the past, for a job.

    Raises:
        Cancelled: through `progress`.
    """
    return scenarios.tried(scenario, progress=progress)


def told(page: Page, tried: Sequence[Trial]) -> tuple[list[Item], str]:
    """The newest as rows, a click on which opens the customer; and how many mails it would have been."""
    would = sum(not one.why_not for one in tried)
    words = ngettext("{n} e-mail", "{n} e-mails", would).format(n=formats.count(would))
    return [_item(page, one) for one in tried[:_SHOWN]], words if tried else _("Never")


def _item(page: Page, one: Trial) -> Item:
    return Item(
        one.customer,
        formats.day_short(one.day),
        "x" if one.why_not else "mail",
        detail=one.why_not or one.subject,
        on=partial(page.open_record.emit, "customer", one.customer_id),
    )
