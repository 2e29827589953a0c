"""The icon beside the clock: asked for once, five of today, few messages, and closing really closes without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

import pytest
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from crm_desktop.activity import reminders
from crm_desktop.activity.reminders import Reminder
from crm_desktop.core import dates, preferences
from crm_desktop.gui import tray
from crm_desktop.gui.main_window import MainWindow
from crm_desktop.gui.parts.settings.tray_card import TrayCard
from crm_desktop.gui.tray import Bell
from crm_desktop.safety import company_files
from tests.gui.hands import add_customer, fill_company

TODAY = date(2026, 11, 24)
NOON = datetime.fromisoformat("2026-11-24T12:00")


def _reminder(number: int, due_on: date = TODAY, due_time: time | None = None) -> Reminder:
    return Reminder(
        number, due_on, due_time, f"R{number}", "", "hand", 0, False, None, None, None, None, None, None, ""
    )


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desktop with a place for icons."""
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The messages that came, as (title, text); it is noon."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda _icon, title, text, *_rest: found.append((title, text)))
    monkeypatch.setattr(tray, "_now", lambda: NOON)
    return found


@pytest.fixture
def shop(window: MainWindow, qtbot: QtBot) -> Iterator[MainWindow]:
    """A company that is set up, its window settled."""
    with dates.freeze(TODAY):
        fill_company()
        qtbot.waitUntil(lambda: window.tray is not None)
        yield window
        window.tray.stop()


# ---- when to tell ---------------------------------------------------------------------------------------------------


def test_a_reminder_is_told_once_and_only_at_its_time():
    bell = Bell()
    waiting = [_reminder(1, due_time=time(14))]
    assert bell.ring(waiting, NOON) == []
    assert bell.ring(waiting, NOON.replace(hour=14)) == waiting
    assert bell.ring(waiting, NOON.replace(hour=15)) == []


def test_at_most_one_message_in_five_minutes_and_the_rest_comes_together():
    bell = Bell()
    assert len(bell.ring([_reminder(1)], NOON)) == 1
    later = [_reminder(1), _reminder(2), _reminder(3)]
    assert bell.ring(later, NOON + timedelta(minutes=4)) == []
    assert [found.id for found in bell.ring(later, NOON + timedelta(minutes=5))] == [2, 3]


@pytest.mark.parametrize(("kept", "quiet", "loud"), [(None, (22, 3, 20), (7, 19)), ([12, 14], (12, 13), (14, 3))])
def test_quiet_hours_hold_messages_back_until_they_are_over(kept: object, quiet: tuple[int], loud: tuple[int]):
    preferences.put("quiet_hours", kept)
    assert all(Bell().ring([_reminder(1)], NOON.replace(hour=hour)) == [] for hour in quiet)
    assert all(len(Bell().ring([_reminder(1)], NOON.replace(hour=hour))) == 1 for hour in loud)


def test_what_was_put_off_is_told_again():
    bell = Bell()
    bell.ring([_reminder(1)], NOON)
    assert len(bell.ring([_reminder(1, due_time=time(13))], NOON.replace(hour=13))) == 1


# ---- the icon -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("place")
def test_the_first_reminder_asks_once_and_yes_shows_the_icon(
    shop: MainWindow, answers: list[Callable[[object], str] | str], told: list[object], qtbot: QtBot
):
    answers.append("yes")
    reminders.save("Ring up", TODAY)
    qtbot.waitUntil(lambda: shop.tray.shown)
    reminders.save("Ring again", TODAY)
    qtbot.wait(50)
    assert preferences.get("tray") is True
    assert told == [("1 reminder is due", "Ring up")]


@pytest.mark.usefixtures("place")
def test_no_is_remembered_and_never_asked_again(shop: MainWindow, answers: list[object], qtbot: QtBot):
    answers.append("no")
    reminders.save("Ring up", TODAY)
    qtbot.waitUntil(lambda: preferences.get("tray") is False)
    reminders.save("Ring again", TODAY)
    qtbot.wait(50)
    assert not shop.tray.shown


def test_without_a_place_for_icons_nobody_asks_and_closing_closes(shop: MainWindow, qtbot: QtBot):
    reminders.save("Ring up", TODAY)
    qtbot.wait(50)
    assert preferences.get("tray") is None
    assert QApplication.quitOnLastWindowClosed()
    assert shop.close()
    assert not company_files.is_open()


@pytest.mark.usefixtures("place")
def test_closing_hides_while_the_icon_is_there_and_quit_ends(
    shop: MainWindow, told: list[object], monkeypatch: pytest.MonkeyPatch
):
    preferences.put("tray", True)
    shop.tray.start()
    ended: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", lambda: ended.append(True))
    shop.close()
    assert (shop.isVisible(), company_files.is_open()) == (False, True)
    shop.quit()
    assert (ended, company_files.is_open(), shop.tray.shown) == ([True], False, False)
    assert told == []


