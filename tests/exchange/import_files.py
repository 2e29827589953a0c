"""Files that the tests of the import write themselves."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HEAD = ["Kundennr", "Firma", "Vorname", "Nachname", "E-Mail", "Telefon", "Straße", "PLZ", "Ort", "Geburtsdatum"]
ANNA = [
    "1", "Müller & Söhne GmbH", "Jörg", "Müller", "joerg@mueller.example", "0351 123456", "Hauptstr. 5", "01067",
    "Dresden", "03.04.1975",
]  # fmt: skip
ZOE = [
    "2", "Café Zoë", "Zoë", "O'Neill", "zoe@cafe.example", "+49 89 12 34 56", "Am Markt 1 a", "80331", "München",
    "31.12.1980",
]  # fmt: skip
BEN = ["3", "", "Ben", "Brandt", "ben@brandt.example", "0171 5550123", "Weg 7", "20095", "Hamburg", "1.2.1969"]
CUSTOMERS = [HEAD, ANNA, ZOE, BEN]


def csv_text(rows: Sequence[Sequence[Any]], delimiter: str = ";") -> str:
    """Rows as the text of a CSV file."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def write_csv(
    path: Path, rows: Sequence[Sequence[Any]] = CUSTOMERS, *, encoding: str = "utf-8", delimiter: str = ";"
) -> Path:
    """Write a CSV file."""
    path.write_bytes(csv_text(rows, delimiter).encode(encoding))
    return path


def write_xlsx(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    """Write a workbook."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path
