"""The calendar in the window: days by keys and mouse, reminders dragged, kinds switched, printed."""

from __future__ import annotations

from datetime import date, time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest

from crm_desktop.activity import reminders
from crm_desktop.core import dates, preferences
from crm_desktop.gui import finder, theme
from crm_desktop.gui.parts import calendar_acts, calendar_week
from crm_desktop.gui.parts.calendar_paint import _in_two
from crm_desktop.gui.section_tabs import SectionTabs
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.insight import agenda
from crm_desktop.safety import undo
from crm_desktop.sales import contracts
from tests.gui.hands import add_customer, fill_company, issue, wait_for_jobs

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _frozen():
    with dates.freeze(TODAY):
        yield


@pytest.fixture
def page(window, qtbot):
    """The calendar of a company, in November 2026."""
    fill_company()
    return _entered(window, qtbot)


def _entered(window, qtbot):
    window.show_page("calendar")
    found = window.pages.page()
    found.view.choose(TODAY)
    found.activate()
    qtbot.wait(20)
    return found


def _point(found) -> QPoint:
    return found.toPoint()


def _titles(page, day) -> list[str]:
    return [entry.title for entry in page.view.entries_of(day)]


def test_it_is_a_tab_beside_today(page, window):
    tabs = window.findChild(SectionTabs)
    assert [tabs.bar.tabText(place) for place in range(tabs.bar.count())] == ["Today", "Calendar"]
    assert page._title.text() == "November 2026"
    assert page.view.span() == (date(2026, 10, 26), date(2026, 12, 6))


@pytest.mark.parametrize(("name", "first"), [("de_DE", date(2026, 10, 26)), ("en_US", date(2026, 11, 1))])
def test_the_week_begins_where_the_owner_lives(page, window, qtbot, name, first):
    formats.use_locale(name)
    page.view.choose(TODAY)
    assert page.view.span()[0] == first


def test_arrows_pages_and_t(page, qtbot):
    keys = [
        (Qt.Key.Key_Right, date(2026, 11, 25)), (Qt.Key.Key_Down, date(2026, 12, 2)), (Qt.Key.Key_Left, date(2026, 12, 1)),
        (Qt.Key.Key_Up, date(2026, 11, 24)), (Qt.Key.Key_PageDown, date(2026, 12, 24)),
        (Qt.Key.Key_PageUp, date(2026, 11, 24)), (Qt.Key.Key_PageUp, date(2026, 10, 24)), (Qt.Key.Key_T, TODAY),
    ]  # fmt: skip
    for key, day in keys:
        qtbot.keyClick(page.view, key)
        assert page.view.day == day
    assert page._title.text() == "November 2026"


def test_the_week_is_shown_and_remembered(page, window, qtbot):
    page.how.choose("week")
    page._show_by("week")
    assert page.view.span() == (date(2026, 11, 23), date(2026, 11, 29))
    assert page._title.text() == "23 Nov – 29 Nov 2026"
    qtbot.keyClick(page.view, Qt.Key.Key_PageDown)
    assert page.view.span()[0] == date(2026, 11, 30)
    assert preferences.get("calendar/week") is True


def test_all_kinds_of_dates_stand_on_their_days(page, window, qtbot):
    hotel = add_customer("Hotel Alsterblick")
    reminders.save("Ring up", TODAY, due_time=time(15), customer_id=hotel)
    values = {"title": "Insurance", "direction": "expense", "payee": "Elbtal", "end_on": date(2026, 12, 31)}
    contracts.save(values | {"state": "active", "notice_count": 1, "notice_unit": "month", "renewal_months": 12})
    with dates.freeze(date(2026, 11, 20)):
        bill = issue(hotel)
    page = _entered(window, qtbot)
    assert _titles(page, TODAY) == ["Ring up"]
    assert _titles(page, date(2026, 11, 30)) == ["Last day to cancel: Insurance"]
    assert _titles(page, bill.due_on) == [f"{bill.number} is due"]
    page._fill_kinds()
    next(act for act in page.kinds.actions() if act.text() == "Invoices due").setChecked(False)
    assert _titles(page, bill.due_on) == []
    assert preferences.get("calendar/hidden") == ["due"]


