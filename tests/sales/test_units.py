"""Units beside a quantity: one or many, in the language of the paper."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from crm_desktop.core import resources
from crm_desktop.core.i18n import DOCUMENT_LANGUAGES
from crm_desktop.sales import catalogue, units


@pytest.mark.parametrize(
    ("language", "quantity", "code", "expected"),
    [
        ("de", "1", "MON", "Monat"), ("de", "2", "MON", "Monate"), ("de", "1.5", "HUR", "Stunden"),
        ("de", "1.00", "HUR", "Stunde"), ("de", "0", "DAY", "Tage"), ("de", "-1", "DAY", "Tag"), ("de", "3", "PR", "Paar"),
        ("en", "1", "HUR", "hour"), ("en", "0.5", "HUR", "hours"), ("en", "1", "C62", "pc"), ("en", "12", "C62", "pcs"),
        ("fr", "1.5", "HUR", "heure"), ("fr", "2", "HUR", "heures"), ("fr", "2", "MON", "mois"),
        ("es", "1", "MON", "mes"), ("es", "1.5", "MON", "meses"), ("es", "2", "KGM", "kg"),
        ("it", "2", "MON", "months"), ("de", "2", "XYZ", "XYZ"),
    ],
)  # fmt: skip
def test_one_or_many(language: str, quantity: str, code: str, expected: str) -> None:
    assert units.word(language, code, Decimal(quantity)) == expected


def test_every_unit_of_the_catalogue_has_words_in_every_language_of_documents() -> None:
    known = json.loads(resources.resource("presets", "units.json").read_bytes())
    for language in DOCUMENT_LANGUAGES:
        assert set(catalogue.UNITS) <= {*known[language], *known["signs"]}
        assert set(known[language]) == set(known["en"])
