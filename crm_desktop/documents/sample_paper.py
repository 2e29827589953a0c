"""A made-up invoice of the company, to show how its papers look before anything is issued."""

from __future__ import annotations

from dataclasses import asdict, replace
from decimal import Decimal

from crm_desktop.company import profile
from crm_desktop.core import dates, formats
from crm_desktop.core.i18n import document_text
from crm_desktop.documents import from_record
from crm_desktop.documents.paper import Head, Line, Paper, Sums, TaxGroup, Terms
from crm_desktop.documents.stationery import Stationery

_LINES = ((2, "120.00"), (5, "18.50"), (1, "64.00"))


def make(stationery: Stationery | None = None, lines: int = 3) -> Paper:
    """The sample in the company's language, with its own head, colour and texts; `stationery` is the kept one if None."""
    company = profile.load()
    say, today = company.language, dates.today()
    seller = {name: str(value) for name, value in asdict(company).items() if value not in (None, "")}
    texts = (company.texts or {}).get(say, {})
    rows = tuple(_line(say, place) for place in range(lines))
    net = sum((row.amount for row in rows), Decimal(0))
    rate = Decimal(0) if company.tax_status != "regular" else Decimal(20)
    tax = (net * rate / 100).quantize(Decimal("0.01"))
    buyer = {"name": document_text(say, "Example customer"), "street": "1 Example Street", "city": "12345 Example"}
    return Paper(
        language=say,
        locale=formats.locale_name(say, company.country, company.country),
        currency=company.currency,
        seller=replace(from_record.seller_of(seller), name=company.name or document_text(say, "Your company")),
        address=tuple(buyer.values()),
        head=Head(number="2026-0001", issued_on=today, service_from=today, customer_number="1001"),
        lines=rows,
        taxes=(TaxGroup(category="S" if rate else "O", rate=rate or None, basis=net, tax=tax),),
        sums=Sums(lines=net, without_tax=net, tax=tax, with_tax=net + tax, due=net + tax),
        terms=Terms(due_on=dates.add_days(today, 14)),
        intro=texts.get("intro", ""),
        closing=texts.get("closing", ""),
        footer=texts.get("footer", ""),
        stationery=stationery or from_record.stationery(),
    )


def _line(language: str, place: int) -> Line:
    quantity, price = _LINES[place % len(_LINES)]
    name = document_text(language, "Example {number}").format(number=place + 1)
    return Line(
        name=name,
        quantity=Decimal(quantity),
        price=Decimal(price),
        amount=quantity * Decimal(price),
        rate=Decimal(20),
    )