def test_the_days_of_a_repetition_are_shown_ahead(page, window, qtbot):
    reminders.save("Kiln", TODAY, repeats="every 1 week tu at 09:00")
    page = _entered(window, qtbot)
    assert [page.view.entries_of(day)[0].to_come for day in (TODAY, date(2026, 12, 1))] == [False, True]


def test_a_reminder_is_dragged_to_another_day_and_back_by_undo(page, window, qtbot):
    number = reminders.save("Ring up", TODAY, due_time=time(15))
    page = _entered(window, qtbot)
    start, goal = _point(page.view.center_of(TODAY, 0)), _point(page.view.center_of(date(2026, 11, 26)))
    QTest.mousePress(page.view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(page.view, start + QPoint(20, 4))
    QTest.mouseMove(page.view, goal)
    QTest.mouseRelease(page.view, Qt.MouseButton.LeftButton, pos=goal)
    found = reminders.get(number)
    assert (found.due_on, found.due_time, found.snoozes) == (date(2026, 11, 26), time(15), 0)
    assert window.toast.text == "Ring up is now on 26 Nov"
    undo.undo_last()
    assert reminders.get(number).due_on == TODAY


def test_n_writes_a_reminder_on_the_chosen_day(page, qtbot, answers):
    qtbot.keyClick(page.view, Qt.Key.Key_Right)

    def fill(dialog) -> str:
        dialog.form.put("title", "Send samples")
        return "act"

    answers.append(fill)
    qtbot.keyClick(page.view, Qt.Key.Key_N)
    (found,) = reminders.waiting()
    assert found.due_on == date(2026, 11, 25)
    assert _titles(page, date(2026, 11, 25)) == ["Send samples"]


def test_enter_opens_what_stands_on_the_day(page, window, qtbot):
    hotel = add_customer("Hotel Alsterblick")
    with dates.freeze(date(2026, 11, 20)):
        bill = issue(hotel)
    page = _entered(window, qtbot)
    page.view.choose(bill.due_on)
    qtbot.keyClick(page.view, Qt.Key.Key_Return)
    assert window.pages.key() == "invoices"


def test_it_is_printed_as_one_sheet(page, window, qtbot):
    reminders.save("Ring up", TODAY)
    page = _entered(window, qtbot)
    from crm_desktop.gui.widgets import pdf_pages

    assert pdf_pages.page_count(page.as_pdf()) == 1


def test_a_folder_that_is_gone_is_told_in_a_sentence(page, monkeypatch, tmp_path):
    told = []
    monkeypatch.setattr(dialogs, "print_pdf", lambda *_: "save")
    monkeypatch.setattr(dialogs, "choose_save_file", lambda *_: tmp_path / "gone" / "November.pdf")
    monkeypatch.setattr(dialogs, "message", told.append)
    page.print_()
    assert [words.split(":")[0] for words in told] == ["“November.pdf” could not be written"]


def test_what_is_chosen_is_said_to_who_cannot_see_it(page, window, qtbot):
    reminders.save("Ring up", TODAY)
    page = _entered(window, qtbot)
    assert page.view.accessibleDescription() == "Tuesday, 24 November. 1 entry. Ring up"


def test_every_kind_has_a_colour_and_words():
    from crm_desktop.gui.pages.calendar_page import _ICONS
    from crm_desktop.gui.parts.calendar_paint import TONES

    assert set(TONES) == set(_ICONS) == set(agenda.KINDS)


def test_a_reminder_is_found_from_anywhere_and_shown_on_its_day(page, window, qtbot):
    number = reminders.save("Clean the kiln", date(2027, 1, 29))
    (hit,) = [hit for hit in finder.find("kiln") if hit.kind == "reminder"]
    assert (hit.id, hit.title) == (number, "Clean the kiln")
    window.open_record("reminder", number)
    assert window.pages.page().view.day == date(2027, 1, 29)


def test_a_new_reminder_comes_from_the_menu(page, window, qtbot, answers):
    def fill(dialog) -> str:
        dialog.form.put("title", "Send samples")
        return "act"

    hotel = add_customer("Hotel Alsterblick")
    window.open_record("customer", hotel)
    answers.append(fill)
    window.new_record("reminder")
    (found,) = reminders.waiting()
    assert (found.title, found.customer_id) == ("Send samples", hotel)
    assert window.pages.key() == "customer"


def test_a_calendar_file_goes_out_and_comes_in_after_a_look(page, window, tmp_path, monkeypatch):
    reminders.save("Ring up", TODAY)
    path = tmp_path / "work.ics"
    monkeypatch.setattr(dialogs, "choose_save_file", lambda *_a: path)
    monkeypatch.setattr(dialogs, "choose_open_file", lambda *_a: path)
    page.export()
    assert window.toast.text == "1 entry saved in work.ics"
    path.write_bytes(path.read_bytes().replace(b"SUMMARY:Ring up", b"SUMMARY:Call Anna").replace(b"reminder-1-", b"x-"))
    path.write_bytes(path.read_bytes().replace(b"@crm-desktop", b"@elsewhere"))
    calendar_acts.read(page)
    wizard = window.pages.page()
    wait_for_jobs()
    assert (window.pages.key(), wizard.steps.currentWidget()) == ("import", wizard.check)
    assert [wizard.check.notes_table.model.row_at(at).value for at in range(2)] == ["work.ics", "Call Anna"]
    assert wizard.next_button.text() == "Import 1 row"
    assert wizard.head.title.text() == "Import a calendar"
    assert wizard.head.state.text() == "work.ics · 1 appointment or task"
    wizard.primary()
    wait_for_jobs()
    assert wizard.done.heading.text() == "1 reminder imported"
    assert sorted(one.title for one in reminders.waiting()) == ["Call Anna", "Ring up"]
    wizard.done.undo_button.click()
    wait_for_jobs()
    assert [one.title for one in reminders.waiting()] == ["Ring up"]


def test_a_week_begins_at_the_right_where_one_reads_from_there(page, qtbot):
    page.view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    page.view.grab()
    monday, sunday = page.view.center_of(date(2026, 11, 23)), page.view.center_of(date(2026, 11, 29))
    assert monday.x() > sunday.x()
    assert page.view.day_at(monday) == date(2026, 11, 23)
    qtbot.keyClick(page.view, Qt.Key.Key_Left)
    assert page.view.day == date(2026, 11, 25)


# ---- the hours of a week ---------------------------------------------------------------------------------------------


@pytest.fixture
def week(page, window, qtbot):
    """The week of the calendar, with a reminder at three on Tuesday and one for the whole day."""
    reminders.save("Ring up", TODAY, due_time=time(15))
    reminders.save("Order brass", TODAY)
    page.how.choose("week")
    page._show_by("week")
    page.view.grab()
    return page


def _slot(week, day, at) -> QPoint:
    return week.view.grid().slot(day, at).center().toPoint()


def _spot(week, title) -> QPoint:
    week.view.grab()
    return next(spot for spot, entry in week.view._sheet.spots if entry.title == title).center().toPoint()


def _drag(view, start, goal):
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, start + QPoint(20, 4))
    QTest.mouseMove(view, goal)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=goal)


