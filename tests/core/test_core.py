"""Money, days, text, settings, progress, translations."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.core import dates, i18n, money, preferences, resources, text
from crm_desktop.core.errors import Cancelled, ValidationError
from crm_desktop.core.progress import Progress

# ---- money -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("0.125", "EUR", 13), ("-0.125", "EUR", -13), ("3.345", "EUR", 335), ("2.5", "JPY", 3), ("1.2345", "KWD", 1235)],
)
def test_amounts_are_rounded_half_away_from_zero_to_their_currency(amount, currency, minor):
    assert money.to_minor(Decimal(amount), currency) == minor


@given(minor=st.integers(-(10**15), 10**15), currency=st.sampled_from(["EUR", "JPY", "KWD", "XYZ"]))
def test_minor_units_survive_the_way_there_and_back(minor, currency):
    assert money.to_minor(money.from_minor(minor, currency), currency) == minor


# ---- days ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -13, date(2024, 12, 15)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(day, months, expected):
    assert dates.add_months(day, months) == expected


def test_instants_are_stored_in_utc_to_the_second():
    instant = datetime(2026, 11, 22, 9, 12, 33, tzinfo=UTC)
    assert dates.instant_text(instant) == "2026-11-22T09:12:33Z"
    assert dates.instant_from(dates.instant_text(instant)) == instant


def test_a_stopped_clock_stands_and_starts_again():
    with dates.freeze(date(2026, 2, 28)):
        assert dates.today() == date(2026, 2, 28)
        with dates.freeze(datetime(2030, 1, 1, 12, tzinfo=UTC)):
            assert dates.now().year == 2030
        assert dates.now().year == 2026
    assert dates.now().microsecond == 0


def test_plausible_days():
    days = [date(26, 1, 1), date(1900, 1, 1), date(2199, 12, 31), date(2200, 1, 1)]
    assert [dates.is_plausible(day) for day in days] == [False, True, True, False]


# ---- text ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Łódź ÜBER", "lodz uber"),
        ("Straße", "strasse"),
        ("ÆØÅ", "aeoa"),
        ("ﬁ", "fi"),
        ("ℌ ǽ", "h ae"),
        ("Αθήνα", "αθηνα"),
        ("Iİı", "iii"),
    ],
)
def test_folding(written, folded):
    assert text.fold(written) == folded


@given(st.text())
def test_folding_twice_changes_nothing_and_tidy_text_stays(words):
    assert text.fold(text.fold(words)) == text.fold(words)
    assert text.tidy(text.tidy(words)) == text.tidy(words)
    assert "\n" not in text.tidy(words)
    assert text.tidy_lines(text.tidy_lines(words)) == text.tidy_lines(words)


def test_tidying():
    assert text.tidy("  a\u00a0 \t b\x07\n") == "a b"
    assert text.tidy("e\u0301") == "é"
    assert text.tidy_lines("\n a  \r\nb\x00\r\n\r\n") == " a\nb"
    assert text.digits_of("+49 (40) ١٢") == "4940١٢"


# ---- settings --------------------------------------------------------------------------------------------------------


def test_settings_are_kept_and_forgotten():
    preferences.put("window", {"width": 3})
    preferences.put("umlaut", "ä")
    assert preferences.get("window") == {"width": 3}
    assert preferences.get("nothing", 7) == 7
    preferences.put("window", None)
    assert preferences.load() == {"umlaut": "ä"}


@pytest.mark.parametrize("content", ["{", "[]", "\ufeff{}"])
def test_settings_that_cannot_be_read_start_afresh(content):
    preferences.folder().mkdir(parents=True)
    (preferences.folder() / "settings.json").write_text(content, encoding="utf-8")
    assert preferences.load() == {}
    preferences.put("a", 1)
    assert preferences.get("a") == 1


def test_a_settings_folder_that_cannot_be_written_stops_nobody(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("CRM_DESKTOP_SETTINGS", str(tmp_path / "file" / "settings"))
    preferences.put("a", 1)
    assert preferences.get("a") is None


# ---- progress, errors, words -----------------------------------------------------------------------------------------


def test_progress_reports_and_stops_when_asked_from_another_thread():
    seen = []
    progress = Progress(lambda *report: seen.append(report))
    progress(1, 2, "a")
    threading.Thread(target=progress.cancel).start()
    while not progress.cancelled:
        progress.check()
    with pytest.raises(Cancelled):
        progress(2, 2)
    assert seen == [(1, 2, "a")]


def test_a_validation_error_says_all_its_sentences():
    assert str(ValidationError({"name": "A name.", "email": "An @."})) == "A name. An @."


def test_the_screen_speaks_german_and_falls_back_to_english():
    i18n.use_language("de")
    assert i18n.gettext_("Customers") == "Kunden"
    assert i18n.ngettext("{n} customer", "{n} customers", 2).format(n=2) == "2 Kunden"
    i18n.use_language("xx")
    assert (i18n.language(), i18n.gettext_("Customers")) == ("en", "Customers")
    assert i18n.gettext_("Not in any catalogue") == "Not in any catalogue"


def test_documents_speak_their_own_language():
    i18n.use_language("en")
    assert i18n.document_text("de", "Invoice") == "Rechnung"
    assert i18n.document_text("fr", "Invoice") == "Facture"
    assert i18n.document_text("en", "Invoice") == "Invoice"


def test_files_that_come_with_the_program_are_found():
    assert resources.resource("presets", "tax.json").exists()
    assert resources.asset("fonts").is_dir()


def test_a_stamp_tells_microseconds_and_is_read_to_the_second():
    with dates.freeze(datetime(2026, 11, 24, 9, 12, 0, 417, tzinfo=UTC)):
        assert dates.stamp() == "2026-11-24T09:12:00.000417Z"
        assert dates.instant_from(dates.stamp()) == dates.now() == datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
