"""Names, addresses, countries, e-mails, phones and codes in one cell."""

from __future__ import annotations

import pytest

from crm_desktop.exchange import words
from crm_desktop.exchange.countries import country_code
from crm_desktop.exchange.names import is_organisation, split_address, split_name
from crm_desktop.exchange.values import as_text, clean_iban, parse_bool, split_emails, split_phones


@pytest.mark.parametrize(
    ("written", "first", "last", "title"),
    [
        ("Müller, Anna", "Anna", "Müller", ""),
        ("Anna Müller", "Anna", "Müller", ""),
        ("Dr. Anna Müller", "Anna", "Müller", "Dr."),
        ("Ludwig von der Tann", "Ludwig", "von der Tann", ""),
        ("Bradly Jaskolski Sr.", "Bradly", "Jaskolski Sr.", ""),
        ("Zsa Zsa Gábor", "Zsa Zsa", "Gábor", ""),
        ("Madonna", "", "Madonna", ""),
    ],
)
def test_a_name_is_taken_apart(written, first, last, title):
    found = split_name(written)
    assert (found.first, found.last, found.title) == (first, last, title)


def test_a_business_is_told_from_a_person():
    firms = ["Alpha AG", "Dr. Anna Müller GmbH", "Müller e.K.", "Gasthof Zur Linde", "Bäckerei Klein", "Smith & Sons"]
    firms += ["Bodas Sol y Mar S.L.", "Kwiaty Róża s.c.", "Rossi S.n.c.", "Café Central, Lda", "Ayuntamiento de Ronda"]
    firms += [
        "Scuola di Musica",
        "Studentenwohnheim Am Kanal",
        "Wealden Parish Council",
        "Briner Barbara, Wohn- und Raumkonzept",
    ]
    persons = [
        "Anna Müller",
        "Maria Sá",
        "Jonas Petersen",
        "Sasha Vega",
        "Müller, Anna und Peter",
        "J. S. Bach",
        "Ana de la Cruz",
    ]
    assert all(map(is_organisation, firms))
    assert not any(map(is_organisation, persons))


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("Hauptstr. 12, 20095 Hamburg", ("Hauptstr. 12", "20095", "Hamburg", "")),
        ("Am Markt 1 a\n80331 München", ("Am Markt 1 a", "80331", "München", "")),
        ("Weg 3, A-1010 Wien", ("Weg 3", "1010", "Wien", "AT")),
        ("Piotrkowska 10, 90-001 Łódź", ("Piotrkowska 10", "90-001", "Łódź", "")),
        ("12 High St, London, SW1A 1AA, UK", ("12 High St", "SW1A 1AA", "London", "UK")),
        ("999 Super Way, Super, CA, 94043", ("999 Super Way", "94043", "Super", "US")),
        ("8999 Corporate Way", ("8999 Corporate Way", "", "", "")),
    ],
)
def test_an_address_is_taken_apart_at_its_postcode_or_kept_whole(written, parts):
    found = split_address(written)
    assert (found.street, found.postcode, found.city, found.country) == parts


def test_countries_are_known_by_many_names():
    names = ["Deutschland", "D", "UK", "usa", "Alemania", "Österreich", "Pays-Bas", "Italia", "Hamburg"]
    assert [country_code(n) for n in names] == ["DE", "DE", "GB", "US", "DE", "AT", "NL", "IT", None]


def test_emails_are_found_and_mended():
    assert split_emails("a@b.example; c@d.example") == (["a@b.example", "c@d.example"], [])
    assert split_emails("ole.harms(at)alster.example") == (["ole.harms@alster.example"], [])
    assert split_emails("Anna <anna@x.example>") == (["anna@x.example"], [])
    assert split_emails("* ") == ([], [])
    assert split_emails("keine") == ([], ["keine"])


def test_two_phones_in_a_cell_are_two_and_a_slash_after_the_code_is_none():
    assert split_phones("040 1234567 / 0171 998877") == ["040 1234567", "0171 998877"]
    assert split_phones("040/555 01 92") == ["040/555 01 92"]


def test_codes_keep_every_digit():
    assert as_text(1001.0) == "1001"
    assert as_text(4935112345678.0) == "4935112345678"
    assert as_text("  01067 ") == "01067"


def test_an_iban_counts_only_if_it_adds_up():
    assert clean_iban("de89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert clean_iban("DE89370400440532013001") == ""


def test_words_for_few_things_are_understood():
    assert [parse_bool(w) for w in ("Ja", "no", "x", "vielleicht")] == [True, False, True, None]
    assert words.notice("3 Monate zum Quartalsende") == (3, "month")
    assert words.notice("6 weeks") == (6, "week")
    assert words.interval("Jährlich") == "year"
    assert words.unit("Stk.") == "C62"
    assert words.contract_state("gekündigt") == "notice_given"
    assert words.invoice_state("Bezahlt") == "paid"
