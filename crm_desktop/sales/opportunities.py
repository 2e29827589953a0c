"""Opportunities, called deals on the screen: what a customer may buy, from the enquiry to won or lost.

States: open → won or lost, and open again. An open deal lies in a stage; its probability is the stage's unless it has its
own. It is stale when neither it nor its customer was touched for as many days as its stage allows: notes, calls, mails,
visits of the customer count, and moves and edits of the deal itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from crm_desktop.activity import timeline
from crm_desktop.company import profile
from crm_desktop.core import dates, money, text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.sales import bant, pipeline_places, pipeline_stages

STATES = {"open": N_("Open"), "won": N_("Won"), "lost": N_("Lost")}
KIND = "opportunity"
# What of a customer's timeline starts the idle days anew; what the program books by itself does not.
_TOUCHING = ", ".join(f"'{kind}'" for kind in (*timeline.HAND_KINDS, "quote", "order_confirmation"))
TOUCHED = (
    "max(o.touched_at, coalesce((SELECT t.happened_at FROM timeline_entry t WHERE t.customer_id = o.customer_id AND "
    f"t.kind IN ({_TOUCHING}) ORDER BY t.happened_at DESC LIMIT 1), ''))"
)
_COLUMNS = (
    "o.id, o.customer_id, c.name, c.kind, o.contact_person_id, o.title, o.stage_id, o.position, o.state, o.value_minor, "
    "o.currency, o.probability_bp, o.expected_on, o.next_step, o.next_on, o.source_id, coalesce(s.name, ''), o.budget, "
    "o.authority, o.need, o.timing, o.bant_notes, o.lost_reason, o.competitor_id, coalesce(x.name, ''), o.notes, "
    f"o.closed_on, o.moved_at, {TOUCHED}, o.created_at, o.updated_at, g.code, g.name, g.probability_bp, g.stale_days, "
    "EXISTS (SELECT 1 FROM opportunity_link l JOIN document d ON d.id = l.record_id WHERE l.opportunity_id = o.id AND "
    "l.record = 'document' AND d.kind = 'quote' AND d.outcome = 'accepted' AND d.deleted_at IS NULL), "
    "EXISTS (SELECT 1 FROM opportunity_link l LEFT JOIN document d ON l.record = 'document' AND d.id = l.record_id "
    "WHERE l.opportunity_id = o.id AND (l.record = 'contract' OR (d.kind = 'invoice' AND d.deleted_at IS NULL)))"
)
JOINS = (
    "opportunity o JOIN customer c ON c.id = o.customer_id JOIN pipeline_stage g ON g.id = o.stage_id "
    "LEFT JOIN source s ON s.id = o.source_id LEFT JOIN competitor x ON x.id = o.competitor_id"
)
_DAYS = ("expected_on", "next_on", "closed_on")


@dataclass(frozen=True)
class Opportunity:
    """One deal with what lists show of it. `probability_bp` counts, `own_probability_bp` is None where the stage's does.

    The four answers of BANT are 0, 1 or 2; `touched_at` counts the customer's timeline; `quote_accepted` says that a
    quote of this deal was accepted, `followed` that it has an invoice or a contract.
    """

    id: int
    customer_id: int
    customer: str
    customer_kind: str
    contact_person_id: int | None
    title: str
    stage_id: int
    position: int
    state: str
    value_minor: int
    currency: str
    own_probability_bp: int | None
    expected_on: date | None
    next_step: str
    next_on: date | None
    source_id: int | None
    source: str
    budget: int
    authority: int
    need: int
    timing: int
    bant_notes: dict[str, str] = field(hash=False)
    lost_reason: str
    competitor_id: int | None
    competitor: str
    notes: str
    closed_on: date | None
    moved_at: datetime
    touched_at: datetime
    created_at: datetime
    updated_at: str
    stage: str
    probability_bp: int
    stale_days: int
    quote_accepted: bool
    followed: bool

    @property
    def points(self) -> tuple[int, int, int, int]:
        """The answers in the order of the letters."""
        return self.budget, self.authority, self.need, self.timing

    @property
    def score(self) -> int:
        """The score of BANT from 0 to 100."""
        return bant.score(self.points)

    @property
    def weighted_minor(self) -> int:
        """Value times probability, half up."""
        return (self.value_minor * self.probability_bp + 5000) // 10000

    @property
    def idle_days(self) -> int:
        """For how many days nothing happened."""
        return max(0, (dates.now() - self.touched_at).days)

    @property
    def stale(self) -> bool:
        """Whether it waits for longer than its stage allows."""
        return self.state == "open" and 0 < self.stale_days <= self.idle_days


def get(opportunity_id: int) -> Opportunity:
    """A deal by id.

    Raises:
        NotFound: there is no such deal, or it lies in the bin.
    """
    found = rows([opportunity_id])
    if not found:
        raise NotFound(_("This deal is no longer there."))
    return found[0]


def rows(wanted: list[int]) -> list[Opportunity]:
    """These deals, in the given order, without those that were deleted."""
    listed = ",".join(map(str, wanted))
    found = {
        row[0]: _read(row)
        for row in db.query(f"SELECT {_COLUMNS} FROM {JOINS} WHERE o.id IN ({listed}) AND o.deleted_at IS NULL")
    }
    return [found[i] for i in wanted if i in found]


def _read(row: tuple[Any, ...]) -> Opportunity:
    values = list(row)
    for place in (12, 14, 26):
        values[place] = date.fromisoformat(row[place]) if row[place] else None
    for place in (27, 28, 29):
        values[place] = dates.instant_from(row[place])
    values[21] = json.loads(row[21]) if len(row[21]) > 2 else {}
    code, own_name, usual_bp, stale_days, accepted, followed = row[31:]
    probability = {"won": 10000, "lost": 0}.get(row[8], usual_bp if row[11] is None else row[11])
    stage = own_name or _(pipeline_stages.NAMES[code])
    return Opportunity(*[*values[:31], stage, probability, stale_days, bool(accepted), bool(followed)])


def of_customer(customer_id: int) -> list[Opportunity]:
    """A customer's deals: the open ones first, then the newest."""
    found = db.query(
        "SELECT id FROM opportunity WHERE customer_id = ? AND deleted_at IS NULL "
        "ORDER BY state <> 'open', coalesce(closed_on, '') DESC, id DESC",
        [customer_id],
    )
    return rows([i for (i,) in found])


