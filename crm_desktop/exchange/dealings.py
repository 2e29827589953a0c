"""How a customer is dealt with, out of the words of a file: stage, source, price list, credit limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm_desktop.billing import wording
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import LARGEST_MINOR, to_minor
from crm_desktop.core.text import fold
from crm_desktop.db import connection as db
from crm_desktop.exchange import consent_import, owners_words
from crm_desktop.exchange.records import Record
from crm_desktop.exchange.result import Outcome

DEALINGS = frozenset(("stage", "source", "price_list", "credit_limit"))


class Dealings:
    """Turns the words of a record into what the columns of a customer hold; what is not known is noted."""

    def __init__(self, outcome: Outcome, *, dry_run: bool) -> None:
        self._outcome = outcome
        self._dry_run = dry_run
        self._stages = owners_words.stages()
        self._lists = owners_words.known_price_lists()
        self._sources = owners_words.known_sources()
        self._currency = profile.load().currency

    def settle(self, row: int, record: Record) -> None:
        """Put `stage_id`, `source_id`, `price_list_id` and `credit_limit_minor` in the place of the words."""
        if "stage" in record:
            self._take(row, record, "stage", owners_words.stage_id(record["stage"], self._stages))
        if "price_list" in record:
            self._take(row, record, "price_list", self._lists.get(fold(record["price_list"])))
        if "source" in record:
            record["source_id"] = self._source(record.pop("source"))
        if "credit_limit" in record:
            limit = to_minor(record.pop("credit_limit"), self._currency)
            if 0 < limit < LARGEST_MINOR:
                record["credit_limit_minor"] = limit

    def _take(self, row: int, record: Record, name: str, found: int | None) -> None:
        text = record.pop(name)
        if found is not None:
            record[f"{name}_id"] = found
        elif name == "stage":
            self._outcome.warn(row, "", text, _("No stage is called so; left as it is"))
        else:
            self._outcome.warn(row, "", text, _("No price list is called so; left as it is"))

    def _source(self, name: str) -> int:
        key = fold(name)
        if key not in self._sources:
            self._sources[key] = owners_words.NEW if self._dry_run else db.insert("source", {"name": name})
        return self._sources[key]

    def shown(self, name: str, value: Any) -> Any:
        """A value of a customer's column as the list of changes shows it."""
        table = {"stage_id": self._stages, "price_list_id": self._lists, "source_id": self._sources}.get(name)
        if table is not None:
            return next((words for words, known in reversed(table.items()) if known == value), "")
        if name == "credit_limit_minor" and value is not None:
            return wording.amount(value, self._currency)
        if name.startswith(consent_import.PREFIX) and isinstance(value, tuple):
            return consent_import.shown(value)
        if name in ("birthday_on", "anniversary_on") and value:
            return value.removeprefix(f"{dates.NO_YEAR}-")
        return value

    def note_stages(self, moves: Sequence[tuple[int, int | None, int]]) -> None:
        """Write into the history customer, stage before and after of those whom the import puts into a stage."""
        if not moves:
            return
        today, now, why = dates.today().isoformat(), dates.instant_text(dates.now()), _("from an import")
        db.execute_many(
            "INSERT INTO stage_change(customer_id, from_stage_id, to_stage_id, changed_on, reason, created_at) "
            "VALUES(?, ?, ?, ?, ?, ?)",
            ((customer, before, after, today, why, now) for customer, before, after in moves),
        )
