"""What is missing or odd in a draft is said beside its field before anything is issued."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from crm_desktop.billing import drafts, invoices, problems, receipts
from crm_desktop.billing.document import Draft, DraftLine
from crm_desktop.company import profile
from crm_desktop.core.errors import ValidationError
from crm_desktop.customers import customers


def line(**more: Any) -> DraftLine:
    return DraftLine(**{"name": "Chair", "price": Decimal(100), "rate": Decimal(19)} | more)


def untaxed(category: str) -> DraftLine:
    return line(category=category, rate=None if category == "O" else Decimal(0))


def draft(customer_id: int | None, *lines: DraftLine, **more: Any) -> Draft:
    return replace(drafts.begin(customer_id), lines=lines or (line(),), **more)


def found(entered: Draft) -> dict[str, tuple[str, bool]]:
    return {problem.field: (problem.sentence, problem.stops) for problem in problems.find(entered)}


def test_a_sound_draft_has_no_problem(cafe: int) -> None:
    assert problems.find(draft(cafe)) == []


@pytest.mark.parametrize(
    ("more", "field", "words", "stops"),
    [
        ({"issue_on": date(26, 11, 24)}, "issue_date", "The year 0026 cannot be right.", True),
        ({"service_from": date(26, 1, 1)}, "service_from", "The year 0026 cannot be right.", True),
        ({"due_on": date(9999, 1, 1)}, "due_date", "The year 9999 cannot be right.", True),
        ({"due_on": date(2026, 11, 1)}, "due_date", "due before the issue date", True),
        ({"service_to": date(2026, 1, 1)}, "service_to", "The service ends before it starts.", True),
        ({"issue_on": date(2028, 1, 1)}, "issue_date", "more than a year away", False),
        ({"issue_on": date(2026, 12, 1)}, "issue_date", "lies in the future", False),
        ({"lines": ()}, "lines", "Add at least one line.", True),
        ({"lines": (line(name=" "),)}, "lines.0.name", "Line 1: Say what was sold.", True),
        ({"lines": (line(quantity=Decimal(0)),)}, "lines.0.qty", "Line 1: The quantity is 0.", False),
        ({"lines": (line(quantity=Decimal(10**12)),)}, "lines.0.qty", "too large", True),
        ({"lines": (line(price=Decimal(-1)),)}, "lines.0.price", "A price cannot be below zero.", True),
        ({"lines": (line(rate=Decimal(0)),)}, "lines.0.rate", "needs a rate above 0", True),
        (
            {"lines": (line(rate=Decimal(16)),)},
            "lines.0.rate",
            "16% is not among your tax rates for 24 Nov 2026.",
            False,
        ),
        ({"lines": (line(quantity=Decimal(-1)),)}, "lines", "The total is below zero.", False),
        ({"lines": (untaxed("E"),)}, "exemption_reason", "“Exempt” needs the reason why there is no tax.", True),
        ({"lines": (untaxed("AE"),)}, "buyer.vat_id", "“Reverse charge” needs the customer's VAT id.", True),
        ({"lines": (untaxed("K"),)}, "ship_to.country", "a delivery address in that country", False),
        ({"lines": (line(), untaxed("O"))}, "lines.1.rate", "cannot stand together", True),
        ({"currency": "Euro"}, "currency", "A currency has three letters", True),
        ({"tax_currency": "CHF"}, "tax_currency", "Enter the exchange rate for the tax in CHF.", True),
        ({"kind": "credit_note"}, "preceding", "names the number and date of the invoice", True),
        ({"customer_id": None}, "customer", "Choose the customer.", True),
    ],
)
def test_a_problem_is_said_beside_its_field(
    more: dict[str, Any], field: str, words: str, stops: bool, cafe: int
) -> None:
    problem = found(replace(draft(cafe), **more))
    assert words in problem[field][0]
    assert problem[field][1] is stops


def test_old_rates_are_right_for_old_services(cafe: int) -> None:
    autumn = date(2020, 10, 1)
    assert not found(draft(cafe, line(rate=Decimal(16)), service_from=autumn, service_to=autumn))
    assert "19% is not among" in found(draft(cafe, service_from=autumn))["lines.0.rate"][0]


def test_an_earlier_date_than_the_last_invoice_is_a_hint(cafe: int) -> None:
    invoices.issue_draft(draft(cafe))
    sentence, stops = found(draft(cafe, issue_on=date(2026, 11, 20)))["issue_date"]
    assert "24 Nov 2026" in sentence
    assert not stops


def test_reverse_charge_with_a_vat_id_is_fine(dupont: int) -> None:
    assert not found(draft(dupont, untaxed("AE")))
    assert not found(draft(dupont, untaxed("K")))


def test_a_vat_id_that_does_not_add_up_is_a_hint(dupont: int) -> None:
    bad = draft(dupont, untaxed("AE"), buyer={"vat_id": "FR40303265046"})
    assert found(bad)["buyer.vat_id"] == (
        "The customer's VAT id FR40303265046 does not add up. Ask for it again.",
        False,
    )


def test_goods_abroad_need_the_own_vat_id(dupont: int) -> None:
    profile.save({"vat_id": "", "tax_number": "22/1"})
    assert "Your VAT id is needed" in found(draft(dupont, untaxed("K")))["seller.vat_id"][0]


def test_a_small_business_shows_no_tax(cafe: int) -> None:
    profile.save({"tax_status": "small"})
    assert drafts.usual_tax(date(2026, 11, 24)) == ("E", 0)
    assert "not charging tax" in found(draft(cafe))["lines.0.rate"][0]
    issued = invoices.issue_draft(draft(cafe, untaxed("E"), language="de"))
    assert issued.exemptions["E"].reason == "Gemäß § 19 UStG wird keine Umsatzsteuer berechnet."
    assert issued.totals.tax_total == 0


def test_the_usual_words_stand_where_the_owner_wrote_none(dupont: int) -> None:
    why = invoices.issue_draft(draft(dupont, untaxed("AE"))).exemptions["AE"]
    assert (why.code, bool(why.reason)) == ("VATEX-EU-AE", True)
    own = invoices.issue_draft(draft(dupont, untaxed("AE"), exemption_reason="Autoliquidation")).exemptions["AE"]
    assert (own.code, own.reason) == ("VATEX-EU-AE", "Autoliquidation")


def test_a_customer_without_an_address_is_a_hint(company: None) -> None:
    customer = customers.save({"last_name": "Meyer"})
    assert found(draft(customer)) == {
        "buyer.street": ("The customer's address is missing. It belongs on every invoice.", False)
    }


def receipt(price: int) -> Draft:
    return replace(receipts.begin("card"), lines=(line(price=Decimal(price)),))


def test_a_small_receipt_needs_no_buyer(company: None) -> None:
    assert receipts.limit() == 250
    assert not found(receipt(250))
    issued = invoices.issue_draft(receipt(250))
    assert (issued.number, issued.open, issued.due_on) == ("RC-2026-0001", 0, date(2026, 11, 24))
    assert receipts.is_small(issued)
    assert issued.totals.grand_total == 250


def test_a_large_receipt_needs_a_buyer(company: None, cafe: int) -> None:
    with pytest.raises(ValidationError) as refused:
        invoices.issue_draft(receipt(251))
    assert refused.value.fields == {
        "customer": "Above €250.00 a receipt needs the buyer's name and address. Choose the customer."
    }
    assert not receipts.is_small(invoices.issue_draft(replace(receipt(251), customer_id=cafe)))


def test_a_receipt_is_paid_somehow(company: None) -> None:
    assert found(replace(receipt(10), paid_at_issue=""))["paid_at_issue"] == (
        "A receipt is paid at once. Choose how.",
        True,
    )


def test_nothing_is_written_when_issuing_is_refused(cafe: int) -> None:
    saved = drafts.save(draft(cafe, untaxed("E")))
    with pytest.raises(ValidationError):
        invoices.issue(saved.id or 0)
    assert drafts.get(saved.id or 0) == saved
    assert invoices.preview_number(saved) == "INV-2026-0001"


def test_exports_leave_the_country(dupont: int, cafe: int) -> None:
    line = DraftLine(name="Table", price=Decimal(10), category="G", rate=Decimal(0))
    for customer in (dupont, cafe):
        found = problems.find(replace(drafts.begin(customer), lines=(line,)))
        assert [p.sentence for p in found if p.field == "ship_to.country"] == [
            "“Export” is for goods that go to a country outside. Check the delivery address."
        ]
    swiss = customers.save({"company": "Matter AG", "street": "Weg 1", "city": "Bern", "country": "CH"})
    assert problems.find(replace(drafts.begin(swiss), lines=(line,))) == []


def test_tax_in_another_currency_asks_for_the_days_rate_and_keeps_it(cafe: int) -> None:
    line = DraftLine(name="Table", price=Decimal("100.00"), rate=Decimal(19))
    draft = drafts.in_currency(replace(drafts.begin(cafe), lines=(line,)), "CHF")
    (hint,) = problems.find(draft)
    assert (hint.field, hint.stops, "declared in EUR" in hint.sentence) == ("exchange_rate", False, True)
    rated = drafts.in_currency(draft, "CHF", Decimal("1.0725"))
    assert problems.find(rated) == []
    issued = invoices.issue_draft(rated)
    assert (issued.exchange_rate, issued.totals.tax_currency) == (Decimal("1.0725"), "EUR")
    assert issued.totals.tax_total_accounting == Decimal("20.38")
    # The rate was that of the day; the next invoice needs its own.
    again = drafts.copy(issued.id or 0)
    assert (again.currency, again.exchange_rate, again.tax_currency) == ("CHF", None, "")
    home = drafts.in_currency(rated, "EUR")
    assert (home.exchange_rate, home.tax_currency) == (None, "")
