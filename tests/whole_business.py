"""A business that did everything once, for tests of what looks at everything; `fill` it on the frozen day `TODAY`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from crm_desktop.billing import (
    bank_booking,
    bank_matching,
    chain,
    deposits,
    drafts,
    dunning_letters,
    invoices,
    received_documents,
    recurring_edit,
    to_bill,
)
from crm_desktop.billing.bank_movement import BankFile, Movement, Statement
from crm_desktop.billing.document import DraftLine
from crm_desktop.billing.document_files import Printed
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.outreach import letters, mails
from crm_desktop.sales import work_done

TODAY = date(2026, 11, 24)
LINE = DraftLine(name="Kitchen", price=Decimal(1000), rate=Decimal(19))


def issue(draft):
    return invoices.issue(draft.id, lambda _document: Printed(b"%PDF-1.7", b"<xml/>"))


def bill(customer, **more):
    return issue(drafts.save(replace(drafts.begin(customer), lines=(LINE,), **more)))


def fill():
    """Deposit and final invoice, a letter, a booked statement, billed hours and months, a received invoice, a mail."""
    profile.save({"name": "Werk", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "vat_id": "DE136695976"})
    cafe = customers.save(
        {"company": "Café", "street": "Kai 7", "city": "Hamburg", "country": "DE", "email": "a@cafe.example"}
    )
    late = TODAY - timedelta(days=20)
    with dates.freeze(late):
        bill(cafe, issue_on=late, due_on=late)
    placed = issue(drafts.save(replace(drafts.begin(cafe, "order_confirmation"), lines=(LINE,))))
    issue(deposits.deposit(placed.id, percent=Decimal(30)))
    issue(chain.follow(placed.id, "invoice"))
    dunning_letters.make_letters([dunning_letters.Choice(cafe, "EUR")], lambda _letter: b"%PDF-1.7 letter")
    paid = bill(cafe)
    moved = Movement(booked_on=TODAY, amount_minor=119_000, currency="EUR", purpose=paid.number)
    statement = Statement(format="camt", account="DE89", currency="EUR", movements=(moved, replace(moved, purpose="?")))
    bank_booking.take_in(BankFile(name="a.xml", sha256="0" * 64, statements=(statement,)))
    bank_booking.book(bank_booking.matches(bank_matching.proposals().values()))
    work_done.save({"customer_id": cafe, "name": "Hours", "quantity": Decimal(1), "price": Decimal(80)})
    recurring_edit.save(
        {"customer_id": cafe, "title": "Hosting", "price": Decimal(31), "anchor_on": date(2026, 9, 1),
         "start_on": date(2026, 9, 1)}
    )  # fmt: skip
    for draft in to_bill.bill(cafe):
        issue(draft)
    received_documents.file(
        received_documents.ToFile(
            kind="invoice", format="cii", sender="Holz AG", sender_vat_id="", number="4711", issue_on=TODAY,
            due_on=TODAY, currency="EUR", net_minor=100, tax_minor=19, gross_minor=119, content={}, findings=[],
            file=b"<xml/>", media_type="application/xml",
        )
    )  # fmt: skip
    mails.queue(letters.about_document(paid.id))
    return cafe
