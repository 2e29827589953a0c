"""Who gets a campaign: the segment without the exclusion, with consent, not written to too often, each address once.

A campaign goes to the customer's own address, to the people in it, or to both. Consent and rest belong to the address: a
person needs a consent of their own, and what the customer refused after that counts for its people too.
Everybody who is left out is counted with the reason. The same plan on the same data gives the same people, halves and
held-out group: chance is seeded with the campaign's number, and all of one customer get the same.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from crm_desktop.company import profile
from crm_desktop.core import dates, formats, text
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import N_, language
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.customers import consent
from crm_desktop.db import connection as db
from crm_desktop.insight import segments
from crm_desktop.outreach import campaigns
from crm_desktop.outreach.campaigns import BY_MAIL, FIRM, PEOPLE, USUAL_PURPOSE, Campaign

REASONS = {
    "excluded": N_("in the group that is left out"),
    "nobody": N_("have nobody named as a contact person"),
    "consent": N_("have not agreed"),
    "refused": N_("refused or took it back"),
    "cap": N_("were written to lately"),
    "address": N_("have no e-mail address"),
    "bounced": N_("have an address that does not work"),
    "same": N_("have the address or household of somebody who gets it"),
}
# What is missing where it is no e-mail address.
_MISSING = {"call": N_("have no phone number"), "post": N_("have no postal address: street or town is missing")}
_STEP = 500
_One = TypeVar("_One")
# A customer, and one of its people or None for its own address.
Who = tuple[int, int | None]


@dataclass(frozen=True)
class Person:
    """One who would get a campaign; `held_out` gets nothing and is compared with."""

    customer_id: int
    name: str
    address: str
    language: str
    variant: str = "a"
    held_out: bool = False
    contact_person_id: int | None = None


@dataclass(frozen=True)
class Audience:
    """Who would get a campaign, and how many are left out for which reason (keys of `REASONS`)."""

    people: tuple[Person, ...] = ()
    left_out: dict[str, int] = field(default_factory=dict)
    in_segment: int = 0
    kind: str = "email"

    @property
    def reached(self) -> list[Person]:
        """Those who get it."""
        return [person for person in self.people if not person.held_out]

    @property
    def held_out(self) -> int:
        """How many are held out."""
        return sum(person.held_out for person in self.people)


@dataclass(frozen=True)
class _Placed:
    """One who has an address."""

    who: Who
    name: str
    address: str
    language: str


def plan(campaign: Campaign, day: date | None = None, progress: Progress | None = None) -> Audience:
    """Who would get a campaign if it started on a day, today without one.

    Raises:
        UserError: the segment is gone or asks for what is no longer there.
        Cancelled: through `progress`.
    """
    day, progress = day or dates.today(), progress or Progress()
    chosen = _segment(campaign.segment_id)
    out: Counter[str] = Counter()
    left = set(_segment(campaign.exclude_segment_id)) if campaign.exclude_segment_id else set()
    progress.check()
    wanted = _sift(chosen, lambda i: i not in left, "excluded", out)
    found = _targets(wanted, campaign.recipients, out)
    allowed = agreed(found, campaign.purpose, USUAL_PURPOSE[campaign.kind])
    found = _sift(found, lambda who: who in allowed, "consent" if campaign.purpose else "refused", out)
    progress.check()
    resting, addresses = lately(campaign.cap_days, day, campaign.id)
    found = _sift(found, lambda who: who not in resting, "cap", out)
    placed = _sift(
        _places(found, campaign.kind, out, progress), lambda one: one.address.lower() not in addresses, "cap", out
    )
    return Audience(_drawn(campaign, _once(placed, out)), dict(out), len(chosen), campaign.kind)


def _sift(found: Iterable[_One], fits: Callable[[_One], bool], reason: str, out: Counter[str]) -> list[_One]:
    """Those who fit; the others are counted with the reason."""
    everybody = list(found)
    kept = [one for one in everybody if fits(one)]
    if len(kept) < len(everybody):
        out[reason] += len(everybody) - len(kept)
    return kept


def _segment(segment_id: int | None) -> list[int]:
    if segment_id is None:
        return segments.ids(segments.Conditions())
    if db.one("SELECT 1 FROM segment WHERE id = ? AND deleted_at IS NULL", [segment_id]) is None:
        raise UserError(_("The segment of this campaign was deleted. Choose another one."))
    return segments.ids(segments.get(segment_id).conditions)


def _targets(customer_ids: Sequence[int], recipients: str, out: Counter[str]) -> list[Who]:
    """The customers' own addresses, their people, or both; a private customer is reached at their own address."""
    if recipients == FIRM:
        return [(i, None) for i in customer_ids]
    private = {i for (i,) in db.query("SELECT id FROM customer WHERE kind = 'person'")}
    people: dict[int, list[Who]] = {}
    for person_id, customer_id in db.query("SELECT id, customer_id FROM contact_person ORDER BY position, id"):
        people.setdefault(customer_id, []).append((customer_id, person_id))
    found: list[Who] = []
    for i in customer_ids:
        own: list[Who] = [(i, None)] if recipients != PEOPLE or i in private else []
        found += own + people.get(i, [])
        if not own and i not in people:
            out["nobody"] += 1
    return found


