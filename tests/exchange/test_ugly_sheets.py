"""Sheets as owners keep them: headings over two rows, in seven languages, or none that say anything."""

from __future__ import annotations

import zipfile
from datetime import date

import in_process
import openpyxl
import pytest
from import_files import write_csv
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from crm_desktop.core.errors import UserError
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.exchange import headings, importing

PEOPLE = [
    ["Anna Müller", "a@x.example", "0351 1234567", "01067", "Dresden", "12,50"],
    ["Ben Beck", "b@x.example", "040/7654321", "20095", "Hamburg", "7,00"],
    ["Cem Can", "c@x.example", "+49 30 7654321", "10115", "Berlin", "1.234,50"],
]


def _first() -> dict:
    return dict(next(iter(db.records("SELECT * FROM customer ORDER BY id"))))


@pytest.mark.parametrize("heading", [[["Feld1", "Feld2", "Feld3", "Feld4", "Feld5", "Feld6"]], []])
def test_columns_are_known_by_what_they_hold(data_file, tmp_path, heading):
    importing.run(write_csv(tmp_path / "k.csv", [*heading, *PEOPLE]))
    found = _first()
    assert (found["last_name"], found["email"], found["phone"]) == ("Müller", "a@x.example", "0351 1234567")
    assert (found["postcode"], found["city"]) == ("01067", "Dresden")
    assert found["number"].startswith("C-"), "an amount is no customer number"


def test_headings_cut_into_two_rows_are_put_together(data_file, tmp_path):
    rows = [["Kunden-", "Vor-", "Nach-", "Post-", "Telefon"], ["nummer", "name", "name", "leitzahl", ""],
            ["K1", "Anna", "Müller", "01067", "0351 1234567"], ["K2", "Ben", "Beck", "20095", "040 7654321"]]  # fmt: skip
    result = importing.run(write_csv(tmp_path / "k.csv", rows))
    assert result.mapping == {
        "number": "Kundennummer", "first_name": "Vorname", "last_name": "Nachname", "postcode": "Postleitzahl",
        "phones": "Telefon",
    }  # fmt: skip


def test_field_names_below_the_headings_are_no_customer(data_file, tmp_path):
    rows = [["Party"] * 5, ["Name *", "Role *", "Email", "Phone", "Default Account"],
            ["name", "role", "email", "phone", "defaultAccount"],
            ["Dachbau", "Customer", "a@x.example", "0351 1234567", "Debtors"]]  # fmt: skip
    result = importing.run(write_csv(tmp_path / "k.csv", rows, delimiter=","))
    assert result.outcome.created["customers"] == 1
    assert (3, "The headings again") in {(note.row, note.reason) for note in result.outcome.skipped}


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904])
def test_title_group_headings_totals_and_footnotes_are_left_out(data_file, tmp_path, epoch):
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    sheet = book.active
    for row in (
        ["Kundenliste 2026"], [], ["Kunde", None, "Anschrift", None, None, None],
        ["Vorname", "Nachname", "Straße", "PLZ", "Ort", "Geburtsdatum"],
        ["Anna", "Müller", "Weg 1", "01067", "Dresden", date(1975, 4, 3)],
        ["Ben", "Beck", "Weg 2", "20095", "Hamburg", date(1980, 2, 29)],
        ["Summe", None, None, None, None, 2], [], ["Stand: 22.11.2026, * geprüft"],
    ):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("A3:B3")
    sheet.merge_cells("C3:E3")
    book.save(tmp_path / "k.xlsx")
    result = importing.run(tmp_path / "k.xlsx")
    assert result.outcome.created["customers"] == 2
    assert _first()["birthday_on"] == "1975-04-03"


HEADINGS = {
    "fr": "N° client;Raison sociale;Prénom;Nom;Rue et numéro;Code postal;Ville;Téléphone bureau;Courriel;Née le;Remarques",
    "es": "Nº cliente;Razón social;Nombre;Apellidos;Dirección;Código postal;Población;Teléfono fijo;Correo electrónico;"
    "Fecha de nacimiento;Observaciones",
    "it": "Cod. cliente;Ragione sociale;Nome;Cognome;Indirizzo;CAP;Città;Cellulare;E-mail;Nato il;Appunti",
    "nl": "Klantnr.;Bedrijfsnaam;Voornaam;Achternaam;Straat;Postcode;Woonplaats;Telefoonnummer;E-mailadres;Geboortedatum;"
    "Opmerkingen",
    "pl": "Nr klienta;Nazwa firmy;Imię;Nazwisko;Ulica;Kod pocztowy;Miejscowość;Tel. kom.;Adres e-mail;Data urodzenia;Uwagi",
}
EVA = "7;Boulangerie Petit;Eva;Petit;12 rue A;75002;Paris;01 23 45 67 89;e@x.example;03.04.1975;Pain"


