"""Finding the table in a sheet, and what its columns mean."""

from __future__ import annotations

import pytest
from import_files import BEN, CUSTOMERS, HEAD, ZOE, write_csv, write_xlsx

from crm_desktop.core.errors import UserError
from crm_desktop.core.progress import Progress
from crm_desktop.exchange import columns, guessing, headings, mappings, reading, survey
from crm_desktop.exchange.survey import Locale
from crm_desktop.exchange.tables import find_layout, letter


def _guess(path, kind="auto", country="DE"):
    with reading.open_file(path) as source:
        sheet = source.sheets[0]
        layout = survey.look(source, sheet)
        found = survey.survey(source, sheet, layout, Locale.of(country, "de"), Progress())
        return found, guessing.guess(found, kind)


# ---- the table -------------------------------------------------------------------------------------------------------


def test_headings_are_found_under_title_lines():
    layout = find_layout([["Kundenliste 2026", "", ""], ["", "", ""], ["Nr", "Firma", "Ort"], ["1", "Alpha", "Kiel"]])
    assert (layout.header_row, layout.labels) == (3, ["Nr", "Firma", "Ort"])
    assert [(s.row, s.value) for s in layout.skipped] == [(1, "Kundenliste 2026")]


def test_a_table_without_headings_loses_no_row():
    layout = find_layout(
        [["1492", "AUSTRALI0001", "Bike Retailer", "1"], ["1494", "ALLENSON0001", "Allenson Cycles", "2"]]
    )
    assert (layout.header_row, layout.first_row, layout.labels) == (0, 1, ["A", "B", "C", "D"])


def test_group_headings_above_tell_columns_of_the_same_name_apart():
    rows = [["", "Rechnung", "", "Lieferung", ""], ["Firma", "PLZ", "Ort", "PLZ", "Ort"], ["Alpha", "1", "2", "3", "4"]]
    assert find_layout(rows).labels == ["Firma", "Rechnung PLZ", "Rechnung Ort", "Lieferung PLZ", "Lieferung Ort"]


def test_repeated_headings_are_numbered_and_columns_have_the_letters_of_the_sheet():
    layout = find_layout([["Name", "Phone", "Phone"], ["Anna", "1", "2"]], left=2)
    assert layout.labels == ["Name", "Phone", "Phone (2)"]
    assert [c.letter for c in layout.columns] == ["C", "D", "E"]
    assert [letter(i) for i in (0, 25, 26, 701)] == ["A", "Z", "AA", "ZZ"]


# ---- the columns -----------------------------------------------------------------------------------------------------


def test_german_headings_are_known(tmp_path):
    _found, matching = _guess(write_csv(tmp_path / "k.csv"))
    assert matching.kind == "customers"
    assert matching.mapping() == {
        "number": "Kundennr",
        "company": "Firma",
        "first_name": "Vorname",
        "last_name": "Nachname",
        "emails": "E-Mail",
        "phones": "Telefon",
        "street": "Straße",
        "postcode": "PLZ",
        "city": "Ort",
        "birthday": "Geburtsdatum",
    }


def test_english_headings_are_known_in_any_order_and_case(tmp_path):
    rows = [["vat", "zip", "BIRTHDAY", "mail", "surname", "FIRST NAME", "organisation", "mobile"],
            ["DE136695976", "10115", "12/31/1980", "a@x.example", "Alt", "Anna", "Alpha GmbH", "0171 1234567"]]  # fmt: skip
    _found, matching = _guess(write_csv(tmp_path / "k.csv", rows))
    assert matching.mapping() == {
        "vat_id": "vat",
        "postcode": "zip",
        "birthday": "BIRTHDAY",
        "emails": "mail",
        "last_name": "surname",
        "first_name": "FIRST NAME",
        "company": "organisation",
        "phones": "mobile",
    }


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Courriel", "emails"),
        ("Code postal", "postcode"),
        ("Raison sociale", "company"),
        ("Correo", "emails"),
        ("Ragione sociale", "company"),
        ("Bedrijfsnaam", "company"),
        ("Nazwisko", "last_name"),
        ("Billing Zip Code", "postcode"),
        ("E-mail 1 - Value", "emails"),
        ("MobilePhone", "phones"),
        ("Name (Adressatentyp Unternehmen)", "company"),
        ("E-Mail (privat):", "emails"),
    ],
)
def test_headings_of_other_languages_and_programs_are_known(heading, field):
    assert headings.fits(heading, "customers")[0].field == field


def test_deliveries_and_faxes_are_not_taken_for_the_address_and_phone():
    assert headings.fits("Shipping City", "customers") == ()
    assert headings.fits("Business Fax", "customers") == ()


def test_several_phones_are_ordered_business_mobile_private(tmp_path):
    rows = [
        ["Name", "Pager", "Home Phone", "Mobile Phone", "Business Phone", "Home Fax"],
        ["Anna Alt", "+49 30 444444", "030 111111", "0171 222222", "030 333333", "+49 30 555555"],
    ]
    _found, matching = _guess(write_csv(tmp_path / "k.csv", rows))
    assert matching.mapping() == {
        "name": "Name",
        "custom.Pager": "Pager",
        "phones": "Business Phone",
        "phones_2": "Mobile Phone",
        "phones_3": "Home Phone",
        "custom.Home Fax": "Home Fax",
    }


