"""Write the sample spreadsheets below `resources/sample/`: what the owner of a lamp workshop would bring along.

Run by hand when the sample changes; the files are committed. All people and firms are invented.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from PIL import Image, ImageDraw

# Fixed, so that the files come out alike each time. Workbooks know no time zone.
WRITTEN = dt.datetime(2026, 10, 1)  # noqa: DTZ001
TARGET = Path(__file__).resolve().parents[1] / "resources" / "sample"

# company, salutation, first name, last name, street, postcode, town, e-mail, phone, VAT id, birthday, tags, notes
KNOWN = [
    ("Hotel Alsterblick GmbH", "Frau", "Katrin", "Sommerfeld", "Harvestehuder Weg 41", "20149", "Hamburg",
     "katrin.sommerfeld@alsterblick.example", "040 555 0117", "DE136695976", None, "Hotels, Wartung",
     "Vor 10 Uhr anrufen, nie freitags. Lieferung durch den Hof im Kutscherweg."),
    ("", "Frau", "Margarethe", "Ohlsen-Brandt", "Elbchaussee 288", "22605", "Hamburg",
     "m.ohlsen@post.example", "040 555 0133", "", dt.date(1951, 3, 4), "Lampen", "Ruft gern vormittags an."),
    ("Café Ostwind", "Herr", "Mehmet", "Kaya", "Große Brunnenstraße 12", "22763", "Hamburg",
     "elif@cafe-ostwind.example", "040 555 0192", "", None, "Reparatur, Lampen, Skonto",
     "Erst anrufen, dann schreiben. Montags geschlossen. Mehmet entscheidet, seine Schwester Elif zahlt."),
    ("Architekturbüro Thode + Nagel", "Herr", "Jan", "Thode", "Palmaille 55", "22767", "Hamburg",
     "buero@thode-nagel.example", "040 555 0148", "", None, "Planer", "Zahlt nach Bauabschnitt."),
    ("", "Frau", "Dr. Henrike", "Voßberg", "Blankeneser Hauptstraße 7", "22587", "Hamburg",
     "henrike.vossberg@post.example", "040 555 0161", "", dt.date(1966, 11, 24), "Sammler, Lampen",
     "Sammelt Wagenfeld. Freut sich über eine Karte."),
    ("Bühnenhaus Altona e.V.", "Frau", "Selma", "Krüger", "Museumstraße 31", "22765", "Hamburg",
     "technik@buehnenhaus.example", "040 555 0104", "", None, "Theater, Wartung", "Technik ab 14 Uhr erreichbar."),
    ("", "Herr", "Tomasz", "Wiśniewski", "Osterstraße 120", "20255", "Hamburg", "tomasz@post.example",
     "0171 5550 199", "", dt.date(1984, 6, 17), "Reparatur", ""),
    ("Weinkontor Hafencity GmbH", "Herr", "Ole", "Petersen", "Am Sandtorkai 4", "20457", "Hamburg",
     "kontor@weinkontor.example", "040 555 0155", "", None, "Gastro", ""),
    ("", "Frau", "Aylin", "Demirtaş", "Simon-von-Utrecht-Straße 9", "20359", "Hamburg", "aylin@post.example",
     "0176 5550 107", "", dt.date(1991, 9, 30), "Lampen", ""),
    ("Fischereihafen Restaurant Bruns KG", "Frau", "Birte", "Bruns", "Große Elbstraße 143", "22767", "Hamburg",
     "buchhaltung@bruns.example", "040 555 0180", "DE811907980", None, "Gastro, Wartung", "Rechnung immer zweifach."),
    ("Buchhandlung Seitenweise", "Frau", "Inga", "Roth", "Mühlenkamp 40", "22303", "Hamburg",
     "laden@seitenweise.example", "040 555 0121", "", None, "Läden", ""),
    ("Praxis Dr. Adeyemi", "Herr", "Dr. Samuel", "Adeyemi", "Fuhlsbüttler Straße 170", "22307", "Hamburg",
     "praxis@adeyemi.example", "040 555 0129", "", None, "Praxen", "Nur mittwochs nachmittags vor Ort."),
    ("", "Herr", "Jonas", "Petersen", "Veringstraße 60", "21107", "Hamburg", "jonas.petersen@post.example",
     "0160 5550 142", "", dt.date(1979, 1, 31), "Reparatur", ""),
    ("Ferienwohnungen Elbstrand OHG", "Frau", "Wiebke", "Harms", "Strandweg 18", "22587", "Hamburg",
     "info@elbstrand.example", "040 555 0170", "", None, "Hotels", ""),
    ("Kanzlei Reimers & Partner mbB", "Herr", "Nils", "Reimers", "Neuer Wall 80", "20354", "Hamburg",
     "kanzlei@reimers.example", "040 555 0190", "DE129273398", None, "Kanzleien", "Bestellt meist im Herbst."),
    ("Kunsthalle Łódź", "Frau", "Agnieszka", "Nowak", "ul. Piotrkowska 86", "90-103", "Łódź",
     "a.nowak@kunsthalle.example", "+48 42 555 01 12", "PL8567346215", None, "Museen", "Schreibt Englisch."),
    ("Atelier Lumière SARL", "Frau", "Claire", "Fontaine", "12 rue des Lilas", "75019", "Paris",
     "claire@lumiere.example", "+33 1 55 50 01 20", "FR61954506077", None, "Planer", ""),
]  # fmt: skip
FIRST = ("Anna", "Ben", "Clara", "David", "Emilia", "Finn", "Greta", "Henri", "Ida", "Jürgen", "Käthe", "Lars", "Mia",
         "Noah", "Oskar", "Paula", "René", "Sören", "Thea", "Ute", "Viktor", "Wanda", "Yusuf", "Zoë")  # fmt: skip
WOMEN = frozenset(["Anna", "Clara", "Emilia", "Greta", "Ida", "Käthe", "Mia", "Paula", "Thea", "Ute", "Wanda", "Zoë"])
LAST = ("Ahrens", "Böttcher", "Carstens", "Dirks", "Ehlers", "Fock", "Günther", "Hölscher", "Iversen", "Jäger", "Kröger",
        "Lührs", "Möller", "Nissen", "Özdemir", "Peters", "Quast", "Rüter", "Schröder", "Timm", "Ullrich", "Voß", "Wulf")  # fmt: skip
FIRMS = (
    "Bäckerei",
    "Galerie",
    "Tischlerei",
    "Goldschmiede",
    "Apotheke",
    "Hotel garni",
    "Tanzschule",
    "Optik",
    "Kontor",
)
STREETS = (
    "Lange Reihe",
    "Eppendorfer Weg",
    "Bahrenfelder Straße",
    "Schanzenstraße",
    "Hofweg",
    "Weidenallee",
    "Dorfstraße",
)
TOWNS = (("20099", "Hamburg"), ("21335", "Lüneburg"), ("22880", "Wedel"), ("23552", "Lübeck"), ("24103", "Kiel"),
         ("01067", "Dresden"), ("04109", "Leipzig"), ("25335", "Elmshorn"))  # fmt: skip
TAGS = ("Lampen", "Reparatur", "Gastro", "Läden", "Praxen")
HEADS = ("Kundennr.", "Firma", "Anrede", "Vorname", "Nachname", "Straße", "PLZ", "Ort", "Land", "E-Mail", "Telefon",
         "USt-IdNr.", "Geburtstag", "Schlagworte", "Notizen")  # fmt: skip


def _invented(chance: random.Random, number: int) -> tuple:
    first, last = chance.choice(FIRST), chance.choice(LAST)
    firm = f"{chance.choice(FIRMS)} {last}" if chance.random() < 0.45 else ""
    postcode, town = chance.choice(TOWNS)
    mail = f"{first}.{last}{number}@post.example".lower()
    mail = mail.translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "ë": "e"}))
    born = None if firm else dt.date(chance.randint(1948, 2001), chance.randint(1, 12), chance.randint(1, 28))
    street = f"{chance.choice(STREETS)} {chance.randint(1, 140)}"
    phone = f"0{chance.choice((40, 4131, 451, 431))} 555 {chance.randint(1000, 9999)}"
    chance.choice((0, 1))  # drawn as ever, so that everybody else in the sheet stays who they are
    return (firm, "Frau" if first in WOMEN else "Herr", first, last, street, postcode, town, mail, phone, "", born,
            chance.choice(TAGS), "")  # fmt: skip


def customers() -> list[tuple]:
    """The rows of the customer sheet, numbered K-1001 and on."""
    chance = random.Random(1907)
    rows = KNOWN + [_invented(chance, n) for n in range(83)]
    countries = {"Łódź": "Polen", "Paris": "Frankreich"}
    return [(f"K-{1001 + i}", *row[:7], countries.get(row[6], "Deutschland"), *row[7:]) for i, row in enumerate(rows)]


def write_customers() -> None:
    """Customers as a sheet with two title lines above the header and a footnote under it."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Kunden"
    sheet["A1"], sheet["A1"].font = "Kundenliste Atelier Nordlicht", Font(bold=True, size=14)
    sheet["A2"] = "Stand Oktober, gepflegt von Lena"
    sheet.append([])
    sheet.append(HEADS)
    for row in customers():
        sheet.append(row)
    for column, width in zip(
        "ABCDEFGHIJKLMNO", (10, 30, 8, 14, 18, 28, 8, 14, 14, 34, 18, 14, 12, 20, 40), strict=True
    ):
        sheet.column_dimensions[column].width = width
    for (cell,) in sheet.iter_rows(min_row=5, min_col=13, max_col=13):
        cell.number_format = "DD.MM.YYYY"
    book.properties.created = book.properties.modified = WRITTEN
    book.save(TARGET / "Kunden.xlsx")


