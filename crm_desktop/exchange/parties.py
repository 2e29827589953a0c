"""The customer whom a row of a contract, invoice, payment or deal names: who is there, else a new one."""

from __future__ import annotations

import re
from typing import Protocol

from crm_desktop.core.text import fold
from crm_desktop.db import connection as db
from crm_desktop.exchange.customer_import import CustomerImport
from crm_desktop.exchange.records import Record, customer_of
from crm_desktop.exchange.result import Outcome

# What of a row names its customer.
NAMED_BY = ("customer", "customer_number", "customer_email", "vat_id")
_OF_CUSTOMER = ("phones", "street", "postcode", "city", "country", "vat_id")


class Parties(Protocol):
    """What knows the customer of a row."""

    customers: CustomerImport

    def names(self, record: Record) -> bool:
        """Whether a row names its customer."""

    def find(self, row: int, record: Record) -> int | None:
        """The id of the row's customer; None where there is none."""

    def waits(self, row: int, record: Record) -> bool:
        """Whether a row without a customer waits for one that says who it is."""

    def late(self, record: Record | None = None) -> list[tuple[int, Record]]:
        """The rows that waited for the customer of a row, or at the end all that are left."""


class PartyFinder:
    """Finds the customer whom a row names by number, tax number, e-mail or name, and makes one that is not there yet."""

    def __init__(self, outcome: Outcome, *, dry_run: bool) -> None:
        self.customers = CustomerImport(outcome, dry_run=dry_run)
        self._found: dict[tuple[str, ...], int | None] = {}
        self._by_tax: dict[str, int] | None = None
        self._late: dict[str, list[tuple[int, Record]]] | None = {}

    def names(self, record: Record) -> bool:
        """Whether a row names its customer."""
        return any(record.get(name) for name in NAMED_BY)

    def find(self, row: int, record: Record) -> int | None:
        """The id of the row's customer; None where the row names nobody."""
        emails = record.get("customer_email", [])
        tax = _plain(record.get("vat_id", ""))
        key = (record.get("customer_number", ""), fold(record.get("customer", "")), tax, *emails)
        if not any(key):
            return None
        if key not in self._found:
            self._found[key] = self._look_up(key[0], key[1], tax, emails) or self._create(row, record)
        return self._found[key]

    def waits(self, row: int, record: Record) -> bool:
        """Whether a row that names a number which nobody has yet waits for one that says who it is."""
        number = record.get("customer_number", "")
        if self._late is None or not number:
            return False
        self._late.setdefault(number, []).append((row, record))
        return True

    def late(self, record: Record | None = None) -> list[tuple[int, Record]]:
        """The rows that waited for the customer of this row, in their order; without a row all that are left."""
        if self._late is None:
            return []
        if record is not None:
            rows = self._late.pop(record.get("customer_number", ""), [])
        else:
            rows, self._late = [row for waiting in self._late.values() for row in waiting], None
        if rows:
            self._found = {key: found for key, found in self._found.items() if found is not None}
        return rows

    def _look_up(self, number: str, name: str, tax: str, emails: list[str]) -> int | None:
        known = self.customers.known
        if number and number in known.by_number:
            return known.by_number[number]
        if tax and tax in self._taxed():
            return self._taxed()[tax]
        if not number and not emails and name:
            if name in known.by_name:
                return known.by_name[name]
            # A contract may name its customer by number in the column "customer".
            return known.by_number.get(name.upper()) or known.by_number.get(name)
        return known.find({"emails": emails}, name) if emails and not number else None

    def _taxed(self) -> dict[str, int]:
        """Tax number or VAT id → customer, of those who were there before."""
        if self._by_tax is None:
            self._by_tax = {
                plain: customer_id
                for customer_id, *taxes in db.query(
                    "SELECT id, vat_id, tax_number FROM customer WHERE deleted_at IS NULL AND vat_id || tax_number <> ''"
                )
                for text in taxes
                if (plain := _plain(text))
            }
        return self._by_tax

    def _create(self, row: int, record: Record) -> int | None:
        if not record.get("customer") and not record.get("customer_email"):
            return None
        told = {"name": "customer", "emails": "customer_email", "number": "customer_number"}
        new = {key: record[key] for key in _OF_CUSTOMER if key in record}
        new |= {key: record[name] for key, name in told.items() if record.get(name)}
        customer_id = self.customers.take_record(row, customer_of(new))
        self.customers.flush()
        return customer_id


def _plain(tax: str) -> str:
    """A tax number without blanks and signs, so that "DE 136 695 976" and "DE136695976" are one."""
    return re.sub(r"\W", "", tax).upper()
