"""A company, a customer and a stopped clock for the tests of what comes after the sale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from crm_desktop.billing import drafts, invoices
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.sales import catalogue

# A Tuesday.
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _company(data_file: Path) -> Iterator[None]:
    with dates.freeze(TODAY):
        profile.save({"name": "Atelier Nordlicht", "street": "Kai 1", "postcode": "20457", "city": "Hamburg",
                      "vat_id": "DE136695976", "iban": "DE89370400440532013000"})  # fmt: skip
        yield


@pytest.fixture
def customer() -> int:
    """A hotel with an address."""
    return new_customer("Hotel Alsterblick")


def new_customer(name: str, **values: object) -> int:
    """A customer with an address."""
    address = {"street": "Kai 7", "postcode": "20459", "city": "Hamburg", "country": "DE"}
    return customers.save({"company": name} | address | values)


def lamp(price: str = "100", **values: object) -> int:
    """A lamp of the price list."""
    kept = {"name": "Lamp Kai", "kind": "product", "unit": "C62", "price": Decimal(price), "category": "S"}
    return catalogue.save(kept | {"rate_bp": 1900} | values)


def issue(customer_id: int, *lines: DraftLine, **values: object) -> Document:
    """An issued invoice; without lines one over 100.00 and 19 % tax."""
    found = lines or (DraftLine(name="Lamp", price=Decimal(100), rate=Decimal(19)),)
    return invoices.issue_draft(replace(drafts.begin(customer_id), lines=found, **values))
