"""Which cards a customer's page has besides its own, as data: at its right, and above as a row.

A section is "module:Class" below `crm_desktop.gui.parts`, made with the page as its only argument, with
`show_customer(found: Customer)`; it hides itself when it has nothing to say and nothing to offer.
"""

from __future__ import annotations

import importlib
from functools import partial
from typing import Protocol, cast

from PySide6.QtWidgets import QWidget

from crm_desktop.customers.customers import Customer
from crm_desktop.gui.parts import card_faults
from crm_desktop.gui.parts.card_faults import CardFaults
from crm_desktop.gui.widgets.page import Page

SIDES = (
    "customer_health:CustomerHealth",
    "customer_value:CustomerValue",
    "customer_cases:CustomerCases",
    "customer_deals:CustomerDeals",
    "customer_checklists:CustomerChecklists",
)
LOWER_SIDES = (
    "customer_products:CustomerProducts",
    "customer_loyalty:CustomerLoyalty",
    "customer_days:CustomerDays",
    "customer_relations:CustomerRelations",
    "customer_consent:CustomerConsent",
)
ROWS = ("customer_stage:CustomerStage",)


class Section(Protocol):
    """A widget that shows something of a customer."""

    def show_customer(self, found: Customer) -> None:
        """Show a customer."""


def make(places: tuple[str, ...], page: Page) -> list[QWidget]:
    """The sections in order; each is also a `Section`. One that cannot be made says so."""

    def section(module: str, name: str) -> QWidget:
        return cast("QWidget", getattr(importlib.import_module(module), name)(page))

    return [card_faults.made(partial(section, module, name), name) for module, name in map(_split, places)]


def show(sections: list[QWidget], found: Customer, faults: CardFaults) -> None:
    """Show a customer in each, whatever becomes of the others."""
    for section in sections:
        faults.show(section, partial(cast("Section", section).show_customer, found))


def _split(place: str) -> tuple[str, str]:
    module, _colon, name = place.partition(":")
    return f"crm_desktop.gui.parts.{module}", name