def agreed(found: Iterable[Who], purpose: str, usual: str) -> set[Who]:
    """Those who agreed to a purpose; with "" all but those who refused or withdrew the usual one."""
    newest: dict[Who, str] = {}
    refused: dict[int, int] = {}
    said_on: dict[Who, int] = {}
    for entry, (_day, _at, customer_id, person_id, state) in enumerate(_said(purpose or usual)):
        who = (customer_id, person_id)
        newest[who], said_on[who] = state, entry
        if person_id is None:
            refused.pop(customer_id, None)
            if state in (consent.REFUSED, consent.WITHDRAWN):
                refused[customer_id] = entry

    def holds(who: Who) -> bool:
        said = newest.get(who)
        if who[1] is not None and who[0] in refused and said_on.get(who, -1) < refused[who[0]]:
            return False
        return said == consent.GIVEN if purpose else said not in (consent.REFUSED, consent.WITHDRAWN)

    return {who for who in found if holds(who)}


def _said(purpose: str) -> list[tuple[str, str, int, int | None, str]]:
    """What was said about a purpose, the oldest first: day, instant, customer, person, state.

    "Wants no more" as the answer to a campaign counts as taken back, whatever became of the consent then.
    """
    answers = db.query(
        "SELECT r.answered_at, r.customer_id, r.contact_person_id, c.purpose, c.kind FROM campaign_recipient r "
        "JOIN campaign c ON c.id = r.campaign_id WHERE r.answer = 'opted_out' AND r.answered_at IS NOT NULL ORDER BY r.id"
    )
    found: list[tuple[str, str, int, int | None, str]] = [
        (dates.instant_from(at).astimezone().date().isoformat(), at, customer, person, consent.WITHDRAWN)
        for at, customer, person, about, kind in answers
        if (about or USUAL_PURPOSE[kind]) == purpose
    ]
    found += db.query(
        "SELECT on_day_on, created_at, customer_id, contact_person_id, state FROM consent WHERE purpose = ? ORDER BY id",
        [purpose],
    )
    return sorted(found, key=lambda one: one[:2])


def lately(days: int, day: date, but: int = 0) -> tuple[set[Who], set[str]]:
    """To whom, and to which addresses in small letters, any campaign or scenario went within so many days before a day."""
    if not days:
        return set(), set()
    since = dates.add_days(day, -days).isoformat()
    rows = db.query(
        "SELECT customer_id, contact_person_id, lower(address) FROM campaign_recipient WHERE sent_at >= ?1 "
        "AND campaign_id <> ?2 UNION ALL SELECT customer_id, NULL, lower(address) FROM scenario_draft "
        "WHERE state = 'queued' AND decided_at >= ?1",
        [since, but],
    )
    return {(customer, person) for customer, person, _address in rows}, {address for _c, _p, address in rows}


_ADDRESS = (
    "SELECT id, kind, name, street, postcode, city, country, email, phone, language FROM customer "
    "WHERE id IN (SELECT value FROM json_each(?))"
)
_PERSON = (
    "SELECT id, trim(title || ' ' || first_name || ' ' || last_name) AS person, email, phone FROM contact_person "
    "WHERE id IN (SELECT value FROM json_each(?))"
)


def _places(found: Sequence[Who], kind: str, out: Counter[str], progress: Progress) -> list[_Placed]:
    """Those who have an address that works, in the order asked for."""
    bad = {a for (a,) in db.query("SELECT DISTINCT lower(address) FROM campaign_recipient WHERE answer = 'bounced'")}
    placed = []
    for number, (who, row) in enumerate(_rows(found)):
        if number % _STEP == 0:
            progress(number, len(found), str(row["name"]))
        address = address_of(row, kind)
        if not address:
            out["address"] += 1
        elif kind in BY_MAIL and address.lower() in bad:
            out["bounced"] += 1
        else:
            placed.append(_Placed(who, _name(who, row), address, str(row["language"])))
    return placed


