"""The import in the window: a few clicks from a spreadsheet to customers, and one back."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog

from crm_desktop.customers import customer_list, customers
from crm_desktop.exchange import importing
from crm_desktop.gui.pages import import_page
from crm_desktop.gui.pages.import_page import CHECK, DONE, FILE, LOOK, MATCH, ImportPage
from crm_desktop.safety import backup, company_files
from tests.gui.import_hands import choose, click, idle, open_in, owners_sheet, page_of_import  # noqa: F401


def _names():
    return [customers.get(i).name for i in customer_list.ids()]


def test_from_the_spreadsheet_to_customers_in_four_clicks(window, page, qtbot, sheet, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_options: (str(sheet), ""))
    click(qtbot, page.file.button)
    idle(qtbot, page)
    assert page._shown == MATCH
    assert page.next_button.text() == "Check 3 rows"
    click(qtbot, page.next_button)
    idle(qtbot, page)
    assert page._shown == CHECK
    assert page.next_button.text() == "Import 2 rows"
    assert _names() == []
    click(qtbot, page.next_button)
    idle(qtbot, page)
    assert page._shown == DONE
    assert page.done.heading.text() == "2 customers imported"
    assert _names() == ["Hotel Alsterblick GmbH", "Jonas Petersen"]
    assert backup.all_backups(company_files.path())
    click(qtbot, page.done.show_button)
    assert window.findChild(ImportPage).isVisible() is False


def test_one_column_of_any_text_is_asked_about_and_not_imported(page, qtbot, tmp_path):
    path = tmp_path / "text.xlsx"
    path.write_text("hello\n", encoding="utf-8")
    open_in(qtbot, page, path)
    assert page._shown == LOOK
    assert "“hello” does not look like a name or an e-mail address" in page.look.trouble.text()
    page.primary()
    assert not page.next_button.isEnabled()


def test_the_import_is_undone_on_the_last_page(page, qtbot, sheet):
    open_in(qtbot, page, sheet)
    page.primary()
    idle(qtbot, page)
    page.primary()
    idle(qtbot, page)
    assert len(_names()) == 2
    click(qtbot, page.done.undo_button)
    idle(qtbot, page)
    assert _names() == []
    assert page.done.heading.text() == "The import is taken back"


def test_the_check_shows_what_is_left_out_and_why(page, qtbot, sheet):
    open_in(qtbot, page, sheet)
    page.primary()
    idle(qtbot, page)
    assert page.check.new.accessibleName().startswith("2 new customers")
    assert page.check.notes.accessibleName().startswith("2 want a look")
    shown = [page.check.notes_table.model.row_at(at) for at in range(2)]
    assert [(line.row, line.value, line.reason) for line in shown] == [
        (5, "31.02.58", "This is not a date; left empty"),
        (6, "Summe · 2", "Left out: A line of totals"),
    ]


def test_the_rows_that_want_a_look_are_saved_as_a_workbook(page, qtbot, sheet, tmp_path, monkeypatch):
    open_in(qtbot, page, sheet)
    page.primary()
    idle(qtbot, page)
    target = tmp_path / "to mend.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_options: (str(target), ""))
    assert page.save_button.text() == "Save the 1 row as Excel"
    click(qtbot, page.save_button)
    idle(qtbot, page)
    rows = list(openpyxl.load_workbook(target).active.iter_rows(values_only=True))
    assert rows[0][:3] == ("Kd.-Nr.", "Firma", "Name, Vorname")
    assert [(row[0], row[-1]) for row in rows[1:]] == [("0018", "Geb.: This is not a date; left empty")]


def test_a_second_import_shows_the_changes_with_old_and_new(page, qtbot, sheet, tmp_path):
    for path, street in ((sheet, ""), (tmp_path / "neu.xlsx", "Neue Allee 3, 01067 Dresden")):
        if street:
            book = openpyxl.load_workbook(sheet)
            book.active["D5"] = street
            book.save(path)
        open_in(qtbot, page, path)
        page.primary()
        idle(qtbot, page)
        if not street:
            page.primary()
            idle(qtbot, page)
    assert page.check.changed.accessibleName().startswith("1 update")
    click(qtbot, page.check.changed)
    line = page.check.changes_table.model.row_at(0)
    assert (line.record, line.column, line.old, line.new) == ("Jonas Petersen", "Street", "Allee 3", "Neue Allee 3")


def test_the_columns_of_a_known_layout_are_remembered(page, qtbot, sheet):
    open_in(qtbot, page, sheet)
    page.primary()
    idle(qtbot, page)
    page.primary()
    idle(qtbot, page)
    open_in(qtbot, page, sheet)
    assert page.match._remembered.text() == "Same layout as your last import today"
    assert page.match.sample.text().startswith("The first row becomes: 0017")
    page.match.show_file(page._opened, page.match.matching)
    assert page.match.sample.text() == "", "what the row before became is not shown for another file"


def test_a_column_can_go_elsewhere_and_the_sample_follows(page, qtbot, sheet):
    open_in(qtbot, page, sheet)
    sample = page.match.sample
    assert "Hotel Alsterblick GmbH" in sample.accessibleName()
    index = next(c.column.index for c in page.match.matching.choices if c.column.label == "Firma")
    choose(qtbot, page.match._rows[index].box, "notes")
    idle(qtbot, page)
    assert page.match.matching.mapping()["notes"] == "Firma"
    choose(qtbot, page.match._rows[index].box, "")
    idle(qtbot, page)
    assert "Hotel Alsterblick GmbH" not in sample.accessibleName()


def test_without_a_name_column_the_check_waits_and_says_what_is_missing(page, qtbot, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Name;Ort\r\nAnna Alt;Kiel\r\n", encoding="utf-8")
    open_in(qtbot, page, path)
    index = page.match.matching.choices[0].column.index
    choose(qtbot, page.match._rows[index].box, "")
    assert not page.next_button.isEnabled()
    assert "Say which column" in page.promise.text()


def test_a_doubtful_date_is_asked_and_the_answer_counts(page, qtbot, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Name;Geburtsdatum\r\nAnna Alt;03/04/1975\r\n", encoding="utf-8")
    open_in(qtbot, page, path)
    asked = page.match._asked.itemAt(0).widget()
    click(qtbot, asked.buttons["mdy"])
    idle(qtbot, page)
    page.primary()
    idle(qtbot, page)
    page.primary()
    idle(qtbot, page)
    assert customers.get(customer_list.ids()[0]).birthday.isoformat() == "1975-03-04"


def test_the_look_lets_headings_and_charset_be_chosen(page, qtbot, tmp_path):
    path = tmp_path / "alt.csv"
    path.write_bytes("Liste;2026\r\nFirma;Ort\r\nMüller GmbH;Köln\r\n".encode("cp1252"))
    open_in(qtbot, page, path)
    assert page._shown == LOOK
    assert page.look.charset.value() == "cp1252"
    assert page.look.header.value() == 2
    choose(qtbot, page.look.charset, "cp1250")
    idle(qtbot, page)
    assert page._opened.source.encoding == "cp1250"
    assert page._shown == LOOK
    click(qtbot, page.next_button)
    assert page._shown == MATCH
    click(qtbot, page.back_button)
    assert page._shown == LOOK


def test_a_file_that_cannot_be_read_is_refused_on_the_page_and_the_next_one_works(page, qtbot, sheet, tmp_path):
    bad = tmp_path / "liste.xlsx"
    bad.write_bytes(b"%PDF-1.4 nothing")
    open_in(qtbot, page, bad)
    assert page._shown == FILE
    assert "is a PDF" in page.file.trouble.text()
    open_in(qtbot, page, sheet)
    assert page._shown == MATCH


def test_a_file_can_be_dropped(page, qtbot, sheet):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(sheet))])
    place, act = QPointF(200, 200), Qt.DropAction.CopyAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dragEnterEvent(QDragEnterEvent(place.toPoint(), act, data, buttons, keys))
    page.dropEvent(QDropEvent(place, act, data, buttons, keys))
    idle(qtbot, page)
    assert page._shown == MATCH


def test_closing_the_page_ends_the_reading(page, qtbot, sheet):
    open_in(qtbot, page, sheet)
    child = page._opened.source._child
    page._close()
    idle(qtbot, page)
    assert not child.is_alive()


def test_every_control_of_each_step_has_a_name(page, qtbot, sheet):
    open_in(qtbot, page, sheet)
    for box in (page.match.kind, *(row.box for row in page.match._rows.values())):
        assert box.accessibleName()
    assert page.bar.accessibleName() == "3/5 Match columns"
    assert import_page.ImportPage.key == "import"


def _to_check(qtbot, page, path):
    open_in(qtbot, page, path)
    page.primary()
    idle(qtbot, page)
    assert page._shown == CHECK
    click(qtbot, page.check.changed)
    return page.check.decide


def _acts(panel):
    return [line.act for line in panel.table.lines()]


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Three rows that change customers who are there, and one that has the name of another."""
    for number, name in enumerate(("Ost GmbH", "Nord GmbH", "West GmbH", "Lux GmbH"), 1):
        customers.save({"number": str(number), "company": name, "city": "Kiel", "postcode": "1"})
    path = tmp_path / "b.csv"
    path.write_text("Nr;Firma;PLZ;Ort\n1;Ost GmbH;;Bonn\n2;Nord GmbH;;Bonn\n3;West GmbH;;Bonn\n9;Lux GmbH;22;Bonn\n")
    return path


