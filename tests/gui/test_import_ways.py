"""The import in the window as a stranger meets it: pasting, sheets that are chosen, one step back, being stopped."""

from __future__ import annotations

import base64
import io
from datetime import date
from types import SimpleNamespace

import openpyxl
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl

from crm_desktop.gui.pages.import_page import CHECK, FILE, MATCH
from crm_desktop.gui.parts import import_paste, import_work
from crm_desktop.gui.parts.import_bits import Badge, Words
from crm_desktop.gui.widgets.buttons import Button
from tests.gui.hands import has_focus
from tests.gui.import_hands import choose, click, idle, open_in, owners_sheet, page_of_import  # noqa: F401


def test_days_that_are_doubtful_in_several_columns_are_asked_about_once(page, qtbot, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Name;Geburtsdatum;Letzter Besuch\r\nAnna Alt;03/04/1975;05/06/2026\r\n", encoding="utf-8")
    open_in(qtbot, page, path)
    assert page.match._asked.count() == 1
    asked = page.match._asked.itemAt(0).widget()
    assert asked.buttons["dmy"].isChecked()
    click(qtbot, asked.buttons["mdy"])
    idle(qtbot, page)
    assert asked.buttons["mdy"].isChecked()
    assert not asked.buttons["dmy"].isChecked()
    page.primary()
    idle(qtbot, page)
    told = [line.reason for line in page.check.notes_table.lines()]
    assert len(told) == 2
    assert all(text.startswith("Assumed: The month. “0") for text in told)


def test_what_the_sheet_holds_is_chosen_and_what_lacks_is_named_on_the_spot(page, qtbot, tmp_path):
    path = tmp_path / "jobs.csv"
    path.write_text("Customer;Work;Delivered\r\nAnna Alt;Hedge;13/04/2026\r\n", encoding="utf-8")
    open_in(qtbot, page, path)
    choose(qtbot, page.match.kind, "invoices")
    page.match.kind.left.emit()
    idle(qtbot, page)
    assert page._shown == MATCH
    assert page.match._rows[0].box.value() == "customer", "what is known stays"
    assert page.promise.text() == "Say which column holds the invoice number, its date and the customer."
    assert not page.next_button.isEnabled()
    choose(qtbot, page.match._rows[1].box, "number")
    choose(qtbot, page.match._rows[2].box, "issue_date")
    assert page.next_button.isEnabled()


def test_the_look_shows_cells_as_written_and_what_is_left_out(page, qtbot, sheet):
    book = openpyxl.load_workbook(sheet)
    book.active["G4"], book.active["H4"] = date(1971, 4, 3), 12.5
    book.active.row_dimensions[5].hidden = True
    book.save(sheet)
    open_in(qtbot, page, sheet)
    model = page.look.table.model()
    assert [model.index(3, at).data() for at in (6, 7)] == ["3 Apr 1971", "12.5"]
    grey, plain = (model.index(row, 0).data(Qt.ItemDataRole.ForegroundRole) for row in (4, 3))
    assert grey != plain
    assert "Hidden in the workbook" in model.index(4, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "Left out: A line of totals" in model.index(5, 0).data(Qt.ItemDataRole.ToolTipRole)
    header = page.look.table.horizontalHeader()
    assert header.sectionSize(3) > header.sectionSize(7), "as wide as what stands in it"


def test_rows_copied_in_a_spreadsheet_are_pasted(page, qtbot, monkeypatch):
    copied = QMimeData()
    monkeypatch.setattr(import_paste.QGuiApplication, "clipboard", lambda: SimpleNamespace(mimeData=lambda: copied))
    click(qtbot, page.file.paste_button)
    assert page.file.trouble.text().startswith("No rows were copied.")
    copied.setText("Firma\tOrt\nMüller GmbH\tKöln\nOst, West\tBonn\n")
    page._paste()
    idle(qtbot, page)
    folder = page._opened.source.path.parent
    assert page._shown == MATCH
    assert page.match._about.text() == "Copied rows.tsv, heading in row 1, 2 rows"
    page._close()
    idle(qtbot, page)
    assert not folder.exists(), "the rows do not stay on the disk"


def test_a_copied_file_is_taken_by_pasting(page, qtbot, sheet, monkeypatch):
    copied = QMimeData()
    copied.setUrls([QUrl.fromLocalFile(str(sheet))])
    monkeypatch.setattr(import_paste.QGuiApplication, "clipboard", lambda: SimpleNamespace(mimeData=lambda: copied))
    page._paste()
    idle(qtbot, page)
    assert page._opened.source.path == sheet


def test_the_photo_of_a_card_is_shown_as_a_picture(page, qtbot, tmp_path):
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "JPEG")
    photo = base64.b64encode(content.getvalue()).decode()
    lines = ["BEGIN:VCARD", "VERSION:3.0", "N:Foto;Anna", f"PHOTO;ENCODING=b;TYPE=JPEG:{photo}", "END:VCARD", ""]
    path = tmp_path / "card.vcf"
    path.write_text("\r\n".join(lines))
    open_in(qtbot, page, path)
    shown = [words.text() for words in page.match._table.findChildren(Words)]
    assert shown[-4:-2] == ["Photo", "A picture"]
    assert not page.match._table.findChildren(Badge), "a card has no columns A, B, C"
    assert page.match.sample.text() == "The first row becomes: Anna · Foto · A picture"


def test_escape_goes_one_step_back_and_keeps_what_was_chosen(window, page, qtbot, sheet):
    open_in(qtbot, page, sheet)
    index = next(c.column.index for c in page.match.matching.choices if c.column.label == "Kat")
    choose(qtbot, page.match._rows[index].box, "tags")
    page.primary()
    idle(qtbot, page)
    assert page._shown == CHECK
    page._escape()
    assert page._shown == MATCH
    assert page.match._rows[index].box.value() == "tags"
    page._escape()
    page._escape()
    assert page._shown == FILE
    page._escape()
    assert window.pages.key() != "import"


def test_a_stopped_import_says_that_nothing_came_in_and_can_be_pressed_again(page, qtbot, sheet, monkeypatch):
    def stopped(_opened, _brought, progress):
        progress.cancel()
        progress.check()

    monkeypatch.setattr(import_work, "carry_out", stopped)
    open_in(qtbot, page, sheet)
    page.primary()
    idle(qtbot, page)
    with qtbot.waitSignal(page.toast) as told:
        page.primary()
    assert told.args[0] == "Stopped. Nothing was imported."
    assert page._shown == CHECK
    assert page.next_button.isEnabled()
    assert has_focus(page.next_button)


def test_the_other_tables_of_the_workbook_are_offered(page, qtbot, sheet):
    book = openpyxl.load_workbook(sheet)
    for name, rows in (
        ("Rechnungen", [["Rechnungsnr", "Rechnungsdatum", "Kunde", "Brutto"], ["17", "3.4.2026", "0017", "119,00"]]),
        ("Notizen", [["anrufen!"], ["Steuer machen"]]),
    ):
        made = book.create_sheet(name)
        for row in rows:
            made.append(row)
    book.save(sheet)
    page.open_file(sheet, "Kunden")
    idle(qtbot, page)
    for _step in range(2):
        page.primary()
        idle(qtbot, page)
    offered = page.done.sheets.findChildren(Button)
    assert [button.text() for button in offered] == ["Import the sheet “Rechnungen” as well"]
    click(qtbot, offered[0])
    idle(qtbot, page)
    assert page.head.title.text() == "Import invoices"
    for _step in range(2):
        page.primary()
        idle(qtbot, page)
    assert "1 invoice" in page.done.heading.text()
    assert not page.done.sheets.isVisible()
