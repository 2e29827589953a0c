"""A company that may issue invoices, and customers to send them to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import customers

TODAY = date(2026, 11, 24)


@pytest.fixture
def company(data_file: Path) -> Iterator[None]:
    """A regular German company on 24 November 2026."""
    with dates.freeze(TODAY):
        profile.save(
            {
                "name": "Werkstatt Lindner",
                "street": "Hafenstr. 4",
                "postcode": "20457",
                "city": "Hamburg",
                "vat_id": "DE136695976",
            }
        )
        yield


@pytest.fixture
def cafe(company: None) -> int:
    """A customer in Germany."""
    return customers.save(
        {"company": "Café Ostwind", "street": "Kai 7", "postcode": "20459", "city": "Hamburg", "country": "DE"}
    )


@pytest.fixture
def dupont(company: None) -> int:
    """A customer in France with a VAT id."""
    return customers.save(
        {
            "company": "Dupont SARL",
            "street": "1 rue X",
            "postcode": "69001",
            "city": "Lyon",
            "country": "FR",
            "vat_id": "FR40303265045",
            "language": "fr",
        }
    )