@pytest.mark.parametrize("language", HEADINGS)
def test_headings_of_other_languages_are_known(data_file, tmp_path, language):
    importing.run(write_csv(tmp_path / "k.csv", [HEADINGS[language].split(";"), EVA.split(";")]))
    found = _first()
    named = (
        "number",
        "first_name",
        "last_name",
        "street",
        "postcode",
        "city",
        "phone",
        "email",
        "birthday_on",
        "notes",
    )
    assert [found[key] for key in named] == [
        "7", "Eva", "Petit", "12 rue A", "75002", "Paris", "01 23 45 67 89", "e@x.example", "1975-04-03", "Pain",
    ]  # fmt: skip
    assert found["company"] == "Boulangerie Petit"


_COLLAPSED = ' table:visibility="collapse"'


def _ods(path, rows):
    """A workbook as LibreOffice writes it, as small as it gets: each row is (is hidden, cells)."""
    made = "".join(
        f"<table:table-row{_COLLAPSED if hidden else ''}>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in cells
        )
        + "</table:table-row>"
        for hidden, cells in rows
    )
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{urn}:office:1.0" xmlns:table="{urn}:table:1.0" '
        f'xmlns:text="{urn}:text:1.0"><office:body><office:spreadsheet><table:table table:name="Kunden"><table:table-column '
        f'table:number-columns-repeated="2"/>{made}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{urn}:manifest:1.0"/>')
        archive.writestr("content.xml", content)
    return path


@pytest.mark.parametrize(("skip_hidden", "names"), [(False, ["Müller", "Beck"]), (True, ["Müller"])])
def test_hidden_rows_of_libreoffice_are_told_and_can_be_left_out(data_file, tmp_path, skip_hidden, names):
    rows = [(False, ("Vorname", "Nachname")), (False, ("Anna", "Müller")), (True, ("Ben", "Beck"))]
    result = importing.run(_ods(tmp_path / "k.ods", rows), skip_hidden=skip_hidden)
    assert result.format == "ods"
    assert [name for (name,) in db.query("SELECT last_name FROM customer ORDER BY id")] == names
    assert bool(result.outcome.warnings) is not skip_hidden


def test_a_strict_workbook_is_read_with_its_dates(data_file, tmp_path):
    book = openpyxl.Workbook(iso_dates=True)
    book.active.append(["Vorname", "Nachname", "Geburtsdatum"])
    book.active.append(["Anna", "Müller", date(1975, 4, 3)])
    book.save(tmp_path / "plain.xlsx")
    names = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    }
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as plain, zipfile.ZipFile(tmp_path / "strict.xlsx", "w") as strict:
        for member in plain.namelist():
            content = plain.read(member)
            for usual, name in names.items():
                content = content.replace(usual, name)
            strict.writestr(member, content)
    importing.run(tmp_path / "strict.xlsx")
    assert _first()["birthday_on"] == "1975-04-03"


# ---- columns that mean something only together -----------------------------------------------------------------------

