"""The sample company's relations: deals on the board, cases, lamps that customers own, answers, checklists, rules, segments."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.activity import checklists, reminders, touch
from crm_desktop.billing import contract_schedules
from crm_desktop.care import case_notes, cases, feedback, owned_products
from crm_desktop.core import dates, resources
from crm_desktop.customers import customer_list, customers, lifecycle, relations, tags
from crm_desktop.db import connection as db
from crm_desktop.documents import contract_paper
from crm_desktop.insight import segments
from crm_desktop.sales import contracts, opportunities, opportunity_steps, pipeline_stages, price_lists, sources
from crm_desktop.sales.contract_prices import PriceStep
from crm_desktop.workflow import rules, tending
from crm_desktop.workflow.rules import Act, Rule


def fill() -> None:
    """Everything that belongs to knowing the customer; the last step lets the program tend what is due."""
    words = json.loads(resources.resource("sample", "relations.json").read_text(encoding="utf-8"))
    known = {row.name: row.id for row in customer_list.rows(customer_list.ids())}
    with db.transaction():
        _groups(words, known)
        _board(words["deals"], known)
        _cases(words["cases"], known)
        _owned(words["owned"], known)
        _answers(words["answers"], known)
        _own_rules(words)
        _promises(words["promises"], known)
        _contracts(words["contracts"])
    tending.tend()
    for name in words["regulars"]:
        lifecycle.move([known[name]], lifecycle.find("regular").id, words["regular_because"])


def _ago(days: int) -> date:
    return dates.add_days(dates.today(), -days)


def _groups(words: dict[str, Any], known: dict[str, int]) -> None:
    """Sources, relations, how often one wants to hear of somebody, limits, a price list, segments."""
    for name in words["sources"]:
        sources.id_of(name)
    for one in words["relations"]:
        relations.add(known[one["customer"]], one["direction"], known[one["other"]])
    for name, days in words["touch"].items():
        touch.keep_in_touch(known[name], days)
    for name, limit in words["limits"].items():
        customers.save({"credit_limit_minor": limit}, known[name])
    for one in words["segments"]:
        asked = [segments.Condition(*_with_ids(*condition)) for condition in one["conditions"]]
        segments.save(one["name"], segments.where(*asked))
    for one in words["price_lists"]:
        made = price_lists.save(one["list"] | {"percent": Decimal(one["percent"])})
        for name in one["customers"]:
            customers.save({"price_list_id": made}, known[name])


def _with_ids(field: str, comparison: str, value: Any) -> tuple[str, str, Any]:
    """A condition with the ids of the tags that it names."""
    return field, comparison, [str(tags.tag_id(name)) for name in value] if field == "tag" else value


def _board(deals: list[dict[str, Any]], known: dict[str, int]) -> None:
    stages = {stage.code: stage.id for stage in pipeline_stages.all_stages()}
    for one in deals:
        values: dict[str, Any] = {
            name: one[name]
            for name in ("title", "value_minor", "next_step", "budget", "authority", "need", "timing")
            if name in one
        }
        values |= {"customer_id": known[one["customer"]], "stage_id": stages[one["stage"]]}
        if "source" in one:
            values["source_id"] = sources.id_of(one["source"])
        for name in ("next_on", "expected_on"):
            if name in one:
                values[name] = _ago(-one[name])
        with dates.freeze(_ago(one.get("days_ago", 3))):
            deal = opportunities.save(values)
        if "won" in one:
            opportunity_steps.win(deal, _ago(one["won"]))
        if "lost" in one:
            opportunity_steps.lose(deal, one["lost"], one.get("competitor", ""))


def _cases(found: list[dict[str, Any]], known: dict[str, int]) -> None:
    for one in found:
        values = {name: one[name] for name in ("kind", "title", "description", "priority") if name in one}
        with dates.freeze(_ago(one["days_ago"])):
            case = cases.save(values | {"customer_id": known[one["customer"]]})
            for note in one.get("notes", ()):
                case_notes.add(case, note["body"], note["minutes"])
        if "solution" in one:
            cases.solve(case, one["solution"])


def _owned(found: list[dict[str, Any]], known: dict[str, int]) -> None:
    for one in found:
        bought = _ago(one["days_ago"])
        owned_products.save(
            {
                "customer_id": known[one["customer"]], "name": one["name"], "serial": one["serial"], "bought_on": bought,
                "warranty_until_on": dates.add_months(bought, 24), "service_months": one["service_months"],
                "next_service_on": _ago(-one["service_in"]),
            }
        )  # fmt: skip


def _answers(found: list[dict[str, Any]], known: dict[str, int]) -> None:
    for one in found:
        with dates.freeze(_ago(one["days_ago"])):
            asked = feedback.ask(known[one["customer"]], one["kind"])
            feedback.answer(asked, one["score"], one["comment"])


def _promises(found: dict[str, Any], known: dict[str, int]) -> None:
    """What comes round again, and days to remember."""
    for one in found["reminders"]:
        reminders.save(
            one["title"], dates.add_days(dates.today(), one["days_ahead"]), repeats=one["repeats"],
            repeats_from=one.get("repeats_from", "due"),
        )  # fmt: skip
    for name, (month, day) in found["birthdays"].items():
        customers.save({"birthday": date(dates.NO_YEAR, month, day)}, known[name])


def _contracts(words: dict[str, Any]) -> None:
    """A contract that is signed, on paper, and rises with the index next year."""
    for contract in contracts.rows(contracts.ids()):
        if contract.title in words["signed"]:
            contracts.save({"signed_on": contract.start_on, "remind_days": "90, 30, 7"}, contract.id)
            contract_paper.keep(contract_paper.make(contract.id, "contract"))
        if contract.title in words["indexed"]:
            rise = PriceStep(
                date(dates.today().year + 1, 1, 1), None, Decimal(words["indexed"][contract.title]), "Index"
            )
            contract_schedules.save_step(contract.id, rise)


def _own_rules(words: dict[str, Any]) -> None:
    for one in words["checklists"]:
        steps = tuple(checklists.Step(title, days) for title, days in one["steps"])
        checklists.save(checklists.Checklist(0, one["name"], one["starts"], steps))
    for one in words["rules"]:
        acts = tuple(Act(**act) for act in one["acts"])
        made = rules.save(
            Rule(one["name"], one["event"], acts, days=one.get("days", 0), least_minor=one.get("least_minor", 0))
        )
        if one["on"]:
            rules.switch(made, is_on=True)
