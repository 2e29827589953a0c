"""Importing as an owner knows it: what is in the file is there afterwards, twice changes nothing, undo takes it back."""

from __future__ import annotations

import json
from datetime import date

import pytest
from import_files import ANNA, BEN, CUSTOMERS, HEAD, ZOE, write_csv, write_xlsx

from crm_desktop.company import numbering
from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled, Conflict, NotFound, UserError
from crm_desktop.core.progress import Progress
from crm_desktop.customers import custom_fields, customer_list, customers
from crm_desktop.db import connection as db
from crm_desktop.db import derived
from crm_desktop.exchange import headings, importing
from crm_desktop.sales import catalogue, contract_states, contracts

_TABLES = (
    "customer", "contact_channel", "custom_field", "custom_value", "tag", "customer_tag", "contract", "item", "document",
    "document_line", "document_tax", "payment", "allocation",
)  # fmt: skip


def _content():
    """Everything that an import may write, without its time stamps."""
    found = {}
    for table in _TABLES:
        names = [r[1] for r in db.query(f"PRAGMA table_info({table})") if r[1] not in {"created_at", "updated_at"}]
        found[table] = sorted(map(repr, db.query(f"SELECT {', '.join(names)} FROM {table}")))
    return found


def _all():
    return [customers.as_json(customers.get(i)) for (i,) in db.query("SELECT id FROM customer ORDER BY id")]


def _by_name(name):
    return next(c for c in _all() if c["name"] == name)


# ---- customers -------------------------------------------------------------------------------------------------------


def test_customers_arrive_with_every_leading_zero(data_file, tmp_path):
    result = importing.run(write_csv(tmp_path / "k.csv", encoding="cp1252"))
    assert dict(result.outcome.created) == {"customers": 3}
    found = _by_name("Müller & Söhne GmbH")
    assert found["postcode"] == "01067"
    assert found["phones"] == ["0351 123456"]
    assert found["birthday"] == "1975-04-03"
    assert (found["first_name"], found["last_name"], found["kind"]) == ("Jörg", "Müller", "organisation")
    assert _by_name("Ben Brandt")["kind"] == "person"
    assert not derived.differences(db.raw())
    assert len(customer_list.ids(search="soehne")) + len(customer_list.ids(search="söhne")) >= 1


def test_the_result_has_the_documented_shape(data_file, tmp_path):
    rows = [["Kundenliste"], [], *CUSTOMERS, ["Summe", "3"]]
    found = json.loads(json.dumps(importing.run(write_csv(tmp_path / "k.csv", rows)).as_json()))
    assert list(found) == [
        "import_id", "format", "encoding", "delimiter", "sheet", "header_row", "kind", "mapping", "created", "updated",
        "unchanged", "skipped", "warnings",
    ]  # fmt: skip
    assert (found["format"], found["encoding"], found["delimiter"], found["header_row"]) == ("csv", "utf-8", ";", 3)
    assert found["created"] == {"customers": 3}
    assert [(s["row"], s["value"], s["reason"]) for s in found["skipped"]] == [
        (1, "Kundenliste", "Stands above the table"),
        (7, "Summe · 3", "A line of totals"),
    ]


def test_a_dry_run_counts_and_writes_nothing(data_file, tmp_path):
    before = _content()
    result = importing.run(write_csv(tmp_path / "k.csv"), dry_run=True)
    assert dict(result.outcome.created) == {"customers": 3}
    assert result.import_id is None
    assert _content() == before


def test_the_same_file_twice_changes_nothing(data_file, tmp_path):
    path = write_csv(
        tmp_path / "k.csv",
        [[*HEAD, "Kat", "Notiz"], [*ANNA, "H", "Zeile"], [*BEN, "R", ""], [*ANNA[:-1], "", "H", "x"]],
    )
    importing.run(path)
    before = _content()
    again = importing.run(path)
    assert not again.outcome.created
    assert not again.outcome.updated
    assert dict(again.outcome.unchanged) == {"customers": 2}
    assert _content() == before


def test_changed_values_update_the_customer_and_say_old_and_new(data_file, tmp_path):
    importing.run(write_csv(tmp_path / "k.csv"))
    moved = [*BEN[:6], "Elbweg 9", "22587", *BEN[8:]]
    result = importing.run(write_csv(tmp_path / "k2.csv", [HEAD, ANNA, moved]))
    assert dict(result.outcome.updated) == {"customers": 1}
    assert [(c.field, c.old, c.new) for c in result.outcome.changes] == [
        ("street", "Weg 7", "Elbweg 9"),
        ("postcode", "20095", "22587"),
    ]
    assert _by_name("Ben Brandt")["street"] == "Elbweg 9"