_SHOWN = "company, first_name, last_name, street, postcode, city, phone"
TOGETHER = {
    "half names": (
        "Anrede;Name;Vorname;Tel. p\nHerr;Muster;Hans;040 111222\nFrau;van Dijk;Ida;",
        {"last_name": "Name", "first_name": "Vorname", "phones": "Tel. p"},
        [("", "Hans", "Muster", "", "", "", "040 111222"), ("", "Ida", "van Dijk", "", "", "", "")],
    ),
    "firms among last names": (
        "Name;Vorname;Ort\nKoch GmbH;;Bonn\nMeier, Hans;Hans;Köln\nSchulz;Eva;Ulm",
        {"name": "Name", "first_name": "Vorname"},
        [
            ("Koch GmbH", "", "", "", "", "Bonn", ""),
            ("", "Hans", "Meier", "", "", "Köln", ""),
            ("", "Eva", "Schulz", "", "", "Ulm", ""),
        ],
    ),
    "a name beside the surname": (
        "Name,Surname,Cell\nThabo,Nkosi,+27 82 555 1234\nJane,van Wyk,",
        {"first_name": "Name", "last_name": "Surname"},
        [("", "Thabo", "Nkosi", "", "", "", "+27 82 555 1234"), ("", "Jane", "van Wyk", "", "", "", "")],
    ),
    "postcode and town": (
        "Klient;Ulica i nr;Kod i miejscowość\nAla Kot;Polna 3;00-950 Warszawa\nJan Pies;Leśna 7;31-001 Kraków",
        {"street": "Ulica i nr", "address": "Kod i miejscowość"},
        [
            ("", "Ala", "Kot", "Polna 3", "00-950", "Warszawa", ""),
            ("", "Jan", "Pies", "Leśna 7", "31-001", "Kraków", ""),
        ],
    ),
    "a postcode of four digits": (
        "Name;Strasse;PLZ/Ort\nUrs Lang;Weg 1;8001 Zürich\nIda Kurz;Gasse 2;3011 Bern",
        {"address": "PLZ/Ort"},
        [
            ("", "Urs", "Lang", "Weg 1", "8001", "Zürich", ""),
            ("", "Ida", "Kurz", "Gasse 2", "3011", "Bern", ""),
        ],
    ),
    "pieces of their own": (
        """Voornaam;Tussenvoegsel;Achternaam;Straat;Huisnummer;Huisnummer toevoeging;Netnummer;Telefoon
Jan;van der;Berg;Weg;12;A;030;1234567
Els;;Smit;Laan;3;bis;;06 11112222""",
        {"name_particle": "Tussenvoegsel", "house_addition": "Huisnummer toevoeging", "phone_code": "Netnummer"},
        [
            ("", "Jan", "van der Berg", "Weg 12A", "", "", "030 1234567"),
            ("", "Els", "Smit", "Laan 3 bis", "", "", "06 11112222"),
        ],
    ),
    "numbers beside streets": (
        "Name;Strasse;Nr.;PLZ;Ort\nUwe Lang;Weg;3a;20095;Hamburg\nRia Alt;Markt;12;01067;Dresden",
        {"house_number": "Nr.", "street": "Strasse"},
        [
            ("", "Uwe", "Lang", "Weg 3a", "20095", "Hamburg", ""),
            ("", "Ria", "Alt", "Markt 12", "01067", "Dresden", ""),
        ],
    ),
    "an address as on a letter": (
        'Anschrift;Tel\n"Alpha GmbH\nFrau Ina Lang\nWeg 5\n20095 Hamburg";040 12345\n"Cy Rot\nGasse 9\n80331 München";',
        {"block": "Anschrift"},
        [
            ("Alpha GmbH", "Ina", "Lang", "Weg 5", "20095", "Hamburg", "040 12345"),
            ("", "Cy", "Rot", "Gasse 9", "80331", "München", ""),
        ],
    ),
    "no headings at all": (
        """Müller;Anna;Hauptstr. 5;01067;Dresden
Schmidt;Bernd;Weg 7a;2009;Hamburg
Kühn;Carla;Am Markt 12;80331;München
Özdemir;Deniz;Ringstraße 4;50667;Köln""",
        {"last_name": "A", "first_name": "B", "street": "C", "postcode": "D", "city": "E"},
        [
            ("", "Anna", "Müller", "Hauptstr. 5", "01067", "Dresden", ""),
            ("", "Bernd", "Schmidt", "Weg 7a", "2009", "Hamburg", ""),
            ("", "Carla", "Kühn", "Am Markt 12", "80331", "München", ""),
            ("", "Deniz", "Özdemir", "Ringstraße 4", "50667", "Köln", ""),
        ],
    ),
}


