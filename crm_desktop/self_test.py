"""Whether this copy of the program works on this computer: the main job, in an empty folder, from spreadsheet to paper.

`--self-test` runs it; the frozen program is tried with it, since a library or a font left out shows only here.
"""

from __future__ import annotations

import logging
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from crm_desktop import APP_NAME, __version__
from crm_desktop.billing import drafts, invoices
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import customer_list
from crm_desktop.db import connection as db
from crm_desktop.db import migrate

CUSTOMERS = (
    ("Kunde", "Straße", "PLZ", "Ort", "E-Mail", "Telefon"),
    ("Łódź Lampen GmbH", "Ring 1", "01067", "Dresden", "post@lampen.example", "0351 123456"),
    ("Αθήνα Φως", "Weg 2", "10115", "Berlin", "fos@athina.example", "030 654321"),
)
COMPANY = {
    "name": "Werkstatt Licht", "street": "Hof 3", "postcode": "20095", "city": "Hamburg", "vat_id": "DE136695976",
    "account_holder": "Werkstatt Licht", "iban": "DE89370400440532013000",
}  # fmt: skip
_log = logging.getLogger(__name__)


def run() -> int:
    """Do the main job once and say of each step whether it worked; 0 when all did."""
    print(f"{APP_NAME} {__version__}")
    with tempfile.TemporaryDirectory() as folder:
        try:
            for name, step in _steps(Path(folder)):
                step()
                print(f"  {name}")
        except Exception as error:  # noqa: BLE001  (whatever is wrong, the answer is that it does not work)
            _log.exception("The self-test failed")
            print(_("The self-test failed: {reason}").format(reason=f"{type(error).__name__}: {error}"))
            return 1
        finally:
            db.close()
    print(_("Everything works."))
    return 0


def _steps(folder: Path) -> list[tuple[str, Callable[[], None]]]:
    """The steps in order, each with what it shows."""
    return [
        (_("A new data file"), lambda: _open(folder / "self-test.crm")),
        (_("A spreadsheet is read"), lambda: _import(folder / "customers.xlsx")),
        (_("An invoice is issued"), _issue),
        (_("The PDF is made, and shows its text and picture"), _look_at_the_pdf),
        (_("The e-invoice follows its form"), _look_at_the_e_invoice),
        (_("A workbook is written"), lambda: _report(folder / "journal.xlsx")),
    ]


def _open(path: Path) -> None:
    migrate.open_file(path, create=True)
    profile.set_up(country="DE", language="de", currency="EUR")
    profile.save(dict(COMPANY))


def _import(path: Path) -> None:
    from openpyxl import Workbook

    from crm_desktop.exchange import importing

    book = Workbook()
    for row in CUSTOMERS:
        book.active.append(row)
    book.save(path)
    importing.run(path, kind="customers")
    _expect(len(customer_list.ids()), len(CUSTOMERS) - 1)
    _expect([row.postcode for row in customer_list.rows(customer_list.ids(search="dresden"))], ["01067"])


def _issue() -> None:
    from crm_desktop.documents import issuing

    def sell(customer_id: int) -> Document:
        line = DraftLine(name="Pendelleuchte", quantity=Decimal(2), price=Decimal("119.50"), rate=Decimal(19))
        return invoices.issue_draft(replace(drafts.begin(customer_id), lines=(line,)), issuing.print_out)

    _expect([sell(found).totals.grand_total for found in customer_list.ids()], [Decimal("284.41")] * 2)


def _look_at_the_pdf() -> None:
    import pypdfium2

    content: bytes = db.value("SELECT content FROM document_file WHERE kind = 'pdf' ORDER BY id LIMIT 1")
    page = pypdfium2.PdfDocument(content)[0]
    text = page.get_textpage().get_text_bounded()
    for wanted in ("Werkstatt Licht", "Pendelleuchte", "284,41"):
        _expect(wanted in text, expected=True)
    _expect(page.render(scale=0.5).to_pil().width, 298)


def _look_at_the_e_invoice() -> None:
    from lxml import etree

    from crm_desktop.documents import einvoice_schema

    content: bytes = db.value("SELECT content FROM document_file WHERE kind = 'xml' ORDER BY id LIMIT 1")
    _expect(b"284.41" in content, expected=True)
    _expect(einvoice_schema.faults(etree.fromstring(content)), [])


def _report(path: Path) -> None:
    from crm_desktop.exchange import excel_reports

    excel_reports.write("journal", path)
    with zipfile.ZipFile(path) as book:
        _expect(book.testzip(), None)


def _expect(found: object, expected: object) -> None:
    """Stop where the result is another one.

    Raises:
        AssertionError: says what came instead.
    """
    if found != expected:
        raise AssertionError(f"{found!r} instead of {expected!r}")