@pytest.mark.usefixtures("place")
def test_one_digest_at_the_start_then_each_reminder_at_its_time(
    shop: MainWindow, told: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
):
    preferences.put("tray", True)
    customer = add_customer("Cafe Ostwind")
    for number in range(3):
        reminders.save(f"Old {number}", TODAY - timedelta(days=number))
    reminders.save("Ring up", TODAY, due_time=time(12, 10), customer_id=customer)
    shop.tray.start()
    assert told == [("3 reminders are due", "2 of them since earlier")]
    monkeypatch.setattr(tray, "_now", lambda: NOON + timedelta(minutes=11))
    shop.tray._look()
    shop.tray._look()
    assert told[1:] == [("Ring up", "Cafe Ostwind")]
    shop.tray._open_subject()
    assert (shop.pages.key(), shop.pages.page().title()) == ("customer", "Cafe Ostwind")


@pytest.mark.usefixtures("place")
def test_what_was_put_off_for_an_hour_and_what_repeats_is_told_at_its_time(
    shop: MainWindow, told: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
):
    preferences.put("tray", True)
    shop.tray.start()
    clock = [NOON]
    monkeypatch.setattr(tray, "_now", lambda: clock[0])
    ring = reminders.save("Ring up", TODAY, due_time=time(12, 1))
    kiln = reminders.save("Kiln", TODAY, repeats="every 1 day at 12:20")
    clock[0] = NOON + timedelta(minutes=2)
    shop.tray._look()
    assert told == [("Ring up", "")]
    reminders.later(ring, TODAY, time(13, 2))
    for minutes, title in ((3, None), (21, "Kiln"), (60, None), (63, "Ring up"), (70, None)):
        before = len(told)
        clock[0] = NOON + timedelta(minutes=minutes)
        shop.tray._look()
        assert [entry[0] for entry in told[before:]] == ([title] if title else [])
    reminders.done(kiln)
    with dates.freeze(TODAY + timedelta(days=1)):
        reminders.done(ring)
        clock[0] = NOON + timedelta(days=1, minutes=21)
        shop.tray._look()
    assert told[-1][0] == "Kiln"


@pytest.mark.usefixtures("place", "told")
def test_the_menu_holds_five_of_today_and_what_one_may_do(shop: MainWindow, answers: list[object]):
    preferences.put("tray", True)
    shop.tray.start()
    for number in range(7):
        reminders.save(f"R & {number}", TODAY)
    shop.hide()
    shop.tray._fill()
    acts = [act for act in shop.tray._menu.actions() if act.text()]
    assert [act.text() for act in acts[:5]] == [f"R && {number}" for number in range(5)]
    assert [act.text() for act in acts[5:]] == ["New reminder", "Open", "Quit"]
    answers.append(lambda dialog: dialog.form.put("title", "Later") or "act")
    acts[5].trigger()
    assert (shop.isVisible(), shop.pages.key()) == (True, "today")
    assert "Later" in [found.title for found in reminders.waiting()]


# ---- the settings ---------------------------------------------------------------------------------------------------


def _card(window: MainWindow) -> TrayCard:
    window.show_page("settings", {"section": "appearance"})
    return window.findChild(TrayCard)


def _choose(card: TrayCard, **values: object) -> None:
    for name, value in values.items():
        card.form.input(name).set_value(value)
        card.form.boxes[name].left.emit(name)


def test_icon_messages_and_quiet_hours_are_chosen_in_the_settings(place, told, shop: MainWindow):
    card = _card(shop)
    assert not card.form.input("tray").value()
    assert not card.form.boxes["quiet_from"].isEnabled()
    _choose(card, tray=True)
    assert shop.tray.shown
    assert card.form.input("quiet_from").value() == 20
    _choose(card, quiet_from=11, quiet_to=13)
    assert tray.is_quiet(NOON)
    assert not tray.is_quiet(NOON + timedelta(hours=1))
    _choose(card, quiet_to=11)
    assert not tray.is_quiet(NOON)
    _choose(card, notices=False)
    assert tray.is_quiet(NOON)
    assert not card.form.boxes["quiet_from"].isEnabled()
    _choose(card, tray=False)
    assert not shop.tray.shown
    assert tray.wanted() is False


def test_a_desktop_without_a_place_for_icons_says_so(shop: MainWindow):
    assert _card(shop)._said.text() == "This desktop has no place for icons beside the clock."