def test_what_is_empty_in_the_file_empties_nothing(data_file, tmp_path):
    importing.run(write_csv(tmp_path / "k.csv"))
    importing.run(write_csv(tmp_path / "k2.csv", [["Kundennr", "Nachname", "Telefon"], ["3", "Brandt", ""]]))
    assert _by_name("Ben Brandt")["phones"] == ["0171 5550123"]


def test_without_numbers_a_customer_is_known_by_the_email(data_file, tmp_path):
    importing.run(write_csv(tmp_path / "k.csv"))
    rows = [["Name", "E-Mail", "Telefon"], ["Ben Brandt", "BEN@brandt.example", "0171 5550123"]]
    result = importing.run(write_csv(tmp_path / "k2.csv", rows))
    assert dict(result.outcome.unchanged) == {"customers": 1}


def test_two_people_with_one_email_stay_two(data_file, tmp_path):
    rows = [["Name", "E-Mail"], ["Anna Alt", "alt@x.example"], ["Bert Vogel", "alt@x.example"]]
    path = write_csv(tmp_path / "k.csv", rows)
    assert dict(importing.run(path).outcome.created) == {"customers": 2}
    assert dict(importing.run(path).outcome.unchanged) == {"customers": 2}


@pytest.mark.parametrize(
    "lines", [["hello"], ["some notes", "and more of it"], ["Please call me", "tomorrow"], ["1", "2"]]
)
def test_one_column_of_any_text_is_no_list_of_customers(data_file, tmp_path, lines):
    path = write_csv(tmp_path / "text.xlsx", [[line] for line in lines])
    with pytest.raises(UserError, match=r"does not look like a name|No column was found"):
        importing.run(path)
    assert db.value("SELECT count(*) FROM customer") == 0


@pytest.mark.parametrize("lines", [["Name", "hello"], ["Anna Berg"], ["a@b.example"], ["Lux GmbH"]])
def test_one_column_of_names_or_addresses_is_one(data_file, tmp_path, lines):
    importing.run(write_csv(tmp_path / "names.csv", [[line] for line in lines]))
    assert db.value("SELECT count(*) FROM customer") == len(lines) - (lines[0] == "Name")


def test_a_quotation_mark_that_is_never_closed_is_told_with_its_line(data_file, tmp_path):
    path = tmp_path / "q.csv"
    path.write_text('Firma;Ort;Notiz\nOstwind;Kiel;"offen\nNordlicht;Bonn;ok\n', encoding="utf-8")
    (note,) = importing.run(path).outcome.warnings
    assert (note.row, note.reason.split(":")[0]) == (2, "Line 2")


def test_repeated_rows_are_left_out_and_named(data_file, tmp_path):
    upper = [cell.upper() for cell in ANNA]
    result = importing.run(write_csv(tmp_path / "k.csv", [HEAD, ANNA, ZOE, ANNA, upper]))
    assert dict(result.outcome.created) == {"customers": 2}
    assert [(s.row, s.reason) for s in result.outcome.skipped] == [
        (4, "Says the same as row 2"),
        (5, "The same customer as in row 2, whose values are kept"),
    ]


def test_a_number_that_two_different_customers_carry_is_given_once(data_file, tmp_path):
    rows = [
        ["Kundennr", "Name", "E-Mail"],
        ["17", "Anna Alt", "anna@x.example"],
        ["17", "Zoltan Kiss", "zoltan@y.example"],
    ]
    path = write_csv(tmp_path / "k.csv", rows)
    result = importing.run(path)
    assert [c["number"] for c in _all()] == ["17", "C-0001"]
    assert [(w.row, w.value) for w in result.outcome.warnings] == [(3, "17")]
    assert dict(importing.run(path).outcome.unchanged) == {"customers": 2}


def test_a_row_with_nothing_but_an_email_is_kept_under_it(data_file, tmp_path):
    importing.run(
        write_csv(tmp_path / "k.csv", [["Name", "E-Mail"], ["", "lonely@x.example"], ["Ben Bau", "b@x.example"]])
    )
    assert _by_name("lonely@x.example")["emails"] == ["lonely@x.example"]


