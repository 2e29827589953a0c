"""Payments of a file: each settles its invoice, found by number; the same payment is never booked twice.

A payment is known by its invoice (or customer), day, amount and currency; rows that are alike in all of that count as
often as they stand in the file. What an invoice does not need stays as the customer's credit.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from crm_desktop.billing import settlement, wording
from crm_desktop.billing.settlement import Settled
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import LARGEST_MINOR, to_minor
from crm_desktop.db import connection as db
from crm_desktop.exchange import words
from crm_desktop.exchange.parties import PartyFinder
from crm_desktop.exchange.records import Record
from crm_desktop.exchange.result import Outcome

_LARGEST = Decimal(10) ** 12
_DOCUMENT = (
    "SELECT id FROM document WHERE number = ?1 AND state = 'issued' AND deleted_at IS NULL AND kind IN "
    "('invoice', 'credit_note', 'receipt') ORDER BY (kind = 'credit_note') <> ?2, id LIMIT 1"
)
_BOOKED_FOR = (
    "SELECT count(*) FROM payment p WHERE p.paid_on = ?1 AND p.amount_minor = ?2 AND p.currency = ?3 AND "
    "EXISTS (SELECT 1 FROM allocation a WHERE a.payment_id = p.id AND a.document_id = ?4)"
)
_BOOKED_BY = (
    "SELECT count(*) FROM payment p WHERE p.paid_on = ?1 AND p.amount_minor = ?2 AND p.currency = ?3 AND "
    "p.customer_id = ?4 AND p.reference = ?5 AND NOT EXISTS (SELECT 1 FROM allocation a WHERE a.payment_id = p.id)"
)


class PaymentImport:
    """Takes payments row by row; they are written when all are read, the earliest first."""

    def __init__(self, outcome: Outcome, *, dry_run: bool, currency: str) -> None:
        self._outcome = outcome
        self._dry_run = dry_run
        self._currency = currency
        self._parties = PartyFinder(outcome, dry_run=dry_run)
        self._rows: list[tuple[int, Record]] = []
        self._seen: Counter[tuple[Any, ...]] = Counter()
        self._booked: dict[tuple[Any, ...], int] = {}
        self._documents: dict[int, Settled] = {}
        self._taken: Counter[int] = Counter()

    def take(self, row: int, raw: Record) -> None:
        """Take one row."""
        amount, day = raw.get("amount"), raw.get("paid_on")
        reasons = (
            (not day, _("No day of payment")),
            (not amount, _("No amount")),
            (bool(amount) and abs(amount or 0) >= _LARGEST, _("An amount is too large")),
            (day is not None and not dates.is_plausible(day), _("The year cannot be right")),
        )
        reason = next((reason for holds, reason in reasons if holds), None)
        if reason:
            self._outcome.skip(row, "", str(raw.get("number") or raw.get("customer") or ""), reason)
        else:
            self._rows.append((row, raw))

    def finish(self) -> None:
        """Book what is new."""
        for row, raw in sorted(self._rows, key=lambda item: (item[1]["paid_on"], item[0])):
            self._take(row, raw)
        for turn in self._parties.left():
            self._keep_as_credit(*turn)
        self._parties.customers.finish()

    def _take(self, row: int, raw: Record) -> None:
        document = self._document(raw)
        currency = document.currency if document else raw.get("currency") or self._currency
        minor = to_minor(raw["amount"], currency)
        day, shown = raw["paid_on"].isoformat(), _shown(raw)
        if abs(minor) >= LARGEST_MINOR or not minor:
            self._outcome.skip(row, "", shown, _("An amount is too large") if minor else _("No amount"))
            return
        if document is not None:
            if raw.get("currency", currency) != currency:
                self._outcome.skip(row, "", shown, _("In another currency than its invoice"))
            elif not self._is_there(_BOOKED_FOR, [day, minor, currency, document.id]):
                self._settle(row, raw, document, minor, shown)
            return
        for turn in self._parties.in_turn(row, raw):
            self._keep_as_credit(*turn)

    def _document(self, raw: Record) -> Settled | None:
        number = raw.get("number")
        found = db.value(_DOCUMENT, [number, raw["amount"] < 0]) if number else None
        if found is None:
            return None
        if found not in self._documents:
            self._documents[found] = settlement.settled(found)
        return self._documents[found]

    def _is_there(self, sql: str, key: list[Any]) -> bool:
        """Whether this payment is booked already: as often as rows like it have come."""
        kept = (sql, *key)
        if kept not in self._booked:
            self._booked[kept] = int(db.value(sql, key))
        self._seen[kept] += 1
        if self._seen[kept] > self._booked[kept]:
            return False
        self._outcome.unchanged["payments"] += 1
        return True

    def _settle(self, row: int, raw: Record, document: Settled, minor: int, shown: str) -> None:
        left = document.open_minor - self._taken[document.id]
        if not left or (minor > 0) != (left > 0):
            sentence = (
                _("{number} is settled already") if minor > 0 else _("Money that went back belongs to a credit note")
            )
            self._outcome.skip(row, "", shown, sentence.format(number=document.number))
            return
        part = min(minor, left) if minor > 0 else max(minor, left)
        if part != minor and (minor < 0 or document.customer_id is None):
            self._outcome.skip(row, "", shown, _("More than {number} owes").format(number=document.number))
            return
        if part != minor:
            self._outcome.warn(row, "", shown, _("More than {number} owes; the rest is the customer's credit").format(
                number=document.number))  # fmt: skip
        self._taken[document.id] += part
        self._outcome.add("payments", row, shown, wording.day(raw["paid_on"]))
        if not self._dry_run:
            payment_id = self._write(document.customer_id, raw, minor, document.currency, raw.get("reference", ""))
            settlement.allocate(document.id, part, raw["paid_on"], payment_id=payment_id)

    def _keep_as_credit(self, row: int, raw: Record, customer_id: int | None) -> None:
        number, shown = raw.get("number", ""), _shown(raw)
        if customer_id is None:
            reason = _("There is no invoice {number}, and no customer is named").format(number=number)
            self._outcome.skip(row, "", shown, reason if number else self._parties.why_nobody(raw))
            return
        currency = raw.get("currency") or self._currency
        minor = to_minor(raw["amount"], currency)
        reference = " ".join(str(part) for part in (number, raw.get("reference", "")) if part)
        if minor < 0:
            self._outcome.skip(row, "", shown, _("Money that went back belongs to a credit note"))
        elif not self._is_there(_BOOKED_BY, [raw["paid_on"].isoformat(), minor, currency, customer_id, reference]):
            if number:
                sentence = _("There is no invoice {number}: kept as the customer's credit")
                self._outcome.warn(row, "", shown, sentence.format(number=number))
            self._outcome.add("payments", row, shown, wording.day(raw["paid_on"]))
            if not self._dry_run:
                self._write(customer_id, raw, minor, currency, reference)

    def _write(self, customer_id: int | None, raw: Record, minor: int, currency: str, reference: str) -> int:
        said = settlement.Words(
            method=words.payment_method(raw.get("method", "")) or "other",
            reference=reference,
            note=raw.get("notes", ""),
        )
        return settlement.insert_payment(customer_id, minor, currency, raw["paid_on"], said)


def _shown(raw: Record) -> str:
    return f"{raw.get('number', '')} · {raw['amount']}".strip(" ·")
