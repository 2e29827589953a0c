"""The customers that are there, and those that a file has brought so far, by what they are recognised by."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from crm_desktop.core.text import fold
from crm_desktop.db import connection as db
from crm_desktop.exchange.customer_columns import CustomerColumns
from crm_desktop.exchange.records import Record

_SIMILAR = 60


def similar(one: str, other: str) -> bool:
    """Whether two folded names may mean the same customer."""
    if not one or not other or one in other or other in one:
        return True
    from rapidfuzz import fuzz

    return bool(fuzz.token_set_ratio(one, other) >= _SIMILAR)


class Known:
    """The customers that are there, by what they are recognised by; new ones of the file are added as they come."""

    def __init__(self) -> None:
        self.by_number: dict[str, int] = {}
        self.content: dict[int, int] = {}
        self._names: dict[int, str] = {}
        self._from_row: dict[int, int] = {}
        self._by_name: dict[str, int] = {}
        self._unsettled: list[tuple[range, list[str], Sequence[int]]] = []
        self._by_email: dict[str, int] = {}
        self._more_by_email: dict[str, list[int]] = {}
        self._by_place: dict[tuple[str, str], int] = {}
        self._unplaced: list[tuple[range, list[str], list[str]]] = []
        rows = db.query(
            "SELECT c.id, c.number, l.sort_name, c.email, c.postcode, c.street FROM customer c "
            "JOIN customer_list l ON l.id = c.id WHERE c.deleted_at IS NULL ORDER BY c.id"
        )
        for customer_id, number, name, email, postcode, street in rows:
            self._add(customer_id, number, name, [email] if email else [], postcode or fold(street))
        channels = db.query(
            "SELECT k.customer_id, k.value FROM contact_channel k JOIN customer c ON c.id = k.customer_id "
            "WHERE k.kind = 'email' AND c.deleted_at IS NULL ORDER BY k.id"
        )
        for customer_id, email in channels:
            self._add_email(email, customer_id)
        self._before = frozenset(self.by_name)

    @property
    def names(self) -> dict[int, str]:
        """Folded name by id."""
        self._settle()
        return self._names

    @property
    def from_row(self) -> dict[int, int]:
        """The row that a customer of the file stands in first, by id."""
        self._settle()
        return self._from_row

    @property
    def by_name(self) -> dict[str, int]:
        """The first customer of each folded name."""
        self._settle()
        return self._by_name

    def _settle(self) -> None:
        """Take in the batches that were added: not before somebody asks, which a file of new customers never does."""
        for ids, names, rows in self._unsettled:
            self._names.update(zip(ids, names, strict=True))
            self._from_row.update(zip(ids, rows, strict=True))
            for name, customer_id in zip(names, ids, strict=True):
                self._by_name.setdefault(name, customer_id)
        self._unsettled.clear()

    def _add(self, customer_id: int, number: str, name: str, emails: list[str], place: str) -> None:
        self.by_number[number] = customer_id
        self.names[customer_id] = name
        self.by_name.setdefault(name, customer_id)
        for email in emails:
            self._add_email(email, customer_id)
        if place:
            self._places().setdefault((name, place), customer_id)

    def _add_email(self, email: str, customer_id: int) -> None:
        key = email.lower()
        if self._by_email.setdefault(key, customer_id) != customer_id:
            self._more_by_email.setdefault(key, []).append(customer_id)

    def _with_email(self, email: str) -> list[int]:
        key = email.lower()
        return [self._by_email[key], *self._more_by_email.get(key, ())] if key in self._by_email else []

    def add_new(self, customer_id: int, row: int, record: Record, name: str) -> None:
        """Remember a new customer of the file by its row."""
        place = record.get("postcode") or fold(record.get("street", ""))
        self._add(customer_id, record.get("number", ""), name, record.get("emails", []), place)
        self.from_row[customer_id] = row

    def find(self, record: Record, name: str) -> int | None:
        """The customer that a record means, or None."""
        number = record.get("number")
        if number in self.by_number:
            found = self.by_number[number]
            if found not in self.from_row or similar(name, self.names[found]):
                return found
            # Somebody else in this file has the number: look for the row by what else it says.
            number = None
        for email in record.get("emails", ()):
            for candidate in self._with_email(email):
                same = self.names[candidate] == name
                if same and not (number and candidate in self.from_row):
                    return candidate
                if not number and similar(name, self.names[candidate]):
                    return candidate
        if number:
            return None
        place = record.get("postcode") or fold(record.get("street", ""))
        found_there = self._places().get((name, place)) if place else None
        return found_there if found_there is not None else self._alone(record, name)

    def maybe(self, record: Record, name: str) -> int | None:
        """A customer who was there before and has the name or an e-mail address of a record that is nobody known."""
        same = [self.by_name.get(name)] if name else []
        for email in record.get("emails", ()):
            same += self._with_email(email)
        return next((found for found in same if found is not None and found not in self.from_row), None)

    def _alone(self, record: Record, name: str) -> int | None:
        """A row with hardly more than a name is recognised by the name."""
        if record.get("emails") or record.get("postcode") or record.get("street"):
            return None
        return self.by_name.get(name)

    # ---- many at once

    def are_new(self, batch: CustomerColumns) -> bool:
        """Whether none of these means a customer who is known, or another one of them; in doubt not."""
        emails = [email.lower() for email in batch.several("emails")]
        if not all(batch.folded) or not self._before.isdisjoint(batch.folded) or not _fresh(emails, self._by_email):
            return False
        numbers = batch.values.get("number")
        if numbers is not None:
            return all(numbers) and _fresh(numbers, self.by_number)
        places = _places_of(batch)
        reached = places if all(places) else map(str.__add__, places, batch.values.get("emails", places))
        homes = [(name, place) for name, place in zip(batch.folded, places, strict=True) if place]
        return all(reached) and _fresh(homes, self._places())

    def add_columns(self, ids: range, batch: CustomerColumns, numbers: list[str]) -> None:
        """Remember customers of the file, all of them new, by these ids and numbers."""
        self.by_number.update(zip(numbers, ids, strict=True))
        self.content.update(zip(ids, batch.contents(), strict=True))
        self._unsettled.append((ids, batch.folded, batch.rows))
        if "emails" in batch.values:
            self._by_email.update(zip(map(str.lower, batch.firsts("emails")), ids, strict=True))
            self._by_email.pop("", None)
        for place, email in batch.further("emails"):
            self._by_email[email.lower()] = ids[place]
        self._unplaced.append((ids, batch.folded, _places_of(batch)))

    def _places(self) -> dict[tuple[str, str], int]:
        """Who lives where. Worked out when it is asked for: a file in which every customer has a number never does."""
        for ids, names, places in self._unplaced:
            for customer_id, name, place in zip(ids, names, places, strict=True):
                if place:
                    self._by_place.setdefault((name, place), customer_id)
        self._unplaced.clear()
        return self._by_place


def _fresh(values: Sequence[Hashable], known: dict[Any, int]) -> bool:
    """Whether no value is there twice or known."""
    return len(set(values)) == len(values) and known.keys().isdisjoint(values)


def _places_of(batch: CustomerColumns) -> list[str]:
    """What tells customers of the same name apart: postcode, else street."""
    nothing = [""] * len(batch.rows)
    streets = batch.values.get("street", nothing)
    return [
        postcode or (fold(street) if street else "")
        for postcode, street in zip(batch.values.get("postcode", nothing), streets, strict=True)
    ]