def test_a_row_without_name_and_email_is_left_out_with_the_reason(data_file, tmp_path):
    rows = [
        ["Name", "E-Mail", "Ort", "Land"],
        ["Ben Bau", "b@x.example", "Kiel", "DE"],
        ["", "", "Barzahler Messe", "DE"],
    ]
    result = importing.run(write_csv(tmp_path / "k.csv", rows))
    assert [(s.row, s.reason) for s in result.outcome.skipped] == [(3, "No name and no e-mail address")]


def test_cells_that_cannot_be_read_are_reported_and_the_row_is_kept(data_file, tmp_path):
    rows = [["Name", "Geburtsdatum", "E-Mail", "Land"], ["Anna Alt", "31.02.1990", "anna(at)x.example", "Narnia"],
            ["Ben Bau", "01.02.1990", "ben@x.example", "Österreich"]]  # fmt: skip
    result = importing.run(write_csv(tmp_path / "k.csv", rows))
    assert [(w.row, w.column, w.value) for w in result.outcome.warnings] == [
        (2, "Geburtsdatum", "31.02.1990"),
        (2, "E-Mail", "anna(at)x.example"),
        (2, "Land", "Narnia"),
    ]
    anna = _by_name("Anna Alt")
    assert (anna["birthday"], anna["emails"], anna["country"]) == (None, ["anna@x.example"], "")
    assert _by_name("Ben Bau")["country"] == "AT"


def test_errors_of_formulas_are_reported_and_not_kept(data_file, tmp_path):
    rows = [["Name", "Telefon"], ["Anna Alt", "#DIV/0!"], ["Ben Bau", "#1 Hauptstrasse"]]
    result = importing.run(write_csv(tmp_path / "k.csv", rows))
    assert [(w.row, w.value) for w in result.outcome.warnings] == [(2, "#DIV/0!"), (3, "#1 Hauptstrasse")]
    assert _by_name("Anna Alt")["phones"] == []


def test_names_and_addresses_in_one_cell_are_taken_apart(data_file, tmp_path):
    rows = [["Name, Vorname", "Anschrift", "Tel"],
            ["Müller, Anna", "Hauptstr. 12, 20095 Hamburg", "040 123456 / 0171 998877"],
            ["Dr. Anna Müller GmbH", "Am Markt 1 a\n80331 München", "089 1234567"]]  # fmt: skip
    importing.run(write_csv(tmp_path / "k.csv", rows))
    anna, firm = _all()
    assert (anna["first_name"], anna["last_name"], anna["street"], anna["city"]) == (
        "Anna",
        "Müller",
        "Hauptstr. 12",
        "Hamburg",
    )
    assert anna["phones"] == ["040 123456", "0171 998877"]
    assert (firm["company"], firm["kind"], firm["postcode"]) == ("Dr. Anna Müller GmbH", "organisation", "80331")


def test_numbers_of_a_spreadsheet_become_what_the_user_saw(data_file, tmp_path):
    rows = [
        ["Kundennr", "Name", "Telefon", "PLZ", "Geburtsdatum"],
        [1001.0, "Anna Alt", 4935112345678.0, 1067.0, 27464],
    ]
    result = importing.run(write_xlsx(tmp_path / "k.xlsx", {"K": rows}))
    (anna,) = _all()
    assert (anna["number"], anna["phones"], anna["postcode"]) == ("1001", ["4935112345678"], "01067")
    assert anna["birthday"] == "1975-03-11"
    assert [(w.column, w.reason) for w in result.outcome.warnings] == [("PLZ", "Leading zero added: 01067")]


def test_unknown_columns_become_fields_of_the_owner_with_their_kind(data_file, tmp_path):
    rows = [
        ["Name", "Kat", "Umsatz", "Kunde bis"],
        ["Anna Alt", "H", "1.240,50 €", "03.04.2026"],
        ["Ben Bau", "R", "7,00 €", ""],
    ]
    importing.run(write_csv(tmp_path / "k.csv", rows))
    assert [(f.name, f.kind) for f in custom_fields.all_fields()] == [
        ("Kat", "text"),
        ("Umsatz", "number"),
        ("Kunde bis", "date"),
    ]
    assert _by_name("Anna Alt")["custom"] == {"Kat": "H", "Umsatz": "1240.50", "Kunde bis": "2026-04-03"}


