"""Today in the window: what needs a hand, prepared; do, later, done by mouse and keys."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel

from crm_desktop.activity import reminders, timeline
from crm_desktop.core import dates
from crm_desktop.gui.parts.today_kinds import act_name
from crm_desktop.gui.parts.today_pane import later_days
from crm_desktop.insight import today
from crm_desktop.insight.task import Task
from crm_desktop.outreach import mails
from crm_desktop.outreach.letters import Letter
from crm_desktop.safety import undo
from crm_desktop.sales import contracts
from tests.gui.hands import add_customer, fill_company, issue

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _frozen():
    with dates.freeze(TODAY):
        yield


@pytest.fixture
def page(window, qtbot):
    """Today over a company that may issue invoices."""
    fill_company()
    return _entered(window, qtbot)


def _entered(window, qtbot):
    window.show_page("today")
    found = window.pages.page()
    found.activate()
    qtbot.wait(20)
    return found


def _titles(page) -> list[str]:
    return [page.list.tasks.task(place).title for place in page.list.tasks.places()]


@pytest.fixture
def late_invoice(page, window, qtbot):
    """An invoice that is 12 days late, of a customer with an e-mail address."""
    buyer = add_customer("Cafe Ostwind", email="mehmet@ostwind.example", language="en")
    with dates.freeze(date(2026, 10, 29)):
        document = issue(buyer, price="100")
    _entered(window, qtbot)
    return document


def test_a_new_business_sees_its_first_steps_and_nothing_due(window, qtbot):
    page = _entered(window, qtbot)
    assert page.empty.isVisible()
    assert page.steps.isVisible()
    assert not page.pane.isVisible()
    qtbot.mouseClick(page.steps.findChildren(type(page._add))[0], Qt.MouseButton.LeftButton)
    assert not page.steps.isVisible()
    page.refresh()
    assert not page.steps.isVisible()


def test_a_first_step_leads_to_its_page(window, qtbot):
    page = _entered(window, qtbot)
    step = next(s for s in page.steps.findChildren(type(page.steps.first())) if s.text() == "Fill in your company")
    qtbot.mouseClick(step, Qt.MouseButton.LeftButton)
    assert window.pages.key() == "settings"


def test_nothing_due_names_what_comes_next(page, window, qtbot):
    reminders.save("Fair", date(2026, 12, 24))
    page = _entered(window, qtbot)
    assert page.empty.isVisible()
    assert page.empty._line.text() == "Next: 24 Dec, Fair"


def test_an_overdue_invoice_comes_first_with_its_letter_prepared(late_invoice, window):
    page = window.pages.page()
    assert _titles(page) == [f"Cafe Ostwind has not paid {late_invoice.number}"]
    text = page.pane._text.value()
    assert late_invoice.number in text
    assert "€119.00" in text
    assert "4 December 2026" in text


def test_enter_opens_the_mail_program_and_writes_it_down(late_invoice, window, qtbot, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    page = window.pages.page()
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert opened[0].startswith("mailto:mehmet@ostwind.example?subject=Invoice")
    entry = timeline.latest(late_invoice.customer_id)[0]
    assert entry.kind == "email"
    assert late_invoice.number in entry.body
    assert "mail program" in window.toast.text


def test_without_an_address_the_text_is_copied(page, window, qtbot):
    from PySide6.QtGui import QGuiApplication

    with dates.freeze(date(2026, 10, 1)):
        issue(add_customer("Kanzlei Reimers"))
    page = _entered(window, qtbot)
    button = page.pane._acts.itemAt(0).widget()
    assert button.text() == "Copy text"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "Kind regards" in QGuiApplication.clipboard().text()


def test_d_ticks_off_and_undo_brings_it_back(page, window, qtbot):
    reminders.save("Ring up", TODAY)
    page = _entered(window, qtbot)
    qtbot.keyClick(page.list, Qt.Key.Key_D)
    assert _titles(page) == []
    assert window.toast.text == "Done: Ring up"
    undo.undo_last()
    page.refresh()
    assert _titles(page) == ["Ring up"]


def test_later_moves_the_day(page, window, qtbot):
    number = reminders.save("Ring up", TODAY)
    page = _entered(window, qtbot)
    page._later_on(date(2026, 12, 7))
    assert _titles(page) == []
    assert reminders.get(number).due_on == date(2026, 12, 7)
    assert reminders.get(number).snoozes == 1


def test_s_offers_days_and_a_day_of_ones_own(page, window, qtbot, answers):
    number = reminders.save("Ring up", TODAY)
    page = _entered(window, qtbot)
    qtbot.keyClick(page.list, Qt.Key.Key_S)
    words = [act.text().partition("\t")[0] for act in page.pane._menu.actions() if act.text()]
    assert words == ["Tomorrow", "Next Monday", "In a week", "In a month", "Pick a day…"]

    def fill(dialog) -> str:
        dialog.form.put("day", date(2027, 1, 8))
        return "act"

    answers.append(fill)
    page.pane._menu.actions()[-1].trigger()
    page.pane._menu.close()
    assert reminders.get(number).due_on == date(2027, 1, 8)


def test_later_never_offers_the_same_day_twice():
    days = [day for _words, day in later_days(date(2026, 11, 22))]
    assert days[0] == date(2026, 11, 23)
    assert len(days) == len(set(days)) == 3


def test_a_digit_chooses_the_task_with_that_number(page, window, qtbot):
    for title in ("One", "Two", "Three"):
        reminders.save(title, TODAY)
    page = _entered(window, qtbot)
    qtbot.keyClick(page.list, Qt.Key.Key_3)
    assert page.list.current().title == "Two"
    assert page.pane._what.text() == "Two"


def test_a_contract_to_decide_on_can_be_put_off_or_kept(page, window, qtbot):
    values = {"title": "Insurance", "direction": "expense", "payee": "Elbtal", "end_on": date(2026, 12, 31)}
    contracts.save(values | {"state": "active", "notice_count": 1, "notice_unit": "month", "renewal_months": 12})
    page = _entered(window, qtbot)
    assert _titles(page) == ["Cancel or keep: Insurance"]
    page._later_on(date(2026, 11, 27))
    assert _titles(page) == []
    with dates.freeze(date(2026, 11, 27)):
        assert [task.title for task in today.tasks()] == ["Cancel or keep: Insurance"]
        page = _entered(window, qtbot)
        assert page.pane.done_button.text() == "Keep it"
        qtbot.mouseClick(page.pane.done_button, Qt.MouseButton.LeftButton)
        assert _titles(page) == []
    with dates.freeze(date(2027, 11, 20)):
        assert [task.title for task in today.tasks()] == ["Cancel or keep: Insurance"]


def test_enter_on_a_contract_opens_it(page, window, qtbot):
    values = {"title": "Insurance", "direction": "expense", "payee": "Elbtal", "end_on": date(2026, 12, 31)}
    contracts.save(values | {"state": "active", "notice_count": 1, "notice_unit": "month", "renewal_months": 12})
    page = _entered(window, qtbot)
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert window.pages.key() == "contract"


def test_a_reminder_is_added_by_its_form(page, window, qtbot, answers):
    buyer = add_customer("Hotel Alsterblick")

    def fill(dialog) -> str:
        dialog.form.put("title", "Send samples")
        dialog.form.put("due_on", TODAY)
        dialog.form.input("due_time").setText("9.30")
        dialog.form.input("customer_id").setText("alster")
        dialog.form.input("customer_id").picked.emit(buyer)
        return "act"

    answers.append(fill)
    qtbot.mouseClick(page._add, Qt.MouseButton.LeftButton)
    (found,) = reminders.waiting()
    assert (found.title, found.due_on, f"{found.due_time:%H:%M}", found.customer) == (
        "Send samples",
        TODAY,
        "09:30",
        "Hotel Alsterblick",
    )
    assert _titles(page) == ["Send samples"]


def test_a_time_that_is_none_stands_at_its_field(page, window, qtbot, answers):
    seen = []

    def fill(dialog) -> str:
        dialog.form.put("title", "Send samples")
        dialog.form.input("due_time").setText("half past")
        dialog.allowed("act")
        seen.append(dialog.form.boxes["due_time"]._said.text())
        return ""

    answers.append(fill)
    page.new()
    assert seen == ["This is not a time of day. Write it like 9:30."]
    assert reminders.waiting() == []


def test_e_edits_and_the_bin_takes_a_reminder(page, window, qtbot, answers):
    number = reminders.save("Ring up", TODAY)
    page = _entered(window, qtbot)

    def fill(dialog) -> str:
        dialog.form.put("title", "Ring up twice")
        return "act"

    answers.append(fill)
    qtbot.keyClick(page.list, Qt.Key.Key_E)
    assert _titles(page) == ["Ring up twice"]
    page.delete()
    assert _titles(page) == []
    assert reminders.get(number).title == "Ring up twice"
    assert "bin" in window.toast.text


def test_the_figures_stand_above(late_invoice, window):
    from PySide6.QtWidgets import QWidget

    names = [w.accessibleName() for w in window.pages.page()._figures.findChildren(QWidget) if w.accessibleName()]
    assert names[0] == "Open: €119.00. 1 invoice"
    assert names[1] == "Overdue: €119.00. 1 invoice since 12 Nov"


def test_space_hides_the_pane_and_it_stays_hidden(page, window, qtbot):
    reminders.save("Ring up", TODAY)
    page = _entered(window, qtbot)
    assert page.pane.isVisible()
    qtbot.keyClick(page.list, Qt.Key.Key_Space)
    assert not page.pane.isVisible()
    page.refresh()
    assert not page.pane.isVisible()


def test_a_birthday_comes_with_a_few_words(page, window, qtbot):
    from crm_desktop.customers import customers

    customers.save(
        {
            "kind": "person",
            "first_name": "Ida",
            "last_name": "Voss",
            "birthday": date(1966, 11, 24),
            "email": "i@v.example",
        }
    )
    page = _entered(window, qtbot)
    assert _titles(page) == ["Ida Voss turns 60 today"]
    assert "Good day Ida Voss," in page.pane._text.value()
    qtbot.keyClick(page.list, Qt.Key.Key_D)
    assert _titles(page) == []


def test_mails_of_the_outbox_are_shown_with_their_state(page, window, qtbot):
    mails.queue(Letter(purpose="invoice", recipient="a@b.example", subject="Hello", body=""))
    page = _entered(window, qtbot)
    assert page.list.current().kind == "mails"
    assert {"a@b.example", "waiting"} <= {found.text() for found in page.pane.findChildren(QLabel)}
    page.pane.do()
    assert window.pages.key() == "outbox"


def test_a_line_of_another_part_needs_nothing_of_the_page(page, window, qtbot, monkeypatch):
    buyer = add_customer("Hotel Alsterblick", email="h@alster.example")
    line = Task(
        "case", "first", "Flicker in room 214", "Open for 7 days.", "visit", TODAY, customer_id=buyer,
        record="customer", record_id=buyer, words="We come on Thursday.", subject="Your lamp", facts=(("Number", "CA-1"),),
    )  # fmt: skip
    opened = []
    monkeypatch.setattr(today, "PARTS", (lambda: [line],))
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    page = _entered(window, qtbot)
    assert page.pane._text.value() == "We come on Thursday."
    assert {"Number", "CA-1", "Open for 7 days."} <= {found.text() for found in page.pane.findChildren(QLabel)}
    assert act_name(line) == "Plan visit"
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert opened[0].startswith("mailto:h@alster.example?subject=Your lamp")
    ticked = []
    monkeypatch.setitem(today.DONE, "case", ticked.append)
    qtbot.keyClick(page.list, Qt.Key.Key_D)
    assert ticked == [line]
