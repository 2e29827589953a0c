"""Scenarios: a mail that is prepared when something happens to a customer, or does not; each waits for the owner's yes.

States of a scenario: off → on (for what happens from that day on) → off. When it fits, a draft is written in the customer's
language; consent, the days between two mails, and the address are asked first, and who gets none is kept with the reason.
A draft is waiting → queued (in the outbox) or dismissed. A thing that happened makes one draft at most, ever.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm_desktop.billing import wording
from crm_desktop.company import profile
from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, UserError, ValidationError
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.customers import lifecycle
from crm_desktop.db import connection as db
from crm_desktop.insight import segments, today_campaigns
from crm_desktop.outreach import campaign_audience, campaign_people, letters, mails, merge_fields, scenario_events
from crm_desktop.workflow.events import Happening

TRIED_DAYS, MOST_AT_ONCE, MOST_DAYS = 365, 200, 3650
# What a scenario knows besides the fields of campaigns.
EVENT_FIELDS = {
    "about": N_("What it is about: number of the invoice, title of the case"),
    "day": N_("Day when it happened"),
    "amount": N_("Amount, where there is one"),
}


@dataclass(frozen=True)
class Scenario:
    """One scenario; `texts` is language → (subject, body)."""

    name: str
    event: str
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)
    days: int = 0
    stage_id: int | None = None
    segment_id: int | None = None
    purpose: str = "newsletter"
    cap_days: int = 30
    is_on: bool = False
    on_since_at: str | None = None
    id: int = 0


@dataclass(frozen=True)
class Draft:
    """A mail that waits for the owner's yes, or was decided."""

    id: int
    scenario_id: int
    scenario: str
    customer_id: int
    customer: str
    address: str
    subject: str
    body: str
    reason: str
    state: str
    made_at: str


@dataclass(frozen=True)
class Trial:
    """What a scenario would have written: on which day, for whom, about what; `why_not` where none would have been."""

    day: date
    customer_id: int
    customer: str
    about: str
    subject: str
    body: str
    why_not: str = ""


def names() -> list[str]:
    """The fields that a scenario's text may use."""
    return [*campaign_people.names(), *EVENT_FIELDS]


def help_lines() -> list[tuple[str, str]]:
    """Every field and what it holds, those of what happened first."""
    return [*((name, _(words)) for name, words in EVENT_FIELDS.items()), *campaign_people.help_lines()]


def everything() -> list[Scenario]:
    """All scenarios, by name."""
    found = db.records("SELECT * FROM scenario WHERE deleted_at IS NULL ORDER BY fold(name), id")
    return [_scenario(row) for row in found]


def get(scenario_id: int) -> Scenario:
    """A scenario.

    Raises:
        NotFound: there is none.
    """
    found = db.records("SELECT * FROM scenario WHERE id = ? AND deleted_at IS NULL", [scenario_id])
    if not found:
        raise NotFound(_("This scenario is no longer there."))
    return _scenario(found[0])


def _scenario(row: dict[str, Any]) -> Scenario:
    when = json.loads(row["conditions"] or "{}")
    said = {language: (one["subject"], one["body"]) for language, one in json.loads(row["texts"] or "{}").items()}
    return Scenario(
        row["name"], row["event"], said, when.get("days", 0), when.get("stage_id"), when.get("segment_id"), row["purpose"],
        row["cap_days"], bool(row["is_on"]), row["on_since_at"], row["id"],
    )  # fmt: skip


def check(scenario: Scenario) -> dict[str, str]:
    """What cannot be kept, as field → sentence."""
    found = {}
    if not text.tidy(scenario.name):
        found["name"] = _("Give the scenario a name, for example “Thanks for the first order”.")
    kind = scenario_events.KINDS.get(scenario.event)
    if kind is None:
        found["event"] = _("Choose what the mail answers to.")
    elif kind.needs == "days" and not 0 <= scenario.days <= MOST_DAYS:
        found["days"] = _("A number of days from 0 to {most}.").format(most=MOST_DAYS)
    elif kind.needs == "stage" and scenario.stage_id not in {stage.id for stage in lifecycle.stages()}:
        found["stage_id"] = _("Choose the stage.")
    if not 0 <= scenario.cap_days <= MOST_DAYS:
        found["cap_days"] = _("A number of days from 0 to {most}.").format(most=MOST_DAYS)
    return found | _check_texts(scenario)