def test_the_best_of_several_sheets_is_taken_and_another_can_be_named(data_file, tmp_path):
    form = [["Formular"], ["Bitte ausfüllen"]]
    path = write_xlsx(tmp_path / "k.xlsx", {"Deckblatt": form, "Kunden": CUSTOMERS, "Lieferanten": [HEAD, BEN]})
    result = importing.run(path, dry_run=True)
    assert (result.sheet, result.outcome.created["customers"]) == ("Kunden", 3)
    assert importing.run(path, sheet="Lieferanten", dry_run=True).outcome.created["customers"] == 1
    with pytest.raises(UserError, match="Deckblatt, Kunden, Lieferanten"):
        importing.run(path, sheet="Fehlt", dry_run=True)


def test_a_mapping_can_be_given_and_is_remembered_for_the_same_headings(data_file, tmp_path):
    path = write_csv(tmp_path / "k.csv", [["x", "y"], ["Anna Alt", "Kiel"], ["Ben Bau", "Ulm"]])
    given = importing.run(path, kind="customers", mapping={"name": "x", "city": "y"})
    assert given.mapping == {"name": "x", "city": "y"}
    other = write_csv(tmp_path / "k2.csv", [["x", "y"], ["Cara Cohn", "Bonn"]])
    assert importing.run(other).mapping == {"name": "x", "city": "y"}
    assert _by_name("Cara Cohn")["city"] == "Bonn"


def test_a_column_that_was_empty_last_time_is_not_lost_with_the_remembered_mapping(data_file, tmp_path):
    head = ["Name", "Telefon", "Ort"]
    importing.run(
        write_csv(tmp_path / "k.csv", [head, ["Anna Alt", "", "Kiel"]]), kind="customers", mapping={"name": "Name"}
    )
    result = importing.run(write_csv(tmp_path / "k2.csv", [head, ["Ben Bau", "040 123456", "Ulm"]]))
    assert result.mapping == {"name": "Name", "phones": "Telefon"}


def test_an_unanswered_question_is_reported_with_the_default_taken(data_file, tmp_path):
    rows = [["Name", "Geburtsdatum"], ["Anna Alt", "03/04/1975"], ["Ben Bau", "05/06/1980"]]
    result = importing.run(write_csv(tmp_path / "k.csv", rows))
    assert [w.column for w in result.outcome.warnings] == ["Geburtsdatum"]
    assert _by_name("Anna Alt")["birthday"] == "1975-04-03"


# ---- contracts, catalogue, invoices ----------------------------------------------------------------------------------


def test_contracts_are_linked_to_known_customers_and_create_missing_ones(data_file, tmp_path):
    importing.run(write_csv(tmp_path / "k.csv"))
    rows = [["Vertragsnr", "Kunde", "Kundennr", "Vertragsart", "Beginn", "Kündigungsfrist", "Betrag", "Turnus", "Status"],
            ["V-1", "", "2", "Wartung", "01.02.2026", "3 Monate", "1.200,00 €", "jährlich", "aktiv"],
            ["V-2", "Neue Firma GmbH", "", "Miete", "01.03.2026", "6 Wochen", "99,50", "monatlich", "gekündigt"]]  # fmt: skip
    path = write_csv(tmp_path / "v.csv", rows)
    result = importing.run(path)
    assert dict(result.outcome.created) == {"contracts": 2, "customers": 1}
    first, second = (contracts.as_json(c) for c in contracts.rows(contracts.ids(order="number")))
    wanted = {
        "number": "V-1", "customer": "Café Zoë", "title": "Wartung", "start": "2026-02-01", "end": None,
        "notice": "3 months", "value": "1200.00", "currency": "EUR", "interval": "year", "state": "active",
    }  # fmt: skip
    assert {name: first[name] for name in wanted} == wanted
    assert (second["customer"], second["notice"], second["state"]) == ("Neue Firma GmbH", "6 weeks", "notice_given")
    assert dict(importing.run(path).outcome.unchanged) == {"contracts": 2}
    ids = contracts.ids(order="number")
    assert [[(c.state, c.from_on.isoformat()) for c in contract_states.history(i)] for i in ids] == [
        [("active", "2026-02-01")],
        [("notice_given", dates.today().isoformat()), ("active", "2026-03-01")],
    ]
    contract_states.tend()
    assert importing.undo(result.import_id).left == []
    assert contracts.ids() == []