ITEMS = [
    (
        "A-0001",
        "Pendelleuchte „Lotse“, Messing gedrückt, Ø 38 cm",
        "Dimmer-tauglich",
        "Stk",
        "389,00",
        "19",
        "Leuchten",
    ),
    (
        "A-0002",
        "Wandleuchte neu verkabeln, Textilkabel",
        "inkl. Prüfung nach DIN VDE 0701-0702",
        "Stk",
        "46,50",
        "19",
        "Werkstatt",
    ),
    ("A-0003", "LED-Filament G95, 2200 K, E27", "", "Stk", "9,80", "19", "Leuchtmittel & Teile"),
    ("A-0004", "Montage und Einstellung vor Ort", "", "Std", "68,00", "19", "Werkstatt"),
    ("A-0005", "Werkstattkatalog „Licht & Raum“", "ISBN-Druckwerk, ermäßigter Satz", "Stk", "24,00", "7", "Bücher"),
    ("A-0006", "Deckenleuchte „Kai“, Kupfer patiniert", "", "Stk", "418,00", "19", "Leuchten"),
    ("A-0007", "Tischleuchte „Deich“, Eiche geölt", "", "Stk", "214,00", "19", "Leuchten"),
    ("A-0008", "Lampenschirm neu bespannen", "Leinen, Farbe nach Wahl", "Stk", "85,00", "19", "Werkstatt"),
    ("A-0009", "Reparatur Fassung und Schalter", "", "Std", "62,00", "19", "Werkstatt"),
    ("A-0010", "Textilkabel, gedreht, schwarz", "Meterware", "m", "4,2350", "19", "Leuchtmittel & Teile"),
    ("A-0011", "Anfahrt Hamburg", "", "pauschal", "35,00", "19", "Werkstatt"),
    ("A-0012", "Stehleuchte „Pier“, Stahl geschwärzt", "", "Stk", "562,00", "19", "Leuchten"),
]


