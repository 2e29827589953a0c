"""Privacy in the window: who is due, erasing with a clear question, the record of it, the years in the settings."""

from __future__ import annotations

import json
from datetime import date

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel

from crm_desktop.core import dates
from crm_desktop.customers import contacts, customers
from crm_desktop.gui import jobs
from crm_desktop.gui.parts import privacy_acts
from crm_desktop.gui.widgets.dialogs import label_of
from crm_desktop.safety import backup, company_files, erasure, keeping


@pytest.fixture
def quiet():
    with dates.freeze(date(2019, 5, 4)):
        return customers.save(
            {"kind": "person", "first_name": "Anna", "last_name": "Altmann", "email": "anna@altmann.example"}
        )


def wait(qtbot):
    qtbot.waitUntil(lambda: not jobs.busy())


def test_a_customer_without_business_is_due_and_erased_after_a_question(window, qtbot, quiet, answers):
    window.pages.go("privacy")
    page = window.pages.page()
    assert [row.name for row in page.rows(page.model.ids)] == ["Anna Altmann"]
    asked = []

    def yes(dialog):
        asked.append(label_of(dialog))
        return "act"

    answers.append(yes)
    page.open_id(page.model.ids[0])
    wait(qtbot)
    assert asked == ["Erase Anna Altmann for good?"]
    assert customers.get(quiet).name == "Erased"
    page.activate(view="done")
    assert [row.number for row in page.rows(page.model.ids)] == ["C-0001"]


def test_keeping_leaves_everything(window, quiet, answers):
    answers.append("")
    window.pages.go("privacy", {"erase": quiet})
    assert customers.get(quiet).name == "Anna Altmann"


def test_one_of_the_people_of_a_company_is_erased_alone(window, qtbot, answers):
    firm = customers.save({"company": "Werft AG"})
    for first in ("Anna", "Otto"):
        contacts.save_person(contacts.Person(customer_id=firm, first_name=first, last_name="Klein"))
    wanted = contacts.people(firm)[1].id

    def otto(dialog):
        dialog.form.load({"who": wanted}, new=True)
        return "act"

    answers += [otto, "act"]
    window.pages.go("privacy", {"erase": firm})
    wait(qtbot)
    assert [person.name for person in contacts.people(firm)] == ["Anna Klein"]
    assert customers.get(firm).name == "Werft AG"


def test_backups_that_hold_somebody_are_deleted_in_the_same_question(window, qtbot, quiet, answers):
    old = backup.make(company_files.path()).path
    asked = []

    def both(dialog):
        asked.extend(label.text() for label in dialog.findChildren(QLabel) if str(old) in label.text())
        return privacy_acts.WITH_BACKUPS

    answers.append(both)
    with dates.freeze(date(2126, 1, 1)):
        window.pages.go("privacy", {"erase": quiet})
        wait(qtbot)
    assert len(asked) == 1
    assert not old.exists()
    assert len(backup.all_backups(company_files.path())) == 1
    assert customers.get(quiet).name == "Erased"


def test_what_is_stored_is_saved_from_the_customers_page(window, qtbot, quiet, tmp_path, monkeypatch):
    target = tmp_path / "anna.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(target), "JSON (*.json)"))
    window.pages.go("customer", {"id": quiet})
    card = next(c for c in window.pages.page().findChildren(object) if type(c).__name__ == "CustomerConsent")
    assert card.isVisibleTo(window.pages.page())
    window.pages.go("privacy", {"record": quiet})
    wait(qtbot)
    assert json.loads(target.read_text())["records"]["customer"][0]["email"] == "anna@altmann.example"


def test_the_record_of_an_erasing_is_saved_as_pdf(window, quiet, tmp_path, monkeypatch):
    erasure.erase(quiet)
    target = tmp_path / "record.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(target), "PDF (*.pdf)"))
    window.pages.go("privacy", {"view": "done"})
    page = window.pages.page()
    page.open_id(page.model.ids[0])
    assert target.read_bytes().startswith(b"%PDF")


def test_the_years_are_entered_in_the_settings(window):
    window.pages.go("settings", {"section": "privacy"})
    section = window.pages.page().sections["privacy"]
    assert "UStG" in section._law.text()
    section.form.put("bill_years", 8)
    section.form.left.emit("bill_years")
    assert keeping.settings().bill_years == 8