def test_a_price_list_arrives_with_units_prices_and_tax(data_file, tmp_path):
    rows = [["Art-Nr", "Bezeichnung", "Einheit", "Preis", "MwSt", "Warengruppe"],
            ["0042", "Lampe", "Stk.", "1.234,5678", "19 %", "Leuchten"], ["0043", "Beratung", "Std", "85,00", "19 %", ""],
            ["0044", "Kiste", "Trööt", "-5", "7", "leuchten"]]  # fmt: skip
    path = write_csv(tmp_path / "a.csv", rows)
    result = importing.run(path)
    assert dict(result.outcome.created) == {"catalogue": 3}
    items = {i.number: i for i in catalogue.rows(catalogue.ids())}
    assert [items[number].product_group for number in ("0042", "0043", "0044")] == ["Leuchten", "", "Leuchten"]
    assert [
        headings.fits(words, "catalogue")[0].field for words in ("Product Category", "Category", "Artikelgruppe")
    ] == ["product_group"] * 3
    assert (str(items["0042"].price), items["0042"].rate_bp, items["0043"].unit) == ("1234.5678", 1900, "HUR")
    assert [(w.row, w.value) for w in result.outcome.warnings] == [(4, "-5"), (4, "Trööt")]
    assert dict(importing.run(path).outcome.unchanged) == {"catalogue": 3}


_INVOICES = [
    ["Rechnungsnummer", "Datum", "Kunde", "Netto", "MwSt", "Brutto", "Status"],
    ["INV-2026-0007", "05.01.2026", "Alpha GmbH", "100,00", "19,00", "119,00", "bezahlt"],
    ["INV-2026-0008", "06.01.2026", "Alpha GmbH", "200,00", "38,00", "238,00", "offen"],
    ["G-1", "07.01.2026", "Beta KG", "-50,00", "-9,50", "-59,50", "offen"],
    ["E-1", "07.01.2026", "Beta KG", "1,00", "0,19", "1,19", "Entwurf"],
]


def test_old_invoices_keep_numbers_and_amounts_and_the_counter_goes_on_after_them(data_file, tmp_path):
    path = write_csv(tmp_path / "r.csv", _INVOICES)
    result = importing.run(path)
    assert dict(result.outcome.created) == {"customers": 2, "invoices": 3}
    assert [(s.row, s.reason) for s in result.outcome.skipped] == [(5, "A draft, not an invoice")]
    rows = db.query("SELECT number, kind, grand_total_minor, tax_total_minor, imported FROM document ORDER BY number")
    assert rows == [
        ("G-1", "credit_note", 5950, 950, 1),
        ("INV-2026-0007", "invoice", 11900, 1900, 1),
        ("INV-2026-0008", "invoice", 23800, 3800, 1),
    ]
    assert dict(
        db.query("SELECT number, open_minor FROM document_balance JOIN document USING(id) WHERE kind = 'invoice'")
    ) == {
        "INV-2026-0007": 0,
        "INV-2026-0008": 23800,
    }
    assert numbering.preview("invoice", date(2026, 6, 1)) == "INV-2026-0009"
    assert dict(importing.run(path).outcome.unchanged) == {"invoices": 3}


def test_rows_with_one_number_are_the_lines_of_one_invoice(data_file, tmp_path):
    rows = [["Rechnungsnr", "Datum", "Kunde", "Artikel", "Menge", "Einzelpreis", "Steuersatz"],
            ["R-1", "05.01.2026", "Alpha GmbH", "Lampe", "2", "50,00", "19"],
            ["R-1", "05.01.2026", "Alpha GmbH", "Montage", "1", "20,00", "19"]]  # fmt: skip
    result = importing.run(write_csv(tmp_path / "r.csv", rows))
    assert dict(result.outcome.created) == {"customers": 1, "invoices": 1}
    assert db.query("SELECT name, quantity_scaled, net_minor FROM document_line ORDER BY position") == [
        ("Lampe", 2_000_000, 10000),
        ("Montage", 1_000_000, 2000),
    ]
    assert db.query("SELECT tax_basis_minor, tax_total_minor, grand_total_minor FROM document") == [
        (12000, 2280, 14280)
    ]


def test_amounts_that_do_not_add_up_are_kept_and_told(data_file, tmp_path):
    rows = [_INVOICES[0], ["R-9", "05.01.2026", "Alpha GmbH", "100,00", "19,00", "120,00", "offen"]]
    result = importing.run(write_csv(tmp_path / "r.csv", rows))
    assert db.value("SELECT grand_total_minor FROM document") == 12000
    assert any("do not make" in w.reason for w in result.outcome.warnings)


