"""Today in the window: what needs a hand, prepared; do, later, done by mouse and keys."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QWidget

from crm_desktop.activity import checklists, reminders, timeline, touch
from crm_desktop.activity.checklists import Checklist, Step
from crm_desktop.core import dates
from crm_desktop.gui.parts.today_kinds import act_name
from crm_desktop.gui.widgets.buttons import Button
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
    assert words == ["In an hour", "This afternoon", "Tomorrow", "Next Monday", "In a week", "Pick a day…"]

    def fill(dialog) -> str:
        dialog.form.put("day", date(2027, 1, 8))
        return "act"

    answers.append(fill)
    page.pane._menu.actions()[-1].trigger()
    page.pane._menu.close()
    assert reminders.get(number).due_on == date(2027, 1, 8)


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
        "errand", "first", "Flicker in room 214", "Open for 7 days.", "visit", TODAY, customer_id=buyer,
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
    monkeypatch.setitem(today.DONE, "errand", ticked.append)
    qtbot.keyClick(page.list, Qt.Key.Key_D)
    assert ticked == [line]


def test_the_verb_of_a_checklist_step_ticks_it_with_a_notice_that_takes_it_back(page, window, qtbot):
    buyer = add_customer("Cafe Ostwind")
    checklists.start(checklists.save(Checklist(0, "Welcome", steps=(Step("Letter"), Step("Visit", 90)))), buyer)
    page = _entered(window, qtbot)
    assert page.list.current().kind == "checklist"
    ticks = [found for found in page.pane.findChildren(Button) if found.isVisible() and found.text() == "Tick off"]
    assert len(ticks) == 1
    told = []
    page.toast.connect(lambda words, undo: told.append((words, undo)))
    ticks[0].click()
    assert (window.pages.key(), checklists.runs(buyer)[0].done) == ("today", 1)
    assert told == [("Done: Letter: Cafe Ostwind", True)]
    undo.undo_last()
    page = _entered(window, qtbot)
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert (window.pages.key(), checklists.runs(buyer)[0].done) == ("today", 1)


def _form_filled(words, **values):
    """Fill in the form of a reminder; what the preview said is kept in the list that is given back."""
    seen = []

    def fill(dialog) -> str:
        for name, value in values.items():
            dialog.form.put(name, value)
        dialog.form.input("repeats").setText(words)
        seen.append(dialog.form.input("repeats").preview.text())
        return "act"

    return fill, seen


def test_a_repetition_is_understood_while_one_types_and_kept(page, window, qtbot, answers):
    fill, seen = _form_filled("jeden letzten Freitag um 9 Uhr", title="Clean the kiln", due_on=TODAY, priority=1)
    answers.append(fill)
    qtbot.mouseClick(page._add, Qt.MouseButton.LeftButton)
    days = "Fri 27 Nov, Fri 25 Dec, Fri 29 Jan 2027, Fri 26 Feb 2027, Fri 26 Mar 2027"
    assert seen == [f"Every last Friday of the month at 09:00: {days}"]
    (task,) = today.tasks()
    assert task.reason == "Important. At 09:00. Every last Friday of the month."
    assert {"every last Friday of the month", "25 Dec"} <= {found.text() for found in page.pane.findChildren(QLabel)}
    qtbot.keyClick(page.list, Qt.Key.Key_D)
    assert [found.due_on for found in reminders.waiting()] == [date(2026, 12, 25)]
    undo.undo_last()
    assert [found.due_on for found in reminders.waiting()] == [date(2026, 11, 27)]


def test_words_that_are_no_repetition_stand_at_their_field(page, window, qtbot, answers):
    said = []

    def fill(dialog) -> str:
        dialog.form.put("title", "Kiln")
        dialog.form.input("repeats").setText("every blue moon")
        dialog.allowed("act")
        said.append(dialog.form.boxes["repeats"]._said.text())
        return ""

    answers.append(fill)
    page.new()
    assert said[0].startswith("“blue” was not understood.")
    assert reminders.waiting() == []


def test_skipping_shows_the_next_day(page, window, qtbot):
    number = reminders.save("Kiln", TODAY, repeats="every 1 week tu")
    page = _entered(window, qtbot)
    skip = next(b for b in page.pane.findChildren(Button) if b.text() == "Skip")
    qtbot.mouseClick(skip, Qt.MouseButton.LeftButton)
    assert reminders.get(number).due_on == date(2026, 12, 1)
    assert window.toast.text == "Skipped. The next one is 1 Dec"


def test_more_than_seven_of_a_kind_fold_and_open_with_enter(page, window, qtbot):
    for number in range(9):
        reminders.save(f"Late {number}", date(2026, 11, 2 + number))
    page = _entered(window, qtbot)
    assert _titles(page) == ["Late 0", "Late 1", "Late 2"]
    model = page.list.tasks
    assert model.index(0, 0).data() == "Do first 9"
    assert model.index(4, 0).data() == "6 more reminders"
    for _step in range(3):
        qtbot.keyClick(page.list, Qt.Key.Key_Down)
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert len(_titles(page)) == 9
    qtbot.mouseClick(
        page.list.viewport(), Qt.MouseButton.LeftButton, pos=page.list.visualRect(model.index(10, 0)).center()
    )
    assert len(_titles(page)) == 3


def test_several_are_done_at_once_and_one_undo_brings_them_back(page, window, qtbot):
    for title in ("One", "Two", "Three"):
        reminders.save(title, TODAY)
    page = _entered(window, qtbot)
    qtbot.keyClick(page.list, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert page.pane._name.text() == "2 chosen"
    qtbot.keyClick(page.list, Qt.Key.Key_D)
    assert window.toast.text == "Done: 2 things"
    assert len(_titles(page)) == 1
    undo.undo_last()
    page.refresh()
    assert len(_titles(page)) == 3


def test_a_silent_customer_is_called_with_one_key(page, window, qtbot, monkeypatch):
    hotel = add_customer("Hotel Alsterblick", phone="040 555 0192", email="h@alster.example")
    with dates.freeze(date(2026, 8, 24)):
        timeline.add(hotel, "call", "Talked about lamps")
    touch.keep_in_touch(hotel, 60)
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    page = _entered(window, qtbot)
    assert _titles(page) == ["Not heard from Hotel Alsterblick for 92 days"]
    assert "it has been a while" in page.pane._text.value()
    shown = {found.text() for found in page.pane.findChildren(QLabel)}
    assert "Talked about lamps" in shown
    assert page.pane.sizeHint().width() <= page.pane.width()
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert opened == ["tel:0405550192"]
    assert window.pages.key() == "customer"
    page = _entered(window, qtbot)
    qtbot.keyClick(page.list, Qt.Key.Key_C)
    assert opened == ["tel:0405550192"] * 2
    assert window.pages.key() == "customer"


def test_not_any_more_takes_the_line_away_until_it_is_undone(page, window, qtbot):
    hotel = add_customer("Hotel Alsterblick", phone="040 555 0192")
    touch.keep_in_touch(hotel, 60)
    with dates.freeze(date(2027, 2, 28)):
        page = _entered(window, qtbot)
        stop = next(b for b in page.pane.findChildren(Button) if b.text() == "Not any more")
        qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
        page.refresh()
        assert _titles(page) == []
        undo.undo_last()
        page.refresh()
        assert len(_titles(page)) == 1


def test_a_friendly_customer_gets_friendly_words(page, window, qtbot):
    from crm_desktop.customers import customers

    person = {
        "kind": "person",
        "first_name": "Ida",
        "last_name": "Voss",
        "birthday": date(1604, 11, 24),
        "tone": "friendly",
    }
    customers.save(person)
    page = _entered(window, qtbot)
    assert _titles(page) == ["Ida Voss has a birthday today"]
    assert page.pane._text.value().startswith("Hello Ida,\n\nhappy birthday")


def test_put_off_for_an_hour_it_rests_and_comes_back(page, window, qtbot):
    reminders.save("Ring up", TODAY)
    page = _entered(window, qtbot)
    qtbot.keyClick(page.list, Qt.Key.Key_S)
    page.pane._menu.actions()[0].trigger()
    page.pane._menu.close()
    assert _titles(page) == []
    assert page._waking.isActive()
    (found,) = reminders.waiting()
    with dates.freeze(datetime.combine(TODAY, found.due_time).astimezone()):
        page.refresh()
        assert _titles(page) == ["Ring up"]
