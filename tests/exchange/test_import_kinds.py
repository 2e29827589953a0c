"""Payments find their invoices, deals their customers, and the words of a sheet become stage, source and limit."""

from __future__ import annotations

import pytest
from import_files import write_csv

from crm_desktop.billing import invoice_list
from crm_desktop.customers import customers, lifecycle
from crm_desktop.db import connection as db
from crm_desktop.exchange import dumping, importing
from crm_desktop.sales import opportunities, price_lists

INVOICES = [
    ["Rechnungsnr", "Rechnungsdatum", "Kunde", "Kundennr", "Netto", "MwSt", "Brutto"],
    ["R-1", "01.02.2026", "Dachbau Müller GmbH", "K1", "100,00", "19,00", "119,00"],
    ["R-2", "03.02.2026", "Café Zoë", "K2", "1.000,00", "190,00", "1.190,00"],
]
PAYMENTS = [
    ["Zahlungsdatum", "Rechnungsnr", "Kunde", "Zahlbetrag", "Zahlungsart", "Verwendungszweck"],
    ["05.03.2026", "R-1", "Dachbau Müller GmbH", "119,00", "Überweisung", "RE R-1"],
    ["06.03.2026", "R-2", "Café Zoë", "400,00", "bar", ""],
    ["07.03.2026", "R-2", "Café Zoë", "400,00", "bar", ""],
    ["07.03.2026", "R-2", "Café Zoë", "400,00", "bar", ""],
    ["08.03.2026", "R-9", "Café Zoë", "50,00", "Scheck", ""],
    ["09.03.2026", "R-1", "", "-5,00", "", ""],
    ["kein Tag", "R-1", "", "7,00", "", ""],
]  # fmt: skip


def _open():
    return {row.number: row.open_minor for row in invoice_list.rows(invoice_list.ids(order="number"))}


def test_payments_settle_their_invoices_and_the_rest_is_credit(data_file, tmp_path):
    importing.run(write_csv(tmp_path / "r.csv", INVOICES))
    before = dumping.text(business=True)
    path = write_csv(tmp_path / "z.csv", PAYMENTS)
    looked = importing.run(path, dry_run=True)
    assert dumping.text(business=True) == before
    result = importing.run(path)
    assert result.kind == "payments"
    assert dict(result.outcome.created) == dict(looked.outcome.created) == {"payments": 5}
    assert _open() == {"R-1": 0, "R-2": 0}
    said = {note.row: note.reason for note in (*result.outcome.warnings, *result.outcome.skipped) if note.row > 1}
    assert said[5] == "More than R-2 owes; the rest is the customer's credit"
    assert said[6] == "There is no invoice R-9: kept as the customer's credit"
    assert said[7] == "Money that went back belongs to a credit note"
    assert said[8] == "No day of payment"
    methods = db.query("SELECT method, count(*) FROM payment GROUP BY method ORDER BY method")
    assert methods == [("cash", 3), ("cheque", 1), ("transfer", 1)]
    again = dumping.text(business=True)
    assert dict(importing.run(path).outcome.unchanged) == {"payments": 5}
    assert dumping.text(business=True) == again
    importing.undo(result.import_id)
    assert dumping.text(business=True) == before


def test_a_payment_of_nobody_is_left_out_with_the_reason(data_file, tmp_path):
    rows = [
        ["Zahlungsdatum", "Rechnungsnr", "Zahlbetrag"],
        ["05.03.2026", "R-7", "5,00"],
        ["06.03.2026", "R-8", "6,00"],
    ]
    result = importing.run(write_csv(tmp_path / "z.csv", rows))
    reasons = [note.reason for note in result.outcome.skipped]
    assert reasons == [f"There is no invoice {n}, and no customer is named" for n in ("R-7", "R-8")]


def test_a_payment_by_a_number_waits_for_the_row_that_says_who_it_is(data_file, tmp_path):
    rows = [
        ["Zahlungsdatum", "Zahlbetrag", "Kundennummer", "Kunde", "Rechnungsnr"],
        ["05.03.2026", "5,00", "K-9", "", "R-7"],
        ["06.03.2026", "6,00", "K-9", "Weber", "R-8"],
    ]
    path = write_csv(tmp_path / "z.csv", rows)
    assert importing.run(path).outcome.created["payments"] == 2
    assert dict(importing.run(path).outcome.created) == {}


DEALS = [
    ["Verkaufschance", "Kunde", "E-Mail", "Wert", "Phase", "Wahrscheinlichkeit", "Abschlussdatum", "Quelle"],
    ["Neues Dach", "Dachbau", "post@dach.example", "12.000,00 €", "Angebot gesendet", "60 %", "01.12.2026", "Messe"],
    ["Alter Zaun", "Zaun Huber", "", "900,00 €", "Gewonnen", "100 %", "01.03.2026", "Empfehlung"],
    ["Garage", "Zaun Huber", "", "3.000,00 €", "Sonderphase", "10 %", "01.12.2026", ""],
]  # fmt: skip


