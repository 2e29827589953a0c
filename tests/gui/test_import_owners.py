"""Ten spreadsheets of ten owners, each brought in through the window by pressing on without changing anything.

The files are made by tests/data/owners/make_owners.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from crm_desktop.db import connection as db
from crm_desktop.exchange import dumping, importing
from crm_desktop.gui import jobs
from crm_desktop.gui.pages.import_page import CHECK, DONE, LOOK, MATCH, ImportPage

_OWNERS = Path(__file__).parents[1] / "data" / "owners"
_CUSTOMERS = "SELECT name, postcode, phone FROM customer ORDER BY id"
_BILLS = "SELECT d.number, d.kind, c.name, d.grand_total_minor FROM document d JOIN customer c ON c.id = d.customer_id ORDER BY 1"
_OWN = "SELECT f.name || ': ' || v.value FROM custom_value v JOIN custom_field f ON f.id = v.field_id ORDER BY v.customer_id, f.id LIMIT 3"
# Per file: what is created, and what must be found by a few questions.
EXPECTED = {
    "baker.xlsx": (
        {"customers": 4},
        {_CUSTOMERS: [("Café Mokka", "01067", "03514567890"), ("Hotel Elbblick GmbH", "01069", "0351/22 33 44"),
                      ("Kita Regenbogen e.V.", "01097", "0351 998877"), ("Imbiss Özdemir", "01109", "0171-5550199")],
         "SELECT first_name, last_name, title FROM customer WHERE number = '2'": [("Paul", "Reiß", "Dr.")],
         _OWN: [("Brötchen tgl.: 40",), ("Preis/Monat: 120.00",), ("Brötchen tgl.: 120",)]},
    ),
    "piano_teacher.ods": (
        {"customers": 3},
        {"SELECT name, birthday_on, city FROM customer ORDER BY id": [("Mia Brandt", "2014-05-04", "Leipzig"),
            ("Jonas Keller", "2012-11-12", "Leipzig"), ("Liam O'Hara", None, "Leipzig")],
         "SELECT notes FROM customer WHERE id = 1": [("übt wenig\nmag Chopin",)],
         "SELECT value FROM contact_channel": [("0171 5550102",)]},
    ),
    "bike_shop.csv": (
        {"customers": 2, "invoices": 3},
        {_BILLS: [("2026-118", "invoice", "Günther Weiß", 14018), ("2026-119", "invoice", "Radkurier GbR", 5950),
                  ("2026-120", "credit_note", "Günther Weiß", 827)],
         "SELECT l.name FROM document_line l JOIN document d ON d.id = l.document_id WHERE d.number = '2026-118'":
            [("Inspektion groß",), ("Kette KMC",), ('Schlauch 28"',)]},
    ),
    "photographer.xlsx": (
        {"customers": 3},
        {_CUSTOMERS: [("Emma Stone-Baker", "62701", "(555) 010-2233"), ("Olivia Reyes", "60601", "555-010-4455"),
                      ("Noah Lee", "61602", "")],
         _OWN: [("Partner: Jack Baker",), ("Wedding Date: 2025-06-14",), ("Package: Gold",)]},
    ),
    "gardener.xls": (
        {"customers": 2, "contracts": 3},
        {"SELECT k.number, c.name, k.title, k.start_on, k.value_minor, k.interval, k.state FROM contract k JOIN customer c "
         "ON c.id = k.customer_id ORDER BY 1": [
            ("G-01", "Wohnbau Süd eG", "Rasen Block A", "2024-04-01", 25050, "month", "active"),
            ("G-02", "Wohnbau Süd eG", "Winterdienst Block A", "2024-11-01", 180000, "year", "active"),
            ("G-03", "Thoma", "Heckenschnitt", "2023-03-15", 18000, "half_year", "notice_given")]},
    ),
    "hairdresser.txt": (
        {"customers": 4},
        {_CUSTOMERS: [("Sabine Krüger", "", "0176 5550301"), ("Petra Lang-Otte", "", "0351 5550302"),
                      ("Ute Hahn", "", "0172 5550303"), ("Kemal Aydın", "", "0173 5550304")]},
    ),
    "florist.xlsx": (
        {"customers": 2, "invoices": 3},
        {_BILLS: [("F2026-001", "invoice", "Hôtel du Parc SARL", 123456), ("F2026-002", "invoice", "Claire Dubois", 6000),
                  ("F2026-003", "invoice", "Hôtel du Parc SARL", 24000)],
         "SELECT paid_on, amount_minor FROM payment": [("2026-01-20", 123456)]},
    ),
    "dog_groomer.csv": (
        {"customers": 3},
        {"SELECT name, street, postcode, city FROM customer ORDER BY id": [
            ("Monika Schäfer", "Am Bach 7", "99084", "Erfurt"), ("Ingo Wolf", "Ringstr. 22", "99086", "Erfurt"),
            ("Tina Fuchs", "Dorfplatz 1", "99100", "Dachwig")],
         _OWN: [("Hund: Bello",), ("Rasse: Pudel",), ("letzter Termin: 2026-10-12",)]},
    ),
    "caretaker.xlsx": (
        {"customers": 3, "contracts": 2, "invoices": 3},
        {_BILLS: [("R-201", "invoice", "Hausverwaltung Nord GmbH", 47600), ("R-205", "invoice", "Hausverwaltung Nord GmbH", 47600),
                  ("R-206", "invoice", "Bistro Anker", 11900)],
         "SELECT d.number, k.number FROM document d JOIN contract k ON k.id = d.contract_id ORDER BY 1":
            [("R-201", "HM-7"), ("R-205", "HM-7")],
         "SELECT paid_on, amount_minor FROM payment": [("2026-02-09", 47600)]},
    ),
    "yoga_studio.ods": (
        {"customers": 3},
        {"SELECT c.number, c.name, g.code, s.name FROM customer c JOIN lifecycle_stage g ON g.id = c.stage_id JOIN source s "
         "ON s.id = c.source_id ORDER BY 1": [("Y-001", "Anja Berg", "regular", "Flyer"),
            ("Y-002", "Ralf Thiel", "prospect", "Empfehlung"), ("Y-003", "Nuray Kaya", "customer", "Flyer")],
         "SELECT t.name FROM tag t ORDER BY 1": [("Früh",), ("Yin",)]},
    ),
}  # fmt: skip


@pytest.fixture
def page(window, qtbot) -> ImportPage:
    window.import_file()
    found = window.findChild(ImportPage)
    qtbot.waitUntil(found.isVisible)
    return found


def _press_on(qtbot, page, until):
    """Press the button that goes on until a step is shown, as someone does who changes nothing."""
    for _press in range(4):
        qtbot.waitUntil(lambda: page._job is None and not jobs.busy(), timeout=30_000)
        if page._shown == until:
            return
        assert page.next_button.isEnabled()
        qtbot.mouseClick(page.next_button, Qt.MouseButton.LeftButton)
    raise AssertionError("The import stopped before its end")


@pytest.mark.parametrize("name", EXPECTED)
def test_an_owner_presses_on_and_it_comes_out_right(page, qtbot, name):
    made, questions = EXPECTED[name]
    before = dumping.text(business=True)
    page.open_file(_OWNERS / name)
    qtbot.waitUntil(lambda: page._job is None and not jobs.busy(), timeout=30_000)
    assert page._shown in (LOOK, MATCH)
    _press_on(qtbot, page, CHECK)
    assert dumping.text(business=True) == before
    _press_on(qtbot, page, DONE)
    assert dict(page._result.outcome.created) == made
    for question, answer in questions.items():
        assert db.query(question) == answer
    importing.undo(importing.imports(1)[0].id)
    assert dumping.text(business=True) == before