@pytest.mark.parametrize("what", TOGETHER)
def test_columns_that_belong_together_are_understood_together(data_file, tmp_path, what):
    text, mapping, customers = TOGETHER[what]
    (tmp_path / "k.csv").write_text(text, encoding="utf-8")
    result = in_process.run(tmp_path / "k.csv")
    assert mapping.items() <= result.mapping.items()
    assert db.query(f"SELECT {_SHOWN} FROM customer ORDER BY id") == customers


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("billing_company", "company"),
        ("telefonprivat", "phones"),
        ("Telefoonnummer2", "phones"),
        ("address.city", "city"),
        ("Straße/PLZ/Ort", "address"),
        ("Postcode en woonplaats", "address"),
        ("Telemóvel", "phones"),
        ("contact_last", "last_name"),
    ],
)
def test_headings_are_known_without_what_only_qualifies_them(heading, field):
    assert headings.fits(heading, "customers")[0].field == field


@pytest.mark.parametrize("heading", ["Lead Owner", "E-mail opiekuna", "Account Manager", "Nombre tutor1"])
def test_people_who_are_not_the_customer_are_not_taken_for_them(heading):
    assert headings.fits(heading, "customers") == ()


# ---- tables that are found although they look odd --------------------------------------------------------------------

FOUND = {
    "a word that all headings begin with": (
        "kun_id;kun_firma;kun_plz;kun_ort;angelegt\n1;Alpha GmbH;4020;Linz;2022\n2;Beta AG;4030;Linz;2022",
        {"number": "kun_id", "company": "kun_firma", "postcode": "kun_plz", "city": "kun_ort"},
        ["Alpha GmbH", "Beta AG"],
    ),
    "a letter that all headings begin with": (
        "kKunde;cVorname;cNachname;cPLZ;dGeburtstag\n1;Hans;Meier;04109;1970-05-06\n2;Eva;Schulz;04229;1982-10-13",
        {"first_name": "cVorname", "last_name": "cNachname", "postcode": "cPLZ", "birthday": "dGeburtstag"},
        ["Hans Meier", "Eva Schulz"],
    ),
    "letters of an address book": (
        "Name;Strasse;PLZ;Ort;Tel\nA;;;;\nAlt, Bo;Weg 1;01067;Dresden;0351 99887\nB - C;;;;\nBerg, Jan;Weg 3;20095;Hamburg;",
        {"name": "Name"},
        ["Bo Alt", "Jan Berg"],
    ),
    "two tables one below the other": (
        "Stammkunden;;\nName;Telefon;Ort\nIna Lang;0171 5551234;Bonn\n;;\nInteressenten;;\nName;Telefon;Ort\nUwe Neu;0431 7777;Kiel",
        {"name": "Name", "phones": "Telefon", "city": "Ort"},
        ["Ina Lang", "Uwe Neu"],
    ),
    "headings over two rows, both of them words": (
        """Nr.;Name;Kontakt;;Adresse;;
;;Tel.;Mail;Straße;PLZ;Ort
1;Ina Lang;040 1234;ina@l.example;Weg 1;20095;Hamburg
2;Bo Alt;;bo@a.example;Weg 2;01067;Dresden""",
        {"phones": "Tel.", "emails": "Mail", "street": "Straße", "postcode": "PLZ", "name": "Name", "number": "Nr."},
        ["Ina Lang", "Bo Alt"],
    ),
    "first rows that are no headings": (
        """Beuken Groothandel,Beuken Groothandel,Vierlinghweg 1,4612 PN  Bergen op Zoom
De Bruyn b.v.,De Bruyn b.v.,Van Konijnenburgweg 105,4612 PL  Bergen op Zoom
ROC West,ROC West,Postbus 699,4870 AR  Etten-Leur
PPG Coatings BV,PPG Coatings BV,Slingerweg 14,4613 BR  Halsteren""",
        {"company": "A", "street": "C", "address": "D"},
        ["Beuken Groothandel", "De Bruyn b.v.", "ROC West", "PPG Coatings BV"],
    ),
    "a column that says nothing": (
        "Name;Firma;Mail\nIna Lang;NULL;ina@l.example\nBo Alt;NULL;NULL",
        {"name": "Name", "emails": "Mail"},
        ["Ina Lang", "Bo Alt"],
    ),
    "a bank account beside its bank": (
        "Name;Vorname;Konto;BLZ\nLang;Ina;1234567;20050550\nAlt;Bo;2345678;85050300",
        {"last_name": "Name", "custom.Konto": "Konto"},
        ["Ina Lang", "Bo Alt"],
    ),
    "headings over the wrong columns": (
        "Telefon;Name;Firma\nina@lang.example;Ina Lang;040 12345\nbo@alt.example;Bo Alt;0351 6789",
        {"emails": "Telefon", "name": "Name", "phones": "Firma"},
        ["Ina Lang", "Bo Alt"],
    ),
    "a bank account that the ledger of a program calls so": (
        "Konto;Name (Adressattyp Unternehmen);Bankleitzahl 1\n10000;Alpha GmbH;20050550\n10001;Beta KG;85050300",
        {"number": "Konto", "company": "Name (Adressattyp Unternehmen)"},
        ["Alpha GmbH", "Beta KG"],
    ),
    "phones and e-mails in one cell": (
        'Kunde;Kontakt\nIna Lang;"Tel.: 040 12345\nMail: ina@lang.example"\nBo Alt;0351 4455667 / bo@alt.example',
        {"name": "Kunde", "phones": "Kontakt"},
        ["Ina Lang", "Bo Alt"],
    ),
    "a mark of text before codes": (
        "Name;Zip;Phone\nIna Lang;'01067;'0351 4455667\nBo Alt;'20095;",
        {"postcode": "Zip"},
        ["Ina Lang", "Bo Alt"],
    ),
    "what stands in brackets": (
        "Kontrahent;Adres (kod i miasto)\nAla Kot;00-950 Warszawa\nJan Pies;31-001 Kraków",
        {"address": "Adres (kod i miasto)"},
        ["Ala Kot", "Jan Pies"],
    ),
    "a delivery address in brackets": (
        """Firma;Straße 1 (Rechnungsanschrift);PLZ 1 (Rechnungsanschrift);Straße 2 (Lieferanschrift);PLZ 2 (Lieferanschrift)
Alpha GmbH;Weg 1;20095;Hafen 9;20457
Beta KG;Ring 2;01067;;""",
        {"street": "Straße 1 (Rechnungsanschrift)", "postcode": "PLZ 1 (Rechnungsanschrift)"},
        ["Alpha GmbH", "Beta KG"],
    ),
    "firms, people and British postcodes without headings": (
        """Acme Ltd,Tom Cod,1 Quay Street,Whitby,YO22 4AA
Rose Cafe,Amy Rose,2 High Street,York,YO1 7EP
Dale Farm,Jack Dale,3 Mill Lane,Otley,LS21 3AA""",
        {"company": "A", "name": "B", "street": "C", "postcode": "E"},
        ["Acme Ltd", "Rose Cafe", "Dale Farm"],
    ),
    "two tables side by side": (
        "Stammkunden;;;Neukunden;\nName;Tel;;Name;Tel\nIna Lang;040 1234567;;Uwe Neu;0431 777777\nBo Alt;;;Eva Jung;",
        {"name": "Stammkunden Name", "phones": "Stammkunden Tel"},
        ["Ina Lang", "Bo Alt"],
    ),
    "numbers by which people are reached": (
        "Customer,Contact No,Alt No\nPriya Raman,07700 900123,0113 496 0000\nTom Cod,0113 496 0001,",
        {"name": "Customer", "phones": "Contact No", "phones_2": "Alt No"},
        ["Priya Raman", "Tom Cod"],
    ),
    "short headings with points": (
        "Rag. Soc.;C.A.P.;Prov.;D.N.I.\nF.lli Bianchi snc;01100;SI;12345678Z\nAz. Agr. Il Colle;53100;VT;",
        {"company": "Rag. Soc.", "postcode": "C.A.P.", "state": "Prov.", "tax_number": "D.N.I."},
        ["F.lli Bianchi snc", "Az. Agr. Il Colle"],
    ),
    "a county beside the state": (
        "Name,City,County,State\nAnn Lee,New Orleans,Orleans,LA\nRaj Patel,Brighton,Livingston,MI",
        {"state": "State", "custom.County": "County"},
        ["Ann Lee", "Raj Patel"],
    ),
    "a comma behind the postcode": (
        'Name;Straße;"Plz, Ort"\nIna Lang;Weg 1;20095, Hamburg\nBo Alt;Ring 2;01067 Dresden',
        {"address": "Plz, Ort"},
        ["Ina Lang", "Bo Alt"],
    ),
    "a state that is no region": (
        "Nombre;Apellidos;Estado\nAna;García;Activo\nLuis;Pérez;Inactivo",
        {"custom.Estado": "Estado"},
        ["Ana García", "Luis Pérez"],
    ),
}


