"""Campaigns: one message to many customers, by e-mail, as drafts, letters, labels or calls; planned, run, measured.

States: draft (plan and words can change) → running ⇄ paused → done. Who gets it is written down when it starts
(`campaign_running.start`) and does not change after; each recipient is waiting → sending → sent, failed or unsure, or was
held out for comparison, or skipped because the campaign was cancelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm_desktop.company import profile
from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, UserError, ValidationError
from crm_desktop.core.i18n import DOCUMENT_LANGUAGES, N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

KINDS = {
    "email": N_("E-mail"),
    "draft": N_("E-mail drafts for my mail program"),
    "letter": N_("Letters"),
    "labels": N_("Address labels"),
    "call": N_("Call list"),
}
STATES = {"draft": N_("Planned"), "running": N_("Running"), "paused": N_("Paused"), "done": N_("Done")}
# What a customer must have agreed to, as it is suggested; "" asks for nothing but leaves out who refused.
USUAL_PURPOSE = {"email": "newsletter", "draft": "newsletter", "letter": "post", "labels": "post", "call": "phone"}
# How the form calls the purpose "".
NOT_ASKED = N_("Not needed; whoever refused is left out")
# Kinds whose words are written here; labels have none.
WITH_WORDS = ("email", "draft", "letter", "call")
BY_MAIL = ("email", "draft")
# Who within a customer gets it: its own address, the people in it, or both.
FIRM, PEOPLE, BOTH = "firm", "people", "both"
RECIPIENTS = {FIRM: N_("the firm"), PEOPLE: N_("the people in it"), BOTH: N_("both")}
# What a form may set.
FIELDS = (
    "name", "goal", "kind", "segment_id", "exclude_segment_id", "recipients", "purpose", "cap_days", "hold_out_bp", "budget_minor",
    "cost_minor", "counted_days", "note",
)  # fmt: skip
_AFTERWARDS = ("name", "goal", "budget_minor", "cost_minor", "counted_days", "note")
_COLUMNS = ("id", *FIELDS, "state", "currency", "copied_from_id", "started_at", "ended_at", "updated_at")


@dataclass(frozen=True)
class Campaign:
    """One campaign; amounts in minor units of `currency`, `hold_out_bp` in hundredths of a percent."""

    id: int
    name: str
    goal: str
    kind: str
    segment_id: int | None
    exclude_segment_id: int | None
    recipients: str
    purpose: str
    cap_days: int
    hold_out_bp: int
    budget_minor: int
    cost_minor: int
    counted_days: int
    note: str
    state: str
    currency: str
    copied_from_id: int | None
    started_at: str | None
    ended_at: str | None
    updated_at: str

    @property
    def is_draft(self) -> bool:
        """Whether plan and words can still change."""
        return self.state == "draft"


@dataclass(frozen=True)
class Words:
    """The words of a campaign in one language; `variant` "b" is the text that is compared with "a"."""

    variant: str
    language: str
    subject: str
    body: str


def get(campaign_id: int) -> Campaign:
    """A campaign.

    Raises:
        NotFound: there is none, or it was deleted.
    """
    found = _read("id = ? AND deleted_at IS NULL", [campaign_id])
    if not found:
        raise NotFound(_("This campaign is no longer there."))
    return found[0]


def find(name: str) -> Campaign:
    """A campaign by its name, however it is written.

    Raises:
        NotFound: there is none.
    """
    for campaign in everything():
        if text.fold(campaign.name) == text.fold(name):
            return campaign
    raise NotFound(_("There is no campaign called “{name}”.").format(name=name))


def find_like(words: str, limit: int) -> list[Campaign]:
    """Campaigns whose name contains what was typed, for the palette."""
    return _read("deleted_at IS NULL AND instr(fold(name), fold(?))", [words.strip()])[:limit]


def everything() -> list[Campaign]:
    """All campaigns, the newest first."""
    return _read("deleted_at IS NULL", [])


def _read(where: str, params: Sequence[Any]) -> list[Campaign]:
    sql = f"SELECT {', '.join(_COLUMNS)} FROM campaign WHERE {where} ORDER BY id DESC"
    return [Campaign(*row) for row in db.query(sql, list(params))]


def check(values: dict[str, Any], campaign_id: int = 0) -> dict[str, str]:
    """What cannot be kept, as field → sentence."""
    found = {}
    name = text.tidy(values.get("name") or "")
    if not name:
        found["name"] = _("Give the campaign a name, for example “Winter lamps by letter”.")
    elif any(text.fold(c.name) == text.fold(name) and c.id != campaign_id for c in everything()):
        found["name"] = _("There is already a campaign called {name}.").format(name=name)
    if values.get("kind", "email") not in KINDS:
        found["kind"] = _("Choose how the message goes out.")
    if values.get("recipients", FIRM) not in RECIPIENTS:
        found["recipients"] = _("Choose who within a customer gets it.")
    limits = {"cap_days": (0, 3650), "hold_out_bp": (0, 9000), "counted_days": (1, 730)}
    said = {
        "cap_days": _("A number of days from 0 to 3650; 0 sets no limit."),
        "hold_out_bp": _("A share from 0 to 90 percent."),
        "counted_days": _("A number of days from 1 to 730."),
    }
    for name, (least, most) in limits.items():
        if name in values and not least <= int(values[name] or 0) <= most:
            found[name] = said[name]
    for name in ("budget_minor", "cost_minor"):
        if int(values.get(name) or 0) < 0:
            found[name] = _("An amount of 0 or more.")
    if values.get("segment_id") and values.get("segment_id") == values.get("exclude_segment_id"):
        found["exclude_segment_id"] = _("The same group is asked and left out; nobody would be left.")
    return found


def save(values: dict[str, Any], campaign_id: int = 0) -> int:
    """Add a campaign (id 0) or change one; gives the id.

    Raises:
        ValidationError: an entry cannot be kept.
        UserError: it runs already; then only name, goal, budget, cost, days and note can change.
    """
    kept = {name: value for name, value in values.items() if name in FIELDS}
    known = get(campaign_id) if campaign_id else None
    usual = {"kind": "email", "recipients": FIRM, "counted_days": 30}
    base = {name: getattr(known, name) for name in FIELDS} if known else usual
    problems = check(base | kept, campaign_id)
    if problems:
        raise ValidationError(problems)
    if known and not known.is_draft and set(kept) - set(_AFTERWARDS):
        raise UserError(_("“{name}” has started; who gets it and how can no longer change.").format(name=known.name))
    for name in ("name", "goal"):
        if name in kept:
            kept[name] = text.tidy(kept[name] or "")
    for name in ("cap_days", "hold_out_bp", "budget_minor", "cost_minor"):
        if name in kept:
            kept[name] = int(kept[name] or 0)
    now = dates.instant_text(dates.now())
    title = _("Edit campaign {name}") if known else _("New campaign {name}")
    with db.transaction(title.format(name=kept.get("name") or (known.name if known else ""))):
        if known:
            db.update("campaign", campaign_id, kept | {"updated_at": now})
            return campaign_id
        currency = profile.load().currency
        return db.insert("campaign", base | kept | {"currency": currency, "created_at": now, "updated_at": now})


def delete(campaign_id: int) -> None:
    """Delete a campaign; what it did stays with the customers, and undo brings it back."""
    campaign = get(campaign_id)
    if campaign.state == "running":
        raise UserError(_("“{name}” is running. Pause it first.").format(name=campaign.name))
    with db.transaction(_("Delete campaign {name}").format(name=campaign.name)):
        db.update("campaign", campaign_id, {"deleted_at": dates.instant_text(dates.now())})


def copy(campaign_id: int, *, better: str = "") -> int:
    """A new campaign with the same plan and words; with `better` ("a" or "b") only that text. Gives its id."""
    old = get(campaign_id)
    known, number = {text.fold(one.name) for one in everything()}, 2
    while text.fold(name := f"{old.name} {number}") in known:
        number += 1
    now = dates.instant_text(dates.now())
    with db.transaction(_("New campaign {name}").format(name=name)):
        values = {field: getattr(old, field) for field in FIELDS} | {"name": name, "cost_minor": 0, "note": ""}
        made = db.insert(
            "campaign",
            values | {"currency": old.currency, "copied_from_id": old.id, "created_at": now, "updated_at": now},
        )
        for said in words(campaign_id):
            if not better or said.variant == better:
                _put_words(made, Words("a" if better else said.variant, said.language, said.subject, said.body))
    return made


# ---- words -----------------------------------------------------------------------------------------------------------


def words(campaign_id: int) -> list[Words]:
    """The words in all languages, variant "a" first."""
    rows = db.query(
        "SELECT variant, language, subject, body FROM campaign_text WHERE campaign_id = ? ORDER BY variant, id",
        [campaign_id],
    )
    return [Words(*row) for row in rows]


def save_words(campaign_id: int, said: Words) -> None:
    """Keep the words of one language; empty ones take that text away.

    Raises:
        UserError: the campaign has started.
    """
    campaign = get(campaign_id)
    if not campaign.is_draft:
        raise UserError(_("“{name}” has started; its words can no longer change.").format(name=campaign.name))
    if said.language not in DOCUMENT_LANGUAGES:
        raise ValidationError({"language": _("Choose a language.")})
    with db.transaction(_("Words of campaign {name}").format(name=campaign.name), merge=True):
        _put_words(campaign_id, Words(said.variant, said.language, text.tidy(said.subject), text.tidy_lines(said.body)))


def _put_words(campaign_id: int, said: Words) -> None:
    known = db.one(
        "SELECT id FROM campaign_text WHERE campaign_id = ? AND variant = ? AND language = ?",
        [campaign_id, said.variant, said.language],
    )
    values = {"subject": said.subject, "body": said.body}
    if known and not (said.subject or said.body):
        db.delete("campaign_text", known[0])
    elif known:
        db.update("campaign_text", known[0], values)
    elif said.subject or said.body:
        db.insert(
            "campaign_text", values | {"campaign_id": campaign_id, "variant": said.variant, "language": said.language}
        )


# ---- recipients ------------------------------------------------------------------------------------------------------

RECIPIENT_STATES = {
    "waiting": N_("Waiting"), "sending": N_("On its way"), "sent": N_("Sent"), "failed": N_("Not sent"),
    "unsure": N_("Perhaps sent"), "skipped": N_("Left out"), "held_out": N_("Held out"),
}  # fmt: skip
ANSWERS = {
    "": "", "replied": N_("Replied"), "bounced": N_("Address does not work"), "opted_out": N_("Wants no more"),
    "reached": N_("Reached"), "not_reached": N_("Not reached"),
}  # fmt: skip


@dataclass(frozen=True)
class Recipient:
    """One who gets a campaign: where, in which words, and what became of it."""

    id: int
    campaign_id: int
    customer_id: int
    contact_person_id: int | None
    address: str
    name: str
    variant: str
    language: str
    state: str
    reason: str
    message_id: str
    sent_at: str | None
    answer: str
    attempts: int


_RECIPIENT = (
    "id, campaign_id, customer_id, contact_person_id, address, name, variant, language, state, reason, message_id, sent_at, "
    "answer, attempts"
)


def recipients(campaign_id: int, *states: str, limit: int = -1) -> list[Recipient]:
    """Who gets a campaign, in order; only those of some states."""
    asked = f" AND state IN ({', '.join('?' * len(states))})" if states else ""
    rows = db.query(
        f"SELECT {_RECIPIENT} FROM campaign_recipient WHERE campaign_id = ?{asked} ORDER BY id LIMIT ?",
        [campaign_id, *states, limit],
    )
    return [Recipient(*row) for row in rows]


def recipient(recipient_id: int) -> Recipient:
    """One recipient.

    Raises:
        NotFound: there is none.
    """
    row = db.one(f"SELECT {_RECIPIENT} FROM campaign_recipient WHERE id = ?", [recipient_id])
    if row is None:
        raise NotFound(_("This recipient is no longer there."))
    return Recipient(*row)


def counts(campaign_id: int) -> dict[str, int]:
    """How many recipients are in each state; states without any are 0."""
    found = dict.fromkeys(RECIPIENT_STATES, 0)
    for state, number in db.query(
        "SELECT state, count(*) FROM campaign_recipient WHERE campaign_id = ? GROUP BY state", [campaign_id]
    ):
        found[state] = number
    return found


def of_customer(customer_id: int) -> list[tuple[Campaign, Recipient]]:
    """The campaigns that reached a customer, the newest first."""
    rows = db.query(
        f"SELECT {_RECIPIENT} FROM campaign_recipient WHERE customer_id = ? AND state IN ('sent', 'unsure') "
        "ORDER BY sent_at DESC",
        [customer_id],
    )
    known = {campaign.id: campaign for campaign in everything()}
    return [(known[row[1]], Recipient(*row)) for row in rows if row[1] in known]
