"""What customers own comes in with serial number, days and its customer."""

from __future__ import annotations

import in_process
import pytest
from import_files import write_csv

from crm_desktop.db import connection as db
from crm_desktop.exchange import dumping, importing
from crm_desktop.sales import catalogue

ROWS = [
    ["Kundennr", "Kunde", "Gerät", "Seriennummer", "Kaufdatum", "Garantie bis", "Nächste Wartung"],
    ["K1", "Dachbau GmbH", "Kaffeemühle X", "SN-0012", "03.05.2024", "03.05.2026", "01.03.2027"],
    ["K1", "Dachbau GmbH", "Kaffeemühle X", "SN-0013", "03.05.2024", "03.05.2020", ""],
    ["", "Café Zoë", "", "4711", "", "", ""],
    ["", "", "Toaster", "9", "01.02.2024", "", ""],
    ["K1", "Dachbau GmbH", "Kaffeemühle X", "sn-0012", "", "", ""],
]


def _owned() -> list[tuple]:
    return db.query(
        "SELECT c.name, p.name, p.serial, p.bought_on, p.warranty_until_on, p.next_service_on, p.item_id FROM owned_product p "
        "JOIN customer c ON c.id = p.customer_id WHERE p.deleted_at IS NULL ORDER BY p.id"
    )


def test_products_of_customers_come_in_once_change_and_go_again(data_file, tmp_path):
    item = catalogue.save({"name": "Kaffeemühle X", "price": 100})
    before = dumping.text(business=True)
    path = write_csv(tmp_path / "geraete.csv", ROWS)
    told = in_process.run(path, dry_run=True)
    assert (told.kind, dumping.text(business=True)) == ("owned_products", before)
    result = in_process.run(path)
    assert dict(result.outcome.created) == dict(told.outcome.created) == {"customers": 2, "owned_products": 3}
    assert _owned() == [
        ("Dachbau GmbH", "Kaffeemühle X", "SN-0012", "2024-05-03", "2026-05-03", "2027-03-01", item),
        ("Dachbau GmbH", "Kaffeemühle X", "SN-0013", "2024-05-03", None, None, item),
        ("Café Zoë", "4711", "4711", None, None, None, None),
    ]
    assert [(note.row, note.reason) for note in result.outcome.skipped] == [
        (5, "No customer is named"), (6, "The same product as in row 2"),
    ]  # fmt: skip
    assert [(n.row, n.value) for n in result.outcome.warnings if n.row > 1] == [(3, "2020-05-03")]
    state = dumping.text(business=True)
    assert sum(in_process.run(path).outcome.created.values()) == 0
    assert dumping.text(business=True) == state
    changed = in_process.run(write_csv(tmp_path / "neu.csv", [ROWS[0], [*ROWS[1][:5], "03.05.2027", ""]]), dry_run=True)
    assert [(c.field, c.new) for c in changed.outcome.changes] == [("warranty_until", "2027-05-03")]
    importing.undo(result.import_id or 0)
    assert dumping.text(business=True) == before


def test_a_list_of_a_bike_shop_brings_customers_and_their_bikes(data_file, tmp_path):
    rows = [
        ["Name", "Telefon", "E-Mail", "Rad", "Rahmennummer", "gekauft am", "Garantie bis"],
        ["Anna Alt", "0351 123456", "anna@alt.example", "Gazelle", "RN 1", "01.04.2024", "01.04.2026"],
        ["Anna Alt", "0351 123456", "anna@alt.example", "Brompton", "RN 2", "01.05.2024", ""],
        ["Ben Beck", "0351 999999", "", "", "", "", ""],
    ]
    before = dumping.text(business=True)
    result = in_process.run(write_csv(tmp_path / "raeder.csv", rows))
    assert dict(result.outcome.created) == {"customers": 2, "owned_products": 2}
    assert [row[:4] for row in _owned()] == [
        ("Anna Alt", "Gazelle", "RN 1", "2024-04-01"), ("Anna Alt", "Brompton", "RN 2", "2024-05-01"),
    ]  # fmt: skip
    assert db.query("SELECT phone FROM customer ORDER BY id") == [("0351 123456",), ("0351 999999",)]
    importing.undo(result.import_id or 0)
    assert dumping.text(business=True) == before


@pytest.mark.parametrize(
    "headings",
    [
        ["Customer", "Device", "Serial number", "Purchase date", "Warranty until"],
        ["Client", "Appareil", "N° de série", "Date d’achat", "Garantie jusqu’au"],
        ["Cliente", "Equipo", "Número de serie", "Fecha de compra", "Garantía hasta"],
        ["Cliente", "Apparecchio", "Matricola", "Data di acquisto", "Scadenza garanzia"],
        ["Klant", "Toestel", "Serienummer", "Aankoopdatum", "Garantie tot"],
        ["Klient", "Urządzenie", "Nr seryjny", "Data zakupu", "Gwarancja do"],
    ],
)
def test_headings_of_the_other_languages(data_file, tmp_path, headings):
    result = in_process.run(
        write_csv(tmp_path / "p.csv", [headings, ["Dachbau", "Mühle", "S1", "13.05.2024", "13.05.2026"]])
    )
    assert (result.kind, [row[:5] for row in _owned()]) == (
        "owned_products", [("Dachbau", "Mühle", "S1", "2024-05-13", "2026-05-13")],
    )  # fmt: skip


def test_a_number_that_a_later_row_explains_counts_from_the_first_row_on(data_file, tmp_path):
    rows = [ROWS[0], ["K9", "", "Waage", "W1", "", "", ""], ["K9", "Käse & Co", "Messer", "M1", "", "", ""]]
    path = write_csv(tmp_path / "geraete.csv", rows)
    assert dict(in_process.run(path).outcome.created) == {"customers": 1, "owned_products": 2}
    assert [row[:2] for row in _owned()] == [("Käse & Co", "Waage"), ("Käse & Co", "Messer")]
    assert sum(in_process.run(path).outcome.created.values()) == 0