@pytest.mark.parametrize("what", FOUND)
def test_tables_are_found_and_their_columns_believed_as_far_as_they_go(data_file, tmp_path, what):
    text, mapping, names = FOUND[what]
    (tmp_path / "k.csv").write_text(text, encoding="utf-8")
    result = in_process.run(tmp_path / "k.csv")
    assert mapping.items() <= result.mapping.items()
    assert [name for (name,) in db.query("SELECT name FROM customer ORDER BY id")] == names


def test_a_cell_with_phone_and_email_gives_both_and_marks_of_text_go(data_file, tmp_path):
    for what in ("phones and e-mails in one cell", "a mark of text before codes"):
        (tmp_path / "k.csv").write_text(FOUND[what][0], encoding="utf-8")
        in_process.run(tmp_path / "k.csv")
    assert db.query("SELECT email, phone, postcode FROM customer ORDER BY id") == [
        ("ina@lang.example", "040 12345", ""), ("bo@alt.example", "0351 4455667", ""),
        ("", "0351 4455667", "01067"), ("", "", "20095"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "names", "last"),
    [
        ("Cognome e nome", ["Rossi Giovanna", "De Luca Anna Maria", "Bar Centrale srl"], ["Rossi", "De Luca", ""]),
        ("Apellidos y nombre", ["García López Ana", "Ruiz, Eva"], ["García López", "Ruiz"]),
        ("Klient", ["Wójcik Łukasz", "Kot Anna", "Nowak Jan"], ["Wójcik", "Kot", "Nowak"]),
        ("Name Vorname", ["Anna Lang", "Peter Alt"], ["Lang", "Alt"]),
    ],
)
def test_a_last_name_that_stands_first_is_the_last_name(data_file, tmp_path, heading, names, last):
    in_process.run(write_csv(tmp_path / "k.csv", [[heading, "Tel"], *([name, ""] for name in names)]))
    assert [name for (name,) in db.query("SELECT last_name FROM customer ORDER BY id")] == last


