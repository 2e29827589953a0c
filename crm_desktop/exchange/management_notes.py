"""The last sheet of the management report: how each figure is made, in plain words."""

from __future__ import annotations

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange.report_parts import day_words, note
from crm_desktop.exchange.report_workbook import Block, Column, Sheet
from crm_desktop.insight.figures import Figures


def sheet(found: Figures) -> Sheet:
    """The notes."""
    columns = (Column(heading=_("Figure"), wide=26), Column(heading=_("How it is made"), wide=46))
    rows = [(name, line) for name, words in _notes() for name, line in _lines(name, words)]
    title = _("How the figures are made")
    days = _("The period is {first} to {last}.").format(first=day_words(found.first), last=day_words(found.last))
    return Sheet(
        name=_("Notes"), title=title, note=note(days), blocks=(Block(columns=columns, rows=rows),), landscape=True
    )


def _lines(name: str, words: str) -> list[tuple[str, str]]:
    """A note in lines of its sentences, so that none is cut off in print."""
    sentences = [part if part.endswith(".") else f"{part}." for part in words.split(". ")]
    return [(name if place == 0 else "", sentence) for place, sentence in enumerate(sentences)]


def _notes() -> tuple[tuple[str, str], ...]:
    return (
        (_("Revenue"), _("Invoices and receipts without tax on their day of issue. Credit notes count as less. "
               "A final invoice counts without what its deposits had.")),
        (_("Billed with tax"), _("The same documents with tax.")),
        (_("Received"), _("Payments by their day. What was paid back counts as less.")),
        (_("Year before"), _("The same days one year earlier.")),
        (_("Plan"), _("What was entered as plan for each month.")),
        (_("Open today"), _("What is not paid or credited yet on the day of this report.")),
        (_("Late"), _("The part of it whose due day went by.")),
        (_("New customers"), _("Customers whose first invoice or receipt lies in the period.")),
        (_("Lost customers"), _("Customers that were moved to “Lost” in the period.")),
        (_("Days to pay, average"), _("Days from issue to the last payment. All invoices that were settled in the period count alike.")),
        (_("Products and groups"), _("The lines of those documents without tax. A final invoice counts without what its deposits "
               "and parts listed. A product counts in the group that it has today.")),
        (_("Likely"), _("Value of each open deal times its probability.")),
        (_("Conversion"), _("Of the deals that left a stage, or of the closed deals of a source, the share that went further or was won.")),
        (_("Cohorts"), _("Customers by the quarter of their first order, and the share of them that ordered again so many quarters "
               "later. All customers count that are not archived, whatever the period.")),
        (_("Campaigns"), _("Counted are customers who got it, however many of their people did. Who has an invoice or receipt within "
               "the days that the campaign counts has bought. Revenue is the net of these papers. Held out customers are left out.")),
        (_("A year"), _("What a contract brings or costs in twelve months at its price of today.")),
        (_("Net promoter score (−100 to 100)"), _("Share of answers 9 and 10 less the share of 0 to 6.")),
    )  # fmt: skip
