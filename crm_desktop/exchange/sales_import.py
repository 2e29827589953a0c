"""Contracts and catalogue of a file against what is there: new, changed, same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from crm_desktop.billing import drafts, wording
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import to_minor
from crm_desktop.core.text import fold
from crm_desktop.db import connection as db
from crm_desktop.exchange import contract_words, words
from crm_desktop.exchange.parties import Parties, PartyFinder
from crm_desktop.exchange.records import Record
from crm_desktop.exchange.result import Outcome
from crm_desktop.exchange.survey import Locale
from crm_desktop.sales import catalogue, contracts


def differences(old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What new values change: field → (old, new)."""
    return {name: (old[name], value) for name, value in new.items() if old[name] != value}


# What of a contract is left empty where it cannot be right.
_MAY_BE_WRONG = {"value_minor", "notice_count", "start_on", "end_on"}


class ContractImport:
    """Takes contracts row by row. Key: the contract's number, else customer, title and start.

    `per` says for which time the values of the sheet are told, as far as their heading does.
    """

    def __init__(
        self, outcome: Outcome, *, dry_run: bool, currency: str, parties: Parties | None = None, per: str = ""
    ) -> None:
        self._outcome = outcome
        self._dry_run = dry_run
        self._per = per
        self._parties = parties or PartyFinder(outcome, dry_run=dry_run)
        self._currency = currency
        company = profile.load()
        self._day_order = Locale.of(company.country, company.language).day_order
        self._from_row: dict[tuple[Any, ...], int] = {}
        self._ids: dict[tuple[Any, ...], int] = {}
        self._of_row: dict[int, int] = {}
        for found in contracts.rows([i for (i,) in db.query("SELECT id FROM contract WHERE deleted_at IS NULL")]):
            self._ids[("number", found.number)] = found.id
            self._ids.setdefault((found.customer_id, fold(found.title), found.start_on), found.id)

    def take(self, row: int, raw: Record) -> None:
        """Take one row."""
        for turn in self._parties.in_turn(row, raw):
            self._take(*turn)

    def _take(self, row: int, raw: Record, customer_id: int | None) -> None:
        if customer_id is None:
            self._outcome.skip(row, "", str(raw.get("number") or raw.get("title") or ""), self._parties.why_nobody(raw))
            return
        values = self._values(row, raw) | {"customer_id": customer_id}
        key = self._key(values)
        if key in self._from_row:
            reason = _("The same contract as in row {row}").format(row=self._from_row[key])
            self._outcome.skip(row, "", values["title"], reason)
            return
        self._from_row[key] = row
        if key in self._ids:
            self._of_row[row] = self._ids[key]
            self._change(row, self._ids[key], values)
        else:
            self._add(row, values)

    def id_of_row(self, row: int) -> int | None:
        """The contract that a row told of; None where it was left out."""
        return self._of_row.get(row)

    def _key(self, values: dict[str, Any]) -> tuple[Any, ...]:
        if values.get("number"):
            return ("number", values["number"])
        return (values["customer_id"], fold(values["title"]), values.get("start_on"))

    def _values(self, row: int, raw: Record) -> dict[str, Any]:
        values: dict[str, Any] = {name: raw[name] for name in ("number", "notes") if name in raw}
        values["title"] = raw.get("title") or _("Contract {number}").format(number=raw.get("number", "")).strip()
        values |= {f"{name}_on": raw[name] for name in ("start", "end") if name in raw}
        if values.get("start_on") and values.get("end_on") and values["end_on"] < values["start_on"]:
            self._outcome.warn(row, "", values["end_on"].isoformat(), _("The end lies before the start; left empty"))
            del values["end_on"]
        if "value" in raw:
            values["currency"] = raw.get("currency") or self._currency
            values["value_minor"] = to_minor(raw["value"], values["currency"])
        if "interval" in raw:
            self._understood(row, values, "interval", raw["interval"], words.interval(raw["interval"]))
        if self._per and "value_minor" in values:
            self._settle_interval(row, values)
        self._add_state(row, raw, values)
        self._add_notice(row, raw, values)
        return self._kept(row, values)

    def _understood(self, row: int, values: dict[str, Any], name: str, text: str, meaning: str | None) -> None:
        if meaning:
            values[name] = meaning
        else:
            self._outcome.warn(row, "", text, _("Not understood; left as it is"))

    def _settle_interval(self, row: int, values: dict[str, Any]) -> None:
        """The heading of the value says what it is per: that is how often it is paid, or it is counted up to that."""
        every = values.setdefault("interval", self._per)
        if every == self._per:
            return
        value = contract_words.value_in(values["value_minor"], self._per, every)
        if value is not None:
            values["value_minor"] = value
            return
        shown = wording.amount(values["value_minor"], values["currency"])
        self._outcome.warn(row, "", shown, _("Told for another time than it is paid in; kept as the heading says"))
        values["interval"] = self._per

    def _add_state(self, row: int, raw: Record, values: dict[str, Any]) -> None:
        if "state" not in raw:
            return
        state, given, ends = contract_words.state(raw["state"], self._day_order)
        self._understood(row, values, "state", raw["state"], state)
        if given:
            values["notice_given_on"] = given
        if ends:
            values["ends_on"] = ends
        elif state == "notice_given" and not values.get("end_on"):
            self._outcome.warn(
                row, "", raw["state"], _("Notice was given, but to which day? Enter the last day in the contract")
            )

    def _add_notice(self, row: int, raw: Record, values: dict[str, Any]) -> None:
        if "notice" not in raw:
            return
        notice, to = words.notice(raw["notice"]), contract_words.notice_to(raw["notice"])
        if notice:
            values["notice_count"], values["notice_unit"] = notice
        if to:
            values["notice_to"] = to
        if not notice and not to:
            self._outcome.warn(row, "", raw["notice"], _("No notice period that is understood; left empty"))
        elif not to and contract_words.names_an_end(raw["notice"]):
            self._outcome.warn(
                row, "", raw["notice"], _("The time is taken over; to which days notice counts is not understood")
            )

    def _kept(self, row: int, values: dict[str, Any]) -> dict[str, Any]:
        """The values without those that no contract can have, each of which is told."""
        problems = contracts.check(values)
        for name in (_MAY_BE_WRONG & problems.keys()) & values.keys():
            self._outcome.warn(row, "", str(values.pop(name)), problems[name])
        return values

    def _add(self, row: int, values: dict[str, Any]) -> None:
        self._outcome.add("contracts", row, values["title"], values.get("number"))
        if not self._dry_run:
            self._save(row, values, None)

    def _change(self, row: int, contract_id: int, values: dict[str, Any]) -> None:
        before = vars(contracts.get(contract_id))
        changes = differences(before, values)
        if not changes:
            self._outcome.unchanged["contracts"] += 1
            return
        self._outcome.updated["contracts"] += 1
        for name, (old, new) in changes.items():
            self._outcome.change(row, before["title"], name, old, new)
        if not self._dry_run:
            self._save(row, values, contract_id)

    def _save(self, row: int, values: dict[str, Any], contract_id: int | None) -> None:
        try:
            self._of_row[row] = contracts.save(values, contract_id)
        except ValidationError as error:
            self._outcome.created["contracts"] -= contract_id is None
            self._outcome.updated["contracts"] -= contract_id is not None
            self._outcome.skip(row, "", values["title"], str(error))

    def finish(self) -> None:
        """Take what waited, and write what is left."""
        for turn in self._parties.left():
            self._take(*turn)
        self._parties.customers.finish()


