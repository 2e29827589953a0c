"""Customers of a file against customers that are there: which are new, which change, which stay, and writing them.

Key, unless the user chooses one (`deciding`): the customer number where the file has one; else an e-mail address with a
similar name; else the same name with the same postcode or street. A row that repeats an earlier row of the file is left
out and named. What is empty in the file empties nothing.
"""

from __future__ import annotations

import contextlib
import json
import marshal
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.text import fold
from crm_desktop.customers import custom_fields
from crm_desktop.customers.custom_fields import CustomField
from crm_desktop.customers.customer_dates import ANNIVERSARY
from crm_desktop.db import bulk, history
from crm_desktop.db import connection as db
from crm_desktop.exchange import consent_import, customer_bulk
from crm_desktop.exchange.customer_columns import CustomerColumns, display_name
from crm_desktop.exchange.dealings import DEALINGS, Dealings
from crm_desktop.exchange.deciding import AUTO, CHANGED, KEEP, MAYBE, NEW, UPDATE, Decisions, KnownBy
from crm_desktop.exchange.known_customers import Known
from crm_desktop.exchange.photo_import import Photos
from crm_desktop.exchange.records import Record, customer_of, why_no_customer
from crm_desktop.exchange.result import Outcome
from crm_desktop.exchange.stored_customers import COLUMNS, MAY_BE_NONE, AutoNumbers, Stored

# Parents before what hangs on them: undo goes backwards through the journal.
TABLES = (
    "customer", "tag", "custom_field", "contact_channel", "customer_tag", "custom_value", "stage_change", "customer_date",
    "consent",
)  # fmt: skip
_STAGE_BEFORE = "SELECT to_stage_id FROM stage_change WHERE customer_id = ? ORDER BY id DESC LIMIT 1"
_EMPTY = tuple(None if column in MAY_BE_NONE else "" for column in COLUMNS)
_BATCH = 1000
# So many customers are looked at together when some of a batch are known.
_PIECE = 100


def content_of(record: Record) -> int:
    """A fingerprint of what a row says, to recognise its repetition."""
    return hash(marshal.dumps(record, 2))