def test_columns_without_known_headings_are_known_by_their_contents(tmp_path):
    rows = [["a", "b", "c"], ["Anna Alt", "anna@x.example", "DE89370400440532013000"], ["Ben Bau", "ben@x.example", ""]]
    _found, matching = _guess(write_csv(tmp_path / "k.csv", rows))
    assert matching.mapping() == {"name": "a", "emails": "b", "iban": "c"}
    assert {c.confidence for c in matching.choices} == {columns.LIKELY}


@pytest.mark.parametrize(
    ("said", "field"), [(["organisation", "person", "person"], "kind"), (["Lena", "Max", ""], "custom.Kind")]
)
def test_a_column_that_says_company_or_person_is_no_field_of_the_owners_own(tmp_path, said, field):
    rows = [["Name", "Kind"], *([f"Anna Alt {number}", word] for number, word in enumerate(said))]
    _found, matching = _guess(write_csv(tmp_path / "k.csv", rows))
    assert matching.mapping() == {"name": "Name", field: "Kind"}


def test_a_heading_that_the_contents_contradict_is_not_believed(tmp_path):
    rows = [["Name", "Mail"], ["Anna Alt", "ja"], ["Ben Bau", "nein"]]
    _found, matching = _guess(write_csv(tmp_path / "k.csv", rows))
    assert matching.mapping() == {"name": "Name", "custom.Mail": "Mail"}


def test_a_first_name_with_two_words_and_no_last_name_is_a_whole_name(tmp_path):
    rows = [["Nombre", "Correo"], ["Martena Henson", "m@x.example"], ["Shannon Keller", "s@x.example"]]
    _found, matching = _guess(write_csv(tmp_path / "k.csv", rows))
    assert matching.mapping() == {"name": "Nombre", "emails": "Correo"}


def test_an_address_in_one_cell_is_known_by_its_postcodes(tmp_path):
    rows = [["Name", "Adresse"], ["Anna Alt", "Weg 1, 20095 Hamburg"], ["Ben Bau", "Am Markt 2, 80331 München"]]
    _found, matching = _guess(write_csv(tmp_path / "k.csv", rows))
    assert matching.mapping() == {"name": "Name", "address": "Adresse"}


@pytest.mark.parametrize(
    ("head", "row", "kind"),
    [
        (["Rechnungsnr", "Datum", "Kunde", "Brutto"], ["R-1", "01.02.2026", "Alpha GmbH", "119,00"], "invoices"),
        (["Vertragsnr", "Kunde", "Beginn", "Kündigungsfrist", "Betrag"], ["V1", "Alpha", "01.02.2026", "3 Monate", "9"], "contracts"),
        (["Art-Nr", "Bezeichnung", "Einheit", "Preis", "MwSt"], ["A1", "Lampe", "Stk", "12,50", "19"], "catalogue"),
        (["Name", "E-Mail", "Umsatz"], ["Anna", "a@x.example", "12,50"], "customers"),
        (["Date", "Due", "Details", "Client", "Status", "Total"], ["Jan 28 2021", "Jan 29 2021", "INV-1", "Wayne", "Due", "1,020.00"],
         "invoices"),
    ],
)  # fmt: skip
def test_the_kind_of_list_is_guessed(data_file, tmp_path, head, row, kind):
    assert _guess(write_csv(tmp_path / "k.csv", [head, row]))[1].kind == kind


def test_a_list_of_bookings_is_no_list_of_customers(tmp_path):
    rows = [
        ["Umsatz", "Konto", "Gegenkonto", "Belegdatum"],
        ["100,18", "48400", "8400", "3101"],
        ["7,00", "1200", "8400", "0102"],
    ]
    with pytest.raises(UserError, match="No column was found"):
        _guess(write_csv(tmp_path / "b.csv", rows))


def test_headings_without_rows_are_told(tmp_path):
    with pytest.raises(UserError, match="no rows below"):
        _guess(write_csv(tmp_path / "k.csv", [HEAD]))


def test_dates_that_fit_both_ways_are_asked_with_the_default_of_the_country(tmp_path):
    path = write_csv(tmp_path / "k.csv", [["Name", "Birthday"], ["Anna", "03/04/1975"], ["Ben", "05/06/1980"]])
    for country, order in (("DE", "dmy"), ("US", "mdy")):
        (question,) = _guess(path, country=country)[1].questions
        assert (question.column, question.chosen) == ("Birthday", order)
        assert "03/04/1975" in question.text


def test_a_changed_field_frees_its_former_column(tmp_path):
    found, matching = _guess(write_xlsx(tmp_path / "k.xlsx", {"K": CUSTOMERS}))
    index = next(c.index for c in found.layout.columns if c.label == "Ort")
    changed = matching.with_field(index, "street")
    assert changed.mapping()["street"] == "Ort"
    assert "city" not in changed.fields()
    assert "Straße" not in changed.mapping().values()


def test_a_given_mapping_names_fields_and_columns_or_says_what_is_wrong(tmp_path):
    found, _matching = _guess(write_csv(tmp_path / "k.csv", [HEAD, ZOE, BEN]))
    matching = mappings.apply_mapping(
        found, "customers", {"last_name": "nachname", "notes": "B", "custom.Wohnort": "Ort"}
    )
    assert matching.mapping() == {"notes": "Firma", "last_name": "Nachname", "custom.Ort": "Ort"}
    with pytest.raises(UserError, match="no field “shoe_size”"):
        mappings.apply_mapping(found, "customers", {"shoe_size": "Ort"})
    with pytest.raises(UserError, match="no column “Schuhe”"):
        mappings.apply_mapping(found, "customers", {"last_name": "Schuhe"})