class CatalogueImport:
    """Takes products and services row by row. Key: the item's number, else its name."""

    def __init__(self, outcome: Outcome, *, dry_run: bool, currency: str) -> None:
        self._currency = currency
        self._outcome = outcome
        self._dry_run = dry_run
        self._from_row: dict[str, int] = {}
        category, rate = drafts.usual_tax(dates.today())
        # What a price list that says nothing about tax means: the usual rate of the business.
        self._usual_tax = {"category": category, "rate_bp": int((rate or 0) * 100)}
        self._by_number: dict[str, int] = {}
        self._by_name: dict[str, int] = {}
        for item_id, number, name in db.query("SELECT id, number, name FROM item WHERE deleted_at IS NULL"):
            self._by_number[number] = item_id
            self._by_name.setdefault(fold(name), item_id)

    def take(self, row: int, raw: Record) -> None:
        """Take one row."""
        name = raw.get("name") or raw.get("description", "").split("\n")[0]
        if not name:
            self._outcome.skip(row, "", str(raw.get("number", "")), _("No name"))
            return
        values = self._values(row, raw) | {"name": name}
        number = values.get("number", "")
        key = number or fold(name)
        if key in self._from_row:
            reason = _("The same product as in row {row}").format(row=self._from_row[key])
            self._outcome.skip(row, "", name, reason)
            return
        self._from_row[key] = row
        found = self._by_number.get(number) if number else self._by_name.get(fold(name))
        self._keep(row, values, found)

    def _values(self, row: int, raw: Record) -> dict[str, Any]:
        values: dict[str, Any] = {n: raw[n] for n in ("number", "description", "product_group") if n in raw}
        price, mode = (raw["price"], "net") if "price" in raw else (raw.get("price_gross"), "gross")
        if price is not None and not 0 <= price < catalogue.LARGEST_PRICE:
            self._outcome.warn(row, "", str(price), _("A price lies between 0 and 999,999,999; left empty"))
        elif price is not None:
            values |= {"price": round(Decimal(price), 4), "price_mode": mode}
            values["currency"] = raw.get("currency") or self._currency
        if "tax_rate" in raw and 0 <= raw["tax_rate"] <= 100:
            values["rate_bp"] = int(raw["tax_rate"] * 100)
        for name, read in (("unit", words.unit), ("category", words.tax_category)):
            meaning = read(raw[name]) if name in raw else None
            if meaning:
                values[name] = meaning
            elif name in raw:
                self._outcome.warn(row, "", raw[name], _("Not understood; left as it is"))
        if "product_group" in values:
            values["product_group"] = catalogue.as_known(values["product_group"])
        if "rate_bp" in values and "category" not in values:
            values["category"] = "S" if values["rate_bp"] else "Z"
        return values

    def _keep(self, row: int, values: dict[str, Any], item_id: int | None) -> None:
        if item_id is not None:
            before = vars(catalogue.get(item_id))
            changes = differences(before, values)
            if not changes:
                self._outcome.unchanged["catalogue"] += 1
                return
            for name, (old, new) in changes.items():
                self._outcome.change(row, values["name"], name, old, new)
        elif "rate_bp" not in values and "category" not in values:
            values |= self._usual_tax
        counter = self._outcome.created if item_id is None else self._outcome.updated
        if item_id is None:
            self._outcome.add("catalogue", row, values["name"], values.get("number"))
        else:
            counter["catalogue"] += 1
        if not self._dry_run:
            try:
                catalogue.save(values, item_id)
            except ValidationError as error:
                counter["catalogue"] -= 1
                self._outcome.skip(row, "", values["name"], str(error))

    def finish(self) -> None:
        """Nothing is left to write."""
