"""Who gets a campaign: the segment without the exclusion, with consent, not written to too often, each address once.

Everybody who is left out is counted with the reason. The same plan on the same data gives the same people, halves and
held-out group: chance is seeded with the campaign's number.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm_desktop.company import profile
from crm_desktop.core import dates, text
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import consent
from crm_desktop.db import connection as db
from crm_desktop.insight import segments
from crm_desktop.outreach import campaigns
from crm_desktop.outreach.campaigns import BY_MAIL, USUAL_PURPOSE, Campaign

REASONS = {
    "excluded": N_("in the group that is left out"),
    "consent": N_("have not agreed"),
    "refused": N_("refused or took it back"),
    "cap": N_("were written to lately"),
    "address": N_("have no address for it"),
    "bounced": N_("have an address that does not work"),
    "same": N_("have the address or household of somebody who gets it"),
}


@dataclass(frozen=True)
class Person:
    """One who would get a campaign; `held_out` gets nothing and is compared with."""

    customer_id: int
    name: str
    address: str
    language: str
    variant: str = "a"
    held_out: bool = False


@dataclass(frozen=True)
class Audience:
    """Who would get a campaign, and how many are left out for which reason (keys of `REASONS`)."""

    people: tuple[Person, ...] = ()
    left_out: dict[str, int] = field(default_factory=dict)
    in_segment: int = 0

    @property
    def reached(self) -> list[Person]:
        """Those who get it."""
        return [person for person in self.people if not person.held_out]

    @property
    def held_out(self) -> int:
        """How many are held out."""
        return sum(person.held_out for person in self.people)


def plan(campaign: Campaign, day: date | None = None) -> Audience:
    """Who would get a campaign if it started on a day, today without one.

    Raises:
        UserError: the segment is gone or asks for what is no longer there.
    """
    day = day or dates.today()
    chosen = _segment(campaign.segment_id)
    out: Counter[str] = Counter()
    left = set(_segment(campaign.exclude_segment_id)) if campaign.exclude_segment_id else set()
    found = _keep((i for i in chosen if i not in left), len(left & set(chosen)), "excluded", out)
    allowed = agreed(found, campaign.purpose, USUAL_PURPOSE[campaign.kind])
    found = _sift(found, allowed, "consent" if campaign.purpose else "refused", out)
    found = _sift(found, set(found) - lately(campaign.cap_days, day, campaign.id), "cap", out)
    placed = _addresses(found, campaign.kind, out)
    people = _once(placed, out)
    return Audience(_drawn(campaign, people), dict(out), len(chosen))


def _keep(found: Iterable[int], gone: int, reason: str, out: Counter[str]) -> list[int]:
    if gone:
        out[reason] += gone
    return list(found)


def _sift(found: Sequence[int], allowed: set[int], reason: str, out: Counter[str]) -> list[int]:
    kept = [i for i in found if i in allowed]
    return _keep(kept, len(found) - len(kept), reason, out)


def _segment(segment_id: int | None) -> list[int]:
    if segment_id is None:
        return segments.ids(segments.Conditions())
    if db.one("SELECT 1 FROM segment WHERE id = ? AND deleted_at IS NULL", [segment_id]) is None:
        raise UserError(_("The segment of this campaign was deleted. Choose another one."))
    return segments.ids(segments.get(segment_id).conditions)


def agreed(customer_ids: Sequence[int], purpose: str, usual: str) -> set[int]:
    """Those who agreed to a purpose; with "" all but those who refused or withdrew the usual one."""
    rows = db.query(
        "SELECT customer_id, state FROM (SELECT customer_id, state, row_number() OVER (PARTITION BY customer_id "
        "ORDER BY on_day_on DESC, id DESC) AS place FROM consent WHERE purpose = ?) WHERE place = 1",
        [purpose or usual],
    )
    newest = dict(rows)
    if purpose:
        return {i for i in customer_ids if newest.get(i) == consent.GIVEN}
    return {i for i in customer_ids if newest.get(i) not in (consent.REFUSED, consent.WITHDRAWN)}


def lately(days: int, day: date, but: int = 0) -> set[int]:
    """Customers to whom any campaign or scenario went within so many days before a day."""
    if not days:
        return set()
    since = dates.add_days(day, -days).isoformat()
    rows = db.query(
        "SELECT customer_id FROM campaign_recipient WHERE sent_at >= ?1 AND campaign_id <> ?2 "
        "UNION SELECT customer_id FROM scenario_draft WHERE state = 'queued' AND decided_at >= ?1",
        [since, but],
    )
    return {i for (i,) in rows}


_ADDRESS = (
    "SELECT id, kind, name, street, postcode, city, country, email, phone, language FROM customer "
    "WHERE id IN (SELECT value FROM json_each(?))"
)


def _addresses(customer_ids: Sequence[int], kind: str, out: Counter[str]) -> list[tuple[int, str, str, str]]:
    """Customer, name, address and language of all who have one, in the order asked for."""
    rows = {row["id"]: row for row in db.records(_ADDRESS, [json.dumps(list(customer_ids))])}
    bad = {a for (a,) in db.query("SELECT DISTINCT lower(address) FROM campaign_recipient WHERE answer = 'bounced'")}
    found = []
    for customer_id in customer_ids:
        row = rows[customer_id]
        address = _address(row, kind)
        if not address:
            out["address"] += 1
        elif kind in BY_MAIL and address.lower() in bad:
            out["bounced"] += 1
        else:
            found.append((customer_id, str(row["name"]), address, str(row["language"])))
    return found


def _address(row: dict[str, Any], kind: str) -> str:
    """Where a customer is reached: e-mail, phone, or the lines of the post; empty without one."""
    if kind in BY_MAIL:
        email = str(row["email"]).strip()
        return email if "@" in email and not any(c.isspace() or c in ",;<>" for c in email) else ""
    if kind == "call":
        return str(row["phone"]).strip()
    if not row["city"] or not (row["street"] or row["postcode"]):
        return ""
    lines = [row["street"], f"{row['postcode']} {row['city']}".strip(), row["country"]]
    # Two companies in one house get a letter each; people who live together get one.
    if row["kind"] == "organisation":
        lines.insert(0, row["name"])
    return ", ".join(str(line) for line in lines if line)


def _once(placed: Sequence[tuple[int, str, str, str]], out: Counter[str]) -> list[tuple[int, str, str, str]]:
    """Each address and each household once; the first in the order stays."""
    homes = _households()
    seen: set[str] = set()
    kept = []
    for person in placed:
        keys = {text.fold(" ".join(person[2].split())).replace("strasse", "str.").replace("straße", "str.")}
        if person[0] in homes:
            keys.add(f"household {homes[person[0]]}")
        if keys & seen:
            out["same"] += 1
        else:
            kept.append(person)
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


def _drawn(campaign: Campaign, people: Sequence[tuple[int, str, str, str]]) -> tuple[Person, ...]:
    """The held-out group and the halves, drawn by seeded chance."""
    languages, two = _texts(campaign.id)
    chance = random.Random(f"campaign {campaign.id}")
    places = list(range(len(people)))
    chance.shuffle(places)
    held = set(places[: len(people) * campaign.hold_out_bp // 10_000])
    second = {place for turn, place in enumerate(p for p in places if p not in held) if turn % 2} if two else set()
    home = profile.load().language
    usual = home if home in languages else next(iter(languages), home)
    return tuple(
        Person(i, name, address, own if own in languages else usual, "b" if place in second else "a", place in held)
        for place, (i, name, address, own) in enumerate(people)
    )


def words(audience: Audience) -> list[str]:
    """Who is left out and why, a line each."""
    return [
        _("{n} {reason}").format(n=number, reason=_(REASONS[key]))
        for key, number in audience.left_out.items()
        if number
    ]
