"""What a document holds, from quote to credit note: `Draft` while it is written, `Document` with number and sums.

A draft is exactly what was entered. A document is a draft with its parties filled in, its terms and its totals: stored
and frozen once issued, or computed on the fly to preview a draft. Paper, e-invoice and terminal read `Document`.

Party dictionaries (`seller`, `buyer`, `ship_to`) use the column names of company and customer: `name`, `addition`,
`street`, `postcode`, `city`, `state`, `country`, `vat_id`, `tax_number`, `email`, `phone` and so on. In a draft they
hold only what differs from the company's or customer's record; in a document they are complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from crm_desktop.company.payment_terms import Terms
from crm_desktop.core.money import round_amount, to_minor
from crm_desktop.sales.basket import NET, POSITIONS, TEXTS, Adjustment, Basket, Line
from crm_desktop.sales.totals import LineTotal, Totals

INVOICE, CREDIT_NOTE, RECEIPT = "invoice", "credit_note", "receipt"
QUOTE, ORDER_CONFIRMATION, DELIVERY_NOTE, PROFORMA = "quote", "order_confirmation", "delivery_note", "proforma"
# Documents that ask for money or give it back; the others bind nobody to pay and enter no book.
BILLS = (INVOICE, CREDIT_NOTE, RECEIPT)
OFFERS = (QUOTE, ORDER_CONFIRMATION, DELIVERY_NOTE, PROFORMA)
KINDS = BILLS + OFFERS
# SQL of what an issued bill `d` adds to the turnover, net: a final invoice without what its deposits had brought in.
TURNOVER_SQL = (
    "(CASE d.kind WHEN 'credit_note' THEN -1 ELSE 1 END) * (d.tax_basis_minor - coalesce("
    "(SELECT sum(x.basis_minor) FROM document_deduction x WHERE x.document_id = d.id), 0))"
)
# UNTDID 1001. Deposits, parts and corrected invoices are invoices with a code of their own.
DEPOSIT, PARTIAL, CORRECTED = "386", "326", "384"
TYPE_CODES = {
    INVOICE: "380", CREDIT_NOTE: "381", RECEIPT: "380", QUOTE: "310", ORDER_CONFIRMATION: "320",
    DELIVERY_NOTE: "270", PROFORMA: "325",
}  # fmt: skip
# What a line is: only an item counts in the sums; optional and alternative positions of a quote show their price.
ITEM, OPTIONAL, ALTERNATIVE = POSITIONS
HEADING, SUBTOTAL, COMMENT = TEXTS
Party = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    """One line as entered. `price` is for `base_quantity` units, in the price mode of the draft; `rate` in per cent."""

    name: str
    quantity: Decimal = Decimal(1)
    price: Decimal = Decimal(0)
    unit: str = "C62"
    category: str = "S"
    rate: Decimal | None = None
    description: str = ""
    item_id: int | None = None
    item_number: str = ""
    base_quantity: Decimal = Decimal(1)
    allowances: tuple[Adjustment, ...] = ()
    charges: tuple[Adjustment, ...] = ()
    role: str = ITEM
    source_line_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Deduction:
    """What an earlier deposit or partial invoice billed already, per tax group; a final invoice takes it off.

    `basis` is without tax. `deducted_id` is None for an invoice that is not in this data file.
    """

    deducted_id: int | None
    number: str
    issue_on: date
    category: str
    rate: Decimal | None
    basis: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        """With tax: what was to be paid for it."""
        return self.basis + self.tax


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A document as entered, of any kind. `id` is None until it was saved for the first time.

    `due_on` and `service_from` may stay empty: issuing fills them from the terms and the issue date. `prepaid` was paid
    before; `paid_at_issue` names how the whole amount is paid on the spot ("cash", "card"), empty if it stays open.
    `source_id` is the document that it followed from, `preceding_*` the invoice that it corrects. `deductions` are
    billed already: the totals are those of everything, what is left to pay and to be taxed is without them.
    """

    kind: str = INVOICE
    type_code: str = "380"
    language: str
    currency: str
    price_mode: str = NET
    customer_id: int | None = None
    contact_person_id: int | None = None
    contract_id: int | None = None
    delivery_address_id: int | None = None
    issue_on: date | None = None
    due_on: date | None = None
    service_from: date | None = None
    service_to: date | None = None
    payment_terms_id: int | None = None
    terms_text: str = ""
    order_number: str = ""
    buyer_reference: str = ""
    intro: str = ""
    closing: str = ""
    exemption_reason: str = ""
    exemption_code: str = ""
    preceding_id: int | None = None
    preceding_number: str = ""
    preceding_on: date | None = None
    source_id: int | None = None
    valid_until: date | None = None
    schedule_id: int | None = None
    einvoice_format: str = ""
    payment_reference: str = ""
    cash_step: Decimal | None = None
    tax_currency: str = ""
    exchange_rate: Decimal | None = None
    tax_total_accounting: Decimal | None = None
    prepaid: Decimal = Decimal(0)
    paid_at_issue: str = ""
    internal_note: str = ""
    seller: Party = field(default_factory=dict)
    buyer: Party = field(default_factory=dict)
    ship_to: Party = field(default_factory=dict)
    lines: tuple[DraftLine, ...] = ()
    allowances: tuple[Adjustment, ...] = ()
    charges: tuple[Adjustment, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    id: int | None = None
    updated_at: str = ""

    @property
    def service_day(self) -> date | None:
        """The day whose tax rates hold: the end of the service, else its start, else the issue date."""
        return self.service_to or self.service_from or self.issue_on

    @property
    def deducted(self) -> Decimal:
        """What deposit and partial invoices billed already, with tax."""
        return sum((part.gross for part in self.deductions), Decimal(0))

    def basket(self) -> Basket:
        """What `totals.calculate` adds up."""
        return Basket(
            lines=tuple(
                Line(
                    line.quantity,
                    line.price,
                    line.category,
                    line.rate,
                    line.base_quantity,
                    line.allowances,
                    line.charges,
                    line.role,
                )
                for line in self.lines
            ),
            currency=self.currency,
            price_mode=self.price_mode,
            allowances=self.allowances,
            charges=self.charges,
            prepaid=self.prepaid + self.deducted,
            cash_step=self.cash_step,
            tax_currency=self.tax_currency or None,
            tax_total_accounting=self.tax_total_accounting,
            exchange_rate=self.exchange_rate,
        )


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why a tax category has no tax: a sentence for people, a VATEX code for programs; either may be empty."""

    reason: str
    code: str


@dataclass(frozen=True, kw_only=True)
class Document(Draft):
    """A draft with parties, terms and totals. `number` is None and `state` is "draft" until it is issued.

    `exemptions` says per tax category why there is no tax. `paid`, `credited` and `open` are as of now; `open` is
    negative on a credit note that is still to be paid out or set against an invoice.
    """

    totals: Totals
    state: str = "draft"
    number: str | None = None
    terms: Terms | None = None
    discount_until: date | None = None
    exemptions: dict[str, Exemption] = field(default_factory=dict)
    paid: Decimal = Decimal(0)
    credited: Decimal = Decimal(0)
    open: Decimal = Decimal(0)
    imported: bool = False
    issued_at: str = ""
    sent_at: str = ""

    def entries(self) -> Iterator[tuple[int, DraftLine, LineTotal]]:
        """Each line with its position from 1 and its sums."""
        yield from (
            (place, line, sums)
            for place, (line, sums) in enumerate(zip(self.lines, self.totals.lines, strict=True), start=1)
        )

    @property
    def due_minor(self) -> int:
        """What was to be paid when it was issued, in minor units."""
        return to_minor(self.totals.due, self.currency)

    @property
    def discounted(self) -> Decimal | None:
        """What to pay by `discount_until`, or None without a discount for early payment."""
        if self.terms is None or not self.terms.discount_bp or self.totals.due <= 0:
            return None
        return self.totals.due - round_amount(self.totals.due * self.terms.discount_bp / 10_000, self.currency)
