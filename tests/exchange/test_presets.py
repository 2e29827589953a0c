"""Every program whose exports an owner may bring is known by its headings, all of them, as observed in real exports.

`tests/data/preset_headings.json` lists them: the headings as the program writes them, and where those go that matter.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crm_desktop.exchange import guessing, tables
from crm_desktop.exchange.reading import Sheet
from crm_desktop.exchange.survey import Profile, Survey

EXPORTS = json.loads(Path(__file__).parents[1].joinpath("data", "preset_headings.json").read_text(encoding="utf-8"))
NAMED = (
    "Google Contacts, Outlook, Outlook.com, HubSpot, Pipedrive, Salesforce, Zoho, Zoho CRM, Invoice Ninja, FreshBooks, Wave, "
    "Akaunting, Frappe Books, Fakturama, RechnungsFee, DATEV, Thunderbird, Mautic, EspoCRM, Odoo"
)


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export["export"])
def test_the_headings_of_an_export_are_known(data_file, export):
    labels = export["headings"].split(", ")
    layout = tables.find_layout([labels, ["x"] * len(labels)], 0, 1)
    profiles = [Profile(filled=1, sample=["x 1"]) for _label in labels]
    found = guessing.guess(Survey(Sheet(0, "", True), layout, profiles, 1, len(labels)))
    assert (found.looks_like, found.kind) == (export["program"], export["kind"])
    mapping = found.mapping()
    assert {field: mapping.get(field) for field in export["goes"]} == export["goes"]


def test_every_program_that_the_owner_is_told_of_is_known():
    assert set(NAMED.split(", ")) <= {export["program"] for export in EXPORTS}