# ---- keeping ---------------------------------------------------------------------------------------------------------


def check(values: dict[str, Any]) -> dict[str, str]:
    """What cannot be kept, as field → sentence."""
    found = {}
    if not values.get("customer_id"):
        found["customer_id"] = _("Choose the customer of this deal.")
    if not values.get("title"):
        found["title"] = _("Say in a few words what they want, for example “Lamps for the bar”.")
    if not 0 <= values.get("value_minor", 0) <= money.LARGEST_MINOR:
        found["value_minor"] = (
            _("A value goes from 0 upwards.") if values["value_minor"] < 0 else _("This is too large.")
        )
    own = values.get("probability_bp")
    if own is not None and not 0 <= own <= 10000:
        found["probability_bp"] = _("A probability goes from 0 to 100.")
    for name in ("expected_on", "next_on"):
        day = values.get(name)
        if day and not dates.is_plausible(day):
            found[name] = _("The year {year} cannot be right. Check the date.").format(year=day.year)
    return found


def _as_stored(values: dict[str, Any]) -> dict[str, Any]:
    stored = {}
    for name, value in values.items():
        if isinstance(value, date):
            stored[name] = value.isoformat()
        elif isinstance(value, dict):
            stored[name] = json.dumps({k: text.tidy(v) for k, v in value.items() if text.tidy(v)}, ensure_ascii=False)
        elif name == "notes":
            stored[name] = text.tidy_lines(value or "")
        else:
            stored[name] = text.tidy(value) if isinstance(value, str) else value
    return stored


def save(values: dict[str, Any], opportunity_id: int | None = None) -> int:
    """Add a deal at the end of its stage, or change the given fields of one; gives its id.

    Args:
        values: names of the columns; days as `date`, `bant_notes` as a dict, `probability_bp` None for the stage's.
        opportunity_id: the deal to change; None adds one, in the first stage if none is named.

    Raises:
        ValidationError: an entry cannot be kept; field → sentence.
        NotFound: the deal or the stage is gone.
    """
    own = _as_stored(values)
    before = {} if opportunity_id is None else _before(opportunity_id)
    if problems := check(before | values | {"title": own.get("title", before.get("title"))}):
        raise ValidationError(problems)
    if opportunity_id is None:
        return _add(own)
    stage_id = own.pop("stage_id", None)
    now = dates.instant_text(dates.now())
    with db.transaction(_("Edit deal {title}").format(title=own.get("title") or before["title"])):
        if own:
            db.update("opportunity", opportunity_id, own | {"touched_at": now, "updated_at": dates.stamp()})
        if stage_id is not None and stage_id != before["stage_id"]:
            pipeline_places.put(opportunity_id, stage_id)
    return opportunity_id


