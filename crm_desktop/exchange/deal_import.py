"""Deals of a file against those that are there: new, changed, same. Key: customer and title."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import to_minor
from crm_desktop.core.text import fold
from crm_desktop.db import connection as db
from crm_desktop.exchange import owners_words, words
from crm_desktop.exchange.parties import PartyFinder
from crm_desktop.exchange.records import Record
from crm_desktop.exchange.result import Outcome
from crm_desktop.sales import opportunities, pipeline_places

_LARGEST = Decimal(10) ** 12
_KNOWN = "SELECT id, customer_id, title FROM opportunity WHERE deleted_at IS NULL"
_CLOSED = ("state", "closed_on", "lost_reason")


class DealImport:
    """Takes deals row by row. A deal that is won or lost there is so here from the day on which it was closed."""

    def __init__(self, outcome: Outcome, *, dry_run: bool, currency: str) -> None:
        self._outcome = outcome
        self._dry_run = dry_run
        self._currency = currency
        self._parties = PartyFinder(outcome, dry_run=dry_run)
        self._stages = owners_words.deal_stages()
        self._sources = owners_words.known_sources()
        self._from_row: dict[tuple[int, str], int] = {}
        self._ids = {(customer, fold(title)): deal for deal, customer, title in db.query(_KNOWN)}

    def take(self, row: int, raw: Record) -> None:
        """Take one row."""
        if not raw.get("title"):
            self._outcome.skip(row, "", str(raw.get("customer", "")), _("No title"))
            return
        for turn in self._parties.in_turn(row, raw):
            self._take(*turn)

    def _take(self, row: int, raw: Record, customer_id: int | None) -> None:
        title = raw["title"]
        if customer_id is None:
            self._outcome.skip(row, "", title, self._parties.why_nobody(raw))
            return
        key = (customer_id, fold(title))
        if key in self._from_row:
            self._outcome.skip(row, "", title, _("The same deal as in row {row}").format(row=self._from_row[key]))
            return
        self._from_row[key] = row
        values = {"title": title, "customer_id": customer_id} | self._values(row, raw)
        if key in self._ids:
            self._change(row, self._ids[key], values)
        else:
            self._add(row, values)

    def _values(self, row: int, raw: Record) -> dict[str, Any]:
        values: dict[str, Any] = {
            name: raw[name] for name in ("expected_on", "next_step", "notes", "lost_reason") if name in raw
        }
        if "value" in raw and 0 <= raw["value"] < _LARGEST:
            values["currency"] = raw.get("currency") or self._currency
            values["value_minor"] = to_minor(raw["value"], values["currency"])
        elif "value" in raw:
            self._outcome.warn(row, "", str(raw["value"]), _("No value of a deal; left empty"))
        if "probability" in raw and 0 <= raw["probability"] <= 100:
            # "0,75" is 75 %, and then 1 is all of it: nobody writes 1 %.
            share = raw["probability"] * (100 if raw["probability"] <= 1 else 1)
            values["probability_bp"] = int(share * 100)
        if "source" in raw:
            values["source_id"] = self._source(raw["source"])
        return values | self._place(row, raw)

    def _place(self, row: int, raw: Record) -> dict[str, Any]:
        """The stage and whether it is open; many programs say "Closed Won" in the column of the stage."""
        state = next((found for name in ("state", "stage") if (found := words.deal_state(raw.get(name, "")))), "open")
        values: dict[str, Any] = {"state": state} if state != "open" or "state" in raw else {}
        if state != "open":
            day = raw.get("closed_on") or raw.get("expected_on") or dates.today()
            values["closed_on"] = min(day, dates.today())
        if "stage" in raw and not words.deal_state(raw["stage"]):
            stage = owners_words.deal_stage_id(raw["stage"], self._stages)
            if stage is None:
                self._outcome.warn(row, "", raw["stage"], _("No stage is called so; left as it is"))
            else:
                values["stage_id"] = stage
        return values

    def _source(self, name: str) -> int:
        if fold(name) not in self._sources:
            self._sources[fold(name)] = owners_words.NEW if self._dry_run else db.insert("source", {"name": name})
        return self._sources[fold(name)]

    def _add(self, row: int, values: dict[str, Any]) -> None:
        self._outcome.add("opportunities", row, values["title"])
        if problems := opportunities.check(values):
            self._refuse(row, values, "created", ValidationError(problems))
        elif not self._dry_run:
            self._save(values, None)

    def _change(self, row: int, deal_id: int, values: dict[str, Any]) -> None:
        before = db.records("SELECT * FROM opportunity WHERE id = ?", [deal_id])[0]
        if values.get("state") == before["state"]:
            # The day was stated at the first import, or is the day of that import.
            values.pop("closed_on", None)
        changes = {name: value for name, value in values.items() if before[name] != _stored(value)}
        if "stage_id" in changes and before["state"] != "open":
            del changes["stage_id"]
        if not changes:
            self._outcome.unchanged["opportunities"] += 1
            return
        self._outcome.updated["opportunities"] += 1
        if problems := opportunities.check(before | values):
            self._refuse(row, values, "updated", ValidationError(problems))
            return
        for name, value in changes.items():
            self._outcome.change(row, before["title"], name, before[name], _stored(value))
        if not self._dry_run:
            self._save(changes, deal_id)

    def _save(self, values: dict[str, Any], deal_id: int | None) -> None:
        closing = {name: _stored(values.pop(name)) for name in _CLOSED if name in values}
        made = opportunities.save(values, deal_id) if values else deal_id
        if closing and made is not None and not (deal_id is None and closing == {"state": "open"}):
            now = dates.instant_text(dates.now())
            db.update("opportunity", made, closing | {"moved_at": now, "updated_at": dates.stamp()})
            stage = db.value("SELECT stage_id FROM opportunity WHERE id = ?", [made])
            pipeline_places.note(made, stage, stage, closing.get("state", "open"), now)

    def _refuse(self, row: int, values: dict[str, Any], counted: str, error: ValidationError) -> None:
        getattr(self._outcome, counted)["opportunities"] -= 1
        self._outcome.skip(row, "", values["title"], str(error))

    def finish(self) -> None:
        """Take what waited, and write what is left."""
        for turn in self._parties.left():
            self._take(*turn)
        self._parties.customers.finish()


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