def _check_texts(scenario: Scenario) -> dict[str, str]:
    known = names()
    if not any(body.strip() for _subject, body in scenario.texts.values()):
        return {"body": _("Write what the mail says.")}
    for subject, body in scenario.texts.values():
        if not subject.strip():
            return {"subject": _("Write what the mail is about.")}
        for name, template in (("subject", subject), ("body", body)):
            try:
                merge_fields.parse(template, known)
            except UserError as error:
                return {name: str(error)}
    return {}


def save(scenario: Scenario) -> int:
    """Add a scenario (id 0) or change one; gives the id. A new one is off.

    Raises:
        ValidationError: an entry cannot be kept.
    """
    problems = check(scenario)
    if problems:
        raise ValidationError(problems)
    when = {"days": scenario.days, "stage_id": scenario.stage_id, "segment_id": scenario.segment_id}
    now = dates.instant_text(dates.now())
    values = {
        "name": text.tidy(scenario.name),
        "event": scenario.event,
        "conditions": json.dumps({name: value for name, value in when.items() if value}),
        "purpose": scenario.purpose,
        "cap_days": scenario.cap_days,
        "texts": json.dumps({k: {"subject": s, "body": b} for k, (s, b) in scenario.texts.items()}, ensure_ascii=False),
        "updated_at": now,
    }
    title = _("Edit scenario “{name}”") if scenario.id else _("New scenario “{name}”")
    with db.transaction(title.format(name=values["name"])):
        if scenario.id:
            get(scenario.id)
            db.update("scenario", scenario.id, values)
            return scenario.id
        return db.insert("scenario", values | {"created_at": now})


def switch(scenario_id: int, *, is_on: bool) -> None:
    """Let a scenario prepare mails for what happens from today on, or not any more."""
    scenario = get(scenario_id)
    words = _("Switch on the scenario “{name}”") if is_on else _("Switch off the scenario “{name}”")
    now = dates.instant_text(dates.now())
    with db.transaction(words.format(name=scenario.name)):
        since = now if is_on else scenario.on_since_at
        db.update("scenario", scenario_id, {"is_on": int(is_on), "on_since_at": since, "updated_at": now})


def delete(scenario_id: int) -> None:
    """Delete a scenario; its drafts that wait are no longer shown, and undo brings it back."""
    scenario = get(scenario_id)
    with db.transaction(_("Delete the scenario “{name}”").format(name=scenario.name)):
        db.update("scenario", scenario_id, {"deleted_at": dates.instant_text(dates.now()), "is_on": 0})


def sentence(scenario: Scenario) -> str:
    """The scenario in one sentence."""
    if scenario.event not in scenario_events.KINDS:
        return "?"
    stage = lifecycle.label(scenario.stage_id)
    event = scenario_events.words(scenario.event, days=scenario.days, stage=stage)
    subject = next((subject for subject, _body in scenario.texts.values()), "")
    return _("When {event}: prepare the mail “{subject}”.").format(event=event, subject=subject)


# ---- what would be, and what is --------------------------------------------------------------------------------------


def _fitting(scenario: Scenario, first: date, last: date) -> list[Happening]:
    found = scenario_events.between(scenario.event, first, last, days=scenario.days, stage_id=scenario.stage_id)
    if scenario.segment_id is not None and found:
        inside = set(segments.ids(segments.get(scenario.segment_id).conditions))
        found = [one for one in found if one.customer_id in inside]
    return found


def tried(scenario: Scenario, today: date | None = None, progress: Progress | None = None) -> list[Trial]:
    """What a scenario would have prepared in the last twelve months, newest first; nothing is touched.

    The days between two mails are counted as they would have been then, consent as it is now.

    Raises:
        Cancelled: through `progress`.
    """
    last, progress = today or dates.today(), progress or Progress()
    progress(0, 0)
    found = _fitting(scenario, dates.add_days(last, -TRIED_DAYS), last)
    writer = _Writer(scenario, [one.customer_id for one in found])
    before: dict[int, date] = {}
    trials = []
    for done, one in enumerate(found):
        progress(done, len(found))
        reason = writer.why_not(one)
        wrote = before.get(one.customer_id)
        if not reason and wrote is not None and (one.day - wrote).days < scenario.cap_days:
            reason = _too_close((one.day - wrote).days)
        subject, body = ("", "") if reason else writer.write(one)
        if not reason:
            before[one.customer_id] = one.day
        trials.append(Trial(one.day, one.customer_id, writer.name(one), one.name, subject, body, reason))
    return trials[::-1]


def _too_close(days: int) -> str:
    if not days:
        return _("Was written to on the same day")
    return ngettext("Was written to {n} day before", "Was written to {n} days before", days).format(n=days)


