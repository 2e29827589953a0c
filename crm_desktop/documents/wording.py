"""The words on paper: which facts, sums and sentences a paper shows, in its language.

Pure text, no positions: `commercial_pdf` lays it out. Each function gives rows in the order in which they are printed.

Source: what an invoice must say: Directive 2006/112/EC art. 226, in Germany § 14 UStG; deposit invoices EN 16931 BT-3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm_desktop.core import formats
from crm_desktop.core.i18n import document_text
from crm_desktop.documents import kind_words, terms_words
from crm_desktop.documents.paper import BILLS, CREDIT_NOTE, GROSS, INVOICE, PROFORMA, Adjustment, Deduction, Paper
from crm_desktop.sales.basket import without_percent

Row = tuple[str, str]


@dataclass(frozen=True)
class SumRow:
    """One row under the table. `strong` is the total; `ruled` rows start a new block under a line."""

    label: str
    amount: str
    strong: bool = False
    ruled: bool = False


def title(paper: Paper) -> str:
    """What kind of paper this is: "Quote", "Invoice", "Credit note"."""
    return kind_words.title(paper)


def full_title(paper: Paper) -> str:
    """Kind and number, for the head of following pages and for the file: "Invoice RE-2026-0152"."""
    return f"{title(paper)} {paper.head.number}".strip()


def facts(paper: Paper) -> list[Row]:
    """The block beside the address: label and value, without what is empty."""
    say, head = paper.language, paper.head
    number = document_text(say, "given when issued") if paper.is_draft and not head.number else head.number
    rows = [
        (kind_words.number_label(paper), number),
        (kind_words.date_label(paper), _day(paper, head.issued_on)),
        (document_text(say, "Valid until"), _day(paper, head.valid_until)),
        _service(paper),
        kind_words.source_row(paper),
        (document_text(say, "For invoice"), _preceding(paper)),
        (document_text(say, "Customer number"), head.customer_number),
        (document_text(say, "Your order"), head.order_number),
        (document_text(say, "Your reference"), head.buyer_reference),
        (document_text(say, "Your VAT id"), head.buyer_vat_id),
        (document_text(say, "Contact"), head.contact),
        (document_text(say, "Phone"), head.phone),
    ]
    return [(label, value) for label, value in rows if value]


def _day(paper: Paper, value: date | None) -> str:
    return formats.day(value, paper.locale) if value else ""


def _service(paper: Paper) -> Row:
    first, last = paper.head.service_from, paper.head.service_to
    if first and last and first != last:
        return document_text(paper.language, "Service period"), formats.day_range(first, last, paper.locale)
    return kind_words.service_label(paper), _day(paper, first or last)


def _preceding(paper: Paper) -> str:
    number, day = paper.head.preceding_number, paper.head.preceding_on
    if not number or not day:
        return number
    return document_text(paper.language, "{number} of {date}").format(number=number, date=_day(paper, day))


def adjustment(paper: Paper, entry: Adjustment) -> str:
    """What a discount or charge is called: "Discount 5% (loyal customer)"."""
    say = paper.language
    share = f" {formats.percent(entry.percent, paper.locale)}" if entry.percent is not None else ""
    name = document_text(say, "Surcharge") if entry.is_charge else document_text(say, "Discount")
    reason = without_percent(entry.reason, entry.percent)
    says_more = reason and reason != name  # without a reason of its own it carries the usual word
    return f"{name}{share} ({reason})" if says_more else f"{name}{share}"


def _money(paper: Paper, value: Decimal) -> str:
    return formats.money(value, paper.currency, paper.locale)


def _tax_name(paper: Paper) -> str:
    return name_of_tax(paper.language, paper.seller.country)


def name_of_tax(language: str, country: str) -> str:
    """What the tax on sales is called in the seller's country."""
    return document_text(language, "Sales tax") if country == "US" else document_text(language, "VAT")


def tax_heading(paper: Paper) -> str:
    """The heading of the column of rates."""
    if paper.seller.country == "US":
        return document_text(paper.language, "Tax")
    return document_text(paper.language, "VAT rate")


def sum_rows(paper: Paper) -> list[SumRow]:
    """The sums under the table; with gross prices the tax is named below the total that contains it.

    A delivery note has none.
    """
    if not paper.shows_prices:
        return []
    return list(_gross_rows(paper) if paper.price_mode == GROSS else _net_rows(paper))


