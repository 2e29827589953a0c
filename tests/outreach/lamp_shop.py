"""What tests of campaigns need: customers who agreed, plans, purchases, and what a mailbox holds afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2

from crm_desktop.billing import drafts, invoices
from crm_desktop.billing.document import DraftLine
from crm_desktop.customers import consent, contacts, customers
from crm_desktop.outreach import campaigns, mail_account
from crm_desktop.outreach.campaigns import Words

TODAY = date(2026, 11, 24)


def add(number, *, agreed=True, **values):
    """A customer who agreed to the newsletter."""
    person = {
        "kind": "person", "first_name": f"Ida{number}", "last_name": f"Berg{number}", "salutation": "Frau",
        "email": f"ida{number}@kunde.example", "street": f"Weg {number}", "postcode": "20459", "city": "Hamburg",
        "country": "DE", "phone": f"+49 40 {1000 + number}", "language": "de",
    }  # fmt: skip
    made = customers.save(person | values)
    if agreed:
        for purpose in ("newsletter", "post", "phone"):
            consent.note(made, purpose, consent.GIVEN, source="Form")
    return made


def plan(kind="email", subject="Hello {first_name}", body="Hello {first_name} in {city}", **values):
    made = campaigns.save({"name": "Winter", "kind": kind, "purpose": campaigns.USUAL_PURPOSE[kind]} | values)
    if kind in campaigns.WITH_WORDS:
        campaigns.save_words(made, Words("a", "en", subject, body))
    return made


def use(port):
    mail_account.save({"host": "127.0.0.1", "port": port, "security": "none", "address": "jana@lichtwerk.example"})


def states(made):
    return {r.address: r.state for r in campaigns.recipients(made)}


def pages(path):
    pdf = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_range() for page in pdf]
    finally:
        pdf.close()


def buy(customer_id, price="100"):
    line = DraftLine(name="Lamp", price=Decimal(price), rate=Decimal(19))
    invoices.issue_draft(replace(drafts.begin(customer_id), lines=(line,)), lambda _document: b"%PDF")


def report(address, message_id, status="5.1.1", action="failed"):
    return (
        f"From MAILER-DAEMON Tue Nov 24 10:00:00 2026\nFrom: Mail <mailer-daemon@example.com>\nTo: jana@lichtwerk.example\n"
        f"Subject: Undelivered\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        f"--b\nContent-Type: text/plain\n\nSorry\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; 550 no such user\n\n"
        f"--b\nContent-Type: message/rfc822\n\nMessage-ID: {message_id}\nSubject: Hello\n\nHi\n--b--\n\n"
    )


def reply(sender, message_id, words):
    return (
        f"From x Tue Nov 24 10:00:00 2026\nFrom: <{sender}>\nTo: jana@lichtwerk.example\nSubject: Re: Hello\n"
        f"In-Reply-To: {message_id}\nMessage-ID: <r{sender}>\n\n{words}\n\n"
    )


def person(customer_id, first_name, *, agreed=True, **values):
    """Somebody who works there, with a mail of their own and consent for it."""
    known = {"salutation": "Ms", "last_name": "Reed", "email": f"{first_name.lower()}@firm.example", "role": "Buyer"}
    made = contacts.save_person(contacts.Person(customer_id=customer_id, first_name=first_name, **(known | values)))
    if agreed:
        consent.note(customer_id, "newsletter", consent.GIVEN, source="Form", person_id=made)
    return made


def firm(number=9, **values):
    return add(number, **({"kind": "organisation", "company": f"Firm {number}", "language": "en"} | values))
