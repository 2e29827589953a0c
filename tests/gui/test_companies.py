"""Whose books are shown: the four ways of the first start, switching, and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from crm_desktop.company import profile
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.gui import companies, jobs
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.outreach import mails
from crm_desktop.outreach.letters import Letter
from crm_desktop.safety import backup, company_files


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch) -> None:
    """New companies are made in the test's own folder."""
    monkeypatch.setattr("crm_desktop.core.preferences.default_data_folder", lambda: tmp_path / "CRM")
    jobs.use_connection(company_files.own_connection)


@pytest.fixture
def first(qtbot) -> MainWindow:
    """The window of a computer that never ran the program."""
    made = MainWindow()
    qtbot.addWidget(made, before_close_func=lambda closing: closing.pages.restart())
    made.start()
    made.show()
    yield made
    company_files.close_data_file(make_backup=False)


def _customers(window) -> int:
    window.show_page("customers")
    return len(window.pages.page().model.ids)


def test_the_first_start_shows_the_four_ways_and_no_sidebar(first):
    assert first.pages.key() == "first_run"
    assert not first.sidebar.isVisible()


def test_starting_fresh_is_one_click_to_an_empty_company(first, tmp_path):
    page = first.pages.page()
    page.on_fresh()
    assert company_files.is_set_up()
    assert company_files.path().parent == tmp_path / "CRM"
    assert first.sidebar.isVisible()
    assert first.pages.key() != "first_run"


def test_a_spreadsheet_leads_straight_to_the_import(first, tmp_path):
    sheet = tmp_path / "Kunden.csv"
    sheet.write_text("Name;Ort\nCafé Ostwind;Hamburg\n", encoding="utf-8")
    first.pages.page().on_spreadsheet(sheet)
    assert first.pages.key() == "import"
    assert company_files.is_set_up()


def test_before_there_is_a_company_keys_do_only_what_needs_none(first, tmp_path, monkeypatch):
    sheet = tmp_path / "Kunden.csv"
    sheet.write_text("Name;Ort\nCafé Ostwind;Hamburg\n", encoding="utf-8")
    given = {command.text: command for command, _action in first._actions}
    for text in ("New reminder", "Start the &timer", "&Settings", "&Back up now", "W&ho is calling…"):
        first._run(given[text])
        assert first.pages.key() == "first_run"
    offered = {command.text for command, action in first._actions if action.isEnabled()}
    assert {"&Import…", "&Open company file…", "&Quit"} <= offered
    assert "&Settings" not in offered
    asked = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_more: asked.append(1) or (str(sheet), ""))
    first._run(given["&Import…"])
    assert asked
    assert first.pages.key() == "import", "the company is made first, then the file is read"
    assert company_files.is_set_up()
    assert next(a for c, a in first._actions if c.text == "&Settings").isEnabled()


def test_a_backup_is_restored_into_a_file_of_its_own(window, tmp_path, qtbot):
    customers.save({"company": "Café Ostwind"})
    made = backup.make(company_files.path())
    before = company_files.path()
    customers.save({"company": "Only here"})
    window.show_page("first_run")
    window.pages.page().on_restore(made.path)
    qtbot.waitUntil(lambda: company_files.path() != before)
    assert before.exists()
    assert _customers(window) == 1


def test_another_company_is_one_click_away_and_back(window, data_path, tmp_path):
    customers.save({"company": "Café Ostwind"})
    other = tmp_path / "Other.crm"
    company_files.new_data_file(other, country="AT", language="en", currency="EUR")
    window.start()
    assert _customers(window) == 0
    window.companies.switch(data_path)
    assert _customers(window) == 1


def test_a_file_that_is_none_is_told_and_the_company_stays_open(window, data_path, tmp_path, answers):
    wrong = tmp_path / "wrong.crm"
    wrong.write_text("this is no data file")
    told = []
    answers.append(lambda dialog: told.append(dialog.windowTitle()) or "ok")
    window.companies.switch(wrong)
    assert told
    assert company_files.path() == data_path


def test_the_first_page_can_be_left_again(window, qtbot):
    window.new_company()
    assert window.pages.key() == "first_run"
    qtbot.keyClick(window.pages.page(), Qt.Key.Key_Escape)
    assert window.pages.key() != "first_run"
    assert window.sidebar.isVisible()


def test_the_sample_company_says_that_it_is_one(window, monkeypatch, tmp_path, qtbot):
    def make(path: Path, _progress: object) -> Path:
        company_files.new_data_file(path, country="DE", language="en", currency="EUR", is_sample=True)
        company_files.close_data_file(make_backup=False)
        return path

    monkeypatch.setattr(companies, "_make_sample", make)
    window.show_page("first_run")
    window.pages.page().on_sample()
    qtbot.waitUntil(lambda: not window.sample.isHidden())
    assert profile.load().is_sample
    assert window.sample._sentence.text() == "Sample data: nothing here is yours."


def test_a_sample_that_cannot_be_made_leaves_the_company_as_it_was(window, data_path, monkeypatch, qtbot, answers):
    def fail(_path: Path, _progress: object) -> Path:
        raise OSError("no room")

    answers.append("close")
    monkeypatch.setattr(companies, "_make_sample", fail)
    window.show_page("first_run")
    window.pages.page().on_sample()
    qtbot.waitUntil(lambda: company_files.is_open() and company_files.path() == data_path)
    assert window.pages.key() != "first_run"


def test_mails_that_were_on_their_way_in_a_crash_are_named(data_file, qtbot):
    mail_id = mails.queue(Letter(purpose="invoice", recipient="a@b.example", subject="Hello", body=""))
    with db.transaction():
        db.update("mail", mail_id, {"state": "sending"})
    db.close()
    company_files.open_data_file(data_file)
    window = MainWindow()
    qtbot.addWidget(window, before_close_func=lambda closing: closing.pages.restart())
    window.start()
    window.show()
    said = "1 e-mail was perhaps sent when the program ended. Look into the outbox."
    qtbot.waitUntil(lambda: window.toast.text == said)
    assert mails.get(mail_id).state == "unsure"
    company_files.close_data_file(make_backup=False)
