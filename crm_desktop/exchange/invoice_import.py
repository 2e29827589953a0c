"""Invoices of a file as historic documents: number, dates and amounts are kept as they are.

Rows with the same number are the lines of one invoice where the sheet has columns of lines; else a repetition is left
out and named. A negative amount is a credit note. Drafts and cancelled invoices are left out with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.billing import due, imported, payments, wording
from crm_desktop.billing.imported import ImportedDocument, ImportedLine
from crm_desktop.company import payment_terms, profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.money import to_minor
from crm_desktop.exchange import due_words, invoice_again, invoice_states, parties, words
from crm_desktop.exchange.deciding import KEEP, PAID_SINCE, Decisions
from crm_desktop.exchange.invoice_states import State
from crm_desktop.exchange.parties import Parties, PartyFinder
from crm_desktop.exchange.records import Record
from crm_desktop.exchange.result import Outcome
from crm_desktop.exchange.survey import Locale
from crm_desktop.sales.basket import GROSS, NET

_CLOSE = Decimal("0.02")
_SUMS = {"gross", "net", "open", "unit_price", "line_total"}
_LINE_FIELDS = {"line_name", "quantity", "unit_price", "line_total"}
# What often only the first line of an invoice says.
_ONLY_FIRST = {"issue_date", *parties.OF_CUSTOMER}
_HEAD = {"number", *_ONLY_FIRST}
_LARGEST = Decimal(10) ** 12
# The highest tax rate in use anywhere near, as a share.
_HIGHEST_TAX = Decimal("0.3")


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
        price_mode: str = NET,
        decisions: Decisions | None = None,
    ) -> None:
        self._outcome = outcome
        self._decisions = decisions or Decisions()
        self._price_mode = price_mode
        company = profile.load()
        self._locale = Locale.of(company.country, company.language)
        self._tells_state = bool(fields & {"state", "paid", "open", "paid_on"})
        self._without_due = self._tells_sums = False
        self._dry_run = dry_run
        self._contract_of = contract_of
        self._parties = parties or PartyFinder(outcome, dry_run=dry_run)
        self._has_lines = bool(fields & _LINE_FIELDS)
        self._groups: dict[str, list[tuple[int, Record]]] = {}
        self._left_out: dict[str, tuple[int, Record]] = {}
        self._number = ""
        self._currency = currency

    def take(self, row: int, raw: Record) -> None:
        """Take one row."""
        raw = _added_up(raw)
        self._tells_sums |= not _SUMS.isdisjoint(raw)
        if self._has_lines:
            raw = self._with_head(raw)
        number, reason = raw.get("number", ""), self._why_not(raw)
        if reason:
            if self._has_lines:
                self._left_out.setdefault(number, (row, raw))
            self._outcome.skip(row, "", str(number or raw.get("customer") or raw.get("line_name", "")), reason)
            return
        group = self._groups.setdefault(number, [])
        if group and not self._has_lines:
            self._note_repetition(row, raw, group[0])
            return
        group.append((row, raw))

    def _with_head(self, raw: Record) -> Record:
        """A line with what only the first line of its invoice says; one without a number is of the invoice above it."""
        if not _HEAD.isdisjoint(raw):
            self._number = raw.get("number", "")
        elif self._number and not _LINE_FIELDS.isdisjoint(raw):
            raw = {"number": self._number} | raw
        first = self._groups.get(raw.get("number", ""))
        return {name: first[0][1][name] for name in _HEAD if name in first[0][1]} | raw if first else raw

    def _why_not(self, raw: Record) -> str | None:
        number = str(raw.get("number", ""))
        # "storniert" may stand where the number would.
        told = raw.get("state", "") or ("" if any(map(str.isdecimal, number)) else number)
        state = invoice_states.read(told).code
        named = self._parties.names(raw)
        huge = any(isinstance(value, Decimal) and abs(value) > _LARGEST for value in raw.values())
        left_out = self._left_out.get(raw.get("number", ""))
        if left_out is not None and not _ONLY_FIRST.isdisjoint(raw) and ("state" in raw or "state" not in left_out[1]):
            left_out = None
        reasons = (
            (left_out, _("Belongs to row {row}, which is left out").format(row=(left_out or [0])[0])),
            (not raw.get("number"), _("No invoice number")),
            (not raw.get("issue_date"), _("No invoice date")),
            (not named, _("No customer is named")),
            (state == "draft", _("A draft, not an invoice")),
            (state == "cancelled", _("Cancelled there")),
            (
                words.document_kind(raw.get("kind", "")) == "other",
                _("Says “{kind}”: no invoice of yours").format(kind=raw.get("kind", "")),
            ),
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
                self._keep_or_compare(number, rows)
        for turn in self._parties.left():
            self._keep(*turn)
        if self._without_due:
            self._outcome.warn(0, "", "", _due_words())
        if self._groups and not self._tells_sums:
            self._outcome.warn(0, "", "", _("The file names no sums: the invoices come in without, and count as paid."))
        self._parties.customers.finish()

    def _keep_or_compare(self, number: str, rows: list[tuple[int, Record]]) -> None:
        row, head = rows[0]
        known = imported.find(self._kind(rows), number)
        if known is not None:
            self._stands(row, number, known, self._document(number, None, rows))
            return
        # Any of the lines may say who the customer is.
        who = {name: record[name] for _row, record in reversed(rows) for name in parties.OF_CUSTOMER if name in record}
        for turn in self._parties.in_turn(row, head | who):
            self._keep(*turn)

    def _kind(self, rows: list[tuple[int, Record]]) -> str:
        named = words.document_kind(rows[0][1].get("kind", ""))
        return named or ("credit_note" if self._is_negative(rows) else "invoice")

    def _keep(self, row: int, head: Record, customer_id: int | None) -> None:
        number = head["number"]
        if customer_id is None:
            self._outcome.skip(row, "", number, self._parties.why_nobody(head))
            return
        document = self._document(number, customer_id, self._groups[number])
        owed = document.kind != "credit_note" and document.paid < imported.gross_of(document)
        self._without_due |= owed and document.due_on is None
        for sentence in imported.oddities(document):
            self._outcome.warn(row, "", number, sentence)
        total = wording.amount(to_minor(imported.gross_of(document), document.currency), document.currency)
        self._outcome.add("invoices", row, number, wording.day(document.issue_on), total, head.get("customer"))
        if not self._dry_run:
            imported.add(document)

    def _stands(self, row: int, number: str, document_id: int, document: ImportedDocument) -> None:
        """An invoice that is here already stays as it is; what was paid since is booked, unless the user keeps it out."""
        found = invoice_again.compare(document_id, document, tells_state=self._tells_state)
        for remark in found.remarks:
            self._outcome.warn(row, "", number, remark)
        if not found.to_book:
            self._outcome.unchanged["invoices"] += 1
            return
        act = self._decisions.of(row, PAID_SINCE)
        self._outcome.doubt(row, PAID_SINCE, number, number, act)
        if act == KEEP:
            self._outcome.unchanged["invoices"] += 1
            return
        self._outcome.updated["invoices"] += 1
        paid = (found.paid_here, found.paid_here + found.to_book)
        self._outcome.change(row, number, "paid", *(wording.amount(minor, document.currency) for minor in paid))
        if not self._dry_run:
            payments.book_imported(document_id, found.to_book, document.paid_on or dates.today())

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
        whole = sum(stated, Decimal(0))
        if name == "line_total" or (self._has_lines and len(set(stated)) > 1):
            return whole
        # Lines that are alike: is it the amount of each, or that of the invoice on each?
        lines = sum(
            (r.get("line_total", r.get("quantity", 1) * r.get("unit_price", 0)) for _row, r in rows), Decimal(0)
        )
        expected = lines if name != "tax" else (self._total(rows, "gross") or lines) - lines
        each = self._has_lines and name != "paid" and lines and abs(whole - expected) < abs(stated[0] - expected)
        return whole if each else stated[0]

    def _document(self, number: str, customer_id: int | None, rows: list[tuple[int, Record]]) -> ImportedDocument:
        head, kind, gross = rows[0][1], self._kind(rows), self._total(rows, "gross")
        sign = -1 if kind == "credit_note" and self._is_negative(rows) else 1
        net, tax = self._total(rows, "net"), self._total(rows, "tax")
        sums: dict[str, Any] = {
            name: None if amount is None else amount * sign
            for name, amount in (("net", net), ("tax", tax), ("gross", gross))
        }
        lines = self._lines(rows, sign) if self._has_lines else (self._only_line(head, sums),)
        if self._has_lines and net is None and tax is None and sums["gross"] is not None:
            sums["net"] = self._net_of(lines, self._mode_of(lines, sums), sums["gross"])
        state = self._state(rows)
        due, issued = self._due(*rows[0]), head["issue_date"]
        document = ImportedDocument(
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
            price_mode=self._mode_of(lines, sums),
            paid_on=head.get("paid_on") or state.on,
            order_number=head.get("order_number", ""),
            note="\n".join(dict.fromkeys(r["notes"] for _row, r in rows if "notes" in r)),
            lines=lines,
        )
        return replace(document, paid=self._paid(rows[0], state, imported.gross_of(document), document.paid_on, sign))

    def _due(self, row: int, head: Record) -> date | None:
        """The day on which an invoice is due: as stated, else so many days after its date."""
        due, issued = head.get("due_date"), head["issue_date"]
        if due and due < issued:
            self._outcome.warn(row, "", due.isoformat(), _("Due before the invoice date; left empty"))
            due = None
        days = due_words.days(head["due_days"]) if due is None and "due_days" in head else None
        return due if days is None else dates.add_days(issued, days)

    def _state(self, rows: list[tuple[int, Record]]) -> State:
        """What the file says of the payment of an invoice; of its lines the first that says something."""
        said = list(dict.fromkeys(record["state"] for _row, record in rows if "state" in record))
        if not said:
            return State("")
        locale = self._locale
        found = [
            invoice_states.read(text, rows[0][1]["issue_date"], locale.day_order, locale.decimal_sign) for text in said
        ]
        if len({state.code for state in found}) > 1:
            self._outcome.warn(rows[0][0], "", ", ".join(said), _("The lines differ in their state; stands as open"))
            return State(invoice_states.OPEN)
        return found[0]

    def _paid(
        self, first: tuple[int, Record], state: State, gross: Decimal, paid_on: date | None, sign: int
    ) -> Decimal:
        """What was paid: as stated, else what is not open, else all of it where the state or a day says so."""
        row, head = first
        if "paid" in head:
            return Decimal(head["paid"] * sign)
        if "open" in head:
            return max(Decimal(gross - head["open"] * sign), Decimal(0))
        if state.amount is not None:
            return min(state.amount, gross) if not state.amount_is_open else max(gross - state.amount, Decimal(0))
        said = head.get("state", "")
        if paid_on is not None and paid_on > dates.today():
            self._outcome.warn(row, "", said or paid_on.isoformat(), _("The day of payment lies ahead; stands as open"))
            return Decimal(0)
        if said and not state.code and not head.get("paid_on"):
            self._outcome.warn(row, "", said, _("This state is not understood; stands as open"))
        if state.code == invoice_states.PARTIAL:
            self._outcome.warn(row, "", said, _("Paid in part, but not how much; stands as open in full"))
        settled = state.code == invoice_states.PAID or (head.get("paid_on") and state.code in {"", invoice_states.OPEN})
        return gross if settled else Decimal(0)

    def _mode_of(self, lines: Sequence[ImportedLine], sums: dict[str, Any]) -> str:
        """Whether the lines hold the tax: as the totals of the document prove, else as holds for the sheet."""
        if not self._has_lines:
            return NET
        entered = sum((imported.entered(line) for line in lines), Decimal(0))
        net, gross = sums["net"], sums["gross"]
        if gross is not None and gross != net and abs(entered - gross) <= _CLOSE:
            return GROSS
        return NET if net is not None and abs(entered - net) <= _CLOSE else self._price_mode

    def _net_of(self, lines: Sequence[ImportedLine], mode: str, gross: Decimal) -> Decimal | None:
        """The amount without tax that the lines make, where it goes with the amount with tax; None where it does not."""
        net = sum((imported.entered(line) for line in lines), Decimal(0))
        if mode == GROSS:
            inside = imported.tax_inside(lines)
            return gross - inside if inside and abs(net - gross) <= _CLOSE * len(lines) else None
        tax = sum((imported.entered(line) * (line.rate or 0) / 100 for line in lines), Decimal(0))
        stated = all(line.net is not None for line in lines) and not any(line.rate for line in lines)
        fits = abs(net + tax - gross) <= _CLOSE * len(lines) or (stated and 0 <= gross - net <= net * _HIGHEST_TAX)
        return net if fits else None

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
                net=_line_amount(record, sign),
                item_number=record.get("line_number", ""),
            )
            for _row, record in rows
        )


def _added_up(raw: Record) -> Record:
    """A row with the sums that stand apart for each tax rate as one: "net" and "net_2"."""
    parts = {name: name.rstrip("0123456789").removesuffix("_") for name in raw if name[-1:].isdecimal()}
    sums = {name: whole for name, whole in parts.items() if whole in {"net", "tax"}}
    if not sums:
        return raw
    made = {name: value for name, value in raw.items() if name not in sums}
    for name, whole in sums.items():
        made[whole] = made.get(whole, Decimal(0)) + raw[name]
    return made


def _line_amount(record: Record, sign: int) -> Decimal | None:
    """The amount of a line where more than quantity and price tell it: as stated, else less its discount."""
    if "line_total" in record:
        return Decimal(record["line_total"] * sign)
    if not 0 < record.get("discount", 0) <= 100 or "unit_price" not in record:
        return None
    full = record.get("quantity", Decimal(1)) * record["unit_price"] * sign
    return Decimal(round(full * (100 - record["discount"]) / 100, 2))


def _due_words() -> str:
    """What holds for invoices without a due date."""
    terms = profile.load().payment_terms_id
    days = payment_terms.get(terms).days if terms is not None else due.USUAL_DAYS
    words_ = ngettext(
        "The file names no due dates: invoices are due {n} day after their date, as your terms of payment say.",
        "The file names no due dates: invoices are due {n} days after their date, as your terms of payment say.",
        days,
    )
    return words_.format(n=days)


def _rate(head: Record, net: Decimal, tax: Decimal | None) -> Decimal | None:
    """The tax rate of a document of one line: as stated, else as the amounts say, to half a per cent."""
    if "tax_rate" in head:
        return Decimal(head["tax_rate"])
    if not tax or not net:
        return None
    halves = (tax * 200 / net).quantize(Decimal(1)) / 2
    return halves if abs(net * halves / 100 - tax) <= Decimal("0.05") else None