def _rows(found: Sequence[Who]) -> Iterable[tuple[Who, dict[str, Any]]]:
    """What is known of each: the customer, with the person's own name, mail and phone over it."""
    customers = {row["id"]: row for row in db.records(_ADDRESS, [json.dumps(sorted({i for i, _p in found}))])}
    named = [person for _i, person in found if person is not None]
    people = {row.pop("id"): row for row in db.records(_PERSON, [json.dumps(named)])} if named else {}
    for who in found:
        yield who, customers[who[0]] | (people[who[1]] if who[1] is not None else {"person": ""})


def _name(who: Who, row: dict[str, Any]) -> str:
    if who[1] is None:
        return str(row["name"])
    return _("{person}, {company}").format(person=text.tidy(row["person"]) or row["email"], company=row["name"])


def address_of(row: dict[str, Any], kind: str) -> str:
    """Where somebody is reached: e-mail, phone, or the lines of the post; empty without one."""
    if kind in BY_MAIL:
        email = str(row["email"]).strip()
        return email if "@" in email and not any(c.isspace() or c in ",;<>" for c in email) else ""
    if kind == "call":
        return str(row["phone"]).strip()
    if not row["city"] or not (row["street"] or row["postcode"]):
        return ""
    lines = [row["street"], f"{row['postcode']} {row['city']}".strip(), row["country"]]
    # Two companies in one house get a letter each, and so do two people of one; people who live together get one.
    if row["kind"] == "organisation" or row["person"]:
        lines[:0] = [row["person"], row["name"]]
    return ", ".join(str(line) for line in lines if line)


def _once(placed: Sequence[_Placed], out: Counter[str]) -> list[_Placed]:
    """Each address and each household once; the first in the order stays."""
    homes = _households()
    seen: set[str] = set()
    kept = []
    for one in placed:
        keys = {text.fold(" ".join(one.address.split())).replace("strasse", "str.").replace("straße", "str.")}
        if one.who[0] in homes and one.who[1] is None:
            keys.add(f"household {homes[one.who[0]]}")
        if keys & seen:
            out["same"] += 1
        else:
            kept.append(one)
        seen |= keys
    return kept


def _households() -> dict[int, int]:
    """The lowest number of those who share a household, by customer."""
    first: dict[int, int] = {}

    def root(i: int) -> int:
        while first.get(i, i) != i:
            i = first[i]
        return i

    for one, other in db.query("SELECT customer_id, other_id FROM customer_relation WHERE kind = 'household'"):
        low, high = sorted((root(one), root(other)))
        first[high] = low
        first.setdefault(low, low)
    return {i: root(i) for i in first}


def _texts(campaign_id: int) -> tuple[list[str], bool]:
    """The languages that there are words in, and whether there are two texts to compare."""
    said = campaigns.words(campaign_id)
    return [one.language for one in said if one.variant == "a"], any(one.variant == "b" for one in said)


def _drawn(campaign: Campaign, placed: Sequence[_Placed]) -> tuple[Person, ...]:
    """The held-out group and the halves, drawn by seeded chance among customers."""
    languages, two = _texts(campaign.id)
    chance = random.Random(f"campaign {campaign.id}")
    customers = list(dict.fromkeys(one.who[0] for one in placed))
    chance.shuffle(customers)
    number = len(customers) * campaign.hold_out_bp // 10_000
    held, rest = set(customers[:number]), customers[number:]
    second = set(rest[1::2]) if two else set()
    home = profile.load().language
    usual = home if home in languages else next(iter(languages), home)
    return tuple(
        Person(
            one.who[0], one.name, one.address, one.language if one.language in languages else usual,
            "b" if one.who[0] in second else "a", one.who[0] in held, one.who[1],
        )
        for one in placed
    )  # fmt: skip


def words(audience: Audience) -> list[str]:
    """Who is left out and why, a line each."""
    return [
        _("{n} {reason}").format(n=counted(number), reason=_reason(key, audience.kind))
        for key, number in audience.left_out.items()
        if number
    ]


def _reason(key: str, kind: str) -> str:
    """Why some are left out, in the words that fit a kind of campaign."""
    if key == "address" and kind not in BY_MAIL:
        way = "call" if kind == "call" else "post"
        return _(_MISSING[way])
    return _(REASONS[key])


def counted(number: int) -> str:
    """A whole number as it is read in the language of the screen: "1,438"."""
    return formats.number(Decimal(number), formats.locale_name(language()))