def test_a_week_begins_at_eight_and_shows_entries_at_their_hour(week):
    grid = week.view.grid()
    assert grid.top_of(8 * 60) == grid.hours.top()
    assert grid.slot(TODAY, time(15)).united(grid.slot(TODAY, time(15, 30))).contains(_spot(week, "Ring up").toPointF())
    assert _spot(week, "Order brass").y() < grid.hours.top()
    assert week.view.grid().place_at(grid.slot(TODAY, time(15)).center()) == (TODAY, time(15))


def test_a_reminder_is_dragged_to_another_hour_and_to_the_whole_day(week, window):
    number = reminders.find("Ring")[0].id
    _drag(week.view, _spot(week, "Ring up"), _slot(week, date(2026, 11, 26), time(10, 30)))
    found = reminders.get(number)
    assert (found.due_on, found.due_time, found.snoozes) == (date(2026, 11, 26), time(10, 30), 0)
    assert window.toast.text == "Ring up is now on 26 Nov, 10:30"
    _drag(week.view, _spot(week, "Ring up"), _slot(week, date(2026, 11, 27), None))
    assert (reminders.get(number).due_on, reminders.get(number).due_time) == (date(2026, 11, 27), None)
    undo.undo_last()
    assert reminders.get(number).due_time == time(10, 30)