def write_catalogue() -> None:
    """The price list as Excel writes CSV in Germany: semicolons, Windows-1252, decimal commas."""
    with (TARGET / "Preisliste.csv").open("w", encoding="cp1252", newline="") as target:
        out = csv.writer(target, delimiter=";", lineterminator="\r\n")
        out.writerow(("Artikelnr.", "Bezeichnung", "Beschreibung", "Einheit", "Preis netto", "USt %", "Warengruppe"))
        out.writerows(ITEMS)


def write_contracts() -> None:
    """Contracts with customers and those that the workshop pays."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Verträge"
    sheet.append(("Vertragsnr.", "Kunde", "Titel", "Beginn", "Ende", "Kündigungsfrist", "Betrag", "Intervall"))
    day = dt.date
    for row in (
        (
            "V-2024-0001",
            "Hotel Alsterblick GmbH",
            "Wartung Flurbeleuchtung",
            day(2024, 2, 1),
            None,
            "1 Monat",
            148.0,
            "monatlich",
        ),
        (
            "V-2024-0002",
            "Bühnenhaus Altona e.V.",
            "Wartung Foyer",
            day(2024, 9, 1),
            day(2027, 8, 31),
            "3 Monate",
            420.0,
            "vierteljährlich",
        ),
        (
            "V-2025-0003",
            "Fischereihafen Restaurant Bruns KG",
            "Leuchtmittel-Abo",
            day(2025, 5, 1),
            None,
            "6 Wochen",
            96.5,
            "monatlich",
        ),
        (
            "V-2025-0004",
            "Kanzlei Reimers & Partner mbB",
            "Jährliche Prüfung",
            day(2025, 10, 15),
            day(2026, 10, 14),
            "1 Monat",
            640.0,
            "jährlich",
        ),
    ):
        sheet.append(row)
    for column in "DE":
        for (cell,) in sheet[f"{column}2:{column}5"]:
            cell.number_format = "DD.MM.YYYY"
    for column, width in zip("ABCDEFGH", (14, 34, 26, 12, 12, 16, 10, 16), strict=True):
        sheet.column_dimensions[column].width = width
    book.properties.created = book.properties.modified = WRITTEN
    book.save(TARGET / "Verträge.xlsx")


# Who bought before the program came: first and last day (counted from the first one), usual days between two bills, and
# between which amounts. Some stay, some left, some came twice or once.
OLD_FIRST, OLD_DAYS = dt.date(2024, 1, 8), 715
STAYED = (
    ("Hotel Alsterblick GmbH", 10, 38, (60_000, 240_000)), ("Café Ostwind", 25, 50, (12_000, 90_000)),
    ("Fischereihafen Restaurant Bruns KG", 40, 65, (20_000, 120_000)), ("Kunsthalle Łódź", 90, 95, (80_000, 300_000)),
    ("Bühnenhaus Altona e.V.", 60, 80, (40_000, 180_000)), ("Tomasz Wiśniewski", 120, 110, (5_000, 30_000)),
    ("Atelier Lumière SARL", 200, 90, (30_000, 120_000)), ("Kanzlei Reimers & Partner mbB", 30, 180, (30_000, 90_000)),
)  # fmt: skip
LEFT = (
    ("Kontor Ehlers", 15, 480, 35, (40_000, 160_000)), ("Buchhandlung Seitenweise", 20, 590, 55, (15_000, 80_000)),
    ("Galerie Ullrich", 5, 330, 30, (20_000, 120_000)), ("Goldschmiede Timm", 50, 640, 70, (10_000, 60_000)),
    ("Hotel garni Rüter", 30, 400, 60, (30_000, 90_000)),
)  # fmt: skip
NOW_AND_THEN = (
    "Dr. Henrike Voßberg", "Margarethe Ohlsen-Brandt", "Weinkontor Hafencity GmbH", "Praxis Dr. Adeyemi",
    "Architekturbüro Thode + Nagel", "Ferienwohnungen Elbstrand OHG", "David Carstens", "Thea Carstens", "Sören Peters",
    "Anna Timm", "Bäckerei Ehlers",
)  # fmt: skip
ONCE = (
    "Henri Fock", "Noah Jäger", "Käthe Lührs", "Lars Carstens", "Tanzschule Ehlers", "Paula Fock", "Greta Özdemir",
    "Emilia Jäger", "Emilia Rüter", "Goldschmiede Böttcher", "Jonas Petersen",
)  # fmt: skip


def _old_sales() -> list[tuple[dt.date, str, int]]:
    """Day, customer and net in cents of what was billed before, in order."""
    chance, found = random.Random(38), []
    rhythms = [(name, first, OLD_DAYS, gap, cents) for name, first, gap, cents in STAYED] + list(LEFT)
    for name, first, last, gap, (low, high) in rhythms:
        day = first
        while day <= last:
            found.append((day, name, chance.randrange(low, high, 25)))
            day += round(gap * chance.uniform(0.75, 1.25))
    often = [name for number, name in enumerate(NOW_AND_THEN) for _bill in range(2 + number % 2)]
    found += [(chance.randrange(OLD_DAYS), name, chance.randrange(4_000, 90_000, 25)) for name in often]
    found += [(chance.randrange(OLD_DAYS), name, chance.randrange(4_000, 60_000, 25)) for name in ONCE]
    return [(OLD_FIRST + dt.timedelta(days=day), name, net) for day, name, net in sorted(found)]


def write_old_invoices() -> None:
    """The invoices of two years as the word-processor days left them: one line each, amounts in German form."""
    sales = _old_sales()
    for year in sorted({day.year for day, _name, _net in sales}):
        with (TARGET / f"Rechnungen {year}.csv").open("w", encoding="utf-8-sig", newline="") as target:
            out = csv.writer(target, delimiter=";", lineterminator="\r\n")
            out.writerow(("Rechnungsnr.", "Kunde", "Rechnungsdatum", "Fällig", "Netto", "USt", "Brutto", "Offen"))
            own = [sale for sale in sales if sale[0].year == year]
            for number, (day, name, net) in enumerate(own, 1):
                tax = (net * 19 + 50) // 100
                due = day + dt.timedelta(days=14)
                out.writerow((f"{year}-{number:03}", name, f"{day:%d.%m.%Y}", f"{due:%d.%m.%Y}",
                              *(_german(a) for a in (net, tax, net + tax)), "0,00"))  # fmt: skip


def _german(minor: int) -> str:
    return f"{minor / 100:,.2f}".translate(str.maketrans(",.", ".,"))


def write_logo() -> None:
    """The workshop's mark: a hanging lamp in bronze, drawn large and scaled down for smooth edges."""
    size, bronze = 1200, (138, 90, 22, 255)
    picture = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.line((600, 90, 600, 330), fill=bronze, width=44)
    pen.arc((150, 330, 1050, 1230), 180, 360, fill=bronze, width=44)
    pen.line((150, 780, 1050, 780), fill=bronze, width=44)
    pen.arc((450, 630, 750, 930), 0, 180, fill=bronze, width=44)
    picture.resize((300, 300), Image.Resampling.LANCZOS).save(TARGET / "logo.png", optimize=True)


def main() -> None:
    """Write all sample files."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for write in (write_customers, write_catalogue, write_contracts, write_old_invoices, write_logo):
        write()


if __name__ == "__main__":
    main()