def test_the_labels_of_a_card_are_nobody(data_file, tmp_path):
    path = write_csv(tmp_path / "k.csv", [["Name:", "Ina Lang"], ["Straße:", "Weg 1"], ["Telefon:", "040 123456"]])
    with pytest.raises(UserError, match="stand below each other"):
        in_process.run(path)


def test_a_family_has_no_first_name_also_where_last_names_stand_first(data_file, tmp_path):
    in_process.run(
        write_csv(tmp_path / "k.csv", [["Nom et prénom", "Tél"], ["DURAND Claire", ""], ["Famille Martin", ""]])
    )
    assert db.query("SELECT first_name, last_name FROM customer ORDER BY id") == [("Claire", "DURAND"), ("", "Martin")]


def test_an_ambiguous_day_is_read_as_another_column_of_the_file_proves(data_file, tmp_path):
    path = write_csv(tmp_path / "k.csv", [["Name", "Birthday", "Hired"], ["Ina Lang", "3/4/80", "12/31/2020"]])
    with importing.Opened(in_process.Here(path), Progress()) as opened:
        opened.choose()
        (question,) = opened.match().questions
    assert (question.column, question.chosen) == ("Birthday", "mdy")


def test_an_amount_that_fits_both_ways_is_asked_with_the_sign_of_the_file(data_file, tmp_path):
    path = write_csv(tmp_path / "k.csv", [["Kunde", "Umsatz", "Kreditlimit"], ["Ina", "12,345.60", "5.000"]])
    with importing.Opened(in_process.Here(path), Progress()) as opened:
        opened.choose()
        (question,) = opened.match().questions
    assert (question.column, question.chosen) == ("Kreditlimit", ".")


def test_amounts_of_a_column_of_ones_own_are_numbers_where_some_prove_the_sign(data_file, tmp_path):
    path = write_csv(
        tmp_path / "k.csv", [["Name", "Umsatz"], ["Ina", "1.234"], ["Bo", "12.345,67"], ["Cy", "12'000.–"]]
    )
    in_process.run(path)
    assert db.query("SELECT value FROM custom_value ORDER BY customer_id") == [("1234",), ("12345.67",), ("12000",)]
