"""Ten spreadsheets as ten owners keep them, written with openpyxl and LibreOffice. All people in them are invented.

usage: python tests/data/owners/make_owners.py

The files lie beside this script and are committed; the tests bring them in through the window as the wizard proposes.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Font

HERE = Path(__file__).parent


def _fill(sheet: Any, rows: list[list[Any]]) -> None:
    for row in rows:
        sheet.append(row)


def _save(book: Any, name: str) -> None:
    """Save as xlsx, or through LibreOffice in the form that the name says."""
    path = HERE / name
    if path.suffix == ".xlsx":
        book.save(path)
        return
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / path.with_suffix(".xlsx").name
        book.save(plain)
        form = {".xls": "xls:MS Excel 97", ".ods": "ods"}[path.suffix]
        command = ["soffice", "--headless", "--convert-to", form, "--outdir", folder, str(plain)]
        subprocess.run(command, check=True, capture_output=True)
        shutil.copyfile(plain.with_suffix(path.suffix), path)


def baker() -> None:
    """Title, a group heading over merged cells, postcodes and phones as numbers, a total, a remark below."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Lieferkunden"
    _fill(sheet, [
        ["Bäckerei Sonnenkorn – Lieferkunden 2026"], ["Stand: 03.11.2026, bitte nicht löschen!!!"], [],
        ["", "Kunde", "", "Anschrift", "", "", "Kontakt", "", "Bestellung", ""],
        ["KdNr", "Name", "Ansprechp.", "Str.", "PLZ", "Ort", "Tel.", "Mail", "Brötchen tgl.", "Preis/Monat"],
        [1, "Café Mokka", "Lena Vogt", "Markt 3", 1067, "Dresden", 3514567890, "lena@mokka.example", 40, "120,00 €"],
        [2, "Hotel Elbblick GmbH", "Herr Dr. Paul Reiß", "Uferweg 12a", 1069, "Dresden", "0351/22 33 44", "info@elbblick.example", 120, "360,00 €"],
        [3, "Kita Regenbogen e.V.", "", "Gartenstr. 5", 1097, "Dresden", "0351 998877", "", 60, "150,00 €"],
        [4, "Imbiss Özdemir", "Özdemir, Can", "Bahnhof 1", 1109, "Dresden", "0171-5550199", "can@oezdemir.example;imbiss@oezdemir.example", 200, "480,00 €"],
        ["", "Summe", "", "", "", "", "", "", 420, "1.110,00 €"],
        [], ["* Preise incl. 7% MwSt."],
    ])  # fmt: skip
    sheet.merge_cells("B4:C4")
    sheet.merge_cells("D4:F4")
    sheet["A1"].font = Font(bold=True, size=16)
    _save(book, "baker.xlsx")


def piano_teacher() -> None:
    """The list is on the second sheet, the first is a form; two phones, years of two digits, blank rows between."""
    book = openpyxl.Workbook()
    form = book.active
    form.title = "Stundenplan"
    _fill(
        form,
        [
            ["Stundenplan Musikzimmer"],
            [],
            ["Montag", "15:00", "Mia"],
            ["Montag", "15:45", "Jonas"],
            ["Dienstag", "16:00", "frei"],
        ],
    )
    sheet = book.create_sheet("Schüler")
    _fill(sheet, [
        ["Nachname", "Vorname", "geb.", "Eltern", "Handy Mama", "Handy Papa", "E-Mail Eltern", "Straße", "PLZ", "Wohnort", "Notizen"],
        ["Brandt", "Mia", "04.05.14", "Brandt, Susanne", "0171 5550101", "0171 5550102", "brandt@x.example", "Lindenweg 4", "04103", "Leipzig", "übt wenig\nmag Chopin"],
        ["Keller", "Jonas", "12.11.12", "Keller, Tim", "0151/555 0103", "", "keller@x.example", "Am Ring 17", "04105", "Leipzig", ""],
        [],
        ["O'Hara", "Liam", "30.2.13", "O'Hara, Fiona", "", "+353 1 555 0104", "ohara@x.example", "Südstr. 2", "04107", "Leipzig", "Geburtsdatum prüfen"],
    ])  # fmt: skip
    _save(book, "piano_teacher.ods")


