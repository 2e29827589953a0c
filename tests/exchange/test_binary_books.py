"""Excel's binary workbooks are read like the others."""

from __future__ import annotations

from binary_books import write_xlsb

from crm_desktop.db import connection as db
from crm_desktop.exchange import importing


def test_a_binary_workbook_comes_in_with_its_numbers_and_texts(data_file, tmp_path):
    rows = [["Kundennr", "Firma", "PLZ", "Ort", "Umsatz"], [17.0, "Müller & Söhne GmbH", "01067", "Dresden", 1234.5],
            [18.0, "Łódź Trade", "90-001", "Łódź", 12.0]]  # fmt: skip
    path = write_xlsb(tmp_path / "kunden.xlsb", rows)
    result = importing.run(path)
    assert (result.format, result.sheet, dict(result.outcome.created)) == ("xlsb", "Kunden", {"customers": 2})
    assert db.query("SELECT number, company, postcode, city FROM customer ORDER BY id") == [
        ("17", "Müller & Söhne GmbH", "01067", "Dresden"), ("18", "Łódź Trade", "90-001", "Łódź"),
    ]  # fmt: skip
    assert db.query("SELECT value FROM custom_value ORDER BY id") == [("1234.5",), ("12",)]