def test_each_row_that_means_a_known_customer_can_be_decided(page, qtbot, changed):
    panel = _to_check(qtbot, page, changed)
    assert _acts(panel) == ["update", "update", "update", "new"]
    panel.table.view.select_id(2)
    click(qtbot, panel.buttons["keep"])
    idle(qtbot, page)
    assert _acts(panel) == ["update", "keep", "update", "new"]
    assert page.check.tables.currentWidget() is page.check.changes
    panel.table.view.select_id(4)
    click(qtbot, panel.buttons["update"])
    idle(qtbot, page)
    assert page.check.changed.accessibleName().startswith("3 updates")
    page.primary()
    idle(qtbot, page)
    assert [customers.get(i).city for i in (1, 2, 3, 4)] == ["Bonn", "Kiel", "Bonn", "Bonn"]
    assert len(_names()) == 4


def _choir(path):
    book = openpyxl.Workbook()
    for row in [
        ["Nr", "Name, Vorname", "Telefon", "PLZ", "Ort", "Beitrag"],
        [1, "Ahrens, Gisela", "040 7700112", "21073", "Hamburg", 60],
        [2, "Heide, Änne", "04105 556677", "21224", "Rosengarten", 60],
        [None, "ausgetreten 2025:", None, None, None, None],
        [3, "Schulze, Karin", "04131 1234", "21339", "Lüneburg", 0],
        [None, "GESAMT  3 Mitglieder", None, None, None, 120],
        [None, "!! Karin kriegt nix mehr !!", None, None, None, None],
    ]:
        book.active.append(row)
    book.save(path)
    return path


