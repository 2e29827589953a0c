"""Everything that is printed on a document, from quote to credit note, as plain data.

A paper knows neither the data file nor the window: `from_record` fills it from a document, tests write it by hand, and
`commercial_pdf.render` turns it into a PDF. Amounts are `Decimal` with the currency's own decimals, rates are per cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm_desktop.documents.stationery import USUAL, Stationery

INVOICE, CREDIT_NOTE, RECEIPT = "invoice", "credit_note", "receipt"
QUOTE, ORDER_CONFIRMATION, DELIVERY_NOTE, PROFORMA = "quote", "order_confirmation", "delivery_note", "proforma"
BILLS = (INVOICE, CREDIT_NOTE, RECEIPT)
ITEM, OPTIONAL, ALTERNATIVE = "item", "optional", "alternative"
HEADING, SUBTOTAL, COMMENT = "heading", "subtotal", "comment"
POSITIONS = (ITEM, OPTIONAL, ALTERNATIVE)
NET, GROSS = "net", "gross"
_ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """A discount or a charge, on a line or on the whole document. `amount` is positive."""

    amount: Decimal
    percent: Decimal | None = None
    reason: str = ""
    is_charge: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line. `price` is for `base_quantity` units; `amount` is the line after its discounts, in the price mode.

    `unit` is a code of UN/ECE Recommendation 20. `rate` is None where no tax is shown. A heading or comment only has its
    `name` and `description`, a subtotal also its `amount`.
    """

    name: str
    quantity: Decimal
    price: Decimal
    amount: Decimal
    unit: str = "C62"
    base_quantity: Decimal = Decimal(1)
    rate: Decimal | None = None
    description: str = ""
    item_number: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    role: str = ITEM


@dataclass(frozen=True, kw_only=True)
class Deduction:
    """What an earlier deposit or partial invoice billed of one tax rate, taken off a final invoice."""

    number: str
    issued_on: date
    rate: Decimal | None
    basis: Decimal
    tax: Decimal


@dataclass(frozen=True, kw_only=True)
class TaxGroup:
    """The tax of all that is taxed alike; `note` says why there is none."""

    category: str
    rate: Decimal | None
    basis: Decimal
    tax: Decimal
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Sums:
    """The sums of the document. `lines` is in the price mode; `due` is what is left to pay.

    `prepaid` is what was paid before, without what is deducted for deposits.
    """

    lines: Decimal
    without_tax: Decimal
    tax: Decimal
    with_tax: Decimal
    due: Decimal
    prepaid: Decimal = _ZERO
    rounding: Decimal = _ZERO
    tax_currency: str = ""
    tax_in_currency: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Bank:
    """Where to pay."""

    holder: str = ""
    iban: str = ""
    bic: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Seller:
    """Who sends the paper. `logo` are the bytes of a PNG or JPEG."""

    name: str
    country: str
    tagline: str = ""
    owner: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    vat_id: str = ""
    tax_number: str = ""
    seller_id: str = ""
    register_number: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    bank: Bank = Bank()
    logo: bytes | None = None
    accent: str = "#8A5A16"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """When to pay. `discounted` is what to pay until `discount_until`; `text` is said in addition.

    On what is no bill the terms are only announced: `days` after the invoice, or the terms' `name`; `discount_days`.
    """

    due_on: date | None = None
    discount_percent: Decimal | None = None
    discount_until: date | None = None
    discounted: Decimal | None = None
    text: str = ""
    paid_by: str = ""
    name: str = ""
    days: int | None = None
    discount_days: int = 0


@dataclass(frozen=True, kw_only=True)
class Head:
    """The facts at the head. `service_from` alone is a day, with `service_to` a period.

    `preceding_*` is the invoice that is corrected, `source_*` the document that this one follows.
    """

    number: str = ""
    issued_on: date | None = None
    service_from: date | None = None
    service_to: date | None = None
    customer_number: str = ""
    order_number: str = ""
    buyer_reference: str = ""
    buyer_vat_id: str = ""
    contact: str = ""
    phone: str = ""
    preceding_number: str = ""
    preceding_on: date | None = None
    valid_until: date | None = None
    source_kind: str = ""
    source_number: str = ""


@dataclass(frozen=True, kw_only=True)
class PaymentSlip:
    """The Swiss payment slip: account, reference and addresses as printed; `content` is what its code says."""

    account: str
    reference: str
    creditor: tuple[str, ...]
    debtor: tuple[str, ...]
    amount: Decimal
    currency: str
    message: str
    content: str


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One printed document. `language` chooses the words, `locale` ("de_AT") the forms of numbers and days.

    `address` are the lines in the window of the envelope, the name first; empty for a sale over the counter.
    `delivery` are the lines of another delivery address. `is_draft` prints a watermark and neither number nor payment
    code; `is_copy` marks a further copy.
    """

    kind: str = INVOICE
    type_code: str = "380"
    language: str
    locale: str
    currency: str
    price_mode: str = NET
    seller: Seller
    address: tuple[str, ...] = ()
    delivery: tuple[str, ...] = ()
    head: Head
    lines: tuple[Line, ...]
    adjustments: tuple[Adjustment, ...] = ()
    taxes: tuple[TaxGroup, ...] = ()
    sums: Sums
    deductions: tuple[Deduction, ...] = ()
    terms: Terms = Terms()
    intro: str = ""
    closing: str = ""
    footer: str = ""
    slip: PaymentSlip | None = None
    stationery: Stationery = USUAL
    is_draft: bool = False
    is_copy: bool = False

    @property
    def shows_prices(self) -> bool:
        """Whether there are prices: a delivery note goes with the goods and has none."""
        return self.kind != DELIVERY_NOTE

    @property
    def shows_tax(self) -> bool:
        """Whether a column of tax rates says anything: some group is taxed, or there are several."""
        return len(self.taxes) > 1 or any(group.rate for group in self.taxes)