class _Writer:
    """Writes the mails of a scenario for customers that were read beforehand."""

    def __init__(self, scenario: Scenario, customer_ids: Sequence[int]) -> None:
        ids = sorted(set(customer_ids))
        self._texts, known = scenario.texts, names()
        self._parsed = {
            language: (merge_fields.parse(subject, known), merge_fields.parse(body, known))
            for language, (subject, body) in scenario.texts.items()
        }
        self._purpose = scenario.purpose
        self._parties = campaign_people.parties(ids)
        self._values = dict(campaign_people.values(ids, dates.today()))
        self._agreed = campaign_audience.agreed([(i, None) for i in ids], scenario.purpose, "newsletter")

    def name(self, one: Happening) -> str:
        """The customer's name."""
        return self._parties.get(one.customer_id, {}).get("name", "")

    def address(self, one: Happening) -> str:
        """Where the mail goes."""
        return self._parties.get(one.customer_id, {}).get("email", "")

    def why_not(self, one: Happening) -> str:
        """Why this customer gets none; "" when they do."""
        if one.customer_id not in self._values:
            return _("No longer there")
        if not letters.addresses(self.address(one)):
            return _("Has no e-mail address")
        if (one.customer_id, None) not in self._agreed:
            return _("Has not agreed") if self._purpose else _("Refused or took it back")
        return ""

    def write(self, one: Happening) -> tuple[str, str]:
        """Subject and body."""
        party = self._parties[one.customer_id]
        own, home = party.get("language", ""), profile.load().language
        language = next(k for k in (own, home, *self._parsed) if k in self._parsed)
        money = wording.amount(one.amount_minor, one.currency) if one.amount_minor is not None else ""
        event = {"about": one.name, "day": wording.day(one.day), "amount": money}
        values = campaign_people.in_language(self._values[one.customer_id], party, language) | event
        subject, body = self._parsed[language]
        return text.tidy(merge_fields.fill(subject, values)), merge_fields.fill(body, values)


def tend() -> int:
    """Let all scenarios that are on prepare drafts for what is new; gives how many wait newly. Safe to run twice.

    One that cannot (its segment or a field of its text is gone) keeps no other from its work; Today says why.
    """
    made = 0
    for scenario in everything():
        problem = ""
        if scenario.is_on:
            try:
                made += run(scenario)
            except UserError as error:
                problem = str(error)
        _keep_problem(scenario, problem)
    return made


def _keep_problem(scenario: Scenario, problem: str) -> None:
    """Keep what stops a scenario, for Today; nothing is written where nothing changed."""
    key = f"{today_campaigns.STOPPED}{scenario.id}"
    if (db.value("SELECT value FROM setting WHERE key = ?", [key]) or "") == problem:
        return
    with db.transaction(undoable=False):
        if problem:
            db.execute("INSERT OR REPLACE INTO setting VALUES(?, ?)", [key, problem])
        else:
            db.execute("DELETE FROM setting WHERE key = ?", [key])


def run(scenario: Scenario) -> int:
    """Let one scenario prepare drafts for what is new; nothing is sent. Gives how many wait newly."""
    if scenario.on_since_at is None:
        return 0
    since = dates.instant_from(scenario.on_since_at).astimezone().date()
    seen = {key for (key,) in db.query("SELECT event_key FROM scenario_draft WHERE scenario_id = ?", [scenario.id])}
    new = [one for one in _fitting(scenario, since, dates.today()) if one.key not in seen][:MOST_AT_ONCE]
    if not new:
        return 0
    writer, made = _Writer(scenario, [one.customer_id for one in new]), 0
    with db.transaction(_("Scenario “{name}” prepares mails").format(name=scenario.name)):
        for one in new:
            made += _draft(scenario, writer, one)
    return made


def _draft(scenario: Scenario, writer: _Writer, one: Happening) -> int:
    why_not = writer.why_not(one) or _too_soon(scenario, one.customer_id)
    subject, body = ("", "") if why_not else writer.write(one)
    if one.customer_id not in {row[0] for row in db.query("SELECT id FROM customer WHERE id = ?", [one.customer_id])}:
        return 0
    event = scenario_events.words(scenario.event, days=scenario.days, stage=lifecycle.label(scenario.stage_id))
    db.insert(
        "scenario_draft",
        {
            "scenario_id": scenario.id, "event_key": one.key, "customer_id": one.customer_id,
            "address": writer.address(one), "subject": subject, "body": body,
            "reason": why_not or _("{event}: {about}, {day}").format(event=event, about=one.name, day=wording.day(one.day)),
            "state": "dismissed" if why_not else "waiting", "made_at": dates.instant_text(dates.now()),
        },
    )  # fmt: skip
    return 0 if why_not else 1


