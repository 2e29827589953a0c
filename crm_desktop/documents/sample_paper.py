"""A made-up invoice of the company, to show how its papers look before anything is issued."""

from __future__ import annotations

from dataclasses import asdict, replace
from decimal import Decimal

from crm_desktop.billing import own_texts
from crm_desktop.company import profile
from crm_desktop.core import dates, formats
from crm_desktop.core.i18n import document_text
from crm_desktop.documents import from_record
from crm_desktop.documents.paper import INVOICE, QUOTE, Head, Line, Paper, Sums, TaxGroup, Terms
from crm_desktop.documents.stationery import Stationery

_LINES = ((2, "120.00"), (5, "18.50"), (1, "64.00"))


def make(
    stationery: Stationery | None = None,
    lines: int = 3,
    *,
    kind: str = INVOICE,
    language: str = "",
    words: dict[str, str] | None = None,
) -> Paper:
    """The sample with the company's own head, colour and texts.

    Args:
        stationery: how it looks; the kept one if None.
        lines: how many.
        kind: of document.
        language: of the words; the company's if empty.
        words: "intro", "closing" and "footer" that are just being written, instead of the kept ones.
    """
    company = profile.load()
    say, today = language or company.language, dates.today()
    seller = {name: str(value) for name, value in asdict(company).items() if value not in (None, "")}
    locale = formats.locale_name(say, company.country, company.country)
    said = dict(zip(own_texts.PARTS, own_texts.texts(kind, say), strict=True))
    said |= {"footer": own_texts.own(say).get("footer", "")} | (words or {})
    rows = tuple(_line(say, place) for place in range(lines))
    net = sum((row.amount for row in rows), Decimal(0))
    rate = Decimal(0) if company.tax_status != "regular" else Decimal(20)
    tax = (net * rate / 100).quantize(Decimal("0.01"))
    buyer = {"name": document_text(say, "Example customer"), "street": "1 Example Street", "city": "12345 Example"}
    given = _values(buyer["name"], locale)

    def filled(text: str) -> str:
        return own_texts.fill(text, locale, first=today, last=today, values=given)

    return Paper(
        kind=kind,
        language=say,
        locale=locale,
        currency=company.currency,
        seller=replace(from_record.seller_of(seller), name=company.name or document_text(say, "Your company")),
        address=tuple(buyer.values()),
        head=Head(
            number="2026-0001",
            issued_on=today,
            service_from=today if kind == INVOICE else None,
            customer_number="1001",
            valid_until=dates.add_days(today, 30) if kind == QUOTE else None,
        ),
        lines=rows,
        taxes=(TaxGroup(category="S" if rate else "O", rate=rate or None, basis=net, tax=tax),),
        sums=Sums(lines=net, without_tax=net, tax=tax, with_tax=net + tax, due=net + tax),
        terms=Terms(due_on=dates.add_days(today, 14)),
        intro="\n".join((from_record.greeting({}, say), filled(said["intro"]))) if said["intro"] else "",
        closing=filled(said["closing"]),
        footer=said["footer"],
        stationery=stationery or from_record.stationery(),
    )


def _values(customer: str, locale: str) -> dict[str, str]:
    """What the words in braces stand for in the sample."""
    today = dates.today()
    return {
        "customer": customer,
        "date": formats.day_long(today, locale),
        "due": formats.day_long(dates.add_days(today, 14), locale),
        "valid_until": formats.day_long(dates.add_days(today, 30), locale),
        "order": "4711",
    }


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
