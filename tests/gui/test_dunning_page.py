"""Late payers in the window: proposals, the letter at the side, holds, making, printing, saving, giving out; settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from crm_desktop.billing import drafts, dunning, dunning_letters, dunning_levels, interest, invoices
from crm_desktop.billing.document import DraftLine
from crm_desktop.core import dates
from crm_desktop.db import history
from crm_desktop.gui import jobs
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.pages.dunning_page import DunningPage
from crm_desktop.gui.widgets import dialogs
from tests.gui.hands import add_customer, fill_company, wait_for_jobs

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with dates.freeze(TODAY):
        yield


def late(name: str, *days: int) -> int:
    """A customer with invoices that are so many days late."""
    customer_id = add_customer(name)
    for place, number in enumerate(days, start=1):
        due = TODAY - timedelta(days=number)
        with dates.freeze(due - timedelta(days=14)):
            lines = (DraftLine(name="Chair", price=Decimal(100 * place), rate=Decimal(19)),)
            invoices.issue_draft(replace(drafts.begin(customer_id), lines=lines, due_on=due))
    return customer_id


@pytest.fixture
def page(window: MainWindow) -> DunningPage:
    """The page with three late customers, one of them with two invoices."""
    fill_company()
    for name, days in (("Cafe Ostwind", (40, 9)), ("Hotel Alster", (25,)), ("Salon Blau", (10,))):
        late(name, *days)
    window.pages.go("dunning", {"view": "waiting"})
    found = window.pages.page()
    assert isinstance(found, DunningPage)
    found.tell_sums()
    wait_for_jobs()
    return found


def rows(page: DunningPage) -> list[tuple[str, str]]:
    return [(row.name, row.what) for row in page.rows(list(page.model.ids))]


def test_the_latest_payer_comes_first_with_the_level_that_was_reached(page: DunningPage) -> None:
    assert rows(page) == [
        ("Cafe Ostwind", "Last reminder"),
        ("Hotel Alster", "Second reminder"),
        ("Salon Blau", "First reminder"),
    ]
    assert page.new_button.text() == "Make 3 letters"
    assert page.pane.shown.name == "Cafe Ostwind"
    assert page.pane.preview.view.pages() == 1


def test_all_letters_are_made_in_one_go_and_wait_to_be_sent(page: DunningPage) -> None:
    page.primary()
    wait_for_jobs()
    assert len(dunning_letters.letters(unsent=True)) == 3
    assert page._view == "unsent"
    page.tell_sums()
    assert page.new_button.text() == "Print 3 letters"
    history.undo(history.next_undo() or 0)
    assert dunning_letters.letters() == []


def test_who_is_left_out_this_time_gets_no_letter(page: DunningPage) -> None:
    page.pane.leave_button.click()
    page.tell_sums()
    assert page.new_button.text() == "Make 2 letters"
    page.primary()
    wait_for_jobs()
    assert sorted(letter.customer for letter in dunning_letters.letters()) == ["Hotel Alster", "Salon Blau"]


def test_another_level_can_be_chosen_and_one_letter_made(page: DunningPage) -> None:
    page.table.select_id(page.model.ids[2])
    page._fill_pane()
    page.pane.level.input.set_value(3)
    page.pane.level.input.edited.emit()
    wait_for_jobs()
    page.pane.make_button.click()
    wait_for_jobs()
    (letter,) = dunning_letters.letters()
    assert (letter.customer, letter.level_name) == ("Salon Blau", "Last reminder")


def test_one_invoice_can_be_left_out_of_a_letter(page: DunningPage) -> None:
    item = page.pane.shown.proposal.items[0]
    page.pane._leave_out(item.document_id)
    wait_for_jobs()
    assert item.number not in page.pane.shown.invoices
    page.pane._leave_out(0)
    assert item.number in page.pane.shown.invoices


def test_a_choice_that_cannot_be_any_more_is_dropped(page: DunningPage) -> None:
    everything = page.pane.shown.proposal.items
    for item in everything:
        page.pane._leave_out(item.document_id)
    assert page.pane.shown.choice.leave_out == frozenset()
    dunning_levels.keep_usual()
    page.pane.level.input.set_value(2)
    page.pane._level_chosen()
    dunning_levels.remove(2)
    page.refresh()
    assert [name for name, _what in rows(page)] == ["Cafe Ostwind", "Hotel Alster", "Salon Blau"]


def test_a_hold_asks_for_its_reason_and_can_be_ended(page: DunningPage, answers: list) -> None:
    def fill(dialog: dialogs.Dialog) -> str:
        dialog.form.put("text", "Pays by instalments")
        return "act"

    answers.append(fill)
    page.pane._fill_menu()
    next(act for act in page.pane._menu.actions() if act.text() == "Send no reminders…").trigger()
    page.refresh()
    assert len(rows(page)) == 2
    page.activate(view="held")
    page._fill_pane()
    assert page.pane._reason.text() == "Pays by instalments"
    page.pane._fill_menu()
    next(act for act in page.pane._menu.actions() if act.text() == "Send reminders again").trigger()
    assert len(dunning.waiting()) == 3


def test_printing_marks_letters_as_given_out(page: DunningPage, monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[bytes] = []
    monkeypatch.setattr(dialogs, "has_printer", lambda: True)
    monkeypatch.setattr(dialogs, "print_pdf", lambda content, _title: printed.append(content) or "printed")
    page.primary()
    wait_for_jobs()
    page.primary()
    wait_for_jobs()
    assert printed[0].startswith(b"%PDF")
    assert dunning_letters.letters(unsent=True) == []
    assert page.counts() == {"waiting": 0, "held": 0, "unsent": 0, "sent": 3}


def test_letters_are_saved_into_a_folder(page: DunningPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a, **_o: str(tmp_path))
    page.primary()
    wait_for_jobs()
    page._save()
    wait_for_jobs()
    assert len(list(tmp_path.glob("RM-2026-*.pdf"))) == 3


def test_a_letter_can_be_taken_back(page: DunningPage) -> None:
    page.pane.make_button.click()
    wait_for_jobs()
    page._fill_pane()
    page.pane._take_back(page.pane.shown.letter.id)
    assert len(dunning.waiting()) == 3


def test_fees_that_were_paid_are_booked(page: DunningPage, answers: list) -> None:
    dunning_levels.save(replace(dunning_levels.get(3), fee_minor=700))
    (letter_id,) = dunning_letters.make_letters([dunning_letters.Choice(dunning.waiting()[0].customer_id, "EUR")])

    def fill(dialog: dialogs.Dialog) -> str:
        dialog.form.put("amount", Decimal(7))
        dialog.form.put("paid_on", TODAY)
        return "act"

    answers.append(fill)
    page.pane._charges(letter_id)
    assert dunning_letters.charges_left_minor(dunning_letters.get(letter_id)) == 0


def test_today_leads_to_the_page(page: DunningPage, window: MainWindow) -> None:
    window.pages.go("today")
    today = window.pages.page()
    task = next(task for task in today.list.tasks._rows if getattr(task, "kind", "") == "dunning")
    assert task.title == "Remind 3 customers of their payments"
    today.pane.show_task(task)
    today.pane.do()
    assert window.pages.key() == "dunning"


def test_nobody_to_remind_says_so(window: MainWindow) -> None:
    window.pages.go("dunning", {"view": "waiting"})
    found = window.pages.page()
    assert found.empty.isVisible()
    assert not found.new_button.isVisible()


@pytest.mark.parametrize("kind", ["pdf", "xlsx"])
def test_a_statement_is_saved_from_the_card(
    kind: str,
    *,
    qtbot: QtBot,
    page: DunningPage,
    window: MainWindow,
    answers: list,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fill(dialog: dialogs.Dialog) -> str:
        dialog.form.put("kind", kind)
        return "act"

    out = tmp_path / f"statement.{kind}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_o: (str(out), ""))
    window.pages.go("customer", {"id": page.pane.shown.customer_id})
    answers.append(fill)
    card = window.pages.page()
    card._fill_menu()
    next(act for act in card._menu.actions() if act.text() == "Account statement…").trigger()
    qtbot.waitUntil(lambda: not jobs.busy(), timeout=30_000)  # what writes workbooks is loaded now
    assert out.read_bytes()[:2] == {"pdf": b"%P", "xlsx": b"PK"}[kind]


def test_an_invoice_is_left_out_from_its_own_menu(page: DunningPage, window: MainWindow, answers: list) -> None:
    def fill(dialog: dialogs.Dialog) -> str:
        dialog.form.put("text", "Disputed")
        return "act"

    item = page.pane.shown.proposal.items[0]
    window.pages.go("invoices", {"select": item.document_id})
    wait_for_jobs()
    pane = window.pages.page().pane
    pane.show_document(item.document_id)
    pane._fill_menu()
    answers.append(fill)
    next(act for act in pane._menu.actions() if act.text() == "Leave out of reminders…").trigger()
    assert dunning.hold_of(item.document_id) == "Disputed"
    assert ("No reminders", "Disputed") in pane._told(invoices.get(item.document_id))


# ---- settings ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def section(window: MainWindow):
    """The section of the settings."""
    window.pages.go("settings", {"section": "dunning"})
    return window.pages.page().sections["dunning"]


def test_a_level_is_edited_and_its_texts_too(section, answers: list) -> None:
    def level(dialog: dialogs.Dialog) -> str:
        dialog.form.put("days", Decimal(10))
        dialog.form.put("fee_minor", 250)
        dialog.form.put("with_interest", True)
        dialog.form.put("language", "de")
        return "act"

    def texts(dialog: dialogs.Dialog) -> str:
        dialog.form.put("body", "Bitte zahlen Sie {amount}.")
        return "act"

    answers += [level, texts]
    section.levels.press(0)
    found = dunning_levels.get(1)
    assert (found.days, found.fee_minor, found.with_interest) == (10, 250, True)
    assert found.texts["de"].body == "Bitte zahlen Sie {amount}."
    assert found.texts["de"].title == ""


def test_levels_are_added_and_deleted(section, answers: list) -> None:
    section.note.click()
    section.add.click()
    assert [level.days for level in dunning_levels.levels()] == [-3, 7, 21, 35, 49]
    assert not section.note.isVisible()
    answers.append("remove")
    section.levels.press(0)
    assert [level.days for level in dunning_levels.levels()] == [7, 21, 35, 49]


def test_interest_rates_are_kept_with_their_day(section, answers: list) -> None:
    def fill(dialog: dialogs.Dialog) -> str:
        for name, value in (
            ("from_on", date(2026, 7, 1)),
            ("private_bp", Decimal("6.27")),
            ("business_bp", Decimal(10)),
        ):
            dialog.form.put(name, value)
        return "act"

    answers += [fill, "remove"]
    section.add_rate.click()
    assert [(r.from_on, r.private_bp, r.business_bp) for r in interest.rates()] == [(date(2026, 7, 1), 627, 1000)]
    section.rates.press(0)
    assert interest.rates() == []