def test_the_currency_beside_the_amounts_is_kept(data_file, tmp_path):
    rows = [["Client", "Invoice Number", "Amount", "Date"], ["Bruce Wayne", "45", "$49.12 ", "4/6/2020"],
            ["Bruce Wayne", "46", "($400.00)", "10/20/2019"]]  # fmt: skip
    importing.run(write_csv(tmp_path / "r.csv", rows))
    assert db.query("SELECT kind, number, issue_on, grand_total_minor, currency FROM document ORDER BY number") == [
        ("invoice", "45", "2020-04-06", 4912, "USD"),
        ("credit_note", "46", "2019-10-20", 40000, "USD"),
    ]


# ---- all or nothing, and back ----------------------------------------------------------------------------------------


class _CancelAfter(Progress):
    """Cancels itself when it has been told this often."""

    def __init__(self, calls):
        super().__init__()
        self._left = calls

    def __call__(self, done, total=0, text=""):
        self._left -= 1
        if self._left <= 0:
            self.cancel()
        super().__call__(done, total, text)


@pytest.mark.parametrize("calls", [1, 3, 5])
def test_a_cancelled_import_leaves_nothing(data_file, tmp_path, calls):
    rows = [["Name", "E-Mail"], *[[f"Anna Alt {i}", f"a{i}@x.example"] for i in range(6000)]]
    path = write_csv(tmp_path / "k.csv", rows)
    before = _content()
    with pytest.raises(Cancelled):
        importing.run(path, progress=_CancelAfter(calls))
    assert _content() == before
    assert importing.imports() == []


@pytest.mark.parametrize("rows", [[*CUSTOMERS], [[*HEAD, "Kat"], [*ANNA, "H"], [*BEN, ""]], _INVOICES])
def test_undo_takes_the_whole_import_back(data_file, tmp_path, rows):
    before = _content()
    result = importing.run(write_csv(tmp_path / "k.csv", rows))
    assert _content() != before
    undone = importing.undo(result.import_id)
    assert undone.left == []
    assert _content() == before
    assert importing.imports()[0].undone
    with pytest.raises(Conflict, match="taken back already"):
        importing.undo(result.import_id)


def test_undo_restores_what_an_update_changed(data_file, tmp_path):
    importing.run(write_csv(tmp_path / "k.csv"))
    before = _content()
    changed = [[*HEAD, "Kategorie"], [*ANNA[:6], "Neue Str. 1", *ANNA[7:], "Stamm"]]
    result = importing.run(write_csv(tmp_path / "k2.csv", changed))
    assert dict(result.outcome.updated) == {"customers": 1}
    importing.undo(result.import_id)
    assert _content() == before


def test_undo_leaves_what_was_edited_since_and_names_it(data_file, tmp_path):
    result = importing.run(write_csv(tmp_path / "k.csv"))
    customers.save({"street": "Elbweg 9"}, db.value("SELECT id FROM customer WHERE number = '3'"))
    undone = importing.undo(result.import_id)
    assert undone.left == ["3 Ben Brandt"]
    assert [c["name"] for c in _all()] == ["Ben Brandt"]


def test_an_import_that_is_not_there_is_told(data_file):
    with pytest.raises(NotFound, match="number 99"):
        importing.undo(99)


def test_a_file_that_breaks_half_way_leaves_nothing(data_file, tmp_path, monkeypatch):
    before = _content()
    path = write_csv(tmp_path / "k.csv")

    def broken(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(importing.hashlib, "file_digest", broken)
    with pytest.raises(OSError, match="No space"):
        importing.run(path)
    assert _content() == before


def test_a_whole_name_as_last_name_leaves_the_parts_of_that_name_alone(data_file, tmp_path):
    customers.save({"first_name": "Anna", "last_name": "Müller"})
    path = write_csv(tmp_path / "k.csv", [["Nachname", "Kategorie"], ["ANNA MÜLLER", "neu"]])
    mapping = {"last_name": "Nachname", "tags": "Kategorie"}
    importing.run(path, mapping=mapping)
    assert [(c["first_name"], c["last_name"], list(c["tags"])) for c in _all()] == [("Anna", "Müller", ["neu"])]
    assert dict(importing.run(path, mapping=mapping).outcome.unchanged) == {"customers": 1}


def test_of_two_with_one_name_the_row_without_number_means_the_older(data_file, tmp_path):
    rows = [["Kundennr", "Firma", "Hund"], ["", "Beck", "Bello"], ["1", "Beck", ""]]
    path = write_csv(tmp_path / "k.csv", rows)
    importing.run(path)
    before = _content()
    assert dict(importing.run(path).outcome.unchanged) == {"customers": 2}
    assert _content() == before
