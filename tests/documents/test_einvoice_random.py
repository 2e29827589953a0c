"""Invented invoices: their sums agree with a second calculation that knows only fractions, and keep the rules.

The second calculation is written down here from the billing rules, shares nothing with the program, and starts from
what was entered. `make soak` tries 2,000 and writes what they were made of to docs/e-invoices-tried.md.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path

import einvoices as e
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.billing import einvoice_rules
from crm_desktop.billing.document import Document
from crm_desktop.documents import einvoice
from crm_desktop.sales.basket import Adjustment

TABLE = Path(__file__).parents[2] / "docs" / "e-invoices-tried.md"
DECIMALS = {"EUR": 2, "CHF": 2, "USD": 2, "JPY": 0}
MIXED = (("S", "19"), ("S", "7"), ("S", "5.5"), ("Z", "0"), ("E", "0"))
ALONE = (("AE", "0"), ("K", "0"), ("G", "0"), ("O", None))
tried: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def _table() -> Iterator[None]:
    yield
    if os.environ.get("HYPOTHESIS_PROFILE") == "soak" and tried:
        rows = "\n".join(f"| {name} | {count:,} |" for name, count in sorted(tried.items()))
        TABLE.write_text(
            "# E-invoices that were tried\n\n`make soak` invents invoices, calculates their sums a second time with "
            "fractions, writes each as CII and as UBL, and checks both against the XSD and the official rules of "
            "EN 16931. None may differ or break a rule. What the last run was made of:\n\n"
            f"| | invoices |\n|---|---:|\n{rows}\n",
            encoding="utf-8",
        )


def decimals(low: int, high: int, places: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda whole: Decimal(whole).scaleb(-places))


@st.composite
def discounts(draw: st.DrawFn, places: int, *, most: int) -> tuple[Adjustment, ...]:
    found = []
    for _ in range(draw(st.integers(0, most))):
        if draw(st.booleans()):
            found.append(Adjustment(percent=draw(decimals(1, 9000, 2)), reason="Treue"))
        else:
            found.append(Adjustment(amount=draw(decimals(1, 500, places)), reason=""))
    return tuple(found)


@st.composite
def invoices(draw: st.DrawFn) -> Document:
    currency = draw(st.sampled_from(list(DECIMALS)))
    places = DECIMALS[currency]
    alone = draw(st.sampled_from((None, None, None, *ALONE)))
    lines = []
    for number in range(draw(st.integers(1, 6))):
        category, rate = alone or draw(st.sampled_from(MIXED))
        lines.append(
            e.line(
                f"Ware {number}", str(draw(decimals(-3000, 50000, 3)) or 1), str(draw(decimals(0, 5_000_000, 4))),
                category, rate, base_quantity=Decimal(draw(st.sampled_from((1, 1, 1, 3, 100)))),
                allowances=draw(discounts(places, most=1)), charges=draw(discounts(places, most=1)),
            )
        )  # fmt: skip
    own = {
        "price_mode": draw(st.sampled_from(("net", "net", "gross"))),
        "currency": currency,
        "lines": tuple(lines),
        "allowances": draw(discounts(places, most=2)),
        "prepaid": draw(st.one_of(st.just(Decimal(0)), decimals(0, 9999, places))),
        "buyer": e.DUPONT if alone else e.BUYER,
        "exemption_reason": "" if alone else "§ 4 Nr. 11 UStG",
    }
    if currency == "CHF":
        own["cash_step"] = Decimal("0.05")
    if currency == "USD":
        own |= {"tax_currency": "EUR", "exchange_rate": Decimal("0.9137")}
    if draw(st.booleans()):
        category, rate = alone or MIXED[0]
        amount = draw(decimals(1, 5000, places))
        freight = Adjustment(amount=amount, reason="Fracht", category=category, rate=Decimal(rate) if rate else None)
        own["charges"] = (freight,)
    return e.document(**own)


# ---- the second calculation -----------------------------------------------------------------------------------------


def rounded(value: Fraction, places: int) -> Fraction:
    """Half up, away from zero."""
    scaled = abs(value) * 10**places
    whole = Fraction(floor(scaled + Fraction(1, 2)), 10**places)
    return whole if value >= 0 else -whole


def adjusted(entries: tuple[Adjustment, ...], base: Fraction, places: int) -> Fraction:
    """What discounts or charges make of a base."""
    return sum(
        (
            rounded(base * Fraction(entry.percent) / 100, places)
            if entry.percent is not None
            else rounded(Fraction(entry.amount or 0), places)
            for entry in entries
        ),
        Fraction(0),
    )


def line_amount(line: object, places: int) -> Fraction:
    """One line as entered: quantity times price, less discounts, plus charges."""
    amount = rounded(Fraction(line.quantity) * Fraction(line.price) / Fraction(line.base_quantity), places)
    return amount - adjusted(line.allowances, amount, places) + adjusted(line.charges, amount, places)


def check_sums(document: Document, xml: bytes) -> None:
    """Compare what the XML states with the second calculation."""
    places, stated = DECIMALS[document.currency], {k: Fraction(v) for k, v in e.sums_of(xml).items()}
    entered = sum((line_amount(line, places) for line in document.lines), Fraction(0))
    off = adjusted(document.allowances, entered, places)
    on = adjusted(document.charges, entered, places)
    groups = [(Fraction(rate or 0) / 100, Fraction(basis), Fraction(tax)) for _c, rate, basis, tax in e.groups_of(xml)]
    if document.price_mode == "net":
        assert stated["BT-106"] == entered
        assert stated["BT-107"] == off
        assert stated["BT-108"] == on
        assert stated["BT-109"] == entered - off + on
        for rate, basis, tax in groups:
            assert tax == rounded(basis * rate, places)
    else:
        assert stated["BT-112"] == entered - off + on
        for rate, basis, tax in groups:
            assert basis == rounded((basis + tax) / (1 + rate), places)
    assert stated["BT-109"] == stated["BT-106"] - stated["BT-107"] + stated["BT-108"]
    assert stated["BT-109"] == sum(basis for _rate, basis, _tax in groups)
    assert stated["BT-110"] == sum(tax for _rate, _basis, tax in groups)
    assert stated["BT-112"] == stated["BT-109"] + stated["BT-110"]
    due = stated["BT-112"] - rounded(Fraction(document.prepaid), places)
    if document.cash_step:
        due = rounded(due * 20, 0) / 20
    assert stated["BT-115"] == due


@settings(max_examples=max(100, settings().max_examples))
@given(invoices())
def test_invented_invoices_agree_with_a_second_calculation(document: Document) -> None:
    for language in ("facturx", "peppol"):
        xml = einvoice.make(document, language)
        check_sums(document, xml)
        assert e.broken_rules(xml) == []
    assert einvoice_rules.broken(document, "facturx") == []
    count(document)


def count(document: Document) -> None:
    """What the invoices were made of, for the table."""
    tried["all"] += 1
    tried[f"prices {document.price_mode}"] += 1
    tried[f"currency {document.currency}"] += 1
    for category in {group.category for group in document.totals.breakdown}:
        tried[f"tax category {category}"] += 1
    tried["several tax groups"] += len(document.totals.breakdown) > 1
    tried["discounts on the whole"] += bool(document.allowances)
    tried["charges on the whole"] += bool(document.charges)
    tried["discounts or charges on lines"] += any(line.allowances or line.charges for line in document.lines)
    tried["returns (quantity below zero)"] += any(line.quantity < 0 for line in document.lines)
    tried["paid in part before"] += bool(document.prepaid)
    tried["total below zero"] += document.totals.grand_total < 0
