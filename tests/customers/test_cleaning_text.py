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
        ("FRANKFURT AM MAIN", "Frankfurt am Main"), ("O'BRIEN", "O'Brien"), ("IKEA", "IKEA"),
        ("BMW AG", "BMW AG"), ("HAUPTSTR. 12A", "Hauptstr. 12A"), ("Café", "Café"), ("AG", "AG"), ("SCHLOßSTRAßE", "Schloßstraße"),
    ],
)  # fmt: skip
def test_capitals_become_usual_letters(written, usual):
    assert cleaning_text.cased(written) == usual


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("anna@gmial.com", "anna@gmail.com"), ("anna@web,de", "anna@web.de"), ("anna (at) web.de", "anna@web.de"),
        ("mailto:a@b.example", "a@b.example"), ("anna@gmail.con", "anna@gmail.com"), ("anna", ""), ("a@@b.de", "a@b.de"),
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


@pytest.mark.parametrize(
    "page", ["cp1252", "cp1250", "latin-1", "iso8859-15", "cp850", "cp437", "cp852", "mac_roman", "cp1257", "cp1251"]
)
@pytest.mark.parametrize("times", [1, 2])
def test_letters_come_back_from_every_page_once_and_twice(page, times):
    for meant in (
        "Müller",
        "Jörg Schäfer",
        "Größe",
        "José Muñoz",
        "Žižek",
        "Čapek",
        "L’Atelier",
        "Kühn & Söhne – Köln",
    ):
        broken = meant
        for _time in range(times):
            broken = "".join(_read_as(byte, page) for byte in broken.encode())
        assert cleaning_text.decoded(broken) == meant


def _read_as(byte, page):
    try:
        return bytes([byte]).decode(page)
    except UnicodeDecodeError:
        return chr(byte)


@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ("Müller & SchÃ¶n", "Müller & Schön"), ("Ma³gorzata", "Małgorzata"), ("£ódź", "£ódź"), ("Schr%C3%B6der", "Schröder"),
        ("M\\u00fcller", "Müller"), ("\\ud83d", "\\ud83d"), ("x=3D equals", "x=3D equals"), ("100 % Bio", "100 % Bio"),
    ],
)  # fmt: skip
def test_escapes_and_mixed_texts(broken, meant):
    assert cleaning_text.decoded(broken) == meant


@pytest.mark.parametrize(
    "right",
    [
        "ORĂŞTIE", "Рівне", "Сёмин", "Їжак", "IRMÃ", "Âge d’Or", "„Ä“ Team", "10 m²", "40 m³", "¿Qué?", "Nº 5", "Ångström", "Đặng",
        "ĂŞTI", "ÁRVÍZTŰRŐ", "Љубиша", "5 £ Shop", "İnönü", "Ĺubica", "日本", "مرحبا",
    ],
)  # fmt: skip
def test_right_letters_of_many_languages_stay(right):
    assert cleaning_text.decoded(right) == right


@pytest.mark.parametrize(
    "right",
    [
        "IKEA", "DHL", "3M", "BASF SE", "ALDI SÜD", "TÜV SÜD", "SBB CFF FFS", "HUGO BOSS AG", "EDEKA", "UNICEF", "Müller e.K.", "momox",
        "mobile.de", "stadt.raum.plan", "design+", "agentur21", "adidas AG", "McDonald’s", "iPhone Doktor", "H&M", "ver.di",
    ],
)  # fmt: skip
def test_names_of_companies_that_are_written_so_stay(right):
    assert cleaning_text.cased(right) == right


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("MÜLLER GmbH", "Müller GmbH"), ("KOCH GMBH", "Koch GmbH"), ("tischlerei schulze e.k.", "Tischlerei Schulze e.K."),
        ("DR. MED. ANNA BECKER", "Dr. med. Anna Becker"), ("BÄCKEREI HANSEN GMBH & CO. KG", "Bäckerei Hansen GmbH & Co. KG"),
        ("HNO PRAXIS DR. WEIß", "HNO Praxis Dr. Weiß"),
        ("BüHNENHAUS ALTONA E.V.", "Bühnenhaus Altona e.V."), ("CAFé OSTWIND", "Café Ostwind"),
    ],
)  # fmt: skip
def test_companies_in_capitals_become_usual(written, usual):
    assert cleaning_text.cased(written) == usual


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("VAN DER BERG", "van der Berg"), ("DE LA CRUZ", "de la Cruz"), ("mcdonald", "McDonald"), ("o'neill", "O'Neill"), ("KOCH", "Koch"),
        ("van der Berg", "van der Berg"), ("LeBron", "LeBron"), ("McDonald", "McDonald"), ("de la Cruz", "de la Cruz"),
    ],
)  # fmt: skip
def test_last_names_begin_with_their_small_words(written, usual):
    assert cleaning_text.cased(written, of=cleaning_text.PERSON, starts_small=True) == usual


def test_towns_are_written_with_their_small_words():
    assert cleaning_text.cased("BAD HOMBURG VOR DER HÖHE", of=cleaning_text.PLACE) == "Bad Homburg vor der Höhe"
    assert cleaning_text.cased("BONN", of=cleaning_text.PLACE) == "Bonn"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("anna@@web.de", "anna@web.de"), ("Anna <anna@web.de>", "anna@web.de"), ("anna@gmail", "anna@gmail.com"),
        ("anna@googlemail.co", "anna@googlemail.com"), ("anna@gmx.ed", "anna@gmx.de"), ("anna@t-onlin.de", "anna@t-online.de"),
        ("anna@freenet.d", "anna@freenet.de"), ("anna@icloud.cim", "anna@icloud.com"), ("a@b.de; c@d.de", ""), ("a@firma.zz", ""),
    ],
)  # fmt: skip
def test_slips_in_addresses_are_found(written, meant):
    wrong = cleaning_checks.email(written)
    assert wrong is not None
    assert wrong[0] == meant


def test_postcodes_have_the_form_of_their_country():
    assert cleaning_checks.postcode("1067", "DE")[0] == "01067"
    assert cleaning_checks.postcode("ABCDE", "DE")[0] == ""
    for right, country in (
        ("01067", "DE"),
        ("D-01067", "DE"),
        ("1010", "AT"),
        ("SW1A 1AA", "GB"),
        ("1234 AB", "NL"),
        ("", "XX"),
    ):
        assert cleaning_checks.postcode(right, country) is None


def test_an_iban_of_a_bank_with_a_former_number_adds_up():
    assert cleaning_checks.iban("BE68539007547034") is None
    assert cleaning_checks.iban("BE68539007547035") is not None
    assert cleaning_checks.phone("+49 0000000", "DE") is not None