def test_deals_find_their_customer_stage_and_end(data_file, tmp_path):
    known = customers.save({"company": "Dachbau Müller GmbH", "email": "post@dach.example"})
    before = dumping.text(business=True)
    path = write_csv(tmp_path / "d.csv", DEALS)
    result = importing.run(path)
    assert dict(result.outcome.created) == {"opportunities": 3, "customers": 1}
    found = {deal.title: deal for deal in opportunities.rows([i for (i,) in db.query("SELECT id FROM opportunity")])}
    roof = found["Neues Dach"]
    assert (roof.customer_id, roof.value_minor, roof.stage, roof.probability_bp) == (known, 1200000, "Quote sent", 6000)
    assert (roof.expected_on.isoformat(), roof.source) == ("2026-12-01", "Messe")
    assert (found["Alter Zaun"].state, found["Alter Zaun"].closed_on.isoformat()) == ("won", "2026-03-01")
    assert [(note.row, note.value) for note in result.outcome.warnings if note.row] == [(4, "Sonderphase")]
    again = dumping.text(business=True)
    assert dict(importing.run(path).outcome.unchanged) == {"opportunities": 3}
    assert dumping.text(business=True) == again
    importing.undo(result.import_id)
    assert dumping.text(business=True) == before


def test_a_deal_that_went_on_elsewhere_changes_here(data_file, tmp_path):
    importing.run(write_csv(tmp_path / "d.csv", DEALS))
    rows = [
        DEALS[0],
        ["Neues Dach", "Dachbau", "post@dach.example", "13.000,00 €", "Verloren", "0 %", "02.11.2026", "Messe"],
    ]
    result = importing.run(write_csv(tmp_path / "d.csv", rows))
    assert dict(result.outcome.updated) == {"opportunities": 1}
    assert ("value_minor", "1200000", "1300000") in {(c.field, c.old, c.new) for c in result.outcome.changes}
    state = db.one("SELECT state, closed_on FROM opportunity WHERE title = 'Neues Dach'")
    assert state == ("lost", "2026-11-02")


@pytest.mark.parametrize(
    ("known_by", "value"), [("Ust-IdNr", "DE 136 695 976"), ("Kundennr", "K7"), ("Kunde", "dachbau")]
)
def test_contracts_are_linked_by_tax_number_number_or_name(data_file, tmp_path, known_by, value):
    known = customers.save({"company": "Dachbau", "number": "K7", "vat_id": "DE136695976"})
    rows = [
        ["Vertragsnr", known_by, "Vertragsart", "Beginn", "Betrag"],
        ["V-1", value, "Wartung", "01.02.2026", "10,00"],
    ]
    result = importing.run(write_csv(tmp_path / "v.csv", rows), kind="contracts")
    assert dict(result.outcome.created) == {"contracts": 1}
    assert db.value("SELECT customer_id FROM contract") == known


STAGES = [
    ["Kundennr", "Firma", "Status", "Quelle", "Preisliste", "Kreditlimit"],
    ["1", "Dachbau GmbH", "Interessent", "Messe", "Handel", "5.000,00 €"],
    ["2", "Café Zoë", "Stammkunde", "Messe", "", ""],
    ["3", "Łódź Trade", "Kunde", "Empfehlung", "Handel", ""],
]


def test_stage_source_price_list_and_limit_come_from_their_columns(data_file, tmp_path):
    price_lists.save({"name": "Handel"})
    before = dumping.text(business=True)
    path = write_csv(tmp_path / "k.csv", STAGES)
    result = importing.run(path)
    assert {"stage", "source", "price_list", "credit_limit"} <= set(result.mapping)
    found = db.query(
        "SELECT c.number, g.code, s.name, p.name, c.credit_limit_minor FROM customer c JOIN lifecycle_stage g ON "
        "g.id = c.stage_id JOIN source s ON s.id = c.source_id LEFT JOIN price_list p ON p.id = c.price_list_id ORDER BY 1"
    )
    assert found == [
        ("1", "prospect", "Messe", "Handel", 500000), ("2", "regular", "Messe", None, None),
        ("3", "customer", "Empfehlung", "Handel", None),
    ]  # fmt: skip
    assert lifecycle.history(1)[0].to_stage == "Prospect"
    again = dumping.text(business=True)
    assert dict(importing.run(path).outcome.unchanged) == {"customers": 3}
    assert dumping.text(business=True) == again
    importing.undo(result.import_id)
    assert dumping.text(business=True) == before


def test_another_stage_in_the_file_moves_the_customer_with_its_history(data_file, tmp_path):
    importing.run(write_csv(tmp_path / "k.csv", STAGES[:2]))
    changed = [STAGES[0], ["1", "Dachbau GmbH", "Kunde", "Messe", "", ""]]
    result = importing.run(write_csv(tmp_path / "k2.csv", changed))
    assert [(c.field, c.new) for c in result.outcome.changes] == [("stage_id", "customer")]
    assert [(move.from_stage, move.to_stage) for move in lifecycle.history(1)] == [
        ("Prospect", "Customer"),
        ("", "Prospect"),
    ]


def test_a_status_that_is_no_stage_stays_a_field_of_the_owners_own(data_file, tmp_path):
    rows = [["Firma", "Status"], ["Dachbau GmbH", "bezahlt"], ["Café Zoë", "wartet"], ["Huber", "wartet"]]
    result = importing.run(write_csv(tmp_path / "k.csv", rows))
    assert result.mapping["custom.Status"] == "Status"


def test_weeks_later_undo_keeps_what_was_edited_and_names_it(data_file, tmp_path):
    importing.run(write_csv(tmp_path / "r.csv", INVOICES))
    deals = importing.run(write_csv(tmp_path / "d.csv", DEALS))
    deal = db.value("SELECT id FROM opportunity WHERE title = 'Garage'")
    opportunities.save({"next_step": "Anrufen"}, deal)
    undone = importing.undo(deals.import_id)
    assert "Garage" in undone.left
    assert db.query("SELECT title FROM opportunity") == [("Garage",)]
    assert db.value("SELECT count(*) FROM document") == 2