def _net_rows(paper: Paper) -> Iterator[SumRow]:
    say, sums = paper.language, paper.sums
    if paper.adjustments:
        yield SumRow(document_text(say, "Sum of lines"), _money(paper, sums.lines))
        yield from _adjustment_rows(paper)
    taxed = [group for group in paper.taxes if group.rate or (group.rate is not None and len(paper.taxes) > 1)]
    if taxed or paper.adjustments:
        yield SumRow(document_text(say, "Net amount"), _money(paper, sums.without_tax))
    for group in taxed:
        label = document_text(say, "{tax} {rate} on {amount}")
        yield SumRow(_tax_label(paper, label, group.rate or Decimal(0), group.basis), _money(paper, group.tax))
    yield _total(paper)
    yield from _after_total(paper)


def _gross_rows(paper: Paper) -> Iterator[SumRow]:
    if paper.adjustments:
        yield SumRow(document_text(paper.language, "Sum of lines"), _money(paper, paper.sums.lines))
        yield from _adjustment_rows(paper)
    yield _total(paper)
    for group in paper.taxes:
        if group.rate:
            label = document_text(paper.language, "includes {tax} {rate} on {amount}")
            yield SumRow(_tax_label(paper, label, group.rate, group.basis), _money(paper, group.tax))
    yield from _after_total(paper)


def _tax_label(paper: Paper, label: str, rate: Decimal, basis: Decimal) -> str:
    return label.format(tax=_tax_name(paper), rate=formats.percent(rate, paper.locale), amount=_money(paper, basis))


def _adjustment_rows(paper: Paper) -> Iterator[SumRow]:
    for entry in paper.adjustments:
        signed = entry.amount if entry.is_charge else -entry.amount
        yield SumRow(adjustment(paper, entry), _money(paper, signed))


def _total(paper: Paper) -> SumRow:
    return SumRow(kind_words.total_label(paper), _money(paper, paper.sums.with_tax), strong=True, ruled=True)


def _after_total(paper: Paper) -> Iterator[SumRow]:
    say, sums = paper.language, paper.sums
    if sums.tax_currency and sums.tax_in_currency is not None:
        label = document_text(say, "{tax} in {currency}").format(tax=_tax_name(paper), currency=sums.tax_currency)
        yield SumRow(label, formats.money(sums.tax_in_currency, sums.tax_currency, paper.locale))
    for part in paper.deductions:
        yield SumRow(_deduction(paper, part), _money(paper, -part.basis - part.tax))
    if sums.prepaid:
        yield SumRow(document_text(say, "Already paid"), _money(paper, -sums.prepaid))
    if sums.rounding:
        yield SumRow(document_text(say, "Rounding"), _money(paper, sums.rounding))
    if sums.prepaid or sums.rounding or paper.deductions:
        yield SumRow(kind_words.rest_label(paper), _money(paper, sums.due), strong=True, ruled=True)
    if paper.deductions:
        yield from _rest_of_tax(paper)


def _deduction(paper: Paper, part: Deduction) -> str:
    """What was billed before: number, day, net and tax, as the law wants it."""
    say = paper.language
    values = {"number": part.number, "date": _day(paper, part.issued_on), "net": _money(paper, part.basis)}
    if not part.rate:
        return document_text(say, "less {number} of {date}: {net}").format(**values)
    return document_text(say, "less {number} of {date}: {net} + {tax} {rate} {amount}").format(
        **values, tax=_tax_name(paper), rate=formats.percent(part.rate, paper.locale), amount=_money(paper, part.tax)
    )


def _rest_of_tax(paper: Paper) -> Iterator[SumRow]:
    """The tax that is in what is left to pay."""
    for group in paper.taxes:
        billed = [part for part in paper.deductions if part.rate == group.rate]
        basis = group.basis - sum((part.basis for part in billed), Decimal(0))
        tax = group.tax - sum((part.tax for part in billed), Decimal(0))
        if group.rate and (basis or tax):
            label = document_text(paper.language, "includes {tax} {rate} on {amount}")
            yield SumRow(_tax_label(paper, label, group.rate, basis), _money(paper, tax))


def tax_notes(paper: Paper) -> list[str]:
    """Why some of it is not taxed: a sentence per reason; none where there are no prices."""
    say = paper.language
    if not paper.shows_prices:
        return []
    usual = {
        "AE": document_text(say, "Reverse charge: the recipient owes the tax."),
        "K": document_text(say, "Tax-free delivery within the European Union."),
        "G": document_text(say, "Tax-free export."),
        "O": document_text(say, "Not subject to tax."),
        "E": document_text(say, "Exempt from tax."),
    }
    notes = [group.note or usual.get(group.category, "") for group in paper.taxes if not group.tax]
    return list(dict.fromkeys(filter(None, notes)))