class CustomerImport:
    """Takes the rows of a file one by one; `flush` writes those that are new or changed, unless it is a dry run.

    `in_bulk` says that it runs inside `bulk.inserting(TABLES)`, which notes what is inserted.
    """

    what = "customers"

    def __init__(
        self,
        outcome: Outcome,
        *,
        dry_run: bool,
        own_fields: dict[str, str] | None = None,
        in_bulk: bool = False,
        decisions: Decisions | None = None,
    ) -> None:
        self._outcome = outcome
        self._decisions = decisions or Decisions()
        self._by_key = None if self._decisions.key == AUTO else KnownBy(self._decisions.key)
        self._dry_run = dry_run
        self._in_bulk = in_bulk
        self.known = Known()
        self._next_id = bulk.next_id("customer")
        self._new: list[tuple[int, Record]] = []
        self._seen: list[tuple[int, int, Record]] = []
        self._own_fields = own_fields or {}
        self._field_ids: dict[str, int] = {}
        self._tag_ids: dict[str, int] = {}
        self._auto = AutoNumbers(self.known.by_number)
        self._dealings = Dealings(outcome, dry_run=dry_run)
        self.photos = Photos(outcome)
        self._now = dates.instant_text(dates.now())
        self._content_of = content_of

    # ---- taking rows

    def take_batch(self, batch: CustomerColumns | list[tuple[int, Record]]) -> None:
        """Take many rows: together where all of them are new customers, else one by one."""
        if not isinstance(batch, CustomerColumns):
            for row, record in batch:
                self.take_record(row, record)
            return
        self._content_of = batch.content_of
        if self._by_key is None and self.known.are_new(batch):
            self._take_all(batch)
        elif len(batch.rows) > _PIECE:
            for piece in batch.pieces(_PIECE):
                self.take_batch(piece)
        else:
            for place, row in enumerate(batch.rows):
                self.take_record(row, batch.record(place))

    def _take_all(self, batch: CustomerColumns) -> None:
        """Take customers who are all new, as `_take_new` does one by one."""
        ids = range(self._next_id, self._next_id + len(batch.rows))
        self._next_id = ids.stop
        numbers = batch.values.get("number") or [self._auto.take() for _id in ids]
        self.known.add_columns(ids, batch, numbers)
        self._outcome.created["customers"] += len(ids)
        if self._outcome.lists_new:
            for row, name, *told in zip(batch.rows, batch.names, *batch.telling(), strict=True):
                self._outcome.note_new("customers", row, name, *told)
        if not self._dry_run:
            self.flush()
            with self._quiet_journal():
                customer_bulk.write(batch, ids, numbers, self._now, tag_id=self._tag_id, field_id=self._field_id)

    def take(self, row: int, raw: Record) -> int | None:
        """Take one row; gives the id of its customer, or None if the row is left out."""
        return self.take_record(row, customer_of(raw))

    def take_record(self, row: int, record: Record) -> int | None:
        """As `take`, for a record that is put together already."""
        reason = why_no_customer(record)
        if reason:
            shown = " · ".join(str(value) for key, value in record.items() if key not in {"kind", "custom"})
            self._outcome.skip(row, "", shown[:200], reason)
            return None
        if not record.keys().isdisjoint(DEALINGS):
            self._dealings.settle(row, record)
        if "photo" in record:
            self.photos.settle(row, record)
        shown_name = display_name(record)
        name = fold(shown_name)
        found = self._by_key.find(record, name) if self._by_key is not None else self.known.find(record, name)
        if found is None and (candidate := self.known.maybe(record, name)) is not None:
            act = self._decisions.of(row, MAYBE)
            known_as = str(db.value("SELECT name FROM customer WHERE id = ?", [candidate]))
            self._outcome.doubt(row, MAYBE, shown_name, known_as, act)
            if act == KEEP:
                self._outcome.skip(row, "", shown_name, _("You keep the customer who is there as it is"))
                return candidate
            found = candidate if act == UPDATE else None
        self._settle_number(row, record, found)
        if found is None:
            return self._take_new(row, record, shown_name, name)
        first = self.known.from_row.setdefault(found, row)
        if first != row:
            self._note_repetition(row, first, found, record, shown_name)
            return found
        self.known.content[found] = self._content_of(record)
        self._seen.append((found, row, record))
        if len(self._seen) >= _BATCH:
            self.flush()
        return found

    def _settle_number(self, row: int, record: Record, found: int | None) -> None:
        """A number that somebody else has is not taken over; one that is free now belongs to the row's customer."""
        number = record.get("number")
        if not number:
            return
        owner = self.known.by_number.get(number)
        if owner is None and found is not None:
            self.known.by_number[number] = found
        elif owner is not None and owner != found:
            del record["number"]
            other = self.known.from_row.get(owner, "")
            reason = _("This number belongs to another customer (row {row}) and was not taken over").format(row=other)
            self._outcome.warn(row, "", number, reason)

    def _take_new(self, row: int, record: Record, shown_name: str, name: str) -> int:
        customer_id = self._next_id
        self._next_id += 1
        self.known.content[customer_id] = self._content_of(record)
        record["number"] = record.get("number") or self._auto.take()
        record["name"] = shown_name
        self.known.add_new(customer_id, row, record, name)
        if self._by_key is not None:
            self._by_key.add(customer_id, record, name)
        told = (record.get("city"), *record.get("emails", ())[:1], *record.get("phones", ())[:1])
        self._outcome.add("customers", row, shown_name, *told)
        if not self._dry_run:
            self._new.append((customer_id, record))
            if len(self._new) >= _BATCH:
                self.flush()
        return customer_id

    def says_more(self, found: int, record: Record) -> bool:
        """Whether a row says something else of its customer than the customer's first row."""
        return self._content_of(record) != self.known.content[found]

    def _note_repetition(self, row: int, first: int, found: int, record: Record, shown_name: str) -> None:
        same = not self.says_more(found, record)
        reason = (
            _("Says the same as row {row}") if same else _("The same customer as in row {row}, whose values are kept")
        )
        self._outcome.skip(row, "", shown_name, reason.format(row=first))

    # ---- writing

    def flush(self) -> None:
        """Compare what is known and write what is new so far."""
        seen, self._seen = self._seen, []
        self._compare(seen)
        new, self._new = self._new, []
        if new:
            with self._quiet_journal():
                self._insert(new)

    def finish(self) -> None:
        """Write the rest, and let the series of numbers go on after those that were given."""
        self.flush()
        if not self._dry_run:
            self._auto.store()

    @contextlib.contextmanager
    def _quiet_journal(self) -> Iterator[None]:
        """What is inserted in here is noted in the journal by one statement a table instead of one by one."""
        if self._in_bulk:
            # The whole import stands inside `bulk.inserting`.
            yield
            return
        step = db.current_step()
        first = {table: bulk.next_id(table) for table in TABLES}
        db.execute("UPDATE journal_open SET step_id = NULL WHERE id = 1")
        yield
        db.execute("UPDATE journal_open SET step_id = ? WHERE id = 1", [step])
        for table, row_id in first.items():
            history.journal_inserts(table, row_id)

    def _insert(self, new: list[tuple[int, Record]]) -> None:
        now = self._now
        db.execute_many(
            f"INSERT INTO customer(id, {', '.join(COLUMNS)}, stage_by_hand, created_at, updated_at) "
            f"VALUES({', '.join('?' * (len(COLUMNS) + 4))})",
            ((customer_id, *_row(record), "stage_id" in record, now, now) for customer_id, record in new),
        )
        channels = [
            (customer_id, kind, value)
            for customer_id, record in new
            for kind, key in (("email", "emails"), ("phone", "phones"))
            for value in record.get(key, ())[1:]
        ]
        if channels:
            db.execute_many("INSERT INTO contact_channel(customer_id, kind, value) VALUES(?, ?, ?)", channels)
        self._dealings.note_stages([(i, None, record["stage_id"]) for i, record in new if "stage_id" in record])
        self._insert_tags((customer_id, record["tags"]) for customer_id, record in new if "tags" in record)
        self._insert_days([(i, record["anniversary_on"]) for i, record in new if "anniversary_on" in record])
        self._insert_own((customer_id, record["custom"]) for customer_id, record in new if "custom" in record)
        consent_import.write((i, entry) for i, record in new for entry in record.get("consents", ()))
        self.photos.note((customer_id, record["photo"]) for customer_id, record in new if "photo" in record)

    def _insert_tags(self, wanted: Iterable[tuple[int, list[str]]]) -> None:
        rows = [(customer_id, self._tag_id(tag)) for customer_id, tags in wanted for tag in tags]
        if rows:
            db.execute_many("INSERT OR IGNORE INTO customer_tag(customer_id, tag_id) VALUES(?, ?)", rows)

    def _tag_id(self, tag: str) -> int:
        key = tag.casefold()
        if key not in self._tag_ids:
            found = db.value("SELECT id FROM tag WHERE name = ?", [tag])
            self._tag_ids[key] = found or db.insert("tag", {"name": tag})
        return self._tag_ids[key]

    def _insert_days(self, wanted: Sequence[tuple[int, str]]) -> None:
        if wanted:
            rows = ((customer_id, _(ANNIVERSARY), day) for customer_id, day in wanted)
            db.execute_many("INSERT INTO customer_date(customer_id, title, day_on) VALUES(?, ?, ?)", rows)

    def _insert_own(self, wanted: Iterable[tuple[int, dict[str, str]]]) -> None:
        rows = [
            (customer_id, self._field_id(name), value) for customer_id, own in wanted for name, value in own.items()
        ]
        if rows:
            db.execute_many("INSERT INTO custom_value(customer_id, field_id, value) VALUES(?, ?, ?)", rows)

    def _field_id(self, name: str) -> int:
        if not self._field_ids:
            self._field_ids = {f.name.casefold(): f.id for f in custom_fields.all_fields()}
        key = name.casefold()
        if key not in self._field_ids:
            kind, _colon, unit = self._own_fields.get(name, "text").partition(":")
            values = {"name": name, "kind": kind, "position": 1000, "choices": json.dumps([unit] if unit else [])}
            self._field_ids[key] = db.insert("custom_field", values)
        return self._field_ids[key]

    # ---- comparing

    def _compare(self, seen: list[tuple[int, int, Record]]) -> None:
        if not seen:
            return
        stored = Stored([customer_id for customer_id, _row_number, _record in seen])
        for customer_id, row, record in seen:
            changes = stored.changes(customer_id, record)
            if not changes:
                self._outcome.unchanged["customers"] += 1
                continue
            act = self._decisions.of(row, CHANGED)
            self._outcome.doubt(row, CHANGED, display_name(record), stored.names[customer_id], act)
            if act == NEW:
                self._take_beside(row, record)
                continue
            if act == KEEP:
                self._outcome.unchanged["customers"] += 1
                continue
            self._outcome.updated["customers"] += 1
            for name, (old, new) in changes.items():
                shown = self._dealings.shown(name, old), self._dealings.shown(name, new)
                self._outcome.change(row, stored.names[customer_id], name, *shown)
            if not self._dry_run:
                self._update(customer_id, {name: new for name, (_old, new) in changes.items()})

    def _take_beside(self, row: int, record: Record) -> None:
        """A row that means a known customer becomes a new one, with a number of its own."""
        record.pop("number", None)
        shown_name = display_name(record)
        self._take_new(row, record, shown_name, fold(shown_name))

    def _update(self, customer_id: int, changes: dict[str, Any]) -> None:
        own = {name: value for name, value in changes.items() if name in COLUMNS}
        db.update("customer", customer_id, own | {"updated_at": dates.stamp()})
        if "stage_id" in changes:
            db.update("customer", customer_id, {"stage_by_hand": 1})
            self._dealings.note_stages([(customer_id, db.value(_STAGE_BEFORE, [customer_id]), changes["stage_id"])])
        self._update_lists(customer_id, changes)
        for name, value in changes.items():
            if name.startswith("custom."):
                self._set_own(customer_id, name.removeprefix("custom."), value)

    def _update_lists(self, customer_id: int, changes: dict[str, Any]) -> None:
        for key, kind in (("more_emails", "email"), ("more_phones", "phone")):
            for value in changes.get(key, ()):
                db.insert("contact_channel", {"customer_id": customer_id, "kind": kind, "value": value})
        self._insert_tags([(customer_id, changes.get("tags", []))])
        self.photos.note([(customer_id, changes["photo"])] if "photo" in changes else ())
        consent_import.write(
            (customer_id, new) for name, new in changes.items() if name.startswith(consent_import.PREFIX)
        )
        if "anniversary_on" in changes:
            self._insert_days([(customer_id, changes["anniversary_on"])])

    def _set_own(self, customer_id: int, name: str, value: str) -> None:
        field_id = self._field_id(name)
        found = db.value("SELECT id FROM custom_value WHERE customer_id = ? AND field_id = ?", [customer_id, field_id])
        if found is None:
            db.insert("custom_value", {"customer_id": customer_id, "field_id": field_id, "value": value})
        else:
            db.update("custom_value", found, {"value": value})


def _row(record: Record) -> tuple[Any, ...]:
    """The columns of a new customer; a call per row and not per cell, since there may be 100,000 of them."""
    for kind in ("email", "phone"):
        if values := record.get(f"{kind}s"):
            record[kind] = values[0]
    return tuple(map(record.get, COLUMNS, _EMPTY))


def kinds_of_own_fields(wanted: dict[str, str]) -> dict[str, str]:
    """The kind of each field of the owner's own that columns go to; fields that exist already keep theirs.

    `wanted` maps the name to the kind that suits the column.
    """
    existing = {f.name.casefold(): _plain_kind(f) for f in custom_fields.all_fields()}
    return {name: existing.get(name.casefold(), kind) for name, kind in wanted.items()}


def _plain_kind(found: CustomField) -> str:
    return "text" if found.kind == "choice" else found.kind