def bike_shop() -> None:
    """Invoices with a line for each item, in the charset of old Windows programs; a credit note; a draft."""
    rows = [
        "Rg-Nr;Datum;Kunde;Telefon;Artikel;Menge;Einzelpreis;MwSt %;Status",
        "2026-118;02.03.2026;Weiß, Günther;0341 555011;Inspektion groß;1;79,00;19 %;bezahlt",
        "2026-118;02.03.2026;Weiß, Günther;0341 555011;Kette KMC;1;24,90;19 %;bezahlt",
        '2026-118;02.03.2026;Weiß, Günther;0341 555011;Schlauch 28";2;6,95;19 %;bezahlt',
        "2026-119;05.03.2026;Radkurier GbR;0341 555022;Bremsbeläge (Paar);4;12,50;19 %;offen",
        "2026-120;07.03.2026;Weiß, Günther;0341 555011;Rückgabe Schlauch;-1;6,95;19 %;bezahlt",
        "2026-121;09.03.2026;Laufkundschaft;;E-Bike Probefahrt;1;0,00;19 %;Entwurf",
    ]
    (HERE / "bike_shop.csv").write_bytes("\r\n".join(rows).encode("cp1252"))


def photographer() -> None:
    """English headings, American days, money with a dollar, two people in a name, website without http."""
    book = openpyxl.Workbook()
    sheet = book.active
    _fill(sheet, [
        ["Client Name", "Partner", "Email Address", "Cell Phone", "Mailing Address", "City", "State", "Zip", "Wedding Date", "Package", "Total Paid", "Referred by"],
        ["Emma Stone-Baker", "Jack Baker", "emma@x.example", "(555) 010-2233", "12 Oak St Apt 4", "Springfield", "IL", 62701, "06/14/2025", "Gold", "$2,450.00", "Instagram"],
        ["Olivia Reyes", "Mateo Cruz", "olivia@x.example", "555-010-4455", "9 Elm Ave", "Chicago", "IL", 60601, "09/03/2025", "Silver", "$1,200.00", "Emma"],
        ["Noah Lee", "", "NOAH@X.EXAMPLE", "", "", "Peoria", "IL", 61602, "12/20/2025", "", "", ""],
    ])  # fmt: skip
    _save(book, "photographer.xlsx")


def gardener() -> None:
    """Contracts in an old Excel file: notice in words, a day as a number of Excel, capitals, a line of totals."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Pflegeverträge"
    _fill(sheet, [
        ["VERTRAGSNR", "KUNDE", "OBJEKT / LEISTUNG", "BEGINN", "KÜNDIGUNGSFRIST", "PAUSCHALE", "TURNUS", "STATUS"],
        ["G-01", "Wohnbau Süd eG", "Rasen Block A", date(2024, 4, 1), "3 Monate zum Jahresende", 250.5, "monatlich", "aktiv"],
        ["G-02", "Wohnbau Süd eG", "Winterdienst Block A", date(2024, 11, 1), "6 Wochen", 1800, "jährlich", "aktiv"],
        ["G-03", "Familie Thoma", "Heckenschnitt", date(2023, 3, 15), "1 Monat", 180, "halbjährlich", "gekündigt"],
        ["GESAMT", "", "", "", "", 2230.5, "", ""],
    ])  # fmt: skip
    _save(book, "gardener.xls")


def hairdresser() -> None:
    """No headings at all, tabs between, from a phone app."""
    rows = [
        "Sabine Krüger\t0176 5550301\tsabine@x.example\tDresden",
        "Petra Lang-Otte\t0351 5550302\tpetra@x.example\tRadebeul",
        "Ute Hahn\t0172 5550303\tute@x.example\tDresden",
        "Kemal Aydın\t0173 5550304\tkemal@x.example\tMeißen",
    ]
    (HERE / "hairdresser.txt").write_bytes("\n".join(rows).encode("utf-8"))


def florist() -> None:
    """French invoices: amounts with blanks, days, a column of the state, the sum at the end."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Factures"
    _fill(sheet, [
        ["Fleurs & Co", "", "", "", "", "", ""],
        ["N° facture", "Date", "Nom du client", "Montant HT", "TVA", "Montant TTC", "Réglée le"],
        ["F2026-001", "05/01/2026", "Hôtel du Parc SARL", "1 028,80 €", "205,76 €", "1 234,56 €", "20/01/2026"],
        ["F2026-002", "13/01/2026", "Mme Claire Dubois", "50,00 €", "10,00 €", "60,00 €", ""],
        ["F2026-003", "28/01/2026", "Hôtel du Parc SARL", "200,00 €", "40,00 €", "240,00 €", ""],
        ["", "", "TOTAL", "1 278,80 €", "255,76 €", "1 534,56 €", ""],
    ])  # fmt: skip
    _save(book, "florist.xlsx")