def _too_soon(scenario: Scenario, customer_id: int) -> str:
    """Whether any campaign or scenario wrote, or is about to write, within the days between two mails."""
    if not scenario.cap_days:
        return ""
    since = dates.add_days(dates.today(), -scenario.cap_days).isoformat()
    row = db.one(
        "SELECT 1 FROM campaign_recipient WHERE customer_id = ?1 AND sent_at >= ?2 AND contact_person_id IS NULL UNION ALL "
        "SELECT 1 FROM scenario_draft WHERE customer_id = ?1 AND (state = 'waiting' OR state = 'queued' AND decided_at >= ?2)",
        [customer_id, since],
    )
    return _("Was written to in the last {n} days").format(n=scenario.cap_days) if row else ""


# ---- the queue for approval ------------------------------------------------------------------------------------------

VIEWS = {"waiting": "d.state = 'waiting'", "queued": "d.state = 'queued'", "dismissed": "d.state = 'dismissed'"}
_DRAFTS = (
    "SELECT d.id, d.scenario_id, s.name, d.customer_id, c.name, d.address, d.subject, d.body, d.reason, d.state, d.made_at "
    "FROM scenario_draft d JOIN scenario s ON s.id = d.scenario_id AND s.deleted_at IS NULL JOIN customer c ON c.id = d.customer_id"
)


def drafts(view: str = "waiting", limit: int = 1000) -> list[Draft]:
    """The drafts of a view, the newest first."""
    return [Draft(*row) for row in db.query(f"{_DRAFTS} WHERE {VIEWS[view]} ORDER BY d.id DESC LIMIT ?", [limit])]


def draft(draft_id: int) -> Draft:
    """One draft.

    Raises:
        NotFound: there is none.
    """
    row = db.one(f"{_DRAFTS} WHERE d.id = ?", [draft_id])
    if row is None:
        raise NotFound(_("This draft is no longer there."))
    return Draft(*row)


def edit(draft_id: int, values: dict[str, str]) -> None:
    """Change address, subject or body of a draft that waits.

    Raises:
        UserError: it was decided meanwhile.
        ValidationError: the address cannot be right, or there is no subject.
    """
    found = _waiting(draft_id)
    merged = {name: values.get(name, getattr(found, name)) for name in ("address", "subject", "body")}
    problems = letters.check(
        letters.Letter(purpose="scenario", recipient=merged["address"], subject=merged["subject"], body="")
    )
    if problems:
        raise ValidationError({"address" if name == "recipient" else name: said for name, said in problems.items()})
    kept = {
        "address": merged["address"],
        "subject": text.tidy(merged["subject"]),
        "body": text.tidy_lines(merged["body"]),
    }
    with db.transaction(_("Edit the mail to {name}").format(name=found.customer)):
        db.update("scenario_draft", draft_id, kept)


def _waiting(draft_id: int) -> Draft:
    found = draft(draft_id)
    if found.state != "waiting":
        raise UserError(_("The mail to {name} was decided already; nothing was changed.").format(name=found.customer))
    return found


def approve(draft_ids: Sequence[int]) -> int:
    """Put drafts into the outbox, where they wait to be sent; gives how many.

    Raises:
        UserError: one was decided meanwhile, or the customer took their consent back; nothing was changed.
    """
    now = dates.instant_text(dates.now())
    with db.transaction(_("Approve prepared mails"), undoable=False, durable=True):
        for draft_id in draft_ids:
            found = _waiting(draft_id)
            scenario = get(found.scenario_id)
            if not campaign_audience.agreed([(found.customer_id, None)], scenario.purpose, "newsletter"):
                words = _("{name} has taken their consent back. Dismiss this mail.")
                raise UserError(words.format(name=found.customer))
            mail_id = mails.queue(
                letters.Letter(
                    purpose="scenario", recipient=found.address, subject=found.subject, body=found.body,
                    customer_id=found.customer_id,
                )
            )  # fmt: skip
            db.update("scenario_draft", draft_id, {"state": "queued", "mail_id": mail_id, "decided_at": now})
    return len(draft_ids)


def dismiss(draft_ids: Sequence[int]) -> int:
    """Send none of these; undo brings them back. Gives how many."""
    now = dates.instant_text(dates.now())
    with db.transaction(_("Dismiss prepared mails")):
        for draft_id in draft_ids:
            _waiting(draft_id)
            db.update(
                "scenario_draft", draft_id, {"state": "dismissed", "decided_at": now, "reason": _("Dismissed by you")}
            )
    return len(draft_ids)