def test_rows_that_are_nobody_are_left_out_and_taken_in_when_asked(page, qtbot, tmp_path):
    open_in(qtbot, page, _choir(tmp_path / "choir.xlsx"))
    page.primary()
    idle(qtbot, page)
    left = [(line.row, line.reason) for line in page.check.notes_table.lines()]
    note = "Left out: A heading or a note, not a record"
    assert left == [(4, note), (6, "Left out: A line of totals"), (7, note)]
    click(qtbot, page.check.new)
    new = page.check.new_table
    assert new.isVisible()
    assert next((line.row, line.record, line.value) for line in new.lines()) == (
        2,
        "Gisela Ahrens",
        "Hamburg · 040 7700112",
    )
    assert len(new.lines()) == 3
    click(qtbot, page.check.notes)
    page.check.notes_table.view.select_id(1)
    click(qtbot, page.check.noted.take_in)
    idle(qtbot, page)
    assert page.check.new.accessibleName().startswith("4 new customers")
    page.check.notes_table.view.select_id(1)
    assert page.check.notes_table.lines()[0].reason == "Taken in, as you said"
    click(qtbot, page.check.noted.leave_out)
    idle(qtbot, page)
    assert page.check.new.accessibleName().startswith("3 new customers")


def test_one_decision_holds_for_all_rows_like_it(page, qtbot, changed):
    panel = _to_check(qtbot, page, changed)
    panel.table.view.select_id(1)
    click(qtbot, panel.all_like)
    click(qtbot, panel.buttons["keep"])
    idle(qtbot, page)
    assert _acts(panel) == ["keep", "keep", "keep", "new"]
    assert page.check.changed.accessibleName().startswith("0 updates")


def test_the_key_of_known_customers_is_chosen_in_the_check(page, qtbot, changed):
    panel = _to_check(qtbot, page, changed)
    choose(qtbot, panel.key, "email")
    idle(qtbot, page)
    assert [(line.case, line.act) for line in panel.table.lines()] == [("maybe", "new")] * 4
    assert page.check.new.accessibleName().startswith("4 new customers")


def test_hidden_rows_are_told_and_left_out_on_a_tick(page, qtbot, sheet):
    book = openpyxl.load_workbook(sheet)
    book.active.row_dimensions[5].hidden = True
    book.save(sheet)
    open_in(qtbot, page, sheet)
    assert page._shown == LOOK
    assert page.look.hidden.text() == "Leave out what is hidden: row 5"
    click(qtbot, page.look.hidden)
    idle(qtbot, page)
    page.primary()
    page.primary()
    idle(qtbot, page)
    assert page.check.new.accessibleName().startswith("1 new customer")


def test_what_was_paid_since_is_offered_as_a_payment(page, qtbot, tmp_path):
    head, path = ["Rechnungsnr", "Rechnungsdatum", "Kunde", "Brutto", "Status"], tmp_path / "r.csv"
    for state in ("offen", "bezahlt"):
        path.write_text("\n".join([";".join(head), f"R-1;20.12.2025;Huber;119,00;{state}"]), encoding="utf-8")
        if state == "offen":
            importing.run(path)
    open_in(qtbot, page, path)
    page.primary()
    idle(qtbot, page)
    click(qtbot, page.check.changed)
    panel = page.check.decide
    assert not panel.key.isVisible()
    assert [(line.value, line.case, line.act) for line in panel.table.lines()] == [("R-1", "paid", "update")]
    panel.table.view.select_id(1)
    click(qtbot, panel.buttons["keep"])
    idle(qtbot, page)
    assert page.next_button.text() == "Finish, nothing changes"
    panel.table.view.select_id(1)
    click(qtbot, panel.buttons["update"])
    idle(qtbot, page)
    page.primary()
    idle(qtbot, page)
    assert page.done.heading.text() == "1 invoice updated"
    assert "1 updated" not in page.done.line.text()