def dog_groomer() -> None:
    """Whole address and several phones in a cell, fields of her own, the same customer twice, words for empty."""
    rows = [
        "Halter;Anschrift;Telefon;Hund;Rasse;letzter Termin;Stammkunde",
        'Schäfer, Monika;"Am Bach 7, 99084 Erfurt";0361 5550401 / mobil 0171 5550402;Bello;Pudel;12.10.2026;ja',
        'Ingo Wolf;"Ringstr. 22\n99086 Erfurt";k.A.;Rex;Schäferhund;-;nein',
        'Schäfer, Monika;"Am Bach 7, 99084 Erfurt";0361 5550401 / mobil 0171 5550402;Bello;Pudel;12.10.2026;ja',
        'Tina Fuchs;"Dorfplatz 1, 99100 Dachwig";0151 5550403;Mini;Dackel;01.09.2026;ja',
    ]
    (HERE / "dog_groomer.csv").write_bytes("\r\n".join(rows).encode("utf-8-sig"))


def caretaker() -> None:
    """Everything in one sheet: customer, contract and invoices in a row; the customer again for each invoice."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Alles"
    first = [
        7,
        "Hausverwaltung Nord GmbH",
        "Eva Sturm",
        "040 5550501",
        "20095",
        "Hamburg",
        "HM-7",
        "Hausmeisterdienst",
        date(2025, 1, 1),
        400,
    ]
    _fill(sheet, [
        ["Kd-Nr", "Firma", "Ansprechpartner", "Telefon", "PLZ", "Ort", "Vertragsnr", "Vertrag", "Vertragsbeginn", "Betrag", "Rechnungsnr", "Rechnungsdatum", "Rechnungsbetrag", "bezahlt am"],
        [*first, "R-201", date(2026, 1, 31), 476, date(2026, 2, 9)],
        [*first, "R-205", date(2026, 2, 28), 476, None],
        [8, "Praxis Dr. Yilmaz", "", "040 5550502", "22041", "Hamburg", "HM-8", "Reinigung", date(2026, 3, 1), 250, None, None, None, None],
        [9, "Bistro Anker", "Jens Maas", "", "22767", "Hamburg", None, None, None, None, "R-206", date(2026, 3, 3), 119, None],
    ])  # fmt: skip
    _save(book, "caretaker.xlsx")


def yoga_studio() -> None:
    """Customers with stages and sources, a hidden column, formulas, a filter, true and false."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Mitglieder"
    _fill(sheet, [
        ["Mitgliedsnr", "Vorname", "Nachname", "Voller Name", "E-Mail", "Status", "Quelle", "Kategorie", "Newsletter", "Kreditlimit"],
        ["Y-001", "Anja", "Berg", '=B2&" "&C2', "anja@x.example", "Stammkundin", "Flyer", "Yin; Früh", True, 100],
        ["Y-002", "Ralf", "Thiel", '=B3&" "&C3', "ralf@x.example", "Interessent", "Empfehlung", "Yin", False, None],
        ["Y-003", "Nuray", "Kaya", '=B4&" "&C4', "nuray@x.example", "Kundin", "Flyer", "", True, None],
    ])  # fmt: skip
    sheet.column_dimensions["D"].hidden = True
    sheet.auto_filter.ref = "A1:J4"
    _save(book, "yoga_studio.ods")


if __name__ == "__main__":
    for make in (
        baker, piano_teacher, bike_shop, photographer, gardener, hairdresser, florist, dog_groomer, caretaker, yoga_studio,
    ):  # fmt: skip
        make()
