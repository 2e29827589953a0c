"""Backups: make, check, restore."""

from __future__ import annotations

from PySide6.QtCore import Qt

from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.gui import jobs
from crm_desktop.gui.widgets import dialogs
from crm_desktop.safety import backup, company_files, lock


def page_of(window):
    jobs.use_connection(company_files.own_connection)
    window.show_page("backup")
    return window.pages.page()


def test_a_backup_is_made_checked_and_listed(window, qtbot):
    customers.save({"company": "Ostwind"})
    page = page_of(window)
    assert page.empty.isVisibleTo(page)
    page.new_button.click()
    qtbot.waitUntil(lambda: len(page.model.ids) == 1)
    found = page.model.row_at(0).found
    assert found.verified
    assert found.counts["customers"] == 1


def test_a_restore_asks_with_the_consequence_and_keeps_what_it_replaces(window, qtbot, answers):
    customers.save({"company": "Ostwind"})
    backup.make(company_files.path())
    customers.save({"company": "Nordwind"})
    page = page_of(window)
    asked = []

    def agree(dialog):
        asked.append((dialogs.label_of(dialog), dialog.accessibleDescription()))
        return "act"

    answers.append(agree)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    folder = company_files.path().parent
    qtbot.waitUntil(lambda: any("before restore" in path.name for path in folder.iterdir()))
    assert db.value("SELECT count(*) FROM customer") == 1
    assert "Restore the backup of" in asked[0][0]
    assert "1 customer" in asked[0][1]
    assert "before restore" in asked[0][1]


def test_a_restore_that_nobody_confirms_changes_nothing(window, answers, qtbot):
    customers.save({"company": "Ostwind"})
    backup.make(company_files.path())
    customers.save({"company": "Nordwind"})
    page = page_of(window)
    answers.append("")
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert not jobs.busy()
    assert db.value("SELECT count(*) FROM customer") == 2


def test_a_changed_backup_is_marked_and_a_check_says_what_is_wrong(window, qtbot, answers):
    made = backup.make(company_files.path())
    content = bytearray(made.path.read_bytes())
    content[4096 * 3 : 4096 * 5] = b"\xff" * 8192
    made.path.write_bytes(content)
    page = page_of(window)
    assert not page.model.row_at(0).found.verified
    told = []

    def read(dialog):
        told.append(dialogs.label_of(dialog))
        return "ok"

    answers.append(read)
    page.verify(page.model.row_at(0).found)
    qtbot.waitUntil(lambda: bool(told))
    assert "is damaged" in told[0]


def test_other_pages_show_the_restored_data(window, qtbot, answers):
    customers.save({"company": "Ostwind"})
    backup.make(company_files.path())
    customers.save({"company": "Nordwind"})
    window.show_page("customers")
    page = page_of(window)
    answers.append("act")
    page.open_id(page.model.ids[0])
    qtbot.waitUntil(lambda: db.is_open() and db.value("SELECT count(*) FROM customer") == 1)
    window.show_page("customers")
    qtbot.waitUntil(lambda: len(window.pages.page().model.ids) == 1)


def test_closing_the_window_backs_up_what_changed(window):
    path = company_files.path()
    customers.save({"company": "Ostwind"})
    window.close()
    assert backup.latest(path).counts["customers"] == 1
    lock.acquire(path).release()


def test_a_backup_that_cannot_be_made_is_told_and_the_window_closes(window, answers, tmp_path):
    path = company_files.path()
    (tmp_path / "file").write_text("in the way")
    backup.choose_folder(path, tmp_path / "file")
    customers.save({"company": "Ostwind"})
    told = []

    def read(dialog):
        told.append(dialogs.label_of(dialog))
        return "ok"

    answers.append(read)
    window.close()
    assert "could not be written" in told[0]
    lock.acquire(path).release()