def _before(opportunity_id: int) -> dict[str, Any]:
    """The columns of a deal with its days as days."""
    get(opportunity_id)
    found: dict[str, Any] = db.records("SELECT * FROM opportunity WHERE id = ?", [opportunity_id])[0]
    return found | {name: date.fromisoformat(found[name]) if found[name] else None for name in _DAYS}


def _add(own: dict[str, Any]) -> int:
    stage = pipeline_stages.get(own["stage_id"]) if own.get("stage_id") else pipeline_stages.all_stages()[0]
    now = dates.instant_text(dates.now())
    fixed = {"stage_id": stage.id, "state": "open", "moved_at": now, "touched_at": now, "created_at": now}
    with db.transaction(_("New deal {title}").format(title=own["title"])):
        own.setdefault("currency", profile.load().currency)
        place = pipeline_places.last(stage.id)
        made = db.insert("opportunity", own | fixed | {"position": place, "updated_at": dates.stamp()})
        pipeline_places.note(made, None, stage.id, "open", now)
        told = _("Deal “{title}” began: {stage}").format(title=own["title"], stage=stage.name)
        tell(made, told)
    return made


def tell(opportunity_id: int, title: str, body: str = "") -> None:
    """Write into the customer's timeline what happened to a deal; inside the transaction that did it."""
    customer_id, value, currency = db.one(
        "SELECT customer_id, value_minor, currency FROM opportunity WHERE id = ?", [opportunity_id]
    )
    timeline.record(
        customer_id, KIND, title, body=body, about=(KIND, opportunity_id),
        amount_minor=value or None, currency=currency if value else "",
    )  # fmt: skip


def touch(opportunity_id: int) -> None:
    """Note that one asked about a deal: the days in which nothing happened start anew.

    Raises:
        NotFound: it is gone.
    """
    found = get(opportunity_id)
    with db.transaction(_("Asked about {title}").format(title=found.title)):
        db.update("opportunity", found.id, {"touched_at": dates.instant_text(dates.now()), "updated_at": dates.stamp()})
        tell(found.id, _("Asked about deal “{title}”").format(title=found.title))


def change_many(opportunity_ids: list[int], values: dict[str, Any]) -> None:
    """Change the same fields of many deals in one step: source_id, expected_on, next_on, next_step, probability_bp.

    Raises:
        ValidationError: an entry cannot be kept.
    """
    words = ngettext("Change {n} deal", "Change {n} deals", len(opportunity_ids))
    with db.transaction(words.format(n=len(opportunity_ids))):
        for opportunity_id in opportunity_ids:
            save(dict(values), opportunity_id)


def delete(opportunity_ids: list[int]) -> None:
    """Move deals to the bin."""
    titles = ", ".join(found.title for found in rows(opportunity_ids[:3]))
    with db.transaction(_("Delete deal {title}").format(title=titles)):
        for opportunity_id in opportunity_ids:
            db.update("opportunity", opportunity_id, {"deleted_at": dates.instant_text(dates.now())})


def as_json(found: Opportunity) -> dict[str, Any]:
    """The deal in the stable shape of `list opportunities --json`."""
    return {
        "id": found.id,
        "title": found.title,
        "customer": found.customer,
        "state": found.state,
        "stage": found.stage,
        "value": str(money.from_minor(found.value_minor, found.currency)),
        "currency": found.currency,
        "probability": found.probability_bp / 100,
        "expected": found.expected_on.isoformat() if found.expected_on else None,
        "next_step": found.next_step,
        "next": found.next_on.isoformat() if found.next_on else None,
        "source": found.source,
        "score": found.score,
        "idle_days": found.idle_days,
        "stale": found.stale,
        "closed": found.closed_on.isoformat() if found.closed_on else None,
        "lost_reason": found.lost_reason,
        "competitor": found.competitor,
    }
