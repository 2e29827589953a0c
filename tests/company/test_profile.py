"""The company: profile, taxes, terms, and what a new file starts with."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from crm_desktop.company import home, numbering, payment_terms, profile, tax_rates
from crm_desktop.core import dates, preferences, resources
from crm_desktop.core.errors import Conflict, NotFound, ValidationError
from crm_desktop.db import connection as db
from crm_desktop.db import history, migrate

PNG = b"\x89PNG\r\n\x1a\n picture"


@pytest.fixture
def empty_file(tmp_path: Path):
    path = tmp_path / "empty.crm"
    migrate.open_file(path, create=True)
    return path


@pytest.mark.parametrize("country", ["DE", "AT", "CH", "FR", "GB", "US", "JP"])
def test_a_new_file_is_ready_in_every_country(empty_file, country):
    assert not profile.exists()
    with pytest.raises(NotFound, match="first screen"):
        profile.load()
    profile.set_up(country=country, language="de", currency="EUR")
    found = profile.load()
    assert found.country == country
    assert payment_terms.get(found.payment_terms_id).days == 14
    assert tax_rates.usual_rate(date(2026, 11, 22)) is not None
    assert numbering.preview("invoice", date(2026, 11, 22)) == "RE-2026-0001"


def test_germany_had_lower_rates_in_the_second_half_of_2020(data_file):
    assert [r.rate_bp for r in tax_rates.rates_on(date(2020, 9, 1))][:2] == [1600, 500]
    assert [r.rate_bp for r in tax_rates.rates_on(date(2021, 1, 1))][:2] == [1900, 700]


def test_every_preset_names_its_rates_with_a_start():
    presets = json.loads(resources.resource("presets", "tax.json").read_text(encoding="utf-8"))
    assert set(presets) >= {"DE", "AT", "CH", "FR", "GB"}
    assert all(date.fromisoformat(rate["from"]) for p in presets.values() for rate in p["rates"])


def test_entries_are_tidied_and_kept(data_file):
    found = profile.save(
        {"name": "  Lamps \n & more ", "iban": "de89 3704 0044 0532 0130 00", "vat_id": "de 136695976"}
    )
    assert (found.name, found.iban, found.vat_id) == ("Lamps & more", "DE89370400440532013000", "DE136695976")


@pytest.mark.parametrize(
    ("field", "value"),
    [("iban", "DE89370400440532013001"), ("vat_id", "DE136695977"), ("email", "nobody"), ("tax_status", "rich")],
)
def test_what_does_not_add_up_is_told_beside_its_field(data_file, field, value):
    with pytest.raises(ValidationError) as found:
        profile.save({field: value})
    assert list(found.value.fields) == [field]
    assert getattr(profile.load(), field) != value


def test_a_form_that_is_out_of_date_is_told(data_file):
    loaded = profile.load()
    with dates.freeze(dates.instant_from("2030-01-01T09:00:00Z")):
        profile.save({"name": "Lamps"})
    with pytest.raises(Conflict, match="changed meanwhile"):
        profile.save({"name": "Hats"}, loaded_at=loaded.updated_at)


def test_two_edits_within_a_second_are_told_apart(data_file):
    loaded = profile.load()
    profile.save({"name": "Lamps"})
    with pytest.raises(Conflict):
        profile.save({"name": "Hats"}, loaded_at=loaded.updated_at)


def test_texts_are_kept_per_language(data_file):
    profile.save({"texts": {"de": {"intro": "Guten Tag"}}})
    assert profile.load().texts == {"de": {"intro": "Guten Tag"}}


def test_what_invoices_still_need_is_named(data_file):
    assert set(profile.missing_for_documents(profile.load())) == {"name", "street", "postcode", "city", "tax_number"}
    profile.save({"name": "L", "street": "W 1", "postcode": "1", "city": "K", "tax_number": "1"})
    assert profile.missing_for_documents(profile.load()) == {}


def test_a_logo_is_a_picture_and_can_be_undone(data_file):
    with pytest.raises(ValidationError, match="PNG or JPEG"):
        profile.set_logo(b"GIF89a")
    profile.set_logo(PNG)
    assert profile.logo() == PNG
    history.undo(history.next_undo())
    assert profile.logo() is None


def test_a_logo_whose_file_is_gone_is_no_logo(data_file):
    profile.set_logo(PNG)
    db.raw().execute("PRAGMA foreign_keys = 0")
    db.raw().execute("DELETE FROM stored_file")
    assert profile.logo() is None


@pytest.mark.parametrize(
    ("basis", "days", "issued", "due"),
    [
        ("date", 14, date(2026, 11, 22), date(2026, 12, 6)),
        ("date", 0, date(2026, 11, 22), date(2026, 11, 22)),
        ("month_end", 0, date(2026, 2, 3), date(2026, 2, 28)),
        ("month_end", 10, date(2026, 11, 22), date(2026, 12, 10)),
        ("day_of_next_month", 15, date(2026, 11, 22), date(2026, 12, 15)),
        ("day_of_next_month", 31, date(2026, 1, 31), date(2026, 2, 28)),
        ("day_of_next_month", 0, date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_due_days(basis, days, issued, due):
    assert payment_terms.due_on(payment_terms.Terms(1, "x", days, basis, 0, 0), issued) == due


def test_terms_that_make_no_sense_are_told(data_file):
    bad = payment_terms.Terms(0, " ", 400, "date", 9000, 500)
    with pytest.raises(ValidationError) as found:
        payment_terms.save(bad)
    assert set(found.value.fields) == {"name", "days", "discount_bp", "discount_days"}


def test_terms_that_are_removed_stay_on_what_uses_them(data_file):
    terms_id = payment_terms.save(payment_terms.Terms(0, "21 days", 21, "date", 0, 0))
    payment_terms.remove(terms_id)
    assert terms_id not in [t.id for t in payment_terms.all_terms()]
    assert payment_terms.get(terms_id).days == 21


def test_rates_can_be_added_changed_and_removed(data_file):
    day = date(2026, 11, 22)
    rate_id = tax_rates.save(tax_rates.TaxRate(0, "S", 1250, "", day, None))
    assert 1250 in [r.rate_bp for r in tax_rates.rates_on(day)]
    assert 1250 not in [r.rate_bp for r in tax_rates.rates_on(date(2026, 11, 21))]
    tax_rates.remove(rate_id)
    assert 1250 not in [r.rate_bp for r in tax_rates.all_rates()]
    with pytest.raises(ValidationError):
        tax_rates.save(tax_rates.TaxRate(0, "S", 20000, "", day, date(2020, 1, 1)))


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("de_AT.UTF-8", ("de", "AT", "EUR")),
        ("de_CH", ("de", "CH", "CHF")),
        ("en_US.UTF-8", ("en", "US", "USD")),
        ("fr_FR@euro", ("en", "FR", "EUR")),
        ("C.UTF-8", ("en", "DE", "EUR")),
        ("", ("en", "DE", "EUR")),
    ],
)
def test_home_is_guessed_from_the_computer(monkeypatch, locale, expected):
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", locale)
    found = home.guess()
    assert (found.language, found.country, found.currency) == expected


def test_a_chosen_language_comes_first(monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_GB")
    preferences.put("language", "de")
    assert home.screen_language() == home.guess().language == "de"
