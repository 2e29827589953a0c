"""What a quote does to the deal that it belongs to: issued, it moves the deal along; accepted, it wins it.

Both are steps of their own kind that can be undone. A deal never goes back by it, and a closed one stays closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crm_desktop.billing import quotes
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.db import connection as db
from crm_desktop.sales import opportunities, opportunity_steps, pipeline_stages
from crm_desktop.sales.opportunities import Opportunity

# The code of the stage in which deals lie whose quote was sent, as the program comes with it.
OFFER = "offer"


@dataclass(frozen=True)
class Moved:
    """The titles of the deals that were moved, and the stage in which they lie now; no titles if nothing moved."""

    titles: tuple[str, ...] = ()
    stage: str = ""


def issued(document_ids: Sequence[int]) -> Moved:
    """Move the open deals of quotes that were just issued to the stage for quotes, in one step.

    Nothing moves where the owner has no stage with that code any more, or where a deal is that far already.
    """
    stages = pipeline_stages.all_stages()
    goal = next((stage for stage in stages if stage.code == OFFER), None)
    if goal is None:
        return Moved()
    before = {stage.id for stage in stages[: stages.index(goal)]}
    deals = [found for found in _open_deals(document_ids) if found.stage_id in before]
    if not deals:
        return Moved()
    words = ngettext("Quote issued: {n} deal to {stage}", "Quotes issued: {n} deals to {stage}", len(deals))
    with db.transaction(words.format(n=len(deals), stage=goal.name)):
        for found in deals:
            opportunity_steps.move(found.id, goal.id)
    return Moved(tuple(found.title for found in deals), goal.name)


def accept(quote_id: int, note: str = "") -> list[Opportunity]:
    """Note that the customer wants a quote, and that its open deals are won by it; one step. Gives those deals.

    Raises:
        Conflict: it was not issued, or is accepted already.
        NotFound: there is no such quote.
    """
    deals = _open_deals([quote_id])
    number = db.value("SELECT coalesce(number, '') FROM document WHERE id = ?", [quote_id])
    with db.transaction(_("Accept quote {number}").format(number=number)):
        quotes.accept(quote_id, note=note)
        for found in deals:
            opportunity_steps.win(found.id)
    return deals


def accepted_of(opportunity_id: int) -> str:
    """The number of the quote that the customer of a deal accepted, the last one; empty without one."""
    found = db.value(
        "SELECT d.number FROM opportunity_link l JOIN document d ON d.id = l.record_id WHERE l.opportunity_id = ? AND "
        "l.record = 'document' AND d.kind = 'quote' AND d.outcome = 'accepted' AND d.deleted_at IS NULL "
        "ORDER BY d.outcome_on DESC, d.id DESC LIMIT 1",
        [opportunity_id],
    )
    return str(found or "")


def _open_deals(document_ids: Sequence[int]) -> list[Opportunity]:
    """The open deals that these quotes belong to."""
    listed = ",".join(map(str, document_ids))
    found = db.query(
        "SELECT DISTINCT o.id FROM opportunity_link l JOIN opportunity o ON o.id = l.opportunity_id "
        "JOIN document d ON d.id = l.record_id WHERE l.record = 'document' AND d.kind = 'quote' AND d.state = 'issued' "
        f"AND o.state = 'open' AND o.deleted_at IS NULL AND d.id IN ({listed}) ORDER BY o.id"
    )
    return opportunities.rows([i for (i,) in found])
