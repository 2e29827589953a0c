"""Names and addresses in one cell come apart as their owner means them."""

from __future__ import annotations

import pytest
from import_files import write_csv

from crm_desktop.db import connection as db
from crm_desktop.exchange import importing
from crm_desktop.exchange.names import split_address


@pytest.mark.parametrize(
    ("text", "street", "postcode", "city"),
    [
        ("Hauptstr. 12, 20095 Hamburg", "Hauptstr. 12", "20095", "Hamburg"),
        ("Hauptstr. 12 20095 Hamburg", "Hauptstr. 12", "20095", "Hamburg"),
        ("Hauptstr. 12 - 20095 Hamburg", "Hauptstr. 12", "20095", "Hamburg"),
        ("Hauptstr. 12 | 20095 Hamburg", "Hauptstr. 12", "20095", "Hamburg"),
        ("20095 Hamburg, Hauptstr. 12", "Hauptstr. 12", "20095", "Hamburg"),
        ("Hauptstr. 12-14, 20095 Hamburg-Altstadt", "Hauptstr. 12-14", "20095", "Hamburg-Altstadt"),
        ("12 rue de la Paix 75002 Paris", "12 rue de la Paix", "75002", "Paris"),
        ("Via Roma 5, 20121 Milano (MI)", "Via Roma 5", "20121", "Milano"),
        ("ul. Długa 5/7, 00-238 Warszawa", "ul. Długa 5/7", "00-238", "Warszawa"),
        ("Kerkstraat 12, 1017 GC Amsterdam", "Kerkstraat 12", "1017 GC", "Amsterdam"),
        ("Graben 1, 1010 Wien", "Graben 1", "1010", "Wien"),
    ],
)
def test_an_address_comes_apart_at_its_postcode(text, street, postcode, city):
    found = split_address(text)
    assert (found.street, found.postcode, found.city) == (street, postcode, city)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Müller, Anna", ("", "", "", "Anna", "Müller")),
        ("Dr. Anna Müller", ("", "", "Dr.", "Anna", "Müller")),
        ("Frau Dr. med. Anna von der Heide", ("", "Frau", "Dr. med.", "Anna", "von der Heide")),
        ("Herr Max Mustermann", ("", "Herr", "", "Max", "Mustermann")),
        ("Familie Müller", ("", "Familie", "", "", "Müller")),
        ("DUPONT Claire", ("", "", "", "Claire", "DUPONT")),
        ("Dr. Müller GmbH", ("Dr. Müller GmbH", "", "", "", "")),
        ("Dr. Anna Müller GmbH", ("Dr. Anna Müller GmbH", "", "", "", "")),
        ("Zahnarztpraxis Dr. Weber", ("Zahnarztpraxis Dr. Weber", "", "", "", "")),
        ("Bodas Sol y Mar S.L.", ("Bodas Sol y Mar S.L.", "", "", "", "")),
        ("Wealden Parish Council", ("Wealden Parish Council", "", "", "", "")),
        ("Willow Nursery", ("Willow Nursery", "", "", "", "")),
        ("Éditions du Gué", ("Éditions du Gué", "", "", "", "")),
        ("Teatro dell'Unione", ("Teatro dell'Unione", "", "", "", "")),
        ("Luca D'Amico", ("", "", "", "Luca", "D'Amico")),
    ],
)
def test_a_name_is_a_firm_or_a_person_with_title_and_form_of_address(data_file, tmp_path, name, parts):
    importing.run(write_csv(tmp_path / "k.csv", [["Name", "E-Mail"], [name, "a@x.example"]]))
    assert db.one("SELECT company, salutation, title, first_name, last_name FROM customer") == parts


@pytest.mark.parametrize(
    ("heading", "names", "expected"),
    [
        (
            "Cognome e nome",
            ["Rossi Giovanna", "D'Amico Luca", "Teatro dell'Unione", "Qwxy Zzyq"],
            [("Giovanna", "Rossi"), ("Luca", "D'Amico"), (None, None), ("Zzyq", "Qwxy")],
        ),
        ("Nachname Vorname", ["von der Heide Anna", "Max Krüger"], [("Anna", "von der Heide"), ("Max", "Krüger")]),
        ("Nazwisko i imię", ["Wójcik Adam"], [("Adam", "Wójcik")]),
        ("Nome e cognome", ["Giovanna Rossi", "Luca D'Amico"], [("Giovanna", "Rossi"), ("Luca", "D'Amico")]),
        (
            "Name",
            ["Petersen Anna", "Möller Peter", "Kranz Maria"],
            [("Anna", "Petersen"), ("Peter", "Möller"), ("Maria", "Kranz")],
        ),
        ("Name", ["Ilkay Martin", "Anna Petersen", "Peter Kranz"], [("Ilkay", "Martin"), ("Anna", "Petersen"), ("Peter", "Kranz")]),
    ],
)  # fmt: skip
def test_the_last_name_may_stand_first(data_file, tmp_path, heading, names, expected):
    rows = [[heading, "E-Mail"], *([name, f"a{at}@x.example"] for at, name in enumerate(names))]
    importing.run(write_csv(tmp_path / "k.csv", rows))
    found = db.query("SELECT first_name, last_name FROM customer ORDER BY id")
    assert [tuple(part or None for part in row) for row in found] == expected


def test_a_column_of_firms_and_last_names_tells_them_apart_by_the_row(data_file, tmp_path):
    rows = [["Raison sociale / Nom", "Prénom"], ["Restaurant Le Cèpe", ""], ["Delacroix", "Aurélie"]]
    importing.run(write_csv(tmp_path / "k.csv", rows))
    found = db.query("SELECT company, first_name, last_name FROM customer ORDER BY id")
    assert [tuple(row) for row in found] == [("Restaurant Le Cèpe", "", ""), ("", "Aurélie", "Delacroix")]


def test_numbers_that_count_rows_are_no_numbers_of_customers(data_file, tmp_path):
    rows = [["Lp.", "Imię i nazwisko", "Telefon"], ["1", "Anna Nowak", "601 234 567"], ["2", "Jan Kot", "602 000 111"]]
    alone = importing.run(write_csv(tmp_path / "a.csv", rows))
    assert alone.mapping["number"] == "Lp."
    importing.undo(alone.import_id)
    rows[0][0] = "Nr"  # else the choice for the same headings is remembered
    again = importing.run(write_csv(tmp_path / "b.csv", [*rows, ["3", "Anna Nowak", "601-234-567"]]))
    assert "number" not in again.mapping
    assert again.outcome.created == {"customers": 2}
    assert [(note.row, note.reason) for note in again.outcome.skipped] == [
        (4, "The same customer as in row 2, whose values are kept")
    ]


def test_the_customer_of_an_invoice_may_be_a_number(data_file, tmp_path):
    importing.run(write_csv(tmp_path / "k.csv", [["N° client", "Nom"], ["C001", "Delacroix"]]))
    rows = [
        ["Facture", "Date", "Client", "Montant TTC", "Réglé le"],
        ["FA1", "16/02/2026", "C001", "120,00", "20/02/2026"],
    ]
    result = importing.run(write_csv(tmp_path / "f.csv", rows))
    assert result.outcome.created["invoices"] == 1
    assert result.mapping["customer_number"] == "Client"
    assert result.mapping["paid_on"] == "Réglé le"