def test_a_reminder_is_moved_by_keys(week, qtbot):
    number = reminders.find("Ring")[0].id
    QTest.mouseClick(week.view, Qt.MouseButton.LeftButton, pos=_spot(week, "Ring up"))
    assert week.view.hour == time(15)
    take = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Right):
        qtbot.keyClick(week.view, key, take)
    found = reminders.get(number)
    assert (found.due_on, found.due_time) == (date(2026, 11, 25), time(14))
    assert (week.view.day, week.view.hour) == (date(2026, 11, 25), time(14))
    week._show_by("month")
    qtbot.keyClick(week.view, Qt.Key.Key_Down, take)
    assert (reminders.get(number).due_on, reminders.get(number).due_time) == (date(2026, 12, 2), time(14))


def test_arrows_walk_through_the_hours_and_enter_opens_what_is_there(week, qtbot, answers):
    assert week.view.hour is None
    qtbot.keyClick(week.view, Qt.Key.Key_Up)
    assert week.view.hour is None
    for _step in range(15):
        qtbot.keyClick(week.view, Qt.Key.Key_Down)
    assert week.view.hour == time(15)
    assert "15:00. 1 entry. Ring up" in week.view.accessibleDescription()
    answers.append(lambda dialog: dialog.form.put("due_time", "16:30") or "act")
    qtbot.keyClick(week.view, Qt.Key.Key_Return)
    assert reminders.find("Ring")[0].due_time == time(16, 30)
    for _step in range(40):
        qtbot.keyClick(week.view, Qt.Key.Key_Down)
    assert week.view.hour == time(23, 30)
    assert week.view.grid().slot(TODAY, time(23, 30)).bottom() <= week.view.height()


def test_a_double_click_on_an_empty_hour_makes_a_new_one_there(week, answers):
    answers.append(lambda dialog: dialog.form.put("title", "Bring the lamp") or "act")
    place = _slot(week, date(2026, 11, 26), time(11, 30))
    QTest.mouseClick(week.view, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(week.view, Qt.MouseButton.LeftButton, pos=place)
    (found,) = reminders.find("Bring")
    assert (found.due_on, found.due_time) == (date(2026, 11, 26), time(11, 30))


def test_what_begins_together_stands_side_by_side(week, window):
    for title in ("Two", "Three"):
        reminders.save(title, TODAY, due_time=time(15, 15))
    week.refresh()
    spots = [_spot(week, title) for title in ("Ring up", "Two", "Three")]
    assert len({spot.x() for spot in spots}) == 3
    found = calendar_week.lanes(week.view.entries_of(TODAY))
    assert [(entry.title, lane, number) for entry, _long, lane, number in found] == [
        ("Ring up", 0, 3), ("Three", 1, 3), ("Two", 2, 3),
    ]  # fmt: skip


def test_a_week_by_hours_is_mirrored_and_printed(week):
    week.view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    week.view.grab()
    monday, sunday = _slot(week, date(2026, 11, 23), time(9)), _slot(week, date(2026, 11, 29), time(9))
    assert monday.x() > sunday.x()
    assert week.view.day_at(monday.toPointF()) == date(2026, 11, 23)
    from crm_desktop.gui.widgets import pdf_pages

    assert pdf_pages.page_count(week.as_pdf()) == 1


def test_long_words_get_a_second_line_in_a_month_where_the_day_has_room(page, window, qtbot):
    long = "Write down what the restaurant ordered for the winter"
    reminders.save(long, TODAY)
    reminders.save("Ring up", TODAY)
    crowded = date(2026, 11, 26)
    for number in range(8):
        reminders.save(f"{number} {long}", crowded)
    window.resize(1280, 800)
    page = _entered(window, qtbot)
    page.view.grab()
    heights = {entry.title: spot.height() for spot, entry in page.view._sheet.spots if entry.day in (TODAY, crowded)}
    assert heights[long] > heights["Ring up"] == heights[f"0 {long}"]
    spots = [spot for spot, entry in page.view._sheet.spots if entry.day == TODAY]
    assert not spots[0].intersects(spots[1])
    assert _in_two("RE-2026-0045 is due", QFontMetricsF(theme.font("small")), 70) == ("RE-2026-", "0045 is due")
