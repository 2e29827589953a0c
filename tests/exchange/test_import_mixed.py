"""One sheet for everything: customers, their contracts and their invoices come out of the same rows, linked."""

from __future__ import annotations

from import_files import write_csv

from crm_desktop.db import connection as db
from crm_desktop.exchange import dumping, importing

ROWS = [
    ["Kundennr", "Firma", "Ansprechpartner", "PLZ", "Ort", "Telefon", "Vertragsnr", "Vertragsart", "Beginn", "Betrag",
     "Turnus", "Rechnungsnr", "Rechnungsdatum", "Betrag", "Bezahlt am", "Hund"],
    ["K1", "Dachbau GmbH", "Anna Müller", "01067", "Dresden", "0351 1234567", "V-1", "Wartung", "01.01.2026", "100,00",
     "monatlich", "R-1", "31.01.2026", "119,00", "05.02.2026", "Bello"],
    ["K1", "Dachbau GmbH", "Anna Müller", "01067", "Dresden", "0351 1234567", "V-1", "Wartung", "01.01.2026", "100,00",
     "monatlich", "R-2", "28.02.2026", "119,00", "", "Bello"],
    ["K2", "Café Zoë", "", "80331", "München", "089 123456", "V-2", "Miete", "01.03.2026", "50,00", "jährlich", "", "", "", "", ""],
    ["K3", "Łódź Trade", "Jan Żak", "90-001", "Łódź", "", "", "", "", "", "", "R-3", "02.02.2026", "59,50", "", ""],
]  # fmt: skip


def test_rows_become_customers_contracts_and_invoices_that_belong_together(data_file, tmp_path):
    before = dumping.text(business=True)
    path = write_csv(tmp_path / "alles.csv", ROWS)
    looked = importing.run(path, dry_run=True)
    assert dumping.text(business=True) == before
    result = importing.run(path)
    assert result.kind == "mixed"
    assert result.mapping["contract_value"] == "Betrag"
    assert result.mapping["invoice_gross"] == "Betrag (2)"
    made = {"customers": 3, "contracts": 2, "invoices": 3}
    assert dict(result.outcome.created) == dict(looked.outcome.created) == made
    assert [note for note in (*result.outcome.skipped, *result.outcome.warnings) if note.row > 1] == []
    linked = db.query(
        "SELECT d.number, c.number, k.number, d.grand_total_minor FROM document d JOIN customer c ON c.id = d.customer_id "
        "LEFT JOIN contract k ON k.id = d.contract_id ORDER BY d.number"
    )
    assert linked == [("R-1", "K1", "V-1", 11900), ("R-2", "K1", "V-1", 11900), ("R-3", "K3", None, 5950)]
    contracts = db.query(
        "SELECT k.number, c.company, k.value_minor FROM contract k JOIN customer c ON c.id = k.customer_id"
    )
    assert sorted(contracts) == [("V-1", "Dachbau GmbH", 10000), ("V-2", "Café Zoë", 5000)]
    assert db.value("SELECT phone FROM customer WHERE number = 'K1'") == "0351 1234567"
    assert db.query("SELECT value FROM custom_value") == [("Bello",)]
    again = dumping.text(business=True)
    assert sum(importing.run(path).outcome.created.values()) == 0
    assert dumping.text(business=True) == again
    importing.undo(result.import_id)
    assert dumping.text(business=True) == before


def test_what_differs_between_the_rows_of_a_customer_is_told(data_file, tmp_path):
    changed = [*ROWS[:2], [*ROWS[2][:5], "0351 999999", *ROWS[2][6:]]]
    result = importing.run(write_csv(tmp_path / "alles.csv", changed))
    told = [(note.row, note.reason) for note in result.outcome.warnings if note.row > 1]
    assert told == [(3, "The same customer as in row 2, whose values are kept")]


def test_contracts_with_much_about_the_customer_bring_the_customers_whole(data_file, tmp_path):
    rows = [["Vorname", "Nachname", "Telefon", "Straße", "PLZ", "Ort", "Vertragsnr", "Vertragsbeginn", "Monatsbetrag"],
            ["Anna", "Müller", "0351 123456", "Weg 1", "01067", "Dresden", "V-1", "01.02.2026", "20,00"],
            ["Ben", "Huber", "0351 999999", "Weg 2", "01069", "Dresden", "V-2", "01.03.2026", "25,00"]]  # fmt: skip
    result = importing.run(write_csv(tmp_path / "v.csv", rows))
    assert dict(result.outcome.created) == {"customers": 2, "contracts": 2}
    found = db.query("SELECT first_name, street, phone FROM customer ORDER BY id")
    assert found == [("Anna", "Weg 1", "0351 123456"), ("Ben", "Weg 2", "0351 999999")]