def payment_lines(paper: Paper) -> list[str]:
    """How to pay: the main sentence first, then what goes with it."""
    say, terms = paper.language, paper.terms
    if paper.kind not in BILLS:
        return kind_words.agreed(paper)
    if paper.kind == CREDIT_NOTE or paper.sums.due < 0:
        lines = [document_text(say, "We settle this amount with open invoices or pay it back.")]
    elif terms.paid_by:
        lines = [paid_sentence(paper)]
    elif paper.sums.due == 0 and paper.deductions:
        lines = [document_text(say, "Nothing is left to pay with this invoice.")]
    elif paper.sums.due == 0 and not paper.sums.prepaid:
        # A draft that has just been begun.
        lines = []
    elif paper.sums.due == 0:
        lines = [document_text(say, "Everything is paid already. Nothing is left to pay.")]
    else:
        lines = list(_due_lines(paper))
    # Terms of a draft may repeat what the company's own terms say already.
    return list(dict.fromkeys([*lines, *terms_words.in_words(paper)]))


def paid_sentence(paper: Paper) -> str:
    """How the amount was paid on the spot."""
    say = paper.language
    sentences = {
        "cash": document_text(say, "Paid in cash. Thank you."),
        "card": document_text(say, "Paid by card. Thank you."),
        "transfer": document_text(say, "Paid by bank transfer. Thank you."),
    }
    return sentences.get(paper.terms.paid_by, document_text(say, "Paid. Thank you."))


def _due_lines(paper: Paper) -> Iterator[str]:
    say, terms = paper.language, paper.terms
    if terms.due_on is None:
        yield document_text(say, "Payable on receipt")
    elif paper.head.issued_on is not None and terms.due_on <= paper.head.issued_on:
        yield document_text(say, "Payable at once without deduction")
    else:
        yield document_text(say, "Payable by {date} without deduction").format(
            date=formats.day_long(terms.due_on, paper.locale)
        )
    if terms.discount_percent and terms.discount_until and terms.discounted is not None:
        yield document_text(say, "If you pay by {date}, deduct {percent}: {amount}").format(
            date=formats.day_long(terms.discount_until, paper.locale),
            percent=formats.percent(terms.discount_percent, paper.locale),
            amount=_money(paper, terms.discounted),
        )


def bank_rows(paper: Paper) -> list[Row]:
    """Where to pay: label and value; empty where there is nothing to pay or no account."""
    say, bank = paper.language, paper.seller.bank
    if not bank.iban or paper.kind not in (INVOICE, PROFORMA) or paper.terms.paid_by or paper.sums.due <= 0:
        return []
    rows = [
        (document_text(say, "Recipient"), bank.holder or paper.seller.name),
        ("IBAN", grouped(bank.iban)),
        ("BIC", bank.bic),
        (document_text(say, "Reference"), paper.head.number),
    ]
    return [(label, value) for label, value in rows if value]


def grouped(iban: str) -> str:
    """An IBAN in groups of four."""
    compact = "".join(iban.split())
    return " ".join(compact[place : place + 4] for place in range(0, len(compact), 4))


def footer_columns(paper: Paper) -> list[list[str]]:
    """The four columns at the foot: who, how to reach, bank, tax; the first line of the first is the name."""
    say, seller = paper.language, paper.seller
    bank = seller.bank
    owner = document_text(say, "Owner {name}").format(name=seller.owner) if seller.owner else ""
    columns = [
        [seller.name, owner, seller.street, f"{seller.postcode} {seller.city}".strip()],
        [
            document_text(say, "Phone {number}").format(number=seller.phone) if seller.phone else "",
            seller.email,
            seller.website,
        ],
        [bank.name, f"IBAN {grouped(bank.iban)}" if bank.iban else "", f"BIC {bank.bic}" if bank.bic else ""],
        [
            document_text(say, "VAT id {number}").format(number=seller.vat_id) if seller.vat_id else "",
            document_text(say, "Tax no. {number}").format(number=seller.tax_number) if seller.tax_number else "",
            seller.register_number or seller.seller_id,
        ],
    ]
    return [[line for line in column if line] for column in columns]


def texts(paper: Paper) -> Iterator[str]:
    """Every text that the owner or the customer's record brings, for checking its characters."""
    seller = paper.seller
    yield from (seller.name, seller.tagline, seller.owner, seller.street, seller.city, seller.bank.holder)
    yield from (*paper.address, *paper.delivery, paper.intro, paper.closing, paper.footer, paper.terms.text)
    head = paper.head
    yield from (head.number, head.order_number, head.buyer_reference, head.contact)
    for line in paper.lines:
        yield from (line.name, line.description, line.item_number, *(a.reason for a in line.adjustments))
    yield from (entry.reason for entry in paper.adjustments)
    yield from (group.note for group in paper.taxes)
