"""Texts as they were meant: letters read in the wrong encoding, capitals, addresses and numbers."""

from __future__ import annotations

import pytest

from crm_desktop.customers import cleaning_checks, cleaning_text


@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ("MÃ¼ller", "Müller"), ("MÃƒÂ¼ller", "Müller"), ("StraÃŸe", "Straße"), ("M├╝ller", "Müller"), ("M√ºller", "Müller"),
        ("M&uuml;ller &amp; Co", "Müller & Co"), ("M=C3=BCller", "Müller"), ("Lâ€™Atelier", "L’Atelier"), ("CafÃ©", "Café"),
        ("Ã–zdemir", "Özdemir"), ("Ã„rzte", "Ärzte"), ("Grãfe", "Grãfe"),
        ("SÃO PAULO", "SÃO PAULO"), ("Ünal Çelik", "Ünal Çelik"), ("François", "François"), ("a=b", "a=b"), ("€ 5", "€ 5"),
    ],
)  # fmt: skip
def test_letters_come_back_as_they_were_meant(broken, meant):
    assert cleaning_text.decoded(broken) == meant


@pytest.mark.parametrize(
    "text", ["Łódź", "Müller", "Ærø", "Đorđe", "Æther", "Ünver", "Ivančić", "Søren", "O’Neill", "Žižek"]
)
def test_every_way_of_misreading_comes_back(text):
    for page in ("cp1252", "cp437", "cp850", "mac_roman"):
        try:
            broken = text.encode().decode(page)
        except UnicodeDecodeError:
            continue
        assert cleaning_text.decoded(broken) in (text, broken)
    assert cleaning_text.decoded(text) == text


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("MÜLLER", "Müller"), ("müller gmbh", "Müller GmbH"), ("ANNA-LENA VON DER HEIDE", "Anna-Lena von der Heide"),
        ("FRANKFURT AM MAIN", "Frankfurt am Main"), ("O'BRIEN", "O'Brien"), ("mcdonald", "McDonald"), ("IKEA", "IKEA"),
        ("BMW AG", "BMW AG"), ("HAUPTSTR. 12A", "Hauptstr. 12A"), ("Café", "Café"), ("AG", "AG"), ("SCHLOßSTRAßE", "Schloßstraße"),
    ],
)  # fmt: skip
def test_capitals_become_usual_letters(written, usual):
    assert cleaning_text.cased(written) == usual


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("anna@gmial.com", "anna@gmail.com"), ("anna@web,de", "anna@web.de"), ("anna (at) web.de", "anna@web.de"),
        ("mailto:a@b.example", "a@b.example"), ("anna@gmail.con", "anna@gmail.com"), ("anna", ""), ("a@@b.de", ""),
    ],
)  # fmt: skip
def test_mistyped_addresses_are_mended_where_one_can_know(written, meant):
    assert cleaning_checks.email(written)[0] == meant


@pytest.mark.parametrize("right", ["anna.b+shop@example.co.uk", "jörg@müller.de", "a@b.museum"])
def test_right_addresses_stay(right):
    assert cleaning_checks.email(right) is None


def test_phones_ibans_and_vat_ids():
    assert cleaning_checks.phone("+49 40 123456", "DE") is None
    assert cleaning_checks.phone("040 / 12 34 56", "DE") is None
    assert cleaning_checks.phone("1701234567", "DE")[0] == "01701234567"
    assert cleaning_checks.phone("123", "DE")[0] == ""
    assert cleaning_checks.phone("000000000", "DE") is not None
    assert cleaning_checks.iban("DE89370400440532013000") is None
    assert cleaning_checks.iban("DE8937O400440532013000")[0] == "DE89370400440532013000"
    assert cleaning_checks.iban("DE00370400440532013000")[0] == ""
    assert cleaning_checks.vat_id("DE136695976", "DE") is None
    assert cleaning_checks.vat_id("136695976", "DE")[0] == "DE136695976"
    assert cleaning_checks.vat_id("CHE-123.456.788", "CH") is None
