"""Exports of known programs are recognised by their headings, and all that they bring goes to its place."""

from __future__ import annotations

import in_process
import pytest
from import_files import write_csv

from crm_desktop.core.errors import UserError
from crm_desktop.db import connection as db
from crm_desktop.exchange import dumping, importing, programs
from crm_desktop.exchange.columns import OWN_FIELD
from crm_desktop.exchange.targets import FIELDS, LEAVE_OUT

# Per program: its headings with a value in each, and where some of them must go.
EXPORTS = {
    "Google Contacts": (
        {"First Name": "Anna", "Middle Name": "M.", "Last Name": "Müller", "Phonetic First Name": "anna", "Name Prefix": "Dr.",
         "File As": "x", "Organization Name": "Dachbau", "Organization Title": "Chefin", "Birthday": "1975-04-03",
         "Notes": "ruft an", "Labels": "Stamm ::: * myContacts", "E-mail 1 - Label": "* Work",
         "E-mail 1 - Value": "a@dach.example ::: b@dach.example", "Phone 1 - Label": "Work", "Phone 1 - Value": "0351 1234567",
         "Phone 2 - Label": "Mobile", "Phone 2 - Value": "0171 5551234", "Address 1 - Label": "Work",
         "Address 1 - Street": "Weg 1", "Address 1 - City": "Dresden", "Address 1 - Postal Code": "01067",
         "Address 1 - Country": "Germany", "Website 1 - Value": "https://dach.example"},
        {"first_name": "First Name", "company": "Organization Name", "title": "Name Prefix", "emails": "E-mail 1 - Value",
         "phones": "Phone 1 - Value", "phones_2": "Phone 2 - Value", "street": "Address 1 - Street", "tags": "Labels"},
    ),
    "Outlook": (
        {"Title": "Dr.", "First Name": "Anna", "Last Name": "Müller", "Company": "Dachbau", "Job Title": "Chefin",
         "Business Street": "Weg 1", "Business City": "Dresden", "Business Postal Code": "01067",
         "Business Country/Region": "Germany", "Home Street": "Gasse 2", "Other Street": "Pfad 3", "Business Fax": "0351 999",
         "Business Phone": "0351 1234567", "Mobile Phone": "0171 5551234", "Birthday": "0/0/00",
         "E-mail Address": "a@dach.example", "E-mail Type": "SMTP", "E-mail Display Name": "Anna", "Notes": "n",
         "Categories": "Stamm", "Gender": "Unspecified", "Web Page": "dach.example"},
        {"title": "Title", "company": "Company", "street": "Business Street", "emails": "E-mail Address",
         "phones": "Business Phone", "tags": "Categories", "website": "Web Page"},
    ),
    "HubSpot": (
        {"Record ID": "51", "First Name": "Anna", "Last Name": "Müller", "Email": "a@dach.example", "Phone Number": "0351 123456",
         "Lifecycle Stage": "customer", "Associated Company": "Dachbau", "City": "Dresden", "Postal Code": "01067"},
        {"number": "Record ID", "company": "Associated Company", "phones": "Phone Number"},
    ),
    "Pipedrive": (
        {"Person - ID": "7", "Person - Name": "Anna Müller", "Person - Email": "a@dach.example",
         "Person - Phone": "0351 123456", "Organization - Name": "Dachbau", "Person - Last activity date": "2026-01-02"},
        {"number": "Person - ID", "name": "Person - Name", "company": "Organization - Name", "emails": "Person - Email"},
    ),
    "Salesforce": (
        {"Salutation": "Ms.", "First Name": "Anna", "Last Name": "Müller", "Title": "CEO", "Account Name": "Dachbau",
         "Mailing Street": "Weg 1", "Mailing City": "Dresden", "Mailing Zip/Postal Code": "01067", "Email": "a@d.example"},
        {"company": "Account Name", "street": "Mailing Street", "postcode": "Mailing Zip/Postal Code",
         "custom.Title": "Title"},
    ),
    "Zoho": (
        {"Display Name": "Anna Müller", "Company Name": "Dachbau", "First Name": "Anna", "Last Name": "Müller",
         "EmailID": "a@dach.example", "MobilePhone": "0171 5551234", "Customer ID": "2520018000000073005",
         "Customer Sub Type": "business", "Billing Address": "Weg 1", "Billing City": "Dresden", "Billing Code": "01067"},
        {"number": "Customer ID", "street": "Billing Address", "postcode": "Billing Code", "emails": "EmailID"},
    ),
    "Invoice Ninja": (
        {"name": "Dachbau", "user": "me", "balance": "10", "paid_to_date": "20", "private_notes": "n", "address1": "Weg 1",
         "address2": "Hof", "city": "Dresden", "postal_code": "01067", "vat_number": "DE136695976", "id_number": "77",
         "number": "0001", "first_name": "Anna", "last_name": "Müller", "email": "a@dach.example"},
        {"company": "name", "number": "number", "tax_number": "id_number", "vat_id": "vat_number", "addition": "address2"},
    ),
    "FreshBooks": (
        {"Organization": "Dachbau", "First Name": "Anna", "Last Name": "Müller", "Email": "a@d.example", "Street": "Weg 1",
         "City": "Dresden", "Province/State": "Sachsen", "Postal Code": "01067"},
        {"company": "Organization", "state": "Province/State"},
    ),
    "Wave": (
        {"customer_name": "Dachbau", "email": "a@dach.example", "contact_first_name": "Anna", "contact_last_name": "Müller",
         "customer_currency": "EUR", "account_number": "K7", "phone": "0351 123456", "address_line_1": "Weg 1",
         "address_line_2": "Hof", "city": "Dresden", "postal_code/zip_code": "01067"},
        {"company": "customer_name", "number": "account_number", "first_name": "contact_first_name",
         "street": "address_line_1", "postcode": "postal_code/zip_code"},
    ),
    "Akaunting": (
        {"name": "Dachbau", "email": "a@dach.example", "tax_number": "12/3", "currency_code": "EUR", "phone": "0351 123456",
         "address": "Weg 1", "zip_code": "01067", "enabled": "1"},
        {"name": "name", "tax_number": "tax_number", "street": "address", "postcode": "zip_code"},
    ),
    "Frappe Books": (
        {"Name": "Dachbau", "Role": "Customer", "Email": "a@dach.example", "Phone": "0351 123456", "Default Account": "Debtors",
         "Tax ID": "DE136695976", "Outstanding Amount": "10"},
        {"name": "Name", "emails": "Email", "vat_id": "Tax ID"},
    ),
    "Fakturama": (
        {"category": "Stamm", "gender": "2", "title": "Dr.", "firstname": "Anna", "name": "Müller", "company": "Dachbau",
         "street": "Weg 1", "zip": "01067", "city": "Dresden", "nr": "K1", "note": "n", "vatnr": "DE136695976",
         "vatnrvalid": "true", "email": "a@dach.example", "phone": "0351 123456"},
        {"number": "nr", "last_name": "name", "vat_id": "vatnr", "notes": "note"},
    ),
    "RechnungsFee": (
        {"kundennummer": "1", "firmenname": "Dachbau", "vorname": "Anna", "nachname": "Müller", "strasse": "Weg",
         "hausnummer": "1", "plz": "01067", "ort": "Dresden", "ust_idnr": "DE136695976", "z_hd": "Frau Müller",
         "skonto_prozent": "2", "skonto_tage": "10"},
        {"company": "firmenname", "house_number": "hausnummer", "vat_id": "ust_idnr"},
    ),
    "DATEV": (
        {"Konto": "10000", "Name (Adressattyp Unternehmen)": "Dachbau", "Unternehmensgegenstand": "Dach",
         "Name (Adressattyp natürl. Person)": "", "Vorname (Adressattyp natürl. Person)": "", "Adressattyp": "2",
         "Straße": "Weg 1", "Postleitzahl": "01067", "Ort": "Dresden", "Land": "DE", "Sprache": "1", "EU-Land": "DE",
         "EU-UStID": "136695976"},
        {"number": "Konto", "company": "Name (Adressattyp Unternehmen)", "street": "Straße", "vat_id": "EU-UStID"},
    ),
    "Thunderbird": (
        {"First Name": "Anna", "Last Name": "Müller", "Display Name": "Anna Müller", "Primary Email": "a@dach.example",
         "Secondary Email": "b@dach.example", "Work Address": "Weg 1", "Work City": "Dresden", "Work ZipCode": "01067",
         "Organization": "Dachbau", "Web Page 1": "dach.example", "Mobile Number": "0171 5551234"},
        {"emails": "Primary Email", "emails_2": "Secondary Email", "street": "Work Address", "postcode": "Work ZipCode",
         "company": "Organization"},
    ),
    "Mautic": (
        {"id": "7", "firstname": "Anna", "lastname": "Müller", "company": "Dachbau", "email": "a@dach.example", "points": "9",
         "address1": "Weg 1", "zipcode": "01067", "city": "Dresden", "mobile": "0171 5551234"},
        {"first_name": "firstname", "street": "address1", "postcode": "zipcode", "phones": "mobile"},
    ),
    "EspoCRM": (
        {"Salutation Name": "Ms.", "First Name": "Anna", "Last Name": "Müller", "Account Name": "Dachbau",
         "Email Address": "a@dach.example", "Phone Number": "0351 123456", "Address Street": "Weg 1", "Address City": "Dresden",
         "Address Postal Code": "01067", "Description": "n"},
        {"company": "Account Name", "street": "Address Street", "notes": "Description"},
    ),
    "Odoo": (
        {"Name": "Anna Müller", "Is a Company": "False", "Related Company": "Dachbau", "Street": "Weg 1", "Street2": "Hof",
         "Zip": "01067", "City": "Dresden", "Tax ID": "DE136695976", "Reference": "K1", "Salesperson": "Ben"},
        {"name": "Name", "company": "Related Company", "vat_id": "Tax ID", "number": "Reference", "addition": "Street2"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("program", EXPORTS)
def test_an_export_is_recognised_and_its_columns_go_to_their_places(data_file, tmp_path, program):
    cells, wanted = EXPORTS[program]
    path = write_csv(tmp_path / "export.csv", [list(cells), list(cells.values())], delimiter=",")
    with importing.open_file(path) as opened:
        opened.choose()
        matching = opened.match()
        assert (matching.looks_like, matching.kind) == (program, "customers")
        mapping = matching.mapping()
        assert {field: mapping.get(field) for field in wanted} == wanted
        result = opened.carry_out()
    assert result.outcome.created["customers"] == 1


def test_the_vat_id_of_datev_is_put_together(data_file, tmp_path):
    cells, _wanted = EXPORTS["DATEV"]
    importing.run(write_csv(tmp_path / "export.csv", [list(cells), list(cells.values())], delimiter=";"))
    assert db.query("SELECT vat_id FROM customer") == [("DE136695976",)]


def test_a_list_of_the_owner_s_own_looks_like_no_program(data_file, tmp_path):
    path = write_csv(tmp_path / "own.csv", [["Name", "Vorname", "Telefon"], ["Müller", "Anna", "0351 1234567"]])
    with importing.open_file(path) as opened:
        opened.choose()
        assert opened.match().looks_like == ""


def test_another_choice_keeps_what_the_file_looks_like(data_file, tmp_path):
    cells, _wanted = EXPORTS["Wave"]
    path = write_csv(tmp_path / "export.csv", [list(cells), list(cells.values())], delimiter=",")
    with importing.open_file(path) as opened:
        opened.choose()
        assert opened.match().with_field(0, "name").looks_like == "Wave"


def test_the_data_names_fields_that_exist():
    for program in programs._programs():
        fields = set(FIELDS[program.kind]) | {LEAVE_OUT, OWN_FIELD}
        assert set(program.columns.values()) <= fields, program.name
        assert program.needs, program.name


THUNDERBIRD = {
    "de": ("Vorname;Nachname;Anzeigename;Primäre E-Mail-Adresse;Sekundäre E-Mail-Adresse;Privat: Adresse;Privat: Ort;"
           "Privat: PLZ;Dienstlich: Adresse;Dienstlich: Ort;Dienstlich: PLZ;Geburtsjahr;Geburtsmonat;Geburtstag"),
    "fr": ("Prénom;Nom de famille;Nom à afficher;Adresse e-mail principale;Adresse e-mail secondaire;Adresse privée;Ville;"
           "Code postal;Adresse professionnelle;Ville;Code postal;Année de naissance;Mois;Jour"),
    "it": ("Nome;Cognome;Nome visualizzato;Email primaria;Email secondaria;Indirizzo di casa;Città di residenza;"
           "CAP di residenza;Indirizzo di lavoro;Città di lavoro;CAP di lavoro;Anno di nascita;Mese di nascita;"
           "Giorno di nascita"),
    "pl": ("Imię;Nazwisko;Wyświetlana nazwa;Podstawowy e-mail;Dodatkowy e-mail;Adres domowy;Miasto (dom);"
           "Kod pocztowy (dom);Adres służbowy;Miasto (praca);Kod pocztowy (praca);Urodziny – Rok;Urodziny – Miesiąc;"
           "Urodziny – Dzień"),
}  # fmt: skip


@pytest.mark.parametrize("language", THUNDERBIRD)
def test_thunderbird_brings_one_address_and_one_birthday_in_any_language(data_file, tmp_path, language):
    rows = [
        ["Eva", "Ott", "Eva Ott", "eva@ott.example", "", "Gasse 2", "Ulm", "89073", "", "", "", "1975", "4", "3"],
        [
            "Udo",
            "Ott",
            "Udo Ott",
            "udo@ott.example",
            "",
            "Gasse 2",
            "Ulm",
            "89073",
            "Werk 1",
            "Bonn",
            "53111",
            "",
            "2",
            "29",
        ],
        ["Pia", "Ott", "Pia Ott", "pia@ott.example", "", "", "", "", "Werk 1", "Bonn", "53111", "1960", "", ""],
    ]
    path = write_csv(tmp_path / "book.csv", [THUNDERBIRD[language].split(";"), *rows], delimiter=",")
    before = dumping.text(business=True)
    result = in_process.run(path)
    found = db.query("SELECT first_name, street, postcode, city, birthday_on, notes FROM customer ORDER BY number")
    assert found == [
        ("Eva", "Gasse 2", "89073", "Ulm", "1975-04-03", ""),
        ("Udo", "Werk 1", "53111", "Bonn", "1604-02-29", "Further address: Gasse 2, 89073 Ulm"),
        ("Pia", "Werk 1", "53111", "Bonn", None, "Born: 1960"),
    ]
    assert in_process.run(path).outcome.unchanged["customers"] == 3
    importing.undo(result.import_id)
    assert dumping.text(business=True) == before


def test_outlook_takes_the_private_address_where_there_is_no_other(data_file, tmp_path):
    head = ["Vorname", "Nachname", "E-Mail-Adresse", "Straße geschäftlich", "Ort geschäftlich", "Postleitzahl geschäftlich",
            "Straße privat", "Ort privat", "Postleitzahl privat", "Land/Region privat", "Geburtstag", "Jahrestag"]  # fmt: skip
    rows = [
        ["Eva", "Ott", "eva@ott.example", "", "", "", "Gasse 2", "Ulm", "89073", "Deutschland", "0.0.00", "0.0.00"],
        ["Udo", "Ott", "udo@ott.example", "Werk 1", "Bonn", "53111", "", "", "", "Deutschland", "3.4.1975", "0.0.00"],
    ]
    result = in_process.run(write_csv(tmp_path / "outlook.csv", [head, *rows], delimiter=","))
    found = db.query("SELECT street, postcode, city, country, birthday_on FROM customer ORDER BY number")
    assert found == [("Gasse 2", "89073", "Ulm", "DE", None), ("Werk 1", "53111", "Bonn", "", "1975-04-03")]
    assert not result.outcome.warnings  # a day of noughts is no day, and nothing to be told


SUPPLIERS = {
    "a word": (
        ["Nr", "Firma", "Rolle"],
        [["1", "Dachbau GmbH", "Kunde"], ["2", "Holz AG", "Lieferant"], ["3", "Café Zoë", "Interessent"]],
    ),
    "accounts": (
        ["Konto", "Name (Adressattyp Unternehmen)", "IBAN-Nr. 1"],
        [["10000", "Dachbau GmbH", ""], ["70000", "Holz AG", ""], ["10001", "Café Zoë", "DE02120300000000202051"]],
    ),
    "two columns": (
        ["Code client", "Nom", "Client", "Fournisseur", "SIREN"],
        [["1", "Dachbau GmbH", "1", "0", ""], ["", "Holz AG", "0", "1", ""], ["3", "Café Zoë", "1", "1", ""]],
    ),
}


@pytest.mark.parametrize("how", SUPPLIERS)
def test_suppliers_among_the_customers_are_marked_and_told(data_file, tmp_path, how):
    head, rows = SUPPLIERS[how]
    result = in_process.run(write_csv(tmp_path / "list.csv", [head, *rows]))
    marked = "SELECT c.name FROM customer c JOIN customer_tag t ON t.customer_id = c.id JOIN tag ON tag.id = t.tag_id"
    assert db.query(f"{marked} WHERE tag.name = 'Supplier'") == [("Holz AG",)]
    assert db.value("SELECT number FROM customer WHERE name = 'Dachbau GmbH'") == rows[0][0]
    told = [(n.row, n.reason) for n in result.outcome.warnings]
    assert told == [(3, "A supplier; comes in with the tag “Supplier”")]
    assert in_process.run(tmp_path / "list.csv").outcome.unchanged["customers"] == 3


def test_names_of_columns_within_the_program_are_no_customer(data_file, tmp_path):
    rows = [
        ["Name", "Role", "Default Account", "Email", "Phone"],
        ["Party.name", "Party.role", "Party.defaultAccount", "Party.email", "Party.phone"],
        ["Dachbau GmbH", "Customer", "Debtors", "a@dach.example", "0351 123456"],
    ]
    result = in_process.run(write_csv(tmp_path / "parties.csv", rows))
    assert db.query("SELECT name, email FROM customer") == [("Dachbau GmbH", "a@dach.example")]
    assert [(n.row, n.reason) for n in result.outcome.skipped] == [(2, "The headings again")]
    sites = [["Firma", "Shop", "Web"], ["a.de", "b.de", "c.de"], ["d.de", "e.de", "f.de"]]
    assert in_process.run(write_csv(tmp_path / "sites.csv", sites)).outcome.created["customers"] == 2


def test_a_column_of_tags_needs_no_other_mark(data_file, tmp_path):
    rows = [["Nr", "Firma", "Kategorie"], ["1", "Dachbau GmbH", "Kunde"], ["2", "Holz AG", "Lieferant"]]
    assert not in_process.run(write_csv(tmp_path / "list.csv", rows)).outcome.warnings
    assert {name for (name,) in db.query("SELECT name FROM tag")} == {"Kunde", "Lieferant"}


NOT_CUSTOMERS = {
    "suppliers": [["Lieferantennummer", "Firma", "Ort"], ["70001", "Holz AG", "Ulm"]],
    "staff": [["Employee ID", "First Name", "Last Name", "Salary"], ["1", "Eva", "Ott", "52000"]],
}


@pytest.mark.parametrize("what", NOT_CUSTOMERS)
def test_a_list_of_others_is_taken_for_customers_only_with_a_word_about_it(data_file, tmp_path, what):
    result = in_process.run(write_csv(tmp_path / "list.csv", NOT_CUSTOMERS[what]), dry_run=True)
    assert [n.reason for n in result.outcome.warnings] == [
        f"Looks like a list of {what}; they would come in as customers"
    ]


def test_the_title_of_an_export_tells_suppliers_from_customers(data_file, tmp_path):
    head = ["Name", "Balance", "Paid to Date", "Billing Street", "Private Notes", "First Name", "Last Name", "Email"]
    rows = [head, ["Holz AG", "0", "0", "Weg 1", "", "Eva", "Ott", "eva@holz.example"]]
    plain = in_process.run(write_csv(tmp_path / "clients.csv", [["CLIENTS"], *rows]), dry_run=True)
    titled = in_process.run(write_csv(tmp_path / "vendors.csv", [["Vendors"], *rows]), dry_run=True)
    assert [len(result.outcome.warnings) for result in (plain, titled)] == [0, 1]


def test_bookings_of_a_ledger_are_told(data_file, tmp_path):
    head = [
        "Umsatz (ohne Soll/Haben-Kz)",
        "Soll/Haben-Kennzeichen",
        "Konto",
        "Gegenkonto (ohne BU-Schlüssel)",
        "Buchungstext",
    ]
    with pytest.raises(UserError, match="bookings"):
        in_process.run(write_csv(tmp_path / "b.csv", [head, ["119,00", "S", "10000", "8400", "Dach"]]), dry_run=True)
    statement = [
        ["Buchungstag", "Auftraggeber/Empfänger", "Verwendungszweck", "Betrag", "IBAN"],
        ["02.01.2026", "Eva Ott", "Dachrinne", "119,00", "DE02120300000000202051"],
    ]
    with pytest.raises(UserError, match="bank statement"):
        in_process.run(write_csv(tmp_path / "bank.csv", statement), dry_run=True)
    worked = [
        ["User", "Email", "Client", "Project", "Task", "Start date", "Duration"],
        ["Udo", "udo@me.example", "Dachbau GmbH", "Dach", "Beratung", "2026-01-02", "01:00:00"],
    ]
    with pytest.raises(UserError, match="working hours"):
        in_process.run(write_csv(tmp_path / "hours.csv", worked), dry_run=True)


def test_what_a_program_says_of_everybody_says_nothing(data_file, tmp_path):
    cells = EXPORTS["Google Contacts"][0] | {"Labels": "Stamm ::: * myContacts ::: * starred"}
    in_process.run(write_csv(tmp_path / "export.csv", [list(cells), list(cells.values())], delimiter=","))
    assert db.query("SELECT name FROM tag") == [("Stamm",)]
    people = [["Person - ID", "Person - Name", "Person - Marketing status"], ["7", "Eva Ott", "No consent"]]
    assert not in_process.run(write_csv(tmp_path / "people.csv", people)).outcome.warnings
