"""The sample company's reach: who agreed to what, a letter that went out weeks ago, a scenario, a plan, reports, and some dirt."""

from __future__ import annotations

import json
import random
from typing import Any

from crm_desktop.company import profile
from crm_desktop.core import dates, resources
from crm_desktop.customers import consent, customer_list, customers, lifecycle
from crm_desktop.db import connection as db
from crm_desktop.exchange import saved_reports
from crm_desktop.exchange.report_own import Own
from crm_desktop.insight import plans
from crm_desktop.outreach import campaign_results, campaign_running, campaigns, scenarios
from crm_desktop.outreach.campaigns import Words
from crm_desktop.outreach.scenarios import Scenario

# Consents are older than the letter that asks for them, and younger than this.
_AGREED_DAYS = (60, 500)


def fill() -> None:
    """Everything that belongs to seeing the business and reaching its customers."""
    words = json.loads(resources.resource("sample", "reach.json").read_text(encoding="utf-8"))
    known = {row.name: row.id for row in customer_list.rows(customer_list.ids(order="number"))}
    with db.transaction():
        _consents(words, known)
        for values in words["dirt"]:
            customers.save({"country": "DE"} | values)
        _plans(words["plan"])
        for one in words["reports"]:
            saved_reports.save(one | ({"own": _own(one["own"])} if "own" in one else {}))
        one = words["scenario"]
        scenarios.save(Scenario(**one | {"texts": {language: tuple(said) for language, said in one["texts"].items()}}))
    _campaign(words["campaign"])
    gone = words["lost"]
    with dates.freeze(dates.add_days(dates.today(), -gone["days_ago"])):
        lifecycle.move([known[gone["customer"]]], lifecycle.find("lost").id, gone["because"])


def _own(values: dict[str, Any]) -> Own:
    return Own(**values | {"columns": tuple(values["columns"]), "sums": tuple(values["sums"])})


def _consents(words: dict[str, Any], known: dict[str, int]) -> None:
    """About every second customer agreed to something; a few refused."""
    chance = random.Random(5)
    for purpose, asked in words["consents"].items():
        surely = {known[name] for name in words["agreed"].get(purpose, ())}
        for customer in known.values():
            drawn, days = chance.random(), chance.randint(*_AGREED_DAYS)
            day = dates.add_days(dates.today(), -days)
            if customer in surely or drawn < asked["share"]:
                consent.note(customer, purpose, consent.GIVEN, day=day, source=asked["source"])
            elif drawn > 1 - asked["refused"]:
                consent.note(customer, purpose, consent.REFUSED, day=day)


def _plans(planned: dict[str, list[int]]) -> None:
    year, currency = dates.today().year, profile.load().currency
    for when, months in ((year - 1, planned["last"]), (year, planned["this"])):
        plans.save(currency, {f"{when}-{month:02}": minor for month, minor in enumerate(months, 1)})


def _campaign(words: dict[str, Any]) -> None:
    """A letter that went out weeks ago to all who agreed but those held out; some answered, and some bought since."""
    sent = dates.add_days(dates.today(), -words["days_ago"])
    with dates.freeze(sent):
        made = campaigns.save(words["plan"])
        for language, said in words["words"].items():
            campaigns.save_words(made, Words("a", language, said["subject"], said["body"]))
        campaign_running.start(made)
        reached = campaigns.recipients(made, "waiting")
        with db.transaction():
            campaign_running.mark_sent(campaigns.get(made), reached)
            campaign_running.finish(made)
    campaigns.save({"cost_minor": words["cost_minor"]}, made)
    with dates.freeze(dates.add_days(sent, 6)):
        for recipient, answer in zip(reached, words["answers"], strict=False):
            if answer:
                campaign_results.note_answer(recipient.id, answer)
