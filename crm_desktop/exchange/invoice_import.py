"""Invoices of a file as historic documents: number, dates and amounts are kept as they are.

Rows with the same number are the lines of one invoice where the sheet has columns of lines; else a repetition is left
out and named. A negative amount is a credit note. Drafts and cancelled invoices are left out with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from crm_desktop.billing import imported
from crm_desktop.billing.imported import ImportedDocument, ImportedLine
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import words
from crm_desktop.exchange.parties import Parties, PartyFinder
from crm_desktop.exchange.records import Record
from crm_desktop.exchange.result import Outcome

_LINE_FIELDS = {"line_name", "quantity", "unit_price", "line_total"}
_LARGEST = Decimal(10) ** 12


class InvoiceImport:
    """Takes the rows of invoices; they are written when all are read, since lines may stand apart."""

    def __init__(
        self,
        outcome: Outcome,
        *,
        dry_run: bool,
        fields: set[str],
        currency: str,
        parties: Parties | None = None,
        contract_of: Callable[[int], int | None] = lambda _row: None,
    ) -> None:
        self._outcome = outcome
        self._dry_run = dry_run
        self._contract_of = contract_of
        self._parties = parties or PartyFinder(outcome, dry_run=dry_run)
        self._has_lines = bool(fields & _LINE_FIELDS)
        self._groups: dict[str, list[tuple[int, Record]]] = {}
        self._currency = currency

    def take(self, row: int, raw: Record) -> None:
        """Take one row."""
        number, reason = raw.get("number", ""), self._why_not(raw)
        if reason:
            shown = str(number or raw.get("customer", ""))
            self._outcome.skip(row, "", shown, reason)
            return
        group = self._groups.setdefault(number, [])
        if group and not self._has_lines:
            self._note_repetition(row, raw, group[0])
            return
        group.append((row, raw))

    def _why_not(self, raw: Record) -> str | None:
        state = words.invoice_state(raw.get("state", ""))
        named = self._parties.names(raw)
        huge = any(isinstance(value, Decimal) and abs(value) > _LARGEST for value in raw.values())
        reasons = (
            (not raw.get("number"), _("No invoice number")),
            (not raw.get("issue_date"), _("No invoice date")),
            (not named, _("No customer is named")),
            (state == "draft", _("A draft, not an invoice")),
            (state == "cancelled", _("Cancelled there")),
            (huge, _("An amount is too large")),
        )
        return next((reason for holds, reason in reasons if holds), None)

    def _note_repetition(self, row: int, raw: Record, first: tuple[int, Record]) -> None:
        same = raw == first[1]
        reason = _("Repeats row {row}") if same else _("The number stands in row {row} already, with other values")
        amount = raw.get("gross", raw.get("net", ""))
        self._outcome.skip(row, "", f"{raw['number']} · {amount}", reason.format(row=first[0]))

    def finish(self) -> None:
        """Link the customers and keep the documents."""
        for number, rows in self._groups.items():
            if rows:
                self._keep(number, rows)
        self._parties.customers.finish()

    def _keep(self, number: str, rows: list[tuple[int, Record]]) -> None:
        row, head = rows[0]
        gross = self._total(rows, "gross")
        kind = words.document_kind(head.get("kind", "")) or ("credit_note" if self._is_negative(rows) else "invoice")
        if imported.find(kind, number) is not None:
            self._outcome.unchanged["invoices"] += 1
            return
        customer_id = self._parties.find(row, head)
        document = self._document(number, kind, customer_id, rows, gross)
        for sentence in imported.oddities(document):
            self._outcome.warn(row, "", number, sentence)
        self._outcome.created["invoices"] += 1
        if not self._dry_run:
            imported.add(document)

    def _is_negative(self, rows: list[tuple[int, Record]]) -> bool:
        for name in ("gross", "net", "line_total"):
            total = self._total(rows, name)
            if total is not None:
                return total < 0
        computed = sum(
            (r.get("quantity", Decimal(1)) * r.get("unit_price", Decimal(0)) for _row, r in rows), Decimal(0)
        )
        return computed < 0

    def _total(self, rows: list[tuple[int, Record]], name: str) -> Decimal | None:
        """An amount of the document: stated once or on every line alike, else the sum of the lines' amounts."""
        stated = [record[name] for _row, record in rows if name in record]
        if not stated:
            return None
        lines_say_more = self._has_lines and len(set(stated)) > 1
        return sum(stated, Decimal(0)) if lines_say_more or name == "line_total" else stated[0]

    def _document(
        self, number: str, kind: str, customer_id: int | None, rows: list[tuple[int, Record]], gross: Decimal | None
    ) -> ImportedDocument:
        head = rows[0][1]
        sign = -1 if kind == "credit_note" and self._is_negative(rows) else 1
        net, tax = self._total(rows, "net"), self._total(rows, "tax")
        sums: dict[str, Any] = {
            name: None if amount is None else amount * sign
            for name, amount in (("net", net), ("tax", tax), ("gross", gross))
        }
        lines = self._lines(rows, sign) if self._has_lines else (self._only_line(head, sums),)
        due, issued = head.get("due_date"), head["issue_date"]
        if due and due < issued:
            self._outcome.warn(rows[0][0], "", due.isoformat(), _("Due before the invoice date; left empty"))
            due = None
        return ImportedDocument(
            number=number,
            customer_id=customer_id,
            issue_on=issued,
            currency=head.get("currency") or self._currency,
            kind=kind,
            due_on=due,
            service_from=head.get("service_from"),
            service_to=head.get("service_to"),
            **sums,
            contract_id=self._contract_of(rows[0][0]),
            paid=self._paid(head, sums, sign),
            paid_on=head.get("paid_on"),
            order_number=head.get("order_number", ""),
            note="\n".join(dict.fromkeys(r["notes"] for _row, r in rows if "notes" in r)),
            lines=lines,
        )

    def _paid(self, head: Record, sums: dict[str, Any], sign: int) -> Decimal:
        """What was paid: as stated, else what is not open, else all of it where the state or a day says so."""
        gross = (
            sums["gross"] if sums["gross"] is not None else (sums["net"] or Decimal(0)) + (sums["tax"] or Decimal(0))
        )
        if "paid" in head:
            return Decimal(head["paid"] * sign)
        if "open" in head:
            return max(Decimal(gross - head["open"] * sign), Decimal(0))
        settled = words.invoice_state(head.get("state", "")) == "paid" or head.get("paid_on")
        return Decimal(gross) if settled and (head.get("paid_on") or dates.today()) <= dates.today() else Decimal(0)

    def _only_line(self, head: Record, sums: dict[str, Any]) -> ImportedLine:
        net, tax, gross = sums["net"], sums["tax"], sums["gross"]
        amount = net if net is not None else (gross or Decimal(0)) - (tax or Decimal(0))
        name = head.get("notes", "").split("\n")[0][:200] or _("As on the original invoice")
        return ImportedLine(name=name, price=Decimal(amount), net=Decimal(amount), rate=_rate(head, amount, tax))

    def _lines(self, rows: list[tuple[int, Record]], sign: int) -> tuple[ImportedLine, ...]:
        return tuple(
            ImportedLine(
                name=record.get("line_name") or record.get("line_number") or _("Item"),
                quantity=record.get("quantity", Decimal(1)) * (sign if "unit_price" in record else 1),
                unit=words.unit(record.get("unit", "")) or "C62",
                price=record.get("unit_price", record.get("line_total", Decimal(0)) * sign),
                rate=record.get("tax_rate"),
                net=record["line_total"] * sign if "line_total" in record else None,
                item_number=record.get("line_number", ""),
            )
            for _row, record in rows
        )


def _rate(head: Record, net: Decimal, tax: Decimal | None) -> Decimal | None:
    """The tax rate of a document of one line: as stated, else as the amounts say, to half a per cent."""
    if "tax_rate" in head:
        return Decimal(head["tax_rate"])
    if not tax or not net:
        return None
    halves = (tax * 200 / net).quantize(Decimal(1)) / 2
    return halves if abs(net * halves / 100 - tax) <= Decimal("0.05") else None
