"""Row 5: bring in a workbook of 100,000 customers with 15 columns; and look at what it would do, without doing it.

Floor: calamine reads, texts are tidied, prepared inserts write, the search index is filled in one statement. Product:
the whole import, with mapping, checks, look-alikes and journal, in a new data file; its reader is a child process.
"""

from __future__ import annotations

import resource
import sqlite3
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from measure import CUSTOMERS, DATA, choose, peak_mb, report, timed
from sample_data import customers

HEAD = (
    "Number", "Kind", "Company", "First name", "Last name", "Street", "Postcode", "Town", "Country", "E-mail", "Phone",
    "VAT id", "Notes", "Language", "Tags",
)  # fmt: skip
COLUMNS = ", ".join(f"c{i}" for i in range(len(HEAD)))


def workbook() -> Path:
    """The workbook, made once: plain texts in one sheet, written by hand since that is quick."""
    path = DATA / f"customers-{CUSTOMERS}.xlsx"
    if path.exists():
        return path
    DATA.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
            f'"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
            f'ContentType="{office}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
            f'ContentType="{office}.worksheet+xml"/></Types>',
        )
        link = '<Relationships xmlns="{0}/relationships"><Relationship Id="r1" Type="{1}/{2}" Target="{3}"/></Relationships>'
        book.writestr("_rels/.rels", link.format(package, relations, "officeDocument", "xl/workbook.xml"))
        book.writestr(
            "xl/_rels/workbook.xml.rels", link.format(package, relations, "worksheet", "worksheets/sheet1.xml")
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="Customers" sheetId="1" r:id="r1"/>'
            "</sheets></workbook>",
        )
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{main}"><sheetData>'.encode())
            sheet.write(_row(HEAD))
            for customer in customers():
                sheet.write(_row(_cells(customer)))
            sheet.write(b"</sheetData></worksheet>")
    part.rename(path)
    return path


def _cells(customer: tuple) -> tuple[str, ...]:
    _id, number, kind, _name, company, first, last, street, postcode, city, country, email, phone, vat_id, *_ = customer
    organisation = company if kind == "organisation" else ""
    notes = f"likes {city}, ask for {first}"
    return (
        number, kind, organisation, first, last, street, postcode, city, country, email, phone, vat_id, notes, "de", "old",
    )  # fmt: skip


def _row(cells: tuple[str, ...]) -> bytes:
    inner = "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in cells)
    return f"<row>{inner}</row>".encode()


def _peak_with_child_mb() -> float:
    """This process and the largest of its children, in megabytes."""
    return peak_mb() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def floor() -> None:
    """The least that reading, tidying, writing and indexing can cost."""
    import python_calamine

    path = workbook()
    target = DATA / "import-floor.db"
    _away(target)
    raw = sqlite3.connect(target, isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute(f"CREATE TABLE customer(id INTEGER PRIMARY KEY, {COLUMNS})")
    raw.execute(f"CREATE VIRTUAL TABLE search USING fts5({COLUMNS}, content='customer', content_rowid='id')")

    def rows() -> Any:
        sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        found = iter(sheet.iter_rows())
        next(found)
        for row in found:
            yield tuple(" ".join(cell.split()) if isinstance(cell, str) else cell for cell in row)

    def bring_in() -> None:
        raw.execute("BEGIN")
        raw.executemany(f"INSERT INTO customer({COLUMNS}) VALUES({', '.join('?' * len(HEAD))})", rows())
        raw.execute("INSERT INTO search(search) VALUES('rebuild')")
        raw.execute("COMMIT")

    report(run=timed(bring_in), peak=_peak_with_child_mb())


def product() -> None:
    """Our import."""
    _import(dry_run=False, name="run")


def look() -> None:
    """Our dry run."""
    _import(dry_run=True, name="look")


def _import(*, dry_run: bool, name: str) -> None:
    from crm_desktop.company import profile
    from crm_desktop.db import migrate
    from crm_desktop.exchange import importing

    path = workbook()
    target = DATA / f"import-{name}.crm"
    _away(target)
    migrate.open_file(target, create=True)
    profile.set_up(country="DE", language="en", currency="EUR")
    done = []
    spent = timed(lambda: done.append(importing.run(path, kind="customers", dry_run=dry_run)))
    counts = done[0].as_json()
    if counts["created"].get("customers") != CUSTOMERS:
        raise SystemExit(f"Not all customers came in: {counts['created']}, first left out: {counts['skipped'][:3]}")
    report(run=spent, peak=_peak_with_child_mb())


def _away(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)


if __name__ == "__main__":
    choose(floor=floor, product=product, look=look)
