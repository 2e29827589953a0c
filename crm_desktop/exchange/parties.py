"""The customer whom a row of a contract, invoice, payment or deal names: who is there, else a new one.

A row that names its customer by number, VAT id or e-mail address alone waits for one that says who that is, wherever in the
file it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.text import fold
from crm_desktop.db import connection as db
from crm_desktop.exchange.customer_import import CustomerImport
from crm_desktop.exchange.known_customers import similar
from crm_desktop.exchange.records import Record, customer_of
from crm_desktop.exchange.result import Outcome

# What of a row names its customer.
NAMED_BY = ("customer", "customer_number", "customer_email", "vat_id")
_MORE = ("phones", "street", "postcode", "city", "country", "vat_id")
# All that a row says of its customer.
OF_CUSTOMER = (*NAMED_BY, *_MORE)
# A row, its record, and the customer, None where nobody is found.
Turn = tuple[int, Record, int | None]


class Parties(Protocol):
    """What knows the customer of a row."""

    customers: CustomerImport

    def names(self, record: Record) -> bool:
        """Whether a row names its customer."""

    def in_turn(self, row: int, record: Record) -> Iterator[Turn]:
        """The rows whose turn it is now that this one is there: those that waited for it, then itself unless it waits."""

    def left(self) -> Iterator[Turn]:
        """At the end the rows that waited in vain."""

    def why_nobody(self, record: Record) -> str:
        """Why a row has no customer, as a sentence."""


class PartyFinder:
    """Finds the customer whom a row names by number, tax number, e-mail or name, and makes one that is not there yet."""

    def __init__(self, outcome: Outcome, *, dry_run: bool) -> None:
        self.customers = CustomerImport(outcome, dry_run=dry_run)
        self._found: dict[tuple[str, ...], int] = {}
        self._by_tax: dict[str, list[int]] | None = None
        # Several customers of one file may carry our own number, since some programs write it into every row.
        self._ours = _plain(profile.load().vat_id)
        # What rows with a name told beside it, for those without.
        self._told: dict[str, int] = {}
        self._waiting: dict[int, Record] = {}
        self._rows_waiting_for: dict[str, list[int]] = {}

    def names(self, record: Record) -> bool:
        """Whether a row names its customer."""
        return any(record.get(name) for name in NAMED_BY)

    def in_turn(self, row: int, record: Record) -> Iterator[Turn]:
        """The rows whose turn it is now that this one is there: those that waited for it, then itself unless it waits."""
        keys = self._keys(record)
        if not record.get("customer") and keys:
            customer_id = self._by_key(keys[0])
            if customer_id is None:
                self._waiting[row] = record
                self._rows_waiting_for.setdefault(keys[0], []).append(row)
                return
        else:
            customer_id = self._find(row, record)
            waited = {early for key in keys for early in self._rows_waiting_for.pop(key, ())}
            for early in sorted(waited & self._waiting.keys()):
                yield from self.in_turn(early, self._waiting.pop(early))
        yield row, record, customer_id

    def left(self) -> Iterator[Turn]:
        """At the end the rows that waited in vain; who has an e-mail address is made a customer by it."""
        waiting, self._waiting = self._waiting, {}
        for row, record in waiting.items():
            others = (self._by_key(key) for key in self._keys(record))
            found = next((found for found in others if found is not None), None)
            yield row, record, self._create(row, record) if found is None and record.get("customer_email") else found

    def _by_key(self, key: str) -> int | None:
        """Who is known by what a row without a name says of its customer; what says it best comes first, the others last."""
        what, _blank, value = key.partition(" ")
        known = self.customers.known
        if what == "tax":
            return self._with_tax(value, "")
        found = known.by_number.get(value) if what == "number" else known.find({"emails": [value]}, "")
        return self._told.get(key) if found is None else found

    def why_nobody(self, record: Record) -> str:
        """Why a row has no customer, as a sentence."""
        number = record.get("customer_number") or record.get("vat_id")
        if not number:
            return _("No customer is named")
        if len(self._taxed().get(self._tax(record), ())) > 1:
            return _("Several customers have the number {number}").format(number=record["vat_id"])
        return _("No customer has the number {number}, and no row says who it is. Bring the customers first").format(
            number=number
        )

    def _keys(self, record: Record) -> list[str]:
        """What tells the same customer in another row, beside the name."""
        told = (
            ("number", record.get("customer_number", "")),
            ("tax", self._tax(record)),
            *(("e-mail", email.lower()) for email in record.get("customer_email", ())),
        )
        return [f"{what} {value}" for what, value in told if value]

    def _tax(self, record: Record) -> str:
        tax = _plain(record.get("vat_id", ""))
        return "" if tax == self._ours else tax

    def _find(self, row: int, record: Record) -> int | None:
        """The id of the row's customer, made where the row has a name; None where it names nobody who is known."""
        emails = record.get("customer_email", [])
        number, name, tax = record.get("customer_number", ""), fold(record.get("customer", "")), self._tax(record)
        key = (number, name, tax, *emails)
        if key in self._found or not any(key):
            return self._found.get(key)
        found = self._look_up(number, name, tax, emails)
        if found is None:
            found = self._create(row, record)
        if found is not None:
            self._found[key] = found
            for told in self._keys(record):
                self._told.setdefault(told, found)
            if tax and found not in (those := self._taxed().setdefault(tax, [])):
                those.append(found)
        return found

    def _look_up(self, number: str, name: str, tax: str, emails: list[str]) -> int | None:
        known = self.customers.known
        by_number = known.by_number.get(number, self._told.get(f"number {number}")) if number else None
        if by_number is not None:
            return by_number
        by_tax = self._with_tax(tax, name)
        if by_tax is not None:
            return by_tax
        if not number and not emails and name:
            if name in known.by_name:
                return known.by_name[name]
            # A contract may name its customer by number in the column "customer".
            return known.by_number.get(name.upper()) or known.by_number.get(name)
        return known.find({"emails": emails}, name) if emails and not number else None

    def _with_tax(self, tax: str, name: str) -> int | None:
        """Whose tax number it is, if the name fits; a row without a name means the only one who has it."""
        names = self.customers.known.names
        alike = [one for one in self._taxed().get(tax, ()) if similar(name, names[one])] if tax else []
        same = [one for one in alike if names[one] == name]
        return same[0] if same else alike[0] if len(alike) == 1 else None

    def _taxed(self) -> dict[str, list[int]]:
        """Tax number or VAT id → those who have it, of the customers who were there before and those of the file."""
        if self._by_tax is None:
            self._by_tax = {}
            for customer_id, *taxes in db.query(
                "SELECT id, vat_id, tax_number FROM customer WHERE deleted_at IS NULL AND vat_id || tax_number <> ''"
            ):
                for plain in {_plain(text) for text in taxes} - {""}:
                    self._by_tax.setdefault(plain, []).append(customer_id)
        return self._by_tax

    def _create(self, row: int, record: Record) -> int | None:
        told = {"name": "customer", "emails": "customer_email", "number": "customer_number"}
        new = {key: record[key] for key in _MORE if key in record and (key != "vat_id" or self._tax(record))}
        new |= {key: record[name] for key, name in told.items() if record.get(name)}
        customer_id = self.customers.take_record(row, customer_of(new))
        self.customers.flush()
        return customer_id


def _plain(tax: str) -> str:
    """A tax number without blanks and signs, so that "DE 136 695 976" and "DE136695976" are one."""
    return re.sub(r"\W", "", tax).upper()
