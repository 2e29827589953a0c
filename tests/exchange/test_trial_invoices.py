"""What a trial with ten sheets found about invoices: states in words, lines, prices with tax, and the same list again."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import pytest
from import_files import write_csv

from crm_desktop.company import numbering, profile
from crm_desktop.core import dates
from crm_desktop.customers import customers, lifecycle
from crm_desktop.db import connection as db
from crm_desktop.exchange import dumping, importing, invoice_states
from crm_desktop.exchange.columns import GROSS
from crm_desktop.safety import undo
from crm_desktop.workflow import tending

_OWNERS = Path(__file__).parents[1] / "data" / "owners"
_OPEN = "SELECT d.number, b.open_minor FROM document d JOIN document_balance_now b ON b.id = d.id ORDER BY d.number"
HEAD = ["Rechnungsnr", "Rechnungsdatum", "Kunde", "Brutto", "Status"]


def _rows(*states):
    return [HEAD, *[[f"R-{n}", "20.12.2025", f"Kunde {n}", "119,00", state] for n, state in enumerate(states, 1)]]


def _reasons(result):
    return {note.row: note.reason for note in result.outcome.warnings}


@pytest.mark.parametrize(
    ("text", "code", "on"),
    [
        ("bezahlt", "paid", None),
        ("überwiesen am 8.1.", "paid", date(2026, 1, 8)),
        ("bar bezahlt", "paid", None),
        ("Mahnung 2, bezahlt am 3.2.26", "paid", date(2026, 2, 3)),
        ("noch nicht bezahlt", "open", None),
        ("2. Mahnung", "open", None),
        ("fällig am 30.1.", "open", None),
        ("teilweise bezahlt", "partial", None),
        ("storniert", "cancelled", None),
        ("paid 8 Jan", "paid", date(2026, 1, 8)),
        ("not paid yet", "open", None),
        ("payée le 12/01", "paid", date(2026, 1, 12)),
        ("virement reçu", "paid", None),
        ("pagado el 5.1.2026", "paid", date(2026, 1, 5)),
        ("non pagata", "open", None),
        ("betaald op 3 feb", "paid", date(2026, 2, 3)),
        ("niezapłacona", "open", None),
        ("ruft zurück", "", None),
    ],
)
def test_a_state_is_understood_as_people_write_it(text, code, on):
    found = invoice_states.read(text, date(2025, 12, 20))
    assert (found.code, found.on) == (code, on)


def test_paid_lines_and_a_paid_credit_are_settled(data_file):
    result = importing.run(_OWNERS / "bike_shop.csv")
    assert dict(db.query(_OPEN)) == {"2026-118": 0, "2026-119": 5950, "2026-120": 0}
    assert not [note for note in result.outcome.warnings if "state" in note.reason]


def test_what_a_state_does_not_say_is_told_and_stands_as_open(data_file, tmp_path):
    path = write_csv(
        tmp_path / "r.csv", _rows("überwiesen am 8.1.", "teilweise bezahlt", "ruft zurück", "50 € angezahlt")
    )
    result = importing.run(path)
    assert dict(db.query(_OPEN)) == {"R-1": 0, "R-2": 11900, "R-3": 11900, "R-4": 6900}
    assert db.query("SELECT paid_on, amount_minor FROM payment ORDER BY id")[0] == ("2026-01-08", 11900)
    told = _reasons(result)
    assert told[3] == "Paid in part, but not how much; stands as open in full"
    assert told[4] == "This state is not understood; stands as open"
    assert 2 not in told
    assert 5 not in told


def test_the_list_again_books_what_was_paid_since_and_tells_what_differs(data_file, tmp_path):
    importing.run(write_csv(tmp_path / "r.csv", _rows("offen", "offen", "bezahlt")))
    before = dumping.text(business=True)
    rows = _rows("bezahlt", "offen", "offen")
    rows[2][3] = "129,00"
    path = write_csv(tmp_path / "r.csv", rows)
    looked = importing.run(path, dry_run=True)
    assert dumping.text(business=True) == before
    result = importing.run(path)
    assert dict(result.outcome.updated) == dict(looked.outcome.updated) == {"invoices": 1}
    assert [(c.record, c.field, c.old, c.new) for c in result.outcome.changes] == [("R-1", "paid", "€0.00", "€119.00")]
    told = _reasons(result)
    assert "€129.00 in your file, €119.00 here" in told[3]
    assert "paid: €0.00 in your file, €119.00 here" in told[4]
    assert dict(db.query(_OPEN)) == {"R-1": 0, "R-2": 11900, "R-3": 0}
    assert not importing.run(path).outcome.updated
    importing.undo(result.import_id)
    assert dumping.text(business=True) == before


def test_prices_with_tax_are_asked_about_and_taken_as_said(data_file):
    with importing.open_file(_OWNERS / "bike_shop.csv") as opened:
        matching = opened.match()
        asked = next(q for q in matching.questions if GROSS in q.options)
        assert asked.text == "Are the prices in column “Einzelpreis” with or without tax?"
        asked_gross = [type(q)(q.field, q.column, q.text, q.options, GROSS) for q in matching.questions]
        opened.matching = type(matching)(matching.kind, matching.choices, asked_gross)
        opened.carry_out()
    totals = db.query("SELECT grand_total_minor, tax_total_minor FROM document WHERE number = '2026-118'")
    assert totals == [(11780, 1881)]


def test_totals_and_headings_tell_whether_prices_hold_the_tax(data_file, tmp_path):
    lines = ["Rechnungsnr", "Datum", "Kunde", "Artikel", "Einzelpreis", "MwSt %"]
    row = ["R-1", "1.2.2026", "Huber", "Schlauch", "11,90", "19"]
    importing.run(write_csv(tmp_path / "a.csv", [[*lines, "Brutto"], [*row, "11,90"]]))
    lines[4], row[0] = "Einzelpreis inkl. MwSt", "R-2"
    result = importing.run(write_csv(tmp_path / "b.csv", [lines, row]))
    assert not [note for note in result.outcome.warnings if "without tax" in note.reason]
    assert db.query("SELECT tax_total_minor, grand_total_minor FROM document") == [(190, 1190), (190, 1190)]


def test_days_that_are_assumed_are_told_once(data_file, tmp_path):
    result = importing.run(write_csv(tmp_path / "r.csv", _rows("offen", "offen")))
    told = [note.reason for note in result.outcome.warnings if "due" in note.reason]
    assert told == [
        "The file names no due dates: invoices are due 14 days after their date, as your terms of payment say."
    ]


def test_orders_without_sums_are_linked_by_the_number_of_the_customer_and_told(data_file, tmp_path):
    customers.save({"number": "ALFKI", "company": "Alfreds"})
    rows = [["OrderID", "CustomerID", "OrderDate", "RequiredDate", "ShipVia", "Freight"], ["10643", "ALFKI"]]
    rows[1] += ["2026-08-25", "2026-09-22", "1", "29.46"]
    result = importing.run(write_csv(tmp_path / "o.csv", rows))
    assert (result.kind, result.outcome.created["invoices"], result.outcome.created["customers"]) == ("invoices", 1, 0)
    assert [note.reason for note in result.outcome.warnings if "sums" in note.reason] == [
        "The file names no sums: the invoices come in without, and count as paid."
    ]


@pytest.mark.parametrize(
    ("said", "left"), [(("ja", "nein"), (0, 11900)), (("8.1.2026", ""), (0, 11900)), (("119,00", "0"), (0, 11900))]
)
def test_a_column_paid_holds_words_days_or_amounts(data_file, tmp_path, said, left):
    rows = _rows(*said)
    rows[0][4] = "Bezahlt"
    importing.run(write_csv(tmp_path / "r.csv", rows))
    assert tuple(dict(db.query(_OPEN)).values()) == left


def _business():
    """All of the business but what the program notes for itself."""
    return [line for line in dumping.text(business=True).splitlines() if not line.startswith("setting ")]


def _tended():
    """Let the rules of the stages do what they do by themselves a moment after an import."""
    assert tending.tend() > 0


@pytest.mark.parametrize("way", ["page", "history"])
def test_an_import_is_taken_back_with_what_the_program_did_because_of_it(data_file, way):
    before = _business()
    result = importing.run(_OWNERS / "caretaker.xlsx")
    _tended()
    assert db.value("SELECT count(*) FROM stage_change") > 0
    if way == "page":
        assert importing.undo(result.import_id).left == []
    else:
        undo.undo_step(importing_step())
    assert _business() == before
    undo.redo_last()
    assert db.value("SELECT count(*) FROM document") == 3
    assert db.value("SELECT count(*) FROM stage_change") > 0
    undo.undo_last()
    assert _business() == before


def importing_step():
    return db.value("SELECT step_id FROM import_run ORDER BY id DESC LIMIT 1")


def test_what_the_owner_edited_since_stays_and_is_named_also_from_the_history(data_file):
    importing.run(_OWNERS / "caretaker.xlsx")
    _tended()
    edited = db.value("SELECT id FROM customer WHERE name = 'Bistro Anker'")
    customers.save({"notes": "ruft montags an"}, edited)
    done = undo.undo_step(importing_step())
    assert undo.names_left(done) == ["Bistro Anker"]
    assert db.query("SELECT name FROM customer") == [("Bistro Anker",)]
    assert db.value("SELECT count(*) FROM document") == 0


def test_of_a_known_customer_only_what_the_import_changed_goes_back(data_file, tmp_path):
    head = ["Kundennr", "Firma", "Telefon"]
    known = customers.save({"number": "7", "company": "Anker", "phone": "0351 1"})
    importing.run(write_csv(tmp_path / "k.csv", [head, ["7", "Anker & Co", "0351 1"]]))
    with db.by_itself(), db.transaction("By itself"):
        db.update("customer", known, {"stage_id": 2})
    undo.undo_step(importing_step())
    found = customers.get(known)
    assert (found.name, found.stage_id) == ("Anker", 2)


ORDERS = [
    ["Rechnungsnr", "Rechnungsdatum", "Kunde", "Brutto", "Status"],
    *([f"R-{n}", f"0{n}.10.2026", "Huber GmbH", "119,00", "bezahlt"] for n in range(1, 5)),
]  # fmt: skip


def _stages(customer_id):
    """The stage of a customer, and the stages of its history."""
    codes = "SELECT s.code FROM lifecycle_stage s JOIN stage_change c ON c.to_stage_id = s.id WHERE c.customer_id = ? ORDER BY c.id"
    stage = "SELECT s.code FROM customer c JOIN lifecycle_stage s ON s.id = c.stage_id WHERE c.id = ?"
    return db.value(stage, [customer_id]), [code for (code,) in db.query(codes, [customer_id])]


def test_a_known_customer_goes_back_to_the_stage_before_and_forth_again(data_file, tmp_path, monkeypatch):
    known = customers.save({"company": "Huber GmbH"})
    tending.tend()
    before = _business()
    result = importing.run(write_csv(tmp_path / "r.csv", ORDERS))
    _tended()
    moved = _stages(known)
    assert moved[1][:2] == ["customer", "regular"]
    monkeypatch.setattr("crm_desktop.core.dates.now", partial(dates.add_instant_days, dates.now(), 30))
    assert importing.undo(result.import_id).left == []
    assert _business() == before
    assert tending.tend() == 0
    undo.redo_last()
    assert _stages(known) == moved
    customers.save({"phone": "0351 1"}, known)
    undo.undo_step(importing_step())
    assert (_stages(known), customers.get(known).phone) == ((None, []), "0351 1")


def test_a_stage_that_the_owner_chose_since_stays(data_file, tmp_path):
    known = customers.save({"company": "Huber GmbH"})
    importing.run(write_csv(tmp_path / "r.csv", ORDERS))
    _tended()
    lifecycle.move([known], lifecycle.find("lost").id)
    undo.undo_step(importing_step())
    assert _stages(known)[0] == "lost"


def test_a_stage_that_holds_without_the_import_is_found_again(data_file, tmp_path):
    known = customers.save({"company": "Huber GmbH"})
    importing.run(write_csv(tmp_path / "r.csv", ORDERS))
    _tended()
    kept = [ORDERS[0], ["R-9", "09.11.2026", "Huber GmbH", "5,00", "bezahlt"]]
    importing.run(write_csv(tmp_path / "r9.csv", kept))
    first = db.value("SELECT step_id FROM import_run ORDER BY id LIMIT 1")
    undo.undo_step(first)
    _tended()
    assert _stages(known)[1][:1] == ["customer"]


OLD_NUMBERS = [
    ["Rechnungsnr", "Rechnungsdatum", "Kunde", "Brutto"],
    *([f"INV-2026-000{n}", "01.10.2026", "Huber GmbH", "119,00"] for n in (3, 4, 7)),
]  # fmt: skip


def _series():
    """Where the number series stand, and which numbers were left out."""
    return [
        line
        for line in dumping.text().splitlines()
        if line.startswith(("number_counter", 'setting {"key": "number_left'))
    ]


def test_number_series_go_back_with_an_import_and_forth_again(data_file, tmp_path):
    before = _series()
    importing.run(write_csv(tmp_path / "r.csv", OLD_NUMBERS))
    after = [numbering.preview(kind, date(2026, 11, 1)) for kind in ("invoice", "customer")]
    assert after == ["INV-2026-0008", "C-0002"]
    undo.undo_last()
    assert _series() == before
    undo.redo_last()
    assert [numbering.preview(kind, date(2026, 11, 1)) for kind in ("invoice", "customer")] == after
    assert numbering.left_out("invoice", date(2026, 11, 1)) == [range(1, 8)]
    undo.undo_last()
    assert _series() == before


def test_a_series_from_which_a_number_was_given_since_goes_on(data_file, tmp_path):
    result = importing.run(write_csv(tmp_path / "r.csv", OLD_NUMBERS))
    edited = db.value("SELECT id FROM customer")
    with db.transaction("Issue"):
        given = numbering.take("invoice", date(2026, 11, 2))
    customers.save({"phone": "0351 1"}, edited)
    importing.undo(result.import_id)
    assert given == "INV-2026-0008"
    assert numbering.preview("invoice", date(2026, 11, 2)) == "INV-2026-0009"
    assert numbering.preview("customer", date(2026, 11, 2)) == "C-0002", "the customer who stays has the number before"
    assert {n for part in numbering.left_out("invoice", date(2026, 11, 2)) for n in part} == set(range(1, 8))


LINES_BELOW = [
    ["Rechnungsnr", "Rechnungsdatum", "Kunde", "Status", "Artikel", "Menge", "Einzelpreis netto", "MwSt %"],
    ["R-1", "01.02.2026", "Huber", "bezahlt", "Dachrinne", "2", "100,00", "19"],
    ["", "", "", "", "Montage", "1", "50,00", "19"],
    ["R-2", "03.02.2026", "Weber", "Entwurf", "Zaun", "1", "70,00", "19"],
    ["R-2", "", "", "", "Tor", "1", "30,00", "19"],
    ["R-3", "04.02.2026", "Weber", "offen", "Zaun", "1", "70,00", "19"],
    ["R-3", "", "", "", "Fahrt", "1", "10,00", "7"],
]  # fmt: skip


def test_what_only_the_first_line_says_holds_for_all_lines_of_its_invoice(data_file, tmp_path):
    path = write_csv(tmp_path / "r.csv", LINES_BELOW)
    result = importing.run(path)
    documents = "SELECT number, line_total_minor, grand_total_minor, (SELECT count(*) FROM document_line WHERE document_id = d.id)"
    assert db.query(f"{documents} FROM document d ORDER BY 1") == [("R-1", 25000, 29750, 2), ("R-3", 8000, 9400, 2)]
    left = [(note.row, note.reason) for note in result.outcome.skipped]
    assert left == [(4, "A draft, not an invoice"), (5, "Belongs to row 4, which is left out")]
    assert dict(+importing.run(path).outcome.created) == {}


WAITING = {
    "invoices": [["Rechnungsnr", "Rechnungsdatum", "Betrag"], ["R-1", "01.02.2026", "5,00"], ["R-2", "02.02.2026", "6,00"]],
    "contracts": [["Vertragsnr", "Vertragsart", "Beginn"], ["V-1", "Pflege", "01.02.2026"], ["V-2", "Pflege", "02.02.2026"]],
    "opportunities": [["Deal", "Phase", "Wert"], ["Dach", "Anfrage", "5,00"], ["Zaun", "Anfrage", "6,00"]],
    "owned_products": [["Produkt", "Seriennr", "Gekauft am"], ["Rad", "S-1", "01.02.2026"], ["Rad", "S-2", "02.02.2026"]],
    "payments": [["Rechnungsnr", "Zahlungsdatum", "Zahlbetrag"], ["R-8", "01.02.2026", "5,00"], ["R-9", "02.02.2026", "6,00"]],
}  # fmt: skip


@pytest.mark.parametrize("kind", WAITING)
@pytest.mark.parametrize("told", [("Kundennr", "K-9"), ("USt-IdNr", "DE136695976"), ("E-Mail", "a@x.example")])
def test_a_row_waits_for_the_one_that_says_who_its_customer_is(data_file, tmp_path, kind, told):
    heads, first, second = WAITING[kind]
    sheet = [[*heads, told[0], "Kunde"], [*first, told[1], ""], [*second, told[1], "Weber GmbH"]]
    path = write_csv(tmp_path / "waits.csv", sheet)
    result = importing.run(path, kind)
    assert (dict(result.outcome.created), result.outcome.skipped) == ({"customers": 1, kind: 2}, [])
    assert db.query("SELECT name FROM customer") == [("Weber GmbH",)]
    assert dict(+importing.run(path, kind).outcome.created) == {}


def test_nobody_is_invented_for_a_number_that_no_row_explains(data_file, tmp_path):
    customers.save({"company": "Weber GmbH", "vat_id": "DE136695976"})
    customers.save({"company": "Weber Bau", "vat_id": "DE136695976"})
    heads = ["Rechnungsnr", "Rechnungsdatum", "Betrag", "Kundennr", "USt-IdNr", "Kunde"]
    rows = [
        ["R-1", "01.02.2026", "5,00", "K-9", "", ""], ["R-2", "02.02.2026", "6,00", "", "DE 136 695 976", ""],
        ["R-3", "02.02.2026", "7,00", "", "DE136695976", "Weber Bau"],
    ]  # fmt: skip
    result = importing.run(write_csv(tmp_path / "r.csv", [heads, *rows]))
    assert [note.reason for note in result.outcome.skipped] == [
        "No customer has the number K-9, and no row says who it is. Bring the customers first",
        "Several customers have the number DE136695976",
    ]
    assert db.query("SELECT c.name FROM document d JOIN customer c ON c.id = d.customer_id") == [("Weber Bau",)]


def test_our_own_vat_id_in_every_row_joins_no_customers(data_file, tmp_path):
    profile.save({"vat_id": "DE136695976"})
    heads = ["Rechnungsnr", "Rechnungsdatum", "Betrag", "USt-IdNr", "Kunde"]
    rows = [[f"R-{n}", "01.02.2026", "5,00", "DE136695976", name] for n, name in enumerate(["Huber", "Weber"])]
    importing.run(write_csv(tmp_path / "r.csv", [heads, *rows]))
    assert db.query("SELECT name, vat_id FROM customer ORDER BY name") == [("Huber", ""), ("Weber", "")]


def test_a_line_of_totals_hides_neither_rates_nor_amounts_of_lines(data_file, tmp_path):
    rows = [
        ["FACTURES 2026"],
        ["Facture", "Date", "Client", "Désignation", "Qté", "PU HT", "TVA", "Montant HT", "Échéance"],
        ["FA26-014", "16/02/2026", "Le Cèpe", "Bergerac rouge", "4", "54,00 €", "20%", "216,00 €", "08/03/2026"],
        ["", "", "", "Monbazillac", "12", "15,50 €", "20%", "186,00 €", ""],
        ["FA26-015", "17/02/2026", "Le Goff", "Pécharmant", "3", "28,67 €", "20%", "86,01 €", "15/03/2026"],
        ["AV26-001", "20/02/2026", "Le Cèpe", "Retour", "-2", "15,50 €", "20%", "-31,00 €", ""],
        ["", "", "", "", "", "", "Total HT", "457,01 €", ""],
    ]
    result = importing.run(write_csv(tmp_path / "f.csv", rows))
    assert (result.mapping["tax_rate"], result.mapping["line_total"]) == ("TVA", "Montant HT")
    found = db.query("SELECT number, line_total_minor, grand_total_minor FROM document ORDER BY number")
    assert found == [("AV26-001", 3100, 3720), ("FA26-014", 40200, 48240), ("FA26-015", 8601, 10321)]
    assert result.outcome.warnings == [], "a credit note needs no due date"


def test_cancelled_may_stand_in_place_of_the_number(data_file, tmp_path):
    rows = [
        ["Re-Nr", "Datum", "Kunde", "brutto"],
        ["2026/1", "2.1.2026", "Pohl", "5"],
        ["storniert", "3.1.2026", "Nixe", "0"],
    ]
    result = importing.run(write_csv(tmp_path / "r.csv", rows))
    assert dict(result.outcome.created) == {"customers": 1, "invoices": 1}
    assert [(note.row, note.reason) for note in result.outcome.skipped] == [(3, "Cancelled there")]


def test_what_says_best_who_a_customer_is_counts_wherever_it_stands(data_file, tmp_path):
    heads = ["Deal", "Kunde", "Kundennr", "USt-IdNr", "Phase", "Wert"]
    rows = [
        ["Dach", "", "7", "DE136695976", "Anfrage", "5,00"], ["Zaun", "Huber", "", "DE136695976", "Anfrage", "6,00"],
        ["Tor", "Anna", "7", "", "Anfrage", "7,00"], ["Weg", "", "8", "DE136695976", "Anfrage", "8,00"],
    ]  # fmt: skip
    path = write_csv(tmp_path / "d.csv", [heads, *rows])
    importing.run(path, "opportunities")
    owners = db.query("SELECT o.title, c.name FROM opportunity o JOIN customer c ON c.id = o.customer_id ORDER BY 1")
    assert owners == [("Dach", "Anna"), ("Tor", "Anna"), ("Weg", "Huber"), ("Zaun", "Huber")]
    assert dict(+importing.run(path, "opportunities").outcome.created) == {}
