"""A lamp shop with an address of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from lamp_shop import TODAY

from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.outreach import sending


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    """A server that says "not now" is asked again at once."""
    monkeypatch.setattr(sending, "AGAIN_AFTER_S", 0)


@pytest.fixture
def shop(data_file):
    """A lamp shop with an address of its own."""
    with dates.freeze(TODAY):
        profile.save(
            {
                "name": "Lichtwerk", "owner": "Jana Lindner", "street": "Kai 1", "postcode": "20457", "city": "Hamburg",
                "tax_number": "22/1", "email": "jana@lichtwerk.example",
            }
        )  # fmt: skip
        yield
